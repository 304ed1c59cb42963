//! A case in the form that is judged: the answer of a search with what was asked under one name, identifiers without the spaces
//! that a person writes into them.

mod asked;
mod bought;
mod dated;
mod found;
pub(crate) mod goods;
mod keyed;
mod linked;
mod numbered;
mod phrased;
pub(crate) mod restated;
mod search;
mod wrapped;
mod written;
mod years;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{Case, Citation, Evidence, read, vocabulary::name_parts};

/// Where the answer of a search keeps what was asked.
const ASKED: &str = "query";

/// An identifier of fewer characters is not written in pieces.
const IDENTIFIER_MIN: usize = 8;

/// A case in canonical form: the same statement about the same values.
pub(crate) fn of(case: &Case) -> Cow<'_, Case> {
    let mut plain = Cow::Borrowed(case);
    for step in [
        keyed::apart,
        lifted,
        found::counted,
        bought::renamed,
        renamed,
        goods::unnamed,
        linked::untied,
    ] {
        if let Some(other) = step(&plain) {
            plain = Cow::Owned(other);
        }
    }
    let searched = match of_search(&plain) {
        Cow::Owned(searched) => Cow::Owned(searched),
        Cow::Borrowed(_) => plain,
    };
    let numbered = match numbered::Numbers::of(&searched) {
        Some(numbers) => Cow::Owned(numbers.marked(&searched)),
        None => searched,
    };
    let mut dated = numbered;
    for told in [
        phrased::plainly,
        dated::within,
        years::told,
        years::of_interest,
        years::of_credit,
    ] {
        if let Some(claim) = told(&dated) {
            dated = Cow::Owned(Case {
                claim,
                ..dated.into_owned()
            });
        }
    }
    let asked = asked::told(&dated);
    if asked.is_empty() {
        return dated;
    }
    let mut case = dated.into_owned();
    case.citations.extend(asked);
    Cow::Owned(case)
}

/// A reason with the numbers of papers as the case writes them.
pub(crate) fn as_written(case: &Case, why: String) -> String {
    match numbered::Numbers::of(case) {
        Some(numbers) => numbers.unmarked(&why),
        None => why,
    }
}

/// The case with the answers of its searches beside what was asked; none where they stand there. A record of which a member
/// that moves is cited whole stays as it is.
fn lifted(case: &Case) -> Option<Case> {
    let mut out: Option<Case> = None;
    for (n, e) in case.evidence.iter().enumerate() {
        let own = || case.citations.iter().filter(|c| c.evidence == e.id);
        let Some(wrapped) = wrapped::Wrapped::of(&e.json) else {
            continue;
        };
        let record = wrapped.record(&e.json);
        let same =
            |c: &Citation| e.json.pointer(&c.pointer) == record.pointer(&wrapped.moved(&c.pointer));
        if !own().all(same) {
            continue;
        }
        let case = out.get_or_insert_with(|| case.clone());
        for citation in case.citations.iter_mut().filter(|c| c.evidence == e.id) {
            citation.pointer = wrapped.moved(&citation.pointer);
        }
        if let Some(slot) = case.evidence.get_mut(n) {
            slot.json = record;
        }
    }
    out
}

/// The case with plain values, and with searches under the names that all go by.
fn renamed(case: &Case) -> Option<Case> {
    let mut out: Option<Case> = None;
    for (n, e) in case.evidence.iter().enumerate() {
        let names = search::Names::of(&e.json);
        let written = written::is_written(&e.json);
        if names.is_none() && !written {
            continue;
        }
        let case = out.get_or_insert_with(|| case.clone());
        if let Some(slot) = case.evidence.get_mut(n) {
            if written {
                slot.json = written::record(&slot.json);
            }
            if let Some(names) = &names {
                slot.json = names.record(&slot.json);
            }
        }
        for citation in case.citations.iter_mut().filter(|c| c.evidence == e.id) {
            if written {
                citation.value = written::quoted(&citation.pointer, &citation.value);
            }
            if let Some(names) = &names {
                (citation.pointer, citation.value) =
                    names.moved(&citation.pointer, &citation.value);
            }
        }
    }
    out
}

