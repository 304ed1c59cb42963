//! The whole answer, as `CONTRACT.md` fixes it. `schemas/verdict.schema.json` is generated from these types.

use std::sync::Arc;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    evidence::{Citation, Evidence, EvidenceId, sha256_hex},
    finding::{Severity, Who},
};

/// The name that every verdict carries.
pub const SCHEMA: &str = "satyapan.verdict/1";

/// Decisions form a chain: doubt only moves to the right.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    Approve,
    Hold,
    Reject,
}

impl Decision {
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeName {
    Pass,
    Fail,
    Unverified,
    NotApplicable,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Always `satyapan.verdict/1`.
    pub schema: String,
    /// A ULID.
    pub id: String,
    pub decision: Decision,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64", range(min = 0.0, max = 1.0))]
    pub confidence: Decimal,
    pub summary: String,
    pub invoice: InvoiceSummary,
    pub findings: Vec<FindingRecord>,
    pub claims: Vec<Claim>,
    pub critique: Critique,
    pub evidence: Vec<EvidenceRecord>,
    pub trace: Vec<TraceStep>,
    pub usage: Usage,
    pub reasoner: Reasoner,
    pub policy: PolicyStamp,
    pub audit: AuditLink,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceSummary {
    pub number: Option<String>,
    /// As the invoice writes it.
    pub date: Option<String>,
    pub supplier_gstin: Option<String>,
    pub buyer_gstin: Option<String>,
    /// Rupees, as the invoice writes it.
    pub total: Value,
    /// SHA-256 of the document's bytes.
    pub sha256: String,
    /// File name, queue or hook that it came by.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    pub check: String,
    pub outcome: OutcomeName,
    pub severity: Severity,
    pub message: String,
    pub law: String,
    pub citations: Vec<Citation>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remedy: Option<String>,
}

/// A verdict without its evidence: which invoice, and what came of each check. Reads from the whole verdict's JSON.
#[derive(Debug, Clone, Deserialize)]
pub struct Gist {
    pub id: String,
    pub invoice: JudgedInvoice,
    #[serde(default)]
    pub findings: Vec<CheckOutcome>,
}

/// Which invoice a verdict is about.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedInvoice {
    pub number: Option<String>,
    pub supplier_gstin: Option<String>,
    /// SHA-256 of the document's bytes, lower-case hex.
    pub sha256: String,
}

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckOutcome {
    pub check: String,
    pub outcome: OutcomeName,
    pub severity: Severity,
}

/// Evidence with its digest.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceRecord {
    pub id: EvidenceId,
    /// The tool that was asked; `invoice` and `signed_qr` for what the document itself holds.
    pub tool: String,
    pub arguments: Value,
    pub observation: Arc<Value>,
    /// When it was fetched, RFC 3339 in UTC.
    pub at: String,
    /// SHA-256 of the observation as compact JSON, lower-case hex.
    pub sha256: String,
}

impl From<&Evidence> for EvidenceRecord {
    fn from(evidence: &Evidence) -> Self {
        Self {
            id: evidence.id,
            tool: evidence.tool.clone(),
            arguments: evidence.arguments.clone(),
            observation: Arc::clone(&evidence.observation),
            at: evidence.at.clone(),
            // As `to_string`, and quicker: that writes through a formatter. A value fails in neither.
            sha256: sha256_hex(&serde_json::to_vec(&evidence.observation).unwrap_or_default()),
        }
    }
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    None,
    Partial,
    Full,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    pub text: String,
    pub citations: Vec<Citation>,
    pub support: Support,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    Relevant,
    Partial,
    Irrelevant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relevance {
    pub evidence: EvidenceId,
    pub grade: Grade,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Critique {
    pub relevance: Vec<Relevance>,
    pub grounding: Support,
    /// 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub usefulness: u8,
    pub retrieval_retries: u32,
    pub generation_retries: u32,
    /// What a model wants a person to look at. One is enough to hold the invoice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<DoubtRecord>,
}

/// A model's doubt, in its own words, and the value that it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoubtRecord {
    pub text: String,
    pub citation: Citation,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceStep {
    pub step: u32,
    pub node: String,
    /// The edge taken, named by its guard.
    pub edge: String,
    pub thought: String,
    pub elapsed_us: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    pub steps: u32,
    pub tool_calls: u32,
    pub cache_hits: u32,
    pub llm_calls: u32,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub elapsed_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reasoner {
    /// `rules` or `openai`.
    pub kind: String,
    pub model: Option<String>,
    /// The prompts by which the model was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<PromptStamp>,
}

/// A prompt and the digest of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PromptStamp {
    /// `critic@1`.
    pub prompt: String,
    /// Lower-case hex.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyStamp {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// The verdict's place in the hash chain of its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditLink {
    pub seq: u64,
    pub previous: String,
    pub hash: String,
}

/// One change that would help, as people and programs read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeRecord {
    pub who: Who,
    /// As `--set` takes it.
    pub set: String,
    pub text: String,
}
