use super::*;

fn read(replacements: &[(&str, &str)]) -> Value {
    inv01(changed(replacements).as_bytes())
}

fn changed(replacements: &[(&str, &str)]) -> String {
    let mut text = TALLY.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

fn entry(name: &str, amount: &str) -> String {
    format!(
        "<LEDGERENTRIES.LIST><LEDGERNAME>{name}</LEDGERNAME><AMOUNT>{amount}</AMOUNT></LEDGERENTRIES.LIST></VOUCHER>"
    )
}

type Change = fn(String) -> Vec<u8>;

/// The whole sample, bytes of its text changed and not what it says.
const SAME: &[(&str, Change)] = &[
    ("UTF-16 little", |t| {
        [
            b"\xff\xfe".to_vec(),
            t.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ]
        .concat()
    }),
    ("UTF-16 big", |t| {
        [
            b"\xfe\xff".to_vec(),
            t.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ]
        .concat()
    }),
    ("UTF-16 without mark", |t| {
        t.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("declared", |t| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{t}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    }),
    ("references", |t| {
        t.replace(">Not Applicable<", ">&#4; Not Applicable<")
            .replace(">Regular<", ">&#x4;Regular<")
            .into_bytes()
    }),
    ("raw controls", |t| {
        t.replace(">Not Applicable<", ">\u{4} Not Applicable<")
            .into_bytes()
    }),
    ("other list", |t| {
        t.replace("ALLINVENTORYENTRIES.LIST", "INVENTORYENTRIES.LIST")
            .replace("LEDGERENTRIES.LIST", "ALLLEDGERENTRIES.LIST")
            .into_bytes()
    }),
    ("not applicable", |t| {
        t.replace(
            "<NARRATION>",
            "<PARTYPINCODE>&#4; Not Applicable</PARTYPINCODE><NARRATION>",
        )
        .into_bytes()
    }),
    ("unsigned", |t| {
        t.replace("<AMOUNT>-", "<AMOUNT>").into_bytes()
    }),
];

#[test]
fn the_same_voucher_in_other_bytes() {
    let plain = inv01(TALLY.as_bytes());
    for (name, change) in SAME {
        assert_eq!(inv01(&change(TALLY.to_owned())), plain, "{name}");
    }
}

#[test]
fn within_a_state_with_two_rates() {
    let nandi = read(&[
        ("<STATENAME>Maharashtra<", "<STATENAME>Karnataka<"),
        ("-25740.00", "-14512.20"),
        ("-9367.50", "-10300.00"),
        ("<GSTRATE>9</GSTRATE>", "<GSTRATE>2.5</GSTRATE>"),
        ("<GSTRATE>18</GSTRATE>", "<GSTRATE>5</GSTRATE>"),
        ("Input IGST", "Input CGST"),
        ("-6319.35", "-620.31"),
        ("</VOUCHER>", &entry("Input UTGST", "-620.31")),
    ]);
    holds(
        "nandi",
        &nandi,
        &[
            ("/ItemList/0/GstRt", json!(5)),
            ("/ItemList/0/CgstAmt", json!(362.81)),
            ("/ItemList/0/SgstAmt", json!(362.81)),
            ("/ItemList/0/IgstAmt", json!(0)),
            ("/ValDtls/CgstVal", json!(620.31)),
            ("/ValDtls/SgstVal", json!(620.31)),
        ],
    );
}

#[test]
fn discounts_units_and_batches() {
    let voucher = read(&[
        (
            "<RATE>214.50/Nos</RATE>\n       <AMOUNT>-25740.00",
            "<RATE>2574.00/Box</RATE><DISCOUNT> 5</DISCOUNT>\n       <AMOUNT>-24453.00",
        ),
        (
            " 120 Nos</BILLEDQTY>",
            " 10 Box = 120 Nos</BILLEDQTY><BATCHALLOCATIONS.LIST><BATCHNAME>B-7</BATCHNAME><ORDERNO>PO-9</ORDERNO></BATCHALLOCATIONS.LIST>",
        ),
    ]);
    holds(
        "boxes",
        &voucher,
        &[
            ("/ItemList/0/Qty", json!(10)),
            ("/ItemList/0/Unit", json!("BOX")),
            ("/ItemList/0/UnitPrice", json!(2574)),
            ("/ItemList/0/TotAmt", json!(25740)),
            ("/ItemList/0/Discount", json!(1287)),
            ("/ItemList/0/AssAmt", json!(24453)),
            ("/ItemList/0/BchDtls/Nm", json!("B-7")),
            ("/RefDtls/ContrDtls/1/PORefr", json!("PO-9")),
            ("/RefDtls/ContrDtls/0/PORefDt", json!("20/10/2026")),
        ],
    );
}

#[test]
fn a_debit_note_turns_the_signs_round() {
    let mut note = changed(&[
        ("\"Purchase\"", "\"Debit Note\""),
        (">Purchase</V", ">Debit Note</V"),
        ("New Ref", "Agst Ref"),
        ("<NAME>KBF/26-27/01187", "<NAME>KBF/26-27/00900"),
    ]);
    note = note
        .replace("<AMOUNT>-", "<AMOUNT>+")
        .replace("<AMOUNT>4", "<AMOUNT>-4")
        .replace("<AMOUNT>+", "<AMOUNT>");
    holds(
        "debit note",
        &inv01(note.as_bytes()),
        &[
            ("/DocDtls/Typ", json!("CRN")),
            ("/ItemList/0/AssAmt", json!(25740)),
            ("/ItemList/0/IgstAmt", json!(4633.2)),
            ("/ValDtls/IgstVal", json!(6319.35)),
            ("/ValDtls/RndOffAmt", json!(0.15)),
            ("/ValDtls/TotInvVal", json!(41427)),
            ("/RefDtls/PrecDocDtls/0/InvNo", json!("KBF/26-27/00900")),
        ],
    );
    holds(
        "credit note",
        &read(&[("\"Purchase\"", "\"Credit Note\"")]),
        &[("/DocDtls/Typ", json!("DBN"))],
    );
}

#[test]
fn ledgers_beside_the_lines() {
    let freight = read(&[
        ("<AMOUNT>41427.00", "<AMOUNT>41927.00"),
        ("</VOUCHER>", &entry("Freight Inward", "-500.00")),
    ]);
    holds(
        "freight",
        &freight,
        &[
            ("/ValDtls/OthChrg", json!(500)),
            ("/ValDtls/RndOffAmt", json!(0.15)),
            ("/ItemList/2", json!(null)),
        ],
    );
    let kept_back = read(&[
        ("<AMOUNT>41427.00", "<AMOUNT>41075.92"),
        ("</VOUCHER>", &entry("TDS on Purchase 194Q", "351.08")),
    ]);
    holds(
        "TDS",
        &kept_back,
        &[
            ("/ValDtls/TotInvVal", json!(41427)),
            ("/ValDtls/Discount", json!(0)),
        ],
    );
    let added = read(&[
        ("<AMOUNT>41427.00", "<AMOUNT>91427.00"),
        ("</VOUCHER>", &entry("TDS on Purchase 194Q", "-50000.00")),
    ]);
    // Nobody keeps back what is paid on top: the total stays, and does not add up.
    holds(
        "TDS that adds",
        &added,
        &[("/ValDtls/TotInvVal", json!(91427))],
    );
    let rounded_down = read(&[
        ("<AMOUNT>41427.00", "<AMOUNT>41426.00"),
        ("<AMOUNT>-0.15", "<AMOUNT>0.85"),
    ]);
    holds(
        "down",
        &rounded_down,
        &[
            ("/ValDtls/RndOffAmt", json!(-0.85)),
            ("/ValDtls/TotInvVal", json!(41426)),
        ],
    );
    let reverse = read(&[
        (
            "<GSTOVRDNISREVCHARGEAPPL>Not Applicable",
            "<GSTOVRDNISREVCHARGEAPPL>&#4; Applicable",
        ),
        ("Input IGST", "Suspense"),
        ("-6319.35", "0"),
        ("<AMOUNT>41427.00", "<AMOUNT>35107.65"),
    ]);
    holds(
        "reverse charge",
        &reverse,
        &[
            ("/TranDtls/RegRev", json!("Y")),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ItemList/0/IgstAmt", json!(0)),
        ],
    );
    let nothing = read(&[
        ("<PARTYGSTIN>27ABKFK7319Q1ZH", "<PARTYGSTIN>"),
        (
            "<PLACEOFSUPPLY>Karnataka",
            "<PLACEOFSUPPLY>&#4; Not Applicable",
        ),
    ]);
    holds(
        "absent",
        &nothing,
        &[
            ("/SellerDtls/Gstin", json!(null)),
            ("/SellerDtls/Stcd", json!("27")),
            ("/BuyerDtls/Pos", json!(null)),
        ],
    );
}

#[test]
fn a_service_is_a_ledger() {
    let party = "<ALLLEDGERENTRIES.LIST><LEDGERNAME>Nandi Facility Services</LEDGERNAME><ISPARTYLEDGER>Yes</ISPARTYLEDGER><AMOUNT>11800.00</AMOUNT></ALLLEDGERENTRIES.LIST>";
    let voucher = format!(
        "<ENVELOPE><VOUCHER VCHTYPE=\"Purchase\"><REFERENCE>NF/1</REFERENCE><REFERENCEDATE>20261101</REFERENCEDATE>\
         <PARTYLEDGERNAME>Nandi Facility Services</PARTYLEDGERNAME><BASICORDERREF>PO-3</BASICORDERREF>{party}\
         <ALLLEDGERENTRIES.LIST><LEDGERNAME>Housekeeping R&amp;M</LEDGERNAME><GSTHSNNAME>998533</GSTHSNNAME><AMOUNT>-10000.00</AMOUNT></ALLLEDGERENTRIES.LIST>\
         <ALLLEDGERENTRIES.LIST><LEDGERNAME>Input CGST 9%</LEDGERNAME><AMOUNT>-900.00</AMOUNT></ALLLEDGERENTRIES.LIST>\
         <ALLLEDGERENTRIES.LIST><LEDGERNAME>Input SGST 9%</LEDGERNAME><AMOUNT>-900.00</AMOUNT></ALLLEDGERENTRIES.LIST>\
         </VOUCHER></ENVELOPE>"
    );
    holds(
        "service",
        &inv01(voucher.as_bytes()),
        &[
            ("/ItemList/0/PrdDesc", json!("Housekeeping R&M")),
            ("/ItemList/0/IsServc", json!("Y")),
            ("/ItemList/0/Qty", json!(null)),
            ("/ItemList/0/AssAmt", json!(10000)),
            ("/ItemList/0/GstRt", json!(18)),
            ("/ItemList/0/CgstAmt", json!(900)),
            ("/ItemList/0/TotItemVal", json!(11800)),
            ("/ItemList/1", json!(null)),
            ("/ValDtls/TotInvVal", json!(11800)),
            ("/RefDtls/ContrDtls/0/PORefr", json!("PO-3")),
        ],
    );
}

#[test]
fn several_vouchers_in_one_file() {
    let from = TALLY.find("<VOUCHER ").unwrap();
    let to = TALLY.find("</VOUCHER>").unwrap() + "</VOUCHER>".len();
    let voucher = &TALLY[from..to];
    let file = format!(
        "{}{voucher}{}{voucher}{}",
        &TALLY[..from],
        "<VOUCHER VCHTYPE=\"Payment\"/>",
        &TALLY[to..]
    );
    let found = read_bytes(file.as_bytes(), "day.xml", &LIMITS);
    assert_eq!(
        found.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    let error = found[1].as_ref().unwrap_err().to_string();
    assert!(
        error.starts_with("day.xml:") && error.contains("Payment"),
        "{error}"
    );
}
