//! An invoice and what each system would answer about any invoice: by its keys, as real systems do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{Date, Decimal, Invoice, Law, Policy, records::LedgerEntry};
use serde_json::{Value, json};

use crate::Input;

pub(super) const SUPPLIER: &str = "24AAKCS4821M1Z2";
pub(super) const SUPPLIER_27: &str = "27AAKCS4821M1ZW";
const BUYERS: [&str; 2] = ["27AAFCA7316Q1Z7", "24AAFCA7316Q1ZD"];
pub(super) const OTHER: &str = "29AAFCK2207H1ZO";
pub(super) const KEY_ID: &str = "5A7E0C1B2D3F4A5B6C7D8E9F0A1B2C3D4E5F6A7B";
pub(super) const KEY_MODULUS: &str = "sTPY8EdiK93KaS8YLQFbwsWGLRxYO89rPo32_iK4kHvewpy7TSaGf54ZW8H08A6K_8MhkdksXn1PzhZ-rUL6s3bgBiMpTxp00ihaCDS2kcbrYSAQARGP4HOLeGirEAqL_S6Ayq7AeZ4r8bF2zeuKSTCnBHL1GxkKl7Fswb2XtVPT8VfV2WriP_avrtAFIB4B1zQUTMdPb6tN08YQHVLG82MkwTFBOg0zd2nGNJrMyACHyzBM3bn4v3UrvfJvnzLkvMu2znbPVJ6xAMzawqgB_eEehH2xMTq4ikwOuyAoOSPaAvuHTzAnTEPCB7qa75Q4-QHIaCHd2QxTEMnldMN3uQ";
/// The private half: made for tests, trusted by nobody.
const KEY_PRIVATE: &str = include_str!("../../../checks/testing/test_key.b64");

static LAW: LazyLock<Arc<Law>> = LazyLock::new(|| Arc::new(Law::builtin().unwrap()));
static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::builtin().unwrap()));

/// Kinds of clean invoice.
pub(super) const KINDS: [&str; 10] = [
    "inter-State",
    "intra-State",
    "small supplier",
    "SEZ with payment",
    "SEZ without payment",
    "deemed export",
    "reverse charge",
    "credit note",
    "services",
    "nil line and cess",
];

#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) invoice: Value,
    pub(super) as_of: Date,
    pub(super) buyer: Value,
    pub(super) vendors: Vec<Value>,
    pub(super) similar: Vec<Value>,
    pub(super) taxpayer: Option<Value>,
    /// Periods of the GSTR-3B that are filed.
    pub(super) filed: Vec<&'static str>,
    /// The documents in our GSTR-2B.
    pub(super) documents: Vec<Value>,
    pub(super) irns: BTreeMap<String, Value>,
    pub(super) ledger: Vec<LedgerEntry>,
    pub(super) orders: BTreeMap<String, Value>,
    /// What the supplier's contract says, a passage each.
    pub(super) contract: Vec<&'static str>,
    /// Operations that give no answer.
    pub(super) down: BTreeSet<&'static str>,
}

pub(super) fn number(amount: Decimal) -> Value {
    domain::money::to_json(amount.normalize())
}

pub(super) fn decimal(value: &Value) -> Decimal {
    value.to_string().parse().unwrap_or_default()
}

