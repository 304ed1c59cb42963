//! A JSON object of an accounting system read by member: text, number, flag, list, object.

use domain::Decimal;
use serde_json::{Map, Value};

use crate::{
    Problem,
    number::{number, paise},
};

/// An object and where it stands in its document.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    members: &'a Map<String, Value>,
    at: String,
}

/// A text that says something: what systems write for nothing is none.
pub(crate) fn meaningful(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let nothing = ["Not Applicable", "Not Available", "None", "null", "N/A"];
    (!text.is_empty() && !nothing.iter().any(|n| n.eq_ignore_ascii_case(text))).then_some(text)
}

/// A name of something: a text, or what Odoo (`[id, "name"]`) and QuickBooks (`{"name"}`) write for a reference.
fn name_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => meaningful(text),
        Value::Array(pair) => pair.get(1).and_then(Value::as_str).and_then(meaningful),
        Value::Object(reference) => reference
            .get("name")
            .and_then(Value::as_str)
            .and_then(meaningful),
        _ => None,
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            members,
            at: String::new(),
        }
    }

    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text, trimmed; a number as its digits. `None` for what says nothing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => meaningful(text).map(str::to_owned),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What a member names, be it a text or a reference.
    pub(crate) fn name(&self, name: &str) -> Option<String> {
        self.get(name).and_then(name_of).map(str::to_owned)
    }

    /// A number without the noise of floats. An empty text is none, "5%" is five.
    pub(crate) fn number(&self, name: &str) -> Result<Option<Decimal>, Problem> {
        let written = match self.get(name) {
            Some(Value::Number(digits)) => digits.to_string(),
            Some(Value::String(text)) => match meaningful(text) {
                Some(text) => text.trim_end_matches('%').to_owned(),
                None => return Ok(None),
            },
            // Odoo writes false for nothing.
            None | Some(Value::Bool(false)) => return Ok(None),
            Some(_) => return Err(Problem::at(self.at(name), "a number is needed")),
        };
        number(&written)
            .map(Some)
            .map_err(|error| Problem::at(self.at(name), error.to_string()))
    }

    /// An amount of money: a number to the paisa.
    pub(crate) fn amount(&self, name: &str) -> Result<Option<Decimal>, Problem> {
        Ok(self.number(name)?.map(paise))
    }

    /// The first of several members that states an amount.
    pub(crate) fn first_amount(&self, names: &[&str]) -> Result<Option<Decimal>, Problem> {
        for name in names {
            let found = self.amount(name)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Yes or no, as each system writes it; `None` for anything else.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(digits) => match digits.to_string().as_str() {
                "0" | "0.0" => Some(false),
                "1" | "1.0" => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "1" | "y" | "yes" | "true" => Some(true),
                "0" | "n" | "no" | "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn object(&self, name: &str) -> Option<Fields<'a>> {
        Some(Fields {
            members: self.get(name)?.as_object()?,
            at: self.at(name),
        })
    }

    /// The objects of a list; a single object counts as a list of one.
    pub(crate) fn list(&self, name: &str) -> Vec<Fields<'a>> {
        let entry = |index: usize, value: &'a Value| {
            Some(Fields {
                members: value.as_object()?,
                at: format!("{}/{index}", self.at(name)),
            })
        };
        match self.get(name) {
            Some(Value::Array(list)) => list
                .iter()
                .enumerate()
                .filter_map(|(index, value)| entry(index, value))
                .collect(),
            Some(Value::Object(members)) => vec![Fields {
                members,
                at: self.at(name),
            }],
            _ => Vec::new(),
        }
    }
}
