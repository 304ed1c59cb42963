use super::*;

fn read(edit: impl FnOnce(&mut Value)) -> Value {
    inv01(&edited(ZOHO, |doc| edit(&mut doc["bill"])))
}

#[test]
fn several_rates_within_a_state() {
    let nandi = read(|bill| {
        set(
            bill,
            json!({"source_of_supply": "KA", "gst_no": "29AAHFN2046K1Z1", "sub_total": 24812.2, "tax_total": 2579.62,
            "adjustment": 0.18, "total": 27392.0, "taxes": [{"tax_name": "CGST2.5 (2.5%)", "tax_amount": 362.81},
            {"tax_name": "SGST2.5 (2.5%)", "tax_amount": 362.81}, {"tax_name": "CGST9 (9%)", "tax_amount": 927.0},
            {"tax_name": "SGST9 (9%)", "tax_amount": 926.9999999999999}]}),
        );
        set(
            &mut bill["line_items"][0],
            json!({"item_total": 14512.199999999999, "tax_percentage": 5, "tax_name": "GST5", "tax_type": "tax_group"}),
        );
        set(
            &mut bill["line_items"][1],
            json!({"item_total": 10300, "tax_percentage": 18, "tax_name": "GST18", "tax_type": "tax_group"}),
        );
    });
    holds(
        "nandi",
        &nandi,
        &[
            ("/ItemList/0/GstRt", json!(5)),
            ("/ItemList/0/CgstAmt", json!(362.81)),
            ("/ItemList/0/IgstAmt", json!(0)),
            ("/ItemList/1/SgstAmt", json!(927)),
            ("/ValDtls/CgstVal", json!(1289.81)),
            ("/ValDtls/SgstVal", json!(1289.81)),
            ("/ValDtls/RndOffAmt", json!(0.18)),
            ("/ValDtls/TotInvVal", json!(27392)),
        ],
    );
    let unnamed = read(|bill| {
        set(bill, json!({"source_of_supply": "KA", "taxes": []}));
        for line in bill["line_items"].as_array_mut().unwrap() {
            line["tax_name"] = json!("Standard Rate");
        }
    });
    holds(
        "by the States",
        &unnamed,
        &[
            ("/ItemList/0/CgstAmt", json!(2316.6)),
            ("/ValDtls/CgstVal", json!(3159.68)),
        ],
    );
}

#[test]
fn discounts_of_lines_and_of_the_bill() {
    for discount in [json!("5.00%"), json!(1287.0), json!("1287")] {
        let line = read(|bill| {
            set(
                &mut bill["line_items"][0],
                json!({"discount": discount, "item_total": 24453.0}),
            );
        });
        holds(
            "line",
            &line,
            &[
                ("/ItemList/0/TotAmt", json!(25740)),
                ("/ItemList/0/Discount", json!(1287)),
                ("/ItemList/0/AssAmt", json!(24453)),
                ("/ItemList/0/IgstAmt", json!(4401.54)),
            ],
        );
    }
    for discount in [json!("10%"), json!(3510.75)] {
        let before = read(|bill| {
            set(
                bill,
                json!({"discount_type": "entity_level", "discount": discount, "tax_total": 5687.42, "total": 37284.32,
                "taxes": [{"tax_name": "IGST18", "tax_amount": 5687.42}]}),
            );
        });
        holds(
            "before tax",
            &before,
            &[
                ("/ItemList/0/Discount", json!(2574)),
                ("/ItemList/1/Discount", json!(936.75)),
                ("/ItemList/1/AssAmt", json!(8430.75)),
                ("/ItemList/0/IgstAmt", json!(4169.88)),
                ("/ValDtls/AssVal", json!(31596.75)),
                ("/ValDtls/Discount", json!(0)),
            ],
        );
    }
    let after = read(|bill| {
        set(
            bill,
            json!({"discount_type": "entity_level", "is_discount_before_tax": false, "discount": 427.0, "total": 41000.0}),
        );
    });
    holds(
        "after tax",
        &after,
        &[
            ("/ItemList/0/Discount", json!(0)),
            ("/ValDtls/Discount", json!(427)),
            ("/ValDtls/AssVal", json!(35107.5)),
            ("/ValDtls/TotInvVal", json!(41000)),
        ],
    );
}

