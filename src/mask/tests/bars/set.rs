//! A labelled set in the slices that a masker fails on. Each slice has wordings of two halves: one to look at, one that is measured
//! only.

use mask::Kind;

use crate::{
    values::{
        Dice, aadhaar, digits_of, full_width, grouped, gstin_special, lookalikes, misread, mobile,
        strewn, value,
    },
    wordings,
};

pub(crate) struct Case {
    pub(crate) slice: &'static str,
    pub(crate) text: String,
    /// Bytes of the text, and the type.
    pub(crate) gold: Vec<(usize, usize, Kind)>,
}

type Change = fn(Kind, &str, &mut Dice) -> String;

/// Fills a wording: `{pan}` stands for a PAN, `{#9}` for nine digits, `{same}` for the PAN inside the last GSTIN, `{mobile}` for
/// a phone of ten digits and nothing else, `{account}` for an account of fourteen.
fn fill(slice: &'static str, wording: &str, change: Change, dice: &mut Dice) -> Case {
    let mut text = String::new();
    let mut gold = Vec::new();
    let mut rest = wording;
    let mut last = String::new();
    while let Some((head, tail)) = rest.split_once('{') {
        text.push_str(head);
        let Some((name, tail)) = tail.split_once('}') else {
            panic!("{wording}")
        };
        rest = tail;
        if let Some(count) = name.strip_prefix('#') {
            text.push_str(&dice.digits(count.parse().unwrap()));
            continue;
        }
        if name == "(" {
            text.push('{');
            continue;
        }
        if name == ")" {
            text.push('}');
            continue;
        }
        if name == "mobile" || name == "account" {
            let (kind, written) = if name == "mobile" {
                (Kind::Phone, mobile(dice))
            } else {
                (Kind::BankAccount, format!("5{}", dice.digits(13)))
            };
            gold.push((text.len(), text.len() + written.len(), kind));
            text.push_str(&written);
            continue;
        }
        if name == "hex" {
            text.push_str(&dice.from("0123456789abcdef", 64));
            continue;
        }
        let (kind, plain) = if name == "same" {
            (Kind::Pan, last[2..12].to_owned())
        } else {
            let kind: Kind = name
                .parse()
                .unwrap_or_else(|_| panic!("{name} in {wording}"));
            (kind, value(kind, dice))
        };
        if kind == Kind::Gstin {
            last.clone_from(&plain);
        }
        let written = change(kind, &plain, dice);
        gold.push((text.len(), text.len() + written.len(), kind));
        text.push_str(&written);
    }
    text.push_str(rest);
    Case { slice, text, gold }
}

fn as_is(_: Kind, text: &str, _: &mut Dice) -> String {
    text.to_owned()
}

fn wide(_: Kind, text: &str, _: &mut Dice) -> String {
    full_width(text)
}

fn deva(_: Kind, text: &str, _: &mut Dice) -> String {
    digits_of(text, 0x0966)
}

fn other_digits(_: Kind, text: &str, dice: &mut Dice) -> String {
    digits_of(
        text,
        *[
            0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0660,
        ]
        .get(dice.below(8))
        .unwrap(),
    )
}

fn zero_width(_: Kind, text: &str, dice: &mut Dice) -> String {
    strewn(
        text,
        &["\u{200b}", "\u{200d}", "\u{feff}", "\u{ad}", "\u{2060}"],
        dice,
    )
}

fn wide_spaces(kind: Kind, text: &str, dice: &mut Dice) -> String {
    let space = dice.one(&["\u{a0}", "\u{2009}", "\u{202f}", "\u{3000}"]);
    let bare: String = text.chars().filter(|c| *c != ' ' && *c != '-').collect();
    match kind {
        Kind::Aadhaar => grouped(&bare, &[4, 4, 4], space),
        Kind::Phone => grouped(bare.trim_start_matches("+91"), &[5, 5], space),
        Kind::BankAccount => grouped(&bare, &[4, 4, 4, 4], space),
        Kind::Pan => grouped(&bare, &[5, 4, 1], space),
        Kind::Gstin => grouped(&bare, &[2, 10, 3], space),
        _ => text.to_owned(),
    }
}

fn look_alike(_: Kind, text: &str, dice: &mut Dice) -> String {
    lookalikes(text, dice)
}

fn scanned(kind: Kind, text: &str, dice: &mut Dice) -> String {
    match kind {
        Kind::Email | Kind::Upi => text.to_owned(),
        _ => misread(text, dice),
    }
}

fn lower(_: Kind, text: &str, _: &mut Dice) -> String {
    text.to_lowercase()
}

fn broken(kind: Kind, text: &str, dice: &mut Dice) -> String {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let at = match kind {
        Kind::Email | Kind::Upi => return text.to_owned(),
        Kind::Aadhaar => [4, 8][dice.below(2)],
        Kind::BankAccount => 4 + dice.below(4),
        _ => 3 + dice.below(bare.len() - 5),
    };
    let bare = if kind == Kind::Aadhaar {
        text.to_owned()
    } else {
        bare
    };
    let at = if bare.len() == 14 { [4, 9][at / 8] } else { at };
    let (head, tail) = bare.split_at(at);
    format!(
        "{}{}{}",
        head.trim_end(),
        dice.one(&["\n", "-\n", "\n  "]),
        tail.trim_start()
    )
}

