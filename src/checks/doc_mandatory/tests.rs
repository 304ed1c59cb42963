use serde_json::{Value, json};

use super::SPEC;
use crate::grounded;
use crate::testing::{
    World,
    portal::{mends, word},
};

fn without(world: World, pointers: &[&str]) -> World {
    pointers.iter().fold(world, |w, p| w.with(p, Value::Null))
}

#[test]
fn what_is_no_invoice_and_no_note_is_not_judged_as_one() {
    for (kind, want) in [
        (json!("INV"), "pass"),
        (json!("inv"), "pass"),
        (json!("DBN"), "pass"),
        (Value::Null, "pass"),
        (json!("BOS"), "unverified"),
        (json!("PROFORMA"), "unverified"),
        (json!(7), "unverified"),
    ] {
        let world = World::clean().with("/DocDtls/Typ", kind.clone());
        // A debit note names the invoice that it corrects.
        let named = json!([{"InvNo": "SF/26-27/0400", "InvDt": "01/10/2026"}]);
        let world = world.with("/RefDtls/PrecDocDtls", named);
        assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{kind}");
    }
}

#[test]
fn each_particular_is_missed_absent_or_empty() {
    for (pointer, name) in [
        ("/SellerDtls/LglNm", "the supplier's name"),
        ("/SellerDtls/Addr1", "the supplier's address"),
        ("/SellerDtls/Gstin", "the supplier's GSTIN"),
        ("/DocDtls/No", "the invoice number"),
        ("/DocDtls/Dt", "the invoice date"),
        ("/BuyerDtls/LglNm", "the recipient's name"),
        ("/BuyerDtls/Addr1", "the recipient's address"),
        ("/BuyerDtls/Gstin", "the recipient's GSTIN"),
        ("/BuyerDtls/Pos", "the place of supply"),
        ("/ValDtls/AssVal", "the taxable value"),
        ("/ValDtls/TotInvVal", "the total value"),
        ("/ItemList/1/HsnCd", "the HSN or SAC of line 2"),
        ("/ItemList/1/PrdDesc", "the description of line 2"),
        ("/ItemList/1/Qty", "the quantity of line 2"),
        ("/ItemList/1/Unit", "the unit of line 2"),
        ("/ItemList/1/AssAmt", "the taxable value of line 2"),
        ("/ItemList/1/GstRt", "the rate of tax of line 2"),
    ] {
        for value in [Value::Null, json!(""), json!("  ")] {
            let outcome = World::clean().with(pointer, value).run(&SPEC);
            assert!(outcome.is_fail(), "{pointer}");
            assert_eq!(outcome.finding().message, format!("missing: {name}"));
        }
    }
}

#[test]
fn what_the_rule_does_not_ask_is_not_missed() {
    let service = |w: World| w.with("/ItemList/0/IsServc", json!("Y"));
    let bare_line = ["/ItemList/0/Qty", "/ItemList/0/Unit"];
    let no_tax = [
        "/ItemList/0/IgstAmt",
        "/ItemList/0/CgstAmt",
        "/ItemList/0/SgstAmt",
    ];
    for (name, world, want) in [
        ("clean", World::clean(), "pass"),
        ("intra-State", World::intra(), "pass"),
        (
            "reverse charge unsaid",
            without(World::clean(), &["/TranDtls/RegRev"]),
            "pass",
        ),
        (
            "a service has no quantity",
            without(service(World::clean()), &bare_line),
            "pass",
        ),
        (
            "goods have one",
            without(World::clean(), &bare_line),
            "fail",
        ),
        (
            "service by its SAC",
            without(
                World::clean().with("/ItemList/0/HsnCd", json!("998314")),
                &["/ItemList/0/Qty", "/ItemList/0/Unit", "/ItemList/0/IsServc"],
            ),
            "pass",
        ),
        (
            "a note gives no quantity",
            without(
                World::clean().with("/DocDtls/Typ", json!("DBN")),
                &bare_line,
            ),
            "pass",
        ),
        (
            "trade name is no legal name",
            without(World::clean(), &["/SellerDtls/LglNm"]),
            "fail",
        ),
        ("no tax amount", without(World::clean(), &no_tax), "fail"),
        (
            "nil line without tax",
            without(World::clean().with("/ItemList/0/GstRt", json!(0)), &no_tax),
            "pass",
        ),
        (
            "reverse charge without tax",
            without(World::clean().with("/TranDtls/RegRev", json!("Y")), &no_tax),
            "pass",
        ),
        (
            "bill of supply",
            without(
                World::clean(),
                &[&no_tax[..], &["/ItemList/0/GstRt"]].concat(),
            ),
            "pass",
        ),
        (
            "one half",
            without(World::intra(), &["/ItemList/0/SgstAmt"]),
            "fail",
        ),
        (
            "unused head",
            without(
                World::clean(),
                &["/ItemList/0/SgstAmt", "/ItemList/0/CgstAmt"],
            ),
            "pass",
        ),
        (
            "export",
            without(
                World::clean().with("/TranDtls/SupTyp", json!("EXPWP")),
                &["/BuyerDtls/Gstin"],
            ),
            "pass",
        ),
        (
            "no lines",
            World::clean().with("/ItemList", json!([])),
            "fail",
        ),
        ("no buyer", without(World::clean(), &["/BuyerDtls"]), "fail"),
    ] {
        assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{name}");
    }
}

#[test]
fn all_are_named_by_particular() {
    let mut world = without(World::clean(), &["/SellerDtls/Addr1", "/DocDtls/Dt"]);
    for index in 0..7 {
        world = world.with(
            &format!("/ItemList/{index}"),
            json!({"SlNo": (index + 1).to_string(), "PrdDesc": "bolts",
                "HsnCd": "73181500", "AssAmt": 1, "GstRt": 0, "Unit": "NOS"}),
        );
    }
    world = world
        .with("/ItemList/3/SlNo", Value::Null)
        .with("/ItemList/0/HsnCd", json!(""));
    insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"missing: the supplier's address, the invoice date, the HSN or SAC of line 1, the quantity of lines 1, 2, 3, 4, 5 and 2 more");
}

#[test]
fn what_follows_from_the_rest_is_proposed() {
    mends(
        &SPEC,
        &without(
            World::clean(),
            &["/BuyerDtls/Pos", "/ValDtls/AssVal", "/ValDtls/TotInvVal"],
        ),
    );
    let of_line = ["HsnCd", "PrdDesc", "Qty", "Unit", "AssAmt", "GstRt"];
    let of_line = of_line.map(|member| format!("/ItemList/1/{member}"));
    let of_document = [
        "/SellerDtls/LglNm",
        "/SellerDtls/Addr1",
        "/SellerDtls/Gstin",
        "/DocDtls/No",
        "/DocDtls/Dt",
        "/BuyerDtls/LglNm",
        "/BuyerDtls/Addr1",
        "/BuyerDtls/Gstin",
    ];
    for place in of_document
        .into_iter()
        .chain(of_line.iter().map(String::as_str))
    {
        mends(&SPEC, &without(World::clean(), &[place]));
    }
    let half = World::intra().with("/ItemList/0/SgstAmt", Value::Null);
    mends(&SPEC, &half);
    // Who it was, nobody can tell but the supplier.
    let unsigned = World::clean().unregistered();
    let nameless = without(unsigned, &["/SellerDtls/Gstin"]);
    assert!(nameless.mend(&SPEC).is_empty());
}
