//! What every queue promises, whatever keeps it: the same tests for each store.
//!
//! A store says how to open its queue and lists the tests by `queue_suite::suite!`.

use std::{
    any::Any,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use domain::evidence::sha256_hex;
use jiff::{SignedDuration, Timestamp};
use queue::{
    After, Change, Claimed, Clock, Failure, Hold, Lease, NewJob, Once, Queue, QueueError, Settings,
    State,
};

mod interleavings;
mod people;
mod pool;
mod turns;

pub(crate) use interleavings::{claimers_share_the_jobs, no_job_is_lost_and_none_finished_twice};
pub(crate) use people::*;
pub(crate) use pool::*;
pub(crate) use turns::*;

/// A clock that stands until it is moved.
pub(crate) struct Hand(AtomicI64);

impl Hand {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_795_000_000_000)))
    }

    pub(crate) fn forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// An empty queue as two processes see it, and the clock of both.
pub(crate) struct World {
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) other: Arc<dyn Queue>,
    pub(crate) clock: Arc<Hand>,
    /// What goes away with the database.
    pub(crate) keep: Box<dyn Any + Send + Sync>,
}

#[async_trait]
pub(crate) trait Open: Sync {
    async fn world(&self, settings: Settings) -> World;
}

/// Makes tests of one store.
macro_rules! suite {
    ($open:expr) => {
        $crate::queue_suite::suite!($open;
            a_job_comes_is_claimed_and_finished, an_identity_is_one_job, a_full_queue_refuses,
            what_kills_its_worker_dies, failures_rest_and_end, a_stale_worker_changes_nothing, claimers_share_the_jobs,
            of_two_who_finish_at_once_one_is_told_so, what_is_given_back_has_its_attempt_back, tenants_take_turns, vendors_share_a_tenant,
            priorities_and_times_are_kept, people_pause_and_change,
            people_look_retry_and_purge, versions_of_a_document_are_found, the_version_before_is_the_newest_that_is_done, a_clock_set_back_keeps_no_lease, a_clock_set_back_keeps_no_pause,
            a_pool_empties_the_queue, a_panic_is_a_failure, a_pool_drains, a_lost_lease_cancels_the_job);

        #[test]
        fn no_job_is_lost_and_none_finished_twice() {
            $crate::queue_suite::no_job_is_lost_and_none_finished_twice(&$open);
        }
    };
    ($open:expr; $($name:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $crate::queue_suite::$name(&$open).await;
        }
    )*};
}
pub(crate) use suite;

pub(crate) const LEASE_MS: i64 = 30_000;
/// The longest rest after any attempt of these settings but the last.
const REST_MS: i64 = 2_000;

pub(crate) fn settings() -> Settings {
    Settings {
        lease_s: 30,
        max_attempts: 3,
        backoff_ms: 1_000,
        backoff_max_s: 60,
        depth: 1_000,
        depth_tenant: 600,
        in_flight_vendor: 4,
        poll_ms: 20,
        drain_s: 1,
    }
}

/// A job whose document is its id.
pub(crate) fn job(id: &str) -> NewJob {
    NewJob {
        id: id.to_owned(),
        tenant: "acme".to_owned(),
        vendor: "27AAACR5055K1Z7".to_owned(),
        priority: 0,
        not_before: None,
        source: "api".to_owned(),
        bytes: id.as_bytes().to_vec(),
        as_of: None,
        once: None,
        traceparent: None,
    }
}

pub(crate) fn jobs(prefix: &str, count: usize, change: impl Fn(&mut NewJob, usize)) -> Vec<NewJob> {
    (0..count)
        .map(|n| {
            let mut job = job(&format!("{prefix}{n:04}"));
            change(&mut job, n);
            job
        })
        .collect()
}

fn ids(claimed: &[Claimed]) -> Vec<&str> {
    claimed
        .iter()
        .map(|claimed| claimed.job.id.as_str())
        .collect()
}

