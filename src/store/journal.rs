//! What a store commits with the end of a run, whichever database keeps the journal.

use std::sync::Arc;

use agent::engine::{Extra, RunId};
use async_trait::async_trait;
use callbacks::News;
use domain::{review::Review, verdict::AuditLink};

use jiff::Timestamp;

use crate::{
    Ended, StoreError, VerdictEnding,
    postgres::{self, Postgres},
    sqlite::{self, Sqlite},
};

pub use crate::{postgres::PostgresJournal, sqlite::SqliteJournal};

/// The transaction in which something is committed together.
pub enum Tx<'c> {
    Sqlite(&'c mut crate::sqlite::Conn),
    Postgres(&'c mut crate::postgres::Conn),
}

impl Tx<'_> {
    /// Stores verdicts that end runs, and all that comes with them, in the order given.
    ///
    /// # Errors
    /// A verdict without an id, or with one that is taken; a database that does not answer: nothing of the transaction may
    /// stay.
    pub async fn end(&mut self, endings: &[&VerdictEnding]) -> Result<Vec<Ended>, StoreError> {
        match self {
            Self::Sqlite(tx) => Sqlite::end_in(tx, endings).await,
            Self::Postgres(tx) => Postgres::end_in(tx, endings).await,
        }
    }

    /// Appends a review to the audit chain, and has the ledger follow.
    ///
    /// # Errors
    /// A verdict that cannot be reviewed, a database that does not answer: nothing of the transaction may stay.
    pub async fn append_review(&mut self, review: &Review) -> Result<AuditLink, StoreError> {
        match self {
            Self::Sqlite(tx) => Sqlite::append_review_in(tx, review).await,
            Self::Postgres(tx) => Postgres::append_review_in(tx, review).await,
        }
    }

    /// What news of a review tell of the verdict of this id.
    ///
    /// # Errors
    /// A verdict that is not there, a database that does not answer.
    pub async fn subject(&mut self, verdict: &str) -> Result<Subject, sqlx::Error> {
        match self {
            Self::Sqlite(tx) => Sqlite::subject_in(tx, verdict).await,
            Self::Postgres(tx) => Postgres::subject_in(tx, verdict).await,
        }
    }

    /// News of an invoice for some receivers; answers the number that they have among those of the invoice.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn enqueue(
        &mut self,
        news: &News,
        endpoints: &[String],
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(tx) => sqlite::outbox::enqueue_in(tx, news, endpoints, now).await,
            Self::Postgres(tx) => postgres::outbox::enqueue_in(tx, news, endpoints, now).await,
        }
    }
}

/// What news of a review tell of its verdict, and whose verdict it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// SHA-256 of the invoice's document.
    pub document: String,
    /// The invoice's number; empty where it has none.
    pub invoice: String,
    /// Who sees the verdict; the empty name is the tenant without one.
    pub tenants: Vec<String>,
}

/// Something that belongs into the transaction of a review, such as the message that tells of it.
#[async_trait]
pub trait Beside: Send + Sync {
    /// Called with the review as it is stored. May be called again for the same review, when the transaction failed.
    async fn store(&self, tx: &mut Tx<'_>, review: &Review) -> Result<(), sqlx::Error>;
}

/// What ends the run of a review: the record, and what is stored beside it. It is the work that the journal is given
/// for the transaction of the run's last entries.
pub struct ReviewEnding {
    pub review: Review,
    pub beside: Option<Arc<dyn Beside>>,
}

impl ReviewEnding {
    /// Appends the review inside the transaction of its run's end.
    ///
    /// # Errors
    /// A verdict that cannot be reviewed, a database that does not answer: nothing of the transaction may stay.
    pub async fn close(&self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let mut review = self.review.clone();
        let appended = tx.append_review(&review).await;
        review.audit = appended.map_err(|error| match error {
            StoreError::Database(error) => error,
            other => sqlx::Error::Protocol(other.to_string()),
        })?;
        match &self.beside {
            Some(beside) => beside.store(tx, &review).await,
            None => Ok(()),
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
