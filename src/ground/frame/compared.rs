//! Both sides of the readers that hold values against each other.

#![allow(clippy::unreadable_literal, reason = "figures as records write them")]

use serde_json::{Value, json};

use super::tests::{check, label};
use crate::Label;

fn invoice() -> Value {
    json!({"DocDtls": {"Typ": "INV", "No": "26049", "Dt": "15/05/2026"}, "SellerDtls": {"Gstin": "27QEKCZ1100G1ZW", "Stcd": "27"},
        "BuyerDtls": {"Gstin": "29AAKCS4821M1Z2"}, "ItemList": [
            {"SlNo": "1", "PrdDesc": "Hex bolt M12 grade 8.8", "Qty": 100, "Unit": "NOS", "UnitPrice": 23.23, "TotAmt": 2323.0, "AssAmt": 2323.0, "GstRt": 18, "IgstAmt": 418.14},
            {"SlNo": "2", "PrdDesc": "Copper cable", "Qty": 10, "Unit": "MTR", "UnitPrice": 50.0, "TotAmt": 500.0, "AssAmt": 500.0, "GstRt": 18, "IgstAmt": 90.0}],
        "PayDtls": {"AccDet": "62549893717993"},
        "ValDtls": {"AssVal": 2823.0, "IgstVal": 508.14, "RndOffAmt": 0.36, "TotInvVal": 3331.5}})
}

fn order() -> Value {
    json!({"po_number": "PO-26-08194", "po_date": "2026-04-09", "lines": [
        {"line": 1, "description": "Hex bolt M12 grade 8.8", "quantity": 120, "unit": "NOS", "unit_price": 23.0}]})
}

fn docs() -> Vec<(&'static str, Value)> {
    vec![
        ("ev_inv", invoice()),
        ("ev_po", order()),
        (
            "ev_2b",
            json!({"gstin": "29AAKCS4821M1Z2", "rtnprd": "052026", "b2b": [{"ctin": "27QEKCZ1100G1ZW", "inv": [{"inum": "26049", "txval": 2823.6}]}]}),
        ),
        (
            "ev_irn",
            json!({"Irn": "9f", "Status": "ACT", "AckDt": "2026-05-27 10:14:09", "DocNo": "26049"}),
        ),
        (
            "ev_vendor",
            json!({"vendor_id": "V7484", "legal_name": "Kaveri Bolts LLP", "pan": "QEKCZ1100G", "bank_account": "62549893717993"}),
        ),
    ]
}

#[test]
fn a_stated_bound_is_held_to_how_far_two_values_lie_apart() {
    check(
        &docs(),
        &[
            ("ev_inv", "/ValDtls/AssVal"),
            ("ev_2b", "/b2b/0/inv/0/txval"),
        ],
        &[
            (
                "The taxable value of invoice 26049 agrees with GSTR-2B for May 2026 within ₹1.00.",
                true,
            ),
            (
                "The taxable value of invoice 26049 agrees with GSTR-2B within ₹0.50.",
                false,
            ),
            (
                "The taxable value of invoice 26049 and that in GSTR-2B differ by more than ₹1.00.",
                false,
            ),
            (
                "The taxable value of invoice 26049 and that in GSTR-2B differ by not more than ₹1.00.",
                true,
            ),
            (
                "The taxable value of invoice 26094 agrees with GSTR-2B within ₹1.00.",
                false,
            ),
            (
                "The total of invoice 26049 agrees with GSTR-2B within ₹1.00.",
                false,
            ),
        ],
    );
    check(
        &docs(),
        &[
            ("ev_inv", "/ItemList/0/UnitPrice"),
            ("ev_po", "/lines/0/unit_price"),
        ],
        &[
            (
                "On line 1, invoice 26049 is priced at ₹23.23, which is no more than 2% over the ₹23.00 of order PO-26-08194.",
                true,
            ),
            (
                "On line 1, invoice 26049 is priced at ₹23.23, which is no more than 1% over the ₹23.00 of order PO-26-08194.",
                true,
            ),
            (
                "On line 1, invoice 26049 is priced at ₹23.23, which is more than 2% over the ₹23.00 of order PO-26-08194.",
                false,
            ),
        ],
    );
    check(
        &docs(),
        &[("ev_inv", "/DocDtls/Dt"), ("ev_irn", "/AckDt")],
        &[
            ("Invoice 26049 was registered 12 days after its date.", true),
            (
                "Invoice 26049 was registered 11 days after its date.",
                false,
            ),
            (
                "Invoice 26049 was registered more than 30 days after its date.",
                false,
            ),
            (
                "Invoice 26094 was registered 12 days after its date.",
                false,
            ),
        ],
    );
}

