//! The questions that ports ask, as statements. A test holds that none of them walks a table.

/// A statement over `ledger` for rows that count: not rejected, not of the document `$1`, the book's or of the tenant `$3`; `$2`
/// rows at most, its key from `$4` on.
macro_rules! past {
    ($key:literal, $order:literal) => {
        concat!(
            "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, total_paise, \
             po_number, status FROM ledger WHERE ",
            $key,
            " AND status <> 'rejected' AND (document IS NULL OR document <> $1) AND (tenant IS NULL OR tenant = $3) ",
            $order,
            " LIMIT $2"
        )
    };
}

pub(super) const BY_NUMBER: &str = past!(
    "supplier_gstin = $4 AND number_folded = $5 AND financial_year = $6",
    ""
);
pub(super) const BY_AMOUNT: &str = past!(
    "supplier_pan = $4 AND total_paise BETWEEN $5 AND $6 AND invoice_date BETWEEN $7 AND $8",
    ""
);
pub(super) const BY_DATE: &str = past!(
    "supplier_gstin = $4 AND invoice_date BETWEEN $5 AND $6",
    "ORDER BY invoice_date, id"
);
pub(super) const SERIES_BELOW: &str = past!(
    "supplier_gstin = $4 AND series_before = $5 AND series_after = $6 AND counter < $7",
    "ORDER BY counter DESC, id DESC"
);
pub(super) const SERIES_ABOVE: &str = past!(
    "supplier_gstin = $4 AND series_before = $5 AND series_after = $6 AND counter > $7",
    "ORDER BY counter, id"
);
pub(super) const TOTALS: &str = "SELECT total_paise FROM ledger WHERE supplier_gstin = $4 AND status <> 'rejected' \
     AND (document IS NULL OR document <> $1) AND (tenant IS NULL OR tenant = $3) ORDER BY invoice_date DESC, id DESC LIMIT $2";

/// Rows that people ask about: from `$1` until `$2`, any status (the empty text) or one, of a total from `$4` to `$5`, the book's
/// or of the tenant `$6`, that name an order (`order`), none (`no_order`) or either (the empty text) by `$7`.
macro_rules! within {
    () => {
        "invoice_date BETWEEN $1 AND $2 AND ($3 = '' OR status = $3) AND total_paise BETWEEN $4 AND $5 \
         AND (tenant IS NULL OR tenant = $6) AND ($7 = '' OR (po_number = '') = ($7 = 'no_order'))"
    };
}
/// Of these rows `$8` at most in an order; of the supplier `$9`.
macro_rules! asked {
    ($key:literal, $order:literal) => {
        concat!(
            "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, total_paise, \
             po_number, status FROM ledger WHERE ",
            $key,
            within!(),
            " ORDER BY ",
            $order,
            " LIMIT $8"
        )
    };
}

/// By order: of one supplier, and of all.
pub(super) const LATEST: [&str; 2] = [
    asked!("supplier_gstin = $9 AND ", "invoice_date DESC, id DESC"),
    asked!("", "invoice_date DESC, id DESC"),
];
pub(super) const EARLIEST: [&str; 2] = [
    asked!("supplier_gstin = $9 AND ", "invoice_date, id"),
    asked!("", "invoice_date, id"),
];
pub(super) const LARGEST: [&str; 2] = [
    asked!(
        "supplier_gstin = $9 AND ",
        "total_paise DESC, invoice_date, id"
    ),
    asked!("", "total_paise DESC, invoice_date, id"),
];
pub(super) const SMALLEST: [&str; 2] = [
    asked!("supplier_gstin = $9 AND ", "total_paise, invoice_date, id"),
    asked!("", "total_paise, invoice_date, id"),
];
/// For reports, in the order of ids: after `$1`, `$2` at most, the book's or of the tenant `$3`; of the supplier `$4`.
macro_rules! after {
    ($key:literal) => {
        concat!(
            "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, total_paise, \
             po_number, status FROM ledger WHERE ",
            $key,
            "id > $1 AND (tenant IS NULL OR tenant = $3) ORDER BY id LIMIT $2"
        )
    };
}
pub(super) const AFTER: [&str; 2] = [after!("supplier_gstin = $4 AND "), after!("")];
/// Of the supplier `$8`.
macro_rules! tallies {
    ($key:literal) => {
        concat!(
            "SELECT status, COUNT(*), CAST(SUM(taxable_paise) AS BIGINT), CAST(SUM(total_paise) AS BIGINT) FROM ledger \
             WHERE ",
            $key,
            within!(),
            " GROUP BY status ORDER BY status"
        )
    };
}
pub(super) const TALLIES: [&str; 2] = [tallies!("supplier_gstin = $8 AND "), tallies!("")];
/// Suppliers by what they billed from `$1` until `$2`, all but rejected (the empty text) or with one of the statuses in `$3`, each
/// between two commas; `$4` at most, by rows of the book or of the tenant `$5`. The last column is how many suppliers there are.
macro_rules! suppliers {
    ($order:literal) => {
        concat!(
            "SELECT supplier_gstin, COUNT(*), CAST(SUM(taxable_paise) AS BIGINT), CAST(SUM(total_paise) AS BIGINT), \
             COUNT(*) OVER () FROM ledger WHERE invoice_date BETWEEN $1 AND $2 \
             AND (CASE WHEN $3 = '' THEN status <> 'rejected' ELSE $3 LIKE '%,' || status || ',%' END) \
             AND (tenant IS NULL OR tenant = $5) GROUP BY supplier_gstin ORDER BY ",
            $order,
            ", supplier_gstin LIMIT $4"
        )
    };
}
pub(super) const MOST_BILLED: &str = suppliers!("SUM(total_paise) DESC");
pub(super) const LEAST_BILLED: &str = suppliers!("SUM(total_paise)");
pub(super) const MOST_INVOICES: &str = suppliers!("COUNT(*) DESC");
pub(super) const FEWEST_INVOICES: &str = suppliers!("COUNT(*)");
pub(super) const NUMBERED: &str = "SELECT id, invoice_number, invoice_date, supplier_gstin, buyer_gstin, taxable_paise, \
     total_paise, po_number, status FROM ledger WHERE number_folded = $1 AND (tenant IS NULL OR tenant = $3) LIMIT $2";

