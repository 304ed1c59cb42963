//! What the words of a question mean: `vocabulary.txt`, read once.

use std::{collections::HashMap, sync::LazyLock};

/// What a word or phrase does in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Filler,
    Topic,
    Noun,
    State,
    Event,
    Aggregate,
    Role,
    /// A role of the value before it.
    After,
    Not,
    And,
    Or,
    Own,
    Been,
    Past,
    Unit,
    Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) kind: Kind,
    pub(crate) concept: &'static str,
    /// It holds for a time, so that `was` is not `is`.
    pub(crate) lasting: bool,
}

/// Words of the longest phrase.
pub(crate) const PHRASE_MAX: usize = 6;

static WORDS: LazyLock<HashMap<String, Meaning>> =
    LazyLock::new(|| read(include_str!("vocabulary.txt")));

fn read(text: &'static str) -> HashMap<String, Meaning> {
    let mut out = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((head, words)) = line.split_once(": ") else {
            continue;
        };
        let mut head = head.split_whitespace();
        let Some(kind) = head.next().and_then(kind) else {
            continue;
        };
        let rest: Vec<&'static str> = head.collect();
        let meaning = Meaning {
            kind,
            concept: rest.last().copied().unwrap_or_default(),
            lasting: rest.len() > 1,
        };
        for word in words.split(", ") {
            out.entry(plain(word)).or_insert(meaning);
        }
    }
    out
}

/// A phrase in the form in which questions are looked up: its joiners are spaces.
fn plain(phrase: &str) -> String {
    let words: Vec<&str> = phrase
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "filler" => Kind::Filler,
        "topic" => Kind::Topic,
        "noun" => Kind::Noun,
        "state" => Kind::State,
        "event" => Kind::Event,
        "aggregate" => Kind::Aggregate,
        "role" => Kind::Role,
        "after" => Kind::After,
        "not" => Kind::Not,
        "and" => Kind::And,
        "or" => Kind::Or,
        "self" => Kind::Own,
        "been" => Kind::Been,
        "past" => Kind::Past,
        "unit" => Kind::Unit,
        "label" => Kind::Label,
        _ => return None,
    })
}

/// What a word or phrase means, in lower case; `None` for a name.
pub(crate) fn meaning(phrase: &str) -> Option<Meaning> {
    WORDS.get(phrase).copied().or_else(|| {
        let single = phrase.strip_suffix('s').filter(|word| word.len() > 2)?;
        let meaning = WORDS.get(single).copied()?;
        // The plural of a filler or of a role is another word.
        matches!(
            meaning.kind,
            Kind::Topic | Kind::Noun | Kind::Event | Kind::Aggregate
        )
        .then_some(meaning)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_no_phrase_is_too_long() {
        let text = include_str!("vocabulary.txt");
        for line in text
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
        {
            let (head, words) = line.split_once(": ").expect(line);
            assert!(kind(head.split(' ').next().unwrap()).is_some(), "{line}");
            for word in words.split(", ") {
                assert!(meaning(&plain(word)).is_some(), "{word}");
                assert!(word.split(' ').count() <= PHRASE_MAX, "{word}");
            }
        }
    }

    #[test]
    fn a_plural_is_its_singular_and_a_name_is_nothing() {
        assert_eq!(meaning("invoices"), meaning("invoice"));
        for name in ["sharma", "froms", "pune", "its'"] {
            assert_eq!(meaning(name), None, "{name}");
        }
    }
}
