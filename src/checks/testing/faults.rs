//! One fault fails the checks that name it and no others; a lawful twist fails none.

use std::collections::BTreeSet;

use domain::Outcome;
use serde_json::{Value, json};

use super::{OTHER, World, context};

/// The checks that look at the document alone.
fn of_the_document(id: &str) -> bool {
    ["GSTIN-", "BUYER-", "DOC-", "ITC-", "HSN-", "TAX-"]
        .iter()
        .any(|prefix| id.starts_with(prefix))
}

fn judged(world: &World) -> Vec<(&'static str, bool, Outcome)> {
    let facts = world.facts();
    crate::judge(&context(&facts))
        .into_iter()
        .filter(|(spec, _)| of_the_document(spec.id))
        .map(|(spec, outcome)| (spec.id, spec.required, outcome))
        .collect()
}

fn changed(world: World, changes: &[(&str, Value)]) -> World {
    changes.iter().fold(world, |w, (p, v)| w.with(p, v.clone()))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn one_fault_fails_the_checks_that_name_it() {
    let reverse = ("/TranDtls/RegRev", json!("Y"));
    let other_rate =
        |rate: Value, taxes: [Value; 2], totals: [Value; 2], sum: Value, total: Value| {
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/GstRt", rate.clone()),
                    ("/ItemList/0/IgstAmt", taxes[0].clone()),
                    ("/ItemList/0/TotItemVal", totals[0].clone()),
                    ("/ItemList/1/GstRt", rate),
                    ("/ItemList/1/IgstAmt", taxes[1].clone()),
                    ("/ItemList/1/TotItemVal", totals[1].clone()),
                    ("/ValDtls/IgstVal", sum),
                    ("/ValDtls/TotInvVal", total),
                    ("/ValDtls/RndOffAmt", json!(0)),
                ],
            )
        };
    for (name, world, want) in [
        (
            "tax of a line, consistent onwards",
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/IgstAmt", json!(31600)),
                    ("/ItemList/0/TotItemVal", json!(201_600)),
                    ("/ValDtls/IgstVal", json!(57227.5)),
                    ("/ValDtls/TotInvVal", json!(369_603)),
                ],
            ),
            "TAX-LINE",
        ),
        (
            "gross of a line",
            World::clean().with("/ItemList/0/Qty", json!(1300)),
            "TAX-LINE",
        ),
        (
            "line total",
            World::clean().with("/ItemList/0/TotItemVal", json!(210_600)),
            "TAX-LINE",
        ),
        (
            "no tax anywhere",
            changed(
                World::clean(),
                &[
                    ("/ItemList/0/IgstAmt", json!(0)),
                    ("/ItemList/0/TotItemVal", json!(170_000)),
                    ("/ItemList/1/IgstAmt", json!(0)),
                    ("/ItemList/1/TotItemVal", json!(142_375)),
                    ("/ValDtls/IgstVal", json!(0)),
                    ("/ValDtls/RndOffAmt", json!(0)),
                    ("/ValDtls/TotInvVal", json!(312_375)),
                ],
            ),
            "TAX-LINE",
        ),
        (
            "halves that differ",
            changed(
                World::intra(),
                &[
                    ("/ItemList/0/CgstAmt", json!(16300)),
                    ("/ItemList/0/TotItemVal", json!(201_600)),
                    ("/ValDtls/CgstVal", json!(29113.75)),
                    ("/ValDtls/TotInvVal", json!(369_603)),
                ],
            ),
            "TAX-LINE TAX-PLACE-OF-SUPPLY",
        ),
        (
            "taxable total",
            World::clean().with("/ValDtls/AssVal", json!(312_465)),
            "TAX-TOTAL",
        ),
        (
            "head total",
            World::clean().with("/ValDtls/IgstVal", json!(56300)),
            "TAX-TOTAL",
        ),
        (
            "half total",
            World::intra().with("/ValDtls/SgstVal", json!(28213.75)),
            "TAX-TOTAL",
        ),
        (
            "invoice total",
            World::clean().with("/ValDtls/TotInvVal", json!(386_603)),
            "TAX-TOTAL",
        ),
        (
            "round-off, consistent",
            changed(
                World::clean(),
                &[
                    ("/ValDtls/RndOffAmt", json!(40.5)),
                    ("/ValDtls/TotInvVal", json!(368_643)),
                ],
            ),
            "TAX-ROUND-OFF",
        ),
        (
            "halves across the border",
            changed(World::intra(), &[("/BuyerDtls/Pos", json!("27"))]),
            "TAX-PLACE-OF-SUPPLY",
        ),
        (
            "IGST within the State",
            changed(World::clean(), &[("/BuyerDtls/Pos", json!("24"))]),
            "TAX-PLACE-OF-SUPPLY",
        ),
        (
            "tax under reverse charge",
            changed(World::clean(), std::slice::from_ref(&reverse)),
            "TAX-REVERSE-CHARGE",
        ),
        (
            "halves under reverse charge",
            changed(World::intra(), std::slice::from_ref(&reverse)),
            "TAX-REVERSE-CHARGE",
        ),
        (
            "a rate that ended, consistent",
            other_rate(
                json!(28),
                [json!(47600), json!(39865)],
                [json!(217_600), json!(182_240)],
                json!(87465),
                json!(399_840),
            ),
            "TAX-RATE-HSN TAX-RATE-SLAB",
        ),
        (
            "a rate of other goods, consistent",
            other_rate(
                json!(5),
                [json!(8500), json!(7118.75)],
                [json!(178_500), json!(149_493.75)],
                json!(15618.75),
                json!(327_993.75),
            ),
            "TAX-RATE-HSN",
        ),
        (
            "missing HSN",
            World::clean().with("/ItemList/0/HsnCd", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "short HSN",
            World::clean().with("/ItemList/0/HsnCd", json!("7318")),
            "HSN-DIGITS",
        ),
        (
            "missing place of supply",
            World::clean().with("/BuyerDtls/Pos", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing name",
            World::clean().with("/SellerDtls/LglNm", json!("")),
            "DOC-MANDATORY",
        ),
        (
            "missing GSTIN of the buyer",
            World::clean().with("/BuyerDtls/Gstin", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing GSTIN of the supplier",
            World::clean().with("/SellerDtls/Gstin", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing date",
            World::clean().with("/DocDtls/Dt", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing number",
            World::clean().with("/DocDtls/No", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing total",
            World::clean().with("/ValDtls/TotInvVal", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "missing taxable value of a line",
            World::clean().with("/ItemList/0/AssAmt", Value::Null),
            "DOC-MANDATORY",
        ),
        (
            "long number",
            World::clean().with("/DocDtls/No", json!("SABARMATI-2026-27-0415")),
            "DOC-NUMBER-FORMAT",
        ),
        (
            "a date to come",
            World::clean().with("/DocDtls/Dt", json!("22/11/2026")),
            "DOC-DATE",
        ),
        (
            "an old invoice",
            World::clean().as_of("2027-12-01"),
            "ITC-TIME-BAR",
        ),
        (
            "GSTIN of the supplier",
            World::clean().with("/SellerDtls/Gstin", json!("24AAKCS4821M1Z3")),
            "GSTIN-CHECKSUM",
        ),
        (
            "address of the supplier",
            World::clean().with("/SellerDtls/Stcd", json!("27")),
            "GSTIN-STATE",
        ),
        (
            "somebody else's invoice",
            World::clean()
                .with("/BuyerDtls/Gstin", json!(OTHER))
                .with("/BuyerDtls/Stcd", json!("29")),
            "BUYER-GSTIN",
        ),
    ] {
        let failed: BTreeSet<&str> = judged(&world)
            .iter()
            .filter(|(_, _, o)| o.is_fail())
            .map(|(id, _, _)| *id)
            .collect();
        let failed: Vec<&str> = failed.into_iter().collect();
        assert_eq!(failed.join(" "), want, "{name}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn lawful_twists_fail_nothing() {
    let untaxed = |world: World| {
        changed(
            world,
            &[
                ("/ItemList/0/IgstAmt", json!(0)),
                ("/ItemList/0/TotItemVal", json!(170_000)),
                ("/ItemList/1/IgstAmt", json!(0)),
                ("/ItemList/1/TotItemVal", json!(142_375)),
                ("/ValDtls/IgstVal", json!(0)),
                ("/ValDtls/RndOffAmt", json!(0)),
                ("/ValDtls/TotInvVal", json!(312_375)),
            ],
        )
    };
    let supply = |kind: &str| World::clean().with("/TranDtls/SupTyp", json!(kind));
    let service = |line: usize| {
        [
            (format!("/ItemList/{line}/IsServc"), json!("Y")),
            (format!("/ItemList/{line}/HsnCd"), json!("998314")),
            (format!("/ItemList/{line}/Qty"), Value::Null),
            (format!("/ItemList/{line}/Unit"), Value::Null),
        ]
    };
    let services = service(0)
        .into_iter()
        .chain(service(1))
        .fold(World::clean(), |w, (p, v)| w.with(&p, v));
    for (name, world) in [
        ("inter-State", World::clean()),
        ("intra-State", World::intra()),
        ("to a SEZ with payment", supply("SEZWP")),
        ("to a SEZ without payment", untaxed(supply("SEZWOP"))),
        ("deemed export", supply("DEXP")),
        (
            "reverse charge",
            untaxed(World::clean().with("/TranDtls/RegRev", json!("Y"))),
        ),
        ("services for a lump sum", services),
        (
            "credit note",
            World::clean().with("/DocDtls/Typ", json!("CRN")),
        ),
        (
            "debit note for a price difference",
            changed(
                World::clean(),
                &[
                    ("/DocDtls/Typ", json!("DBN")),
                    ("/ItemList/0/Qty", json!(0)),
                    ("/ItemList/1/Qty", Value::Null),
                    ("/ItemList/1/Unit", Value::Null),
                ],
            ),
        ),
        (
            "IGST within the State by election",
            changed(
                World::clean(),
                &[
                    ("/TranDtls/IgstOnIntra", json!("Y")),
                    ("/BuyerDtls/Pos", json!("24")),
                ],
            ),
        ),
        (
            "bill to one State, supply in another",
            changed(
                World::intra(),
                &[
                    ("/BuyerDtls/Gstin", json!(super::BUYER)),
                    ("/BuyerDtls/Stcd", json!("27")),
                ],
            ),
        ),
        (
            "a line of books at nil",
            changed(
                World::clean(),
                &[
                    (
                        "/ItemList/2",
                        json!({"SlNo": "3", "PrdDesc": "Bearing catalogue",
            "IsServc": "N", "HsnCd": "490110", "Qty": 2, "Unit": "NOS", "UnitPrice": 400, "TotAmt": 800, "AssAmt": 800, "GstRt": 0,
            "TotItemVal": 800}),
                    ),
                    ("/ValDtls/AssVal", json!(313_175)),
                    ("/ValDtls/TotInvVal", json!(369_403)),
                ],
            ),
        ),
        (
            "no optional member",
            changed(
                World::clean(),
                &[
                    ("/TranDtls/RegRev", Value::Null),
                    ("/TranDtls/IgstOnIntra", Value::Null),
                    ("/ItemList/0/CgstAmt", Value::Null),
                    ("/ItemList/0/SgstAmt", Value::Null),
                    ("/ItemList/1/Discount", Value::Null),
                    ("/ValDtls/CgstVal", Value::Null),
                    ("/ValDtls/SgstVal", Value::Null),
                    ("/ValDtls/Discount", Value::Null),
                ],
            ),
        ),
        ("the last day of credit", World::clean().as_of("2027-11-30")),
    ] {
        for (id, required, outcome) in judged(&world) {
            let open = required && matches!(outcome, Outcome::Unverified(_));
            assert!(
                !outcome.is_fail() && !open,
                "{name}: {id} {}",
                outcome.finding().message
            );
        }
    }
}
