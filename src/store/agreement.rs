//! One suite for every store: memory, `SQLite` and a plain reference must give the same answers.

use std::{fmt::Write, fs, path::Path, sync::Arc};

use contract::AnyTool;
use domain::{
    Date, Decimal, DocNumber, FinancialYear, Paise,
    civil::days_between,
    number::edits,
    records::{Duplicates, History, LedgerEntry},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{BilledLine, Limits, Memory, PortalKind, Records, Remembered, Sqlite};

mod questions;
mod reports;

const SUPPLIERS: [&str; 3] = ["27AAACR5055K1Z7", "24AAACR5055K2ZC", "29AABCF8078M1C8"];
const STATUSES: [&str; 4] = ["paid", "approved", "held", "rejected"];

fn entry() -> impl Strategy<Value = LedgerEntry> {
    let number = prop_oneof![
        (0..40_u32).prop_map(|n| format!("INV-{n:03}")),
        (0..15_u32).prop_map(|n| format!("inv/{n}")),
        "[A-C0]{1,2}[-/]?[0O1I]{1,3}[AB]?",
        "[0-9]{17,20}",
    ];
    (
        number,
        0..3_usize,
        0..40_i32,
        0..6_i64,
        0..4_usize,
        0..2_usize,
    )
        .prop_map(
            |(number, supplier, day, paise, status, order)| LedgerEntry {
                invoice_number: number,
                invoice_date: Date::new(2026, 3, 15).unwrap() + jiff::Span::new().days(day),
                supplier_gstin: SUPPLIERS[supplier].to_owned(),
                buyer_gstin: "29GOJCT7766U1ZV".to_owned(),
                taxable_value: Decimal::new(10_000, 2),
                total_value: Decimal::new(11_800 + paise * 40, 2),
                po_number: ["", "PO-1"][order].to_owned(),
                status: STATUSES[status].to_owned(),
            },
        )
}

fn write_ledger(dir: &Path, rows: &[LedgerEntry]) {
    let mut text = "invoice_number,invoice_date,supplier_gstin,buyer_gstin,taxable_value,total_value,po_number,status\n".to_owned();
    for row in rows {
        writeln!(
            text,
            "{},{},{},{},{},{},{},{}",
            row.invoice_number,
            row.invoice_date,
            row.supplier_gstin,
            row.buyer_gstin,
            row.taxable_value,
            row.total_value,
            row.po_number,
            row.status
        )
        .unwrap();
    }
    fs::write(dir.join("ledger.csv"), text).unwrap();
}

fn asked(operation: &str, entry: &LedgerEntry, document: &str) -> Value {
    let mut args = json!({"operation": operation, "supplier_gstin": entry.supplier_gstin,
        "number": entry.invoice_number, "date": entry.invoice_date.to_string(), "document": document});
    if operation == "duplicates" {
        args["total"] = json!(entry.total_value.to_string());
    }
    args
}

/// CHECKS.md read aloud: every row is looked at.
fn reference(
    rows: &[(LedgerEntry, String)],
    asked: &LedgerEntry,
    document: &str,
) -> (Duplicates, History) {
    let live: Vec<(usize, &LedgerEntry)> = rows
        .iter()
        .enumerate()
        .filter(|(_, (row, of))| row.status != "rejected" && (of.is_empty() || of != document))
        .map(|(index, (row, _))| (index, row))
        .collect();
    let number = DocNumber::new(&asked.invoice_number);
    let is_same = |row: &LedgerEntry| {
        row.supplier_gstin == asked.supplier_gstin
            && FinancialYear::of(row.invoice_date) == FinancialYear::of(asked.invoice_date)
            && DocNumber::fold(&row.invoice_number) == number.folded
    };
    let near = |row: &LedgerEntry| days_between(row.invoice_date, asked.invoice_date).abs() <= 7;
    let mut same: Vec<_> = live.iter().filter(|(_, row)| is_same(row)).collect();
    same.sort_by_key(|(index, row)| (row.invoice_date, *index));
    let mut amount: Vec<_> = live
        .iter()
        .filter(|(_, row)| {
            row.supplier_gstin[2..12] == asked.supplier_gstin[2..12]
                && (row.total_value - asked.total_value).abs() <= Decimal::ONE
                && near(row)
                && !is_same(row)
        })
        .collect();
    amount.sort_by_key(|(index, row)| {
        let other = DocNumber::new(&row.invoice_number);
        let apart = edits(&number.folded, &other.folded)
            .min(edits(&number.confusable(), &other.confusable()));
        (apart, row.invoice_date, *index)
    });
    let own: Vec<_> = live
        .iter()
        .filter(|(_, r)| r.supplier_gstin == asked.supplier_gstin)
        .collect();
    let mut latest = own.clone();
    latest.sort_by_key(|(index, row)| std::cmp::Reverse((row.invoice_date, *index)));
    let mut nearby: Vec<_> = own.iter().copied().filter(|(_, row)| near(row)).collect();
    nearby.sort_by_key(|(index, row)| (row.invoice_date, *index));
    let mut series: Vec<(u128, usize, &LedgerEntry)> = own
        .iter()
        .filter_map(|(index, row)| {
            let other = DocNumber::new(&row.invoice_number);
            (other.before == number.before
                && other.after == number.after
                && other.counter.len() <= 18)
                .then(|| {
                    other
                        .counter
                        .parse()
                        .ok()
                        .map(|counter| (counter, *index, *row))
                })?
        })
        .collect();
    series.sort_by_key(|(counter, index, _)| (*counter, *index));
    let counter: Option<u128> = Some(&number.counter)
        .filter(|c| c.len() <= 18)
        .and_then(|c| c.parse().ok());
    let below: Vec<_> = series
        .iter()
        .filter(|(c, ..)| counter.is_some_and(|mine| *c < mine))
        .collect();
    let above: Vec<_> = series
        .iter()
        .filter(|(c, ..)| counter.is_some_and(|mine| *c > mine))
        .collect();
    let entries = |list: Vec<&(usize, &LedgerEntry)>| {
        list.into_iter().map(|(_, row)| (*row).clone()).collect()
    };
    (
        Duplicates {
            supplier_gstin: asked.supplier_gstin.clone(),
            invoice_number: asked.invoice_number.clone(),
            same_number: entries(same),
            same_amount: entries(amount),
        },
        History {
            supplier_gstin: asked.supplier_gstin.clone(),
            totals: latest.iter().map(|(_, row)| row.total_value).collect(),
            nearby: entries(nearby),
            series: below
                .iter()
                .skip(below.len().saturating_sub(5))
                .chain(above.iter().take(5))
                .map(|(.., row)| (*row).clone())
                .collect(),
        },
    )
}

async fn answer(records: &Arc<dyn Records>, args: Value) -> Value {
    let tool = invoice_db::InvoiceDb::new(records.clone());
    let seen = tool.call(&args).await.unwrap();
    Arc::unwrap_or_clone(seen.value)
}

/// Every store over one directory, by name. The first is memory.
async fn stores(dir: &Path) -> (Vec<(&'static str, Arc<dyn Records>)>, impl Sized) {
    let (memory, _) = Memory::read(dir, Limits::default()).unwrap();
    let (sqlite, file) = crate::sqlite::tests::fresh().await;
    sqlite.load(dir, Limits::default()).await.unwrap();
    let (postgres, database) = crate::postgres::tests::emptied().await;
    postgres.load(dir, Limits::default()).await.unwrap();
    let stores: Vec<(&'static str, Arc<dyn Records>)> = vec![
        ("memory", Arc::new(memory)),
        ("sqlite", Arc::new(sqlite)),
        ("postgres", Arc::new(postgres)),
    ];
    (stores, (file, database))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn duplicates_and_history_agree_with_a_plain_reading(
        book in prop::collection::vec(entry(), 0..60),
        verified in prop::collection::vec(entry(), 0..6),
        questions in prop::collection::vec(entry(), 1..8),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let dir = tempfile::tempdir().unwrap();
            write_ledger(dir.path(), &book);
            let (stores, _held) = stores(dir.path()).await;
            let mut rows: Vec<(LedgerEntry, String)> =
                book.iter().map(|row| (row.clone(), String::new())).collect();
            for (index, entry) in verified.iter().enumerate() {
                let document = format!("{index:064x}");
                let invoice = Remembered { entry: entry.clone(), lines: Vec::new(), document: document.clone(), tenant: String::new() };
                for (_, store) in &stores {
                    assert!(store.remember(invoice.clone()).await.unwrap());
                    assert!(!store.remember(invoice.clone()).await.unwrap());
                }
                rows.push((entry.clone(), document));
            }
            for (index, question) in verified.iter().chain(&questions).chain(book.iter().take(5)).enumerate() {
                let document = format!("{index:064x}");
                let (duplicates, history) = reference(&rows, question, &document);
                for (operation, want) in [
                    ("duplicates", serde_json::to_value(duplicates).unwrap()),
                    ("history", serde_json::to_value(history).unwrap()),
                ] {
                    let args = asked(operation, question, &document);
                    for (name, store) in &stores {
                        assert_eq!(answer(store, args.clone()).await, want, "{name} {operation}");
                    }
                }
            }
        });
    }
}

