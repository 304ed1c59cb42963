//! A search under the names that all searches go by: what was asked in `query`, how many were found in `count`, whether all
//! was looked through in `complete`.

use serde_json::{Map, Value};

/// Where systems keep what was asked.
const ASKED: [&str; 14] = [
    "filters",
    "filter",
    "arguments",
    "args",
    "scope",
    "searchkey",
    "criteria",
    "params",
    "parameters",
    "request",
    "asked",
    "searched",
    "searchcriteria",
    "inputs",
];

/// What they call how many were found.
const FOUND: [&str; 8] = [
    "total",
    "totalhits",
    "recordcount",
    "found",
    "numfound",
    "totalmatches",
    "resultcount",
    "totalcount",
];

/// What they call the book that was searched.
const BOOK: [&str; 3] = ["index", "registry", "searchin"];

fn squeezed(key: &str) -> String {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

/// The names of a search, each with the one that it is known by here.
#[derive(Debug, Default)]
pub(super) struct Names {
    asked: Option<String>,
    /// A span of days that stands in an object of its own among what was asked.
    span: Option<String>,
    found: Option<String>,
    truncated: Option<String>,
    book: Option<String>,
}

impl Names {
    /// None where the record is no search, or goes by those names already.
    pub(super) fn of(record: &Value) -> Option<Self> {
        let map = record.as_object()?;
        let named = |wanted: &[&str], is: fn(&Value) -> bool| -> Option<String> {
            let is_one = |(key, value): &(&String, &Value)| {
                wanted.contains(&squeezed(key).as_str()) && is(value)
            };
            map.iter().find(is_one).map(|(key, _)| key.clone())
        };
        let asked = if map.contains_key("query") {
            None
        } else {
            named(&ASKED, Value::is_object)
        };
        let holder = asked.as_deref().unwrap_or("query");
        let query = map.get(holder)?.as_object()?;
        let listed = |v: &Value| v.is_array();
        let found = named(&FOUND, Value::is_number).filter(|_| !map.contains_key("count"));
        let searched = found.is_some()
            || map.contains_key("count")
            || named(
                &["results", "rows", "entries", "matches", "hits", "records"],
                listed,
            )
            .is_some();
        if !searched
            || map
                .keys()
                .any(|k| matches!(squeezed(k).as_str(), "result" | "expression"))
        {
            return None;
        }
        let span = (query.iter())
            .find(|(key, value)| {
                matches!(
                    squeezed(key).as_str(),
                    "window" | "period" | "range" | "dates"
                ) && value.is_object()
            })
            .map(|(key, _)| key.clone());
        let names = Self {
            // A scope that is cited whole is read as it is.
            asked: asked.filter(|key| key != "scope" || span.is_some()),
            span,
            found,
            truncated: named(&["truncated", "cutoff", "partial"], Value::is_boolean)
                .filter(|_| !map.contains_key("complete")),
            book: named(&BOOK, Value::is_string).filter(|_| !map.contains_key("search")),
        };
        let renamed = [
            &names.asked,
            &names.span,
            &names.found,
            &names.truncated,
            &names.book,
        ];
        renamed.iter().any(|n| n.is_some()).then_some(names)
    }

    fn name<'n>(&self, key: &'n str) -> &'n str {
        let is = |name: &Option<String>| name.as_deref() == Some(key);
        if is(&self.asked) {
            "query"
        } else if is(&self.found) {
            "count"
        } else if is(&self.truncated) {
            "complete"
        } else if is(&self.book) {
            "search"
        } else {
            key
        }
    }

    /// The record under the names of a search.
    pub(super) fn record(&self, record: &Value) -> Value {
        let Some(map) = record.as_object() else {
            return record.clone();
        };
        let members = map.iter().map(|(key, value)| {
            let value = match value.as_object() {
                Some(query) if self.name(key) == "query" => Value::Object(self.asked_flat(query)),
                _ => self.value(key, value),
            };
            (self.name(key).to_owned(), value)
        });
        Value::Object(members.collect())
    }

    fn asked_flat(&self, query: &Map<String, Value>) -> Map<String, Value> {
        let mut out = Map::new();
        for (key, value) in query {
            match value.as_object() {
                Some(span) if self.span.as_ref() == Some(key) => {
                    out.extend(span.iter().map(|(k, v)| (k.clone(), v.clone())));
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                }
            }
        }
        out
    }

    /// What was cut off was not looked through.
    fn value(&self, key: &str, value: &Value) -> Value {
        match value.as_bool() {
            Some(cut) if self.truncated.as_deref() == Some(key) => Value::Bool(!cut),
            _ => value.clone(),
        }
    }

    /// A place in the record under its new name, and what is quoted from it.
    pub(super) fn moved(&self, pointer: &str, quoted: &Value) -> (String, Value) {
        let Some(path) = pointer.strip_prefix('/') else {
            return (pointer.to_owned(), quoted.clone());
        };
        let (head, tail) = path
            .split_once('/')
            .map_or((path, None), |(h, t)| (h, Some(t)));
        let name = self.name(head);
        let Some(tail) = tail else {
            return (format!("/{name}"), self.value(head, quoted));
        };
        let inner = self.span.as_deref().filter(|_| name == "query");
        let tail = inner
            .and_then(|span| tail.strip_prefix(span)?.strip_prefix('/'))
            .unwrap_or(tail);
        (format!("/{name}/{tail}"), quoted.clone())
    }
}
