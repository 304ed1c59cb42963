//! What people ask of a ledger: both stores against a plain reading of every row.

use std::collections::BTreeMap;

use domain::{
    Date, Decimal, DocNumber,
    civil::days_between,
    records::{LedgerEntry, SupplierTally},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{SUPPLIERS, answer, entry, stores, write_ledger};
use crate::Remembered;

fn day(row: &LedgerEntry) -> i64 {
    days_between(Date::constant(2000, 1, 1), row.invoice_date)
}

fn counts(statuses: &[String], row: &LedgerEntry) -> bool {
    if statuses.is_empty() {
        row.status != "rejected"
    } else {
        statuses.contains(&row.status)
    }
}

/// What [`invoice_db::Args::Suppliers`] means: suppliers with counts and totals, in their order.
fn ranked(rows: &[LedgerEntry], args: &Value) -> Vec<(String, u64, Decimal)> {
    let text = |member: &str| args[member].as_str().unwrap();
    let statuses: Vec<String> = serde_json::from_value(args["statuses"].clone()).unwrap();
    let mut sums: BTreeMap<String, (u64, Decimal)> = BTreeMap::new();
    for row in rows.iter().filter(|row| counts(&statuses, row)) {
        let day = row.invoice_date.to_string();
        let after = text("from").is_empty() || day.as_str() >= text("from");
        if after && (text("until").is_empty() || day.as_str() <= text("until")) {
            let sum = sums.entry(row.supplier_gstin.clone()).or_default();
            *sum = (sum.0 + 1, sum.1 + row.total_value);
        }
    }
    let mut all: Vec<_> = sums
        .into_iter()
        .map(|(gstin, (n, sum))| (gstin, n, sum))
        .collect();
    match (text("by"), args["least"] == true) {
        ("count", true) => all.sort_by_key(|one| one.1),
        ("count", false) => all.sort_by_key(|one| std::cmp::Reverse(one.1)),
        (_, true) => all.sort_by_key(|one| one.2),
        (_, false) => all.sort_by_key(|one| std::cmp::Reverse(one.2)),
    }
    all
}

/// What [`invoice_db::Args::Billed`] means, read aloud: every row is looked at.
fn billed(rows: &[LedgerEntry], args: &Value) -> Value {
    let text = |member: &str| args[member].as_str().unwrap().to_owned();
    let statuses: Vec<String> = serde_json::from_value(args["statuses"].clone()).unwrap();
    let counting: Vec<(usize, &LedgerEntry)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| {
            (text("supplier_gstin").is_empty() || row.supplier_gstin == text("supplier_gstin"))
                && (text("from").is_empty() || row.invoice_date.to_string() >= text("from"))
                && (text("until").is_empty() || row.invoice_date.to_string() <= text("until"))
                && (text("least").is_empty()
                    || row.total_value >= text("least").parse::<Decimal>().unwrap())
                && match text("named").as_str() {
                    "order" => !row.po_number.is_empty(),
                    "no_order" => row.po_number.is_empty(),
                    _ => true,
                }
                && counts(&statuses, row)
        })
        .collect();
    let sum = |rows: &[&LedgerEntry]| rows.iter().map(|row| row.total_value).sum::<Decimal>();
    let least = |by: fn(&LedgerEntry) -> (Decimal, i64)| {
        let first = counting.iter().min_by_key(|(at, row)| (by(row), *at));
        first.map(|(_, row)| *row)
    };
    let mut latest = counting.clone();
    if text("order") == "largest" {
        latest.sort_by_key(|(at, row)| (-row.total_value, row.invoice_date, *at));
    } else {
        latest.sort_by_key(|(at, row)| std::cmp::Reverse((row.invoice_date, *at)));
    }
    let all: Vec<&LedgerEntry> = counting.iter().map(|(_, row)| *row).collect();
    let by_status: Vec<Value> = ["approved", "held", "paid", "rejected"]
        .into_iter()
        .filter_map(|status| {
            let own: Vec<&LedgerEntry> = all
                .iter()
                .copied()
                .filter(|row| row.status == status)
                .collect();
            (!own.is_empty()).then(|| {
                json!({"status": status, "count": own.len(),
                "total": sum(&own).normalize().to_string()})
            })
        })
        .collect();
    json!({
        "count": counting.len(), "total": sum(&all).normalize().to_string(), "by_status": by_status,
        "largest": least(|row| (-row.total_value, day(row))),
        "smallest": least(|row| (row.total_value, day(row))),
        "earliest": least(|row| (Decimal::ZERO, day(row))),
        "invoices": latest.iter().take(100).map(|(_, row)| row).collect::<Vec<_>>(),
    })
}

