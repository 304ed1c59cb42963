//! Settings: `config/default.toml` (compiled in), then `--config`, then `SATYAPAN__SECTION__KEY`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Error, Result};
use config::{ConfigError, Value, ValueKind};
use serde::Deserialize;

/// The defaults, as shipped.
pub(crate) const DEFAULT: &str = include_str!("../config/default.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) log: crate::logging::Log,
    pub(crate) limits: Limits,
    pub(crate) store: Store,
    pub(crate) queue: queue::Settings,
    pub(crate) worker: Worker,
    pub(crate) portal: gst_portal::PortalSettings,
    pub(crate) budget: Budget,
    pub(crate) loops: Loops,
    #[serde(default)]
    pub(crate) model: openai::Settings,
    pub(crate) prompts: Prompts,
    #[serde(default)]
    pub(crate) server: server::Settings,
    /// Senders of webhooks by name.
    #[serde(default)]
    pub(crate) hooks: BTreeMap<String, hooks::Settings>,
    #[serde(default)]
    pub(crate) callbacks: callbacks::Settings,
    #[serde(default)]
    pub(crate) read_back: callbacks::ReadBackSettings,
    pub(crate) inbox: Inbox,
    #[serde(default)]
    pub(crate) nats: nats::Settings,
    #[serde(default)]
    pub(crate) telemetry: telemetry::Settings,
    pub(crate) review: Review,
    pub(crate) retention: Retention,
    /// Of all values as they were read.
    #[serde(skip)]
    pub(crate) marks: Marks,
}

/// Digests of values by their keys: what has changed is told by it, and no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks(BTreeMap<String, String>);

impl Marks {
    fn add(&mut self, key: &str, value: &Value) {
        let within = |name: &str| [key, name].join(".").trim_start_matches('.').to_owned();
        match &value.kind {
            ValueKind::Table(table) => {
                let members: BTreeMap<_, _> = table.iter().collect();
                for (name, value) in members {
                    self.add(&within(name), value);
                }
            }
            ValueKind::Array(items) => {
                for (place, value) in items.iter().enumerate() {
                    self.add(&within(&place.to_string()), value);
                }
            }
            one => {
                let digest = domain::evidence::sha256_hex(format!("{one:?}").as_bytes());
                self.0.insert(key.to_owned(), digest);
            }
        }
    }

    /// Keys whose values differ, or that one of both has alone.
    pub(crate) fn changed(&self, now: &Self) -> BTreeSet<String> {
        let keys = self.0.keys().chain(now.0.keys());
        keys.filter(|key| self.0.get(*key) != now.0.get(*key))
            .cloned()
            .collect()
    }

    /// Takes over those of some keys.
    pub(crate) fn take(&mut self, now: &Self, of: impl Fn(&str) -> bool) {
        self.0.retain(|key, _| !of(key));
        let taken = now.0.iter().filter(|(key, _)| of(key));
        self.0
            .extend(taken.map(|(key, mark)| (key.clone(), mark.clone())));
    }
}

/// How a person resolves a hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// Total in rupees above which an approval needs a second person.
    pub(crate) four_eyes_above: domain::Decimal,
    /// Longest reason, in characters.
    pub(crate) reason_chars: usize,
}

/// A folder that is watched.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inbox {
    /// `None`: no folder is watched.
    pub(crate) folder: Option<PathBuf>,
    /// How often it is looked at, in seconds; a file is taken when two looks found it the same.
    pub(crate) poll_s: u64,
    /// Files that are taken at one look.
    pub(crate) files: usize,
    /// Whose invoices these are; empty is the one tenant of an installation without tenants.
    pub(crate) tenant: String,
}

/// How long what is no longer needed is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retention {
    /// Days that the record of a finished case is kept; 0 is for ever.
    pub(crate) record_days: u32,
}

impl Retention {
    /// `None`: for ever.
    pub(crate) fn days(&self) -> Option<u32> {
        (self.record_days > 0).then_some(self.record_days)
    }
}

/// How models are asked.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prompts {
    /// A directory with prompts (`critic.md`, …) that are used instead of the compiled-in ones.
    pub(crate) dir: Option<PathBuf>,
    /// Makes the tokens of masked values differ from other installations'.
    #[serde(default)]
    pub(crate) mask_secret: String,
}

impl std::fmt::Debug for Prompts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompts")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

