//! SIGHUP: the settings are read again, and those that may change while the process runs are taken over.

use std::path::PathBuf;

use anyhow::{Error, Result};

use crate::{
    cli::Common,
    logging::Logging,
    settings::{Marks, Settings},
};

/// What is taken over; all else needs a restart.
const LIVE: &[&str] = &[
    "callbacks",
    "hooks",
    "log.level",
    "server.api_keys",
    "server.jwt",
    "server.rate",
];

/// What the process was started with.
pub(crate) struct Reload {
    file: Option<PathBuf>,
    verbose: u8,
    logging: Logging,
    /// Of the settings in force.
    marks: Marks,
}

impl Reload {
    pub(crate) fn new(common: &Common, logging: Logging, settings: &Settings) -> Self {
        Self {
            file: common.config.clone(),
            verbose: common.verbose,
            logging,
            marks: settings.marks.clone(),
        }
    }

    /// Reads the settings again and has them proved and taken over; one that cannot be leaves all as it was.
    pub(crate) async fn again(&mut self, take: impl AsyncFnOnce(&Settings) -> Result<()>) {
        let taken = match Settings::load(self.file.as_deref()) {
            Ok(settings) => take(&settings).await.map(|()| settings),
            Err(error) => Err(error),
        };
        match taken {
            Ok(settings) => self.taken(&settings),
            Err(error) => refused(&error),
        }
    }

    fn taken(&mut self, settings: &Settings) {
        self.logging.level(settings.log, self.verbose);
        let changed = self.marks.changed(&settings.marks).into_iter();
        let (live, fixed): (Vec<String>, Vec<String>) = changed.partition(|key| is_live(key));
        for key in &fixed {
            tracing::warn!(key, "The setting {key} has changed, which needs a restart");
        }
        tracing::info!(
            "The settings were read again: {}",
            if live.is_empty() {
                "none of those that need no restart has changed".to_owned()
            } else {
                format!("taken over: {}", live.join(", "))
            }
        );
        // What needs a restart is named again each time until there was one.
        self.marks.take(&settings.marks, is_live);
    }
}

fn refused(error: &Error) {
    tracing::error!(
        "The settings were read again and cannot be taken over, those before stay in force: {error:#}"
    );
}

/// Whether a key is one of those, or within one.
fn is_live(key: &str) -> bool {
    LIVE.iter().any(|live| {
        key.strip_prefix(live)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
