//! Leads: what a model may look at and look up beyond the obligations of the checks.
//!
//! The actions are a closed list of whole tool calls. Their arguments come from typed fields and from what trusted
//! tools returned, never from a text of the invoice, and never from the model: it chooses one by its id.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Citation, Evidence, EvidenceId, Need,
    evidence::value_at,
    records::{Passage, Passages, VendorRecord},
    verdict::Decision,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    ask::relevance::keys,
    case::Case,
    claims,
    obligations::Call,
    reader::{self, Shown},
    screening,
};

/// The tool whose answers are others' words: a reader is shown them, and nobody else.
pub(crate) const SEARCH: &str = "document_search";

/// Whether a citation is of a passage of a document.
pub(crate) fn is_passage(case: &Case, citation: EvidenceId) -> bool {
    let evidence = case.evidence.get(usize::from(citation.0));
    evidence.is_some_and(|e| e.tool == SEARCH)
}

/// Texts of the document that are shown at most, and characters of each.
const TEXTS_MAX: usize = 12;
const TEXT_CHARS_MAX: usize = 300;
/// Fewer words are a term or a code ("NET 30"), which the typed members say too.
const WORDS_MIN: usize = 4;
/// Members that are shown of a record, items of a list, and characters of a text.
const MEMBERS_MAX: usize = 16;
const ITEMS_MAX: usize = 2;
const DEPTH_MAX: usize = 3;

/// Places of records that are shown.
const PLACES_MAX: usize = 24;

/// What a contract may say that a check does not ask for.
const TOPICS: [&str; 4] = [
    "payment terms due days",
    "price rate revision",
    "bank account change notice",
    "penalty deduction retention",
];

/// An action that a model may choose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    pub(crate) id: String,
    pub(crate) does: String,
    pub(crate) call: Call,
}

/// Whether there is anything that the checks may not have seen: free text, or a record that does not fit.
pub(crate) fn any(case: &Case) -> bool {
    if case.floor.decision() == Decision::Reject {
        return false;
    }
    let mut blocking = claims::blocking(&case.outcomes, &case.input.policy);
    let conflict = blocking.any(|(spec, _)| !spec.needs.is_empty());
    conflict || !texts(case).is_empty()
}

/// The remarks, terms and references of the document, without what the screen suspects: free text that no check reads.
pub(crate) fn texts(case: &Case) -> Vec<(String, String)> {
    let Some(invoice) = case.observation(EvidenceId::INVOICE) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for part in ["/RefDtls", "/PayDtls", "/AddlDocDtls"] {
        if let Some(value) = value_at(invoice, part) {
            screening::texts_below(value, part, &mut |pointer, text| {
                let shown =
                    !case.suspects(EvidenceId::INVOICE, pointer) && !names_supplier(case, text);
                if shown && text.split_whitespace().count() >= WORDS_MIN && found.len() < TEXTS_MAX
                {
                    found.push((pointer.to_owned(), cut(text, TEXT_CHARS_MAX)));
                }
            });
        }
    }
    found
}

/// A payee that is the supplier is no news.
fn names_supplier(case: &Case, text: &str) -> bool {
    let supplier = &case.input.invoice.supplier;
    let names = [&supplier.legal_name, &supplier.trade_name];
    names
        .into_iter()
        .flatten()
        .any(|name| name.trim().eq_ignore_ascii_case(text.trim()))
}

/// The calls that may still be made, in an order that is always the same.
pub(crate) fn actions(case: &Case) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut add = |tool: &'static str, does: String, arguments: Value| {
        let made = case
            .evidence
            .iter()
            .any(|e| e.tool == tool && e.arguments == arguments)
            || case
                .inquired
                .iter()
                .any(|call| call.tool == tool && call.arguments == arguments);
        if !made {
            let id = format!("a{}", actions.len() + 1);
            let call = Call { tool, arguments };
            actions.push(Action { id, does, call });
        }
    };
    let supplier = case.input.invoice.supplier.valid_gstin();
    if let Some(gstin) = &supplier {
        for topic in TOPICS {
            add(
                SEARCH,
                format!("search this supplier's contracts: {topic}"),
                json!({"operation": "search", "query": topic, "vendor": gstin.as_str()}),
            );
        }
    }
    for vendor in registrations(case) {
        if supplier
            .as_ref()
            .is_none_or(|gstin| gstin.as_str() != vendor)
        {
            add(
                "gst_portal",
                format!("ask the portal about the registration {vendor} of the vendor master"),
                json!({"operation": "taxpayer", "gstin": vendor}),
            );
        }
    }
    if let Some(gstin) = case.input.invoice.buyer.valid_gstin() {
        add(
            "gst_portal",
            "ask the portal about the buyer's registration".to_owned(),
            json!({"operation": "taxpayer", "gstin": gstin.as_str()}),
        );
    }
    actions
}

