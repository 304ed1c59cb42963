use domain::Decimal;

use super::*;
use crate::testing::{
    World,
    portal::{mends, message, word},
};

fn document(pointer: &str, value: Value) -> World {
    World::clean().record(
        Need::Statement,
        &format!("/documents/0/document{pointer}"),
        value,
    )
}

fn items(list: Value) -> World {
    document("/items", list)
}

/// The statement lists one item of 3,12,375.00 and IGST 56,227.50.
#[test]
fn amounts_agree_within_a_rupee() {
    let one = |txval: f64, igst: f64| json!([{"num": 1, "rt": 18, "txval": txval, "igst": igst}]);
    for (name, list, want) in [
        ("as they are", one(312_375.0, 56227.5), "pass"),
        ("a rupee off", one(312_376.0, 56226.5), "pass"),
        ("a rupee and a paisa off", one(312_376.01, 56227.5), "fail"),
        (
            "a rupee and a paisa less tax",
            one(312_375.0, 56226.49),
            "fail",
        ),
        (
            "split over items",
            json!([{"txval": 170_000, "igst": 30600}, {"txval": 142_375, "igst": 25627.5}]),
            "pass",
        ),
        (
            "the nested shape",
            json!([{"itm_det": {"txval": 312_375, "iamt": 56227.5}}]),
            "pass",
        ),
        (
            "the heads differ",
            json!([{"txval": 312_375, "cgst": 28113.75, "sgst": 28113.75}]),
            "fail",
        ),
        (
            "cess that the document does not charge",
            json!([{"txval": 312_375, "igst": 56227.5, "cess": 5}]),
            "fail",
        ),
    ] {
        assert_eq!(word(&items(list).run(&SPEC)), want, "{name}");
    }
}

#[test]
fn totals_or_lines_may_agree_as_tax_total_weighs_them() {
    let world = World::clean();
    assert_eq!(
        word(
            &world
                .clone()
                .with("/ValDtls/AssVal", json!(300_000))
                .run(&SPEC)
        ),
        "pass"
    );
    assert_eq!(
        word(
            &world
                .clone()
                .with("/ValDtls/AssVal", Value::Null)
                .run(&SPEC)
        ),
        "pass"
    );
    let both = world
        .with("/ValDtls/AssVal", json!(300_000))
        .with("/ItemList/0/AssAmt", json!(1));
    assert_eq!(word(&both.run(&SPEC)), "fail");
}

#[test]
fn numbers_compare_folded_within_a_financial_year() {
    for (number, day, want) in [
        ("SF/26-27/0415", "12-10-2026", "pass"),
        ("sf26-27-415", "12-10-2026", "pass"),
        ("SF/26-27/0416", "12-10-2026", "fail"),
        ("SF/26-27/0415", "31-03-2026", "fail"),
        ("SF/26-27/0415", "01-04-2026", "pass"),
        ("SF/26-27/0415", "", "pass"),
    ] {
        let world = document("/inum", json!(number)).record(
            Need::Statement,
            "/documents/0/document/dt",
            json!(day),
        );
        assert_eq!(word(&world.run(&SPEC)), want, "{number} {day}");
    }
}

#[test]
fn the_statement_falls_due_on_the_fourteenth() {
    let missing = World::clean().record(Need::Statement, "/documents", json!([]));
    assert_eq!(
        word(&missing.clone().as_of("2026-11-13").run(&SPEC)),
        "not applicable"
    );
    assert_eq!(
        word(&missing.clone().as_of("2026-11-14").run(&SPEC)),
        "fail"
    );
    assert_eq!(
        word(&missing.not_needed(Need::Statement).run(&SPEC)),
        "not applicable"
    );
}

#[test]
fn no_statement_is_no_proof() {
    let clean = World::clean();
    assert_eq!(
        word(&clean.clone().open(Need::Statement).run(&SPEC)),
        "unverified"
    );
    assert_eq!(
        word(&clean.clone().absent(Need::Statement).run(&SPEC)),
        "unverified"
    );
    for periods in [json!([]), json!(["112026"])] {
        let unread = clean
            .clone()
            .record(Need::Statement, "/documents", json!([]))
            .record(Need::Statement, "/periods", periods);
        assert_eq!(word(&unread.run(&SPEC)), "unverified");
    }
    // Found in a later statement, the document's own is not missed.
    let later = clean
        .record(Need::Statement, "/periods", json!(["112026"]))
        .record(Need::Statement, "/documents/0/period", json!("112026"));
    assert_eq!(word(&later.run(&SPEC)), "pass");
    assert_eq!(
        word(&World::clean().with("/DocDtls/Dt", json!("?")).run(&SPEC)),
        "unverified"
    );
}

fn note(kind: &str, listed: &str, section: &str) -> World {
    let body =
        World::clean().observation(domain::EvidenceId(5)).unwrap()["documents"][0]["document"]
            .clone();
    let body =
        json!({"ntnum": body["inum"], "typ": listed, "dt": body["dt"], "items": body["items"]});
    World::clean()
        .with("/DocDtls/Typ", json!(kind))
        .record(Need::Statement, "/documents/0/section", json!(section))
        .record(Need::Statement, "/documents/0/document", body)
}

