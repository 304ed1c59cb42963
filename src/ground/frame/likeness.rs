//! Two identifiers or names of one sort that a claim tells, each with where it stands, and says to be one or two: "IFSC SBIN0584472
//! on invoice A/1 is not the PUNB0205390 that we hold for V0342", "the IRN of A/1 differs from the computed hash".

use domain::{Decimal, names::similarity};

use super::Frame;
use crate::{
    field::Field,
    lex::Token,
    read,
    vocabulary::{Tag, name_parts},
};

/// Words by which two are said not to be one.
const TWO: [&str; 9] = [
    "not",
    "differs",
    "differ",
    "different",
    "disagrees",
    "disagree",
    "unlike",
    "other",
    "another",
];
/// Words by which they are said to be.
const ONE: [&str; 17] = [
    "same",
    "matches",
    "match",
    "agrees",
    "agree",
    "equals",
    "equal",
    "identical",
    "is",
    "are",
    "was",
    "one",
    "have",
    "has",
    "tallies",
    "both",
    "as",
];
/// Words of where they stand, and of who holds them.
const WORDS: [&str; 51] = [
    "the",
    "a",
    "an",
    "of",
    "on",
    "in",
    "at",
    "for",
    "from",
    "with",
    "to",
    "by",
    "under",
    "and",
    "but",
    "that",
    "which",
    "whom",
    "who",
    "than",
    "does",
    "do",
    "we",
    "our",
    "us",
    "hold",
    "holds",
    "held",
    "says",
    "gives",
    "named",
    "names",
    "name",
    "printed",
    "stated",
    "given",
    "shown",
    "registered",
    "placed",
    "account",
    "vendor",
    "supplier",
    "seller",
    "master",
    "portal",
    "computed",
    "recomputed",
    "hash",
    "row",
    "legal",
    "record",
];
/// Names less alike than this are two; those that are quite alike are one; between them nobody knows.
const TWO_NAMES: Decimal = Decimal::from_parts(85, 0, 0, false, 2);

/// How a register is called, and what a record of it is.
const REGISTERS: [(&[&str], &[Tag]); 4] = [
    (&["invoice", "bill"], &["doc.invoice"]),
    (&["portal"], &["doc.registration", "doc.portal"]),
    (&["master", "hold", "holds", "held"], &["doc.vendor"]),
    (&["order", "po"], &["doc.order"]),
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let dated = |t: &Token| matches!(t, Token::Date(_) | Token::Part(_));
    if frame.tokens.iter().any(dated) || !frame.open_numbers().is_empty() {
        return None;
    }
    let (a, b) = pair(frame)?;
    let (one, other) = (frame.cited.get(a)?, frame.cited.get(b)?);
    let equal = is_one(one, other)?;
    let denials: Vec<usize> = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &TWO))
        .collect();
    let apart = match denials[..] {
        [] if frame.says(&ONE) => None,
        [at] => Some(at),
        _ => return None,
    };
    if !frame.is_as_read(equal == apart.is_none()) {
        return None;
    }
    let (place_one, place_other) = (place(frame, one), place(frame, other));
    match (apart, place_one, place_other) {
        // Each stands on its side of the word, beside what it is of.
        (Some(at), _, _) => {
            let first = match (place_one, place_other) {
                (Some(x), Some(y)) if (x < at) != (y < at) => x < at,
                (Some(x), None) => x < at,
                (None, Some(y)) => y > at,
                _ => return None,
            };
            let (left, right) = if first { (one, other) } else { (other, one) };
            let (l, r) = if first {
                (place_one, place_other)
            } else {
                (place_other, place_one)
            };
            let len = frame.tokens.len();
            if !is_of(frame, 0..at, left, l)? || !is_of(frame, at..len, right, r)? {
                return None;
            }
        }
        (None, Some(_), _) | (None, _, Some(_)) => {
            let named = |f: &Field<'_>, other: &Field<'_>| {
                frame.keys.iter().any(|(k, docs)| {
                    docs.contains(&f.doc)
                        && !docs.contains(&other.doc)
                        && Some(*k) != place_one
                        && Some(*k) != place_other
                }) || is_registered(frame, 0..frame.tokens.len(), f) == Some(true)
            };
            if !named(one, other) || !named(other, one) {
                return None;
            }
        }
        _ => return None,
    }
    frame.tell_where(|n, _| n == a || n == b);
    frame.take_words(&ONE);
    frame.take_words(&TWO);
    frame.take_words(&WORDS);
    Some(())
}

