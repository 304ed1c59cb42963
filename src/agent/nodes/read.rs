//! Read: a quarantined model reads the passages of documents that a model chose to search. A conflict between what was agreed
//! there and what a record holds is a doubt, worded and compared by code; the critic has to bear it out like any other.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Citation, Cite, EvidenceId, Need, records::VendorRecord, verdict::Grade, verdict::Relevance,
};

use crate::{
    ask::relevance::Keys,
    case::{Asking, Case, Delta, Doubt},
    consult::Adviser,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    leads,
    reader::{self, Field, Reading, Typed, as_days},
};

pub(super) struct Read {
    pub(super) adviser: Option<Adviser>,
}

#[async_trait]
impl Node<Case> for Read {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("read")
            .recomputed()
            .reads(&["inquiries", "evidence"])
            .writes(&["readings", "evidence", "doubts"])
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let passages = leads::unread(case);
        let mut read: Vec<EvidenceId> = passages.iter().map(|shown| shown.evidence).collect();
        read.dedup();
        let id = u16::try_from(case.evidence.len())
            .map(EvidenceId)
            .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
        // A search that its keys decided is as relevant as they say, whatever a reader finds.
        let decided: Vec<EvidenceId> = read
            .iter()
            .filter(|id| {
                let mut own = passages.iter().filter(|shown| shown.evidence == **id);
                own.any(|shown| shown.keys == Keys::Relevant)
            })
            .copied()
            .collect();
        let Some(adviser) = &self.adviser else {
            return Ok(Step::nothing().thought("nobody is there to read"));
        };
        let heard = reader::read(adviser, cx, &case.input.key(), id, passages).await;
        let by_keys = decided.iter().map(|id| Relevance {
            evidence: *id,
            grade: Grade::Relevant,
        });
        let by_reader = heard
            .graded
            .iter()
            .filter(|g| !decided.contains(&g.evidence));
        let graded: Vec<Relevance> = by_keys.chain(by_reader.cloned()).collect();
        let doubts: Vec<Doubt> = heard
            .readings
            .iter()
            .filter_map(|reading| conflict(case, reading))
            .collect();
        let thought = format!("{}; {} conflicts", heard.note, doubts.len());
        Ok(Step::new(Delta::Read {
            heard,
            graded,
            read,
            doubts,
        })
        .thought(thought))
    }
}

/// Days of payment that a contract names and the vendor master, or the invoice where that holds none, does not.
fn conflict(case: &Case, reading: &Reading) -> Option<Doubt> {
    let (Field::PaymentDays, Typed::Days(agreed)) = (reading.field, reading.value) else {
        return None;
    };
    let mut held = in_master(case);
    if held.is_empty() {
        held.extend(on_invoice(case));
    }
    // What is held is agreed by another registration, or named by the passage too: for other goods, or for a discount.
    let agrees = |days: i64| days == agreed || reading.values.contains(&Typed::Days(days));
    if held.iter().any(|(days, ..)| agrees(*days)) {
        return None;
    }
    let (held, of, beside) = held.into_iter().next()?;
    Some(Doubt {
        why: format!(
            "{} gives {agreed} days to pay, {of} {held}",
            reading.document
        ),
        citation: reading.cited.clone(),
        beside: Some(beside),
        confirmed: false,
    })
}

/// Days of payment, where they stand in words, and their place.
type Held = (i64, &'static str, Citation);

fn in_master(case: &Case) -> Vec<Held> {
    let Some(asked) = case.last_asked(Need::Vendor, 0) else {
        return Vec::new();
    };
    let record = asked.record.as_ref().map(<&Arc<VendorRecord>>::try_from);
    let (Asking::Answered { evidence, .. }, Some(Ok(record))) = (&asked.result, record) else {
        return Vec::new();
    };
    let (list, vendors) = if record.by_gstin.is_empty() {
        ("by_pan", &record.by_pan)
    } else {
        ("by_gstin", &record.by_gstin)
    };
    let vendors = vendors.iter().enumerate();
    vendors
        .filter_map(|(at, vendor)| {
            let cite = Cite::new(*evidence, format!("/{list}/{at}/payment_terms_days"));
            let cited = cite.read(&case.evidence)?;
            Some((vendor.payment_terms_days?, "the vendor master", cited))
        })
        .collect()
}

fn on_invoice(case: &Case) -> Option<Held> {
    let days = as_days(case.input.invoice.payment.credit_days?)?;
    let cite = Cite::new(EvidenceId::INVOICE, "/PayDtls/CrDay");
    Some((days, "the invoice", cite.read(&case.evidence)?))
}
