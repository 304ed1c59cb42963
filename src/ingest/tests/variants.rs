//! Lawful variants of the samples: what firms really book, beyond the plain invoice.

#![expect(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "the noise of floats is written as the systems write it"
)]

use serde_json::{Value, json};

use super::LIMITS;
use super::samples::{ERPNEXT, QBO, TALLY, ZOHO, inv01, odoo};
use crate::read_bytes;

mod charges;
mod erpnext;
mod ledgers;
mod tally;
mod zoho;

/// A sample changed, as the bytes that would arrive.
fn edited(sample: &str, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(sample).unwrap();
    edit(&mut value);
    value.to_string().into_bytes()
}

/// Members by pointer: numbers compare as decimals, `null` means absent.
fn holds(name: &str, invoice: &Value, wanted: &[(&str, Value)]) {
    for (pointer, want) in wanted {
        let got = invoice.pointer(pointer).unwrap_or(&Value::Null);
        let same = match (want, got) {
            (Value::Number(a), Value::Number(b)) => {
                domain::money::decimal(&a.to_string()) == domain::money::decimal(&b.to_string())
            }
            _ => want == got,
        };
        assert!(same, "{name}: {pointer} is {got}, not {want}\n{invoice:#}");
    }
}

/// Sets members of a JSON object.
fn set(target: &mut Value, members: Value) {
    let Value::Object(members) = members else {
        panic!("members are set by an object");
    };
    for (name, value) in members {
        target[name] = value;
    }
}

