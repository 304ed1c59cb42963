//! Where reports get their rows: the ledger of a book, or of a store as a tenant sees it, and the tenant's verdicts.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use contract::ToolError;
use domain::gstin::key;
use report::{Names, Request, Table, Wrong};
use store::{Records, Store};

use super::{open_store, read_book};
use crate::settings::Settings;

/// Rows of the ledger that are asked for at once.
const ROWS: usize = 5_000;
/// Verdicts that are asked for at once: each is some tens of kilobytes.
const VERDICTS: u32 = 100;

/// What a command reports on.
pub(crate) struct Source {
    tenant: String,
    records: Arc<dyn Records>,
    store: Option<Arc<dyn Store>>,
}

impl Source {
    /// Reads the book, or opens the store as a tenant sees it.
    ///
    /// # Errors
    /// A book or store that cannot be read.
    pub(crate) async fn open(
        book: Option<&Path>,
        store: Option<&str>,
        tenant: &str,
        settings: &Settings,
    ) -> Result<Self> {
        if let Some(dir) = book {
            let records = Arc::new(read_book(dir)?);
            return Ok(Self {
                tenant: tenant.to_owned(),
                records,
                store: None,
            });
        }
        let store = open_store(store, settings).await?.of_tenant(tenant);
        Ok(Self {
            tenant: tenant.to_owned(),
            records: Arc::<dyn Store>::clone(&store),
            store: Some(store),
        })
    }

    /// The report, or why what was asked for is none.
    ///
    /// # Errors
    /// A book or store that does not answer.
    pub(crate) async fn table(&self, request: &Request) -> Result<Result<Table, Wrong>> {
        let (records, store) = (self.records.as_ref(), self.store.as_deref());
        table(records, store, &self.tenant, request).await
    }

    /// Lets what is under way end.
    pub(crate) async fn close(self) {
        if let Some(store) = self.store {
            store.close().await;
        }
    }
}

/// The report, or why what was asked for is none.
///
/// # Errors
/// A book or store that does not answer.
pub(super) async fn table(
    records: &dyn Records,
    store: Option<&dyn Store>,
    tenant: &str,
    request: &Request,
) -> Result<Result<Table, Wrong>> {
    let gstins = match &request.vendor {
        None => None,
        Some(vendor) => match gstins(records, vendor).await? {
            Ok(gstins) => Some(gstins),
            Err(wrong) => return Ok(Err(wrong)),
        },
    };
    let names = Names::new(&records.registrations().await?);
    if let Some(mut report) = request.over_ledger() {
        // All suppliers are the one without a text.
        let suppliers = gstins.unwrap_or_else(|| vec![String::new()]);
        for gstin in &suppliers {
            let mut after = i64::MIN;
            loop {
                let rows = records.ledger_after(after, gstin, ROWS).await?;
                let Some(last) = rows.last() else { break };
                after = last.id;
                let is_end = rows.len() < ROWS;
                for row in &rows {
                    report.take(&row.entry);
                }
                if is_end {
                    break;
                }
            }
        }
        return Ok(report.table(&names));
    }
    let Some((mut drift, store)) = request.over_verdicts(gstins).zip(store) else {
        return Ok(Err(Wrong::Parameter(format!(
            "{} reads stored verdicts, and a book in memory has none: verify with --store, and name that store",
            request.name()
        ))));
    };
    let mut after = 0;
    loop {
        let verdicts = store.reached(tenant, after, VERDICTS).await?;
        let Some(last) = verdicts.last() else { break };
        after = last.seq;
        for reached in &verdicts {
            drift.take(reached.as_of, &reached.verdict);
        }
    }
    Ok(Ok(drift.table(&names)))
}

/// The registrations of a vendor id, or the one GSTIN. What has a GSTIN's length is taken for one, valid or not: ledgers hold
/// what was once written.
async fn gstins(records: &dyn Records, vendor: &str) -> Result<Result<Vec<String>, Wrong>> {
    let vendor = vendor.trim();
    let registrations = match records.by_id(vendor).await {
        Ok(registrations) => registrations,
        Err(ToolError::NoSource { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if !registrations.is_empty() {
        let mut gstins: Vec<String> = registrations.iter().map(|v| key(&v.gstin)).collect();
        gstins.sort();
        gstins.dedup();
        // The empty text would stand for all suppliers.
        gstins.retain(|gstin| !gstin.is_empty());
        return Ok(Ok(gstins));
    }
    if vendor.chars().count() == 15 {
        return Ok(Ok(vec![key(vendor)]));
    }
    let shown: String = vendor.chars().take(64).collect();
    Ok(Err(Wrong::Parameter(format!(
        "vendor is {shown:?}: that is no id of the vendor master and no GSTIN"
    ))))
}
