use serde_json::json;

use super::*;
use crate::{
    Kind,
    spend::tests::{column, entry, request, told},
};

const SUPPLIER: &str = "27AAACR5055K1Z7";
const ALL: [&str; 7] = [
    "invoices",
    "total",
    "change",
    "change_percent",
    "year_earlier",
    "year_change",
    "year_change_percent",
];

fn asked(unit: Unit) -> Request {
    request(Kind::Growth(unit))
}

#[test]
fn a_period_is_beside_the_one_before_and_the_year_before() {
    let rows = [
        entry(SUPPLIER, "2025-04-30", "200.00", "paid"),
        entry(SUPPLIER, "2026-03-31", "99.99", "paid"),
        entry(SUPPLIER, "2026-04-01", "150.00", "held"),
        entry(SUPPLIER, "2026-04-02", "1000.00", "rejected"),
        entry(SUPPLIER, "2026-05-01", "100.00", "paid"),
    ];
    let mut table = told(&asked(Unit::Month), &rows);
    let names = column(&table, &["month"]);
    assert_eq!(names.len(), 14);
    assert_eq!(
        (names[0].as_str(), names[13].as_str()),
        (r#""2025-04""#, r#""2026-05""#)
    );
    let seen = column(&table, &ALL);
    // Before the first row nobody knows what was billed: neither zero nor growth.
    assert_eq!(seen[0], "1 200.00 null null null null null");
    // A month without invoices is zero, and what follows it has no percentage.
    assert_eq!(seen[1], "0 0.00 -200.00 -100.00 null null null");
    assert_eq!(seen[2], "0 0.00 0.00 null null null null");
    assert_eq!(seen[11], "1 99.99 99.99 null null null null");
    assert_eq!(seen[12], "1 150.00 50.01 50.02 200.00 -50.00 -25.00");
    assert_eq!(seen[13], "1 100.00 -50.00 -33.33 0.00 100.00 null");
    assert_eq!(table["rows"][12]["from"], "2026-04-01");
    assert_eq!(table.get("totals"), None);

    table = told(&asked(Unit::Quarter), &rows);
    let seen = column(
        &table,
        &["quarter", "total", "change_percent", "year_earlier"],
    );
    assert_eq!(
        seen,
        [
            r#""2025-26 Q1" 200.00 null null"#,
            r#""2025-26 Q2" 0.00 -100.00 null"#,
            r#""2025-26 Q3" 0.00 null null"#,
            r#""2025-26 Q4" 99.99 null null"#,
            r#""2026-27 Q1" 250.00 150.03 200.00"#,
        ]
    );
    // The year turns between 31 March and 1 April.
    table = told(&asked(Unit::Year), &rows);
    let seen = column(&table, &["year", "total", "change", "change_percent"]);
    assert_eq!(
        seen,
        [
            r#""2025-26" 299.99 null null"#,
            r#""2026-27" 250.00 -49.99 -16.66"#
        ]
    );
}

#[test]
fn one_month_alone_has_nothing_to_be_beside() {
    let table = told(
        &asked(Unit::Month),
        &[entry(SUPPLIER, "2026-04-30", "5", "paid")],
    );
    assert_eq!(column(&table, &ALL), ["1 5.00 null null null null null"]);
}

#[test]
fn days_name_periods_and_what_lies_before_is_compared_with() {
    let rows = [
        entry(SUPPLIER, "2025-06-10", "40", "paid"),
        entry(SUPPLIER, "2026-05-10", "50", "paid"),
        entry(SUPPLIER, "2026-06-01", "70", "paid"),
        entry(SUPPLIER, "2026-06-30", "30", "paid"),
        entry(SUPPLIER, "2026-07-01", "9", "paid"),
    ];
    let day = |text: &str| Some(text.parse().unwrap());
    let june = Request {
        from: day("2026-06-15"),
        to: day("2026-06-16"),
        ..asked(Unit::Month)
    };
    let table = told(&june, &rows);
    assert_eq!(
        column(&table, &ALL),
        ["2 100.00 50.00 100.00 40.00 60.00 150.00"]
    );
    // After the ledger's last row nothing was billed; before its first there is nothing to tell.
    let late = Request {
        from: day("2026-07-01"),
        to: day("2026-08-31"),
        ..asked(Unit::Month)
    };
    let table = told(&late, &rows);
    assert_eq!(
        column(&table, &["month", "total"]),
        [r#""2026-07" 9.00"#, r#""2026-08" 0.00"#]
    );
    let early = Request {
        from: day("1900-01-01"),
        to: day("2025-07-01"),
        ..asked(Unit::Month)
    };
    let table = told(&early, &rows);
    assert_eq!(column(&table, &["month"]), [r#""2025-06""#, r#""2025-07""#]);
    let before = Request {
        to: day("2020-01-01"),
        ..asked(Unit::Month)
    };
    assert_eq!(told(&before, &rows)["rows"], json!([]));
    // The latest are kept.
    let top = Request {
        top: Some(1),
        ..asked(Unit::Month)
    };
    let table = told(&top, &rows);
    assert_eq!(
        (column(&table, &["month"]), &table["left_out"]),
        (vec![r#""2026-07""#.to_owned()], &json!(13))
    );
}

#[test]
fn growth_over_credit_has_no_percentage() {
    let rows = [
        entry(SUPPLIER, "2026-04-30", "-5", "paid"),
        entry(SUPPLIER, "2026-05-30", "5", "paid"),
        entry(SUPPLIER, "2026-06-30", "-2.5", "paid"),
    ];
    let table = told(&asked(Unit::Month), &rows);
    let seen = column(&table, &["change", "change_percent"]);
    assert_eq!(seen, ["null null", "10.00 null", "-7.50 -150.00"]);
}

#[test]
fn a_mistyped_year_is_told_and_not_a_hundred_thousand_rows() {
    let rows = [
        entry(SUPPLIER, "0206-04-30", "5", "paid"),
        entry(SUPPLIER, "2026-05-30", "5", "paid"),
    ];
    let mut report = asked(Unit::Month).over_ledger().unwrap();
    for row in &rows {
        report.take(row);
    }
    let wrong = report.table(&Names::default()).unwrap_err().to_string();
    assert_eq!(
        wrong,
        "that is 21842 periods: name fewer days with from and to, or a longer period"
    );
    let from = Request {
        from: "2026-01-01".parse().ok(),
        ..asked(Unit::Month)
    };
    assert_eq!(told(&from, &rows)["rows"].as_array().unwrap().len(), 5);
}
