//! Odoo's server actions: some fields of one record. Lines and tax numbers come as ids, so that the bill is read back.

use serde::Deserialize;
use serde_json::Value;

use super::{Named, Reason, is_empty, object, text, version};
use crate::{Kind, Reference, System};

const MODEL: &str = "account.move";

#[derive(Deserialize)]
struct Head {
    #[serde(default, rename = "_model")]
    model: Value,
    #[serde(default, rename = "_id")]
    id: Value,
    #[serde(default)]
    write_date: Value,
    #[serde(default)]
    state: Value,
    #[serde(default)]
    move_type: Value,
}

pub(super) fn read(body: &[u8]) -> Result<Named, Reason> {
    if is_empty(body) {
        return Ok(Named::ignored(None, "it is empty"));
    }
    let Some(head) = object::<Head>(body)? else {
        return Err(Reason::Malformed("the body is no JSON object".to_owned()));
    };
    let (model, id) = (text(&head.model), text(&head.id));
    if model.is_empty() || !super::quickbooks::is_id(&id) {
        return Err(Reason::Malformed(
            "_model and _id do not name a record, as Odoo's webhooks do".to_owned(),
        ));
    }
    // A webhook writes parts of seconds, its API does not.
    let changed = text(&head.write_date);
    let changed = changed.split('.').next().unwrap_or_default();
    let key = version(&[&model, &id], changed, body);
    let why = match (model.as_str(), text(&head.move_type).as_str()) {
        (MODEL, "" | "in_invoice" | "in_refund" | "in_receipt") => match text(&head.state).as_str()
        {
            "draft" => Some("it is a draft: send it when it is posted"),
            "cancel" => Some("it is cancelled"),
            _ => None,
        },
        (MODEL, _) => Some("it is neither a vendor's bill nor a vendor's refund"),
        _ => Some("it is of another model than account.move"),
    };
    let key = Some(key);
    Ok(match why {
        Some(why) => Named::ignored(key, why),
        None => Named {
            key,
            kind: Kind::Notice(Reference {
                system: System::Odoo,
                account: String::new(),
                entity: model,
                id,
            }),
        },
    })
}
