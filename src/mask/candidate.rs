//! A candidate: one word, or a few joined across spacing, looked at without case and without what stands between.

use crate::words::Word;

/// The most letters and digits that an identifier made of words has.
pub(crate) const LONGEST: usize = 20;

/// One reading of one or more words as an identifier.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of how it is written, and all may hold together"
)]
pub(crate) struct Candidate {
    /// Bytes of the folded text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    upper: [u8; LONGEST],
    len: usize,
    groups: [u8; LONGEST],
    group_count: usize,
    letters: usize,
    pub(crate) lower: bool,
    pub(crate) newline: bool,
    /// Every gap is one character.
    pub(crate) narrow: bool,
    pub(crate) bracket: bool,
    /// A hyphen stands in some gap.
    pub(crate) hyphen: bool,
}

impl Candidate {
    /// One word, or what is left of it behind a label, and those after the first of `words` joined to it. Words that are too
    /// long together are left out.
    pub(crate) fn new(text: &[u8], first: &Word, words: &[Word]) -> Self {
        let mut candidate = Self {
            start: first.start,
            end: first.start,
            upper: [0; LONGEST],
            len: 0,
            groups: [0; LONGEST],
            group_count: 0,
            letters: 0,
            lower: false,
            newline: false,
            narrow: true,
            bracket: false,
            hyphen: false,
        };
        candidate.push(text, first);
        for word in words.iter().skip(1) {
            candidate.push(text, word);
            candidate.newline |= word.gap.newline();
            candidate.narrow &= word.gap.narrow();
            candidate.bracket |= word.gap.bracket();
            candidate.hyphen |= word.gap.hyphen();
        }
        candidate
    }

    #[inline]
    fn push(&mut self, text: &[u8], word: &Word) {
        let bytes = text.get(word.start..word.end).unwrap_or_default();
        let end = self.len + bytes.len();
        let (Some(room), Ok(group)) =
            (self.upper.get_mut(self.len..end), u8::try_from(bytes.len()))
        else {
            return;
        };
        for (slot, byte) in room.iter_mut().zip(bytes) {
            self.letters += usize::from(*byte > b'9');
            self.lower |= *byte > b'Z';
            *slot = byte.to_ascii_uppercase();
        }
        if let Some(slot) = self.groups.get_mut(self.group_count) {
            *slot = group;
        }
        self.group_count += 1;
        self.len = end;
        self.end = word.end;
    }

    /// The letters and digits, in capitals.
    pub(crate) fn upper(&self) -> &[u8] {
        self.upper.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.upper()).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The lengths of the words.
    pub(crate) fn groups(&self) -> &[u8] {
        self.groups.get(..self.group_count).unwrap_or_default()
    }

    pub(crate) fn is_word(&self) -> bool {
        self.group_count == 1
    }

    #[inline]
    pub(crate) fn letters(&self) -> usize {
        self.letters
    }

    #[inline]
    pub(crate) fn digits(&self) -> usize {
        self.len - self.letters
    }

    pub(crate) fn all_digits(&self) -> bool {
        self.letters == 0
    }

    pub(crate) fn fits(&self, layout: &[u8]) -> bool {
        fits(self.upper(), layout)
    }

    /// The nearest text in a layout.
    pub(crate) fn reread(&self, layout: &[u8]) -> Option<Reading> {
        reread(self.upper(), layout)
    }
}

/// Whether a text has a layout: `9` is a digit, `A` a letter, `N` either, all else itself.
pub(crate) fn fits(text: &[u8], layout: &[u8]) -> bool {
    text.len() == layout.len()
        && text.iter().zip(layout).all(|(byte, class)| match class {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'N' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            other => byte == other,
        })
}

/// A text as it may have been before it was misread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    upper: [u8; LONGEST],
    len: usize,
    /// The characters that were read otherwise: `0` for `O`, `5` for `S`.
    pub(crate) repairs: usize,
}

impl Reading {
    pub(crate) fn upper(&self) -> &[u8] {
        self.upper.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.upper()).unwrap_or_default()
    }
}

/// Reads letters as digits and digits as letters where the layout asks for them, as one would who knows how scanners err.
pub(crate) fn reread(text: &[u8], layout: &[u8]) -> Option<Reading> {
    if text.len() != layout.len() || text.len() > LONGEST {
        return None;
    }
    let mut reading = Reading {
        upper: [0; LONGEST],
        len: text.len(),
        repairs: 0,
    };
    for ((byte, class), slot) in text.iter().zip(layout).zip(&mut reading.upper) {
        let read = match class {
            b'9' if !byte.is_ascii_digit() => as_digit(*byte)?,
            b'A' if byte.is_ascii_digit() => as_letter(*byte)?,
            b'0' if *byte != b'0' => (as_digit(*byte) == Some(b'0')).then_some(b'0')?,
            _ => *byte,
        };
        reading.repairs += usize::from(read != *byte);
        *slot = read;
    }
    Some(reading)
}

/// The digit that a letter may have been.
pub(crate) fn as_digit(letter: u8) -> Option<u8> {
    Some(match letter {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' | b'J' => b'1',
        b'Z' => b'2',
        b'A' => b'4',
        b'S' => b'5',
        b'G' => b'6',
        b'T' => b'7',
        b'B' => b'8',
        _ => return None,
    })
}

/// The letter that a digit may have been.
pub(crate) fn as_letter(digit: u8) -> Option<u8> {
    Some(match digit {
        b'0' => b'O',
        b'1' => b'I',
        b'2' => b'Z',
        b'4' => b'A',
        b'5' => b'S',
        b'6' => b'G',
        b'7' => b'T',
        b'8' => b'B',
        _ => return None,
    })
}
