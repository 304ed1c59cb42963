//! The clean invoice, and what each tool answers about it.

use std::collections::BTreeMap;

use domain::Need;
use serde_json::{Value, json};

use super::{BUYER, BUYER_24, KEY_ID, KEY_MODULUS, SUPPLIER, Said};

pub(super) fn invoice() -> Value {
    json!({
        "Version": "1.1",
        "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N", "IgstOnIntra": "N"},
        "DocDtls": {"Typ": "INV", "No": "SF/26-27/0415", "Dt": "12/10/2026"},
        "SellerDtls": {"Gstin": SUPPLIER, "LglNm": "Sabarmati Fasteners Private Limited",
            "TrdNm": "Sabarmati Fasteners", "Addr1": "Plot 18, GIDC Vatva", "Loc": "Ahmedabad", "Pin": 382_445,
            "Stcd": "24"},
        "BuyerDtls": {"Gstin": BUYER, "LglNm": "Aravalli Pumps Limited", "TrdNm": "Aravalli Pumps",
            "Pos": "27", "Addr1": "7 Chakan Industrial Estate", "Loc": "Pune", "Pin": 410_501, "Stcd": "27"},
        "ItemList": [
            {"SlNo": "1", "PrdDesc": "Hex bolts M12 x 50, zinc plated", "IsServc": "N", "HsnCd": "73181500",
                "Qty": 1200, "Unit": "KGS", "UnitPrice": 142.5, "TotAmt": 171_000, "Discount": 1000,
                "AssAmt": 170_000, "GstRt": 18, "IgstAmt": 30600, "CgstAmt": 0, "SgstAmt": 0,
                "TotItemVal": 200_600, "OrdLineRef": "1"},
            {"SlNo": "2", "PrdDesc": "Deep groove ball bearing 6205", "IsServc": "N", "HsnCd": "84821011",
                "Qty": 340, "Unit": "NOS", "UnitPrice": 418.75, "TotAmt": 142_375, "Discount": 0,
                "AssAmt": 142_375, "GstRt": 18, "IgstAmt": 25627.5, "CgstAmt": 0, "SgstAmt": 0,
                "TotItemVal": 168_002.5, "OrdLineRef": "2"},
        ],
        "ValDtls": {"AssVal": 312_375, "CgstVal": 0, "SgstVal": 0, "IgstVal": 56227.5, "Discount": 0,
            "OthChrg": 0, "RndOffAmt": 0.5, "TotInvVal": 368_603},
        "PayDtls": {"Nm": "Sabarmati Fasteners Private Limited", "AccDet": "50200048213377",
            "FinInsBr": "HDFC0000412", "PayTerm": "45 days", "CrDay": 45},
        "RefDtls": {"ContrDtls": [{"PORefr": "PO-26-0091", "PORefDt": "01/09/2026"}]},
    })
}

pub(super) fn records() -> BTreeMap<Need, Said> {
    let order_line = |line: &str,
                      hsn: &str,
                      description: &str,
                      unit: &str,
                      quantity: i32,
                      price: f64| {
        json!({"line": line, "hsn": hsn, "description": description, "quantity": quantity, "unit": unit,
            "unit_price": price, "gst_rate": 18, "status": "open", "accepted": quantity, "billed": 0})
    };
    let past = |number: &str, day: &str, total: f64| {
        json!({"invoice_number": number, "invoice_date": day, "supplier_gstin": SUPPLIER, "buyer_gstin": BUYER,
            "taxable_value": 100_000, "total_value": total, "po_number": "", "status": "paid"})
    };
    let filed = |period: &str, day: &str| json!({"rtntype": "GSTR3B", "ret_prd": period, "dof": day, "status": "Filed", "valid": "Y"});
    let records = [
        (
            Need::Buyer,
            json!({"legal_name": "Aravalli Pumps Limited", "gstins": [BUYER, BUYER_24],
            "approval_limits": [100_000, 500_000, 2_500_000]}),
        ),
        (
            Need::Vendor,
            json!({"gstin": SUPPLIER, "by_gstin": [{"vendor_id": "V0007",
            "legal_name": "Sabarmati Fasteners Private Limited", "trade_name": "Sabarmati Fasteners",
            "gstin": SUPPLIER, "pan": "AAKCS4821M", "bank_account": "50200048213377", "ifsc": "HDFC0000412",
            "payment_terms_days": 45, "msme": "", "status": "active", "email": "accounts@sabarmati.example"}],
            "by_pan": [], "similar": []}),
        ),
        (
            Need::Taxpayer,
            json!({"gstin": SUPPLIER, "lgnm": "SABARMATI FASTENERS PRIVATE LIMITED",
            "tradeNam": "SABARMATI FASTENERS", "sts": "Active", "dty": "Regular", "ctb": "Private Limited Company",
            "rgdt": "01/07/2017", "cxdt": "", "einvoiceStatus": "Yes"}),
        ),
        (
            Need::Returns,
            json!({"EFiledlist": [filed("072026", "20-08-2026"), filed("082026", "20-09-2026"),
            filed("092026", "19-10-2026"), filed("102026", "20-11-2026")]}),
        ),
        (
            Need::Statement,
            json!({"gstin": BUYER, "supplier": SUPPLIER, "periods": ["102026"], "documents": [
            {"section": "b2b", "period": "102026", "document": {"inum": "SF/26-27/0415", "typ": "R",
                "dt": "12-10-2026", "val": 368_603, "pos": "27", "rev": "N", "itcavl": "Y", "items": [
                    {"num": 1, "rt": 18, "txval": 312_375, "igst": 56227.5, "cgst": 0, "sgst": 0, "cess": 0}]}}]}),
        ),
        (
            Need::IrnStatus,
            json!({"Status": "ACT", "AckNo": "112610000415", "AckDt": "2026-10-12 16:20:05"}),
        ),
        (
            Need::SigningKey,
            json!({"kid": KEY_ID, "kty": "RSA", "alg": "RS256", "n": KEY_MODULUS, "e": "AQAB"}),
        ),
        (
            Need::Duplicates,
            json!({"supplier_gstin": SUPPLIER, "invoice_number": "SF/26-27/0415",
            "same_number": [], "same_amount": []}),
        ),
        (
            Need::History,
            json!({"supplier_gstin": SUPPLIER,
            "totals": [351_200, 298_450.5, 402_118, 287_300, 365_990, 310_075, 344_820, 391_640, 276_505],
            "nearby": [past("SF/26-27/0414", "2026-10-06", 351_200.0)],
            "series": [past("SF/26-27/0413", "2026-09-21", 298_450.5), past("SF/26-27/0414", "2026-10-06", 351_200.0)]}),
        ),
        (
            Need::Orders,
            json!({"po_number": "PO-26-0091", "po_date": "2026-09-01", "vendor_id": "V0007",
            "lines": [order_line("1", "73181500", "Hex bolts M12 x 50, zinc plated", "KGS", 1200, 142.5),
                order_line("2", "84821011", "Deep groove ball bearing 6205", "NOS", 340, 418.75)],
            "receipts_known": true, "has_receipts": true}),
        ),
        (
            Need::Contracts,
            json!({"supplier": SUPPLIER, "searched": 1, "notes": [], "passages": [{"document": "contracts/V0007.md",
            "heading": "Supply agreement > 4. Payment", "line_start": 7, "score": 5,
            "text": "4.1 The buyer pays each undisputed invoice within 45 days of its date."}]}),
        ),
    ];
    records
        .into_iter()
        .map(|(need, value)| (need, Said::Found(value)))
        .collect()
}
