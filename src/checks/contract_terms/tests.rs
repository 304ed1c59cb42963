use domain::Need;
use serde_json::{Value, json};

use super::*;
use crate::{
    grounded,
    testing::{
        World,
        portal::{message, word},
    },
};

/// The clean world with contracts of these texts, in files `a.md`, `b.md`, …
fn world(texts: &[&str]) -> World {
    let passages: Vec<Value> = texts
        .iter()
        .zip('a'..)
        .map(|(text, name)| {
            json!({"document": format!("contracts/{name}.md"), "heading": "", "line_start": 1, "score": 1, "text": text})
        })
        .collect();
    World::clean().record(Need::Contracts, "/passages", Value::Array(passages))
}

const PAYS: &str = "4.1 The buyer pays each undisputed invoice within 45 days of its date.";
const PAYS_LATER: &str =
    "4.1 The buyer pays each undisputed invoice within sixty days of its date.";

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_clause_that_was_read_is_held_against_the_invoice() {
    let with = |texts: &[&str], changes: &[(&str, Value)]| {
        changes
            .iter()
            .fold(world(texts), |world, (pointer, value)| {
                world.with(pointer, value.clone())
            })
    };
    let days = |days: i64| ("/PayDtls/CrDay", json!(days));
    let remark = |text: &str| ("/RefDtls/InvRm", json!(text));
    let freight = |amount: Value| {
        [
            ("/ItemList/1/PrdDesc", json!("Freight charges")),
            ("/ItemList/1/AssAmt", amount),
        ]
    };
    for (name, world, want) in [
        ("as agreed", with(&[PAYS], &[days(45)]), "pass"),
        ("more days", with(&[PAYS], &[days(60)]), "pass"),
        ("fewer days", with(&[PAYS], &[days(44)]), "fail"),
        (
            "fewer days than in words",
            with(&[PAYS_LATER], &[days(45)]),
            "fail",
        ),
        (
            "no days on the invoice",
            with(
                &[PAYS],
                &[
                    ("/PayDtls/CrDay", Value::Null),
                    ("/PayDtls/PayTerm", Value::Null),
                ],
            ),
            "not applicable",
        ),
        (
            "between two clauses",
            with(&[PAYS, PAYS_LATER], &[days(50)]),
            "unverified",
        ),
        ("below both", with(&[PAYS, PAYS_LATER], &[days(30)]), "fail"),
        (
            "the later contract counts",
            with(
                &[
                    &format!("{PAYS}\n1.1 Effective from 1 April 2025."),
                    &format!("{PAYS_LATER}\n1.1 Effective from 1 April 2026."),
                ],
                &[days(45)],
            ),
            "fail",
        ),
        (
            "the earlier one has ended",
            with(
                &[
                    &format!("{PAYS_LATER}\n1.1 Valid from 1 April 2025 to 31 March 2026."),
                    PAYS,
                ],
                &[days(45)],
            ),
            "pass",
        ),
        (
            "all have ended",
            with(
                &[&format!(
                    "{PAYS}\n1.1 Valid from 1 April 2025 to 31 March 2026."
                )],
                &[days(45)],
            ),
            "not applicable",
        ),
        (
            "not begun",
            with(
                &[&format!("{PAYS}\n1.1 Effective from 1 December 2026.")],
                &[days(45)],
            ),
            "not applicable",
        ),
        (
            "renewed",
            with(
                &[&format!(
                    "{PAYS}\n1.1 Valid until 31 March 2026 and renewed from year to year."
                )],
                &[days(45)],
            ),
            "pass",
        ),
        (
            "nothing bears on it",
            with(&["Disputes go to the courts of Pune."], &[]),
            "not applicable",
        ),
        (
            "more interest",
            with(
                &["5.1 Interest of 12% a year accrues after the due date."],
                &[remark("Interest @ 2% per month on late payment")],
            ),
            "fail",
        ),
        (
            "less interest",
            with(
                &["5.1 Interest of 12% a year accrues after the due date."],
                &[remark("Interest @ 12% p.a. after due date")],
            ),
            "pass",
        ),
        (
            "interest of no contract",
            with(&["Other."], &[remark("Interest @ 24% p.a. after due date")]),
            "not applicable",
        ),
        (
            "a price above",
            with(
                &["2.1 Deep groove ball bearing 6205: Rs 400 each, excluding GST."],
                &[],
            ),
            "fail",
        ),
        (
            "a price as agreed",
            with(&["2.1 Deep groove ball bearing 6205: Rs 418.75 each."], &[]),
            "pass",
        ),
        (
            "in a table",
            with(
                &[
                    "| Item | Unit | Rate |\n|---|---|---|\n| Hex bolts M12 x 50, zinc plated | kg | 140.00 |",
                ],
                &[],
            ),
            "fail",
        ),
        (
            "by HSN",
            with(&["HSN 84821011: Rs 400 per piece"], &[]),
            "fail",
        ),
        (
            "another size",
            with(&["2.1 Deep groove ball bearing 6206: Rs 400 each."], &[]),
            "not applicable",
        ),
        (
            "another unit",
            with(
                &["2.1 Deep groove ball bearing 6205: Rs 400 per dozen."],
                &[],
            ),
            "not applicable",
        ),
        (
            "other goods of the code",
            with(
                &["2.1 Taper roller bearing (HSN 84821011): Rs 400 each."],
                &[],
            ),
            "not applicable",
        ),
        (
            "two prices",
            with(
                &[
                    "2.1 Deep groove ball bearing 6205: Rs 400 each.\n2.2 Deep groove ball bearing 6205: Rs 500 each.",
                ],
                &[],
            ),
            "unverified",
        ),
        (
            "another account",
            with(
                &["4.2 Payment goes to account 50100234567890."],
                &[("/PayDtls/AccDet", json!("50100299999999"))],
            ),
            "fail",
        ),
        (
            "the account",
            with(
                &["4.2 Payment goes to account 50100234567890."],
                &[("/PayDtls/AccDet", json!("5010 0234 567890"))],
            ),
            "pass",
        ),
        (
            "another branch",
            with(
                &["4.2 Payment goes to account 50100234567890, IFSC HDFC0000001."],
                &[
                    ("/PayDtls/AccDet", json!("50100234567890")),
                    ("/PayDtls/FinInsBr", json!("HDFC0000002")),
                ],
            ),
            "fail",
        ),
        (
            "freight besides",
            with(&["Prices include freight."], &freight(json!(5000))),
            "fail",
        ),
        (
            "freight of nothing",
            with(&["Prices include freight."], &freight(json!(0))),
            "not applicable",
        ),
        (
            "packing besides freight",
            with(&["Prices include packing."], &freight(json!(5000))),
            "not applicable",
        ),
        (
            "other charges",
            with(
                &["No other charges are payable."],
                &[("/ValDtls/OthChrg", json!(500))],
            ),
            "fail",
        ),
        (
            "other charges of some kind",
            with(
                &["Prices include freight."],
                &[("/ValDtls/OthChrg", json!(500))],
            ),
            "not applicable",
        ),
        (
            "no contract",
            World::clean().absent(Need::Contracts),
            "not applicable",
        ),
        (
            "no answer",
            World::clean().open(Need::Contracts),
            "unverified",
        ),
    ] {
        assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{name}");
    }
}

