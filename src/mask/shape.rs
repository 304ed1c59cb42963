//! What a row of words looks like before any of it is read closely: whether an identifier may begin so, and whose length it has.

use crate::{
    candidate::{LONGEST, as_digit, reread},
    vehicle,
    words::{Made, Word},
};

/// The letters and digits of some words in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    len: usize,
    letters: usize,
    /// A bit for each layout that they may be the beginning of.
    alive: u32,
}

impl Shape {
    pub(crate) const EMPTY: Self = Self {
        len: 0,
        letters: 0,
        alive: u32::MAX,
    };

    /// Adds a word; `false` when there are too many letters and digits for any identifier.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8], word: &Word) -> bool {
        let (start, end) = (self.len, self.len + word.len());
        if end > LONGEST {
            return false;
        }
        self.len = end;
        match word.made {
            Made::Digits => self.alive &= DIGITS[start][end],
            Made::Letters => {
                self.alive &= LETTERS[start][end];
                self.letters += end - start;
            }
            Made::Both => {
                self.push_both(text.get(word.start..word.end).unwrap_or_default(), start);
            }
        }
        true
    }

    fn push_both(&mut self, bytes: &[u8], start: usize) {
        for (byte, at) in bytes.iter().zip(start..) {
            let letter = *byte > b'9';
            let layouts = if letter { &LETTERS } else { &DIGITS };
            self.alive &= layouts[at][at + 1];
            self.letters += usize::from(letter);
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn digits(&self) -> usize {
        self.len - self.letters
    }

    #[inline]
    pub(crate) fn made(&self) -> Made {
        Made::of(self.letters < self.len, self.letters > 0)
    }

    /// Whether joining more words may be worth while: it is the beginning of some layout, letter for letter or digit for digit, or
    /// of digits of which some were misread. `text` is where the words stand.
    #[inline]
    pub(crate) fn begins_one(&self, text: &[u8]) -> bool {
        self.alive != 0 || self.letters * 2 < self.len && misread(text) || self.misreads_one(text)
    }

    /// Whether it may be the beginning of a PAN or of a registration mark of which one or two characters were misread. It takes a
    /// label to be one.
    #[inline]
    fn misreads_one(&self, text: &[u8]) -> bool {
        let capitals = matches!(text, [b'A'..=b'Z', second, ..] if !second.is_ascii_lowercase());
        capitals
            && (5..=11).contains(&self.len)
            && (1..=6).contains(&self.digits())
            && self.letters >= 2
            && begins_misread(text)
    }
}

/// Whether each letter of a text may be a digit that was misread.
fn misread(text: &[u8]) -> bool {
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters
        .map(u8::to_ascii_uppercase)
        .all(|letter| as_digit(letter).is_some())
}

/// Of layouts whose digits and letters are taken for one another, those that are written in several words.
const MISREAD: [&[u8]; 5] = [
    b"AAAAA9999A",
    b"AA99A9999",
    b"AA99AA9999",
    b"AA99AAA9999",
    b"AA9AA9999",
];

#[inline(never)]
fn begins_misread(text: &[u8]) -> bool {
    let mut upper = [0; LONGEST];
    let mut length = 0;
    for byte in text.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        let Some(slot) = upper.get_mut(length) else {
            return false;
        };
        if byte.is_ascii_lowercase() {
            return false;
        }
        *slot = *byte;
        length += 1;
    }
    let upper = &upper[..length];
    let of_a_state = upper.first_chunk().copied().is_some_and(vehicle::is_state);
    MISREAD.iter().any(|layout| {
        (of_a_state || layout.starts_with(b"AAA"))
            && layout
                .get(..length)
                .and_then(|layout| reread(upper, layout))
                .is_some_and(|reading| reading.repairs <= 2)
    })
}

type Runs = [[u32; LONGEST + 1]; LONGEST + 1];

/// The layouts that digits from one place to another leave possible.
const DIGITS: Runs = runs(b'A');
/// The layouts that letters from one place to another leave possible.
const LETTERS: Runs = runs(b'9');

/// The layouts that do not ask for a class, nor end, from one place to another; a bit for each. The layouts are those that may be
/// written in several words.
const fn runs(class: u8) -> Runs {
    const ALL: [&[u8]; 17] = [
        b"99999999999999999999",
        b"99AAAAA9999ANAN",
        b"99AAAAN9999ANAN",
        b"9999AAA99999AAN",
        b"AAAAA9999A",
        b"AAAA9NNNNNN",
        b"AAA9999999",
        b"AA99999999999",
        b"A9999999",
        b"AA99A9999",
        b"AA99AA9999",
        b"AA99AAA9999",
        b"AA9A9999",
        b"AA9AA9999",
        b"AA9AAA9999",
        b"99AA9999A",
        b"99AA9999AA",
    ];
    let mut runs = [[0; LONGEST + 1]; LONGEST + 1];
    let mut from = 0;
    while from <= LONGEST {
        let mut layout = 0;
        while layout < ALL.len() {
            let mut to = from;
            while to <= LONGEST {
                runs[from][to] |= 1 << layout;
                if to == ALL[layout].len() || to < ALL[layout].len() && ALL[layout][to] == class {
                    break;
                }
                to += 1;
            }
            layout += 1;
        }
        from += 1;
    }
    runs
}
