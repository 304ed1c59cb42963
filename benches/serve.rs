//! The daemon from outside, over a store in a file with every commit synced: release binary, loopback only, bounded.
//!
//! `serve accept [RATE [SECONDS]]` how long a `POST` of an invoice, and a signed webhook with one, waits for its 202, sent at
//! a steady rate whatever the answers; alone, and with workers in the same process. `serve work [JOBS]` verification jobs a second of one worker.
//! `serve waiting [JOBS]` as many verifications at once that each wait two seconds for a model: memory, connections,
//! time. With `SATYAPAN_BENCH_STORE=postgres://USER@HOST/DATABASE` on that database instead, which must be new.
//! Without arguments: all, small.

#![allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, measures in floats, and may stop at the first surprise"
)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use domain::gstin::check_character;
use hooks::standard::Signer;
use model_server::{Behaviour, ModelServer, Taste};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Mutex,
};

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/book");
const AS_OF: &str = "2026-11-21";
const KEY: &str = "k-of-the-benchmark";
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// Connections that are kept open, as a sender's pool of them is.
const CONNECTIONS: usize = 32;

/// A directory with a loaded store; what is started in it ends with it.
struct Place {
    dir: TempDir,
    store: String,
}

impl Place {
    fn new() -> Self {
        let store = std::env::var("SATYAPAN_BENCH_STORE").unwrap_or("sqlite:s.db".to_owned());
        let dir = tempfile::tempdir_in(".").unwrap();
        let place = Self { dir, store };
        place.run(&["load", BOOK]);
        place
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_satyapan"));
        command
            .current_dir(self.dir.path())
            .args(args)
            .args(["--store", &self.store])
            .env("SATYAPAN__SERVER__API_KEYS", KEY)
            .env("SATYAPAN__HOOKS__STANDARD__SECRET", SECRET)
            .env("SATYAPAN__SERVER__RATE__PER_MINUTE", "0")
            // Invoices of this benchmark are all of one vendor, whose jobs would else go one after the other.
            .env("SATYAPAN__QUEUE__IN_FLIGHT_VENDOR", "100000")
            .env("SATYAPAN__QUEUE__DEPTH_TENANT", "1000000")
            .env("SATYAPAN__QUEUE__DEPTH", "1000000");
        command
    }

    fn run(&self, args: &[&str]) -> String {
        let ran = self.command(args).output().unwrap();
        assert!(
            ran.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8(ran.stdout).unwrap()
    }

    fn add(&self, jobs: usize) {
        let all: Vec<Value> = (0..jobs).map(invoice).collect();
        for some in all.chunks(500) {
            fs::write(
                self.dir.path().join("many.json"),
                serde_json::to_vec(some).unwrap(),
            )
            .unwrap();
            self.run(&["queue", "add", "--as-of", AS_OF, "many.json"]);
        }
    }

    fn done(&self) -> usize {
        let stats: Value =
            serde_json::from_str(&self.run(&["queue", "stats", "--format", "json"])).unwrap();
        assert_eq!(stats["dead"], 0, "{stats}");
        stats["done"].as_u64().unwrap() as usize
    }
}

/// Killed when it goes out of scope.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    fn start(mut command: Command) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    /// A daemon and where it listens.
    fn serve(mut command: Command) -> (Self, String) {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(told.read_line(&mut line).unwrap() > 0, "it ended");
            if let Some((_, address)) = line.trim().split_once("listens on http://") {
                break address.to_owned();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        (Self(child), address)
    }

    /// A line of what the kernel knows of the process, in MB.
    fn megabytes(&self, what: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        let kilobytes = line.unwrap().trim_matches([':', ' ', '\t', 'k', 'B']);
        kilobytes.parse::<f64>().unwrap() / 1024.0
    }

    /// Its connections to the store: handles on the file, or sockets to the server.
    fn connections(&self, store: &str) -> usize {
        let pid = self.0.id();
        let handles: Vec<String> = fs::read_dir(format!("/proc/{pid}/fd"))
            .unwrap()
            .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
            .map(|to| to.display().to_string())
            .collect();
        let file = store.strip_prefix("sqlite:");
        if let Some(file) = file {
            return handles.iter().filter(|to| to.ends_with(file)).count();
        }
        // The port of a server of PostgreSQL, as the kernel writes it.
        let sockets = fs::read_to_string(format!("/proc/{pid}/net/tcp")).unwrap();
        let mine = |inode: &str| handles.contains(&format!("socket:[{inode}]"));
        sockets
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|cells| cells.len() > 9 && cells[2].ends_with(":1538") && mine(cells[9]))
            .count()
    }
}

/// An invoice like no other, by a supplier like no other: the portal has to be asked anew for each, and no two are alike.
fn invoice(number: usize) -> Value {
    let clean = Path::new(BOOK).join("invoices/clean.json");
    let mut one: Value = serde_json::from_slice(&fs::read(clean).unwrap()).unwrap();
    let letter = |place: u32| char::from(b'A' + (number / 10_000 / 26_usize.pow(place) % 26) as u8);
    let pan = format!("AA{}{}F{:04}K", letter(1), letter(0), number % 10_000);
    let first = format!("27{pan}1Z");
    let check = check_character(first.as_bytes()).unwrap();
    one["DocDtls"]["No"] = format!("B/{number:07}").into();
    one["SellerDtls"]["Gstin"] = format!("{first}{check}").into();
    one["Irn"] = format!("{number:064x}").into();
    // All that bill one order are looked at together.
    if let Some(members) = one.as_object_mut() {
        members.remove("RefDtls");
    }
    one
}

