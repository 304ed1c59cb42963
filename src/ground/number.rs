//! Numbers as claims write them: in digits with signs and scales, in words, in both.

use domain::Decimal;

use crate::{lex::Token, read, span};

/// A number as a claim writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: Decimal,
    /// How far the value may lie off, by the rounding that the writing states: `1.18 lakh` is exact to 500 rupees.
    pub(crate) slack: Decimal,
    /// The place of its last digit other than zero, for `about`.
    pub(crate) step: Decimal,
    pub(crate) rupees: bool,
    pub(crate) percent: bool,
    /// The power of ten that it was written in: 5 behind `lakh`.
    pub(crate) scale: u32,
    /// The digits as written.
    pub(crate) raw: String,
}

impl Number {
    /// A whole number in words.
    fn of(value: Decimal, scale: u32) -> Self {
        Self {
            value,
            slack: Decimal::ZERO,
            step: last_place(value),
            rupees: false,
            percent: false,
            scale,
            raw: value.normalize().to_string(),
        }
    }

    /// Whether a value is the one written, `about` or exactly.
    pub(crate) fn is(&self, value: Decimal, about: bool) -> bool {
        let far = (self.value - value).abs();
        // However coarse the writing, five per cent off is another number.
        let limit = value.abs() / Decimal::from(20);
        let slack = if about {
            self.slack.max(self.step / Decimal::TWO)
        } else {
            self.slack
        };
        far.is_zero() || far <= slack.min(limit)
    }

    /// Whether a value that was reckoned is the number, to the last of its two decimals.
    pub(crate) fn is_rounded(&self, value: Decimal) -> bool {
        let paise = Decimal::new(5, 3);
        !self.value.fract().is_zero() && self.scale == 0 && (self.value - value).abs() <= paise
    }

    /// Whether a quotient is the one written: what does not come out even is rounded to the digits that were written,
    /// and a whole number is none of those unless it says `about`.
    pub(crate) fn is_share(&self, value: Decimal, about: bool) -> bool {
        let places = self
            .raw
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let last = Decimal::new(1, u32::try_from(places).unwrap_or(0).min(20));
        let far = (self.value - value).abs();
        far.is_zero() || ((places > 0 || about) && far <= last / Decimal::TWO)
    }
}

fn scale(word: &str) -> Option<u32> {
    Some(match word {
        "thousand" | "k" => 3,
        "lakh" | "lakhs" | "lac" | "lacs" | "l" => 5,
        "million" => 6,
        "crore" | "crores" | "cr" => 7,
        "billion" => 9,
        _ => return None,
    })
}

/// The place of the last digit other than zero of a whole number.
fn last_place(value: Decimal) -> Decimal {
    let digits = value.normalize().to_string();
    if digits.contains('.') {
        return Decimal::ONE;
    }
    let zeros = digits.bytes().rev().take_while(|b| *b == b'0').count();
    power(u32::try_from(zeros).unwrap_or(0).min(12))
}

fn power(exponent: u32) -> Decimal {
    (0..exponent).fold(Decimal::ONE, |power, _| power * Decimal::TEN)
}

/// Reads a number with its signs and its scale.
pub(crate) fn written(text: &str) -> Option<Number> {
    let lower = text.to_lowercase();
    let percent = lower.contains('%') || lower.contains("cent") || lower.ends_with("pct");
    let rupees = ["₹", "rs", "inr", "rupees"]
        .iter()
        .any(|sign| lower.starts_with(sign));
    let digits: String = lower
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-'))
        .collect();
    let digits = digits.trim_start_matches('.').trim_end_matches(['.', ',']);
    let tail = lower
        .trim_end()
        .rsplit(|c: char| c.is_whitespace() || c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let exponent = scale(tail);
    let number = read::number(digits)?;
    let places = digits
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let unit = exponent.map_or(Decimal::ONE, power);
    let value = number.checked_mul(unit)?;
    let last = Decimal::new(1, u32::try_from(places).ok()?.min(20));
    // Only decimals before a scale word state a rounding: `2 lakh` is two lakh.
    let slack = if exponent.is_some() && places > 0 {
        last * unit / Decimal::TWO
    } else {
        Decimal::ZERO
    };
    let zeros = if places > 0 {
        0
    } else {
        digits
            .bytes()
            .rev()
            .filter(|b| *b != b',')
            .take_while(|b| *b == b'0')
            .count()
    };
    let step = last * unit * power(u32::try_from(zeros).ok()?.min(12));
    Some(Number {
        value,
        slack,
        step,
        rupees,
        percent,
        scale: exponent.unwrap_or(0),
        raw: digits.replace(',', ""),
    })
}

fn small(word: &str) -> Option<u32> {
    if word == "nil" {
        return Some(0);
    }
    read::small(word)
}

/// The words from a place on, in small letters.
struct Words<'t>(&'t [Token]);

