//! What a relation is held against: a figure, by how much, a ceiling.

use crate::{
    clause::{Item, tags_of},
    fit::{Fit, fits},
    lex::Token,
    number::Number,
    read,
    relation::Side,
    span::{self, Span},
    vocabulary::{VOCABULARY, group},
    weigh::Weigher,
};

/// By how much: the number, where it stands, and the span of time behind it.
#[derive(Debug, Clone)]
pub(crate) struct Delta {
    pub(crate) at: usize,
    pub(crate) number: Number,
    pub(crate) span: Option<Span>,
}

impl Weigher<'_, '_> {
    /// "may approve up to ₹50 lakh": of a field that holds a ceiling this is what it holds, and no bound of it.
    pub(crate) fn weigh_ceiling(&mut self, at: usize) -> bool {
        let Some(figure) = self.literal(at) else {
            return false;
        };
        let Some(number) = self.items.get(figure).and_then(Item::number).cloned() else {
            return false;
        };
        let ceilings: Vec<usize> = self
            .comparable_fields()
            .into_iter()
            .filter(|n| {
                self.cited
                    .get(*n)
                    .is_some_and(|f| f.has("head.limit") && read::json_number(f.value).is_some())
            })
            .collect();
        let others = self.comparable_fields().iter().any(|n| {
            !ceilings.contains(n)
                && self.cited.get(*n).is_some_and(|f| {
                    matches!(Side::of(f), Some(Side::Number(_))) && self.relevance(f) > 0
                })
        });
        let ([n], false) = (&ceilings[..], others) else {
            return false;
        };
        let held = self.cited.get(*n).and_then(|f| read::json_number(f.value));
        self.mark(figure);
        if held.is_some_and(|v| number.is(v, self.about)) {
            self.good(at, *n);
        } else {
            self.bad(at, format!("the ceiling is {}", held.unwrap_or_default()));
        }
        true
    }

    /// The next "by", from a place on.
    fn by(&self, at: usize) -> Option<usize> {
        let mut later = self.items.iter().enumerate().skip(at);
        later.find(|(_, item)| item.class("by")).map(|(n, _)| n)
    }

    /// The number that says by how much: right before the relation, or behind "by".
    pub(crate) fn delta(&self, at: usize) -> Option<Delta> {
        let found = |n: usize| {
            Some(Delta {
                at: n,
                number: self.items.get(n)?.number()?.clone(),
                span: self.items.get(n + 1).and_then(|i| span::unit(i.text())),
            })
        };
        let adverb = |n: usize| {
            self.items
                .get(n)
                .is_some_and(|i| matches!(i.text(), "exactly" | "just" | "only" | "a" | "about"))
        };
        if let Some(delta) = self
            .by(at)
            .and_then(|by| found(by + 1).or_else(|| found(by + 2).filter(|_| adverb(by + 1))))
        {
            return Some(delta);
        }
        // "within a day of", "more than 30 days after"
        let ahead = found(at + 1).filter(|d| d.span.is_some());
        let two_dates = self
            .comparable_fields()
            .iter()
            .filter(|n| matches!(self.cited.get(**n).and_then(Side::of), Some(Side::Date(_))))
            .count()
            > 1;
        if two_dates && ahead.is_some() {
            return ahead;
        }
        for back in 1..=3 {
            let n = at.checked_sub(back)?;
            let item = self.items.get(n)?;
            let definite = n
                .checked_sub(1)
                .and_then(|b| self.items.get(b))
                .is_some_and(|i| matches!(i.text(), "the" | "these" | "those" | "both"));
            if definite && item.number().is_some_and(|n| !n.rupees) {
                return None;
            }
            if let Some(number) = item.number() {
                // "The price of ₹1,150 exceeds": a side's own value is not by how much.
                let own = self
                    .comparable_fields()
                    .iter()
                    .filter_map(|n| self.cited.get(*n).and_then(Side::of))
                    .any(|s| matches!(s, Side::Number(v) if number.is(v, false)));
                return if own { None } else { found(n) };
            }
            let plain = matches!(item, Item::Unknown(_))
                || VOCABULARY.unit(item.text()).is_some()
                || span::unit(item.text()).is_some()
                || matches!(
                    item.text(),
                    "units" | "rupees" | "rupee" | "full" | "clear" | "a" | "an" | "per" | "each"
                );
            if !plain {
                return None;
            }
        }
        None
    }

    /// The first number or date behind the relation.
    pub(crate) fn literal(&self, at: usize) -> Option<usize> {
        let by = self.by(at).unwrap_or(usize::MAX);
        self.items
            .iter()
            .enumerate()
            .skip(at + 1)
            .find(|(n, _)| *n < by && self.literal_side(*n).is_some())
            .map(|(n, _)| n)
    }

    pub(crate) fn literal_side(&self, at: usize) -> Option<Side> {
        match self.items.get(at)? {
            Item::Value(Token::Number(n)) => Some(Side::Number(n.value)),
            Item::Value(Token::Date(d)) => Some(Side::Date(*d)),
            _ => None,
        }
    }

    /// The one cited field that is held against a figure.
    pub(crate) fn bounded(&self, at: usize, figure: usize) -> Option<usize> {
        let left = self.items.get(..at).unwrap_or_default();
        let number = self.items.get(figure).and_then(Item::number);
        let dated = matches!(self.literal_side(figure), Some(Side::Date(_)));
        let words: Vec<Item> = if tags_of(left)
            .iter()
            .any(|t| !matches!(group(t), "doc" | "role"))
        {
            left.to_vec()
        } else {
            self.items.to_vec()
        };
        let days = self
            .items
            .get(figure + 1)
            .is_some_and(|i| matches!(i.text(), "days" | "day"));
        let asked = self.asked(&words, number, days);
        let fitting: Vec<(usize, Fit)> = self
            .comparable_fields()
            .into_iter()
            .filter_map(|n| {
                let field = self.cited.get(n)?;
                let class = matches!(Side::of(field), Some(Side::Date(_))) == dated
                    && !matches!(Side::of(field), Some(Side::Text(_)));
                let fit = fits(&asked, field);
                (class && fit != Fit::No && !self.outranked(&asked, field, fit)).then_some((n, fit))
            })
            .collect();
        let exact: Vec<usize> = fitting
            .iter()
            .filter(|(_, fit)| *fit == Fit::Exact)
            .map(|(n, _)| *n)
            .collect();
        match (&exact[..], &fitting[..]) {
            ([n], _) => Some(*n),
            // A bound is met by many numbers: where the words say which is meant, the name has to say so too.
            ([], [(n, _)]) if !crate::clause::is_specific(&asked.tags) => Some(*n),
            _ => None,
        }
    }
}
