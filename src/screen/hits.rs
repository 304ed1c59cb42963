//! Terms found in a view, and where: in words, in letters alone, and among the marks.

use crate::{
    concept::Concept,
    lexicon::{DENSE_FINDER, MARK_FINDER, Meaning, find_words},
    view::{Unit, View, ViewName, word_letter},
};

/// Letters that run on so long are more than one word.
const RUN_TOGETHER: usize = 16;
/// A word of more letters than this is taken for one also when something parts it only once.
const BROKEN: usize = 5;
/// In text without word boundaries, so many letters count as a word.
const LETTERS_A_WORD: u32 = 5;

/// A term in a view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) concept: Concept,
    /// Number of its first word.
    pub(crate) word: u32,
    /// Units.
    pub(crate) from: usize,
    pub(crate) until: usize,
    /// Whether it opens a sentence.
    pub(crate) opening: bool,
    /// Whether its letters are in disguise.
    pub(crate) changed: bool,
}

/// A gloss in a view: the number of its word, and its own.
pub(crate) type Gloss = (u32, u32);

/// A text of words with, for each byte, the unit that it comes from.
#[derive(Default)]
struct Text {
    text: String,
    unit: Vec<u32>,
}

impl Text {
    fn with_capacity(units: usize) -> Self {
        Self {
            text: String::with_capacity(units + 2),
            unit: Vec::with_capacity(units + 2),
        }
    }

    fn push(&mut self, ch: char, unit: u32) {
        self.text.push(ch);
        if ch.is_ascii() {
            self.unit.push(unit);
        } else {
            self.unit.resize(self.text.len(), unit);
        }
    }

    fn unit_at(&self, byte: usize) -> usize {
        self.unit
            .get(byte)
            .and_then(|unit| usize::try_from(*unit).ok())
            .unwrap_or_default()
    }
}

/// The words of a view, and the terms among them in their order.
pub(crate) struct Terms {
    pub(crate) hits: Vec<Hit>,
    /// Each once a word.
    pub(crate) glosses: Vec<Gloss>,
    pub(crate) words: Words,
}

/// The words of a view one after another.
#[derive(Default)]
pub(crate) struct Words {
    text: Text,
    /// Of each unit, the number of the word that it is in or follows; the first is 1.
    word_of: Vec<u32>,
}

impl Words {
    /// Each word with its first unit and the one after its last.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        self.words().map(|(word, start)| {
            let last = start + word.len() - 1;
            (word, self.text.unit_at(start), self.text.unit_at(last) + 1)
        })
    }

    /// Each word, and whether it begins and ends a clause.
    pub(crate) fn clauses(&self) -> impl Iterator<Item = (&str, bool, bool)> {
        let breaks = |at: Option<usize>| {
            let letter = at.and_then(|at| self.text.text.as_bytes().get(at));
            letter.is_none_or(|letter| *letter == b'\n')
        };
        self.words().map(move |(word, start)| {
            (
                word,
                breaks(start.checked_sub(1)),
                breaks(Some(start + word.len())),
            )
        })
    }

    /// Each word and where it begins.
    fn words(&self) -> impl Iterator<Item = (&str, usize)> {
        let mut next = 0;
        self.text.text.split([' ', '\n']).filter_map(move |word| {
            let start = next;
            next += word.len() + 1;
            (!word.is_empty()).then_some((word, start))
        })
    }
}

/// Words separated by a blank, or by a line break where a sentence or clause may begin; and which word each unit is in.
fn words(units: &[Unit]) -> Words {
    let mut out = Text::with_capacity(units.len());
    let mut word_of = Vec::with_capacity(units.len());
    let (mut word, mut gap) = (0_u32, Some('\n'));
    for (index, unit) in (0..).zip(units) {
        if word_letter(unit.ch) {
            if let Some(gap) = gap.take() {
                out.push(gap, index);
                word += 1;
            }
            out.push(unit.ch, index);
        } else if !matches!(unit.ch, '\'' | '\u{2019}') || gap.is_some() {
            let ends = matches!(
                unit.ch,
                '.' | '!'
                    | '?'
                    | ':'
                    | ';'
                    | '\n'
                    | '|'
                    | '('
                    | '['
                    | '{'
                    | '<'
                    | '>'
                    | '"'
                    | '#'
                    | '*'
                    | '•'
                    | '\u{964}'
                    | '\u{6d4}'
                    | '–'
                    | '—'
            );
            gap = Some(if ends || gap == Some('\n') { '\n' } else { ' ' });
        }
        word_of.push(word);
    }
    out.push(
        '\n',
        u32::try_from(units.len().saturating_sub(1)).unwrap_or_default(),
    );
    Words { text: out, word_of }
}

/// The text with its punctuation, blanks beside punctuation left out.
fn marks(units: &[Unit]) -> Text {
    let mut out = Text::with_capacity(units.len());
    out.push('\n', 0);
    let mut blank = None;
    let mut last = '\n';
    for (index, unit) in (0..).zip(units) {
        if unit.ch.is_whitespace() {
            blank = Some(if unit.ch == '\n' {
                '\n'
            } else {
                blank.unwrap_or(' ')
            });
            continue;
        }
        if let Some(blank) = blank.take()
            && ((word_letter(unit.ch) && word_letter(last)) || blank == '\n')
        {
            out.push(blank, index);
        }
        out.push(unit.ch, index);
        last = unit.ch;
    }
    out
}

