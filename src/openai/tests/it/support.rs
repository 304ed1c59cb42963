//! A question and the settings to ask it with.

use model::{Ask, Model, ModelError, Role, Said};
use model_server::{Behaviour, ModelServer, RunningServer};
use openai::{OpenAi, Settings};
use serde_json::json;

/// Stands in every question, and in nothing that may be shown.
pub(crate) const SECRET_QUESTION: &str = "TKN_QUESTION";
pub(crate) const SECRET_KEY: &str = "sk-KEY";

/// An answer in form.
pub(crate) const FULL: &str = r#"{"why":"","c1":"full"}"#;

pub(crate) fn ask(role: Role) -> Ask {
    Ask {
        role,
        name: "critic".to_owned(),
        system: format!("You check statements. {SECRET_QUESTION}"),
        user: format!("c1: the total is 118000. {SECRET_QUESTION}"),
        // Neither the members nor the choices are in the order of the alphabet.
        schema: json!({
            "type": "object",
            "properties": {
                "why": {"type": "string", "maxLength": 80},
                "c1": {"type": "string", "enum": ["full", "partial", "none"]},
            },
            "required": ["why", "c1"],
            "additionalProperties": false,
        })
        .into(),
        max_tokens: 100,
    }
}

/// Settings that waste no time.
pub(crate) fn settings(server: &RunningServer) -> Settings {
    Settings {
        base_url: Some(server.base_url()),
        name: Some("m".to_owned()),
        api_key: Some(SECRET_KEY.into()),
        deadline_s: 20,
        attempt_s: 10,
        backoff_ms: 1,
        ..Settings::default()
    }
}

pub(crate) fn started(behaviour: Behaviour) -> (RunningServer, OpenAi) {
    let server = ModelServer::start(behaviour);
    let openai = OpenAi::new(&settings(&server)).unwrap();
    (server, openai)
}

pub(crate) async fn say(openai: &OpenAi) -> Result<Said, ModelError> {
    openai.say(&ask(Role::Critic)).await
}
