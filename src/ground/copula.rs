//! Two things that are cited and said to be one: "the invoice price is the ordered price".

use crate::{
    clause::{Item, relation},
    relation::Side,
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// "The invoice price is the ordered price", "billed at the order rate": a verb between two things that are cited, and
    /// nothing else that it could say.
    pub(crate) fn weigh_copula(&mut self) {
        let says = self.items.iter().any(|i| {
            matches!(i, Item::Value(_) | Item::Name(_))
                || i.state().is_some()
                || relation(i).is_some()
        });
        if says || self.tally.good > self.tally.subjects || !self.tally.bad.is_empty() {
            return;
        }
        for at in 0..self.items.len() {
            let joins = self.items.get(at).is_some_and(|i| {
                matches!(
                    i.text(),
                    "is" | "are" | "was" | "were" | "at" | "at the" | "billed at"
                )
            });
            if !joins {
                continue;
            }
            let Some(pair) = self.pair_around(at, true).filter(|p| p.ordered && p.agrees) else {
                continue;
            };
            let side = |n: usize| self.cited.get(n).and_then(Side::of);
            let (Some(of), Some(with)) = (side(pair.of), side(pair.with)) else {
                continue;
            };
            let denied = self.items.iter().any(|i| i.class("not"));
            if of.same(&with) == denied {
                let why = format!("the cited values are {} and {}", of.shown(), with.shown());
                self.bad(at, why);
            } else {
                self.negation_used |= denied;
                self.mark_denials(self.items.len());
                self.bearing.insert(pair.with);
                self.good(at, pair.of);
            }
            return;
        }
    }
}
