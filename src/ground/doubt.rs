//! Citations that bear nothing out, whatever they hold: words of a letter about what lies outside it, and dates that their
//! own record leaves open.

use serde_json::Value;

use crate::{
    field::Field,
    index::Index,
    read, text,
    vocabulary::{folded_words, name_parts},
};

/// Kinds of writing in which somebody tells something. A credit note is none.
const WRITINGS: [&str; 16] = [
    "letter", "letters", "mail", "mails", "email", "emails", "message", "messages", "whatsapp",
    "sms", "chat", "fax", "remark", "remarks", "comment", "comments",
];

/// Further words by which a claim says that it tells what somebody wrote.
const TELLING: [&str; 14] = [
    "note",
    "notes",
    "narration",
    "communication",
    "correspondence",
    "intimation",
    "request",
    "form",
    "application",
    "declaration",
    "text",
    "instruction",
    "instructions",
    "memo",
];

/// What somebody does who writes.
const SAYS: [&str; 24] = [
    "says",
    "said",
    "writes",
    "wrote",
    "written",
    "states",
    "stated",
    "claims",
    "claimed",
    "asserts",
    "asserted",
    "alleges",
    "alleged",
    "asks",
    "asked",
    "requests",
    "requested",
    "informs",
    "informed",
    "declares",
    "declared",
    "tells",
    "told",
    "mentions",
];

/// Who may write a letter.
const WRITERS: [&str; 8] = [
    "supplier",
    "vendor",
    "seller",
    "sender",
    "they",
    "party",
    "transporter",
    "contractor",
];

/// Why nothing can be concluded from what is cited.
pub(crate) fn of_citations(cited: &[Field<'_>], index: &Index<'_>, claim: &str) -> Option<String> {
    hearsay(cited, index, claim).or_else(|| two_readings(cited, index, claim))
}

fn is_writing(root: &Value) -> bool {
    let Some(map) = root.as_object() else {
        return false;
    };
    map.iter().take(200).any(|(key, value)| {
        let Some(text) = value.as_str() else {
            return false;
        };
        let key = key.to_lowercase();
        let words = folded_words(text);
        match key.as_str() {
            "trust" | "trust_level" | "trustlevel" => words.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "untrusted" | "unverified" | "external" | "low" | "none"
                )
            }),
            "doc" | "doc_type" | "doctype" | "document" | "document_type" | "type" | "kind" => {
                let mail = words.windows(2).any(|two| two == ["e", "mail"]);
                mail || words.iter().any(|w| WRITINGS.contains(&w.as_str()))
            }
            _ => false,
        }
    })
}

/// Whether a value is what somebody tells: anything in a letter, a remark in any paper.
fn is_told(field: &Field<'_>, index: &Index<'_>) -> bool {
    let remark = field.is_note()
        || (text::is_prose(field)
            && name_parts(field.leaf())
                .iter()
                .any(|p| WRITINGS.contains(&p.as_str())));
    // A line that the maker of a paper adds to it speaks for him alone.
    let added = text::is_prose(field)
        && (field.path.iter().flat_map(|p| name_parts(p)))
            .any(|p| matches!(p.as_str(), "addl" | "additional" | "info" | "narration"));
    remark || added || index.root(field.doc).is_some_and(is_writing)
}

/// "The master holds account 439716215497" by what the vendor writes of it.
fn hearsay(cited: &[Field<'_>], index: &Index<'_>, claim: &str) -> Option<String> {
    let told = cited.iter().find(|f| is_told(f, index))?;
    let words = folded_words(claim);
    let mail = words.windows(2).any(|two| two == ["e", "mail"]);
    let named = mail
        || words
            .iter()
            .any(|w| WRITINGS.contains(&w.as_str()) || TELLING.contains(&w.as_str()));
    let says = |w: &String| SAYS.contains(&w.as_str());
    let writer = words.iter().enumerate().any(|(at, w)| {
        let behind = words.get(at + 1..(at + 4).min(words.len()));
        WRITERS.contains(&w.as_str()) && behind.is_some_and(|near| near.iter().any(says))
    });
    (!named && !writer).then(|| format!("{} is only what somebody writes", told.pointer()))
}

/// Whether a text is a date in figures that may be read day first or month first.
fn reads_twice(text: &str) -> bool {
    let parts: Vec<u32> = text
        .split(['/', '-', '.'])
        .filter_map(|p| p.trim().parse().ok())
        .collect();
    let [a, b, year] = parts[..] else {
        return false;
    };
    a != b && (1..=12).contains(&a) && (1..=12).contains(&b) && (year > 31 || year < 100)
}

/// Whether a record says that its dates may be read in two ways, or comes from where the month is written first.
fn leaves_open(record: &Value) -> bool {
    let Some(map) = record.as_object() else {
        return false;
    };
    map.iter().take(200).any(|(key, value)| {
        let parts = name_parts(key);
        let has = |words: &[&str]| parts.iter().any(|p| words.contains(&p.as_str()));
        let dated = has(&["date", "dates", "dt"]);
        if has(&["ambiguous", "ambiguity", "uncertain"]) {
            return read::truth(value) != Some(false) && !read::empty(value);
        }
        if has(&["resolved"]) {
            return read::truth(value) == Some(false);
        }
        if has(&["readings", "interpretations", "candidates"]) {
            return value.as_array().is_some_and(|list| {
                list.iter().filter(|v| read::json_date(v).is_some()).count() > 1
            });
        }
        if dated && has(&["format", "style", "locale"]) {
            return value
                .as_str()
                .is_none_or(|s| !s.to_lowercase().starts_with(['d', 'y', 'i']));
        }
        if has(&["country", "origin"]) {
            return value.as_str().is_some_and(|s| {
                matches!(
                    s.trim().to_uppercase().as_str(),
                    "US" | "USA" | "UNITED STATES" | "UNITED STATES OF AMERICA"
                )
            });
        }
        has(&["locale"])
            && value
                .as_str()
                .is_some_and(|s| s.to_lowercase().replace('-', "_") == "en_us")
    })
}

/// "Was written on 5 November" of "05/11/2026" on a scan that leaves two readings open.
fn two_readings(cited: &[Field<'_>], index: &Index<'_>, claim: &str) -> Option<String> {
    let open = cited.iter().find(|f| {
        f.value.as_str().is_some_and(reads_twice)
            && (f.chain.iter().any(|holder| leaves_open(holder))
                || index.root(f.doc).is_some_and(leaves_open))
    })?;
    // What is told as it is written, or as open, is no reading.
    let quoted = open.value.as_str().is_some_and(|s| claim.contains(s));
    let told = folded_words(claim).iter().any(|w| {
        w.starts_with("ambigu")
            || matches!(w.as_str(), "either" | "unclear" | "readings" | "unresolved")
    });
    (!quoted && !told).then(|| format!("{} may be read in two ways", open.pointer()))
}
