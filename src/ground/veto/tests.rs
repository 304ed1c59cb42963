//! What is refused though every word and figure of it stands in what is cited.

use serde_json::json;

use crate::frame::tests::check;

#[test]
fn a_value_of_a_record_with_another_number_is_refused() {
    let docs = [
        (
            "ev_1",
            json!({"invoice_no": "CRP/0563", "total": 4_000, "irn": "a07c3ea12dfb5bda"}),
        ),
        (
            "ev_2",
            json!({"irn": "f50553247dcc6c58", "document": "CRP/0568", "status": "ACT"}),
        ),
        (
            "ev_3",
            json!({"irn": "a07c3ea12dfb5bda", "document": "CRP/0563", "status": "ACT"}),
        ),
    ];
    let claim = "The e-invoice behind CRP/0563 is active.";
    check(
        &docs,
        &[("ev_1", "/invoice_no"), ("ev_2", "/status")],
        &[(claim, false)],
    );
    check(
        &docs,
        &[("ev_3", "/document"), ("ev_3", "/status")],
        &[(claim, true)],
    );
}

#[test]
fn a_search_for_another_supplier_says_nothing_of_this_one() {
    let search = |gstin: &str| json!({"search": "ledger", "filters": {"supplier_gstin": gstin, "invoice_number": "KF/1190"}, "complete": true, "total": 0});
    let cites = [
        ("ev_v", "/gstin"),
        ("ev_s", "/filters/invoice_number"),
        ("ev_s", "/complete"),
        ("ev_s", "/total"),
    ];
    let claims = |want| {
        [(
            "No KF/1190 from 21AAGCK5038D1Z0 was found in the ledger.",
            want,
        )]
    };
    for (gstin, want) in [("21AAGCK5038D1Z0", true), ("21AAGCK5083D1ZV", false)] {
        let docs = [
            (
                "ev_v",
                json!({"vendor_id": "V7", "legal_name": "Konark Fasteners Limited", "gstin": "21AAGCK5038D1Z0"}),
            ),
            ("ev_s", search(gstin)),
        ];
        check(&docs, &cites, &claims(want));
    }
}

#[test]
fn who_gives_and_who_takes_is_told_as_it_is() {
    let docs = [(
        "ev_1",
        json!({"note_no": "CN/071", "issued_by": {"name": "Sri Vadivel Mills Limited"}, "issued_to": {"name": "Noyyal Exports Limited"}}),
    )];
    let cites = [
        ("ev_1", "/note_no"),
        ("ev_1", "/issued_by/name"),
        ("ev_1", "/issued_to/name"),
    ];
    check(
        &docs,
        &cites,
        &[
            (
                "Sri Vadivel Mills Limited issued credit note CN/071 to Noyyal Exports Limited.",
                true,
            ),
            (
                "Noyyal Exports Limited issued credit note CN/071 to Sri Vadivel Mills Limited.",
                false,
            ),
        ],
    );
}

#[test]
fn values_of_two_lines_are_not_told_crosswise() {
    let docs = [(
        "ev_1",
        json!({"invoice_no": "ST/0395", "lines": [{"description": "Polyester button", "gst_rate": 18},
            {"description": "Satin ribbon", "gst_rate": 5}]}),
    )];
    let cites = [
        ("ev_1", "/invoice_no"),
        ("ev_1", "/lines/0/gst_rate"),
        ("ev_1", "/lines/0/description"),
        ("ev_1", "/lines/1/gst_rate"),
        ("ev_1", "/lines/1/description"),
    ];
    check(
        &docs,
        &cites,
        &[
            (
                "ST/0395 taxes the buttons at 18% and the ribbon at 5%.",
                true,
            ),
            (
                "ST/0395 taxes the buttons at 5% and the ribbon at 18%.",
                false,
            ),
        ],
    );
}

#[test]
fn what_is_above_a_limit_is_not_within_it() {
    let docs = [
        (
            "ev_1",
            json!({"invoice_number": "NPP-3307", "total_value": 130_685}),
        ),
        (
            "ev_2",
            json!({"policy": "approval_matrix", "role": "accounts officer", "approval_limit": 100_000}),
        ),
    ];
    let cites = [
        ("ev_1", "/invoice_number"),
        ("ev_1", "/total_value"),
        ("ev_2", "/role"),
        ("ev_2", "/approval_limit"),
    ];
    check(
        &docs,
        &cites,
        &[(
            "NPP-3307, at ₹1,30,685, is within the accounts officer's limit of ₹1,00,000.",
            false,
        )],
    );
}

