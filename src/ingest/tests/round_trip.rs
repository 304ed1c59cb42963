//! INV-01 written for another system and read back: every member that the format can carry is the same.

use domain::{Decimal, Invoice};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    LIMITS,
    samples::{NATIVE, inv01},
};
use crate::{Target, number::percent, write};

/// Members that neither format has a place for: bank details, trade names, towns, lines of orders.
const NOWHERE: &[&str] = &[
    "/PayDtls",
    "/Irn",
    "/AckNo",
    "/AckDt",
    "/SellerDtls/TrdNm",
    "/BuyerDtls/TrdNm",
    "/SellerDtls/Loc",
    "/BuyerDtls/Loc",
];

/// What a Purchase Invoice of ERPNext lacks beyond that: addresses, dates of orders, the invoices that a note corrects.
const NOT_IN_ERPNEXT: &[&str] = &[
    "/SellerDtls/Addr1",
    "/SellerDtls/Pin",
    "/BuyerDtls/Addr1",
    "/BuyerDtls/Pin",
    "/RefDtls/PrecDocDtls",
];

fn remove(value: &mut Value, pointer: &str) {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(members)) = value.pointer_mut(parent)
    {
        members.remove(name);
    }
}

/// Numbers in one form, empty sections gone, so that two invoices compare by meaning.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(digits) => {
            let number = domain::money::decimal(&digits.to_string()).unwrap();
            json!(number.normalize().to_string())
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .filter(|(_, value)| *value != json!({}))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn carried(invoice: &Value, target: Target) -> Value {
    let mut kept = invoice.clone();
    remove(&mut kept, "/Source");
    for pointer in NOWHERE {
        remove(&mut kept, pointer);
    }
    for item in kept["ItemList"].as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("OrdLineRef");
    }
    if target == Target::Erpnext {
        for pointer in NOT_IN_ERPNEXT {
            remove(&mut kept, pointer);
        }
        if let Some(Value::Array(orders)) = kept.pointer_mut("/RefDtls/ContrDtls") {
            for order in orders {
                order.as_object_mut().unwrap().remove("PORefDt");
            }
        }
    }
    plain(&kept)
}

fn comes_back(invoice: &Value) {
    for target in [Target::Inv01, Target::Erpnext, Target::Tally] {
        let read = Invoice::read(invoice.clone(), LIMITS.items).unwrap();
        let written = write(&[&read], target);
        let back = inv01(written.as_bytes());
        let (want, got) = (carried(invoice, target), carried(&back, target));
        assert_eq!(want, got, "{target:?}\n{written}");
    }
}

#[test]
fn invoices_of_a_book_come_back() {
    let corpus = include_str!("../samples/corpus.jsonl");
    assert!(corpus.lines().count() > 10);
    for line in corpus.lines().chain([NATIVE]) {
        comes_back(&serde_json::from_str(line).unwrap());
    }
}

#[test]
fn several_invoices_are_a_list_or_one_envelope() {
    let read = |text| Invoice::read(serde_json::from_str(text).unwrap(), 10).unwrap();
    let (one, two) = (read(NATIVE), read(NATIVE));
    for target in [Target::Inv01, Target::Erpnext, Target::Tally] {
        let written = write(&[&one, &two], target);
        let back = crate::read_bytes(written.as_bytes(), "x", &LIMITS);
        assert_eq!(back.iter().filter(|b| b.is_ok()).count(), 2, "{target:?}");
    }
}

#[test]
fn characters_that_mean_something_are_escaped() {
    let mut invoice: Value = serde_json::from_str(NATIVE).unwrap();
    invoice["ItemList"][0]["PrdDesc"] = json!("Bolt <M12> & \"nut\" 'A' \u{20b9}5");
    invoice["SellerDtls"]["LglNm"] = json!("R&D <Tools> Private Limited");
    comes_back(&invoice);
    // A character that XML has no way to write is left out, and nothing else.
    invoice["ItemList"][0]["PrdDesc"] = json!("Bolt\u{4} M12");
    let read = Invoice::read(invoice, 10).unwrap();
    let back = inv01(write(&[&read], Target::Tally).as_bytes());
    assert_eq!(back["ItemList"][0]["PrdDesc"], "Bolt M12");
}

fn number(value: Decimal) -> Value {
    domain::money::to_json(value.normalize())
}

