//! Runs that encode text: base64, base32, hexadecimal, binary and decimal codes, and Morse.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Unit, word_letter};

/// Characters of decoded text that are read.
const DECODED_MAX: usize = 4096;
/// Runs that are decoded in one text.
const RUNS_MAX: usize = 32;
/// Fewer encoded characters say nothing.
const RUN_MIN: usize = 12;
/// Base64 is broken into parts of no fewer characters, but for the last.
const PART_MIN: usize = 8;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// A run that decodes to readable text.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) units: Vec<Unit>,
    /// Whether it reads as sentences rather than as a code of its own.
    pub(crate) language: bool,
    pub(crate) from: u32,
    pub(crate) until: u32,
}

/// Every run in the text that decodes to something readable, up to a limit.
pub(crate) fn decode(text: &[Unit]) -> Vec<Decoded> {
    let mut found = Vec::new();
    for (separated, alphabet, read) in FORMS {
        let mut at = 0;
        while at < text.len() && found.len() < RUNS_MAX {
            // A code whose parts are separated does not begin within a word.
            let within =
                *separated != Separated::Never && at > 0 && text[at - 1].ch.is_alphanumeric();
            if within || !alphabet(text[at].ch) {
                at += 1;
                continue;
            }
            let (length, whole) = match separated {
                Separated::Parts => parts(&text[at..], *alphabet),
                _ => (
                    run(&text[at..], *alphabet, *separated == Separated::Signs),
                    true,
                ),
            };
            let encoded = &text[at..at + length];
            at += length;
            if length < RUN_MIN || !whole {
                continue;
            }
            let capped: String = encoded
                .iter()
                .take(DECODED_MAX * 2)
                .map(|unit| unit.ch)
                .collect();
            if let Some(bytes) = read(&capped)
                && let Some(text) = readable(bytes)
            {
                found.push(decoded(&text, encoded));
            }
        }
    }
    found
}

/// How many characters belong to a run; where its parts are separated, single blanks belong too.
fn run(text: &[Unit], alphabet: fn(char) -> bool, separated: bool) -> usize {
    let mut length = 0;
    let mut blanks = 0;
    for (index, unit) in text.iter().enumerate() {
        if alphabet(unit.ch) {
            length = index + 1;
            blanks = 0;
        } else if (separated && matches!(unit.ch, ' ' | ',' | ':' | '-' | '\n') && blanks < 2)
            || (!separated && unit.ch == '\n' && blanks == 0)
        {
            blanks += 1;
        } else {
            break;
        }
    }
    length
}

/// How many characters belong to parts of a run that one blank or line break separates, each but the last a long one;
/// and whether there are two.
fn parts(text: &[Unit], alphabet: fn(char) -> bool) -> (usize, bool) {
    let mut length = 0;
    let mut count = 0;
    while let Some(rest) = text.get(length..) {
        let part = rest.iter().take_while(|unit| alphabet(unit.ch)).count();
        let gap = text.get(length + part).map(|unit| unit.ch);
        count += u32::from(part > 0);
        length += part;
        let next = text.get(length + 1).is_some_and(|unit| alphabet(unit.ch));
        if part < PART_MIN || !matches!(gap, Some(' ' | '\n')) || !next {
            break;
        }
        length += 1;
    }
    (length, count > 1)
}

/// Where blanks and signs may stand in a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separated {
    /// Nowhere, but a line may break.
    Never,
    /// Between any of its characters.
    Signs,
    /// Between its longer parts.
    Parts,
}

type Form = (Separated, fn(char) -> bool, fn(&str) -> Option<Vec<u8>>);

const FORMS: &[Form] = &[
    (Separated::Never, base64_letter, base64),
    (Separated::Parts, base64_letter, base64),
    (
        Separated::Never,
        |ch| matches!(ch, 'A'..='Z' | '2'..='7' | '='),
        base32,
    ),
    (
        Separated::Signs,
        |ch| ch.is_ascii_hexdigit() || ch == 'x',
        hexadecimal,
    ),
    (Separated::Signs, |ch| matches!(ch, '0' | '1'), binary),
    (Separated::Signs, |ch| ch.is_ascii_digit(), decimal),
    (
        Separated::Never,
        |ch| matches!(ch, '.' | '-' | '/' | '|' | ' '),
        morse,
    ),
];

