//! A claim as a row of tokens: words, numbers, dates, identifiers, quotations and marks.

use std::sync::LazyLock;

use domain::Date;
use regex::{Captures, Regex};

use crate::{
    number::{self, Number, written},
    read::{self, Part},
    rounding, span,
    vocabulary::VOCABULARY,
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// As written.
    Word(String),
    Number(Number),
    Date(Date),
    /// A month, a day without its year, a year.
    Part(Part),
    Id(String),
    Quote(String),
    Mark(char),
}

/// Months by name; `may` in small letters is a verb.
const MONTH: &str = r"(?:(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)|May|MAY)";

/// Words that scale the number before them.
const SCALE: &str = r"(?:\s*(?i:lakhs?|lacs?|crores?|cr|thousand|million|billion)\b|(?:k|K|L)\b)";

/// Longest readings first: each alternative of the pattern is one kind of token.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"\d+(?:,\d+)*(?:\.\d+)?";
    let nth = r"\d{1,2}(?:st|nd|rd|th)?";
    let pattern = [
        r#"(?P<quote>"[^"]*"|“[^”]*”|‘[^’]{3,}’)"#.to_owned(),
        r"(?P<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})".to_owned(),
        r"(?P<short>\b[A-Za-z]+['’](?i:t|ve|re|ll|d|m)\b)".to_owned(),
        format!(
            r"(?P<date>\d{{4}}-\d{{2}}-\d{{2}}(?:T[0-9:.]+Z?)?\b|\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b{nth}(?:\s+of)?[\s-]+{MONTH}\.?,?[\s-]+\d{{4}}\b|\b\d{{1,2}}-{MONTH}-\d{{2}}\b|\b{MONTH}\.?\s+{nth},?\s+\d{{4}}\b)"
        ),
        format!(r"(?P<months>\b{MONTH}\s?[-–]\s?{MONTH}\b)"),
        format!(r"(?P<period>\b{MONTH}\.?,?[\s-]+(?:of\s+)?\d{{4}}\b|\b{MONTH}[-'’]\d{{2}}\b)"),
        format!(r"(?P<day>\b{nth}(?:\s+of)?[\s-]+{MONTH}\b|\b{MONTH}\s+{nth}\b)"),
        format!(r"(?P<money>(?:₹|\b(?:Rs\.?|RS\.?|rs\.?|Re\.?|INR|Rupees))\s*-?{number}{SCALE}?)"),
        format!(r"(?P<scaled>\b{number}{SCALE})"),
        format!(r"(?P<percent>\b{number}\s*(?:%|(?i:per\s?cent|percent|pct)\b))"),
        r"(?P<time>\b\d{1,2}:\d{2}\b)".to_owned(),
        r"(?P<grouped>\b\d+(?:,\d+)+(?:\.\d+)?)".to_owned(),
        r"(?P<id>\b(?:[A-Za-z]*\d[A-Za-z0-9]*|[A-Za-z][A-Za-z0-9]*)(?:[/_.#:-][A-Za-z0-9]+)*\b)".to_owned(),
        format!(r"(?P<number>-?{number})"),
        r"(?P<word>[\p{L}\p{M}]+(?:['’][\p{L}]+)*)".to_owned(),
        r"(?P<mark>\S)".to_owned(),
    ]
    .join("|");
    Regex::new(&pattern).ok()
});

/// The most that a claim may hold; what lies behind is one mark that nothing bears.
const CLAIM_BYTES_MAX: usize = 8_192;

/// Takes a claim apart.
pub(crate) fn tokens(claim: &str) -> Vec<Token> {
    let Some(pattern) = TOKEN.as_ref() else {
        return vec![Token::Mark('�')];
    };
    let mut end = claim.len().min(CLAIM_BYTES_MAX);
    while !claim.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = Vec::new();
    for found in pattern.captures_iter(claim.get(..end).unwrap_or_default()) {
        take(&found, &mut out);
    }
    if end < claim.len() {
        out.push(Token::Mark('�'));
    }
    let rounded = rounding::stated(in_gross(nth_days(&out)));
    let numbered = number::worded(&rounding::negative(rounded));
    dated(in_paise(single_spans(numbered)))
}

