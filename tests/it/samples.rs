//! Documents as others write them (`tests/samples/`): read without loss, verified, judged.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Decimal, Invoice, einvoice::SignedQr, portal::SigningKey};
use serde_json::{Map, Value, json};
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, book, root, run};

mod portal_records;
mod signed_qr;

/// What the registration portal's clients put beside the body, and what of it belongs to the invoice.
const RESPONSE: [&str; 5] = ["Irn", "AckNo", "AckDt", "SignedQRCode", "SignedInvoice"];

const INVOICES: [&str; 6] = [
    "einvoice_api_debit_invoice.json",
    "einvoice_api_duplicate_irn.json",
    "einvoice_api_goods_item_with_ewaybill.json",
    "inv01_demo_6_crn.json",
    "inv01_demo_7_multi_item.json",
    "inv01_odoo_full_discount.json",
];

/// Invoices that carry the registration portal's signed answer.
const REGISTERED: [&str; 2] = [
    "einvoice_api_debit_invoice.json",
    "einvoice_api_goods_item_with_ewaybill.json",
];

const QRS: [&str; 4] = [
    "signed_qr_b108.json",
    "signed_qr_cs.json",
    "signed_qr_doc60936.json",
    "signed_qr_odoo.json",
];

/// The one token whose key is not held.
const WITHOUT_KEY: &str = "signed_qr_odoo.json";

fn path(name: &str) -> PathBuf {
    root().join("tests/samples").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn sample(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The recovered keys by `kid`.
fn keys() -> BTreeMap<String, SigningKey> {
    let keys = sample("nic_signing_keys.json");
    let keys = keys["keys"].as_array().unwrap().iter().map(|key| {
        let kid = key["kid"].as_str().unwrap().to_owned();
        let exponent = u32::try_from(key["e"].as_u64().unwrap()).unwrap();
        let key = SigningKey {
            kid: kid.clone(),
            modulus: hex(key["n_hex"].as_str().unwrap()),
            exponent: exponent.to_be_bytes()[1..].to_vec(),
        };
        (kid, key)
    });
    keys.collect()
}

/// The keys as a registration portal publishes them.
fn jwks() -> Value {
    let keys: Vec<Value> = keys()
        .values()
        .map(|key| {
            json!({"kid": key.kid, "kty": "RSA", "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(&key.modulus), "e": URL_SAFE_NO_PAD.encode(&key.exponent)})
        })
        .collect();
    json!({"keys": keys})
}

/// The same members in the same order with the names that are written otherwise under their registered ones.
fn renamed(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let name = match name.as_str() {
                    "GSTIN" => "Gstin".to_owned(),
                    "POS" => "Pos".to_owned(),
                    _ => name,
                };
                (name, renamed(value))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(renamed).collect(),
        other => other,
    }
}

/// The invoice that a sample holds, as it must be kept.
fn expected(name: &str) -> Value {
    let mut sample = sample(name);
    if sample.get("request_data").is_none() {
        return renamed(sample);
    }
    let mut invoice = renamed(sample["request_data"].take());
    for member in RESPONSE {
        let said = &sample["response_data"]["result"][member];
        if !said.is_null() {
            invoice[member] = said.clone();
        }
    }
    invoice
}

#[test]
fn every_file_here_is_read_by_a_test() {
    let mut known: Vec<&str> = INVOICES.into_iter().chain(QRS).collect();
    known.extend([
        "einvoice_api_cancel_e_invoice.json",
        "gstr_2a_all_sections.json",
        "gstr_2b_all_sections.json",
        "irp_errors.json",
        "nic_signing_keys.json",
        "return_track_rettrack.json",
        "return_track_slash_dates.json",
        "taxpayer_search_coop_bank.json",
        "taxpayer_search_gstval.json",
    ]);
    let sources = String::from_utf8(bytes("SOURCES.md")).unwrap();
    for entry in fs::read_dir(path("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "SOURCES.md" {
            assert!(known.contains(&name.as_str()), "{name} is tested nowhere");
            assert!(sources.contains(&name), "{name} has no source");
        }
    }
}

#[test]
fn an_invoice_keeps_every_member_and_every_digit() {
    for name in INVOICES {
        let want = expected(name);
        let source = String::from_utf8(bytes(name)).unwrap();
        let invoice = Invoice::read(sample(name), 5000).unwrap();
        // Text against text: `100.0` is not `100`, and nothing has moved.
        assert_eq!(invoice.raw.to_string(), want.to_string(), "{name}");
        let total = invoice.raw.pointer("/ValDtls/TotInvVal").unwrap();
        assert!(
            source.contains(&format!("\"TotInvVal\": {total}\n")),
            "{name}: {total} is not how the file writes it"
        );
        assert_eq!(
            invoice.items.len(),
            want["ItemList"].as_array().unwrap().len()
        );
        assert!(invoice.supplier.gstin.is_some() && invoice.buyer.gstin.is_some());
        assert!(invoice.place_of_supply.is_some() && invoice.date.is_some());
        for (line, item) in invoice.items.iter().enumerate() {
            let written = &want["ItemList"][line];
            let same = |member: &str, read: Option<Decimal>| {
                let digits = written[member].to_string();
                assert_eq!(read, digits.parse().ok(), "{name}: line {line} {member}");
            };
            same("Qty", item.quantity);
            same("AssAmt", item.taxable);
            same("CgstAmt", item.cgst);
            same("TotItemVal", item.total);
        }
    }
}

#[test]
fn what_the_registration_portal_answered_stays_with_the_invoice() {
    let keys = keys();
    for name in REGISTERED {
        let said = sample(name)["response_data"]["result"].take();
        let invoice = Invoice::read(sample(name), 5000).unwrap();
        assert_eq!(invoice.irn.as_deref(), said["Irn"].as_str());
        assert_eq!(invoice.acknowledged.as_deref(), said["AckDt"].as_str());
        assert_eq!(invoice.signed_qr.as_deref(), said["SignedQRCode"].as_str());
        assert_eq!(invoice.raw["SignedInvoice"], said["SignedInvoice"]);
        assert_eq!(
            invoice.raw["AckNo"].to_string(),
            said["AckNo"].to_string(),
            "fifteen digits"
        );

        let qr = SignedQr::decode(invoice.signed_qr.as_deref().unwrap()).unwrap();
        assert!(qr.verify(&keys[&qr.key_id]), "{name}");
        assert_eq!(Some(qr.text("Irn").as_str()), invoice.irn.as_deref());

        // The signed invoice is a token of the same make, and holds an invoice that reads as any other.
        let signed = SignedQr::decode(said["SignedInvoice"].as_str().unwrap()).unwrap();
        assert!(signed.verify(&keys[&signed.key_id]), "{name}");
        let registered = Invoice::read(signed.data.clone(), 5000).unwrap();
        assert_eq!(*registered.raw, signed.data, "{name}");
        assert_eq!(registered.irn, invoice.irn);
        assert_eq!(registered.number.unwrap(), qr.text("DocNo"));
    }
    let refused = Invoice::read(sample("einvoice_api_duplicate_irn.json"), 5000).unwrap();
    assert_eq!((refused.irn, refused.signed_qr), (None, None));
    let cancellation = Invoice::read(sample("einvoice_api_cancel_e_invoice.json"), 5000);
    assert!(
        cancellation.is_err(),
        "a cancellation is no invoice: {cancellation:?}"
    );
}

/// The example book with these signing keys.
fn book_with(dir: &Path, keys: &Value) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let into = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &into);
            } else {
                fs::copy(entry.path(), into).unwrap();
            }
        }
    }
    let to = dir.join("book");
    copy(&book(), &to);
    fs::write(to.join("portal/irp_jwks.json"), keys.to_string()).unwrap();
    to
}

