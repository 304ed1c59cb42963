//! What a claim says that figures come to, held against what they come to: lines that add up are no shortfall, what is set
//! off is not added, and what is smaller covers nothing.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::relation,
    field::Field,
    measure::unit_of,
    read,
    vocabulary::{VOCABULARY, folded_words},
};

/// Words by which an amount is taken off another, and by which it is put to it.
const TAKEN_OFF: [&str; 20] = [
    "net",
    "netting",
    "netted",
    "off",
    "less",
    "minus",
    "deducting",
    "deducted",
    "deduction",
    "subtracting",
    "subtracted",
    "adjusting",
    "adjusted",
    "adjustment",
    "reducing",
    "reduced",
    "reduces",
    "knocking",
    "remains",
    "leaves",
];
const PUT_TO: [&str; 14] = [
    "plus",
    "added",
    "adding",
    "adds",
    "together",
    "sum",
    "combined",
    "total",
    "totals",
    "including",
    "inclusive",
    "jointly",
    "gross",
    "grossed",
];

/// What one amount does that is at least as great as another.
const COVERS: [&str; 8] = [
    "cover",
    "covers",
    "covered",
    "covering",
    "suffices",
    "accommodates",
    "absorbs",
    "absorbed",
];

const GAPS: [&str; 8] = [
    "gap",
    "difference",
    "excess",
    "variance",
    "shortfall",
    "spread",
    "deviation",
    "margin",
];

fn number(field: &Field<'_>) -> Option<Decimal> {
    let identity = field.tags.iter().any(|t| crate::fit::is_identity(t));
    read::json_number(field.value).filter(|_| !identity)
}

impl Borne<'_, '_> {
    fn has_word(&self, any: &[&str]) -> bool {
        (folded_words(self.claim).iter()).any(|w| any.contains(&w.as_str()))
    }

    fn denied(&self) -> bool {
        self.items.iter().any(|i| i.class("not"))
    }

    /// Where the claim says that two things are not one, or that the one is more or less, and which of these.
    fn set_apart(&self) -> Option<(usize, &'static str)> {
        self.items.iter().enumerate().find_map(|(at, i)| {
            let op = relation(i).filter(|_| !i.class("neutral"))?;
            matches!(op, "differ" | "above" | "below").then_some((at, op))
        })
    }

    /// "The lines fall short of the taxable value" of lines that come to it, or to more.
    pub(super) fn adds_up(&self) -> Option<Veto> {
        let (at, op) = self.set_apart()?;
        if self.denied() {
            return None;
        }
        let groups = self.groups();
        let [group] = &groups[..] else { return None };
        let (_, list) = group.first()?.element()?;
        let mut rest = self.cited.iter().filter(|f| f.element().is_none());
        let (total, None) = (rest.next()?, rest.next()) else {
            return None;
        };
        let whole = list.as_array()?.len() == group.len() && group.first()?.doc == total.doc;
        let sum = group
            .iter()
            .try_fold(Decimal::ZERO, |sum, f| sum.checked_add(number(f)?))?;
        let total_value = number(total)?;
        if !whole || self.cited.len() != group.len() + 1 {
            return None;
        }
        let lines = |from: usize, to: usize| {
            self.items.get(from..to).is_some_and(|part| {
                part.iter().any(|i| {
                    folded_words(i.text())
                        .iter()
                        .any(|w| matches!(w.as_str(), "line" | "lines" | "item" | "items"))
                })
            })
        };
        let (before, behind) = (lines(0, at), lines(at + 1, self.items.len()));
        let holds = match (op, before, behind) {
            ("above", true, false) | ("below", false, true) => sum > total_value,
            ("below", true, false) | ("above", false, true) => sum < total_value,
            _ => sum != total_value,
        };
        (!holds).then(|| {
            (
                Label::Contradicted,
                format!(
                    "the lines come to {sum}, and {} holds {total_value}",
                    total.pointer()
                ),
            )
        })
    }

