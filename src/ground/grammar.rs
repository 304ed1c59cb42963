//! A claim read by a grammar: phrases name cited values, and what is said of them (that they are so much, more than
//! another, the sum of two) is reckoned.
//!
//! *Invariant:* every item of the claim is taken by a phrase, a relation or a joint, every cited value is named, and no
//! phrase names a value that another value of the same record answers to as well.

mod meant;
mod phrase;
mod relate;
mod role;
#[cfg(test)]
mod tests;

use std::{cell::Cell, collections::BTreeMap};

use crate::{
    clause::{Item, tags_of},
    field::Field,
    index::Index,
    vocabulary::{of, stem},
};
use phrase::Named;
use role::Role;

/// A claim of more items is not read.
const ITEMS_MAX: usize = 48;
/// At most so many ways to read a claim are tried.
const TRIED_MAX: usize = 600;

/// A claim with what it cites, and the phrases that were looked at.
pub(crate) struct Grammar<'a, 'c> {
    cited: &'c [Field<'a>],
    index: &'c Index<'a>,
    items: &'c [Item],
    claim: &'c str,
    roles: Vec<Role>,
    words: std::collections::BTreeSet<String>,
    phrases: std::cell::RefCell<BTreeMap<(usize, usize), Vec<Named>>>,
    tried: Cell<usize>,
}

/// How far a claim has been read.
#[derive(Debug, Clone)]
struct Read {
    /// Cited values that have been named.
    named: Vec<bool>,
    /// The values that were told, in their order.
    told: Vec<usize>,
    /// What was spoken of last, for "…, which exceeds …".
    last: Option<Named>,
    /// How far two values lay apart, as they were said to: in the figure, and in per cent of the second.
    gap: Vec<Named>,
}

/// Whether a claim can be read to its end, and what it says is so.
pub(crate) fn proves<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    items: &[Item],
    claim: &str,
) -> bool {
    if items.len() > ITEMS_MAX || cited.is_empty() {
        return false;
    }
    // Which of two names is which is told elsewhere.
    let names = items.iter().filter(|i| matches!(i, Item::Name(_))).count();
    let variants = !of(&tags_of(items), "variant").is_empty();
    let mut roles = role::of_items(items);
    // A word by which a cited member is called names it, whatever it says elsewhere: `available`.
    let keys: std::collections::BTreeSet<String> = cited.iter().flat_map(Field::called).collect();
    for (role, item) in roles.iter_mut().zip(items) {
        if *role == Role::Strange && role::may_name(item) && keys.contains(&stem(item.text())) {
            *role = Role::Word;
        }
    }
    if (variants && names > 1) || roles.contains(&Role::Strange) {
        return false;
    }
    let grammar = Grammar {
        cited,
        index,
        items,
        claim,
        roles,
        words: crate::vocabulary::folded_words(claim)
            .iter()
            .map(|w| stem(w))
            .collect(),
        phrases: std::cell::RefCell::default(),
        tried: Cell::new(0),
    };
    let start = Read {
        named: vec![false; cited.len()],
        told: Vec::new(),
        last: None,
        gap: Vec::new(),
    };
    grammar.sentence(0, &start)
}

impl Grammar<'_, '_> {
    fn role(&self, at: usize) -> Role {
        self.roles.get(at).copied().unwrap_or(Role::Break)
    }

    /// Whether another way may be tried.
    fn may_try(&self) -> bool {
        self.tried.set(self.tried.get() + 1);
        self.tried.get() <= TRIED_MAX
    }

    /// Reads clause after clause from an item on.
    fn sentence(&self, from: usize, read: &Read) -> bool {
        let at = (from..self.items.len())
            .find(|n| !matches!(self.role(*n), Role::Break | Role::And))
            .unwrap_or(self.items.len());
        if at == self.items.len() {
            return self.is_settled(read);
        }
        let ends = (at + 1..=self.items.len())
            .filter(|n| *n == self.items.len() || matches!(self.role(*n), Role::Break | Role::And));
        for end in ends {
            for next in self.clause(at, end, read) {
                if !self.may_try() {
                    return false;
                }
                if self.sentence(end, &next) {
                    return true;
                }
            }
        }
        false
    }

    /// The ways to read a clause.
    fn clause(&self, from: usize, to: usize, read: &Read) -> Vec<Read> {
        let worked = (from..to).any(|n| {
            matches!(
                self.role(n),
                Role::Relation(_)
                    | Role::Sum
                    | Role::Plus
                    | Role::Minus
                    | Role::Times
                    | Role::Share
            )
        });
        if worked {
            self.related(from, to, read)
        } else {
            self.told(from, to, read)
        }
    }

    /// The ways to read a run of items as phrases that each tell one value.
    fn told(&self, from: usize, to: usize, read: &Read) -> Vec<Read> {
        if !self.may_try() {
            return Vec::new();
        }
        if from == to {
            return vec![read.clone()];
        }
        let mut out = Vec::new();
        for end in (from + 1..=to).rev() {
            for named in self.phrase(from, end).iter().filter(|n| n.told) {
                let mut next = read.clone();
                next.name(named);
                next.told.extend(named.field);
                out.extend(self.told(end, to, &next));
                if out.len() > 8 {
                    return out;
                }
            }
        }
        out
    }

    /// Whether all that is cited has been named.
    fn is_settled(&self, read: &Read) -> bool {
        read.named.contains(&true)
            && read
                .named
                .iter()
                .enumerate()
                .all(|(n, named)| *named || self.goes_along(n, read))
    }
}

impl Read {
    fn name(&mut self, named: &Named) {
        for n in named.field.iter().chain(&named.beside) {
            if let Some(slot) = self.named.get_mut(*n) {
                *slot = true;
            }
        }
        self.last = Some(named.clone());
    }
}
