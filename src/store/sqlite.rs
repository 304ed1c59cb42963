//! The embedded store: one `SQLite` file in WAL mode, one writer, as many readers as cores ask for.
//!
//! *Invariant:* every write is one `BEGIN IMMEDIATE` transaction with `synchronous = FULL`: what was answered survives a
//! power cut, and a dropped transaction leaves nothing.

use std::{
    path::Path,
    str::FromStr,
    sync::{Arc, Weak},
    time::Duration,
};

use sqlx::{
    Connection, Executor, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use tokio::{sync::Notify, time::sleep};

use crate::{StoreError, desk, journal::Close};

#[path = "sql/jobs.rs"]
pub mod jobs;
#[path = "sql/outbox.rs"]
pub mod outbox;
#[path = "sql/store.rs"]
mod store;
mod upkeep;

pub(crate) use upkeep::{steps, versions};

use store::Link;
pub use store::{SqlJournal as SqliteJournal, SqlStore as Sqlite};

pub type Db = sqlx::Sqlite;
pub type Conn = sqlx::SqliteConnection;
pub type Pool = sqlx::SqlitePool;

/// Rows that another transaction holds are passed by; here there is no other one that writes.
const SKIP_LOCKED: &str = "";
/// Other processes look again when their time comes.
const NOTIFY: Option<&str> = None;

/// Nobody tells of jobs that another process added.
fn listen(_: Pool, _: Weak<Notify>) {}

/// Begins a transaction that will write; dropping it undoes everything.
async fn begin_write(pool: &Pool) -> Result<Transaction<'static, Db>, sqlx::Error> {
    pool.begin_with(dialect::BEGIN).await
}

/// What `SQLite` does its own way.
mod dialect {
    use std::{path::Path, sync::Arc};

    use super::{Conn, Sqlite, SqliteJournal};
    use crate::{
        Copied, StoreError,
        journal::{Close, Tx},
    };

    /// The one writer locks at once, so that no transaction fails for having read first.
    pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
    /// Any transaction reads one moment.
    pub(super) const BEGIN_SNAPSHOT: Option<&str> = None;
    /// Whoever began a write is the one writer.
    pub(super) const ONE_WRITER: Option<&str> = None;
    /// A failed statement undoes itself and leaves its transaction sound.
    pub(super) const IS_SOUND: Option<&str> = None;
    /// The first of the keys that a group of new runs may take.
    pub(super) const NEXT_KEY: &str = "SELECT coalesce(max(key), 0) + 1 FROM run";
    /// Name and statement of the indexes that are no part of a key.
    pub(super) const LEDGER_INDEXES: Option<&str> = Some(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'ledger' AND sql IS NOT NULL \
         ORDER BY name",
    );
    /// A large book's pages stay in memory; who loads one ends soon after.
    pub(super) const LOADING: Option<&str> = Some("PRAGMA cache_size = -262144");
    /// Its plans are the same for an empty table and a full one.
    pub(super) const LOADED: Option<&str> = None;
    /// The journal's tables, which are there once a journal was opened.
    pub(super) const JOURNAL: Option<&str> = Some(super::JOURNAL);
    pub(super) const HAS_JOURNAL: &str =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'event'";
    pub(super) const BYTES: &str =
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    pub(super) const FREE_BYTES: Option<&str> =
        Some("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size");

