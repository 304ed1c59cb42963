//! What the queue costs, on `SQLite` with every commit synced to the disk, or with
//! `SATYAPAN_BENCH_STORE=postgres://USER@HOST/DATABASE` on that database, which must be new.
//!
//! `queue empty [JOBS [CONCURRENCY]]` jobs a second that do nothing: added, then claimed and finished by a pool; `queue
//! fair [JOBS]` how long ten jobs of a small tenant wait behind a large one's backlog, and what a claim costs with and
//! without it. Without arguments: both.

#![allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, measures in floats, and may stop at the first surprise"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use queue::{Claimed, Done, Failure, Lanes, NewJob, Pool, Queue, Settings, Work};
use store::Store;

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn settings() -> Settings {
    Settings {
        lease_s: 30,
        max_attempts: 5,
        backoff_ms: 1_000,
        backoff_max_s: 600,
        depth: 1_000_000,
        depth_tenant: 1_000_000,
        in_flight_vendor: 8,
        poll_ms: 500,
        drain_s: 5,
    }
}

fn jobs(tenant: &str, count: usize) -> Vec<NewJob> {
    (0..count)
        .map(|n| NewJob {
            id: format!("{tenant}{n:07}"),
            tenant: tenant.to_owned(),
            vendor: format!("vendor {:03}", n % 100),
            priority: 0,
            not_before: None,
            source: "bench".to_owned(),
            bytes: format!("{tenant} {n}").into_bytes(),
            as_of: None,
            once: None,
            traceparent: None,
        })
        .collect()
}

struct Nothing;

#[async_trait]
impl Work for Nothing {
    async fn run(&self, claimed: Claimed) -> Result<Done, Failure> {
        Ok(Done::Verdict(claimed.job.id))
    }
}

struct Place {
    _dir: tempfile::TempDir,
    _store: Arc<dyn Store>,
    queue: Arc<dyn Queue>,
}

async fn place() -> Place {
    let dir = tempfile::tempdir_in(".").unwrap();
    let file = format!("sqlite:{}", dir.path().join("queue.db").display());
    let url = std::env::var("SATYAPAN_BENCH_STORE").unwrap_or(file);
    let store = store::open(&url).await.unwrap();
    let queue = store.jobs(settings(), store.clock());
    Place {
        _dir: dir,
        _store: store,
        queue,
    }
}

async fn fill(queue: &Arc<dyn Queue>, jobs: Vec<NewJob>) {
    for batch in jobs.chunks(1_000) {
        queue.add(batch.to_vec()).await.unwrap();
    }
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

async fn empty(count: usize, concurrency: usize) {
    let Place {
        queue,
        _dir,
        _store,
    } = place().await;
    let began = Instant::now();
    fill(&queue, jobs("A", count)).await;
    println!(
        "added, 1,000 a call   {:>9.0} jobs/s",
        rate(count, began.elapsed())
    );
    let pool = Pool::new(
        Arc::clone(&queue),
        Arc::new(Nothing),
        concurrency,
        Lanes::default(),
        &settings(),
    );
    let watched = Arc::clone(&queue);
    let began = Instant::now();
    let summary = pool
        .run(async move {
            while watched.stats().await.unwrap().done < count as u64 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    assert_eq!(summary.done, count as u64);
    println!(
        "claimed and finished  {:>9.0} jobs/s, {concurrency} in flight",
        rate(count, began.elapsed())
    );
}

/// The mean of a claim of eight and giving them back.
async fn claims(queue: &Arc<dyn Queue>) -> Duration {
    let began = Instant::now();
    for _ in 0..200 {
        let claimed = queue.claim(8).await.unwrap();
        let leases: Vec<_> = claimed.into_iter().map(|claimed| claimed.lease).collect();
        queue.release(&leases).await.unwrap();
    }
    began.elapsed() / 200
}

async fn fair(count: usize) {
    let Place {
        queue,
        _dir,
        _store,
    } = place().await;
    fill(&queue, jobs("L", 100)).await;
    println!(
        "claim and release of 8, 100 wait     {:>7.2} ms",
        claims(&queue).await.as_secs_f64() * 1e3
    );
    fill(&queue, jobs("B", count)).await;
    println!(
        "claim and release of 8, {count} wait  {:>7.2} ms",
        claims(&queue).await.as_secs_f64() * 1e3
    );
    let pool = Pool::new(
        Arc::clone(&queue),
        Arc::new(Nothing),
        16,
        Lanes::default(),
        &settings(),
    );
    let watched = Arc::clone(&queue);
    pool.run(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let small = jobs("S", 10);
        let last = small.last().unwrap().id.clone();
        let began = Instant::now();
        watched.add(small).await.unwrap();
        loop {
            let record = watched.show(&last).await.unwrap().unwrap();
            if record.verdict.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let waiting = watched.stats().await.unwrap().waiting;
        println!(
            "ten jobs behind them done in         {:>7.2} ms, {waiting} still wait",
            began.elapsed().as_secs_f64() * 1e3
        );
    })
    .await;
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let number = |at: usize, or| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    match args.first().map(String::as_str) {
        Some("empty") => empty(number(1, 20_000), number(2, 64)).await,
        Some("fair") => fair(number(1, 100_000)).await,
        _ => {
            empty(20_000, 64).await;
            fair(100_000).await;
        }
    }
}
