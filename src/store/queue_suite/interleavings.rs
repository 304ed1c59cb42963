//! Any order of claims, renewals, failures, releases, finishes and pauses of the clock, by two processes: no job is lost,
//! none is finished twice, and the counts are what the rows say.

use std::{collections::BTreeMap, sync::Arc};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use queue::{After, Failure, Lease, Listing, NewJob, Queue, Settings, State, Which};

use super::{Hand, LEASE_MS, Open, World, job, jobs, settings};

#[derive(Debug, Clone)]
enum Op {
    Add {
        tenant: u8,
        vendor: u8,
        priority: i64,
        later: bool,
    },
    Claim {
        process: bool,
        most: usize,
    },
    Finish(usize),
    Fail {
        lease: usize,
        last: bool,
    },
    Release(usize),
    Renew(usize),
    Retry,
    Wait(i64),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..3_u8, 0..3_u8, -1..=1_i64, any::<bool>())
            .prop_map(|(tenant, vendor, priority, later)| Op::Add { tenant, vendor, priority, later }),
        4 => (any::<bool>(), 1..4_usize).prop_map(|(process, most)| Op::Claim { process, most }),
        4 => any::<usize>().prop_map(Op::Finish),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(lease, last)| Op::Fail { lease, last }),
        1 => any::<usize>().prop_map(Op::Release),
        1 => any::<usize>().prop_map(Op::Renew),
        1 => Just(Op::Retry),
        2 => prop_oneof![Just(500), Just(LEASE_MS / 2), Just(LEASE_MS + 1)].prop_map(Op::Wait),
    ]
}

pub(crate) fn no_job_is_lost_and_none_finished_twice(open: &dyn Open) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&proptest::collection::vec(op(), 1..60), |ops| {
            runtime.block_on(run(open, ops));
            Ok(())
        })
        .unwrap();
}

async fn run(open: &dyn Open, ops: Vec<Op>) {
    let settings = Settings {
        in_flight_vendor: 2,
        ..settings()
    };
    let World {
        queue,
        other,
        clock,
        keep,
    } = open.world(settings).await;
    let mut added = 0;
    // Every lease ever given, with the work that a worker thinks it has.
    let mut leases: Vec<Lease> = Vec::new();
    let mut finished: BTreeMap<String, String> = BTreeMap::new();
    let picked = |leases: &[Lease], n: usize| leases.get(n % leases.len().max(1)).cloned();
    for (number, op) in ops.into_iter().enumerate() {
        match op {
            Op::Add {
                tenant,
                vendor,
                priority,
                later,
            } => {
                added += 1;
                let wait = jiff::SignedDuration::from_millis(700);
                let new = NewJob {
                    tenant: format!("t{tenant}"),
                    vendor: if vendor == 0 {
                        String::new()
                    } else {
                        format!("v{vendor}")
                    },
                    priority,
                    not_before: later
                        .then(|| queue::Clock::now(&*clock).checked_add(wait).unwrap()),
                    ..job(&format!("J{added:03}"))
                };
                queue.add(vec![new]).await.unwrap();
            }
            Op::Claim { process, most } => {
                let by = if process { &queue } else { &other };
                let claimed = by.claim(most).await.unwrap();
                assert!(claimed.len() <= most);
                leases.extend(claimed.into_iter().map(|claimed| claimed.lease));
            }
            Op::Finish(n) => {
                let Some(lease) = picked(&leases, n) else {
                    continue;
                };
                let verdict = format!("V{number}");
                if queue.finish(&lease, &verdict).await.unwrap() {
                    let before = finished.insert(lease.job.clone(), verdict);
                    assert_eq!(before, None, "{lease:?} was finished twice");
                }
            }
            Op::Fail { lease, last } => {
                let Some(lease) = picked(&leases, lease) else {
                    continue;
                };
                let reason = "x".to_owned();
                let failure = if last {
                    Failure::Final(reason)
                } else {
                    Failure::Retry(reason)
                };
                let after = queue.fail(&lease, &failure).await.unwrap();
                assert!(!last || !matches!(after, After::Retry(_)));
            }
            Op::Release(n) => {
                let Some(lease) = picked(&leases, n) else {
                    continue;
                };
                queue.release(&[lease]).await.unwrap();
            }
            Op::Renew(n) => {
                let Some(lease) = picked(&leases, n) else {
                    continue;
                };
                let lost = other.renew(std::slice::from_ref(&lease)).await.unwrap();
                let record = queue.show(&lease.job).await.unwrap().unwrap();
                let goes_on = matches!(record.state, State::Leased | State::Done);
                assert!(!lost.is_empty() || goes_on, "{}", record.state);
            }
            Op::Retry => {
                queue.retry(Which::All).await.unwrap();
            }
            Op::Wait(ms) => clock.forward(ms),
        }
        counts_hold(&queue, added).await;
    }
    patience_ends_every_job(&queue, &clock, finished, added).await;
    drop(keep);
}

