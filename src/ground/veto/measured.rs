//! Quantities in two units that are held against each other, and the way in which a total was rounded.

use domain::Decimal;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation},
    field::{Class, Field},
    lex::Token,
    measure::unit_of,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, name_parts, stem},
};

impl<'a> Borne<'a, '_> {
    /// "0.5 km falls below the 500 metres billed": what is the same in one unit.
    pub(super) fn in_two_units(&self) -> Option<Veto> {
        let said = self.items.iter().find_map(|i| {
            relation(i).filter(|r| matches!(*r, "above" | "below") && !i.class("neutral"))
        })?;
        if self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        let held: Vec<(&Field<'a>, Decimal, &str)> = (self.cited.iter())
            .filter(|f| f.classes().contains(&Class::Quantity))
            .filter_map(|f| Some((f, read::json_number(f.value)?, unit_of(f)?)))
            .collect();
        let [(a, x, of), (b, y, to)] = held[..] else {
            return None;
        };
        let (many, few) = VOCABULARY.ratio(of, to).filter(|_| of != to)?;
        let (left, right) = (self.place_of(a, x)?, self.place_of(b, y)?);
        let (x, y) = (
            x.checked_mul(Decimal::from(many))?,
            y.checked_mul(Decimal::from(few))?,
        );
        let (first, second) = if left < right { (x, y) } else { (y, x) };
        let so = if said == "above" {
            first > second
        } else {
            first < second
        };
        (left != right && !so).then(|| {
            let why = format!("{} and {} are not so in one unit", a.pointer(), b.pointer());
            (Label::Contradicted, why)
        })
    }

    /// Where the claim speaks of a quantity: by its figure, or by how far it has come.
    fn place_of(&self, field: &Field<'a>, value: Decimal) -> Option<usize> {
        const STAGES: [(Tag, Tag); 3] = [
            ("doc.receipt", "stage.received"),
            ("doc.order", "stage.ordered"),
            ("doc.invoice", "stage.billed"),
        ];
        let figure = self
            .items
            .iter()
            .position(|i| i.number().is_some_and(|n| n.is(value, false)));
        figure.or_else(|| {
            self.items.iter().position(|i| {
                i.tags().is_some_and(|t| {
                    STAGES.iter().any(|(doc, stage)| {
                        t.contains(stage) && (field.has(stage) || field.docs().contains(doc))
                    })
                })
            })
        })
    }

    /// "Accepted on" the day on which it was paid: the word before a day is the name of another of the record's days.
    pub(super) fn day_of_its_neighbour(&self) -> Option<Veto> {
        const PLAIN: [&str; 16] = [
            "date", "dated", "time", "invoice", "document", "bill", "order", "from", "till",
            "until", "upto", "valid", "since", "return", "period", "value",
        ];
        let parts = |f: &Field<'a>| -> Vec<String> {
            name_parts(f.leaf())
                .into_iter()
                .filter(|p| p.len() > 3 && !PLAIN.contains(&p.as_str()))
                .map(|p| stem(&p))
                .collect()
        };
        self.items.iter().enumerate().find_map(|(at, item)| {
            let Item::Value(Token::Date(day)) = item else {
                return None;
            };
            let before: Vec<String> = self
                .items
                .get(at.saturating_sub(4)..at)?
                .iter()
                .rev()
                .take_while(|i| !matches!(i, Item::Value(_) | Item::Mark(_)) && !i.class("split"))
                .flat_map(|i| folded_words(i.text()))
                .map(|w| stem(&w))
                .collect();
            let deeds: Tags = self
                .items
                .get(at.saturating_sub(4)..at)?
                .iter()
                .rev()
                .take_while(|i| !matches!(i, Item::Value(_) | Item::Mark(_)) && !i.class("split"))
                .filter_map(Item::tags)
                .flatten()
                .copied()
                .filter(|t| matches!(*t, "event.cancellation" | "event.suspension"))
                .collect();
            let own = |f: &&Field<'a>| read::json_date(f.value) == Some(*day);
            let mut holding = self.cited.iter().filter(own).peekable();
            let first = *holding.peek()?;
            let named = |f: &Field<'a>| {
                let alike = |a: &String, b: &String| {
                    a == b || (a.len() > 4 && b.len() > 4 && a.get(..5) == b.get(..5))
                };
                let called = parts(f).iter().any(|p| before.iter().any(|w| alike(p, w)));
                called || deeds.iter().any(|t| f.has(t))
            };
            if holding.any(&named) {
                return None;
            }
            let other = self.index.leaves(first.doc).iter().find(|f| {
                f.chain.len() == first.chain.len()
                    && f.path.len() == first.path.len()
                    && f.path.get(..f.path.len().saturating_sub(1))
                        == first.path.get(..first.path.len().saturating_sub(1))
                    && read::json_date(f.value).is_some_and(|d| d != *day)
                    && named(f)
            })?;
            let why = format!("{} holds another day", other.pointer());
            Some((Label::Contradicted, why))
        })
    }

    /// "Rounded up by 40 paise" of what was taken off.
    pub(super) fn rounded_the_other_way(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        let has = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
        let round = words.iter().any(|w| w.starts_with("round"));
        let up = (round && has(&["up", "upward", "upwards"])) || has(&["added", "adds"]);
        let down = (round && has(&["down", "downward", "downwards"]))
            || has(&["dropped", "knocked", "shaved", "deducted", "less"]);
        let field = self.cited.iter().find(|f| {
            f.has("head.roundoff")
                || name_parts(f.leaf())
                    .iter()
                    .any(|p| p == "rnd" || p.starts_with("round"))
        })?;
        let sum = read::json_number(field.value).filter(|v| !v.is_zero())?;
        let other = if sum.is_sign_negative() {
            up && !down
        } else {
            down && !up
        };
        other.then(|| {
            let why = format!("{} holds {sum}", field.pointer());
            (Label::Contradicted, why)
        })
    }
}
