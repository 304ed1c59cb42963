//! The lines of a list come to the total that the paper states; what was taken off a gross; what was rounded off; what a
//! credit note leaves of an invoice.

use domain::Decimal;

use crate::{
    frame::Frame,
    number::Number,
    vocabulary::{group, of},
};

const SUMS: [&str; 14] = [
    "sum",
    "sums",
    "summed",
    "summing",
    "add",
    "adds",
    "adding",
    "added",
    "total",
    "totals",
    "totalling",
    "totaling",
    "aggregate",
    "together",
];
const MATCHES: [&str; 16] = [
    "matching",
    "matches",
    "match",
    "agreeing",
    "agrees",
    "agree",
    "tallying",
    "tallies",
    "tally",
    "equal",
    "equals",
    "equalling",
    "same",
    "exactly",
    "identical",
    "also",
];

/// What a credit note in whole is not.
const PARTS: [&str; 8] = [
    "head.taxable",
    "head.igst",
    "head.cgst",
    "head.sgst",
    "head.cess",
    "head.tds",
    "head.tcs",
    "head.discount",
];

/// "Line amounts sum to ₹2,64,600, matching its taxable total."
pub(super) fn agree(frame: &mut Frame<'_, '_>) -> Option<()> {
    let listed: Vec<usize> = (0..frame.cited.len())
        .filter(|n| frame.cited.get(*n).is_some_and(|f| f.element().is_some()))
        .collect();
    let mut whole = (0..frame.cited.len()).filter(|n| !listed.contains(n));
    let total = frame.cited.get(whole.next()?)?;
    let first = frame.cited.get(*listed.first()?)?;
    let many = first.element()?.1.as_array()?.len();
    let alike = listed.iter().all(|n| {
        frame
            .cited
            .get(*n)
            .is_some_and(|f| f.leaf() == first.leaf() && f.doc == first.doc)
    });
    let own = of(&first.tags, "head");
    if whole.next().is_some()
        || listed.len() < 2
        || !alike
        || many != listed.len()
        || total.doc != first.doc
        || own.is_empty()
        || own != of(&total.tags, "head")
    {
        return None;
    }
    let sum = listed
        .iter()
        .try_fold(Decimal::ZERO, |sum, n| sum.checked_add(frame.value(*n)?))?;
    let said = of(&frame.tags(0..frame.tokens.len()), "head");
    let named = said.iter().all(|t| own.contains(t) || *t == "head.total");
    // Lines with their tax are called no values before it.
    let held = crate::read::json_number(total.value)?;
    if sum != held || !named || !frame.says(&SUMS) || !frame.says(&MATCHES) {
        return None;
    }
    let (mut stated, mut taken) = (0, Vec::new());
    for (at, number) in frame.open_numbers() {
        let count = !number.rupees
            && !number.percent
            && number.value == Decimal::from(u32::try_from(many).ok()?)
            && frame.is_word(at + 1, &["lines", "items", "rows"]);
        if !count && !number.is(sum, false) {
            return None;
        }
        stated += usize::from(!count);
        taken.push(at);
    }
    if stated == 0 || stated > 2 {
        return None;
    }
    for at in taken {
        frame.take(at);
    }
    frame.take_words(&SUMS);
    frame.take_words(&MATCHES);
    frame.take_words(&[
        "line", "lines", "item", "items", "rows", "amount", "amounts", "value", "values", "gives",
        "give", "taxable", "figure", "up", "which", "makes", "bill", "header", "too",
    ]);
    frame.tell_all();
    Some(())
}

fn one_with(
    frame: &Frame<'_, '_>,
    any: impl Fn(&crate::field::Field<'_>) -> bool,
) -> Option<usize> {
    let mut found = (0..frame.cited.len()).filter(|n| frame.cited.get(*n).is_some_and(&any));
    let one = found.next()?;
    found.next().is_none().then_some(one)
}

/// "A discount of 10% (Rs. 6,000) has been given on the gross of Rs. 60,000."
pub(super) fn discount(frame: &mut Frame<'_, '_>) -> Option<()> {
    let off = one_with(frame, |f| f.leaf().to_lowercase().starts_with("discount"))?;
    let gross = one_with(frame, |f| {
        matches!(
            f.leaf().to_lowercase().as_str(),
            "totamt" | "gross" | "gross_amount"
        )
    })?;
    let (part, base) = (frame.value(off)?, frame.value(gross)?);
    let beside = frame.cited.get(off)?;
    for n in (0..frame.cited.len()).filter(|n| *n != off && *n != gross) {
        let net = frame.cited.get(n)?.has("head.taxable");
        if !net || frame.value(n)? != base.checked_sub(part)? {
            return None;
        }
    }
    let same = |n: &crate::field::Field<'_>| {
        n.doc == beside.doc && n.element_path() == beside.element_path()
    };
    if !frame.cited.iter().all(same) || part <= Decimal::ZERO || part >= base {
        return None;
    }
    let numbers = frame.open_numbers();
    let [(a, first), (b, second), (c, third)] = &numbers[..] else {
        return None;
    };
    let is = |n: &Number, v: Decimal| n.rupees && n.is(v, false);
    let share = |n: &Number| {
        n.percent && n.value.checked_mul(base) == part.checked_mul(Decimal::ONE_HUNDRED)
    };
    let so =
        (is(first, part) && share(second) || share(first) && is(second, part)) && is(third, base);
    let named = frame.says(&["discount", "rebate"])
        || frame.says(&["off"]) && frame.says(&["knocked", "took", "taken"]);
    if !so || !named || !(b + 1..*c).any(|n| frame.is_word(n, &["gross"])) {
        return None;
    }
    for at in [*a, *b, *c] {
        frame.take(at);
    }
    frame.take_words(&[
        "discount", "rebate", "off", "knocked", "took", "taken", "given", "gave", "allowed",
        "gross", "namely", "value", "amount", "supplier", "vendor", "seller",
    ]);
    frame.tell_all();
    Some(())
}

