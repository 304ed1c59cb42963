use super::*;

fn law() -> Law {
    Law::builtin().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn rate(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn the_files_read_and_say_which_they_are() {
    let law = law();
    assert_eq!(law.version(), "2026-11-21");
    assert_eq!(law.sha256().len(), 64);
    assert_eq!(law.states.len(), 41);
    let mut broken = FILES;
    broken[1].1 = "slabs = 3";
    assert_eq!(Law::parse(broken).unwrap_err().file, "gst_slabs.toml");
}

#[test]
fn every_row_is_sound() {
    let law = law();
    for state in &law.states {
        assert!(
            state.until.is_none_or(|last| state.from <= last),
            "{}",
            state.code
        );
    }
    for row in law.goods.rows() {
        assert!(
            (2..=8).contains(&row.hsn.len()) && row.hsn.bytes().all(|b| b.is_ascii_digit()),
            "{}",
            row.hsn
        );
        assert_ne!(
            law.slab(row.rate, row.from),
            Slab::NotInForce,
            "{} at {}",
            row.hsn,
            row.rate
        );
    }
}

#[test]
fn states_are_dated() {
    let law = law();
    for (code, on, state) in [
        ("27", "2026-11-12", true),
        ("25", "2020-01-25", true),
        ("25", "2020-01-26", false),
        ("28", "2026-11-12", false),
        ("38", "2019-10-30", false),
        ("38", "2019-10-31", true),
        ("97", "2026-11-12", true),
        ("96", "2026-11-12", false),
        ("99", "2026-11-12", false),
        ("00", "2026-11-12", false),
        ("7", "2026-11-12", false),
    ] {
        assert_eq!(law.is_state(code, day(on)), state, "{code} on {on}");
    }
    let today = day("2026-11-12");
    assert!(law.state("96", today).unwrap().abroad);
    for code in ["04", "26", "31", "35", "38", "97"] {
        assert_eq!(
            law.state(code, today).unwrap().second_tax,
            Some(SecondTax::Utgst),
            "{code}"
        );
    }
    for code in ["01", "07", "34", "27"] {
        assert_eq!(
            law.state(code, today).unwrap().second_tax,
            Some(SecondTax::Sgst),
            "{code}"
        );
    }
}

#[test]
fn slabs_turn_on_22_september_2025_and_1_february_2026() {
    let law = law();
    for (percent, on, want) in [
        ("0", "2026-11-12", Slab::InForce),
        ("12", "2025-09-21", Slab::InForce),
        ("12", "2025-09-22", Slab::NamedGoods),
        ("28", "2025-09-21", Slab::InForce),
        ("28", "2025-09-22", Slab::NamedGoods),
        ("28", "2026-01-31", Slab::NamedGoods),
        ("28", "2026-02-01", Slab::NotInForce),
        ("40", "2025-09-21", Slab::NotInForce),
        ("40", "2025-09-22", Slab::InForce),
        ("18.00", "2026-11-12", Slab::InForce),
        ("7.5", "2026-11-12", Slab::InForce),
        ("9", "2026-11-12", Slab::NotInForce),
        ("-5", "2026-11-12", Slab::NotInForce),
        ("18", "2017-06-30", Slab::NotInForce),
    ] {
        assert_eq!(law.slab(rate(percent), day(on)), want, "{percent} on {on}");
    }
    let today: Vec<String> = law
        .slabs(day("2026-11-12"))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(today.join(" "), "0 0.1 0.25 1 1.5 3 5 6 7.5 18 40");
}

/// Legal rates on 2 Oct 2026 from a spot check against notifications 9/2025, 10/2025, 14/2025 and 19/2025
/// (prudatatech/RouteIQ). Nil rates stand in 10/2025, which is not loaded: those codes may only lack the nil.
#[test]
fn spot_checked_codes_have_their_rates() {
    let law = law();
    let on = day("2026-10-02");
    for (hsn, want) in [
        ("04011000", None),
        ("04061000", Some("5")),
        ("07131000", Some("5")),
        ("09021010", Some("5")),
        ("17011410", Some("5")),
        ("21069020", Some("40")),
        ("22021010", Some("40")),
        ("22029990", Some("40")),
        ("24031921", Some("18")),
        ("27011200", Some("18")),
        ("48191010", Some("5")),
        ("61091000", Some("5 18")),
        ("64039990", Some("5 18")),
        ("71023100", Some("0.25 1.5")),
        ("71081200", Some("3")),
        ("84713010", Some("18")),
        ("85171300", Some("18")),
        ("87038030", Some("5")),
    ] {
        let found = law.rates(hsn, on).map(|m| {
            m.rates()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        });
        assert_eq!(found.as_deref(), want, "{hsn}");
    }
}

#[test]
fn rows_are_found_by_date_and_longest_prefix() {
    let law = law();
    for (hsn, on, want) in [
        // Pan masala moved from 28 to 40 on 1 Feb 2026.
        ("21069020", "2026-01-31", Some(("21069020", "28"))),
        ("21069020", "2026-02-01", Some(("21069020", "40"))),
        // Nothing is known before 22 Sep 2025.
        ("84713010", "2025-09-21", None),
        ("84713010", "2025-09-22", Some(("8471", "18"))),
        // 4819 leaves out 481910, which has a row of its own.
        ("48191010", "2026-10-02", Some(("481910", "5"))),
        ("481930", "2026-10-02", Some(("4819", "18"))),
        // 0507 leaves out 050790, and nothing shorter names it.
        ("05079010", "2026-10-02", None),
        ("0507", "2026-10-02", Some(("0507", "5"))),
        ("69041000", "2026-10-02", Some(("69041000", "12"))),
        ("6904", "2026-10-02", Some(("6904", "18"))),
        ("", "2026-10-02", None),
        ("8", "2026-10-02", None),
        ("₹₹₹", "2026-10-02", None),
        ("7318150099", "2026-10-02", Some(("7318", "18"))),
    ] {
        let found = law
            .rates(hsn, day(on))
            .map(|m| (m.prefix.to_owned(), m.rows[0].rate.to_string()));
        let want = want.map(|(p, r)| (p.to_owned(), r.to_owned()));
        assert_eq!(found, want, "{hsn} on {on}");
    }
}

#[test]
fn named_goods_are_found_under_any_prefix() {
    let law = law();
    for (hsn, percent, on, named) in [
        ("69041000", "12", "2026-10-02", true),
        ("68159990", "12", "2026-10-02", true),
        ("84713010", "12", "2026-10-02", false),
        ("24022090", "28", "2026-01-31", true),
        ("24022090", "28", "2026-02-01", false),
    ] {
        assert_eq!(
            law.names_goods(hsn, rate(percent), day(on)).is_some(),
            named,
            "{hsn} {on}"
        );
    }
}

#[test]
fn gaps_residual_and_services() {
    let law = law();
    let on = day("2026-10-02");
    for (hsn, percent, gap) in [
        ("87032291", "18", true),
        ("87032291", "40", true),
        ("87032291", "5", false),
        ("87032291", "28", false),
        ("87038030", "18", false),
        ("87042100", "18", false),
    ] {
        assert_eq!(
            law.known_gap(hsn, rate(percent), on).is_some(),
            gap,
            "{hsn} {percent}"
        );
    }
    assert_eq!(law.residual_rate(on), Some(rate("18")));
    assert_eq!(law.residual_rate(day("2025-09-21")), None);
    assert_eq!(law.service_rates("996511", on).len(), 4);
    assert!(law.service_rates("998314", on).is_empty());
}

#[test]
fn einvoice_limits_are_dated() {
    let law = law();
    let crore = |n: i64| Decimal::from(n * 10_000_000);
    for (turnover, on, days) in [
        (crore(10), "2025-04-01", Some(30)),
        (crore(10), "2025-03-31", None),
        (crore(10) - Decimal::ONE, "2025-04-01", None),
        (crore(100), "2023-11-01", Some(30)),
        (crore(100), "2023-10-31", None),
        (crore(99), "2023-11-01", None),
    ] {
        assert_eq!(
            law.registration_days_max(turnover, day(on)),
            days,
            "{turnover} {on}"
        );
    }
    for (on, crores) in [
        ("2020-09-30", None),
        ("2020-10-01", Some(500)),
        ("2022-10-01", Some(10)),
        ("2023-07-31", Some(10)),
        ("2023-08-01", Some(5)),
        ("2026-11-12", Some(5)),
    ] {
        assert_eq!(
            law.einvoice_turnover_above(day(on)),
            crores.map(crore),
            "{on}"
        );
    }
    assert!(!law.irn_upper_case(day("2025-05-31")));
    assert!(law.irn_upper_case(day("2025-06-01")));
}

#[test]
fn digits_and_credit_are_dated() {
    let law = law();
    let five_crore = Decimal::from(50_000_000);
    for (turnover, on, digits) in [
        (five_crore, "2021-04-01", Some(4)),
        (five_crore + Decimal::ONE, "2021-04-01", Some(6)),
        (Decimal::ZERO, "2026-11-12", Some(4)),
        (five_crore, "2021-03-31", None),
    ] {
        assert_eq!(
            law.hsn_digits_min(turnover, day(on)),
            digits,
            "{turnover} {on}"
        );
    }
    for (on, last) in [
        ("2025-03-31", "2025-11-30"),
        ("2025-04-01", "2026-11-30"),
        ("2026-11-12", "2027-11-30"),
    ] {
        assert_eq!(law.credit_last_day(day(on)), Some(day(last)), "{on}");
    }
    assert_eq!(law.credit_last_day(day("2017-06-30")), None);
}

#[test]
fn a_row_may_not_be_misspelt() {
    let mut broken = FILES;
    let text = FILES[1].1.replacen("until =", "untill =", 1);
    broken[1].1 = &text;
    assert!(Law::parse(broken).is_err());
}
