//! Folding: compatibility forms, case, accents, invisible characters and look-alikes, as a reader would take them.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfkd_quick,
};

use super::Unit;

/// What is odd about a text by itself, with no lexicon: where, first and last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    pub(crate) found: Vec<(&'static str, u32, u32)>,
}

/// Counts of one kind of oddity.
#[derive(Default)]
struct Tally {
    count: u32,
    first: u32,
    last: u32,
}

impl Tally {
    fn add(&mut self, at: u32) {
        // An override turns the order round.
        self.first = if self.count == 0 {
            at
        } else {
            self.first.min(at)
        };
        self.last = self.last.max(at);
        self.count += 1;
    }
}

const SMALL_CAPITALS: &str = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpǫqꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzʍmɡgıiʋuɛeɑaʌa";

/// What cannot be seen, and is not a mark of its own.
fn invisible(ch: char) -> bool {
    matches!(ch,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters of scripts whose spelling uses joiners.
fn joins(ch: char) -> bool {
    matches!(ch, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// What no spelling puts between letters, joiners or not.
fn parts(ch: char) -> bool {
    matches!(ch, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The byte that a variation selector can smuggle.
fn selector(ch: char) -> Option<u8> {
    match ch {
        '\u{fe00}'..='\u{fe0f}' => u8::try_from(u32::from(ch) - 0xfe00).ok(),
        '\u{e0100}'..='\u{e01ef}' => u8::try_from(u32::from(ch) - 0xe0100 + 16).ok(),
        _ => None,
    }
}

/// Letters in frames and flags, which no normal form resolves.
fn framed(ch: char) -> Option<char> {
    let base = match ch {
        '\u{1f150}'..='\u{1f169}' => 0x1f150,
        '\u{1f170}'..='\u{1f189}' => 0x1f170,
        '\u{1f1e6}'..='\u{1f1ff}' => 0x1f1e6,
        _ => return None,
    };
    char::from_u32(u32::from(ch) - base + u32::from(b'a'))
}

fn small_capital(ch: char) -> Option<char> {
    let mut pairs = SMALL_CAPITALS.chars();
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        if from == ch {
            return Some(to);
        }
    }
    None
}

/// Marks that spelling leaves out or writes in two ways: accents, nuktas, vowel points.
fn optional(ch: char) -> bool {
    matches!(ch,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{93c}' | '\u{9bc}'
        | '\u{a3c}' | '\u{a71}' | '\u{abc}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// One letter for spellings that readers take as the same.
fn alike(ch: char) -> char {
    match ch {
        '\u{901}' => '\u{902}',
        '\u{981}' => '\u{982}',
        '\u{a70}' | '\u{a01}' => '\u{a02}',
        '\u{64a}' | '\u{649}' => '\u{6cc}',
        '\u{643}' => '\u{6a9}',
        '\u{647}' | '\u{6c3}' | '\u{6be}' | '\u{6d5}' => '\u{6c1}',
        _ => ch,
    }
}

/// The base letter of a Malayalam final form, which is also written as letter and virama.
fn chillu(ch: char) -> Option<char> {
    Some(match ch {
        '\u{d7a}' => '\u{d23}',
        '\u{d7b}' => '\u{d28}',
        '\u{d7c}' => '\u{d30}',
        '\u{d7d}' => '\u{d32}',
        '\u{d7e}' => '\u{d33}',
        '\u{d7f}' => '\u{d15}',
        _ => return None,
    })
}

/// Folds one character that is neither invisible nor a mark of the direction; lexicons are folded by the same.
pub(crate) fn fold_char(ch: char, mut push: impl FnMut(char)) {
    if ch.is_ascii() {
        push(ch.to_ascii_lowercase());
        return;
    }
    // Scripts without case, where hardly a letter falls apart.
    if matches!(ch, '\u{900}'..='\u{d79}')
        && is_nfkd_quick(std::iter::once(ch)) == IsNormalized::Yes
    {
        if !optional(ch) {
            push(alike(ch));
        }
        return;
    }
    if let Some(base) = chillu(ch) {
        push(base);
        push('\u{d4d}');
        return;
    }
    if let Some(letter) = framed(ch) {
        push(letter);
        return;
    }
    for part in std::iter::once(ch).nfkd() {
        if optional(part) {
            continue;
        }
        for low in part.to_lowercase() {
            if !optional(low) {
                push(alike(small_capital(low).unwrap_or(low)));
            }
        }
    }
}

/// Letters of scripts that hold look-alikes of Latin letters.
fn foreign(ch: char) -> bool {
    matches!(ch,
        '\u{180}'..='\u{2af}' | '\u{370}'..='\u{58f}' | '\u{10a0}'..='\u{10ff}' | '\u{13a0}'..='\u{13ff}' | '\u{1d00}'..='\u{1dbf}'
        | '\u{2c80}'..='\u{2d2f}' | '\u{a4d0}'..='\u{a4ff}' | '\u{a640}'..='\u{a69f}' | '\u{ab30}'..='\u{abbf}' | '\u{10280}'..='\u{1044f}')
}

fn greek(ch: char) -> bool {
    matches!(ch, '\u{370}'..='\u{3ff}')
}

fn phonetic(ch: char) -> bool {
    matches!(ch, '\u{180}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}')
}

/// The Latin letters that a letter of another script looks like.
fn look_alike(ch: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut skeleton = unicode_security::skeleton(ch.encode_utf8(&mut buffer));
    let first = skeleton.next()?;
    let letter = small_capital(first).unwrap_or(first).to_ascii_lowercase();
    (skeleton.next().is_none() && letter.is_ascii_alphanumeric()).then_some(letter)
}

/// Folds a text. What a reader of the original would not see as plain letters is marked changed.
pub(crate) fn fold(text: &[Unit]) -> (Vec<Unit>, Oddities) {
    let mut out: Vec<Unit> = Vec::with_capacity(text.len());
    if text
        .iter()
        .all(|unit| matches!(unit.ch, ' '..='~' | '\n' | '\r' | '\t'))
    {
        out.extend(text.iter().map(|unit| Unit {
            ch: unit.ch.to_ascii_lowercase(),
            ..*unit
        }));
        return (out, Oddities::default());
    }
    let mut folding = Folding {
        text,
        out,
        ..Folding::default()
    };
    for index in 0..text.len() {
        folding.take(index);
    }
    folding.finish()
}

#[derive(Default)]
struct Folding<'a> {
    text: &'a [Unit],
    out: Vec<Unit>,
    /// Where in `out` a right-to-left override began.
    overridden: Option<usize>,
    /// Bytes of consecutive variation selectors, and where they began.
    smuggled: Vec<u8>,
    smuggled_at: u32,
    /// The last character left out stood inside a Latin word.
    hidden: bool,
    marks_in_a_row: u32,
    tags: Tally,
    selectors: Tally,
    overrides: Tally,
    unseen: Tally,
    piled: Tally,
    mixed: Tally,
    private: Tally,
}

impl Folding<'_> {
    fn neighbour(&self, index: usize) -> Option<char> {
        self.text.get(index).map(|unit| unit.ch)
    }

    fn push(&mut self, unit: Unit, ch: char, changed: bool) {
        let changed = changed || unit.changed || std::mem::take(&mut self.hidden);
        self.out.push(Unit {
            ch,
            changed,
            ..unit
        });
    }

    fn take(&mut self, index: usize) {
        let unit = self.text[index];
        let ch = unit.ch;
        if let Some(byte) = selector(ch) {
            if self.smuggled.is_empty() {
                self.smuggled_at = unit.at;
            }
            self.smuggled.push(byte);
            let base = index
                .checked_sub(1)
                .and_then(|before| self.neighbour(before));
            // An emoji or a Han or Mongolian letter may take one.
            if self.smuggled.len() > 1
                || base.is_none_or(|base| base.is_ascii_alphabetic() || base.is_whitespace())
            {
                self.selectors.add(unit.at);
            }
            return;
        }
        self.unsmuggle();
        match ch {
            '\u{e0020}'..='\u{e007e}' => {
                let flag = self.out.last().is_some_and(|last| last.ch == '\u{1f3f4}')
                    || self.tags_of_flag(index);
                if !flag {
                    self.tags.add(unit.at);
                    if let Some(letter) = char::from_u32(u32::from(ch) - 0xe0000) {
                        self.push(unit, letter.to_ascii_lowercase(), true);
                    }
                }
                return;
            }
            '\u{202d}' | '\u{202e}' => {
                self.overrides.add(unit.at);
                if ch == '\u{202e}' && self.overridden.is_none() {
                    self.overridden = Some(self.out.len());
                }
                return;
            }
            '\u{202c}' | '\n' => self.turn(),
            _ => {}
        }
        if invisible(ch) {
            let before = index
                .checked_sub(1)
                .and_then(|before| self.neighbour(before));
            let after = self.neighbour(index + 1);
            let latin = |ch: Option<char>| ch.is_some_and(|ch| ch.is_alphanumeric() && !joins(ch));
            let unseen = |ch: Option<char>| ch.is_some_and(invisible);
            let joined = |ch: Option<char>| ch.is_some_and(joins);
            let among_latin = (latin(before) || unseen(before)) && (latin(after) || unseen(after));
            if among_latin || (parts(ch) && joined(before) && joined(after)) {
                self.unseen.add(unit.at);
                self.hidden = true;
            }
            return;
        }
        if optional(ch) && !joins(ch) {
            self.marks_in_a_row += 1;
            if self.marks_in_a_row > 2 {
                self.piled.add(unit.at);
            }
            if let Some(last) = self.out.last_mut()
                && last.ch.is_ascii_alphabetic()
            {
                last.changed = true;
            }
            return;
        }
        self.marks_in_a_row = 0;
        if matches!(ch, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}') {
            self.private.add(unit.at);
        }
        let mut first = true;
        fold_char(ch, |part| {
            // A form of a Latin letter that is not its accented one: full width, mathematical, circled, small capital.
            let styled = !ch.is_ascii()
                && first
                && part.is_ascii_alphanumeric()
                && !matches!(ch, '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2070}'..='\u{209f}');
            first = false;
            self.push(unit, part, styled);
        });
    }

    /// Whether this tag letter belongs to a flag: a black flag and at most six tag letters.
    fn tags_of_flag(&self, index: usize) -> bool {
        (1..=6).any(|back| {
            index.checked_sub(back).and_then(|at| self.neighbour(at)) == Some('\u{1f3f4}')
        })
    }

    /// What variation selectors in a row spell.
    fn unsmuggle(&mut self) {
        let bytes = std::mem::take(&mut self.smuggled);
        if bytes.len() < 4 {
            return;
        }
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        for ch in String::from_utf8_lossy(&bytes).chars() {
            let unit = Unit {
                ch,
                at: self.smuggled_at,
                len,
                changed: true,
            };
            fold_char(ch, |part| self.out.push(Unit { ch: part, ..unit }));
        }
    }

    /// Ends a right-to-left override: what stands in it reads backwards.
    fn turn(&mut self) {
        if let Some(from) = self.overridden.take() {
            self.out[from..].reverse();
            for unit in &mut self.out[from..] {
                unit.changed = true;
            }
        }
    }

    fn finish(mut self) -> (Vec<Unit>, Oddities) {
        self.unsmuggle();
        self.turn();
        self.resolve_look_alikes();
        let mut found = Vec::new();
        let mut odd = |name, tally: &Tally, more_than| {
            if tally.count > more_than {
                found.push((name, tally.first, tally.last + 1));
            }
        };
        odd("tag-characters", &self.tags, 0);
        odd("variation-selectors", &self.selectors, 3);
        odd("direction-override", &self.overrides, 0);
        odd("invisible-characters", &self.unseen, 3);
        odd("piled-marks", &self.piled, 3);
        odd("mixed-scripts", &self.mixed, 0);
        odd("private-characters", &self.private, 3);
        (self.out, Oddities { found })
    }

    /// Word by word: letters of other scripts that look Latin become it where scripts mix, or where the whole word does.
    fn resolve_look_alikes(&mut self) {
        let mut from = 0;
        while from < self.out.len() {
            if !word_letter(self.out[from].ch) {
                from += 1;
                continue;
            }
            let length = self.out[from..]
                .iter()
                .take_while(|unit| word_letter(unit.ch))
                .count();
            let word = &mut self.out[from..from + length];
            from += length;
            if !word.iter().any(|unit| foreign(unit.ch)) {
                continue;
            }
            let latin = word
                .iter()
                .filter(|unit| unit.ch.is_ascii_alphabetic())
                .count();
            let strangers = word.iter().filter(|unit| foreign(unit.ch)).count();
            let resolved = word
                .iter()
                .filter(|unit| foreign(unit.ch) && look_alike(unit.ch).is_some())
                .count();
            if latin == 0 && resolved < strangers {
                continue;
            }
            if latin > 0 {
                let suspicious = word.iter().enumerate().any(|(index, unit)| {
                    let latin_at = |at: Option<usize>| {
                        at.and_then(|at| word.get(at))
                            .is_some_and(|unit| unit.ch.is_ascii_alphabetic())
                    };
                    foreign(unit.ch)
                        && !phonetic(unit.ch)
                        && (!greek(unit.ch)
                            || (look_alike(unit.ch).is_some()
                                && latin > 2
                                && (latin_at(index.checked_sub(1)) || index == 0)
                                && latin_at(Some(index + 1))
                                && (index > 0 || resolved > 1)))
                });
                if suspicious {
                    for unit in word.iter().filter(|unit| foreign(unit.ch)) {
                        self.mixed.add(unit.at);
                    }
                }
            }
            for unit in word {
                if foreign(unit.ch)
                    && let Some(letter) = look_alike(unit.ch)
                {
                    unit.ch = letter;
                    unit.changed = true;
                }
            }
        }
    }
}

/// What words are made of.
pub(crate) fn word_letter(ch: char) -> bool {
    if ch.is_ascii() {
        ch.is_ascii_alphanumeric()
    } else {
        ch.is_alphanumeric() || is_combining_mark(ch)
    }
}
