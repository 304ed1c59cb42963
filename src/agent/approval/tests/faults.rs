//! Faults to plant in a clean book: of every check that can fail, and of sources that do not answer.

use domain::Decimal;
use serde_json::{Value, json};

use super::book::{Book, OTHER, SUPPLIER_27, decimal, number};

/// A fault, planted at a place that a number chooses.
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) plant: fn(&mut Book, usize),
    /// Whether a change mends it; `false` where only a person can decide, or nobody but the supplier knows the value.
    pub(super) mendable: bool,
}

const fn mendable(name: &'static str, plant: fn(&mut Book, usize)) -> Fault {
    Fault {
        name,
        plant,
        mendable: true,
    }
}

const fn final_(name: &'static str, plant: fn(&mut Book, usize)) -> Fault {
    Fault {
        name,
        plant,
        mendable: false,
    }
}

fn pick<'a>(from: &[&'a str], n: usize) -> &'a str {
    from[n % from.len()]
}

/// A pointer to a member of a line that there is.
fn of_line(book: &Book, n: usize, member: &str) -> String {
    let lines = book.invoice["ItemList"].as_array().map_or(1, Vec::len);
    format!("/ItemList/{}/{member}", n % lines.max(1))
}

/// Adds to an amount.
fn add(book: &mut Book, pointer: &str, more: Decimal) {
    let old = book
        .invoice
        .pointer(pointer)
        .map(decimal)
        .unwrap_or_default();
    book.set(pointer, number(old + more));
}

fn total(book: &Book) -> Decimal {
    book.invoice
        .pointer("/ValDtls/TotInvVal")
        .map(decimal)
        .unwrap_or_default()
}

fn taxpayer(book: &mut Book, changes: Value) {
    if let (Some(record), Value::Object(changes)) = (&mut book.taxpayer, changes) {
        for (member, value) in changes {
            record[member] = value;
        }
    }
}

fn order(book: &mut Book, change: impl Fn(&mut Value)) {
    book.orders.values_mut().for_each(change);
}

fn order_line(book: &mut Book, n: usize, member: &str, value: &Value) {
    order(book, |order| {
        let lines = order["lines"].as_array_mut().unwrap();
        let at = n % lines.len();
        lines[at][member] = value.clone();
    });
}

/// A slip of one character.
fn slip(book: &mut Book, n: usize) {
    let mut gstin: Vec<char> = book.text("/SellerDtls/Gstin").chars().collect();
    if let Some(c) = gstin.get_mut(2 + n % 13) {
        *c = if *c == 'A' { 'B' } else { 'A' };
    }
    book.set(
        "/SellerDtls/Gstin",
        Value::String(gstin.into_iter().collect()),
    );
}

