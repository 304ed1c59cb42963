//! The daemon from outside: HTTP, webhooks in, callbacks out, over a store in a file.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::command::{Ran, book, invoice, root, satyapan};

const KEY: &str = "k-serving-tests";
pub(crate) const SECRET: &str = "shared-with-erpnext";
/// For whatever the daemon does by itself; a busy machine needs seconds.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A daemon that is told to stop when it goes out of scope.
pub(crate) struct Daemon {
    child: Child,
    addr: SocketAddr,
    pub(crate) dir: TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {} {}", self.head, self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Daemon {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let dir = tempdir().unwrap();
        let loaded: Ran = satyapan(dir.path())
            .args(["load", book().to_str().unwrap(), "--store", "sqlite:s.db"])
            .output()
            .unwrap()
            .into();
        assert_eq!(loaded.code, 0, "{}", loaded.err);
        Self::over(dir, settings)
    }

    fn over(dir: TempDir, settings: &[(&str, &str)]) -> Self {
        let key = [("SATYAPAN__SERVER__API_KEYS", KEY)];
        Self::with(dir, &["--store", "sqlite:s.db"], &[&key, settings].concat())
    }

    /// With arguments of its own, and nobody's key but those of the settings.
    pub(crate) fn with(dir: TempDir, args: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = satyapan(dir.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let addr = loop {
            line.clear();
            assert!(
                told.read_line(&mut line).unwrap() > 0,
                "it ended before it listened"
            );
            if let Some((_, addr)) = line.trim().split_once("listens on http://") {
                break addr.parse().unwrap();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        Self { child, addr, dir }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.addr,
            body.len()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let chunked = head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked");
        let body = if chunked {
            unchunked(body)
        } else {
            body.to_owned()
        };
        Answer {
            status,
            head: head.to_owned(),
            body,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(
            "GET",
            path,
            &[("Authorization", &format!("Bearer {KEY}"))],
            b"",
        )
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let bearer = format!("Bearer {KEY}");
        let own = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        self.ask("POST", path, &[&own, headers].concat(), body)
    }

    /// The verdict of a job, once it is there.
    pub(crate) fn verdict(&self, place: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(place);
            if answer.status == 200 && answer.json()["schema"] == "satyapan.verdict/1" {
                return answer.json();
            }
            assert!(Instant::now() < until, "{} {}", answer.status, answer.body);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Tells it to stop, and gives its store back.
    pub(crate) fn stop(mut self) -> (Option<i32>, TempDir) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        let code = self.child.wait().unwrap().code();
        let dir = std::mem::replace(&mut self.dir, tempdir().unwrap());
        (code, dir)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn unchunked(body: &str) -> String {
    let (mut rest, mut out) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            break;
        }
        out.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    out
}

/// As Frappe signs: base64 of HMAC-SHA-256 over the body.
pub(crate) fn frappe(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    STANDARD.encode(hmac::sign(&key, body))
}

/// Where a document as its system sends it is.
pub(crate) fn sample_path(name: &str) -> PathBuf {
    root().join("src/ingest/samples").join(name)
}

pub(crate) fn sample(name: &str) -> Vec<u8> {
    std::fs::read(sample_path(name)).unwrap()
}

pub(crate) fn stats(dir: &Path) -> Value {
    let ran: Ran = satyapan(dir)
        .args([
            "queue",
            "stats",
            "--store",
            "sqlite:s.db",
            "--format",
            "json",
        ])
        .output()
        .unwrap()
        .into();
    ran.json()
}

#[test]
fn a_document_is_verified_told_step_by_step_and_is_the_same_again() {
    let daemon = Daemon::start(&[]);
    let clean = std::fs::read(invoice("clean")).unwrap();
    let key = [("Idempotency-Key", "one")];
    let taken = daemon.post("/v1/verifications?as_of=2026-11-21", &key, &clean);
    assert_eq!(taken.status, 202, "{}", taken.body);
    let place = taken.header("Location").unwrap().to_owned();
    let again = daemon.post("/v1/verifications?as_of=2026-11-21", &key, &clean);
    assert_eq!(again.header("Location"), Some(place.as_str()));
    let other = std::fs::read(invoice("held-bank-account")).unwrap();
    assert_eq!(daemon.post("/v1/verifications", &key, &other).status, 409);
    let verdict = daemon.verdict(&place);
    assert!(verdict["id"].is_string());
    let events = daemon.get(&format!("{place}/events"));
    assert_eq!(events.status, 200);
    assert!(events.body.contains("event: step"), "{}", events.body);
    assert!(events.body.contains("event: verdict"), "{}", events.body);
    // The verdict's own id, which lists and callbacks name, tells the same.
    let id = verdict["id"].as_str().unwrap();
    let told = daemon.get(&format!("/v1/verifications/{id}/events"));
    assert_eq!((told.status, &told.body), (200, &events.body));
    let gstin = verdict["invoice"]["supplier_gstin"].as_str().unwrap();
    assert!(!events.body.contains(gstin), "{}", events.body);
    let listed = daemon
        .get(&format!("/v1/verifications?vendor={gstin}"))
        .json();
    assert!(
        listed.to_string().contains(verdict["id"].as_str().unwrap()),
        "{listed}"
    );
    let (code, dir) = daemon.stop();
    assert_eq!(code, Some(0));
    // Who submitted it knows it by where he was sent.
    let job = place.rsplit('/').next().unwrap();
    let explained: Ran = satyapan(dir.path())
        .args(["explain", job, "--store", "sqlite:s.db", "--format", "json"])
        .output()
        .unwrap()
        .into();
    assert_eq!(explained.json()["id"], verdict["id"], "{}", explained.err);
    let audit: Ran = satyapan(dir.path())
        .args(["audit", "verify", "--store", "sqlite:s.db"])
        .output()
        .unwrap()
        .into();
    assert_eq!(audit.code, 0, "{}", audit.out);
}

#[test]
fn a_webhook_a_hundred_times_at_once_is_one_verdict() {
    let daemon = Daemon::start(&[("SATYAPAN__HOOKS__ERPNEXT__SECRET", SECRET)]);
    let body = sample("erpnext.sample.json");
    let forged = daemon.ask(
        "POST",
        "/v1/hooks/erpnext",
        &[("X-Frappe-Webhook-Signature", "AAAA")],
        &body,
    );
    assert_eq!(forged.status, 401, "{}", forged.body);
    let signature = frappe(&body);
    let signed = [("X-Frappe-Webhook-Signature", signature.as_str())];
    let places: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| daemon.ask("POST", "/v1/hooks/erpnext", &signed, &body)))
            .collect();
        let answers = senders.into_iter().map(|sender| sender.join().unwrap());
        answers
            .map(|answer| {
                assert_eq!(answer.status, 202, "{}", answer.body);
                answer.header("Location").unwrap().to_owned()
            })
            .collect()
    });
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
    let verdict = daemon.verdict(&places[0]);
    assert_eq!(verdict["invoice"]["number"], "KBF/26-27/01187");
    let stats = stats(daemon.dir.path());
    assert_eq!(
        (&stats["done"], &stats["dead"]),
        (&Value::from(1), &Value::from(0)),
        "{stats}"
    );
}

