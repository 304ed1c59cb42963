//! A purchase document that says `company` of who buys, as ERPNext does, where it says `supplier` of who sells.

use serde_json::{Map, Value};

use crate::{Case, vocabulary::name_parts};

/// The case with such members called what they are; none where there are none.
pub(super) fn renamed(case: &Case) -> Option<Case> {
    let bought: Vec<&str> = case
        .evidence
        .iter()
        .filter(|e| e.json.as_object().is_some_and(is_bought))
        .map(|e| e.id.as_str())
        .collect();
    if bought.is_empty() {
        return None;
    }
    let mut out = case.clone();
    for evidence in &mut out.evidence {
        if let (true, Some(map)) = (
            bought.contains(&evidence.id.as_str()),
            evidence.json.as_object(),
        ) {
            let members = map.iter().map(|(k, v)| (as_buyer(k), v.clone()));
            evidence.json = Value::Object(members.collect());
        }
    }
    for citation in &mut out.citations {
        let key = citation.pointer.strip_prefix('/').unwrap_or_default();
        if bought.contains(&citation.evidence.as_str()) && !key.contains('/') {
            citation.pointer = format!("/{}", as_buyer(key));
        }
    }
    Some(out)
}

/// Whether a record has a supplier beside a company, and nobody else who buys.
fn is_bought(map: &Map<String, Value>) -> bool {
    let has = |wanted: &str| {
        map.keys()
            .take(200)
            .any(|k| name_parts(k).first().is_some_and(|p| p == wanted))
    };
    has("company") && has("supplier") && !has("buyer") && !has("customer")
}

fn as_buyer(key: &str) -> String {
    match key {
        "company" => "buyer_name".to_owned(),
        _ => match key.strip_prefix("company_") {
            Some(rest) => format!("buyer_{rest}"),
            None => key.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Case, Citation, Evidence, Label, judge};

    #[test]
    fn the_company_of_a_purchase_is_who_buys() {
        let bill = json!({
            "doctype": "Purchase Invoice", "bill_no": "MX/07", "supplier_name": "Mewar Pharma Distributors Limited",
            "supplier_gstin": "08AAACM1234A1Z5", "company": "Meridian Components Limited", "company_gstin": "27AAACR5055K1Z7",
        });
        for (claim, pointer, want) in [
            (
                "The supplier named on MX/07 is Meridian Components Limited.",
                "/company",
                false,
            ),
            (
                "The buyer on MX/07 is Meridian Components Limited.",
                "/company",
                true,
            ),
            (
                "27AAACR5055K1Z7 is the GSTIN of the supplier.",
                "/company_gstin",
                false,
            ),
        ] {
            let case = Case {
                evidence: vec![Evidence {
                    id: "e".to_owned(),
                    tool: String::new(),
                    json: bill.clone(),
                }],
                claim: claim.to_owned(),
                citations: vec![Citation {
                    evidence: "e".to_owned(),
                    pointer: pointer.to_owned(),
                    value: bill.pointer(pointer).cloned().unwrap_or_default(),
                }],
            };
            assert_eq!(judge(&case).label == Label::Supported, want, "{claim}");
        }
    }
}
