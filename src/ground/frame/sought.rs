//! What a search brought up or did not, by what it was asked: "no earlier invoice numbered KV/0412 from V0103 was found
//! since 1 April 2026", "the search found two invoices of ₹58,760".

use domain::{Date, Decimal};
use serde_json::Value;

use super::{Frame, search::is_cut_off};
use crate::{
    lex::Token,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts},
};

const NONE: [&str; 6] = ["no", "not", "none", "never", "nothing", "without"];

/// Words of searching and finding, and of what is looked for in a ledger.
const WORDS: [&str; 78] = [
    "search",
    "searched",
    "duplicate",
    "duplicates",
    "check",
    "numbered",
    "number",
    "found",
    "find",
    "finds",
    "brought",
    "brings",
    "up",
    "returned",
    "returns",
    "turned",
    "gave",
    "gives",
    "shows",
    "showed",
    "earlier",
    "previous",
    "prior",
    "other",
    "another",
    "such",
    "same",
    "this",
    "vendor",
    "supplier",
    "invoice",
    "invoices",
    "bill",
    "bills",
    "ledger",
    "books",
    "book",
    "register",
    "hit",
    "hits",
    "match",
    "matches",
    "matching",
    "entry",
    "entries",
    "record",
    "records",
    "recorded",
    "booked",
    "posted",
    "held",
    "holds",
    "exists",
    "exist",
    "already",
    "any",
    "that",
    "value",
    "amount",
    "status",
    "with",
    "listed",
    "there",
    "against",
    "under",
    "made",
    "dated",
    "placed",
    "master",
    "pan",
    "gstin",
    "exactly",
    "history",
    "portal",
    "gst",
    "know",
    "knows",
    "known",
];

/// Words by which a paper is left out of what is looked for.
const BUT: [&str; 9] = [
    "leaving",
    "out",
    "excluding",
    "except",
    "besides",
    "than",
    "apart",
    "aside",
    "itself",
];

/// What else may be looked for, with the words by which a search says that it looked for it.
const SORTS: [(&[&str], &[&str]); 6] = [
    (
        &["payment", "payments", "paid"],
        &["payment", "payments", "paid"],
    ),
    (
        &["grn", "grns", "receipt", "receipts", "goods"],
        &["grn", "grns", "receipt", "receipts", "goods"],
    ),
    (&["credit", "note", "notes"], &["credit"]),
    (&["debit", "note", "notes"], &["debit"]),
    (
        &["order", "orders", "po", "purchase"],
        &["order", "orders", "po"],
    ),
    (&["advance", "advances"], &["advance", "advances"]),
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let doc = frame.cited.first()?.doc;
    let root = frame.index.root(doc)?;
    if frame.cited.iter().any(|f| f.doc != doc) || is_cut_off(root) {
        return None;
    }
    let map = root.as_object()?;
    let brought = |key: &str| {
        matches!(
            key,
            "count"
                | "hit_count"
                | "hits"
                | "matches"
                | "results"
                | "match_count"
                | "payments"
                | "rows"
                | "duplicates"
        )
    };
    let counted = frame
        .cited
        .iter()
        .position(|f| f.path.len() == 1 && brought(&f.leaf().to_lowercase()))?;
    let value = frame.cited.get(counted)?.value;
    let count = match value {
        Value::Array(list) => Decimal::from(u32::try_from(list.len()).ok()?),
        _ => read::json_number(value)?,
    };
    let asked: Vec<(&String, &Value)> = ["query", "search", "scope", "criteria", "filters"]
        .iter()
        .find_map(|k| map.get(*k)?.as_object())
        .unwrap_or(map)
        .iter()
        .filter(|(_, v)| v.is_string() || v.is_number())
        .filter(|(k, _)| !brought(k.as_str()))
        .collect();
    let denials: Vec<usize> = (0..frame.tokens.len())
        .filter(|n| frame.is_word(*n, &NONE))
        .collect();
    let none = denials.len() == 1;
    if denials.len() > 1 || none != count.is_zero() {
        return None;
    }
    if !none && frame.says(&["other", "another"]) {
        return None;
    }
    for at in denials {
        frame.take(at);
    }
    numbers(frame, &asked, count)?;
    days(frame, &asked, none)?;
    sorts(frame, doc, root)?;
    if none {
        narrowed(frame, &asked)?;
        states(frame, &asked);
        if asked.iter().any(|(key, _)| is_left_out(key)) {
            frame.take_words(&BUT);
        }
    }
    named(frame, &asked)?;
    tell(frame, counted)?;
    frame.take_words(&WORDS);
    Some(())
}

