//! Nothing is called but what may be: not by a name, not by a redirect, not by a name that changes its mind.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use callbacks::{Lookup, Settings};
use futures::future::BoxFuture;
use tokio::net::TcpListener;

use crate::{
    memory::Memory,
    server::{Answer, Server, status},
    support::{BODY, SECRET, deliverer, looking_up, one, settings, start},
};

/// Answers in turn, the last one for ever.
struct Turns {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Turns {
    fn new(answers: &[&[&str]]) -> (Self, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let parsed = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        let turns = Self {
            answers: answers.iter().map(parsed).collect(),
            asked: Arc::clone(&asked),
        };
        (turns, asked)
    }
}

impl Lookup for Turns {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self
            .answers
            .get(turn)
            .or(self.answers.last())
            .unwrap()
            .clone();
        Box::pin(async move { Ok(answer) })
    }
}

/// An https receiver: what matters here happens before TLS.
fn named(port: u16, allow: &[&str]) -> Settings {
    let text = format!("url = 'https://hooks.example:{port}/'\nsecret = '{SECRET}'\ntimeout_s = 5");
    Settings {
        allow: allow.iter().map(|&entry| entry.to_owned()).collect(),
        ..toml::from_str(&text).unwrap()
    }
}

const REFUSED: &str = "its name leads to no address that may be called: list the host or its network in callbacks.allow \
                       if it is meant to";

/// Hangs up on whoever connects, and counts them.
async fn door(ip: [u8; 4], port: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((IpAddr::from(ip), port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let knocks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&knocks);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, knocks)
}

#[tokio::test]
async fn a_name_of_a_private_address_is_not_called() {
    let (port, knocks) = door([127, 0, 0, 1], 0).await;
    for answer in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["::1", "127.0.0.1"],
        &["0.0.0.0"],
        &["169.254.169.254"],
        &[],
    ] {
        let outbox = Arc::new(Memory::default());
        outbox.put("default", "msg_1", BODY, start());
        let (lookup, asked) = Turns::new(&[answer]);
        let round = looking_up(&outbox, &named(port, &[]), lookup)
            .round(start())
            .await;
        assert_eq!(round.unwrap().refused, 1);
        assert_eq!(outbox.entry("msg_1").detail, REFUSED, "{answer:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
    // The door is there: whoever is allowed to comes to it.
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let (lookup, _) = Turns::new(&[&["127.0.0.1"]]);
    let allowed = named(port, &["127.0.0.0/8"]);
    looking_up(&outbox, &allowed, lookup)
        .round(start())
        .await
        .unwrap();
    assert_eq!(outbox.entry("msg_1").detail, "cannot connect");
    assert_eq!(knocks.load(Ordering::SeqCst), 1);
}

/// 127.0.0.2 plays the public address, 127.0.0.1 the inside.
#[tokio::test]
async fn a_name_that_changes_its_mind_gets_no_further() {
    let (port, inside) = door([127, 0, 0, 1], 0).await;
    let (_, outside) = door([127, 0, 0, 2], port).await;
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let (lookup, asked) =
        Turns::new(&[&["127.0.0.2"], &["127.0.0.1"], &["127.0.0.1", "127.0.0.2"]]);
    let deliverer = looking_up(&outbox, &named(port, &["127.0.0.2"]), lookup);
    for (detail, refused, knocks) in [
        // Called is what was judged: there is one look-up, and it is the connection's own.
        ("cannot connect", 0, 1),
        (REFUSED, 1, 1),
        // Of several addresses only those that may be called are.
        ("cannot connect", 0, 2),
    ] {
        let before = asked.load(Ordering::SeqCst);
        let now = outbox.entry("msg_1").due;
        let round = deliverer.round(now).await.unwrap();
        assert_eq!((round.refused, round.later), (refused, 1 - refused));
        assert_eq!(outbox.entry("msg_1").detail, detail);
        assert_eq!(outside.load(Ordering::SeqCst), knocks);
        assert_eq!(asked.load(Ordering::SeqCst), before + 1);
    }
    assert_eq!(inside.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_allowed_name_is_called_where_it_leads() {
    let server = Server::start(|_, _| status(200)).await;
    let outbox = Arc::new(Memory::default());
    outbox.put("default", "msg_1", BODY, start());
    let (lookup, _) = Turns::new(&[&["127.0.0.1"]]);
    let url = format!("http://hooks.internal:{}/", server.address.port());
    let settings = Settings {
        allow: vec!["Hooks.Internal".to_owned()],
        ..settings(&url, "")
    };
    let round = looking_up(&outbox, &settings, lookup).round(start()).await;
    assert_eq!(round.unwrap().delivered, 1);
    assert_eq!(
        server.asked()[0].header("host"),
        format!("hooks.internal:{}", server.address.port())
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let inside = Server::start(|_, _| status(200)).await;
    for code in [301, 302, 303, 307, 308] {
        for target in [
            inside.url(),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
        ] {
            let to = target.clone();
            let server = Server::start(move |_, _| {
                Answer::Reply(code, vec![("location", to.clone())], Vec::new())
            })
            .await;
            let (outbox, deliverer) = one(&server);
            assert_eq!(deliverer.round(start()).await.unwrap().later, 1);
            assert_eq!(
                outbox.entry("msg_1").status,
                Some(i64::from(code)),
                "{target}"
            );
            assert_eq!(server.asked().len(), 1);
        }
    }
    assert!(inside.asked().is_empty());
}

#[tokio::test]
async fn what_is_not_allowed_is_not_even_set_up() {
    let outbox = Arc::new(Memory::default());
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "http://hooks.example/",
    ] {
        let settings = Settings {
            allow: Vec::new(),
            ..settings(url, "")
        };
        let made = callbacks::Deliverer::new(outbox.clone(), &settings);
        assert!(made.is_err(), "{url}");
    }
    let settings = settings("https://127.0.0.1/", "");
    deliverer(&outbox, &settings);
}
