//! What the daemon's HTTP asks for, answered by the store, the queue and one session.
//!
//! *Invariant:* whatever is answered is the tenant's own. The tenant `default` of HTTP is the one without a name in the queue.

use std::{sync::Arc, time::Duration};

use agent::{
    Asker,
    engine::{Journal, RunId},
    review::Answer,
};
use anyhow::Result;
use async_trait::async_trait;
use domain::{
    Date,
    evidence::sha256_hex,
    review::{Effect, Resolution},
    verdict::Decision,
};
use futures::{StreamExt, stream};
use ingest::Document;
use jiff::{Timestamp, civil::DateTime};
use queue::{Hold, NewJob, Once, Queue, QueueError, Record, State};
use serde_json::{Value, json};
use server::{
    Accepted, AskError, Delivery, Event, Events, Exchange, Failure, HookError, ListQuery, Listed,
    Part, Priority, Question, Review, ReviewDecision, ReviewError, Service, Status, Submission,
    SubmitError, Submitted, Tenant,
};
use store::{Listing, Store, StoredVerdict};
use telemetry::{Format, Metrics};
use tokio::sync::Notify;

use super::{
    Session,
    answers::{self, Answers},
    daemon::{House, count_jobs},
    day_in_india,
    health::Health,
    live::Fresh,
};
use crate::{
    documents::only_of,
    settings::{self, Limits, Settings},
};

/// The longest pause between two looks at a job that somebody waits for, where no one here told of its end.
const LOOK: Duration = Duration::from_millis(250);
/// Holds of the page: those that wait for a person, and those that one resolved.
const OPEN: u32 = 100;
const RESOLVED: u32 = 20;
/// Rows of a report that names no number.
const REPORTED: usize = 100;
/// For so long a model's answer is given again where neither book nor verdicts changed: a portal may say something else by then.
const UNSEEN_S: i64 = 300;
/// Between two looks at a journal that grows.
const FOLLOW: Duration = Duration::from_millis(100);

/// Everything behind the routes.
pub(super) struct Daemon {
    pub(super) session: Arc<Session>,
    pub(super) store: Arc<dyn Store>,
    pub(super) queue: Arc<dyn Queue>,
    /// Of the tenant without a name.
    pub(super) asker: Asker,
    /// With a model, whose answers cost; the rules are asked anew.
    pub(super) answers: Option<Answers>,
    pub(super) settings: Settings,
    pub(super) metrics: Arc<Metrics>,
    pub(super) health: Health,
    pub(super) limits: Limits,
    pub(super) review: settings::Review,
    /// Rung when there is something to deliver.
    pub(super) outbox: Arc<Notify>,
    /// Rung when a worker of this process has ended a job.
    pub(super) ended: Arc<Notify>,
}

/// As the queue and the store name a tenant.
fn named(tenant: &Tenant) -> String {
    if *tenant == Tenant::default() {
        String::new()
    } else {
        tenant.as_str().to_owned()
    }
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure(error.to_string())
}

fn no_report(wrong: &report::Wrong) -> AskError {
    let detail = wrong.to_string();
    match wrong {
        report::Wrong::NoSuch { .. } => AskError::NotFound { detail },
        report::Wrong::Parameter(_) => AskError::Refused { detail },
    }
}

/// The first moment of a day in India; a day that no calendar of ours has counts from the beginning of time.
fn midnight(day: Date) -> Timestamp {
    domain::civil::ist()
        .to_timestamp(DateTime::from(day))
        .unwrap_or(Timestamp::MIN)
}

/// The service over a house.
///
/// # Errors
/// Sources of webhooks, or an asking machine, that cannot be set up.
pub(crate) fn service(house: &House, settings: &Settings) -> Result<Arc<dyn Service>> {
    house.session.live.take(Fresh::hooks_too(settings)?);
    Ok(Arc::new(Daemon {
        session: Arc::clone(&house.session),
        store: Arc::clone(&house.store),
        queue: Arc::clone(&house.queue),
        asker: house.session.asker("", settings)?,
        answers: match house.session.model() {
            Some(_) => Some(Answers::new(&house.session, settings)?),
            None => None,
        },
        settings: settings.clone(),
        metrics: Arc::clone(&house.news.metrics),
        health: Health::new(&house.session, &house.store, &house.queue, settings),
        limits: settings.limits.clone(),
        review: settings.review.clone(),
        outbox: Arc::clone(&house.news.outbox),
        ended: Arc::clone(&house.news.ended),
    }))
}