pub(super) const FAULTS: &[Fault] = &[
    mendable("GSTIN-CHECKSUM", slip),
    mendable("GSTIN-CHECKSUM by a character lost", |b, n| {
        let mut gstin = b.text("/SellerDtls/Gstin");
        if gstin.len() == 15 {
            gstin.remove(2 + n % 13);
            b.set("/SellerDtls/Gstin", json!(gstin));
        }
    }),
    mendable("GSTIN-STATE of the supplier", |b, n| {
        b.set("/SellerDtls/Stcd", json!(pick(&["27", "29", "07"], n)));
    }),
    mendable("GSTIN-STATE of the buyer", |b, n| {
        b.set("/BuyerDtls/Stcd", json!(pick(&["33", "29", "07"], n)));
    }),
    mendable("BUYER-GSTIN", |b, n| {
        b.set(
            "/BuyerDtls/Gstin",
            json!(pick(&[OTHER, "27AAFCA7316Q1Z8", "URP"], n)),
        );
    }),
    mendable("DOC-MANDATORY", |b, n| {
        let places = [
            "/SellerDtls/LglNm",
            "/SellerDtls/Addr1",
            "/BuyerDtls/LglNm",
            "/BuyerDtls/Addr1",
            "/BuyerDtls/Gstin",
            "/BuyerDtls/Pos",
            "/DocDtls/No",
            "/DocDtls/Dt",
            "/ValDtls/AssVal",
            "/ValDtls/TotInvVal",
        ];
        b.set(pick(&places, n), Value::Null);
    }),
    mendable("DOC-MANDATORY on a line", |b, n| {
        let place = of_line(
            b,
            n,
            pick(
                &[
                    "PrdDesc", "Qty", "Unit", "AssAmt", "GstRt", "SgstAmt", "IgstAmt",
                ],
                n,
            ),
        );
        b.set(&place, Value::Null);
    }),
    mendable("DOC-NUMBER-FORMAT", |b, n| {
        b.set(
            "/DocDtls/No",
            json!(pick(
                &["SABARMATI-2026-27-0415", "0415/26", "SF#26_27 0415"],
                n
            )),
        );
    }),
    mendable("DOC-DATE", |b, n| {
        b.set(
            "/DocDtls/Dt",
            json!(pick(&["22/11/2026", "31/02/2026", "soon"], n)),
        );
    }),
    final_("ITC-TIME-BAR", |b, _| {
        b.as_of = domain::Date::constant(2027, 12, 1);
    }),
    mendable("HSN-DIGITS", |b, n| {
        let place = of_line(b, n, "HsnCd");
        let old = b
            .invoice
            .pointer(&place)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let short = old.get(..4).unwrap_or("7318").to_owned();
        let codes = [short.clone(), format!("{short}.15"), format!("{old}0000")];
        b.set(&place, json!(codes[n % 3]));
    }),
    mendable("TAX-LINE by tax", |b, n| {
        let place = of_line(b, n, pick(&["IgstAmt", "CgstAmt", "SgstAmt"], n));
        add(b, &place, Decimal::from(100));
    }),
    mendable("TAX-LINE by quantity", |b, n| {
        let place = of_line(b, n, pick(&["Qty", "UnitPrice", "Discount"], n));
        add(b, &place, Decimal::from(3));
    }),
    mendable("TAX-LINE by its sums", |b, n| {
        let place = of_line(b, n, pick(&["TotItemVal", "AssAmt", "TotAmt"], n));
        add(b, &place, Decimal::from(-250));
    }),
    mendable("TAX-TOTAL", |b, n| {
        let places = [
            "/ValDtls/AssVal",
            "/ValDtls/IgstVal",
            "/ValDtls/TotInvVal",
            "/ValDtls/CgstVal",
        ];
        add(b, pick(&places, n), Decimal::from(1000));
    }),
    mendable("TAX-ROUND-OFF", |b, _| {
        add(b, "/ValDtls/RndOffAmt", Decimal::from(40));
        add(b, "/ValDtls/TotInvVal", Decimal::from(40));
    }),
    mendable("TAX-PLACE-OF-SUPPLY", |b, n| {
        let other = if b.text("/BuyerDtls/Pos") == "24" {
            pick(&["27", "00"], n)
        } else {
            pick(&["24", "ZZ"], n)
        };
        b.set("/BuyerDtls/Pos", json!(other));
    }),
    mendable("TAX-RATE-SLAB", |b, n| {
        let place = of_line(b, n, "GstRt");
        b.set(&place, json!([28, 12, 17][n % 3]));
    }),
    mendable("TAX-RATE-HSN", |b, n| {
        let place = of_line(b, n, "GstRt");
        b.set(&place, json!(5));
    }),
    mendable("TAX-REVERSE-CHARGE", |b, _| {
        b.set("/TranDtls/RegRev", json!("Y"));
    }),
    mendable("GST-REGISTERED", |b, _| b.taxpayer = None),
    mendable("GST-ACTIVE", |b, n| {
        let changes = [
            json!({"sts": "Cancelled", "cxdt": "03/10/2026"}),
            json!({"rgdt": "20/10/2026"}),
        ];
        taxpayer(b, changes[n % 2].clone());
    }),
    mendable("GST-ACTIVE-NOW", |b, n| {
        let changes = [
            json!({"sts": "Suspended"}),
            json!({"sts": "Cancelled", "cxdt": "15/11/2026"}),
        ];
        taxpayer(b, changes[n % 2].clone());
    }),
    mendable("GST-COMPOSITION", |b, _| {
        taxpayer(b, json!({"dty": "Composition"}));
    }),
    mendable("GST-NAME", |b, _| {
        b.set("/SellerDtls/LglNm", json!("Malwa Polymers"));
    }),
    mendable("GST-FILING", |b, n| {
        b.filed = if n.is_multiple_of(2) {
            vec!["072026", "082026"]
        } else {
            Vec::new()
        };
    }),
    mendable("GSTR2B-MATCH", |b, n| {
        if n.is_multiple_of(2) {
            b.documents.clear();
        } else if let Some(listed) = b.documents.first_mut() {
            listed["document"]["items"][0]["txval"] = json!(5);
        }
    }),
    mendable("EINV-REQUIRED", |b, _| {
        taxpayer(b, json!({"einvoiceStatus": "Yes"}));
        for member in ["/Irn", "/AckDt", "/SignedQRCode"] {
            b.set(member, Value::Null);
        }
    }),
    mendable("EINV-IRN-HASH", |b, n| {
        b.set("/Irn", json!(pick(&["ab", "0f"], n).repeat(32)));
    }),
    mendable("EINV-QR-SIGNATURE", |b, n| match n % 3 {
        0 => b.set("/SignedQRCode", Value::Null),
        1 => b.sign_by("an unknown key"),
        _ => b.set("/SignedQRCode", json!("no.token.at-all")),
    }),
    mendable("EINV-QR-MATCH", |b, n| match n % 3 {
        0 => b.set("/DocDtls/No", json!("SF/26-27/0416")),
        1 => b.set("/DocDtls/Dt", json!("13/10/2026")),
        _ => {
            let first = b.invoice["ItemList"][0].clone();
            b.invoice["ItemList"].as_array_mut().unwrap().push(first);
        }
    }),
    mendable("EINV-IRN-STATUS", |b, n| {
        if n.is_multiple_of(2) {
            b.irns.clear();
        }
        b.irns.values_mut().for_each(|r| r["Status"] = json!("CNL"));
    }),
    mendable("EINV-AGE", |b, _| {
        taxpayer(b, json!({"aato": "Rs. 500 Cr. and above"}));
        b.register("2026-11-19");
    }),
    mendable("VENDOR-KNOWN", |b, _| b.vendors.clear()),
    mendable("VENDOR-LOOKALIKE", |b, _| {
        b.vendors.clear();
        b.similar = vec![
            json!({"vendor_id": "V0009", "legal_name": "Sabarmati Fastener Private Limited",
            "trade_name": "", "pan": "AAFCK2207H", "similarity": 0.97}),
        ];
    }),
    mendable("VENDOR-BLOCKED", |b, _| {
        b.vendors
            .iter_mut()
            .for_each(|v| v["status"] = json!("blocked"));
    }),
    mendable("VENDOR-GSTIN", |b, _| {
        b.vendors
            .iter_mut()
            .for_each(|v| v["gstin"] = json!(SUPPLIER_27));
    }),
    mendable("VENDOR-BANK", |b, n| {
        let (place, value) = [
            ("/PayDtls/AccDet", "99990048213377"),
            ("/PayDtls/FinInsBr", "SBIN0000412"),
        ][n % 2];
        b.set(place, json!(value));
    }),
    mendable("VENDOR-BANK, none in the master", |b, n| {
        let member = pick(&["bank_account", "ifsc"], n);
        b.vendors.iter_mut().for_each(|v| v[member] = json!(""));
    }),
    mendable("VENDOR-TERMS", |b, n| {
        b.set("/PayDtls/CrDay", json!([15, 0, 44][n % 3]));
    }),
    mendable("CONTRACT-TERMS", |b, n| {
        b.contract = vec![
            [
                "4.1 The buyer pays within 60 days of the invoice date.",
                "Payment: Net 90",
            ][n % 2],
        ];
    }),
    final_("CONTRACT-TERMS, another account", |b, _| {
        b.contract
            .push("4.2 Payments are made to account 91802004451882, IFSC UTIB0000114.");
    }),
    mendable("DUPLICATE-EXACT", |b, _| {
        b.past("SF-26-27-415", "2026-10-12", Decimal::from(7));
    }),
    mendable("DUPLICATE-NEAR", |b, _| {
        let total = total(b);
        b.past("SF/26-27/0415A", "2026-10-10", total);
    }),
    final_("AMOUNT-OUTLIER", |b, _| {
        for n in 0..9_u8 {
            let date = format!("2026-0{}-03", n % 7 + 1);
            b.past(
                &format!("SF/26-27/00{n}1"),
                &date,
                Decimal::from(20 + u32::from(n)),
            );
        }
    }),
    final_("SPLIT-BILLING", |b, _| {
        let total = total(b);
        b.buyer["approval_limits"] = json!([number(total + Decimal::TEN)]);
        b.past("SF/26-27/0301", "2026-10-09", total - Decimal::from(20));
        b.past("SF/26-27/0302", "2026-10-11", total - Decimal::from(30));
    }),
    mendable("PO-EXISTS", |b, _| b.orders.clear()),
    mendable("PO-OPEN", |b, n| {
        order_line(b, n, "status", &json!("closed"));
    }),
    mendable("PO-VENDOR", |b, _| {
        order(b, |o| o["vendor_id"] = json!("V0099"));
    }),
    mendable("PO-PRICE", |b, n| {
        order_line(b, n, "unit_price", &json!(300));
    }),
    mendable("PO-QUANTITY", |b, n| {
        order_line(b, n, "billed", &json!(1));
        order_line(b, n, "accepted", &json!(1000));
    }),
    mendable("RECEIPT-QUANTITY", |b, n| {
        order_line(b, n, "accepted", &json!([0, 39][n % 2]));
    }),
    mendable("a line that is on no order", |b, n| {
        order_line(b, n, "line", &json!("77"));
        order_line(b, n, "hsn", &json!("39269099"));
        order_line(b, n, "description", &json!("Gasket"));
    }),
    mendable("the portal does not answer", |b, n| {
        b.down.insert(pick_static(
            &["taxpayer", "statement", "irn_status", "signing_key"],
            n,
        ));
    }),
    final_("our own records do not answer", |b, n| {
        b.down
            .insert(pick_static(&["duplicates", "history", "order", "buyer"], n));
    }),
    final_("no GSTIN of the supplier", |b, _| {
        b.set("/SellerDtls/Gstin", Value::Null);
    }),
    final_("an HSN of no chapter", |b, n| {
        let place = of_line(b, n, "HsnCd");
        b.set(&place, json!("00318150"));
    }),
];

fn pick_static(from: &[&'static str], n: usize) -> &'static str {
    from[n % from.len()]
}
