//! Which form an answer takes: `Accept` (RFC 9110 section 12.5.1), and what bodies are taken.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::problem::{Kind, Problem};

pub(crate) const JSON: &str = "application/json";
pub(crate) const NDJSON: &str = "application/x-ndjson";
pub(crate) const SSE: &str = "text/event-stream";
pub(crate) const HTML: &str = "text/html";

/// What documents come as. What they are is told by their content.
pub(crate) const DOCUMENTS: &[&str] = &[
    JSON,
    NDJSON,
    "application/xml",
    "text/xml",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "application/octet-stream",
];

/// The form that the client wants most; the first of equals, and the first without `Accept`.
///
/// # Errors
/// 406 where it wants none of them.
pub(crate) fn accepted(
    headers: &HeaderMap,
    offers: &[&'static str],
) -> Result<&'static str, Problem> {
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::parse)
        .collect();
    let first = offers.first().copied().unwrap_or(JSON);
    if ranges.is_empty() && !headers.contains_key(header::ACCEPT) {
        return Ok(first);
    }
    let mut best: Option<(&'static str, u16)> = None;
    for offer in offers {
        let quality = quality(&ranges, offer);
        if quality > best.map_or(0, |(_, quality)| quality) {
            best = Some((offer, quality));
        }
    }
    best.map(|(offer, _)| offer).ok_or_else(|| {
        Problem::new(
            Kind::NotAcceptable,
            format!(
                "this is answered as {}: accept one of them",
                offers.join(" or ")
            ),
        )
    })
}

/// The most exact range decides.
fn quality(ranges: &[Range], offer: &str) -> u16 {
    let matching = ranges
        .iter()
        .filter_map(|range| Some((range.fits(offer)?, range.quality)));
    matching
        .max_by_key(|(exactness, _)| *exactness)
        .map_or(0, |(_, quality)| quality)
}

struct Range {
    /// `text/*`, in lower case.
    name: String,
    /// In thousandths.
    quality: u16,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        name.split_once('/')?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let quality = match weight {
            None => 1000,
            // What is no weight counts as none.
            Some(weight) => thousandths(weight).unwrap_or(1000),
        };
        Some(Self { name, quality })
    }

    fn fits(&self, offer: &str) -> Option<u8> {
        let kind = |name: &str| name.split_once('/').map(|(kind, _)| kind.to_owned());
        match self.name.as_str() {
            name if name == offer => Some(2),
            "*/*" => Some(0),
            name if name.ends_with("/*") && kind(name) == kind(offer) => Some(1),
            _ => None,
        }
    }
}

/// `0.25` is 250.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 {
        return None;
    }
    let value: u16 = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

/// That the body's media type is one of these. A body without one is octets.
///
/// # Errors
/// 415 for another type, and for any content coding: what is packed may unpack to anything.
pub(crate) fn body_is(headers: &HeaderMap, taken: &'static [&'static str]) -> Result<(), Problem> {
    if let Some(coding) = headers.get(header::CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        let detail = "the body has a Content-Encoding: send it as it is";
        return Err(unsupported(detail.to_owned(), taken));
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let named = value
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let named = named.trim().to_ascii_lowercase();
    if taken.contains(&named.as_str()) {
        return Ok(());
    }
    let detail = format!(
        "the body's Content-Type must be one of {}; curl needs -H 'Content-Type: {}'",
        taken.join(", "),
        taken.first().copied().unwrap_or(JSON),
    );
    Err(unsupported(detail, taken))
}

fn unsupported(detail: String, taken: &[&str]) -> Problem {
    let problem = Problem::new(Kind::UnsupportedMediaType, detail);
    // RFC 9110 section 12.5.1 has `Accept` in an answer say which bodies are taken.
    match HeaderValue::try_from(taken.join(", ")) {
        Ok(list) => problem.with(header::ACCEPT, list),
        Err(_) => problem,
    }
}

#[cfg(test)]
mod tests;
