//! How many days lie between two cited dates: how old a paper is, and which of two came so long after the other.

use domain::{Date, Decimal, civil::days_between};

use super::Frame;
use crate::{
    read,
    vocabulary::{Tags, group, name_parts},
};

const MORE: [&str; 9] = [
    "more", "over", "past", "older", "crossed", "beyond", "exceeds", "exceeded", "above",
];
const LESS: [&str; 4] = ["less", "fewer", "under", "younger"];
const AFTER: [&str; 5] = ["after", "later", "follows", "followed", "following"];
const BEFORE: [&str; 6] = [
    "before", "earlier", "precedes", "preceded", "prior", "ahead",
];
/// Words for a paper's growing old.
const AGED: [&str; 18] = [
    "counting", "counted", "gone", "by", "since", "passed", "elapsed", "age", "aged", "old",
    "mark", "than", "date", "dated", "as", "today", "limit", "ago",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let dates: Vec<(usize, Date)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, read::json_date(frame.cited.get(n)?.value)?)))
        .collect();
    let [(a, first), (b, second)] = dates[..] else {
        return None;
    };
    let gap = days_between(first.min(second), first.max(second));
    // A calculator that counted the same days may be cited beside them.
    for n in (0..frame.cited.len()).filter(|n| *n != a && *n != b) {
        let field = frame.cited.get(n)?;
        let counted = name_parts(field.leaf())
            .iter()
            .any(|p| p == "days" || p == "age");
        if !counted || frame.value(n) != Some(Decimal::from(gap)) {
            return None;
        }
    }
    let denied = ["not", "no", "never", "yet", "nor", "without"];
    if frame.says(&denied) {
        return None;
    }
    let numbers = frame.open_numbers();
    if numbers.is_empty() {
        return order(frame, [(a, first), (b, second)]);
    }
    let [(at, number)] = &numbers[..] else {
        return None;
    };
    let at = *at;
    if number.rupees || number.percent || !frame.is_word(at + 1, &["day", "days"]) {
        return None;
    }
    frame.take_days([first, second])?;
    frame.take(at);
    frame.take(at + 1);
    let now = |n: usize| {
        frame.cited.get(n).is_some_and(|f| {
            let parts = name_parts(f.leaf());
            let joined = parts.join(" ");
            matches!(
                joined.as_str(),
                "as on" | "as of" | "asof" | "ason" | "today" | "run date" | "now" | "report date"
            )
        })
    };
    let many = Decimal::from(gap);
    match (now(a), now(b)) {
        (true, false) | (false, true) => {
            let (of, till) = if now(a) {
                (second, first)
            } else {
                (first, second)
            };
            // The day of the paper itself, or one that the claim calls by its name.
            let old = frame.cited.get(if now(a) { b } else { a })?;
            let said = frame.tags(0..frame.tokens.len());
            let called = old
                .tags
                .iter()
                .filter(|t| group(t) == "event" && **t != "event.issue")
                .all(|t| said.contains(t));
            let day = old.has("kind.date") || old.tags.iter().any(|t| group(t) == "event");
            if of > till || !called || !day {
                return None;
            }
            let (more, less) = (frame.says(&MORE), frame.says(&LESS));
            let within = frame.says(&["within"]);
            let so = match (more, less, within) {
                (true, false, false) => many > number.value,
                (false, true, false) => many < number.value,
                (false, false, true) => many <= number.value,
                (false, false, false) => {
                    many == number.value
                        && frame.says(&["old", "since", "elapsed", "passed", "aged"])
                }
                _ => return None,
            };
            // "45 days before the invoice date" is no age.
            if !so || frame.says(&BEFORE) || frame.says(&["due", "received", "filed"]) {
                return None;
            }
            frame.take_words(&MORE);
            frame.take_words(&LESS);
            frame.take_words(&["within"]);
            frame.take_words(&AGED);
        }
        (false, false) => apart(frame, at, number.value == many, a, b, first > second)?,
        _ => return None,
    }
    frame.tell_all();
    Some(())
}

