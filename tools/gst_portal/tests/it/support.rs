//! Books, portals, questions.

use std::{path::PathBuf, sync::Arc};

use contract::{Answer, ToolError};
use gst_portal::{Args, GstPortal, PortalSettings};
use portal::{BookPortal, Faults, Portal, PortalData, Running};
use serde_json::{Value, json};

pub(crate) const SUPPLIER: &str = "27ABCFE1234F1ZW";
pub(crate) const BUYER: &str = "01AABCE2207R1Z5";
pub(crate) const IRN: &str = "706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7";

pub(crate) fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A book's `portal/` with these files, removed when dropped.
pub(crate) struct Book(PathBuf);

impl Book {
    pub(crate) fn new(name: &str, files: &[(&str, Value)]) -> Self {
        let dir = std::env::temp_dir().join(format!("gst_portal-{}-{name}", std::process::id()));
        std::fs::create_dir_all(dir.join("portal/gstr2b")).unwrap();
        for (file, content) in files {
            std::fs::write(dir.join("portal").join(file), content.to_string()).unwrap();
        }
        if !files.iter().any(|(file, _)| file.starts_with("gstr2b")) {
            std::fs::remove_dir(dir.join("portal/gstr2b")).unwrap();
        }
        Self(dir)
    }

    pub(crate) fn data(&self) -> Arc<dyn PortalData> {
        Arc::new(BookPortal::load(&self.0).unwrap())
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub(crate) fn statement(period: &str, number: &str) -> Value {
    // More digits than a binary fraction holds.
    let amount: Value = serde_json::from_str("99999999999999.90").unwrap();
    json!({"data": {"gstin": BUYER, "rtnprd": period, "docdata": {"b2b": [{"ctin": SUPPLIER, "inv": [
        {"inum": number, "dt": "05-10-2026", "val": 118, "items": [{"rt": 18, "txval": amount, "igst": 18}]}]}]}}})
}

pub(crate) fn filed(periods: &[&str]) -> Value {
    let list: Vec<Value> = periods
        .iter()
        .map(|period| json!({"rtntype": "GSTR3B", "ret_prd": period, "dof": "20-11-2026", "status": "Filed"}))
        .collect();
    json!({"EFiledlist": list})
}

pub(crate) fn full_book(name: &str) -> Book {
    Book::new(
        name,
        &[
            (
                "taxpayers.json",
                json!([fixture("taxpayer_search_gstval.json")]),
            ),
            (
                "returns.json",
                json!({SUPPLIER: filed(&["012026", "122025", "022026", "042026", "032026"])}),
            ),
            ("gstr2b/a.json", statement("092026", "A/1")),
            ("gstr2b/b.json", statement("102026", "INV-002")),
            (
                "irn.json",
                json!({IRN: {"Status": "ACT", "AckNo": "775859426549903", "AckDt": "2026-11-20 11:04:09"}}),
            ),
            (
                "irp_jwks.json",
                json!({"keys": [{"kty": "RSA", "kid": "0FFB32", "n": "AQAB", "e": "AQAB", "alg": "RS256"}]}),
            ),
        ],
    )
}

pub(crate) async fn serve(book: &Book, faults: Faults) -> Running {
    Portal::start(([127, 0, 0, 1], 0).into(), book.data(), faults)
        .await
        .unwrap()
}

/// Settings without waits.
pub(crate) fn settings(base_url: String) -> PortalSettings {
    PortalSettings {
        base_url: Some(base_url),
        backoff_ms: 0,
        ..PortalSettings::default()
    }
}

pub(crate) fn tool(base_url: String) -> GstPortal {
    GstPortal::new(settings(base_url)).unwrap()
}

pub(crate) fn taxpayer(gstin: &str) -> Args {
    Args::Taxpayer {
        gstin: gstin.to_owned(),
        fresh: None,
    }
}

pub(crate) fn irn(irn: &str) -> Args {
    Args::IrnStatus {
        irn: irn.to_owned(),
        fresh: None,
    }
}

pub(crate) fn signing_key(kid: &str) -> Args {
    Args::SigningKey {
        kid: kid.to_owned(),
        fresh: None,
    }
}

pub(crate) fn returns(gstin: &str, from: &str, to: &str) -> Args {
    Args::Returns {
        gstin: gstin.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        fresh: None,
    }
}

pub(crate) fn listed(number: &str, from: &str, to: &str) -> Args {
    Args::Statement {
        gstin: BUYER.to_owned(),
        supplier: SUPPLIER.to_owned(),
        number: number.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        fresh: None,
    }
}

pub(crate) fn found(answer: Result<Answer<Arc<Value>>, ToolError>) -> Value {
    match answer.unwrap() {
        Answer::Found(record) => Arc::unwrap_or_clone(record),
        Answer::Absent(why) => panic!("absent: {why}"),
    }
}

pub(crate) fn kind(answer: &Result<Answer<Arc<Value>>, ToolError>) -> &'static str {
    match answer {
        Ok(Answer::Found(_)) => "found",
        Ok(Answer::Absent(_)) => "absent",
        Err(ToolError::Arguments { .. }) => "arguments",
        Err(ToolError::Unreachable { .. }) => "unreachable",
        Err(ToolError::Malformed { .. }) => "malformed",
        Err(ToolError::NoSource { .. }) => "no source",
    }
}

pub(crate) fn every_question() -> [Args; 5] {
    [
        taxpayer(SUPPLIER),
        returns(SUPPLIER, "102025", "032026"),
        listed("A/1", "092026", "102026"),
        irn(IRN),
        signing_key("0ffb32"),
    ]
}
