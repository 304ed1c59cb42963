//! Standard Webhooks: the scheme in which our own messages go out, and which generic senders use.
//!
//! The crate `standardwebhooks` judges this one in the tests. It is not what runs, because it reads the clock itself,
//! takes one secret, only bodies of UTF-8, and of two equal headers the first.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{
    Reason, Request, SecretError,
    key::{Key, Keys},
    scheme::{Proof, in_time},
};

pub const ID: &str = "webhook-id";
pub const TIMESTAMP: &str = "webhook-timestamp";
pub const SIGNATURE: &str = "webhook-signature";

/// Signatures of one message that are looked at: one a secret that the sender holds.
const SIGNATURES_MAX: usize = 8;
/// The longest id that is taken.
const ID_CHARS_MAX: usize = 256;

/// Signs our own messages, with two secrets while receivers change over.
#[derive(Clone)]
pub struct Signer(Keys);

impl Signer {
    /// # Errors
    /// A secret that is empty or not base64.
    pub fn new(
        secret: &SecretString,
        previous: Option<&SecretString>,
    ) -> Result<Self, SecretError> {
        let previous = previous.map(Key::standard).transpose()?;
        Ok(Self(Keys::new(Key::standard(secret)?, previous)))
    }

    /// The value of `webhook-signature` for a message sent at `timestamp`, in seconds.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let timestamp = timestamp.to_string();
        let tags = self.0.tags(&signed(id, &timestamp, body));
        let tags: Vec<String> = tags
            .iter()
            .map(|tag| format!("v1,{}", STANDARD.encode(tag)))
            .collect();
        tags.join(" ")
    }
}

fn signed<'a>(id: &'a str, timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body]
}

/// Verifies a message: any of its signatures under any live secret.
pub(crate) fn verify(
    keys: &Keys,
    tolerance_s: u32,
    request: &Request<'_>,
    now: Timestamp,
) -> Result<Proof, Reason> {
    let id = request.header(ID)?;
    let timestamp = request.header(TIMESTAMP)?;
    let signatures = request.header(SIGNATURE)?;
    if id.is_empty() || id.chars().count() > ID_CHARS_MAX {
        return Err(Reason::Malformed(format!(
            "{ID} has not 1 to {ID_CHARS_MAX} characters"
        )));
    }
    let parts = signed(id, timestamp, request.body);
    let genuine = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .take(SIGNATURES_MAX)
        .filter_map(|signature| STANDARD.decode(signature).ok())
        .any(|tag| keys.verify(&parts, &tag));
    if !genuine {
        return Err(Reason::BadSignature);
    }
    in_time(timestamp, 1, tolerance_s, now)?;
    Ok(Proof {
        id: Some(id.to_owned()),
    })
}