#[test]
fn prices_that_include_the_tax_in_both_shapes() {
    for (totals, name) in [
        ([30373.2, 11053.65], "with"),
        ([25740.0, 9367.5], "without"),
    ] {
        let inclusive = read(|bill| {
            bill["is_inclusive_tax"] = json!(true);
            for (line, (rate, total)) in bill["line_items"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .zip([253.11, 221.073].into_iter().zip(totals))
            {
                set(line, json!({"rate": rate, "item_total": total}));
            }
        });
        holds(
            name,
            &inclusive,
            &[
                ("/ItemList/0/UnitPrice", json!(214.5)),
                ("/ItemList/0/AssAmt", json!(25740)),
                ("/ItemList/0/IgstAmt", json!(4633.2)),
                ("/ItemList/1/TotAmt", json!(9367.5)),
                ("/ValDtls/AssVal", json!(35107.5)),
            ],
        );
    }
}

#[test]
fn an_adjustment_is_a_rounding_only_where_it_is_called_one() {
    for (adjustment, description, round_off, charges, discount) in [
        (0.15, "Rounding", json!(0.15), 0.0, 0.0),
        (-0.85, "Rounded off", json!(-0.85), 0.0, 0.0),
        (250.0, "Freight", json!(null), 250.0, 0.0),
        (0.15, "", json!(null), 0.15, 0.0),
        (-100.0, "Goodwill", json!(null), 0.0, 100.0),
        (0.0, "Adjustment", json!(0), 0.0, 0.0),
    ] {
        let bill = read(|bill| {
            set(
                bill,
                json!({"adjustment": adjustment, "adjustment_description": description}),
            );
        });
        holds(
            description,
            &bill,
            &[
                ("/ValDtls/RndOffAmt", round_off),
                ("/ValDtls/OthChrg", json!(charges)),
                ("/ValDtls/Discount", json!(discount)),
            ],
        );
    }
}

#[test]
fn reverse_charge_tax_kept_back_and_credits() {
    let reverse = read(|bill| {
        set(
            bill,
            json!({"is_reverse_charge_applied": true, "tax_total": 0, "taxes": [], "total": 35107.65}),
        );
        for line in bill["line_items"].as_array_mut().unwrap() {
            set(
                line,
                json!({"tax_percentage": "", "tax_name": "", "reverse_charge_tax_percentage": 18}),
            );
        }
    });
    holds(
        "reverse charge",
        &reverse,
        &[
            ("/TranDtls/RegRev", json!("Y")),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ItemList/0/IgstAmt", json!(0)),
            ("/ValDtls/IgstVal", json!(0)),
            ("/ValDtls/TotInvVal", json!(35107.65)),
        ],
    );
    let kept_back = read(|bill| set(bill, json!({"tds_amount": 351.08, "total": 41075.92})));
    holds(
        "TDS off the total",
        &kept_back,
        &[("/ValDtls/TotInvVal", json!(41427))],
    );
    let beside = read(|bill| set(bill, json!({"tds_amount": 351.08})));
    holds(
        "TDS beside the total",
        &beside,
        &[("/ValDtls/TotInvVal", json!(41427))],
    );
    let credit = inv01(&edited(ZOHO, |doc| {
        let mut credit = doc["bill"].clone();
        set(
            &mut credit,
            json!({"vendor_credit_number": "KBF/CN/9", "vendor_credit_id": "77"}),
        );
        *doc = json!({ "vendor_credit": credit });
    }));
    holds(
        "credit",
        &credit,
        &[
            ("/DocDtls/Typ", json!("CRN")),
            ("/DocDtls/No", json!("KBF/CN/9")),
            ("/RefDtls/PrecDocDtls/0/InvNo", json!("KBF/26-27/01187")),
        ],
    );
}

#[test]
fn what_is_not_there_stays_absent() {
    let unregistered = read(|bill| {
        set(
            bill,
            json!({"gst_no": "", "gst_treatment": "business_none", "purchaseorders": []}),
        );
    });
    holds(
        "unregistered",
        &unregistered,
        &[
            ("/SellerDtls/Gstin", json!(null)),
            ("/SellerDtls/Stcd", json!("27")),
            ("/BuyerDtls/Gstin", json!(null)),
            ("/RefDtls", json!(null)),
        ],
    );
    let services = read(|bill| {
        set(
            &mut bill["line_items"][0],
            json!({"product_type": "service", "hsn_or_sac": "998719", "unit": ""}),
        );
    });
    holds(
        "service",
        &services,
        &[
            ("/ItemList/0/IsServc", json!("Y")),
            ("/ItemList/0/Unit", json!(null)),
        ],
    );
    let foreign = read(|bill| {
        set(bill, json!({"currency_code": "USD", "exchange_rate": null}));
    });
    holds(
        "no rate of exchange",
        &foreign,
        &[
            ("/DocDtls/No", json!("KBF/26-27/01187")),
            ("/ItemList/0/Qty", json!(120)),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ItemList/0/UnitPrice", json!(null)),
            ("/ItemList/0/AssAmt", json!(null)),
            ("/ItemList/0/IgstAmt", json!(null)),
            ("/ItemList/0/CesAmt", json!(null)),
            ("/ValDtls/AssVal", json!(null)),
            ("/ValDtls/IgstVal", json!(null)),
            ("/ValDtls/RndOffAmt", json!(null)),
            ("/ValDtls/TotInvVal", json!(null)),
            ("/ValDtls/TotInvValFc", json!(41427)),
            ("/ExpDtls/ForCur", json!("USD")),
        ],
    );
}

/// Turns the sign of a member.
fn negate(value: &mut Value, names: &[&str]) {
    for name in names {
        let digits = value[*name].to_string();
        value[*name] = serde_json::from_str(&format!("-{digits}")).unwrap();
    }
}

#[test]
fn a_credit_with_negative_amounts_is_a_credit_note_with_positive_ones() {
    for (name, of_line, totals) in [
        ("by quantity", ["quantity", "item_total"], true),
        ("by price", ["rate", "item_total"], true),
        ("without totals", ["quantity", "item_total"], false),
    ] {
        let credit = inv01(&edited(ZOHO, |doc| {
            let mut credit = doc["bill"].clone();
            set(&mut credit, json!({"vendor_credit_number": "CN/9"}));
            negate(
                &mut credit,
                &["total", "sub_total", "tax_total", "adjustment"],
            );
            negate(&mut credit["taxes"][0], &["tax_amount"]);
            for line in credit["line_items"].as_array_mut().unwrap() {
                negate(line, &of_line);
            }
            if !totals {
                for member in ["total", "sub_total"] {
                    credit.as_object_mut().unwrap().remove(member);
                }
            }
            *doc = json!({ "vendor_credit": credit });
        }));
        let total = if totals { json!(41427) } else { json!(null) };
        holds(
            name,
            &credit,
            &[
                ("/DocDtls/Typ", json!("CRN")),
                ("/ItemList/0/Qty", json!(120)),
                ("/ItemList/0/UnitPrice", json!(214.5)),
                ("/ItemList/0/TotAmt", json!(25740)),
                ("/ItemList/0/AssAmt", json!(25740)),
                ("/ItemList/0/IgstAmt", json!(4633.2)),
                ("/ValDtls/AssVal", json!(35107.5)),
                ("/ValDtls/IgstVal", json!(6319.35)),
                ("/ValDtls/RndOffAmt", json!(0.15)),
                ("/ValDtls/Discount", json!(0)),
                ("/ValDtls/TotInvVal", total),
            ],
        );
    }
    let discounted = inv01(&edited(ZOHO, |doc| {
        let mut credit = doc["bill"].clone();
        set(
            &mut credit,
            json!({"vendor_credit_number": "CN/9", "discount_type": "entity_level", "discount": "10%"}),
        );
        negate(&mut credit, &["total", "sub_total"]);
        for line in credit["line_items"].as_array_mut().unwrap() {
            negate(line, &["quantity", "item_total"]);
        }
        *doc = json!({ "vendor_credit": credit });
    }));
    holds(
        "discount",
        &discounted,
        &[
            ("/ItemList/0/Discount", json!(2574)),
            ("/ItemList/0/AssAmt", json!(23166)),
        ],
    );
    // A bill that comes to less than nothing is no bill to pay as much.
    let bill = read(|bill| negate(bill, &["total"]));
    holds("bill", &bill, &[("/ValDtls/TotInvVal", json!(-41427))]);
}

#[test]
fn a_round_trip_is_no_rounding() {
    for description in ["Transport round trip", "Round bars", "Freight (rounds)"] {
        let bill = read(|bill| {
            set(
                bill,
                json!({"adjustment": 500.0, "adjustment_description": description, "total": 41926.85}),
            );
        });
        holds(
            description,
            &bill,
            &[
                ("/ValDtls/RndOffAmt", json!(null)),
                ("/ValDtls/OthChrg", json!(500)),
            ],
        );
    }
}
