//! `TallyPrime`'s XML, which is often UTF-16 and names characters that XML forbids; neither matters for an identity.

use std::borrow::Cow;

use bytes::Bytes;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Named, Reason, trimmed, version};

/// What is known of a voucher without reading it.
#[derive(Default)]
struct Voucher {
    guid: String,
    remote: String,
    alter: String,
    kind: String,
    action: String,
    cancelled: bool,
    optional: bool,
}

/// The longest value that is looked at.
const VALUE_BYTES_MAX: usize = 256;

/// Types of vouchers, by Tally's own names, that are never a supplier's invoice. Users add types of their own: those are
/// taken in and read.
const OTHERS: &[&str] = &[
    "sales",
    "payment",
    "receipt",
    "contra",
    "stock journal",
    "physical stock",
    "delivery note",
    "receipt note",
    "purchase order",
    "sales order",
    "payroll",
    "attendance",
    "memorandum",
];

pub(super) fn read(body: &Bytes) -> Result<Named, Reason> {
    if trimmed(body).is_empty() {
        return Ok(Named::ignored(None, "it is empty"));
    }
    let text = decoded(body);
    let mut vouchers = vouchers(&text)?;
    let (Some(voucher), true) = (vouchers.pop(), vouchers.is_empty()) else {
        if text.contains("<VOUCHER") {
            return Ok(Named::document(None, body.clone()));
        }
        return Ok(Named::ignored(None, "it has no voucher"));
    };
    let name = if voucher.guid.is_empty() {
        &voucher.remote
    } else {
        &voucher.guid
    };
    let key = (!name.is_empty()).then(|| version(&[name], &voucher.alter, body));
    let kind = voucher.kind.to_lowercase();
    Ok(if OTHERS.contains(&kind.as_str()) {
        Named::ignored(key, "its voucher is of another type than a purchase")
    } else if matches!(voucher.action.to_lowercase().as_str(), "delete" | "cancel")
        || voucher.cancelled
    {
        Named::ignored(key, "its voucher is cancelled")
    } else if voucher.optional {
        Named::ignored(key, "its voucher is optional: it is not in the books")
    } else {
        Named::document(key, body.clone())
    })
}

/// UTF-16 by its mark, or by the zeros beside its first letter; everything else as UTF-8.
fn decoded(body: &[u8]) -> Cow<'_, str> {
    let units = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2);
        let units = units.map(|pair| read([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        Cow::Owned(text)
    };
    match body {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [b'<', 0, ..] => units(body, u16::from_le_bytes),
        [0, b'<', ..] => units(body, u16::from_be_bytes),
        _ => String::from_utf8_lossy(trimmed(body)),
    }
}

/// The vouchers of a document, the second one being enough to know that there are several.
fn vouchers(text: &str) -> Result<Vec<Voucher>, Reason> {
    let mut reader = Reader::from_str(text);
    let mut found: Vec<Voucher> = Vec::new();
    // The names of the elements around, as deep as matters: those below a voucher's own members do not.
    let mut inside: Option<usize> = None;
    let mut depth = 0_usize;
    let mut member = String::new();
    loop {
        let event = reader.read_event().map_err(|_| {
            Reason::Malformed(format!(
                "the body is no XML that can be read: byte {}",
                reader.error_position()
            ))
        })?;
        match event {
            Event::Eof => return Ok(found),
            Event::Start(start) => {
                depth += 1;
                if start.name().as_ref() == "VOUCHER" && inside.is_none() {
                    found.push(attributes(&start));
                    if found.len() > 1 {
                        return Ok(found);
                    }
                    inside = Some(depth);
                } else if inside.is_some_and(|voucher| depth == voucher + 1) {
                    start.name().as_ref().clone_into(&mut member);
                }
            }
            Event::Empty(start) if start.name().as_ref() == "VOUCHER" && inside.is_none() => {
                found.push(attributes(&start));
            }
            Event::End(_) => {
                if inside == Some(depth) {
                    inside = None;
                }
                depth = depth.saturating_sub(1);
                member.clear();
            }
            Event::Text(value) => {
                if inside.is_some_and(|voucher| depth == voucher + 1)
                    && value.len() <= VALUE_BYTES_MAX
                    && let Some(voucher) = found.last_mut()
                {
                    voucher.set(&member, value.trim());
                }
            }
            _ => {}
        }
    }
}

impl Voucher {
    fn set(&mut self, member: &str, value: &str) {
        let yes = value.eq_ignore_ascii_case("yes");
        match member {
            "GUID" => value.clone_into(&mut self.guid),
            "ALTERID" => value.clone_into(&mut self.alter),
            "VOUCHERTYPENAME" => value.clone_into(&mut self.kind),
            "ISCANCELLED" => self.cancelled = yes,
            "ISOPTIONAL" => self.optional = yes,
            _ => {}
        }
    }
}

fn attributes(start: &BytesStart<'_>) -> Voucher {
    let mut voucher = Voucher::default();
    for attribute in start.attributes().flatten() {
        if attribute.value.len() > VALUE_BYTES_MAX {
            continue;
        }
        let value = attribute.value.trim().to_owned();
        match attribute.key.as_ref() {
            "REMOTEID" => voucher.remote = value,
            "VCHTYPE" => voucher.kind = value,
            "ACTION" => voucher.action = value,
            _ => {}
        }
    }
    voucher
}
