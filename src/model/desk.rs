//! The desk at which questions are written: prompt, inputs, mask, canary, schema.

use std::{collections::BTreeMap, fmt, sync::Arc};

use domain::evidence::sha256_hex;
use mask::{Masker, Rank, Tokens};
use ring::hmac;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    port::{Ask, Said},
    prompt::{Prompt, Prompts},
    reply::{self, Unusable},
};

/// Longest question that goes out, in characters of both parts.
const QUESTION_MAX: usize = 24_000;

/// What goes into a question. All of it is masked.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// What this program or a trusted record says.
    Ours(Value),
    /// Others' words: a marker is put between them, so that they can be told from instructions.
    Theirs(Value),
}

/// Writes questions. Cheap to clone; one serves a process.
#[derive(Debug, Clone)]
pub struct Desk {
    prompts: Prompts,
    secret: hmac::Key,
}

/// Why a question does not go out. Names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    #[error("there is no prompt \"{0}\"")]
    NoPrompt(String),
    #[error("{0}")]
    Flawed(String),
    #[error("the question has {0} characters, at most {QUESTION_MAX} go out")]
    TooLong(usize),
    #[error("the question still held a {0} after masking")]
    Leak(&'static str),
    #[error("the case has no key to mask with")]
    NoKey,
}

/// A question that may go out, and how its answer is read.
pub struct Question {
    pub ask: Arc<Ask>,
    /// `critic@1`, for the record.
    pub stamp: String,
    /// SHA-256 of the prompt's file, lower-case hex.
    pub prompt_sha256: String,
    masker: Masker,
    tokens: Tokens,
    marker: String,
    canary: String,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// A desk with these prompts. The secret makes the tokens of one installation differ from another's; it may be
    /// empty, since a case's key is not known to who sees its questions.
    pub fn new(prompts: Prompts, secret: &[u8]) -> Self {
        Self {
            prompts,
            secret: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    pub fn prompts(&self) -> &Prompts {
        &self.prompts
    }

    /// Writes a question. `case` is the case's key: the same case masks a value by the same token, each time. Every
    /// input is masked; then others' words are marked as data. `schema` is the shape of the answer.
    ///
    /// # Errors
    /// No such prompt, inputs that it does not name, too long, or a value that the mask left in.
    pub fn question(
        &self,
        id: &str,
        case: &str,
        inputs: &[(&'static str, Input)],
        schema: impl Into<Arc<Value>>,
    ) -> Result<Question, Blocked> {
        let prompt = self
            .prompts
            .get(id)
            .ok_or_else(|| Blocked::NoPrompt(id.to_owned()))?;
        let key = hmac::sign(&self.secret, case.as_bytes());
        let masker = Masker::new(key.as_ref()).map_err(|_| Blocked::NoKey)?;
        let mut tokens = Tokens::default();
        let marker = marker(&key);
        let mut filled: BTreeMap<&str, String> = BTreeMap::new();
        for (name, input) in inputs {
            let text = match input {
                Input::Ours(value) => written(&masker.mask_json(value, &mut tokens)),
                Input::Theirs(value) => {
                    let mut masked = masker.mask_json(value, &mut tokens);
                    mark(&mut masked, &marker);
                    written(&masked)
                }
            };
            filled.insert(name, text);
        }
        filled.insert("marker", marker.clone());
        let canary = canary(&self.secret, case, prompt, &filled);
        filled.insert("canary", canary.clone());
        let (system, user) = prompt
            .render(&filled)
            .map_err(|flawed| Blocked::Flawed(flawed.to_string()))?;
        let length = system.chars().count() + user.chars().count();
        if length > QUESTION_MAX {
            return Err(Blocked::TooLong(length));
        }
        if let Some(leak) = mask::leaks(&user)
            .into_iter()
            .find(|span| span.rank > Rank::Shape)
        {
            return Err(Blocked::Leak(leak.kind.as_str()));
        }
        Ok(Question {
            ask: Arc::new(Ask {
                role: prompt.role,
                name: prompt.id.clone(),
                system,
                user,
                schema: schema.into(),
                max_tokens: prompt.max_tokens,
            }),
            stamp: prompt.stamp(),
            prompt_sha256: prompt.sha256.clone(),
            masker,
            tokens,
            marker,
            canary,
        })
    }
}

/// What stands between the words of others: another one for each case. No document can know it, since it is made of
/// the case's key.
fn marker(key: &hmac::Tag) -> String {
    let letters = key.as_ref().iter().take(3);
    let letters: String = letters.map(|b| char::from(b'a' + b % 26)).collect();
    format!("^{letters}^")
}

fn mark(value: &mut Value, marker: &str) {
    each_text(value, &|text| *text = screen::datamark(text, marker));
}

/// Puts a blank where a marker stands, also one that lost a caret on the way.
fn unmark(text: &mut String, marker: &str) {
    let letters = marker.trim_matches('^');
    for mark in [marker, &format!("^{letters}"), &format!("{letters}^")] {
        if text.contains(mark) {
            *text = text.replace(mark, " ");
        }
    }
}

fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| each_text(member, change)),
        _ => {}
    }
}

/// JSON as a small model reads it best: a list as one item a line, a text as it is.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_string(),
    }
}

/// A word that nothing in the document can hold, and no honest answer repeats.
fn canary(
    secret: &hmac::Key,
    case: &str,
    prompt: &Prompt,
    filled: &BTreeMap<&str, String>,
) -> String {
    let mut signing = hmac::Context::with_key(secret);
    signing.update(b"canary\0");
    signing.update(case.as_bytes());
    signing.update(prompt.sha256.as_bytes());
    for (name, text) in filled {
        signing.update(name.as_bytes());
        signing.update(text.as_bytes());
    }
    let tag = sha256_hex(signing.sign().as_ref());
    // Letters only: digits would look like an identifier to the mask.
    tag.bytes()
        .take(12)
        .map(|byte| char::from(b'a' + byte % 26))
        .collect()
}

impl Question {
    /// What is recorded of the question: which prompt, its digest, and the part that differs from case to case.
    pub fn body(&self) -> Value {
        json!({
            "prompt": self.stamp,
            "sha256": self.prompt_sha256,
            "user": self.ask.user,
        })
    }

    /// How many different identifiers were masked, by their kind.
    pub fn masked(&self) -> BTreeMap<&'static str, u64> {
        let mut masked = BTreeMap::new();
        for kind in self.tokens.kinds() {
            *masked.entry(kind.as_str()).or_default() += 1;
        }
        masked
    }

    /// Reads an answer into its type, with others' words unmarked and the masked values put back.
    ///
    /// # Errors
    /// The first reason for which it cannot be used.
    pub fn read<T: DeserializeOwned>(&self, said: &Said) -> Result<T, Unusable> {
        let mut value = reply::value(said, &self.canary)?;
        each_text(&mut value, &|text| unmark(text, &self.marker));
        let clear = self.masker.unmask_json(&self.tokens, &value);
        reply::typed(clear)
    }
}
