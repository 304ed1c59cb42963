use std::fmt::Write;

use super::*;

pub(crate) async fn fresh() -> (Sqlite, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = Sqlite::open_path(&dir.path().join("store.db"))
        .await
        .unwrap();
    (store, dir)
}

/// A store that is empty.
pub(crate) use self::fresh as emptied;

/// The same store, as another process opens it.
pub(super) async fn again(_: &Sqlite, held: &tempfile::TempDir) -> Sqlite {
    let path = held.path().join("store.db");
    Sqlite::open_path(&path).await.unwrap()
}

/// A journal that is not synced to the disk: tests of what is in it are many.
pub(super) async fn quick_journal(store: &Sqlite, close: Arc<dyn Close>) -> SqliteJournal {
    let unsynced = store.writer.execute("PRAGMA synchronous = OFF");
    unsynced.await.unwrap();
    let (writer, readers) = (store.writer.clone(), store.readers.clone());
    SqliteJournal::over(writer, readers, close).await.unwrap()
}

/// Every row of every table, as text.
pub(super) async fn content(store: &Sqlite) -> String {
    let mut out = String::new();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .fetch_all(&store.readers)
            .await
            .unwrap();
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar(&format!(
            "SELECT name FROM pragma_table_info('{table}') ORDER BY cid"
        ))
        .fetch_all(&store.readers)
        .await
        .unwrap();
        let row = columns
            .iter()
            .map(|c| format!("quote({c})"))
            .collect::<Vec<_>>()
            .join("||','||");
        let rows: Vec<String> =
            sqlx::query_scalar(&format!("SELECT {row} FROM {table} ORDER BY 1"))
                .fetch_all(&store.readers)
                .await
                .unwrap();
        writeln!(out, "{table}\n{}", rows.join("\n")).unwrap();
    }
    out
}

/// The names of all indexes.
pub(super) async fn indexes(store: &Sqlite) -> String {
    sqlx::query_scalar(
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name)",
    )
    .fetch_one(&store.readers)
    .await
    .unwrap()
}

/// The step of a plan that reads a whole table, or sorts where it should not.
pub(super) async fn walk(store: &Sqlite, statement: &str, may_sort: bool) -> Option<String> {
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(&format!("EXPLAIN QUERY PLAN {statement}"))
            .fetch_all(&store.readers)
            .await
            .unwrap();
    assert!(!plan.is_empty(), "{statement}");
    plan.into_iter().map(|(.., step)| step).find(|step| {
        let is_part = |table: &str| {
            // What a part of a joined statement found, and what a window counts over.
            let joined = table.strip_prefix('q');
            joined.is_some_and(|n| n.parse::<u8>().is_ok()) || table.starts_with("(subquery-")
        };
        let scanned = step.strip_prefix("SCAN ");
        scanned.is_some_and(|table| table != "CONSTANT ROW" && !is_part(table))
            || (step.contains("TEMP B-TREE") && !may_sort)
    })
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_settings_hold_on_every_connection() {
    let (store, dir) = fresh().await;
    for pool in [&store.readers, &store.writer] {
        let (mode, sync, keys, busy): (String, i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous), \
             (SELECT foreign_keys FROM pragma_foreign_keys), (SELECT timeout FROM pragma_busy_timeout)",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        assert_eq!((mode.as_str(), sync, keys, busy), ("wal", 2, 1, 30_000));
    }
    assert!(
        sqlx::query("DELETE FROM vendor")
            .execute(&store.readers)
            .await
            .is_err()
    );
    sqlx::query("INSERT INTO _sqlx_migrations SELECT 999, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1")
        .execute(&store.writer)
        .await
        .unwrap();
    store.close().await;
    let error = Sqlite::open_path(&dir.path().join("store.db"))
        .await
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .contains("its schema is version 999, this program knows"),
        "{error}"
    );
}
