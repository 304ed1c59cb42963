//! What stands around a number: its unit, the name that it is part of, the digits that it ends.

use crate::{
    clause::Item,
    leftover::is_descriptive,
    number::Number,
    vocabulary::{VOCABULARY, folded_words, name_parts},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// Whether a number is part of what a thing is called: `TMT bar 12 mm`.
    pub(crate) fn in_description(&self, at: usize, number: &Number) -> bool {
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

    /// The unit behind a number against the unit on record.
    pub(crate) fn weigh_unit(&mut self, at: usize, field: usize) {
        // "₹1,400 per hour": the unit stands behind the word for one.
        let at = if self.items.get(at + 1).is_some_and(|i| i.text() == "per") {
            at + 1
        } else {
            at
        };
        let Some(next) = self.items.get(at + 1) else {
            return;
        };
        let word = next.text().to_lowercase();
        let Some(spoken) = VOCABULARY.unit(&word) else {
            return;
        };
        let Some(own) = self.cited.get(field) else {
            return;
        };
        let on_record = own
            .scope()
            .into_iter()
            .filter(|(key, _)| VOCABULARY.member(key).0.contains("kind.unit"))
            .filter_map(|(_, value)| value.as_str().and_then(|v| VOCABULARY.unit(v)))
            .next_back()
            .or_else(|| {
                name_parts(own.leaf())
                    .iter()
                    .rev()
                    .find_map(|p| VOCABULARY.unit(p))
            });
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

/// Units that are things as well: they may name what is counted in numbers.
fn is_container(unit: &str) -> bool {
    matches!(
        unit,
        "box" | "bag" | "roll" | "set" | "pair" | "carton" | "packet" | "bundle" | "drum"
    )
}
