//! Tenants of one store, from outside: none sees another's verdict, whatever becomes of the jobs.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tempfile::tempdir;
use test_servers::postgres::Database;

use crate::{
    command::{AS_OF, book, invoice, run},
    serving::{Answer, Daemon},
};

const KEYS: &str = r#"
[server]
api_keys = [
  "key-of-default",
  { key = "key-of-tenant-acme", name = "asha", tenant = "acme" },
  { key = "key-of-tenant-zeta", name = "zoya", tenant = "zeta" },
]
"#;
const DEFAULT: &str = "key-of-default";
const ACME: &str = "key-of-tenant-acme";
const ZETA: &str = "key-of-tenant-zeta";

/// A verdict, the job that ended with it where there is one, and whose it is.
struct Owned {
    verdict: String,
    jobs: Vec<(&'static str, String)>,
    owners: BTreeSet<&'static str>,
}

fn ask(daemon: &Daemon, key: &str, method: &str, path: &str, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    daemon.ask(method, path, &headers, body)
}

/// Sends an invoice of the book and waits for its verdict.
fn sent(daemon: &Daemon, key: &'static str, name: &str) -> Owned {
    judged(daemon, key, &std::fs::read(invoice(name)).unwrap()).0
}

/// Sends an invoice and waits for its verdict.
fn judged(daemon: &Daemon, key: &'static str, bytes: &[u8]) -> (Owned, Value) {
    let path = format!("/v1/verifications?wait=30&as_of={AS_OF}");
    let answer = ask(daemon, key, "POST", &path, bytes);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let place = answer.header("Location").unwrap();
    let job = place.rsplit('/').next().unwrap().to_owned();
    let verdict = answer.json();
    let owned = Owned {
        verdict: verdict["id"].as_str().unwrap().to_owned(),
        jobs: vec![(key, job)],
        owners: BTreeSet::from([key]),
    };
    (owned, verdict)
}

/// What was billed by a supplier of the book, as a tenant's report has it, and as he is told when he asks.
fn billed(daemon: &Daemon, key: &str, supplier: &str) -> (Value, Value) {
    let path = format!("/v1/report/spend/by-vendor?vendor={supplier}");
    let report = ask(daemon, key, "GET", &path, b"").json();
    let question = format!("Which invoices of {supplier} are the latest?");
    let question = json!({"question": question, "as_of": AS_OF}).to_string();
    let answer = ask(daemon, key, "POST", "/v1/ask", question.as_bytes()).json();
    assert!(report["totals"].is_object(), "{report}");
    assert_eq!(answer["known"], true, "{answer}");
    (report["totals"].clone(), answer["answer"].clone())
}

/// A copy of what one of them had verified is a duplicate for him, and for nobody else; reports and answers count each his own.
fn histories_are_apart(daemon: &Daemon, all: &mut Vec<Owned>) {
    let clean = std::fs::read(invoice("clean")).unwrap();
    let read: Value = serde_json::from_slice(&clean).unwrap();
    let supplier = read["SellerDtls"]["Gstin"].as_str().unwrap();
    let copy = [&clean[..], b"\n"].concat();
    let (of_acme, of_zeta) = (
        billed(daemon, ACME, supplier),
        billed(daemon, ZETA, supplier),
    );
    assert_ne!(of_acme.0, of_zeta.0);
    assert_ne!(of_acme.1, of_zeta.1);
    for (key, decision) in [(ACME, "reject"), (ZETA, "approve")] {
        let (owned, verdict) = judged(daemon, key, &copy);
        assert_eq!(verdict["decision"], decision, "{key}");
        let findings = verdict["findings"].as_array().unwrap().iter();
        let duplicate = findings
            .filter(|finding| finding["outcome"] == "fail")
            .any(|finding| finding["check"] == "DUPLICATE-EXACT");
        assert_eq!(duplicate, key == ACME, "{verdict}");
        all.push(owned);
    }
    // Now both had it verified.
    assert_eq!(billed(daemon, ZETA, supplier), of_acme);
}

/// The last two are one document that was held for each of two tenants: one of them sends it back.
fn reviews_are_apart(daemon: &Daemon, of_acme: &Owned, of_zeta: &Owned) {
    let body = br#"{"decision": "reject", "reason": "zeta knows why"}"#;
    let place = format!("/v1/verifications/{}/review", of_zeta.verdict);
    let reviewed = ask(daemon, ZETA, "POST", &place, body);
    assert_eq!(reviewed.status, 200, "{}", reviewed.body);
    let place = format!("/v1/verifications/{}", of_acme.verdict);
    let shown = ask(daemon, ACME, "GET", &place, b"");
    assert_eq!(shown.json()["decision"], "hold");
    assert!(!shown.body.contains("zeta"), "{}", shown.body);
    assert!(!ask(daemon, ACME, "GET", "/", b"").body.contains("zeta"));
}

/// What every tenant sees of every verdict, on every route; `jobs` are still there.
fn seen(daemon: &Daemon, all: &[Owned], jobs: bool) {
    for key in [DEFAULT, ACME, ZETA] {
        let get = |path: &str| ask(daemon, key, "GET", path, b"");
        let listed = get("/v1/verifications?limit=100").json();
        let listed = listed["verdicts"].as_array().unwrap().iter();
        let listed: BTreeSet<&str> = listed.map(|v| v["id"].as_str().unwrap()).collect();
        let own = all.iter().filter(|one| one.owners.contains(key));
        let own: BTreeSet<&str> = own.map(|one| one.verdict.as_str()).collect();
        assert_eq!(listed, own, "{key}");
        let page = get("/").body;
        for one in all {
            let place = format!("/v1/verifications/{}", one.verdict);
            let shown = get(&place);
            let mine = one.owners.contains(key);
            assert_eq!(shown.status, if mine { 200 } else { 404 }, "{key} {place}");
            if mine {
                assert_eq!(shown.json()["id"], one.verdict.as_str());
                continue;
            }
            assert!(!page.contains(&one.verdict), "{key}: {page}");
            assert!(!shown.body.contains("satyapan.verdict/1"));
            assert_eq!(get(&format!("{place}/events")).status, 404);
            let body = br#"{"decision": "reject", "reason": "not mine"}"#;
            let reviewed = ask(daemon, key, "POST", &format!("{place}/review"), body);
            assert_eq!(reviewed.status, 404, "{key}: {}", reviewed.body);
        }
        for (whose, job) in all.iter().flat_map(|one| &one.jobs) {
            let mine = jobs && *whose == key;
            for path in [String::new(), "/events".to_owned()] {
                let answer = get(&format!("/v1/verifications/{job}{path}"));
                let want = if mine { 200 } else { 404 };
                assert_eq!(answer.status, want, "{key} {job}{path}: {}", answer.body);
            }
        }
    }
}

fn tenants_are_apart(store: &str) {
    let dir = tempdir().unwrap();
    let at = |args: &[&str]| {
        let ran = run(dir.path(), &[args, &["--store", store]].concat());
        assert!(ran.code < 2, "{args:?}: {}", ran.err);
        ran
    };
    at(&["load", book().to_str().unwrap()]);
    // Verified by hand: the default tenant's.
    let by_hand = invoice("rejected-arithmetic");
    let by_hand = at(&[
        "verify",
        "--as-of",
        AS_OF,
        "--format",
        "ndjson",
        by_hand.to_str().unwrap(),
    ])
    .json();
    let by_hand = by_hand["id"].as_str().unwrap().to_owned();
    // Answers of one test go to no other, so the directory is the daemon's own.
    let home = tempdir().unwrap();
    std::fs::write(home.path().join("s.toml"), KEYS).unwrap();
    let path = match store.strip_prefix("sqlite:") {
        Some(file) => format!("sqlite:{}", dir.path().join(file).display()),
        None => store.to_owned(),
    };
    let daemon = Daemon::with(home, &["--store", &path, "--config", "s.toml"], &[]);

    let mut all = vec![Owned {
        verdict: by_hand,
        jobs: Vec::new(),
        owners: BTreeSet::from([DEFAULT]),
    }];
    // Two of them send the last two invoices: each has a verdict of his own, and is not told of the other's.
    for (key, name) in [
        (ACME, "clean"),
        (DEFAULT, "held-2b-missing"),
        (ACME, "clean-small-supplier"),
        (ZETA, "clean-small-supplier"),
        (ACME, "held-bank-account"),
        (ZETA, "held-bank-account"),
    ] {
        let sent = sent(&daemon, key, name);
        assert!(all.iter().all(|one| one.verdict != sent.verdict), "{name}");
        all.push(sent);
    }
    let [.., of_acme, of_zeta] = &all[..] else {
        unreachable!()
    };
    reviews_are_apart(&daemon, of_acme, of_zeta);
    histories_are_apart(&daemon, &mut all);
    seen(&daemon, &all, true);
    let purged = at(&["queue", "purge", "--state", "done", "--format", "json"]).json();
    assert_eq!(purged["purged"], 8);
    seen(&daemon, &all, false);
    let pruned = at(&["store", "prune", "--older-than", "0", "--format", "json"]).json();
    assert_eq!(pruned["cases"], 7, "{pruned}");
    seen(&daemon, &all, false);
    // What is still held is still resolved by whose it is.
    let held = &all[5].verdict;
    let body = br#"{"decision": "reject", "reason": "sent back"}"#;
    let place = format!("/v1/verifications/{held}/review");
    let reviewed = ask(&daemon, ACME, "POST", &place, body);
    assert_eq!(reviewed.status, 200, "{}", reviewed.body);
    seen(&daemon, &all, false);
    // Whoever runs the store sees all of it.
    for one in &all {
        let explained: Value = at(&["explain", &one.verdict, "--format", "json"]).json();
        assert_eq!(explained["id"], one.verdict.as_str());
    }
}

#[test]
fn tenants_are_apart_in_a_file() {
    tenants_are_apart("sqlite:s.db");
}

#[test]
fn tenants_are_apart_in_a_database() {
    let database = Database::fresh().unwrap();
    tenants_are_apart(&database.url());
}