fn base64_letter(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || matches!(ch, '+' | '/' | '-' | '_' | '=')
}

fn base64(run: &str) -> Option<Vec<u8>> {
    let packed: String = run
        .chars()
        .filter(|ch| !matches!(ch, ' ' | '\n' | '='))
        .collect();
    let alphabet = if packed.contains(['-', '_']) {
        &URL_SAFE
    } else {
        &STANDARD
    };
    // A stray last character carries six bits and no byte.
    let whole = if packed.len() % 4 == 1 {
        packed.len() - 1
    } else {
        packed.len()
    };
    GeneralPurpose::new(alphabet, LENIENT)
        .decode(packed.get(..whole)?)
        .ok()
}

fn base32(run: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut have) = (0_u32, 0);
    for ch in run.chars().filter(|ch| !matches!(ch, '=' | '\n')) {
        let value = match ch {
            'A'..='Z' => u32::from(ch) - u32::from('A'),
            _ => u32::from(ch) - u32::from('2') + 26,
        };
        bits = (bits << 5 | value) & 0xfff;
        have += 5;
        if have >= 8 {
            have -= 8;
            bytes.push(u8::try_from((bits >> have) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn hexadecimal(run: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = run
        .replace("0x", "")
        .chars()
        .filter_map(|ch| ch.to_digit(16))
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok())
        .collect()
}

fn binary(run: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = run
        .bytes()
        .filter(|byte| matches!(byte, b'0' | b'1'))
        .map(|byte| byte - b'0')
        .collect();
    let width = if digits.len().is_multiple_of(8) { 8 } else { 7 };
    digits
        .chunks(width)
        .map(|bits| Some(bits.iter().fold(0, |value, bit| value << 1 | bit)))
        .collect()
}

fn decimal(run: &str) -> Option<Vec<u8>> {
    run.split(|ch: char| !ch.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect()
}

/// The letters from a to z in Morse.
const MORSE: &str = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..";

fn morse(run: &str) -> Option<Vec<u8>> {
    let letter = |code: &str| match code {
        "/" | "|" => Some(b' '),
        code => (b'a'..)
            .zip(MORSE.split(' '))
            .find(|(_, of)| *of == code)
            .map(|(letter, _)| letter),
    };
    run.split(' ')
        .filter(|code| !code.is_empty())
        .map(letter)
        .collect()
}

/// Bytes as text, where nearly all of it is what people write.
fn readable(mut bytes: Vec<u8>) -> Option<String> {
    bytes.truncate(DECODED_MAX);
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        // The cap may have cut the last character.
        Err(error) if error.utf8_error().valid_up_to() + 4 > error.as_bytes().len() => {
            let valid = error.utf8_error().valid_up_to();
            String::from_utf8(error.into_bytes().get(..valid)?.to_vec()).ok()?
        }
        Err(_) => return None,
    };
    let total = text.chars().count();
    let plain = text
        .chars()
        .filter(|ch| {
            ch.is_alphanumeric()
                || ch.is_ascii_punctuation()
                || matches!(ch, ' ' | '\n' | '\t')
                || *ch >= '\u{900}'
        })
        .count();
    (total >= 6 && plain * 20 >= total * 19).then_some(text)
}

fn decoded(text: &str, encoded: &[Unit]) -> Decoded {
    let from = encoded.first().map_or(0, |unit| unit.at);
    let until = encoded.last().map_or(from, |unit| unit.at + unit.len);
    let len = until - from;
    // Marks belong to the letters of Indian scripts, joiners to their spelling.
    let letter =
        |ch: char| !ch.is_numeric() && (word_letter(ch) || matches!(ch, '\u{200c}' | '\u{200d}'));
    let words = text
        .split(' ')
        .filter(|word| {
            word.chars().count() > 1
                && word.chars().all(|ch| {
                    letter(ch) || matches!(ch, '.' | ',' | ';' | ':' | '!' | '\u{964}' | '\u{6d4}')
                })
        })
        .count();
    let letters = text.chars().filter(|ch| letter(*ch) || *ch == ' ').count();
    Decoded {
        units: text
            .chars()
            .map(|ch| Unit {
                ch,
                at: from,
                len,
                changed: true,
            })
            .collect(),
        language: words >= 3 && letters * 10 >= text.chars().count() * 7,
        from,
        until,
    }
}
