//! A message as it comes in: what it must look like, and what is read off it.

use async_nats::HeaderMap;
use bytes::Bytes;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// Where documents come in, one subject a tenant.
pub const INVOICES: &str = "satyapan.invoices";
/// Where bad messages go, one subject a tenant.
pub const DEAD: &str = "satyapan.dead";
/// The tenant of dead letters whose own subject names none that could be.
pub const NOBODY: &str = "_";

/// The longest message id that is taken as a key, in bytes; the queue's own limit.
const ID_BYTES_MAX: usize = 255;

/// The highest priority, and below nought the lowest; the queue's own limit.
const PRIORITY_MAX: i64 = 100;

/// A document that came in, not yet committed.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Of the subject: a letter or digit, then letters, digits, `-` and `_`; at most 64.
    pub tenant: String,
    /// Names the document within its tenant: `Nats-Msg-Id`, or `sha256:` and the digest of the payload. Two messages with one
    /// key are one document, and with other bytes a conflict.
    pub key: String,
    pub payload: Bytes,
    /// The day on which the invoice is judged; `None` is today.
    pub as_of: Option<Date>,
    /// From -100 to 100, higher first; `None` is the queue's own.
    pub priority: Option<i64>,
    /// Of W3C Trace Context. One that is not in its form is left out, as that standard asks.
    pub traceparent: Option<String>,
    /// How often this message has been delivered, this time included; 0 for one that was found lying behind the consumer.
    pub delivery: u32,
}

/// Neither the document nor its id, which often is the invoice's number, belongs into a log.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming")
            .field("tenant", &self.tenant)
            .field("bytes", &self.payload.len())
            .field("as_of", &self.as_of)
            .field("priority", &self.priority)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

impl Incoming {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it and how its sender mends it, without a word of what it says.
    pub(crate) fn read(
        subject: &str,
        headers: Option<&HeaderMap>,
        payload: Bytes,
        delivery: u32,
        bytes_max: usize,
    ) -> Result<Self, String> {
        let tenant = tenant(subject).ok_or_else(|| {
            format!(
                "the subject names no tenant: publish on {INVOICES}.<tenant>, which begins with a letter or digit, has no others \
                 than letters, digits, - and _, and at most 64"
            )
        })?;
        if payload.is_empty() {
            return Err("the payload is empty: send one document".to_owned());
        }
        if payload.len() > bytes_max {
            return Err(format!(
                "the payload has {} bytes and at most {bytes_max} are taken (nats.message_bytes_max)",
                payload.len()
            ));
        }
        let key = match header(headers, async_nats::header::NATS_MESSAGE_ID.as_ref())? {
            Some(id) if id.len() > ID_BYTES_MAX || id.chars().any(char::is_control) => {
                return Err(format!(
                    "Nats-Msg-Id must have at most {ID_BYTES_MAX} bytes and no control characters"
                ));
            }
            Some(id) => id.to_owned(),
            None => format!("sha256:{:x}", Sha256::digest(&payload)),
        };
        let as_of = header(headers, "as-of")?
            .map(str::parse)
            .transpose()
            .map_err(|_| "as-of must be a day, written YYYY-MM-DD".to_owned())?;
        let priority = header(headers, "priority")?.map(priority).transpose()?;
        let traceparent = header(headers, "traceparent")
            .ok()
            .flatten()
            .filter(|text| is_traceparent(text))
            .map(str::to_owned);
        Ok(Self {
            tenant: tenant.to_owned(),
            key,
            payload,
            as_of,
            priority,
            traceparent,
            delivery,
        })
    }
}

/// The tenant that a subject of [`INVOICES`] names.
pub(crate) fn tenant(subject: &str) -> Option<&str> {
    let tenant = subject.strip_prefix(INVOICES)?.strip_prefix('.')?;
    let known = tenant.len() <= 64
        && tenant.starts_with(|c: char| c.is_ascii_alphanumeric())
        && tenant
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    known.then_some(tenant)
}

/// A header's value, trimmed; empty is as absent. Their names are case-sensitive in NATS but not for the libraries of some senders.
pub(crate) fn header<'a>(
    headers: Option<&'a HeaderMap>,
    name: &str,
) -> Result<Option<&'a str>, String> {
    let mut values = headers
        .into_iter()
        .flat_map(HeaderMap::iter)
        .filter(|(known, _)| AsRef::<str>::as_ref(*known).eq_ignore_ascii_case(name))
        .flat_map(|(_, values)| values)
        .map(|value| value.as_str().trim());
    let value = values.next().filter(|value| !value.is_empty());
    if values.next().is_some() {
        return Err(format!("{name} is given more than once: send it once"));
    }
    Ok(value)
}

fn priority(text: &str) -> Result<i64, String> {
    let read = text.parse().ok();
    read.filter(|priority| (-PRIORITY_MAX..=PRIORITY_MAX).contains(priority))
        .ok_or_else(|| format!("priority must be from -{PRIORITY_MAX} to {PRIORITY_MAX}"))
}

