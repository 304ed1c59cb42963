//! Values of a record that is not the one which the claim names: it is numbered otherwise, or nothing links the two.

use std::collections::BTreeSet;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::relation,
    field::Field,
    mention::{Mention, is_gstin},
    read,
    subject::same_shape,
    vocabulary::{Tag, VOCABULARY, folded_words},
};

/// By what a record of somebody, or of a paper, is known.
const KEYED: [Tag; 9] = [
    "kind.ack",
    "kind.gstin",
    "kind.pan",
    "kind.number",
    "kind.irn",
    "kind.account",
    "kind.utr",
    "kind.udyam",
    "role.supplier",
];

/// Words by which a claim sets a record against another that it need not name.
const TWO: [&str; 21] = [
    "but",
    "while",
    "whereas",
    "though",
    "although",
    "another",
    "other",
    "instead",
    "two",
    "new",
    "earlier",
    "previous",
    "prior",
    "original",
    "last",
    "duplicate",
    "same",
    "similar",
    "reissued",
    "replaced",
    "revised",
];

impl<'a> Borne<'a, '_> {
    /// "CRP/0563 has an active IRN" by the record of CRP/0568; "the bill has a live IRN" by one that nothing links to it.
    pub(super) fn parted_record(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let differ = self.items.iter().any(|i| relation(i) == Some("differ"));
        if differ || words.iter().any(|w| TWO.contains(&w.as_str())) {
            return None;
        }
        let told: Vec<Mention> = self
            .items
            .iter()
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Id(_) | Mention::Name(_)))
            .collect();
        let cited = |m: &&Mention| self.cited.iter().any(|f| m.is(f.value, self.claim));
        let subjects: Vec<&Mention> = told.iter().filter(cited).collect();
        // "X's bill is in the 2B", by the entry of another supplier under the same number.
        let entry = self.cited.iter().filter(|f| {
            told.iter()
                .any(|m| matches!(m, Mention::Id(_)) && m.is(f.value, self.claim))
        });
        for field in entry {
            let names = subjects.iter().filter(|m| matches!(m, Mention::Name(_)));
            if let Some(other) = names.clone().find_map(|m| self.gstin_of_another(m, field)) {
                return Some((
                    Label::Unsupported,
                    format!("{} is of {other}", field.pointer()),
                ));
            }
        }
        // What is in a state counts, though it may be called after what identifies it: `account_status`.
        let says_a_state = |f: &&Field<'a>| {
            let state = f.value.as_str().and_then(|v| VOCABULARY.state(v)).is_some();
            state && !self.values().any(|v| v.is_at(f))
        };
        let states: Vec<&Field<'a>> = self.cited.iter().filter(says_a_state).collect();
        self.values().chain(states).find_map(|field| {
            // What stands in another row of the list is not of this one.
            let held = |m: &Mention| {
                let leaves = self.index.leaves(field.doc);
                let beside = |f: &Field<'a>| {
                    field.element().is_none()
                        || f.element().is_none()
                        || f.path.iter().zip(&field.path).all(|(a, b)| {
                            a == b
                                || !(a.bytes().all(|c| c.is_ascii_digit())
                                    && b.bytes().all(|c| c.is_ascii_digit()))
                        })
                };
                let here = leaves.iter().any(|f| {
                    m.is(f.value, self.claim) && (beside(f) || self.rival(m, field).is_none())
                });
                here || field
                    .path
                    .iter()
                    .any(|s| m.is(&s.as_str().into(), self.claim))
            };
            let away: Vec<&&Mention> = subjects.iter().filter(|m| !held(m)).collect();
            if away.is_empty() {
                return None;
            }
            // Of two who are named, each has his own.
            let named = subjects
                .iter()
                .any(|m| matches!(m, Mention::Name(_)) && held(m));
            let other = (away.iter())
                .filter(|m| !named || matches!(m, Mention::Id(_)))
                .find_map(|m| self.rival(m, field));
            if let Some(other) = other {
                let why = format!("{} is of {other}", field.pointer());
                return Some((Label::Unsupported, why));
            }
            let says = field.value.is_string() && read::json_number(field.value).is_none();
            let strange = says && away.len() == told.len() && !self.is_linked(field.doc, &away);
            strange.then(|| {
                let why = format!("nothing links {} to what the claim names", field.pointer());
                (Label::Unsupported, why)
            })
        })
    }

    /// "27AAFCS7731K1ZY is the buyer" where the buyer that is cited has another GSTIN, which is not told.
    pub(super) fn number_of_another(&self) -> Option<Veto> {
        let run = read::identifier(self.claim);
        let differ = self
            .items
            .iter()
            .any(|i| relation(i) == Some("differ") || i.class("not"));
        let mut ids = self
            .items
            .iter()
            .filter_map(Mention::of)
            .filter_map(|m| match m {
                Mention::Id(id) => Some(id),
                _ => None,
            });
        let (id, other) = ids.find_map(|id| {
            let told = |f: &&Field<'a>| Mention::Id(id.clone()).is(f.value, self.claim);
            if self.cited.iter().any(|f| told(&f)) {
                return None;
            }
            let other = self.cited.iter().find(|f| {
                f.value.as_str().is_some_and(|text| {
                    like(&id, text) && text.len() < 40 && !run.contains(&read::identifier(text))
                })
            });
            Some((Mention::Id(id), other?))
        })?;
        // Of the same paper it says otherwise; another paper says nothing.
        let label = if self.index.holds(other.doc, &id, self.claim) {
            Label::Contradicted
        } else {
            Label::Unsupported
        };
        (!differ).then(|| (label, format!("{} holds {}", other.pointer(), other.value)))
    }

    /// A number like the one that is told, by which the record of a value is known, and that nobody tells or cites.
    fn rival(&self, told: &Mention, field: &Field<'a>) -> Option<String> {
        let Mention::Id(told) = told else {
            return self.gstin_of_another(told, field);
        };
        let run = read::identifier(self.claim);
        // By what the number that is told is called where it stands.
        let called: BTreeSet<&str> = self
            .cited
            .iter()
            .filter(|f| Mention::Id(told.clone()).is(f.value, self.claim))
            .map(Field::leaf)
            .filter(|leaf| leaf.len() > 3 && !matches!(*leaf, "name" | "number"))
            .collect();
        field
            .scope()
            .iter()
            .filter_map(|(key, value)| Some((*key, value.as_str()?)))
            .filter(|(key, text)| {
                let same = called.contains(key) && text.bytes().any(|b| b.is_ascii_digit());
                !text.contains(' ')
                    && (same || like(told, text))
                    && read::identifier(text) != read::identifier(told)
            })
            .map(|(_, text)| text)
            .filter(|text| !run.contains(&read::identifier(text)))
            .find(|text| !self.cited.iter().any(|f| f.value.as_str() == Some(text)))
            .map(str::to_owned)
    }

    /// The GSTIN of a record, where the one who is named has another.
    fn gstin_of_another(&self, name: &Mention, field: &Field<'a>) -> Option<String> {
        let buyers: BTreeSet<String> = (0..self.index.len())
            .flat_map(|doc| self.index.leaves(doc))
            .filter(|f| f.has("kind.gstin") && f.roles().contains("role.buyer"))
            .filter_map(|f| f.value.as_str())
            .map(read::identifier)
            .collect();
        let gstins = |f: &Field<'a>| -> BTreeSet<String> {
            f.party_scope()
                .into_iter()
                .filter(|(key, _)| {
                    let (tags, _) = VOCABULARY.member(key);
                    tags.contains("kind.gstin")
                        && !tags.contains("role.buyer")
                        && !key.to_lowercase().starts_with("recip")
                })
                .filter_map(|(_, v)| v.as_str())
                .map(read::identifier)
                // A register may keep its records under their numbers.
                .chain(f.path.iter().filter(|key| is_gstin(key)).cloned())
                .filter(|id| !buyers.contains(id))
                .collect()
        };
        let own: BTreeSet<String> = self
            .cited
            .iter()
            .filter(|f| f.doc != field.doc && name.is(f.value, self.claim))
            .flat_map(gstins)
            .collect();
        let theirs = gstins(field);
        let one = theirs.first().filter(|_| theirs.len() == 1)?;
        (!own.is_empty() && !own.contains(one)).then(|| one.clone())
    }

    /// Whether what a document is known by stands in a record of what is told, or in one that leads there.
    fn is_linked(&self, doc: usize, told: &[&&Mention]) -> bool {
        let keyed = |f: &Field<'a>| KEYED.iter().any(|t| f.has(t));
        // What is nobody's and no paper's, a limit or a sum that was reckoned, is of whatever it is held against.
        if !self.index.leaves(doc).iter().any(keyed) {
            return true;
        }
        let homes: BTreeSet<usize> = (0..self.index.len())
            .filter(|d| told.iter().any(|m| self.index.holds(*d, m, self.claim)))
            .collect();
        let links: Vec<BTreeSet<String>> =
            (0..self.index.len()).map(|d| self.links_of(d)).collect();
        let mut reached: BTreeSet<usize> = [doc].into();
        let mut keys = links.get(doc).cloned().unwrap_or_default();
        loop {
            if !reached.is_disjoint(&homes) {
                return true;
            }
            let next = (links.iter().enumerate())
                .find(|(d, theirs)| !reached.contains(d) && !theirs.is_disjoint(&keys));
            let Some((next, theirs)) = next else {
                return false;
            };
            reached.insert(next);
            keys.extend(theirs.iter().cloned());
        }
    }

    /// Identifiers and names of a document, without codes that many papers share.
    fn links_of(&self, doc: usize) -> BTreeSet<String> {
        const SHARED: [Tag; 6] = [
            "kind.hsn",
            "kind.pin",
            "kind.unit",
            "kind.currency",
            "kind.state",
            "kind.status",
        ];
        let leaves = self.index.leaves(doc);
        leaves
            .iter()
            .filter(|f| !SHARED.iter().any(|t| f.has(t)) && read::json_date(f.value).is_none())
            .filter_map(|f| f.value.as_str())
            .map(read::identifier)
            // A register may keep its records under their numbers.
            .chain(
                leaves
                    .iter()
                    .flat_map(|f| &f.path)
                    .map(|key| read::identifier(key)),
            )
            .filter(|id| {
                id.len() > 3 && !(id.len() < 12 && id.bytes().all(|b| b.is_ascii_alphabetic()))
            })
            .collect()
    }
}

/// Whether two numbers are of one series: their letters are the same, and they have as many digits, or nearly.
fn like(a: &str, b: &str) -> bool {
    let (x, y) = (read::identifier(a), read::identifier(b));
    let head = |t: &str| -> String { t.chars().take_while(char::is_ascii_alphabetic).collect() };
    let digits = |t: &str| t.bytes().any(|c| c.is_ascii_digit());
    let alike =
        x.len() == y.len() && x.bytes().zip(y.bytes()).take_while(|(a, b)| a == b).count() > 2;
    let series = same_shape(a, b) && !head(&x).is_empty() && (head(&x) == head(&y) || alike);
    x != y && digits(&x) && digits(&y) && (series || is_gstin(&x) && is_gstin(&y))
}
