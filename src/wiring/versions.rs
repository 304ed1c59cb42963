//! Versions of one document that a system sent. The version before a corrected bill is history that never became a payment: it
//! must not make a duplicate of the bill.

use std::sync::Arc;

use agent::review::{Answer, ReviewError};
use domain::{review::Resolution, verdict::Decision};
use queue::{Failure, Job, Queue, QueueError};
use store::Store;

use super::{
    Session,
    inbox::{self, one_of, say_the_same},
    stored,
};
use crate::settings::{self, Limits};

/// Who sends back what a later version has taken the place of.
const BY: &str = "satyapan";

/// Knows what came of the version before.
pub(super) struct Versions {
    pub(super) session: Arc<Session>,
    pub(super) store: Arc<dyn Store>,
    pub(super) queue: Arc<dyn Queue>,
    pub(super) review: settings::Review,
    pub(super) limits: Limits,
}

impl Versions {
    /// The verdict of the version before a job's document, where both say the same invoice: it is this one's too. Where they do
    /// not, and the one before is held, its hold is rejected by a review, so that it is no history and waits for no person.
    /// What was approved stays history: it may have been paid.
    ///
    /// # Errors
    /// A store that does not answer.
    pub(super) async fn settle(&self, job: &Job, bytes: &[u8]) -> Result<Option<String>, Failure> {
        // Only systems name versions of a document.
        if !job.source.starts_with(inbox::SOURCE) {
            return Ok(None);
        }
        let before = self.queue.before(job, hooks::document_of).await;
        let before = before.map_err(|error: QueueError| Failure::Retry(error.to_string()))?;
        let Some(verdict) = before.and_then(|record| record.verdict) else {
            return Ok(None);
        };
        let retry = |error: anyhow::Error| Failure::Retry(format!("{error:#}"));
        let then = stored::judged(self.store.as_ref(), &verdict).await;
        let now = one_of(bytes, &self.limits);
        if say_the_same(then.map_err(retry)?, now) {
            return Ok(Some(verdict));
        }
        self.take_the_place_of(&verdict, job).await?;
        Ok(None)
    }

    async fn take_the_place_of(&self, verdict: &str, job: &Job) -> Result<(), Failure> {
        let retry = |error: String| Failure::Retry(error);
        let standing = self.store.standing(verdict).await;
        let standing = standing.map_err(|error| retry(error.to_string()))?;
        let is_open = standing.is_some_and(|standing| {
            standing.verdict.decision == Decision::Hold
                && !standing
                    .reviews
                    .iter()
                    .any(|review| review.effect.resolves())
        });
        if !is_open {
            return Ok(());
        }
        let callbacks = self.session.live.callbacks();
        let journal = &self.session.journal;
        let reviewer = super::review::reviewer(&self.store, journal, &self.review, &callbacks);
        let reviewer = reviewer.map_err(|error| retry(format!("{error:#}")))?;
        let answer = Answer {
            decision: Resolution::Reject,
            reason: format!("A later version of this document came, as job {}", job.id),
            by: BY.to_owned(),
        };
        match reviewer.review(verdict, answer).await {
            // A person was quicker, or the record is no longer there: it stays as it stands.
            Ok(_) | Err(ReviewError::Refused { .. } | ReviewError::Taken { .. }) => Ok(()),
            Err(error) => Err(retry(error.to_string())),
        }
    }
}
