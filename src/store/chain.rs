//! The audit chain: each verdict is sealed with the hash of the one before it.
//!
//! A link is `sha256(previous ‖ seq ‖ verdict)`, where `previous` and `seq` are the lower-case hexadecimal hash and the
//! decimal number of the link, and `verdict` is its JSON without the member `audit`, compact, with the members of
//! every object sorted and numbers as they were written. Anyone who holds two neighbouring verdicts can recompute it.

use domain::{evidence::sha256_hex, verdict::AuditLink};
use serde_json::{Map, Value};

/// What stands before the first link.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of a chain, to which the next verdict is linked. In memory it is all there is; a store keeps it in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Links so far.
    seq: u64,
    head: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            seq: 0,
            head: GENESIS.to_owned(),
        }
    }
}

impl Chain {
    /// A chain that goes on from a stored head.
    pub fn resume(seq: u64, head: String) -> Self {
        Self { seq, head }
    }

    /// Links so far.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the last link; [`GENESIS`] when there is none.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Links a verdict; its member `audit`, if it has one, is not part of what is sealed.
    pub fn link(&mut self, verdict: &Value) -> AuditLink {
        let seq = self.seq.saturating_add(1);
        let hash = seal(&self.head, seq, verdict);
        let previous = std::mem::replace(&mut self.head, hash.clone());
        self.seq = seq;
        AuditLink {
            seq,
            previous,
            hash,
        }
    }
}

/// The hash of one link.
pub fn seal(previous: &str, seq: u64, verdict: &Value) -> String {
    sha256_hex(format!("{previous}{seq}{}", canonical(verdict)).as_bytes())
}

/// Compact JSON with sorted members, without a top-level `audit`.
pub fn canonical(verdict: &Value) -> String {
    match verdict {
        Value::Object(members) => {
            let kept: Map<String, Value> = members
                .iter()
                .filter(|(name, _)| *name != "audit")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            sorted(&Value::Object(kept)).to_string()
        }
        other => sorted(other).to_string(),
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut list: Vec<_> = members.iter().collect();
            list.sort_unstable_by_key(|(name, _)| *name);
            Value::Object(
                list.into_iter()
                    .map(|(n, v)| (n.clone(), sorted(v)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_link_can_be_recomputed_by_hand() {
        let mut chain = Chain::default();
        let verdict = json!({"b": [1.50, {"z": 1, "a": null}], "a": "₹", "audit": {"seq": 9}});
        assert_eq!(
            canonical(&verdict),
            r#"{"a":"₹","b":[1.5,{"a":null,"z":1}]}"#
        );
        let first = chain.link(&verdict);
        let by_hand = sha256_hex(format!("{GENESIS}1{}", canonical(&verdict)).as_bytes());
        assert_eq!(
            (first.seq, first.previous.as_str(), first.hash),
            (1, GENESIS, by_hand.clone())
        );
        let second = chain.link(&verdict);
        assert_eq!((second.seq, second.previous), (2, by_hand));
        assert_eq!(Chain::resume(2, second.hash.clone()), chain);
    }

    #[test]
    fn numbers_are_sealed_as_written() {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_ne!(canonical(&parse("1.0")), canonical(&parse("1.00")));
        assert_eq!(canonical(&parse("99999999999999.99")), "99999999999999.99");
    }
}
