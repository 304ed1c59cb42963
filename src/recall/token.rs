//! A question as a row of tokens: days, numbers, identifiers, words and signs.

use std::sync::LazyLock;

use domain::{Date, Decimal};
use ground::read;
use regex::Regex;

use crate::span::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Span(Span),
    Number {
        /// In plain digits, its scale worked in; of an amount without trailing noughts.
        value: String,
        percent: bool,
    },
    /// In capitals, with its separators: A-12/B is not A-12B.
    Id(String),
    Word {
        lower: String,
        /// It begins with a capital though no sentence does.
        capital: bool,
    },
    /// A sign that says something: a comparison, or one that is not known.
    Sign(String),
    /// A comma between members of a list.
    Comma,
    /// A full stop that is not the last sign.
    Stop,
}

struct Patterns {
    number: Regex,
    chunk: Regex,
    sign: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let scale = r"(?:lakhs?|lacs?|crores?|karod|cr|thousand|hazaa?r|million|billion|hundred|k|l)\b";
    Some(Patterns {
        number: Regex::new(&format!(
            r"(?i)^(?:(?:₹|rs\.?|inr)\s*)?(?P<digits>-?\d+(?:,\d+)*(?:\.\d+)?)(?:/-)?(?:\s*(?P<scale>{scale}))?(?P<percent>\s*(?:%|per\s?cent\b|pc\b))?"
        ))
        .ok()?,
        chunk: Regex::new(
            r"^[\p{L}\p{M}\p{N}\u{200C}\u{200D}]+(?:[-/_.:@#'+&][\p{L}\p{M}\p{N}]+|\([\p{L}\p{N}]+\))*",
        )
        .ok()?,
        sign: Regex::new(r"^(?:>=|<=|!=|<>|=+|>|<)").ok()?,
    })
});

/// A question's tokens, and where in it each begins.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    pub(crate) list: Vec<Token>,
    places: Vec<usize>,
}

impl Tokens<'_> {
    /// What stands from a token to the next one.
    pub(crate) fn written(&self, at: usize) -> &str {
        let from = self.places.get(at).copied().unwrap_or(self.text.len());
        let to = self.places.get(at + 1).copied();
        let to = to.unwrap_or(self.text.len());
        self.text.get(from..to).unwrap_or_default().trim()
    }
}

/// Takes a question apart, its folds already made. Relative days are of the day given.
pub(crate) fn tokens(text: &str, as_of: Date) -> Tokens<'_> {
    let mut out = Vec::new();
    let mut places = Vec::new();
    let text = text.trim();
    let mut at = 0;
    while let Some((rest, c)) = text
        .get(at..)
        .and_then(|rest| Some((rest, rest.chars().next()?)))
    {
        let taken = if c.is_whitespace() {
            c.len_utf8()
        } else {
            let taken = take(rest, as_of, out.is_empty(), &mut out);
            // An identifier may have taken the word before it.
            places.resize(out.len(), at);
            taken
        };
        at += taken.max(1);
    }
    // A sign that is no token belongs to the one before it, and to the first if it comes before.
    if let Some(first) = places.first_mut() {
        *first = 0;
    }
    let (list, places) = worded(&out, &places);
    Tokens { text, list, places }
}

/// Whether a reading ends where a word does, and not in the middle of an identifier.
fn ends(rest: &str, at: usize) -> bool {
    let mut left = rest.get(at..).unwrap_or_default().chars();
    let (next, after) = (left.next(), left.next());
    let alphanumeric = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let joiner = next.is_some_and(|c| matches!(c, '-' | '/' | '_' | '.' | ':' | '@' | '#' | '('));
    !(alphanumeric(next) || joiner && alphanumeric(after))
}

