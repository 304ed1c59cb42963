//! Evidence: what a source said when it was asked, and citations into it by RFC 6901 pointer.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

/// The source of evidence that holds a question as it was read.
pub const QUESTION: &str = "question";

/// One observation: source, question, answer, when. Appended, never edited.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub id: EvidenceId,
    /// The tool that was asked; `invoice` and `signed_qr` for what the document itself holds, `question` for a question.
    pub tool: String,
    pub arguments: Value,
    pub observation: Arc<Value>,
    /// When it was fetched, RFC 3339 in UTC.
    pub at: String,
}

impl Evidence {
    /// Whether it is the document itself, or what stands in it, or the question that was asked: whoever sent it wrote it.
    pub fn is_document(&self) -> bool {
        matches!(self.tool.as_str(), "invoice" | "signed_qr" | QUESTION)
    }
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

    /// The citation of what stands there; `None` where the place does not resolve.
    pub fn read(&self, evidence: &[Evidence]) -> Option<Citation> {
        let cited = evidence.get(usize::from(self.evidence.0))?;
        let value = value_at(&cited.observation, &self.pointer)?.clone();
        Some(Citation {
            evidence: self.evidence,
            pointer: self.pointer.clone(),
            value,
        })
    }
}

/// A place in evidence with the value found there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    pub evidence: EvidenceId,
    pub pointer: String,
    pub value: Value,
}

/// The value at a pointer (RFC 6901). Unlike [`Value::pointer`] it makes no text for a reference token without `~`: an
/// invoice's citations are looked up some two hundred times.
pub fn value_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    let mut at = value;
    for token in pointer.strip_prefix('/')?.split('/') {
        at = match at {
            Value::Object(members) if token.contains('~') => {
                member(members, &token.replace("~1", "/").replace("~0", "~"))
            }
            Value::Object(members) => member(members, token),
            // An index is decimal digits without a leading zero.
            Value::Array(items) if token == "0" || !token.starts_with(['0', '+']) => {
                items.get(token.parse::<usize>().ok()?)
            }
            _ => None,
        }?;
    }
    Some(at)
}

/// Objects of so few members are looked through: to hash the name takes longer.
const FEW_MEMBERS: usize = 16;

/// A member of an object.
pub(crate) fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if members.len() > FEW_MEMBERS {
        return members.get(name);
    }
    let mut members = members.iter();
    members
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value)
}

/// SHA-256 of bytes as lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn a_pointer_leads_where_it_always_led(
            pointer in "(/(a|b|~0|~1|~|~2|a~1b|[0-3]|00|01|\\+1|-|)){0,4}|[a/~0]{0,3}"
        ) {
            let value = json!({
                "a": [1, {"b": [[], "x", {"": null}]}, {"a/b": 2, "~": {"0": 3}}],
                "": {"": {"a": 4}}, "/": 5, "~2": 6, "01": 7,
            });
            prop_assert_eq!(value_at(&value, &pointer), value.pointer(&pointer), "{}", pointer);
        }
    }
}
