//! Made-up identifiers with check digits that hold, and what scanners, typists and scripts make of them.

use domain::gstin::check_character;
use mask::{Kind, validate};

/// A small generator of numbers (SplitMix64): the same seed gives the same set for ever.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    pub(crate) fn from(&mut self, letters: &str, count: usize) -> String {
        let letters: Vec<char> = letters.chars().collect();
        (0..count)
            .map(|_| letters[self.below(letters.len())])
            .collect()
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.from("0123456789", count)
    }

    fn letters(&mut self, count: usize) -> String {
        self.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", count)
    }
}

const NAMES: [&str; 24] = [
    "ravi", "priya", "anil", "sunita", "meena", "arjun", "kavita", "deepak", "lakshmi", "farhan",
    "gurpreet", "nisha", "tomas", "vimal", "rekha", "suresh", "joseph", "ananya", "bhavesh",
    "chitra", "dinesh", "esha", "gopal", "harini",
];
const BANKS: [&str; 14] = [
    "SBIN", "HDFC", "ICIC", "UTIB", "KKBK", "PUNB", "BARB", "CNRB", "UBIN", "YESB", "INDB", "FDRL",
    "KARB", "IBKL",
];
const HANDLES: [&str; 10] = [
    "okhdfcbank",
    "oksbi",
    "ybl",
    "paytm",
    "upi",
    "okaxis",
    "ibl",
    "axl",
    "apl",
    "okicici",
];
const DOMAINS: [&str; 8] = [
    "firm.example",
    "sahyadri.example",
    "nila-exports.example",
    "kaveri.co.in",
    "mail.test",
    "accounts.firm.example",
    "upi-payments.in",
    "shop.example.org",
];

pub(crate) fn pan(dice: &mut Dice) -> String {
    let holder = dice.from("PCHFATBLJG", 1);
    format!(
        "{}{holder}{}{}{}",
        dice.letters(3),
        dice.letters(1),
        dice.digits(4),
        dice.letters(1)
    )
}

fn checked(first: &str) -> String {
    format!("{first}{}", check_character(first.as_bytes()).unwrap())
}

pub(crate) fn gstin(dice: &mut Dice) -> String {
    let state = dice.one(&[
        "01", "06", "07", "09", "19", "24", "27", "29", "32", "33", "36", "37", "38", "97",
    ]);
    let pan = pan(dice);
    let entity = dice.from("123456789A", 1);
    checked(&format!("{state}{pan}{entity}Z"))
}

pub(crate) fn gstin_special(dice: &mut Dice) -> String {
    let state = dice.one(&["06", "07", "27", "29", "33"]);
    let digits = |dice: &mut Dice, count| dice.digits(count);
    let first = match dice.below(5) {
        0 => format!(
            "{state}{}{}{}{}1D",
            dice.letters(4),
            dice.letters(1),
            digits(dice, 4),
            dice.letters(1)
        ),
        1 => format!("{state}{}1C", pan(dice)),
        2 => format!("{state}{}UNO{}UN", digits(dice, 2), digits(dice, 5)),
        3 => format!("99{}SGP{}OS", digits(dice, 2), digits(dice, 5)),
        _ => format!("{state}{}USA{}NR", digits(dice, 2), digits(dice, 5)),
    };
    checked(&first)
}

pub(crate) fn aadhaar(dice: &mut Dice) -> String {
    loop {
        let first = format!("{}{}", dice.from("23456789", 1), dice.digits(10));
        let mut numbers = (0..10).map(|digit| format!("{first}{digit}"));
        // None where the one whose check digit holds reads the same from behind.
        if let Some(number) = numbers.find(|number| validate(Kind::Aadhaar, number)) {
            return number;
        }
    }
}

pub(crate) fn mobile(dice: &mut Dice) -> String {
    format!("{}{}", dice.from("6789", 1), dice.digits(9))
}

