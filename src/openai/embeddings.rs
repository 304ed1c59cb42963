//! Embeddings from an endpoint: the adapter of the port [`recall::Embedder`].
//!
//! Bounded as questions are: places, attempts, deadline, bytes, circuit breaker. There is no ladder: an endpoint makes
//! embeddings or it does not, and who asks does as well without.

use std::time::Duration;

use async_openai::{Client, error::OpenAIError};
use async_trait::async_trait;
use recall::{EmbedError, Embedder, Vector};
use serde::Deserialize;
use serde_json::{Number, Value, json};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout_at},
};

use crate::{
    breaker::Breaker,
    settings::{Settings, SettingsError},
    wire::{Address, Bounded, Failure},
};

/// The longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// The longest wait between two attempts.
const BACKOFF_MS_MAX: u64 = 10_000;

/// Vectors from an endpoint.
pub struct Embeddings {
    client: Client<Address>,
    name: String,
    deadline: Duration,
    attempt: Duration,
    retries: u32,
    backoff_ms: u64,
    places: Semaphore,
    breaker: Breaker,
}

#[derive(Deserialize)]
struct Reply {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    index: Option<usize>,
    embedding: Vec<Number>,
}

impl Embeddings {
    /// `None` if the settings name no model for embeddings. Opens no connection.
    ///
    /// # Errors
    /// Settings with which it could not be asked.
    pub fn new(settings: &Settings) -> Result<Option<Self>, SettingsError> {
        settings.proved()?;
        let Some(endpoint) = settings.embeddings()? else {
            return Ok(None);
        };
        let attempt = Duration::from_secs(settings.attempt_s);
        let connect = attempt.min(CONNECT_MAX);
        let bounded = Bounded::new(&endpoint.base_url, connect, settings.reply_bytes_max)?;
        Ok(Some(Self {
            client: Client::build(bounded.http().clone(), Address::new(&endpoint))
                .with_http_service(bounded),
            name: endpoint.name,
            deadline: Duration::from_secs(settings.deadline_s),
            attempt,
            retries: settings.retries,
            backoff_ms: settings.backoff_ms,
            places: Semaphore::new(settings.concurrency.min(Semaphore::MAX_PERMITS)),
            breaker: Breaker::new(
                settings.breaker_failures,
                Duration::from_secs(settings.breaker_cooldown_s),
            ),
        }))
    }

    /// The model's name, as configured: vectors of two models are not compared.
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn attempts(&self, request: &Value) -> Result<Value, EmbedError> {
        // The semaphore is never closed; were it, nothing could be asked.
        let Ok(_place) = self.places.acquire().await else {
            return Err(EmbedError::Unavailable("no place is left".to_owned()));
        };
        let mut failed = 0;
        loop {
            self.breaker.leave(Instant::now()).map_err(|_| {
                EmbedError::Unavailable("not asked, as the last attempts failed".to_owned())
            })?;
            let until = Instant::now() + self.attempt;
            let embeddings = self.client.embeddings();
            let failure = match timeout_at(until, embeddings.create_byot(request)).await {
                Ok(Ok(reply)) => {
                    self.breaker.answered();
                    return Ok(reply);
                }
                Ok(Err(OpenAIError::Boxed(error))) => error
                    .downcast::<Failure>()
                    .map_or(Failure::Broken("the client failed"), |failure| *failure),
                Ok(Err(_)) => Failure::Broken("the client failed"),
                Err(_) => Failure::Broken("timed out"),
            };
            let mut after = None;
            let passes = match &failure {
                Failure::Unreadable(detail) => {
                    self.breaker.failed(Instant::now());
                    return Err(EmbedError::Malformed(detail.clone()));
                }
                Failure::Broken(_) => true,
                Failure::Status {
                    status,
                    retry_after,
                    ..
                } => {
                    after = *retry_after;
                    matches!(status, 408 | 409 | 425 | 429 | 500..)
                }
            };
            match &failure {
                Failure::Status { status, .. } if *status < 500 => self.breaker.answered(),
                _ => self.breaker.failed(Instant::now()),
            }
            failed += 1;
            if !passes || failed > self.retries {
                return Err(EmbedError::Unavailable(failure.to_string()));
            }
            let longest = 1_u64
                .checked_shl(failed - 1)
                .unwrap_or(u64::MAX)
                .saturating_mul(self.backoff_ms)
                .min(BACKOFF_MS_MAX);
            let wait = Duration::from_millis(rand::random_range(0..=longest));
            sleep(after.map_or(wait, |after| after.max(wait))).await;
        }
    }
}

#[async_trait]
impl Embedder for Embeddings {
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let request = json!({"model": self.name, "input": texts, "encoding_format": "float"});
        let deadline = Instant::now() + self.deadline;
        let reply = timeout_at(deadline, self.attempts(&request))
            .await
            .unwrap_or_else(|_| {
                let detail = format!("none within {} s", self.deadline.as_secs());
                Err(EmbedError::Unavailable(detail))
            })?;
        read(reply, texts.len())
    }
}

/// One vector for each text, in the order of the texts, all of one length.
fn read(reply: Value, wanted: usize) -> Result<Vec<Vector>, EmbedError> {
    let malformed = |detail: &str| EmbedError::Malformed(detail.to_owned());
    let reply: Reply =
        serde_json::from_value(reply).map_err(|_| malformed("it is no list of vectors"))?;
    if reply.data.len() != wanted {
        let got = reply.data.len();
        return Err(malformed(&format!("{got} vectors for {wanted} texts")));
    }
    let mut vectors: Vec<Option<Vector>> = vec![None; wanted];
    for (place, row) in reply.data.into_iter().enumerate() {
        let place = vectors
            .get_mut(row.index.unwrap_or(place))
            .ok_or_else(|| malformed("a vector is of no text"))?;
        if place.replace(Vector::read(&row.embedding)?).is_some() {
            return Err(malformed("two vectors are of one text"));
        }
    }
    let vectors: Vec<Vector> = vectors.into_iter().flatten().collect();
    let mut lengths = vectors.iter().map(Vector::dimensions);
    let first = lengths.next();
    if lengths.any(|length| Some(length) != first) {
        return Err(malformed("the vectors are of different lengths"));
    }
    Ok(vectors)
}
