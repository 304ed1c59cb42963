//! What a claim is borne by has to matter: were a figure of the claim or a value that it cites another, it would not be
//! supported. Where it would, nothing has been held against the other.

use domain::{Date, Decimal, civil::plus_days};
use serde_json::Value;

use crate::{
    Case, Citation, Label,
    lex::{self, Token},
    read,
    vocabulary::folded_words,
};

/// At most so many places are tried, on either side.
const TRIED_MAX: usize = 40;

/// What might as well be another in a supported case. What both the claim and the record state is held together by that.
pub(crate) fn idle(case: &Case, judged: impl Fn(&Case) -> Label) -> Option<String> {
    let still = |other: &Case| judged(other) == Label::Supported;
    idle_citation(case, still).or_else(|| idle_figure(case, still))
}

fn idle_citation(case: &Case, still: impl Fn(&Case) -> bool) -> Option<String> {
    let tokens = lex::tokens(&case.claim);
    let stated = |value: &Value| {
        let (number, date) = (read::json_number(value), read::json_date(value));
        tokens.iter().any(|t| match t {
            Token::Number(n) => number.is_some_and(|v| n.is(v, false)),
            Token::Date(d) => date == Some(*d),
            _ => false,
        })
    };
    // A denial bears on what stands behind it.
    let head = figures(&case.claim)
        .iter()
        .find(|(from, to)| to - from > 2)
        .and_then(|(_, to)| case.claim.get(..*to))
        .unwrap_or(&case.claim);
    let apart = folded_words(head).iter().any(|w| {
        let alone = matches!(
            w.as_str(),
            "only" | "just" | "exactly" | "sole" | "solely" | "single" | "alone"
        );
        let denied = matches!(
            w.as_str(),
            "not" | "no" | "none" | "neither" | "never" | "cannot" | "other" | "another" | "unlike"
        );
        let apart = ["differ", "mismatch", "disagree", "clash"];
        alone || denied || apart.iter().any(|a| w.starts_with(a))
    });
    let said: Vec<Value> = (tokens.iter())
        .filter_map(|t| match t {
            Token::Number(n) if n.raw.len() > 2 || n.percent => {
                serde_json::from_str(&n.value.to_string()).ok()
            }
            Token::Date(d) => Some(Value::from(d.to_string())),
            _ => None,
        })
        .collect();
    // Of "at least two" a third need not be one: the list is told by those that are.
    let bounded = folded_words(&case.claim).windows(2).any(|two| {
        let [a, b] = two else { return false };
        (a == "at" && (b == "least" || b == "most")) || (a == "or" && (b == "more" || b == "fewer"))
    });
    // A line of a list of which the claim states another: it is counted with those, or it is not.
    let counted = |c: &Citation| {
        c.pointer.split('/').any(|s| s.parse::<u32>().is_ok())
            && (case.citations.iter())
                .any(|o| o.evidence == c.evidence && of_list(o) == of_list(c) && stated(&o.value))
    };
    let idle = |c: &&Citation| {
        let told = stated(&c.value) || (bounded && counted(c));
        !told
            && !is_end_of_search(c)
            && others_of(&c.value).is_some_and(|others| {
                // What stands beside it, or in the claim, for what is held to be another, or the only one.
                let beside = case.citations.iter().filter(|o| alike(&o.value, &c.value));
                let beside = beside.map(|o| o.value.clone()).chain(said.iter().cloned());
                let beside =
                    beside.filter(|v| (apart || counted(c)) && *v != c.value && alike(v, &c.value));
                others
                    .into_iter()
                    .chain(beside)
                    .all(|other| with_value(case, c, &other).is_some_and(|changed| still(&changed)))
            })
    };
    let idle: Vec<&Citation> = case.citations.iter().take(TRIED_MAX).filter(idle).collect();
    // The lines of a list that come to a sum which the claim states.
    let summed = |c: &Citation| {
        let list = case
            .citations
            .iter()
            .filter(|o| o.evidence == c.evidence && of_list(o) == of_list(c));
        let sum = list
            .map(|o| read::json_number(&o.value))
            .try_fold(Decimal::ZERO, |sum, v| sum.checked_add(v?));
        sum.is_some_and(|sum| {
            tokens
                .iter()
                .any(|t| matches!(t, Token::Number(n) if n.is(sum, false)))
        })
    };
    idle.iter()
        .find(|c| !summed(c))
        .map(|c| format!("{} might as well hold another value", c.pointer))
}

/// Whether a citation says how far a search went: it bounds what the claim may say, and is not said by it.
fn is_end_of_search(citation: &Citation) -> bool {
    let mut path = citation.pointer.split('/').skip(1);
    let asked = path.next().is_some_and(|p| {
        matches!(
            p,
            "query" | "search" | "scope" | "criteria" | "filters" | "searched"
        )
    });
    asked && read::json_date(&citation.value).is_some()
}

/// Whether two values are of a sort, so that the one could stand for the other.
fn alike(a: &Value, b: &Value) -> bool {
    let is_number = |v: &Value| v.is_number() || read::json_number(v).is_some();
    is_number(a) == is_number(b) && read::json_date(a).is_some() == read::json_date(b).is_some()
}

/// A pointer with its places in lists left open.
fn of_list(citation: &Citation) -> Vec<&str> {
    let place = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    (citation.pointer.split('/'))
        .map(|s| if place(s) { "#" } else { s })
        .collect()
}