fn take(found: &Captures<'_>, out: &mut Vec<Token>) {
    let text = |name: &str| found.name(name).map(|m| m.as_str());
    let or_id = |token: Option<Token>, text: &str| token.unwrap_or(Token::Id(text.to_owned()));
    if let Some(quote) = text("quote") {
        let inner: String = quote
            .chars()
            .skip(1)
            .take(quote.chars().count().saturating_sub(2))
            .collect();
        out.push(Token::Quote(inner));
    } else if let Some(id) = text("email") {
        out.push(Token::Id(id.to_owned()));
    } else if let Some(word) = text("short") {
        contraction(word, out);
    } else if let Some(date) = text("date") {
        out.push(or_id(claim_date(date).map(Token::Date), date));
    } else if let Some(months) = text("months") {
        for word in months.split(['-', '–']) {
            let month = read::month(word.trim());
            out.push(month.map_or_else(
                || Token::Word(word.to_owned()),
                |m| {
                    Token::Part(Part {
                        month: Some(m),
                        ..Part::default()
                    })
                },
            ));
        }
    } else if let Some(period) = text("period") {
        let plain = period
            .replace(['.', ','], " ")
            .replace(" of ", " ")
            .replace(['\'', '’'], "-");
        let part = read::period(&plain).map(|p| {
            Token::Part(Part {
                year: Some(p.year),
                month: Some(p.month),
                day: None,
            })
        });
        out.push(or_id(part, period));
    } else if let Some(day) = text("day") {
        out.push(or_id(read::day_of_month(day).map(Token::Part), day));
    } else if let Some(number) = text("money")
        .or_else(|| text("scaled"))
        .or_else(|| text("percent"))
        .or_else(|| text("grouped"))
        .or_else(|| text("number"))
    {
        out.push(or_id(written(number).map(Token::Number), number));
    } else if let Some(time) = text("time") {
        out.push(Token::Id(time.to_owned()));
    } else if let Some(id) = text("id") {
        identifier(id, out);
    } else if let Some(word) = text("word") {
        out.push(Token::Word(word.to_owned()));
    } else if let Some(mark) = text("mark").and_then(|m| m.chars().next()) {
        out.push(Token::Mark(mark));
    }
}

/// `isn't`, `we've`, `it'll`: the word and what was drawn into it.
fn contraction(text: &str, out: &mut Vec<Token>) {
    let lower = text.to_lowercase().replace('’', "'");
    let Some((head, tail)) = lower.split_once('\'') else {
        return;
    };
    let (head, tail) = match (head, tail) {
        ("can", "t") => ("can", "not"),
        ("won", "t") => ("will", "not"),
        (_, "t") => (head.trim_end_matches('n'), "not"),
        (_, "ll") => (head, "will"),
        (_, "ve") => (head, "have"),
        (_, "re") => (head, "are"),
        (_, "d") => (head, "would"),
        _ => (head, "am"),
    };
    out.push(Token::Word(head.to_owned()));
    out.push(Token::Word(tail.to_owned()));
}

/// What is written with a stroke and said in words.
fn abbreviation(text: &str) -> Option<&'static str> {
    Some(match text.to_ascii_lowercase().as_str() {
        "u/s" => "under section",
        "a/c" => "account",
        "w/o" => "without",
        "b/w" => "between",
        "p.a" => "a year",
        "w.e.f" => "with effect from",
        "i.e" => "namely",
        "e.g" => "for example",
        _ => return None,
    })
}

fn claim_date(text: &str) -> Option<Date> {
    if let Some(date) = read::date(text) {
        return Some(date);
    }
    // A year of two digits behind slashes or points is read day first; a dash could as well be year first.
    let (head, year) = text.rsplit_once(['/', '.'])?;
    (year.len() == 2)
        .then(|| read::date(&format!("{head}/20{year}")))
        .flatten()
}

