//! Masking: finds the identifiers of people and firms in India in a text, puts tokens in their place before a model sees it, and
//! puts them back afterwards.
//!
//! *Invariant:* pure. No clock, no IO, no environment, no randomness, no floats; the key is an argument.
//! *Invariant:* nothing here prints or names what it finds: errors and `Debug` carry types, places and rules only.

mod aadhaar;
mod address;
mod again;
mod bank_account;
mod bond;
mod candidate;
mod codes;
mod dates;
mod detector;
mod email;
mod encoded;
mod fold;
mod glue;
mod gstin;
mod header;
mod ifsc;
mod json;
mod kind;
mod lexicon;
mod mac;
mod masker;
mod pack;
mod page;
mod pan;
mod passport;
mod phone;
mod scan;
mod shape;
mod sight;
mod stream;
mod token;
mod upi;
mod vehicle;
mod voter_id;
mod words;

use detector::Detector;
pub use detector::Rank;
pub use json::leaks_json;
pub use kind::{Kind, UnknownKind};
pub use masker::{Masked, Masker, Span, Unmasked, find, leaks};
pub use stream::{MaskStream, UnmaskStream};
pub use token::{EmptyKey, Tokens};

/// The types that are made of words. Those with an `@` are in `address`.
const ALL: [&Detector; 9] = [
    &gstin::DETECTOR,
    &pan::DETECTOR,
    &ifsc::DETECTOR,
    &aadhaar::DETECTOR,
    &phone::DETECTOR,
    &bank_account::DETECTOR,
    &vehicle::DETECTOR,
    &passport::DETECTOR,
    &voter_id::DETECTOR,
];

/// Whether a text, as a person wrote it, is a valid identifier of a type: spaces, hyphens, case, full-width letters, Indic
/// digits and a label before it are no matter; a character read wrongly is.
#[must_use]
pub fn validate(kind: Kind, text: &str) -> bool {
    let text = fold::folded(text);
    let valid = |text: &str| match kind {
        Kind::Email => email::valid(text),
        Kind::Upi => upi::valid(text),
        _ => ALL
            .iter()
            .find(|detector| detector.kind == kind)
            .is_some_and(|detector| (detector.valid)(text.trim_end_matches(['.', ',', ';']))),
    };
    valid(&text) || lexicon::behind_label(kind, &text).is_some_and(valid)
}

/// The words of a data file, in its order; a line that begins with `#` is a comment.
fn list(data: &'static str) -> Vec<&'static str> {
    data.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
}
