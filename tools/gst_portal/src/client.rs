//! One question to the portal: attempts, deadline, waits, circuit breaker, limits.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use contract::ToolError;
use reqwest::Url;
use serde_json::Value;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until, timeout, timeout_at},
};

use crate::{
    NAME,
    breaker::Breaker,
    envelope::{self, Reading},
    question::Operation,
    settings::{PortalSettings, SettingsError},
    way::{Broken, Way},
};

/// Bodies from this size on are parsed on a thread of their own, so that other questions go on.
const BLOCKING_BYTES: usize = 256 * 1024;
/// The longest pause that a portal's `Retry-After` can impose on us.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// The longest wait between two attempts.
const BACKOFF_MS_MAX: u64 = 10_000;

/// What is asked for, ready for the wire.
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    /// What is asked about, as errors may show it.
    pub(crate) subject: String,
}

/// What the portal has to say. No answer is a [`ToolError`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Record(Value),
    Absent(String),
    Unknowable(String),
}

pub(crate) struct Client {
    way: Way,
    base: Url,
    settings: PortalSettings,
    /// One an operation: the registration portal can be down while the GST portal is well.
    breakers: [Breaker; 5],
    places: Semaphore,
    /// Until when the portal wants no requests.
    pause: Mutex<Option<Instant>>,
    /// HTTP requests sent.
    requests: AtomicU64,
}

struct Attempt {
    reading: Reading,
    retry_after: Option<Duration>,
}

impl Client {
    pub(crate) fn new(settings: PortalSettings, way: Way) -> Result<Self, SettingsError> {
        for (name, value) in [
            ("attempt_timeout_ms", settings.attempt_timeout_ms),
            ("deadline_ms", settings.deadline_ms),
            (
                "concurrency",
                u64::try_from(settings.concurrency).unwrap_or(u64::MAX),
            ),
            (
                "body_bytes_max",
                u64::try_from(settings.body_bytes_max).unwrap_or(u64::MAX),
            ),
        ] {
            if value == 0 {
                return Err(SettingsError::Zero(name));
            }
        }
        let cooldown = Duration::from_millis(settings.breaker_cooldown_ms);
        Ok(Self {
            base: way.base()?,
            way,
            breakers: std::array::from_fn(|_| Breaker::new(settings.breaker_failures, cooldown)),
            places: Semaphore::new(settings.concurrency.min(Semaphore::MAX_PERMITS)),
            pause: Mutex::new(None),
            requests: AtomicU64::new(0),
            settings,
        })
    }

    fn breaker(&self, operation: Operation) -> &Breaker {
        let [taxpayer, returns, statement, irn_status, signing_key] = &self.breakers;
        match operation {
            Operation::Taxpayer => taxpayer,
            Operation::Returns => returns,
            Operation::Statement => statement,
            Operation::IrnStatus => irn_status,
            Operation::SigningKey => signing_key,
        }
    }

