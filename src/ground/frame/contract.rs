//! What a clause of a contract gives: "clause 4.1 of the contract with V5356 requires payment within 45 days of the invoice
//! date" of "The buyer pays each undisputed invoice within 45 days of its date". Every figure of the claim stands in the clause
//! with its unit, and every word is one of the clause, or one by which a contract gives what it gives.

use super::Frame;
use crate::{
    field::{Class, Field},
    lex::{self, Token},
    read, text,
    vocabulary::{folded_words, stem},
};

/// Members that hold the words of a clause.
const TEXTS: [&str; 7] = [
    "text",
    "excerpt",
    "snippet",
    "body",
    "content",
    "clause_text",
    "passage",
];
/// By which words a contract gives what it gives, and to whom.
const GIVES: [&str; 53] = [
    "charges",
    "the",
    "a",
    "an",
    "of",
    "for",
    "with",
    "under",
    "in",
    "its",
    "to",
    "by",
    "as",
    "at",
    "is",
    "are",
    "be",
    "was",
    "that",
    "which",
    "and",
    "has",
    "have",
    "may",
    "contract",
    "agreement",
    "clause",
    "section",
    "vendor",
    "supplier",
    "term",
    "terms",
    "requires",
    "require",
    "gives",
    "give",
    "allows",
    "allow",
    "lets",
    "let",
    "sets",
    "set",
    "provides",
    "says",
    "states",
    "stipulates",
    "fixes",
    "on",
    "from",
    "stands",
    "calls",
    "claim",
    "charge",
];
/// What may be said for a word of the clause: the claim's, and the clause's.
const SAME: [(&str, &[&str]); 14] = [
    ("payment", &["pays", "pay", "paid", "payable"]),
    ("pay", &["pays", "payment", "payable", "paid"]),
    ("payable", &["pays", "pay", "payment", "paid"]),
    ("paid", &["pays", "pay", "payment", "payable"]),
    ("due", &["pays", "pay", "payable", "payment"]),
    ("invoice", &["invoice", "bill"]),
    ("bill", &["invoice", "bill"]),
    ("within", &["in", "of"]),
    ("from", &["of", "after"]),
    ("interest", &["interest"]),
    ("late", &["overdue", "delayed", "due"]),
    ("price", &["prices"]),
    ("credit", &["pays", "pay", "payable", "payment"]),
    ("requires", &["needs"]),
];
/// Words that turn what a sentence says.
const TURNS: [&str; 20] = [
    "not", "no", "never", "none", "without", "nor", "neither", "cannot", "unless", "except",
    "only", "until", "nothing", "than", "least", "most", "before", "above", "below", "beyond",
];
/// By which another record is said to give the same.
const AGREES: [&str; 10] = [
    "same", "agree", "agrees", "matches", "match", "equal", "equals", "days", "credit", "both",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let at = (0..frame.cited.len()).find(|n| {
        frame.cited.get(*n).is_some_and(|f| {
            TEXTS.contains(&f.leaf().to_lowercase().as_str()) && text::is_prose(f) && !f.is_note()
        })
    })?;
    let clause = frame.cited.get(at)?;
    let paper = frame.says(&["contract", "agreement", "clause"]);
    if !paper || !is_of_a_contract(frame, clause) {
        return None;
    }
    let body = clause.value.as_str()?;
    frame.tell(at);
    beside(frame, clause, body)?;
    clause_number(frame, clause, body)?;
    let sentence = sentence(frame, body)?;
    let words: Vec<String> = folded_words(&sentence);
    let stems: Vec<String> = words.iter().map(|w| stem(w)).collect();
    // A word that turns what is said stands in both, or in neither.
    let turned = |word: &str| frame.is_word_anywhere(word) != words.iter().any(|w| w == word);
    if TURNS.iter().any(|w| turned(w)) {
        return None;
    }
    figures(frame, &sentence)?;
    for n in 0..frame.words.len() {
        let word = frame.word(n).to_owned();
        if word.is_empty() || !frame.is_open(n) {
            continue;
        }
        let bare = word.trim_end_matches("'s").trim_end_matches("’s");
        let same = |said: &str| words.iter().any(|w| w == said) || stems.contains(&stem(said));
        let own = same(bare)
            || GIVES.contains(&bare)
            || SAME
                .iter()
                .any(|(said, any)| *said == bare && any.iter().any(|w| same(w)));
        // Whose date is meant where the clause says "its".
        let its = matches!(bare, "invoice" | "bill") && same("its");
        if !own && !its {
            return None;
        }
        frame.take(n);
    }
    Some(())
}

