//! Jobs of the queue: each document is read, verified, and acknowledged with its verdict.

use std::sync::Arc;

use anyhow::{Result, bail};
use async_trait::async_trait;
use domain::Date;
use ingest::Document;
use queue::{
    Claimed, Done, Failure, Job, Lease, Pool, Queue, QueueError, Summary, SystemClock, Work,
};
use store::Store;

use super::{Keep, Session, day_in_india, stored::StaleLease};
use crate::{
    cli::Terms,
    settings::{Limits, Settings},
};

/// The queue of a store.
pub(crate) fn queue(store: &dyn Store, settings: &Settings) -> Arc<dyn Queue> {
    store.jobs(settings.queue.clone(), Arc::new(SystemClock))
}

/// The workers of this process over one session: its tools, portal and model are shared by all of them.
pub(crate) struct Workers {
    work: Arc<Verifying>,
    pool: Pool,
}

impl Workers {
    /// # Errors
    /// As [`Session::open`]; terms without a store.
    pub(crate) async fn open(
        terms: &Terms,
        concurrency: Option<usize>,
        settings: &Settings,
    ) -> Result<Self> {
        let session = Session::open(terms, settings).await?;
        let Keep::Store(store) = &session.keep else {
            bail!("a worker keeps its verdicts: name a store, not a book");
        };
        let queue = queue(store.as_ref(), settings);
        let concurrency = concurrency
            .or(Some(settings.worker.concurrency))
            .filter(|chosen| *chosen > 0)
            .unwrap_or_else(|| session.natural_concurrency(settings));
        let work = Arc::new(Verifying {
            session,
            queue: Arc::clone(&queue),
            limits: settings.limits.clone(),
        });
        let working: Arc<dyn Work> = Arc::<Verifying>::clone(&work);
        let pool = Pool::new(queue, working, concurrency, &settings.queue);
        tracing::info!("Up to {concurrency} jobs are in flight at once");
        Ok(Self { work, pool })
    }

    /// Works until `stop` resolves, and drains.
    pub(crate) async fn run(self, stop: impl Future<Output = ()> + Send) -> Summary {
        let summary = self.pool.run(stop).await;
        // The pool let go of it with its last job.
        if let Some(work) = Arc::into_inner(self.work) {
            work.session.close().await;
        }
        summary
    }
}

/// Verifies the document of a job.
struct Verifying {
    session: Session,
    queue: Arc<dyn Queue>,
    limits: Limits,
}

impl Verifying {
    async fn read(&self, job: &Job) -> Result<Document, Failure> {
        let bytes = self
            .queue
            .document(job)
            .await
            .map_err(|error| match error {
                QueueError::Store(_) => Failure::Retry(error.to_string()),
                other => Failure::Final(other.to_string()),
            })?;
        let mut read = ingest::read_bytes(&bytes, &job.source, &self.limits.of_document());
        let count = read.len();
        match read.pop() {
            Some(Ok(document)) if count == 1 => Ok(document),
            Some(Err(error)) if count == 1 => Err(Failure::Final(error.to_string())),
            _ => Err(Failure::Final(format!(
                "{}: holds {count} invoices; a job is one of them",
                job.source
            ))),
        }
    }
}

#[async_trait]
impl Work for Verifying {
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure> {
        let Claimed { job, lease } = claimed;
        let document = self.read(&job).await?;
        // The same day on each attempt: on another it would be another case, with nothing to resume from.
        let as_of = job.as_of.unwrap_or_else(|| day_in_india(job.added));
        self.session
            .verify_job(&document, as_of, lease)
            .await
            .map_err(|error| {
                if error.is::<StaleLease>() {
                    Failure::Lost
                } else {
                    Failure::Retry(format!("{error:#}"))
                }
            })
    }
}

impl Session {
    /// Verifies the document of a job; the verdict and the job's end are stored together, or neither.
    async fn verify_job(&self, document: &Document, as_of: Date, lease: Lease) -> Result<Done> {
        let Keep::Store(store) = &self.keep else {
            bail!("a book keeps no verdicts");
        };
        let input = self.input(document, as_of);
        let verified = self
            .verify_stored(store.as_ref(), input, Some(lease))
            .await?;
        Ok(match verified.case {
            Some(_) => Done::Acknowledged,
            None => Done::Verdict(verified.verdict.id),
        })
    }

    /// Rules wait for the portal only; a model is the narrow place where there is one.
    fn natural_concurrency(&self, settings: &Settings) -> usize {
        match self.model {
            Some(_) => settings.model.concurrency,
            None => 32 * std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        }
    }
}
