//! `audit`: the chain of the stored verdicts, and what models were asked.

use agent::engine::{RunId, paid};
use anyhow::Result;

use super::say;
use crate::{
    Exit,
    cli::Format,
    settings::Settings,
    wiring::{self, stored},
};

pub(crate) async fn verify(
    store: Option<String>,
    format: Format,
    settings: &Settings,
) -> Result<Exit> {
    let store = wiring::open_store(store.as_deref(), settings).await?;
    let report = store.audit_verify().await?;
    if format == Format::Text {
        say(&match &report.first_bad {
            None => format!("{} links hold; head {}\n", report.links, report.head),
            Some(fault) => format!(
                "broken at link {}{}: {}; {} links before it hold\n",
                fault.seq,
                fault
                    .id
                    .as_deref()
                    .map(|id| format!(" (verdict {id})"))
                    .unwrap_or_default(),
                fault.problem,
                report.links
            ),
        })?;
    } else {
        say(&format!("{}\n", serde_json::to_string(&report)?))?;
    }
    Ok(if report.first_bad.is_none() {
        Exit::Good
    } else {
        Exit::Findings
    })
}

/// The prompts of a case or of an answer, from its journal, whose chain is verified on the way.
pub(crate) async fn prompts(id: &str, store: Option<&str>, settings: &Settings) -> Result<Exit> {
    let journal = stored::journal(wiring::open_store(store, settings).await?.as_ref()).await?;
    let answer = agent::ask::run(id);
    let run = if journal.load(&answer).await?.is_empty() {
        RunId::new(stored::past(id, store, settings).await?.input()?.key())
    } else {
        answer
    };
    for call in paid(journal.as_ref(), &run).await? {
        say(&format!("{}\n", serde_json::to_string(&call)?))?;
    }
    Ok(Exit::Good)
}
