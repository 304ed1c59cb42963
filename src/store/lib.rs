//! The store: the book as records, what was verified since, and the verdicts with their audit chain.
//!
//! All stores answer the same questions alike: [`Memory`] holds a book for one run, [`Sqlite`] keeps it in a file,
//! [`Postgres`] in a database that many processes share. They implement the ports of the tools; surfaces hold an
//! `Arc<dyn Records>` and turn it into the port that a tool wants. Those that keep verdicts are a [`Store`].
//!
//! *Invariant:* a file that the book lacks is [`ToolError::NoSource`], a row that a file lacks is an answer.
//! *Invariant:* money is whole paise, a date is a civil date, a quantity an exact decimal kept as text. No floats.
//! *Invariant:* a load changes everything or nothing.

use std::{path::Path, sync::Arc};

use agent::{engine::Journal, review::HeldCases};
use async_trait::async_trait;
use callbacks::Outbox;
use contract::ToolError;
use document_search::Documents;
use domain::{
    records::{LedgerEntry, Vendor},
    review::Review,
};
use invoice_db::{Past, PastInvoices};
use purchase_orders::Orders;
use queue::{Clock, Queue};
use serde::{Deserialize, Serialize};
use vendor_master::Vendors;

use journal::Close;

pub mod book;
pub mod chain;
mod clock;
mod desk;
mod ending;
mod error;
pub mod journal;
pub mod memory;
pub mod postgres;
mod rows;
pub mod sqlite;
mod summary;
mod upkeep;
mod verdict;

pub use book::{BookError, FileReport, Limits, Report};
pub use chain::Chain;
pub use ending::{Ended, VerdictEnding};
pub use error::StoreError;
pub use memory::Memory;
pub use postgres::Postgres;
pub use sqlite::Sqlite;
pub use upkeep::{Copied, Info, Pruned, SchemaStep};
pub use verdict::{AuditReport, CaseInput, Fault, Listing, NewVerdict, Reached, StoredVerdict};

/// What a past invoice billed against one line of an order: a row of `ledger_lines.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledLine {
    pub invoice_number: String,
    pub supplier_gstin: String,
    pub po_number: String,
    pub po_line: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub quantity: domain::Decimal,
}

/// Text as every store can hold it: no NUL, which only a forged document has.
fn held(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A verified invoice that becomes history for those after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// `status` says what came of it: `approved`, `held` or `rejected`. Amounts are kept to the nearest paisa.
    pub entry: LedgerEntry,
    pub lines: Vec<BilledLine>,
    /// SHA-256 of the document's bytes, lower-case hex: the key under which a tenant remembers it once.
    pub document: String,
    /// Whose history it is; the empty text is the tenant without a name.
    pub tenant: String,
}

impl Remembered {
    /// As a ledger keeps it: identifiers in the form under which rows are found, amounts in whole paise.
    fn into_kept(mut self) -> Self {
        let paise = |rupees| domain::Paise::nearest(rupees).rupees();
        self.document = self.document.trim().to_ascii_lowercase();
        self.entry.supplier_gstin = held(&invoice_db::key(&self.entry.supplier_gstin));
        self.entry.buyer_gstin = held(&invoice_db::key(&self.entry.buyer_gstin));
        self.entry.invoice_number = held(self.entry.invoice_number.trim());
        self.entry.po_number = held(&self.entry.po_number);
        self.entry.taxable_value = paise(self.entry.taxable_value);
        self.entry.total_value = paise(self.entry.total_value);
        for line in &mut self.lines {
            line.supplier_gstin = held(&invoice_db::key(&line.supplier_gstin));
            line.invoice_number = held(line.invoice_number.trim());
            line.po_number = held(&line.po_number);
            line.po_line = held(&book::line_key(&line.po_line));
            line.quantity = line.quantity.normalize();
        }
        self
    }
}

/// What the portals know, as `portal/` of a book holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortalKind {
    /// By GSTIN.
    Taxpayer,
    /// By GSTIN.
    Returns,
    /// By buyer GSTIN and period: `27AAACR5055K1Z7_102026`.
    Gstr2b,
    /// By IRN.
    Irn,
    /// The whole JWK Set, under the empty key.
    Jwks,
}

