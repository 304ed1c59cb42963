use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;

use super::*;

#[derive(Default)]
struct Kept {
    entries: Vec<Entry>,
    files: Vec<BookFile>,
}

impl Sink for Kept {
    fn entry(&mut self, entry: Entry) -> bool {
        self.entries.push(entry);
        true
    }
    fn file(&mut self, file: BookFile) -> bool {
        self.files.push(file);
        true
    }
}

fn read_with(limits: Limits, files: &[(&str, &[u8])]) -> Result<(Kept, Vec<String>), BookError> {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let mut kept = Kept::default();
    let notes = read(dir.path(), limits, &BTreeMap::new(), &mut kept)?;
    Ok((kept, notes))
}

fn read_one(name: &str, text: &str) -> Result<(Kept, Vec<String>), BookError> {
    read_with(Limits::default(), &[(name, text.as_bytes())])
}

const LEDGER: &str = "invoice_number,invoice_date,supplier_gstin,buyer_gstin,taxable_value,total_value,po_number,status\n";
const VENDORS: &str = "vendor_id,legal_name,trade_name,gstin,pan,bank_account,ifsc,payment_terms_days,msme,status,email\n";
const ORDERS: &str =
    "po_number,po_date,vendor_id,line,hsn,description,quantity,unit,unit_price,gst_rate,status\n";
const RECEIPTS: &str = "grn_number,grn_date,po_number,line,quantity_accepted\n";
const LINES: &str = "invoice_number,supplier_gstin,po_number,po_line,quantity\n";

/// Name, file, heading, row, message.
const BAD_ROWS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "amount",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,abc,1,,paid",
        r#"ledger.csv:2: taxable_value is "abc"; an amount in rupees is needed, as in 1234.50"#,
    ),
    (
        "third decimal",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,1.005,,paid",
        r#"ledger.csv:2: total_value is "1.005"; an amount in rupees has at most two decimals"#,
    ),
    (
        "float noise",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,17654.000000001,,paid",
        r#"ledger.csv:2: total_value is "17654.000000001"; an amount in rupees has at most two decimals"#,
    ),
    (
        "fifteen digits",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,100000000000000,,paid",
        r#"ledger.csv:2: total_value is "100000000000000"; an amount in rupees is needed, as in 1234.50"#,
    ),
    (
        "no date of the calendar",
        "ledger.csv",
        LEDGER,
        "A,31/02/2026,G,B,1,1,,paid",
        r#"ledger.csv:2: invoice_date is "31/02/2026"; a date is needed: yyyy-mm-dd or dd/mm/yyyy"#,
    ),
    (
        "no number",
        "ledger.csv",
        LEDGER,
        " ,2026-01-02,G,B,1,1,,paid",
        "ledger.csv:2: invoice_number is empty; a value is needed",
    ),
    (
        "status",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,1,,lost",
        r#"ledger.csv:2: status is "lost"; one of paid, approved, held, rejected is needed"#,
    ),
    (
        "a comma too many",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,1,000,,paid",
        "ledger.csv:2: has 9 fields; 8 are needed, as in the heading; a text with commas stands in quotes",
    ),
    (
        "a field too few",
        "ledger.csv",
        LEDGER,
        "A,2026-01-02,G,B,1,1,paid",
        "ledger.csv:2: has 7 fields; 8 are needed, as in the heading; a text with commas stands in quotes",
    ),
    (
        "terms",
        "vendors.csv",
        VENDORS,
        "V1,N,,G,P,1,I,4.5,,active,",
        r#"vendors.csv:2: payment_terms_days is "4.5"; whole days from 0 to 3650 are needed, or nothing"#,
    ),
    (
        "size",
        "vendors.csv",
        VENDORS,
        "V1,N,,G,P,1,I,45,large,active,",
        r#"vendors.csv:2: msme is "large"; one of micro, small, medium is needed"#,
    ),
    (
        "vendor status",
        "vendors.csv",
        VENDORS,
        "V1,N,,G,P,1,I,45,,,",
        "vendors.csv:2: status is empty; one of active, blocked is needed",
    ),
    (
        "order quantity",
        "purchase_orders.csv",
        ORDERS,
        "P,2026-01-02,V,1,84,D,many,NOS,1,18,open",
        r#"purchase_orders.csv:2: quantity is "many"; a number is needed, as in 12.5"#,
    ),
    (
        "receipt line",
        "receipts.csv",
        RECEIPTS,
        "G,2026-01-02,P,,1",
        "receipts.csv:2: line is empty; a value is needed",
    ),
    (
        "billed order",
        "ledger_lines.csv",
        LINES,
        "A,G,,1,1",
        "ledger_lines.csv:2: po_number is empty; a value is needed",
    ),
];

