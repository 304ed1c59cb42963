//! Registration mark: State, office, series and number, as in MH 12 AB 1234; and the Bharat series, 22 BH 1234 AA.

use std::sync::LazyLock;

use crate::{
    Kind,
    candidate::{Candidate, fits, reread},
    codes::Codes,
    detector::{Detector, Found, Rank, compact},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Vehicle,
    lengths: (5, 11),
    digits_alone: false,
    find,
    valid,
};

static STATES: LazyLock<Codes<2>> =
    LazyLock::new(|| Codes::new(include_str!("data/vehicle_states.txt")));

/// Whether marks begin with these letters.
pub(crate) fn is_state(letters: [u8; 2]) -> bool {
    STATES.contains(&letters)
}

/// Units, which between two numbers make a size of them: OR 10 MM 2000.
const UNITS: [&[u8]; 24] = [
    b"MM", b"CM", b"M", b"KM", b"KG", b"G", b"GM", b"MG", b"L", b"ML", b"LTR", b"NO", b"NOS",
    b"PCS", b"PC", b"X", b"TO", b"HP", b"KW", b"KV", b"KVA", b"V", b"W", b"INR",
];

/// How much of a registration mark a text is.
struct Mark<'a> {
    series: &'a [u8],
    number: usize,
}

fn mark(text: &[u8]) -> Option<Mark<'_>> {
    if text.first().is_none_or(u8::is_ascii_digit) && text.get(2..4) != Some(b"BH") {
        return None;
    }
    if fits(text, b"99BH9999A") || fits(text, b"99BH9999AA") {
        return Some(Mark {
            series: b"BH",
            number: 4,
        });
    }
    let (state, rest) = text.split_first_chunk()?;
    if !STATES.contains(state) {
        return None;
    }
    let run = |bytes: &[u8], of: fn(&u8) -> bool| bytes.iter().take_while(|byte| of(byte)).count();
    let office = run(rest, u8::is_ascii_digit);
    let rest = rest.get(office..)?;
    let series = run(rest, u8::is_ascii_uppercase);
    let number = run(rest.get(series..)?, u8::is_ascii_digit);
    let whole = series + number == rest.len();
    (whole && (1..=2).contains(&office) && (1..=3).contains(&series) && (1..=4).contains(&number))
        .then(|| Mark {
            series: &rest[..series],
            number,
        })
}

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::Vehicle, candidate, rule, rank));
    if candidate.digits() < 2 || candidate.all_digits() || candidate.groups().len() > 6 {
        return None;
    }
    if let Some(mark) = mark(candidate.upper()) {
        if sight.says(Kind::Vehicle) && !candidate.newline {
            return found("vehicle.label", Rank::Formed);
        }
        let spaced = !candidate.is_word();
        // No size begins with a nought: KA 05 MG 4411.
        let size = UNITS.contains(&mark.series) && candidate.upper().get(2) != Some(&b'0');
        let plain = mark.number == 4 && !(spaced && (candidate.lower || candidate.newline || size));
        if plain && !sight.denied_itself() && !pieced(sight) && !of_a_document(candidate, sight) {
            return found("vehicle.shape", Rank::Formed);
        }
        if candidate.newline && sight.says_plainly(Kind::Vehicle) {
            return found("vehicle.label", Rank::Labelled);
        }
        return None;
    }
    if candidate.len() < 8 || candidate.newline || candidate.digits() < 3 || candidate.letters() < 2
    {
        return None;
    }
    let misread = [
        &b"AA99A9999"[..],
        b"AA99AA9999",
        b"AA99AAA9999",
        b"AA9AA9999",
        b"99BH9999AA",
    ]
    .iter()
    .filter_map(|layout| reread(candidate.upper(), layout))
    .any(|reading| {
        mark(reading.upper()).is_some()
            && (sight.says_plainly(Kind::Vehicle) && reading.repairs <= 3
                || reading.repairs == 1
                    && candidate.digits() >= 5
                    && candidate.is_word()
                    && !candidate.lower
                    && sight.label().is_none())
    });
    misread.then(|| Found::new(Kind::Vehicle, candidate, "vehicle.misread", Rank::Labelled))
}

