//! The loop: woken, stopped, and none of the receivers waiting for another.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use callbacks::{Settings, State};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

use crate::{
    memory::Memory,
    server::{Answer, Server, status},
    support::{BODY, SECRET, deliverer, start},
};

#[tokio::test]
async fn a_receiver_that_hangs_keeps_no_other_waiting() {
    let slow = Server::start(|_, _| Answer::Never).await;
    let quick = Server::start(|_, _| status(200)).await;
    let settings: Settings = toml::from_str(&format!(
        "allow = ['127.0.0.1']\ntimeout_s = 300\npoll_ms = 3600000\n\
         [endpoints.slow]\nurl = '{}'\nsecret = '{SECRET}'\n[endpoints.quick]\nurl = '{}'\nsecret = '{SECRET}'\n",
        slow.url(),
        quick.url()
    ))
    .unwrap();
    let outbox = Arc::new(Memory::default());
    outbox.put("slow", "msg_slow", BODY, start());
    outbox.put("quick", "msg_1", BODY, start());
    let deliverer = deliverer(&outbox, &settings);
    let (wake, (stop, stopped)) = (Arc::new(Notify::new()), watch::channel(false));
    let rounds = Arc::new(Mutex::new(Vec::new()));
    let (seen, woken) = (Arc::clone(&rounds), Arc::clone(&wake));
    let running = tokio::spawn(async move {
        let seen =
            |to: &str, round: &callbacks::Round| seen.lock().unwrap().push((to.to_owned(), *round));
        deliverer.run(start, &woken, stopped, seen).await;
    });
    slow.heard(1).await;
    quick.heard(1).await;
    // The next look into the outbox is an hour away: only being woken brings this one out.
    outbox.put("quick", "msg_2", BODY, start());
    let arrived = timeout(Duration::from_mins(1), async {
        while quick.asked().len() < 2 {
            wake.notify_waiters();
            tokio::task::yield_now().await;
        }
    });
    arrived.await.expect("it is woken");
    while rounds.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(
        rounds
            .lock()
            .unwrap()
            .iter()
            .all(|(to, round)| to == "quick" && round.delivered == 1)
    );
    assert_eq!(outbox.entry("msg_slow").state, State::Waiting);
    running.abort();
    drop(stop);
}

#[tokio::test]
async fn told_to_stop_it_ends_what_is_under_way() {
    let outbox = Arc::new(Memory::default());
    for number in 0..20 {
        outbox.put("default", &format!("msg_{number}"), BODY, start());
    }
    let (stop, stopped) = watch::channel(false);
    // The first message to arrive brings the order to stop.
    let server = Server::start(move |_, _| {
        stop.send_replace(true);
        status(200)
    })
    .await;
    let deliverer = deliverer(
        &outbox,
        &crate::support::settings(&server.url(), "concurrency = 2"),
    );
    let wake = Notify::new();
    let run = deliverer.run(start, &wake, stopped, |_, _| {});
    timeout(Duration::from_mins(1), run)
        .await
        .expect("it stops");
    let delivered =
        (0..20).filter(|number| outbox.entry(&format!("msg_{number}")).state == State::Delivered);
    assert_eq!(
        delivered.count(),
        server.asked().len(),
        "what was sent was settled"
    );
    assert_eq!(server.asked().len(), 2);
}
