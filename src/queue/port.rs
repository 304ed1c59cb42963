//! The port: what workers and surfaces ask of a queue, whatever keeps it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{
    Added, After, Change, Claimed, Failure, Job, Lease, Listing, NewJob, Record, State, Stats,
    Which,
};

/// What the identities of a document's versions begin with, by one of them.
pub type Begins = fn(&str) -> Option<String>;

/// Why the queue did not do what it was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// A key that stands for other bytes already.
    #[error(
        "queue: the key \"{key}\" ({scope}) came before with another document, as job {job}; nothing was added, send the \
         document under a key of its own"
    )]
    Conflict {
        scope: String,
        key: String,
        job: String,
    },
    /// Too many jobs wait.
    #[error(
        "queue: {waiting} jobs wait and {limit} may ({setting}); nothing was added, try again in {} s",
        retry_after.as_secs()
    )]
    Full {
        waiting: u64,
        limit: u64,
        /// `queue.depth` or `queue.depth_tenant`.
        setting: &'static str,
        retry_after: Duration,
    },
    #[error("queue: {0} is no job; `satyapan queue list` prints ids")]
    Unknown(String),
    /// A job that is not in a state in which this can be done.
    #[error("queue: {0}; nothing was changed")]
    Refused(String),
    /// A row that this program did not write.
    #[error("queue: job {0} cannot be read; the store was changed by something else")]
    Corrupt(String),
    #[error("queue: {0}; nothing was changed, retry is safe")]
    Store(String),
}

impl QueueError {
    /// Whether the same request later may succeed.
    pub const fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Full { .. })
    }
}

/// Tells the time, so that tests need not wait for it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A durable queue. Each call is all or nothing, and durable when it returns.
///
/// The effect of a job is stored beside the queue: whoever stores it acknowledges the job in that transaction, under the
/// lease, and does not call [`Queue::finish`].
#[async_trait]
pub trait Queue: Send + Sync {
    /// Adds all jobs or none. A job that was added before under its [`crate::Once`] is answered with the id it has.
    ///
    /// # Errors
    /// [`QueueError::Conflict`], [`QueueError::Full`], a store that does not answer.
    async fn add(&self, jobs: Vec<NewJob>) -> Result<Vec<Added>, QueueError>;

    /// Takes up to so many jobs: a tenant after the other, the one that waited longest first; of a tenant by priority,
    /// then a vendor after the other; none of a vendor that has its share in flight. Expired leases are taken back
    /// first, and jobs whose attempts are spent are then dead.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn claim(&self, most: usize) -> Result<Vec<Claimed>, QueueError>;

    /// The bytes of a job's document.
    ///
    /// # Errors
    /// A store that does not answer, a document that is gone.
    async fn document(&self, job: &Job) -> Result<Vec<u8>, QueueError>;

    /// Makes the leases last from now on, and answers those that are lost. Of a job that is done none is: its holder may have
    /// ended it just now, and one who has not learns it when he does.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Lease>, QueueError>;

    /// Ends an attempt that failed.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn fail(&self, lease: &Lease, failure: &Failure) -> Result<After, QueueError>;

    /// Gives jobs back with their attempt refunded; answers how many leases were still held.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn release(&self, leases: &[Lease]) -> Result<u64, QueueError>;

    /// Ends a job whose verdict is there already, by the verdict's id; `false` when the lease is lost.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn finish(&self, lease: &Lease, verdict: &str) -> Result<bool, QueueError>;

    /// # Errors
    /// A store that does not answer.
    async fn stats(&self) -> Result<Stats, QueueError>;

    /// # Errors
    /// A store that does not answer.
    async fn list(&self, listing: &Listing) -> Result<Vec<Record>, QueueError>;

    /// The job of an id.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn show(&self, id: &str) -> Result<Option<Record>, QueueError>;

    /// The newest job of a tenant whose identity within a scope begins with a text; see [`crate::Once`].
    ///
    /// # Errors
    /// A store that does not answer.
    async fn newest(
        &self,
        tenant: &str,
        scope: &str,
        begins: &str,
    ) -> Result<Option<Record>, QueueError>;

    /// The newest job before this one that is done, of those of its tenant and scope whose identities begin with the text that
    /// `begins` reads from its own; `None` where it has no identity or none that begins so.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn before(&self, job: &Job, begins: Begins) -> Result<Option<Record>, QueueError>;

    /// Makes dead jobs wait again, with all their attempts; answers how many.
    ///
    /// # Errors
    /// A job that is not there, or not dead.
    async fn retry(&self, which: Which<'_>) -> Result<u64, QueueError>;

    /// Forgets jobs that ended as `state` before a time, and their documents; answers how many.
    ///
    /// # Errors
    /// A state that is no end.
    async fn purge(&self, state: State, before: Timestamp) -> Result<u64, QueueError>;

    /// While the queue is paused jobs are added and finished, and none is claimed.
    ///
    /// # Errors
    /// A store that does not answer.
    async fn pause(&self, paused: bool) -> Result<(), QueueError>;

    /// Changes a job that waits.
    ///
    /// # Errors
    /// A job that is not there, or does not wait.
    async fn set(&self, id: &str, change: Change) -> Result<(), QueueError>;

    /// Returns when something may be there to claim that was not there before. May also never do so: whoever waits for
    /// it looks by himself now and then.
    async fn woken(&self) {
        std::future::pending::<()>().await;
    }
}
