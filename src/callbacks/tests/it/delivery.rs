//! What becomes of messages by what their receivers answer. Time is an argument: hours pass at once.

use std::{collections::BTreeSet, sync::Arc};

use callbacks::{Claim, Outbox, Round, State};
use futures::FutureExt;
use hooks::{Request, Source};

use crate::{
    memory::Memory,
    server::{Answer, Asked, Server, status},
    support::{BODY, OLD, SECRET, deliverer, one, plus, settings, start},
};

/// Verifies what a server was sent, as a receiver would.
fn genuine(asked: &Asked, secret: &str, second: i64) -> bool {
    let settings = toml::from_str(&format!("secret = '{secret}'")).unwrap();
    let source = Source::new("standard", &settings).unwrap();
    let headers = asked.headers.iter().map(|(name, value)| {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, value.parse().unwrap())
    });
    let request = Request {
        method: &http::Method::POST,
        headers: &headers.collect(),
        query: "",
        body: &asked.body.clone().into(),
    };
    let now = jiff::Timestamp::from_second(second).unwrap();
    source.receive(&request, now).is_ok()
}

#[tokio::test]
async fn a_message_arrives_once_and_signed() {
    let server = Server::start(|_, _| status(204)).await;
    let (outbox, deliverer) = one(&server);
    let delivered = Round {
        delivered: 1,
        ..Round::default()
    };
    assert_eq!(deliverer.round(start()).await, Ok(delivered));
    assert_eq!(
        deliverer.round(plus(start(), 86_400)).await,
        Ok(Round::default())
    );
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    let asked = &asked[0];
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/hook?k=v")
    );
    assert_eq!(asked.body, BODY.as_bytes());
    assert_eq!(asked.header("content-type"), "application/json");
    assert_eq!(asked.header("webhook-id"), "msg_1");
    let second = start().as_second();
    assert_eq!(asked.header("webhook-timestamp"), second.to_string());
    assert!(genuine(asked, SECRET, second));
    assert!(!genuine(asked, OLD, second));
    let entry = outbox.entry("msg_1");
    assert_eq!(
        (entry.state, entry.status, entry.attempts),
        (State::Delivered, Some(204), 1)
    );
}

#[tokio::test]
async fn each_attempt_is_of_the_senders_trace_and_has_a_parent_of_its_own() {
    let server = Server::start(|nth, _| status(if nth == 0 { 503 } else { 200 })).await;
    let (outbox, deliverer) = one(&server);
    outbox.trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    deliverer.round(start()).await.unwrap();
    deliverer.round(outbox.entry("msg_1").due).await.unwrap();
    // One that belongs to none.
    outbox.put("default", "msg_2", BODY, start());
    deliverer.round(plus(start(), 86_400)).await.unwrap();
    let asked = server.asked();
    let sent: Vec<_> = asked.iter().map(|one| one.header("traceparent")).collect();
    let [first, second, ""] = sent[..] else {
        panic!("{sent:?}");
    };
    for one in [first, second] {
        assert!(
            one.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"),
            "{one}"
        );
        assert!(
            one.ends_with("-01") && !one.contains("00f067aa0ba902b7"),
            "{one}"
        );
    }
    assert_ne!(first, second);
}

#[tokio::test]
async fn two_secrets_sign_while_the_receiver_changes_over() {
    let server = Server::start(|_, _| status(200)).await;
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let settings = settings(&server.url(), &format!("secret_previous = '{OLD}'"));
    deliverer(&outbox, &settings).round(start()).await.unwrap();
    let asked = &server.asked()[0];
    let second = start().as_second();
    assert!(genuine(asked, SECRET, second) && genuine(asked, OLD, second));
    assert_eq!(asked.header("webhook-signature").split(' ').count(), 2);
}

