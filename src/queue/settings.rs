//! What an operator may choose of the queue.

use std::time::Duration;

use serde::Deserialize;

use crate::Backoff;

/// The section `[queue]` of the settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How long a job stays with a worker that says nothing; renewed three times as often.
    pub lease_s: u32,
    /// Claims of a job before it is dead.
    pub max_attempts: u32,
    /// Longest first pause after a failure; doubles, with full jitter.
    pub backoff_ms: u32,
    /// Longest pause.
    pub backoff_max_s: u32,
    /// Jobs that wait, at most; more are refused.
    pub depth: u32,
    /// The same of one tenant.
    pub depth_tenant: u32,
    /// Jobs of one tenant and vendor in flight at once, where the vendor is known. Above 1, invoices that come together
    /// are judged together: a duplicate, or an order billed twice, is not seen among them.
    pub in_flight_vendor: u32,
    /// How often a worker looks when nobody wakes it.
    pub poll_ms: u32,
    /// How long a worker that is told to stop waits for what is in flight.
    pub drain_s: u32,
}

impl Settings {
    /// At least a second: a lease must outlive a slow commit.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(u64::from(self.lease_s.max(1)))
    }

    pub fn poll(&self) -> Duration {
        Duration::from_millis(u64::from(self.poll_ms.max(10)))
    }

    pub fn drain(&self) -> Duration {
        Duration::from_secs(u64::from(self.drain_s))
    }

    pub fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_millis(u64::from(self.backoff_ms)),
            most: Duration::from_secs(u64::from(self.backoff_max_s)),
        }
    }
}
