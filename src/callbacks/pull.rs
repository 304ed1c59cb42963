//! What a system changed in a time, asked for page by page.
//!
//! One question at a time, and no sooner than the system wants it. Lists change while they are read: a document that is
//! changed again moves to the end, and those behind it move up, over the edge between two pages. So a page begins again
//! where the one before ended, by time and not by number, and what came before is passed over.
//!
//! *Invariant:* of a list only ids reach an address, escaped or in digits; where to ask and as whom is the settings'.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::{ReadBackError, wire};

/// The longest wait that a system may ask for.
const WAIT_MAX: Duration = Duration::from_mins(10);
/// How far a page reaches back into the one before: times are told to the second.
const OVERLAP: SignedDuration = SignedDuration::from_secs(1);

/// A time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub since: Timestamp,
    pub until: Timestamp,
}

/// Where a list is read on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Which of the system's lists.
    pub(crate) list: usize,
    pub(crate) window: Window,
    pub(crate) page: u32,
}

/// A document that a system has.
#[derive(Debug, Clone)]
pub struct Found {
    /// What the system calls it, with its kind.
    pub name: String,
    /// The supplier's number; empty where the list does not tell it.
    pub number: String,
    /// When it was last changed; `None` where the list does not tell it.
    pub changed: Option<Timestamp>,
    /// What its webhook would have sent; of what the list does not tell whole, as much as identifies it.
    pub head: Bytes,
    /// Whether that is all of it.
    pub(crate) whole: bool,
    /// The list that it is of, and its id there.
    pub(crate) list: usize,
    pub(crate) id: String,
}

/// A page of a list, the longest unchanged first.
pub(crate) struct Listed {
    pub(crate) found: Vec<Found>,
    pub(crate) more: bool,
}

/// A system that says what it changed.
#[async_trait]
pub(crate) trait Lists: Send + Sync {
    fn name(&self) -> &'static str;

    /// How many lists there are.
    fn lists(&self) -> usize {
        1
    }

    /// The shortest time between two questions.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError>;

    /// What the webhook of a document would have sent.
    async fn message(&self, found: &Found) -> Result<Bytes, ReadBackError>;
}

/// Reads the lists of a system through.
pub struct Puller<'a> {
    lists: &'a dyn Lists,
    window: Window,
    span: Option<Span>,
    found: VecDeque<Found>,
    /// What came already and may come again.
    seen: BTreeMap<String, Option<Timestamp>>,
    deadline: Duration,
    retries: u32,
    backoff: Duration,
    next: Instant,
}

impl<'a> Puller<'a> {
    pub(crate) fn new(
        lists: &'a dyn Lists,
        window: Window,
        deadline: Duration,
        retries: u32,
        backoff: Duration,
    ) -> Self {
        Self {
            lists,
            window,
            span: Some(Span {
                list: 0,
                window,
                page: 0,
            }),
            found: VecDeque::new(),
            seen: BTreeMap::new(),
            deadline,
            retries,
            backoff,
            next: Instant::now(),
        }
    }

