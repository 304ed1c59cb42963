//! Since when yes comes more often in a row of yes and no, and how often chance alone would bring such a change.
//!
//! No rate is assumed and none is tuned. If nothing has changed, every order of the same answers is as likely as any other;
//! so for a split of the row in two, how many yes fall behind it follows the hypergeometric law, whatever the rate is, and
//! its tail is the chance of so many or more (Fisher's exact test, one-sided). Splits that matter lie before a yes, so a
//! row with `m` of them has `m` splits. The one at which both sides fit their own rates best is taken, and its chance is
//! multiplied by `m` (Bonferroni): that bounds the chance that any split of a row without a change looks as marked.
//!
//! A CUSUM chart needs the rate before and after, and learns the first from the very row that it watches; its threshold is
//! then a simulation's. This one has a bound that holds for every rate: see the tests for what it comes to, and how soon
//! a change is found.

use domain::Decimal;

use crate::table::Cell;

/// A change is told where chance brings one as marked in at most one of so many rows that have none. That is a bound, and a
/// wide one: of 10,000 looks at rows of up to 10,000 invoices without a change, the one that looked most like it had odds of
/// one in 1,824 (see the tests). A supplier has a row for each of some fifty checks and two outcomes, of which most
/// hold no yes at all.
pub const LEVEL: u64 = 1_000_000;

/// The longest odds that are told apart.
const ONE_IN_MAX: u64 = 1_000_000_000_000;

/// A row of yes and no.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    count: u32,
    /// The places of each yes, and what it belongs to.
    yes: Vec<(u32, u32)>,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) yes: u64,
    pub(super) of: u64,
}

impl Rate {
    pub(super) fn percent(self) -> Cell {
        Cell::share(Decimal::from(self.yes), Decimal::from(self.of))
    }
}

/// Since when yes comes more often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The yes with which it begins.
    at: usize,
    pub(super) before: Rate,
    pub(super) after: Rate,
    /// Chance brings a change as marked in one of so many rows; the longest odds are cut.
    pub(super) one_in: u64,
}

impl Flags {
    /// The next of the row: yes with what it belongs to, or no.
    pub(super) fn take(&mut self, yes: Option<u32>) {
        if let Some(index) = yes {
            self.yes.push((self.count, index));
        }
        self.count = self.count.saturating_add(1);
    }

    /// What the yes since a change belong to.
    pub(super) fn marked(&self, change: Change) -> Vec<u32> {
        let since = self.yes.iter().skip(change.at);
        since.map(|(_, index)| *index).collect()
    }

    /// The change, where one is rarer by chance than [`LEVEL`].
    pub(super) fn change(&self) -> Option<Change> {
        let change = self.likeliest()?;
        (change.one_in >= LEVEL).then_some(change)
    }

    /// The likeliest change to more, and its odds.
    fn likeliest(&self) -> Option<Change> {
        let all = Rate {
            yes: u64::try_from(self.yes.len()).ok()?,
            of: u64::from(self.count),
        };
        let mut best: Option<(i128, Change)> = None;
        for (at, (place, _)) in self.yes.iter().enumerate() {
            let before = Rate {
                yes: u64::try_from(at).ok()?,
                of: u64::from(*place),
            };
            let after = Rate {
                yes: all.yes - before.yes,
                of: all.of - before.of,
            };
            let cross = |one: Rate, other: Rate| u128::from(one.yes) * u128::from(other.of);
            if before.of == 0 || cross(after, before) <= cross(before, after) {
                continue;
            }
            let fits = fit(before) + fit(after);
            if best.is_none_or(|(least, _)| fits > least) {
                best = Some((
                    fits,
                    Change {
                        at,
                        before,
                        after,
                        one_in: 1,
                    },
                ));
            }
        }
        let (_, mut change) = best?;
        let chance = tail(change.after, all).saturating_mul(Decimal::from(all.yes));
        change.one_in = odds(chance);
        Some(change)
    }
}

/// One over a chance, as a whole number.
fn odds(chance: Decimal) -> u64 {
    let one_in = Decimal::ONE.checked_div(chance).map(|odds| odds.trunc());
    // Nothing is left of a chance under 10^-28.
    let one_in = one_in.map_or(Some(ONE_IN_MAX), |odds| u64::try_from(odds).ok());
    one_in.unwrap_or(ONE_IN_MAX).clamp(1, ONE_IN_MAX)
}

/// Digits behind the point of a logarithm.
const BITS: u32 = 24;

/// The logarithm of the likelihood of a part under its own rate, but for what all splits share.
fn fit(part: Rate) -> i128 {
    let term = |n: u64| i128::from(n) * i128::from(log2(n));
    term(part.yes) + term(part.of - part.yes) - term(part.of)
}

/// The logarithm to base 2 in units of 2^-24, rounded down; 0 of 0, whose term is nothing.
fn log2(n: u64) -> u64 {
    if n == 0 {
        return 0;
    }
    let whole = n.ilog2();
    // From 1 to 2, as a fraction of 2^63; each squaring brings one more digit of the logarithm to the front.
    let mut fraction = u128::from(n) << (63 - whole);
    let mut log = u64::from(whole);
    for _ in 0..BITS {
        fraction = (fraction * fraction) >> 63;
        let digit = u64::from(fraction >> 64 != 0);
        fraction >>= digit;
        log = log << 1 | digit;
    }
    log
}

/// The chance of as many yes in a part, or more, if all orders of the whole are equally likely.
///
/// Exact but for the last of 28 decimals: the factors are taken so that the product stays near one as long as it can.
fn tail(part: Rate, all: Rate) -> Decimal {
    let (m, x) = (all.yes, part.yes);
    let rest = all.of - part.of;
    let ratio = |above: u64, below: u64| {
        let ratio = Decimal::from(above).checked_div(Decimal::from(below));
        ratio.unwrap_or_default()
    };
    // Of the yes, these are in the part: each choice of them is as likely.
    let mut choices = (1..=x).map(|i| ratio(m - x + i, i));
    // One yes after the other falls where it falls, among the places that are left.
    let mut falls = (0..m).map(|i| {
        let above = if i < x {
            part.of - i
        } else {
            (rest + x).saturating_sub(i)
        };
        ratio(above, all.of - i)
    });
    let mut term = Decimal::ONE;
    loop {
        let next = if term < Decimal::ONE {
            choices.next().or_else(|| falls.next())
        } else {
            falls.next().or_else(|| choices.next())
        };
        let Some(factor) = next else { break };
        term = term.saturating_mul(factor);
    }
    let mut sum = term;
    for more in x..m.min(part.of) {
        // From `more` yes in the part to one more of them.
        let no = all.of - m;
        let up = ratio(m - more, more + 1).saturating_mul(Decimal::from(part.of - more));
        let down = (no + more + 1).saturating_sub(part.of);
        let Some(step) = up.checked_div(Decimal::from(down)) else {
            break;
        };
        term = term.saturating_mul(step);
        if term.is_zero() {
            break;
        }
        sum = sum.saturating_add(term);
    }
    sum
}

#[cfg(test)]
mod tests;
