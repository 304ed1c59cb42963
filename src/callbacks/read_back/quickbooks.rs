//! `QuickBooks` Online's bills and vendor credits, by its accounting API and OAuth 2.
//!
//! An access token lives an hour. A refresh token is replaced every day or so, and the one before it soon ends, so that
//! the newest is kept in a file of the operator's: without it a restart would find the door shut.

use std::path::{Path, PathBuf};

use hooks::Reference;
use reqwest13::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use tokio::{
    fs,
    io::AsyncWriteExt,
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{Line, ReadBackError, base, below};
use crate::SettingsError;

mod changed;

pub(super) const NAME: &str = "quickbooks";

/// The version of the API's answers.
const MINOR_VERSION: &str = "75";
/// An access token is renewed this long before it ends.
const EARLY: Duration = Duration::from_mins(2);

/// As `[read_back.quickbooks]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuickBooksSettings {
    pub base_url: String,
    /// Where access tokens are had.
    pub token_url: String,
    /// The company, in digits: notices of others are not followed. Empty takes any that the credentials can read.
    pub realm: String,
    pub client_id: String,
    pub client_secret: SecretString,
    /// The first one; later ones are in `token_file`.
    pub refresh_token: SecretString,
    /// Where the newest refresh token is kept, readable by its owner only.
    pub token_file: Option<PathBuf>,
    /// Instead of the above, where somebody else renews it.
    pub access_token: Option<SecretString>,
}

impl Default for QuickBooksSettings {
    fn default() -> Self {
        Self {
            base_url: "https://quickbooks.api.intuit.com".to_owned(),
            token_url: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer".to_owned(),
            realm: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            refresh_token: SecretString::default(),
            token_file: None,
            access_token: None,
        }
    }
}

/// An access token, and until when it is used.
struct Access {
    token: SecretString,
    until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: u64,
    refresh_token: Option<SecretString>,
}

pub(super) struct QuickBooks {
    line: Line,
    base: Url,
    token_url: Url,
    settings: QuickBooksSettings,
    access: Mutex<Option<Access>>,
}

impl QuickBooks {
    pub(super) fn new(line: Line, settings: &QuickBooksSettings) -> Result<Self, SettingsError> {
        if settings.access_token.is_none() {
            if settings.client_id.is_empty() {
                return Err(SettingsError::Missing("read_back.quickbooks.client_id"));
            }
            if settings.client_secret.expose_secret().is_empty() {
                return Err(SettingsError::Missing("read_back.quickbooks.client_secret"));
            }
            if settings.token_file.is_none() {
                return Err(SettingsError::Missing("read_back.quickbooks.token_file"));
            }
        }
        Ok(Self {
            line,
            base: base("read_back.quickbooks.base_url", &settings.base_url)?,
            token_url: base("read_back.quickbooks.token_url", &settings.token_url)?,
            settings: settings.clone(),
            access: Mutex::default(),
        })
    }

    pub(super) async fn fetch(&self, reference: &Reference) -> Result<Vec<u8>, ReadBackError> {
        let asked = format!("{} {}", reference.entity, reference.id);
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let ours = self.settings.realm.is_empty() || self.settings.realm == reference.account;
        let known = matches!(reference.entity.as_str(), "bill" | "vendorcredit");
        if !ours || !known || !digits(&reference.account) || !digits(&reference.id) {
            return Err(self.line.absent(&asked));
        }
        let parts = [
            "v3",
            "company",
            &reference.account,
            &reference.entity,
            &reference.id,
        ];
        let mut url = below(&self.base, &parts);
        url.query_pairs_mut()
            .append_pair("minorversion", MINOR_VERSION);
        self.asked(&url, &asked).await
    }

    async fn asked(&self, url: &Url, asked: &str) -> Result<Vec<u8>, ReadBackError> {
        match self.get(url, asked, false).await {
            // A token can end before its time.
            Err(ReadBackError::Refused { .. }) if self.settings.access_token.is_none() => {
                self.get(url, asked, true).await
            }
            other => other,
        }
    }

