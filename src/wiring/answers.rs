//! Answers given before, to questions that mean the same.

use agent::{
    Asker, Question,
    engine::{Mode, RunError},
};
use domain::{answer::Answer, verdict::Usage};
use recall::{Answered, Cache, Limits, Scope};

use super::{Session, counsel};
use crate::settings::Settings;

/// What was answered with one reasoner.
pub(crate) struct Answers {
    cache: Cache,
    reasoner: String,
}

impl Answers {
    /// None yet.
    ///
    /// # Errors
    /// Settings with which the model of embeddings cannot be asked.
    pub(crate) fn new(session: &Session, settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            cache: Cache::new(counsel::embedder(settings)?, Limits::default()),
            reasoner: session.model().unwrap_or("rules").to_owned(),
        })
    }

    /// Within what an answer to a question of a tenant holds. `state` is another one whenever an answer may be.
    pub(crate) fn scope(&self, tenant: &str, question: &Question, state: String) -> Scope {
        Scope {
            tenant: tenant.to_owned(),
            as_of: question.as_of,
            state,
            reasoner: self.reasoner.clone(),
        }
    }

    /// The answer that was given to the same question in other words, or a new one.
    ///
    /// # Errors
    /// As [`Asker::ask`].
    pub(crate) async fn answer(
        &self,
        scope: &Scope,
        asker: &Asker,
        question: Question,
    ) -> Result<Answer, RunError> {
        if let Some(answer) = self.find(scope, &question).await {
            return Ok(answer);
        }
        let answer = fresh(asker, question.clone()).await?;
        let kept = if answer.known {
            Answered::Yes
        } else {
            Answered::No
        };
        if let Ok(json) = serde_json::to_string(&answer) {
            self.cache.put(scope, &question.text, &json, kept);
        }
        Ok(answer)
    }

    /// It shares no more than its meaning: a question with another number, name, date or direction is another one.
    /// Embeddings that cannot be had are a miss.
    async fn find(&self, scope: &Scope, question: &Question) -> Option<Answer> {
        let hit = self.cache.get(scope, &question.text).await.ok()??;
        let mut answer: Answer = serde_json::from_str(&hit.answer).ok()?;
        answer.question.clone_from(&question.text);
        answer.usage = Usage {
            cache_hits: 1,
            ..Usage::default()
        };
        Some(answer)
    }
}

/// A new answer.
///
/// # Errors
/// As [`Asker::ask`].
pub(crate) async fn fresh(asker: &Asker, question: Question) -> Result<Answer, RunError> {
    let id = ulid::Ulid::new().to_string();
    let (answer, _) = asker.ask(question, &id, Mode::Fresh).await?;
    Ok(answer)
}
