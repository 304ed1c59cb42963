//! The words that say what a number beside them is, in English, Hindi, Hinglish and other languages of India.

use std::{cmp::Reverse, ops::Range, sync::LazyLock};

use crate::{
    Kind,
    bond::is_small,
    fold::folded,
    glue::behind_value,
    sight::Reach,
    words::{Classes, places},
};

/// How far a byte that no label holds is looked for.
const FAR: usize = 256;

/// What a word says of the number beside it: a type, or `None`, that it is no personal data.
pub(crate) type Meaning = Option<Kind>;

/// A label in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) meaning: Meaning,
    /// It speaks of what stands right beside it only.
    pub(crate) beside: bool,
}

/// A word or a few that are a label, in small letters.
struct Phrase {
    text: Box<[u8]>,
    meaning: Meaning,
    beside: bool,
    /// The [`head`] of it, and a bit for each that counts.
    head: u64,
    counts: u64,
}

impl Phrase {
    fn new(text: &str, meaning: Meaning, beside: bool) -> Self {
        let text = folded(text).to_ascii_lowercase().into_bytes();
        let counts = match text.len() {
            8.. => u64::MAX,
            few => (1 << (8 * few)) - 1,
        };
        Self {
            head: head(&text) & counts,
            counts,
            text: text.into(),
            meaning,
            beside,
        }
    }

    /// Whether a text, whose [`head`] is given, begins with it and a word ends there.
    #[inline]
    fn begins(&self, text: &[u8], head: u64) -> bool {
        let length = self.text.len();
        head & self.counts == self.head
            && text
                .get(..length)
                .is_some_and(|text| text.eq_ignore_ascii_case(&self.text) && self.stands_out(text))
            && ends_word(text[length - 1], text.get(length).copied().unwrap_or(b' '))
    }
}

impl Phrase {
    /// Words that are labels only beside a number are written as names are, and those of few letters as abbreviations: a SO,
    /// and no "so".
    fn stands_out(&self, text: &[u8]) -> bool {
        let count = if text.len() <= 3 { text.len() } else { 1 };
        !self.beside || text[..count].iter().all(u8::is_ascii_uppercase)
    }
}

/// The first eight bytes of a text with the bit set that makes letters small: alike where the bytes are alike but for case.
#[inline]
fn head(text: &[u8]) -> u64 {
    let bytes = match text.first_chunk() {
        Some(bytes) => *bytes,
        None => std::array::from_fn(|at| text.get(at).copied().unwrap_or(0)),
    };
    u64::from_le_bytes(bytes) | u64::from_le_bytes([32; 8])
}

pub(crate) struct Lexicon {
    /// Those that begin alike together, the longest first.
    phrases: Vec<Phrase>,
    /// Where those with a key begin, and behind the last key where all end.
    keys: Vec<usize>,
    /// The bytes that a label may hold, those of other scripts included.
    held: [bool; 256],
}

pub(crate) static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(include_str!("data/labels.tsv")));

/// A number below [`KEYS`] from how a text begins, whatever its case.
#[inline]
fn key(text: &[u8]) -> usize {
    let low = |at: usize| usize::from(text.get(at).copied().unwrap_or(0) & 31);
    // What tells letters of other scripts apart stands in their second and third byte.
    match text.first() {
        Some(0..128) => low(0) << 5 | low(1),
        _ => 1 << 10 | low(1) << 5 | low(2),
    }
}

const KEYS: usize = 1 << 11;

impl Lexicon {
    fn new(data: &str) -> Self {
        let mut phrases = Vec::new();
        for line in data.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = line.split('\t').map(str::trim);
            let Some(meaning) = cells.next() else {
                continue;
            };
            let beside = meaning == "beside";
            let meaning = meaning.parse::<Kind>().ok();
            let cells = cells.filter(|phrase| !phrase.is_empty());
            phrases.extend(cells.map(|phrase| Phrase::new(phrase, meaning, beside)));
        }
        phrases.sort_by_key(|phrase| (key(&phrase.text), Reverse(phrase.text.len())));
        let keys = (0..=KEYS).map(|one| phrases.partition_point(|phrase| key(&phrase.text) < one));
        let mut held = [false; 256];
        held[128..].fill(true);
        for byte in phrases.iter().flat_map(|phrase| phrase.text.iter()) {
            held[usize::from(*byte)] = true;
            held[usize::from(byte.to_ascii_uppercase())] = true;
        }
        Self {
            keys: keys.collect(),
            phrases,
            held,
        }
    }

    /// How far the labels in a stretch of a line depend on what stands around it: up to a byte that no label holds on each
    /// side, that byte included; on all of the text where there is none for long.
    pub(crate) fn reach(&self, text: &[u8], from: usize, to: usize) -> Reach {
        let held = |byte: &&u8| self.held[usize::from(**byte)];
        let before = text.get(..from).unwrap_or_default();
        let after = text.get(to..).unwrap_or_default();
        let before = before.iter().rev().take(FAR).take_while(held).count();
        let after = after.iter().take(FAR).take_while(held).count();
        Reach {
            from: if before == FAR {
                0
            } else {
                (from - before).saturating_sub(1)
            },
            to: if after == FAR {
                text.len()
            } else {
                to + after + 1
            },
        }
    }

    /// Adds the labels in a stretch of folded text, from left to right: the longest that begins at the beginning of a word, or
    /// right behind a value, and ends at the end of one, and so on behind it.
    pub(crate) fn labels(&self, text: &[u8], stretch: Range<usize>, out: &mut Vec<Label>) {
        let mut done = stretch.start;
        let mut last = done.checked_sub(1).map_or(b' ', |last| text[last]);
        let line = text.get(..stretch.end).unwrap_or_default();
        let parts = line.get(done..).unwrap_or_default().chunks(64);
        for (base, part) in (stretch.start..).step_by(64).zip(parts) {
            let mut starts = begin_words(part, last);
            last = part.last().copied().unwrap_or(b' ');
            while starts != 0 {
                let at = base + places(starts.trailing_zeros());
                starts &= starts - 1;
                if at < done {
                    continue;
                }
                let glued =
                    at > 0 && line[at - 1].is_ascii_digit() && line[at].is_ascii_alphabetic();
                let found = if glued {
                    let mut places = behind_value(line, at);
                    places.find_map(|at| Some((at, self.longest(line, at)?)))
                } else {
                    self.longest(line, at).map(|phrase| (at, phrase))
                };
                if let Some((start, phrase)) = found {
                    done = start + phrase.text.len();
                    out.push(Label {
                        start,
                        end: done,
                        meaning: phrase.meaning,
                        beside: phrase.beside,
                    });
                }
            }
        }
    }

    /// Whether a label begins at a place.
    pub(crate) fn begins(&self, text: &[u8], at: usize) -> bool {
        self.longest(text, at).is_some()
    }

    /// The longest label that begins at a place and ends at the end of a word.
    #[inline]
    fn longest(&self, line: &[u8], at: usize) -> Option<&Phrase> {
        let rest = line.get(at..)?;
        let key = key(rest);
        let among = *self.keys.get(key)?..*self.keys.get(key + 1)?;
        if among.is_empty() {
            return None;
        }
        let head = head(rest);
        let among = self.phrases.get(among)?;
        among.iter().find(|phrase| phrase.begins(rest, head))
    }
}