#[test]
fn what_two_receipts_bring_together_is_their_sum() {
    let docs = [
        (
            "ev_1",
            json!({"grn_number": "GR/0881", "po_number": "PO-5519", "quantity_accepted": 4}),
        ),
        (
            "ev_2",
            json!({"grn_number": "GR/0894", "po_number": "PO-5519", "quantity_accepted": 2}),
        ),
    ];
    let cites = [
        ("ev_1", "/grn_number"),
        ("ev_1", "/quantity_accepted"),
        ("ev_2", "/grn_number"),
        ("ev_2", "/quantity_accepted"),
    ];
    check(
        &docs,
        &cites,
        &[("GR/0881 and GR/0894 together bring 8 units.", false)],
    );
}

#[test]
fn values_of_two_records_are_each_told_of_its_own() {
    let docs = [
        (
            "ev_1",
            json!({"invoice_number": "KF/1190", "supplier_name": "Kaveri Foods", "bank_account": "871100004429", "total_value": 40_000}),
        ),
        (
            "ev_2",
            json!({"vendor_id": "V0007", "legal_name": "Kaveri Foods", "bank_account": "283300001131", "payment_terms_days": 30}),
        ),
    ];
    let cites = [("ev_1", "/bank_account"), ("ev_2", "/bank_account")];
    check(
        &docs,
        &cites,
        &[
            (
                "The invoice asks for account 871100004429, but the vendor master holds 283300001131.",
                true,
            ),
            (
                "The invoice asks for account 283300001131, but the vendor master holds 871100004429.",
                false,
            ),
        ],
    );
}

#[test]
fn goods_are_not_told_at_another_lines_value() {
    let docs = [(
        "ev_1",
        json!({"DocDtls": {"No": "KF/1190"}, "ItemList": [
        {"SlNo": "1", "PrdDesc": "Cotton work gloves", "AssAmt": 4_500},
        {"SlNo": "2", "PrdDesc": "Safety goggles", "AssAmt": 9_100}]}),
    )];
    let claim = "Cotton work gloves is billed at ₹9,100.";
    check(
        &docs,
        &[
            ("ev_1", "/ItemList/0/PrdDesc"),
            ("ev_1", "/ItemList/1/AssAmt"),
        ],
        &[(claim, false)],
    );
    check(&docs, &[("ev_1", "/ItemList/1/AssAmt")], &[(claim, false)]);
}

#[test]
fn figures_that_do_not_come_to_each_other_are_refused() {
    let docs = [(
        "ev_1",
        json!({"DocDtls": {"No": "KF/1190"}, "ValDtls":
        {"AssVal": 100_000, "CgstVal": 9_000, "SgstVal": 9_000, "TotInvVal": 118_000}}),
    )];
    check(
        &docs,
        &[("ev_1", "/ValDtls/CgstVal"), ("ev_1", "/ValDtls/SgstVal")],
        &[
            ("GST on KF/1190 comes to ₹18,000 in all.", true),
            ("GST on KF/1190 comes to ₹9,000 in all.", false),
        ],
    );
    check(
        &docs,
        &[("ev_1", "/ValDtls/AssVal"), ("ev_1", "/ValDtls/CgstVal")],
        &[
            (
                "CGST of ₹9,000 is 9% of the taxable value of ₹1,00,000.",
                true,
            ),
            (
                "CGST of ₹9,000 is 6% of the taxable value of ₹1,00,000.",
                false,
            ),
        ],
    );
}

#[test]
fn an_invoice_does_not_vouch_for_the_world() {
    let docs = [
        (
            "ev_1",
            json!({"DocDtls": {"No": "KF/1190"}, "SellerDtls": {"LglNm": "Kaveri Foods"}, "Irn": "a07c3ea12dfb5bda", "ItemList": [
            {"SlNo": "1", "PrdDesc": "Gate valve", "Qty": 175, "Unit": "NOS"}]}),
        ),
        (
            "ev_2",
            json!({"irn": "a07c3ea12dfb5bda", "document": "KF/1190", "status": "ACT"}),
        ),
    ];
    check(
        &docs,
        &[("ev_1", "/Irn")],
        &[
            (
                "The registration portal holds IRN a07c3ea12dfb5bda for KF/1190.",
                false,
            ),
            ("The IRN printed on KF/1190 is a07c3ea12dfb5bda.", true),
        ],
    );
    check(
        &docs,
        &[("ev_1", "/ItemList/0/Qty"), ("ev_1", "/ItemList/0/Unit")],
        &[
            ("Line 1 bills 175 NOS.", true),
            ("Line 1 bills 175 BOX.", false),
        ],
    );
}

