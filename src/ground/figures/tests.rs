//! Both sides of figures that account for each other.

use serde_json::{Value, json};

use crate::frame::tests::check;

fn papers() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ev_inv",
            json!({"invoice_number": "KV/118", "invoice_date": "2026-09-03", "due_date": "2026-10-03", "vendor_id": "V0103",
                "net_total": 100_000, "igst": 18_000, "grand_total": 118_000, "freight": 2_500, "detention": 500,
                "charges_total": 3_000, "po_number": "PO-88",
                "lines": [{"line": 1, "description": "Zinc ingot", "quantity": 240, "unit": "NOS", "unit_price": 26}]}),
        ),
        (
            "ev_grn",
            json!({"grn_number": "GRN-7", "po_number": "PO-88",
                "lines": [{"line": 1, "description": "Zinc ingot", "quantity_accepted": 210, "unit": "NOS"}]}),
        ),
        (
            "ev_vendor",
            json!({"vendor_id": "V0103", "legal_name": "Konark Valves Limited", "payment_terms_days": 30}),
        ),
        (
            "ev_bill",
            json!({"bill_number": "MR/556", "grand_total": 58_800, "tds_amount": 525, "outstanding_amount": 58_275}),
        ),
    ]
}

#[test]
fn a_day_falls_so_many_days_after_another() {
    check(
        &papers(),
        &[
            ("ev_inv", "/invoice_number"),
            ("ev_inv", "/invoice_date"),
            ("ev_inv", "/due_date"),
            ("ev_vendor", "/payment_terms_days"),
        ],
        &[
            (
                "With 30 days of credit from 3 September 2026, KV/118 falls due on 3 October 2026.",
                true,
            ),
            (
                "With 30 days of credit from 3 September 2026, KV/118 falls due on 4 October 2026.",
                false,
            ),
            (
                "With 45 days of credit from 3 September 2026, KV/118 falls due on 3 October 2026.",
                false,
            ),
            (
                "KV/118, dated 3 September 2026, is due 30 days later on 3 October 2026.",
                true,
            ),
            (
                "KV/118, dated 3 September 2026, is due 30 days earlier on 3 October 2026.",
                false,
            ),
        ],
    );
}

#[test]
fn parts_come_to_the_whole_and_what_is_taken_leaves_the_rest() {
    let charges = [
        ("ev_inv", "/invoice_number"),
        ("ev_inv", "/freight"),
        ("ev_inv", "/detention"),
        ("ev_inv", "/charges_total"),
    ];
    check(
        &papers(),
        &charges,
        &[
            (
                "Freight of ₹2,500 plus detention of ₹500 gives the ₹3,000 charged on KV/118.",
                true,
            ),
            (
                "Freight ₹2,500 and detention ₹500 explain the whole ₹3,000 of KV/118.",
                true,
            ),
            (
                "Freight of ₹2,500 less detention of ₹500 gives the ₹3,000 charged on KV/118.",
                false,
            ),
            (
                "Freight of ₹500 plus detention of ₹2,500 gives the ₹3,000 charged on KV/118.",
                false,
            ),
        ],
    );
    // A part that nobody cites bears nothing out.
    check(
        &papers(),
        &[("ev_inv", "/freight"), ("ev_inv", "/charges_total")],
        &[(
            "Freight of ₹2,500 and detention of ₹500 make ₹3,000.",
            false,
        )],
    );
    let bill = [
        ("ev_bill", "/bill_number"),
        ("ev_bill", "/grand_total"),
        ("ev_bill", "/tds_amount"),
        ("ev_bill", "/outstanding_amount"),
    ];
    check(
        &papers(),
        &bill,
        &[
            (
                "After TDS of ₹525, ₹58,275 remains payable on MR/556.",
                true,
            ),
            (
                "After TDS of ₹525, ₹58,800 remains payable on MR/556.",
                false,
            ),
            (
                "After TDS of ₹575, ₹58,275 remains payable on MR/556.",
                false,
            ),
        ],
    );
}

#[test]
fn what_is_told_beside_another_is_of_its_own_record() {
    check(
        &papers(),
        &[
            ("ev_inv", "/invoice_number"),
            ("ev_inv", "/lines/0/quantity"),
            ("ev_grn", "/grn_number"),
            ("ev_grn", "/lines/0/quantity_accepted"),
        ],
        &[
            (
                "KV/118 bills 240 ingots while GRN-7 accepted only 210.",
                true,
            ),
            (
                "KV/118 bills 210 ingots while GRN-7 accepted only 240.",
                false,
            ),
            (
                "KV/118 bills 240 ingots while GRN-8 accepted only 210.",
                false,
            ),
        ],
    );
}

#[test]
fn so_many_per_cent_of_a_sum_come_to_another() {
    let mut papers = papers();
    papers.push(("ev_rate", json!({"gst_rate": 18})));
    check(
        &papers,
        &[
            ("ev_inv", "/invoice_number"),
            ("ev_inv", "/net_total"),
            ("ev_inv", "/igst"),
            ("ev_rate", "/gst_rate"),
        ],
        &[
            (
                "IGST at 18% on ₹1,00,000 works out to ₹18,000 on KV/118.",
                true,
            ),
            (
                "IGST at 12% on ₹1,00,000 works out to ₹18,000 on KV/118.",
                false,
            ),
            (
                "IGST at 18% on ₹1,00,000 works out to ₹12,000 on KV/118.",
                false,
            ),
        ],
    );
}
