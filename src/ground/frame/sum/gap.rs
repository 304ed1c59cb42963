//! How far one figure lies above or below another, where the claim states both: "received 291, 29 short of the 320 billed".

use super::between;
use crate::{
    field::Class,
    frame::Frame,
    vocabulary::{Tags, of},
};

const UP: [&str; 13] = [
    "more", "higher", "exceeds", "exceed", "exceeded", "excess", "above", "over", "many", "extra",
    "greater", "much", "surplus",
];
const DOWN: [&str; 10] = [
    "short",
    "less",
    "lower",
    "fewer",
    "below",
    "under",
    "shortage",
    "shortfall",
    "deficit",
    "lesser",
];
/// How a figure's stage is called, whatever stands behind.
const STAGES: [(&str, &[&str]); 4] = [
    ("stage.ordered", &["ordered"]),
    ("stage.received", &["received", "got", "delivered"]),
    ("stage.billed", &["billed", "invoiced"]),
    ("stage.accepted", &["accepted"]),
];
/// Words behind which stands what a figure is held against.
const AGAINST: [&str; 3] = ["against", "versus", "vs"];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let [one, two] = frame.cited else { return None };
    let numbers = frame.open_numbers();
    let [(first_at, first), (second_at, second), (third_at, third)] = &numbers[..] else {
        return None;
    };
    let (one_is, two_is) = (frame.value(0)?, frame.value(1)?);
    let gap = one_is.checked_sub(two_is)?.abs();
    // Both are counted in one thing, and told apart by the stage or the paper that they are of.
    let alike = crate::pairing::alike(one, two);
    let money = |f: &crate::field::Field<'_>| {
        f.classes()
            .iter()
            .any(|c| matches!(c, Class::Amount | Class::Price | Class::Rate))
    };
    let rupees = numbers.iter().any(|(_, n)| n.rupees || n.percent);
    let counted =
        |f: &crate::field::Field<'_>| f.has("kind.quantity") || !of(&f.tags, "stage").is_empty();
    let sorted = [one, two]
        .iter()
        .all(|f| money(f) == rupees && (rupees || counted(f)));
    if !sorted || !alike || gap.is_zero() || gap == one_is || gap == two_is || one_is == two_is {
        return None;
    }
    let place = |number: &crate::number::Number| -> Option<usize> {
        if number.is(one_is, false) {
            Some(0)
        } else if number.is(two_is, false) {
            Some(1)
        } else {
            None
        }
    };
    let (left, right) = match (place(first), place(second)) {
        (Some(l), Some(r)) if l != r => (l, r),
        _ => return None,
    };
    if !third.is(gap, false) || !staged(frame, *first_at, left) || !staged(frame, *second_at, right)
    {
        return None;
    }
    let (up, down) = (frame.says(&UP), frame.says(&DOWN));
    if up == down {
        return None;
    }
    let words: &[&str] = if up { &UP } else { &DOWN };
    // "320 billed to 29": what a figure is led to is no difference.
    if between(frame, *second_at, *third_at, &["to", "from", "at"], &[]) {
        return None;
    }
    let (of, with) = if between(frame, *first_at, *second_at, words, &[])
        || between(frame, *first_at, *second_at, &AGAINST, &[])
    {
        (left, right)
    } else {
        (right, left)
    };
    let (of, with) = (frame.value(of)?, frame.value(with)?);
    if (of > with) != up {
        return None;
    }
    for at in [*first_at, *second_at, *third_at] {
        frame.take(at);
    }
    frame.take_words(&UP);
    frame.take_words(&DOWN);
    frame.take_words(&AGAINST);
    frame.take_words(&[
        "falls",
        "fell",
        "fall",
        "but",
        "got",
        "were",
        "than",
        "too",
        "by",
        "difference",
        "while",
        "quantity",
        "order",
        "was",
        "being",
        "billed",
        "received",
        "ordered",
        "invoiced",
        "accepted",
        "rejected",
        "delivered",
    ]);
    frame.tell_all();
    Some(())
}

/// Whether the words around a figure are of its own stage, and at least one says so.
fn staged(frame: &Frame<'_, '_>, at: usize, n: usize) -> bool {
    let stage = |n: usize| -> Tags {
        frame
            .cited
            .get(n)
            .map(|f| {
                let mut tags = of(&crate::fit::widened(&f.tags), "stage");
                let kinds = frame.kinds(f.doc);
                if tags.is_empty() && kinds.contains("doc.invoice") {
                    tags.insert("stage.billed");
                }
                if tags.is_empty() && kinds.contains("doc.order") {
                    tags.insert("stage.ordered");
                }
                if tags.is_empty() && kinds.contains("doc.receipt") {
                    tags.insert("stage.received");
                }
                tags
            })
            .unwrap_or_default()
    };
    let range = at.saturating_sub(4)..(at + 4).min(frame.tokens.len());
    let near = |side: std::ops::Range<usize>| -> Tags {
        let mut tags = of(&frame.tags(side.clone()), "stage");
        tags.remove("stage.short");
        for (stage, words) in STAGES {
            if side.clone().any(|n| frame.is_word(n, words)) {
                tags.insert(stage);
            }
        }
        tags
    };
    let own = stage(n);
    // Up to the next figure on either side.
    let from = (range.start..at)
        .rev()
        .find(|w| frame.number(*w).is_some())
        .map_or(range.start, |w| w + 1);
    let to = (at + 1..range.end)
        .find(|w| frame.number(*w).is_some())
        .unwrap_or(range.end);
    let (before, behind) = (near(from..at), near(at + 1..to));
    let said = if before.is_empty() { behind } else { before };
    !said.is_empty() && said.iter().all(|t| own.contains(t))
}
