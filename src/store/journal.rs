//! What a store commits with the end of a run, whichever database keeps the journal.

use agent::engine::{Extra, RunId};
use async_trait::async_trait;
use domain::verdict::AuditLink;

use crate::{NewVerdict, StoreError, sqlite::Sqlite};

pub use crate::sqlite::SqliteJournal;

/// The transaction in which something is committed together.
pub enum Tx<'c> {
    Sqlite(&'c mut crate::sqlite::Conn),
}

impl Tx<'_> {
    /// Appends a verdict to the audit chain; its link counts only when the transaction commits.
    ///
    /// # Errors
    /// A verdict without an id, or with one that is taken; a database that does not answer.
    pub async fn append(&mut self, new: NewVerdict) -> Result<AuditLink, StoreError> {
        match self {
            Self::Sqlite(tx) => Sqlite::append_in(tx, new).await,
        }
    }
}

/// Commits what a run's caller wants stored, in the transaction of the run's last entries.
#[async_trait]
pub trait Close: Send + Sync {
    /// All runs that end in this transaction. May be called again for each of them alone, when the
    /// transaction of all of them failed.
    async fn close(&self, tx: Tx<'_>, ended: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error>;
}

/// Stores nothing beside the journal.
pub struct Nothing;

#[async_trait]
impl Close for Nothing {
    async fn close(&self, _: Tx<'_>, _: &mut [(RunId, Extra)]) -> Result<(), sqlx::Error> {
        Ok(())
    }
}
