//! Claims whose figures account for each other: each is told as a cited value is, beside words that fit it and numbers of
//! its own record, and what the sentence makes of them comes out: one above another, three that add up, a day so many days
//! after another.
//!
//! *Invariant:* every figure is a cited value or follows from those that are; every relation of the claim holds between
//! two figures; nothing that is cited is left untold; no word denies, counts or weighs what no figure bears.

mod account;
mod said;
mod sentence;
mod sums;
#[cfg(test)]
mod tests;

use domain::{Date, Decimal, civil::days_between};

use crate::{
    clause::Item,
    field::{Class, Field},
    index::Index,
    measure::unit_of,
    number::Number,
    read,
    vocabulary::{VOCABULARY, name_parts},
};
use sentence::Sentence;

/// A claim of more items, or of more figures, is not read.
const ITEMS_MAX: usize = 60;
const FIGURES_MAX: usize = 8;

/// Told beside something else, and set against it by no more than that.
const BESIDE: &str = "beside";

/// A figure of the claim.
#[derive(Debug, Clone)]
struct Figure<'n> {
    at: usize,
    /// The cited value that it is; none where it follows from the others.
    field: Option<usize>,
    /// No word beside it says which value it is, or whose.
    silent: bool,
    worth: Worth<'n>,
}

#[derive(Debug, Clone, Copy)]
enum Worth<'n> {
    /// As written, and in which unit.
    Number(&'n Number, Option<&'static str>),
    Day(Date),
}

impl Figure<'_> {
    fn day(&self) -> Option<Date> {
        match self.worth {
            Worth::Day(day) => Some(day),
            Worth::Number(..) => None,
        }
    }
}

/// Whether the figures of a claim are those of the values that it cites, and do to each other what it says.
pub(crate) fn proves<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> bool {
    if items.len() > ITEMS_MAX {
        return false;
    }
    let Some(sentence) = Sentence::read(cited, index, items, claim) else {
        return false;
    };
    sentence.choices().into_iter().any(|figures| {
        let mut related = vec![false; figures.len()];
        relations(&sentence, &figures, &mut related)
            && spans(&sentence, &figures, &mut related)
            && sums::come_out(&sentence, &figures, &mut related)
            && sentence.twice(&figures, &mut related)
            && {
                contrasts(&sentence, &figures, &mut related);
                related.contains(&true) && sentence.accounts(&figures, &related)
            }
    })
}

/// Figures that stand in a relation which holds.
fn mark(related: &mut [bool], figures: impl IntoIterator<Item = usize>) {
    for n in figures {
        if let Some(slot) = related.get_mut(n) {
            *slot = true;
        }
    }
}

/// The value of a number in a unit that can be compared with that of another.
fn compared(a: &Figure<'_>, b: &Figure<'_>, cited: &[Field<'_>]) -> Option<(Decimal, Decimal)> {
    let (Worth::Number(x, of), Worth::Number(y, to)) = (a.worth, b.worth) else {
        return None;
    };
    if x.percent != y.percent || kind(a, cited) != kind(b, cited) {
        return None;
    }
    match (of, to) {
        (Some(of), Some(to)) if of != to => {
            let (many, few) = VOCABULARY.ratio(of, to)?;
            Some((
                x.value.checked_mul(Decimal::from(many))?,
                y.value.checked_mul(Decimal::from(few))?,
            ))
        }
        _ => Some((x.value, y.value)),
    }
}

/// What a figure is an amount of: money, a price, goods, days.
fn kind(figure: &Figure<'_>, cited: &[Field<'_>]) -> &'static str {
    let Worth::Number(number, _) = figure.worth else {
        return "day";
    };
    let field = figure.field.and_then(|n| cited.get(n));
    let classes = field.map(Field::classes).unwrap_or_default();
    let is = |class| classes.contains(&class);
    let leaf = field.map(|f| name_parts(f.leaf())).unwrap_or_default();
    let per_unit = leaf
        .windows(2)
        .any(|two| matches!(two, [per, unit] if per == "per" && VOCABULARY.unit(unit).is_some()));
    let priced =
        number.rupees && (per_unit || leaf.iter().any(|p| matches!(p.as_str(), "rate" | "price")));
    if number.percent {
        "share"
    } else if is(Class::Price) || priced {
        "price"
    } else if number.rupees || is(Class::Amount) && !is(Class::Quantity) {
        "money"
    } else if is(Class::Days) {
        "days"
    } else {
        "goods"
    }
}

