//! What the agent engine costs: the peers' graph, seven node executions a run, on this engine.
//!
//! `engine <variant> <seq|conc> <runs> [db-path]` prints one JSON line like the peers' programs.
//! Variants: `none` (no journal), `memory`, `sqlite` (pure nodes: durable at the end),
//! `sqlite-outward` (the tool is an outward call: durable before it, after it and at the end),
//! `sqlite-step` (durable after every node, as the peers' checkpoints). Environment: `SYNC` = full or
//! normal (default full), `WAVE` = runs at once (default 1,000). Without arguments: a short table.

#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, measures in floats, and may stop at the first surprise"
)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use agent::engine::{
    Batch, Budget, Ctx, Engine, Entry, Fact, Graph, Guard, Input, Journal, JournalError, Machine,
    MemoryJournal, Node, NodeError, NodeSpec, Request, RunId, Start, State, Step,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::journal::{Nothing, SqliteJournal};

#[derive(Serialize)]
struct Line {
    hsn: &'static str,
    desc: String,
    qty: u32,
    rate: &'static str,
    taxable: String,
    gst_rate: &'static str,
}

#[derive(Serialize)]
struct Invoice {
    id: String,
    supplier_gstin: &'static str,
    buyer_gstin: &'static str,
    date: &'static str,
    kind: u8,
    lines: Vec<Line>,
    total: &'static str,
}

fn invoice(number: u64) -> Invoice {
    let line = |at: u32| Line {
        hsn: "8471",
        desc: format!("Item number {at} of the order"),
        qty: at + 1,
        rate: "1000.5",
        taxable: format!("{}.{}", 2001 * (at + 1) / 2, 5 * ((at + 1) % 2)),
        gst_rate: "18.0",
    };
    Invoice {
        id: format!("INV-{number:06}"),
        supplier_gstin: "27AAPFU0939F1ZV",
        buyer_gstin: "29AAGCB7383J1Z4",
        date: "2026-04-01",
        kind: u8::try_from(number % 4).unwrap(),
        lines: (0..8).map(line).collect(),
        total: "42501.24",
    }
}

#[derive(Serialize, Deserialize)]
struct Evidence {
    tool: String,
    r#ref: String,
    score: u8,
}

struct Case {
    invoice: Arc<Invoice>,
    route: u8,
    evidence: Vec<Evidence>,
    relevant: bool,
    draft: Option<String>,
    grounded: bool,
    tries: u32,
    verdict: Option<String>,
    log: Vec<&'static str>,
}

#[derive(Serialize, Deserialize)]
enum Delta {
    Route(u8),
    Evidence(Evidence),
    Relevant(bool),
    Draft(String),
    Grounded(bool),
}

impl State for Case {
    type Delta = Delta;
    const FACTS: &'static [&'static str] = &["route", "tries", "grounded"];

    fn fold(&mut self, delta: Delta) {
        self.log.push(match delta {
            Delta::Route(route) => {
                self.route = route;
                "router"
            }
            Delta::Evidence(evidence) => {
                self.evidence.push(evidence);
                "tool"
            }
            Delta::Relevant(relevant) => {
                self.relevant = relevant;
                "relevance"
            }
            Delta::Draft(draft) => {
                self.draft = Some(draft);
                self.tries += 1;
                "draft"
            }
            Delta::Grounded(grounded) => {
                self.grounded = grounded;
                self.verdict = grounded.then(|| "APPROVE".to_owned());
                "grounding"
            }
        });
    }

    fn fact(&self, name: &str) -> Option<Fact> {
        match name {
            "route" => Some(Fact::Int(self.route.into())),
            "tries" => Some(self.tries.into()),
            "grounded" => Some(self.grounded.into()),
            _ => None,
        }
    }
}

const TOOLS: [&str; 4] = ["invoice_db", "gst_portal", "vendor_master", "doc_search"];

struct Work {
    name: &'static str,
    outward: bool,
}

