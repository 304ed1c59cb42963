//! The queue and its workers from outside: they empty it, drain, are killed, stand still, and lose nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use queue::{
    Claimed, Done, Failure, Lanes, Listing, NewJob, Pool, Queue, Settings, State, SystemClock, Work,
};
use serde_json::Value;
use store::Sqlite;
use tempfile::{TempDir, tempdir};

use crate::command::{AS_OF, Ran, book, invoice, run, satyapan};

pub(crate) const STORE: &str = "sqlite:s.db";

pub(crate) fn ok(dir: &Path, args: &[&str]) -> Ran {
    let ran = run(dir, args);
    assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
    ran
}

pub(crate) fn loaded() -> TempDir {
    let dir = tempdir().unwrap();
    ok(
        dir.path(),
        &["load", book().to_str().unwrap(), "--store", STORE],
    );
    dir
}

/// Invoices that differ by their number, in one file.
pub(crate) fn invoices(dir: &Path, count: usize) -> PathBuf {
    let clean: Value = serde_json::from_slice(&fs::read(invoice("clean")).unwrap()).unwrap();
    let many: Vec<Value> = (0..count)
        .map(|n| {
            let mut one = clean.clone();
            one["DocDtls"]["No"] = format!("W/{n:04}").into();
            one
        })
        .collect();
    let file = dir.join("many.json");
    fs::write(&file, serde_json::to_vec(&many).unwrap()).unwrap();
    file
}

pub(crate) fn add(dir: &Path, files: &[PathBuf]) -> Vec<Value> {
    let mut args = vec![
        "queue", "add", "--store", STORE, "--as-of", AS_OF, "--format", "json",
    ];
    args.extend(files.iter().map(|file| file.to_str().unwrap()));
    ok(dir, &args).json().as_array().unwrap().clone()
}

/// A worker that is killed when the test is over.
pub(crate) struct Worker(Child);

