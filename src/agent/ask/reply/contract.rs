//! What contracts say, in their own words.

use domain::{
    EvidenceId,
    records::{Passage, Passages},
};

use super::{Desk, Reply, Seen, Stop, Unknown, party, party::Party, text_at, whole};
use crate::{
    ask::{
        clause::{self, Clause, clauses as clauses_of},
        lookup::Lookup,
        part::Part,
        relevance::{Keys, SILENT, keys, met},
        wording::Wording,
    },
    case::Asking,
    claims::Draft,
    grounding,
    reader::{self, Shown, line_of},
};

/// Clauses that an answer quotes.
const QUOTED_MAX: usize = 2;
/// Passages in the answer to a search.
const PASSAGES_MAX: usize = 5;
/// Longest line of a contract that is told in whole, in characters.
const LINE_MAX: usize = 300;
/// Words of a question that are looked for.
const WORDS_MAX: usize = 12;

pub(super) fn clauses(
    desk: &Desk<'_>,
    part: &Part,
    words: &[String],
    clause: Option<&str>,
) -> Reply {
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
            "no clause that was found in the contracts"
        };
        // It may say it in other words: what a reader found is told beside it, and makes nothing known.
        if let Some(Asking::Answered { evidence, .. }) =
            desk.inquiry.last(&lookup).map(|looked| &looked.result)
        {
            desk.keep(read_of(desk, *evidence));
        }
        Stop::from(Unknown::Absent(format!(
            "{whose} speaks of \"{}\"",
            words.join(" ")
        )))
    };
    let found = match desk.look::<Passages>(lookup.clone()) {
        Ok(Seen::Found(evidence, found)) => (evidence, found),
        Ok(Seen::Absent(_)) => return Err(absent()),
        // Passages came, and none of them speaks of it.
        Err(Stop::Unknown(Unknown::NoAnswer(why))) if why.ends_with(SILENT) => {
            return Err(absent());
        }
        Err(stop) => return Err(stop),
    };
    let (evidence, passages) = found;
    let spoken = speaking(passages, &words);
    if let Some(number) = clause {
        let numbered = spoken.iter().find(|(_, clause)| {
            let mut lines = clause.lines.iter();
            lines.any(|line| numbers(line, number))
        });
        let Some((index, clause)) = numbered else {
            let why = format!(
                "no clause {number} that was found speaks of \"{}\"",
                words.join(" ")
            );
            return Err(Unknown::Absent(why).into());
        };
        return Ok(whole([told(desk, evidence, *index, clause.line(&words))]));
    }
    // A search gives so many passages and no more: what else the contracts say of it was not seen.
    let cut = passages.passages.len() >= PASSAGES_MAX || spoken.len() > QUOTED_MAX;
    if vendor.is_none() && cut {
        let why = format!(
            "{} contracts were searched, and more of their clauses may speak of \"{}\" than are told at once; name \
             the vendor",
            passages.searched,
            words.join(" ")
        );
        return Err(Unknown::Incomplete(why).into());
    }
    let mut drafts = whole(
        spoken
            .iter()
            .take(QUOTED_MAX)
            .map(|(index, clause)| told(desk, evidence, *index, clause.line(&words))),
    );
    if vendor.is_none() && !drafts.is_empty() {
        let count = desk.word().say("Contracts that were searched: ");
        drafts.extend(count.plain(evidence, "/searched").say(".").end());
    }
    Ok(drafts)
}

/// Of each passage the first clause that speaks of what was asked.
fn speaking<'p>(passages: &'p Passages, words: &[String]) -> Vec<(usize, Clause<'p>)> {
    let passages = passages.passages.iter().enumerate();
    passages
        .filter_map(|(index, passage)| {
            let mut clauses = clauses_of(passage).into_iter();
            Some((index, clauses.find(|clause| clause.has_all(words))?))
        })
        .collect()
}

/// Whether a line of a contract is the clause of a number: 3.1 is not 3.10.
fn numbers(line: &str, clause: &str) -> bool {
    let rest = line
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .strip_prefix(clause);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn told<'a>(desk: &Desk<'a>, evidence: EvidenceId, index: usize, line: &str) -> Wording<'a> {
    let at = |member: &str| format!("/passages/{index}/{member}");
    desk.word()
        .plain(evidence, &at("document"))
        .say(" says: ")
        .quote(evidence, &at("text"), line)
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

/// The words by which the clause on when a vendor is paid is looked for.
pub(in crate::ask) const TERMS: [&str; 3] = ["pays", "invoice", "days"];

/// The clause of a vendor's contract on when it is paid, where there is one. The vendor master answers the question; a source
/// of contracts that is missing or silent takes nothing from it.
pub(super) fn payment_terms(desk: &Desk<'_>, party: &Party<'_>) -> Result<Vec<Draft>, Stop> {
    let words = TERMS.map(str::to_owned).to_vec();
    let lookup = Lookup::Clauses {
        vendor: key(party),
        words: words.clone(),
    };
    let searched = desk.inquiry.last(&lookup).map(|looked| &looked.result);
    let read = match searched {
        Some(Asking::Answered { evidence, .. }) => read_of(desk, *evidence),
        _ => Vec::new(),
    };
    let Some((evidence, found)) = desk.glance::<Passages>(lookup)? else {
        return Ok(read);
    };
    let clause = found
        .passages
        .iter()
        .enumerate()
        .find_map(|(index, passage)| Some((index, timed(passage, &words)?)));
    Ok(clause.map_or(read, |(index, line)| {
        whole([told(desk, evidence, index, line)])
    }))
}

/// The line of a passage that has all the words and a number.
fn timed<'p>(passage: &'p Passage, words: &[String]) -> Option<&'p str> {
    let line = line(passage, words);
    let timed = met(line, words) == words.len() && line.bytes().any(|byte| byte.is_ascii_digit());
    timed.then_some(line)
}

/// What words did not decide in the answer to a search.
pub(super) fn undecided(evidence: EvidenceId, found: &Passages, words: &[String]) -> Vec<Shown> {
    let terms = words == TERMS;
    let decided = |passage: &Passage| {
        if terms {
            timed(passage, words).is_some()
        } else {
            clause::speaks(passage, words)
        }
    };
    if found.passages.iter().any(decided) {
        return Vec::new();
    }
    // Half of the words decides nothing: all of them would have.
    reader::shown(evidence, found, words, |passage| {
        match keys(passage, words) {
            Keys::Relevant if !terms => Keys::Ambiguous,
            keys => keys,
        }
    })
}

/// What a reader found in the answer to a search, in the contract's words.
fn read_of(desk: &Desk<'_>, evidence: EvidenceId) -> Vec<Draft> {
    let of_it = desk
        .inquiry
        .readings
        .iter()
        .filter(|reading| reading.evidence == evidence);
    let drafts = whole(of_it.map(|reading| {
        let at = |member: &str| format!("/passages/{}/{member}", reading.index);
        let text = text_at(desk.inquiry, evidence, &at("text"));
        let line = line_of(text, &reading.quote).filter(|line| line.chars().count() <= LINE_MAX);
        let wording = desk
            .word()
            .say("A model read in ")
            .plain(evidence, &at("document"))
            .say(": ");
        wording
            .cite(reading.cited.evidence, &reading.cited.pointer)
            .quote(evidence, &at("text"), line.unwrap_or(&reading.quote))
    }));
    // A sentence of a reader's that cannot be proven is not told: it takes nothing from what is known.
    let proven = |draft: &Draft| grounding::verify(&desk.inquiry.evidence, draft).is_ok();
    drafts.into_iter().filter(proven).collect()
}
