//! Jobs of the queue: each document is read, verified, and acknowledged with its verdict.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use agent::{Input, VerifyError, engine::RunError};
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use callbacks::{Deliverer, ReadBack, Systems};
use gst_portal::GstPortal;
use queue::{Claimed, Done, Failure, Job, Lanes, Lease, Pool, Queue, QueueError, Summary, Work};
use store::Store;
use telemetry::{
    Attempt, Build, Cache, CacheResult, Callback, Chat, Metrics, QueueStats, Seen, Tracing,
    Vocabulary,
};
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
};

use super::{
    Keep, Session, Verified, day_in_india, inbox,
    live::Live,
    process,
    stored::{Commission, StaleLease},
    stream::{self, Rung},
    traced,
    versions::Versions,
};
use crate::{
    cli::Terms,
    documents::only_of,
    settings::{Limits, Settings},
};

/// How long what was counted and traced may take to leave.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often a worker looks how the queue stands, for its metrics; about as often as those are read.
const LOOK: Duration = Duration::from_secs(15);

/// The queue of a store.
pub(crate) fn queue(store: &dyn Store, settings: &Settings) -> Arc<dyn Queue> {
    store.jobs(settings.queue.clone(), store.clock())
}

/// What a process that works on jobs has: one session, the store behind it and its queue, and who is told of what happens.
pub(crate) struct House {
    pub(crate) session: Arc<Session>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) news: News,
    /// To the other processes, where a NATS server is named.
    pub(super) link: Option<nats::Link>,
    /// Takes in what comes over it.
    pub(super) taking: Option<JoinHandle<()>>,
}

/// Who is told when a job has ended.
#[derive(Clone)]
pub(crate) struct News {
    /// Rung when a worker of this process has ended a job.
    pub(crate) ended: Arc<Notify>,
    /// Rung when there is something in the outbox.
    pub(super) outbox: Arc<Notify>,
    pub(crate) metrics: Arc<Metrics>,
    tracing: Option<Arc<Tracing>>,
    portal: Option<GstPortal>,
    /// What of the portal's questions has been counted: answered from its cache, and not.
    counted: Arc<[AtomicU64; 2]>,
}

impl House {
    /// # Errors
    /// As [`Session::open`]; terms without a store; telemetry that cannot be set up.
    pub(crate) async fn open(terms: &Terms, settings: &Settings) -> Result<Self> {
        let session = Arc::new(Session::open(terms, settings).await?);
        let Keep::Store(store) = &session.keep else {
            bail!("a daemon keeps its verdicts: name a store, not a book");
        };
        let store = Arc::clone(store);
        let mut queue = queue(store.as_ref(), settings);
        let link = stream::link(settings).await?;
        if let Some(link) = &link {
            queue = Arc::new(Rung::new(queue, link));
        }
        let vocabulary = session.vocabulary();
        let policy = format!("{} {}", session.policy.name, session.policy.version);
        let build = Build {
            version: env!("CARGO_PKG_VERSION"),
            law: session.law.version(),
            policy: &policy,
        };
        let news = News {
            ended: Arc::default(),
            outbox: Arc::default(),
            metrics: Arc::new(Metrics::new(vocabulary.clone(), build)),
            tracing: Tracing::start(
                &settings.telemetry,
                vocabulary,
                traced::mask(&settings.telemetry)?,
            )?
            .map(Arc::new),
            portal: session.gst_portal.clone(),
            counted: Arc::default(),
        };
        Ok(Self {
            session,
            store,
            queue,
            news,
            link,
            taking: None,
        })
    }