#[test]
fn what_is_said_to_differ_is_held_to_it() {
    let docs = |ours: &str| {
        [
            (
                "inv",
                json!({"DocDtls": {"No": "KF/1190", "Dt": "11/10/2026"}, "PayDtls": {"AccDet": "8711004429"}, "ItemList": [{"SlNo": "1", "GstRt": 18}]}),
            ),
            (
                "po",
                json!({"po_number": "PO-26-07666", "po_date": "2026-09-03", "lines": [{"line": 1, "gst_rate": 18}]}),
            ),
            (
                "master",
                json!({"vendor_id": "V0399", "bank_account": ours}),
            ),
        ]
    };
    let rates = [("inv", "/ItemList/0/GstRt"), ("po", "/lines/0/gst_rate")];
    check(
        &docs("8711004429"),
        &rates,
        &[(
            "The GST rate on line 1 of invoice KF/1190 differs from the rate on line 1 of order PO-26-07666.",
            false,
        )],
    );
    let accounts = [
        ("inv", "/DocDtls/No"),
        ("inv", "/PayDtls/AccDet"),
        ("master", "/vendor_id"),
        ("master", "/bank_account"),
    ];
    let other = "The account on invoice KF/1190 is other than the one held for vendor V0399 in the vendor master.";
    check(&docs("8711004429"), &accounts, &[(other, false)]);
    let days = [
        ("inv", "/DocDtls/No"),
        ("inv", "/DocDtls/Dt"),
        ("po", "/po_number"),
        ("po", "/po_date"),
    ];
    check(
        &docs("1"),
        &days,
        &[
            (
                "Invoice KF/1190 is dated 38 days after purchase order PO-26-07666.",
                true,
            ),
            (
                "Purchase order PO-26-07666 was placed 38 days after the date of invoice KF/1190.",
                false,
            ),
        ],
    );
}

#[test]
fn a_row_is_of_the_paper_that_it_names() {
    let docs = [(
        "bank_file",
        json!({"batch_id": "PB-1", "payments": [
            {"invoice_number": "SI/7514", "utr": "N946510025841", "amount": 4_000},
            {"invoice_number": "SI/7541", "utr": "N946510025842", "amount": 9_000}]}),
    )];
    let claim = "The payment for invoice SI/7514 stands in the bank file under UTR N946510025842.";
    check(
        &docs,
        &[("bank_file", "/payments/1/utr")],
        &[(claim, false)],
    );
    let own = "The payment for invoice SI/7541 stands in the bank file under UTR N946510025842.";
    check(
        &docs,
        &[
            ("bank_file", "/payments/1/utr"),
            ("bank_file", "/payments/1/invoice_number"),
        ],
        &[(own, true)],
    );
}

#[test]
fn a_figure_that_stands_nowhere_is_none() {
    let docs = [
        (
            "inv",
            json!({"DocDtls": {"No": "TI95830"}, "ValDtls": {"TotInvVal": 15_292}}),
        ),
        (
            "stats",
            json!({"supplier_gstin": "29EMOCQ3599N1ZE", "largest_total": 17_003}),
        ),
        (
            "po",
            json!({"po_number": "PO-26-07666", "lines": [{"line": 2, "quantity": 52, "unit": "NOS"}]}),
        ),
    ];
    let cites = [
        ("inv", "/DocDtls/No"),
        ("inv", "/ValDtls/TotInvVal"),
        ("stats", "/supplier_gstin"),
        ("stats", "/largest_total"),
    ];
    check(
        &docs,
        &cites,
        &[(
            "Invoice TI95830 at ₹15,292 is below the largest past invoice of 29EMOCQ3599N1ZE, INR 47003.00.",
            false,
        )],
    );
    // The number of a line is nothing to reckon with.
    let line = [
        ("po", "/po_number"),
        ("po", "/lines/0/line"),
        ("po", "/lines/0/quantity"),
    ];
    check(
        &docs,
        &line,
        &[
            ("Order PO-26-07666 calls for 52 units on line 2.", true),
            ("Order PO-26-07666 calls for 50 units on line 2.", false),
        ],
    );
}

