//! The GST portal and the e-invoice registration portals, directly or through a provider (GSP).
//!
//! *Invariant:* "the portal says no" is [`Answer::Absent`]. Everything in which the portal did not say so (refused
//! credentials, limits, maintenance pages, broken connections) is a [`ToolError`].
//! *Invariant:* no GSTIN, PAN or credential stands in an error, in an absence or in `Debug`.
//!
//! Reads only. Retries, deadline, cache and circuit breaker are here; masking and recording are the caller's. Answers
//! are not judged: a record of somebody else is handed on, but for a statement, which is read by its name.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use contract::{Answer, Cost, Manifest, Tool, ToolError};
use domain::{DocNumber, FinancialYear, TaxPeriod, portal::SigningKey};
use futures::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

mod breaker;
mod cache;
mod client;
mod envelope;
mod question;
mod settings;
mod statement;
mod tracking;
mod way;

pub use settings::{PortalSettings, Secret, SettingsError};
pub use way::InProcess;

use crate::{
    cache::Cache,
    client::{Client, malformed},
    question::{Key, Stored, question},
    tracking::Listed,
    way::Way,
};

const NAME: &str = "gst_portal";
/// The longest span of months that one question about returns may cover.
const RETURNS_MONTHS_MAX: usize = 120;
/// The longest span of months whose statements one question may read.
const STATEMENT_MONTHS_MAX: usize = 36;
/// Whether to do something. A text, as every argument is one.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    Yes,
    No,
}

/// A question to the portal. Holds GSTINs and therefore has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Args {
    /// The registration of a GSTIN: names, status, dates, kind of taxpayer, whether it e-invoices.
    Taxpayer {
        /// Fifteen characters.
        gstin: String,
        /// `yes` asks the portal even if its answer is still kept from an earlier question.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fresh: Option<YesNo>,
    },
    /// The returns that a GSTIN has filed for the periods from `from` to `to`, newest period first.
    Returns {
        gstin: String,
        /// First return period, `mmyyyy`.
        from: String,
        /// Last return period, `mmyyyy`.
        to: String,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fresh: Option<YesNo>,
    },
    /// What the buyer's GSTR-2B lists of one document of a supplier. Statements are read from `from` on and no further
    /// than the first that lists it.
    Statement {
        /// GSTIN of the buyer, whose statement it is.
        gstin: String,
        /// GSTIN of the supplier.
        supplier: String,
        /// The document's number; separators, case and leading zeros do not matter.
        number: String,
        /// First month to read, `mmyyyy`.
        from: String,
        /// Last month to read, `mmyyyy`.
        to: String,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fresh: Option<YesNo>,
    },
    /// Whether an invoice reference number is registered and not cancelled.
    IrnStatus {
        irn: String,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fresh: Option<YesNo>,
    },
    /// The public key (JWK) with which a registration portal signs.
    SigningKey {
        /// The `kid` of the signed token's header; case does not matter.
        kid: String,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fresh: Option<YesNo>,
    },
}

/// What was asked for and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Questions that went to the portal.
    pub calls: u64,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// Questions answered from the cache or by a call that was under way.
    pub cache_hits: u64,
}

/// The portal as a tool. Cheap to clone; clones share connections, cache and counts.
#[derive(Clone)]
pub struct GstPortal {
    client: Arc<Client>,
    cache: Arc<Cache<Key, Stored, ToolError>>,
    ttl: Duration,
    calls: Arc<AtomicU64>,
    cache_hits: Arc<AtomicU64>,
}

fn arguments(detail: impl Into<String>) -> ToolError {
    ToolError::Arguments {
        tool: NAME,
        detail: detail.into(),
    }
}

/// A GSTIN in upper case. Its check character is the caller's matter: sandbox ids have none.
fn gstin(text: &str, member: &str) -> Result<String, ToolError> {
    let text = text.trim();
    if text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(arguments(format!("{member} must be 15 letters and digits")))
    }
}

/// The months from one to another, both included.
fn months(from: &str, to: &str, most: usize) -> Result<Vec<TaxPeriod>, ToolError> {
    let period = |text, member| {
        TaxPeriod::parse(text).ok_or_else(|| arguments(format!("{member} must be written mmyyyy")))
    };
    let (from, to) = (period(from, "from")?, period(to, "to")?);
    if from > to {
        return Err(arguments("from lies after to"));
    }
    let months: Vec<_> = std::iter::successors(Some(from), |month| Some(month.next()))
        .take_while(|month| *month <= to)
        .take(most + 1)
        .collect();
    if months.len() > most {
        return Err(arguments(format!(
            "from and to lie more than {most} months apart"
        )));
    }
    Ok(months)
}

