//! PAN: five letters, four digits, a letter; the fourth letter says whose it is. Its check letter is not published.

use domain::Pan;

use crate::{
    Kind,
    candidate::Candidate,
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Pan,
    lengths: (10, 10),
    digits_alone: false,
    find,
    valid,
};

const LAYOUT: &[u8] = b"AAAAA9999A";

/// A PAN of a kind of holder that there is; its numbers begin with 0001.
pub(crate) fn well_formed(text: &str) -> bool {
    of_a_holder(text, "PCHFATBLJG")
}

fn of_a_holder(text: &str, kinds: &str) -> bool {
    text.parse::<Pan>()
        .is_ok_and(|pan| kinds.contains(pan.entity()) && pan.as_str().get(5..9) != Some("0000"))
}

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::Pan, candidate, rule, rank));
    if candidate.fits(LAYOUT) {
        let known = well_formed(candidate.as_str());
        if candidate.is_word() {
            if sight.says(Kind::Pan) {
                return found("pan.label", Rank::Formed);
            }
            return (known && !sight.denied_plainly())
                .then(|| Found::new(Kind::Pan, candidate, "pan.shape", Rank::Shape));
        }
        return (known && sight.says(Kind::Pan))
            .then(|| Found::new(Kind::Pan, candidate, "pan.spaced", Rank::Labelled));
    }
    if candidate.digits() < 2 || candidate.letters() < 3 || candidate.newline {
        return None;
    }
    let reading = candidate.reread(LAYOUT)?;
    let repairs = reading.repairs;
    let known = well_formed(reading.as_str());
    let likely = sight.says_plainly(Kind::Pan) && repairs <= 4
        || known
            && candidate.is_word()
            && !candidate.lower
            && repairs == 1
            && !sight.denied()
            && !sight.says_otherwise(Kind::Pan);
    likely.then(|| Found::new(Kind::Pan, candidate, "pan.misread", Rank::Labelled))
}

/// K was given to trusts once. It is no reason to take a code for a PAN, but a PAN with it is one.
fn valid(text: &str) -> bool {
    compact(text, "-").is_some_and(|text| of_a_holder(&text, "PCHFATBLJGK"))
}
