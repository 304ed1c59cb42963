//! `eval`: a labelled corpus, each invoice judged against its book alone.

use std::{
    collections::BTreeMap,
    io::BufRead,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};
use domain::{Date, Decimal, Severity, verdict::Decision};
use futures::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};

use super::{Progress, say};
use crate::{
    Exit,
    cli::{Eval, Format, Reasoner, Terms},
    documents,
    render::percent,
    settings::Settings,
    wiring::{Session, process::cores},
};

#[derive(Debug, Clone, Deserialize)]
struct Label {
    file: String,
    as_of: String,
    decision: Decision,
    checks: Vec<String>,
}

/// What is counted of a verdict.
struct Judged {
    decision: Decision,
    /// Ids and severities of failed checks.
    failed: Vec<(&'static str, Severity)>,
    llm_calls: usize,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    tp: u32,
    fp: u32,
    #[serde(rename = "fn")]
    missed: u32,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    precision: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    recall: Decimal,
}

#[derive(Debug, Serialize)]
struct Mismatch {
    file: String,
    expected: Decision,
    got: Option<Decision>,
    missing: Vec<String>,
    unexpected: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Figures {
    invoices: u32,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    decision_accuracy: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    false_approve_rate: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    false_alarm_rate: Decimal,
    confusion: BTreeMap<&'static str, BTreeMap<&'static str, u32>>,
    checks: BTreeMap<String, Counts>,
    elapsed_ms: u64,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    invoices_per_second: Decimal,
    llm_calls: usize,
    mismatches: Vec<Mismatch>,
}

fn share(part: u32, whole: u32) -> Decimal {
    if whole == 0 {
        return Decimal::ZERO;
    }
    (Decimal::from(part) / Decimal::from(whole))
        .round_dp(6)
        .normalize()
}

fn labels(dir: &Path) -> Result<Vec<Label>> {
    let path = dir.join("labels.jsonl");
    let file = std::fs::File::open(&path).with_context(|| {
        format!(
            "{}: a labelled corpus has a labels.jsonl beside its book",
            path.display()
        )
    })?;
    let mut labels = Vec::new();
    for (index, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{}:{}", path.display(), index + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        labels.push(serde_json::from_str(&line).with_context(|| {
            format!(
                "{}:{}: a label is {{\"file\", \"as_of\", \"decision\", \"checks\"}}",
                path.display(),
                index + 1
            )
        })?);
    }
    if labels.is_empty() {
        bail!("{}: holds no label", path.display());
    }
    Ok(labels)
}

pub(crate) async fn run(args: Eval, settings: &Settings) -> Result<Exit> {
    let labels = labels(&args.dir)?;
    let terms = Terms {
        book: Some(args.dir.clone()),
        store: None,
        as_of: None,
        policy: args.policy.clone(),
        reasoner: Some(args.reasoner),
    };
    let session = Arc::new(Session::open(&terms, settings).await?);
    let cores = cores();
    let usual = match args.reasoner {
        Reasoner::Rules => cores * 32,
        // What waits for a model waits on the case's time.
        Reasoner::Openai => settings.model.concurrency,
    };
    let jobs = args.jobs.unwrap_or(usual).max(1);
    let progress = Arc::new(Mutex::new(Progress::new(labels.len())));
    let began = std::time::Instant::now();
    let limits = Arc::new(settings.limits.clone());
    let dir = Arc::new(args.dir);
    let mut results = Vec::with_capacity(labels.len());
    // A lane a core, each with many invoices under way: a task for each invoice would wake another thread at its end.
    let lanes = cores.min(jobs);
    let todo = Arc::new(Mutex::new(labels.into_iter().enumerate()));
    let running: Vec<_> = (0..lanes)
        .map(|lane| {
            let under_way = jobs / lanes + usize::from(lane < jobs % lanes);
            let (session, limits, dir, todo, progress) = (
                Arc::clone(&session),
                Arc::clone(&limits),
                Arc::clone(&dir),
                Arc::clone(&todo),
                Arc::clone(&progress),
            );
            let next = move || todo.lock().unwrap_or_else(PoisonError::into_inner).next();
            tokio::spawn(async move {
                stream::iter(std::iter::from_fn(next))
                    .map(async |(at, label)| {
                        let judged = judge(&session, &limits, &dir, &label).await;
                        progress
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .step("");
                        (at, label, judged)
                    })
                    .buffer_unordered(under_way)
                    .collect::<Vec<_>>()
                    .await
            })
        })
        .collect();
    for lane in running {
        results.extend(lane.await.context("a verification was aborted")?);
    }
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    drop(progress);
    results.sort_by_key(|(at, _, _)| *at);
    let figures = figures(results, elapsed_ms);
    match args.format {
        Format::Json => say(&format!("{}\n", serde_json::to_string_pretty(&figures)?))?,
        Format::Ndjson => say(&format!("{}\n", serde_json::to_string(&figures)?))?,
        Format::Text => say(&text(&figures))?,
    }
    let unreadable = figures.mismatches.iter().any(|m| m.error.is_some());
    Ok(match (unreadable, figures.mismatches.is_empty()) {
        (true, _) => Exit::Unreadable,
        (false, true) => Exit::Good,
        (false, false) => Exit::Findings,
    })
}

