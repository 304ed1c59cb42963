//! Holds resolved over HTTP: once, by whoever may, by two people where two are needed; told, and shown wherever the verdict is.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::{
    command::{AS_OF, Ran, book, invoice, run, satyapan},
    serving::{Answer, Daemon},
};

const STORE: [&str; 2] = ["--store", "sqlite:s.db"];
/// Keys of two reviewers, of one who only reads, and of one who only sends. The receiver is nobody: what is told stays in the
/// outbox.
const KEYS: &str = r#"
[server]
api_keys = [
  { key = "key-of-asha-01", name = "asha", roles = ["submit", "read", "review"] },
  { key = "key-of-ravi-01", name = "ravi", roles = ["read", "review"] },
  { key = "key-of-reader", name = "reader", roles = ["read"] },
  { key = "key-of-sender", name = "sender", roles = ["submit"] },
]

[callbacks]
url = "http://127.0.0.1:9/verdicts"
secret = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
allow = ["127.0.0.1"]
"#;
const ASHA: &str = "key-of-asha-01";
const RAVI: &str = "key-of-ravi-01";

fn start(dir: TempDir) -> Daemon {
    std::fs::write(dir.path().join("s.toml"), KEYS).unwrap();
    let args = [&STORE[..], &["--config", "s.toml"]].concat();
    Daemon::with(dir, &args, &[])
}

