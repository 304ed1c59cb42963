-- Whose a past invoice is: of the tenant who had it verified here, whom alone it concerns; NULL is the book's, which is one for
-- all. A ledger export that catches up with a verified invoice makes its row the book's.
ALTER TABLE ledger ADD COLUMN tenant TEXT;
ALTER TABLE ledger_line ADD COLUMN tenant TEXT;
-- What was verified before this step stays everybody's history, as it was: an invoice that one of them no longer saw could be
-- paid twice.
DROP INDEX ledger_document;
-- Two tenants may each have the same document verified.
CREATE UNIQUE INDEX ledger_document ON ledger (document, tenant) WHERE document IS NOT NULL;
