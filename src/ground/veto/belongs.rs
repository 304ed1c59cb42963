//! Values of another line, party or paper than the one that the claim speaks of, and values that are not there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    fit::is_identity,
    leftover::is_description,
    lex::Token,
    mention::Mention,
    read,
    text::is_prose,
    vocabulary::{VOCABULARY, folded_words, name_parts, stem},
};

/// The sort of what links two records without saying whose they are.
const LINK: &str = "order";

/// How much of a thing.
const DEGREES: [&str; 10] = [
    "half",
    "whole",
    "full",
    "entire",
    "quarter",
    "third",
    "twice",
    "double",
    "part",
    "remaining",
];

/// Words by which a claim says that something is not there.
const LACKING: [&str; 18] = [
    "blank", "empty", "missing", "absent", "without", "lacks", "lack", "lacking", "nil", "null",
    "none", "no", "not", "never", "nothing", "neither", "nor", "open",
];

impl<'a> Borne<'a, '_> {
    /// "An IRN is printed on the invoice" of one that is null.
    pub(super) fn nothing_there(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let denied = self.items.iter().any(|i| i.class("not"))
            || words.iter().any(|w| {
                LACKING.contains(&w.as_str())
                    || (w.starts_with("un") && w.len() > 4)
                    || matches!(w.as_str(), "yet" | "pending" | "awaited" | "still")
            });
        if denied {
            return None;
        }
        let said = tags_of(self.items);
        let field = self.cited.iter().find(|f| {
            let spoken = f.tags.iter().any(|t| said.contains(t))
                || name_parts(f.leaf()).iter().any(|p| words.contains(p));
            !f.value.is_array() && !f.value.is_object() && read::empty(f.value) && spoken
        })?;
        let why = format!("{} is empty", field.pointer());
        Some((Label::Contradicted, why))
    }

    /// "Boxes are taxed at 18%" by the line of the tape.
    pub(super) fn another_element(&self) -> Option<Veto> {
        let clauses = self
            .claim
            .split([';', ','])
            .flat_map(|c| c.split(" while "));
        clauses
            .chain([self.claim])
            .find_map(|clause| self.element_of_another(clause))
    }

    fn element_of_another(&self, clause: &str) -> Option<Veto> {
        let words: BTreeSet<String> = folded_words(clause).iter().map(|w| singular(w)).collect();
        let numbers: Vec<_> = (crate::lex::tokens(clause).into_iter())
            .filter_map(|t| match t {
                Token::Number(n) => Some(n),
                _ => None,
            })
            .collect();
        let whole = clause.len() == self.claim.len();
        self.cited.iter().find_map(|field| {
            let (_, list) = field.element()?;
            let held = read::json_number(field.value).filter(|_| !field.has("kind.number"))?;
            let goods: Vec<BTreeSet<String>> = list.as_array()?.iter().map(goods_of).collect();
            let pointed: BTreeSet<usize> = goods
                .iter()
                .enumerate()
                .filter(|(_, own)| {
                    own.iter()
                        .any(|w| words.contains(w) && !goods.iter().all(|g| g.contains(w)))
                })
                .map(|(n, _)| n)
                .collect();
            if pointed.is_empty() {
                return None;
            }
            let same = |f: &&Field<'a>| {
                f.element().is_some_and(|(_, l)| std::ptr::eq(l, list))
                    && (whole || read::json_number(f.value) == Some(held))
            };
            let in_pointed = |f: &Field<'a>| f.element().is_some_and(|(n, _)| pointed.contains(&n));
            let told = whole || numbers.iter().any(|n| n.is(held, false));
            let other = told && !self.cited.iter().filter(same).any(in_pointed);
            other.then(|| {
                let why = format!("{} is of another line", field.pointer());
                (
                    if whole {
                        Label::Unsupported
                    } else {
                        Label::Contradicted
                    },
                    why,
                )
            })
        })
    }

    /// "TB Valves has one earlier bill" by a search for another supplier's.
    pub(super) fn another_party(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        if said.contains("role.buyer") || self.speaks_of_two() {
            return None;
        }
        let compared = self
            .items
            .iter()
            .any(|i| crate::clause::relation(i).is_some() || i.class("all") || i.text() == "and");
        let parties = self.parties();
        let docs: BTreeSet<usize> = self.cited.iter().map(|f| f.doc).collect();
        let docs: Vec<usize> = docs.into_iter().collect();
        docs.iter().enumerate().find_map(|(n, a)| {
            docs.iter().skip(n + 1).find_map(|b| {
                let (one, other) = (parties.get(a)?, parties.get(b)?);
                let apart = one.is_disjoint(other)
                    && one
                        .iter()
                        .any(|(sort, _)| *sort != LINK && other.iter().any(|(s, _)| s == sort));
                let tied = || {
                    !self.keys_of(*a).is_disjoint(&self.keys_of(*b))
                        && self.both_hold_a_number(*a, *b)
                };
                let limited = self.is_limit(*a) || self.is_limit(*b);
                let both = compared && self.both_named(*a, *b);
                (apart && !limited && !both && !tied()).then(|| {
                    (
                        Label::Unsupported,
                        "the records that are cited are of two parties".to_owned(),
                    )
                })
            })
        })
    }

    /// Whether two records hold one number that the claim tells: the invoice that a receipt is for.
    pub(super) fn both_hold_a_number(&self, a: usize, b: usize) -> bool {
        self.items.iter().filter_map(Mention::of).any(|m| {
            let holds = |doc: usize| self.index.holds(doc, &m, self.claim);
            matches!(m, Mention::Id(_)) && holds(a) && holds(b)
        })
    }

    /// What each document's supplier is known by, there and wherever else he is known by one of it.
    fn parties(&self) -> BTreeMap<usize, BTreeSet<(&'static str, String)>> {
        let mut known: BTreeMap<usize, BTreeSet<(&'static str, String)>> = (0..self.index.len())
            .map(|doc| (doc, self.known_by(doc)))
            .filter(|(_, ids)| !ids.is_empty())
            .collect();
        loop {
            let mut grown = false;
            let before = known.clone();
            for (doc, ids) in &mut known {
                for (other, theirs) in &before {
                    if other != doc && !ids.is_disjoint(theirs) && !theirs.is_subset(ids) {
                        ids.extend(theirs.iter().cloned());
                        grown = true;
                    }
                }
            }
            if !grown {
                return known;
            }
        }
    }

    fn known_by(&self, doc: usize) -> BTreeSet<(&'static str, String)> {
        // What is known of the buyer is no supplier's.
        let buyers: BTreeSet<String> = (0..self.index.len())
            .flat_map(|doc| self.index.leaves(doc))
            .filter(|f| f.roles().contains("role.buyer"))
            .filter_map(|f| f.value.as_str())
            .map(read::identifier)
            .filter(|id| id.len() > 3)
            .collect();
        let own = |f: &Field<'a>| {
            f.value
                .as_str()
                .is_some_and(|v| buyers.contains(&read::identifier(v)))
        };
        if self
            .index
            .leaves(doc)
            .iter()
            .any(|f| f.roles().is_empty() && own(f))
        {
            return BTreeSet::new();
        }
        self.index
            .leaves(doc)
            .iter()
            .filter(|f| f.element().is_none())
            .filter(|f| {
                let roles = f.roles();
                roles.is_empty() || roles.contains("role.supplier")
            })
            .filter_map(|f| {
                let parts = name_parts(f.leaf());
                let is = |p: &str| parts.iter().any(|own| own == p);
                let order = f.has("doc.order")
                    && (f.has("kind.number") || f.leaf().to_lowercase().starts_with("po"));
                let sort = if f.has("kind.gstin") {
                    "gstin"
                } else if order {
                    LINK
                } else if (is("vendor") || is("supplier") || is("party"))
                    && f.value
                        .as_str()
                        .is_some_and(|v| v.bytes().any(|b| b.is_ascii_digit()))
                {
                    "id"
                } else if f.has("variant.legal") || (f.leaf_is_party() && !is("id")) {
                    "name"
                } else {
                    return None;
                };
                let id = read::identifier(f.value.as_str()?);
                (id.len() > 3 && !id.contains("LIMITEDLIABILITY")).then_some((sort, id))
            })
            .collect()
    }

    /// "Kilogram is the unit" of one that is the tonne.
    pub(super) fn another_unit(&self) -> Option<Veto> {
        let field = self
            .cited
            .iter()
            .find(|f| f.has("kind.unit") && f.value.is_string())?;
        let held = VOCABULARY.unit(field.value.as_str()?)?;
        let goods: BTreeSet<String> = field
            .chain
            .iter()
            .rev()
            .filter_map(|h| h.as_object())
            .take(1)
            .flat_map(|map| map.values())
            .filter_map(|v| v.as_str())
            .flat_map(folded_words)
            .collect();
        let words = folded_words(self.claim);
        let units: Vec<&'static str> = words
            .iter()
            .filter(|w| !goods.contains(*w) && w.len() > 1)
            .filter_map(|w| VOCABULARY.unit(w))
            .collect();
        let numbered = self.items.iter().any(|i| i.number().is_some());
        let other = !numbered && !units.is_empty() && !units.contains(&held);
        other.then(|| {
            let why = format!("{} is another unit", field.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "The bank confirms that the account is his" by what the invoice says.
    pub(super) fn bank_not_asked(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let says = |w: &str| {
            matches!(
                w,
                "confirms"
                    | "confirmed"
                    | "holds"
                    | "shows"
                    | "records"
                    | "says"
                    | "reports"
                    | "has"
                    | "verified"
                    | "returned"
            )
        };
        let asked = words.windows(2).enumerate().any(|(at, two)| {
            let [a, b] = two else { return false };
            let before = at
                .checked_sub(1)
                .and_then(|n| words.get(n))
                .map_or("", String::as_str);
            (a == "bank" && says(b))
                || (a == "the"
                    && b == "bank"
                    && matches!(before, "at" | "by" | "to" | "per" | "with")
                    && !words.get(at + 2).is_some_and(|w| {
                        matches!(
                            w.as_str(),
                            "account"
                                | "details"
                                | "code"
                                | "branch"
                                | "name"
                                | "statement"
                                | "ifsc"
                        )
                    }))
                || (a == "penny" && b == "drop")
        });
        let bank = self.cited.iter().any(|f| {
            let kinds = self.index.kinds(f.doc);
            let held = (self.index.root(f.doc))
                .and_then(|r| r.as_object())
                .is_some_and(|map| {
                    map.keys().any(|k| {
                        VOCABULARY.record(k).is_some_and(|t| t.contains("doc.bank"))
                            || name_parts(k).join(" ") == "name at bank"
                    })
                });
            held || kinds.contains("doc.bank") || kinds.contains("doc.payment") || is_prose(f)
        });
        let silent = self.cited.iter().all(|f| {
            let mut docs = f.docs();
            docs.extend(self.index.kinds(f.doc));
            ["doc.invoice", "doc.vendor", "doc.order"]
                .iter()
                .any(|t| docs.contains(t))
        });
        (asked && !bank && silent).then(|| {
            (
                Label::Unsupported,
                "what the bank says is not cited".to_owned(),
            )
        })
    }

    /// "…, and this is not the amount on line 1": a denial of what was told before.
    pub(super) fn denied_afterwards(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let denied = words.windows(4).find(|four| {
            matches!(four, [this, is, not, the]
                if matches!(this.as_str(), "this" | "that" | "which" | "it")
                    && matches!(is.as_str(), "is" | "was")
                    && not == "not"
                    && matches!(the.as_str(), "the" | "what"))
        })?;
        let numbers = self.items.iter().filter(|i| i.number().is_some()).count();
        (numbers > 1).then(|| {
            (
                Label::Partial,
                format!("\"{}\" is not accounted for", denied.join(" ")),
            )
        })
    }

    /// "…, a listed company": what is said of somebody beside his name, and stands nowhere.
    pub(super) fn apposed(&self) -> Option<Veto> {
        let at = self.items.windows(3).position(|three| {
            matches!(three, [Item::Name(_), Item::Mark(','), Item::Phrase(a, _)] if matches!(a.as_str(), "a" | "an"))
        })?;
        let rest = self.items.get(at + 3..)?;
        let plain = rest
            .iter()
            .all(|i| matches!(i, Item::Phrase(..) | Item::Unknown(_) | Item::Mark('.')));
        let cited: BTreeSet<String> = self
            .cited
            .iter()
            .filter_map(|f| f.value.as_str())
            .flat_map(folded_words)
            .map(|w| stem(&w))
            .collect();
        let words: Vec<String> = rest
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .filter(|w| w.len() > 2)
            .collect();
        let told = words.iter().any(|w| cited.contains(&stem(w)));
        let role = rest.iter().any(|i| {
            i.tags()
                .is_some_and(|t| t.iter().any(|t| t.starts_with("role.")))
        });
        (plain && !told && !role && !words.is_empty()).then(|| {
            (
                Label::Partial,
                format!("\"{}\" rests on nothing that is cited", words.join(" ")),
            )
        })
    }

    /// "45 days after the invoice date" of a clause that counts from the receipt of the goods.
    pub(super) fn counted_from_another_day(&self) -> Option<Veto> {
        let said = anchors(self.claim);
        let texts: Vec<&Field<'a>> = self.cited.iter().filter(|f| is_prose(f)).collect();
        let [text] = texts[..] else { return None };
        let held = anchors(text.value.as_str()?);
        (!said.is_empty() && !held.is_empty() && said.is_disjoint(&held)).then(|| {
            (
                Label::Contradicted,
                format!("{} counts from another day", text.pointer()),
            )
        })
    }

    /// "The note tells of changed details" of a note that says "unchanged"; "asks to keep using the account" of one that
    /// speaks of no use.
    pub(super) fn not_what_is_written(&self) -> Option<Veto> {
        const DONE: [&str; 21] = [
            "keep", "continue", "stop", "close", "cancel", "withdraw", "replace", "chang",
            "increas", "reduc", "extend", "waiv", "releas", "ignor", "approv", "reject", "refund",
            "terminat", "renew", "forfeit", "wait",
        ];
        let texts: Vec<&Field<'a>> = self.cited.iter().filter(|f| is_prose(f)).collect();
        let plain = self
            .cited
            .iter()
            .all(|f| is_prose(f) || f.tags.iter().any(|t| is_identity(t)) || f.value.is_string());
        if texts.is_empty() || !plain {
            return None;
        }
        let held: BTreeSet<String> = texts
            .iter()
            .filter_map(|f| f.value.as_str())
            .flat_map(folded_words)
            .collect();
        let stems: BTreeSet<String> = held.iter().map(|w| stem(w)).collect();
        let senses: BTreeSet<&str> = held
            .iter()
            .chain(&stems)
            .filter_map(|w| VOCABULARY.synonym(w))
            .collect();
        let words = folded_words(self.claim);
        if let Some(word) = words
            .iter()
            .find(|w| w.len() > 3 && !stems.contains(&stem(w)) && held.contains(&format!("un{w}")))
        {
            return Some((
                Label::Contradicted,
                format!("\"un{word}\" is what is written"),
            ));
        }
        let degree = |any: &dyn Fn(&str) -> bool| DEGREES.iter().copied().find(|d| any(d));
        let (said, written) = (
            degree(&|d| words.iter().any(|w| w == d)),
            degree(&|d| held.contains(d)),
        );
        if let (Some(said), Some(written)) = (said, written)
            && !held.contains(said)
            && !words.iter().any(|w| w == written)
        {
            return Some((
                Label::Contradicted,
                format!("\"{written}\" is what is written, and not \"{said}\""),
            ));
        }
        let other = words.iter().find(|w| {
            let own = stem(w);
            w.len() > 2
                && DONE.iter().any(|d| stem(d) == own || own == *d)
                && !stems.contains(&own)
                && !VOCABULARY
                    .synonym(w)
                    .or_else(|| VOCABULARY.synonym(&own))
                    .is_some_and(|s| senses.contains(s))
        })?;
        Some((
            Label::Unsupported,
            format!("\"{other}\" is not what is written"),
        ))
    }
}

/// From which days a sentence counts.
fn anchors(text: &str) -> BTreeSet<&'static str> {
    let run = format!(" {} ", folded_words(text).join(" "));
    let says = |phrases: &[&str]| phrases.iter().any(|p| run.contains(&format!(" {p} ")));
    let mut out = BTreeSet::new();
    if says(&[
        "invoice date",
        "date of invoice",
        "date of the invoice",
        "bill date",
        "date of the bill",
        "of its date",
    ]) {
        out.insert("invoice");
    }
    if says(&[
        "receipt of the invoice",
        "receipt of invoice",
        "receipt of a correct invoice",
        "invoice is received",
        "invoice receipt",
    ]) {
        out.insert("invoice received");
    }
    if says(&[
        "receipt of the goods",
        "receipt of goods",
        "receipt of material",
        "delivery",
        "goods receipt",
        "date of receipt",
        "of receipt",
        "date of delivery",
    ]) && !out.contains("invoice received")
    {
        out.insert("goods received");
    }
    if says(&["acceptance", "date of acceptance"]) {
        out.insert("acceptance");
    }
    if says(&["due date", "the due date"]) {
        out.insert("due");
    }
    out
}

/// The words by which the goods of an element are called.
fn goods_of(element: &serde_json::Value) -> BTreeSet<String> {
    element
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| {
            is_description(key) || matches!(key.as_str(), "text" | "name" | "particulars")
        })
        .filter_map(|(_, v)| v.as_str())
        .flat_map(folded_words)
        .filter(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_alphabetic()))
        .filter(|w| VOCABULARY.unit(w).is_none_or(crate::measure::is_container))
        .map(|w| singular(&w))
        .collect()
}

/// A noun without the ending of its plural.
pub(super) fn singular(word: &str) -> String {
    let bare = ["xes", "ses", "hes"]
        .iter()
        .find(|e| word.ends_with(**e))
        .and_then(|_| word.strip_suffix("es"))
        .or_else(|| {
            word.strip_suffix('s')
                .filter(|w| w.len() > 2 && !w.ends_with('s'))
        });
    bare.unwrap_or(word).to_owned()
}
