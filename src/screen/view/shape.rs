//! Views that read the same letters in another shape or order.

use unicode_normalization::char::is_combining_mark;

use super::{Unit, word_letter};

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

/// Words spelled letter by letter, with the same sign or blank after each, closed up; `None` where none is. In Indian
/// scripts a letter is a syllable: what its marks and a virama hold together.
pub(crate) fn spelled(folded: &[Unit]) -> Option<Vec<Unit>> {
    let pieces = pieces(folded);
    let single = |at: usize| pieces.get(at).is_some_and(|piece| piece.single);
    let gap = |at: usize| match pieces.get(at).map(|piece| &folded[piece.from..piece.until]) {
        Some([gap]) => Some(gap.ch),
        _ => None,
    };
    let mut out = Vec::with_capacity(folded.len());
    let (mut longest, mut syllables) = (0, 0);
    let mut from = 0;
    while from < pieces.len() {
        let parted = gap(from + 1);
        let mut length = usize::from(single(from));
        while length > 0
            && parted.is_some()
            && gap(from + 2 * length - 1) == parted
            && single(from + 2 * length)
        {
            length += 1;
        }
        let indic = pieces[from].indic;
        let least = if indic || parted != Some(' ') { 2 } else { 3 };
        if length >= least {
            for piece in pieces[from..].iter().step_by(2).take(length) {
                let own = &folded[piece.from..piece.until];
                out.extend(own.iter().map(|unit| mark(unit, unit.ch)));
            }
            longest = longest.max(length);
            syllables += if indic { length } else { 0 };
            from += 2 * length - 1;
        } else {
            out.extend(&folded[pieces[from].from..pieces[from].until]);
            from += 1;
        }
    }
    (longest >= SPELLED_MIN || syllables > SPELLED_MIN).then_some(out)
}

/// A stretch of letters, or one other character.
struct Piece {
    from: usize,
    until: usize,
    /// Whether it is one letter or syllable.
    single: bool,
    indic: bool,
}

fn pieces(folded: &[Unit]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < folded.len() {
        let word = folded[from..]
            .iter()
            .take_while(|unit| word_letter(unit.ch) && !unit.ch.is_numeric())
            .count();
        let letters = &folded[from..from + word];
        let indic = letters
            .first()
            .is_some_and(|unit| matches!(unit.ch, '\u{900}'..='\u{d7f}'));
        // A letter after a virama is of the same syllable.
        let bases = letters.iter().enumerate().filter(|(index, unit)| {
            let held = index
                .checked_sub(1)
                .is_some_and(|before| virama(letters[before].ch));
            !is_combining_mark(unit.ch) && !held
        });
        let single = word > 0 && bases.count() == 1;
        pieces.push(Piece {
            from,
            until: from + word.max(1),
            single,
            indic,
        });
        from += word.max(1);
    }
    pieces
}

/// What takes the vowel from a letter of an Indian script.
fn virama(ch: char) -> bool {
    matches!(
        ch,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
    )
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
