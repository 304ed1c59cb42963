//! How NATS is reached and what is made there: the `nats` section of the settings.

use std::{path::PathBuf, time::Duration};

use async_nats::ServerAddr;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Room that is left beside a payload for its headers, in bytes: those of a dead letter fit in it.
pub(crate) const HEADERS_BYTES: usize = 4096;

/// How NATS is reached and what is made there. As TOML, with the defaults:
///
/// ```toml
/// [nats]
/// # url = "nats://127.0.0.1:4222" # several with commas between them; tls://… for TLS; unset: NATS is not used
/// # credentials_file = "…"        # a user's JWT and seed, as `nsc` writes them
/// # token: from the environment (SATYAPAN__NATS__TOKEN), never from a file in git
/// # ca_file = "…"                 # PEM; unset: the certificates that the system trusts
/// ingest = "serve"                # which processes take documents in: serve, worker, both, neither; all are woken by it
/// stream = "SATYAPAN_INVOICES"    # holds satyapan.invoices.<tenant>; with _DEAD and _ADVISORIES two more beside it
/// consumer = "satyapan"           # durable; all processes of a fleet share it
/// replicas = 1                    # of the streams; 3 in a cluster
/// concurrency = 64                # messages of one process in hand at once
/// ack_wait_s = 30                 # after which a message without an answer is delivered again
/// max_deliver = 20                # deliveries of one message before it is a dead letter
/// backoff_ms = 1000               # first pause before a refused message comes again; doubles, with jitter
/// backoff_max_s = 300
/// message_bytes_max = 1000000     # one document; less than the server's max_payload by 4096 for headers
/// stream_bytes_max = 1073741824   # waiting messages; then publishers are refused
/// dead_bytes_max = 1073741824     # dead letters; then bad messages stay where they are
/// dead_age_days = 30              # after which a dead letter is removed
/// duplicate_window_s = 120        # in which NATS itself drops a message id that it has seen
/// connect_timeout_ms = 5000       # one attempt; attempts go on for ever
/// request_timeout_ms = 5000       # one answer of the server
/// drain_s = 10                    # what is in hand when the process ends
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `nats://host:port` or `tls://host:port`, several with commas between them, without credentials.
    pub url: Option<String>,
    /// A user's JWT and seed, as `nsc` writes them.
    pub credentials_file: Option<PathBuf>,
    /// Empty counts as none.
    pub token: Option<SecretString>,
    /// Root certificates in PEM; `None` trusts those of the system.
    pub ca_file: Option<PathBuf>,
    /// Which processes take documents in.
    pub ingest: Intake,
    /// The stream of invoices. Dead letters and advisories have their own, named after it.
    pub stream: String,
    /// The durable consumer that all processes share.
    pub consumer: String,
    pub replicas: usize,
    /// Messages of one process in hand at once.
    pub concurrency: usize,
    /// After which a message without an answer is delivered again, in seconds.
    pub ack_wait_s: u64,
    /// Deliveries of one message before it is a dead letter.
    pub max_deliver: u32,
    /// The longest pause before a message that was refused for the first time comes again, in milliseconds; it doubles with each
    /// delivery, and the pause itself is drawn from its upper half.
    pub backoff_ms: u64,
    /// What the pause grows to, in seconds.
    pub backoff_max_s: u64,
    /// The largest payload, in bytes.
    pub message_bytes_max: usize,
    /// What may wait in the stream, in bytes; beyond it publishers are refused.
    pub stream_bytes_max: i64,
    /// What dead letters may take, in bytes; beyond it bad messages stay in the stream of invoices.
    pub dead_bytes_max: i64,
    /// After which a dead letter is removed, in days.
    pub dead_age_days: u32,
    /// In which NATS itself drops a message id that it has seen, in seconds.
    pub duplicate_window_s: u64,
    /// One attempt to connect, in milliseconds.
    pub connect_timeout_ms: u64,
    /// One answer of the server, in milliseconds.
    pub request_timeout_ms: u64,
    /// How long messages in hand may take when the process ends, in seconds.
    pub drain_s: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: None,
            credentials_file: None,
            token: None,
            ca_file: None,
            ingest: Intake::Serve,
            stream: "SATYAPAN_INVOICES".to_owned(),
            consumer: "satyapan".to_owned(),
            replicas: 1,
            concurrency: 64,
            ack_wait_s: 30,
            max_deliver: 20,
            backoff_ms: 1000,
            backoff_max_s: 300,
            message_bytes_max: 1_000_000,
            stream_bytes_max: 1 << 30,
            dead_bytes_max: 1 << 30,
            dead_age_days: 30,
            duplicate_window_s: 120,
            connect_timeout_ms: 5000,
            request_timeout_ms: 5000,
            drain_s: 10,
        }
    }
}

