//! The pool over a real queue. These tests wait for what happens, never for a time.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use queue::{Attempt, Claimed, Done, Failure, Lanes, Pool, Queue, Settings, State, Work};
use tokio::sync::{Notify, Semaphore};

use super::{LEASE_MS, Open, World, jobs, settings};

/// Does what the first letter of a job's id says, and counts.
#[derive(Default)]
struct Letters {
    runs: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    begun: Notify,
    told: Mutex<Vec<Attempt>>,
}

impl Letters {
    /// How often it was told that an attempt came to this.
    fn told(&self, attempt: Attempt) -> usize {
        let told = self.told.lock().unwrap();
        told.iter().filter(|told| **told == attempt).count()
    }
}

/// Leaves the count when the work ends, and when it is dropped.
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Work for Letters {
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        let _counted = Counted(&self.now);
        self.most.fetch_max(now, Ordering::SeqCst);
        self.begun.notify_one();
        match claimed.job.id.chars().next() {
            Some('P') => panic!("a fault"),
            Some('F') => Err(Failure::Final("no invoice".to_owned())),
            Some('S') => std::future::pending().await,
            _ => {
                tokio::task::yield_now().await;
                Ok(Done::Verdict(format!("V-{}", claimed.job.id)))
            }
        }
    }

    fn came_to(&self, attempt: Attempt) {
        self.told.lock().unwrap().push(attempt);
    }
}

/// Waits until the queue stands so, and says how it stood when that takes too long.
async fn until(queue: &Arc<dyn Queue>, so: impl Fn(&queue::Stats) -> bool) {
    for _ in 0..2_000 {
        if so(&queue.stats().await.unwrap()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", queue.stats().await.unwrap());
}

/// Runs a pool until it is told to stop by the permit.
fn start(
    queue: &Arc<dyn Queue>,
    work: &Arc<Letters>,
    settings: &Settings,
) -> (Arc<Semaphore>, tokio::task::JoinHandle<queue::Summary>) {
    let stop = Arc::new(Semaphore::new(0));
    let stopped = Arc::clone(&stop);
    let work: Arc<dyn Work> = Arc::<Letters>::clone(work);
    let lanes = Lanes::start(2).unwrap();
    let pool = Pool::new(Arc::clone(queue), work, 8, lanes, settings);
    let running = tokio::spawn(pool.run(async move {
        stopped.acquire().await.unwrap().forget();
    }));
    (stop, running)
}

pub(crate) async fn a_pool_empties_the_queue(open: &dyn Open) {
    let settings = Settings {
        in_flight_vendor: 100,
        ..settings()
    };
    let World {
        queue, other, keep, ..
    } = open.world(settings.clone()).await;
    queue.add(jobs("A", 200, |_, _| ())).await.unwrap();
    queue.add(jobs("F", 5, |_, _| ())).await.unwrap();
    let work = Arc::new(Letters::default());
    let (stop, running) = start(&queue, &work, &settings);
    until(&queue, |stats| stats.done == 200 && stats.dead == 5).await;
    // What another process adds is found without a wake-up.
    other.add(jobs("B", 3, |_, _| ())).await.unwrap();
    until(&queue, |stats| stats.done == 203).await;
    stop.add_permits(1);
    let summary = running.await.unwrap();
    assert_eq!(
        (summary.done, summary.failed, summary.lost, summary.released),
        (203, 5, 0, 0)
    );
    assert_eq!(work.runs.load(Ordering::SeqCst), 208);
    assert_eq!(
        (work.told(Attempt::Done), work.told(Attempt::Dead)),
        (203, 5)
    );
    let most = work.most.load(Ordering::SeqCst);
    assert!((1..=8).contains(&most), "{most} at once");
    let record = queue.show("A0007").await.unwrap().unwrap();
    assert_eq!(record.verdict.as_deref(), Some("V-A0007"));
    drop(keep);
}

pub(crate) async fn a_panic_is_a_failure(open: &dyn Open) {
    let settings = Settings {
        max_attempts: 1,
        ..settings()
    };
    let World { queue, keep, .. } = open.world(settings.clone()).await;
    let work = Arc::new(Letters::default());
    queue.add(jobs("P", 3, |_, _| ())).await.unwrap();
    queue.add(jobs("Q", 3, |_, _| ())).await.unwrap();
    let (stop, running) = start(&queue, &work, &settings);
    until(&queue, |stats| stats.done == 3 && stats.dead == 3).await;
    stop.add_permits(1);
    assert_eq!(running.await.unwrap().failed, 3);
    // The last attempt at a job is not one that is made again.
    assert_eq!(
        (work.told(Attempt::Dead), work.told(Attempt::Retried)),
        (3, 0)
    );
    let reason = queue.show("P0000").await.unwrap().unwrap().reason.unwrap();
    assert!(reason.contains("fault of this program"), "{reason}");
    drop(keep);
}

pub(crate) async fn a_pool_drains(open: &dyn Open) {
    let settings = Settings {
        drain_s: 0,
        ..settings()
    };
    let World { queue, keep, .. } = open.world(settings.clone()).await;
    // None of these ends by itself.
    queue.add(jobs("S", 10, |_, _| ())).await.unwrap();
    let work = Arc::new(Letters::default());
    let (stop, running) = start(&queue, &work, &settings);
    until(&queue, |stats| stats.leased == 4).await;
    stop.add_permits(1);
    let summary = running.await.unwrap();
    assert_eq!((summary.done, summary.released), (0, 4));
    assert_eq!(work.told(Attempt::HandedBack), 4);
    assert_eq!(work.now.load(Ordering::SeqCst), 0, "the work was dropped");
    let stats = queue.stats().await.unwrap();
    assert_eq!((stats.waiting, stats.leased), (10, 0));
    let record = queue.show("S0000").await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.attempts),
        (State::Ready, 0),
        "the attempt is refunded"
    );
    drop(keep);
}

pub(crate) async fn a_lost_lease_cancels_the_job(open: &dyn Open) {
    // Renewed every third of a second by the real clock, while the queue's stands still until it is moved.
    let settings = Settings {
        lease_s: 1,
        ..settings()
    };
    let World {
        queue,
        other,
        clock,
        keep,
    } = open.world(settings.clone()).await;
    queue.add(jobs("S", 1, |_, _| ())).await.unwrap();
    let work = Arc::new(Letters::default());
    let (stop, running) = start(&queue, &work, &settings);
    work.begun.notified().await;
    let taken = loop {
        clock.forward(LEASE_MS);
        let mut claimed = other.claim(1).await.unwrap();
        if let Some(claimed) = claimed.pop() {
            break claimed;
        }
    };
    while work.now.load(Ordering::SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(other.finish(&taken.lease, "V").await.unwrap());
    stop.add_permits(1);
    let summary = running.await.unwrap();
    assert!(summary.lost >= 1, "{summary:?}");
    assert_eq!(
        summary.lost,
        u64::try_from(work.told(Attempt::Lost)).unwrap()
    );
    assert_eq!(summary.done, 0);
    drop(keep);
}
