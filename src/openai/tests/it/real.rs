//! A real model behind a real server.

use std::time::Instant;

use model::{Ask, Finish, Model, Role};
use openai::{OpenAi, Settings};
use serde_json::{Value, json};

/// Asks a real endpoint twenty times and prints what came of it:
///
/// ```sh
/// SATYAPAN_TEST_MODEL_URL=http://127.0.0.1:18090/v1 SATYAPAN_TEST_MODEL=smollm2-135m \
///     cargo test -p openai -- --ignored --nocapture a_real_model
/// ```
#[tokio::test]
#[ignore = "needs a model: SATYAPAN_TEST_MODEL_URL names its endpoint"]
async fn a_real_model_answers_in_form() {
    let Ok(base_url) = std::env::var("SATYAPAN_TEST_MODEL_URL") else {
        println!("SATYAPAN_TEST_MODEL_URL is not set: nothing to ask");
        return;
    };
    let name = std::env::var("SATYAPAN_TEST_MODEL").unwrap_or_else(|_| "default".to_owned());
    let openai = OpenAi::new(&Settings {
        base_url: Some(base_url),
        name: Some(name),
        concurrency: 2,
        ..Settings::default()
    })
    .unwrap();
    let (mut in_form, mut cut, mut tokens) = (0, 0, 0);
    let mut times = Vec::new();
    for number in 0..20 {
        let ask = Ask {
            role: Role::Critic,
            name: "critic".to_owned(),
            system: "You check statements against cited values. Answer with one JSON object: c1 and c2 are full, \
                     partial or none, why is one short sentence."
                .to_owned(),
            user: format!(
                "c1: The invoice total is {total}. Cited: {{\"TotInvVal\": {total}}}\n\
                 c2: The supplier is active. Cited: {{\"sts\": \"Cancelled\"}}",
                total = 1000 + number
            ),
            schema: json!({
                "type": "object",
                "properties": {
                    "why": {"type": "string", "maxLength": 120},
                    "c1": {"type": "string", "enum": ["full", "partial", "none"]},
                    "c2": {"type": "string", "enum": ["full", "partial", "none"]},
                },
                "required": ["why", "c1", "c2"],
                "additionalProperties": false,
            })
            .into(),
            max_tokens: 160,
        };
        let started = Instant::now();
        let said = openai.say(&ask).await.unwrap();
        times.push(started.elapsed());
        tokens += said.completion_tokens;
        let most = openai.price(&ask).tokens;
        assert!(
            most >= said.prompt_tokens + said.completion_tokens,
            "{most} tokens held, {} + {} used",
            said.prompt_tokens,
            said.completion_tokens
        );
        match said.finish {
            Finish::Length => cut += 1,
            Finish::Stop => {
                let value: Value = serde_json::from_str(&said.text).unwrap();
                let order: Vec<_> = value.as_object().unwrap().keys().collect();
                assert_eq!(order, ["why", "c1", "c2"], "the order of the schema");
                in_form += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    times.sort_unstable();
    println!(
        "{in_form} in form, {cut} cut off, of 20; {tokens} tokens; median {:?}, longest {:?}",
        times[10], times[19]
    );
    assert!(in_form > 0);
}