    /// Whether a question leaves the process.
    pub(crate) fn leaves(&self) -> bool {
        self.way.is_wire()
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Asks, with everything that the settings allow for.
    pub(crate) async fn ask(&self, request: &Request) -> Result<Reply, ToolError> {
        let deadline = Instant::now() + Duration::from_millis(self.settings.deadline_ms);
        let mut last = "no place among the requests under way".to_owned();
        match timeout_at(deadline, self.attempts(request, deadline, &mut last)).await {
            Ok(answer) => answer,
            Err(_) => Err(unreachable(format!(
                "{} within {} ms: {last}",
                request.subject, self.settings.deadline_ms
            ))),
        }
    }

    async fn attempts(
        &self,
        request: &Request,
        deadline: Instant,
        last: &mut String,
    ) -> Result<Reply, ToolError> {
        let url = self.url(request);
        let breaker = self.breaker(request.operation);
        let mut unreadable = None;
        for attempt in 0..=self.settings.retries {
            if let Some(until) = self.wait(attempt) {
                if until >= deadline {
                    return Err(unreachable(format!("{}: {last}", request.subject)));
                }
                sleep_until(until).await;
            }
            // The semaphore is never closed; were it, nothing could be asked.
            let Ok(_place) = self.places.acquire().await else {
                break;
            };
            let Some(permit) = breaker.permit(Instant::now()) else {
                return Err(unreachable(format!(
                    "{}: not tried, as the last attempts failed; one will be made after {} ms",
                    request.subject, self.settings.breaker_cooldown_ms
                )));
            };
            let time = Duration::from_millis(self.settings.attempt_timeout_ms)
                .min(deadline.saturating_duration_since(Instant::now()));
            let attempt = timeout(time, self.attempt(request.operation, url.clone())).await;
            match attempt {
                Ok(Ok(Attempt {
                    reading,
                    retry_after,
                })) => match reading {
                    Reading::Transient { detail, limited } => {
                        unreadable = None;
                        *last = detail;
                        if limited {
                            permit.answered();
                            self.pause(retry_after);
                        } else {
                            permit.failed(Instant::now());
                        }
                    }
                    answered => {
                        permit.answered();
                        if let Some(answer) = settled(answered, request, &mut unreadable) {
                            return answer;
                        }
                    }
                },
                Ok(Err(Broken(detail))) => {
                    permit.failed(Instant::now());
                    detail.clone_into(last);
                }
                Err(_) => {
                    permit.failed(Instant::now());
                    *last = format!("timed out after {} ms", time.as_millis());
                }
            }
        }
        if let Some(detail) = unreadable {
            return Err(malformed(format!("{}: {detail}", request.subject)));
        }
        Err(unreachable(format!(
            "{} in {} attempts: {last}",
            request.subject,
            self.settings.retries.saturating_add(1)
        )))
    }

    /// When to try: at once at first, after a wait drawn evenly from nothing up to the backoff later, and never before a
    /// pause that the portal asked for is over.
    fn wait(&self, attempt: u32) -> Option<Instant> {
        let now = Instant::now();
        let pause = *self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pause.filter(|until| *until > now);
        if attempt == 0 && pause.is_none() {
            return None;
        }
        let doubled = 1_u64
            .checked_shl(attempt.saturating_sub(1))
            .unwrap_or(u64::MAX);
        let longest = self
            .settings
            .backoff_ms
            .saturating_mul(doubled)
            .min(BACKOFF_MS_MAX);
        let jitter = Duration::from_millis(rand::random_range(0..=longest));
        Some(pause.unwrap_or(now) + jitter)
    }

    fn pause(&self, retry_after: Option<Duration>) {
        let Some(retry_after) = retry_after else {
            return;
        };
        let until = Instant::now() + retry_after.min(PAUSE_MAX);
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        *pause = Some(pause.map_or(until, |old| old.max(until)));
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.base.clone();
        // An http URL always has path segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&request.path);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        url
    }

    async fn attempt(&self, operation: Operation, url: Url) -> Result<Attempt, Broken> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let bytes_max = self.settings.body_bytes_max;
        let answered = self.way.get(url, bytes_max).await?;
        let reading = match answered.body {
            Some(body) => read(operation, answered.status, body).await,
            None => Reading::Malformed(format!("a body of more than {bytes_max} bytes")),
        };
        Ok(Attempt {
            reading,
            retry_after: answered.retry_after,
        })
    }
}

async fn read(operation: Operation, status: u16, body: Bytes) -> Reading {
    if body.len() < BLOCKING_BYTES {
        return envelope::read(operation, status, &body);
    }
    let parsed = tokio::task::spawn_blocking(move || envelope::read(operation, status, &body));
    parsed
        .await
        .unwrap_or_else(|_| Reading::Malformed("a body that could not be parsed".to_owned()))
}

/// The answer to the question; `None` where asking once more may mend it: an unreadable answer, the first time.
fn settled(
    reading: Reading,
    request: &Request,
    unreadable: &mut Option<String>,
) -> Option<Result<Reply, ToolError>> {
    let subject = &request.subject;
    Some(match reading {
        Reading::Record(record) => Ok(Reply::Record(record)),
        Reading::Absent(code) => Ok(Reply::Absent(code)),
        Reading::Unknowable(why) => Ok(Reply::Unknowable(why)),
        Reading::Refused(detail) => Err(unreachable(format!("{subject}: {detail}"))),
        Reading::BadRequest(detail) => Err(ToolError::Arguments {
            tool: NAME,
            detail: format!("the portal refuses the request for {subject}: {detail}"),
        }),
        Reading::Malformed(detail) | Reading::Transient { detail, .. } => {
            if unreadable.is_none() {
                *unreadable = Some(detail);
                return None;
            }
            Err(malformed(format!("{subject}: {detail}")))
        }
    })
}

pub(crate) fn unreachable(detail: String) -> ToolError {
    ToolError::Unreachable { tool: NAME, detail }
}

pub(crate) fn malformed(detail: String) -> ToolError {
    ToolError::Malformed { tool: NAME, detail }
}
