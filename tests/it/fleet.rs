//! Several processes over one store: word of new jobs over NATS, and a load balancer before them while some are killed.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::tempdir;
use test_servers::{nats::NatsServer, nginx::Nginx, postgres::Database};

use crate::command::{Ran, book, invoice, root, run, satyapan};

const KEY: &str = "k-fleet-tests";
/// For whatever processes do by themselves; a busy machine needs seconds.
const PATIENCE: Duration = Duration::from_secs(100);

/// A process that is killed, as by -9, when it goes out of scope.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn started(dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Process {
    let child = satyapan(dir)
        .args(args)
        .env("SATYAPAN__SERVER__API_KEYS", KEY)
        .envs(env.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    Process(child.unwrap())
}

/// A front door without workers, and its port.
fn front(dir: &Path, store: &str, env: &[(&str, &str)]) -> (Process, u16) {
    let args = [
        "serve",
        "--no-worker",
        "--listen",
        "127.0.0.1:0",
        "--store",
        store,
    ];
    let mut process = started(dir, &args, env);
    let mut told = BufReader::new(process.0.stderr.take().unwrap());
    loop {
        let mut line = String::new();
        assert!(
            told.read_line(&mut line).unwrap() > 0,
            "it ended before it listened"
        );
        if let Some((_, port)) = line.trim().split_once("listens on http://127.0.0.1:") {
            std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
            return (process, port.parse().unwrap());
        }
    }
}

fn worker(dir: &Path, store: &str, env: &[(&str, &str)]) -> Process {
    let mut process = started(dir, &["worker", "--store", store], env);
    let mut told = process.0.stderr.take().unwrap();
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    process
}

fn loaded(dir: &Path, store: &str) {
    let ran = run(dir, &["load", book().to_str().unwrap(), "--store", store]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// An invoice like no other of the test.
fn numbered(n: usize) -> Vec<u8> {
    let mut one: Value = serde_json::from_slice(&std::fs::read(invoice("clean")).unwrap()).unwrap();
    one["DocDtls"]["No"] = format!("F/{n:04}").into();
    serde_json::to_vec(&one).unwrap()
}

/// The id of the job that a document became, or what was answered otherwise.
fn posted(port: u16, document: &[u8]) -> Result<String, String> {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "POST /v1/verifications HTTP/1.1\r\nHost: fleet\r\nConnection: close\r\nAuthorization: Bearer {KEY}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            document.len()
        );
        stream.write_all(&[head.as_bytes(), document].concat())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = answer().map_err(|error| error.to_string())?;
    let place = answer.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_place = name.eq_ignore_ascii_case("location");
        is_place.then(|| value.trim().rsplit('/').next().unwrap().to_owned())
    });
    match place {
        Some(id) if answer.starts_with("HTTP/1.1 202 ") => Ok(id),
        _ => Err(answer.lines().next().unwrap_or_default().to_owned()),
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "not yet: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn done(dir: &Path, store: &str) -> u64 {
    let ran = run(
        dir,
        &["queue", "stats", "--store", store, "--format", "json"],
    );
    ran.json()["done"].as_u64().unwrap()
}

/// Workers that look by themselves once an hour: what is done was told of.
const ASLEEP: (&str, &str) = ("SATYAPAN__QUEUE__POLL_MS", "3600000");
const STORE: &str = "sqlite:s.db";

#[test]
fn a_worker_elsewhere_is_woken_over_nats_also_after_a_restart_of_it() {
    let mut nats = NatsServer::start().unwrap();
    let dir = tempdir().unwrap();
    let dir = dir.path();
    loaded(dir, STORE);
    let url = nats.url();
    let env = [ASLEEP, ("SATYAPAN__NATS__URL", url.as_str())];
    let (_front, port) = front(dir, STORE, &env);
    let _worker = worker(dir, STORE, &env);
    posted(port, &numbered(1)).unwrap();
    until("the first is done", || done(dir, STORE) == 1);
    posted(port, &numbered(2)).unwrap();
    until("the second is done", || done(dir, STORE) == 2);
    nats.kill().unwrap();
    posted(port, &numbered(3)).unwrap();
    nats.run().unwrap();
    until("what came meanwhile is done", || done(dir, STORE) == 3);
    posted(port, &numbered(4)).unwrap();
    until("wake-ups go on", || done(dir, STORE) == 4);
}

/// A message to the stream, in NATS' own protocol; answered with `PONG` when the server has it.
fn published(nats: &NatsServer, document: &[u8]) {
    let mut stream = TcpStream::connect(nats.url().replace("nats://", "")).unwrap();
    let head = format!(
        "CONNECT {{\"verbose\":false}}\r\nPUB satyapan.invoices.acme {}\r\n",
        document.len()
    );
    stream
        .write_all(&[head.as_bytes(), document, b"\r\nPING\r\n"].concat())
        .unwrap();
    let mut told = BufReader::new(stream);
    let mut line = String::new();
    while !line.starts_with("PONG") {
        line.clear();
        assert!(
            told.read_line(&mut line).unwrap() > 0 && !line.starts_with("-ERR"),
            "{line}"
        );
    }
}

