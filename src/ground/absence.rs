//! Yes and no, and nothing: flags, empty fields and lists, zeros.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    clause::Item,
    field::Field,
    fit::{Fit, fits, same_record},
    read,
    vocabulary::{VOCABULARY, folded_words, group, name_parts, of, stem},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// A list that was cut off says nothing of what is not in it.
    pub(crate) fn is_complete(field: &Field<'_>) -> bool {
        field.scope().iter().all(|(key, value)| {
            let key: String = key
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            match key.as_str() {
                "complete" | "exhaustive" | "iscomplete" | "full" => {
                    read::truth(value) != Some(false)
                }
                "truncated" | "partial" | "hasmore" | "more" | "incomplete" | "istruncated"
                | "timedout" => read::truth(value) != Some(true),
                "error" | "errors" => read::empty(value),
                _ => true,
            }
        })
    }

    /// Fields that say yes or no of what their name says.
    pub(crate) fn weigh_flags(&mut self) {
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            let Some(truth) = read::truth(field.value) else {
                continue;
            };
            if self.bearing.contains(&n)
                || (field.value.is_number()
                    && !matches!(
                        name_parts(field.leaf()).first().map(String::as_str),
                        Some("is" | "has")
                    ))
            {
                continue;
            }
            if !self.state_fits(field) || !self.flag_is_spoken(field) {
                continue;
            }
            let at = self.items.len();
            if truth == self.negative {
                let why = format!("{} holds {}", field.pointer(), field.value);
                self.bad(at, why);
            } else {
                self.negation_used = true;
                self.good(at, n);
                let leaf = self.cited.get(n).map(|f| f.leaf().to_owned());
                for at in 0..self.items.len() {
                    let Some(item) = self.items.get(at) else {
                        continue;
                    };
                    let spoken = || {
                        let of_flag = leaf
                            .as_deref()
                            .and_then(|l| VOCABULARY.flag(l))
                            .is_some_and(|phrases| phrases.iter().any(|p| p.contains(item.text())));
                        of_flag || self.on_record(item.text())
                    };
                    if item.class("not")
                        || item.class("predicate")
                        || (item.class("topic") && spoken())
                    {
                        self.mark(at);
                    }
                }
            }
        }
    }

    /// Whether the clause speaks of what a yes-or-no field is about.
    fn flag_is_spoken(&self, field: &Field<'_>) -> bool {
        let clause: BTreeSet<String> = self
            .items
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .map(|w| stem(&w))
            .collect();
        let has = |phrase: &str| {
            folded_words(phrase)
                .iter()
                .all(|w| clause.contains(&stem(w)))
        };
        if let Some(phrases) = VOCABULARY.flag(field.leaf()) {
            return phrases.iter().any(|p| has(p));
        }
        let parts = |name: &str| -> Vec<String> {
            name_parts(name)
                .into_iter()
                .filter(|p| {
                    !matches!(
                        p.as_str(),
                        "is" | "has"
                            | "was"
                            | "flag"
                            | "status"
                            | "done"
                            | "found"
                            | "yn"
                            | "registered"
                            | "applied"
                            | "applicable"
                            | "required"
                            | "made"
                            | "exists"
                            | "present"
                    )
                })
                .collect()
        };
        let mut wanted = parts(field.leaf());
        if wanted.is_empty() {
            let above = field
                .path
                .iter()
                .rev()
                .skip(1)
                .find(|s| !s.bytes().all(|b| b.is_ascii_digit()));
            wanted = above.map(|s| parts(s)).unwrap_or_default();
        }
        let bare = name_parts(field.leaf()).iter().all(|p| {
            matches!(
                p.as_str(),
                "found" | "exists" | "present" | "is" | "registered"
            )
        });
        if bare
            && clause.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "found" | "find" | "exist" | "record" | "present" | "register" | "known"
                )
            })
        {
            return true;
        }
        let tags = crate::clause::tags_of(self.items);
        !wanted.is_empty()
            && wanted.iter().all(|p| {
                clause.contains(&stem(p))
                    || (p.len() < 4 && !VOCABULARY.member(p).0.is_disjoint(&tags))
            })
    }

    /// `No duplicate was found`, `nothing is outstanding`, and their opposites.
    pub(crate) fn weigh_absence(&mut self) {
        let numbers = self.items.iter().enumerate().any(|(at, i)| {
            !self.is_used(at)
                && matches!(
                    i,
                    Item::Value(crate::lex::Token::Number(_) | crate::lex::Token::Date(_))
                )
        });
        let said = self.tally.good > self.tally.subjects || !self.tally.bad.is_empty() || numbers;
        let listed = self.negative && !self.negation_used && self.tally.bad.is_empty() && !numbers;
        if said && !listed {
            return;
        }
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            if said && !field.value.is_array() {
                continue;
            }
            let asked = self.asked(self.items, None, false);
            if !same_record(&asked, field) && !asked.docs.contains("doc.invoice") {
                continue;
            }
            let spoken = self.speaks_of(field);
            if self.outranked(&asked, field, Fit::Loose) {
                continue;
            }
            let end = self.items.len();
            if read::empty(field.value) && spoken {
                if !Self::is_complete(field) {
                    self.tally
                        .missing
                        .push("the search that is cited is not complete".to_owned());
                } else if self.negative {
                    self.good(end, n);
                    self.account_for_absence();
                } else if field.value.is_array() {
                    self.bad(end, format!("{} is empty", field.pointer()));
                }
            } else if let (Value::Array(_), true) = (field.value, spoken) {
                if self.negative {
                    self.bad(end, format!("{} is not empty", field.pointer()));
                } else {
                    self.good(end, n);
                    self.account_for_absence();
                }
            } else if let Some(value) = read::json_number(field.value)
                .filter(|_| field.value.is_number() && !self.negative && self.only_names())
                .filter(|_| {
                    of(&field.tags, "head").iter().any(|h| {
                        *h != "head.total" && crate::clause::tags_of(self.items).contains(h)
                    })
                })
            {
                // "hence CGST and SGST": a tax that is named is charged.
                if value.is_zero() {
                    self.bad(end, format!("{} holds {}", field.pointer(), field.value));
                } else {
                    self.good(end, n);
                }
            } else if let (Some(value), true) = (
                read::json_number(field.value).filter(|_| field.value.is_number()),
                self.negative && (self.before.is_empty() || spoken),
            ) && fits(&asked, field) != Fit::No
            {
                if value.is_zero() && !Self::is_complete(field) {
                    self.tally
                        .missing
                        .push("the search that is cited is not complete".to_owned());
                } else if value.is_zero() {
                    self.good(end, n);
                    self.account_for_absence();
                } else {
                    self.bad(end, format!("{} holds {}", field.pointer(), field.value));
                }
            }
        }
    }

    /// Whether the clause does no more than name things.
    fn only_names(&self) -> bool {
        self.items.iter().all(|i| match i {
            Item::Phrase(_, m) => {
                m.state.is_none()
                    && (!m.tags.is_empty()
                        || ["neutral", "verb", "split"]
                            .iter()
                            .any(|c| m.classes.contains(c)))
            }
            Item::Mark(_) | Item::Name(_) | Item::Value(crate::lex::Token::Id(_)) => true,
            _ => false,
        })
    }

    pub(crate) fn account_for_absence(&mut self) {
        self.negation_used = true;
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let words = folded_words(item.text());
            let plain = matches!(item, Item::Phrase(_, m) if !m.classes.contains("opinion") && !m.classes.contains("cause") && (m.classes.contains("not") || m.classes.contains("neutral")));
            if plain || words.iter().any(|w| FOUND.contains(&stem(w).as_str())) {
                self.mark(at);
            }
        }
    }

    /// Whether the clause speaks of what a list or an empty field would hold.
    fn speaks_of(&self, field: &Field<'_>) -> bool {
        let leaf = field.leaf();
        let tags = crate::clause::tags_of(self.items);
        let here: BTreeSet<String> = self
            .items
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .map(|w| stem(&w))
            .collect();
        // A clause behind another has to say itself what it is about.
        let words = if self.before.is_empty() {
            &self.words
        } else {
            &here
        };
        let parts: Vec<String> = name_parts(leaf).iter().map(|p| stem(p)).collect();
        let own = VOCABULARY.member(leaf).0;
        let generic = parts.iter().any(|p| FOUND.contains(&p.as_str()))
            && words.iter().any(|w| FOUND.contains(&w.as_str()));
        // What was looked for is named, and this is what was found of it.
        let searched = field.value.is_array()
            && parts.iter().any(|p| FOUND.contains(&p.as_str()))
            && self
                .items
                .iter()
                .filter_map(crate::mention::Mention::of)
                .any(|m| matches!(m, crate::mention::Mention::Id(_)) && m.binds(field, self.claim));
        generic
            || searched
            || (!own.is_empty()
                && own.iter().any(|t| {
                    tags.contains(t) && group(t) != "kind" || tags.contains(t) && *t != "kind.date"
                }))
            || parts.iter().any(|p| p.len() > 2 && words.contains(p))
    }
}

/// Stems of words for what a search brings up.
const FOUND: [&str; 16] = [
    "duplicat", "match", "result", "row", "record", "hit", "entr", "found", "find", "item", "data",
    "copi", "conflict", "rows", "return", "exist",
];
