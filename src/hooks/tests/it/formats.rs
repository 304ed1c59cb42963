//! What each system's messages are named by and tell of.

use bytes::Bytes;
use hooks::{Kind, Reference, System};

use crate::support::{SENT, event, ignored, read, secret, signed, source};

pub(crate) const ERPNEXT: &str = include_str!("../samples/erpnext.json");
pub(crate) const ZOHO: &str = include_str!("../samples/zoho.json");
pub(crate) const TALLY: &str = include_str!("../samples/tally.xml");
pub(crate) const ODOO: &str = include_str!("../samples/odoo.json");
pub(crate) const QUICKBOOKS: &str = include_str!("../samples/quickbooks.json");

/// A digest where an identity has one.
pub(crate) fn shortened(key: &str) -> String {
    match key.split_once("sha256:") {
        Some((before, digest)) => format!("{before}sha256:…{}", &digest[64..]),
        None => key.to_owned(),
    }
}

#[test]
fn samples_are_named_as_their_systems_name_them() {
    for (name, body, key) in [
        (
            "erpnext",
            ERPNEXT,
            r#"["Purchase Invoice","ACC-PINV-2026-00417","1","2026-11-14 11:02:37.481920"]"#,
        ),
        (
            "zoho",
            ZOHO,
            r#"["bill","982300000123001","2026-11-14T11:02:37+0530"]"#,
        ),
        (
            "tally",
            TALLY,
            r#"["5e0c7d3a-91b4-4f7e-a6d0-0d1f6c2b7e11-000004a3","sha256:…"]"#,
        ),
    ] {
        let event = event(name, body.as_bytes());
        assert_eq!(event.source, name);
        assert_eq!(shortened(&event.key), key);
        assert_eq!(
            event.kind,
            Kind::Document(Bytes::from_static(body.as_bytes())),
            "{name}"
        );
    }
}

#[test]
fn notices_name_what_is_to_be_read_back() {
    let odoo = event("odoo", ODOO.as_bytes());
    assert_eq!(
        shortened(&odoo.key),
        r#"["account.move","5512","sha256:…"]"#
    );
    let bill = |account: &str, entity: &str, id: &str, system| {
        Kind::Notice(Reference {
            system,
            account: account.to_owned(),
            entity: entity.to_owned(),
            id: id.to_owned(),
        })
    };
    assert_eq!(odoo.kind, bill("", "account.move", "5512", System::Odoo));
    let quickbooks = event("quickbooks", QUICKBOOKS.as_bytes());
    assert_eq!(
        quickbooks.key,
        r#"["9341453199871234","bill","1487","7f0f0d0c-6b1c-4f4c-9a43-0c2f3f2f4b1a"]"#
    );
    let want = bill("9341453199871234", "bill", "1487", System::QuickBooks);
    assert_eq!(quickbooks.kind, want);
}

#[test]
fn a_reference_is_kept_as_json() {
    let Kind::Notice(reference) = event("quickbooks", QUICKBOOKS.as_bytes()).kind else {
        panic!("no notice");
    };
    let json = serde_json::to_string(&reference).unwrap();
    assert_eq!(
        json,
        r#"{"system":"quickbooks","account":"9341453199871234","entity":"bill","id":"1487"}"#
    );
    assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
}

