//! Reviews over a real store and journal: who may decide what, races, crashes, tampering, the ledger.

use std::{sync::Arc, time::Duration};

use agent::review::{Answer, ReviewError};
use domain::review::Resolution;
use proptest::prelude::*;
use serde_json::json;

use super::super::world::{APPROVE, Death, REJECT, Told, World, says};
use super::*;

/// What somebody says to a hold.
type Move = (Resolution, &'static str);

/// The states a verdict may be in, and what each decision makes of them.
#[tokio::test]
async fn every_state_meets_every_decision() {
    let before: [(&str, &str, &[Move]); 7] = [
        ("approved by the rules", "approve", &[]),
        ("rejected by the rules", "reject", &[]),
        ("held", "hold", &[]),
        ("held, bank account", "bank", &[]),
        ("proposed", "bank", &[(APPROVE, "Asha")]),
        ("approved by a person", "hold", &[(APPROVE, "Asha")]),
        ("rejected by a person", "hold", &[(REJECT, "Asha")]),
    ];
    let rules = "the rules decided";
    let want: [[Result<Effect, &str>; 4]; 7] = [
        // Asha approves, Ravi approves, Asha rejects, Ravi rejects
        [Err(rules), Err(rules), Err(rules), Err(rules)],
        [Err(rules), Err(rules), Err(rules), Err(rules)],
        [
            Ok(Effect::Approved),
            Ok(Effect::Approved),
            Ok(Effect::Rejected),
            Ok(Effect::Rejected),
        ],
        [
            Ok(Effect::Proposed),
            Ok(Effect::Proposed),
            Ok(Effect::Rejected),
            Ok(Effect::Rejected),
        ],
        [
            Err("a second, different person must confirm it"),
            Ok(Effect::Approved),
            Ok(Effect::Rejected),
            Ok(Effect::Rejected),
        ],
        [Err("it was approved by Asha on 21 Nov 2026 12:00 IST"); 4],
        [Err("it was rejected by Asha on 21 Nov 2026 12:00 IST"); 4],
    ];
    let moves = [
        (APPROVE, "asha "),
        (APPROVE, "Ravi"),
        (REJECT, "Asha"),
        (REJECT, "Ravi"),
    ];
    for ((name, kind, past), wants) in before.into_iter().zip(want) {
        for ((decision, by), want) in moves.into_iter().zip(wants) {
            let world = World::new().await;
            let id = world.verdict(1, kind).await;
            for (decision, by) in past {
                world.review(&id, says(*decision, by)).await.unwrap();
            }
            let links = world.links().await;
            let got = world.review(&id, says(decision, by)).await;
            match (got, want) {
                (Ok(review), Ok(effect)) => {
                    assert_eq!(review.effect, effect, "{name}: {by} {decision:?}");
                    assert_eq!(world.links().await, links + 1, "{name}");
                    assert_eq!(
                        world.store.reviews(&id).await.unwrap().last(),
                        Some(&review)
                    );
                }
                (Err(error), Err(why)) => {
                    assert!(error.to_string().contains(why), "{name}: {by}: {error}");
                    assert!(!error.retry_is_useful());
                    assert_eq!(world.links().await, links, "{name}: nothing is recorded");
                }
                (got, want) => panic!("{name}: {by} {decision:?}: {got:?}, wanted {want:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_review_says_what_was_overridden_and_leaves_the_verdict_as_it_was() {
    let world = World::new().await;
    let id = world.verdict(1, "hold").await;
    let before = world.store.verdict(&id).await.unwrap().unwrap();
    let review = world
        .review(&id[..12], says(APPROVE, "Asha"))
        .await
        .unwrap();
    assert_eq!(world.store.verdict(&id).await.unwrap().unwrap(), before);
    let over: Vec<&str> = review.overridden.iter().map(|o| o.check.as_str()).collect();
    assert_eq!(over, ["PO-PRICE", "GSTR2B-MATCH"]);
    assert_eq!(review.verdict.hash, before.link.hash);
    assert_eq!(
        (review.audit.seq, &review.audit.previous),
        (2, &before.link.hash)
    );
    assert_eq!(review.four_eyes.because, Vec::<String>::new());
    assert_eq!(world.replayed(&id).await, std::slice::from_ref(&review));
    let unknown = world.review("01ZZ", says(APPROVE, "Asha")).await;
    assert!(
        matches!(unknown, Err(ReviewError::NotFound(_))),
        "{unknown:?}"
    );
    for (by, reason) in [("", "looked"), ("Asha", " "), ("Asha", "a\nb")] {
        let answer = Answer {
            decision: APPROVE,
            reason: reason.to_owned(),
            by: by.to_owned(),
        };
        let error = world.review(&id, answer).await.unwrap_err();
        assert!(
            error.to_string().contains("nothing was recorded"),
            "{error}"
        );
    }
}

/// The total and the limit to the paisa; the bank account whatever the total.
#[tokio::test]
async fn four_eyes_see_large_totals_unreadable_ones_and_bank_accounts() {
    for (kind, total, because) in [
        ("hold", json!(500_000), None),
        (
            "hold",
            json!(500_000.01),
            Some("the total of ₹5,00,000.01 is above ₹5,00,000.00"),
        ),
        (
            "hold",
            json!(500_000.001),
            Some("the total of ₹5,00,000.01 is above ₹5,00,000.00"),
        ),
        ("hold", json!(null), Some("the total cannot be read")),
        ("hold", json!("much"), Some("the total cannot be read")),
        ("bank", json!(1), Some("VENDOR-BANK fails")),
    ] {
        let world = World::new().await;
        let id = world.verdict_of(1, kind, &total).await;
        let first = world.review(&id, says(APPROVE, "Asha")).await.unwrap();
        assert_eq!(
            first.four_eyes.because.first().map(String::as_str),
            because,
            "{total}"
        );
        assert_eq!(
            world.status(1).await,
            if because.is_some() {
                "held"
            } else {
                "approved"
            }
        );
        if because.is_none() {
            continue;
        }
        assert_eq!(first.effect, Effect::Proposed);
        let again = world.review(&id, says(APPROVE, "ASHA")).await.unwrap_err();
        assert!(
            again.to_string().contains("Asha proposed its approval"),
            "{again}"
        );
        let second = world.review(&id, says(APPROVE, "Ravi")).await.unwrap();
        assert_eq!((second.effect, second.turn), (Effect::Approved, 2));
        let confirms = second.four_eyes.confirms.clone().unwrap();
        assert_eq!(
            (&confirms.review, &confirms.hash),
            (&first.id, &first.audit.hash)
        );
        assert_eq!(world.status(1).await, "approved");
        assert_eq!(world.replayed(&id).await, [first, second]);
    }
}

#[tokio::test]
async fn the_ledger_follows_and_takes_no_approval_back() {
    for (status, decision, want) in [
        ("held", APPROVE, "approved"),
        ("held", REJECT, "rejected"),
        ("paid", APPROVE, "paid"),
        ("paid", REJECT, "paid"),
        ("approved", REJECT, "approved"),
        ("rejected", APPROVE, "approved"),
    ] {
        let world = World::new().await;
        let id = world.verdict(1, "hold").await;
        world
            .run_sql(&format!("UPDATE ledger SET status = '{status}'"))
            .await;
        world.review(&id, says(decision, "Asha")).await.unwrap();
        assert_eq!(world.status(1).await, want, "{status}, {decision:?}");
    }
}

#[tokio::test]
async fn a_document_that_was_rejected_since_is_not_approved() {
    let world = World::new().await;
    let id = world.verdict(1, "hold").await;
    let later = world.verdict_again(1, "reject").await;
    let error = world.review(&id, says(APPROVE, "Asha")).await.unwrap_err();
    assert!(error.to_string().contains(&later), "{error}");
    let review = world.review(&id, says(REJECT, "Asha")).await.unwrap();
    assert_eq!(review.effect, Effect::Rejected);
}

/// With patience the losers wait for the winner; without it they carry out what he decided, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_reviews_at_once_one_is_made() {
    for patience in [Duration::from_mins(1), Duration::ZERO] {
        let world = World::new().await;
        let id = world.verdict(1, "hold").await;
        let told = Told::default();
        let reviewer = world
            .reviewer(Death::Never)
            .with_patience(patience)
            .with_observer(Arc::new(told.clone()));
        let all: Vec<_> = (0..50)
            .map(|n| {
                let (reviewer, id) = (reviewer.clone(), id.clone());
                let decision = if n % 2 == 0 { APPROVE } else { REJECT };
                tokio::spawn(
                    async move { reviewer.review(&id, says(decision, &format!("P{n}"))).await },
                )
            })
            .collect();
        let mut won = Vec::new();
        for one in all {
            match one.await.unwrap() {
                Ok(review) => won.push(review),
                Err(ReviewError::Taken { by, at, .. }) => {
                    assert!(by.starts_with('P') && at.starts_with("2026-"), "{by} {at}");
                }
                Err(ReviewError::Refused { why, .. }) => assert!(why.contains("it was "), "{why}"),
                Err(error) => panic!("{error}"),
            }
        }
        let [won] = won.as_slice() else {
            panic!("{} reviews won", won.len())
        };
        assert_eq!(
            world.store.reviews(&id).await.unwrap(),
            std::slice::from_ref(won)
        );
        assert_eq!(world.links().await, 2);
        assert_eq!(world.status(1).await, won.effect.name());
        world.assert_recorded_once(&id, 1).await;
        if !patience.is_zero() {
            // Many begin at once and one is recorded; of those that lost, none goes on to a second node.
            let later = told.nodes().into_iter().filter(|node| *node != "recall");
            let want: &[&str] = match won.decision {
                Resolution::Approve => &["weigh", "witness", "settle"],
                Resolution::Reject => &["weigh"],
            };
            assert_eq!(later.collect::<Vec<_>>(), want);
        }
    }
}

/// A process that dies around each of its commits. What was durable is not run again, and the decision stands.
#[tokio::test]
async fn whoever_comes_after_a_crash_carries_out_what_was_decided() {
    for commit in 0..5 {
        for after in [false, true] {
            let world = World::new().await;
            let id = world.verdict(1, "hold").await;
            let told = Told::default();
            let dying = world
                .reviewer(Death::At { commit, after })
                .with_observer(Arc::new(told.clone()));
            let died = dying.review(&id, says(APPROVE, "Asha")).await;
            assert!(died.is_err(), "{died:?}");
            let claimed = commit > 0 || after;
            let alive = world
                .reviewer(Death::Never)
                .with_observer(Arc::new(told.clone()));
            let done = commit == 4 && after;
            assert_eq!(alive.finish().await.unwrap(), u32::from(claimed && !done));
            assert_eq!(alive.finish().await.unwrap(), 0);
            let ravi = alive.review(&id, says(REJECT, "Ravi")).await;
            if claimed {
                let error = ravi.unwrap_err().to_string();
                assert!(error.contains("it was approved by Asha"), "{error}");
                world.assert_recorded_once(&id, 1).await;
                let nodes = told.nodes();
                if after {
                    assert_eq!(
                        nodes,
                        ["recall", "weigh", "witness", "settle"],
                        "commit {commit}"
                    );
                }
            } else {
                assert_eq!(ravi.unwrap().effect, Effect::Rejected);
            }
            assert_eq!(world.links().await, 2);
        }
    }
}

/// Without anyone finishing it first, the next reviewer does, and is told.
#[tokio::test]
async fn the_next_reviewer_finishes_a_claim_and_is_told_of_it() {
    let world = World::new().await;
    let id = world.verdict(1, "bank").await;
    let dying = world.reviewer(Death::At {
        commit: 1,
        after: true,
    });
    assert!(dying.review(&id, says(APPROVE, "Asha")).await.is_err());
    let error = world.review(&id, says(APPROVE, "Ravi")).await.unwrap_err();
    let ReviewError::Taken { by, decision, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((by.as_str(), decision), ("Asha", "approve"));
    // He had not seen the proposal; now he has.
    let second = world.review(&id, says(APPROVE, "Ravi")).await.unwrap();
    assert_eq!((second.effect, second.turn), (Effect::Approved, 2));
}

#[tokio::test]
async fn a_record_that_was_changed_approves_nothing() {
    for (tamper, want) in [
        (
            "UPDATE event SET payload = replace(payload, 'hold', 'approve') WHERE kind = 4 AND run = (SELECT MIN(key) FROM run)",
            "recall failed",
        ),
        (
            "DELETE FROM event WHERE run = (SELECT MIN(key) FROM run) AND seq = 1",
            "recall failed",
        ),
    ] {
        let world = World::new().await;
        let id = world.verdict(1, "hold").await;
        world.run_sql(tamper).await;
        let review = world.review(&id, says(APPROVE, "Asha")).await.unwrap();
        assert_eq!(review.effect, Effect::Held, "{tamper}");
        assert!(review.failed.clone().unwrap().contains(want), "{review:?}");
        assert_eq!(world.status(1).await, "held");
        assert_eq!(world.store.audit_verify().await.unwrap().first_bad, None);
    }
    // A rejection that was turned into a hold is no hold.
    let world = World::new().await;
    let id = world.verdict(1, "reject").await;
    world
        .run_sql(
            "UPDATE verdict SET decision = 'hold', json = replace(json, '\"decision\":\"reject\"', '\"decision\":\"hold\"')",
        )
        .await;
    let error = world.review(&id, says(APPROVE, "Asha")).await.unwrap_err();
    assert!(error.to_string().contains("audit verify"), "{error}");
}

#[tokio::test]
async fn the_audit_finds_a_changed_removed_or_moved_review() {
    // Links: 1 and 2 are verdicts, 3 to 5 reviews of them, 6 a verdict.
    for (name, tamper, bad) in [
        ("nothing", "SELECT 1", None),
        (
            "reason",
            "UPDATE review SET json = replace(json, 'Ravi looked', 'Ravi never looked')",
            Some(4),
        ),
        (
            "who",
            "UPDATE review SET json = replace(json, '\"by\":\"Asha\"', '\"by\":\"Ravi\"')",
            Some(3),
        ),
        (
            "effect",
            "UPDATE review SET effect = 'approved' WHERE seq = 3",
            Some(3),
        ),
        (
            "time",
            "UPDATE review SET created = '2026-01-01T00:00:00Z' WHERE seq = 5",
            Some(5),
        ),
        ("turn", "UPDATE review SET turn = 7 WHERE seq = 4", Some(4)),
        ("removed", "DELETE FROM review WHERE seq = 3", Some(3)),
        (
            "last review removed",
            "DELETE FROM review WHERE seq = 5",
            Some(5),
        ),
        ("all removed", "DELETE FROM review", Some(3)),
        (
            "moved",
            "UPDATE review SET seq = CASE seq WHEN 3 THEN 105 ELSE 103 END WHERE seq IN (3, 5)",
            Some(3),
        ),
        (
            "moved to the end",
            "UPDATE review SET seq = 7 WHERE seq = 5",
            Some(5),
        ),
        (
            "two of one place",
            "UPDATE review SET seq = 2 WHERE seq = 3",
            Some(3),
        ),
        (
            "last verdict removed",
            "DELETE FROM verdict WHERE seq = 6",
            Some(6),
        ),
    ] {
        let world = World::new().await;
        let first = world.verdict(1, "bank").await;
        let second = world.verdict(2, "hold").await;
        world.review(&first, says(APPROVE, "Asha")).await.unwrap();
        world.review(&first, says(APPROVE, "Ravi")).await.unwrap();
        world.review(&second, says(REJECT, "Asha")).await.unwrap();
        world.verdict(3, "approve").await;
        world.run_sql(tamper).await;
        let report = world.store.audit_verify().await.unwrap();
        assert_eq!(
            report.first_bad.as_ref().map(|f| f.seq),
            bad,
            "{name}: {report:?}"
        );
        assert_eq!(report.links, bad.map_or(6, |seq| seq - 1), "{name}");
    }
}

/// More links than are read at once, of either kind alone and of both in turn.
#[tokio::test]
async fn a_long_chain_is_read_in_order() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 1..=40 {
        ids.push(world.verdict(n, "hold").await);
    }
    let template = world.review(&ids[0], says(REJECT, "Asha")).await.unwrap();
    let mut tx = world.store.begin().await.unwrap();
    let hash: String = sqlx::query_scalar("SELECT hash FROM verdict WHERE id = $1")
        .bind(&ids[1])
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    for turn in 1..=1_100 {
        let mut review = template.clone();
        review.id = format!("R{turn}");
        review.turn = turn;
        review.effect = Effect::Held;
        review.verdict.id.clone_from(&ids[1]);
        review.verdict.hash.clone_from(&hash);
        SqlStore::append_review_in(&mut tx, &review).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.verdict(41, "approve").await;
    let report = world.store.audit_verify().await.unwrap();
    assert_eq!((report.links, report.first_bad), (1_142, None));
}

#[tokio::test]
async fn what_stands_beside_a_review_is_stored_with_it_or_not_at_all() {
    let world = World::new().await;
    let id = world.verdict(1, "hold").await;
    world.refuse_beside(true);
    let refused = world.review(&id, says(APPROVE, "Asha")).await;
    assert!(refused.is_err());
    assert_eq!(world.links().await, 1);
    world.refuse_beside(false);
    assert_eq!(world.reviewer(Death::Never).finish().await.unwrap(), 1);
    let told: Vec<String> = sqlx::query_scalar("SELECT review FROM told")
        .fetch_all(&world.store.readers)
        .await
        .unwrap();
    let reviews = world.store.reviews(&id).await.unwrap();
    assert_eq!(told, [reviews[0].audit.hash.clone()]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// Whatever people say in whatever order, crashes included: what was rejected stays rejected, and what needs two has two.
    #[test]
    fn no_sequence_of_reviews_turns_a_rejection_into_an_approval(
        kind in prop::sample::select(vec!["approve", "reject", "hold", "bank"]),
        moves in prop::collection::vec((any::<bool>(), 0..3_usize, prop::option::weighted(0.3, 0..5_u32)), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let id = world.verdict(1, kind).await;
            let mut rejected = kind == "reject";
            for (approves, person, crash) in moves {
                let decision = if approves { APPROVE } else { REJECT };
                let death = crash.map_or(Death::Never, |commit| Death::At { commit, after: true });
                let by = ["Asha", "Ravi", "Meera"][person];
                // Whether it was refused or broken off is seen in what is stored.
                drop(world.reviewer(death).review(&id, says(decision, by)).await);
                world.reviewer(Death::Never).finish().await.unwrap();
                let reviews = world.store.reviews(&id).await.unwrap();
                let resolved: Vec<_> = reviews.iter().filter(|r| r.effect.resolves()).collect();
                assert!(resolved.len() <= 1);
                let approved = resolved.iter().any(|r| r.effect == Effect::Approved);
                assert!(!(rejected && approved), "{reviews:?}");
                rejected |= resolved.iter().any(|r| r.effect == Effect::Rejected);
                if kind == "approve" || kind == "reject" {
                    assert!(reviews.is_empty());
                }
                if kind == "bank" && approved {
                    let by: std::collections::BTreeSet<_> = reviews
                        .iter()
                        .filter(|r| r.decision == Resolution::Approve)
                        .map(|r| &r.by)
                        .collect();
                    assert_eq!(by.len(), 2, "{reviews:?}");
                }
                let want = match (kind, rejected, approved) {
                    ("approve", ..) | (_, _, true) => "approved",
                    (_, true, _) => "rejected",
                    _ => "held",
                };
                assert_eq!(world.status(1).await, want);
                assert_eq!(world.store.audit_verify().await.unwrap().first_bad, None);
            }
        });
    }
}
