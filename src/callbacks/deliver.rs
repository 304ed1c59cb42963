//! Takes what is due out of the outbox and posts it.

use std::{ops::AddAssign, sync::Arc, time::Duration};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest13::{
    Client, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use crate::{
    Claim, Due, Lookup, Outbox, OutboxError, Outcome, Settings, SettingsError, Settled,
    SystemLookup,
    guard::{Forbidden, Guard, Vetted},
    schedule::{ATTEMPTS_MAX, after},
    settings::Endpoint,
    trace, wire,
};

/// How much of an answer is read, and how long, so that the connection can serve the next message.
const DRAIN_BYTES_MAX: usize = 16 * 1024;
const DRAIN_MAX: Duration = Duration::from_secs(1);
/// How long a lease holds beyond the attempt's own timeout.
const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// What came of the messages of one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub delivered: u32,
    /// To be tried again.
    pub later: u32,
    /// The same, as the address is not one that may be called.
    pub refused: u32,
    /// Given up after the last attempt.
    pub dead: u32,
    /// To a receiver that is gone.
    pub gone: u32,
    /// Settled by somebody else meanwhile, or by nobody as the outbox did not answer: to be tried again.
    pub lost: u32,
}

impl Round {
    /// How many messages were claimed.
    pub fn claimed(&self) -> u32 {
        self.delivered + self.later + self.refused + self.dead + self.gone + self.lost
    }

    /// One attempt that came to this.
    fn of(outcome: &Outcome, answer: &Answer) -> Self {
        let mut round = Self::default();
        *match outcome {
            Outcome::Delivered => &mut round.delivered,
            Outcome::Later { .. } if matches!(answer, Answer::Forbidden) => &mut round.refused,
            Outcome::Later { .. } => &mut round.later,
            Outcome::Dead => &mut round.dead,
            Outcome::Gone => &mut round.gone,
        } = 1;
        round
    }

    /// One attempt whose settling did not count.
    fn lost() -> Self {
        Self {
            lost: 1,
            ..Self::default()
        }
    }
}

impl AddAssign for Round {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.later += other.later;
        self.refused += other.refused;
        self.dead += other.dead;
        self.gone += other.gone;
        self.lost += other.lost;
    }
}

/// Delivers what the outbox holds.
pub struct Deliverer {
    outbox: Arc<dyn Outbox>,
    endpoints: Vec<Endpoint>,
    guard: Arc<Guard>,
    client: Client,
    timeout: Duration,
    concurrency: u32,
    poll: Duration,
    /// Of this start of the process: no other has the same.
    token: String,
}

/// What an attempt came to, before it is decided what follows.
enum Answer {
    Status(StatusCode, Option<Duration>),
    None(String),
    /// The address is not one that may be called.
    Forbidden,
}

impl Deliverer {
    /// # Errors
    /// Settings under which nothing can be delivered.
    pub fn new(outbox: Arc<dyn Outbox>, settings: &Settings) -> Result<Self, SettingsError> {
        Self::with_lookup(outbox, settings, Arc::new(SystemLookup))
    }

    /// The same with names looked up another way.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_lookup(
        outbox: Arc<dyn Outbox>,
        settings: &Settings,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, SettingsError> {
        let guard = settings.guard()?;
        let endpoints = settings.endpoints(&guard)?;
        let vetted = Vetted {
            guard: Arc::clone(&guard),
            lookup,
        };
        let client = wire::client()
            .map_err(|error| SettingsError::Client(error.to_string()))?
            .dns_resolver(Arc::new(vetted))
            .build()
            .map_err(|error| SettingsError::Client(error.without_url().to_string()))?;
        Ok(Self {
            outbox,
            endpoints,
            guard,
            client,
            timeout: settings.timeout(),
            concurrency: settings.concurrency,
            poll: Duration::from_millis(settings.poll_ms),
            token: format!("{:032x}", rand::random::<u128>()),
        })
    }

    /// Delivers until told to stop, and then ends what is under way. Each receiver has its own turn, so that none waits
    /// for another's slowness. `wake` is for who has just put something into the outbox.
    pub async fn run(
        &self,
        clock: impl Fn() -> Timestamp + Sync,
        wake: &Notify,
        stop: watch::Receiver<bool>,
        seen: impl Fn(&str, &Round) + Sync,
    ) {
        let turns = self.endpoints.iter().map(|endpoint| {
            let mut stop = stop.clone();
            let (clock, seen) = (&clock, &seen);
            async move {
                while !*stop.borrow() {
                    match self.turn(endpoint, clock()).await {
                        // There may be more.
                        Ok(round) if round.claimed() > 0 => {
                            seen(&endpoint.name, &round);
                            if round.claimed() > round.lost {
                                continue;
                            }
                        }
                        Ok(_) => {}
                        Err(error) => tracing::warn!(%error, "callbacks wait for the outbox"),
                    }
                    tokio::select! {
                        () = wake.notified() => {}
                        () = sleep(self.poll) => {}
                        // Whoever could stop it is gone: so is the reason to go on.
                        changed = stop.changed() => if changed.is_err() { return },
                    }
                }
            }
        });
        join_all(turns).await;
    }

    /// Delivers what is due at an instant, as much at once as may be under way, to every receiver.
    ///
    /// # Errors
    /// An outbox that does not answer.
    pub async fn round(&self, now: Timestamp) -> Result<Round, OutboxError> {
        let turns = self
            .endpoints
            .iter()
            .map(|endpoint| self.turn(endpoint, now));
        let mut all = Round::default();
        for round in join_all(turns).await {
            all += round?;
        }
        Ok(all)
    }

