//! Relations of several: of each member of a list to a figure, of what was done to what was planned, of the time between
//! two dates to a term.

use domain::Date;

use crate::{
    clause::{Item, relation},
    field::Field,
    read,
    relation::Side,
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// A relation that each of several members of one list stands in to a figure.
    pub(crate) fn weigh_each(&mut self, at: usize, op: &'static str, figure: usize) -> bool {
        let Some(with) = self.literal_side(figure) else {
            return false;
        };
        let number = self.items.get(figure).and_then(Item::number);
        let days = self
            .items
            .get(figure + 1)
            .is_some_and(|i| matches!(i.text(), "days" | "day"));
        let asked = self.asked(self.items, number, days);
        let fields: Vec<(usize, &Field<'_>)> = self
            .comparable_fields()
            .into_iter()
            .filter_map(|n| Some((n, self.cited.get(n)?)))
            .filter(|(_, f)| {
                f.element().is_some()
                    && Side::of(f).is_some_and(|s| s.minus(&with).is_some())
                    && crate::fit::fits(
                        &crate::fit::Asked {
                            line: true,
                            ..asked.clone()
                        },
                        f,
                    ) != crate::fit::Fit::No
            })
            .collect();
        let [(first, one), (_, other), ..] = fields[..] else {
            return false;
        };
        if one.leaf() != other.leaf() || fields.iter().any(|(_, f)| f.leaf() != one.leaf()) {
            return false;
        }
        let denied = self.denied_at(at) || self.items.iter().any(|i| i.text() == "neither");
        let met = fields
            .iter()
            .filter(|(_, f)| {
                Side::of(f)
                    .and_then(|s| self.holds(op, &s, &with, None))
                    .is_some_and(|h| h != denied)
            })
            .count();
        // "At least two of them": as many as are said, else all.
        let counted = self
            .items
            .get(..at)
            .unwrap_or_default()
            .iter()
            .find_map(Item::number)
            .map(|n| n.value);
        let enough = counted.map_or(met == fields.len(), |many| {
            domain::Decimal::from(met) >= many && met == fields.len()
        });
        let all: Vec<usize> = fields.iter().map(|(n, _)| *n).collect();
        let why = format!(
            "not all that is cited stands in that relation: {}",
            one.pointer()
        );
        self.mark(figure);
        if days {
            self.mark(figure + 1);
        }
        if enough {
            self.bearing.extend(all);
            self.good(at, first);
            self.negation_used |= denied;
            self.mark_denials(at);
            for n in 0..at {
                let count = self
                    .items
                    .get(n)
                    .is_some_and(|i| i.number().is_some() || relation(i) == Some("at_least"));
                if count {
                    self.mark(n);
                }
            }
        } else {
            self.bad(at, why);
        }
        true
    }

    /// "Each was filed on or before its due date": what happened against what was planned, in each element.
    pub(crate) fn weigh_pairs(&mut self, at: usize, op: &'static str) -> bool {
        let every: Vec<(usize, &Field<'_>)> = self
            .comparable_fields()
            .into_iter()
            .filter_map(|n| Some((n, self.cited.get(n)?)))
            .filter(|(_, f)| matches!(Side::of(f), Some(Side::Date(_))))
            .collect();
        let dated: Vec<(usize, &Field<'_>)> = every
            .iter()
            .copied()
            .filter(|(_, f)| f.element().is_some())
            .collect();
        if let [(a, one), (b, two)] = every[..]
            && one.is_planned() != two.is_planned()
            && self.literal(at).is_none()
        {
            let ((n, done), planned) = if one.is_planned() {
                ((b, two), one)
            } else {
                ((a, one), two)
            };
            let (Some(of), Some(with)) = (Side::of(done), Side::of(planned)) else {
                return false;
            };
            let Some(holds) = self.holds(op, &of, &with, None) else {
                return false;
            };
            if holds == self.denied_at(at) {
                self.bad(
                    at,
                    format!("it was {} against {}", of.shown(), with.shown()),
                );
            } else {
                self.negation_used |= self.denied_at(at);
                self.mark_denials(at);
                self.bearing.extend([a, b]);
                self.good(at, n);
            }
            return true;
        }
        let mut met = Vec::new();
        for (n, planned) in dated.iter().filter(|(_, f)| f.is_planned()) {
            let Some((m, done)) = dated
                .iter()
                .find(|(_, f)| !f.is_planned() && f.same_element(planned))
            else {
                return false;
            };
            let (Some(of), Some(with)) = (Side::of(done), Side::of(planned)) else {
                return false;
            };
            let Some(holds) = self.holds(op, &of, &with, None) else {
                return false;
            };
            met.push((*n, *m, holds));
        }
        if met.len() < 2 || met.len() * 2 != dated.len() {
            return false;
        }
        if met.iter().all(|(_, _, h)| *h != self.denied_at(at)) {
            let all: Vec<usize> = met.iter().flat_map(|(n, m, _)| [*n, *m]).collect();
            self.good(at, met[0].0);
            self.bearing.extend(all);
            self.mark_denials(at);
        } else {
            self.bad(at, "not each of them stands in that relation".to_owned());
        }
        true
    }

    /// "Stayed within the 45 days": the time between the two cited dates against a figure.
    pub(crate) fn weigh_limit(&mut self, at: usize, op: &'static str, figure: usize) -> bool {
        let (Some(number), Some(span)) = (
            self.items.get(figure).and_then(Item::number).cloned(),
            self.items
                .get(figure + 1)
                .and_then(|i| crate::span::unit(i.text())),
        ) else {
            return false;
        };
        let dates: Vec<(usize, Date)> = self
            .comparable_fields()
            .into_iter()
            .filter_map(|n| match self.cited.get(n).and_then(Side::of) {
                Some(Side::Date(d)) => Some((n, d)),
                _ => None,
            })
            .collect();
        let [(a, one), (b, two)] = dates[..] else {
            return false;
        };
        let (from, to) = if one <= two { (one, two) } else { (two, one) };
        let Some(end) = span.after(from, number.value) else {
            return false;
        };
        // "Received the day after it had expired": which of the two is later.
        let lean = |n: usize, m: usize| -> i32 {
            let (Some(n), Some(m)) = (self.cited.get(n), self.cited.get(m)) else {
                return 0;
            };
            self.items
                .get(..at)
                .unwrap_or_default()
                .iter()
                .map(|i| self.speaks(i, n) - self.speaks(i, m))
                .sum()
        };
        let (later, earlier) = if one <= two { (b, a) } else { (a, b) };
        let turned = match op {
            "after" => lean(later, earlier) < 0,
            "before" => lean(later, earlier) > 0,
            _ => false,
        };
        let exact = figure < at || matches!(op, "differ" | "gap");
        let holds = match op {
            "after" | "before" | "differ" if exact => !turned && span.parts(from, to, number.value),
            "at_most" | "inside" => to <= end,
            "below" | "before" => to < end,
            "above" | "after" => to > end,
            "at_least" => to >= end,
            _ => return false,
        };
        self.mark(figure);
        self.mark(figure + 1);
        if holds == self.denied_at(at) {
            self.bad(at, format!("from {from} to {to} is another time"));
        } else {
            self.negation_used |= self.denied_at(at);
            self.mark_denials(at);
            let limit = self.cited.iter().position(|f| {
                f.has("kind.days")
                    && read::json_number(f.value).is_some_and(|v| number.is(v, false))
            });
            self.bearing.extend([a, b].into_iter().chain(limit));
            self.good(at, a);
        }
        true
    }
}