fn verify(dir: &Path, book: &Path, file: &Path) -> Ran {
    let [book, file] = [book, file].map(|path| path.to_str().unwrap());
    run(
        dir,
        &[
            "verify", "--format", "json", "--as-of", AS_OF, "--book", book, file,
        ],
    )
}

fn outcome<'a>(verdict: &'a Value, check: &str) -> &'a str {
    let findings = verdict["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["check"] == check);
    finding.unwrap()["outcome"].as_str().unwrap()
}

#[test]
fn every_invoice_gets_a_verdict_and_none_an_error() {
    let dir = tempdir().unwrap();
    for name in INVOICES {
        let ran = verify(dir.path(), &book(), &path(name));
        assert_eq!(ran.code, 1, "{name}: {}", ran.err);
        let verdict = &ran.json()[0];
        // Made-up identifiers and parties that no book knows.
        assert_ne!(verdict["decision"], "approve", "{name}");
        let observed = &verdict["evidence"][0]["observation"];
        assert_eq!(*observed, expected(name), "{name}");
    }
    let cancellation = path("einvoice_api_cancel_e_invoice.json");
    let ran = verify(dir.path(), &book(), &cancellation);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("DocDtls"), "{}", ran.err);
}

#[test]
fn a_real_token_on_anothers_invoice_holds_and_does_not_match() {
    let dir = tempdir().unwrap();
    let with_keys = book_with(dir.path(), &jwks());
    let file = dir.path().join("invoice.json");
    for name in QRS {
        let sample = sample(name);
        let clean = fs::read(book().join("invoices/clean.json")).unwrap();
        let mut invoice: Value = serde_json::from_slice(&clean).unwrap();
        invoice["SignedQRCode"] = sample["token"].clone();
        fs::write(&file, invoice.to_string()).unwrap();
        let held = name != WITHOUT_KEY;
        // The book's own keys are of a portal that signed none of these.
        for (book, signature) in [
            (book(), "unverified"),
            (with_keys.clone(), if held { "pass" } else { "unverified" }),
        ] {
            let ran = verify(dir.path(), &book, &file);
            assert_eq!(ran.code, 1, "{name}: {}", ran.err);
            let verdict = &ran.json()[0];
            assert_eq!(outcome(verdict, "EINV-QR-SIGNATURE"), signature, "{name}");
            assert_eq!(outcome(verdict, "EINV-QR-MATCH"), "fail", "{name}");
        }
    }
}