/// Whether slashes part it, as they part the number of a document, and the word for one stands right before: NOC TS/09/F/5671.
fn of_a_document(candidate: &Candidate, sight: &Sight) -> bool {
    const WORDS: [&[u8]; 18] = [
        b"no",
        b"nos",
        b"number",
        b"num",
        b"noc",
        b"id",
        b"ref",
        b"code",
        b"file",
        b"letter",
        b"permit",
        b"licence",
        b"license",
        b"certificate",
        b"cert",
        b"consent",
        b"approval",
        b"sanction",
    ];
    let parted = || {
        let mut marks = sight
            .inner()
            .iter()
            .filter(|byte| !byte.is_ascii_alphanumeric());
        marks.all(|byte| *byte == b'/')
    };
    candidate.groups().len() >= 3 && parted() && {
        let known = |byte: &&u8| byte.is_ascii_alphabetic();
        let head = sight.head(20);
        let gap = head
            .iter()
            .rev()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b'.' | b':' | b'-' | b'#'));
        let head = &head[..head.len() - gap.count()];
        let length = head.iter().rev().take_while(known).count();
        let last = &head[head.len() - length..];
        WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
    }
}

/// Whether it is a piece of a longer code. One slash parts it from what goes with it: LR 7789/MH12AB1234.
fn pieced(sight: &Sight) -> bool {
    let tie = |byte: u8| matches!(byte, b'-' | b'/' | b'_' | b'@' | b'\\');
    let parted = match (sight.before(1), sight.after(0)) {
        (b'/', after) => !tie(after),
        (before, b'/') => !tie(before) && !matches!(before, b'#' | b'.' | b'+' | b'=' | b'&'),
        _ => false,
    };
    !parted && sight.attached() && !in_a_row(sight)
}

/// Whether hyphens tie it to other whole marks and to nothing else: MH12AB1234-KA05CD4321.
fn in_a_row(sight: &Sight) -> bool {
    let (before, after) = (sight.before(1), sight.after(0));
    if before != b'-' && after != b'-' {
        return false;
    }
    let ties = |byte: u8| {
        matches!(
            byte,
            b'-' | b'/' | b'_' | b'@' | b'\\' | b'#' | b'.' | b'+' | b'=' | b'&'
        )
    };
    let tied = |byte: u8, beyond: u8| ties(byte) && beyond.is_ascii_alphanumeric();
    let left = if let [head @ .., b'-'] = sight.head(ROW + 2) {
        ends_with_a_mark(head)
    } else {
        !tied(before, sight.before(2))
    };
    let right = if after == b'-' {
        begins_with_a_mark(sight.tail(ROW + 1).get(1..).unwrap_or_default())
    } else {
        !tied(after, sight.after(1))
    };
    left && right
}

/// The most bytes that a mark takes, spaced or hyphened.
const ROW: usize = 14;

/// Whether the words that a text begins with are a whole mark, with all four digits of its number.
fn begins_with_a_mark(text: &[u8]) -> bool {
    let mut upper = [0; ROW];
    let mut length = 0;
    for (at, byte) in text.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            if !matches!(byte, b' ' | b'-') {
                return false;
            }
            continue;
        }
        let Some(slot) = upper.get_mut(length) else {
            return false;
        };
        *slot = byte.to_ascii_uppercase();
        length += 1;
        let ends = text
            .get(at + 1)
            .is_none_or(|next| !next.is_ascii_alphanumeric());
        if ends && mark(&upper[..length]).is_some_and(|mark| mark.number == 4) {
            return true;
        }
    }
    false
}

/// Whether the last words of a text, of which the first byte may be left out, are a whole mark.
fn ends_with_a_mark(text: &[u8]) -> bool {
    (text.len().saturating_sub(ROW)..text.len()).any(|from| {
        let begins = from == 0 || !text[from - 1].is_ascii_alphanumeric();
        let rest = &text[from..];
        let whole = || {
            let mut upper = [0; ROW];
            let mut length = 0;
            for byte in rest.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
                upper[length] = byte.to_ascii_uppercase();
                length += 1;
            }
            mark(&upper[..length]).is_some_and(|mark| mark.number == 4)
        };
        begins
            && rest.first().is_some_and(u8::is_ascii_alphanumeric)
            && rest
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
            && whole()
    })
}

/// Offices and numbers begin with 1; the Bharat series began in 2021 and has no I and no O in its letters.
fn valid(text: &str) -> bool {
    compact(text, "-./").is_some_and(|text| {
        let Some(mark) = mark(text.as_bytes()) else {
            return false;
        };
        let some = |digits: &str| digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let (head, letters) = text.split_at(8);
            let (year, number) = (head.get(..2), head.get(4..));
            return year >= Some("21") && number.is_some_and(some) && !letters.contains(['I', 'O']);
        }
        let (head, number) = text.split_at(text.len() - mark.number);
        some(number) && some(head)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (text, want) in [
            ("MH12AB1234", true),
            ("mh-12-ab-1234", true),
            ("DL 1 CAB 1234", true),
            ("KA01A1", true),
            ("22BH1234AA", true),
            ("22 BH 1234 A", true),
            ("ZZ12AB1234", false),
            ("MH123AB1234", false),
            ("MH12AB12345", false),
            ("MH12ABCD1234", false),
            ("MH121234", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }
}
