//! What a message says: thin on purpose. Who wants the verdict fetches it, with a key of his own, and gets what holds then.

use serde_json::{Value, json};

/// What a message tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An invoice was verified.
    Completed,
    /// A person resolved a hold.
    Reviewed,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "verification.completed",
            Self::Reviewed => "verification.reviewed",
        }
    }
}

/// News of an invoice, before it is a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub kind: Kind,
    /// The verdict's id.
    pub verdict: String,
    /// SHA-256 of the invoice's document: what sequence numbers are counted by.
    pub document: String,
    /// The invoice's number; empty where it has none.
    pub invoice: String,
    /// `approve`, `hold`, `reject`.
    pub decision: String,
    /// When it happened, RFC 3339 in UTC.
    pub at: String,
    /// Where the verdict is fetched; empty where the daemon does not know its own address.
    pub url: String,
    /// W3C trace context of whoever sent the invoice; no part of the message, a header of its delivery.
    pub traceparent: Option<String>,
}

impl News {
    /// The message's id: the same for each attempt and receiver.
    pub fn id(&self, sequence: i64) -> String {
        format!("msg_{}_{sequence}", self.verdict)
    }

    /// The message's body. The invoice's news are numbered from one: a receiver drops what is older than what it has.
    pub fn body(&self, sequence: i64) -> Vec<u8> {
        let mut invoice = json!({"sha256": self.document});
        if !self.invoice.is_empty() {
            invoice["number"] = Value::from(self.invoice.as_str());
        }
        let mut data = json!({
            "id": self.verdict,
            "sequence": sequence,
            "decision": self.decision,
            "invoice": invoice,
        });
        if !self.url.is_empty() {
            data["url"] = Value::from(self.url.as_str());
        }
        json!({"type": self.kind.name(), "timestamp": self.at, "data": data})
            .to_string()
            .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_little() {
        let mut news = News {
            kind: Kind::Completed,
            verdict: "01JD0000000000000000000000".to_owned(),
            document: "ab".repeat(32),
            invoice: "KBF/26-27/01187".to_owned(),
            decision: "hold".to_owned(),
            at: "2026-11-21T06:00:00Z".to_owned(),
            url: "https://ap.example/v1/verifications/01JD".to_owned(),
            traceparent: None,
        };
        assert_eq!(
            String::from_utf8(news.body(2)).unwrap(),
            format!(
                "{{\"type\":\"verification.completed\",\"timestamp\":\"2026-11-21T06:00:00Z\",\"data\":{{\
                 \"id\":\"01JD0000000000000000000000\",\"sequence\":2,\"decision\":\"hold\",\"invoice\":{{\"sha256\":\"{}\",\
                 \"number\":\"KBF/26-27/01187\"}},\"url\":\"https://ap.example/v1/verifications/01JD\"}}}}",
                "ab".repeat(32)
            )
        );
        assert_eq!(news.id(2), "msg_01JD0000000000000000000000_2");
        news.invoice.clear();
        news.url.clear();
        let body: Value = serde_json::from_slice(&news.body(1)).unwrap();
        assert!(body["data"].get("url").is_none());
        assert!(body["data"]["invoice"].get("number").is_none());
    }
}