/// Sums are those that were asked for, and the number of what was found is the count.
fn numbers(frame: &mut Frame<'_, '_>, asked: &[(&String, &Value)], count: Decimal) -> Option<()> {
    let mut counted = count.is_zero();
    for (at, number) in frame.open_numbers() {
        let sought = (number.rupees || number.scale > 0)
            && asked.iter().any(|(key, v)| {
                let money = name_parts(key)
                    .iter()
                    .any(|p| matches!(p.as_str(), "amount" | "total" | "value" | "gross"));
                money && read::json_number(v).is_some_and(|v| number.is(v, false))
            });
        let told = !number.rupees && !number.percent && number.value == count && !counted;
        let of_a_hit = number.rupees
            && frame.cited.iter().any(|f| {
                f.element().is_some()
                    && read::json_number(f.value).is_some_and(|v| number.is(v, false))
            });
        if !sought && !told && !of_a_hit {
            return None;
        }
        counted |= told;
        // What a hit holds is taken where it is told.
        if sought || told {
            frame.take(at);
        }
    }
    let bare = frame.says(&["already", "exists", "exist"])
        || frame.cited.iter().any(|f| f.element().is_some());
    (counted || bare).then_some(())
}

/// Days lie within those that were searched; what was found is told of the whole span alone.
fn days(frame: &mut Frame<'_, '_>, asked: &[(&String, &Value)], none: bool) -> Option<()> {
    let bound = |ends: &[&str]| -> Option<Date> {
        asked
            .iter()
            .filter(|(key, _)| name_parts(key).iter().any(|p| ends.contains(&p.as_str())))
            .find_map(|(_, v)| read::json_date(v))
    };
    let from = bound(&["from", "start", "since", "after"]);
    let to = bound(&["to", "end", "until", "till", "upto", "before"]);
    for at in 0..frame.tokens.len() {
        match frame.tokens.get(at)? {
            Token::Date(day) => {
                let day = *day;
                let before = |back: usize, words: &[&str]| {
                    at.checked_sub(back)
                        .is_some_and(|n| frame.is_word(n, words))
                };
                let dated = frame
                    .cited
                    .iter()
                    .any(|f| f.element().is_some() && read::json_date(f.value) == Some(day));
                let first = before(1, &["since", "from", "between", "after"]);
                let last = before(1, &["to", "till", "until", "and", "upto"])
                    || (before(1, &["to"]) && before(2, &["up"]));
                let so = if dated && before(1, &["dated", "of", "on"]) {
                    true
                } else if first {
                    from.is_some_and(|f| if none { f <= day } else { f == day })
                } else if last {
                    to.is_some_and(|t| if none { day <= t } else { day == t })
                } else {
                    false
                };
                if !so {
                    return None;
                }
                frame.take(at);
            }
            Token::Part(part) => {
                let same = asked.iter().any(|(_, v)| {
                    v.as_str()
                        .and_then(read::period)
                        .is_some_and(|p| part.is_period(p))
                });
                if !same {
                    return None;
                }
                frame.take(at);
                frame.take_words(&["period", "month"]);
            }
            _ => {}
        }
    }
    frame.take_words(&[
        "since", "from", "between", "after", "to", "till", "until", "and", "upto", "up", "dated",
        "for",
    ]);
    Some(())
}

/// Payments, receipts and notes were looked for where the search says so.
fn sorts(frame: &mut Frame<'_, '_>, doc: usize, root: &Value) -> Option<()> {
    let mut held: Vec<String> = Vec::new();
    for (key, value) in root.as_object()? {
        held.extend(name_parts(key));
        if let Some(text) = value.as_str() {
            held.extend(name_parts(text));
        }
        for (key, value) in value.as_object().into_iter().flatten() {
            if name_parts(key).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "type" | "kind" | "doc" | "document" | "register" | "record"
                )
            }) {
                held.extend(value.as_str().map(name_parts).unwrap_or_default());
            }
        }
    }
    let kinds = frame.index.kinds(doc);
    for (said, by) in SORTS {
        let spoken = by.iter().any(|w| frame.says(&[w]));
        // "Found with status paid" is said of a hit.
        let stated = by.contains(&"paid")
            && frame.cited.iter().any(|f| {
                f.element().is_some()
                    && f.value.as_str().and_then(|s| VOCABULARY.state(s)) == Some("paid")
            });
        if !spoken || stated {
            continue;
        }
        let kind = match by.first().copied() {
            Some("grn") => kinds.contains("doc.receipt"),
            Some("payment") => kinds.contains("doc.payment"),
            _ => false,
        };
        // "For PO-26-0352": what it is looked for by.
        let object = by.contains(&"po")
            && (1..frame.tokens.len()).any(|n| {
                frame.is_word(n, by)
                    && (n.saturating_sub(3)..n)
                        .any(|b| frame.is_word(b, &["for", "against", "of", "to", "under"]))
            });
        if !kind && !object && !by.iter().any(|w| held.iter().any(|h| h == w)) {
            return None;
        }
        frame.take_words(said);
    }
    Some(())
}

