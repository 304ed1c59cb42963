//! The supplier's State held against the place of supply: "the supplier's state code and the place of supply on INV-7 are the
//! same", by codes, names or both (IGST Act, sections 7 and 8).

use super::Frame;
use crate::{
    field::Field,
    vocabulary::{VOCABULARY, name_parts},
};

const ONE: [&str; 6] = ["same", "one", "equal", "equals", "match", "matches"];
const TWO: [&str; 5] = ["differ", "differs", "different", "not", "unlike"];
const WORDS: [&str; 22] = [
    "place",
    "of",
    "supply",
    "state",
    "code",
    "codes",
    "are",
    "is",
    "from",
    "the",
    "and",
    "as",
    "to",
    "in",
    "lie",
    "lies",
    "on",
    "same",
    "supplier's",
    "with",
    "does",
    "do",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let named = |f: &Field<'_>| {
        let parts = name_parts(f.leaf());
        let joined = parts.join(" ");
        joined == "pos" || joined.starts_with("place of supply")
    };
    let placed: Vec<&Field<'_>> = frame.cited.iter().filter(|f| named(f)).collect();
    let sellers: Vec<&Field<'_>> = frame
        .cited
        .iter()
        .filter(|f| !named(f) && f.roles().contains("role.supplier") && f.has("kind.place"))
        .collect();
    let ([place], [seller]) = (&placed[..], &sellers[..]) else {
        return None;
    };
    let said = (0..frame.words.len()).any(|n| {
        frame.is_word(n, &["place"])
            && frame.is_word(n + 1, &["of"])
            && frame.is_word(n + 2, &["supply"])
    });
    if !said || !frame.says(&["state"]) || place.doc != seller.doc || frame.cited.len() > 3 {
        return None;
    }
    let (code, other) = (code_of(seller)?, code_of(place)?);
    let denials = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &TWO))
        .count();
    if denials > 1
        || denials == 0 && !frame.says(&ONE)
        || !frame.is_as_read((code == other) == (denials == 0))
    {
        return None;
    }
    // A code that is told stands right behind what has it.
    for (at, number) in frame.open_numbers() {
        let behind = |back: usize| {
            at.checked_sub(back)
                .map_or("", |n| frame.word(n))
                .to_owned()
        };
        let own = match behind(1).as_str() {
            "code" | "state" => &code,
            "supply" => &other,
            _ => return None,
        };
        if number.raw != *own {
            return None;
        }
        frame.take(at);
    }
    frame.tell_where(|_, f| named(f) || f.has("kind.place"));
    frame.take_words(&ONE);
    frame.take_words(&TWO);
    frame.take_words(&WORDS);
    Some(())
}

/// The code of a State by what a member holds: `08`, `08-Rajasthan`, `Rajasthan`.
fn code_of(field: &Field<'_>) -> Option<String> {
    let text = field.value.as_str()?.trim();
    let digits = text
        .get(..2)
        .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let rest = text.get(2..).unwrap_or_default();
    match digits {
        Some(code) if !rest.starts_with(|c: char| c.is_ascii_digit()) => Some(code.to_owned()),
        _ => VOCABULARY.place(text).map(std::borrow::ToOwned::to_owned),
    }
}
