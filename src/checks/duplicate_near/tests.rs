use super::*;
use crate::{
    grounded,
    testing::{OTHER, SUPPLIER, SUPPLIER_27, World},
};
use Likeness::{Confusable, Counter, Folded, Outside};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn numbers_that_a_person_could_have_mistyped() {
    for (a, b, want) in [
        ("GST/26-00123", "gst-26-123", Some(Folded)),
        ("INV-O123", "INV-0123", Some(Confusable)),
        ("SI/00B12", "SI/00812", Some(Confusable)),
        ("KZ/77", "K2/77", Some(Confusable)),
        ("LS-9", "I5-9", Some(Confusable)),
        ("SI/26/123", "SJ/26/123", Some(Outside)),
        ("SI/26/123", "IS/26/123", Some(Outside)),
        ("SI/26/123", "SI/26/123A", Some(Outside)),
        ("SI/26/123", "SI/27/123", Some(Outside)),
        ("SI/26/123", "XJ/26/123", None),
        ("SI/123/A", "SJ/123/B", None),
        ("ABC", "ABD", Some(Outside)),
        // Inside the counter: 100 apart is a neighbour, 101 is not.
        ("SI/0123", "SI/0124", None),
        ("SI/1000", "SI/1100", None),
        ("SI/1000", "SI/1900", Some(Counter)),
        ("SI/123", "SI/1230", Some(Counter)),
        ("SI/12", "SI/120", Some(Counter)),
        ("SI/11", "SI/111", None),
        ("SI/11", "SI/112", Some(Counter)),
        ("SI/1234", "SI/2134", Some(Counter)),
        ("SI/1234", "SI/1243", None),
        ("SI/1234", "SI/4321", None),
        ("SI/123", "SJ/223", None),
        // A suffix of digits.
        ("SI/123", "SI/123-1", Some(Counter)),
        ("SI/5", "SI/5-1", None),
        ("", "", Some(Folded)),
        ("", "A", Some(Outside)),
        (
            "1234567890123456789012345678901234567890",
            "1234567890123456789012345678901234567899",
            Some(Counter),
        ),
        (&"9".repeat(65), &"9".repeat(64), None),
    ] {
        let (x, y) = (DocNumber::new(a), DocNumber::new(b));
        assert_eq!(likeness(&x, &y, true, 100), want, "{a} / {b}");
        assert_eq!(likeness(&y, &x, true, 100), want, "{b} / {a}");
        let unequal = likeness(&x, &y, false, 100);
        assert_eq!(
            unequal,
            want.filter(|l| *l != Counter),
            "{a} / {b}, another amount"
        );
    }
}

proptest! {
    #[test]
    fn likeness_knows_no_order(a in "[A-C0-2/-]{0,8}", b in "[A-C0-2/-]{0,8}", same: bool, gap in 0_u64..200) {
        let (a, b) = (DocNumber::new(&a), DocNumber::new(&b));
        prop_assert_eq!(likeness(&a, &b, same, gap), likeness(&b, &a, same, gap));
        prop_assert_eq!(likeness(&a, &a, same, gap), Some(Folded));
    }

    #[test]
    fn neighbours_in_a_series_are_no_duplicates(n in 1_u64..9_999_999, step in 1_u64..=100) {
        let (a, b) = (DocNumber::new(&format!("SI/26-27/{n}")), DocNumber::new(&format!("SI/26-27/{}", n + step)));
        prop_assert_eq!(likeness(&a, &b, true, 100), None);
    }
}

fn row(number: &str, day: &str, gstin: &str, total: f64, status: &str) -> Value {
    json!({"invoice_number": number, "invoice_date": day, "supplier_gstin": gstin, "buyer_gstin": "",
        "taxable_value": 312_375, "total_value": total, "po_number": "", "status": status})
}

fn with(row: &Value) -> World {
    World::clean().record(Need::Duplicates, "/same_amount", json!([row]))
}