/// A bit for each of at most 64 bytes where a word begins, given the byte before them: in `sellerGstin` a capital begins one,
/// where scripts meet one begins, and behind a digit one may.
#[inline]
fn begin_words(part: &[u8], before: u8) -> u64 {
    let classes = Classes::of(part);
    let (capitals, others) = (classes.capitals(), classes.others());
    let small = classes.letters & !capitals;
    let known = classes.letters | classes.digits;
    let after = |bits: u64, before: bool| bits << 1 | u64::from(before);
    known & !after(known, before.is_ascii_alphanumeric())
        | classes.letters & after(classes.digits, before.is_ascii_digit())
        | capitals & after(small, before.is_ascii_lowercase())
        | others & !after(others, !before.is_ascii())
}

/// What stands behind the label of a type that a text begins with, small words and punctuation left out.
pub(crate) fn behind_label(kind: Kind, text: &str) -> Option<&str> {
    let start = text.len() - text.trim_start().len();
    let mut labels = Vec::new();
    LEXICON.labels(text.as_bytes(), start..text.len(), &mut labels);
    let label = labels.first()?;
    if label.start != start || label.meaning != Some(kind) {
        return None;
    }
    let mut rest = text.get(label.end..)?;
    loop {
        let marks = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '+' | '(');
        rest = rest.trim_start_matches(marks);
        let end = rest.find(marks).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() || word.is_ascii() && !is_small(word.as_bytes()) {
            return Some(rest);
        }
        rest = after;
    }
}

/// Whether a word ends with a byte before another: in `gstinOf` a small letter may. Indian scripts put endings on words, so
/// there any letter does.
#[inline]
fn ends_word(last: u8, after: u8) -> bool {
    !last.is_ascii_alphabetic()
        || !after.is_ascii_alphabetic()
        || last.is_ascii_lowercase() && after.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(text: &str) -> Option<Meaning> {
        let mut labels = Vec::new();
        LEXICON.labels(text.as_bytes(), 0..text.len(), &mut labels);
        labels.last().map(|label| label.meaning)
    }

    #[test]
    fn every_line_of_the_data_names_a_type_or_not() {
        let begins = |phrase: &Phrase| begin_words(&phrase.text, b' ') & 1 == 1;
        assert!(LEXICON.phrases.iter().all(begins));
        for line in include_str!("data/labels.tsv").lines() {
            let name = line.split('\t').next().unwrap();
            let comment = name.starts_with("# ");
            assert!(
                comment || matches!(name, "not" | "beside") || name.parse::<Kind>().is_ok(),
                "{name}"
            );
        }
    }

    #[test]
    fn labels_are_words() {
        for (text, want) in [
            ("PAN:", Some(Some(Kind::Pan))),
            ("company", None),
            ("A/c No.", Some(Some(Kind::BankAccount))),
            ("\"AccDet\":", Some(Some(Kind::BankAccount))),
            ("sellerGstin", Some(Some(Kind::Gstin))),
            ("Order No", Some(None)),
            ("UPI Ref No", Some(None)),
            ("खाते में", Some(Some(Kind::BankAccount))),
            ("ＰＡＮ", None),
            ("orderly", None),
            ("order north", Some(None)),
            ("Japan order", Some(None)),
            ("BankAccountNo", Some(Some(Kind::BankAccount))),
            ("HDFC0001234A/c No", Some(Some(Kind::BankAccount))),
            ("AAPFU0939FGSTIN", Some(Some(Kind::Gstin))),
            ("50200071436648IFSC", Some(Some(Kind::Ifsc))),
            ("3PH", None),
            ("SO 9", Some(None)),
            ("so 9", None),
        ] {
            assert_eq!(last(text), want, "{text}");
        }
    }
}
