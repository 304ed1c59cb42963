use serde_json::{Value, json};

use super::SPEC;
use crate::{
    grounded,
    testing::{
        World,
        portal::{mends, word},
    },
};

fn changed(world: World, changes: &[(&str, Value)]) -> World {
    changes.iter().fold(world, |w, (p, v)| w.with(p, v.clone()))
}

fn supply(world: World, kind: &str, place: &str) -> World {
    changed(
        world,
        &[
            ("/TranDtls/SupTyp", json!(kind)),
            ("/BuyerDtls/Pos", json!(place)),
        ],
    )
}

fn untaxed(world: World) -> World {
    let mut world = world;
    for head in ["Igst", "Cgst", "Sgst"] {
        for line in 0..2 {
            world = world.with(&format!("/ItemList/{line}/{head}Amt"), json!(0));
        }
        world = world.with(&format!("/ValDtls/{head}Val"), json!(0));
    }
    world
}

#[test]
fn heads_by_kind_of_supply() {
    // `clean` carries IGST, `intra` CGST and SGST; the supplier is in Gujarat, 24.
    for (kind, place, igst, halves, none) in [
        ("B2B", "27", "pass", "fail", "pass"),
        ("B2B", "24", "fail", "pass", "pass"),
        ("B2B", "96", "pass", "fail", "pass"),
        ("B2B", "97", "pass", "fail", "pass"),
        ("DEXP", "24", "fail", "pass", "pass"),
        ("DEXP", "27", "pass", "fail", "pass"),
        ("SEZWP", "24", "pass", "fail", "pass"),
        ("SEZWOP", "24", "pass", "fail", "pass"),
        ("EXPWP", "96", "pass", "fail", "pass"),
        ("EXPWOP", "96", "pass", "fail", "pass"),
        ("EXPWP", "", "pass", "fail", "pass"),
        ("B2B", "00", "unverified", "unverified", "unverified"),
        ("B2B", "25", "unverified", "unverified", "unverified"),
        ("B2B", "MH", "unverified", "unverified", "unverified"),
        ("B2B", "", "unverified", "unverified", "unverified"),
    ] {
        for (heads, world, want) in [
            ("IGST", World::clean(), igst),
            ("halves", World::intra(), halves),
            ("none", untaxed(World::clean()), none),
        ] {
            assert_eq!(
                word(&grounded::run(&supply(world, kind, place), &SPEC)),
                want,
                "{kind} to {place}, {heads}"
            );
        }
    }
}

#[test]
fn exceptions_and_boundaries() {
    let intra_igst = changed(World::clean(), &[("/BuyerDtls/Pos", json!("24"))]);
    for (name, world, want) in [
        (
            "IGST within the State by election",
            intra_igst.clone().with("/TranDtls/IgstOnIntra", json!("Y")),
            "pass",
        ),
        (
            "halves with that election",
            World::intra().with("/TranDtls/IgstOnIntra", json!("Y")),
            "pass",
        ),
        (
            "reverse charge without tax",
            untaxed(World::clean()).with("/TranDtls/RegRev", json!("Y")),
            "pass",
        ),
        (
            "five paise between the halves",
            World::intra().with("/ItemList/0/SgstAmt", json!(15300.05)),
            "pass",
        ),
        (
            "six paise between the halves",
            World::intra().with("/ItemList/0/SgstAmt", json!(15300.06)),
            "fail",
        ),
        (
            "one half missing",
            World::intra().with("/ItemList/0/SgstAmt", Value::Null),
            "fail",
        ),
        (
            "one line of two",
            World::clean().with("/ItemList/1/CgstAmt", json!(1)),
            "fail",
        ),
        (
            "one line nil",
            World::intra()
                .with("/ItemList/0/SgstAmt", json!(0))
                .with("/ItemList/0/CgstAmt", json!(0)),
            "pass",
        ),
        (
            "a total off its lines is another check's",
            World::intra().with("/ValDtls/SgstVal", json!(1)),
            "pass",
        ),
        (
            "totals speak where lines do not",
            World::clean()
                .with("/ItemList", json!([]))
                .with("/ValDtls/CgstVal", json!(1)),
            "fail",
        ),
        (
            "supplier's State by its address",
            changed(intra_igst, &[("/SellerDtls/Gstin", Value::Null)]),
            "fail",
        ),
        (
            "supplier without a State",
            changed(
                World::clean(),
                &[
                    ("/SellerDtls/Gstin", Value::Null),
                    ("/SellerDtls/Stcd", Value::Null),
                ],
            ),
            "unverified",
        ),
        (
            "online services from abroad",
            changed(
                World::clean(),
                &[("/SellerDtls/Gstin", json!("9917SGP29001OST"))],
            ),
            "pass",
        ),
        (
            "one-digit code",
            changed(World::clean(), &[("/BuyerDtls/Pos", json!("7"))]),
            "pass",
        ),
        (
            "Daman and Diu while it was a State",
            changed(
                World::clean(),
                &[
                    ("/BuyerDtls/Pos", json!("25")),
                    ("/DocDtls/Dt", json!("25/01/2020")),
                ],
            ),
            "pass",
        ),
    ] {
        assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{name}");
    }
}

