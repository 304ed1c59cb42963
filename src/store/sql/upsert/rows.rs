//! How a record of each table becomes a row: its columns, its key, and what of it may change.

use super::{super::Db, Placed};
use crate::{
    BilledLine,
    book::{OrderedLine, Receipt},
};
use domain::{
    DocNumber, FinancialYear, Paise,
    records::{LedgerEntry, Vendor},
};
use purchase_orders::key;

pub(super) const VENDOR: (&str, &str) = (
    "INSERT INTO vendor (id, vendor_id, gstin, occurrence, legal_name, trade_name, pan, pan_key, bank_account, ifsc, \
     payment_terms_days, msme, status, email) ",
    " ON CONFLICT (vendor_id, gstin, occurrence) DO UPDATE SET legal_name = excluded.legal_name, \
     trade_name = excluded.trade_name, pan = excluded.pan, pan_key = excluded.pan_key, \
     bank_account = excluded.bank_account, ifsc = excluded.ifsc, payment_terms_days = excluded.payment_terms_days, \
     msme = excluded.msme, status = excluded.status, email = excluded.email \
     WHERE vendor.legal_name <> excluded.legal_name OR vendor.trade_name <> excluded.trade_name \
     OR vendor.pan <> excluded.pan OR vendor.bank_account <> excluded.bank_account OR vendor.ifsc <> excluded.ifsc \
     OR COALESCE(vendor.payment_terms_days, -1) <> COALESCE(excluded.payment_terms_days, -1) \
     OR vendor.msme <> excluded.msme OR vendor.status <> excluded.status OR vendor.email <> excluded.email",
);

pub(super) const ORDER_LINE: (&str, &str) = (
    "INSERT INTO purchase_order_line (id, po_key, line, occurrence, po_number, po_date, vendor_id, hsn, description, \
     quantity, unit, unit_price, gst_rate, status) ",
    " ON CONFLICT (po_key, line, occurrence) DO UPDATE SET po_number = excluded.po_number, po_date = excluded.po_date, \
     vendor_id = excluded.vendor_id, hsn = excluded.hsn, description = excluded.description, \
     quantity = excluded.quantity, unit = excluded.unit, unit_price = excluded.unit_price, \
     gst_rate = excluded.gst_rate, status = excluded.status \
     WHERE purchase_order_line.po_number <> excluded.po_number \
     OR COALESCE(purchase_order_line.po_date, '') <> COALESCE(excluded.po_date, '') \
     OR purchase_order_line.vendor_id <> excluded.vendor_id OR purchase_order_line.hsn <> excluded.hsn \
     OR purchase_order_line.description <> excluded.description OR purchase_order_line.quantity <> excluded.quantity \
     OR purchase_order_line.unit <> excluded.unit OR purchase_order_line.unit_price <> excluded.unit_price \
     OR purchase_order_line.gst_rate <> excluded.gst_rate OR purchase_order_line.status <> excluded.status",
);

pub(super) const RECEIPT: (&str, &str) = (
    "INSERT INTO receipt (id, po_key, line, grn_number, occurrence, grn_date, quantity_accepted) ",
    " ON CONFLICT (po_key, line, grn_number, occurrence) DO UPDATE SET grn_date = excluded.grn_date, \
     quantity_accepted = excluded.quantity_accepted \
     WHERE COALESCE(receipt.grn_date, '') <> COALESCE(excluded.grn_date, '') \
     OR receipt.quantity_accepted <> excluded.quantity_accepted",
);

pub(super) const LEDGER: (&str, &str) = (
    "INSERT INTO ledger (id, supplier_gstin, invoice_number, invoice_date, occurrence, buyer_gstin, taxable_paise, \
     total_paise, po_number, status, document, tenant, financial_year, number_folded, supplier_pan, series_before, \
     series_after, counter) ",
    " ON CONFLICT (supplier_gstin, invoice_number, invoice_date, occurrence) DO UPDATE SET \
     buyer_gstin = excluded.buyer_gstin, taxable_paise = excluded.taxable_paise, total_paise = excluded.total_paise, \
     po_number = excluded.po_number, status = excluded.status, tenant = excluded.tenant \
     WHERE ledger.tenant IS NOT NULL OR ledger.buyer_gstin <> excluded.buyer_gstin OR ledger.taxable_paise <> excluded.taxable_paise \
     OR ledger.total_paise <> excluded.total_paise OR ledger.po_number <> excluded.po_number \
     OR ledger.status <> excluded.status",
);

