use domain::{
    Decimal, inr,
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

fn line(world: World, changes: &[(&str, Value)]) -> World {
    changes.iter().fold(world, |w, (m, v)| {
        w.with(&format!("/ItemList/0/{m}"), v.clone())
    })
}

fn kind(world: World, supply_type: &str) -> World {
    world.with("/TranDtls/SupTyp", json!(supply_type))
}

const UNTAXED: [(&str, Value); 2] = [("IgstAmt", Value::Null), ("TotItemVal", Value::Null)];

/// Line 1 of the clean world: 1200 × 142.50 = 171,000 less 1,000 is 170,000 at 18 %: 30,600, total 200,600.
#[test]
fn both_sides_of_the_tolerance() {
    for (member, within, beyond) in [
        ("TotAmt", json!(171_000.05), json!(171_000.06)),
        ("AssAmt", json!(169_999.95), json!(169_999.94)),
        ("IgstAmt", json!(30600.05), json!(30600.06)),
        ("IgstAmt", json!(30599.95), json!(30599.94)),
        ("TotItemVal", json!(200_600.05), json!(200_600.06)),
        ("TotItemVal", json!(200_599.95), json!(200_599.94)),
    ] {
        assert_eq!(
            word(&line(World::clean(), &[(member, within)]).run(&SPEC)),
            "pass",
            "{member}"
        );
        let outcome = line(World::clean(), &[(member, beyond)]).run(&SPEC);
        assert_eq!(word(&outcome), "fail", "{member}");
    }
}

#[test]
fn each_half_by_itself() {
    for (cgst, sgst, total, want) in [
        (json!(15300), json!(15300), json!(200_600), "pass"),
        (json!(15300.05), json!(15299.95), json!(200_600), "pass"),
        (json!(15300.06), json!(15300), json!(200_600.06), "fail"),
        (json!(15300), json!(15300.06), json!(200_600.06), "fail"),
        // The sum is right, the halves are not.
        (json!(15400), json!(15200), json!(200_600), "fail"),
        (json!(30600), json!(0), json!(200_600), "fail"),
        (json!(30600), Value::Null, json!(200_600), "fail"),
    ] {
        let world = line(
            World::intra(),
            &[
                ("CgstAmt", cgst.clone()),
                ("SgstAmt", sgst),
                ("TotItemVal", total),
            ],
        );
        assert_eq!(word(&world.run(&SPEC)), want, "{cgst}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn lawful_lines_add_up() {
    let no_tax = [("IgstAmt", json!(0)), ("TotItemVal", json!(170_000))];
    for (name, world) in [
        (
            "reverse charge",
            line(
                changed(World::clean(), &[("/TranDtls/RegRev", json!("Y"))]),
                &no_tax,
            ),
        ),
        (
            "SEZ without payment",
            line(
                kind(World::clean(), "SEZWOP").with("/ItemList/1", Value::Null),
                &no_tax,
            ),
        ),
        (
            "export without payment",
            line(
                kind(World::clean(), "EXPWOP").with("/ItemList/1", Value::Null),
                &no_tax,
            ),
        ),
        ("SEZ with payment", kind(World::clean(), "SEZWP")),
        ("export with payment", kind(World::clean(), "EXPWP")),
        ("deemed export", kind(World::clean(), "DEXP")),
        (
            "IGST within the State",
            changed(
                World::clean(),
                &[
                    ("/BuyerDtls/Pos", json!("24")),
                    ("/TranDtls/IgstOnIntra", json!("Y")),
                ],
            ),
        ),
        (
            "nil rate",
            line(
                World::clean(),
                &[
                    ("GstRt", json!(0)),
                    ("IgstAmt", json!(0)),
                    ("TotItemVal", json!(170_000)),
                ],
            ),
        ),
        (
            "bill of supply without a rate",
            line(
                World::clean(),
                &[
                    ("GstRt", Value::Null),
                    ("IgstAmt", Value::Null),
                    ("TotItemVal", json!(170_000)),
                ],
            ),
        ),
        (
            "lump sum without quantity",
            line(World::clean(), &[("Qty", Value::Null)]),
        ),
        (
            "lump sum of a service with quantity 0",
            line(
                World::clean(),
                &[
                    ("Qty", json!(0)),
                    ("IsServc", json!("Y")),
                    ("UnitPrice", json!(171_000)),
                ],
            ),
        ),
        (
            "a service without a price, by its code",
            line(
                World::clean(),
                &[
                    ("Qty", json!(0)),
                    ("IsServc", Value::Null),
                    ("HsnCd", json!("998719")),
                    ("UnitPrice", Value::Null),
                ],
            ),
        ),
        (
            "free quantity",
            line(World::clean(), &[("FreeQty", json!(100))]),
        ),
        (
            "pre-tax value is no base",
            line(World::clean(), &[("PreTaxVal", json!(1))]),
        ),
        (
            "no gross amount",
            line(World::clean(), &[("TotAmt", Value::Null)]),
        ),
        (
            "no line total",
            line(World::clean(), &[("TotItemVal", Value::Null)]),
        ),
        (
            "other charges",
            line(
                World::clean(),
                &[("OthChrg", json!(250)), ("TotItemVal", json!(200_850))],
            ),
        ),
        (
            "two cesses",
            line(
                World::clean(),
                &[
                    ("CesRt", json!(12)),
                    ("CesAmt", json!(20400)),
                    ("StateCesRt", json!(1)),
                    ("StateCesAmt", json!(1700)),
                    ("TotItemVal", json!(222_700)),
                ],
            ),
        ),
        (
            "a discount as a line",
            line(
                World::clean(),
                &[
                    ("Qty", json!(1)),
                    ("UnitPrice", json!(-1000)),
                    ("TotAmt", json!(-1000)),
                    ("Discount", json!(0)),
                    ("AssAmt", json!(-1000)),
                    ("IgstAmt", json!(-180)),
                    ("TotItemVal", json!(-1180)),
                ],
            ),
        ),
        (
            "a cess by quantity while there was one",
            line(
                changed(World::clean(), &[("/DocDtls/Dt", json!("21/09/2025"))]),
                &[
                    ("CesNonAdvlAmt", json!(500)),
                    ("TotItemVal", json!(201_100)),
                ],
            ),
        ),
        (
            "a line of nothing",
            line(
                World::clean(),
                &[
                    ("Qty", json!(1)),
                    ("UnitPrice", json!(0)),
                    ("TotAmt", json!(0)),
                    ("Discount", json!(0)),
                    ("AssAmt", json!(0)),
                    ("IgstAmt", json!(0)),
                    ("TotItemVal", json!(0)),
                ],
            ),
        ),
        (
            "numbers in quotes",
            line(
                World::clean(),
                &[("Qty", json!("1200")), ("IgstAmt", json!("30600.00"))],
            ),
        ),
        (
            "wrong head, right amount",
            changed(World::clean(), &[("/BuyerDtls/Pos", json!("24"))]),
        ),
        (
            "halves across the border",
            changed(World::intra(), &[("/BuyerDtls/Pos", json!("27"))]),
        ),
        (
            "tax under reverse charge is another check's",
            changed(World::clean(), &[("/TranDtls/RegRev", json!("Y"))]),
        ),
        (
            "and its total may leave it out",
            line(
                changed(World::clean(), &[("/TranDtls/RegRev", json!("Y"))]),
                &[("TotItemVal", json!(170_000))],
            ),
        ),
        (
            "half a rate each, both heads",
            line(
                World::clean(),
                &[
                    ("IgstAmt", json!(15300)),
                    ("CgstAmt", json!(7650)),
                    ("SgstAmt", json!(7650)),
                ],
            ),
        ),
        (
            "credit note in negative amounts",
            line(
                changed(World::clean(), &[("/DocDtls/Typ", json!("CRN"))]),
                &[
                    ("Qty", json!(-1200)),
                    ("TotAmt", json!(-171_000)),
                    ("AssAmt", json!(-170_000)),
                    ("Discount", json!(1000)),
                    ("IgstAmt", json!(-30600)),
                    ("TotItemVal", json!(-200_600)),
                ],
            ),
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
#[expect(clippy::too_many_lines, reason = "a table")]
fn faults_are_found_whatever_the_supply() {
    for (name, world) in [
        ("no tax at all", line(World::clean(), &UNTAXED)),
        (
            "no tax within the State",
            line(
                World::intra(),
                &[
                    ("CgstAmt", json!(0)),
                    ("SgstAmt", json!(0)),
                    ("TotItemVal", json!(170_000)),
                ],
            ),
        ),
        (
            "no tax to a SEZ with payment",
            line(kind(World::clean(), "SEZWP"), &UNTAXED),
        ),
        ("tax without payment", kind(World::clean(), "SEZWOP")),
        (
            "tax on a nil line",
            line(World::clean(), &[("GstRt", json!(0))]),
        ),
        (
            "another rate",
            line(World::clean(), &[("GstRt", json!(12))]),
        ),
        (
            "another quantity",
            line(World::clean(), &[("Qty", json!(1201))]),
        ),
        (
            "goods with quantity 0",
            line(World::clean(), &[("Qty", json!(0))]),
        ),
        (
            "a service with quantity 0 and a price that is not the whole",
            line(
                World::clean(),
                &[("Qty", json!(0)), ("IsServc", json!("Y"))],
            ),
        ),
        (
            "no gross amount, and a taxable value that is not quantity by price",
            line(
                World::clean(),
                &[("TotAmt", Value::Null), ("Qty", json!(1100))],
            ),
        ),
        (
            "gross under reverse charge",
            line(
                changed(World::clean(), &[("/TranDtls/RegRev", json!("Y"))]),
                &[("TotAmt", json!(1))],
            ),
        ),
        (
            "total under reverse charge",
            line(
                changed(World::clean(), &[("/TranDtls/RegRev", json!("Y"))]),
                &[("TotItemVal", json!(180_000))],
            ),
        ),
        (
            "cess off its rate",
            line(
                World::clean(),
                &[
                    ("CesRt", json!(12)),
                    ("CesAmt", json!(20000)),
                    ("TotItemVal", json!(220_600)),
                ],
            ),
        ),
        (
            "cess missing",
            line(World::clean(), &[("CesRt", json!(12))]),
        ),
        (
            "heads mixed and too much",
            line(
                World::clean(),
                &[
                    ("CgstAmt", json!(15300)),
                    ("SgstAmt", json!(15300)),
                    ("TotItemVal", json!(231_200)),
                ],
            ),
        ),
        (
            "negative credit note with wrong tax",
            line(
                changed(World::clean(), &[("/DocDtls/Typ", json!("CRN"))]),
                &[
                    ("Qty", json!(-1200)),
                    ("TotAmt", json!(-171_000)),
                    ("AssAmt", json!(-170_000)),
                    ("IgstAmt", json!(-30000)),
                    ("TotItemVal", json!(-200_000)),
                ],
            ),
        ),
        (
            "amounts at the end of the range",
            line(
                World::clean(),
                &[
                    ("Qty", json!("99999999999999")),
                    ("UnitPrice", json!("99999999999999")),
                ],
            ),
        ),
    ] {
        assert_eq!(word(&world.run(&SPEC)), "fail", "{name}");
    }
}

#[test]
fn what_cannot_be_recomputed_is_open() {
    for (name, world) in [
        ("no lines", World::clean().with("/ItemList", json!([]))),
        (
            "no taxable value",
            line(World::clean(), &[("AssAmt", Value::Null)]),
        ),
        (
            "a cess without a rate",
            line(
                World::clean(),
                &[("CesAmt", json!(777)), ("TotItemVal", json!(201_377))],
            ),
        ),
        (
            "a cess at rate 0",
            line(
                World::clean(),
                &[
                    ("CesRt", json!(0)),
                    ("CesAmt", json!(777)),
                    ("TotItemVal", json!(201_377)),
                ],
            ),
        ),
        (
            "a cess by quantity",
            line(
                World::clean(),
                &[
                    ("CesNonAdvlAmt", json!(500)),
                    ("TotItemVal", json!(201_100)),
                ],
            ),
        ),
        (
            "quantity 0 without a price",
            line(
                World::clean(),
                &[("Qty", json!(0)), ("UnitPrice", Value::Null)],
            ),
        ),
        (
            "a negative quantity at a negative price",
            line(
                World::clean(),
                &[("Qty", json!(-1200)), ("UnitPrice", json!(-142.5))],
            ),
        ),
        (
            "a discount that adds",
            line(
                World::clean(),
                &[
                    ("Discount", json!(-1000)),
                    ("TotAmt", json!(169_000)),
                    ("Qty", Value::Null),
                ],
            ),
        ),
        (
            "tax without a rate",
            line(World::clean(), &[("GstRt", Value::Null)]),
        ),
    ] {
        assert_eq!(word(&world.run(&SPEC)), "unverified", "{name}");
    }
}

#[test]
fn expected_and_found_are_said() {
    let message = |world: World| {
        crate::grounded::run(&world, &SPEC)
            .finding()
            .message
            .clone()
    };
    insta::assert_snapshot!(message(line(World::clean(), &[("IgstAmt", json!(31600)), ("TotItemVal", json!(201_600))])),
        @"line 1: IGST ₹31,600.00 is charged; 18% of ₹1,70,000.00 is ₹30,600.00");
    insta::assert_snapshot!(message(line(World::intra(), &[("SgstAmt", json!(15200)), ("TotItemVal", json!(200_500))])),
        @"line 1: SGST ₹15,200.00 is charged; 9% of ₹1,70,000.00 is ₹15,300.00");
    insta::assert_snapshot!(message(line(World::clean(), &[("TotAmt", json!(181_000))])),
        @"line 1: 1200 × ₹142.50 is ₹1,71,000.00, the gross amount is ₹1,81,000.00; line 1: gross ₹1,81,000.00 less discount ₹1,000.00 is ₹1,80,000.00, the taxable value is ₹1,70,000.00");
    insta::assert_snapshot!(message(line(World::clean(), &[("IgstAmt", Value::Null), ("TotItemVal", json!(1)), ("SlNo", Value::Null)])),
        @"line 1: no tax is charged; 18% of ₹1,70,000.00 is ₹30,600.00; line 1: taxable value, taxes and charges come to ₹1,70,000.00, the line total is ₹1.00");
    insta::assert_snapshot!(message(kind(World::clean(), "SEZWOP").with("/ItemList/1", Value::Null)),
        @"line 1: a supply without payment of tax charges ₹30,600.00");
    let negative = changed(World::clean(), &[("/DocDtls/Typ", json!("CRN"))]);
    insta::assert_snapshot!(message(line(negative, &[("Qty", json!(-1200)), ("TotAmt", json!(-171_000)), ("AssAmt", json!(-170_000)),
        ("IgstAmt", json!(-30000)), ("TotItemVal", json!(-200_000))])),
        @"line 1: IGST ₹30,000.00 is charged; 18% of ₹1,70,000.00 is ₹30,600.00");
    insta::assert_snapshot!(message(World::clean()), @"every line adds up: quantity and price, discount, tax at its rate, line total");
}

#[test]
fn a_corrected_line_passes() {
    for world in [
        line(
            World::clean(),
            &[("IgstAmt", json!(31600)), ("TotItemVal", json!(201_600))],
        ),
        line(World::intra(), &[("SgstAmt", json!(1))]),
        line(World::clean(), &[("TotAmt", json!(1)), ("CesRt", json!(5))]),
        line(
            World::intra(),
            &[("CgstAmt", Value::Null), ("SgstAmt", Value::Null)],
        ),
        kind(World::clean(), "SEZWOP"),
        line(
            World::clean(),
            &[("CgstAmt", json!(5)), ("SgstAmt", json!(7))],
        ),
    ] {
        mends(&SPEC, &world);
    }
    let world = line(
        World::clean(),
        &[("IgstAmt", json!(31600)), ("TotItemVal", json!(201_600))],
    );
    let texts: Vec<String> = world.mend(&SPEC).into_iter().map(|c| c.text).collect();
    assert_eq!(
        texts,
        [
            "correct the IGST of line 1 to ₹30,600.00",
            "correct the line total of line 1 to ₹2,00,600.00"
        ]
    );
    assert!(World::clean().mend(&SPEC).is_empty());
}

fn paise(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}

/// A lawful line at a rate in tenths of a percent, in one head or two halves.
fn lawful(
    quantity: i64,
    price: i64,
    discount: i64,
    tenths: i64,
    halves: bool,
) -> Vec<(&'static str, Decimal)> {
    let gross = to_paise_half_up(Decimal::new(quantity, 3) * paise(price));
    let discount = paise(discount).min(gross);
    let taxable = gross - discount;
    let tax = |share: i64| {
        to_paise_half_up(taxable * Decimal::new(tenths, 1) / Decimal::from(100 * share))
    };
    let (igst, half) = if halves {
        (Decimal::ZERO, tax(2))
    } else {
        (tax(1), Decimal::ZERO)
    };
    vec![
        ("Qty", Decimal::new(quantity, 3)),
        ("UnitPrice", paise(price)),
        ("TotAmt", gross),
        ("Discount", discount),
        ("AssAmt", taxable),
        ("GstRt", Decimal::new(tenths, 1)),
        ("IgstAmt", igst),
        ("CgstAmt", half),
        ("SgstAmt", half),
        ("TotItemVal", taxable + igst + half + half),
    ]
}

fn world_of(amounts: &[(&str, Decimal)]) -> World {
    let changes: Vec<(&str, Value)> = amounts.iter().map(|(m, a)| (*m, to_json(*a))).collect();
    line(World::clean(), &changes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn correct_lines_never_fail_and_one_wrong_amount_always_does(
        quantity in 1_i64..100_000_000, price in 1_i64..1_000_000_000, discount in 0_i64..100_000,
        tenths in prop::sample::select(vec![0_i64, 1, 15, 30, 50, 180, 280, 400]), halves: bool,
        member in prop::sample::select(vec!["TotAmt", "AssAmt", "IgstAmt", "CgstAmt", "SgstAmt", "TotItemVal"]),
        off in 11_i64..1_000_000, up: bool,
    ) {
        let amounts = lawful(quantity, price, discount, tenths, halves);
        let outcome = world_of(&amounts).run(&SPEC);
        prop_assert_eq!(word(&outcome), "pass", "{}", outcome.finding().message);
        // Five paise are tolerated, and half a paisa of rounding may stand on either side of them.
        let off = if up { paise(off) } else { -paise(off) };
        let wrong: Vec<_> = amounts.iter().map(|(m, a)| (*m, if *m == member { *a + off } else { *a })).collect();
        prop_assert_eq!(word(&world_of(&wrong).run(&SPEC)), "fail", "{} off by {}", member, inr(off));
    }

    #[test]
    fn any_amounts_give_an_answer(
        amounts in prop::collection::vec(prop::option::of(-9_999_999_i64..=9_999_999), 12), huge: bool,
        places in 0_u32..4, kind in prop::sample::select(vec!["B2B", "SEZWOP", "EXPWP", ""]), reverse: bool,
    ) {
        let members = ["Qty", "UnitPrice", "TotAmt", "Discount", "AssAmt", "GstRt", "IgstAmt", "CgstAmt", "SgstAmt",
            "CesRt", "CesAmt", "TotItemVal"];
        let changes: Vec<(&str, Value)> = members.iter().zip(&amounts)
            .map(|(m, a)| (*m, a.map_or(Value::Null, |a| to_json(Decimal::new(if huge { a * 10_000_000 } else { a }, places)))))
            .collect();
        let world = line(World::clean(), &changes).with("/TranDtls/SupTyp", json!(kind))
            .with("/TranDtls/RegRev", json!(if reverse { "Y" } else { "N" }));
        // Products of huge amounts are beyond what a sentence may write.
        if huge { world.run(&SPEC) } else { crate::grounded::run(&world, &SPEC) };
        world.mend(&SPEC);
    }
}
