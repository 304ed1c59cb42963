//! Frappe's webhooks: the fields that an administrator picked, bare or in an envelope.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{Named, Reason, is_empty, object, text, version};

const DOCTYPE: &str = "Purchase Invoice";

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(default)]
    doctype: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    modified: Value,
    #[serde(default)]
    docstatus: Value,
    #[serde(borrow, default)]
    doc: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

pub(super) fn read(body: &Bytes) -> Result<Named, Reason> {
    if is_empty(body) {
        return Ok(Named::ignored(
            None,
            "it has no fields: pick some, or write its JSON, in the form of the webhook",
        ));
    }
    let Some(mut head) = object::<Head<'_>>(body)? else {
        return Ok(Named::document(None, body.clone()));
    };
    // Written by hand, a webhook's JSON often puts the document into a member.
    if head.doctype.is_null()
        && head.name.is_null()
        && let Some(inner) = head.doc.or(head.data)
        && let Ok(Some(inner)) = object::<Head<'_>>(inner.get().as_bytes())
    {
        head = inner;
    }
    let (doctype, name) = (text(&head.doctype), text(&head.name));
    let docstatus = text(&head.docstatus);
    let key = (!name.is_empty()).then(|| {
        let doctype = if doctype.is_empty() {
            DOCTYPE
        } else {
            &doctype
        };
        // Drafts and what is cancelled are left alone, so a form without the field sends what was submitted.
        let docstatus = if docstatus.is_empty() {
            "1"
        } else {
            &docstatus
        };
        version(&[doctype, &name, docstatus], &text(&head.modified), body)
    });
    if !doctype.is_empty() && doctype != DOCTYPE {
        return Ok(Named::ignored(key, "it is of another doctype"));
    }
    Ok(match docstatus.as_str() {
        "0" => Named::ignored(key, "it is a draft: it comes again when it is submitted"),
        "2" => Named::ignored(key, "it is cancelled"),
        _ => Named::document(key, body.clone()),
    })
}
