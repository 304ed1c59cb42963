//! Both sides of what each reader takes.

use serde_json::{Value, json};

use crate::{Case, Citation, Evidence, Label, judge};

pub(crate) fn label(claim: &str, docs: &[(&str, Value)], cites: &[(&str, &str)]) -> Label {
    let evidence: Vec<Evidence> = docs
        .iter()
        .map(|(id, json)| Evidence {
            tool: String::new(),
            id: (*id).to_owned(),
            json: json.clone(),
        })
        .collect();
    let citations = cites
        .iter()
        .map(|(id, pointer)| Citation {
            evidence: (*id).to_owned(),
            pointer: (*pointer).to_owned(),
            value: docs
                .iter()
                .find(|(d, _)| d == id)
                .and_then(|(_, json)| json.pointer(pointer))
                .cloned()
                .unwrap(),
        })
        .collect();
    judge(&Case {
        evidence,
        claim: claim.to_owned(),
        citations,
    })
    .label
}

pub(crate) fn check(docs: &[(&str, Value)], cites: &[(&str, &str)], claims: &[(&str, bool)]) {
    for (claim, want) in claims {
        let got = label(claim, docs, cites);
        assert_eq!(got == Label::Supported, *want, "{claim}: {got:?}");
    }
}

#[test]
fn the_lines_of_a_list_are_counted() {
    let invoice = json!({"DocDtls": {"Typ": "INV", "No": "KR/77"}, "ValDtls": {"TotInvVal": 3}, "ItemList": [
        {"SlNo": "1", "GstRt": 18}, {"SlNo": "2", "GstRt": 5}, {"SlNo": "3", "GstRt": 18}]});
    let cites = [
        ("ev_inv_1", "/ItemList/0/GstRt"),
        ("ev_inv_1", "/ItemList/1/GstRt"),
        ("ev_inv_1", "/ItemList/2/GstRt"),
    ];
    check(
        &[("ev_inv_1", invoice)],
        &cites,
        &[
            ("Line 2 alone carries 5% GST.", true),
            ("Line 3 alone carries 5% GST.", false),
            ("Line 4 alone carries 28% GST.", false),
            ("Two of the three lines are taxed at 18%.", true),
            ("Two of the four lines are taxed at 18%.", false),
            ("All three lines are taxed at 18%.", false),
            ("At least two lines carry 18% GST.", true),
            ("At least two lines carry 5% GST.", false),
            ("Two or more lines carry 5% GST.", false),
            ("No fewer than two lines are at 5 per cent.", false),
            ("More than one line is at 5 per cent.", false),
            ("None of the three lines is taxed at 12%.", true),
            ("None of the three invoices is taxed at 12%.", false),
        ],
    );
}

#[test]
fn what_adds_up_is_called_what_it_is() {
    let slip = json!({"slip_no": "WB-9", "gross_kg": 23610, "tare_kg": 11590, "net_kg": 12020});
    let cites = [
        ("ev_wb", "/gross_kg"),
        ("ev_wb", "/tare_kg"),
        ("ev_wb", "/net_kg"),
    ];
    check(
        &[("ev_wb", slip)],
        &cites,
        &[
            (
                "Gross 23,610 kg less tare 11,590 kg leaves 12,020 kg net.",
                true,
            ),
            (
                "Gross 11,590 kg less tare 23,610 kg leaves 12,020 kg net.",
                false,
            ),
            (
                "Gross 23,610 kg less tare 11,590 kg leaves 12,030 kg net.",
                false,
            ),
        ],
    );
}

#[test]
fn a_search_speaks_of_what_it_looked_through() {
    let search = json!({"doc_type": "duplicate_search", "scope": {"ledger": "AP ledger", "vendor_id": "V94400",
        "invoice_no": "TI-08780", "from": "2023-04-01", "to": "2026-08-22", "complete": true}, "hit_count": 0, "hits": []});
    let cites = [
        ("ev_dup_1", "/scope"),
        ("ev_dup_1", "/hit_count"),
        ("ev_dup_1", "/hits"),
    ];
    check(
        &[("ev_dup_1", search)],
        &cites,
        &[
            (
                "Between 1 April 2022 and 22 August 2026 the AP ledger holds nothing under TI-08780 for vendor V94400.",
                false,
            ),
            (
                "Between 1 April 2023 and 22 August 2026 the AP ledger holds nothing for vendor V94400.",
                false,
            ),
            (
                "Between 1 April 2023 and 22 August 2026 the AP ledger holds nothing under TI-08781 for vendor V94400.",
                false,
            ),
        ],
    );
}