/// The case with what was asked and what was found of a search apart.
fn of_search(case: &Case) -> Cow<'_, Case> {
    let flat: Vec<&str> = case
        .evidence
        .iter()
        .filter(|e| e.json.as_object().is_some_and(is_flat_search))
        .map(|e| e.id.as_str())
        .collect();
    let claim = joined(case);
    if flat.is_empty() && claim.is_none() {
        return Cow::Borrowed(case);
    }
    let is_flat = |id: &str| flat.contains(&id);
    let evidence = case.evidence.iter().map(|e| match e.json.as_object() {
        Some(map) if is_flat(&e.id) => Evidence {
            json: nested(map),
            ..e.clone()
        },
        _ => e.clone(),
    });
    let citations = case.citations.iter().map(|c| Citation {
        pointer: if is_flat(&c.evidence) {
            moved(&c.pointer)
        } else {
            c.pointer.clone()
        },
        ..c.clone()
    });
    Cow::Owned(Case {
        evidence: evidence.collect(),
        claim: claim.unwrap_or_else(|| case.claim.clone()),
        citations: citations.collect(),
    })
}

/// Whether a record holds the ends of a search and what it brought up, side by side.
fn is_flat_search(map: &Map<String, Value>) -> bool {
    let named = |words: &[&str]| {
        map.keys()
            .any(|k| words.contains(&k.to_lowercase().as_str()))
    };
    let day = |ends: &[&str]| {
        map.iter().any(|(key, value)| {
            is_asked(key, value)
                && read::json_date(value).is_some()
                && name_parts(key).iter().any(|p| ends.contains(&p.as_str()))
        })
    };
    named(&[
        "hits",
        "results",
        "matches",
        "hit_count",
        "hitcount",
        "duplicates",
    ]) && !named(&[
        "query", "search", "scope", "criteria", "filter", "filters", "params",
    ]) && day(&["from", "since", "start"])
        && day(&["to", "until", "till", "end", "upto"])
}

/// Whether a member says what was asked, and not what came of it or how far it went.
fn is_asked(key: &str, value: &Value) -> bool {
    const ASKED: [&str; 26] = [
        "from", "since", "start", "to", "until", "till", "end", "upto", "vendor", "supplier",
        "number", "no", "invoice", "bill", "document", "gstin", "name", "ledger", "book",
        "register", "po", "order", "buyer", "party", "amount", "all",
    ];
    !value.is_array()
        && !value.is_object()
        && name_parts(key).iter().any(|p| ASKED.contains(&p.as_str()))
}

fn nested(map: &Map<String, Value>) -> Value {
    let (asked, mut rest): (Map<_, _>, Map<_, _>) = map
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .partition(|(key, value)| is_asked(key, value));
    rest.insert(ASKED.to_owned(), Value::Object(asked));
    Value::Object(rest)
}

/// A pointer into a record whose asked members have moved. What it holds decides no more than its name does: members of
/// one name are moved alike.
fn moved(pointer: &str) -> String {
    match pointer.strip_prefix('/') {
        Some(key) if !key.contains('/') && is_asked(key, &Value::Null) => {
            format!("/{ASKED}/{key}")
        }
        _ => pointer.to_owned(),
    }
}

/// The claim with each identifier in one piece that it writes in several, "AAKCS 4821 M", by the make of one that is cited.
fn joined(case: &Case) -> Option<String> {
    let mut claim = Cow::Borrowed(case.claim.as_str());
    for citation in &case.citations {
        let Some(value) = citation.value.as_str() else {
            continue;
        };
        let make: Vec<char> = value.chars().collect();
        let digits = make.iter().filter(|c| c.is_ascii_digit()).count();
        let whole = make.iter().all(char::is_ascii_alphanumeric);
        if !whole || digits < 4 || !(IDENTIFIER_MIN..=40).contains(&make.len()) {
            continue;
        }
        if let Some((from, until, whole)) = in_pieces(&claim, &make) {
            let mut text = claim.into_owned();
            text.replace_range(from..until, &whole);
            claim = Cow::Owned(text);
        }
    }
    match claim {
        Cow::Owned(claim) => Some(claim),
        Cow::Borrowed(_) => None,
    }
}