/// GSTINs under which the vendor master knows the supplier.
fn registrations(case: &Case) -> Vec<String> {
    let asked = case.last_asked(Need::Vendor, 0);
    let record = asked.and_then(|asked| asked.record.as_ref());
    let Some(Ok(vendor)) = record.map(<&Arc<VendorRecord>>::try_from) else {
        return Vec::new();
    };
    vendor
        .registrations()
        .map(|vendor| vendor.gstin.clone())
        .filter(|gstin| gstin.parse::<domain::Gstin>().is_ok())
        .take(4)
        .collect()
}

/// The values that the checks looked at, a line a place, and what was looked up beyond them. Of the document itself only
/// typed members are among them, and of passages what a reader found in them.
pub(crate) fn evidence(case: &Case) -> (Value, Value) {
    let mut places: BTreeMap<(EvidenceId, &str), Map<String, Value>> = BTreeMap::new();
    for cite in case.outcomes.iter().flat_map(|(_, o)| &o.finding().cites) {
        if is_passage(case, cite.evidence) {
            continue;
        }
        let Some((parent, member)) = cite.pointer.rsplit_once('/') else {
            continue;
        };
        let Some(value) = case
            .observation(cite.evidence)
            .and_then(|o| value_at(o, &cite.pointer))
        else {
            continue;
        };
        let typed = match value {
            Value::String(text) => !screening::speaks(member, text),
            Value::Number(_) | Value::Bool(_) => true,
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        let document = case.evidence.get(usize::from(cite.evidence.0));
        let ours = typed || document.is_some_and(|e| !e.is_document());
        if ours && !value.is_object() && !value.is_array() && places.len() < PLACES_MAX {
            let place = places.entry((cite.evidence, parent)).or_default();
            place.insert(member.to_owned(), shortened(value, 0));
        }
    }
    let tool = |id: EvidenceId| {
        case.evidence
            .get(usize::from(id.0))
            .map_or("", |e| e.tool.as_str())
    };
    let mut records: Vec<Value> = places
        .into_iter()
        .map(|((id, parent), members)| {
            let mut line = Map::new();
            line.insert("id".to_owned(), json!(id));
            line.insert("from".to_owned(), tool(id).into());
            line.insert("at".to_owned(), parent.into());
            line.extend(members);
            Value::Object(line)
        })
        .collect();
    let inquiries = case
        .inquiries
        .iter()
        .filter_map(|id| case.evidence.get(usize::from(id.0)))
        .filter(|e| e.tool != SEARCH);
    records.extend(
        inquiries
            .map(|e| json!({"id": e.id, "from": e.tool, "says": shortened(&e.observation, 0)})),
    );
    let passages = case.readings.iter().map(|reading| {
        let Citation {
            evidence,
            pointer,
            value,
        } = &reading.cited;
        json!({"id": evidence, "from": reading.document, "at": pointer, "says": value})
    });
    (Value::Array(records), passages.collect())
}

/// Passages of the searches that a model chose and no reader was shown yet.
pub(crate) fn unread(case: &Case) -> Vec<Shown> {
    let searches = case
        .inquiries
        .iter()
        .filter(|id| !case.read.contains(id))
        .filter_map(|id| case.evidence.get(usize::from(id.0)))
        .filter(|e| e.tool == SEARCH);
    searches
        .filter_map(|e| {
            let found = Passages::deserialize(e.observation.as_ref()).ok()?;
            let words = searched(e);
            let graded = |passage: &Passage| keys(passage, &words);
            Some(reader::shown(e.id, &found, &words, graded))
        })
        .flatten()
        .collect()
}

/// The words that a search looked for.
fn searched(search: &Evidence) -> Vec<String> {
    let query = search.arguments.get("query").and_then(Value::as_str);
    let words = query.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}

fn shortened(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) => Value::String(cut(text, 120)),
        Value::Array(_) | Value::Object(_) if depth >= DEPTH_MAX => Value::String("…".to_owned()),
        Value::Array(items) => items
            .iter()
            .take(ITEMS_MAX)
            .map(|item| shortened(item, depth + 1))
            .collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .take(MEMBERS_MAX)
                .map(|(name, member)| (name.clone(), shortened(member, depth + 1)))
                .collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