/// A run of letters, digits and joiners: words joined by hyphens, a number, or an identifier.
fn identifier(text: &str, out: &mut Vec<Token>) {
    if let Some(words) = abbreviation(text).or_else(|| VOCABULARY.in_full(text)) {
        out.extend(words.split(' ').map(|w| Token::Word(w.to_owned())));
        return;
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        let mut first = true;
        for word in text.split(['-', '/', '_', '.', '#', ':']) {
            if !first && text.contains('/') {
                out.push(Token::Mark('/'));
            }
            first = false;
            out.push(Token::Word(word.to_owned()));
        }
        return;
    }
    // "102/kg"
    if let Some((head, unit)) = text.split_once('/')
        && let (Some(number), Some(_)) = (written(head), VOCABULARY.unit(unit))
    {
        out.push(Token::Number(number));
        out.push(Token::Word("per".to_owned()));
        out.push(Token::Word(unit.to_owned()));
        return;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let bare = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if bare && digits <= 8 && !(text.len() > 1 && text.starts_with('0') && !text.starts_with("0."))
    {
        out.push(written(text).map_or_else(|| Token::Id(text.to_owned()), Token::Number));
        return;
    }
    // `45-day`, `30days`, `382km`, `2nd`.
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (head, tail) = text.split_at(split);
    let word = tail.trim_start_matches('-').to_ascii_lowercase();
    let measure = span::unit(&word).is_some() || VOCABULARY.unit(&word).is_some();
    if let (Some(number), true) = (written(head), measure || word == "ply") {
        out.push(Token::Number(number));
        out.push(Token::Word(word));
        return;
    }
    if let (Ok(_), "st" | "nd" | "rd" | "th") = (head.parse::<u8>(), word.as_str()) {
        out.push(Token::Word(text.to_ascii_lowercase()));
        return;
    }
    out.push(Token::Id(text.to_owned()));
}

/// Months by themselves, years behind a word of time, the last day of a month.
fn dated(tokens: Vec<Token>) -> Vec<Token> {
    const TIME: [&str; 18] = [
        "in", "of", "for", "since", "from", "until", "till", "by", "during", "dated", "year",
        "calendar", "last", "this", "before", "after", "to", "between",
    ];
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let timed =
            matches!(out.last(), Some(Token::Word(w)) if TIME.contains(&w.to_lowercase().as_str()));
        let nth = |word: &str| -> Option<Part> {
            let day: i8 = word
                .trim_end_matches(|c: char| c.is_ascii_lowercase())
                .parse()
                .ok()?;
            (word.ends_with(['t', 'd', 'h']) && (1..=31).contains(&day)).then_some(Part {
                day: Some(day),
                ..Part::default()
            })
        };
        let definite = matches!(out.last(), Some(Token::Word(w)) if w.eq_ignore_ascii_case("the") || w.eq_ignore_ascii_case("on"));
        let part = match &token {
            Token::Word(word) if definite && nth(word).is_some() => nth(word),
            Token::Word(word) => {
                let bare = word.trim_end_matches("'s").trim_end_matches("’s");
                read::month(bare)
                    .filter(|_| {
                        bare.starts_with(char::is_uppercase)
                            && (timed || !matches!(bare, "May" | "MAY" | "Mar" | "Dec"))
                    })
                    .map(|month| Part {
                        month: Some(month),
                        ..Part::default()
                    })
            }
            Token::Number(n)
                if (timed || matches!(out.last(), Some(Token::Part(p)) if p.year.is_none()))
                    && !n.rupees
                    && !n.percent
                    && n.raw.len() == 4 =>
            {
                n.raw
                    .parse()
                    .ok()
                    .filter(|y| (1990..2100).contains(y))
                    .map(|year| Part {
                        year: Some(year),
                        ..Part::default()
                    })
            }
            _ => None,
        };
        out.push(part.map_or(token, Token::Part));
    }
    last_days(shared_months(out))
}

/// "11 and 12 September 2026": the first is a day of that month too.
fn shared_months(mut tokens: Vec<Token>) -> Vec<Token> {
    for at in (0..tokens.len()).rev() {
        let joined = matches!(tokens.get(at + 1), Some(Token::Word(w)) if matches!(w.as_str(), "and" | "to" | "or"))
            || matches!(tokens.get(at + 1), Some(Token::Mark(',' | '-' | '–')));
        let day = match tokens.get(at) {
            Some(Token::Number(n)) if !n.rupees && !n.percent && n.scale == 0 => {
                n.raw.parse::<i8>().ok()
            }
            _ => None,
        };
        let (true, Some(day), Some(Token::Date(date))) = (joined, day, tokens.get(at + 2)) else {
            continue;
        };
        if let (Ok(date), Some(slot)) = (
            Date::new(date.year(), date.month(), day),
            tokens.get_mut(at),
        ) {
            *slot = Token::Date(date);
        }
    }
    tokens
}

