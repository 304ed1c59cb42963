//! `audit verify`: every link of the chain of stored verdicts.

use anyhow::Result;

use super::say;
use crate::{Exit, cli::Format, settings::Settings, wiring};

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