#[test]
fn one_change_is_one_identity() {
    let key = |name: &str, body: String| event(name, body.as_bytes()).key;
    for (name, sample, one, other) in [
        ("erpnext", ERPNEXT, "11:02:37.481920", "11:02:38.000000"),
        ("erpnext", ERPNEXT, "\"docstatus\": 1", "\"docstatus\": 2"),
        (
            "zoho",
            ZOHO,
            "last_modified_time\": \"2026-11-14T11",
            "last_modified_time\": \"2026-11-14T12",
        ),
        ("tally", TALLY, "<DATE>20261114", "<DATE>20261115"),
        (
            "odoo",
            ODOO,
            "\"amount_total\": 41427.0",
            "\"amount_total\": 41428.0",
        ),
        ("quickbooks", QUICKBOOKS, "7f0f0d0c", "7f0f0d0d"),
    ] {
        let changed = sample.replace(one, other);
        assert_ne!(changed, sample, "{name}");
        assert_ne!(
            key(name, changed),
            key(name, sample.to_owned()),
            "{name} {other}"
        );
    }
    // Where the system says when it was changed, that alone counts.
    for (name, sample, one, other) in [
        (
            "erpnext",
            ERPNEXT,
            "\"status\": \"Unpaid\"",
            "\"status\": \"Paid\"",
        ),
        ("zoho", ZOHO, "\"notes\": \"\"", "\"notes\": \"seen\""),
    ] {
        let changed = sample.replace(one, other);
        assert_ne!(changed, sample, "{name}");
        assert_eq!(
            key(name, changed),
            key(name, sample.to_owned()),
            "{name} {other}"
        );
    }
    let odoo = ODOO.replace("\"id\"", "\"write_date\": \"2026-11-14 05:32:37\", \"id\"");
    assert_eq!(
        key("odoo", odoo),
        r#"["account.move","5512","2026-11-14 05:32:37"]"#
    );
    let tally = TALLY.replace("<GUID>", "<ALTERID> 1187</ALTERID><GUID>");
    assert_eq!(
        key("tally", tally.clone()),
        r#"["5e0c7d3a-91b4-4f7e-a6d0-0d1f6c2b7e11-000004a3","1187"]"#
    );
    // Without a GUID the attribute names the voucher.
    let (before, after) = tally.split_once("<GUID>").unwrap();
    let after = after.split_once("</GUID>").unwrap().1;
    let remote = format!("{before}{after}").replace("-000004a3\"", "-000004a4\"");
    assert_eq!(
        key("tally", remote),
        r#"["5e0c7d3a-91b4-4f7e-a6d0-0d1f6c2b7e11-000004a4","1187"]"#
    );
}

