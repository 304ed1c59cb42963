//! The queue in the store's database, beside the verdicts: its port, and the one writer with group commit.
//!
//! Whatever waits when the writer is free goes into one transaction, and callers wake when it is durable. An act that
//! the database refuses must not fail its neighbours, so then each is tried alone.
//!
//! *Invariant:* the counts of `job_tenant` and `job_lane` change in the transaction that moves a job.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use queue::{
    Added, After, Begins, Change, Claimed, Clock, Failure, Job, Lease, Listing, NewJob, Queue,
    QueueError, Record, Settings, State, Stats, Which,
};
use tokio::sync::{Notify, mpsc, oneshot};

use super::{Conn, NOTIFY, Pool, begin_write, listen, store::Gather};
use crate::{desk, rows::in_sizes};

// Paths in full, so that another store can compile these files under its own dialect.
#[path = "jobs/acts.rs"]
mod acts;
#[path = "jobs/add.rs"]
mod add;
#[path = "jobs/claim.rs"]
mod claim;
#[path = "jobs/moves.rs"]
mod moves;
#[path = "jobs/read.rs"]
mod read;

pub use acts::{Forgotten, acknowledge_in};
use moves::Moves;

/// Acts of one transaction, at most.
const GROUP: usize = 64;
/// Jobs forgotten in one transaction.
const PURGED: i64 = 500;

/// The queue of a store. Dropping it lets the writer finish what it holds.
pub struct Jobs {
    readers: Pool,
    gather: Arc<Gather>,
    clock: Arc<dyn Clock>,
    lease_ms: i64,
    /// The longest after a failure.
    pause_ms: i64,
    acts: mpsc::Sender<Box<dyn Step>>,
    woken: Arc<Notify>,
}

/// Why an act came to nothing: refused before anything was written, or given up by the database.
enum Trouble {
    Refused(QueueError),
    Database(sqlx::Error),
}