/// "The bill was rounded down by 43 paise."
pub(super) fn rounded(frame: &mut Frame<'_, '_>) -> Option<()> {
    let off = one_with(frame, |f| {
        let leaf = f.leaf().to_lowercase().replace('_', "");
        leaf.starts_with("rndoff")
            || leaf.starts_with("roundoff")
            || leaf.starts_with("roundingoff")
    })?;
    let by = crate::read::json_number(frame.cited.get(off)?.value)?;
    let doc = frame.cited.get(off)?.doc;
    let total = one_with(frame, |f| f.has("head.total") && f.doc == doc);
    let base = one_with(frame, |f| f.has("head.taxable") && f.doc == doc);
    match (total, base) {
        (Some(t), Some(b)) => {
            if frame.value(b)?.checked_add(by)? != frame.value(t)? || frame.cited.len() != 3 {
                return None;
            }
        }
        (None, None) if frame.cited.len() == 1 => {}
        _ => return None,
    }
    let numbers = frame.open_numbers();
    let [(at, number)] = &numbers[..] else {
        return None;
    };
    if !number.rupees || by.is_zero() || number.value != by.abs() {
        return None;
    }
    let named =
        frame.says(&["rounded", "rounding"]) || frame.says(&["round"]) && frame.says(&["off"]);
    let (down, up) = (
        frame.says(&["down", "deducted", "reduced", "less"])
            || frame.says(&["taken"]) && !frame.says(&["up"]),
        frame.says(&["up", "added"]),
    );
    if !named || (down && up) || (down && by > Decimal::ZERO) || (up && by < Decimal::ZERO) {
        return None;
    }
    let at = *at;
    frame.take(at);
    frame.take_words(&[
        "rounded",
        "rounding",
        "round",
        "off",
        "down",
        "up",
        "deducted",
        "reduced",
        "added",
        "taken",
        "supplier",
        "only",
        "separates",
        "computed",
        "amount",
        "billed",
        "total",
        "bill",
        "invoice",
        "reach",
        "whole",
        "rupee",
    ]);
    frame.tell_all();
    Some(())
}

/// "INR 4,74,616 less the ₹33,550 credit leaves INR 4,41,066."
pub(super) fn credited(frame: &mut Frame<'_, '_>) -> Option<()> {
    let kind = |n: usize, tag: &str| {
        frame
            .cited
            .get(n)
            .is_some_and(|f| frame.kinds(f.doc).iter().any(|t| *t == tag))
    };
    let typed = |n: usize| {
        let root = frame.index.root(frame.cited.get(n)?.doc)?;
        root.pointer("/DocDtls/Typ")?.as_str()
    };
    let is_note = |n: usize| typed(n) == Some("CRN") || kind(n, "doc.credit_note");
    let (mut whole, mut note, mut link) = (None, None, None);
    for n in 0..frame.cited.len() {
        let field = frame.cited.get(n)?;
        let slot = if frame.value(n).is_some() && field.has("head.total") {
            if is_note(n) { &mut note } else { &mut whole }
        } else if is_note(n)
            && field.path.first().is_some_and(|p| p == "PrecDocDtls")
            && field.leaf() == "InvNo"
        {
            &mut link
        } else {
            return None;
        };
        if slot.replace(n).is_some() {
            return None;
        }
    }
    let (whole, note, link) = (whole?, note?, link?);
    let billed = frame
        .index
        .root(frame.cited.get(whole)?.doc)?
        .pointer("/DocDtls/No")?
        .as_str()?;
    let against = frame.cited.get(link)?.value.as_str()?;
    let (of, off) = (frame.value(whole)?, frame.value(note)?);
    let left = of.checked_sub(off)?;
    if crate::read::identifier(billed) != crate::read::identifier(against) || left <= Decimal::ZERO
    {
        return None;
    }
    let numbers = frame.open_numbers();
    let values: Vec<Decimal> = numbers
        .iter()
        .filter(|(_, n)| n.rupees)
        .map(|(_, n)| n.value)
        .collect();
    let at = |n: usize| numbers.get(n).map_or(0, |(at, _)| *at);
    let leads = |from: usize, to: usize, any: &[&str]| (from..to).any(|n| frame.is_word(n, any));
    let so = if numbers.len() == 3 && values == [of, off, left] {
        leads(at(0), at(1), &["less", "minus"])
            && leads(at(1), at(2), &["leaves", "leaving", "gives", "is", "makes"])
    } else if numbers.len() == 2 && values == [off, left] {
        leads(at(0), at(1), &["payable", "due", "net", "invoice", "bill"])
            && leads(
                at(0),
                at(1),
                &["brings", "reduces", "leaves", "cuts", "lowers", "takes"],
            )
            && !leads(at(0), at(1), &["by", "up"])
    } else {
        false
    };
    let named = frame.says(&["credit"]) && !frame.says(&["debit", "input", "itc"]);
    if !so
        || !named
        || frame
            .tags(0..frame.tokens.len())
            .iter()
            .any(|t| group(t) == "head" && PARTS.contains(t))
    {
        return None;
    }
    for (n, _) in &numbers {
        frame.take(*n);
    }
    frame.take_words(&[
        "credit", "note", "less", "minus", "leaves", "leaving", "gives", "makes", "payable", "due",
        "net", "brings", "reduces", "cuts", "lowers", "takes", "down", "invoice", "bill",
    ]);
    frame.tell_all();
    Some(())
}
