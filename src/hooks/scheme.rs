//! How a message shows that it is genuine.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    Reason, Request,
    key::{Key, Keys},
    settings::SettingsError,
    standard,
};

/// How a sender shows that a message is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    Standard,
    /// `X-Frappe-Webhook-Signature`: base64 over the body. No timestamp: an old message repeats as what it was.
    Frappe,
    /// `X-Zoho-Webhook-Signature` over the sorted pairs of query and form, then the body. No timestamp.
    Zoho,
    /// `X-ZohoWebhook-Signature: t=<ms>,v=<hex>` over `t.body`.
    ZohoPayments,
    /// `intuit-signature`: base64 over the body. No timestamp.
    Intuit,
    /// `X-Hub-Signature-256: sha256=<hex>` over the body. No timestamp.
    Github,
    /// `Stripe-Signature: t=<s>,v1=<hex>` over `t.body`, `v1` several times while secrets change.
    Stripe,
    /// For senders that cannot sign: the secret itself as `Authorization: Bearer`, as `X-Hook-Token`, or, where not
    /// even a header can be set, as `token` in the query.
    Token,
}

/// What is known of a message that is genuine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The message's id, where the signature covers it.
    pub(crate) id: Option<String>,
}

const FRAPPE: &str = "x-frappe-webhook-signature";
const ZOHO: &str = "x-zoho-webhook-signature";
const ZOHO_PAYMENTS: &str = "x-zohowebhook-signature";
const INTUIT: &str = "intuit-signature";
const GITHUB: &str = "x-hub-signature-256";
const STRIPE: &str = "stripe-signature";
const HOOK_TOKEN: &str = "x-hook-token";
const AUTHORIZATION: &str = "authorization";
const TOKEN: &str = "bearer token";

/// Signatures of one header that are looked at.
const SIGNATURES_MAX: usize = 8;
/// Pairs of a query or form that are looked at.
const PAIRS_MAX: usize = 1_000;

impl Scheme {
    pub(crate) fn keys(
        self,
        hook: &str,
        settings: &crate::Settings,
    ) -> Result<Keys, SettingsError> {
        let key = match self {
            Self::Standard => Key::standard,
            _ => Key::plain,
        };
        let named = |name: &'static str| {
            move |cause| SettingsError::Secret {
                hook: hook.to_owned(),
                name,
                cause,
            }
        };
        let (name, secret, previous_name, previous) = settings.secrets(hook, self)?;
        let current = key(secret).map_err(named(name))?;
        let previous = previous
            .map(key)
            .transpose()
            .map_err(named(previous_name))?;
        Ok(Keys::new(current, previous))
    }

    /// Whether a message is genuine and, where it says when it was signed, of now.
    pub(crate) fn verify(
        self,
        keys: &Keys,
        tolerance_s: u32,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Proof, Reason> {
        let body: &[u8] = request.body;
        match self {
            Self::Standard => return standard::verify(keys, tolerance_s, request, now),
            Self::Frappe => one(keys, &[body], base64(request.header(FRAPPE)?))?,
            Self::Intuit => one(keys, &[body], base64(request.header(INTUIT)?))?,
            Self::Github => {
                let value = request.header(GITHUB)?;
                one(keys, &[body], value.strip_prefix("sha256=").and_then(hexed))?;
            }
            Self::Zoho => zoho(keys, request)?,
            Self::ZohoPayments => {
                // Zoho's own pages write the name both ways.
                let value = match request.optional(ZOHO_PAYMENTS)? {
                    Some(value) => value,
                    None => request.header(ZOHO)?,
                };
                let timestamp = stamped(keys, value, "v", body)?;
                in_time(timestamp, 1_000, tolerance_s, now)?;
            }
            Self::Stripe => {
                let timestamp = stamped(keys, request.header(STRIPE)?, "v1", body)?;
                in_time(timestamp, 1, tolerance_s, now)?;
            }
            Self::Token => {
                if !keys.know(&token(request)?) {
                    return Err(Reason::BadSignature);
                }
            }
        }
        Ok(Proof::default())
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

fn hexed(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok()
}

fn one(keys: &Keys, parts: &[&[u8]], tag: Option<Vec<u8>>) -> Result<(), Reason> {
    if tag.is_some_and(|tag| keys.verify(parts, &tag)) {
        Ok(())
    } else {
        Err(Reason::BadSignature)
    }
}

/// `t=…,v=…`: the timestamp, once one of the signatures over it and the body holds.
fn stamped<'a>(
    keys: &Keys,
    header: &'a str,
    version: &str,
    body: &[u8],
) -> Result<&'a str, Reason> {
    let pairs = || {
        header
            .split(',')
            .filter_map(|pair| pair.trim().split_once('='))
    };
    let mut timestamps = pairs().filter(|(name, _)| *name == "t");
    let (Some((_, timestamp)), None) = (timestamps.next(), timestamps.next()) else {
        return Err(Reason::BadSignature);
    };
    let parts = [timestamp.as_bytes(), b".", body];
    let genuine = pairs()
        .filter(|(name, _)| *name == version)
        .take(SIGNATURES_MAX)
        .filter_map(|(_, tag)| hexed(tag))
        .any(|tag| keys.verify(&parts, &tag));
    genuine.then_some(timestamp).ok_or(Reason::BadSignature)
}

