//! NATS JetStream as a way in and a wake-up. Never the ledger: a message is acknowledged after the store has committed.
