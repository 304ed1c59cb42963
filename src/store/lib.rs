//! The store: the book as records, what was verified since, and the verdicts with their audit chain.
//!
//! Two stores answer the same questions alike: [`Memory`] holds a book for one run, [`Sqlite`] keeps it. Both implement
//! the ports of the tools; surfaces hold an `Arc<dyn Records>` and turn it into the port that a tool wants.
//!
//! *Invariant:* a file that the book lacks is [`ToolError::NoSource`], a row that a file lacks is an answer.
//! *Invariant:* money is whole paise, a date is a civil date, a quantity an exact decimal kept as text. No floats.
//! *Invariant:* a load changes everything or nothing.

use std::sync::Arc;

use async_trait::async_trait;
use contract::ToolError;
use document_search::Documents;
use domain::records::LedgerEntry;
use invoice_db::PastInvoices;
use purchase_orders::Orders;
use serde::{Deserialize, Serialize};
use vendor_master::Vendors;

pub mod book;
pub mod chain;
pub mod journal;
pub mod memory;
pub mod sqlite;
mod summary;

pub use book::{BookError, FileReport, Limits, Report};
pub use chain::Chain;
pub use memory::Memory;
pub use sqlite::Sqlite;

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

/// A verified invoice that becomes history for those after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// `status` says what came of it: `approved`, `held` or `rejected`. Amounts are kept to the nearest paisa.
    pub entry: LedgerEntry,
    pub lines: Vec<BilledLine>,
    /// SHA-256 of the document's bytes, lower-case hex: the key under which it is remembered once.
    pub document: String,
}

impl Remembered {
    /// As a ledger keeps it: identifiers in the form under which rows are found, amounts in whole paise.
    fn into_kept(mut self) -> Self {
        let paise = |rupees| domain::Paise::nearest(rupees).rupees();
        self.document = self.document.trim().to_ascii_lowercase();
        self.entry.supplier_gstin = invoice_db::key(&self.entry.supplier_gstin);
        self.entry.buyer_gstin = invoice_db::key(&self.entry.buyer_gstin);
        self.entry.invoice_number = self.entry.invoice_number.trim().to_owned();
        self.entry.taxable_value = paise(self.entry.taxable_value);
        self.entry.total_value = paise(self.entry.total_value);
        for line in &mut self.lines {
            line.supplier_gstin = invoice_db::key(&line.supplier_gstin);
            line.invoice_number = line.invoice_number.trim().to_owned();
            line.po_line = book::line_key(&line.po_line);
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

    /// Makes a verified invoice history. `false` when its document was remembered before; nothing changes then.
    async fn remember(&self, invoice: Remembered) -> Result<bool, ToolError>;
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