#[test]
fn a_letter_speaks_for_itself() {
    let mail = json!({"doc": "e-mail", "body": "We have filed GSTR-1 and paid the tax. PO was amended by your buyer."});
    check(
        &[("ev_mail_1", mail)],
        &[("ev_mail_1", "/body")],
        &[
            ("The supplier writes that it has filed GSTR-1.", true),
            ("The supplier writes that it has filed GSTR-3B.", false),
            (
                "The supplier writes that GSTR-1 is still to be filed.",
                false,
            ),
            ("The supplier has filed GSTR-1.", false),
            ("The supplier writes that it has not filed GSTR-1.", false),
            ("The mail states that the supplier amended the PO.", false),
        ],
    );
}

#[test]
fn a_paper_grows_old_from_its_own_day() {
    let docs = [
        (
            "ev_inv_1",
            json!({"DocDtls": {"Typ": "INV", "No": "KR/77", "Dt": "13/03/2025"}, "ValDtls": {}}),
        ),
        ("ev_run", json!({"tool": "clock", "as_on": "2025-05-02"})),
    ];
    check(
        &docs,
        &[("ev_inv_1", "/DocDtls/Dt"), ("ev_run", "/as_on")],
        &[
            ("The invoice is already past 45 days.", true),
            ("The invoice is already past 49 days.", true),
            ("The invoice is not past 45 days.", false),
            ("The receipt is already past 45 days.", false),
        ],
    );
}

#[test]
fn a_sum_in_dollars_comes_to_rupees_at_the_cited_rate() {
    let docs = [
        (
            "ev_imp",
            json!({"invoice_no": "EXP-51", "currency": "USD", "total": 3800}),
        ),
        ("ev_fx", json!({"pair": "USD/INR", "rate": 84.52})),
    ];
    let cites = [
        ("ev_imp", "/total"),
        ("ev_imp", "/currency"),
        ("ev_fx", "/rate"),
    ];
    check(
        &docs,
        &cites,
        &[
            (
                "EXP-51 for USD 3,800 comes to ₹3,21,176 at ₹84.52 a dollar.",
                true,
            ),
            (
                "EXP-51 for USD 3,800 comes to ₹3,21,276 at ₹84.52 a dollar.",
                false,
            ),
            (
                "EXP-51 for EUR 3,800 comes to ₹3,21,176 at ₹84.52 a euro.",
                false,
            ),
            (
                "EXP-51 for USD 3,800 does not come to ₹3,21,176 at ₹84.52 a dollar.",
                false,
            ),
        ],
    );
}

