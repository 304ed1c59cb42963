//! GSTIN: the layouts and check character of the `domain` crate, and what scanners and tired fingers make of them.

use domain::{Gstin, GstinKind};

use crate::{
    Kind,
    candidate::{Candidate, reread},
    detector::{Detector, Found, Rank, compact},
    pan,
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Gstin,
    lengths: (14, 16),
    digits_alone: false,
    find,
    valid,
};

const TAXPAYER: &[u8] = b"99AAAAA9999ANZN";

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::Gstin, candidate, rule, rank));
    let text = candidate.upper();
    if candidate.letters() < 3 {
        return None;
    }
    if candidate.len() != 15 {
        // A character lost or doubled, where the label leaves no doubt.
        return (candidate.is_word()
            && candidate.digits() >= 5
            && text.len() > candidate.digits() + 4
            && starts_like_one(text)
            && sight.says_plainly(Kind::Gstin))
        .then(|| Found::new(Kind::Gstin, candidate, "gstin.label", Rank::Labelled));
    }
    if !text[..2].iter().any(u8::is_ascii_digit) && candidate.digits() < 5 {
        return None;
    }
    if checked(candidate.as_str()) {
        return found("gstin.checksum", Rank::Checked);
    }
    if candidate.fits(TAXPAYER) && domain::gstin::is_state_code(&candidate.as_str()[..2]) {
        // A mistyped one still holds somebody's PAN.
        if candidate.is_word() {
            return found("gstin.shape", Rank::Formed);
        }
        return sight
            .says(Kind::Gstin)
            .then(|| Found::new(Kind::Gstin, candidate, "gstin.label", Rank::Labelled));
    }
    let few = candidate.groups().len() <= 4 && !candidate.newline;
    if candidate.digits() >= 3 && few && repaired(text) {
        return found("gstin.misread", Rank::Checked);
    }
    let repairs = candidate.reread(TAXPAYER)?.repairs;
    let likely = few && sight.says_plainly(Kind::Gstin) || candidate.is_word() && repairs <= 2;
    (likely && candidate.digits() >= 4)
        .then(|| Found::new(Kind::Gstin, candidate, "gstin.label", Rank::Labelled))
}

/// A layout, a state and a check character that hold, and a PAN inside whose holder there is.
fn checked(text: &str) -> bool {
    text.parse::<Gstin>().is_ok_and(|gstin| {
        let holds_pan = matches!(gstin.kind(), GstinKind::Regular | GstinKind::TaxCollector);
        !holds_pan || text.get(2..12).is_some_and(pan::well_formed)
    })
}

fn starts_like_one(text: &[u8]) -> bool {
    text.get(..2)
        .is_some_and(|state| state.iter().all(u8::is_ascii_digit))
        && text.get(2..7).is_some_and(|letters| {
            letters
                .iter()
                .filter(|byte| byte.is_ascii_uppercase())
                .count()
                >= 4
        })
}

/// Whether some reading of the doubtful characters has a check character that holds: `O` for `0`, `5` for `S`.
fn repaired(text: &[u8]) -> bool {
    let Some(first) = reread(text, b"99AAAAA9999ANNN") else {
        return false;
    };
    if first.repairs > 5 {
        return false;
    }
    let mut readings = vec![first.upper().to_vec()];
    let also = |readings: &mut Vec<Vec<u8>>, at: usize, others: &[u8]| {
        for reading in readings.clone() {
            for other in others {
                let mut reading = reading.clone();
                if let Some(slot) = reading.get_mut(at) {
                    *slot = *other;
                }
                readings.push(reading);
            }
        }
    };
    // A letter that was read as 0 or 1 may have been one of several.
    for at in (2..7).chain([11]) {
        match text.get(at) {
            Some(b'0') if readings.len() < 32 => also(&mut readings, at, b"DQ"),
            Some(b'1') if readings.len() < 32 => also(&mut readings, at, b"L"),
            _ => {}
        }
    }
    if text.get(13) == Some(&b'2') {
        also(&mut readings, 13, b"Z");
    }
    for at in [12, 14] {
        let others: &[u8] = match text.get(at) {
            Some(b'0') => b"OD",
            Some(b'O') => b"0D",
            Some(b'D') => b"0O",
            Some(b'1') => b"IL",
            Some(b'I') => b"1L",
            Some(b'L') => b"1I",
            Some(b'2') => b"Z",
            Some(b'Z') => b"2",
            Some(b'5') => b"S",
            Some(b'S') => b"5",
            Some(b'8') => b"B",
            Some(b'B') => b"8",
            Some(b'6') => b"G",
            Some(b'G') => b"6",
            Some(b'4') => b"A",
            Some(b'A') => b"4",
            _ => b"",
        };
        also(&mut readings, at, others);
    }
    readings
        .iter()
        .filter_map(|reading| std::str::from_utf8(reading).ok())
        .any(checked)
}

fn valid(text: &str) -> bool {
    compact(text, "-").is_some_and(|text| checked(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_valid_and_a_slip_is_not() {
        for (text, want) in [
            ("27AAACR5055K1Z7", true),
            ("27 AAACR5055K 1Z7", true),
            ("27aaacr5055k1z7", true),
            ("06DELI09652G1DA", true),
            ("0717UNO00157UNO", true),
            ("9917SGP29001OST", true),
            ("27AAACR5O55K1Z7", false),
            ("27AAACR5055K1Z8", false),
            ("27AAACR5055K1Z", false),
            ("", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }

    #[test]
    fn misread_ones_are_repaired() {
        for text in [
            "27AAACR5O55K1Z7",
            "27AAACRSO55K1Z7",
            "27AAACR5055K12 7",
            "Z7AAACR5055KIZ7",
        ] {
            let text: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
            assert!(repaired(&text), "{text:?}");
        }
        assert!(!repaired(b"27AAACR5055K1Z8"));
    }
}
