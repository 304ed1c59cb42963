//! Odoo's vendor bills: the move, its lines, partner, company and taxes, by JSON-RPC or by JSON-2.
//!
//! Fields of the Indian localisation exist only where it is installed, and asking for one that does not exist fails the
//! whole question. So each model is first asked which fields it has.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use hooks::Reference;
use reqwest13::{RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::{Line, ReadBackError, base, below};
use crate::SettingsError;

mod changed;

pub(super) const NAME: &str = "odoo";

/// Which of its APIs an installation is asked by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// `/jsonrpc`: every release up to 19.
    #[default]
    Jsonrpc,
    /// `/json/2`: from 19.
    Json2,
}

/// As `[read_back.odoo]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OdooSettings {
    /// Without `/jsonrpc` or `/json/2`.
    pub base_url: String,
    /// Needed by JSON-RPC, and by JSON-2 where one host has several.
    pub database: String,
    /// The user that the key belongs to; JSON-2 needs none.
    pub login: String,
    pub api_key: SecretString,
    pub api: Api,
}

const MOVE: &str = "account.move";
const LINE: &str = "account.move.line";
const PARTNER: &str = "res.partner";
const COMPANY: &str = "res.company";
const TAX: &str = "account.tax";

/// Lines of one bill that are read.
const LINES_MAX: usize = 5_000;

/// What reading a bill as an invoice needs, by model; fields that an installation lacks are left out.
const FIELDS: [(&str, &[&str]); 5] = [
    (
        MOVE,
        &[
            "name",
            "ref",
            "move_type",
            "state",
            "payment_state",
            "date",
            "invoice_date",
            "invoice_date_due",
            "invoice_origin",
            "partner_id",
            "company_id",
            "currency_id",
            "amount_untaxed",
            "amount_tax",
            "amount_total",
            "amount_total_signed",
            "amount_residual",
            "invoice_line_ids",
            "line_ids",
            "reversed_entry_id",
            "write_date",
            "l10n_in_gst_treatment",
            "l10n_in_state_id",
            "l10n_in_gstin",
            "l10n_in_reseller_partner_id",
        ],
    ),
    (
        LINE,
        &[
            "name",
            "sequence",
            "display_type",
            "product_id",
            "quantity",
            "product_uom_id",
            "price_unit",
            "discount",
            "price_subtotal",
            "price_total",
            "balance",
            "tax_ids",
            "l10n_in_hsn_code",
            "purchase_order_id",
            "purchase_line_id",
        ],
    ),
    (
        PARTNER,
        &[
            "name",
            "vat",
            "street",
            "street2",
            "city",
            "zip",
            "state_id",
            "country_id",
            "commercial_company_name",
            "l10n_in_gst_treatment",
        ],
    ),
    (
        COMPANY,
        &[
            "name",
            "vat",
            "street",
            "street2",
            "city",
            "zip",
            "state_id",
            "partner_id",
        ],
    ),
    (
        TAX,
        &[
            "name",
            "amount",
            "amount_type",
            "tax_group_id",
            "price_include",
        ],
    ),
];

pub(super) struct Odoo {
    line: Line,
    base: Url,
    settings: OdooSettings,
    /// Who we are there; asked once.
    user: OnceCell<Value>,
    /// Which of the fields above each model has.
    fields: Mutex<BTreeMap<&'static str, Vec<&'static str>>>,
}

impl Odoo {
    pub(super) fn new(line: Line, settings: &OdooSettings) -> Result<Self, SettingsError> {
        let missing = |name| Err(SettingsError::Missing(name));
        if settings.api_key.expose_secret().is_empty() {
            return missing("read_back.odoo.api_key");
        }
        if settings.api == Api::Jsonrpc && settings.database.is_empty() {
            return missing("read_back.odoo.database");
        }
        if settings.api == Api::Jsonrpc && settings.login.is_empty() {
            return missing("read_back.odoo.login");
        }
        Ok(Self {
            line,
            base: base("read_back.odoo.base_url", &settings.base_url)?,
            settings: settings.clone(),
            user: OnceCell::new(),
            fields: Mutex::default(),
        })
    }