#[test]
fn what_is_held_against_another_has_to_be_so() {
    let docs = [
        (
            "ev_inv_1",
            json!({"DocDtls": {"Typ": "INV", "No": "KR/77"}, "SellerDtls": {"LglNm": "KAVERI PAPER PRIVATE LIMITED"},
                "ItemList": [{"AssAmt": 400}, {"AssAmt": 900}], "ValDtls": {"AssVal": 1300, "TotInvVal": 1534},
                "RefDtls": {"ContrDtls": [{"PORefr": "PO/2024/73548"}]},
                "AddlDocDtls": [{"Info": "Verified on GST portal - status Active."}]}),
        ),
        (
            "ev_po_1",
            json!({"po_no": "PO/2024/73545", "total_value": 1500}),
        ),
        (
            "ev_crn_1",
            json!({"doc_type": "credit_note", "credit_note_no": "CN/9", "against_invoice": "KR/77", "amount": 34}),
        ),
        (
            "ev_tp_1",
            json!({"doc_type": "gst_taxpayer", "source": "gst_portal", "lgnm": "KAVERI PAPER LLP", "sts": "Active"}),
        ),
    ];
    let no = |claims: &[&str], cites: &[(&str, &str)]| {
        for claim in claims {
            assert_ne!(label(claim, &docs, cites), Label::Supported, "{claim}");
        }
    };
    no(
        &[
            "Taxable value Rs. 1,300 on KR/77 differs from the sum of the lines.",
            "The line total of invoice KR/77 falls short of its taxable value Rs. 1,300.",
        ],
        &[
            ("ev_inv_1", "/ItemList/0/AssAmt"),
            ("ev_inv_1", "/ItemList/1/AssAmt"),
            ("ev_inv_1", "/ValDtls/AssVal"),
        ],
    );
    no(
        &["Order number on the invoice and on our purchase order agree."],
        &[
            ("ev_inv_1", "/RefDtls/ContrDtls/0/PORefr"),
            ("ev_po_1", "/po_no"),
        ],
    );
    no(
        &["The seller name on KR/77 matches the legal name on the GST portal."],
        &[("ev_inv_1", "/SellerDtls/LglNm"), ("ev_tp_1", "/lgnm")],
    );
    no(
        &["Net of CN/9, invoice KR/77 comes to Rs. 1,568."],
        &[("ev_inv_1", "/ValDtls/TotInvVal"), ("ev_crn_1", "/amount")],
    );
    no(
        &["PO/2024/73545 of Rs. 1,500 covers the whole of KR/77, Rs. 1,534."],
        &[
            ("ev_inv_1", "/ValDtls/TotInvVal"),
            ("ev_po_1", "/total_value"),
        ],
    );
    no(
        &["The GST portal confirms KR/77 as active."],
        &[("ev_inv_1", "/AddlDocDtls/0/Info")],
    );
}

fn bill() -> serde_json::Value {
    json!({"DocDtls": {"Typ": "INV", "No": "KR/7701", "Dt": "14/09/2026"},
        "SellerDtls": {"Gstin": "27AAPFU0939F1ZV", "LglNm": "Krishna Rollers", "Stcd": "27"},
        "BuyerDtls": {"Gstin": "29AABCT1332L1ZU", "LglNm": "Tungabhadra Tools", "Pos": "29", "Stcd": "29"},
        "ItemList": [{"SlNo": "1", "AssAmt": 10_000, "GstRt": 18, "IgstAmt": 1_800, "TotItemVal": 11_800},
            {"SlNo": "2", "AssAmt": 4_000, "GstRt": 5, "IgstAmt": 200, "TotItemVal": 4_200}],
        "ValDtls": {"AssVal": 14_000, "CgstVal": 0, "SgstVal": 0, "IgstVal": 2_000, "TotInvVal": 16_000}})
}

#[test]
fn what_sums_come_to_is_reckoned() {
    let invoice = [("ev_inv", bill())];
    check(
        &invoice,
        &[
            ("ev_inv", "/ItemList/0/AssAmt"),
            ("ev_inv", "/ItemList/0/IgstAmt"),
        ],
        &[
            (
                "IGST of ₹1,800 on line 1 works out to 18% of its taxable value of ₹10,000.",
                true,
            ),
            (
                "IGST of ₹1,800 on line 1 works out to 12% of its taxable value of ₹10,000.",
                false,
            ),
            (
                "IGST of ₹1,800 on line 2 works out to 18% of its taxable value of ₹10,000.",
                false,
            ),
            (
                "CGST of ₹1,800 on line 1 works out to 18% of its taxable value of ₹10,000.",
                false,
            ),
        ],
    );
    check(
        &invoice,
        &[
            ("ev_inv", "/ItemList/0/AssAmt"),
            ("ev_inv", "/ItemList/1/AssAmt"),
        ],
        &[
            (
                "Lines 1 and 2 together carry a taxable value of ₹14,000.",
                true,
            ),
            (
                "Lines 1 and 2 together carry a taxable value of ₹14,400.",
                false,
            ),
            (
                "Lines 1 and 3 together carry a taxable value of ₹14,000.",
                false,
            ),
            ("Lines 1 and 2 together carry IGST of ₹14,000.", false),
        ],
    );
    let docs = [
        ("ev_inv", bill()),
        (
            "ev_crn",
            json!({"credit_note": "CN/9120", "against_invoice": "KR/7701", "amount": 1_500}),
        ),
    ];
    check(
        &docs,
        &[
            ("ev_inv", "/DocDtls/No"),
            ("ev_inv", "/ValDtls/TotInvVal"),
            ("ev_crn", "/credit_note"),
            ("ev_crn", "/amount"),
        ],
        &[
            (
                "Less credit note CN/9120, the balance on KR/7701 is ₹14,500.",
                true,
            ),
            (
                "Less credit note CN/9120, the balance on KR/7701 is ₹17,500.",
                false,
            ),
            (
                "Less credit note CN/9121, the balance on KR/7701 is ₹14,500.",
                false,
            ),
        ],
    );
}

