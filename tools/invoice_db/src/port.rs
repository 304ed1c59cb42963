//! The ledger as this tool needs it: bounded questions, each answered by index.

use async_trait::async_trait;
use contract::ToolError;
pub use domain::gstin::{holder, key};
use domain::{
    Date, FinancialYear, Paise,
    civil::plus_days,
    records::{LedgerEntry, RankedBy, StatusTally, SupplierTally},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A ledger row as a source hands it out.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Tells rows of one source apart and orders them as they came in.
    pub id: i64,
    pub entry: LedgerEntry,
}

/// A supplier's rows dated in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Date,
    pub until: Date,
}

impl Window {
    /// Both ends belong to it.
    pub fn around(date: Date, days: i64) -> Self {
        Self {
            from: plus_days(date, -days),
            until: plus_days(date, days),
        }
    }

    pub fn holds(&self, date: Date) -> bool {
        self.from <= date && date <= self.until
    }
}

/// What an invoice comes to; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub least: Paise,
    pub most: Paise,
}

impl Totals {
    pub const ALL: Self = Self {
        least: Paise(i64::MIN),
        most: Paise(i64::MAX),
    };

    pub fn holds(&self, total: Paise) -> bool {
        self.least <= total && total <= self.most
    }
}

/// Whether an invoice names an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    #[default]
    Any,
    /// Only those that name one.
    Order,
    /// Only those that name none.
    NoOrder,
}

impl Named {
    pub fn holds(self, po_number: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Order => !po_number.is_empty(),
            Self::NoOrder => po_number.is_empty(),
        }
    }
}

/// Rows that a person asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Empty: all suppliers.
    pub gstin: &'a str,
    pub window: Window,
    pub totals: Totals,
    pub named: Named,
    /// The one status that counts; `None` for all, rejected ones included.
    pub status: Option<&'a str>,
}

/// In which order rows are wanted; of equal ones the earlier date comes first, then the row that came in first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By date, latest first; of one date the row that came in last.
    #[default]
    Latest,
    /// By date, earliest first.
    Earliest,
    /// By total.
    Largest,
    Smallest,
}

/// Suppliers that a person asks about, by what they billed in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked<'a> {
    pub window: Window,
    /// The statuses that count; none of them: all but rejected.
    pub statuses: &'a [String],
    pub by: RankedBy,
    /// The least first, else the most; of equal ones the lower GSTIN.
    pub least: bool,
}

/// The ledger, as this tool needs it. GSTINs arrive as [`key`] writes them. `except` is the SHA-256 of a document whose
/// own rows are left out (empty: none is); rejected rows are left out always. No order is promised but where one is
/// named. A source without a ledger answers [`ToolError::NoSource`].
#[async_trait]
pub trait PastInvoices: Send + Sync + 'static {
    /// Rows of a supplier GSTIN in a financial year whose folded number is this one; at most [`crate::ROWS_MAX`].
    async fn by_number(
        &self,
        gstin: &str,
        year: FinancialYear,
        folded: &str,
        except: &str,
    ) -> Result<Vec<Past>, ToolError>;

    /// Rows of a [`holder`] with a total between two amounts, dated in a window; at most [`crate::ROWS_MAX`].
    async fn by_amount(
        &self,
        holder: &str,
        least: Paise,
        most: Paise,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError>;

    /// Rows of a supplier GSTIN dated in a window; at most [`crate::ROWS_MAX`].
    async fn by_date(
        &self,
        gstin: &str,
        window: Window,
        except: &str,
    ) -> Result<Vec<Past>, ToolError>;

    /// Totals of a supplier GSTIN, latest date first, then the row that came in last; at most [`crate::TOTALS_MAX`].
    async fn totals(&self, gstin: &str, except: &str) -> Result<Vec<Paise>, ToolError>;

    /// Neighbours of a counter among a supplier GSTIN's rows of the same text before and after it: at most
    /// [`crate::SERIES_MAX`] below and as many above, nearest first on either side (of one counter: below, the row that came
    /// in last; above, the one that came in first). The counter itself is left out.
    async fn series(
        &self,
        gstin: &str,
        before: &str,
        after: &str,
        counter: i64,
        except: &str,
    ) -> Result<Vec<Past>, ToolError>;

    /// Counts and sums by status, rejected ones included; in alphabetical order.
    async fn tallies(&self, asked: Asked<'_>) -> Result<Vec<StatusTally>, ToolError>;

    /// The first suppliers in their order, and how many there are in all.
    async fn suppliers(
        &self,
        ranked: Ranked<'_>,
        most: usize,
    ) -> Result<(u64, Vec<SupplierTally>), ToolError>;

    /// The first rows in an order.
    async fn listed(
        &self,
        asked: Asked<'_>,
        order: Order,
        most: usize,
    ) -> Result<Vec<Past>, ToolError>;

    /// Rows whose folded number is this one, of any supplier, year and status; at most [`crate::ROWS_MAX`].
    async fn numbered(&self, folded: &str) -> Result<Vec<Past>, ToolError>;
}
