//! Law as dated rows.

/// The rows of law that rules look up by date.
#[derive(Debug, Clone, Default)]
pub struct Law {}