/// Other values of the same sort, far to either side: more and less, later and earlier, the opposite. `None` for what says
/// whose a record is, or what a thing is called.
fn others_of(value: &Value) -> Option<Vec<Value>> {
    if let Value::Bool(b) = value {
        return Some(vec![Value::Bool(!b)]);
    }
    if let Some(date) = read::json_date(value) {
        let text = value.as_str()?;
        return Some([12_000, -12_000].map(|days| moved(text, date, days)).into());
    }
    let number = read::json_number(value).filter(|_| value.is_number())?;
    let more = number
        .checked_mul(Decimal::ONE_THOUSAND)?
        .checked_add(Decimal::ONE)?;
    let less = number.checked_div(Decimal::ONE_THOUSAND)?.round_dp(2);
    let as_json = |n: Decimal| serde_json::from_str(&n.to_string()).ok();
    Some(vec![as_json(more)?, as_json(less)?, Value::from(0)])
}

fn moved(text: &str, date: Date, days: i64) -> Value {
    let other = plus_days(date, days);
    // In the order of the date that it stands for.
    let iso = text
        .trim()
        .split(['-', '/', '.', ' '])
        .next()
        .is_some_and(|p| p.len() == 4);
    let (y, m, d) = (other.year(), other.month(), other.day());
    Value::from(if iso {
        format!("{y:04}-{m:02}-{d:02}")
    } else {
        format!("{d:02}/{m:02}/{y:04}")
    })
}

/// A text with one of its digits turned on.
fn turned(text: &str, at: usize, by: u32) -> Option<String> {
    let digit = text.get(at..=at)?.chars().next()?.to_digit(10)?;
    let other = char::from_digit((digit + by) % 10, 10)?;
    Some(format!("{}{other}{}", text.get(..at)?, text.get(at + 1..)?))
}

fn with_value(case: &Case, citation: &Citation, other: &Value) -> Option<Case> {
    let (evidence, pointer) = (&citation.evidence, &citation.pointer);
    let mut changed = case.clone();
    let doc = changed.evidence.iter_mut().find(|e| e.id == *evidence)?;
    *doc.json.pointer_mut(pointer)? = other.clone();
    let beside = changed.citations.iter_mut();
    for c in beside.filter(|c| c.evidence == *evidence) {
        if let Some(now) = doc.json.pointer(&c.pointer) {
            c.value = now.clone();
        }
    }
    Some(changed)
}

/// A figure of the claim that might as well be another: more, less, or with its last digit another.
fn idle_figure(case: &Case, still: impl Fn(&Case) -> bool) -> Option<String> {
    let claim = case.claim.as_str();
    figures(claim)
        .into_iter()
        .take(TRIED_MAX)
        .find_map(|(from, to)| {
            let raw = claim.get(from..to)?;
            if case.citations.iter().any(|c| holds(&c.value, raw)) || is_slack(case, claim, from) {
                return None;
            }
            let tried = |(at, by): (usize, u32)| {
                turned(claim, at, by).is_some_and(|claim| {
                    still(&Case {
                        claim,
                        ..case.clone()
                    })
                })
            };
            let digit = claim.get(from..=from)?.chars().next()?.to_digit(10)?;
            let last = claim.get(from..to)?.rfind(|c: char| c.is_ascii_digit())? + from;
            // The first digit to nine, to one and to none, so that a bound is passed on either side.
            let others = [
                (last, 3),
                (last, 7),
                (from, (19 - digit) % 10),
                (from, (11 - digit) % 10),
                (from, (10 - digit) % 10),
            ];
            // What is denied of one figure is true of most others: not of those that are cited.
            let mut cited = case
                .citations
                .iter()
                .filter(|c| c.value.is_number())
                .take(4);
            let cited = cited.all(|c| {
                let claim = [
                    claim.get(..from),
                    Some(c.value.to_string().as_str()),
                    claim.get(to..),
                ]
                .map(Option::unwrap_or_default)
                .concat();
                still(&Case {
                    claim,
                    ..case.clone()
                })
            });
            let idle = cited && others.into_iter().filter(|(_, by)| *by != 0).all(tried);
            idle.then(|| format!("\"{raw}\" might as well be another"))
        })
}

/// Whether a figure says within what two values lie that are the same: any figure would do, and this one does.
fn is_slack(case: &Case, claim: &str, at: usize) -> bool {
    let before = folded_words(claim.get(..at).unwrap_or_default());
    let near: Vec<&str> = before.iter().rev().take(6).map(String::as_str).collect();
    let within = near.contains(&"within") || near.contains(&"most");
    let no_more = near.contains(&"than") && near.iter().any(|w| matches!(*w, "no" | "not"));
    let mut values = case
        .citations
        .iter()
        .filter_map(|c| read::json_number(&c.value));
    let (one, other) = (values.next(), values.next());
    (within || no_more) && one.is_some() && one == other
}

/// Whether a value is the figure, or a text in which it stands.
fn holds(value: &Value, raw: &str) -> bool {
    let number = || Some(read::json_number(value)? == read::number(raw)?);
    let text = || {
        let text = value.as_str()?;
        Some(
            text.split(|c: char| !c.is_ascii_digit())
                .any(|run| run.trim_start_matches('0') == raw.trim_start_matches('0')),
        )
    };
    number() == Some(true) || text() == Some(true)
}

/// Runs of digits with what joins them into one figure.
fn figures(claim: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, c) in claim.char_indices() {
        if c.is_ascii_digit() {
            match out.last_mut() {
                Some((_, end))
                    if *end == at
                        || (*end + 1 == at
                            && claim.get(*end..at).is_some_and(|j| matches!(j, "," | "."))) =>
                {
                    *end = at + 1;
                }
                _ => out.push((at, at + 1)),
            }
        }
    }
    out
}
