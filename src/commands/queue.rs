//! `queue`: jobs added, looked at and put right by hand.

use std::sync::Arc;

use anyhow::{Context, Result};
use ingest::Document;
use jiff::{SignedDuration, Timestamp};
use queue::{Hold, Listing, NewJob, Once, Queue, Record, State, Stats, Which};
use serde::Serialize;
use serde_json::{Value, json};

use super::{complain, say};
use crate::{
    Exit,
    cli::{Format, Page, QueueAdd, QueueArgs, QueueCommand},
    documents,
    render::printable,
    settings::Settings,
    wiring::{self, daemon},
};

/// Jobs of one transaction.
const BATCH: usize = 1_000;

pub(crate) async fn run(args: QueueArgs, settings: &Settings) -> Result<Exit> {
    let store = wiring::open_store(args.store.as_deref(), settings).await?;
    let queue = daemon::queue(store.as_ref(), settings);
    let format = args.format;
    let exit = match args.command {
        QueueCommand::Add(args) => add(&args, format, &queue, settings).await?,
        QueueCommand::List { state, page } => list(state, page, format, &queue).await?,
        QueueCommand::Dead { page } => list(Some(State::Dead), page, format, &queue).await?,
        QueueCommand::Show { id } => {
            let id = id.trim().to_uppercase();
            let record = queue.show(&id).await?;
            let record = record
                .with_context(|| format!("{id}: is no job; `satyapan queue list` prints ids"))?;
            told(format, &record, || card(&record))?
        }
        QueueCommand::Retry { id, .. } => {
            let id = id.map(|id| id.trim().to_uppercase());
            let which = id.as_deref().map_or(Which::All, Which::One);
            counted(format, "retried", queue.retry(which).await?)?
        }
        QueueCommand::Purge { state, older_than } => {
            let age = SignedDuration::from_hours(24 * i64::from(older_than));
            let before = Timestamp::now().checked_sub(age)?;
            counted(format, "purged", queue.purge(state, before).await?)?
        }
        QueueCommand::Stats => {
            let stats = queue.stats().await?;
            told(format, &stats, || figures(&stats))?
        }
        QueueCommand::Pause => pause(true, format, &queue).await?,
        QueueCommand::Resume => pause(false, format, &queue).await?,
    };
    drop(queue);
    store.close().await;
    Ok(exit)
}

