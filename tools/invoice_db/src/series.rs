//! Number series of a supplier, and what the ledger lacks of them.

use std::collections::BTreeMap;

use domain::{
    DocNumber, FinancialYear,
    number::split,
    records::{Gap, LedgerEntry, NumberSeries},
};

use crate::counter;

/// Gaps that one series tells in full.
pub const GAPS_MAX: usize = 100;
/// Series in an answer.
pub const NUMBER_SERIES_MAX: usize = 50;

/// Series of one text around the counter and one financial year, each with the folded text before its counter. Suppliers
/// begin anew each April, so a number of another year closes no gap.
pub(crate) fn of<'a>(
    entries: impl Iterator<Item = &'a LedgerEntry>,
) -> impl Iterator<Item = (String, NumberSeries)> {
    let mut series: BTreeMap<(String, String, FinancialYear), BTreeMap<i64, &'a str>> =
        BTreeMap::new();
    for entry in entries {
        let number = DocNumber::new(&entry.invoice_number);
        if let Some(counter) = counter(&number) {
            let year = FinancialYear::of(entry.invoice_date);
            series
                .entry((number.before, number.after, year))
                .or_default()
                .entry(counter)
                .or_insert(&entry.invoice_number);
        }
    }
    series
        .into_iter()
        .filter_map(|((before, _, year), numbers)| Some((before, one(year, &numbers)?)))
}

fn one(year: FinancialYear, numbers: &BTreeMap<i64, &str>) -> Option<NumberSeries> {
    let (first, last) = (numbers.first_key_value()?.1, numbers.last_key_value()?.1);
    let mut gaps = Vec::new();
    let mut missing = 0_u64;
    let pairs = numbers.iter().zip(numbers.iter().skip(1));
    for ((below, written), (above, _)) in pairs {
        let Some(count) = u64::try_from(above - below - 1).ok().filter(|n| *n > 0) else {
            continue;
        };
        missing = missing.saturating_add(count);
        if gaps.len() < GAPS_MAX {
            gaps.push(Gap {
                from: like(written, below + 1),
                until: like(written, above - 1),
                count,
            });
        }
    }
    Some(NumberSeries {
        financial_year: year.to_string(),
        first: (*first).to_owned(),
        last: (*last).to_owned(),
        count: u64::try_from(numbers.len()).unwrap_or(u64::MAX),
        missing,
        gaps,
    })
}

/// A number of the same series, with as many leading zeros.
fn like(written: &str, counter: i64) -> String {
    let (before, digits, after) = split(written);
    format!("{before}{counter:0width$}{after}", width = digits.len())
}

/// Largest first.
pub(crate) fn told(series: impl Iterator<Item = NumberSeries>) -> Vec<NumberSeries> {
    let mut series: Vec<NumberSeries> = series.collect();
    series.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (&a.first, &a.financial_year).cmp(&(&b.first, &b.financial_year)))
    });
    series.truncate(NUMBER_SERIES_MAX);
    series
}

#[cfg(test)]
mod tests {
    use domain::{Date, Decimal};

    use super::*;

    fn entry(number: &str, day: &str) -> LedgerEntry {
        LedgerEntry {
            invoice_number: number.to_owned(),
            invoice_date: day.parse::<Date>().unwrap(),
            supplier_gstin: String::new(),
            buyer_gstin: String::new(),
            taxable_value: Decimal::ZERO,
            total_value: Decimal::ZERO,
            po_number: String::new(),
            status: String::new(),
        }
    }

    #[test]
    fn gaps_are_written_as_their_neighbours_are() {
        let rows = [
            entry("MC/26-27/0021", "2026-04-14"),
            entry("MC/26-27/0024", "2026-05-11"),
            entry("mc-26-27-25", "2026-05-12"),
            entry("MC/26-27/0027", "2026-06-02"),
            entry("MC/26-27/0027", "2026-06-02"),
            entry("X7", "2026-06-02"),
            entry("MC/26-27/0090", "2027-04-02"),
            entry("no counter", "2026-06-02"),
            entry("1234567890123456789", "2026-06-02"),
        ];
        let told = told(of(rows.iter()).map(|(_, series)| series));
        let gap = |from: &str, until: &str, count| Gap {
            from: from.to_owned(),
            until: until.to_owned(),
            count,
        };
        assert_eq!(told.len(), 3);
        assert_eq!((told[0].count, told[0].missing), (4, 3));
        assert_eq!(
            (told[0].first.as_str(), told[0].last.as_str()),
            ("MC/26-27/0021", "MC/26-27/0027")
        );
        assert_eq!(
            told[0].gaps,
            [
                gap("MC/26-27/0022", "MC/26-27/0023", 2),
                gap("mc-26-27-26", "mc-26-27-26", 1)
            ]
        );
        assert_eq!(
            (told[1].financial_year.as_str(), told[1].missing),
            ("2027-28", 0)
        );
        assert_eq!(told[2].first, "X7");
    }

    #[test]
    fn very_many_gaps_are_counted_and_not_all_told() {
        let rows: Vec<LedgerEntry> = (0..300)
            .map(|n| entry(&format!("A{}", n * 2), "2026-06-02"))
            .chain([entry("A999999999999999999", "2026-06-02")])
            .collect();
        let told = told(of(rows.iter()).map(|(_, series)| series));
        assert_eq!(told[0].gaps.len(), GAPS_MAX);
        assert_eq!(told[0].missing, 299 + 999_999_999_999_999_999 - 599);
    }
}
