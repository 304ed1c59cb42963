//! A state that is denied of a record which holds its opposite, and one that came on a day.

use super::Frame;
use crate::{
    lex::Token,
    read,
    vocabulary::{VOCABULARY, name_parts},
};

/// What is done to a paper that is taken back.
const CANCELS: [&str; 9] = [
    "cancelled",
    "canceled",
    "cancellation",
    "withdrew",
    "withdrawn",
    "withdrawal",
    "revoked",
    "annulled",
    "voided",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    denied(frame)
        .or_else(|| cancelled(frame))
        .or_else(|| none_rejected(frame))
}

/// Whether a state is named anywhere but from one word up to another.
fn named_beside(frame: &Frame<'_, '_>, from: usize, to: usize) -> bool {
    (0..frame.tokens.len()).any(|at| {
        !(from..to).contains(&at)
            && frame.is_open(at)
            && frame.phrase(at).is_some_and(|(_, m)| m.state.is_some())
    })
}

/// "Is not active" of what is cancelled.
fn denied(frame: &mut Frame<'_, '_>) -> Option<()> {
    let [field] = frame.cited else { return None };
    let held = VOCABULARY.state(field.value.as_str()?)?;
    let not = frame.find(&["not"])?;
    let at = not + 1;
    let (many, meaning) = frame.phrase(at)?;
    let state = meaning.state?;
    let verb = frame.is_word(not.checked_sub(1)?, &["is", "are", "stands", "was"]);
    if !field.says_a_state()
        || named_beside(frame, not, at + many)
        || !verb
        || !VOCABULARY.exclusive(held, state)
    {
        return None;
    }
    // A record that is named is the one cited.
    (not..at + many).for_each(|n| frame.take(n));
    frame.take_words(&["status"]);
    frame.tell_all();
    Some(())
}

/// "Cancellation took place on 25 June": the state and the day that it came.
fn cancelled(frame: &mut Frame<'_, '_>) -> Option<()> {
    let [one, two] = frame.cited else { return None };
    let (n, day) = match (read::json_date(one.value), read::json_date(two.value)) {
        (Some(d), None) => (0, d),
        (None, Some(d)) => (1, d),
        _ => return None,
    };
    let (dated, other) = (frame.cited.get(n)?, frame.cited.get(1 - n)?);
    let leaf = dated.leaf().to_lowercase();
    let of_it = ["cnl", "cancel", "revoc", "withdr"]
        .iter()
        .any(|p| leaf.contains(p));
    let text = other.value.as_str()?;
    let so = matches!(
        text.to_uppercase().as_str(),
        "CNL" | "CAN" | "CANCELLED" | "CANCELED"
    );
    if !of_it || !so || dated.doc != other.doc || dated.element_path() != other.element_path() {
        return None;
    }
    let said: Vec<usize> = (0..frame.tokens.len())
        .filter(|n| matches!(frame.tokens.get(*n), Some(Token::Date(_))))
        .collect();
    let [at] = said[..] else { return None };
    let right = matches!(frame.tokens.get(at), Some(Token::Date(d)) if *d == day);
    if !right || !frame.says(&CANCELS) {
        return None;
    }
    frame.take(at);
    frame.take_words(&CANCELS);
    frame.take_words(&[
        "took",
        "place",
        "supplier",
        "seller",
        "vendor",
        "e",
        "invoice",
        "e-invoice",
        "irn",
        "date",
        "dated",
    ]);
    frame.tell_all();
    Some(())
}

/// "Accepted without any rejection": none was, and what came is what was accepted.
fn none_rejected(frame: &mut Frame<'_, '_>) -> Option<()> {
    let with = |name: &str| {
        (0..frame.cited.len()).find(|n| {
            frame
                .cited
                .get(*n)
                .is_some_and(|f| name_parts(f.leaf()).iter().any(|p| p == name))
        })
    };
    let rejected = with("rejected")?;
    let field = frame.cited.get(rejected)?;
    if !frame.value(rejected)?.is_zero() {
        return None;
    }
    let own = field.element_path();
    let held = |name: &str| {
        let mut found = field
            .scope()
            .into_iter()
            .filter(|(key, _)| name_parts(key).iter().any(|p| p == name));
        read::json_number(found.next_back()?.1)
    };
    for n in (0..frame.cited.len()).filter(|n| *n != rejected) {
        let other = frame.cited.get(n)?;
        let came = with("received") == Some(n) || with("accepted") == Some(n);
        let same = other.doc == field.doc && other.element_path() == own;
        if !came || !same || held("received")? != held("accepted")? {
            return None;
        }
    }
    // A list of several lines is told by the line.
    let many = field
        .element()
        .and_then(|(_, l)| Some(l.as_array()?.len()))
        .unwrap_or(1);
    let line = held("line").or_else(|| held("slno"));
    let numbers = frame.open_numbers();
    let mut told = many == 1;
    for (at, number) in &numbers {
        let led = *at > 0 && frame.is_word(at - 1, &["line", "item"]);
        if !led || Some(number.value) != line {
            return None;
        }
        told = true;
    }
    let denials = (0..frame.tokens.len())
        .filter(|n| {
            frame.is_word(
                *n,
                &[
                    "no", "nothing", "none", "without", "not", "never", "zero", "nil",
                ],
            )
        })
        .count();
    let named = ["rejected", "rejection", "rejections"];
    if denials != 1
        || !told
        || !frame.says(&named)
        || frame.says(&["not", "never", "except", "but"])
    {
        return None;
    }
    for (at, _) in numbers {
        frame.take(at);
    }
    frame.take_words(&named);
    frame.take_words(&[
        "no", "nothing", "none", "without", "zero", "nil", "any", "stores", "accepted", "line",
        "item", "records", "receipt", "quantity", "on", "goods", "received", "fully",
    ]);
    frame.tell_all();
    Some(())
}