/// Carries out what reviewers decided and a crash interrupted.
///
/// # Errors
/// A store that does not answer.
pub(crate) async fn finish(house: &House, settings: &Settings) -> Result<u32> {
    let (store, journal) = (&house.store, &house.session.journal);
    let callbacks = house.session.live.callbacks();
    let reviewer = super::review::reviewer(store, journal, &settings.review, &callbacks)?;
    Ok(reviewer.finish().await?)
}

impl Daemon {
    /// A job in which a request asks for one document.
    fn job(document: &Document, bytes: Vec<u8>) -> NewJob {
        let supplier = document.invoice.supplier.gstin.as_deref();
        NewJob {
            id: ulid::Ulid::new().to_string(),
            tenant: String::new(),
            vendor: NewJob::vendor_of(supplier),
            priority: 0,
            not_before: None,
            source: String::new(),
            bytes,
            as_of: None,
            once: None,
            traceparent: None,
        }
    }

    async fn added(&self, job: NewJob) -> Result<Submitted, SubmitError> {
        let added = self
            .queue
            .add(vec![job])
            .await
            .map_err(|error| match error {
                QueueError::Conflict { .. } => SubmitError::Conflict,
                QueueError::Full { retry_after, .. } => SubmitError::Full { retry_after },
                QueueError::Refused(detail) => SubmitError::Unreadable { detail },
                other => SubmitError::Failed(failure(other)),
            })?;
        let added = added.into_iter().next();
        let added = added.ok_or_else(|| Failure("the queue added nothing".to_owned()))?;
        Ok(Submitted {
            id: added.id,
            new: added.new,
        })
    }

    /// The tenant's job of an id.
    async fn record(&self, tenant: &Tenant, id: &str) -> Result<Option<Record>, Failure> {
        let record = self.queue.show(&id.to_uppercase()).await.map_err(failure)?;
        Ok(record.filter(|record| record.tenant == named(tenant)))
    }

    /// The tenant's verdict of an id, with what people decided on it.
    async fn verdict(&self, tenant: &Tenant, id: &str) -> Result<Option<Value>, Failure> {
        let found = verdict_of(self.store.as_ref(), named(tenant), Some(id.to_owned()));
        let found = found.await?.into_iter().collect();
        Ok(self.reviewed(found).await?.pop())
    }

    /// Verdicts as they are shown, with what people decided on them.
    async fn reviewed(&self, stored: Vec<StoredVerdict>) -> Result<Vec<Value>, Failure> {
        let shown = super::review::shown(self.store.as_ref(), stored).await;
        shown.map_err(failure)
    }

    /// What a reviewer is told when his review was not taken.
    async fn refused(
        &self,
        id: &str,
        error: agent::review::ReviewError,
    ) -> Result<ReviewError, Failure> {
        use agent::review::ReviewError as Why;
        let detail = error.to_string();
        Ok(match error {
            Why::NotFound(_) => ReviewError::NotFound,
            Why::By(_) | Why::Reason(_) => ReviewError::Refused { detail },
            Why::Taken { .. } => ReviewError::NotHeld { detail },
            Why::Refused { .. } => {
                let standing = self.store.standing(id).await.map_err(failure)?;
                // A proposal that waits refuses nobody but who made it.
                let waits = standing.is_some_and(|now| {
                    let effects = || now.reviews.iter().map(|review| review.effect);
                    now.run.is_some()
                        && now.rejected_later.is_none()
                        && effects().any(|effect| effect == Effect::Proposed)
                        && !effects().any(Effect::resolves)
                });
                if waits {
                    ReviewError::SecondPerson { detail }
                } else {
                    ReviewError::NotHeld { detail }
                }
            }
            _ => ReviewError::Failed(Failure(detail)),
        })
    }

