//! Days and periods, however they are written, as first and last day.

use std::sync::LazyLock;

use domain::{
    Date, TaxPeriod,
    civil::{FinancialYear, plus_days},
};
use ground::read;
use regex::Regex;

/// From the first to the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

struct Patterns {
    day: Regex,
    quarter: Regex,
    year: Regex,
    month: Regex,
    relative: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let year = r"(?:(?:fy|f\.y\.|financial year|fiscal year)[\s-]*(?:\d{4}-\d{4}|\d{4}-\d{2}|\d{2}-\d{2}|\d{2})|20\d{2}-\d{2})";
    let new = |pattern: &str| Regex::new(&format!("(?i)^(?:{pattern})")).ok();
    Some(Patterns {
        day: new(&format!(
            r"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{MONTH}\.?,?[\s-]+\d{{4}}|\d{{1,2}}-{MONTH}-\d{{2}}|{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
        ))?,
        quarter: new(&format!(
            r"(?P<q>q[1-4]|(?:first|second|third|fourth|1st|2nd|3rd|4th|last) quarter)[\s,]*(?:of )?(?:the )?[\s,]*(?P<y>{year})"
        ))?,
        year: new(year)?,
        month: new(&format!(
            r"{MONTH}\.?,?[\s-]+\d{{4}}|\d{{1,2}}/\d{{4}}|{MONTH}-\d{{2}}"
        ))?,
        relative: new(
            r"today|yesterday|tomorrow|(?P<which>last|previous|this|current|next) (?P<what>month|quarter|financial year|fiscal year|fy)",
        )?,
    })
});

impl Span {
    pub(crate) fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    fn of_month(period: TaxPeriod) -> Self {
        Self {
            first: period.day(1),
            last: period.last_day(),
        }
    }

    fn of_year(year: FinancialYear) -> Self {
        Self {
            first: year.first_day(),
            last: year.last_day(),
        }
    }

    /// The quarter of a financial year, the first being April to June.
    fn of_quarter(year: FinancialYear, nth: u8) -> Self {
        let mut month = TaxPeriod::of(year.first_day());
        for _ in 1..nth {
            month = month.next().next().next();
        }
        Self {
            first: month.day(1),
            last: month.next().next().last_day(),
        }
    }

    /// The day or period that a text begins with, and its length in bytes. Relative words are of the day given.
    pub(crate) fn at_start(text: &str, as_of: Date) -> Option<(Self, usize)> {
        let patterns = PATTERNS.as_ref()?;
        let take = |pattern: &Regex| pattern.find(text).map(|found| found.as_str());
        if let Some(found) = take(&patterns.day) {
            let day = read::date(found).or_else(|| short_year(found))?;
            return Some((
                Self {
                    first: day,
                    last: day,
                },
                found.len(),
            ));
        }
        if let Some(found) = patterns.quarter.captures(text) {
            let nth = nth(found.name("q")?.as_str())?;
            let year = year(found.name("y")?.as_str())?;
            return Some((Self::of_quarter(year, nth), found.get(0)?.len()));
        }
        if let Some(found) = take(&patterns.year)
            && let Some(year) = year(found)
        {
            return Some((Self::of_year(year), found.len()));
        }
        if let Some(found) = take(&patterns.month) {
            let period = read::period(&found.replace(['.', ','], " "))?;
            return Some((Self::of_month(period), found.len()));
        }
        let found = patterns.relative.captures(text)?;
        let whole = found.get(0)?;
        let word = |name: &str| {
            let word = found.name(name).map_or("", |m| m.as_str());
            word.to_ascii_lowercase()
        };
        let span = relative(&word("which"), &word("what"), whole.as_str(), as_of)?;
        Some((span, whole.len()))
    }
}