impl Book {
    /// A clean invoice of a kind with so many lines, as the only one of its supplier.
    #[expect(clippy::too_many_lines, reason = "one document and its records")]
    pub(super) fn clean(kind: &str, lines: usize) -> Self {
        let intra = matches!(kind, "intra-State" | "small supplier");
        let untaxed = matches!(kind, "SEZ without payment" | "reverse charge");
        let services = kind == "services";
        let mut items = Vec::new();
        let mut sums = [Decimal::ZERO; 6];
        for index in 0..lines {
            let nil = kind == "nil line and cess" && index == 1;
            let at = Decimal::from(index);
            let quantity = Decimal::from(40) + at * Decimal::from(7);
            let price = Decimal::new(41_875, 2) + at;
            let gross = quantity * price;
            let discount = Decimal::from(index % 2) * Decimal::from(100);
            let taxable = gross - discount;
            let rate = Decimal::from(if nil { 0 } else { 18 });
            let tax = if untaxed {
                Decimal::ZERO
            } else {
                domain::money::to_paise_half_up(taxable * rate / Decimal::ONE_HUNDRED)
            };
            let half = if untaxed {
                Decimal::ZERO
            } else {
                domain::money::to_paise_half_up(taxable * rate / Decimal::from(200))
            };
            let (igst, cgst) = if intra {
                (Decimal::ZERO, half)
            } else {
                (tax, Decimal::ZERO)
            };
            let cess = if kind == "nil line and cess" && index == 0 {
                domain::money::to_paise_half_up(taxable * Decimal::from(12) / Decimal::from(100))
            } else {
                Decimal::ZERO
            };
            let total = taxable + igst + cgst + cgst + cess;
            let hsn = match (services, nil, index % 2) {
                (true, ..) => "998314",
                (_, true, _) => "49011010",
                (_, _, 0) => "84821011",
                _ => "73181500",
            };
            let mut item = json!({
                "SlNo": (index + 1).to_string(), "PrdDesc": format!("Part {} of steel", index + 1),
                "IsServc": if services { "Y" } else { "N" }, "HsnCd": hsn, "Qty": number(quantity), "Unit": "NOS",
                "UnitPrice": number(price), "TotAmt": number(gross), "Discount": number(discount),
                "AssAmt": number(taxable), "GstRt": number(rate), "IgstAmt": number(igst), "CgstAmt": number(cgst),
                "SgstAmt": number(cgst), "TotItemVal": number(total), "OrdLineRef": (index + 1).to_string(),
            });
            if !cess.is_zero() {
                item["CesRt"] = json!(12);
                item["CesAmt"] = number(cess);
            }
            for (sum, amount) in sums
                .iter_mut()
                .zip([taxable, igst, cgst, cgst, cess, total])
            {
                *sum += amount;
            }
            items.push(item);
        }
        let [taxable, igst, cgst, sgst, cess, total] = sums;
        let rounded = total.round();
        let (buyer, state) = if intra {
            (BUYERS[1], "24")
        } else {
            (BUYERS[0], "27")
        };
        let supply = match kind {
            "SEZ with payment" => "SEZWP",
            "SEZ without payment" => "SEZWOP",
            "deemed export" => "DEXP",
            _ => "B2B",
        };
        let note = kind == "credit note";
        let mut invoice = json!({
            "Version": "1.1",
            "TranDtls": {"TaxSch": "GST", "SupTyp": supply, "RegRev": if kind == "reverse charge" { "Y" } else { "N" }},
            "DocDtls": {"Typ": if note { "CRN" } else { "INV" }, "No": "SF/26-27/0415", "Dt": "12/10/2026"},
            "SellerDtls": {"Gstin": SUPPLIER, "LglNm": "Sabarmati Fasteners Private Limited", "Addr1": "Plot 18",
                "Loc": "Ahmedabad", "Pin": 382_445, "Stcd": "24"},
            "BuyerDtls": {"Gstin": buyer, "LglNm": "Aravalli Pumps Limited", "Pos": state, "Addr1": "7 Chakan",
                "Loc": "Pune", "Pin": 410_501, "Stcd": state},
            "ItemList": items,
            "ValDtls": {"AssVal": number(taxable), "IgstVal": number(igst), "CgstVal": number(cgst),
                "SgstVal": number(sgst), "CesVal": number(cess), "RndOffAmt": number(rounded - total),
                "TotInvVal": number(rounded)},
            "PayDtls": {"AccDet": "50200048213377", "FinInsBr": "HDFC0000412", "CrDay": 45},
            "RefDtls": {"ContrDtls": [{"PORefr": "PO-26-0091"}]},
        });
        if note {
            invoice["RefDtls"] =
                json!({"PrecDocDtls": [{"InvNo": "SF/26-27/0300", "InvDt": "01/09/2026"}]});
        }
        let ordered: Vec<Value> = (0..lines)
            .map(|index| {
                let item = &invoice["ItemList"][index];
                json!({"line": (index + 1).to_string(), "hsn": item["HsnCd"], "description": item["PrdDesc"],
                    "quantity": item["Qty"], "unit": "NOS", "unit_price": item["UnitPrice"], "gst_rate": item["GstRt"],
                    "status": "open", "accepted": item["Qty"], "billed": 0})
            })
            .collect();
        let item = json!({"num": 1, "txval": number(taxable), "igst": number(igst), "cgst": number(cgst),
            "sgst": number(sgst), "cess": number(cess)});
        let document = if note {
            json!({"section": "cdnr", "period": "102026", "document": {"ntnum": "SF/26-27/0415", "typ": "C",
                "dt": "12-10-2026", "items": [item]}})
        } else {
            json!({"section": "b2b", "period": "102026", "document": {"inum": "SF/26-27/0415", "typ": "R",
                "dt": "12-10-2026", "items": [item]}})
        };
        let mut book = Self {
            invoice,
            as_of: domain::Date::constant(2026, 11, 21),
            buyer: json!({"legal_name": "Aravalli Pumps Limited", "gstins": BUYERS,
                "approval_limits": [100_000, 500_000]}),
            vendors: vec![
                json!({"vendor_id": "V0007", "legal_name": "Sabarmati Fasteners Private Limited",
                "trade_name": "Sabarmati Fasteners", "gstin": SUPPLIER, "pan": "AAKCS4821M",
                "bank_account": "50200048213377", "ifsc": "HDFC0000412", "payment_terms_days": 45, "msme": "",
                "status": "active", "email": "accounts@sabarmati.example"}),
            ],
            similar: Vec::new(),
            taxpayer: Some(
                json!({"gstin": SUPPLIER, "lgnm": "SABARMATI FASTENERS PRIVATE LIMITED",
                "tradeNam": "SABARMATI FASTENERS", "sts": "Active", "dty": "Regular",
                "ctb": "Private Limited Company", "rgdt": "01/07/2017", "cxdt": "",
                "einvoiceStatus": if kind == "small supplier" { "No" } else { "Yes" }}),
            ),
            filed: vec!["072026", "082026", "092026", "102026"],
            documents: vec![document],
            irns: BTreeMap::new(),
            ledger: Vec::new(),
            orders: BTreeMap::from([(
                "PO-26-0091".to_owned(),
                json!({"po_number": "PO-26-0091", "po_date": "2026-09-01", "vendor_id": "V0007", "lines": ordered,
                    "receipts_known": true, "has_receipts": true}),
            )]),
            contract: vec![
                "4.1 The buyer pays each undisputed invoice within 45 days of its date.",
            ],
            down: BTreeSet::new(),
        };
        if kind != "small supplier" {
            book.register("2026-10-12");
        }
        book
    }

