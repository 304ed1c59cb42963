//! The model that may be asked, from the settings and the command line.

use std::sync::Arc;

use agent::Adviser;
use anyhow::{Context, Result, bail};
use model::{Ask, Desk, Model, Prompts, Role};
use openai::{Embeddings, OpenAi};
use recall::{Embedder, Local};
use serde_json::json;

use crate::{cli::Reasoner, settings::Settings};

/// The desk, and who reasons.
pub(super) struct Counsel {
    pub(super) adviser: Adviser,
    /// The model's name, as it stands in the terms of a case; `None` for the rules alone.
    pub(super) model: Option<Arc<str>>,
}

/// Without a choice a model is asked where one is configured.
///
/// # Errors
/// A prompt that is none; a model that was asked for and is not configured, or is configured so that it cannot be asked.
pub(super) fn counsel(chosen: Option<Reasoner>, settings: &Settings) -> Result<Counsel> {
    let directory = settings.prompts.dir.as_deref();
    let prompts = Prompts::load(directory).with_context(|| {
        directory.map_or_else(
            || "the compiled-in prompts".to_owned(),
            |dir| format!("prompts.dir = {}", dir.display()),
        )
    })?;
    let desk = Desk::new(prompts, settings.prompts.mask_secret.as_bytes());
    let wanted = match chosen {
        Some(Reasoner::Rules) => false,
        Some(Reasoner::Openai) => true,
        None => settings.model.base_url.is_some(),
    };
    if !wanted {
        return Ok(Counsel {
            adviser: Adviser::silent(desk),
            model: None,
        });
    }
    if settings.model.base_url.is_none() {
        bail!(
            "--reasoner openai: no model is configured; set OPENAI_BASE_URL (or model.base_url) to an OpenAI-compatible \
             endpoint, as in http://127.0.0.1:8000/v1, and model.name to a model that it serves"
        );
    }
    let openai = OpenAi::new(&settings.model).context(
        "the model cannot be asked; its settings are those of [model] in config/default.toml, or OPENAI_BASE_URL, \
         OPENAI_MODEL and OPENAI_API_KEY",
    )?;
    let mut names: Vec<&str> = Role::ALL.iter().map(|role| openai.name(*role)).collect();
    names.dedup();
    let model: Arc<str> = names.join(", ").into();
    let adviser = Adviser::new(Arc::new(openai), desk);
    Ok(Counsel {
        adviser: if settings.telemetry.capture_content {
            adviser.keeping_words()
        } else {
            adviser
        },
        model: Some(model),
    })
}

/// What tells how alike two questions are: the endpoint of `[model.embeddings]`, or the words themselves.
///
/// # Errors
/// Settings with which the endpoint cannot be asked.
pub(crate) fn embedder(settings: &Settings) -> Result<Arc<dyn Embedder>> {
    let embeddings = Embeddings::new(&settings.model).context("model.embeddings")?;
    Ok(match embeddings {
        Some(embeddings) => Arc::new(embeddings),
        None => Arc::new(Local),
    })
}

/// Asks for the vector of a word.
///
/// # Errors
/// No answer, or settings with which none can be asked.
pub(super) async fn embeddings_answer(settings: &Settings) -> Result<String> {
    let vectors = embedder(settings)?.embed(&["invoice"]).await?;
    if vectors.is_empty() {
        bail!("an answer without a vector");
    }
    Ok("the model of embeddings answers".to_owned())
}

/// Asks the model of every role for a word: any answer at all is a sound connection.
///
/// # Errors
/// No answer, or settings with which none can be asked.
pub(super) async fn model_answers(settings: &Settings) -> Result<String> {
    let openai = OpenAi::new(&settings.model)?;
    let mut told: Vec<String> = Vec::new();
    for role in Role::ALL {
        let name = openai.name(role).to_owned();
        if told.contains(&name) {
            continue;
        }
        let said = openai
            .say(&Ask {
                role,
                name: "ping".to_owned(),
                system: "Answer with one JSON object.".to_owned(),
                user: "Are you there?".to_owned(),
                schema: json!({"type": "object", "properties": {"here": {"type": "boolean"}},
                    "required": ["here"], "additionalProperties": false})
                .into(),
                max_tokens: 32,
            })
            .await?;
        tracing::debug!(
            "{role}: {} tokens",
            said.prompt_tokens + said.completion_tokens
        );
        told.push(name);
    }
    Ok(format!("{} answers", told.join(", ")))
}
