//! Aadhaar: twelve digits, the first 2 to 9, the last a Verhoeff check digit; and the sixteen digits of a virtual id.

use crate::{
    Kind,
    candidate::Candidate,
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Aadhaar,
    lengths: (12, 16),
    digits_alone: true,
    find,
    valid,
};

/// Multiplication in the dihedral group of the pentagon (Verhoeff 1969).
fn times(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Whether the last digit is the Verhoeff check digit of those before it.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const TURNS: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let mut sum = 0;
    for (place, byte) in digits.iter().rev().enumerate() {
        let Some(turned) = byte
            .checked_sub(b'0')
            .and_then(|digit| TURNS[place % 8].get(usize::from(digit)))
        else {
            return false;
        };
        sum = times(sum, *turned);
    }
    sum == 0
}

fn number(digits: &[u8]) -> bool {
    digits.len() == 12 && matches!(digits[0], b'2'..=b'9') && digits.iter().all(u8::is_ascii_digit)
}

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::Aadhaar, candidate, rule, rank));
    let usual = matches!(candidate.groups(), [12] | [4, 4, 4]);
    if candidate.len() == 16 {
        return (candidate.all_digits()
            && matches!(candidate.groups(), [16] | [4, 4, 4, 4])
            && verhoeff(candidate.upper())
            && sight.says(Kind::Aadhaar))
        .then(|| Found::new(Kind::Aadhaar, candidate, "aadhaar.vid", Rank::Checked));
    }
    if candidate.len() != 12 || candidate.digits() < 6 {
        return None;
    }
    if !candidate.all_digits() {
        let reading = candidate.reread(b"999999999999")?;
        let checked = number(reading.upper()) && verhoeff(reading.upper());
        let labelled = sight.says_plainly(Kind::Aadhaar);
        return (!candidate.newline
            && (labelled && (usual || checked)
                || checked
                    && reading.repairs <= 2
                    && candidate.groups() == [4, 4, 4]
                    && !sight.denied()))
        .then(|| Found::new(Kind::Aadhaar, candidate, "aadhaar.misread", Rank::Labelled));
    }
    let digits = candidate.upper();
    if number(digits) && verhoeff(digits) {
        if sight.says(Kind::Aadhaar) {
            return found("aadhaar.checksum", Rank::Checked);
        }
        // 91 and a mobile number; one in ten of those passes the check.
        let mobile = candidate.is_word() && digits.starts_with(b"91") && digits[2] >= b'6';
        // In three groups it is written as nothing else with such a check digit, whatever the column is called.
        let written = candidate.groups() == [4, 4, 4] && sight.denied_above();
        let free = (written || !sight.denied() && !sight.says_otherwise(Kind::Aadhaar))
            && !sight.attached()
            && !sight.amount();
        return (usual && !mobile && !candidate.newline && free && !longer(candidate, sight))
            .then(|| Found::new(Kind::Aadhaar, candidate, "aadhaar.checksum", Rank::Checked));
    }
    // Mistyped, or made up: the label says what it is meant to be.
    (usual && !candidate.newline && sight.says_plainly(Kind::Aadhaar))
        .then(|| Found::new(Kind::Aadhaar, candidate, "aadhaar.label", Rank::Labelled))
}

/// Four more digits before or after: a card number.
fn longer(candidate: &Candidate, sight: &Sight) -> bool {
    let four = |run: &[u8]| run.len() == 4 && run.iter().all(u8::is_ascii_digit);
    let after = || matches!(sight.tail(5), [b' ' | b'-', run @ ..] if four(run));
    let before = || matches!(sight.head(5), [run @ .., b' ' | b'-'] if four(run));
    candidate.groups() == [4, 4, 4] && (after() || before())
}

/// A number that reads the same from behind is not issued.
fn valid(text: &str) -> bool {
    compact(text, "-./_").is_some_and(|text| {
        let digits = text.as_bytes();
        number(digits) && verhoeff(digits) && !digits.iter().eq(digits.iter().rev())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example of the algorithm: 236 has the check digit 3.
    #[test]
    fn verhoeff_as_published() {
        assert!(verhoeff(b"2363"));
        assert!(
            (0..10)
                .filter(|d| verhoeff(format!("236{d}").as_bytes()))
                .count()
                == 1
        );
        assert!(!verhoeff(b"23a3"));
        for (text, want) in [
            ("2345 6789 0124", true),
            ("2345-6789-0124", true),
            ("2345 6789 0125", false),
            ("1345 6789 0124", false),
            ("2345 6789 012", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }
}