#[async_trait]
impl Node<Case> for Work {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new(self.name)
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        Ok(match self.name {
            "router" => Delta::Route(case.invoice.kind),
            "relevance" => Delta::Relevant(!case.evidence.is_empty()),
            "draft" => Delta::Draft(format!("draft {} for {}", case.tries + 1, case.invoice.id)),
            "grounding" => Delta::Grounded(case.tries >= 2),
            tool => {
                let reference = case.invoice.id.clone();
                if self.outward {
                    let request = Request::outward(tool, json!({"id": reference}));
                    cx.effect(request, async { Ok(json!({"found": true}).into()) })
                        .await?;
                }
                Delta::Evidence(Evidence {
                    tool: tool.to_owned(),
                    r#ref: reference,
                    score: 90,
                })
            }
        }
        .into())
    }
}

fn machine(outward: bool) -> Machine<Case> {
    let work = |name| Work {
        name,
        outward: false,
    };
    let mut graph = Graph::builder("peers").node(work("router"));
    for tool in TOOLS {
        graph = graph
            .node(Work {
                name: tool,
                outward,
            })
            .edge(tool, "relevance", Guard::Always);
    }
    for (kind, tool) in (1_i64..).zip(&TOOLS[1..]) {
        graph = graph.edge("router", *tool, Guard::eq("route", kind));
    }
    graph
        .edge("router", TOOLS[0], Guard::Always)
        .node(work("relevance"))
        .node(work("draft"))
        .node(work("grounding"))
        .terminal("end")
        .terminal("hold")
        .edge("relevance", "draft", Guard::Always)
        .edge("draft", "grounding", Guard::Always)
        .edge("grounding", "end", Guard::is("grounded"))
        .edge("grounding", "draft", Guard::lt("tries", 3))
        .edge("grounding", "hold", Guard::Always)
        .on_error("hold")
        .on_budget("hold")
        .require_before("end", &["relevance", "draft", "grounding"])
        .build()
        .unwrap()
}

/// Keeps nothing, so that the engine makes no entries.
struct Discard;

#[async_trait]
impl Journal for Discard {
    async fn load(&self, _: &RunId) -> Result<Vec<Entry>, JournalError> {
        Ok(Vec::new())
    }
    async fn commit(&self, _: Batch) -> Result<(), JournalError> {
        Ok(())
    }
    fn records(&self) -> bool {
        false
    }
}

struct Bench {
    engine: Engine,
    machine: Machine<Case>,
    memory: Option<Arc<MemoryJournal>>,
    keeps_input: bool,
}

impl Bench {
    async fn one(&self, number: u64) {
        let invoice = Arc::new(invoice(number));
        let id = RunId::new(invoice.id.as_str());
        let input = if self.keeps_input {
            Input::kept(serde_json::to_vec(&*invoice).unwrap())
        } else {
            Input::digest_only(agent::engine::Digest::default())
        };
        let case = Case {
            invoice,
            route: 0,
            evidence: Vec::new(),
            relevant: false,
            draft: None,
            grounded: false,
            tries: 0,
            verdict: None,
            log: Vec::new(),
        };
        let start = Start::new(id.clone(), case, input).budget(Budget::UNLIMITED);
        let outcome = self.engine.run(&self.machine, start).await.unwrap();
        assert_eq!(outcome.state.verdict.as_deref(), Some("APPROVE"));
        assert_eq!(
            (
                outcome.terminal,
                outcome.trace.len(),
                outcome.state.log.len()
            ),
            ("end", 7, 7)
        );
        if let Some(memory) = &self.memory {
            memory.forget(&id);
        }
    }
}

/// User and system time of this process, in seconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// The most memory held so far, in MB.
fn most_memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<f64>()
        .unwrap()
        / 1024.0
}

fn on_disk(db: &Path) -> u64 {
    let size = |path: PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
    size(db.to_owned()) + size(with_suffix(db, "-wal"))
}

