//! Documents that nobody sent: asked for, or found in a folder, and made jobs as if their system had sent them.
//!
//! *Invariant:* a document that came before is not taken again: neither the same version of it, nor a later one that says
//! the same invoice, as a bill does that was paid meanwhile.

use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use callbacks::{Found, ReadBack, ReadBackError, Systems, Window};
use hooks::{Event, Format, Kind};
use jiff::Timestamp;
use queue::{Queue, QueueError, Record, State};
use serde::Serialize;
use store::Store;

use super::{
    inbox::{self, Asked, job_of, one_of, say_the_same, scope},
    stored,
};
use crate::settings::{Limits, Settings};

/// Where documents are of, as their webhooks would say it.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// As in `hooks.<source>`.
    pub(crate) source: String,
    pub(crate) format: Format,
    pub(crate) tenant: String,
}

impl Origin {
    /// A source by its name, with the section of its webhooks where it has one.
    ///
    /// # Errors
    /// A name that says no format, and has no section that does.
    pub(crate) fn named(source: &str, settings: &Settings) -> Result<Self> {
        let hook = settings.hooks.get(source);
        let format = hook.and_then(|hook| hook.format);
        let Some(format) = format.or_else(|| Format::named(source)) else {
            anyhow::bail!(
                "{source}: is no source; name erpnext, zoho, odoo, quickbooks or tally, or set hooks.{source}.format"
            );
        };
        Ok(Self {
            source: source.to_owned(),
            format,
            tenant: hook.map_or_else(String::new, |hook| hook.tenant.clone()),
        })
    }
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is a job now, or would be.
    Added { job: Option<String> },
    /// It came before.
    Known { job: String, dead: bool },
    /// It is nothing to verify.
    PassedOver { reason: String },
    /// It is a job all the same, which dies at once for somebody to look at; in a folder, and in a rehearsal, it is none.
    Unreadable { reason: String },
}

/// A document that came, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Came {
    /// What its system calls it.
    pub(crate) document: String,
    /// The supplier's number.
    pub(crate) invoice: Option<String>,
    pub(crate) changed: Option<Timestamp>,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// How many of each came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Count {
    pub(crate) found: u64,
    pub(crate) added: u64,
    pub(crate) known: u64,
    /// Of those known, the ones whose jobs are dead.
    pub(crate) dead: u64,
    pub(crate) passed_over: u64,
    pub(crate) unreadable: u64,
}

impl Count {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        self.found += 1;
        match outcome {
            Outcome::Added { .. } => self.added += 1,
            Outcome::Known { dead, .. } => {
                self.known += 1;
                self.dead += u64::from(*dead);
            }
            Outcome::PassedOver { .. } => self.passed_over += 1,
            Outcome::Unreadable { .. } => self.unreadable += 1,
        }
    }
}

/// How much is done with what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// All of it becomes jobs.
    Take,
    /// What can be read becomes jobs.
    TakeReadable,
    /// Nothing becomes a job.
    Rehearse,
}

/// Takes documents in.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: Arc<dyn Queue>,
    store: Arc<dyn Store>,
    systems: Arc<Systems>,
    limits: Limits,
}

impl Intake {
    /// # Errors
    /// Systems that cannot be asked by their settings.
    pub(crate) fn new(
        queue: &Arc<dyn Queue>,
        store: &Arc<dyn Store>,
        settings: &Settings,
    ) -> Result<Self> {
        Ok(Self {
            queue: Arc::clone(queue),
            store: Arc::clone(store),
            systems: Arc::new(Systems::new(&settings.read_back)?),
            limits: settings.limits.clone(),
        })
    }

