//! Sums that a question writes out: "2,500 × 4 + 10", "1,00,000 divided by 12".

use domain::{Decimal, civil::parse_date};
use ground::read;

/// An expression over numbers, for the calculator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    /// `$1 * $2 + $3`.
    pub(super) formula: String,
    pub(super) numbers: Vec<Decimal>,
    /// In people's signs: `2,500 × 4 + 10`.
    pub(super) written: String,
}

impl Sum {
    fn push(&mut self, formula: &str, written: &str) {
        self.formula.push_str(formula);
        self.written.push_str(written);
    }
}

/// Numbers that one sum may have.
const NUMBERS_MAX: usize = 64;
/// What may stand around a sum.
const AROUND: &[&str] = &[
    "what",
    "whats",
    "what's",
    "is",
    "how",
    "much",
    "calculate",
    "compute",
    "evaluate",
    "please",
    "the",
    "value",
    "of",
    "result",
    "rs",
    "inr",
    "rupees",
    "equals",
    "equal",
    "to",
    "and",
    "tell",
    "me",
    "find",
    "out",
    "can",
    "you",
    "kindly",
    "just",
    "add",
    "up",
];

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Number(Decimal),
    /// As the calculator writes it, and as people do.
    Sign(&'static str, &'static str),
}

/// The sum that a question is, when it is nothing else.
pub(super) fn sum(question: &str) -> Option<Sum> {
    let mut pieces = Vec::new();
    let mut rest = question.trim();
    while !rest.is_empty() {
        if let Some((piece, length)) = piece(rest, pieces.last())? {
            pieces.push(piece);
            rest = rest.get(length..)?.trim_start();
        } else {
            // A word around it.
            let end = rest
                .find(|c: char| !(c.is_alphabetic() || c == '\''))
                .unwrap_or(rest.len());
            let word = rest.get(..end)?.to_lowercase();
            if end == 0 {
                let mark = rest
                    .chars()
                    .next()
                    .filter(|c| matches!(c, '?' | '=' | '.' | ':' | '!' | ','))?;
                rest = rest.get(mark.len_utf8()..)?.trim_start();
                continue;
            }
            // Inside a sum a word that is no sign ends it.
            let inside = pieces
                .last()
                .is_some_and(|last| matches!(last, Piece::Sign(..)));
            if inside || !AROUND.contains(&word.as_str()) {
                return None;
            }
            rest = rest.get(end..)?.trim_start();
        }
    }
    assembled(&pieces)
}

/// The piece that a text begins with and its length; `None` inside where a word or a mark comes, outside where it is no sum.
#[expect(
    clippy::option_option,
    reason = "no piece here, and no sum at all, are two things"
)]
fn piece(text: &str, last: Option<&Piece>) -> Option<Option<(Piece, usize)>> {
    let lower = text.to_lowercase();
    for (word, sign, shown) in [
        ("multiplied by", "*", "×"),
        ("divided by", "/", "÷"),
        ("plus", "+", "+"),
        ("minus", "-", "-"),
        ("times", "*", "×"),
        ("+", "+", "+"),
        ("-", "-", "-"),
        ("−", "-", "-"),
        ("*", "*", "×"),
        ("×", "*", "×"),
        ("/", "/", "÷"),
        ("÷", "/", "÷"),
        ("(", "(", "("),
        (")", ")", ")"),
    ] {
        if lower.starts_with(word) {
            return Some(Some((Piece::Sign(sign, shown), word.len())));
        }
    }
    // "4 x 5"
    if lower.starts_with("x ") && matches!(last, Some(Piece::Number(_))) {
        return Some(Some((Piece::Sign("*", "×"), 1)));
    }
    let sign = ["₹", "rs.", "rs ", "inr "]
        .iter()
        .find(|sign| lower.starts_with(**sign));
    let skipped = sign.map_or(0, |sign| sign.len());
    let digits = lower.get(skipped..)?.trim_start();
    let skipped = lower.len() - digits.len();
    let end = digits
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(digits.len());
    let number = digits.get(..end)?.trim_end_matches(['.', ',']);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(None);
    }
    let mut length = skipped + number.len();
    let mut value = read::number(number)?;
    let tail = lower.get(length..)?;
    // What 18% is taken of is not said: 100 + 18% may be 118 or 100.18.
    if tail.starts_with('%') {
        return None;
    }
    for (unit, scale) in [
        ("lakhs", 100_000),
        ("lakh", 100_000),
        ("crores", 10_000_000),
        ("crore", 10_000_000),
    ] {
        let unit = if tail.starts_with(' ') {
            format!(" {unit}")
        } else {
            unit.to_owned()
        };
        if tail.starts_with(&unit) {
            value = value.checked_mul(Decimal::from(scale))?;
            length += unit.len();
            break;
        }
    }
    // Letters right behind digits: a code.
    let behind = lower.get(length..)?.chars().next();
    if behind.is_some_and(char::is_alphanumeric) {
        return None;
    }
    Some(Some((Piece::Number(value), length)))
}

