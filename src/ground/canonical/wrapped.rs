//! The answer of a search that stands in an object of its own, `{"search": {…}, "result": {"count": 0}}`, beside what was asked;
//! and what was asked in two, `query` and `scope`, in one.

use serde_json::{Map, Value};

/// Where systems put what came of a search.
const ANSWERS: [&str; 5] = ["result", "response", "answer", "outcome", "results"];

/// Where they put the rest of what was asked.
const SCOPES: [&str; 2] = ["scope", "window"];

/// Which members of a record are lifted, and which is renamed.
#[derive(Debug)]
pub(super) struct Wrapped {
    answer: Option<String>,
    scope: Option<String>,
    asked: bool,
}

impl Wrapped {
    /// None where nothing of a record is wrapped.
    pub(super) fn of(record: &Value) -> Option<Self> {
        let map = record.as_object()?;
        let object = |key: &str| map.get(key).and_then(Value::as_object);
        let asked = object("search").is_some() && !map.contains_key(super::ASKED);
        let query = object(super::ASKED).or_else(|| object("search").filter(|_| asked))?;
        let found = |inner: &Map<String, Value>| {
            inner
                .keys()
                .any(|k| matches!(k.as_str(), "count" | "hits" | "complete" | "matches"))
        };
        let free = |inner: &Map<String, Value>, holder: &Map<String, Value>| {
            inner.keys().all(|k| !holder.contains_key(k))
        };
        let answer = ANSWERS
            .into_iter()
            .find(|key| object(key).is_some_and(|inner| found(inner) && free(inner, map)));
        let scope = SCOPES.into_iter().find(|key| {
            object(key)
                .is_some_and(|inner| free(inner, query) && inner.values().all(|v| !v.is_object()))
        });
        (answer.is_some() || scope.is_some() || asked).then(|| Self {
            answer: answer.map(str::to_owned),
            scope: scope.map(str::to_owned),
            asked,
        })
    }

    /// The record with its members where those of all searches stand.
    pub(super) fn record(&self, record: &Value) -> Value {
        let mut out = Map::new();
        let mut query = Map::new();
        for (key, value) in record.as_object().into_iter().flatten() {
            match value.as_object() {
                Some(inner) if self.answer.as_ref() == Some(key) => {
                    out.extend(inner.iter().map(|(k, v)| (k.clone(), v.clone())));
                }
                Some(inner) if self.is_asked(key) => {
                    query.extend(inner.iter().map(|(k, v)| (k.clone(), v.clone())));
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                }
            }
        }
        out.insert(super::ASKED.to_owned(), Value::Object(query));
        Value::Object(out)
    }

    fn is_asked(&self, key: &str) -> bool {
        key == super::ASKED || self.scope.as_deref() == Some(key) || self.asked && key == "search"
    }

    /// Where a place of the record stands then; what is cited whole stays where it was.
    pub(super) fn moved(&self, pointer: &str) -> String {
        let inner = pointer.strip_prefix('/').and_then(|p| p.split_once('/'));
        match inner {
            Some((head, tail)) if self.answer.as_deref() == Some(head) => format!("/{tail}"),
            Some((head, tail)) if self.is_asked(head) => format!("/{}/{tail}", super::ASKED),
            _ => pointer.to_owned(),
        }
    }
}
