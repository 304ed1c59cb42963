//! What ends a run with a verdict. It is made ready for the database before anyone waits for the writer.

use callbacks::News;
use domain::{Decimal, Paise, evidence::sha256_hex, verdict::AuditLink};
use jiff::Timestamp;
use queue::Lease;
use serde_json::Value;

use crate::{CaseInput, NewVerdict, Remembered, chain::Sealed, held};

/// A verdict, what it was reached from, the job that it ends, and who is told: committed together with the last entries of the
/// run's journal.
#[derive(Debug, Clone)]
pub struct VerdictEnding {
    pub(crate) verdict: Sealable,
    pub(crate) input: Judged,
    /// Of the job that this verdict ends. Without one it belongs to the tenant without a name.
    pub lease: Option<Lease>,
    /// Who is told of it, and what.
    pub told: Vec<String>,
    pub news: News,
    /// By the store's clock.
    pub at: Timestamp,
}

impl VerdictEnding {
    /// A verdict that no job asked for and of which nobody is told.
    pub fn new(verdict: NewVerdict, input: CaseInput, news: News, at: Timestamp) -> Self {
        Self {
            verdict: verdict.into(),
            input: input.into(),
            lease: None,
            told: Vec::new(),
            news,
            at,
        }
    }
}

/// What became of a verdict that ends a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Counts only when the transaction commits.
    pub link: AuditLink,
    /// Its job is another worker's by now: nothing of the transaction may be kept.
    pub stale: bool,
}

/// A verdict as text, with what is read from it.
#[derive(Debug, Clone)]
pub(crate) struct Sealable {
    pub(crate) case_key: String,
    pub(crate) as_of: String,
    pub(crate) created: String,
    pub(crate) json: String,
    pub(crate) canonical: String,
    pub(crate) derived: Derived,
    pub(crate) history: Option<Remembered>,
}

impl From<NewVerdict> for Sealable {
    fn from(new: NewVerdict) -> Self {
        let sealed = Sealed::of(new.verdict);
        let derived = Derived::of(&sealed);
        let Sealed {
            json, canonical, ..
        } = sealed;
        Self {
            case_key: new.case_key,
            as_of: new.as_of,
            created: new.created,
            json,
            canonical,
            derived,
            history: new.history.map(Remembered::into_kept),
        }
    }
}

/// What a case was asked to judge, with the digest of its document.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) input: CaseInput,
    pub(crate) sha256: String,
}

impl From<CaseInput> for Judged {
    fn from(mut input: CaseInput) -> Self {
        input.source = held(&input.source);
        Self {
            sha256: sha256_hex(&input.bytes),
            input,
        }
    }
}

/// The columns that a verdict's own JSON repeats, for look-ups.
#[derive(Debug, Clone)]
pub(crate) struct Derived {
    pub(crate) id: String,
    pub(crate) document: String,
    pub(crate) decision: String,
    pub(crate) supplier_gstin: String,
    pub(crate) invoice_number: String,
    pub(crate) total_paise: Option<i64>,
}

impl Derived {
    /// From a verdict's own members; what it lacks is empty.
    pub(crate) fn of(sealed: &Sealed) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(held);
        let invoice = sealed.member("invoice");
        let of_invoice = |member| text(invoice.get(member)).unwrap_or_default();
        Self {
            id: text(Some(&sealed.member("id"))).unwrap_or_default(),
            document: of_invoice("sha256"),
            decision: text(Some(&sealed.member("decision"))).unwrap_or_default(),
            supplier_gstin: invoice_db::key(&of_invoice("supplier_gstin")),
            invoice_number: of_invoice("number"),
            total_paise: invoice.get("total").and_then(total),
        }
    }
}

/// The total as the verdict shows it, to the nearest paisa; `None` when it is no amount.
fn total(value: &Value) -> Option<i64> {
    let rupees: Decimal = domain::portal::amount(value)?;
    Some(Paise::nearest(rupees).0)
}

/// A verdict that comes with nothing else, in tests.
#[cfg(test)]
pub(crate) fn alone(new: NewVerdict) -> VerdictEnding {
    let input = CaseInput {
        case_key: new.case_key.clone(),
        bytes: new.case_key.clone().into_bytes(),
        as_of: new.as_of.clone(),
        policy_sha256: String::new(),
        source: "test".to_owned(),
    };
    let news = News {
        kind: callbacks::Kind::Completed,
        verdict: new.case_key.clone(),
        document: String::new(),
        invoice: String::new(),
        decision: String::new(),
        at: String::new(),
        url: String::new(),
        traceparent: None,
    };
    VerdictEnding::new(new, input, news, Timestamp::UNIX_EPOCH)
}
