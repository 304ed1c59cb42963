//! `review`: a person resolves a hold.

use std::sync::Arc;

use agent::{engine::Journal, review::Answer};
use anyhow::{Context, Result};
use domain::review::{Effect, Resolution};

use super::{say, style};
use crate::{
    Exit,
    cli::{Common, Decide, Format, Review},
    render,
    settings::Settings,
    wiring::{self, review, stored},
};

pub(crate) async fn run(args: Review, common: &Common, settings: &Settings) -> Result<Exit> {
    let by = args
        .by
        .or_else(login)
        .context("who decides? write --by NAME, or set SATYAPAN_REVIEWER")?;
    let store = wiring::open_store(args.store.as_deref(), settings).await?;
    let journal: Arc<dyn Journal> = stored::journal(store.as_ref()).await?;
    let callbacks = Arc::new(settings.callbacks.clone());
    let reviewer = review::reviewer(&store, &journal, &settings.review, &callbacks)?;
    let decision = match args.decision {
        Decide::Approve => Resolution::Approve,
        Decide::Reject => Resolution::Reject,
    };
    let answer = Answer {
        decision,
        reason: args.reason,
        by,
    };
    let made = reviewer.review(&args.id, answer).await;
    drop(reviewer);
    if let Err(error) = store.checkpoint().await {
        tracing::debug!("The log was not folded into the store: {error}");
    }
    let made = made?;
    match args.format {
        Format::Text => say(&render::review::review(&made, style(common, false, false)))?,
        Format::Json => say(&format!("{}\n", serde_json::to_string_pretty(&made)?))?,
        Format::Ndjson => say(&format!("{}\n", serde_json::to_string(&made)?))?,
    }
    Ok(match made.effect {
        Effect::Approved | Effect::Rejected => Exit::Good,
        Effect::Proposed | Effect::Held => Exit::Findings,
    })
}

/// The name that this person logged in with.
fn login() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
}

/// The reviews of a stored case beside what its record gives when it is run again; only those that differ.
pub(super) async fn differing(
    id: &str,
    store: Option<&str>,
    settings: &Settings,
) -> Result<Vec<String>> {
    let opened = wiring::open_store(store, settings).await?;
    let journal: Arc<dyn Journal> = stored::journal(opened.as_ref()).await?;
    let callbacks = Arc::new(settings.callbacks.clone());
    let reviewer = review::reviewer(&opened, &journal, &settings.review, &callbacks)?;
    let again = reviewer.replay(id).await?;
    Ok(again
        .into_iter()
        .filter(|(was, now)| was != now)
        .map(|(was, now)| {
            format!(
                "review {}: was {}, is {}",
                was.id,
                was.effect.name(),
                now.effect.name()
            )
        })
        .collect())
}