    async fn status_of(&self, tenant: &Tenant, record: Record) -> Result<Option<Status>, Failure> {
        Ok(match record.state {
            State::Scheduled | State::Ready => Some(Status::Waiting),
            State::Leased => Some(Status::Leased),
            State::Done => {
                let id = record.verdict.unwrap_or_default();
                self.verdict(tenant, &id).await?.map(Status::Done)
            }
            State::Dead => Some(Status::Dead {
                reason: record.reason.unwrap_or_default(),
            }),
        })
    }

    /// The run of a job in the journal: its case's key.
    async fn run_of(&self, record: &Record) -> Result<Option<RunId>, Failure> {
        let job = super::inbox::job_of(record);
        let bytes = self.queue.document(&job).await.map_err(failure)?;
        let Ok(document) = only_of(&bytes, &job.source, &self.limits) else {
            return Ok(None);
        };
        let as_of = record.as_of.as_deref().and_then(|day| day.parse().ok());
        let as_of = as_of.unwrap_or_else(|| day_in_india(job.added));
        Ok(Some(RunId::new(
            self.session.input(&document, as_of, &record.tenant).key(),
        )))
    }
}

/// A tenant's verdict of an id.
async fn verdict_of(
    store: &dyn Store,
    tenant: String,
    id: Option<String>,
) -> Result<Option<StoredVerdict>, Failure> {
    let listing = Listing {
        tenant,
        id,
        most: 1,
        ..Listing::default()
    };
    let found = store.verdicts(&listing).await.map_err(failure)?;
    Ok(found.into_iter().next())
}

/// Whose events are followed, by its id: those of a job that may be under way, or of a verdict, whose job may be forgotten.
enum What {
    Job(String),
    Verdict(String),
}

/// Where a stream of events stands.
struct Following {
    journal: Arc<dyn Journal>,
    store: Arc<dyn Store>,
    queue: Arc<dyn Queue>,
    tenant: String,
    what: What,
    run: Option<RunId>,
    /// Events told so far, those left out included.
    told: u64,
    /// Events that were told before this stream began.
    after: u64,
    waiting: std::collections::VecDeque<Event>,
    over: bool,
}

impl Following {
    async fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Ok(Some(event));
            }
            if self.over {
                return Ok(None);
            }
            if !self.look().await? {
                tokio::time::sleep(FOLLOW).await;
            }
        }
    }

    fn tell(&mut self, name: &str, data: Value) {
        self.told += 1;
        if self.told > self.after {
            self.waiting.push_back(Event {
                id: self.told,
                name: name.to_owned(),
                data,
            });
        }
    }

    /// Takes what is new; `false` where nothing is.
    async fn look(&mut self) -> Result<bool, Failure> {
        // The state first: what the journal then lacks does not come any more.
        let record = match &self.what {
            What::Job(id) => self.queue.show(id).await.map_err(failure)?,
            What::Verdict(_) => None,
        };
        let before = self.told;
        if let Some(run) = &self.run {
            let entries = self.journal.load(run).await.map_err(failure)?;
            let known = usize::try_from(self.told).unwrap_or(usize::MAX);
            for entry in entries.into_iter().skip(known) {
                let data = json!({"seq": entry.seq, "kind": entry.kind, "step": entry.step, "name": entry.name,
                    "hash": entry.hash});
                self.tell("step", data);
            }
        }
        let verdict = match (record, &self.what) {
            (None, What::Job(_)) => None,
            (None, What::Verdict(id)) => Some(id.clone()),
            (Some(record), _) => match record.state {
                State::Done => record.verdict,
                State::Dead => {
                    self.tell("dead", json!({"reason": record.reason}));
                    None
                }
                State::Scheduled | State::Ready | State::Leased => return Ok(self.told > before),
            },
        };
        self.over = true;
        if verdict.is_some() {
            let found = verdict_of(self.store.as_ref(), self.tenant.clone(), verdict).await?;
            if let Some(StoredVerdict { verdict, .. }) = found {
                let data = json!({"id": verdict["id"], "decision": verdict["decision"], "summary": verdict["summary"]});
                self.tell("verdict", data);
            }
        }
        Ok(true)
    }
}

