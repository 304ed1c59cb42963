//! The lexicons: which words mean what in which language, read once into automata that find all of them in one pass.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::{
    concept::Concept,
    view::{Unit, fold_char, rotated, word_letter},
};

const ENGLISH: &str = include_str!("lexicon/english.txt");

/// The lexicons of languages that share a script.
struct Script {
    /// The first and the last of its letters.
    letters: (char, char),
    lexicons: &'static [&'static str],
    /// Read when the first text of the script comes: most documents have one or two.
    finder: OnceLock<Finder>,
}

impl Script {
    const fn new(letters: (char, char), lexicons: &'static [&'static str]) -> Self {
        Self {
            letters,
            lexicons,
            finder: OnceLock::new(),
        }
    }

    /// Whether a letter of the text is of this script.
    fn writes(&self, text: &str) -> bool {
        let (first, last) = self.letters;
        let own = |ch: char| first <= ch && ch <= last && ch.is_alphabetic();
        text.chars().any(own)
    }

    fn finder(&self) -> &Finder {
        self.finder.get_or_init(|| {
            let read = self.lexicons.iter().flat_map(|text| terms(text, words));
            let glosses = glosses().filter(|(_, written)| self.writes(written));
            let glosses =
                glosses.map(|(number, written)| Term::read(Meaning::Gloss(number), written, words));
            Finder::new(read.chain(glosses.flatten()).collect())
        })
    }
}

static LATIN: Script = Script::new(
    ('\0', '\u{2ff}'),
    &[
        ENGLISH,
        include_str!("lexicon/hinglish.txt"),
        include_str!("lexicon/european.txt"),
    ],
);
static OTHERS: [Script; 9] = [
    Script::new(
        ('\u{900}', '\u{97f}'),
        &[
            include_str!("lexicon/hindi.txt"),
            include_str!("lexicon/marathi.txt"),
        ],
    ),
    Script::new(
        ('\u{980}', '\u{9ff}'),
        &[include_str!("lexicon/bengali.txt")],
    ),
    Script::new(
        ('\u{a00}', '\u{a7f}'),
        &[include_str!("lexicon/punjabi.txt")],
    ),
    Script::new(
        ('\u{a80}', '\u{aff}'),
        &[include_str!("lexicon/gujarati.txt")],
    ),
    Script::new(('\u{b80}', '\u{bff}'), &[include_str!("lexicon/tamil.txt")]),
    Script::new(
        ('\u{c00}', '\u{c7f}'),
        &[include_str!("lexicon/telugu.txt")],
    ),
    Script::new(
        ('\u{c80}', '\u{cff}'),
        &[include_str!("lexicon/kannada.txt")],
    ),
    Script::new(
        ('\u{d00}', '\u{d7f}'),
        &[include_str!("lexicon/malayalam.txt")],
    ),
    Script::new(('\u{600}', '\u{6ff}'), &[include_str!("lexicon/urdu.txt")]),
];
pub(crate) const MARKS: &str = include_str!("lexicon/marks.txt");
const GLOSSES: &str = include_str!("lexicon/glosses.txt");

/// What a term stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Concept(Concept),
    /// A line of the glosses, by number.
    Gloss(u32),
}

/// One entry of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) meaning: Meaning,
    /// Folded, words separated by one blank.
    pub(crate) text: String,
    /// A stem: the word may go on.
    pub(crate) open: bool,
    /// An ending: the word may begin before it.
    pub(crate) ending: bool,
    /// Blanks in it, also where they are left out of the text.
    pub(crate) blanks: usize,
}

/// Terms with the automaton that finds them.
#[derive(Debug)]
pub(crate) struct Finder {
    pub(crate) terms: Vec<Term>,
    automaton: Option<AhoCorasick>,
}

impl Finder {
    fn new(terms: Vec<Term>) -> Self {
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .build(terms.iter().map(|term| term.text.as_str()))
            .ok();
        Self { terms, automaton }
    }

    /// Every place in the text where a term stands, by where it ends.
    pub(crate) fn find<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = (&'a Term, usize, usize)> {
        self.automaton
            .iter()
            .flat_map(move |automaton| automaton.find_overlapping_iter(text))
            .filter_map(|found| {
                Some((
                    self.terms.get(found.pattern().as_usize())?,
                    found.start(),
                    found.end(),
                ))
            })
    }
}

/// Words and phrases where they stand in a text of words separated by one blank, by where they end, script by script.
pub(crate) fn find_words(text: &str) -> impl Iterator<Item = (&Term, usize, usize)> {
    let others = if text.is_ascii() { &[] } else { &OTHERS[..] };
    let written = others.iter().filter(move |script| script.writes(text));
    [&LATIN]
        .into_iter()
        .chain(written)
        .flat_map(move |script| script.finder().find(text))
}

/// The longer English ones without blanks, to be found where words run into each other.
pub(crate) static DENSE_FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let long = |term: &Term| {
        term.text.is_ascii() && term.text.chars().filter(char::is_ascii_alphabetic).count() >= 4
    };
    // Of two ways to write a term the one with more blanks is how it stands when nothing parts it.
    let mut solid: BTreeMap<(String, bool, usize), Term> = BTreeMap::new();
    for term in terms(ENGLISH, words).filter(long) {
        let text = term.text.replace(' ', "");
        let Meaning::Concept(concept) = term.meaning else {
            continue;
        };
        let key = (text.clone(), term.open, concept.index());
        let blanks = solid
            .get(&key)
            .map_or(0, |other| other.blanks)
            .max(term.blanks);
        solid.insert(
            key,
            Term {
                text,
                blanks,
                ..term
            },
        );
    }
    Finder::new(solid.into_values().collect())
});

