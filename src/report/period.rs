//! Months, quarters and years of a report. Quarters and years are those of the Indian financial year, which begins on
//! 1 April: its first quarter is April to June.

use domain::{Date, FinancialYear};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// How many of it a year has.
    fn in_a_year(self) -> i32 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }
}

/// One month, quarter or financial year; those of one unit are ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Period {
    unit: Unit,
    /// Counted from the period in which January of the year 0 lies.
    index: i32,
}

impl Period {
    pub(crate) fn of(unit: Unit, date: Date) -> Self {
        let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
        let index = match unit {
            Unit::Month => month,
            // The quarters of the financial year are those of the calendar by another number.
            Unit::Quarter => month.div_euclid(3),
            Unit::Year => i32::from(FinancialYear::of(date).0),
        };
        Self { unit, index }
    }

    /// So many periods later, or earlier.
    pub(crate) fn plus(self, periods: i32) -> Self {
        let index = self.index.saturating_add(periods);
        Self { index, ..self }
    }

    pub(crate) fn year_earlier(self) -> Self {
        self.plus(-self.unit.in_a_year())
    }

    /// This one and those after it, up to another of its unit: none where that lies before.
    pub(crate) fn up_to(self, last: Self) -> impl ExactSizeIterator<Item = Self> {
        let count = usize::try_from(last.index - self.index + 1).unwrap_or_default();
        let mut next = self;
        (0..count).map(move |_| {
            let this = next;
            next = this.plus(1);
            this
        })
    }

    pub(crate) fn first_day(self) -> Date {
        let month = match self.unit {
            Unit::Month => self.index,
            Unit::Quarter => self.index * 3,
            Unit::Year => self.index * 12 + 3,
        };
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let (year, month) = (i16::try_from(year), i8::try_from(month));
        let first = |year, month| Date::new(year, month, 1).ok();
        year.ok()
            .zip(month.ok())
            .and_then(|(year, month)| first(year, month))
            .unwrap_or(Date::MIN)
    }
}

/// `2026-04`, `2026-27 Q1`, `2026-27`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first = self.first_day();
        let year = FinancialYear::of(first);
        match self.unit {
            Unit::Month => write!(f, "{:04}-{:02}", first.year(), first.month()),
            Unit::Quarter => write!(f, "{year} Q{}", (self.index + 3).rem_euclid(4) + 1),
            Unit::Year => write!(f, "{year}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_of_days() {
        for (day, month, quarter, year) in [
            ("2026-03-31", "2026-03", "2025-26 Q4", "2025-26"),
            ("2026-04-01", "2026-04", "2026-27 Q1", "2026-27"),
            ("2026-06-30", "2026-06", "2026-27 Q1", "2026-27"),
            ("2026-07-01", "2026-07", "2026-27 Q2", "2026-27"),
            ("2026-12-31", "2026-12", "2026-27 Q3", "2026-27"),
            ("2027-01-01", "2027-01", "2026-27 Q4", "2026-27"),
            ("1999-04-01", "1999-04", "1999-00 Q1", "1999-00"),
        ] {
            let date = day.parse().unwrap();
            let told = [Unit::Month, Unit::Quarter, Unit::Year].map(|unit| {
                let period = Period::of(unit, date);
                assert_eq!(Period::of(unit, period.first_day()), period);
                assert!(period.first_day() <= date && date < period.plus(1).first_day());
                period.to_string()
            });
            assert_eq!(told, [month, quarter, year], "{day}");
        }
    }

    #[test]
    fn a_year_earlier_is_the_same_period_of_that_year() {
        let date = "2026-02-28".parse().unwrap();
        for (unit, want) in [
            (Unit::Month, "2025-02"),
            (Unit::Quarter, "2024-25 Q4"),
            (Unit::Year, "2024-25"),
        ] {
            assert_eq!(Period::of(unit, date).year_earlier().to_string(), want);
        }
    }

    #[test]
    fn periods_up_to_another() {
        let period = |day: &str| Period::of(Unit::Month, day.parse().unwrap());
        let told: Vec<String> = period("2026-11-30")
            .up_to(period("2027-01-01"))
            .map(|p| p.to_string())
            .collect();
        assert_eq!(told, ["2026-11", "2026-12", "2027-01"]);
        assert_eq!(period("2026-11-30").up_to(period("2026-10-01")).len(), 0);
        // The ends of the calendar are no fault.
        for unit in [Unit::Month, Unit::Quarter, Unit::Year] {
            for day in [Date::MIN, Date::MAX] {
                let period = Period::of(unit, day);
                assert!(!period.year_earlier().plus(2).to_string().is_empty());
            }
        }
    }
}
