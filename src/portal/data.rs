//! What a portal can be asked, whoever holds the records.

use async_trait::async_trait;
use bytes::Bytes;
use domain::{FinancialYear, TaxPeriod};

/// What a store of records says to one question. Bodies are JSON text, served as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The record, as JSON text in the portal's own shape and without an envelope.
    Found(Bytes),
    /// The source is loaded and holds no such record.
    Absent,
    /// The source was never loaded (a book without that file): nothing can be said.
    NotLoaded,
    /// The store itself failed; the server answers 500.
    Failed,
}

/// The records behind the portal. Identifiers arrive in upper case, an IRN as it was asked for.
#[async_trait]
pub trait PortalData: Send + Sync + 'static {
    /// The taxpayer search: `{"gstin", "lgnm", "sts", …}`.
    async fn taxpayer(&self, gstin: &str) -> Lookup;

    /// Return tracking: `{"EFiledlist": […]}`, of one financial year of return periods where `year` is given.
    /// A store that keeps the whole list may use [`crate::Tracking`]. A GSTIN that files nothing in that year has an empty
    /// list; [`Lookup::Absent`] says that the GSTIN is not tracked at all.
    async fn returns(&self, gstin: &str, year: Option<FinancialYear>) -> Lookup;

    /// The buyer's GSTR-2B of one month. `file` is the 1-based part of a statement of more than a thousand documents;
    /// a statement in one piece is both `None` and `Some(1)`.
    async fn statement(&self, gstin: &str, period: TaxPeriod, file: Option<u32>) -> Lookup;

    /// `{"Status": "ACT" | "CNL", "AckNo", "AckDt", "CnlDt"}`.
    async fn irn(&self, irn: &str) -> Lookup;

    /// The registration portals' keys as a JWK Set.
    async fn jwks(&self) -> Lookup;
}
