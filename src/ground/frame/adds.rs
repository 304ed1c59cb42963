//! Values that are named and add up, or do not: "taxable value, IGST and round-off of invoice A/1 add up to its total",
//! "accepted and rejected quantities do not make up the quantity received".

use std::collections::BTreeSet;

use domain::Decimal;

use super::Frame;
use crate::{
    field::{Class, Field},
    mention::Mention,
    vocabulary::{Tags, group, name_parts, stem},
};

/// Words by which parts come to a whole.
const ADD: [&str; 12] = [
    "add", "adds", "sum", "sums", "make", "makes", "gives", "give", "equals", "totals", "comes",
    "come",
];
/// Taxes that are told one by one, or together.
const TAXES: [&str; 4] = ["head.igst", "head.cgst", "head.sgst", "head.cess"];
/// Words that deny it.
const DENY: [&str; 2] = ["not", "never"];
/// Words of adding, and of where what is added stands.
const WORDS: [&str; 31] = [
    "is",
    "equals",
    "the",
    "tax",
    "taxes",
    "comes",
    "come",
    "add",
    "adds",
    "up",
    "to",
    "sum",
    "sums",
    "make",
    "makes",
    "plus",
    "together",
    "both",
    "its",
    "line",
    "lines",
    "item",
    "quantity",
    "quantities",
    "value",
    "values",
    "amount",
    "amounts",
    "exactly",
    "do",
    "does",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let adds = frame
        .find(&ADD)
        .or_else(|| frame.find(&["is"]).filter(|_| frame.says(&["plus"])))?;
    let values: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    if values.len() < 3 || values.len() > 12 {
        return None;
    }
    let field = |n: usize| frame.cited.get(n);
    let doc = field(values.first()?.0)?.doc;
    // What is taken away is no part of a sum.
    let taken = |f: &Field<'_>| {
        ["head.discount", "head.tds", "head.advance", "head.paid"]
            .iter()
            .any(|t| f.has(t))
    };
    let sort = |f: &Field<'_>| f.classes().contains(&Class::Quantity);
    let quantities = sort(field(values.first()?.0)?);
    let one_sort = values.iter().all(|(n, _)| {
        field(*n).is_some_and(|f| {
            f.doc == doc
                && !taken(f)
                && sort(f) == quantities
                && !f.classes().contains(&Class::Price)
        })
    });
    if !one_sort {
        return None;
    }
    if let Some(holds) = lines(frame, &values) {
        return holds;
    }
    // The whole is what is named behind the word that adds, and no part.
    let (mut behind, mut before) = (
        spoken(frame, adds + 1..frame.tokens.len()),
        spoken(frame, 0..adds),
    );
    // "The total equals the sum of its taxable value, IGST and round-off."
    let parts_behind = frame.find(&["plus"]).is_some_and(|n| n > adds)
        || (adds + 1..(adds + 4).min(frame.tokens.len())).any(|n| frame.is_word(n, &["sum"]));
    if parts_behind && !frame.is_word(adds, &["add", "adds", "sum", "sums", "make", "makes"]) {
        std::mem::swap(&mut behind, &mut before);
    }
    // "Tax" is all of the taxes, where none is called by its name.
    let is_tax = |f: &Field<'_>, said: &Tags| {
        said.contains("head.gst")
            && !TAXES.iter().any(|t| said.contains(t))
            && TAXES.iter().any(|t| f.has(t))
    };
    let named = |n: usize, said: &(Tags, BTreeSet<String>)| {
        field(n).is_some_and(|f| is_named(f, said) || is_tax(f, &said.0))
    };
    let total_said = |n: usize| field(n).is_some_and(|f| f.has("head.total"));
    let mut wholes: Vec<&(usize, Decimal)> =
        values.iter().filter(|(n, _)| named(*n, &behind)).collect();
    if wholes.len() > 1 && behind.0.contains("head.total") {
        wholes.retain(|(n, _)| total_said(*n));
    }
    let [(whole, total)] = wholes[..] else {
        return None;
    };
    let parts: Vec<&(usize, Decimal)> = values.iter().filter(|(n, _)| n != whole).collect();
    if !parts.iter().all(|(n, _)| named(*n, &before))
        || !told_heads(&before.0).all(|t| {
            parts.iter().any(|(n, _)| {
                field(*n).is_some_and(|f| {
                    heads(f).contains(t) || t == "head.gst" && is_tax(f, &before.0)
                })
            })
        })
    {
        return None;
    }
    let sum = parts
        .iter()
        .try_fold(Decimal::ZERO, |sum, (_, v)| sum.checked_add(*v))?;
    let denied = (0..adds).filter(|n| frame.is_word(*n, &DENY)).count();
    if denied > 1 || !frame.is_as_read((sum == *total) == (denied == 0)) {
        return None;
    }
    take_figures(frame, &values)?;
    frame.tell_where(|n, f| values.iter().any(|(v, _)| *v == n) || f.has("kind.unit"));
    frame.take_words(&WORDS);
    frame.take_words(&DENY);
    Some(())
}

