//! `graph`, `checks`, `tools`, `completions`: what there is.

use std::sync::Arc;

use agent::{
    Agent, Asker, Loops, Toolbox,
    engine::{Budget, Journal, Machine, NoJournal, State},
    review,
};
use clap::CommandFactory;
use serde_json::json;

use super::say;
use crate::{
    Exit,
    cli::{Cli, Drawing, Format, Of},
    settings::Settings,
    wiring,
};

/// Draws a machine from the graph itself.
pub(crate) fn graph(of: Of, format: Drawing) -> anyhow::Result<Exit> {
    let (tools, loops, budget) = (Toolbox::default(), Loops::default(), Budget::default());
    let mut drawn = match of {
        Of::Verify => drawn(
            Agent::new(tools, Arc::new(NoJournal), loops, budget)?.machine(),
            format,
        ),
        Of::Ask => drawn(
            Asker::new(tools, Arc::new(NoJournal), None, loops, budget)?.machine(),
            format,
        ),
        Of::Review => {
            let journal: Arc<dyn Journal> = Arc::new(NoJournal);
            drawn(&review::machine(&journal)?, format)
        }
    };
    if !drawn.ends_with('\n') {
        drawn.push('\n');
    }
    say(&drawn)?;
    Ok(Exit::Good)
}

fn drawn<S: State>(machine: &Machine<S>, format: Drawing) -> String {
    match format {
        Drawing::Dot => machine.to_dot(),
        Drawing::Mermaid => machine.to_mermaid(),
        Drawing::Svg => machine.to_svg(),
    }
}

/// Lists the checks.
pub(crate) fn checks(format: Format) -> anyhow::Result<Exit> {
    let rows: Vec<_> = checks::ALL
        .iter()
        .map(|spec| {
            json!({"id": spec.id, "severity": spec.severity, "required": spec.required, "title": spec.title,
                "law": spec.law, "remedy": spec.remedy, "needs": spec.needs})
        })
        .collect();
    match format {
        Format::Json => say(&format!("{}\n", serde_json::to_string_pretty(&rows)?))?,
        Format::Ndjson => {
            for row in rows {
                say(&format!("{row}\n"))?;
            }
        }
        Format::Text => {
            for spec in checks::ALL {
                let severity = format!("{:?}", spec.severity).to_lowercase();
                let required = if spec.required { "required" } else { "" };
                say(&format!(
                    "{:<22}{severity:<8}{required:<10}{}\n",
                    spec.id, spec.title
                ))?;
            }
        }
    }
    Ok(Exit::Good)
}

/// Lists the tools with their manifests.
pub(crate) fn tools(format: Format, settings: &Settings) -> anyhow::Result<Exit> {
    let descriptions = wiring::empty_toolbox(settings)?.descriptions();
    match format {
        Format::Json => say(&format!(
            "{}\n",
            serde_json::to_string_pretty(&descriptions)?
        ))?,
        Format::Ndjson => {
            for description in descriptions {
                say(&format!("{}\n", serde_json::to_string(&description)?))?;
            }
        }
        Format::Text => {
            for tool in descriptions {
                say(&format!(
                    "{:<18}{}\n{:<18}{}\n",
                    tool.name, tool.description, "", tool.when
                ))?;
            }
        }
    }
    Ok(Exit::Good)
}

/// Writes a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "satyapan", &mut script);
    say(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Good)
}