fn loaded() -> TempDir {
    let dir = tempdir().unwrap();
    let ran = at(dir.path(), &["load", book().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    dir
}

fn at(dir: &Path, args: &[&str]) -> Ran {
    run(dir, &[args, &STORE].concat())
}

fn ask(daemon: &Daemon, key: &str, method: &str, path: &str, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    daemon.ask(method, path, &headers, body)
}

fn get(daemon: &Daemon, path: &str) -> Answer {
    ask(daemon, ASHA, "GET", path, b"")
}

/// The verdict of an invoice of the book.
fn verified(daemon: &Daemon, name: &str) -> Value {
    let bytes = std::fs::read(invoice(name)).unwrap();
    let path = format!("/v1/verifications?wait=30&as_of={AS_OF}");
    let answer = ask(daemon, ASHA, "POST", &path, &bytes);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn review(daemon: &Daemon, key: &str, id: &str, decision: &str) -> Answer {
    let body = json!({"decision": decision, "reason": "called back on the master's number"});
    let path = format!("/v1/verifications/{id}/review");
    ask(daemon, key, "POST", &path, body.to_string().as_bytes())
}

/// The messages in the outbox, `kind verdict`.
fn told(dir: &Path) -> Vec<String> {
    let listed = at(dir, &["callbacks", "list", "--format", "json"]).json();
    let entries = listed.as_array().unwrap().iter().rev();
    entries
        .map(|entry| format!("{} {}", entry["kind"], entry["id"]).replace('"', ""))
        .collect()
}

#[test]
fn a_hold_is_resolved_once_by_who_may_and_every_view_shows_it() {
    let daemon = start(loaded());
    let held = verified(&daemon, "held-2b-missing");
    let clean = verified(&daemon, "clean");
    let id = held["id"].as_str().unwrap();
    assert_eq!(held["decision"], "hold");
    assert_eq!(held.get("reviews"), None, "nobody has looked at it");
    let place = format!("/v1/verifications/{id}");
    let before = get(&daemon, &place);
    assert_eq!(before.json(), held);

    for (key, id, decision, status) in [
        ("key-of-reader", id, "approve", 403),
        ("key-of-sender", id, "approve", 403),
        ("key-of-nobody", id, "approve", 401),
        (ASHA, id, "maybe", 422),
        (ASHA, "01KAF3Q0V7X2M4N6P8R0T2W4Y6", "approve", 404),
        (ASHA, clean["id"].as_str().unwrap(), "approve", 409),
    ] {
        let answer = review(&daemon, key, id, decision);
        assert_eq!(answer.status, status, "{key} {decision}: {}", answer.body);
    }
    let path = format!("{place}/review");
    for reason in [" ", "--", "first line\nsecond line", "turned \u{202e}round"] {
        let body = json!({"decision": "approve", "reason": reason}).to_string();
        let refused = ask(&daemon, ASHA, "POST", &path, body.as_bytes());
        assert_eq!(refused.status, 422, "{reason:?}: {}", refused.body);
    }
    assert_eq!(get(&daemon, &place).json(), held, "nothing was changed");

    let made = review(&daemon, RAVI, id, "approve");
    assert_eq!(made.status, 200, "{}", made.body);
    let shown = made.json();
    let [one] = shown["reviews"].as_array().unwrap().as_slice() else {
        panic!("{shown}");
    };
    assert_eq!(
        (&one["by"], &one["effect"], &one["decision"]),
        (&json!("ravi"), &json!("approved"), &json!("approve"))
    );
    for (key, decision) in [(ASHA, "reject"), (ASHA, "approve"), (RAVI, "approve")] {
        let again = review(&daemon, key, id, decision);
        assert_eq!(again.status, 409, "{}", again.body);
        assert!(again.body.contains("it was approved by ravi"));
    }

    // The verdict is as it was, with the review beside it, wherever it is shown.
    let after = get(&daemon, &place);
    assert_eq!(after.json(), shown);
    assert_ne!(after.header("ETag"), before.header("ETag"));
    let mut bare = shown.clone();
    bare.as_object_mut().unwrap().shift_remove("reviews");
    assert_eq!(bare, held);
    let listed = get(&daemon, "/v1/verifications").json();
    assert_eq!(listed["verdicts"], json!([clean, shown]));
    let page = get(&daemon, "/").body;
    assert!(page.contains("Nothing is held"), "{page}");
    assert!(page.contains("approved by ravi on"), "{page}");

    let dir = daemon.dir.path();
    let completed = [&held, &clean].map(|verdict| {
        let id = verdict["id"].as_str().unwrap();
        format!("verification.completed msg_{id}_1")
    });
    let reviewed = format!("verification.reviewed msg_{id}_2");
    assert_eq!(told(dir), [&completed[..], &[reviewed]].concat());
    let explained = at(dir, &["explain", id, "--format", "json"]).json();
    assert_eq!(explained, shown);
    let (code, dir) = daemon.stop();
    assert_eq!(code, Some(0));
    let audit = at(dir.path(), &["audit", "verify"]);
    assert!(audit.out.starts_with("3 links hold"), "{}", audit.out);
}

#[test]
fn a_changed_bank_account_takes_two_people() {
    let daemon = start(loaded());
    let held = verified(&daemon, "held-bank-account");
    let id = held["id"].as_str().unwrap();
    let first = review(&daemon, ASHA, id, "approve");
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.json()["reviews"][0]["effect"], "proposed");
    let page = get(&daemon, "/").body;
    assert!(page.contains("proposed by asha on"), "{page}");
    assert!(page.contains("Each waits for a person"), "{page}");
    assert_eq!(told(daemon.dir.path()).len(), 1, "it is still held");
    let same = review(&daemon, ASHA, id, "approve");
    assert_eq!(same.status, 403, "{}", same.body);
    assert!(same.body.contains("a second, different person"));
    let second = review(&daemon, RAVI, id, "approve");
    assert_eq!(second.status, 200, "{}", second.body);
    let reviews = second.json()["reviews"].clone();
    assert_eq!(reviews[1]["four_eyes"]["confirms"]["by"], "asha");
    assert_eq!(
        (&reviews[0]["effect"], &reviews[1]["effect"]),
        (&json!("proposed"), &json!("approved"))
    );
    assert_eq!(review(&daemon, ASHA, id, "reject").status, 409);
    assert_eq!(told(daemon.dir.path()).len(), 2);
}

/// As a crash leaves it right after the person's decision is durable: the run of the review is open, nothing else is done.
async fn interrupted(file: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false);
    let mut db: sqlx::SqliteConnection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for statement in [
        "DELETE FROM event WHERE seq > 0 AND run IN (SELECT key FROM run WHERE id LIKE 'review/%')",
        "DELETE FROM callback WHERE kind = 'verification.reviewed'",
        "UPDATE callback_subject SET sequence = 1",
        "DELETE FROM review",
        "UPDATE ledger SET status = 'held' WHERE status = 'approved' AND document IN (SELECT document FROM verdict)",
        "UPDATE chain_head SET seq = v.seq, hash = v.hash FROM (SELECT seq, hash FROM verdict ORDER BY seq DESC LIMIT 1) AS v",
    ] {
        sqlx::query(statement).execute(&mut db).await.unwrap();
    }
    sqlx::Connection::close(db).await.unwrap();
}

#[test]
fn a_review_that_a_crash_interrupted_is_finished_and_told() {
    let daemon = start(loaded());
    let held = verified(&daemon, "held-2b-missing");
    let id = held["id"].as_str().unwrap();
    let made = review(&daemon, RAVI, id, "approve").json();
    let told_before = told(daemon.dir.path());
    let (_, dir) = daemon.stop();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(interrupted(&dir.path().join("s.db")));
    assert_eq!(told(dir.path()).len(), 1, "as if it had not been told");

    let daemon = start(dir);
    let shown = get(&daemon, &format!("/v1/verifications/{id}")).json();
    assert_eq!(shown, made, "the same claim gives the same review");
    assert_eq!(told(daemon.dir.path()), told_before);
}

#[test]
fn a_review_on_the_command_line_is_told_too() {
    let daemon = start(loaded());
    let held = verified(&daemon, "held-2b-missing");
    let id = held["id"].as_str().unwrap();
    let (_, dir) = daemon.stop();
    let mut by_hand = satyapan(dir.path());
    let reviewed = [
        "review",
        id,
        "reject",
        "--by",
        "asha",
        "--reason",
        "sent back",
    ];
    let ran: Ran = by_hand
        .args(reviewed)
        .args(["--config", "s.toml"])
        .args(STORE)
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        told(dir.path()),
        [
            format!("verification.completed msg_{id}_1"),
            format!("verification.reviewed msg_{id}_2")
        ]
    );
}
