//! Zoho Books' bills and vendor credits, by its API and OAuth 2.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use reqwest13::{Url, header::AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::{sync::Mutex, time::Instant};

use super::{Line, ReadBackError, base, below, secret_header};
use crate::{
    SettingsError,
    pull::{Found, Listed, Lists, Span, ist, moment},
};

pub(super) const NAME: &str = "zoho";

const PAGE: u32 = 200;
/// An access token is renewed this long before it ends.
const EARLY: Duration = Duration::from_mins(2);

/// As `[read_back.zoho]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ZohoSettings {
    /// With `/books/v3`, of the data centre that holds the organisation.
    pub base_url: String,
    /// Where access tokens are had.
    pub token_url: String,
    pub organization_id: String,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Of the scope `ZohoBooks.bills.READ`, and `ZohoBooks.debitnotes.READ` for vendor credits. Does not end by itself.
    pub refresh_token: SecretString,
    /// Instead of the above, where somebody else renews it.
    pub access_token: Option<SecretString>,
    /// Zoho Books allows an organisation 100 a minute, all its programs together; 0 is without limit.
    pub requests_per_minute: u32,
}

impl Default for ZohoSettings {
    fn default() -> Self {
        Self {
            base_url: "https://www.zohoapis.in/books/v3".to_owned(),
            token_url: "https://accounts.zoho.in/oauth/v2/token".to_owned(),
            organization_id: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            refresh_token: SecretString::default(),
            access_token: None,
            requests_per_minute: 60,
        }
    }
}

/// A kind of document: its list, the member of one, its id, the supplier's number.
struct Kind {
    path: &'static str,
    member: &'static str,
    id: &'static str,
    number: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        path: "bills",
        member: "bill",
        id: "bill_id",
        number: "bill_number",
    },
    Kind {
        path: "vendorcredits",
        member: "vendor_credit",
        id: "vendor_credit_id",
        number: "vendor_credit_number",
    },
];

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    #[serde(default)]
    expires_in: u64,
}

pub(super) struct Zoho {
    line: Line,
    base: Url,
    token_url: Url,
    settings: ZohoSettings,
    access: Mutex<Option<(SecretString, Instant)>>,
}

impl Zoho {
    pub(super) fn new(line: Line, settings: &ZohoSettings) -> Result<Self, SettingsError> {
        let missing = |name| Err(SettingsError::Missing(name));
        if settings.organization_id.is_empty() {
            return missing("read_back.zoho.organization_id");
        }
        if settings.access_token.is_none() {
            if settings.client_id.is_empty() {
                return missing("read_back.zoho.client_id");
            }
            if settings.client_secret.expose_secret().is_empty() {
                return missing("read_back.zoho.client_secret");
            }
            if settings.refresh_token.expose_secret().is_empty() {
                return missing("read_back.zoho.refresh_token");
            }
        }
        Ok(Self {
            line,
            base: base("read_back.zoho.base_url", &settings.base_url)?,
            token_url: base("read_back.zoho.token_url", &settings.token_url)?,
            settings: settings.clone(),
            access: Mutex::default(),
        })
    }

    async fn get(
        &self,
        parts: &[&str],
        query: &[(&str, &str)],
        asked: &str,
    ) -> Result<Value, ReadBackError> {
        match self.get_with(parts, query, asked, false).await {
            // A token can end before its time.
            Err(ReadBackError::Refused { .. }) if self.settings.access_token.is_none() => {
                self.get_with(parts, query, asked, true).await
            }
            other => other,
        }
    }

    async fn get_with(
        &self,
        parts: &[&str],
        query: &[(&str, &str)],
        asked: &str,
        renew: bool,
    ) -> Result<Value, ReadBackError> {
        let token = self.token(renew).await?;
        let token = format!("Zoho-oauthtoken {}", token.expose_secret());
        let token = secret_header("read_back.zoho.access_token", &token)
            .map_err(|error| self.line.refused(asked, error.to_string()))?;
        let mut url = below(&self.base, parts);
        url.query_pairs_mut()
            .append_pair("organization_id", &self.settings.organization_id)
            .extend_pairs(query);
        let request = self.line.client.get(url).header(AUTHORIZATION, token);
        self.line.json(request, asked).await
    }

