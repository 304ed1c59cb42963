//! A person resolves a hold, from outside; and the store's upkeep.

use std::{fs, path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::command::{AS_OF, Ran, book, copy_store, invoice, run, satyapan};

const STORE: [&str; 2] = ["--store", "sqlite:s.db"];

fn at(dir: &Path, args: &[&str]) -> Ran {
    let mut all = args.to_vec();
    all.extend(STORE);
    run(dir, &all)
}

/// A store with the example book.
fn loaded() -> TempDir {
    let dir = tempdir().unwrap();
    let ran = at(dir.path(), &["load", book().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    dir
}

/// Verifies an invoice of the book and gives its verdict.
fn verdict(dir: &Path, name: &str) -> Value {
    let file = invoice(name);
    let args = ["verify", "--as-of", AS_OF, "--format", "ndjson"];
    at(dir, &[&args[..], &[file.to_str().unwrap()]].concat()).json()
}

fn id(verdict: &Value) -> &str {
    verdict["id"].as_str().unwrap()
}

fn review(dir: &Path, id: &str, decision: &str, by: &str, more: &[&str]) -> Ran {
    let args = ["review", id, decision, "--by", by];
    let mut all = args.to_vec();
    if !more.contains(&"--reason") {
        all.extend(["--reason", "looked into it"]);
    }
    all.extend(more);
    at(dir, &all)
}

fn ledger(dir: &Path, number: &Value) -> String {
    rows(
        dir,
        "SELECT status FROM ledger WHERE invoice_number = ?",
        number,
    )
}

fn rows(dir: &Path, statement: &str, bound: &Value) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("s.db"));
        let mut db = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::query_scalar::<_, String>(statement)
            .bind(bound.as_str().unwrap())
            .fetch_one(&mut db)
            .await
            .unwrap()
    })
}

