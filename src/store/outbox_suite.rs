//! One suite for every outbox: what the port promises, asked of a store's own.

use std::{collections::BTreeSet, sync::Arc};

use callbacks::{Claim, Due, Kind, News, Outbox, Outcome, Settled, State, Wanted};
use jiff::{SignedDuration, Timestamp};

/// A store with its outbox, and news committed into it.
pub(crate) trait Store: Sync {
    fn outbox(&self) -> Arc<dyn Outbox>;
    /// Enqueues in a transaction, which is committed or else dropped.
    fn put(
        &self,
        news: &News,
        endpoints: &[&str],
        now: Timestamp,
        commit: bool,
    ) -> impl Future<Output = i64> + Send;
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn news(verdict: &str, document: &str) -> News {
    News {
        kind: Kind::Completed,
        verdict: verdict.to_owned(),
        document: document.to_owned(),
        invoice: "INV-1".to_owned(),
        decision: "hold".to_owned(),
        at: "2027-01-15T08:00:00Z".to_owned(),
        url: String::new(),
        traceparent: None,
    }
}

async fn claim(outbox: &Arc<dyn Outbox>, endpoint: &str, now: Timestamp, lease: &str) -> Vec<Due> {
    let until = now.checked_add(SignedDuration::from_secs(60)).unwrap();
    let claim = Claim {
        endpoint,
        now,
        until,
        lease,
        limit: 2,
    };
    outbox.claim(&claim).await.unwrap()
}

fn ids(due: &[Due]) -> Vec<(&str, u32)> {
    due.iter()
        .map(|due| (due.id.as_str(), due.attempt))
        .collect()
}

fn settled<'a>(id: &'a str, lease: &'a str, now: Timestamp, outcome: Outcome) -> Settled<'a> {
    Settled {
        endpoint: "erp",
        id,
        lease,
        now,
        outcome,
        status: Some(500),
        detail: "it answered 500",
    }
}

async fn listed(
    outbox: &Arc<dyn Outbox>,
    state: Option<State>,
    endpoint: Option<&str>,
) -> Vec<String> {
    let wanted = Wanted {
        state,
        endpoint: endpoint.map(str::to_owned),
        limit: 100,
    };
    let entries = outbox.list(&wanted).await.unwrap();
    entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} {} {}",
                entry.endpoint,
                entry.id,
                entry.state.name(),
                entry.attempts
            )
        })
        .collect()
}

/// News are numbered by invoice, and come with their transaction or not at all.
pub(crate) async fn numbering(store: impl Store) {
    let outbox = store.outbox();
    assert_eq!(
        store
            .put(&news("A", "d1"), &["erp", "bi"], at(0), true)
            .await,
        1
    );
    assert_eq!(store.put(&news("B", "d1"), &["erp"], at(1), false).await, 2);
    assert_eq!(
        store.put(&news("C", "d1"), &["erp"], at(2), true).await,
        2,
        "nothing was left behind"
    );
    assert_eq!(store.put(&news("D", "d2"), &["erp"], at(3), true).await, 1);
    // Nobody is told, and the number is taken all the same.
    assert_eq!(store.put(&news("E", "d2"), &[], at(4), true).await, 2);
    assert_eq!(
        listed(&outbox, None, None).await,
        [
            "erp msg_D_1 waiting 0",
            "erp msg_C_2 waiting 0",
            "erp msg_A_1 waiting 0",
            "bi msg_A_1 waiting 0"
        ]
    );
    assert_eq!(
        listed(&outbox, None, Some("bi")).await,
        ["bi msg_A_1 waiting 0"]
    );
    let due = claim(&outbox, "bi", at(5), "x").await;
    assert_eq!(due[0].body, news("A", "d1").body(1));
}

/// The trace of news is kept with them, for each attempt.
pub(crate) async fn traces(store: impl Store) {
    let outbox = store.outbox();
    let traced = News {
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        ..news("A", "d1")
    };
    store.put(&traced, &["erp"], at(0), true).await;
    store.put(&news("B", "d2"), &["erp"], at(1), true).await;
    for second in [2, 100] {
        let due = claim(&outbox, "erp", at(second), "l").await;
        let kept: Vec<_> = due.iter().map(|due| due.traceparent.clone()).collect();
        assert_eq!(kept, [traced.traceparent.clone(), None]);
    }
}

