use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Kind, names::tests::vendor};

const KONKAN: &str = "27AAACR5055K1Z7";
const KONKAN_GUJARAT: &str = "24AAACR5055K2ZC";
const MALABAR: &str = "29AABCF8078M1C8";
const OTHER: &str = "27ZZQPV3390L1ZO";

pub(crate) fn entry(supplier: &str, day: &str, total: &str, status: &str) -> LedgerEntry {
    LedgerEntry {
        invoice_number: "A/1".to_owned(),
        invoice_date: day.parse().unwrap(),
        supplier_gstin: supplier.to_owned(),
        buyer_gstin: "29GOJCT7766U1ZV".to_owned(),
        taxable_value: "1.10".parse().unwrap(),
        total_value: total.parse().unwrap(),
        po_number: String::new(),
        status: status.to_owned(),
    }
}

pub(crate) fn request(kind: Kind) -> Request {
    Request {
        kind,
        from: None,
        to: None,
        vendor: None,
        top: None,
    }
}

pub(crate) fn told(request: &Request, rows: &[LedgerEntry]) -> Value {
    let names = Names::new(&[
        vendor("V1", "Konkan Bearings", KONKAN),
        vendor("V2", "Malabar Office Systems", MALABAR),
    ]);
    let mut report = request.over_ledger().unwrap();
    for row in rows {
        report.take(row);
    }
    report.table(&names).unwrap().json()
}

