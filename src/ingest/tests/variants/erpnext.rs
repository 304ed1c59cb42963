use super::*;

fn read(edit: impl FnOnce(&mut Value)) -> Value {
    inv01(&edited(ERPNEXT, edit))
}

/// Nandi's invoice: two rates within a State, with the noise of floats.
fn two_rates(doc: &mut Value) {
    set(
        doc,
        json!({"supplier_gstin": "29AAHFN2046K1Z1", "place_of_supply": "29-Karnataka", "net_total": 24812.2,
        "grand_total": 27391.819999999996, "rounding_adjustment": 0.18000000000029104, "rounded_total": 27392.0}),
    );
    set(
        &mut doc["items"][0],
        json!({"amount": 14512.2, "net_amount": 14512.2, "taxable_value": 14512.199999999999, "qty": 100,
        "rate": 145.122, "igst_rate": 0.0, "igst_amount": 0.0, "cgst_rate": 2.5, "cgst_amount": 362.805, "sgst_rate": 2.5,
        "sgst_amount": 362.80500000000001}),
    );
    set(
        &mut doc["items"][1],
        json!({"amount": 10300.0, "net_amount": 10300.0, "taxable_value": 10300.0, "igst_rate": 0.0,
        "igst_amount": 0.0, "cgst_rate": 9, "cgst_amount": 927.0000000000001, "sgst_rate": 9, "sgst_amount": 927}),
    );
    let row = |kind: &str| json!({"gst_tax_type": kind, "tax_amount": 1289.8099999999997, "charge_type": "On Net Total"});
    doc["taxes"] = json!([row("cgst"), row("sgst")]);
}

#[test]
fn several_rates_within_a_state_with_noise() {
    holds(
        "two rates",
        &read(two_rates),
        &[
            ("/ItemList/0/GstRt", json!(5)),
            ("/ItemList/0/CgstAmt", json!(362.81)),
            ("/ItemList/0/TotItemVal", json!(15237.82)),
            ("/ItemList/1/GstRt", json!(18)),
            ("/ItemList/1/SgstAmt", json!(927)),
            ("/ValDtls/CgstVal", json!(1289.81)),
            ("/ValDtls/IgstVal", json!(0)),
            ("/ValDtls/RndOffAmt", json!(0.18)),
            ("/ValDtls/TotInvVal", json!(27392)),
            ("/SellerDtls/Stcd", json!("29")),
        ],
    );
}

#[test]
fn discounts_of_lines_and_of_the_document() {
    let line = read(|doc| {
        set(
            &mut doc["items"][0],
            json!({"discount_percentage": 5.0, "discount_amount": 10.725, "rate": 203.775,
            "amount": 24453.0, "net_amount": 24453.0, "taxable_value": 24453.0}),
        );
    });
    holds(
        "line",
        &line,
        &[
            ("/ItemList/0/UnitPrice", json!(214.5)),
            ("/ItemList/0/TotAmt", json!(25740)),
            ("/ItemList/0/Discount", json!(1287)),
            ("/ItemList/0/AssAmt", json!(24453)),
            ("/ItemList/1/Discount", json!(0)),
        ],
    );
    let both = read(|doc| {
        set(
            doc,
            json!({"apply_discount_on": "Net Total", "discount_amount": 1000.0, "net_total": 32820.5}),
        );
        set(
            &mut doc["items"][0],
            json!({"discount_percentage": 5.0, "discount_amount": 10.725, "rate": 203.775,
            "amount": 24453.0, "net_amount": 23730.0, "taxable_value": 23730.0}),
        );
        set(
            &mut doc["items"][1],
            json!({"net_amount": 9090.5, "taxable_value": 9090.5}),
        );
    });
    holds(
        "both",
        &both,
        &[
            ("/ItemList/0/Discount", json!(2010)),
            ("/ItemList/1/Discount", json!(277)),
            ("/ItemList/1/TotAmt", json!(9367.5)),
            ("/ValDtls/AssVal", json!(32820.5)),
            ("/ValDtls/Discount", json!(0)),
        ],
    );
    let after_tax = read(|doc| {
        set(
            doc,
            json!({"discount_amount": 426.85, "grand_total": 41000.0, "rounded_total": 41000.0, "rounding_adjustment": 0.0}),
        );
    });
    holds(
        "after tax",
        &after_tax,
        &[
            ("/ItemList/0/Discount", json!(0)),
            ("/ValDtls/Discount", json!(426.85)),
            ("/ValDtls/TotInvVal", json!(41000)),
            ("/ValDtls/RndOffAmt", json!(0)),
        ],
    );
    let unspread = read(|doc| {
        set(
            doc,
            json!({"apply_discount_on": "Net Total", "discount_amount": 107.5, "net_total": 35000.0, "grand_total": 41319.35,
            "rounded_total": 0, "disable_rounded_total": 1}),
        );
    });
    holds(
        "not on the lines yet",
        &unspread,
        &[
            ("/ItemList/0/Discount", json!(78.82)),
            ("/ItemList/1/Discount", json!(28.68)),
            ("/ValDtls/AssVal", json!(35000)),
            ("/ValDtls/TotInvVal", json!(41319.35)),
        ],
    );
}

