//! The tools that a machine may call, by name.

use std::{collections::BTreeMap, sync::Arc};

use contract::{AnyTool, Description};

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

    pub fn get(&self, name: &str) -> Option<&Arc<dyn AnyTool>> {
        self.0.get(name)
    }

    /// What routers and models are shown.
    pub fn descriptions(&self) -> Vec<Description> {
        self.0.values().map(|tool| tool.describe()).collect()
    }
}
