//! Our own records, as the book's files and the store hold them and as tools put them into evidence.
//! Amounts are rupees and quantities exact decimals; in JSON both are plain numbers.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{civil::Date, names::Fit};

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

impl Vendor {
    /// Its PAN: its own column, or the ten characters inside its GSTIN where that column is empty.
    pub fn pan_key(&self) -> &str {
        if self.pan.is_empty() {
            self.gstin.get(2..12).unwrap_or_default()
        } else {
            &self.pan
        }
    }
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
    /// Past invoices of this order of which no line is known; `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsplit: Option<Unsplit>,
}

/// Invoices that the ledger lists with an order and without what they billed on its lines: they count by value alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unsplit {
    pub count: u64,
    /// Before tax, in rupees, all of them together.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub taxable_value: Decimal,
}

/// The registrations under one vendor id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Registrations {
    /// As the master writes it.
    pub vendor_id: String,
    /// In the order of the master; never empty.
    pub registrations: Vec<Vendor>,
}

/// A vendor that a name may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedVendor {
    pub vendor_id: String,
    pub legal_name: String,
    pub trade_name: String,
    pub fit: Fit,
    /// 0 to 1, rounded to four decimals.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub similarity: Decimal,
}

/// Vendors that a name may mean: those of the best fit there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedVendors {
    /// As it was asked for.
    pub name: String,
    /// Most alike first, then by vendor id; one a vendor.
    pub candidates: Vec<NamedVendor>,
    /// How many fit; more than are listed where there are very many.
    pub count: usize,
}

/// A vendor of a list, with its first registration that is of the class asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedVendor {
    pub vendor_id: String,
    pub legal_name: String,
    pub gstin: String,
    pub pan: String,
    pub payment_terms_days: Option<i64>,
    pub msme: String,
    pub status: String,
}

/// What the vendor master lacks of a registration.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    BankAccount,
    Pan,
    Gstin,
    Email,
    PaymentTerms,
    /// A PAN that is the one inside the GSTIN: both are there, and differ.
    AgreeingPan,
}

impl Lacking {
    /// As the vendor master is asked for it, and says so.
    pub fn written(self) -> &'static str {
        match self {
            Self::BankAccount => "bank_account",
            Self::Pan => "pan",
            Self::Gstin => "gstin",
            Self::Email => "email",
            Self::PaymentTerms => "payment_terms",
            Self::AgreeingPan => "agreeing_pan",
        }
    }
}

/// Vendors of a class; nobody, where no vendor is of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VendorList {
    /// As it was asked for: `active`, `blocked`, or empty for both.
    pub status: String,
    /// `micro`, `small`, `medium`, `any` of the three, or empty for everybody.
    pub msme: String,
    /// `null` for any terms or none.
    pub terms_days: Option<i64>,
    /// [`Lacking`], as it is written; empty where that is no matter.
    pub lacking: String,
    /// How many vendors; more than are listed where there are very many.
    pub count: usize,
    /// By vendor id; one a vendor.
    pub vendors: Vec<ListedVendor>,
}

/// Invoices of one status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusTally {
    pub status: String,
    pub count: u64,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub taxable_value: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub total_value: Decimal,
}

/// What was billed in a period. Sums are over all invoices that count, listed or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Billed {
    /// As it was asked for; empty for all suppliers.
    pub supplier_gstin: String,
    /// First day, `yyyy-mm-dd`; empty for no limit.
    pub from: String,
    /// Last day; empty for no limit.
    pub until: String,
    /// The statuses that count. Empty: all but `rejected`.
    pub statuses: Vec<String>,
    /// Only invoices of so many rupees or more.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "rust_decimal::serde::arbitrary_precision_option"
    )]
    #[schemars(with = "Option<f64>")]
    pub least: Option<Decimal>,
    /// Only invoices of so many rupees or less.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "rust_decimal::serde::arbitrary_precision_option"
    )]
    #[schemars(with = "Option<f64>")]
    pub most: Option<Decimal>,
    /// Only invoices that name an order, or that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<bool>,
    pub count: u64,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub taxable_value: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub total_value: Decimal,
    /// By status, in alphabetical order.
    pub by_status: Vec<StatusTally>,
    pub largest: Option<LedgerEntry>,
    pub smallest: Option<LedgerEntry>,
    pub earliest: Option<LedgerEntry>,
    pub latest: Option<LedgerEntry>,
    /// In the order that was asked for, latest first where none was; all of them where `count` says so.
    pub invoices: Vec<LedgerEntry>,
}

