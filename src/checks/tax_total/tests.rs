use domain::{
    Decimal,
    money::{to_json, to_paise_half_up},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::SPEC;
use crate::testing::{
    World,
    portal::{mends, word},
};

fn changed(world: World, changes: &[(&str, Value)]) -> World {
    changes.iter().fold(world, |w, (p, v)| w.with(p, v.clone()))
}

fn reverse() -> World {
    World::clean().with("/TranDtls/RegRev", json!("Y"))
}

/// The clean totals: taxable 312,375, IGST 56,227.50, round-off 0.50, total 368,603.
#[test]
fn both_sides_of_a_rupee() {
    for (member, within, beyond) in [
        ("AssVal", json!(312_376), json!(312_376.01)),
        ("AssVal", json!(312_374), json!(312_373.99)),
        ("IgstVal", json!(56228.5), json!(56228.51)),
        ("TotInvVal", json!(368_604), json!(368_604.01)),
        ("TotInvVal", json!(368_602), json!(368_601.99)),
        ("RndOffAmt", json!(1.5), json!(1.51)),
        ("Discount", json!(1), json!(1.01)),
        ("OthChrg", json!(1), json!(1.01)),
        ("CesVal", json!(1), json!(1.01)),
    ] {
        let at = format!("/ValDtls/{member}");
        assert_eq!(
            word(&World::clean().with(&at, within).run(&SPEC)),
            "pass",
            "{member}"
        );
        assert_eq!(
            word(&World::clean().with(&at, beyond).run(&SPEC)),
            "fail",
            "{member}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn lawful_totals_add_up() {
    for (name, world) in [
        ("inter-State", World::clean()),
        ("intra-State", World::intra()),
        (
            "unused heads absent",
            changed(
                World::clean(),
                &[
                    ("/ValDtls/CgstVal", Value::Null),
                    ("/ValDtls/SgstVal", Value::Null),
                ],
            ),
        ),
        (
            "no round-off stated",
            changed(
                World::clean(),
                &[
                    ("/ValDtls/RndOffAmt", Value::Null),
                    ("/ValDtls/TotInvVal", json!(368_602.5)),
                ],
            ),
        ),
        (
            "freight and discount of the invoice",
            changed(
                World::clean(),
                &[
                    ("/ValDtls/OthChrg", json!(5000)),
                    ("/ValDtls/Discount", json!(2000)),
                    ("/ValDtls/TotInvVal", json!(371_603)),
                ],
            ),
        ),
        (
            "charges of a line beside the invoice's",
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/OthChrg", json!(250)),
                    ("/ValDtls/TotInvVal", json!(368_853)),
                ],
            ),
        ),
        (
            "charges of a line among the invoice's",
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/OthChrg", json!(250)),
                    ("/ValDtls/OthChrg", json!(250)),
                    ("/ValDtls/TotInvVal", json!(368_853)),
                ],
            ),
        ),
        (
            "cesses by rate and by quantity",
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/CesAmt", json!(20400)),
                    ("/ItemList/1/CesNonAdvlAmt", json!(500)),
                    ("/ValDtls/CesVal", json!(20900)),
                    ("/ItemList/1/StateCesAmt", json!(40)),
                    ("/ItemList/1/StateCesNonAdvlAmt", json!(2)),
                    ("/ValDtls/StCesVal", json!(42)),
                    ("/ValDtls/TotInvVal", json!(389_545)),
                ],
            ),
        ),
        (
            "reverse charge without tax",
            changed(
                reverse(),
                &[
                    ("/ItemList/0/IgstAmt", json!(0)),
                    ("/ItemList/1/IgstAmt", json!(0)),
                    ("/ValDtls/IgstVal", json!(0)),
                    ("/ValDtls/TotInvVal", json!(312_375)),
                ],
            ),
        ),
        (
            "reverse charge with a tax that is another check's",
            reverse(),
        ),
        (
            "and that the total leaves out",
            changed(reverse(), &[("/ValDtls/TotInvVal", json!(312_375.5))]),
        ),
        (
            "and that the totals leave out",
            changed(
                reverse(),
                &[
                    ("/ValDtls/IgstVal", json!(0)),
                    ("/ValDtls/TotInvVal", json!(312_375.5)),
                ],
            ),
        ),
        (
            "negative credit note",
            changed(
                World::clean(),
                &[
                    ("/DocDtls/Typ", json!("CRN")),
                    ("/ItemList/1", Value::Null),
                    ("/ItemList/0/AssAmt", json!(-170_000)),
                    ("/ItemList/0/IgstAmt", json!(-30600)),
                    ("/ValDtls/AssVal", json!(-170_000)),
                    ("/ValDtls/IgstVal", json!(-30600)),
                    ("/ValDtls/RndOffAmt", json!(0)),
                    ("/ValDtls/TotInvVal", json!(-200_600)),
                ],
            ),
        ),
        (
            "a total in foreign currency is not summed",
            changed(World::clean(), &[("/ValDtls/TotInvValFc", json!(4200))]),
        ),
    ] {
        let outcome = world.run(&SPEC);
        assert_eq!(
            word(&outcome),
            "pass",
            "{name}: {}",
            outcome.finding().message
        );
    }
}

