//! A tax at a rate on a base, in two halves.

use domain::Decimal;

use super::chunk;
use crate::{frame::Frame, number::Number};

/// A tax at a rate on a base, in two halves.
#[expect(
    clippy::too_many_lines,
    reason = "one list of words, each short by itself"
)]
pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let with = |tag: &str| -> Vec<usize> {
        (0..frame.cited.len())
            .filter(|n| {
                frame
                    .cited
                    .get(*n)
                    .is_some_and(|f| f.tags.iter().any(|t| *t == tag))
            })
            .collect()
    };
    let ([central], [state], [base]) = (
        &with("head.cgst")[..],
        &with("head.sgst")[..],
        &with("head.taxable")[..],
    ) else {
        return None;
    };
    let (central, state, base) = (*central, *state, *base);
    let rate = (0..frame.cited.len()).find(|n| ![central, state, base].contains(n));
    if frame.cited.len() > 4
        || rate.is_some_and(|n| !frame.cited.get(n).is_some_and(|f| f.has("kind.rate")))
    {
        return None;
    }
    let (half, other, on) = (
        frame.value(central)?,
        frame.value(state)?,
        frame.value(base)?,
    );
    let numbers = frame.open_numbers();
    let (at, percent) = numbers.iter().find(|(_, n)| n.percent)?;
    let each = [at + 1, at.saturating_sub(1), at.saturating_sub(2)]
        .iter()
        .any(|n| frame.is_word(*n, &["each", "apiece"]));
    let parts = if each { half } else { half.checked_add(other)? };
    let due = on
        .checked_mul(percent.value)?
        .checked_div(Decimal::ONE_HUNDRED)?;
    let near = due.checked_sub(parts)?.abs() <= Decimal::new(1, 2);
    let cited_rate = rate.is_none_or(|n| {
        let held = frame.value(n).unwrap_or_default();
        let whole = if each { Decimal::TWO } else { Decimal::ONE };
        percent.value.checked_mul(whole) == Some(held)
    });
    if half != other || !near || !cited_rate || !stated_so(frame, &numbers, on, half) {
        return None;
    }
    // One half is the one tax, and the other is the other.
    let many = |words: &[&str]| {
        (0..frame.tokens.len())
            .filter(|n| frame.is_word(*n, words))
            .count()
    };
    if many(&["cgst", "central"]) != 1 || many(&["sgst", "utgst", "state"]) != 1 {
        return None;
    }
    let heads = frame.tags(0..frame.tokens.len());
    if ["head.igst", "head.cess", "head.tds", "head.tcs"]
        .iter()
        .any(|t| heads.contains(t))
    {
        return None;
    }
    for (n, _) in &numbers {
        frame.take(*n);
    }
    frame.take_words(&[
        "half",
        "halves",
        "split",
        "splits",
        "divided",
        "shared",
        "equally",
        "evenly",
        "each",
        "apiece",
        "together",
        "make",
        "makes",
        "made",
        "tax",
        "gst",
        "charged",
        "levied",
        "taxable",
        "value",
        "central",
        "state",
        "into",
        "two",
        "equal",
        "up",
        "comes",
        "works",
        "out",
        "cgst",
        "sgst",
        "utgst",
        "amount",
        "base",
        "computed",
        "calculated",
    ]);
    frame.tell_all();
    Some(())
}

/// Whether the base and both halves are stated, and called what they are.
fn stated_so(
    frame: &Frame<'_, '_>,
    numbers: &[(usize, Number)],
    on: Decimal,
    half: Decimal,
) -> bool {
    let mut halved = 0;
    let mut based = false;
    for (n, number) in numbers.iter().filter(|(_, n)| !n.percent) {
        let label = frame.tags(chunk(frame, *n));
        let said = |tag: &str| label.iter().any(|t| *t == tag);
        if number.is(on, false)
            && !number.is(half, false)
            && !based
            && !said("head.cgst")
            && !said("head.sgst")
        {
            based = true;
        } else if number.is(half, false) && !said("head.taxable") && !said("head.igst") {
            let both = frame.is_word(n + 1, &["each"]) || frame.is_word(n + 1, &["apiece"]);
            halved += if both { 2 } else { 1 };
        } else {
            return false;
        }
    }
    halved == 2 && based
}