async fn claim(queue: &Arc<dyn Queue>, most: usize) -> Vec<Claimed> {
    queue.claim(most).await.unwrap()
}

/// The one job that is there to claim.
async fn claim_one(queue: &Arc<dyn Queue>) -> Lease {
    let mut claimed = claim(queue, 9).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0).lease
}

/// The one job whose lease ran out, once it has rested.
async fn claim_again(queue: &Arc<dyn Queue>, clock: &Hand) -> Lease {
    if let Some(claimed) = claim(queue, 1).await.pop() {
        return claimed.lease;
    }
    clock.forward(REST_MS);
    claim_one(queue).await
}

async fn state(queue: &Arc<dyn Queue>, id: &str) -> State {
    queue.show(id).await.unwrap().unwrap().state
}

pub(crate) async fn a_job_comes_is_claimed_and_finished(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    let mut new = job("J1");
    new.as_of = Some("2026-11-21".parse().unwrap());
    new.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    new.bytes = vec![0, 255, 10];
    let added = queue.add(vec![new.clone(), job("J2")]).await.unwrap();
    assert!(added.iter().all(|added| added.new), "{added:?}");
    clock.forward(2_500);
    let stats = queue.stats().await.unwrap();
    assert_eq!(
        (stats.waiting, stats.leased, stats.oldest_waiting_s),
        (2, 0, 2)
    );
    let claimed = claim(&queue, 9).await;
    assert_eq!(ids(&claimed), ["J1", "J2"]);
    let Claimed { job: got, lease } = &claimed[0];
    assert_eq!((got.as_of, &got.traceparent), (new.as_of, &new.traceparent));
    assert_eq!((got.source.as_str(), got.tenant.as_str()), ("api", "acme"));
    assert_eq!(got.document, sha256_hex(&new.bytes));
    assert_eq!(queue.document(got).await.unwrap(), new.bytes);
    assert_eq!(lease.attempt, 1);
    assert!(claim(&queue, 9).await.is_empty());
    assert!(queue.finish(lease, "01VERDICT").await.unwrap());
    assert!(
        !queue.finish(lease, "01OTHER").await.unwrap(),
        "finished twice"
    );
    let record = queue.show("J1").await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.verdict.as_deref()),
        (State::Done, Some("01VERDICT"))
    );
    assert_eq!(
        (record.ended, record.lease_until),
        (Some(clock.now()), None)
    );
    let stats = queue.stats().await.unwrap();
    assert_eq!(
        (stats.waiting, stats.leased, stats.done, stats.dead),
        (0, 1, 1, 0)
    );
    assert_eq!(queue.show("J9").await.unwrap(), None);
    for (what, broken) in [
        (
            "tenant",
            NewJob {
                tenant: "a\nb".to_owned(),
                ..job("J3")
            },
        ),
        (
            "source",
            NewJob {
                source: "x".repeat(256),
                ..job("J3")
            },
        ),
        ("id", job("")),
        (
            "priority",
            NewJob {
                priority: 101,
                ..job("J3")
            },
        ),
    ] {
        let error = queue.add(vec![broken]).await.unwrap_err();
        assert!(
            matches!(&error, QueueError::Refused(why) if why.contains(what)),
            "{error}"
        );
    }
    drop(keep);
}

