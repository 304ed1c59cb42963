//! An outbox, a receiver, and one who delivers from the one to the other.

use std::sync::Arc;

use callbacks::{Deliverer, Lookup, Settings, SystemLookup};
use jiff::{SignedDuration, Timestamp};

use crate::{memory::Memory, server::Server};

pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(crate) const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const BODY: &str = r#"{"type":"verification.completed","data":{"supplier":"शर्मा"}}"#;

pub(crate) fn start() -> Timestamp {
    "2026-11-21T06:00:00Z".parse().unwrap()
}

pub(crate) fn plus(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

/// Settings by which this machine may be called, and nothing takes long.
pub(crate) fn settings(url: &str, more: &str) -> Settings {
    toml::from_str(&format!(
        "url = '{url}'\nsecret = '{SECRET}'\nallow = ['127.0.0.1']\ntimeout_s = 5\n{more}"
    ))
    .unwrap()
}

pub(crate) fn deliverer(outbox: &Arc<Memory>, settings: &Settings) -> Deliverer {
    looking_up(outbox, settings, SystemLookup)
}

pub(crate) fn looking_up(
    outbox: &Arc<Memory>,
    settings: &Settings,
    lookup: impl Lookup + 'static,
) -> Deliverer {
    let outbox = Arc::clone(outbox);
    Deliverer::with_lookup(outbox, settings, Arc::new(lookup)).unwrap()
}

/// One message in an outbox, and who delivers it to a server.
pub(crate) fn one(server: &Server) -> (Arc<Memory>, Deliverer) {
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let deliverer = deliverer(&outbox, &settings(&server.url(), ""));
    (outbox, deliverer)
}
