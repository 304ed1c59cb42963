//! Our own records, as the book's files and the store hold them and as tools put them into evidence.
//! Amounts are rupees and quantities exact decimals; in JSON both are plain numbers.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::civil::Date;

/// One registration of a vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vendor {
    pub vendor_id: String,
    pub legal_name: String,
    pub trade_name: String,
    pub gstin: String,
    pub pan: String,
    pub bank_account: String,
    pub ifsc: String,
    /// Agreed days from invoice date to payment; absent when nothing is agreed in writing.
    pub payment_terms_days: Option<i64>,
    /// Empty, `micro`, `small` or `medium`.
    pub msme: String,
    /// `active` or `blocked`.
    pub status: String,
    pub email: String,
}

/// A known vendor whose name resembles the one asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimilarVendor {
    pub vendor_id: String,
    pub legal_name: String,
    pub trade_name: String,
    pub pan: String,
    /// 0 to 1, rounded to four decimals.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub similarity: Decimal,
}

/// What the vendor master knows of a supplier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VendorRecord {
    /// The GSTIN asked for.
    pub gstin: String,
    /// Registrations with exactly this GSTIN.
    pub by_gstin: Vec<Vendor>,
    /// Other registrations with the same PAN.
    pub by_pan: Vec<Vendor>,
    /// Vendors of a similar name and another PAN, most alike first; looked for only when GSTIN and PAN are unknown.
    pub similar: Vec<SimilarVendor>,
}

impl VendorRecord {
    /// Registrations of this supplier: by GSTIN, then by PAN.
    pub fn registrations(&self) -> impl Iterator<Item = &Vendor> {
        self.by_gstin.iter().chain(&self.by_pan)
    }
}

/// Ourselves: `buyer.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Buyer {
    pub legal_name: String,
    pub gstins: Vec<String>,
    /// Rupees up to which each grade may approve, ascending.
    #[serde(default, with = "amounts")]
    #[schemars(with = "Vec<f64>")]
    pub approval_limits: Vec<Decimal>,
}

/// A past invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerEntry {
    pub invoice_number: String,
    #[schemars(with = "String")]
    pub invoice_date: Date,
    pub supplier_gstin: String,
    pub buyer_gstin: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub taxable_value: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub total_value: Decimal,
    pub po_number: String,
    /// `paid`, `approved`, `held` or `rejected`.
    pub status: String,
}

/// Past invoices that could be this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicates {
    pub supplier_gstin: String,
    pub invoice_number: String,
    /// Same supplier GSTIN, same financial year, same folded number; rejected ones left out.
    pub same_number: Vec<LedgerEntry>,
    /// Same PAN, total within a rupee, date within seven days; rejected ones and those above left out.
    pub same_amount: Vec<LedgerEntry>,
}

/// What this supplier billed before; rejected invoices left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    pub supplier_gstin: String,
    /// Totals of past invoices in rupees, latest first, at most a thousand.
    #[serde(with = "amounts")]
    #[schemars(with = "Vec<f64>")]
    pub totals: Vec<Decimal>,
    /// Invoices dated within seven days of this one.
    pub nearby: Vec<LedgerEntry>,
    /// Neighbours in the same series (same text before and after the counter), by counter: at most the five below
    /// and the five above.
    pub series: Vec<LedgerEntry>,
}

/// A line of an order, with what was received against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLine {
    pub line: String,
    pub hsn: String,
    pub description: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub quantity: Decimal,
    pub unit: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub unit_price: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub gst_rate: Decimal,
    /// `open` or `closed`.
    pub status: String,
    /// Accepted so far over all receipts; zero when nothing was.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub accepted: Decimal,
    /// Billed so far by past invoices that were not rejected.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub billed: Decimal,
}

/// A purchase order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    pub po_number: String,
    #[schemars(with = "String")]
    pub po_date: Option<Date>,
    pub vendor_id: String,
    pub lines: Vec<OrderLine>,
    /// Whether the source of receipts exists at all: without it, receipts are unverified rather than zero.
    pub receipts_known: bool,
    /// Whether any receipt names this order.
    pub has_receipts: bool,
}

/// Lists of plain JSON numbers.
mod amounts {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Amount(#[serde(with = "rust_decimal::serde::arbitrary_precision")] Decimal);

    pub(super) fn serialize<S: Serializer>(list: &[Decimal], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(list.iter().map(|d| Amount(*d)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Decimal>, D::Error> {
        Ok(Vec::<Amount>::deserialize(d)?
            .into_iter()
            .map(|a| a.0)
            .collect())
    }
}
