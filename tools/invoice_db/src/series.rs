//! Number series of a supplier, and what the ledger lacks of them.

use domain::{
    records::{LedgerEntry, NumberSeries},
    series::Numbering,
};

/// Series in an answer.
pub const NUMBER_SERIES_MAX: usize = 50;

/// The series of one supplier's rows, each with the folded text before its counter.
pub(crate) fn of<'a>(
    entries: impl Iterator<Item = &'a LedgerEntry>,
) -> impl Iterator<Item = (String, NumberSeries)> {
    let mut numbering = Numbering::default();
    for entry in entries {
        numbering.take(&entry.invoice_number, entry.invoice_date);
    }
    numbering.into_series()
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
    use domain::{Date, Decimal, records::Gap, series::GAPS_MAX};

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
