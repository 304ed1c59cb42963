//! An identity provider's keys: a JWK Set (RFC 7517) of a file or a URL, kept and read again.
//!
//! Keys that were read once stay in use while they cannot be read again: a provider that is down for an hour locks nobody out.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    jwt::JwtError,
    settings::{JwtSettings, SettingsError},
};

/// The largest key set that is read, in bytes.
const SET_BYTES_MAX: usize = 256 * 1024;
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon a set is read again because of a key id that it lacks, or after it could not be read. Anybody can invent key ids.
const COOLDOWN: Duration = Duration::from_secs(10);

/// Why a key set could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JwksError {
    #[error("the JWK Set cannot be read: {0}")]
    Read(String),
    #[error("the JWK Set is larger than {SET_BYTES_MAX} bytes")]
    Large,
    #[error("it is no JWK Set: {0}")]
    Json(String),
    #[error("the JWK Set has no RSA key of 2048 bits or more for RS256 and no Ed25519 key")]
    Empty,
}

/// A public key and its only algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    Ed25519(Vec<u8>),
}

impl Key {
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    pub(crate) fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ring::error::Unspecified> {
        match self {
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
        }
    }
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
}

impl Jwk {
    /// The key, where it is one that signatures of ours can have.
    fn key(&self) -> Option<Key> {
        let signs = self
            .purpose
            .as_deref()
            .is_none_or(|purpose| purpose == "sig");
        let ops = self.key_ops.as_ref();
        let verifies = ops.is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !signs || !verifies {
            return None;
        }
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        let key = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Key::Rsa {
                modulus: bytes(&self.n).filter(|modulus| modulus.len() >= 256)?,
                exponent: bytes(&self.e)?,
            },
            ("OKP", Some("Ed25519")) => {
                Key::Ed25519(bytes(&self.x).filter(|point| point.len() == 32)?)
            }
            _ => return None,
        };
        let pinned = self.alg.as_deref();
        // RFC 9864 names EdDSA over this curve by the curve.
        let same =
            |alg: &str| alg == key.algorithm() || (alg == "Ed25519" && key.algorithm() == "EdDSA");
        pinned.is_none_or(same).then_some(key)
    }
}

type Keys = Vec<(Option<String>, Key)>;

fn parse(bytes: &[u8]) -> Result<Keys, JwksError> {
    #[derive(Deserialize)]
    struct Set {
        // One key of a kind that nobody here knows must not spoil the others.
        keys: Vec<Value>,
    }
    let set: Set =
        serde_json::from_slice(bytes).map_err(|error| JwksError::Json(error.to_string()))?;
    let keys: Keys = set
        .keys
        .into_iter()
        .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
        .filter_map(|jwk| Some((jwk.kid.clone(), jwk.key()?)))
        .collect();
    if keys.is_empty() {
        return Err(JwksError::Empty);
    }
    Ok(keys)
}

enum Source {
    File(PathBuf),
    Url {
        url: reqwest::Url,
        client: reqwest::Client,
    },
}

impl Source {
    async fn read(&self) -> Result<Keys, JwksError> {
        let bytes = match self {
            Self::File(path) => {
                let read = tokio::fs::read(path).await;
                read.map_err(|error| JwksError::Read(format!("{}: {error}", path.display())))?
            }
            Self::Url { url, client } => {
                // The URL is left out: it may hold what is nobody's business.
                let failed =
                    |error: reqwest::Error| JwksError::Read(error.without_url().to_string());
                let request = client.get(url.clone()).send().await;
                let mut answer = request
                    .and_then(reqwest::Response::error_for_status)
                    .map_err(failed)?;
                let mut bytes = Vec::new();
                while let Some(chunk) = answer.chunk().await.map_err(failed)? {
                    bytes.extend_from_slice(&chunk);
                    if bytes.len() > SET_BYTES_MAX {
                        return Err(JwksError::Large);
                    }
                }
                bytes
            }
        };
        if bytes.len() > SET_BYTES_MAX {
            return Err(JwksError::Large);
        }
        parse(&bytes)
    }
}

