//! Phone: Indian mobile numbers and landlines in the ways that people write them, and numbers abroad with their `+`.

use crate::{
    Kind,
    candidate::Candidate,
    detector::{Detector, Found, Rank},
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::Phone,
    lengths: (7, 15),
    digits_alone: true,
    find,
    valid,
};

/// Types that ten digits cannot be, so that their labels are of something else: "Aadhaar of 9876543210".
const OTHER_LENGTHS: [Kind; 5] = [
    Kind::Aadhaar,
    Kind::Pan,
    Kind::Gstin,
    Kind::Passport,
    Kind::VoterId,
];

/// What a run of digits is, as a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Mobile,
    Landline,
    Abroad,
}

/// The digits of the number in the country, and how many stand before them.
fn national(digits: &[u8], plus: bool) -> Option<(Form, usize)> {
    let mobile = |skip: usize| {
        digits
            .get(skip)
            .is_some_and(|first| (b'6'..=b'9').contains(first))
    };
    let area = |skip: usize| {
        digits
            .get(skip)
            .is_some_and(|first| (b'1'..=b'8').contains(first))
    };
    for (prefix, skip) in [
        (&b"0091"[..], 4),
        (b"091", 3),
        (b"91", 2),
        (b"0", 1),
        (b"", 0),
    ] {
        if digits.len() == skip + 10 && digits.starts_with(prefix) {
            if plus && prefix != b"91" {
                continue;
            }
            if mobile(skip) {
                return Some((Form::Mobile, skip));
            }
            if skip > 0 && area(skip) {
                return Some((Form::Landline, skip));
            }
        }
    }
    // +91 (0) 98765 43210
    if digits.len() == 13 && digits.starts_with(b"910") && mobile(3) {
        return Some((Form::Mobile, 3));
    }
    if digits.len() == 13 && digits.starts_with(b"910") && area(3) && plus {
        return Some((Form::Landline, 3));
    }
    (plus && (8..=15).contains(&digits.len()) && digits.first() != Some(&b'0'))
        .then_some((Form::Abroad, 0))
}

/// The groups that are left when the first digits are taken away.
fn groups_after(groups: &[u8], skip: usize) -> Vec<u8> {
    let mut skip = u8::try_from(skip).unwrap_or(u8::MAX);
    let mut out = Vec::with_capacity(groups.len());
    for group in groups {
        let taken = skip.min(*group);
        skip -= taken;
        if *group > taken {
            out.push(*group - taken);
        }
    }
    out
}

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    if !candidate.all_digits() {
        return misread(candidate, sight);
    }
    let plus = sight.before(1) == b'+';
    let mut start = candidate.start - usize::from(plus);
    if candidate.bracket && sight.before(1 + usize::from(plus)) == b'(' {
        start -= 1;
    }
    let found = |rule, rank| {
        Some(Found {
            start,
            ..Found::new(Kind::Phone, candidate, rule, rank)
        })
    };
    let digits = candidate.upper();
    let form = national(digits, plus);
    if form.is_none() && !(local(candidate) && sight.says_beside(Kind::Phone))
        || sight.after(0) == b'@'
    {
        return None;
    }
    // A plus says more than a word some way off, or above.
    let denied = if plus {
        sight.denied_beside()
    } else {
        // A payment app knows people by their numbers.
        sight.denied()
            || sight.says_otherwise(Kind::Phone)
                && !sight.says(Kind::Upi)
                && !(digits.len() == 10 && OTHER_LENGTHS.iter().any(|kind| sight.says(*kind)))
    };
    if denied || sight.amount() {
        return None;
    }
    let labelled = sight.says(Kind::Phone);
    if !labelled && !plus && (sight.attached() && !introduced(sight) || counted(digits, sight)) {
        return None;
    }
    let usual = match form {
        Some((Form::Mobile, skip)) => {
            let rest = groups_after(candidate.groups(), skip);
            plus || matches!(
                rest.as_slice(),
                [10] | [5, 5] | [3, 3, 4] | [4, 3, 3] | [2, 4, 4] | [4, 6]
            )
        }
        Some((Form::Landline, skip)) => landline(candidate, digits, skip, plus),
        Some((Form::Abroad, _)) => candidate.groups().len() <= 5,
        None => false,
    };
    if usual && !candidate.newline {
        let rank = if labelled || plus {
            Rank::Formed
        } else {
            Rank::Shape
        };
        let loose = matches!(candidate.groups(), [2, 4, 4] | [4, 6]) && !labelled;
        return (!loose).then(|| Found {
            start,
            ..Found::new(Kind::Phone, candidate, "phone.form", rank)
        });
    }
    if !labelled {
        // 080 28229521 might be a mobile number by its digits.
        let dialled = matches!(form, Some((Form::Landline | Form::Mobile, 1)))
            && area_apart(candidate)
            && to_be_reached(sight);
        return if dialled {
            found("phone.context", Rank::Shape)
        } else {
            None
        };
    }
    match form {
        Some((Form::Mobile | Form::Landline, _)) if !candidate.newline || !candidate.is_word() => {
            found("phone.label", Rank::Formed)
        }
        _ => {
            let plain = local(candidate) && sight.says_beside(Kind::Phone);
            plain.then(|| Found {
                start,
                ..Found::new(Kind::Phone, candidate, "phone.label", Rank::Labelled)
            })
        }
    }
}

