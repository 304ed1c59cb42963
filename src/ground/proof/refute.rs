//! What cited values say against a claim, whatever else is borne.

use super::Proof;
use crate::{clause::Item, field::Field, read};

impl<'a> Proof<'a, '_> {
    /// What cited values say against the claim, whatever else is borne.
    pub(super) fn refuted(&self) -> Option<String> {
        self.against
            .clone()
            .or_else(|| self.share_turned())
            .or_else(|| self.not_the_sum())
            .or_else(|| self.not_the_whole())
            .or_else(|| self.otherwise_taxed())
            .or_else(|| self.rounded_otherwise())
            .or_else(|| self.other_unit())
    }

    /// A number that cited fields hold under another name alone.
    pub(super) fn misnamed(&self) -> Option<String> {
        (0..self.w.items.len())
            .filter(|at| !self.is_done(*at))
            .find_map(|at| {
                let number = self.item(at).and_then(Item::number)?;
                let measured = self
                    .item(at + 1)
                    .is_some_and(|i| crate::vocabulary::VOCABULARY.unit(i.text()).is_some());
                let holding: Vec<&Field<'a>> = self
                    .w
                    .cited
                    .iter()
                    .filter(|f| read::json_number(f.value).is_some_and(|v| number.is(v, false)))
                    .collect();
                let priced = |f: &&Field<'a>| {
                    use crate::field::Class;
                    let classes = f.classes();
                    classes
                        .iter()
                        .all(|c| matches!(c, Class::Price | Class::Rate))
                };
                (measured
                    && !number.rupees
                    && !number.percent
                    && !holding.is_empty()
                    && holding.iter().all(priced))
                .then(|| format!("{} is a rate, and no quantity", number.raw))
            })
    }

    /// "Plant 1200 has room for 1,200 pallets": one cited value is told for two things.
    pub(super) fn told_twice(&self) -> Option<String> {
        (0..self.w.items.len())
            .filter(|at| !self.is_done(*at))
            .find_map(|at| {
                let number = self.item(at).and_then(Item::number)?;
                let told = (0..self.w.cited.len()).any(|n| {
                    let holds = self
                        .field(n)
                        .and_then(|f| read::json_number(f.value))
                        .is_some_and(|v| v == number.value);
                    let elsewhere = self.states.iter().enumerate().any(|(other, s)| {
                        let again = self.item(other).and_then(Item::number);
                        other != at
                            && *s == Some(n)
                            && again.is_some_and(|n| n.raw == number.raw)
                            && !number.rupees
                    });
                    holds && elsewhere
                });
                (told && number.value >= domain::Decimal::ONE_HUNDRED)
                    .then(|| format!("{} is told of two things", number.raw))
            })
    }

    /// "2% on ₹6,800 comes to ₹3,40,000": the share of the one is the other.
    pub(super) fn share_turned(&self) -> Option<String> {
        let places: Vec<usize> = (0..self.w.items.len())
            .filter(|n| self.item(*n).is_some_and(|i| i.number().is_some()))
            .collect();
        places.windows(3).find_map(|three| {
            let [at, of, to] = three else { return None };
            let number = |n: &usize| self.item(*n).and_then(Item::number);
            let (share, base, part) = (number(at)?, number(of)?, number(to)?);
            let taken = of - at <= 3
                && self
                    .item(at + 1)
                    .is_some_and(|i| matches!(i.text(), "of" | "on"));
            let turned = part
                .value
                .checked_mul(share.value)
                .and_then(|v| v.checked_div(domain::Decimal::ONE_HUNDRED))
                == Some(base.value);
            (taken
                && share.percent
                && !base.percent
                && !part.percent
                && base.value < part.value
                && turned)
                .then(|| format!("{}% of {} is {}", share.raw, part.raw, base.raw))
        })
    }

    /// Values that are said to come to a sum, and come to another.
    pub(super) fn not_the_sum(&self) -> Option<String> {
        let says = self.w.items.iter().any(|i| {
            matches!(
                i.text(),
                "make up"
                    | "makes up"
                    | "add up to"
                    | "adds up to"
                    | "added up to"
                    | "sum to"
                    | "sums to"
            )
        });
        (says && !self.added && self.has_groups() && !self.is_a_told_sum())
            .then(|| "the cited values come to another sum".to_owned())
    }

    /// "Cover the full quantity": of two quantities in known units, the one is as much as the other.
    pub(super) fn not_the_whole(&self) -> Option<String> {
        let full = self.w.items.iter().any(|i| {
            matches!(
                i.text(),
                "full" | "the full" | "whole" | "entire" | "in full" | "fully" | "completely"
            )
        });
        let covers = full
            && self.w.items.iter().any(|i| {
                matches!(
                    i.text(),
                    "cover" | "covers" | "covered" | "covering" | "meet" | "meets"
                )
            });
        let quantities: Vec<(domain::Decimal, &'static str)> = (0..self.w.cited.len())
            .filter_map(|n| {
                let field = self.field(n)?;
                Some((self.side_number(n)?, crate::measure::unit_of(field)?))
            })
            .collect();
        let [(a, of), (b, to)] = quantities[..] else {
            return None;
        };
        let equal = if of == to {
            a == b
        } else {
            let (many, few) = crate::vocabulary::VOCABULARY.ratio(of, to)?;
            a.checked_mul(domain::Decimal::from(many)) == b.checked_mul(domain::Decimal::from(few))
        };
        (covers && !equal).then(|| format!("{a} {of} are not {b} {to}"))
    }

    /// "Including GST" of what a field says is without it.
    pub(super) fn otherwise_taxed(&self) -> Option<String> {
        let words = crate::vocabulary::folded_words(self.w.claim);
        let said = |stem: &str| words.iter().any(|w| w.starts_with(stem));
        self.w.cited.iter().find_map(|f| {
            let parts = crate::vocabulary::name_parts(f.leaf());
            let has = |stem: &str| parts.iter().any(|p| p.starts_with(stem));
            let other = (has("excl") && said("includ") && !said("exclud"))
                || (has("incl") && said("exclud") && !said("includ"));
            other.then(|| format!("{} is the other", f.pointer()))
        })
    }

    /// "Rounded up" of what was rounded down.
    pub(super) fn rounded_otherwise(&self) -> Option<String> {
        let words = crate::vocabulary::folded_words(self.w.claim);
        let up = words.windows(2).find_map(|pair| match pair {
            [a, b] if a.starts_with("round") && b == "up" => Some(true),
            [a, b] if a.starts_with("round") && b == "down" => Some(false),
            _ => None,
        })?;
        let rounded = |n: usize| {
            self.field(n).is_some_and(|f| {
                crate::vocabulary::name_parts(f.leaf())
                    .iter()
                    .any(|p| p.starts_with("round"))
            })
        };
        let after = (0..self.w.cited.len()).find(|n| rounded(*n))?;
        let before =
            (0..self.w.cited.len()).find(|n| !rounded(*n) && self.side_number(*n).is_some())?;
        let (x, y) = (self.side_number(before)?, self.side_number(after)?);
        ((y > x) != up).then(|| format!("{x} was rounded to {y}"))
    }

    /// "₹142 per metre" where a record that holds the price has it per foot.
    pub(super) fn other_unit(&self) -> Option<String> {
        (0..self.w.items.len()).find_map(|at| {
            let number = self.item(at).and_then(Item::number).filter(|n| n.rupees)?;
            let per = self
                .item(at + 1)
                .is_some_and(|i| matches!(i.text(), "per" | "a" | "an"));
            let word = self.item(at + 2).filter(|_| per)?;
            let said = crate::vocabulary::VOCABULARY.unit(word.text())?;
            self.w.cited.iter().find_map(|f| {
                let held = crate::measure::unit_of(f)?;
                let holds = read::json_number(f.value).is_some_and(|v| number.is(v, false));
                (holds && held != said && held != "piece")
                    .then(|| format!("{} is per {held}, not per {said}", f.pointer()))
            })
        })
    }
}
