-- For questions of people: an invoice by its number whoever billed it, all suppliers by day, a vendor's orders, a receipt
-- by its number.

CREATE INDEX ledger_folded ON ledger (number_folded);
CREATE INDEX ledger_day ON ledger (invoice_date, id);
CREATE INDEX order_vendor ON purchase_order_line (vendor_id, po_key, id);
CREATE INDEX receipt_number ON receipt (UPPER(grn_number));