/// No word is longer.
const WORD_MAX: usize = 24;
/// Letters of a word that is looked for backwards and rotated: shorter ones stand so in ordinary words.
const TWISTED_MIN: usize = 6;

/// Hashes of the longer words in Latin letters, in order.
static TWISTED: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let hash = |word: &str| word.bytes().fold(0, hashed);
    let glosses = glosses().filter(|(_, written)| written.is_ascii());
    let glosses =
        glosses.filter_map(|(number, written)| Term::read(Meaning::Gloss(number), written, words));
    let mut hashes: Vec<u64> = terms(ENGLISH, words)
        .chain(glosses)
        .flat_map(|term| {
            let long = |word: &&str| word.is_ascii() && word.len() >= TWISTED_MIN;
            term.text
                .split(' ')
                .filter(long)
                .map(hash)
                .collect::<Vec<_>>()
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
});

fn hashed(hash: u64, letter: u8) -> u64 {
    (hash ^ u64::from(letter))
        .wrapping_add(0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0x0000_0100_0000_01b3)
}

/// Whether words may stand backwards or rotated in a text: where a run of letters read so begins with none, those views
/// have nothing to show.
pub(crate) fn twisted(units: &[Unit]) -> bool {
    let begins = |letters: &mut dyn Iterator<Item = char>| {
        letters
            .filter_map(|letter| u8::try_from(letter).ok())
            .scan(0, |hash, letter| {
                *hash = hashed(*hash, letter);
                Some(*hash)
            })
            .take(WORD_MAX)
            .skip(TWISTED_MIN - 1)
            .any(|hash| TWISTED.binary_search(&hash).is_ok())
    };
    units
        .split(|unit| !unit.ch.is_ascii_alphabetic())
        .filter(|run| run.len() >= TWISTED_MIN)
        .any(|run| {
            begins(&mut run.iter().rev().map(|unit| unit.ch))
                || begins(&mut run.iter().map(|unit| rotated(unit.ch)))
        })
}

/// Marks, to be found in text that keeps its punctuation.
pub(crate) static MARK_FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(terms(MARKS, str::to_lowercase).collect()));

/// Reads a lexicon: `concept: term, term*`. `#` begins a comment.
fn terms(lexicon: &str, fold: impl Fn(&str) -> String + Copy) -> impl Iterator<Item = Term> {
    entries(lexicon)
        .filter_map(|(name, list)| Some((Concept::named(name)?, list)))
        .flat_map(move |(concept, list)| {
            list.split(", ")
                .filter_map(move |written| Term::read(Meaning::Concept(concept), written, fold))
        })
}

/// The glosses as they are written, with the number of the line that each is on.
fn glosses() -> impl Iterator<Item = (u32, &'static str)> {
    (0..)
        .zip(entries(GLOSSES))
        .flat_map(|(number, (_, list))| list.split(", ").map(move |written| (number, written)))
}

fn entries(lexicon: &str) -> impl Iterator<Item = (&str, &str)> {
    lexicon
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, list)| (name.trim(), list))
}

impl Term {
    /// A star leaves the word open at its end, one before it at its beginning. `None` where nothing is written.
    fn read(meaning: Meaning, written: &str, fold: impl Fn(&str) -> String) -> Option<Self> {
        let written = written.trim();
        let text = fold(written.trim_matches('*'));
        let blanks = text.matches(' ').count();
        (!text.is_empty()).then_some(Self {
            meaning,
            text,
            open: written.ends_with('*'),
            ending: written.starts_with('*'),
            blanks,
        })
    }
}

/// A term as text of words has it.
fn words(term: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    for ch in term.chars() {
        if matches!(ch, '\'' | '\u{200c}' | '\u{200d}') {
            continue;
        }
        fold_char(ch, |ch| {
            if word_letter(ch) {
                if blank && !out.is_empty() {
                    out.push(' ');
                }
                blank = false;
                out.push(ch);
            } else {
                blank = true;
            }
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_lexicon_is_read() {
        let scripts = || [&LATIN].into_iter().chain(&OTHERS);
        let all = scripts().flat_map(|script| script.lexicons).chain([&MARKS]);
        for text in all {
            let name = text.lines().next().unwrap_or_default();
            for (number, line) in text.lines().enumerate() {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let (concept, list) = line
                    .split_once(": ")
                    .unwrap_or_else(|| panic!("{name}:{}: no colon", number + 1));
                assert!(
                    Concept::named(concept).is_some(),
                    "{name}:{}: no concept {concept}",
                    number + 1
                );
                assert!(
                    list.split(", ").all(|term| !term.trim().is_empty()),
                    "{name}:{}: an empty term",
                    number + 1
                );
            }
        }
        assert!(
            scripts().all(|script| script.finder().automaton.is_some())
                && DENSE_FINDER.automaton.is_some()
                && MARK_FINDER.automaton.is_some()
        );
    }

    #[test]
    fn every_gloss_is_named_once_and_each_of_its_terms_stands_in_one_script() {
        let mut names: Vec<&str> = entries(GLOSSES).map(|(name, _)| name).collect();
        let lines = GLOSSES.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(names.len(), lines.count());
        names.sort_unstable();
        assert!(names.is_sorted_by(|one, next| one < next));
        let scripts = || [&LATIN].into_iter().chain(&OTHERS);
        for (_, written) in glosses() {
            let own = scripts().filter(|script| script.writes(written)).count();
            assert_eq!(own, 1, "{written}");
        }
    }

    #[test]
    fn terms_are_folded_as_texts_are() {
        let read: Vec<Term> = terms("override: Don't  Follow*, नज़र\u{902}दाज़", words).collect();
        assert_eq!(read[0].text, "dont follow");
        assert!(read[0].open && read[0].blanks == 1);
        assert!(!read[1].text.contains('\u{93c}'));
    }
}
