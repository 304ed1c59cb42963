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
