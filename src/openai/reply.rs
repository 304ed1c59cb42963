//! What an endpoint's reply holds: the answer's text, why it ended, what it cost. Read leniently, trusted in nothing.

use model::{Ask, Finish};
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use crate::{complaint::Complaint, wire::Failure};

/// Where in a text an object may begin; beyond so many openings that lead to none, there is none.
const OPENINGS_MAX: usize = 32;

/// A reply that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) finish: Finish,
    pub(crate) model: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) prompt_tokens: Option<u64>,
    pub(crate) completion_tokens: Option<u64>,
    pub(crate) cached_tokens: Option<u64>,
    pub(crate) reasoning_tokens: Option<u64>,
    /// Whether the text is an object with the schema's members; `None` if that says nothing, as it was cut or refused.
    pub(crate) fit: Option<bool>,
}

/// Reads a reply to a question.
///
/// # Errors
/// An error that came as a success, or no chat completion.
pub(crate) fn read(reply: &Value, ask: &Ask) -> Result<Reply, Failure> {
    let choice = &reply["choices"][0];
    let message = &choice["message"];
    if !message.is_object() {
        return Err(no_answer(reply));
    }
    let refusal = message["refusal"]
        .as_str()
        .is_some_and(|refusal| !refusal.is_empty());
    let finish = match choice["finish_reason"].as_str() {
        Some("content_filter") => Finish::Refused,
        _ if refusal => Finish::Refused,
        Some("stop" | "tool_calls" | "function_call") => Finish::Stop,
        Some("length" | "max_tokens" | "model_length") => Finish::Length,
        _ => Finish::Unknown,
    };
    let content = content(&message["content"]);
    let calls = message["tool_calls"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let text = match calls.first() {
        Some(call) if call["function"]["name"] == *ask.name => {
            arguments(&call["function"]["arguments"])
        }
        Some(_) if content.trim().is_empty() => {
            return Err(Failure::Unreadable(
                "it calls a function that it was not given".to_owned(),
            ));
        }
        _ => answer(&content, ask),
    };
    let fit = matches!(finish, Finish::Stop | Finish::Unknown).then(|| fits(&text, &ask.schema));
    // An endpoint that counts nothing counts nought.
    let usage = &reply["usage"];
    let tokens = |name: &str| usage[name].as_u64().filter(|tokens| *tokens > 0);
    Ok(Reply {
        text,
        finish,
        model: reply["model"].as_str().map(str::to_owned),
        id: reply["id"].as_str().map(str::to_owned),
        prompt_tokens: tokens("prompt_tokens"),
        completion_tokens: tokens("completion_tokens"),
        cached_tokens: usage["prompt_tokens_details"]["cached_tokens"].as_u64(),
        reasoning_tokens: usage["completion_tokens_details"]["reasoning_tokens"].as_u64(),
        fit,
    })
}

/// Some relays answer 200 and put the error of the endpoint behind them into the body.
fn no_answer(reply: &Value) -> Failure {
    let error = &reply["error"];
    let status = error["code"]
        .as_u64()
        .and_then(|code| u16::try_from(code).ok());
    match status.filter(|status| (400..600).contains(status)) {
        Some(status) => Failure::Status {
            status,
            retry_after: None,
            complaint: Complaint::read(reply.to_string().as_bytes()),
        },
        None if error.is_null() => Failure::Unreadable("it is no chat completion".to_owned()),
        None => Failure::Unreadable("it is an error without a status".to_owned()),
    }
}

/// The content: a text, or a list of parts of which some are text.
fn content(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// A function's arguments: JSON in a text, as the protocol has it, or the object itself.
fn arguments(arguments: &Value) -> String {
    match arguments {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first complete JSON object of a text, out of its fence, its thoughts, or a call that was written instead of
/// made; the text as it is if it holds none.
fn answer(content: &str, ask: &Ask) -> String {
    // Models that think aloud may draft the answer in their thoughts.
    let said = content
        .rsplit_once("</think>")
        .map_or(content, |(_, said)| said)
        .trim();
    let Some(object) = first_object(said) else {
        return said.to_owned();
    };
    written_call(object, ask).unwrap_or_else(|| object.to_owned())
}

fn first_object(text: &str) -> Option<&str> {
    let mut from = 0;
    for _ in 0..OPENINGS_MAX {
        let start = from + text.get(from..)?.find('{')?;
        let rest = text.get(start..)?;
        let mut objects = Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        if let Some(Ok(_)) = objects.next() {
            return rest.get(..objects.byte_offset());
        }
        from = start + 1;
    }
    None
}

/// The arguments of `{"name": …, "arguments": {…}}`, with or without an envelope `function`, where the schema has no
/// such members of its own.
fn written_call(object: &str, ask: &Ask) -> Option<String> {
    let of_schema = |name: &str| ask.schema["properties"].get(name).is_some();
    if of_schema("arguments") || of_schema("parameters") || of_schema("function") {
        return None;
    }
    let object: Value = serde_json::from_str(object).ok()?;
    let call = object.get("function").unwrap_or(&object);
    if call["name"] != *ask.name {
        return None;
    }
    let given = call.get("arguments").or_else(|| call.get("parameters"))?;
    Some(arguments(given))
}

/// Whether a text is an object with all members that the schema requires. Their values are the caller's to judge.
fn fits(text: &str, schema: &Value) -> bool {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else {
        return false;
    };
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    required
        .iter()
        .filter_map(Value::as_str)
        .all(|name| members.contains_key(name))
}

#[cfg(test)]
mod tests;
