//! What each system really sends (`samples/`), against the INV-01 that must come of it.

use domain::{Decimal, money::decimal};
use serde_json::Value;

use super::{LIMITS, read};
use crate::{Document, Format, read_bytes, with_read_back};

pub(super) const ERPNEXT: &str = include_str!("../samples/erpnext.sample.json");
pub(super) const ZOHO: &str = include_str!("../samples/zoho.sample.json");
pub(super) const TALLY: &str = include_str!("../samples/tally.sample.xml");
pub(super) const QBO: &str = include_str!("../samples/qbo.sample.bill.json");
pub(super) const NATIVE: &str = include_str!("../samples/nic_inv01.sample.json");

pub(super) fn odoo() -> String {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let notice = read(include_str!("../samples/odoo.sample.json"));
    let back = read(include_str!("../samples/odoo.sample.readback.json"));
    with_read_back(notice.as_object().unwrap(), back.as_object().unwrap()).to_string()
}

/// The one invoice of a document.
pub(super) fn single(bytes: &[u8]) -> Document {
    let mut found = read_bytes(bytes, "sample", &LIMITS);
    assert_eq!(found.len(), 1);
    found
        .pop()
        .unwrap()
        .unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn inv01(bytes: &[u8]) -> Value {
    single(bytes).invoice.raw.as_ref().clone()
}

fn number(value: &Value) -> Decimal {
    decimal(&value.to_string()).unwrap().round_dp(2)
}

/// Whether every member of `want` is in `got` with its value, numbers to two places.
fn contains(want: &Value, got: &Value, at: &str) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            for (name, value) in want {
                let found = got
                    .get(name)
                    .unwrap_or_else(|| panic!("{at}/{name} is absent"));
                contains(value, found, &format!("{at}/{name}"));
            }
        }
        (Value::Array(want), Value::Array(got)) => {
            assert_eq!(want.len(), got.len(), "{at}");
            for (index, (want, got)) in want.iter().zip(got).enumerate() {
                contains(want, got, &format!("{at}/{index}"));
            }
        }
        (Value::Number(_), Value::Number(_)) => assert_eq!(number(want), number(got), "{at}"),
        _ => assert_eq!(want, got, "{at}"),
    }
}

/// Whether a member, named by its path with dots, is nowhere.
fn is_absent(value: &Value, path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    match (value.get(name), rest) {
        (None, _) => true,
        (Some(_), "") => false,
        (Some(Value::Array(list)), rest) => list.iter().all(|entry| is_absent(entry, rest)),
        (Some(inner), rest) => is_absent(inner, rest),
    }
}

#[test]
fn each_system_sends_the_same_invoice() {
    let odoo = odoo();
    for (name, bytes, format, expected) in [
        (
            "erpnext",
            ERPNEXT,
            Format::Erpnext,
            include_str!("../samples/erpnext.sample.expected.json"),
        ),
        (
            "zoho",
            ZOHO,
            Format::Zoho,
            include_str!("../samples/zoho.sample.expected.json"),
        ),
        (
            "tally",
            TALLY,
            Format::Tally,
            include_str!("../samples/tally.sample.expected.json"),
        ),
        (
            "odoo",
            &odoo,
            Format::Odoo,
            include_str!("../samples/odoo.sample.expected.json"),
        ),
        (
            "qbo",
            QBO,
            Format::QuickBooks,
            include_str!("../samples/qbo.sample.expected.json"),
        ),
    ] {
        let document = single(bytes.as_bytes());
        assert_eq!(document.format, format, "{name}");
        let expected: Value = serde_json::from_str(expected).unwrap();
        contains(&expected["inv01"], &document.invoice.raw, name);
        for path in expected["absent"].as_array().unwrap() {
            let path = path.as_str().unwrap();
            assert!(is_absent(&document.invoice.raw, path), "{name}: {path}");
        }
    }
    assert_eq!(single(NATIVE.as_bytes()).format, Format::Inv01);
}

#[test]
fn the_source_of_a_document_is_shown() {
    for (bytes, system, document) in [
        (ERPNEXT, "ERPNext", "ACC-PINV-2026-00417"),
        (ZOHO, "Zoho Books", "982300000123001"),
        (
            TALLY,
            "TallyPrime",
            "5e0c7d3a-91b4-4f7e-a6d0-0d1f6c2b7e11-000004a3",
        ),
        (QBO, "QuickBooks Online", "1487"),
    ] {
        let source = &inv01(bytes.as_bytes())["Source"];
        assert_eq!(source["System"], system);
        assert_eq!(source["Document"], document);
    }
}

#[test]
fn a_notice_without_its_record_is_no_invoice() {
    for notice in [
        include_str!("../samples/odoo.sample.json"),
        include_str!("../samples/qbo.sample.event.json"),
    ] {
        let found = read(notice.as_bytes());
        assert!(found[0].as_ref().unwrap_err().problem.contains("ids only"));
    }
}