impl PortalKind {
    pub const ALL: [Self; 5] = [
        Self::Taxpayer,
        Self::Returns,
        Self::Gstr2b,
        Self::Irn,
        Self::Jwks,
    ];

    /// As the store writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Taxpayer => "taxpayer",
            Self::Returns => "returns",
            Self::Gstr2b => "gstr2b",
            Self::Irn => "irn",
            Self::Jwks => "jwks",
        }
    }

    /// The file or directory of the book that holds it.
    pub fn file(self) -> &'static str {
        match self {
            Self::Taxpayer => "portal/taxpayers.json",
            Self::Returns => "portal/returns.json",
            Self::Gstr2b => "portal/gstr2b/",
            Self::Irn => "portal/irn.json",
            Self::Jwks => "portal/irp_jwks.json",
        }
    }
}

/// Records of our own and of the portals, wherever they are kept.
#[async_trait]
pub trait Records: PastInvoices + Vendors + Orders + Documents {
    /// A portal's record as JSON text, just as the book has it; `None` when the file has no such record.
    ///
    /// # Errors
    /// [`ToolError::NoSource`] when the book has no such file.
    async fn portal_document(
        &self,
        kind: PortalKind,
        key: &str,
    ) -> Result<Option<Arc<str>>, ToolError>;

    /// Whether the book had a file (`vendors.csv`) or directory (`contracts/`, `portal/gstr2b/`).
    async fn has_file(&self, name: &str) -> Result<bool, ToolError>;

    /// Rows of the ledger in the order of their ids, the first that come after one (from the beginning: [`i64::MIN`]), at most
    /// so many; of one supplier GSTIN, or of all where it is empty. A ledger that nobody loaded has the rows that were verified
    /// since. Whoever walks on from the last id sees each row that was there when he began once, as it is when he comes by.
    async fn ledger_after(
        &self,
        after: i64,
        gstin: &str,
        most: usize,
    ) -> Result<Vec<Past>, ToolError>;

    /// All registrations of the vendor master, in its order; none where the book has no such file.
    async fn registrations(&self) -> Result<Vec<Vendor>, ToolError>;

    /// Makes a verified invoice history. `false` when its document was remembered before; nothing changes then.
    async fn remember(&self, invoice: Remembered) -> Result<bool, ToolError>;
}

/// A store that keeps verdicts with their reviews, cases and journals, whichever database it is.
#[async_trait]
pub trait Store: Records + HeldCases {
    /// Where it is, for people: no secrets.
    fn place(&self) -> &str;

    /// The same store with the history of a tenant: of what was verified he sees his own, of the book all.
    fn of_tenant(&self, tenant: &str) -> Arc<dyn Store>;

    /// Loads the book in a directory. Files that are as they were at the last load are passed over.
    ///
    /// # Errors
    /// Every problem of the book, or of the database; nothing was changed then.
    async fn load(&self, root: &Path, limits: Limits) -> Result<Report, StoreError>;

    /// The verdict of a case.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    async fn verdict_by_case(&self, case_key: &str) -> Result<Option<StoredVerdict>, StoreError>;

    /// The verdict of an id, or of the beginning of one when no other begins so; or of the job of an id.
    ///
    /// # Errors
    /// A beginning that several ids share; otherwise as [`Self::verdict_by_case`].
    async fn verdict(&self, id: &str) -> Result<Option<StoredVerdict>, StoreError>;

    /// Verdicts that a tenant may see, the newest first.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    async fn verdicts(&self, listing: &Listing) -> Result<Vec<StoredVerdict>, StoreError>;

