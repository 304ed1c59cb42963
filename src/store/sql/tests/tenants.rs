//! The history of one tenant is no other's; the book is everybody's.

use domain::{DocNumber, FinancialYear, Paise, records::RankedBy};
use invoice_db::{Asked, Named, Order, PastInvoices, Ranked, Totals, Window};
use purchase_orders::Orders;

use super::*;
use crate::{BilledLine, Records};

const SUPPLIER: &str = "27AAACR5055K1Z7";
const TENANTS: [&str; 3] = ["", "acme", "zeta"];

/// An invoice that bills a quantity of the first line of PO-1.
fn verified(tenant: &str, number: &str, document: &str, quantity: i64) -> Remembered {
    let entry = LedgerEntry {
        invoice_number: number.to_owned(),
        invoice_date: "2026-01-10".parse().unwrap(),
        supplier_gstin: SUPPLIER.to_owned(),
        buyer_gstin: "B".to_owned(),
        taxable_value: Decimal::from(50),
        total_value: Decimal::from(59),
        po_number: "PO-1".to_owned(),
        status: "approved".to_owned(),
    };
    let line = BilledLine {
        invoice_number: number.to_owned(),
        supplier_gstin: SUPPLIER.to_owned(),
        po_number: "PO-1".to_owned(),
        po_line: "1".to_owned(),
        quantity: Decimal::from(quantity),
    };
    Remembered {
        entry,
        lines: vec![line],
        document: document.repeat(64),
        tenant: tenant.to_owned(),
    }
}

/// The numbers of what a tenant sees of January beside the book's rows, by each of the questions that there are, and what was
/// billed of the first line of PO-1 beside the book's 2.5.
async fn seen(store: &SqlStore, tenant: &str) -> (Vec<String>, Decimal) {
    let store = store.of_tenant(tenant);
    let window = Window {
        from: "2026-01-01".parse().unwrap(),
        until: "2026-01-31".parse().unwrap(),
    };
    let asked = Asked {
        gstin: SUPPLIER,
        window,
        totals: Totals::ALL,
        named: Named::Any,
        status: Some("approved"),
    };
    let numbers = |rows: Vec<invoice_db::Past>| {
        let rows = rows
            .into_iter()
            .filter(|past| past.entry.status == "approved");
        let mut numbers: Vec<String> = rows.map(|past| past.entry.invoice_number).collect();
        numbers.sort();
        numbers
    };
    let listed = numbers(store.listed(asked, Order::Latest, 50).await.unwrap());
    for order in [Order::Earliest, Order::Largest, Order::Smallest] {
        let again = store.listed(asked, order, 50).await.unwrap();
        assert_eq!(numbers(again), listed, "{tenant} {order:?}");
        let of_all = Asked { gstin: "", ..asked };
        let again = store.listed(of_all, order, 50).await.unwrap();
        assert_eq!(numbers(again), listed, "{tenant} {order:?} of all");
    }
    let (year, paise) = (FinancialYear(2025), Paise(5_900));
    let by_date = store.by_date(SUPPLIER, window, "").await.unwrap();
    assert_eq!(numbers(by_date), listed, "{tenant} by date");
    let holder = invoice_db::holder(SUPPLIER);
    let by_amount = store.by_amount(holder, paise, paise, window, "").await;
    assert_eq!(numbers(by_amount.unwrap()), listed, "{tenant} by amount");
    for gstin in [SUPPLIER, ""] {
        let walked = store.ledger_after(i64::MIN, gstin, 50).await.unwrap();
        assert_eq!(numbers(walked), listed, "{tenant} walked");
        let of_one = Asked { gstin, ..asked };
        let tallies = store.tallies(of_one).await.unwrap();
        assert!(tallies.iter().all(|tally| tally.status == "approved"));
        let count = tallies.first().map_or(0, |tally| tally.count);
        assert_eq!(usize::try_from(count).unwrap(), listed.len(), "{tenant}");
    }
    let ranked = Ranked {
        window,
        statuses: &["approved".to_owned()],
        by: RankedBy::Count,
        least: false,
    };
    let (count, suppliers) = store.suppliers(ranked, 50).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), suppliers.len(), "{tenant}");
    let rows: u64 = suppliers.iter().map(|tally| tally.count).sum();
    assert_eq!(
        usize::try_from(rows).unwrap(),
        listed.len(),
        "{tenant} ranked"
    );
    let totals = store.totals(SUPPLIER, "").await.unwrap();
    let totals = totals.into_iter().filter(|total| *total == paise).count();
    assert_eq!(totals, listed.len(), "{tenant} totals");
    for number in ["N-1", "N-2", "N-3"] {
        let want: Vec<_> = listed.iter().filter(|one| *one == number).collect();
        let folded = DocNumber::fold(number);
        let found = store.by_number(SUPPLIER, year, &folded, "").await.unwrap();
        assert_eq!(numbers(found).iter().collect::<Vec<_>>(), want, "{tenant}");
        let found = store.numbered(&folded).await.unwrap();
        assert_eq!(numbers(found).iter().collect::<Vec<_>>(), want, "{tenant}");
    }
    let number = DocNumber::new("N-2");
    let series = store
        .series(SUPPLIER, &number.before, &number.after, 2, "")
        .await
        .unwrap();
    let beside = listed.iter().filter(|one| *one != "N-2").cloned();
    assert_eq!(
        numbers(series),
        beside.collect::<Vec<_>>(),
        "{tenant} series"
    );
    let order = store.order("PO-1", "").await.unwrap().unwrap();
    (listed, order.lines[0].billed - Decimal::new(25, 1))
}

