//! Values as accounting systems write them, read as what they are: a quantity or a price with its unit in one text,
//! `3850.00 KGS`, `62.00/KGS`, and a day without strokes, `20260803`.

use serde_json::{Map, Value};

use crate::{
    read,
    vocabulary::{VOCABULARY, name_parts},
};

/// Nothing lies deeper that could be cited.
const DEPTH_MAX: usize = 64;

/// Whether a record holds such a value.
pub(super) fn is_written(record: &Value) -> bool {
    found(record, 0)
}

fn found(value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(map) if depth < DEPTH_MAX => map
            .iter()
            .any(|(key, v)| plain(key, v).is_some() || found(v, depth + 1)),
        Value::Array(list) if depth < DEPTH_MAX => list.iter().any(|v| found(v, depth + 1)),
        _ => false,
    }
}

/// The record with plain values, and the units beside them.
pub(super) fn record(value: &Value) -> Value {
    rewritten(value, 0)
}

fn rewritten(value: &Value, depth: usize) -> Value {
    match value {
        Value::Object(map) if depth < DEPTH_MAX => {
            let mut out = Map::new();
            let mut unit = None;
            for (key, v) in map {
                match plain(key, v) {
                    Some((value, own)) => {
                        unit = unit.or(own);
                        out.insert(key.clone(), value);
                    }
                    None => {
                        out.insert(key.clone(), rewritten(v, depth + 1));
                    }
                }
            }
            let told = map
                .keys()
                .any(|k| VOCABULARY.member(k).0.contains("kind.unit"));
            if let Some(unit) = unit.filter(|_| !told) {
                out.insert("unit".to_owned(), Value::from(unit));
            }
            Value::Object(out)
        }
        Value::Array(list) if depth < DEPTH_MAX => {
            Value::Array(list.iter().map(|v| rewritten(v, depth + 1)).collect())
        }
        _ => value.clone(),
    }
}

/// What a quoted value is at a place; as it is where it is written plainly.
pub(super) fn quoted(pointer: &str, value: &Value) -> Value {
    let key = pointer
        .rsplit('/')
        .find(|s| !s.bytes().all(|b| b.is_ascii_digit()));
    let key = key
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    plain(&key, value).map_or_else(|| value.clone(), |(value, _)| value)
}

/// A value without its unit, and the unit.
fn plain(key: &str, value: &Value) -> Option<(Value, Option<String>)> {
    let text = value.as_str()?.trim();
    let (tags, _) = VOCABULARY.member(key);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let dated = tags.contains("kind.date")
            || name_parts(key)
                .iter()
                .any(|p| p.ends_with("date") || p.ends_with("dat") || p == "dt");
        let day = format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?);
        return (dated && read::date(&day).is_some()).then(|| (Value::from(day), None));
    }
    if text.len() > 32 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let at = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))?;
    let (digits, unit) = text.split_at_checked(at)?;
    let unit = unit.trim_start_matches(['/', ' ']).trim();
    let letters = !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '.');
    VOCABULARY.unit(&unit.to_lowercase()).filter(|_| letters)?;
    let number = read::number(digits)?;
    let number = serde_json::from_str(&number.to_string()).ok()?;
    Some((number, Some(unit.to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_prices_and_days_are_read_as_what_they_are() {
        let held = json!({"DATE": "20260803", "BILLEDQTY": "3,850.00 KGS", "RATE": "62.00/KGS", "HSNCODE": "20081910",
            "NAME": "5 Star Hotels", "REF": "12 AB"});
        assert!(is_written(&held));
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(
            record(&held),
            json!({"DATE": "2026-08-03", "BILLEDQTY": number("3850.00"), "RATE": number("62.00"), "unit": "KGS", "HSNCODE": "20081910",
                "NAME": "5 Star Hotels", "REF": "12 AB"})
        );
        assert_eq!(
            quoted("/x/BILLEDQTY", &json!("3,850.00 KGS")),
            number("3850.00")
        );
        assert_eq!(quoted("/x/DATE", &json!("20261399")), json!("20261399"));
    }
}