/// The two values of one sort, where there are two of no more than one sort.
fn pair(frame: &Frame<'_, '_>) -> Option<(usize, usize)> {
    let sorts: Vec<Option<Tag>> = frame.cited.iter().map(sort).collect();
    let mut found = None;
    for (n, sort) in sorts.iter().enumerate() {
        let alike: Vec<usize> = (0..sorts.len())
            .filter(|m| sort.is_some() && sorts.get(*m) == Some(sort))
            .collect();
        match alike[..] {
            [a, b] if a == n => {
                if found.replace((a, b)).is_some() {
                    return None;
                }
            }
            [] | [_] | [_, _] => {}
            _ => return None,
        }
    }
    let (a, b) = found?;
    (frame.cited.get(a)?.doc != frame.cited.get(b)?.doc).then_some((a, b))
}

/// What an identifier or a name is.
fn sort(field: &Field<'_>) -> Option<Tag> {
    if !field.value.is_string() || read::json_date(field.value).is_some() {
        return None;
    }
    let parts = name_parts(field.leaf());
    let is = |p: &str| parts.iter().any(|own| own == p);
    if is("hash") || field.leaf().eq_ignore_ascii_case("sha256") {
        return Some("kind.irn");
    }
    let known = [
        "kind.gstin",
        "kind.pan",
        "kind.ifsc",
        "kind.account",
        "kind.irn",
    ]
    .into_iter()
    .find(|t| field.has(t));
    let vendor = (is("vendor") || is("supplier")) && (is("id") || is("code"));
    known
        .or_else(|| {
            field
                .leaf()
                .eq_ignore_ascii_case("accdet")
                .then_some("kind.account")
        })
        .or_else(|| vendor.then_some("role.supplier"))
        .or_else(|| (field.has("kind.name") || field.leaf_is_party()).then_some("kind.name"))
}

fn is_one(a: &Field<'_>, b: &Field<'_>) -> Option<bool> {
    let (x, y) = (a.value.as_str()?, b.value.as_str()?);
    if sort(a) != Some("kind.name") {
        return Some(read::identifier(x) == read::identifier(y));
    }
    let alike = similarity(x, y);
    if alike == Decimal::ONE {
        Some(true)
    } else if alike < TWO_NAMES {
        Some(false)
    } else {
        None
    }
}

/// Where a value is told.
fn place(frame: &Frame<'_, '_>, field: &Field<'_>) -> Option<usize> {
    let text = field.value.as_str()?;
    (0..frame.tokens.len()).find(|at| frame.key_from(*at, text))
}

/// Whether a side of the claim speaks of the record of a value, and of no other; none where it says not which.
fn is_of(
    frame: &Frame<'_, '_>,
    side: std::ops::Range<usize>,
    field: &Field<'_>,
    value: Option<usize>,
) -> Option<bool> {
    let mut keyed = None;
    for (at, docs) in &frame.keys {
        if side.contains(at) && Some(*at) != value {
            keyed = Some(keyed.unwrap_or(true) && docs.contains(&field.doc));
        }
    }
    let hashed = frame.words.get(side.clone())?.iter().any(|w| w == "hash");
    match (keyed, is_registered(frame, side, field)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (None, None) if hashed => Some(!field.has("kind.irn") || value.is_none()),
        (None, None) => None,
        _ => Some(true),
    }
}

/// Whether the register that a side speaks of is that of a value; none where it speaks of none.
fn is_registered(
    frame: &Frame<'_, '_>,
    side: std::ops::Range<usize>,
    field: &Field<'_>,
) -> Option<bool> {
    let mut kinds = frame.kinds(field.doc);
    kinds.extend(shown(frame, field.doc));
    let words = frame.words.get(side)?;
    let mut said = REGISTERS
        .iter()
        .filter(|(names, _)| words.iter().any(|w| names.contains(&w.as_str())))
        .peekable();
    said.peek()?;
    Some(said.any(|(_, tags)| tags.iter().any(|t| kinds.contains(t))))
}

