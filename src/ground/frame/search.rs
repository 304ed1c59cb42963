//! What a search of a ledger brought up, or that it brought up nothing, within what it looked through.

use domain::{Date, Decimal};
use serde_json::Value;

use super::Frame;
use crate::{
    calendar::fiscal_year,
    lex::Token,
    read,
    vocabulary::{folded_words, name_parts},
};

const NONE: [&str; 6] = ["no", "nothing", "none", "not", "never", "nowhere"];
/// Words for what a search is for and where it looks.
const SOUGHT: [&str; 56] = [
    "search",
    "searched",
    "searching",
    "found",
    "finds",
    "find",
    "returned",
    "returns",
    "shows",
    "duplicate",
    "duplicates",
    "entry",
    "entries",
    "posting",
    "postings",
    "posted",
    "booking",
    "bookings",
    "booked",
    "record",
    "records",
    "recorded",
    "hit",
    "hits",
    "match",
    "matches",
    "other",
    "another",
    "earlier",
    "previous",
    "prior",
    "before",
    "already",
    "existing",
    "exists",
    "exist",
    "under",
    "vendor",
    "supplier",
    "invoice",
    "bill",
    "number",
    "ledger",
    "ledgers",
    "book",
    "books",
    "voucher",
    "vouchers",
    "document",
    "holds",
    "hold",
    "contains",
    "between",
    "within",
    "anywhere",
    "up",
];

#[expect(
    clippy::too_many_lines,
    reason = "one list of ways, each short by itself"
)]
pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let counted = (0..frame.cited.len())
        .find(|n| frame.cited.get(*n).is_some_and(counts))
        .or_else(|| (0..frame.cited.len()).find(|n| frame.cited.get(*n).is_some_and(lists)))?;
    let count = match frame.cited.get(counted)?.value.as_array() {
        Some(list) if list.is_empty() => Decimal::ZERO,
        Some(_) => return None,
        None => frame.value(counted)?,
    };
    let root = frame.index.root(frame.cited.get(counted)?.doc)?;
    let doc = frame.cited.get(counted)?.doc;
    if frame.cited.iter().any(|f| f.doc != doc) || is_cut_off(root) {
        return None;
    }
    // What may be cited beside the count: the hits, what was searched for, and that the search was whole.
    for n in 0..frame.cited.len() {
        let field = frame.cited.get(n)?;
        let about = |name: &str| {
            field
                .path
                .first()
                .is_some_and(|p| p.to_lowercase().starts_with(name))
        };
        let known = n == counted
            || field.leaf().eq_ignore_ascii_case("complete")
            || ["scope", "query", "search", "hits", "matches", "results"]
                .iter()
                .any(|p| about(p));
        if !known {
            return None;
        }
    }
    let spanned = within(frame, root)?;
    // "…, so it is not a repeat": what follows from nothing being found.
    let repeat = (1..frame.tokens.len()).find(|n| {
        frame.is_word(*n, &["not"])
            && frame.is_word(n + 1, &["a"])
            && frame.is_word(n + 2, &["repeat", "duplicate", "repetition"])
    });
    if let Some(at) = repeat.filter(|_| count.is_zero()) {
        (at..at + 3).for_each(|n| frame.take(n));
        frame.take_words(&["year", "period", "window"]);
    }
    if frame.says(&["complete", "full", "whole"]) {
        let whole = frame.cited.iter().any(|f| {
            f.leaf().eq_ignore_ascii_case("complete") && read::truth(f.value) == Some(true)
        });
        if !whole {
            return None;
        }
        frame.take_words(&["complete", "full", "whole"]);
    }
    let mut denied = (0..frame.tokens.len())
        .filter(|n| frame.is_open(*n) && frame.is_word(*n, &NONE))
        .count();
    if repeat.is_some() && denied == 0 {
        denied = 1;
    }
    let numbers = frame.open_numbers();
    if count.is_zero() {
        if denied != 1 || !numbers.is_empty() {
            return None;
        }
        // What the search was held to has to be said: it speaks of nothing else.
        for f in frame
            .index
            .leaves(doc)
            .iter()
            .filter(|f| f.path.len() > 1 && is_sought(f))
        {
            let told = f.value.as_str().is_some_and(|t| frame.names(t));
            let searched_all = read::json_text(f.value).is_some_and(|t| t.is_empty());
            let vendor = f.leaf().to_lowercase().contains("vendor")
                || f.leaf().to_lowercase().contains("supplier");
            if !told && !vendor && !searched_all {
                return None;
            }
        }
        let dated = frame
            .index
            .leaves(doc)
            .iter()
            .any(|f| f.path.len() > 1 && read::json_date(f.value).is_some());
        let told = spanned || frame.tokens.iter().any(|t| matches!(t, Token::Date(_)));
        if dated && !told {
            return None;
        }
        frame.take_words(&NONE);
    } else {
        if denied != 0 || frame.says(&["other"]) && numbers.is_empty() {
            return None;
        }
        for (at, number) in numbers {
            if number.rupees || number.percent || number.value != count {
                return None;
            }
            frame.take(at);
        }
        // Something was brought up, and the claim names it.
        let named = frame.cited.iter().any(|f| f.element().is_some());
        if !named
            || !frame.says(&[
                "already", "exists", "exist", "found", "booked", "posted", "recorded", "earlier",
                "entered",
            ])
        {
            return None;
        }
        // Each cited value of a hit is told.
        for f in frame.cited.iter().filter(|f| f.element().is_some()) {
            let text = read::json_text(f.value)?;
            let id = read::identifier(&text);
            let sought = f.leaf().to_lowercase().contains("invoice");
            let told = frame.tokens.iter().any(|t| match t {
                Token::Id(i) => read::identifier(i) == id,
                Token::Number(n) => n.raw == text,
                _ => false,
            });
            // "As voucher PV77": by its own name.
            let misnamed = (1..frame.tokens.len()).any(|at| {
                let own =
                    matches!(frame.tokens.get(at), Some(Token::Id(i)) if read::identifier(i) == id);
                own && !sought
                    && frame.is_word(at - 1, &["invoice", "bill", "order", "po", "payment"])
            });
            if (!told && !sought) || misnamed {
                return None;
            }
        }
    }
    // "The AP ledger": where the search says that it looked.
    let places: Vec<String> = frame
        .index
        .leaves(doc)
        .iter()
        .filter(|f| is_asked_in(f))
        .filter_map(|f| f.value.as_str().filter(|t| frame.names(t)))
        .flat_map(folded_words)
        .collect();
    for at in 0..frame.tokens.len() {
        if places.iter().any(|p| p == frame.word(at)) {
            frame.take(at);
        }
    }
    frame.take_words(&SOUGHT);
    frame.take_words(&["entered", "this", "it", "as", "new"]);
    frame.tell_all();
    Some(())
}