/// Words after which a sentence's verb still opens it.
const POLITE: [&str; 12] = [
    "please", "kindly", "now", "then", "and", "first", "just", "also", "next", "finally", "pls",
    "instead",
];

fn opens(text: &str, at: usize) -> bool {
    let before = &text[..at.saturating_sub(1)];
    if text.as_bytes().get(at.saturating_sub(1)) == Some(&b'\n') {
        return true;
    }
    let from = before
        .bytes()
        .rposition(|byte| byte == b' ' || byte == b'\n')
        .map_or(0, |at| at + 1);
    POLITE.contains(&&before[from..])
}

/// Terms in a view, in the order of its words.
pub(crate) fn terms(view: &View) -> Terms {
    let mut glosses = Vec::new();
    let (mut hits, words) = if view.name == ViewName::Dense {
        (dense_hits(&view.units), Words::default())
    } else {
        let words = words(&view.units);
        let hits = word_hits(&view.units, &words, view.name, &mut glosses);
        (hits, words)
    };
    glosses.sort_unstable();
    glosses.dedup();
    // One hit of a concept a word, so that a word of a million marks costs no more than any other.
    hits.sort_by_key(|hit| (hit.word, hit.concept.index(), !hit.changed, hit.from));
    hits.dedup_by_key(|hit| (hit.word, hit.concept.index()));
    hits.sort_by_key(|hit| (hit.word, hit.from));
    Terms {
        hits,
        glosses,
        words,
    }
}

fn word_hits(units: &[Unit], words: &Words, name: ViewName, glosses: &mut Vec<Gloss>) -> Vec<Hit> {
    let changed = |from: usize, until: usize| units[from..until].iter().any(|unit| unit.changed);
    let Words { text, word_of } = words;
    let bytes = text.text.as_bytes();
    let bound = |at: usize| matches!(bytes.get(at), Some(b' ' | b'\n') | None);
    let mut hits: Vec<Hit> = find_words(&text.text)
        .filter(|(term, start, end)| {
            let begins = *start > 0 && (term.ending || bound(start - 1));
            begins && (term.open || bound(*end))
        })
        .filter_map(|(term, start, end)| {
            let (from, until) = (text.unit_at(start), text.unit_at(end - 1) + 1);
            let word = word_of[from];
            let concept = match term.meaning {
                Meaning::Concept(concept) => concept,
                Meaning::Gloss(gloss) => {
                    glosses.push((word, gloss));
                    return None;
                }
            };
            Some(Hit {
                concept,
                word,
                from,
                until,
                opening: opens(&text.text, start),
                changed: changed(from, until),
            })
        })
        .collect();
    if matches!(name, ViewName::Reversed | ViewName::Rot13) {
        return hits;
    }
    let text = marks(units);
    let bytes = text.text.as_bytes();
    hits.extend(
        MARK_FINDER
            .find(&text.text)
            .filter_map(|(term, start, end)| {
                let Meaning::Concept(concept) = term.meaning else {
                    return None;
                };
                let label = matches!(
                    concept,
                    Concept::Speaker | Concept::Answerer | Concept::Step
                );
                let before = start
                    .checked_sub(1)
                    .and_then(|at| bytes.get(at))
                    .copied()
                    .unwrap_or(b'\n');
                // A label stands at the beginning of a line or sentence.
                if label && (before == b' ' || before.is_ascii_alphanumeric()) {
                    return None;
                }
                let (from, until) = (text.unit_at(start), text.unit_at(end - 1) + 1);
                let from = from.min(until - 1);
                Some(Hit {
                    concept,
                    word: word_of[from],
                    from,
                    until,
                    opening: true,
                    changed: changed(from, until),
                })
            }),
    );
    hits
}

/// In letters alone: terms whose letters something parts, or that run into others. Those that stand whole are kept as
/// company for them.
fn dense_hits(units: &[Unit]) -> Vec<Hit> {
    let mut text = Text::with_capacity(units.len());
    for (index, unit) in (0..).zip(units) {
        text.push(unit.ch, index);
    }
    let mut runs = vec![0_usize; units.len()];
    let mut from = 0;
    while from < units.len() {
        let length = 1 + units[from + 1..]
            .iter()
            .take_while(|unit| !unit.changed)
            .count();
        runs[from..from + length].fill(length);
        from += length;
    }
    DENSE_FINDER
        .find(&text.text)
        .filter_map(|(term, start, end)| {
            let Meaning::Concept(concept) = term.meaning else {
                return None;
            };
            let (from, until) = (text.unit_at(start), text.unit_at(end - 1) + 1);
            let gaps = units[from + 1..until]
                .iter()
                .filter(|unit| unit.changed)
                .count();
            let gap_after = units.get(until).is_none_or(|unit| unit.changed);
            let whole = units[from].changed && (term.open || gap_after);
            let parted = gaps > term.blanks;
            // An ending that is the next word's first letter parts nothing.
            let inside =
                !units.get(from + 1).is_some_and(|unit| unit.changed) && !units[until - 1].changed;
            let plain = whole && !parted;
            let spelled = parted && gaps + 1 >= until - from;
            let run_together = !whole && runs[from] >= RUN_TOGETHER;
            let hidden = run_together
                || spelled
                || (parted && (inside || gaps > term.blanks + 1) && until - from > BROKEN);
            (plain || hidden).then(|| Hit {
                concept,
                word: u32::try_from(from).unwrap_or(u32::MAX) / LETTERS_A_WORD,
                from,
                until,
                opening: false,
                changed: hidden,
            })
        })
        .collect()
}
