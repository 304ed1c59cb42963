//! Effects: the only way a node touches the world, as requests and recorded answers.

use std::{borrow::Cow, fmt, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{budget::Spend, journal::Digest};

/// How much a call matters outside the process, and so how it is recorded. The same wherever a run is done or repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// A read of our own: recorded, but never waited for.
    #[default]
    Local,
    /// Leaves the machine.
    Outward,
    /// Costs money or tokens.
    Paid,
}

impl EffectKind {
    pub(super) const fn is_local(self) -> bool {
        matches!(self, Self::Local)
    }
}

/// A question to the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who is asked: a tool's or a model's name. Limits go by it.
    pub name: Cow<'static, str>,
    pub kind: EffectKind,
    /// What is asked, masked.
    pub body: Value,
    /// Whether asking twice does no harm. After a crash such a call is made again; any other whose
    /// answer was not recorded holds the run.
    pub repeatable: bool,
    /// Whether it is durable before it is asked, and its answer before it is used. No part of the question: who asks a portal
    /// in his own process need not wait, and his record is read by one who has to.
    pub durable: bool,
    /// What it may cost at most; held until it is answered.
    pub reserve: Spend,
}

impl Request {
    /// A repeatable request without a reservation.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: EffectKind, body: Value) -> Self {
        Self {
            name: name.into(),
            kind,
            body,
            repeatable: true,
            durable: !kind.is_local(),
            reserve: Spend::NOTHING,
        }
    }

    pub fn local(name: impl Into<Cow<'static, str>>, body: Value) -> Self {
        Self::new(name, EffectKind::Local, body)
    }

    pub fn outward(name: impl Into<Cow<'static, str>>, body: Value) -> Self {
        Self::new(name, EffectKind::Outward, body)
    }

    pub fn paid(name: impl Into<Cow<'static, str>>, body: Value, reserve: Spend) -> Self {
        Self {
            reserve,
            ..Self::new(name, EffectKind::Paid, body)
        }
    }

    /// The call changes something: it is never made twice.
    #[must_use]
    pub fn once_only(self) -> Self {
        Self {
            repeatable: false,
            ..self
        }
    }

    /// The call does not leave the process after all: a crash loses it with whatever it did.
    #[must_use]
    pub fn inside(self) -> Self {
        Self {
            durable: false,
            ..self
        }
    }

    /// Names the question: same name, kind and body, same digest, whatever the order of keys.
    pub fn digest(&self) -> Digest {
        digest(&self.name, self.kind, &self.body)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.body)
    }
}

pub(super) fn digest(name: &str, kind: EffectKind, body: &Value) -> Digest {
    let mut text = String::new();
    canonical(body, &mut text);
    let mut hasher = Sha256::new();
    let kind: &[u8] = match kind {
        EffectKind::Local => b"\0local\0",
        EffectKind::Outward => b"\0outward\0",
        EffectKind::Paid => b"\0paid\0",
    };
    hasher.update(name.as_bytes());
    hasher.update(kind);
    hasher.update(text.as_bytes());
    Digest::from(hasher)
}

/// JSON with sorted keys and no white space; numbers as they were written.
pub fn canonical(value: &Value, into: &mut String) {
    match value {
        Value::Array(items) => {
            into.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    into.push(',');
                }
                canonical(item, into);
            }
            into.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            into.push('{');
            for (at, (key, item)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    into.push(',');
                }
                quoted(key, into);
                into.push(':');
                canonical(item, into);
            }
            into.push('}');
        }
        Value::String(text) => quoted(text, into),
        plain => into.push_str(&plain.to_string()),
    }
}

/// A JSON string. Most texts need no escape, and are copied.
fn quoted(text: &str, into: &mut String) {
    if text
        .bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
    {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&Value::from(text).to_string());
    }
}