    async fn turn(&self, endpoint: &Endpoint, now: Timestamp) -> Result<Round, OutboxError> {
        let lease = format!("{}-{:016x}", self.token, rand::random::<u64>());
        let claim = Claim {
            endpoint: &endpoint.name,
            now,
            until: later(now, self.timeout + LEASE_MARGIN),
            lease: &lease,
            limit: self.concurrency,
        };
        let due = self.outbox.claim(&claim).await?;
        let attempts = due
            .iter()
            .map(|due| self.attempt(endpoint, due, now, &lease));
        let mut round = Round::default();
        for attempt in join_all(attempts).await {
            round += attempt;
        }
        Ok(round)
    }

    /// One attempt, settled, as a round of its own.
    async fn attempt(&self, endpoint: &Endpoint, due: &Due, now: Timestamp, lease: &str) -> Round {
        // More attempts than there are were begun where none was ever ended.
        let answer = if due.attempt > ATTEMPTS_MAX {
            Answer::None("the attempts before ended without an outcome".to_owned())
        } else {
            self.post(endpoint, due, now).await
        };
        let outcome = outcome(due.attempt, &answer, now);
        let (status, detail) = match &answer {
            Answer::Status(status, _) if status.is_success() => {
                (Some(status.as_u16()), String::new())
            }
            Answer::Status(status, _) => (
                Some(status.as_u16()),
                format!("it answered {}", status.as_u16()),
            ),
            Answer::None(why) => (None, why.clone()),
            Answer::Forbidden => (None, Forbidden.to_string()),
        };
        let settled = Settled {
            endpoint: &endpoint.name,
            id: &due.id,
            lease,
            now,
            outcome: outcome.clone(),
            status,
            detail: &detail,
        };
        match self.outbox.settle(&settled).await {
            Ok(true) => {
                let (to, id, attempt) = (&endpoint.name, &due.id, due.attempt);
                match &outcome {
                    Outcome::Delivered => {
                        tracing::info!(to, id, attempt, "callback {id} delivered to {to}");
                    }
                    Outcome::Later { at, .. } => {
                        tracing::info!(
                            to,
                            id,
                            attempt,
                            detail,
                            "callback {id} to {to} comes again at {at}"
                        );
                    }
                    Outcome::Gone => {
                        tracing::warn!(
                            to,
                            id,
                            "callback {id}: {to} is gone and gets nothing more until it is enabled"
                        );
                    }
                    Outcome::Dead => {
                        tracing::warn!(
                            to,
                            id,
                            attempt,
                            detail,
                            "callback {id} to {to} is given up"
                        );
                    }
                }
                Round::of(&outcome, &answer)
            }
            Ok(false) => Round::lost(),
            Err(error) => {
                tracing::warn!(%error, "callback {}: its outcome could not be kept, it comes again", due.id);
                Round::lost()
            }
        }
    }

    async fn post(&self, endpoint: &Endpoint, due: &Due, now: Timestamp) -> Answer {
        if self.guard.pass(&endpoint.url).is_err() {
            return Answer::Forbidden;
        }
        let Some(headers) = headers(endpoint, due, now) else {
            return Answer::None("its id cannot be a header".to_owned());
        };
        let request = self
            .client
            .post(endpoint.url.clone())
            .headers(headers)
            .body(due.body.clone());
        match timeout(self.timeout, request.send()).await {
            Ok(Ok(mut response)) => {
                let answer = Answer::Status(
                    response.status(),
                    wire::retry_after(response.headers(), now),
                );
                // The status is all that counts: a body that breaks off, drips or never ends changes nothing.
                drop(timeout(DRAIN_MAX, wire::body(&mut response, DRAIN_BYTES_MAX)).await);
                answer
            }
            Ok(Err(error)) if wire::is_forbidden(&error) => Answer::Forbidden,
            Ok(Err(error)) => Answer::None(wire::reason(&error)),
            Err(_) => Answer::None(wire::TIMED_OUT.to_owned()),
        }
    }
}

fn headers(endpoint: &Endpoint, due: &Due, now: Timestamp) -> Option<HeaderMap> {
    use hooks::standard::{ID, SIGNATURE, TIMESTAMP};
    let seconds = now.as_second();
    let signature = endpoint.signer.sign(&due.id, seconds, &due.body);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/json".parse().ok()?);
    headers.insert(ID, due.id.parse().ok()?);
    headers.insert(TIMESTAMP, seconds.into());
    headers.insert(SIGNATURE, signature.parse().ok()?);
    let trace = due.traceparent.as_deref().and_then(trace::below);
    if let Some(trace) = trace.and_then(|trace| trace.parse().ok()) {
        headers.insert(trace::HEADER, trace);
    }
    Some(headers)
}

/// What follows from an answer.
fn outcome(attempt: u32, answer: &Answer, now: Timestamp) -> Outcome {
    let (status, asked) = match answer {
        Answer::Status(status, asked) => (Some(*status), *asked),
        Answer::None(_) | Answer::Forbidden => (None, None),
    };
    match status {
        Some(status) if status.is_success() => return Outcome::Delivered,
        Some(StatusCode::GONE) => return Outcome::Gone,
        _ => {}
    }
    let busy = matches!(
        status,
        Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
    );
    let asked = asked.filter(|_| busy);
    let Some(wait) = after(attempt, asked, rand::random_range(0..=1_000)) else {
        return Outcome::Dead;
    };
    let at = later(now, wait);
    Outcome::Later {
        at,
        pause: asked.map(|asked| at.min(later(now, asked))),
    }
}

/// An instant that much later, or the last there is.
fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
