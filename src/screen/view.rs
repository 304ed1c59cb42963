//! Views: a text as it would read if a trick were undone, each letter with its place in the original.

mod decode;
mod escape;
mod fold;
mod shape;

pub(crate) use decode::decode;
pub(crate) use escape::unescape;
pub(crate) use fold::{fold, fold_char, word_letter};
pub(crate) use shape::{dense, leet, reversed, rot13, rotated, spelled, words_reversed};

/// One character of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) ch: char,
    /// Where it comes from: the first character, counted from the start of all fields.
    pub(crate) at: u32,
    /// How many characters of the original it stands for.
    pub(crate) len: u32,
    /// Whether a reader of the original would not see this letter plainly there.
    pub(crate) changed: bool,
}

/// How a view reads its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewName {
    /// As it stands, folded: NFKC, lower case, invisible characters left out, look-alikes resolved.
    Plain,
    /// All fields in the order of the document.
    Joined,
    /// Digits and signs read as the letters that they resemble.
    Leet,
    /// Spacing and punctuation inside words closed up.
    Dense,
    /// Words spelled letter by letter closed up.
    Spelled,
    /// Backwards.
    Reversed,
    /// Rotated by thirteen letters.
    Rot13,
    /// HTML, URL, JSON and similar escapes resolved.
    Unescaped,
    /// Base64, base32, hex, binary or decimal codes decoded.
    Decoded,
}

impl ViewName {
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Joined => "joined",
            Self::Leet => "leet",
            Self::Dense => "dense",
            Self::Spelled => "spelled",
            Self::Reversed => "reversed",
            Self::Rot13 => "rot13",
            Self::Unescaped => "unescaped",
            Self::Decoded => "decoded",
        }
    }
}

/// A text with the trick undone.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) name: ViewName,
    pub(crate) units: Vec<Unit>,
}

impl View {
    /// The stretch of the original that some of its units come from.
    pub(crate) fn span(&self, from: usize, until: usize) -> (u32, u32) {
        let units = &self.units[from..until];
        let from = units.iter().map(|unit| unit.at).min().unwrap_or_default();
        let until = units
            .iter()
            .map(|unit| unit.at + unit.len)
            .max()
            .unwrap_or(from);
        (from, until)
    }
}

/// The characters of a text as units, unchanged.
pub(crate) fn units(text: &str, first: u32) -> Vec<Unit> {
    text.chars()
        .zip(first..)
        .map(|(ch, at)| Unit {
            ch,
            at,
            len: 1,
            changed: false,
        })
        .collect()
}