impl Words<'_> {
    fn at(&self, at: usize) -> String {
        match self.0.get(at) {
            Some(Token::Word(w)) => w.to_lowercase(),
            _ => String::new(),
        }
    }
}

/// Reads the number in words that stands at a place; how many tokens it took.
fn in_words(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let words = Words(tokens);
    let half = Decimal::ONE / Decimal::TWO;
    let (mut total, mut current, mut top) = (Decimal::ZERO, Decimal::ZERO, 0);
    let mut used = 0;
    // "a lakh", "half a crore", "a hundred": an article counts where a scale follows.
    if words.at(at) == "half" && matches!(words.at(at + 1).as_str(), "a" | "an" | "per") {
        let per = words.at(at + 1) == "per" || words.at(at + 2).starts_with("per");
        if !per {
            scale(&words.at(at + 2)).filter(|s| *s > 3)?;
        }
        (current, used) = (half, if words.at(at + 1) == "per" { 1 } else { 2 });
    } else if matches!(words.at(at).as_str(), "a" | "an") {
        let next = words.at(at + 1);
        let counts =
            next == "hundred" || next == "rupee" || (next.len() > 2 && scale(&next).is_some());
        if !counts {
            return None;
        }
        (current, used) = (Decimal::ONE, 1);
    }
    while used <= 24 {
        let word = words.at(at + used);
        let seen = used > 0;
        if matches!(
            words.at(at + used + 1).as_str(),
            "way" | "fold" | "tier" | "wheeler"
        ) && small(&word).is_some()
        {
            break;
        }
        if let Some(n) = small(&word) {
            current += Decimal::from(n);
        } else if word == "hundred" && seen {
            current *= Decimal::ONE_HUNDRED;
        } else if let (Some(exponent), true) = (scale(&word).filter(|_| word.len() > 1), seen) {
            total += current * power(exponent);
            current = Decimal::ZERO;
            top = top.max(exponent);
        } else if seen
            && word == "and"
            && words.at(at + used + 1) == "a"
            && words.at(at + used + 2) == "half"
        {
            current += half;
            used += 2;
        } else if seen && word == "and" && used > 1 && small(&words.at(at + used + 1)).is_some() {
            // "one lakh and eighteen thousand".
        } else {
            break;
        }
        used += 1;
    }
    let fraction = match words.at(at + used).as_str() {
        "quarters" | "fourths" => 25,
        "fifths" => 20,
        "tenths" => 10,
        _ => 0,
    };
    if used == 1 && fraction > 0 && top == 0 {
        let mut share = Number::of(current * Decimal::from(fraction), 0);
        share.percent = true;
        return Some((share, 2));
    }
    (used > 0).then(|| (Number::of(total + current, top), used))
}

/// Whether "one" stands for a thing and not for a number: "the one in the vendor master".
fn is_pronoun(tokens: &[Token], at: usize) -> bool {
    let words = Words(tokens);
    let behind = words.at(at + 1);
    let joins = [
        "in", "of", "on", "that", "which", "held", "from", "for", "under", "we", "they", "with",
        "quoted", "shown",
    ];
    let ends = !matches!(tokens.get(at + 1), Some(Token::Word(_)));
    let before = at.checked_sub(1).map(|b| words.at(b)).unwrap_or_default();
    words.at(at) == "one"
        && (joins.contains(&behind.as_str())
            || ends
            || ["the", "this", "that", "which", "no", "any", "every", "some"]
                .contains(&before.as_str()))
        || (words.at(at) == "one" && before == "no")
        || (words.at(at) == "one"
            && behind == "and"
            && words.at(at + 2) == "the"
            && words.at(at + 3) == "same")
}