fn with_suffix(db: &Path, suffix: &str) -> PathBuf {
    let mut name = db.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

async fn measure(variant: &str, how: &str, runs: u64, db: &Path) -> Value {
    for suffix in ["", "-wal", "-shm"] {
        let path = with_suffix(db, suffix);
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    let sync = std::env::var("SYNC").unwrap_or_else(|_| "full".to_owned());
    let durable = variant.starts_with("sqlite");
    let memory = (variant == "memory").then(|| Arc::new(MemoryJournal::new()));
    let journal: Arc<dyn Journal> = match (&memory, durable) {
        (Some(memory), _) => Arc::clone(memory) as _,
        (None, true) => Arc::new(
            SqliteJournal::open(db, sync.parse().unwrap(), Arc::new(Nothing))
                .await
                .unwrap(),
        ),
        (None, false) => Arc::new(Discard),
    };
    let mut engine = Engine::new(journal);
    if variant == "sqlite-step" {
        engine = engine.durable_every_step();
    }
    let machine = machine(variant == "sqlite-outward");
    let bench = Arc::new(Bench {
        engine,
        machine,
        memory,
        keeps_input: durable,
    });
    let base = most_memory();
    let mut took: Vec<Duration> = Vec::with_capacity(usize::try_from(runs).unwrap());
    let (began, cpu_before) = (Instant::now(), cpu());
    if how == "seq" {
        for number in 0..runs {
            let began = Instant::now();
            bench.one(number).await;
            took.push(began.elapsed());
        }
    } else {
        let wave = std::env::var("WAVE").map_or(1000, |wave| wave.parse().unwrap());
        let mut number = 0;
        while number < runs {
            let next = runs.min(number + wave);
            let started: Vec<_> = (number..next)
                .map(|number| {
                    let bench = Arc::clone(&bench);
                    let began = Instant::now();
                    tokio::spawn(async move {
                        bench.one(number).await;
                        began.elapsed()
                    })
                })
                .collect();
            for run in started {
                took.push(run.await.unwrap());
            }
            number = next;
        }
    }
    let wall = began.elapsed().as_secs_f64();
    let cpu = (cpu() - cpu_before) * 1e6 / runs as f64 / 7.0;
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let thousandth = |number: f64| (number * 1000.0).round() / 1000.0;
    let disk = on_disk(db);
    // The log is folded into the file and cut, so that what stays can be told from what comes and goes.
    drop(bench);
    let mut after = 0;
    if durable {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if !with_suffix(db, "-wal").exists() {
                break;
            }
        }
        after = on_disk(db);
    }
    json!({
        "engine": "satyapan", "variant": variant, "sync": if durable { sync.as_str() } else { "-" }, "mode": how, "runs": runs,
        "steps_per_run": 7, "wall_s": thousandth(wall), "runs_per_s": (runs as f64 / wall).round(),
        "us_per_step": thousandth(wall * 1e6 / runs as f64 / 7.0), "cpu_us_per_step": thousandth(cpu),
        "p50_us": tenth(at(0.5)), "p99_us": tenth(at(0.99)), "base_rss_mb": tenth(base), "peak_rss_mb": tenth(most_memory()),
        "disk_bytes_per_run": disk / runs.max(1), "disk_bytes_per_run_checkpointed": after / runs.max(1),
    })
}

#[tokio::main]
async fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let db = words.get(3).map_or_else(
        || std::env::temp_dir().join("satyapan-engine-bench.db"),
        PathBuf::from,
    );
    if let [variant, how, runs, ..] = words.as_slice() {
        println!(
            "{}",
            measure(variant, how, runs.parse().unwrap(), &db).await
        );
        return;
    }
    println!(
        "{:16} {:5} {:>9} {:>12} {:>9} {:>9} {:>10}",
        "variant", "mode", "runs/s", "cpu us/step", "p50 us", "p99 us", "disk B/run"
    );
    for (variant, seq, conc) in [
        ("none", 100_000, 100_000),
        ("memory", 50_000, 50_000),
        ("sqlite", 2_000, 20_000),
        ("sqlite-outward", 1_000, 10_000),
        ("sqlite-step", 500, 10_000),
    ] {
        for (how, runs) in [("seq", seq), ("conc", conc)] {
            let line = measure(variant, how, runs, &db).await;
            let number = |key: &str| line[key].to_string();
            println!(
                "{variant:16} {how:5} {:>9} {:>12} {:>9} {:>9} {:>10}",
                number("runs_per_s"),
                number("cpu_us_per_step"),
                number("p50_us"),
                number("p99_us"),
                number("disk_bytes_per_run_checkpointed"),
            );
        }
    }
}