prop_compose! {
    fn line(within_state: bool, taxed: bool)(
        quantity in 1_i64..100_000, price in 1_i64..10_000_000, off in prop_oneof![Just(0_i64), 1_i64..60],
        rate in prop::sample::select(vec![0_i64, 25, 50, 120, 180, 280, 400]), cess in prop::sample::select(vec![0_i64, 12]),
        unit in prop::sample::select(vec!["NOS", "KGS", "SQF", "OTH"]), service in any::<bool>(),
    ) -> (Value, [Decimal; 5]) {
        let (quantity, price, rate) = (Decimal::new(quantity, 2), Decimal::new(price, 2), Decimal::new(rate, 1));
        let gross = crate::number::product(quantity, price).unwrap();
        let discount = percent(gross, Decimal::from(off)).unwrap();
        let taxable = gross - discount;
        let tax = |rate: Decimal| if taxed { percent(taxable, rate).unwrap() } else { Decimal::ZERO };
        let half = tax(rate / Decimal::TWO);
        let (igst, cgst) = if within_state { (Decimal::ZERO, half) } else { (tax(rate), Decimal::ZERO) };
        let cess_amount = tax(Decimal::from(cess));
        let total = taxable + igst + cgst + cgst + cess_amount;
        let line = json!({"SlNo": "1", "PrdDesc": "Hex bolt & nut", "IsServc": if service { "Y" } else { "N" },
            "HsnCd": if service { "998719" } else { "73181500" }, "Qty": number(quantity), "Unit": unit,
            "UnitPrice": number(price), "TotAmt": number(gross), "Discount": number(discount), "AssAmt": number(taxable),
            "GstRt": number(rate), "IgstAmt": number(igst), "CgstAmt": number(cgst), "SgstAmt": number(cgst),
            "CesRt": cess, "CesAmt": number(cess_amount), "OthChrg": 0, "TotItemVal": number(total)});
        (line, [taxable, igst, cgst, cgst, cess_amount])
    }
}

prop_compose! {
    fn invoice()(within_state in any::<bool>(), reverse in any::<bool>())(
        lines in proptest::collection::vec(line(within_state, !reverse), 1..5), within_state in Just(within_state),
        reverse in Just(reverse), kind in prop::sample::select(vec!["INV", "CRN", "DBN"]), charges in 0_i64..100_000,
        discount in prop_oneof![Just(0_i64), 200_i64..10_000], orders in 0_usize..2,
    ) -> Value {
        let mut sums = [Decimal::ZERO; 5];
        let mut items = Vec::new();
        for (index, (mut item, parts)) in lines.into_iter().enumerate() {
            item["SlNo"] = json!((index + 1).to_string());
            items.push(item);
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part;
            }
        }
        let [taxable, igst, cgst, sgst, cess] = sums;
        let (charges, discount) = (Decimal::new(charges, 2), Decimal::new(discount, 2).min(taxable));
        let exact = sums.iter().sum::<Decimal>() + charges - discount;
        let total = exact.round();
        let buyer = if within_state { ("27AAKCD4821M1ZB", "27") } else { ("29AAKCD4821M1Z7", "29") };
        let mut invoice = json!({"Version": "1.1",
            "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": if reverse { "Y" } else { "N" }, "IgstOnIntra": "N"},
            "DocDtls": {"Typ": kind, "No": "KBF/1", "Dt": "12/11/2026"},
            "SellerDtls": {"Gstin": "27ABKFK7319Q1ZH", "LglNm": "Konkan Bearings", "Stcd": "27"},
            "BuyerDtls": {"Gstin": buyer.0, "LglNm": "Deccan Pumps", "Pos": buyer.1, "Stcd": buyer.1},
            "ItemList": items,
            "ValDtls": {"AssVal": number(taxable), "IgstVal": number(igst), "CgstVal": number(cgst), "SgstVal": number(sgst),
                "CesVal": number(cess), "Discount": number(discount), "OthChrg": number(charges),
                "RndOffAmt": number(total - exact), "TotInvVal": number(total)}});
        if orders > 0 {
            invoice["RefDtls"] = json!({"ContrDtls": [{"PORefr": "PO-1"}]});
        }
        invoice
    }
}

proptest! {
    #[test]
    fn any_invoice_comes_back(invoice in invoice()) {
        comes_back(&invoice);
    }
}
