//! What stands around a number: its unit, the name that it is part of, the digits that it ends.

use domain::Decimal;

use crate::{
    clause::Item,
    field::{Class, Field},
    leftover::{is_description, is_descriptive},
    number::Number,
    vocabulary::{VOCABULARY, folded_words, name_parts, stem},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// Whether a number is part of what a thing is called: `TMT bar 12 mm`.
    pub(crate) fn in_description(&self, at: usize, number: &Number) -> bool {
        if self.is_called_by(at, number) {
            return true;
        }
        let Some(next) = self
            .items
            .get(at + 1)
            .map(Item::text)
            .filter(|t| !t.is_empty())
        else {
            return false;
        };
        let spoken = format!("{} {}", number.raw, next.to_lowercase());
        !number.rupees
            && !number.percent
            && self.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    is_descriptive(key)
                        && value
                            .as_str()
                            .is_some_and(|s| folded_words(s).join(" ").contains(&spoken))
                })
            })
    }

    /// "The 6306 bearing" of a `Ball bearing 6306`: what a thing is called, in another order.
    fn is_called_by(&self, at: usize, number: &Number) -> bool {
        let beside: Vec<String> = [at.checked_sub(1), at.checked_add(1)]
            .into_iter()
            .flatten()
            .filter_map(|n| self.items.get(n))
            .filter(|i| !matches!(i, Item::Value(_)))
            .flat_map(|i| folded_words(i.text()))
            .filter(|w| w.len() > 3)
            .map(|w| stem(&w))
            .collect();
        !number.rupees
            && !number.percent
            && number.raw.len() > 1
            && self.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    let words = value.as_str().filter(|_| is_description(key));
                    let words = words.map(folded_words).unwrap_or_default();
                    words.contains(&number.raw) && words.iter().any(|w| beside.contains(&stem(w)))
                })
            })
    }

    /// Whether a number is part of a cited member's name: "61 to 90 days" of `61_90`.
    pub(crate) fn in_key(&self, number: &Number) -> bool {
        !number.rupees
            && self.cited.iter().any(|f| {
                let digits: Vec<String> = name_parts(f.leaf())
                    .into_iter()
                    .filter(|p| p.bytes().all(|b| b.is_ascii_digit()))
                    .collect();
                let told = |d: &String| {
                    self.all
                        .iter()
                        .any(|i| i.number().is_some_and(|n| n.raw == *d))
                };
                digits.contains(&number.raw) && digits.iter().all(told)
            })
    }

    /// Whether a number is the end of a longer one: "ending 6648", "..6648".
    pub(crate) fn is_tail(&self, at: usize, number: Option<&Number>) -> bool {
        let told = self
            .items
            .get(at.saturating_sub(3)..at)
            .unwrap_or_default()
            .iter()
            .any(|i| {
                matches!(
                    i.text(),
                    "ending"
                        | "ends in"
                        | "ends with"
                        | "ending in"
                        | "last four digits"
                        | "last"
                        | "digits"
                )
            })
            && number.is_some_and(|n| n.raw.len() == 4);
        told || (number.is_some_and(|n| n.raw.len() == 4)
            && matches!(
                self.items.get(at.wrapping_sub(1)),
                Some(Item::Mark('.' | '…' | '*'))
            ))
    }

    /// A stated number in the unit of the field that it is held against: 2.35 tonnes are 2,350 kg.
    pub(crate) fn in_unit_of(
        &self,
        at: usize,
        number: &Number,
        field: &Field<'_>,
    ) -> Option<Number> {
        // "Two weeks" of a term in days.
        if field.classes().contains(&Class::Days) {
            let span = self
                .items
                .get(at + 1)
                .and_then(|i| crate::span::unit(i.text()))?;
            let days = match span {
                crate::span::Span::Days(n) => Decimal::from(n),
                crate::span::Span::Months(_)
                    if name_parts(field.leaf())
                        .iter()
                        .any(|p| p.starts_with("month") || p.starts_with("year")) =>
                {
                    Decimal::ONE
                }
                crate::span::Span::Months(n) => {
                    Decimal::from(n).checked_mul(Decimal::from(365_000))?
                }
            };
            return Some(Number {
                value: number.value.checked_mul(days)?,
                ..number.clone()
            });
        }
        let (spoken, _, _, per) = self.spoken_unit(at)?;
        let held = unit_of(field)?;
        let (many, few) = VOCABULARY.ratio(spoken, held).filter(|(a, b)| a != b)?;
        let (many, few) = if per { (few, many) } else { (many, few) };
        let priced = field
            .classes()
            .iter()
            .any(|c| matches!(c, Class::Price | Class::Rate));
        if per != priced {
            return None;
        }
        let scaled = |v: Decimal| {
            v.checked_mul(Decimal::from(many))?
                .checked_div(Decimal::from(few))
        };
        Some(Number {
            value: scaled(number.value)?,
            slack: scaled(number.slack)?,
            step: scaled(number.step)?,
            ..number.clone()
        })
    }

    /// The unit behind a number, its word, where it stands, and whether the number is of one of it: `₹1,400 per hour`.
    fn spoken_unit(&self, at: usize) -> Option<(&'static str, String, usize, bool)> {
        let next = self.items.get(at + 1).map(|i| i.text().to_lowercase())?;
        if let Some(rest) = next
            .strip_prefix("per ")
            .or_else(|| next.strip_prefix("a "))
        {
            return Some((VOCABULARY.unit(rest)?, rest.to_owned(), at + 1, true));
        }
        let per = next == "per";
        let place = if per { at + 2 } else { at + 1 };
        let word = self.items.get(place).map(|i| i.text().to_lowercase())?;
        Some((VOCABULARY.unit(&word)?, word, place, per))
    }

    fn converts(&self, at: usize, unit: &str, spoken: &str, field: &Field<'_>) -> bool {
        // The number stands before the unit, or before the word for one.
        let at = if self.items.get(at).is_some_and(|i| i.number().is_some()) {
            at
        } else {
            at.saturating_sub(1)
        };
        VOCABULARY.ratio(spoken, unit).is_some()
            && self
                .items
                .get(at)
                .and_then(Item::number)
                .and_then(|n| self.in_unit_of(at, n, field))
                .zip(crate::read::json_number(field.value))
                .is_some_and(|(n, v)| n.is(v, self.about))
    }

    /// The unit behind a number against the unit on record.
    pub(crate) fn weigh_unit(&mut self, at: usize, field: usize) {
        let Some((spoken, word, place, _)) = self.spoken_unit(at) else {
            return;
        };
        let at = place - 1;
        let Some(own) = self.cited.get(field) else {
            return;
        };
        let on_record = unit_of(own);
        let generic = matches!(word.as_str(), "unit" | "units" | "each");
        match on_record {
            Some(unit) if unit == spoken || generic => self.mark(at + 1),
            // "1,500 boxes" of what is counted in numbers: what they are called, and not another measure.
            Some("piece") if is_container(spoken) => {
                if self.on_record(&word) || self.is_goods(at + 1, &word) {
                    self.mark(at + 1);
                } else {
                    self.missing(
                        at + 1,
                        format!("\"{word}\" stands in nothing that is cited"),
                    );
                }
            }
            Some(unit) if self.converts(at, unit, spoken, own) => self.mark(at + 1),
            Some(unit) => self.bad(at + 1, format!("the unit on record is {unit}, not {word}")),
            None if spoken == "piece" || own.has("kind.distance") => self.mark(at + 1),
            None => {}
        }
        let unit_field = self.cited.iter().position(|f| {
            f.has("kind.unit") && f.value.as_str().and_then(|v| VOCABULARY.unit(v)) == Some(spoken)
        });
        if let Some(n) = unit_field {
            self.bearing.insert(n);
        }
    }
}

