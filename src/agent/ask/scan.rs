//! A question cut into segments: what each names, and the concepts of its words.

mod name;

use domain::{Date, Decimal};

use super::{
    entity::{self, Entity},
    lexicon::{self, Concept},
    part::{Subject, Understanding},
    period,
    token::{Mark, Word},
};

/// Subjects, periods and numbers that one question may name.
const NAMED_MAX: usize = 16;

/// A stretch between two "and", commas or ends of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Segment {
    /// Each with the word at which it stands.
    pub(super) concepts: Vec<(Concept, usize)>,
    /// By position in the understanding.
    pub(super) subjects: Vec<usize>,
    pub(super) periods: Vec<usize>,
    pub(super) amounts: Vec<usize>,
    pub(super) rates: Vec<usize>,
    /// Kinds of returns.
    pub(super) kinds: Vec<String>,
    /// First word and the one after the last.
    pub(super) words: (usize, usize),
    /// It ends its sentence.
    pub(super) ends: bool,
    /// It names a day that no calendar has.
    pub(super) no_day: bool,
}

impl Segment {
    pub(super) fn has(&self, concept: Concept) -> bool {
        self.concepts.iter().any(|(known, _)| *known == concept)
    }

    pub(super) fn has_any(&self, concepts: &[Concept]) -> bool {
        concepts.iter().any(|concept| self.has(*concept))
    }

    fn is_empty(&self) -> bool {
        self.concepts.is_empty()
            && self.subjects.is_empty()
            && self.periods.is_empty()
            && self.amounts.is_empty()
            && self.rates.is_empty()
            && self.kinds.is_empty()
            && !self.no_day
    }

    /// Takes what another says as its own.
    pub(super) fn absorb(&mut self, other: Self) {
        self.words = (
            self.words.0.min(other.words.0),
            self.words.1.max(other.words.1),
        );
        self.concepts.extend(other.concepts);
        self.subjects.extend(other.subjects);
        self.periods.extend(other.periods);
        self.amounts.extend(other.amounts);
        self.rates.extend(other.rates);
        self.kinds.extend(other.kinds);
        self.no_day |= other.no_day;
    }
}

/// What stands in a segment, by word: where a name begins and ends, so that a contract's words are told from a vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) subject: usize,
    pub(super) from: usize,
    pub(super) until: usize,
}

/// The segments of a question, and the runs of words that may be names.
pub(super) fn scan(
    words: &[Word<'_>],
    as_of: Date,
    found: &mut Understanding,
) -> (Vec<Segment>, Vec<Run>) {
    let mut scanner = Scanner {
        words,
        found,
        segments: Vec::new(),
        runs: Vec::new(),
        open: Segment::default(),
        dated: 0,
    };
    let mut at = 0;
    while at < words.len() {
        let taken = scanner.step(at, as_of).max(1);
        let last = words.get(at + taken - 1);
        at += taken;
        match last.map(|word| word.after) {
            Some(Mark::Stop) => scanner.close(at, true),
            Some(Mark::Comma) => scanner.close(at, false),
            _ => {}
        }
    }
    scanner.close(words.len(), true);
    (scanner.segments, scanner.runs)
}

/// Words behind which a name comes.
pub(super) fn announces(word: &Word<'_>) -> bool {
    matches!(
        word.lower.as_str(),
        "of" | "with" | "from" | "by" | "to" | "vendor" | "supplier"
    )
}

/// Concepts whose words firms call themselves by: Total, Max, First, Active, Local, Real; IT, On, Me, AN, ID.
const TRADES: &[Concept] = &[
    Concept::Skip,
    Concept::Identity,
    Concept::Active,
    Concept::All,
    Concept::Average,
    Concept::Credit,
    Concept::Earliest,
    Concept::Inter,
    Concept::Intra,
    Concept::Largest,
    Concept::Latest,
    Concept::Open,
    Concept::Smallest,
    Concept::Total,
    Concept::Verify,
];

fn begins_high(word: &Word<'_>) -> bool {
    word.text.chars().next().is_some_and(char::is_uppercase)
}

struct Scanner<'a> {
    words: &'a [Word<'a>],
    found: &'a mut Understanding,
    segments: Vec<Segment>,
    runs: Vec<Run>,
    open: Segment,
    /// The word behind the last period.
    dated: usize,
}

