//! What one client can take from the others: bodies in memory, requests a minute, event streams.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, http::HeaderMap};
use bytes::{Bytes, BytesMut};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};
use http_body_util::BodyExt;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    auth::Caller,
    problem::{Kind, Problem},
    service::Tenant,
    settings::{RateSettings, Settings},
};

/// Bodies are counted in these many bytes.
const UNIT: usize = 1024;
/// How long a client that is refused may go on sending, so that it comes to read why.
const DISCARD_TIME: Duration = Duration::from_secs(2);
/// After how many callers the rate limiter forgets those that have been quiet.
const CALLERS_MAX: usize = 10_000;

/// A body, and its place among all that are held.
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _place: Option<OwnedSemaphorePermit>,
}

/// Reads bodies within the limits of one and of all.
pub(crate) struct Bodies {
    bytes_max: usize,
    time_max: Duration,
    places: Arc<Semaphore>,
}

impl Bodies {
    pub(crate) fn new(settings: &Settings) -> Self {
        let places = settings.bodies_bytes_max.div_ceil(UNIT);
        Self {
            bytes_max: settings.body_bytes_max,
            time_max: settings.request_timeout(),
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Reads a whole body. Places are taken as bytes come, not as they are announced: who announces much and sends nothing
    /// holds nothing.
    pub(crate) async fn read(&self, headers: &HeaderMap, mut body: Body) -> Result<Held, Problem> {
        let announced = headers.get(http::header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > self.bytes_max) {
            self.discard(headers, body).await;
            return Err(self.too_large());
        }
        match timeout(self.time_max, self.collect(&mut body)).await {
            Ok(Ok(held)) => Ok(held),
            Ok(Err(problem)) => {
                self.discard(headers, body).await;
                Err(problem)
            }
            Err(_) => Err(Problem::new(
                Kind::RequestTimeout,
                format!(
                    "the body did not arrive within {} s: nothing was done, send it again",
                    self.time_max.as_secs()
                ),
            )),
        }
    }

    async fn collect(&self, body: &mut Body) -> Result<Held, Problem> {
        let mut bytes = BytesMut::new();
        let mut place: Option<OwnedSemaphorePermit> = None;
        let mut units = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                let detail = "the body broke off: nothing was done, send it again";
                return Err(Problem::new(Kind::RequestTimeout, detail));
            };
            // Trailers carry nothing that is read here.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if bytes.len().saturating_add(data.len()) > self.bytes_max {
                return Err(self.too_large());
            }
            bytes.extend_from_slice(&data);
            let more = bytes.len().div_ceil(UNIT).saturating_sub(units);
            if more > 0 {
                let taken = self.take(more)?;
                units += more;
                match &mut place {
                    Some(place) => place.merge(taken),
                    None => place = Some(taken),
                }
            }
        }
        Ok(Held {
            bytes: bytes.freeze(),
            _place: place,
        })
    }

    fn take(&self, units: usize) -> Result<OwnedSemaphorePermit, Problem> {
        u32::try_from(units)
            .ok()
            .and_then(|units| Arc::clone(&self.places).try_acquire_many_owned(units).ok())
            .ok_or_else(|| Problem::plain(Kind::Overloaded).retry_after(Duration::from_secs(1)))
    }

    /// Lets a client that is refused send on for a moment, and keeps nothing of it: a connection that is closed on what is
    /// still coming is reset, and the client never reads why.
    pub(crate) async fn discard(&self, headers: &HeaderMap, mut body: Body) {
        // Such a client sends nothing before it is told to go on, and reading would tell it so.
        if headers.contains_key(http::header::EXPECT) {
            return;
        }
        let rest = async {
            let mut seen = 0usize;
            while let Some(Ok(frame)) = body.frame().await {
                seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
                if seen > self.bytes_max {
                    break;
                }
            }
        };
        // Whoever is slower has his connection closed.
        timeout(DISCARD_TIME, rest).await.ok();
    }

    fn too_large(&self) -> Problem {
        Problem::new(
            Kind::BodyTooLarge,
            format!(
                "the body is larger than {} bytes (server.body_bytes_max): nothing was done, send a smaller document",
                self.bytes_max
            ),
        )
    }
}

type CallerId = (Tenant, Arc<str>);

/// How often each caller may ask.
pub(crate) struct Rates {
    limiter: Option<RateLimiter<CallerId, DefaultKeyedStateStore<CallerId>, DefaultClock>>,
}

impl Rates {
    pub(crate) fn new(settings: RateSettings) -> Self {
        let quota = |rate, burst| Some(Quota::per_minute(rate).allow_burst(burst));
        let quota = settings
            .per_minute
            .try_into()
            .ok()
            .zip(settings.burst.try_into().ok())
            .and_then(|(rate, burst)| quota(rate, burst));
        Self {
            limiter: quota.map(RateLimiter::keyed),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// 429 with the time after which there is room again.
    pub(crate) fn count(&self, caller: &Caller) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        // Subjects of tokens are as many as an identity provider likes.
        if limiter.len() > CALLERS_MAX {
            limiter.retain_recent();
        }
        let id = (caller.tenant.clone(), Arc::clone(&caller.name));
        limiter.check_key(&id).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Problem::plain(Kind::RateLimited).retry_after(wait)
        })
    }
}

/// Places for what stays open.
pub(crate) struct Streams(Arc<Semaphore>);

impl Streams {
    pub(crate) fn new(settings: &Settings) -> Self {
        let places = settings.streams_max.min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(places)))
    }

    pub(crate) fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0)
            .try_acquire_owned()
            .map_err(|_| Problem::plain(Kind::Overloaded).retry_after(Duration::from_secs(5)))
    }
}
