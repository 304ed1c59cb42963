//! What is counted and traced, read off verdicts and out of ports: the nodes and tools know nothing of it.
//!
//! *Invariant:* no label takes a value from a document. Labels come from closed sets ([`Vocabulary`]); what is in none of
//! them is counted as `other`.
//! *Invariant:* nothing here can fail or delay a verification: what cannot be counted or sent is dropped.

mod chat;
mod closed;
mod content;
mod door;
mod drift;
mod exposition;
mod families;
mod meters;
mod metrics;
mod otlp;
mod plan;
mod process;
mod seen;
mod settings;
mod traceparent;
mod vocabulary;

pub use closed::{Attempt, Cache, CacheResult, Callback, Kind, QueueState};
pub use content::Mask;
pub use door::expose;
pub use exposition::Format;
pub use families::{Declared, FAMILIES, Type};
pub use metrics::{Build, Metrics};
pub use otlp::{Tracing, TracingError};
pub use seen::{Chat, QueueStats, Reply, Seen};
pub use settings::Settings;
pub use traceparent::trace_id;
pub use vocabulary::{SOURCES, Vocabulary};
