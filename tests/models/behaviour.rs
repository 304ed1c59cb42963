//! How requests are answered, as data.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{Asked, Taste};

/// What a server may not know. It then refuses in the words of a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// `response_format` of type `json_schema`.
    JsonSchema,
    /// `tools` and `tool_choice`.
    Tools,
    /// `response_format` of type `json_object`.
    JsonObject,
    /// `max_tokens`; it wants `max_completion_tokens`.
    MaxTokens,
    /// `temperature`.
    Temperature,
    /// `seed`.
    Seed,
    /// Messages of the role `system`.
    System,
}

type Closure = dyn Fn(&Asked) -> Behaviour + Send + Sync;

/// How a request is answered.
#[derive(Clone)]
pub enum Behaviour {
    /// With this text; as the arguments of the function if one was to be called.
    Says(String),
    /// With this text in the content, whatever was asked for.
    Writes(String),
    /// With this text and this reason to have stopped.
    Finishes(String, String),
    /// With a refusal instead of content.
    Refuses(String),
    /// With calls of functions: name and arguments.
    Calls(Vec<(String, String)>),
    /// With values that fit the schema, by taste.
    Fits(Taste),
    /// Now with any JSON, now with any values that fit the schema. The same seed says the same.
    Random(u64),
    /// One after another, then the last one for ever. An empty script is a server that fails (500).
    Script(Vec<Behaviour>),
    /// As the closure says.
    With(Arc<Closure>),
    /// As the last, unless the request uses what the server does not know.
    Lacks(Vec<Feature>, Box<Behaviour>),
    /// After a while.
    Late(Duration, Box<Behaviour>),
    /// With one vector for each text of `input`: its count of letters, of words, and 1.
    Embeds,
    /// With these bytes.
    Raw {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// With an answer's beginning and then one byte each time.
    Drips(Duration),
    /// With an answer's beginning and then more of it, as fast as it is read, for ever.
    NeverEnds,
    /// With half an answer; then the connection is gone.
    CutsOff,
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Behaviour")
    }
}

impl Behaviour {
    pub fn with(closure: impl Fn(&Asked) -> Self + Send + Sync + 'static) -> Self {
        Self::With(Arc::new(closure))
    }

    /// This, of a server that lacks these features.
    #[must_use]
    pub fn lacking(self, features: &[Feature]) -> Self {
        Self::Lacks(features.to_vec(), Box::new(self))
    }

    /// An error as most servers word it.
    pub fn status(status: u16) -> Self {
        Self::error(status, "The server had an error", None)
    }

    /// An error with its code.
    pub fn error(status: u16, message: &str, code: Option<&str>) -> Self {
        Self::json(
            status,
            &json!({"error": {"message": message, "type": "error", "param": null, "code": code}}),
        )
    }

    /// An error that says after how many seconds to come back.
    pub fn busy(status: u16, retry_after_s: u64) -> Self {
        match Self::status(status) {
            Self::Raw {
                status,
                mut headers,
                body,
            } => {
                headers.push(("retry-after".to_owned(), retry_after_s.to_string()));
                Self::Raw {
                    status,
                    headers,
                    body,
                }
            }
            other => other,
        }
    }

    /// JSON of any shape.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Raw {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    /// A page for people where an answer should be.
    pub fn html() -> Self {
        Self::Raw {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: b"<html><body><h1>It works!</h1></body></html>".to_vec(),
        }
    }

    /// An answer of so many bytes.
    pub fn huge(bytes: usize) -> Self {
        Self::Writes(format!("{{\"text\":\"{}\"}}", "x".repeat(bytes)))
    }

    /// An answer whose JSON is nested so deep.
    pub fn deep(levels: usize) -> Self {
        Self::Writes(format!(
            "{}0{}",
            "{\"a\":".repeat(levels),
            "}".repeat(levels)
        ))
    }

    /// An answer whose envelope is nested so deep.
    pub fn deep_envelope(levels: usize) -> Self {
        Self::Raw {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into_bytes(),
        }
    }

    /// An answer whose text is not UTF-8.
    pub fn invalid_utf8() -> Self {
        Self::Raw {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: b"{\"choices\":[{\"message\":{\"content\":\"\xff\xfe\xc3\x28\"},\"finish_reason\":\"stop\"}]}".to_vec(),
        }
    }

    /// An object of another shape than asked for.
    pub fn wrong_schema() -> Self {
        Self::Writes(
            json!({"decision": "approve", "grounding": "FULLY_SUPPORTED", "overrides": ["GST-ACTIVE"]})
                .to_string(),
        )
    }

    /// A call of a function that nobody offered.
    pub fn foreign_call() -> Self {
        Self::Calls(vec![(
            "approve_payment".to_owned(),
            json!({"amount": "118000.00", "invoice": "all"}).to_string(),
        )])
    }
}