impl GstPortal {
    /// # Errors
    /// No usable `base_url`, a limit of nought, or a credential that is no header.
    pub fn new(settings: PortalSettings) -> Result<Self, SettingsError> {
        let way = Way::wire(&settings)?;
        Self::by(settings, way)
    }

    /// Over a portal in this process; `base_url` and credentials are not used.
    ///
    /// # Errors
    /// A limit of nought.
    pub fn in_process(
        settings: PortalSettings,
        portal: Arc<dyn InProcess>,
    ) -> Result<Self, SettingsError> {
        Self::by(settings, Way::InProcess(portal))
    }

    fn by(settings: PortalSettings, way: Way) -> Result<Self, SettingsError> {
        let ttl = if settings.cache_entries == 0 {
            0
        } else {
            settings.cache_ttl_s
        };
        Ok(Self {
            cache: Arc::new(Cache::new(settings.cache_entries)),
            ttl: Duration::from_secs(ttl),
            client: Arc::new(Client::new(settings, way)?),
            calls: Arc::default(),
            cache_hits: Arc::default(),
        })
    }

    /// What was asked since this tool was made.
    pub fn counts(&self) -> Counts {
        Counts {
            calls: self.calls.load(Ordering::Relaxed),
            requests: self.client.requests(),
            cache_hits: self.cache_hits.load(Ordering::Relaxed),
        }
    }

    async fn fetch(&self, key: Key, fresh: bool) -> Result<Stored, ToolError> {
        let client = Arc::clone(&self.client);
        let (asked, ttl) = (key.clone(), self.ttl);
        let call = move || async move { question(&client, &asked, ttl).await }.boxed();
        let (answer, saved) = self.cache.get(key, fresh, Instant::now(), call).await;
        let counter = if saved { &self.cache_hits } else { &self.calls };
        counter.fetch_add(1, Ordering::Relaxed);
        match answer? {
            Stored::Unknowable(why) => Err(ToolError::NoSource {
                tool: NAME,
                detail: why.to_string(),
            }),
            stored => Ok(stored),
        }
    }

    async fn record(
        &self,
        key: Key,
        fresh: bool,
        absent: &str,
    ) -> Result<Answer<Arc<Value>>, ToolError> {
        Ok(match self.fetch(key, fresh).await? {
            Stored::Record(record) => Answer::Found(record),
            _ => Answer::Absent(absent.to_owned()),
        })
    }

    /// The lists of all financial years that can hold returns of these months: those of the months themselves and,
    /// as a return is filed in the month after its period, that of the month after the last. Some providers list by
    /// the year of filing.
    async fn returns(
        &self,
        gstin: String,
        months: &[TaxPeriod],
        fresh: bool,
    ) -> Result<Answer<Arc<Value>>, ToolError> {
        let absent = || {
            Ok(Answer::Absent(
                "return tracking does not know this GSTIN".to_owned(),
            ))
        };
        let (Some(from), Some(to)) = (months.first(), months.last()) else {
            return absent();
        };
        let year = |month: TaxPeriod| FinancialYear::of(month.day(1));
        let (first_year, last_year) = (year(*from), year(to.next()));
        let years = (first_year.0..=last_year.0)
            .map(|year| self.fetch(Key::Returns(gstin.clone(), FinancialYear(year)), fresh));
        let lists = futures::future::try_join_all(years).await?;
        let listed: Vec<Arc<Listed>> = lists
            .into_iter()
            .filter_map(|list| match list {
                Stored::Returns(listed) => Some(listed),
                _ => None,
            })
            .collect();
        if listed.is_empty() {
            return absent();
        }
        Ok(Answer::Found(tracking::told(&listed, *from, *to)))
    }

