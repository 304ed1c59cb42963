//! What can go wrong between here and NATS.

use std::path::PathBuf;

use crate::SettingsError;

/// What went wrong between here and NATS. Holds no secret and nothing of a message.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(
        "nats: the credentials file {path:?} cannot be read ({source}): name one that `nsc` has written in nats.credentials_file"
    )]
    Credentials {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("nats: no client can be made: {0}")]
    Client(String),
    #[error(
        "nats: not connected to {servers}{}; attempts go on by themselves, and messages wait at the server",
        last_error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default()
    )]
    Disconnected {
        servers: String,
        last_error: Option<String>,
    },
    #[error("nats: {asked} {name}: {reason}; nothing is lost, it is tried again by itself")]
    JetStream {
        asked: &'static str,
        name: String,
        reason: String,
    },
    #[error(
        "nats: the stream {stream} has {what}: nothing was changed; give nats.stream another name, or mend or remove that stream"
    )]
    Foreign { stream: String, what: String },
    #[error(
        "nats: the server takes messages of at most {server} bytes, and nats.message_bytes_max with {headers} for headers is more: \
         lower it, or raise max_payload in the server's configuration"
    )]
    Payload { server: usize, headers: usize },
}

impl NatsError {
    /// An answer of `JetStream` that was none, or was an error.
    pub(crate) fn asked(asked: &'static str, name: &str, reason: impl std::fmt::Display) -> Self {
        Self::JetStream {
            asked,
            name: name.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// Whether it may pass without a person.
    pub fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Disconnected { .. } | Self::JetStream { .. })
    }
}
