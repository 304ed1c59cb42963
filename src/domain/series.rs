//! Number series of a supplier, and what is missing between the numbers that were seen.

use std::collections::BTreeMap;

use crate::{
    civil::{Date, FinancialYear},
    number::{DocNumber, split},
    records::{Gap, NumberSeries},
};

/// Gaps that one series tells in full.
pub const GAPS_MAX: usize = 100;

/// The running counter as a number; `None` when there is none or it has more than eighteen digits: such a number
/// belongs to no series.
pub fn counter(number: &DocNumber) -> Option<i64> {
    if number.counter.len() > 18 {
        None
    } else {
        number.counter.parse().ok()
    }
}

/// The series of one supplier, filled number by number in any order: one text around the counter, one financial year
/// each. Suppliers begin anew each April, so a number of another year closes no gap.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    series: BTreeMap<(String, String, FinancialYear), Runs>,
}

impl Numbering {
    /// A number that was seen; one without a counter belongs to no series. Of two numbers with one counter the first is
    /// the one that is written again.
    pub fn take(&mut self, number: &str, date: Date) {
        let number = DocNumber::new(number);
        let Some(counter) = counter(&number) else {
            return;
        };
        let key = (number.before, number.after, FinancialYear::of(date));
        self.series
            .entry(key)
            .or_default()
            .take(counter, &number.raw);
    }

    /// Each series with the folded text before its counter.
    pub fn into_series(self) -> impl Iterator<Item = (String, NumberSeries)> {
        let told =
            |((before, _, year), runs): ((String, _, _), Runs)| Some((before, runs.told(year)?));
        self.series.into_iter().filter_map(told)
    }
}

/// The unbroken runs of one series, by their first counter: what is kept grows with the gaps and not with the numbers.
#[derive(Debug, Clone, Default)]
struct Runs {
    runs: BTreeMap<i64, Run>,
    /// The lowest number as it was written.
    first: Option<(i64, Box<str>)>,
}

#[derive(Debug, Clone)]
struct Run {
    last: i64,
    /// The last number as it was written.
    written: Box<str>,
}

impl Runs {
    fn take(&mut self, counter: i64, written: &str) {
        let below = self.runs.range_mut(..=counter).next_back();
        if below.as_ref().is_some_and(|(_, run)| counter <= run.last) {
            return;
        }
        if self
            .first
            .as_ref()
            .is_none_or(|(least, _)| counter < *least)
        {
            self.first = Some((counter, written.into()));
        }
        let below = below.filter(|(_, run)| run.last + 1 == counter);
        let start = below.map_or(counter, |(start, _)| *start);
        // Eighteen digits leave room for one more.
        let run = self.runs.remove(&(counter + 1)).unwrap_or_else(|| Run {
            last: counter,
            written: written.into(),
        });
        self.runs.insert(start, run);
    }

    fn told(self, year: FinancialYear) -> Option<NumberSeries> {
        let (_, first) = self.first?;
        let (_, last) = self.runs.last_key_value()?;
        let mut told = NumberSeries {
            financial_year: year.to_string(),
            first: first.into(),
            last: last.written.to_string(),
            count: 0,
            missing: 0,
            gaps: Vec::new(),
        };
        let mut below: Option<&Run> = None;
        for (start, run) in &self.runs {
            let numbers = u64::try_from(run.last - start + 1).unwrap_or_default();
            told.count = told.count.saturating_add(numbers);
            if let Some(below) = below.replace(run) {
                let count = u64::try_from(start - below.last - 1).unwrap_or_default();
                told.missing = told.missing.saturating_add(count);
                if told.gaps.len() < GAPS_MAX {
                    told.gaps.push(Gap {
                        from: like(&below.written, below.last + 1),
                        until: like(&below.written, start - 1),
                        count,
                    });
                }
            }
        }
        Some(told)
    }
}

/// A number of the same series, with as many leading zeros.
fn like(written: &str, counter: i64) -> String {
    let (before, digits, after) = split(written);
    format!("{before}{counter:0width$}{after}", width = digits.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn series(numbers: &[(&str, &str)]) -> Vec<NumberSeries> {
        let mut numbering = Numbering::default();
        for (number, day) in numbers {
            numbering.take(number, day.parse().unwrap());
        }
        numbering.into_series().map(|(_, series)| series).collect()
    }

    #[test]
    fn a_year_ends_on_31_march() {
        let told = series(&[
            ("A1", "2026-03-31"),
            ("A4", "2026-03-31"),
            ("A2", "2026-04-01"),
        ]);
        let years: Vec<_> = told
            .iter()
            .map(|s| (s.financial_year.as_str(), s.missing))
            .collect();
        assert_eq!(years, [("2025-26", 2), ("2026-27", 0)]);
    }

    #[test]
    fn the_first_to_have_a_number_is_the_one_written_again() {
        let told = series(&[
            ("A-01", "2026-05-01"),
            ("a1", "2026-05-02"),
            ("A-04", "2026-05-02"),
        ]);
        assert_eq!(
            (told[0].first.as_str(), told[0].gaps[0].from.as_str()),
            ("A-01", "A-02")
        );
        assert_eq!(
            (told[0].gaps[0].until.as_str(), told[0].gaps[0].count),
            ("A-03", 2)
        );
    }

    proptest! {
        /// Whatever the order of the rows, the gaps are those between neighbours of the sorted numbers.
        #[test]
        fn runs_agree_with_a_plain_reading(numbers in prop::collection::vec(0..60_i64, 1..40)) {
            let mut runs = Runs::default();
            for number in &numbers {
                runs.take(*number, &format!("N{number}"));
            }
            let sorted: BTreeSet<i64> = numbers.iter().copied().collect();
            let pairs = sorted.iter().zip(sorted.iter().skip(1));
            let want: Vec<Gap> = pairs
                .filter(|(below, above)| *above - *below > 1)
                .map(|(below, above)| Gap {
                    from: format!("N{}", below + 1),
                    until: format!("N{}", above - 1),
                    count: u64::try_from(above - below - 1).unwrap(),
                })
                .collect();
            let told = runs.told(FinancialYear(2026)).unwrap();
            prop_assert_eq!(told.gaps, want);
            prop_assert_eq!(told.count, u64::try_from(sorted.len()).unwrap());
            prop_assert_eq!(told.first, format!("N{}", sorted.first().unwrap()));
            prop_assert_eq!(told.last, format!("N{}", sorted.last().unwrap()));
        }
    }
}
