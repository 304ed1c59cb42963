//! Answers given before, found again by what is asked.
//!
//! [`Reading`] says what a question means as far as its words say it: its numbers, identifiers, days and names, and the words
//! that turn, bound or direct it. Where somebody is named in words, all words among which the name stands count as they are
//! written. *Invariant:* two questions share an answer only if their readings are equal. The likeness of their wordings, by an
//! [`Embedder`], can only refuse further.

mod bind;
mod cache;
mod embed;
mod frame;
mod guard;
mod named;
mod piece;
mod span;
mod text;
mod token;
mod vector;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use cache::{Answered, Cache, Hit, Limits, Scope};
pub use embed::{EmbedError, Embedder, Local};
pub use guard::{QUESTION_BYTES_MAX, Reading};
pub use vector::{BadVector, DIMENSIONS_MAX, Likeness, Vector};