    /// A pool of workers over this session: its tools, portal and model are shared by all of them.
    ///
    /// # Errors
    /// Systems from which documents cannot be read back by their settings; no threads for jobs.
    pub(crate) fn pool(&self, concurrency: Option<usize>, settings: &Settings) -> Result<Pool> {
        let concurrency = concurrency
            .or(Some(settings.worker.concurrency))
            .filter(|chosen| *chosen > 0)
            .unwrap_or_else(|| self.session.natural_concurrency(settings));
        let concurrency = process::within(concurrency);
        // Those that wait for a model are not at hand.
        let (at_hand, threads) = match self.session.model() {
            Some(_) => (concurrency.min(AT_HAND * process::cores()), 0),
            None => (concurrency, process::cores()),
        };
        let work = Verifying {
            session: Arc::clone(&self.session),
            queue: Arc::clone(&self.queue),
            limits: settings.limits.clone(),
            systems: Arc::new(Systems::new(&settings.read_back)?),
            versions: Versions {
                session: Arc::clone(&self.session),
                store: Arc::clone(&self.store),
                queue: Arc::clone(&self.queue),
                review: settings.review.clone(),
                limits: settings.limits.clone(),
            },
            news: self.news.clone(),
            hands: Semaphore::new(at_hand),
        };
        let queue = Arc::clone(&self.queue);
        tracing::info!("Up to {concurrency} jobs are in flight at once");
        let lanes = Lanes::start(threads).context("no threads for jobs")?;
        Ok(Pool::new(
            queue,
            Arc::new(work),
            concurrency,
            lanes,
            &settings.queue,
        ))
    }

