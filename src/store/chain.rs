//! The audit chain: each verdict is sealed with the hash of the one before it.
//!
//! A link is `sha256(previous ‖ seq ‖ verdict)`, where `previous` and `seq` are the lower-case hexadecimal hash and the
//! decimal number of the link, and `verdict` is its JSON without the member `audit`, compact, with the members of
//! every object sorted and numbers as they were written. Anyone who holds two neighbouring verdicts can recompute it.

use domain::{evidence::sha256_hex, verdict::AuditLink};

mod sealed;

pub(crate) use sealed::Sealed;

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

    /// Links what is sealed as this text of [`canonical`].
    pub fn link(&mut self, canonical: &str) -> AuditLink {
        let seq = self.seq.saturating_add(1);
        let hash = seal(&self.head, seq, canonical);
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
pub fn seal(previous: &str, seq: u64, canonical: &str) -> String {
    sha256_hex(format!("{previous}{seq}{canonical}").as_bytes())
}

/// A verdict or a review as it is sealed: its compact JSON with sorted members, without a top-level `audit`.
pub fn canonical(json: String) -> String {
    Sealed::of(json).canonical
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
            canonical(verdict.to_string()),
            r#"{"a":"₹","b":[1.5,{"a":null,"z":1}]}"#
        );
        let first = chain.link(&canonical(verdict.to_string()));
        let by_hand =
            sha256_hex(format!("{GENESIS}1{}", canonical(verdict.to_string())).as_bytes());
        assert_eq!(
            (first.seq, first.previous.as_str(), first.hash),
            (1, GENESIS, by_hand.clone())
        );
        let second = chain.link(&canonical(verdict.to_string()));
        assert_eq!((second.seq, second.previous), (2, by_hand));
        assert_eq!(Chain::resume(2, second.hash.clone()), chain);
    }

    #[test]
    fn numbers_are_sealed_as_written() {
        let sealed = |text: &str| canonical(text.to_owned());
        assert_ne!(sealed("1.0"), sealed("1.00"));
        assert_eq!(sealed("99999999999999.99"), "99999999999999.99");
    }
}