#[test]
fn prices_that_include_the_tax() {
    let inclusive = read(|doc| {
        doc["taxes"][0]["included_in_print_rate"] = json!(1);
        set(
            &mut doc["items"][0],
            json!({"price_list_rate": 253.11, "rate": 253.11, "amount": 30373.2, "net_rate": 214.5}),
        );
        set(
            &mut doc["items"][1],
            json!({"price_list_rate": 221.073, "rate": 221.073, "amount": 11053.65}),
        );
    });
    holds(
        "inclusive",
        &inclusive,
        &[
            ("/ItemList/0/UnitPrice", json!(214.5)),
            ("/ItemList/0/TotAmt", json!(25740)),
            ("/ItemList/0/Discount", json!(0)),
            ("/ItemList/0/AssAmt", json!(25740)),
            ("/ItemList/1/UnitPrice", json!(187.35)),
            ("/ValDtls/TotInvVal", json!(41427)),
        ],
    );
}

#[test]
fn a_return_is_a_credit_note_with_positive_amounts() {
    let negative = |value: &mut Value, names: &[&str]| {
        for name in names {
            let digits = value[*name].to_string();
            value[*name] = serde_json::from_str(&format!("-{digits}")).unwrap();
        }
    };
    let note = read(|doc| {
        set(
            doc,
            json!({"is_return": 1, "return_against": "ACC-PINV-2026-00400"}),
        );
        negative(
            doc,
            &[
                "net_total",
                "grand_total",
                "rounding_adjustment",
                "rounded_total",
                "total",
            ],
        );
        for item in doc["items"].as_array_mut().unwrap() {
            negative(
                item,
                &[
                    "qty",
                    "amount",
                    "net_amount",
                    "taxable_value",
                    "igst_amount",
                ],
            );
        }
        negative(
            &mut doc["taxes"][0],
            &[
                "tax_amount",
                "tax_amount_after_discount_amount",
                "base_tax_amount",
            ],
        );
    });
    holds(
        "return",
        &note,
        &[
            ("/DocDtls/Typ", json!("CRN")),
            ("/ItemList/0/Qty", json!(120)),
            ("/ItemList/0/UnitPrice", json!(214.5)),
            ("/ItemList/0/IgstAmt", json!(4633.2)),
            ("/ItemList/1/TotItemVal", json!(11053.65)),
            ("/ValDtls/IgstVal", json!(6319.35)),
            ("/ValDtls/RndOffAmt", json!(0.15)),
            ("/ValDtls/TotInvVal", json!(41427)),
            // The number that it is booked under is not the supplier's.
            ("/RefDtls/PrecDocDtls", json!(null)),
        ],
    );
}

#[test]
fn what_is_not_there_stays_absent() {
    for nothing in [json!(null), json!(""), json!("Not Applicable")] {
        let unregistered = read(|doc| {
            set(
                doc,
                json!({"supplier_gstin": nothing, "gst_category": "Unregistered"}),
            );
        });
        holds(
            "unregistered",
            &unregistered,
            &[
                ("/SellerDtls/Gstin", json!(null)),
                ("/SellerDtls/Stcd", json!(null)),
                ("/TranDtls/SupTyp", json!("B2B")),
            ],
        );
    }
    let picked = inv01(br#"{"doctype": "Purchase Invoice", "name": "ACC-1", "bill_no": "A/1", "posting_date": "2026-11-14",
        "supplier_gstin": "27ABKFK7319Q1ZH", "grand_total": 118.0}"#);
    holds(
        "picked",
        &picked,
        &[
            ("/DocDtls/No", json!("A/1")),
            ("/DocDtls/Dt", json!(null)),
            ("/ItemList", json!(null)),
            ("/BuyerDtls", json!(null)),
            ("/ValDtls/AssVal", json!(null)),
            ("/ValDtls/RndOffAmt", json!(null)),
            ("/ValDtls/OthChrg", json!(null)),
            ("/ValDtls/TotInvVal", json!(118)),
            ("/Source/Document", json!("ACC-1")),
        ],
    );
}

