//! The line to one endpoint and model: attempts, deadline, waits, limits, circuit breaker, and what it learned to send.

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_openai::{Client, error::OpenAIError, types::chat::CreateChatCompletionRequest};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock};
use model::{Ask, Manner, ModelError, Role, Said};
use serde_json::Value;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

use crate::{
    breaker::Breaker,
    complaint::Cause,
    ladder::{Learned, Shape},
    price::Prices,
    reply::{self, Reply},
    request::{Common, request},
    settings::{Endpoint, Settings, SettingsError},
    wire::{Address, Bounded, Failure},
};

/// The longest wait for a connection: a model thinks long, a network does not.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// The longest wait between two attempts of our own accord.
const BACKOFF_MS_MAX: u64 = 10_000;
/// The longest pause that an endpoint's `Retry-After` imposes on all questions.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// The longest name of a model or of an answer that is taken over from a reply, in characters.
const NAME_MAX: usize = 120;

pub(crate) struct Line {
    client: Client<Address>,
    /// Host and port of the endpoint.
    server: Option<(String, u16)>,
    common: Common,
    prices: Prices,
    deadline: Duration,
    attempt: Duration,
    retries: u32,
    backoff_ms: u64,
    places: Semaphore,
    rate: Option<DefaultDirectRateLimiter>,
    breaker: Breaker,
    /// Until when the endpoint wants no requests.
    pause: Mutex<Option<Instant>>,
    learned: Learned,
}

/// A question under way.
struct Course {
    deadline: Instant,
    /// The shape that it began with.
    began: Shape,
    shape: Shape,
    /// Whether the rung it began on is known to work.
    proven: bool,
    /// Attempts that failed in a way that may pass.
    failed: u32,
    /// What the last of them failed of.
    last: String,
    retry_after: Option<Duration>,
}

