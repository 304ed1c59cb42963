//! Passport: a letter and seven digits. The form is that of many a code, so a label must say so.

use crate::{
    Kind,
    candidate::{Candidate, fits},
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Passport,
    lengths: (8, 8),
    digits_alone: false,
    find,
    valid,
};

const LAYOUT: &[u8] = b"A9999999";

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    if candidate.fits(LAYOUT) && sight.says(Kind::Passport) {
        let rank = if candidate.is_word() {
            Rank::Formed
        } else {
            Rank::Labelled
        };
        return Some(Found::new(
            Kind::Passport,
            candidate,
            "passport.label",
            rank,
        ));
    }
    let misread = candidate.digits() >= 3
        && candidate.letters() >= 1
        && !candidate.newline
        && candidate
            .reread(LAYOUT)
            .is_some_and(|reading| reading.repairs <= 3)
        && sight.says_plainly(Kind::Passport);
    misread.then(|| {
        Found::new(
            Kind::Passport,
            candidate,
            "passport.misread",
            Rank::Labelled,
        )
    })
}

/// The form is a letter and seven digits, none of them fixed by the Passports Act or its Rules: the letter is the series and
/// moves on, and there are booklets with Z. No number begins with 0.
fn valid(text: &str) -> bool {
    compact(text, "-")
        .is_some_and(|text| fits(text.as_bytes(), LAYOUT) && !text[1..].starts_with('0'))
}
