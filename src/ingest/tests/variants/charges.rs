//! What an ERPNext bill charges: the tax of its lines, the rounding of its total, freight that is called by a tax.

use super::*;

fn read(edit: impl FnOnce(&mut Value)) -> Value {
    inv01(&edited(ERPNEXT, edit))
}

type Edit = Box<dyn Fn(&mut Value)>;

/// Books the tax, and what is owed of it to the revenue, as one of the ways does.
fn reversed(doc: &mut Value, back: Value) {
    set(
        doc,
        json!({"is_reverse_charge": 1, "grand_total": 35107.5, "rounded_total": 35108.0, "rounding_adjustment": 0.5}),
    );
    let own = doc["taxes"][0].clone();
    let mut owed = own.clone();
    set(&mut owed, json!({"gst_tax_type": "igst_rcm"}));
    set(&mut owed, back);
    doc["taxes"] = json!([own, owed]);
}

#[test]
fn under_reverse_charge_the_lines_charge_no_tax() {
    let deducted = json!({"add_deduct_tax": "Deduct"});
    let negative =
        json!({"tax_amount": -6319.35, "tax_amount_after_discount_amount": -6319.35, "rate": -18});
    let unstated = |doc: &mut Value| {
        for member in ["grand_total", "rounded_total", "rounding_adjustment"] {
            doc.as_object_mut().unwrap().remove(member);
        }
    };
    let cases: [(&str, Edit); 6] = [
        ("deducted", {
            let back = deducted.clone();
            Box::new(move |doc| reversed(doc, back.clone()))
        }),
        ("negative", {
            let back = negative.clone();
            Box::new(move |doc| reversed(doc, back.clone()))
        }),
        ("unrounded", {
            let back = negative.clone();
            Box::new(move |doc| {
                reversed(doc, back.clone());
                set(doc, json!({"disable_rounded_total": 1}));
            })
        }),
        ("no flag", {
            let back = negative.clone();
            Box::new(move |doc| {
                reversed(doc, back.clone());
                doc["is_reverse_charge"] = json!(null);
            })
        }),
        ("no total", {
            Box::new(move |doc| {
                reversed(doc, negative.clone());
                unstated(doc);
            })
        }),
        ("no row of what is owed", {
            Box::new(move |doc| {
                reversed(doc, deducted.clone());
                doc["taxes"].as_array_mut().unwrap().pop();
            })
        }),
    ];
    for (name, edit) in cases {
        holds(
            name,
            &read(|doc| edit(doc)),
            &[
                ("/TranDtls/RegRev", json!("Y")),
                ("/ItemList/0/GstRt", json!(18)),
                ("/ItemList/0/IgstAmt", json!(0)),
                ("/ItemList/0/TotItemVal", json!(25740)),
                ("/ItemList/1/IgstAmt", json!(0)),
                ("/ItemList/1/TotItemVal", json!(9367.5)),
                ("/ValDtls/IgstVal", json!(0)),
            ],
        );
    }
    // A total with the tax in it says that the supplier charges it, whatever the flag says.
    let charged = read(|doc| doc["is_reverse_charge"] = json!(1));
    holds(
        "charged",
        &charged,
        &[
            ("/ItemList/0/IgstAmt", json!(4633.2)),
            ("/ValDtls/IgstVal", json!(6319.35)),
        ],
    );
}

#[test]
fn a_rounding_that_is_in_no_total_is_absent() {
    for (name, members, round_off, total) in [
        (
            "disabled",
            json!({"disable_rounded_total": 1}),
            json!(null),
            41426.85,
        ),
        (
            "disabled, and set back",
            json!({"disable_rounded_total": 1, "rounded_total": 0}),
            json!(null),
            41426.85,
        ),
        (
            "disabled, and nought",
            json!({"disable_rounded_total": 1, "rounding_adjustment": 0}),
            json!(0),
            41426.85,
        ),
        (
            "not picked",
            json!({"rounded_total": null}),
            json!(null),
            41426.85,
        ),
        ("rounded", json!({}), json!(0.15), 41427.0),
    ] {
        holds(
            name,
            &read(|doc| set(doc, members)),
            &[
                ("/ValDtls/RndOffAmt", round_off),
                ("/ValDtls/TotInvVal", json!(total)),
            ],
        );
    }
}

#[test]
fn a_charge_that_is_called_by_a_tax() {
    let row = |account: &str, members: Value| {
        let mut row = json!({"charge_type": "Actual", "account_head": account, "description": account,
            "tax_amount": 500.0, "rate": 0});
        set(&mut row, members);
        row
    };
    for (account, members, charges, igst) in [
        ("Freight @5% IGST exempt - DPP", json!({}), 500.0, 6319.35),
        (
            "Freight (IGST) - DPP",
            json!({"gst_tax_type": ""}),
            500.0,
            6319.35,
        ),
        ("IGST Freight Inward - DPP", json!({}), 500.0, 6319.35),
        ("Round trip freight - DPP", json!({}), 500.0, 6319.35),
        (
            "Freight - DPP",
            json!({"gst_tax_type": "igst"}),
            0.0,
            6819.35,
        ),
        ("Input IGST on Freight - DPP", json!({}), 0.0, 6819.35),
        (
            "Freight IGST - DPP",
            json!({"charge_type": "On Previous Row Amount", "rate": 18}),
            0.0,
            6819.35,
        ),
    ] {
        let found = read(|doc| {
            let rows = doc["taxes"].as_array_mut().unwrap();
            rows.push(row(account, members));
            set(
                doc,
                json!({"grand_total": 41926.85, "rounded_total": 41927.0}),
            );
        });
        holds(
            account,
            &found,
            &[
                ("/ValDtls/OthChrg", json!(charges)),
                ("/ValDtls/IgstVal", json!(igst)),
            ],
        );
    }
}

#[test]
fn cess_of_the_rows_that_the_lines_do_not_state_is_absent() {
    let found = read(|doc| {
        for item in doc["items"].as_array_mut().unwrap() {
            item.as_object_mut().unwrap().remove("cess_amount");
            item.as_object_mut()
                .unwrap()
                .remove("cess_non_advol_amount");
        }
        let rows = doc["taxes"].as_array_mut().unwrap();
        rows.push(json!({"charge_type": "Actual", "gst_tax_type": "cess", "tax_amount": 100.0}));
    });
    holds(
        "cess",
        &found,
        &[
            ("/ItemList/0/CesAmt", json!(null)),
            ("/ItemList/0/TotItemVal", json!(null)),
            ("/ItemList/0/IgstAmt", json!(4633.2)),
            ("/ValDtls/CesVal", json!(100)),
        ],
    );
}
