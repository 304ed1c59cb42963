//! What a search was asked is what its record is known by: where the claim tells it, it is cited with what the search found.

use serde_json::Value;

use crate::{
    Case, Citation,
    lex::{self, Token},
    read,
    vocabulary::{VOCABULARY, folded_words},
};

/// The citations of what was asked that the claim tells and does not cite.
pub(super) fn told(case: &Case) -> Vec<Citation> {
    let mut out = Vec::new();
    let tokens = lex::tokens(&case.claim);
    let words = folded_words(&case.claim);
    for evidence in &case.evidence {
        let cited: Vec<&Citation> = case
            .citations
            .iter()
            .filter(|c| c.evidence == evidence.id)
            .collect();
        let asked = evidence.json.get(super::ASKED).and_then(Value::as_object);
        let Some(asked) = asked.filter(|_| !cited.is_empty()) else {
            continue;
        };
        for (key, value) in asked {
            let pointer = format!(
                "/{}/{}",
                super::ASKED,
                key.replace('~', "~0").replace('/', "~1")
            );
            let is_told = match value {
                Value::String(text) => match read::json_date(value) {
                    Some(day) => tokens.contains(&Token::Date(day)),
                    None => is_written(text, &tokens, &words),
                },
                Value::Number(_) => read::json_number(value).is_some_and(|v| {
                    tokens
                        .iter()
                        .any(|t| matches!(t, Token::Number(n) if n.raw.len() > 1 && n.is(v, false)))
                }),
                _ => false,
            };
            if is_told && !cited.iter().any(|c| c.pointer == pointer) {
                out.push(Citation {
                    evidence: evidence.id.clone(),
                    pointer,
                    value: value.clone(),
                });
            }
        }
    }
    out
}

/// Whether an identifier, or the state that was asked for, stands in the claim.
fn is_written(text: &str, tokens: &[Token], words: &[String]) -> bool {
    let id = read::identifier(text);
    let named = tokens
        .iter()
        .any(|t| matches!(t, Token::Id(own) if read::identifier(own) == id));
    let state = VOCABULARY.state(text).is_some() && words.contains(&text.to_lowercase());
    id.len() > 2 && named || state
}
