//! The value that a quote holds, read by code: days, a rate, an amount, a date.

use domain::{Date, Decimal, money::to_json, read};

use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

/// Longest term that is one, in days: ten years.
const DAYS_MAX: i64 = 3_650;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Days,
    Percent,
    Rupees,
    Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    Days(i64),
    Percent(Decimal),
    Rupees(Decimal),
    Date(Date),
}

impl Typed {
    pub fn to_json(self) -> Value {
        match self {
            Self::Days(days) => json!(days),
            Self::Percent(value) | Self::Rupees(value) => to_json(value),
            Self::Date(date) => json!(date.to_string()),
        }
    }
}

impl Kind {
    pub fn unit(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Percent => "percent",
            Self::Rupees => "rupees",
            Self::Date => "date",
        }
    }

    /// The one value of this kind in a text. Two that differ are none: which of them is meant is not for code to guess.
    pub fn only(self, text: &str) -> Option<Typed> {
        match self.all(text)[..] {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The values of this kind in a text, each once.
    pub fn all(self, text: &str) -> Vec<Typed> {
        let words: Vec<&str> = text.split_whitespace().map(bare).collect();
        let mut found: Vec<Typed> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let rest = words.get(at..).unwrap_or_default();
            let before = at.checked_sub(1).and_then(|at| words.get(at)).copied();
            let (value, taken) = match self {
                Self::Days => match spelt_days(rest) {
                    Some((value, taken)) => (Some(Typed::Days(value)), taken),
                    None => (days(before, rest).map(Typed::Days), 1),
                },
                Self::Percent => match percent(rest) {
                    Some((value, taken)) => (Some(Typed::Percent(value)), taken),
                    None => (None, 1),
                },
                Self::Rupees => (rupees(before, rest).map(Typed::Rupees), 1),
                Self::Date => match date(rest) {
                    Some((date, taken)) => (Some(Typed::Date(date)), taken),
                    None => (None, 1),
                },
            };
            at += taken;
            found.extend(value.filter(|value| !found.contains(value)));
        }
        found
    }
}

/// A word without the marks of the sentence around it.
fn bare(word: &str) -> &str {
    let marks = |c: char| "()[]{}\"'“”‘’.,;:".contains(c);
    word.trim_matches(marks)
}

/// `45 days`, `45-day`, `45th day`, `30 (thirty) calendar days`, `net 30`, and of `30 or 45 days` both.
fn days(before: Option<&str>, words: &[&str]) -> Option<i64> {
    let (word, behind) = words.split_first()?;
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, tail) = word.split_at(digits);
    let number: i64 = number.parse().ok().filter(|days| *days <= DAYS_MAX)?;
    let measured = match tail.to_lowercase().trim_start_matches('-') {
        "d" | "day" | "days" => true,
        "" | "st" | "nd" | "rd" | "th" => {
            let silent = |word: &str| {
                let word = word.to_lowercase();
                word.bytes().all(|byte| byte.is_ascii_digit())
                    || matches!(
                        word.as_str(),
                        "to" | "or"
                            | "and"
                            | "calendar"
                            | "working"
                            | "business"
                            | "clear"
                            | "credit"
                            | "consecutive"
                    )
                    || SPELT.iter().any(|spelt| word.starts_with(spelt))
            };
            let mut next = behind.iter().take(4).skip_while(|word| silent(word));
            before.is_some_and(|word| word.eq_ignore_ascii_case("net"))
                || next
                    .next()
                    .is_some_and(|word| word.to_lowercase().starts_with("day"))
        }
        _ => false,
    };
    measured.then_some(number)
}

/// Beginnings of numbers in words, as contracts repeat them: "30 (thirty) days".
const SPELT: &[&str] = &[
    "ten", "fifteen", "twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy", "eighty",
    "ninety", "seven", "five", "hundred", "one",
];

/// Days as they are counted: "the sixtieth day".
const ORDINALS: [(&str, i64); 8] = [
    ("tenth", 10),
    ("fifteenth", 15),
    ("twentieth", 20),
    ("thirtieth", 30),
    ("forty-fifth", 45),
    ("sixtieth", 60),
    ("seventy-fifth", 75),
    ("ninetieth", 90),
];