fn take(rest: &str, as_of: Date, first: bool, out: &mut Vec<Token>) -> usize {
    let Some(patterns) = PATTERNS.as_ref() else {
        out.push(Token::Sign(rest.to_owned()));
        return rest.len();
    };
    if let Some((span, length)) = Span::at_start(rest, as_of)
        && ends(rest, length)
    {
        out.push(Token::Span(span));
        return length;
    }
    if let Some(found) = patterns.number.captures(rest)
        && let Some(whole) = found.get(0)
        && ends(rest, whole.end())
        && let Some(value) = number(
            &found["digits"],
            found.name("scale").map_or("", |scale| scale.as_str()),
            whole.as_str() == &found["digits"],
        )
    {
        out.push(Token::Number {
            value,
            percent: found.name("percent").is_some(),
        });
        return whole.end();
    }
    if let Some(found) = patterns.chunk.find(rest) {
        chunk(found.as_str(), first, out);
        return found.end();
    }
    if let Some(found) = patterns.sign.find(rest) {
        out.push(Token::Sign(found.as_str().to_owned()));
        return found.end();
    }
    let Some(c) = rest.chars().next() else {
        return rest.len();
    };
    match c {
        // Books write what is below nought in brackets.
        '(' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            out.push(Token::Sign("(".to_owned()));
        }
        ',' => out.push(Token::Comma),
        '.' if rest.len() > 1 => out.push(Token::Stop),
        '?' | '!' | '.' | ';' | ':' | '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '…'
        | '“' | '”' | '।' | '₹' => {}
        '#' => out.push(word("#", false)),
        '&' => out.push(word("and", false)),
        other => out.push(Token::Sign(other.to_string())),
    }
    c.len_utf8()
}

fn word(text: &str, capital: bool) -> Token {
    Token::Word {
        lower: text.to_lowercase(),
        capital,
    }
}

/// A number in plain digits. A leading nought makes a row of digits an identifier, and so does a length no amount has. One
/// with nothing beside it may be no amount at all, and stays as it is written: clause 3.10 is not clause 3.1.
fn number(digits: &str, scale: &str, bare: bool) -> Option<String> {
    let plain = digits.trim_start_matches('-');
    if (plain.len() > 1 && plain.starts_with('0') && !plain.starts_with("0.")) || plain.len() > 18 {
        return None;
    }
    // A small l is more often a litre.
    if scale == "l" {
        return None;
    }
    let value = read::number(digits)?.checked_mul(power(&scale.to_lowercase())?)?;
    Some(if bare {
        digits.replace(',', "")
    } else {
        value.normalize().to_string()
    })
}

fn power(scale: &str) -> Option<Decimal> {
    Some(Decimal::from(match scale {
        "" => 1_u64,
        "hundred" | "sau" => 100,
        "k" | "thousand" | "hazar" | "hazaar" | "hajar" => 1_000,
        "l" | "lakh" | "lakhs" | "lac" | "lacs" => 100_000,
        "million" => 1_000_000,
        "cr" | "crore" | "crores" | "karod" => 10_000_000,
        "billion" => 1_000_000_000,
        _ => return None,
    }))
}

/// Letters and digits with their joiners: words, a number with its unit, or an identifier.
fn chunk(text: &str, first: bool, out: &mut Vec<Token>) {
    let text = text
        .strip_suffix("'s")
        .or_else(|| text.strip_suffix("'S"))
        .unwrap_or(text);
    if !text.chars().any(char::is_numeric) {
        let mut first = first;
        for part in text.split(['-', '/', '_', '.', ':', '#', '(', ')', '+']) {
            for (place, part) in part.split('&').enumerate() {
                if place > 0 {
                    out.push(word("and", false));
                }
                if !part.is_empty() {
                    // Words all in capitals are abbreviations.
                    let mut letters = part.chars();
                    let capital = !first
                        && letters.next().is_some_and(char::is_uppercase)
                        && !(letters.next().is_some_and(char::is_uppercase)
                            && letters.all(char::is_uppercase));
                    out.push(word(part, capital));
                    first = false;
                }
            }
        }
        return;
    }
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, tail) = text.split_at(split);
    let unit = tail.strip_prefix('-').unwrap_or(tail).to_lowercase();
    let counted =
        crate::vocabulary::meaning(&unit).is_some_and(|m| m.kind == crate::vocabulary::Kind::Unit);
    if let (true, Some(value)) = (counted, number(digits, "", true)) {
        out.push(Token::Number {
            value,
            percent: false,
        });
        out.push(word(&unit, false));
        return;
    }
    if !digits.is_empty() && matches!(unit.as_str(), "st" | "nd" | "rd" | "th") {
        out.push(word(text, false));
        return;
    }
    // `V 001`, `PO 26/00412`: the letters of an identifier with a space behind them.
    if let (true, Some(Token::Word { lower, .. })) =
        (text.starts_with(|c: char| c.is_ascii_digit()), out.last())
        && matches!(lower.as_str(), "v" | "po" | "inv" | "grn")
        && text.len() > 2
    {
        let joined = format!("{lower} {text}").to_uppercase();
        out.pop();
        out.push(Token::Id(joined));
        return;
    }
    out.push(Token::Id(text.to_uppercase()));
}