    async fn get(&self, url: &Url, asked: &str, renew: bool) -> Result<Vec<u8>, ReadBackError> {
        let token = self.token(renew).await?;
        let request = self
            .line
            .client
            .get(url.clone())
            .bearer_auth(token.expose_secret())
            .header("Accept", "application/json");
        let answer = self.line.send(request, asked).await?;
        match answer.status {
            status if status.is_success() => {
                serde_json::from_slice::<IgnoredAny>(&answer.body)
                    .map_err(|_| self.line.malformed(asked, "it is no JSON"))?;
                Ok(answer.body)
            }
            // "Object Not Found" comes as a bad request with a code of its own.
            StatusCode::NOT_FOUND => Err(self.line.absent(asked)),
            StatusCode::BAD_REQUEST if fault(&answer.body).as_deref() == Some("610") => {
                Err(self.line.absent(asked))
            }
            status if status.is_server_error() => {
                let detail = format!("it answered {}", status.as_u16());
                Err(self.line.unreachable(asked, detail))
            }
            status => {
                let detail = format!("it answered {}", status.as_u16());
                Err(self.line.malformed(asked, &detail))
            }
        }
    }

    /// An access token that holds for a while; one question at a time renews it.
    async fn token(&self, renew: bool) -> Result<SecretString, ReadBackError> {
        if let Some(token) = &self.settings.access_token {
            return Ok(token.clone());
        }
        let mut access = self.access.lock().await;
        if let Some(held) = access
            .as_ref()
            .filter(|held| !renew && held.until > Instant::now())
        {
            return Ok(held.token.clone());
        }
        let granted = self.granted().await?;
        let life = Duration::from_secs(granted.expires_in).saturating_sub(EARLY);
        *access = Some(Access {
            token: granted.access_token.clone(),
            until: Instant::now() + life,
        });
        Ok(granted.access_token)
    }

    async fn granted(&self) -> Result<Granted, ReadBackError> {
        let asked = "an access token";
        let kept = match &self.settings.token_file {
            Some(file) => kept(file).await,
            None => None,
        };
        let refresh = kept.unwrap_or_else(|| self.settings.refresh_token.clone());
        if refresh.expose_secret().is_empty() {
            let detail = "there is neither a refresh_token nor one in token_file".to_owned();
            return Err(self.line.refused(asked, detail));
        }
        let secret = self.settings.client_secret.expose_secret();
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
        ];
        let body = Url::parse_with_params("x:", form).ok();
        let body = body.as_ref().and_then(Url::query).unwrap_or_default();
        let request = self
            .line
            .client
            .post(self.token_url.clone())
            .basic_auth(&self.settings.client_id, Some(secret))
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.to_owned());
        let answer = self.line.send(request, asked).await?;
        if !answer.status.is_success() {
            let detail = format!("it answered {}", answer.status.as_u16());
            return Err(if answer.status.is_server_error() {
                self.line.unreachable(asked, detail)
            } else {
                self.line.refused(asked, detail)
            });
        }
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| self.line.malformed(asked, "it is no grant of a token"))?;
        if let (Some(file), Some(next)) = (&self.settings.token_file, &granted.refresh_token)
            && next.expose_secret() != refresh.expose_secret()
            && let Err(error) = keep(file, next).await
        {
            // What was granted holds for an hour; whoever reads this has until then.
            tracing::error!(%error, file = %file.display(), "quickbooks: the new refresh token could not be kept");
        }
        Ok(granted)
    }
}

async fn kept(file: &Path) -> Option<SecretString> {
    let text = fs::read_to_string(file).await.ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.into())
}

/// Replaces the file in one step, so that it is never half a token.
async fn keep(file: &Path, token: &SecretString) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut written = options.open(&beside).await?;
    written.write_all(token.expose_secret().as_bytes()).await?;
    written.sync_all().await?;
    fs::rename(&beside, file).await
}

/// The code of the API's fault.
fn fault(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let fault = body.get("Fault").or_else(|| body.get("fault"))?;
    let errors = fault.get("Error").or_else(|| fault.get("error"))?;
    Some(errors.get(0)?.get("code")?.as_str()?.to_owned())
}