/// What is refused before it is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Largest document, in bytes.
    pub(crate) file_bytes: u64,
    /// Documents in one call.
    pub(crate) files: usize,
    /// Invoices in one document.
    pub(crate) invoices: usize,
    /// Lines of one invoice.
    pub(crate) items: usize,
    /// Nesting of JSON.
    pub(crate) depth: usize,
    /// Longest single text, in characters.
    pub(crate) text_chars: usize,
    /// Longest question, in characters.
    pub(crate) question_chars: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) url: String,
}

/// The workers of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Worker {
    /// Jobs in flight; 0 lets the machine and the model say.
    pub(crate) concurrency: usize,
}

/// What one case may spend.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    pub(crate) steps: u32,
    pub(crate) calls: u32,
    pub(crate) tokens: u64,
    pub(crate) paise: u64,
    pub(crate) wall_s: u64,
}

/// How often loops may turn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Loops {
    pub(crate) rounds: i64,
    pub(crate) retrievals: i64,
    pub(crate) generations: i64,
    pub(crate) inquiries: i64,
}

impl Settings {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key, a value of another type: each with its place.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self> {
        let mut builder = config::Config::builder()
            .add_source(config::File::from_str(DEFAULT, config::FileFormat::Toml));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{}: the configuration cannot be read", path.display()))?;
            builder = builder.add_source(config::File::from_str(&text, config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("SATYAPAN")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true);
        let read = builder
            .add_source(environment)
            .build()
            .map_err(|error| unquoted(&error))
            .context("the configuration cannot be read")?;
        let mut marks = Marks::default();
        marks.add("", &read.cache);
        let mut settings: Self = read
            .try_deserialize()
            .map_err(|error| unquoted(&error))
            .context("the configuration is not valid")?;
        settings.marks = marks;
        settings.model_of_the_environment();
        let read = |name: &str| std::env::var(name).ok();
        settings.telemetry = settings.telemetry.with_environment(read);
        Ok(settings)
    }

    /// What every client of such endpoints reads, where the settings do not say it.
    fn model_of_the_environment(&mut self) {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let model = &mut self.model;
        if model.base_url.as_deref().is_none_or(str::is_empty) {
            model.base_url = read("OPENAI_BASE_URL");
        }
        if model.name.as_deref().is_none_or(str::is_empty) {
            model.name = read("OPENAI_MODEL");
        }
        if model.api_key.is_none() {
            model.api_key = read("OPENAI_API_KEY").map(Into::into);
        }
    }
}

/// What was wrong, without the line that a parser quotes: a secret may stand in it.
fn unquoted(error: &ConfigError) -> Error {
    let quotes = |line: &&str| {
        let number = line.split_once('|').map(|(number, _)| number.trim());
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().filter(|line| !quotes(line)).collect();
    Error::msg(lines.join("\n"))
}

#[cfg(test)]
impl Default for Limits {
    fn default() -> Self {
        toml::from_str::<Settings>(DEFAULT).unwrap().limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_fills_the_settings_exactly() {
        let settings: Settings = toml::from_str(DEFAULT).unwrap();
        assert_eq!(settings.limits.items, 5000);
        let error = toml::from_str::<Settings>(&DEFAULT.replace("items =", "itmes =")).unwrap_err();
        assert!(error.to_string().contains("itmes"), "{error}");
    }

    #[test]
    fn what_has_changed_is_told_by_its_key_and_a_broken_line_is_not_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("s.toml");
        let load = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Settings::load(Some(&file))
        };
        let first =
            load("[server]\napi_keys = [{ key = 'k-of-one-who-reads', roles = ['read'] }]\n")
                .unwrap();
        let again =
            load("[server]\napi_keys = [{ roles = ['read'], key = 'k-of-one-who-reads' }]\n")
                .unwrap();
        assert_eq!(first.marks, again.marks);
        let other = load("[queue]\ndepth = 7\n[hooks.erpnext]\nsecret = 'hidden'\n").unwrap();
        let changed = first.marks.changed(&other.marks);
        let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
        let want = [
            "hooks.erpnext.secret",
            "queue.depth",
            "server.api_keys.0.key",
            "server.api_keys.0.roles.0",
        ];
        assert_eq!(changed, want);
        let mut marks = first.marks.clone();
        marks.take(&other.marks, |key| key != "queue.depth");
        assert_eq!(
            marks.changed(&other.marks),
            BTreeSet::from(["queue.depth".to_owned()])
        );
        assert!(!format!("{:?}", other.marks).contains("hidden"));
        let broken = format!(
            "{:#}",
            load("[queue]\ndepth = 7\n[hooks.erpnext]\nsecret = 'hidden\n").unwrap_err()
        );
        assert!(
            broken.contains("line 4") && !broken.contains("hidden"),
            "{broken}"
        );
    }
}