fn assembled(pieces: &[Piece]) -> Option<Sum> {
    let mut sum = Sum {
        formula: String::new(),
        numbers: Vec::new(),
        written: String::new(),
    };
    let mut signs = 0;
    let mut plain = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let opens = matches!(pieces.get(at.wrapping_sub(1)), Some(Piece::Sign("(", _))) || at == 0;
        match piece {
            Piece::Number(value) => {
                if at > 0 && matches!(pieces.get(at - 1), Some(Piece::Number(_))) {
                    return None;
                }
                sum.numbers.push(*value);
                let blank = if opens { "" } else { " " };
                sum.push(
                    &format!("{blank}${}", sum.numbers.len()),
                    &format!("{blank}{}", shown(*value)),
                );
                plain.push_str(&value.to_string());
            }
            Piece::Sign(sign, people) => {
                signs += usize::from(!matches!(*sign, "(" | ")"));
                let blank = if opens || *sign == ")" { "" } else { " " };
                sum.push(&format!("{blank}{sign}"), &format!("{blank}{people}"));
                plain.push_str(sign);
            }
        }
    }
    // A date and a financial year are written with the same signs.
    let dated = parse_date(&plain).is_some() || read::period(&plain).is_some();
    let enough = signs > 0 && (2..=NUMBERS_MAX).contains(&sum.numbers.len());
    (enough && !dated).then_some(sum)
}

/// A number as people read it, without paise where there are none.
pub(super) fn shown(value: Decimal) -> String {
    let grouped = domain::money::grouped(value);
    grouped
        .strip_suffix(".00")
        .map_or(grouped.clone(), str::to_owned)
}

/// A number in digits alone.
pub(super) fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

#[cfg(test)]
mod tests {
    use domain::expr;

    use super::*;

    #[test]
    fn sums_are_read_and_nothing_else_is() {
        for (text, want) in [
            ("2,500 × 4 + 10", Some("10010")),
            ("What is 2500*4?", Some("10000")),
            ("calculate (1,00,000 - 2,500) / 12", Some("8125")),
            ("1.5 lakh plus 50,000", Some("200000")),
            ("₹1,18,000.50 minus Rs. 18,000", Some("100000.5")),
            ("12 x 3", Some("36")),
            ("10 divided by 4 =", Some("2.5")),
            ("1/0", None),
            ("100 + 18%", None),
            ("12/11/2026", None),
            ("10/2026", None),
            ("PO-26-0041", None),
            ("MC/26-27/0187", None),
            ("2,500", None),
            ("total billed by V0003", None),
            ("3 + apples", None),
            ("2 3 + 4", None),
            ("", None),
            ("?", None),
        ] {
            let got = sum(text).and_then(|sum| expr::evaluate(&sum.formula, &sum.numbers).ok());
            assert_eq!(
                got.map(|value| value.normalize().to_string()).as_deref(),
                want,
                "{text}"
            );
        }
        let found = sum("(1,00,000 - 2,500) / 12").unwrap();
        assert_eq!(found.formula, "($1 - $2) / $3");
        assert_eq!(found.written, "(1,00,000 - 2,500) ÷ 12");
        // That it cannot be computed is the calculator's to say.
        assert!(sum("1/0").is_some());
    }
}