#[test]
fn faults_and_gaps() {
    for (name, world, want) in [
        (
            "a head total is absent",
            World::clean().with("/ValDtls/IgstVal", Value::Null),
            "fail",
        ),
        (
            "a half is absent",
            World::intra().with("/ValDtls/SgstVal", Value::Null),
            "fail",
        ),
        (
            "all totals but two are absent",
            World::clean().with("/ValDtls", json!({"AssVal": 312_375, "TotInvVal": 368_603})),
            "fail",
        ),
        (
            "a line is missing",
            World::clean().with("/ItemList/1", Value::Null),
            "fail",
        ),
        (
            "heads swapped",
            changed(
                World::intra(),
                &[
                    ("/ValDtls/IgstVal", json!(56227.5)),
                    ("/ValDtls/CgstVal", json!(0)),
                    ("/ValDtls/SgstVal", json!(0)),
                ],
            ),
            "fail",
        ),
        (
            "wrong taxable value under reverse charge",
            changed(reverse(), &[("/ValDtls/AssVal", json!(312_465))]),
            "fail",
        ),
        (
            "a discount that adds",
            changed(
                World::clean(),
                &[
                    ("/ValDtls/Discount", json!(-90_000)),
                    ("/ValDtls/TotInvVal", json!(458_603)),
                ],
            ),
            "unverified",
        ),
        (
            "no taxable value of a line",
            World::clean().with("/ItemList/0/AssAmt", Value::Null),
            "unverified",
        ),
        (
            "no taxable value",
            World::clean().with("/ValDtls/AssVal", Value::Null),
            "unverified",
        ),
        (
            "no invoice total",
            World::clean().with("/ValDtls/TotInvVal", Value::Null),
            "unverified",
        ),
        (
            "no totals",
            changed(
                World::clean(),
                &[
                    ("/ValDtls", Value::Null),
                    ("/ItemList/0/IgstAmt", json!(0)),
                    ("/ItemList/1/IgstAmt", json!(0)),
                ],
            ),
            "unverified",
        ),
        (
            "no lines",
            World::clean().with("/ItemList", json!([])),
            "unverified",
        ),
    ] {
        assert_eq!(word(&world.run(&SPEC)), want, "{name}");
    }
}

