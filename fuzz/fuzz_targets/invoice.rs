//! Any bytes as an invoice: read or refused, never a panic; and what was read reads again to the same.

#![no_main]

use domain::{Invoice, einvoice::SignedQr};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let invoice = match Invoice::read(value, 5000) {
        Ok(invoice) => invoice,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    if let Some(token) = &invoice.signed_qr
        && let Ok(qr) = SignedQr::decode(token)
    {
        let _ = (qr.number("TotInvVal"), qr.text("DocNo"), qr.observation());
    }
    let _ = (
        invoice.supply_kind(),
        invoice.financial_year(),
        invoice.supplier.valid_gstin(),
        invoice.charges_tax(),
    );
    // An envelope inside an envelope would be opened by the second reading.
    if invoice.raw.get("request_data").is_none() {
        let again = Invoice::read(invoice.raw.as_ref().clone(), 5000).expect("it was read before");
        assert_eq!(again, invoice);
        for line in 0..invoice.items.len() {
            let cite = invoice.cite_line(line, "AssAmt");
            assert!(invoice.raw.pointer(&cite.pointer).is_some());
        }
    }
});
