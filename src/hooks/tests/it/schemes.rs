//! Every scheme against the same spoilt messages.

use base64::{Engine, engine::general_purpose::STANDARD};
use hooks::{Reason, Scheme, Source};
use http::{HeaderValue, Method};

use crate::support::{BODY, Message, SENT, secret, signed, source};

/// Each scheme with the header that carries what it verifies.
const ALL: [(Scheme, &str, &str); 8] = [
    (Scheme::Standard, "standard", "webhook-signature"),
    (Scheme::Frappe, "frappe", "x-frappe-webhook-signature"),
    (Scheme::Zoho, "zoho", "x-zoho-webhook-signature"),
    (
        Scheme::ZohoPayments,
        "zoho_payments",
        "x-zohowebhook-signature",
    ),
    (Scheme::Intuit, "intuit", "intuit-signature"),
    (Scheme::Github, "github", "x-hub-signature-256"),
    (Scheme::Stripe, "stripe", "stripe-signature"),
    (Scheme::Token, "token", "authorization"),
];

const KEY: &str = "the secret in use";
const OLD: &str = "the one before it";

fn receiver(scheme: Scheme, name: &str) -> Source {
    let (current, previous) = (secret(scheme, KEY), secret(scheme, OLD));
    source(
        "any",
        &format!(
            "format = 'standard'\nscheme = '{name}'\nsecret = '{current}'\nsecret_previous = '{previous}'"
        ),
    )
}

fn refused(message: &Message, source: &Source) -> Reason {
    message.received(source, SENT).unwrap_err()
}

#[test]
fn both_live_secrets_are_taken_and_no_other() {
    for (scheme, name, _) in ALL {
        let source = receiver(scheme, name);
        for key in [KEY, OLD] {
            let events = signed(scheme, key, BODY).received(&source, SENT);
            assert_eq!(events.unwrap().len(), 1, "{name} {key}");
        }
        for key in ["the secret in usf", "", "the secret in us"] {
            let refusal = refused(&signed(scheme, key, BODY), &source);
            assert_eq!(refusal, Reason::BadSignature, "{name} {key:?}");
            assert_eq!(refusal.status(), 401);
        }
    }
}

#[test]
fn one_flipped_bit_anywhere_in_the_body_is_refused() {
    for (scheme, name, _) in ALL {
        // A token says nothing of the body.
        if scheme == Scheme::Token {
            continue;
        }
        let source = receiver(scheme, name);
        for position in 0..BODY.len() * 8 {
            let mut message = signed(scheme, KEY, BODY);
            message.body[position / 8] ^= 1 << (position % 8);
            assert_eq!(
                refused(&message, &source),
                Reason::BadSignature,
                "{name} {position}"
            );
        }
        for body in [&BODY[1..], b"", &[BODY, b" "].concat()] {
            let mut message = signed(scheme, KEY, BODY);
            message.body = body.to_vec();
            assert_eq!(
                refused(&message, &source),
                Reason::BadSignature,
                "{name} {body:?}"
            );
        }
    }
}

#[test]
fn one_flipped_bit_anywhere_in_a_header_is_refused() {
    for (scheme, name, _) in ALL {
        let source = receiver(scheme, name);
        let whole = signed(scheme, KEY, BODY);
        let mut flips = 0;
        for (header, value) in &whole.headers {
            for position in 0..value.len() {
                let mut bytes = value.as_bytes().to_vec();
                bytes[position] ^= 1;
                // `Bearer` may be written in any case, but not in other letters.
                let Ok(value) = HeaderValue::from_bytes(&bytes) else {
                    continue;
                };
                let mut message = whole.clone();
                message.headers.insert(header.clone(), value);
                let refusal = refused(&message, &source);
                assert!(
                    matches!(refusal, Reason::BadSignature | Reason::Unsigned(_)),
                    "{name} {header} {position}: {refusal:?}"
                );
                flips += 1;
            }
        }
        assert!(flips > 20, "{name}: {flips}");
    }
}