/// Who sends it, what, and a word of why it is left alone.
const NOBODYS: &[(&str, &str, &str)] = &[
    ("erpnext", "{}", "no fields"),
    ("erpnext", " { } \n", "no fields"),
    ("erpnext", "", "no fields"),
    (
        "erpnext",
        r#"{"doctype":"Sales Invoice","name":"X","docstatus":1}"#,
        "another doctype",
    ),
    (
        "erpnext",
        r#"{"doctype":"Purchase Invoice","name":"X","docstatus":0}"#,
        "draft",
    ),
    (
        "erpnext",
        r#"{"doctype":"Purchase Invoice","name":"X","docstatus":2}"#,
        "cancelled",
    ),
    ("erpnext", r#"{"doc":{"name":"X","docstatus":0}}"#, "draft"),
    ("zoho", "{}", "no bill"),
    (
        "zoho",
        r#"{"bill":{"bill_id":"1","status":"draft"}}"#,
        "draft",
    ),
    (
        "zoho",
        r#"{"bill":{"bill_id":"1","status":"void"}}"#,
        "void",
    ),
    (
        "zoho",
        r#"{"invoice":{"invoice_id":"1"}}"#,
        "another module",
    ),
    ("tally", "", "empty"),
    (
        "tally",
        "<ENVELOPE><BODY><LEDGER NAME='x'/></BODY></ENVELOPE>",
        "no voucher",
    ),
    (
        "tally",
        "<A><VOUCHER VCHTYPE='Sales'><GUID>g</GUID></VOUCHER></A>",
        "another type",
    ),
    (
        "tally",
        "<A><VOUCHER ACTION='Delete'><GUID>g</GUID></VOUCHER></A>",
        "cancelled",
    ),
    (
        "tally",
        "<A><VOUCHER><ISCANCELLED>Yes</ISCANCELLED></VOUCHER></A>",
        "cancelled",
    ),
    (
        "tally",
        "<A><VOUCHER><ISOPTIONAL>Yes</ISOPTIONAL></VOUCHER></A>",
        "optional",
    ),
    ("odoo", "{}", "empty"),
    (
        "odoo",
        r#"{"_model":"sale.order","_id":1}"#,
        "another model",
    ),
    (
        "odoo",
        r#"{"_model":"account.move","_id":1,"move_type":"out_invoice"}"#,
        "neither",
    ),
    (
        "odoo",
        r#"{"_model":"account.move","_id":1,"state":"draft"}"#,
        "draft",
    ),
    (
        "odoo",
        r#"{"_model":"account.move","_id":1,"state":"cancel"}"#,
        "cancelled",
    ),
    ("quickbooks", "[]", "no event"),
    ("quickbooks", r#"{"eventNotifications":[]}"#, "no event"),
    (
        "standard",
        r#"{"type":"ping","timestamp":"t","data":{"a":1}}"#,
        "test",
    ),
    (
        "standard",
        r#"{"type":"webhook.test","timestamp":"t","data":{"a":1}}"#,
        "test",
    ),
    (
        "standard",
        r#"{"type":"verification.completed","timestamp":"t","data":{"a":1}}"#,
        "verdict",
    ),
    (
        "standard",
        r#"{"type":"invoice.created","timestamp":"t","data":{}}"#,
        "empty",
    ),
];

#[test]
fn what_concerns_nobody_is_answered_and_left_alone() {
    for (name, body, why) in NOBODYS {
        let said = ignored(name, body.as_bytes());
        assert!(said.contains(why), "{name} {body}: {said}");
    }
}

#[test]
fn a_document_without_an_identity_goes_by_its_bytes() {
    for (name, body) in [
        ("erpnext", r#"{"bill_no":"1","grand_total":1}"#),
        (
            "erpnext",
            r#"[{"doctype":"Purchase Invoice"},{"doctype":"Purchase Invoice"}]"#,
        ),
        ("zoho", r#"{"bill_number":"1"}"#),
        ("tally", "<A><VOUCHER><GUID>a</GUID><NARRATION>breaks off"),
        ("standard", r#"{"Version":"1.1"}"#),
        ("standard", "%PDF-1.7 …"),
        ("standard", r#"[{"Version":"1.1"}]"#),
    ] {
        let event = event(name, body.as_bytes());
        assert_eq!(shortened(&event.key), "sha256:…", "{name} {body}");
        assert_eq!(
            event.kind,
            Kind::Document(Bytes::from_static(body.as_bytes())),
            "{body}"
        );
    }
}

#[test]
fn envelopes_are_looked_into() {
    for body in [
        r#"{"doc":{"doctype":"Purchase Invoice","name":"X","modified":"m","docstatus":1}}"#,
        r#"{"event":"on_submit","data":{"name":"X","modified":"m","docstatus":"1"}}"#,
        r#"{"name":"X","modified":"m","docstatus":1,"data":"of another kind"}"#,
    ] {
        let event = event("erpnext", body.as_bytes());
        assert_eq!(event.key, r#"["Purchase Invoice","X","1","m"]"#, "{body}");
        assert!(matches!(event.kind, Kind::Document(_)));
    }
    let body =
        r#"{"type":"invoice.created","timestamp":"t","data": {"Version" : "1.1", "n": 1.10}}"#;
    let event = event("standard", body.as_bytes());
    let inner = Bytes::from_static(br#"{"Version" : "1.1", "n": 1.10}"#);
    assert_eq!(
        event.kind,
        Kind::Document(inner),
        "byte by byte as it was written"
    );
    // An invoice may have a member `data` of its own.
    let bare = r#"{"type":"x","data":{"a":1}}"#;
    assert_eq!(
        crate::support::event("standard", bare.as_bytes()).kind,
        Kind::Document(Bytes::from_static(bare.as_bytes()))
    );
    let credit = r#"{"vendor_credit":{"vendor_credit_id":"9","last_modified_time":"t"}}"#;
    assert_eq!(
        crate::support::event("zoho", credit.as_bytes()).key,
        r#"["vendor_credit","9","t"]"#
    );
}

#[test]
fn the_id_of_the_standard_is_the_identity() {
    let key = "secret";
    let settings = format!("secret = '{}'", secret(hooks::Scheme::Standard, key));
    let message = signed(hooks::Scheme::Standard, key, br#"{"Version":"1.1"}"#);
    let events = message.received(&source("standard", &settings), SENT);
    assert_eq!(events.unwrap()[0].key, "msg_1");
    // Before another system's message it stands beside that system's own.
    let settings = format!("{settings}\nscheme = 'standard'");
    let message = signed(hooks::Scheme::Standard, key, QUICKBOOKS.as_bytes());
    let events = message.received(&source("quickbooks", &settings), SENT);
    assert_eq!(
        events.unwrap()[0].key,
        r#"["msg_1","[\"9341453199871234\",\"bill\",\"1487\",\"7f0f0d0c-6b1c-4f4c-9a43-0c2f3f2f4b1a\"]"]"#
    );
}

#[test]
fn each_voucher_of_a_day_book_has_its_own_identity() {
    let one = |guid: &str, more: &str| {
        format!(
            "<VOUCHER VCHTYPE=\"Purchase\"><GUID>{guid}</GUID><ALTERID>4</ALTERID>{more}</VOUCHER>"
        )
    };
    let company =
        "<STATICVARIABLES><SVCURRENTCOMPANY>D &amp; Sons</SVCURRENTCOMPANY></STATICVARIABLES>";
    let book = format!(
        "<ENVELOPE>{company}<TALLYMESSAGE>{}</TALLYMESSAGE>\n<TALLYMESSAGE>{}</TALLYMESSAGE><VOUCHER VCHTYPE='Sales'/>{}",
        one("a", "<NARRATION>5 & 6</NARRATION>"),
        one("b", "<X.LIST><GUID>not it</GUID></X.LIST>"),
        one("c", "").replace("</VOUCHER>", ""),
    );
    let units: Vec<u8> = book.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [book.clone().into_bytes(), units] {
        let events = read("tally", &body).unwrap();
        let keys: Vec<_> = events.iter().map(|event| shortened(&event.key)).collect();
        // The last one breaks off: it must not pass for the voucher that comes whole later.
        assert_eq!(
            keys,
            [r#"["a","4"]"#, r#"["b","4"]"#, "sha256:…", "sha256:…"]
        );
        let Kind::Document(document) = &events[1].kind else {
            panic!("{:?}", events[1]);
        };
        let want = format!(
            "<ENVELOPE>{company}<TALLYMESSAGE>{}</TALLYMESSAGE></ENVELOPE>",
            one("b", "<X.LIST><GUID>not it</GUID></X.LIST>")
        );
        assert_eq!(String::from_utf8_lossy(document), want);
        assert!(matches!(events[2].kind, Kind::Ignored { .. }));
    }
}

#[test]
fn versions_of_a_document_begin_alike() {
    for (name, body, want) in [
        (
            "erpnext",
            ERPNEXT,
            Some(r#"["Purchase Invoice","ACC-PINV-2026-00417","1","#),
        ),
        ("zoho", ZOHO, Some(r#"["bill","982300000123001","#)),
        (
            "tally",
            TALLY,
            Some(r#"["5e0c7d3a-91b4-4f7e-a6d0-0d1f6c2b7e11-000004a3","#),
        ),
        ("odoo", ODOO, Some(r#"["account.move","5512","#)),
        (
            "quickbooks",
            QUICKBOOKS,
            Some(r#"["9341453199871234","bill","1487","#),
        ),
        ("standard", r#"{"Version":"1.1"}"#, None),
    ] {
        let event = event(name, body.as_bytes());
        let begins = event.document();
        assert_eq!(begins.as_deref(), want, "{name}");
        assert!(event.key.starts_with(begins.as_deref().unwrap_or_default()));
    }
}

#[test]
fn what_is_asked_for_has_the_identity_of_what_is_sent() {
    for (name, format, sent, asked) in [
        (
            "erpnext",
            hooks::Format::Erpnext,
            r#"{"doctype":"Purchase Invoice","name":"X","modified":"2026-11-14 11:02:37.481920"}"#,
            r#"{"data":{"doctype":"Purchase Invoice","name":"X","docstatus":1,"modified":"2026-11-14 11:02:37.481920"}}"#,
        ),
        (
            "odoo",
            hooks::Format::Odoo,
            r#"{"_model":"account.move","_id":1,"write_date":"2026-11-14 05:32:37.481920"}"#,
            r#"{"_model":"account.move","_id":1,"write_date":"2026-11-14 05:32:37"}"#,
        ),
        (
            "quickbooks",
            hooks::Format::Quickbooks,
            r#"{"eventNotifications":[{"realmId":"9","dataChangeEvent":{"entities":[{"name":"Bill","id":"1","operation":"Create","lastUpdated":"2026-11-14T05:32:37-0000"}]}}]}"#,
            r#"{"eventNotifications":[{"realmId":"9","dataChangeEvent":{"entities":[{"name":"Bill","id":"1","operation":"Create","lastUpdated":"2026-11-14T11:02:37+05:30"}]}}]}"#,
        ),
    ] {
        let events = format.events(name, &Bytes::from_static(asked.as_bytes()));
        assert_eq!(events.unwrap()[0].key, event(name, sent.as_bytes()).key);
    }
}
