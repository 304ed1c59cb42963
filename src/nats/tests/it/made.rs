//! What is made at the server, and what is refused there.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use async_nats::jetstream::{consumer::pull, stream};
use bytes::Bytes;
use nats::{Link, NatsError, Settings};
use test_servers::nats::NatsServer;

use crate::desk::{Does, Outside, Port, Running, settings, until};

#[tokio::test]
async fn what_the_settings_say_is_made_once_and_adjusted_later() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let outside = Outside::at(&server).await;
    let seen = async || {
        let stream = outside
            .jetstream
            .get_stream("SATYAPAN_INVOICES")
            .await
            .unwrap();
        let consumer = stream.consumer_info("satyapan").await.unwrap();
        (stream.cached_info().clone(), consumer)
    };
    let first = settings(&server);
    Running::start(first.clone(), &port).await.stop().await;
    let (stream, consumer) = seen().await;
    assert_eq!(stream.config.retention, stream::RetentionPolicy::WorkQueue);
    assert_eq!(stream.config.max_bytes, 1 << 30);
    assert_eq!(stream.config.max_message_size, 104_096);
    assert_eq!(
        (consumer.config.max_deliver, consumer.config.ack_wait),
        (20, Duration::from_secs(2))
    );
    outside.send_many(0, 5).await;

    // An operator's own choice stays; ours follows the settings; what waits in the stream goes on waiting.
    let mut described = stream.config.clone();
    described.description = Some("of the accounts team".to_owned());
    outside.jetstream.update_stream(&described).await.unwrap();
    let second = Settings {
        stream_bytes_max: 1 << 20,
        ack_wait_s: 3,
        max_deliver: 7,
        ..first
    };
    let idle = Port::new(|_, _| Does::Refuse(nats::Refused::Trouble("not yet".to_owned())));
    Running::start(second.clone(), &idle).await.stop().await;
    let (again, consumer) = seen().await;
    assert_eq!(
        again.config.description.as_deref(),
        Some("of the accounts team")
    );
    assert_eq!(again.config.max_bytes, 1 << 20);
    assert_eq!(
        (consumer.config.max_deliver, consumer.config.ack_wait),
        (7, Duration::from_secs(3))
    );
    assert_eq!((again.created, again.state.messages), (stream.created, 5));

    let running = Running::start(second, &port).await;
    until("five jobs", async || port.jobs().len() == 5).await;
    running.stop().await;
}

#[tokio::test]
async fn a_stream_of_somebody_else_is_left_alone() {
    let server = NatsServer::start().unwrap();
    let outside = Outside::at(&server).await;
    let theirs = stream::Config {
        name: "SATYAPAN_INVOICES".to_owned(),
        subjects: vec!["their.own".to_owned()],
        ..stream::Config::default()
    };
    outside.jetstream.create_stream(theirs).await.unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::begin(settings(&server), &port).await;
    until("it says why not", async || {
        let said = running.link.ready().err().map(|error| error.to_string());
        said.is_some_and(|said| said.contains("WorkQueue") && said.contains("nats.stream"))
    })
    .await;
    let stream = outside
        .jetstream
        .get_stream("SATYAPAN_INVOICES")
        .await
        .unwrap();
    assert_eq!(stream.cached_info().config.subjects, ["their.own"]);
    assert!(stream.consumer_info("satyapan").await.is_err());
    running.stop().await;
}

#[tokio::test]
async fn a_huge_document_is_refused_to_its_sender() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    let sent = async |bytes: usize| {
        let payload = Bytes::from(vec![b'x'; bytes]);
        let sent = outside.jetstream.publish("satyapan.invoices.acme", payload);
        sent.await.unwrap().await.map_err(|error| error.to_string())
    };
    sent(100_000).await.unwrap();
    let refused = sent(110_000).await.unwrap_err();
    assert!(refused.contains("size"), "{refused}");
    // What the stream has room for beside headers and we do not take.
    sent(100_001).await.unwrap();
    until("one job", async || port.jobs().len() == 1).await;
    outside.until_empty().await;
    let [(_, headers, payload)] = outside.dead().await.try_into().unwrap();
    assert_eq!(payload.len(), 100_001);
    assert!(crate::desk::value(&headers, "Satyapan-Reason").contains("at most 100000"));
    running.stop().await;
}

