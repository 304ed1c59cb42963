//! What a claim that is not supported is called, by what would be: with a cited value in place of the one that it states,
//! and it is contradicted by that; without its tail, and the tail rests on nothing.
//!
//! *Invariant:* nothing becomes supported here.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::{
    Case, Judgement, Label, lex,
    lex::Token,
    read,
    subject::same_shape,
    vocabulary::{VOCABULARY, folded_words, name_parts},
};

/// At most so many other claims are tried for one.
const TRIED_MAX: usize = 48;

/// A longer claim, or one that cites more, keeps the label that it has.
const CLAIM_BYTES_MAX: usize = 600;
const CITATIONS_MAX: usize = 24;

/// Dates, sums, numbers and identifiers as a claim writes them.
static STATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<date>\b\d{1,2}\s+[A-Z][a-z]+\s+\d{4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b)
        |(?P<id>\b(?:[A-Za-z]+[A-Za-z/_-]*\d|\d+[A-Za-z/_-]*[A-Za-z/_-]\d*)[A-Za-z0-9/_-]*\b|\b\d{9,18}\b)
        |(?P<number>\b\d[\d,]*(?:\.\d+)?(?:\s*(?:lakh|crore))?)
        |(?P<word>\b(?i:one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    )
    .ok()
});

/// Where the tail of a claim may begin.
static JOINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:,\s+(?:and\s+|which\s+)?|\s+(?:and|in|at|under|by|with|from|against|for|among|as|dated|on|to|of)\s+)",
    )
    .ok()
});

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Date,
    Number,
    Id,
}

/// A label for what is not supported, where what would be supported says it.
pub(crate) fn of(case: &Case, judged: Judgement, supported: impl Fn(&Case) -> bool) -> Judgement {
    let long = case.claim.len() > CLAIM_BYTES_MAX || case.citations.len() > CITATIONS_MAX;
    if judged.label == Label::Supported || long || !resolves(case) {
        return judged;
    }
    let mut left = TRIED_MAX;
    let mut holds = |claim: String| {
        left = left.saturating_sub(1);
        left > 0
            && supported(&Case {
                claim,
                ..case.clone()
            })
    };
    if let Some(value) = with_a_cited_value(case, &mut holds) {
        return Judgement {
            label: Label::Contradicted,
            why: format!("what is cited says {value}"),
        };
    }
    if let Some(tail) = without_a_tail(case, &mut holds) {
        return Judgement {
            label: Label::Partial,
            why: format!("\"{tail}\" rests on nothing that is cited"),
        };
    }
    if judged.label == Label::Contradicted
        && (says_no_other(case, &judged.why) || beyond_the_search(case))
    {
        return Judgement {
            label: Label::Unsupported,
            ..judged
        };
    }
    judged
}

/// Whether every citation resolves to the value that it quotes.
fn resolves(case: &Case) -> bool {
    !case.citations.is_empty()
        && case.citations.iter().all(|c| {
            (case.evidence.iter().find(|e| e.id == c.evidence))
                .and_then(|e| e.json.pointer(&c.pointer))
                .is_some_and(|held| read::same(&c.value, held))
        })
}

/// The figures of a claim, without the numbers of lines and clauses.
fn stated(claim: &str) -> Vec<(usize, usize, Sort)> {
    let Some(pattern) = STATED.as_ref() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for found in pattern.captures_iter(claim) {
        let Some(whole) = found.get(0) else { continue };
        let before = claim
            .get(..whole.start())
            .unwrap_or_default()
            .to_lowercase();
        let ordinal = ["line ", "lines ", "clause ", "item ", "section "]
            .iter()
            .any(|w| before.ends_with(w));
        let sort = if found.name("date").is_some() {
            Sort::Date
        } else if found.name("id").is_some() {
            Sort::Id
        } else {
            Sort::Number
        };
        if !(ordinal && sort == Sort::Number) {
            out.push((whole.start(), whole.end(), sort));
        }
    }
    out
}