/// Version 00 of W3C Trace Context: `00-<32 hex>-<16 hex>-<2 hex>`, neither identifier all zeros.
fn is_traceparent(text: &str) -> bool {
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let named = |text: &str, length| hex(text, length) && text.bytes().any(|b| b != b'0');
    let parts: Vec<_> = text.splitn(5, '-').collect();
    matches!(parts[..], ["00", trace, parent, flags] if named(trace, 32) && named(parent, 16) && hex(flags, 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SUBJECT: &str = "satyapan.invoices.acme";
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn read(headers: &[(&str, &str)]) -> Result<Incoming, String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, *value);
        }
        Incoming::read(SUBJECT, Some(&map), Bytes::from_static(b"{}"), 1, 100)
    }

    #[test]
    fn everything_is_read_off() {
        let message = read(&[
            ("Nats-Msg-Id", " INV/26/1 "),
            ("As-Of", "2026-11-21"),
            ("priority", "-5"),
            ("TraceParent", TRACE),
        ]);
        let want = Incoming {
            tenant: "acme".to_owned(),
            key: "INV/26/1".to_owned(),
            payload: Bytes::from_static(b"{}"),
            as_of: Some(jiff::civil::date(2026, 11, 21)),
            priority: Some(-5),
            traceparent: Some(TRACE.to_owned()),
            delivery: 1,
        };
        assert_eq!(message, Ok(want));
    }

    #[test]
    fn without_an_id_the_bytes_are_the_key() {
        let message = Incoming::read(SUBJECT, None, Bytes::from_static(b"{}"), 1, 100).unwrap();
        // `printf '{}' | sha256sum`
        let digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(message.key, format!("sha256:{digest}"));
        assert_eq!((message.as_of, message.priority), (None, None));
        assert_eq!(read(&[("Nats-Msg-Id", " ")]).unwrap().key, message.key);
    }

    #[test]
    fn what_is_wrong_with_a_message_is_said() {
        let long = "x".repeat(256);
        for (headers, want) in [
            (vec![("as-of", "21-11-2026")], "YYYY-MM-DD"),
            (vec![("as-of", "2026-02-29")], "YYYY-MM-DD"),
            (
                vec![("as-of", "2026-11-21"), ("As-Of", "2026-11-20")],
                "more than once",
            ),
            (vec![("priority", "high")], "from -100 to 100"),
            (vec![("priority", "101")], "from -100 to 100"),
            (vec![("priority", "-101")], "from -100 to 100"),
            (
                vec![("priority", "9223372036854775808")],
                "from -100 to 100",
            ),
            (vec![("Nats-Msg-Id", long.as_str())], "255 bytes"),
            (vec![("Nats-Msg-Id", "a\tb")], "control"),
            (
                vec![("Nats-Msg-Id", "a"), ("Nats-Msg-Id", "b")],
                "more than once",
            ),
        ] {
            let reason = read(&headers).unwrap_err();
            assert!(reason.contains(want), "{headers:?}: {reason}");
        }
        assert_eq!(read(&[("Nats-Msg-Id", &long[1..])]).unwrap().key.len(), 255);
        for (bytes, taken) in [(0, false), (1, true), (100, true), (101, false)] {
            let payload = Bytes::from(vec![b'x'; bytes]);
            let message = Incoming::read(SUBJECT, None, payload, 1, 100);
            assert_eq!(message.is_ok(), taken, "{bytes}: {message:?}");
        }
    }

    #[test]
    fn tenants() {
        let longest = format!("satyapan.invoices.{}", "t".repeat(64));
        for (subject, want) in [
            ("satyapan.invoices.acme", Some("acme")),
            ("satyapan.invoices.A-1_b", Some("A-1_b")),
            (longest.as_str(), Some(&longest[18..])),
            (&format!("{longest}t"), None),
            ("satyapan.invoices.", None),
            ("satyapan.invoices", None),
            ("satyapan.invoicesacme", None),
            ("satyapan.invoices.a.b", None),
            ("satyapan.invoices._a", None),
            ("satyapan.invoices.é", None),
            ("satyapan.invoices.a/../b", None),
            ("other.acme", None),
        ] {
            assert_eq!(tenant(subject), want, "{subject}");
        }
        assert_eq!(
            tenant(&format!("{INVOICES}.{NOBODY}")),
            None,
            "it stays apart"
        );
    }

    #[test]
    fn a_trace_of_another_form_is_left_out() {
        for (text, want) in [
            (TRACE, true),
            (
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                false,
            ),
            (
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                false,
            ),
            (
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                false,
            ),
            (
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                false,
            ),
            (
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                false,
            ),
            (
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                false,
            ),
            ("", false),
        ] {
            let traced = read(&[("traceparent", text)]).unwrap().traceparent;
            assert_eq!(traced.as_deref(), want.then_some(text), "{text}");
        }
    }

    #[test]
    fn a_message_does_not_show() {
        let shown = format!("{:?}", read(&[("Nats-Msg-Id", "INV-77")]).unwrap());
        assert!(
            !shown.contains("INV-77") && !shown.contains("{}"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_breaks_the_reader(
            subject in ".{0,80}",
            headers in prop::collection::vec(("[a-zA-Z-]{1,12}|as-of|priority|Nats-Msg-Id|traceparent", "[^\r\n]{0,40}"), 0..6),
            payload in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut map = HeaderMap::new();
            for (name, value) in &headers {
                map.append(name.as_str(), value.as_str());
            }
            for subject in [subject.as_str(), SUBJECT] {
                let payload = Bytes::from(payload.clone());
                if let Ok(message) = Incoming::read(subject, Some(&map), payload.clone(), 1, 30) {
                    prop_assert!(!message.key.is_empty() && message.key.len() <= 255);
                    prop_assert_eq!(message.payload, payload);
                }
            }
        }
    }
}
