//! The embedded store: one `SQLite` file in WAL mode, one writer, as many readers as cores ask for.
//!
//! *Invariant:* every write is one `BEGIN IMMEDIATE` transaction with `synchronous = FULL`: what was answered survives a
//! power cut, and a dropped transaction leaves nothing.
//! *Invariant:* statements stick to what `PostgreSQL` reads too; only the pragmas here are `SQLite`'s own.

use std::{
    collections::BTreeSet,
    path::Path,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contract::ToolError;
use document_search::Index;
use sqlx::{
    Sqlite as Db, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use vendor_master::NameIndex;

mod audit;
mod load;
mod ports;
mod questions;
mod sql;
mod upsert;
mod verdicts;

pub use audit::{AuditReport, Fault};
pub use verdicts::{CaseInput, NewVerdict, StoredVerdict};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why the store did not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("store {url}: cannot be opened: {source}")]
    Open { url: String, source: sqlx::Error },
    /// Written by a later version.
    #[error(
        "store {url}: its schema is version {found}, this program knows {known}; use the program that wrote it, or a \
         newer one"
    )]
    Newer { url: String, found: i64, known: i64 },
    #[error("store {url}: the schema cannot be brought up to date: {source}")]
    Migrate { url: String, source: MigrateError },
    #[error("store: {0}; nothing was changed, retry is safe")]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Book(#[from] crate::BookError),
    /// A stored value that this program did not write.
    #[error("store: {0} cannot be read; run `satyapan audit verify`")]
    Corrupt(String),
    #[error("store: {0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the same request later may succeed.
    pub fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}

/// Something built from a table, with the digest of the file it was built from.
type Cached<T> = Mutex<Option<(String, Arc<T>)>>;

/// The store in one file.
pub struct Sqlite {
    readers: SqlitePool,
    writer: SqlitePool,
    names: Cached<NameIndex>,
    contracts: Cached<Index>,
    /// Files of the book that are known to have been loaded.
    files: Mutex<BTreeSet<String>>,
}

/// Whoever holds the file gets this long to finish.
const BUSY: Duration = Duration::from_secs(30);
/// A load of a large book holds the one writer for this long at most before others give up.
const WRITER_WAIT: Duration = Duration::from_mins(5);
const READERS: u32 = 8;
/// Negative: KiB rather than pages. Taken only as it fills: the writer's by loads of large books.
const CACHE_WRITER_KIB: &str = "-262144";
const CACHE_READER_KIB: &str = "-16384";

impl Sqlite {
    /// Opens `sqlite:PATH`, makes the file when it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// A file that cannot be opened, or whose schema is newer than this program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Open {
            url: url.to_owned(),
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
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(WRITER_WAIT)
            .connect_with(options.clone().pragma("cache_size", CACHE_WRITER_KIB))
            .await
            .map_err(failed)?;
        migrate(&writer, url).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(BUSY)
            .connect_with(
                options
                    .pragma("query_only", "true")
                    .pragma("cache_size", CACHE_READER_KIB),
            )
            .await
            .map_err(failed)?;
        Ok(Self {
            readers,
            writer,
            names: Mutex::default(),
            contracts: Mutex::default(),
            files: Mutex::default(),
        })
    }

    /// Opens the file at a path.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_path(path: &Path) -> Result<Self, StoreError> {
        Self::open(&format!("sqlite:{}", path.display())).await
    }

    /// Closes all connections, so that the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
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

    /// The pool of the one writing connection, for tables that others keep in the same file.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// Connections that only read.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    fn is_known(&self, file: &str) -> bool {
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(file)
    }

    fn note_known(&self, file: &str) {
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(file.to_owned());
    }

    /// Begins a write; dropping it undoes everything. Verdicts, journal and acknowledgement that belong together go
    /// into one.
    ///
    /// # Errors
    /// The file stays locked by another process.
    pub async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

async fn migrate(writer: &SqlitePool, url: &str) -> Result<(), StoreError> {
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default();
    let exists: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_optional(writer)
    .await
    .map_err(|source| StoreError::Open {
        url: url.to_owned(),
        source,
    })?;
    if exists.is_some() {
        let found: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(writer)
            .await?;
        if let Some(found) = found.filter(|found| *found > known) {
            return Err(StoreError::Newer {
                url: url.to_owned(),
                found,
                known,
            });
        }
    }
    MIGRATIONS
        .run(writer)
        .await
        .map_err(|source| StoreError::Migrate {
            url: url.to_owned(),
            source,
        })
}

/// A whole number as the store keeps it.
fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The next id of a table. Only the one writer asks, inside its transaction.
async fn next_id(tx: &mut SqliteConnection, table: Table) -> Result<i64, sqlx::Error> {
    let last: Option<i64> = sqlx::query_scalar(table.last_id()).fetch_one(tx).await?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// Tables whose ids the store gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Vendor,
    OrderLine,
    Receipt,
    Ledger,
    LedgerLine,
}

impl Table {
    fn last_id(self) -> &'static str {
        match self {
            Self::Vendor => "SELECT MAX(id) FROM vendor",
            Self::OrderLine => "SELECT MAX(id) FROM purchase_order_line",
            Self::Receipt => "SELECT MAX(id) FROM receipt",
            Self::Ledger => "SELECT MAX(id) FROM ledger",
            Self::LedgerLine => "SELECT MAX(id) FROM ledger_line",
        }
    }

    fn since_id(self) -> &'static str {
        match self {
            Self::Vendor => "SELECT COUNT(*) FROM vendor WHERE id >= ?",
            Self::OrderLine => "SELECT COUNT(*) FROM purchase_order_line WHERE id >= ?",
            Self::Receipt => "SELECT COUNT(*) FROM receipt WHERE id >= ?",
            Self::Ledger => "SELECT COUNT(*) FROM ledger WHERE id >= ?",
            Self::LedgerLine => "SELECT COUNT(*) FROM ledger_line WHERE id >= ?",
        }
    }
}

/// A failed statement as a tool says it.
fn unreachable(tool: &'static str) -> impl Fn(sqlx::Error) -> ToolError {
    move |error| ToolError::Unreachable {
        tool,
        detail: format!("store: {error}"),
    }
}

/// A stored value that is not of the form in which it was stored.
fn malformed(tool: &'static str, what: &str) -> ToolError {
    ToolError::Malformed {
        tool,
        detail: format!("store: {what}"),
    }
}

/// What a cache holds for a digest.
fn cached<T>(cache: &Cached<T>, digest: &str) -> Option<Arc<T>> {
    let held = cache.lock().unwrap_or_else(PoisonError::into_inner);
    held.as_ref()
        .filter(|(known, _)| known == digest)
        .map(|(_, value)| Arc::clone(value))
}

fn keep<T>(cache: &Cached<T>, digest: String, value: &Arc<T>) {
    let mut held = cache.lock().unwrap_or_else(PoisonError::into_inner);
    *held = Some((digest, Arc::clone(value)));
}

#[cfg(test)]
mod tests;
