//! Whatever an endpoint does ends within the bounds, and shows nowhere.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{Finish, ModelError, Said};
use model_server::{Behaviour, Feature, ModelServer, RunningServer, Taste};
use openai::{OpenAi, Settings};
use serde_json::json;

use crate::support::{FULL, SECRET_KEY, SECRET_QUESTION, say, settings};

/// Stands in every answer here.
const SECRET_ANSWER: &str = "HIDDEN_ANSWER";

fn impatient(server: &RunningServer) -> OpenAi {
    OpenAi::new(&Settings {
        attempt_s: 1,
        deadline_s: 2,
        retries: 0,
        ..settings(server)
    })
    .unwrap()
}

fn kind(result: &Result<Said, ModelError>) -> &'static str {
    match result {
        Ok(said) => match said.finish {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::Refused => "refused answer",
            Finish::Unknown => "unknown",
        },
        Err(ModelError::Unavailable { .. }) => "unavailable",
        Err(ModelError::Refused { .. }) => "refused",
        Err(ModelError::Malformed { .. }) => "malformed",
    }
}

fn page(status: u16, body: &str) -> Behaviour {
    Behaviour::Raw {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

fn behaviours() -> Vec<(&'static str, Behaviour, &'static str)> {
    let text = || format!("{SECRET_ANSWER} approve");
    vec![
        ("approves in prose", Behaviour::Writes(text()), "stop"),
        ("another schema", Behaviour::wrong_schema(), "stop"),
        ("deep nesting", Behaviour::deep(20_000), "stop"),
        (
            "deep envelope",
            Behaviour::deep_envelope(100_000),
            "malformed",
        ),
        ("a megabyte", Behaviour::huge(1 << 20), "malformed"),
        ("without end", Behaviour::NeverEnds, "malformed"),
        (
            "drop by drop",
            Behaviour::Drips(Duration::from_millis(200)),
            "unavailable",
        ),
        (
            "silence",
            Behaviour::Late(Duration::from_hours(1), Box::new(Behaviour::html())),
            "unavailable",
        ),
        ("cut off", Behaviour::CutsOff, "unavailable"),
        ("not UTF-8", Behaviour::invalid_utf8(), "malformed"),
        ("a page", page(200, SECRET_ANSWER), "malformed"),
        ("an empty page", page(200, ""), "malformed"),
        (
            "JSON of another kind",
            Behaviour::json(200, &json!([SECRET_ANSWER])),
            "malformed",
        ),
        ("a call out of plan", Behaviour::foreign_call(), "malformed"),
        (
            "cut answer",
            Behaviour::Finishes(format!("{{\"why\":\"{}", text()), "length".to_owned()),
            "length",
        ),
        ("a refusal", Behaviour::Refuses(text()), "refused answer"),
        (
            "a filter",
            Behaviour::Finishes(String::new(), "content_filter".to_owned()),
            "refused answer",
        ),
        (
            "an error that echoes",
            Behaviour::error(500, &format!("{SECRET_QUESTION} {SECRET_ANSWER}"), None),
            "unavailable",
        ),
        (
            "a refused key",
            Behaviour::error(401, &format!("bad key {SECRET_KEY}"), None),
            "refused",
        ),
        ("a status of its own", page(299, FULL), "malformed"),
        (
            "an endless error",
            Behaviour::error(503, &"x".repeat(1 << 20), None),
            "unavailable",
        ),
        ("too busy", Behaviour::busy(429, u64::MAX), "unavailable"),
        (
            "knows nothing",
            Behaviour::Writes(text()).lacking(&[
                Feature::JsonSchema,
                Feature::Tools,
                Feature::JsonObject,
            ]),
            "stop",
        ),
    ]
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_misbehaviour_has_its_end_and_shows_nothing() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // This thread runs all of the client; the servers have threads of their own.
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    for (name, behaviour, want) in behaviours() {
        let server = ModelServer::start(behaviour);
        let result = say(&impatient(&server)).await;
        assert_eq!(kind(&result), want, "{name}: {result:?}");
        if let Err(error) = &result {
            let shown = format!("{error} {error:?}");
            for secret in [SECRET_KEY, SECRET_QUESTION, SECRET_ANSWER] {
                assert!(!shown.contains(secret), "{name}: {shown}");
            }
        }
    }
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("learned what the endpoint takes"), "{log}");
    for secret in [SECRET_KEY, SECRET_QUESTION, SECRET_ANSWER] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn any_answer_at_all_is_an_answer_or_an_error() {
    let server = ModelServer::start(Behaviour::Random(7));
    let openai = impatient(&server);
    for _ in 0..200 {
        let result = say(&openai).await;
        assert_eq!(kind(&result), "stop", "{result:?}");
    }
}

#[tokio::test]
async fn what_is_said_by_taste_arrives_as_it_was_said() {
    for taste in [
        Taste::Approves,
        Taste::Doubts,
        Taste::Fabricates,
        Taste::Any(3),
    ] {
        let server = ModelServer::start(Behaviour::Fits(taste));
        let said = say(&impatient(&server)).await.unwrap();
        let schema = crate::support::ask(model::Role::Critic).schema;
        assert_eq!(said.text, model_server::fill(&schema, taste).to_string());
    }
}
