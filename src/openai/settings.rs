//! How models are reached: the `model` section of the settings.

use model::Role;
use reqwest13::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// How models are reached. As TOML, with the defaults:
///
/// ```toml
/// [model]
/// # base_url = "http://127.0.0.1:8000/v1" # an OpenAI-compatible endpoint, without /chat/completions; no default
/// # name = "…"                            # the model's name there; no default
/// # api_key: from the environment or a file that it names, never from a file in git; none sends no Authorization
/// deadline_s = 90              # one question with all its retries and waits
/// attempt_s = 60               # one HTTP request, answer included
/// retries = 2                  # after a first attempt that failed in a way that may pass
/// backoff_ms = 500             # longest first pause; doubles, with full jitter
/// breaker_failures = 5         # failures in a row after which nothing is asked for a while; 0 is never
/// breaker_cooldown_s = 30
/// concurrency = 4              # requests under way at once
/// requests_per_minute = 0      # 0 is without limit
/// reply_bytes_max = 262144     # largest reply that is read, reasoning and envelope included
/// temperature = 0.0
/// seed = 0
/// paise_per_million_prompt_tokens = 0
/// paise_per_million_completion_tokens = 0
/// # [model.roles.critic]       # router, critic, writer, reader: base_url, name, api_key where they differ
/// # name = "…"
/// # [model.embeddings]         # for alike questions; base_url and api_key as of [model] unless given; unset: the local way
/// # name = "…"
/// ```
///
/// The limits hold for each endpoint and model; roles that share both share them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `http://…` or `https://…`, without `/chat/completions`, credentials, query or fragment.
    pub base_url: Option<String>,
    /// The model's name, as the endpoint knows it.
    pub name: Option<String>,
    /// Sent as a bearer token to `base_url`; empty counts as none.
    pub api_key: Option<SecretString>,
    /// What differs for one role.
    pub roles: Roles,
    /// Where embeddings come from.
    pub embeddings: EmbeddingSettings,
    /// How long one question may take with all its retries and waits, in seconds.
    pub deadline_s: u64,
    /// How long one HTTP request may take, answer included, in seconds.
    pub attempt_s: u64,
    /// Further attempts after a first that failed in a way that may pass.
    pub retries: u32,
    /// The longest wait before the first retry, in milliseconds; it doubles with each. The wait itself is drawn evenly
    /// from nothing up to it.
    pub backoff_ms: u64,
    /// Failed attempts in a row after which nothing is asked; 0 is never.
    pub breaker_failures: u32,
    /// How long nothing is asked before one attempt probes again, in seconds.
    pub breaker_cooldown_s: u64,
    /// Requests under way at once.
    pub concurrency: usize,
    /// Requests started within a minute, evenly spread but for a first burst of `concurrency`; 0 is without limit.
    pub requests_per_minute: u32,
    /// The largest reply that is read, in bytes.
    pub reply_bytes_max: usize,
    /// 0 is the likeliest answer.
    pub temperature: f32,
    /// The same seed asks for the same answer; few endpoints promise it.
    pub seed: i64,
    pub paise_per_million_prompt_tokens: u64,
    pub paise_per_million_completion_tokens: u64,
}

/// What differs from role to role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roles {
    pub router: Seat,
    pub critic: Seat,
    pub writer: Seat,
    pub reader: Seat,
}

/// Where embeddings come from. Without a name, from nowhere.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmbeddingSettings {
    /// Without `/embeddings`; by default that of all questions.
    pub base_url: Option<String>,
    /// The model's name there. Chat models make no embeddings: the general name is not taken.
    pub name: Option<String>,
    /// With a `base_url` of its own only a key of its own is sent.
    pub api_key: Option<SecretString>,
}

/// What differs for one role; `None` is as for all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seat {
    pub base_url: Option<String>,
    pub name: Option<String>,
    /// With a `base_url` of its own a role has only a key of its own: the general one is not for others to see.
    pub api_key: Option<SecretString>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            name: None,
            api_key: None,
            roles: Roles::default(),
            embeddings: EmbeddingSettings::default(),
            deadline_s: 90,
            attempt_s: 60,
            retries: 2,
            backoff_ms: 500,
            breaker_failures: 5,
            breaker_cooldown_s: 30,
            concurrency: 4,
            requests_per_minute: 0,
            reply_bytes_max: 256 * 1024,
            temperature: 0.0,
            seed: 0,
            paise_per_million_prompt_tokens: 0,
            paise_per_million_completion_tokens: 0,
        }
    }
}

/// Settings with which no model can be asked. Holds no value of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("{0} is not set")]
    Missing(String),
    #[error("{0} is no http or https URL of a host")]
    BaseUrl(String),
    #[error("{0} holds credentials: the key belongs into api_key")]
    Credentials(String),
    #[error("{0} has a query or a fragment: it ends with the path, as in …/v1")]
    Query(String),
    #[error("{0} cannot be sent as a header: it is not printable ASCII")]
    Key(String),
    #[error("model.{0} must be at least 1")]
    Zero(&'static str),
    #[error("model.temperature must be from 0 to 2")]
    Temperature,
    #[error("model: no HTTP client can be made: {0}")]
    Client(String),
}

