//! Messages that are spoilt, hostile, or many in one.

use hooks::{Kind, Reason};
use proptest::prelude::*;

use crate::{
    formats::{ERPNEXT, ODOO, QUICKBOOKS, TALLY, ZOHO, shortened},
    support::{Message, SENT, event, read, source},
};

/// The name of a source with what it sends.
const SAMPLES: [(&str, &str); 5] = [
    ("erpnext", ERPNEXT),
    ("zoho", ZOHO),
    ("tally", TALLY),
    ("odoo", ODOO),
    ("quickbooks", QUICKBOOKS),
];

#[test]
fn a_batch_gives_an_event_each_and_a_bad_one_spoils_no_other() {
    let one = QUICKBOOKS
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']');
    let batch = [
        one.to_owned(),
        one.replace("qbo.bill.created.v1", "qbo.vendorcredit.updated.v1")
            .replace("7f0f", "7f10"),
        one.replace("qbo.bill.created.v1", "qbo.bill.deleted.v1"),
        one.replace("qbo.bill.created.v1", "qbo.invoice.created.v1"),
        one.replace("1487", "../../1487"),
        one.replace("9341453199871234", "93/414"),
        one.replace("\"1487\"", "null"),
        "{}".to_owned(),
    ];
    let events = read("quickbooks", format!("[{}]", batch.join(",")).as_bytes()).unwrap();
    let notices: Vec<_> = events
        .iter()
        .map(|event| match &event.kind {
            Kind::Notice(reference) => reference.entity.as_str(),
            Kind::Ignored { why } => why.as_str(),
            Kind::Document(_) => "document",
        })
        .collect();
    assert_eq!(
        notices,
        [
            "bill",
            "vendorcredit",
            "nothing was created or updated",
            "it is neither of a bill nor of a vendor's credit",
            "it names no bill by its number",
            "it names no bill by its number",
            "it names no bill by its number",
            "it is neither of a bill nor of a vendor's credit",
        ]
    );
    let many = format!("[{}{{}}]", "{},".repeat(1000));
    let refusal = read("quickbooks", many.as_bytes()).unwrap_err();
    assert_eq!(refusal.to_string(), "the message has more than 1000 events");
    let single = read("quickbooks", one.as_bytes()).unwrap();
    assert!(matches!(single[0].kind, Kind::Notice(_)));
}

#[test]
fn utf_16_and_forbidden_characters_do_not_hide_a_voucher() {
    let text = TALLY.replace("<NARRATION>", "<X>&#4; Not Applicable</X><NARRATION>");
    let plain = event("tally", TALLY.as_bytes()).key;
    let name = plain.split(',').next().unwrap();
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for body in [
        text.clone().into_bytes(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe", little.as_slice()].concat(),
        [b"\xfe\xff", big.as_slice()].concat(),
        little,
        big,
    ] {
        let event = event("tally", &body);
        assert!(event.key.starts_with(name), "{}", event.key);
        assert_eq!(event.kind, Kind::Document(body.into()));
    }
}

#[test]
fn what_cannot_be_read_says_where_and_not_what() {
    for (name, body, want) in [
        (
            "erpnext",
            "{\"name\": \"secret\",\n\"a\": }",
            "the body is no JSON that can be read: line 2, column 6",
        ),
        (
            "erpnext",
            "nonsense",
            "the body is no JSON that can be read: line 1, column 2",
        ),
        (
            "erpnext",
            "{\"name\":1,\"name\":2}",
            "the body is no JSON that can be read: line 1, column 16",
        ),
        (
            "zoho",
            "{\"bill\":",
            "the body is no JSON that can be read: line 1, column 8",
        ),
        ("odoo", "[1]", "the body is no JSON object"),
        (
            "odoo",
            "{\"_model\":\"account.move\",\"_id\":\"1/../2\"}",
            "_model and _id do not name a record, as Odoo's webhooks do",
        ),
        (
            "quickbooks",
            "[1]",
            "the body is no JSON that can be read: line 1, column 2",
        ),
        (
            "tally",
            "hello",
            "the body is no message of Tally's: it has no <ENVELOPE>; send the XML as it is, not packed",
        ),
        (
            "tally",
            "<A><VOUCHER",
            "the body is no XML that can be read: byte 3",
        ),
    ] {
        let Err(Reason::Malformed(said)) = read(name, body.as_bytes()) else {
            panic!("{name} {body}");
        };
        assert_eq!(said, want, "{name} {body}");
    }
    let bad = read("erpnext", b"{\"name\": \"\xff\"}").unwrap_err();
    assert!(matches!(bad, Reason::Malformed(_)), "{bad:?}");
}

#[test]
fn a_long_identity_is_shortened_to_a_digest() {
    let body = format!(
        r#"{{"name":"{}","modified":"m","docstatus":1}}"#,
        "x".repeat(10_000)
    );
    assert_eq!(
        shortened(&event("erpnext", body.as_bytes()).key),
        "sha256:…"
    );
}

#[test]
fn a_form_of_zoho_holds_the_bill_once() {
    let source = source("zoho", "token = 't'");
    let sent = |form: &str| {
        let mut message = Message::new(
            &[
                ("X-Hook-Token", "t"),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            form.as_bytes(),
        );
        message.query.clear();
        message.received(&source, SENT)
    };
    let events = sent("JSONString=%7B%22bill%22%3A%7B%22bill_id%22%3A1%7D%7D&x=y").unwrap();
    assert!(
        events[0].key.starts_with(r#"["bill","1","sha256:"#),
        "{events:?}"
    );
    assert!(matches!(sent("x=y").unwrap()[0].kind, Kind::Ignored { .. }));
    assert!(matches!(
        sent("JSONString=a&JSONString=b"),
        Err(Reason::Malformed(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_make_a_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (name, _) in SAMPLES {
            if let Ok(events) = read(name, &body) {
                prop_assert!(!events.is_empty());
            }
        }
        let generic = read("standard", &body);
        let object = body.contains(&b'{');
        prop_assert!(generic.is_ok() || object);
    }

    #[test]
    fn no_spoilt_sample_makes_a_panic(
        sample in 0..SAMPLES.len(),
        spoils in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<proptest::sample::Index>(),
    ) {
        let (name, body) = SAMPLES[sample];
        let mut body = body.as_bytes().to_vec();
        for (place, byte) in spoils {
            let place = place.index(body.len());
            body[place] = byte;
        }
        for body in [&body[..], &body[..cut.index(body.len())]] {
            match read(name, body) {
                Ok(events) => prop_assert!(events.iter().all(|event| event.key.chars().count() <= 400)),
                Err(refusal) => prop_assert_eq!(refusal.status(), 400),
            }
        }
    }
}
