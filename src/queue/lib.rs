//! Jobs that survive the process: the port to a queue, and the workers that empty it.
//!
//! A job is one document and the terms on which it is verified. Delivery is at least once; its effects are exactly once,
//! because whoever stores an effect acknowledges the job in the same transaction, under its [`Lease`].
//!
//! *Invariant:* an attempt is counted when a job is claimed, so a job that kills its process reaches `dead` as well.
//! *Invariant:* a lease is held by a token that no other claim has, never by a name: what a worker does after it lost
//! its lease changes nothing.
//! *Invariant:* the pool frees a slot only after the end of its job is durable.
//! No SQL, no HTTP, and nothing of what a job does.

mod backoff;
mod job;
mod lanes;
mod pool;
mod port;
mod settings;
mod work;

pub use backoff::Backoff;
pub use job::{
    Added, After, Change, Claimed, Hold, Job, Lease, Listing, NewJob, Once, Record, State, Stats,
    Which,
};
pub use lanes::Lanes;
pub use pool::{Pool, Summary};
pub use port::{Begins, Clock, Queue, QueueError, SystemClock};
pub use settings::Settings;
pub use work::{Attempt, Done, Failure, Work};
