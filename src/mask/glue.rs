//! A value with the next label right behind it, as the text of a PDF has them: IFSC Code:HDFC0001234A/c No:50200071436648.

use crate::{
    candidate::fits,
    lexicon::LEXICON,
    words::{Gap, Made, Word},
};

/// The most letters of a value behind its last digit: a GSTIN's check character may be one, behind its Z.
const LETTERS: usize = 2;

/// The longest word that may be a value and a label.
const LONGEST: usize = 40;

/// The forms of values in letters and digits, all in capitals.
const LAYOUTS: [&[u8]; 11] = [
    b"AAAAA9999A",
    b"99AAAAA9999ANZN",
    b"AAAA0NNNNNN",
    b"AA99A9999",
    b"AA99AA9999",
    b"AA99AAA9999",
    b"AA9A9999",
    b"AA9AA9999",
    b"AA9AAA9999",
    b"A9999999",
    b"AAA9999999",
];

/// Where a label begins that stands right behind a value, given where in a word a letter follows on a digit.
pub(crate) fn behind_value(text: &[u8], digit_ends: usize) -> impl Iterator<Item = usize> {
    let head = text.get(..digit_ends).unwrap_or_default();
    let known = |byte: &&u8| byte.is_ascii_alphanumeric();
    let run = head.iter().rev().take(LONGEST).take_while(known).count();
    let start = digit_ends - run;
    (digit_ends..=digit_ends + LETTERS).filter(move |at| {
        text.get(start..*at)
            .is_some_and(|value| is_value(value) || is_last_group(value))
    })
}

fn is_value(text: &[u8]) -> bool {
    LAYOUTS.iter().any(|layout| fits(text, layout))
}

/// Digits, which may be a number or the last group of one.
fn is_last_group(text: &[u8]) -> bool {
    (4..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

/// Takes from words the labels that are glued to their ends.
pub(crate) fn set_apart(text: &[u8], words: &mut [Word]) {
    for index in 0..words.len() {
        let word = words[index];
        if word.made != Made::Both || !(6..=LONGEST).contains(&word.len()) {
            continue;
        }
        let last = text.get(word.end - 1);
        if let Some(end) = last
            .filter(|last| last.is_ascii_alphabetic())
            .and_then(|_| value_ends(text, words, index))
        {
            let value = text.get(word.start..end).unwrap_or_default();
            let letters = value.iter().any(u8::is_ascii_alphabetic);
            words[index].end = end;
            words[index].made = Made::of(true, letters);
            if let Some(next) = words.get_mut(index + 1) {
                next.gap = Gap::APART;
            }
        }
    }
}

fn value_ends(text: &[u8], words: &[Word], index: usize) -> Option<usize> {
    let word = words[index];
    let bytes = text.get(word.start..word.end)?;
    let digit = bytes.iter().rposition(u8::is_ascii_digit)?;
    let joined = word.gap.joins();
    let begins = |at: &usize| {
        let value = text.get(word.start..*at).unwrap_or_default();
        let label = text.get(*at..word.end).unwrap_or_default();
        let whole = is_value(value) || value.len() >= 9;
        LEXICON.begins(text, *at) && (whole || joined)
            || whole && (is_title(label) || heads(text, word.end) && label.len() > 1)
    };
    behind_value(text, word.start + digit + 1).find(begins)
}

/// `State` of "27AAPFU0939F1ZVState:".
fn is_title(word: &[u8]) -> bool {
    matches!(word, [first, rest @ ..] if first.is_ascii_uppercase() && rest.len() >= 2 && rest.iter().all(u8::is_ascii_lowercase))
}

/// Whether a colon stands behind what ends here: `DOB` of "Z1234567DOB:".
fn heads(text: &[u8], end: usize) -> bool {
    matches!(
        text.get(end..).unwrap_or_default(),
        [b':', ..] | [b' ', b':', ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn labels_are_taken_from_values() {
        for (text, want) in [
            ("HDFC0001234A/c No:1", "HDFC0001234"),
            ("27AAPFU0939F1ZVState:", "27AAPFU0939F1ZV"),
            ("27AAPFU0939F1Z5State:", "27AAPFU0939F1Z5"),
            ("AAPFU0939FGSTIN:", "AAPFU0939F"),
            ("50200071436648IFSC:", "50200071436648"),
            ("9876543210Email:", "9876543210"),
            ("MH12DV7027LR No:", "MH12DV7027"),
            ("98765 43210GSTIN:", "98765 43210"),
            ("MH 12 DV 7027LR No", "MH 12 DV 7027"),
            ("Z1234567DOB:", "Z1234567"),
            ("43210GSTIN:", "43210GSTIN"),
            ("9876543210abc", "9876543210abc"),
            ("AAPFU0939FGOLD", "AAPFU0939FGOLD"),
            ("1250PCS", "1250PCS"),
        ] {
            let mut list = Vec::new();
            words(text.as_bytes(), 0, &mut list);
            set_apart(text.as_bytes(), &mut list);
            let ends = list.iter().filter(|word| word.has_digits());
            let end = ends.map(|word| word.end).find(|end| *end >= want.len());
            assert_eq!(end, Some(want.len()), "{text}");
        }
    }
}