#[test]
fn plain_facts_are_told_as_they_are() {
    let docs = [
        (
            "inv",
            json!({"DocDtls": {"No": "INV-04427", "Dt": "31/08/2026"}, "Irn": "be1dc048cf8f603a27d509576530c1fa",
            "SellerDtls": {"Gstin": "32WJEFS6014P1ZX"}}),
        ),
        (
            "po",
            json!({"po_number": "PO-26-38826", "po_date": "2026-08-02", "vendor_id": "V4919"}),
        ),
        (
            "master",
            json!({"vendor_id": "V2717", "gstin": "09UGMCF7379U1ZA"}),
        ),
        (
            "doc",
            json!({"hits": [{"clause": "4.1", "vendor_id": "V2717", "text": "The buyer pays each undisputed invoice within 45 days of its date."}]}),
        ),
    ];
    for (cites, claim) in [
        (
            &[("inv", "/SellerDtls/Gstin")][..],
            "The supplier's GSTIN 32WJEFS6014P1ZX has 16 characters.",
        ),
        (
            &[("inv", "/DocDtls/No"), ("inv", "/Irn")][..],
            "Invoice INV-04427 bears no IRN.",
        ),
        (
            &[
                ("po", "/po_number"),
                ("po", "/vendor_id"),
                ("master", "/vendor_id"),
                ("master", "/gstin"),
            ][..],
            "Purchase order PO-26-38826 was placed with vendor V2717, the holder of GSTIN 09UGMCF7379U1ZA.",
        ),
        (
            &[("inv", "/DocDtls/No"), ("inv", "/DocDtls/Dt")][..],
            "Invoice INV-04427 is dated 31-08-2026, before the as-of day 11-09-2026.",
        ),
        (
            &[
                ("doc", "/hits/0/clause"),
                ("doc", "/hits/0/vendor_id"),
                ("doc", "/hits/0/text"),
            ][..],
            "Clause 4.1 of the contract with V2717 gives 44 days to pay.",
        ),
        (
            &[("inv", "/SellerDtls/Gstin")][..],
            "The GST portal holds 32WJEFS6014P1ZX.",
        ),
    ] {
        check(&docs, cites, &[(claim, false)]);
    }
    check(
        &docs,
        &[("po", "/po_number"), ("po", "/vendor_id")],
        &[(
            "Purchase order PO-26-38826 was placed with vendor V4919.",
            true,
        )],
    );
}

#[test]
fn figures_are_held_to_each_other_as_the_words_between_them_say() {
    let docs = [
        (
            "ev_1",
            json!({"query": "billed_so_far", "po_number": "PO-26-349", "line": 1, "billed": 47.0, "unit": "LTR"}),
        ),
        (
            "ev_2",
            json!({"grn_number": "GRN-457", "po_number": "PO-26-349", "line": 1, "quantity_accepted": 35.0}),
        ),
    ];
    let cites = [
        ("ev_1", "/billed"),
        ("ev_1", "/unit"),
        ("ev_2", "/line"),
        ("ev_2", "/po_number"),
        ("ev_2", "/quantity_accepted"),
        ("ev_2", "/grn_number"),
        ("ev_1", "/po_number"),
    ];
    check(
        &docs,
        &cites,
        &[
            (
                "47 litres are billed on line one of PO-26-349, more than the 35 litres that GRN-457 accepts.",
                true,
            ),
            (
                "47 litres are billed on line one of PO-26-349, fewer than the 35 litres that GRN-457 accepts.",
                false,
            ),
        ],
    );
    let docs = [
        (
            "ev_1",
            json!({"PayDtls": {"CrDay": 60}, "DocDtls": {"No": "CDJ/3896"}}),
        ),
        (
            "ev_2",
            json!({"vendor_id": "V7", "creditDays": 30, "legal_name": "Yamuna Logistics"}),
        ),
    ];
    let cites = [
        ("ev_1", "/PayDtls/CrDay"),
        ("ev_2", "/creditDays"),
        ("ev_1", "/DocDtls/No"),
    ];
    check(
        &docs,
        &cites,
        &[(
            "The master has 30 days for Yamuna Logistics, but invoice CDJ/3896 asks for 60, which is sooner.",
            false,
        )],
    );
    let docs = [
        (
            "ev_1",
            json!({"bank_row": {"invoice": "A/1", "payment_date": "2026-01-18"}}),
        ),
        (
            "ev_2",
            json!({"invoice_number": "A/1", "due_date": "19 Jan 2026"}),
        ),
    ];
    let cites = [("ev_1", "/bank_row/payment_date"), ("ev_2", "/due_date")];
    check(
        &docs,
        &cites,
        &[(
            "The payment of 18 Jan 2026 for the invoice came past its due date of 19 January 2026.",
            false,
        )],
    );
}