#[test]
fn a_header_that_is_missing_or_there_twice_is_refused() {
    for (scheme, name, _) in ALL {
        let source = receiver(scheme, name);
        let whole = signed(scheme, KEY, BODY);
        for header in whole.headers.keys() {
            let mut message = whole.clone();
            message.headers.remove(header);
            let refusal = refused(&message, &source);
            assert!(
                matches!(refusal, Reason::Unsigned(_)),
                "{name} {header}: {refusal:?}"
            );
            let mut message = whole.clone();
            message
                .headers
                .append(header.clone(), whole.headers[header].clone());
            let refusal = refused(&message, &source);
            assert!(
                matches!(refusal, Reason::Repeated(_)),
                "{name} {header}: {refusal:?}"
            );
        }
    }
}

#[test]
fn a_header_that_is_no_text_is_refused() {
    for (scheme, name, header) in ALL {
        let source = receiver(scheme, name);
        for value in [
            &b"\xff\xfe"[..],
            b"",
            b",",
            b"v1,",
            b"t=,v=",
            b"sha256=",
            b"====",
        ] {
            let mut message = signed(scheme, KEY, BODY);
            message
                .headers
                .insert(header, HeaderValue::from_bytes(value).unwrap());
            let refusal = refused(&message, &source);
            assert!(
                matches!(refusal, Reason::BadSignature | Reason::Unsigned(_)),
                "{name} {value:?}: {refusal:?}"
            );
        }
    }
}

#[test]
fn a_signed_timestamp_holds_for_five_minutes_either_way() {
    for (scheme, name, _) in ALL {
        let source = receiver(scheme, name);
        let message = signed(scheme, KEY, BODY);
        let stamped = matches!(
            scheme,
            Scheme::Standard | Scheme::ZohoPayments | Scheme::Stripe
        );
        for (now, fresh) in [
            (SENT - 301, false),
            (SENT - 300, true),
            (SENT, true),
            (SENT + 300, true),
            (SENT + 301, false),
        ] {
            let received = message.received(&source, now);
            if fresh || !stamped {
                assert!(received.is_ok(), "{name} {now}: {received:?}");
            } else {
                assert_eq!(received.unwrap_err(), Reason::Stale(300), "{name} {now}");
            }
        }
    }
}

#[test]
fn the_tolerance_is_a_setting() {
    let secret = secret(Scheme::Standard, KEY);
    let source = source(
        "standard",
        &format!("secret = '{secret}'\ntolerance_s = 10"),
    );
    let message = signed(Scheme::Standard, KEY, BODY);
    assert!(message.received(&source, SENT + 10).is_ok());
    assert_eq!(message.received(&source, SENT + 11), Err(Reason::Stale(10)));
}

#[test]
fn timestamps_that_are_none_are_refused_though_signed() {
    let source = receiver(Scheme::Standard, "standard");
    for timestamp in [
        "",
        "1.5",
        "1e9",
        "9223372036854775808",
        "now",
        "-9223372036854775808",
    ] {
        let parts = [b"msg_1.", timestamp.as_bytes(), b".", BODY];
        let tag = crate::support::tag(KEY.as_bytes(), &parts);
        let message = Message::new(
            &[
                ("webhook-id", "msg_1"),
                ("webhook-timestamp", timestamp),
                ("webhook-signature", &format!("v1,{}", STANDARD.encode(tag))),
            ],
            BODY,
        );
        let refusal = refused(&message, &source);
        assert!(
            matches!(refusal, Reason::Malformed(_) | Reason::Stale(300)),
            "{timestamp}: {refusal:?}"
        );
    }
}

#[test]
fn several_signatures_are_looked_at_but_not_any_number() {
    let source = receiver(Scheme::Standard, "standard");
    let whole = signed(Scheme::Standard, KEY, BODY);
    let good = whole.headers["webhook-signature"]
        .to_str()
        .unwrap()
        .to_owned();
    let bad = format!("v1,{}", &good[4..].replace(['a', 'b', 'c'], "d"));
    let received = |signatures: &str| {
        let mut message = whole.clone();
        let value = HeaderValue::from_str(signatures).unwrap();
        message.headers.insert("webhook-signature", value);
        message.received(&source, SENT)
    };
    for signatures in [
        format!("{bad} {good}"),
        format!("{good} {bad}"),
        format!("v1a,AAAA v2,{} {good}", &good[3..]),
    ] {
        assert!(received(&signatures).is_ok(), "{signatures}");
    }
    for signatures in [
        format!("{bad} {bad}"),
        // The tag of another version says nothing.
        format!("v1a,{}", &good[3..]),
        format!("v2,{}", &good[3..]),
        good[3..].to_owned(),
        format!("{} {good}", vec![bad; 8].join(" ")),
    ] {
        assert_eq!(
            received(&signatures),
            Err(Reason::BadSignature),
            "{signatures}"
        );
    }
}

