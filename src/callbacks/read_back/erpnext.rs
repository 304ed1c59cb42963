//! `ERPNext`'s purchase invoices, by Frappe's REST interface.

use async_trait::async_trait;
use bytes::Bytes;
use reqwest13::{
    Url,
    header::{AUTHORIZATION, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Line, ReadBackError, base, below, secret_header};
use crate::{
    SettingsError,
    pull::{Found, Listed, Lists, Span, ist, moment},
};

pub(super) const NAME: &str = "erpnext";

const DOCTYPE: &str = "Purchase Invoice";
const PAGE: u32 = 100;

/// As `[read_back.erpnext]`. Its key belongs to a user who may read purchase invoices, and needs no other right.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErpnextSettings {
    /// Without `/api`.
    pub base_url: String,
    pub api_key: SecretString,
    pub api_secret: SecretString,
}

pub(super) struct Erpnext {
    line: Line,
    base: Url,
    token: HeaderValue,
}

impl Erpnext {
    pub(super) fn new(line: Line, settings: &ErpnextSettings) -> Result<Self, SettingsError> {
        for (secret, name) in [
            (&settings.api_key, "read_back.erpnext.api_key"),
            (&settings.api_secret, "read_back.erpnext.api_secret"),
        ] {
            if secret.expose_secret().is_empty() {
                return Err(SettingsError::Missing(name));
            }
        }
        let token = format!(
            "token {}:{}",
            settings.api_key.expose_secret(),
            settings.api_secret.expose_secret()
        );
        Ok(Self {
            line,
            base: base("read_back.erpnext.base_url", &settings.base_url)?,
            token: secret_header("read_back.erpnext.api_key", &token)?,
        })
    }

    async fn get(&self, url: Url, asked: &str) -> Result<Value, ReadBackError> {
        let request = self.line.client.get(url);
        let request = request.header(AUTHORIZATION, self.token.clone());
        self.line.json(request, asked).await
    }
}

#[async_trait]
impl Lists for Erpnext {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn list(&self, span: &Span) -> Result<Listed, ReadBackError> {
        let asked = "the list of purchase invoices";
        // As a site in India keeps it: without an offset.
        let local = |at| {
            ist()
                .to_datetime(at)
                .strftime("%Y-%m-%d %H:%M:%S%.6f")
                .to_string()
        };
        let filters = json!([
            ["modified", ">=", local(span.window.since)],
            ["modified", "<=", local(span.window.until)],
            ["docstatus", "=", 1],
        ]);
        let mut url = below(&self.base, &["api", "resource", DOCTYPE]);
        url.query_pairs_mut()
            .append_pair("fields", r#"["name","modified","bill_no"]"#)
            .append_pair("filters", &filters.to_string())
            .append_pair("order_by", "modified asc, name asc")
            .append_pair("limit_start", &(span.page.saturating_mul(PAGE)).to_string())
            .append_pair("limit_page_length", &PAGE.to_string());
        let answer = self.get(url, asked).await?;
        let rows = answer["data"].as_array();
        let rows = rows.ok_or_else(|| self.line.malformed(asked, "it has no list `data`"))?;
        let found = rows.iter().map(|row| {
            let id = row["name"].as_str().unwrap_or_default();
            if id.is_empty() || matches!(id, "." | "..") {
                return Err(self.line.malformed(asked, "a row has no name"));
            }
            Ok(Found {
                name: id.to_owned(),
                number: row["bill_no"].as_str().unwrap_or_default().to_owned(),
                changed: row["modified"].as_str().and_then(|at| moment(at, ist())),
                head: json!({"doctype": DOCTYPE, "name": id, "docstatus": 1, "modified": row["modified"]})
                    .to_string()
                    .into(),
                whole: false,
                list: 0,
                id: id.to_owned(),
            })
        });
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let more = u32::try_from(found.len()).is_ok_and(|count| count >= PAGE);
        Ok(Listed { found, more })
    }

    async fn message(&self, found: &Found) -> Result<Bytes, ReadBackError> {
        let url = below(&self.base, &["api", "resource", DOCTYPE, &found.id]);
        let answer = self.get(url, &found.name).await?;
        let document = &answer["data"];
        if !document.is_object() {
            return Err(self
                .line
                .malformed(&found.name, "it has no document `data`"));
        }
        Ok(document.to_string().into())
    }
}
