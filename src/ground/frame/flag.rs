//! A flag that is told as it is written: "the reverse charge flag of invoice A/1 is N", "the flag being \"N\"".

use super::Frame;
use crate::{
    lex::Token,
    vocabulary::{VOCABULARY, folded_words, name_parts},
};

const WORDS: [&str; 24] = [
    "flag",
    "the",
    "of",
    "on",
    "in",
    "for",
    "is",
    "being",
    "at",
    "set",
    "to",
    "stands",
    "as",
    "marked",
    "line",
    "item",
    "invoice",
    "bill",
    "its",
    "availability",
    "status",
    "applicable",
    "eligibility",
    "member",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    if !frame.says(&["flag"]) || frame.says(&["not", "no", "never", "nor"]) {
        return None;
    }
    let flags: Vec<usize> = (0..frame.cited.len())
        .filter(|n| {
            frame
                .cited
                .get(*n)
                .and_then(|f| f.value.as_str())
                .is_some_and(|t| matches!(t, "Y" | "N"))
        })
        .collect();
    let [flag] = flags[..] else { return None };
    let field = frame.cited.get(flag)?;
    let held = field.value.as_str()?;
    // Called by its own name, or by what it is.
    let own: Vec<String> = name_parts(field.leaf());
    let joined = field.leaf().to_lowercase();
    let text = folded_words(&frame.words.join(" ")).join(" ");
    let called = frame.words.contains(&joined)
        || text.contains(&own.join(" "))
        || VOCABULARY
            .flag(field.leaf())
            .is_some_and(|phrases| phrases.iter().any(|p| text.contains(p)));
    let said: Vec<(usize, String)> = frame
        .tokens
        .iter()
        .enumerate()
        .filter_map(|(at, t)| match t {
            Token::Word(w) | Token::Quote(w) | Token::Id(w) if matches!(w.as_str(), "Y" | "N") => {
                Some((at, w.clone()))
            }
            _ => None,
        })
        .collect();
    let [(at, said)] = &said[..] else { return None };
    if !called || !frame.is_as_read(said == held) {
        return None;
    }
    frame.take(*at);
    // The words by which it is called, and its line.
    let phrases: Vec<String> = VOCABULARY
        .flag(field.leaf())
        .into_iter()
        .flatten()
        .flat_map(|p| folded_words(p))
        .collect();
    for n in 0..frame.words.len() {
        if phrases.contains(&frame.words[n])
            || frame.words[n] == joined
            || own.contains(&frame.words[n])
        {
            frame.take(n);
        }
    }
    for (n, number) in frame.open_numbers() {
        let line = n
            .checked_sub(1)
            .is_some_and(|b| frame.is_word(b, &["line", "item"]));
        let nth = number.raw.parse().ok().filter(|_| line)?;
        if !crate::mention::Mention::Ordinal(nth).binds(frame.cited.get(flag)?, "") {
            return None;
        }
        frame.take(n);
    }
    frame.tell_where(|n, _| n == flag);
    frame.take_words(&WORDS);
    Some(())
}
