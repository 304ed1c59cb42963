//! Voter's card (EPIC): three letters and seven digits, and the older form with slashes. A label must say so.

use crate::{
    Kind,
    candidate::Candidate,
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::VoterId,
    lengths: (10, 13),
    digits_alone: false,
    find,
    valid,
};

const CARD: &[u8] = b"AAA9999999";
const OLD: &[u8] = b"AA99999999999";

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let form = |layout| candidate.fits(layout) && sight.says(Kind::VoterId);
    let old = candidate.groups() == [2, 2, 3, 6] || candidate.is_word();
    if form(CARD) || old && form(OLD) {
        let rank = if candidate.is_word() {
            Rank::Formed
        } else {
            Rank::Labelled
        };
        return Some(Found::new(Kind::VoterId, candidate, "voter_id.label", rank));
    }
    let misread = candidate.digits() >= 3
        && candidate.letters() >= 2
        && !candidate.newline
        && candidate
            .reread(CARD)
            .is_some_and(|reading| reading.repairs <= 3)
        && sight.says_plainly(Kind::VoterId);
    misread.then(|| Found::new(Kind::VoterId, candidate, "voter_id.misread", Rank::Labelled))
}

fn valid(text: &str) -> bool {
    compact(text, "-/").is_some_and(|text| {
        crate::candidate::fits(text.as_bytes(), CARD)
            || crate::candidate::fits(text.as_bytes(), OLD)
    })
}
