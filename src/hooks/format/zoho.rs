//! Zoho Books' webhooks of bills: JSON, or a form with the JSON in a field.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{Named, Reason, is_empty, object, text, version};

/// Which field of a form holds the bill.
const FORM_FIELD: &str = "JSONString";

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    bill: Option<&'a RawValue>,
    #[serde(borrow, default)]
    vendor_credit: Option<&'a RawValue>,
    // What else Zoho Books sends webhooks of.
    #[serde(borrow, default)]
    invoice: Option<&'a RawValue>,
    #[serde(borrow, default)]
    purchaseorder: Option<&'a RawValue>,
    #[serde(borrow, default)]
    expense: Option<&'a RawValue>,
    #[serde(borrow, default)]
    vendorpayment: Option<&'a RawValue>,
    #[serde(borrow, default)]
    contact: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    bill_id: Value,
    #[serde(default)]
    vendor_credit_id: Value,
    #[serde(default)]
    last_modified_time: Value,
    #[serde(default)]
    status: Value,
}

pub(super) fn read(body: &Bytes) -> Result<Named, Reason> {
    if is_empty(body) {
        return Ok(Named::ignored(
            None,
            "it carries no bill: add the default payload to the webhook",
        ));
    }
    let Some(envelope) = object::<Envelope<'_>>(body)? else {
        return Ok(Named::document(None, body.clone()));
    };
    let inner = envelope.bill.or(envelope.vendor_credit);
    let other = [
        envelope.invoice,
        envelope.purchaseorder,
        envelope.expense,
        envelope.vendorpayment,
        envelope.contact,
    ];
    if inner.is_none() && other.iter().any(Option::is_some) {
        return Ok(Named::ignored(
            None,
            "it is of another module than bills and vendor credits",
        ));
    }
    let inner = inner.map_or(body.as_ref(), |inner| inner.get().as_bytes());
    let Some(head) = object::<Head>(inner)? else {
        return Ok(Named::document(None, body.clone()));
    };
    let changed = text(&head.last_modified_time);
    let (bill, credit) = (text(&head.bill_id), text(&head.vendor_credit_id));
    let key = match (bill.is_empty(), credit.is_empty()) {
        (false, _) => Some(version(&["bill", &bill], &changed, body)),
        (true, false) => Some(version(&["vendor_credit", &credit], &changed, body)),
        (true, true) => None,
    };
    Ok(match text(&head.status).as_str() {
        "draft" => Named::ignored(key, "it is a draft: it comes again when it is open"),
        "void" => Named::ignored(key, "it is void"),
        _ => Named::document(key, body.clone()),
    })
}

/// The document in a form.
pub(super) fn field(form: &[u8]) -> Result<Bytes, Reason> {
    let mut found = form_urlencoded::parse(form).filter(|(name, _)| name == FORM_FIELD);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Ok(Bytes::from(value.into_owned())),
        (None, _) => Ok(Bytes::new()),
        (Some(_), Some(_)) => Err(Reason::Malformed(format!(
            "the form has {FORM_FIELD} more than once"
        ))),
    }
}
