//! What a search of a ledger brought up, or that it brought up nothing, within what it looked through.

use domain::Date;
use serde_json::Value;

use super::Frame;
use crate::{lex::Token, read, vocabulary::name_parts};

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

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let counted = (0..frame.cited.len()).find(|n| frame.cited.get(*n).is_some_and(counts))?;
    let count = frame.value(counted)?;
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
    within(frame, root)?;
    let denied = (0..frame.tokens.len())
        .filter(|n| frame.is_word(*n, &NONE))
        .count();
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
            let vendor = f.leaf().to_lowercase().contains("vendor")
                || f.leaf().to_lowercase().contains("supplier");
            if !told && !vendor {
                return None;
            }
        }
        let dated = frame
            .index
            .leaves(doc)
            .iter()
            .any(|f| f.path.len() > 1 && read::json_date(f.value).is_some());
        let told = frame.tokens.iter().any(|t| matches!(t, Token::Date(_)));
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
    frame.take_words(&SOUGHT);
    frame.take_words(&["entered", "this", "it", "as", "new"]);
    frame.tell_all();
    Some(())
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
                "invoice" | "bill" | "document" | "voucher" | "vendor" | "supplier" | "invoiceno"
            )
        })
}

/// Whether a search says of itself that it did not go through all.
fn is_cut_off(root: &Value) -> bool {
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
fn within(frame: &mut Frame<'_, '_>, root: &Value) -> Option<()> {
    let days: Vec<(usize, Date)> = (0..frame.tokens.len())
        .filter_map(|n| match frame.tokens.get(n) {
            Some(Token::Date(d)) => Some((n, *d)),
            _ => None,
        })
        .collect();
    if frame.tokens.iter().any(|t| matches!(t, Token::Part(_))) {
        return None;
    }
    if days.is_empty() {
        return Some(());
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
    let [(a, first), (b, last)] = days[..] else {
        return None;
    };
    if first > last || first < from || last > to {
        return None;
    }
    frame.take(a);
    frame.take(b);
    frame.take_words(&["between", "from", "to", "and", "till", "until"]);
    Some(())
}
