//! The adapter against servers on this machine: well-behaved, failing, hostile, and, on request, a real one.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod asking;
mod embedding;
mod hostile;
mod real;
mod resilience;
mod support;
