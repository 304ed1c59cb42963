//! Two identifiers that are said to be one, or not to be: "the IFSC on invoice A/1 is the IFSC held for V0930", "invoice 71327
//! and goods receipt GRN-42033 name the same purchase order", "the PAN inside the supplier's GSTIN is that of vendor V7484".

use super::Frame;
use crate::{
    field::Field,
    lex::Token,
    mention, read,
    vocabulary::{Tags, VOCABULARY, name_parts},
};

/// Words by which two are said to be one.
const ONE: [&str; 26] = [
    "same",
    "matches",
    "match",
    "agrees",
    "agree",
    "equals",
    "identical",
    "contains",
    "inside",
    "is",
    "one",
    "into",
    "name",
    "corresponds",
    "tallies",
    "tally",
    "refers",
    "refer",
    "begins",
    "with",
    "to",
    "was",
    "are",
    "carry",
    "share",
    "that",
];
/// Words by which they are said not to be.
const TWO: [&str; 11] = [
    "not",
    "differs",
    "differ",
    "different",
    "disagrees",
    "disagree",
    "mismatch",
    "other",
    "another",
    "unlike",
    "than",
];
/// Words of where they stand.
const WORDS: [&str; 36] = [
    "named",
    "printed",
    "shown",
    "given",
    "held",
    "registered",
    "recorded",
    "verified",
    "file",
    "asks",
    "payment",
    "paid",
    "legal",
    "by",
    "number",
    "code",
    "address",
    "state",
    "vendor",
    "supplier",
    "master",
    "names",
    "quotes",
    "quoted",
    "used",
    "bank",
    "portal",
    "account",
    "both",
    "the",
    "of",
    "in",
    "kept",
    "own",
    "on",
    "according",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    if frame
        .tokens
        .iter()
        .any(|t| matches!(t, Token::Date(_) | Token::Part(_)))
    {
        return None;
    }
    let ids: Vec<usize> = (0..frame.cited.len())
        .filter(|n| {
            frame
                .cited
                .get(*n)
                .is_some_and(|f| is_identifier(f) && !is_told(frame, f))
        })
        .collect();
    // "GSTIN X on invoice A/1 is the one registered for V1": what is said to be one may be told.
    let of_a_sort = |n: &usize| {
        frame.cited.get(*n).is_some_and(|f| {
            let own = ["kind.gstin", "kind.pan", "kind.ifsc", "kind.account"];
            is_identifier(f) && own.iter().any(|t| sorts(f).contains(t))
        })
    };
    let told: Vec<usize> = (0..frame.cited.len()).filter(of_a_sort).collect();
    let (([a, b], _) | (_, [a, b])) = (&ids[..], &told[..]) else {
        return None;
    };
    let (a, b) = (*a, *b);
    let (one, two) = (frame.cited.get(a)?, frame.cited.get(b)?);
    let one_record = one.doc == two.doc;
    let equal = is_one(one, two)?;
    // What is said to be one is what both are.
    let said = said(frame);
    let (own, other) = (sorts(one), sorts(two));
    let shared = said.iter().all(|t| own.contains(t) && other.contains(t));
    let within = equal.is_part
        && said.iter().all(|t| own.contains(t) || other.contains(t))
        && !said.is_empty();
    if said.is_empty() || !(shared || within) || one_record && !equal.is_part {
        return None;
    }
    if !one_record && !are_both_named(frame, one, two) {
        return None;
    }
    if frame
        .open_numbers()
        .iter()
        .any(|(_, n)| n.rupees || n.percent || n.raw.len() > 2)
    {
        return None;
    }
    let denials = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &TWO))
        .count();
    let affirmed = frame.says(&ONE);
    if denials > 1 || denials == 0 && !affirmed || !frame.is_as_read(equal.holds == (denials == 0))
    {
        return None;
    }
    for n in 0..frame.cited.len() {
        let Some(field) = frame.cited.get(n) else {
            continue;
        };
        if n == a || n == b || is_told(frame, field) {
            frame.tell(n);
        }
    }
    frame.take_words(&ONE);
    frame.take_words(&TWO);
    frame.take_words(&WORDS);
    Some(())
}

/// Whether two identifiers are one, or the one is a part of the other by what they are.
struct One {
    holds: bool,
    is_part: bool,
}

