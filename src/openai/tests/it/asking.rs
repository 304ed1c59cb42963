//! What is asked, and how the adapter learns what an endpoint takes.

use model::{Finish, Manner, Model, ModelError, Role};
use model_server::{Behaviour, Feature, ModelServer};
use openai::{OpenAi, Seat, Settings};
use serde_json::{Value, json};

use crate::support::{FULL, SECRET_KEY, ask, say, settings, started};

/// By which rung a request asks for JSON.
fn rung(request: &Value) -> &'static str {
    let prompted = request["messages"].to_string().contains("JSON Schema");
    match (
        request["response_format"]["type"].as_str(),
        request["tools"].is_array(),
        prompted,
    ) {
        (Some("json_schema"), false, false) => "schema",
        (None, true, false) => "call",
        (Some("json_object"), false, true) => "object",
        (None, false, true) => "prompt",
        other => panic!("{other:?} in {request}"),
    }
}

fn rungs(requests: &[Value]) -> Vec<&'static str> {
    requests.iter().map(rung).collect()
}

#[tokio::test]
async fn an_answer_comes_with_all_that_is_known_of_it() {
    let server = ModelServer::start(Behaviour::Says(FULL.to_owned()));
    let openai = OpenAi::new(&Settings {
        paise_per_million_prompt_tokens: 1_000_000,
        paise_per_million_completion_tokens: 10_000_000,
        ..settings(&server)
    })
    .unwrap();
    let said = say(&openai).await.unwrap();
    assert_eq!((&*said.text, said.finish), (FULL, Finish::Stop));
    assert_eq!(said.model, "test-model");
    let length: usize = ask(Role::Critic).system.len() + 1 + ask(Role::Critic).user.len();
    assert_eq!(
        said.prompt_tokens,
        u64::try_from(length.div_ceil(4)).unwrap()
    );
    assert_eq!(said.completion_tokens, 6);
    assert_eq!(said.paise, said.prompt_tokens + 60);
    let most = openai.price(&ask(Role::Critic));
    assert!(most.tokens >= said.prompt_tokens + said.completion_tokens);
    assert!(most.paise >= said.paise);
    assert_eq!(openai.name(Role::Critic), "m");
    assert_eq!(said.id.as_deref(), Some("chatcmpl-1"));
    assert_eq!((said.cached_tokens, said.reasoning_tokens), (None, None));

    let [request] = &server.requests()[..] else {
        panic!("{:?}", server.requests());
    };
    assert_eq!(request["model"], "m");
    assert_eq!(request["max_tokens"], 100);
    assert_eq!(request["seed"], 0);
    assert_eq!(request["temperature"].as_f64(), Some(0.0));
    assert_eq!(request["stream"], false);
    assert_eq!(request["messages"][0]["role"], "system");
    assert_eq!(request["messages"][1]["content"], *ask(Role::Critic).user);
    let format = &request["response_format"]["json_schema"];
    assert_eq!(
        (&format["name"], &format["strict"]),
        (&json!("critic"), &json!(true))
    );
    assert_eq!(
        server.authorizations(),
        [Some(format!("Bearer {SECRET_KEY}"))]
    );
}

#[tokio::test]
async fn the_schema_keeps_its_order_on_every_rung() {
    for features in [
        &[][..],
        &[Feature::JsonSchema],
        &[Feature::JsonSchema, Feature::Tools],
        &[Feature::JsonSchema, Feature::Tools, Feature::JsonObject],
    ] {
        let (server, openai) = started(Behaviour::Says(FULL.to_owned()).lacking(features));
        say(&openai).await.unwrap();
        let body = server.bodies().pop().unwrap().replace('\\', "");
        let schema = ask(Role::Critic).schema.to_string();
        assert!(
            schema.find("why") < schema.find("c1") && schema.find("full") < schema.find("none")
        );
        assert!(body.contains(&schema), "{body}");
    }
}

