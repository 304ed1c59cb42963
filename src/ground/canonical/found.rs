//! A lookup that says whether it found anything, `{"answered": true, "found": false}`, as a search that counts what it found.

use serde_json::{Map, Value};

use crate::{Case, Evidence};

/// Whether a record is such a lookup: asked in an object of its own, and without a count.
fn is_lookup(map: &Map<String, Value>) -> bool {
    map.get("found").is_some_and(Value::is_boolean)
        && map.get(super::ASKED).is_some_and(Value::is_object)
        && !map.contains_key("count")
}

/// Under which name a member goes, and as which value.
fn member(key: &str, value: &Value) -> (String, Value) {
    match (key, value.as_bool()) {
        ("found", Some(found)) => ("count".to_owned(), Value::from(u8::from(found))),
        ("answered", Some(_)) => ("complete".to_owned(), value.clone()),
        _ => (key.to_owned(), value.clone()),
    }
}

/// The case with its lookups as searches; none where it has none.
pub(super) fn counted(case: &Case) -> Option<Case> {
    let lookups: Vec<&str> = case
        .evidence
        .iter()
        .filter(|e| e.json.as_object().is_some_and(is_lookup))
        .map(|e| e.id.as_str())
        .collect();
    if lookups.is_empty() {
        return None;
    }
    let mut out = case.clone();
    for Evidence { id, json, .. } in &mut out.evidence {
        if let (true, Some(map)) = (lookups.contains(&id.as_str()), json.as_object()) {
            *json = Value::Object(map.iter().map(|(k, v)| member(k, v)).collect());
        }
    }
    for citation in &mut out.citations {
        let key = citation.pointer.strip_prefix('/').unwrap_or_default();
        if lookups.contains(&citation.evidence.as_str()) && !key.contains('/') {
            let (name, value) = member(key, &citation.value);
            citation.pointer = format!("/{name}");
            citation.value = value;
        }
    }
    Some(out)
}
