//! The questions that ports ask, as statements. A test holds that none of them walks a table.

/// A statement over `ledger` for rows that count: not rejected, not of the document in the parameter before the limit.
macro_rules! past {
    ($key:literal, $order:literal) => {
        concat!(
            "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, total_paise, \
             po_number, status FROM ledger WHERE ",
            $key,
            " AND status <> 'rejected' AND (document IS NULL OR document <> ?) ",
            $order,
            " LIMIT ?"
        )
    };
}

pub(super) const BY_NUMBER: &str = past!(
    "supplier_gstin = ? AND number_folded = ? AND financial_year = ?",
    ""
);
pub(super) const BY_AMOUNT: &str = past!(
    "supplier_pan = ? AND total_paise BETWEEN ? AND ? AND invoice_date BETWEEN ? AND ?",
    ""
);
pub(super) const BY_DATE: &str = past!(
    "supplier_gstin = ? AND invoice_date BETWEEN ? AND ?",
    "ORDER BY invoice_date, id"
);
pub(super) const SERIES_BELOW: &str = past!(
    "supplier_gstin = ? AND series_before = ? AND series_after = ? AND counter < ?",
    "ORDER BY counter DESC, id DESC"
);
pub(super) const SERIES_ABOVE: &str = past!(
    "supplier_gstin = ? AND series_before = ? AND series_after = ? AND counter > ?",
    "ORDER BY counter, id"
);
pub(super) const TOTALS: &str = "SELECT total_paise FROM ledger WHERE supplier_gstin = ? AND status <> 'rejected' \
     AND (document IS NULL OR document <> ?) ORDER BY invoice_date DESC, id DESC LIMIT ?";

/// What people ask: any status (the empty text) or one, in an order.
macro_rules! asked {
    ($key:literal, $order:literal) => {
        concat!(
            "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, total_paise, \
             po_number, status FROM ledger WHERE ",
            $key,
            "invoice_date BETWEEN ? AND ? AND (? = '' OR status = ?) ORDER BY ",
            $order,
            " LIMIT ?"
        )
    };
}

/// By order: of one supplier, and of all.
pub(super) const LATEST: [&str; 2] = [
    asked!("supplier_gstin = ? AND ", "invoice_date DESC, id DESC"),
    asked!("", "invoice_date DESC, id DESC"),
];
pub(super) const EARLIEST: [&str; 2] = [
    asked!("supplier_gstin = ? AND ", "invoice_date, id"),
    asked!("", "invoice_date, id"),
];
pub(super) const LARGEST: [&str; 2] = [
    asked!(
        "supplier_gstin = ? AND ",
        "total_paise DESC, invoice_date, id"
    ),
    asked!("", "total_paise DESC, invoice_date, id"),
];
pub(super) const SMALLEST: [&str; 2] = [
    asked!("supplier_gstin = ? AND ", "total_paise, invoice_date, id"),
    asked!("", "total_paise, invoice_date, id"),
];
pub(super) const TALLIES: [&str; 2] = [
    "SELECT status, COUNT(*), SUM(taxable_paise), SUM(total_paise) FROM ledger WHERE supplier_gstin = ? AND \
     invoice_date BETWEEN ? AND ? GROUP BY status ORDER BY status",
    "SELECT status, COUNT(*), SUM(taxable_paise), SUM(total_paise) FROM ledger WHERE invoice_date BETWEEN ? AND ? \
     GROUP BY status ORDER BY status",
];
pub(super) const NUMBERED: &str = "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, \
     total_paise, po_number, status FROM ledger WHERE number_folded = ? LIMIT ?";

macro_rules! vendors {
    ($rest:literal) => {
        concat!(
            "SELECT vendor_id, legal_name, trade_name, gstin, pan, bank_account, ifsc, payment_terms_days, msme, \
             status, email FROM vendor ",
            $rest
        )
    };
}

