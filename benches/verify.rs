//! What a verification costs, as ratios and rates.
//!
//! `verify machine` the whole machine over a plain loop over the same checks on the same evidence; `verify eval [DIR]`
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
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use agent::{
    Agent, Input, Loops, Toolbox,
    case::{Asking, Case},
    engine::{Budget, NoJournal},
    record::Record,
};
use async_trait::async_trait;
use contract::{AnyTool, Description, Manifest, Observation, ToolError};
use domain::{EvidenceId, Invoice, Law, Policy, einvoice::SignedQr, verdict::Decision};
use gst_portal::{GstPortal, PortalSettings};
use portal::{BookPortal, Faults, Portal};
use screen::Screener;
use serde_json::{Value, json};
use store::Memory;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/book");
const AS_OF: &str = "2026-11-21";

/// A tool that asks another once and then says the same again. What it takes itself is counted, since the plain loop has
/// its evidence at hand.
struct Again {
    tool: Arc<dyn AnyTool>,
    said: Mutex<HashMap<String, Result<Observation, ToolError>>>,
    nanos: Arc<AtomicU64>,
}

#[async_trait]
impl AnyTool for Again {
    fn manifest(&self) -> &'static Manifest {
        self.tool.manifest()
    }

    fn describe(&self) -> Description {
        self.tool.describe()
    }

    async fn call(&self, arguments: Value) -> Result<Observation, ToolError> {
        let began = Instant::now();
        let question = arguments.to_string();
        let known = self.said.lock().unwrap().get(&question).cloned();
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap();
        self.nanos.fetch_add(took, Ordering::Relaxed);
        if let Some(known) = known {
            return known;
        }
        let said = self.tool.call(arguments).await;
        self.said.lock().unwrap().insert(question, said.clone());
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
        recorded_as: None,
    }
}

/// The plain loop: reads the signed QR code and what was observed into their types, screens the texts for INJECTION, runs
/// every check, decides.
fn plain(case: &mut Case, screener: &Screener) -> Decision {
    let token = case.input.invoice.signed_qr.as_deref();
    let decoded = token.and_then(|token| SignedQr::decode(token).ok());
    case.qr = decoded.map(|qr| (EvidenceId(1), qr));
    case.screening = Some(agent::screening::screen(screener, &case.evidence));
    for asked in &mut case.asked {
        if let Asking::Answered {
            evidence,
            found: true,
        } = asked.result
        {
            let observation = &case.evidence[usize::from(evidence.0)].observation;
            asked.record = Some(Arc::new(Record::read(asked.need, observation).unwrap()));
        }
    }
    let facts = case.facts();
    let policy = &case.input.policy;
    let outcomes = checks::judge(&checks::Context {
        facts: &facts,
        law: &case.input.law,
        policy,
    });
    checks::decide(outcomes.iter().map(|(spec, o)| (*spec, o)), policy)
}

async fn machine() {
    let (memory, _) = Memory::read(Path::new(BOOK), store::Limits::default()).unwrap();
    let records = Arc::new(memory);
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let data = Arc::new(BookPortal::load(&Path::new(BOOK).join("portal")).unwrap());
    let mock = Portal::start(loopback, data, Faults::default())
        .await
        .unwrap();
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
    let nanos: Arc<AtomicU64> = Arc::default();
    let tools = ask.into_iter().fold(Toolbox::default(), |tools, tool| {
        tools.with(Arc::new(Again {
            tool,
            said: Mutex::default(),
            nanos: Arc::clone(&nanos),
        }))
    });
    let agent = Agent::new(
        tools,
        Arc::new(NoJournal),
        Loops::default(),
        Budget::default(),
    )
    .unwrap();
    let (law, policy) = (
        Arc::new(Law::builtin().unwrap()),
        Arc::new(Policy::builtin().unwrap()),
    );
    let inputs: Vec<Input> = examples()
        .into_iter()
        .map(|invoice| input(invoice, &law, &policy))
        .collect();
    let mut cases = Vec::new();
    for input in &inputs {
        cases.push(agent.conclude(input.clone()).await.unwrap());
    }
    let screener = Screener::default();
    let (mut whole, mut loops) = (Duration::MAX, Duration::MAX);
    let rounds = 500;
    for _ in 0..7 {
        nanos.store(0, Ordering::Relaxed);
        let began = Instant::now();
        for _ in 0..rounds {
            for input in &inputs {
                black_box(agent.conclude(input.clone()).await.unwrap());
            }
        }
        let answers = Duration::from_nanos(nanos.load(Ordering::Relaxed));
        whole = whole.min(began.elapsed().saturating_sub(answers));
        let began = Instant::now();
        for _ in 0..rounds {
            for (decision, case) in &mut cases {
                assert_eq!(black_box(plain(case, &screener)), *decision);
            }
        }
        loops = loops.min(began.elapsed());
    }
    let each = |took: Duration| took.as_secs_f64() * 1e6 / (rounds * inputs.len()) as f64;
    println!(
        "machine   {:.0} us an invoice without the tools; plain loop over the same checks on the same evidence {:.0} us; ratio {:.2}",
        each(whole),
        each(loops),
        each(whole) / each(loops)
    );
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
        Some("machine") => machine().await,
        Some("eval") => eval(words.get(1).map(String::as_str)),
        Some("ledger") => ledger(),
        Some("file") => file(),
        _ => {
            machine().await;
            eval(None);
            file();
            ledger();
        }
    }
}