/// A small book with every file.
pub(crate) fn write_book(dir: &Path) {
    for (name, text) in [
        (
            "vendors.csv",
            "vendor_id,legal_name,trade_name,gstin,pan,bank_account,ifsc,payment_terms_days,msme,status,email\n\
            V1,Konkan Bearings Private Limited,Konkan Bearings,27AAACR5055K1Z7,AAACR5055K,0012,HDFC0001234,45.0,micro,active,a@x\n\
            V1,Konkan Bearings Private Limited,Konkan Bearings,24AAACR5055K2ZC,,0012,HDFC0001234,,,Active,\n\
            V2,\"Malabar, Office Systems\",,29AABCF8078M1C8,AABCF8078M,1,ICIC0000001,30,,blocked,\n",
        ),
        (
            "purchase_orders.csv",
            "po_number,po_date,vendor_id,line,hsn,description,quantity,unit,unit_price,gst_rate,status\n\
            PO-1,2026-01-02,V1,1.0,8482,Bearing,10.0,NOS,99.125,18.0,open\nPO-1,2026-01-02,V1,2,8482,Bearing big,4,NOS,500,18,closed\n\
            PO-2,,V2,1,9983,Service,1,OTH,1000,18,open\n",
        ),
        (
            "receipts.csv",
            "grn_number,grn_date,po_number,line,quantity_accepted\nG1,2026-01-05,po-1 ,1,4.5\nG2,2026-01-06,PO-1,1.0,0.25\n",
        ),
        (
            "ledger.csv",
            "invoice_number,invoice_date,supplier_gstin,buyer_gstin,taxable_value,total_value,po_number,status\n\
            A/001,2026-01-07,27AAACR5055K1Z7,B,100.0,118.0,PO-1,paid\nA/002,2026-01-08,27AAACR5055K1Z7,B,100,118.00,PO-1,rejected\n\
            A/001,2026-01-07,27AAACR5055K1Z7,B,100,118,PO-1,held\n",
        ),
        (
            "ledger_lines.csv",
            "invoice_number,supplier_gstin,po_number,po_line,quantity\nA-1,27AAACR5055K1Z7,PO-1,1,2\n\
            A/002,27AAACR5055K1Z7,PO-1,1,100\nZ9,27AAACR5055K1Z7,PO-1,1,0.5\nA/001,27AAACR5055K1Z7,PO-1,2,1\n",
        ),
        (
            "buyer.json",
            r#"{"legal_name": "Meridian", "gstins": ["29gojct7766u1zv"], "approval_limits": [500000, 100000.50]}"#,
        ),
        (
            "contracts/V1.md",
            "Vendor: Konkan Bearings (V1)\n\nPayment within 45 days.\n",
        ),
        (
            "portal/taxpayers.json",
            r#"[{"gstin": "27AAACR5055K1Z7", "sts": "Active"}]"#,
        ),
        (
            "portal/gstr2b/x.json",
            r#"{"data": {"gstin": "29GOJCT7766U1ZV", "rtnprd": "102026"}}"#,
        ),
        ("portal/irn.json", "{}"),
    ] {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What any store must say of [`write_book`].
async fn suite(records: Arc<dyn Records>) {
    let orders = purchase_orders::PurchaseOrders::new(records.clone());
    let order =
        |document: &str| json!({"operation": "order", "po_number": " po-1", "document": document});
    let quantities = |value: &Value| {
        [
            "/lines/0/quantity",
            "/lines/0/accepted",
            "/lines/0/billed",
            "/lines/1/accepted",
            "/lines/1/billed",
        ]
        .map(|pointer| value.pointer(pointer).unwrap().to_string())
    };
    let seen = orders.call(&order("")).await.unwrap().value;
    assert_eq!(quantities(&seen), ["10", "4.75", "2.5", "0", "1"]);
    assert_eq!(
        (&seen["receipts_known"], &seen["has_receipts"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        seen.pointer("/lines/0/unit_price").unwrap().to_string(),
        "99.125"
    );
    let other = orders
        .call(&json!({"operation": "order", "po_number": "PO-2"}))
        .await
        .unwrap()
        .value;
    assert_eq!(
        (&other["po_date"], &other["has_receipts"]),
        (&Value::Null, &json!(false))
    );
    assert!(
        !orders
            .call(&json!({"operation": "order", "po_number": "PO-3"}))
            .await
            .unwrap()
            .found
    );

    let of_vendor = json!({"operation": "of_vendor", "vendor_id": "V1"});
    assert_eq!(
        orders.call(&of_vendor).await.unwrap().value.to_string(),
        r#"{"vendor_id":"V1","orders":[{"po_number":"PO-1","po_date":"2026-01-02","lines":2,"open_lines":1,"value":2991.250}],"count":1,"open_count":1}"#
    );
    for args in [
        json!({"operation": "receipts", "po_number": "PO-1"}),
        json!({"operation": "receipt", "grn_number": "g1"}),
    ] {
        let seen = orders.call(&args).await.unwrap().value;
        assert_eq!(
            seen["receipts"][0].to_string(),
            r#"{"grn_number":"G1","grn_date":"2026-01-05","po_number":"PO-1","line":"1","quantity_accepted":4.5}"#,
            "{args}"
        );
    }

    // What is verified is billed, but not against itself, and not when it was rejected.
    for (number, status, quantity) in [("B1", "approved", 3), ("B2", "rejected", 50)] {
        let line = BilledLine {
            invoice_number: number.to_owned(),
            supplier_gstin: " 27aaacr5055k1z7".to_owned(),
            po_number: "po-1".to_owned(),
            po_line: "01".to_owned(),
            quantity: Decimal::from(quantity),
        };
        let entry = LedgerEntry {
            invoice_number: number.to_owned(),
            invoice_date: Date::new(2026, 2, 1).unwrap(),
            supplier_gstin: "27aaacr5055k1z7".to_owned(),
            buyer_gstin: "B".to_owned(),
            taxable_value: Decimal::ONE,
            total_value: Decimal::new(1_180_005, 4),
            po_number: "PO-1".to_owned(),
            status: status.to_owned(),
        };
        let invoice = Remembered {
            entry,
            lines: vec![line],
            document: format!("D{number}"),
            tenant: String::new(),
        };
        assert!(records.remember(invoice).await.unwrap());
    }
    assert_eq!(
        quantities(&orders.call(&order("")).await.unwrap().value)[2],
        "5.5"
    );
    assert_eq!(
        quantities(&orders.call(&order("DB1")).await.unwrap().value)[2],
        "2.5"
    );
    let past = records
        .by_number("27AAACR5055K1Z7", FinancialYear(2025), "B1", "")
        .await
        .unwrap();
    assert_eq!(
        Paise::from_rupees(past[0].entry.total_value),
        Ok(Paise(11_800))
    );
}

/// What any store must say of vendors, contracts and portals of [`write_book`].
async fn look_ups(records: Arc<dyn Records>) {
    let vendors = vendor_master::VendorMaster::new(records.clone());
    let lookup =
        |gstin: &str, name: &str| json!({"operation": "lookup", "gstin": gstin, "name": name});
    let known = vendors
        .call(&lookup("27AAACR5055K1Z7", ""))
        .await
        .unwrap()
        .value;
    assert_eq!(
        known.pointer("/by_gstin/0/payment_terms_days"),
        Some(&json!(45))
    );
    assert_eq!(
        known.pointer("/by_pan/0/gstin"),
        Some(&json!("24AAACR5055K2ZC"))
    );
    let alike = vendors
        .call(&lookup("27ZZZCR5055K1Z7", "Konkan Bearing Pvt. Ltd."))
        .await
        .unwrap()
        .value;
    assert_eq!(alike.pointer("/similar/0/vendor_id"), Some(&json!("V1")));
    assert_eq!(alike["similar"].as_array().unwrap().len(), 1);
    for (args, want) in [
        (
            json!({"operation": "vendor", "vendor_id": "v1"}),
            "/registrations/1/gstin",
        ),
        (
            json!({"operation": "named", "name": "malabar office"}),
            "/candidates/0/vendor_id",
        ),
    ] {
        let seen = vendors.call(&args).await.unwrap().value;
        let got = seen.pointer(want).and_then(Value::as_str);
        assert!(matches!(got, Some("24AAACR5055K2ZC" | "V2")), "{seen}");
    }
    for (args, want) in [
        (json!({}), json!(["V1", "V2"])),
        (json!({"status": "active"}), json!(["V1"])),
        (json!({"status": "blocked"}), json!(["V2"])),
        (json!({"terms_days": "45", "msme": "any"}), json!(["V1"])),
        (json!({"lacking": "agreeing_pan"}), json!([])),
    ] {
        let mut args = args;
        args["operation"] = json!("list");
        let seen = vendors.call(&args).await.unwrap().value;
        let ids: Vec<&Value> = seen["vendors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|listed| &listed["vendor_id"])
            .collect();
        assert_eq!(json!(ids), want, "{args}: {seen}");
        assert_eq!(seen["count"], ids.len(), "{args}");
    }
    let buyer = vendors
        .call(&json!({"operation": "buyer"}))
        .await
        .unwrap()
        .value;
    assert_eq!(
        buyer.to_string(),
        r#"{"legal_name":"Meridian","gstins":["29GOJCT7766U1ZV"],"approval_limits":[100000.50,500000]}"#
    );

    let search = document_search::DocumentSearch::new(records.clone());
    let found = search
        .call(&json!({"operation": "search", "query": "payment", "vendor": "V1"}))
        .await
        .unwrap();
    assert_eq!(
        found.value.pointer("/passages/0/line_start"),
        Some(&json!(3))
    );

    let portal = |kind, key| records.portal_document(kind, key);
    assert!(
        portal(PortalKind::Taxpayer, "27aaacr5055k1z7")
            .await
            .unwrap()
            .unwrap()
            .contains("Active")
    );
    assert_eq!(portal(PortalKind::Irn, "abc").await.unwrap(), None);
    assert!(
        portal(PortalKind::Gstr2b, "29GOJCT7766U1ZV_102026")
            .await
            .unwrap()
            .is_some()
    );
    assert!(portal(PortalKind::Jwks, "").await.is_err());
    assert!(records.has_file("portal/gstr2b/").await.unwrap());
    assert!(!records.has_file("portal/returns.json").await.unwrap());
}

#[tokio::test]
async fn every_store_passes_the_suite() {
    let dir = tempfile::tempdir().unwrap();
    write_book(dir.path());
    let (stores, _held) = stores(dir.path()).await;
    for (_, store) in stores {
        suite(Arc::clone(&store)).await;
        look_ups(store).await;
    }
}

/// A book of one file answers for that file alone.
async fn lacking(records: Arc<dyn Records>) {
    let ledger = invoice_db::InvoiceDb::new(records.clone());
    let args =
        json!({"operation": "history", "supplier_gstin": "X", "number": "1", "date": "2026-01-01"});
    let missing = |error: contract::ToolError| error.to_string();
    assert_eq!(
        missing(ledger.call(&args).await.unwrap_err()),
        "invoice_db: no source: ledger.csv is not in the book"
    );
    let vendors = vendor_master::VendorMaster::new(records.clone());
    for (args, file) in [
        (json!({"operation": "lookup", "gstin": "X"}), "vendors.csv"),
        (
            json!({"operation": "vendor", "vendor_id": "X"}),
            "vendors.csv",
        ),
        (json!({"operation": "named", "name": "X"}), "vendors.csv"),
        (json!({"operation": "list"}), "vendors.csv"),
        (json!({"operation": "buyer"}), "buyer.json"),
    ] {
        assert!(missing(vendors.call(&args).await.unwrap_err()).contains(file));
    }
    let search = document_search::DocumentSearch::new(records.clone());
    let args = json!({"operation": "search", "query": "payment"});
    assert!(missing(search.call(&args).await.unwrap_err()).contains("contracts/"));
    let orders = purchase_orders::PurchaseOrders::new(records.clone());
    let seen = orders
        .call(&json!({"operation": "order", "po_number": "p"}))
        .await
        .unwrap()
        .value;
    assert_eq!(
        (&seen["receipts_known"], &seen["has_receipts"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(seen.pointer("/lines/0/billed"), Some(&json!(0)));
    for (args, file) in [
        (json!({"operation": "billed"}), "ledger.csv"),
        (
            json!({"operation": "numbers", "supplier_gstin": "X"}),
            "ledger.csv",
        ),
        (json!({"operation": "find", "number": "1"}), "ledger.csv"),
    ] {
        assert!(missing(ledger.call(&args).await.unwrap_err()).contains(file));
    }
    let args = json!({"operation": "receipts", "po_number": "p"});
    assert!(missing(orders.call(&args).await.unwrap_err()).contains("receipts.csv"));
}

#[tokio::test]
async fn a_file_that_is_absent_is_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("purchase_orders.csv"),
        "po_number,po_date,vendor_id,line,hsn,description,quantity,unit,unit_price,gst_rate,status\nP,,V,1,8482,B,1,NOS,1,18,open\n",
    )
    .unwrap();
    let (stores, _held) = stores(dir.path()).await;
    for (_, store) in stores {
        lacking(store).await;
    }
}

/// `cargo test --release -p store -- --ignored --nocapture measure`
#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn measure() {
    for rows in [10_000_usize, 1_000_000] {
        let dir = tempfile::tempdir().unwrap();
        // Suppliers as a payments register has them: a few with thousands of invoices, most with dozens.
        let book: Vec<LedgerEntry> = (0..rows)
            .map(|n| {
                let supplier = (n * n + 7 * n) % (rows / 40);
                LedgerEntry {
                    invoice_number: format!("INV/{:02}-{:06}", n % 12, n / 12),
                    invoice_date: Date::new(2024, 4, 1).unwrap()
                        + jiff::Span::new().days(i32::try_from(n % 900).unwrap()),
                    supplier_gstin: format!(
                        "27{:05}{:04}F1Z5",
                        supplier / 10_000,
                        supplier % 10_000
                    ),
                    buyer_gstin: "29GOJCT7766U1ZV".to_owned(),
                    taxable_value: Decimal::new(i64::try_from(n % 70_000).unwrap() * 100, 2),
                    total_value: Decimal::new(i64::try_from(n % 70_000).unwrap() * 118, 2),
                    po_number: String::new(),
                    status: STATUSES[n % 4].to_owned(),
                }
            })
            .collect();
        write_ledger(dir.path(), &book);
        let start = std::time::Instant::now();
        let (memory, _) = Memory::read(dir.path(), Limits::default()).unwrap();
        println!("{rows} rows: memory loaded in {:?}", start.elapsed());
        let files = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open_path(&files.path().join("store.db"))
            .await
            .unwrap();
        let start = std::time::Instant::now();
        sqlite.load(dir.path(), Limits::default()).await.unwrap();
        println!("{rows} rows: sqlite loaded in {:?}", start.elapsed());
        let start = std::time::Instant::now();
        sqlite.load(dir.path(), Limits::default()).await.unwrap();
        println!("{rows} rows: sqlite loaded again in {:?}", start.elapsed());
        let memory: Arc<dyn Records> = Arc::new(memory);
        let sqlite: Arc<dyn Records> = Arc::new(sqlite);
        for operation in ["duplicates", "history"] {
            let questions: Vec<Value> = book
                .iter()
                .step_by(rows / 500)
                .map(|e| asked(operation, e, ""))
                .collect();
            let each = u32::try_from(questions.len()).unwrap();
            for round in ["cold", "warm"] {
                let start = std::time::Instant::now();
                for question in &questions {
                    answer(&memory, question.clone()).await;
                }
                let memory_took = start.elapsed() / each;
                let start = std::time::Instant::now();
                for question in &questions {
                    answer(&sqlite, question.clone()).await;
                }
                println!(
                    "{rows} rows, {operation}, {round}: memory {memory_took:?}, sqlite {:?}",
                    start.elapsed() / each
                );
            }
        }
    }
    // A corpus to read, where one is named.
    if let Ok(corpus) = std::env::var("SATYAPAN_MEASURE_BOOK") {
        for _ in 0..3 {
            let start = std::time::Instant::now();
            Memory::read(Path::new(&corpus), Limits::default()).unwrap();
            println!("{corpus}: memory read in {:?}", start.elapsed());
        }
    }
}