#[async_trait]
impl Service for Daemon {
    async fn submit(&self, submission: Submission) -> Result<Submitted, SubmitError> {
        let Submission {
            tenant,
            document: bytes,
            source,
            idempotency_key,
            as_of,
            priority,
            traceparent,
        } = submission;
        let document = only_of(&bytes, &source, &self.limits)
            .map_err(|detail| SubmitError::Unreadable { detail })?;
        // The same bytes judged on another day are another request.
        let digest = match as_of {
            None => document.sha256.clone(),
            Some(day) => sha256_hex(format!("{}\n{day}", document.sha256).as_bytes()),
        };
        let mut job = Self::job(&document, bytes.to_vec());
        job.tenant = named(&tenant);
        job.source = source;
        job.as_of = as_of;
        job.traceparent = traceparent;
        job.priority = match priority {
            Priority::Low => -10,
            Priority::Normal => 0,
            Priority::High => 10,
        };
        job.once = idempotency_key.map(|key| Once {
            scope: "api".to_owned(),
            key,
            digest,
            hold: Hold::Kept,
        });
        self.added(job).await
    }

    async fn status(&self, tenant: &Tenant, id: &str) -> Result<Option<Status>, Failure> {
        match self.record(tenant, id).await? {
            Some(record) => self.status_of(tenant, record).await,
            None => Ok(self.verdict(tenant, id).await?.map(Status::Done)),
        }
    }

    async fn wait(
        &self,
        tenant: &Tenant,
        id: &str,
        at_most: Duration,
    ) -> Result<Option<Status>, Failure> {
        let until = tokio::time::Instant::now() + at_most;
        loop {
            // Heard from before the look, so that no end falls between the two.
            let ended = self.ended.notified();
            let status = self.status(tenant, id).await?;
            let under_way = matches!(status, Some(Status::Waiting | Status::Leased));
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            if !under_way || left.is_zero() {
                return Ok(status);
            }
            tokio::time::timeout(left.min(LOOK), ended).await.ok();
        }
    }