/// Whether what a number is tied to is no piece of a code: M.9876543210, Meera-9876543210, and two numbers with a hyphen between.
fn introduced(sight: &Sight) -> bool {
    let mobile = |digits: &[u8]| {
        digits.len() == 10
            && matches!(digits[0], b'6'..=b'9')
            && digits.iter().all(u8::is_ascii_digit)
    };
    let (head, tail) = (sight.head(24), sight.tail(12));
    let known = |byte: &&u8| byte.is_ascii_alphanumeric();
    let left = match head {
        [head @ .., tie @ (b'-' | b'.' | b'/')] => {
            let length = head.iter().rev().take_while(known).count();
            match &head[head.len() - length..] {
                [b'M' | b'm' | b'T' | b'C' | b'W'] => true,
                [first, rest @ ..] if *tie != b'/' && first.is_ascii_uppercase() => {
                    rest.len() >= 2 && rest.iter().all(u8::is_ascii_lowercase)
                }
                word => *tie == b'-' && mobile(word),
            }
        }
        [.., last] => !matches!(last, b'_' | b'#' | b'\\' | b'+' | b'@' | b'=' | b'&'),
        [] => true,
    };
    let right = match tail {
        [b'-', tail @ ..] => {
            let length = tail.iter().take_while(known).count();
            mobile(&tail[..length])
        }
        [first, ..] => !matches!(first, b'/' | b'_' | b'@' | b'\\'),
        [] => true,
    };
    left && right
}

/// Whether it counts or measures something: a round number, or one with its unit beside it.
fn counted(digits: &[u8], sight: &Sight) -> bool {
    const UNITS: [&[u8]; 20] = [
        b"mah", b"units", b"unit", b"nos", b"pcs", b"pieces", b"kg", b"kgs", b"mt", b"ml", b"ltr",
        b"litres", b"kwh", b"kva", b"mm", b"hours", b"rows", b"bytes", b"rupees", b"tonnes",
    ];
    /// What is said before a reading: Kms 98450-98765.
    const MEASURES: [&[u8]; 6] = [b"km", b"kms", b"odometer", b"reading", b"readings", b"kwh"];
    let tail = sight.tail(12).trim_ascii_start();
    let length = tail
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let unit = &tail[..length];
    let head = sight.head(12).trim_ascii_end();
    let head = head.strip_suffix(b":").unwrap_or(head);
    let length = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let measure = &head[head.len() - length..];
    let is = |word: &[u8], of: &[&[u8]]| of.iter().any(|known| word.eq_ignore_ascii_case(known));
    digits.ends_with(b"0000000") || is(unit, &UNITS) || is(measure, &MEASURES)
}

/// A number without its area code, or of a form that only its label explains.
fn local(candidate: &Candidate) -> bool {
    (7..=13).contains(&candidate.len())
        && !candidate.newline
        && candidate.narrow
        && candidate.groups().len() <= 4
        && candidate.groups().iter().all(|group| *group >= 3)
        && candidate.upper().first() != Some(&b'1')
}

/// An area code with its zero or after +91, set off from the number by a hyphen or brackets.
fn landline(candidate: &Candidate, digits: &[u8], skip: usize, plus: bool) -> bool {
    let rest = groups_after(candidate.groups(), skip);
    let Some((area, number)) = rest.split_first() else {
        return false;
    };
    // 011 2456 7890: a number in two halves is set off by its spaces.
    let set_off = candidate.hyphen || candidate.bracket || plus || number.len() == 2;
    let parts = matches!(number, [6..=8] | [4 | 3, 4] | [3, 5 | 3] | [2, 2, 2]);
    let first = digits
        .get(skip + usize::from(*area))
        .copied()
        .unwrap_or(b'0');
    let sound = (2..=4).contains(area) && matches!(first, b'2'..=b'7');
    (digits.starts_with(b"0") || plus || digits.starts_with(b"91")) && set_off && parts && sound
}

