//! Whether the daemon can do its work, part by part.
//!
//! The store and the queue must work for a document to be taken. The portal and the model need not: a document is taken
//! without them, and its job is tried again; they are told of all the same.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use queue::Queue;
use server::Part;
use store::{Listing, Store};
use tokio::sync::Mutex;

use super::{Session, counsel};
use crate::settings::Settings;

/// One look at a part.
const PATIENCE: Duration = Duration::from_secs(5);
/// For how long the portal's answer is believed.
const PORTAL_AGE: Duration = Duration::from_secs(15);
/// A model's answer costs tokens.
const MODEL_AGE: Duration = Duration::from_mins(5);

pub(super) struct Health {
    session: Arc<Session>,
    store: Arc<dyn Store>,
    queue: Arc<dyn Queue>,
    settings: Settings,
    portal: Mutex<Option<(Instant, Result<String, String>)>>,
    model: Mutex<Option<(Instant, Result<String, String>)>>,
}

impl Health {
    pub(super) fn new(
        session: &Arc<Session>,
        store: &Arc<dyn Store>,
        queue: &Arc<dyn Queue>,
        settings: &Settings,
    ) -> Self {
        Self {
            session: Arc::clone(session),
            store: Arc::clone(store),
            queue: Arc::clone(queue),
            settings: settings.clone(),
            portal: Mutex::default(),
            model: Mutex::default(),
        }
    }

    /// Every part by name.
    pub(super) async fn parts(&self) -> Vec<Part> {
        let listing = Listing {
            most: 1,
            ..Listing::default()
        };
        let (store, queue, portal, model) = tokio::join!(
            within(async {
                let found = self.store.verdicts(&listing).await;
                found
                    .map(|_| "answers".to_owned())
                    .map_err(|e| e.to_string())
            }),
            within(async {
                let stats = self.queue.stats().await.map_err(|e| e.to_string())?;
                let paused = if stats.paused { ", paused" } else { "" };
                Ok(format!(
                    "{} waiting, {} dead{paused}",
                    stats.waiting, stats.dead
                ))
            }),
            aged(&self.portal, PORTAL_AGE, async {
                self.session
                    .portal_answers()
                    .await
                    .map_err(|e| e.to_string())
            }),
            aged(&self.model, MODEL_AGE, async {
                if self.session.model().is_none() {
                    return Ok("none: the rules alone".to_owned());
                }
                let answers = counsel::model_answers(&self.settings).await;
                answers.map_err(|e| e.to_string())
            }),
        );
        let needed = |name: &str, seen: Result<String, String>| Part {
            name: name.to_owned(),
            ok: seen.is_ok(),
            detail: told(name, seen, "nothing can be taken"),
        };
        let spared = |name: &str, seen: Result<String, String>, then: &str| Part {
            name: name.to_owned(),
            ok: true,
            detail: told(name, seen, then),
        };
        vec![
            needed("store", store),
            needed("queue", queue),
            spared(
                "portal",
                portal,
                "documents are taken and their jobs tried again",
            ),
            spared("model", model, "documents are judged by the rules alone"),
        ]
    }
}

/// What goes wrong may name an address or worse: it is for the log, and everybody may read this page.
fn told(name: &str, seen: Result<String, String>, then: &str) -> String {
    seen.unwrap_or_else(|error| {
        tracing::warn!("{name} does not answer: {error}");
        format!("does not answer: {then}")
    })
}

async fn within(look: impl Future<Output = Result<String, String>>) -> Result<String, String> {
    let looked = tokio::time::timeout(PATIENCE, look).await;
    looked.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
}

/// What was seen not long ago, or a new look. One look at a time.
async fn aged(
    seen: &Mutex<Option<(Instant, Result<String, String>)>>,
    age: Duration,
    look: impl Future<Output = Result<String, String>>,
) -> Result<String, String> {
    let mut seen = seen.lock().await;
    if let Some((at, result)) = seen.as_ref()
        && at.elapsed() < age
    {
        let age = at.elapsed().as_secs();
        return result
            .clone()
            .map(|detail| format!("{detail} ({age} s ago)"));
    }
    let result = within(look).await;
    *seen = Some((Instant::now(), result.clone()));
    result
}
