//! `explain`: a stored verdict again, with its route and what would change it.

use agent::engine::Mode;
use anyhow::{Result, bail};
use domain::{
    Policy,
    review::Review,
    verdict::{Decision, Verdict},
};
use serde_json::Value;

use super::{say, style};
use crate::{
    Exit,
    cli::{Common, Explain, Format, Reasoner, Terms},
    render,
    settings::Settings,
    wiring::{
        Session,
        review::with_reviews,
        stored::{self, Record},
    },
};

pub(crate) async fn run(args: Explain, common: &Common, settings: &Settings) -> Result<Exit> {
    let stored::Past {
        verdict,
        reviews,
        record,
    } = stored::past(&args.id, args.store.as_deref(), settings).await?;
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
        Format::Json => say(&format!(
            "{}\n",
            serde_json::to_string_pretty(&told(&verdict, &reviews)?)?
        ))?,
        Format::Ndjson => say(&format!("{}\n", told(&verdict, &reviews)?))?,
        Format::Text => {
            let style = style(common, args.reveal, args.show_sets);
            let resolved = reviews.iter().any(|review| review.effect.resolves());
            let (input, pruned) = match record {
                Record::Kept(input) => (Some(*input), None),
                Record::Pruned(at) => (None, Some(at)),
            };
            let policy = match &input {
                Some(input) => std::sync::Arc::clone(&input.policy),
                None => std::sync::Arc::new(Policy::builtin()?),
            };
            let mut approval = None;
            if let Some(input) =
                input.filter(|_| verdict.decision != Decision::Approve && !resolved)
            {
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
            say(&render::verdict(
                &verdict,
                approval.as_ref(),
                &policy,
                style,
            ))?;
            for review in &reviews {
                say(&format!("\n{}", render::review::review(review, style)))?;
            }
            if let Some(at) = pruned {
                let at = agent::review::ist(&at);
                say(&format!(
                    "\nnote: the record was pruned on {at}; what would approve it cannot be tried any more\n"
                ))?;
            }
            say(&render::route(&verdict, style))?;
        }
    }
    Ok(Exit::Good)
}

fn told(verdict: &Verdict, reviews: &[Review]) -> Result<Value> {
    with_reviews(serde_json::to_value(verdict)?, reviews)
}
