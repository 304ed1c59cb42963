//! What a source is set up with: a section `hooks.<source>` of the settings.

use secrecy::SecretString;
use serde::Deserialize;

use crate::{Format, Scheme, SecretError};

/// A section `[hooks.<source>]`. As TOML, with the defaults:
///
/// ```toml
/// # [hooks.erpnext]            # also zoho, tally, odoo, quickbooks, standard; or any name with a format
/// # secret: from the environment (SATYAPAN__HOOKS__ERPNEXT__SECRET), never from a file in git
/// # secret_previous: the one before it, while the sender changes over
/// # token, token_previous: instead of secrets, for senders that cannot sign
/// # format = "erpnext"         # erpnext, zoho, tally, odoo, quickbooks, standard; by default what the name says
/// # scheme = "frappe"          # standard, frappe, zoho, zoho_payments, intuit, github, stripe, token; by default the format's
/// # tenant = ""                # whose invoices these are
/// # tolerance_s = 300          # how old, or early, a signed timestamp may be
/// # body_bytes_max = 10485760  # largest message
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `None` is as the source's name says.
    pub format: Option<Format>,
    /// `None` is as the format's system signs; `token` where a token is set and no secret.
    pub scheme: Option<Scheme>,
    /// Shared with the sender.
    pub secret: Option<SecretString>,
    /// Still taken while the sender changes over; empty counts as none.
    pub secret_previous: Option<SecretString>,
    /// The secret of senders that cannot sign, which is sent itself.
    pub token: Option<SecretString>,
    pub token_previous: Option<SecretString>,
    /// Whose invoices these are; empty is the one tenant of an installation without tenants.
    pub tenant: String,
    /// How many seconds from now a signed timestamp may lie, either way.
    pub tolerance_s: u32,
    /// The largest message, in bytes.
    pub body_bytes_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: None,
            scheme: None,
            secret: None,
            secret_previous: None,
            token: None,
            token_previous: None,
            tenant: String::new(),
            tolerance_s: 300,
            body_bytes_max: 10 * 1024 * 1024,
        }
    }
}

/// Settings under which no message could be verified. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("hooks.{0}: no format is known by this name: set hooks.{0}.format")]
    Format(String),
    #[error("hooks.{hook}.{name} is not set: without it nothing that {hook} sends can be verified")]
    Missing { hook: String, name: &'static str },
    #[error("hooks.{hook}.{name}: {cause}")]
    Secret {
        hook: String,
        name: &'static str,
        cause: SecretError,
    },
    #[error(
        "hooks.{0}: a token is set beside a scheme that signs: remove the token, or set scheme = \"token\""
    )]
    TokenUnused(String),
}

/// A live secret by its setting's name, and the one before it.
type Secrets<'a> = (
    &'static str,
    &'a SecretString,
    &'static str,
    Option<&'a SecretString>,
);

impl Settings {
    /// By which scheme messages are verified.
    pub(crate) fn scheme(&self, format: Format) -> Scheme {
        self.scheme.unwrap_or({
            if self.token.is_some() && self.secret.is_none() {
                Scheme::Token
            } else {
                format.scheme()
            }
        })
    }

    /// The secrets of a scheme. A token may also stand as the secret.
    pub(crate) fn secrets(&self, hook: &str, scheme: Scheme) -> Result<Secrets<'_>, SettingsError> {
        use secrecy::ExposeSecret;
        let previous = |secret: &'_ SecretString| !secret.expose_secret().is_empty();
        if scheme == Scheme::Token
            && let Some(token) = &self.token
        {
            let before = self.token_previous.as_ref().filter(|it| previous(it));
            return Ok(("token", token, "token_previous", before));
        }
        if self.token.is_some() {
            return Err(SettingsError::TokenUnused(hook.to_owned()));
        }
        let secret = self.secret.as_ref().ok_or_else(|| SettingsError::Missing {
            hook: hook.to_owned(),
            name: "secret",
        })?;
        let before = self.secret_previous.as_ref().filter(|it| previous(it));
        Ok(("secret", secret, "secret_previous", before))
    }
}
