//! Whom a clause is about: the cited record that its names and identifiers pick out, or one that is not cited.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    clause::{Item, tags_of},
    field::Field,
    fit::{Fit, fits, text_fits},
    index::Index,
    mention::{Mention, same_name},
    read,
    vocabulary::{VOCABULARY, folded_words, group, stem},
    weigh::{Tally, Weigher},
};

impl<'a> Weigher<'a, '_> {
    /// Finds the record that the clause is about. What it mentions and no cited record has is returned.
    pub(crate) fn bind(&mut self) -> Vec<(usize, Mention)> {
        let mut unbound = Vec::new();
        let mut candidates = self.candidates.clone();
        for (at, item) in self.items.iter().enumerate() {
            let Some(mention) = Mention::of(item).filter(|_| self.fiscal_year_at(at).is_none())
            else {
                continue;
            };
            let binding: Vec<usize> = self
                .cited
                .iter()
                .enumerate()
                .filter(|(_, f)| match mention {
                    // Of several lines, any.
                    Mention::Ordinal(_) => self
                        .items
                        .iter()
                        .filter_map(Mention::of)
                        .any(|m| matches!(m, Mention::Ordinal(_)) && m.binds(f, self.claim)),
                    _ => self.is_about(&mention, f),
                })
                .map(|(n, _)| n)
                .collect();
            if binding.is_empty() {
                let dated = matches!(mention, Mention::Period(_))
                    && self
                        .cited
                        .iter()
                        .any(|f| read::json_date(f.value).is_some());
                if !dated && !self.is_predicate(at) {
                    unbound.push((at, mention));
                }
                continue;
            }
            let docs: BTreeSet<usize> = binding
                .iter()
                .filter_map(|n| self.cited.get(*n))
                .map(|f| f.doc)
                .collect();
            let left: Vec<usize> = candidates
                .iter()
                .copied()
                .filter(|n| {
                    let above = |f: &Field<'a>| {
                        f.element().is_some()
                            && binding.iter().any(|b| {
                                self.cited
                                    .get(*b)
                                    .is_some_and(|b| b.doc == f.doc && f.same_element(b))
                            })
                    };
                    binding.contains(n)
                        || self
                            .cited
                            .get(*n)
                            .is_some_and(|f| !docs.contains(&f.doc) || above(f))
                })
                .collect();
            // "AGR-2044 is larger than AGR-1980": two records of one list, and both are meant.
            let apart = binding.iter().all(|n| !candidates.contains(n));
            if apart {
                candidates.extend(&binding);
                candidates.sort_unstable();
            } else if !left.is_empty() {
                candidates = left;
            }
        }
        let called: Vec<Option<bool>> = candidates.iter().map(|n| self.is_called(*n)).collect();
        if called.contains(&Some(true)) {
            let mut called = called.iter();
            candidates.retain(|_| called.next() != Some(&Some(false)));
        }
        self.candidates = candidates;
        unbound
    }

    /// Whether the clause calls the element of a list that a field stands in by what it is; `None` where none is called.
    fn is_called(&self, n: usize) -> Option<bool> {
        let field = self.cited.get(n).filter(|f| f.element().is_some())?;
        let holder = field.chain.iter().rev().find_map(|h| h.as_object())?;
        let words: BTreeSet<String> = holder
            .iter()
            .filter(|(key, _)| crate::leftover::is_description(key))
            .filter_map(|(_, v)| v.as_str())
            .flat_map(folded_words)
            .map(|w| stem(&w))
            .filter(|w| w.len() > 2)
            .collect();
        if words.is_empty() {
            return None;
        }
        let spoken = |i: &Item| {
            folded_words(i.text())
                .iter()
                .any(|w| words.contains(&stem(w)))
        };
        Some(
            self.items
                .iter()
                .any(|i| matches!(i, Item::Unknown(_) | Item::Name(_)) && spoken(i)),
        )
    }

    /// Whether a mention picks out the record of a field, by what stands in it or by a name that its registration has
    /// elsewhere in the evidence.
    pub(crate) fn is_about(&self, mention: &Mention, field: &Field<'a>) -> bool {
        self.index.picks_out(mention, field, self.claim)
    }

    /// Whether what stands here is what the clause says, not whom it says it of.
    fn is_predicate(&self, at: usize) -> bool {
        let Some(item) = self.items.get(at) else {
            return false;
        };
        let Some(mention) = Mention::of(item) else {
            return true;
        };
        // What a cited field could be: the same sort of text under a fitting name.
        let near = self.near(at);
        let asked = self.asked(&near, None, false);
        let spoken = tags_of(&near);
        let kinds = spoken.iter().any(|t| {
            group(t) == "kind" && !matches!(*t, "kind.amount" | "kind.days" | "kind.date")
        });
        let fits = self.cited.iter().any(|f| {
            let text = f.value.as_str().is_some() || text_fits(&spoken, f) == Fit::Exact;
            if !text
                || matches!(mention, Mention::Ordinal(_))
                || read::json_date(f.value).is_some()
                || f.is_note()
            {
                return false;
            }
            let fit = fits(&asked, f);
            match &mention {
                Mention::Period(_) => f.value.as_str().is_some_and(|v| read::period(v).is_some()),
                Mention::Id(id) => {
                    fit != Fit::No && read::json_text(f.value).is_some_and(|v| same_shape(id, &v))
                }
                _ => {
                    fit == Fit::Exact
                        && VOCABULARY
                            .state(f.value.as_str().unwrap_or_default())
                            .is_none()
                }
            }
        });
        let first_value = self
            .items
            .iter()
            .take(at)
            .all(|i| i.class("neutral") || matches!(i, Item::Mark(_)) || i.tags().is_some());
        let behind_verb = matches!(
            self.items.get(at.wrapping_sub(1)).map(Item::text),
            Some("is" | "was" | "named" | "called")
        );
        let name = behind_verb
            && matches!(mention, Mention::Name(_))
            && self
                .cited
                .iter()
                .any(|f| f.has("kind.name") && f.value.is_string());
        fits || name
            || (kinds && !first_value)
            || (kinds
                && self.items.get(..at).is_some_and(|b| {
                    b.iter()
                        .any(|i| matches!(i.text(), "is" | "are" | "was" | "were" | "and"))
                }))
    }

    /// A clause about a record that is not cited: contradicted where that record stands beside the cited one and says
    /// otherwise, else not borne. `None` when the cited record is nobody else's: then only the name is not borne.
    pub(crate) fn foreign_tally(&self, unbound: &[(usize, Mention)]) -> Option<Tally> {
        let mut twins: Vec<Field<'a>> = Vec::new();
        for field in self.cited {
            let Some(root) = self.index.root(field.doc) else {
                continue;
            };
            let found = field.twins(root).into_iter().filter(|t| {
                unbound.iter().all(|(_, m)| m.binds(t, self.claim)) && !t.path.is_empty()
            });
            twins.extend(found.take(8));
        }
        let why = unbound.first().map_or(String::new(), |(_, m)| {
            format!("\"{}\" is not the record that is cited", m.shown())
        });
        if !twins.is_empty() && !self.elsewhere {
            let mut other = Weigher::new(
                &twins,
                self.index,
                self.items,
                self.before,
                self.items,
                self.claim,
            );
            other.line = true;
            other.elsewhere = true;
            other.weigh();
            let tally = other.weigh_rest();
            if !tally.bad.is_empty() {
                return Some(Tally {
                    bad: tally.bad,
                    ..Tally::default()
                });
            }
        }
        let nameless = unbound
            .iter()
            .all(|(_, m)| matches!(m, Mention::Name(_)) && !self.is_somebody_elses());
        if nameless && twins.is_empty() {
            return None;
        }
        Some(Tally {
            missing: vec![why],
            ..Tally::default()
        })
    }

    /// Whether the records cited say whose they are, and another name of the clause does not pick them out.
    fn is_somebody_elses(&self) -> bool {
        let named = self.items.iter().filter_map(Mention::of).any(|m| {
            !matches!(m, Mention::Ordinal(_)) && self.cited.iter().any(|f| m.binds(f, self.claim))
        });
        !named
            && self.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    let (tags, _) = VOCABULARY.member(key);
                    let party = tags.iter().any(|t| group(t) == "role")
                        && tags.iter().all(|t| group(t) != "kind");
                    (party || tags.contains("kind.name") || tags.contains("kind.holder"))
                        && value.is_string()
                })
            })
    }

    /// Whether the clause names a line by what it is for.
    pub(crate) fn names_an_element(&self) -> bool {
        let spoken: BTreeSet<String> = self
            .items
            .iter()
            .filter_map(|i| match i {
                Item::Unknown(w) => Some(stem(w)),
                Item::Name(n) => Some(stem(n)),
                _ => None,
            })
            .collect();
        self.cited.iter().any(|f| {
            f.element().is_some()
                && f.chain
                    .last()
                    .and_then(|h| h.as_object())
                    .is_some_and(|map| {
                        map.values()
                            .filter_map(Value::as_str)
                            .flat_map(folded_words)
                            .any(|w| spoken.contains(&stem(&w)))
                    })
        })
    }

    /// Whether an identifier behind the verb stands in the record and not in what is cited.
    pub(crate) fn uncited_predicate(&self) -> bool {
        // Without a verb that we know, all but the first is said of the first.
        let first = || {
            self.items
                .iter()
                .position(|i| matches!(Mention::of(i), Some(Mention::Id(_) | Mention::Name(_))))
                .map_or(0, |at| at + 1)
        };
        let from = self
            .items
            .iter()
            .position(|i| i.class("verb"))
            .unwrap_or_else(first);
        self.items
            .iter()
            .skip(from)
            .filter_map(Mention::of)
            .any(|m| {
                matches!(m, Mention::Id(_) | Mention::Name(_))
                    && !self.cited.iter().any(|f| m.is(f.value, self.claim))
            })
    }
}

impl<'a> Index<'a> {
    /// Whether a mention in a claim picks out the record of a field, by what stands in it or by a name that its registration
    /// has elsewhere in the evidence.
    pub(crate) fn picks_out(&self, mention: &Mention, field: &Field<'a>, claim: &str) -> bool {
        mention.binds(field, claim)
            || matches!(mention, Mention::Name(name) if self
                .linked_names(field)
                .iter()
                .any(|held| same_name(name, held, claim)))
    }
}

/// Whether two identifiers are of one make: the same runs of letters and digits, about as long.
pub(crate) fn same_shape(a: &str, b: &str) -> bool {
    let shape = |t: &str| {
        let mut out = String::new();
        for c in read::identifier(t).chars() {
            let class = if c.is_ascii_digit() { '9' } else { 'A' };
            if !out.ends_with(class) {
                out.push(class);
            }
        }
        out
    };
    let length = |t: &str| read::identifier(t).chars().count();
    shape(a) == shape(b) && length(a).abs_diff(length(b)) <= 2
}