/// The unit that a record measures a field in.
pub(crate) fn unit_of(field: &Field<'_>) -> Option<&'static str> {
    let is_unit = |key: &str| {
        VOCABULARY.member(key).0.contains("kind.unit")
            || matches!(&name_parts(key)[..], [a, b] if matches!(a.as_str(), "rate" | "price") && b == "per")
    };
    field
        .scope()
        .into_iter()
        .filter(|(key, _)| is_unit(key))
        .filter_map(|(_, value)| value.as_str().and_then(|v| VOCABULARY.unit(v)))
        .next_back()
        .or_else(|| unit_in_name(field))
        .or_else(|| {
            let parts = name_parts(field.leaf());
            parts.iter().rev().find_map(|p| VOCABULARY.unit(p))
        })
}

/// The unit that a field's own name says it is in: "pieces per box" are pieces.
pub(crate) fn unit_in_name(field: &Field<'_>) -> Option<&'static str> {
    let parts = name_parts(field.leaf());
    let own = parts.iter().position(|p| p == "per").unwrap_or(parts.len());
    parts
        .iter()
        .take(own)
        .rev()
        .find_map(|p| VOCABULARY.unit(p))
}

/// Units that are things as well: they may name what is counted in numbers.
pub(crate) fn is_container(unit: &str) -> bool {
    matches!(
        unit,
        "box" | "bag" | "roll" | "set" | "pair" | "carton" | "packet" | "bundle" | "drum"
    )
}
