//! What is said to differ and does not; which of two days is said to be the later; a sum that is said to be less than what it is.

use domain::{Date, Decimal};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::{Class, Field},
    mention::{Mention, is_line_number},
    read,
    vocabulary::{Tag, folded_words, group},
};

/// How two values are said not to be one.
const APART: [&str; 18] = [
    "differs from",
    "differ from",
    "is different from",
    "are different from",
    "other than the",
    "other than that",
    "party other than",
    "does not match",
    "do not match",
    "does not agree with",
    "do not agree with",
    "disagrees with",
    "is not the same as",
    "are not the same as",
    "are different names",
    "is not the one that",
    "is not the one which",
    "disagree with",
];
/// Words that turn such a saying once more.
const TURNED: [&str; 8] = [
    "no", "nothing", "neither", "never", "nor", "none", "nowhere", "hardly",
];

impl<'a> Borne<'a, '_> {
    /// The first relation that is not so.
    pub(super) fn differs_otherwise(&self) -> Option<Veto> {
        self.said_to_differ()
            .or_else(|| self.none_is_so())
            .or_else(|| self.later_than_it_is())
            .or_else(|| self.sum_said_to_differ())
    }

    /// "The rate differs from that of the order" of two rates that are one.
    fn said_to_differ(&self) -> Option<Veto> {
        let text = self.text();
        let said: usize = APART.iter().map(|w| text.matches(w).count()).sum();
        if said != 1 || self.has(&TURNED) {
            return None;
        }
        let kinds = |f: &Field<'a>| -> Vec<Tag> {
            f.tags
                .iter()
                .copied()
                .filter(|t| {
                    group(t) == "kind" && !matches!(*t, "kind.number" | "kind.amount" | "kind.date")
                        || group(t) == "head"
                })
                .chain(f.leaf_is_party().then_some("kind.name"))
                .collect()
        };
        // What is told by itself, of another statement, is not what is held against another.
        let ids = self.ids();
        let told =
            |f: &Field<'a>| f.value.is_string() && ids.iter().any(|m| m.is(f.value, self.claim));
        let is_value = |f: &&Field<'a>| {
            !is_line_number(f.leaf()) && !f.value.is_array() && !f.value.is_object()
        };
        let values: Vec<&Field<'a>> = self.cited.iter().filter(is_value).collect();
        let mut same = None;
        for (n, a) in values.iter().enumerate() {
            for b in values.iter().skip(n + 1) {
                let (one, other) = (kinds(a), kinds(b));
                if one.is_empty() || !one.iter().any(|t| other.contains(t)) {
                    continue;
                }
                if is_one(a, b) {
                    same = same.or(Some((*a, *b)));
                } else if told(a) == told(b) {
                    return None;
                }
            }
        }
        let Some((a, b)) = same else {
            // Nothing but what the records are known by.
            let known = values.len() == 1
                && values.iter().all(|f| {
                    told(f) && (f.has("kind.number") || !f.has("kind.gstin") && kinds(f).is_empty())
                });
            return known.then(|| {
                let why = "nothing that is cited differs".to_owned();
                (Label::Unsupported, why)
            });
        };
        Some((
            Label::Contradicted,
            format!("{} and {} are the same", a.pointer(), b.pointer()),
        ))
    }

    /// "None were filed" where one is.
    fn none_is_so(&self) -> Option<Veto> {
        let text = self.text();
        let none = [
            "none were ",
            "none was ",
            "none is ",
            "none are ",
            "none of them ",
        ];
        let state = none
            .iter()
            .find_map(|n| text.split(n).nth(1)?.split(' ').next().map(str::to_owned))?;
        let field = self.cited.iter().find(|f| {
            f.value
                .as_str()
                .is_some_and(|t| folded_words(t).join(" ") == state)
        })?;
        Some((
            Label::Contradicted,
            format!("{} holds {}", field.pointer(), field.value),
        ))
    }

    /// "Order PO-7 was placed 38 days after invoice A/1" of an order that is the earlier; each side names its record.
    fn later_than_it_is(&self) -> Option<Veto> {
        let dates: Vec<(&Field<'a>, Date)> = self
            .cited
            .iter()
            .filter_map(|f| Some((f, read::json_date(f.value)?)))
            .collect();
        let [(one, first), (other, second)] = dates[..] else {
            return None;
        };
        let ops: Vec<(usize, bool)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| match i.text() {
                "after" | "later than" => Some((at, true)),
                "before" | "earlier than" => Some((at, false)),
                _ => None,
            })
            .collect();
        let [(at, later)] = ops[..] else { return None };
        let turned = self.items.iter().any(|i| i.class("not"));
        if one.doc == other.doc || first == second || turned {
            return None;
        }
        // Which of the two records a stretch names by a number that is cited of it.
        let named = |range: std::ops::Range<usize>| {
            let part = self.items.get(range)?;
            let holds = |doc: usize| {
                part.iter().filter_map(Mention::of).any(|m| {
                    matches!(m, Mention::Id(_))
                        && self.cited.iter().any(|f| {
                            f.doc == doc && f.value.is_string() && m.is(f.value, self.claim)
                        })
                })
            };
            match (holds(one.doc), holds(other.doc)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            }
        };
        let (left, right) = (named(0..at)?, named(at + 1..self.items.len())?);
        if left == right {
            return None;
        }
        let first_is_later = first > second;
        let so = (first_is_later == left) == later;
        (!so).then(|| {
            let why = format!("{} is {first}, {} {second}", one.pointer(), other.pointer());
            (Label::Contradicted, why)
        })
    }

    /// "The lines add up to less than the taxable value" of lines that come to it.
    fn sum_said_to_differ(&self) -> Option<Veto> {
        let text = self.text();
        let sums = [
            "add up to",
            "adds up to",
            "total ",
            "sum of",
            "together come to",
            "sum to",
        ];
        let strict = [
            "less than",
            "more than",
            "differs from",
            "differ from",
            "exceeds",
            "falls short of",
        ];
        let said: Vec<&&str> = strict.iter().filter(|w| text.contains(**w)).collect();
        if !sums.iter().any(|w| text.contains(w))
            || said.len() != 1
            || self.has(&["not", "no", "by"])
        {
            return None;
        }
        let amounts: Vec<(&Field<'a>, Decimal)> = self
            .cited
            .iter()
            .filter(|f| f.classes().contains(&Class::Amount) && !is_line_number(f.leaf()))
            .filter_map(|f| Some((f, read::json_number(f.value)?)))
            .collect();
        let (parts, wholes): (Vec<_>, Vec<_>) =
            amounts.iter().partition(|(f, _)| f.element().is_some());
        if parts.len() < 2 || wholes.len() > 1 {
            return None;
        }
        let sum = parts
            .iter()
            .try_fold(Decimal::ZERO, |sum, (_, v)| sum.checked_add(*v))?;
        let whole = wholes.first().map(|(_, v)| *v);
        let told = |v: Decimal| {
            self.items
                .iter()
                .filter_map(Item::number)
                .any(|n| n.is(v, false))
        };
        let equal = whole.map_or_else(|| told(sum), |w| w == sum);
        equal.then(|| {
            (
                Label::Contradicted,
                format!("they come to {}", sum.normalize()),
            )
        })
    }
}

/// Whether two values are one, as numbers or as texts.
fn is_one(a: &Field<'_>, b: &Field<'_>) -> bool {
    match (read::json_number(a.value), read::json_number(b.value)) {
        (Some(x), Some(y)) => x == y,
        _ => a
            .value
            .as_str()
            .zip(b.value.as_str())
            .is_some_and(|(x, y)| {
                let named = a.has("kind.name") || a.leaf_is_party();
                folded_words(x) == folded_words(y)
                    || named && domain::names::similarity(x, y) == Decimal::ONE
            }),
    }
}
