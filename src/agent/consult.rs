//! Asking a model, through the journal: the one way in which a node hears from one.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use model::{
    Ask, Blocked, Desk, Finish, Input, Manner, Model, ModelError, Price, Role, Said, Unusable,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::engine::{Answer, Ctx, EffectError, ErrorKind, Request, Spend};

/// Longest answer that is recorded, in bytes; a longer one is cut, and so is none.
const RECORDED_MAX: usize = 32 * 1024;

/// A model that may be asked, and the desk at which the questions are written.
#[derive(Clone)]
pub struct Adviser {
    model: Arc<dyn Model>,
    desk: Desk,
    keeps_words: bool,
}

/// What asking came to, for the verdict and the bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consulted {
    /// `critic@1`.
    pub prompt: String,
    /// SHA-256 of the prompt's file, lower-case hex.
    pub sha256: String,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    /// What the answer cost. Not in the record: the effect has it.
    #[serde(skip)]
    pub paise: u64,
    /// Identifiers that were masked in the question, by their kind. For whoever counts, and not in the record.
    #[serde(skip)]
    pub masked: BTreeMap<&'static str, u64>,
    /// For whoever traces, and not in the record.
    #[serde(skip)]
    pub exchange: Exchange,
}

/// A question and its answer, as a trace tells of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exchange {
    pub manner: Manner,
    /// Longest answer, in tokens.
    pub max_tokens: u32,
    /// What went out, masked; `None` unless the adviser keeps words.
    pub asked: Option<Arc<Ask>>,
    /// `None` where no answer came. Its text is empty unless the adviser keeps words.
    pub said: Option<Said>,
}

/// Why there is no counsel. Whoever asked goes on by the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCounsel {
    #[error("the question was not sent: {0}")]
    Blocked(#[from] Blocked),
    #[error("{0}")]
    Unanswered(#[from] EffectError),
    #[error("the answer was not used: {0}")]
    Unusable(#[from] Unusable),
}

impl Adviser {
    pub fn new(model: Arc<dyn Model>, desk: Desk) -> Self {
        Self {
            model,
            desk,
            keeps_words: false,
        }
    }

    /// The same, that leaves what was asked and said with the case, masked as it went over the wire. Without it a
    /// case holds none of that: the record has it.
    #[must_use]
    pub fn keeping_words(self) -> Self {
        Self {
            keeps_words: true,
            ..self
        }
    }

    /// An adviser that writes questions and is never answered: for reading back what another was told.
    pub fn silent(desk: Desk) -> Self {
        Self::new(Arc::new(Silent), desk)
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The model that answers in a role.
    pub fn name(&self, role: Role) -> &str {
        self.model.name(role)
    }

    /// Asks, and reads the answer into its type. `case` is the key of the case, under which values are masked. The
    /// second part is there when the question went out, whatever came back.
    ///
    /// # Errors
    /// The question may not go out, there is no answer, or it cannot be used.
    pub async fn consult<T: DeserializeOwned>(
        &self,
        cx: &Ctx,
        case: &str,
        prompt: &str,
        inputs: Vec<(&'static str, Input)>,
        schema: impl Into<Arc<Value>>,
    ) -> (Result<T, NoCounsel>, Option<Consulted>) {
        let question = match self.desk.question(prompt, case, &inputs, schema) {
            Ok(question) => question,
            Err(blocked) => return (Err(blocked.into()), None),
        };
        // A model takes seconds, and thousands of cases wait for one: what is written down is not held twice.
        drop(inputs);
        let Price { tokens, paise } = self.model.price(&question.ask);
        let request = Request::paid(
            format!("model.{}", question.ask.role),
            question.body(),
            Spend { tokens, paise },
        );
        let model = Arc::clone(&self.model);
        let ask = Arc::clone(&question.ask);
        let live = async move {
            match model.say(&ask).await {
                Ok(said) => recorded(said),
                Err(error) => Err(failed(&error)),
            }
        };
        let mut consulted = Consulted {
            prompt: question.stamp.clone(),
            sha256: question.prompt_sha256.clone(),
            prompt_tokens: 0,
            completion_tokens: 0,
            paise: 0,
            masked: question.masked(),
            exchange: Exchange {
                manner: self.model.manner(question.ask.role),
                max_tokens: question.ask.max_tokens,
                asked: self.keeps_words.then(|| Arc::clone(&question.ask)),
                said: None,
            },
        };
        let answer = match cx.long_effect(request, live).await {
            Ok(answer) => answer,
            // The engine's own refusals never left the house.
            Err(error) => {
                let left = matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Failed);
                return (Err(error.into()), left.then_some(consulted));
            }
        };
        let Ok(mut said) = serde_json::from_value::<Said>(answer) else {
            let unreadable = EffectError::failed("the recorded answer of the model cannot be read");
            return (Err(unreadable.into()), Some(consulted));
        };
        consulted.prompt_tokens = said.prompt_tokens;
        consulted.completion_tokens = said.completion_tokens;
        consulted.paise = said.paise;
        let read = question.read(&said).map_err(Into::into);
        if !self.keeps_words {
            said.text = String::new();
        }
        consulted.exchange.said = Some(said);
        (read, Some(consulted))
    }
}

/// An answer as it is recorded.
fn recorded(mut said: Said) -> Result<Answer, EffectError> {
    if said.text.len() > RECORDED_MAX {
        let end = said.text.floor_char_boundary(RECORDED_MAX);
        said.text.truncate(end);
        said.finish = Finish::Length;
    }
    let spent = Spend {
        tokens: said.prompt_tokens.saturating_add(said.completion_tokens),
        paise: said.paise,
    };
    let value = serde_json::to_value(said)
        .map_err(|_| EffectError::failed("the model's answer cannot be written down"))?;
    Ok(Answer::costing(value, spent))
}

fn failed(error: &ModelError) -> EffectError {
    match error {
        ModelError::Unavailable { .. } => EffectError::unavailable(error.to_string()),
        ModelError::Refused { .. } | ModelError::Malformed { .. } => {
            EffectError::failed(error.to_string())
        }
    }
}

/// Nobody: every answer stands in the record already.
struct Silent;

#[async_trait]
impl Model for Silent {
    fn name(&self, _: Role) -> &'static str {
        "none"
    }

    fn price(&self, _: &Ask) -> Price {
        Price::default()
    }

    async fn say(&self, ask: &Ask) -> Result<Said, ModelError> {
        Err(ModelError::Refused {
            role: ask.role,
            detail: "no model is configured".to_owned(),
        })
    }
}
