use serde_json::{Value, json};

use super::*;
use crate::testing::{
    QR, World,
    portal::{mends, message, word},
    sign,
};

/// The clean world with a member of the QR replaced (`Null` removes it), signed again.
fn signed(member: &str, value: Value) -> World {
    resigned(World::clean(), member, value)
}

fn resigned(world: World, member: &str, value: Value) -> World {
    let mut data = world.observation(QR).unwrap()["data"].clone();
    let members = data.as_object_mut().unwrap();
    if value.is_null() {
        members.shift_remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    let token = sign(&json!({"alg": "RS256", "kid": "K"}), &data);
    world.with("/SignedQRCode", json!(token))
}

#[test]
fn every_signed_field_counts() {
    for (member, value, want) in [
        ("SellerGstin", json!("27AAKCS4821M1ZW"), "fail"),
        ("BuyerGstin", json!("24AAFCA7316Q1ZD"), "fail"),
        ("BuyerGstin", json!("27aafca7316q1z7"), "pass"),
        ("DocNo", json!("SF/26-27/0416"), "fail"),
        ("DocNo", json!(" sf/26-27/0415 "), "pass"),
        ("DocTyp", json!("CRN"), "fail"),
        ("DocDt", json!("13/10/2026"), "fail"),
        ("DocDt", json!("2026-10-12"), "pass"),
        ("DocDt", json!("soon"), "fail"),
        ("TotInvVal", json!(368_603.01), "fail"),
        ("TotInvVal", json!("368603.00"), "pass"),
        ("TotInvVal", json!(-368_603), "fail"),
        ("ItemCnt", json!(3), "fail"),
        ("ItemCnt", json!("2"), "pass"),
        ("MainHsnCode", json!("84821011"), "fail"),
        ("MainHsnCode", json!("731815"), "pass"),
        ("MainHsnCode", json!("731"), "fail"),
        ("Irn", json!("0".repeat(64)), "fail"),
        ("IrnDt", json!("2027-01-01 00:00:00"), "pass"),
    ] {
        assert_eq!(
            word(&signed(member, value.clone()).run(&SPEC)),
            want,
            "{member} {value}"
        );
    }
    for member in [
        "SellerGstin",
        "BuyerGstin",
        "DocNo",
        "DocTyp",
        "DocDt",
        "TotInvVal",
        "ItemCnt",
        "MainHsnCode",
        "Irn",
    ] {
        assert_eq!(
            word(&signed(member, Value::Null).run(&SPEC)),
            "fail",
            "no {member}"
        );
    }
}

#[test]
fn it_is_read_whatever_the_signature_is_worth() {
    let token = signed("TotInvVal", json!(1)).invoice["SignedQRCode"]
        .as_str()
        .unwrap()
        .to_owned();
    let unsigned = token.rsplit_once('.').unwrap().0.to_owned() + ".";
    let world = World::clean().with("/SignedQRCode", json!(unsigned));
    assert_eq!(word(&world.run(&SPEC)), "fail");
}

#[test]
fn what_there_is_to_compare() {
    let clean = World::clean;
    for (name, world, want) in [
        ("all", clean(), "pass"),
        ("within a State", World::intra(), "pass"),
        (
            "neither IRN nor QR",
            clean().unregistered(),
            "not applicable",
        ),
        (
            "no QR",
            clean().with("/SignedQRCode", Value::Null),
            "unverified",
        ),
        (
            "no token",
            clean().with("/SignedQRCode", json!("x")),
            "unverified",
        ),
        (
            "no IRN on the document",
            clean().with("/Irn", Value::Null),
            "pass",
        ),
        (
            "no number on the document",
            clean().with("/DocDtls/No", Value::Null),
            "pass",
        ),
        (
            "a line more",
            clean().with("/ItemList/2", json!({"AssAmt": 1})),
            "fail",
        ),
    ] {
        assert_eq!(word(&world.run(&SPEC)), want, "{name}");
    }
}

#[test]
fn any_of_the_highest_lines_is_the_main_one() {
    let tie = World::clean().with("/ItemList/1/AssAmt", json!(170_000));
    assert_eq!(
        word(&resigned(tie.clone(), "MainHsnCode", json!("84821011")).run(&SPEC)),
        "pass"
    );
    assert_eq!(
        word(&resigned(tie, "MainHsnCode", json!("73181500")).run(&SPEC)),
        "pass"
    );
}

#[test]
fn numbers_fold_case_from_june_2025() {
    let dated = |day: &str, qr_day: &str| {
        let world = World::clean().with("/DocDtls/Dt", json!(day));
        let world = resigned(world, "DocDt", json!(qr_day));
        word(&resigned(world, "DocNo", json!("sf/26-27/0415")).run(&SPEC))
    };
    assert_eq!(dated("01/06/2025", "01/06/2025"), "pass");
    assert_eq!(dated("31/05/2025", "31/05/2025"), "fail");
}

#[test]
fn credit_notes_may_be_written_negative() {
    let negative = World::clean().with("/ValDtls/TotInvVal", json!(-368_603));
    assert_eq!(
        word(&resigned(negative.clone(), "TotInvVal", json!(368_603)).run(&SPEC)),
        "fail"
    );
    let note = resigned(
        negative.with("/DocDtls/Typ", json!("CRN")),
        "DocTyp",
        json!("CRN"),
    );
    assert_eq!(
        word(&resigned(note, "TotInvVal", json!(368_603)).run(&SPEC)),
        "pass"
    );
}

#[test]
fn messages_and_changes() {
    let world = World::clean()
        .with("/ValDtls/TotInvVal", json!(373_603))
        .with("/DocDtls/Dt", json!("13/10/2026"))
        .with("/ItemList/1", Value::Null);
    insta::assert_snapshot!(message(&SPEC, &world), @"the document is not what was signed: date 13 Oct 2026 (signed: 12 Oct 2026); total ₹3,73,603.00 (signed: ₹3,68,603.00); number of lines 1 (signed: 2)");
    mends(&SPEC, &world);
    insta::assert_snapshot!(message(&SPEC, &signed("ItemCnt", Value::Null)), @"the document is not what was signed: number of lines 2 (not signed)");
}
