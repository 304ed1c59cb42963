//! A port that takes nothing at present: documents wait, and are not worn out by waiting.

use std::time::Duration;

use nats::{Refused, Settings};
use test_servers::nats::NatsServer;

use crate::desk::{Does, Outside, Port, Running, settings, until};

#[tokio::test]
async fn a_full_queue_is_left_alone_and_later_drains() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, before| match before {
        0..20 => Does::Refuse(Refused::Full {
            retry_after: Duration::from_millis(20),
        }),
        _ => Does::Commit,
    });
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 300).await;
    until("three hundred jobs", async || port.jobs().len() == 300).await;
    outside.until_empty().await;
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.refused, counts.dead), (300, 20, 0));
    assert_eq!(port.calls(), 320);
    // While it was full one message at a time was tried, not each of the three hundred.
    let again = port.jobs().iter().filter(|job| job.delivery > 1).count();
    assert!((1..=20).contains(&again), "{again} came more than once");
    running.stop().await;
}

#[tokio::test]
async fn one_tenant_without_room_does_not_stop_the_others() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|message, _| match message.tenant.as_str() {
        "full" => Does::Refuse(Refused::TenantFull {
            retry_after: Duration::from_hours(1),
        }),
        _ => Does::Commit,
    });
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    for n in 0..50 {
        outside.send("full", &[], &format!("{{\"n\":{n}}}")).await;
    }
    outside.send_many(0, 50).await;
    until("the others' jobs", async || port.jobs().len() == 50).await;
    until("those without room wait", async || {
        outside.left("SATYAPAN_INVOICES").await == 50
    })
    .await;
    assert_eq!(running.ingest.counts().dead, 0);
    running.stop().await;
}

#[tokio::test]
async fn trouble_that_outlasts_the_deliveries_makes_no_dead_letter() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, before| match before {
        0..12 => Does::Refuse(Refused::Trouble("the store is down".to_owned())),
        _ => Does::Commit,
    });
    let worn = Settings {
        max_deliver: 4,
        ack_wait_s: 1,
        ..settings(&server)
    };
    let running = Running::start(worn, &port).await;
    let outside = Outside::at(&server).await;
    outside.send("acme", &[], "{}").await;
    until("it is a job", async || port.jobs().len() == 1).await;
    outside.until_empty().await;
    assert!(port.jobs()[0].delivery <= 4, "{:?}", port.jobs());
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.refused, counts.dead), (1, 12, 0));
    assert!(outside.dead().await.is_empty());
    running.stop().await;
}

#[tokio::test]
async fn a_message_that_is_held_is_handed_over_when_its_process_ends() {
    let server = NatsServer::start().unwrap();
    let hour = Duration::from_hours(1);
    let down = Port::new(move |_, _| Does::Refuse(Refused::Full { retry_after: hour }));
    let worn = Settings {
        max_deliver: 2,
        ack_wait_s: 60,
        ..settings(&server)
    };
    let running = Running::start(worn.clone(), &down).await;
    let outside = Outside::at(&server).await;
    outside.send("acme", &[], "{}").await;
    until("it is refused", async || down.calls() == 1).await;
    running.stop().await;

    let up = Port::new(|_, _| Does::Commit);
    let running = Running::start(worn, &up).await;
    until("the next process has it", async || up.jobs().len() == 1).await;
    outside.until_empty().await;
    assert!(outside.dead().await.is_empty());
    running.stop().await;
}

#[tokio::test]
async fn a_port_that_hangs_is_trouble() {
    let server = NatsServer::start().unwrap();
    let never = std::sync::Arc::new(tokio::sync::Notify::new());
    let port = Port::new(move |_, before| match before {
        0 => Does::CommitAndWait(std::sync::Arc::clone(&never)),
        _ => Does::Commit,
    });
    let brief = Settings {
        ack_wait_s: 1,
        ..settings(&server)
    };
    let running = Running::start(brief, &port).await;
    let outside = Outside::at(&server).await;
    outside.send("acme", &[], "{}").await;
    outside.until_empty().await;
    let counts = running.ingest.counts();
    assert_eq!((counts.accepted, counts.known, counts.refused), (0, 1, 1));
    running.stop().await;
}