/// Whatever happened before.
async fn patience_ends_every_job(
    queue: &Arc<dyn Queue>,
    clock: &Hand,
    mut finished: BTreeMap<String, String>,
    added: usize,
) {
    for _ in 0..100 {
        clock.forward(LEASE_MS * 3);
        for claimed in queue.claim(64).await.unwrap() {
            assert!(
                !finished.contains_key(&claimed.job.id),
                "claimed after its end"
            );
            assert!(queue.finish(&claimed.lease, "last").await.unwrap());
            finished.insert(claimed.job.id, "last".to_owned());
        }
    }
    let stats = counts_hold(queue, added).await;
    assert_eq!((stats.waiting, stats.leased), (0, 0));
    for record in all(queue).await {
        assert_eq!(
            record.verdict.as_ref(),
            finished.get(&record.id),
            "{record:?}"
        );
    }
}

/// Two processes, each with several claimers: every job is with one of them, and ends once.
pub(crate) async fn claimers_share_the_jobs(open: &dyn Open) {
    let World {
        queue, other, keep, ..
    } = open.world(settings()).await;
    let new = jobs("J", 240, |job, n| {
        job.tenant = format!("t{}", n % 3);
        job.vendor = format!("v{}", n % 7);
    });
    queue.add(new).await.unwrap();
    let claimers = (0..8).map(|n| {
        let queue = Arc::clone(if n % 2 == 0 { &queue } else { &other });
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while queue.stats().await.unwrap().done < 240 {
                for claimed in queue.claim(5).await.unwrap() {
                    assert!(queue.finish(&claimed.lease, "V").await.unwrap());
                    mine.push(claimed.job.id);
                }
            }
            mine
        })
    });
    let claimers: Vec<_> = claimers.collect();
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.unwrap());
    }
    claimed.sort();
    let all: Vec<String> = all(&queue).await.into_iter().map(|row| row.id).collect();
    assert_eq!(claimed, all);
    let stats = counts_hold(&queue, 240).await;
    assert_eq!((stats.done, stats.waiting, stats.leased), (240, 0, 0));
    drop(keep);
}

async fn all(queue: &Arc<dyn Queue>) -> Vec<queue::Record> {
    let listing = Listing {
        most: 1_000,
        ..Listing::default()
    };
    queue.list(&listing).await.unwrap()
}

/// The counts are what the rows say, no vendor has more than its share, and no job is missing.
async fn counts_hold(queue: &Arc<dyn Queue>, added: usize) -> queue::Stats {
    let rows = all(queue).await;
    assert_eq!(rows.len(), added);
    let count = |states: &[State]| {
        rows.iter()
            .filter(|row| states.contains(&row.state))
            .count()
    };
    let stats = queue.stats().await.unwrap();
    let size = |count: u64| usize::try_from(count).unwrap();
    assert_eq!(
        size(stats.waiting),
        count(&[State::Scheduled, State::Ready])
    );
    assert_eq!(size(stats.leased), count(&[State::Leased]));
    assert_eq!(size(stats.done), count(&[State::Done]));
    assert_eq!(size(stats.dead), count(&[State::Dead]));
    let mut in_flight: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in rows
        .iter()
        .filter(|row| row.state == State::Leased && !row.vendor.is_empty())
    {
        *in_flight.entry((&row.tenant, &row.vendor)).or_default() += 1;
    }
    assert!(in_flight.values().all(|count| *count <= 2), "{in_flight:?}");
    stats
}
