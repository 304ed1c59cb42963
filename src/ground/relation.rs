//! Relations: more, less, at most, before, after, equal, different, by how much.

use domain::{Date, Decimal, civil::days_between, names::similarity};

use crate::{
    bound::Delta,
    clause::{Item, relation, tags_of},
    field::Field,
    fit::widened_public,
    pairing::Pair,
    read,
    vocabulary::{Tags, group},
    weigh::Weigher,
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Side {
    Number(Decimal),
    Date(Date),
    Text(String),
}

impl Side {
    pub(crate) fn of(field: &Field<'_>) -> Option<Self> {
        if let Some(date) = read::json_date(field.value) {
            return Some(Self::Date(date));
        }
        let identity = field.tags.iter().any(|t| crate::fit::is_identity(t));
        if let (Some(n), false) = (read::json_number(field.value), identity) {
            return Some(Self::Number(n));
        }
        read::json_text(field.value)
            .filter(|t| !t.is_empty())
            .map(Self::Text)
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            // A company of one form is none of another.
            (Self::Text(a), Self::Text(b)) if !read::one_form(a, b) => false,
            (Self::Text(a), Self::Text(b)) => {
                read::identifier(a) == read::identifier(b)
                    || similarity(a, b) == Decimal::ONE
                    || crate::mention::same_term(a, b)
            }
            (a, b) => a == b,
        }
    }

    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Date(d) => d.to_string(),
            Self::Text(t) => t.clone(),
        }
    }

    /// This side less the other, in its own unit or in days.
    pub(crate) fn minus(&self, other: &Self) -> Option<Decimal> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.checked_sub(*b),
            (Self::Date(a), Self::Date(b)) => Some(Decimal::from(days_between(*b, *a))),
            _ => None,
        }
    }
}

/// What a relation is between: one cited field, and another or a figure.
struct Sides {
    left: usize,
    right: Option<usize>,
    of: Side,
    with: Side,
}

