//! What a row of each table must hold. CONTRACT section 3 names the columns; amounts are rupees to the paisa.

use domain::{
    Date, Decimal, Paise,
    civil::parse_date,
    money,
    records::{LedgerEntry, Vendor},
};

use super::{
    Entry, OrderedLine, Reading, Receipt,
    table::{Fault, Row},
};
use crate::BilledLine;

const VENDORS: [&str; 11] = [
    "vendor_id",
    "legal_name",
    "trade_name",
    "gstin",
    "pan",
    "bank_account",
    "ifsc",
    "payment_terms_days",
    "msme",
    "status",
    "email",
];
const ORDERS: [&str; 11] = [
    "po_number",
    "po_date",
    "vendor_id",
    "line",
    "hsn",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "gst_rate",
    "status",
];
const RECEIPTS: [&str; 5] = [
    "grn_number",
    "grn_date",
    "po_number",
    "line",
    "quantity_accepted",
];
const LEDGER: [&str; 8] = [
    "invoice_number",
    "invoice_date",
    "supplier_gstin",
    "buyer_gstin",
    "taxable_value",
    "total_value",
    "po_number",
    "status",
];
const LEDGER_LINES: [&str; 5] = [
    "invoice_number",
    "supplier_gstin",
    "po_number",
    "po_line",
    "quantity",
];

impl Reading<'_> {
    /// All tables, each where it exists.
    pub(super) fn tables(&mut self) {
        self.table("vendors.csv", &VENDORS, vendor);
        self.table("purchase_orders.csv", &ORDERS, ordered);
        self.table("receipts.csv", &RECEIPTS, receipt);
        self.table("ledger.csv", &LEDGER, invoice);
        self.table("ledger_lines.csv", &LEDGER_LINES, billed);
    }
}

/// An order's line as it is matched: `1`, `01` and a spreadsheet's `1.0` are one line.
pub(crate) fn line_key(line: &str) -> String {
    let line = line.trim();
    match money::decimal(line) {
        Ok(number) if number.fract().is_zero() => number.normalize().to_string(),
        _ => line.to_uppercase(),
    }
}

impl<const N: usize> Row<'_, N> {
    fn text(&self, index: usize) -> String {
        self.fields
            .get(index)
            .copied()
            .unwrap_or_default()
            .to_owned()
    }

    /// Identifiers are compared in upper case.
    fn upper(&self, index: usize) -> String {
        self.fields
            .get(index)
            .copied()
            .unwrap_or_default()
            .to_uppercase()
    }

    fn required(&self, index: usize) -> Result<String, Fault> {
        match self.text(index) {
            text if text.is_empty() => Err(self.fault(index, "a value is needed")),
            text => Ok(text),
        }
    }

    fn required_upper(&self, index: usize) -> Result<String, Fault> {
        Ok(self.required(index)?.to_uppercase())
    }

    fn paise(&self, index: usize) -> Result<Decimal, Fault> {
        let text = self.fields.get(index).copied().unwrap_or_default();
        let rupees = money::decimal(text)
            .map_err(|_| self.fault(index, "an amount in rupees is needed, as in 1234.50"))?;
        Paise::from_rupees(rupees)
            .map(Paise::rupees)
            .map_err(|_| self.fault(index, "an amount in rupees has at most two decimals"))
    }

    fn decimal(&self, index: usize) -> Result<Decimal, Fault> {
        let text = self.fields.get(index).copied().unwrap_or_default();
        money::decimal(text)
            .map(|d| d.normalize())
            .map_err(|_| self.fault(index, "a number is needed, as in 12.5"))
    }

    fn date(&self, index: usize) -> Result<Date, Fault> {
        let text = self.fields.get(index).copied().unwrap_or_default();
        parse_date(text)
            .ok_or_else(|| self.fault(index, "a date is needed: yyyy-mm-dd or dd/mm/yyyy"))
    }

    fn date_if_any(&self, index: usize) -> Result<Option<Date>, Fault> {
        if self.text(index).is_empty() {
            Ok(None)
        } else {
            self.date(index).map(Some)
        }
    }

    /// A word of a list; case does not matter.
    fn one_of(&self, index: usize, words: &[&str]) -> Result<String, Fault> {
        let word = self.text(index).to_lowercase();
        if words.contains(&word.as_str()) {
            return Ok(word);
        }
        let listed: Vec<&str> = words.iter().filter(|w| !w.is_empty()).copied().collect();
        Err(self.fault(index, &format!("one of {} is needed", listed.join(", "))))
    }
}

fn vendor(row: &Row<11>) -> Result<Entry, Fault> {
    let terms = match row.fields.get(7).copied().unwrap_or_default() {
        "" => None,
        // A spreadsheet writes a column with gaps as 45.0.
        text => Some(
            money::decimal(text)
                .ok()
                .filter(|days| days.fract().is_zero())
                .and_then(|days| i64::try_from(days).ok())
                .filter(|days| (0..=3_650).contains(days))
                .ok_or_else(|| row.fault(7, "whole days from 0 to 3650 are needed, or nothing"))?,
        ),
    };
    Ok(Entry::Vendor(Vendor {
        vendor_id: row.required(0)?,
        legal_name: row.text(1),
        trade_name: row.text(2),
        gstin: row.upper(3),
        pan: row.upper(4),
        bank_account: row.text(5),
        ifsc: row.upper(6),
        payment_terms_days: terms,
        msme: row.one_of(8, &["", "micro", "small", "medium"])?,
        status: row.one_of(9, &["active", "blocked"])?,
        email: row.text(10),
    }))
}

fn ordered(row: &Row<11>) -> Result<Entry, Fault> {
    Ok(Entry::Ordered(OrderedLine {
        po_number: row.required(0)?,
        po_date: row.date_if_any(1)?,
        vendor_id: row.text(2),
        line: line_key(&row.required(3)?),
        hsn: row.text(4),
        description: row.text(5),
        quantity: row.decimal(6)?,
        unit: row.text(7),
        unit_price: row.decimal(8)?,
        gst_rate: row.decimal(9)?,
        status: row.one_of(10, &["open", "closed"])?,
    }))
}

fn receipt(row: &Row<5>) -> Result<Entry, Fault> {
    Ok(Entry::Receipt(Receipt {
        grn_number: row.text(0),
        grn_date: row.date_if_any(1)?,
        po_number: row.required(2)?,
        line: line_key(&row.required(3)?),
        quantity_accepted: row.decimal(4)?,
    }))
}

fn invoice(row: &Row<8>) -> Result<Entry, Fault> {
    Ok(Entry::Invoice(LedgerEntry {
        invoice_number: row.required(0)?,
        invoice_date: row.date(1)?,
        supplier_gstin: row.required_upper(2)?,
        buyer_gstin: row.upper(3),
        taxable_value: row.paise(4)?,
        total_value: row.paise(5)?,
        po_number: row.text(6),
        status: row.one_of(7, &["paid", "approved", "held", "rejected"])?,
    }))
}

fn billed(row: &Row<5>) -> Result<Entry, Fault> {
    Ok(Entry::Billed(BilledLine {
        invoice_number: row.required(0)?,
        supplier_gstin: row.required_upper(1)?,
        po_number: row.required(2)?,
        po_line: line_key(&row.required(3)?),
        quantity: row.decimal(4)?,
    }))
}
