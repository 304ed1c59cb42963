//! The words of a folded text: maximal runs of ASCII letters and digits, and what stands between them.

use std::num::NonZeroU64;

use crate::encoded;

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) made: Made,
    /// What stands between it and the word before.
    pub(crate) gap: Gap,
}

impl Word {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    #[inline]
    pub(crate) fn all_digits(&self) -> bool {
        self.made == Made::Digits
    }

    #[inline]
    pub(crate) fn has_digits(&self) -> bool {
        self.made != Made::Letters
    }

    /// What is left of it when so many letters are taken from its beginning.
    pub(crate) fn without(&self, text: &[u8], letters: usize) -> Self {
        let start = self.start + letters;
        let rest = text.get(start..self.end).unwrap_or_default();
        let digits = rest.iter().all(u8::is_ascii_digit);
        Self {
            start,
            made: if digits { Made::Digits } else { self.made },
            ..*self
        }
    }
}

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    Letters,
    Digits,
    Both,
}

impl Made {
    #[inline]
    pub(crate) fn of(any_digit: bool, any_letter: bool) -> Self {
        match (any_digit, any_letter) {
            (true, true) => Self::Both,
            (true, false) => Self::Digits,
            (false, _) => Self::Letters,
        }
    }
}

/// What joins two words into one identifier, or keeps them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap(u8);

impl Gap {
    pub(crate) const APART: Self = Self(0);
    const JOINS: u8 = 1;
    const NEWLINE: u8 = 2;
    const NARROW: u8 = 4;
    const BRACKET: u8 = 8;
    const HYPHEN: u8 = 16;
    const SPACES: u8 = 32;
    const DOT: u8 = 64;
    const SLASH: u8 = 128;
    /// Of one character, that it is a mark: what a gap says of itself in this bit is that it is narrow.
    const MARK: u8 = Self::NARROW;

    /// What each character says of a gap that holds it; nothing, where no gap may hold it.
    const KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        kinds[usize_of(b' ')] = Self::JOINS | Self::SPACES;
        kinds[usize_of(b'\t')] = Self::JOINS;
        kinds[usize_of(b'\r')] = Self::JOINS;
        kinds[usize_of(b'\n')] = Self::JOINS | Self::NEWLINE;
        kinds[usize_of(b'-')] = Self::JOINS | Self::MARK | Self::HYPHEN;
        kinds[usize_of(b'.')] = Self::JOINS | Self::MARK | Self::DOT;
        kinds[usize_of(b'/')] = Self::JOINS | Self::MARK | Self::SLASH;
        kinds[usize_of(b'_')] = Self::JOINS | Self::MARK;
        kinds[usize_of(b':')] = Self::JOINS | Self::MARK;
        kinds[usize_of(b'(')] = Self::JOINS | Self::BRACKET;
        kinds[usize_of(b')')] = Self::JOINS | Self::BRACKET;
        kinds
    };

    /// The most characters in a gap that an identifier runs across.
    pub(crate) const WIDEST: usize = 16;

    /// An identifier may run across at most four characters of spacing and punctuation, at most one of them the end of a line
    /// and one a mark; and across the end of a line with the indent of the next.
    #[inline]
    pub(crate) fn of(between: &[u8]) -> Self {
        match between {
            [one] => match Self::KINDS[usize::from(*one)] {
                0 => Self::APART,
                kind => Self(kind | Self::NARROW),
            },
            [b'\n' | b' ' | b'\r', _, _, _, _, ..] => Self::of_indent(between),
            [] | [_, _, _, _, _, ..] => Self::APART,
            several => Self::of_several(several),
        }
    }

    #[inline(never)]
    fn of_indent(between: &[u8]) -> Self {
        let ([b'\n', indent @ ..] | [b' ' | b'\r', b'\n', indent @ ..]) = between else {
            return Self::APART;
        };
        let spacing = indent.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        if spacing && between.len() <= Self::WIDEST {
            Self(Self::JOINS | Self::NEWLINE | Self::SPACES)
        } else {
            Self::APART
        }
    }

    fn of_several(between: &[u8]) -> Self {
        let (mut some, mut every) = (0, u8::MAX);
        // What stood in the gap before, and what stood there twice.
        let mut twice = 0;
        for byte in between {
            let kind = Self::KINDS[usize::from(*byte)];
            twice |= some & kind;
            some |= kind;
            every &= kind;
        }
        if every & Self::JOINS == 0 || twice & (Self::MARK | Self::NEWLINE) != 0 {
            return Self::APART;
        }
        let some = some & (Self::JOINS | Self::NEWLINE | Self::BRACKET | Self::HYPHEN);
        Self(some | every & Self::SPACES)
    }

    /// Whether an identifier may run across it.
    #[inline]
    pub(crate) fn joins(self) -> bool {
        self.0 & Self::JOINS != 0
    }

    #[inline]
    pub(crate) fn newline(self) -> bool {
        self.0 & Self::NEWLINE != 0
    }

    /// Only one character.
    #[inline]
    pub(crate) fn narrow(self) -> bool {
        self.0 & Self::NARROW != 0
    }

    #[inline]
    pub(crate) fn bracket(self) -> bool {
        self.0 & Self::BRACKET != 0
    }

    #[inline]
    pub(crate) fn hyphen(self) -> bool {
        self.0 & Self::HYPHEN != 0
    }

    /// Nothing but spaces.
    #[inline]
    pub(crate) fn spaces(self) -> bool {
        self.0 & (Self::SPACES | Self::NEWLINE) == Self::SPACES
    }

    /// The end of a line, and more of an indent than any other gap has room for.
    #[inline]
    pub(crate) fn indented(self) -> bool {
        self.0 & (Self::SPACES | Self::NEWLINE) == Self::SPACES | Self::NEWLINE
    }

    /// One hyphen, dot or slash alone.
    #[inline]
    pub(crate) fn mark(self) -> bool {
        self.narrow() && self.0 & (Self::HYPHEN | Self::DOT | Self::SLASH) != 0
    }

    /// One dot alone.
    #[inline]
    pub(crate) fn dot(self) -> bool {
        self.0 & Self::DOT != 0
    }

    /// One slash alone.
    #[inline]
    pub(crate) fn slash(self) -> bool {
        self.0 & Self::SLASH != 0
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a byte always fits, and From is not const"
)]
pub(crate) const fn usize_of(byte: u8) -> usize {
    byte as usize
}