/// What is cited, by sort: values, and the figures of texts.
fn held(case: &Case) -> Vec<(Sort, String)> {
    let mut out = Vec::new();
    for citation in &case.citations {
        let value = &citation.value;
        if let Some(date) = read::json_date(value) {
            out.push((Sort::Date, date.to_string()));
        } else if let Some(text) = value.as_str().filter(|t| t.contains(' ')) {
            for token in lex::tokens(text) {
                match token {
                    Token::Number(n) if n.raw.len() > 8 => out.push((Sort::Id, n.raw)),
                    Token::Number(n) => out.push((Sort::Number, n.value.to_string())),
                    Token::Date(d) => out.push((Sort::Date, d.to_string())),
                    Token::Id(id) => out.push((Sort::Id, id)),
                    _ => {}
                }
            }
        } else if let Some(id) = value.as_str().filter(|t| t.len() > 2) {
            out.push((Sort::Id, id.to_owned()));
            if let Some(number) = read::number(id) {
                out.push((Sort::Number, number.to_string()));
            }
        } else if let Some(number) = read::json_number(value) {
            out.push((Sort::Number, number.to_string()));
        } else if let Value::Array(list) = value {
            out.push((Sort::Number, list.len().to_string()));
        }
    }
    out.dedup();
    out
}

/// The cited value with which the claim would be supported.
fn with_a_cited_value(case: &Case, holds: &mut impl FnMut(String) -> bool) -> Option<String> {
    let stated = stated(&case.claim);
    let held = held(case);
    let first_id = stated.iter().position(|(_, _, s)| *s == Sort::Id);
    for (n, (from, to, sort)) in stated.iter().enumerate() {
        let said = case.claim.get(*from..*to)?;
        // What the sentence begins with, or is led to, is whom it speaks of.
        let before = folded_words(case.claim.get(..*from)?);
        let led = |words: &[&str]| {
            before
                .iter()
                .rev()
                .take(2)
                .any(|w| words.contains(&w.as_str()))
        };
        let subject = *sort == Sort::Id
            && (first_id == Some(n) && !led(&["is", "was", "to", "as", "account"])
                || led(&[
                    "against", "for", "of", "under", "from", "invoice", "order", "po", "on",
                ]));
        // How far a search went is no value of what it found.
        let scope = *sort == Sort::Date && is_search(case);
        let subject = subject || scope;
        if subject {
            continue;
        }
        for (_, value) in held
            .iter()
            .filter(|(s, v)| s == sort && v != said && (*s != Sort::Id || same_shape(v, said)))
        {
            let mut claim = case.claim.clone();
            claim.replace_range(*from..*to, value);
            if holds(claim) {
                return Some(value.clone());
            }
        }
    }
    None
}

/// The tail without which the claim would be supported: a tail with a figure or a name that no record has.
fn without_a_tail(case: &Case, holds: &mut impl FnMut(String) -> bool) -> Option<String> {
    let pattern = JOINTS.as_ref()?;
    let prose = |c: &crate::Citation| c.value.as_str().is_some_and(|t| folded_words(t).len() > 4);
    if case.citations.iter().any(prose) {
        return None;
    }
    let claim = case.claim.trim_end_matches(['.', ' ']);
    let cuts: Vec<(usize, usize)> = pattern
        .find_iter(claim)
        .map(|m| (m.start(), m.end()))
        .collect();
    cuts.into_iter().rev().find_map(|(from, to)| {
        let (head, tail) = (claim.get(..from)?, claim.get(to..)?);
        if folded_words(head).len() < 3 || !says(head) || !adds(case, claim.get(from..)?, tail) {
            return None;
        }
        holds(format!("{head}.")).then(|| claim.get(from..).unwrap_or_default().trim().to_owned())
    })
}

/// Whether the head of a claim states something: a figure, a day, a state, or that there is none.
fn says(head: &str) -> bool {
    let figure = stated(head).iter().any(|(_, _, sort)| *sort != Sort::Id);
    let words = folded_words(head);
    figure
        || words.iter().any(|w| {
            VOCABULARY.state(w).is_some() || matches!(w.as_str(), "no" | "not" | "none" | "never")
        })
}