/// A claim takes what is due, once, until its lease ends.
pub(crate) async fn leases(store: impl Store) {
    let outbox = store.outbox();
    for (number, verdict) in ["A", "B", "C"].into_iter().enumerate() {
        let now = at(i64::try_from(number).unwrap());
        store
            .put(&news(verdict, verdict), &["erp"], now, true)
            .await;
    }
    assert!(claim(&outbox, "bi", at(9), "x").await.is_empty());
    assert!(claim(&outbox, "erp", at(-1), "x").await.is_empty());
    let first = claim(&outbox, "erp", at(9), "one").await;
    assert_eq!(ids(&first), [("msg_A_1", 1), ("msg_B_1", 1)]);
    assert_eq!(
        ids(&claim(&outbox, "erp", at(9), "two").await),
        [("msg_C_1", 1)]
    );
    assert!(claim(&outbox, "erp", at(68), "three").await.is_empty());
    // The lease has ended: the next one counts its attempt, and the first one's word counts no more.
    let again = claim(&outbox, "erp", at(69), "four").await;
    assert_eq!(ids(&again), [("msg_A_1", 2), ("msg_B_1", 2)]);
    let stale = settled("msg_A_1", "one", at(70), Outcome::Delivered);
    assert_eq!(outbox.settle(&stale).await, Ok(false));
    let good = settled("msg_A_1", "four", at(70), Outcome::Delivered);
    assert_eq!(outbox.settle(&good).await, Ok(true));
    assert_eq!(
        outbox.settle(&good).await,
        Ok(false),
        "an attempt ends once"
    );
    assert_eq!(
        listed(&outbox, Some(State::Delivered), None).await,
        ["erp msg_A_1 delivered 2"]
    );
}

/// Where messages come to, and how they come back.
pub(crate) async fn outcomes(store: impl Store) {
    let outbox = store.outbox();
    for verdict in ["A", "B", "C"] {
        store
            .put(&news(verdict, verdict), &["erp"], at(0), true)
            .await;
    }
    assert_eq!(claim(&outbox, "erp", at(0), "l").await.len(), 2);
    let later = Outcome::Later {
        at: at(30),
        pause: Some(at(20)),
    };
    assert_eq!(
        outbox.settle(&settled("msg_A_1", "l", at(1), later)).await,
        Ok(true)
    );
    assert_eq!(
        outbox
            .settle(&settled("msg_B_1", "l", at(1), Outcome::Dead))
            .await,
        Ok(true)
    );
    let entry = &outbox
        .list(&Wanted {
            state: Some(State::Dead),
            endpoint: None,
            limit: 1,
        })
        .await
        .unwrap()[0];
    assert_eq!(
        (entry.status, entry.detail.as_str(), entry.sequence),
        (Some(500), "it answered 500", 1)
    );
    assert_eq!(entry.kind, "verification.completed");
    // The receiver wants nothing for a while, whatever is due.
    assert!(claim(&outbox, "erp", at(19), "l").await.is_empty());
    assert_eq!(
        ids(&claim(&outbox, "erp", at(20), "m").await),
        [("msg_C_1", 1)]
    );
    assert!(claim(&outbox, "erp", at(29), "m").await.is_empty());
    assert_eq!(
        ids(&claim(&outbox, "erp", at(30), "n").await),
        [("msg_A_1", 2)]
    );
    // Gone: nothing more goes out, and what comes in waits.
    assert_eq!(
        outbox
            .settle(&settled("msg_C_1", "m", at(31), Outcome::Gone))
            .await,
        Ok(true)
    );
    store.put(&news("D", "D"), &["erp"], at(31), true).await;
    assert!(claim(&outbox, "erp", at(1_000), "o").await.is_empty());
    // A pause asked for before does not open the door again.
    let later = Outcome::Later {
        at: at(40),
        pause: Some(at(33)),
    };
    assert_eq!(
        outbox.settle(&settled("msg_A_1", "n", at(32), later)).await,
        Ok(true)
    );
    assert!(claim(&outbox, "erp", at(1_000), "o").await.is_empty());
    assert_eq!(outbox.enable("erp", at(1_000)).await, Ok(true));
    assert_eq!(outbox.enable("erp", at(1_000)).await, Ok(false));
    assert_eq!(outbox.enable("bi", at(1_000)).await, Ok(false));
    assert_eq!(
        ids(&claim(&outbox, "erp", at(1_000), "p").await),
        [("msg_A_1", 3), ("msg_D_1", 1)]
    );
    assert_eq!(
        ids(&claim(&outbox, "erp", at(1_000), "q").await),
        [("msg_C_1", 1)],
        "with all attempts before it"
    );
    // Replayed: from the beginning, and whoever had it has it no more.
    assert_eq!(outbox.replay("msg_B_1", None, at(1_001)).await, Ok(1));
    assert_eq!(
        outbox.replay("msg_A_1", Some("erp"), at(1_001)).await,
        Ok(1)
    );
    assert_eq!(outbox.replay("msg_A_1", Some("bi"), at(1_001)).await, Ok(0));
    assert_eq!(outbox.replay("msg_X_1", None, at(1_001)).await, Ok(0));
    let lost = settled("msg_A_1", "p", at(1_001), Outcome::Delivered);
    assert_eq!(outbox.settle(&lost).await, Ok(false));
    let back = claim(&outbox, "erp", at(1_001), "r").await;
    assert_eq!(ids(&back), [("msg_A_1", 1), ("msg_B_1", 1)]);
}

