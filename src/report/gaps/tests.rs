use super::*;
use crate::{
    Kind,
    spend::tests::{column, entry, request, told},
};

const KONKAN: &str = "27AAACR5055K1Z7";
const OTHER: &str = "27ZZQPV3390L1ZO";

fn numbered(supplier: &str, number: &str, day: &str) -> LedgerEntry {
    let mut entry = entry(supplier, day, "1", "paid");
    number.clone_into(&mut entry.invoice_number);
    entry
}

fn rows() -> Vec<LedgerEntry> {
    let mut rows = vec![
        numbered(KONKAN, "KB/004", "2026-03-31"),
        numbered(KONKAN, "KB/001", "2026-03-01"),
        numbered(KONKAN, "KB/001", "2026-04-01"),
        numbered(KONKAN, "KB/004", "2026-04-09"),
        numbered(KONKAN, "KB/006", "2026-04-10"),
        numbered(KONKAN, "CR-7", "2026-04-10"),
        numbered(OTHER, "1", "2026-04-10"),
        numbered(OTHER, "2", "2026-04-10"),
        numbered(OTHER, "4", "2026-04-10"),
        numbered(OTHER, "5", "2026-04-10"),
        numbered(OTHER, "no number", "2026-04-10"),
    ];
    // Its number was seen.
    rows[7].status = "rejected".to_owned();
    rows
}

#[test]
fn each_series_of_a_year_with_what_it_lacks() {
    let table = told(&request(Kind::Gaps), &rows());
    let seen = column(
        &table,
        &[
            "vendor",
            "supplier",
            "financial_year",
            "first",
            "last",
            "count",
            "missing",
            "gaps",
        ],
    );
    assert_eq!(
        seen,
        [
            r#"null "27ZZQPV3390L1ZO" "2026-27" "1" "5" 4 1 [{"from":"3","until":"3","count":1}]"#,
            r#""V1" "Konkan Bearings" "2026-27" "KB/001" "KB/006" 3 3 [{"from":"KB/002","until":"KB/003","count":2},{"from":"KB/005","until":"KB/005","count":1}]"#,
            r#""V1" "Konkan Bearings" "2025-26" "KB/001" "KB/004" 2 2 [{"from":"KB/002","until":"KB/003","count":2}]"#,
        ]
    );
    assert!(
        table["note"]
            .as_str()
            .unwrap()
            .starts_with("1 series has no gap. Missing is what this ledger lacks")
    );
}

#[test]
fn a_year_that_is_touched_counts_whole() {
    let day = |text: &str| Some(text.parse().unwrap());
    for (from, to, want) in [
        // KB/004 of 9 April is no gap of a report that ends on 1 April.
        (None, day("2026-04-01"), vec!["4", "3", "2"]),
        (None, day("2026-03-31"), vec!["2"]),
        (day("2027-03-31"), None, vec!["4", "3"]),
        (day("2027-04-01"), None, vec![]),
    ] {
        let asked = Request {
            from,
            to,
            ..request(Kind::Gaps)
        };
        assert_eq!(
            column(&told(&asked, &rows()), &["count"]),
            want,
            "{from:?} {to:?}"
        );
    }
    let top = Request {
        top: Some(1),
        ..request(Kind::Gaps)
    };
    let table = told(&top, &rows());
    assert_eq!(
        (column(&table, &["count"]), &table["left_out"]),
        (vec!["4".to_owned()], &json!(2))
    );
}

#[test]
fn very_many_gaps_are_counted_and_the_first_are_told() {
    let rows: Vec<LedgerEntry> = (0..150)
        .map(|n| numbered(KONKAN, &format!("A{}", n * 2), "2026-06-02"))
        .collect();
    let table = told(&request(Kind::Gaps), &rows);
    let gaps = table["rows"][0]["gaps"].as_array().unwrap();
    assert_eq!((gaps.len(), gaps.last()), (101, Some(&json!({"more": 49}))));
    assert_eq!(table["rows"][0]["missing"], 149);
}
