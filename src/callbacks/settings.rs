//! Who is told of verdicts, and how: the `callbacks` section of the settings.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hooks::{SecretError, standard::Signer};
use reqwest13::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::guard::Guard;

/// Who is told of verdicts. As TOML, with the defaults:
///
/// ```toml
/// [callbacks]
/// # url = "https://…"        # who is told, where there is but one; its secret from the environment
/// # secret = "whsec_…"       # SATYAPAN__CALLBACKS__SECRET, never from a file in git
/// # secret_previous: the one before it, while the receiver changes over: messages bear both signatures
/// # public_url = "https://…" # where this daemon is reached: messages then say where to fetch the verdict
/// allow = []                 # hosts, addresses and networks that may be private, and be called without TLS
/// timeout_s = 20             # one attempt, until the answer begins
/// concurrency = 4            # attempts under way at once to one receiver
/// poll_ms = 1000             # how often the outbox is looked into for what is due again
/// # [callbacks.endpoints.erp] # one section each, where there are several: url, secret, secret_previous, tenant
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The receiver of all messages, under the name `default`.
    pub url: Option<String>,
    pub secret: Option<SecretString>,
    pub secret_previous: Option<SecretString>,
    /// Receivers by name. A name stays with what waits for it in the outbox.
    pub endpoints: BTreeMap<String, EndpointSettings>,
    /// The address under which this daemon's API is reached, without `/v1`.
    pub public_url: Option<String>,
    /// What may be called though it is not on the public internet.
    #[serde(deserialize_with = "listed")]
    pub allow: Vec<String>,
    /// How long an attempt may take until the answer begins, in seconds.
    pub timeout_s: u64,
    /// Attempts under way at once to one receiver.
    pub concurrency: u32,
    /// How often the outbox is looked into, in milliseconds; new messages are sent at once.
    pub poll_ms: u64,
}

/// One receiver.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndpointSettings {
    pub url: String,
    pub secret: SecretString,
    /// Empty counts as none.
    pub secret_previous: Option<SecretString>,
    /// Whose verdicts it is told of; `None` is everybody's.
    pub tenant: Option<String>,
}

/// A list, or a text with commas between, as the environment gives it.
fn listed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Listed {
        Items(Vec<String>),
        Text(String),
    }
    Ok(match Listed::deserialize(from)? {
        Listed::Items(items) => items,
        Listed::Text(text) => text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: None,
            secret: None,
            secret_previous: None,
            endpoints: BTreeMap::new(),
            public_url: None,
            allow: Vec::new(),
            timeout_s: 20,
            concurrency: 4,
            poll_ms: 1_000,
        }
    }
}