#[test]
fn two_identifiers_are_one_or_are_not() {
    check(
        &docs(),
        &[("ev_inv", "/SellerDtls/Gstin"), ("ev_vendor", "/pan")],
        &[
            (
                "The supplier's GSTIN on invoice 26049 contains the PAN on file for vendor V7484.",
                true,
            ),
            (
                "The supplier's GSTIN on invoice 26049 does not contain the PAN on file for vendor V7484.",
                false,
            ),
            (
                "The supplier's GSTIN on invoice 26049 contains the PAN on file for vendor V7448.",
                false,
            ),
        ],
    );
    check(
        &docs(),
        &[
            ("ev_inv", "/PayDtls/AccDet"),
            ("ev_vendor", "/bank_account"),
        ],
        &[
            (
                "Invoice 26049 asks for payment into the account registered for vendor V7484.",
                true,
            ),
            (
                "The account on invoice 26049 is not the account registered for vendor V7484.",
                false,
            ),
            (
                "The account on invoice 26049 differs from the account registered for vendor V7484.",
                false,
            ),
        ],
    );
}

#[test]
fn values_told_by_what_they_are_are_held_against_each_other() {
    check(
        &docs(),
        &[
            ("ev_inv", "/ItemList/0/Qty"),
            ("ev_po", "/lines/0/quantity"),
        ],
        &[
            (
                "Line 1 of invoice 26049 bills no more than line 1 of order PO-26-08194 orders.",
                true,
            ),
            (
                "Line 1 of invoice no. 26049 bills more than line 1 of order PO-26-08194 orders.",
                false,
            ),
            (
                "Line 2 of invoice 26049 bills no more than line 1 of order PO-26-08194 orders.",
                false,
            ),
        ],
    );
    check(
        &docs(),
        &[
            ("ev_inv", "/ItemList/0/UnitPrice"),
            ("ev_po", "/lines/0/unit_price"),
        ],
        &[
            (
                "The unit price of Hex bolt M12 grade 8.8 on invoice 26049 exceeds the price on order PO-26-08194.",
                true,
            ),
            (
                "The unit price of Hex bolt M12 grade 8.8 on invoice 26049 does not exceed the price on order PO-26-08194.",
                false,
            ),
            (
                "The unit price of Hex bolt M16 grade 8.8 on invoice 26049 exceeds the price on order PO-26-08194.",
                false,
            ),
        ],
    );
    check(
        &docs(),
        &[("ev_inv", "/DocDtls/Dt"), ("ev_po", "/po_date")],
        &[
            (
                "Order PO-26-08194 was placed before invoice 26049 was issued.",
                true,
            ),
            (
                "Order PO-26-08194 was placed after invoice 26049 was issued.",
                false,
            ),
        ],
    );
}

#[test]
fn values_that_are_named_add_up_and_multiply() {
    let heads = [
        ("ev_inv", "/ValDtls/AssVal"),
        ("ev_inv", "/ValDtls/IgstVal"),
        ("ev_inv", "/ValDtls/RndOffAmt"),
        ("ev_inv", "/ValDtls/TotInvVal"),
    ];
    check(
        &docs(),
        &heads,
        &[
            (
                "Taxable value, IGST and round-off of invoice no. 26049 add up to its total.",
                true,
            ),
            (
                "Taxable value, IGST and round-off of invoice 26049 do not add up to its total.",
                false,
            ),
            (
                "Taxable value, CGST and round-off of invoice 26049 add up to its total.",
                false,
            ),
        ],
    );
    let lines = [
        ("ev_inv", "/ItemList/0/AssAmt"),
        ("ev_inv", "/ItemList/1/AssAmt"),
        ("ev_inv", "/ValDtls/AssVal"),
    ];
    check(
        &docs(),
        &lines,
        &[
            (
                "The taxable value of invoice 26049 is the sum of its two lines.",
                true,
            ),
            (
                "The taxable value of invoice 26049 is not the sum of its two lines.",
                false,
            ),
            (
                "The taxable value of invoice 26049 is the sum of its three lines.",
                false,
            ),
        ],
    );
    let line = [
        ("ev_inv", "/ItemList/0/Qty"),
        ("ev_inv", "/ItemList/0/UnitPrice"),
        ("ev_inv", "/ItemList/0/TotAmt"),
    ];
    check(
        &docs(),
        &line,
        &[
            (
                "On line 1 of invoice 26049, quantity times unit price equals the gross amount.",
                true,
            ),
            (
                "On line 1 of invoice 26049, quantity times unit price does not equal the gross amount.",
                false,
            ),
        ],
    );
}