#[test]
fn amount_date_and_pan_bound_the_search() {
    let (near, day, total) = ("SG/26-27/0415", "2026-10-12", 368_603.0);
    for (name, row, fails) in [
        ("all equal", row(near, day, SUPPLIER, total, "paid"), true),
        (
            "another GSTIN of the PAN",
            row(near, day, SUPPLIER_27, total, "paid"),
            true,
        ),
        (
            "its own number there",
            row("SF/26-27/0415", day, SUPPLIER_27, total, "paid"),
            true,
        ),
        ("somebody else", row(near, day, OTHER, total, "paid"), false),
        (
            "rejected",
            row(near, day, SUPPLIER, total, "rejected"),
            false,
        ),
        (
            "a rupee more",
            row(near, day, SUPPLIER, 368_604.0, "paid"),
            true,
        ),
        (
            "a rupee and a paisa more",
            row(near, day, SUPPLIER, 368_604.01, "paid"),
            false,
        ),
        (
            "a rupee less",
            row(near, day, SUPPLIER, 368_602.0, "paid"),
            true,
        ),
        (
            "a rupee and a paisa less",
            row(near, day, SUPPLIER, 368_601.99, "paid"),
            false,
        ),
        (
            "seven days before",
            row(near, "2026-10-05", SUPPLIER, total, "paid"),
            true,
        ),
        (
            "eight days before",
            row(near, "2026-10-04", SUPPLIER, total, "paid"),
            false,
        ),
        (
            "seven days after",
            row(near, "2026-10-19", SUPPLIER, total, "paid"),
            true,
        ),
        (
            "eight days after",
            row(near, "2026-10-20", SUPPLIER, total, "paid"),
            false,
        ),
        (
            "distant counter",
            row("SF/26-27/9415", day, SUPPLIER, total, "paid"),
            true,
        ),
        (
            "distant counter, a paisa off",
            row("SF/26-27/9415", day, SUPPLIER, 368_603.01, "paid"),
            false,
        ),
        (
            "neighbour",
            row("SF/26-27/0416", day, SUPPLIER, total, "paid"),
            false,
        ),
        (
            "named by DUPLICATE-EXACT",
            row("SF-26-27-415", day, SUPPLIER, total, "paid"),
            false,
        ),
    ] {
        let world = with(&row);
        assert_eq!(grounded::run(&world, &SPEC).is_fail(), fails, "{name}");
        assert_eq!(world.mend(&SPEC).len(), usize::from(fails), "{name}");
    }
}

#[test]
fn the_same_number_a_year_later_is_near() {
    let world = with(&row(
        "SF/26-27/0415",
        "2026-03-31",
        SUPPLIER,
        368_603.0,
        "paid",
    ))
    .with("/DocDtls/Dt", json!("01/04/2026"));
    assert!(grounded::run(&world, &SPEC).is_fail());
}

#[test]
fn what_cannot_be_compared_is_unverified() {
    for world in [
        World::clean().with("/DocDtls/No", Value::Null),
        World::clean().with("/DocDtls/Dt", json!("soon")),
        World::clean().with("/ValDtls/TotInvVal", Value::Null),
        World::clean().open(Need::Duplicates),
    ] {
        assert!(matches!(
            grounded::run(&world, &SPEC),
            Outcome::Unverified(_)
        ));
    }
}

#[test]
fn messages() {
    insta::assert_snapshot!(grounded::run(&World::clean(), &SPEC).finding().message, @"no invoice of this PAN within ₹1.00 of ₹3,68,603.00 and 7 days of 12 Oct 2026 has a number like SF/26-27/0415");
    let world = with(&row(
        "SG/26-27/0415",
        "2026-10-06",
        SUPPLIER,
        368_603.5,
        "held",
    ));
    insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"SF/26-27/0415 of 12 Oct 2026 for ₹3,68,603.00 resembles an invoice of the same PAN in the ledger, within ₹1.00 and 7 days: SG/26-27/0415 of 6 Oct 2026 for ₹3,68,603.50 (held): one edit or swap apart outside the running counter");
}