#[test]
fn a_value_is_held_to_the_bound_that_is_told() {
    check(
        &[("ev_inv", bill())],
        &[("ev_inv", "/ValDtls/AssVal")],
        &[
            ("The taxable value, ₹14,000, is at least ₹10,000.", true),
            ("The taxable value, ₹14,000, is at least ₹15,000.", false),
            (
                "The taxable value, ₹14,000, is not more than ₹15,000.",
                true,
            ),
            (
                "The taxable value, ₹14,000, is not more than ₹13,500.",
                false,
            ),
            ("The taxable value, ₹13,000, is less than ₹14,500.", false),
            ("The IGST, ₹14,000, is at least ₹10,000.", false),
        ],
    );
}

#[test]
fn a_day_is_held_to_a_term() {
    let contract = |from: &str, to: &str| {
        [
            ("ev_inv", bill()),
            (
                "ev_ct",
                json!({"contract_no": "CT-1930", "valid_from": from, "valid_to": to}),
            ),
        ]
    };
    let cites = [
        ("ev_inv", "/DocDtls/No"),
        ("ev_inv", "/DocDtls/Dt"),
        ("ev_ct", "/contract_no"),
        ("ev_ct", "/valid_from"),
        ("ev_ct", "/valid_to"),
    ];
    let inside = "The date of KR/7701 lies inside the term of contract CT-1930.";
    let outside = "The date of KR/7701 lies outside the term of contract CT-1930.";
    check(
        &contract("2026-04-01", "2027-03-31"),
        &cites,
        &[(inside, true), (outside, false)],
    );
    check(
        &contract("2026-04-01", "2026-09-14"),
        &cites,
        &[(inside, true), (outside, false)],
    );
    check(
        &contract("2026-04-01", "2026-09-13"),
        &cites,
        &[(inside, false), (outside, true)],
    );
}

#[test]
fn one_tax_alone_is_charged_where_the_others_are_nothing() {
    check(
        &[("ev_inv", bill())],
        &[
            ("ev_inv", "/ValDtls/IgstVal"),
            ("ev_inv", "/ValDtls/CgstVal"),
            ("ev_inv", "/ValDtls/SgstVal"),
        ],
        &[
            ("The invoice charges IGST only.", true),
            ("The invoice charges CGST only.", false),
            ("The tax is all IGST, ₹2,000; CGST and SGST are nil.", true),
            ("The tax is all IGST, ₹2,100; CGST and SGST are nil.", false),
        ],
    );
}

#[test]
fn the_suppliers_state_is_held_to_the_place_of_supply() {
    check(
        &[("ev_inv", bill())],
        &[("ev_inv", "/SellerDtls/Stcd"), ("ev_inv", "/BuyerDtls/Pos")],
        &[
            (
                "The supplier's state code and the place of supply differ.",
                true,
            ),
            (
                "The supplier's state code and the place of supply are the same.",
                false,
            ),
            (
                "The supplier's state code 27 and the place of supply 29 differ.",
                true,
            ),
            (
                "The supplier's state code 29 and the place of supply 27 differ.",
                false,
            ),
        ],
    );
}