fn small(word: &str) -> Option<u32> {
    // `teen` and `char` are English words too, and numbers in no question without Hindi around them.
    const HINDI: [(&str, u32); 15] = [
        ("ek", 1),
        ("teen", 3),
        ("chaar", 4),
        ("paanch", 5),
        ("panch", 5),
        ("chhe", 6),
        ("saat", 7),
        ("aath", 8),
        ("nau", 9),
        ("das", 10),
        ("bees", 20),
        ("tees", 30),
        ("chalis", 40),
        ("pachas", 50),
        ("pachaas", 50),
    ];
    let hindi = || {
        HINDI
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, n)| *n)
    };
    read::small(word).or_else(hindi)
}

/// Joins numbers in words: `one lakh eighteen thousand`, `forty five`, `do lakh`.
fn worded(tokens: &[Token], places: &[usize]) -> (Vec<Token>, Vec<usize>) {
    let lower = |at: usize| match tokens.get(at) {
        Some(Token::Word { lower, .. }) => lower.as_str(),
        _ => "",
    };
    let mut out = Vec::with_capacity(tokens.len());
    let mut out_places = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let (Some(token), Some(place)) = (tokens.get(at), places.get(at)) {
        out_places.push(*place);
        let (mut total, mut current, mut used) = (Decimal::ZERO, Decimal::ZERO, 0);
        while used < 24 {
            let (word, next) = (lower(at + used), lower(at + used + 1));
            let scaled = power(next).is_some() && !next.is_empty();
            if let Some(n) = small(word).or((word == "do" && scaled).then_some(2)) {
                current += Decimal::from(n);
            } else if let (true, true, Some(power)) = (used > 0, word.len() > 1, power(word)) {
                if power == Decimal::ONE_HUNDRED {
                    current *= power;
                } else {
                    total += current * power;
                    current = Decimal::ZERO;
                }
            } else if !(word == "and" && used > 1 && small(next).is_some()) {
                break;
            }
            used += 1;
        }
        if used == 0 {
            out.push(token.clone());
            at += 1;
        } else {
            let percent = matches!(lower(at + used), "percent" | "pc")
                || tokens.get(at + used) == Some(&Token::Sign("%".to_owned()));
            out.push(Token::Number {
                value: (total + current).normalize().to_string(),
                percent,
            });
            at += used + usize::from(percent);
        }
    }
    (out, out_places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(question: &str) -> String {
        let as_of = Date::new(2026, 11, 20).unwrap();
        let shown: Vec<String> = tokens(question, as_of)
            .list
            .into_iter()
            .map(|token| match token {
                Token::Span(span) => format!("@{}..{}", span.first, span.last),
                Token::Number { value, percent } => {
                    format!("#{value}{}", if percent { "%" } else { "" })
                }
                Token::Id(id) => format!("!{id}"),
                Token::Word { lower, capital } => {
                    format!("{lower}{}", if capital { "^" } else { "" })
                }
                Token::Sign(sign) => sign,
                Token::Comma => ",".to_owned(),
                Token::Stop => ".".to_owned(),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn a_question_falls_into_tokens() {
        for (question, want) in [
            ("above 1,18,000?", "above #118000"),
            ("of ₹1.18 lakh", "of #118000"),
            ("Rs. 118000.00 now", "#118000 now"),
            ("one lakh eighteen thousand", "#118000"),
            ("do lakh do", "#200000 do"),
            ("paanch hazaar", "#5000"),
            ("18 per cent, 18%", "#18% , #18%"),
            ("forty-five days", "#45 days"),
            ("45-day 45days 10mm", "#45 day #45 days !10MM"),
            ("PO-26-00412, V 001", "!PO-26-00412 , !V 001"),
            ("04411", "!04411"),
            ("12/11/2026-A", "!12/11/2026-A"),
            ("V001's", "!V001"),
            ("Sharma & Sons R&D", "sharma and sons^ r^ and d^"),
            ("> 5", "> #5"),
            ("5 % of it", "#5% of it"),
            ("3.10 and 1,250.50", "#3.10 and #1250.50"),
            ("18.0% of ₹1,250.50", "#18% of #1250.5"),
            ("a-12/b, a-12b", "!A-12/B , !A-12B"),
        ] {
            assert_eq!(shown(question), want, "{question}");
        }
    }
}
