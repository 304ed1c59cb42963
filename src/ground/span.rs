//! Spans of time: days, weeks, months and years between two dates.

use domain::{
    Date, Decimal,
    civil::{days_between, plus_days},
};

/// What a word of time counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    Days(i32),
    Months(i32),
}

/// One of what a word names: `week` is seven days.
pub(crate) fn unit(word: &str) -> Option<Span> {
    Some(match word.to_lowercase().trim_end_matches('s') {
        "day" => Span::Days(1),
        "week" => Span::Days(7),
        "fortnight" => Span::Days(14),
        "month" => Span::Months(1),
        "quarter" => Span::Months(3),
        "year" | "annum" => Span::Months(12),
        _ => return None,
    })
}

impl Span {
    /// The date that lies so many of it behind another. `None` off the calendar and for a part of a day.
    pub(crate) fn after(self, from: Date, many: Decimal) -> Option<Date> {
        let (unit, months) = match self {
            Self::Days(n) => (n, false),
            Self::Months(n) => (n, true),
        };
        let count = many.checked_mul(Decimal::from(unit))?;
        if !count.fract().is_zero() {
            return None;
        }
        let count: i32 = count.trunc().to_string().parse().ok()?;
        if months {
            plus_months(from, count)
        } else {
            Some(plus_days(from, i64::from(count)))
        }
    }

    /// Whether so many of it lie between two dates. A term of years may end on the day before its anniversary.
    pub(crate) fn parts(self, from: Date, to: Date, many: Decimal) -> bool {
        match self {
            Self::Days(n) => {
                many.checked_mul(Decimal::from(n)) == Some(Decimal::from(days_between(from, to)))
            }
            Self::Months(_) => {
                let end = self.after(from, many);
                end == Some(to) || (end.is_some() && end == to.tomorrow().ok())
            }
        }
    }
}

/// The same day some months on, or the last of a month that has no such day.
fn plus_months(date: Date, months: i32) -> Option<Date> {
    let at = (i32::from(date.year()) * 12 + i32::from(date.month()) - 1).checked_add(months)?;
    let year = i16::try_from(at.div_euclid(12)).ok()?;
    let first = Date::new(year, i8::try_from(at.rem_euclid(12) + 1).ok()?, 1).ok()?;
    Date::new(year, first.month(), date.day().min(first.days_in_month())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_where_people_say() {
        for (from, to, many, word, want) in [
            ("2026-05-12", "2026-06-26", 45, "days", true),
            ("2026-05-12", "2026-06-25", 45, "days", false),
            ("2026-05-12", "2026-05-26", 2, "weeks", true),
            ("2026-01-31", "2026-02-28", 1, "month", true),
            ("2026-04-01", "2029-04-01", 3, "years", true),
            ("2026-04-01", "2029-03-31", 3, "years", true),
            ("2026-04-01", "2029-03-30", 3, "years", false),
            ("2026-07-22", "2026-07-23", 1, "month", false),
        ] {
            let date = |text: &str| text.parse::<Date>().unwrap();
            let got = unit(word)
                .unwrap()
                .parts(date(from), date(to), Decimal::from(many));
            assert_eq!(got, want, "{from} {to} {many} {word}");
        }
    }
}
