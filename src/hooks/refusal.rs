//! Why a message is not taken in.

/// A message that is not taken in: who was addressed, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("hook {hook}: {reason}; nothing was taken in")]
pub struct Refusal {
    /// The source's name.
    pub hook: String,
    pub reason: Reason,
}

/// What is wrong with a message. Says nothing of secrets, signatures or contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error(
        "no source of this name is set up: give it a secret under `hooks` in the settings, or correct the address"
    )]
    Unconfigured,
    #[error("the method is not POST: have the sender POST its message")]
    Method,
    #[error(
        "the body has more than {0} bytes: have the sender send less at once, or raise body_bytes_max"
    )]
    TooLarge(usize),
    #[error("there is no {0}: have the sender sign its messages with the shared secret")]
    Unsigned(&'static str),
    #[error("there is more than one {0}: send it once")]
    Repeated(&'static str),
    #[error(
        "the signature or token is not that of any live secret: compare the secret on both sides"
    )]
    BadSignature,
    #[error(
        "it was signed more than {0} s before or after now: check both clocks; a message that waited is signed anew"
    )]
    Stale(u32),
    #[error("{0}")]
    Malformed(String),
}

impl Reason {
    /// The HTTP status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            // Whether a source exists is nobody's business who cannot sign for it.
            Self::Unconfigured | Self::Unsigned(_) | Self::BadSignature | Self::Stale(_) => 401,
            Self::Method => 405,
            Self::TooLarge(_) => 413,
            Self::Repeated(_) | Self::Malformed(_) => 400,
        }
    }
}
