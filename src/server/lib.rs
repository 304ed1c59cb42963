//! The daemon's HTTP: verifications, their events and reviews, webhooks, questions, reports, health.
//!
//! Everything of HTTP lives here and nothing else does: what is done is asked of a [`Service`] that the binary implements.
//! One table, `routes::ROUTES`, has each route with its handler, what it takes to use it and its part of the `OpenAPI`
//! document, so that neither can lack what the other has. Speaks HTTP/1.1 alone: what stands before it speaks the rest.
//!
//! *Invariants:* every answer from 400 on is a problem of RFC 9457, but for heads that are no HTTP at all. No token, document or
//! query reaches a log or an error. A request without a valid token reaches nothing but health, metrics, hooks and the
//! pages that explain problems.

mod app;
mod auth;
mod cursor;
mod door;
mod guard;
mod jwks;
mod jwt;
mod keys;
mod limits;
mod listen;
mod negotiate;
mod openapi;
mod problem;
mod routes;
mod service;
mod settings;
mod sse;
mod tls;
mod within;

pub use auth::Role;
pub use keys::KeySettings;
pub use listen::{Drained, Running, Server, StartError};
pub use service::{
    Accepted, AskError, Delivery, Event, Events, Exchange, Failure, HookError, ListQuery, Listed,
    Part, Priority, Question, Review, ReviewDecision, ReviewError, Service, Status, Submission,
    SubmitError, Submitted, Tenant,
};
pub use settings::{JwtSettings, RateSettings, Settings, SettingsError, TlsSettings};
pub use tls::TlsError;
pub use within::tls_within;