#[tokio::test]
async fn a_receiver_that_is_down_for_an_hour_gets_it_afterwards() {
    let up = plus(start(), 3_600).as_second();
    let server = Server::start(move |_, asked| {
        let sent: i64 = asked.header("webhook-timestamp").parse().unwrap();
        status(if sent < up { 503 } else { 200 })
    })
    .await;
    let (outbox, deliverer) = one(&server);
    let mut now = start();
    while outbox.entry("msg_1").state == State::Waiting {
        let before = outbox.entry("msg_1").due;
        if before > start() {
            let early = before
                .checked_sub(jiff::SignedDuration::from_millis(1))
                .unwrap();
            assert_eq!(
                deliverer.round(early).await,
                Ok(Round::default()),
                "not before its time"
            );
        }
        now = before.max(now);
        assert_eq!(deliverer.round(now).await.unwrap().claimed(), 1);
    }
    let asked = server.asked();
    // At once, and after 5 s, 5 min, 30 min and 2 h: the last is the first beyond the hour.
    assert_eq!(asked.len(), 5);
    let distinct = |name: &str| {
        asked
            .iter()
            .map(|one| one.header(name))
            .collect::<BTreeSet<_>>()
            .len()
    };
    assert_eq!(distinct("webhook-id"), 1, "the id stays");
    assert_eq!(
        distinct("webhook-timestamp"),
        5,
        "each attempt has its own time"
    );
    for one in &asked {
        let sent = one.header("webhook-timestamp").parse().unwrap();
        assert!(genuine(one, SECRET, sent));
    }
    let entry = outbox.entry("msg_1");
    assert_eq!((entry.state, entry.attempts), (State::Delivered, 5));
    let took = now.duration_since(start()).as_secs();
    assert!(
        (9_305..=11_166).contains(&took),
        "{took} s, of which a fifth may be jitter"
    );
}

#[tokio::test]
async fn what_never_arrives_is_given_up_after_ten_attempts() {
    let server = Server::start(|_, _| Answer::Break).await;
    let (outbox, deliverer) = one(&server);
    let mut dues = Vec::new();
    while outbox.entry("msg_1").state == State::Waiting {
        let due = outbox.entry("msg_1").due;
        dues.push(due);
        assert_eq!(deliverer.round(due).await.unwrap().claimed(), 1);
    }
    assert_eq!(server.asked().len(), 10);
    let entry = outbox.entry("msg_1");
    assert_eq!((entry.state, entry.status), (State::Dead, None));
    assert_eq!(entry.detail, "the connection broke");
    let days = dues[9].duration_since(start()).as_secs();
    assert!((271_805..=326_166).contains(&days), "{days} s");
    // Somebody mended the receiver and sends it again.
    assert_eq!(outbox.replay("msg_1", None, dues[9]).await, Ok(1));
    assert_eq!(deliverer.round(dues[9]).await.unwrap().later, 1);
    assert_eq!(outbox.entry("msg_1").attempts, 1);
}

#[tokio::test]
async fn nobody_listening_is_a_failure_like_others() {
    let server = Server::start(|_, _| status(200)).await;
    let port = server.address.port();
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    // A port of this machine's other address, where nobody listens.
    let settings = settings(&format!("http://127.0.0.9:{port}/"), "");
    let settings = callbacks::Settings {
        allow: vec!["127.0.0.9".to_owned()],
        ..settings
    };
    let round = deliverer(&outbox, &settings).round(start()).await.unwrap();
    assert_eq!(round.later, 1);
    assert_eq!(outbox.entry("msg_1").detail, "cannot connect");
}

#[tokio::test]
async fn every_other_status_is_tried_again() {
    for code in [
        199_u16, 300, 304, 400, 401, 404, 408, 409, 422, 500, 502, 504, 599,
    ] {
        // 1xx is no final answer to a client; 199 stands for one that is none of the known.
        let code = if code == 199 { 418 } else { code };
        let server = Server::start(move |_, _| status(code)).await;
        let (outbox, deliverer) = one(&server);
        assert_eq!(deliverer.round(start()).await.unwrap().later, 1, "{code}");
        let entry = outbox.entry("msg_1");
        assert_eq!(entry.status, Some(i64::from(code)));
        assert_eq!(entry.detail, format!("it answered {code}"));
        let wait = entry.due.duration_since(start()).as_millis();
        assert!((5_000..=6_000).contains(&wait), "{code}: {wait}");
    }
}

#[tokio::test]
async fn whoever_is_gone_gets_nothing_more_until_enabled() {
    let server = Server::start(|before, _| status(if before == 0 { 410 } else { 200 })).await;
    let (outbox, deliverer) = one(&server);
    assert_eq!(deliverer.round(start()).await.unwrap().gone, 1);
    assert_eq!(outbox.entry("msg_1").state, State::Gone);
    let later = plus(start(), 1_000_000);
    outbox.put("default", "msg_2", BODY, start());
    assert_eq!(deliverer.round(later).await, Ok(Round::default()));
    assert_eq!(server.asked().len(), 1);
    assert_eq!(outbox.enable("default", later).await, Ok(true));
    assert_eq!(outbox.enable("default", later).await, Ok(false));
    assert_eq!(deliverer.round(later).await.unwrap().delivered, 2);
}