#[tokio::test]
async fn each_refusal_is_one_rung_down_and_what_works_is_kept() {
    for (features, asked) in [
        (&[][..], &["schema"][..]),
        (&[Feature::JsonSchema], &["schema", "call"]),
        (
            &[Feature::JsonSchema, Feature::Tools],
            &["schema", "call", "object"],
        ),
        (
            &[Feature::JsonSchema, Feature::Tools, Feature::JsonObject],
            &["schema", "call", "object", "prompt"],
        ),
    ] {
        let (server, openai) = started(Behaviour::Says(FULL.to_owned()).lacking(features));
        assert_eq!(say(&openai).await.unwrap().text, FULL);
        assert_eq!(rungs(&server.requests()), asked);
        assert_eq!(say(&openai).await.unwrap().text, FULL);
        let requests = server.requests();
        assert_eq!(
            requests.len(),
            asked.len() + 1,
            "the second question asks once"
        );
        assert_eq!(rungs(&requests).last(), asked.last());
    }
}

#[tokio::test]
async fn parameters_that_an_endpoint_does_not_know_are_left_out() {
    let features = [
        Feature::MaxTokens,
        Feature::Temperature,
        Feature::Seed,
        Feature::System,
    ];
    let (server, openai) = started(Behaviour::Says(FULL.to_owned()).lacking(&features));
    assert_eq!(say(&openai).await.unwrap().text, FULL);
    assert_eq!(server.hits(), 5);
    assert_eq!(say(&openai).await.unwrap().text, FULL);
    assert_eq!(server.hits(), 6);
    let last = server.requests().pop().unwrap();
    assert_eq!(rung(&last), "schema");
    assert_eq!(last["max_completion_tokens"], 100);
    for gone in ["max_tokens", "temperature", "seed"] {
        assert_eq!(last[gone], Value::Null, "{gone}");
    }
    let [message] = &last["messages"].as_array().unwrap()[..] else {
        panic!("{last}");
    };
    assert_eq!(message["role"], "user");
    let content = message["content"].as_str().unwrap();
    assert!(content.contains("You check statements.") && content.contains("c1: the total"));
}

#[tokio::test]
async fn how_a_question_goes_out_is_told() {
    let behaviour = Behaviour::Says(FULL.to_owned()).lacking(&[Feature::Temperature]);
    let server = ModelServer::start(behaviour);
    let openai = OpenAi::new(&Settings {
        temperature: 0.7,
        seed: 7,
        ..settings(&server)
    })
    .unwrap();
    let url = server.base_url();
    let address = url.trim_start_matches("http://").trim_end_matches("/v1");
    let (host, port) = address.split_once(':').unwrap();
    let mut manner = Manner {
        temperature: Some(0.7),
        seed: Some(7),
        server: Some((host.to_owned(), port.parse().unwrap())),
    };
    assert_eq!(openai.manner(Role::Critic), manner);
    say(&openai).await.unwrap();
    // The endpoint wants none.
    manner.temperature = None;
    assert_eq!(openai.manner(Role::Critic), manner);
}

#[tokio::test]
async fn a_bad_request_without_a_reason_steps_down_until_something_worked() {
    let picky = |wants: &'static str| {
        Behaviour::with(move |asked| {
            if rung(&asked.body) == wants {
                Behaviour::Says(FULL.to_owned())
            } else {
                Behaviour::error(400, "Bad Request", None)
            }
        })
    };
    let (server, openai) = started(picky("object"));
    assert_eq!(say(&openai).await.unwrap().text, FULL);
    assert_eq!(rungs(&server.requests()), ["schema", "call", "object"]);
    server.behave(picky("prompt"));
    let error = say(&openai).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused { .. }), "{error:?}");
    assert_eq!(
        server.hits(),
        4,
        "the rung is known to work: it is the question that is refused"
    );
}