/// What is settled is forgotten in time, a state at a time; what waits stays, and so do the numbers.
pub(crate) async fn pruning(store: impl Store) {
    let outbox = store.outbox();
    for (verdict, outcome) in [
        ("A", Outcome::Delivered),
        ("B", Outcome::Dead),
        ("D", Outcome::Gone),
    ] {
        store
            .put(&news(verdict, verdict), &["erp"], at(0), true)
            .await;
        assert_eq!(claim(&outbox, "erp", at(0), "l").await.len(), 1);
        let id = format!("msg_{verdict}_1");
        assert_eq!(
            outbox.settle(&settled(&id, "l", at(10), outcome)).await,
            Ok(true)
        );
    }
    store.put(&news("C", "C"), &["erp"], at(0), true).await;
    for (state, second, gone, left) in [
        (State::Delivered, 10, 0, 4),
        (State::Waiting, 99, 0, 4),
        (State::Delivered, 11, 1, 3),
        (State::Gone, 11, 1, 2),
        (State::Dead, 10, 0, 2),
        (State::Dead, 11, 1, 1),
    ] {
        let pruned = outbox.prune(state, at(second)).await;
        assert_eq!(pruned, Ok(gone), "{state} before {second}");
        assert_eq!(listed(&outbox, None, None).await.len(), left, "{state}");
    }
    assert_eq!(listed(&outbox, None, None).await, ["erp msg_C_1 waiting 0"]);
    assert_eq!(store.put(&news("A2", "A"), &["erp"], at(20), true).await, 2);
}

/// Many who claim at once share the messages.
pub(crate) async fn sharing(store: impl Store) {
    let outbox = store.outbox();
    let all: Vec<String> = (0..60).map(|number| format!("V{number:02}")).collect();
    for verdict in &all {
        store
            .put(&news(verdict, verdict), &["erp"], at(0), true)
            .await;
    }
    let claimers = (0..10).map(|who| {
        let outbox = Arc::clone(&outbox);
        tokio::spawn(async move {
            let mut mine = Vec::new();
            for turn in 0.. {
                let due = claim(&outbox, "erp", at(1), &format!("{who}-{turn}")).await;
                if due.is_empty() {
                    break;
                }
                mine.extend(due.into_iter().map(|due| (due.id, due.attempt)));
            }
            mine
        })
    });
    let claimers: Vec<_> = claimers.collect();
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.unwrap());
    }
    assert!(claimed.iter().all(|(_, attempt)| *attempt == 1));
    assert_eq!(claimed.len(), all.len());
    let distinct: BTreeSet<_> = claimed.into_iter().map(|(id, _)| id).collect();
    assert_eq!(distinct.len(), all.len());
}
