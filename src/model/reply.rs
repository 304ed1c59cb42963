//! Reading answers: what is cut, refused, out of shape or carries what no answer may is no answer.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::port::{Finish, Said};

/// Longest answer, in bytes.
const ANSWER_MAX: usize = 32 * 1024;
/// Longest text in an answer, in characters.
const TEXT_MAX: usize = 2_000;
/// Nesting of an answer.
const DEPTH_MAX: usize = 8;

/// Why an answer cannot be used. Quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it was cut off at its longest")]
    Cut,
    #[error("it refused")]
    Refused,
    #[error("it has {0} bytes, at most {ANSWER_MAX} are read")]
    TooLong(usize),
    #[error("it is no JSON object ({0})")]
    NotJson(&'static str),
    #[error("it does not fit its schema: {0}")]
    Shape(String),
    #[error("it carries a control or invisible character")]
    Control,
    #[error("it carries a link")]
    Link,
    #[error("it repeats the canary of its instructions")]
    Canary,
}

/// The JSON object in an answer, with nothing in it that no answer may carry.
pub(crate) fn value(said: &Said, canary: &str) -> Result<Value, Unusable> {
    match said.finish {
        Finish::Length => return Err(Unusable::Cut),
        Finish::Refused => return Err(Unusable::Refused),
        Finish::Stop | Finish::Unknown => {}
    }
    let text = said.text.trim();
    if text.len() > ANSWER_MAX {
        return Err(Unusable::TooLong(text.len()));
    }
    let folded: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if !canary.is_empty() && folded.contains(canary) {
        return Err(Unusable::Canary);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => Unusable::NotJson("it ends early"),
        _ => Unusable::NotJson("it has other text"),
    })?;
    if !value.is_object() {
        return Err(Unusable::NotJson("it is another value"));
    }
    clean(&value, 0)?;
    Ok(value)
}

/// Reads the object into its type. The type is closed: an unknown member is an error.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Unusable> {
    serde_json::from_value(value).map_err(|error| {
        // The message may quote the answer; what went wrong is told by its first words.
        let message = error.to_string();
        let kind = message.split([':', '`', '"']).next().unwrap_or_default();
        Unusable::Shape(kind.trim().to_owned())
    })
}

fn clean(value: &Value, depth: usize) -> Result<(), Unusable> {
    if depth > DEPTH_MAX {
        return Err(Unusable::Shape("it is nested too deep".to_owned()));
    }
    match value {
        Value::String(text) => harmless(text),
        Value::Array(items) => items.iter().try_for_each(|item| clean(item, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            harmless(name)?;
            clean(member, depth + 1)
        }),
        _ => Ok(()),
    }
}

fn harmless(text: &str) -> Result<(), Unusable> {
    if text.chars().count() > TEXT_MAX {
        return Err(Unusable::Shape("a text in it is too long".to_owned()));
    }
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}'
                | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
    };
    if text.chars().any(hidden) {
        return Err(Unusable::Control);
    }
    let folded = text.to_ascii_lowercase();
    let link = [
        "://",
        "www.",
        "](",
        "data:text",
        "data:image",
        "javascript:",
        "<img",
        "<a ",
    ];
    if link.iter().any(|mark| folded.contains(mark)) {
        return Err(Unusable::Link);
    }
    Ok(())
}
