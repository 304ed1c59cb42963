//! What contracts say, in their own words.

use domain::records::{Passage, Passages};

use super::{Desk, Reply, Seen, Stop, Unknown, party, party::Party, whole};
use crate::{
    ask::{
        lookup::Lookup,
        part::Part,
        relevance::{SILENT, met, speaks_of, words_met},
    },
    claims::Draft,
};

/// Clauses that an answer quotes.
const QUOTED_MAX: usize = 2;
/// Words of a question that are looked for.
const WORDS_MAX: usize = 12;

pub(super) fn clauses(desk: &Desk<'_>, part: &Part, words: &[String]) -> Reply {
    let vendor = match part.subject {
        Some(_) => Some(party::of(desk, part.subject)?),
        None => None,
    };
    let words: Vec<String> = words.iter().take(WORDS_MAX).cloned().collect();
    if words.is_empty() {
        let why = "the question does not say what to look for in the contract".to_owned();
        return Err(Unknown::Incomplete(why).into());
    }
    let narrowed = vendor.as_ref().map(key).unwrap_or_default();
    let lookup = Lookup::Clauses {
        vendor: narrowed,
        words: words.clone(),
    };
    let absent = || {
        let whose = if part.subject.is_some() {
            "no contract of this vendor"
        } else {
            "no contract"
        };
        Stop::from(Unknown::Absent(format!(
            "{whose} speaks of \"{}\"",
            words.join(" ")
        )))
    };
    let found = match desk.look::<Passages>(lookup) {
        Ok(Seen::Found(evidence, found)) => (evidence, found),
        Ok(Seen::Absent(_)) => return Err(absent()),
        // Passages came, and none of them speaks of it.
        Err(Stop::Unknown(Unknown::NoAnswer(why))) if why.ends_with(SILENT) => {
            return Err(absent());
        }
        Err(stop) => return Err(stop),
    };
    let (evidence, passages) = found;
    let best = passages
        .passages
        .iter()
        .map(|passage| words_met(passage, &words))
        .max();
    let quoted = passages
        .passages
        .iter()
        .enumerate()
        .filter(|(_, passage)| {
            speaks_of(passage, &words) && Some(words_met(passage, &words)) == best
        })
        .take(QUOTED_MAX);
    Ok(whole(quoted.map(|(index, passage)| {
        let at = |member: &str| format!("/passages/{index}/{member}");
        desk.word()
            .plain(evidence, &at("document"))
            .say(" says: ")
            .quote(evidence, &at("text"), line(passage, &words))
    })))
}

/// By what the contracts of a vendor are known.
fn key(party: &Party<'_>) -> String {
    let gstin = party.gstin.as_ref().map(|(gstin, _)| gstin.clone());
    party
        .id()
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .or(gstin)
        .unwrap_or_default()
}

/// The line of a passage with most of the words.
fn line<'p>(passage: &'p Passage, words: &[String]) -> &'p str {
    let lines = passage
        .text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    // The first of equals: `max_by_key` gives the last.
    let best = lines.rev().max_by_key(|line| met(line, words));
    best.unwrap_or_default()
}

/// The clause of a vendor's contract on when it is paid, where there is one. The vendor master answers the question; a source
/// of contracts that is missing or silent takes nothing from it.
pub(super) fn payment_terms(desk: &Desk<'_>, party: &Party<'_>) -> Result<Vec<Draft>, Stop> {
    let words: Vec<String> = ["pays", "invoice", "days"].map(str::to_owned).into();
    let lookup = Lookup::Clauses {
        vendor: key(party),
        words: words.clone(),
    };
    let Some((evidence, found)) = desk.glance::<Passages>(lookup)? else {
        return Ok(Vec::new());
    };
    let clause = found
        .passages
        .iter()
        .enumerate()
        .find_map(|(index, passage)| {
            let line = line(passage, &words);
            let timed =
                met(line, &words) == words.len() && line.bytes().any(|byte| byte.is_ascii_digit());
            timed.then_some((index, line))
        });
    Ok(whole(clause.map(|(index, line)| {
        let at = |member: &str| format!("/passages/{index}/{member}");
        desk.word()
            .plain(evidence, &at("document"))
            .say(" says: ")
            .quote(evidence, &at("text"), line)
    })))
}