pub(crate) fn value(kind: Kind, dice: &mut Dice) -> String {
    match kind {
        Kind::Gstin => gstin(dice),
        Kind::Pan => pan(dice),
        Kind::Aadhaar => {
            let number = aadhaar(dice);
            match dice.below(3) {
                0 => number,
                _ => grouped(&number, &[4, 4, 4], " "),
            }
        }
        Kind::Ifsc => format!("{}0{}", dice.one(&BANKS), dice.digits(6)),
        Kind::Phone => {
            let number = mobile(dice);
            match dice.below(5) {
                0 => format!("+91 {}", grouped(&number, &[5, 5], " ")),
                1 => format!("+91-{number}"),
                2 => grouped(&number, &[5, 5], " "),
                _ => number,
            }
        }
        Kind::BankAccount => {
            let length = [9, 10, 11, 11, 12, 13, 14, 14, 15, 16, 18][dice.below(11)];
            format!("{}{}", dice.from("12345", 1), dice.digits(length - 1))
        }
        Kind::Upi => match dice.below(3) {
            0 => format!("{}@{}", mobile(dice), dice.one(&HANDLES)),
            1 => format!(
                "{}.{}@{}",
                dice.one(&NAMES),
                dice.one(&NAMES),
                dice.one(&HANDLES)
            ),
            _ => format!(
                "{}{}@{}",
                dice.one(&NAMES),
                dice.digits(2),
                dice.one(&HANDLES)
            ),
        },
        Kind::Email => match dice.below(3) {
            0 => format!(
                "{}.{}@{}",
                dice.one(&NAMES),
                dice.one(&NAMES),
                dice.one(&DOMAINS)
            ),
            1 => format!(
                "{}@{}",
                dice.one(&["accounts", "billing", "sales", "ap", "info"]),
                dice.one(&DOMAINS)
            ),
            _ => format!(
                "{}_{}@{}",
                dice.one(&NAMES),
                dice.digits(2),
                dice.one(&DOMAINS)
            ),
        },
        Kind::Vehicle => {
            let state = dice.one(&["MH", "KA", "TN", "GJ", "HR", "UP", "RJ", "WB", "KL", "TS"]);
            let series = ["A", "AB", "CQ", "XYZ"][dice.below(4)].replace('Q', &dice.letters(1));
            let parts = [
                state.to_owned(),
                format!("{:02}", 1 + dice.below(60)),
                series,
                format!("{:04}", 1 + dice.below(9998)),
            ];
            parts.join(["", "", " ", "-"][dice.below(4)])
        }
        Kind::Passport => format!(
            "{}{}{}",
            dice.from("ABCDEFGHJKLMNPRSTUVWYZ", 1),
            dice.from("123456789", 1),
            dice.digits(6)
        ),
        Kind::VoterId => format!("{}{}", dice.letters(3), dice.digits(7)),
    }
}

pub(crate) fn grouped(text: &str, groups: &[usize], between: &str) -> String {
    let mut rest = text;
    let mut parts = Vec::new();
    for group in groups {
        let (head, tail) = rest.split_at((*group).min(rest.len()));
        if head.is_empty() {
            break;
        }
        parts.push(head);
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts.join(between)
}

pub(crate) fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_graphic() {
                char::from_u32(u32::from(c) + 0xFEE0).unwrap()
            } else {
                c
            }
        })
        .collect()
}

/// Digits of another script: the code point of its zero.
pub(crate) fn digits_of(text: &str, zero: u32) -> String {
    text.chars()
        .map(|c| {
            c.to_digit(10)
                .map_or(c, |digit| char::from_u32(zero + digit).unwrap())
        })
        .collect()
}

/// Something put between characters at a few places.
pub(crate) fn strewn(text: &str, what: &[&str], dice: &mut Dice) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let sure = 1 + dice.below(letters.len() - 1);
    for (at, letter) in letters.iter().enumerate() {
        if at > 0 && (at == sure || dice.below(4) == 0) {
            out.push_str(dice.one(what));
        }
        out.push(*letter);
    }
    out
}

pub(crate) fn lookalikes(text: &str, dice: &mut Dice) -> String {
    let pairs = [
        ('A', 'А'),
        ('B', 'В'),
        ('C', 'С'),
        ('E', 'Е'),
        ('H', 'Н'),
        ('K', 'К'),
        ('M', 'М'),
        ('O', 'О'),
        ('P', 'Р'),
        ('T', 'Т'),
        ('X', 'Х'),
        ('I', 'Ι'),
        ('N', 'Ν'),
        ('Z', 'Ζ'),
        ('a', 'а'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('c', 'с'),
        ('i', 'і'),
        ('s', 'ѕ'),
    ];
    text.chars()
        .map(|c| match pairs.iter().find(|pair| pair.0 == c) {
            Some((_, other)) if dice.below(3) > 0 => *other,
            _ => c,
        })
        .collect()
}

/// One or two characters read as a scanner does.
pub(crate) fn misread(text: &str, dice: &mut Dice) -> String {
    let pairs = [
        ('0', 'O'),
        ('1', 'I'),
        ('1', 'l'),
        ('5', 'S'),
        ('8', 'B'),
        ('2', 'Z'),
        ('O', '0'),
        ('I', '1'),
        ('S', '5'),
        ('B', '8'),
        ('Z', '2'),
        ('G', '6'),
        ('6', 'G'),
    ];
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len())
        .filter(|at| pairs.iter().any(|pair| pair.0 == letters[*at]))
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    for _ in 0..=dice.below(2) {
        let at = places[dice.below(places.len())];
        let reads: Vec<char> = pairs
            .iter()
            .filter(|pair| pair.0 == letters[at])
            .map(|pair| pair.1)
            .collect();
        if !reads.is_empty() {
            letters[at] = reads[dice.below(reads.len())];
        }
    }
    letters.into_iter().collect()
}