#[test]
fn a_hold_is_resolved_once_and_the_verdict_stays() {
    let dir = loaded();
    let dir = dir.path();
    let held = verdict(dir, "held-2b-missing");
    assert_eq!(held["decision"], "hold", "{}", held["summary"]);
    let made = review(
        dir,
        &id(&held)[..14],
        "approve",
        "asha@ap",
        &["--format", "json"],
    );
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let made = made.json();
    assert_eq!(
        (&made["effect"], &made["by"], &made["audit"]["seq"]),
        (&"approved".into(), &"asha@ap".into(), &2.into())
    );
    assert_eq!(made["audit"]["previous"], held["audit"]["hash"]);
    assert!(!made["overridden"].as_array().unwrap().is_empty(), "{made}");
    assert_eq!(ledger(dir, &held["invoice"]["number"]), "approved");
    assert_eq!(
        verdict(dir, "held-2b-missing"),
        held,
        "the verdict is as it was"
    );

    let again = review(dir, id(&held), "reject", "ravi", &[]);
    assert_eq!(again.code, 2);
    assert!(
        again.err.contains("it was approved by asha@ap on"),
        "{}",
        again.err
    );
    let explained = at(dir, &["explain", id(&held)]);
    assert!(
        explained.out.contains("APPROVED   by asha@ap") && explained.out.contains("looked into it"),
        "{}",
        explained.out
    );
    let mut told = at(dir, &["explain", id(&held), "--format", "json"]).json();
    assert_eq!(told["reviews"], Value::Array(vec![made]));
    told.as_object_mut().unwrap().remove("reviews");
    assert_eq!(told, held);
    let replayed = at(dir, &["replay", id(&held)]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    let audit = at(dir, &["audit", "verify"]);
    assert!(audit.out.starts_with("2 links hold"), "{}", audit.out);
}

#[test]
fn a_changed_bank_account_needs_two_people() {
    let dir = loaded();
    let dir = dir.path();
    let held = verdict(dir, "held-bank-account");
    let first = review(dir, id(&held), "approve", "asha", &[]);
    assert_eq!(first.code, 1, "{}", first.err);
    assert!(
        first.out.starts_with("PROPOSED") && first.out.contains("VENDOR-BANK fails"),
        "{}",
        first.out
    );
    assert_eq!(ledger(dir, &held["invoice"]["number"]), "held");
    let same = review(dir, id(&held), "approve", " ASHA", &[]);
    assert_eq!(same.code, 2);
    assert!(
        same.err.contains("a second, different person"),
        "{}",
        same.err
    );
    let second = review(dir, id(&held), "approve", "ravi", &[]);
    assert_eq!(second.code, 0, "{}", second.err);
    assert!(second.out.contains("what asha proposed"), "{}", second.out);
    assert_eq!(ledger(dir, &held["invoice"]["number"]), "approved");
    assert_eq!(at(dir, &["replay", id(&held)]).code, 0);
}

#[test]
fn the_limit_of_one_person_is_a_setting() {
    let dir = loaded();
    let held = verdict(dir.path(), "held-2b-missing");
    let total = domain::money::decimal(&held["invoice"]["total"].to_string()).unwrap();
    let paisa = domain::Paise(1).rupees();
    for (above, code) in [(total - paisa, 1), (total, 0)] {
        let copy = tempdir().unwrap();
        copy_store(dir.path(), copy.path());
        let ran: Ran = satyapan(copy.path())
            .env("SATYAPAN__REVIEW__FOUR_EYES_ABOVE", above.to_string())
            .args([
                "review",
                id(&held),
                "approve",
                "--by",
                "asha",
                "--reason",
                "seen",
            ])
            .args(STORE)
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, code, "above {above}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn what_the_rules_decided_and_what_nobody_explains_is_refused() {
    let dir = loaded();
    let dir = dir.path();
    let rejected = verdict(dir, "rejected-arithmetic");
    let approved = verdict(dir, "clean");
    let held = verdict(dir, "held-2b-missing");
    for (verdict, by, more, want) in [
        (
            &rejected,
            "asha",
            &[][..],
            "the rules decided reject, and only a hold is reviewed",
        ),
        (&approved, "asha", &[], "the rules decided approve"),
        (
            &held,
            "asha",
            &["--reason", "  "],
            "a review needs a reason",
        ),
        (
            &held,
            "asha",
            &["--reason", "one\ntwo"],
            "control characters",
        ),
        (&held, "as\u{202e}ha", &[], "a name is letters"),
        (&held, "", &[], "needs the name of who decides"),
    ] {
        let ran = review(dir, id(verdict), "approve", by, more);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(want), "{}", ran.err);
    }
    let long = "a".repeat(2001);
    let ran = review(dir, id(&held), "approve", "asha", &["--reason", &long]);
    assert!(
        ran.err.contains("has 2001 characters and may have 2000"),
        "{}",
        ran.err
    );
    let audit = at(dir, &["audit", "verify"]);
    assert!(audit.out.starts_with("3 links hold"), "{}", audit.out);
}

#[test]
fn a_reason_is_kept_as_it_is_and_no_log_names_anybody() {
    let dir = loaded();
    let dir = dir.path();
    let held = verdict(dir, "held-2b-missing");
    let reason = "spoke to PAN AAACR5055K on 9822012345 <b>all well</b>";
    let made = review(
        dir,
        id(&held),
        "reject",
        "asha",
        &["--reason", reason, "--format", "json", "-vv"],
    );
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(made.json()["reason"], reason);
    assert!(
        made.err.contains("[pan]"),
        "the review is logged: {}",
        made.err
    );
    assert!(
        !made.err.contains("AAACR5055K") && !made.err.contains("9822012345"),
        "{}",
        made.err
    );
    assert_eq!(ledger(dir, &held["invoice"]["number"]), "rejected");
}

/// Kills the process at moments spread over its run; `SATYAPAN_KILLS` raises how often.
#[test]
fn a_killed_review_was_made_or_was_not() {
    let kills: u32 = std::env::var("SATYAPAN_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let base = loaded();
    let held = verdict(base.path(), "held-2b-missing");
    let copy = || {
        let dir = tempdir().unwrap();
        copy_store(base.path(), dir.path());
        dir
    };
    let reference = copy();
    let began = std::time::Instant::now();
    assert_eq!(
        review(reference.path(), id(&held), "approve", "asha", &[]).code,
        0
    );
    let whole = began.elapsed();
    for kill in 0..kills {
        let dir = copy();
        let mut child = satyapan(dir.path())
            .args([
                "review",
                id(&held),
                "approve",
                "--by",
                "asha",
                "--reason",
                "looked into it",
            ])
            .args(STORE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * (kill + 1) / (kills + 1) + Duration::from_micros(37));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(at(dir.path(), &["audit", "verify"]).code, 0, "kill {kill}");
        // Whoever comes next is told of what was decided, or decides.
        let next = review(dir.path(), id(&held), "reject", "ravi", &[]);
        let told = at(dir.path(), &["explain", id(&held), "--format", "json"]).json();
        let [made] = told["reviews"].as_array().unwrap().as_slice() else {
            panic!("kill {kill}: {}", told["reviews"])
        };
        if next.code == 0 {
            assert_eq!(
                (&made["by"], &made["effect"]),
                (&"ravi".into(), &"rejected".into())
            );
        } else {
            assert!(next.err.contains("asha"), "kill {kill}: {}", next.err);
            assert_eq!(
                (&made["by"], &made["effect"]),
                (&"asha".into(), &"approved".into())
            );
        }
        let status = ledger(dir.path(), &held["invoice"]["number"]);
        assert_eq!(made["effect"], status.as_str(), "kill {kill}");
        assert_eq!(at(dir.path(), &["audit", "verify"]).code, 0, "kill {kill}");
        assert_eq!(
            at(dir.path(), &["replay", id(&held)]).code,
            0,
            "kill {kill}"
        );
    }
}

#[test]
fn a_store_is_copied_pruned_and_told_of() {
    let dir = loaded();
    let dir = dir.path();
    let held = verdict(dir, "held-2b-missing");
    let open = verdict(dir, "held-bank-account");
    let approved = verdict(dir, "clean");
    assert_eq!(review(dir, id(&held), "reject", "asha", &[]).code, 0);

    let copied = at(dir, &["store", "backup", "copy.db", "--format", "json"]).json();
    assert_eq!(copied["links"], 4, "{copied}");
    let again = at(dir, &["store", "backup", "copy.db"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("the file exists"), "{}", again.err);
    let unsaid = at(dir, &["store", "prune"]);
    assert!(unsaid.err.contains("--older-than DAYS"), "{}", unsaid.err);

    let dry = at(dir, &["store", "prune", "--older-than", "0", "--dry-run"]);
    assert!(
        dry.out.contains("2 cases") && dry.out.contains("would go"),
        "{}",
        dry.out
    );
    assert_eq!(
        at(dir, &["replay", id(&approved)]).code,
        0,
        "nothing was deleted"
    );
    let pruned = at(
        dir,
        &["store", "prune", "--older-than", "0", "--format", "json"],
    )
    .json();
    assert_eq!(
        (&pruned["cases"], &pruned["runs"]),
        (&2.into(), &3.into()),
        "{pruned}"
    );
    for verdict in [&approved, &held] {
        for command in ["replay", "explain"] {
            let ran = at(dir, &[command, id(verdict)]);
            let said = format!("{}{}", ran.out, ran.err);
            let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("record was pruned on"), "{said}");
            assert!(words.contains("IST"), "{said}");
            assert_eq!(ran.code, if command == "replay" { 2 } else { 0 });
        }
    }
    assert_eq!(
        at(dir, &["replay", id(&open)]).code,
        0,
        "an open hold is kept"
    );
    assert!(
        at(dir, &["audit", "verify"])
            .out
            .starts_with("4 links hold")
    );
    let second = [
        "review",
        id(&open),
        "reject",
        "--by",
        "asha",
        "--reason",
        "sent back",
    ];
    assert_eq!(at(dir, &second).code, 0);
    // The same bytes again are still the same case.
    assert_eq!(verdict(dir, "clean"), approved);

    let info = at(dir, &["store", "info", "--format", "json"]).json();
    assert_eq!(
        (
            &info["chain_links"],
            &info["open_holds"],
            &info["pruned_runs"]
        ),
        (&5.into(), &0.into(), &3.into()),
        "{info}"
    );
    assert!(
        at(dir, &["store", "info"])
            .out
            .contains("2 hold; 0 holds open")
    );
    let migrated = at(dir, &["store", "migrate"]);
    assert!(
        migrated.out.starts_with("nothing to apply"),
        "{}",
        migrated.out
    );
    // The copy still has the whole record.
    fs::copy(dir.join("copy.db"), dir.join("s.db")).unwrap();
    for suffix in ["-wal", "-shm"] {
        fs::remove_file(dir.join(format!("s.db{suffix}"))).ok();
    }
    assert_eq!(at(dir, &["replay", id(&held)]).code, 0);
}
