//! Documents that nobody sent, from outside: `backfill` of systems that gave up, Tally asked now and then, and a folder.

use std::{
    fs,
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
pub(crate) fn serve(answer: impl Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send + 'static) -> SocketAddr {
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
fn a_notice_and_a_backfill_of_one_bill_are_one_job() {
    let bill: Value = serde_json::from_slice(&sample("qbo.sample.bill.json")).unwrap();
    let held = Arc::new(Mutex::new(bill["Bill"].clone()));
    let there = Arc::clone(&held);
    let address = serve(move |path, _| {
        let bill = there.lock().unwrap();
        let said = match path.split(['?', '&']).next().unwrap_or_default() {
            "/v3/company/9341453199871234/bill/1487" => {
                json!({"Bill": *bill, "time": "2026-11-14"})
            }
            "/v3/company/9341453199871234/query" if path.contains("VendorCredit") => {
                json!({"QueryResponse": {}})
            }
            "/v3/company/9341453199871234/query" => json!({"QueryResponse": {"Bill": [*bill]}}),
            _ => return (404, Vec::new()),
        };
        (200, said.to_string().into_bytes())
    });
    let base = format!("http://{address}");
    let asked = [
        ("SATYAPAN__READ_BACK__QUICKBOOKS__BASE_URL", base.as_str()),
        ("SATYAPAN__READ_BACK__QUICKBOOKS__REALM", "9341453199871234"),
        ("SATYAPAN__READ_BACK__QUICKBOOKS__ACCESS_TOKEN", "the-token"),
    ];
    let hook = ("SATYAPAN__HOOKS__QUICKBOOKS__SECRET", SECRET);
    let daemon = Daemon::start(&[&asked[..], &[hook]].concat());
    let notice = sample("qbo.sample.event.json");
    let signed = frappe(&notice);
    let answer = daemon.ask(
        "POST",
        "/v1/hooks/quickbooks",
        &[("intuit-signature", &signed)],
        &notice,
    );
    assert_eq!(answer.status, 202, "{}", answer.body);
    let dir = daemon.dir.path();
    let until = Instant::now() + PATIENCE;
    while stats(dir)["done"] != 1 {
        assert!(Instant::now() < until, "{}", stats(dir));
        std::thread::sleep(Duration::from_millis(50));
    }
    let backfill = || -> Ran {
        satyapan(dir)
            .args([
                "backfill",
                "quickbooks",
                "--store",
                "sqlite:s.db",
                "--format",
                "json",
            ])
            .args(["--since", "2026-11-01", "--until", "2099-01-01"])
            .envs(asked)
            .output()
            .unwrap()
            .into()
    };
    // Its notice came after the change, so it was read back with it.
    let known = backfill();
    assert_eq!(counted(&known), (0, [1, 0, 1, 0, 0]), "{}", known.err);
    // Paid later: another version, which says the same invoice.
    held.lock().unwrap()["MetaData"]["LastUpdatedTime"] = json!("2098-01-01T00:00:00Z");
    held.lock().unwrap()["Balance"] = json!(0);
    let paid = backfill();
    assert_eq!(counted(&paid), (0, [1, 0, 1, 0, 0]), "{}", paid.err);
    held.lock().unwrap()["DocNumber"] = json!("KBF/26-27/01188");
    let changed = backfill();
    assert_eq!(counted(&changed), (0, [1, 1, 0, 0, 0]), "{}", changed.err);
    let again = backfill();
    assert_eq!(counted(&again), (0, [1, 0, 1, 0, 0]), "{}", again.err);
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

fn waiting(dir: &Path, want: u64) {
    let until = Instant::now() + PATIENCE;
    loop {
        let stats = stats(dir);
        let jobs: u64 = ["waiting", "leased", "done", "dead"]
            .iter()
            .map(|name| stats[name].as_u64().unwrap())
            .sum();
        if jobs == want {
            return;
        }
        assert!(jobs < want && Instant::now() < until, "{stats}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_front_door_without_workers_watches_the_folder_too() {
    let folder = tempdir().unwrap();
    let bill = sample("erpnext.sample.json");
    fs::write(folder.path().join("bill.json"), bill).unwrap();
    let daemon = Daemon::with(
        tempdir().unwrap(),
        &["--no-worker", "--store", "sqlite:s.db"],
        &[
            ("SATYAPAN__SERVER__API_KEYS", "k-front-door-tests"),
            ("SATYAPAN__INBOX__FOLDER", folder.path().to_str().unwrap()),
            ("SATYAPAN__INBOX__POLL_S", "1"),
        ],
    );
    waiting(daemon.dir.path(), 1);
    assert_eq!(stats(daemon.dir.path())["waiting"], 1);
    assert_eq!(daemon.stop().0, Some(0));
}

#[test]
fn tally_is_asked_now_and_then_and_a_folder_is_watched() {
    let voucher = String::from_utf8(sample("tally.sample.xml")).unwrap();
    let voucher = voucher.replace("<GUID>", "<ALTERID> 4</ALTERID><GUID>");
    let wide = |text: &str| -> Vec<u8> {
        [0xfeff]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let (asked, answer) = (Arc::new(Mutex::new(0)), wide(&voucher));
    let count = Arc::clone(&asked);
    let address = serve(move |_, body| {
        *count.lock().unwrap() += 1;
        let purchases = String::from_utf8_lossy(body).contains("<VOUCHERTYPENAME>Purchase<");
        (
            200,
            if purchases {
                answer.clone()
            } else {
                b"<ENVELOPE></ENVELOPE>".to_vec()
            },
        )
    });
    let folder = tempdir().unwrap();
    let inbox = folder.path();
    let daemon = Daemon::start(&[
        (
            "SATYAPAN__READ_BACK__TALLY__BASE_URL",
            &format!("http://{address}"),
        ),
        ("SATYAPAN__READ_BACK__TALLY__EVERY_S", "1"),
        ("SATYAPAN__READ_BACK__TALLY__DAYS", "2"),
        ("SATYAPAN__INBOX__FOLDER", inbox.to_str().unwrap()),
        ("SATYAPAN__INBOX__POLL_S", "1"),
    ]);
    let dir = daemon.dir.path();
    waiting(dir, 1);
    // The same voucher by hand is the same job; another one and a bill of ERPNext are not.
    fs::write(inbox.join("same.xml"), voucher.as_bytes()).unwrap();
    let other = voucher
        .replace("-000004a3", "-000004a4")
        .replace("01187", "01188");
    fs::write(inbox.join("day book.xml"), wide(&other)).unwrap();
    fs::write(inbox.join("bill.json"), sample("erpnext.sample.json")).unwrap();
    fs::write(inbox.join("letter.txt"), "Dear sirs").unwrap();
    waiting(dir, 3);
    let until = Instant::now() + PATIENCE;
    while fs::read_dir(inbox).unwrap().count() > 2 {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(50));
    }
    let names = |below: &str| {
        let names = fs::read_dir(inbox.join(below)).unwrap();
        let mut names: Vec<_> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("done"), ["bill.json", "day book.xml", "same.xml"]);
    assert_eq!(names("refused"), ["letter.txt", "letter.txt.reason.txt"]);
    let before = *asked.lock().unwrap();
    while *asked.lock().unwrap() < before + 8 {
        assert!(Instant::now() < until, "Tally is asked again");
        std::thread::sleep(Duration::from_millis(50));
    }
    waiting(dir, 3);
    assert_eq!(
        daemon.stop().0,
        Some(0),
        "it stops while Tally is waited for"
    );
}
