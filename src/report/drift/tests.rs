use domain::verdict::{CheckOutcome, JudgedInvoice};
use serde_json::Value;

use super::*;
use crate::{
    Kind,
    names::tests::vendor,
    spend::tests::{column, request},
};

const KONKAN: &str = "27AAACR5055K1Z7";
const KONKAN_GUJARAT: &str = "24AAACR5055K2ZC";
const OTHER: &str = "29AABCF8078M1C8";

/// The n-th invoice of a supplier, with what came of some checks.
fn verdict(n: u32, gstin: &str, outcomes: &[(&str, OutcomeName)]) -> Gist {
    Gist {
        id: format!("01J{n:023}"),
        invoice: JudgedInvoice {
            number: Some(format!("KB/{n}")),
            supplier_gstin: Some(gstin.to_owned()),
            sha256: format!("{n:064x}").chars().rev().collect(),
        },
        findings: outcomes
            .iter()
            .map(|(check, outcome)| CheckOutcome {
                check: (*check).to_owned(),
                outcome: *outcome,
                severity: Severity::Hold,
            })
            .collect(),
    }
}

/// The day of the n-th, ten a day.
fn day(n: u32) -> Date {
    let first: Date = "2026-04-01".parse().unwrap();
    domain::civil::plus_days(first, i64::from(n / 10))
}

fn told(drift: Drift) -> Value {
    drift
        .table(&Names::new(&[vendor("V1", "Konkan Bearings", KONKAN)]))
        .json()
}

fn drift() -> Drift {
    Drift::new(request(Kind::Drift), None)
}

use OutcomeName::{Fail, NotApplicable, Pass, Unverified};

/// Two suppliers; from the 200th on every second invoice of the first fails one check.
fn planted(mut drift: Drift, count: u32) -> Drift {
    for n in 0..count {
        let fails = n >= 200 && n % 2 == 0 || n == 77;
        let gstin = if n % 3 == 0 { KONKAN_GUJARAT } else { KONKAN };
        let bank = if fails { Fail } else { Pass };
        drift.take(
            day(n),
            &verdict(
                2 * n,
                gstin,
                &[
                    ("VENDOR-BANK", bank),
                    ("PO-PRICE", Pass),
                    ("MSME-DUE", NotApplicable),
                ],
            ),
        );
        drift.take(
            day(n),
            &verdict(
                2 * n + 1,
                OTHER,
                &[("VENDOR-BANK", Pass), ("GSTR2B-MATCH", Unverified)],
            ),
        );
    }
    drift
}

#[test]
fn a_planted_shift_names_supplier_check_day_and_invoices() {
    let table = told(planted(drift(), 240));
    let seen = column(
        &table,
        &[
            "vendor",
            "supplier",
            "check",
            "outcome",
            "severity",
            "since",
            "last",
            "before",
            "before_of",
            "before_percent",
            "after",
            "after_of",
            "after_percent",
        ],
    );
    assert_eq!(
        seen,
        [
            r#""V1" "Konkan Bearings" "VENDOR-BANK" "fails" "hold" "2026-04-21" "2026-04-24" 1 200 0.50 20 40 50.00"#
        ]
    );
    let row = &table["rows"][0];
    assert_eq!(row["invoices"].as_array().unwrap().len(), 20);
    assert_eq!(
        row["invoices"][0].to_string(),
        r#"{"number":"KB/400","day":"2026-04-21","verdict":"01J00000000000000000000400"}"#
    );
    assert!(row["one_in"].as_u64().unwrap() > LEVEL);
    assert_eq!(
        table["note"],
        "480 stored verdicts were looked at. Chance alone brings a change as marked once in so many series as `one_in` says."
    );
}

#[test]
fn it_is_found_within_fifty_invoices_and_not_before() {
    let first = (200..=250).find(|count| planted(drift(), *count).found().len() == 1);
    assert_eq!(first, Some(211));
    assert!(planted(drift(), 200).found().is_empty());
    assert_eq!(
        told(planted(drift(), 200))["note"],
        "400 stored verdicts were looked at. No check fails or is left unverified more often than before."
    );
}

#[test]
fn what_is_left_unverified_is_a_row_of_its_own() {
    let mut drift = drift();
    for n in 0..60 {
        let outcome = if n >= 40 { Unverified } else { Pass };
        drift.take(day(n), &verdict(n, KONKAN, &[("GST-ACTIVE", outcome)]));
    }
    let table = told(drift);
    let seen = column(&table, &["check", "outcome", "since", "before", "after"]);
    assert_eq!(seen, [r#""GST-ACTIVE" "unverified" "2026-04-05" 0 20"#]);
}

#[test]
fn a_document_counts_once_and_without_a_supplier_not_at_all() {
    let mut drift = drift();
    for n in 0..60 {
        let outcome = if n >= 40 { Fail } else { Pass };
        // The same documents again, judged worse on another day.
        drift.take(day(n), &verdict(n % 40, KONKAN, &[("GST-ACTIVE", outcome)]));
    }
    let mut nobody = verdict(99, "", &[("GST-ACTIVE", Fail)]);
    nobody.invoice.supplier_gstin = None;
    drift.take(day(1), &nobody);
    let table = told(drift);
    assert_eq!(table["rows"], serde_json::json!([]));
    assert_eq!(
        table["note"],
        "40 stored verdicts were looked at. No check fails or is left unverified more often than before. \
         20 were of a document judged before, and count once. 1 name no supplier."
    );
}

#[test]
fn days_and_vendor_limit_what_is_looked_at() {
    let looked = |request: Request, gstins: Option<Vec<String>>| {
        let drift = planted(Drift::new(request, gstins), 240);
        (drift.counted, drift.found().len())
    };
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(
        looked(request(Kind::Drift), Some(vec![OTHER.to_owned()])),
        (240, 0)
    );
    assert_eq!(
        looked(
            request(Kind::Drift),
            Some(vec![KONKAN.to_owned(), KONKAN_GUJARAT.to_owned()])
        ),
        (240, 1)
    );
    let until = Request {
        to: day("2026-04-20"),
        ..request(Kind::Drift)
    };
    assert_eq!(looked(until, None), (400, 0));
    let from = Request {
        from: day("2026-04-24"),
        ..request(Kind::Drift)
    };
    assert_eq!(looked(from, None), (20, 0));
}

/// Ten thousand invoices of forty suppliers under ten checks that fail now and then, each at its own rate: no alarm.
#[test]
fn ten_thousand_quiet_invoices_raise_no_alarm() {
    const CHECKS: [(&str, u32); 10] = [
        ("A", 0),
        ("B", 1),
        ("C", 5),
        ("D", 10),
        ("E", 20),
        ("F", 50),
        ("G", 100),
        ("H", 200),
        ("I", 500),
        ("J", 900),
    ];
    let mut drift = drift();
    let mut seed = 2026_u32;
    let mut drawn = || {
        // Numerical Recipes' generator; its high bits look drawn.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    for n in 0..10_000 {
        let supplier = format!("27AAACR{:04}K1Z7", drawn() % 40);
        let outcomes =
            CHECKS.map(|(check, rate)| (check, if drawn() % 1_000 < rate { Fail } else { Pass }));
        drift.take(day(n), &verdict(n, &supplier, &outcomes));
    }
    assert_eq!(drift.counted, 10_000);
    assert_eq!(told(drift)["rows"], serde_json::json!([]));
}
