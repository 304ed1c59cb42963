//! Views that read the same letters in another shape or order.

use super::Unit;

/// Fewer letters with signs between them are an abbreviation.
const SPELLED_MIN: usize = 5;

fn mark(unit: &Unit, ch: char) -> Unit {
    Unit {
        ch,
        changed: true,
        ..*unit
    }
}

/// Backwards.
pub(crate) fn reversed(folded: &[Unit]) -> Vec<Unit> {
    folded
        .iter()
        .rev()
        .map(|unit| mark(unit, unit.ch))
        .collect()
}

/// Each word backwards, the words in their order.
pub(crate) fn words_reversed(folded: &[Unit]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(folded.len());
    for word in folded.split_inclusive(|unit| unit.ch.is_whitespace()) {
        let (word, blank) = match word.split_last() {
            Some((last, rest)) if last.ch.is_whitespace() => (rest, Some(*last)),
            _ => (word, None),
        };
        out.extend(word.iter().rev().map(|unit| mark(unit, unit.ch)));
        out.extend(blank);
    }
    out
}

/// A small Latin letter rotated by thirteen; any other stays.
pub(crate) fn rotated(ch: char) -> char {
    let turned = match ch {
        'a'..='m' => char::from_u32(u32::from(ch) + 13),
        'n'..='z' => char::from_u32(u32::from(ch) - 13),
        _ => None,
    };
    turned.unwrap_or(ch)
}

/// Rotated by thirteen letters.
pub(crate) fn rot13(folded: &[Unit]) -> Vec<Unit> {
    folded
        .iter()
        .map(|unit| match rotated(unit.ch) {
            same if same == unit.ch => *unit,
            ch => mark(unit, ch),
        })
        .collect()
}

/// Digits and signs as the letters that they resemble, in words that have both; `None` where no word does.
pub(crate) fn leet(folded: &[Unit], one: char) -> Option<Vec<Unit>> {
    let letter = |ch| {
        Some(match ch {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '6' | '8' => 'b',
            '9' => 'g',
            '2' => 'z',
            _ => return None,
        })
    };
    let part = |ch: char| ch.is_ascii_alphanumeric() || letter(ch).is_some();
    let mut out = folded.to_vec();
    let mut any = false;
    let mut from = 0;
    while from < out.len() {
        let length = out[from..].iter().take_while(|unit| part(unit.ch)).count();
        let word = &mut out[from..from + length];
        from += length.max(1);
        let letters = word
            .iter()
            .filter(|unit| unit.ch.is_ascii_alphabetic())
            .count();
        if letters == 0 || letters == length || length < 2 {
            continue;
        }
        // A sign at the end of a word is punctuation.
        let body = length
            - word
                .iter()
                .rev()
                .take_while(|unit| matches!(unit.ch, '!' | '|' | '+'))
                .count();
        for unit in &mut word[..body] {
            if let Some(ch) = letter(unit.ch) {
                *unit = mark(unit, ch);
                any = true;
            }
        }
    }
    any.then_some(out)
}

/// Words spelled letter by letter, with the same sign or blank after each, closed up; `None` where none is.
pub(crate) fn spelled(folded: &[Unit]) -> Option<Vec<Unit>> {
    let letter = |at: usize| folded.get(at).is_some_and(|unit| unit.ch.is_alphabetic());
    let single = |at: usize| letter(at) && !letter(at + 1) && (at == 0 || !letter(at - 1));
    let mut out = Vec::with_capacity(folded.len());
    let mut longest = 0;
    let mut from = 0;
    while from < folded.len() {
        let parted = folded.get(from + 1).map(|unit| unit.ch);
        let follows = |at: usize| single(at) && folded.get(at - 1).map(|unit| unit.ch) == parted;
        let mut length = usize::from(single(from));
        while length > 0 && follows(from + 2 * length) {
            length += 1;
        }
        let least = if parted == Some(' ') { 3 } else { 2 };
        if length >= least {
            let letters = folded[from..].iter().step_by(2).take(length);
            out.extend(letters.map(|unit| mark(unit, unit.ch)));
            longest = longest.max(length);
            from += 2 * length - 1;
        } else {
            out.push(folded[from]);
            from += 1;
        }
    }
    (longest >= SPELLED_MIN).then_some(out)
}

/// Letters alone, with nothing between them. A letter after something left out is marked changed.
pub(crate) fn dense(folded: &[Unit]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(folded.len());
    let mut gap = true;
    for unit in folded {
        if unit.ch.is_alphabetic() {
            out.push(Unit {
                changed: gap,
                ..*unit
            });
            gap = false;
        } else {
            gap = true;
        }
    }
    out
}
