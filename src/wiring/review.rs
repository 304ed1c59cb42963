//! Who resolves holds over a store: the same reviewer for the command line, the API and the pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

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
use queue::Clock;
use serde_json::Value;
use store::{
    Pruned, Store, StoredVerdict,
    journal::{Beside, ReviewEnding, Tx},
};

use crate::settings;

/// A reviewer over a store and its journal. Whoever comes to carry a review out, its callbacks are in its transaction.
///
/// # Errors
/// A limit that is no amount; receivers that cannot be told apart.
pub(crate) fn reviewer(
    store: &Arc<dyn Store>,
    journal: &Arc<dyn Journal>,
    settings: &settings::Review,
    callbacks: &Arc<callbacks::Settings>,
) -> Result<Reviewer> {
    let cases: Arc<dyn HeldCases> = Arc::<dyn Store>::clone(store);
    // Said now, and not when a person has decided.
    callbacks.told("")?;
    let telling: Arc<dyn Beside> = Arc::new(Telling {
        callbacks: Arc::clone(callbacks),
        clock: store.clock(),
    });
    let commit = move |review: &Review| -> Extra {
        Box::new(ReviewEnding {
            review: review.clone(),
            beside: Some(Arc::clone(&telling)),
        })
    };
    let rules = rules(settings)?;
    Ok(Reviewer::new(journal, cases, rules, Arc::new(commit))?)
}

/// Tells the receivers of callbacks that a person resolved a hold, in the transaction of his review: those of every tenant
/// whose verdict it is.
struct Telling {
    callbacks: Arc<callbacks::Settings>,
    /// The store's.
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Beside for Telling {
    async fn store(&self, tx: &mut Tx<'_>, review: &Review) -> Result<(), sqlx::Error> {
        let decision = match review.effect {
            Effect::Approved => Decision::Approve,
            Effect::Rejected => Decision::Reject,
            Effect::Proposed | Effect::Held => return Ok(()),
        };
        let refused = |error: String| sqlx::Error::Protocol(error);
        let verdict = &review.verdict.id;
        let subject = tx.subject(verdict).await?;
        let mut told = BTreeSet::new();
        for tenant in &subject.tenants {
            let receivers = self.callbacks.told(tenant);
            told.extend(receivers.map_err(|error| refused(error.to_string()))?);
        }
        if told.is_empty() {
            return Ok(());
        }
        let news = News {
            kind: callbacks::Kind::Reviewed,
            verdict: verdict.clone(),
            document: subject.document,
            invoice: subject.invoice,
            decision: decision.name().to_owned(),
            at: review.at.clone(),
            url: self.callbacks.verdict_url(verdict),
            // A person decided, and in no trace of the sender's.
            traceparent: None,
        };
        let told: Vec<String> = told.into_iter().collect();
        let queued = tx.enqueue(&news, &told, self.clock.now()).await;
        queued.map_err(|error| refused(error.to_string()))?;
        Ok(())
    }
}

/// Verdicts as they are shown, in their order, each with its reviews.
///
/// # Errors
/// A store that does not answer.
pub(crate) async fn shown(store: &dyn Store, stored: Vec<StoredVerdict>) -> Result<Vec<Value>> {
    let text = |verdict: &Value, member: &str| {
        let text = verdict[member].as_str();
        text.unwrap_or_default().to_owned()
    };
    // Nothing else is reviewed.
    let held = stored.iter().map(|stored| &stored.verdict);
    let held = held.filter(|verdict| text(verdict, "decision") == Decision::Hold.name());
    let held: Vec<String> = held.map(|verdict| text(verdict, "id")).collect();
    let mut reviews: BTreeMap<String, Vec<Review>> = BTreeMap::new();
    for review in store.reviews_of(&held).await? {
        let of = reviews.entry(review.verdict.id.clone()).or_default();
        of.push(review);
    }
    let shown = stored.into_iter().map(|stored| {
        let of = reviews.remove(&text(&stored.verdict, "id"));
        with_reviews(stored.verdict, &of.unwrap_or_default())
    });
    shown.collect()
}

/// A verdict as it is stored; where people decided on it, what they decided stands beside it.
///
/// # Errors
/// A review that is no JSON.
pub(crate) fn with_reviews(mut verdict: Value, reviews: &[Review]) -> Result<Value> {
    if let Some(members) = verdict.as_object_mut().filter(|_| !reviews.is_empty()) {
        members.insert("reviews".to_owned(), serde_json::to_value(reviews)?);
    }
    Ok(verdict)
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
    let now = store.clock().now();
    let age = Duration::from_secs(u64::from(days).saturating_mul(86_400));
    let before = now
        .checked_sub(age)
        .with_context(|| format!("{days} days ago is before all calendars"))?;
    let pruned = store
        .prune(&before.to_string(), &now.to_string(), dry_run)
        .await?;
    Ok(pruned)
}
