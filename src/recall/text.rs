//! A question as its reader sees it: one form for each letter and digit, nothing invisible.

use unicode_normalization::UnicodeNormalization;

/// The noughts of the scripts in which Indian questions write digits, and of the look-alikes that fold to nothing else.
const NOUGHTS: [u32; 14] = [
    0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0F20,
];

/// NFKC, digits of every Indian script in ASCII, quotes straight, and without what does not show. The joiners stay: Indian
/// spelling needs them.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc()
        .filter_map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' | '`' => Some('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' => None,
            c => Some(digit(c).unwrap_or(c)),
        })
        .collect()
}

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let place = NOUGHTS.iter().find_map(|nought| {
        let place = code.checked_sub(*nought)?;
        (place < 10).then_some(place)
    })?;
    char::from_digit(place, 10)
}

/// An identifier as it is compared: in capitals, its separators one sign. A separator between a letter and a digit says
/// nothing (`PO-26` is `PO26`); one between two digits or two letters does (`1-23` is not `12-3`).
pub(crate) fn identifier(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().flat_map(char::to_uppercase) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        let before = out.chars().next_back();
        if gap && before.is_some_and(|b| b.is_ascii_digit() == c.is_ascii_digit()) {
            out.push('-');
        }
        gap = false;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_the_same_is_the_same() {
        for (text, want) in [
            ("v०९०", "v090"),
            ("ＩＮＶ－１", "INV-1"),
            ("V001’s", "V001's"),
            ("1\u{2212}2\u{200b}3", "1-23"),
        ] {
            assert_eq!(folded(text), want, "{text}");
        }
    }

    #[test]
    fn separators_count_where_they_part() {
        for (text, want) in [
            ("po/26/00412", "PO26-00412"),
            ("PO-26-00412", "PO26-00412"),
            ("PO-2-600412", "PO2-600412"),
            ("43B(h)", "43B-H"),
            ("inv_7", "INV7"),
            ("V-001", "V001"),
        ] {
            assert_eq!(identifier(text), want, "{text}");
        }
    }
}
