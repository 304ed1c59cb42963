//! Analytics over the ledger and over stored verdicts: spend, growth, gaps, drift.
//!
//! A report is a fold: it takes rows one at a time in any order, keeps aggregates, and ends in a [`Table`]. What it is asked
//! for is a [`Request`], which the command line builds and HTTP reads from a path and a query.
//!
//! *Invariant:* pure. No clock, no IO, no floats: the same rows give the same table. "Today" is nowhere asked for, so a
//! period that is under way is told as it stands.
//! *Invariant:* sums are exact decimals; a share is rounded once, to hundredths of a per cent, half away from zero.

mod drift;
mod gaps;
mod growth;
mod names;
mod period;
mod request;
mod spend;
mod table;

use domain::records::LedgerEntry;

pub use drift::{Drift, INVOICES_MAX, LEVEL};
pub use names::Names;
pub use period::Unit;
pub use request::{KINDS, Kind, Request, TOP_MAX, Wrong};
pub use spend::By;
pub use table::{Cell, Column, Entry, Form, Place, Table};

/// Periods that one report shows at most.
pub const PERIODS_MAX: usize = 1_200;

/// A report over rows of the ledger. The rows are those of the vendor that was asked for; which of them count, by day and
/// status, is settled here.
pub trait LedgerReport: Send {
    fn take(&mut self, row: &LedgerEntry);

    /// The table of what was taken.
    ///
    /// # Errors
    /// More periods than [`PERIODS_MAX`].
    fn table(self: Box<Self>, names: &Names) -> Result<Table, Wrong>;
}

/// A status under which a past invoice does not count.
const REJECTED: &str = "rejected";

/// What stands where a row names no supplier, buyer or status.
const NOT_STATED: &str = "not stated";
