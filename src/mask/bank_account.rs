//! Bank account: nine to eighteen digits without a check digit, so a label or an IFSC beside it must say so.

use crate::{
    Kind,
    candidate::{Candidate, as_digit},
    detector::{Detector, Found, Rank, compact},
    ifsc,
    sight::Sight,
};

pub(crate) const DETECTOR: Detector = Detector {
    kind: Kind::BankAccount,
    lengths: (9, 18),
    digits_alone: true,
    find,
    valid,
};

fn find(candidate: &Candidate, sight: &Sight) -> Option<Found> {
    let found = |rule, rank| Some(Found::new(Kind::BankAccount, candidate, rule, rank));
    if !candidate.all_digits() {
        let letters = candidate.len() - candidate.digits();
        let digits = candidate
            .upper()
            .iter()
            .all(|byte| byte.is_ascii_digit() || as_digit(*byte).is_some());
        return (digits
            && letters * 3 <= candidate.len()
            && !candidate.newline
            && candidate.is_word()
            && sight.says_plainly(Kind::BankAccount))
        .then(|| {
            Found::new(
                Kind::BankAccount,
                candidate,
                "bank_account.misread",
                Rank::Labelled,
            )
        });
    }
    if candidate.is_word() {
        if sight.says_plainly(Kind::BankAccount) {
            return (!sight.amount()).then(|| {
                Found::new(
                    Kind::BankAccount,
                    candidate,
                    "bank_account.label",
                    Rank::Formed,
                )
            });
        }
        if sight.amount() || sight.attached() {
            return None;
        }
        if sight.says(Kind::BankAccount) {
            // A mobile number beside the word is a mobile number.
            let mobile = candidate.len() == 10 && candidate.upper()[0] >= b'6';
            return (!mobile).then(|| {
                Found::new(
                    Kind::BankAccount,
                    candidate,
                    "bank_account.label",
                    Rank::Formed,
                )
            });
        }
        let open = sight
            .label()
            .is_none_or(|seen| seen.meaning == Some(Kind::Ifsc));
        let mobile = candidate.len() == 10 && candidate.upper()[0] >= b'6';
        return (open && !mobile && beside_an_ifsc(sight)).then(|| {
            Found::new(
                Kind::BankAccount,
                candidate,
                "bank_account.ifsc",
                Rank::Labelled,
            )
        });
    }
    if !(candidate.narrow || candidate.newline) {
        return None;
    }
    let groups = candidate.groups();
    let split = candidate.newline && candidate.hyphen && groups.len() == 2;
    let broken = candidate.newline && groups.len() == 2 && groups[0] < 9;
    let (last, head) = groups.split_last()?;
    let even = head.iter().all(|group| *group == head[0]) && *last <= head[0] && head[0] >= 3;
    let hyphened = candidate.hyphen && groups.iter().all(|group| *group >= 2);
    let few = groups.len() <= 3
        && groups.iter().all(|group| *group >= 3)
        && head.iter().all(|group| *group < 9);
    let singles = groups.len() >= 9 && groups.iter().all(|group| *group == 1);
    let joined = !candidate.newline && (even || hyphened || few || singles) || split || broken;
    if !joined || !sight.says(Kind::BankAccount) || sight.amount() {
        return None;
    }
    if split {
        return found("bank_account.split", Rank::Formed);
    }
    found("bank_account.spaced", Rank::Labelled)
}

/// An IFSC of a known bank within a few words on the same line.
fn beside_an_ifsc(sight: &Sight) -> bool {
    let one = |stretch: &[u8]| {
        stretch
            .split(|byte| !byte.is_ascii_alphanumeric())
            .filter(|word| word.len() == 11)
            .filter_map(|word| std::str::from_utf8(word).ok())
            .any(|word| ifsc::of_a_bank(&word.to_ascii_uppercase()))
    };
    let line = |byte: &u8| *byte == b'\n';
    sight.head(48).rsplit(line).next().is_some_and(one)
        || sight.tail(48).split(line).next().is_some_and(one)
}

fn valid(text: &str) -> bool {
    compact(text, "-").is_some_and(|text| {
        (9..=18).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| byte != b'0')
    })
}
