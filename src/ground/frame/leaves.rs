//! What is left of a quantity when another is taken from it, all three told: "of the 75 MTR ordered on line 2 of PO-7, invoice
//! A/1 bills 30, which leaves 45", "bills 55 against 95 ordered, which is 40 fewer".

use domain::Decimal;

use super::Frame;
use crate::{
    field::{Class, Field},
    lex::Token,
    measure,
    mention::Mention,
    vocabulary::VOCABULARY,
};

const LEAVES: [&str; 11] = [
    "leaves", "leaving", "left", "remain", "remains", "fewer", "less", "short", "unbilled",
    "balance", "pending",
];
const WORDS: [&str; 36] = [
    "of", "the", "on", "in", "line", "item", "ordered", "bills", "billed", "accepted", "received",
    "which", "is", "are", "against", "to", "be", "for", "by", "that", "and", "invoice", "bill",
    "order", "receipt", "units", "unit", "with", "so", "a", "balance", "still", "were", "was",
    "its", "under",
];

/// What was ordered is called.
const ORDERED: [&str; 2] = ["ordered", "order"];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    let [(a, x), (b, y)] = values[..] else {
        return None;
    };
    let (one, two) = (frame.cited.get(a)?, frame.cited.get(b)?);
    let quantity = |f: &Field<'_>| f.classes().contains(&Class::Quantity);
    let (unit, other) = (measure::unit_of(one), measure::unit_of(two));
    let units = unit.is_none() || other.is_none() || unit == other;
    let turned = ["not", "no", "never", "more", "exceeds", "above", "than"];
    if !quantity(one)
        || !quantity(two)
        || one.doc == two.doc
        || !units
        || !frame.says(&LEAVES)
        || frame.says(&turned)
    {
        return None;
    }
    // The ordered is what the others are taken of.
    let is_order = |f: &Field<'_>| {
        let kinds = frame.index.kinds(f.doc);
        kinds.contains("doc.order") && !kinds.contains("doc.receipt")
    };
    let (whole, part) = match (is_order(one), is_order(two)) {
        (true, false) => (x, y),
        (false, true) => (y, x),
        _ => return None,
    };
    let part_field = if is_order(one) { two } else { one };
    let mut told = Vec::new();
    for (at, number) in frame.open_numbers() {
        let line = at
            .checked_sub(1)
            .is_some_and(|n| frame.is_word(n, &["line", "item"]));
        if line {
            let nth = Mention::Ordinal(number.raw.parse().ok()?);
            if ![one, two].iter().all(|f| nth.binds(f, "")) {
                return None;
            }
            frame.take(at);
        } else {
            told.push((at, number));
        }
    }
    let [(first, n1), (second, n2), (last, n3)] = &told[..] else {
        return None;
    };
    if [n1, n2, n3].iter().any(|n| n.rupees || n.percent) {
        return None;
    }
    // "75 MTR ordered": what it is stands within three words of the figure.
    let called = |at: usize, any: &[&str]| {
        (at.saturating_sub(3)..at + 4).any(|n| n != at && frame.is_word(n, any))
    };
    let taken: &[&str] = if frame.index.kinds(part_field.doc).contains("doc.receipt") {
        &["accepted", "received", "accepts"]
    } else {
        &["bills", "billed"]
    };
    let (of, off) = if called(*first, &ORDERED) && called(*second, taken) {
        (n1, n2)
    } else if called(*second, &ORDERED) && called(*first, taken) {
        (n2, n1)
    } else {
        return None;
    };
    let holds =
        of.is(whole, false) && off.is(part, false) && n3.is(whole.checked_sub(part)?, false);
    if !frame.is_as_read(holds) {
        return None;
    }
    for at in [*first, *second, *last] {
        frame.take(at);
        // The unit behind a figure is the one that is cited.
        let Some(Token::Word(word)) = frame.tokens.get(at + 1) else {
            continue;
        };
        if let Some(said) = VOCABULARY.unit(word) {
            if unit.or(other).is_some_and(|held| held != said) {
                return None;
            }
            frame.take(at + 1);
        }
    }
    frame.tell_where(|n, f| n == a || n == b || f.has("kind.unit"));
    frame.take_words(&LEAVES);
    frame.take_words(&WORDS);
    Some(())
}