#[test]
fn which_contract_and_which_clause_binds() {
    let made = |day: &str, text: &str| format!("Dated: {day}.\n\n{text}");
    for (name, texts, want) in [
        (
            "an amendment",
            vec![
                made("12 January 2026", PAYS_LATER),
                made("22 June 2026", PAYS),
            ],
            "pass",
        ),
        (
            "an amendment that leaves the rest",
            vec![
                made("12 January 2026", PAYS_LATER),
                made("22 June 2026", "Freight: included"),
            ],
            "fail",
        ),
        (
            "a later amendment",
            vec![
                made("12 January 2026", PAYS),
                made(
                    "15 November 2026",
                    "For invoices dated on or after 1 December 2026 the period for payment is 60 days.",
                ),
            ],
            "pass",
        ),
        (
            "ended",
            vec![
                made("1 March 2025", PAYS_LATER),
                made(
                    "20 July 2026",
                    "The agreement stands terminated with effect from 31 August 2026.",
                ),
            ],
            "not applicable",
        ),
        (
            "ended, and made anew",
            vec![
                made("1 March 2025", PAYS),
                made(
                    "20 July 2026",
                    "The agreement stands terminated with effect from 31 August 2026.",
                ),
                made("1 September 2026", PAYS_LATER),
            ],
            "fail",
        ),
        (
            "for services",
            vec!["For services the credit is 60 days.".to_owned()],
            "not applicable",
        ),
        (
            "for goods",
            vec![
                "For supply of goods the credit is 60 days; for services it is 30 days.".to_owned(),
            ],
            "fail",
        ),
    ] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let world = world(&texts).with("/PayDtls/CrDay", json!(45));
        assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{name}");
    }
}

#[test]
fn it_says_which_clause_and_mends_what_it_can() {
    let short = world(&[PAYS]).with("/PayDtls/CrDay", json!(30));
    insta::assert_snapshot!(message(&SPEC, &short), @"the invoice gives 30 days to pay, the contract (contracts/a.md, 4.1) gives 45");
    let dear = world(&[
        "2.1 Deep groove ball bearing 6205: Rs 400 each.",
        "5.1 Interest of 12% a year accrues after the due date.",
    ])
    .with(
        "/RefDtls/InvRm",
        json!("Interest 18% p.a. after the due date"),
    );
    insta::assert_snapshot!(message(&SPEC, &dear), @"the invoice asks for 18% a year on late payment, the contract (contracts/b.md, 5.1) has 12%; line 2: unit price ₹418.75, the contract (contracts/a.md, 2.1) has ₹400.00");
    let over = world(&["1.1 Valid from 1 April 2025 to 31 March 2026."]);
    insta::assert_snapshot!(message(&SPEC, &over), @"the contract (contracts/a.md, 1.1) is not in force on the date of the invoice");
    assert_eq!(short.mend(&SPEC).len(), 1);
    assert_eq!(dear.mend(&SPEC).len(), 0);
}