pub(super) const VENDOR_BY_GSTIN: &str = vendors!("WHERE gstin = ? ORDER BY id");
pub(super) const VENDOR_BY_PAN: &str = vendors!("WHERE pan_key = ? ORDER BY id");
pub(super) const VENDOR_BY_ID: &str = vendors!("WHERE vendor_id = ? ORDER BY id");
/// Only to build the index of names.
pub(super) const ALL_VENDORS: &str = vendors!("ORDER BY id");
/// Changes whenever the table does: by content or by rows.
pub(super) const VENDORS_STAMP: &str = "SELECT sha256 || ':' || COALESCE((SELECT MAX(id) FROM vendor), 0) FROM book_file WHERE name = 'vendors.csv'";
pub(super) const BUYER: &str = "SELECT json FROM buyer WHERE id = 1";

pub(super) const ORDER_LINES: &str = "SELECT po_number, po_date, vendor_id, line, hsn, description, quantity, unit, unit_price, gst_rate, status \
     FROM purchase_order_line WHERE po_key = ? ORDER BY id";
pub(super) const ORDERS_OF: &str = "SELECT po_key, po_number, po_date, quantity, unit_price, status FROM purchase_order_line \
     WHERE vendor_id = ? ORDER BY po_key, id LIMIT ?";
macro_rules! receipts {
    ($key:literal) => {
        concat!(
            "SELECT grn_number, grn_date, po_key, line, quantity_accepted FROM receipt WHERE ",
            $key,
            " = ? LIMIT ?"
        )
    };
}
pub(super) const RECEIPTS_OF_ORDER: &str = receipts!("po_key");
pub(super) const RECEIPTS_OF_NUMBER: &str = receipts!("UPPER(grn_number)");
pub(super) const RECEIPTS: &str = "SELECT line, quantity_accepted FROM receipt WHERE po_key = ?";
/// A line counts unless its invoice was rejected: by document where it has one, else when every row of that supplier
/// and number was.
pub(super) const BILLED: &str = "SELECT po_line, quantity FROM ledger_line AS l WHERE po_key = ? \
     AND (document IS NULL OR document <> ?) AND CASE WHEN document IS NULL THEN \
     NOT EXISTS (SELECT 1 FROM ledger AS i WHERE i.supplier_gstin = l.supplier_gstin \
     AND i.number_folded = l.number_folded AND i.status = 'rejected') \
     OR EXISTS (SELECT 1 FROM ledger AS i WHERE i.supplier_gstin = l.supplier_gstin \
     AND i.number_folded = l.number_folded AND i.status <> 'rejected') \
     ELSE NOT EXISTS (SELECT 1 FROM ledger AS i WHERE i.document = l.document AND i.status = 'rejected') END";

pub(super) const CONTRACTS_DIGEST: &str = "SELECT sha256 FROM book_file WHERE name = 'contracts/'";
/// Only to build the index of contracts.
pub(super) const CONTRACTS: &str = "SELECT name, text FROM document ORDER BY name";
pub(super) const PORTAL: &str = "SELECT json FROM portal_document WHERE kind = ? AND key = ?";
pub(super) const HAS_FILE: &str = "SELECT 1 FROM book_file WHERE name = ?";

/// Every statement of a question that a case asks.
#[cfg(test)]
pub(super) const PROBES: &[&str] = &[
    BY_NUMBER,
    BY_AMOUNT,
    BY_DATE,
    SERIES_BELOW,
    SERIES_ABOVE,
    TOTALS,
    VENDOR_BY_GSTIN,
    VENDOR_BY_PAN,
    VENDORS_STAMP,
    BUYER,
    ORDER_LINES,
    RECEIPTS,
    BILLED,
    CONTRACTS_DIGEST,
    PORTAL,
    HAS_FILE,
];

/// Every statement of a question that a person asks; they may sort what the index gave them.
#[cfg(test)]
pub(super) const QUESTIONS: &[&str] = &[
    LATEST[0],
    LATEST[1],
    EARLIEST[0],
    EARLIEST[1],
    LARGEST[0],
    LARGEST[1],
    SMALLEST[0],
    SMALLEST[1],
    TALLIES[0],
    TALLIES[1],
    NUMBERED,
    VENDOR_BY_ID,
    ORDERS_OF,
    RECEIPTS_OF_ORDER,
    RECEIPTS_OF_NUMBER,
];
