//! What part of a claim is borne where the whole is not: its head accounts for all that is cited, and the rest rests on
//! nothing.

use crate::{
    Label,
    field::Field,
    index::Index,
    judge::{proved, weigh},
};

/// Words at which a statement may be cut in two.
const JOINTS: [&str; 22] = [
    "and",
    "but",
    "because",
    "since",
    "as",
    "which",
    "who",
    "whose",
    "where",
    "while",
    "whereas",
    "after",
    "so",
    "when",
    "provided",
    "although",
    "though",
    "until",
    "unless",
    "owing",
    "following",
    "via",
];

/// At most this many cuts are tried.
const CUTS_MAX: usize = 32;

/// The rest of a claim whose head bears out by itself and tells all that is cited.
pub(crate) fn borne<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
    strictly: bool,
) -> Option<String> {
    cuts(claim)
        .into_iter()
        .rev()
        .take(CUTS_MAX)
        .find_map(|(at, rest)| {
            let head = claim
                .get(..at)?
                .trim_end_matches([' ', ',', ';', ':', '\u{2014}', '-']);
            (head.split_whitespace().count() > 2 && is_borne(cited, index, head, strictly))
                .then(|| claim.get(rest..).unwrap_or_default().trim().to_owned())
        })
}

fn is_borne<'a>(cited: &[Field<'a>], index: &Index<'a>, head: &str, strictly: bool) -> bool {
    proved(cited, index, head).is_ok()
        || !strictly && weigh(cited, index, head).0.label == Label::Supported
}

/// Where a claim may be cut: the end of its head and the start of its rest.
fn cuts(claim: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    for word in claim.split(' ') {
        let at = start;
        start += word.len() + 1;
        let marked = claim
            .get(..at)
            .is_some_and(|h| h.trim_end().ends_with([',', ';', ':', '\u{2014}']));
        if at > 0 && (marked || JOINTS.contains(&word)) {
            out.push((at, at));
        }
    }
    out
}