    async fn list(&self, tenant: &Tenant, query: ListQuery) -> Result<Listed, Failure> {
        let limit = query.limit.clamp(1, 1_000);
        let listing = Listing {
            tenant: named(tenant),
            id: None,
            resolved: None,
            decision: query.decision,
            vendor: query.vendor,
            from: query.from.map(midnight),
            until: query.to.and_then(|day| day.tomorrow().ok()).map(midnight),
            before: query.after.and_then(|place| place.parse().ok()),
            most: u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1),
        };
        let mut found = self.store.verdicts(&listing).await.map_err(failure)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| last.link.seq.to_string());
        Ok(Listed {
            verdicts: self.reviewed(found).await?,
            next,
        })
    }

    async fn events(
        &self,
        tenant: &Tenant,
        id: &str,
        after: Option<u64>,
    ) -> Result<Option<Events>, Failure> {
        let (what, run) = if let Some(record) = self.record(tenant, id).await? {
            let run = self.run_of(&record).await?;
            (What::Job(record.id), run)
        } else {
            let found = verdict_of(self.store.as_ref(), named(tenant), Some(id.to_owned()));
            let Some(stored) = found.await? else {
                return Ok(None);
            };
            let run = RunId::new(stored.case_key);
            (What::Verdict(id.to_owned()), Some(run))
        };
        let mut following = Following {
            journal: Arc::clone(&self.session.journal),
            store: Arc::clone(&self.store),
            queue: Arc::clone(&self.queue),
            tenant: named(tenant),
            what,
            run,
            told: 0,
            after: after.unwrap_or_default(),
            waiting: std::collections::VecDeque::new(),
            over: false,
        };
        following.look().await?;
        if following.over && following.waiting.is_empty() {
            return Ok(Some(Events::Over));
        }
        let events = stream::unfold(following, |mut following| async move {
            let next = following.next().await.transpose()?;
            if next.is_err() {
                following.over = true;
            }
            Some((next, following))
        });
        Ok(Some(Events::Following(events.boxed())))
    }

    async fn review(
        &self,
        tenant: &Tenant,
        id: &str,
        review: Review,
    ) -> Result<Value, ReviewError> {
        let verdict = match self.status(tenant, id).await? {
            Some(Status::Done(verdict)) => verdict,
            Some(_) => {
                return Err(ReviewError::NotHeld {
                    detail: format!("{id}: it has no verdict yet, so there is nothing to review"),
                });
            }
            None => return Err(ReviewError::NotFound),
        };
        let id = verdict["id"].as_str().unwrap_or_default().to_owned();
        let (store, journal) = (&self.store, &self.session.journal);
        let callbacks = self.session.live.callbacks();
        let reviewer =
            super::review::reviewer(store, journal, &self.review, &callbacks).map_err(failure)?;
        let answer = Answer {
            decision: match review.decision {
                ReviewDecision::Approve => Resolution::Approve,
                ReviewDecision::Reject => Resolution::Reject,
            },
            reason: review.reason,
            by: review.who,
        };
        let made = match reviewer.review(&id, answer).await {
            Ok(made) => made,
            Err(refused) => return Err(self.refused(&id, refused).await?),
        };
        let person = match made.effect {
            Effect::Approved => Some(Decision::Approve),
            Effect::Rejected => Some(Decision::Reject),
            Effect::Proposed | Effect::Held => None,
        };
        if let Some(person) = person {
            self.metrics.review(Decision::Hold, person);
            self.outbox.notify_one();
        }
        let now = self.verdict(tenant, &id).await?;
        Ok(now.ok_or(ReviewError::NotFound)?)
    }

    async fn ask(&self, tenant: &Tenant, question: Question) -> Result<Value, AskError> {
        let Question { question, as_of } = question;
        let most = self.limits.question_chars;
        if question.chars().count() > most {
            return Err(AskError::Refused {
                detail: format!(
                    "the question is longer than {most} characters (limits.question_chars)"
                ),
            });
        }
        let mut asked = self.session.question(&question);
        asked.as_of = as_of.unwrap_or_else(super::today);
        let tenant = named(tenant);
        let asker = match tenant.as_str() {
            "" => self.asker.clone(),
            tenant => self
                .session
                .asker(tenant, &self.settings)
                .map_err(failure)?,
        };
        let answer = match &self.answers {
            None => answers::fresh(&asker, asked).await,
            Some(answers) => {
                let state = self.store.state().await.map_err(failure)?;
                let state = format!("{state} {}", Timestamp::now().as_second() / UNSEEN_S);
                let scope = answers.scope(&tenant, &asked, state);
                answers.answer(&scope, &asker, asked).await
            }
        };
        let answer = answer.map_err(failure)?;
        Ok(serde_json::to_value(answer).map_err(failure)?)
    }

    async fn report(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Value, AskError> {
        let mut request = report::Request::read(path, query).map_err(|wrong| no_report(&wrong))?;
        request.top.get_or_insert(REPORTED);
        let tenant = named(tenant);
        let own = self.store.of_tenant(&tenant);
        let table = super::report::table(own.as_ref(), Some(own.as_ref()), &tenant, &request);
        let table = table
            .await
            .map_err(failure)?
            .map_err(|wrong| no_report(&wrong))?;
        Ok(table.json())
    }

    async fn hook(&self, delivery: Delivery) -> Result<Accepted, HookError> {
        super::inbox::receive(self, delivery).await
    }

    async fn readiness(&self) -> Vec<Part> {
        self.health.parts().await
    }

    async fn metrics(&self) -> Result<String, Failure> {
        let counted = count_jobs(self.queue.as_ref(), &self.metrics);
        counted.await.map_err(failure)?;
        Ok(self.metrics.render(Format::Text))
    }

    async fn page(&self, tenant: &Tenant, path: &str) -> Result<Option<String>, Failure> {
        if !path.trim_matches('/').is_empty() {
            return Ok(None);
        }
        let holds = |resolved, most| Listing {
            tenant: named(tenant),
            decision: Some(Decision::Hold),
            resolved: Some(resolved),
            most,
            ..Listing::default()
        };
        let open = self.store.verdicts(&holds(false, OPEN)).await;
        let open = self.reviewed(open.map_err(failure)?).await?;
        let resolved = self.store.verdicts(&holds(true, RESOLVED)).await;
        let resolved = self.reviewed(resolved.map_err(failure)?).await?;
        Ok(Some(super::page::holds(&open, &resolved)))
    }

    fn served(&self, exchange: &Exchange<'_>) {
        if let Some(source) = exchange.source {
            self.metrics.hook(source, exchange.status, exchange.elapsed);
        }
    }
}
