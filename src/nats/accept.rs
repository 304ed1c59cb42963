//! The port: what a document becomes once it has come in.

use std::time::Duration;

use async_trait::async_trait;

use crate::Incoming;

/// Takes documents in.
#[async_trait]
pub trait Accept: Send + Sync {
    /// Makes a document a job and commits it, or says why not. It may be called again for a document that it has committed, by
    /// another process too, and may be dropped at any await.
    async fn accept(&self, message: Incoming) -> Result<Accepted, Refused>;
}

/// The document is committed: its message may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is a job from now on.
    New,
    /// It was one before: the key was known, with the same bytes.
    Known,
}

/// The document is not committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No document is taken at present: all others wait too.
    #[error("the queue is full; it is tried again after {retry_after:?}")]
    Full { retry_after: Duration },
    /// No document of this tenant is taken at present: other tenants' go on.
    #[error("the tenant's share of the queue is full; it is tried again after {retry_after:?}")]
    TenantFull { retry_after: Duration },
    /// It never will be taken, such as one that cannot be read, or whose key came with other bytes before. The reason is kept in
    /// the dead letter.
    #[error("{0}")]
    Malformed(String),
    /// It could not be told or committed, and that is not the document's fault. The reason is logged: it names no person.
    #[error("{0}")]
    Trouble(String),
}