/// Settings under which nothing can be delivered. Holds no secret and no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("{0} is no http or https URL of a host, without credentials and fragment")]
    Url(String),
    #[error("{0} is not https: list its host in callbacks.allow if it is to be called without TLS")]
    Plain(String),
    #[error("{0} may not be called: list its host or network in callbacks.allow if it is meant to")]
    Forbidden(String),
    #[error("{name}: {cause}")]
    Secret { name: String, cause: SecretError },
    #[error("callbacks.allow: {0:?} is no address, network or name of a host")]
    Allow(String),
    #[error("callbacks.{0} must be at least 1")]
    Zero(&'static str),
    #[error(
        "callbacks.endpoints.default is set beside callbacks.url, which has that name: rename it"
    )]
    Twice,
    #[error("{0} is not set")]
    Missing(&'static str),
    #[error("{0} has characters that no header can have")]
    Unsendable(&'static str),
    #[error("callbacks: no HTTP client can be made: {0}")]
    Client(String),
}

/// The name of the receiver that stands in the section itself.
const DEFAULT: &str = "default";

/// A receiver, ready to be called.
pub(crate) struct Endpoint {
    pub(crate) name: String,
    pub(crate) url: Url,
    pub(crate) signer: Signer,
}

impl Settings {
    /// Receivers by name, that of the section itself included.
    fn receivers(&self) -> Result<BTreeMap<String, EndpointSettings>, SettingsError> {
        let mut receivers = self.endpoints.clone();
        if let Some(url) = self.url.as_ref().filter(|url| !url.is_empty()) {
            let one = EndpointSettings {
                url: url.clone(),
                secret: self.secret.clone().unwrap_or_default(),
                secret_previous: self.secret_previous.clone(),
                tenant: None,
            };
            if receivers.insert(DEFAULT.to_owned(), one).is_some() {
                return Err(SettingsError::Twice);
            }
        }
        Ok(receivers)
    }

    /// The names of those who are told of a tenant's verdicts: for whom a message goes into the outbox.
    ///
    /// # Errors
    /// Two receivers of one name.
    pub fn told(&self, tenant: &str) -> Result<Vec<String>, SettingsError> {
        let receivers = self.receivers()?;
        let told = receivers
            .into_iter()
            .filter(|(_, one)| one.tenant.as_deref().is_none_or(|whose| whose == tenant));
        Ok(told.map(|(name, _)| name).collect())
    }

    /// Where a verdict is fetched; empty where it is not known.
    pub fn verdict_url(&self, verdict: &str) -> String {
        let base = self.public_url.as_deref().unwrap_or_default();
        if base.is_empty() {
            return String::new();
        }
        format!("{}/v1/verifications/{verdict}", base.trim_end_matches('/'))
    }

    pub(crate) fn guard(&self) -> Result<Arc<Guard>, SettingsError> {
        let guard = Guard::new(&self.allow).map_err(SettingsError::Allow)?;
        Ok(Arc::new(guard))
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    pub(crate) fn endpoints(&self, guard: &Guard) -> Result<Vec<Endpoint>, SettingsError> {
        if self.timeout_s == 0 {
            return Err(SettingsError::Zero("timeout_s"));
        }
        if self.concurrency == 0 {
            return Err(SettingsError::Zero("concurrency"));
        }
        if self.poll_ms == 0 {
            return Err(SettingsError::Zero("poll_ms"));
        }
        let receivers = self.receivers()?.into_iter();
        receivers
            .map(|(name, settings)| endpoint(name, &settings, guard))
            .collect()
    }
}

fn endpoint(
    name: String,
    settings: &EndpointSettings,
    guard: &Guard,
) -> Result<Endpoint, SettingsError> {
    let place = |member: &str| {
        if name == DEFAULT {
            format!("callbacks.{member}")
        } else {
            format!("callbacks.endpoints.{name}.{member}")
        }
    };
    let url = http_url(&settings.url).ok_or_else(|| SettingsError::Url(place("url")))?;
    if url.scheme() == "http" && !guard.lists(&url) {
        return Err(SettingsError::Plain(place("url")));
    }
    guard
        .pass(&url)
        .map_err(|_| SettingsError::Forbidden(place("url")))?;
    let previous = settings.secret_previous.as_ref();
    let previous = previous.filter(|secret| !secret.expose_secret().is_empty());
    let signer =
        Signer::new(&settings.secret, previous).map_err(|cause| SettingsError::Secret {
            name: place("secret"),
            cause,
        })?;
    Ok(Endpoint { name, url, signer })
}

/// A URL that can be called as it stands.
pub(crate) fn http_url(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    sound.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn refused(settings: &str) -> String {
        let settings: Settings = toml::from_str(settings).unwrap();
        let endpoints = settings
            .guard()
            .and_then(|guard| settings.endpoints(&guard).map(|endpoints| endpoints.len()));
        endpoints.unwrap_err().to_string()
    }

    #[test]
    fn what_could_not_be_called_is_an_error() {
        for (settings, want) in [
            (
                "url = 'ftp://x.example'",
                "callbacks.url is no http or https URL of a host, without credentials and fragment",
            ),
            (
                "url = 'https://u:p@x.example'",
                "callbacks.url is no http or https URL of a host, without credentials and fragment",
            ),
            (
                "url = 'nonsense'",
                "callbacks.url is no http or https URL of a host, without credentials and fragment",
            ),
            (
                "url = 'http://x.example'",
                "callbacks.url is not https: list its host in callbacks.allow if it is to be called without TLS",
            ),
            (
                "url = 'https://169.254.169.254/'",
                "callbacks.url may not be called: list its host or network in callbacks.allow if it is meant to",
            ),
            (
                "url = 'https://x.example'",
                "callbacks.secret: it is empty: anybody could sign with it",
            ),
            (
                "url = 'https://x.example'\nsecret = '?'",
                "callbacks.secret: it is not `whsec_` and base64, as Standard Webhooks writes secrets",
            ),
            (
                "allow = ['10.0.0.0/99']",
                "callbacks.allow: \"10.0.0.0/99\" is no address, network or name of a host",
            ),
            ("timeout_s = 0", "callbacks.timeout_s must be at least 1"),
            (
                "concurrency = 0",
                "callbacks.concurrency must be at least 1",
            ),
            (
                "[endpoints.erp]\nurl = 'x'",
                "callbacks.endpoints.erp.url is no http or https URL of a host, without credentials and fragment",
            ),
            (
                "url = 'https://x.example'\n[endpoints.default]",
                "callbacks.endpoints.default is set beside callbacks.url, which has that name: rename it",
            ),
        ] {
            assert_eq!(refused(settings), want);
        }
        assert!(toml::from_str::<Settings>("uri = 'x'").is_err());
    }

    #[test]
    fn receivers_are_told_of_their_tenants_verdicts() {
        let settings = format!(
            "url = 'https://x.example/h'\nsecret = '{SECRET}'\npublic_url = 'https://ap.example/'\n\
             [endpoints.acme]\nurl = 'http://10.1.2.3:8/h?k=v'\nsecret = '{SECRET}'\ntenant = 'acme'\n"
        );
        let settings: Settings =
            toml::from_str(&format!("allow = ['10.1.0.0/16']\n{settings}")).unwrap();
        assert_eq!(settings.told("acme").unwrap(), ["acme", "default"]);
        assert_eq!(settings.told("other").unwrap(), ["default"]);
        let endpoints = settings.endpoints(&settings.guard().unwrap()).unwrap();
        assert_eq!(endpoints[0].url.as_str(), "http://10.1.2.3:8/h?k=v");
        assert_eq!(
            settings.verdict_url("01J"),
            "https://ap.example/v1/verifications/01J"
        );
        assert_eq!(Settings::default().verdict_url("01J"), "");
        assert!(!format!("{settings:?}").contains("C2FV"));
    }
}