    pub(super) async fn fetch(&self, reference: &Reference) -> Result<Vec<u8>, ReadBackError> {
        let asked = format!("{MOVE} {}", reference.id);
        let id: u64 = reference
            .id
            .parse()
            .ok()
            .filter(|_| reference.entity == MOVE)
            .ok_or_else(|| self.line.absent(&asked))?;
        let moves = self.read(MOVE, &[id]).await?;
        let [bill] = moves.as_slice() else {
            return Err(self.line.absent(&asked));
        };
        let billed: BTreeSet<u64> = ids(&bill["invoice_line_ids"]).into_iter().collect();
        // The rounding of the total is no line of the bill, but an entry beside those of its taxes.
        let all: BTreeSet<u64> = billed
            .iter()
            .copied()
            .chain(ids(&bill["line_ids"]))
            .collect();
        let all: Vec<u64> = all.into_iter().collect();
        if all.len() > LINES_MAX {
            let detail = format!("it has more than {LINES_MAX} lines");
            return Err(self.line.malformed(&asked, &detail));
        }
        let mut lines = self.read(LINE, &all).await?;
        lines.retain(|line| {
            let own = line["id"].as_u64().is_some_and(|id| billed.contains(&id));
            own || line["display_type"] == "rounding"
        });
        let partners = self.read(PARTNER, &first(&bill["partner_id"])).await?;
        let companies = self.read(COMPANY, &first(&bill["company_id"])).await?;
        let tax_ids: BTreeSet<u64> = lines
            .iter()
            .flat_map(|line| ids(&line["tax_ids"]))
            .collect();
        let tax_ids: Vec<u64> = tax_ids.into_iter().collect();
        let taxes = self.read(TAX, &tax_ids).await?;
        for line in &mut lines {
            name_taxes(line, &taxes);
        }
        let document = json!({
            MOVE: moves, LINE: lines, PARTNER: partners, COMPANY: companies, TAX: taxes,
        });
        Ok(document.to_string().into_bytes())
    }

    /// The records of some ids, with the fields of [`FIELDS`] that there are.
    async fn read(&self, model: &'static str, ids: &[u64]) -> Result<Vec<Value>, ReadBackError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let fields = self.fields(model).await?;
        let records = self
            .call(model, "read", ids, one("fields", json!(fields)))
            .await?;
        match records {
            Value::Array(records) if records.iter().all(Value::is_object) => Ok(records),
            _ => Err(self.line.malformed(model, "it is no list of records")),
        }
    }

    async fn fields(&self, model: &'static str) -> Result<Vec<&'static str>, ReadBackError> {
        let known = |kept: &BTreeMap<_, Vec<_>>| kept.get(model).cloned();
        if let Some(fields) = known(&self.fields.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(fields);
        }
        let there = self
            .call(model, "fields_get", &[], one("attributes", json!(["type"])))
            .await?;
        let Value::Object(there) = there else {
            return Err(self.line.malformed(model, "its fields are no object"));
        };
        let wanted = FIELDS.iter().find(|(name, _)| *name == model);
        let fields: Vec<_> = wanted
            .into_iter()
            .flat_map(|(_, fields)| *fields)
            .copied()
            .filter(|field| there.contains_key(*field))
            .collect();
        let mut kept = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(model, fields.clone());
        Ok(fields)
    }

    async fn call(
        &self,
        model: &str,
        method: &str,
        ids: &[u64],
        mut named: Map<String, Value>,
    ) -> Result<Value, ReadBackError> {
        let asked = format!("{method} of {model}");
        match self.settings.api {
            Api::Json2 => {
                if !ids.is_empty() {
                    named.insert("ids".to_owned(), json!(ids));
                }
                let mut request = self
                    .line
                    .client
                    .post(below(&self.base, &["json", "2", model, method]))
                    .bearer_auth(self.settings.api_key.expose_secret());
                if !self.settings.database.is_empty() {
                    request = request.header("X-Odoo-Database", &self.settings.database);
                }
                let value = self.send(request, &Value::Object(named), &asked).await?;
                Ok(value)
            }
            Api::Jsonrpc => {
                let user = self.user.get_or_try_init(|| self.authenticated()).await?;
                let positional = if ids.is_empty() {
                    json!([])
                } else {
                    json!([ids])
                };
                let key = self.settings.api_key.expose_secret();
                let args = json!([
                    self.settings.database,
                    user,
                    key,
                    model,
                    method,
                    positional,
                    named
                ]);
                self.rpc("object", "execute_kw", &args, &asked).await
            }
        }
    }

    async fn authenticated(&self) -> Result<Value, ReadBackError> {
        let asked = "the login";
        let key = self.settings.api_key.expose_secret();
        let args = json!([self.settings.database, self.settings.login, key, {}]);
        let user = self.rpc("common", "authenticate", &args, asked).await?;
        if user.is_number() {
            Ok(user)
        } else {
            // It answers false, and not an error.
            let detail = "the login or its key is not known".to_owned();
            Err(self.line.refused(asked, detail))
        }
    }

    async fn rpc(
        &self,
        service: &str,
        method: &str,
        args: &Value,
        asked: &str,
    ) -> Result<Value, ReadBackError> {
        let body = json!({
            "jsonrpc": "2.0", "id": 1, "method": "call",
            "params": {"service": service, "method": method, "args": args},
        });
        let request = self.line.client.post(below(&self.base, &["jsonrpc"]));
        let mut answer = self.send(request, &body, asked).await?;
        if let Some(error) = answer.get("error") {
            let name = error.pointer("/data/name").unwrap_or(&Value::Null);
            return Err(self.failed(name, asked));
        }
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(self
                .line
                .malformed(asked, "it has neither a result nor an error")),
        }
    }