    /// What may change while it works.
    pub(crate) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.session.live)
    }

    /// Delivers callbacks until told to stop, by the settings as they are at each moment.
    ///
    /// # Errors
    /// Settings under which nothing can be delivered.
    pub(crate) fn callbacks(
        &self,
        mut stop: watch::Receiver<bool>,
    ) -> Result<impl Future<Output = ()> + Send + use<>> {
        let outbox = self.store.outbox();
        let mut settings = self.session.live.watch_callbacks();
        let mut deliverer = Deliverer::new(Arc::clone(&outbox), &settings.borrow_and_update())?;
        let (news, clock) = (self.news.clone(), self.store.clock());
        Ok(async move {
            loop {
                let (halt, halted) = watch::channel(false);
                let seen = |_: &str, round: &callbacks::Round| news.delivered(round);
                let delivering = deliverer.run(|| clock.now(), &news.outbox, halted, seen);
                let over = async {
                    let over = tokio::select! {
                        // Whoever could tell is gone: so is the reason to go on.
                        _ = stop.wait_for(|stop| *stop) => true,
                        changed = settings.changed() => changed.is_err(),
                    };
                    halt.send_replace(true);
                    over
                };
                let (over, ()) = tokio::join!(over, delivering);
                if over {
                    return;
                }
                let now = Arc::clone(&settings.borrow_and_update());
                match Deliverer::new(Arc::clone(&outbox), &now) {
                    Ok(other) => deliverer = other,
                    // They were proved: what is left is that no client can be made.
                    Err(error) => tracing::error!("callbacks go on as before: {error}"),
                }
            }
        })
    }

    /// Lets what is under way end, when nothing else holds the session any more.
    /// Keeps what the metrics say of the queue fresh, where nobody who reads them could ask it; until it is dropped.
    pub(crate) fn counting(&self) -> impl Future<Output = ()> + use<> {
        let (queue, metrics) = (Arc::clone(&self.queue), Arc::clone(&self.news.metrics));
        async move {
            loop {
                if let Err(error) = count_jobs(queue.as_ref(), &metrics).await {
                    tracing::debug!(error = %error, "How the queue stands is not known now");
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    pub(crate) async fn close(self) {
        let Self {
            session,
            news,
            link,
            taking,
            ..
        } = self;
        if let Some(taking) = taking {
            // It ends by itself, within its own limit.
            taking.await.ok();
        }
        if let Some(link) = link {
            link.close().await;
        }
        if let Some(tracing) = news.tracing {
            // It blocks, and nothing waits for this thread any more.
            tokio::task::block_in_place(|| tracing.shutdown(FAREWELL));
        }
        if let Some(session) = Arc::into_inner(session) {
            session.close().await;
        }
    }
}

/// Tells the metrics how the queue stands.
///
/// # Errors
/// A queue that does not answer; they then say what they said.
pub(super) async fn count_jobs(queue: &dyn Queue, metrics: &Metrics) -> Result<(), QueueError> {
    let stats = queue.stats().await?;
    metrics.queue(&QueueStats {
        waiting: stats.waiting,
        leased: stats.leased,
        done: stats.done,
        dead: stats.dead,
        oldest_waiting: Duration::from_secs(stats.oldest_waiting_s),
    });
    Ok(())
}

impl News {
    fn delivered(&self, round: &callbacks::Round) {
        for (count, what) in [
            (round.delivered, Callback::Delivered),
            (round.later, Callback::Retried),
            (round.refused, Callback::Refused),
            (round.dead, Callback::Dead),
            (round.gone, Callback::Gone),
        ] {
            (0..count).for_each(|_| self.metrics.callback(what));
        }
    }

    /// Look-ups in caches since the last time.
    fn caches(&self, verdict_known: bool) {
        let (hit, miss) = (CacheResult::Hit, CacheResult::Miss);
        let result = if verdict_known { hit } else { miss };
        self.metrics.cache(Cache::Verdict, result, 1);
        let Some(counts) = self.portal.as_ref().map(GstPortal::counts) else {
            return;
        };
        let totals = [(hit, counts.cache_hits), (miss, counts.calls)];
        for (counted, (result, total)) in self.counted.iter().zip(totals) {
            let before = counted.fetch_max(total, Ordering::Relaxed);
            let since = total.saturating_sub(before);
            self.metrics.cache(Cache::Portal, result, since);
        }
    }

    fn verified(&self, verified: &Verified, job: &Job, model: Option<&str>) {
        let verdict = &verified.verdict;
        self.caches(verified.case.is_none());
        let Some(case) = &verified.case else { return };
        let source = job.source.split(':').next_back().unwrap_or_default();
        let source = if job.source.starts_with("hook:") {
            source
        } else {
            job.source.split(':').next().unwrap_or_default()
        };
        let began = case.evidence.first().and_then(|e| e.at.parse().ok());
        let chats: Vec<Chat<'_>> = case
            .consulted
            .iter()
            .map(|consulted| traced::chat(consulted, model.unwrap_or_default()))
            .collect();
        for consulted in &case.consulted {
            self.metrics.model_cost(consulted.paise);
            for (kind, spans) in &consulted.masked {
                self.metrics.masked(kind, *spans);
            }
        }
        let unanswered = case.unanswered();
        let seen = Seen {
            verdict,
            source,
            began: began.unwrap_or_else(jiff::Timestamp::now),
            unanswered: &unanswered,
            chats: &chats,
            traceparent: job.traceparent.as_deref(),
        };
        self.metrics.verdict(&seen);
        if let Some(tracing) = &self.tracing {
            tracing.record(&seen);
        }
    }
}

/// Verifies the document of a job.
struct Verifying {
    session: Arc<Session>,
    queue: Arc<dyn Queue>,
    limits: Limits,
    systems: Arc<dyn ReadBack>,
    versions: Versions,
    news: News,
    /// A case that is worked on is held in memory, with all that was found.
    hands: Semaphore,
}

/// Cases worked on at once for each core, where a model is what is waited for.
const AT_HAND: usize = 32;
/// And where there is none: so many that the store is asked for, and told of, many of them together.
const BY_RULES: usize = 128;

impl Verifying {
    /// Once for each attempt: another system's document may be another one the next time.
    async fn read(&self, job: &Job) -> Result<Vec<u8>, Failure> {
        let bytes = self
            .queue
            .document(job)
            .await
            .map_err(|error| match error {
                QueueError::Store(_) => Failure::Retry(error.to_string()),
                other => Failure::Final(other.to_string()),
            })?;
        inbox::document_of(self.systems.as_ref(), bytes).await
    }

    /// Between its parts, while a model is asked, nothing of the case is held but its document.
    async fn verify(&self, job: &Job, lease: Lease) -> Result<Done, Failure> {
        let bytes = self.read(job).await?;
        // Boxed: while a model is waited for, no room is held for what is seldom done.
        if let Some(verdict) = Box::pin(self.versions.settle(job, &bytes)).await? {
            return Ok(Done::Verdict(verdict));
        }
        let commission = Commission {
            lease,
            traceparent: job.traceparent.clone(),
            parking: Arc::default(),
            hits: Arc::new(self.session.cache_hits()),
        };
        loop {
            // Never closed.
            let hand = commission.parking.rest(self.hands.acquire()).await;
            let part = self.part(job, &bytes, commission.clone());
            if let Some(done) = Box::pin(part).await? {
                return Ok(done);
            }
            drop(hand);
            commission.parking.wait().await;
        }
    }

    /// To the end of the job, or to where it waits for a call that it has left in the parking.
    async fn part(
        &self,
        job: &Job,
        bytes: &[u8],
        commission: Commission,
    ) -> Result<Option<Done>, Failure> {
        let document = only_of(bytes, &job.source, &self.limits).map_err(Failure::Final)?;
        // The same day on each attempt: on another it would be another case, with nothing to resume from.
        let as_of = job.as_of.unwrap_or_else(|| day_in_india(job.added));
        let session = &self.session;
        let input = session.input(&document, as_of, &job.tenant);
        let verified = session.verify_job(input, commission);
        let verified = match verified.await {
            Ok(verified) => verified,
            Err(error) if error.is::<StaleLease>() => return Err(Failure::Lost),
            Err(error) => {
                return match error.downcast_ref() {
                    Some(VerifyError::Run(RunError::Parked(_))) => Ok(None),
                    _ => Err(Failure::Retry(format!("{error:#}"))),
                };
            }
        };
        self.news.verified(&verified, job, self.session.model());
        Ok(Some(match verified.case {
            Some(_) => Done::Acknowledged,
            None => Done::Verdict(verified.verdict.id),
        }))
    }
}

#[async_trait]
impl Work for Verifying {
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure> {
        let Claimed { job, lease } = claimed;
        let done = self.verify(&job, lease).await;
        self.news.outbox.notify_one();
        self.news.ended.notify_waiters();
        done
    }

    fn came_to(&self, attempt: queue::Attempt) {
        self.news.metrics.attempt(match attempt {
            queue::Attempt::Done => Attempt::Done,
            queue::Attempt::Retried => Attempt::Retried,
            queue::Attempt::Dead => Attempt::Dead,
            queue::Attempt::HandedBack => Attempt::HandedBack,
            queue::Attempt::Lost => Attempt::Stale,
        });
    }
}

impl Session {
    /// Verifies the document of a job; the verdict and the job's end are stored together, or neither.
    async fn verify_job(&self, input: Input, commission: Commission) -> Result<Verified> {
        let Keep::Store(store) = &self.keep else {
            bail!("a book keeps no verdicts");
        };
        self.verify_stored(store.as_ref(), input, Some(commission))
            .await
    }

    /// Rules wait for the portal only; a model is the narrow place where there is one.
    fn natural_concurrency(&self, settings: &Settings) -> usize {
        match self.model {
            Some(_) => settings.model.concurrency,
            None => BY_RULES * process::cores(),
        }
    }

    /// What there is to count by.
    fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            checks: checks::ALL.iter().map(|spec| spec.id).collect(),
            nodes: self.agent.machine().nodes().collect(),
            tools: self
                .agent
                .tools()
                .descriptions()
                .iter()
                .map(|tool| tool.name)
                .collect(),
            features: screen::features(),
            masked: mask::Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
            models: self.model.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Works until `stop` resolves, and drains: first the jobs, then the callbacks.
///
/// # Errors
/// Settings under which no worker can work.
pub(crate) async fn work(
    house: House,
    concurrency: Option<usize>,
    stop: impl Future<Output = ()> + Send,
    settings: &Settings,
) -> Result<Summary> {
    let pool = house.pool(concurrency, settings)?;
    let (halt, halted) = watch::channel(false);
    let delivering = tokio::spawn(house.callbacks(halted.clone())?);
    let taking = house.intake(halted, settings)?.map(tokio::spawn);
    let summary = pool.run(stop).await;
    halt.send_replace(true);
    if let Some(taking) = taking {
        taking.await?;
    }
    house.news.outbox.notify_waiters();
    tokio::time::timeout(settings.queue.drain(), delivering)
        .await
        .ok();
    house.close().await;
    Ok(summary)
}