#[test]
fn what_zoho_and_tally_send_is_read_as_the_same_invoice() {
    let daemon = Daemon::start(&[
        ("SATYAPAN__HOOKS__ZOHO__TOKEN", SECRET),
        ("SATYAPAN__HOOKS__ZOHO__SCHEME", "token"),
        ("SATYAPAN__HOOKS__TALLY__TOKEN", SECRET),
    ]);
    let bearer = format!("Bearer {SECRET}");
    for (source, file, kind) in [
        ("zoho", "zoho.sample.json", "application/json"),
        ("tally", "tally.sample.xml", "text/xml"),
    ] {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        let taken = daemon.ask(
            "POST",
            &format!("/v1/hooks/{source}"),
            &headers,
            &sample(file),
        );
        assert_eq!(taken.status, 202, "{source}: {}", taken.body);
        let verdict = daemon.verdict(taken.header("Location").unwrap());
        assert_eq!(verdict["invoice"]["number"], "KBF/26-27/01187", "{source}");
        assert_eq!(
            verdict["invoice"]["total"].as_f64(),
            Some(41427.0),
            "{source}"
        );
    }
}

/// The head and the body of what was sent.
pub(crate) fn request(stream: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, body)
}

#[test]
fn a_verdict_goes_out_signed() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/verdicts", receiver.local_addr().unwrap());
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in receiver.incoming() {
            let mut stream = stream.unwrap();
            let (head, body) = request(&stream);
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                .unwrap();
            if told.send((head, body)).is_err() {
                return;
            }
        }
    });
    let key = [7_u8; 24];
    let daemon = Daemon::start(&[
        ("SATYAPAN__CALLBACKS__URL", &url),
        (
            "SATYAPAN__CALLBACKS__SECRET",
            &format!("whsec_{}", STANDARD.encode(key)),
        ),
        ("SATYAPAN__CALLBACKS__ALLOW", "127.0.0.1"),
    ]);
    let held = std::fs::read(invoice("held-bank-account")).unwrap();
    let taken = daemon.post("/v1/verifications?wait=30", &[], &held);
    assert_eq!(taken.status, 200, "{}", taken.body);
    let verdict = taken.json();
    let (head, body) = heard.recv_timeout(PATIENCE).unwrap();
    let value = |name: &str| {
        head.lines()
            .find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found
                    .eq_ignore_ascii_case(name)
                    .then(|| value.trim().to_owned())
            })
            .unwrap()
    };
    let signed = [
        value("webhook-id").as_bytes(),
        b".",
        value("webhook-timestamp").as_bytes(),
        b".",
        &body,
    ]
    .concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed);
    let wanted = format!("v1,{}", STANDARD.encode(tag));
    assert!(
        value("webhook-signature")
            .split(' ')
            .any(|one| one == wanted),
        "{head}"
    );
    let news: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(news["type"], "verification.completed");
    assert_eq!(news["data"]["id"], verdict["id"]);
    assert_eq!(news["data"]["decision"], verdict["decision"]);
}