#[test]
fn two_records_of_one_shape_are_two_records() {
    let invoice = |no: &str, off: f64| json!({"DocDtls": {"Typ": "INV", "No": no}, "ValDtls": {"RndOffAmt": off}});
    let docs = [
        ("ev_1", invoice("SI/02514", 0.49)),
        ("ev_2", invoice("SI/02515", 0.49)),
        ("ev_3", json!({"round_off_limit": 1.0})),
    ];
    let claim = "The round-off of INR 0.49 on invoice SI/02514 stays within the limit of Rs. 1.00.";
    for (doc, want) in [("ev_1", true), ("ev_2", false)] {
        check(
            &docs,
            &[
                ("ev_1", "/DocDtls/No"),
                (doc, "/ValDtls/RndOffAmt"),
                ("ev_3", "/round_off_limit"),
            ],
            &[(claim, want)],
        );
    }
}

#[test]
fn what_nobody_finds_is_not_there() {
    let docs = [(
        "ev_1",
        json!({"source": "vendor_master", "scope": {"pan": "FFCFE1397M"}, "complete": true, "total": 0, "hits": []}),
    )];
    let cites = [
        ("ev_1", "/hits"),
        ("ev_1", "/complete"),
        ("ev_1", "/scope/pan"),
    ];
    check(
        &docs,
        &cites,
        &[("A vendor with PAN FFCFE1397M is on the master.", false)],
    );
}

#[test]
fn the_number_of_an_invoice_is_no_denial() {
    let docs = [(
        "ev_1",
        json!({"gstr2b": {"invoice_no": "ZPR/26-27/7887", "itc_available": "N"}}),
    )];
    let claims = [
        (
            "As per GSTR-2B, credit on invoice no. ZPR/26-27/7887 is available.",
            false,
        ),
        (
            "As per GSTR-2B, credit on invoice no. ZPR/26-27/7887 is not available.",
            true,
        ),
    ];
    check(&docs, &[("ev_1", "/gstr2b/itc_available")], &claims);
}

#[test]
fn an_address_is_told_to_the_letter() {
    let docs = [(
        "ev_1",
        json!({"vendor_id": "V0008", "email": "accounts@chambal.example"}),
    )];
    let cites = [("ev_1", "/email"), ("ev_1", "/vendor_id")];
    check(
        &docs,
        &cites,
        &[
            (
                "The e-mail address on file for vendor V0008 is accounts@chambal.example.",
                true,
            ),
            (
                "The e-mail address on file for vendor V0008 is account@chambal.example.",
                false,
            ),
        ],
    );
}

#[test]
fn what_is_said_of_somebody_is_cited() {
    let docs = [(
        "ev_1",
        json!({"DocDtls": {"No": "B02760"}, "PayDtls": {"CrDay": 15}, "SellerDtls": {"LglNm": "Chambal Tools Limited"}, "ValDtls": {"TotInvVal": 13_663.0}}),
    )];
    let cites = [("ev_1", "/DocDtls/No"), ("ev_1", "/PayDtls/CrDay")];
    check(
        &docs,
        &cites,
        &[
            (
                "The credit period stated on invoice B02760 is 15 credit days.",
                true,
            ),
            (
                "The credit period stated on invoice B02760 is 15 credit days, the seller being Chambal Tools Limited.",
                false,
            ),
        ],
    );
}

#[test]
fn a_line_is_numbered_by_its_own_number() {
    let docs = [
        (
            "ev_1",
            json!({"DocDtls": {"No": "A/1"}, "ItemList": [{"SlNo": "1", "GstRt": 18.0}, {"SlNo": "2", "GstRt": 18.0}]}),
        ),
        (
            "ev_2",
            json!({"po_number": "PO-25-62", "lines": [{"line": 1, "gst_rate": 5.0}, {"line": 2, "gst_rate": 18.0}]}),
        ),
    ];
    let claim =
        "The tax rate of 18% on the invoice line is the same as the rate on line 2 of PO-25-62.";
    for (line, want) in [("/ItemList/1/GstRt", true), ("/ItemList/0/GstRt", false)] {
        let cites = [
            ("ev_2", "/po_number"),
            ("ev_2", "/lines/1/line"),
            ("ev_1", line),
            ("ev_1", "/ItemList/1/SlNo"),
            ("ev_2", "/lines/1/gst_rate"),
        ];
        check(&docs, &cites, &[(claim, want)]);
    }
}

