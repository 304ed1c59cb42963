//! `doctor`: is the set-up sound? One line a check, and its mend below it.

use anyhow::Result;
use domain::{Law, Policy};
use serde::Serialize;

use super::say;
use crate::{
    Exit,
    cli::{Format, Terms},
    settings::Settings,
    wiring::{self, Session},
};

#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    ok: bool,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
}

pub(crate) async fn run(terms: Terms, format: Format, settings: &Settings) -> Result<Exit> {
    let mut lines = Vec::new();
    let mut line = |name, result: Result<String>, mend| {
        let (ok, detail) = match result {
            Ok(detail) => (true, detail),
            Err(error) => (false, format!("{error:#}")),
        };
        lines.push(Line {
            name,
            ok,
            detail,
            mend: (!ok).then_some(mend),
        });
    };
    line(
        "law",
        Law::builtin()
            .map(|law| format!("version {}", law.version()))
            .map_err(Into::into),
        "the release is broken; install it again",
    );
    line(
        "policy",
        wiring::policy(terms.policy.as_deref())
            .map(|Policy { name, version, .. }| format!("{name} {version}")),
        "compare the file with config/policy.toml",
    );
    line("graph", graph(), "the release is broken; install it again");
    if terms.book.is_none() {
        let url = terms
            .store
            .clone()
            .unwrap_or_else(|| settings.store.url.clone());
        line(
            "store",
            store(&url, settings).await,
            "check the path or the server, its permissions and its password, or name another with --store",
        );
    }
    line(
        "portal",
        portal(&terms, settings).await,
        "check portal.base_url (SATYAPAN__PORTAL__BASE_URL), the network, and the provider's credentials",
    );
    if settings.model.base_url.is_some() {
        line(
            "model",
            wiring::counsel::model_answers(settings).await,
            "check OPENAI_BASE_URL (model.base_url), OPENAI_MODEL (model.name), the key and the network",
        );
    } else {
        line(
            "model",
            Ok("none configured: the rules alone".to_owned()),
            "",
        );
    }
    let sound = lines.iter().all(|l| l.ok);
    if format == Format::Text {
        for l in &lines {
            say(&format!(
                "[{}] {:<8}{}\n",
                if l.ok { "ok" } else { "!!" },
                l.name,
                l.detail
            ))?;
            if let Some(mend) = l.mend {
                say(&format!("     mend: {mend}\n"))?;
            }
        }
    } else {
        say(&format!("{}\n", serde_json::to_string(&lines)?))?;
    }
    Ok(if sound { Exit::Good } else { Exit::Findings })
}

/// Only whether a running daemon answers.
pub(crate) fn probe(url: &str) -> Result<Exit> {
    match super::probe::probe(url) {
        Ok(detail) => {
            say(&format!("{detail}\n"))?;
            Ok(Exit::Good)
        }
        Err(error) => {
            super::complain(&format!("{error:#}"));
            Ok(Exit::Findings)
        }
    }
}

fn graph() -> Result<String> {
    let agent = agent::Agent::new(
        agent::Toolbox::default(),
        std::sync::Arc::new(agent::engine::NoJournal),
        agent::Loops::default(),
        agent::engine::Budget::default(),
    )?;
    Ok(format!(
        "proved, hash {}",
        agent
            .machine()
            .hash()
            .to_string()
            .get(..12)
            .unwrap_or_default()
    ))
}

async fn store(url: &str, settings: &Settings) -> Result<String> {
    let store = wiring::open_store(Some(url), settings).await?;
    let report = store.audit_verify().await?;
    let place = store.place();
    match report.first_bad {
        None => Ok(format!(
            "{place}, {} verdicts, audit chain holds",
            report.links
        )),
        Some(fault) => anyhow::bail!(
            "{place}: the audit chain breaks at link {}: {}",
            fault.seq,
            fault.problem
        ),
    }
}

async fn portal(terms: &Terms, settings: &Settings) -> Result<String> {
    let session = Session::open(terms, settings).await?;
    let detail = session.portal_answers().await?;
    session.close().await;
    Ok(detail)
}