/// `the last day of June 2026`, `the end of June 2026`, `the first of July 2026`.
fn last_days(tokens: Vec<Token>) -> Vec<Token> {
    let word = |token: Option<&Token>, wanted: &[&str]| matches!(token, Some(Token::Word(w)) if wanted.contains(&w.to_lowercase().as_str()));
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let Token::Part(part) = &token
            && part.day.is_none()
            && let Some((year, month)) = part.year.zip(part.month)
            && let Some(first) = Date::new(year, month, 1).ok()
            && word(out.last(), &["of"])
        {
            let behind = out.len() - 1;
            let at = |back: usize| behind.checked_sub(back).and_then(|n| out.get(n));
            let day = word(at(1), &["day"]);
            let end = (day && word(at(2), &["last", "final"])) || word(at(1), &["end", "close"]);
            let start = day && word(at(2), &["first", "1st", "opening"]);
            if end || start {
                out.truncate(behind - if day { 2 } else { 1 });
                if word(out.last(), &["the"]) {
                    out.pop();
                }
                out.push(Token::Date(if end { first.last_of_month() } else { first }));
                continue;
            }
        }
        out.push(token);
    }
    out
}

/// "320 gross of buttons": twelve dozen each, and no word for what is before tax or tare.
fn in_gross(mut tokens: Vec<Token>) -> Vec<Token> {
    let is = |t: Option<&Token>, wanted: &str| matches!(t, Some(Token::Word(w)) if w.eq_ignore_ascii_case(wanted));
    for at in 1..tokens.len() {
        let counted =
            matches!(tokens.get(at - 1), Some(Token::Number(n)) if !n.rupees && !n.percent);
        if counted
            && is(tokens.get(at), "gross")
            && is(tokens.get(at + 1), "of")
            && let Some(word) = tokens.get_mut(at)
        {
            *word = Token::Word("grs".to_owned());
        }
    }
    tokens
}

/// "The fourteenth of August 2025", "fifth July": a day told in words, where a month stands behind it.
fn nth_days(tokens: &[Token]) -> Vec<Token> {
    const NTH: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(w)) => w.to_lowercase(),
        _ => String::new(),
    };
    let nth = |at: usize| NTH.iter().position(|n| *n == word(at)).map(|p| p + 1);
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let (day, used) = match (word(at).as_str(), nth(at + 1)) {
            ("twenty", Some(n)) if n < 10 => (Some(20 + n), 2),
            ("thirty", Some(1)) => (Some(31), 2),
            ("thirtieth", _) => (Some(30), 1),
            _ => (nth(at), 1),
        };
        let of = usize::from(word(at + used) == "of");
        let month = match tokens.get(at + used + of) {
            Some(Token::Part(p)) if p.day.is_none() => p.month.map(|m| (p.year, m)),
            Some(Token::Word(w)) if w.starts_with(char::is_uppercase) => {
                read::month(w).map(|m| (None, m))
            }
            _ => None,
        };
        let day = day.and_then(|d| i8::try_from(d).ok());
        if let (Some(day), Some((year, month))) = (day, month) {
            let date = year.map(|y| Date::new(y, month, day).ok());
            match date {
                Some(Some(date)) => out.push(Token::Date(date)),
                // The thirty-first of June is no day.
                Some(None) => out.push(Token::Mark('\u{fffd}')),
                None => out.push(Token::Part(Part {
                    year: None,
                    month: Some(month),
                    day: Some(day),
                })),
            }
            at += used + of + 1;
        } else {
            out.extend(tokens.get(at).cloned());
            at += 1;
        }
    }
    out
}

/// "40 paise" is a sum of money.
fn in_paise(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut at = 0;
    while at + 1 < tokens.len() {
        let paise = matches!(tokens.get(at + 1), Some(Token::Word(w)) if matches!(w.to_lowercase().as_str(), "paise" | "paisa"));
        if paise
            && let Some(Token::Number(n)) = tokens.get_mut(at)
            && !n.rupees
            && !n.percent
            && let Some(value) = n.value.checked_div(domain::Decimal::ONE_HUNDRED)
        {
            n.value = value;
            n.rupees = true;
            n.step = domain::Decimal::new(1, 2);
            n.slack = domain::Decimal::ZERO;
            tokens.remove(at + 1);
        }
        at += 1;
    }
    tokens
}