/// Joins numbers in words (`one lakh eighteen thousand`, `twenty five`), in both (`3 lakh 67 thousand`), with their paise
/// and with the words for per cent behind them.
pub(crate) fn worded(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let spoken = in_words(tokens, at).filter(|(_, used)| *used > 1 || !is_pronoun(tokens, at));
        let (token, used) = match spoken {
            Some((number, used)) => (Token::Number(number), used),
            None => (token.clone(), 1),
        };
        at += used;
        push(&mut out, token);
    }
    out
}

/// Adds a token; a number joins the one that it belongs to.
fn push(out: &mut Vec<Token>, token: Token) {
    let is = |token: &Token, wanted: &[&str]| matches!(token, Token::Word(w) if wanted.contains(&w.to_lowercase().as_str()));
    match (&mut out[..], &token) {
        // "3 lakh 67 thousand 792"
        ([.., Token::Number(head)], Token::Number(tail))
            if head.scale >= 3
                && !head.percent
                && !tail.percent
                && !tail.rupees
                && tail.value < power(head.scale)
                && head.slack.is_zero() =>
        {
            head.value += tail.value;
            head.step = tail.step;
            head.scale = tail.scale;
            head.raw = head.value.normalize().to_string();
        }
        // "₹47,512 and 50 paise", "25 paise"
        ([.., Token::Number(rupees), middle, Token::Number(paise)], word)
            if is(word, &["paise", "paisa"])
                && is(middle, &["and", "rupees"])
                && paise.value < Decimal::ONE_HUNDRED =>
        {
            rupees.value += paise.value / Decimal::ONE_HUNDRED;
            rupees.rupees = true;
            rupees.raw = rupees.value.to_string();
            out.truncate(out.len() - 2);
        }
        ([.., Token::Number(rupees), unit, and, Token::Number(paise)], word)
            if is(word, &["paise", "paisa"])
                && is(unit, &["rupees", "rupee"])
                && is(and, &["and"])
                && paise.value < Decimal::ONE_HUNDRED =>
        {
            rupees.value += paise.value / Decimal::ONE_HUNDRED;
            rupees.rupees = true;
            rupees.raw = rupees.value.to_string();
            out.truncate(out.len() - 3);
        }
        ([.., Token::Number(paise)], word) if is(word, &["paise", "paisa"]) => {
            paise.value /= Decimal::ONE_HUNDRED;
            paise.step /= Decimal::ONE_HUNDRED;
            paise.rupees = true;
        }
        ([.., Token::Number(n)], word) if is(word, &["rupees", "rupee"]) && !n.percent => {
            n.rupees = true;
            out.push(token);
        }
        ([.., Token::Number(n)], word) if is(word, &["percent", "pct"]) => n.percent = true,
        ([.., Token::Number(_), per], word) if is(per, &["per"]) && is(word, &["cent"]) => {
            out.pop();
            if let Some(Token::Number(n)) = out.last_mut() {
                n.percent = true;
            }
        }
        // "a day after", "a week late": the article counts.
        ([before @ .., article, Token::Word(measure)], word)
            if !matches!(before.last(), Some(Token::Number(_)))
                && is(article, &["a", "an"])
                && span::unit(measure).is_some()
                && is(
                    word,
                    &[
                        "after", "before", "late", "early", "later", "earlier", "ahead",
                    ],
                ) =>
        {
            *article = Token::Number(Number::of(Decimal::ONE, 0));
            out.push(token);
        }
        // "within a day of"
        ([.., within, article], Token::Word(measure))
            if is(within, &["within"])
                && is(article, &["a", "an"])
                && span::unit(measure).is_some() =>
        {
            *article = Token::Number(Number::of(Decimal::ONE, 0));
            out.push(token);
        }
        _ => out.push(token),
    }
}
