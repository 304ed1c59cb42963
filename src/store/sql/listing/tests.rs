//! Whose a verdict is, whatever becomes of the jobs: no tenant sees another's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use queue::{NewJob, Queue, Settings, State, SystemClock};

use super::super::{
    super::tests::{again, emptied, fresh},
    tests::verdict,
};
use super::*;
use crate::{
    ending::alone,
    queue_suite::{job, settings},
};

const TENANTS: [&str; 3] = ["", "acme", "zeta"];
/// After all that these tests store.
const LATER: &str = "2100-01-01T00:00:00Z";

#[derive(Debug, Clone, Copy)]
enum Op {
    /// Verified without a job.
    Alone(u64),
    /// A tenant's job ends with the verdict of a document, which may be there already.
    Asked(usize, u64),
    Purge,
    Prune,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => (0..4_u64).prop_map(Op::Alone),
        4 => (0..TENANTS.len(), 0..4_u64).prop_map(|(tenant, n)| Op::Asked(tenant, n)),
        1 => Just(Op::Purge),
        1 => Just(Op::Prune),
    ]
}

fn id(n: u64) -> String {
    verdict(n).0["id"].as_str().unwrap().to_owned()
}

async fn ask(store: &SqlStore, queue: &dyn Queue, tenant: &str, n: u64, number: usize) {
    let new = NewJob {
        tenant: tenant.to_owned(),
        ..job(&format!("J{number:04}"))
    };
    queue.add(vec![new]).await.unwrap();
    let lease = queue.claim(1).await.unwrap().remove(0).lease;
    if store.verdict(&id(n)).await.unwrap().is_some() {
        assert!(queue.finish(&lease, &id(n)).await.unwrap());
        return;
    }
    let mut tx = store.begin().await.unwrap();
    let mut ending = alone(verdict(n).1);
    ending.lease = Some(lease);
    let ended = SqlStore::end_in(&mut tx, &[&ending]).await.unwrap();
    assert!(!ended[0].stale);
    tx.commit().await.unwrap();
}

/// What a report walks through is what is listed, the oldest first, in pages of any size, without its evidence.
async fn walked(store: &SqlStore, tenant: &str, listed: &[StoredVerdict]) {
    let mut want: Vec<(u64, &str, &str)> = listed
        .iter()
        .map(|stored| {
            let id = stored.verdict["id"].as_str().unwrap();
            (stored.link.seq, id, stored.as_of.as_str())
        })
        .collect();
    want.reverse();
    for page in [1, 2, 100] {
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let found = store.reached(tenant, after, page).await.unwrap();
            let Some(last) = found.last() else { break };
            after = last.seq;
            seen.extend(found);
        }
        let days: Vec<String> = seen.iter().map(|one| one.as_of.to_string()).collect();
        let seen: Vec<(u64, &str, &str)> = seen
            .iter()
            .zip(&days)
            .map(|(one, day)| (one.seq, one.verdict.id.as_str(), day.as_str()))
            .collect();
        assert_eq!(seen, want, "tenant {tenant:?} by {page}");
    }
}

/// Every tenant sees his own, listed and by id, and nobody else's.
async fn seen(store: &SqlStore, owners: &BTreeMap<u64, BTreeSet<&str>>) {
    for tenant in TENANTS {
        let whose = Listing {
            tenant: tenant.to_owned(),
            most: 100,
            ..Listing::default()
        };
        let listed = store.verdicts(&whose).await.unwrap();
        let ids: BTreeSet<String> = listed
            .iter()
            .map(|stored| stored.verdict["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), listed.len(), "listed once");
        assert!(listed.is_sorted_by(|a, b| a.link.seq > b.link.seq));
        walked(store, tenant, &listed).await;
        let own = owners.iter().filter(|(_, who)| who.contains(tenant));
        let own: BTreeSet<String> = own.map(|(n, _)| id(*n)).collect();
        assert_eq!(ids, own, "tenant {tenant:?}");
        for n in owners.keys() {
            let one = Listing {
                id: Some(id(*n)),
                ..whose.clone()
            };
            let found = store.verdicts(&one).await.unwrap();
            assert_eq!(found.len(), usize::from(owners[n].contains(tenant)));
        }
    }
}

async fn run(ops: Vec<Op>) {
    let (store, held) = emptied().await;
    let settings = Settings {
        in_flight_vendor: 1_000,
        ..settings()
    };
    let queue = store.jobs(settings, Arc::new(SystemClock));
    let mut owners: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (number, op) in ops.into_iter().enumerate() {
        match op {
            Op::Alone(n) if owners.contains_key(&n) => {}
            Op::Alone(n) => {
                store.append_verdict(verdict(n).1).await.unwrap();
                owners.entry(n).or_default().insert("");
            }
            Op::Asked(tenant, n) => {
                let tenant = TENANTS[tenant];
                ask(&store, &queue, tenant, n, number).await;
                owners.entry(n).or_default().insert(tenant);
            }
            Op::Purge => {
                let later = LATER.parse().unwrap();
                queue.purge(State::Done, later).await.unwrap();
            }
            Op::Prune => {
                store.prune(LATER, LATER, false).await.unwrap();
            }
        }
        seen(&store, &owners).await;
    }
    drop(held);
}

#[test]
fn no_tenant_sees_anothers_verdict() {
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
        .run(&proptest::collection::vec(op(), 1..20), |ops| {
            runtime.block_on(run(ops));
            Ok(())
        })
        .unwrap();
}

/// A store of the schema before owners were kept: whose job there is still says whose a verdict is.
#[tokio::test]
async fn owners_of_verdicts_that_were_there_are_those_of_their_jobs() {
    let (store, held) = fresh().await;
    let queue = store.jobs(settings(), Arc::new(SystemClock));
    store.append_verdict(verdict(0).1).await.unwrap();
    ask(&store, &queue, "acme", 1, 1).await;
    ask(&store, &queue, "zeta", 1, 2).await;
    ask(&store, &queue, "acme", 1, 3).await;
    ask(&store, &queue, "", 2, 4).await;
    for statement in [
        "DROP TABLE verdict_owner",
        "CREATE INDEX job_verdict ON job (verdict, tenant)",
        "DELETE FROM _sqlx_migrations WHERE version = 6",
    ] {
        sqlx::query(statement).execute(&store.writer).await.unwrap();
    }
    let store = again(&store, &held).await;
    let owners = [(0, &[""][..]), (1, &["acme", "zeta"]), (2, &[""])];
    let owners = owners.map(|(n, who)| (n, who.iter().copied().collect()));
    seen(&store, &BTreeMap::from(owners)).await;
}