async fn with_book() -> (SqlStore, impl Sized, tempfile::TempDir) {
    let (store, held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    (store, held, book)
}

fn names(of: &[&str]) -> Vec<String> {
    of.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_a_tenant_had_verified_is_his_history_alone() {
    let (store, _held, _book) = with_book().await;
    // The first and the last are one document.
    for (tenant, number, document, quantity) in [
        ("acme", "N-1", "1", 10),
        ("acme", "N-2", "2", 20),
        ("", "N-2", "3", 3),
        ("", "N-3", "4", 4),
        ("zeta", "N-1", "1", 10),
    ] {
        let invoice = verified(tenant, number, document, quantity);
        assert!(store.remember(invoice.clone()).await.unwrap(), "{tenant}");
        assert!(!store.remember(invoice).await.unwrap(), "{tenant}");
    }
    for (tenant, want, billed) in [
        ("", names(&["N-2", "N-3"]), 7),
        ("acme", names(&["N-1", "N-2"]), 30),
        ("zeta", names(&["N-1"]), 10),
        ("nobody", names(&[]), 0),
    ] {
        let seen = seen(&store, tenant).await;
        assert_eq!(seen, (want, Decimal::from(billed)), "{tenant}");
    }
}

#[tokio::test]
async fn what_the_book_catches_up_with_is_everybodys_and_counts_once() {
    let (store, _held, book) = with_book().await;
    for tenant in ["acme", "zeta"] {
        let invoice = verified(tenant, "N-1", "1", 10);
        assert!(store.remember(invoice).await.unwrap());
    }
    let add = |file: &str, row: &str| {
        let path = book.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}{row}\n")).unwrap();
    };
    add(
        "ledger.csv",
        &format!("N-1,2026-01-10,{SUPPLIER},B,50,59,PO-1,approved"),
    );
    store.load(book.path(), Limits::default()).await.unwrap();
    // What was billed against the order the book does not say yet.
    for (tenant, billed) in [("", 0), ("acme", 10), ("zeta", 10)] {
        let want = (names(&["N-1"]), Decimal::from(billed));
        assert_eq!(seen(&store, tenant).await, want, "{tenant}");
    }
    add("ledger_lines.csv", &format!("N-1,{SUPPLIER},PO-1,1,10"));
    store.load(book.path(), Limits::default()).await.unwrap();
    for tenant in TENANTS {
        let want = (names(&["N-1"]), Decimal::from(10));
        assert_eq!(seen(&store, tenant).await, want, "{tenant}");
        // Its own document it is still not told of, and nobody remembers it again.
        let document = "1".repeat(64);
        let own = store.of_tenant(tenant);
        let totals = own.totals(SUPPLIER, &document).await.unwrap();
        assert!(!totals.contains(&Paise(5_900)), "{tenant}");
        let invoice = verified(tenant, "N-1", "1", 10);
        assert!(!store.remember(invoice).await.unwrap(), "{tenant}");
    }
    let before = content(&store).await;
    store.load(book.path(), Limits::default()).await.unwrap();
    assert_eq!(content(&store).await, before);
}