async fn judge(
    session: &Session,
    limits: &crate::settings::Limits,
    dir: &Path,
    label: &Label,
) -> Result<Judged> {
    let as_of: Date = label.as_of.parse().ok().with_context(|| {
        format!(
            "{}: the label's as_of \"{}\" is no day (YYYY-MM-DD)",
            label.file, label.as_of
        )
    })?;
    let mut read = documents::read_file(&dir.join(&label.file), limits);
    let (Some(document), None) = (read.pop(), read.pop()) else {
        bail!("{}: a labelled file holds one invoice", label.file);
    };
    let document = document.map_err(|error| anyhow::anyhow!("{error}"))?;
    let (decision, case) = session.judge_alone(&document, as_of).await?;
    // Only what is counted is kept: a million cases would not fit.
    let failed = case
        .outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_fail())
        .map(|(spec, _)| (spec.id, spec.severity(&case.input.policy)))
        .collect();
    let llm_calls = case.consulted.len();
    Ok(Judged {
        decision,
        failed,
        llm_calls,
    })
}

fn figures(results: Vec<(usize, Label, Result<Judged>)>, elapsed_ms: u64) -> Figures {
    let mut confusion: BTreeMap<&'static str, BTreeMap<&'static str, u32>> = BTreeMap::new();
    let mut checks: BTreeMap<String, Counts> = BTreeMap::new();
    let mut mismatches = Vec::new();
    let (mut invoices, mut right, mut llm_calls) = (0, 0, 0);
    let (mut bad, mut bad_approved, mut good, mut good_stopped) = (0, 0, 0, 0);
    for (_, label, judged) in results {
        invoices += 1;
        let verdict = match judged {
            Ok(verdict) => verdict,
            Err(error) => {
                mismatches.push(Mismatch {
                    file: label.file,
                    expected: label.decision,
                    got: None,
                    missing: label.checks,
                    unexpected: Vec::new(),
                    error: Some(format!("{error:#}")),
                });
                continue;
            }
        };
        llm_calls += verdict.llm_calls;
        *confusion
            .entry(label.decision.name())
            .or_default()
            .entry(verdict.decision.name())
            .or_default() += 1;
        match label.decision {
            Decision::Approve => {
                good += 1;
                good_stopped += u32::from(verdict.decision != Decision::Approve);
            }
            Decision::Hold | Decision::Reject => {
                bad += 1;
                bad_approved += u32::from(verdict.decision == Decision::Approve);
            }
        }
        right += u32::from(verdict.decision == label.decision);
        let failed = |id: &str| verdict.failed.iter().any(|(check, _)| *check == id);
        let mut missing = Vec::new();
        for id in &label.checks {
            let counts = checks.entry(id.clone()).or_default();
            if failed(id) {
                counts.tp += 1;
            } else {
                counts.missed += 1;
                missing.push(id.clone());
            }
        }
        let unexpected: Vec<String> = verdict
            .failed
            .iter()
            .filter(|(check, severity)| {
                *severity != Severity::Info && !label.checks.iter().any(|id| id == check)
            })
            .map(|(check, _)| (*check).to_owned())
            .collect();
        for id in &unexpected {
            checks.entry(id.clone()).or_default().fp += 1;
        }
        if verdict.decision != label.decision || !missing.is_empty() || !unexpected.is_empty() {
            mismatches.push(Mismatch {
                file: label.file,
                expected: label.decision,
                got: Some(verdict.decision),
                missing,
                unexpected,
                error: None,
            });
        }
    }
    for counts in checks.values_mut() {
        counts.precision = share(counts.tp, counts.tp + counts.fp);
        counts.recall = share(counts.tp, counts.tp + counts.missed);
    }
    let per_second =
        Decimal::from(invoices) * Decimal::from(1000) / Decimal::from(elapsed_ms.max(1));
    Figures {
        invoices,
        decision_accuracy: share(right, invoices),
        false_approve_rate: share(bad_approved, bad),
        false_alarm_rate: share(good_stopped, good),
        confusion,
        checks,
        elapsed_ms,
        invoices_per_second: per_second.round_dp(1),
        llm_calls,
        mismatches,
    }
}

fn text(figures: &Figures) -> String {
    use std::fmt::Write;
    let mut out = format!(
        "{} invoices in {} ms ({}/s)\ndecision accuracy   {}\nfalse approve rate  {}\nfalse alarm rate    {}\n",
        figures.invoices,
        figures.elapsed_ms,
        figures.invoices_per_second,
        percent(figures.decision_accuracy),
        percent(figures.false_approve_rate),
        percent(figures.false_alarm_rate),
    );
    let mut line = |text: String| {
        // Writing to a String cannot fail.
        if writeln!(out, "{text}").is_err() {}
    };
    line(format!(
        "\n{:<24}{:>6}{:>6}{:>6}{:>11}{:>9}",
        "check", "tp", "fp", "fn", "precision", "recall"
    ));
    for (id, c) in &figures.checks {
        line(format!(
            "{id:<24}{:>6}{:>6}{:>6}{:>11}{:>9}",
            c.tp,
            c.fp,
            c.missed,
            percent(c.precision),
            percent(c.recall)
        ));
    }
    for m in &figures.mismatches {
        let got = m.got.map_or("no verdict", Decision::name);
        line(format!(
            "\nmismatch {}: expected {}, got {got}; missing [{}], unexpected [{}]{}",
            m.file,
            m.expected.name(),
            m.missing.join(", "),
            m.unexpected.join(", "),
            m.error
                .as_deref()
                .map(|e| format!("; {e}"))
                .unwrap_or_default(),
        ));
    }
    out
}
