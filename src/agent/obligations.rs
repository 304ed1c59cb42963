//! Obligations: which facts the checks still need, and which tool call yields each.
//!
//! A check declares its needs; a need knows its call. Adding a check routes its tools by itself.

use std::{collections::BTreeSet, sync::LazyLock};

use domain::{Date, Gstin, Invoice, Need, TaxPeriod, civil::readable, einvoice::SignedQr};
use serde_json::{Value, json};

use crate::case::{Asking, Case, Input};

/// A tool call that would yield a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub tool: &'static str,
    pub arguments: Value,
}

/// What a need comes to for this invoice.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    Call(Call),
    /// The invoice does not call for it.
    NotNeeded(String),
    /// It would be needed, but there is nothing to ask with.
    Impossible(String),
}

/// Words of which a clause that bears on an invoice has one.
const TERMS: &str = "pay payment paid payable bill invoice credit net day month remit interest late overdue price rate charge fee cost \
    Rs INR each per account IFSC valid validity effective force date dated commence commencement expire until term period from \
    freight packing insurance transport loading include included inclusive";

static NEEDS: LazyLock<BTreeSet<Need>> = LazyLock::new(|| {
    checks::ALL
        .iter()
        .flat_map(|spec| spec.needs.iter().copied())
        .collect()
});

/// The needs of all checks, once each.
pub fn needs() -> &'static BTreeSet<Need> {
    &NEEDS
}

/// Needs with the orders spelled out: what a case must ask.
pub fn wanted(case: &Case) -> Vec<(Need, usize)> {
    needs()
        .iter()
        .copied()
        .flat_map(|need| {
            let count = if need == Need::Orders {
                case.input.invoice.orders.len()
            } else {
                1
            };
            (0..count).map(move |order| (need, order))
        })
        .collect()
}

/// Obligations that are open: never asked, or answered with something of no use while another wording is left.
pub fn open(case: &Case) -> Vec<(Need, usize)> {
    wanted(case)
        .into_iter()
        .filter(|(need, order)| {
            let qr = case.signed_qr();
            match case.last_asked(*need, *order) {
                None => matches!(ask(*need, *order, &case.input, qr, false), Wanted::Call(_)),
                Some(asked) => {
                    asked.attempt <= case.retrieval_retries
                        && crate::relevance::is_doubtful(asked)
                        && reword(*need, *order, &case.input, qr, asked.attempt + 1).is_some()
                }
            }
        })
        .collect()
}

/// The latest statement that is due: GSTR-2B is generated on the 14th of the next month (rule 60(7) CGST Rules).
pub(crate) fn latest_statement(as_of: Date) -> TaxPeriod {
    let last = TaxPeriod::of(as_of).previous();
    if as_of.day() >= 14 {
        last
    } else {
        last.previous()
    }
}

/// The call that yields a need for this invoice.
pub fn call(need: Need, order: usize, input: &Input, qr: Option<&SignedQr>) -> Wanted {
    ask(need, order, input, qr, true)
}

/// As [`call`]; `worded` says whether the arguments are made, or left out for one who asks only whether there is a call.
fn ask(need: Need, order: usize, input: &Input, qr: Option<&SignedQr>, worded: bool) -> Wanted {
    let invoice = &input.invoice;
    let with = |tool, arguments: &dyn Fn() -> Value| {
        let arguments = if worded { arguments() } else { Value::Null };
        Wanted::Call(Call { tool, arguments })
    };
    let supplier = || {
        invoice
            .supplier
            .valid_gstin()
            .filter(|gstin| input.law.admits(*gstin, invoice.date))
            .ok_or_else(|| Wanted::Impossible("the supplier's GSTIN is not valid".to_owned()))
    };
    let result = (|| -> Result<Wanted, Wanted> {
        Ok(match need {
            Need::Buyer => with("vendor_master", &|| json!({"operation": "buyer"})),
            Need::Vendor => {
                let supplier = supplier()?;
                with("vendor_master", &|| vendor_arguments(supplier, input))
            }
            Need::Taxpayer => {
                let supplier = supplier()?;
                with(
                    "gst_portal",
                    &|| json!({"operation": "taxpayer", "gstin": supplier.as_str()}),
                )
            }
            Need::Returns => {
                let supplier = supplier()?;
                // Thirteen months hold the last three returns of a quarterly filer too.
                let to = TaxPeriod::of(input.as_of);
                let from = (0..13).fold(to, |period, _| period.previous());
                with("gst_portal", &|| {
                    json!({"operation": "returns", "gstin": supplier.as_str(),
                        "from": from.to_string(), "to": to.to_string()})
                })
            }
            Need::Statement => {
                let supplier = supplier()?;
                let asked = statement(input)?;
                with("gst_portal", &|| asked.arguments(supplier))
            }
            Need::IrnStatus => match invoice.irn.as_deref() {
                None => Wanted::NotNeeded("the invoice has no IRN".to_owned()),
                Some(irn) if irn.len() == 64 && irn.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    supplier()?;
                    with(
                        "gst_portal",
                        &|| json!({"operation": "irn_status", "irn": irn}),
                    )
                }
                Some(_) => Wanted::Impossible("the IRN is not 64 hexadecimal digits".to_owned()),
            },
            Need::SigningKey => match qr.map(|qr| qr.key_id.as_str()) {
                None => Wanted::NotNeeded("the invoice has no readable signed QR".to_owned()),
                Some("") => Wanted::Impossible("the signed QR names no key".to_owned()),
                Some(kid) => {
                    supplier()?;
                    with(
                        "gst_portal",
                        &|| json!({"operation": "signing_key", "kid": kid}),
                    )
                }
            },
            Need::Duplicates => {
                let rules = &input.policy.duplicates;
                let (supplier, (number, date)) = (supplier()?, numbered(invoice)?);
                with("invoice_db", &|| {
                    json!({"operation": "duplicates", "supplier_gstin": supplier.as_str(), "number": number,
                        "date": date.to_string(), "document": input.sha256,
                        "total": invoice.totals.total.unwrap_or_default().to_string(),
                        "amount": rules.amount.to_string(), "days": rules.days.to_string()})
                })
            }
            Need::History => {
                let (supplier, (number, date)) = (supplier()?, numbered(invoice)?);
                with("invoice_db", &|| {
                    json!({"operation": "history", "supplier_gstin": supplier.as_str(), "number": number,
                        "date": date.to_string(), "document": input.sha256,
                        "days": input.policy.split.days.to_string()})
                })
            }
            Need::Orders => match invoice.orders.get(order) {
                None => Wanted::NotNeeded("the invoice names no purchase order".to_owned()),
                Some(named) => with(
                    "purchase_orders",
                    &|| json!({"operation": "order", "po_number": named.number, "document": input.sha256}),
                ),
            },
            Need::Contracts => {
                let supplier = supplier()?;
                let buyer = invoice.buyer.valid_gstin();
                with("document_search", &|| {
                    json!({"operation": "clauses", "query": TERMS, "supplier": supplier.as_str(),
                        "buyer": buyer.as_ref().map(Gstin::as_str).unwrap_or_default()})
                })
            }
        })
    })();
    result.unwrap_or_else(|wanted| wanted)
}