/// A value as JSON, or as text.
fn told(format: Format, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<Exit> {
    if format == Format::Text {
        say(&text())?;
    } else {
        say(&format!("{}\n", serde_json::to_string(value)?))?;
    }
    Ok(Exit::Good)
}

pub(super) fn counted(format: Format, what: &str, count: u64) -> Result<Exit> {
    told(format, &json!({ what: count }), || {
        format!("{count} {what}\n")
    })
}

async fn pause(paused: bool, format: Format, queue: &Arc<dyn Queue>) -> Result<Exit> {
    queue.pause(paused).await?;
    let text = if paused {
        "paused: jobs are added and finished, none is claimed\n"
    } else {
        "resumed\n"
    };
    told(format, &json!({ "paused": paused }), || text.to_owned())
}

/// What became of an invoice that was to be added.
#[derive(Serialize)]
struct Line {
    id: String,
    new: bool,
    file: String,
    invoice: Option<String>,
}

async fn add(
    args: &QueueAdd,
    format: Format,
    queue: &Arc<dyn Queue>,
    settings: &Settings,
) -> Result<Exit> {
    if args.files.len() > settings.limits.files {
        anyhow::bail!(
            "{} files; at most {} are read in one call (limits.files)",
            args.files.len(),
            settings.limits.files
        );
    }
    let mut exit = Exit::Good;
    // Ids of one call sort as its invoices stand.
    let mut ids = ulid::Generator::new();
    let mut told = Told {
        format,
        lines: Vec::new(),
    };
    let mut waiting = Vec::new();
    for file in &args.files {
        for part in documents::read_parts(file, &settings.limits) {
            match part {
                Ok((document, bytes)) => {
                    let id = ids.generate().context("no more ids in this millisecond")?;
                    waiting.push((job(args, id.to_string(), &document, bytes), document));
                }
                Err(error) => {
                    complain(&error.to_string());
                    exit = Exit::Unreadable;
                }
            }
            if waiting.len() >= BATCH {
                told.add(queue, std::mem::take(&mut waiting)).await?;
            }
        }
    }
    told.add(queue, waiting).await?;
    told.end()?;
    Ok(exit)
}

/// A job of an invoice. Its digest is that of its bytes, and with its terms its identity while it is not done.
fn job(args: &QueueAdd, id: String, document: &Document, bytes: Vec<u8>) -> NewJob {
    let as_of = args.as_of.unwrap_or_else(wiring::today);
    let digest = document.sha256.clone();
    NewJob {
        id,
        tenant: args.tenant.clone(),
        vendor: NewJob::vendor_of(document.invoice.supplier.gstin.as_deref()),
        priority: args.priority,
        not_before: args.at,
        source: source(&document.source),
        bytes,
        as_of: Some(as_of),
        once: Some(Once {
            scope: "cli".to_owned(),
            key: format!("{digest} {as_of}"),
            digest,
            hold: Hold::UntilDone,
        }),
        traceparent: None,
    }
}

/// `cli:` and the file's name; of a long path the end, which tells more.
fn source(file: &str) -> String {
    let file: String = file.chars().filter(|c| !c.is_control()).collect();
    let cut = file.len().saturating_sub(200);
    let start = (cut..file.len()).find(|at| file.is_char_boundary(*at));
    format!(
        "cli:{}",
        start.and_then(|at| file.get(at..)).unwrap_or_default()
    )
}

/// Tells of each job once it is durable.
struct Told {
    format: Format,
    lines: Vec<Value>,
}

impl Told {
    async fn add(&mut self, queue: &Arc<dyn Queue>, jobs: Vec<(NewJob, Document)>) -> Result<()> {
        let (jobs, documents): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        for (added, document) in queue.add(jobs).await?.into_iter().zip(documents) {
            let line = Line {
                id: added.id,
                new: added.new,
                file: document.source,
                invoice: document.invoice.number.clone(),
            };
            match self.format {
                Format::Text => {
                    let what = if line.new { "added" } else { "waits already" };
                    let number = line.invoice.as_deref().unwrap_or("no number");
                    say(&printable(&format!(
                        "{}  {what}  {}  {number}\n",
                        line.id, line.file
                    )))?;
                }
                Format::Ndjson => say(&format!("{}\n", serde_json::to_string(&line)?))?,
                Format::Json => self.lines.push(serde_json::to_value(&line)?),
            }
        }
        Ok(())
    }

    fn end(self) -> Result<()> {
        if self.format == Format::Json {
            say(&format!("{}\n", serde_json::to_string(&self.lines)?))?;
        }
        Ok(())
    }
}

async fn list(
    state: Option<State>,
    page: Page,
    format: Format,
    queue: &Arc<dyn Queue>,
) -> Result<Exit> {
    let listing = Listing {
        state,
        tenant: page.tenant,
        after: page.after.map(|id| id.trim().to_uppercase()),
        most: page.limit,
    };
    let records = queue.list(&listing).await?;
    match format {
        Format::Text => {
            for record in &records {
                say(&row(record))?;
            }
        }
        Format::Json => say(&format!("{}\n", serde_json::to_string(&records)?))?,
        Format::Ndjson => {
            for record in &records {
                say(&format!("{}\n", serde_json::to_string(record)?))?;
            }
        }
    }
    Ok(Exit::Good)
}

/// A job in a line.
fn row(record: &Record) -> String {
    let tail = record
        .reason
        .as_ref()
        .or(record.verdict.as_ref())
        .map_or_else(String::new, |tail| format!("  {tail}"));
    printable(&format!(
        "{}  {:<9}  {}  attempts {}{tail}\n",
        record.id, record.state, record.source, record.attempts
    ))
}

/// A job in full.
fn card(record: &Record) -> String {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let waits = matches!(record.state, State::Scheduled | State::Ready);
    let lines = [
        ("state", Some(record.state.to_string())),
        ("source", Some(record.source.clone())),
        ("tenant", Some(record.tenant.clone())),
        ("vendor", Some(record.vendor.clone())),
        ("priority", Some(record.priority.to_string())),
        ("as of", record.as_of.clone()),
        ("attempts", Some(record.attempts.to_string())),
        ("added", time(Some(record.added))),
        ("not before", time(waits.then_some(record.due))),
        ("leased until", time(record.lease_until)),
        ("ended", time(record.ended)),
        ("reason", record.reason.clone()),
        ("verdict", record.verdict.clone()),
        ("document", Some(record.document.clone())),
        ("trace", record.traceparent.clone()),
    ];
    let said = lines.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("  {name:<13}{value}\n"))
    });
    printable(&format!("{}\n{}", record.id, said.collect::<String>()))
}

fn figures(stats: &Stats) -> String {
    let Stats {
        waiting,
        leased,
        done,
        dead,
        paused,
        oldest_waiting_s,
    } = stats;
    let oldest = if *oldest_waiting_s > 0 {
        format!(", the oldest for {oldest_waiting_s} s")
    } else {
        String::new()
    };
    let note = if *paused {
        "paused: `satyapan queue resume` lets workers claim jobs again\n"
    } else {
        ""
    };
    format!("waiting {waiting}{oldest}\nleased  {leased}\ndone    {done}\ndead    {dead}\n{note}")
}
