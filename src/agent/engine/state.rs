//! What the engine asks of a state: fold a delta, and answer named facts.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::run::Diversion;

/// A value a guard may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Bool(bool),
    Int(i64),
    Text(Cow<'static, str>),
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

impl From<bool> for Fact {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Fact {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Fact {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<&'static str> for Fact {
    fn from(value: &'static str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

/// The state of a run. Nodes see it by reference; only the engine folds.
pub trait State: Send + Sync {
    /// What a node found out, as plain data.
    type Delta: Serialize + DeserializeOwned + Send + 'static;

    /// The facts guards may name. Empty means: not declared, so a misspelt name is not caught when
    /// the graph is built; it then never opens an edge.
    const FACTS: &'static [&'static str] = &[];

    /// Fields whose fold appends, so that two branches of a fan-out may both write them.
    const APPENDED: &'static [&'static str] = &[];

    /// Takes a delta in.
    fn fold(&mut self, delta: Self::Delta);

    /// The value of a fact now. `None` means not known; a guard over it opens no edge.
    fn fact(&self, name: &str) -> Option<Fact>;

    /// Told once, when an error or a spent budget ends the run early. The default ignores it.
    fn diverted(&mut self, diversion: &Diversion) {
        let _ = diversion;
    }
}
