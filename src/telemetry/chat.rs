//! The spans of questions to models.

use opentelemetry::{Array, KeyValue, StringValue, Value};
use serde_json::json;

use crate::{
    content::Mask,
    plan::{Operation, Planned, Ran, Window, int},
    seen::{Chat, Seen},
    vocabulary::Vocabulary,
};

/// The nth question of a node belongs to its nth run, or to its last.
pub(crate) fn chats(
    seen: &Seen<'_>,
    steps: &[Ran<'_>],
    whole: Window,
    vocabulary: &Vocabulary,
    mask: Option<&Mask>,
) -> Vec<Planned> {
    let span = |(index, chat): (usize, &Chat<'_>)| {
        let runs = || steps.iter().filter(|ran| ran.node == chat.node);
        let before = seen.chats.iter().take(index);
        let nth = before.filter(|earlier| earlier.node == chat.node).count();
        let run = runs().nth(nth).or_else(|| runs().next_back());
        let window = run.map_or(whole, |ran| ran.window);
        asked(chat, window, vocabulary, mask)
            .with("gen_ai.conversation.id", seen.verdict.id.clone())
    };
    seen.chats.iter().enumerate().map(span).collect()
}

fn asked(chat: &Chat<'_>, window: Window, vocabulary: &Vocabulary, mask: Option<&Mask>) -> Planned {
    let model = vocabulary.model(chat.model);
    let silent = chat.input_tokens == 0 && chat.output_tokens == 0;
    let reply = chat.reply;
    let finish = reply.and_then(|reply| reply.finish);
    let mut span = Planned::new(Operation::Chat, model.clone(), window)
        .with("gen_ai.provider.name", "openai")
        .with("gen_ai.request.model", model)
        .with_any("gen_ai.request.temperature", chat.temperature)
        .with_any("gen_ai.request.seed", chat.seed)
        .with_any("gen_ai.request.max_tokens", chat.max_tokens.map(i64::from))
        .with("gen_ai.output.type", "json")
        .with("gen_ai.prompt.name", chat.prompt.to_owned())
        .with_any(
            "server.address",
            chat.server.map(|(host, _)| host.to_owned()),
        )
        .with_any("server.port", chat.server.map(|(_, port)| i64::from(port)))
        .with_any(
            "gen_ai.response.model",
            reply.map(|reply| reply.model.to_owned()),
        )
        .with_any(
            "gen_ai.response.id",
            reply.and_then(|reply| Some(reply.id?.to_owned())),
        )
        .with_any("gen_ai.response.finish_reasons", finish.map(list_of))
        .with("gen_ai.usage.input_tokens", int(chat.input_tokens))
        .with("gen_ai.usage.output_tokens", int(chat.output_tokens))
        .with_any(
            "gen_ai.usage.cache_read.input_tokens",
            chat.cached_tokens.map(int),
        )
        .with_any(
            "gen_ai.usage.reasoning.output_tokens",
            chat.reasoning_tokens.map(int),
        )
        .failed(silent.then_some("no_answer"));
    span.tokens = (chat.input_tokens, chat.output_tokens);
    span.attributes.extend(words(chat, mask));
    span
}

fn list_of(one: &'static str) -> Value {
    Value::Array(Array::String(vec![StringValue::from(one)]))
}

/// The question and the answer as messages. Not the instructions: the prompt is named, and what it forbids an answer to
/// repeat is to stand nowhere else.
fn words(chat: &Chat<'_>, mask: Option<&Mask>) -> Vec<KeyValue> {
    let Some((mask, (asked, said))) = mask.zip(chat.words) else {
        return Vec::new();
    };
    let message = |role: &str, text: &str| {
        let text = mask.text(Some(text).filter(|text| !text.is_empty())?)?;
        Some(json!({"role": role, "parts": [{"type": "text", "content": text}]}))
    };
    let question = message("user", asked);
    let answer = message("assistant", said).map(|mut answer| {
        if let Some(finish) = chat.reply.and_then(|reply| reply.finish) {
            answer["finish_reason"] = finish.into();
        }
        answer
    });
    [
        ("gen_ai.input.messages", question),
        ("gen_ai.output.messages", answer),
    ]
    .into_iter()
    .filter_map(|(key, message)| Some(KeyValue::new(key, json!([message?]).to_string())))
    .collect()
}