/// "The day after", "a week before", "the following day": one of a span of time.
fn single_spans(mut tokens: Vec<Token>) -> Vec<Token> {
    const BEHIND: [&str; 8] = [
        "after",
        "before",
        "later",
        "earlier",
        "late",
        "early",
        "following",
        "ahead",
    ];
    let word = |token: Option<&Token>| match token {
        Some(Token::Word(w)) => w.to_lowercase(),
        _ => String::new(),
    };
    for at in 0..tokens.len() {
        // "15% a year after the due date": how often, and not how long after.
        let often = at
            .checked_sub(1)
            .and_then(|n| tokens.get(n))
            .is_some_and(|t| matches!(t, Token::Number(n) if n.percent || n.rupees));
        let article = !often && matches!(word(tokens.get(at)).as_str(), "the" | "a" | "single");
        let spanned = span::unit(&word(tokens.get(at + 1))).is_some()
            && BEHIND.contains(&word(tokens.get(at + 2)).as_str());
        let lone =
            word(tokens.get(at)) == "single" && span::unit(&word(tokens.get(at + 1))).is_some();
        if let Some(one) = written("1").filter(|_| (article && spanned) || lone)
            && let Some(slot) = tokens.get_mut(at)
        {
            *slot = Token::Number(one);
            if lone && at > 0 && word(tokens.get(at - 1)) == "a" {
                tokens.remove(at - 1);
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(claim: &str) -> Vec<String> {
        tokens(claim)
            .into_iter()
            .map(|t| match t {
                Token::Word(w) => w,
                Token::Number(n) => format!(
                    "#{}{}",
                    n.value.normalize(),
                    if n.percent { "%" } else { "" }
                ),
                Token::Date(d) => format!("@{d}"),
                Token::Part(p) => format!("~{p}"),
                Token::Id(i) => format!("!{i}"),
                Token::Quote(q) => format!("\"{q}\""),
                Token::Mark(m) => m.to_string(),
            })
            .collect()
    }

    #[test]
    fn a_claim_falls_into_tokens() {
        for (claim, want) in [
            ("is ₹1,18,000.", "is #118000 ."),
            ("is Rs. 118,000.00 now", "is #118000 now"),
            ("is 1.18 lakh", "is #118000"),
            ("is ₹4.1L", "is #410000"),
            ("of ₹7.35 crore", "of #73500000"),
            ("is ₹11,8,000", "is !₹11,8,000"),
            ("3 lakh 67 thousand 792", "#367792"),
            ("seven and a half lakh rupees", "#750000 rupees"),
            ("half a crore", "#5000000"),
            ("a lakh of rupees", "#100000 of rupees"),
            ("25 paise more", "#0.25 more"),
            ("eighteen per cent", "#18%"),
            ("18 pct", "#18%"),
            ("on 12 November 2026,", "on @2026-11-12 ,"),
            ("on 2026-11-12.", "on @2026-11-12 ."),
            ("on 12/11/2026", "on @2026-11-12"),
            ("on 11/13/2026", "on !11/13/2026"),
            ("on 25 July", "on ~25-07"),
            ("on the last day of June 2026", "on @2026-06-30"),
            ("for October 2026", "for ~10-2026"),
            ("July's return", "~07's return"),
            ("you may pay", "you may pay"),
            ("in 2027", "in ~2027"),
            (
                "PO-26-00412, MC/26-27/0187.",
                "!PO-26-00412 , !MC/26-27/0187 .",
            ),
            ("e-way bill at 18%", "e way bill at #18%"),
            ("one lakh eighteen thousand rupees", "#118000 rupees"),
            ("account 50200071436648", "account !50200071436648"),
            ("Prices of the 45-day term", "Prices of the #45 day term"),
            ("covers 382km", "covers #382 km"),
            ("two line items", "#2 line items"),
            (
                "it isn't and hasn't; can't",
                "it is not and has not ; can not",
            ),
            ("the supplier's GSTIN", "the supplier ' s GSTIN"),
        ] {
            let got = shown(claim).join(" ");
            assert_eq!(
                got.replace(" ' s", "'s"),
                want.replace(" ' s", "'s"),
                "{claim}"
            );
        }
    }
}