#[test]
fn sum_and_total_are_said() {
    let message = |world: World| {
        crate::grounded::run(&world, &SPEC)
            .finding()
            .message
            .clone()
    };
    insta::assert_snapshot!(message(World::clean().with("/ValDtls/AssVal", json!(312_465))),
        @"the lines' taxable value comes to ₹3,12,375.00, the invoice says ₹3,12,465.00; taxable value, taxes, charges, discount and round-off come to ₹3,68,693.00, the invoice total is ₹3,68,603.00");
    insta::assert_snapshot!(message(World::clean().with("/ValDtls/TotInvVal", json!(378_603))),
        @"taxable value, taxes, charges, discount and round-off come to ₹3,68,603.00, the invoice total is ₹3,78,603.00");
    insta::assert_snapshot!(message(World::intra().with("/ValDtls/SgstVal", Value::Null)),
        @"the lines' SGST comes to ₹28,113.75, the invoice states none; taxable value, taxes, charges, discount and round-off come to ₹3,40,489.25, the invoice total is ₹3,68,603.00");
}

#[test]
fn corrected_totals_pass() {
    for (pointer, value) in [
        ("/ValDtls/AssVal", json!(1)),
        ("/ValDtls/IgstVal", Value::Null),
        ("/ValDtls/TotInvVal", json!(1)),
        ("/ItemList/0/IgstAmt", json!(30000)),
        ("/ItemList/1", Value::Null),
        ("/ValDtls/CesVal", json!(99)),
        ("/ValDtls/StCesVal", json!(99)),
    ] {
        mends(&SPEC, &World::clean().with(pointer, value));
    }
    // Where the invoice total already fits the corrected parts it stays.
    let changes = World::clean()
        .with("/ValDtls/AssVal", json!(312_465))
        .mend(&SPEC);
    let texts: Vec<&str> = changes.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["correct the total taxable value to ₹3,12,375.00"]);
    assert!(World::clean().mend(&SPEC).is_empty());
}

fn paise(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}

/// Lines of a taxable value in paise each, taxed at 18 %, with their totals.
fn added_up(values: &[i64], halves: bool, freight: i64) -> World {
    let mut world = World::clean();
    let mut lines = Vec::new();
    let [mut taxable, mut whole, mut half] = [Decimal::ZERO; 3];
    for value in values {
        let value = paise(*value);
        let tax = |rate: i64| to_paise_half_up(value * Decimal::new(rate, 2));
        let (igst, each) = if halves {
            (Decimal::ZERO, tax(9))
        } else {
            (tax(18), Decimal::ZERO)
        };
        taxable += value;
        whole += igst;
        half += each;
        lines.push(json!({"AssAmt": to_json(value), "IgstAmt": to_json(igst), "CgstAmt": to_json(each), "SgstAmt": to_json(each)}));
    }
    let sum = taxable + whole + half + half + paise(freight);
    let total = sum.round();
    world = world.with("/ItemList", json!(lines));
    for (member, amount) in [
        ("AssVal", taxable),
        ("IgstVal", whole),
        ("CgstVal", half),
        ("SgstVal", half),
        ("OthChrg", paise(freight)),
        ("RndOffAmt", total - sum),
        ("TotInvVal", total),
    ] {
        world = world.with(&format!("/ValDtls/{member}"), to_json(amount));
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn correct_totals_never_fail_and_one_wrong_amount_always_does(
        values in prop::collection::vec(1_i64..10_000_000_000, 1..20), halves: bool, freight in 0_i64..100_000,
        member in prop::sample::select(vec!["AssVal", "IgstVal", "CgstVal", "SgstVal", "OthChrg", "TotInvVal"]),
        off in 101_i64..100_000_000, up: bool,
    ) {
        let world = added_up(&values, halves, freight);
        let outcome = world.run(&SPEC);
        prop_assert_eq!(word(&outcome), "pass", "{}", outcome.finding().message);
        let at = format!("/ValDtls/{member}");
        let is: Decimal = world.invoice.pointer(&at).unwrap().to_string().parse().unwrap();
        let wrong = world.with(&at, to_json(is + if up { paise(off) } else { -paise(off) }));
        let outcome = crate::grounded::run(&wrong, &SPEC);
        prop_assert_eq!(word(&outcome), "fail", "{}", member);
        mends(&SPEC, &wrong);
    }
}
