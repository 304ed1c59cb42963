//! Names and numbers that are said to be one and are not, months that are said to be in another's state, and searches that
//! are said to have looked for what they did not.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    relation::Side,
    vocabulary::{VOCABULARY, folded_words, name_parts, of},
};

/// Words by which a claim sets two things against each other.
pub(super) const APART: [&str; 18] = [
    "but",
    "while",
    "whereas",
    "another",
    "other",
    "different",
    "distinct",
    "instead",
    "unlike",
    "versus",
    "vs",
    "wrong",
    "however",
    "though",
    "although",
    "yet",
    "separate",
    "two",
];

impl<'a> Borne<'a, '_> {
    /// "The order named on the bill is the one that we hold" of two numbers that differ in a digit.
    pub(super) fn likened(&self) -> Option<Veto> {
        let [a, b] = self.cited else { return None };
        let kinds = |f: &Field<'a>| {
            let mut tags = of(&f.tags, "kind");
            if tags.contains("kind.holder") {
                tags.insert("kind.name");
            }
            tags.retain(|t| *t != "kind.status");
            tags
        };
        let docs = |f: &Field<'a>| of(&f.tags, "doc");
        let numbered = |f: &Field<'a>| {
            f.value
                .as_str()
                .is_some_and(|s| s.bytes().filter(u8::is_ascii_digit).count() > 2)
        };
        let of_a_sort = !kinds(a).is_disjoint(&kinds(b))
            || (numbered(a) && numbered(b) && !docs(a).is_disjoint(&docs(b)));
        let (Some(Side::Text(x)), Some(Side::Text(y))) = (Side::of(a), Side::of(b)) else {
            return None;
        };
        let said = self
            .items
            .iter()
            .any(|i| i.class("not") || relation(i) == Some("differ"))
            || folded_words(self.claim).iter().any(|w| {
                APART.contains(&w.as_str()) || w.starts_with("mismatch") || w.starts_with("differ")
            });
        // The one may be the other's tail, or a number within it.
        let (one, two) = (read::identifier(&x), read::identifier(&y));
        let within = one.contains(&two) || two.contains(&one);
        let told = |f: &Field<'a>| {
            (self.items.iter().filter_map(Mention::of)).any(|m| m.is(f.value, self.claim))
        };
        if !of_a_sort || a.doc == b.doc || said || within || (told(a) && told(b)) {
            return None;
        }
        let same = Side::Text(x.clone()).same(&Side::Text(y.clone()));
        // A name may be another's who is rightly named beside it: a bank, a partner.
        let likened = self.items.iter().any(|i| relation(i) == Some("equal"));
        let label = if likened || (numbered(a) && numbered(b)) {
            Label::Contradicted
        } else {
            Label::Unsupported
        };
        (!same).then(|| (label, format!("{x} is not {y}")))
    }

    /// "Only November is pending" of a month that was filed.
    pub(super) fn month_of_another_state(&self) -> Option<Veto> {
        let mut said = self.items.iter().filter_map(|i| match i {
            Item::Value(Token::Part(p)) => Some(*p),
            _ => None,
        });
        let (part, None) = (said.next()?, said.next()) else {
            return None;
        };
        let mut states = self.items.iter().filter_map(Item::state);
        let (state, None) = (states.next()?, states.next()) else {
            return None;
        };
        let excepted = self.denied_or_excepted();
        let row = self.cited.iter().find(|f| {
            f.element().is_some()
                && f.value
                    .as_str()
                    .and_then(read::period)
                    .is_some_and(|p| part.is_period(p))
        })?;
        let held = self
            .cited
            .iter()
            .filter(|f| f.doc == row.doc && f.element_path() == row.element_path())
            .find_map(|f| VOCABULARY.state(f.value.as_str()?))?;
        (!excepted && VOCABULARY.exclusive(held, state)).then(|| {
            (
                Label::Contradicted,
                format!("{} is of a month that is not so", row.pointer()),
            )
        })
    }

    fn denied_or_excepted(&self) -> bool {
        self.items.iter().any(|i| i.class("not"))
            || folded_words(self.claim).iter().any(|w| {
                matches!(
                    w.as_str(),
                    "but"
                        | "except"
                        | "excepting"
                        | "barring"
                        | "besides"
                        | "other"
                        | "apart"
                        | "excluding"
                )
            })
    }

    /// "No invoice of that amount", "no other supplier" by a search for one vendor's number.
    pub(super) fn sought_otherwise(&self) -> Option<Veto> {
        let count = self.cited.iter().find(|f| {
            crate::nil::is_brought_up(f)
                && (read::json_number(f.value).is_some_and(|n| n.is_zero())
                    || f.value.as_array().is_some_and(Vec::is_empty))
        })?;
        let root = self.index.root(count.doc)?;
        let scope = ["scope", "query", "search", "searched", "criteria"]
            .iter()
            .find_map(|k| root.get(k))?
            .as_object()?;
        let keyed = |any: &[&str]| {
            (scope.keys()).any(|k| name_parts(k).iter().any(|p| any.contains(&p.as_str())))
        };
        let words = folded_words(self.claim);
        let valued = self.numbers().any(|(_, n)| n.rupees)
            || words.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "value"
                        | "values"
                        | "valued"
                        | "amount"
                        | "amounts"
                        | "worth"
                        | "sum"
                        | "price"
                )
            });
        let by_value = keyed(&[
            "amount", "value", "total", "sum", "price", "amt", "min", "max",
        ]);
        let party = |w: &String| {
            matches!(
                w.as_str(),
                "supplier"
                    | "suppliers"
                    | "vendor"
                    | "vendors"
                    | "seller"
                    | "sellers"
                    | "party"
                    | "parties"
                    | "firm"
                    | "company"
                    | "anyone"
                    | "anybody"
                    | "else"
            )
        };
        let any = words.windows(2).any(|two| {
            let [lead, who] = two else { return false };
            party(who)
                && matches!(
                    lead.as_str(),
                    "other" | "another" | "any" | "different" | "no" | "all" | "anyone" | "anybody"
                )
        });
        let by_vendor = keyed(&["vendor", "supplier", "seller", "gstin", "party"]);
        let why = if valued && !by_value {
            "an amount"
        } else if any && by_vendor {
            "other parties"
        } else {
            return None;
        };
        Some((
            Label::Unsupported,
            format!(
                "{} is of a search that did not look for {why}",
                count.pointer()
            ),
        ))
    }
}

