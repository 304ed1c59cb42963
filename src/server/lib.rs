//! The daemon's HTTP: verifications, webhooks, health. Knows HTTP and a port to the service behind it; no rule, no SQL.