fn is_search(case: &Case) -> bool {
    case.citations.iter().any(|c| {
        c.pointer.split('/').nth(1).is_some_and(|p| {
            matches!(
                p,
                "query" | "search" | "count" | "hits" | "complete" | "matches" | "hit_count"
            )
        })
    })
}

/// Whether a tail adds a figure or a number of its own, and neither widens a search, nor compares, nor names another record.
fn adds(case: &Case, whole: &str, tail: &str) -> bool {
    const TURNS: [&str; 24] = [
        "any", "all", "ever", "every", "each", "only", "same", "than", "within", "least", "most",
        "equal", "equals", "exceeds", "above", "below", "more", "less", "higher", "lower",
        "rounded", "not", "line", "last",
    ];
    let words = folded_words(whole);
    let turns = words.iter().any(|w| TURNS.contains(&w.as_str()));
    let tokens = lex::tokens(tail);
    let day = tokens
        .iter()
        .any(|t| matches!(t, Token::Date(_) | Token::Part(_)));
    let scope = is_search(case) && day;
    // "By ₹12,000": by how much.
    let gap = words.first().is_some_and(|w| w == "by")
        && tokens
            .iter()
            .any(|t| matches!(t, Token::Number(n) if n.rupees || n.percent));
    let figure = tokens
        .iter()
        .any(|t| matches!(t, Token::Number(_) | Token::Date(_) | Token::Id(_)));
    // A number or a name of another record at hand is another matter.
    let elsewhere = tokens
        .iter()
        .any(|t| matches!(t, Token::Id(id) if written(case, id)));
    figure && !turns && !scope && !gap && !elsewhere
}

fn written(case: &Case, id: &str) -> bool {
    let wanted = read::identifier(id);
    case.evidence.iter().any(|e| holds(&e.json, &wanted, 0))
}

fn holds(value: &Value, wanted: &str, depth: usize) -> bool {
    match value {
        _ if depth > 16 => false,
        Value::String(s) => read::identifier(s) == wanted,
        Value::Array(list) => list.iter().take(400).any(|v| holds(v, wanted, depth + 1)),
        Value::Object(map) => map.values().take(400).any(|v| holds(v, wanted, depth + 1)),
        _ => false,
    }
}

/// Whether the one figure that a plain claim states is the one that is cited: whatever the value is of, it says no other.
fn says_no_other(case: &Case, why: &str) -> bool {
    let words = folded_words(&case.claim);
    let plain = !words.iter().any(|w| {
        matches!(
            w.as_str(),
            "not"
                | "no"
                | "never"
                | "none"
                | "without"
                | "exceeds"
                | "exceed"
                | "more"
                | "less"
                | "above"
                | "below"
                | "within"
                | "matches"
                | "match"
                | "differs"
                | "same"
                | "equal"
                | "equals"
                | "after"
                | "before"
                | "only"
                | "all"
                | "both"
                | "sum"
                | "together"
                | "up"
        )
    });
    let figures: Vec<_> = stated(&case.claim)
        .into_iter()
        .filter(|(_, _, s)| *s != Sort::Id)
        .filter_map(|(from, to, _)| case.claim.get(from..to))
        .collect();
    let [figure] = figures[..] else { return false };
    let values: Vec<&Value> = case
        .citations
        .iter()
        .filter(|c| {
            let leaf = c.pointer.rsplit('/').next().unwrap_or_default();
            !name_parts(leaf)
                .iter()
                .any(|p| matches!(p.as_str(), "line" | "no" | "number" | "sl" | "slno"))
        })
        .map(|c| &c.value)
        .filter(|v| v.is_number() || read::json_date(v).is_some())
        .collect();
    let [value] = values[..] else { return false };
    let same = lex::tokens(figure).iter().any(|t| match t {
        Token::Number(n) => read::json_number(value).is_some_and(|v| n.is(v, false)),
        Token::Date(d) => read::json_date(value) == Some(*d),
        _ => false,
    });
    // The reason given is another number's than the one that agrees.
    let other = case.citations.iter().any(|c| {
        let number = c.value.is_number() || read::json_date(&c.value).is_some();
        let line = c.value != *value && why.starts_with(&format!("{} holds", c.pointer));
        number && (line || why == format!("{} is not told", c.pointer))
    });
    other
        && plain
        && same
        && !case
            .citations
            .iter()
            .any(|c| c.value.as_str().is_some_and(|t| folded_words(t).len() > 4))
}

