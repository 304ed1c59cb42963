//! Clients that mean no good, over raw sockets: refused or served, and others are served meanwhile.

use std::{fmt::Write as _, sync::atomic::Ordering, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    fake::HOOK_SECRET,
    world::{KEY, World, invoice},
};

/// A test that hangs is stopped by this; nothing is measured by it.
const PATIENCE: Duration = Duration::from_mins(1);

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.running.addr).await.unwrap()
}

/// What comes until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    // A reset after the answer is the answer, read in part.
    drop(read.expect("the server closes the connection"));
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn raw(world: &World, bytes: &[u8]) -> String {
    let mut stream = connect(world).await;
    // A server that has heard enough may close before everything is written.
    stream.write_all(bytes).await.ok();
    rest(&mut stream).await
}

/// The statuses of all answers in what was read.
fn statuses(answers: &str) -> Vec<u16> {
    let starts = answers.match_indices("HTTP/1.1 ");
    starts
        .map(|(at, start)| answers[at + start.len()..][..3].parse().unwrap())
        .collect()
}

async fn others_are_served(world: &World) {
    assert_eq!(world.get("/healthz").await.status, 200);
    assert_eq!(world.get("/v1/verifications").await.status, 200);
}

fn head(method: &str, path: &str, more: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\nconnection: close\r\n{more}\r\n")
        .into_bytes()
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let world = World::with("header_timeout_s = 1", true).await;
    let mut slow = Vec::new();
    for sent in [
        "",
        "G",
        "GET /v1/verifications HTTP/1.1\r\nhost: x\r\nx-a: ",
    ] {
        for _ in 0..10 {
            let mut stream = connect(&world).await;
            stream.write_all(sent.as_bytes()).await.unwrap();
            slow.push(stream);
        }
    }
    others_are_served(&world).await;
    for mut stream in slow {
        assert!(!rest(&mut stream).await.contains("200 OK"));
    }
    others_are_served(&world).await;
}

#[tokio::test]
async fn half_a_body_is_not_waited_for() {
    let world = World::with("request_timeout_s = 1", true).await;
    let mut sent = head("POST", "/v1/verifications", "content-length: 100\r\n");
    sent.push(b'{');
    let mut stream = connect(&world).await;
    stream.write_all(&sent).await.unwrap();
    others_are_served(&world).await;
    let answer = rest(&mut stream).await;
    assert_eq!(statuses(&answer), [408], "{answer}");
    assert!(answer.contains("/problems/request-timeout"), "{answer}");
    assert_eq!(world.service.jobs(), 0);
}