/// Where one role's questions go.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// Without a slash at its end.
    pub(crate) base_url: Url,
    pub(crate) name: String,
    pub(crate) api_key: Option<SecretString>,
}

impl Endpoint {
    pub(crate) fn key(&self) -> Option<&str> {
        self.api_key.as_ref().map(ExposeSecret::expose_secret)
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.base_url == other.base_url && self.name == other.name && self.key() == other.key()
    }
}

impl Settings {
    fn seat(&self, role: Role) -> &Seat {
        match role {
            Role::Router => &self.roles.router,
            Role::Critic => &self.roles.critic,
            Role::Writer => &self.roles.writer,
            Role::Reader => &self.roles.reader,
        }
    }

    /// Where a role's questions go.
    pub(crate) fn endpoint(&self, role: Role) -> Result<Endpoint, SettingsError> {
        let seat = self.seat(role);
        let name = seat.name.as_ref().or(self.name.as_ref());
        let name = name.map(|name| name.trim()).filter(|name| !name.is_empty());
        let own = format!("model.roles.{role}");
        self.reached(&own, seat.base_url.as_ref(), seat.api_key.as_ref(), || {
            name.ok_or_else(|| SettingsError::Missing("model.name".to_owned()))
        })
    }

    /// Where embeddings come from; `None` if they are not asked for.
    pub(crate) fn embeddings(&self) -> Result<Option<Endpoint>, SettingsError> {
        let own = &self.embeddings;
        let name = own.name.as_ref().map(|name| name.trim());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        self.reached(
            "model.embeddings",
            own.base_url.as_ref(),
            own.api_key.as_ref(),
            || Ok(name),
        )
        .map(Some)
    }

    /// An address and a key of its own, or the general ones; errors name the setting at fault.
    fn reached<'a>(
        &self,
        owner: &str,
        base_url: Option<&String>,
        api_key: Option<&SecretString>,
        name: impl FnOnce() -> Result<&'a str, SettingsError>,
    ) -> Result<Endpoint, SettingsError> {
        let own = |key: &str| format!("{owner}.{key}");
        let general = |key: &str| format!("model.{key}");
        let own_url = base_url.is_some();
        let (base_url, key) = match (base_url, &self.base_url) {
            (Some(base_url), _) => (base_url, own("base_url")),
            (None, Some(base_url)) => (base_url, general("base_url")),
            (None, None) => return Err(SettingsError::Missing(general("base_url"))),
        };
        let base_url = checked(base_url, &key)?;
        let name = name()?;
        let (api_key, key) = match (api_key, own_url) {
            (Some(api_key), _) => (Some(api_key), own("api_key")),
            (None, false) => (self.api_key.as_ref(), general("api_key")),
            (None, true) => (None, own("api_key")),
        };
        let api_key = api_key.filter(|api_key| !api_key.expose_secret().is_empty());
        if api_key.is_some_and(|api_key| {
            !api_key
                .expose_secret()
                .bytes()
                .all(|b| b.is_ascii_graphic())
        }) {
            return Err(SettingsError::Key(key));
        }
        Ok(Endpoint {
            base_url,
            name: name.to_owned(),
            api_key: api_key.cloned(),
        })
    }

    /// The limits are such that a question can be asked.
    pub(crate) fn proved(&self) -> Result<(), SettingsError> {
        let limits = [
            ("deadline_s", self.deadline_s == 0),
            ("attempt_s", self.attempt_s == 0),
            ("concurrency", self.concurrency == 0),
            ("reply_bytes_max", self.reply_bytes_max == 0),
        ];
        if let Some((name, _)) = limits.into_iter().find(|(_, zero)| *zero) {
            return Err(SettingsError::Zero(name));
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return Err(SettingsError::Temperature);
        }
        Ok(())
    }
}

