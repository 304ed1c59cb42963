//! The verifier over labelled claims, and what must hold whatever it is given.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::{Case, Citation, Evidence, Label, judge, judge::supports};

#[derive(Deserialize)]
struct Row {
    label: Label,
    claim: String,
    records: Vec<String>,
    /// Record, pointer, and the quoted value where it is not the one there.
    cites: Vec<Vec<Value>>,
}

/// Claims in our own wording.
fn cases() -> Vec<(Case, Label)> {
    read_cases(
        include_str!("cases/records.json"),
        include_str!("cases/claims.jsonl"),
    )
}

/// Claims in the wording of others: clerks' notes, letters, reports.
fn cases_of_others() -> Vec<(Case, Label)> {
    read_cases(
        include_str!("cases/others.records.json"),
        include_str!("cases/others.jsonl"),
    )
}

fn read_cases(records: &str, claims: &str) -> Vec<(Case, Label)> {
    let records: BTreeMap<String, Value> = serde_json::from_str(records).unwrap();
    claims
        .lines()
        .map(|line| {
            let row: Row = serde_json::from_str(line).unwrap();
            let citations = row
                .cites
                .iter()
                .map(|cite| {
                    let (record, pointer) = (cite[0].as_str().unwrap(), cite[1].as_str().unwrap());
                    let found = records.get(record).and_then(|json| json.pointer(pointer));
                    Citation {
                        evidence: record.to_owned(),
                        pointer: pointer.to_owned(),
                        value: cite.get(2).or(found).cloned().unwrap_or_default(),
                    }
                })
                .collect();
            let evidence = row
                .records
                .iter()
                .map(|id| Evidence {
                    tool: String::new(),
                    id: id.clone(),
                    json: records[id].clone(),
                })
                .collect();
            let case = Case {
                evidence,
                claim: row.claim,
                citations,
            };
            (case, row.label)
        })
        .collect()
}

fn supported() -> Vec<Case> {
    cases()
        .into_iter()
        .filter(|(case, _)| supports(case))
        .map(|(case, _)| case)
        .collect()
}

/// Every supported case, whoever worded it.
pub(crate) fn all_supported() -> Vec<Case> {
    cases()
        .into_iter()
        .chain(cases_of_others())
        .filter(|(case, want)| *want == Label::Supported && supports(case))
        .map(|(case, _)| case)
        .collect()
}

/// Parts in a thousand.
fn per_mille(part: usize, whole: usize) -> usize {
    part * 1_000 / whole.max(1)
}

#[test]
fn labelled_claims_get_their_labels() {
    hold(cases(), 0, 980, 920);
}

#[test]
fn claims_of_others_get_their_labels() {
    hold(cases_of_others(), 0, 670, 720);
}

#[test]
fn claims_in_plain_english_get_their_labels() {
    hold(whole(include_str!("cases/plain.jsonl")), 0, 830, 825);
}

/// Claims by three authors whom the judge was measured by once, and then mended by.
#[test]
fn claims_once_kept_apart_get_labels() {
    hold(whole(include_str!("cases/held.jsonl")), 0, 850, 875);
}

/// Claims by three more authors, of which the judge has seen every other one: these.
#[test]
fn claims_of_three_more_authors_get_labels() {
    hold(whole(include_str!("cases/third.jsonl")), 0, 765, 825);
}

/// Claims of which two authors wrote a program for each kind, one line of each kind, and a third author's by hand.
#[test]
fn claims_of_known_kinds_get_their_labels() {
    hold(whole(include_str!("cases/fourth.jsonl")), 0, 865, 785);
}

/// The lines of theirs that nobody mended by; whoever does needs new ones.
#[test]
fn claims_that_nobody_read_get_labels() {
    hold(whole(include_str!("cases/unread.jsonl")), 0, 610, 730);
}

/// Claims as a report on an invoice states them, by four authors who each made a case of every trap; the judge has seen these.
#[test]
fn claims_of_reports_get_labels() {
    hold(whole(include_str!("cases/reports.jsonl")), 0, 930, 895);
}

/// The other half of theirs. Of these, only what was supported and should not have been was read, three lines.
#[test]
fn claims_of_reports_that_nobody_read_get_labels() {
    hold(
        whole(include_str!("cases/reports_unread.jsonl")),
        0,
        845,
        855,
    );
}

