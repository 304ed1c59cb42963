//! NATS between the processes of a fleet: documents in, and word of new jobs.

use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use domain::evidence::sha256_hex;
use jiff::Timestamp;
use nats::{Ingest, Intake, Link, Wake};
use queue::{
    Added, After, Begins, Change, Claimed, Failure, Hold, Job, Lease, Listing, NewJob, Once, Queue,
    QueueError, Record, State, Stats, Which,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::daemon::House;
use crate::{
    documents::only_of,
    settings::{Limits, Settings},
};

/// The connection; `None` where no server is named. It is not waited for.
///
/// # Errors
/// Settings with which no server can be reached.
pub(super) async fn link(settings: &Settings) -> Result<Option<Link>> {
    if !settings.nats.wanted() {
        return Ok(None);
    }
    Ok(Some(Link::connect(settings.nats.clone()).await?))
}

/// A queue that tells the workers of other processes of what it was given, and hears of what others were.
pub(super) struct Rung {
    queue: Arc<dyn Queue>,
    bell: Wake,
    heard: Arc<Notify>,
    listening: JoinHandle<()>,
}

impl Rung {
    pub(super) fn new(queue: Arc<dyn Queue>, link: &Link) -> Self {
        let heard = Arc::<Notify>::default();
        let listening = tokio::spawn(Wake::listen(link.clone(), Arc::clone(&heard)));
        Self {
            queue,
            bell: Wake::new(link),
            heard,
            listening,
        }
    }
}

impl Drop for Rung {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[async_trait]
impl Queue for Rung {
    async fn add(&self, jobs: Vec<NewJob>) -> Result<Vec<Added>, QueueError> {
        let added = self.queue.add(jobs).await?;
        self.bell.ring();
        Ok(added)
    }

    async fn woken(&self) {
        tokio::select! {
            () = self.queue.woken() => {}
            () = self.heard.notified() => {}
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<Claimed>, QueueError> {
        self.queue.claim(most).await
    }

    async fn document(&self, job: &Job) -> Result<Vec<u8>, QueueError> {
        self.queue.document(job).await
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Lease>, QueueError> {
        self.queue.renew(leases).await
    }

    async fn fail(&self, lease: &Lease, failure: &Failure) -> Result<After, QueueError> {
        self.queue.fail(lease, failure).await
    }

    async fn release(&self, leases: &[Lease]) -> Result<u64, QueueError> {
        self.queue.release(leases).await
    }

    async fn finish(&self, lease: &Lease, verdict: &str) -> Result<bool, QueueError> {
        self.queue.finish(lease, verdict).await
    }

    async fn stats(&self) -> Result<Stats, QueueError> {
        self.queue.stats().await
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Record>, QueueError> {
        self.queue.list(listing).await
    }

    async fn show(&self, id: &str) -> Result<Option<Record>, QueueError> {
        self.queue.show(id).await
    }

    async fn newest(
        &self,
        tenant: &str,
        scope: &str,
        begins: &str,
    ) -> Result<Option<Record>, QueueError> {
        self.queue.newest(tenant, scope, begins).await
    }

    async fn before(&self, job: &Job, begins: Begins) -> Result<Option<Record>, QueueError> {
        self.queue.before(job, begins).await
    }

    async fn retry(&self, which: Which<'_>) -> Result<u64, QueueError> {
        self.queue.retry(which).await
    }

    async fn purge(&self, state: State, before: Timestamp) -> Result<u64, QueueError> {
        self.queue.purge(state, before).await
    }

    async fn pause(&self, paused: bool) -> Result<(), QueueError> {
        self.queue.pause(paused).await
    }

    async fn set(&self, id: &str, change: Change) -> Result<(), QueueError> {
        self.queue.set(id, change).await
    }
}

/// Documents that come over NATS become jobs.
struct Inlet {
    queue: Arc<dyn Queue>,
    limits: Limits,
}

#[async_trait]
impl nats::Accept for Inlet {
    async fn accept(&self, message: nats::Incoming) -> Result<nats::Accepted, nats::Refused> {
        let bytes = message.payload.to_vec();
        let document = only_of(&bytes, "nats", &self.limits);
        let document = document.map_err(nats::Refused::Malformed)?;
        let job = NewJob {
            id: ulid::Ulid::new().to_string(),
            tenant: message.tenant,
            vendor: NewJob::vendor_of(document.invoice.supplier.gstin.as_deref()),
            priority: message.priority.unwrap_or_default(),
            not_before: None,
            source: "nats".to_owned(),
            once: Some(Once {
                scope: "nats".to_owned(),
                key: message.key,
                digest: sha256_hex(&bytes),
                hold: Hold::Kept,
            }),
            bytes,
            as_of: message.as_of,
            traceparent: message.traceparent,
        };
        match self.queue.add(vec![job]).await {
            Ok(added) if added.iter().all(|added| added.new) => Ok(nats::Accepted::New),
            Ok(_) => Ok(nats::Accepted::Known),
            Err(QueueError::Full {
                retry_after,
                setting,
                ..
            }) => Err(if setting.ends_with("tenant") {
                nats::Refused::TenantFull { retry_after }
            } else {
                nats::Refused::Full { retry_after }
            }),
            Err(error @ (QueueError::Conflict { .. } | QueueError::Refused(_))) => {
                Err(nats::Refused::Malformed(error.to_string()))
            }
            Err(error) => Err(nats::Refused::Trouble(error.to_string())),
        }
    }
}

impl House {
    /// Takes in what comes over NATS until told to stop, if the settings say that `who` does; [`House::close`] waits for the end.
    pub(crate) fn take_in(
        &mut self,
        who: Intake,
        mut stop: watch::Receiver<bool>,
        settings: &Settings,
    ) {
        let asked = settings.nats.ingest;
        let Some(link) = self
            .link
            .as_ref()
            .filter(|_| [who, Intake::Both].contains(&asked))
        else {
            return;
        };
        let inlet = Inlet {
            queue: Arc::clone(&self.queue),
            limits: settings.limits.clone(),
        };
        let ingest = Ingest::new(link, Arc::new(inlet));
        self.taking = Some(tokio::spawn(async move {
            let stopped = async move {
                // Whoever could tell is gone: so is the reason to go on.
                stop.wait_for(|stop| *stop).await.ok();
            };
            ingest.run(stopped).await;
        }));
    }
}
