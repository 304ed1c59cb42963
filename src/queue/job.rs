//! A job, from the time it is added to its end.

use std::{fmt, str::FromStr};

use domain::Date;
use jiff::Timestamp;
use serde::Serialize;

use crate::QueueError;

/// A document to be verified.
#[derive(Clone)]
pub struct NewJob {
    /// A ULID, so that ids sort by age.
    pub id: String,
    /// Whose job it is; empty where there is one tenant only.
    pub tenant: String,
    /// Whose invoices are history for each other: see [`NewJob::vendor_of`]. Empty where the supplier is not known; only
    /// known vendors are capped.
    pub vendor: String,
    /// Higher goes first among the jobs of a tenant; never before another tenant's turn.
    pub priority: i64,
    /// Not before this time; `None` is at once.
    pub not_before: Option<Timestamp>,
    /// Where it came from: `api`, `cli:FILE`, `hook:erpnext`.
    pub source: String,
    /// The document, as it came.
    pub bytes: Vec<u8>,
    /// The day on which it is judged; `None` is the day it was added, in India.
    pub as_of: Option<Date>,
    /// What makes it the same job again.
    pub once: Option<Once>,
    /// The W3C trace it belongs to.
    pub traceparent: Option<String>,
}

/// The document may hold personal data, so only its size is shown.
impl fmt::Debug for NewJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewJob")
            .field("id", &self.id)
            .field("source", &self.source)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Longest texts of a job, in bytes.
const TEXT_BYTES: usize = 255;
/// Priorities of both signs, at most.
const PRIORITY: i64 = 100;

impl NewJob {
    /// The vendor of a supplier's GSTIN: the PAN in it, since a duplicate may come under another registration of the
    /// same firm. What has not the shape of a GSTIN stands for itself.
    pub fn vendor_of(gstin: Option<&str>) -> String {
        let gstin = gstin.unwrap_or_default().trim().to_ascii_uppercase();
        let pan = gstin
            .get(2..12)
            .filter(|_| gstin.len() == 15 && gstin.is_ascii());
        let text = pan.unwrap_or(&gstin).chars();
        text.filter(|c| !c.is_control()).take(60).collect()
    }

    /// Whether a queue takes it: every text within its bounds, and no control characters.
    ///
    /// # Errors
    /// The first member that is out of bounds, by name.
    pub fn check(&self) -> Result<(), QueueError> {
        let refused = |problem: String| Err(QueueError::Refused(problem));
        let once = self.once.as_ref();
        for (name, text) in [
            ("id", self.id.as_str()),
            ("tenant", &self.tenant),
            ("vendor", &self.vendor),
            ("source", &self.source),
            ("trace", self.traceparent.as_deref().unwrap_or_default()),
            ("scope of the key", once.map_or("", |once| &once.scope)),
            ("key", once.map_or("", |once| &once.key)),
        ] {
            if text.len() > TEXT_BYTES || text.chars().any(char::is_control) {
                return refused(format!(
                    "a job's {name} is text of at most {TEXT_BYTES} bytes without control characters"
                ));
            }
        }
        if self.id.is_empty() {
            return refused("a job needs an id".to_owned());
        }
        if !(-PRIORITY..=PRIORITY).contains(&self.priority) {
            return refused(format!(
                "the priority is {}; it is from -{PRIORITY} to {PRIORITY}",
                self.priority
            ));
        }
        Ok(())
    }
}

/// The identity of a request: an `Idempotency-Key`, or a sender's own identity of an event. Told apart by tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// `api`, `hook:erpnext`, …: keys of different scopes are different keys.
    pub scope: String,
    pub key: String,
    /// Of what the key stands for, lower-case hex: the same key with another digest is refused. Empty where the key alone tells.
    pub digest: String,
    pub hold: Hold,
}

/// How long an identity is held by the job that took it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// As long as the job is kept.
    Kept,
    /// Until the job is done.
    UntilDone,
}

/// What became of a job that was to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Of the job that was added, or of the one that is there already.
    pub id: String,
    pub new: bool,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its time.
    Scheduled,
    /// Waits for a worker.
    Ready,
    /// With a worker.
    Leased,
    /// Has its verdict.
    Done,
    /// Given up; a person may try it again.
    Dead,
}

impl State {
    pub const ALL: [Self; 5] = [
        Self::Scheduled,
        Self::Ready,
        Self::Leased,
        Self::Done,
        Self::Dead,
    ];

    /// As stores and people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Ready => "ready",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
                    "\"{text}\" is no state of a job; write scheduled, ready, leased, done or dead"
                )
            })
    }
}

/// A job as a worker gets it. The document is read from the queue when the work begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: String,
    pub tenant: String,
    pub vendor: String,
    pub priority: i64,
    pub source: String,
    /// SHA-256 of the document's bytes, lower-case hex.
    pub document: String,
    pub as_of: Option<Date>,
    pub traceparent: Option<String>,
    pub added: Timestamp,
}

/// The right to end a job: whoever has another token or attempt has lost it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lease {
    pub job: String,
    /// Random for each start of a process, and numbered for each claim.
    pub token: String,
    pub attempt: i64,
}

/// A job in the hands of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub job: Job,
    pub lease: Lease,
}

/// What became of a job whose attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Tried again, not before this time.
    Retry(Timestamp),
    Dead,
    /// The lease was lost: the job is another worker's, and nothing was changed.
    Lost,
}

/// A job as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    pub id: String,
    pub state: State,
    pub tenant: String,
    pub vendor: String,
    pub priority: i64,
    pub source: String,
    /// SHA-256 of the document's bytes.
    pub document: String,
    /// `yyyy-mm-dd`; `None` is the day it was added.
    pub as_of: Option<String>,
    /// Claims so far.
    pub attempts: i64,
    pub added: Timestamp,
    /// Not before this time.
    pub due: Timestamp,
    /// While it is leased.
    pub lease_until: Option<Timestamp>,
    /// When it was done or died.
    pub ended: Option<Timestamp>,
    /// Why the last attempt failed.
    pub reason: Option<String>,
    /// The verdict's id, once it is done.
    pub verdict: Option<String>,
    pub traceparent: Option<String>,
}

/// How the queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Stats {
    /// For a worker, or for their time.
    pub waiting: u64,
    pub leased: u64,
    pub done: u64,
    pub dead: u64,
    pub paused: bool,
    /// How long the oldest job whose time has come has been waiting; 0 when none is.
    pub oldest_waiting_s: u64,
}

/// Which jobs to list, in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub state: Option<State>,
    pub tenant: Option<String>,
    /// The last id of the page before.
    pub after: Option<String>,
    pub most: u32,
}

/// Which dead jobs are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    One(&'a str),
    All,
}

/// What may be changed of a job that waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    pub priority: Option<i64>,
    pub not_before: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrations_of_one_firm_are_one_vendor() {
        for (gstin, vendor) in [
            (Some("27AAACR5055K1Z7"), "AAACR5055K"),
            (Some(" 29aaacr5055k2z3 "), "AAACR5055K"),
            (Some("27AAACR5055K1Z"), "27AAACR5055K1Z"),
            (Some("ééééééé1"), "ééééééé1"),
            (Some(""), ""),
            (None, ""),
        ] {
            assert_eq!(NewJob::vendor_of(gstin), vendor);
        }
    }
}