/// Whether a paper was left out of what was looked for.
fn is_left_out(key: &str) -> bool {
    name_parts(key)
        .iter()
        .any(|p| matches!(p.as_str(), "excluding" | "exclude" | "excluded" | "except"))
}

/// "No blocked vendor" where those that are blocked were looked for.
fn states(frame: &mut Frame<'_, '_>, asked: &[(&String, &Value)]) {
    for (_, value) in asked {
        let text = value.as_str().map(str::to_lowercase).unwrap_or_default();
        if VOCABULARY.state(&text).is_some() {
            frame.take_words(&[text.as_str()]);
        }
    }
}

/// A search for one number, sum or sort of paper says nothing of others: the claim has to speak of it.
fn narrowed(frame: &Frame<'_, '_>, asked: &[(&String, &Value)]) -> Option<()> {
    let same = frame.words.iter().any(|w| {
        matches!(
            w.as_str(),
            "duplicate" | "duplicates" | "this" | "same" | "such" | "it"
        )
    });
    let told = asked.iter().all(|(key, value)| {
        let parts = name_parts(key);
        let is = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
        if read::json_date(value).is_some()
            || is(&[
                "vendor", "supplier", "gstin", "ctin", "party", "tool", "mode", "match", "source",
                "register", "ledger", "period", "rtnprd", "complete", "from", "to", "limit",
                "window",
            ])
        {
            return true;
        }
        match value {
            Value::String(text) => {
                let words = folded_words(&text.replace('_', " "));
                // The PAN that a GSTIN holds.
                let within = text.len() > 9
                    && frame
                        .tokens
                        .iter()
                        .any(|t| matches!(t, Token::Id(id) if id.contains(text.as_str())));
                frame.names(text)
                    || within
                    || same
                    || words.iter().all(|w| {
                        frame
                            .words
                            .iter()
                            .any(|own| own.trim_end_matches('s') == w.trim_end_matches('s'))
                    })
            }
            _ => read::json_number(value).is_some_and(|v| {
                frame
                    .tokens
                    .iter()
                    .any(|t| matches!(t, Token::Number(n) if n.is(v, false)))
            }),
        }
    });
    told.then_some(())
}

/// Every number and name of the claim is one that was asked for, or of a hit that is cited.
fn named(frame: &mut Frame<'_, '_>, asked: &[(&String, &Value)]) -> Option<()> {
    let known: Vec<String> = asked
        .iter()
        .filter_map(|(_, v)| read::json_text(v))
        .chain(frame.cited.iter().filter_map(|f| read::json_text(f.value)))
        .map(|t| read::identifier(&t))
        .filter(|t| t.len() > 1)
        .collect();
    for at in 0..frame.tokens.len() {
        if let Some(Token::Id(id)) = frame.tokens.get(at) {
            let id = read::identifier(id);
            let parts = known
                .iter()
                .any(|k| *k == id || (k.len() > id.len() && k.contains(id.as_str())));
            if !parts {
                return None;
            }
            frame.take(at);
        }
    }
    Some(())
}

/// Each cited value is what was asked, that the search was whole, or told of a hit.
fn tell(frame: &mut Frame<'_, '_>, counted: usize) -> Option<()> {
    for n in 0..frame.cited.len() {
        let field = frame.cited.get(n)?;
        let text = read::json_text(field.value);
        if field.element().is_some() {
            let date = read::json_date(field.value);
            let state = field.value.as_str().and_then(|s| VOCABULARY.state(s));
            let said = (0..frame.tokens.len()).find(|at| match frame.tokens.get(*at) {
                Some(Token::Date(d)) => date == Some(*d),
                Some(Token::Word(w)) => state.is_some() && VOCABULARY.state(w) == state,
                Some(Token::Number(num)) => {
                    read::json_number(field.value).is_some_and(|v| num.is(v, false))
                }
                _ => false,
            });
            let told = said.is_some() || text.as_deref().is_some_and(|t| frame.names(t));
            if !told {
                return None;
            }
            if let Some(at) = said {
                frame.take(at);
            }
        } else if n != counted && field.path.len() == 1 {
            let known = name_parts(field.leaf()).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "available"
                        | "complete"
                        | "source"
                        | "tool"
                        | "vendor"
                        | "from"
                        | "to"
                        | "supplier"
                        | "gstin"
                        | "count"
                        | "hits"
                        | "matches"
                        | "search"
                )
            });
            if !known {
                return None;
            }
            // The register that is cited is the one of the sentence.
            if let Some(text) = text.filter(|_| field.leaf() == "source") {
                let words = folded_words(&text);
                for at in 0..frame.tokens.len() {
                    if words.iter().any(|w| w == frame.word(at)) {
                        frame.take(at);
                    }
                }
            }
        }
        frame.tell(n);
    }
    Some(())
}
