//! `verify`: each invoice, in the order of the input; one that cannot be read never stops the others.

use std::sync::Arc;

use agent::what_if::Assumption;
use anyhow::Context;
use domain::verdict::{Decision, Verdict};
use futures::stream::{self, StreamExt};

use super::{Progress, complain, say, style};
use crate::{
    Exit,
    cli::{Common, FailOn, Format, Verify},
    documents,
    render::{self, Style},
    settings::Settings,
    wiring::{Session, Verified, process::cores},
};

pub(crate) async fn run(
    args: Verify,
    common: &Common,
    settings: &Settings,
) -> anyhow::Result<Exit> {
    if args.files.len() > settings.limits.files {
        anyhow::bail!(
            "{} files; at most {} are read in one call (limits.files)",
            args.files.len(),
            settings.limits.files
        );
    }
    let assumptions = args
        .set
        .iter()
        .map(|text| Assumption::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    let session = Session::open(&args.terms, settings).await?;
    let style = style(common, args.reveal, args.show_sets);
    let policy = session.policy();
    let mut printer = Printer {
        format: args.format,
        style,
        first: true,
    };
    let mut exit = Exit::Good;
    let mut tally = [0_usize; 3];
    let mut progress = Progress::new(args.files.len());
    // Files are read ahead; invoices are judged one after another, since each is history for those after it.
    let cores = cores();
    let limits = Arc::new(settings.limits.clone());
    let mut reading = stream::iter(args.files)
        .map(|file| {
            let limits = Arc::clone(&limits);
            tokio::task::spawn_blocking(move || documents::read_file(&file, &limits))
        })
        .buffered(args.jobs.unwrap_or(cores).max(1));
    while let Some(documents) = reading.next().await {
        for read in documents.context("a file was not read to its end")? {
            let document = match read {
                Ok(document) => document,
                Err(error) => {
                    complain(&error.to_string());
                    exit = Exit::Unreadable;
                    continue;
                }
            };
            let verified = if assumptions.is_empty() {
                session.verify(&document).await
            } else {
                session.what_if(&document, &assumptions).await
            };
            let Verified { verdict, case } = match verified {
                Ok(verified) => verified,
                Err(error) => {
                    complain(&format!("{}: {error:#}", document.source));
                    exit = Exit::Unreadable;
                    continue;
                }
            };
            let approval = match &case {
                // Where every check has passed and something is doubted, no record can be mended: a person looks.
                Some(case)
                    if args.format == Format::Text
                        && verdict.decision != Decision::Approve
                        && agent::claims::blocking(&case.outcomes, &policy)
                            .next()
                            .is_some() =>
                {
                    Some(session.agent().what_would_approve(case).await?)
                }
                _ => None,
            };
            exit = exit.max(exit_of(verdict.decision, args.fail_on, args.exit_zero));
            if let Some(count) = tally.get_mut(match verdict.decision {
                Decision::Approve => 0,
                Decision::Hold => 1,
                Decision::Reject => 2,
            }) {
                *count += 1;
            }
            printer.print(&verdict, approval.as_ref(), &policy)?;
        }
        let [approved, held, rejected] = tally;
        progress.step(&format!("approve {approved} hold {held} reject {rejected}"));
    }
    printer.end()?;
    session.close().await;
    Ok(exit)
}

fn exit_of(decision: Decision, fail_on: FailOn, exit_zero: bool) -> Exit {
    let from = match fail_on {
        FailOn::Hold => Decision::Hold,
        FailOn::Reject => Decision::Reject,
    };
    if decision >= from && !exit_zero {
        Exit::Findings
    } else {
        Exit::Good
    }
}

/// Verdicts on stdout, each as soon as it is known: a million of them take no more memory than one.
pub(crate) struct Printer {
    pub(crate) format: Format,
    pub(crate) style: Style,
    pub(crate) first: bool,
}

impl Printer {
    pub(crate) fn print(
        &mut self,
        verdict: &Verdict,
        approval: Option<&agent::approval::Approval>,
        policy: &domain::Policy,
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Text => say(&render::verdict(verdict, approval, policy, self.style))?,
            Format::Ndjson => say(&format!("{}\n", serde_json::to_string(verdict)?))?,
            Format::Json => {
                let lead = if self.first { "[" } else { ",\n" };
                say(&format!("{lead}{}", serde_json::to_string_pretty(verdict)?))?;
            }
        }
        self.first = false;
        Ok(())
    }

    /// Closes the JSON array.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        if self.format == Format::Json {
            say(if self.first { "[]\n" } else { "]\n" })?;
        }
        Ok(())
    }
}
