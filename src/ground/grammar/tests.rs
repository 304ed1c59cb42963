//! Both sides of what the grammar reads.

use serde_json::{Value, json};

use crate::frame::tests::check;

fn papers() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ev_inv",
            json!({"invoice_number": "KV/118", "invoice_date": "2026-09-03", "due_date": "2026-10-03", "total": 118_000,
                "taxable_value": 100_000, "igst": 18_000, "vendor_id": "V0103",
                "lines": [{"line": 1, "description": "Zinc ingot", "quantity": 2_500, "unit": "KGS", "unit_price": 26}]}),
        ),
        (
            "ev_po",
            json!({"po_number": "PO-88", "po_value": 95_750, "vendor_id": "V0103",
                "lines": [{"line": 1, "description": "Zinc ingot", "quantity": 2.5, "unit": "MTS", "unit_price": 25}]}),
        ),
        (
            "ev_tol",
            json!({"price_tolerance_percent": 5, "quantity_tolerance_percent": 2}),
        ),
        (
            "ev_grn",
            json!({"grn_number": "GRN-7", "grn_date": "2026-09-06"}),
        ),
    ]
}

#[test]
fn one_value_lies_above_another_by_so_much() {
    check(
        &papers(),
        &[("ev_inv", "/total"), ("ev_po", "/po_value")],
        &[
            ("The invoice total exceeds the PO value by ₹22,250.", true),
            (
                "The invoice total is ₹22,250 higher than the PO value.",
                true,
            ),
            ("The invoice total exceeds the PO value by ₹22,500.", false),
            ("The PO value exceeds the invoice total by ₹22,250.", false),
            (
                "The invoice total exceeds the PO value by more than ₹20,000.",
                true,
            ),
            (
                "The invoice total exceeds the PO value by more than ₹25,000.",
                false,
            ),
            (
                "The invoice total exceeds the PO value by less than ₹20,000.",
                false,
            ),
        ],
    );
}

#[test]
fn units_of_one_measure_are_compared() {
    check(
        &papers(),
        &[
            ("ev_inv", "/lines/0/quantity"),
            ("ev_inv", "/lines/0/unit"),
            ("ev_po", "/lines/0/quantity"),
            ("ev_po", "/lines/0/unit"),
        ],
        &[
            (
                "The billed quantity of 2,500 KGS equals the PO quantity of 2.5 MTS.",
                true,
            ),
            (
                "The billed quantity of 2,500 KGS exceeds the PO quantity of 2.5 MTS.",
                false,
            ),
            (
                "The billed quantity of 2,500 MTS equals the PO quantity of 2.5 MTS.",
                false,
            ),
        ],
    );
}

#[test]
fn what_lies_between_is_held_against_a_tolerance() {
    let cites = |tolerance| {
        [
            ("ev_inv", "/lines/0/unit_price"),
            ("ev_po", "/lines/0/unit_price"),
            ("ev_tol", tolerance),
        ]
    };
    let claim = "The price on the invoice is 4% above the PO price and within the tolerance of 5%.";
    check(
        &papers(),
        &cites("/price_tolerance_percent"),
        &[(claim, true)],
    );
    let claim = "The price on the invoice is 4% above the PO price and within the tolerance of 2%.";
    check(
        &papers(),
        &cites("/quantity_tolerance_percent"),
        &[(claim, false)],
    );
}

#[test]
fn days_stand_in_their_order() {
    check(
        &papers(),
        &[("ev_grn", "/grn_date"), ("ev_inv", "/invoice_date")],
        &[
            ("The GRN is dated 3 days after the invoice.", true),
            ("The GRN is dated 4 days after the invoice.", false),
            ("The GRN is dated 3 days before the invoice.", false),
            ("The invoice is dated 3 days after the GRN.", false),
        ],
    );
}

#[test]
fn what_is_added_up_comes_to_what_is_said() {
    check(
        &papers(),
        &[
            ("ev_inv", "/taxable_value"),
            ("ev_inv", "/igst"),
            ("ev_inv", "/total"),
        ],
        &[
            (
                "The taxable value and the IGST together equal the invoice total.",
                true,
            ),
            (
                "The taxable value and the IGST together exceed the invoice total.",
                false,
            ),
            (
                "The taxable value plus the IGST equals the invoice total of ₹1,18,000.",
                true,
            ),
            (
                "The taxable value less the IGST equals the invoice total of ₹1,18,000.",
                false,
            ),
        ],
    );
}
