//! Evidence: what a source said when it was asked, and citations into it by RFC 6901 pointer.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `ev_0` is the invoice itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceId(pub u16);

impl EvidenceId {
    pub const INVOICE: Self = Self(0);
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ev_{}", self.0)
    }
}

impl Serialize for EvidenceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EvidenceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_prefix("ev_")
            .and_then(|n| n.parse().ok())
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("an evidence id is written ev_ and a number"))
    }
}

impl JsonSchema for EvidenceId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EvidenceId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^ev_[0-9]+$"})
    }
}

/// One observation: source, question, answer, digest, when. Appended, never edited.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
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

/// A place in evidence, before its value is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cite {
    pub evidence: EvidenceId,
    /// RFC 6901.
    pub pointer: String,
}

impl Cite {
    pub fn new(evidence: EvidenceId, pointer: impl Into<String>) -> Self {
        Self {
            evidence,
            pointer: pointer.into(),
        }
    }
}

/// A place in evidence with the value found there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    pub evidence: EvidenceId,
    pub pointer: String,
    pub value: Value,
}

/// SHA-256 of bytes as lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write;
    let digest = Sha256::digest(bytes);
    let mut out = String::with_capacity(64);
    for byte in digest {
        // Writing to a String cannot fail.
        if write!(out, "{byte:02x}").is_err() {
            break;
        }
    }
    out
}
