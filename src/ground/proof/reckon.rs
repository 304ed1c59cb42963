//! What several values come to: sums, differences, products, shares.

use domain::Decimal;

use super::{
    Proof,
    compute::{How, Operand},
};
use crate::{measure::unit_of, number::Number, pairing::alike, vocabulary::VOCABULARY};

impl Proof<'_, '_> {
    /// Values that come to a number, each of which is then accounted for.
    #[expect(
        clippy::too_many_lines,
        reason = "one list of ways, each short by itself"
    )]
    pub(super) fn reckon(&self, at: usize, number: &Number) -> Option<(Vec<usize>, How)> {
        let operands = self.operands(at);
        let fields = |used: &[&Operand]| used.iter().filter_map(|o| o.field).collect::<Vec<_>>();
        let cited = |used: &[&Operand]| used.iter().any(|o| o.field.is_some());
        if number.percent {
            for whole in &operands {
                for part in operands.iter().filter(|p| !std::ptr::eq(*p, whole)) {
                    let of = |v: Decimal| {
                        v.checked_mul(Decimal::ONE_HUNDRED)
                            .and_then(|p| p.checked_div(whole.value))
                            .is_some_and(|s| self.is_share(at, number, s))
                    };
                    let apart = part
                        .value
                        .checked_sub(whole.value)
                        .filter(|gap| !gap.is_zero() && self.comparable(part, whole))
                        .is_some_and(|gap| of(gap.abs()));
                    if apart && cited(&[whole, part]) && self.says_apart(at) {
                        return Some((fields(&[part, whole]), How::Gap));
                    }
                    let before_tax = self.w.items.iter().any(|i| {
                        matches!(
                            i.text(),
                            "before tax"
                                | "excluding"
                                | "without tax"
                                | "value before tax"
                                | "taxable value"
                                | "before gst"
                                | "value before gst"
                        )
                    });
                    let of_rest = || {
                        before_tax
                            && whole
                                .value
                                .checked_sub(part.value)
                                .and_then(|rest| {
                                    part.value
                                        .checked_mul(Decimal::ONE_HUNDRED)?
                                        .checked_div(rest)
                                })
                                .is_some_and(|s| self.is_share(at, number, s))
                    };
                    if cited(&[whole, part])
                        && self.comparable(part, whole)
                        && (of(part.value) || of_rest())
                    {
                        return Some((fields(&[whole, part]), How::Other));
                    }
                }
            }
        }
        // A sum of all of one sort, or of any that are named alike.
        for group in self.groups(&operands) {
            let total = group
                .iter()
                .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.value))?;
            if self.is(at, number, total) {
                return Some((fields(&group), How::Sum));
            }
            let average = self
                .w
                .items
                .iter()
                .any(|i| matches!(i.text(), "average" | "mean" | "on average"));
            let mean = total.checked_div(Decimal::from(group.len()));
            if average && mean.is_some_and(|v| self.is(at, number, v)) {
                return Some((fields(&group), How::Other));
            }
            for other in operands
                .iter()
                .filter(|o| !group.iter().any(|g| std::ptr::eq(*g, *o)))
            {
                let rest = other.value.checked_sub(total).map(|v| v.abs());
                if rest.is_some_and(|r| self.is(at, number, r))
                    && self.comparable(other, group.first()?)
                {
                    let mut used = group.clone();
                    used.push(other);
                    return Some((fields(&used), How::Gap));
                }
            }
        }
        let average = self
            .w
            .items
            .iter()
            .any(|i| matches!(i.text(), "average" | "mean" | "on average" | "average of"));
        for total in operands.iter().filter(|_| average) {
            for many in operands.iter().filter(|m| {
                m.value.fract().is_zero() && m.value > Decimal::ONE && m.value < total.value
            }) {
                let mean = total.value.checked_div(many.value);
                if cited(&[total, many]) && mean.is_some_and(|v| self.is(at, number, v)) {
                    return Some((fields(&[total, many]), How::Other));
                }
            }
        }
        for (x, a) in operands.iter().enumerate() {
            for b in operands.iter().skip(x + 1) {
                if !cited(&[a, b]) {
                    continue;
                }
                // Three weeks are no part of a sum of money.
                let part = |o: &Operand| {
                    o.value >= Decimal::TEN
                        || !o.value.fract().is_zero()
                        || number.value < Decimal::ONE_HUNDRED
                };
                let like = self.comparable(a, b) && part(a) && part(b);
                if like
                    && !number.percent
                    && self.adds()
                    && self.of_one_stage(a, b)
                    && a.value
                        .checked_add(b.value)
                        .is_some_and(|v| self.is(at, number, v))
                {
                    return Some((fields(&[a, b]), How::Sum));
                }
                if like
                    && a.value
                        .checked_sub(b.value)
                        .is_some_and(|v| !v.is_zero() && self.is(at, number, v.abs()))
                {
                    return Some((fields(&[a, b]), How::Gap));
                }
                let product = a.value.checked_mul(b.value);
                let times = !number.percent
                    && (product.is_some_and(|v| self.is(at, number, v))
                        || product
                            .and_then(|v| v.checked_div(Decimal::ONE_HUNDRED))
                            .filter(|_| self.is_rate(a) || self.is_rate(b))
                            .is_some_and(|v| self.is(at, number, v)));
                if times {
                    return Some((fields(&[a, b]), How::Other));
                }
                for (p, q) in [(a, b), (b, a)] {
                    let each = !number.percent
                        && p.value
                            .checked_div(q.value)
                            .is_some_and(|v| v > Decimal::ONE && self.is(at, number, v));
                    if each && !like {
                        return Some((fields(&[a, b]), How::Other));
                    }
                }
            }
        }
        // Three at a time: a product of a rate, a base and a number of times; one less two.
        for (x, a) in operands.iter().enumerate() {
            for (y, b) in operands.iter().enumerate() {
                for (z, c) in operands.iter().enumerate() {
                    if x == y
                        || y == z
                        || x == z
                        || number.percent
                        || number.value < Decimal::ONE_HUNDRED
                    {
                        continue;
                    }
                    let used = [a, b, c];
                    if used.iter().filter(|o| o.field.is_some()).count() < 2 {
                        continue;
                    }
                    let less = a
                        .value
                        .checked_sub(b.value)
                        .and_then(|v| v.checked_sub(c.value));
                    if y < z
                        && self.comparable(a, b)
                        && self.comparable(a, c)
                        && less.is_some_and(|v| self.is(at, number, v))
                    {
                        return Some((fields(&used), How::Gap));
                    }
                    // An excess of so much on each of so many.
                    let on_each = a
                        .value
                        .checked_sub(b.value)
                        .filter(|v| *v > Decimal::ZERO)
                        .and_then(|v| v.checked_mul(c.value));
                    if self.comparable(a, b)
                        && !self.comparable(a, c)
                        && on_each.is_some_and(|v| self.is(at, number, v))
                    {
                        return Some((fields(&[a, b, c]), How::Gap));
                    }
                    let product = a
                        .value
                        .checked_mul(b.value)
                        .and_then(|v| v.checked_mul(c.value))
                        .and_then(|v| v.checked_div(Decimal::ONE_HUNDRED));
                    if self.is_rate(a) && y < z && product.is_some_and(|v| self.is(at, number, v)) {
                        return Some((fields(&used), How::Other));
                    }
                }
            }
        }
        None
    }

    /// Whether the words that say which of two is the greater say what is so.
    pub(super) fn points_so(&self, at: usize, fields: &[usize]) -> bool {
        let near = at.saturating_sub(3)..(at + 6).min(self.w.items.len());
        let found = near.clone().find_map(|n| {
            let item = self.item(n)?;
            let up = ["above", "gap_above"].iter().any(|c| item.class(c));
            let down = ["below", "gap_below"].iter().any(|c| item.class(c));
            (up != down).then_some((n, up))
        });
        let Some((word, up)) = found else {
            // "Short by": where the words lean nowhere, the later of two stages falls short of the earlier.
            return true;
        };
        // Of several, the last is what the others together are held against.
        let Some((other, group)) = fields.split_last() else {
            return true;
        };
        let Some(first) = group.first() else {
            return false;
        };
        let total = group
            .iter()
            .filter_map(|n| self.in_one_unit(*n, *other))
            .try_fold(Decimal::ZERO, Decimal::checked_add);
        let (Some(x), Some(y)) = (total, self.side_number(*other)) else {
            return false;
        };
        let (small, great) = if x < y {
            (*first, *other)
        } else {
            (*other, *first)
        };
        if let Some(of) = self.leans(word, small, great) {
            return (of == great) == up;
        }
        // A shortage is of what comes later.
        let (Some(small), Some(great)) = (self.field(small), self.field(great)) else {
            return false;
        };
        let (low, high) = (small.progress(), great.progress());
        low != 0 && high != 0 && low != high && (low > high) != up
    }

    /// A cited number in the unit of another.
    pub(super) fn in_one_unit(&self, n: usize, of: usize) -> Option<Decimal> {
        let value = self.side_number(n)?;
        let units = self
            .field(n)
            .and_then(unit_of)
            .zip(self.field(of).and_then(unit_of));
        match units.filter(|(a, b)| a != b) {
            Some((own, other)) => {
                let (many, few) = VOCABULARY.ratio(own, other)?;
                value
                    .checked_mul(Decimal::from(many))?
                    .checked_div(Decimal::from(few))
            }
            None => Some(value),
        }
    }

    /// "Adding up the three receipts of 120, 90 and 90 bags, the whole quantity of 300": a sum of which all is stated.
    pub(super) fn is_a_told_sum(&self) -> bool {
        let operands = self.cited_operands();
        let group_is = |group: &[&Operand]| {
            let total = group
                .iter()
                .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.value));
            total.is_some_and(|t| {
                operands
                    .iter()
                    .any(|o| o.value == t && !group.iter().any(|g| g.field == o.field))
            })
        };
        let groups = self.groups(&operands);
        if !groups.is_empty() {
            return groups.iter().any(|g| group_is(g));
        }
        operands.iter().any(|whole| {
            let rest: Vec<&Operand> = operands.iter().filter(|o| o.field != whole.field).collect();
            rest.len() > 1
                && rest
                    .iter()
                    .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.value))
                    == Some(whole.value)
        })
    }

    /// The cited values that can be reckoned with.
    fn cited_operands(&self) -> Vec<Operand> {
        (0..self.w.cited.len())
            .filter_map(|n| {
                Some(Operand {
                    field: Some(n),
                    value: self.side_number(n)?,
                })
            })
            .collect()
    }

    /// Whether several cited values have one name.
    pub(super) fn has_groups(&self) -> bool {
        let operands = self.cited_operands();
        !self.groups(&operands).is_empty()
    }

    /// Values of one name, and those of one record that are not told by themselves.
    pub(super) fn groups<'o>(&self, operands: &'o [Operand]) -> Vec<Vec<&'o Operand>> {
        // The path without the places in lists.
        let leaf = |o: &Operand| -> Option<(Vec<String>, bool)> {
            let field = self.field(o.field?)?;
            let names: Vec<String> = field
                .path
                .iter()
                .filter(|s| !s.bytes().all(|b| b.is_ascii_digit()))
                .cloned()
                .collect();
            Some((names, field.element().is_some()))
        };
        let mut out: Vec<Vec<&Operand>> = Vec::new();
        for operand in operands.iter().filter(|o| o.field.is_some()) {
            let group: Vec<&Operand> = operands
                .iter()
                .filter(|o| o.field.is_some() && leaf(o) == leaf(operand))
                .collect();
            let known = out
                .iter()
                .any(|g| g.first().is_some_and(|f| leaf(f) == leaf(operand)));
            if group.len() > 1 && !known {
                out.push(group);
            }
        }
        out
    }

    pub(super) fn comparable(&self, a: &Operand, b: &Operand) -> bool {
        match (
            a.field.and_then(|n| self.field(n)),
            b.field.and_then(|n| self.field(n)),
        ) {
            (Some(x), Some(y)) => {
                let measured = unit_of(x)
                    .zip(unit_of(y))
                    .is_some_and(|(a, b)| a == b || VOCABULARY.ratio(a, b).is_some());
                (alike(x, y) || measured) && self.is_rate(a) == self.is_rate(b)
            }
            _ => true,
        }
    }

    pub(super) fn is_rate(&self, o: &Operand) -> bool {
        o.field.and_then(|n| self.field(n)).is_some_and(|f| {
            f.has("kind.rate")
                || crate::vocabulary::name_parts(f.leaf())
                    .iter()
                    .any(|p| matches!(p.as_str(), "pct" | "percent" | "rate" | "percentage"))
        })
    }

    /// Whether a word says that values are added up.
    pub(super) fn adds(&self) -> bool {
        self.w.items.iter().any(|i| {
            i.class("sum")
                || i.class("all")
                || matches!(
                    i.text(),
                    "total"
                        | "across"
                        | "and"
                        | "plus"
                        | "in total"
                        | "comes to"
                        | "come to"
                        | "totals"
                        | "make"
                        | "makes"
                        | "total of"
                        | "after"
                )
        })
    }

    /// Whether two values are of one stage: what was ordered and what was received of it are not added up.
    pub(super) fn of_one_stage(&self, a: &Operand, b: &Operand) -> bool {
        let stage = |o: &Operand| {
            o.field
                .and_then(|n| self.field(n))
                .map(|f| crate::vocabulary::of(&Self::spoken_as(f), "stage"))
                .unwrap_or_default()
        };
        let (one, two) = (stage(a), stage(b));
        one.is_empty() || two.is_empty() || !one.is_disjoint(&two)
    }

    /// Whether words near a number say that two values lie apart.
    pub(super) fn says_apart(&self, at: usize) -> bool {
        let near = at.saturating_sub(4)..(at + 4).min(self.w.items.len());
        near.into_iter().any(|n| {
            self.item(n).is_some_and(|i| {
                [
                    "above",
                    "below",
                    "gap_above",
                    "gap_below",
                    "gap",
                    "difference",
                ]
                .iter()
                .any(|c| i.class(c))
            })
        })
    }
}
