//! Civil dates in IST, financial years and tax periods. An invoice date is a date, not an instant.

use serde::{Deserialize, Serialize};

pub use jiff::civil::Date;

/// The offset of Indian standard time, which knows no summer.
pub fn ist() -> jiff::tz::Offset {
    jiff::tz::Offset::from_seconds(5 * 3_600 + 1_800).unwrap_or(jiff::tz::Offset::UTC)
}

/// Reads a date as senders write it: `dd/mm/yyyy`, `dd-mm-yyyy`, `dd.mm.yyyy` (day first) or ISO `yyyy-mm-dd`,
/// also with a time behind it; a time of another zone (`2026-11-21T20:00:00Z`) is told as the day that it is in India. `None` when it is
/// no date of the calendar.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > 19
        && let Ok(instant) = text.parse::<jiff::Timestamp>()
    {
        return Some(ist().to_datetime(instant).date());
    }
    let day = text.split([' ', 'T']).next()?;
    let mut parts = day.split(['/', '-', '.']);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some()
        || [a, b, c]
            .iter()
            .any(|p| !p.bytes().all(|x| x.is_ascii_digit()))
    {
        return None;
    }
    let (year, month, day) = match (a.len(), c.len()) {
        (4, 1..=2) => (a, b, c),
        (1..=2, 4) => (c, b, a),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `12 Nov 2026`: how a person reads a date.
pub fn readable(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// Days from `from` to `to`; negative when `to` lies before.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// A date some days later (or earlier); saturates at the calendar's ends.
pub fn plus_days(date: Date, days: i64) -> Date {
    date.saturating_add(jiff::Span::new().days(days.clamp(-4_000_000, 4_000_000)))
}

/// The same day some months later (or earlier), the month's last where it is shorter; saturates at the calendar's ends.
pub fn plus_months(date: Date, months: i64) -> Date {
    date.saturating_add(jiff::Span::new().months(months.clamp(-200_000, 200_000)))
}

/// An Indian financial year, April to March, named by the year in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FinancialYear(pub i16);

impl FinancialYear {
    pub fn of(date: Date) -> Self {
        Self(if date.month() >= 4 {
            date.year()
        } else {
            date.year() - 1
        })
    }

    /// 1 April.
    pub fn first_day(self) -> Date {
        Date::new(self.0, 4, 1).unwrap_or(Date::MIN)
    }

    /// 31 March of the next calendar year.
    pub fn last_day(self) -> Date {
        Date::new(self.0.saturating_add(1), 3, 31).unwrap_or(Date::MAX)
    }
}

/// `2026-27`, as the IRN hashes it and returns name it.
impl std::fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}-{:02}",
            self.0,
            (i32::from(self.0) + 1).rem_euclid(100)
        )
    }
}

/// A month of returns: `102026` is October 2026. Ordered by time, never as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxPeriod {
    pub year: i16,
    pub month: i8,
}

impl TaxPeriod {
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// Reads `mmyyyy`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let period = Self {
            month: text.get(..2)?.parse().ok()?,
            year: text.get(2..)?.parse().ok()?,
        };
        ((1..=12).contains(&period.month) && period.year >= 1).then_some(period)
    }

    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year.saturating_add(1),
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 {
            Self {
                year: self.year.saturating_sub(1),
                month: 12,
            }
        } else {
            Self {
                year: self.year,
                month: self.month - 1,
            }
        }
    }

    /// The given day of this month; the month's last day when it is shorter.
    pub fn day(self, day: i8) -> Date {
        let first = Date::new(self.year, self.month, 1).unwrap_or(Date::MIN);
        Date::new(self.year, self.month, day.min(first.days_in_month())).unwrap_or(first)
    }

    pub fn last_day(self) -> Date {
        self.day(31)
    }
}

/// `102026`, as the portal writes it.
impl std::fmt::Display for TaxPeriod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}{:04}", self.month, self.year)
    }
}

impl Serialize for TaxPeriod {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TaxPeriod {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a tax period is written mmyyyy"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i16, m: i8, d: i8) -> Date {
        Date::new(y, m, d).unwrap()
    }

    #[test]
    fn dates_as_senders_write_them() {
        for (text, want) in [
            ("09/11/2026", Some(date(2026, 11, 9))),
            ("9-11-2026", Some(date(2026, 11, 9))),
            ("2026-11-09", Some(date(2026, 11, 9))),
            ("2026-11-09 11:04:09", Some(date(2026, 11, 9))),
            ("2026-11-21T18:29:59Z", Some(date(2026, 11, 21))),
            ("2026-11-21T18:30:00Z", Some(date(2026, 11, 22))),
            ("2026-11-21T23:59:00+05:30", Some(date(2026, 11, 21))),
            ("2026-11-21T23:59:00", Some(date(2026, 11, 21))),
            ("29/02/2024", Some(date(2024, 2, 29))),
            ("29/02/2026", None),
            ("31/04/2026", None),
            ("2026/13/01", None),
            ("09/11/26", None),
            ("", None),
            ("next week", None),
        ] {
            assert_eq!(parse_date(text), want, "{text}");
        }
    }

    #[test]
    fn financial_years_turn_on_1_april() {
        assert_eq!(FinancialYear::of(date(2026, 3, 31)).to_string(), "2025-26");
        assert_eq!(FinancialYear::of(date(2026, 4, 1)).to_string(), "2026-27");
        assert_eq!(FinancialYear(1999).to_string(), "1999-00");
        assert_eq!(FinancialYear(2025).last_day(), date(2026, 3, 31));
    }

    #[test]
    fn periods_follow_time_not_text() {
        let december = TaxPeriod::parse("122025").unwrap();
        let january = TaxPeriod::parse("012026").unwrap();
        assert!(december < january);
        assert_eq!(december.next(), january);
        assert_eq!(january.previous(), december);
        assert_eq!(TaxPeriod::parse("132025"), None);
        assert_eq!(
            TaxPeriod::parse("022026").unwrap().last_day(),
            date(2026, 2, 28)
        );
    }
}