#[test]
fn what_was_taken_survives_a_kill() {
    let daemon = Daemon::start(&[]);
    let mut places = Vec::new();
    for name in [
        "clean",
        "clean-small-supplier",
        "held-2b-missing",
        "held-bank-account",
    ] {
        let bytes = std::fs::read(invoice(name)).unwrap();
        let taken = daemon.post("/v1/verifications", &[], &bytes);
        assert_eq!(taken.status, 202);
        places.push(taken.header("Location").unwrap().to_owned());
    }
    let mut daemon = daemon;
    daemon.child.kill().unwrap();
    daemon.child.wait().unwrap();
    let dir = std::mem::replace(&mut daemon.dir, tempdir().unwrap());
    let daemon = Daemon::over(dir, &[("SATYAPAN__QUEUE__LEASE_S", "1")]);
    let mut ids: Vec<String> = places
        .iter()
        .map(|place| daemon.verdict(place)["id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), places.len());
    let page = daemon.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Held invoices"));
    assert_eq!(daemon.get("/readyz").status, 200);
    assert!(
        daemon
            .get("/metrics")
            .body
            .contains("satyapan_verdicts_total")
    );
}

/// Foreign eyes on the whole: requests made up from the document, answered by the daemon over a store. They speak of a case that
/// is held, and what they send to a hook is taken for its source's.
#[test]
fn schemathesis_finds_nothing() {
    let daemon = Daemon::start(&[
        ("SATYAPAN__SERVER__RATE__PER_MINUTE", "0"),
        ("SATYAPAN__HOOKS__ERPNEXT__TOKEN", SECRET),
    ]);
    let held = std::fs::read(invoice("held-bank-account")).unwrap();
    let held = daemon.post("/v1/verifications?wait=30", &[], &held);
    assert_eq!(held.status, 200, "{}", held.body);
    let id = held.json()["id"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {KEY}");
    test_servers::clients::schemathesis(
        &daemon.url("/openapi.json"),
        &[("Authorization", &bearer), ("X-Hook-Token", SECRET)],
        &[("path.id", &id), ("path.source", "erpnext")],
    );
    assert_eq!(daemon.get("/readyz").status, 200);
    assert_eq!(daemon.stop().0, Some(0));
}