impl From<QueueError> for Trouble {
    fn from(error: QueueError) -> Self {
        Self::Refused(error)
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Where a job goes after an attempt that failed, and when it is due: it rests, or its attempts are spent.
fn after_failure(group: &Group<'_>, attempt: i64, random: u64) -> (State, i64) {
    let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
    if attempt >= group.settings.max_attempts {
        return (State::Dead, group.now);
    }
    let pause = group.settings.backoff().pause(attempt, random);
    (State::Scheduled, group.now.saturating_add(millis(pause)))
}

fn store(error: &sqlx::Error) -> QueueError {
    QueueError::Store(error.to_string())
}

/// States in which a job has ended.
const ENDED: [State; 2] = [State::Done, State::Dead];

/// Forgets the jobs that ended before a time (milliseconds since 1970), or says what would go.
pub(super) async fn forget_ended(
    readers: &Pool,
    writer: &Pool,
    before: i64,
    dry_run: bool,
) -> Result<Forgotten, sqlx::Error> {
    if dry_run {
        return read::to_forget(readers, before).await;
    }
    let mut forgotten = Forgotten::default();
    for state in ENDED {
        let mut after = String::new();
        loop {
            // Found by a reader, so that the writer is not kept from its work by a search.
            let ids = read::ended(readers, state, before, &after, PURGED).await?;
            let Some(last) = ids.last() else { break };
            after.clone_from(last);
            let purge = acts::Purge { ids, state, before };
            let mut tx = begin_write(writer).await?;
            let mut moves = Moves::default();
            let some = purge.forget(&mut tx, &mut moves).await?;
            moves.apply(&mut tx, None).await?;
            tx.commit().await?;
            forgotten.jobs = forgotten.jobs.saturating_add(some.jobs);
            forgotten.blobs = forgotten.blobs.saturating_add(some.blobs);
        }
    }
    Ok(forgotten)
}

/// What the acts of one transaction share.
struct Group<'a> {
    /// Milliseconds since 1970.
    now: i64,
    settings: &'a Settings,
    /// Of this start of the process, and numbered for each transaction.
    token: String,
    moves: Moves,
    /// What is to be finished, before anything else is done.
    finishing: Vec<(Lease, String)>,
    /// The leases under which it was.
    finished: BTreeSet<Lease>,
    /// Whether there may be something to claim afterwards.
    wakes: bool,
}

/// A change of the queue, in a transaction. Refuses before it writes anything, or not at all; may be tried again.
#[async_trait]
trait Act: Send + Sync {
    type Out: Send;
    /// Says what it shares one statement with others for.
    fn gather(&self, _: &mut Group<'_>) {}
    async fn act(&self, tx: &mut Conn, group: &mut Group<'_>) -> Result<Self::Out, Trouble>;
}

/// An act whose caller waits for it.
#[async_trait]
trait Step: Send {
    fn gather(&self, group: &mut Group<'_>);
    async fn run(&mut self, tx: &mut Conn, group: &mut Group<'_>) -> Result<(), sqlx::Error>;
    /// Tells the caller, after the transaction.
    fn settle(self: Box<Self>, committed: Result<(), sqlx::Error>);
}

struct Pending<A: Act> {
    act: A,
    out: Option<Result<A::Out, QueueError>>,
    caller: oneshot::Sender<Result<A::Out, QueueError>>,
}

#[async_trait]
impl<A: Act> Step for Pending<A> {
    fn gather(&self, group: &mut Group<'_>) {
        self.act.gather(group);
    }

    async fn run(&mut self, tx: &mut Conn, group: &mut Group<'_>) -> Result<(), sqlx::Error> {
        self.out = match self.act.act(tx, group).await {
            Ok(out) => Some(Ok(out)),
            Err(Trouble::Refused(error)) => Some(Err(error)),
            Err(Trouble::Database(error)) => return Err(error),
        };
        Ok(())
    }

    fn settle(self: Box<Self>, committed: Result<(), sqlx::Error>) {
        let out = match (committed, self.out) {
            (Ok(()), Some(out)) => out,
            (Ok(()), None) => Err(stopped()),
            (Err(error), _) => Err(store(&error)),
        };
        // A caller that went away learns it from the job's row.
        drop(self.caller.send(out));
    }
}

fn stopped() -> QueueError {
    QueueError::Store("the writer has stopped".to_owned())
}

struct Writer {
    pool: Pool,
    settings: Settings,
    clock: Arc<dyn Clock>,
    woken: Arc<Notify>,
    process: String,
    transactions: u64,
}

impl Writer {
    async fn work(mut self, mut waiting: mpsc::Receiver<Box<dyn Step>>) {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, GROUP).await > 0 {
            let together = self.transact(&mut group).await;
            for mut step in group.drain(..) {
                let committed = match &together {
                    Ok(()) => Ok(()),
                    Err(_) => self.transact(std::slice::from_mut(&mut step)).await,
                };
                step.settle(committed);
            }
        }
    }

    /// All steps or none.
    async fn transact(&mut self, steps: &mut [Box<dyn Step>]) -> Result<(), sqlx::Error> {
        self.transactions = self.transactions.wrapping_add(1);
        let mut tx = begin_write(&self.pool).await?;
        let mut group = Group {
            now: self.clock.now().as_millisecond(),
            settings: &self.settings,
            token: format!("{}-{}", self.process, self.transactions),
            moves: Moves::default(),
            finishing: Vec::new(),
            finished: BTreeSet::new(),
            wakes: false,
        };
        for step in steps.iter() {
            step.gather(&mut group);
        }
        acts::finish(&mut tx, &mut group).await?;
        for step in steps {
            step.run(&mut tx, &mut group).await?;
        }
        group.moves.apply(&mut tx, None).await?;
        if group.wakes
            && let Some(notify) = NOTIFY
        {
            sqlx::query(notify).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        if group.wakes {
            self.woken.notify_one();
        }
        Ok(())
    }
}

impl Jobs {
    /// The queue of a database whose schema is up to date; starts the writer.
    pub(super) fn start(
        writer: Pool,
        readers: Pool,
        gather: Arc<Gather>,
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (acts, waiting) = mpsc::channel(4 * GROUP);
        let woken = Arc::new(Notify::new());
        let lease_ms = millis(settings.lease());
        let pause_ms = millis(settings.backoff().most);
        let writer = Writer {
            pool: writer,
            settings,
            clock: Arc::clone(&clock),
            woken: Arc::clone(&woken),
            process: format!("{:032x}", rand::random::<u128>()),
            transactions: 0,
        };
        listen(readers.clone(), Arc::downgrade(&woken));
        desk::spawn(writer.work(waiting));
        Self {
            readers,
            gather,
            clock,
            lease_ms,
            pause_ms,
            acts,
            woken,
        }
    }

    /// Does an act in a transaction with whatever else waits.
    async fn act<A: Act + 'static>(&self, act: A) -> Result<A::Out, QueueError> {
        let (caller, answer) = oneshot::channel();
        let pending = Pending {
            act,
            out: None,
            caller,
        };
        let sent = self.acts.send(Box::new(pending)).await;
        sent.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

#[async_trait]
impl Queue for Jobs {
    async fn add(&self, jobs: Vec<NewJob>) -> Result<Vec<Added>, QueueError> {
        jobs.iter().try_for_each(NewJob::check)?;
        self.act(add::Add::new(jobs)).await
    }

    async fn claim(&self, most: usize) -> Result<Vec<Claimed>, QueueError> {
        // Looking costs the writer nothing, and most looks at an idle queue find nothing.
        let (now, lease, pause) = (self.now(), self.lease_ms, self.pause_ms);
        if most == 0 || !read::worth_claiming(&self.readers, now, lease, pause).await? {
            return Ok(Vec::new());
        }
        self.act(claim::Claim { most }).await
    }

    async fn document(&self, job: &Job) -> Result<Vec<u8>, QueueError> {
        read::document(&self.gather, job).await
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Lease>, QueueError> {
        let leases = leases.to_vec();
        self.act(acts::Renew { leases }).await
    }

    async fn fail(&self, lease: &Lease, failure: &Failure) -> Result<After, QueueError> {
        let (lease, failure) = (lease.clone(), failure.clone());
        let random = rand::random();
        self.act(acts::Fail {
            lease,
            failure,
            random,
        })
        .await
    }

    async fn release(&self, leases: &[Lease]) -> Result<u64, QueueError> {
        let leases = leases.to_vec();
        self.act(acts::Release { leases }).await
    }

    async fn finish(&self, lease: &Lease, verdict: &str) -> Result<bool, QueueError> {
        let (lease, verdict) = (lease.clone(), verdict.to_owned());
        self.act(acts::Finish { lease, verdict }).await
    }

    async fn stats(&self) -> Result<Stats, QueueError> {
        read::stats(&self.readers, self.now()).await
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<Record>, QueueError> {
        read::list(&self.readers, listing).await
    }

    async fn show(&self, id: &str) -> Result<Option<Record>, QueueError> {
        read::show(&self.readers, id).await
    }

    async fn newest(
        &self,
        tenant: &str,
        scope: &str,
        begins: &str,
    ) -> Result<Option<Record>, QueueError> {
        read::newest(&self.readers, tenant, scope, begins).await
    }

    async fn before(&self, job: &Job, begins: Begins) -> Result<Option<Record>, QueueError> {
        read::before(&self.readers, job, begins).await
    }

    async fn retry(&self, which: Which<'_>) -> Result<u64, QueueError> {
        let id = match which {
            Which::One(id) => Some(id.to_owned()),
            Which::All => None,
        };
        self.act(acts::Retry { id }).await
    }

    async fn purge(&self, state: State, before: Timestamp) -> Result<u64, QueueError> {
        if !ENDED.contains(&state) {
            let problem =
                format!("a job that is {state} has not ended, and only ended jobs are forgotten");
            return Err(QueueError::Refused(problem));
        }
        let before = before.as_millisecond();
        let mut forgotten = 0_u64;
        let mut after = String::new();
        loop {
            // Found by a reader, so that the writer is not kept from its work by a search.
            let ids = read::ended(&self.readers, state, before, &after, PURGED)
                .await
                .map_err(|error| store(&error))?;
            let Some(last) = ids.last() else {
                return Ok(forgotten);
            };
            after.clone_from(last);
            let purge = acts::Purge { ids, state, before };
            forgotten = forgotten.saturating_add(self.act(purge).await?);
        }
    }

    async fn pause(&self, paused: bool) -> Result<(), QueueError> {
        self.act(acts::Pause { paused }).await
    }

    async fn set(&self, id: &str, change: Change) -> Result<(), QueueError> {
        let id = id.to_owned();
        self.act(acts::Set { id, change }).await
    }

    async fn woken(&self) {
        self.woken.notified().await;
    }
}

#[cfg(test)]
#[path = "jobs/tests.rs"]
mod tests;