#[test]
fn states_are_counted() {
    let docs = [(
        "ev_1",
        json!({"gstin": "24CSPAZ9663E1ZQ", "EFiledlist": [
            {"rtntype": "GSTR3B", "ret_prd": "052026", "status": "Not Filed"},
            {"rtntype": "GSTR3B", "ret_prd": "062026", "status": "Not Filed"},
            {"rtntype": "GSTR3B", "ret_prd": "072026", "status": "Filed"}]}),
    )];
    let cites = [
        ("ev_1", "/gstin"),
        ("ev_1", "/EFiledlist/0/status"),
        ("ev_1", "/EFiledlist/1/status"),
        ("ev_1", "/EFiledlist/2/status"),
        ("ev_1", "/EFiledlist/0/rtntype"),
        ("ev_1", "/EFiledlist/1/rtntype"),
        ("ev_1", "/EFiledlist/2/rtntype"),
        ("ev_1", "/EFiledlist/0/ret_prd"),
        ("ev_1", "/EFiledlist/1/ret_prd"),
        ("ev_1", "/EFiledlist/2/ret_prd"),
    ];
    for count in ["One", "None"] {
        let claim = format!(
            "{count} of the three GSTR-3B returns of 24CSPAZ9663E1ZQ from May 2026 to July 2026 stand as not filed."
        );
        check(&docs, &cites, &[(&claim, false)]);
    }
}

#[test]
fn a_value_in_the_wrong_field_bears_nothing() {
    for (status, msme, want) in [("active", "micro", true), ("micro", "active", false)] {
        let docs = [(
            "ev_1",
            json!([{"vendor_id": "V6410", "legal_name": "Awadh Pumps Limited", "msme": msme, "status": status}]),
        )];
        let held = if want { "/0/msme" } else { "/0/status" };
        check(
            &docs,
            &[("ev_1", "/0/vendor_id"), ("ev_1", held)],
            &[(
                "Vendor V6410 is a micro enterprise in the vendor master.",
                want,
            )],
        );
    }
    let docs = [
        (
            "ev_1",
            json!({"DocDtls": {"Typ": "INV", "No": "GST/26-04794"}, "ValDtls": {"AssVal": 604_659.86, "TotInvVal": 713_498.0}}),
        ),
        (
            "ev_2",
            json!({"b2b": [{"inv": [{"inum": "GST/26-04794", "val": 604_659.86, "txval": 604_659.86}]}]}),
        ),
    ];
    for (member, want) in [("txval", true), ("val", false)] {
        let amount = format!("/b2b/0/inv/0/{member}");
        check(
            &docs,
            &[
                ("ev_1", "/ValDtls/AssVal"),
                ("ev_2", &amount),
                ("ev_1", "/DocDtls/No"),
                ("ev_2", "/b2b/0/inv/0/inum"),
            ],
            &[(
                "The taxable value Rs 6,04,659.86 of invoice GST/26-04794 agrees with GSTR-2B.",
                want,
            )],
        );
    }
}

#[test]
fn what_is_said_to_agree_agrees() {
    let docs = [
        ("ev_1", json!({"decoded": "qr", "TotInvVal": 465_770.0})),
        (
            "ev_2",
            json!({"DocDtls": {"Typ": "INV", "No": "SI/06843"}, "ValDtls": {"TotInvVal": 565_770.0}}),
        ),
    ];
    check(
        &docs,
        &[
            ("ev_1", "/TotInvVal"),
            ("ev_2", "/DocDtls/No"),
            ("ev_2", "/ValDtls/TotInvVal"),
        ],
        &[(
            "The QR says Rs 4,65,770.00, but invoice SI/06843 totals Rs 5,65,770.00: they agree.",
            false,
        )],
    );
}

#[test]
fn a_clause_of_its_own_rests_on_something() {
    let docs = [(
        "ev_7",
        json!({"gstin": "08NSRFY1058H1ZB", "EFiledlist": [
            {"rtntype": "GSTR3B", "ret_prd": "032026", "status": "Filed", "dof": "14-04-2026"},
        ]}),
    )];
    let cites = [
        ("ev_7", "/gstin"),
        ("ev_7", "/EFiledlist/0/rtntype"),
        ("ev_7", "/EFiledlist/0/ret_prd"),
        ("ev_7", "/EFiledlist/0/status"),
        ("ev_7", "/EFiledlist/0/dof"),
    ];
    let filed = "GSTIN 08NSRFY1058H1ZB filed its GSTR-3B for March 2026 on 14 April 2026";
    let told = format!("{filed}; the supplier has been told.");
    let agreed = format!("{filed}; the plant manager had agreed to this beforehand.");
    let plain = format!("{filed}.");
    check(
        &docs,
        &cites,
        &[(&plain, true), (&told, false), (&agreed, false)],
    );
}

