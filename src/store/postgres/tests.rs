use std::{cell::RefCell, fmt::Write, sync::Arc};

use agent::engine::{JournalError, Kind, RunId};
use purchase_orders::Orders;
use test_servers::postgres::{Database, Stop};
use tokio::sync::Barrier;

use super::{
    store::journal::tests::{Verdicts, batch, ending, entries},
    *,
};
use crate::{Limits, Store, agreement::write_book};

pub(crate) async fn fresh() -> (Postgres, Database) {
    let database = Database::fresh().unwrap();
    let store = Postgres::open(&database.url()).await.unwrap();
    (store, database)
}

/// The database that this thread used before, emptied: as good as a fresh one, and there at once.
pub(crate) async fn emptied() -> (Postgres, Database) {
    thread_local! {
        static USED: RefCell<Option<Database>> = const { RefCell::new(None) };
    }
    let Some(database) = USED.with(|used| used.borrow().clone()) else {
        let (store, database) = fresh().await;
        USED.with(|used| *used.borrow_mut() = Some(database.clone()));
        return (store, database);
    };
    let all = "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ',') FROM pg_tables \
               WHERE schemaname = 'public' AND tablename NOT LIKE '\\_sqlx%' AND tablename <> 'job_control'); END $$";
    // Beside the runtime, which may have transactions to undo that would keep this waiting.
    let emptying = database.clone();
    let emptied = tokio::task::spawn_blocking(move || emptying.sql(all).map(drop));
    emptied.await.unwrap().unwrap();
    (Postgres::open(&database.url()).await.unwrap(), database)
}

/// The same store, as another process opens it.
pub(super) async fn again(_: &Postgres, held: &Database) -> Postgres {
    Postgres::open(&held.url()).await.unwrap()
}

pub(super) async fn quick_journal(
    store: &Postgres,
    close: Arc<dyn crate::journal::Close>,
) -> PostgresJournal {
    dialect::journal(store, close).await.unwrap()
}

async fn tables(store: &Postgres) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap()
}

/// Every row of every table, as text.
pub(super) async fn content(store: &Postgres) -> String {
    let mut out = String::new();
    for table in tables(store).await {
        let rows: Vec<String> =
            sqlx::query_scalar(&format!("SELECT t::text FROM {table} AS t ORDER BY 1"))
                .fetch_all(&store.readers)
                .await
                .unwrap();
        writeln!(out, "{table}\n{}", rows.join("\n")).unwrap();
    }
    out
}

/// The names of all indexes.
pub(super) async fn indexes(store: &Postgres) -> String {
    sqlx::query_scalar(
        "SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'",
    )
    .fetch_one(&store.readers)
    .await
    .unwrap()
}

/// The step of a plan that reads a whole table, or sorts where it should not, where another plan would do.
pub(super) async fn walk(store: &Postgres, statement: &str, may_sort: bool) -> Option<String> {
    let places = super::store::gather::places(statement);
    let values = vec!["NULL"; places].join(", ");
    let execute = if values.is_empty() {
        "EXPLAIN EXECUTE asked".to_owned()
    } else {
        format!("EXPLAIN EXECUTE asked({values})")
    };
    let mut tx = store.readers.begin().await.unwrap();
    for set in [
        "enable_seqscan = off",
        "enable_bitmapscan = off",
        "plan_cache_mode = force_generic_plan",
    ] {
        sqlx::query(&format!("SET LOCAL {set}"))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    sqlx::query(&format!("PREPARE asked AS {statement}"))
        .execute(&mut *tx)
        .await
        .unwrap();
    let plan: Vec<String> = sqlx::query_scalar(&execute)
        .persistent(false)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    sqlx::query("DEALLOCATE asked")
        .persistent(false)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert!(!plan.is_empty(), "{statement}");
    plan.into_iter().find(|step| {
        step.contains("Seq Scan") || (step.trim_start().starts_with("Sort") && !may_sort)
    })
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_limits_hold_on_every_connection() {
    let (store, database) = fresh().await;
    for (pool, limit) in [(&store.readers, "30s"), (&store.writer, "15min")] {
        let settings: (String, String, String) = sqlx::query_as(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), \
             current_setting('idle_in_transaction_session_timeout')",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        assert_eq!(
            settings,
            (limit.to_owned(), "5min".to_owned(), "1min".to_owned())
        );
    }
    let written = sqlx::query("DELETE FROM vendor")
        .execute(&store.readers)
        .await;
    assert!(written.unwrap_err().to_string().contains("read-only"));
    assert!(
        store.readers.options().get_max_connections()
            + store.writer.options().get_max_connections()
            <= 6
    );
    database
        .sql("INSERT INTO _sqlx_migrations SELECT 999, description, installed_on, success, checksum, execution_time \
              FROM _sqlx_migrations WHERE version = 1")
        .unwrap();
    let error = Postgres::open(&database.url())
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("its schema is version 999, this program knows"),
        "{error}"
    );
    // The lock of the one that was refused is free again.
    database
        .sql("DELETE FROM _sqlx_migrations WHERE version = 999")
        .unwrap();
    Postgres::open(&database.url()).await.unwrap();
}

