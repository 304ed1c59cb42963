//! What goes over the wire: chat completions, whole or streamed, and refusals in the words of real servers.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    Asked, Behaviour, Feature, Taste,
    fill::{any, fill},
};

/// What every answer names as its model.
const MODEL: &str = "test-model";
/// How an answer that never comes to an end begins.
const BEGINNING: &str = r#"{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{"#;

/// The answer of a model.
#[derive(Default)]
struct Message {
    content: Option<String>,
    calls: Vec<(String, String)>,
    refusal: Option<String>,
    finish: String,
}

/// The waiting and the answer.
pub(crate) fn respond(behaviour: &Behaviour, asked: &Asked) -> (Duration, Response) {
    let mut wait = Duration::ZERO;
    let mut behaviour = behaviour.clone();
    // What behaviours are made of is taken off until one is left that answers.
    loop {
        behaviour = match behaviour {
            Behaviour::Late(time, then) => {
                wait += time;
                *then
            }
            Behaviour::With(closure) => closure(asked),
            Behaviour::Script(steps) => {
                let step = steps.get(asked.nth).or(steps.last()).cloned();
                step.unwrap_or_else(|| Behaviour::status(500))
            }
            Behaviour::Lacks(features, then) => {
                let used = features.into_iter().find(|feature| uses(asked, *feature));
                used.map_or(*then, refusal)
            }
            Behaviour::Fits(taste) => Behaviour::Says(filled(asked, taste)),
            Behaviour::Random(seed) => {
                let nth = u64::try_from(asked.nth).unwrap_or(u64::MAX);
                let mut random = StdRng::seed_from_u64(seed.wrapping_add(nth));
                if random.random() {
                    Behaviour::Says(filled(asked, Taste::Any(random.random())))
                } else {
                    Behaviour::Says(any(&mut random, 0).to_string())
                }
            }
            leaf => return (wait, answer(leaf, asked)),
        };
    }
}

fn filled(asked: &Asked, taste: Taste) -> String {
    asked.schema().map_or_else(
        || "APPROVE. FULLY_SUPPORTED.".to_owned(),
        |schema| fill(&schema, taste).to_string(),
    )
}

