//! Roundings that a claim states: "₹3,34,000 to the nearest thousand rupees", "₹48.95 lakh, rounded to two decimals".

use domain::Decimal;

use crate::lex::Token;

/// "A round-off of minus ₹0.40": less than nothing.
pub(crate) fn negative(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let is = |t: Option<&Token>, wanted: &[&str]| matches!(t, Some(Token::Word(w)) if wanted.contains(&w.to_lowercase().as_str()));
        let minus =
            is(out.last(), &["minus"]) && is(out.iter().rev().nth(1), &["of", "is", "was", "at"]);
        match token {
            Token::Number(mut number) if minus => {
                out.pop();
                number.value = -number.value;
                out.push(Token::Number(number));
            }
            token => out.push(token),
        }
    }
    out
}

/// Gives each number the slack of the rounding that is stated of it, and drops the words that state it. A number that is
/// not a whole multiple of what it is rounded to was not rounded so, and keeps the words.
pub(crate) fn stated(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut at = 0;
    while at < tokens.len() {
        if let Some((unit, used)) = rounding(&tokens, at)
            && let Some(number) = rounded(&mut tokens, at, used)
            && let Token::Number(n) = number
            && let Some(unit) = unit.of(n.scale)
            && n.value.checked_rem(unit).is_some_and(|rest| rest.is_zero())
        {
            n.slack = n.slack.max(unit / Decimal::TWO);
            tokens.drain(at..at + used);
            // ", rounded to …," stands between commas.
            let comma = |t: Option<&Token>| matches!(t, Some(Token::Mark(',')));
            if at.checked_sub(1).is_none_or(|b| comma(tokens.get(b))) && comma(tokens.get(at)) {
                tokens.remove(at);
            }
            if let Some(before) = at.checked_sub(1).filter(|b| comma(tokens.get(*b)))
                && matches!(tokens.get(at), None | Some(Token::Mark('.')))
            {
                tokens.remove(before);
            }
            continue;
        }
        at += 1;
    }
    tokens
}

/// The number that a rounding is of: the last before it; where it stands first, the last of the claim.
fn rounded(tokens: &mut [Token], at: usize, used: usize) -> Option<&mut Token> {
    let is_number = |t: &&mut Token| matches!(t, Token::Number(_));
    let (before, behind) = tokens.split_at_mut(at);
    match before.iter_mut().rev().find(is_number) {
        Some(number) => Some(number),
        None => behind.iter_mut().skip(used).rev().find(is_number),
    }
}

/// To what a number is rounded.
enum Unit {
    Of(Decimal),
    /// So many decimals of what it is written in.
    Places(u32),
}

impl Unit {
    fn of(&self, scale: u32) -> Option<Decimal> {
        match self {
            Self::Of(unit) => Some(*unit),
            Self::Places(places) => {
                let scale =
                    (0..scale).try_fold(Decimal::ONE, |p, _| p.checked_mul(Decimal::TEN))?;
                scale.checked_mul(Decimal::new(1, (*places).min(9)))
            }
        }
    }
}

/// A rounding that is stated from a token on, and how many tokens state it.
fn rounding(tokens: &[Token], at: usize) -> Option<(Unit, usize)> {
    let word = |n: usize| match tokens.get(n) {
        Some(Token::Word(w)) => w.to_lowercase(),
        Some(Token::Number(n)) if n.scale == 0 && !n.percent && !n.rupees => n.raw.clone(),
        _ => String::new(),
    };
    let mut n = at;
    if matches!(word(n).as_str(), "when" | "if" | "once") && word(n + 1) == "rounded" {
        n += 1;
    }
    let said = word(n) == "rounded";
    if said {
        n += 1;
        if word(n) == "off" {
            n += 1;
        }
    }
    if word(n) != "to" && !(said && word(n) == "at") {
        return None;
    }
    n += 1;
    if matches!(word(n).as_str(), "the" | "a") {
        n += 1;
    }
    let nearest = word(n) == "nearest";
    if nearest {
        n += 1;
    }
    if nearest || said {
        if word(n) == "whole" {
            n += 1;
        }
        let unit = match word(n).as_str() {
            "rupee" | "rupees" | "number" | "percent" | "kg" | "kilogram" | "tonne" | "litre"
            | "day" | "unit" | "piece" => Some(Decimal::ONE),
            "per" if word(n + 1) == "cent" => {
                n += 1;
                Some(Decimal::ONE)
            }
            "paisa" | "paise" => Some(Decimal::new(1, 2)),
            "ten" => Some(Decimal::TEN),
            "hundred" => Some(Decimal::ONE_HUNDRED),
            "thousand" => Some(Decimal::ONE_THOUSAND),
            "lakh" => Some(Decimal::new(100_000, 0)),
            "crore" => Some(Decimal::new(10_000_000, 0)),
            _ => None,
        };
        if let Some(unit) = unit {
            let named = unit >= Decimal::TEN && matches!(word(n + 1).as_str(), "rupee" | "rupees");
            return Some((Unit::Of(unit), n + 1 + usize::from(named) - at));
        }
    }
    let places = match word(n).as_str() {
        "one" | "1" => 1,
        "two" | "2" => 2,
        "three" | "3" => 3,
        "four" | "4" => 4,
        _ => return None,
    };
    if !matches!(word(n + 1).as_str(), "decimal" | "decimals") {
        return None;
    }
    let named = usize::from(matches!(word(n + 2).as_str(), "place" | "places"));
    Some((Unit::Places(places), n + 2 + named - at))
}

#[cfg(test)]
mod tests {
    use crate::lex::{self, Token};

    /// The first number of a claim with its slack, and how many words are left.
    fn read(claim: &str) -> (String, String, usize) {
        let tokens = lex::tokens(claim);
        let number = tokens.iter().find_map(|t| match t {
            Token::Number(n) => Some((n.value.normalize(), n.slack.normalize())),
            _ => None,
        });
        let (value, slack) = number.unwrap_or_default();
        let words = tokens.iter().filter(|t| matches!(t, Token::Word(_)));
        (value.to_string(), slack.to_string(), words.count())
    }

    #[test]
    fn a_rounding_is_the_slack_of_its_number() {
        for (claim, value, slack, words) in [
            (
                "The total is ₹3,34,000 to the nearest thousand rupees.",
                "334000",
                "500",
                3,
            ),
            (
                "Rounded to the nearest rupee, the charge is ₹30,058.",
                "30058",
                "0.5",
                3,
            ),
            (
                "The total is ₹1,200, rounded to the nearest hundred.",
                "1200",
                "50",
                3,
            ),
            (
                "The total is ₹48.95 lakh to two decimals.",
                "4895000",
                "500",
                3,
            ),
            (
                "The rise is 1.73%, rounded to 2 decimal places.",
                "1.73",
                "0.005",
                3,
            ),
            // Not a multiple of it: it was not rounded so.
            (
                "The total is ₹3,34,500 to the nearest thousand rupees.",
                "334500",
                "0",
                8,
            ),
            (
                "The amount goes to the nearest branch in 2 days.",
                "2",
                "0",
                9,
            ),
        ] {
            let wanted = (value.to_owned(), slack.to_owned(), words);
            assert_eq!(read(claim), wanted, "{claim}");
        }
    }
}
