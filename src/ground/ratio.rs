//! Ratios: half of what was ordered, three times the fee, double the limit.

use domain::Decimal;

use crate::{clause::Item, read, weigh::Weigher};

/// How many times as much a word says, as a fraction.
fn times(text: &str) -> Option<(i64, i64)> {
    Some(match text {
        "half" => (1, 2),
        "a third" | "one third" | "third" => (1, 3),
        "two thirds" => (2, 3),
        "a quarter" | "one quarter" | "quarter" | "a fourth" | "one fourth" => (1, 4),
        "three quarters" | "three fourths" => (3, 4),
        "a tenth" | "one tenth" => (1, 10),
        "twice" | "double" => (2, 1),
        "thrice" | "triple" | "treble" => (3, 1),
        _ => return None,
    })
}

impl Weigher<'_, '_> {
    /// `half of the bolts ordered have been billed`, `the cap is three times the annual fee`.
    pub(crate) fn weigh_ratio(&mut self) {
        for at in 0..self.items.len() {
            let Some((part, whole)) = self.multiple(at) else {
                continue;
            };
            let Some(pair) = self.pair_around(at, false) else {
                let share = (part * Decimal::ONE_HUNDRED).checked_div(whole);
                let share =
                    share.and_then(|s| crate::number::written(&format!("{}%", s.normalize())));
                if let Some(crate::derive::Derived::Holds(fields)) =
                    share.and_then(|s| self.reckoned(at, &s))
                    && let Some(first) = fields.first()
                {
                    self.bearing.extend(&fields);
                    self.good(at, *first);
                }
                continue;
            };
            let side = |n: usize| self.cited.get(n).and_then(|f| read::json_number(f.value));
            let (Some(of), Some(with)) = (side(pair.of), side(pair.with)) else {
                continue;
            };
            let is = |a: Decimal, b: Decimal| a.checked_mul(whole) == b.checked_mul(part);
            // "Half of those ordered were billed": which is the whole, the size of the two says too.
            let holds = is(of, with) || (!pair.ordered && is(with, of));
            let flipped = part < whole && is(with, of) == (with < of) && with < of && is(with, of);
            if (holds || flipped) == self.denied_at(at) {
                self.bad(at, format!("the cited values are {of} and {with}"));
                return;
            }
            self.negation_used |= self.denied_at(at);
            self.mark_denials(at);
            self.bearing.insert(pair.with);
            self.good(at, pair.of);
            if self.items.get(at + 1).is_some_and(|i| i.text() == "times") {
                self.mark(at + 1);
            }
            return;
        }
    }

    fn multiple(&self, at: usize) -> Option<(Decimal, Decimal)> {
        let item = self.items.get(at)?;
        if let Some(number) = item.number() {
            let next = self.items.get(at + 1).map(Item::text);
            return (next == Some("times")).then_some((number.value, Decimal::ONE));
        }
        times(&item.text().to_lowercase())
            .map(|(part, whole)| (Decimal::from(part), Decimal::from(whole)))
    }
}
