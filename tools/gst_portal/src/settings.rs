//! How the portal is reached: the `portal` section of the settings.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

/// A credential. It is sent as a header and appears nowhere else: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The credential itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How the portal is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalSettings {
    /// `http://…` or `https://…` of the portal or of the provider (GSP) before it, without the routes.
    /// `None` is for the caller, who has a portal of its own in the process.
    pub base_url: Option<String>,
    /// Header `client_id`.
    pub client_id: Option<Secret>,
    /// Header `client_secret`.
    pub client_secret: Option<Secret>,
    /// Further headers that a provider asks for (`auth-token`, `username`, `gstin`, …).
    pub headers: BTreeMap<String, Secret>,
    /// How long one HTTP request may take, body included, in milliseconds.
    pub attempt_timeout_ms: u64,
    /// How long one question may take with all its retries and waits, in milliseconds. A GSTR-2B read over several
    /// months is one question a month.
    pub deadline_ms: u64,
    /// Further attempts after a first that failed in a way that may pass.
    pub retries: u32,
    /// The longest wait before the first retry, in milliseconds; it doubles with each. The wait itself is drawn
    /// evenly from nothing up to it.
    pub backoff_ms: u64,
    /// The largest body that is read, in bytes.
    pub body_bytes_max: usize,
    /// Failed attempts in a row after which an operation is no longer tried; 0 is never.
    pub breaker_failures: u32,
    /// How long it is not tried before one attempt probes it again, in milliseconds.
    pub breaker_cooldown_ms: u64,
    /// Requests under way at once.
    pub concurrency: usize,
    /// Answers kept; 0 keeps none.
    pub cache_entries: usize,
    /// How long an answer is kept, in seconds; 0 keeps none.
    pub cache_ttl_s: u64,
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            client_id: None,
            client_secret: None,
            headers: BTreeMap::new(),
            attempt_timeout_ms: 3_000,
            deadline_ms: 10_000,
            retries: 2,
            backoff_ms: 100,
            body_bytes_max: 32 * 1024 * 1024,
            breaker_failures: 8,
            breaker_cooldown_ms: 5_000,
            concurrency: 32,
            cache_entries: 10_000,
            cache_ttl_s: 900,
        }
    }
}

/// Settings with which no portal can be reached.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("portal.base_url is not set")]
    NoBaseUrl,
    #[error("portal.base_url is no http or https URL")]
    BaseUrl,
    #[error("portal.{0} must be at least 1")]
    Zero(&'static str),
    /// The name only: the value may be secret.
    #[error("portal: {0} cannot be sent as a header")]
    Header(String),
    #[error("portal: no HTTP client: {0}")]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_show() {
        let settings: PortalSettings = serde_json::from_str(
            r#"{"client_id": "abc-id", "client_secret": "abc-secret", "headers": {"auth-token": "abc-token"}}"#,
        )
        .unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("abc"), "{shown}");
        assert!(shown.contains("auth-token"));
        assert_eq!(settings.deadline_ms, 10_000);
        assert!(serde_json::from_str::<PortalSettings>(r#"{"retires": 2}"#).is_err());
    }
}