    /// An access token that holds for a while; one question at a time renews it.
    async fn token(&self, renew: bool) -> Result<SecretString, ReadBackError> {
        if let Some(token) = &self.settings.access_token {
            return Ok(token.clone());
        }
        let mut access = self.access.lock().await;
        if let Some((token, until)) = access.as_ref()
            && !renew
            && *until > Instant::now()
        {
            return Ok(token.clone());
        }
        let granted = self.granted().await?;
        let life = Duration::from_secs(granted.expires_in).saturating_sub(EARLY);
        *access = Some((granted.access_token.clone(), Instant::now() + life));
        Ok(granted.access_token)
    }

    async fn granted(&self) -> Result<Granted, ReadBackError> {
        let asked = "an access token";
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", self.settings.client_secret.expose_secret()),
            ("refresh_token", self.settings.refresh_token.expose_secret()),
        ];
        // In the body: what stands in an address, proxies log.
        let body = Url::parse_with_params("x:", form).ok();
        let body = body.as_ref().and_then(Url::query).unwrap_or_default();
        let request = self
            .line
            .client
            .post(self.token_url.clone())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.to_owned());
        let answer = self.line.json(request, asked).await?;
        // A refusal comes as a success with an `error`.
        let refused = |_| {
            let detail = "it grants none for this client and refresh_token".to_owned();
            self.line.refused(asked, detail)
        };
        serde_json::from_value(answer).map_err(refused)
    }
}

#[async_trait]
impl Lists for Zoho {
    fn name(&self) -> &'static str {
        NAME
    }

    fn lists(&self) -> usize {
        KINDS.len()
    }

    fn pause(&self) -> Duration {
        Duration::from_mins(1)
            .checked_div(self.settings.requests_per_minute)
            .unwrap_or_default()
    }

    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError> {
        let Some(kind) = KINDS.get(span.list) else {
            return Ok(Listed {
                found: Vec::new(),
                more: false,
            });
        };
        let asked = format!("the list of {}", kind.path);
        let local = |at: Timestamp| {
            ist()
                .to_datetime(at)
                .strftime("%Y-%m-%dT%H:%M:%S+0530")
                .to_string()
        };
        let query = [
            ("last_modified_time", local(span.window.since)),
            ("sort_column", "last_modified_time".to_owned()),
            ("sort_order", "A".to_owned()),
            ("page", span.page.saturating_add(1).to_string()),
            ("per_page", PAGE.to_string()),
        ];
        let query: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut answer = self.get(&[kind.path], &query, &asked).await?;
        let more = answer["page_context"]["has_more_page"] == true;
        let Some(Value::Array(rows)) = answer.get_mut(kind.path).map(Value::take) else {
            let detail = format!("it has no list `{}`", kind.path);
            return Err(self.line.malformed(&asked, &detail));
        };
        let found = rows.iter().map(|row| {
            let head = [kind.id, "last_modified_time", "status"]
                .map(|member| (member.to_owned(), row[member].clone()));
            let head =
                Map::from_iter([(kind.member.to_owned(), Value::Object(Map::from_iter(head)))]);
            let text = |member: &str| row[member].as_str().unwrap_or_default().to_owned();
            let id = text(kind.id);
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(self
                    .line
                    .malformed(&asked, &format!("a row has no {}", kind.id)));
            }
            Ok(Found {
                name: format!("{} {id}", kind.member),
                number: text(kind.number),
                changed: moment(&text("last_modified_time"), ist()),
                head: Value::Object(head).to_string().into(),
                whole: false,
                list: span.list,
                id,
            })
        });
        let found = found.collect::<Result<Vec<_>, _>>()?;
        Ok(Listed { found, more })
    }

    async fn message(&self, found: &Found) -> Result<Bytes, ReadBackError> {
        let Some(kind) = KINDS.get(found.list) else {
            return Err(self.line.absent(&found.name));
        };
        let mut answer = self.get(&[kind.path, &found.id], &[], &found.name).await?;
        match answer.get_mut(kind.member).map(Value::take) {
            Some(Value::Object(document)) => {
                let document = Map::from_iter([(kind.member.to_owned(), Value::Object(document))]);
                Ok(Value::Object(document).to_string().into())
            }
            _ => Err(self
                .line
                .malformed(&found.name, &format!("it has no `{}`", kind.member))),
        }
    }
}
