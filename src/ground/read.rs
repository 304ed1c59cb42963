//! Typed readings of what people and systems write: amounts, rates, dates, periods, identifiers.

pub use domain::read::{date, month, number, small};
use domain::{Date, Decimal, TaxPeriod, money::decimal};
use serde_json::Value;

/// Reads a month of returns: `102026`, `10/2026`, `10-2026`, `2026-10`, `Oct 2026`, `Oct-26`.
pub fn period(text: &str) -> Option<TaxPeriod> {
    if let Some(period) = TaxPeriod::parse(text) {
        return Some(period);
    }
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | ','))
        .filter(|p| !p.is_empty())
        .collect();
    let [a, b] = parts[..] else { return None };
    let (month_text, year) = if a.len() == 4 && a.parse::<i16>().is_ok() {
        (b, a)
    } else {
        (a, b)
    };
    let month = month(month_text).or_else(|| month_text.parse().ok())?;
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 if month_text.parse::<i8>().is_err() => year.parse::<i16>().ok()? + 2000,
        _ => return None,
    };
    ((1..=12).contains(&month) && year >= 1).then_some(TaxPeriod { year, month })
}

/// A date as far as it is told: `25 July`, `July`, `July 2026`, `2026`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl Part {
    /// Whether a date is one of those that it may be.
    pub fn holds(self, date: Date) -> bool {
        self.year.is_none_or(|y| y == date.year())
            && self.month.is_none_or(|m| m == date.month())
            && self.day.is_none_or(|d| d == date.day())
    }

    /// Whether a month of returns is the one meant.
    pub fn is_period(self, period: TaxPeriod) -> bool {
        self.day.is_none()
            && self.month == Some(period.month)
            && self.year.is_none_or(|y| y == period.year)
    }

    /// The first and the last day of what is told with its year.
    pub fn bounds(self) -> Option<(Date, Date)> {
        let year = self.year?;
        let first = Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let last = match (self.month, self.day) {
            (Some(_), Some(_)) => first,
            (Some(_), None) => first.last_of_month(),
            _ => first.last_of_year(),
        };
        Some((first, last))
    }
}

/// `25-07`, `07-2026`.
impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = [
            self.day.map(|d| format!("{d:02}")),
            self.month.map(|m| format!("{m:02}")),
            self.year.map(|y| y.to_string()),
        ]
        .into_iter()
        .flatten()
        .collect();
        f.write_str(&parts.join("-"))
    }
}

/// `25 July`, `July 25th`, `25th of July`: a day without its year.
pub fn day_of_month(text: &str) -> Option<Part> {
    let mut parts = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|p| !p.is_empty() && !p.eq_ignore_ascii_case("of"));
    let (Some(a), Some(b), None) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let (day, month) = month(b)
        .map(|m| (a, m))
        .or_else(|| month(a).map(|m| (b, m)))?;
    let day: i8 = day
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse()
        .ok()?;
    // Any leap year has every day there is.
    Date::new(2024, month, day).ok()?;
    Some(Part {
        year: None,
        month: Some(month),
        day: Some(day),
    })
}

/// An identifier as it is compared: letters and digits alone, in capitals.
pub fn identifier(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The number that a JSON value holds; a text holds one when it is nothing else.
pub fn json_number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) => decimal(&n.to_string()).ok(),
        Value::String(s) => number(s),
        _ => None,
    }
}

/// The date that a JSON value holds.
pub fn json_date(value: &Value) -> Option<Date> {
    value.as_str().and_then(date)
}

/// What a JSON value says by itself, as people write it; `None` for lists, objects and null.
pub fn json_text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// Whether two values are one, however they are written.
pub fn same(quoted: &Value, observed: &Value) -> bool {
    if quoted == observed {
        return true;
    }
    if let (Some(a), Some(b)) = (json_date(quoted), json_date(observed)) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (json_number(quoted), json_number(observed)) {
        // A leading zero makes a digit string an identifier.
        let zeros = |v: &Value| {
            v.as_str()
                .is_some_and(|s| s.len() > 1 && s.starts_with('0') && !s.starts_with("0."))
        };
        return a == b && !(zeros(quoted) || zeros(observed));
    }
    match (json_text(quoted), json_text(observed)) {
        (Some(a), Some(b)) => a.trim().eq_ignore_ascii_case(b.trim()),
        _ => empty(quoted) && empty(observed),
    }
}

/// Whether a value says that there is nothing.
pub fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(s) => matches!(
            s.trim().to_ascii_lowercase().as_str(),
            "" | "na" | "n/a" | "-" | "nil" | "none" | "null"
        ),
        _ => false,
    }
}

/// A yes or no, in the spellings of portals.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Number(n) => match n.to_string().as_str() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        },
        Value::String(s) => match s.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => Some(true),
            "n" | "no" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two names of companies do not say different forms: "LLP" and "Private Limited" are two companies.
pub fn one_form(a: &str, b: &str) -> bool {
    let form = |name: &str| {
        let words = crate::vocabulary::folded_words(name);
        let is = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
        let limited = is(&["limited", "ltd"]);
        if is(&["llp"]) {
            Some(1)
        } else if limited && is(&["private", "pvt", "p", "pte"]) {
            Some(2)
        } else if limited {
            Some(3)
        } else {
            None
        }
    };
    form(a).zip(form(b)).is_none_or(|(a, b)| a == b)
}
