//! What a look-up found, in its type: read once by the relevance critic, looked at by the answers.

use domain::{
    Decimal,
    portal::{IrnRecord, Returns, Statement, Taxpayer},
    records::{
        Billed, Buyer, FoundInvoices, NamedVendors, Numbers, Order, Passages, RankedSuppliers,
        Receipts, Registrations, VendorList, VendorOrders, VendorRecord,
    },
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::lookup::Lookup;

/// The record that answers a [`Lookup`].
#[derive(Debug, Clone)]
pub enum Record {
    Named(NamedVendors),
    Vendor(Registrations),
    Known(VendorRecord),
    Buyer(Buyer),
    Listed(VendorList),
    Taxpayer(Taxpayer),
    Returns(Returns),
    Irn(IrnRecord),
    Statement(Statement),
    Billed(Box<Billed>),
    Ranked(RankedSuppliers),
    Numbers(Numbers),
    Invoices(FoundInvoices),
    Order(Order),
    Orders(VendorOrders),
    Receipts(Receipts),
    Passages(Passages),
    Computed(Computed),
}

/// What the calculator answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Computed {
    pub expression: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub result: Decimal,
}

impl Record {
    /// Reads the answer to a look-up.
    ///
    /// # Errors
    /// What in it cannot be read.
    pub(super) fn read(lookup: &Lookup, value: &Value) -> Result<Self, String> {
        Ok(match lookup {
            Lookup::Named(_) | Lookup::Resembling(_) => Self::Named(from_json(value)?),
            Lookup::Vendor(_) => Self::Vendor(from_json(value)?),
            Lookup::ByGstin(_) | Lookup::ByPan(_) => Self::Known(from_json(value)?),
            Lookup::Buyer => Self::Buyer(from_json(value)?),
            Lookup::Vendors(_) => Self::Listed(from_json(value)?),
            Lookup::Taxpayer(_) => Self::Taxpayer(said(Taxpayer::read(value))?),
            Lookup::Returns { .. } => Self::Returns(said(Returns::read(value))?),
            Lookup::Irn(_) => Self::Irn(said(IrnRecord::read(value))?),
            Lookup::Statement { .. } => Self::Statement(said(Statement::read(value))?),
            Lookup::Billed { .. } => Self::Billed(Box::new(from_json(value)?)),
            Lookup::Suppliers { .. } => Self::Ranked(from_json(value)?),
            Lookup::Numbers { .. } => Self::Numbers(from_json(value)?),
            Lookup::Invoice(_) => Self::Invoices(from_json(value)?),
            Lookup::Order(_) => Self::Order(from_json(value)?),
            Lookup::OrdersOf(_) => Self::Orders(from_json(value)?),
            Lookup::ReceiptsOf(_) | Lookup::Receipt(_) => Self::Receipts(from_json(value)?),
            Lookup::Clauses { .. } => Self::Passages(from_json(value)?),
            Lookup::Computed { .. } => Self::Computed(from_json(value)?),
        })
    }
}

fn from_json<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

fn said<T, E: std::fmt::Display>(read: Result<T, E>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}
