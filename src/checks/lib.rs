//! The checks: one rule a file, the list [`ALL`], and [`decide`].
//!
//! *Invariant:* pure. Same facts, same law, same policy: same answer. One check failing never silences another, but for
//! the gate on the supplier's GSTIN in [`judge`].

#![allow(
    clippy::result_large_err,
    reason = "an early outcome is the answer itself and moves once a check"
)]

use domain::{Change, Facts, Law, Need, Outcome, Policy, verdict::Decision};

pub use domain::Severity;

mod agreed;
mod amount_outlier;
mod buyer_gstin;
mod contract_terms;
#[cfg(test)]
mod decide_tests;
mod doc_date;
mod doc_mandatory;
mod doc_number_format;
mod duplicate_exact;
mod duplicate_near;
mod einv_age;
mod einv_irn_hash;
mod einv_irn_status;
mod einv_qr_match;
mod einv_qr_signature;
mod einv_required;
#[cfg(test)]
mod grounded;
mod gst_active;
mod gst_active_now;
mod gst_composition;
mod gst_filing;
mod gst_name;
mod gst_registered;
mod gstin_checksum;
mod gstin_state;
mod gstr2b_match;
mod hsn_digits;
mod injection;
mod itc_time_bar;
mod ledger;
mod listing;
mod number_gap;
mod order_lines;
mod order_value;
mod po_exists;
mod po_open;
mod po_price;
mod po_quantity;
mod po_vendor;
mod receipt_quantity;
mod remarks;
mod round_amount;
mod split_billing;
mod tax_line;
mod tax_place_of_supply;
mod tax_rate_hsn;
mod tax_rate_slab;
mod tax_reverse_charge;
mod tax_round_off;
mod tax_total;
#[cfg(test)]
mod testing;
mod vendor_bank;
mod vendor_blocked;
mod vendor_gstin;
mod vendor_known;
mod vendor_lookalike;
mod vendor_msme;
mod vendor_terms;

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub facts: &'a Facts,
    pub law: &'a Law,
    pub policy: &'a Policy,
}

/// A check: data about a rule, and the rule.
#[derive(Debug)]
pub struct Spec {
    /// Permanent; from the list of checks, never reused.
    pub id: &'static str,
    /// What a fail does, unless policy says otherwise.
    pub severity: Severity,
    /// Whether it holds the invoice when it cannot be evaluated, unless policy says otherwise.
    pub required: bool,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// The source of the rule.
    pub law: &'static str,
    /// What usually mends a fail.
    pub remedy: &'static str,
    /// What must be asked for before it can be evaluated.
    pub needs: &'static [Need],
    pub run: fn(&Context) -> Outcome,
    pub mend: Mend,
}

/// What would make a check that fails, or cannot be evaluated, accept the invoice.
#[derive(Debug, Clone, Copy)]
pub enum Mend {
    /// Changes of the invoice or of records, made together; several of one target are alternatives, the likeliest
    /// first. Empty where these facts show none. Candidates only: whether they approve is found by running all checks
    /// again.
    By(fn(&Context) -> Vec<Change>),
    /// No change ever does; why, and what a person does instead.
    Never(&'static str),
}

impl Mend {
    pub fn changes(self, context: &Context) -> Vec<Change> {
        match self {
            Self::By(propose) => propose(context),
            Self::Never(_) => Vec::new(),
        }
    }
}

impl Spec {
    /// The severity under a policy.
    pub fn severity(&self, policy: &Policy) -> Severity {
        policy
            .severity
            .get(self.id)
            .copied()
            .unwrap_or(self.severity)
    }

