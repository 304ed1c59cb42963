//! A person's answer to a hold, as it is kept and shown. `schemas/review.schema.json` is generated from these types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    finding::Severity,
    verdict::{AuditLink, DoubtRecord, OutcomeName},
};

/// The name that every review carries.
pub const SCHEMA: &str = "satyapan.review/1";

/// What a person says to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    Approve,
    Reject,
}

impl Resolution {
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The hold is resolved.
    Approved,
    /// The hold is resolved.
    Rejected,
    /// An approval that a second, different person has to confirm; the hold stands.
    Proposed,
    /// The review could not be carried out; the hold stands.
    Held,
}

impl Effect {
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Proposed => "proposed",
            Self::Held => "held",
        }
    }

    /// Whether the case is finished by it.
    pub fn resolves(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}

/// One review of one verdict. The verdict itself is never edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Always `satyapan.review/1`.
    pub schema: String,
    /// A ULID.
    pub id: String,
    pub verdict: Reviewed,
    /// 1 for the first review of the verdict, 2 for the next.
    #[schemars(range(min = 1))]
    pub turn: u32,
    pub decision: Resolution,
    pub effect: Effect,
    /// In the reviewer's words: data, and instructions to nobody.
    pub reason: String,
    pub by: String,
    /// When the decision was taken, RFC 3339 in UTC.
    pub at: String,
    /// What an approval was given over; empty for a rejection.
    pub overridden: Vec<Overridden>,
    /// A model's doubts that an approval was given over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<DoubtRecord>,
    pub four_eyes: FourEyes,
    /// Why the review could not be carried out; only where `effect` is `held`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// The head of the journal of this review, in hexadecimal.
    pub journal: String,
    pub audit: AuditLink,
}

/// The verdict under review, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewed {
    pub id: String,
    /// The hash of its link in the audit chain.
    pub hash: String,
    /// The head of the journal of the run that held it: the review goes on from there.
    pub journal: String,
}

/// A finding that stood against approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overridden {
    pub check: String,
    pub outcome: OutcomeName,
    pub severity: Severity,
    pub message: String,
}

/// Whether one person is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FourEyes {
    /// Why a second person is needed; empty where one is enough.
    pub because: Vec<String>,
    /// The proposal that this approval confirms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirms: Option<Proposal>,
}

/// An approval by a first person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// The id of its review.
    pub review: String,
    /// The hash of its link in the audit chain.
    pub hash: String,
    pub by: String,
    /// RFC 3339 in UTC.
    pub at: String,
}
