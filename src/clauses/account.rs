//! The account to which money goes: "All payments are made to account 89948320858242, IFSC ICIC0243188".

use domain::{Ifsc, agreement::Term};

use crate::sentence::Sentence;

/// Digits of an Indian bank account.
const DIGITS: std::ops::RangeInclusive<usize> = 9..=18;

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let codes = codes(&sentence.text);
    let labelled = ["a c no", "account no", "account number", "sb ca no", "a c"]
        .iter()
        .any(|label| sentence.says(label));
    let told = sentence.has(&["account"])
        && sentence.has(&[
            "pay", "paid", "remit", "transfer", "credit", "money", "bank",
        ]);
    // "A/c No." denies nothing. Whose account it may be besides.
    let other = sentence.is(&[
        "not", "never", "except", "unless", "if", "former", "previous", "old", "closed", "deposit",
        "earnest", "refund", "refunds",
    ]) || [
        "to the buyer",
        "buyer's account",
        "buyer s account",
        "purchaser's account",
        "customer's account",
    ]
    .iter()
    .any(|phrase| sentence.says(phrase));
    if !(labelled || told || !codes.is_empty()) || other {
        return Vec::new();
    }
    let numbers = numbers(&sentence.text);
    // A code belongs to the number that it stands with; of several nobody knows.
    let ifsc = match (&numbers[..], &codes[..]) {
        ([_], [code]) => Some(code.clone()),
        _ => None,
    };
    numbers
        .into_iter()
        .map(|number| Term::Account {
            number,
            ifsc: ifsc.clone(),
        })
        .collect()
}

/// Numbers of accounts, each once: digits, which blanks or hyphens may part.
fn numbers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for run in text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-') {
        // Dates and amounts have shorter groups; a run of one group, or of groups of three and more.
        let groups: Vec<&str> = run
            .split([' ', '-'])
            .filter(|group| !group.is_empty())
            .collect();
        let last = groups.len().saturating_sub(1);
        let fits = groups
            .iter()
            .enumerate()
            .all(|(at, group)| group.len() > 2 || (at == last && at > 1));
        let number = groups.concat();
        if fits && DIGITS.contains(&number.len()) && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// IFSCs in a text, each once, in capitals.
fn codes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_uppercase)
        .filter(|word| word.parse::<Ifsc>().is_ok())
        .collect();
    found.dedup();
    found
}

/// By which an account is announced.
const LABELS: [&str; 7] = ["account", "a/c", "ac", "acct", "acc", "a/c.", "bank"];
/// What may stand between that and the number.
const BETWEEN: [&str; 20] = [
    "no",
    "no.",
    "number",
    "num",
    "nos",
    "is",
    "current",
    "savings",
    "sb",
    "ca",
    "our",
    "new",
    "following",
    "the",
    "in",
    "to",
    "with",
    "bank",
    "a/c",
    "account",
];

/// The accounts that a text names as accounts: "pay to A/c No. 5020 0048 2133 77". Other long numbers are none.
pub fn named(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '#' | '(' | ')' | '='))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let mut found = Vec::new();
    for (at, _) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| LABELS.contains(&word.as_str()))
    {
        let behind = words.iter().skip(at.saturating_add(1));
        let mut number = String::new();
        for word in behind.skip_while(|word| BETWEEN.contains(&word.as_str())) {
            let digits = word.trim_end_matches('.').replace('-', "");
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                break;
            }
            number.push_str(&digits);
        }
        if DIGITS.contains(&number.len()) && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}
