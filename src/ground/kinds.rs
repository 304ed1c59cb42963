//! Which paper or register a piece of evidence is: by its id, by the tool that brought it, by what it says of itself, and by
//! the number it begins with.

use serde_json::Value;

use crate::{
    Evidence,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, group, name_parts},
};

/// Members in which a record says what it is.
const SAID_IN: [&str; 16] = [
    "book", "register", "source", "system", "tool", "record", "document", "doctype", "report",
    "kind", "table", "master", "type", "service", "calc", "check",
];

/// What a piece of evidence is; empty where nothing says so.
pub(crate) fn of(evidence: &Evidence) -> Tags {
    let root = &evidence.json;
    let mut out: Tags = [&evidence.id, &evidence.tool]
        .into_iter()
        .flat_map(|name| folded_words(name))
        .flat_map(|part| name_parts(&part))
        .filter_map(|part| {
            let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
            VOCABULARY
                .id_part(&part)
                .or_else(|| VOCABULARY.id_part(bare))
        })
        .flatten()
        .copied()
        .collect();
    out.extend(told(&name_parts(&evidence.tool).join(" ")));
    let Value::Object(map) = root else {
        return out;
    };
    // A voucher in its envelope says of which type it is: `VOUCHER: {VCHTYPE: "Receipt Note"}`.
    let inner = map
        .values()
        .next()
        .and_then(Value::as_object)
        .filter(|_| map.len() == 1);
    let voucher = [Some(map), inner].into_iter().flatten().find_map(|m| {
        ["VCHTYPE", "VOUCHERTYPENAME", "voucher_type"]
            .iter()
            .find_map(|key| m.get(*key)?.as_str())
    });
    out.extend(voucher.map(told).unwrap_or_default());
    for (key, value) in map.iter().take(200) {
        let says = name_parts(key)
            .iter()
            .any(|p| SAID_IN.contains(&p.as_str()));
        if let (true, Some(text)) = (says, value.as_str().filter(|t| t.len() <= 60)) {
            out.extend(told(text));
        }
        let parts = name_parts(key);
        if parts.iter().any(|p| p == "note") && parts.iter().any(|p| p == "type") {
            out.extend(match value.as_str().unwrap_or_default() {
                t if t.to_lowercase().starts_with("cr") => Some("doc.credit_note"),
                t if t.to_lowercase().starts_with("de") => Some("doc.debit_note"),
                _ => None,
            });
        }
    }
    // The form of the invoice registration portal.
    if ["DocDtls", "ValDtls", "SellerDtls"]
        .iter()
        .filter(|k| map.contains_key(**k))
        .count()
        > 1
    {
        out.extend(["doc.invoice", "doc.irn"]);
    }
    out.extend(by_head(map));
    out.extend(of_rows(map));
    if !out.iter().any(|t| group(t) == "doc") && is_bill(map) {
        out.insert("doc.invoice");
    }
    out
}

/// A paper that says who sells, what, with which tax on it, and which number it has of its own, is an invoice.
fn is_bill(map: &serde_json::Map<String, Value>) -> bool {
    let member = |wanted: &dyn Fn(&Tags, &Value) -> bool| {
        map.iter()
            .take(200)
            .any(|(key, value)| wanted(&VOCABULARY.member(key).0, value))
    };
    let taxed = |map: &serde_json::Map<String, Value>| {
        map.keys().take(200).any(|key| {
            let tags = VOCABULARY.member(key).0;
            ["head.gst", "head.igst", "head.cgst"]
                .iter()
                .any(|t| tags.contains(t))
        })
    };
    let lines = |_: &Tags, value: &Value| {
        (value
            .as_array()
            .and_then(|l| l.first())
            .and_then(Value::as_object))
        .is_some_and(taxed)
    };
    map.contains_key("number")
        && member(&|tags, value| tags.contains("role.supplier") && value.is_object())
        && member(&lines)
}

/// The papers and registers that a text names.
pub(crate) fn told(text: &str) -> Tags {
    let words = folded_words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (mut out, mut at) = (Tags::new(), 0);
    while let Some(rest) = words.get(at..).filter(|r| !r.is_empty()) {
        at += match VOCABULARY.phrase(rest) {
            Some((n, meaning)) => {
                out.extend(meaning.tags.iter().filter(|t| group(t) == "doc"));
                n
            }
            None => 1,
        };
    }
    out
}

/// What a look-up brought up: `{"query": …, "rows": [{"lgnm": …, "sts": …}]}` is what its rows are, of a register of its own.
fn of_rows(map: &serde_json::Map<String, Value>) -> Tags {
    const ROWS: [&str; 5] = ["rows", "data", "records", "taxpayer", "taxpayerInfo"];
    const REGISTERS: [Tag; 4] = [
        "doc.registration",
        "doc.portal",
        "doc.vendor",
        "doc.payment",
    ];
    if !map.contains_key("query") && !map.contains_key("count") && map.len() > 3 {
        return Tags::new();
    }
    let row = ROWS.iter().find_map(|key| {
        let held = map.get(*key)?;
        held.as_object()
            .or_else(|| held.as_array()?.first()?.as_object())
    });
    row.into_iter()
        .flat_map(|row| row.keys().take(60))
        .filter_map(|key| VOCABULARY.record(key))
        .flatten()
        .copied()
        .filter(|t| REGISTERS.contains(t))
        .collect()
}

/// A record begins with its own number: `grn_no`, `po`. One that begins with a vendor's and holds his name is a master's.
fn by_head(map: &serde_json::Map<String, Value>) -> Tags {
    let Some((first, value)) = map.iter().next() else {
        return Tags::new();
    };
    if !(value.is_string() || value.is_number()) {
        return Tags::new();
    }
    let (tags, _) = VOCABULARY.member(first);
    let docs: Tags = tags.iter().copied().filter(|t| group(t) == "doc").collect();
    if !docs.is_empty() {
        return docs;
    }
    let named = map.keys().take(200).any(|key| {
        let (tags, _) = VOCABULARY.member(key);
        tags.contains("kind.name") || tags.contains("variant.legal")
    });
    if tags.contains("role.supplier") && named {
        ["doc.vendor"].into()
    } else {
        Tags::new()
    }
}
