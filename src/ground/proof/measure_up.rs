//! Relations to a term, a tolerance, the greatest of several, or what was reckoned.

use super::Proof;
use crate::{
    clause::{Item, relation},
    field::Field,
    lex::Token,
    read,
    relation::Side,
};

impl<'a> Proof<'a, '_> {
    /// "In force when", "had not expired on": whether a day lies within a term whose end is cited.
    pub(super) fn compare_validity(&mut self) {
        let lives = |i: &Item| match i.state() {
            Some("expired") => Some(false),
            Some("valid" | "active") => Some(true),
            _ => match i.text() {
                "in force" | "live" | "running" | "still running" | "valid" | "subsisting"
                | "alive" => Some(true),
                "lapsed" | "expired" | "run out" | "ran out" => Some(false),
                _ => None,
            },
        };
        let Some((at, alive)) = (0..self.w.items.len())
            .filter(|n| !self.is_done(*n))
            .find_map(|n| Some((n, self.item(n).and_then(lives)?)))
        else {
            return;
        };
        let dates: Vec<(usize, domain::Date)> = (0..self.w.cited.len())
            .filter_map(|n| Some((n, read::json_date(self.field(n)?.value)?)))
            .collect();
        let has = |n: usize, tags: &[&'static str]| {
            self.field(n).is_some_and(|f| tags.iter().any(|t| f.has(t)))
        };
        let ends: Vec<_> = dates
            .iter()
            .filter(|(n, _)| has(*n, &["event.expiry", "event.cancellation"]))
            .collect();
        let starts: Vec<_> = dates
            .iter()
            .filter(|(n, _)| has(*n, &["event.start"]))
            .collect();
        let others: Vec<_> = dates
            .iter()
            .filter(|(n, _)| !has(*n, &["event.expiry", "event.cancellation", "event.start"]))
            .collect();
        let ([(end, to)], [(on, day)]) = (&ends[..], &others[..]) else {
            return;
        };
        let cancelled = has(*end, &["event.cancellation"]);
        let within = if cancelled { day < to } else { day <= to }
            && starts.iter().all(|(_, from)| from <= day);
        let scope = self.scope_of(at);
        let denials: Vec<usize> = scope
            .filter(|n| *n < at && self.class_at(Some(*n), "not") && !self.is_done(*n))
            .collect();
        let said = alive == denials.len().is_multiple_of(2);
        let (end, on) = (*end, *on);
        let starts: Vec<usize> = starts.iter().map(|(n, _)| *n).collect();
        if said == within {
            self.finish(at);
            for n in denials {
                self.finish(n);
            }
            self.tell(end);
            self.tell(on);
            for n in starts {
                self.tell(n);
            }
        } else {
            self.against = Some(format!("{day} lies on the other side of {to}"));
        }
    }

    /// "The most expensive of the three": the greatest of one name, all of which are cited.
    pub(super) fn compare_extremes(&mut self) {
        let Some((at, most)) = (0..self.w.items.len())
            .filter(|n| !self.is_done(*n))
            .find_map(|n| {
                let item = self.item(n)?;
                match (item.class("most"), item.class("least")) {
                    (true, false) => Some((n, true)),
                    (false, true) => Some((n, false)),
                    _ => None,
                }
            })
        else {
            return;
        };
        if self.is_denied(at) {
            return;
        }
        let stated: Vec<usize> = self
            .states
            .iter()
            .flatten()
            .copied()
            .filter(|n| {
                self.side_number(*n).is_some()
                    && self.field(*n).is_some_and(|f| f.element().is_some())
            })
            .collect();
        let [n] = stated[..] else {
            return;
        };
        let Some(field) = self.field(n) else {
            return;
        };
        let group = self.in_list_with(field);
        let whole = field
            .element()
            .and_then(|(_, list)| list.as_array())
            .is_some_and(|l| l.len() == group.len());
        let values: Vec<domain::Decimal> =
            group.iter().filter_map(|m| self.side_number(*m)).collect();
        let own = self.side_number(n);
        let extreme = if most {
            values.iter().max().copied()
        } else {
            values.iter().min().copied()
        };
        if whole && values.len() == group.len() && own == extreme {
            self.finish(at);
            for m in group {
                self.tell(m);
            }
        } else if own != extreme {
            self.against = Some("another of the list goes further".to_owned());
        }
    }

    /// "Falls within the contract period": each other date that is cited lies between the two ends of a term.
    pub(super) fn lies_within(&mut self, at: usize) -> bool {
        let within = self
            .item(at)
            .is_some_and(|i| matches!(i.text(), "within" | "well within" | "inside"));
        let dates: Vec<(usize, domain::Date)> = (0..self.w.cited.len())
            .filter_map(|n| Some((n, read::json_date(self.field(n)?.value)?)))
            .collect();
        let holder = |n: usize| self.field(n).and_then(|f| f.chain.last().copied());
        let ends = |n: usize| {
            self.field(n).is_some_and(|f| {
                f.has("event.expiry") || matches!(f.leaf(), "to" | "end" | "till" | "until")
            })
        };
        for (start, from) in &dates {
            for (end, to) in &dates {
                let term = from < to
                    && ends(*end)
                    && !ends(*start)
                    && holder(*start)
                        .zip(holder(*end))
                        .is_some_and(|(a, b)| std::ptr::eq(a, b));
                let others: Vec<(usize, domain::Date)> = dates
                    .iter()
                    .copied()
                    .filter(|(n, _)| {
                        holder(*n)
                            .zip(holder(*start))
                            .is_some_and(|(a, b)| !std::ptr::eq(a, b))
                    })
                    .collect();
                let wider = others.iter().all(|(_, d)| from <= d && d <= to);
                if within && term && !others.is_empty() && wider {
                    let all: Vec<usize> = dates.iter().map(|(n, _)| *n).collect();
                    self.finish(at);
                    for n in all {
                        self.tell(n);
                    }
                    return true;
                }
            }
        }
        false
    }

    /// "The over-delivery of 30 kg is within the agreed tolerance of 5%": by how much of the first two values lie apart.
    #[expect(clippy::many_single_char_names, reason = "two of each, side by side")]
    pub(super) fn is_a_tolerance(&mut self, at: usize, op: &str) -> bool {
        let Some(r) = (at + 1..self.w.items.len()).find(|n| self.literal(*n).is_some()) else {
            return false;
        };
        let Some((Side::Number(limit), true)) = self.literal(r) else {
            return false;
        };
        let tolerance = self.states.get(r).copied().flatten().filter(|n| {
            self.field(*n)
                .is_some_and(|f| f.has("head.tolerance") || f.leaf().contains("tolerance"))
        });
        if tolerance.is_none() {
            return false;
        }
        let rated = |f: &Field<'a>| {
            f.has("kind.rate") || f.leaf().contains("pct") || f.leaf().contains("percent")
        };
        let values: Vec<(usize, domain::Decimal, u8)> = (0..self.w.cited.len())
            .filter_map(|n| {
                let field = self.field(n).filter(|f| !rated(f))?;
                Some((n, self.side_number(n)?, field.progress()))
            })
            .collect();
        let [(a, x, early), (b, y, late)] = values[..] else {
            return false;
        };
        let base = if early <= late { x } else { y };
        let Some(share) = x
            .checked_sub(y)
            .and_then(|gap| gap.abs().checked_mul(domain::Decimal::ONE_HUNDRED))
            .and_then(|gap| gap.checked_div(base))
        else {
            return false;
        };
        let holds = match op {
            "at_most" => share <= limit,
            "above" => share > limit,
            "below" => share < limit,
            _ => return false,
        };
        if holds && early != late {
            self.finish(at);
            self.tell(a);
            self.tell(b);
        }
        true
    }

    /// "A smaller amount than the earlier one, ₹41,300 against ₹47,200": both figures stand behind.
    pub(super) fn compares_the_next_two(
        &self,
        at: usize,
        first: usize,
        holds: &dyn Fn(&Side, &Side) -> Option<bool>,
    ) -> bool {
        let Some(second) = (first + 1..self.w.items.len()).find(|n| self.literal(*n).is_some())
        else {
            return false;
        };
        let against = (first..second).any(|n| {
            self.item(n).is_some_and(|i| {
                matches!(
                    i.text(),
                    "against" | "as against" | "compared to" | "versus" | "vs"
                )
            })
        });
        let than = (at..first).any(|n| self.item(n).is_some_and(|i| i.text() == "than"))
            || self.item(at).is_some_and(|i| i.text().ends_with("than"));
        match (self.literal(first), self.literal(second)) {
            (Some((of, _)), Some((with, _))) => against && than && holds(&of, &with) == Some(true),
            _ => false,
        }
    }

    /// "₹54,000 corresponds to 18% of": what a figure is told to be equal to has been reckoned.
    pub(super) fn compare_results(&mut self) {
        for at in 0..self.w.items.len() {
            let equal = self
                .item(at)
                .filter(|i| !i.class("neutral"))
                .and_then(relation)
                == Some("equal");
            if !equal || self.is_done(at) {
                continue;
            }
            let right =
                (at + 1..(at + 5).min(self.w.items.len())).find(|n| self.literal(*n).is_some());
            let left = (0..at).rev().find(|n| self.literal(*n).is_some());
            let reckoned =
                |n: usize| self.is_done(n) && self.states.get(n).copied().flatten().is_none();
            let denied = self.is_denied(at);
            if let (Some(l), Some(r)) = (left, right)
                && self.is_done(l)
                && reckoned(r)
                && !denied
            {
                self.finish(at);
            }
        }
    }

    /// "The same invoice number, PT/2290": an identifier that the evidence holds in several places.
    pub(super) fn is_the_same_again(&self, at: usize) -> bool {
        let same = self.item(at).is_some_and(|i| {
            matches!(
                i.text(),
                "same" | "the same" | "the same number" | "same number"
            )
        });
        let id = (at + 1..(at + 6).min(self.w.items.len())).find_map(|n| match self.item(n) {
            Some(Item::Value(Token::Id(id))) if self.is_done(n) => Some(read::identifier(id)),
            _ => None,
        });
        let held = |id: &String| {
            (0..self.w.index.len())
                .flat_map(|doc| self.w.index.leaves(doc))
                .filter(|f| f.value.as_str().is_some_and(|v| read::identifier(v) == *id))
                .count()
        };
        same && id.is_some_and(|id| held(&id) > 1)
    }

    pub(super) fn finish_earlier(&mut self) {
        for n in 0..self.w.items.len() {
            if self
                .item(n)
                .is_some_and(|i| matches!(i.text(), "earlier" | "previous"))
            {
                self.finish(n);
            }
        }
    }
}
