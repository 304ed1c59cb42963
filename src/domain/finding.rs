//! Outcomes of checks, explained: what was expected, what was found, where, and who can mend it.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{evidence::Cite, facts::Need};

/// What a failed check does to the invoice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Hold,
    Reject,
}

/// A number in a message that no source states: `formula` computes it from the finding's own citations.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    pub value: Decimal,
    /// An expression over the citations: `$1` is the first. Evaluated by `domain::expr`.
    pub formula: String,
}

/// An outcome explained.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    /// One sentence for an accounts person: expected, found, where.
    pub message: String,
    pub cites: Vec<Cite>,
    pub computed: Vec<Computed>,
    /// Numbers and dates in the message that come from law or policy, as the message writes them.
    pub rule: Vec<String>,
    /// What mends it, where it is more exact than the check's own remedy.
    pub remedy: Option<String>,
}

impl Finding {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn cite(mut self, cite: Cite) -> Self {
        self.cites.push(cite);
        self
    }

    #[must_use]
    pub fn cites(mut self, cites: impl IntoIterator<Item = Cite>) -> Self {
        self.cites.extend(cites);
        self
    }

    #[must_use]
    pub fn computed(mut self, value: Decimal, formula: impl Into<String>) -> Self {
        self.computed.push(Computed {
            value,
            formula: formula.into(),
        });
        self
    }

    #[must_use]
    pub fn rule(mut self, value: impl Into<String>) -> Self {
        self.rule.push(value.into());
        self
    }

    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Pass(Finding),
    Fail(Finding),
    /// Evidence is missing; a required check holds the invoice.
    Unverified(Finding),
    /// The rule does not apply to this invoice; the message says why.
    NotApplicable(Finding),
}

impl Outcome {
    pub fn pass(message: impl Into<String>) -> Self {
        Self::Pass(Finding::new(message))
    }

    pub fn unverified(message: impl Into<String>) -> Self {
        Self::Unverified(Finding::new(message))
    }

    pub fn not_applicable(message: impl Into<String>) -> Self {
        Self::NotApplicable(Finding::new(message))
    }

    pub fn finding(&self) -> &Finding {
        match self {
            Self::Pass(f) | Self::Fail(f) | Self::Unverified(f) | Self::NotApplicable(f) => f,
        }
    }

    pub fn is_fail(&self) -> bool {
        matches!(self, Self::Fail(_))
    }
}

/// Who can make a change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// Corrects or replaces the invoice.
    Supplier,
    /// Corrects our own records, or receives goods.
    Buyer,
    /// The registration portal, or the tax office behind it.
    Portal,
}

/// Where a change applies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A pointer into the invoice.
    Invoice(String),
    /// A pointer into what a tool would answer; the empty pointer replaces the whole record.
    Observation(Need, String),
    /// The registration portal registers the (corrected) invoice and signs it: IRN, signed QR and status all fit.
    Registration,
}

/// One change of the world that a check would accept. Candidates come from checks; whether a set of them approves is
/// found only by running the checks again.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub who: Who,
    pub target: Target,
    /// The new value; `Null` removes the member.
    pub value: Value,
    /// In words, as an instruction: "correct the IGST of line 1 to ₹1,462.97".
    pub text: String,
}

impl Change {
    pub fn invoice(pointer: impl Into<String>, value: Value, text: impl Into<String>) -> Self {
        Self {
            who: Who::Supplier,
            target: Target::Invoice(pointer.into()),
            value,
            text: text.into(),
        }
    }

    pub fn observation(
        who: Who,
        need: Need,
        pointer: impl Into<String>,
        value: Value,
        text: impl Into<String>,
    ) -> Self {
        Self {
            who,
            target: Target::Observation(need, pointer.into()),
            value,
            text: text.into(),
        }
    }

    /// The invoice registered (again) by the supplier.
    pub fn registration(text: impl Into<String>) -> Self {
        Self {
            who: Who::Supplier,
            target: Target::Registration,
            value: Value::Null,
            text: text.into(),
        }
    }
}
