//! NATS `JetStream` as a way in and a wake-up, over `async-nats`.
//!
//! [`Link`] is the connection, [`Ingest`] the way in, [`Wake`] the wake-up. Documents come as messages on
//! `satyapan.invoices.<tenant>`, kept by a work-queue stream until they are acknowledged, and go to the port [`Accept`].
//!
//! *Invariant:* `JetStream` is never the ledger. A message is acknowledged, twice over, after the port has committed it, so what is
//! lost on the way is delivered again, and the port knows it by its key: each document becomes one job, however often it comes.
//! *Invariant:* nothing is dropped. What cannot become a job, and what ran out of deliveries, is kept as a dead letter on
//! `satyapan.dead.<tenant>` with its payload and the reason before it leaves the stream; what has no place there stays in the stream.
//! *Invariant:* no document, message id, token or address with a password is in a log or an error.

mod accept;
mod dead;
mod error;
mod ingest;
mod leftovers;
mod link;
mod message;
mod pace;
mod settings;
mod topology;
mod wake;

pub use accept::{Accept, Accepted, Refused};
pub use error::NatsError;
pub use ingest::{Counts, Ingest};
pub use link::Link;
pub use message::{DEAD, INVOICES, Incoming, NOBODY};
pub use settings::{Intake, Settings, SettingsError};
pub use wake::{WAKE, Wake};
