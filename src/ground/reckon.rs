//! Numbers that no field holds and that the cited values come to: sums, differences, products, quotients, shares.

use domain::Decimal;

use crate::{
    derive::Derived,
    field::{Class, Field},
    fit::is_identity,
    measure::unit_of,
    mention::is_line_number,
    number::Number,
    pairing::alike,
    read,
    vocabulary::VOCABULARY,
    weigh::Weigher,
};

/// At most so many values are reckoned with.
const OPERANDS_MAX: usize = 24;

/// A cited value, or one that the sentence has stated and that has been borne.
struct Operand<'f, 'a> {
    field: Option<(usize, &'f Field<'a>)>,
    value: Decimal,
}

impl Operand<'_, '_> {
    fn is(&self, class: Class) -> bool {
        self.field
            .is_none_or(|(_, f)| f.classes().contains(&class) || f.classes() == [Class::Plain])
    }

    fn alike(&self, other: &Self) -> bool {
        match (self.field, other.field) {
            (Some((_, a)), Some((_, b))) => alike(a, b),
            _ => true,
        }
    }
}

impl<'a> Weigher<'a, '_> {
    /// Whether the cited values come to a number in some plain way. What comes to it by chance is kept out by asking for
    /// a number that stands out.
    pub(crate) fn reckoned(&self, at: usize, number: &Number) -> Option<Derived> {
        self.reckoned_so(at, number, false)
    }

    /// With `listed`, only as the sum of the same member of several records.
    pub(crate) fn reckoned_so(&self, at: usize, number: &Number, listed: bool) -> Option<Derived> {
        let measured = self
            .items
            .get(at + 1)
            .is_some_and(|i| crate::vocabulary::VOCABULARY.unit(i.text()).is_some());
        let plain = !number.rupees && !number.percent && !measured;
        // "Four short": so few, where a word behind says of what.
        let gap = self.items.iter().skip(at + 1).take(3).any(|i| {
            ["gap", "gap_above", "gap_below", "above", "below"]
                .iter()
                .any(|c| i.class(c))
        });
        let plain = plain && !gap;
        if number.value.is_zero()
            || (plain && number.value < Decimal::TEN && number.value.fract().is_zero())
        {
            return None;
        }
        let operands = self.operands(at);
        let holds = |used: &[&Operand<'_, 'a>]| {
            Some(Derived::Holds(
                used.iter()
                    .filter_map(|o| o.field.map(|(n, _)| n))
                    .collect(),
            ))
        };
        for (x, a) in operands
            .iter()
            .enumerate()
            .filter(|_| !listed || number.percent)
        {
            for (y, b) in operands.iter().enumerate() {
                if x == y || (a.field.is_none() && b.field.is_none()) {
                    continue;
                }
                let comes = if number.percent {
                    self.share_of(at, a, b, number)
                } else {
                    self.comes_to(x < y, a, b, number)
                };
                if comes {
                    return holds(&[a, b]);
                }
            }
        }
        if number.percent {
            return self.shared(&operands, number);
        }
        for group in groups(&operands) {
            let total = group
                .iter()
                .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.value))?;
            if number.is(total, self.about) {
                return holds(&group);
            }
            for other in &operands {
                let rest = other.value.checked_sub(total).map(|r| r.abs());
                let outside = !group.iter().any(|g| std::ptr::eq(*g, other));
                if outside
                    && group.first().is_some_and(|g| self.directed(g, other))
                    && other.alike(group.first()?)
                    && rest.is_some_and(|r| number.is(r, self.about))
                {
                    let mut used = group.clone();
                    used.push(other);
                    return holds(&used);
                }
            }
        }
        // "opening plus bills minus payments"
        if self.items.iter().any(|i| i.class("minus")) || self.has_text(&["minus", "less", "plus"])
        {
            for (x, a) in operands.iter().enumerate() {
                for (y, b) in operands.iter().enumerate().skip(x + 1) {
                    for (z, c) in operands.iter().enumerate() {
                        let total = a
                            .value
                            .checked_add(b.value)
                            .and_then(|s| s.checked_sub(c.value));
                        if z != x && z != y && total.is_some_and(|t| number.is(t, self.about)) {
                            return holds(&[a, b, c]);
                        }
                    }
                }
            }
        }
        None
    }

    /// A share that several of a list come to together.
    fn shared(&self, operands: &[Operand<'_, 'a>], number: &Number) -> Option<Derived> {
        for group in groups(operands) {
            let total = group
                .iter()
                .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.value))?;
            let whole = operands.iter().find(|o| {
                let outside = !group.iter().any(|g| std::ptr::eq(*g, *o));
                let part = total
                    .checked_mul(Decimal::ONE_HUNDRED)
                    .and_then(|t| t.checked_div(o.value));
                outside && part.is_some_and(|p| number.is_share(p, self.about))
            });
            if let Some(whole) = whole {
                let mut used = group.clone();
                used.push(whole);
                return Some(Derived::Holds(
                    used.iter()
                        .filter_map(|o| o.field.map(|(n, _)| n))
                        .collect(),
                ));
            }
        }
        None
    }

    /// "More than 80% of the deliveries": the share of the one cited number in the other, or of a price times a quantity
    /// in a total.
    pub(crate) fn lone_share(&self, at: usize) -> Option<(Decimal, Vec<usize>)> {
        let fields: Vec<(usize, &Field<'a>, Decimal)> = self
            .operands(at)
            .into_iter()
            .filter_map(|o| o.field.map(|(n, f)| (n, f, o.value)))
            .collect();
        let share = |part: Decimal, whole: Decimal| {
            part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
        };
        match fields[..] {
            [(a, _, one), (b, _, two)] => Some((share(one.min(two), one.max(two))?, vec![a, b])),
            [(first, _, many), (second, _, price), (third, total, whole)]
                if total.classes().contains(&Class::Amount) =>
            {
                Some((
                    share(many.checked_mul(price)?, whole)?,
                    vec![first, second, third],
                ))
            }
            _ => None,
        }
    }

    fn has_text(&self, wanted: &[&str]) -> bool {
        self.items.iter().any(|i| wanted.contains(&i.text()))
    }

    /// Whether the words leave open which of two values is the greater, or the way from order to payment says it.
    fn directed(&self, a: &Operand<'_, 'a>, b: &Operand<'_, 'a>) -> bool {
        let open = |classes: &[&str]| {
            self.items
                .iter()
                .enumerate()
                .any(|(n, i)| !self.is_used(n) && classes.iter().any(|c| i.class(c)))
        };
        let (below, above) = (open(&["gap_below", "below"]), open(&["gap_above", "above"]));
        if !below && !above {
            return true;
        }
        let (Some((_, one)), Some((_, two))) = (a.field, b.field) else {
            return false;
        };
        let ((low, small), (high, great)) = if a.value < b.value {
            ((a, one), (b, two))
        } else {
            ((b, two), (a, one))
        };
        // "Below Trivandrum Infotech": what is named behind is what it is held against.
        let named = self
            .items
            .iter()
            .position(|i| {
                ["below", "above", "gap_below", "gap_above"]
                    .iter()
                    .any(|c| i.class(c))
            })
            .map_or(&[][..], |n| self.items.get(n + 1..).unwrap_or_default())
            .iter()
            .filter_map(crate::mention::Mention::of)
            .collect::<Vec<_>>();
        let base = |f: &Field<'a>| named.iter().any(|m| m.binds(f, self.claim));
        if base(small) != base(great) {
            return base(great) == below;
        }
        let (low, high) = (low.value, high.value);
        let (first, second) = (small.progress(), great.progress());
        low != high
            && first != second
            && first != 0
            && second != 0
            && if below {
                first > second
            } else {
                first < second
            }
    }

    fn comes_to(
        &self,
        first: bool,
        a: &Operand<'_, 'a>,
        b: &Operand<'_, 'a>,
        number: &Number,
    ) -> bool {
        let is = |v: Option<Decimal>| {
            v.is_some_and(|v| number.is(v, self.about) || number.is_rounded(v))
        };
        let rate = |o: &Operand<'_, 'a>| {
            !number.rupees && o.field.is_some_and(|(_, f)| f.classes() == [Class::Rate])
        };
        let cue = |classes: &[&str], texts: &[&str]| {
            self.all
                .iter()
                .any(|i| classes.iter().any(|c| i.class(c)) || texts.contains(&i.text()))
        };
        let adds = cue(
            &["sum", "all"],
            &[
                "total", "across", "and", "total of", "in total", "comes to", "come to", "totals",
                "make up", "makes up",
            ],
        );
        let takes = cue(
            &[
                "difference",
                "minus",
                "gap",
                "gap_above",
                "gap_below",
                "above",
                "below",
                "differ",
            ],
            &[
                "net",
                "leaves",
                "leaving",
                "left",
                "less",
                "off",
                "taken off",
                "payable",
                "after tds",
                "net of tds",
            ],
        );
        let times = cue(
            &["each", "gap_above", "gap_below", "above", "below"],
            &[
                "at", "times", "per", "x", "of", "for", "average", "unit", "apiece", "per unit",
                "on",
            ],
        ) || self
            .all
            .iter()
            .any(|i| matches!(i, crate::clause::Item::Mark('@' | '*' | '×')));
        // A small number of the sentence counts things, and is no part of a sum.
        let part = |o: &Operand<'_, 'a>| {
            o.field.is_some() || o.value >= Decimal::ONE_HUNDRED || !o.value.fract().is_zero()
        };
        let parts = part(a) && part(b);
        if first && adds && parts && a.alike(b) && !rate(a) && is(a.value.checked_add(b.value)) {
            return true;
        }
        if first
            && takes
            && parts
            && a.alike(b)
            && !rate(a)
            && self.directed(a, b)
            && is(a.value.checked_sub(b.value).map(|v| v.abs()))
        {
            return true;
        }
        if !times {
            return false;
        }
        let counts = |o: &Operand<'_, 'a>| {
            o.field
                .is_none_or(|(_, f)| !f.classes().contains(&Class::Amount))
        };
        if rate(b) && !rate(a) {
            return is(a
                .value
                .checked_mul(b.value)
                .and_then(|p| p.checked_div(Decimal::ONE_HUNDRED)));
        }
        // A price times a quantity; a sum over a quantity.
        first && (counts(a) || counts(b)) && is(a.value.checked_mul(b.value))
            || (!a.is(Class::Quantity) || a.is(Class::Amount))
                && counts(b)
                && is(a.value.checked_div(b.value))
    }

    /// Whether the words name another head for the part, before the share, or for the whole, behind it.
    fn named_otherwise(&self, at: usize, part: &Operand<'_, 'a>, whole: &Operand<'_, 'a>) -> bool {
        let other = |items: &[crate::clause::Item], o: &Operand<'_, 'a>| {
            let said = crate::vocabulary::of(&crate::clause::tags_of(items), "head");
            let held = o
                .field
                .map(|(_, f)| crate::vocabulary::of(&f.tags, "head"))
                .unwrap_or_default();
            !said.is_empty() && !held.is_empty() && crate::fit::widened(&said).is_disjoint(&held)
        };
        let (before, behind) = self.items.split_at(at.min(self.items.len()));
        other(before, part) || other(behind, whole)
    }

    fn share_of(
        &self,
        at: usize,
        a: &Operand<'_, 'a>,
        b: &Operand<'_, 'a>,
        number: &Number,
    ) -> bool {
        let rate = |o: &Operand<'_, 'a>| o.field.is_some_and(|(_, f)| f.classes() == [Class::Rate]);
        if !a.alike(b) || rate(a) || rate(b) {
            return false;
        }
        let share = |part: Decimal| {
            part.checked_mul(Decimal::ONE_HUNDRED)
                .and_then(|p| p.checked_div(b.value))
                .is_some_and(|share| number.is_share(share, self.about))
        };
        let apart = self.items.iter().any(|i| {
            [
                "gap",
                "gap_above",
                "gap_below",
                "above",
                "below",
                "difference",
            ]
            .iter()
            .any(|c| i.class(c))
        });
        if self.named_otherwise(at, a, b) {
            return false;
        }
        share(a.value)
            || apart
                && a.value
                    .checked_sub(b.value)
                    .is_some_and(|gap| share(gap.abs()))
    }

    fn operands(&self, at: usize) -> Vec<Operand<'_, 'a>> {
        let mut out: Vec<Operand<'_, 'a>> = self
            .cited
            .iter()
            .enumerate()
            .filter(|(_, f)| !f.tags.iter().any(|t| is_identity(t)) && !is_line_number(f.leaf()))
            .filter_map(|(n, f)| {
                let value = read::json_number(f.value)?;
                let spoken = self
                    .items
                    .get(at + 1)
                    .and_then(|i| VOCABULARY.unit(i.text()));
                let ratio = spoken
                    .zip(unit_of(f))
                    .and_then(|(said, held)| VOCABULARY.ratio(held, said));
                let value = match ratio.filter(|_| !f.classes().contains(&Class::Price)) {
                    Some((many, few)) => value
                        .checked_mul(Decimal::from(many))?
                        .checked_div(Decimal::from(few))?,
                    None => value,
                };
                Some(Operand {
                    field: Some((n, f)),
                    value,
                })
            })
            .filter(|o| !o.value.is_zero())
            .take(OPERANDS_MAX)
            .collect();
        // Each number of the claim is to be borne itself, and so may bear another.
        let own = self.items.get(at).and_then(|i| i.number()).map(|n| n.value);
        for item in self.all {
            let Some(value) = item
                .number()
                .filter(|n| !n.percent)
                .map(|n| n.value)
                .filter(|v| Some(*v) != own)
            else {
                continue;
            };
            if !value.is_zero() && !out.iter().any(|o| o.value == value) {
                out.push(Operand { field: None, value });
            }
        }
        out
    }
}

/// Runs of values that are added up: the same member of several records, or the parts of one record that are named.
fn groups<'o, 'f, 'a>(operands: &'o [Operand<'f, 'a>]) -> Vec<Vec<&'o Operand<'f, 'a>>> {
    let mut out: Vec<Vec<&Operand<'_, 'a>>> = Vec::new();
    for operand in operands {
        let Some((_, field)) = operand.field else {
            continue;
        };
        let leaf: Vec<&Operand<'_, 'a>> = operands
            .iter()
            .filter(|o| o.field.is_some_and(|(_, f)| f.leaf() == field.leaf()))
            .collect();
        if leaf.len() > 1 {
            out.push(leaf);
        }
        let beside: Vec<&Operand<'_, 'a>> = operands
            .iter()
            .filter(|o| {
                o.field.is_some_and(|(_, f)| {
                    f.doc == field.doc
                        && f.path.len() == field.path.len()
                        && f.path.get(..f.path.len() - 1) == field.path.get(..field.path.len() - 1)
                        && alike(f, field)
                })
            })
            .collect();
        if beside.len() > 2 {
            out.push(beside);
        }
    }
    out
}
