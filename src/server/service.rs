//! What stands behind the server: a port in plain types. The binary implements it; HTTP stays on this side.
//!
//! *Invariant:* whatever is asked, is asked within a tenant. What belongs to another tenant does not exist.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::verdict::Decision;
use futures::stream::BoxStream;
use http::HeaderMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose data it is: 1 to 64 of `A-Z a-z 0-9 . _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(String);

impl Default for Tenant {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl Tenant {
    /// `None` for what is no tenant's name.
    pub fn new(name: &str) -> Option<Self> {
        is_word(name).then(|| Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 1 to 64 of `A-Z a-z 0-9 . _ -`: what tenants, ids, sources and request ids are written in.
pub(crate) fn is_word(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(letter)
}

/// What is taken first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

/// A document to be verified.
#[derive(Debug, Clone)]
pub struct Submission {
    pub tenant: Tenant,
    /// As it came; its format is told by its content.
    pub document: Bytes,
    /// Where it came from, as the sender names it.
    pub source: String,
    /// The same key and the same bytes are the same job.
    pub idempotency_key: Option<String>,
    /// The day on which it is judged; `None` is today.
    pub as_of: Option<Date>,
    pub priority: Priority,
    /// W3C trace context, checked for its shape.
    pub traceparent: Option<String>,
}

/// A document that is in the queue, durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// Printable, without slashes.
    pub id: String,
    /// False where the same document was there already.
    pub new: bool,
}

/// Why a document was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    #[error("the idempotency key was used with another document")]
    Conflict,
    #[error("the queue is full")]
    Full { retry_after: Duration },
    /// No format that is known, or broken. The detail is shown to the sender: place and mend, no values.
    #[error("{detail}")]
    Unreadable { detail: String },
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// The service could not do its work now. The text goes to the log, and never to the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// How far a verification is.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    Waiting,
    /// A worker is at it.
    Leased,
    /// The verdict, as `schemas/verdict.schema.json` has it.
    Done(Value),
    /// Given up after its attempts. Nobody has approved it.
    Dead {
        reason: String,
    },
}

/// Which verdicts are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListQuery {
    pub decision: Option<Decision>,
    /// GSTIN or vendor id.
    pub vendor: Option<String>,
    /// First day of the verdict.
    pub from: Option<Date>,
    /// Last day of the verdict.
    pub to: Option<Date>,
    /// Where the page before ended, as its `next` said.
    pub after: Option<String>,
    /// At least 1.
    pub limit: usize,
}

/// A page of verdicts, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listed {
    pub verdicts: Vec<Value>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// One step of a verification, as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Grows with each event of a verification.
    pub id: u64,
    /// One word: `step`, `verdict`, `dead`.
    pub name: String,
    pub data: Value,
}

/// What follows an event.
pub enum Events {
    /// The verification has ended, and there is nothing after the event that was named.
    Over,
    /// What the journal has, then what it gets. Ends with the verification.
    Following(BoxStream<'static, Result<Event, Failure>>),
}

/// What a person makes of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReviewDecision {
    Approve,
    Reject,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub decision: ReviewDecision,
    pub reason: String,
    /// Who decided, as his credentials name him.
    pub who: String,
}

/// Why a review was not taken. The details are shown to the reviewer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    #[error("no such verification")]
    NotFound,
    /// Not held: still under way, approved or rejected, or resolved by somebody else meanwhile.
    #[error("{detail}")]
    NotHeld { detail: String },
    /// Another person must do it.
    #[error("{detail}")]
    SecondPerson { detail: String },
    /// Who decides, or why, is no text that the audit chain takes.
    #[error("{detail}")]
    Refused { detail: String },
    #[error(transparent)]
    Failed(#[from] Failure),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub question: String,
    /// The day that "today" means; `None` is today.
    pub as_of: Option<Date>,
}

/// Why there is no answer, or no report. The detail is shown to who asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("{detail}")]
    Refused { detail: String },
    #[error("{detail}")]
    NotFound { detail: String },
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A webhook as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// `erpnext`, `zoho`, `tally`, `standard` …
    pub source: String,
    pub headers: HeaderMap,
    /// As it stands after the question mark; empty without one.
    pub query: String,
    /// The very bytes that were signed.
    pub body: Bytes,
    /// W3C trace context, checked for its shape.
    pub traceparent: Option<String>,
}

/// A webhook that is taken, durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The job's id, or the event's; `None` where there is nothing to do, as for a test ping.
    pub id: Option<String>,
}

/// Why a webhook was refused. The details are shown to the sender and say nothing of what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    #[error("no such source")]
    UnknownSource,
    /// No signature or token, or a wrong or stale one.
    #[error("{detail}")]
    Unsigned { detail: String },
    #[error("{detail}")]
    Unreadable { detail: String },
    /// The message's id stands for another document.
    #[error("{detail}")]
    Conflict { detail: String },
    #[error("the queue is full")]
    Full { retry_after: Duration },
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// One of the things that must work before requests are sent here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// `store`, `queue`, `portal`, `model` …
    pub name: String,
    pub ok: bool,
    /// What was seen, and how old that is. No addresses, no secrets: everybody may read it.
    pub detail: String,
}

/// A request that was answered, for whoever counts. Has no ids and no names of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange<'a> {
    pub method: &'a str,
    /// The route's template; empty where no route was found.
    pub route: &'static str,
    /// The hook's source, where it is one that the service knows.
    pub source: Option<&'a str>,
    pub status: u16,
    /// Until the head of the answer.
    pub elapsed: Duration,
}

/// What the daemon can do. Each call may be dropped half-way but `submit`, `review` and `hook`, which run to their end even
/// if the client is gone.
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// Makes a document a job, durably.
    async fn submit(&self, submission: Submission) -> Result<Submitted, SubmitError>;

    /// How far it is; `None` where there is none within the tenant.
    async fn status(&self, tenant: &Tenant, id: &str) -> Result<Option<Status>, Failure>;

    /// As `status`, but not before it is done or dead, or the time is over.
    async fn wait(
        &self,
        tenant: &Tenant,
        id: &str,
        at_most: Duration,
    ) -> Result<Option<Status>, Failure>;

    async fn list(&self, tenant: &Tenant, query: ListQuery) -> Result<Listed, Failure>;

    /// What follows the event `after`; `None` is from the beginning. `Ok(None)`: no such verification.
    async fn events(
        &self,
        tenant: &Tenant,
        id: &str,
        after: Option<u64>,
    ) -> Result<Option<Events>, Failure>;

    /// The verdict as it is after the review.
    async fn review(&self, tenant: &Tenant, id: &str, review: Review)
    -> Result<Value, ReviewError>;

    async fn ask(&self, tenant: &Tenant, question: Question) -> Result<Value, AskError>;

    /// A report by its path, as `spend/by-vendor`, with the query's pairs.
    async fn report(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Value, AskError>;

    /// Verifies a webhook and makes it a job, durably, within a second.
    async fn hook(&self, delivery: Delivery) -> Result<Accepted, HookError>;

    async fn readiness(&self) -> Vec<Part>;

    /// Everything that is counted, in Prometheus' text format.
    async fn metrics(&self) -> Result<String, Failure>;

    /// A reviewer's page as HTML, by its path; `None` where there is none.
    async fn page(&self, tenant: &Tenant, path: &str) -> Result<Option<String>, Failure>;

    /// Told of every request that was answered.
    fn served(&self, _exchange: &Exchange<'_>) {}
}
