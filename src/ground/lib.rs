//! The grounding verifier for prose: is a claim in English borne out by the values that it cites?
//!
//! *Invariant:* pure and total. No clock, no IO, no floats, no model: the same line always gets the same label, and
//! nothing that a claim or a record holds can make it panic.
//!
//! *Invariant:* it fails closed. A number, date, identifier, name, state, relation or denial that is not borne by a cited
//! value keeps a claim from being supported, and so does a word that is not understood.

mod absence;
mod bound;
mod calendar;
mod canonical;
mod clause;
mod conjunct;
mod copula;
mod counter;
mod decide;
mod derive;
mod doubt;
mod field;
mod figures;
mod fit;
mod frame;
mod grammar;
mod guard;
mod index;
mod judge;
mod kinds;
mod leftover;
mod lex;
mod little;
mod measure;
mod mention;
mod money;
mod nil;
mod number;
mod outcome;
mod pairing;
mod part;
mod parties;
mod proof;
mod quantifier;
mod ratio;
pub mod read;
mod reckon;
mod relabel;
mod relation;
mod rounding;
mod scope;
mod series;
mod span;
mod stated;
mod states;
mod subject;
mod sum;
mod terms;
mod text;
mod told;
mod turns;
mod values;
mod veto;
mod vocabulary;
mod weigh;

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use judge::judge;

/// What a source said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub id: String,
    /// The tool that brought it, as a verdict names it (`gst_portal`, `credit_note_search`); empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool: String,
    pub json: Value,
}

/// A place in evidence, with the value that the author of the claim read there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    pub evidence: String,
    /// RFC 6901.
    pub pointer: String,
    #[serde(default)]
    pub value: Value,
}

/// A claim with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub evidence: Vec<Evidence>,
    pub claim: String,
    #[serde(default)]
    pub citations: Vec<Citation>,
}

/// How well the cited values bear a claim out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// A cited value says otherwise.
    Contradicted,
    /// The cited values do not speak of it.
    Unsupported,
    /// They bear some of its parts and are silent on others.
    Partial,
    /// They bear every part.
    Supported,
}

/// A label and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    pub label: Label,
    pub why: String,
}
