//! Texts, states, flags and nothings that are told in words.

use std::collections::BTreeSet;

use super::Proof;
use crate::{
    clause::{Item, tags_of},
    field::Field,
    leftover::is_description,
    mention::same_term,
    read,
    text::is_prose,
    vocabulary::{VOCABULARY, folded_words, name_parts, of, stem},
};

/// Parts of a flag's name that say no more than that it is one.
const OF_FLAGS: [&str; 22] = [
    "is",
    "has",
    "was",
    "flag",
    "status",
    "done",
    "yn",
    "applied",
    "applicable",
    "required",
    "made",
    "exists",
    "present",
    "on",
    "for",
    "the",
    "of",
    "to",
    "by",
    "in",
    "file",
    "found",
];

/// "No longer active" of what is cancelled.
fn is_ended(item: &Item, state: &str) -> bool {
    matches!(
        item.text(),
        "not active" | "no longer active" | "not live" | "no longer live" | "not in force"
    ) && VOCABULARY.exclusive("active", state)
}

impl<'a> Proof<'a, '_> {
    fn spoken(&self, range: std::ops::Range<usize>) -> BTreeSet<String> {
        range
            .filter_map(|n| self.item(n))
            .flat_map(|i| folded_words(&i.shown()))
            .map(|w| stem(&w))
            .collect()
    }

    pub(super) fn tell_texts(&mut self) {
        self.tell_ordinals();
        for n in 0..self.w.cited.len() {
            if !self.is_told(n)
                && let Some(field) = self.field(n)
                && let Some(text) = field.value.as_str()
            {
                self.tell_text(n, field, text);
            }
        }
    }

    /// "The first amendment" of `amendment_no: 1`.
    fn tell_ordinals(&mut self) {
        const NTH: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n).filter(|_| !self.is_told(n)) else {
                continue;
            };
            let nth = read::json_number(field.value)
                .and_then(|v| v.normalize().to_string().parse::<usize>().ok())
                .and_then(|v| v.checked_sub(1))
                .and_then(|v| NTH.get(v));
            let Some(word) = nth else { continue };
            let spoken = folded_words(self.w.claim)
                .windows(2)
                .any(|pair| match pair {
                    [a, b] => {
                        a == word
                            && name_parts(field.leaf())
                                .iter()
                                .any(|p| p.len() > 3 && super::same_root(p, b))
                    }
                    _ => false,
                });
            if spoken {
                self.tell(n);
            }
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one list of ways, each short by itself"
    )]
    fn tell_text(&mut self, n: usize, field: &Field<'a>, text: &str) {
        if (is_prose(field) && folded_words(text).len() > 7)
            || field.is_note()
            || read::json_date(field.value).is_some()
        {
            return;
        }
        if field.has("kind.unit") {
            let unit = VOCABULARY.unit(text);
            let spoken = self.w.items.iter().any(|i| {
                folded_words(i.text()).iter().any(|w| {
                    VOCABULARY.unit(w).zip(unit).is_some_and(|(said, held)| {
                        said == held || VOCABULARY.ratio(said, held).is_some()
                    })
                })
            });
            let sums = text.to_uppercase().contains("INR")
                && self
                    .w
                    .items
                    .iter()
                    .any(|i| i.number().is_some_and(|n| n.rupees));
            // A unit that the claim leaves out is the one on record.
            let silent = !self.w.items.iter().enumerate().any(|(at, i)| {
                let counted = self
                    .item(at.wrapping_sub(1))
                    .is_some_and(|n| n.number().is_some());
                folded_words(i.text())
                    .iter()
                    .any(|w| VOCABULARY.unit(w).is_some_and(|u| u != "piece" || counted))
            });
            if spoken || sums || silent {
                self.tell(n);
            }
            return;
        }
        let currency = field.has("kind.currency")
            && text.eq_ignore_ascii_case("INR")
            && self
                .w
                .items
                .iter()
                .any(|i| i.number().is_some_and(|n| n.rupees));
        if currency {
            self.tell(n);
            return;
        }
        if field.has("kind.doctype")
            && crate::veto::paper_of(text).is_some_and(|p| tags_of(self.w.items).contains(p))
        {
            self.tell(n);
            return;
        }
        if self.is_of_another(field) || self.is_another_place(field) {
            return;
        }
        // The same goods in each record, whatever the claim calls them.
        let goods =
            is_description(field.leaf())
                && self.w.cited.iter().any(|f| {
                    f.doc != field.doc && f.leaf() == field.leaf() && f.value == field.value
                });
        let year = crate::calendar::fiscal_year(text).is_some()
            && self.w.items.iter().any(|i| {
                matches!(
                    i.text(),
                    "this year" | "year" | "the year" | "financial year"
                )
            });
        let silent = is_description(field.leaf())
            && !self
                .w
                .items
                .iter()
                .any(|i| matches!(i, Item::Unknown(_) | Item::Name(_)));
        if goods || year || silent {
            self.tell(n);
            return;
        }
        if self.is_only_named(field, text) || self.is_a_told_formula(field, text) {
            self.tell(n);
            return;
        }
        // A state that is said, and not denied.
        if let Some(state) = VOCABULARY.state(text) {
            let saying: Vec<usize> = (0..self.w.items.len())
                .filter(|at| {
                    self.item(*at)
                        .and_then(Item::state)
                        .is_some_and(|s| VOCABULARY.alike(s, state))
                        || self.item(*at).is_some_and(|i| is_ended(i, state))
                })
                .filter(|at| !self.is_denied(*at))
                .collect();
            if saying.is_empty() && self.tell_denied_state(n, state) {
                return;
            }
            if saying.is_empty() && self.is_done_so(state) {
                self.tell(n);
                return;
            }
            if !saying.is_empty() {
                self.tell(n);
                for at in saying {
                    self.finish(at);
                }
                return;
            }
        }
        for at in 0..self.w.items.len() {
            let Some(item) = self.item(at) else { continue };
            let word = item.text();
            if word.len() > 1
                && (same_term(word, text)
                    || same_term(
                        &VOCABULARY.in_full(text).unwrap_or(text).replace('_', " "),
                        word,
                    ))
                && !self.is_denied(at)
                && !self.is_another_name(at, field)
            {
                self.tell(n);
                self.finish(at);
                return;
            }
        }
        self.tell_words(n, field, text);
    }

    /// Whether the claim names another party or kind of name than a text is of.
    fn is_of_another(&self, field: &Field<'a>) -> bool {
        let said = tags_of(self.w.items);
        let disjoint = |group: &str| {
            let (said, held) = (of(&said, group), of(&field.tags, group));
            !said.is_empty() && !held.is_empty() && said.is_disjoint(&held)
        };
        let own = of(&field.tags, "role");
        let silent = !own.is_empty()
            && !own.contains("role.supplier")
            && own.is_disjoint(&said)
            && !self.is_named_in_full(field);
        disjoint("variant") || disjoint("role") || silent
    }

    /// A state of the Union that is the place of something, where the claim speaks of the place of supply.
    pub(super) fn is_another_place(&self, field: &Field<'a>) -> bool {
        let supply = self.w.items.iter().any(|i| i.text() == "place of supply");
        let of_supply = |f: &Field<'a>| {
            name_parts(f.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "pos" | "supply"))
        };
        supply && field.has("kind.place") && !self.w.cited.iter().any(of_supply)
    }

    /// The number of a paper of which the claim speaks without it: "the order", "its PO".
    fn is_only_named(&self, field: &Field<'a>, text: &str) -> bool {
        let docs: crate::vocabulary::Tags = field
            .tags
            .iter()
            .copied()
            .filter(|t| {
                crate::vocabulary::group(t) == "doc"
                    || matches!(
                        *t,
                        "kind.irn" | "kind.ack" | "kind.account" | "kind.udyam" | "kind.arn"
                    )
            })
            .collect();
        let numbered =
            text.len() < 80 && text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(' ');
        let stated = self.w.items.iter().any(|i| {
            matches!(crate::mention::Mention::of(i), Some(crate::mention::Mention::Id(id)) if crate::subject::same_shape(&id, text))
        });
        numbered && !stated && !docs.is_empty() && !docs.is_disjoint(&tags_of(self.w.items))
    }

    /// A formula of which each number is told.
    fn is_a_told_formula(&self, field: &Field<'a>, text: &str) -> bool {
        let formula = matches!(
            field.leaf(),
            "expression" | "formula" | "expr" | "calculation"
        );
        let numbers: Vec<_> = text
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .filter_map(read::number)
            .collect();
        formula
            && !numbers.is_empty()
            && numbers.iter().all(|v| {
                self.w.items.iter().filter_map(Item::number).any(|n| {
                    n.is(*v, false)
                        || (n.percent
                            && n.value.checked_div(domain::Decimal::ONE_HUNDRED) == Some(*v))
                })
            })
    }

    /// A text of which the words stand in the claim.
    fn tell_words(&mut self, n: usize, field: &Field<'a>, text: &str) {
        let words: Vec<String> = folded_words(text)
            .iter()
            .filter(|w| {
                !matches!(
                    w.as_str(),
                    "and"
                        | "of"
                        | "the"
                        | "a"
                        | "an"
                        | "in"
                        | "for"
                        | "to"
                        | "on"
                        | "at"
                        | "by"
                        | "pdf"
                        | "business"
                        | "status"
                )
            })
            .map(|w| stem(w))
            .collect();
        let figures = words.iter().all(|w| w.bytes().all(|b| b.is_ascii_digit()));
        if words.is_empty() || words.len() > 12 || figures {
            return;
        }
        let spoken = self.spoken(0..self.w.items.len());
        let told = words
            .iter()
            .filter(|w| {
                spoken.contains(*w)
                    || (w.len() > 6
                        && spoken
                            .iter()
                            .any(|s| s.len() > 6 && s.get(..7) == w.get(..7)))
            })
            .count();
        let called = is_description(field.leaf()) || field.has("kind.name");
        let enough = if is_description(field.leaf()) {
            told > 0
        } else if called && words.len() > 2 {
            told * 2 >= words.len() && crate::mention::forms_agree(self.w.claim, text)
        } else {
            told == words.len()
        };
        if !enough {
            return;
        }
        let saying: Vec<usize> = (0..self.w.items.len())
            .filter(|at| {
                self.item(*at).is_some_and(|i| {
                    let own = folded_words(&i.shown());
                    !own.is_empty() && own.iter().all(|w| words.contains(&stem(w)))
                })
            })
            .collect();
        // "Not filed" says it with its own denial.
        let own_denial = folded_words(text).iter().any(|w| w == "not" || w == "no");
        if !own_denial && !called && saying.iter().any(|at| self.is_denied(*at)) {
            return;
        }
        self.tell(n);
        for at in saying {
            self.finish(at);
        }
        if own_denial {
            let all: Vec<usize> = (0..self.w.items.len())
                .filter(|at| self.class_at(Some(*at), "not"))
                .collect();
            if let [at] = all[..] {
                self.finish(at);
            }
        }
    }

    /// Whether a denial that nothing has accounted for stands before an item in its part of the sentence.
    pub(super) fn is_denied(&self, at: usize) -> bool {
        self.scope_of(at)
            .any(|n| n < at && self.class_at(Some(n), "not") && !self.is_done(n))
    }

    /// Fields that say yes or no of what their names say.
    pub(super) fn tell_flags(&mut self) {
        self.tell_neithers();
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n).filter(|_| !self.is_told(n)) else {
                continue;
            };
            let number = field.value.is_number();
            let Some(truth) = read::truth(field.value).filter(|_| !number) else {
                continue;
            };
            // That a search was complete goes without saying where it is said to have found nothing.
            let complete = name_parts(field.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "complete" | "exhaustive" | "completed"));
            let searched = (0..self.w.cited.len()).any(|m| {
                self.field(m)
                    .is_some_and(|f| m != n && f.doc == field.doc && crate::nil::is_brought_up(f))
            });
            if complete && searched && truth {
                self.tell(n);
                continue;
            }
            let Some(range) = self.flag_is_spoken(field) else {
                continue;
            };
            let credit = VOCABULARY
                .flag(field.leaf())
                .is_some_and(|phrases| phrases.contains(&"input credit"));
            // Credit that is blocked is none that is available.
            let denials: Vec<usize> = range
                .clone()
                .filter(|at| {
                    let blocked = credit && self.item(*at).and_then(Item::state) == Some("blocked");
                    let denied = self.item(*at).is_some_and(|i| {
                        i.class("not") || (i.state().is_some() && i.text().starts_with("not "))
                    });
                    (denied || blocked) && !self.is_done(*at)
                })
                .collect();
            if truth == denials.is_empty() && denials.len() < 2 {
                self.tell(n);
                for at in denials {
                    self.finish(at);
                }
                self.finish_phrases(field, range.clone());
                let parts: Vec<String> = name_parts(field.leaf()).iter().map(|p| stem(p)).collect();
                for at in range {
                    let named = self.item(at).is_some_and(|i| {
                        let own = folded_words(i.text());
                        !own.is_empty() && own.iter().all(|w| parts.contains(&stem(w)))
                            || i.class("predicate")
                    });
                    if named {
                        self.finish(at);
                    }
                }
            }
        }
    }

    /// The part of the sentence that speaks of what a flag is named for.
    pub(super) fn flag_is_spoken(&self, field: &Field<'a>) -> Option<std::ops::Range<usize>> {
        let wanted: Vec<String> = name_parts(field.leaf())
            .into_iter()
            .filter(|p| !OF_FLAGS.contains(&p.as_str()))
            .map(|p| stem(&p))
            .collect();
        let mut at = 0;
        while at < self.w.items.len() {
            let range = self.scope_of(at);
            let next = range.end.max(at) + 1;
            let spoken = self.spoken(range.clone());
            let phrase = VOCABULARY.flag(field.leaf()).is_some_and(|phrases| {
                phrases
                    .iter()
                    .any(|p| folded_words(p).iter().all(|w| spoken.contains(&stem(w))))
            });
            if phrase || (!wanted.is_empty() && wanted.iter().all(|w| spoken.contains(w))) {
                return Some(range);
            }
            at = next;
        }
        None
    }
}