#[test]
fn documents_over_nats_are_taken_in_by_whom_the_settings_say() {
    let nats = NatsServer::start().unwrap();
    let dir = tempdir().unwrap();
    let dir = dir.path();
    loaded(dir, STORE);
    let url = nats.url();
    let env = [
        ASLEEP,
        ("SATYAPAN__NATS__URL", url.as_str()),
        ("SATYAPAN__NATS__INGEST", "worker"),
    ];
    let stream = || -> String {
        let ran: Ran = satyapan(dir)
            .args(["doctor", "--store", STORE])
            .envs(env)
            .output()
            .unwrap()
            .into();
        ran.out
    };
    let (_front, _) = front(dir, STORE, &env);
    assert!(stream().contains("the stream SATYAPAN_INVOICES is made by who takes documents in"));
    let _worker = worker(dir, STORE, &env);
    until("the worker has made the stream", || {
        stream().contains("0 documents wait")
    });
    published(&nats, &numbered(1));
    until("it is done", || done(dir, STORE) == 1);
    until("and out of the stream", || {
        stream().contains("0 documents wait")
    });
}

/// `nginx.conf` as it is deployed, before other ports.
fn balanced(ports: [u16; 2]) -> Nginx {
    let deployed = std::fs::read_to_string(root().join("deploy/nginx.conf")).unwrap();
    let [one, two] = ports.map(|port| format!("127.0.0.1:{port}"));
    Nginx::start(|dir, port| {
        deployed
            .replace("serve-1:8080", &one)
            .replace("serve-2:8080", &two)
            .replace("listen 8080", &format!("listen 127.0.0.1:{port}"))
            .replace("/tmp/", &format!("{}/", dir.display()))
    })
    .unwrap()
}

/// How many documents, and from how many senders at once.
const LOAD: usize = 160;
const SENDERS: usize = 8;

#[test]
fn what_a_fleet_accepts_has_one_verdict_though_some_of_it_is_killed() {
    let database = Database::fresh().unwrap();
    let store = database.url();
    let dir = tempdir().unwrap();
    let dir = dir.path();
    loaded(dir, &store);
    let env = [
        // A machine that is busy renews late: what is lost by that is tried again, and often.
        ("SATYAPAN__QUEUE__LEASE_S", "2"),
        ("SATYAPAN__QUEUE__MAX_ATTEMPTS", "100"),
        ("SATYAPAN__WORKER__CONCURRENCY", "8"),
        ("SATYAPAN__QUEUE__IN_FLIGHT_VENDOR", "1000"),
    ];
    let (first, one) = front(dir, &store, &env);
    let (_second, two) = front(dir, &store, &env);
    let mut workers: Vec<Process> = (0..4).map(|_| worker(dir, &store, &env)).collect();
    let nginx = balanced([one, two]);
    let documents: Vec<Vec<u8>> = (0..LOAD).map(numbered).collect();
    let (next, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (accepted, refused) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match posted(nginx.port, document) {
                        Ok(id) => {
                            accepted.lock().unwrap().push(id);
                            taken.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(error) => refused.lock().unwrap().push(error),
                    }
                }
            });
        }
        until("a third is taken", || {
            taken.load(Ordering::Relaxed) >= LOAD / 3
        });
        drop(first);
        drop(workers.remove(0));
    });
    let (accepted, refused) = (
        accepted.into_inner().unwrap(),
        refused.into_inner().unwrap(),
    );
    assert!(accepted.len() > LOAD / 2, "{refused:?}");
    // Sent on, and nobody knows how far it came: the sender is told.
    assert!(
        refused.iter().all(|error| error.contains(" 502 ")),
        "{refused:?}"
    );
    let count = |sql: &str| -> usize { database.sql(sql).unwrap().trim().parse().unwrap() };
    until("every job has ended", || {
        count("SELECT count(*) FROM job WHERE state NOT IN ('done', 'dead')") == 0
    });
    let dead = "SELECT id, attempt, reason FROM job WHERE state = 'dead'";
    assert_eq!(database.sql(dead).unwrap().trim(), "");
    let ids: BTreeSet<&String> = accepted.iter().collect();
    assert_eq!(ids.len(), accepted.len(), "each is a job of its own");
    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    let kept = format!(
        "SELECT count(DISTINCT v.id) FROM job j JOIN verdict v ON v.id = j.verdict WHERE j.id IN ({})",
        ids.join(",")
    );
    assert_eq!(
        count(&kept),
        accepted.len(),
        "each has a verdict of its own"
    );
    let jobs = count("SELECT count(*) FROM job");
    assert!((accepted.len()..=LOAD).contains(&jobs), "{jobs}");
    assert_eq!(count("SELECT count(*) FROM verdict"), jobs);
    assert_eq!(count("SELECT count(DISTINCT document) FROM verdict"), jobs);
    let audit = run(dir, &["audit", "verify", "--store", &store]);
    assert_eq!(audit.code, 0, "{}{}", audit.out, audit.err);
}