/// Whether a member is the list of what a search brought up.
fn lists(field: &crate::field::Field<'_>) -> bool {
    field.value.is_array()
        && matches!(
            field.leaf().to_lowercase().as_str(),
            "hits" | "matches" | "results" | "found" | "duplicates"
        )
}

fn counts(field: &crate::field::Field<'_>) -> bool {
    let parts = name_parts(field.leaf());
    field.value.is_number()
        && parts.iter().any(|p| {
            matches!(
                p.as_str(),
                "hit" | "hits" | "match" | "matches" | "found" | "results"
            )
        })
        && (parts.len() == 1
            || parts
                .iter()
                .any(|p| matches!(p.as_str(), "count" | "total" | "n" | "number")))
}

/// Whether a member says what a search was for: a number, a vendor.
fn is_sought(field: &crate::field::Field<'_>) -> bool {
    let asked = field
        .path
        .first()
        .is_some_and(|p| matches!(p.to_lowercase().as_str(), "scope" | "query" | "search"));
    let parts = name_parts(field.leaf());
    asked
        && parts.iter().any(|p| {
            matches!(
                p.as_str(),
                "invoice"
                    | "bill"
                    | "document"
                    | "voucher"
                    | "vendor"
                    | "supplier"
                    | "invoiceno"
                    | "number"
            )
        })
}

/// Whether a member says in which book a search looked.
fn is_asked_in(field: &crate::field::Field<'_>) -> bool {
    field.path.len() > 1
        && name_parts(field.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "ledger" | "book" | "books" | "register"))
}

