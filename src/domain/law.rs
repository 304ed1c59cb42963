//! Law as dated rows.

use crate::civil::Date;

/// Why the law's files were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("law: {0}")]
pub struct LawError(pub String);

/// The rows of law that rules look up by date.
#[derive(Debug, Clone, Default)]
pub struct Law {}

impl Law {
    /// The law that is compiled in.
    ///
    /// # Errors
    /// Never for a released build: a test reads it.
    pub fn builtin() -> Result<Self, LawError> {
        Ok(Self::default())
    }

    /// Whether the IRN of a document of this date hashes its number in upper case (GSTN advisory of 2025-04-04).
    pub fn irn_upper_case(&self, date: Date) -> bool {
        Date::new(2025, 6, 1).is_ok_and(|from| date >= from)
    }
}