/// Whether a claim denies that something was found by a search that found nothing: nothing that was found speaks against it.
fn beyond_the_search(case: &Case) -> bool {
    let words = folded_words(&case.claim);
    let denies = words
        .iter()
        .any(|w| matches!(w.as_str(), "no" | "not" | "none" | "never" | "nothing"));
    let none = case.citations.iter().any(|c| {
        let leaf = c.pointer.rsplit('/').next().unwrap_or_default();
        let counted = matches!(
            leaf,
            "count" | "hit_count" | "hits" | "matches" | "results" | "match_count"
        );
        counted && (c.value == 0 || c.value.as_array().is_some_and(Vec::is_empty))
    });
    let of_itself = words
        .iter()
        .any(|w| w.starts_with("complet") || w == "full" || w == "whole");
    denies && none && !of_itself
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::frame::tests::label;

    #[test]
    fn what_would_be_supported_says_what_a_claim_is() {
        let docs = [
            (
                "ev_inv",
                json!({"invoice_number": "KV/118", "total": 118_000, "invoice_date": "2026-09-03", "due_date": "2026-10-03",
                    "sgst_amount": 9_000, "sgst_rate": 9}),
            ),
            (
                "ev_dup",
                json!({"query": {"vendor_id": "V0103", "invoice_number": "KV/118", "from": "2026-04-01"}, "complete": true,
                    "count": 0, "hits": []}),
            ),
            (
                "ev_cut",
                json!({"query": {"vendor_id": "V0103", "invoice_number": "KV/118", "from": "2026-04-01"}, "complete": false,
                    "count": 0, "hits": []}),
            ),
        ];
        let search = |doc| {
            [
                (doc, "/query/vendor_id"),
                (doc, "/query/invoice_number"),
                (doc, "/query/from"),
                (doc, "/complete"),
                (doc, "/count"),
            ]
        };
        let none = "No earlier invoice numbered KV/118 from V0103 was found since 1 April 2026";
        for (claim, cites, want) in [
            // Another value in its place would be borne: the one that stands there is contradicted.
            (
                "The invoice total is ₹1,81,000.".to_owned(),
                vec![("ev_inv", "/total")],
                Label::Contradicted,
            ),
            // Without its tail it would be: the tail rests on nothing.
            (
                "SGST of ₹9,000 is charged at 9% under notification 9/2025.".to_owned(),
                vec![("ev_inv", "/sgst_amount"), ("ev_inv", "/sgst_rate")],
                Label::Partial,
            ),
            (
                format!("{none} among 4,212 rows."),
                search("ev_dup").to_vec(),
                Label::Partial,
            ),
            // The figure agrees, and is of another field.
            (
                "The due date is 3 September 2026.".to_owned(),
                vec![("ev_inv", "/invoice_date")],
                Label::Unsupported,
            ),
            // Nothing was found, and the search says that it did not go through all.
            (
                format!("{none}."),
                search("ev_cut").to_vec(),
                Label::Unsupported,
            ),
            (
                format!("{none}."),
                search("ev_dup").to_vec(),
                Label::Supported,
            ),
        ] {
            assert_eq!(label(&claim, &docs, &cites), want, "{claim}");
        }
    }

    #[test]
    fn figures_are_told_from_the_numbers_of_lines() {
        let of = |claim: &str| -> Vec<String> {
            stated(claim)
                .iter()
                .filter_map(|(from, to, _)| claim.get(*from..*to))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(
            of(
                "Line 2 of KV/118 dated 3 September 2026 bills 1,200 NOS at ₹4.50 lakh under clause 4.1."
            ),
            ["KV/118", "3 September 2026", "1,200", "4.50 lakh"]
        );
        assert_eq!(
            of("Account 50200041876325, two hits, 2026-09-03"),
            ["50200041876325", "two", "2026-09-03"]
        );
    }
}
