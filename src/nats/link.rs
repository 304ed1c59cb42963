//! The connection: made once, kept for ever.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event,
    connection::State,
    jetstream::{self, context::ContextBuilder},
};
use serde::Deserialize;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{NatsError, Settings, pace::Backoff, topology};

/// Between attempts to connect.
const RECONNECT: Backoff = Backoff {
    first: Duration::from_millis(100),
    most: Duration::from_secs(10),
};

/// How long one request for messages stands. A server that forgot it, having been cut off without a word, is asked again after that.
pub(crate) const LISTEN: Duration = Duration::from_secs(20);

/// A connection to NATS. It is there before the server is, and outlives each of its restarts: attempts to connect go on for ever.
/// Copies share it.
#[derive(Clone)]
pub struct Link {
    client: Client,
    settings: Arc<Settings>,
    standing: Arc<Standing>,
    /// Counts connections made.
    connects: watch::Receiver<u64>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("state", &self.client.connection_state())
            .finish_non_exhaustive()
    }
}

/// Why it does not work at present, as far as that is known.
#[derive(Debug, Default)]
struct Standing {
    last_error: Mutex<Option<String>>,
    trouble: Mutex<Option<String>>,
}

/// `JetStream`'s answer, as far as it is read.
#[derive(Deserialize)]
struct Answer {
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    description: String,
}

fn set(place: &Mutex<Option<String>>, value: Option<String>) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

fn get(place: &Mutex<Option<String>>) -> Option<String> {
    place.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl Link {
    /// Begins to connect and does not wait for it: [`Link::ready`] says how it stands.
    ///
    /// # Errors
    /// Settings with which there is no connection, a credentials file that cannot be read.
    pub async fn connect(settings: Settings) -> Result<Self, NatsError> {
        settings.proved()?;
        let servers = settings.servers()?;
        let standing = Arc::<Standing>::default();
        let (connected, connects) = watch::channel(0);
        let (told, tried) = (Arc::clone(&standing), Arc::clone(&standing));
        let mut options = ConnectOptions::new()
            .name("satyapan")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .connection_timeout(Duration::from_millis(settings.connect_timeout_ms))
            .request_timeout(Some(settings.request_timeout()))
            .reconnect_delay_callback(|attempt| {
                RECONNECT.pause(u32::try_from(attempt).unwrap_or(u32::MAX))
            })
            // Chooses no server; only here is it told why the last attempt at one failed.
            .reconnect_to_server_callback(move |servers, _| {
                if let Some(error) = servers.into_iter().find_map(|server| server.last_error) {
                    set(&tried.last_error, Some(error));
                }
                std::future::ready(None)
            })
            .event_callback(move |event| {
                match &event {
                    Event::Connected => {
                        info!("NATS is connected");
                        set(&told.last_error, None);
                        connected.send_modify(|count| *count += 1);
                    }
                    Event::Disconnected => warn!("NATS is disconnected; attempts to connect go on"),
                    Event::ServerError(error) => set(&told.last_error, Some(error.to_string())),
                    _ => {}
                }
                std::future::ready(())
            });
        if let Some(token) = settings.token() {
            options = options.token(token.to_owned());
        }
        if let Some(path) = &settings.credentials_file {
            let with_credentials = options.credentials_file(path).await;
            options = with_credentials.map_err(|source| NatsError::Credentials {
                path: path.clone(),
                source,
            })?;
        }
        if let Some(path) = &settings.ca_file {
            options = options.add_root_certificates(path.clone());
        }
        let client = options
            .connect(servers)
            .await
            .map_err(|error| NatsError::Client(error.to_string()))?;
        Ok(Self {
            client,
            settings: Arc::new(settings),
            standing,
            connects,
        })
    }

    /// Whether messages can come in at present.
    ///
    /// # Errors
    /// No connection, or streams that could not be made, with the reason.
    pub fn ready(&self) -> Result<(), NatsError> {
        if !self.is_connected() {
            return Err(NatsError::Disconnected {
                servers: self.settings.url.clone().unwrap_or_default(),
                last_error: get(&self.standing.last_error),
            });
        }
        let Some(mut reason) = get(&self.standing.trouble) else {
            return Ok(());
        };
        // A server says apart from its answers that something is not permitted.
        if let Some(error) = get(&self.standing.last_error) {
            reason = format!("{reason} ({error})");
        }
        let stream = &self.settings.stream;
        Err(NatsError::asked("taking messages in from", stream, reason))
    }

    /// Asks the server whether it has `JetStream` for us: what `doctor` wants to know.
    ///
    /// # Errors
    /// No answer in time, or one that says no.
    pub async fn probe(&self) -> Result<(), NatsError> {
        // Not `query_account`, which asks of the answer what servers before 2.10 do not say.
        let failed = |reason: String| NatsError::asked("asking for", "JetStream", reason);
        let asked: Result<Answer, _> = self.jetstream().request("INFO", &()).await;
        match asked.map_err(|error| failed(error.to_string()))?.error {
            Some(error) => Err(failed(error.description)),
            None => Ok(()),
        }
    }

    /// Documents that the stream holds; `None` where it is not made yet. Waits for a connection, and changes nothing at the server.
    ///
    /// # Errors
    /// No `JetStream` for us, a stream of that name that is somebody else's.
    pub async fn documents(&self) -> Result<Option<u64>, NatsError> {
        // Its other end is the client's own and lives as long.
        self.connects()
            .wait_for(|connects| *connects > 0)
            .await
            .ok();
        self.probe().await?;
        topology::look(self).await
    }

    /// Sends what is still to be sent, for [`Settings::drain_s`] at most, and closes the connection of all copies.
    pub async fn close(&self) {
        if !self.is_connected() {
            return;
        }
        let patience = Duration::from_secs(self.settings.drain_s.max(1));
        let drained = tokio::time::timeout(patience, async {
            self.client.flush().await.ok();
            self.client.drain().await.ok();
        });
        if drained.await.is_err() {
            warn!("NATS was not drained in {patience:?}: what was not acknowledged comes again");
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn jetstream(&self) -> jetstream::Context {
        let timeout = self.settings.request_timeout();
        ContextBuilder::new()
            .timeout(timeout)
            .ack_timeout(timeout)
            .build(self.client.clone())
    }

    /// Changes with each connection made. A server forgets requests for messages with the connection that they came by.
    pub(crate) fn connects(&self) -> watch::Receiver<u64> {
        self.connects.clone()
    }

    /// What keeps messages from coming in though there is a connection; `None` is nothing.
    pub(crate) fn troubled(&self, reason: Option<String>) {
        set(&self.standing.trouble, reason);
    }
}
