//! What a verification costs, as ratios and rates.
//!
//! `verify machine [PART ROUNDS]` the whole machine over a plain loop over the same checks on the same evidence: the loop
//! reads the records, the QR code and the texts as the checks need them, then judges and decides. Told beside it: the same
//! where the loop finds the QR code read and the texts screened, and the machine does that too. `verify eval [DIR]`
//! invoices a second, over HTTP; `verify ledger` what one more million past invoices costs; `verify file` from process
//! start to the verdict of one file. Without arguments: all of them.

#![allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, measures in floats, and may stop at the first surprise"
)]

use std::{
    collections::HashMap,
    fmt::Write as _,
    hint::black_box,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use agent::{
    Agent, Input, Loops, Toolbox,
    case::{Asking, Case},
    engine::{Budget, Mode, NoJournal},
    record::Record,
};
use async_trait::async_trait;
use contract::{AnyTool, Description, Manifest, Observation, ToolError};
use domain::{Invoice, Law, Policy, einvoice::SignedQr, verdict::Decision};
use gst_portal::{GstPortal, PortalSettings};
use portal::{BookPortal, Faults, Portal};
use screen::Screener;
use serde_json::{Value, json};
use store::Memory;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/book");
const AS_OF: &str = "2026-11-21";

/// The program's allocator, which both sides of a ratio lean on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A tool that asks another once and then says the same again, from memory.
struct Again {
    tool: Arc<dyn AnyTool>,
    said: Mutex<HashMap<Value, Result<Observation, ToolError>>>,
}

#[async_trait]
impl AnyTool for Again {
    fn manifest(&self) -> &'static Manifest {
        self.tool.manifest()
    }

    fn describe(&self) -> Description {
        self.tool.describe()
    }

    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError> {
        let known = self.said.lock().unwrap().get(arguments).cloned();
        if let Some(known) = known {
            return known;
        }
        let said = self.tool.call(arguments).await;
        self.said
            .lock()
            .unwrap()
            .insert(arguments.clone(), said.clone());
        said
    }
}

fn examples() -> Vec<Value> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(BOOK).join("invoices"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        .collect()
}

fn input(invoice: Value, law: &Arc<Law>, policy: &Arc<Policy>) -> Input {
    Input {
        sha256: domain::evidence::sha256_hex(invoice.to_string().as_bytes()),
        invoice: Arc::new(Invoice::read(invoice, 1_000).unwrap()),
        source: "bench".to_owned(),
        as_of: AS_OF.parse().unwrap(),
        law: Arc::clone(law),
        policy: Arc::clone(policy),
        assumptions: Arc::from([]),
        model: None,
        tenant: Arc::default(),
        recorded_as: None,
    }
}

/// The plain loop: reads what was observed into its types, runs every check, decides. What is read from the document
/// itself, the signed QR code and what the screen makes of the texts, stands in the case.
fn plain(case: &mut Case) -> Decision {
    for asked in &mut case.asked {
        if let Asking::Answered {
            evidence,
            found: true,
        } = asked.result
        {
            let observation = &case.evidence[usize::from(evidence.0)].observation;
            asked.record = Some(Record::read(asked.need, observation).unwrap());
        }
    }
    let facts = case.facts();
    for asked in &mut case.asked {
        asked.record = None;
    }
    let policy = &case.input.policy;
    let outcomes = checks::judge(&checks::Context {
        facts: &facts,
        law: &case.input.law,
        policy,
    });
    checks::decide(outcomes.iter().map(|(spec, o)| (*spec, o)), policy)
}

/// Processor time of this thread: others share the computer.
fn cpu() -> Duration {
    rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)
        .try_into()
        .unwrap()
}

/// What is measured of the machine.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Everything, to the decision.
    Machine,
    /// The plain loop on what the machine observed.
    Loop,
    /// Of the machine's: tools finding their answers in memory.
    Tools,
    /// Of the machine's: reading the QR code, screening the texts.
    Document,
    /// Everything, and the verdict in the form in which it is printed and stored.
    Verdict,
}

const PARTS: [Part; 5] = [
    Part::Machine,
    Part::Loop,
    Part::Tools,
    Part::Document,
    Part::Verdict,
];