/// An answer in the form of [`billed`].
fn told(value: &Value) -> Value {
    let plain = |value: &Value| {
        let amount: Decimal = value.to_string().parse().unwrap();
        amount.normalize().to_string()
    };
    let by_status: Vec<Value> = value["by_status"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| json!({"status": t["status"], "count": t["count"], "total": plain(&t["total_value"])}))
        .collect();
    json!({
        "count": value["count"], "total": plain(&value["total_value"]), "by_status": by_status,
        "largest": value["largest"], "smallest": value["smallest"], "earliest": value["earliest"],
        "invoices": value["invoices"],
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_people_ask_agrees_with_a_plain_reading(
        book in prop::collection::vec(entry(), 0..60),
        verified in prop::collection::vec(entry(), 0..4),
        questions in prop::collection::vec((0..5_usize, 0..40_i32, 0..40_i32, 0..4_usize, 0..8_i64), 1..8),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let dir = tempfile::tempdir().unwrap();
            write_ledger(dir.path(), &book);
            let (stores, _held) = stores(dir.path()).await;
            let mut rows = book.clone();
            for (index, entry) in verified.iter().enumerate() {
                // Asked in between, so that what is built for a question is built anew for the next.
                answer(&stores[0].1, json!({"operation": "find", "number": "INV-1"})).await;
                let document = format!("{index:064x}");
                let invoice = Remembered { entry: entry.clone(), lines: Vec::new(), document, tenant: String::new() };
                for (_, store) in &stores {
                    assert!(store.remember(invoice.clone()).await.unwrap());
                }
                rows.push(entry.clone());
            }
            let first = Date::new(2026, 3, 15).unwrap();
            for (supplier, from, until, status, other) in questions {
                let gstin = SUPPLIERS.get(supplier).copied().unwrap_or_default();
                let day = |after: i32| (first + jiff::Span::new().days(after)).to_string();
                let (from, until) = (from.min(until), from.max(until));
                let statuses = [json!([]), json!(["paid"]), json!(["approved", "held"]), json!(["rejected"])];
                let window = if supplier == 4 { (String::new(), String::new()) } else { (day(from), day(until)) };
                let args = json!({"operation": "billed", "supplier_gstin": gstin, "from": window.0,
                    "until": window.1, "statuses": statuses[status],
                    "least": if other < 4 { String::new() } else { Decimal::new(11_720 + other * 30, 2).to_string() },
                    "named": (["any", "order", "no_order"][usize::try_from(other % 3).unwrap()]),
                    "order": if other % 2 == 0 { "latest" } else { "largest" }});
                let want = billed(&rows, &args);
                for (name, store) in &stores {
                    assert_eq!(told(&answer(store, args.clone()).await), want, "{name} {args}");
                }
                let args = json!({"operation": "suppliers", "from": window.0, "until": window.1, "statuses": statuses[status],
                    "by": if other < 4 { "total" } else { "count" }, "least": other % 2 == 0});
                let want = ranked(&rows, &args);
                for (name, store) in &stores {
                    let seen = answer(store, args.clone()).await;
                    assert_eq!(seen["count"], want.len(), "{name} {args}");
                    let told: Vec<SupplierTally> = serde_json::from_value(seen["suppliers"].clone()).unwrap();
                    let told: Vec<_> = told.into_iter().map(|one| (one.supplier_gstin, one.count, one.total_value)).collect();
                    assert_eq!(told, want, "{name} {args}");
                }
                if !gstin.is_empty() {
                    let args = json!({"operation": "numbers", "supplier_gstin": gstin});
                    let want = answer(&stores[0].1, args.clone()).await;
                    for (name, store) in &stores {
                        assert_eq!(answer(store, args.clone()).await, want, "{name} {args}");
                    }
                }
            }
            for entry in rows.iter().take(8) {
                let folded = |number: &str| DocNumber::fold(number);
                let mut want: Vec<&LedgerEntry> = rows
                    .iter()
                    .filter(|row| folded(&row.invoice_number) == folded(&entry.invoice_number))
                    .collect();
                want.sort_by_key(|row| row.invoice_date);
                let args = json!({"operation": "find", "number": entry.invoice_number});
                for (name, store) in &stores {
                    let seen = answer(store, args.clone()).await;
                    assert_eq!(seen["invoices"], serde_json::to_value(&want).unwrap(), "{name}");
                }
            }
        });
    }
}
