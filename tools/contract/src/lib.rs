//! What a tool is: a manifest and one typed, read-only question to one system.
//!
//! *Invariant:* "no such record" is an [`Answer::Absent`] and therefore evidence; "no answer" is a
//! [`ToolError`] and leaves the obligation open. The two are never confused.

use std::{future::Future, sync::Arc};

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// What a call costs, so that a router can prefer the cheap and the journal knows what to make durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Computed in the process or read from our own store.
    Local,
    /// Leaves the machine: slow, rate-limited, possibly billed.
    Outward,
}

/// A tool as a router or a model sees it. The schemas are derived from the types, never written by hand.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// Stable name, `snake_case`.
    pub name: &'static str,
    /// One sentence: what it answers.
    pub description: &'static str,
    /// When to use it, and when not.
    pub when: &'static str,
    pub cost: Cost,
}

/// A manifest with the schemas of its arguments and its record.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    pub name: &'static str,
    pub description: &'static str,
    pub when: &'static str,
    pub cost: Cost,
    /// JSON Schema of the arguments.
    pub arguments: Value,
    /// JSON Schema of the record in an observation.
    pub record: Value,
}

/// What a system said. Both are evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<R> {
    Found(R),
    /// The system answered that it has no such record; the text says of what, without personal data.
    Absent(String),
}

/// Why a system gave no usable answer. The obligation stays open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// The arguments do not fit the schema; nothing was asked.
    #[error("{tool}: the arguments do not fit: {detail}")]
    Arguments { tool: &'static str, detail: String },
    /// No answer: refused, timed out, circuit open, server error. Asking again may help.
    #[error("{tool}: no answer: {detail}; nothing was changed, retry is safe")]
    Unreachable { tool: &'static str, detail: String },
    /// An answer that cannot be read. Asking again may help, once.
    #[error("{tool}: the answer cannot be read: {detail}")]
    Malformed { tool: &'static str, detail: String },
    /// The source was never loaded (a book without that file): asking again is of no use.
    #[error("{tool}: no source: {detail}")]
    NoSource { tool: &'static str, detail: String },
}

impl ToolError {
    /// Whether the same question later may be answered.
    pub fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Malformed { .. })
    }
}

/// A read-only question to one system, typed for its author. Deadline, retries, cache and circuit breaker
/// are the adapter's own; masking and recording belong to the caller.
pub trait Tool: Send + Sync + 'static {
    const MANIFEST: Manifest;
    type Args: DeserializeOwned + Serialize + JsonSchema + Send;
    type Record: Serialize + JsonSchema + Send;
    fn ask(
        &self,
        args: Self::Args,
    ) -> impl Future<Output = Result<Answer<Self::Record>, ToolError>> + Send;

    /// Whether a question leaves the process, as the manifest has it unless the tool was made to ask something in it: then
    /// the journal has it durable before and after.
    fn leaves(&self) -> bool {
        Self::MANIFEST.cost == Cost::Outward
    }

    /// The record as JSON. A tool whose record is JSON already hands it over as it is.
    ///
    /// # Errors
    /// A record that JSON cannot hold.
    fn erase(record: Self::Record) -> Result<Arc<Value>, serde_json::Error> {
        serde_json::to_value(record).map(Arc::new)
    }
}

/// What goes into evidence: the record as JSON, or the absence.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub found: bool,
    /// The record, or `{"found": false, "reason": …}`. Shared: a tool that keeps answers keeps this one.
    pub value: Arc<Value>,
}

/// A tool with its types erased: what the graph holds.
#[async_trait]
pub trait AnyTool: Send + Sync {
    fn manifest(&self) -> &'static Manifest;
    fn describe(&self) -> Description;
    /// Whether a question leaves the process.
    fn leaves(&self) -> bool {
        self.manifest().cost == Cost::Outward
    }
    /// Validates the arguments against the argument type, asks, and erases the record.
    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError>;
}

#[async_trait]
impl<T: Tool> AnyTool for T {
    fn manifest(&self) -> &'static Manifest {
        &T::MANIFEST
    }

    fn describe(&self) -> Description {
        Description {
            name: T::MANIFEST.name,
            description: T::MANIFEST.description,
            when: T::MANIFEST.when,
            cost: T::MANIFEST.cost,
            arguments: schemars::schema_for!(T::Args).to_value(),
            record: schemars::schema_for!(T::Record).to_value(),
        }
    }

    fn leaves(&self) -> bool {
        Tool::leaves(self)
    }

    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError> {
        let tool = T::MANIFEST.name;
        let args: T::Args =
            T::Args::deserialize(arguments).map_err(|error| ToolError::Arguments {
                tool,
                detail: error.to_string(),
            })?;
        match self.ask(args).await? {
            Answer::Found(record) => {
                let value = T::erase(record).map_err(|error| ToolError::Malformed {
                    tool,
                    detail: error.to_string(),
                })?;
                Ok(Observation { found: true, value })
            }
            Answer::Absent(reason) => Ok(Observation {
                found: false,
                value: Arc::new(json!({"found": false, "reason": reason})),
            }),
        }
    }
}