#[test]
fn a_token_comes_by_header_or_query_and_once() {
    let source = source("odoo", "token = 'open sesame'");
    let body = br#"{"_model": "account.move", "_id": 7}"#;
    let sent = |headers: &[(&str, &str)], query: &str| {
        let mut message = Message::new(headers, body);
        query.clone_into(&mut message.query);
        message.received(&source, SENT).map(|events| events.len())
    };
    let bearer = ("Authorization", "Bearer open sesame");
    let header = ("X-Hook-Token", "open sesame");
    assert_eq!(sent(&[bearer], ""), Ok(1));
    assert_eq!(
        sent(&[("authorization", "bearer  open sesame")], "a=b"),
        Ok(1)
    );
    assert_eq!(sent(&[header], ""), Ok(1));
    assert_eq!(sent(&[], "x=1&token=open%20sesame"), Ok(1));
    assert_eq!(sent(&[], "token=open+sesame"), Ok(1));
    // Credentials of another kind are for somebody before us.
    assert_eq!(
        sent(&[("Authorization", "Basic b3Blbg=="), header], ""),
        Ok(1)
    );
    let unsigned = Err(Reason::Unsigned("bearer token"));
    assert_eq!(sent(&[], ""), unsigned);
    assert_eq!(sent(&[("Authorization", "Basic b3Blbg==")], ""), unsigned);
    let repeated = Err(Reason::Repeated("bearer token"));
    assert_eq!(sent(&[bearer, header], ""), repeated);
    assert_eq!(sent(&[bearer], "token=open+sesame"), repeated);
    assert_eq!(sent(&[], "token=open+sesame&token=x"), repeated);
    for wrong in ["", "open sesam", "open sesame!", "Open sesame"] {
        assert_eq!(
            sent(&[("X-Hook-Token", wrong)], ""),
            Err(Reason::BadSignature),
            "{wrong}"
        );
    }
}

#[test]
fn zoho_signs_forms_and_queries_decoded_and_sorted() {
    let key = "zohosecret12";
    let source = source("zoho", &format!("secret = '{key}'"));
    let bill = r#"{"bill":{"bill_id":"1","last_modified_time":"t"}}"#;
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("zz", "é &")
        .append_pair("JSONString", bill)
        .finish();
    let string = format!("JSONString{bill}aa1zzé &");
    let tag = crate::support::tag(key.as_bytes(), &[string.as_bytes()]);
    for signature in [hex::encode(&tag), STANDARD.encode(&tag)] {
        let mut message =
            Message::new(&[("x-zoho-webhook-signature", &signature)], form.as_bytes());
        "aa=1".clone_into(&mut message.query);
        // Without its type the body is no form, and was signed otherwise.
        assert_eq!(refused(&message, &source), Reason::BadSignature);
        message.add(
            "Content-Type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        );
        let events = message.received(&source, SENT).unwrap();
        assert_eq!(events[0].key, r#"["bill","1","t"]"#);
        assert_eq!(
            events[0].kind,
            hooks::Kind::Document(bill.as_bytes().to_vec().into())
        );
        "aa=2".clone_into(&mut message.query);
        assert_eq!(refused(&message, &source), Reason::BadSignature);
    }
}

#[test]
fn only_posts_within_the_bound_are_read() {
    let source = source(
        "any",
        "format = 'standard'\ntoken = 't'\nbody_bytes_max = 20",
    );
    let mut message = signed(Scheme::Token, "t", BODY);
    assert_eq!(BODY.len(), 20);
    assert!(message.received(&source, SENT).is_ok());
    message.body.push(b' ');
    assert_eq!(refused(&message, &source), Reason::TooLarge(20));
    message.body.pop();
    message.method = Method::PUT;
    assert_eq!(refused(&message, &source), Reason::Method);
}
