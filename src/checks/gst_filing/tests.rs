use super::*;
use crate::testing::{
    World, date,
    portal::{mends, message, word},
};

fn with_filed(world: World, periods: &[&str]) -> World {
    let list: Vec<Value> = periods
        .iter()
        .map(|p| json!({"rtntype": "GSTR3B", "ret_prd": p, "dof": "", "status": "Filed"}))
        .chain([json!({"rtntype": "GSTR1", "ret_prd": "102026", "dof": "11-11-2026"})])
        .collect();
    world.record(Need::Returns, "/EFiledlist", json!(list))
}

fn since(world: World, rgdt: &str) -> World {
    world.record(Need::Taxpayer, "/rgdt", json!(rgdt))
}

/// Judged on 21 November 2026: October, September and August were due.
#[test]
fn two_of_the_last_three_hold() {
    for (name, periods, want) in [
        ("all", &["082026", "092026", "102026"][..], "pass"),
        ("the latest is missing", &["082026", "092026"], "pass"),
        ("the oldest is missing", &["092026", "102026"], "pass"),
        ("two are missing", &["082026"], "fail"),
        ("two are missing, not in a row", &["092026"], "fail"),
        ("three are missing", &["072026"], "fail"),
        ("only another form", &[], "fail"),
    ] {
        assert_eq!(
            word(&with_filed(World::clean(), periods).run(&SPEC)),
            want,
            "{name}"
        );
    }
}

/// July to September 2026 was due by quarter on 24 October; no list of the clean world's other months stands beside.
#[test]
fn quarters_alone_are_a_quarterly_filer() {
    let quarters = |world: World, form: &str, outward: &str, periods: &[&str]| {
        let mut list: Vec<Value> = periods
            .iter()
            .map(|p| json!({"rtntype": form, "ret_prd": p, "dof": "", "status": "Filed"}))
            .collect();
        list.push(json!({"rtntype": "GSTR1", "ret_prd": outward, "dof": "", "status": "Filed"}));
        world.record(Need::Returns, "/EFiledlist", json!(list))
    };
    for (name, outward, periods, want) in [
        (
            "three quarters",
            "092026",
            &["092026", "062026", "032026"][..],
            "pass",
        ),
        ("two quarters", "092026", &["092026", "062026"], "fail"),
        (
            "a month between",
            "092026",
            &["092026", "062026", "032026", "022026"],
            "fail",
        ),
        (
            "outward supplies by month",
            "102026",
            &["092026", "062026", "032026"],
            "fail",
        ),
        (
            "two of three quarters missing",
            "092026",
            &["032026", "122025", "092025"],
            "fail",
        ),
    ] {
        let world = quarters(World::clean(), "GSTR3B", outward, periods);
        assert_eq!(word(&world.run(&SPEC)), want, "{name}");
    }
}

#[test]
fn a_return_is_overdue_the_day_after_the_twentieth() {
    // July to September are filed but for September; October's day is 20 November.
    let world = with_filed(World::clean(), &["072026", "082026"]);
    assert_eq!(word(&world.clone().as_of("2026-11-20").run(&SPEC)), "pass");
    assert_eq!(word(&world.as_of("2026-11-21").run(&SPEC)), "fail");
}

#[test]
fn what_was_filed_later_was_not_filed_then() {
    let late = |dof: &str| {
        World::clean()
            .record(Need::Returns, "/EFiledlist/2/dof", json!(dof))
            .record(Need::Returns, "/EFiledlist/3/dof", json!(dof))
    };
    assert_eq!(word(&late("21-11-2026").run(&SPEC)), "pass");
    assert_eq!(word(&late("22-11-2026").run(&SPEC)), "fail");
}

