-- One schema for SQLite and PostgreSQL: only types and clauses that both read alike.
-- BIGINT is a whole number (money: paise), TEXT also holds ISO dates and exact decimals, BYTEA holds bytes.
-- Ids are given by the store, which has one writer. `occurrence` tells equal keys of one file apart: 1, 2, …

-- Files of the book that were loaded; directories end in a slash and have no digest.
CREATE TABLE book_file (
    name TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    rows BIGINT NOT NULL
);

CREATE TABLE vendor (
    id BIGINT NOT NULL PRIMARY KEY,
    vendor_id TEXT NOT NULL,
    gstin TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    legal_name TEXT NOT NULL,
    trade_name TEXT NOT NULL,
    pan TEXT NOT NULL,
    -- pan, or the one inside the GSTIN
    pan_key TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    ifsc TEXT NOT NULL,
    payment_terms_days BIGINT,
    msme TEXT NOT NULL,
    status TEXT NOT NULL,
    email TEXT NOT NULL,
    UNIQUE (vendor_id, gstin, occurrence)
);
CREATE INDEX vendor_gstin ON vendor (gstin);
CREATE INDEX vendor_pan ON vendor (pan_key);

CREATE TABLE purchase_order_line (
    id BIGINT NOT NULL PRIMARY KEY,
    -- po_number, trimmed, upper case
    po_key TEXT NOT NULL,
    line TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    po_number TEXT NOT NULL,
    po_date TEXT,
    vendor_id TEXT NOT NULL,
    hsn TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    gst_rate TEXT NOT NULL,
    status TEXT NOT NULL,
    UNIQUE (po_key, line, occurrence)
);

CREATE TABLE receipt (
    id BIGINT NOT NULL PRIMARY KEY,
    po_key TEXT NOT NULL,
    line TEXT NOT NULL,
    grn_number TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    grn_date TEXT,
    quantity_accepted TEXT NOT NULL,
    UNIQUE (po_key, line, grn_number, occurrence)
);

CREATE TABLE ledger (
    id BIGINT NOT NULL PRIMARY KEY,
    supplier_gstin TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoice_date TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    buyer_gstin TEXT NOT NULL,
    taxable_paise BIGINT NOT NULL,
    total_paise BIGINT NOT NULL,
    po_number TEXT NOT NULL,
    status TEXT NOT NULL,
    -- SHA-256 of the document that was verified here; NULL for a row that only the book has
    document TEXT,
    -- what follows is derived from the above, for the indexes
    financial_year BIGINT NOT NULL,
    number_folded TEXT NOT NULL,
    supplier_pan TEXT NOT NULL,
    series_before TEXT NOT NULL,
    series_after TEXT NOT NULL,
    -- NULL: the number has no counter
    counter BIGINT,
    UNIQUE (supplier_gstin, invoice_number, invoice_date, occurrence)
);
CREATE INDEX ledger_number ON ledger (supplier_gstin, number_folded, financial_year);
CREATE INDEX ledger_amount ON ledger (supplier_pan, total_paise, invoice_date);
CREATE INDEX ledger_date ON ledger (supplier_gstin, invoice_date, id);
CREATE INDEX ledger_series ON ledger (supplier_gstin, series_before, series_after, counter, id);
CREATE UNIQUE INDEX ledger_document ON ledger (document) WHERE document IS NOT NULL;

CREATE TABLE ledger_line (
    id BIGINT NOT NULL PRIMARY KEY,
    po_key TEXT NOT NULL,
    po_line TEXT NOT NULL,
    supplier_gstin TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    number_folded TEXT NOT NULL,
    quantity TEXT NOT NULL,
    document TEXT,
    UNIQUE (po_key, po_line, supplier_gstin, invoice_number, occurrence)
);

-- One row: ourselves.
CREATE TABLE buyer (
    id BIGINT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
);

-- Contracts; text is NULL where it is not read.
CREATE TABLE document (
    name TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    text TEXT
);

CREATE TABLE portal_document (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    json TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Bytes by their SHA-256.
CREATE TABLE blob (
    sha256 TEXT NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
);

-- What a case was asked to judge, so that it can be run again.
CREATE TABLE case_input (
    case_key TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL REFERENCES blob (sha256),
    as_of TEXT NOT NULL,
    policy_sha256 TEXT NOT NULL,
    source TEXT NOT NULL
);

-- Verdicts in the order of the audit chain. `json` is the verdict without its audit link, compact.
CREATE TABLE verdict (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_key TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    decision TEXT NOT NULL,
    supplier_gstin TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    total_paise BIGINT,
    as_of TEXT NOT NULL,
    -- RFC 3339 in UTC
    created TEXT NOT NULL,
    json TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    -- SHA-256 over the link and the columns that the verdict itself does not hold
    seal TEXT NOT NULL
);
CREATE INDEX verdict_document ON verdict (document);
CREATE INDEX verdict_supplier ON verdict (supplier_gstin, seq);
CREATE INDEX verdict_decision ON verdict (decision, seq);

-- One row: the end of the chain, so that a removed last verdict is missed.
CREATE TABLE chain_head (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
