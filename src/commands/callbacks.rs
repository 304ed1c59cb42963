//! `callbacks`: what is on its way to receivers, looked at and put right by hand.

use anyhow::{Result, bail};
use callbacks::{Entry, State, Wanted};
use jiff::SignedDuration;

use super::{queue::counted, say};
use crate::{
    Exit,
    cli::{CallbacksArgs, CallbacksCommand, Format},
    render::printable,
    settings::Settings,
    wiring,
};

pub(crate) async fn run(args: CallbacksArgs, settings: &Settings) -> Result<Exit> {
    let store = wiring::open_store(args.store.as_deref(), settings).await?;
    let outbox = store.outbox();
    let format = args.format;
    let now = store.clock().now();
    let exit = match args.command {
        CallbacksCommand::List { state, to, limit } => {
            let wanted = Wanted {
                state,
                endpoint: to,
                limit,
            };
            list(&outbox.list(&wanted).await?, format)?
        }
        CallbacksCommand::Replay { id, to } => {
            let again = outbox.replay(&id, to.as_deref(), now).await?;
            if again == 0 {
                let to = to.map_or_else(String::new, |to| format!(" to {to}"));
                bail!("{id}: is no message{to}; `satyapan callbacks list` prints ids");
            }
            counted(format, "replayed", again)?
        }
        CallbacksCommand::Enable { receiver } => {
            if !outbox.enable(&receiver, now).await? {
                bail!(
                    "{receiver}: is no receiver that is gone, so nothing was changed; `satyapan callbacks list --state \
                     gone` shows who is"
                );
            }
            counted(format, "enabled", 1)?
        }
        CallbacksCommand::Prune { state, older_than } => {
            if state == State::Waiting {
                bail!("what waits is still to be delivered; only what came to an end is forgotten");
            }
            let age = SignedDuration::from_hours(24 * i64::from(older_than));
            let before = now.checked_sub(age)?;
            counted(format, "pruned", outbox.prune(state, before).await?)?
        }
    };
    store.close().await;
    Ok(exit)
}

fn list(entries: &[Entry], format: Format) -> Result<Exit> {
    match format {
        Format::Text => say(&table(entries))?,
        Format::Json => say(&format!("{}\n", serde_json::to_string(entries)?))?,
        Format::Ndjson => {
            for entry in entries {
                say(&format!("{}\n", serde_json::to_string(entry)?))?;
            }
        }
    }
    Ok(Exit::Good)
}

/// A message in a line, receivers below one another.
fn table(entries: &[Entry]) -> String {
    let wide = entries.iter().map(|entry| entry.endpoint.chars().count());
    let wide = wide.max().unwrap_or_default();
    let rows = entries.iter().map(|entry| {
        let next = (entry.state == State::Waiting).then(|| format!("  next {}", entry.due));
        let tail = Some(&entry.detail).filter(|detail| !detail.is_empty());
        let tail = tail.map(|detail| format!("  {detail}"));
        printable(&format!(
            "{}  {:<9}  {:<wide$}  {}  attempts {}{}{}\n",
            entry.id,
            entry.state,
            entry.endpoint,
            entry.kind,
            entry.attempts,
            next.unwrap_or_default(),
            tail.unwrap_or_default(),
        ))
    });
    rows.collect()
}