/// The keys as they were read last.
pub(crate) struct Jwks {
    source: Source,
    refresh: Duration,
    cooldown: Duration,
    kept: RwLock<Kept>,
    /// One reads, the others wait for what he brings.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: Arc<Keys>,
    read: Option<Instant>,
    tried: Option<Instant>,
}

impl Jwks {
    /// Opens nothing yet, but for a client.
    ///
    /// # Errors
    /// Not exactly one source, a URL that is not https (or http on this machine), no issuer or audience.
    pub(crate) fn new(settings: &JwtSettings) -> Result<Self, SettingsError> {
        if settings.issuer.is_empty() || settings.audience.is_empty() {
            return Err(SettingsError::Jwt(
                "issuer and audience are needed: without them tokens made for others would be believed",
            ));
        }
        let source = match (&settings.jwks_file, &settings.jwks_url) {
            (Some(path), None) => Source::File(path.clone()),
            (None, Some(url)) => url_source(url)?,
            _ => return Err(SettingsError::Jwt("set either jwks_file or jwks_url")),
        };
        Ok(Self {
            source,
            refresh: Duration::from_secs(settings.refresh_s.max(1)),
            cooldown: COOLDOWN,
            kept: RwLock::default(),
            reading: Mutex::default(),
        })
    }

    #[cfg(test)]
    pub(crate) fn without_cooldown(mut self) -> Self {
        self.cooldown = Duration::ZERO;
        self
    }

    /// Reads the keys now, so that a file that is not there is known at the start; answers how many are of use.
    pub(crate) async fn load(&self) -> Result<usize, JwksError> {
        let _one = self.reading.lock().await;
        self.read().await?;
        Ok(self.keys().len())
    }

    /// The key of this id. Without an id, the only key there is.
    pub(crate) async fn find(&self, id: Option<&str>) -> Result<Key, JwtError> {
        let found = pick(&self.keys(), id);
        let known = !matches!(found, Err(JwtError::UnknownKey | JwtError::NoKeys));
        if !self.is_due(known) {
            return found;
        }
        let _one = match self.reading.try_lock() {
            Ok(guard) => guard,
            // A key that is known is good enough while somebody else reads.
            Err(_) if known => return found,
            Err(_) => self.reading.lock().await,
        };
        // Somebody else may have read them meanwhile.
        if self.is_due(known)
            && let Err(error) = self.read().await
        {
            tracing::warn!(%error, "The identity provider's keys could not be read again: {error}");
        }
        pick(&self.keys(), id)
    }

    fn keys(&self) -> Arc<Keys> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&kept.keys)
    }

    /// Whether to read: keys that are known after `refresh`, unknown ones at once, and neither within the cooldown.
    fn is_due(&self, known: bool) -> bool {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let over =
            |since: Option<Instant>, age: Duration| since.is_none_or(|at| at.elapsed() >= age);
        over(kept.tried, self.cooldown) && (!known || over(kept.read, self.refresh))
    }

    async fn read(&self) -> Result<(), JwksError> {
        let read = self.source.read().await;
        let now = Instant::now();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.tried = Some(now);
        kept.keys = Arc::new(read?);
        kept.read = Some(now);
        Ok(())
    }
}

fn url_source(url: &str) -> Result<Source, SettingsError> {
    let url: reqwest::Url = url
        .parse()
        .map_err(|_| SettingsError::Jwt("jwks_url is no URL"))?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return Err(SettingsError::Jwt(
            "jwks_url must begin with https: whoever can change the keys on their way can be anybody",
        ));
    }
    let client = reqwest::Client::builder()
        .timeout(FETCH_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|_| SettingsError::Jwt("no HTTP client can be made"))?;
    Ok(Source::Url { url, client })
}

fn pick(keys: &Keys, id: Option<&str>) -> Result<Key, JwtError> {
    let key = match (id, keys.as_slice()) {
        (_, []) => return Err(JwtError::NoKeys),
        (None, [(_, only)]) => only,
        (None, _) => return Err(JwtError::NoKeyId),
        (Some(id), several) => several
            .iter()
            .find(|(known, _)| known.as_deref() == Some(id))
            .map(|(_, key)| key)
            .ok_or(JwtError::UnknownKey)?,
    };
    Ok(key.clone())
}

#[cfg(test)]
mod tests;