#[test]
fn a_state_and_goods_are_of_the_row_that_is_told() {
    let rows = |of: [usize; 2]| {
        let at = |row: usize, leaf: &str| format!("/gstr3b/{row}/{leaf}");
        [at(of[0], "tax_period"), at(of[1], "filing_status")]
    };
    let docs = [(
        "ev_1",
        json!({"gstin": "24DUXFV3627M1Z6", "gstr3b": [
            {"tax_period": "042026", "filing_status": "Not Filed"},
            {"tax_period": "052026", "filing_status": "Filed"},
            {"tax_period": "062026", "filing_status": "Filed"},
        ]}),
    )];
    let claim = "Return tracking for 24DUXFV3627M1Z6 marks GSTR-3B of May 2026 as filed.";
    for (of, want) in [([1, 1], true), ([1, 2], false)] {
        let [period, status] = rows(of);
        let cites = [("ev_1", "/gstin"), ("ev_1", &*period), ("ev_1", &*status)];
        check(&docs, &cites, &[(claim, want)]);
    }
    let docs = [(
        "ev_2",
        json!({"bill_no": "INV-37629", "items": [
            {"line": 1, "item_name": "Copper wire rod", "qty": 55, "uom": "MTS"},
            {"line": 2, "item_name": "Ball bearing", "qty": 290, "uom": "NOS"},
        ]}),
    )];
    for (row, claim, want) in [
        (
            0,
            "Line 1 of INV-37629 bills 55 MT of Copper wire rod.",
            true,
        ),
        (
            1,
            "Line 1 of INV-37629 bills 290 nos of Copper wire rod.",
            false,
        ),
    ] {
        let (qty, uom) = (format!("/items/{row}/qty"), format!("/items/{row}/uom"));
        let cites = [
            ("ev_2", "/bill_no"),
            ("ev_2", "/items/0/item_name"),
            ("ev_2", &*qty),
            ("ev_2", &*uom),
        ];
        check(&docs, &cites, &[(claim, want)]);
    }
}

#[test]
fn a_figure_is_of_the_sort_that_it_is_told_as() {
    let docs = [
        (
            "ev_1",
            json!({"invoice_no": "TD/26/5241", "lines": [{"line": 1, "gst_rate": 12, "tax": 1_440}]}),
        ),
        (
            "ev_2",
            json!({"supplier": "Periyar Plastics Private Limited", "invoice_count": 203, "median_amount": 41_000, "largest_amount": 728_032}),
        ),
        (
            "ev_3",
            json!({"clause": "3.5", "text": "For late delivery the seller pays 0.5% of the order value a week, capped at 5% of it."}),
        ),
        (
            "ev_4",
            json!({"po_number": "PO-9", "po_date": "2026-04-01", "vendor_id": "V1", "lines": [{"item": "MS angle", "ordered": 40, "price": 63}]}),
        ),
    ];
    let refused = |cites: &[(&str, &str)], claim: &str| check(&docs, cites, &[(claim, false)]);
    refused(
        &[("ev_1", "/invoice_no"), ("ev_1", "/lines/0/gst_rate")],
        "At 12%, the tax on line 1 of invoice TD/26/5241 is ₹12.00.",
    );
    refused(
        &[
            ("ev_2", "/supplier"),
            ("ev_2", "/invoice_count"),
            ("ev_2", "/largest_amount"),
        ],
        "Periyar Plastics Private Limited has 203 invoices in the ledger with a median of ₹7,28,032.",
    );
    refused(
        &[("ev_3", "/clause"), ("ev_3", "/text")],
        "Late delivery costs 5% a week, capped at 5% of the order value, under clause 3.5.",
    );
    refused(
        &[("ev_4", "/lines/0/price")],
        "MS angle was billed at ₹63.00 per unit.",
    );
}