    /// Unnamed, since `SQLite` looks a named parameter up among all that came before.
    pub(super) fn place(_: usize) -> &'static str {
        "?"
    }

    pub(super) fn tx(tx: &mut Conn) -> Tx<'_> {
        Tx::Sqlite(tx)
    }

    /// In the same file, over the store's own connections.
    pub(super) async fn journal(
        store: &Sqlite,
        close: Arc<dyn Close>,
    ) -> Result<SqliteJournal, StoreError> {
        let (writer, readers) = (store.writer.clone(), store.readers.clone());
        let opened = SqliteJournal::over(writer, readers, close).await;
        opened.map_err(|source| StoreError::Open {
            place: store.place.to_string(),
            source,
        })
    }

    pub(super) async fn backup(store: &Sqlite, to: &Path) -> Result<Copied, StoreError> {
        store.copied(to).await
    }

    /// A file has no server to go away.
    pub(super) fn went_away(_: &sqlx::Error) -> bool {
        false
    }

    /// `SQLite` holds any text.
    pub(super) fn holds_no_such_text(_: &sqlx::Error) -> bool {
        false
    }
}

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Events are small and found by run, so they lie in their key. Inputs are large, and stored once.
const JOURNAL: &str = "
CREATE TABLE IF NOT EXISTS run(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, input BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS input(digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS event(
    run INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, step INTEGER NOT NULL,
    idx INTEGER NOT NULL, name TEXT NOT NULL, payload TEXT NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY(run, seq)) WITHOUT ROWID;
";

/// Whoever holds the file gets this long to finish.
const BUSY: Duration = Duration::from_secs(30);
/// A load of a large book holds the one writer for this long at most before others give up.
const WRITER_WAIT: Duration = Duration::from_mins(5);
/// With the writer, and the one that folds the log, eight connections.
const READERS: u32 = 6;
/// How often a new file is made, and its schema brought up to date, beside others that do the same.
const OPEN_TRIES: u32 = 20;
const OPEN_PAUSE: Duration = Duration::from_millis(50);
/// `SQLITE_BUSY`.
const LOCKED: &str = "5";
/// Negative: KiB rather than pages. The system keeps what is read often besides, once for all connections.
const CACHE_WRITER_KIB: &str = "-8192";
const CACHE_READER_KIB: &str = "-1024";
/// Between two looks at the log, in which others than the writer fold it; and where nobody writes. From 4 MB on he does it
/// himself, as `SQLite` has it: a disk that is full must have room for the file and its log.
const FOLD: Duration = Duration::from_millis(100);
const FOLD_IDLE: Duration = Duration::from_secs(1);
/// Bytes from which on they do.
const FOLDED: u64 = 1 << 20;
/// And from which on writers wait until it is folded to the end and cut. It begins anew only when it is folded and nobody reads
/// from it, which under load may be never; a disk that was full once had no room left for both it and the file.
const CUT: u64 = 16 << 20;

impl Sqlite {
    /// Opens `sqlite:PATH`, makes the file when it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// A file that cannot be opened, or whose schema is newer than this program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Open {
            place: url.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256)
            .pragma("temp_store", "memory");
        let one = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(WRITER_WAIT)
            .test_before_acquire(false)
            // A caller that goes away just as its transaction began leaves it open, and nobody could write any more.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }));
        let writing = options.clone().pragma("cache_size", CACHE_WRITER_KIB);
        let mut tries = 1;
        let writer = loop {
            match one.clone().connect_with(writing.clone()).await {
                // One process gives a new file its log; others at that moment are told at once that it is locked.
                Err(sqlx::Error::Database(error))
                    if error.code().as_deref() == Some(LOCKED) && tries < OPEN_TRIES =>
                {
                    tries += 1;
                    tokio::time::sleep(OPEN_PAUSE).await;
                }
                other => break other.map_err(failed)?,
            }
        };
        migrate(&writer, url).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(BUSY)
            .connect_with(
                options
                    .clone()
                    .pragma("query_only", "true")
                    .pragma("cache_size", CACHE_READER_KIB),
            )
            .await
            .map_err(failed)?;
        let clock = Arc::new(queue::SystemClock);
        desk::spawn(fold(options, Arc::downgrade(&clock)));
        Ok(Self::over(url.to_owned(), readers, writer, clock))
    }

    /// Opens the file at a path.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_path(path: &Path) -> Result<Self, StoreError> {
        Self::open(&format!("sqlite:{}", path.display())).await
    }

    /// Folds the write-ahead log into the file.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

impl SqliteJournal {
    /// Opens or makes the file and starts the writer on the current runtime.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub async fn open(
        path: &Path,
        sync: SqliteSynchronous,
        close: Arc<dyn Close>,
    ) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(BUSY)
            .synchronous(sync);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_lazy_with(options.read_only(true));
        Self::over(writer, readers, close).await
    }

    async fn over(writer: Pool, readers: Pool, close: Arc<dyn Close>) -> Result<Self, sqlx::Error> {
        writer.execute(JOURNAL).await?;
        Ok(Self::start(Link::Shared(writer), readers, close))
    }
}

/// Folds the log into the file beside those who write, who would else wait for it, until nobody holds `alive` any more.
async fn fold<T>(options: SqliteConnectOptions, alive: Weak<T>) {
    let mut log = options.get_filename().as_os_str().to_owned();
    log.push("-wal");
    let options = options.create_if_missing(false);
    let (mut conn, mut pause, mut before) = (None, FOLD, 0);
    while alive.strong_count() > 0 {
        sleep(pause).await;
        let length = tokio::fs::metadata(&log).await.map_or(0, |log| log.len());
        // A small one is no work.
        if length < FOLDED {
            continue;
        }
        let mut own = match conn.take() {
            Some(own) => own,
            None => match Conn::connect_with(&options).await {
                Ok(own) => own,
                // The writer folds it in the end.
                Err(_) => continue,
            },
        };
        let mut folded = checkpoint(&mut own, "PRAGMA wal_checkpoint(PASSIVE)").await;
        // Nobody waits for the first; what is left by then is little, and for that they do.
        if length >= CUT && folded.is_ok() {
            folded = checkpoint(&mut own, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        if let Ok((_, pages, _)) = folded {
            conn = Some(own);
            pause = if pages == before {
                (pause * 2).min(FOLD_IDLE)
            } else {
                FOLD
            };
            before = pages;
        }
    }
}

/// Whether it was kept from it, the pages in the log, and those of them that are in the file by now.
async fn checkpoint(conn: &mut Conn, how: &str) -> Result<(i64, i64, i64), sqlx::Error> {
    sqlx::query_as(how).fetch_one(conn).await
}

async fn migrate(writer: &Pool, url: &str) -> Result<(), StoreError> {
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default();
    // Processes that start at once on one file take the same step, and `SQLite` has no lock that outlasts one. A step and the
    // note of it are one transaction, so whoever loses finds it done when he looks again.
    let mut tries = 1;
    loop {
        match MIGRATIONS.run(writer).await {
            Ok(()) => return Ok(()),
            // Told before anything is changed.
            Err(MigrateError::VersionMissing(found)) => {
                return Err(StoreError::Newer {
                    place: url.to_owned(),
                    found,
                    known,
                });
            }
            Err(MigrateError::ExecuteMigration(..) | MigrateError::Execute(_))
                if tries < OPEN_TRIES =>
            {
                tries += 1;
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            Err(source) => {
                return Err(StoreError::Migrate {
                    place: url.to_owned(),
                    source,
                });
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