/// Claims in the plain words of a verdict, by nine authors who each tried the steps of the verifier; the judge has seen these.
#[test]
fn claims_in_the_words_of_verdicts_get_labels() {
    hold(whole(include_str!("cases/verdicts.jsonl")), 0, 910, 880);
}

/// Claims of six more such authors. Of these, only what was supported and should not have been was read, eleven lines; one of
/// them, an order's limit that nothing but its number links to the invoice, still is.
#[test]
fn claims_in_the_words_of_verdicts_that_nobody_read_get_labels() {
    hold(
        whole(include_str!("cases/verdicts_apart.jsonl")),
        1,
        840,
        850,
    );
}

/// Claims of sixteen authors who were asked for no sentence twice, or for what a careful clerk would write; the judge has
/// seen these, and supports seven that it should not.
#[test]
fn claims_in_the_words_of_auditors_get_labels() {
    hold(whole(include_str!("cases/auditors.jsonl")), 7, 810, 845);
}

/// Claims of four more such authors. Of these, only what was supported and should not have been was read, four lines.
#[test]
fn claims_in_the_words_of_auditors_that_nobody_read_get_labels() {
    hold(
        whole(include_str!("cases/auditors_apart.jsonl")),
        2,
        800,
        860,
    );
}

/// A share of the lines that programs wrote from some hundred templates each, and two authors' by hand; the judge has
/// seen these.
#[test]
fn claims_of_programs_get_labels() {
    hold(whole(include_str!("cases/generated.jsonl")), 1, 905, 895);
}

/// A share of the lines of six later ones; the judge has seen what it supported of these and should not have.
#[test]
fn claims_of_later_programs_get_labels() {
    hold(whole(include_str!("cases/later.jsonl")), 10, 675, 725);
}

/// Claims of three more authors of that kind, of which nobody read a line.
#[test]
fn claims_like_those_of_programs_that_nobody_read_get_labels() {
    hold(
        whole(include_str!("cases/generated_apart.jsonl")),
        1,
        750,
        800,
    );
}

/// Lines that hold their evidence, as the command reads them.
fn whole(lines: &str) -> Vec<(Case, Label)> {
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let label = Label::deserialize(&line["label"]).unwrap();
        (Case::deserialize(line).unwrap(), label)
    };
    lines.lines().map(read).collect()
}

/// No more is supported that is not than is said, and as much as is asked is labelled right.
fn hold(cases: Vec<(Case, Label)>, unsafe_max: usize, recall_min: usize, macro_f1_min: usize) {
    const LABELS: [Label; 4] = [
        Label::Supported,
        Label::Partial,
        Label::Unsupported,
        Label::Contradicted,
    ];
    let mut confusion: BTreeMap<(Label, Label), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, want) in cases {
        let got = judge(&case);
        *confusion.entry((want, got.label)).or_default() += 1;
        if got.label != want {
            wrong.push(format!(
                "{want:?} but {:?}: {} ({})",
                got.label, case.claim, got.why
            ));
        }
    }
    let count = |want: Label, got: Label| confusion.get(&(want, got)).copied().unwrap_or_default();
    let wanted = |want: Label| LABELS.iter().map(|got| count(want, *got)).sum::<usize>();
    let gotten = |got: Label| LABELS.iter().map(|want| count(*want, got)).sum::<usize>();
    let unsafe_accepts = gotten(Label::Supported) - count(Label::Supported, Label::Supported);
    let recall = per_mille(
        count(Label::Supported, Label::Supported),
        wanted(Label::Supported),
    );
    let f1 = |label: Label| per_mille(2 * count(label, label), wanted(label) + gotten(label));
    let macro_f1 = LABELS.iter().map(|label| f1(*label)).sum::<usize>() / LABELS.len();
    let all = wrong.join("\n");
    assert!(
        unsafe_accepts <= unsafe_max,
        "unsafe {unsafe_accepts}\n{all}"
    );
    assert!(recall >= recall_min, "supported recall {recall}\n{all}");
    assert!(macro_f1 >= macro_f1_min, "macro F1 {macro_f1}\n{all}");
}