/// Where a document goes: by who holds a key, or as a webhook that its sender has signed.
#[derive(Clone, Copy)]
enum Door {
    Api,
    Webhook,
}

impl Door {
    fn request(self, address: &str, number: usize, body: &[u8]) -> Vec<u8> {
        let head = match self {
            Self::Api => format!(
                "POST /v1/verifications HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {KEY}\r\n"
            ),
            Self::Webhook => {
                let signer = Signer::new(&SECRET.into(), None).unwrap();
                let (id, at) = (format!("msg_{number}"), jiff::Timestamp::now().as_second());
                let signature = signer.sign(&id, at, body);
                format!(
                    "POST /v1/hooks/standard HTTP/1.1\r\nHost: {address}\r\nwebhook-id: {id}\r\n\
                     webhook-timestamp: {at}\r\nwebhook-signature: {signature}\r\n"
                )
            }
        };
        let length = body.len();
        let rest = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        [head.as_bytes(), rest.as_bytes(), body].concat()
    }
}

/// Sends a request over a connection and answers the status.
async fn post(stream: &mut TcpStream, request: &[u8]) -> u16 {
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    loop {
        let mut some = [0; 4096];
        let read = stream.read(&mut some).await.unwrap();
        assert!(read > 0, "the daemon hung up");
        answer.extend_from_slice(&some[..read]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, rest)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")?
                        .trim()
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if rest.len() >= length {
                return head.split(' ').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}

async fn accept(rate: usize, seconds: usize) {
    for (door, alone, what) in [
        (Door::Api, true, "POST"),
        (Door::Webhook, true, "webhook"),
        (Door::Api, false, "POST, and workers"),
    ] {
        let place = Place::new();
        let more: &[&str] = if alone { &["--no-worker"] } else { &[] };
        let args = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let (_daemon, address) = Process::serve(place.command(&args));
        let bodies: Vec<Vec<u8>> = (0..rate * seconds)
            .map(|n| serde_json::to_vec(&invoice(n)).unwrap())
            .collect();
        let mut pool = Vec::new();
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(&address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            pool.push(Arc::new(Mutex::new(stream)));
        }
        let began = Instant::now();
        let mut under_way = Vec::new();
        for (n, body) in bodies.into_iter().enumerate() {
            let due = began + Duration::from_secs_f64(n as f64 / rate as f64);
            tokio::time::sleep_until(due.into()).await;
            let (stream, address) = (Arc::clone(&pool[n % CONNECTIONS]), address.clone());
            under_way.push(tokio::spawn(async move {
                let request = door.request(&address, n, &body);
                let status = post(&mut *stream.lock().await, &request).await;
                // From when it should have been sent: who waits for a connection waits for an answer.
                (status, due.elapsed())
            }));
        }
        let mut took = Vec::new();
        for one in under_way {
            let (status, elapsed) = one.await.unwrap();
            assert_eq!(status, 202);
            took.push(elapsed);
        }
        took.sort();
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!(
            "{what:<17} {rate}/s for {seconds} s  p50 {:>6.2} ms  p99 {:>6.2} ms  max {:>6.2} ms  {} accepted",
            at(0.5),
            at(0.99),
            at(1.0),
            took.len()
        );
    }
}

async fn work(jobs: usize) {
    let place = Place::new();
    place.add(jobs);
    let began = Instant::now();
    let _worker = Process::start(place.command(&["worker"]));
    // Seldom: each look is a process of its own, on the cores that are measured.
    while place.done() < jobs {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    println!(
        "verified by rules     {:>9.0} jobs/s, start included, {jobs} jobs",
        jobs as f64 / began.elapsed().as_secs_f64()
    );
}

async fn waiting(jobs: usize) {
    let honest = Box::new(Behaviour::Fits(Taste::Approves));
    let model = ModelServer::start(Behaviour::Late(Duration::from_secs(2), honest));
    let place = Place::new();
    place.add(jobs);
    let mut command = place.command(&["worker", "--concurrency", &jobs.to_string()]);
    command
        .env("OPENAI_BASE_URL", model.base_url())
        .env("OPENAI_MODEL", "slow")
        .env("SATYAPAN__MODEL__CONCURRENCY", jobs.to_string());
    let began = Instant::now();
    let worker = Process::start(command);
    let mut connections = 0;
    while place.done() < jobs {
        connections = connections.max(worker.connections(&place.store));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!(
        "{jobs} wait for a model of 2 s   {:>6.1} s, {:>6.1} MB at most, {connections} connections, {} questions",
        began.elapsed().as_secs_f64(),
        worker.megabytes("VmHWM"),
        model.bodies().len()
    );
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let number = |at: usize, or| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    match args.first().map(String::as_str) {
        Some("accept") => accept(number(1, 500), number(2, 20)).await,
        Some("work") => work(number(1, 10_000)).await,
        Some("waiting") => waiting(number(1, 1_000)).await,
        _ => {
            accept(500, 5).await;
            work(2_000).await;
            waiting(200).await;
        }
    }
}