/// Zoho writes the decoded pairs of query and form one after the other, sorted by key, and the body behind them unless
/// the body is the form. Where one part ends is not signed; what is read must be whole JSON, which no other cut of the same
/// text is. Whether the tag is hexadecimal or base64 its pages leave open; it is the same tag.
fn zoho(keys: &Keys, request: &Request<'_>) -> Result<(), Reason> {
    let header = request.header(ZOHO)?;
    let form = request.is_form();
    let body: &[u8] = request.body;
    let mut pairs: Vec<_> = form_urlencoded::parse(request.query.as_bytes())
        .chain(form_urlencoded::parse(if form { body } else { b"" }))
        .take(PAIRS_MAX + 1)
        .collect();
    if pairs.len() > PAIRS_MAX {
        return Err(Reason::Malformed(format!(
            "query and form have more than {PAIRS_MAX} pairs"
        )));
    }
    // Stable, so that pairs of one key stay in the order in which they were sent.
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    let mut parts: Vec<&[u8]> = pairs
        .iter()
        .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
        .collect();
    if !form {
        parts.push(body);
    }
    one(keys, &parts, hexed(header).or_else(|| base64(header)))
}

/// The one token of a request. Several leave open which one counts.
fn token(request: &Request<'_>) -> Result<String, Reason> {
    let bearer = request.optional(AUTHORIZATION)?.map(|value| {
        let (kind, token) = value.split_once(' ').unwrap_or((value, ""));
        // Another kind of credentials is another's, perhaps that of a proxy before us.
        kind.eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned())
    });
    let header = request.optional(HOOK_TOKEN)?.map(str::to_owned);
    let query = form_urlencoded::parse(request.query.as_bytes())
        .take(PAIRS_MAX)
        .filter(|(name, _)| name == "token")
        .map(|(_, value)| value.into_owned());
    let mut given = bearer.flatten().into_iter().chain(header).chain(query);
    match (given.next(), given.next()) {
        (Some(token), None) => Ok(token),
        (None, _) => Err(Reason::Unsigned(TOKEN)),
        (Some(_), Some(_)) => Err(Reason::Repeated(TOKEN)),
    }
}

/// Whether a timestamp, of which so many make a second, is within the tolerance, both ends included.
pub(crate) fn in_time(
    timestamp: &str,
    per_second: i64,
    tolerance_s: u32,
    now: Timestamp,
) -> Result<(), Reason> {
    let units: i64 = timestamp.parse().map_err(|_| {
        Reason::Malformed("the timestamp of the signature is no whole number".to_owned())
    })?;
    let now = now.as_second().saturating_mul(per_second);
    let allowed = u64::from(tolerance_s).saturating_mul(per_second.unsigned_abs());
    if now.abs_diff(units) > allowed {
        return Err(Reason::Stale(tolerance_s));
    }
    Ok(())
}
