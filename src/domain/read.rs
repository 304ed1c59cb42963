//! Typed readings of what people write: amounts, rates, dates, months.

use crate::{
    Decimal,
    civil::{Date, parse_date},
    money::decimal,
};

/// Reads a number in digits, bare or in Indian or western groups, with a rupee or per-cent sign. Groups that fit neither
/// custom are no number.
pub fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (negative, text) = text
        .strip_prefix(['-', '−'])
        .map_or((false, text), |rest| (true, rest));
    let sign = ["₹", "Rs.", "Rs", "INR", "rs.", "rs", "inr"]
        .iter()
        .find_map(|sign| text.strip_prefix(sign));
    let text = sign
        .unwrap_or(text)
        .trim()
        .trim_end_matches("/-")
        .trim_end_matches('%')
        .trim();
    let plain = if text.contains(',') {
        grouped(text).then(|| text.replace(',', ""))?
    } else {
        text.to_owned()
    };
    let value = decimal(&plain).ok()?;
    Some(if negative { -value } else { value })
}

/// Whether the commas of a number are where Indian or western custom puts them.
fn grouped(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let (Some(first), Some(last)) = (groups.next(), groups.next_back()) else {
        return false;
    };
    let digits = whole.bytes().all(|b| b.is_ascii_digit() || b == b',');
    let western = first.len() <= 3 && groups.clone().all(|g| g.len() == 3);
    let indian = first.len() <= 2 && groups.all(|g| g.len() == 2);
    digits && !first.is_empty() && last.len() == 3 && (western || indian)
}

/// Reads a date: day first unless ISO, or with its month in words. `None` when it could be read in two ways or in none.
pub fn date(text: &str) -> Option<Date> {
    parse_date(text).or_else(|| worded_date(text))
}

/// `9 Nov 2026`, `9-Nov-26`, `Nov 9, 2026`, `9th November, 2026`.
fn worded_date(text: &str) -> Option<Date> {
    let mut parts = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/' | '.'))
        .filter(|p| !p.is_empty() && !p.eq_ignore_ascii_case("of"));
    let (Some(a), Some(b), Some(c), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let (day, month) = month(b)
        .map(|m| (a, m))
        .or_else(|| month(a).map(|m| (b, m)))?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let year: i16 = match c.len() {
        4 => c.parse().ok()?,
        2 => c.parse::<i16>().ok()? + 2000,
        _ => return None,
    };
    Date::new(year, month, day.parse().ok()?).ok()
}

/// The month that a word names.
pub fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let at = MONTHS
        .iter()
        .position(|m| word == *m || word == m[..3] || (word == "sept" && m.starts_with("sept")))?;
    i8::try_from(at + 1).ok()
}

/// The number that a word in small letters names: "zero" to "nineteen", and the tens up to "ninety".
pub fn small(word: &str) -> Option<u32> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let at = |list: &[&str]| {
        let place = list.iter().position(|known| *known == word)?;
        u32::try_from(place).ok()
    };
    at(&ONES).or_else(|| at(&TENS).map(|tens| (tens + 2) * 10))
}