#[tokio::test]
async fn ten_megabytes_are_refused() {
    let world = World::with("body_bytes_max = 1048576", true).await;
    let body = vec![b' '; 10 * 1024 * 1024];
    let mut announced = head("POST", "/v1/verifications", "content-length: 10485760\r\n");
    announced.extend_from_slice(&body);
    // A megabyte and a half that nobody announced: the whole of it is read, so that the answer is.
    let mut chunked = head(
        "POST",
        "/v1/verifications",
        "transfer-encoding: chunked\r\n",
    );
    for _ in 0..24 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&body[..0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = raw(&world, &chunked).await;
    assert_eq!(statuses(&answer), [413], "{answer}");
    assert!(answer.contains("/problems/body-too-large"), "{answer}");
    let answer = raw(&world, &announced).await;
    // Ten times what is taken: the connection may be reset before the client has read.
    assert!(matches!(statuses(&answer)[..], [] | [413]), "{answer}");
    let mut wrong = head("POST", "/v1/verifications", "content-length: 1000000\r\n");
    let at = String::from_utf8(wrong.clone()).unwrap().find(KEY).unwrap();
    wrong[at] = b'X';
    wrong.extend_from_slice(&body[..1_000_000]);
    // Refused before its body is read, and the client still comes to read why.
    assert_eq!(statuses(&raw(&world, &wrong).await), [401]);
    assert_eq!(world.service.jobs(), 0);
    others_are_served(&world).await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let world = World::start().await;
    let replaced = |text: &str, with: &[u8]| {
        let (before, after) = text.split_once('@').unwrap();
        [before.as_bytes(), with, after.as_bytes()].concat()
    };
    let bearer = format!("authorization: Bearer {KEY}\r\nconnection: close\r\n\r\n");
    for (name, text) in [
        ("path", format!("GET /v1/verifications/@ HTTP/1.1\r\nhost: x\r\n{bearer}")),
        ("query", format!("GET /v1/verifications?vendor=@ HTTP/1.1\r\nhost: x\r\n{bearer}")),
        ("method", format!("G@ET /v1/verifications HTTP/1.1\r\nhost: x\r\n{bearer}")),
        ("header's name", format!("GET /v1/verifications HTTP/1.1\r\nhost: x\r\nx@y: z\r\n{bearer}")),
        ("last event", format!("GET /v1/verifications/x/events HTTP/1.1\r\nhost: x\r\nlast-event-id: @\r\n{bearer}")),
        ("token", "GET /v1/verifications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer @\r\nconnection: close\r\n\r\n".to_owned()),
    ] {
        for bytes in [&b"\xff"[..], b"\xc3\x28", b"\x00", b"\xed\xa0\x80"] {
            let answer = raw(&world, &replaced(&text, bytes)).await;
            assert!(matches!(statuses(&answer)[..], [400 | 401 | 404]), "{name}: {answer}");
        }
    }
    others_are_served(&world).await;
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let world = World::start().await;
    for (count, explained) in [(60, None), (70, Some(true)), (10_000, Some(false))] {
        let mut many = String::new();
        for number in 0..count {
            write!(many, "x-{number}: y\r\n").unwrap();
        }
        let answer = raw(&world, &head("GET", "/v1/verifications", &many)).await;
        match explained {
            None => assert_eq!(statuses(&answer), [200], "{count}: {answer}"),
            Some(problem) => {
                assert!(
                    matches!(statuses(&answer)[..], [431 | 400] | []),
                    "{count}: {answer}"
                );
                assert_eq!(
                    answer.contains("/problems/too-many-headers"),
                    problem,
                    "{count}: {answer}"
                );
            }
        }
    }
    let long = format!("x-long: {}\r\n", "y".repeat(100_000));
    let answer = raw(&world, &head("GET", "/v1/verifications", &long)).await;
    assert!(matches!(statuses(&answer)[..], [431] | []), "{answer}");
    others_are_served(&world).await;
}

#[tokio::test]
async fn requests_in_a_row_are_answered_in_their_order() {
    let world = World::start().await;
    let one = |path: &str, body: &str| {
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let document = String::from_utf8(invoice("P", 1)).unwrap();
    let mut row = one("/v1/verifications?wait=5", &document);
    row += &one("/v1/ask", r#"{"question":"held?"}"#);
    row += &one("/v1/nothing", "");
    row += &String::from_utf8(head("GET", "/healthz", "")).unwrap();
    let answers = raw(&world, row.as_bytes()).await;
    assert_eq!(statuses(&answers), [200, 200, 404, 200], "{answers}");
}

#[tokio::test]
async fn bodies_of_two_lengths_are_refused() {
    let world = World::start().await;
    for (name, more) in [
        ("two lengths", "content-length: 2\r\ncontent-length: 20\r\n"),
        ("no length", "content-length: two\r\n"),
        ("below zero", "content-length: -2\r\n"),
        ("another coding", "transfer-encoding: chunked, identity\r\n"),
    ] {
        let mut sent = head("POST", "/v1/verifications", more);
        sent.extend_from_slice(b"{}GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
        let answer = raw(&world, &sent).await;
        assert_eq!(statuses(&answer), [400], "{name}: {answer}");
    }
    others_are_served(&world).await;
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let world = World::with("connections_max = 2\nheader_timeout_s = 1", true).await;
    let idle = (connect(&world).await, connect(&world).await);
    // Both places are taken until their heads are overdue.
    assert_eq!(world.get("/healthz").await.status, 200);
    drop(idle);
}

#[tokio::test]
async fn bodies_that_are_held_together_have_a_limit() {
    let world = World::with("body_bytes_max = 4096\nbodies_bytes_max = 4096", true).await;
    let gate = world.service.gate.write().await;
    let document = String::from_utf8(invoice("A", 1)).unwrap() + &" ".repeat(3000);
    let slow = world.call("POST", "/v1/verifications", &[], document.as_bytes());
    let refused = async {
        world.service.reached(1).await;
        let answer = world
            .call("POST", "/v1/verifications", &[], &vec![b' '; 3000])
            .await;
        drop(gate);
        answer
    };
    let (slow, refused) = tokio::join!(slow, refused);
    assert_eq!(refused.problem(), "overloaded");
    assert_eq!(slow.status, 202);
    let again = world
        .call("POST", "/v1/verifications", &[], document.as_bytes())
        .await;
    assert_eq!(again.status, 202);
}

#[tokio::test]
async fn a_hook_is_taken_though_its_sender_has_gone() {
    let world = World::start().await;
    let gate = world.service.gate.write().await;
    let path = format!("/v1/hooks/tally?token={HOOK_SECRET}");
    let mut sent = head("POST", &path, "content-length: 4\r\n");
    sent.extend_from_slice(b"<X/>");
    let mut stream = connect(&world).await;
    stream.write_all(&sent).await.unwrap();
    world.service.reached(1).await;
    // Odoo hangs up after a second and never tries again.
    drop(stream);
    // The server has seen the end of that connection long before it has answered twenty others.
    for _ in 0..20 {
        assert_eq!(world.get("/v1/verifications").await.status, 200);
    }
    drop(gate);
    let taken = async {
        while world.service.hooks.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, taken).await.expect("the hook is taken");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let world = World::with(
        "connections_max = 1\nwrite_timeout_s = 1\n[rate]\nper_minute = 0",
        true,
    )
    .await;
    let one =
        format!("GET /openapi.json HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n\r\n");
    let mut deaf = connect(&world).await;
    // More answers than all buffers on the way can hold.
    deaf.write_all(one.repeat(1000).as_bytes()).await.unwrap();
    // The only place is free again once the deaf one is gone.
    assert_eq!(world.get("/healthz").await.status, 200);
    drop(deaf);
}

#[tokio::test]
async fn who_asks_before_sending_is_not_told_to_go_on() {
    let world = World::start().await;
    let sent = "POST /v1/verifications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer nobody\r\ncontent-length: 9\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n";
    assert_eq!(statuses(&raw(&world, sent.as_bytes()).await), [401]);
    let large = head(
        "POST",
        "/v1/verifications",
        "content-length: 99999999\r\nexpect: 100-continue\r\n",
    );
    assert_eq!(statuses(&raw(&world, &large).await), [413]);
}