fn answer(leaf: Behaviour, asked: &Asked) -> Response {
    let stop = "stop".to_owned();
    let message = match leaf {
        Behaviour::Says(text) => match asked.name().filter(|_| asked.wants_call()) {
            Some(name) => Message {
                calls: vec![(name.to_owned(), text)],
                finish: "tool_calls".to_owned(),
                ..Message::default()
            },
            None => Message {
                content: Some(text),
                finish: stop,
                ..Message::default()
            },
        },
        Behaviour::Writes(text) => Message {
            content: Some(text),
            finish: stop,
            ..Message::default()
        },
        Behaviour::Finishes(text, finish) => Message {
            content: Some(text),
            finish,
            ..Message::default()
        },
        Behaviour::Refuses(refusal) => Message {
            refusal: Some(refusal),
            finish: stop,
            ..Message::default()
        },
        Behaviour::Calls(calls) => Message {
            calls,
            finish: "tool_calls".to_owned(),
            ..Message::default()
        },
        Behaviour::Embeds => return embedded(asked),
        Behaviour::Raw {
            status,
            headers,
            body,
        } => return raw(status, headers, body),
        Behaviour::Drips(every) => {
            let drops = stream::repeat_with(move || every).then(|every| async move {
                tokio::time::sleep(every).await;
                Ok::<_, Infallible>(Bytes::from_static(b"a"))
            });
            return begun(Body::from_stream(beginning().chain(drops)));
        }
        Behaviour::NeverEnds => {
            let more = Bytes::from(vec![b'a'; 16 * 1024]);
            let more = stream::repeat_with(move || Ok(more.clone()));
            return begun(Body::from_stream(beginning().chain(more)));
        }
        Behaviour::CutsOff => {
            let half = stream::iter([
                Ok(Bytes::from_static(BEGINNING.as_bytes())),
                Err(io::Error::from(io::ErrorKind::ConnectionReset)),
            ]);
            return begun(Body::from_stream(half));
        }
        _ => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    if asked.streamed() {
        return streamed(message);
    }
    let body = whole(message, asked).to_string();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn beginning() -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    stream::iter([Ok(Bytes::from_static(BEGINNING.as_bytes()))])
}

fn begun(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn raw(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let mut response = (status, body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in headers {
        response.headers_mut().insert(
            HeaderName::from_bytes(name.as_bytes()).expect("a header's name"),
            HeaderValue::from_str(&value).expect("a header's value"),
        );
    }
    response
}

/// Vectors in the order of the texts.
fn embedded(asked: &Asked) -> Response {
    let texts = asked.body["input"].as_array().cloned().unwrap_or_default();
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let text = text.as_str().unwrap_or_default();
            let vector = [text.chars().count(), text.split_whitespace().count(), 1];
            json!({"object": "embedding", "index": index, "embedding": vector})
        })
        .collect();
    let body = json!({
        "object": "list", "data": data, "model": MODEL,
        "usage": {"prompt_tokens": asked.body.to_string().len().div_ceil(4), "total_tokens": 1},
    });
    let body = body.to_string();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn calls(calls: Vec<(String, String)>) -> Vec<Value> {
    let mut all = Vec::new();
    for (place, (name, arguments)) in calls.into_iter().enumerate() {
        all.push(json!({
            "index": place, "id": format!("call_{place}"), "type": "function",
            "function": {"name": name, "arguments": arguments},
        }));
    }
    all
}

fn whole(message: Message, asked: &Asked) -> Value {
    let said = message.content.as_ref().map_or(0, String::len);
    let mut out = json!({"role": "assistant", "content": message.content});
    if let Some(refusal) = message.refusal {
        out["refusal"] = Value::String(refusal);
    }
    if !message.calls.is_empty() {
        out["tool_calls"] = Value::Array(calls(message.calls));
    }
    let (prompt, completion) = (asked.text().len().div_ceil(4), said.div_ceil(4));
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": MODEL,
        "choices": [{"index": 0, "message": out, "logprobs": null, "finish_reason": message.finish}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
    })
}

/// The same as server-sent events, the content in pieces.
fn streamed(message: Message) -> Response {
    let chunk = |delta: Value, finish: Value| {
        let event = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        });
        format!("data: {event}\n\n")
    };
    let mut events = chunk(json!({"role": "assistant"}), Value::Null);
    let content: Vec<char> = message.content.unwrap_or_default().chars().collect();
    for piece in content.chunks(16) {
        let piece: String = piece.iter().collect();
        events += &chunk(json!({"content": piece}), Value::Null);
    }
    if let Some(refusal) = message.refusal {
        events += &chunk(json!({"refusal": refusal}), Value::Null);
    }
    for call in calls(message.calls) {
        events += &chunk(json!({"tool_calls": [call]}), Value::Null);
    }
    events += &chunk(json!({}), Value::String(message.finish));
    events += "data: [DONE]\n\n";
    ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response()
}

fn uses(asked: &Asked, feature: Feature) -> bool {
    let body = &asked.body;
    match feature {
        Feature::JsonSchema => body["response_format"]["type"] == "json_schema",
        Feature::Tools => body["tools"].is_array(),
        Feature::JsonObject => body["response_format"]["type"] == "json_object",
        Feature::MaxTokens => !body["max_tokens"].is_null(),
        Feature::Temperature => !body["temperature"].is_null(),
        Feature::Seed => !body["seed"].is_null(),
        Feature::System => asked.messages().iter().any(|(role, _)| *role == "system"),
    }
}

/// The refusals of `OpenAI`, llama.cpp, LM Studio, Mistral and vLLM.
fn refusal(feature: Feature) -> Behaviour {
    let openai = |message: &str, param: &str| json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": null}});
    match feature {
        Feature::JsonSchema => Behaviour::json(
            400,
            &openai(
                "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
                "response_format",
            ),
        ),
        Feature::Tools => Behaviour::json(
            500,
            &json!({"error": {"code": 500, "message": "tools param requires --jinja flag", "type": "server_error"}}),
        ),
        Feature::JsonObject => Behaviour::json(
            400,
            &json!({"error": "'response_format.type' must be 'json_schema' or 'text'"}),
        ),
        Feature::MaxTokens => Behaviour::json(
            400,
            &openai(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                "max_tokens",
            ),
        ),
        Feature::Temperature => Behaviour::json(
            400,
            &openai(
                "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
                "temperature",
            ),
        ),
        Feature::Seed => Behaviour::json(
            422,
            &json!({
                "object": "error", "type": "invalid_request_error", "param": null, "code": null,
                "message": {"detail": [{
                    "type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": 0,
                }]},
            }),
        ),
        Feature::System => Behaviour::json(
            400,
            &json!({"object": "error", "message": "System role not supported", "type": "BadRequestError", "code": 400}),
        ),
    }
}
