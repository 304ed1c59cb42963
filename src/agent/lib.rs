//! The agent: a proved graph over a journal of effects, and the machine that verifies an invoice on it.
//!
//! It knows tools only as `dyn AnyTool`, models as `dyn Model`, and stores as the journal's port.
//! *Invariant:* facts come from code and evidence; doubt only raises a decision ([`case::Floor`]).

pub mod approval;
pub mod ask;
pub mod case;
pub mod claims;
mod consult;
mod critic;
pub mod engine;
pub mod grounding;
mod leads;
pub mod nodes;
pub mod obligations;
mod reader;
pub mod record;
pub mod relevance;
pub mod review;
pub mod screening;
pub mod toolbox;
pub mod verify;
pub mod what_if;

pub use ask::{Asker, Question};
pub use case::{Case, Input};
pub use consult::{Adviser, Consulted, Exchange, NoCounsel};
pub use nodes::Loops;
pub use review::{Reviewer, Rules};
pub use toolbox::Toolbox;
pub use verify::{Agent, VerifyError, journal_head};

#[cfg(test)]
mod tests;
