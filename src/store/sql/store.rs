//! The store in a database: one text for all of them, compiled once a database.
//!
//! `super` is the dialect, `sqlite.rs` or `postgres.rs`: it names the driver's types and does the little that databases do
//! otherwise. So each statement is written once, and its rows are still typed by the driver that reads them.
//!
//! *Invariant:* parameters are `$1`, `$2`, … in the order of their first use; what is read is text, bytes, or a `BIGINT`.
//! *Invariant:* a write that gives ids or links the audit chain calls [`one_writer`] first.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contract::ToolError;
use document_search::Index;
use sqlx::{Database, FromRow, Transaction};
use tokio::time::{sleep, timeout};
use vendor_master::NameIndex;

use super::{Conn, Db, Pool, dialect, jobs::Jobs, outbox::Outbox};
use crate::StoreError;

use self::gather::Named;
pub use self::journal::SqlJournal;
pub(super) use self::{gather::Gather, journal::Link};

mod audit;
mod endings;
pub(super) mod gather;
mod info;
pub(super) mod journal;
mod kept;
mod listing;
mod load;
mod ports;
mod questions;
mod retention;
mod reviews;
mod statements;
mod upsert;
mod verdicts;

/// Something built from a table, with the digest of the file it was built from.
type Cached<T> = Arc<Mutex<Option<(String, Arc<T>)>>>;

/// The store in one database, as one tenant sees it. Cheap to clone.
#[derive(Clone)]
pub struct SqlStore {
    /// As people are told of it: no secrets.
    pub(super) place: Arc<str>,
    pub(super) readers: Pool,
    gather: Arc<Gather>,
    pub(super) writer: Pool,
    pub(super) clock: Arc<dyn queue::Clock>,
    /// Whose verified invoices are history beside the book's; the empty text is the tenant without a name.
    tenant: Arc<str>,
    names: Cached<NameIndex>,
    contracts: Cached<Index>,
    /// Files of the book that are known to have been loaded.
    files: Arc<Mutex<BTreeSet<String>>>,
}

/// What is asked is answered in this time, or not at all.
const PATIENCE: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(100);

impl SqlStore {
    pub(super) fn over(
        place: String,
        readers: Pool,
        writer: Pool,
        clock: Arc<dyn queue::Clock>,
    ) -> Self {
        Self {
            place: place.into(),
            gather: Gather::new(readers.clone()),
            readers,
            writer,
            clock,
            tenant: Arc::default(),
            names: Arc::default(),
            contracts: Arc::default(),
            files: Arc::default(),
        }
    }

    /// The same store as another tenant sees it.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> Self {
        Self {
            tenant: tenant.into(),
            ..self.clone()
        }
    }

    /// The tenant, as a statement names it.
    fn own(&self) -> Named {
        Named::from(&*self.tenant)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Connections that write, for tables that others keep in the same database.
    pub fn writer(&self) -> &Pool {
        &self.writer
    }

    /// Connections that only read.
    pub fn readers(&self) -> &Pool {
        &self.readers
    }

    /// The queue in the same database; its writer starts on the current runtime.
    pub fn jobs(&self, settings: queue::Settings, clock: Arc<dyn queue::Clock>) -> Jobs {
        let gather = Arc::clone(&self.gather);
        Jobs::start(
            self.writer.clone(),
            self.readers.clone(),
            gather,
            settings,
            clock,
        )
    }

    /// The callbacks in the same database.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.readers.clone(), self.writer.clone())
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
    /// The database stays locked, or does not answer.
    pub async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.writer.begin_with(dialect::BEGIN).await?)
    }

    /// Begins reads that all see the same moment.
    async fn snapshot(&self) -> Result<Transaction<'static, Db>, sqlx::Error> {
        match dialect::BEGIN_SNAPSHOT {
            Some(begin) => self.readers.begin_with(begin).await,
            None => self.readers.begin().await,
        }
    }

    /// Asks for a tool, together with whoever asks the same of others.
    async fn ask<T, const N: usize>(
        &self,
        tool: &'static str,
        statement: &'static str,
        named: [Named; N],
    ) -> Result<Vec<T>, ToolError>
    where
        T: for<'r> FromRow<'r, <Db as Database>::Row>,
    {
        patient(|| self.gather.ask(statement, named.clone()))
            .await
            .map_err(|error| unreachable(tool, &error))
    }

    /// As [`Self::ask`], for the text of one row.
    async fn ask_text<const N: usize>(
        &self,
        tool: &'static str,
        statement: &'static str,
        named: [Named; N],
    ) -> Result<Option<String>, ToolError> {
        let rows: Vec<(String,)> = self.ask(tool, statement, named).await?;
        Ok(rows.into_iter().next().map(|(text,)| text))
    }

    /// Asks for a tool, alone.
    async fn read<T: Default, F: Future<Output = Result<T, sqlx::Error>>>(
        &self,
        tool: &'static str,
        question: impl Fn() -> F,
    ) -> Result<T, ToolError> {
        find(question)
            .await
            .map_err(|error| unreachable(tool, &error))
    }
}

fn unreachable(tool: &'static str, error: &sqlx::Error) -> ToolError {
    ToolError::Unreachable {
        tool,
        detail: format!("store: {error}"),
    }
}

/// Asks; where the database cannot hold what is asked for, nothing is found.
async fn find<T: Default, F: Future<Output = Result<T, sqlx::Error>>>(
    question: impl Fn() -> F,
) -> Result<T, sqlx::Error> {
    match patient(question).await {
        Err(error) if dialect::holds_no_such_text(&error) => Ok(T::default()),
        found => found,
    }
}

/// Does in bounded time what may be done twice, and does it again when the server went away under it: its restart
/// should hold no invoice.
async fn patient<T, F: Future<Output = Result<T, sqlx::Error>>>(
    work: impl Fn() -> F,
) -> Result<T, sqlx::Error> {
    let done = timeout(PATIENCE, async {
        loop {
            match work().await {
                Err(error) if dialect::went_away(&error) => sleep(AGAIN).await,
                done => return done,
            }
        }
    });
    done.await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

/// Waits until no other process gives ids or links verdicts, and keeps others waiting until the transaction ends.
async fn one_writer(tx: &mut Conn) -> Result<(), sqlx::Error> {
    if let Some(lock) = dialect::ONE_WRITER {
        sqlx::query(lock).execute(tx).await?;
    }
    Ok(())
}

/// A whole number as the store keeps it.
fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The next id of a table, after [`one_writer`].
async fn next_id(tx: &mut Conn, table: Table) -> Result<i64, sqlx::Error> {
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
            Self::Vendor => "SELECT COUNT(*) FROM vendor WHERE id >= $1",
            Self::OrderLine => "SELECT COUNT(*) FROM purchase_order_line WHERE id >= $1",
            Self::Receipt => "SELECT COUNT(*) FROM receipt WHERE id >= $1",
            Self::Ledger => "SELECT COUNT(*) FROM ledger WHERE id >= $1",
            Self::LedgerLine => "SELECT COUNT(*) FROM ledger_line WHERE id >= $1",
        }
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
#[cfg(test)]
pub(super) mod world;