/// What was said, as JSON: a value of its own, or an object whose members are shared with whoever said them, so that
/// bulk is recorded and handed on without being copied.
#[derive(Debug, Clone)]
pub enum Body {
    Whole(Value),
    Members(Vec<(&'static str, Arc<Value>)>),
}

impl Body {
    pub fn get(&self, member: &str) -> Option<&Value> {
        match self {
            Self::Whole(value) => value.get(member),
            Self::Members(members) => members
                .iter()
                .find(|(name, _)| *name == member)
                .map(|(_, value)| value.as_ref()),
        }
    }

    /// Takes a member out.
    pub fn take(&mut self, member: &str) -> Option<Arc<Value>> {
        match self {
            Self::Whole(value) => value.get_mut(member).map(|value| Arc::new(value.take())),
            Self::Members(members) => {
                let at = members.iter().position(|(name, _)| *name == member)?;
                Some(members.swap_remove(at).1)
            }
        }
    }

    /// As one value.
    pub fn into_value(self) -> Value {
        match self {
            Self::Whole(value) => value,
            Self::Members(members) => members
                .into_iter()
                .map(|(name, value)| (name, Arc::unwrap_or_clone(value)))
                .collect(),
        }
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self::Whole(value)
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(value) => value.serialize(serializer),
            Self::Members(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub value: Body,
    /// What it cost. `None` books the reservation.
    pub spent: Option<Spend>,
}

impl Answer {
    pub fn costing(value: Value, spent: Spend) -> Self {
        Self {
            value: value.into(),
            spent: Some(spent),
        }
    }
}

impl<V: Into<Body>> From<V> for Answer {
    fn from(value: V) -> Self {
        Self {
            value: value.into(),
            spent: None,
        }
    }
}

/// Why there is no answer. The first two are the caller's words; the rest are the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The other side did not answer in time, or at all.
    Unavailable,
    /// The other side refused, or its answer made no sense.
    Failed,
    /// The budget does not allow the call. The run takes its budget edge after this node.
    Budget,
    /// Called before a crash, answer lost, and not safe to ask again. The run takes its error edge.
    Uncertain,
    /// A what-if run asked something the recording does not hold.
    NotRecorded,
    /// The run cannot go on; the engine reports why.
    Aborted,
}

/// A call without an answer. Recorded like an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct EffectError {
    pub kind: ErrorKind,
    pub message: String,
    pub retry_is_useful: bool,
    /// What it cost all the same. `None` books the reservation, since it may have been billed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spend>,
}

impl EffectError {
    /// No answer; asking again may help.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Unavailable,
            message: message.into(),
            retry_is_useful: true,
            spent: None,
        }
    }

    /// A refusal or nonsense; asking again will not help.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Failed, message)
    }

    /// Nothing was billed for it.
    #[must_use]
    pub fn unbilled(self) -> Self {
        Self {
            spent: Some(Spend::NOTHING),
            ..self
        }
    }

    pub(super) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_is_useful: false,
            spent: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shared_is_written_and_read_as_if_it_were_whole() {
        let record = Arc::new(json!({"gstin": "G1", "totals": [1.50]}));
        let whole = json!({"found": true, "value": *record});
        let shared = Body::Members(vec![
            ("found", Arc::new(Value::Bool(true))),
            ("value", Arc::clone(&record)),
        ]);
        let written = serde_json::to_string(&shared).unwrap();
        assert_eq!(written, whole.to_string());
        for mut said in [shared, Body::from(whole.clone())] {
            assert_eq!(said.get("found"), Some(&Value::Bool(true)));
            assert_eq!(said.get("other"), None);
            assert_eq!(said.clone().into_value(), whole);
            assert_eq!(said.take("value"), Some(Arc::clone(&record)));
            assert_eq!(said.take("other"), None);
        }
        assert_eq!(Body::from(json!("plain")).get("found"), None);
    }

    #[test]
    fn the_digest_ignores_key_order_and_nothing_else() {
        let ask = |body| Request::local("po", body).digest();
        let base = ask(json!({"a": 1, "b": [1, 2]}));
        assert_eq!(base, ask(json!({"b": [1, 2], "a": 1})));
        assert_ne!(base, ask(json!({"a": 1, "b": [2, 1]})));
        assert_ne!(base, ask(json!({"a": "1", "b": [1, 2]})));
        assert_ne!(
            base,
            Request::outward("po", json!({"a": 1, "b": [1, 2]})).digest()
        );
        assert_ne!(
            base,
            Request::local("grn", json!({"a": 1, "b": [1, 2]})).digest()
        );
    }
}
