use proptest::prelude::*;

use super::*;

mod round_trip;
mod samples;
mod variants;

pub(super) const LIMITS: Limits = Limits {
    file_bytes: 10_485_760,
    invoices: 1000,
    items: 1000,
    depth: 64,
    text_chars: 100_000,
};

const GOOD: &str =
    r#"{"DocDtls": {"Typ": "INV", "No": "A/1", "Dt": "01/11/2026"}, "ItemList": [{"SlNo": "1"}]}"#;

fn read(bytes: &[u8]) -> Vec<Result<Document, IngestError>> {
    read_bytes(bytes, "x.json", &LIMITS)
}

#[test]
fn what_cannot_be_read_says_where_and_how_to_mend_it() {
    let deep = "[".repeat(100_000);
    let deep_xml = "<A>".repeat(100_000);
    for (bytes, at, problem) in [
        (&b""[..], "x.json", "empty"),
        (b"{", "x.json:1:1", "EOF"),
        (b"\0\0", "x.json:1:1", "expected value"),
        (b"[]", "x.json", "empty list"),
        (b"{\"data\": []}", "x.json", "empty list"),
        (b"[1,2]", "x.json#/0", "JSON object"),
        (
            br#"{"PayDtls": {"AccDet": "1", "AccDet": "2"}}"#,
            "x.json:1:29",
            "the member \"AccDet\" is given twice",
        ),
        (
            b"{\"A\": 1, \"A\": 2}\n{\"A\": 1}",
            "x.json:1:10",
            "given twice",
        ),
        (deep.as_bytes(), "x.json:1:65", "limits.depth"),
        (b"%PDF-1.7", "x.json", "PDF"),
        (b"\xff\xfe{\0", "x.json:1:1", "EOF"),
        (b"\xff\xfe{\0\x00\xd8", "x.json", "UTF-16"),
        (b"<ENVELOPE/>", "x.json", "no VOUCHER"),
        (
            b"<ENVELOPE>\n <VOUCHER>",
            "x.json:2:2",
            "ends within <VOUCHER>",
        ),
        (b"<A>\n<B></A>", "x.json:2:4", "expected"),
        (
            b"<!DOCTYPE A [<!ENTITY b \"c\">]><A>&b;</A>",
            "x.json:1:1",
            "document type",
        ),
        (deep_xml.as_bytes(), "x.json:1:193", "limits.depth"),
        (
            b"<VOUCHER VCHTYPE=\"Sales\"/>",
            "x.json:1:1",
            "a Sales voucher",
        ),
        (
            b"<VOUCHER><ISCANCELLED>Yes</ISCANCELLED></VOUCHER>",
            "x.json:1:1",
            "cancelled",
        ),
        (b"{\"a\": \xc3\x28}", "x.json", "byte 7 is no UTF-8"),
        (br#"{"hello": "world"}"#, "x.json", "DocDtls"),
        (
            br#"{"data": [{"hello": "world"}]}"#,
            "x.json#/data/0",
            "DocDtls",
        ),
        (
            br#"{"doctype": "Sales Invoice"}"#,
            "x.json#/doctype",
            "a Sales Invoice",
        ),
        (
            br#"[{"bill_no": "1", "grand_total": "ten"}]"#,
            "x.json#/0/grand_total",
            "no amount",
        ),
        (
            br#"{"_model": "account.move", "_id": 5512}"#,
            "x.json#/account.move.line",
            "ids only",
        ),
        (
            br#"[{"specversion": "1.0", "id": "x"}]"#,
            "x.json#/0",
            "ids only",
        ),
        (
            br#"{"DocDtls": {}, "ItemList": [{"Qty": 1e999999}]}"#,
            "x.json",
            "/ItemList/0/Qty",
        ),
    ] {
        let found = read(bytes);
        let error = found[0].as_ref().unwrap_err();
        assert_eq!(error.at, at, "{error}");
        assert!(error.problem.contains(problem), "{error}");
    }
}

#[test]
fn an_error_names_what_the_document_was_taken_for() {
    let found = read(br#"{"bill": {"total": [1]}}"#);
    assert_eq!(
        found[0].as_ref().unwrap_err().to_string(),
        "x.json#/bill/total: taken for a Zoho Books bill: a number is needed; write the member as its system's \
         documentation has it, or export the document again"
    );
}

#[test]
fn one_document_may_hold_many_invoices() {
    let list = format!("[{GOOD},{GOOD}]");
    assert_eq!(read(list.as_bytes()).len(), 2);
    let lines = format!("\u{feff}{GOOD}\n\n{{\"x\": }}\n{GOOD}\n");
    let found = read(lines.as_bytes());
    assert_eq!(
        found.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(found[1].as_ref().unwrap_err().at, "x.json:3:7");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!read(&bytes).is_empty());
    }

    #[test]
    fn no_edit_of_an_invoice_panics(at in 0..GOOD.len(), with in "\\PC{0,6}") {
        let mut text = GOOD.to_owned();
        if text.is_char_boundary(at) {
            text.insert_str(at, &with);
        }
        prop_assert!(!read(text.as_bytes()).is_empty());
    }
}