/// Which processes take documents in. Those that do not are woken over NATS all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intake {
    Serve,
    Worker,
    Both,
    Neither,
}

/// Settings with which NATS cannot be used. Holds no value of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("nats.url is not set: NATS is not used; give nats://host:port to use it")]
    Missing,
    #[error("nats.url is no address of a NATS server: write nats://host:port or tls://host:port")]
    Url,
    #[error("nats.url holds credentials: they belong into nats.token or nats.credentials_file")]
    Credentials,
    #[error(
        "nats.token and nats.credentials_file are both set: the server takes one of them, unset the other"
    )]
    TwoIdentities,
    #[error("nats.{0} must be 1 to 64 of A-Z, a-z, 0-9, - and _")]
    Name(&'static str),
    #[error("nats.{name} must be from {least} to {most}")]
    Range {
        name: &'static str,
        least: u64,
        most: u64,
    },
}

impl Settings {
    /// Whether NATS is to be used at all.
    pub fn wanted(&self) -> bool {
        self.url
            .as_deref()
            .is_some_and(|url| !url.trim().is_empty())
    }

    /// The servers, each without credentials.
    pub(crate) fn servers(&self) -> Result<Vec<ServerAddr>, SettingsError> {
        let url = self.url.as_deref().unwrap_or_default();
        let mut servers = Vec::new();
        for one in url.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let server: ServerAddr = one.parse().map_err(|_| SettingsError::Url)?;
            if !matches!(server.scheme(), "nats" | "tls") || server.host().is_empty() {
                return Err(SettingsError::Url);
            }
            if server.has_user_pass() || server.password().is_some() {
                return Err(SettingsError::Credentials);
            }
            servers.push(server);
        }
        if servers.is_empty() {
            return Err(SettingsError::Missing);
        }
        Ok(servers)
    }

    pub(crate) fn token(&self) -> Option<&str> {
        let token = self.token.as_ref().map(ExposeSecret::expose_secret);
        token.filter(|token| !token.is_empty())
    }

    /// The limits are such that messages can be taken.
    pub(crate) fn proved(&self) -> Result<(), SettingsError> {
        for (name, value) in [("stream", &self.stream), ("consumer", &self.consumer)] {
            if !is_name(value) {
                return Err(SettingsError::Name(name));
            }
        }
        if self.token().is_some() && self.credentials_file.is_some() {
            return Err(SettingsError::TwoIdentities);
        }
        // What is too large for the number to compare is too large for the limit as well.
        let size = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        for (name, value, least, most) in [
            ("replicas", count(self.replicas), 1, 5),
            ("concurrency", count(self.concurrency), 1, 4096),
            ("ack_wait_s", self.ack_wait_s, 1, 3600),
            // One delivery to try, and one to hold while it is not the message's fault.
            ("max_deliver", u64::from(self.max_deliver), 2, 1_000_000),
            ("backoff_ms", self.backoff_ms, 1, 3_600_000),
            ("backoff_max_s", self.backoff_max_s, 1, 86_400),
            (
                "message_bytes_max",
                count(self.message_bytes_max),
                1,
                64 << 20,
            ),
            ("stream_bytes_max", size(self.stream_bytes_max), 1, u64::MAX),
            ("dead_bytes_max", size(self.dead_bytes_max), 1, u64::MAX),
            ("dead_age_days", u64::from(self.dead_age_days), 1, 36_500),
            ("duplicate_window_s", self.duplicate_window_s, 1, 86_400),
            ("connect_timeout_ms", self.connect_timeout_ms, 1, 600_000),
            ("request_timeout_ms", self.request_timeout_ms, 1, 600_000),
            ("drain_s", self.drain_s, 0, 3600),
        ] {
            if !(least..=most).contains(&value) {
                return Err(SettingsError::Range { name, least, most });
            }
        }
        Ok(())
    }

    pub(crate) fn ack_wait(&self) -> Duration {
        Duration::from_secs(self.ack_wait_s)
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    pub(crate) fn dead_stream(&self) -> String {
        format!("{}_DEAD", self.stream)
    }

    pub(crate) fn advisory_stream(&self) -> String {
        format!("{}_ADVISORIES", self.stream)
    }
}