pub(super) const LEDGER_LINE: (&str, &str) = (
    "INSERT INTO ledger_line (id, po_key, po_line, supplier_gstin, invoice_number, occurrence, number_folded, \
     quantity, document, tenant) ",
    " ON CONFLICT (po_key, po_line, supplier_gstin, invoice_number, occurrence) DO UPDATE SET \
     quantity = excluded.quantity, tenant = excluded.tenant \
     WHERE ledger_line.tenant IS NOT NULL OR ledger_line.quantity <> excluded.quantity",
);

/// The document that was verified here, and whose it is. A row of the book has neither.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Verified {
    pub(super) document: String,
    pub(super) tenant: String,
}

/// The values of one row.
pub(super) type Values<'a, 'b> = sqlx::query_builder::Separated<'a, 'b, Db, &'static str>;

pub(super) fn push_vendor(values: &mut Values, id: i64, placed: &Placed<Vendor>) {
    let row = &placed.row;
    values
        .push_bind(id)
        .push_bind(row.vendor_id.clone())
        .push_bind(row.gstin.clone())
        .push_bind(placed.occurrence)
        .push_bind(row.legal_name.clone())
        .push_bind(row.trade_name.clone())
        .push_bind(row.pan.clone())
        .push_bind(vendor_master::pan_of(row).to_owned())
        .push_bind(row.bank_account.clone())
        .push_bind(row.ifsc.clone())
        .push_bind(row.payment_terms_days)
        .push_bind(row.msme.clone())
        .push_bind(row.status.clone())
        .push_bind(row.email.clone());
}

pub(super) fn push_ordered(values: &mut Values, id: i64, placed: &Placed<OrderedLine>) {
    let row = &placed.row;
    values
        .push_bind(id)
        .push_bind(key(&row.po_number))
        .push_bind(row.line.clone())
        .push_bind(placed.occurrence)
        .push_bind(row.po_number.clone())
        .push_bind(row.po_date.map(|date| date.to_string()))
        .push_bind(row.vendor_id.clone())
        .push_bind(row.hsn.clone())
        .push_bind(row.description.clone())
        .push_bind(row.quantity.to_string())
        .push_bind(row.unit.clone())
        .push_bind(row.unit_price.to_string())
        .push_bind(row.gst_rate.to_string())
        .push_bind(row.status.clone());
}

pub(super) fn push_receipt(values: &mut Values, id: i64, placed: &Placed<Receipt>) {
    let row = &placed.row;
    values
        .push_bind(id)
        .push_bind(key(&row.po_number))
        .push_bind(row.line.clone())
        .push_bind(row.grn_number.clone())
        .push_bind(placed.occurrence)
        .push_bind(row.grn_date.map(|date| date.to_string()))
        .push_bind(row.quantity_accepted.to_string());
}

pub(super) fn push_invoice(values: &mut Values, id: i64, placed: &Placed<LedgerEntry>) {
    let row = &placed.row;
    push_ledger(values, id, row, placed.occurrence, None);
}

pub(super) fn push_ledger(
    values: &mut Values,
    id: i64,
    row: &LedgerEntry,
    occurrence: i64,
    verified: Option<&Verified>,
) {
    let number = DocNumber::new(&row.invoice_number);
    let counter = invoice_db::counter(&number);
    values
        .push_bind(id)
        .push_bind(row.supplier_gstin.clone())
        .push_bind(row.invoice_number.clone())
        .push_bind(row.invoice_date.to_string())
        .push_bind(occurrence)
        .push_bind(row.buyer_gstin.clone())
        .push_bind(Paise::nearest(row.taxable_value).0)
        .push_bind(Paise::nearest(row.total_value).0)
        .push_bind(row.po_number.clone())
        .push_bind(row.status.clone())
        .push_bind(verified.map(|by| by.document.clone()))
        .push_bind(verified.map(|by| by.tenant.clone()))
        .push_bind(i64::from(FinancialYear::of(row.invoice_date).0))
        .push_bind(number.folded)
        .push_bind(invoice_db::holder(&row.supplier_gstin).to_owned())
        .push_bind(number.before)
        .push_bind(number.after)
        .push_bind(counter);
}

pub(super) fn push_billed(values: &mut Values, id: i64, placed: &Placed<BilledLine>) {
    push_line(values, id, &placed.row, placed.occurrence, None);
}

pub(super) fn push_line(
    values: &mut Values,
    id: i64,
    row: &BilledLine,
    occurrence: i64,
    verified: Option<&Verified>,
) {
    values
        .push_bind(id)
        .push_bind(key(&row.po_number))
        .push_bind(row.po_line.clone())
        .push_bind(row.supplier_gstin.clone())
        .push_bind(row.invoice_number.clone())
        .push_bind(occurrence)
        .push_bind(DocNumber::fold(&row.invoice_number))
        .push_bind(row.quantity.to_string())
        .push_bind(verified.map(|by| by.document.clone()))
        .push_bind(verified.map(|by| by.tenant.clone()));
}
