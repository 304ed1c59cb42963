//! The workers of one process: jobs in flight, their leases, and an orderly end.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    task::{AbortHandle, JoinSet},
    time::{Instant, MissedTickBehavior, interval_at, sleep, timeout_at},
};

use crate::{After, Attempt, Claimed, Done, Failure, Lanes, Lease, Queue, Settings, Work};

/// The longest pause between two looks at a queue that does not answer.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// A claim is a synced transaction: of jobs that end within so short a time, the slots are filled by one.
const GATHER: Duration = Duration::from_millis(3);

/// Takes jobs from a queue and does a piece of work with each, so many at once.
pub struct Pool {
    queue: Arc<dyn Queue>,
    work: Arc<dyn Work>,
    concurrency: usize,
    lease: Duration,
    poll: Duration,
    drain: Duration,
    lanes: Lanes,
}

/// What a pool did until it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub done: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Jobs that another worker took because their lease had run out.
    pub lost: u64,
    /// Jobs given back unfinished at the end.
    pub released: u64,
}

/// What is in flight, and what became of what was.
struct Flight {
    work: Arc<dyn Work>,
    leases: Mutex<BTreeMap<Lease, AbortHandle>>,
    ended: Notify,
    summary: Mutex<Summary>,
}

impl Flight {
    fn new(work: Arc<dyn Work>) -> Self {
        Self {
            work,
            leases: Mutex::default(),
            ended: Notify::new(),
            summary: Mutex::default(),
        }
    }

    fn summary(&self) -> MutexGuard<'_, Summary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn came_to(&self, attempt: Attempt) {
        let mut summary = self.summary();
        *match attempt {
            Attempt::Done => &mut summary.done,
            Attempt::Retried | Attempt::Dead => &mut summary.failed,
            Attempt::HandedBack => &mut summary.released,
            Attempt::Lost => &mut summary.lost,
        } += 1;
        drop(summary);
        self.work.came_to(attempt);
    }

    fn leases(&self) -> MutexGuard<'_, BTreeMap<Lease, AbortHandle>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> Vec<Lease> {
        self.leases().keys().cloned().collect()
    }

    /// Cancels a job whose lease another worker may have by now.
    fn lose(&self, lease: &Lease) {
        let held = self.leases().remove(lease);
        if let Some(job) = held {
            job.abort();
            self.came_to(Attempt::Lost);
            tracing::warn!(job.id = %lease.job, "Job {} was taken by another worker: its lease had run out", lease.job);
        }
    }
}

/// A slot of the pool with its job. However the job ends, dropping it frees the slot and wakes whoever claims.
struct Slot {
    flight: Arc<Flight>,
    lease: Lease,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.flight.leases().remove(&self.lease);
        drop(self.permit.take());
        self.flight.ended.notify_one();
    }
}

impl Pool {
    /// `concurrency` jobs at once, at least one, done on these threads.
    pub fn new(
        queue: Arc<dyn Queue>,
        work: Arc<dyn Work>,
        concurrency: usize,
        lanes: Lanes,
        settings: &Settings,
    ) -> Self {
        Self {
            queue,
            work,
            concurrency: concurrency.clamp(1, Semaphore::MAX_PERMITS),
            lease: settings.lease(),
            poll: settings.poll(),
            drain: settings.drain(),
            lanes,
        }
    }