pub(crate) async fn an_identity_is_one_job(open: &dyn Open) {
    let World {
        queue, other, keep, ..
    } = open.world(settings()).await;
    let once = |id: &str, key: &str, bytes: &str, hold| NewJob {
        bytes: bytes.as_bytes().to_vec(),
        once: Some(Once {
            scope: "api".to_owned(),
            key: key.to_owned(),
            digest: sha256_hex(bytes.as_bytes()),
            hold,
        }),
        ..job(id)
    };
    // A hundred at once, by two processes: one job, and everybody hears its id.
    let adds = (0..100).map(|n| {
        let queue = if n % 2 == 0 { &queue } else { &other };
        queue.add(vec![once(&format!("A{n}"), "k", "x", Hold::Kept)])
    });
    let added: Vec<_> = futures_all(adds)
        .await
        .into_iter()
        .map(|added| added.unwrap().remove(0))
        .collect();
    assert_eq!(added.iter().filter(|added| added.new).count(), 1);
    assert_eq!(
        added
            .iter()
            .map(|added| &added.id)
            .collect::<BTreeSet<_>>()
            .len(),
        1
    );
    assert_eq!(queue.stats().await.unwrap().waiting, 1);
    let id = &added[0].id;

    let error = queue
        .add(vec![job("B1"), once("B2", "k", "y", Hold::Kept)])
        .await
        .unwrap_err();
    assert!(
        matches!(&error, QueueError::Conflict { job, .. } if job == id),
        "{error}"
    );
    assert_eq!(queue.show("B1").await.unwrap(), None, "all or none");
    let twice = vec![
        once("C1", "c", "x", Hold::Kept),
        once("C2", "c", "x", Hold::Kept),
    ];
    let added = queue.add(twice).await.unwrap();
    assert_eq!((added[1].id.as_str(), added[1].new), ("C1", false));
    let elsewhere = NewJob {
        tenant: "zeta".to_owned(),
        ..once("D1", "k", "y", Hold::Kept)
    };
    assert!(
        queue.add(vec![elsewhere]).await.unwrap()[0].new,
        "another tenant's key is another key"
    );

    // Held to the end of the job, and no longer; or for good.
    assert!(
        queue
            .add(vec![once("E1", "e", "z", Hold::UntilDone)])
            .await
            .unwrap()[0]
            .new
    );
    assert!(
        !queue
            .add(vec![once("E2", "e", "z", Hold::UntilDone)])
            .await
            .unwrap()[0]
            .new
    );
    for claimed in claim(&queue, 9).await {
        assert!(queue.finish(&claimed.lease, "V").await.unwrap());
    }
    assert!(
        queue
            .add(vec![once("E3", "e", "z", Hold::UntilDone)])
            .await
            .unwrap()[0]
            .new
    );
    assert!(
        !queue
            .add(vec![once("A9", "k", "x", Hold::Kept)])
            .await
            .unwrap()[0]
            .new
    );
    drop(keep);
}

/// All at once.
async fn futures_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures::future::join_all(futures).await
}

pub(crate) async fn a_full_queue_refuses(open: &dyn Open) {
    let small = Settings {
        depth: 5,
        depth_tenant: 3,
        ..settings()
    };
    let World { queue, keep, .. } = open.world(small).await;
    let full = |error: QueueError| match error {
        QueueError::Full {
            waiting,
            setting,
            retry_after,
            ..
        } => {
            assert!(!retry_after.is_zero());
            (waiting, setting)
        }
        other => panic!("{other}"),
    };
    queue.add(jobs("A", 3, |_, _| ())).await.unwrap();
    let error = queue.add(vec![job("A9")]).await.unwrap_err();
    assert_eq!(full(error), (3, "queue.depth_tenant"));
    let of = |tenant: &str| NewJob {
        tenant: tenant.to_owned(),
        ..job(tenant)
    };
    let error = queue
        .add(vec![of("b"), of("c"), of("d")])
        .await
        .unwrap_err();
    assert_eq!(full(error), (3, "queue.depth"));
    assert_eq!(
        queue.stats().await.unwrap().waiting,
        3,
        "none of them was added"
    );
    queue.add(vec![of("b"), of("c")]).await.unwrap();
    assert_eq!(
        full(queue.add(vec![of("d")]).await.unwrap_err()),
        (5, "queue.depth")
    );
    // What is with a worker waits no more.
    claim(&queue, 1).await;
    queue.add(vec![of("d")]).await.unwrap();
    drop(keep);
}

