//! What part of a claim is borne where the whole is not: its head accounts for all that is cited, and the rest rests on
//! nothing.

use crate::{
    Label,
    field::Field,
    index::Index,
    judge::{proved, weigh},
    lex::{self, Token},
    vocabulary::VOCABULARY,
};

/// Words at which a statement may be cut in two.
const JOINTS: [&str; 22] = [
    "and",
    "but",
    "because",
    "since",
    "as",
    "which",
    "who",
    "whose",
    "where",
    "while",
    "whereas",
    "after",
    "so",
    "when",
    "provided",
    "although",
    "though",
    "until",
    "unless",
    "owing",
    "following",
    "via",
];

/// Words that begin a phrase of a place, a party or a day, which may be left out of a statement.
const HEADS: [&str; 11] = [
    "with", "at", "under", "in", "on", "through", "near", "against", "via", "by", "for",
];

/// Words that make a statement of what they stand in.
const VERBS: [&str; 14] = [
    "is", "are", "was", "were", "has", "have", "had", "same", "than", "as", "and", "or", "not",
    "be",
];

/// Words that a manner or a reason may have beside what it is.
const LITTLE: [&str; 5] = ["the", "a", "an", "of", "its"];

/// At most this many cuts are tried.
const CUTS_MAX: usize = 32;

/// At most this many phrases are tried: each is a proof of its own.
const PHRASES_MAX: usize = 4;

/// A phrase that may be left out has at most this many words.
const PHRASE_MAX: usize = 7;

/// The rest of a claim whose head bears out by itself and tells all that is cited.
pub(crate) fn borne<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
    strictly: bool,
) -> Option<String> {
    cuts(claim)
        .into_iter()
        .rev()
        .take(CUTS_MAX)
        .find_map(|(at, rest)| {
            let head = claim
                .get(..at)?
                .trim_end_matches([' ', ',', ';', ':', '\u{2014}', '-']);
            (head.split_whitespace().count() > 2 && is_borne(cited, index, head, strictly))
                .then(|| claim.get(rest..).unwrap_or_default().trim().to_owned())
        })
}

/// A phrase of a claim without which it is borne, all that is cited told: it names a place, a party or a day, or a paper of
/// the same record, that nothing cited holds.
pub(crate) fn without_phrase<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
) -> Option<String> {
    let words: Vec<&str> = claim.split(' ').collect();
    let mut tries = 0;
    for from in (2..words.len()).rev() {
        let Some(head) = words.get(from).filter(|w| HEADS.contains(w)) else {
            continue;
        };
        for until in from + 2..=words.len().min(from + PHRASE_MAX) {
            let phrase = words.get(from..until).unwrap_or_default();
            let ends = phrase.last().is_some_and(|w| w.ends_with([',', '.']));
            let next = words.get(until).copied().unwrap_or(".");
            if !(ends || until == words.len() || next.starts_with(char::is_lowercase))
                || !is_aside(cited, index, head, phrase.get(1..).unwrap_or_default())
            {
                continue;
            }
            tries += 1;
            if tries > PHRASES_MAX {
                return None;
            }
            let before = words.get(..from).unwrap_or_default();
            let after = words.get(until..).unwrap_or_default();
            let rest = [before, after].concat().join(" ");
            let rest = rest.trim_end_matches([' ', ',', ';', ':']);
            if before.len() > 2 && proved(cited, index, rest).is_ok() {
                return Some(phrase.join(" ").trim_end_matches(['.', ',']).to_owned());
            }
        }
    }
    None
}

/// Whether a phrase only adds to a statement: a name, a day, the number of a paper that the record has, a manner.
fn is_aside(cited: &[Field<'_>], index: &Index<'_>, head: &str, phrase: &[&str]) -> bool {
    let words: Vec<&str> = phrase
        .iter()
        .map(|w| w.trim_matches([',', '.', '(', ')']))
        .filter(|w| !w.is_empty())
        .collect();
    if words.iter().any(|w| VERBS.contains(w)) {
        return false;
    }
    let figures = words
        .iter()
        .any(|w| w.chars().any(|c| c.is_ascii_digit() || c == '₹'));
    match (figures, head) {
        (true, "by" | "for") | (false, "against") => false,
        (true, _) => {
            head == "on" && tells_a_day(phrase) || words.iter().any(|w| is_held(cited, index, w))
        }
        (false, "by" | "for") => is_strange(&words),
        (false, _) => names_nobody_else(cited, index, &words) || head == "at" && is_strange(&words),
    }
}

fn tells_a_day(phrase: &[&str]) -> bool {
    lex::tokens(&phrase.join(" "))
        .iter()
        .any(|t| matches!(t, Token::Date(_)))
}

/// Whether a word is a number of the cited records: letters and figures.
fn is_held(cited: &[Field<'_>], index: &Index<'_>, word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
        && word.chars().any(char::is_alphabetic)
        && index.leaves_of(cited).any(|f| {
            f.value
                .as_str()
                .is_some_and(|v| v.eq_ignore_ascii_case(word))
        })
}

/// "By RTGS", "for rust": words that mean nothing to us, so that no field is called by them.
fn is_strange(words: &[&str]) -> bool {
    words.iter().all(|w| {
        LITTLE.contains(w)
            || VOCABULARY
                .phrase(&[w.to_lowercase().as_str()])
                .is_none_or(|(_, m)| m.tags.is_empty() && m.state.is_none())
    })
}

/// Whether a phrase has a name, and none of a record that is not cited: that would be another's.
fn names_nobody_else(cited: &[Field<'_>], index: &Index<'_>, words: &[&str]) -> bool {
    let mut names = words
        .iter()
        .filter(|w| w.starts_with(char::is_uppercase))
        .peekable();
    let elsewhere = |name: &&&str| {
        (0..index.len())
            .filter(|doc| cited.iter().all(|f| f.doc != *doc))
            .flat_map(|doc| index.leaves(doc))
            .any(|f| f.value.as_str().is_some_and(|v| v.contains(**name)))
    };
    names.peek().is_some() && !names.any(|name| elsewhere(&name))
}

fn is_borne<'a>(cited: &[Field<'a>], index: &Index<'a>, head: &str, strictly: bool) -> bool {
    proved(cited, index, head).is_ok()
        || !strictly && weigh(cited, index, head).0.label == Label::Supported
}

/// Where a claim may be cut: the end of its head and the start of its rest.
fn cuts(claim: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    for word in claim.split(' ') {
        let at = start;
        start += word.len() + 1;
        let marked = claim
            .get(..at)
            .is_some_and(|h| h.trim_end().ends_with([',', ';', ':', '\u{2014}']));
        if at > 0 && (marked || JOINTS.contains(&word)) {
            out.push((at, at));
        }
    }
    out
}