/// What suppliers are ranked by: what they billed, or how many invoices.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    Total,
    Count,
}

/// What one supplier billed, under one GSTIN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SupplierTally {
    pub supplier_gstin: String,
    pub count: u64,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub taxable_value: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub total_value: Decimal,
}

/// Suppliers by what they billed in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedSuppliers {
    /// First day, `yyyy-mm-dd`; empty for no limit.
    pub from: String,
    /// Last day; empty for no limit.
    pub until: String,
    /// The statuses that count. Empty: all but `rejected`.
    pub statuses: Vec<String>,
    pub by: RankedBy,
    /// The least comes first, else the most.
    pub least: bool,
    /// How many suppliers billed anything; more than are listed where there are very many.
    pub count: u64,
    pub suppliers: Vec<SupplierTally>,
}

/// Numbers that the ledger lacks between two that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The first missing number, written as its neighbours are.
    pub from: String,
    /// The last missing number; the first where one is missing.
    pub until: String,
    pub count: u64,
}

/// One running series of a supplier: one text around the counter, one financial year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NumberSeries {
    /// `2026-27`.
    pub financial_year: String,
    /// The lowest number and the highest, as the ledger writes them.
    pub first: String,
    pub last: String,
    /// Different numbers that the ledger has of it.
    pub count: u64,
    /// How many it lacks between the first and the last.
    pub missing: u64,
    /// Ascending; the first of them where there are very many.
    pub gaps: Vec<Gap>,
}

/// A supplier's numbers and what is missing between them. Rejected invoices count: their numbers were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Numbers {
    pub supplier_gstin: String,
    /// First day, `yyyy-mm-dd`; empty for no limit.
    pub from: String,
    /// Last day; empty for no limit.
    pub until: String,
    /// What the numbers that were asked for begin with; empty for all.
    pub before: String,
    /// Largest first, then by first number.
    pub series: Vec<NumberSeries>,
}

/// Ledger rows of one number, whoever billed it, rejected ones included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundInvoices {
    /// As it was asked for.
    pub number: String,
    /// By date; none when the ledger has no such number.
    pub invoices: Vec<LedgerEntry>,
}

/// An order without its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderSummary {
    pub po_number: String,
    #[schemars(with = "String")]
    pub po_date: Option<Date>,
    pub lines: usize,
    /// Lines whose status is `open`.
    pub open_lines: usize,
    /// Quantity × unit price over all lines, in rupees, before tax.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub value: Decimal,
}

/// Orders placed with one vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VendorOrders {
    pub vendor_id: String,
    /// Latest first; the first of them where there are very many.
    pub orders: Vec<OrderSummary>,
    pub count: usize,
    pub open_count: usize,
}

/// A line of a goods receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptLine {
    pub grn_number: String,
    #[schemars(with = "String")]
    pub grn_date: Option<Date>,
    pub po_number: String,
    pub line: String,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub quantity_accepted: Decimal,
}

/// Receipts of one order, or one receipt by its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipts {
    /// The order asked for; empty where a receipt was.
    pub po_number: String,
    /// The receipt asked for; empty where an order was.
    pub grn_number: String,
    /// By date, receipt and line; none when the source has no such receipt.
    pub receipts: Vec<ReceiptLine>,
}

/// A paragraph of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Passage {
    pub document: String,
    /// The headings above the paragraph, outermost first, joined by ` > `; empty when there is none.
    pub heading: String,
    /// Line of the document on which the paragraph begins, from 1.
    pub line_start: u32,
    /// As the document has it.
    pub text: String,
    /// BM25, rounded to four decimals: comparable within one answer only.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    #[schemars(with = "f64")]
    pub score: Decimal,
}

/// What a search of documents found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Passages {
    /// Best first; ties by document and line.
    pub passages: Vec<Passage>,
    /// Documents that were searched.
    pub searched: usize,
    /// What was left out of the search, for people.
    pub notes: Vec<String>,
    /// The GSTIN of the supplier whose contracts alone were searched; absent where they were searched by words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
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
