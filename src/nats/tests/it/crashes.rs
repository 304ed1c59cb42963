//! Servers that go away and processes that die, each at the worst moment.

use std::sync::Arc;

use nats::NatsError;
use test_servers::nats::NatsServer;
use tokio::{sync::Notify, task::spawn_blocking};

use crate::desk::{Does, Outside, Port, Running, settings, until};

#[tokio::test]
async fn a_server_that_goes_away_midway_loses_nothing() {
    let mut server = NatsServer::start().unwrap();
    let go = Arc::new(Notify::new());
    let waits = Arc::clone(&go);
    // Of each round some are committed while the server is away, and cannot be acknowledged.
    let port = Port::new(move |_, before| match before % 100 {
        20..30 => Does::CommitAndWait(Arc::clone(&waits)),
        _ => Does::Commit,
    });
    let running = Running::start(settings(&server), &port).await;
    for round in 0..2 {
        let outside = Outside::at(&server).await;
        let before = port.calls();
        outside.send_many(round * 100, round * 100 + 100).await;
        until("some wait", async || port.calls() >= before + 31).await;
        server = spawn_blocking(move || {
            // In order once, and once as a crash.
            if round == 0 {
                server.stop().unwrap();
            } else {
                server.kill().unwrap();
            }
            server
        })
        .await
        .unwrap();
        until("it is away", async || running.link.ready().is_err()).await;
        go.notify_waiters();
        server.run().unwrap();
        until("this round's jobs", async || {
            go.notify_waiters();
            port.jobs().len() == (round + 1) * 100
        })
        .await;
        until("every message has left the stream", async || {
            go.notify_waiters();
            Outside::at(&server).await.left("SATYAPAN_INVOICES").await == 0
        })
        .await;
    }
    assert_eq!(running.ingest.counts().dead, 0);
    assert_eq!(port.jobs().len(), 200);
    running.stop().await;
}

#[tokio::test]
async fn without_a_server_it_is_not_ready_and_goes_on_when_there_is_one() {
    let mut server = NatsServer::start().unwrap();
    server.stop().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::begin(settings(&server), &port).await;
    let error = running.link.ready().unwrap_err();
    assert!(matches!(error, NatsError::Disconnected { .. }), "{error}");
    assert!(error.retry_is_useful());
    assert!(running.link.probe().await.is_err());
    server.run().unwrap();
    until("it is ready", async || running.link.ready().is_ok()).await;
    running.link.probe().await.unwrap();

    server.kill().unwrap();
    until("it is no longer", async || running.link.ready().is_err()).await;
    server.run().unwrap();
    let outside = Outside::at(&server).await;
    outside.send_many(0, 10).await;
    until("ten jobs", async || port.jobs().len() == 10).await;
    until("it is ready again", async || running.link.ready().is_ok()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_process_that_dies_between_commit_and_acknowledgement_makes_no_second_job() {
    let server = NatsServer::start().unwrap();
    let never = Arc::new(Notify::new());
    let port = Port::new(move |_, before| match before {
        0 => Does::CommitAndWait(Arc::clone(&never)),
        _ => Does::Commit,
    });
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    outside
        .send("acme", &[("Nats-Msg-Id", "INV-1")], "{}")
        .await;
    until("it is committed", async || port.jobs().len() == 1).await;
    running.crash().await;
    assert_eq!(
        outside.left("SATYAPAN_INVOICES").await,
        1,
        "nobody acknowledged it"
    );

    let running = Running::start(settings(&server), &port).await;
    until("it comes again and is known", async || port.known() == 1).await;
    outside.until_empty().await;
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.known, counts.dead), (0, 1, 0));
    assert_eq!((port.calls(), port.jobs().len()), (2, 1));
    running.stop().await;
}

#[tokio::test]
async fn an_acknowledgement_that_does_not_arrive_makes_no_second_job() {
    let mut server = NatsServer::start().unwrap();
    let go = Arc::new(Notify::new());
    let waits = Arc::clone(&go);
    let port = Port::new(move |_, before| match before {
        0 => Does::CommitAndWait(Arc::clone(&waits)),
        _ => Does::Commit,
    });
    let patient = nats::Settings {
        ack_wait_s: 60,
        ..settings(&server)
    };
    let running = Running::start(patient, &port).await;
    let outside = Outside::at(&server).await;
    outside
        .send("acme", &[("Nats-Msg-Id", "INV-1")], "{}")
        .await;
    until("it is committed", async || port.jobs().len() == 1).await;
    server.kill().unwrap();
    until("the connection is gone", async || {
        running.link.ready().is_err()
    })
    .await;
    go.notify_waiters();
    until("nobody confirms", async || {
        running.ingest.counts().unacknowledged == 1
    })
    .await;
    server.run().unwrap();
    let outside = Outside::at(&server).await;
    // Either the acknowledgement reached the new server after all, or the message comes again and is known.
    outside.until_empty().await;
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.dead), (1, 0));
    assert_eq!(port.jobs().len(), 1);
    running.stop().await;
}