    /// Verdicts that a tenant may see without their evidence, in the order of the chain: the first that come after a place in
    /// it (from the beginning: 0), at most so many.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    async fn reached(
        &self,
        tenant: &str,
        after: u64,
        most: u32,
    ) -> Result<Vec<Reached>, StoreError>;

    /// What a case was asked to judge.
    ///
    /// # Errors
    /// A database that does not answer.
    async fn case_input(&self, case_key: &str) -> Result<Option<CaseInput>, StoreError>;

    /// The reviews of a verdict in their order, each with its link; `id` is the whole of the verdict's.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    async fn reviews(&self, id: &str) -> Result<Vec<Review>, StoreError>;

    /// The reviews of some verdicts, of each in their order; `ids` are whole.
    ///
    /// # Errors
    /// A database that does not answer, or a row that cannot be read.
    async fn reviews_of(&self, ids: &[String]) -> Result<Vec<Review>, StoreError>;

    /// When the record of a verdict was pruned, RFC 3339 in UTC; `None` when it was not.
    ///
    /// # Errors
    /// A database that does not answer.
    async fn pruned_at(&self, verdict: &str) -> Result<Option<String>, StoreError>;

    /// Folds the record of cases that were finished before a time (RFC 3339 in UTC), and forgets jobs and callbacks that
    /// had ended by then. `now` is noted as when it was done.
    ///
    /// # Errors
    /// A database that does not answer; what earlier transactions pruned stays pruned.
    async fn prune(&self, before: &str, now: &str, dry_run: bool) -> Result<Pruned, StoreError>;

    /// A text that is another one whenever the book, a verdict or a review is.
    ///
    /// # Errors
    /// A database that does not answer.
    async fn state(&self) -> Result<String, StoreError>;

    /// What is in the store, counted.
    ///
    /// # Errors
    /// A database that does not answer.
    async fn info(&self) -> Result<Info, StoreError>;

    /// Writes a complete, checked copy to a new file, while others read and write.
    ///
    /// # Errors
    /// A file that exists or cannot be written; a copy that does not hold, which is not kept; a database that is copied by
    /// its own means.
    async fn backup(&self, to: &Path) -> Result<Copied, StoreError>;

    /// Checks every verdict and review against the audit chain.
    ///
    /// # Errors
    /// A database that does not answer. A broken chain is no error but in the report.
    async fn audit_verify(&self) -> Result<AuditReport, StoreError>;

    /// The journal in the same database, with one writer that commits what ends a run with its last entries.
    ///
    /// # Errors
    /// A database that cannot be reached.
    async fn journal(&self, close: Arc<dyn Close>) -> Result<Arc<dyn Journal>, StoreError>;

    /// The clock that all processes which share the store go by.
    fn clock(&self) -> Arc<dyn Clock>;

    /// The queue in the same database; its writer starts on the current runtime.
    fn jobs(&self, settings: queue::Settings, clock: Arc<dyn Clock>) -> Arc<dyn Queue>;

    /// The callbacks in the same database.
    fn outbox(&self) -> Arc<dyn Outbox>;

    /// Leaves everything where a copy of the database's files finds it.
    ///
    /// # Errors
    /// A database that does not answer.
    async fn checkpoint(&self) -> Result<(), StoreError>;

    /// Closes all connections.
    async fn close(&self);
}

/// Opens the store of a URL, makes it where it is missing, and brings its schema up to date.
///
/// # Errors
/// A scheme that is not known, a database that cannot be opened, a schema newer than this program.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", path)) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            Ok(Arc::new(Sqlite::open_path(Path::new(path)).await?))
        }
        Some(("postgres" | "postgresql", _)) => Ok(Arc::new(Postgres::open(url).await?)),
        // What was written may be a mistyped URL with a password in it, so it is not repeated.
        _ => Err(StoreError::Refused(
            "the store's URL has no scheme that is known; write sqlite:PATH or postgres://USER@HOST:PORT/DATABASE"
                .to_owned(),
        )),
    }
}

/// Opens the store of a URL and says which steps of the schema that took.
///
/// # Errors
/// As [`open`].
pub async fn migrate(url: &str) -> Result<(Arc<dyn Store>, Vec<SchemaStep>), StoreError> {
    let (before, all) = match url.split_once(':') {
        Some(("sqlite", path)) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            (sqlite::versions(Path::new(path)).await?, sqlite::steps())
        }
        Some(("postgres" | "postgresql", _)) => (postgres::versions(url).await?, postgres::steps()),
        _ => (Vec::new(), Vec::new()),
    };
    let store = open(url).await?;
    let taken = all.into_iter();
    let taken = taken.filter(|step| !before.contains(&step.version));
    Ok((store, taken.collect()))
}

/// The answer of a port whose file the book lacks.
fn no_source(tool: &'static str, file: &str) -> ToolError {
    ToolError::NoSource {
        tool,
        detail: format!("{file} is not in the book"),
    }
}

/// A status under which a past invoice does not count.
const REJECTED: &str = "rejected";

/// The status of an order's line on which more may come.
const OPEN: &str = "open";

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod outbox_suite;
#[cfg(test)]
mod queue_suite;