/// What a record is that does not say so, by what it holds.
fn shown(frame: &Frame<'_, '_>, doc: usize) -> Option<Tag> {
    let leaves = frame.index.leaves(doc);
    let holds = |any: &[&str]| {
        leaves.iter().any(|f| {
            let leaf = name_parts(f.leaf()).concat();
            any.contains(&leaf.as_str())
        })
    };
    if leaves
        .iter()
        .any(|f| f.path.first().is_some_and(|s| s == "DocDtls"))
    {
        Some("doc.invoice")
    } else if holds(&["ponumber", "pono", "ordernumber"]) {
        Some("doc.order")
    } else if holds(&["lgnm", "sts", "ctb", "einvoicestatus"]) {
        Some("doc.registration")
    } else if holds(&["vendorid", "vendorcode"])
        && holds(&["bankaccount", "legalname", "ifsc", "paymenttermsdays"])
    {
        Some("doc.vendor")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn two_identifiers_are_told_to_be_two() {
        let docs = [
            (
                "ev_1",
                json!({"DocDtls": {"Typ": "INV", "No": "INV-08009"}, "PayDtls": {"FinInsBr": "SBIN0584472"}}),
            ),
            (
                "ev_2",
                json!({"vendor_id": "V0342", "legal_name": "Awadh Pumps Limited", "ifsc": "PUNB0205390"}),
            ),
        ];
        let cites = [
            ("ev_1", "/PayDtls/FinInsBr"),
            ("ev_1", "/DocDtls/No"),
            ("ev_2", "/ifsc"),
            ("ev_2", "/vendor_id"),
        ];
        check(
            &docs,
            &cites,
            &[
                (
                    "IFSC SBIN0584472 on invoice INV-08009 is not the PUNB0205390 that we hold for V0342.",
                    true,
                ),
                (
                    "IFSC SBIN0584472 on invoice INV-08009 is the PUNB0205390 that we hold for V0342.",
                    false,
                ),
                (
                    "IFSC PUNB0205390 on invoice INV-08009 is not the SBIN0584472 that we hold for V0342.",
                    false,
                ),
            ],
        );
    }

    #[test]
    fn two_names_are_told_to_be_two() {
        let docs = [
            (
                "ev_1",
                json!({"DocDtls": {"Typ": "INV", "No": "A/1"}, "SellerDtls": {"LglNm": "Aravalli Forgings LLP"}}),
            ),
            (
                "ev_2",
                json!({"gstin": "19NNTCS2888U1ZL", "lgnm": "Indravati Packaging LLP", "sts": "Active"}),
            ),
        ];
        let cites = [
            ("ev_1", "/SellerDtls/LglNm"),
            ("ev_2", "/lgnm"),
            ("ev_2", "/gstin"),
        ];
        check(
            &docs,
            &cites,
            &[
                (
                    "Aravalli Forgings LLP on the invoice is not Indravati Packaging LLP, to whom the portal says 19NNTCS2888U1ZL is registered.",
                    true,
                ),
                (
                    "Aravalli Forgings LLP on the invoice is Indravati Packaging LLP, to whom the portal says 19NNTCS2888U1ZL is registered.",
                    false,
                ),
            ],
        );
    }

    #[test]
    fn the_irn_is_held_to_its_hash() {
        let (irn, hash) = (
            "9a5edf3c806a3b8c6cdd8052b31a1f79899ed901c7aa7465f1866d062ea49161",
            "f85de496eb41482dcd6b8ff4598ac7c9dbbdd4e2ba98f76a0a87203ca15d0e03",
        );
        for (held, differs) in [(hash, true), (irn, false)] {
            let docs = [
                (
                    "ev_1",
                    json!({"Irn": irn, "DocDtls": {"Typ": "INV", "No": "GST/26-06463"}}),
                ),
                ("ev_2", json!({"calculation": "irn", "sha256": held})),
            ];
            let cites = [
                ("ev_1", "/Irn"),
                ("ev_1", "/DocDtls/No"),
                ("ev_2", "/sha256"),
            ];
            let claim = format!("The IRN {irn} of GST/26-06463 differs from the computed hash.");
            check(&docs, &cites, &[(&claim, differs)]);
        }
    }
}
