//! Dates among the words of a text: they are pieces of no identifier, though their digits and marks would do for one.

use crate::words::{Gap, Word};

/// Sets dates apart from the words around them, and their pieces from one another: 12-11-2026, 2026/11/12, and 2026-27 of a
/// financial year.
pub(crate) fn set_apart(text: &[u8], words: &mut [Word]) {
    for first in 0..words.len() {
        let length = pieces(text, words, first);
        // The gap before each piece, and the one before what follows.
        for word in words.iter_mut().skip(first).take(length) {
            word.gap = Gap::APART;
        }
        if length > 0
            && let Some(next) = words.get_mut(first + length)
        {
            next.gap = Gap::APART;
        }
    }
}

/// How many words are the date that begins with one.
#[inline]
fn pieces(text: &[u8], words: &[Word], first: usize) -> usize {
    let tied = |index: usize| {
        words
            .get(index)
            .filter(|word| word.all_digits() && word.gap.mark())
    };
    let [one, ..] = &words[first..] else { return 0 };
    let (true, 1..=4, Some(two)) = (one.all_digits(), one.len(), tied(first + 1)) else {
        return 0;
    };
    // A longer row of numbers is none: 98-12-2026-441.
    let mark = |word: &Word| text.get(word.start.wrapping_sub(1)).copied();
    let goes_on = |index: usize| tied(index).is_some_and(|word| mark(word) == mark(two));
    let follows_one = one.gap.mark()
        && first
            .checked_sub(1)
            .is_some_and(|last| words[last].all_digits())
        && mark(one) == mark(two);
    if follows_one {
        return 0;
    }
    let value = |word: &Word| {
        text.get(word.start..word.end)
            .unwrap_or_default()
            .iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
    };
    let year = |word: &Word| word.len() == 4 && (1900..2100).contains(&value(word));
    let month = |word: &Word| word.len() <= 2 && (1..=12).contains(&value(word));
    let day = |word: &Word| word.len() <= 2 && (1..=31).contains(&value(word));
    let Some(three) = tied(first + 2).filter(|three| mark(three) == mark(two)) else {
        let next_year = year(one) && two.len() == 2 && value(two) == (value(one) + 1) % 100;
        return if next_year { 2 } else { 0 };
    };
    let whole = year(one) && month(two) && day(three) || day(one) && month(two) && year(three);
    if whole && !goes_on(first + 3) { 3 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn dates_stand_apart() {
        for (text, want) in [
            ("12-11-2026", 3),
            ("on 2026-11-12 11:04:09", 3),
            ("1/4/2026.", 3),
            ("2026.12.31", 3),
            ("FY 2026-27", 2),
            ("2026-28", 0),
            ("2026-27/5403", 2),
            ("13-13-2026", 0),
            ("12-11-2126", 0),
            ("12-11/2026", 0),
            ("12-11-2026-441", 0),
            ("5-12-11-2026", 0),
            ("12 11 2026", 0),
            ("11:04:09", 0),
            ("12.50", 0),
        ] {
            let mut list = Vec::new();
            words(text.as_bytes(), 0, &mut list);
            let most = (0..list.len())
                .map(|first| pieces(text.as_bytes(), &list, first))
                .max();
            assert_eq!(most, Some(want), "{text}");
            set_apart(text.as_bytes(), &mut list);
            let joined = list.iter().skip(1).any(|word| word.gap.mark());
            assert!(want == 0 || !joined || text.contains(['/', ':']), "{text}");
        }
    }
}