#[tokio::test]
async fn a_busy_receiver_is_left_alone_for_as_long_as_it_asks() {
    let now = start();
    for (code, header, wait) in [
        (429, "3600".to_owned(), 3_600),
        (503, "Sat, 21 Nov 2026 07:00:00 GMT".to_owned(), 3_600),
        // No longer than a day.
        (429, "31536000".to_owned(), 86_400),
    ] {
        let said = header.clone();
        let server = Server::start(move |before, _| match before {
            0 => Answer::Reply(code, vec![("retry-after", said.clone())], Vec::new()),
            _ => status(200),
        })
        .await;
        let (outbox, deliverer) = one(&server);
        assert_eq!(deliverer.round(now).await.unwrap().later, 1);
        // The next message waits as well: it is the receiver that is busy.
        outbox.put("default", "msg_2", BODY, now);
        let early = plus(now, wait - 1);
        assert_eq!(
            deliverer.round(early).await,
            Ok(Round::default()),
            "{header}"
        );
        let due = outbox.entry("msg_1").due;
        let waited = due.duration_since(now).as_secs();
        assert!(
            (wait..=wait * 6 / 5).contains(&waited),
            "{header}: {waited}"
        );
        assert_eq!(deliverer.round(due).await.unwrap().delivered, 2, "{header}");
    }
    // Others than busy ones do not choose.
    let server = Server::start(|_, _| {
        Answer::Reply(500, vec![("retry-after", "3600".to_owned())], Vec::new())
    })
    .await;
    let (outbox, deliverer) = one(&server);
    deliverer.round(now).await.unwrap();
    assert!(outbox.entry("msg_1").due <= plus(now, 6));
}

#[tokio::test]
async fn who_does_not_answer_in_time_is_tried_again() {
    let server = Server::start(|_, _| Answer::Never).await;
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let settings = callbacks::Settings {
        timeout_s: 1,
        ..settings(&server.url(), "")
    };
    let round = deliverer(&outbox, &settings).round(start()).await.unwrap();
    assert_eq!(round.later, 1);
    let entry = outbox.entry("msg_1");
    assert_eq!(
        (entry.status, entry.detail.as_str()),
        (None, "no answer in time")
    );
}

#[tokio::test]
async fn a_status_counts_though_its_body_drips_or_never_ends() {
    for (answer, delivered) in [
        (Answer::Drip(200), true),
        (Answer::Endless(202), true),
        (Answer::Drip(500), false),
        (Answer::Endless(500), false),
    ] {
        let said = answer.clone();
        let server = Server::start(move |_, _| said.clone()).await;
        let (outbox, deliverer) = one(&server);
        let round = deliverer.round(start()).await.unwrap();
        assert_eq!(
            (round.delivered == 1, round.later == 1),
            (delivered, !delivered),
            "{answer:?}"
        );
        assert!(outbox.entry("msg_1").status.is_some());
    }
}

#[tokio::test]
async fn an_attempt_whose_lease_is_lost_changes_nothing() {
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    // While the receiver thinks, the lease ends and somebody else takes the message.
    let thief = Arc::clone(&outbox);
    let server = Server::start(move |_, _| {
        let claim = Claim {
            endpoint: "default",
            now: plus(start(), 3_600),
            until: plus(start(), 7_200),
            lease: "another",
            limit: 1,
        };
        let taken = thief.claim(&claim).now_or_never().unwrap().unwrap();
        assert_eq!((taken.len(), taken[0].attempt), (1, 2));
        status(200)
    })
    .await;
    let round = deliverer(&outbox, &settings(&server.url(), ""))
        .round(start())
        .await;
    assert_eq!(round.unwrap().lost, 1);
    assert_eq!(outbox.entry("msg_1").state, State::Waiting);
}

#[tokio::test]
async fn attempts_that_ended_the_process_count_too() {
    let server = Server::start(|_, _| status(200)).await;
    let (outbox, deliverer) = one(&server);
    let mut now = start();
    for _ in 0..10 {
        let claim = Claim {
            endpoint: "default",
            now,
            until: plus(now, 60),
            lease: "of one that dies",
            limit: 1,
        };
        assert_eq!(outbox.claim(&claim).await.unwrap().len(), 1);
        now = plus(now, 60);
    }
    assert_eq!(deliverer.round(now).await.unwrap().dead, 1);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn no_more_are_under_way_at_once_than_set() {
    let server = Server::start(|_, _| status(200)).await;
    let outbox = Arc::new(Memory::default());
    for number in 0..10 {
        outbox.put("default", &format!("msg_{number}"), BODY, start());
    }
    let deliverer = deliverer(&outbox, &settings(&server.url(), "concurrency = 3"));
    let mut rounds = Vec::new();
    while let Ok(round) = deliverer.round(start()).await
        && round.claimed() > 0
    {
        rounds.push(round.delivered);
    }
    assert_eq!(rounds, [3, 3, 3, 1]);
    assert!(server.most() <= 3, "{}", server.most());
}