fn checked(text: &str, key: &str) -> Result<Url, SettingsError> {
    let mut url = Url::parse(text).map_err(|_| SettingsError::BaseUrl(key.to_owned()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(SettingsError::BaseUrl(key.to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::Credentials(key.to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SettingsError::Query(key.to_owned()));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Settings {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn what_is_documented_is_the_default() {
        let source = include_str!("settings.rs");
        let block = source.split("/// ```").nth(1).unwrap();
        let documented: Vec<_> = block
            .lines()
            .skip(2)
            .filter_map(|line| line.trim().strip_prefix("///"))
            .collect();
        let documented = documented.join("\n");
        let read = settings(&documented);
        assert_eq!(format!("{read:?}"), format!("{:?}", Settings::default()));
        let keys = documented
            .lines()
            .filter(|line| !line.trim().starts_with('#') && line.contains(" = "));
        assert_eq!(keys.count(), 13, "every key but those without a default");
    }

    #[test]
    fn a_key_does_not_show() {
        let settings = settings(
            "api_key = 'abc-general'\n[roles.critic]\napi_key = 'abc-critic'\nbase_url = 'http://a.example'\nname = 'm'",
        );
        let shown = format!("{settings:?} {:?}", settings.endpoint(Role::Critic));
        assert!(!shown.contains("abc"), "{shown}");
    }

    #[test]
    fn unknown_keys_are_refused() {
        for text in [
            "retires = 2",
            "[roles.cirtic]\nname = 'm'",
            "[roles.critic]\nseed = 1",
        ] {
            assert!(toml::from_str::<Settings>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_role_has_its_own_or_the_general() {
        let settings = settings(
            "base_url = 'https://a.example/v1/'\nname = 'general'\napi_key = 'k'\n\
             [roles.critic]\nname = 'critic'\n\
             [roles.writer]\nbase_url = 'http://127.0.0.1:8000/v1'\n\
             [roles.reader]\nbase_url = 'http://127.0.0.1:8000/v1'\napi_key = 'own'",
        );
        let told = |role| {
            let endpoint = settings.endpoint(role).unwrap();
            let key = endpoint.api_key.map(|key| key.expose_secret().to_owned());
            (endpoint.base_url.to_string(), endpoint.name, key)
        };
        let row = |url: &str, name: &str, key: Option<&str>| {
            (url.to_owned(), name.to_owned(), key.map(str::to_owned))
        };
        let (a, local) = ("https://a.example/v1", "http://127.0.0.1:8000/v1");
        assert_eq!(told(Role::Router), row(a, "general", Some("k")));
        assert_eq!(told(Role::Critic), row(a, "critic", Some("k")));
        assert_eq!(
            told(Role::Writer),
            row(local, "general", None),
            "the general key is not sent to another endpoint"
        );
        assert_eq!(told(Role::Reader), row(local, "general", Some("own")));
    }

    #[test]
    fn an_endpoint_that_cannot_be_asked_is_found_at_once() {
        let url = |name: &str| SettingsError::BaseUrl(name.to_owned());
        for (text, want) in [
            (
                "name = 'm'",
                SettingsError::Missing("model.base_url".to_owned()),
            ),
            (
                "base_url = 'http://a.example'",
                SettingsError::Missing("model.name".to_owned()),
            ),
            (
                "base_url = 'http://a.example'\nname = ' '",
                SettingsError::Missing("model.name".to_owned()),
            ),
            (
                "base_url = '127.0.0.1:8000/v1'\nname = 'm'",
                url("model.base_url"),
            ),
            (
                "base_url = 'localhost:8000/v1'\nname = 'm'",
                url("model.base_url"),
            ),
            (
                "base_url = 'ftp://a.example'\nname = 'm'",
                url("model.base_url"),
            ),
            ("base_url = 'http://'\nname = 'm'", url("model.base_url")),
            ("base_url = ''\nname = 'm'", url("model.base_url")),
            (
                "base_url = 'http://u:p@a.example'\nname = 'm'",
                SettingsError::Credentials("model.base_url".to_owned()),
            ),
            (
                "base_url = 'http://a.example/v1?key=k'\nname = 'm'",
                SettingsError::Query("model.base_url".to_owned()),
            ),
            (
                "base_url = 'http://a.example'\nname = 'm'\napi_key = \"k\\n\"",
                SettingsError::Key("model.api_key".to_owned()),
            ),
            (
                "name = 'm'\n[roles.critic]\nbase_url = 'a.example'",
                url("model.roles.critic.base_url"),
            ),
        ] {
            assert_eq!(
                settings(text).endpoint(Role::Critic).unwrap_err(),
                want,
                "{text}"
            );
        }
    }

    #[test]
    fn limits_of_nought_are_refused() {
        for (text, want) in [
            ("deadline_s = 0", Err(SettingsError::Zero("deadline_s"))),
            ("attempt_s = 0", Err(SettingsError::Zero("attempt_s"))),
            ("concurrency = 0", Err(SettingsError::Zero("concurrency"))),
            (
                "reply_bytes_max = 0",
                Err(SettingsError::Zero("reply_bytes_max")),
            ),
            ("temperature = 2.1", Err(SettingsError::Temperature)),
            ("temperature = -0.1", Err(SettingsError::Temperature)),
            ("temperature = nan", Err(SettingsError::Temperature)),
            ("temperature = 2", Ok(())),
            (
                "retries = 0\nbackoff_ms = 0\nrequests_per_minute = 0\nbreaker_failures = 0",
                Ok(()),
            ),
        ] {
            assert_eq!(settings(text).proved(), want, "{text}");
        }
    }
}
