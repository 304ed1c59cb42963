//! Documents come in, each once, in one process and in two.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use nats::Refused;
use test_servers::nats::NatsServer;
use tokio::sync::Notify;

use crate::desk::{Does, Outside, Port, Running, settings, until, within};

#[tokio::test]
async fn a_thousand_documents_are_accepted_once_each() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 1000).await;
    until("a thousand jobs", async || port.jobs().len() == 1000).await;
    outside.until_empty().await;
    assert_eq!((port.calls(), port.known()), (1000, 0));
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.refused, counts.dead), (1000, 0, 0));
    for job in port.jobs() {
        let n: usize = job.key.strip_prefix("INV-").unwrap().parse().unwrap();
        assert_eq!(job.tenant, format!("t{}", n % 5));
        assert_eq!(job.payload, format!("{{\"n\":{n}}}"));
        assert_eq!(job.delivery, 1);
    }
    running.stop().await;
}

#[tokio::test]
async fn what_a_sender_says_comes_with_the_document() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [
        ("as-of", "2026-11-21"),
        ("priority", "7"),
        ("traceparent", trace),
    ];
    outside
        .send("acme", &headers, "{\"with\":\"headers\"}")
        .await;
    outside.send("acme", &[], "{\"with\":\"none\"}").await;
    // No id, and the same bytes: the same document.
    outside.send("acme", &[], "{\"with\":\"none\"}").await;
    outside.send("zeta", &[], "{\"with\":\"none\"}").await;
    outside.until_empty().await;
    let mut jobs = port.jobs();
    jobs.sort_by_key(|job| (job.tenant.clone(), job.priority));
    let [bare, full, other] = jobs.try_into().unwrap();
    assert!(bare.key.starts_with("sha256:") && bare.key == other.key);
    assert_eq!(
        (bare.tenant.as_str(), other.tenant.as_str()),
        ("acme", "zeta")
    );
    assert_eq!(
        (bare.as_of, bare.priority, bare.traceparent),
        (None, None, None)
    );
    assert_eq!(full.as_of.unwrap().to_string(), "2026-11-21");
    assert_eq!(
        (full.priority, full.traceparent.as_deref()),
        (Some(7), Some(trace))
    );
    assert_eq!(port.known(), 1);
    running.stop().await;
}

#[tokio::test]
async fn an_id_twice_is_one_job() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let brief = nats::Settings {
        duplicate_window_s: 1,
        ..settings(&server)
    };
    let running = Running::start(brief, &port).await;
    let outside = Outside::at(&server).await;
    let id = [("Nats-Msg-Id", "INV-1")];
    assert!(!outside.send("acme", &id, "{}").await);
    assert!(
        outside.send("acme", &id, "{}").await,
        "NATS itself knows it for a while"
    );
    until("NATS has forgotten the id", async || {
        !outside.send("acme", &id, "{}").await
    })
    .await;
    until("the port knows it", async || port.known() == 1).await;
    outside.until_empty().await;
    assert_eq!(port.jobs().len(), 1);

    // The same id with other bytes is nobody's second job and nobody's loss.
    until("NATS has forgotten the id again", async || {
        !outside.send("acme", &id, "{\"other\":1}").await
    })
    .await;
    until("the conflict is a dead letter", async || {
        !outside.dead().await.is_empty()
    })
    .await;
    assert_eq!(port.jobs().len(), 1);
    assert_eq!(outside.dead().await[0].2, "{\"other\":1}");
    running.stop().await;
}

#[tokio::test]
async fn two_processes_share_the_work() {
    let server = NatsServer::start().unwrap();
    // Neither answers before both were asked, so neither can have done it all.
    let both = Arc::new(Notify::new());
    let asked = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let port = |me: usize| {
        let (both, asked) = (Arc::clone(&both), Arc::clone(&asked));
        Port::new(move |_, _| {
            asked[me].fetch_add(1, Ordering::SeqCst);
            if asked.iter().all(|one| one.load(Ordering::SeqCst) > 0) {
                both.notify_waiters();
                return Does::Commit;
            }
            Does::CommitAndWait(Arc::clone(&both))
        })
    };
    let (one, other) = (port(0), port(1));
    let patient = nats::Settings {
        ack_wait_s: 60,
        ..settings(&server)
    };
    let first = Running::start(patient.clone(), &one).await;
    let second = Running::start(patient, &other).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 200).await;
    until("two hundred jobs", async || {
        one.jobs().len() + other.jobs().len() == 200
    })
    .await;
    outside.until_empty().await;
    assert!(one.calls() > 0 && other.calls() > 0);
    assert_eq!(one.calls() + other.calls(), 200, "none came twice");
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn what_is_in_hand_is_finished_before_the_end() {
    let server = NatsServer::start().unwrap();
    let go = Arc::new(Notify::new());
    let waits = Arc::clone(&go);
    let port = Port::new(move |_, before| match before {
        0..3 => Does::CommitAndWait(Arc::clone(&waits)),
        _ => Does::Refuse(Refused::Trouble("asked after the end".to_owned())),
    });
    let patient = nats::Settings {
        concurrency: 3,
        ack_wait_s: 60,
        ..settings(&server)
    };
    let running = Running::start(patient, &port).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 10).await;
    until("three are in hand", async || port.calls() == 3).await;
    let ends = running.stopping();
    assert!(!ends.is_finished());
    go.notify_waiters();
    within("it ends when those in hand have", ends)
        .await
        .unwrap();
    assert_eq!(
        (port.calls(), port.jobs().len()),
        (3, 3),
        "no more were taken"
    );
    assert_eq!(
        outside.left("SATYAPAN_INVOICES").await,
        7,
        "the three were acknowledged"
    );
}
