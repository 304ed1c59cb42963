//! The `server` section of the settings.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;

use crate::keys::KeySettings;

/// How the daemon listens, whom it answers and what it refuses. As TOML, with the defaults:
///
/// ```toml
/// [server]
/// listen = "127.0.0.1:8080"  # another address than loopback needs api_keys or jwt
/// api_keys = []              # "KEY", "sha256:<hex>", or { key = "…", name = "…", tenant = "…", roles = ["read"] };
///                            # in the environment comma-separated. From there or a file outside git
/// body_bytes_max = 10485760  # largest body of one request
/// bodies_bytes_max = 268435456 # bodies being read or handed over, together
/// wait_s_max = 60            # longest ?wait=
/// request_timeout_s = 30     # one request, body included, waiting not
/// header_timeout_s = 15      # the head of a request; also how long a connection may idle between two
/// write_timeout_s = 30       # how long a client may refuse to read
/// headers_max = 64
/// header_bytes_max = 16384   # the whole head
/// connections_max = 1024
/// streams_max = 256          # event streams at once
/// shutdown_s = 30            # for requests under way, once told to stop
/// # cursor_secret            # signs cursors; where several processes serve one address and have no api_keys in common
///
/// [server.jwt]               # off unless jwks_file or jwks_url is set; then issuer and audience are needed
/// # jwks_file, jwks_url, issuer, audience
/// tenant_claim = "tenant"    # a member's name, or a JSON pointer such as /realm_access/roles
/// roles_claim = "roles"
/// leeway_s = 60
/// refresh_s = 300
///
/// [server.rate]              # for each key or subject; per_minute = 0 is without limit
/// per_minute = 6000
/// burst = 200
///
/// [server.tls]               # off unless both are set: PEM files, read again on demand
/// # cert, key
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Who may ask, by API key.
    #[serde(deserialize_with = "crate::keys::list")]
    pub api_keys: Vec<KeySettings>,
    /// Who may ask, by a token of an identity provider.
    pub jwt: JwtSettings,
    /// Largest body of one request, in bytes.
    pub body_bytes_max: usize,
    /// All bodies that are held at once, in bytes.
    pub bodies_bytes_max: usize,
    /// Longest `?wait=`, in seconds.
    pub wait_s_max: u64,
    /// One request, body included, waiting for a verdict not.
    pub request_timeout_s: u64,
    /// The head of a request; also how long a connection may idle between two requests.
    pub header_timeout_s: u64,
    /// How long a client may refuse to read its answer.
    pub write_timeout_s: u64,
    pub headers_max: usize,
    /// The head of a request, in bytes.
    pub header_bytes_max: usize,
    pub connections_max: usize,
    /// Event streams at once.
    pub streams_max: usize,
    pub rate: RateSettings,
    pub tls: TlsSettings,
    /// How long requests under way may take once the server is told to stop.
    pub shutdown_s: u64,
    /// Signs cursors, beside what is known of the API keys.
    pub cursor_secret: Option<SecretString>,
}

/// Whose tokens are believed, and how they are read. Off without a key set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwtSettings {
    /// A JWK Set in a file, read again every `refresh_s`.
    pub jwks_file: Option<PathBuf>,
    /// A JWK Set by https, fetched again every `refresh_s`; http only from this machine.
    pub jwks_url: Option<String>,
    /// `iss` must be this.
    pub issuer: String,
    /// `aud` must be or hold this.
    pub audience: String,
    /// A member's name, or a JSON pointer.
    pub tenant_claim: String,
    /// A list of names or names with blanks between them.
    pub roles_claim: String,
    /// By how much clocks may differ.
    pub leeway_s: u32,
    pub refresh_s: u64,
}

/// How fast one key or subject may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateSettings {
    /// 0 is without limit.
    pub per_minute: u32,
    /// How many at once after a pause.
    pub burst: u32,
}

/// PEM files. Both or none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsSettings {
    /// The chain, the server's own certificate first.
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

impl TlsSettings {
    /// Of the addresses at which a server with these settings is reached.
    pub fn scheme(&self) -> &'static str {
        match self.cert {
            Some(_) => "https",
            None => "http",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            api_keys: Vec::new(),
            jwt: JwtSettings::default(),
            body_bytes_max: 10 * 1024 * 1024,
            bodies_bytes_max: 256 * 1024 * 1024,
            wait_s_max: 60,
            request_timeout_s: 30,
            header_timeout_s: 15,
            write_timeout_s: 30,
            headers_max: 64,
            header_bytes_max: 16 * 1024,
            connections_max: 1024,
            streams_max: 256,
            rate: RateSettings::default(),
            tls: TlsSettings::default(),
            shutdown_s: 30,
            cursor_secret: None,
        }
    }
}

impl Default for JwtSettings {
    fn default() -> Self {
        Self {
            jwks_file: None,
            jwks_url: None,
            issuer: String::new(),
            audience: String::new(),
            tenant_claim: "tenant".to_owned(),
            roles_claim: "roles".to_owned(),
            leeway_s: 60,
            refresh_s: 300,
        }
    }
}

impl Default for RateSettings {
    fn default() -> Self {
        Self {
            per_minute: 6000,
            burst: 200,
        }
    }
}

/// Settings under which the server does not start. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error(
        "server.listen is {0}, which others can reach, and nobody could be asked who he is: set server.api_keys or server.jwt, or listen on 127.0.0.1"
    )]
    Open(SocketAddr),
    #[error("server.{0} must be at least {1}")]
    TooSmall(&'static str, usize),
    #[error(
        "server.bodies_bytes_max is smaller than server.body_bytes_max: no largest body could ever be read"
    )]
    Bodies,
    #[error("server.api_keys, entry {entry}: {why}")]
    Key { entry: usize, why: String },
    #[error("server.jwt: {0}")]
    Jwt(&'static str),
    #[error("server.tls needs both cert and key, and only one is set")]
    Tls,
}

impl JwtSettings {
    /// Whether tokens of an identity provider are believed at all.
    pub fn is_on(&self) -> bool {
        self.jwks_file.is_some() || self.jwks_url.is_some()
    }
}

impl Settings {
    /// What holds without opening a socket or a file.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if !self.listen.ip().is_loopback() && self.api_keys.is_empty() && !self.jwt.is_on() {
            return Err(SettingsError::Open(self.listen));
        }
        let seconds = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        for (name, value, least) in [
            ("body_bytes_max", self.body_bytes_max, 1),
            ("request_timeout_s", seconds(self.request_timeout_s), 1),
            ("header_timeout_s", seconds(self.header_timeout_s), 1),
            ("write_timeout_s", seconds(self.write_timeout_s), 1),
            ("headers_max", self.headers_max, 16),
            // The least buffer that the HTTP library takes.
            ("header_bytes_max", self.header_bytes_max, 8192),
            ("connections_max", self.connections_max, 1),
            ("streams_max", self.streams_max, 1),
        ] {
            if value < least {
                return Err(SettingsError::TooSmall(name, least));
            }
        }
        if self.bodies_bytes_max < self.body_bytes_max {
            return Err(SettingsError::Bodies);
        }
        if self.rate.per_minute > 0 && self.rate.burst == 0 {
            return Err(SettingsError::TooSmall("rate.burst", 1));
        }
        if self.tls.cert.is_some() != self.tls.key.is_some() {
            return Err(SettingsError::Tls);
        }
        Ok(())
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_s)
    }

    pub(crate) fn wait_max(&self) -> Duration {
        Duration::from_secs(self.wait_s_max)
    }
}

#[cfg(test)]
mod tests;
