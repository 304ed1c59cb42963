use std::{fmt::Write, fs};

use domain::{Decimal, records::LedgerEntry};
use serde_json::{Value, json};
use vendor_master::Vendors;

use super::{
    super::tests::{content, fresh, indexes, walk},
    *,
};
use crate::{CaseInput, Limits, NewVerdict, Remembered, agreement::write_book};

mod tenants;

#[tokio::test]
async fn a_load_counts_and_the_same_book_again_changes_nothing() {
    let (store, _held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    let first = store.load(book.path(), Limits::default()).await.unwrap();
    let count = |report: &crate::Report, name: &str| {
        report
            .files
            .iter()
            .find(|f| f.name == name)
            .map(|f| (f.rows, f.added, f.changed, f.unchanged))
            .unwrap()
    };
    assert_eq!(count(&first, "vendors.csv"), (3, 3, 0, 0));
    assert_eq!(count(&first, "ledger.csv"), (3, 3, 0, 0));
    assert_eq!(count(&first, "buyer.json"), (1, 1, 0, 0));
    assert_eq!(count(&first, "portal/taxpayers.json"), (1, 1, 0, 0));
    // A directory's files are told of together.
    assert_eq!(count(&first, "portal/gstr2b/"), (1, 1, 0, 0));
    assert!(first.files.iter().all(|f| !f.name.contains("gstr2b/x")));
    let before = content(&store).await;
    let again = store.load(book.path(), Limits::default()).await.unwrap();
    for file in &again.files {
        assert_eq!(
            (file.added, file.changed, file.unchanged),
            (0, 0, file.rows),
            "{}",
            file.name
        );
    }
    assert_eq!(content(&store).await, before);

    // One row changed, one added, one gone: the one that is gone is kept.
    let path = book.path().join("vendors.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(3);
    let text = format!(
        "{}\nV3,New,,27AAACR5055K1Z8,,,,,,active,\n",
        lines.join("\n")
    )
    .replace("0012,HDFC0001234,45.0", "0013,HDFC0001234,45");
    fs::write(&path, text).unwrap();
    let third = store.load(book.path(), Limits::default()).await.unwrap();
    assert_eq!(count(&third, "vendors.csv"), (3, 1, 1, 1));
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM vendor")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(kept, 4);
}

#[tokio::test]
async fn one_bad_row_changes_nothing() {
    let (store, _held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    let before = content(&store).await;
    // Good rows before the bad one are more than one group.
    let ledger = book.path().join("ledger.csv");
    let mut text = fs::read_to_string(&ledger).unwrap();
    for n in 0..1_000 {
        writeln!(text, "N{n},2026-01-09,27AAACR5055K1Z7,B,1,1,,paid").unwrap();
    }
    text += "N,2026-01-09,27AAACR5055K1Z7,B,1,one,,paid\n";
    fs::write(&ledger, text).unwrap();
    let error = store
        .load(book.path(), Limits::default())
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        r#"ledger.csv:1005: total_value is "one"; an amount in rupees is needed, as in 1234.50"#
    );
    assert_eq!(content(&store).await, before);
}

#[tokio::test]
async fn a_load_that_is_dropped_midway_leaves_the_store_as_it_was() {
    let (store, _held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    let before = content(&store).await;
    let mut text = fs::read_to_string(book.path().join("ledger.csv")).unwrap();
    for n in 0..50_000 {
        writeln!(text, "N{n},2026-01-09,27AAACR5055K1Z7,B,1,1,,paid").unwrap();
    }
    fs::write(book.path().join("ledger.csv"), text).unwrap();
    let cut = tokio::time::timeout(
        Duration::from_millis(30),
        store.load(book.path(), Limits::default()),
    );
    assert!(cut.await.is_err(), "the load was too quick to be cut");
    assert_eq!(content(&store).await, before);
    assert_eq!(
        store
            .load(book.path(), Limits::default())
            .await
            .unwrap()
            .files
            .len(),
        10
    );
}

#[tokio::test]
async fn whoever_goes_away_while_a_write_begins_leaves_the_writer_free() {
    let (store, _held) = fresh().await;
    // Given up after each number of steps that a beginning takes, and then once more in full.
    for steps in (0..200).map(|n| n * 5) {
        let mut begin = Box::pin(store.begin());
        for _ in 0..steps {
            let polled = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(begin.as_mut().poll(cx).is_ready())
            });
            if polled.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(begin);
        let tx = store.begin().await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_ledger_that_catches_up_adopts_what_was_verified_here() {
    let (store, _held) = fresh().await;
    let (_, new) = verdict(1);
    store.append_verdict(new).await.unwrap();
    let book = tempfile::tempdir().unwrap();
    fs::write(
        book.path().join("ledger.csv"),
        "invoice_number,invoice_date,supplier_gstin,buyer_gstin,taxable_value,total_value,po_number,status\n\
         N1,2026-11-01,27AAACR5055K1Z7,B,100,118,,paid\n",
    )
    .unwrap();
    let report = store.load(book.path(), Limits::default()).await.unwrap();
    assert_eq!((report.files[0].added, report.files[0].changed), (0, 1));
    let rows: Vec<(String, Option<String>)> = sqlx::query_as("SELECT status, document FROM ledger")
        .fetch_all(&store.readers)
        .await
        .unwrap();
    assert_eq!(rows, [("paid".to_owned(), Some(format!("{:064x}", 1)))]);
}

#[tokio::test]
async fn no_question_walks_a_table() {
    let (store, _held) = fresh().await;
    // The first load lifts the indexes of the ledger: a failed one must bring them back like one that succeeds.
    let before = indexes(&store).await;
    assert!(before.contains("ledger_number"), "{before}");
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    let ledger = fs::read(book.path().join("ledger.csv")).unwrap();
    fs::write(book.path().join("ledger.csv"), "invoice_number\n").unwrap();
    assert!(store.load(book.path(), Limits::default()).await.is_err());
    assert_eq!(indexes(&store).await, before);
    fs::write(book.path().join("ledger.csv"), ledger).unwrap();
    store.load(book.path(), Limits::default()).await.unwrap();
    assert_eq!(indexes(&store).await, before);
    for statement in statements::PROBES.iter().chain(statements::QUESTIONS) {
        let may_sort = statement.contains("purchase_order_line")
            || statement.contains("FROM vendor")
            || statements::QUESTIONS.contains(statement);
        assert_eq!(walk(&store, statement, may_sort).await, None, "{statement}");
    }
}

pub(super) fn verdict(n: u64) -> (Value, NewVerdict) {
    let verdict = json!({"schema": "satyapan.verdict/1", "id": format!("01JD{n:022}"), "decision": "approve",
        "invoice": {"number": format!("N{n}"), "supplier_gstin": "27AAACR5055K1Z7", "total": 118.00,
            "sha256": format!("{n:064x}")},
        "audit": {"seq": 0, "previous": "", "hash": ""}});
    let entry = LedgerEntry {
        invoice_number: format!("N{n}"),
        invoice_date: "2026-11-01".parse().unwrap(),
        supplier_gstin: "27AAACR5055K1Z7".to_owned(),
        buyer_gstin: "B".to_owned(),
        taxable_value: Decimal::from(100),
        total_value: Decimal::from(118),
        po_number: String::new(),
        status: "approved".to_owned(),
    };
    let new = NewVerdict {
        case_key: format!("case {n}"),
        verdict: verdict.to_string(),
        as_of: "2026-11-21".to_owned(),
        created: "2026-11-21T00:00:00Z".to_owned(),
        history: Some(Remembered {
            entry,
            lines: Vec::new(),
            document: format!("{n:064x}"),
            tenant: String::new(),
        }),
    };
    (verdict, new)
}

#[tokio::test]
async fn a_verdict_is_stored_once_and_found_by_case_id_and_beginning() {
    let (store, _held) = fresh().await;
    let (written, new) = verdict(1);
    let link = store.append_verdict(new.clone()).await.unwrap();
    assert_eq!(
        link,
        crate::Chain::default().link(&crate::chain::canonical(written.to_string()))
    );
    assert_eq!(store.append_verdict(new).await.unwrap(), link);
    let next = store.append_verdict(verdict(2).1).await.unwrap();
    assert_eq!((next.seq, &next.previous), (2, &link.hash));
    let stored = store.verdict_by_case("case 1").await.unwrap().unwrap();
    assert_eq!(stored.verdict["audit"]["hash"], link.hash.as_str());
    assert_eq!(
        stored.verdict["invoice"].to_string(),
        written["invoice"].to_string()
    );
    let id = written["id"].as_str().unwrap();
    assert_eq!(store.verdict(id).await.unwrap(), Some(stored.clone()));
    assert_eq!(
        store.verdict(&id.to_lowercase()).await.unwrap(),
        Some(stored)
    );
    assert!(
        store
            .verdict("01JD")
            .await
            .unwrap_err()
            .to_string()
            .contains("several")
    );
    assert_eq!(store.verdict("02").await.unwrap(), None);
    assert_eq!(store.verdict_by_case("case 3").await.unwrap(), None);
    let history: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM ledger")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(history, 2);
    // Another case with an id that is taken: nothing of it stays.
    let mut clash = verdict(1).1;
    clash.case_key = "another".to_owned();
    assert!(store.append_verdict(clash).await.is_err());
    assert_eq!(store.audit_verify().await.unwrap().links, 2);
}

#[tokio::test]
async fn a_forged_nul_is_stored_and_asked_for_like_any_text() {
    let (store, _held) = fresh().await;
    let (mut written, mut new) = verdict(1);
    written["invoice"]["number"] = json!("N\0/1");
    new.verdict = written.to_string();
    if let Some(invoice) = &mut new.history {
        invoice.entry.invoice_number = "N\0/1".to_owned();
        invoice.entry.po_number = "\0".to_owned();
    }
    store.append_verdict(new).await.unwrap();
    let report = store.audit_verify().await.unwrap();
    assert_eq!((report.links, report.first_bad), (1, None));
    let number: String = sqlx::query_scalar("SELECT invoice_number FROM verdict")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(number, "N\u{fffd}/1");
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    let nobody = store.by_gstin("27\0AACR5055K1Z7").await.unwrap();
    assert_eq!(nobody, []);
    assert_eq!(store.verdict("01\0").await.unwrap(), None);
    assert_eq!(store.case_input("a\0").await.unwrap(), None);
}

#[tokio::test]
async fn a_case_is_kept_with_its_bytes() {
    let (store, _held) = fresh().await;
    let input = CaseInput {
        case_key: "k".to_owned(),
        bytes: vec![0, 255, 7],
        as_of: "2026-11-21".to_owned(),
        policy_sha256: "p".to_owned(),
        source: "a.json".to_owned(),
    };
    store.put_case_input(&input).await.unwrap();
    store
        .put_case_input(&CaseInput {
            case_key: "l".to_owned(),
            ..input.clone()
        })
        .await
        .unwrap();
    store
        .put_case_input(&CaseInput {
            as_of: "2027-01-01".to_owned(),
            ..input.clone()
        })
        .await
        .unwrap();
    assert_eq!(store.case_input("k").await.unwrap(), Some(input));
    let blobs: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM blob")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(blobs, 1);
}

#[tokio::test]
async fn the_audit_finds_what_was_changed_removed_moved_or_added() {
    for (name, tamper, bad) in [
        ("nothing", "SELECT 1", None),
        (
            "a flipped byte",
            "UPDATE verdict SET json = replace(json, '118.0', '119.0') WHERE seq = 2",
            Some(2),
        ),
        (
            "blanks",
            "UPDATE verdict SET json = ' ' || json WHERE seq = 3",
            Some(3),
        ),
        (
            "no JSON",
            "UPDATE verdict SET json = '{' WHERE seq = 1",
            Some(1),
        ),
        (
            "decision column",
            "UPDATE verdict SET decision = 'reject' WHERE seq = 4",
            Some(4),
        ),
        (
            "amount column",
            "UPDATE verdict SET total_paise = 1 WHERE seq = 4",
            Some(4),
        ),
        (
            "day of judgement",
            "UPDATE verdict SET as_of = '2020-01-01' WHERE seq = 4",
            Some(4),
        ),
        (
            "case",
            "UPDATE verdict SET case_key = 'other' WHERE seq = 4",
            Some(4),
        ),
        (
            "hash",
            "UPDATE verdict SET hash = previous WHERE seq = 2",
            Some(2),
        ),
        (
            "first removed",
            "DELETE FROM verdict WHERE seq = 1",
            Some(1),
        ),
        ("one removed", "DELETE FROM verdict WHERE seq = 3", Some(3)),
        ("last removed", "DELETE FROM verdict WHERE seq = 5", Some(5)),
        ("all removed", "DELETE FROM verdict", Some(1)),
        (
            "moved",
            "UPDATE verdict SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3)",
            Some(2),
        ),
        (
            "renumbered",
            "UPDATE verdict SET seq = seq + 1 WHERE seq = 5",
            Some(5),
        ),
    ] {
        let (store, _held) = fresh().await;
        let mut tx = store.begin().await.unwrap();
        for n in 1..=5 {
            let verdict = verdict(n).1.into();
            SqlStore::append_in(&mut tx, &[&verdict]).await.unwrap();
        }
        tx.commit().await.unwrap();
        sqlx::query(tamper).execute(&store.writer).await.unwrap();
        let report = store.audit_verify().await.unwrap();
        assert_eq!(
            report.first_bad.as_ref().map(|f| f.seq),
            bad,
            "{name}: {report:?}"
        );
        assert_eq!(report.links, bad.map_or(5, |seq| seq - 1), "{name}");
    }
}
