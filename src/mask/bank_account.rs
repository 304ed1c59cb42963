//! Bank account: nine to eighteen digits without a check digit, so a label or an IFSC beside it must say so.

use crate::{
    Kind,
    candidate::{Candidate, as_digit},
    detector::{Detector, Found, Rank, compact},
    ifsc,
    sight::{Bond, Sight},
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
        if is_virtual(candidate, sight) {
            return found("bank_account.virtual", Rank::Labelled);
        }
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
        let open = sight.label().is_none_or(|seen| {
            seen.meaning == Some(Kind::Ifsc) || matches!(seen.bond, Bond::Near | Bond::After)
        });
        let mobile = candidate.len() == 10 && candidate.upper()[0] >= b'6';
        if !open || mobile {
            return None;
        }
        if beside_an_ifsc(sight) {
            return found("bank_account.ifsc", Rank::Labelled);
        }
        return (candidate.len() >= 11 && at_a_bank(sight)).then(|| {
            Found::new(
                Kind::BankAccount,
                candidate,
                "bank_account.bank",
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

/// What people call banks, and kinds of account, right before a number.
const BANKS: [&[u8]; 24] = [
    b"bank",
    b"hdfc",
    b"icici",
    b"sbi",
    b"axis",
    b"kotak",
    b"pnb",
    b"bob",
    b"boi",
    b"bom",
    b"ubi",
    b"idbi",
    b"idfc",
    b"canara",
    b"indusind",
    b"federal",
    b"rbl",
    b"dcb",
    b"yes",
    b"iob",
    b"uco",
    b"hsbc",
    b"citi",
    b"cbi",
];
const ACCOUNTS: [&[u8]; 4] = [b"sb", b"ca", b"cc", b"od"];

const ENDS: [&[u8]; 5] = [b"ltd", b"limited", b"india", b"baroda", b"maharashtra"];

/// What moves money from one account to another.
const PAYMENTS: [&[u8]; 10] = [
    b"neft",
    b"rtgs",
    b"imps",
    b"deposit",
    b"transfer",
    b"remit",
    b"credit",
    b"debit",
    b"pay",
    b"paid",
];

/// A bank's name beside it, or that money goes there: HDFC 50100123456789, and "paid from 60388104527 to 920020048811276".
fn at_a_bank(sight: &Sight) -> bool {
    let is = |word: &[u8], known: &[&[u8]]| known.iter().any(|one| word.eq_ignore_ascii_case(one));
    let known = |byte: &&u8| byte.is_ascii_alphabetic();
    let newline = |byte: &u8| *byte == b'\n';
    let head = sight.head(64).rsplit(newline).next().unwrap_or_default();
    let tail = sight.tail(48).split(newline).next().unwrap_or_default();
    let gap = |byte: &&u8| matches!(byte, b' ' | b':' | b'-' | b',' | b'.' | b'(' | b'/' | b'=');
    let end = head.len() - head.iter().rev().take_while(gap).count();
    let begin = end - head[..end].iter().rev().take_while(known).count();
    let before = &head[begin..end];
    let speaks = |text: &[u8], of: &[&[u8]]| {
        of.iter().any(|one| {
            text.windows(one.len())
                .any(|word| word.eq_ignore_ascii_case(one))
        })
    };
    // HDFC Bank Ltd, State Bank of India.
    let named = is(before, &ENDS) && speaks(&head[begin.saturating_sub(24)..begin], &[b"bank"]);
    if named || is(before, &BANKS) || is(before, &ACCOUNTS) {
        return true;
    }
    let from = tail.iter().take_while(gap).count();
    let length = tail[from..].iter().take_while(known).count();
    let after = &tail[from..from + length];
    let led = is(before, &[b"from", b"to", b"in", b"into"]);
    if is(after, &BANKS) && (led || sight.label().is_none()) {
        return true;
    }
    led && (speaks(head, &PAYMENTS) || speaks(tail, &PAYMENTS))
}

/// A virtual account: the letters of whoever collects before its digits.
fn is_virtual(candidate: &Candidate, sight: &Sight) -> bool {
    let text = candidate.upper();
    let letters = text
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let digits = text.get(letters..).unwrap_or_default();
    let said = |head: &[u8]| {
        head.windows(7)
            .any(|word| word.eq_ignore_ascii_case(b"virtual"))
    };
    candidate.is_word()
        && (3..=10).contains(&letters)
        && digits.len() >= 6
        && digits.iter().all(u8::is_ascii_digit)
        && said(sight.head(32))
        && sight.says_plainly(Kind::BankAccount)
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
