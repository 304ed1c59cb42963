//! The queue in a database: the suite of all queues, and what is beside the verdicts.

use std::sync::Arc;

use async_trait::async_trait;
use queue::{Lease, Queue, Settings, State, SystemClock};
use serde_json::json;

use super::super::{
    store::SqlStore,
    tests::{again, emptied, fresh},
};
use crate::{
    NewVerdict,
    ending::alone,
    queue_suite::{Hand, Open, World, job, settings},
};

struct Database;

#[async_trait]
impl Open for Database {
    async fn world(&self, settings: Settings) -> World {
        let (one, held) = emptied().await;
        let two = again(&one, &held).await;
        let clock = Hand::new();
        let hand = Arc::<Hand>::clone(&clock);
        World {
            queue: Arc::new(one.jobs(settings.clone(), hand)),
            other: Arc::new(two.jobs(settings, Arc::<Hand>::clone(&clock))),
            clock,
            keep: Box::new((one, two, held)),
        }
    }
}

crate::queue_suite::suite!(Database);

#[tokio::test]
async fn an_act_that_the_database_refuses_does_not_fail_its_neighbours() {
    let World { queue, keep, .. } = Database.world(settings()).await;
    queue.add(vec![job("A")]).await.unwrap();
    // The same id twice is refused by the key of the table, in whichever group it comes.
    let adds = (0..20).map(|n| {
        queue.add(vec![job(&if n == 7 {
            "A".to_owned()
        } else {
            format!("B{n}")
        })])
    });
    for (n, added) in futures::future::join_all(adds)
        .await
        .into_iter()
        .enumerate()
    {
        assert_eq!(added.is_err(), n == 7, "{n}: {added:?}");
    }
    assert_eq!(queue.stats().await.unwrap().waiting, 20);
    drop(keep);
}

#[tokio::test]
async fn a_verdict_and_the_end_of_its_job_are_stored_together_or_not_at_all() {
    let (store, _held) = fresh().await;
    let queue = store.jobs(settings(), Arc::new(SystemClock));
    queue.add(vec![job("A")]).await.unwrap();
    let lease = queue.claim(1).await.unwrap().remove(0).lease;
    let new = NewVerdict {
        case_key: "case".to_owned(),
        verdict: json!({"id": "01VERDICT", "decision": "approve"}).to_string(),
        as_of: "2026-11-21".to_owned(),
        created: "2026-11-21T00:00:00Z".to_owned(),
        history: None,
    };
    let stale = Lease {
        attempt: 2,
        ..lease.clone()
    };
    for (lease, holds) in [(stale, false), (lease.clone(), true), (lease, false)] {
        let mut tx = store.begin().await.unwrap();
        let mut ending = alone(new.clone());
        ending.lease = Some(lease);
        let ended = SqlStore::end_in(&mut tx, &[&ending]).await.unwrap();
        let held = !ended[0].stale;
        assert_eq!(held, holds);
        let before = store.verdict_by_case("case").await.unwrap();
        assert_eq!(
            before.is_none(),
            queue.show("A").await.unwrap().unwrap().verdict.is_none()
        );
        if held {
            tx.commit().await.unwrap();
        }
    }
    let record = queue.show("A").await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.verdict.as_deref()),
        (State::Done, Some("01VERDICT"))
    );
    let stats = queue.stats().await.unwrap();
    assert_eq!((stats.leased, stats.done), (0, 1));
}
