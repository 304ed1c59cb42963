//! Documents asked back from systems that only send notice of them.
//!
//! *Invariant:* of a notice only ids in digits reach an address or a question; where to ask and as whom is the settings'.

use std::time::Duration;

use async_trait::async_trait;
use hooks::{Reference, System};
use reqwest13::{Client, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use tokio::time::timeout;

use crate::{SettingsError, settings::http_url, wire};

mod odoo;
mod quickbooks;

pub use odoo::{Api, OdooSettings};
pub use quickbooks::QuickBooksSettings;

use odoo::Odoo;
use quickbooks::QuickBooks;

/// Asks a system for the document that a notice named.
#[async_trait]
pub trait ReadBack: Send + Sync {
    /// The document as JSON, with everything that reading it as an invoice needs.
    async fn fetch(&self, reference: &Reference) -> Result<Vec<u8>, ReadBackError>;
}

/// Why there is no document. Says nothing of credentials or of what was answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadBackError {
    #[error(
        "{0}: its notices arrive, but nothing says where to read its documents: set {0} under read_back"
    )]
    NotSetUp(&'static str),
    #[error("{system}: no answer to {asked}: {detail}; nothing was changed, retry is safe")]
    Unreachable {
        system: &'static str,
        asked: String,
        detail: String,
    },
    #[error(
        "{system}: {asked} is refused: {detail}; check the credentials and rights under read_back.{system}"
    )]
    Refused {
        system: &'static str,
        asked: String,
        detail: String,
    },
    #[error(
        "{system}: there is no {asked}: it was removed since its notice, or is another company's"
    )]
    Absent { system: &'static str, asked: String },
    #[error("{system}: the answer to {asked} cannot be read: {detail}")]
    Malformed {
        system: &'static str,
        asked: String,
        detail: String,
    },
}

impl ReadBackError {
    /// Whether the same question later may be answered.
    pub fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// How documents are read back. As TOML, with the defaults:
///
/// ```toml
/// [read_back]
/// deadline_s = 30             # one document with all that is asked for it
/// body_bytes_max = 10485760   # largest answer
/// # [read_back.odoo]          # base_url, database, login, api_key, api = "jsonrpc" (or "json2", from Odoo 19)
/// # [read_back.quickbooks]    # realm, client_id, client_secret, refresh_token, token_file; or access_token
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadBackSettings {
    /// How long one document may take with all that is asked for it, in seconds.
    pub deadline_s: u64,
    /// The largest answer, in bytes.
    pub body_bytes_max: usize,
    pub odoo: Option<OdooSettings>,
    pub quickbooks: Option<QuickBooksSettings>,
}

impl Default for ReadBackSettings {
    fn default() -> Self {
        Self {
            deadline_s: 30,
            body_bytes_max: 10 * 1024 * 1024,
            odoo: None,
            quickbooks: None,
        }
    }
}

/// The systems that are set up.
pub struct Systems {
    deadline: Duration,
    odoo: Option<Odoo>,
    quickbooks: Option<QuickBooks>,
}

impl Systems {
    /// # Errors
    /// Settings with which a system cannot be asked.
    pub fn new(settings: &ReadBackSettings) -> Result<Self, SettingsError> {
        let client = wire::client()
            .map_err(|error| SettingsError::Client(error.to_string()))?
            .build()
            .map_err(|error| SettingsError::Client(error.without_url().to_string()))?;
        let line = |system| Line {
            system,
            client: client.clone(),
            bytes_max: settings.body_bytes_max,
        };
        let odoo = settings.odoo.as_ref();
        let quickbooks = settings.quickbooks.as_ref();
        Ok(Self {
            deadline: Duration::from_secs(settings.deadline_s),
            odoo: odoo.map(|it| Odoo::new(line(odoo::NAME), it)).transpose()?,
            quickbooks: quickbooks
                .map(|it| QuickBooks::new(line(quickbooks::NAME), it))
                .transpose()?,
        })
    }
}

#[async_trait]
impl ReadBack for Systems {
    async fn fetch(&self, reference: &Reference) -> Result<Vec<u8>, ReadBackError> {
        let name = match reference.system {
            System::Odoo => odoo::NAME,
            System::QuickBooks => quickbooks::NAME,
        };
        let asked = format!("{} {}", reference.entity, reference.id);
        let fetch = async {
            match reference.system {
                System::Odoo => match &self.odoo {
                    Some(odoo) => odoo.fetch(reference).await,
                    None => Err(ReadBackError::NotSetUp(name)),
                },
                System::QuickBooks => match &self.quickbooks {
                    Some(quickbooks) => quickbooks.fetch(reference).await,
                    None => Err(ReadBackError::NotSetUp(name)),
                },
            }
        };
        let late = |_| ReadBackError::Unreachable {
            system: name,
            asked,
            detail: wire::TIMED_OUT.to_owned(),
        };
        timeout(self.deadline, fetch).await.map_err(late)?
    }
}

/// The line to one system.
pub(crate) struct Line {
    pub(crate) system: &'static str,
    pub(crate) client: Client,
    bytes_max: usize,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

impl Line {
    /// Sends a request and reads its answer. What says nothing of the question itself is an error here already.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        asked: &str,
    ) -> Result<Answer, ReadBackError> {
        let broken = |error: &reqwest13::Error| self.unreachable(asked, wire::reason(error));
        let mut response = request.send().await.map_err(|error| broken(&error))?;
        let status = response.status();
        let (body, whole) = wire::body(&mut response, self.bytes_max)
            .await
            .map_err(|error| broken(&error))?;
        let answered = || format!("it answered {}", status.as_u16());
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(self.refused(asked, answered()))
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Err(self.unreachable(asked, answered()))
            }
            status if status.is_redirection() => Err(self.refused(
                asked,
                format!("{}, and redirects are not followed", answered()),
            )),
            _ if !whole => {
                Err(self.malformed(asked, &format!("it has more than {} bytes", self.bytes_max)))
            }
            _ => Ok(Answer { status, body }),
        }
    }

    pub(crate) fn unreachable(&self, asked: &str, detail: String) -> ReadBackError {
        ReadBackError::Unreachable {
            system: self.system,
            asked: asked.to_owned(),
            detail,
        }
    }

    pub(crate) fn refused(&self, asked: &str, detail: String) -> ReadBackError {
        ReadBackError::Refused {
            system: self.system,
            asked: asked.to_owned(),
            detail,
        }
    }

    pub(crate) fn absent(&self, asked: &str) -> ReadBackError {
        ReadBackError::Absent {
            system: self.system,
            asked: asked.to_owned(),
        }
    }

    pub(crate) fn malformed(&self, asked: &str, detail: &str) -> ReadBackError {
        ReadBackError::Malformed {
            system: self.system,
            asked: asked.to_owned(),
            detail: detail.to_owned(),
        }
    }
}

/// A base address, to which paths are appended.
fn base(name: &str, text: &str) -> Result<Url, SettingsError> {
    let url = http_url(text).filter(|url| url.query().is_none() && !url.cannot_be_a_base());
    url.ok_or_else(|| SettingsError::Url(name.to_owned()))
}

/// An address below a base; the parts are escaped.
fn below(base: &Url, parts: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    url
}