#[test]
fn every_bad_row_is_named_with_its_mend() {
    for (name, file, heading, row, want) in BAD_ROWS {
        let error = read_one(file, &format!("{heading}{row}\n")).err().unwrap();
        assert_eq!(error.to_string(), *want, "{name}");
    }
}

#[test]
fn headings_are_checked_and_order_is_free() {
    let error = read_one("receipts.csv", "grn_number,grn,po_number,line\n")
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        r#"receipts.csv:1: the heading lacks grn_date, quantity_accepted; not known: "grn""#
    );
    let error = read_one(
        "receipts.csv",
        "line,line,grn_number,grn_date,po_number,quantity_accepted\n",
    )
    .err()
    .unwrap();
    assert_eq!(
        error.to_string(),
        "receipts.csv:1: line stands twice in the heading; remove one"
    );
    let error = read_one("receipts.csv", "").err().unwrap();
    assert_eq!(
        error.to_string(),
        "receipts.csv: is empty; the heading at least is needed"
    );
    // A byte order mark, carriage returns, another order, a column of theirs, a spreadsheet's 1.0.
    let text = "\u{feff}Line,po_number,quantity_accepted,grn_date,grn_number,checked by\r\n1.0, PO-1 ,2.50,02/01/2026,G1,Asha\r\n\r\n";
    let (kept, notes) = read_one("receipts.csv", text).unwrap();
    assert_eq!(
        notes,
        [r#"receipts.csv: columns passed over: "checked by""#]
    );
    let Entry::Receipt(receipt) = &kept.entries[0] else {
        panic!()
    };
    assert_eq!(
        (receipt.line.as_str(), receipt.po_number.as_str()),
        ("1", "PO-1")
    );
    assert_eq!(receipt.quantity_accepted, Decimal::new(25, 1));
    assert_eq!(receipt.grn_date, Date::new(2026, 1, 2).ok());
    assert_eq!(kept.files[0].rows, 1);
}

#[test]
fn twenty_are_told_and_all_are_counted_over_all_files() {
    let rows = "A,x,G,B,1,1,,paid\n".repeat(25);
    let error = read_with(
        Limits::default(),
        &[
            ("ledger.csv", format!("{LEDGER}{rows}").as_bytes()),
            ("buyer.json", b"{"),
        ],
    )
    .err()
    .unwrap();
    assert_eq!((error.problems.len(), error.count), (PROBLEMS_TOLD, 26));
    assert_eq!(error.problems[19].line, Some(21));
    assert!(
        error
            .to_string()
            .ends_with("and 6 more; nothing was taken from the book")
    );
}

#[test]
fn limits_hold_on_either_side() {
    let row = "A,2026-01-02,G,B,1,1,,paid\n";
    let limits = Limits {
        rows: 2,
        ..Limits::default()
    };
    let text = |rows: usize| format!("{LEDGER}{}", row.repeat(rows));
    assert!(read_with(limits, &[("ledger.csv", text(2).as_bytes())]).is_ok());
    assert!(read_with(limits, &[("ledger.csv", text(3).as_bytes())]).is_err());
    let bytes = u64::try_from(text(2).len()).unwrap();
    let limits = Limits {
        bytes,
        ..Limits::default()
    };
    assert!(read_with(limits, &[("ledger.csv", text(2).as_bytes())]).is_ok());
    let limits = Limits {
        bytes: bytes - 1,
        ..limits
    };
    assert!(read_with(limits, &[("ledger.csv", text(2).as_bytes())]).is_err());
    for (length, fits) in [(2_000, true), (2_001, false)] {
        let text = format!("{LEDGER}{},2026-01-02,G,B,1,1,,paid\n", "é".repeat(length));
        assert_eq!(read_one("ledger.csv", &text).is_ok(), fits);
    }
    // A quote that is never closed must not swallow the file into memory.
    let open = format!("{LEDGER}\"{}", row.repeat(20_000));
    let error = read_one("ledger.csv", &open).err().unwrap().to_string();
    assert!(error.contains("is a quote left open?"), "{error}");
    let limits = Limits {
        document_bytes: 10,
        ..Limits::default()
    };
    assert!(read_with(limits, &[("buyer.json", b"{\"legal_name\":\"\"}")]).is_err());
}