    /// Whether it is required under a policy.
    pub fn required(&self, policy: &Policy) -> bool {
        policy
            .required
            .get(self.id)
            .copied()
            .unwrap_or(self.required)
    }
}

/// Every check, in the order of the list.
pub const ALL: &[&Spec] = &[
    &gstin_checksum::SPEC,
    &gstin_state::SPEC,
    &buyer_gstin::SPEC,
    &doc_mandatory::SPEC,
    &doc_number_format::SPEC,
    &doc_date::SPEC,
    &itc_time_bar::SPEC,
    &hsn_digits::SPEC,
    &tax_line::SPEC,
    &tax_total::SPEC,
    &tax_round_off::SPEC,
    &tax_place_of_supply::SPEC,
    &tax_rate_slab::SPEC,
    &tax_rate_hsn::SPEC,
    &tax_reverse_charge::SPEC,
    &gst_registered::SPEC,
    &gst_active::SPEC,
    &gst_active_now::SPEC,
    &gst_composition::SPEC,
    &gst_name::SPEC,
    &gst_filing::SPEC,
    &gstr2b_match::SPEC,
    &einv_required::SPEC,
    &einv_irn_hash::SPEC,
    &einv_qr_signature::SPEC,
    &einv_qr_match::SPEC,
    &einv_irn_status::SPEC,
    &einv_age::SPEC,
    &vendor_known::SPEC,
    &vendor_blocked::SPEC,
    &vendor_gstin::SPEC,
    &vendor_bank::SPEC,
    &vendor_terms::SPEC,
    &vendor_msme::SPEC,
    &vendor_lookalike::SPEC,
    &duplicate_exact::SPEC,
    &duplicate_near::SPEC,
    &amount_outlier::SPEC,
    &split_billing::SPEC,
    &number_gap::SPEC,
    &round_amount::SPEC,
    &po_exists::SPEC,
    &po_open::SPEC,
    &po_vendor::SPEC,
    &po_price::SPEC,
    &po_quantity::SPEC,
    &receipt_quantity::SPEC,
    &contract_terms::SPEC,
    &injection::SPEC,
];

/// What an invoice bills against orders that were found: order, line and quantity, in the order of its lines. A line
/// that is on no order, or has no quantity, is left out.
pub fn billed_lines(facts: &Facts) -> Vec<(String, String, domain::Decimal)> {
    let lines = order_lines::OrderLines::of(facts);
    facts
        .invoice
        .items
        .iter()
        .zip(&lines.places)
        .filter_map(|(item, place)| {
            let (named, line) = lines.line((*place)?)?;
            Some((named.po_number.clone(), line.line.clone(), item.quantity?))
        })
        .collect()
}

/// A check by its id.
pub fn find(id: &str) -> Option<&'static Spec> {
    ALL.iter().find(|spec| spec.id == id).copied()
}

/// Prefixes and ids of the checks that the supplier's GSTIN is the key of.
fn keyed_by_supplier(id: &str) -> bool {
    id == "GSTIN-STATE"
        || id == "GSTR2B-MATCH"
        || ["GST-", "EINV-", "VENDOR-"]
            .iter()
            .any(|prefix| id.starts_with(prefix))
}

/// Evaluates every check by itself. Where the supplier's GSTIN is not valid nothing can be asked with it, so the
/// checks keyed by it are unverified.
pub fn judge(context: &Context) -> Vec<(&'static Spec, Outcome)> {
    let invoice = &context.facts.invoice;
    let supplier = invoice.supplier.valid_gstin();
    let gated = !supplier.is_some_and(|gstin| context.law.admits(gstin, invoice.date));
    ALL.iter()
        .map(|spec| {
            let outcome = if gated && keyed_by_supplier(spec.id) {
                Outcome::unverified("nothing was asked: the supplier's GSTIN is not valid")
            } else {
                (spec.run)(context)
            };
            (*spec, outcome)
        })
        .collect()
}

/// The worst answer wins, so the order of checks never matters. No answers at all is a hold.
pub fn decide<'a>(
    answers: impl IntoIterator<Item = (&'a Spec, &'a Outcome)>,
    policy: &Policy,
) -> Decision {
    answers
        .into_iter()
        .map(|(spec, outcome)| match (outcome, spec.severity(policy)) {
            (Outcome::Fail(_), Severity::Reject) => Decision::Reject,
            (Outcome::Fail(_), Severity::Hold) => Decision::Hold,
            (Outcome::Unverified(_), _) if spec.required(policy) => Decision::Hold,
            (Outcome::Fail(_), Severity::Info)
            | (Outcome::Unverified(_) | Outcome::Pass(_) | Outcome::NotApplicable(_), _) => {
                Decision::Approve
            }
        })
        .max()
        .unwrap_or(Decision::Hold)
}