/// A byte in each of eight.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bit of each byte from `first` to `last`, of eight bytes below 128.
#[inline]
fn within(bytes: u64, first: u8, last: u8) -> u64 {
    let from_first = bytes + all(128 - first);
    let past_last = bytes + all(127 - last);
    from_first & !past_last
}

/// A bit for each of 64 bytes, from the high bits of what is made of each eight.
#[inline]
fn gather(bytes: &[u64; 8], high: impl Fn(u64) -> u64) -> u64 {
    let mut bits = 0;
    for (at, eight) in (0_u32..).step_by(8).zip(bytes) {
        let bit = (high(*eight) & all(128)) >> 7;
        bits |= bit.wrapping_mul(0x0102_0408_1020_4080) >> 56 << at;
    }
    bits
}

/// What each of 64 bytes is, a bit for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classes {
    pub(crate) letters: u64,
    pub(crate) digits: u64,
    bytes: [u64; 8],
}

impl Classes {
    /// Of at most 64 bytes; none is anything beyond their end.
    #[inline]
    pub(crate) fn of(part: &[u8]) -> Self {
        let mut bytes = [b' '; 64];
        if let Ok(whole) = part.try_into() {
            bytes = whole;
        } else {
            let count = part.len().min(64);
            bytes[..count].copy_from_slice(&part[..count]);
        }
        let mut eights = [0; 8];
        for (eight, bytes) in eights.iter_mut().zip(bytes.as_chunks().0) {
            *eight = u64::from_le_bytes(*bytes);
        }
        Self {
            letters: gather(&eights, |eight| {
                within(eight & all(127) | all(32), b'a', b'z') & !eight
            }),
            digits: gather(&eights, |eight| {
                within(eight & all(127), b'0', b'9') & !eight
            }),
            bytes: eights,
        }
    }

    #[inline]
    pub(crate) fn capitals(&self) -> u64 {
        gather(&self.bytes, |eight| {
            within(eight & all(127), b'A', b'Z') & !eight
        })
    }

    /// Bytes of other scripts.
    #[inline]
    pub(crate) fn others(&self) -> u64 {
        gather(&self.bytes, |eight| eight)
    }
}

/// How many places, as a number of bytes.
#[inline]
pub(crate) fn places(count: u32) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// The most letters that a word of letters alone has in an identifier of several.
const LETTERS: usize = 5;