pub(crate) async fn what_kills_its_worker_dies(open: &dyn Open) {
    let World {
        queue,
        other,
        clock,
        keep,
    } = open.world(settings()).await;
    queue.add(vec![job("K")]).await.unwrap();
    for attempt in 1..=3 {
        let lease = claim_again(if attempt % 2 == 0 { &queue } else { &other }, &clock).await;
        assert_eq!(lease.attempt, attempt);
        clock.forward(LEASE_MS);
        assert!(
            claim(&queue, 9).await.is_empty(),
            "a lease lasts as long as it says"
        );
        clock.forward(1);
    }
    assert!(claim(&queue, 9).await.is_empty());
    let record = queue.show("K").await.unwrap().unwrap();
    assert_eq!((record.state, record.attempts), (State::Dead, 3));
    assert!(record.reason.unwrap().contains("lease ran out"));
    drop(keep);
}

pub(crate) async fn failures_rest_and_end(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    queue.add(vec![job("F")]).await.unwrap();
    let retry = Failure::Retry("the portal\ndoes not answer".to_owned());
    for attempt in 1..=2_u32 {
        let lease = claim_one(&queue).await;
        let longest = i64::from(attempt) * 1_000;
        let After::Retry(at) = queue.fail(&lease, &retry).await.unwrap() else {
            panic!("attempt {attempt} was not the last");
        };
        let pause = at.as_millisecond() - clock.now().as_millisecond();
        assert!((0..=longest).contains(&pause), "{pause}");
        let record = queue.show("F").await.unwrap().unwrap();
        assert_eq!((record.state, record.due), (State::Scheduled, at));
        assert_eq!(record.reason.as_deref(), Some("the portal does not answer"));
        if pause > 0 {
            clock.forward(pause - 1);
            assert!(claim(&queue, 9).await.is_empty(), "before its time");
            clock.forward(1);
        }
    }
    let lease = claim_one(&queue).await;
    assert_eq!(queue.fail(&lease, &retry).await.unwrap(), After::Dead);
    queue.add(vec![job("G")]).await.unwrap();
    let lease = claim_one(&queue).await;
    let gone = Failure::Final("no invoice".to_owned());
    assert_eq!(queue.fail(&lease, &gone).await.unwrap(), After::Dead);
    assert_eq!(queue.stats().await.unwrap().dead, 2);
    drop(keep);
}

pub(crate) async fn a_stale_worker_changes_nothing(open: &dyn Open) {
    let World {
        queue,
        other,
        clock,
        keep,
    } = open.world(settings()).await;
    queue.add(vec![job("S")]).await.unwrap();
    let stale = claim_one(&queue).await;
    clock.forward(LEASE_MS - 1);
    assert!(
        queue
            .renew(std::slice::from_ref(&stale))
            .await
            .unwrap()
            .is_empty()
    );
    clock.forward(LEASE_MS);
    assert!(claim(&other, 9).await.is_empty(), "it was renewed");
    clock.forward(1);
    let held = claim_again(&other, &clock).await;
    let both = [stale.clone(), held.clone()];
    assert_eq!(queue.renew(&both).await.unwrap(), both[..1]);
    assert!(!queue.finish(&stale, "V1").await.unwrap());
    let failure = Failure::Final("x".to_owned());
    assert_eq!(queue.fail(&stale, &failure).await.unwrap(), After::Lost);
    assert_eq!(
        queue.release(std::slice::from_ref(&stale)).await.unwrap(),
        0
    );
    for forged in [
        Lease {
            token: held.token.clone(),
            ..stale.clone()
        },
        Lease {
            attempt: held.attempt,
            ..stale
        },
    ] {
        assert!(!queue.finish(&forged, "V1").await.unwrap(), "{forged:?}");
    }
    assert!(other.finish(&held, "V2").await.unwrap());
    // Whoever ended it may not have heard of that yet.
    assert_eq!(other.renew(&[held]).await.unwrap(), []);
    assert_eq!(
        queue.show("S").await.unwrap().unwrap().verdict.as_deref(),
        Some("V2")
    );
    drop(keep);
}

