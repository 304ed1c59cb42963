//! Log lines: to standard error, as text for people or JSON for machines.

use serde::Deserialize;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{EnvFilter, reload};

/// How log lines look, and which there are.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: Format,
    /// `-v` and `-vv` say more, never less.
    pub(crate) level: Level,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Text,
    /// An object a line: timestamp, level, target, message, and the fields beside it.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

impl Level {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        }
    }
}

/// Changes which log lines there are.
type Change = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send + Sync>;

/// What is being logged.
pub(crate) struct Logging(Change);

impl Logging {
    /// Logs by another level from now on.
    pub(crate) fn level(&self, log: Log, verbose: u8) {
        if let Err(error) = (self.0)(filter(log, verbose)) {
            tracing::warn!(%error, "The level of the log cannot be changed");
        }
    }
}

/// `SATYAPAN_LOG` (`store=debug,info`) wins over the settings and the flags.
fn filter(log: Log, verbose: u8) -> EnvFilter {
    let asked = match verbose {
        0 => LevelFilter::OFF,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let level = log.level.filter().max(asked);
    EnvFilter::try_from_env("SATYAPAN_LOG").unwrap_or_else(|_| EnvFilter::new(level.to_string()))
}

/// Begins to log.
pub(crate) fn start(log: Log, verbose: u8) -> Logging {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(log, verbose))
        .with_writer(std::io::stderr)
        .with_ansi(false);
    match log.format {
        Format::Text => {
            let lines = lines.with_filter_reloading();
            let handle = lines.reload_handle();
            lines.init();
            Logging(Box::new(move |filter| handle.reload(filter)))
        }
        Format::Json => {
            let lines = lines
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .with_filter_reloading();
            let handle = lines.reload_handle();
            lines.init();
            Logging(Box::new(move |filter| handle.reload(filter)))
        }
    }
}