#[tokio::test]
async fn a_server_whose_messages_are_smaller_than_our_documents_is_named() {
    let server = NatsServer::start_with("max_payload: 65536").unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::begin(settings(&server), &port).await;
    until("it says how to mend it", async || {
        let said = running.link.ready().err().map(|error| error.to_string());
        said.is_some_and(|said| said.contains("65536") && said.contains("max_payload"))
    })
    .await;
    running.stop().await;
}

#[tokio::test]
async fn a_consumer_that_is_deleted_is_made_again() {
    let server = NatsServer::start().unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let running = Running::start(settings(&server), &port).await;
    let outside = Outside::at(&server).await;
    outside.send_many(0, 5).await;
    until("five jobs", async || port.jobs().len() == 5).await;
    let stream = outside
        .jetstream
        .get_stream("SATYAPAN_INVOICES")
        .await
        .unwrap();
    stream.delete_consumer("satyapan").await.unwrap();
    until("it is there again", async || {
        stream
            .get_consumer::<pull::Config>("satyapan")
            .await
            .is_ok()
    })
    .await;
    outside.send_many(5, 10).await;
    until("ten jobs", async || port.jobs().len() == 10).await;
    running.stop().await;
}

#[tokio::test]
async fn a_token_opens_the_server_and_does_not_show() {
    let server = NatsServer::start_with("authorization { token: \"open-sesame\" }").unwrap();
    let port = Port::new(|_, _| Does::Commit);
    let with = |token: &str| Settings {
        token: Some(token.to_owned().into()),
        ..settings(&server)
    };
    Running::start(with("open-sesame"), &port)
        .await
        .stop()
        .await;

    let link = Link::connect(with("wrong-sesame")).await.unwrap();
    until("the server has said no", async || {
        let said = link.ready().unwrap_err().to_string();
        said.contains("authorization")
    })
    .await;
    let shown = format!("{:?} {:?}", link, link.ready());
    assert!(!shown.contains("sesame"), "{shown}");
    link.close().await;
}

/// A certificate that is its own authority, and its key, as `openssl` makes them.
fn certificate(directory: &Path, name: &str) -> (PathBuf, PathBuf) {
    let [certificate, key] = ["pem", "key"].map(|kind| directory.join(name).with_extension(kind));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    (certificate, key)
}

#[tokio::test]
async fn a_server_with_tls_must_be_the_one_that_is_trusted() {
    let directory = tempfile::tempdir().unwrap();
    let (own, key) = certificate(directory.path(), "own");
    let (other, _) = certificate(directory.path(), "other");
    let (cert, key) = (own.display(), key.display());
    let tls = format!("tls {{ cert_file: \"{cert}\", key_file: \"{key}\" }}");
    let server = NatsServer::start_with(&tls).unwrap();
    let trusting = |file: &Path| Settings {
        url: Some(server.url().replace("nats://", "tls://")),
        ca_file: Some(file.to_owned()),
        ..settings(&server)
    };
    let port = Port::new(|_, _| Does::Commit);
    Running::start(trusting(&own), &port).await.stop().await;

    let link = Link::connect(trusting(&other)).await.unwrap();
    until("it says why not", async || {
        let said = link.ready().unwrap_err().to_string();
        said.contains("certificate")
    })
    .await;
}

#[tokio::test]
async fn settings_that_cannot_work_are_found_before_anything_is_opened() {
    let server = NatsServer::start().unwrap();
    let missing = Settings {
        credentials_file: Some("/nowhere/satyapan.creds".into()),
        ..settings(&server)
    };
    let error = Link::connect(missing).await.unwrap_err();
    assert!(matches!(error, NatsError::Credentials { .. }), "{error}");
    assert!(error.to_string().contains("/nowhere/satyapan.creds"));
    let error = Link::connect(Settings::default()).await.unwrap_err();
    assert!(error.to_string().contains("nats.url"), "{error}");
    assert!(!error.retry_is_useful());
}
