//! Who resolves holds over a store: the same reviewer for the command line, the API and the pages.

use std::{sync::Arc, time::Duration};

use agent::{
    Reviewer, Rules,
    engine::{Extra, Journal},
    review::HeldCases,
};
use anyhow::{Context, Result};
use async_trait::async_trait;
use callbacks::News;
use domain::{
    Paise,
    review::{Effect, Review},
    verdict::Decision,
};
use serde_json::Value;
use store::{
    Pruned, Store,
    journal::{Beside, ReviewEnding, Tx},
};

use crate::settings;

/// A reviewer over a store and its journal. What is given as `beside` is stored in the transaction of each
/// review, such as the message that tells of it.
///
/// # Errors
/// A limit that is no amount.
pub(crate) fn reviewer(
    store: &Arc<dyn Store>,
    journal: &Arc<dyn Journal>,
    settings: &settings::Review,
    beside: Option<Arc<dyn Beside>>,
) -> Result<Reviewer> {
    let cases: Arc<dyn HeldCases> = Arc::<dyn Store>::clone(store);
    let commit = move |review: &Review| -> Extra {
        Box::new(ReviewEnding {
            review: review.clone(),
            beside: beside.clone(),
        })
    };
    let rules = rules(settings)?;
    Ok(Reviewer::new(journal, cases, rules, Arc::new(commit))?)
}

/// Tells the receivers of callbacks that a person resolved a hold, in the transaction of his review.
pub(crate) struct Telling {
    told: Vec<String>,
    verdict: String,
    document: String,
    invoice: String,
    url: String,
}

impl Telling {
    /// # Errors
    /// Receivers that cannot be told apart.
    pub(crate) fn new(
        callbacks: &callbacks::Settings,
        tenant: &str,
        verdict: &Value,
    ) -> Result<Self> {
        let text = |pointer: &str| {
            let text = verdict.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let id = text("/id");
        Ok(Self {
            told: callbacks.told(tenant)?,
            url: callbacks.verdict_url(&id),
            verdict: id,
            document: text("/invoice/sha256"),
            invoice: text("/invoice/number"),
        })
    }
}

#[async_trait]
impl Beside for Telling {
    async fn store(&self, tx: &mut Tx<'_>, review: &Review) -> Result<(), sqlx::Error> {
        let decision = match review.effect {
            Effect::Approved => Decision::Approve,
            Effect::Rejected => Decision::Reject,
            Effect::Proposed | Effect::Held => return Ok(()),
        };
        if self.told.is_empty() {
            return Ok(());
        }
        let news = News {
            kind: callbacks::Kind::Reviewed,
            verdict: self.verdict.clone(),
            document: self.document.clone(),
            invoice: self.invoice.clone(),
            decision: decision.name().to_owned(),
            at: review.at.clone(),
            url: self.url.clone(),
        };
        let queued = tx.enqueue(&news, &self.told, jiff::Timestamp::now()).await;
        queued.map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
        Ok(())
    }
}

fn rules(settings: &settings::Review) -> Result<Rules> {
    let four_eyes_above = Paise::from_rupees(settings.four_eyes_above)
        .context("review.four_eyes_above is no amount in rupees")?;
    Ok(Rules {
        four_eyes_above,
        reason_chars: settings.reason_chars,
    })
}

/// Prunes what was finished more than so many days ago.
///
/// # Errors
/// A store that does not answer.
pub(crate) async fn prune(store: &dyn Store, days: u32, dry_run: bool) -> Result<Pruned> {
    let now = jiff::Timestamp::now();
    let age = Duration::from_secs(u64::from(days).saturating_mul(86_400));
    let before = now
        .checked_sub(age)
        .with_context(|| format!("{days} days ago is before all calendars"))?;
    let pruned = store
        .prune(&before.to_string(), &now.to_string(), dry_run)
        .await?;
    Ok(pruned)
}
