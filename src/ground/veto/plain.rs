//! Plain facts of what is cited that the claim tells otherwise: how long a number is, that there is none, how many are missing,
//! which vendor an order is for; a day that nobody cites.

use domain::{Date, Decimal};

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    vocabulary::{folded_words, name_parts},
};

impl<'a> Borne<'a, '_> {
    /// The first plain fact that is told otherwise.
    pub(super) fn plainly_otherwise(&self) -> Option<Veto> {
        self.of_another_length()
            .or_else(|| self.bears_one())
            .or_else(|| self.as_many_missing())
            .or_else(|| self.of_another_vendor())
            .or_else(|| self.day_that_nobody_cites())
    }

    fn is_told(&self, field: &Field<'a>) -> bool {
        self.ids().iter().any(|m| m.is(field.value, self.claim))
    }

    /// "The GSTIN has 16 characters" of one of fifteen.
    fn of_another_length(&self) -> Option<Veto> {
        let (at, number) = self.numbers().find(|(at, n)| {
            !n.rupees
                && matches!(
                    self.items.get(at + 1).map_or("", Item::text),
                    "characters" | "digits" | "character"
                )
        })?;
        // "Its first two digits": not how many it has.
        let part = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .is_some_and(|i| {
                folded_words(i.text())
                    .iter()
                    .any(|w| matches!(w.as_str(), "first" | "last" | "leading" | "final"))
            });
        if part {
            return None;
        }
        // The identifier that stands nearest before it.
        let id = self
            .items
            .get(..at)?
            .iter()
            .rev()
            .filter_map(Mention::of)
            .find(|m| matches!(m, Mention::Id(_)))?;
        let field = self
            .cited
            .iter()
            .find(|f| f.value.is_string() && id.is(f.value, self.claim))?;
        let long = field.value.as_str()?.chars().count();
        (number.value != Decimal::from(long)).then(|| {
            (
                Label::Contradicted,
                format!("{} is {long} characters long", field.pointer()),
            )
        })
    }

    /// "Bears no IRN" of an invoice whose IRN is cited.
    fn bears_one(&self) -> Option<Veto> {
        let text = self.text();
        let none = [
            "bears no irn",
            "has no irn",
            "carries no irn",
            "without an irn",
            "shows no irn",
        ]
        .iter()
        .any(|w| text.contains(w));
        let field = self.cited.iter().find(|f| {
            f.has("kind.irn") && f.value.as_str().is_some_and(|t| !t.trim().is_empty())
        })?;
        none.then(|| {
            (
                Label::Contradicted,
                format!("{} holds one", field.pointer()),
            )
        })
    }

    /// "1 number is missing" where none is.
    fn as_many_missing(&self) -> Option<Veto> {
        let field = self
            .cited
            .iter()
            .find(|f| name_parts(f.leaf()).iter().any(|p| p == "missing"))?;
        let held = read::json_number(field.value)?;
        let words = folded_words(self.claim);
        let missing = words.iter().position(|w| w == "missing")?;
        let number = words
            .iter()
            .take(missing)
            .rev()
            .take(4)
            .find_map(|w| w.parse::<u32>().ok())?;
        (Decimal::from(number) != held).then(|| {
            (
                Label::Contradicted,
                format!("{} holds {held}", field.pointer()),
            )
        })
    }

    /// "Order PO-7 was placed with vendor V2717" of an order for V4919.
    fn of_another_vendor(&self) -> Option<Veto> {
        let vendors: Vec<&Field<'a>> = self
            .cited
            .iter()
            .filter(|f| {
                let parts = name_parts(f.leaf());
                f.value.is_string()
                    && matches!(&parts[..], [a, b] if matches!(a.as_str(), "vendor" | "supplier")
                        && matches!(b.as_str(), "id" | "code" | "no"))
            })
            .collect();
        let [a, b] = vendors[..] else { return None };
        let differ = read::identifier(a.value.as_str()?) != read::identifier(b.value.as_str()?);
        let text = self.text();
        let apart = [
            "differ",
            "other than",
            "another",
            "is not ",
            "was not ",
            "unlike",
        ]
        .iter()
        .any(|w| text.contains(w));
        (a.doc != b.doc && differ && !apart && self.is_told(a) != self.is_told(b)).then(|| {
            (
                Label::Contradicted,
                format!("{} and {} are two vendors", a.pointer(), b.pointer()),
            )
        })
    }

    /// "Dated after order PO-7 of 24-08-2026" where the order's day is not cited.
    fn day_that_nobody_cites(&self) -> Option<Veto> {
        if !self.has(&[
            "after",
            "before",
            "later",
            "earlier",
            "later than",
            "earlier than",
        ]) {
            return None;
        }
        let cited: Vec<Date> = self
            .cited
            .iter()
            .filter_map(|f| read::json_date(f.value))
            .collect();
        let told: Vec<(usize, Date)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| match i {
                Item::Value(Token::Date(day)) => Some((at, *day)),
                _ => None,
            })
            .collect();
        let [_, _] = told[..] else { return None };
        let (known, loose): (Vec<_>, Vec<_>) = told.iter().partition(|(_, d)| cited.contains(d));
        let ([_], [(at, day)]) = (&known[..], &loose[..]) else {
            return None;
        };
        let before = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .map_or("", Item::text);
        let led = ["of", "day", "date", "dated"]
            .iter()
            .any(|w| before.ends_with(w));
        led.then(|| (Label::Partial, format!("{day} is not cited")))
    }
}