fn vendor_arguments(supplier: Gstin, input: &Input) -> Value {
    json!({
        "operation": "lookup",
        "gstin": supplier.as_str(),
        "pan": supplier.holder(),
        "name": input.invoice.supplier.legal_name.as_deref().unwrap_or_default(),
    })
}

/// What the ledger is asked by.
fn numbered(invoice: &Invoice) -> Result<(&str, Date), Wanted> {
    let (Some(number), Some(date)) = (invoice.number.as_deref(), invoice.date) else {
        return Err(Wanted::Impossible(
            "the invoice has no number or no readable date".to_owned(),
        ));
    };
    Ok((number, date))
}

/// Whose statements are read for which document.
struct Listed<'a> {
    buyer: Gstin,
    number: &'a str,
    from: TaxPeriod,
    to: TaxPeriod,
}

impl Listed<'_> {
    fn arguments(&self, supplier: Gstin) -> Value {
        json!({"operation": "statement", "gstin": self.buyer.as_str(), "supplier": supplier.as_str(),
            "number": self.number, "from": self.from.to_string(), "to": self.to.to_string()})
    }
}

fn statement(input: &Input) -> Result<Listed<'_>, Wanted> {
    let invoice = &input.invoice;
    if invoice.supply_type.is_export() {
        return Err(Wanted::NotNeeded(
            "an export stands in no GSTR-2B".to_owned(),
        ));
    }
    let impossible = |why: &str| Wanted::Impossible(why.to_owned());
    let date = invoice
        .date
        .ok_or_else(|| impossible("the invoice has no readable date"))?;
    let number = invoice
        .number
        .as_deref()
        .ok_or_else(|| impossible("the invoice has no number"))?;
    let from = TaxPeriod::of(date);
    let to = latest_statement(input.as_of);
    if to < from {
        return Err(Wanted::NotNeeded(format!(
            "the statement for {from} is not due before {}",
            readable(from.next().day(14))
        )));
    }
    let buyer = invoice
        .buyer
        .valid_gstin()
        .ok_or_else(|| impossible("the buyer's GSTIN is not valid"))?;
    Ok(Listed {
        buyer,
        number,
        from,
        to,
    })
}

/// The wording of a question after it was answered with something of no use: a fixed ladder, each rung distinct,
/// nothing from free text in it. `None` when the ladder ends.
pub fn reword(
    need: Need,
    order: usize,
    input: &Input,
    qr: Option<&SignedQr>,
    attempt: u32,
) -> Option<Call> {
    let Wanted::Call(mut call) = call(need, order, input, qr) else {
        return None;
    };
    let members = call.arguments.as_object_mut()?;
    match (attempt, call.tool) {
        (1, _) => {}
        // Past the caches.
        (2, "gst_portal") => {
            members.insert("fresh".to_owned(), json!("yes"));
        }
        // The master by PAN and name, without the GSTIN's state and series.
        (2, "vendor_master") if need == Need::Vendor => {
            members.insert("name".to_owned(), json!(""));
        }
        _ => return None,
    }
    Some(call)
}

/// Whether a failed call may be asked again by another wording: only when what came back was unreadable.
pub(crate) fn unreadable(asking: &Asking) -> bool {
    matches!(asking, Asking::Failed { message, retry_is_useful: true } if message.contains("cannot be read"))
}