/// An area code with its zero, one space, and the number: 022 22143128.
fn area_apart(candidate: &Candidate) -> bool {
    let number = candidate.groups().first().copied().map(usize::from);
    matches!(candidate.groups(), [3, 8] | [4, 7] | [5, 6])
        && candidate.narrow
        && !candidate.newline
        && number
            .and_then(|at| candidate.upper().get(at))
            .is_some_and(|first| matches!(first, b'2'..=b'7'))
}

/// Whether its line speaks of how somebody is reached, or a phone number stands before it in a list.
fn to_be_reached(sight: &Sight) -> bool {
    const WORDS: [&[u8]; 15] = [
        b"contact",
        b"contacts",
        b"query",
        b"queries",
        b"enquiry",
        b"enquiries",
        b"call",
        b"reach",
        b"phone",
        b"tel",
        b"mob",
        b"mobile",
        b"helpline",
        b"helpdesk",
        b"support",
    ];
    let line = |byte: &u8| *byte == b'\n';
    let head = sight.head(96).rsplit(line).next().unwrap_or_default();
    let is = |word: &[u8]| WORDS.iter().any(|one| word.eq_ignore_ascii_case(one));
    let said = head.split(|byte| !byte.is_ascii_alphanumeric()).any(is);
    said || follows_a_phone(head.trim_ascii_end())
}

/// Whether a text ends with a phone number and a comma or slash.
fn follows_a_phone(head: &[u8]) -> bool {
    let Some(head) = head.strip_suffix(b",").or_else(|| head.strip_suffix(b"/")) else {
        return false;
    };
    let mark = |byte: &u8| matches!(byte, b' ' | b'-' | b'+' | b'(' | b')');
    let known = |byte: &&u8| byte.is_ascii_digit() || mark(byte);
    let length = head.iter().rev().take_while(known).count();
    let number = head[head.len() - length..].trim_ascii();
    let digits: Vec<u8> = number.iter().copied().filter(u8::is_ascii_digit).collect();
    let (plus, set_off) = (number.starts_with(b"+"), number.iter().any(mark));
    match national(&digits, plus) {
        Some((Form::Mobile | Form::Abroad, _)) => true,
        Some((Form::Landline, _)) => set_off,
        None => false,
    }
}

/// Letters for digits, where a label says that it is a number to call.
fn misread(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    if candidate.digits() < 5 || candidate.newline || !(10..=13).contains(&candidate.len()) {
        return None;
    }
    let layout = &b"999999999999999"[..candidate.len()];
    let reading = candidate.reread(layout)?;
    let repairs = reading.repairs;
    let (form, skip) = national(reading.upper(), false)?;
    let rest = groups_after(candidate.groups(), skip);
    let usual = matches!(rest.as_slice(), [10] | [5, 5] | [3, 3, 4] | [4, 3, 3]);
    if sight.after(0) == b'@' {
        return None;
    }
    let plus = sight.before(1) == b'+';
    let sure =
        sight.says_plainly(Kind::Phone) && repairs <= 4 || plus && repairs <= 2 && !sight.denied();
    (form == Form::Mobile && usual && sure).then(|| Found {
        start: candidate.start - usize::from(plus),
        ..Found::new(Kind::Phone, candidate, "phone.misread", Rank::Labelled)
    })
}

fn valid(text: &str) -> bool {
    let text = text.trim();
    let plus = text.starts_with('+') || text.starts_with("(+");
    let spaced = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '+');
    if !text.chars().all(|c| c.is_ascii_digit() || spaced(c)) || text.matches('+').count() > 1 {
        return false;
    }
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    // What no number in India has after +91 is no number abroad either.
    national(&digits, plus)
        .is_some_and(|(form, _)| form != Form::Abroad || !digits.starts_with(b"91"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing() {
        for (text, want) in [
            ("9876543210", true),
            ("+91 98765 43210", true),
            ("0091-98765-43210", true),
            ("09876543210", true),
            ("919876543210", true),
            ("(022) 2456 7890", true),
            ("+91-22-24567890", true),
            ("+44 20 7946 0958", true),
            ("5876543210", false),
            ("987654321", false),
            ("98765432101", false),
            ("", false),
            ("98765a3210", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }
}
