//! Figures of the claim that do not come to each other, whatever the record holds: a share that is no such share, what falls
//! by a discount to what it does not fall to, a value told as the difference, one tax told as all of it.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{Label, clause::Item, field::Field, number::Number, read, vocabulary::Tag};

const HEADS: [Tag; 4] = ["head.cgst", "head.sgst", "head.igst", "head.cess"];

impl<'a> Borne<'a, '_> {
    /// The first sum that does not come out.
    pub(super) fn sums_otherwise(&self) -> Option<Veto> {
        self.share_otherwise()
            .or_else(|| self.falls_otherwise())
            .or_else(|| self.value_told_as_difference())
            .or_else(|| self.one_tax_told_as_all())
    }

    /// The sums of the claim in rupees, and where they stand.
    fn rupees_told(&self) -> Vec<(usize, &Number)> {
        self.numbers()
            .filter(|(_, n)| !n.percent && (n.rupees || n.scale > 0 || n.value.scale() == 2))
            .collect()
    }

    fn text_at(&self, at: usize) -> &str {
        self.items.get(at).map_or("", Item::text)
    }

    /// "₹15,320, being 2% of ₹3,83,000".
    fn share_otherwise(&self) -> Option<Veto> {
        let rates: Vec<(usize, &Number)> = self.numbers().filter(|(_, n)| n.percent).collect();
        let [(at, rate)] = rates[..] else { return None };
        let sums = self.rupees_told();
        let [one, other] = sums[..] else { return None };
        // Right behind "2% of".
        let on = |(n, _): &(usize, &Number)| {
            *n > at
                && n - at <= 3
                && (at + 1..*n).all(|k| matches!(self.text_at(k), "of" | "on" | "the"))
        };
        let (base, part) = match (on(&one), on(&other)) {
            (true, false) => (one.1, other.1),
            (false, true) => (other.1, one.1),
            _ => return None,
        };
        let bounded = self.has(&[
            "more",
            "less",
            "plus",
            "minus",
            "least",
            "most",
            "within",
            "exceeds",
            "above",
            "below",
            "cap",
            "limit",
            "not",
            "up",
            "after",
            "net",
            "with",
            "including",
            "before",
            "total",
        ]);
        let comes = base
            .value
            .checked_mul(rate.value)?
            .checked_div(Decimal::ONE_HUNDRED)?;
        let off = comes.checked_sub(part.value)?.abs();
        let slack = Decimal::ONE
            .checked_add(part.slack)?
            .checked_add(base.slack)?;
        (!bounded && off > slack).then(|| {
            (
                Label::Contradicted,
                format!("{}% of {} is {}", rate.value, base.value, comes.normalize()),
            )
        })
    }

    /// "After a discount of ₹332, line 2 falls from ₹6,642.54 to ₹5,978.54".
    fn falls_otherwise(&self) -> Option<Veto> {
        let falls = self.has(&[
            "falls", "drops", "reduced", "reduces", "brought", "down", "fell",
        ]);
        let taken = self.has(&["discount", "rebate", "deduction", "tds"]);
        let sums = self.rupees_told();
        let at = |word: &str| {
            let mut found = sums
                .iter()
                .filter(|(n, _)| n.checked_sub(1).is_some_and(|n| self.text_at(n) == word));
            found.next().filter(|_| found.next().is_none())
        };
        let (from, to) = (at("from")?, at("to")?);
        let [off] = sums
            .iter()
            .filter(|(n, _)| *n != from.0 && *n != to.0)
            .collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let left = from.1.value.checked_sub(off.1.value)?;
        let apart = left.checked_sub(to.1.value)?.abs() > Decimal::ONE;
        (falls && taken && apart).then(|| {
            (
                Label::Contradicted,
                format!(
                    "{} is left, not {}",
                    left.normalize(),
                    to.1.value.normalize()
                ),
            )
        })
    }

    /// "The billed price is ₹3,538.42 above the ordered one" of the ordered price itself.
    fn value_told_as_difference(&self) -> Option<Veto> {
        let sums = self.rupees_told();
        let [(at, number)] = sums[..] else {
            return None;
        };
        let apart = matches!(
            self.text_at(at + 1),
            "above" | "below" | "higher" | "lower" | "dearer" | "cheaper" | "more" | "less"
        ) && (at + 2..at + 4).any(|n| {
            matches!(self.text_at(n), "the" | "than") || self.text_at(n).starts_with("than ")
        }) || matches!(
            self.text_at(at + 1),
            "higher than" | "lower than" | "more than" | "less than" | "above the" | "below the"
        );
        let values: Vec<Decimal> = self
            .cited
            .iter()
            .filter_map(|f| {
                read::json_number(f.value).filter(|_| f.value.is_number() || f.value.is_string())
            })
            .filter(|v| v.scale() > 0 || *v > Decimal::ONE_HUNDRED)
            .collect();
        let [a, b] = values[..] else { return None };
        let gap = a.checked_sub(b)?.abs();
        let told = number.is(a, false) || number.is(b, false);
        (apart && told && !number.is(gap, false)).then(|| {
            (
                Label::Contradicted,
                format!("the two are {} apart", gap.normalize()),
            )
        })
    }

    /// "GST comes to ₹1,13,418.80 in all" of the CGST.
    fn one_tax_told_as_all(&self) -> Option<Veto> {
        let taxes: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| HEADS.iter().any(|t| f.has(t)) && f.element().is_none())
            .collect();
        let all = self.has(&["all", "total", "altogether", "together", "whole"])
            && self.has(&["gst", "tax"])
            && !self.has(&[
                "cgst",
                "sgst",
                "igst",
                "cess",
                "central",
                "state",
                "integrated",
            ]);
        let sums = self.rupees_told();
        let [(_, told)] = sums[..] else { return None };
        let values: Vec<Decimal> = taxes
            .iter()
            .filter_map(|f| read::json_number(f.value))
            .collect();
        let comes = values
            .iter()
            .try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v))?;
        let one = values.len() > 1 && values.iter().any(|v| told.is(*v, false));
        (all && one && !told.is(comes, false)).then(|| {
            (
                Label::Contradicted,
                format!("the taxes come to {}", comes.normalize()),
            )
        })
    }
}