#[test]
fn only_periods_of_the_registration_count() {
    for (name, rgdt, periods, want) in [
        (
            "registered in October",
            "01/10/2026",
            &["082026"][..],
            "pass",
        ),
        ("registered in September", "30/09/2026", &["082026"], "fail"),
        (
            "registered in November",
            "01/11/2026",
            &[],
            "not applicable",
        ),
        ("not said", "", &["082026"], "unverified"),
        (
            "not said, all filed",
            "",
            &["082026", "092026", "102026"],
            "pass",
        ),
    ] {
        let world = since(with_filed(World::clean(), periods), rgdt);
        assert_eq!(word(&world.run(&SPEC)), want, "{name}");
    }
    let ended = with_filed(World::clean(), &["062026", "072026", "082026"]).record(
        Need::Taxpayer,
        "/sts",
        json!("Cancelled"),
    );
    assert_eq!(word(&ended.run(&SPEC)), "unverified");
    let ended = ended.record(Need::Taxpayer, "/cxdt", json!("15/08/2026"));
    assert_eq!(word(&ended.run(&SPEC)), "pass");
}

#[test]
fn quarterly_filers_owe_a_return_a_quarter() {
    let quarterly = |periods: &[&str]| {
        with_filed(World::clean(), periods).record(
            Need::Taxpayer,
            "/filingFrequency",
            json!("Quarterly"),
        )
    };
    assert_eq!(
        word(&quarterly(&["032026", "062026", "092026"]).run(&SPEC)),
        "pass"
    );
    assert_eq!(word(&quarterly(&["032026"]).run(&SPEC)), "fail");
    assert_eq!(
        word(&since(quarterly(&["032026"]), "01/07/2026").run(&SPEC)),
        "pass"
    );
    assert_eq!(
        word(&since(quarterly(&[]), "01/10/2026").run(&SPEC)),
        "not applicable"
    );
    // The portal does not say so, but invoices were furnished between quarterly returns.
    let furnished = with_filed(World::clean(), &["032026", "062026", "092026"]);
    assert_eq!(word(&furnished.run(&SPEC)), "fail");
    let furnished = furnished.record(
        Need::Returns,
        "/EFiledlist/-",
        json!({"rtntype": "IFF", "ret_prd": "082026", "dof": ""}),
    );
    assert_eq!(word(&furnished.run(&SPEC)), "pass");
}

#[test]
fn quarters_fall_due_on_the_twenty_fourth() {
    let taxpayer = domain::portal::Taxpayer::read(
        &json!({"gstin": "24AAKCS4821M1Z2", "sts": "Active", "rgdt": "01/07/2017"}),
    )
    .unwrap();
    let latest = |day: &str| due_periods(&taxpayer, true, date(day), 1)[0].to_string();
    assert_eq!(latest("2026-10-24"), "062026");
    assert_eq!(latest("2026-10-25"), "092026");
    assert_eq!(
        due_periods(&taxpayer, false, date("2026-01-21"), 2)[1].to_string(),
        "112025"
    );
    assert!(due_periods(&taxpayer, false, date("2026-01-21"), 0).is_empty());
}

#[test]
fn who_files_another_return_owes_none() {
    for (kind, want) in [
        ("Regular", "fail"),
        ("SEZ Unit", "fail"),
        ("Composition", "not applicable"),
        ("Input Service Distributor (ISD)", "not applicable"),
        ("Tax Deductor", "not applicable"),
        ("Non Resident Taxable Person", "not applicable"),
    ] {
        let world = with_filed(World::clean(), &[]).record(Need::Taxpayer, "/dty", json!(kind));
        assert_eq!(word(&world.run(&SPEC)), want, "{kind}");
    }
}

#[test]
fn silence_is_no_proof() {
    let clean = World::clean();
    assert_eq!(
        word(&clean.clone().absent(Need::Returns).run(&SPEC)),
        "unverified"
    );
    assert_eq!(
        word(&clean.clone().open(Need::Returns).run(&SPEC)),
        "unverified"
    );
    let empty = clean.record(Need::Returns, "/EFiledlist", json!([]));
    assert_eq!(word(&empty.run(&SPEC)), "unverified");
}

#[test]
fn messages_and_changes() {
    let world = with_filed(World::clean(), &["082026"]);
    insta::assert_snapshot!(message(&SPEC, &world), @"GSTR-3B not filed though due: Oct 2026, Sep 2026 (2 unfiled of the last 3 hold)");
    insta::assert_snapshot!(message(&SPEC, &World::clean()), @"the GSTR-3B due are filed: Oct 2026, Sep 2026, Aug 2026");
    mends(&SPEC, &world);
    mends(&SPEC, &World::clean().absent(Need::Returns));
}
