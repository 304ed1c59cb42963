//! What a genuine message tells of.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest identity that stands as it is; a longer one is replaced by its digest.
const KEY_CHARS_MAX: usize = 400;

/// One thing that happened at the sender's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The source's name, as in `/v1/hooks/{source}`.
    pub source: String,
    /// The sender's own identity of the event: the same event sent again has the same key. Unique within the source.
    pub key: String,
    pub kind: Kind,
}

impl Event {
    /// What the keys of all versions of its document begin with; `None` where the sender names no versions.
    pub fn document(&self) -> Option<String> {
        document_of(&self.key)
    }
}

/// What the keys of all versions of a document begin with, by the key of one of them: its last part is the version. `None` where
/// it has no parts.
pub fn document_of(key: &str) -> Option<String> {
    let parts: Vec<&str> = serde_json::from_str(key).ok()?;
    let (_, document) = parts.split_last().filter(|(_, rest)| !rest.is_empty())?;
    let whole = serde_json::Value::from(document).to_string();
    Some(format!("{},", whole.strip_suffix(']')?))
}

/// What an event carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A document, byte by byte as the sender wrote it.
    Document(Bytes),
    /// Only that there is one: it is read back from the sender's API.
    Notice(Reference),
    /// Nothing to verify; to be answered like all others, so that the sender does not send it again.
    Ignored { why: String },
}

/// Systems that send notices and are asked for the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    Odoo,
    QuickBooks,
}

/// What a notice names: enough to ask its system for the document, and nothing that could lead the question elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    pub system: System,
    /// `QuickBooks`' realm, in digits; empty where the system has one company only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// `account.move`, `bill`, `vendorcredit`.
    pub entity: String,
    /// In digits.
    pub id: String,
}

/// An identity of several parts. As JSON no two lists of parts come to the same text.
pub(crate) fn key(parts: &[&str]) -> String {
    let joined = serde_json::Value::from(parts).to_string();
    if joined.chars().count() > KEY_CHARS_MAX {
        digest(joined.as_bytes())
    } else {
        joined
    }
}

/// The identity of a message whose sender gives it none.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}