#[test]
fn a_clause_gives_what_it_says() {
    let docs = [
        (
            "doc_search",
            json!({"query": "payment", "hits": [
                {"clause": "4.1", "vendor_id": "V0059", "text": "The buyer pays each undisputed invoice within 45 days of its date."},
                {"clause": "5.1", "vendor_id": "V0059", "text": "Interest of 12% a year accrues after the due date."}]}),
        ),
        (
            "ev_inv",
            json!({"DocDtls": {"No": "INV-3307"}, "PayDtls": {"CrDay": 45}}),
        ),
    ];
    let payment = [
        ("doc_search", "/hits/0/vendor_id"),
        ("doc_search", "/hits/0/clause"),
        ("doc_search", "/hits/0/text"),
    ];
    check(
        &docs,
        &payment,
        &[
            (
                "Clause 4.1 of the contract with V0059 requires payment within 45 days of the invoice date.",
                true,
            ),
            (
                "Clause 4.1 of the contract with V0059 gives the buyer 45 days to pay.",
                true,
            ),
            (
                "Under clause 4.1 of the contract with V0059, payment is due 45 days from the invoice date.",
                true,
            ),
            (
                "Under clause 4.1 of the contract with V0059, payment is due 30 days from the invoice date.",
                false,
            ),
            (
                "Under clause 4.2 of the contract with V0059, payment is due 45 days from the invoice date.",
                false,
            ),
            (
                "Under clause 4.1 of the contract with V0060, payment is due 45 days from the invoice date.",
                false,
            ),
            (
                "Under clause 4.1 of the contract with V0059, payment is due 45 days from the date of receipt.",
                false,
            ),
            (
                "Clause 4.1 of the contract with V0059 requires payment within 45 months of the invoice date.",
                false,
            ),
            (
                "Clause 4.1 of the contract with V0059 does not require payment within 45 days of the invoice date.",
                false,
            ),
            (
                "Clause 4.1 of the contract with V0059 gives the buyer more than 45 days to pay.",
                false,
            ),
        ],
    );
    let with_invoice: Vec<(&str, &str)> = payment
        .into_iter()
        .chain([("ev_inv", "/PayDtls/CrDay")])
        .collect();
    check(
        &docs,
        &with_invoice,
        &[
            (
                "The 45 credit days on the invoice agree with clause 4.1 of the contract with V0059.",
                true,
            ),
            (
                "The 30 credit days on the invoice agree with clause 4.1 of the contract with V0059.",
                false,
            ),
        ],
    );
}

#[test]
fn a_clause_sets_interest_for_so_long() {
    let docs = [(
        "doc_search",
        json!({"query": "interest", "hits": [
            {"clause": "4.1", "vendor_id": "V0059", "text": "The buyer pays each undisputed invoice within 45 days of its date."},
            {"clause": "5.1", "vendor_id": "V0059", "text": "Interest of 12% a year accrues after the due date."}]}),
    )];
    let interest = [
        ("doc_search", "/hits/1/vendor_id"),
        ("doc_search", "/hits/1/clause"),
        ("doc_search", "/hits/1/text"),
    ];
    check(
        &docs,
        &interest,
        &[
            (
                "Clause 5.1 of the contract with vendor V0059 sets interest of 12% a year after the due date.",
                true,
            ),
            (
                "Clause 5.1 of the contract with vendor V0059 sets interest of 12% a month after the due date.",
                false,
            ),
            (
                "Clause 5.1 of the contract with vendor V0059 sets interest of 21% a year after the due date.",
                false,
            ),
        ],
    );
}

