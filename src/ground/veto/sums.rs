//! Figures of the claim that do not come to each other, whatever the record holds: a share that is no such share, what falls
//! by a discount to what it does not fall to, a value told as the difference, one tax told as all of it.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    number::Number,
    read,
    vocabulary::{Tag, name_parts},
};

const HEADS: [Tag; 4] = ["head.cgst", "head.sgst", "head.igst", "head.cess"];

impl<'a> Borne<'a, '_> {
    /// The first sum that does not come out.
    pub(super) fn sums_otherwise(&self) -> Option<Veto> {
        self.share_otherwise()
            .or_else(|| self.falls_otherwise())
            .or_else(|| self.value_told_as_difference())
            .or_else(|| self.one_tax_told_as_all())
            .or_else(|| self.beyond_its_tolerance())
            .or_else(|| self.sum_of_nothing())
    }

    /// "4 % over the order, which is within the tolerance of 2 %"; a tolerance that the policy does not give.
    fn beyond_its_tolerance(&self) -> Option<Veto> {
        let rates: Vec<(usize, &Number)> = self.numbers().filter(|(_, n)| n.percent).collect();
        let led =
            |at: usize| (at.saturating_sub(3)..at).any(|n| self.text_at(n).contains("tolerance"));
        let (bounds, rest): (Vec<_>, Vec<_>) = rates.into_iter().partition(|(at, _)| led(*at));
        let [(_, bound)] = bounds[..] else {
            return None;
        };
        let given = self.cited.iter().find(|f| {
            f.has("head.tolerance")
                && read::json_number(f.value).is_some_and(|v| v != bound.value)
                && (name_parts(f.leaf()).iter())
                    .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"))
        });
        let alone = self
            .cited
            .iter()
            .filter(|f| f.has("head.tolerance"))
            .count()
            == 1;
        if let (Some(field), true) = (given, alone) {
            let why = format!("{} holds {}", field.pointer(), field.value);
            return Some((Label::Contradicted, why));
        }
        let within =
            self.has(&["within", "inside"]) && !self.has(&["not", "beyond", "outside", "exceeds"]);
        let last = bounds.first().map_or(0, |(at, _)| *at);
        let (_, told) = rest.iter().rev().find(|(at, _)| *at < last)?;
        (within && told.value > bound.value).then(|| {
            (
                Label::Contradicted,
                format!("{}% is more than {}%", told.value, bound.value),
            )
        })
    }

    /// "It is below the largest bill, ₹47,003" where the largest is another: a sum that no cited value is or comes to, beside
    /// a cited one that is not told.
    fn sum_of_nothing(&self) -> Option<Veto> {
        let money: Vec<(&Field<'a>, Decimal)> = self
            .cited
            .iter()
            .filter(|f| f.classes().contains(&crate::field::Class::Amount))
            .filter_map(|f| Some((f, read::json_number(f.value)?)))
            .collect();
        let sums: Vec<(usize, &Number)> = self.numbers().filter(|(_, n)| n.rupees).collect();
        let told = |v: Decimal| sums.iter().any(|(_, n)| n.is(v.abs(), true));
        let untold: Vec<&(&Field<'a>, Decimal)> = money.iter().filter(|(_, v)| !told(*v)).collect();
        let loose: Vec<&(usize, &Number)> = sums
            .iter()
            .filter(|(_, n)| !money.iter().any(|(_, v)| n.is(v.abs(), true)))
            .collect();
        let ([(field, held)], [(at, number)]) = (&untold[..], &loose[..]) else {
            return None;
        };
        let adds = self.has(&["adds", "add", "added"]) && self.claim.contains("up to");
        let beside = sums.len() > 1 && number.value >= Decimal::ONE_THOUSAND;
        if !adds && !beside || self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        // A bound needs to be no cited value, but what "adds up to" is no bound.
        let bound = (at.saturating_sub(3)..*at).any(|n| {
            matches!(
                self.text_at(n),
                "than"
                    | "below"
                    | "above"
                    | "least"
                    | "most"
                    | "under"
                    | "over"
                    | "within"
                    | "exceed"
                    | "exceeds"
                    | "limit"
                    | "less than"
                    | "more than"
                    | "at least"
                    | "at most"
                    | "up to"
            ) && !(adds && self.text_at(n) == "up to")
        });
        // With the other cited figures, it may come to the one that is told.
        let others: Vec<Decimal> = self
            .cited
            .iter()
            .filter_map(|f| read::json_number(f.value))
            .collect();
        let comes = |n: &Number| {
            others.iter().enumerate().any(|(i, a)| {
                others
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .any(|(_, b)| {
                        [
                            a.checked_add(*b),
                            a.checked_sub(*b),
                            a.checked_mul(*b),
                            a.checked_mul(*b)
                                .and_then(|x| x.checked_div(Decimal::ONE_HUNDRED)),
                        ]
                        .into_iter()
                        .flatten()
                        .any(|v| n.is(v.abs(), true))
                    })
            })
        };
        let many = others.len() > 4;
        (!bound && !many && !comes(number)).then(|| {
            (
                Label::Contradicted,
                format!("{} holds {}", field.pointer(), held.normalize()),
            )
        })
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
                && n - at <= 6
                && (at + 1..*n).all(|k| {
                    let text = self.text_at(k);
                    matches!(
                        text,
                        "of" | "on" | "the" | "its" | "base" | "amount" | "value" | "taxable"
                    ) || text.starts_with("taxable")
                })
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
