//! `doctor`: is the set-up sound? One line a check, and its mend below it.

use anyhow::Result;
use domain::{Law, Policy};
use serde::Serialize;

use super::say;
use crate::{
    Exit,
    cli::{Format, Terms},
    settings::Settings,
    wiring::{
        self,
        connections::{self, Look},
    },
};

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    ok: bool,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
}

impl From<Look> for Line {
    fn from(look: Look) -> Self {
        let (ok, detail) = match look.result {
            Ok(detail) => (true, detail),
            Err(error) => (false, format!("{error:#}")),
        };
        Self {
            name: look.name,
            ok,
            detail,
            mend: (!ok).then_some(look.mend),
        }
    }
}

pub(crate) async fn run(terms: Terms, format: Format, settings: &Settings) -> Result<Exit> {
    let own = |name: &str, result, mend| Look {
        name: name.to_owned(),
        result,
        mend,
    };
    let mut looks = vec![
        own(
            "law",
            Law::builtin()
                .map(|law| format!("version {}", law.version()))
                .map_err(Into::into),
            "the release is broken; install it again",
        ),
        own(
            "policy",
            wiring::policy(terms.policy.as_deref())
                .map(|Policy { name, version, .. }| format!("{name} {version}")),
            "compare the file with config/policy.toml",
        ),
        own("graph", graph(), "the release is broken; install it again"),
    ];
    looks.extend(Box::pin(connections::looks(&terms, settings)).await);
    let lines: Vec<Line> = looks.into_iter().map(Line::from).collect();
    let sound = lines.iter().all(|l| l.ok);
    if format == Format::Text {
        let width = lines.iter().map(|l| l.name.len()).max().unwrap_or(0) + 2;
        for l in &lines {
            say(&format!(
                "[{}] {:<width$}{}\n",
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

/// Only whether a running daemon answers: at this URL, or, where it is empty, where one of these settings listens.
pub(crate) fn probe(url: &str, settings: &Settings) -> Result<Exit> {
    let answered = if url.is_empty() {
        super::probe::probe(&super::probe::own(&settings.server))
    } else {
        super::probe::probe(url)
    };
    match answered {
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
