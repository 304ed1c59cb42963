//! Bank account: nine to eighteen digits without a check digit, so a label or an IFSC beside it must say so.

use crate::{
    Kind,
    bond::is_small,
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
        let at_a_bank = at_a_bank(sight, candidate.upper()) && !is_reference(sight);
        return at_a_bank.then(|| {
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
const PAYMENTS: [&[u8]; 16] = [
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
    b"paise",
    b"bhej",
    b"jama",
    "जमा".as_bytes(),
    "भेज".as_bytes(),
    "भुगतान".as_bytes(),
];

/// What a payment is known by.
const REFERENCES: [&[u8]; 10] = [
    b"utr",
    b"rrn",
    b"ref",
    b"refno",
    b"reference",
    b"txn",
    b"txnid",
    b"transaction",
    b"trn",
    b"trace",
];

/// The fewest digits that are an account beside any bank's name, and beside one that is the name of nothing else.
const LONG: usize = 11;

/// What nothing but a bank is called.
const SURE: [&[u8]; 14] = [
    b"hdfc",
    b"icici",
    b"sbi",
    b"kotak",
    b"pnb",
    b"idbi",
    b"idfc",
    b"canara",
    b"indusind",
    b"hsbc",
    b"rbl",
    b"dcb",
    b"iob",
    b"uco",
];

/// What goes before "bank" in the name of one: not "power bank", not "data bank".
const NAMES: [&[u8]; 29] = [
    b"hdfc",
    b"icici",
    b"axis",
    b"kotak",
    b"mahindra",
    b"yes",
    b"idbi",
    b"idfc",
    b"first",
    b"canara",
    b"indusind",
    b"federal",
    b"indian",
    b"union",
    b"uco",
    b"national",
    b"overseas",
    b"karnataka",
    b"vysya",
    b"central",
    b"bandhan",
    b"rbl",
    b"dcb",
    b"dbs",
    b"syndicate",
    b"cooperative",
    b"operative",
    b"mercantile",
    b"finance",
];

/// The middle of a MICR code: the bank's number, between the city's and the branch's.
const MICR_BANKS: [&[u8]; 30] = [
    b"002", b"010", b"011", b"012", b"013", b"014", b"015", b"016", b"017", b"018", b"019", b"020",
    b"022", b"023", b"024", b"025", b"026", b"028", b"036", b"037", b"039", b"049", b"211", b"229",
    b"234", b"240", b"259", b"485", b"532", b"751",
];

/// A number of nine or ten digits that may be an account: no MICR code, no round sum.
fn short(digits: &[u8]) -> bool {
    let micr = digits.len() == 9
        && digits
            .get(3..6)
            .is_some_and(|bank| MICR_BANKS.contains(&bank));
    !micr && !digits.ends_with(b"00000")
}

/// Whether it is called the reference of a payment, beyond the bank's name or behind: HDFC 412345678901 UTR. A word with a
/// number of its own behind it speaks of that one.
fn is_reference(sight: &Sight) -> bool {
    let line = |byte: &u8| *byte == b'\n';
    let known = |byte: &u8| !byte.is_ascii_alphanumeric();
    let is = |word: &[u8]| REFERENCES.iter().any(|one| word.eq_ignore_ascii_case(one));
    let digits = |word: &[u8]| word.iter().any(u8::is_ascii_digit);
    let head = sight.head(40).rsplit(line).next().unwrap_or_default();
    let before = head
        .rsplit(known)
        .filter(|word| !word.is_empty())
        .take(5)
        .take_while(|word| !digits(word))
        .any(is);
    let tail = sight.tail(40).split(line).next().unwrap_or_default();
    let mut after = tail
        .split(known)
        .filter(|word| !word.is_empty())
        .skip_while(|word| is_small(word));
    let behind =
        after.next().is_some_and(is) && !after.find(|word| !is_small(word)).is_some_and(digits);
    before || behind
}

/// A bank's name beside it, or that money goes there: HDFC 50100123456789, and "paid from 60388104527 to 920020048811276".
fn at_a_bank(sight: &Sight, digits: &[u8]) -> bool {
    let is = |word: &[u8], known: &[&[u8]]| known.iter().any(|one| word.eq_ignore_ascii_case(one));
    let long = digits.len() >= LONG;
    if !long && !short(digits) {
        return false;
    }
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
    if !long {
        let name = head[..begin].trim_ascii_end();
        let length = name.iter().rev().take_while(known).count();
        return named
            || is(before, &SURE)
            || is(before, &[b"bank"]) && is(&name[name.len() - length..], &NAMES);
    }
    if named || is(before, &BANKS) || is(before, &ACCOUNTS) {
        return true;
    }
    let from = tail.iter().take_while(gap).count();
    let length = tail[from..].iter().take_while(known).count();
    let after = &tail[from..from + length];
    let mut led = is(before, &[b"from", b"to", b"in", b"into"]);
    if is(after, &BANKS) && (led || sight.label().is_none()) {
        return true;
    }
    // "50100123456789 me daal do": into it.
    led |= is(after, &[b"me", b"mein", b"main"])
        || tail.trim_ascii_start().starts_with("में".as_bytes());
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
