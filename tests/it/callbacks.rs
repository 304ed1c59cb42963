//! Callbacks by hand: what a receiver did not take is found, sent again, and forgotten.

use std::{
    io::Write,
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    command::{Ran, book, invoice, run},
    serving::{Daemon, request},
};

const STORE: [&str; 2] = ["--store", "sqlite:s.db"];
const KEY: &str = "key-of-callbacks";

/// Answers every message with the status of the moment; gives its address.
fn receiver(status: &Arc<AtomicU16>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/verdicts", listener.local_addr().unwrap());
    let status = Arc::clone(status);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            request(&stream);
            let status = status.load(Ordering::SeqCst);
            let answer =
                format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    url
}

fn callbacks(dir: &Path, args: &[&str]) -> Ran {
    run(dir, &[&["callbacks"], args, &STORE].concat())
}

fn listed(dir: &Path, more: &[&str]) -> Vec<Value> {
    let ran = callbacks(dir, &[&["list", "--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json().as_array().unwrap().clone()
}

/// Waits until so many messages stand so.
fn until(dir: &Path, state: &str, count: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = listed(dir, &["--state", state]);
        if found.len() == count {
            return found;
        }
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "{:?}",
            listed(dir, &[])
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_receiver_that_was_gone_is_found_enabled_and_gets_what_it_missed() {
    let dir = tempdir().unwrap();
    let loaded = run(
        dir.path(),
        &[&["load", book().to_str().unwrap()], &STORE[..]].concat(),
    );
    assert_eq!(loaded.code, 0, "{}", loaded.err);
    let status = Arc::new(AtomicU16::new(410));
    let settings = format!(
        "[server]\napi_keys = [\"{KEY}\"]\n[callbacks]\nallow = [\"127.0.0.1\"]\npoll_ms = 50\n\
         [callbacks.endpoints.erp]\nurl = \"{}\"\nsecret = \"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\"\n",
        receiver(&status)
    );
    std::fs::write(dir.path().join("s.toml"), settings).unwrap();
    let args = [&STORE[..], &["--config", "s.toml"]].concat();
    let daemon = Daemon::with(dir, &args, &[]);
    let dir = daemon.dir.path();
    let bearer = format!("Bearer {KEY}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let held = std::fs::read(invoice("held-bank-account")).unwrap();
    let taken = daemon.ask("POST", "/v1/verifications?wait=30", &headers, &held);
    assert_eq!(taken.status, 200, "{}", taken.body);
    let verdict = taken.json();

    let gone = until(dir, "gone", 1).remove(0);
    let id = format!("msg_{}_1", verdict["id"].as_str().unwrap());
    assert_eq!(
        (&gone["id"], &gone["endpoint"], &gone["status"]),
        (&json!(id), &json!("erp"), &json!(410))
    );
    assert_eq!(listed(dir, &["--to", "erp"]), [gone]);
    assert!(listed(dir, &["--to", "default"]).is_empty());
    let text = callbacks(dir, &["list"]).out;
    let words = [
        id.as_str(),
        "gone",
        "erp",
        "verification.completed",
        "attempts 1",
    ];
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    let line = callbacks(dir, &["list", "--format", "ndjson"]);
    assert_eq!(line.json()["id"], json!(id));

    for (args, want) in [
        (&["replay", "msg_x_1"][..], "msg_x_1: is no message;"),
        (&["replay", &id, "--to", "bi"], "is no message to bi"),
        (&["enable", "bi"], "bi: is no receiver that is gone"),
        (
            &["prune", "--state", "waiting"],
            "what waits is still to be",
        ),
        (
            &["list", "--state", "lost"],
            "waiting, delivered, gone or dead",
        ),
    ] {
        let ran = callbacks(dir, args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.out);
        assert!(ran.err.contains(want), "{args:?}: {}", ran.err);
    }
    // Replayed, it waits: its receiver is still gone.
    let again = callbacks(dir, &["replay", &id, "--to", "erp", "--format", "json"]);
    assert_eq!(again.json(), json!({"replayed": 1}));
    let text = callbacks(dir, &["list", "--state", "waiting"]).out;
    assert!(text.contains("attempts 0  next "), "{text}");
    status.store(204, Ordering::SeqCst);
    let enabled = callbacks(dir, &["enable", "erp"]);
    assert_eq!((enabled.code, enabled.out.as_str()), (0, "1 enabled\n"));
    let delivered = until(dir, "delivered", 1).remove(0);
    assert_eq!(delivered["attempts"], 1, "counted from the beginning");
    assert_eq!(callbacks(dir, &["enable", "erp"]).code, 2);

    let kept = callbacks(dir, &["prune", "--older-than", "1"]);
    assert_eq!(kept.out, "0 pruned\n");
    let pruned = callbacks(dir, &["prune", "--format", "json"]);
    assert_eq!(pruned.json(), json!({"pruned": 1}));
    assert!(listed(dir, &[]).is_empty());
}

#[test]
fn a_callback_is_of_the_trace_in_which_its_invoice_came() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/verdicts", listener.local_addr().unwrap());
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (head, _) = request(&stream);
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).ok();
            if told.send(head).is_err() {
                return;
            }
        }
    });
    let daemon = Daemon::start(&[
        ("SATYAPAN__CALLBACKS__URL", &url),
        (
            "SATYAPAN__CALLBACKS__SECRET",
            "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
        ),
        ("SATYAPAN__CALLBACKS__ALLOW", "127.0.0.1"),
    ]);
    let sent = format!("00-{TRACE}-b7ad6b7169203331-01");
    for (name, trace) in [("held-bank-account", Some(&*sent)), ("clean", None)] {
        let bytes = std::fs::read(invoice(name)).unwrap();
        let headers: Vec<_> = trace
            .map(|trace| ("traceparent", trace))
            .into_iter()
            .collect();
        let taken = daemon.post("/v1/verifications?wait=30", &headers, &bytes);
        assert_eq!(taken.status, 200, "{}", taken.body);
        let head = heard.recv_timeout(Duration::from_mins(1)).unwrap();
        let got = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("traceparent"))
            .map(|(_, value)| value.trim());
        assert_eq!(got.is_some(), trace.is_some(), "{name}: {head}");
        if let Some(got) = got {
            let of_trace = got.starts_with(&format!("00-{TRACE}-")) && got.ends_with("-01");
            assert!(of_trace && got.len() == sent.len() && got != sent, "{got}");
        }
    }
}

#[test]
fn every_callback_command_has_help_and_the_whole_has_examples() {
    let dir = tempdir().unwrap();
    let help = run(dir.path(), &["callbacks", "--help"]).out;
    for word in ["list", "replay", "enable", "prune", "Examples:", "410"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for command in ["list", "replay", "enable", "prune"] {
        let help = run(dir.path(), &["callbacks", command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("--store"), "{}", help.out);
    }
}
