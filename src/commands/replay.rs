//! `replay`: a stored case again from its recorded observations, as it was or under another policy.

use std::sync::Arc;

use agent::{Input, engine::Mode};
use anyhow::Result;
use domain::{
    Severity,
    verdict::{OutcomeName, Verdict},
};
use serde::Serialize;
use serde_json::Value;

use super::{review, say};
use crate::{
    Exit,
    cli::{Format, Reasoner, Replay, Terms},
    settings::Settings,
    wiring::{self, Session, stored},
};

/// What differs between the stored verdict and the one reached now.
#[derive(Debug, Serialize)]
struct Report {
    id: String,
    was: &'static str,
    now: &'static str,
    differences: Vec<String>,
}

pub(crate) async fn run(args: Replay, settings: &Settings) -> Result<Exit> {
    let past = stored::past(&args.id, args.store.as_deref(), settings).await?;
    let (verdict, reviewed) = (past.verdict.clone(), !past.reviews.is_empty());
    let input = past.input()?;
    let terms = Terms {
        book: None,
        store: args.store.clone(),
        as_of: Some(input.as_of),
        policy: None,
        reasoner: Some(Reasoner::Rules),
    };
    let session = Session::open(&terms, settings).await?;
    let replayed = match &args.policy {
        None => session.replay(input, Mode::Replay).await?,
        Some(file) => {
            // The case stays the one that was recorded; only what it is judged by changes.
            let policy = Arc::new(wiring::policy(Some(file))?);
            let changed = Input {
                policy,
                recorded_as: Some(input.key()),
                ..input
            };
            session.replay(changed, Mode::WhatIf).await?
        }
    };
    session.close().await;
    let mut differences = differences(&verdict, &replayed.verdict, args.policy.is_none())?;
    if reviewed && args.policy.is_none() {
        let store = args.store.as_deref();
        differences.extend(review::differing(&verdict.id, store, settings).await?);
    }
    let report = Report {
        id: verdict.id.clone(),
        was: verdict.decision.name(),
        now: replayed.verdict.decision.name(),
        differences,
    };
    if args.format == Format::Text {
        let head = match (args.policy.is_some(), report.differences.is_empty()) {
            (false, true) => format!("{}: the same verdict ({})\n", report.id, report.was),
            (true, true) => format!(
                "{}: the policy changes nothing ({})\n",
                report.id, report.was
            ),
            _ => format!("{}: was {}, is {}\n", report.id, report.was, report.now),
        };
        say(&head)?;
        for difference in &report.differences {
            say(&format!("  {difference}\n"))?;
        }
    } else {
        say(&format!("{}\n", serde_json::to_string(&report)?))?;
    }
    Ok(if report.differences.is_empty() {
        Exit::Good
    } else {
        Exit::Findings
    })
}

/// Findings that differ, then, on a strict replay, every other member but for times and the audit link.
fn differences(was: &Verdict, now: &Verdict, strict: bool) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for finding in &was.findings {
        let other = now.findings.iter().find(|f| f.check == finding.check);
        let name = |o: OutcomeName| match o {
            OutcomeName::Pass => "pass",
            OutcomeName::Fail => "fail",
            OutcomeName::Unverified => "unverified",
            OutcomeName::NotApplicable => "not applicable",
        };
        let weight = |s: Severity| match s {
            Severity::Reject => "reject",
            Severity::Hold => "hold",
            Severity::Info => "info",
        };
        match other {
            None => out.push(format!("{}: no longer judged", finding.check)),
            Some(other)
                if (other.outcome, other.severity) != (finding.outcome, finding.severity) =>
            {
                out.push(format!(
                    "{}: was {} ({}), is {} ({})",
                    finding.check,
                    name(finding.outcome),
                    weight(finding.severity),
                    name(other.outcome),
                    weight(other.severity)
                ));
            }
            Some(other) if strict && other != finding => {
                out.push(format!(
                    "{}: the finding is worded or cited otherwise",
                    finding.check
                ));
            }
            Some(_) => {}
        }
    }
    for finding in &now.findings {
        if !was.findings.iter().any(|f| f.check == finding.check) {
            out.push(format!("{}: judged now, not then", finding.check));
        }
    }
    if was.decision != now.decision && out.is_empty() {
        out.push(format!(
            "decision: was {}, is {}",
            was.decision.name(),
            now.decision.name()
        ));
    }
    if strict && out.is_empty() {
        let (was, now) = (comparable(was)?, comparable(now)?);
        for (member, value) in was.as_object().into_iter().flatten() {
            if now.get(member) != Some(value) {
                out.push(format!("{member}: differs"));
            }
        }
    }
    Ok(out)
}

/// A verdict without what no replay can repeat: how long it took, and its place in the chain.
fn comparable(verdict: &Verdict) -> Result<Value> {
    let mut value = serde_json::to_value(verdict)?;
    if let Some(members) = value.as_object_mut() {
        members.shift_remove("audit");
        members.shift_remove("usage");
    }
    for step in value["trace"].as_array_mut().into_iter().flatten() {
        if let Some(step) = step.as_object_mut() {
            step.shift_remove("elapsed_us");
        }
    }
    Ok(value)
}
