use std::time::Duration;

use futures::future::join_all;

use super::{
    super::{
        super::tests::{fresh, walk},
        statements,
    },
    *,
};
use crate::{Limits, agreement::write_book};

#[test]
fn a_joined_statement_names_the_values_of_each_question_and_its_number() {
    assert_eq!(
        join("SELECT a FROM t WHERE b = $2 AND c = $1 AND d <> $2", 2),
        "SELECT q0.*, CAST(0 AS BIGINT) FROM (SELECT a FROM t WHERE b = $2 AND c = $1 AND d <> $2) AS q0 UNION ALL \
         SELECT q1.*, CAST(1 AS BIGINT) FROM (SELECT a FROM t WHERE b = $4 AND c = $3 AND d <> $4) AS q1"
    );
    assert_eq!(
        join("SELECT 1", 2),
        "SELECT q0.*, CAST(0 AS BIGINT) FROM (SELECT 1) AS q0 UNION ALL \
         SELECT q1.*, CAST(1 AS BIGINT) FROM (SELECT 1) AS q1"
    );
}

const GSTINS: [&str; 5] = [
    "27AAACR5055K1Z7",
    "27AAACR5055K1Z8",
    "29AABCT1332L1ZU",
    // No text of PostgreSQL holds it.
    "27\0AACR5055K1Z7",
    "",
];

type Past = (i64, String, String, String);

/// Whoever answers looks once more whether somebody asks, after all have their answers.
async fn nobody_asks(gather: &Gather) {
    let forgotten = async {
        while !gather.waiting().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), forgotten)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_asked_together_is_answered_as_alone_and_in_the_same_order() {
    let (store, _held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    let named = |n: usize| -> [Named; 6] {
        let (from, until) = [("0000", "9999"), ("2026-10-01", "2026-10-31")][n / 5 % 2];
        [
            format!("document {}", n % 3).into(),
            [1_i64, 3, 500][n % 3].into(),
            String::new().into(),
            GSTINS[n % 5].into(),
            from.into(),
            until.into(),
        ]
    };
    let mut alone = Vec::new();
    for n in 0..60 {
        let rows: Vec<Past> = store
            .gather
            .ask(statements::BY_DATE, named(n))
            .await
            .unwrap();
        alone.push(rows);
    }
    assert!(alone.iter().any(|rows| rows.len() > 1), "{alone:?}");
    assert!(alone.iter().any(Vec::is_empty));
    // All but the first wait for it, and go together.
    let asked = (0..60).map(|n| store.gather.ask::<Past, 6>(statements::BY_DATE, named(n)));
    let stamps = (0..5).map(|_| {
        store
            .gather
            .ask::<(String,), 0>(statements::VENDORS_STAMP, [])
    });
    let (together, stamps) = tokio::join!(join_all(asked), join_all(stamps));
    for (n, (one, together)) in alone.iter().zip(together).enumerate() {
        assert_eq!(one, &together.unwrap(), "{n}");
    }
    let stamps: Vec<_> = stamps.into_iter().map(Result::unwrap).collect();
    assert!(
        stamps
            .iter()
            .all(|stamp| stamp == &stamps[0] && stamp.len() == 1)
    );
    let joined = store.gather.joined.lock().unwrap().clone();
    assert!(
        joined.contains_key(&(statements::BY_DATE, 16)),
        "{joined:?}"
    );
    nobody_asks(&store.gather).await;
}

#[tokio::test]
async fn a_question_that_is_refused_is_told_to_each_and_others_go_on() {
    let (store, _held) = fresh().await;
    let refused = "SELECT a FROM nowhere WHERE b = $1";
    let asked = (0..20_i64).map(|n| store.gather.ask::<(i64,), 1>(refused, [n.into()]));
    for told in join_all(asked).await {
        let told = told.unwrap_err().to_string();
        assert!(told.contains("nowhere"), "{told}");
    }
    let none: Vec<(i64,)> = store
        .gather
        .ask(statements::HAS_FILE, ["ledger.csv".into()])
        .await
        .unwrap();
    assert_eq!(none, []);
    nobody_asks(&store.gather).await;
}

/// Whoever goes away takes nobody's answer with him.
#[tokio::test]
async fn who_stops_waiting_keeps_no_one_else_from_an_answer() {
    let (store, _held) = fresh().await;
    let named = |n: i64| [Named::from(n.to_string())];
    let mut gone = Box::pin(
        store
            .gather
            .ask::<(i64,), 1>(statements::HAS_FILE, named(0)),
    );
    assert!(futures::poll!(&mut gone).is_pending());
    let asked = (0..20).map(|n| {
        store
            .gather
            .ask::<(i64,), 1>(statements::HAS_FILE, named(n % 7))
    });
    let others = join_all(asked);
    drop(gone);
    for told in others.await {
        assert_eq!(told.unwrap(), []);
    }
}

#[tokio::test]
async fn no_joined_statement_walks_a_table() {
    let (store, _held) = fresh().await;
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    for statement in statements::PROBES {
        let joined = join(statement, 4);
        let may_sort =
            statement.contains("purchase_order_line") || statement.contains("FROM vendor");
        assert_eq!(walk(&store, &joined, may_sort).await, None, "{joined}");
    }
}
