//! A day held against a term: "the date of TI05784 lies inside the term of contract CT-1930".

use domain::Date;

use super::Frame;
use crate::{field::Field, read, vocabulary::name_parts};

const IN: [&str; 5] = ["inside", "within", "during", "covers", "in"];
const OUT: [&str; 4] = ["outside", "not", "beyond", "expired"];
const TERM: [&str; 6] = [
    "term",
    "period",
    "validity",
    "contract",
    "agreement",
    "force",
];
const WORDS: [&str; 26] = [
    "date",
    "dated",
    "of",
    "the",
    "lies",
    "lie",
    "falls",
    "fall",
    "is",
    "was",
    "term",
    "period",
    "validity",
    "contract",
    "agreement",
    "with",
    "on",
    "its",
    "by",
    "force",
    "day",
    "does",
    "runs",
    "when",
    "valid",
    "issued",
];
const STARTS: [&str; 4] = ["from", "start", "starts", "begins"];
const ENDS: [&str; 6] = ["to", "end", "until", "till", "upto", "ends"];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    let dates: Vec<(&Field<'_>, Date)> = frame
        .cited
        .iter()
        .filter_map(|f| Some((f, read::json_date(f.value)?)))
        .collect();
    let [_, _, _] = dates[..] else { return None };
    let is = |f: &Field<'_>, any: &[&str]| {
        name_parts(f.leaf())
            .iter()
            .any(|p| any.contains(&p.as_str()))
    };
    let one = |any: &[&str]| {
        let mut found = dates.iter().filter(|(f, _)| is(f, any));
        found.next().filter(|_| found.next().is_none())
    };
    let (start, end) = (one(&STARTS)?, one(&ENDS)?);
    let mut days = dates.iter().filter(|(f, _)| f.doc != start.0.doc);
    let (day, None) = (days.next()?, days.next()) else {
        return None;
    };
    let out = (0..frame.words.len())
        .filter(|n| frame.is_word(*n, &OUT))
        .count();
    let holds = start.1 <= day.1 && day.1 <= end.1;
    let own = day.0.has("kind.date") || day.0.has("event.issue");
    if start.0.doc != end.0.doc
        || !own
        || out > 1
        || out == 0 && !frame.says(&IN)
        || !frame.says(&TERM)
        || !frame.is_as_read(holds == (out == 0))
    {
        return None;
    }
    let known: Vec<Date> = dates.iter().map(|(_, d)| *d).collect();
    for at in 0..frame.tokens.len() {
        if let Some(crate::lex::Token::Date(told)) = frame.tokens.get(at) {
            // "Valid until 8 October 2026": the end, and no other of the three.
            let role = at.checked_sub(1).map_or("", |n| frame.word(n));
            let own = match role {
                "until" | "till" | "to" => *told == end.1,
                "from" => *told == start.1,
                _ => known.contains(told),
            };
            if !own {
                return None;
            }
            frame.take(at);
        }
    }
    frame.tell_where(|_, f| read::json_date(f.value).is_some());
    frame.take_words(&IN);
    frame.take_words(&OUT);
    frame.take_words(&STARTS);
    frame.take_words(&ENDS);
    frame.take_words(&WORDS);
    Some(())
}
