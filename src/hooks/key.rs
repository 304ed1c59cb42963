//! Shared secrets, and HMAC-SHA-256 under them.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A secret that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("it is empty: anybody could sign with it")]
    Empty,
    #[error("it is not `whsec_` and base64, as Standard Webhooks writes secrets")]
    NotBase64,
}

/// One secret, ready to verify and to sign.
#[derive(Clone)]
pub(crate) struct Key(SecretSlice<u8>);

impl Key {
    /// The secret's own bytes are the key.
    pub(crate) fn plain(secret: &SecretString) -> Result<Self, SecretError> {
        let bytes = secret.expose_secret().as_bytes();
        if bytes.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self(bytes.to_vec().into()))
    }

    /// The secret is base64, with or without `whsec_` before it.
    pub(crate) fn standard(secret: &SecretString) -> Result<Self, SecretError> {
        let text = secret.expose_secret().trim();
        let bytes = STANDARD
            .decode(text.strip_prefix("whsec_").unwrap_or(text))
            .map_err(|_| SecretError::NotBase64)?;
        if bytes.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self(bytes.into()))
    }

    fn mac(&self, parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of any length; were it to refuse one, nothing would verify.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).ok()?;
        for part in parts {
            mac.update(part);
        }
        Some(mac)
    }

    /// Whether a tag is that of the parts, one after the other. Takes the same time wherever they differ.
    pub(crate) fn verifies(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.mac(parts)
            .is_some_and(|mac| mac.verify_slice(tag).is_ok())
    }

    pub(crate) fn tag(&self, parts: &[&[u8]]) -> Option<Vec<u8>> {
        Some(self.mac(parts)?.finalize().into_bytes().to_vec())
    }

    /// Whether a token is this secret. Digests are compared, so that its length takes no other time either.
    pub(crate) fn is(&self, token: &str) -> bool {
        let own = Sha256::digest(self.0.expose_secret());
        let given = Sha256::digest(token.as_bytes());
        own.as_slice().ct_eq(given.as_slice()).into()
    }
}

/// The secret in use, and the one before it while senders change over.
#[derive(Clone)]
pub(crate) struct Keys {
    current: Key,
    previous: Option<Key>,
}

impl Keys {
    pub(crate) fn new(current: Key, previous: Option<Key>) -> Self {
        Self { current, previous }
    }

    fn live(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    pub(crate) fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.live().any(|key| key.verifies(parts, tag))
    }

    pub(crate) fn know(&self, token: &str) -> bool {
        self.live().any(|key| key.is(token))
    }

    /// A tag a live secret, that in use first.
    pub(crate) fn tags(&self, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        self.live().filter_map(|key| key.tag(parts)).collect()
    }
}