/// What NATS takes as a name on every file system.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
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
        assert_eq!(
            format!("{:?}", settings(&documented)),
            format!("{:?}", Settings::default())
        );
        let keys = documented
            .lines()
            .filter(|line| !line.trim().starts_with('#') && line.contains(" = "));
        assert_eq!(keys.count(), 17, "every key but those without a default");
        assert_eq!(Settings::default().proved(), Ok(()));
    }

    #[test]
    fn a_token_does_not_show() {
        let settings = settings("url = 'nats://a.example'\ntoken = 'abc-secret'");
        assert_eq!(settings.token(), Some("abc-secret"));
        assert!(!format!("{settings:?}").contains("abc"), "{settings:?}");
    }

    #[test]
    fn addresses_are_read_and_credentials_in_them_refused() {
        let hosts = |url: &str| {
            let settings = Settings {
                url: Some(url.to_owned()),
                ..Settings::default()
            };
            settings.servers().map(|servers| {
                let hosts = servers.iter().map(|s| format!("{}:{}", s.host(), s.port()));
                hosts.collect::<Vec<_>>().join(" ")
            })
        };
        for (url, want) in [
            ("nats://127.0.0.1:4222", Ok("127.0.0.1:4222")),
            ("a.example", Ok("a.example:4222")),
            (
                "tls://a.example:1, nats://b.example:2,",
                Ok("a.example:1 b.example:2"),
            ),
            ("", Err(SettingsError::Missing)),
            (" , ", Err(SettingsError::Missing)),
            ("http://a.example", Err(SettingsError::Url)),
            ("ws://a.example", Err(SettingsError::Url)),
            ("nats://", Err(SettingsError::Url)),
            ("nats://a b", Err(SettingsError::Url)),
            ("nats://u:p@a.example", Err(SettingsError::Credentials)),
            ("nats://token@a.example", Err(SettingsError::Credentials)),
            ("nats://:p@a.example", Err(SettingsError::Credentials)),
        ] {
            assert_eq!(hosts(url), want.map(str::to_owned), "{url}");
        }
        assert!(!settings("").wanted() && !settings("url = ' '").wanted());
        assert!(settings("url = 'a.example'").wanted());
    }

    #[test]
    fn settings_outside_their_range_are_refused_by_name() {
        let ranged = |name, least, most| Err(SettingsError::Range { name, least, most });
        for (text, want) in [
            ("stream = 'A.B'", Err(SettingsError::Name("stream"))),
            ("stream = ''", Err(SettingsError::Name("stream"))),
            ("consumer = 'a b'", Err(SettingsError::Name("consumer"))),
            ("concurrency = 0", ranged("concurrency", 1, 4096)),
            ("concurrency = 4096", Ok(())),
            ("concurrency = 4097", ranged("concurrency", 1, 4096)),
            ("ack_wait_s = 0", ranged("ack_wait_s", 1, 3600)),
            ("max_deliver = 1", ranged("max_deliver", 2, 1_000_000)),
            ("max_deliver = 2", Ok(())),
            (
                "stream_bytes_max = -1",
                ranged("stream_bytes_max", 1, u64::MAX),
            ),
            ("drain_s = 0", Ok(())),
            (
                "token = 't'\ncredentials_file = '/f'",
                Err(SettingsError::TwoIdentities),
            ),
            ("token = ''\ncredentials_file = '/f'", Ok(())),
        ] {
            assert_eq!(settings(text).proved(), want, "{text}");
        }
        assert!(toml::from_str::<Settings>("conucrrency = 2").is_err());
    }
}
