//! Records that are kept under what they are known by, as a portal keeps them: `{"27AAPFU0939F1ZV": {"EFiledlist": […]}}`. Each is
//! a record of its own, which holds its key.

use serde_json::{Map, Value};

use crate::{Case, Citation, Evidence, lex, lex::Token, read};

/// At most so many records are taken out of one.
const RECORDS_MAX: usize = 256;

/// The case with such records apart; none where none is cited.
pub(super) fn apart(case: &Case) -> Option<Case> {
    let mut out: Option<Case> = None;
    for evidence in &case.evidence {
        let keyed = evidence.json.as_object().filter(|map| are_keyed(map));
        let (Some(map), true) = (
            keyed,
            case.citations.iter().any(|c| c.evidence == evidence.id),
        ) else {
            continue;
        };
        // What is cited lies in one of them.
        let inside =
            |c: &Citation| split(&c.pointer).is_some_and(|(key, _)| map.contains_key(&key));
        if !case
            .citations
            .iter()
            .filter(|c| c.evidence == evidence.id)
            .all(inside)
        {
            continue;
        }
        let case = out.get_or_insert_with(|| case.clone());
        let id = |key: &str| format!("{}#{key}", evidence.id);
        case.evidence.retain(|e| e.id != evidence.id);
        case.evidence.extend(map.iter().map(|(key, inner)| {
            let mut record = inner.as_object().cloned().unwrap_or_default();
            record
                .entry(member(key))
                .or_insert_with(|| Value::from(key.as_str()));
            Evidence {
                id: id(key),
                tool: evidence.tool.clone(),
                json: Value::Object(record),
            }
        }));
        let mut known = Vec::new();
        for citation in case
            .citations
            .iter_mut()
            .filter(|c| c.evidence == evidence.id)
        {
            let Some((key, rest)) = split(&citation.pointer) else {
                continue;
            };
            citation.evidence = id(&key);
            citation.pointer = rest;
            if !known.contains(&key) {
                known.push(key);
            }
        }
        // Whoever cites from a record cites what it is kept under.
        let told = lex::tokens(&case.claim);
        for key in known {
            let own = Citation {
                evidence: id(&key),
                pointer: format!("/{}", member(&key)),
                value: Value::from(key.as_str()),
            };
            // Or where the claim tells another of its kind.
            let is_told = told.iter().any(|t| {
                matches!(t, Token::Id(said) if read::identifier(said) == read::identifier(&key)
                    || said.len() == key.len() && member(said) == member(&key))
            });
            let is_cited = case
                .citations
                .iter()
                .any(|c| c.evidence == own.evidence && c.pointer == own.pointer);
            if is_told && !is_cited {
                case.citations.push(own);
            }
        }
    }
    out
}

/// Whether every member is a record under an identifier.
fn are_keyed(map: &Map<String, Value>) -> bool {
    !map.is_empty()
        && map.len() <= RECORDS_MAX
        && map
            .iter()
            .all(|(key, value)| value.is_object() && is_identifier(key))
}

/// A number by which a party or a paper is known: figures and letters, and no day.
fn is_identifier(key: &str) -> bool {
    let figures = key.bytes().filter(u8::is_ascii_digit).count();
    let letters = key.bytes().any(|b| b.is_ascii_alphabetic());
    figures >= 3
        && letters
        && key.len() >= 5
        && !key.contains(char::is_whitespace)
        && read::date(key).is_none()
}

/// What a record calls the key that it is kept under.
fn member(key: &str) -> &'static str {
    let hex = key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
    let gstin = key.len() == 15
        && key.bytes().all(|b| b.is_ascii_alphanumeric())
        && key.bytes().take(2).all(|b| b.is_ascii_digit());
    match key.bytes().next().map(|b| b.to_ascii_uppercase()) {
        _ if hex => "irn",
        _ if gstin => "gstin",
        Some(b'V') if key.len() < 8 => "vendor_id",
        Some(b'P') if key.to_uppercase().starts_with("PO") => "po_number",
        Some(b'G') if key.to_uppercase().starts_with("GRN") => "grn_number",
        _ => "invoice_number",
    }
}

/// The first member of a pointer, and the pointer into it.
fn split(pointer: &str) -> Option<(String, String)> {
    let rest = pointer.strip_prefix('/')?;
    let (key, rest) = rest.split_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    Some((key, format!("/{rest}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Label, frame::tests::label};

    #[test]
    fn a_record_is_known_by_what_it_is_kept_under() {
        let returns = json!({
            "24JZZCC3017C2Z5": {"EFiledlist": [
                {"rtntype": "GSTR3B", "ret_prd": "082026", "status": "Filed", "dof": "19-09-2026"}]},
            "27ZZZCC3017C2Z9": {"EFiledlist": [
                {"rtntype": "GSTR3B", "ret_prd": "082026", "status": "Not Filed", "dof": ""}]}});
        let cites = |gstin: &str| {
            ["status", "ret_prd", "rtntype"].map(|leaf| format!("/{gstin}/EFiledlist/0/{leaf}"))
        };
        for (gstin, want) in [
            ("24JZZCC3017C2Z5", true),
            // Another party's return bears nothing.
            ("27ZZZCC3017C2Z9", false),
        ] {
            let pointers = cites(gstin);
            let cited: Vec<(&str, &str)> =
                pointers.iter().map(|p| ("returns", p.as_str())).collect();
            let got = label(
                "The GSTR-3B of GSTIN 24JZZCC3017C2Z5 for August 2026 is Filed.",
                &[("returns", returns.clone())],
                &cited,
            );
            assert_eq!(got == Label::Supported, want, "{gstin}: {got:?}");
        }
    }
}
