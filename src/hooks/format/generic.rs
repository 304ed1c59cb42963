//! Generic senders: any document as the body, or as `data` of the payload that Standard Webhooks recommends.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{Named, Reason, is_empty, object, text, trimmed};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    timestamp: Value,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

pub(super) fn read(body: &Bytes) -> Result<Named, Reason> {
    if is_empty(body) {
        return Ok(Named::ignored(None, "it is empty"));
    }
    // XML and PDF come as they are.
    if trimmed(body).first() != Some(&b'{') {
        return Ok(Named::document(None, body.clone()));
    }
    let Some(envelope) = object::<Envelope<'_>>(body)? else {
        return Ok(Named::document(None, body.clone()));
    };
    let kind = text(&envelope.kind);
    let (false, false, Some(data)) = (
        kind.is_empty(),
        text(&envelope.timestamp).is_empty(),
        envelope.data,
    ) else {
        return Ok(Named::document(None, body.clone()));
    };
    let words = || kind.split(['.', '_', '-', '/']);
    if words().any(|word| matches!(word, "ping" | "test")) {
        return Ok(Named::ignored(None, "it is a test"));
    }
    // Our own callbacks, led back to us by mistake, would go round for ever.
    if words().next() == Some("verification") {
        return Ok(Named::ignored(None, "it is a verdict and no invoice"));
    }
    if is_empty(data.get().as_bytes()) {
        return Ok(Named::ignored(None, "its data are empty"));
    }
    Ok(Named::document(None, body.slice_ref(data.get().as_bytes())))
}
