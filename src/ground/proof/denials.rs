//! What is told by a denial, and by the deed that has brought a record into its state.

use super::Proof;
use crate::{
    clause::Item,
    field::Field,
    mention::Mention,
    read,
    vocabulary::{VOCABULARY, folded_words, name_parts, stem},
};

impl<'a> Proof<'a, '_> {
    /// "Neither blocked nor on hold", "neither SC-778 nor DF/1039 is marked": two denials that are told by two flags.
    pub(super) fn tell_neithers(&mut self) {
        let place = |word: &str| self.w.items.iter().position(|i| i.text() == word);
        let Some(neither) = place("neither") else {
            return;
        };
        let nor = place("nor").filter(|n| *n > neither);
        let denials = self.w.items.iter().filter(|i| i.class("not")).count();
        let flags: Vec<usize> = (0..self.w.cited.len())
            .filter(|n| {
                self.field(*n).is_some_and(|f| {
                    !f.value.is_number()
                        && read::truth(f.value) == Some(false)
                        && self.flag_is_spoken(f).is_some()
                })
            })
            .collect();
        // Each record that the sentence names has a flag of its own.
        let named: Vec<Mention> = (self.w.items.iter().skip(neither))
            .filter_map(Mention::of)
            .filter(|m| matches!(m, Mention::Id(_)))
            .collect();
        let several = named.iter().all(|m| {
            flags
                .iter()
                .filter_map(|n| self.field(*n))
                .any(|f| self.w.is_about(m, f))
        });
        if flags.len() != 2 || denials != 1 + usize::from(nor.is_some()) || !several {
            return;
        }
        for n in &flags {
            self.tell(*n);
            if let Some(field) = self.field(*n) {
                self.finish_phrases(field, neither..self.w.items.len());
            }
            let parts: Vec<String> = (self.field(*n).map(|f| name_parts(f.leaf())))
                .unwrap_or_default()
                .iter()
                .map(|p| stem(p))
                .collect();
            for at in neither..self.w.items.len() {
                let own = self.item(at).is_some_and(|i| {
                    i.state().is_some()
                        && folded_words(i.text())
                            .iter()
                            .all(|w| parts.contains(&stem(w)))
                });
                if own {
                    self.finish(at);
                }
            }
        }
        self.finish(neither);
        if let Some(nor) = nor {
            self.finish(nor);
        }
    }

    /// The phrases by which prose speaks of a flag that is told.
    pub(super) fn finish_phrases(&mut self, field: &Field<'a>, range: std::ops::Range<usize>) {
        let phrases = VOCABULARY.flag(field.leaf()).unwrap_or_default();
        for at in range {
            if self.item(at).is_some_and(|i| phrases.contains(&i.text())) {
                self.finish(at);
            }
        }
    }

    /// "Has not been cancelled" of what is active: no record is in both states.
    pub(super) fn tell_denied_state(&mut self, n: usize, state: &'static str) -> bool {
        let denials: Vec<usize> = (0..self.w.items.len())
            .filter(|at| self.class_at(Some(*at), "not"))
            .collect();
        let [denial] = denials[..] else { return false };
        let states: Vec<usize> = (0..self.w.items.len())
            .filter(|at| self.item(*at).and_then(Item::state).is_some())
            .collect();
        let [said] = states[..] else { return false };
        let near = denial < said && said - denial < 4 && self.scope_of(said).contains(&denial);
        let other = self
            .item(said)
            .and_then(Item::state)
            .is_some_and(|s| VOCABULARY.exclusive(s, state));
        if !near || !other {
            return false;
        }
        self.tell(n);
        self.finish(denial);
        self.finish(said);
        true
    }

    /// "Put in its return on 20 July" of what is filed: the deed by which a record has come into its state is told with its
    /// day, and nothing is denied.
    pub(super) fn is_done_so(&self, state: &str) -> bool {
        let event = match state {
            "filed" => "event.filing",
            "cancelled" => "event.cancellation",
            "suspended" => "event.suspension",
            _ => return false,
        };
        let denied = self
            .w
            .items
            .iter()
            .any(|i| i.class("not") || i.class("gap") || i.class("opinion") || i.class("late"));
        let dated = (0..self.w.items.len()).any(|at| {
            self.states
                .get(at)
                .copied()
                .flatten()
                .and_then(|n| self.field(n))
                .is_some_and(|f| f.has(event) && read::json_date(f.value).is_some())
        });
        let said = self
            .w
            .items
            .iter()
            .any(|i| i.state().is_none() && i.tags().is_some_and(|t| t.contains(event)));
        !denied && dated && said
    }

    /// "No cess", "nothing was rejected": a denial of what a cited nought is of.
    pub(super) fn tell_nothings(&mut self) {
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n).filter(|_| !self.is_told(n)) else {
                continue;
            };
            let nought = self.side_number(n).is_some_and(|v| v.is_zero())
                || read::empty(field.value) && !field.value.is_object();
            if !nought {
                continue;
            }
            let parts: Vec<String> = name_parts(field.leaf()).iter().map(|p| stem(p)).collect();
            let found = (0..self.w.items.len()).find(|at| {
                self.class_at(Some(*at), "not")
                    && !self.is_done(*at)
                    && (crate::nil::is_brought_up(field)
                        || self.scope_of(*at).any(|n| {
                            self.item(n).is_some_and(|i| {
                                i.tags().is_some_and(|t| {
                                    t.iter().any(|t| {
                                        field.has(t)
                                            && matches!(
                                                crate::vocabulary::group(t),
                                                "head" | "stage" | "event"
                                            )
                                    })
                                }) || folded_words(i.text())
                                    .iter()
                                    .any(|w| w.len() > 3 && parts.contains(&stem(w)))
                            })
                        }))
            });
            // "Nothing was not rejected" says that all was.
            let twice = found.is_some_and(|at| {
                let scope = self.scope_of(at);
                let denials = scope
                    .clone()
                    .filter(|n| self.class_at(Some(*n), "not"))
                    .count();
                let paired = scope
                    .filter_map(|n| self.item(n))
                    .any(|i| i.text() == "nor");
                denials > 1 && !paired
            });
            if let Some(at) = found.filter(|_| !twice)
                && crate::weigh::Weigher::is_complete(field)
            {
                self.tell(n);
                self.finish(at);
                // "Neither line carries any cess": the like of the list's other lines.
                if matches!(
                    self.item(at).map(Item::text),
                    Some("neither" | "none" | "no" | "not")
                ) {
                    for other in 0..self.w.cited.len() {
                        let as_well = self.field(other).is_some_and(|f| {
                            f.doc == field.doc
                                && f.leaf() == field.leaf()
                                && f.element().is_some()
                                && self.side_number(other).is_some_and(|v| v.is_zero())
                        });
                        if as_well {
                            self.tell(other);
                        }
                    }
                }
                // What two searches brought up, neither of them anything.
                if crate::nil::is_brought_up(field) {
                    for other in 0..self.w.cited.len() {
                        let as_well = self.field(other).is_some_and(|f| {
                            f.doc != field.doc
                                && f.leaf() == field.leaf()
                                && f.value == field.value
                                && crate::weigh::Weigher::is_complete(f)
                        });
                        if as_well {
                            self.tell(other);
                        }
                    }
                }
                // The same denial again: "no invoice was booked, since the search gave no result".
                if crate::nil::is_brought_up(field) {
                    self.finish_denials();
                }
                for n in self.scope_of(at) {
                    let named = self
                        .item(n)
                        .is_some_and(|i| i.tags().is_some_and(|t| t.iter().any(|t| field.has(t))));
                    if named {
                        self.finish(n);
                    }
                }
            }
        }
    }

    pub(super) fn finish_denials(&mut self) {
        for at in 0..self.w.items.len() {
            if matches!(
                self.item(at).map(Item::text),
                Some("no" | "nothing" | "none" | "without")
            ) {
                self.finish(at);
            }
        }
        // "No other": all but the one that is left out.
        for n in 0..self.w.cited.len() {
            let left_out = self
                .field(n)
                .is_some_and(|f| name_parts(f.leaf()).iter().any(|p| p.starts_with("exclud")));
            if left_out && self.w.items.iter().any(|i| i.text() == "other") {
                self.tell(n);
            }
        }
    }
}