impl Worker {
    pub(crate) fn start(dir: &Path, more: &[&str], env: &[(&str, &str)]) -> Self {
        let child = satyapan(dir)
            .args(["worker", "--store", STORE])
            .args(more)
            .envs(env.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([name, &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Tells it to stop, and answers with its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn stats(dir: &Path) -> Value {
    ok(
        dir,
        &["queue", "stats", "--store", STORE, "--format", "json"],
    )
    .json()
}

/// Waits until the queue stands so.
fn until(dir: &Path, so: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let stats = stats(dir);
        if so(&stats) {
            return stats;
        }
        assert!(began.elapsed() < Duration::from_secs(100), "{stats}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn list(dir: &Path, state: &str) -> Vec<Value> {
    let args = [
        "queue", "list", "--state", state, "--limit", "1000", "--store", STORE, "--format", "json",
    ];
    ok(dir, &args).json().as_array().unwrap().clone()
}

/// As many verdicts as jobs are done, each job with a verdict of its own, and one unbroken chain.
fn one_verdict_a_job(dir: &Path, jobs: usize) {
    let done = list(dir, "done");
    assert_eq!(done.len(), jobs);
    let verdicts: std::collections::BTreeSet<&str> = done
        .iter()
        .map(|job| job["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts.len(), jobs);
    let audit = ok(
        dir,
        &["audit", "verify", "--store", STORE, "--format", "json"],
    )
    .json();
    assert_eq!(audit["links"], jobs, "{audit}");
}

/// Quick to find that a worker is gone.
const QUICK: &[(&str, &str)] = &[
    ("SATYAPAN__QUEUE__LEASE_S", "1"),
    ("SATYAPAN__QUEUE__BACKOFF_MS", "50"),
    ("SATYAPAN__QUEUE__POLL_MS", "50"),
    ("SATYAPAN__QUEUE__IN_FLIGHT_VENDOR", "8"),
];

#[test]
fn a_worker_holds_no_more_jobs_than_it_has_descriptors_for_and_says_so() {
    let dir = loaded();
    let dir = dir.path();
    add(dir, &[invoices(dir, 40)]);
    let log = fs::File::create(dir.join("log")).unwrap();
    let exe = satyapan(dir).get_program().to_owned();
    let few = Command::new("sh")
        .current_dir(dir)
        .args(["-c", "ulimit -n 300; exec \"$0\" \"$@\""])
        .arg(exe)
        .args(["worker", "--store", STORE, "--concurrency", "10000"])
        .envs(QUICK.iter().copied())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let worker = Worker(few.unwrap());
    until(dir, |stats| stats["done"] == 40);
    assert_eq!(worker.stop(), Some(0));
    one_verdict_a_job(dir, 40);
    let log = fs::read_to_string(dir.join("log")).unwrap();
    let said = log.lines().find(|line| line.contains("10000 jobs at once"));
    assert!(
        said.is_some_and(|said| said.contains("up to 44") && said.contains("ulimit -n")),
        "{log}"
    );
}

#[test]
fn a_worker_empties_the_queue_and_exits_when_told() {
    let dir = loaded();
    let dir = dir.path();
    let files = ["clean", "held-bank-account", "rejected-arithmetic"].map(invoice);
    let added = add(dir, &files);
    assert!(added.iter().all(|job| job["new"] == true), "{added:?}");
    let again = add(dir, &files);
    assert!(again.iter().all(|job| job["new"] == false), "{again:?}");
    assert_eq!(again[0]["id"], added[0]["id"]);
    let before = stats(dir);
    let members: Vec<&String> = before.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "waiting",
            "leased",
            "done",
            "dead",
            "paused",
            "oldest_waiting_s"
        ]
    );
    assert_eq!(
        (&before["waiting"], &before["paused"]),
        (&3.into(), &false.into())
    );

    ok(dir, &["queue", "pause", "--store", STORE]);
    let worker = Worker::start(dir, &[], QUICK);
    ok(dir, &["queue", "resume", "--store", STORE]);
    until(dir, |stats| stats["done"] == 3);
    assert_eq!(worker.stop(), Some(0));
    one_verdict_a_job(dir, 3);
    let decisions: Vec<Value> = added
        .iter()
        .map(|job| {
            let id = job["id"].as_str().unwrap();
            let shown = ok(
                dir,
                &["queue", "show", id, "--store", STORE, "--format", "json"],
            )
            .json();
            let verdict = shown["verdict"].as_str().unwrap();
            let verdict = ok(
                dir,
                &["explain", verdict, "--store", STORE, "--format", "json"],
            )
            .json();
            verdict["decision"].clone()
        })
        .collect();
    assert_eq!(decisions, ["approve", "hold", "reject"]);

    // Once it is done the same bytes are a new job, and it ends with the verdict that the case has.
    let third = add(dir, &files[..1]);
    assert_eq!(third[0]["new"], true);
    let worker = Worker::start(dir, &[], QUICK);
    until(dir, |stats| stats["done"] == 4);
    assert_eq!(worker.stop(), Some(0));
    let audit = ok(
        dir,
        &["audit", "verify", "--store", STORE, "--format", "json"],
    )
    .json();
    assert_eq!(audit["links"], 3);
    let text = ok(dir, &["queue", "list", "--store", STORE]).out;
    assert_eq!(text.lines().count(), 4, "{text}");
}

/// Each is history for those after it, however many workers there are.
#[test]
fn a_worker_alone_takes_what_lies_in_the_folder() {
    let (dir, folder) = (loaded(), tempdir().unwrap());
    let inbox = folder.path();
    fs::copy(invoice("clean"), inbox.join("clean.json")).unwrap();
    let settings = [
        ("SATYAPAN__INBOX__FOLDER", inbox.to_str().unwrap()),
        ("SATYAPAN__INBOX__POLL_S", "1"),
    ];
    let worker = Worker::start(dir.path(), &[], &settings);
    until(dir.path(), |stats| stats["done"] == 1);
    let began = Instant::now();
    while !inbox.join("done/clean.json").exists() {
        assert!(began.elapsed() < Duration::from_secs(100), "it is put away");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(worker.stop(), Some(0));
    one_verdict_a_job(dir.path(), 1);
}

#[test]
fn an_invoice_that_comes_twice_at_once_is_approved_once() {
    let dir = loaded();
    let dir = dir.path();
    let clean = fs::read_to_string(invoice("clean")).unwrap();
    let again = clean.replacen('{', "{\"Note\": \"again\",", 1);
    let [first, second] = [("first.json", clean), ("second.json", again)].map(|(name, text)| {
        fs::write(dir.join(name), text).unwrap();
        dir.join(name)
    });
    add(dir, &[first, second]);
    let workers = [Worker::start(dir, &[], &[]), Worker::start(dir, &[], &[])];
    until(dir, |stats| stats["done"] == 2);
    for worker in workers {
        assert_eq!(worker.stop(), Some(0));
    }
    let decisions: Vec<Value> = list(dir, "done")
        .iter()
        .map(|job| {
            let verdict = job["verdict"].as_str().unwrap();
            let args = ["explain", verdict, "--store", STORE, "--format", "json"];
            ok(dir, &args).json()["decision"].clone()
        })
        .collect();
    assert_eq!(decisions, ["approve", "reject"]);
}

fn jobs_of(
    dir: &Path,
    settings: &Settings,
) -> (tokio::runtime::Runtime, Arc<Sqlite>, Arc<dyn Queue>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (store, queue) = runtime.block_on(async {
        let store = Arc::new(Sqlite::open_path(&dir.join("s.db")).await.unwrap());
        let queue: Arc<dyn Queue> = Arc::new(store.jobs(settings.clone(), Arc::new(SystemClock)));
        (store, queue)
    });
    (runtime, store, queue)
}

fn settings() -> Settings {
    Settings {
        lease_s: 1,
        max_attempts: 2,
        backoff_ms: 50,
        backoff_max_s: 1,
        depth: 1_000,
        depth_tenant: 1_000,
        in_flight_vendor: 8,
        poll_ms: 20,
        drain_s: 5,
    }
}

fn raw_job(id: &str, bytes: &[u8]) -> NewJob {
    NewJob {
        id: id.to_owned(),
        tenant: String::new(),
        vendor: String::new(),
        priority: 0,
        not_before: None,
        source: "api".to_owned(),
        bytes: bytes.to_vec(),
        as_of: None,
        once: None,
        traceparent: None,
    }
}

#[test]
fn what_is_no_invoice_dies_at_once() {
    let dir = loaded();
    let dir = dir.path();
    let clean = fs::read_to_string(invoice("clean")).unwrap();
    {
        let (runtime, _store, queue) = jobs_of(dir, &settings());
        let several = format!("[{clean},{clean}]");
        let jobs = vec![
            raw_job("01A", b"{\"hello\": 1}"),
            raw_job("01B", several.as_bytes()),
            raw_job("01C", clean.as_bytes()),
        ];
        runtime.block_on(queue.add(jobs)).unwrap();
    }
    let worker = Worker::start(dir, &[], QUICK);
    until(dir, |stats| stats["dead"] == 2 && stats["done"] == 1);
    assert_eq!(worker.stop(), Some(0));
    let dead = ok(
        dir,
        &["queue", "dead", "--store", STORE, "--format", "json"],
    )
    .json();
    for (job, why) in dead
        .as_array()
        .unwrap()
        .iter()
        .zip(["DocDtls", "2 invoices"])
    {
        assert_eq!(job["attempts"], 1, "{job}");
        assert!(job["reason"].as_str().unwrap().contains(why), "{job}");
    }
    let text = ok(dir, &["queue", "show", "01a", "--store", STORE]).out;
    assert!(text.contains("reason"), "{text}");
    ok(dir, &["queue", "retry", "01A", "--store", STORE]);
    assert_eq!(stats(dir)["waiting"], 1);
    assert_eq!(
        run(dir, &["queue", "retry", "01C", "--store", STORE]).code,
        2
    );
    assert_eq!(
        run(dir, &["queue", "show", "01X", "--store", STORE]).code,
        2
    );
    let purged = ok(
        dir,
        &["queue", "purge", "--store", STORE, "--format", "json"],
    )
    .json();
    assert_eq!(purged["purged"], 1);
    assert!(list(dir, "dead").is_empty());
}

#[test]
fn a_worker_that_is_told_to_stop_leaves_nothing_in_flight() {
    let dir = loaded();
    let dir = dir.path();
    add(dir, &[invoices(dir, 40)]);
    let worker = Worker::start(dir, &["--concurrency", "4"], QUICK);
    until(dir, |stats| stats["done"].as_u64() > Some(2));
    worker.signal("-INT");
    assert_eq!(worker.stop(), Some(0));
    let left = stats(dir);
    assert_eq!(left["leased"], 0, "{left}");
    let done = usize::try_from(left["done"].as_u64().unwrap()).unwrap();
    one_verdict_a_job(dir, done);
    let worker = Worker::start(dir, &[], QUICK);
    until(dir, |stats| stats["done"] == 40);
    assert_eq!(worker.stop(), Some(0));
    one_verdict_a_job(dir, 40);
    assert!(
        list(dir, "done").iter().all(|job| job["attempts"] == 1),
        "attempts are refunded"
    );
}

/// `SATYAPAN_KILLS` raises how often.
#[test]
fn a_worker_that_is_killed_loses_nothing() {
    let kills: u64 = std::env::var("SATYAPAN_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    let dir = loaded();
    let dir = dir.path();
    add(dir, &[invoices(dir, 60)]);
    // Killed again and again, and started again under the same name while its leases last.
    let quick = [QUICK, &[("SATYAPAN__QUEUE__MAX_ATTEMPTS", "100")]].concat();
    for kill in 0..kills {
        let more = stats(dir)["done"].as_u64().unwrap();
        let worker = Worker::start(dir, &["--concurrency", "8"], &quick);
        until(dir, |stats| {
            stats["done"].as_u64() > Some(more) || stats["done"] == 60
        });
        std::thread::sleep(Duration::from_millis(7 * kill));
        drop(worker);
    }
    let worker = Worker::start(dir, &[], &quick);
    until(dir, |stats| stats["done"] == 60);
    assert_eq!(worker.stop(), Some(0));
    one_verdict_a_job(dir, 60);
}

#[test]
fn a_worker_that_stood_still_is_not_believed() {
    let dir = loaded();
    let dir = dir.path();
    // A slow portal keeps jobs in flight.
    let mut portal = satyapan(dir)
        .args([
            "portal",
            "--listen",
            "127.0.0.1:0",
            "--latency-ms",
            "1500",
            "--book",
        ])
        .arg(book())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(portal.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .to_owned();
    let slow = [QUICK, &[("SATYAPAN__PORTAL__BASE_URL", url.as_str())]].concat();
    add(dir, &[invoices(dir, 6)]);
    let still = Worker::start(dir, &[], &slow);
    until(dir, |stats| stats["leased"] == 6);
    still.signal("-STOP");
    let other = Worker::start(dir, &[], &slow);
    until(dir, |stats| stats["done"] == 6);
    still.signal("-CONT");
    // It goes on where it stood, and finds its leases gone.
    std::thread::sleep(Duration::from_millis(900));
    assert_eq!(still.stop(), Some(0));
    assert_eq!(other.stop(), Some(0));
    portal.kill().unwrap();
    portal.wait().unwrap();
    one_verdict_a_job(dir, 6);
    let attempts: u64 = list(dir, "done")
        .iter()
        .map(|job| job["attempts"].as_u64().unwrap())
        .sum();
    assert!(attempts > 6, "nobody took over: {attempts}");
}

/// Aborts the process on one document, a moment after it began.
struct Aborting;

#[async_trait]
impl Work for Aborting {
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure> {
        if claimed.job.id == "01ABORT" {
            tokio::time::sleep(Duration::from_millis(100)).await;
            std::process::abort();
        }
        Ok(Done::Verdict(claimed.job.id))
    }
}

const PLACE: &str = "SATYAPAN_TEST_ABORTING";

/// The process that aborts: works until nothing waits. Started by the test below, as a process of its own.
#[test]
#[ignore = "run by what_kills_its_worker_dies_and_its_neighbours_finish"]
fn the_aborting_worker() {
    let Some(dir) = std::env::var_os(PLACE) else {
        return;
    };
    let settings = settings();
    let (runtime, _store, queue) = jobs_of(Path::new(&dir), &settings);
    let pool = Pool::new(
        Arc::clone(&queue),
        Arc::new(Aborting),
        4,
        Lanes::default(),
        &settings,
    );
    runtime.block_on(pool.run(async {
        loop {
            let stats = queue.stats().await.unwrap();
            if stats.waiting + stats.leased == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }));
}

#[test]
fn what_kills_its_worker_dies_and_its_neighbours_finish() {
    let dir = tempdir().unwrap();
    let (runtime, _store, queue) = jobs_of(dir.path(), &settings());
    let mut jobs: Vec<NewJob> = (0..30)
        .map(|n| raw_job(&format!("01N{n:02}"), b"x"))
        .collect();
    jobs.insert(2, raw_job("01ABORT", b"y"));
    runtime.block_on(queue.add(jobs)).unwrap();
    let mut aborted = 0;
    loop {
        let ended = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker::the_aborting_worker", "--ignored"])
            .env(PLACE, dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        if ended.success() {
            break;
        }
        aborted += 1;
        assert!(aborted < 10, "it is never given up");
    }
    assert_eq!(aborted, 2, "as often as it may be tried");
    let stats = runtime.block_on(queue.stats()).unwrap();
    assert_eq!(
        (stats.done, stats.dead, stats.waiting, stats.leased),
        (30, 1, 0, 0)
    );
    let dead = Listing {
        state: Some(State::Dead),
        most: 9,
        ..Listing::default()
    };
    let dead = runtime.block_on(queue.list(&dead)).unwrap();
    assert_eq!(dead[0].id, "01ABORT");
    assert!(dead[0].reason.as_ref().unwrap().contains("lease ran out"));
}
