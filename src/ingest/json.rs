//! JSON documents: one, a list of them, one a line, or in a sender's envelope; and which system each one is of.

use domain::evidence::sha256_hex;
use serde_json::{Map, Value};

use crate::{
    Document, Format, IngestError, Limits, MEND_FORMAT, MEND_LIMIT, Problem, document, erpnext,
    error,
    fields::Fields,
    odoo, qbo,
    repeated::{Repeated, repeated},
    zoho,
};

/// Members of envelopes that hold a document or a list of them: webhooks and REST answers of the systems.
const ENVELOPES: [&str; 9] = [
    "doc",
    "data",
    "message",
    "docs",
    "bills",
    "vendor_credits",
    "QueryResponse",
    "result",
    "records",
];

/// Lists of QuickBooks: what an entry is stands in the name of the list alone.
const NAMED_LISTS: [&str; 2] = ["Bill", "VendorCredit"];

type Read = Result<Document, IngestError>;

pub(crate) fn read(text: &str, bytes: &[u8], name: &str, limits: &Limits) -> Vec<Read> {
    if let Some(place) = too_deep(text, limits.depth) {
        let problem = format!("nested deeper than {} (limits.depth)", limits.depth);
        return vec![Err(error(format!("{name}:{place}"), problem, MEND_LIMIT))];
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => match repeated(text) {
            None => documents(value, &sha256_hex(bytes), name, name, limits),
            Some(twice) => vec![Err(ambiguous(&format!("{name}:{}", twice.line), &twice))],
        },
        // Not one JSON value: perhaps one a line.
        Err(problem) => lines(text, name, limits).unwrap_or_else(|| {
            let at = format!("{name}:{}:{}", problem.line(), problem.column());
            vec![Err(error(at, plain(&problem), MEND_FORMAT))]
        }),
    }
}

/// The documents of a value: itself, or those in its list or envelope. `sha256` is of the whole, and that of the only one.
pub(crate) fn documents(
    value: Value,
    sha256: &str,
    name: &str,
    at: &str,
    limits: &Limits,
) -> Vec<Read> {
    let mut found = Vec::new();
    open(value, String::new(), &mut found);
    let alone = matches!(found.as_slice(), [(pointer, _)] if pointer.is_empty());
    if found.is_empty() {
        return vec![Err(error(at, "an empty list", MEND_FORMAT))];
    }
    if found.len() > limits.invoices {
        let problem = format!(
            "{} invoices; at most {} are read (limits.invoices)",
            found.len(),
            limits.invoices
        );
        return vec![Err(error(at, problem, MEND_LIMIT))];
    }
    let read = |(pointer, value): (String, Value)| {
        let sha256 = if alone {
            sha256.to_owned()
        } else {
            sha256_hex(value.to_string().as_bytes())
        };
        let at = if pointer.is_empty() {
            at.to_owned()
        } else {
            format!("{at}#{pointer}")
        };
        one(value, sha256, name, &at, limits)
    };
    found.into_iter().map(read).collect()
}

