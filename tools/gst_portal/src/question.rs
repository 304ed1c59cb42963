//! The questions as the portal knows them, and its answers as they are kept.

use std::{sync::Arc, time::Duration};

use contract::ToolError;
use domain::{
    FinancialYear, TaxPeriod,
    portal::{IrnRecord, Returns, Taxpayer},
};
use serde_json::Value;

use crate::{
    cache::Outcome,
    client::{Client, Reply, Request, malformed},
    statement::{self, Statement},
    tracking::Listed,
};

/// The files in which one statement may come; each holds a thousand documents.
const FILES_MAX: u32 = 500;
/// "Cannot say" is kept only as long as a burst of questions lasts: a source may be loaded any moment.
const UNKNOWABLE_TTL: Duration = Duration::from_secs(5);

/// What the portal can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Taxpayer,
    Returns,
    Statement,
    IrnStatus,
    SigningKey,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Taxpayer => "taxpayer",
            Self::Returns => "return tracking",
            Self::Statement => "GSTR-2B statement",
            Self::IrnStatus => "IRN status",
            Self::SigningKey => "signing keys",
        }
    }
}

/// One answer of the portal: what the cache holds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Taxpayer(String),
    Returns(String, FinancialYear),
    Statement(String, TaxPeriod),
    Irn(String),
    Keys,
}

#[derive(Clone)]
pub(crate) enum Stored {
    Record(Arc<Value>),
    Returns(Arc<Listed>),
    Statement(Arc<Statement>),
    Keys(Arc<[Arc<Value>]>),
    Absent,
    Unknowable(Arc<str>),
}

/// A GSTIN as a message may show it.
fn masked(gstin: &str) -> String {
    format!("Gstin({}…)", gstin.get(..2).unwrap_or_default())
}

fn segments(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

impl Key {
    fn request(&self) -> Request {
        match self {
            Self::Taxpayer(gstin) => Request {
                operation: Operation::Taxpayer,
                path: segments(&["commonapi", "v1.1", "search"]),
                query: vec![("action", "TP".to_owned()), ("gstin", gstin.clone())],
                subject: format!("the taxpayer {}", masked(gstin)),
            },
            Self::Returns(gstin, year) => Request {
                operation: Operation::Returns,
                path: segments(&["commonapi", "v1.0", "returns"]),
                query: vec![
                    ("action", "RETTRACK".to_owned()),
                    ("gstin", gstin.clone()),
                    ("fy", year.to_string()),
                ],
                subject: format!("the returns of {} in {year}", masked(gstin)),
            },
            Self::Statement(gstin, period) => Request {
                operation: Operation::Statement,
                path: segments(&["taxpayerapi", "v1.0", "returns", "gstr2b"]),
                query: vec![
                    ("action", "GET2B".to_owned()),
                    ("gstin", gstin.clone()),
                    ("rtnprd", period.to_string()),
                ],
                subject: format!("the GSTR-2B of {} for {period}", masked(gstin)),
            },
            Self::Irn(irn) => Request {
                operation: Operation::IrnStatus,
                path: segments(&["eicore", "v1.03", "Invoice", "irn", irn]),
                query: Vec::new(),
                subject: "the status of an IRN".to_owned(),
            },
            Self::Keys => Request {
                operation: Operation::SigningKey,
                path: segments(&[".well-known", "irp", "jwks.json"]),
                query: Vec::new(),
                subject: "the signing keys".to_owned(),
            },
        }
    }
}

/// Asks, and reads the answer with the domain's own readers, so that what is kept is known to be readable.
pub(crate) async fn question(
    client: &Client,
    key: &Key,
    ttl: Duration,
) -> Outcome<Stored, ToolError> {
    let request = key.request();
    let record = match client.ask(&request).await? {
        Reply::Record(record) => record,
        Reply::Absent(_) => return Ok((Stored::Absent, ttl)),
        Reply::Unknowable(why) => {
            return Ok((Stored::Unknowable(why.into()), ttl.min(UNKNOWABLE_TTL)));
        }
    };
    let unreadable =
        |error: &dyn std::fmt::Display| malformed(format!("{}: {error}", request.subject));
    let stored = match key {
        Key::Taxpayer(_) => {
            Taxpayer::read(&record).map_err(|error| unreadable(&error))?;
            Stored::Record(Arc::new(record))
        }
        Key::Irn(_) => {
            IrnRecord::read(&record).map_err(|error| unreadable(&error))?;
            Stored::Record(Arc::new(record))
        }
        Key::Keys => Stored::Keys(listed_keys(record)),
        Key::Returns(..) => {
            Returns::read(&record).map_err(|error| unreadable(&error))?;
            Stored::Returns(Listed::new(dated(record)))
        }
        Key::Statement(gstin, period) => {
            // Boxed, so that the other questions do not carry its room.
            let reading = Box::pin(whole_statement(client, &request, record, gstin, *period));
            let statement = reading.await?;
            Stored::Statement(Arc::new(statement))
        }
    };
    Ok((stored, ttl))
}

/// The keys of a set (JWKS).
fn listed_keys(mut record: Value) -> Arc<[Arc<Value>]> {
    let keys = record.get_mut("keys").map(Value::take);
    let Some(Value::Array(keys)) = keys else {
        return Arc::default();
    };
    keys.into_iter().map(Arc::new).collect()
}

/// The entries of return tracking with their periods.
fn dated(mut record: Value) -> Vec<(TaxPeriod, Value)> {
    let list = record.get_mut("EFiledlist").map(Value::take);
    let Some(Value::Array(list)) = list else {
        return Vec::new();
    };
    list.into_iter()
        .filter_map(|entry| {
            let period = TaxPeriod::parse(entry.get("ret_prd")?.as_str()?)?;
            Some((period, entry))
        })
        .collect()
}

/// A statement of more than a thousand documents comes in files; then the first answer only counts them.
async fn whole_statement(
    client: &Client,
    request: &Request,
    record: Value,
    gstin: &str,
    period: TaxPeriod,
) -> Result<Statement, ToolError> {
    let named = |record: &Value| {
        if statement::names(record, gstin, period) {
            Ok(())
        } else {
            Err(malformed(format!(
                "{}: a statement of another GSTIN or month",
                request.subject
            )))
        }
    };
    named(&record)?;
    let mut statement = Statement::default();
    let Some(files) = statement::files(&record) else {
        statement.add(record);
        return Ok(statement);
    };
    if files > FILES_MAX {
        return Err(malformed(format!(
            "{}: more than {FILES_MAX} files",
            request.subject
        )));
    }
    for file in 1..=files {
        let mut query = request.query.clone();
        query.push(("file_num", file.to_string()));
        let part = Request {
            operation: request.operation,
            path: request.path.clone(),
            query,
            subject: format!("{}, file {file}", request.subject),
        };
        match client.ask(&part).await? {
            Reply::Record(record) => {
                named(&record)?;
                statement.add(record);
            }
            // Without one of its files the statement says nothing about what is not in the others.
            Reply::Absent(_) | Reply::Unknowable(_) => {
                return Err(malformed(format!("{} is missing", part.subject)));
            }
        }
    }
    Ok(statement)
}
