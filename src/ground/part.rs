//! What part of a claim is borne where the whole is not: its head accounts for all that is cited, and the rest rests on
//! nothing.

use crate::{
    Label,
    field::Field,
    index::Index,
    judge::{proved, weigh},
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

/// Whether a phrase only adds to a statement: a name, a day, or the number of a paper that the record has.
fn is_aside(cited: &[Field<'_>], index: &Index<'_>, head: &str, phrase: &[&str]) -> bool {
    let words = || {
        phrase
            .iter()
            .map(|w| w.trim_matches([',', '.', '(', ')']))
            .filter(|w| !w.is_empty())
    };
    if words().any(|w| VERBS.contains(&w)) {
        return false;
    }
    let figures = words().any(|w| w.chars().any(|c| c.is_ascii_digit() || c == '₹'));
    if !figures {
        let named = words().any(|w| w.starts_with(char::is_uppercase));
        // A manner or a reason that no record speaks of: "by RTGS", "for rust".
        let strange = matches!(head, "by" | "for" | "at")
            && phrase.len() <= 6
            && words().all(|w| {
                LITTLE.contains(&w)
                    || crate::vocabulary::VOCABULARY
                        .phrase(&[w.to_lowercase().as_str()])
                        .is_none_or(|(_, m)| m.tags.is_empty() && m.state.is_none())
            });
        let others = (0..index.len())
            .filter(|doc| cited.iter().all(|f| f.doc != *doc))
            .flat_map(|doc| index.leaves(doc))
            .any(|f| {
                f.value.as_str().is_some_and(|v| {
                    words().any(|w| w.starts_with(char::is_uppercase) && v.contains(w))
                })
            });
        return if matches!(head, "by" | "for") {
            strange
        } else {
            head != "against" && (named && !others || strange)
        };
    }
    if matches!(head, "by" | "for") {
        return false;
    }
    let day = head == "on"
        && crate::lex::tokens(&phrase.join(" "))
            .iter()
            .any(|t| matches!(t, crate::lex::Token::Date(..)));
    day || words().any(|w| {
        w.chars().any(|c| c.is_ascii_digit())
            && w.chars().any(char::is_alphabetic)
            && index
                .leaves_of(cited)
                .any(|f| f.value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(w)))
    })
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
