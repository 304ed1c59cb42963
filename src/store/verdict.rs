//! What a store keeps of a verified case, and what came of checking it.

use domain::{
    Date,
    verdict::{AuditLink, Decision, Gist},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::Remembered;

/// A verdict to be stored.
#[derive(Debug, Clone)]
pub struct NewVerdict {
    /// What makes the case the same case again; stored once.
    pub case_key: String,
    /// The verdict as its schema has it, compact JSON as `serde_json` writes it; a member `audit` is left out of what is
    /// stored and sealed.
    pub verdict: String,
    /// `yyyy-mm-dd`.
    pub as_of: String,
    /// RFC 3339 in UTC.
    pub created: String,
    /// The invoice as history, in the same transaction; `None` when nothing of it can be history.
    pub history: Option<Remembered>,
}

/// A verdict as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVerdict {
    pub case_key: String,
    pub as_of: String,
    pub created: String,
    /// The verdict with its link in `audit`.
    pub verdict: Value,
    pub link: AuditLink,
}

/// A stored verdict without its evidence.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Its place in the chain.
    pub seq: u64,
    /// The day on which the invoice was judged.
    pub as_of: Date,
    pub verdict: Gist,
}

/// Which verdicts to list, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Whose verdicts: those with which a job of his ended, whether or not the job is still there. Verdicts that no job asked
    /// for are those of the tenant without a name.
    pub tenant: String,
    /// The one of this id.
    pub id: Option<String>,
    pub decision: Option<Decision>,
    /// Those that a person resolved, or those that nobody has.
    pub resolved: Option<bool>,
    /// GSTIN or vendor id.
    pub vendor: Option<String>,
    /// Reached from here on.
    pub from: Option<Timestamp>,
    /// And before this.
    pub until: Option<Timestamp>,
    /// The place in the chain of the last one of the page before.
    pub before: Option<u64>,
    pub most: u32,
}

/// What a case was asked to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseInput {
    pub case_key: String,
    /// The document; kept once however many cases share it.
    pub bytes: Vec<u8>,
    /// `yyyy-mm-dd`.
    pub as_of: String,
    pub policy_sha256: String,
    pub source: String,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The link that is missing or does not hold.
    pub seq: u64,
    /// The id of its verdict or review, when there is one.
    pub id: Option<String>,
    pub problem: String,
}

/// What came of checking the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Links that hold, from the first on.
    pub links: u64,
    /// The hash of the last of them.
    pub head: String,
    /// `None` when every verdict and every review is as it was written.
    pub first_bad: Option<Fault>,
}
