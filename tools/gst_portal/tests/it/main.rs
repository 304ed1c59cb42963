//! The tool against real sockets: the portal's stand-in, and a server that answers by script.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod portal_answers;
mod resilience;
mod scripted;
mod support;