/// The words of a text from this byte on, in place of those that the list holds. Those of more letters than any piece of an
/// identifier has, and no digit, are left out, unless they may be base64: they are a gap that nothing runs across.
pub(crate) fn words(text: &[u8], from: usize, out: &mut Vec<Word>) {
    let rest = text.get(from..).unwrap_or_default();
    out.clear();
    out.reserve(rest.len() / 5);
    let mut end_of_last = from;
    // A word that goes on beyond what was read: where it begins, and whether it has digits and letters so far.
    let mut open: Option<(usize, bool, bool)> = None;
    let mut push = |start: usize, end: usize, made: Made| {
        let length = end - start;
        if made != Made::Letters || length <= LETTERS || length >= encoded::SHORTEST {
            out.push(Word {
                start,
                end,
                made,
                gap: Gap::of(text.get(end_of_last..start).unwrap_or_default()),
            });
            end_of_last = end;
        }
    };
    for (base, part) in (from..).step_by(64).zip(rest.chunks(64)) {
        let Classes {
            letters, digits, ..
        } = Classes::of(part);
        let known = letters | digits;
        let mut left = known;
        if let Some((start, digit, letter)) = open.take() {
            let run = known.trailing_ones();
            if run == 64 {
                open = Some((start, digit || digits != 0, letter || letters != 0));
                continue;
            }
            left = known >> run << run;
            let digit = digit || digits & !left != 0;
            let letter = letter || letters & !left != 0;
            push(start, base + places(run), Made::of(digit, letter));
        }
        while let Some(bits) = NonZeroU64::new(left) {
            // Adding its lowest bit carries over a run of bits to the bit behind it.
            let start = bits.trailing_zeros();
            let carried = left.wrapping_add(1 << start);
            let run = left & !carried;
            let behind = NonZeroU64::new(carried & !left);
            left &= carried;
            let (digit, letter) = (digits & run != 0, letters & run != 0);
            let start = base + places(start);
            let Some(behind) = behind else {
                open = Some((start, digit, letter));
                break;
            };
            let end = base + places(behind.trailing_zeros());
            push(start, end, Made::of(digit, letter));
        }
    }
    if let Some((start, digit, letter)) = open {
        push(start, text.len(), Made::of(digit, letter));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &[u8], from: usize) -> Vec<Word> {
        let mut out = Vec::new();
        words(text, from, &mut out);
        out
    }

    #[test]
    fn words_and_gaps() {
        let text = b"A/c 5010-1x, \xe0";
        let found: Vec<_> = of(text, 0)
            .iter()
            .map(|w| (&text[w.start..w.end], w.made, w.gap.joins()))
            .collect();
        assert_eq!(
            found,
            [
                (&b"A"[..], Made::Letters, false),
                (b"c", Made::Letters, true),
                (b"5010", Made::Digits, true),
                (b"1x", Made::Both, true)
            ]
        );
        for (between, want) in [
            (" ", Some((false, true))),
            ("-", Some((false, true))),
            (" - ", Some((false, false))),
            ("-\n", Some((true, false))),
            ("\n    ", Some((true, false))),
            ("\r\n\t      ", Some((true, false))),
            ("\n               ", Some((true, false))),
            ("\n                ", None),
            ("\n    \n", None),
            ("\n    -", None),
            ("\n\n", None),
            (",", None),
            ("--", None),
            ("     ", None),
            ("", None),
        ] {
            let gap = Gap::of(between.as_bytes());
            let got = gap.joins().then(|| (gap.newline(), gap.narrow()));
            assert_eq!(got, want, "{between:?}");
        }
    }

    proptest! {
        #[test]
        fn words_are_runs_of_letters_and_digits(text in "([a-zA-Z0-9]{0,70}|[ -/:@\\[`{~é₹]{0,6}){0,12}", from in 0..90_usize) {
            let text = text.as_bytes();
            let from = from.min(text.len());
            let mut want = Vec::new();
            let mut at = from;
            for run in text[from..].split(|byte| !byte.is_ascii_alphanumeric()) {
                let made = Made::of(run.iter().any(u8::is_ascii_digit), run.iter().any(u8::is_ascii_alphabetic));
                let kept = made != Made::Letters || (1..=LETTERS).contains(&run.len()) || run.len() >= encoded::SHORTEST;
                want.extend(kept.then_some((at, at + run.len(), made)));
                at += run.len() + 1;
            }
            let got = of(text, from);
            prop_assert_eq!(got.iter().map(|w| (w.start, w.end, w.made)).collect::<Vec<_>>(), want);
            for pair in got.windows(2) {
                prop_assert_eq!(pair[1].gap, Gap::of(&text[pair[0].end..pair[1].start]));
            }
        }
    }
}
