//! A value that a clause states, and whether a field holds it.

use serde_json::Value;

use crate::{
    field::{Class, Field},
    fit::is_identity,
    mention::{Mention, same_term},
    number::Number,
    read::{self, Part},
};

/// A value that a clause states.
#[derive(Debug, Clone)]
pub(crate) enum Stated {
    Number(Number),
    Date(domain::Date),
    /// A date as far as it is told.
    Part(Part),
    Text(Mention),
}

impl Stated {
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Number(n) => n.raw.clone(),
            Self::Date(d) => d.to_string(),
            Self::Part(p) => p.to_string(),
            Self::Text(m) => m.shown(),
        }
    }

    /// Whether a field could hold such a value at all.
    pub(crate) fn comparable(&self, field: &Field<'_>) -> bool {
        match self {
            Self::Number(_) if field.value.is_array() => true,
            Self::Number(n) => {
                let identity = field.tags.iter().any(|t| is_identity(t));
                if identity {
                    !n.rupees
                        && !n.percent
                        && field
                            .value
                            .as_str()
                            .is_none_or(|s| s.bytes().all(|b| b.is_ascii_digit()))
                } else {
                    read::json_number(field.value).is_some()
                }
            }
            Self::Date(_) | Self::Part(_) => read::json_date(field.value).is_some(),
            Self::Text(Mention::Period(_)) => field
                .value
                .as_str()
                .is_some_and(|s| read::period(s).is_some()),
            // A name is no number, and an identifier is one only where the field is.
            Self::Text(mention) => {
                let number = read::json_number(field.value).is_some();
                let identity = field.tags.iter().any(|t| is_identity(t));
                let fitting = match mention {
                    Mention::Name(_) => !number || field.has("kind.place"),
                    _ => field.value.is_string() || identity,
                };
                fitting
                    && (field.value.is_string() || field.value.is_number())
                    && read::json_date(field.value).is_none()
                    && !field.is_note()
            }
        }
    }

    pub(crate) fn is(&self, field: &Field<'_>, about: bool, tail: bool, claim: &str) -> bool {
        match self {
            Self::Number(n) => {
                let text = read::json_text(field.value).unwrap_or_default();
                if tail {
                    return text.ends_with(&n.raw);
                }
                if let Value::Array(list) = field.value {
                    return n.value == domain::Decimal::from(list.len());
                }
                if field.tags.iter().any(|t| is_identity(t)) {
                    return text == n.raw || same_term(&n.raw, &text) && field.has("kind.place");
                }
                let Some(value) = read::json_number(field.value) else {
                    return false;
                };
                n.is(value, about)
                    || (n.percent
                        && field.classes().contains(&Class::Rate)
                        && value < domain::Decimal::ONE
                        && value * domain::Decimal::ONE_HUNDRED == n.value)
            }
            Self::Date(d) => read::json_date(field.value) == Some(*d),
            Self::Part(p) => read::json_date(field.value).is_some_and(|d| p.holds(d)),
            Self::Text(m) if tail => match m {
                Mention::Id(id) => read::json_text(field.value)
                    .is_some_and(|t| t.ends_with(id.trim_start_matches(['.', 'X', 'x', '*']))),
                _ => false,
            },
            Self::Text(m) => m.is(field.value, claim),
        }
    }
}
