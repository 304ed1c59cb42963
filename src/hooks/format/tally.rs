//! `TallyPrime`'s XML, which is often UTF-16 and names characters that XML forbids; neither matters for an identity.

use std::{borrow::Cow, ops::Range};

use bytes::Bytes;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Named, Reason, trimmed, version};
use crate::event::digest;

#[path = "../../ingest/tally/nobodys.rs"]
mod nobodys;

use nobodys::{Nobodys, Said};

/// What is known of a voucher without reading it.
#[derive(Default)]
struct Voucher {
    guid: String,
    remote: String,
    alter: String,
    /// By its attribute, and by its member.
    types: [String; 2],
    action: String,
    cancelled: bool,
    optional: bool,
    /// Where it stands in the text.
    bytes: Range<usize>,
    /// Whether its end is there.
    whole: bool,
}

/// The longest value that is looked at.
const VALUE_BYTES_MAX: usize = 256;

/// An event each voucher: a day book has many, and each is told apart by its own identity.
pub(super) fn read(body: &Bytes) -> Result<Vec<Named>, Reason> {
    if trimmed(body).is_empty() {
        return Ok(vec![Named::ignored(None, "it is empty")]);
    }
    let text = decoded(body);
    let vouchers = vouchers(&text)?;
    if vouchers.is_empty() {
        // Masters are sent as well; what is none of Tally's messages was meant for somebody else, or came packed.
        if !["<ENVELOPE", "<TALLYMESSAGE"]
            .iter()
            .any(|root| text.contains(root))
        {
            return Err(Reason::Malformed(
                "the body is no message of Tally's: it has no <ENVELOPE>; send the XML as it is, not packed".to_owned(),
            ));
        }
        return Ok(vec![Named::ignored(None, "it has no voucher")]);
    }
    let alone = vouchers.len() == 1;
    let company = company(&text);
    let named = vouchers.iter().map(|voucher| {
        let own = text.get(voucher.bytes.clone()).unwrap_or_default();
        let document = if alone {
            body.clone()
        } else {
            Bytes::from(format!(
                "<ENVELOPE>{company}<TALLYMESSAGE>{own}</TALLYMESSAGE></ENVELOPE>"
            ))
        };
        voucher.named(own, document)
    });
    Ok(named.collect())
}

/// The section that names the company, where there is one; it holds for all vouchers.
fn company(text: &str) -> &str {
    const END: &str = "</STATICVARIABLES>";
    let section = text.find("<STATICVARIABLES>").and_then(|start| {
        let length = text.get(start..)?.find(END)?;
        text.get(start..start + length + END.len())
    });
    section.unwrap_or_default()
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

/// The vouchers of a document, in their order.
fn vouchers(text: &str) -> Result<Vec<Voucher>, Reason> {
    let mut reader = Reader::from_str(text);
    // Some exports leave it bare.
    reader.config_mut().allow_dangling_amp = true;
    let mut found: Vec<Voucher> = Vec::new();
    // The names of the elements around, as deep as matters: those below a voucher's own members do not.
    let mut inside: Option<usize> = None;
    let mut depth = 0_usize;
    let mut member = String::new();
    loop {
        let begins = place(reader.buffer_position());
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
                    let mut voucher = attributes(&start);
                    voucher.bytes = begins..text.len();
                    found.push(voucher);
                    inside = Some(depth);
                } else if inside.is_some_and(|voucher| depth == voucher + 1) {
                    start.name().as_ref().clone_into(&mut member);
                }
            }
            Event::Empty(start) if start.name().as_ref() == "VOUCHER" && inside.is_none() => {
                let mut voucher = attributes(&start);
                voucher.bytes = begins..place(reader.buffer_position());
                voucher.whole = true;
                found.push(voucher);
            }
            Event::End(_) => {
                if inside == Some(depth) {
                    inside = None;
                    if let Some(voucher) = found.last_mut() {
                        voucher.bytes.end = place(reader.buffer_position());
                        voucher.whole = true;
                    }
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

fn place(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}

impl Voucher {
    /// `own` is the voucher's text, and `document` what is handed on.
    fn named(&self, own: &str, document: Bytes) -> Named {
        let name = if self.guid.is_empty() {
            &self.remote
        } else {
            &self.guid
        };
        // One that breaks off must not take the identity of the one that comes whole.
        let known = self.whole && !name.is_empty();
        let key = Some(if known {
            version(&[name], &self.alter, own.as_bytes())
        } else {
            digest(own.as_bytes())
        });
        let said = Said {
            types: [&self.types[0], &self.types[1]],
            action: &self.action,
            cancelled: self.cancelled,
            optional: self.optional,
        };
        let why = match said.why_nobodys() {
            None => return Named::document(key, document),
            Some(Nobodys::OtherType) => "its voucher is of another type than a purchase",
            Some(Nobodys::Deleted | Nobodys::Cancelled) => "its voucher is cancelled or deleted",
            Some(Nobodys::Optional) => "its voucher is optional: it is not in the books",
        };
        Named::ignored(key, why)
    }

    fn set(&mut self, member: &str, value: &str) {
        let yes = value.eq_ignore_ascii_case("yes");
        match member {
            "GUID" => value.clone_into(&mut self.guid),
            "ALTERID" => value.clone_into(&mut self.alter),
            "VOUCHERTYPENAME" => value.clone_into(&mut self.types[1]),
            "ISDELETED" if yes => "Delete".clone_into(&mut self.action),
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
            "VCHTYPE" => voucher.types[0] = value,
            "ACTION" => voucher.action = value,
            _ => {}
        }
    }
    voucher
}
