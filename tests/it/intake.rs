//! Documents that nobody sent, from outside: `backfill` of systems that gave up.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    command::{Ran, satyapan},
    serving::{Daemon, PATIENCE, SECRET, frappe, sample, stats},
};

/// A server that answers a path and a body with a status and a body, one connection after the other.
fn serve(answer: impl Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up is not waited for.
            drop(one(stream, &answer));
        }
    });
    address
}

fn one(
    mut stream: TcpStream,
    answer: &impl Fn(&str, &[u8]) -> (u16, Vec<u8>),
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, said) = answer(path, &body);
    let head = format!(
        "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        said.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&said)
}

/// Bills of an `ERPNext`, the first of them as in the sample.
type Bills = Arc<Mutex<Vec<Value>>>;

fn bills(count: usize) -> Bills {
    let bills = (0..count).map(|n| {
        let mut bill: Value = serde_json::from_slice(&sample("erpnext.sample.json")).unwrap();
        if n > 0 {
            bill["name"] = json!(format!("ACC-PINV-2026-{n:05}"));
            bill["bill_no"] = json!(format!("KBF/{n}"));
            bill["modified"] = json!(format!("2026-11-15 10:00:{n:02}.000000"));
        }
        bill
    });
    Arc::new(Mutex::new(bills.collect()))
}

/// As Frappe lists and shows them; breaks at the documents of one name.
fn erpnext(bills: &Bills, breaks: &'static str) -> SocketAddr {
    let bills = Arc::clone(bills);
    serve(move |path, _| {
        let bills = bills.lock().unwrap();
        let Some((_, name)) = path.split_once("/Purchase%20Invoice/") else {
            let mut rows = bills.clone();
            rows.sort_by_key(|bill| bill["modified"].to_string());
            return (200, json!({ "data": rows }).to_string().into_bytes());
        };
        if name == breaks {
            return (500, Vec::new());
        }
        match bills.iter().find(|bill| bill["name"] == name) {
            Some(bill) => (200, json!({ "data": bill }).to_string().into_bytes()),
            None => (404, Vec::new()),
        }
    })
}

fn backfill(dir: &Path, address: SocketAddr, more: &[&str]) -> Ran {
    satyapan(dir)
        .args(["backfill", "erpnext", "--store", "sqlite:s.db"])
        .args(["--since", "2026-11-01", "--until", "2026-11-30"])
        .args(more)
        .env(
            "SATYAPAN__READ_BACK__ERPNEXT__BASE_URL",
            format!("http://{address}"),
        )
        .env("SATYAPAN__READ_BACK__ERPNEXT__API_KEY", "the-key")
        .env("SATYAPAN__READ_BACK__ERPNEXT__API_SECRET", "the-secret")
        .env("SATYAPAN__READ_BACK__BACKOFF_MS", "1")
        .output()
        .unwrap()
        .into()
}

/// Exit code, and how many were found, added, known, passed over, unreadable.
fn counted(ran: &Ran) -> (i32, [u64; 5]) {
    let sum = ran.json();
    let count = |name: &str| sum[name].as_u64().unwrap();
    (
        ran.code,
        ["found", "added", "known", "passed_over", "unreadable"].map(count),
    )
}

const JSON: [&str; 2] = ["--format", "json"];

