use std::sync::Arc;

use agent::{engine::RunError, review::ReviewError};
use callbacks::{News, Outbox, State, Wanted};
use jiff::SignedDuration;
use queue::{Clock, Failure, Hold, NewJob, Once, Queue, Settings};

use super::super::{
    super::{outbox::enqueue_in, tests::emptied},
    world::{APPROVE, Death, REJECT, World, says},
};
use super::*;
use crate::{
    CaseInput,
    queue_suite::{Hand, job, jobs, settings},
};

/// Verdicts of the world are of six o'clock, reviews of half past.
const QUARTER_PAST: &str = "2026-11-21T06:15:00Z";
const SEVEN: &str = "2026-11-21T07:00:00Z";
const NOW: &str = "2027-11-21T00:00:00Z";

async fn entries(world: &World, n: u64) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM event JOIN run ON run.key = event.run WHERE id = $1")
        .bind(format!("case-{n}"))
        .fetch_one(&world.store.readers)
        .await
        .unwrap()
}

#[tokio::test]
async fn only_finished_cases_are_folded_and_the_chain_still_holds() {
    let world = World::new().await;
    let mut ids = vec![String::new()];
    // 1 approved, 2 rejected, 3 held and resolved, 4 held, 5 proposed.
    for (n, kind) in [
        (1, "approve"),
        (2, "reject"),
        (3, "hold"),
        (4, "hold"),
        (5, "bank"),
    ] {
        ids.push(world.verdict(n, kind).await);
        world
            .judged_on(n, if n < 3 { "of two" } else { "of three" })
            .await;
    }
    world.review(&ids[3], says(REJECT, "Asha")).await.unwrap();
    world.review(&ids[5], says(APPROVE, "Asha")).await.unwrap();
    let store = &world.store;
    let early = store
        .prune("2026-11-21T06:00:00Z", NOW, false)
        .await
        .unwrap();
    assert_eq!(
        (early.cases, early.runs),
        (0, 0),
        "nothing is older than itself"
    );
    for (before, cases, runs, entries_gone, blobs, kept) in [
        (QUARTER_PAST, 2, 2, 6, 1, [0, 0, 3, 3, 3]),
        // The review of a rejection has a start, two nodes, an answer and an end.
        (SEVEN, 1, 2, 3 + 5, 0, [0, 0, 0, 3, 3]),
        (NOW, 0, 0, 0, 0, [0, 0, 0, 3, 3]),
    ] {
        let before_it = world.links().await;
        let dry = store.prune(before, NOW, true).await.unwrap();
        let pruned = store.prune(before, NOW, false).await.unwrap();
        assert_eq!(
            dry,
            Pruned {
                dry_run: true,
                ..pruned.clone()
            }
        );
        assert_eq!((pruned.cases, pruned.runs), (cases, runs), "{before}");
        assert_eq!(
            (pruned.entries, pruned.blobs),
            (entries_gone, blobs),
            "{before}"
        );
        for (n, kept) in (1..).zip(kept) {
            assert_eq!(entries(&world, n).await, kept, "case {n} before {before}");
        }
        assert_eq!(world.links().await, before_it);
    }
    assert_eq!(
        store.pruned_at(&ids[1]).await.unwrap().as_deref(),
        Some(NOW)
    );
    assert_eq!(store.pruned_at(&ids[4]).await.unwrap(), None);
    assert!(store.case_input("case-1").await.unwrap().is_none());
    assert!(store.case_input("case-4").await.unwrap().is_some());
    // The head that the verdict names is the one that was kept.
    let (head, entries): (String, i64) =
        sqlx::query_as("SELECT head, entries FROM pruned WHERE run = 'case-1'")
            .fetch_one(&store.readers)
            .await
            .unwrap();
    let verdict = store.verdict(&ids[1]).await.unwrap().unwrap().verdict;
    assert_eq!(
        verdict["trace"][0]["thought"],
        format!("journal head {head}")
    );
    assert_eq!(entries, 3);
    // Reviews are kept, their record is not; what is open can still be resolved.
    assert_eq!(store.reviews(&ids[3]).await.unwrap().len(), 1);
    let replayed = world.reviewer(Death::Never).replay(&ids[3]).await;
    assert!(
        matches!(replayed, Err(ReviewError::Run(RunError::NotRecorded(_)))),
        "{replayed:?}"
    );
    assert_eq!(world.reviewer(Death::Never).finish().await.unwrap(), 0);
    world.review(&ids[4], says(APPROVE, "Ravi")).await.unwrap();
    world.review(&ids[5], says(APPROVE, "Ravi")).await.unwrap();
}

#[tokio::test]
async fn more_cases_than_one_transaction_holds_are_all_folded() {
    let world = World::new().await;
    for n in 1..=450 {
        world.verdict(n, "approve").await;
    }
    let pruned = world.store.prune(SEVEN, NOW, false).await.unwrap();
    assert_eq!((pruned.cases, pruned.entries), (450, 1350));
    assert_eq!(world.store.info().await.unwrap().pruned_runs, 450);
}

/// A moment after which everything of the world has ended.
fn after(clock: &Hand) -> String {
    let now = clock.now();
    now.checked_add(SignedDuration::from_millis(1))
        .unwrap()
        .to_string()
}

