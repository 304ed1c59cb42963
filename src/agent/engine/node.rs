//! What a node is, and what it may return.

use async_trait::async_trait;

use super::{context::Ctx, effect::EffectError, state::State};

/// What the graph is told about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeSpec {
    pub name: &'static str,
    /// Raised when the node would answer differently; part of the graph's hash.
    pub version: u32,
    /// Fields of the state it reads.
    pub reads: &'static [&'static str],
    /// Fields of the state its deltas write.
    pub writes: &'static [&'static str],
    /// How often one run may enter it. One more is a spent budget.
    pub max_visits: u32,
    /// A resumed run runs the node again on its recorded answers instead of folding its recorded delta: for deltas
    /// whose bulk is not written because code gets it back from those answers.
    pub recomputed: bool,
}

impl NodeSpec {
    /// Version 1, no declared fields, at most 8 visits.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            version: 1,
            reads: &[],
            writes: &[],
            max_visits: 8,
            recomputed: false,
        }
    }

    /// See [`Self::recomputed`].
    #[must_use]
    pub const fn recomputed(self) -> Self {
        Self {
            recomputed: true,
            ..self
        }
    }

    #[must_use]
    pub const fn version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    #[must_use]
    pub const fn reads(self, reads: &'static [&'static str]) -> Self {
        Self { reads, ..self }
    }

    #[must_use]
    pub const fn writes(self, writes: &'static [&'static str]) -> Self {
        Self { writes, ..self }
    }

    #[must_use]
    pub const fn max_visits(self, max_visits: u32) -> Self {
        Self { max_visits, ..self }
    }
}

/// What a node found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<D> {
    /// `None`: nothing to fold.
    pub delta: Option<D>,
    /// Why, in a sentence for people; goes to the trace and the journal.
    pub thought: Option<String>,
}

impl<D> Step<D> {
    pub const fn new(delta: D) -> Self {
        Self {
            delta: Some(delta),
            thought: None,
        }
    }

    /// The node had nothing to say.
    pub const fn nothing() -> Self {
        Self {
            delta: None,
            thought: None,
        }
    }

    #[must_use]
    pub fn thought(self, thought: impl Into<String>) -> Self {
        Self {
            thought: Some(thought.into()),
            ..self
        }
    }
}

impl<D> From<D> for Step<D> {
    fn from(delta: D) -> Self {
        Self::new(delta)
    }
}

/// Why a node could not finish. The run takes its error edge; what it knew is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NodeError {
    pub message: String,
}

impl NodeError {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl From<EffectError> for NodeError {
    fn from(error: EffectError) -> Self {
        Self::new(error.to_string())
    }
}

/// One step of the graph. It must be a function of the state and of what [`Ctx`] answers: no other
/// clock, randomness, IO or hidden memory, or its runs do not replay.
#[async_trait]
pub trait Node<S: State>: Send + Sync {
    fn spec(&self) -> NodeSpec;

    async fn run(&self, cx: &Ctx, state: &S) -> Result<Step<S::Delta>, NodeError>;
}