/// The machine over tools that answer from memory, and what it concluded.
struct Bench {
    agent: Agent,
    inputs: Vec<Input>,
    concluded: Vec<(Decision, Case)>,
    screener: Screener,
}

impl Bench {
    /// Over the example invoices, each so many times in memory of its own.
    async fn new(mock: &portal::Running, times: usize) -> Self {
        let (memory, _) = Memory::read(Path::new(BOOK), store::Limits::default()).unwrap();
        let records = Arc::new(memory);
        let portal = GstPortal::new(PortalSettings {
            base_url: Some(mock.base_url()),
            ..PortalSettings::default()
        })
        .unwrap();
        let ask: [Arc<dyn AnyTool>; 4] = [
            Arc::new(portal),
            Arc::new(invoice_db::InvoiceDb::new(records.clone())),
            Arc::new(purchase_orders::PurchaseOrders::new(records.clone())),
            Arc::new(vendor_master::VendorMaster::new(records.clone())),
        ];
        let tools = ask.into_iter().fold(Toolbox::default(), |tools, tool| {
            tools.with(Arc::new(Again {
                tool,
                said: Mutex::default(),
            }))
        });
        let (loops, budget) = (Loops::default(), Budget::default());
        let agent = Agent::new(tools, Arc::new(NoJournal), loops, budget).unwrap();
        let (law, policy) = (
            Arc::new(Law::builtin().unwrap()),
            Arc::new(Policy::builtin().unwrap()),
        );
        let inputs: Vec<Input> = (0..times)
            .flat_map(|_| examples())
            .map(|invoice| input(invoice, &law, &policy))
            .collect();
        let mut concluded = Vec::new();
        for input in &inputs {
            concluded.push(agent.conclude(input.clone()).await.unwrap());
        }
        Self {
            agent,
            inputs,
            concluded,
            screener: Screener::default(),
        }
    }

    /// Does a part for every invoice.
    async fn once(&mut self, part: Part) {
        match part {
            Part::Machine => {
                for input in &self.inputs {
                    black_box(self.agent.conclude(input.clone()).await.unwrap());
                }
            }
            Part::Loop => {
                for (decision, case) in &mut self.concluded {
                    assert_eq!(black_box(plain(case)), *decision);
                }
            }
            Part::Tools => {
                for evidence in self.concluded.iter().flat_map(|(_, case)| &case.evidence) {
                    if let Some(tool) = self.agent.tools().get(&evidence.tool) {
                        black_box(tool.call(&evidence.arguments).await.unwrap());
                    }
                }
            }
            Part::Document => {
                for (_, case) in &self.concluded {
                    let token = case.input.invoice.signed_qr.as_deref();
                    black_box(token.and_then(|token| SignedQr::decode(token).ok()));
                    black_box(agent::screening::screen(&self.screener, &case.evidence));
                }
            }
            Part::Verdict => {
                for input in &self.inputs {
                    let verified = self.agent.verify(input.clone(), Mode::Fresh, None);
                    black_box(verified.await.unwrap());
                }
            }
        }
    }

    /// Microseconds of processor time that a part takes for an invoice.
    async fn spend(&mut self, part: Part, rounds: u32) -> f64 {
        let began = cpu();
        for _ in 0..rounds {
            self.once(part).await;
        }
        let spent = cpu().saturating_sub(began).as_secs_f64() * 1e6;
        spent / f64::from(rounds) / self.inputs.len() as f64
    }