/// "Order PO-7 was placed before the goods came in under GRN-9": which of two days is the later, whether or not they are told.
fn order(frame: &mut Frame<'_, '_>, days: [(usize, Date); 2]) -> Option<()> {
    let [(a, first), (b, second)] = days;
    if first == second
        || frame.cited.len() > 2
        || frame.cited.get(a)?.doc == frame.cited.get(b)?.doc
    {
        return None;
    }
    frame.take_days([first, second])?;
    let at = frame.find(&AFTER).or_else(|| frame.find(&BEFORE))?;
    apart(frame, at, true, a, b, first > second)?;
    frame.take_words(&[
        "placed",
        "began",
        "begin",
        "registration",
        "gst",
        "last",
        "paid",
    ]);
    frame.tell_all();
    Some(())
}

/// "Goods were booked in 3 days later than the bill was raised": which side speaks of which record says which is later.
fn apart(
    frame: &mut Frame<'_, '_>,
    at: usize,
    so: bool,
    a: usize,
    b: usize,
    first_later: bool,
) -> Option<()> {
    let after = frame.find(&AFTER);
    let before = frame.find(&BEFORE);
    // "From bill B/7 to receipt GRN-9 it is 7 days."
    let to = frame.find(&["from"]).and_then(|from| {
        let to = (from + 1..frame.words.len()).find(|n| frame.is_word(*n, &["to"]))?;
        (to < at).then_some(to)
    });
    let (op, later) = match (after, before, to) {
        (Some(n), None, _) => (n, true),
        (None, Some(n), _) | (None, None, Some(n)) => (n, false),
        _ => return None,
    };
    if !so || to != Some(op) && op.abs_diff(at) > 4 && !frame.is_word(at.saturating_sub(1), &["by"])
    {
        return None;
    }
    let docs = |n: usize| -> Tags {
        let field = frame.cited.get(n);
        let mut tags: Tags = field.map(|f| frame.index.kinds(f.doc)).unwrap_or_default();
        tags.extend(field.into_iter().flat_map(|f| f.tags.clone()));
        tags.retain(|t| !matches!(*t, "event.issue" | "doc.irn"));
        tags
    };
    let (left, right) = (
        spoken(frame, 0..op.min(at)),
        spoken(frame, op + 1..frame.tokens.len()),
    );
    let (one, two) = (docs(a), docs(b));
    let only = |tags: &Tags, own: &Tags, other: &Tags| {
        tags.iter().any(|t| own.contains(t) && !other.contains(t))
            && !tags.iter().any(|t| other.contains(t) && !own.contains(t))
    };
    let first_is_subject = if only(&left, &one, &two) && only(&right, &two, &one) {
        true
    } else if only(&left, &two, &one) && only(&right, &one, &two) {
        false
    } else {
        return None;
    };
    if (first_later == first_is_subject) != later {
        return None;
    }
    frame.take_words(&AFTER);
    frame.take_words(&BEFORE);
    frame.take_words(&[
        "than",
        "by",
        "to",
        "date",
        "dated",
        "goods",
        "material",
        "booked",
        "in",
        "received",
        "raised",
        "made",
        "issued",
        "came",
        "arrived",
        "reached",
        "us",
        "was",
        "stores",
        "delivered",
        "from",
        "it",
        "is",
    ]);
    let changed = frame
        .cited
        .iter()
        .any(|f| name_parts(f.leaf()).iter().any(|p| p.starts_with("chang")));
    if changed {
        frame.take_words(&[
            "altered", "changed", "edited", "modified", "amended", "data", "details", "bank",
            "account", "change",
        ]);
    }
    Some(())
}

/// The papers and days that a stretch of the claim speaks of.
fn spoken(frame: &Frame<'_, '_>, range: std::ops::Range<usize>) -> Tags {
    let mut tags: Tags = frame
        .tags(range.clone())
        .into_iter()
        .filter(|t| matches!(group(t), "doc" | "event" | "stage"))
        .collect();
    if range
        .clone()
        .any(|n| frame.is_word(n, &["goods", "material", "grn", "consignment"]))
    {
        tags.insert("doc.receipt");
    }
    // The record that is named there by its own number.
    for (n, docs) in &frame.keys {
        let own: Vec<usize> = docs.iter().copied().collect();
        if let (true, [doc]) = (range.contains(n), &own[..]) {
            tags.extend(
                frame
                    .index
                    .kinds(*doc)
                    .into_iter()
                    .filter(|t| !matches!(*t, "doc.irn")),
            );
        }
    }
    tags
}