/// The number that begins a run of words, and how many of them it takes: `thirty`, `forty-five`, `forty five`.
fn spelt(words: &[&str]) -> Option<(i64, usize)> {
    let number = |word: &str| {
        read::small(&word.to_lowercase())
            .map(i64::from)
            .filter(|value| *value > 0)
    };
    let one = |word: &str| number(word).filter(|value| *value < 20);
    let ten = |word: &str| number(word).filter(|value| *value >= 20);
    let first = words.first()?;
    let next = words.get(1).copied().unwrap_or_default();
    match first.split_once('-') {
        Some((tens, ones)) => Some((ten(tens)? + one(ones)?, 1)),
        None => match (ten(first), one(first), one(next)) {
            (Some(tens), _, Some(ones)) if ones < 10 => Some((tens + ones, 2)),
            (Some(number), ..) | (None, Some(number), _) => Some((number, 1)),
            (None, None, _) => None,
        },
    }
}

/// `thirty days`, `forty-five (45) days`, `the sixtieth day`; and how many words the number takes.
fn spelt_days(words: &[&str]) -> Option<(i64, usize)> {
    let first = words.first()?.to_lowercase();
    let ordinal = ORDINALS.iter().find(|(name, _)| *name == first);
    let (value, taken) = match ordinal {
        Some((_, value)) => (*value, 1),
        None => spelt(words)?,
    };
    let silent = |word: &&&str| {
        let word = word.to_lowercase();
        word.bytes().all(|byte| byte.is_ascii_digit())
            || [
                "to", "or", "and", "calendar", "working", "business", "clear", "credit",
            ]
            .contains(&word.as_str())
            || SPELT.iter().any(|spelt| word.starts_with(spelt))
    };
    let mut behind = words.get(taken..)?.iter().take(4).skip_while(silent);
    let measured = behind
        .next()
        .is_some_and(|word| word.to_lowercase().starts_with("day"));
    measured.then_some((value, taken))
}

/// `12%`, `12 %`, `12 percent`, `12 per cent`, `twelve per cent`; and how many words the number takes.
fn percent(words: &[&str]) -> Option<(Decimal, usize)> {
    let told = |words: &[&str]| matches!(words, ["%" | "percent", ..] | ["per", "cent", ..]);
    if let Some((value, taken)) = spelt(words) {
        return told(words.get(taken..)?).then_some((Decimal::from(value), taken));
    }
    let (word, behind) = words.split_first()?;
    let signed = word.ends_with('%') || told(behind);
    Some((signed.then(|| read::number(word)).flatten()?, 1))
}

/// `₹1,18,000`, `Rs. 500`, `500/-`, `500 rupees`, `₹1.5 lakh`.
fn rupees(before: Option<&str>, words: &[&str]) -> Option<Decimal> {
    let (word, behind) = words.split_first()?;
    let sign = |word: &str| {
        let word = word.to_lowercase();
        matches!(word.as_str(), "₹" | "rs" | "inr" | "rupees")
    };
    let lower = word.to_lowercase();
    let next = behind.first().map(|word| word.to_lowercase());
    let scale = next.as_deref().and_then(scale_of);
    // "HSN 2523: Rs 340" has one amount: a sign with a number behind it is that number's.
    let at = usize::from(scale.is_some());
    let named = behind.get(at).filter(|_| {
        let behind = behind.get(at.saturating_add(1));
        behind.is_none_or(|word| read::number(word).is_none())
    });
    let money = ["₹", "rs", "inr"]
        .iter()
        .any(|sign| lower.starts_with(sign))
        || lower.ends_with("/-")
        || before.is_some_and(sign)
        || named.is_some_and(|word| sign(word));
    let value = read::number(word).filter(|_| money && !word.ends_with('%'))?;
    value.checked_mul(scale.unwrap_or(Decimal::ONE))
}

fn scale_of(word: &str) -> Option<Decimal> {
    Some(Decimal::from(match word {
        "thousand" => 1_000,
        "lakh" | "lakhs" | "lac" | "lacs" => 100_000,
        "million" => 1_000_000,
        "crore" | "crores" | "cr" => 10_000_000,
        _ => return None,
    }))
}