    /// Works until `stop` resolves. Then claims nothing more, waits for what is in flight until the deadline, and gives
    /// the rest back.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Summary {
        let flight = Arc::new(Flight::new(Arc::clone(&self.work)));
        let keeper = tokio::spawn(renew(
            Arc::clone(&self.queue),
            Arc::clone(&flight),
            self.lease / 3,
        ));
        let mut jobs = JoinSet::new();
        self.work_until(stop, &flight, &mut jobs).await;
        self.wind_down(&flight, &mut jobs).await;
        keeper.abort();
        *flight.summary()
    }

    async fn work_until(
        &self,
        stop: impl Future<Output = ()>,
        flight: &Arc<Flight>,
        jobs: &mut JoinSet<()>,
    ) {
        tokio::pin!(stop);
        let slots = Arc::new(Semaphore::new(self.concurrency));
        let mut pause = self.poll;
        loop {
            let one = tokio::select! {
                biased;
                () = &mut stop => return,
                one = Arc::clone(&slots).acquire_owned() => one,
            };
            let Ok(mut free) = one else { return };
            if slots.available_permits() < self.concurrency / 4 {
                tokio::select! {
                    () = &mut stop => return,
                    () = sleep(GATHER) => {}
                }
            }
            // Nobody else takes slots, so all that are free are to be had.
            let more = u32::try_from(slots.available_permits()).unwrap_or(u32::MAX);
            if let Ok(more) = Arc::clone(&slots).try_acquire_many_owned(more) {
                free.merge(more);
            }
            // Not dropped half way: jobs that were claimed and nobody knows of would wait for their lease to run out.
            let sought = free.num_permits();
            let claimed = match self.queue.claim(sought).await {
                Ok(claimed) => {
                    pause = self.poll;
                    claimed
                }
                Err(error) => {
                    tracing::warn!(error = %error, "No job could be claimed; the next look is in {} ms", pause.as_millis());
                    drop(free);
                    tokio::select! {
                        () = &mut stop => return,
                        () = sleep(pause) => {}
                    }
                    pause = pause.saturating_mul(2).min(PAUSE_MAX.max(self.poll));
                    continue;
                }
            };
            while jobs.try_join_next().is_some() {}
            let short = claimed.len() < sought;
            for claimed in claimed {
                self.begin(claimed, free.split(1), flight, jobs);
            }
            drop(free);
            if short {
                tokio::select! {
                    () = &mut stop => return,
                    () = self.queue.woken() => {}
                    // The end of a job may make room for another of its vendor.
                    () = flight.ended.notified() => {}
                    () = sleep(self.poll) => {}
                }
            }
        }
    }

    fn begin(
        &self,
        claimed: Claimed,
        permit: Option<OwnedSemaphorePermit>,
        flight: &Arc<Flight>,
        jobs: &mut JoinSet<()>,
    ) {
        let lease = claimed.lease.clone();
        let slot = Slot {
            flight: Arc::clone(flight),
            lease: lease.clone(),
            permit,
        };
        // Entered while the map is locked, so that a job that ends at once does not leave its lease behind.
        let mut leases = flight.leases();
        let attempt = attempt(Arc::clone(&self.queue), claimed, slot);
        let job = match self.lanes.next() {
            Some(lane) => jobs.spawn_on(attempt, lane),
            None => jobs.spawn(attempt),
        };
        leases.insert(lease, job);
    }

    /// Waits for what is in flight until the deadline, then gives it back.
    async fn wind_down(&self, flight: &Flight, jobs: &mut JoinSet<()>) {
        let deadline = Instant::now() + self.drain;
        let ended = timeout_at(deadline, async {
            while jobs.join_next().await.is_some() {}
        });
        if ended.await.is_ok() {
            return;
        }
        let held = flight.held();
        jobs.shutdown().await;
        // A verdict that was on its way is either committed by now, and its job done, or finds its lease gone.
        match self.queue.release(&held).await {
            Ok(released) => (0..released).for_each(|_| flight.came_to(Attempt::HandedBack)),
            Err(error) => {
                tracing::warn!(error = %error, "{} jobs could not be given back; others take them when their leases run out", held.len());
            }
        }
    }
}

/// One attempt at a job, to its durable end.
async fn attempt(queue: Arc<dyn Queue>, claimed: Claimed, slot: Slot) {
    let lease = &slot.lease;
    let flight = &slot.flight;
    let ended = AssertUnwindSafe(flight.work.run(claimed))
        .catch_unwind()
        .await;
    // What a panic says may quote the document.
    let ended = ended.unwrap_or_else(|_| {
        Err(Failure::Retry(
            "a fault of this program; its log says where".to_owned(),
        ))
    });
    let failure = match ended {
        Ok(Done::Acknowledged) => return flight.came_to(Attempt::Done),
        Ok(Done::Verdict(verdict)) => match queue.finish(lease, &verdict).await {
            Ok(true) => return flight.came_to(Attempt::Done),
            Ok(false) => Failure::Lost,
            Err(error) => Failure::Retry(error.to_string()),
        },
        Err(failure) => failure,
    };
    if failure == Failure::Lost {
        flight.came_to(Attempt::Lost);
        tracing::warn!(job.id = %lease.job, "Job {} is another worker's by now; what was done here is discarded", lease.job);
        return;
    }
    // Not renewed any more: once the failure is stored the lease would look like one that another worker took.
    flight.leases().remove(lease);
    match queue.fail(lease, &failure).await {
        Ok(After::Lost) => flight.came_to(Attempt::Lost),
        Ok(after) => {
            let (came_to, next) = match after {
                After::Retry(at) => (Attempt::Retried, format!("tried again at {at}")),
                _ => (Attempt::Dead, "dead".to_owned()),
            };
            flight.came_to(came_to);
            tracing::warn!(job.id = %lease.job, attempt = lease.attempt, "Job {} failed and is {next}: {failure}", lease.job);
        }
        Err(error) => {
            flight.came_to(Attempt::Retried);
            tracing::warn!(job.id = %lease.job, error = %error, "Job {} failed, which could not be written down; its lease runs out", lease.job);
        }
    }
}

/// Renews every lease in flight until it is aborted. Leases that cannot be renewed for their whole length are as good as
/// lost, and the queue says so when it answers again.
async fn renew(queue: Arc<dyn Queue>, flight: Arc<Flight>, every: Duration) {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let held = flight.held();
        if held.is_empty() {
            continue;
        }
        match queue.renew(&held).await {
            Ok(lost) => lost.iter().for_each(|lease| flight.lose(lease)),
            Err(error) => tracing::warn!(error = %error, "Leases were not renewed"),
        }
    }
}
