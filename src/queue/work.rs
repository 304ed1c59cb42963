//! What is done with a job.

use std::fmt;

use async_trait::async_trait;

use crate::Claimed;

/// What a pool does with each job.
#[async_trait]
pub trait Work: Send + Sync {
    /// Does the work. May be dropped at any await, when the lease is lost or the process stops; and may be done again
    /// after it was done in part.
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure>;

    /// Told what each attempt came to, once that is in the queue.
    fn came_to(&self, _: Attempt) {}
}

/// What an attempt at a job came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    Done,
    /// It failed, and the job is tried again.
    Retried,
    /// It failed, and was the last one.
    Dead,
    /// It was not over when the pool stopped, and does not count.
    HandedBack,
    /// The job is another worker's.
    Lost,
}

/// How a job ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Acknowledged, in the transaction of its verdict.
    Acknowledged,
    /// The verdict was there already; the pool finishes the job with its id.
    Verdict(String),
}

/// How an attempt failed. A reason is shown to people and kept: it holds nothing of the document's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// May pass: tried again later.
    Retry(String),
    /// Cannot pass: the job is dead.
    Final(String),
    /// The lease was lost and what was done is discarded; the job is another worker's.
    Lost,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry(reason) | Self::Final(reason) => f.write_str(reason),
            Self::Lost => f.write_str("the lease was lost"),
        }
    }
}