    /// Asks a system for what it changed in a time, and takes that in, one document after the other; at most so many.
    ///
    /// # Errors
    /// A system, a queue or a store that does not answer: what came until then is taken, and known the next time.
    pub(crate) async fn pull(
        &self,
        origin: &Origin,
        window: Window,
        most: Option<u64>,
        how: How,
        mut told: impl FnMut(&Came),
    ) -> Result<()> {
        let mut puller = self.systems.pull(origin.format, window)?;
        let mut found = 0_u64;
        while most.is_none_or(|most| found < most)
            && let Some(one) = puller.next().await?
        {
            found += 1;
            if let Some(came) = self.met(origin, &one).await? {
                told(&came);
                continue;
            }
            let came = |outcome| Came {
                document: one.name.clone(),
                invoice: Some(one.number.clone()).filter(|number| !number.is_empty()),
                changed: one.changed,
                outcome,
            };
            match puller.message(&one).await {
                Ok(body) => {
                    for (invoice, outcome) in self.take(origin, &body, one.changed, how).await? {
                        let mut came = came(outcome);
                        came.invoice = invoice.or(came.invoice);
                        told(&came);
                    }
                }
                Err(error @ ReadBackError::Absent { .. }) => {
                    let reason = error.to_string();
                    told(&came(Outcome::PassedOver { reason }));
                }
                Err(error @ ReadBackError::Malformed { .. }) => {
                    let reason = error.to_string();
                    told(&came(Outcome::Unreadable { reason }));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What became of a document whose very version came before, seen by its place in a list alone.
    async fn met(&self, origin: &Origin, found: &Found) -> Result<Option<Came>> {
        let events = origin.format.events(&origin.source, &found.head);
        let Ok([event]) = events.as_deref() else {
            return Ok(None);
        };
        if event.document().is_none() {
            return Ok(None);
        }
        let (scope, key) = (scope(event), event.key.as_str());
        let known = self.queue.newest(&origin.tenant, &scope, key).await?;
        Ok(known.map(|record| Came {
            document: found.name.clone(),
            invoice: Some(found.number.clone()).filter(|number| !number.is_empty()),
            changed: found.changed,
            outcome: known_as(&record),
        }))
    }

    /// Takes in what a system's webhook would have sent: each invoice of it, by its number, with what became of it.
    ///
    /// # Errors
    /// A queue or a store that does not answer, or takes no more; a system that does not answer.
    pub(crate) async fn take(
        &self,
        origin: &Origin,
        body: &Bytes,
        changed: Option<Timestamp>,
        how: How,
    ) -> Result<Vec<(Option<String>, Outcome)>> {
        let events = match origin.format.events(&origin.source, body) {
            Ok(events) => events,
            Err(reason) => {
                let reason = reason.to_string();
                return Ok(vec![(None, Outcome::Unreadable { reason })]);
            }
        };
        let mut came = Vec::new();
        for event in events {
            if let Kind::Ignored { why } = &event.kind {
                let reason = why.clone();
                came.push((None, Outcome::PassedOver { reason }));
                continue;
            }
            for asked in inbox::jobs_of(&self.limits, &origin.tenant, &event)? {
                let read = asked.read.as_ref();
                let number = read.and_then(|read| read.as_ref().ok()?.invoice.number.clone());
                let outcome = self.add(&event, asked, changed, how).await?;
                came.push((number, outcome));
            }
        }
        Ok(came)
    }

    async fn add(
        &self,
        event: &Event,
        asked: Asked,
        changed: Option<Timestamp>,
        how: How,
    ) -> Result<Outcome> {
        if let Some(record) = self.earlier(event, &asked, changed).await? {
            return Ok(known_as(&record));
        }
        let unreadable = match &asked.read {
            Some(Err(error)) => Some(error.to_string()),
            _ => None,
        };
        if how == How::Take || (how == How::TakeReadable && unreadable.is_none()) {
            match self.queue.add(vec![asked.job]).await {
                Ok(added) => {
                    let Some(added) = added.into_iter().next() else {
                        anyhow::bail!("queue: a job was added and has no id");
                    };
                    if !added.new && unreadable.is_none() {
                        let (job, dead) = (added.id, false);
                        return Ok(Outcome::Known { job, dead });
                    }
                    if unreadable.is_none() {
                        return Ok(Outcome::Added {
                            job: Some(added.id),
                        });
                    }
                }
                Err(QueueError::Refused(reason)) => return Ok(Outcome::Unreadable { reason }),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(match unreadable {
            Some(reason) => Outcome::Unreadable { reason },
            None => Outcome::Added { job: None },
        })
    }

    /// The job of an earlier version of a document that says the same invoice.
    async fn earlier(
        &self,
        event: &Event,
        asked: &Asked,
        changed: Option<Timestamp>,
    ) -> Result<Option<Record>> {
        let (tenant, scope) = (&asked.job.tenant, scope(event));
        let own = asked.job.once.as_ref().map(|once| once.key.as_str());
        if let Some(own) = own
            && let Some(record) = self.queue.newest(tenant, &scope, own).await?
        {
            return Ok(Some(record));
        }
        let Some(begins) = event.document() else {
            return Ok(None);
        };
        let Some(record) = self.queue.newest(tenant, &scope, &begins).await? else {
            return Ok(None);
        };
        let bytes = self.queue.document(&job_of(&record)).await?;
        let (then, now) = match inbox::notice_of(&bytes) {
            None => {
                let now = asked.read.as_ref().and_then(|read| read.as_ref().ok());
                (
                    one_of(&bytes, &self.limits),
                    now.map(|document| (*document.invoice.raw).clone()),
                )
            }
            Some(notice) => {
                // A notice is read back after it came, and then says what was changed before.
                let waits = matches!(record.state, State::Scheduled | State::Ready);
                if waits || changed.is_some_and(|at| at <= record.added) {
                    return Ok(Some(record));
                }
                let then = match &record.verdict {
                    Some(verdict) => stored::judged(self.store.as_ref(), verdict).await?,
                    None => None,
                };
                let now = match (&then, self.systems.fetch(&notice).await) {
                    (None, _) => None,
                    (_, Ok(document)) => one_of(&document, &self.limits),
                    (_, Err(error)) if error.retry_is_useful() => return Err(error.into()),
                    (_, Err(_)) => None,
                };
                (then, now)
            }
        };
        Ok(say_the_same(then, now).then_some(record))
    }
}

fn known_as(record: &Record) -> Outcome {
    Outcome::Known {
        job: record.id.clone(),
        dead: record.state == State::Dead,
    }
}
