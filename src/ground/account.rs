//! Whether a claim tells a cited value: where the words and the citations account for each other, nothing is left over.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    clause::Item,
    field::Field,
    lex::Token,
    mention::{Mention, same_term},
    read,
    vocabulary::{VOCABULARY, folded_words, stem},
};

/// Whether the claim tells a value: states it, names it, or says it in its words.
pub(crate) fn is_told(field: &Field<'_>, items: &[Item], claim: &str) -> bool {
    if field.value.is_boolean() || field.value.is_null() || field.value.is_object() {
        return false;
    }
    if let Value::Array(list) = field.value {
        return !list.is_empty();
    }
    if items.iter().any(|i| states(i, field, claim)) {
        return true;
    }
    let Some(text) = field.value.as_str() else {
        return false;
    };
    // What a paper is, by its code.
    if field.has("kind.doctype") || field.has("kind.unit") || field.has("kind.form") {
        return true;
    }
    let words = folded_words(text);
    if words.is_empty() || words.len() > 8 {
        return false;
    }
    let spoken: BTreeSet<String> = folded_words(claim).iter().map(|w| stem(w)).collect();
    let told = words.iter().filter(|w| spoken.contains(&stem(w))).count();
    told * 2 >= words.len()
        || items.iter().any(|i| {
            same_term(i.text(), text)
                || i.state().is_some_and(|s| VOCABULARY.state(text) == Some(s))
        })
}

fn states(item: &Item, field: &Field<'_>, claim: &str) -> bool {
    match item {
        Item::Value(Token::Number(n)) => {
            read::json_number(field.value).is_some_and(|v| n.is(v, true))
        }
        Item::Value(Token::Date(d)) => read::json_date(field.value) == Some(*d),
        Item::Value(Token::Part(p)) if read::json_date(field.value).is_some_and(|d| p.holds(d)) => {
            true
        }
        _ => Mention::of(item).is_some_and(|m| m.is(field.value, claim) || m.tells(field.value)),
    }
}
