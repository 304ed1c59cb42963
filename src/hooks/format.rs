//! What systems send, as far as an event's identity and what it carries are concerned. Reading the invoice itself is
//! another crate's matter.
//!
//! A document in which no identity is found is handed on under the digest of its bytes: what cannot be read ends among
//! the dead letters, where somebody sees it, and not in a sender's log.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Event, Kind, Reason, Request, Scheme,
    event::{digest, key},
};

mod erpnext;
mod generic;
mod odoo;
mod quickbooks;
mod tally;
mod zoho;

/// Whose messages these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Frappe's webhooks of purchase invoices.
    #[serde(alias = "frappe")]
    Erpnext,
    /// Bills of Zoho Books' workflow rules.
    Zoho,
    /// `TallyPrime`'s XML.
    Tally,
    /// Server actions on `account.move`: ids only.
    Odoo,
    /// Notices of `QuickBooks` Online: ids only.
    #[serde(alias = "qbo")]
    Quickbooks,
    /// Any document, bare or as `data` of a Standard Webhooks payload.
    Standard,
}

/// An event before its source is known: without a key its identity is that of the message.
pub(crate) struct Named {
    pub(crate) key: Option<String>,
    pub(crate) kind: Kind,
}

impl Named {
    fn document(key: Option<String>, bytes: Bytes) -> Self {
        Self {
            key,
            kind: Kind::Document(bytes),
        }
    }

    fn ignored(key: Option<String>, why: impl Into<String>) -> Self {
        Self {
            key,
            kind: Kind::Ignored { why: why.into() },
        }
    }

    /// The event of a source; without a key it goes by the digest of the message that it came in.
    pub(crate) fn at(self, source: &str, body: &[u8]) -> Event {
        Event {
            source: source.to_owned(),
            key: self.key.unwrap_or_else(|| digest(body)),
            kind: self.kind,
        }
    }
}

impl Format {
    /// The format that a source's name says.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "erpnext" | "frappe" => Self::Erpnext,
            "zoho" => Self::Zoho,
            "tally" => Self::Tally,
            "odoo" => Self::Odoo,
            "quickbooks" | "qbo" => Self::Quickbooks,
            "standard" => Self::Standard,
            _ => return None,
        })
    }

    /// How a system signs by itself.
    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Erpnext => Scheme::Frappe,
            Self::Zoho => Scheme::Zoho,
            Self::Tally | Self::Odoo => Scheme::Token,
            Self::Quickbooks => Scheme::Intuit,
            Self::Standard => Scheme::Standard,
        }
    }

    /// The events of a genuine message; at least one.
    pub(crate) fn read(self, request: &Request<'_>) -> Result<Vec<Named>, Reason> {
        if self == Self::Zoho && request.is_form() {
            return self.bare(&zoho::field(request.body)?);
        }
        self.bare(request.body)
    }

    /// The events of what was asked for, or found, and not sent: the same as if its system had sent it to `source`.
    ///
    /// # Errors
    /// A body that is not of the format.
    pub fn events(self, source: &str, body: &Bytes) -> Result<Vec<Event>, Reason> {
        let named = self.bare(body)?;
        Ok(named.into_iter().map(|one| one.at(source, body)).collect())
    }

    fn bare(self, body: &Bytes) -> Result<Vec<Named>, Reason> {
        let one = match self {
            Self::Erpnext => erpnext::read(body),
            Self::Zoho => zoho::read(body),
            Self::Tally => return tally::read(body),
            Self::Odoo => odoo::read(body),
            Self::Quickbooks => return quickbooks::read(body),
            Self::Standard => generic::read(body),
        };
        Ok(vec![one?])
    }
}

/// A scalar of JSON as text; empty for null, lists and objects.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(bool) => bool.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A body without white space around it and without a byte order mark.
fn trimmed(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii()
}

/// Whether a body says nothing at all, as that of a webhook whose form nobody filled in.
fn is_empty(body: &[u8]) -> bool {
    let empty: &[&[u8]] = &[b"", b"null", b"{}", b"[]"];
    let spaceless: Vec<u8> = trimmed(body)
        .iter()
        .copied()
        .take(8)
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    trimmed(body).len() <= 8 && empty.contains(&spaceless.as_slice())
}

/// Reads members of a JSON object; `None` for other JSON.
fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<Option<T>, Reason> {
    let body = trimmed(body);
    if body.first() != Some(&b'{') {
        serde_json::from_slice::<serde::de::IgnoredAny>(body).map_err(|error| no_json(&error))?;
        return Ok(None);
    }
    serde_json::from_slice(body)
        .map(Some)
        .map_err(|error| no_json(&error))
}

/// Says where, and nothing of what stands there.
fn no_json(error: &serde_json::Error) -> Reason {
    Reason::Malformed(format!(
        "the body is no JSON that can be read: line {}, column {}",
        error.line(),
        error.column()
    ))
}

/// An identity that says which version it is of, by when it was changed, or else by its bytes: without either, a second
/// change would pass for the first one sent again.
fn version(parts: &[&str], changed: &str, body: &[u8]) -> String {
    let digest = if changed.is_empty() {
        digest(body)
    } else {
        changed.to_owned()
    };
    let parts: Vec<&str> = parts.iter().copied().chain([digest.as_str()]).collect();
    key(&parts)
}
