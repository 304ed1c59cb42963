//! What cannot become a job is kept, with the reason, and not in a log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use nats::{Refused, Settings};
use test_servers::nats::NatsServer;

use crate::desk::{Does, Outside, Port, Running, settings, until, value};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_bad_document_becomes_a_dead_letter_and_its_neighbours_jobs() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let server = NatsServer::start().unwrap();
    let port = Port::new(|message, _| {
        if message.payload.starts_with(b"{") {
            Does::Commit
        } else {
            Does::Refuse(Refused::Malformed("line 1:\nno JSON".to_owned()))
        }
    });
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 20).await;
    let id = [("Nats-Msg-Id", "INV-SECRET"), ("priority", "3")];
    outside.send("acme", &id, "not JSON: Asha Menon").await;
    outside
        .send("acme", &[("as-of", "yesterday")], "{\"n\":1}")
        .await;
    outside.send("_odd", &[], "{\"n\":2}").await;
    outside.send("acme", &[], "").await;
    outside.send_many(20, 40).await;
    until("forty jobs", async || port.jobs().len() == 40).await;
    outside.until_empty().await;

    let mut dead = outside.dead().await;
    dead.sort_by_key(|(_, headers, _)| value(headers, "Satyapan-Sequence").to_owned());
    let told: Vec<_> = dead
        .iter()
        .map(|(subject, headers, payload)| {
            let reason = value(headers, "Satyapan-Reason");
            (
                subject.as_str(),
                reason.split(':').next().unwrap(),
                payload.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("satyapan.dead.acme", "line 1", "not JSON: Asha Menon"),
            (
                "satyapan.dead.acme",
                "as-of must be a day, written YYYY-MM-DD",
                "{\"n\":1}"
            ),
            (
                "satyapan.dead._",
                "the subject names no tenant",
                "{\"n\":2}"
            ),
            ("satyapan.dead.acme", "the payload is empty", ""),
        ]
    );
    let headers = &dead[0].1;
    assert_eq!(value(headers, "Satyapan-Reason"), "line 1: no JSON");
    assert_eq!(value(headers, "Satyapan-Msg-Id"), "INV-SECRET");
    assert_eq!(value(headers, "Satyapan-Subject"), "satyapan.invoices.acme");
    assert_eq!(value(headers, "Satyapan-Deliveries"), "1");
    assert_eq!(value(headers, "priority"), "3");
    assert_eq!(running.ingest.counts().dead, 4);
    running.stop().await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("dead letter"), "{log}");
    for secret in ["INV-SECRET", "Asha", "INV-1", "no JSON", "yesterday"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn a_document_that_runs_out_of_deliveries_becomes_a_dead_letter() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|message, _| {
        if message.payload == "{\"poison\":1}" {
            Does::Panic
        } else {
            Does::Commit
        }
    });
    let brief = Settings {
        ack_wait_s: 1,
        max_deliver: 2,
        ..settings(&server)
    };
    let running = Running::start(brief, &port).await;
    let outside = Outside::at(&server).await;
    outside
        .send("acme", &[("Nats-Msg-Id", "INV-P")], "{\"poison\":1}")
        .await;
    outside.send_many(0, 10).await;
    until("it is a dead letter", async || {
        running.ingest.counts().dead == 1
    })
    .await;
    outside.until_empty().await;
    assert_eq!(port.calls(), 12, "ten, and the poison twice");
    let [(subject, headers, payload)] = outside.dead().await.try_into().unwrap();
    assert_eq!(
        (subject.as_str(), payload.as_str()),
        ("satyapan.dead.acme", "{\"poison\":1}")
    );
    assert!(value(&headers, "Satyapan-Reason").contains("2 deliveries"));
    assert_eq!(value(&headers, "Satyapan-Msg-Id"), "INV-P");
    until("the server's word is done with", async || {
        outside.left("SATYAPAN_INVOICES_ADVISORIES").await == 0
    })
    .await;
    running.stop().await;
}

#[tokio::test]
async fn without_room_for_dead_letters_a_bad_document_stays_where_it_is() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|message, _| {
        if message.payload.starts_with(b"{") {
            Does::Commit
        } else {
            Does::Refuse(Refused::Malformed("no JSON".to_owned()))
        }
    });
    let cramped = Settings {
        dead_bytes_max: 500,
        ..settings(&server)
    };
    let running = Running::start(cramped, &port).await;
    let outside = Outside::at(&server).await;
    let bad = format!("bad {}", "x".repeat(400));
    outside.send("acme", &[], &bad).await;
    outside.send_many(0, 20).await;
    until("twenty jobs", async || port.jobs().len() == 20).await;
    until("it was tried again", async || {
        running.ingest.counts().refused > 1
    })
    .await;
    until("it alone is left", async || {
        outside.left("SATYAPAN_INVOICES").await == 1
    })
    .await;
    running.stop().await;

    let running = Running::start(settings(&server), &port).await;
    outside.until_empty().await;
    assert_eq!(outside.dead().await[0].2, bad);
    running.stop().await;
}
