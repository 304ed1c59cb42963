//! `convert`, and `verify` of what other systems send: by content, from files and from standard input.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::command::{invoice, root, run, run_with_input, verify};

fn sample(name: &str) -> PathBuf {
    root().join("src/ingest/samples").join(name)
}

fn sample_text(name: &str) -> String {
    fs::read_to_string(sample(name)).unwrap()
}

#[test]
fn one_invoice_is_an_object_and_several_are_a_list() {
    let dir = tempdir().unwrap();
    let (erpnext, tally) = (sample("erpnext.sample.json"), sample("tally.sample.xml"));
    let one = run(
        dir.path(),
        &["convert", erpnext.to_str().unwrap(), "--to", "inv01"],
    );
    assert_eq!(one.code, 0, "{}", one.err);
    assert_eq!(one.json()["DocDtls"]["No"], "KBF/26-27/01187");
    assert_eq!(one.json()["Source"]["System"], "ERPNext");
    let two = run(
        dir.path(),
        &[
            "convert",
            erpnext.to_str().unwrap(),
            tally.to_str().unwrap(),
        ],
    );
    let systems: Vec<Value> = two
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["Source"]["System"].clone())
        .collect();
    assert_eq!(systems, [json!("ERPNext"), json!("TallyPrime")]);
}

#[test]
fn standard_input_goes_through_every_format_and_comes_back() {
    let dir = tempdir().unwrap();
    let through = |input: &str, to: &str| {
        let ran = run_with_input(dir.path(), &["convert", "-", "--to", to], input.as_bytes());
        assert_eq!(ran.code, 0, "{to}: {}", ran.err);
        ran.out
    };
    let tally = through(&sample_text("zoho.sample.json"), "tally");
    assert!(tally.starts_with("<ENVELOPE>"), "{tally}");
    let erpnext = through(&tally, "erpnext");
    let back: Value = serde_json::from_str(&through(&erpnext, "inv01")).unwrap();
    let first: Value =
        serde_json::from_str(&through(&sample_text("zoho.sample.json"), "inv01")).unwrap();
    for section in [
        "TranDtls",
        "DocDtls",
        "SellerDtls",
        "ItemList",
        "ValDtls",
        "RefDtls",
    ] {
        assert_eq!(back[section], first[section], "{section}");
    }
}

#[test]
fn what_cannot_be_read_does_not_stop_the_others() {
    let dir = tempdir().unwrap();
    let broken = dir.path().join("broken.xml");
    fs::write(&broken, "<ENVELOPE>\n<VOUCHER>").unwrap();
    let ran = run(
        dir.path(),
        &[
            "convert",
            "broken.xml",
            "nowhere.json",
            sample("qbo.sample.bill.json").to_str().unwrap(),
        ],
    );
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["DocDtls"]["No"], "KBF/26-27/01187");
    assert!(
        ran.err.contains("broken.xml:2:1: taken for TallyPrime XML"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("nowhere.json"), "{}", ran.err);
    let none = run(dir.path(), &["convert", "broken.xml"]);
    assert_eq!((none.code, none.out.as_str()), (2, ""));
    assert_eq!(run(dir.path(), &["convert"]).code, 2);
    assert_eq!(
        run(dir.path(), &["convert", "broken.xml", "--to", "edifact"]).code,
        2
    );
}

/// The clean invoice of the example book, sent by way of Tally, is still the clean invoice but for what a voucher lacks.
#[test]
fn verify_reads_every_format_by_its_content() {
    let dir = tempdir().unwrap();
    let voucher = run(
        dir.path(),
        &[
            "convert",
            invoice("clean").to_str().unwrap(),
            "--to",
            "tally",
        ],
    );
    let file = dir.path().join("voucher.txt");
    fs::write(&file, voucher.out).unwrap();
    let ran = verify(
        dir.path(),
        &["--format", "json", file.to_str().unwrap()],
        &[],
    );
    let verdict = &ran.json()[0];
    let native = verify(dir.path(), &["--format", "json"], &["clean"]);
    for member in ["number", "date", "supplier_gstin", "buyer_gstin", "total"] {
        assert_eq!(
            verdict["invoice"][member],
            native.json()[0]["invoice"][member],
            "{member}"
        );
    }
    let arithmetic = |id: &str| {
        let findings = verdict["findings"].as_array().unwrap();
        findings.iter().find(|f| f["check"] == id).unwrap()["outcome"].clone()
    };
    for check in ["TAX-LINE", "TAX-TOTAL", "TAX-PLACE-OF-SUPPLY", "PO-EXISTS"] {
        assert_eq!(arithmetic(check), "pass", "{check}");
    }
}
