//! Sums of money in rupees: what a record keeps in paise, in thousands or in lakh is read as what it comes to.

use std::borrow::Cow;

use domain::Decimal;
use serde_json::{Map, Value};

use crate::{
    Evidence,
    fit::is_identity,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts},
};

/// Nothing lies deeper that could be cited.
const DEPTH_MAX: usize = 64;

/// How many rupees one of a unit of account is, as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scale {
    many: u32,
    of: u32,
}

fn scale_of(word: &str) -> Option<Scale> {
    let (many, of) = match word {
        "paise" | "paisa" | "bps" => (1, 100),
        "thousand" | "thousands" | "000" | "000s" => (1_000, 1),
        "lakh" | "lakhs" | "lac" | "lacs" => (100_000, 1),
        "million" | "millions" | "mn" => (1_000_000, 1),
        "crore" | "crores" => (10_000_000, 1),
        _ => return None,
    };
    Some(Scale { many, of })
}

/// The unit of account that an object says its sums are in: `"figures_in": "INR thousand"`.
fn scale_beside(map: &Map<String, Value>) -> Option<Scale> {
    const SAID_IN: [&str; 9] = [
        "figures",
        "unit",
        "units",
        "scale",
        "denomination",
        "currency",
        "amounts",
        "values",
        "in",
    ];
    map.iter().take(200).find_map(|(key, value)| {
        let says = name_parts(key)
            .iter()
            .any(|p| SAID_IN.contains(&p.as_str()));
        let text = value.as_str().filter(|t| says && t.len() <= 40)?;
        folded_words(text).iter().find_map(|w| scale_of(w))
    })
}

/// Evidence with its sums in rupees.
pub(crate) fn in_rupees(evidence: &[Evidence]) -> Cow<'_, [Evidence]> {
    if !evidence.iter().any(|e| is_scaled(&e.json, 0)) {
        return Cow::Borrowed(evidence);
    }
    Cow::Owned(
        evidence
            .iter()
            .map(|e| Evidence {
                json: scaled("", &e.json, None, 0),
                ..e.clone()
            })
            .collect(),
    )
}

fn is_scaled(value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(map) if depth < DEPTH_MAX => {
            scale_beside(map).is_some()
                || map
                    .iter()
                    .any(|(key, v)| own_scale(key).is_some() || is_scaled(v, depth + 1))
        }
        Value::Array(list) if depth < DEPTH_MAX => list.iter().any(|v| is_scaled(v, depth + 1)),
        Value::String(text) => in_words(text).is_some(),
        _ => false,
    }
}

fn own_scale(key: &str) -> Option<Scale> {
    name_parts(key).iter().find_map(|p| scale_of(p))
}

fn scaled(key: &str, value: &Value, above: Option<Scale>, depth: usize) -> Value {
    match value {
        Value::Object(map) if depth < DEPTH_MAX => {
            let scale = scale_beside(map).or(above);
            Value::Object(
                map.iter()
                    .map(|(key, v)| (key.clone(), scaled(key, v, scale, depth + 1)))
                    .collect(),
            )
        }
        Value::Array(list) if depth < DEPTH_MAX => Value::Array(
            list.iter()
                .map(|v| scaled(key, v, above, depth + 1))
                .collect(),
        ),
        Value::Number(_) => own_scale(key)
            .or(above.filter(|_| is_sum(key)))
            .and_then(|scale| rupees(value, scale))
            .unwrap_or_else(|| value.clone()),
        Value::String(text) => in_words(text).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    }
}

/// A sum that a record writes with its unit of account: `₹ 3.60 lakh`, `1.20 crore`.
fn in_words(text: &str) -> Option<Value> {
    if text.len() > 32 {
        return None;
    }
    let bare = text.trim().trim_start_matches(['₹', ' ']);
    let bare = ["Rs.", "Rs", "INR"]
        .iter()
        .find_map(|sign| bare.strip_prefix(sign))
        .unwrap_or(bare)
        .trim();
    let (digits, word) = bare.split_once(' ')?;
    let scale = scale_of(&word.trim().to_lowercase()).filter(|s| s.many > 1)?;
    rupees(&Value::from(digits), scale)
}

/// Whether a member may hold a sum of money.
fn is_sum(key: &str) -> bool {
    let (tags, _) = VOCABULARY.member(key);
    !tags.iter().any(|t| {
        is_identity(t)
            || matches!(
                *t,
                "kind.rate"
                    | "kind.days"
                    | "kind.count"
                    | "kind.quantity"
                    | "kind.date"
                    | "kind.distance"
                    | "kind.score"
            )
    }) && !name_parts(key)
        .iter()
        .any(|p| matches!(p.as_str(), "year" | "fy" | "vouchers" | "pct" | "version"))
}

fn rupees(value: &Value, scale: Scale) -> Option<Value> {
    let sum = read::json_number(value)?
        .checked_mul(Decimal::from(scale.many))?
        .checked_div(Decimal::from(scale.of))?;
    serde_json::from_str(&sum.normalize().to_string()).ok()
}

/// Whether a record that is cited says that its sums are in the unit of account that a word names.
pub(crate) fn names_the_scale(word: &str, chain: &[&Value], key: &str) -> bool {
    scale_of(&word.to_lowercase()).is_some_and(|said| {
        own_scale(key) == Some(said)
            || chain
                .iter()
                .filter_map(|h| h.as_object())
                .any(|map| scale_beside(map) == Some(said))
    })
}
