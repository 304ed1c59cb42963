//! The agent engine: a proved graph, walked over a journal of effects.
//!
//! It knows nothing of invoices, tools or models. A [`Machine`] is a graph whose guards are data and
//! whose shape was proved when it was built; an [`Engine`] walks it. Nodes read the state, ask the
//! world through [`Ctx`] only, and return a delta; the engine alone folds it. What the world answered
//! is in the [`Journal`], and the same record is crash recovery, replay, fixture, trace and audit.
//!
//! *Invariant:* a recorded answer is never asked for again, and a run never goes on under a graph
//! other than the one it began under.
//! *Invariant:* what a node hands to [`Ctx::effect`] is written as it stands; masking personal data is
//! the caller's.
//! *Invariant:* deltas and bodies are plain JSON. Types whose serde form buffers numbers (untagged,
//! internally tagged or flattened enums) do not read back under `arbitrary_precision`.

mod budget;
mod context;
mod draw;
mod effect;
mod graph;
mod guard;
mod journal;
mod node;
mod parking;
mod proof;
mod recorded;
mod run;
mod state;

#[cfg(test)]
mod tests;

pub use budget::{Budget, Spend, Usage};
pub use context::Ctx;
pub use effect::{Answer, Body, EffectError, EffectKind, ErrorKind, Request, canonical};
pub use graph::{Builder, Edge, EdgeKind, Graph, Machine};
pub use guard::{Guard, Name};
pub use journal::{
    Batch, BrokenChain, Digest, Entry, Extra, Input, Journal, JournalError, Kind, MemoryJournal,
    NoJournal, RunId, verify_chain,
};
pub use node::{Node, NodeError, NodeSpec, Step};
pub use parking::Parking;
pub use proof::Flaw;
pub use recorded::{Paid, paid};
pub use run::{
    Cause, Clock, Closing, Diversion, Engine, Event, Mode, Observer, Outcome, RunError, Start,
    SystemClock, TraceStep,
};
pub use state::{Fact, State};
