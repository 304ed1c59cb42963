-- By the order that an invoice names, for those of which no line is known.
CREATE INDEX ledger_order ON ledger (UPPER(TRIM(po_number)));