#[test]
fn what_is_left_of_what_was_ordered_is_told() {
    let docs = [
        (
            "po",
            json!({"po_number": "PO-26-03880", "vendor_id": "V0042", "status": "open", "lines": [
            {"line": 1, "quantity": 75, "unit": "MTR", "unit_price": 302.19, "gst_rate": 18}]}),
        ),
        (
            "inv",
            json!({"DocDtls": {"No": "INV-7247", "Dt": "14/09/2026"}, "SellerDtls": {"LglNm": "Krishna Rollers"},
            "ValDtls": {"TotInvVal": 10_698}, "TranDtls": {"RegRev": "N"},
            "ItemList": [{"SlNo": "1", "Qty": 30, "Unit": "MTR", "UnitPrice": 302.19, "GstRt": 18}]}),
        ),
    ];
    check(
        &docs,
        &[
            ("po", "/po_number"),
            ("po", "/lines/0/quantity"),
            ("po", "/lines/0/unit"),
            ("inv", "/DocDtls/No"),
            ("inv", "/ItemList/0/Qty"),
        ],
        &[
            (
                "Of the 75 MTR ordered on line 1 of order PO-26-03880, invoice INV-7247 bills 30, which leaves 45.",
                true,
            ),
            (
                "Of the 75 MTR ordered on line 1 of order PO-26-03880, invoice INV-7247 bills 30, which leaves 55.",
                false,
            ),
            (
                "Of the 30 MTR ordered on line 1 of order PO-26-03880, invoice INV-7247 bills 75, which leaves 45.",
                false,
            ),
            (
                "Of the 75 KGS ordered on line 1 of order PO-26-03880, invoice INV-7247 bills 30, which leaves 45.",
                false,
            ),
            (
                "Of the 75 MTR ordered on line 2 of order PO-26-03880, invoice INV-7247 bills 30, which leaves 45.",
                false,
            ),
            (
                "Line 1 of invoice INV-7247 bills 30, at most the 75 ordered on line 1 of PO-26-03880.",
                true,
            ),
            (
                "Line 1 of invoice INV-7247 bills 75, at most the 30 ordered on line 1 of PO-26-03880.",
                false,
            ),
        ],
    );
    check(
        &docs,
        &[
            ("inv", "/ItemList/0/SlNo"),
            ("inv", "/ItemList/0/UnitPrice"),
            ("po", "/po_number"),
            ("po", "/lines/0/line"),
            ("po", "/lines/0/unit_price"),
        ],
        &[
            (
                "Line 1 is billed at Rs 302.19 a unit, the price of line 1 of order PO-26-03880.",
                true,
            ),
            (
                "Line 1 is billed at Rs 320.19 a unit, the price of line 1 of order PO-26-03880.",
                false,
            ),
            (
                "Line 1 is billed at Rs 302.19 a unit, the price of line 2 of order PO-26-03880.",
                false,
            ),
        ],
    );
    check(
        &docs,
        &[("inv", "/DocDtls/No"), ("inv", "/TranDtls/RegRev")],
        &[
            ("The reverse charge flag of invoice INV-7247 is N.", true),
            ("The reverse charge flag of invoice INV-7247 is Y.", false),
            ("The service flag of invoice INV-7247 is N.", false),
        ],
    );
}

#[test]
fn a_gstin_is_built_on_its_pan() {
    check(
        &[(
            "master",
            json!({"vendor_id": "V0042", "gstin": "29OWVFK3454X1Z7", "pan": "OWVFK3454X"}),
        )],
        &[("master", "/gstin"), ("master", "/pan")],
        &[
            ("GSTIN 29OWVFK3454X1Z7 is built on PAN OWVFK3454X.", true),
            ("GSTIN 29OWVFK3454X1Z7 is built on PAN OWVFK3445X.", false),
            (
                "GSTIN 29OWVFK3454X1Z7 is not built on PAN OWVFK3454X.",
                false,
            ),
        ],
    );
}

#[test]
fn a_round_off_is_held_to_its_limit_either_way() {
    let docs = [
        (
            "inv",
            json!({"DocDtls": {"No": "SI/04690"}, "ValDtls": {"RndOffAmt": -0.33, "TotInvVal": 400}}),
        ),
        ("policy", json!({"name": "default", "round_off_limit": 1.0})),
    ];
    check(
        &docs,
        &[
            ("inv", "/DocDtls/No"),
            ("inv", "/ValDtls/RndOffAmt"),
            ("policy", "/round_off_limit"),
        ],
        &[
            (
                "The round-off on invoice SI/04690 is within the policy limit of ₹1.00 either way.",
                true,
            ),
            (
                "The round-off on invoice SI/04690 is within the policy limit of ₹0.30 either way.",
                false,
            ),
            (
                "The round-off on invoice SI/04690 is within the policy limit of ₹2.00 either way.",
                false,
            ),
        ],
    );
}