impl Scanner<'_> {
    /// Reads what begins at a word, and says how many words it took.
    fn step(&mut self, at: usize, as_of: Date) -> usize {
        let words = self.words;
        if let Some(taken) = self.quotation(at) {
            return taken;
        }
        if let Some((period, taken)) = period::parse(words, at, as_of) {
            self.dated = at + taken;
            let full = self.found.periods.len() >= NAMED_MAX;
            if full {
                self.puzzle(at, taken);
            } else {
                self.open.periods.push(self.found.periods.len());
                self.found.periods.push(period);
            }
            return taken;
        }
        if let Some((subject, taken)) = entity::spaced(words, at) {
            self.subject(subject, at, taken);
            return taken;
        }
        // Phrases of the vocabulary that hold a digit ("GSTR 2B") are entities first.
        if let Some((entity, taken)) = entity::parse(words, at, entity::hint(words, at)) {
            self.entity(entity, at, taken);
            return taken;
        }
        match lexicon::concept(words, at) {
            Some((Concept::And, taken)) => {
                if self.joins_names(at) {
                    return taken;
                }
                if self.ends_name(at) {
                    return taken + 1;
                }
                self.close(at, false);
                self.open.words = (at + taken, at + taken);
                taken
            }
            Some((Concept::Skip, taken)) => taken,
            Some((concept, taken)) => {
                self.open.concepts.push((concept, at));
                taken
            }
            None => match words.get(at).and_then(lexicon::misspelt) {
                Some(Concept::Skip) => 1,
                Some(concept) => {
                    self.open.concepts.push((concept, at));
                    1
                }
                None if self.is_dash(at) => {
                    self.close(at, false);
                    self.open.words = (at + 1, at + 1);
                    1
                }
                None if words.get(at).is_some_and(Word::is_mark) => {
                    self.puzzle(at, 1);
                    1
                }
                None => self.name(at),
            },
        }
    }

    /// A dash between words parts them as a comma does; before a number it may take something away.
    pub(super) fn is_dash(&self, at: usize) -> bool {
        let next = self.words.get(at + 1);
        self.words.get(at).is_some_and(|word| word.text == "-")
            && next.is_none_or(|word| !word.text.starts_with(|c: char| c.is_ascii_digit()))
    }

    fn entity(&mut self, entity: Entity, at: usize, taken: usize) {
        match entity {
            Entity::Subject(subject) => self.subject(subject, at, taken),
            Entity::Amount(value) => self.number(value, at, taken, false),
            Entity::Rate(value) => self.number(value, at, taken, true),
            Entity::ReturnKind(kind) => self.open.kinds.push(kind),
            Entity::Statement => self.open.concepts.push((Concept::Statement, at)),
            Entity::NoDay => self.open.no_day = true,
        }
    }

    fn number(&mut self, value: Decimal, at: usize, taken: usize, rate: bool) {
        if self.found.numbers.len() >= NAMED_MAX {
            self.puzzle(at, taken);
            return;
        }
        let place = self.found.numbers.len();
        self.found.numbers.push(value);
        if rate {
            self.open.rates.push(place);
        } else {
            self.open.amounts.push(place);
        }
    }

    fn subject(&mut self, subject: Subject, at: usize, taken: usize) {
        let known = self
            .found
            .subjects
            .iter()
            .position(|other| *other == subject);
        let place = match known {
            Some(place) => place,
            None if self.found.subjects.len() >= NAMED_MAX => {
                self.puzzle(at, taken);
                return;
            }
            None => {
                self.found.subjects.push(subject);
                self.found.subjects.len() - 1
            }
        };
        if !self.open.subjects.contains(&place) {
            self.open.subjects.push(place);
        }
    }

    fn puzzle(&mut self, at: usize, taken: usize) {
        let words = self.words.iter().skip(at).take(taken);
        let text: Vec<&str> = words.map(|word| word.text).collect();
        self.found.puzzling.push(text.join(" "));
    }

    fn close(&mut self, at: usize, ends: bool) {
        let mut segment = std::mem::take(&mut self.open);
        segment.words.1 = at;
        self.open.words = (at, at);
        if segment.is_empty() {
            if let Some(last) = self.segments.last_mut() {
                last.ends |= ends;
            }
            return;
        }
        segment.ends = ends;
        self.segments.push(segment);
    }
}
