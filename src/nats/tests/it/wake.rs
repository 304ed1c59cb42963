//! Workers of other processes are told of new jobs.

use std::sync::Arc;

use nats::{Link, Settings, Wake};
use test_servers::nats::NatsServer;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::{JoinHandle, yield_now},
};

use crate::desk::{settings, until, within};

/// A process that listens, and has taken note of the subscription itself.
async fn listener(server: &NatsServer) -> (Arc<Notify>, JoinHandle<()>) {
    let link = Link::connect(settings(server)).await.unwrap();
    until("a connection", async || link.ready().is_ok()).await;
    let trigger = Arc::new(Notify::new());
    let listens = tokio::spawn(Wake::listen(link.clone(), Arc::clone(&trigger)));
    within("it listens", trigger.notified()).await;
    // An answer from the server: the subscription before it has arrived.
    link.probe().await.unwrap();
    (trigger, listens)
}

#[tokio::test]
async fn a_bell_wakes_workers_elsewhere_and_a_restart_does_too() {
    let mut server = NatsServer::start().unwrap();
    let (one, first) = listener(&server).await;
    let (other, second) = listener(&server).await;
    let link = Link::connect(settings(&server)).await.unwrap();
    until("a connection", async || link.ready().is_ok()).await;
    let bell = Wake::new(&link);
    bell.ring();
    within("one wakes", one.notified()).await;
    within("the other wakes", other.notified()).await;

    for _ in 0..1000 {
        bell.ring();
        yield_now().await;
    }
    within("a storm wakes as well", one.notified()).await;

    server.stop().unwrap();
    until("the connection is gone", async || link.ready().is_err()).await;
    // Nobody waits for it.
    bell.ring();
    server.run().unwrap();
    within("who comes back looks for itself", other.notified()).await;
    until("a connection again", async || link.ready().is_ok()).await;
    bell.ring();
    within("bells go on", one.notified()).await;
    first.abort();
    second.abort();
}

#[tokio::test]
async fn what_was_rung_without_a_connection_is_told_with_the_next() {
    let server = NatsServer::start().unwrap();
    let (woken, listens) = listener(&server).await;
    // A way to the server that is there and does not answer yet.
    let way = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let link = Link::connect(Settings {
        url: Some(format!("nats://{}", way.local_addr().unwrap())),
        connect_timeout_ms: 60_000,
        ..settings(&server)
    });
    let bell = Wake::new(&link.await.unwrap());
    bell.ring();
    let to = server.url().replace("nats://", "");
    let carries = tokio::spawn(async move {
        loop {
            let (mut here, _) = way.accept().await.unwrap();
            let mut there = TcpStream::connect(&to).await.unwrap();
            copy_bidirectional(&mut here, &mut there).await.ok();
        }
    });
    within("the worker is told", woken.notified()).await;
    carries.abort();
    listens.abort();
}
