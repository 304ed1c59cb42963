//! Messages of accounting systems verified and named by what they are about, and our own signed.
//!
//! A [`Source`] is a scheme, which says whether a message is genuine, and a format, which says what event it tells of:
//! a document to verify, a notice of one that is read back later, or nothing that concerns us.
//!
//! *Invariant:* pure. The clock and the secrets are arguments; nothing is read, sent or kept.
//! *Invariant:* the bytes are verified as they came, in constant time, before any of them is parsed.
//! *Invariant:* no error says anything of a secret, a signature or a body but where in it something is wrong.

mod event;
mod format;
mod key;
mod refusal;
mod request;
mod scheme;
mod settings;
mod source;
pub mod standard;

pub use event::{Event, Kind, Reference, System, document_of};
pub use format::Format;
pub use key::SecretError;
pub use refusal::{Reason, Refusal};
pub use request::Request;
pub use scheme::Scheme;
pub use settings::{Settings, SettingsError};
pub use source::{Source, Sources};