/// Some members of each row, as JSON writes them.
pub(crate) fn column(table: &Value, names: &[&str]) -> Vec<String> {
    let rows = table["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            names
                .iter()
                .map(|name| row[*name].to_string())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn vendors_are_ranked_with_shares_and_running_totals() {
    let rows = [
        entry(KONKAN, "2026-04-01", "100.10", "paid"),
        entry(MALABAR, "2026-04-02", "150.15", "held"),
        entry(KONKAN_GUJARAT, "2026-05-01", "50.05", "approved"),
        entry(OTHER, "2026-05-01", "0.01", "paid"),
        entry(OTHER, "2026-05-01", "999.99", "rejected"),
    ];
    let table = told(&request(Kind::Spend(By::Vendor)), &rows);
    assert_eq!(
        column(
            &table,
            &[
                "rank",
                "vendor",
                "supplier",
                "invoices",
                "taxable",
                "total",
                "share",
                "running_total",
                "running_share"
            ]
        ),
        [
            // Two registrations of one PAN are one vendor; those who tie share a rank.
            r#"1 "V1" "Konkan Bearings" 2 2.20 150.15 50.00 150.15 50.00"#,
            r#"1 "V2" "Malabar Office Systems" 1 1.10 150.15 50.00 300.30 100.00"#,
            r#"3 null "27ZZQPV3390L1ZO" 1 1.10 0.01 0.00 300.31 100.00"#,
        ]
    );
    assert_eq!(table["rows"][0]["gstins"], json!([KONKAN_GUJARAT, KONKAN]));
    assert_eq!(
        table["totals"].to_string(),
        r#"{"invoices":4,"taxable":4.40,"total":300.31}"#
    );
    assert_eq!(table["of"], json!({"by": "vendor"}));
    assert_eq!(
        (&table["left_out"], &table["note"]),
        (&json!(0), &json!("1 rejected invoice is not counted."))
    );
    let form = json!({"name": "running_share", "form": "percent"});
    assert_eq!(table["columns"].as_array().unwrap().last(), Some(&form));
}

#[test]
fn times_stand_in_their_order_and_turn_on_1_april() {
    let rows = [
        entry(KONKAN, "2026-04-01", "30", "paid"),
        entry(KONKAN, "2026-03-31", "10", "paid"),
        entry(KONKAN, "2026-07-01", "60", "paid"),
        entry(KONKAN, "2026-06-30", "0", "paid"),
    ];
    for (unit, want) in [
        (
            Unit::Month,
            &[
                r#"3 "2026-03" 10.00 10.00 10.00"#,
                r#"2 "2026-04" 30.00 40.00 40.00"#,
                r#"4 "2026-06" 0.00 40.00 40.00"#,
                r#"1 "2026-07" 60.00 100.00 100.00"#,
            ][..],
        ),
        (
            Unit::Quarter,
            &[
                r#"3 "2025-26 Q4" 10.00 10.00 10.00"#,
                r#"2 "2026-27 Q1" 30.00 40.00 40.00"#,
                r#"1 "2026-27 Q2" 60.00 100.00 100.00"#,
            ],
        ),
        (
            Unit::Year,
            &[
                r#"2 "2025-26" 10.00 10.00 10.00"#,
                r#"1 "2026-27" 90.00 100.00 100.00"#,
            ],
        ),
    ] {
        let table = told(&request(Kind::Spend(By::Time(unit))), &rows);
        let seen = column(
            &table,
            &[
                "rank",
                unit.name(),
                "total",
                "running_total",
                "running_share",
            ],
        );
        assert_eq!(seen, want);
    }
    let top = Request {
        top: Some(2),
        ..request(Kind::Spend(By::Time(Unit::Month)))
    };
    let table = told(&top, &rows);
    let seen = column(&table, &["rank", "month", "from", "running_total"]);
    assert_eq!(
        seen,
        [
            r#"2 "2026-04" "2026-04-01" 30.00"#,
            r#"1 "2026-07" "2026-07-01" 90.00"#
        ]
    );
    assert_eq!(table["left_out"], 2);
    assert_eq!(table["totals"]["total"].to_string(), "100.00");
}

#[test]
fn days_limit_what_counts_both_ends_included() {
    let rows = ["2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01"]
        .map(|day| entry(KONKAN, day, "1.01", "paid"));
    for (from, to, want) in [
        (None, None, "4"),
        (Some("2026-04-01"), None, "3"),
        (None, Some("2026-04-30"), "3"),
        (Some("2026-04-01"), Some("2026-04-30"), "2"),
        (Some("2026-04-02"), Some("2026-04-29"), "0"),
    ] {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let asked = Request {
            from: day(from),
            to: day(to),
            ..request(Kind::Spend(By::Vendor))
        };
        let table = told(&asked, &rows);
        assert_eq!(
            table["totals"]["invoices"].to_string(),
            want,
            "{from:?} {to:?}"
        );
    }
}

#[test]
fn by_status_counts_the_rejected_and_by_buyer_does_not() {
    let mut rows = [
        entry(KONKAN, "2026-04-01", "10", "rejected"),
        entry(KONKAN, "2026-04-01", "20", "paid"),
        entry(KONKAN, "2026-04-01", "20", "paid"),
        entry(KONKAN, "2026-04-01", "10", "held"),
    ];
    rows[3].buyer_gstin = String::new();
    let table = told(&request(Kind::Spend(By::Status)), &rows);
    let seen = column(&table, &["rank", "status", "invoices", "share"]);
    assert_eq!(
        seen,
        [
            r#"1 "paid" 2 66.67"#,
            r#"2 "held" 1 16.67"#,
            r#"2 "rejected" 1 16.67"#
        ]
    );
    assert_eq!(table.get("note"), None);
    let table = told(&request(Kind::Spend(By::Buyer)), &rows);
    let seen = column(&table, &["rank", "buyer", "total"]);
    assert_eq!(
        seen,
        [r#"1 "29GOJCT7766U1ZV" 40.00"#, r#"2 "not stated" 10.00"#]
    );
}

#[test]
fn credit_that_cancels_out_leaves_no_shares() {
    for (credit, share) in [
        ("-99.99", json!("some")),
        ("-100", Value::Null),
        ("-100.01", Value::Null),
    ] {
        let rows = [
            entry(KONKAN, "2026-04-01", "100", "paid"),
            entry(MALABAR, "2026-04-02", credit, "paid"),
        ];
        let table = told(&request(Kind::Spend(By::Vendor)), &rows);
        let row = &table["rows"][0];
        assert_eq!(row["share"].is_null(), share.is_null(), "{credit}");
        assert_eq!(row["running_share"].is_null(), share.is_null(), "{credit}");
        assert_eq!(table["note"].is_null(), !share.is_null(), "{credit}");
    }
}

#[test]
fn an_empty_ledger_is_a_table_without_rows() {
    for kind in crate::KINDS.map(|(_, kind)| kind) {
        if kind == Kind::Drift {
            continue;
        }
        let table = told(&request(kind), &[]);
        assert_eq!(table["rows"], json!([]), "{kind:?}");
        assert!(
            table["note"]
                .as_str()
                .unwrap()
                .starts_with("The ledger has no"),
            "{kind:?}"
        );
    }
}

fn any_entry() -> impl Strategy<Value = LedgerEntry> {
    let supplier = prop::sample::select(vec![KONKAN, KONKAN_GUJARAT, MALABAR, OTHER, ""]);
    let status = prop::sample::select(vec!["paid", "approved", "held", "rejected"]);
    (supplier, 0..1_200_i32, -50_000..200_000_i64, status).prop_map(
        |(supplier, day, paise, status)| {
            let first: domain::Date = "2024-01-15".parse().unwrap();
            let day = domain::civil::plus_days(first, i64::from(day)).to_string();
            entry(supplier, &day, &Decimal::new(paise, 2).to_string(), status)
        },
    )
}

proptest! {
    /// Whatever the rows and their order: the parts are the whole, and what runs ends at it.
    #[test]
    fn rows_add_up(rows in prop::collection::vec(any_entry(), 0..60)) {
        for by in [By::Vendor, By::Time(Unit::Month), By::Time(Unit::Quarter), By::Time(Unit::Year), By::Buyer, By::Status] {
            let table = told(&request(Kind::Spend(by)), &rows);
            let counts = |row: &&LedgerEntry| by == By::Status || row.status != REJECTED;
            let sum: Decimal = rows.iter().filter(counts).map(|row| row.total_value).sum();
            let decimal = |value: &Value| value.to_string().parse::<Decimal>().unwrap();
            prop_assert_eq!(decimal(&table["totals"]["total"]), sum);
            let told_rows = table["rows"].as_array().unwrap();
            let parts: Decimal = told_rows.iter().map(|row| decimal(&row["total"])).sum();
            prop_assert_eq!(parts, sum);
            let invoices: u64 = told_rows.iter().map(|row| row["invoices"].as_u64().unwrap()).sum();
            prop_assert_eq!(invoices, u64::try_from(rows.iter().filter(counts).count()).unwrap());
            if let Some(last) = told_rows.last() {
                prop_assert_eq!(decimal(&last["running_total"]), sum);
                if sum > Decimal::ZERO {
                    prop_assert_eq!(last["running_share"].to_string(), "100.00");
                    // Each is off by half a hundredth at most.
                    let shares: Decimal = told_rows.iter().map(|row| decimal(&row["share"])).sum();
                    let off = (shares - Decimal::ONE_HUNDRED).abs();
                    prop_assert!(off <= Decimal::new(5, 3) * Decimal::from(told_rows.len()), "{}", shares);
                } else {
                    prop_assert!(told_rows.iter().all(|row| row["share"].is_null()));
                }
            }
            let mut turned = rows.clone();
            turned.reverse();
            prop_assert_eq!(told(&request(Kind::Spend(by)), &turned), table);
        }
    }

    /// Ranks count those with more: a tie shares one.
    #[test]
    fn ranks_count_those_above(rows in prop::collection::vec(any_entry(), 0..40)) {
        let table = told(&request(Kind::Spend(By::Time(Unit::Month))), &rows);
        let told_rows = table["rows"].as_array().unwrap();
        let total = |row: &Value| row["total"].to_string().parse::<Decimal>().unwrap();
        for row in told_rows {
            let above = told_rows.iter().filter(|other| total(other) > total(row)).count();
            prop_assert_eq!(row["rank"].as_u64().unwrap(), u64::try_from(above + 1).unwrap());
        }
    }
}
