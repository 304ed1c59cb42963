//! Financial years and their quarters, which a date lies in and a record may name.

use domain::Date;

use crate::{
    clause::Item, field::Field, lex::Token, read, vocabulary::folded_words, weigh::Weigher,
};

/// The calendar year that a financial year begins in: `2025-26`, `FY 25-26`, `FY26`.
pub(crate) fn fiscal_year(text: &str) -> Option<i16> {
    let bare = text.to_uppercase();
    let told = bare.starts_with("FY");
    let bare = bare.trim_start_matches("FY").trim_start_matches([' ', '-']);
    let full = |y: &str| -> Option<i16> {
        let year: i16 = y.parse().ok()?;
        match y.len() {
            4 => (1990..2100).contains(&year).then_some(year),
            2 => Some(2000 + year),
            _ => None,
        }
    };
    match bare.split_once(['-', '/']) {
        Some((from, to)) => {
            let (from, end) = (full(from)?, full(to)?);
            (end == from + 1).then_some(from)
        }
        None if told => full(bare).map(|y| y - 1),
        None => None,
    }
}

fn year_of(date: Date) -> i16 {
    if date.month() < 4 {
        date.year() - 1
    } else {
        date.year()
    }
}

fn quarter_of(date: Date) -> i8 {
    (date.month() + 8) % 12 / 3 + 1
}

/// `Q3`, or the quarter that stands behind an ordinal.
fn quarter(items: &[Item], at: usize) -> Option<i8> {
    const NTH: [&str; 4] = ["first", "second", "third", "fourth"];
    let text = items.get(at)?.text().to_lowercase();
    if let Some(n) = text.strip_prefix('q') {
        return n.parse().ok().filter(|n| (1..=4).contains(n));
    }
    let next = items.get(at + 1).map_or("", Item::text);
    let nth = NTH
        .iter()
        .position(|w| *w == text)
        .filter(|_| next == "quarter")?;
    i8::try_from(nth + 1).ok()
}

impl Weigher<'_, '_> {
    /// A financial year or a quarter: one that a cited record names or that all its dates lie in.
    pub(crate) fn weigh_calendar(&mut self) {
        for at in 0..self.items.len() {
            if self.is_used(at) {
                continue;
            }
            if let Some(year) = self.fiscal_year_at(at) {
                self.calendar(
                    at,
                    |d| year_of(d) == year,
                    |text| {
                        text.split(|c: char| c.is_whitespace() || c == '_')
                            .any(|w| fiscal_year(w) == Some(year))
                    },
                );
            } else if let Some(n) = quarter(self.items, at) {
                self.calendar(
                    at,
                    |d| quarter_of(d) == n,
                    |text| folded_words(text).contains(&format!("q{n}")),
                );
                self.mark(at + 1);
            }
        }
    }

    /// "In force on 5 October", "within the contract period": a date between the start and the end of a term.
    pub(crate) fn weigh_in_force(&mut self) {
        let lives = |i: &Item| {
            matches!(i.state(), Some("active" | "valid"))
                || matches!(
                    i.text(),
                    "in force" | "live" | "current" | "running" | "period" | "term" | "validity"
                )
        };
        let Some(at) = (0..self.items.len())
            .find(|n| !self.is_used(*n) && self.items.get(*n).is_some_and(lives))
        else {
            return;
        };
        let stated = self.cited.iter().any(|f| f.has("kind.status"));
        let (mut from, mut to, mut on) = (None, None, Vec::new());
        for (n, field) in self.cited.iter().enumerate() {
            let Some(date) = read::json_date(field.value) else {
                continue;
            };
            if field.has("event.expiry") {
                to = Some((n, date));
            } else if field.has("event.start") || field.leaf().eq_ignore_ascii_case("from") {
                from = Some((n, date));
            } else {
                on.push((n, date));
            }
        }
        let Some((end, to)) = to.filter(|_| !stated) else {
            return;
        };
        let within = |d: Date| d <= to && from.is_none_or(|(_, from)| from <= d);
        let within_word = self.items.iter().any(|i| {
            matches!(crate::clause::relation(i), Some("at_most" | "inside"))
                || matches!(
                    i.text(),
                    "within" | "during" | "in force" | "valid" | "live" | "active"
                )
        });
        match on[..] {
            [(n, date)] if within_word => {
                let fields: Vec<usize> = [Some(end), from.map(|(n, _)| n), Some(n)]
                    .into_iter()
                    .flatten()
                    .collect();
                if within(date) == self.denied_at(at) {
                    self.bad(
                        at,
                        format!("{date} lies on the other side of the end of the term, {to}"),
                    );
                } else {
                    self.negation_used |= self.denied_at(at);
                    self.mark_denials(at);
                    self.bearing.extend(fields);
                    self.good(at, end);
                    for n in 0..self.items.len() {
                        let bound = self.items.get(n).is_some_and(|i| {
                            crate::clause::relation(i) == Some("at_most") || i.text() == "within"
                        });
                        if bound {
                            self.mark(n);
                        }
                    }
                }
            }
            // "Valid for two years from 1 October": the term by itself.
            [] if from.is_some()
                && self
                    .items
                    .iter()
                    .any(|i| matches!(i, Item::Value(Token::Date(_) | Token::Number(_)))) =>
            {
                self.mark(at);
            }
            _ => {}
        }
    }

    pub(crate) fn fiscal_year_at(&self, at: usize) -> Option<i16> {
        match self.items.get(at)? {
            Item::Value(Token::Id(id)) => fiscal_year(id),
            _ => None,
        }
    }

    fn calendar(&mut self, at: usize, holds: impl Fn(Date) -> bool, names: impl Fn(&str) -> bool) {
        let named = |f: &Field<'_>| {
            f.value.as_str().is_some_and(&names)
                || f.scope()
                    .iter()
                    .any(|(_, v)| v.as_str().is_some_and(|t| t.len() < 24 && names(t)))
        };
        if let Some(n) = self.cited.iter().position(named) {
            self.bearing.insert(n);
            self.mark(at);
            return;
        }
        let dates: Vec<(usize, Date)> = self
            .cited
            .iter()
            .enumerate()
            .filter_map(|(n, f)| Some((n, read::json_date(f.value)?)))
            .collect();
        let outside = dates.iter().find(|(_, d)| !holds(*d));
        match (outside, dates.first()) {
            (None, Some(_)) => {
                let fields: Vec<usize> = dates.iter().map(|(n, _)| *n).collect();
                for n in fields {
                    self.good(at, n);
                }
            }
            (Some((n, _)), _) if dates.len() == 1 => {
                let why = self
                    .cited
                    .get(*n)
                    .map(|f| format!("{} lies in another", f.pointer()));
                self.bad(at, why.unwrap_or_default());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn financial_years_are_read_as_written() {
        for (text, want) in [
            ("2025-26", Some(2025)),
            ("FY2024-25", Some(2024)),
            ("24-25", Some(2024)),
            ("FY26", Some(2025)),
            ("2025-27", None),
            ("25/118", None),
        ] {
            assert_eq!(fiscal_year(text), want, "{text}");
        }
    }

    #[test]
    fn quarters_begin_in_april() {
        let q = |month: i8| quarter_of(Date::new(2026, month, 1).unwrap());
        assert_eq!(
            (1..=12).map(q).collect::<Vec<_>>(),
            [4, 4, 4, 1, 1, 1, 2, 2, 2, 3, 3, 3]
        );
    }
}