fn spaced(kind: Kind, text: &str, dice: &mut Dice) -> String {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let groups: &[usize] = match kind {
        Kind::Email | Kind::Upi | Kind::Vehicle => return text.to_owned(),
        Kind::Pan => &[5, 4, 1],
        Kind::Gstin => &[2, 5, 4, 1, 1, 1, 1],
        Kind::Ifsc => &[4, 1, 6],
        Kind::BankAccount => &[4, 4, 4, 4, 4],
        Kind::Aadhaar => &[4, 4, 4],
        Kind::Phone => {
            return grouped(
                bare.trim_start_matches("+91"),
                [&[5, 5][..], &[3, 3, 4], &[4, 3, 3]][dice.below(3)],
                " ",
            );
        }
        Kind::Passport => &[1, 7],
        Kind::VoterId => &[3, 7],
    };
    if dice.below(3) == 0 && kind != Kind::Phone {
        return bare.chars().map(String::from).collect::<Vec<_>>().join(" ");
    }
    grouped(&bare, groups, dice.one(&[" ", "-"]))
}

fn special(kind: Kind, text: &str, dice: &mut Dice) -> String {
    if kind == Kind::Gstin {
        gstin_special(dice)
    } else {
        text.to_owned()
    }
}

fn land(kind: Kind, text: &str, dice: &mut Dice) -> String {
    if kind != Kind::Phone {
        return text.to_owned();
    }
    let number = format!("{}{}", dice.from("234567", 1), dice.digits(7));
    let (a, b) = number.split_at(4);
    match dice.below(6) {
        0 => format!("022-{number}"),
        1 => format!("(022) {a} {b}"),
        2 => format!("+91-80-{number}"),
        3 => format!("+91 44 {a} {b}"),
        4 => format!("0261-{}", &number[1..].replacen(|_: char| true, "2", 1)),
        _ => format!("011 {a} {b}"),
    }
}

fn aadhaar_forms(kind: Kind, text: &str, dice: &mut Dice) -> String {
    if kind != Kind::Aadhaar {
        return text.to_owned();
    }
    let number = aadhaar(dice);
    let between = dice.one(&["-", ".", "  ", " - ", "/", "_", "\t", ""]);
    grouped(&number, &[4, 4, 4], between)
}

fn phone_forms(kind: Kind, text: &str, dice: &mut Dice) -> String {
    if kind != Kind::Phone {
        return text.to_owned();
    }
    let number = mobile(dice);
    match dice.below(10) {
        0 => format!("0{number}"),
        1 => format!("91{number}"),
        2 => format!("0091 {number}"),
        3 => format!("+91{number}"),
        4 => grouped(&number, &[3, 3, 4], "-"),
        5 => grouped(&number, &[4, 3, 3], " "),
        6 => format!("(+91) {}", grouped(&number, &[5, 5], " ")),
        7 => format!("+91 {}", grouped(&number, &[3, 3, 4], " ")),
        8 => grouped(&number, &[5, 5], "."),
        _ => format!("+91-{}", grouped(&number, &[5, 5], "-")),
    }
}

/// Which half of the wordings a set is made from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Seen,
    Unseen,
}

pub(crate) fn set(half: Half, seed: u64) -> Vec<Case> {
    let mut dice = Dice(seed);
    let mut out = Vec::new();
    let labelled: &[&str] = wordings::LABELLED;
    let slices: &[(&'static str, &[&str], Change, usize)] = &[
        ("plain", wordings::PLAIN, as_is, 6),
        ("hinglish", wordings::HINGLISH, as_is, 6),
        ("hindi", wordings::HINDI, as_is, 6),
        ("indic", wordings::INDIC, as_is, 4),
        ("invoice", wordings::INVOICES, as_is, 12),
        ("json", wordings::JSON, as_is, 8),
        ("table", wordings::TABLES, as_is, 10),
        ("overlap", wordings::OVERLAP, as_is, 8),
        ("glued", wordings::GLUED, as_is, 6),
        ("ocr", labelled, scanned, 4),
        ("devanagari", labelled, deva, 3),
        ("indic_digits", labelled, other_digits, 3),
        ("fullwidth", labelled, wide, 3),
        ("zerowidth", labelled, zero_width, 3),
        ("unispace", labelled, wide_spaces, 3),
        ("homoglyph", labelled, look_alike, 3),
        ("linebreak", labelled, broken, 3),
        ("spaced", labelled, spaced, 3),
        ("lowercase", labelled, lower, 3),
        ("gstin_special", wordings::GSTINS, special, 6),
        ("landline", wordings::PHONES, land, 6),
        ("phone", wordings::PHONES, phone_forms, 8),
        ("aadhaar_fmt", wordings::AADHAARS, aadhaar_forms, 8),
        ("bare", wordings::BARE, as_is, 8),
        ("address", wordings::ADDRESSES, as_is, 8),
        ("none", wordings::NONE, as_is, 8),
    ];
    for (slice, wordings, change, times) in slices {
        for (at, wording) in wordings.iter().enumerate() {
            if (at % 2 == 0) == (half == Half::Seen) {
                for _ in 0..*times {
                    out.push(fill(slice, wording, *change, &mut dice));
                }
            }
        }
    }
    out
}
