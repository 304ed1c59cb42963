//! Figures that are added up, taken away or multiplied, and what they come to.

use domain::Decimal;

use super::{Figure, Worth, kind, mark, sentence::Sentence};
use crate::{measure::unit_of, number::Number};

/// The figures of a claim that are no days and stand in no other relation.
struct Sums<'s, 'f, 'a, 'c> {
    sentence: &'s Sentence<'a, 'c>,
    figures: &'f [Figure<'c>],
    free: Vec<usize>,
    /// The one that the claim says the others come to.
    result: Option<usize>,
}

/// Whether what is added up, taken away or multiplied comes to the figure that is told. Where the claim says of nothing that
/// it does, nothing has to, and what comes out is marked all the same.
pub(super) fn come_out<'c>(
    sentence: &Sentence<'_, 'c>,
    figures: &[Figure<'c>],
    related: &mut [bool],
) -> bool {
    let free: Vec<usize> = figures
        .iter()
        .enumerate()
        .zip(&*related)
        .filter(|((_, f), related)| f.day().is_none() && !**related)
        .map(|((n, _), _)| n)
        .collect();
    // What remains of a whole that is cited: both are told, or what remains follows.
    if sentence.whole(figures).is_some() {
        mark(related, free);
        return true;
    }
    let says = sentence.reckons();
    let follow: Vec<usize> = (free.iter().copied())
        .filter(|n| figures.get(*n).is_some_and(|f| f.field.is_none()))
        .collect();
    // "Use up the whole": what the figures come to needs no word of reckoning.
    if !says.any() && (!follow.is_empty() || free.len() < 3) {
        return follow.is_empty();
    }
    let sums = Sums {
        sentence,
        figures,
        free,
        result: sentence.result(figures),
    };
    // What nothing holds may be what the others come to, and no part of it.
    let whole = follow.len() < 2 && follow.iter().all(|n| sums.result == Some(*n));
    let found = (sums.added("money").or_else(|| sums.added("goods")))
        .or_else(|| sums.multiplied())
        .filter(|_| whole);
    let came = found.is_some();
    mark(related, found.unwrap_or_default());
    came || whole && !says.any()
}

impl Sums<'_, '_, '_, '_> {
    fn number(&self, n: usize) -> Option<&Number> {
        match self.figures.get(n)?.worth {
            Worth::Number(number, _) => Some(number),
            Worth::Day(_) => None,
        }
    }

    fn is_of(&self, n: usize, wanted: &str) -> bool {
        self.figures
            .get(n)
            .is_some_and(|f| kind(f, self.sentence.cited) == wanted)
    }

    /// Three figures of a sort or more, of which the greatest is the sum of the others.
    fn added(&self, sort: &str) -> Option<Vec<usize>> {
        let follows = |n: usize| self.figures.get(n).is_some_and(|f| f.field.is_none());
        let parts: Vec<usize> = (self.free.iter().copied())
            .filter(|n| self.is_of(*n, sort) || follows(*n))
            .collect();
        let units: std::collections::BTreeSet<&str> = (parts.iter())
            .filter_map(|n| match self.figures.get(*n)?.worth {
                Worth::Number(_, unit) => unit,
                Worth::Day(_) => None,
            })
            .collect();
        if parts.len() < 3 || units.len() > 1 {
            return None;
        }
        let value = |n: &usize| self.number(*n).map(|n| n.value);
        let most = *parts.iter().max_by_key(|n| value(n))?;
        let all = (parts.iter()).try_fold(Decimal::ZERO, |sum, n| sum.checked_add(value(n)?))?;
        if all.checked_sub(value(&most)?) != value(&most) {
            return None;
        }
        // What is added up is the most; what is left is less than that.
        let says = self.sentence.reckons();
        let way = match (says.adds, says.takes) {
            (true, true) => false,
            (false, true) => self.result.is_none_or(|r| r != most),
            (_, false) => self.result.is_none_or(|r| r == most),
        };
        way.then_some(parts)
    }

    /// Three figures, of which one is the product of the others: so many at so much, so many per cent of so much.
    fn multiplied(&self) -> Option<Vec<usize>> {
        let [a, b, c] = self.free[..] else {
            return None;
        };
        let ways = [(a, b, c), (b, a, c), (b, c, a), (c, b, a)];
        let comes = |&(x, y, z): &(usize, usize, usize)| {
            self.result.is_none_or(|r| r == z) && self.is_product(x, y, z) == Some(true)
        };
        (!self.sentence.reckons().takes && ways.iter().any(comes)).then(|| vec![a, b, c])
    }

    fn is_product(&self, many: usize, each: usize, total: usize) -> Option<bool> {
        let (many_of, each_of, total_of) =
            (self.number(many)?, self.number(each)?, self.number(total)?);
        if many_of.percent || total_of.percent || !total_of.rupees {
            return None;
        }
        let by = if each_of.percent {
            each_of.value.checked_div(Decimal::ONE_HUNDRED)?
        } else {
            let field = (self.figures.get(each)?.field).and_then(|n| self.sentence.cited.get(n));
            let measured = field.and_then(unit_of);
            let counted = match self.figures.get(many)?.worth {
                Worth::Number(_, unit) => unit.is_none() || measured.is_none() || unit == measured,
                Worth::Day(_) => false,
            };
            if !self.is_of(each, "price") || !counted {
                return None;
            }
            each_of.value
        };
        let reckoned = many_of.value.checked_mul(by)?;
        Some(total_of.is(reckoned, false) || total_of.is_rounded(reckoned))
    }
}
