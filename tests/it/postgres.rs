//! The store on `PostgreSQL` from outside: what it answers on a file, also for several processes and over a restart.

use std::process::{Child, Stdio};

use serde_json::Value;
use tempfile::tempdir;
use test_servers::postgres::{Database, PASSWORD, Stop};

use crate::command::{AS_OF, Ran, book, invoice, run, satyapan};

const NAMES: [&str; 4] = [
    "clean",
    "held-bank-account",
    "rejected-arithmetic",
    "clean-small-supplier",
];
const DECISIONS: [&str; 4] = ["approve", "hold", "reject", "approve"];

/// A database with the example book in it.
fn loaded(database: &Database) {
    let ran = satyapan_on(database, &["load", book().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Runs on a database, and holds that nothing that is said has its password.
fn satyapan_on(database: &Database, args: &[&str]) -> Ran {
    let dir = tempdir().unwrap();
    let url = database.url();
    let ran = run(dir.path(), &[args, &["--store", &url]].concat());
    let secret = url.split(['/', '@']).nth(2).unwrap();
    for secret in [PASSWORD, secret] {
        assert!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{ran:?}"
        );
    }
    ran
}

fn arguments(database: &Database, names: &[&str]) -> Vec<String> {
    let url = database.url();
    let options = ["--store", &url, "--as-of", AS_OF, "--format", "ndjson"];
    let files = names
        .iter()
        .map(|name| invoice(name).to_str().unwrap().to_owned());
    ["verify"]
        .iter()
        .chain(&options)
        .map(ToString::to_string)
        .chain(files)
        .collect()
}

fn start(database: &Database, names: &[&str]) -> Child {
    satyapan(&std::env::temp_dir())
        .args(arguments(database, names))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn verdicts(ran: &Ran) -> Vec<Value> {
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn verify(database: &Database) -> Vec<Value> {
    let ran: Ran = start(database, &NAMES).wait_with_output().unwrap().into();
    assert_eq!(ran.code, 1, "{}", ran.err);
    verdicts(&ran)
}

fn decisions(verdicts: &[Value]) -> Vec<&str> {
    verdicts
        .iter()
        .map(|v| v["decision"].as_str().unwrap())
        .collect()
}

fn chain_holds(database: &Database, links: usize) {
    let audit = satyapan_on(database, &["audit", "verify"]);
    assert_eq!(audit.code, 0, "{}{}", audit.out, audit.err);
    assert!(
        audit.out.starts_with(&format!("{links} links hold")),
        "{}",
        audit.out
    );
}

#[test]
fn every_command_works_on_a_shared_database() {
    let database = Database::fresh().unwrap();
    loaded(&database);
    let again = satyapan_on(&database, &["load", book().to_str().unwrap()]);
    assert!(again.out.contains("0 added, 0 changed"), "{}", again.out);
    let first = verify(&database);
    assert_eq!(decisions(&first), DECISIONS);
    assert_eq!(
        verify(&database),
        first,
        "the same bytes again are the same case"
    );
    for verdict in &first {
        let id = verdict["id"].as_str().unwrap();
        let explained = satyapan_on(&database, &["explain", id, "--format", "json"]);
        assert_eq!(&explained.json(), verdict);
        let replayed = satyapan_on(&database, &["replay", id]);
        assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    }
    let asked = satyapan_on(
        &database,
        &["ask", "How many invoices were rejected?", "--as-of", AS_OF],
    );
    assert_eq!(asked.code, 0, "{}{}", asked.out, asked.err);
    let doctor = satyapan_on(&database, &["doctor"]);
    assert_eq!(doctor.code, 0, "{}{}", doctor.out, doctor.err);
    assert!(
        doctor.out.contains("postgres://127.0.0.1:")
            && doctor.out.contains("4 verdicts, audit chain holds"),
        "{}",
        doctor.out
    );
    chain_holds(&database, 4);

    database
        .sql("UPDATE verdict SET json = replace(json, '\"decision\":\"hold\"', '\"decision\":\"approve\"')")
        .unwrap();
    let broken = satyapan_on(&database, &["audit", "verify"]);
    assert_eq!(broken.code, 1, "{}{}", broken.out, broken.err);
}

#[test]
fn processes_that_verify_at_once_keep_one_chain() {
    let database = Database::fresh().unwrap();
    loaded(&database);
    let (one, two) = NAMES.split_at(2);
    let children = [start(&database, one), start(&database, two)];
    let mut decided = Vec::new();
    for child in children {
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!(ran.code, 1, "{}", ran.err);
        decided.extend(verdicts(&ran));
    }
    assert_eq!(decisions(&decided), DECISIONS);
    let mut chain: Vec<u64> = decided
        .iter()
        .map(|v| v["audit"]["seq"].as_u64().unwrap())
        .collect();
    chain.sort_unstable();
    assert_eq!(chain, [1, 2, 3, 4]);
    chain_holds(&database, 4);
}

#[test]
fn a_run_goes_on_when_the_server_restarts() {
    let database = Database::alone().unwrap();
    loaded(&database);
    for (round, how) in [Stop::Fast, Stop::Immediate].into_iter().enumerate() {
        database
            .sql("TRUNCATE verdict, review, chain_head, event, run, input CASCADE; DELETE FROM ledger WHERE document IS NOT NULL")
            .unwrap();
        let mut child = start(&database, &NAMES);
        while database.sql("SELECT COUNT(*) FROM event").unwrap().trim() == "0" {
            assert!(
                child.try_wait().unwrap().is_none(),
                "it ended before it began"
            );
            std::thread::yield_now();
        }
        database.cluster().restart(how).unwrap();
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!(ran.code, 1, "round {round}: {}", ran.err);
        assert_eq!(
            decisions(&verdicts(&ran)),
            DECISIONS,
            "round {round}: {}",
            ran.err
        );
        chain_holds(&database, 4);
        assert_eq!(verify(&database), verdicts(&ran), "round {round}");
    }
}

#[test]
fn a_database_that_cannot_be_used_is_told_of_by_its_place() {
    let database = Database::fresh().unwrap();
    let dir = tempdir().unwrap();
    let elsewhere = format!("{}x", database.url());
    let ran = run(dir.path(), &["audit", "verify", "--store", &elsewhere]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("store postgres://127.0.0.1:") && ran.err.contains("does not exist"),
        "{}",
        ran.err
    );
    // Without a password in the URL it comes from the environment.
    let url = database.url();
    let (_, host) = url.split_once('@').unwrap();
    let ran: Ran = satyapan(dir.path())
        .args([
            "audit",
            "verify",
            "--store",
            &format!("postgres://satyapan@{host}"),
        ])
        .env("PGPASSWORD", PASSWORD)
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 0, "{}", ran.err);
}
