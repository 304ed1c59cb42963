//! What was asked and answered, for those who want it in their traces: masked, or not at all.

use std::{fmt, sync::Arc};

/// Longest content of one attribute, in bytes. Collectors refuse more than they can index.
const CONTENT_MAX: usize = 8192;

/// Masks a text, or gives `None` where something in it could not be masked.
type Masking = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The masker, as the binary has it.
#[derive(Clone)]
pub struct Mask(Arc<Masking>);

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask(…)")
    }
}

impl Mask {
    pub fn new(masking: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(masking))
    }

    /// A text as it may leave the house. Cut after masking: a cut identifier is one that the masker does not know.
    pub(crate) fn text(&self, text: &str) -> Option<String> {
        let mut masked = (self.0)(text)?;
        if masked.len() > CONTENT_MAX {
            masked.truncate(masked.floor_char_boundary(CONTENT_MAX));
            masked.push('…');
        }
        Some(masked)
    }
}