/// Finds the documents in lists and envelopes. Depth was bounded before the JSON was parsed.
fn open(value: Value, pointer: String, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(list) => {
            for (index, entry) in list.into_iter().enumerate() {
                open(entry, format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(mut members) if format(&members).is_none() => {
            for name in NAMED_LISTS {
                let Some(Value::Array(list)) = members.get_mut(name) else {
                    continue;
                };
                let list = std::mem::take(list);
                for (index, entry) in list.into_iter().enumerate() {
                    let pointer = format!("{pointer}/{name}/{index}");
                    found.push((pointer, serde_json::json!({ name: entry })));
                }
                return;
            }
            let inner = ENVELOPES.iter().find(|name| {
                members
                    .get(**name)
                    .is_some_and(|v| v.is_object() || v.is_array())
            });
            match inner.and_then(|name| Some((name, members.remove(*name)?))) {
                Some((name, inner)) => open(inner, format!("{pointer}/{name}"), found),
                None => found.push((pointer, Value::Object(members))),
            }
        }
        other => found.push((pointer, other)),
    }
}

/// Reads NDJSON. `None` when not even the first line is a JSON value by itself.
fn lines(text: &str, name: &str, limits: &Limits) -> Option<Vec<Read>> {
    let mut found = Vec::new();
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let at = format!("{name}:{}", index + 1);
        match serde_json::from_str::<Value>(line) {
            Ok(value) if value.is_object() => match repeated(line) {
                None => {
                    let sha256 = sha256_hex(line.as_bytes());
                    found.extend(documents(value, &sha256, name, &at, limits));
                }
                Some(twice) => found.push(Err(ambiguous(&at, &twice))),
            },
            Ok(_) => found.push(Err(error(at, "no JSON object", MEND_FORMAT))),
            Err(_) if found.is_empty() => return None,
            Err(problem) => {
                let at = format!("{at}:{}", problem.column());
                found.push(Err(error(at, plain(&problem), MEND_FORMAT)));
            }
        }
        if found.len() > limits.invoices {
            let problem = format!("more than {} invoices (limits.invoices)", limits.invoices);
            return Some(vec![Err(error(name, problem, MEND_LIMIT))]);
        }
    }
    Some(found)
}

/// A document whose readers may differ: `at` is its file and line.
fn ambiguous(at: &str, twice: &Repeated) -> IngestError {
    // The name is a sender's: short and plain, as all that an error shows of a document.
    let name: String = twice
        .name
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect();
    error(
        format!("{at}:{}", twice.column),
        format!(
            "the member \"{name}\" is given twice in one object, and readers differ in which of the two they take"
        ),
        "Have the sender give each member once.",
    )
}

/// serde's message without its position, which stands before it already.
fn plain(problem: &serde_json::Error) -> String {
    let text = problem.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Which system a document is of, by its members. Webhooks carry what their author picked, so a few of them are enough.
fn format(members: &Map<String, Value>) -> Option<Format> {
    let has = |names: &[&str]| names.iter().any(|name| members.contains_key(*name));
    let object = |names: &[&str]| {
        names
            .iter()
            .any(|name| members.get(*name).is_some_and(Value::is_object))
    };
    let sections = [
        "DocDtls",
        "SellerDtls",
        "BuyerDtls",
        "ValDtls",
        "request_data",
    ];
    let native = members
        .keys()
        .any(|key| sections.iter().any(|s| s.eq_ignore_ascii_case(key)));
    if native {
        Some(Format::Inv01)
    } else if has(&["account.move", "account.move.line", "move_type"])
        || members.get("_model").is_some_and(|m| m == "account.move")
    {
        Some(Format::Odoo)
    } else if object(&["bill", "vendor_credit"])
        || has(&[
            "bill_id",
            "bill_number",
            "vendor_credit_id",
            "vendor_credit_number",
        ])
    {
        Some(Format::Zoho)
    } else if object(&["Bill", "VendorCredit"])
        || (has(&["TxnDate"]) && has(&["VendorRef"]))
        || has(&["specversion", "eventNotifications"])
    {
        Some(Format::QuickBooks)
    } else if has(&["doctype", "bill_no", "supplier_gstin", "company_gstin"]) {
        Some(Format::Erpnext)
    } else {
        None
    }
}

/// Reads one document: INV-01 as it is, another system's by its reader.
fn one(value: Value, sha256: String, source: &str, at: &str, limits: &Limits) -> Read {
    let native = |value| document(value, Format::Inv01, sha256.clone(), source, at, limits);
    let Value::Object(members) = &value else {
        return native(value);
    };
    let Some(format) = format(members).filter(|format| *format != Format::Inv01) else {
        return native(value);
    };
    let fields = Fields::new(members);
    let draft = match format {
        Format::Erpnext => erpnext::read(&fields),
        Format::Zoho => zoho::read(&fields),
        Format::Odoo => odoo::read(&fields),
        Format::QuickBooks if fields.has("specversion") || fields.has("eventNotifications") => {
            let problem = "a notice of QuickBooks names ids only: fetch the Bill that it names";
            Err(Problem::at("", problem))
        }
        Format::QuickBooks => qbo::read(&fields),
        // Neither of them is told from members of JSON.
        Format::Inv01 | Format::Tally => return native(value),
    };
    let draft = draft.map_err(|problem| {
        // The pointer goes on within the envelope.
        let joined = if at.contains('#') { "" } else { "#" };
        let place = if problem.at.is_empty() { "" } else { joined };
        IngestError {
            at: format!("{at}{place}{}", problem.at),
            ..problem.of("", format)
        }
    })?;
    document(draft.into_inv01(), format, sha256, source, at, limits)
}

/// Where brackets nest deeper than allowed: line and column. Looked for before parsing, so that no parser recurses.
fn too_deep(text: &str, depth_max: usize) -> Option<String> {
    let (mut depth, mut line, mut column) = (0_usize, 1_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        column += 1;
        match byte {
            b'\n' => {
                line += 1;
                column = 0;
            }
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > depth_max {
                    return Some(format!("{line}:{column}"));
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