/// Whether a text is a clause: by its record, or by the number that stands beside it.
fn is_of_a_contract(frame: &Frame<'_, '_>, clause: &Field<'_>) -> bool {
    let numbered = frame.index.leaves(clause.doc).iter().any(|f| {
        f.element_path() == clause.element_path()
            && matches!(
                f.leaf().to_lowercase().as_str(),
                "clause" | "section" | "clause_no"
            )
    });
    let begins = clause
        .value
        .as_str()
        .is_some_and(|t| number_before(t).is_some());
    numbered || begins || frame.index.kinds(clause.doc).contains("doc.contract")
}

/// "6.2 The buyer pays …": the number that a clause begins with.
fn number_before(body: &str) -> Option<&str> {
    let first = body.split_whitespace().next()?.trim_end_matches('.');
    let figures = first.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (figures && first.contains('.')).then_some(first)
}

/// What else is cited: by what the contract is known, and days of another record that are said to be the same.
fn beside(frame: &mut Frame<'_, '_>, clause: &Field<'_>, body: &str) -> Option<()> {
    let says_same = frame.says(&[
        "same", "agree", "agrees", "matches", "match", "equal", "equals",
    ]);
    for n in 0..frame.cited.len() {
        let field = frame.cited.get(n)?;
        if field.doc == clause.doc {
            let other_hit =
                field.element().is_some() && field.element_path() != clause.element_path();
            let key = field.value.is_string() && !text::is_prose(field);
            if (other_hit || !key) && !field.is_at(clause) {
                return None;
            }
            frame.tell(n);
            continue;
        }
        let figure = |v| {
            lex::tokens(body).windows(2).any(|two| {
                matches!(&two[0], Token::Number(num) if num.is(v, false))
                    && matches!(&two[1], Token::Word(w) if w.starts_with("day"))
            })
        };
        let days = field.classes().contains(&Class::Days);
        match frame.value(n) {
            Some(v) if days && says_same && figure(v) => frame.tell(n),
            None if field.value.as_str().is_some_and(|t| frame.names(t)) => frame.tell(n),
            _ => return None,
        }
    }
    if says_same {
        frame.take_words(&AGREES);
        frame.take_words(&["vendor", "master", "invoice", "with", "those", "given"]);
    }
    Some(())
}

/// Takes "clause 4.1" where that is its number.
fn clause_number(frame: &mut Frame<'_, '_>, clause: &Field<'_>, body: &str) -> Option<()> {
    for at in 1..frame.tokens.len() {
        if !frame.is_word(at - 1, &["clause", "section", "para", "paragraph"]) {
            continue;
        }
        let said = match frame.tokens.get(at) {
            Some(Token::Number(n)) => n.raw.clone(),
            Some(Token::Id(id)) => id.clone(),
            _ => continue,
        };
        let held = frame.index.leaves(clause.doc).iter().any(|f| {
            f.element_path() == clause.element_path()
                && !f.is_at(clause)
                && read::json_text(f.value).is_some_and(|t| t == said)
        });
        if !held && number_before(body) != Some(said.as_str()) {
            return None;
        }
        frame.take(at);
    }
    Some(())
}

/// The sentence of a clause that has the claim's figures; without the number before it.
fn sentence(frame: &Frame<'_, '_>, body: &str) -> Option<String> {
    let body = match number_before(body) {
        Some(number) => body
            .trim_start()
            .strip_prefix(number)?
            .trim_start_matches('.'),
        None => body,
    };
    let open = frame.open_numbers();
    let (_, first) = open.first()?;
    body.split_inclusive(". ")
        .find(|s| {
            lex::tokens(s)
                .iter()
                .any(|t| matches!(t, Token::Number(n) if n.value == first.value && n.percent == first.percent))
        })
        .map(str::to_owned)
}

/// Takes each figure that the clause holds with the same unit behind it.
fn figures(frame: &mut Frame<'_, '_>, sentence: &str) -> Option<()> {
    let own = lex::tokens(sentence);
    // "45 credit days" are days.
    let unit = |tokens: &[Token], at: usize| {
        let mut behind = tokens.iter().skip(at + 1).filter_map(|t| match t {
            Token::Word(w) => Some(w.to_lowercase()),
            _ => None,
        });
        let first = behind.next().unwrap_or_default();
        let word = match first.as_str() {
            "credit" | "calendar" => behind.next().unwrap_or_default(),
            _ => first,
        };
        stem(&word)
    };
    for (at, told) in frame.open_numbers() {
        let held = own.iter().enumerate().any(|(n, t)| {
            matches!(t, Token::Number(num) if num.value == told.value
                && num.percent == told.percent && num.rupees == told.rupees)
                && (told.percent || told.rupees || unit(&own, n) == unit(&frame.tokens, at))
        });
        if !held {
            return None;
        }
        frame.take(at);
    }
    let day = (frame.tokens.iter()).any(|t| matches!(t, Token::Date(_)));
    (!day).then_some(())
}
