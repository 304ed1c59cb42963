//! What reports walk through: every store hands out the same rows in the same order, whatever the size of a page.

use domain::records::LedgerEntry;
use proptest::{prelude::*, strategy::ValueTree};

use super::{SUPPLIERS, entry, stores, write_book, write_ledger};
use crate::{Records, Remembered};

/// All rows, page by page.
async fn walked(store: &dyn Records, gstin: &str, page: usize) -> Vec<LedgerEntry> {
    let (mut rows, mut after) = (Vec::new(), i64::MIN);
    loop {
        let found = store.ledger_after(after, gstin, page).await.unwrap();
        assert!(found.len() <= page);
        assert!(found.is_sorted_by(|a, b| a.id < b.id));
        let Some(last) = found.last() else {
            return rows;
        };
        assert!(found.iter().all(|past| past.id > after));
        after = last.id;
        rows.extend(found.into_iter().map(|past| past.entry));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn every_row_is_walked_once_in_its_order(
        book in prop::collection::vec(entry(), 0..40),
        verified in prop::collection::vec(entry(), 0..4),
        page in 1..50_usize,
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let dir = tempfile::tempdir().unwrap();
            write_ledger(dir.path(), &book);
            let (stores, _held) = stores(dir.path()).await;
            let mut rows = book.clone();
            for (index, entry) in verified.iter().enumerate() {
                let document = format!("{index:064x}");
                let invoice = Remembered { entry: entry.clone(), lines: Vec::new(), document, tenant: String::new() };
                for (_, store) in &stores {
                    assert!(store.remember(invoice.clone()).await.unwrap());
                }
                rows.push(entry.clone());
            }
            for gstin in SUPPLIERS.into_iter().chain(["", "29GOJCT7766U1ZV"]) {
                let of = |row: &&LedgerEntry| gstin.is_empty() || row.supplier_gstin == gstin;
                let want: Vec<LedgerEntry> = rows.iter().filter(of).cloned().collect();
                for (name, store) in &stores {
                    assert_eq!(walked(store.as_ref(), gstin, page).await, want, "{name} {gstin:?} by {page}");
                }
            }
        });
    }
}

#[tokio::test]
async fn registrations_are_those_of_the_master_and_none_without_one() {
    let dir = tempfile::tempdir().unwrap();
    write_book(dir.path());
    let (all, _held) = stores(dir.path()).await;
    for (name, store) in &all {
        let vendors = store.registrations().await.unwrap();
        let told: Vec<_> = vendors
            .iter()
            .map(|vendor| (vendor.vendor_id.as_str(), vendor.gstin.as_str()))
            .collect();
        let want = [
            ("V1", "27AAACR5055K1Z7"),
            ("V1", "24AAACR5055K2ZC"),
            ("V2", "29AABCF8078M1C8"),
        ];
        assert_eq!(told, want, "{name}");
    }
}

#[tokio::test]
async fn a_book_without_ledger_and_master_has_no_rows_and_what_is_verified_is_one() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("buyer.json"),
        r#"{"legal_name": "Meridian", "gstins": []}"#,
    )
    .unwrap();
    let (all, _held) = stores(dir.path()).await;
    let mut rows = proptest::test_runner::TestRunner::deterministic();
    let entry = entry().new_tree(&mut rows).unwrap().current();
    for (name, store) in &all {
        assert!(store.registrations().await.unwrap().is_empty(), "{name}");
        assert!(walked(store.as_ref(), "", 10).await.is_empty(), "{name}");
        let invoice = Remembered {
            entry: entry.clone(),
            lines: Vec::new(),
            document: "d".repeat(64),
            tenant: String::new(),
        };
        assert!(store.remember(invoice).await.unwrap());
        assert_eq!(
            walked(store.as_ref(), "", 10).await,
            std::slice::from_ref(&entry),
            "{name}"
        );
    }
}
