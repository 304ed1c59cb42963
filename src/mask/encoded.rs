//! Text that is written in base64: where it holds an identifier it is masked whole, and so is the signed token (RFC 7515) that it is
//! the middle of, as the QR code of an e-invoice is. Half of one is of no use to a reader, and the signature would tell whoever
//! guesses at the rest that he is right.

use std::ops::Range;

use crate::{
    detector::{Found, Rank},
    fold::folded,
    scan::scan_within,
};

pub(crate) const RULE: &str = "encoded.base64";

/// The shortest word that is looked into: what a GSTIN becomes.
pub(crate) const SHORTEST: usize = 20;

/// How many times text may be written in base64 over again.
const DEEPEST: usize = 3;

/// The bytes that are decoded to see whether there is text at all.
const SAMPLE: usize = 32;

/// How much of a run is decoded from a word within it.
const FURTHER: usize = 4096;

/// How every signed token begins: what becomes of `{"`.
const HEAD: &[u8] = b"eyJ";

/// Which characters stand for 62 and 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Url,
    Standard,
}

impl Alphabet {
    fn holds(self, byte: u8) -> bool {
        self.value(byte).is_some()
    }

    fn value(self, byte: u8) -> Option<u8> {
        Some(match (byte, self) {
            (b'A'..=b'Z', _) => byte - b'A',
            (b'a'..=b'z', _) => byte - b'a' + 26,
            (b'0'..=b'9', _) => byte - b'0' + 52,
            (b'-', Self::Url) | (b'+', Self::Standard) => 62,
            (b'_', Self::Url) | (b'/', Self::Standard) => 63,
            _ => return None,
        })
    }
}

/// Where the last run in each alphabet ends.
#[derive(Debug, Default)]
pub(crate) struct Done([usize; 2]);

/// Finds what is written in base64 around a long word, or from it on; nothing before `from` is looked at.
pub(crate) fn find(
    text: &[u8],
    word: Range<usize>,
    from: usize,
    depth: usize,
    done: &mut Done,
    out: &mut Vec<Found>,
) {
    if depth == DEEPEST {
        return;
    }
    for (alphabet, done) in [Alphabet::Url, Alphabet::Standard]
        .into_iter()
        .zip(&mut done.0)
    {
        let found = if word.start < *done {
            // Another long word of a run that was no text from its beginning.
            let end = word.end.max((*done).min(word.start + FURTHER));
            one(text, from, word.start..end, alphabet, depth)
        } else {
            let end = run_end(text, word.end, alphabet);
            let start = run_start(text, from.max(*done), word.start, alphabet);
            *done = end;
            // Something else may be glued to its front.
            let head = memchr::memmem::find(text.get(start..end).unwrap_or_default(), HEAD);
            one(text, from, start..end, alphabet, depth)
                .or_else(|| one(text, from, start + head?..end, alphabet, depth))
                .or_else(|| one(text, from, word.start..end, alphabet, depth))
        };
        out.extend(found);
    }
}

/// A run, if there is an identifier in what it stands for.
fn one(
    text: &[u8],
    from: usize,
    run: Range<usize>,
    alphabet: Alphabet,
    depth: usize,
) -> Option<Found> {
    let plain = decoded(text.get(run.clone())?, alphabet);
    let inside = scan_within(&folded(&plain), 0, depth + 1).found;
    let surest = inside.iter().max_by_key(|one| one.rank)?;
    let Range { start, end } = signed(text, from, run, alphabet);
    Some(Found {
        kind: surest.kind,
        start,
        end,
        rule: RULE,
        rank: Rank::Checked,
    })
}

fn run_start(text: &[u8], floor: usize, at: usize, alphabet: Alphabet) -> usize {
    let before = text.get(floor..at).unwrap_or_default();
    let run = before
        .iter()
        .rev()
        .take_while(|byte| alphabet.holds(**byte));
    at - run.count()
}

/// Where a run ends. It may go on over lines that have nothing else in them, all of one length but for the last.
fn run_end(text: &[u8], at: usize, alphabet: Alphabet) -> usize {
    let run = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        at + rest
            .iter()
            .take_while(|byte| alphabet.holds(**byte))
            .count()
    };
    let mut end = run(at);
    let mut width = None;
    loop {
        let begin = match text.get(end..) {
            Some([b'\n', ..]) => end + 1,
            Some([b'\r', b'\n', ..]) => end + 2,
            _ => break,
        };
        let rest = text.get(begin..).unwrap_or_default();
        let line = memchr::memchr(b'\n', rest).map_or(rest, |at| &rest[..at]);
        let line = line.trim_ascii_end();
        if !goes_on(line, alphabet) || width.is_some_and(|width| line.len() > width) {
            break;
        }
        end = run(begin);
        let whole = end == begin + line.len();
        if !whole || width.is_some_and(|width| line.len() < width) {
            break;
        }
        width = Some(line.len());
    }
    let padding = text.get(end..).unwrap_or_default().iter().take(2);
    end + padding.take_while(|byte| **byte == b'=').count()
}

/// Whether a line may be one of a text in base64, and is not a word or a number on a line of its own.
fn goes_on(line: &[u8], alphabet: Alphabet) -> bool {
    let digit = line.iter().any(u8::is_ascii_digit);
    let small = line.iter().any(u8::is_ascii_lowercase);
    (line.len() >= SHORTEST || digit && small)
        && line
            .iter()
            .all(|byte| alphabet.holds(*byte) || matches!(byte, b'.' | b'='))
}

/// The text that something in base64 stands for, as far as it is text.
fn decoded(run: &[u8], alphabet: Alphabet) -> String {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for value in run.iter().filter_map(|byte| alphabet.value(*byte)) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            let byte = u8::try_from(bits >> held & 255).unwrap_or(0);
            bits &= (1 << held) - 1;
            if byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n') || byte == 127 {
                break;
            }
            out.push(byte);
            // Hashes, keys and pictures end here.
            if out.len() == SAMPLE && text_of(&out).len() < SAMPLE - 3 {
                break;
            }
        }
    }
    text_of(&out).to_owned()
}

/// The beginning of some bytes that is UTF-8.
fn text_of(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes
            .get(..error.valid_up_to())
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default(),
    }
}

/// All of the signed token that a run is a part of, or the run.
fn signed(text: &[u8], from: usize, run: Range<usize>, alphabet: Alphabet) -> Range<usize> {
    if alphabet != Alphabet::Url
        || text
            .get(run.clone())
            .is_none_or(|run| !run.starts_with(HEAD))
    {
        return run;
    }
    let Range { mut start, mut end } = run;
    let mut dots = 0;
    if start > from && text.get(start - 1) == Some(&b'.') {
        let head = run_start(text, from, start - 1, alphabet);
        let stretch = text.get(head..start).unwrap_or_default();
        if let Some(at) = memchr::memmem::find(stretch, HEAD) {
            start = head + at;
            dots = 1;
        }
    }
    while dots < 2 && text.get(end) == Some(&b'.') {
        let behind = run_end(text, end + 1, alphabet);
        if behind == end + 1 {
            break;
        }
        end = behind;
        dots += 1;
    }
    start..end
}

#[cfg(test)]
mod tests;
