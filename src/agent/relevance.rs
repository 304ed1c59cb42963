//! The relevance critic: does an answer speak of what was asked? Decided by keys, never by how it reads.

use domain::{
    Gstin, Need,
    portal::{IrnRecord, Returns, SigningKey, Statement, Taxpayer},
    records::{Buyer, Duplicates, History, Order, VendorRecord},
    verdict::Grade,
};
use serde_json::Value;

use crate::{
    case::{Asked, Asking, Case, from_json},
    obligations::{self, unreadable},
};

/// Whether an answer was graded as of no use, or came back unreadable.
pub(crate) fn is_doubtful(asked: &Asked) -> bool {
    matches!(asked.grade, Some(Grade::Irrelevant | Grade::Partial)) || unreadable(&asked.result)
}

/// Needs whose last answer is of no use and for which another wording is left.
pub(crate) fn doubtful(case: &Case) -> impl Iterator<Item = &Asked> {
    obligations::wanted(case)
        .into_iter()
        .filter_map(|(need, order)| {
            let asked = case
                .last_asked(need, order)
                .filter(|asked| is_doubtful(asked))?;
            let qr = case.qr.as_ref().map(|q| &q.1);
            obligations::reword(need, order, &case.input, qr, asked.attempt + 1).map(|_| asked)
        })
}

/// Grades one answer. `Err` says why it is not relevant.
pub fn grade(case: &Case, asked: &Asked) -> (Grade, Option<String>) {
    let Asking::Answered { evidence, found } = &asked.result else {
        return (Grade::Irrelevant, None);
    };
    let Some(observation) = case.observation(*evidence) else {
        return (
            Grade::Irrelevant,
            Some("its evidence is missing".to_owned()),
        );
    };
    // That there is no such record answers the question that was asked.
    if !*found {
        return (Grade::Relevant, None);
    }
    match bears_on(case, asked.need, asked.order, observation) {
        Ok(()) => (Grade::Relevant, None),
        Err(Doubt::OtherRecord(what)) => (
            Grade::Irrelevant,
            Some(format!("the answer is about another {what}")),
        ),
        Err(Doubt::Unreadable(problem)) => (
            Grade::Irrelevant,
            Some(format!("the answer cannot be read: {problem}")),
        ),
        Err(Doubt::Stale(since)) => (
            Grade::Partial,
            Some(format!("the answer is out of date: it is of {since}")),
        ),
    }
}

enum Doubt {
    OtherRecord(&'static str),
    Unreadable(String),
    Stale(String),
}

/// Older than this at the portal's side is out of date, in days: a registration may have been cancelled since.
const STALE_DAYS: i64 = 7;

fn bears_on(case: &Case, need: Need, order: usize, value: &Value) -> Result<(), Doubt> {
    let unreadable = |problem: String| Doubt::Unreadable(problem);
    let supplier = case.input.invoice.supplier.valid_gstin();
    let same = |text: &str, gstin: Option<Gstin>, what| {
        if gstin.is_some_and(|g| text.trim().eq_ignore_ascii_case(g.as_str())) {
            Ok(())
        } else {
            Err(Doubt::OtherRecord(what))
        }
    };
    match need {
        Need::Buyer => from_json::<Buyer>(value).map(drop).map_err(unreadable),
        Need::Vendor => {
            let record: VendorRecord = from_json(value).map_err(unreadable)?;
            same(&record.gstin, supplier, "supplier")?;
            let holder = supplier.map(|g| g.holder()).unwrap_or_default();
            let own = record
                .by_gstin
                .iter()
                .all(|v| same(&v.gstin, supplier, "").is_ok())
                && record
                    .by_pan
                    .iter()
                    .all(|v| v.pan == holder || v.gstin.get(2..12) == Some(holder.as_str()));
            if own {
                Ok(())
            } else {
                Err(Doubt::OtherRecord("vendor"))
            }
        }
        Need::Taxpayer => {
            let record = Taxpayer::read(value).map_err(|e| unreadable(e.to_string()))?;
            same(&record.gstin, supplier, "taxpayer")?;
            fresh(case, value)
        }
        Need::Returns => {
            Returns::read(value).map_err(|e| unreadable(e.to_string()))?;
            fresh(case, value)
        }
        Need::Statement => {
            Statement::read(value).map_err(|e| unreadable(e.to_string()))?;
            let said = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
            same(said("supplier"), supplier, "supplier")?;
            same(
                said("gstin"),
                case.input.invoice.buyer.valid_gstin(),
                "buyer",
            )
        }
        Need::IrnStatus => {
            IrnRecord::read(value).map_err(|e| unreadable(e.to_string()))?;
            match value.get("Irn").and_then(Value::as_str) {
                Some(irn) if Some(irn) != case.input.invoice.irn.as_deref() => {
                    Err(Doubt::OtherRecord("IRN"))
                }
                _ => fresh(case, value),
            }
        }
        Need::SigningKey => {
            let key = SigningKey::read(value).map_err(|e| unreadable(e.to_string()))?;
            let named = case
                .qr
                .as_ref()
                .map(|q| q.1.key_id.as_str())
                .unwrap_or_default();
            if key.kid.eq_ignore_ascii_case(named) {
                Ok(())
            } else {
                Err(Doubt::OtherRecord("key"))
            }
        }
        Need::Duplicates => {
            let record: Duplicates = from_json(value).map_err(unreadable)?;
            same(&record.supplier_gstin, supplier, "supplier")
        }
        Need::History => {
            let record: History = from_json(value).map_err(unreadable)?;
            same(&record.supplier_gstin, supplier, "supplier")
        }
        Need::Orders => {
            let record: Order = from_json(value).map_err(unreadable)?;
            let named = case
                .input
                .invoice
                .orders
                .get(order)
                .map(|o| o.number.trim());
            if named.is_some_and(|n| n.eq_ignore_ascii_case(record.po_number.trim())) {
                Ok(())
            } else {
                Err(Doubt::OtherRecord("order"))
            }
        }
    }
}

/// Providers that answer from a copy say of when it is; a copy older than a week does not speak of today.
fn fresh(case: &Case, value: &Value) -> Result<(), Doubt> {
    let said = ["fetchedAt", "fetched_at", "asOn"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str());
    let Some(date) = said.and_then(domain::civil::parse_date) else {
        return Ok(());
    };
    if domain::civil::days_between(date, case.input.as_of) > STALE_DAYS {
        Err(Doubt::Stale(domain::civil::readable(date)))
    } else {
        Ok(())
    }
}
