//! `store`: a copy while it is in use, what may go, its schema, what is in it.

use anyhow::{Result, bail};
use store::{Info, Pruned};

use super::say;
use crate::{
    Exit,
    cli::{Format, StoreCommand},
    settings::Settings,
    wiring::{self, review},
};

pub(crate) async fn run(command: StoreCommand, settings: &Settings) -> Result<Exit> {
    match command {
        StoreCommand::Backup { to, store, format } => {
            let store = wiring::open_store(store.as_deref(), settings).await?;
            let copied = store.backup(&to).await?;
            let text = format!(
                "{}: {} bytes; {} links hold; head {}\n",
                copied.file.display(),
                copied.bytes,
                copied.links,
                copied.head
            );
            told(format, &copied, &text)?;
        }
        StoreCommand::Prune {
            older_than,
            dry_run,
            store,
            format,
        } => {
            let Some(days) = older_than.or(settings.retention.days()) else {
                bail!(
                    "store prune: how long is a record kept? Write --older-than DAYS, or set retention.record_days; \
                     nothing was pruned"
                );
            };
            let store = wiring::open_store(store.as_deref(), settings).await?;
            let pruned = review::prune(store.as_ref(), days, dry_run).await?;
            told(format, &pruned, &gone(&pruned))?;
        }
        StoreCommand::Migrate { store, format } => {
            let url = store.as_deref().unwrap_or(&settings.store.url);
            let (opened, steps) = store::migrate(url).await?;
            let schema = opened.info().await?.schema;
            let applied = steps.iter();
            let applied = applied.map(|step| format!("applied {} {}", step.version, step.name));
            let now = match steps.len() {
                0 => format!("nothing to apply; the schema is version {schema}"),
                _ => format!("the schema is version {schema}"),
            };
            told(format, &steps, &lines(applied.chain([now])))?;
            opened.close().await;
        }
        StoreCommand::Info { store, format } => {
            let store = wiring::open_store(store.as_deref(), settings).await?;
            let info = store.info().await?;
            told(format, &info, &listed(&info))?;
        }
    }
    Ok(Exit::Good)
}

fn told<T: serde::Serialize>(format: Format, value: &T, text: &str) -> Result<()> {
    match format {
        Format::Text => say(text)?,
        Format::Json => say(&format!("{}\n", serde_json::to_string_pretty(value)?))?,
        Format::Ndjson => say(&format!("{}\n", serde_json::to_string(value)?))?,
    }
    Ok(())
}

fn lines(lines: impl IntoIterator<Item = String>) -> String {
    let mut text: String = lines.into_iter().collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn gone(pruned: &Pruned) -> String {
    let verb = if pruned.dry_run { "would go" } else { "gone" };
    let cases = format!(
        "{} cases finished before {}: {} runs folded, {} journal entries and {} stored inputs {verb}",
        pruned.cases, pruned.before, pruned.runs, pruned.entries, pruned.blobs
    );
    let ended = format!(
        "{} jobs and {} callbacks that had ended by then {verb}",
        pruned.jobs, pruned.callbacks
    );
    let kept = "verdicts, reviews and the audit chain are kept".to_owned();
    lines([cases, ended, kept])
}

fn listed(info: &Info) -> String {
    let tally = |counts: &std::collections::BTreeMap<String, i64>| {
        let list: Vec<String> = counts
            .iter()
            .map(|(name, n)| format!("{n} {name}"))
            .collect();
        if list.is_empty() {
            "none".to_owned()
        } else {
            list.join(", ")
        }
    };
    let span = match (&info.oldest, &info.newest) {
        (Some(oldest), Some(newest)) => format!("{oldest} to {newest}"),
        _ => "none".to_owned(),
    };
    let size = match info.free_bytes {
        Some(free) => format!("{} bytes, {free} of them free", info.bytes),
        None => format!("{} bytes", info.bytes),
    };
    let rows = [
        ("schema", format!("version {}", info.schema)),
        ("size", size),
        ("book", tally(&info.book)),
        (
            "verdicts",
            format!("{}; {} holds open", tally(&info.verdicts), info.open_holds),
        ),
        ("from, to", span),
        ("reviews", tally(&info.reviews)),
        (
            "audit",
            format!("{} links; head {}", info.chain_links, info.chain_head),
        ),
        (
            "journal",
            format!(
                "{} runs, {} pruned, {} entries",
                info.runs, info.pruned_runs, info.journal_entries
            ),
        ),
        ("inputs", info.blobs.to_string()),
    ];
    lines(rows.map(|(name, value)| format!("{name:<10}{value}")))
}
