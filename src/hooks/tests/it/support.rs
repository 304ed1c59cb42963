//! Messages as senders make them.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use hooks::{Event, Kind, Reason, Request, Scheme, Settings, Source};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use sha2::Sha256;

/// When all messages of the tests are sent.
pub(crate) const SENT: i64 = 1_800_000_000;
pub(crate) const BODY: &[u8] = br#"{"test": 2432232314}"#;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn tag(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(&parts.concat());
    mac.finalize().into_bytes().to_vec()
}

/// A message that can be spoilt.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn new(headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut message = Self {
            method: Method::POST,
            headers: HeaderMap::new(),
            query: String::new(),
            body: body.to_vec(),
        };
        for (name, value) in headers {
            message.add(name, value);
        }
        message
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers
            .append(name, HeaderValue::from_str(value).unwrap());
    }

    pub(crate) fn received(&self, source: &Source, second: i64) -> Result<Vec<Event>, Reason> {
        let request = Request {
            method: &self.method,
            headers: &self.headers,
            query: &self.query,
            body: &Bytes::from(self.body.clone()),
        };
        source
            .receive(&request, at(second))
            .map_err(|refusal| refusal.reason)
    }
}

/// A secret as a scheme writes it.
pub(crate) fn secret(scheme: Scheme, key: &str) -> String {
    match scheme {
        Scheme::Standard => format!("whsec_{}", STANDARD.encode(key)),
        _ => key.to_owned(),
    }
}

/// A message signed by a key at [`SENT`].
pub(crate) fn signed(scheme: Scheme, key: &str, body: &[u8]) -> Message {
    let key = key.as_bytes();
    let sent = SENT.to_string();
    let hexed = |parts: &[&[u8]]| hex::encode(tag(key, parts));
    let coded = |parts: &[&[u8]]| STANDARD.encode(tag(key, parts));
    match scheme {
        Scheme::Standard => {
            let tag = coded(&[b"msg_1.", sent.as_bytes(), b".", body]);
            Message::new(
                &[
                    ("webhook-id", "msg_1"),
                    ("webhook-timestamp", &sent),
                    ("webhook-signature", &format!("v1,{tag}")),
                ],
                body,
            )
        }
        Scheme::Frappe => Message::new(&[("X-Frappe-Webhook-Signature", &coded(&[body]))], body),
        Scheme::Intuit => Message::new(&[("intuit-signature", &coded(&[body]))], body),
        Scheme::Github => {
            let tag = format!("sha256={}", hexed(&[body]));
            Message::new(&[("X-Hub-Signature-256", &tag)], body)
        }
        Scheme::Zoho => {
            let tag = hexed(&[b"a1z ", body]);
            let mut message = Message::new(&[("X-Zoho-Webhook-Signature", &tag)], body);
            "z=%20&a=1".clone_into(&mut message.query);
            message
        }
        Scheme::ZohoPayments => {
            let sent = format!("{sent}000");
            let tag = format!("t={sent},v={}", hexed(&[sent.as_bytes(), b".", body]));
            Message::new(&[("X-ZohoWebhook-Signature", &tag)], body)
        }
        Scheme::Stripe => {
            let tag = format!("t={sent},v1={}", hexed(&[sent.as_bytes(), b".", body]));
            Message::new(&[("Stripe-Signature", &tag)], body)
        }
        Scheme::Token => {
            let token = format!("Bearer {}", String::from_utf8_lossy(key));
            Message::new(&[("Authorization", &token)], body)
        }
    }
}

pub(crate) fn source(name: &str, settings: &str) -> Source {
    let settings: Settings = toml::from_str(settings).unwrap();
    Source::new(name, &settings).unwrap()
}

/// What a source of a format makes of a body.
pub(crate) fn read(name: &str, body: &[u8]) -> Result<Vec<Event>, Reason> {
    let source = source(name, "token = 'open sesame'");
    signed(Scheme::Token, "open sesame", body).received(&source, SENT)
}

/// The one event of a body.
pub(crate) fn event(name: &str, body: &[u8]) -> Event {
    let mut events = read(name, body).unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

/// Why nothing of a body is verified.
pub(crate) fn ignored(name: &str, body: &[u8]) -> String {
    match event(name, body).kind {
        Kind::Ignored { why } => why,
        other => panic!("{other:?}"),
    }
}
