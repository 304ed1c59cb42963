//! Where messages wait: a port that the store implements.

use std::{fmt, str::FromStr};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

/// An outbox that did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("callbacks: {0}; nothing was changed, retry is safe")]
pub struct OutboxError(pub String);

/// Messages to be claimed for one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The receiver's name in the settings.
    pub endpoint: &'a str,
    pub now: Timestamp,
    /// When the messages are due again if nobody settles them.
    pub until: Timestamp,
    /// Who claims: another one than any other claim's.
    pub lease: &'a str,
    pub limit: u32,
}

/// A message claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Constant over all attempts.
    pub id: String,
    pub body: Vec<u8>,
    /// This one included; counted when claimed, so that an attempt that ends the process counts too.
    pub attempt: u32,
    /// The trace that it belongs to.
    pub traceparent: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// To be tried again.
    Later {
        at: Timestamp,
        /// Until when the receiver wants no messages at all.
        pause: Option<Timestamp>,
    },
    /// The receiver said that it is gone: it gets nothing more until somebody enables it again.
    Gone,
    /// Not tried again until somebody replays it.
    Dead,
}

/// An attempt's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<'a> {
    pub endpoint: &'a str,
    pub id: &'a str,
    pub lease: &'a str,
    pub now: Timestamp,
    pub outcome: Outcome,
    /// HTTP's, where there was an answer.
    pub status: Option<u16>,
    /// Why it was not delivered; empty if it was.
    pub detail: &'a str,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Waiting,
    Delivered,
    /// Its receiver is gone.
    Gone,
    Dead,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Delivered, Self::Gone, Self::Dead];
    /// Those in which nothing is tried any more.
    pub const ENDED: [Self; 3] = [Self::Delivered, Self::Gone, Self::Dead];

    /// As the store writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| {
                format!(
                    "\"{text}\" is no state of a callback; write waiting, delivered, gone or dead"
                )
            })
    }
}

/// A message as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub id: String,
    pub endpoint: String,
    pub kind: String,
    pub state: State,
    /// Number of this news among those of its invoice.
    pub sequence: i64,
    pub attempts: i64,
    pub created: Timestamp,
    /// When it is tried next, if it waits.
    pub due: Timestamp,
    /// Of the last answer.
    pub status: Option<i64>,
    pub detail: String,
}

/// Messages to be listed, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `None` is any.
    pub state: Option<State>,
    /// `None` is any.
    pub endpoint: Option<String>,
    /// At most 1,000.
    pub limit: u32,
}

/// Messages that wait, and what became of those that do not.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Takes messages that are due, the longest due first, and counts the attempt. Those of a receiver that is gone, or
    /// that wants none now, are not taken.
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Due>, OutboxError>;

    /// Ends an attempt. `false` when the lease is lost: somebody else has the message by now, and nothing is changed.
    async fn settle(&self, settled: &Settled<'_>) -> Result<bool, OutboxError>;

    async fn list(&self, wanted: &Wanted) -> Result<Vec<Entry>, OutboxError>;

    /// Makes a message due at once, whatever became of it, with all its attempts before it, at one receiver or all.
    /// Answers how many there were.
    async fn replay(
        &self,
        id: &str,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, OutboxError>;

    /// Delivers again to a receiver that was gone, what it missed included. `false` when it was not gone.
    async fn enable(&self, endpoint: &str, now: Timestamp) -> Result<bool, OutboxError>;

    /// Forgets what was settled as `state` before a time; answers how many. What waits is not settled: none of it goes.
    async fn prune(&self, state: State, before: Timestamp) -> Result<u64, OutboxError>;
}