#[tokio::test]
async fn what_works_nowhere_is_refused_and_asked_anew() {
    let (server, openai) = started(Behaviour::error(400, "Bad Request", None));
    for _ in 0..2 {
        let error = say(&openai).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the critic model's endpoint refused: status 400, it does not take the request"
        );
    }
    let all = ["schema", "call", "object", "prompt"];
    assert_eq!(rungs(&server.requests()), [all, all].concat());
}

#[tokio::test]
async fn an_endpoint_that_ignores_the_form_is_asked_more_plainly() {
    let deaf = Behaviour::with(|asked| {
        if asked.text().contains("JSON Schema") {
            Behaviour::Writes(format!("Here you are: {FULL}"))
        } else {
            Behaviour::Writes("All is fine, I think.".to_owned())
        }
    });
    let (server, openai) = started(deaf);
    let mut texts = Vec::new();
    for _ in 0..6 {
        texts.push(say(&openai).await.unwrap().text);
    }
    let want = ["schema", "schema", "call", "call", "object", "object"];
    assert_eq!(rungs(&server.requests()), want);
    assert_eq!(texts[4..], [FULL, FULL]);
}

#[tokio::test]
async fn a_refusal_of_another_kind_is_asked_once() {
    for (status, message, code, detail) in [
        (
            401,
            "Incorrect API key sk-KEY",
            Some("invalid_api_key"),
            "status 401, it does not take the key",
        ),
        (403, "no", None, "status 403, it does not take the key"),
        (
            404,
            "The model `m` does not exist",
            Some("model_not_found"),
            "status 404, it has no model of that name",
        ),
        (
            400,
            "maximum context length is 8192, you asked for tools",
            Some("context_length_exceeded"),
            "status 400, the question is longer than the model reads",
        ),
        (
            429,
            "You exceeded your current quota",
            Some("insufficient_quota"),
            "status 429, the quota is spent",
        ),
        (
            404,
            "Not Found",
            None,
            "status 404, nothing is asked at that address: base_url ends before /chat/completions",
        ),
        (
            301,
            "elsewhere",
            None,
            "status 301, it is elsewhere, and redirects are not followed",
        ),
    ] {
        let (server, openai) = started(Behaviour::error(status, message, code));
        let want = ModelError::Refused {
            role: Role::Critic,
            detail: detail.to_owned(),
        };
        assert_eq!(say(&openai).await.unwrap_err(), want);
        assert_eq!(server.hits(), 1, "{status}");
    }
}

#[tokio::test]
async fn each_role_has_its_endpoint_model_and_key() {
    let general = ModelServer::start(Behaviour::Says(FULL.to_owned()));
    let own = ModelServer::start(Behaviour::Says(FULL.to_owned()).lacking(&[Feature::JsonSchema]));
    let mut settings = settings(&general);
    settings.roles.reader = Seat {
        base_url: Some(format!("{}/", own.base_url())),
        name: Some("small".to_owned()),
        api_key: None,
    };
    settings.roles.writer = Seat {
        name: Some("eloquent".to_owned()),
        api_key: Some("sk-writer".into()),
        ..Seat::default()
    };
    let openai = OpenAi::new(&settings).unwrap();
    for role in Role::ALL {
        openai.say(&ask(role)).await.unwrap();
    }
    let models: Vec<_> = general
        .requests()
        .iter()
        .map(|r| r["model"].clone())
        .collect();
    assert_eq!(models, ["m", "m", "eloquent"]);
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    assert_eq!(
        general.authorizations(),
        [bearer(SECRET_KEY), bearer(SECRET_KEY), bearer("sk-writer")]
    );
    assert_eq!(
        rungs(&general.requests()),
        ["schema"; 3],
        "what one learned is not the other's"
    );
    assert_eq!(rungs(&own.requests()), ["schema", "call"]);
    assert_eq!(
        own.authorizations(),
        [None, None],
        "the general key stays where it belongs"
    );
    assert_eq!(openai.name(Role::Reader), "small");
    assert_eq!(openai.name(Role::Router), "m");
}
