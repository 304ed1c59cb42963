//! The way in and the wake-up, against a real server.

#![expect(
    clippy::unwrap_used,
    reason = "it runs in tests: what fails here fails the test"
)]

mod crashes;
mod dead;
mod desk;
mod flow;
mod made;
mod refusals;
mod wake;