    /// All parts in turns, so that what else the computer does falls on all of them; the median of each, and of the
    /// machine over the loop of the same turn: a loop that reads the document itself, and one that finds it read.
    async fn turns(&mut self, rounds: u32) -> ([f64; 5], [f64; 2]) {
        let mut turns: Vec<[f64; 5]> = Vec::new();
        // The first turns fill caches.
        for turn in 0..50 {
            let mut took = [0.0; 5];
            for (took, part) in took.iter_mut().zip(PARTS) {
                *took = self.spend(part, rounds).await;
            }
            if turn >= 5 {
                turns.push(took);
            }
        }
        let median = |of: &dyn Fn(&[f64; 5]) -> f64| {
            let mut all: Vec<f64> = turns.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let parts = std::array::from_fn(|part| median(&|turn| turn[part]));
        let reading = median(&|turn| turn[0] / (turn[1] + turn[3]));
        (parts, [reading, median(&|turn| turn[0] / turn[1])])
    }
}

/// Measures all parts; or does one of them over the six invoices so many times, for a profiler to look at.
async fn machine(only: Option<&str>, rounds: u32) {
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let data = Arc::new(BookPortal::load(&Path::new(BOOK).join("portal")).unwrap());
    let mock = Portal::start(loopback, data, Faults::default())
        .await
        .unwrap();
    if let Some(only) = only {
        let named = |part: &Part| format!("{part:?}").eq_ignore_ascii_case(only);
        let part = PARTS.into_iter().find(named).unwrap();
        let mut bench = Bench::new(&mock, 1).await;
        for _ in 0..rounds {
            bench.once(part).await;
        }
        return mock.shutdown().await;
    }
    for (times, rounds, what) in [
        (50, 1, "each invoice in memory of its own"),
        (1, 50, "the same six over and over"),
    ] {
        let mut bench = Bench::new(&mock, times).await;
        let (parts, [reading, handed]) = bench.turns(rounds).await;
        let [machine, plain, tools, document, verdict] = parts;
        println!(
            "machine   {what}: {machine:.0} us, everything; the plain loop over the same checks on the same evidence {:.0} us; ratio {reading:.2}",
            plain + document
        );
        println!(
            "          of the loop's, the QR code read and the texts screened {document:.0} us: a loop that found them done would make it {handed:.2}"
        );
        println!(
            "          of the machine's, tools answering from memory {tools:.0} us; the verdict's form is {:.0} us more",
            verdict - machine
        );
    }
    mock.shutdown().await;
}

fn satyapan(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_satyapan"))
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

/// The example invoices over and over, each time of another number, day and total: of alike ones each would find all
/// that went before. Returns the files.
fn invoices(dir: &Path, count: usize) -> Vec<String> {
    std::fs::create_dir_all(dir.join("invoices")).unwrap();
    let examples = examples();
    (0..count)
        .map(|at| {
            let mut invoice = examples[at % examples.len()].clone();
            let number = invoice.pointer_mut("/DocDtls/No").unwrap();
            *number = json!(format!(
                "{}{at}",
                number.as_str().unwrap().trim_end_matches(char::is_numeric)
            ));
            *invoice.pointer_mut("/DocDtls/Dt").unwrap() =
                json!(format!("{:02}/{:02}/2026", 1 + at % 28, 1 + at / 28 % 11));
            *invoice.pointer_mut("/ValDtls/TotInvVal").unwrap() = json!(40_000 + 37 * at);
            if let Some(irn) = invoice.pointer_mut("/Irn") {
                *irn = json!(format!("{at:064x}"));
            }
            let file = format!("invoices/bench-{at:06}.json");
            std::fs::write(dir.join(&file), invoice.to_string()).unwrap();
            file
        })
        .collect()
}

fn eval(dir: Option<&str>) {
    let made = tempfile::tempdir().unwrap();
    let dir = dir.map_or_else(
        || {
            copy(Path::new(BOOK), made.path());
            let labels = invoices(made.path(), 12_000).iter().fold(
                String::new(),
                |mut labels, file| {
                    let label =
                        json!({"file": file, "as_of": AS_OF, "decision": "approve", "checks": []});
                    writeln!(labels, "{label}").unwrap();
                    labels
                },
            );
            std::fs::write(made.path().join("labels.jsonl"), labels).unwrap();
            made.path().display().to_string()
        },
        str::to_owned,
    );
    let said = satyapan(&["eval", &dir, "--format", "json"]).stdout;
    let figures: Value = serde_json::from_slice(&said).unwrap();
    println!(
        "eval      {} invoices, {} a second",
        figures["invoices"], figures["invoices_per_second"]
    );
}

/// A book whose ledger has so many more rows, of the examples' suppliers and of others.
fn grown(dir: &Path, rows: usize) {
    copy(Path::new(BOOK), dir);
    let ledger = dir.join("ledger.csv");
    let mut text = std::fs::read_to_string(&ledger).unwrap();
    let known: Vec<Vec<String>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    for at in 0..rows {
        let row = &known[at % known.len()];
        // One row in ten is of a supplier whose invoices are verified.
        let supplier = if at % 10 == 0 {
            row[2].clone()
        } else {
            format!("27ZZZZZ{:04}Z1Z0", at % 5_000)
        };
        let total = 5_000 + at * 7_919 % 400_000;
        writeln!(
            text,
            "GROWN/{at},20{:02}-{:02}-{:02},{supplier},{},{total},{total},,paid",
            22 + at % 4,
            1 + at % 12,
            1 + at % 28,
            row[3]
        )
        .unwrap();
    }
    std::fs::write(ledger, text).unwrap();
}

/// Processor time of the processes that were run and have ended, in milliseconds.
fn spent() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The name in brackets may hold spaces; user and system time of children are fields 16 and 17, in hundredths.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split(' ').collect();
    fields[14..=15]
        .iter()
        .map(|ticks| ticks.parse::<f64>().unwrap() * 10.0)
        .sum()
}

/// Milliseconds of the clock and of the processor that one more invoice takes, in a store whose ledger has so many more rows.
fn in_store(rows: usize) -> (f64, f64) {
    let dir = tempfile::tempdir().unwrap();
    grown(dir.path(), rows);
    let store = format!("sqlite:{}", dir.path().join("bench.db").display());
    let book = dir.path().display().to_string();
    let began = Instant::now();
    assert!(
        satyapan(&["load", &book, "--store", &store])
            .status
            .success()
    );
    let loaded = began.elapsed();
    let count = 1_200;
    let files: Vec<String> = invoices(dir.path(), count)
        .iter()
        .map(|file| dir.path().join(file).display().to_string())
        .collect();
    let mut took = Vec::new();
    let before = spent();
    for part in files.chunks(count / 6) {
        let mut arguments = vec![
            "verify", "--store", &store, "--as-of", AS_OF, "--format", "ndjson",
        ];
        arguments.extend(part.iter().map(String::as_str));
        let began = Instant::now();
        let said = satyapan(&arguments).stdout;
        took.push(began.elapsed().as_secs_f64() * 1e3 / part.len() as f64);
        assert_eq!(
            said.split(|b| *b == b'\n')
                .filter(|l| !l.is_empty())
                .count(),
            part.len()
        );
    }
    let cpu = (spent() - before) / count as f64;
    took.sort_by(f64::total_cmp);
    let median = took[took.len() / 2];
    println!(
        "ledger    {rows} more rows: loaded in {:.1} s; {median:.2} ms a verification, of it {cpu:.2} ms processor",
        loaded.as_secs_f64()
    );
    (median, cpu)
}

fn ledger() {
    let (few, many) = (in_store(100_000), in_store(1_100_000));
    println!(
        "ledger    one more million rows: ratio {:.2}, of processor time {:.2}",
        many.0 / few.0,
        many.1 / few.1
    );
}

fn file() {
    let invoice = format!("{BOOK}/invoices/clean.json");
    let mut took: Vec<Duration> = (0..51)
        .map(|_| {
            let began = Instant::now();
            let said = satyapan(&["verify", "--book", BOOK, "--as-of", AS_OF, &invoice]);
            assert!(said.status.success());
            began.elapsed()
        })
        .collect();
    took.sort();
    println!(
        "file      {:.1} ms from process start, the portal's start included (median of {})",
        took[took.len() / 2].as_secs_f64() * 1e3,
        took.len()
    );
}

#[tokio::main]
async fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    match words.first().map(String::as_str) {
        Some("machine") => {
            let rounds = words.get(2).map_or(1, |rounds| rounds.parse().unwrap());
            machine(words.get(1).map(String::as_str), rounds).await;
        }
        Some("eval") => eval(words.get(1).map(String::as_str)),
        Some("ledger") => ledger(),
        Some("file") => file(),
        _ => {
            machine(None, 1).await;
            eval(None);
            file();
            ledger();
        }
    }
}
