//! Who is asking, and what he may do.

use std::{fmt, sync::Arc};

use axum::http::{HeaderMap, HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    jwt::{JwtError, Verifier},
    keys::Keys,
    problem::{CHALLENGE, Kind, Problem},
    service::Tenant,
};

/// What somebody may do. An admin may do everything.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Submit,
    Read,
    Review,
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Submit, Self::Read, Self::Review, Self::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Read => "read",
            Self::Review => "review",
            Self::Admin => "admin",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    fn bit(self) -> u8 {
        match self {
            Self::Submit => 1,
            Self::Read => 2,
            Self::Review => 4,
            Self::Admin => 8,
        }
    }
}

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Roles(u8);

impl Roles {
    pub(crate) const ALL: Self = Self(15);

    pub(crate) fn allow(self, role: Role) -> bool {
        self.0 & (role.bit() | Role::Admin.bit()) != 0
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | role.bit()))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = Role::ALL
            .into_iter()
            .filter(|role| self.0 & role.bit() != 0);
        f.debug_set().entries(held.map(Role::name)).finish()
    }
}

/// Somebody whose credentials hold.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// How the journal and the log name him: a key's name, or a token's subject.
    pub(crate) name: Arc<str>,
    pub(crate) tenant: Tenant,
    pub(crate) roles: Roles,
}

impl Caller {
    pub(crate) fn new(name: String, tenant: Tenant, roles: Roles) -> Self {
        Self {
            name: name.into(),
            tenant,
            roles,
        }
    }
}

/// API keys, and tokens of an identity provider where one is configured.
pub(crate) struct Authenticator {
    pub(crate) keys: Keys,
    pub(crate) tokens: Option<Arc<Verifier>>,
}

impl Authenticator {
    /// Who sent this request.
    ///
    /// # Errors
    /// No bearer token, more than one, or one that does not hold: 401. No key set to judge a token by: 503.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        if self.keys.is_empty() && self.tokens.is_none() {
            return Err(nobody(
                "this server has neither API keys nor an identity provider, so nobody can be let in: set server.api_keys (in the environment SATYAPAN__SERVER__API_KEYS) and start it again",
            ));
        }
        let mut all = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (all.next(), all.next()) else {
            return Err(nobody(
                "send one Authorization header: `Authorization: Bearer`, a blank, and an API key or JWT",
            ));
        };
        let Some(token) = bearer(value) else {
            return Err(challenge(
                "invalid_request",
                "Authorization is read as `Bearer`, a blank, and an API key or JWT",
            ));
        };
        if let Some(caller) = self.keys.caller(token) {
            return Ok(caller.clone());
        }
        match &self.tokens {
            Some(tokens) if token.split('.').count() == 3 => {
                tokens.caller(token).await.map_err(refused)
            }
            _ => Err(challenge(
                "invalid_token",
                "the bearer token is none of this server's API keys: check it for a cut or a blank",
            )),
        }
    }
}

fn nobody(detail: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail)
}

fn challenge(error: &str, detail: impl Into<String>) -> Problem {
    let value = format!("{CHALLENGE}, error=\"{error}\"");
    // What is formatted here is ASCII.
    let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(CHALLENGE));
    Problem::new(Kind::Unauthenticated, detail).with(header::WWW_AUTHENTICATE, value)
}

fn refused(error: JwtError) -> Problem {
    match error {
        JwtError::NoKeys => {
            Problem::plain(Kind::Unavailable).retry_after(std::time::Duration::from_secs(5))
        }
        other => challenge("invalid_token", format!("the JWT is refused: {other}")),
    }
}

/// The token after `Bearer` and blanks; the scheme is read in any case (RFC 9110 section 11.1).
fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    let one = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case("bearer") && one).then_some(token)
}
