//! Documents asked back from systems that only send notice of them.
//!
//! *Invariant:* of a notice only ids in digits reach an address or a question; where to ask and as whom is the settings'.

use std::time::Duration;

use async_trait::async_trait;
use hooks::{Format, Reference, System};
use jiff::Timestamp;
use reqwest13::{Client, RequestBuilder, StatusCode, Url, header::HeaderValue};
use serde::Deserialize;
use tokio::time::timeout;

use crate::{
    SettingsError,
    pull::{Lists, Puller, Window},
    settings::http_url,
    wire,
};

mod erpnext;
mod odoo;
mod quickbooks;
mod tally;
mod zoho;

pub use erpnext::ErpnextSettings;
pub use odoo::{Api, OdooSettings};
pub use quickbooks::QuickBooksSettings;
pub use tally::TallySettings;
pub use zoho::ZohoSettings;

use erpnext::Erpnext;
use odoo::Odoo;
use quickbooks::QuickBooks;
use tally::Tally;
use zoho::Zoho;

/// Asks a system for the document that a notice named.
#[async_trait]
pub trait ReadBack: Send + Sync {
    /// The document as JSON, with everything that reading it as an invoice needs.
    async fn fetch(&self, reference: &Reference) -> Result<Vec<u8>, ReadBackError>;
}

/// Why there is no document. Says nothing of credentials or of what was answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadBackError {
    #[error("{0}: nothing says where to read its documents: set {0} under read_back")]
    NotSetUp(&'static str),
    #[error("{system}: no answer to {asked}: {detail}; nothing was changed, retry is safe")]
    Unreachable {
        system: &'static str,
        asked: String,
        detail: String,
    },
    /// It says when to ask again.
    #[error("{system}: {asked} has to wait {} s: it is asked too often", after.as_secs())]
    Busy {
        system: &'static str,
        asked: String,
        after: Duration,
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
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }
}

/// How documents are read back. As TOML, with the defaults:
///
/// ```toml
/// [read_back]
/// deadline_s = 30             # one document with all that is asked for it
/// body_bytes_max = 10485760   # largest answer
/// retries = 6                 # of one question while much is asked for: `backfill`, and pulling from Tally
/// backoff_ms = 1000           # longest first pause; doubles, with full jitter
/// # [read_back.erpnext]       # base_url, api_key, api_secret
/// # [read_back.odoo]          # base_url, database, login, api_key, api = "jsonrpc" (or "json2", from Odoo 19)
/// # [read_back.quickbooks]    # realm, client_id, client_secret, refresh_token, token_file; or access_token
/// # [read_back.tally]         # base_url, company, voucher_types, every_s, days
/// # [read_back.zoho]          # base_url, organization_id, client_id, client_secret, refresh_token; or access_token
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadBackSettings {
    /// How long one document may take with all that is asked for it, in seconds.
    pub deadline_s: u64,
    /// The largest answer, in bytes.
    pub body_bytes_max: usize,
    /// How often a question is asked again while much is asked for, after a failure that may pass.
    pub retries: u32,
    /// The longest first pause before it is asked again, in milliseconds; doubles, with full jitter.
    pub backoff_ms: u64,
    pub erpnext: Option<ErpnextSettings>,
    pub odoo: Option<OdooSettings>,
    pub quickbooks: Option<QuickBooksSettings>,
    pub tally: Option<TallySettings>,
    pub zoho: Option<ZohoSettings>,
}

impl Default for ReadBackSettings {
    fn default() -> Self {
        Self {
            deadline_s: 30,
            body_bytes_max: 10 * 1024 * 1024,
            retries: 6,
            backoff_ms: 1_000,
            erpnext: None,
            odoo: None,
            quickbooks: None,
            tally: None,
            zoho: None,
        }
    }
}

/// The systems that are set up.
pub struct Systems {
    deadline: Duration,
    retries: u32,
    backoff: Duration,
    erpnext: Option<Erpnext>,
    odoo: Option<Odoo>,
    quickbooks: Option<QuickBooks>,
    tally: Option<Tally>,
    zoho: Option<Zoho>,
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
        let erpnext = settings.erpnext.as_ref();
        let odoo = settings.odoo.as_ref();
        let quickbooks = settings.quickbooks.as_ref();
        let tally = settings.tally.as_ref();
        let zoho = settings.zoho.as_ref();
        Ok(Self {
            deadline: Duration::from_secs(settings.deadline_s),
            retries: settings.retries,
            backoff: Duration::from_millis(settings.backoff_ms),
            erpnext: erpnext
                .map(|it| Erpnext::new(line(erpnext::NAME), it))
                .transpose()?,
            tally: tally
                .map(|it| Tally::new(line(tally::NAME), it))
                .transpose()?,
            zoho: zoho.map(|it| Zoho::new(line(zoho::NAME), it)).transpose()?,
            odoo: odoo.map(|it| Odoo::new(line(odoo::NAME), it)).transpose()?,
            quickbooks: quickbooks
                .map(|it| QuickBooks::new(line(quickbooks::NAME), it))
                .transpose()?,
        })
    }
}

impl Systems {
    /// Asks a system, page by page, what it changed in a time.
    ///
    /// # Errors
    /// A system that is not set up, or a format that is no system's.
    pub fn pull(&self, format: Format, window: Window) -> Result<Puller<'_>, ReadBackError> {
        fn set<'a, T: Lists>(
            one: Option<&'a T>,
            name: &'static str,
        ) -> Result<&'a dyn Lists, ReadBackError> {
            match one {
                Some(one) => Ok(one),
                None => Err(ReadBackError::NotSetUp(name)),
            }
        }
        let lists = match format {
            Format::Erpnext => set(self.erpnext.as_ref(), erpnext::NAME),
            Format::Odoo => set(self.odoo.as_ref(), odoo::NAME),
            Format::Quickbooks => set(self.quickbooks.as_ref(), quickbooks::NAME),
            Format::Tally => set(self.tally.as_ref(), tally::NAME),
            Format::Zoho => set(self.zoho.as_ref(), zoho::NAME),
            Format::Standard => Err(ReadBackError::NotSetUp("standard")),
        }?;
        Ok(Puller::new(
            lists,
            window,
            self.deadline,
            self.retries,
            self.backoff,
        ))
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
        let after = wire::retry_after(response.headers(), Timestamp::now());
        if let (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, Some(after)) =
            (status, after)
        {
            return Err(ReadBackError::Busy {
                system: self.system,
                asked: asked.to_owned(),
                after,
            });
        }
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

    /// As [`Self::send`], of an answer that is JSON.
    pub(crate) async fn json(
        &self,
        request: RequestBuilder,
        asked: &str,
    ) -> Result<serde_json::Value, ReadBackError> {
        let answer = self
            .send(request.header("Accept", "application/json"), asked)
            .await?;
        let answered = || format!("it answered {}", answer.status.as_u16());
        match answer.status {
            status if status.is_success() => serde_json::from_slice(&answer.body)
                .map_err(|_| self.malformed(asked, "it is no JSON")),
            StatusCode::NOT_FOUND => Err(self.absent(asked)),
            status if status.is_server_error() => Err(self.unreachable(asked, answered())),
            _ => Err(self.malformed(asked, &answered())),
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

/// A header that no log shows.
fn secret_header(name: &'static str, text: &str) -> Result<HeaderValue, SettingsError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| SettingsError::Unsendable(name))?;
    value.set_sensitive(true);
    Ok(value)
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