macro_rules! vendors {
    ($rest:literal) => {
        concat!(
            "SELECT vendor_id, legal_name, trade_name, gstin, pan, bank_account, ifsc, payment_terms_days, msme, \
             status, email FROM vendor ",
            $rest
        )
    };
}

pub(super) const VENDOR_BY_GSTIN: &str = vendors!("WHERE gstin = $1 ORDER BY id");
pub(super) const VENDOR_BY_PAN: &str = vendors!("WHERE pan_key = $1 ORDER BY id");
pub(super) const VENDOR_BY_ID: &str = vendors!("WHERE vendor_id = $1 ORDER BY id");
/// To build the index of names, and for reports.
pub(super) const ALL_VENDORS: &str = vendors!("ORDER BY id");
/// Changes whenever the table does: by content or by rows.
pub(super) const VENDORS_STAMP: &str = "SELECT sha256 || ':' || COALESCE((SELECT MAX(id) FROM vendor), 0) FROM book_file WHERE name = 'vendors.csv'";
pub(super) const BUYER: &str = "SELECT json FROM buyer WHERE id = 1";

pub(super) const ORDER_LINES: &str = "SELECT po_number, po_date, vendor_id, line, hsn, description, quantity, unit, unit_price, gst_rate, status \
     FROM purchase_order_line WHERE po_key = $1 ORDER BY id";
pub(super) const ORDERS_OF: &str = "SELECT po_key, po_number, po_date, quantity, unit_price, status FROM purchase_order_line \
     WHERE vendor_id = $1 ORDER BY po_key, id LIMIT $2";
macro_rules! receipts {
    ($key:literal) => {
        concat!(
            "SELECT grn_number, grn_date, po_key, line, quantity_accepted FROM receipt WHERE ",
            $key,
            " = $1 LIMIT $2"
        )
    };
}
pub(super) const RECEIPTS_OF_ORDER: &str = receipts!("po_key");
pub(super) const RECEIPTS_OF_NUMBER: &str = receipts!("UPPER(grn_number)");
pub(super) const RECEIPTS: &str = "SELECT line, quantity_accepted FROM receipt WHERE po_key = $1";
/// Of the order `$1`, the book's or of the tenant `$3`, not of the document `$2`. A line counts unless its invoice was rejected: by
/// document where it has one, else when every row of that supplier and number was.
pub(super) const BILLED: &str = "SELECT po_line, quantity FROM ledger_line AS l WHERE po_key = $1 \
     AND (document IS NULL OR document <> $2) AND (tenant IS NULL OR tenant = $3) AND CASE WHEN document IS NULL THEN \
     NOT EXISTS (SELECT 1 FROM ledger AS i WHERE i.supplier_gstin = l.supplier_gstin \
     AND i.number_folded = l.number_folded AND i.status = 'rejected' AND (i.tenant IS NULL OR i.tenant = $3)) \
     OR EXISTS (SELECT 1 FROM ledger AS i WHERE i.supplier_gstin = l.supplier_gstin \
     AND i.number_folded = l.number_folded AND i.status <> 'rejected' AND (i.tenant IS NULL OR i.tenant = $3)) \
     ELSE NOT EXISTS (SELECT 1 FROM ledger AS i WHERE i.document = l.document AND i.status = 'rejected' \
     AND (i.tenant IS NULL OR i.tenant = $3)) END";

/// Of the order `$1`: how many of the book's invoices name it of which no line is known, and their value before tax.
pub(super) const UNSPLIT: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(taxable_paise), 0) AS BIGINT) FROM ledger AS i \
     WHERE UPPER(TRIM(po_number)) = $1 AND document IS NULL AND status <> 'rejected' AND NOT EXISTS \
     (SELECT 1 FROM ledger_line AS l WHERE l.po_key = $1 AND l.supplier_gstin = i.supplier_gstin \
     AND l.number_folded = i.number_folded)";

pub(super) const CONTRACTS_DIGEST: &str = "SELECT sha256 FROM book_file WHERE name = 'contracts/'";
/// Only to build the index of contracts.
pub(super) const CONTRACTS: &str = "SELECT name, text FROM document ORDER BY name";
pub(super) const PORTAL: &str = "SELECT json FROM portal_document WHERE kind = $1 AND key = $2";
pub(super) const HAS_FILE: &str = "SELECT rows FROM book_file WHERE name = $1";

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
    UNSPLIT,
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
    MOST_BILLED,
    LEAST_BILLED,
    MOST_INVOICES,
    FEWEST_INVOICES,
    AFTER[0],
    AFTER[1],
    NUMBERED,
    VENDOR_BY_ID,
    ORDERS_OF,
    RECEIPTS_OF_ORDER,
    RECEIPTS_OF_NUMBER,
];