#[test]
fn a_sum_that_does_not_come_out_is_contradicted() {
    let docs = [(
        "ev_inv",
        json!({"invoice_no": "KEW-2291", "taxable_value": 250000.0, "igst": 45000.0, "round_off": 0.01, "total": 298000.0,
        "lines": [{"line": 1, "description": "Bolts", "qty": 22, "uom": "NOS", "unit_price": 798.17, "taxable": 17569.74}]}),
    )];
    let sum = [
        ("ev_inv", "/taxable_value"),
        ("ev_inv", "/igst"),
        ("ev_inv", "/total"),
    ];
    for claim in [
        "On invoice KEW-2291 the taxable value of ₹2,50,000.00 and IGST of ₹45,000.00 add up to the total of ₹2,98,000.00.",
        "On invoice KEW-2291, the taxable value of ₹2,50,000 and IGST of ₹45,000 sum to the total of ₹2,98,000.",
    ] {
        assert_eq!(label(claim, &docs, &sum), Label::Contradicted, "{claim}");
    }
    let line = [
        ("ev_inv", "/lines/0/qty"),
        ("ev_inv", "/lines/0/uom"),
        ("ev_inv", "/lines/0/unit_price"),
        ("ev_inv", "/lines/0/taxable"),
    ];
    let claim = "Line 1 of invoice KEW-2291: 22 nos at ₹798.17 make ₹17,569.74.";
    assert_eq!(label(claim, &docs, &line), Label::Contradicted, "{claim}");
}

#[test]
fn two_statements_are_judged_by_what_is_cited_for_each() {
    let both = [("ev_inv", "/PayDtls/AccDet"), ("ev_po", "/po_date")];
    check(
        &docs(),
        &both,
        &[
            (
                "The bank account on invoice 26049 is 62549893717993; order PO-26-08194 is dated 9 April 2026.",
                true,
            ),
            (
                "The bank account on invoice 26049 is 62549893717993; order PO-26-08194 is dated 4 September 2026.",
                false,
            ),
        ],
    );
    let one = [("ev_po", "/po_date")];
    let claim = "The bank account on invoice 26049 is 62549893717993; order PO-26-08194 is dated 9 April 2026.";
    assert_eq!(label(claim, &docs(), &one), Label::Partial);
}

#[test]
fn what_a_search_was_asked_need_not_be_cited_and_goes_as_far_as_it_went() {
    let search = |from: &str| {
        json!({"search": {"supplier_gstin": "27QEKCZ1100G1ZW", "number": "26049", "from": from, "to": "2027-03-31"},
            "result": {"complete": true, "count": 0, "hits": []}})
    };
    let cites = [
        ("ev_led", "/result/count"),
        ("ev_led", "/result/complete"),
        ("ev_led", "/search/from"),
        ("ev_led", "/search/to"),
    ];
    let claim = "No invoice 26049 of 27QEKCZ1100G1ZW was found in the ledger for FY 2026-27.";
    check(
        &[("ev_led", search("2026-04-01"))],
        &cites,
        &[(claim, true)],
    );
    check(
        &[("ev_led", search("2026-07-06"))],
        &cites,
        &[(claim, false)],
    );
    let unknown = [(
        "ev_p",
        json!({"query": {"gstin": "32JQKCG1167W1ZQ"}, "answered": true, "found": false}),
    )];
    check(
        &unknown,
        &[("ev_p", "/answered"), ("ev_p", "/found")],
        &[
            ("The GST portal does not know GSTIN 32JQKCG1167W1ZQ.", true),
            ("The GST portal does not know GSTIN 32JQKCG1167W1ZP.", false),
        ],
    );
}

#[test]
fn a_right_figure_is_not_told_as_another() {
    let order = [(
        "ev_po",
        json!({"po_number": "PO-7", "required_by": "2026-09-29", "status": "open", "lines": [
        {"line": 1, "description": "Pipe", "quantity": 4, "unit": "NOS", "unit_price": 298368.0}]}),
    )];
    check(
        &order,
        &[("ev_po", "/lines/0/unit_price")],
        &[("Purchase order PO-7 is worth ₹2.98 lakh.", false)],
    );
    check(
        &order,
        &[("ev_po", "/required_by")],
        &[("Purchase order PO-7 is dated 29.09.2026.", false)],
    );
    let invoice = [(
        "ev_inv",
        json!({"invoice_no": "A/1", "lines": [{"taxable": 390720.0, "qty": 1}, {"taxable": 10.0, "qty": 2}]}),
    )];
    check(
        &invoice,
        &[("ev_inv", "/lines/0/taxable")],
        &[("Before tax, invoice A/1 comes to ₹3,90,720.00.", false)],
    );
    let grn = [(
        "ev_grn",
        json!({"grn_number": "GRN-9", "lines": [{"line": 1, "quantity_accepted": 440, "quantity_rejected": 3, "unit": "BOX"}]}),
    )];
    check(
        &grn,
        &[("ev_grn", "/lines/0/quantity_accepted")],
        &[
            ("GRN-9 shows 440 boxes accepted on line 1.", true),
            ("GRN-9 shows 440 boxes received on line 1.", false),
        ],
    );
    let qr = [(
        "ev_qr",
        json!({"DocNo": "B69721", "DocTyp": "INV", "TotInvVal": 1578360.0}),
    )];
    check(
        &qr,
        &[("ev_qr", "/TotInvVal")],
        &[(
            "The total inside the QR code of invoice B69721 is ₹15,78,361.00.",
            false,
        )],
    );
}