fn is_one(a: &Field<'_>, b: &Field<'_>) -> Option<One> {
    let text = |f: &Field<'_>| read::json_text(f.value).map(|t| read::identifier(&t));
    let (x, y) = (text(a)?, text(b)?);
    let gstin = |t: &str| mention::is_gstin(t);
    let part = |gstin: &str, field: &Field<'_>, text: &str| {
        if field.has("kind.pan") {
            gstin.get(2..12).map(|own| own == text)
        } else if text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()) {
            gstin.get(..2).map(|own| own == text)
        } else {
            VOCABULARY.place(text).map(|code| gstin.starts_with(code))
        }
    };
    let (holds, is_part) = match (gstin(&x), gstin(&y)) {
        (true, false) => (part(&x, b, &y)?, true),
        (false, true) => (part(&y, a, &x)?, true),
        _ => (x == y, false),
    };
    Some(One { holds, is_part })
}

/// Whether a value identifies somebody or something, or is a code of a State beside what does.
fn is_identifier(field: &Field<'_>) -> bool {
    field.value.is_string() && !sorts(field).is_empty() && read::json_date(field.value).is_none()
}

/// Whether the claim tells a value, and so says by it which record it speaks of.
fn is_told(frame: &Frame<'_, '_>, field: &Field<'_>) -> bool {
    field
        .value
        .as_str()
        .is_some_and(|t| t.len() > 2 && frame.names(t))
}

/// What an identifier is, as a claim may call it.
fn sorts(field: &Field<'_>) -> Tags {
    let parts = name_parts(field.leaf());
    let named = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
    let mut out: Tags = [
        "kind.gstin",
        "kind.pan",
        "kind.ifsc",
        "kind.account",
        "kind.irn",
        "kind.utr",
        "kind.place",
    ]
    .into_iter()
    .filter(|t| field.has(t))
    .collect();
    let order =
        field.has("doc.order") || parts.first().is_some_and(|p| p == "po") || named(&["porefr"]);
    if order && (field.has("kind.number") || named(&["porefr", "po"])) {
        out.insert("doc.order");
    }
    if named(&["accdet"]) {
        out.insert("kind.account");
    }
    if named(&["stcd", "pos"]) {
        out.insert("kind.place");
    }
    out
}

/// Which sorts of identifier the claim speaks of.
fn said(frame: &Frame<'_, '_>) -> Tags {
    let says = |any: &[&str]| frame.words.iter().any(|w| any.contains(&w.as_str()));
    let mut out = Tags::new();
    out.extend(says(&["pan"]).then_some("kind.pan"));
    out.extend(says(&["gstin", "gstins"]).then_some("kind.gstin"));
    out.extend(says(&["ifsc"]).then_some("kind.ifsc"));
    out.extend(says(&["account"]).then_some("kind.account"));
    out.extend(says(&["irn"]).then_some("kind.irn"));
    out.extend(says(&["utr"]).then_some("kind.utr"));
    out.extend(says(&["state"]).then_some("kind.place"));
    // An order that is named by its number says which record is meant.
    let order = frame.words.windows(2).enumerate().any(|(n, two)| {
        let order = two == ["purchase", "order"] || two.first().is_some_and(|w| w == "po");
        let behind = n + if two == ["purchase", "order"] { 2 } else { 1 };
        order
            && !frame
                .keys
                .iter()
                .any(|(k, _)| (behind..behind + 2).contains(k))
    });
    out.extend(order.then_some("doc.order"));
    out
}

/// Whether the claim tells of each of the two records which it is: by a number of its own, or as the one master.
fn are_both_named(frame: &Frame<'_, '_>, one: &Field<'_>, two: &Field<'_>) -> bool {
    let keyed = |f: &Field<'_>, other: &Field<'_>| {
        frame
            .keys
            .iter()
            .any(|(_, docs)| docs.contains(&f.doc) && !docs.contains(&other.doc))
    };
    let register = |f: &Field<'_>| {
        let kinds = frame.index.kinds(f.doc);
        let says = |any: &[&str]| frame.words.iter().any(|w| any.contains(&w.as_str()));
        kinds.contains("doc.vendor") && says(&["master", "vendor"])
            || kinds.contains("doc.bank") && says(&["bank", "verified"])
            || kinds.contains("doc.registration") && says(&["portal"])
    };
    let named = |f: &Field<'_>, other: &Field<'_>| keyed(f, other) || register(f);
    named(one, two) && named(two, one)
}
