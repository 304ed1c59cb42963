//! `QuickBooks` Online's notices: `CloudEvents`, or the older `eventNotifications`; ids only, several at once and out of order.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Named, Reason, is_empty, no_json, text, trimmed};
use crate::{Kind, Reference, System, event::key};

/// Events of one message. Intuit batches some tens.
const EVENTS_MAX: usize = 1_000;
/// The longest id: Intuit's have up to 20 digits.
const ID_DIGITS_MAX: usize = 30;

#[derive(Deserialize)]
struct CloudEvent {
    #[serde(default)]
    id: Value,
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default, rename = "intuitentityid")]
    entity: Value,
    #[serde(default, rename = "intuitaccountid")]
    account: Value,
}

#[derive(Deserialize)]
struct Older {
    #[serde(rename = "eventNotifications")]
    notifications: Vec<Notification>,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(default, rename = "realmId")]
    realm: Value,
    #[serde(rename = "dataChangeEvent")]
    change: Option<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    entities: Vec<Entity>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(default)]
    name: Value,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    operation: Value,
    #[serde(default, rename = "lastUpdated")]
    updated: Value,
}

pub(super) fn read(body: &[u8]) -> Result<Vec<Named>, Reason> {
    if is_empty(body) {
        return Ok(vec![Named::ignored(None, "it names no event")]);
    }
    let body = trimmed(body);
    let read = |error: serde_json::Error| no_json(&error);
    let named: Vec<Named> = if body.first() == Some(&b'[') {
        let events: Vec<CloudEvent> = serde_json::from_slice(body).map_err(read)?;
        events.iter().map(event).collect()
    } else if let Ok(older) = serde_json::from_slice::<Older>(body) {
        older.notifications.iter().flat_map(notification).collect()
    } else {
        vec![event(&serde_json::from_slice(body).map_err(read)?)]
    };
    match named.len() {
        0 => Ok(vec![Named::ignored(None, "it names no event")]),
        1..=EVENTS_MAX => Ok(named),
        _ => Err(Reason::Malformed(format!(
            "the message has more than {EVENTS_MAX} events"
        ))),
    }
}

fn event(event: &CloudEvent) -> Named {
    let id = text(&event.id);
    let kind = text(&event.kind);
    let (account, entity) = (text(&event.account), text(&event.entity));
    // `qbo.bill.created.v1`
    let mut words = kind.split('.').skip(1);
    let name = words.next().unwrap_or_default();
    let operation = words.next().unwrap_or_default();
    let document = name.to_ascii_lowercase();
    let key = key(&[
        &account,
        &document,
        &entity,
        if id.is_empty() { &kind } else { &id },
    ]);
    notice(key, account, name, operation, entity)
}

fn notification(notification: &Notification) -> Vec<Named> {
    let account = text(&notification.realm);
    let entities = notification.change.iter().flat_map(|it| &it.entities);
    let named = entities.map(|entity| {
        let (name, id) = (text(&entity.name), text(&entity.id));
        let operation = text(&entity.operation);
        let document = name.to_ascii_lowercase();
        let change = format!("{operation} {}", instant(&text(&entity.updated)));
        let key = key(&[&account, &document, &id, &change]);
        notice(key, account.clone(), &name, &operation, id)
    });
    named.collect()
}

fn notice(key: String, account: String, name: &str, operation: &str, id: String) -> Named {
    let key = Some(key);
    let entity = name.to_ascii_lowercase();
    if !matches!(entity.as_str(), "bill" | "vendorcredit") {
        return Named::ignored(key, "it is neither of a bill nor of a vendor's credit");
    }
    if !matches!(
        operation.to_ascii_lowercase().as_str(),
        "create" | "created" | "update" | "updated"
    ) {
        return Named::ignored(key, "nothing was created or updated");
    }
    if !is_id(&account) || !is_id(&id) {
        return Named::ignored(key, "it names no bill by its number");
    }
    let kind = Kind::Notice(Reference {
        system: System::QuickBooks,
        account,
        entity,
        id,
    });
    Named { key, kind }
}

/// A time as one text, whatever its offset; what is none stays as it is.
fn instant(text: &str) -> String {
    text.parse::<Timestamp>()
        .map_or_else(|_| text.to_owned(), |at| at.to_string())
}

/// Whether an id may become part of an address: digits only.
pub(super) fn is_id(id: &str) -> bool {
    (1..=ID_DIGITS_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}
