//! The port: one question to a model, and what it said.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a model is asked as. Each role may have an endpoint and a model of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Chooses the next action from a closed list.
    Router,
    /// Doubts what is claimed and retrieved.
    Critic,
    /// Words what is proven.
    Writer,
    /// Reads untrusted text, and is given no tool and no choice.
    Reader,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Router, Self::Critic, Self::Writer, Self::Reader];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::Critic => "critic",
            Self::Writer => "writer",
            Self::Reader => "reader",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One question, masked and ready to go out.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub role: Role,
    /// Name of the schema: the prompt's id.
    pub name: String,
    pub system: String,
    pub user: String,
    /// JSON Schema of the answer: an object, closed. Its members are in the order in which they are to be written.
    pub schema: Arc<Value>,
    /// Longest answer. One that is cut there counts as none.
    pub max_tokens: u32,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It was done.
    Stop,
    /// The token limit cut it off.
    Length,
    /// It, or a filter before it, refused.
    Refused,
    /// The endpoint named no reason, or one that is not known.
    Unknown,
}

/// What a model said. Nothing in it is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The answer's text: JSON, if the model did as it was told.
    pub text: String,
    pub finish: Finish,
    /// Which model answered, as the endpoint names it.
    pub model: String,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    /// What it cost, in paise, rounded up.
    pub paise: u64,
    /// The endpoint's own id of the answer; `None` where it gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Of the prompt's tokens those that the endpoint had in its cache; `None` where it does not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// Of the completion's tokens those of thoughts that are not in the text; `None` where they are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
}

/// How a role's questions go out beside their words, for whoever traces them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Manner {
    /// `None` where none is sent.
    pub temperature: Option<f64>,
    /// `None` where none is sent.
    pub seed: Option<i64>,
    /// Host and port of the endpoint.
    pub server: Option<(String, u16)>,
}

/// The most that a question can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    pub tokens: u64,
    pub paise: u64,
}

/// Why a model gave no answer. Holds nothing of what was asked or said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not reached, timed out, overloaded, circuit open. Asking later may help.
    #[error("the {role} model gave no answer: {detail}")]
    Unavailable {
        role: Role,
        detail: String,
        /// When the endpoint said it may be asked again.
        retry_after: Option<Duration>,
    },
    /// The endpoint refused the request: key, model name, quota. Asking again is of no use.
    #[error("the {role} model's endpoint refused: {detail}")]
    Refused { role: Role, detail: String },
    /// An answer that is no answer: not the protocol, longer than allowed, without end.
    #[error("the {role} model's answer cannot be read: {detail}")]
    Malformed { role: Role, detail: String },
}

/// Models by role, behind whatever wire. Deadline, retries, limits and circuit breaker are the adapter's own; masking,
/// recording and budgets belong to the caller.
#[async_trait]
pub trait Model: Send + Sync {
    /// The model that answers in a role, as configured.
    fn name(&self, role: Role) -> &str;

    /// The most that a question can cost: it is held in the budget until the answer is there.
    fn price(&self, ask: &Ask) -> Price;

    /// How questions in a role go out now. Says nothing where the adapter has nothing to say of it.
    fn manner(&self, _: Role) -> Manner {
        Manner::default()
    }

    /// Asks.
    ///
    /// # Errors
    /// No answer, a refusal, or one that is not the protocol.
    async fn say(&self, ask: &Ask) -> Result<Said, ModelError>;
}
