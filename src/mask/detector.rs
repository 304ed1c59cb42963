//! What a detector is: data, a function that finds, a function that validates.

use crate::{Kind, candidate::Candidate, sight::Sight};

/// How sure a finding is; where two overlap, the surer one stays, and of two alike the longer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// By its form alone.
    Shape,
    /// A label beside it says so.
    Labelled,
    /// A label, and the usual form.
    Formed,
    /// A check digit or a registry bears it out.
    Checked,
}

/// An identifier in a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rule: &'static str,
    pub(crate) rank: Rank,
}

impl Found {
    pub(crate) fn new(kind: Kind, candidate: &Candidate, rule: &'static str, rank: Rank) -> Self {
        Self {
            kind,
            start: candidate.start,
            end: candidate.end,
            rule,
            rank,
        }
    }
}

/// One type of identifier that is made of words.
pub(crate) struct Detector {
    pub(crate) kind: Kind,
    /// The least and the most letters and digits that it is looked for with.
    pub(crate) lengths: (usize, usize),
    /// Whether it is looked for in digits without a letter.
    pub(crate) digits_alone: bool,
    pub(crate) find: fn(&Candidate, &Sight) -> Option<Found>,
    /// Whether a folded text, as a person wrote it, is one.
    pub(crate) valid: fn(&str) -> bool,
}

/// The letters and digits of a text in capitals, if nothing but spaces and these marks stands between them.
pub(crate) fn compact(text: &str, marks: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_uppercase());
        } else if !(letter.is_whitespace() || marks.contains(letter)) {
            return None;
        }
    }
    Some(out)
}