/// Where a text of this make stands in pieces, and the whole of it: letters where it has letters, figures where it has
/// figures, with single spaces between; with hyphens only where it is the same, for "TX-1034-24" is a number of its own.
fn in_pieces(claim: &str, make: &[char]) -> Option<(usize, usize, String)> {
    let chars: Vec<(usize, char)> = claim.char_indices().collect();
    let word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|(_, c)| c.is_alphanumeric())
    };
    (0..chars.len())
        .filter(|at| !word(at.checked_sub(1)))
        .find_map(|start| {
            let (mut at, mut gaps, mut hyphens, mut whole) = (start, 0, 0, String::new());
            for want in make {
                let mut c = chars.get(at)?.1;
                if matches!(c, ' ' | '-') && !whole.is_empty() {
                    gaps += 1;
                    hyphens += usize::from(c == '-');
                    at += 1;
                    c = chars.get(at)?.1;
                }
                let alike = want.is_ascii_digit() == c.is_ascii_digit()
                    && want.is_ascii_alphabetic() == c.is_ascii_alphabetic();
                if !alike {
                    return None;
                }
                whole.push(c);
                at += 1;
            }
            let until = chars.get(at).map_or(claim.len(), |(n, _)| *n);
            let same = hyphens == 0 || make.iter().collect::<String>().eq_ignore_ascii_case(&whole);
            (gaps > 0 && same && !word(Some(at))).then_some((chars.get(start)?.0, until, whole))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(claim: &str, json: Value, pointers: &[&str]) -> Case {
        let citations = pointers.iter().map(|pointer| Citation {
            evidence: "e".to_owned(),
            pointer: (*pointer).to_owned(),
            value: json.pointer(pointer).cloned().unwrap_or_default(),
        });
        Case {
            citations: citations.collect(),
            evidence: vec![Evidence {
                id: "e".to_owned(),
                tool: String::new(),
                json,
            }],
            claim: claim.to_owned(),
        }
    }

    #[test]
    fn identifiers_are_joined_by_the_make_of_what_is_cited() {
        for (value, claim, want) in [
            (
                "AAKCS4821M",
                "The PAN is AAKCS 4821 M.",
                Some("The PAN is AAKCS4821M."),
            ),
            (
                "AAKCS4821M",
                "The PAN is aakcs-4821-m.",
                Some("The PAN is aakcs4821m."),
            ),
            ("AAKCS4821M", "The PAN is AAKCS4821M.", None),
            (
                "AAKCS4821M",
                "The PAN is ABCDE 1234 F.",
                Some("The PAN is ABCDE1234F."),
            ),
            (
                "002905018834",
                "A/c 0029 0501 8834 it is.",
                Some("A/c 002905018834 it is."),
            ),
            ("002905018834", "A/c 0029 0501 88345 it is.", None),
            ("PV715497", "It is TX-1034-24: PV715497.", None),
            ("V0003", "It is V 0003.", None),
            ("12/11/2026", "It is 12 11 2026.", None),
        ] {
            let case = case(claim, json!({ "x": value }), &["/x"]);
            assert_eq!(joined(&case).as_deref(), want, "{claim}");
        }
    }

    #[test]
    fn what_was_asked_stands_under_one_name() {
        let flat = json!({"vendor": "V1", "number": "A/1", "from": "2026-04-01", "to": "2026-11-21", "complete": true,
            "hits": [{"number": "A/1"}]});
        let case = case(
            "No duplicate.",
            flat,
            &["/from", "/hits/0/number", "/complete"],
        );
        let other = of(&case);
        let [from, hit, whole] = &other.citations[..] else {
            panic!("{other:?}");
        };
        assert_eq!(from.pointer, "/query/from");
        assert_eq!(hit.pointer, "/hits/0/number");
        assert_eq!(whole.pointer, "/complete");
        for citation in &other.citations {
            assert_eq!(
                other.evidence[0].json.pointer(&citation.pointer),
                Some(&citation.value)
            );
        }
    }

    #[test]
    fn a_search_goes_by_the_names_of_all_searches() {
        let held = json!({"index": "contracts", "filter": {"vendor_id": "V1", "window": {"from": "2026-04-01", "to": "2026-11-21"}},
            "truncated": false, "total_hits": 0});
        let case = case(
            "No contract.",
            held,
            &["/filter/window/from", "/truncated", "/total_hits", "/index"],
        );
        let other = of(&case);
        let places: Vec<&str> = other.citations.iter().map(|c| c.pointer.as_str()).collect();
        assert_eq!(places, ["/query/from", "/complete", "/count", "/search"]);
        for citation in &other.citations {
            assert_eq!(
                other.evidence[0].json.pointer(&citation.pointer),
                Some(&citation.value)
            );
        }
        assert_eq!(other.citations[1].value, json!(true));
    }

    #[test]
    fn a_record_that_is_no_search_stays_as_it_is() {
        for json in [
            json!({"from": "2026-04-01", "to": "2026-11-21", "total": 5}),
            json!({"query": {"from": "2026-04-01", "to": "2026-11-21"}, "hits": []}),
            json!({"hits": [], "from": "Pune", "to": "Nashik"}),
            json!([1, 2]),
        ] {
            assert!(matches!(of(&case("It is.", json, &[])), Cow::Borrowed(_)));
        }
    }
}