#[test]
fn envelopes_of_webhooks_and_of_the_api() {
    for envelope in ["doc", "data", "message"] {
        let enveloped = edited(ERPNEXT, |doc| *doc = json!({ envelope: doc }));
        holds(
            envelope,
            &inv01(&enveloped),
            &[("/ValDtls/TotInvVal", json!(41427))],
        );
    }
    let list = edited(ERPNEXT, |doc| *doc = json!({"data": [doc, doc, doc]}));
    assert_eq!(
        read_bytes(&list, "x", &LIMITS)
            .into_iter()
            .flatten()
            .count(),
        3
    );
}

#[test]
fn reverse_charge_freight_and_tax_kept_back() {
    let reverse = read(|doc| {
        set(
            doc,
            json!({"is_reverse_charge": 1, "grand_total": 35107.5, "rounded_total": 0, "disable_rounded_total": 1,
            "rounding_adjustment": 0.0}),
        );
        let own = doc["taxes"][0].clone();
        let mut back = own.clone();
        set(
            &mut back,
            json!({"gst_tax_type": "igst_rcm", "add_deduct_tax": "Deduct"}),
        );
        doc["taxes"] = json!([own, back]);
    });
    holds(
        "reverse charge",
        &reverse,
        &[
            ("/TranDtls/RegRev", json!("Y")),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ValDtls/IgstVal", json!(0)),
            ("/ValDtls/TotInvVal", json!(35107.5)),
            ("/ValDtls/RndOffAmt", json!(0)),
        ],
    );
    let beside = read(|doc| {
        let rows = doc["taxes"].as_array_mut().unwrap();
        rows.push(json!({"charge_type": "Actual", "account_head": "Freight and Forwarding Charges - DPP", "tax_amount": 500.0}));
        rows.push(json!({"charge_type": "Actual", "account_head": "TDS Payable - DPP", "add_deduct_tax": "Deduct", "tax_amount": 351.08}));
        set(
            doc,
            json!({"grand_total": 41575.77, "rounding_adjustment": 0.23, "rounded_total": 41576.0}),
        );
    });
    holds(
        "freight and TDS",
        &beside,
        &[
            ("/ValDtls/OthChrg", json!(500)),
            ("/ValDtls/IgstVal", json!(6319.35)),
            ("/ValDtls/RndOffAmt", json!(0.23)),
            // The supplier bills what is kept back, too.
            ("/ValDtls/TotInvVal", json!(41927.08)),
        ],
    );
    let added = read(|doc| {
        let rows = doc["taxes"].as_array_mut().unwrap();
        rows.push(json!({"charge_type": "Actual", "account_head": "TDS Payable - DPP", "add_deduct_tax": "Add", "tax_amount": 50000.0}));
        set(
            doc,
            json!({"grand_total": 91426.85, "rounding_adjustment": 0.15, "rounded_total": 91427.0}),
        );
    });
    holds(
        "TDS that adds",
        &added,
        &[("/ValDtls/TotInvVal", json!(91427))],
    );
    let spread = read(|doc| {
        doc["taxes"].as_array_mut().unwrap().insert(
            0,
            json!({"charge_type": "Actual", "account_head": "Freight - DPP", "tax_amount": 100.0}),
        );
        doc["items"][0]["taxable_value"] = json!(25813.32);
        doc["items"][1]["taxable_value"] = json!(9394.18);
    });
    holds(
        "taxed freight",
        &spread,
        &[
            ("/ValDtls/OthChrg", json!(0)),
            ("/ValDtls/AssVal", json!(35207.5)),
            ("/ItemList/0/Discount", json!(0)),
        ],
    );
}

