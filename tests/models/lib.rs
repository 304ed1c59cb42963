//! Model servers for tests: honest, broken and hostile ones, each on a port of its own on this machine.
//!
//! A [`Behaviour`] is data and says how each request is answered; [`ModelServer::start`] runs it. The server has a thread of its
//! own, so that tests without a runtime, and those that start the program, can use it. It answers `POST
//! …/chat/completions`, streamed where asked for, and `POST …/embeddings`, and keeps what it was sent.

#![expect(
    clippy::expect_used,
    reason = "it runs in tests: what fails here fails the test"
)]

mod asked;
mod behaviour;
mod fill;
mod server;
mod wire;

pub use asked::Asked;
pub use behaviour::{Behaviour, Feature};
pub use fill::{Taste, fill};
pub use server::{ModelServer, RunningServer};
