//! Values that say once more what the claim and the rest of what it cites say: `"equal": true` beside two characters that agree,
//! `"source": "vendor_master"` of a search through the master. They bear nothing of their own, and need not be told.
//!
//! *Invariant:* a flag that says otherwise than the claim is never left out.

use serde_json::Value;

use crate::{
    Case, Citation,
    clause::{self, tags_of},
    lex,
    vocabulary::{Tags, VOCABULARY, folded_words, group, name_parts},
};

/// Flags that are true where things are as they should be.
const AGREEING: [&str; 16] = [
    "equal", "equals", "match", "matches", "matched", "same", "agree", "agrees", "ok", "valid",
    "pass", "passed", "within", "found", "known", "answered",
];
/// Those that are true where they are not.
const AMISS: [&str; 8] = [
    "differs", "mismatch", "barred", "exceeded", "exceeds", "failed", "flagged", "missing",
];
/// Words by which a claim says that something is not as it should be, or is not there.
const DENYING: [&str; 44] = [
    "not",
    "no",
    "none",
    "never",
    "neither",
    "nor",
    "nothing",
    "without",
    "cannot",
    "differ",
    "differs",
    "different",
    "disagree",
    "disagrees",
    "mismatch",
    "fails",
    "fail",
    "failed",
    "wrong",
    "invalid",
    "unverified",
    "unknown",
    "missing",
    "absent",
    "exceeds",
    "above",
    "beyond",
    "outside",
    "over",
    "late",
    "expired",
    "passed",
    "barred",
    "ended",
    "though",
    "instead",
    "should",
    "unlike",
    "zero",
    "0",
    "lacks",
    "apart",
    "departs",
    "short",
];
/// What tells where a search looked.
const REGISTERS: [&str; 9] = [
    "source",
    "register",
    "searched",
    "table",
    "dataset",
    "database",
    "statement",
    "book",
    "record",
];

/// The case without such citations; none where it has none, or nothing else.
pub(crate) fn without(case: &Case) -> Option<Case> {
    let words = folded_words(&case.claim);
    let denied = words.iter().any(|w| DENYING.contains(&w.as_str()));
    let said = tags_of(&clause::items(&lex::tokens(&case.claim)));
    let idle = |c: &&Citation| restates(c, denied, &words, &said) && is_quoted(case, c);
    let citations: Vec<Citation> = case
        .citations
        .iter()
        .filter(|c| !idle(c))
        .cloned()
        .collect();
    (citations.len() > 1 && citations.len() < case.citations.len()).then(|| Case {
        citations,
        ..case.clone()
    })
}

fn restates(citation: &Citation, denied: bool, words: &[String], said: &Tags) -> bool {
    let leaf = citation.pointer.rsplit('/').next().unwrap_or_default();
    let parts = name_parts(leaf);
    let named = |any: &[&str]| parts.iter().any(|p| any.contains(&p.as_str()));
    match &citation.value {
        Value::Bool(flag) if named(&AGREEING) && !named(&AMISS) => *flag != denied,
        Value::Bool(flag) if named(&AMISS) => *flag == denied,
        Value::String(text) if named(&REGISTERS) && text.len() < 40 => {
            let own = folded_words(&text.replace('_', " "));
            let row: Vec<&str> = own.iter().map(String::as_str).collect();
            let papers = |tags: &Tags| -> Tags {
                tags.iter().copied().filter(|t| group(t) == "doc").collect()
            };
            let tagged = VOCABULARY
                .phrase(&row)
                .filter(|(used, _)| *used == row.len())
                .is_some_and(|(_, m)| !papers(&m.tags).is_disjoint(said));
            tagged || own.iter().all(|w| words.contains(w))
        }
        _ => false,
    }
}

/// Whether the record holds what is quoted.
fn is_quoted(case: &Case, citation: &Citation) -> bool {
    case.evidence
        .iter()
        .find(|e| e.id == citation.evidence)
        .and_then(|e| e.json.pointer(&citation.pointer))
        == Some(&citation.value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn the_register_of_a_search_is_told_by_what_was_not_found() {
        let docs = [(
            "ev_1",
            json!({"source": "vendor_master", "matchCount": 0, "filter": {"isComplete": true, "pan": "WSRCP6330L"}}),
        )];
        let cites = [
            ("ev_1", "/matchCount"),
            ("ev_1", "/filter/isComplete"),
            ("ev_1", "/filter/pan"),
            ("ev_1", "/source"),
        ];
        check(
            &docs,
            &cites,
            &[
                ("No vendor with PAN WSRCP6330L is on the master.", true),
                ("A vendor with PAN WSRCP6330L is on the master.", false),
            ],
        );
    }

    #[test]
    fn a_flag_agrees_with_the_claim() {
        for (flag, want) in [(false, true), (true, false)] {
            let docs = [
                (
                    "ev_1",
                    json!({"DocDtls": {"Typ": "INV", "No": "A/1"}, "SellerDtls": {"LglNm": "Aravalli Forgings LLP"}}),
                ),
                (
                    "ev_2",
                    json!({"gstin": "19NNTCS2888U1ZL", "lgnm": "Indravati Packaging LLP", "sts": "Active"}),
                ),
                ("ev_3", json!({"match": flag})),
            ];
            let cites = [
                ("ev_1", "/SellerDtls/LglNm"),
                ("ev_2", "/lgnm"),
                ("ev_2", "/gstin"),
                ("ev_3", "/match"),
            ];
            let claim = "Aravalli Forgings LLP on the invoice is not Indravati Packaging LLP, to whom the portal says 19NNTCS2888U1ZL is registered.";
            check(&docs, &cites, &[(claim, want)]);
        }
    }
}