fn relative(which: &str, what: &str, whole: &str, as_of: Date) -> Option<Span> {
    let step = match which {
        "last" | "previous" => -1,
        "next" => 1,
        _ => 0,
    };
    Some(match what {
        "" => {
            let day = match whole.to_ascii_lowercase().as_str() {
                "yesterday" => plus_days(as_of, -1),
                "tomorrow" => plus_days(as_of, 1),
                _ => as_of,
            };
            Span {
                first: day,
                last: day,
            }
        }
        "month" => Span::of_month(moved(TaxPeriod::of(as_of), step)),
        "quarter" => {
            let month = moved(TaxPeriod::of(as_of), step * 3);
            let year = FinancialYear::of(month.day(1));
            let nth = match month.month {
                4..=6 => 1,
                7..=9 => 2,
                10..=12 => 3,
                _ => 4,
            };
            Span::of_quarter(year, nth)
        }
        _ => Span::of_year(FinancialYear(FinancialYear::of(as_of).0.checked_add(step)?)),
    })
}

fn moved(mut period: TaxPeriod, months: i16) -> TaxPeriod {
    for _ in 0..months.unsigned_abs() {
        period = if months < 0 {
            period.previous()
        } else {
            period.next()
        };
    }
    period
}

/// A year of two digits behind slashes or points is read day first.
fn short_year(text: &str) -> Option<Date> {
    let (head, year) = text.rsplit_once(['/', '.'])?;
    (year.len() == 2)
        .then(|| read::date(&format!("{head}/20{year}")))
        .flatten()
}

fn nth(text: &str) -> Option<u8> {
    let text = text.to_ascii_lowercase();
    Some(match text.trim_start_matches('q').split(' ').next()? {
        "1" | "first" | "1st" => 1,
        "2" | "second" | "2nd" => 2,
        "3" | "third" | "3rd" => 3,
        "4" | "fourth" | "4th" | "last" => 4,
        _ => return None,
    })
}

/// A financial year by its first year and, where it is named, the one in which it ends.
fn year(text: &str) -> Option<FinancialYear> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let full = |part: &str| -> Option<i16> {
        let year: i16 = part.parse().ok()?;
        Some(if part.len() == 2 { year + 2000 } else { year })
    };
    let Some((first, last)) = digits.split_once('-') else {
        // FY27 ends in March 2027.
        return Some(FinancialYear(full(digits)?.checked_sub(1)?));
    };
    let (first, last) = (full(first)?, full(last)?);
    (last == first.checked_add(1)?).then_some(FinancialYear(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_period_however_written() {
        let as_of = Date::new(2026, 11, 20).unwrap();
        for (text, want) in [
            ("1 Apr 2026?", "2026-04-01 2026-04-01"),
            ("01/04/2026", "2026-04-01 2026-04-01"),
            ("01.04.26", "2026-04-01 2026-04-01"),
            ("April 1, 2026", "2026-04-01 2026-04-01"),
            ("Apr 2026", "2026-04-01 2026-04-30"),
            ("04/2026", "2026-04-01 2026-04-30"),
            ("Q2 FY27", "2026-07-01 2026-09-30"),
            ("second quarter of FY 2026-27", "2026-07-01 2026-09-30"),
            ("Q4 2026-27", "2027-01-01 2027-03-31"),
            ("financial year 2026-27", "2026-04-01 2027-03-31"),
            ("2026-27", "2026-04-01 2027-03-31"),
            ("last month", "2026-10-01 2026-10-31"),
            ("previous quarter", "2026-07-01 2026-09-30"),
            ("this FY", "2026-04-01 2027-03-31"),
            ("yesterday", "2026-11-19 2026-11-19"),
            ("2026-28", ""),
            ("31/04/2026", ""),
            ("last year", ""),
            ("V001", ""),
        ] {
            let got = Span::at_start(text, as_of);
            let got = got.map_or_else(String::new, |(s, _)| format!("{} {}", s.first, s.last));
            assert_eq!(got, want, "{text}");
        }
    }
}
