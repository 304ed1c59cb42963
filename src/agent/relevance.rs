//! The relevance critic: does an answer speak of what was asked? Decided by keys, never by how it reads.

use domain::{Gstin, verdict::Grade};
use serde_json::Value;

use crate::{
    case::{Asked, Asking, Case, Graded},
    obligations::{self, unreadable},
    record::{Readings, Record},
};

/// Whether an answer was graded as of no use, or came back unreadable.
pub(crate) fn is_doubtful(asked: &Asked) -> bool {
    matches!(asked.grade, Some(Grade::Irrelevant | Grade::Partial)) || unreadable(&asked.result)
}

/// Needs whose last answer is of no use and for which another wording is left.
pub(crate) fn doubtful(case: &Case) -> impl Iterator<Item = &Asked> {
    case.asked.iter().filter(|asked| {
        let last = || case.last_asked(asked.need, asked.order);
        let qr = case.signed_qr();
        is_doubtful(asked)
            && last().is_some_and(|last| last.attempt == asked.attempt)
            && obligations::reword(asked.need, asked.order, &case.input, qr, asked.attempt + 1)
                .is_some()
    })
}

/// Grades the answer at a place in `asked`.
pub(crate) fn grade(readings: &Readings, case: &Case, at: usize, asked: &Asked) -> Graded {
    let (grade, doubt, record) = match bears_on(readings, case, asked) {
        Ok(record) => (Grade::Relevant, None, record),
        Err(doubt) => {
            let grade = match doubt {
                Doubt::Stale(_) => Grade::Partial,
                _ => Grade::Irrelevant,
            };
            (grade, Some(doubt.to_string()), None)
        }
    };
    Graded {
        at,
        grade,
        doubt,
        record,
    }
}

/// Why an answer is of no use.
#[derive(Debug, thiserror::Error)]
enum Doubt {
    #[error("its evidence is missing")]
    Missing,
    #[error("the answer is about another {0}")]
    OtherRecord(&'static str),
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    #[error("the answer is out of date: it is of {0}")]
    Stale(String),
}

/// Older than this at the portal's side is out of date, in days: a registration may have been cancelled since.
const STALE_DAYS: i64 = 7;

/// The record that an answer holds, when it is about what was asked; `None` where there is no such record, which
/// answers the question too.
fn bears_on(readings: &Readings, case: &Case, asked: &Asked) -> Result<Option<Record>, Doubt> {
    let Asking::Answered { evidence, found } = asked.result else {
        return Err(Doubt::Missing);
    };
    let source = case.evidence.get(usize::from(evidence.0));
    let value = &source.ok_or(Doubt::Missing)?.observation;
    if !found {
        return Ok(None);
    }
    let record = readings
        .read(asked.need, value)
        .map_err(Doubt::Unreadable)?;
    let invoice = &case.input.invoice;
    let supplier = invoice.supplier.valid_gstin();
    let is = |text: &str, gstin: Option<Gstin>| {
        gstin.is_some_and(|g| text.trim().eq_ignore_ascii_case(g.as_str()))
    };
    let said = |key: &str| value.get(key).and_then(Value::as_str);
    let (same, what) = match &record {
        Record::Buyer(_) | Record::Returns(_) => (true, "buyer"),
        Record::Vendor(record) => {
            let holder = supplier.map(|g| g.holder()).unwrap_or_default();
            let mut by_gstin = record.by_gstin.iter();
            let mut by_pan = record.by_pan.iter();
            if is(&record.gstin, supplier) {
                let own = by_gstin.all(|v| is(&v.gstin, supplier))
                    && by_pan
                        .all(|v| v.pan == holder || v.gstin.get(2..12) == Some(holder.as_str()));
                (own, "vendor")
            } else {
                (false, "supplier")
            }
        }
        Record::Taxpayer(record) => (is(&record.gstin, supplier), "taxpayer"),
        Record::Statement(_) if !is(said("supplier").unwrap_or_default(), supplier) => {
            (false, "supplier")
        }
        Record::Statement(_) => {
            let buyer = invoice.buyer.valid_gstin();
            (is(said("gstin").unwrap_or_default(), buyer), "buyer")
        }
        Record::IrnStatus(_) => {
            let irn = said("Irn");
            (irn.is_none() || irn == invoice.irn.as_deref(), "IRN")
        }
        Record::SigningKey(key) => {
            let named = case.qr.as_ref().map(|q| q.1.key_id.as_str());
            let same = key.kid.eq_ignore_ascii_case(named.unwrap_or_default());
            (same, "key")
        }
        Record::Duplicates(record) => (is(&record.supplier_gstin, supplier), "supplier"),
        Record::History(record) => (is(&record.supplier_gstin, supplier), "supplier"),
        Record::Orders(record) => {
            let named = invoice.orders.get(asked.order).map(|o| o.number.trim());
            let same = named.is_some_and(|n| n.eq_ignore_ascii_case(record.po_number.trim()));
            (same, "order")
        }
        Record::Contracts(_) => (
            is(said("supplier").unwrap_or_default(), supplier),
            "supplier",
        ),
    };
    if !same {
        return Err(Doubt::OtherRecord(what));
    }
    if matches!(
        record,
        Record::Taxpayer(_) | Record::Returns(_) | Record::IrnStatus(_)
    ) {
        fresh(case, value)?;
    }
    Ok(Some(record))
}

fn fresh(case: &Case, value: &Value) -> Result<(), Doubt> {
    match stale_since(value, case.input.as_of) {
        Some(date) => Err(Doubt::Stale(domain::civil::readable(date))),
        None => Ok(()),
    }
}

/// The day of a copy that does not speak of today. Providers that answer from a copy say of when it is; one older than a
/// week is out of date.
pub(crate) fn stale_since(value: &Value, as_of: domain::Date) -> Option<domain::Date> {
    let said = ["fetchedAt", "fetched_at", "asOn"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str());
    let date = said.and_then(domain::civil::parse_date)?;
    (domain::civil::days_between(date, as_of) > STALE_DAYS).then_some(date)
}