    async fn statement(
        &self,
        gstin: String,
        supplier: String,
        number: &str,
        months: Vec<TaxPeriod>,
        fresh: bool,
    ) -> Result<Answer<Arc<Value>>, ToolError> {
        let folded = DocNumber::fold(number);
        let mut read = Vec::new();
        let mut documents = Vec::new();
        for month in months {
            let key = Key::Statement(gstin.clone(), month);
            match self.fetch(key, fresh).await? {
                Stored::Statement(statement) => {
                    read.push(month);
                    // What one month lists a later one may amend.
                    documents.extend(statement.find(&supplier, &folded, month));
                }
                _ if read.is_empty() => {
                    return Ok(Answer::Absent(format!("there is no GSTR-2B for {month}")));
                }
                // A later month may not be generated yet.
                _ => {}
            }
        }
        let record = json!({
            "gstin": gstin, "supplier": supplier, "periods": read, "documents": documents});
        domain::portal::Statement::read(&record)
            .map_err(|error| malformed(format!("a document in the GSTR-2B: {error}")))?;
        Ok(Answer::Found(Arc::new(record)))
    }

    async fn signing_key(&self, kid: &str, fresh: bool) -> Result<Answer<Arc<Value>>, ToolError> {
        let stored = self.fetch(Key::Keys, fresh).await?;
        let Stored::Keys(keys) = &stored else {
            return Ok(Answer::Absent("no signing keys are published".to_owned()));
        };
        let named = |key: &&Arc<Value>| {
            let own = key
                .get("kid")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .trim();
            own.eq_ignore_ascii_case(kid)
        };
        let Some(key) = keys.iter().find(named) else {
            return Ok(Answer::Absent("no key of this kid is published".to_owned()));
        };
        SigningKey::read(key).map_err(|error| malformed(format!("a signing key: {error}")))?;
        Ok(Answer::Found(Arc::clone(key)))
    }
}

impl Tool for GstPortal {
    const MANIFEST: Manifest = Manifest {
        name: NAME,
        description: "Asks the GST portal and the e-invoice registration portals about a GSTIN, its filed returns, the \
                      buyer's GSTR-2B, an IRN, or a signing key.",
        when: "To verify a supplier's registration, its filing, whether the buyer's statement lists an invoice, or \
               whether an e-invoice is registered. Not for HSN rates, and not with a GSTIN that fails its check \
               character.",
        cost: Cost::Outward,
    };
    type Args = Args;
    /// The portal's own JSON, out of its envelopes.
    type Record = Arc<Value>;

    fn erase(record: Arc<Value>) -> Result<Arc<Value>, serde_json::Error> {
        Ok(record)
    }

    fn leaves(&self) -> bool {
        self.client.leaves()
    }

    async fn ask(&self, args: Args) -> Result<Answer<Arc<Value>>, ToolError> {
        let is_fresh = |fresh: Option<YesNo>| fresh == Some(YesNo::Yes);
        match args {
            Args::Taxpayer { gstin: of, fresh } => {
                let key = Key::Taxpayer(gstin(&of, "gstin")?);
                self.record(key, is_fresh(fresh), "the GST portal knows no such GSTIN")
                    .await
            }
            Args::Returns {
                gstin: of,
                from,
                to,
                fresh,
            } => {
                let months = months(&from, &to, RETURNS_MONTHS_MAX)?;
                self.returns(gstin(&of, "gstin")?, &months, is_fresh(fresh))
                    .await
            }
            Args::Statement {
                gstin: of,
                supplier,
                number,
                from,
                to,
                fresh,
            } => {
                let months = months(&from, &to, STATEMENT_MONTHS_MAX)?;
                let (of, supplier) = (gstin(&of, "gstin")?, gstin(&supplier, "supplier")?);
                self.statement(of, supplier, &number, months, is_fresh(fresh))
                    .await
            }
            Args::IrnStatus { irn, fresh } => {
                // Any text may stand where an IRN should; the portal then does not know it.
                let irn = irn.trim();
                if irn.is_empty() || irn.len() > 256 || matches!(irn, "." | "..") {
                    return Err(arguments("irn must be a text of 1 to 256 bytes"));
                }
                let absent = "the registration portal knows no such IRN";
                self.record(Key::Irn(irn.to_owned()), is_fresh(fresh), absent)
                    .await
            }
            Args::SigningKey { kid, fresh } => {
                let kid = kid.trim();
                if kid.is_empty() {
                    return Err(arguments("kid must not be empty"));
                }
                self.signing_key(kid, is_fresh(fresh)).await
            }
        }
    }
}
