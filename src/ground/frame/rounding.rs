//! A round-off held to its limit, whichever way it goes: "the round-off on A/1 is within ₹1.00 either way", "the absolute
//! round-off, ₹0.38, is at most the policy limit of ₹1.00" (CHECKS: an invoice is rounded to the rupee).

use domain::Decimal;

use super::Frame;
use crate::field::Field;

const WITHIN: [&str; 9] = [
    "within", "most", "exceed", "than", "inside", "limit", "up", "either", "over",
];
const BEYOND: [&str; 4] = ["beyond", "outside", "exceeds", "above"];
const WORDS: [&str; 44] = [
    "tolerance",
    "document",
    "a",
    "minus",
    "round",
    "off",
    "rounding",
    "roundoff",
    "amount",
    "absolute",
    "is",
    "in",
    "size",
    "which",
    "within",
    "the",
    "limit",
    "of",
    "policy",
    "policy's",
    "on",
    "invoice",
    "bill",
    "either",
    "way",
    "side",
    "at",
    "most",
    "lies",
    "stays",
    "set",
    "by",
    "not",
    "exceed",
    "does",
    "more",
    "than",
    "rupee",
    "rupees",
    "its",
    "and",
    "inside",
    "allowed",
    "for",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let is_limit = |f: &Field<'_>| {
        let path = f.pointer().to_lowercase();
        path.contains("limit") || path.contains("toler")
    };
    let rounding: Vec<usize> = (0..frame.cited.len())
        .filter(|n| {
            frame
                .cited
                .get(*n)
                .is_some_and(|f| f.has("head.roundoff") && !is_limit(f))
        })
        .collect();
    let [own] = rounding[..] else { return None };
    let off = frame.value(own)?.abs();
    let limits: Vec<(usize, Decimal)> = (0..frame.cited.len())
        .filter(|n| *n != own)
        .filter(|n| frame.cited.get(*n).is_some_and(is_limit))
        .filter_map(|n| Some((n, frame.value(n)?)))
        .collect();
    let said = frame.says(&["round", "rounding", "roundoff"]) && !frame.says(&BEYOND);
    let negated = frame.says(&["not"]);
    let kept = frame.says(&["exceed"]) || frame.says(&["more"]);
    if !said || !frame.says(&WITHIN) || negated != kept || limits.len() > 1 {
        return None;
    }
    let numbers = frame.open_numbers();
    let (limit, sizes) = numbers.split_last()?;
    let most = limit.1.value;
    let sized = sizes.iter().all(|(_, n)| n.value.abs() == off) && sizes.len() <= 1;
    let given = limits.iter().all(|(_, v)| limit.1.is(*v, false));
    if limit.1.percent || !frame.is_as_read(off <= most && sized && given) {
        return None;
    }
    for (at, _) in numbers {
        frame.take(at);
    }
    frame.tell_where(|n, _| n == own || limits.iter().any(|(l, _)| *l == n));
    frame.take_words(&WORDS);
    Some(())
}
