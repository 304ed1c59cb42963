//! Cursors: where the next page of a list begins, opaque, and good only for the list that it was made for.
//!
//! A tag over the tenant, the filters and the position shows a cursor that was changed or belongs to another list. It guards
//! against mistakes more than against enemies: what a position could open, the tenant may see anyway.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::{
    keys::Keys,
    problem::{Kind, Problem},
    service::Tenant,
};

/// The longest cursor that is read, in bytes.
const BYTES_MAX: usize = 1024;
/// Half a SHA-256: nobody guesses it, and cursors stay short.
const TAG_BYTES: usize = 16;

/// Makes cursors and reads them.
pub(crate) struct Cursors(hmac::Key);

impl Cursors {
    /// Processes that have their API keys or the secret in common read each other's cursors, and those from before they were
    /// started again. Without either a cursor is good for one process's life.
    pub(crate) fn new(keys: &Keys, secret: Option<&SecretString>) -> Self {
        let mut seed = Sha256::new_with_prefix(b"satyapan cursor 1");
        // The order in which keys stand in the settings is no secret and may differ.
        let mut digests: Vec<&[u8; 32]> = keys.digests().collect();
        digests.sort_unstable();
        for digest in digests {
            seed.update(digest);
        }
        match secret {
            Some(secret) => seed.update(secret.expose_secret()),
            None if keys.is_empty() => seed.update(ulid::Ulid::new().to_bytes()),
            None => {}
        }
        Self(hmac::Key::new(hmac::HMAC_SHA256, &seed.finalize()))
    }

    /// A cursor for a position in the list of this tenant under these filters.
    pub(crate) fn seal(&self, tenant: &Tenant, filters: &str, position: &str) -> String {
        let mut bytes = self.tag(tenant, filters, position.as_bytes());
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position.
    ///
    /// # Errors
    /// 400 for a cursor that was made for something else, or by nobody.
    pub(crate) fn open(
        &self,
        tenant: &Tenant,
        filters: &str,
        cursor: &str,
    ) -> Result<String, Problem> {
        self.read(tenant, filters, cursor)
            .ok_or_else(|| Problem::plain(Kind::BadCursor))
    }

    fn read(&self, tenant: &Tenant, filters: &str, cursor: &str) -> Option<String> {
        if cursor.len() > BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, position) = bytes.split_at_checked(TAG_BYTES)?;
        let wanted = self.tag(tenant, filters, position);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(tag, wanted.as_slice())) {
            return None;
        }
        String::from_utf8(position.to_vec()).ok()
    }

    fn tag(&self, tenant: &Tenant, filters: &str, position: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        // With their lengths, no two lists of parts read the same.
        for part in [tenant.as_str().as_bytes(), filters.as_bytes(), position] {
            context.update(part.len().to_string().as_bytes());
            context.update(b":");
            context.update(part);
        }
        context
            .sign()
            .as_ref()
            .iter()
            .copied()
            .take(TAG_BYTES)
            .collect()
    }
}

#[cfg(test)]
mod tests;
