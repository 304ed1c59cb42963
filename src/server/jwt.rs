//! JSON Web Tokens of an identity provider: RFC 7519 as RFC 8725 wants it read.
//!
//! *Invariants:* the algorithm is the key's, never the token's choice; only RS256 and `EdDSA` exist here; `exp`, `iss`, `aud` and
//! `sub` are needed; a claim of another type than it should have is an error, not absence.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{
    auth::{Caller, Role, Roles},
    jwks::{Jwks, Key},
    service::Tenant,
    settings::JwtSettings,
};

/// The largest token that is read, in bytes.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// Seconds since 1970. An argument, so that tests have their own.
pub(crate) type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Why a token does not hold. Says nothing of its content but what its own sender wrote in the header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JwtError {
    #[error("it is not three parts of base64url with JSON in them")]
    Shape,
    #[error("only RS256 and EdDSA are believed, with a key of that kind")]
    Algorithm,
    #[error("it names critical extensions, and none is known here")]
    Critical,
    #[error("its key id is none of the identity provider's keys")]
    UnknownKey,
    #[error("it names no key id, and the identity provider has several keys")]
    NoKeyId,
    #[error("its signature does not hold")]
    Signature,
    #[error("its claim `{0}` is missing or of another type")]
    Claim(&'static str),
    #[error("it has expired: get a new one")]
    Expired,
    #[error("it is not valid yet: compare the clocks")]
    Early,
    #[error("it was issued by somebody else than server.jwt.issuer")]
    Issuer,
    #[error("it is meant for somebody else than server.jwt.audience")]
    Audience,
    #[error("the claim that server.jwt.tenant_claim names is no tenant's name")]
    Tenant,
    #[error("the identity provider's keys cannot be had")]
    NoKeys,
}

/// Reads tokens of one issuer.
pub(crate) struct Verifier {
    keys: Jwks,
    settings: JwtSettings,
    clock: Clock,
}

impl Verifier {
    pub(crate) fn new(keys: Jwks, settings: JwtSettings, clock: Clock) -> Self {
        Self {
            keys,
            settings,
            clock,
        }
    }

    /// Reads the identity provider's keys again; those in use stay where they cannot be read.
    pub(crate) async fn read_again(&self) {
        if let Err(error) = self.keys.load().await {
            tracing::warn!(%error, "The identity provider's keys could not be read again: {error}");
        }
    }

    /// Who the token speaks of.
    pub(crate) async fn caller(&self, token: &str) -> Result<Caller, JwtError> {
        let token = Token::parse(token)?;
        let key = self.keys.find(token.key_id.as_deref()).await?;
        token.verify(&key)?;
        let claims = object(token.payload)?;
        self.check(&claims)?;
        let text = |pointer: &str| claim(&claims, pointer).and_then(Value::as_str);
        let subject = match text("sub") {
            Some(subject) if !subject.is_empty() && subject.len() <= 256 => subject.to_owned(),
            _ => return Err(JwtError::Claim("sub")),
        };
        let tenant = text(&self.settings.tenant_claim)
            .and_then(Tenant::new)
            .ok_or(JwtError::Tenant)?;
        let roles = roles(claim(&claims, &self.settings.roles_claim));
        Ok(Caller::new(subject, tenant, roles))
    }

    fn check(&self, claims: &Map<String, Value>) -> Result<(), JwtError> {
        let now = (self.clock)();
        let leeway = i64::from(self.settings.leeway_s);
        let expires = seconds(claims, "exp")?.ok_or(JwtError::Claim("exp"))?;
        if expires <= now.saturating_sub(leeway) {
            return Err(JwtError::Expired);
        }
        if seconds(claims, "nbf")?.is_some_and(|from| from > now.saturating_add(leeway)) {
            return Err(JwtError::Early);
        }
        match claims.get("iss") {
            Some(Value::String(issuer)) if *issuer == self.settings.issuer => {}
            Some(Value::String(_)) => return Err(JwtError::Issuer),
            _ => return Err(JwtError::Claim("iss")),
        }
        let ours = |value: &Value| value.as_str() == Some(&self.settings.audience);
        match claims.get("aud") {
            Some(one @ Value::String(_)) if ours(one) => Ok(()),
            Some(Value::Array(several)) if several.iter().any(ours) => Ok(()),
            Some(Value::String(_) | Value::Array(_)) => Err(JwtError::Audience),
            _ => Err(JwtError::Claim("aud")),
        }
    }
}

/// A token that is taken apart and not believed yet.
struct Token<'a> {
    algorithm: String,
    key_id: Option<String>,
    /// Header and payload, as they were signed.
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    fn parse(token: &'a str) -> Result<Self, JwtError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(JwtError::Shape);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Shape)?;
        let (header, payload) = signed.split_once('.').ok_or(JwtError::Shape)?;
        let header = object(header)?;
        if header.contains_key("crit") {
            return Err(JwtError::Critical);
        }
        let text = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(JwtError::Shape),
        };
        Ok(Self {
            algorithm: text("alg")?.ok_or(JwtError::Algorithm)?,
            key_id: text("kid")?,
            signed,
            payload,
            signature: decode(signature)?,
        })
    }

    fn verify(&self, key: &Key) -> Result<(), JwtError> {
        if self.algorithm != key.algorithm() {
            return Err(JwtError::Algorithm);
        }
        key.verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| JwtError::Signature)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Shape)
}

fn object(part: &str) -> Result<Map<String, Value>, JwtError> {
    serde_json::from_slice(&decode(part)?).map_err(|_| JwtError::Shape)
}

/// A member by its name, or by a JSON pointer.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let Some(pointer) = name.strip_prefix('/') else {
        return claims.get(name);
    };
    let (first, rest) = match pointer.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (pointer, String::new()),
    };
    claims
        .get(&first.replace("~1", "/").replace("~0", "~"))?
        .pointer(&rest)
}

/// A `NumericDate`, which may have a fraction (RFC 7519 section 2); the fraction is dropped.
fn seconds(claims: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, JwtError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            let text = number.to_string();
            let whole = text.split('.').next().and_then(|whole| whole.parse().ok());
            whole.map(Some).ok_or(JwtError::Claim(name))
        }
        Some(_) => Err(JwtError::Claim(name)),
    }
}

/// Roles of a list, or of a text with blanks. Names that are not ours are other programs'.
fn roles(claim: Option<&Value>) -> Roles {
    match claim {
        Some(Value::String(names)) => names.split(' ').filter_map(Role::by_name).collect(),
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            names.filter_map(Role::by_name).collect()
        }
        _ => Roles::default(),
    }
}

#[cfg(test)]
mod tests;