#[test]
fn what_a_quote_or_a_pointer_gets_wrong_is_never_supported() {
    let supported = supported();
    assert!(supported.len() > 200);
    for case in supported {
        let without = Case {
            citations: Vec::new(),
            ..case.clone()
        };
        assert_eq!(
            judge(&without).label,
            Label::Unsupported,
            "{}",
            without.claim
        );
        let mut elsewhere = case.clone();
        elsewhere.citations[0].evidence = "nowhere".to_owned();
        assert!(!supports(&elsewhere), "{}", elsewhere.claim);
        let mut void = case.clone();
        void.citations[0].pointer.push_str("/nothing");
        assert!(!supports(&void), "{}", void.claim);
        let mut misquoted = case;
        misquoted.citations[0].value = Value::from("quite another value");
        assert!(!supports(&misquoted), "{}", misquoted.claim);
    }
}

#[test]
fn another_digit_is_never_supported() {
    // A bound still holds when it moves a little; "about" says so itself.
    const BOUNDS: [&str; 11] = [
        "above",
        "below",
        "exceed",
        "within",
        "after",
        "before",
        "about",
        "less than",
        "least",
        "between",
        "is not ₹",
    ];
    let mut tried = 0;
    for case in supported() {
        if BOUNDS.iter().any(|word| case.claim.contains(word)) {
            continue;
        }
        for (at, digit) in case
            .claim
            .char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
        {
            let other = char::from_digit((digit.to_digit(10).unwrap() + 3) % 10, 10).unwrap();
            let mut changed = case.clone();
            changed
                .claim
                .replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
            assert!(!supports(&changed), "{}", changed.claim);
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn another_vendor_is_never_supported() {
    let mut tried = 0;
    for case in supported() {
        for (name, other) in [
            ("Mutha Cartons", "Sahyadri Boards"),
            ("Kaveri Textiles", "Narmada Textiles"),
            ("V001", "V004"),
            ("VN-4410", "VN-4401"),
            ("27ZZQCM1107R1ZT", "29ZZQCM1107R1ZP"),
            ("MC/26-27/0187", "MC/26-27/0188"),
            ("PO-26-00412", "PO-26-00421"),
        ] {
            if case.claim.contains(name) {
                let mut swapped = case.clone();
                swapped.claim = swapped.claim.replace(name, other);
                assert!(!supports(&swapped), "{}", swapped.claim);
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn what_no_value_can_bear_is_never_supported() {
    for case in supported() {
        for tail in [
            " and the supplier is reliable.",
            " because the market rose.",
            ", so it can be paid.",
            " and the GST was deposited on 3 March 2026.",
            " and no one has complained.",
        ] {
            let claim = format!("{}{tail}", case.claim.trim_end_matches('.'));
            let more = Case {
                claim,
                ..case.clone()
            };
            assert!(!supports(&more), "{}", more.claim);
        }
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~₹अ]{0,24}".prop_map(Value::from),
        "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-zA-Z_/~]{0,12}", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_line_gets_a_label(claim in "\\PC{0,160}", json in json(), pointer in "(/[a-z0-9~]{0,4}){0,4}") {
        let value = json.pointer(&pointer).cloned().unwrap_or_default();
        let case = Case {
            evidence: vec![Evidence { id: "ev_1".to_owned(), tool: String::new(), json }],
            claim,
            citations: vec![Citation { evidence: "ev_1".to_owned(), pointer, value }],
        };
        prop_assert!(!judge(&case).why.is_empty());
    }

    #[test]
    fn claims_of_the_trade_never_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "total", "CGST", "and", "not", "no", "₹1,18,000", "1.18 lakh", "exceeds", "by", "line 2", "GSTR-3B", "October 2026", "each", "12/11/2026",
            "together", "all", "is", "was", "paid", "by", ",", ".", "about", "99999999999999", "crore", "within", "days", "V001", "Mutha", "\"x\"", "-", "%", "difference", "99999999999999 crore",
        ]), 0..16),
        pick in 0_usize..400,
    ) {
        let all = cases();
        let (mut case, _) = all[pick % all.len()].clone();
        case.claim = words.join(" ");
        prop_assert!(!judge(&case).why.is_empty());
    }
}
