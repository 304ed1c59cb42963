//! A message as HTTP brought it.

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::Reason;

/// A message as it came, nothing decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    /// What stands behind the question mark, still encoded; empty if nothing does.
    pub query: &'a str,
    pub body: &'a Bytes,
}

impl<'a> Request<'a> {
    /// The one value of a header. Two of them leave open which one was signed, so that none of them counts.
    pub(crate) fn header(&self, name: &'static str) -> Result<&'a str, Reason> {
        self.optional(name)?.ok_or(Reason::Unsigned(name))
    }

    pub(crate) fn optional(&self, name: &'static str) -> Result<Option<&'a str>, Reason> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(Reason::Repeated(name));
        }
        value
            .to_str()
            .map(|text| Some(text.trim()))
            .map_err(|_| Reason::BadSignature)
    }

    /// Whether the body is a form of key-value pairs.
    pub(crate) fn is_form(&self) -> bool {
        let kind = self.headers.get(http::header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }
}
