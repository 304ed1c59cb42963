//! A question as its reader sees it: one form for each letter and digit, nothing invisible.

use unicode_normalization::UnicodeNormalization;

/// The noughts of the scripts in which Indian questions write digits, and of the look-alikes that fold to nothing else.
const NOUGHTS: [u32; 14] = [
    0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0F20,
];

/// NFKC, digits of every Indian script in ASCII, quotes straight, and without what does not show. The joiners stay: Indian
/// spelling needs them. A raised digit or a fraction is not folded into the number before it: 10² is not 102.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .flat_map(|c| raised(c).then_some('^').into_iter().chain([c]))
        .nfkc()
        .filter_map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' | '`' => Some('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' => None,
            c => Some(digit(c).unwrap_or(c)),
        })
        .collect()
}

/// Whether it folds to digits and is none itself; full-width and mathematical digits are.
fn raised(c: char) -> bool {
    !matches!(c, '0'..='9' | '\u{FF10}'..='\u{FF19}' | '\u{1D7CE}'..='\u{1D7FF}')
        && c.is_numeric()
        && std::iter::once(c).nfkc().any(|c| c.is_ascii_digit())
}

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let place = NOUGHTS.iter().find_map(|nought| {
        let place = code.checked_sub(*nought)?;
        (place < 10).then_some(place)
    })?;
    char::from_digit(place, 10)
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
            ("10², 𝟏½", "10^2, 1^1\u{2044}2"),
        ] {
            assert_eq!(folded(text), want, "{text}");
        }
    }
}