#[tokio::test]
async fn many_open_a_new_database_at_once() {
    let database = Database::fresh().unwrap();
    let opening: Vec<_> = (0..6)
        .map(|_| {
            let url = database.url();
            tokio::spawn(async move { Postgres::open(&url).await.map(|_| ()) })
        })
        .collect();
    for opened in opening {
        opened.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn no_error_shows_a_password() {
    let database = Database::fresh().unwrap();
    let url = database.url();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    for (name, url, says) in [
        ("wrong password", url.replace("open", "hush"), "127.0.0.1"),
        ("no such database", format!("{url}x"), "does not exist"),
        (
            "nobody there",
            url.replace(&database.cluster().port().to_string(), &port.to_string()),
            "refused",
        ),
        (
            "no port",
            url.replace("127.0.0.1:", "127.0.0.1:hush"),
            "cannot be read",
        ),
        ("no mode", format!("{url}?sslmode=hush"), "cannot be read"),
        (
            "no scheme",
            format!("postgre{}", &url[8..]),
            "write sqlite:PATH",
        ),
    ] {
        let error = crate::open(&url).await.err().unwrap();
        let mut told = format!("{error} {error:?}");
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            write!(told, " {inner}").unwrap();
            cause = inner.source();
        }
        assert!(told.contains(says), "{name}: {told}");
        for secret in ["se@me", "se%40me", "hush"] {
            assert!(!told.contains(secret), "{name}: {told}");
        }
    }
    let store = crate::open(&url).await.unwrap();
    assert!(store.place().starts_with("postgres://127.0.0.1:") && !store.place().contains('@'));
}

#[tokio::test]
async fn its_clock_is_the_servers() {
    let (store, _database) = emptied().await;
    let (_, before, _) = time(&store.readers).await.unwrap();
    let told = store.clock.now();
    let (_, after, _) = time(&store.readers).await.unwrap();
    // An answer is on its way for less than a second, or not heeded.
    let second = jiff::SignedDuration::from_secs(1);
    assert!(
        before - second <= told && told <= after + second,
        "{before} {told} {after}"
    );
}

#[tokio::test]
async fn text_is_ordered_by_its_bytes_and_none_of_it_fails_a_question() {
    let (store, _held) = fresh().await;
    let languages: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name NOT LIKE '\\_sqlx%' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    assert_eq!(languages, Vec::<String>::new());
    assert_eq!(store.verdict_by_case("a\0b").await.unwrap(), None);
}

/// Commits runs that end with a verdict, in as many journals as there would be processes, all at once.
async fn verify_all(url: &str, processes: u64, runs: u64) -> Vec<Result<(), JournalError>> {
    // Who opens a store while its server stops is told so; what is under way then is not.
    let opened = Arc::new(Barrier::new(usize::try_from(processes).unwrap()));
    let tasks: Vec<_> = (0..processes)
        .map(|process| {
            let (url, opened) = (url.to_owned(), Arc::clone(&opened));
            tokio::spawn(async move {
                let store = Postgres::open(&url).await.unwrap();
                let journal = Store::journal(&store, Arc::new(Verdicts)).await.unwrap();
                opened.wait().await;
                let mut done = Vec::new();
                for n in 0..runs {
                    let number = process * runs + n;
                    let run = RunId::new(format!("run {number}"));
                    let kinds = [Kind::Started, Kind::Delta, Kind::Finished];
                    let all = entries(&run, &kinds);
                    let first = journal.commit(batch(&run, &all[..1])).await;
                    let mut last = batch(&run, &all[1..]);
                    last.extra = Some(ending(number, false));
                    done.push(match first {
                        Ok(()) => journal.commit(last).await,
                        failed => failed,
                    });
                }
                done
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_keep_one_chain_and_give_each_id_once() {
    let (store, database) = fresh().await;
    let done = verify_all(&database.url(), 5, 40).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    let report = store.audit_verify().await.unwrap();
    assert_eq!((report.links, report.first_bad), (200, None));
    let history: (i64, i64) = sqlx::query_as("SELECT COUNT(*), MAX(id) FROM ledger")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(history, (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_under_work_loses_and_fails_nothing() {
    let database = Database::alone().unwrap();
    let store = Postgres::open(&database.url()).await.unwrap();
    let book = tempfile::tempdir().unwrap();
    write_book(book.path());
    store.load(book.path(), Limits::default()).await.unwrap();
    let url = database.url();
    let work = tokio::spawn(async move { verify_all(&url, 3, 60).await });
    let reader = Arc::new(store);
    let asking = Arc::clone(&reader);
    let questions = tokio::spawn(async move {
        for _ in 0..400 {
            let orders = asking.order("PO-1", "").await.unwrap();
            assert_eq!(orders.unwrap().lines.len(), 2);
        }
    });
    for how in [Stop::Fast, Stop::Immediate, Stop::Immediate] {
        // Each time when more has been stored than before.
        let stored = || async {
            let counted = patient_count(&reader).await;
            counted.unwrap_or(i64::MAX)
        };
        let before = stored().await;
        while !work.is_finished() && stored().await == before {
            tokio::task::yield_now().await;
        }
        let again = database.clone();
        tokio::task::spawn_blocking(move || again.cluster().restart(how))
            .await
            .unwrap()
            .unwrap();
    }
    let done = work.await.unwrap();
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    questions.await.unwrap();
    let report = reader.audit_verify().await.unwrap();
    assert_eq!((report.links, report.first_bad), (180, None));
    let ended: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM event")
        .fetch_one(&reader.readers)
        .await
        .unwrap();
    assert_eq!(ended, 3 * 180, "no entry was lost and none is there twice");
}

async fn patient_count(store: &Postgres) -> Option<i64> {
    let counted = sqlx::query_scalar("SELECT COUNT(*) FROM verdict").fetch_one(&store.readers);
    counted.await.ok()
}
