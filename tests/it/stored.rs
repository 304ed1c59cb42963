//! The store from outside: load, verify, explain, replay, audit; and a process killed at any moment.

use std::{fs, path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, book, copy_store, invoice, run, satyapan};

fn load(dir: &Path) -> Ran {
    run(
        dir,
        &[
            "load",
            book().to_str().unwrap(),
            "--store",
            "sqlite:s.db",
            "--format",
            "json",
        ],
    )
}

const NAMES: [&str; 4] = [
    "clean",
    "held-bank-account",
    "rejected-arithmetic",
    "clean-small-supplier",
];

fn arguments() -> Vec<String> {
    let mut args: Vec<String> = [
        "verify",
        "--store",
        "sqlite:s.db",
        "--as-of",
        AS_OF,
        "--format",
        "ndjson",
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    args.extend(
        NAMES
            .iter()
            .map(|n| invoice(n).to_str().unwrap().to_owned()),
    );
    args
}

fn verify(dir: &Path) -> Vec<Value> {
    let args = arguments();
    let ran = run(dir, &args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 1, "{}", ran.err);
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn audit(dir: &Path) -> Ran {
    run(dir, &["audit", "verify", "--store", "sqlite:s.db"])
}

#[test]
fn loading_again_changes_nothing_and_a_bad_row_leaves_all_as_it_was() {
    let dir = tempdir().unwrap();
    let first = load(dir.path());
    assert_eq!(first.code, 0, "{}", first.err);
    let again = run(
        dir.path(),
        &["load", book().to_str().unwrap(), "--store", "sqlite:s.db"],
    );
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("unchanged"), "{}", again.out);
    let bad = dir.path().join("bad");
    fs::create_dir(&bad).unwrap();
    let vendors = fs::read_to_string(book().join("vendors.csv")).unwrap();
    fs::write(bad.join("vendors.csv"), vendors).unwrap();
    let ledger = fs::read_to_string(book().join("ledger.csv")).unwrap();
    let broken = ledger.replacen(",paid", ",vanished", 1);
    assert_ne!(ledger, broken);
    fs::write(bad.join("ledger.csv"), broken).unwrap();
    let ran = run(dir.path(), &["load", "bad", "--store", "sqlite:s.db"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("ledger.csv:"), "{}", ran.err);
    let verdicts = verify(dir.path());
    assert_eq!(
        verdicts[0]["decision"], "approve",
        "{}",
        verdicts[0]["summary"]
    );
}

#[test]
fn a_stored_verdict_is_returned_explained_and_replayed() {
    let dir = tempdir().unwrap();
    load(dir.path());
    let first = verify(dir.path());
    let decisions: Vec<&str> = first
        .iter()
        .map(|v| v["decision"].as_str().unwrap())
        .collect();
    assert_eq!(decisions, ["approve", "hold", "reject", "approve"]);
    assert_eq!(
        verify(dir.path()),
        first,
        "the same bytes again are the same case"
    );
    let chain: Vec<u64> = first
        .iter()
        .map(|v| v["audit"]["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(chain, [1, 2, 3, 4]);
    for verdict in &first {
        let id = verdict["id"].as_str().unwrap();
        let explained = run(
            dir.path(),
            &["explain", id, "--store", "sqlite:s.db", "--format", "json"],
        );
        assert_eq!(&explained.json(), verdict);
        let replayed = run(dir.path(), &["replay", id, "--store", "sqlite:s.db"]);
        assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    }
    let held = first[1]["id"].as_str().unwrap();
    let text = run(dir.path(), &["explain", held, "--store", "sqlite:s.db"]);
    assert!(
        text.out.contains("VENDOR-BANK") && text.out.contains("To approve"),
        "{}",
        text.out
    );
    assert_eq!(
        run(dir.path(), &["explain", "01ZZZZ", "--store", "sqlite:s.db"]).code,
        2
    );
}

#[test]
fn another_policy_is_tried_on_a_stored_case() {
    let dir = tempdir().unwrap();
    load(dir.path());
    let verdicts = verify(dir.path());
    let policy = fs::read_to_string(crate::command::root().join("config/policy.toml")).unwrap();
    let milder = policy.replace(
        "\n[severity]\n",
        "\n[severity]\n\"VENDOR-BANK\" = \"info\"\n",
    );
    assert_ne!(policy, milder);
    fs::write(dir.path().join("milder.toml"), milder).unwrap();
    let held = verdicts[1]["id"].as_str().unwrap();
    let ran = run(
        dir.path(),
        &[
            "replay",
            held,
            "--store",
            "sqlite:s.db",
            "--policy",
            "milder.toml",
            "--format",
            "json",
        ],
    );
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let report = ran.json();
    assert_eq!(
        (&report["was"], &report["now"]),
        (&"hold".into(), &"approve".into()),
        "{report}"
    );
}

#[test]
fn a_changed_verdict_breaks_the_chain() {
    let dir = tempdir().unwrap();
    load(dir.path());
    verify(dir.path());
    let sound = audit(dir.path());
    assert_eq!(sound.code, 0, "{}{}", sound.out, sound.err);
    let file = dir.path().join("s.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let changed = runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut db = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::query("UPDATE verdict SET json = replace(json, '\"decision\":\"hold\"', '\"decision\":\"approve\"')")
            .execute(&mut db)
            .await
            .unwrap();
        sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM verdict WHERE json LIKE '%\"decision\":\"hold\"%'")
            .fetch_one(&mut db)
            .await
            .unwrap()
    });
    assert_eq!(changed, 0, "the held verdict now says approve");
    let broken = audit(dir.path());
    assert_eq!(broken.code, 1, "{}{}", broken.out, broken.err);
}

/// Kills the process at moments spread over its run; `SATYAPAN_KILLS` raises how often.
#[test]
fn a_killed_process_loses_nothing_and_repeats_no_recorded_call() {
    let kills: u64 = std::env::var("SATYAPAN_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12);
    let loaded = tempdir().unwrap();
    load(loaded.path());
    let reference = tempdir().unwrap();
    copy_store(loaded.path(), reference.path());
    let began = std::time::Instant::now();
    let want = verify(reference.path());
    let whole = began.elapsed();
    for kill in 0..kills {
        let dir = tempdir().unwrap();
        copy_store(loaded.path(), dir.path());
        let mut child = satyapan(dir.path())
            .args(arguments())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let part = u32::try_from(kill + 1).unwrap();
        std::thread::sleep(
            whole * part / u32::try_from(kills + 1).unwrap() + Duration::from_micros(37 * kill),
        );
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = audit(dir.path());
        assert_eq!(ran.code, 0, "kill {kill}: {}{}", ran.out, ran.err);
        let got = verify(dir.path());
        for (got, want) in got.iter().zip(&want) {
            assert_eq!(got["decision"], want["decision"], "kill {kill}");
            let fails = |v: &Value| -> Vec<(Value, Value)> {
                v["findings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|f| (f["check"].clone(), f["outcome"].clone()))
                    .collect()
            };
            assert_eq!(fails(got), fails(want), "kill {kill}");
        }
        assert_eq!(audit(dir.path()).code, 0);
        assert_eq!(
            verify(dir.path()),
            got,
            "kill {kill}: the second run is final"
        );
    }
}

#[test]
fn what_the_portals_cache_answered_is_counted_and_stored() {
    let dir = tempdir().unwrap();
    load(dir.path());
    let verdicts = verify(dir.path());
    let hits = |verdict: &Value| verdict["usage"]["cache_hits"].as_u64().unwrap();
    assert_eq!(hits(&verdicts[0]), 0, "nothing was asked before it");
    // The second invoice's QR code is signed by the key that was fetched for the first.
    assert!(hits(&verdicts[1]) > 0, "{}", verdicts[1]["usage"]);
    let id = verdicts[1]["id"].as_str().unwrap();
    let explained = run(
        dir.path(),
        &["explain", id, "--store", "sqlite:s.db", "--format", "json"],
    );
    assert_eq!(explained.json()["usage"], verdicts[1]["usage"]);
}
