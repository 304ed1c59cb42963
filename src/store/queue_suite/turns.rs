//! Whose turn it is.

use jiff::Timestamp;
use queue::{Claimed, Clock, NewJob, Settings, State};

use super::{Open, World, claim, ids, job, jobs, settings, state};

pub(crate) async fn tenants_take_turns(open: &dyn Open) {
    let World { queue, keep, .. } = open
        .world(Settings {
            in_flight_vendor: 1_000,
            ..settings()
        })
        .await;
    let of = |tenant: &'static str| move |job: &mut NewJob, _| job.tenant = tenant.to_owned();
    queue.add(jobs("A", 500, of("large"))).await.unwrap();
    queue.add(jobs("B", 10, of("small"))).await.unwrap();
    queue.add(jobs("C", 1, of("tiny"))).await.unwrap();
    let mut small = Vec::new();
    for round in 0..6 {
        for claimed in claim(&queue, 4).await {
            if claimed.job.tenant != "large" {
                small.push((round, claimed.job.id));
            }
        }
    }
    assert_eq!(small.len(), 11, "{small:?}");
    let queue = &queue;
    // One at a time it is the other's turn, whoever has more.
    queue.add(jobs("D", 3, of("small"))).await.unwrap();
    let mut turns = Vec::new();
    for _ in 0..6 {
        turns.push(claim(queue, 1).await.remove(0).job.tenant);
    }
    let of_small = turns.iter().filter(|tenant| *tenant == "small").count();
    assert_eq!(of_small, 3, "{turns:?}");
    assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{turns:?}");
    drop(keep);
}

pub(crate) async fn vendors_share_a_tenant(open: &dyn Open) {
    let World { queue, keep, .. } = open.world(settings()).await;
    let of = |vendor: &'static str| move |job: &mut NewJob, _| job.vendor = vendor.to_owned();
    queue
        .add(jobs("A", 300, of("27AAACR5055K1Z7")))
        .await
        .unwrap();
    queue
        .add(jobs("B", 3, of("29AAGCB7383J1Z4")))
        .await
        .unwrap();
    let held = claim(&queue, 64).await;
    let of_first = |claimed: &[Claimed]| {
        let first = claimed.iter().filter(|c| c.job.id.starts_with('A'));
        first.map(|c| c.lease.clone()).collect::<Vec<_>>()
    };
    let first = of_first(&held);
    assert_eq!(
        (first.len(), held.len()),
        (4, 7),
        "the vendor's share, and all of the other's"
    );
    assert!(claim(&queue, 64).await.is_empty());
    // A vendor that has its share keeps nobody else from his.
    let stranger = |job: &mut NewJob, _| job.tenant = "zeta".to_owned();
    queue.add(jobs("Z", 1, stranger)).await.unwrap();
    assert_eq!(ids(&claim(&queue, 1).await), ["Z0000"]);
    assert!(queue.finish(&first[0], "V").await.unwrap());
    let next = claim(&queue, 64).await;
    assert_eq!(ids(&next), ["A0004"]);
    // Without a known vendor there is no share.
    queue.add(jobs("N", 50, of(""))).await.unwrap();
    assert_eq!(claim(&queue, 64).await.len(), 50);
    drop(keep);
}

pub(crate) async fn priorities_and_times_are_kept(open: &dyn Open) {
    let World {
        queue, clock, keep, ..
    } = open.world(settings()).await;
    let at =
        |ms: i64| Some(Timestamp::from_millisecond(clock.now().as_millisecond() + ms).unwrap());
    let later = NewJob {
        not_before: at(5_000),
        ..job("L")
    };
    let past = NewJob {
        not_before: at(-5_000),
        ..job("P")
    };
    let urgent = NewJob {
        priority: 9,
        vendor: "29AAGCB7383J1Z4".to_owned(),
        ..job("U")
    };
    let idle = NewJob {
        priority: -9,
        ..job("I")
    };
    queue.add(vec![idle, later, past, urgent]).await.unwrap();
    assert_eq!(queue.stats().await.unwrap().waiting, 4);
    assert_eq!(ids(&claim(&queue, 1).await), ["U"]);
    assert_eq!(ids(&claim(&queue, 9).await), ["P", "I"]);
    assert_eq!(state(&queue, "L").await, State::Scheduled);
    clock.forward(4_999);
    assert!(claim(&queue, 9).await.is_empty());
    clock.forward(1);
    assert_eq!(ids(&claim(&queue, 9).await), ["L"]);
    drop(keep);
}