#[test]
fn notes_stand_among_notes() {
    for (kind, listed, section, want) in [
        ("CRN", "C", "cdnr", "pass"),
        ("CRN", "D", "cdnr", "fail"),
        ("DBN", "D", "cdnr", "pass"),
        ("DBN", "C", "cdnr", "fail"),
        ("INV", "C", "cdnr", "fail"),
        ("CRN", "C", "cdnra", "pass"),
    ] {
        assert_eq!(
            word(&note(kind, listed, section).run(&SPEC)),
            want,
            "{kind} as {listed} in {section}"
        );
    }
    let invoice = World::clean().with("/DocDtls/Typ", json!("CRN"));
    assert_eq!(word(&invoice.run(&SPEC)), "fail");
    // Written negative by the supplier.
    let mut negative = note("CRN", "C", "cdnr")
        .with("/ValDtls/AssVal", json!(-312_375))
        .with("/ValDtls/IgstVal", json!(-56227.5));
    assert_eq!(word(&negative.run(&SPEC)), "pass");
    negative = negative
        .with("/ValDtls/AssVal", json!(-1))
        .with("/ItemList/0/AssAmt", json!(-1));
    assert_eq!(word(&negative.run(&SPEC)), "fail");
}

#[test]
fn an_amendment_takes_the_place_of_what_it_amends() {
    let amended = |txval: i32| {
        World::clean().record(
            Need::Statement,
            "/documents/-",
            json!({"section": "b2ba", "period": "112026", "document": {"oinum": "SF/26-27/0415",
                "inum": "SF/26-27/0415A", "dt": "12-10-2026", "items": [{"txval": txval, "igst": 56227.5}]}}),
        )
    };
    assert_eq!(word(&amended(312_375).run(&SPEC)), "pass");
    assert_eq!(word(&amended(312_300).run(&SPEC)), "fail");
}

#[test]
fn reverse_charge_compares_the_taxable_value_alone() {
    let world = |txval: i32| {
        items(json!([{"txval": txval, "igst": 56227.5}]))
            .with("/TranDtls/RegRev", json!("Y"))
            .with("/ValDtls/IgstVal", json!(0))
            .with("/ItemList/0/IgstAmt", json!(0))
            .with("/ItemList/1/IgstAmt", json!(0))
    };
    assert_eq!(word(&world(312_375).run(&SPEC)), "pass");
    assert_eq!(word(&world(312_300).run(&SPEC)), "fail");
}

#[test]
fn what_nobody_reports_is_not_looked_for() {
    let empty = World::clean().record(Need::Statement, "/documents", json!([]));
    let mut nil = empty.clone().with("/ValDtls/IgstVal", json!(0));
    for line in [0, 1] {
        for member in ["IgstAmt", "GstRt"] {
            nil = nil.with(&format!("/ItemList/{line}/{member}"), json!(0));
        }
    }
    for (name, world, want) in [
        (
            "export",
            empty.clone().with("/TranDtls/SupTyp", json!("EXPWP")),
            "not applicable",
        ),
        (
            "SEZ",
            empty.clone().with("/TranDtls/SupTyp", json!("SEZWP")),
            "fail",
        ),
        (
            "composition",
            empty.record(Need::Taxpayer, "/dty", json!("Composition")),
            "not applicable",
        ),
        ("nil throughout", nil.clone(), "not applicable"),
        (
            "nil to a SEZ",
            nil.with("/TranDtls/SupTyp", json!("SEZWOP")),
            "fail",
        ),
    ] {
        assert_eq!(word(&world.run(&SPEC)), want, "{name}");
    }
}

#[test]
fn messages() {
    insta::assert_snapshot!(message(&SPEC, &World::clean()), @"the buyer's GSTR-2B for Oct 2026 lists invoice SF/26-27/0415 with the same amounts");
    let missing = World::clean().record(Need::Statement, "/documents", json!([]));
    insta::assert_snapshot!(message(&SPEC, &missing), @"the buyer's GSTR-2B for Oct 2026 does not list invoice SF/26-27/0415 in b2b");
    let split =
        items(json!([{"txval": 170_000, "igst": 30600}, {"txval": 142_000.25, "igst": 25627.5}]));
    insta::assert_snapshot!(message(&SPEC, &split), @"the buyer's GSTR-2B for Oct 2026 lists SF/26-27/0415 with other amounts: taxable value ₹3,12,000.25 there, ₹3,12,375.00 on the document");
    insta::assert_snapshot!(message(&SPEC, &World::clean().as_of("2026-11-13")), @"the buyer's GSTR-2B for Oct 2026 is due on 14 Nov 2026");
}

/// Each computed value follows from the finding's own citations.
#[test]
fn sums_are_computed_from_what_is_cited() {
    let world =
        items(json!([{"txval": 170_000, "igst": 1}, {"itm_det": {"txval": 1.005, "iamt": 2}}]))
            .with("/ValDtls/IgstVal", Value::Null);
    let outcome = world.run(&SPEC);
    let arguments: Vec<Decimal> = world
        .resolve(outcome.finding())
        .iter()
        .map(|value| domain::portal::amount(value).unwrap_or_default())
        .collect();
    assert_eq!(outcome.finding().computed.len(), 4);
    for computed in &outcome.finding().computed {
        assert_eq!(
            domain::expr::evaluate(&computed.formula, &arguments),
            Ok(computed.value)
        );
    }
}

#[test]
fn the_changes_are_accepted() {
    mends(
        &SPEC,
        &World::clean().record(Need::Statement, "/documents", json!([])),
    );
    mends(&SPEC, &World::clean().absent(Need::Statement));
    mends(&SPEC, &items(json!([{"txval": 5}])));
    mends(&SPEC, &World::intra().with("/DocDtls/Typ", json!("CRN")));
}
