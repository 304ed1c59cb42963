//! Models behind any OpenAI-compatible endpoint: the adapter of the port [`model::Model`].
//!
//! [`Settings`] say where each role's questions go. Roles with the same endpoint, model and key share one line: its
//! places, its requests a minute, its circuit breaker and what it learned. How an endpoint is asked for JSON is found out by asking:
//! a schema, a function call, JSON mode, the plain prompt, one rung down at each refusal, and what works is kept.
//! *Invariant:* a question takes no longer than its deadline and no more memory than its bounds, whatever the endpoint does;
//! nothing of a key, a question or an answer is in an error or a log.

mod breaker;
mod complaint;
mod embeddings;
mod ladder;
mod line;
mod price;
mod reply;
mod request;
mod settings;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use model::{Ask, Manner, Model, ModelError, Price, Role, Said};

pub use embeddings::Embeddings;
pub use settings::{EmbeddingSettings, Roles, Seat, Settings, SettingsError};

use crate::{line::Line, price::Prices};

/// Models by role, each behind its endpoint.
pub struct OpenAi {
    lines: [Arc<Line>; 4],
    prices: Prices,
}

impl OpenAi {
    /// Opens no connection: whether an endpoint is there shows with the first question.
    ///
    /// # Errors
    /// Settings with which a role could not be asked.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        settings.proved()?;
        let mut open = Vec::new();
        let mut line = |role| {
            let endpoint = settings.endpoint(role)?;
            if let Some((_, line)) = open.iter().find(|(known, _)| *known == endpoint) {
                return Ok(Arc::clone(line));
            }
            let line = Arc::new(Line::new(&endpoint, settings)?);
            open.push((endpoint, Arc::clone(&line)));
            Ok(line)
        };
        Ok(Self {
            lines: [
                line(Role::Router)?,
                line(Role::Critic)?,
                line(Role::Writer)?,
                line(Role::Reader)?,
            ],
            prices: Prices::new(settings),
        })
    }

    fn line(&self, role: Role) -> &Line {
        let [router, critic, writer, reader] = &self.lines;
        match role {
            Role::Router => router,
            Role::Critic => critic,
            Role::Writer => writer,
            Role::Reader => reader,
        }
    }
}

#[async_trait]
impl Model for OpenAi {
    fn name(&self, role: Role) -> &str {
        self.line(role).name()
    }

    fn price(&self, ask: &Ask) -> Price {
        self.prices.most(ask)
    }

    fn manner(&self, role: Role) -> Manner {
        self.line(role).manner()
    }

    async fn say(&self, ask: &Ask) -> Result<Said, ModelError> {
        self.line(ask.role).say(ask).await
    }
}
