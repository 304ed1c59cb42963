//! Folding: the text as its reader sees it, in ASCII where that is possible, with the way back to the original bytes.
//!
//! Full-width and mathematical letters, the digits of every script, look-alike letters, dashes and spaces become ASCII;
//! what cannot be seen is dropped. Case stays: a detector that does not care says so.

mod tables;

use std::{borrow::Cow, ops::Range};

use tables::Plain;
use unicode_normalization::char::decompose_compatible;

/// A folded text. Offsets into it are bytes; [`Folded::original`] leads back.
#[derive(Debug, Clone)]
pub(crate) struct Folded<'a> {
    text: Cow<'a, str>,
    /// For each folded byte, where the character behind it begins and ends; `None` where nothing was changed.
    places: Option<Vec<(usize, usize)>>,
}

impl<'a> Folded<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self {
                text: Cow::Borrowed(text),
                places: None,
            };
        }
        let mut out = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len());
        for (start, letter) in text.char_indices() {
            let end = start + letter.len_utf8();
            fold(letter, &mut out);
            places.resize(out.len(), (start, end));
        }
        Self {
            text: Cow::Owned(out),
            places: Some(places),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing was changed.
    pub(crate) fn is_as_it_was(&self) -> bool {
        self.places.is_none()
    }

    /// The bytes of the original that a range of folded bytes stands for, from the first character to the last.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        let Some(places) = &self.places else {
            return range;
        };
        let start = places.get(range.start).map_or(0, |place| place.0);
        let end = range
            .end
            .checked_sub(1)
            .and_then(|last| places.get(last))
            .map_or(start, |place| place.1);
        start..end.max(start)
    }

    /// Where the folded text of the original from this byte on begins.
    pub(crate) fn folded_at(&self, original: usize) -> usize {
        match &self.places {
            None => original,
            Some(places) => places.partition_point(|place| place.0 < original),
        }
    }
}

/// One text folded, without the way back.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    Folded::new(text).text
}

/// What stands for a character: nothing, itself, or one or more others.
fn fold(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter);
        return;
    }
    match tables::plain(letter) {
        Plain::Nothing => {}
        Plain::As(plain) => out.push(plain),
        Plain::Unknown => decompose_compatible(letter, |part| match tables::plain(part) {
            _ if part.is_ascii() => out.push(part),
            Plain::Nothing => {}
            Plain::As(plain) => out.push(plain),
            Plain::Unknown => out.push(part),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for (name, text, want) in [
            ("ascii", "A/c 123", "A/c 123"),
            ("full width", "ＡＢＣ１２３＠", "ABC123@"),
            ("devanagari", "९८७६", "9876"),
            ("tamil", "௧௨௩", "123"),
            ("arabic", "٣۴", "34"),
            ("mathematical", "𝟗𝐀", "9A"),
            ("zero width", "12\u{200b}3\u{feff}4\u{ad}5", "12345"),
            ("bidi", "\u{202e}12\u{2069}", "12"),
            ("cyrillic", "АВСЕ", "ABCE"),
            ("greek", "ΑΒΕ", "ABE"),
            ("dashes", "1\u{2013}2\u{2212}3", "1-2-3"),
            ("spaces", "1\u{a0}2\u{2009}3\u{3000}4", "1 2 3 4"),
            ("line ends", "1\u{2028}2", "1\n2"),
            ("marks", "É\u{301}", "E"),
            ("hindi stays", "खाता", "खाता"),
        ] {
            assert_eq!(folded(text), want, "{name}");
        }
    }

    #[test]
    fn the_way_back_covers_whole_characters() {
        let text = "x ९\u{200b}८Ａ y";
        let folded = Folded::new(text);
        let at = folded.as_str().find("98A").unwrap();
        assert_eq!(&text[folded.original(at..at + 3)], "९\u{200b}८Ａ");
        assert_eq!(folded.folded_at(text.find('८').unwrap()), at + 1);
    }
}
