//! A question cut into segments: what each names, and the concepts of its words.

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

/// Concepts whose words firms call themselves by: Total, Max, First, Active, Local, Real.
const TRADES: &[Concept] = &[
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
}

impl Scanner<'_> {
    /// Reads what begins at a word, and says how many words it took.
    fn step(&mut self, at: usize, as_of: Date) -> usize {
        let words = self.words;
        if let Some(taken) = self.quotation(at) {
            return taken;
        }
        if let Some((period, taken)) = period::parse(words, at, as_of) {
            let full = self.found.periods.len() >= NAMED_MAX;
            if full {
                self.puzzle(at, taken);
            } else {
                self.open.periods.push(self.found.periods.len());
                self.found.periods.push(period);
            }
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
                None => self.name(at),
            },
        }
    }

    /// A name in quotation marks is one, whatever its words mean.
    fn quotation(&mut self, at: usize) -> Option<usize> {
        let number = self.words.get(at)?.quoted?;
        let quoted: Vec<&Word<'_>> = self
            .words
            .get(at..)?
            .iter()
            .take_while(|word| word.quoted == Some(number))
            .collect();
        let taken = quoted.len();
        if let (1, Some((entity, 1))) = (
            taken,
            entity::parse(self.words, at, Some(entity::Hint::Number)),
        ) && matches!(entity, Entity::Subject(_))
        {
            self.entity(entity, at, 1);
            return Some(1);
        }
        let text: Vec<&str> = quoted.iter().map(|word| word.text).collect();
        self.named(vec![text.join(" ")], at, at + taken);
        Some(taken)
    }

    fn entity(&mut self, entity: Entity, at: usize, taken: usize) {
        match entity {
            Entity::Subject(subject) => self.subject(subject, at, taken),
            Entity::Amount(value) => self.number(value, at, taken, false),
            Entity::Rate(value) => self.number(value, at, taken, true),
            Entity::ReturnKind(kind) => self.open.kinds.push(kind),
            Entity::Statement => self.open.concepts.push((Concept::Statement, at)),
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

    /// Whether a word is none of the vocabulary and no identifier: a part of a name, perhaps.
    fn is_other(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.quoted.is_none())
            && entity::parse(self.words, at, None).is_none()
            && lexicon::concept(self.words, at).is_none()
            && self.words.get(at).and_then(lexicon::misspelt).is_none()
    }

    /// A run of words that are nothing else: what may be a name.
    fn name(&mut self, at: usize) -> usize {
        if let Some(taken) = self.prefix(at) {
            return taken;
        }
        let mut until = at + 1;
        while self
            .words
            .get(until - 1)
            .is_some_and(|word| word.after == Mark::Blank)
        {
            let joined = self.words.get(until).is_some_and(|word| word.lower == "&");
            if self.is_other(until) {
                // "Mutha Cartons despatch": a name does not go on in small letters that began in capitals.
                let small = self.words.get(until).is_some_and(|word| !begins_high(word));
                let high = self.words.get(until - 1).is_some_and(begins_high);
                let first = self.words.get(until - 1).is_some_and(|word| word.first);
                if small == high && !first {
                    break;
                }
                until += 1;
            } else if joined && (self.is_other(until + 1) || self.is_form(until + 1)) {
                until += 2;
            } else if self.is_form(until) {
                until += 1;
            } else {
                break;
            }
        }
        let wide = self.widened(at, until);
        // "terms of Total Oils": behind a word that announces a name, a capital within the sentence is the name's, and asks
        // nothing by itself.
        let announced = wide.0 < at
            && wide
                .0
                .checked_sub(1)
                .and_then(|at| self.words.get(at))
                .is_some_and(|word| {
                    announces(word) && !begins_high(word) && word.after == Mark::Blank
                })
            && (wide.0..at).all(|at| {
                lexicon::concept(self.words, at)
                    .is_some_and(|(concept, _)| TRADES.contains(&concept))
            });
        let from = if announced { wide.0 } else { at };
        self.open
            .concepts
            .retain(|(_, at)| *at < from || !announced);
        let mut wordings = Vec::new();
        if wide != (from, until) {
            wordings.push(self.text(wide.0, wide.1));
        }
        wordings.push(self.text(from, until));
        self.named(wordings, from, until);
        until - at
    }

    /// A word beside "series" is what its numbers begin with: "the VSG series".
    fn prefix(&mut self, at: usize) -> Option<usize> {
        let word = self.words.get(at)?;
        let plain =
            word.after == Mark::Blank && word.text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (concept, _) = lexicon::concept(self.words, at + 1).filter(|_| plain)?;
        if concept != Concept::Series {
            return None;
        }
        let code = Subject::Code {
            text: word.text.to_owned(),
            kind: None,
        };
        self.subject(code, at, 1);
        Some(1)
    }

    /// The end of a firm's name that is a word of its own elsewhere: "& Sons", "Co".
    fn is_form(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "sons" | "co" | "company" | "llp" | "ltd" | "limited" | "pvt" | "private"
            )
        })
    }

    fn text(&self, from: usize, until: usize) -> String {
        let words = self.words.get(from..until).unwrap_or_default();
        words
            .iter()
            .map(|word| word.text)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// With the words of the vocabulary beside it that are written like names: "Total Oils", "Account Books Ltd".
    fn widened(&self, mut from: usize, mut until: usize) -> (usize, usize) {
        let joins = |at: usize| {
            self.words
                .get(at)
                .is_some_and(|word| word.after == Mark::Blank)
        };
        // MSME and GSTIN are written so wherever they stand.
        let capital = |at: usize| {
            let written = |word: &Word<'_>| {
                word.is_capital()
                    && word.quoted.is_none()
                    && word.text.chars().any(char::is_lowercase)
            };
            self.words.get(at).is_some_and(written) && entity::parse(self.words, at, None).is_none()
        };
        while from > self.open.words.0 && joins(from - 1) && capital(from - 1) {
            from -= 1;
        }
        while joins(until - 1) && capital(until) {
            until += 1;
        }
        (from, until)
    }

    fn named(&mut self, wordings: Vec<String>, from: usize, until: usize) {
        let before = self.runs.last().copied();
        let mut rest_of = None;
        // Two names with nothing but "and" between them may be one.
        if let Some(before) = before
            && before.until + 1 == from
            && self
                .words
                .get(before.until)
                .is_some_and(|word| matches!(word.lower.as_str(), "and" | "&"))
            && self
                .words
                .get(before.until - 1)
                .is_some_and(|word| word.after == Mark::Blank)
        {
            let whole = self.text(before.from, until);
            if let Some(Subject::Name { wordings, .. }) =
                self.found.subjects.get_mut(before.subject)
            {
                wordings.insert(0, whole);
                rest_of = Some(before.subject);
            }
        }
        let count = self.found.subjects.len();
        let words = self.words.get(from..until).unwrap_or_default();
        let before = from.checked_sub(1).and_then(|at| self.words.get(at));
        let told = before.is_some_and(announces)
            || words
                .iter()
                .any(|word| begins_high(word) || word.quoted.is_some());
        let name = Subject::Name {
            wordings,
            rest_of,
            told,
        };
        self.subject(name, from, until - from);
        if self.found.subjects.len() > count {
            self.runs.push(Run {
                subject: count,
                from,
                until,
            });
        }
    }

    /// "&" between two words of a name was taken with the name; anywhere else it parts.
    fn joins_names(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.lower == "&") && at > 0 && self.is_form(at + 1)
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
