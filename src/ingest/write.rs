//! Writers: an invoice as another system takes it. What a format has no place for is left out, and nothing is made up.

use domain::{Decimal, Invoice, civil::Date, money::to_json};
use serde_json::Value;

mod erpnext;
mod tally;

/// What an invoice can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// GST e-invoice schema 1.1.
    Inv01,
    /// A Purchase Invoice with the fields of India Compliance.
    Erpnext,
    /// Vouchers of TallyPrime to import.
    Tally,
}

/// Writes invoices: one as a JSON object, several as a list; vouchers always in one envelope. Ends with a line break.
pub fn write(invoices: &[&Invoice], target: Target) -> String {
    let values: Vec<Value> = match target {
        Target::Tally => return tally::write(invoices),
        Target::Inv01 => invoices.iter().map(|i| i.raw.as_ref().clone()).collect(),
        Target::Erpnext => invoices.iter().map(|i| erpnext::write(i)).collect(),
    };
    let whole = match <[Value; 1]>::try_from(values) {
        Ok([single]) => single,
        Err(several) => Value::Array(several),
    };
    format!("{whole:#}\n")
}

/// A member of the whole document as a text.
fn text<'a>(invoice: &'a Invoice, pointer: &str) -> Option<&'a str> {
    invoice.raw.pointer(pointer)?.as_str()
}

/// A member of the whole document as a decimal.
fn amount(invoice: &Invoice, pointer: &str) -> Option<Decimal> {
    let digits = match invoice.raw.pointer(pointer)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    domain::money::decimal(&digits).ok()
}

fn json(value: Decimal) -> Value {
    to_json(value.normalize())
}

/// A quotient to nine decimals: what a unit has of an amount.
fn per(amount: Decimal, quantity: Decimal) -> Option<Decimal> {
    amount
        .checked_div(quantity)
        .map(|q| q.round_dp(9).normalize())
}

/// Under which heads a bill is taxed: IGST, or CGST and SGST; the lines say it where the totals do not.
fn is_within_state(invoice: &Invoice) -> bool {
    let charged = |amount: Option<Decimal>| amount.is_some_and(|a| !a.is_zero());
    if charged(invoice.totals.igst) {
        return false;
    }
    charged(invoice.totals.cgst)
        || charged(invoice.totals.sgst)
        || invoice.supply_kind() == Some(domain::invoice::SupplyKind::IntraState)
}

/// A date as `yyyy-mm-dd`; one that is none stays as it is written.
fn iso(date: Option<Date>, written: Option<&str>) -> Option<String> {
    date.map(|d| d.to_string())
        .or_else(|| written.map(str::to_owned))
}