/// `1 April 2026`, `April 1, 2026`, `1st of April 2026`, `01-04-2026`; and how many words it takes.
fn date(words: &[&str]) -> Option<(Date, usize)> {
    [1, 4, 3].into_iter().find_map(|taken| {
        let text = words.get(..taken)?.join(" ");
        Some((read::date(&text)?, taken))
    })
}

/// The days that a value is, where it is a term.
pub fn as_days(value: Decimal) -> Option<i64> {
    value.is_integer().then(|| value.to_i64()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_where_it_is_the_only_one() {
        let number = |text: &str| Decimal::from_str_exact(text).unwrap();
        for (kind, text, want) in [
            (
                Kind::Days,
                "4.1 The buyer pays within 45 days.",
                Some(Typed::Days(45)),
            ),
            (
                Kind::Days,
                "on the 45th day from receipt",
                Some(Typed::Days(45)),
            ),
            (Kind::Days, "net 30-day terms", Some(Typed::Days(30))),
            (
                Kind::Days,
                "thirty (30) calendar days",
                Some(Typed::Days(30)),
            ),
            (
                Kind::Days,
                "30 (thirty) days, that is 30 days",
                Some(Typed::Days(30)),
            ),
            (Kind::Days, "payment: Net 30", Some(Typed::Days(30))),
            (Kind::Days, "within sixty days", Some(Typed::Days(60))),
            (Kind::Days, "forty five (45) days", Some(Typed::Days(45))),
            (Kind::Days, "45 (forty-five) days", Some(Typed::Days(45))),
            (Kind::Days, "net of tax, 30", None),
            (
                Kind::Days,
                "the sixtieth day after its date",
                Some(Typed::Days(60)),
            ),
            (Kind::Days, "thirty or sixty days", None),
            (Kind::Days, "30 or 45 days", None),
            (Kind::Days, "30 days, or 45 days where disputed", None),
            (Kind::Days, "30-45 days", None),
            (Kind::Days, "45 weeks", None),
            (Kind::Days, "99999 days", None),
            (Kind::Days, "day 45", None),
            (
                Kind::Percent,
                "Interest of 12% a year.",
                Some(Typed::Percent(number("12"))),
            ),
            (
                Kind::Percent,
                "1.5 per cent a month",
                Some(Typed::Percent(number("1.5"))),
            ),
            (
                Kind::Percent,
                "at twelve per cent per annum",
                Some(Typed::Percent(number("12"))),
            ),
            (Kind::Percent, "between 1% and 2%", None),
            (Kind::Percent, "12 a year", None),
            (
                Kind::Rupees,
                "Rs. 1,18,000 a month",
                Some(Typed::Rupees(number("118000"))),
            ),
            (
                Kind::Rupees,
                "₹1.5 lakh each",
                Some(Typed::Rupees(number("150000.0"))),
            ),
            (
                Kind::Rupees,
                "500/- an hour",
                Some(Typed::Rupees(number("500"))),
            ),
            (Kind::Rupees, "₹1,400 or ₹1,500", None),
            (
                Kind::Rupees,
                "HSN 2523: Rs. 340/- a bag",
                Some(Typed::Rupees(number("340"))),
            ),
            (Kind::Rupees, "within 45 days", None),
            (
                Kind::Date,
                "Signed on 1 April 2026, for two years.",
                Some(Typed::Date(Date::constant(2026, 4, 1))),
            ),
            (
                Kind::Date,
                "dated the 15th of April 2026",
                Some(Typed::Date(Date::constant(2026, 4, 15))),
            ),
            (Kind::Date, "from 1 April 2026 until 31 March 2028", None),
            (
                Kind::Date,
                "until 31.03.2027, or so",
                Some(Typed::Date(Date::constant(2027, 3, 31))),
            ),
            (Kind::Date, "01.04.2026 to 31.03.2027", None),
            (Kind::Date, "in April", None),
        ] {
            assert_eq!(kind.only(text), want, "{kind:?} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") {
            for kind in [Kind::Days, Kind::Percent, Kind::Rupees, Kind::Date] {
                kind.all(&text);
            }
        }
    }
}
