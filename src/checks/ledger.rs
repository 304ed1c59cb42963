//! The invoice beside past ones: what both must have to be compared, and how a ledger row is told and cited.

use domain::{
    Answer, Cite, Date, Decimal, DocNumber, FinancialYear, Finding, Invoice, Outcome,
    civil::readable, inr, records::LedgerEntry,
};

/// What makes a supplier one person over its registrations: the PAN inside a GSTIN; the whole of what is not fifteen
/// characters long. Upper case.
fn holder(gstin: &str) -> String {
    let gstin = gstin.trim();
    let inner = gstin.get(2..12).filter(|_| gstin.len() == 15);
    inner.unwrap_or(gstin).to_uppercase()
}

/// Whether a row is out of the count: rejected invoices are no history.
pub(crate) fn is_rejected(row: &LedgerEntry) -> bool {
    row.status.trim().eq_ignore_ascii_case("rejected")
}

/// The particulars by which an invoice is compared with past ones.
pub(crate) struct Document {
    pub(crate) gstin: String,
    pub(crate) number: DocNumber,
    pub(crate) date: Date,
}

impl Document {
    /// # Errors
    /// `Unverified` where GSTIN, number or date is missing or the date is none.
    pub(crate) fn of(invoice: &Invoice) -> Result<Self, Outcome> {
        let missing = |what: &str, pointer: &str| {
            Outcome::Unverified(
                Finding::new(format!(
                    "the invoice {what}, so it cannot be compared with past ones"
                ))
                .cite(invoice.cite(pointer)),
            )
        };
        let gstin = invoice.supplier.gstin.as_deref();
        let number = invoice.number.as_deref();
        Ok(Self {
            gstin: gstin
                .ok_or_else(|| missing("has no supplier GSTIN", "/SellerDtls/Gstin"))?
                .to_owned(),
            number: DocNumber::new(number.ok_or_else(|| missing("has no number", "/DocDtls/No"))?),
            date: invoice
                .date
                .ok_or_else(|| missing("has no readable date", "/DocDtls/Dt"))?,
        })
    }

    /// Whether a row is this very document: same supplier GSTIN, same financial year, same number once folded.
    pub(crate) fn is(&self, row: &LedgerEntry) -> bool {
        row.supplier_gstin
            .trim()
            .eq_ignore_ascii_case(self.gstin.trim())
            && FinancialYear::of(row.invoice_date) == FinancialYear::of(self.date)
            && DocNumber::fold(&row.invoice_number) == self.number.folded
    }

    /// Whether a row is of the same PAN (of the same id, where there is no PAN in it).
    pub(crate) fn is_of_holder(&self, row: &LedgerEntry) -> bool {
        holder(&self.gstin) == holder(&row.supplier_gstin)
    }
}

/// The invoice's total in rupees, which ledgers keep.
///
/// # Errors
/// `Unverified` where it is missing.
pub(crate) fn total(invoice: &Invoice) -> Result<Decimal, Outcome> {
    invoice.totals.total.ok_or_else(|| {
        Outcome::Unverified(
            Finding::new("the invoice has no total, so it cannot be compared with past ones")
                .cite(invoice.cite("/ValDtls/TotInvVal")),
        )
    })
}

/// `SF/26-27/0414 of 6 Oct 2026 for ₹3,51,200.00 (paid)`; goes with [`row_cites`].
pub(crate) fn row_text(row: &LedgerEntry) -> String {
    format!(
        "{} of {} for {} ({})",
        row.invoice_number,
        readable(row.invoice_date),
        inr(row.total_value),
        row.status
    )
}

/// What [`row_text`] says, in the observation at the row's pointer.
pub(crate) fn row_cites<T>(answer: &Answer<T>, pointer: &str) -> Vec<Cite> {
    ["invoice_number", "invoice_date", "total_value", "status"]
        .iter()
        .filter_map(|member| answer.cite(format!("{pointer}/{member}")))
        .collect()
}

/// Rows that one message names; more are left unsaid.
pub(crate) const ROWS_NAMED: usize = 3;

/// `a; b and others`: the first few of some texts.
pub(crate) fn some_of(texts: &[String]) -> String {
    let named: Vec<&str> = texts.iter().take(ROWS_NAMED).map(String::as_str).collect();
    let others = if texts.len() > ROWS_NAMED {
        " and others"
    } else {
        ""
    };
    format!("{}{others}", named.join("; "))
}