/// Every word that sets two figures against each other holds between the last figure before it and the next behind it.
fn relations(sentence: &Sentence<'_, '_>, figures: &[Figure<'_>], related: &mut [bool]) -> bool {
    // "X equals Y less Z" is reckoned, and X is not Y.
    let reckoned = sentence.reckons().any()
        && figures
            .iter()
            .filter(|f| kind(f, sentence.cited) == "money")
            .count()
            > 2;
    let relations: Vec<(usize, &str)> = sentence
        .relations()
        .into_iter()
        .filter(|r| r.1 != BESIDE && !(reckoned && r.1 == "equal"))
        .collect();
    relations.iter().enumerate().all(|(nth, &(at, op))| {
        if let Some((before, limit)) = sentence.limit_of_a_gap(figures, at).filter(|_| nth > 0) {
            let far = nth
                .checked_sub(1)
                .and_then(|b| relations.get(b))
                .filter(|r| r.0 < at)
                .and_then(|r| {
                    let right = figures.iter().position(|f| f.at > r.0)?;
                    let left = figures.iter().rposition(|f| f.at < r.0)?;
                    apart(
                        figures.get(left)?,
                        figures.get(right)?,
                        before,
                        sentence.cited,
                    )
                });
            let (Some(far), Worth::Number(most, _)) = (far, before.worth) else {
                return false;
            };
            mark(related, [limit]);
            return match op {
                "above" => far > most.value,
                "below" => far < most.value,
                "at_most" => far <= most.value,
                "at_least" => far >= most.value,
                _ => false,
            };
        }
        let right = figures.iter().position(|f| f.at > at);
        let Some(right) = right else {
            // "Billed at exactly the rate of the order": one figure, which both hold.
            let both = matches!(op, "equal" | "at_most" | "at_least");
            let one = both && matches!(figures, [one] if sentence.is_in_both(one));
            related.fill(one);
            return one;
        };
        let sort = |n: usize| figures.get(n).map_or("", |f| kind(f, sentence.cited));
        // "N days after D": what lies between stands right before the word.
        let left = (0..figures.len())
            .filter(|n| figures.get(*n).is_some_and(|f| f.at < at))
            .filter(|n| sort(*n) == sort(right))
            .max_by_key(|n| figures.get(*n).is_some_and(|f| f.field.is_some()));
        let (Some(left), Some(b)) = (left, figures.get(right)) else {
            return false;
        };
        let Some(a) = figures.get(left) else {
            return false;
        };
        // A gap told between the two, or behind "by".
        let gap = (left + 1..right)
            .chain(
                figures
                    .get(right + 1)
                    .map(|_| right + 1)
                    .filter(|n| sentence.is_gap(figures, *n)),
            )
            .find(|n| figures.get(*n).is_some_and(|f| f.field.is_none()));
        if !holds(a, op, b, gap.and_then(|n| figures.get(n)), sentence.cited) {
            return false;
        }
        mark(
            related,
            [Some(left), Some(right), gap].into_iter().flatten(),
        );
        true
    })
}

/// What is told beside something else, "240 billed while 210 were accepted", can be compared with it.
fn contrasts(sentence: &Sentence<'_, '_>, figures: &[Figure<'_>], related: &mut [bool]) {
    for at in sentence.set_beside() {
        let left = figures.iter().rposition(|f| f.at < at);
        let right = figures.iter().position(|f| f.at > at);
        let (Some(left), Some(right)) = (left, right) else {
            continue;
        };
        let (Some(a), Some(b)) = (figures.get(left), figures.get(right)) else {
            continue;
        };
        let told = a.field.is_some() && b.field.is_some() && a.field != b.field;
        if told && compared(a, b, sentence.cited).is_some() {
            mark(related, [left, right]);
        }
    }
}

/// How far two figures lie apart: in per cent of the second where the limit is a share.
fn apart(
    one: &Figure<'_>,
    other: &Figure<'_>,
    limit: &Figure<'_>,
    cited: &[Field<'_>],
) -> Option<Decimal> {
    let (x, y) = compared(one, other, cited)?;
    let far = x.checked_sub(y)?.abs();
    match limit.worth {
        Worth::Number(n, _) if n.percent => far.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(y),
        _ => Some(far),
    }
}

/// Whether one figure stands to another as is said, and as far from it as is told.
fn holds(
    one: &Figure<'_>,
    op: &str,
    other: &Figure<'_>,
    gap: Option<&Figure<'_>>,
    cited: &[Field<'_>],
) -> bool {
    if one.field.is_none() || other.field.is_none() || one.field == other.field {
        return false;
    }
    if let (Some(x), Some(y)) = (one.day(), other.day()) {
        let far = gap.is_none_or(|g| match g.worth {
            Worth::Number(n, None) => n.value == Decimal::from(days_between(x, y).abs()),
            _ => false,
        });
        return far
            && match op {
                "after" | "above" => x > y,
                "before" | "below" => x < y,
                "at_most" => x <= y,
                "at_least" => x >= y,
                "equal" => x == y,
                "differ" => x != y,
                _ => false,
            };
    }
    let Some((x, y)) = compared(one, other, cited) else {
        return false;
    };
    let far = gap.is_none_or(|g| match g.worth {
        Worth::Number(n, _) if n.percent => {
            let share = x
                .checked_sub(y)
                .and_then(|d| d.abs().checked_mul(Decimal::ONE_HUNDRED)?.checked_div(y));
            share.is_some_and(|s| n.is_share(s, false))
        }
        Worth::Number(n, unit) => match (one.worth, other.worth) {
            // Both in one unit, and the gap in it too.
            (Worth::Number(_, of), Worth::Number(_, to)) => {
                of == to
                    && (unit.is_none() || unit == of)
                    && x.checked_sub(y).map(|v| v.abs()) == Some(n.value)
            }
            _ => false,
        },
        Worth::Day(_) => false,
    });
    far && match op {
        "above" => x > y,
        "below" => x < y,
        "at_most" => x <= y,
        "at_least" => x >= y,
        "equal" => x == y,
        "differ" => x != y,
        _ => false,
    }
}

/// Days of credit: two days that lie as far apart as the days that are told, the later one told as what falls due.
fn spans(sentence: &Sentence<'_, '_>, figures: &[Figure<'_>], related: &mut [bool]) -> bool {
    let days: Vec<usize> = (0..figures.len())
        .filter(|n| {
            figures
                .get(*n)
                .is_some_and(|f| f.day().is_none() && sentence.counts_days(f))
        })
        .collect();
    let dates: Vec<usize> = (0..figures.len())
        .filter(|n| figures.get(*n).is_some_and(|f| f.day().is_some()))
        .collect();
    if days.is_empty() || dates.len() < 2 {
        // A day that nothing holds has to follow from others.
        return figures
            .iter()
            .all(|f| f.day().is_none() || f.field.is_some());
    }
    let ([days], [a, b]) = (&days[..], &dates[..]) else {
        return false;
    };
    let number = |n: usize| match figures.get(n).map(|f| f.worth) {
        Some(Worth::Number(number, _)) => Some(number.value),
        _ => None,
    };
    let day = |n: usize| figures.get(n).and_then(Figure::day);
    let (Some(far), Some(x), Some(y)) = (number(*days), day(*a), day(*b)) else {
        return false;
    };
    let (from, to) = if x <= y { (*a, *b) } else { (*b, *a) };
    let (earlier, later) = (x.min(y), x.max(y));
    let so = Decimal::from(days_between(earlier, later)) == far
        && sentence.falls_due()
        && sentence.runs_from(figures, *days, from)
        && figures.get(from).is_some_and(|f| f.field.is_some())
        && figures.get(*days).is_some_and(|f| {
            f.field.is_some() || figures.get(to).is_some_and(|t| t.field.is_some())
        });
    if so {
        mark(related, [*days, from, to]);
    }
    so
}

/// The cited values that a figure may be.
fn held(cited: &[Field<'_>], worth: Worth<'_>) -> Vec<usize> {
    let is = |field: &Field<'_>| match worth {
        // In how a sum was reckoned: "542500.00 * 18 / 100".
        Worth::Number(number, _)
            if number.percent
                && field.docs().contains("doc.calculation")
                && field.value.is_string() =>
        {
            field.value.as_str().is_some_and(|t| {
                t.split(|c: char| !(c.is_ascii_digit() || c == '.'))
                    .any(|n| n == number.raw)
            })
        }
        Worth::Day(day) => read::json_date(field.value) == Some(day),
        Worth::Number(number, unit) => {
            let Some(value) = read::json_number(field.value) else {
                return false;
            };
            match (unit, unit_of(field)) {
                (Some(told), Some(own)) if told != own && !number.rupees => {
                    let scaled = VOCABULARY.ratio(told, own).and_then(|(of, to)| {
                        number
                            .value
                            .checked_mul(Decimal::from(of))?
                            .checked_div(Decimal::from(to))
                    });
                    scaled == Some(value)
                }
                _ => number.is(value, false),
            }
        }
    };
    (0..cited.len())
        .filter(|n| cited.get(*n).is_some_and(is))
        .collect()
}
