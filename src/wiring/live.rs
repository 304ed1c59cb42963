//! What of the settings may change while the process runs, beside what the server holds itself.

use std::sync::Arc;

use anyhow::Result;
use hooks::Sources;
use tokio::sync::watch;

use crate::settings::Settings;

/// As it is at present.
pub(crate) struct Live {
    callbacks: watch::Sender<Arc<callbacks::Settings>>,
    sources: watch::Sender<Arc<Sources>>,
}

/// What may be taken over, proved.
pub(crate) struct Fresh {
    callbacks: Arc<callbacks::Settings>,
    sources: Option<Arc<Sources>>,
}

impl Fresh {
    /// For a process that tells of verdicts.
    ///
    /// # Errors
    /// Settings under which nothing can be delivered.
    pub(crate) fn callbacks(settings: &Settings) -> Result<Self> {
        settings.callbacks.proved()?;
        Ok(Self {
            callbacks: Arc::new(settings.callbacks.clone()),
            sources: None,
        })
    }

    /// For one that takes webhooks, too.
    ///
    /// # Errors
    /// Settings under which nothing can be delivered, sources of webhooks that cannot be set up.
    pub(crate) fn hooks_too(settings: &Settings) -> Result<Self> {
        Ok(Self {
            sources: Some(Arc::new(Sources::new(&settings.hooks)?)),
            ..Self::callbacks(settings)?
        })
    }
}

impl Live {
    /// Without webhooks, and with callbacks that are proved by whoever delivers them.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            callbacks: watch::Sender::new(Arc::new(settings.callbacks.clone())),
            sources: watch::Sender::default(),
        }
    }

    pub(crate) fn take(&self, fresh: Fresh) {
        self.callbacks.send_replace(fresh.callbacks);
        if let Some(sources) = fresh.sources {
            self.sources.send_replace(sources);
        }
    }

    pub(super) fn callbacks(&self) -> Arc<callbacks::Settings> {
        Arc::clone(&self.callbacks.borrow())
    }

    /// Changes when the settings of callbacks do.
    pub(super) fn watch_callbacks(&self) -> watch::Receiver<Arc<callbacks::Settings>> {
        self.callbacks.subscribe()
    }

    pub(super) fn sources(&self) -> Arc<Sources> {
        Arc::clone(&self.sources.borrow())
    }
}
