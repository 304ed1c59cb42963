//! What a model is to this program: somebody weak, hostile and slow, who is asked in writing.
//!
//! [`Model`] is the port; whoever speaks HTTP implements it. [`Desk`] writes the questions: a prompt from `prompts/`, its
//! inputs masked under the case's key, the whole scanned once more before it goes out, a canary in it, a closed JSON Schema for the
//! answer. [`Question::read`] reads the answers, and takes nothing that is cut, refused, too long, of another shape, or
//! that carries a link, a control character or the canary.
//! *Invariant:* nothing unmasked leaves in an [`Ask`]; nothing unread comes back from a [`Said`].

mod desk;
mod port;
mod prompt;
mod reply;

#[cfg(test)]
mod tests;

pub use desk::{Blocked, Desk, Input, Question};
pub use port::{Ask, Finish, Manner, Model, ModelError, Price, Role, Said};
pub use prompt::{FlawedPrompt, Prompt, Prompts};
pub use reply::Unusable;
