//! What a source can be set up with, and that no secret is shown.

use std::collections::BTreeMap;

use bytes::Bytes;
use hooks::{Request, Settings, Source, Sources};
use http::{HeaderMap, Method};

use crate::support::{SENT, at};

fn refused(name: &str, settings: &str) -> String {
    let settings: Settings = toml::from_str(settings).unwrap();
    match Source::new(name, &settings) {
        Ok(_) => panic!("{name} was taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_source_that_could_verify_nothing_is_an_error() {
    for (name, settings, want) in [
        (
            "erpnext",
            "",
            "hooks.erpnext.secret is not set: without it nothing that erpnext sends can be verified",
        ),
        (
            "erpnext",
            "secret = ''",
            "hooks.erpnext.secret: it is empty: anybody could sign with it",
        ),
        (
            "tally",
            "token = ''",
            "hooks.tally.token: it is empty: anybody could sign with it",
        ),
        (
            "standard",
            "secret = 'whsec_'",
            "hooks.standard.secret: it is empty: anybody could sign with it",
        ),
        (
            "standard",
            "secret = 'whsec_!'",
            "hooks.standard.secret: it is not `whsec_` and base64, as Standard Webhooks writes secrets",
        ),
        (
            "standard",
            "secret = 'AAAA'\nsecret_previous = '?'",
            "hooks.standard.secret_previous: it is not `whsec_` and base64, as Standard Webhooks writes secrets",
        ),
        (
            "acme",
            "secret = 's'",
            "hooks.acme: no format is known by this name: set hooks.acme.format",
        ),
        (
            "erpnext",
            "secret = 's'\ntoken = 't'",
            "hooks.erpnext: a token is set beside a scheme that signs: remove the token, or set scheme = \"token\"",
        ),
    ] {
        assert_eq!(refused(name, settings), want);
    }
}

#[test]
fn unknown_settings_are_an_error() {
    for settings in ["sekret = 's'", "scheme = 'md5'", "format = 'sap'"] {
        assert!(toml::from_str::<Settings>(settings).is_err(), "{settings}");
    }
}

#[test]
fn an_empty_previous_secret_is_none() {
    let settings: Settings = toml::from_str("secret = 's'\nsecret_previous = ''").unwrap();
    let source = Source::new("erpnext", &settings).unwrap();
    let forged = crate::support::signed(hooks::Scheme::Frappe, "", b"{}");
    assert!(forged.received(&source, SENT).is_err());
}

#[test]
fn sources_are_found_by_name_and_others_refused() {
    let settings = r#"
        [erpnext]
        secret = "s"
        tenant = "acme"
        [branch]
        format = "frappe"
        secret = "t"
    "#;
    let settings: BTreeMap<String, Settings> = toml::from_str(settings).unwrap();
    let sources = Sources::new(&settings).unwrap();
    assert_eq!(sources.get("erpnext").map(Source::tenant), Some("acme"));
    let received = |name: &str, key: &str| {
        let message = crate::support::signed(hooks::Scheme::Frappe, key, b"{}");
        let request = Request {
            method: &Method::POST,
            headers: &message.headers,
            query: "",
            body: &Bytes::from(message.body.clone()),
        };
        sources.receive(name, &request, at(SENT))
    };
    assert!(received("erpnext", "s").is_ok());
    assert!(received("branch", "t").is_ok());
    for (name, key) in [("erpnext", "t"), ("branch", "s"), ("zoho", "s"), ("", "s")] {
        let refusal = received(name, key).unwrap_err();
        assert_eq!(refusal.reason.status(), 401, "{name}");
    }
    let refusal = received("no\nbody", "s").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "hook nobody: no source of this name is set up: give it a secret under `hooks` in the settings, or correct the \
         address; nothing was taken in"
    );
}

#[test]
fn no_secret_is_shown() {
    let settings: Settings =
        toml::from_str("secret = 'SESAME'\nsecret_previous = 'SESAME'\ntoken = 'SESAME'").unwrap();
    assert!(!format!("{settings:?}").contains("SESAME"));
    let error = Source::new("standard", &settings).err().unwrap();
    assert!(!format!("{error:?} {error}").contains("SESAME"));
    let headers = HeaderMap::new();
    let request = Request {
        method: &Method::POST,
        headers: &headers,
        query: "token=SESAME",
        body: &Bytes::new(),
    };
    let settings: Settings = toml::from_str("token = 'OTHER'").unwrap();
    let refusal = Source::new("odoo", &settings)
        .unwrap()
        .receive(&request, at(SENT))
        .unwrap_err();
    assert!(!format!("{refusal:?} {refusal}").contains("SESAME"));
}