/// Sorts of identifiers of which a record has one, by which a claim that states another is told to be wrong.
const SORTS: [&str; 10] = [
    "kind.section",
    "kind.pan",
    "kind.gstin",
    "kind.ifsc",
    "kind.account",
    "kind.hsn",
    "kind.utr",
    "kind.vehicle",
    "kind.udyam",
    "kind.ack",
];

impl<'a> Borne<'a, '_> {
    /// "Under section 194J" of what is cited as 194C: another of the sort that the claim names, which no record holds.
    pub(super) fn another_of_the_sort(&self) -> Option<Veto> {
        if self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        self.items.iter().enumerate().find_map(|(at, item)| {
            let mention = Mention::of(item)?;
            let before = self.items.get(at.saturating_sub(3)..at)?;
            let tags = crate::clause::tags_of(before);
            let field = match (&mention, item) {
                (Mention::Id(id), _) => self.cited.iter().find(|f| {
                    let sort = SORTS.iter().any(|t| tags.contains(t) && f.has(t))
                        || (before.iter().any(|i| i.text().starts_with("voucher"))
                            && name_parts(f.leaf()).iter().any(|p| p == "voucher"));
                    sort && f
                        .value
                        .as_str()
                        .is_some_and(|v| crate::subject::same_shape(id, v))
                })?,
                (Mention::Name(name), _) => {
                    let said = of(&crate::clause::tags_of(self.items), "variant");
                    let is = before
                        .iter()
                        .rev()
                        .take(1)
                        .any(|i| matches!(i.text(), "is" | "was" | "as"));
                    self.cited.iter().find(|f| {
                        is && !of(&f.tags, "variant").is_disjoint(&said)
                            && VOCABULARY.place(name).is_none()
                            && f.value.is_string()
                    })?
                }
                _ => return None,
            };
            let own = |f: &Field<'a>| mention.is(f.value, self.claim) || mention.tells(f.value);
            let known = (0..self.index.len())
                .flat_map(|doc| self.index.leaves(doc))
                .any(own);
            (!known).then(|| {
                let why = format!("{} is not {}", field.pointer(), mention.shown());
                (Label::Contradicted, why)
            })
        })
    }
}