#[test]
fn states_and_heads_are_named() {
    let message = |world: World| grounded::run(&world, &SPEC).finding().message.clone();
    insta::assert_snapshot!(message(supply(World::intra(), "B2B", "27")),
        @"the supplier is in State 24 (Gujarat), the place of supply is 27 (Maharashtra); line 1 carries CGST or SGST across State borders: CGST ₹15,300.00, SGST ₹15,300.00; line 2 carries CGST or SGST across State borders: CGST ₹12,813.75, SGST ₹12,813.75");
    insta::assert_snapshot!(message(supply(World::clean(), "B2B", "24").with("/ItemList/1", Value::Null)),
        @"supplier and place of supply are in State 24 (Gujarat); line 1 carries IGST within a State: IGST ₹30,600.00");
    insta::assert_snapshot!(message(supply(World::intra(), "SEZWP", "24").with("/ItemList/1", Value::Null)),
        @"a supply to a SEZ is inter-State; line 1 carries CGST or SGST across State borders: CGST ₹15,300.00, SGST ₹15,300.00");
    insta::assert_snapshot!(message(World::clean()), @"the supplier is in State 24 (Gujarat), the place of supply is 27 (Maharashtra); IGST is charged");
    // A Union territory without a legislature has UTGST.
    let chandigarh = changed(
        World::intra(),
        &[
            ("/SellerDtls/Gstin", Value::Null),
            ("/SellerDtls/Stcd", json!("04")),
            ("/BuyerDtls/Pos", json!("04")),
        ],
    );
    insta::assert_snapshot!(message(chandigarh), @"supplier and place of supply are in State 04 (Chandigarh); CGST and UTGST are charged in equal halves");
}

#[test]
fn tax_in_the_due_heads_passes() {
    for world in [
        supply(World::intra(), "SEZWP", "24"),
        supply(World::clean(), "B2B", "24").with("/BuyerDtls/Stcd", json!("24")),
        World::intra().with("/ItemList/0/SgstAmt", json!(1)),
        supply(World::intra(), "B2B", "27").with("/BuyerDtls/Stcd", json!("27")),
        supply(World::clean(), "B2B", "24"),
    ] {
        mends(&SPEC, &world);
    }
    // The heads fit the buyer's State: the place of supply is the slip.
    let changes = supply(World::clean(), "B2B", "24").mend(&SPEC);
    assert_eq!(changes.len(), 1);
    assert_eq!(
        changes[0].text,
        "correct the place of supply to the buyer's State, 27 (Maharashtra)"
    );
    assert!(World::clean().mend(&SPEC).is_empty());
}