#[test]
fn a_webhook_and_a_backfill_of_one_bill_are_one_job() {
    let daemon = Daemon::start(&[
        ("SATYAPAN__HOOKS__ERPNEXT__SECRET", SECRET),
        ("SATYAPAN__WORKER__CONCURRENCY", "1"),
    ]);
    let held = bills(4);
    let address = erpnext(&held, "");
    let sent = held.lock().unwrap()[0].to_string().into_bytes();
    let signed = frappe(&sent);
    let answer = daemon.ask(
        "POST",
        "/v1/hooks/erpnext",
        &[("X-Frappe-Webhook-Signature", &signed)],
        &sent,
    );
    assert_eq!(answer.status, 202, "{}", answer.body);
    let dir = daemon.dir.path();

    let rehearsed = backfill(dir, address, &[JSON[0], JSON[1], "--dry-run"]);
    assert_eq!(
        counted(&rehearsed),
        (0, [4, 3, 1, 0, 0]),
        "{}",
        rehearsed.err
    );
    let taken = backfill(dir, address, &JSON);
    assert_eq!(counted(&taken), (0, [4, 3, 1, 0, 0]), "{}", taken.err);
    let again = backfill(dir, address, &JSON);
    assert_eq!(counted(&again), (0, [4, 0, 4, 0, 0]), "{}", again.err);

    // One is paid and one is given another total meanwhile: both have a new version, and one says another invoice.
    {
        let mut held = held.lock().unwrap();
        held[0]["modified"] = json!("2026-11-20 09:00:00.000000");
        held[0]["status"] = json!("Paid");
        held[0]["outstanding_amount"] = json!(0.0);
        held[1]["modified"] = json!("2026-11-20 09:00:01.000000");
        held[1]["bill_no"] = json!("KBF/1A");
    }
    let changed = backfill(dir, address, &JSON);
    assert_eq!(counted(&changed), (0, [4, 1, 3, 0, 0]), "{}", changed.err);
    let added: Vec<Value> = changed.json()["documents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|came| came["outcome"] == "added")
        .map(|came| came["invoice"].clone())
        .collect();
    assert_eq!(added, ["KBF/1A"]);
    let until = Instant::now() + PATIENCE;
    while stats(dir)["done"] != 5 {
        assert!(Instant::now() < until, "{}", stats(dir));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_backfill_that_breaks_off_goes_on_where_it_was() {
    let dir = tempdir().unwrap();
    let held = bills(6);
    held.lock().unwrap()[2]["items"][0]["qty"] = json!("many");
    held.lock().unwrap()[3]["docstatus"] = json!(0);
    let broken = backfill(dir.path(), erpnext(&held, "ACC-PINV-2026-00004"), &JSON);
    assert_eq!(counted(&broken), (2, [4, 2, 0, 1, 1]), "{}", broken.err);
    assert!(
        broken.err.contains(
            "not all of it was read; run it again, what came is known then: erpnext: no answer to ACC-PINV-2026-00004: \
             it answered 500; nothing was changed, retry is safe"
        ),
        "{}",
        broken.err
    );
    assert!(
        broken.err.contains("error: ACC-PINV-2026-00002: "),
        "{}",
        broken.err
    );
    assert!(!broken.err.contains("the-secret"), "{}", broken.err);
    let whole = backfill(dir.path(), erpnext(&held, ""), &[]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    let (documents, sum) = whole.out.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(
        documents
            .lines()
            .filter(|line| line.contains("  added as "))
            .count(),
        2,
        "{documents}"
    );
    assert!(
        documents.contains("ACC-PINV-2026-00003  KBF/3  passed over: it is a draft"),
        "{documents}"
    );
    assert_eq!(
        sum,
        "erpnext from 2026-10-31T18:30:00Z to 2026-11-30T18:29:59.999999Z: 6 found, 2 added, 3 known (0 dead), 1 passed over, \
         0 unreadable"
            .replace(" (0 dead)", "")
    );
    assert_eq!(
        stats(dir.path())["waiting"],
        5,
        "the one that cannot be read is a job as well, for somebody to look at"
    );
    let few = backfill(
        tempdir().unwrap().path(),
        erpnext(&held, ""),
        &[JSON[0], JSON[1], "--limit", "2"],
    );
    assert_eq!(counted(&few).1[0], 2);
}

#[test]
fn what_cannot_be_asked_is_said() {
    let dir = tempdir().unwrap();
    for (args, want) in [
        (
            &["nobody"][..],
            "nobody: is no source; name erpnext, zoho, odoo, quickbooks or tally",
        ),
        (
            &["zoho"],
            "zoho: nothing says where to read its documents: set zoho under read_back",
        ),
        (
            &["tally", "--since", "1d", "--until", "2d"],
            "turn them round",
        ),
        (
            &["tally", "--since", "yesterday"],
            "write a day (2026-11-14)",
        ),
    ] {
        let ran: Ran = satyapan(dir.path())
            .arg("backfill")
            .args(args)
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, 2, "{args:?} {}", ran.out);
        assert!(ran.err.contains(want), "{args:?}: {}", ran.err);
    }
}
