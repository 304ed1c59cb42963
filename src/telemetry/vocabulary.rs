//! The closed sets from which labels take their values.

use std::borrow::Cow;

/// By which way an invoice comes; hooks by the system that sends them.
pub const SOURCES: &[&str] = &[
    "cli",
    "api",
    "queue",
    "erpnext",
    "zoho",
    "tally",
    "odoo",
    "quickbooks",
    "standard",
];

/// What stands for everything that is in no set.
pub(crate) const OTHER: &str = "other";

/// The value of a label. Borrowed for all that the program itself names; owned for models alone, which the settings name.
pub(crate) type Label = Cow<'static, str>;

/// What this process can meet, as the binary knows it.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pub checks: Vec<&'static str>,
    /// Nodes of the graph and its terminals.
    pub nodes: Vec<&'static str>,
    pub tools: Vec<&'static str>,
    /// Features of the injection screen.
    pub features: Vec<&'static str>,
    /// Types of identifiers that the masker knows.
    pub masked: Vec<&'static str>,
    /// As the settings name them.
    pub models: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn model(&self, name: &str) -> Label {
        let known = self.models.iter().find(|model| *model == name);
        known.map_or(Cow::Borrowed(OTHER), |model| Cow::Owned(model.clone()))
    }
}

/// The member of a set that equals a text, or `other`.
pub(crate) fn known(set: &[&'static str], text: &str) -> &'static str {
    set.iter()
        .find(|member| **member == text)
        .copied()
        .unwrap_or(OTHER)
}