    /// "996 pieces do not tally with 83 dozen".
    pub(super) fn is_as_many(&self) -> Option<Veto> {
        let apart = self.set_apart().is_some_and(|(_, op)| op == "differ") != self.denied();
        let mut counted = self
            .cited
            .iter()
            .filter_map(|f| Some((f, number(f)?, unit_of(f)?)));
        let (a, b) = (counted.next()?, counted.next()?);
        if counted.next().is_some() || !apart || a.2 == b.2 {
            return None;
        }
        // How they are counted may differ: what is denied has to be that they come to one.
        let counting = self.has_word(&["unit", "units", "uom", "measure", "same"]);
        let (many, few) = VOCABULARY.ratio(a.2, b.2)?;
        let converted =
            a.1.checked_mul(Decimal::from(many))? == b.1.checked_mul(Decimal::from(few))?;
        (converted && !counting).then(|| {
            (
                Label::Contradicted,
                format!("{} {} are {} {}", a.1, a.2, b.1, b.2),
            )
        })
    }

    /// Sums of money that the claim states, and where.
    fn sums(&self) -> Vec<(usize, Decimal)> {
        let sums = self.numbers().filter(|(_, n)| n.rupees);
        sums.map(|(at, n)| (at, n.value)).collect()
    }

    /// "An order of ₹3,442 covers the invoice of ₹3,445".
    pub(super) fn covers(&self) -> Option<Veto> {
        let words = |at: usize| self.items.get(at).map(|i| folded_words(i.text()));
        let at = (0..self.items.len())
            .find(|n| words(*n).is_some_and(|w| w.iter().any(|w| COVERS.contains(&w.as_str()))))?;
        if self.has_word(&["part", "partly", "partially", "half", "only", "except"]) {
            return None;
        }
        let mut sums = self.sums();
        if sums.is_empty() {
            let goods = self.numbers().filter(|(_, n)| !n.rupees && !n.percent);
            sums = goods.map(|(at, n)| (at, n.value)).collect();
            // Of a line's number and two quantities the line's is none.
            if sums.len() != 2 {
                return None;
            }
        }
        let before = sums.iter().rev().find(|(n, _)| *n < at)?.1;
        let behind = sums.iter().find(|(n, _)| *n > at)?.1;
        let passive = (at..(at + 3).min(self.items.len()))
            .any(|n| words(n).is_some_and(|w| w.iter().any(|w| w == "by")));
        let holds = if passive {
            behind >= before
        } else {
            before >= behind
        };
        (holds == self.denied())
            .then(|| (Label::Contradicted, format!("{before} against {behind}")))
    }

    /// "After setting off the credit note" of what it was added to.
    pub(super) fn taken_the_other_way(&self) -> Option<Veto> {
        let (off, to) = (self.has_word(&TAKEN_OFF), self.has_word(&PUT_TO));
        let compared = self
            .items
            .iter()
            .any(|i| matches!(relation(i), Some("above" | "below" | "differ")));
        if off == to || (to && compared) {
            return None;
        }
        let amounts: Vec<Decimal> = self
            .cited
            .iter()
            .filter(|f| f.element().is_none() && f.value.is_number())
            .filter_map(number)
            .collect();
        let [a, b] = amounts[..] else { return None };
        let (sum, gap) = (a.checked_add(b)?, a.checked_sub(b)?.abs());
        if sum == gap {
            return None;
        }
        let (right, wrong) = if off { (gap, sum) } else { (sum, gap) };
        let sums = self.sums();
        let states = |v: Decimal| sums.iter().any(|(_, n)| *n == v);
        (states(wrong) && !states(right) && wrong != a && wrong != b).then(|| {
            (
                Label::Contradicted,
                format!("it comes to {right}, and not to {wrong}"),
            )
        })
    }

    /// "₹91 on the bill, ₹91 on the order: the gap is ₹7".
    pub(super) fn stated_gap(&self) -> Option<Veto> {
        let gap = self.items.iter().position(|i| {
            folded_words(i.text())
                .iter()
                .any(|w| GAPS.contains(&w.as_str()))
        })?;
        let sums = self.sums();
        if sums.len() != 3 {
            return None;
        }
        // What is multiplied by a quantity, or taken in parts, is another reckoning.
        let other = self.numbers().any(|(_, n)| !n.rupees);
        let told = *sums.iter().find(|(at, _)| *at > gap)?;
        if other || told.0 > gap + 4 {
            return None;
        }
        let mut sides = sums.iter().filter(|s| s.0 != told.0);
        let (a, b) = (sides.next()?.1, sides.next()?.1);
        (a.checked_sub(b)?.abs() != told.1).then(|| {
            (
                Label::Contradicted,
                format!("{a} and {b} are not {} apart", told.1),
            )
        })
    }
}
