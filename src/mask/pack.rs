//! Packing: an identifier in as few bytes as its letters allow, so that its token stays short.

/// What a value was before it was masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Was {
    Text,
    /// A number in JSON.
    Number,
}

use base64::{
    Engine,
    engine::{
        GeneralPurpose,
        general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    },
};

use crate::words::usize_of;

/// Marks of mode 0: the text is in base64 and was decoded.
const URL: u8 = 8;
const STANDARD_ALPHABET: u8 = 16;

const DIGITS: &[u8] = b"0123456789";
const CAPITALS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ADDRESS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz@.-_+";

/// Alphabet and longest text that a 128-bit number holds with three bits to spare, by mode; mode 0 is plain UTF-8.
const MODES: [(&[u8], usize); 3] = [(DIGITS, 36), (CAPITALS, 22), (ADDRESS, 22)];

/// The place of each byte in the alphabet of each mode; 255 for those that are not in it.
const PLACES: [[u8; 256]; 3] = {
    let mut places = [[255; 256]; 3];
    let mut mode = 0;
    while mode < MODES.len() {
        let alphabet = MODES[mode].0;
        let mut place = 0;
        let mut number = 0_u8;
        while place < alphabet.len() {
            places[mode][usize_of(alphabet[place])] = number;
            place += 1;
            number += 1;
        }
        mode += 1;
    }
    places
};

pub(crate) fn pack(text: &str, was: Was) -> Vec<u8> {
    let flag = if was == Was::Number { 4 } else { 0 };
    for (mode, ((alphabet, longest), places)) in (1_u8..).zip(MODES.iter().zip(&PLACES)) {
        if text.len() <= *longest
            && let Some(number) = number(text, alphabet, places)
        {
            let bytes = (number * 8 + u128::from(mode | flag)).to_be_bytes();
            let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
            return bytes[first..].to_vec();
        }
    }
    let mut out = text.as_bytes().to_vec();
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte);
    if text.bytes().all(may_be) {
        let decoded = parts(text, &URL_SAFE_NO_PAD)
            .map(|parts| (URL, parts))
            .or_else(|| Some((STANDARD_ALPHABET, parts(text, &STANDARD)?)));
        if let Some((mark, mut parts)) = decoded
            && parts.len() < out.len()
        {
            parts.push(flag | mark);
            return parts;
        }
    }
    out.push(flag);
    out
}

/// What stands between the dots of a text in base64, decoded, each part with its length before it. Only what is written as the
/// encoding writes it decodes, so it comes back as it was.
fn parts(text: &str, engine: &GeneralPurpose) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for part in text.split('.') {
        let part = engine.decode(part).ok()?;
        out.extend(u16::try_from(part.len()).ok()?.to_be_bytes());
        out.extend(part);
    }
    Some(out)
}

/// The text that [`parts`] were made of.
fn joined(mut bytes: &[u8], engine: &GeneralPurpose) -> Option<String> {
    let mut out = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (part, rest) = rest.split_at_checked(length)?;
        out.push(engine.encode(part));
        bytes = rest;
    }
    bytes.is_empty().then(|| out.join("."))
}

/// A leading 1, so that leading zeros are kept.
fn number(text: &str, alphabet: &[u8], places: &[u8; 256]) -> Option<u128> {
    let base = u128::try_from(alphabet.len()).ok()?;
    text.bytes().try_fold(1_u128, |sum, byte| {
        let digit = places[usize::from(byte)];
        (digit < 255).then_some(())?;
        sum.checked_mul(base)?.checked_add(u128::from(digit))
    })
}

pub(crate) fn unpack(bytes: &[u8]) -> Option<(String, Was)> {
    let (last, head) = bytes.split_last()?;
    let was = if last & 4 == 4 {
        Was::Number
    } else {
        Was::Text
    };
    let mode = usize::from(last & 3);
    let Some((alphabet, _)) = mode.checked_sub(1).and_then(|mode| MODES.get(mode)) else {
        let text = match last & (URL | STANDARD_ALPHABET) {
            0 => String::from_utf8(head.to_vec()).ok()?,
            URL => joined(head, &URL_SAFE_NO_PAD)?,
            _ => joined(head, &STANDARD)?,
        };
        return Some((text, was));
    };
    if bytes.len() > 16 {
        return None;
    }
    let mut number = bytes
        .iter()
        .fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte))
        >> 3;
    let base = u128::try_from(alphabet.len()).ok()?;
    let mut out = Vec::new();
    while number > 1 {
        out.push(*alphabet.get(usize::try_from(number % base).ok()?)?);
        number /= base;
    }
    out.reverse();
    Some((String::from_utf8(out).ok()?, was))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identifiers_are_short() {
        for (text, most) in [
            ("234567890124", 6),
            ("ABCPE1234F", 7),
            ("27AAACR5055K1Z7", 11),
            ("a.k@firm.example", 12),
            ("खाता", 13),
            ("000000000000", 6),
            ("MjdBQUFDUjUwNTVLMVo3IGFuZCBubyBvdGhlcg==", 31),
            (
                "eyJhbGciOiJSUzI1NiJ9.eyJkYXRhIjoiMjdBQUFDUjUwNTVLMVo3In0.AQIDBA",
                53,
            ),
        ] {
            let packed = pack(text, Was::Text);
            assert!(packed.len() <= most, "{text}: {}", packed.len());
            assert_eq!(unpack(&packed), Some((text.to_owned(), Was::Text)));
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC{0,40}|[0-9]{0,40}|[A-Z0-9]{0,30}|[a-z0-9@._+-]{0,30}|[A-Za-z0-9_.-]{20,60}|[A-Za-z0-9+/]{20,60}={0,2}", number: bool) {
            let was = if number { Was::Number } else { Was::Text };
            prop_assert_eq!(unpack(&pack(&text, was)), Some((text, was)));
        }

        #[test]
        fn any_bytes_do(bytes: Vec<u8>) {
            unpack(&bytes);
        }
    }
}