impl Weigher<'_, '_> {
    /// The first relation of the clause that can be judged by what is cited.
    pub(crate) fn weigh_relation(&mut self) {
        let mut ops: Vec<(usize, &'static str)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| relation(i).map(|op| (at, op)))
            .collect();
        // "As per the master, it equals": what only says where goes last.
        ops.sort_by_key(|(at, _)| self.items.get(*at).is_some_and(|i| i.class("neutral")));
        for (at, op) in ops {
            // "At least two bills are more than 45 days old": how many, not how much.
            let counts = matches!(op, "at_least" | "at_most")
                && self
                    .items
                    .get(at + 1)
                    .and_then(Item::number)
                    .is_some_and(|n| {
                        !n.rupees
                            && !n.percent
                            && n.value <= domain::Decimal::TEN
                            && n.value.fract().is_zero()
                    })
                && self
                    .items
                    .iter()
                    .skip(at + 2)
                    .any(|i| relation(i).is_some());
            if self.is_used(at) || self.is_minus(at) || counts {
                continue;
            }
            if self.weigh_relation_at(at, op) {
                return;
            }
        }
    }

    /// The pair that a relation is between; where the clause names one side alone, with what the clause before speaks of.
    fn pair_in_context(&self, at: usize, symmetric: bool) -> Option<Pair> {
        if let Some(pair) = self.pair_around(at, symmetric) {
            return Some(pair);
        }
        if self.before.is_empty() {
            return None;
        }
        let joined: Vec<Item> = self.before.iter().chain(self.items).cloned().collect();
        let mut whole = Weigher::new(self.cited, self.index, &joined, &[], &joined, self.claim);
        whole.candidates.clone_from(&self.candidates);
        whole.pair_around(self.before.len() + at, symmetric)
    }

    /// "Billed less paid": a word between two sums that takes the one from the other.
    pub(crate) fn is_minus(&self, at: usize) -> bool {
        let text = |n: Option<usize>| n.and_then(|n| self.items.get(n)).map_or("", Item::text);
        text(Some(at)) == "less"
            && text(at.checked_add(1)) != "than"
            && self.delta(at).is_none()
            && self.items.iter().skip(at + 1).any(|i| i.number().is_some())
    }

    /// Whether the relation was judged.
    pub(crate) fn weigh_relation_at(&mut self, at: usize, op: &'static str) -> bool {
        let literal = self.literal(at);
        // "After a discount of ₹500": no order of days.
        let figure = literal.and_then(|l| self.literal_side(l));
        if matches!(op, "after" | "before") && matches!(figure, Some(Side::Number(_))) {
            return false;
        }
        let delta = self.delta(at);
        let limit = matches!(op, "at_most" | "at_least" | "above" | "below" | "inside");
        if let Some(figure) = literal.filter(|_| limit)
            && self.weigh_limit(at, op, figure)
        {
            return true;
        }
        if op == "at_most" && self.weigh_ceiling(at) {
            return true;
        }
        let Some(sides) = self.sides(at, op, literal, delta.as_ref()) else {
            if let (Some(f), Some((share, fields))) =
                (literal, literal.and_then(|f| self.lone_share(f)))
                && self
                    .items
                    .get(f)
                    .and_then(Item::number)
                    .is_some_and(|n| n.percent)
                && let Some(with) = self.literal_side(f)
                && let Some(holds) = self.holds(op, &Side::Number(share), &with, None)
            {
                self.mark(f);
                if holds == self.denied_at(at) {
                    self.bad(at, format!("the share is {}%", share.round_dp(2)));
                } else if let Some(first) = fields.first().copied() {
                    self.bearing.extend(fields);
                    self.good(at, first);
                }
                return true;
            }
            let figure = delta.map(|d| d.at).or(literal);
            return figure
                .is_some_and(|f| self.weigh_limit(at, op, f) || self.weigh_each(at, op, f))
                || self.weigh_pairs(at, op);
        };
        let Some(mut holds) = self.holds(op, &sides.of, &sides.with, delta.as_ref()) else {
            return false;
        };
        let negative = self.denied_at(at);
        // Which way a denied difference points is not for us to guess.
        if negative && delta.is_some() {
            return false;
        }
        if negative {
            holds = !holds;
            self.negation_used = true;
        }
        self.bearing.insert(sides.left);
        if let Some(right) = sides.right {
            self.bearing.insert(right);
        } else if let Some(figure) = literal {
            self.mark(figure);
            self.weigh_unit(figure, sides.left);
            self.compared_figure(at, sides.left);
        }
        if let Some(delta) = &delta {
            self.mark(delta.at);
            if delta.span.is_some() {
                self.mark(delta.at + 1);
            } else {
                self.weigh_unit(delta.at, sides.left);
            }
        }
        if holds {
            self.good(at, sides.left);
            self.mark_denials(at);
            self.mark_told(op, &sides);
        } else {
            let shown = |n: usize| {
                self.cited
                    .get(n)
                    .map(|f| format!("{} = {}", f.pointer(), f.value))
                    .unwrap_or_default()
            };
            let why = format!(
                "the cited values do not stand in that relation: {}{}",
                shown(sides.left),
                sides
                    .right
                    .map(|r| format!(", {}", shown(r)))
                    .unwrap_or_default()
            );
            self.bad(at, why);
        }
        true
    }

    /// What a relation is between: two cited fields, or one and a figure of the sentence.
    fn sides(
        &self,
        at: usize,
        op: &str,
        literal: Option<usize>,
        delta: Option<&Delta>,
    ) -> Option<Sides> {
        let symmetric = matches!(op, "equal" | "differ" | "inside");
        // "within 30 days of", "not more than 320 hours": a bound in figures is not by how much.
        let threshold = !symmetric && literal.is_some() && delta.is_none();
        let figure = literal.and_then(|l| self.literal_side(l));
        let side = |n: usize| self.cited.get(n).and_then(Side::of);
        let pair = self.pair_in_context(at, symmetric).filter(|p| {
            let stated = || figure.is_some() && [p.of, p.with].iter().any(|n| side(*n) == figure);
            !threshold || stated()
        });
        match pair {
            Some(pair) if op == "inside" || (pair.agrees && (pair.ordered || symmetric)) => {
                Some(Sides {
                    left: pair.of,
                    right: Some(pair.with),
                    of: side(pair.of)?,
                    with: side(pair.with)?,
                })
            }
            Some(_) => None,
            None if symmetric => None,
            None => {
                let left = self.bounded(at, literal?)?;
                // "Four short of the 40 ordered": the figure is the field's own.
                if delta.is_some() && side(left) == figure {
                    return None;
                }
                Some(Sides {
                    left,
                    // "₹50.75 above the agreed ₹1,400": the figure is a side, and has to be borne by itself.
                    right: delta.map(|_| left),
                    of: side(left)?,
                    with: figure?,
                })
            }
        }
    }

    /// Figures of the sentence that say no more than the relation that holds.
    fn mark_told(&mut self, op: &str, sides: &Sides) {
        for n in 0..self.items.len() {
            // "TDS base equals the amount of ₹84,000": the value of both.
            let both = op == "equal"
                && sides.right.is_some()
                && self.literal_side(n).is_some_and(|s| s == sides.of);
            let Some(item) = self.items.get(n) else {
                continue;
            };
            // "the two do not match"
            let two = sides.right.is_some()
                && item
                    .number()
                    .is_some_and(|n| n.value == Decimal::TWO && !n.rupees);
            if both || two || item.class("difference") {
                self.mark(n);
            }
        }
    }

    /// "the 25 MT ordered" is a figure of its own, and has to be cited.
    fn compared_figure(&mut self, at: usize, left: usize) {
        let own: Tags = tags_of(self.items.get(at + 1..).unwrap_or_default())
            .into_iter()
            .filter(|t| matches!(group(t), "head" | "stage" | "event"))
            .collect();
        let theirs = self
            .cited
            .get(left)
            .map(|f| widened_public(&f.tags))
            .unwrap_or_default();
        if !own.is_empty() && own.is_disjoint(&theirs) {
            self.tally
                .missing
                .push("the figure that it is compared with is not cited".to_owned());
        }
    }

    pub(crate) fn holds(
        &self,
        op: &str,
        of: &Side,
        with: &Side,
        delta: Option<&Delta>,
    ) -> Option<bool> {
        if matches!(op, "equal" | "differ") && delta.is_none() {
            return Some(of.same(with) == (op == "equal"));
        }
        if op == "inside" {
            let (Side::Text(a), Side::Text(b)) = (of, with) else {
                return None;
            };
            let (a, b) = (read::identifier(a), read::identifier(b));
            return Some(a.len() > 3 && b.len() > 3 && (a.contains(&b) || b.contains(&a)));
        }
        let gap = of.minus(with)?;
        let Some(delta) = delta else {
            let positive = gap > Decimal::ZERO;
            return Some(match op {
                "above" | "after" => positive,
                "below" | "before" => gap < Decimal::ZERO,
                "at_least" => gap >= Decimal::ZERO,
                "at_most" => !positive,
                _ => return None,
            });
        };
        if let (Side::Date(of), Side::Date(with), Some(span)) = (of, with, delta.span) {
            let many = delta.number.value;
            return Some(match op {
                "below" | "before" => span.parts(*of, *with, many),
                // "within 30 days of".
                "at_most" => of >= with && span.after(*with, many).is_some_and(|end| *of <= end),
                "at_least" => span.after(*with, many).is_some_and(|end| *of >= end),
                "differ" => span.parts(*of, *with, many) || span.parts(*with, *of, many),
                _ => span.parts(*with, *of, many),
            });
        }
        let sign = if matches!(op, "below" | "before") {
            -gap
        } else {
            gap
        };
        let measured = if op == "differ" { gap.abs() } else { sign };
        if matches!(op, "at_most" | "at_least") {
            return None;
        }
        if delta.number.percent {
            let Side::Number(base) = with else {
                return None;
            };
            let share = (measured * Decimal::ONE_HUNDRED).checked_div(*base)?;
            return Some(delta.number.is_share(share, self.about));
        }
        if matches!(of, Side::Date(_)) {
            return None;
        }
        // "By one week" of two terms in days.
        if let Some(crate::span::Span::Days(days)) = delta.span {
            return delta
                .number
                .value
                .checked_mul(domain::Decimal::from(days))
                .map(|d| d == measured);
        }
        Some(delta.number.is(measured, self.about))
    }
}