/// Takes the figures that are told: those of the values, and the number of the line in which they stand.
pub(super) fn take_figures(frame: &mut Frame<'_, '_>, values: &[(usize, Decimal)]) -> Option<()> {
    for (at, number) in frame.open_numbers() {
        let line = at
            .checked_sub(1)
            .is_some_and(|n| frame.is_word(n, &["line", "item"]));
        let nth = number
            .raw
            .parse()
            .ok()
            .filter(|_| line)
            .map(Mention::Ordinal);
        let own = match nth {
            Some(line) => values
                .iter()
                .all(|(n, _)| frame.cited.get(*n).is_some_and(|f| line.binds(f, ""))),
            None => values.iter().any(|(_, v)| number.is(*v, false)),
        };
        if !own {
            return None;
        }
        frame.take(at);
    }
    Some(())
}

/// "The taxable value is the sum of its three lines": a value of the paper, and that of each of its lines.
#[allow(
    clippy::option_option,
    reason = "not of lines, not understood, understood"
)]
fn lines(frame: &mut Frame<'_, '_>, values: &[(usize, Decimal)]) -> Option<Option<()>> {
    let field = |n: usize| frame.cited.get(n);
    let (listed, rest): (Vec<_>, Vec<_>) = values
        .iter()
        .copied()
        .partition(|(n, _)| field(*n).is_some_and(|f| f.element().is_some()));
    let [(whole, total)] = rest[..] else {
        return None;
    };
    let first = field(listed.first()?.0)?;
    let (_, list) = first.element()?;
    let all = list.as_array()?.len() == listed.len();
    let one_leaf = listed
        .iter()
        .all(|(n, _)| field(*n).is_some_and(|f| f.leaf() == first.leaf()));
    if !frame.says(&["line", "lines", "items"])
        || !frame.says(&["sum", "add", "adds", "make", "makes", "total", "totals"])
    {
        return None;
    }
    let whole_field = field(whole)?;
    let said = frame.tags(0..frame.tokens.len());
    let own = heads(whole_field);
    // "The taxable total" is no total.
    let taxable = own.contains("head.taxable") && said.contains("head.taxable");
    let named = !own.is_disjoint(&heads(first))
        && told_heads(&said).all(|t| own.contains(t) || t == "head.total" && taxable)
        && is_named(whole_field, &spoken(frame, 0..frame.tokens.len()));
    if !all || !one_leaf || !named {
        return Some(None);
    }
    let sum = listed
        .iter()
        .try_fold(Decimal::ZERO, |sum, (_, v)| sum.checked_add(*v));
    let denied = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &DENY))
        .count();
    if denied > 1 || !sum.is_some_and(|sum| frame.is_as_read((sum == total) == (denied == 0))) {
        return Some(None);
    }
    for (at, number) in frame.open_numbers() {
        let counted = !number.rupees
            && number.value == Decimal::from(listed.len())
            && frame.is_word(at + 1, &["line", "lines", "items"]);
        if !counted && !values.iter().any(|(_, v)| number.is(*v, false)) {
            return Some(None);
        }
        frame.take(at);
    }
    frame.tell_all();
    frame.take_words(&WORDS);
    frame.take_words(&DENY);
    frame.take_words(&[
        "equals", "equal", "sum", "lines", "its", "is", "all", "stated", "total",
    ]);
    Some(Some(()))
}

/// What a part of the claim names: heads and stages, and words.
pub(super) fn spoken(
    frame: &Frame<'_, '_>,
    range: std::ops::Range<usize>,
) -> (Tags, BTreeSet<String>) {
    let tags = frame.tags(range.clone());
    let words = range
        .map(|n| stem(frame.word(n)))
        .filter(|w| w.len() > 3)
        .collect();
    (tags, words)
}

pub(super) fn told_heads(tags: &Tags) -> impl Iterator<Item = &'static str> + '_ {
    tags.iter()
        .copied()
        .filter(|t| matches!(group(t), "head" | "stage") && *t != "head.gst")
}

pub(super) fn heads(field: &Field<'_>) -> Tags {
    (field.tags.iter().copied())
        .filter(|t| matches!(group(t), "head" | "stage"))
        .collect()
}

/// Whether a value is called by what is said: by its head or its stage, or by a word of its own name.
pub(super) fn is_named(field: &Field<'_>, (tags, words): &(Tags, BTreeSet<String>)) -> bool {
    let own = heads(field);
    if !own.is_empty() {
        return own.iter().any(|t| tags.contains(t));
    }
    name_parts(field.leaf())
        .iter()
        .any(|p| words.contains(&stem(p)))
}