    pub(super) fn text(&self, pointer: &str) -> String {
        let found = self.invoice.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    }

    pub(super) fn set(&mut self, pointer: &str, value: Value) {
        // A fault planted before may have taken the place away.
        drop(crate::what_if::set(&mut self.invoice, pointer, value));
    }

    /// Registers the invoice as it stands.
    pub(super) fn register(&mut self, day: &str) {
        let invoice = Invoice::read(self.invoice.clone(), 100).unwrap();
        let Some(irn) = crate::what_if::irn_of(&invoice, &LAW) else {
            return;
        };
        self.invoice["Irn"] = json!(irn.as_str());
        self.invoice["AckDt"] = json!(format!("{day} 16:20:05"));
        let invoice = Invoice::read(self.invoice.clone(), 100).unwrap();
        let mut data = crate::what_if::signed_qr(&invoice, self.as_of).observation()["data"].take();
        data["IrnDt"] = json!(format!("{day} 16:20:05"));
        self.invoice["SignedQRCode"] = json!(sign(KEY_ID, &data));
        let record = json!({"Status": "ACT", "AckDt": format!("{day} 16:20:05")});
        self.irns.insert(irn.as_str().to_owned(), record);
    }

    /// The signed fields by another key.
    pub(super) fn sign_by(&mut self, key: &str) {
        let Ok(qr) = domain::einvoice::SignedQr::decode(&self.text("/SignedQRCode")) else {
            return;
        };
        self.invoice["SignedQRCode"] = json!(sign(key, &qr.data));
    }

    pub(super) fn past(&mut self, number: &str, date: &str, total: Decimal) {
        self.ledger.push(LedgerEntry {
            invoice_number: number.to_owned(),
            invoice_date: date.parse().unwrap(),
            supplier_gstin: SUPPLIER.to_owned(),
            buyer_gstin: BUYERS[0].to_owned(),
            taxable_value: total,
            total_value: total,
            po_number: String::new(),
            status: "paid".to_owned(),
        });
    }

    pub(super) fn input(&self) -> Option<Input> {
        Some(Input {
            sha256: domain::evidence::sha256_hex(self.invoice.to_string().as_bytes()),
            invoice: Arc::new(Invoice::read(self.invoice.clone(), 100).ok()?),
            source: "test".to_owned(),
            as_of: self.as_of,
            law: Arc::clone(&LAW),
            policy: Arc::clone(&POLICY),
            assumptions: Arc::from([]),
            model: None,
            tenant: Arc::default(),
            recorded_as: None,
        })
    }
}

/// A compact JWS over the QR's data by the test key, whatever key it names.
fn sign(key: &str, data: &Value) -> String {
    static PAIR: LazyLock<ring::rsa::KeyPair> = LazyLock::new(|| {
        let text: String = KEY_PRIVATE.split_whitespace().collect();
        ring::rsa::KeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap()
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "RS256", "kid": key, "typ": "JWT"});
    let signed = format!(
        "{}.{}",
        part(&header),
        part(&json!({"data": data.to_string(), "iss": "NIC"}))
    );
    let mut signature = vec![0; PAIR.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    PAIR.sign(
        &ring::signature::RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