    /// The next document; `None` at the end.
    ///
    /// # Errors
    /// A system that does not answer, however often it is asked, or not as it should.
    pub async fn next(&mut self) -> Result<Option<Found>, ReadBackError> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(Some(found));
            }
            let Some(span) = self.span else {
                return Ok(None);
            };
            let listed = self.listed(&span).await?;
            self.take(span, listed)?;
        }
    }

    /// What the webhook of a document would have sent.
    ///
    /// # Errors
    /// As [`Self::next`]; a document that is gone.
    pub async fn message(&mut self, found: &Found) -> Result<Bytes, ReadBackError> {
        if found.whole {
            return Ok(found.head.clone());
        }
        let mut attempt = 0;
        loop {
            sleep_until(self.next).await;
            let answer = timeout(self.deadline, self.lists.message(found)).await;
            match self.judged(answer, &found.name, attempt).await? {
                Some(message) => return Ok(message),
                None => attempt += 1,
            }
        }
    }

    async fn listed(&mut self, span: &Span) -> Result<Listed, ReadBackError> {
        let mut attempt = 0;
        loop {
            sleep_until(self.next).await;
            let answer = timeout(self.deadline, self.lists.list(span)).await;
            match self.judged(answer, "the list", attempt).await? {
                Some(listed) => return Ok(listed),
                None => attempt += 1,
            }
        }
    }

    /// An answer; `None` after a wait, where it is worth asking again.
    async fn judged<T>(
        &mut self,
        answer: Result<Result<T, ReadBackError>, tokio::time::error::Elapsed>,
        asked: &str,
        attempt: u32,
    ) -> Result<Option<T>, ReadBackError> {
        self.next = Instant::now() + self.lists.pause();
        let error = match answer {
            Ok(Ok(answer)) => return Ok(Some(answer)),
            Ok(Err(error)) => error,
            Err(_) => ReadBackError::Unreachable {
                system: self.lists.name(),
                asked: asked.to_owned(),
                detail: wire::TIMED_OUT.to_owned(),
            },
        };
        let wait = match &error {
            ReadBackError::Busy { after, .. } if *after <= WAIT_MAX => *after,
            ReadBackError::Unreachable { .. } => {
                let longest = self.backoff.saturating_mul(2_u32.saturating_pow(attempt));
                let longest = u64::try_from(longest.min(WAIT_MAX).as_millis()).unwrap_or_default();
                Duration::from_millis(rand::random_range(0..=longest))
            }
            _ => return Err(error),
        };
        if attempt >= self.retries {
            return Err(error);
        }
        let system = self.lists.name();
        tracing::info!("{system} is asked again in {} s", wait.as_secs());
        sleep(wait).await;
        Ok(None)
    }

    /// Takes what is new of a page, and sees where to read on.
    fn take(&mut self, span: Span, listed: Listed) -> Result<(), ReadBackError> {
        let Listed { found, more } = listed;
        let times: Vec<Option<Timestamp>> = found.iter().map(|found| found.changed).collect();
        let before = self.seen.len();
        let length = found.len();
        for found in found {
            let within = found
                .changed
                .is_none_or(|at| self.window.since <= at && at <= self.window.until);
            let version = found.changed.map_or_else(String::new, |at| at.to_string());
            let version = format!("{} {version}", found.name);
            if self.seen.insert(version, found.changed).is_none() && within {
                self.found.push_back(found);
            }
        }
        let again = more && span.page > 0 && self.seen.len() == before;
        if again || (more && length == 0) {
            return Err(ReadBackError::Malformed {
                system: self.lists.name(),
                asked: "the list".to_owned(),
                detail: "a page of it comes again and again".to_owned(),
            });
        }
        self.span = if more {
            Some(self.on(span, &times))
        } else {
            self.seen.clear();
            let list = span.list + 1;
            (list < self.lists.lists()).then_some(Span {
                list,
                window: self.window,
                page: 0,
            })
        };
        Ok(())
    }

    /// Where the next page is: by time, where the list goes by time and comes forward, or else by number.
    fn on(&mut self, span: Span, times: &[Option<Timestamp>]) -> Span {
        let by_number = Span {
            page: span.page.saturating_add(1),
            ..span
        };
        if !times.is_sorted() {
            return by_number;
        }
        let last = times.last().copied().flatten();
        let from = last.and_then(|last| last.checked_sub(OVERLAP).ok());
        match from {
            Some(from) if from > span.window.since => {
                self.seen.retain(|_, at| at.is_none_or(|at| at >= from));
                let window = Window {
                    since: from,
                    until: span.window.until,
                };
                Span {
                    window,
                    page: 0,
                    ..span
                }
            }
            _ => by_number,
        }
    }
}

/// India's offset.
pub fn ist() -> Offset {
    Offset::from_seconds(19_800).unwrap_or(Offset::UTC)
}

/// A time as systems write it: with its offset, or without one at a known offset, to the second or finer.
pub fn moment(text: &str, offset: Offset) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let at: DateTime = text.parse().ok()?;
    offset.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_systems_write_them() {
        for (text, want) in [
            (
                "2026-11-14 11:02:37.481920",
                Some("2026-11-14T05:32:37.48192Z"),
            ),
            ("2026-11-14 11:02:37", Some("2026-11-14T05:32:37Z")),
            ("2026-11-14T11:02:37+0530", Some("2026-11-14T05:32:37Z")),
            ("2026-11-14T11:02:37+05:30", Some("2026-11-14T05:32:37Z")),
            ("2026-11-14T05:32:37Z", Some("2026-11-14T05:32:37Z")),
            ("2026-11-14", Some("2026-11-13T18:30:00Z")),
            ("14-11-2026", None),
            ("", None),
        ] {
            let read = moment(text, ist()).map(|at| at.to_string());
            assert_eq!(read.as_deref(), want, "{text}");
        }
    }
}