/// Whether a search says of itself that it did not go through all.
pub(super) fn is_cut_off(root: &Value) -> bool {
    let says = |map: &Value| {
        map.as_object().into_iter().flatten().any(|(key, value)| {
            let parts = name_parts(key);
            let said = |w: &[&str]| parts.iter().any(|p| w.contains(&p.as_str()));
            (said(&["complete", "completed", "exhaustive"]) && read::truth(value) != Some(true))
                || (said(&["truncated", "partial", "capped", "timeout"])
                    && read::truth(value) != Some(false))
        })
    };
    says(root)
        || ["scope", "query", "search"]
            .iter()
            .any(|k| root.get(k).is_some_and(says))
}

/// Whether the days of the claim lie within those that were searched, and takes them.
fn within(frame: &mut Frame<'_, '_>, root: &Value) -> Option<bool> {
    let days = spans(frame)?;
    let year = (0..frame.tokens.len()).find_map(|n| {
        let text = match frame.tokens.get(n)? {
            Token::Id(id) | Token::Word(id) => id.as_str(),
            _ => return None,
        };
        let led = n > 0 && frame.is_word(n - 1, &["fy", "year"]);
        let told = led || text.to_uppercase().starts_with("FY");
        Some((n, fiscal_year(text).filter(|_| told && frame.is_open(n))?))
    });
    if days.is_empty() && year.is_none() {
        return Some(false);
    }
    let scope = ["scope", "query", "search"]
        .iter()
        .find_map(|k| root.get(k))?
        .as_object()?;
    let bound = |ends: &[&str]| {
        let mut found = scope
            .iter()
            .filter(|(key, _)| name_parts(key).iter().any(|p| ends.contains(&p.as_str())))
            .filter_map(|(_, v)| read::json_date(v));
        let day = found.next()?;
        found.next().is_none().then_some(day)
    };
    let (from, to) = (
        bound(&["from", "start", "since"])?,
        bound(&["to", "end", "until", "till", "upto"])?,
    );
    if let (Some((at, first)), true) = (year, days.is_empty()) {
        let whole = Date::new(first, 4, 1).ok()? >= from && Date::new(first + 1, 3, 31).ok()? <= to;
        let more = (0..frame.tokens.len()).any(|n| {
            n != at && matches!(frame.tokens.get(n), Some(Token::Id(id)) if fiscal_year(id).is_some() && frame.is_open(n))
        });
        if !whole || more {
            return None;
        }
        frame.take(at);
        frame.take_words(&[
            "fy",
            "f",
            "y",
            "financial",
            "fiscal",
            "year",
            "within",
            "during",
            "in",
        ]);
        return Some(true);
    }
    let ((a, first), (b, last)) = match days[..] {
        [(a, (first, _)), (b, (_, last))] => ((a, first), (b, last)),
        // "Since 1 April": up to the end of the search.
        [(a, (first, _))] if a > 0 && frame.is_word(a - 1, &["since"]) => ((a, first), (a, to)),
        // "In August 2026".
        [(a, (first, last))] if first < last => ((a, first), (a, last)),
        _ => return None,
    };
    if year.is_some() {
        return None;
    }
    if first > last || first < from || last > to {
        return None;
    }
    frame.take(a);
    frame.take(b);
    frame.take_words(&[
        "between", "from", "to", "and", "till", "until", "since", "up", "through",
    ]);
    Some(true)
}

/// The days and months that a claim tells, each from its first day to its last; a year told once is that of both.
fn spans(frame: &Frame<'_, '_>) -> Option<Vec<(usize, (Date, Date))>> {
    let told = frame.tokens.iter().find_map(|t| match t {
        Token::Date(d) => Some(d.year()),
        Token::Part(p) => p.year,
        _ => None,
    });
    (frame.tokens.iter().enumerate())
        .filter_map(|(n, token)| match token {
            Token::Date(d) => Some(Some((n, (*d, *d)))),
            Token::Part(p) => Some((|| {
                let part = read::Part {
                    year: p.year.or(told),
                    ..*p
                };
                Some((n, part.month.and(part.bounds())?))
            })()),
            _ => None,
        })
        .collect()
}