#[test]
fn parts_come_to_the_whole_that_is_told() {
    let docs = [(
        "ev_0",
        json!({"DocDtls": {"No": "B03890"}, "ItemList": [{"SlNo": "1", "AssAmt": 26_299.5}, {"SlNo": "2", "AssAmt": 66_692.08}],
            "ValDtls": {"AssVal": 94_131.95}}),
    )];
    let cites = [
        ("ev_0", "/DocDtls/No"),
        ("ev_0", "/ItemList/0/SlNo"),
        ("ev_0", "/ItemList/0/AssAmt"),
        ("ev_0", "/ItemList/1/SlNo"),
        ("ev_0", "/ItemList/1/AssAmt"),
        ("ev_0", "/ValDtls/AssVal"),
    ];
    check(
        &docs,
        &cites,
        &[(
            "Lines 1 and 2 of invoice B03890, at ₹26,299.50 and ₹66,692.08, come to its taxable total of ₹94,131.95.",
            false,
        )],
    );
}

#[test]
fn a_name_a_day_and_a_reference_are_those_that_are_told() {
    let docs = [
        (
            "ev_1",
            json!({"vendor_id": "V0128", "legal_name": "Malabar Cable Supplies Limited", "trade_name": "Nilgiri Wires", "gstin": "24GUZAD9747G2ZO"}),
        ),
        (
            "ev_2",
            json!({"Irn": "029b70f4522f1b28", "Status": "CNL", "AckNo": "481558267054237", "AckDt": "2026-05-19 18:01:33", "CnlDt": "2026-05-20 09:00:00"}),
        ),
        (
            "ev_3",
            json!({"DocDtls": {"No": "GI1042"}, "SellerDtls": {"LglNm": "Malabar"}, "RefDtls": {"ContrDtls": [{"PORefr": "4500009161"}]}}),
        ),
        (
            "ev_4",
            json!({"doctype": "Purchase Order", "name": "4500009162", "supplier": "V0128", "items": [{"qty": 1, "rate": 5}]}),
        ),
        (
            "ev_5",
            json!({"gstin": "08UJEAX6722J2ZZ", "dty": "Composition", "sts": "Active"}),
        ),
    ];
    let claim =
        |cites: &[(&str, &str)], claim: &str, want: bool| check(&docs, cites, &[(claim, want)]);
    claim(
        &[("ev_1", "/vendor_id"), ("ev_1", "/legal_name")],
        "Trade name of vendor V0128 in our books: Malabar Cable Supplies Limited.",
        false,
    );
    claim(
        &[("ev_1", "/vendor_id"), ("ev_1", "/trade_name")],
        "Trade name of vendor V0128 in our books: Nilgiri Wires.",
        true,
    );
    claim(
        &[
            ("ev_1", "/vendor_id"),
            ("ev_1", "/legal_name"),
            ("ev_1", "/trade_name"),
        ],
        "Nilgiri Wires is the legal name, and Malabar Cable Supplies Limited the trade name, of vendor V0128.",
        false,
    );
    claim(
        &[("ev_2", "/Irn"), ("ev_2", "/Status"), ("ev_2", "/AckDt")],
        "The registration portal cancelled IRN 029b70f4522f1b28 on 19 May 2026.",
        false,
    );
    claim(
        &[
            ("ev_3", "/DocDtls/No"),
            ("ev_3", "/RefDtls/ContrDtls/0/PORefr"),
            ("ev_4", "/name"),
        ],
        "The order named on GI1042 is 4500009162.",
        false,
    );
    claim(
        &[("ev_5", "/gstin"), ("ev_5", "/dty")],
        "GSTIN 08UJEAX6722J2ZZ is outside the composition scheme.",
        false,
    );
}

#[test]
fn what_is_quoted_of_no_place_is_not_the_name_of_goods() {
    let docs = [(
        "ev_1",
        json!({"receipt": {"id": "GRN-09529", "items": [{"item": "Bearing 6205", "rejected": 4, "uom": "PCS"}]}}),
    )];
    let case = crate::Case {
        evidence: vec![crate::Evidence {
            id: "ev_1".to_owned(),
            tool: String::new(),
            json: docs[0].1.clone(),
        }],
        claim: "The store turned away 4 pieces of Bearing 6205 on GRN-09529.".to_owned(),
        citations: [
            ("/receipt/items/0/rejected", json!(4)),
            ("/receipt/items/0/uom", json!("PCS")),
            ("/receipt/items/0/net_amount", json!("Bearing 6205")),
        ]
        .map(|(pointer, value)| crate::Citation {
            evidence: "ev_1".to_owned(),
            pointer: pointer.to_owned(),
            value,
        })
        .to_vec(),
    };
    assert_eq!(crate::judge(&case).label, crate::Label::Unsupported);
}
