//! A text that is told word for word, as what somebody wrote: "the remark on invoice A/1 reads \"Goods received in full\"".

use super::Frame;
use crate::{lex::Token, text::is_prose, vocabulary::folded_words};

/// Words that leave what is quoted to the one who wrote it.
const SAYS: [&str; 12] = [
    "says", "say", "reads", "read", "states", "carries", "bears", "contains", "runs", "notes",
    "claims", "asserts",
];
/// Words of where it stands, and of whose it is.
const WORDS: [&str; 34] = [
    "free",
    "text",
    "free-text",
    "additional",
    "information",
    "remark",
    "remarks",
    "note",
    "notes",
    "payment",
    "term",
    "terms",
    "instruction",
    "instructions",
    "field",
    "the",
    "this",
    "on",
    "of",
    "in",
    "supplier",
    "supplier's",
    "seller",
    "own",
    "s",
    "invoice",
    "bill",
    "line",
    "comment",
    "words",
    "clause",
    "follows",
    "as",
    "e",
];
/// Nothing is said of what is quoted but that it is written.
const TURNS: [&str; 9] = [
    "not",
    "no",
    "never",
    "none",
    "nor",
    "neither",
    "without",
    "so",
    "therefore",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let quotes: Vec<(usize, String)> = frame
        .tokens
        .iter()
        .enumerate()
        .filter_map(|(at, t)| match t {
            Token::Quote(text) => Some((at, text.clone())),
            _ => None,
        })
        .collect();
    let [(at, quote)] = &quotes[..] else {
        return None;
    };
    let written = (0..frame.cited.len()).find(|n| frame.cited.get(*n).is_some_and(is_prose))?;
    let field = frame.cited.get(written)?;
    let (held, told) = (folded_words(field.value.as_str()?), folded_words(quote));
    let same = held == told;
    // A part of what is written may say less than the whole: another reader knows.
    if !same && held.join(" ").contains(&told.join(" ")) {
        return None;
    }
    // What is quoted stands last: nothing follows from it.
    let last = frame
        .tokens
        .get(at + 1..)?
        .iter()
        .all(|t| matches!(t, Token::Mark(_)));
    let says = frame.says(&SAYS)
        || matches!(
            frame.tokens.get(at.checked_sub(1)?),
            Some(Token::Mark(',' | ':'))
        );
    if !last || !says || frame.says(&TURNS) || !frame.is_as_read(same) {
        return None;
    }
    let one = frame.cited.iter().all(|f| f.doc == field.doc);
    if !one || !frame.open_numbers().is_empty() {
        return None;
    }
    frame.take(*at);
    frame.tell_where(|n, _| n == written);
    frame.take_words(&SAYS);
    frame.take_words(&WORDS);
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn what_somebody_writes_is_told_as_his_writing() {
        let docs = [(
            "ev_1",
            json!({"DocDtls": {"No": "GST/26-27/9592"}, "AddlDocDtls": [{"Info": "This is a fresh bill, not billed earlier"}]}),
        )];
        let cites = [("ev_1", "/DocDtls/No"), ("ev_1", "/AddlDocDtls/0/Info")];
        check(
            &docs,
            &cites,
            &[
                (
                    "The free-text additional information on bill GST/26-27/9592 says: \"This is a fresh bill, not billed earlier\".",
                    true,
                ),
                (
                    "The free-text additional information on bill GST/26-27/9592 says: \"This is a fresh bill, billed earlier\".",
                    false,
                ),
                (
                    "The free-text additional information on bill GST/26-27/9592 says: \"This is a fresh bill, not billed earlier\", so it is no duplicate.",
                    false,
                ),
                ("Bill GST/26-27/9592 was not billed earlier.", false),
            ],
        );
    }
}
