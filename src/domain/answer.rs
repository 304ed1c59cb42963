//! The answer to a question, as `CONTRACT.md` fixes it. `schemas/answer.schema.json` is generated from these types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::{Claim, Critique, EvidenceRecord, Reasoner, TraceStep, Usage};

/// The name that every answer carries.
pub const SCHEMA: &str = "satyapan.answer/1";

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Always `satyapan.answer/1`.
    pub schema: String,
    /// A ULID.
    pub id: String,
    /// As it was asked.
    pub question: String,
    /// One sentence a line: what is known, each sentence of it a claim, then what is not known and what would help.
    pub answer: String,
    /// Whether every part of the question is answered, and every word of it was understood. What is known of a question
    /// that is not stands in `claims` all the same.
    pub known: bool,
    pub claims: Vec<Claim>,
    pub critique: Critique,
    /// `ev_0` is the question as it was read.
    pub evidence: Vec<EvidenceRecord>,
    pub trace: Vec<TraceStep>,
    pub usage: Usage,
    pub reasoner: Reasoner,
}
