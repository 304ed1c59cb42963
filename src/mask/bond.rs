//! How what stands between a label and a number ties the one to the other.

use crate::{lexicon::Label, sight::Bond};

/// Small words that may stand between a label and what it speaks of.
const SMALL: [&[u8]; 34] = [
    b"no", b"nos", b"number", b"numbers", b"num", b"nr", b"id", b"is", b"are", b"hai", b"he",
    b"ka", b"ki", b"ke", b"of", b"for", b"the", b"my", b"our", b"code", b"details", b"s", b"par",
    b"pe", b"mein", b"me", b"to", b"at", b"on", b"and", b"or", b"aur", b"ya", b"card",
];

/// Words that say that a number of something follows.
const NUMBERS: [&[u8]; 6] = [b"no", b"nos", b"number", b"num", b"id", b"code"];

/// Small words that lead from one thing to another.
const TOWARDS: [&[u8]; 9] = [
    b"to", b"at", b"on", b"par", b"pe", b"mein", b"me", b"from", b"via",
];

/// Who somebody is: what follows is of a person and no longer of the paper: "invoice of driver Ramesh 9876543210".
const PEOPLE: [&[u8]; 22] = [
    b"holder",
    b"driver",
    b"owner",
    b"proprietor",
    b"prop",
    b"manager",
    b"supervisor",
    b"person",
    b"mr",
    b"mrs",
    b"ms",
    b"shri",
    b"sri",
    b"smt",
    b"kumari",
    b"sir",
    b"madam",
    b"bhai",
    b"bhaiya",
    b"ji",
    b"signatory",
    b"caller",
];

/// Whether a word may stand between a label and what it speaks of.
pub(crate) fn is_small(word: &[u8]) -> bool {
    SMALL.iter().any(|small| word.eq_ignore_ascii_case(small))
}

/// Whether a word says that a number of something follows.
pub(crate) fn counts(word: &[u8]) -> bool {
    NUMBERS.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// How what stands between ties a label to what follows; `None` if it does not.
pub(crate) fn bond(between: &[u8], label: Label) -> Option<Bond> {
    let mut only_small = true;
    let mut numbers = false;
    let mut numbered = false;
    let mut towards = false;
    // Of a person, and not that person's own number of some kind: "policy holder no".
    let mut personal = false;
    for word in between
        .split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii())
        .filter(|word| !word.is_empty())
    {
        numbered |= word.iter().any(u8::is_ascii_digit);
        if word.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4 {
            numbers = true;
        } else if word.is_ascii() {
            let is = |known: &[&[u8]]| known.iter().any(|one| word.eq_ignore_ascii_case(one));
            towards |= is(&TOWARDS);
            personal = (personal || is(&PEOPLE)) && !is(&NUMBERS);
            only_small &= word.len() <= 2 && word.iter().all(u8::is_ascii_digit) || is_small(word);
        } else {
            only_small &= word.len() <= 30;
        }
    }
    let has = |wanted: &[u8]| between.iter().any(|byte| wanted.contains(byte));
    if (towards || personal) && label.meaning.is_none() {
        // "The invoice goes to 9876543210".
        return None;
    }
    // "LR 77, MH12AB1234": what is no personal data has its number already; more of the kind may follow.
    let direct = if numbered && label.meaning.is_none() {
        Bond::Listed
    } else {
        Bond::Direct
    };
    if numbers {
        // One label for several: "Phones 9876543210, 9876543211".
        let list = has(b",/&")
            || between.windows(5).any(|word| {
                word.eq_ignore_ascii_case(b" and ") || word.eq_ignore_ascii_case(b" aur ")
            });
        return (only_small && list && !has(b"|\t;\n")).then_some(direct);
    }
    if only_small && between.len() <= 48 {
        return Some(direct);
    }
    if label.beside {
        return None;
    }
    // "Account no. of Suresh" goes on; what denies reaches no further than it did.
    let stops = if label.meaning.is_some() {
        ends_sentence_but_for(between, &ABBREVIATIONS)
    } else {
        ends_sentence(between)
    };
    let broken = has(b"|\t;") || stops;
    let limit = if label.meaning.is_some() { 56 } else { 24 };
    let apart = label.meaning.is_none() && has(b",");
    (!broken && !apart && between.len() <= limit).then_some(Bond::Near)
}

/// Words that end in a full stop and no sentence with it.
const ABBREVIATIONS: [&[u8]; 10] = [
    b"no", b"nos", b"mr", b"mrs", b"ms", b"smt", b"sh", b"dr", b"prop", b"pvt",
];

/// A full stop, question or exclamation mark with a space after it, a danda, or three spaces.
pub(crate) fn ends_sentence(text: &[u8]) -> bool {
    ends_sentence_but_for(text, &[])
}

/// As [`ends_sentence`]; a full stop behind one of these words ends none.
fn ends_sentence_but_for(text: &[u8], short: &[&[u8]]) -> bool {
    let (mut one, mut two) = (0, 0);
    for (at, byte) in text.iter().enumerate() {
        let stop = match (two, one, *byte) {
            (_, b'.', b' ') => !ends_with_one(&text[..at - 1], short),
            (_, b'?' | b'!', b' ') | (b' ', b' ', b' ') | (0xE0, 0xA5, 0xA4) => true,
            _ => false,
        };
        if stop {
            return true;
        }
        (two, one) = (one, *byte);
    }
    false
}

/// Whether the last word of a text is one of these.
fn ends_with_one(text: &[u8], words: &[&[u8]]) -> bool {
    let known = |byte: &&u8| byte.is_ascii_alphabetic();
    let length = text.iter().rev().take_while(known).count();
    let last = &text[text.len() - length..];
    words.iter().any(|word| last.eq_ignore_ascii_case(word))
}
