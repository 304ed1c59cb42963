//! `All lines`, `every return`: each element of the list has to be cited and has to hold.

use domain::Decimal;

use crate::{
    clause::{Item, relation},
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    relation::Side,
    vocabulary::{folded_words, stem},
    weigh::Weigher,
};

/// How much of something a word says: all of it, a part, not all.
fn extent(item: &Item) -> Option<Extent> {
    match item.text() {
        "part" | "partly" | "partially" | "in part" | "some of" => Some(Extent::Part),
        "all" | "whole" | "the whole" | "full" | "the full" | "fully" | "entire" | "the entire"
        | "entirely" | "in full" | "complete" | "completely" | "wholly" | "all of" | "all the"
        | "every" => Some(Extent::All),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    Part,
}

impl<'a> Weigher<'a, '_> {
    /// `The full quantity ordered was received`, `the whole bill is outstanding`, `not all that was received was
    /// accepted`: one of two cited amounts is all of the other, or only a part.
    pub(crate) fn weigh_extent(&mut self) {
        let Some((at, extent)) = self
            .items
            .iter()
            .enumerate()
            .find_map(|(at, i)| extent(i).map(|e| (at, e)))
        else {
            return;
        };
        let numbers = self.items.iter().any(|i| i.number().is_some());
        let related = self.items.iter().any(|i| relation(i).is_some());
        if numbers || related || self.is_used(at) {
            return;
        }
        let Some(pair) = self.pair_around(at, false).filter(|p| p.agrees) else {
            return;
        };
        let side = |n: usize| self.cited.get(n).and_then(|f| read::json_number(f.value));
        let (Some(a), Some(b)) = (side(pair.of), side(pair.with)) else {
            return;
        };
        let holds = match extent {
            Extent::All => a == b,
            Extent::Part => a != b && !a.is_zero() && !b.is_zero(),
        };
        // "Not all": a part, and not nothing.
        if holds == self.denied_at(at) {
            let why = format!("the cited values are {a} and {b}");
            self.bad(at, why);
            return;
        }
        self.negation_used = true;
        self.bearing.insert(pair.with);
        self.good(at, pair.of);
        self.mark_denials(at);
    }

    /// Whether the words that the clause calls one element by are those of another too.
    fn called_alike(&self, field: &Field<'a>, twin: &Field<'a>) -> bool {
        let words = |f: &Field<'_>| -> Vec<String> {
            f.chain
                .last()
                .and_then(|h| h.as_object())
                .into_iter()
                .flat_map(|map| map.values().filter_map(serde_json::Value::as_str))
                .flat_map(folded_words)
                .map(|w| stem(&w))
                .collect()
        };
        let (own, theirs) = (words(field), words(twin));
        self.items
            .iter()
            .filter(|i| matches!(i, Item::Unknown(_) | Item::Name(_)))
            .flat_map(|i| folded_words(i.text()))
            .map(|w| stem(&w))
            .filter(|w| own.contains(w))
            .all(|w| theirs.contains(&w))
    }

    /// `The lowest quote`, `the latest bill`: the highest or the lowest of its list.
    pub(crate) fn weigh_superlative(&mut self) {
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let (most, least) = (item.class("most"), item.class("least"));
            if self.is_used(at) || most == least {
                continue;
            }
            let listed: Vec<usize> = self
                .bearing
                .iter()
                .copied()
                .filter(|n| {
                    self.twin_sides(*n)
                        .is_some_and(|(_, twins)| !twins.is_empty())
                })
                .collect();
            // Of several values the one that the sentence states is meant.
            let stated = |n: &usize| {
                let own = self.cited.get(*n).and_then(Side::of);
                self.items.iter().any(|i| match (i, &own) {
                    (Item::Value(Token::Number(n)), Some(Side::Number(v))) => n.is(*v, self.about),
                    (Item::Value(Token::Date(d)), Some(Side::Date(v))) => d == v,
                    _ => false,
                })
            };
            let named = || {
                let mut of_element = self.candidates.iter().copied().filter(|n| {
                    self.twin_sides(*n)
                        .is_some_and(|(_, twins)| !twins.is_empty())
                        && self.cited.get(*n).is_some_and(|f| f.element().is_some())
                });
                of_element.next().filter(|_| of_element.next().is_none())
            };
            let Some(n) = listed
                .iter()
                .copied()
                .find(stated)
                .or(match listed[..] {
                    [n] => Some(n),
                    _ => None,
                })
                .or_else(named)
            else {
                continue;
            };
            let Some((own, twins)) = self.twin_sides(n) else {
                continue;
            };
            let beaten = twins.iter().any(|t| {
                t.minus(&own).is_some_and(|gap| {
                    if most {
                        gap > Decimal::ZERO
                    } else {
                        gap < Decimal::ZERO
                    }
                })
            });
            if beaten == self.denied_at(at) {
                self.good(at, n);
            } else {
                self.bad(at, "another of the list goes further".to_owned());
            }
        }
    }

    /// A value and those of the other elements of its list.
    fn twin_sides(&self, n: usize) -> Option<(Side, Vec<Side>)> {
        let field = self.cited.get(n)?;
        let own = Side::of(field).filter(|s| !matches!(s, Side::Text(_)))?;
        let root = self.index.root(field.doc)?;
        let twins = field.twins(root).iter().filter_map(Side::of).collect();
        Some((own, twins))
    }

    /// A clause about all of a list is borne when every element is cited, and falls with one that says otherwise.
    pub(crate) fn weigh_quantifier(&mut self) {
        let Some(at) = self.items.iter().enumerate().position(|(n, i)| {
            // "Both in the bill and in the master": not both of a list.
            let papers = i.text() == "both"
                && matches!(
                    self.items.get(n + 1).map(Item::text),
                    Some("in" | "on" | "the" | "at")
                );
            i.class("all") && !matches!(i.text(), "any" | "all of") && !papers
        }) else {
            return;
        };
        if self.tally.good == 0 || !self.tally.bad.is_empty() {
            return;
        }
        let bearing: Vec<Field<'a>> = self
            .bearing
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .filter(|f| f.element().is_some())
            .cloned()
            .collect();
        for field in &bearing {
            let Some(root) = self.index.root(field.doc) else {
                continue;
            };
            let picked: Vec<Mention> = self
                .items
                .iter()
                .filter_map(Mention::of)
                .filter(|m| m.binds(field, self.claim))
                .collect();
            for twin in field
                .twins(root)
                .into_iter()
                .filter(|t| picked.iter().all(|m| m.binds(t, self.claim)))
                .filter(|t| self.called_alike(field, t))
            {
                let cited = self
                    .cited
                    .iter()
                    .any(|c| c.doc == twin.doc && c.path == twin.path);
                if !read::same(twin.value, field.value) {
                    self.bad(at, format!("{} holds {}", twin.pointer(), twin.value));
                    return;
                }
                if !cited {
                    self.missing(at, format!("{} is not cited", twin.pointer()));
                    return;
                }
            }
        }
    }
}