#[test]
fn portal_documents_are_kept_as_written_under_their_keys() {
    let (kept, notes) = read_with(
        Limits::default(),
        &[
            (
                "portal/taxpayers.json",
                br#"[{"gstin": "27aaacr5055k1z7", "x": 1.00}]"#,
            ),
            (
                "portal/returns.json",
                br#"{"27AAACR5055K1Z7": {"EFiledlist": []}}"#,
            ),
            (
                "portal/gstr2b/a.json",
                br#"{"data": {"gstin": "G", "rtnprd": "102026"}}"#,
            ),
            ("portal/gstr2b/H_112026.json", br#"{"docdata": {}}"#),
            ("portal/irn.json", br#"{"abC": {"Status": "ACT"}}"#),
            ("portal/irp_jwks.json", br#"{"keys": [{"kid": "1"}]}"#),
            ("contracts/V1.md", b"# A"),
            ("contracts/V2.pdf", b"%PDF"),
            ("contracts/.hidden.md", b""),
        ],
    )
    .unwrap();
    let keys: Vec<String> = kept
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Portal { kind, key, json } => format!("{} {key} {}", kind.name(), json.len()),
            Entry::Contract(document) => format!("{} {:?}", document.name, document.text),
            _ => String::new(),
        })
        .collect();
    assert_eq!(
        keys,
        [
            "contracts/V1.md Some(\"# A\")",
            "contracts/V2.pdf None",
            "taxpayer 27AAACR5055K1Z7 39",
            "returns 27AAACR5055K1Z7 18",
            "gstr2b H_112026 15",
            "gstr2b G_102026 44",
            "irn abC 17",
            "jwks  24"
        ]
    );
    assert_eq!(notes, ["contracts/V2.pdf: its text is not read"]);
    for (file, text) in [
        ("portal/taxpayers.json", "[{}]"),
        ("portal/taxpayers.json", "{}"),
        ("portal/irn.json", "[1]"),
        ("portal/irp_jwks.json", "[]"),
        ("portal/gstr2b/x.json", "{}"),
        ("buyer.json", "{\"gstins\": []}"),
        ("buyer.json", "\u{0}"),
    ] {
        assert!(read_one(file, text).is_err(), "{file} {text}");
    }
}

#[test]
fn a_directory_without_a_book_is_named() {
    assert!(read_one("notes.txt", "").is_err());
    let missing = Path::new("/nonexistent/book");
    let error = read(
        missing,
        Limits::default(),
        &BTreeMap::new(),
        &mut Kept::default(),
    );
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("holds no file of a book")
    );
}

const FILES: [&str; 12] = [
    "vendors.csv",
    "purchase_orders.csv",
    "receipts.csv",
    "ledger.csv",
    "ledger_lines.csv",
    "buyer.json",
    "contracts/a.md",
    "portal/taxpayers.json",
    "portal/returns.json",
    "portal/gstr2b/a_102026.json",
    "portal/irn.json",
    "portal/irp_jwks.json",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(file in 0..FILES.len(), headed in any::<bool>(),
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "[0-9A-Za-z,\"\r\n\\[\\]{}: ./é-]{0,200}".prop_map(String::into_bytes),
        ]) {
        let mut text = match (headed, file) {
            (true, 0) => VENDORS.into(), (true, 1) => ORDERS.into(), (true, 2) => RECEIPTS.into(),
            (true, 3) => LEDGER.into(), (true, 4) => LINES.into(), _ => Vec::new(),
        };
        text.extend_from_slice(&bytes);
        let read = read_with(Limits::default(), &[(FILES[file], &text)]);
        if let Err(error) = read {
            prop_assert!(error.count > 0 && !error.to_string().is_empty());
        }
    }
}
