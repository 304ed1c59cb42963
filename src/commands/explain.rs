//! `explain`: a stored verdict again, with its route and what would change it.

use agent::engine::Mode;
use anyhow::{Result, bail};
use domain::verdict::Decision;

use super::{say, style};
use crate::{
    Exit,
    cli::{Common, Explain, Format, Reasoner, Terms},
    render,
    settings::Settings,
    wiring::{Session, stored},
};

pub(crate) async fn run(args: Explain, common: &Common, settings: &Settings) -> Result<Exit> {
    let stored::Past { verdict, input } =
        stored::past(&args.id, args.store.as_deref(), settings).await?;
    if let Some(wanted) = &args.evidence {
        let Some(evidence) = verdict
            .evidence
            .iter()
            .find(|e| e.id.to_string() == *wanted)
        else {
            let ids: Vec<String> = verdict.evidence.iter().map(|e| e.id.to_string()).collect();
            bail!(
                "{wanted}: the verdict has no such evidence; it has {}",
                ids.join(", ")
            );
        };
        say(&format!("{}\n", serde_json::to_string_pretty(evidence)?))?;
        return Ok(Exit::Good);
    }
    match args.format {
        Format::Json => say(&format!("{}\n", serde_json::to_string_pretty(&verdict)?))?,
        Format::Ndjson => say(&format!("{}\n", serde_json::to_string(&verdict)?))?,
        Format::Text => {
            let policy = std::sync::Arc::clone(&input.policy);
            let mut approval = None;
            if verdict.decision != Decision::Approve {
                let terms = Terms {
                    book: None,
                    store: args.store.clone(),
                    as_of: Some(input.as_of),
                    policy: None,
                    reasoner: Some(Reasoner::Rules),
                };
                let session = Session::open(&terms, settings).await?;
                if let Some(case) = session.replay(input, Mode::Replay).await?.case {
                    approval = Some(session.agent().what_would_approve(&case).await?);
                }
                session.close().await;
            }
            let style = style(common, args.reveal, args.show_sets);
            say(&render::verdict(
                &verdict,
                approval.as_ref(),
                &policy,
                style,
            ))?;
            say(&render::route(&verdict, style))?;
        }
    }
    Ok(Exit::Good)
}
