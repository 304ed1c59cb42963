//! One tax alone: "INV-82000 charges IGST only", "the tax is all IGST, ₹4,07,220; CGST and SGST are nil" (IGST Act, section 5;
//! CGST Act, section 9).

use domain::Decimal;

use super::Frame;
use crate::{
    field::Field,
    vocabulary::{Tag, Tags},
};

const HEADS: [Tag; 3] = ["head.cgst", "head.sgst", "head.igst"];
const ALONE: [&str; 4] = ["only", "alone", "all", "solely"];
const WORDS: [&str; 22] = [
    "tax", "the", "is", "are", "and", "with", "at", "zero", "nil", "no", "charges", "charged",
    "of", "on", "both", "none", "levies", "levied", "bears", "not", "under", "as",
];
/// Words by which what is told is nothing.
const NONE: [&str; 5] = ["zero", "nil", "no", "none", "not"];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let held: Vec<(Tag, Decimal, usize)> = (0..frame.cited.len())
        .filter_map(|n| {
            let field: &Field<'_> = frame.cited.get(n)?;
            let head = HEADS.into_iter().find(|t| field.has(t))?;
            Some((head, frame.value(n)?, field.doc))
        })
        .collect();
    let doc = held.first()?.2;
    // All three, of one paper, or those that are said.
    let three = HEADS
        .iter()
        .all(|t| held.iter().filter(|(h, ..)| h == t).count() == 1);
    if !three || held.iter().any(|(_, _, d)| *d != doc) || held.len() != frame.cited.len() {
        return None;
    }
    let alone = frame.find(&ALONE)?;
    // The head that stands nearest before or right behind the word.
    let near = |range: std::ops::Range<usize>| -> Vec<Tag> {
        let tags: Tags = frame.tags(range);
        HEADS.into_iter().filter(|t| tags.contains(t)).collect()
    };
    let head = match (
        &near(alone.saturating_sub(2)..alone)[..],
        &near(alone + 1..(alone + 2).min(frame.tokens.len()))[..],
    ) {
        (_, [one]) | ([one], []) => *one,
        _ => return None,
    };
    // Every other that is told is told as nothing.
    let others: Vec<usize> = (0..frame.words.len())
        .filter(|n| {
            HEADS
                .iter()
                .any(|t| *t != head && frame.word(*n) == t.trim_start_matches("head."))
        })
        .collect();
    let nothing =
        frame.says(&NONE) || (frame.open_numbers().iter()).any(|(_, n)| n.value == Decimal::ZERO);
    if others.is_empty() == nothing {
        return None;
    }
    let own = held.iter().find(|(h, ..)| *h == head)?.1;
    let holds = own > Decimal::ZERO
        && held
            .iter()
            .all(|(h, v, _)| *h == head || *v == Decimal::ZERO);
    let told = frame.open_numbers();
    let right = told
        .iter()
        .all(|(_, n)| n.is(own, false) || n.value == Decimal::ZERO && !others.is_empty());
    if told.len() > 2 || !frame.is_as_read(holds && right) {
        return None;
    }
    for (at, _) in told {
        frame.take(at);
    }
    frame.tell_all();
    frame.take_words(&ALONE);
    frame.take_words(&WORDS);
    Some(())
}