impl Line {
    pub(crate) fn new(endpoint: &Endpoint, settings: &Settings) -> Result<Self, SettingsError> {
        let attempt = Duration::from_secs(settings.attempt_s);
        let connect = attempt.min(CONNECT_MAX);
        let bounded = Bounded::new(&endpoint.base_url, connect, settings.reply_bytes_max)?;
        let burst = u32::try_from(settings.concurrency).unwrap_or(u32::MAX);
        let rate = NonZeroU32::new(settings.requests_per_minute).map(|per_minute| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            RateLimiter::direct(Quota::per_minute(per_minute).allow_burst(burst.min(per_minute)))
        });
        let url = &endpoint.base_url;
        let host = url.host_str().map(|host| host.trim_matches(['[', ']']));
        Ok(Self {
            server: host.map(str::to_owned).zip(url.port_or_known_default()),
            client: Client::build(bounded.http().clone(), Address::new(endpoint))
                .with_http_service(bounded),
            common: Common {
                model: endpoint.name.clone(),
                temperature: settings.temperature,
                seed: settings.seed,
            },
            prices: Prices::new(settings),
            deadline: Duration::from_secs(settings.deadline_s),
            attempt,
            retries: settings.retries,
            backoff_ms: settings.backoff_ms,
            places: Semaphore::new(settings.concurrency.min(Semaphore::MAX_PERMITS)),
            rate,
            breaker: Breaker::new(
                settings.breaker_failures,
                Duration::from_secs(settings.breaker_cooldown_s),
            ),
            pause: Mutex::new(None),
            learned: Learned::new(),
        })
    }

    /// The model's name, as configured.
    pub(crate) fn name(&self) -> &str {
        &self.common.model
    }

    /// How a question would go out now.
    pub(crate) fn manner(&self) -> Manner {
        let (shape, _) = self.learned.shape();
        let temperature = self.common.temperature;
        Manner {
            // By its digits: 0.7 of 32 bits is another number in 64.
            temperature: shape
                .temperature
                .then(|| temperature.to_string().parse().ok())
                .flatten(),
            seed: shape.seed.then_some(self.common.seed),
            server: self.server.clone(),
        }
    }

    /// Asks, with everything that the settings allow for.
    pub(crate) async fn say(&self, ask: &Ask) -> Result<Said, ModelError> {
        let (shape, proven) = self.learned.shape();
        let mut course = Course {
            deadline: Instant::now() + self.deadline,
            began: shape,
            shape,
            proven,
            failed: 0,
            last: "no place among the requests under way".to_owned(),
            retry_after: None,
        };
        let said = timeout_at(course.deadline, self.attempts(ask, &mut course)).await;
        said.unwrap_or_else(|_| {
            let detail = format!("none within {} s: {}", self.deadline.as_secs(), course.last);
            Err(unavailable(ask.role, detail, course.retry_after))
        })
    }

    async fn attempts(&self, ask: &Ask, course: &mut Course) -> Result<Said, ModelError> {
        loop {
            self.wait(ask.role, course).await?;
            // The semaphore is never closed; were it, nothing could be asked.
            let Ok(_place) = self.places.acquire().await else {
                return Err(unavailable(ask.role, course.last.clone(), None));
            };
            self.turn(ask.role, course.deadline).await?;
            self.breaker.leave(Instant::now()).map_err(|left| {
                let detail = "not asked, as the last attempts failed".to_owned();
                unavailable(ask.role, detail, Some(left))
            })?;
            let request = request(ask, course.shape, &self.common);
            let failure = match self.attempt(request, course.deadline).await {
                Ok(value) => match reply::read(&value, ask) {
                    Ok(reply) => return Ok(self.said(ask, course, reply)),
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            self.failed(ask.role, course, failure)?;
        }
    }

    /// Waits until it may be tried: at once at first, after a wait drawn evenly from nothing up to the backoff later, and
    /// never before a pause that the endpoint asked for is over.
    async fn wait(&self, role: Role, course: &Course) -> Result<(), ModelError> {
        let now = Instant::now();
        let pause = *self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        let mut until = pause.filter(|until| *until > now).unwrap_or(now);
        if let Some(doublings) = course.failed.checked_sub(1) {
            let longest = 1_u64
                .checked_shl(doublings)
                .unwrap_or(u64::MAX)
                .saturating_mul(self.backoff_ms)
                .min(BACKOFF_MS_MAX);
            until += Duration::from_millis(rand::random_range(0..=longest));
        }
        if until >= course.deadline {
            let detail = format!("no time is left to try again: {}", course.last);
            let after = course.retry_after.unwrap_or(until - now);
            return Err(unavailable(role, detail, Some(after)));
        }
        if until > now {
            sleep_until(until).await;
        }
        Ok(())
    }

    /// Waits for a turn within the requests of a minute.
    async fn turn(&self, role: Role, deadline: Instant) -> Result<(), ModelError> {
        let Some(rate) = &self.rate else {
            return Ok(());
        };
        while let Err(early) = rate.check() {
            let wait = early.wait_time_from(rate.clock().now());
            if Instant::now() + wait >= deadline {
                let detail = "the requests of this minute are spent".to_owned();
                return Err(unavailable(role, detail, Some(wait)));
            }
            sleep(wait).await;
        }
        Ok(())
    }

    async fn attempt(
        &self,
        request: CreateChatCompletionRequest,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        let left = deadline.saturating_duration_since(Instant::now());
        let chat = self.client.chat();
        match timeout(self.attempt.min(left), chat.create_byot(request)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(OpenAIError::Boxed(error))) => Err(error
                .downcast::<Failure>()
                .map_or(Failure::Broken("the client failed"), |failure| *failure)),
            // All that can fail fails in the service below, and comes up boxed.
            Ok(Err(_)) => Err(Failure::Broken("the client failed")),
            Err(_) => Err(Failure::Broken("timed out")),
        }
    }

    fn said(&self, ask: &Ask, course: &Course, reply: Reply) -> Said {
        self.breaker.answered();
        self.learned.answered(course.began, course.shape, reply.fit);
        if course.shape != course.began {
            tracing::info!(model = %self.common.model, shape = ?course.shape, "learned what the endpoint takes");
        }
        let bill = self.prices.bill(ask, &reply);
        let harmless =
            |name: &String| name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
        Said {
            text: reply.text,
            finish: reply.finish,
            model: reply
                .model
                .filter(harmless)
                .unwrap_or_else(|| self.common.model.clone()),
            prompt_tokens: bill.prompt_tokens,
            completion_tokens: bill.completion_tokens,
            paise: bill.paise,
            id: reply.id.filter(harmless),
            cached_tokens: reply.cached_tokens.map(|of| of.min(bill.prompt_tokens)),
            reasoning_tokens: reply
                .reasoning_tokens
                .map(|of| of.min(bill.completion_tokens)),
        }
    }

    /// What follows from a failure: an error, or another attempt, perhaps in another shape.
    fn failed(&self, role: Role, course: &mut Course, failure: Failure) -> Result<(), ModelError> {
        match failure {
            Failure::Unreadable(detail) => {
                self.breaker.failed(Instant::now());
                return Err(ModelError::Malformed { role, detail });
            }
            Failure::Broken(detail) => {
                self.breaker.failed(Instant::now());
                detail.clone_into(&mut course.last);
                course.retry_after = None;
            }
            Failure::Status {
                status,
                retry_after,
                complaint,
            } => {
                let proven = course.proven && course.shape.rung == course.began.rung;
                if let Some(less) = course.shape.after(status, &complaint, proven) {
                    self.breaker.answered();
                    course.shape = less;
                    return Ok(());
                }
                if status >= 500 {
                    self.breaker.failed(Instant::now());
                } else {
                    self.breaker.answered();
                }
                let passes = matches!(status, 408 | 409 | 425 | 429 | 500..);
                if !passes || complaint.cause == Some(Cause::Quota) {
                    let why = complaint
                        .cause
                        .map_or_else(|| meaning(status), Cause::words);
                    let detail = format!("status {status}, {why}");
                    return Err(ModelError::Refused { role, detail });
                }
                course.last = format!("status {status}");
                course.retry_after = retry_after;
                if let Some(after) = retry_after {
                    self.pause(after);
                }
            }
        }
        course.failed += 1;
        if course.failed > self.retries {
            let detail = match course.failed {
                1 => course.last.clone(),
                failed => format!("{} in {failed} attempts", course.last),
            };
            return Err(unavailable(role, detail, course.retry_after));
        }
        Ok(())
    }

    fn pause(&self, after: Duration) {
        let until = Instant::now() + after.min(PAUSE_MAX);
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        *pause = Some(pause.map_or(until, |old| old.max(until)));
    }
}

/// What a refusal most likely means to who set up the endpoint.
const fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 => "it does not take the key",
        402 => "it wants to be paid",
        404 | 405 => "nothing is asked at that address: base_url ends before /chat/completions",
        300..=399 => "it is elsewhere, and redirects are not followed",
        _ => "it does not take the request",
    }
}

fn unavailable(role: Role, detail: String, retry_after: Option<Duration>) -> ModelError {
    ModelError::Unavailable {
        role,
        detail,
        retry_after,
    }
}