#[test]
fn another_currency_comes_in_rupees() {
    let foreign = read(|doc| {
        set(
            doc,
            json!({"currency": "USD", "conversion_rate": 80.0, "gst_category": "Overseas", "base_grand_total": 3_314_148, "base_net_total": 2_808_600,
            "base_rounded_total": 3_314_160}),
        );
        for item in doc["items"].as_array_mut().unwrap() {
            item["taxable_value"] = json!(null);
            item["igst_amount"] = json!(null);
            item["cgst_amount"] = json!(null);
            item["sgst_amount"] = json!(null);
            item["cess_amount"] = json!(null);
        }
        doc["taxes"] = json!([]);
    });
    holds(
        "dollars",
        &foreign,
        &[
            ("/TranDtls/SupTyp", json!("EXPWOP")),
            ("/ItemList/0/UnitPrice", json!(17160)),
            ("/ItemList/0/AssAmt", json!(2_059_200)),
            ("/ValDtls/AssVal", json!(2_808_600)),
            ("/ValDtls/TotInvVal", json!(3_314_160)),
            ("/ValDtls/TotInvValFc", json!(41427)),
            ("/ExpDtls/ForCur", json!("USD")),
        ],
    );
    let unknown = read(|doc| set(doc, json!({"currency": "USD", "conversion_rate": null})));
    holds(
        "no rate",
        &unknown,
        &[
            ("/ValDtls/TotInvVal", json!(null)),
            ("/ItemList/0/UnitPrice", json!(null)),
        ],
    );
}

#[test]
fn a_site_without_india_compliance_states_tax_in_its_rows() {
    let plain = |doc: &mut Value| {
        for item in doc["items"].as_array_mut().unwrap() {
            for name in [
                "igst_rate",
                "cgst_rate",
                "sgst_rate",
                "igst_amount",
                "cgst_amount",
                "sgst_amount",
                "cess_amount",
                "taxable_value",
            ] {
                item.as_object_mut().unwrap().remove(name);
            }
        }
        doc["taxes"][0]
            .as_object_mut()
            .unwrap()
            .remove("gst_tax_type");
    };
    let wanted = [
        ("/ItemList/0/GstRt", json!(18)),
        ("/ItemList/0/IgstAmt", json!(4633.2)),
        ("/ItemList/1/IgstAmt", json!(1686.15)),
        ("/ValDtls/IgstVal", json!(6319.35)),
    ];
    holds("one rate", &read(plain), &wanted);
    let details = read(|doc| {
        plain(doc);
        set(
            &mut doc["taxes"][0],
            json!({"rate": 0, "item_wise_tax_detail":
            "{\"ITM-84821011\": [18.0, 4633.2], \"ITM-73181500\": [18.0, 1686.15]}"}),
        );
    });
    holds("details", &details, &wanted);
    let templates = read(|doc| {
        plain(doc);
        doc["taxes"][0]["rate"] = json!(0);
        for item in doc["items"].as_array_mut().unwrap() {
            item["item_tax_rate"] = json!(
                "{\"Input Tax IGST - DPP\": 18.0, \"Input Tax CGST - DPP\": 9.0, \"Input Tax SGST - DPP\": 9.0}"
            );
        }
    });
    holds("templates", &templates, &wanted);
}

#[test]
fn categories_orders_and_descriptions() {
    for (category, taxed, want) in [
        ("SEZ", true, "SEZWP"),
        ("SEZ", false, "SEZWOP"),
        ("Deemed Export", true, "DEXP"),
    ] {
        let zone = read(|doc| {
            doc["gst_category"] = json!(category);
            if !taxed {
                set(
                    &mut doc["taxes"][0],
                    json!({"tax_amount": 0, "tax_amount_after_discount_amount": 0}),
                );
            }
        });
        holds(category, &zone, &[("/TranDtls/SupTyp", json!(want))]);
    }
    let orders = read(|doc| {
        doc["items"][1]["purchase_order"] = json!("PO-26-00500");
        doc["items"][0]["description"] = json!("<div><p>Bearing &amp; seal<br>6205-2RS</p></div>");
        doc["items"][1]["description"] = json!("<p></p>");
        doc["items"][1]["uom"] = json!("Square Meter");
    });
    holds(
        "orders",
        &orders,
        &[
            ("/RefDtls/ContrDtls/0/PORefr", json!("PO-26-00418")),
            ("/RefDtls/ContrDtls/1/PORefr", json!("PO-26-00500")),
            ("/ItemList/0/PrdDesc", json!("Bearing & seal 6205-2RS")),
            ("/ItemList/1/PrdDesc", json!("Hex bolt M12x60 gr 8.8")),
            ("/ItemList/1/Unit", json!("SQM")),
        ],
    );
}