/// Whoever they share a transaction with.
pub(crate) async fn of_two_who_finish_at_once_one_is_told_so(open: &dyn Open) {
    let World {
        queue,
        other,
        clock,
        keep,
    } = open.world(settings()).await;
    let new = jobs("J", 40, |job, _| job.vendor = String::new());
    queue.add(new).await.unwrap();
    let stale = claim(&other, 64).await;
    assert_eq!(stale.len(), 40);
    clock.forward(LEASE_MS + 1);
    let mut held = claim(&queue, 64).await;
    clock.forward(REST_MS);
    held.extend(claim(&queue, 64).await);
    assert_eq!(held.len(), 40);
    let both = stale.iter().map(|stale| (stale, "stale"));
    let both = both.chain(held.iter().map(|held| (held, "held")));
    // Each says so twice.
    let said = both.clone().chain(both).map(async |(claimed, who)| {
        let finished = queue.finish(&claimed.lease, who).await.unwrap();
        (who, finished)
    });
    let said = futures_all(said).await;
    assert!(said.iter().all(|(who, told)| !told || *who == "held"));
    assert_eq!(said.iter().filter(|(_, told)| *told).count(), 40);
    let stats = queue.stats().await.unwrap();
    assert_eq!((stats.done, stats.leased), (40, 0));
    drop(keep);
}

pub(crate) async fn what_is_given_back_has_its_attempt_back(open: &dyn Open) {
    let World { queue, keep, .. } = open.world(settings()).await;
    queue.add(vec![job("R")]).await.unwrap();
    let first = claim_one(&queue).await;
    assert_eq!(
        queue.release(std::slice::from_ref(&first)).await.unwrap(),
        1
    );
    let second = claim_one(&queue).await;
    assert_eq!(second.attempt, 1);
    assert_ne!(second.token, first.token, "or the first could end it");
    assert!(!queue.finish(&first, "V").await.unwrap());
    drop(keep);
}

pub(crate) async fn a_clock_set_back_keeps_no_lease(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    queue.add(vec![job("A"), job("B")]).await.unwrap();
    let lease = claim(&queue, 1).await.remove(0).lease;
    clock.forward(-3_600_000);
    let claimed = claim(&queue, 9).await;
    assert_eq!(
        claimed.len(),
        1,
        "a look at the queue notices the clock: {claimed:?}"
    );
    clock.forward(LEASE_MS + 1);
    assert!(queue.finish(&claimed[0].lease, "V").await.unwrap());
    let again = claim_again(&queue, &clock).await;
    assert_eq!((&again.job, again.attempt), (&lease.job, 2));
    drop(keep);
}

pub(crate) async fn a_clock_set_back_keeps_no_pause(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    let later =
        |job: &mut NewJob, _| job.not_before = Some(clock.now() + SignedDuration::from_hours(2));
    queue.add(jobs("L", 1, later)).await.unwrap();
    queue.add(vec![job("A"), job("B")]).await.unwrap();
    clock.forward(3_600_000);
    let retry = Failure::Retry("the portal does not answer".to_owned());
    let held = claim(&queue, 9).await;
    assert_eq!(held.len(), 2, "{held:?}");
    for claimed in &held {
        queue.fail(&claimed.lease, &retry).await.unwrap();
    }
    let chosen = clock.now() + SignedDuration::from_mins(5);
    let change = Change {
        not_before: Some(chosen),
        ..Change::default()
    };
    queue.set("B", change).await.unwrap();
    clock.forward(-3_600_000);
    // What a person or a sender chose stands; a pause that was given an hour ahead is over.
    assert_eq!(ids(&claim(&queue, 9).await), ["A"]);
    drop(keep);
}
