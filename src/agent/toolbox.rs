//! The tools that a machine may call, by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use contract::{AnyTool, Description, Manifest, Observation, ToolError};
use serde_json::Value;

/// Tools in the order of their names.
#[derive(Clone, Default)]
pub struct Toolbox(BTreeMap<&'static str, Arc<dyn AnyTool>>);

impl Toolbox {
    /// Adds a tool; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, tool: Arc<dyn AnyTool>) -> Self {
        self.0.insert(tool.manifest().name, tool);
        self
    }

    /// The same tools, each question asked of them once: a further time the first answer is given again. Begins with
    /// what is `known`: tool, arguments, answer.
    #[must_use]
    pub(crate) fn recalling(&self, known: Vec<(String, Value, Observation)>) -> Self {
        let answers: Answers = Arc::default();
        for (tool, arguments, answer) in known {
            let question = format!("{tool} {arguments}");
            locked(&answers).entry(question).or_insert(Ok(answer));
        }
        let recalled = self.0.iter().map(|(name, tool)| {
            let tool: Arc<dyn AnyTool> = Arc::new(Recalling {
                tool: Arc::clone(tool),
                answers: Arc::clone(&answers),
            });
            (*name, tool)
        });
        Self(recalled.collect())
    }

    pub fn get(&self, name: &str) -> Option<&Arc<dyn AnyTool>> {
        self.0.get(name)
    }

    /// What routers and models are shown.
    pub fn descriptions(&self) -> Vec<Description> {
        self.0.values().map(|tool| tool.describe()).collect()
    }
}

/// Answers by question.
type Answers = Arc<Mutex<BTreeMap<String, Result<Observation, ToolError>>>>;

fn locked(
    answers: &Answers,
) -> std::sync::MutexGuard<'_, BTreeMap<String, Result<Observation, ToolError>>> {
    answers.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A tool that is asked each question once.
struct Recalling {
    tool: Arc<dyn AnyTool>,
    answers: Answers,
}

#[async_trait]
impl AnyTool for Recalling {
    fn manifest(&self) -> &'static Manifest {
        self.tool.manifest()
    }

    fn describe(&self) -> Description {
        self.tool.describe()
    }

    fn leaves(&self) -> bool {
        self.tool.leaves()
    }

    async fn call(&self, arguments: &Value) -> Result<Observation, ToolError> {
        let question = format!("{} {arguments}", self.tool.manifest().name);
        let known = locked(&self.answers).get(&question).cloned();
        if let Some(answer) = known {
            return answer;
        }
        let answer = self.tool.call(arguments).await;
        locked(&self.answers).insert(question, answer.clone());
        answer
    }
}
