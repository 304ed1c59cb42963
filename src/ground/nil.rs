//! Nothing of something: taxes not charged, goods not rejected, searches that found nothing.

use serde_json::Value;

use crate::{
    clause::{Item, relation, tags_of},
    field::Field,
    read,
    vocabulary::{Tag, group, name_parts},
    weigh::Weigher,
};

/// Members that hold what a search brought up.
const BROUGHT_UP: [&str; 16] = [
    "found",
    "match",
    "matches",
    "hit",
    "hits",
    "count",
    "total",
    "results",
    "result",
    "candidates",
    "rows",
    "records",
    "findings",
    "exists",
    "duplicates",
    "entries",
];

impl Weigher<'_, '_> {
    /// "Neither CGST nor SGST is charged", "no peas were rejected": each sum or quantity that is named is nought.
    pub(crate) fn weigh_nil(&mut self) {
        for at in 0..self.items.len() {
            let denial = self.items.get(at).is_some_and(|i| i.class("not")) && !self.is_used(at);
            if !denial {
                continue;
            }
            let rest = self.items.get(at + 1..).unwrap_or_default();
            let end = rest
                .iter()
                .position(|i| {
                    matches!(i, Item::Mark(',' | '(')) || i.class("not") || i.class("split")
                })
                .unwrap_or(rest.len());
            let mut scope = rest.get(..end).unwrap_or_default();
            if !tags_of(scope).iter().any(|t| is_nought(t)) {
                scope = self.items.get(..at).unwrap_or_default();
            }
            if scope
                .iter()
                .any(|i| relation(i).is_some() || i.number().is_some())
            {
                continue;
            }
            let tags: Vec<Tag> = tags_of(scope)
                .into_iter()
                .filter(|t| is_nought(t))
                .collect();
            for tag in tags {
                let of_it: Vec<usize> = self
                    .candidates
                    .iter()
                    .copied()
                    .filter(|n| {
                        self.cited.get(*n).is_some_and(|f| {
                            let named = f.has(tag) || (tag == "head.gst" && f.is_tax());
                            named && read::json_number(f.value).is_some() && !f.has("kind.rate")
                        })
                    })
                    .collect();
                let Some(first) = of_it.first().copied() else {
                    continue;
                };
                let held = of_it.iter().copied().find(|n| {
                    self.cited
                        .get(*n)
                        .and_then(|f| read::json_number(f.value))
                        .is_some_and(|v| !v.is_zero())
                });
                if let Some(field) = held.and_then(|n| self.cited.get(n)) {
                    self.bad(at, format!("{} holds {}", field.pointer(), field.value));
                    return;
                }
                self.bearing.extend(of_it);
                self.negation_used = true;
                self.good(at, first);
            }
        }
    }

    /// A search that found nothing, or as much as is said.
    pub(crate) fn weigh_search(&mut self) {
        let looks = self.items.iter().any(|i| {
            [
                "search", "found", "find", "thrown", "hit", "match", "duplicat", "show", "exist",
                "return", "turn", "hold", "list", "entr", "other", "look",
            ]
            .iter()
            .any(|w| i.text().to_lowercase().starts_with(w))
        });
        let brought = self.cited.iter().find(|f| {
            let list = f
                .path
                .iter()
                .any(|s| BROUGHT_UP.contains(&s.to_lowercase().as_str()));
            list && f.element().is_some()
        });
        let plain = !self
            .items
            .iter()
            .any(|i| i.state().is_some() || relation(i).is_some());
        if let Some(field) =
            brought.filter(|_| self.negative && !self.negation_used && looks && plain)
        {
            let why = format!("{} was found", field.pointer());
            self.bad(self.items.len(), why);
            return;
        }
        for n in 0..self.cited.len() {
            let Some(field) = self.cited.get(n).filter(|f| is_brought_up(f)) else {
                continue;
            };
            if self.bearing.contains(&n) && !self.negative {
                continue;
            }
            let nothing = read::empty(field.value)
                || field.value.as_bool() == Some(false)
                || (field.value.is_number()
                    && read::json_number(field.value).is_some_and(|v| v.is_zero()));
            let end = self.items.len();
            let about = looks || self.earlier.is_empty();
            if nothing
                && about
                && self.negative
                && !self.negation_used
                && self.candidates.contains(&n)
            {
                if Self::is_complete(field) {
                    self.good(end, n);
                    self.account_for_absence();
                }
            } else if nothing
                && looks
                && !self.negative
                && self.tally.good <= self.tally.subjects
                && self.candidates.contains(&n)
            {
                let why = format!("{} holds {}", field.pointer(), field.value);
                self.bad(end, why);
            } else if !nothing
                && self.says_one()
                && read::json_number(field.value).is_some_and(|v| v == domain::Decimal::ONE)
            {
                self.good(end, n);
            }
        }
    }

    fn says_one(&self) -> bool {
        self.items.iter().any(|i| {
            matches!(i.text(), "single" | "sole" | "only one" | "a single")
                || i.number()
                    .is_some_and(|n| n.value == domain::Decimal::ONE && !n.rupees)
        })
    }
}

/// What there may be nothing of: a tax, a charge, a part of a quantity.
fn is_nought(tag: &str) -> bool {
    matches!(group_of(tag), "head" | "stage")
        && !matches!(
            tag,
            "head.total"
                | "head.taxable"
                | "head.limit"
                | "head.payable"
                | "stage.ordered"
                | "stage.received"
                | "stage.billed"
        )
}

fn group_of(tag: &str) -> &str {
    tag.split_once('.').map_or(tag, |(g, _)| g)
}

pub(crate) fn is_brought_up(field: &Field<'_>) -> bool {
    let parts = name_parts(field.leaf());
    let counts = field.value.is_number() || field.value.is_array() || field.value.is_boolean();
    let searched = field
        .chain
        .iter()
        .filter_map(|h| h.as_object())
        .flat_map(|m| m.keys())
        .any(|key| {
            name_parts(key).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "query"
                        | "scope"
                        | "search"
                        | "searched"
                        | "criteria"
                        | "request"
                        | "params"
                        | "filter"
                )
            })
        });
    counts
        && !matches!(field.value, Value::Null)
        && parts.iter().any(|p| BROUGHT_UP.contains(&p.as_str()))
        && (searched
            || parts.iter().any(|p| {
                matches!(
                    p.as_str(),
                    "match" | "matches" | "hits" | "hit" | "found" | "findings" | "candidates"
                )
            }))
        && field.tags.iter().all(|t| {
            // The total of the hits is no sum.
            !matches!(group(t), "head" | "stage")
                || (*t == "head.total"
                    && parts
                        .iter()
                        .any(|p| p.starts_with("hit") || p.starts_with("match")))
        })
}