#[test]
fn a_bill_that_was_cancelled_is_refused() {
    let inside = |doc: &mut Value, member: &str, value: Value| {
        let list = ["doc", "data", "bill", "account.move"];
        let name = list.into_iter().find(|name| doc.get(name).is_some());
        let holder = match name {
            Some(name) => &mut doc[name],
            None => doc,
        };
        match holder {
            Value::Array(list) => list[0][member] = value,
            other => other[member] = value,
        }
    };
    for (name, bytes, at) in [
        (
            "ERPNext",
            edited(ERPNEXT, |doc| inside(doc, "docstatus", json!(2))),
            "/docstatus",
        ),
        (
            "ERPNext",
            edited(ERPNEXT, |doc| inside(doc, "status", json!("Cancelled"))),
            "/docstatus",
        ),
        (
            "Odoo",
            edited(&odoo(), |doc| inside(doc, "state", json!("cancel"))),
            "/state",
        ),
        (
            "Zoho",
            edited(ZOHO, |doc| inside(doc, "status", json!("void"))),
            "/status",
        ),
    ] {
        let error = read_bytes(&bytes, "x.json", &LIMITS).remove(0).unwrap_err();
        let why = if name == "Zoho" { "void" } else { "cancelled" };
        assert!(
            error.problem.contains(why) && error.at.ends_with(at),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn odoo_states_tax_by_totals_and_heads_by_names() {
    let within = edited(&odoo(), |doc| {
        for line in doc["account.move.line"].as_array_mut().unwrap() {
            line["tax_ids"] = json!([[9, "18% GST"]]);
        }
        set(
            doc,
            json!({"move_type": "in_refund", "invoice_origin": "PO-1, PO-2"}),
        );
        doc["account.move.line"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": 3, "display_type": "line_note", "name": "thanks"}));
    });
    holds(
        "within",
        &inv01(&within),
        &[
            ("/DocDtls/Typ", json!("CRN")),
            ("/ItemList/0/CgstAmt", json!(2316.6)),
            ("/ItemList/0/IgstAmt", json!(0)),
            ("/ItemList/2", json!(null)),
            ("/ValDtls/SgstVal", json!(3159.68)),
            ("/RefDtls/ContrDtls/1/PORefr", json!("PO-2")),
        ],
    );
    let paid = edited(&odoo(), |doc| {
        set(
            doc,
            json!({"partner_bank_id": [7, "50100123456789 - HDFC Bank"]}),
        );
    });
    holds(
        "the account that is paid",
        &inv01(&paid),
        &[("/PayDtls/AccDet", json!("50100123456789"))],
    );
    let discounted = edited(&odoo(), |doc| {
        set(
            &mut doc["account.move.line"][0],
            json!({"discount": 10.0, "price_subtotal": 23166.0, "price_total": 27335.88}),
        );
    });
    holds(
        "discount",
        &inv01(&discounted),
        &[
            ("/ItemList/0/TotAmt", json!(25740)),
            ("/ItemList/0/Discount", json!(2574)),
            ("/ItemList/0/AssAmt", json!(23166)),
            ("/ItemList/0/IgstAmt", json!(4169.88)),
        ],
    );
    let inclusive = edited(&odoo(), |doc| {
        set(
            &mut doc["account.move.line"][0],
            json!({"price_unit": 253.11}),
        );
    });
    holds(
        "inclusive",
        &inv01(&inclusive),
        &[
            ("/ItemList/0/UnitPrice", json!(214.5)),
            ("/ItemList/0/TotAmt", json!(25740)),
        ],
    );
    let reverse = edited(&odoo(), |doc| {
        for line in doc["account.move.line"].as_array_mut().unwrap() {
            line["tax_ids"] = json!([[9, "18% IGST (RC)"]]);
            line["price_total"] = line["price_subtotal"].clone();
        }
        doc["amount_total"] = json!(35107.5);
    });
    holds(
        "reverse",
        &inv01(&reverse),
        &[
            ("/TranDtls/RegRev", json!("Y")),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ValDtls/IgstVal", json!(0)),
        ],
    );
}

#[test]
fn quickbooks_tells_heads_by_pairs() {
    let pairs = edited(QBO, |doc| {
        let line =
            |amount: f64| json!({"Amount": amount, "TaxLineDetail": {"NetAmountTaxable": 35107.5}});
        doc["Bill"]["TxnTaxDetail"]["TaxLine"] = json!([line(3159.68), line(3159.68)]);
        doc["Bill"]["PrivateNote"] = json!("for PO-1, po-2 of policy; urgent");
    });
    holds(
        "pairs",
        &inv01(&pairs),
        &[
            ("/ValDtls/IgstVal", json!(0)),
            ("/ValDtls/CgstVal", json!(3159.68)),
            ("/ValDtls/SgstVal", json!(3159.68)),
            ("/RefDtls/ContrDtls/0/PORefr", json!("PO-1")),
            ("/RefDtls/ContrDtls/1/PORefr", json!("po-2")),
            ("/RefDtls/ContrDtls/2", json!(null)),
        ],
    );
    let credit = edited(QBO, |doc| *doc = json!({"VendorCredit": doc["Bill"]}));
    holds("credit", &inv01(&credit), &[("/DocDtls/Typ", json!("CRN"))]);
    let answer = edited(QBO, |doc| {
        *doc = json!({"QueryResponse": {"Bill": [doc["Bill"], doc["Bill"]]}});
    });
    let found = read_bytes(&answer, "x", &LIMITS);
    assert_eq!(found.iter().filter(|f| f.is_ok()).count(), 2);
    let foreign = edited(QBO, |doc| {
        set(
            &mut doc["Bill"],
            json!({"CurrencyRef": {"value": "USD"}, "ExchangeRate": 80}),
        );
    });
    holds(
        "foreign",
        &inv01(&foreign),
        &[
            ("/ItemList/0/AssAmt", json!(2_059_200)),
            ("/ValDtls/TotInvValFc", json!(41426.85)),
            ("/ExpDtls/ForCur", json!("USD")),
        ],
    );
}

#[test]
fn no_edit_of_a_sample_panics() {
    use proptest::{prelude::*, test_runner::TestRunner};
    let samples = [
        ERPNEXT.to_owned(),
        ZOHO.to_owned(),
        TALLY.to_owned(),
        QBO.to_owned(),
        odoo(),
    ];
    let strategy = (
        0..samples.len(),
        any::<prop::sample::Index>(),
        0..40_usize,
        "[-0-9a-zA-Z\"{}<>&;/=%., ]{0,8}",
    );
    TestRunner::default()
        .run(&strategy, |(sample, at, cut, with)| {
            let mut bytes = samples[sample].clone().into_bytes();
            let at = at.index(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, with.bytes());
            prop_assert!(!read_bytes(&bytes, "x", &LIMITS).is_empty());
            Ok(())
        })
        .unwrap();
}

/// Every number of a sample in turn at the ends of what a decimal holds: arithmetic neither panics nor wraps.
#[test]
fn no_number_overflows() {
    fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Number(_) => found.push(at.to_owned()),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .for_each(|(i, v)| numbers(v, &format!("{at}/{i}"), found)),
            Value::Object(map) => map
                .iter()
                .for_each(|(n, v)| numbers(v, &format!("{at}/{n}"), found)),
            _ => {}
        }
    }
    for sample in [ERPNEXT.to_owned(), ZOHO.to_owned(), QBO.to_owned(), odoo()] {
        let value: Value = serde_json::from_str(&sample).unwrap();
        let mut places = Vec::new();
        numbers(&value, "", &mut places);
        assert!(places.len() > 10);
        for extreme in [
            "99999999999999.99",
            "-99999999999999.99",
            "0.00000000000001",
            "-100",
            "0",
        ] {
            let extreme: Value = serde_json::from_str(extreme).unwrap();
            let mut all = value.clone();
            for place in &places {
                let mut edited = value.clone();
                *edited.pointer_mut(place).unwrap() = extreme.clone();
                *all.pointer_mut(place).unwrap() = extreme.clone();
                assert!(!read_bytes(edited.to_string().as_bytes(), "x", &LIMITS).is_empty());
            }
            assert!(!read_bytes(all.to_string().as_bytes(), "x", &LIMITS).is_empty());
        }
    }
}
