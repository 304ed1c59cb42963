//! Values that are cited of two records because they tie them together, the order number on the bill and on the receipt: what
//! the claim says of the records rests on them, and it has no need to tell them.

use serde_json::Value;

use crate::{
    Case, Citation, Evidence, clause,
    field::Field,
    lex, read,
    vocabulary::{Tags, group},
};

/// The case without such pairs; none where there are none.
pub(super) fn untied(case: &Case) -> Option<Case> {
    if case.citations.len() < 4 {
        return None;
    }
    let said = clause::tags_of(&clause::items(&lex::tokens(&case.claim)));
    let folded = read::identifier(&case.claim);
    let keys: Vec<Option<String>> = case
        .citations
        .iter()
        .map(|c| key(case, c, &said).filter(|key| !folded.contains(key)))
        .collect();
    let tie = |n: usize| {
        let own = keys.get(n)?.as_ref()?;
        let evidence = &case.citations.get(n)?.evidence;
        let other = keys
            .iter()
            .zip(&case.citations)
            .position(|(key, c)| key.as_ref() == Some(own) && c.evidence != *evidence)?;
        Some(other)
    };
    let ties: Vec<bool> = (0..keys.len()).map(|n| tie(n).is_some()).collect();
    let rest: Vec<&Citation> = case
        .citations
        .iter()
        .zip(&ties)
        .filter_map(|(c, tie)| (!tie).then_some(c))
        .collect();
    // Something else is cited of each of the records that they tie together.
    let borne = case
        .citations
        .iter()
        .zip(&ties)
        .filter(|(_, tie)| **tie)
        .all(|(c, _)| rest.iter().any(|r| r.evidence == c.evidence));
    (ties.contains(&true) && borne).then(|| Case {
        citations: rest.into_iter().cloned().collect(),
        ..case.clone()
    })
}

/// An identifier that the claim does not speak of, where the citation holds what its record does.
fn key(case: &Case, citation: &Citation, said: &Tags) -> Option<String> {
    let (doc, evidence): (usize, &Evidence) = case
        .evidence
        .iter()
        .enumerate()
        .find(|(_, e)| e.id == citation.evidence)?;
    let field = Field::at(doc, &evidence.json, &citation.pointer)?;
    let text = field.value.as_str()?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let spoken = (field.tags.iter()).any(|t| group(t) == "kind" && said.contains(t));
    let key = digits > 2
        && text.len() > 3
        && !spoken
        && read::json_date(field.value).is_none()
        && read::json_number(field.value).is_none()
        && read::same(&citation.value, &Value::from(text));
    key.then(|| read::identifier(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Case, Citation, Evidence, Label, judge};

    fn judged(claim: &str, receipts_order: &str) -> Label {
        let bill =
            json!({"bill_number": "B02714", "date": "2026-08-16", "po_number": "PO-26-76725"});
        let receipt = json!({"grn_number": "GRN-02802", "grn_date": "2026-08-23", "po_number": receipts_order});
        let cite = |id: &str, record: &serde_json::Value, pointer: &str| Citation {
            evidence: id.to_owned(),
            pointer: pointer.to_owned(),
            value: record.pointer(pointer).cloned().unwrap_or_default(),
        };
        let citations = vec![
            cite("ev_1", &bill, "/date"),
            cite("ev_2", &receipt, "/grn_date"),
            cite("ev_1", &bill, "/po_number"),
            cite("ev_2", &receipt, "/po_number"),
        ];
        let evidence = [
            ("ev_1", "invoice", bill),
            ("ev_2", "goods_receipt", receipt),
        ];
        let evidence = evidence.into_iter().map(|(id, tool, json)| Evidence {
            id: id.to_owned(),
            tool: tool.to_owned(),
            json,
        });
        judge(&Case {
            evidence: evidence.collect(),
            claim: claim.to_owned(),
            citations,
        })
        .label
    }

    #[test]
    fn what_ties_two_records_together_need_not_be_told() {
        let claim = "Receipt GRN-02802 is 7 days after bill B02714.";
        assert_eq!(judged(claim, "PO-26-76725"), Label::Supported);
        assert_ne!(
            judged(
                "Receipt GRN-02803 is 7 days after bill B02714.",
                "PO-26-76725"
            ),
            Label::Supported
        );
        assert_ne!(
            judged(
                "Receipt GRN-02802 is 8 days after bill B02714.",
                "PO-26-76725"
            ),
            Label::Supported
        );
    }
}