/// Claims whatever there is, and ends it as done or dead.
async fn end_all(queue: &dyn Queue, dead: bool) {
    loop {
        let claimed = queue.claim(64).await.unwrap();
        if claimed.is_empty() {
            return;
        }
        let failure = Failure::Final("no invoice".to_owned());
        let ends = claimed.iter().map(async |claimed| {
            if dead {
                queue.fail(&claimed.lease, &failure).await.unwrap();
            } else {
                assert!(queue.finish(&claimed.lease, "01V").await.unwrap());
            }
        });
        futures::future::join_all(ends).await;
    }
}

#[tokio::test]
async fn jobs_that_ended_go_with_what_nobody_else_needs() {
    let (store, _held) = emptied().await;
    let clock = Hand::new();
    let hand: Arc<dyn Clock> = Arc::<Hand>::clone(&clock);
    let settings = Settings {
        in_flight_vendor: 1_000,
        ..settings()
    };
    let queue = store.jobs(settings, hand);
    let once = |key: &str| Once {
        scope: "api".to_owned(),
        key: key.to_owned(),
        digest: key.to_owned(),
        hold: Hold::Kept,
    };
    // More than one transaction holds. Two share a document, one has its own with a job that is still to be done, one
    // with a case, and one was sent under a key.
    let done = jobs("A", 520, |job, n| match n {
        0 | 1 => job.bytes = b"of two".to_vec(),
        2 => job.bytes = b"of a job".to_vec(),
        3 => job.bytes = b"of a case".to_vec(),
        4 => job.once = Some(once("key")),
        _ => {}
    });
    let input = CaseInput {
        case_key: "case".to_owned(),
        bytes: b"of a case".to_vec(),
        as_of: "2026-11-21".to_owned(),
        policy_sha256: String::new(),
        source: "test".to_owned(),
    };
    store.put_case_input(&input).await.unwrap();
    queue.add(done).await.unwrap();
    end_all(&queue, false).await;
    queue.add(jobs("B", 5, |_, _| ())).await.unwrap();
    end_all(&queue, true).await;
    let cut = after(&clock);
    clock.forward(1);
    queue.add(vec![job("C")]).await.unwrap();
    end_all(&queue, false).await;
    let waits = NewJob {
        bytes: b"of a job".to_vec(),
        ..job("D")
    };
    queue.add(vec![waits]).await.unwrap();

    let early = clock.now().checked_sub(SignedDuration::from_millis(1));
    let early = store.prune(&early.unwrap().to_string(), NOW, false).await;
    assert_eq!(early.unwrap().jobs, 0, "nothing is older than itself");
    for (jobs, blobs) in [(525, 520 - 4 + 1 + 5), (0, 0)] {
        let dry = store.prune(&cut, NOW, true).await.unwrap();
        let pruned = store.prune(&cut, NOW, false).await.unwrap();
        let same = Pruned {
            dry_run: true,
            ..pruned.clone()
        };
        assert_eq!(dry, same);
        assert_eq!((pruned.jobs, pruned.blobs), (jobs, blobs));
        let stats = queue.stats().await.unwrap();
        assert_eq!((stats.waiting, stats.done, stats.dead), (1, 1, 0));
    }
    assert!(store.case_input("case").await.unwrap().is_some());
    let waiting = queue.claim(9).await.unwrap().remove(0).job;
    assert_eq!(queue.document(&waiting).await.unwrap(), b"of a job");
    let again = NewJob {
        once: Some(once("key")),
        ..job("E")
    };
    assert!(queue.add(vec![again]).await.unwrap()[0].new);
    let nonsense = store.prune("yesterday", NOW, true).await.unwrap_err();
    assert!(nonsense.to_string().contains("is no time"), "{nonsense}");
}

#[tokio::test]
async fn callbacks_that_ended_go_and_those_that_wait_stay() {
    let (store, _held) = emptied().await;
    let begun: Timestamp = NOW.parse().unwrap();
    let mut tx = store.begin().await.unwrap();
    for n in 0..520 {
        let news = News {
            kind: callbacks::Kind::Completed,
            verdict: format!("V{n:03}"),
            document: format!("{n}"),
            invoice: String::new(),
            decision: "hold".to_owned(),
            at: NOW.to_owned(),
            url: String::new(),
            traceparent: None,
        };
        let erp = ["erp".to_owned()];
        enqueue_in(&mut tx, &news, &erp, begun).await.unwrap();
    }
    // More than one transaction holds; the last ones wait.
    for (state, until) in [("delivered", 516), ("dead", 6), ("gone", 3)] {
        sqlx::query("UPDATE callback SET state = $1 WHERE id < $2")
            .bind(state)
            .bind(format!("msg_V{until:03}"))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    for (later_ms, gone) in [(0, 0), (1, 516), (1, 0)] {
        let before = begun.checked_add(SignedDuration::from_millis(later_ms));
        let before = before.unwrap().to_string();
        let dry = store.prune(&before, NOW, true).await.unwrap();
        let pruned = store.prune(&before, NOW, false).await.unwrap();
        assert_eq!((dry.callbacks, pruned.callbacks), (gone, gone));
    }
    let wanted = Wanted {
        limit: 1_000,
        ..Wanted::default()
    };
    let left = store.outbox().list(&wanted).await.unwrap();
    assert_eq!(left.len(), 4);
    assert!(left.iter().all(|entry| entry.state == State::Waiting));
}
