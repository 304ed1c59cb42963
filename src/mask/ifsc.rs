//! IFSC: a bank's four letters from the list, a zero, six letters or digits.

use std::sync::LazyLock;

use domain::Ifsc;

use crate::{
    Kind,
    candidate::Candidate,
    codes::Codes,
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Ifsc,
    lengths: (11, 11),
    digits_alone: false,
    find,
    valid,
};

static BANKS: LazyLock<Codes<4>> =
    LazyLock::new(|| Codes::new(include_str!("data/bank_codes.txt")));

fn known(text: &str) -> bool {
    text.as_bytes()
        .first_chunk()
        .is_some_and(|bank| BANKS.contains(bank))
}

/// In the form of an IFSC, of a bank that there is.
pub(crate) fn of_a_bank(text: &str) -> bool {
    known(text) && text.parse::<Ifsc>().is_ok()
}

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::Ifsc, candidate, rule, rank));
    if candidate.letters() < 3 {
        return None;
    }
    let text = candidate.as_str();
    if of_a_bank(text) {
        // Words of a sentence run together may look like one; a written code is in capitals or has digits.
        let written = candidate.is_word() && (!candidate.lower || candidate.digits() >= 4);
        if written && !sight.denied_beside() {
            return found("ifsc.bank", Rank::Checked);
        }
        return sight
            .says(Kind::Ifsc)
            .then(|| Found::new(Kind::Ifsc, candidate, "ifsc.label", Rank::Formed));
    }
    if candidate.newline {
        return None;
    }
    let reading = candidate.reread(b"AAAA0NNNNNN")?;
    let (reading, repairs) = (reading.as_str(), reading.repairs);
    if reading.parse::<Ifsc>().is_ok() && sight.says_plainly(Kind::Ifsc) {
        let rule = if repairs == 0 {
            "ifsc.label"
        } else {
            "ifsc.misread"
        };
        return found(rule, Rank::Labelled);
    }
    (of_a_bank(reading)
        && repairs <= 2
        && candidate.is_word()
        && !candidate.lower
        && candidate.digits() >= 4
        && !sight.denied())
    .then(|| Found::new(Kind::Ifsc, candidate, "ifsc.misread", Rank::Labelled))
}

fn valid(text: &str) -> bool {
    compact(text, "-").is_some_and(|text| of_a_bank(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_of_four_letters() {
        let banks = crate::list(include_str!("data/bank_codes.txt"));
        assert!(banks.is_sorted() && banks.len() > 1000);
        assert!(
            banks
                .iter()
                .all(|b| b.len() == 4 && b.bytes().all(|c| c.is_ascii_uppercase()))
        );
        assert!(
            valid("hdfc 0001234")
                && !valid("BOLT0H37229")
                && !valid("HDFC1001234")
                && !valid("HDFC000123")
        );
    }
}