    async fn send(
        &self,
        request: RequestBuilder,
        body: &Value,
        asked: &str,
    ) -> Result<Value, ReadBackError> {
        let request = request
            .header("Content-Type", "application/json")
            .body(body.to_string());
        let answer = self.line.send(request, asked).await?;
        let value: Value = match serde_json::from_slice(&answer.body) {
            Ok(value) => value,
            Err(_) if answer.status.is_success() => {
                return Err(self.line.malformed(asked, "it is no JSON"));
            }
            Err(_) => Value::Null,
        };
        match answer.status {
            status if status.is_success() => Ok(value),
            StatusCode::NOT_FOUND => Err(self.line.absent(asked)),
            status if status.is_server_error() && value.get("name").is_none() => {
                let detail = format!("it answered {}", status.as_u16());
                Err(self.line.unreachable(asked, detail))
            }
            _ => Err(self.failed(&value["name"], asked)),
        }
    }

    /// An error of Odoo's, by the name of its class; its message may repeat what it is about.
    fn failed(&self, class: &Value, asked: &str) -> ReadBackError {
        let class = class.as_str().unwrap_or_default();
        let name = class.rsplit('.').next().unwrap_or_default();
        match name {
            "MissingError" => self.line.absent(asked),
            "AccessError" | "AccessDenied" | "Unauthorized" | "Forbidden" => {
                self.line.refused(asked, format!("it says {name}"))
            }
            // Two writers met, or the database was away.
            "SerializationFailure" | "OperationalError" | "LockNotAvailable" => {
                self.line.unreachable(asked, format!("it says {name}"))
            }
            _ => {
                let letters = name.chars().filter(char::is_ascii_alphanumeric).take(60);
                let name: String = letters.collect();
                self.line
                    .malformed(asked, &format!("it is the error {name:?}"))
            }
        }
    }
}

/// One named argument.
fn one(name: &str, argument: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), argument)])
}

/// The ids of a list of them.
fn ids(list: &Value) -> Vec<u64> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_u64).collect()
}

/// The id of a reference to one record, `[id, name]`; none where it is `false`.
fn first(reference: &Value) -> Vec<u64> {
    reference
        .get(0)
        .and_then(Value::as_u64)
        .into_iter()
        .collect()
}

/// Puts the names of a line's taxes beside their ids: what a tax is, its name says.
fn name_taxes(line: &mut Value, taxes: &[Value]) {
    let named: Vec<Value> = ids(&line["tax_ids"])
        .into_iter()
        .map(|id| {
            let tax = taxes.iter().find(|tax| tax["id"].as_u64() == Some(id));
            json!([id, tax.map_or(&Value::Null, |tax| &tax["name"])])
        })
        .collect();
    line["tax_ids"] = Value::Array(named);
}
