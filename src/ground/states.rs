//! States: what a clause says that a record is, against status fields and fields named for a state.

use crate::{
    clause::Item,
    field::Field,
    fit::same_record,
    read,
    vocabulary::{Tags, VOCABULARY, group, name_parts, of, stem},
    weigh::Weigher,
};

impl Field<'_> {
    /// Whether it says that something is or is not: a status, a yes or no, an empty place.
    pub(crate) fn says_a_state(&self) -> bool {
        let flag =
            self.value.is_boolean() && !matches!(self.leaf(), "complete" | "valid" | "exhaustive");
        let status = self.has("kind.status")
            && self
                .value
                .as_str()
                .is_some_and(|v| VOCABULARY.state(v).is_some());
        let counted = self.has("kind.count") || self.value.is_array();
        flag || status || counted || self.value.is_null()
    }
}

impl Weigher<'_, '_> {
    /// What the whole clause asks of a field that holds no number.
    pub(crate) fn state_fits(&self, field: &Field<'_>) -> bool {
        let asked = self.asked(self.items, None, false);
        if field.is_note() || !same_record(&asked, field) {
            return false;
        }
        // "The bank account is active" is not said of the registration that has no account.
        let known = self.record_tags();
        asked.tags.iter().all(|t| {
            let named = matches!(
                *t,
                "kind.account"
                    | "kind.ifsc"
                    | "kind.pan"
                    | "kind.gstin"
                    | "kind.udyam"
                    | "kind.irn"
                    | "kind.vehicle"
                    | "doc.eway"
                    | "doc.irn"
                    | "doc.credit_note"
                    | "doc.contract"
                    | "doc.bank"
                    | "kind.msme"
                    | "kind.address"
            );
            !named
                || known.contains(t)
                || (*t == "kind.gstin" && known.contains("doc.registration"))
        })
    }

    /// Parts of a field's name that the clause must speak of too.
    fn name_is_spoken(&self, field: &Field<'_>, but: &[&str]) -> bool {
        let asked = self.asked(self.items, None, false);
        let spoken = crate::fit::widened_public(&asked.tags);
        let own: Tags = field
            .tags
            .iter()
            .copied()
            .filter(|t| {
                (matches!(group(t), "doc" | "event" | "stage" | "head")
                    || matches!(*t, "kind.price" | "kind.quantity"))
                    && !matches!(*t, "doc.registration" | "doc.vendor")
            })
            .collect();
        let narrow = field
            .unknown
            .iter()
            .all(|u| but.contains(&u.as_str()) || self.words.contains(&stem(u)));
        // One of several of a sort is named in its own clause.
        let sorted = own
            .iter()
            .any(|t| matches!(*t, "kind.price" | "kind.quantity"));
        let here: std::collections::BTreeSet<String> = self
            .items
            .iter()
            .flat_map(|i| crate::vocabulary::folded_words(i.text()))
            .map(|w| stem(&w))
            .collect();
        let words = if sorted { &here } else { &self.words };
        let of_name: Tags = VOCABULARY.member(field.leaf()).0;
        let of_name: Tags = own.intersection(&of_name).copied().collect();
        narrow
            && (of_name.is_empty()
                || !of_name.is_disjoint(&spoken)
                || name_parts(field.leaf()).iter().all(|p| {
                    words.contains(&stem(p))
                        || VOCABULARY.state(p).is_some()
                        || of(&VOCABULARY.member(p).0, "kind").contains("kind.status")
                }))
    }

    /// Words for states against fields that hold one, or whose name is one and whose value is yes or no.
    pub(crate) fn weigh_states(&mut self) {
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let Some(said) = item.state().filter(|_| !self.is_used(at)) else {
                continue;
            };
            let word = item.text().to_owned();
            // A negation counts where it stands before the word, and not when it says "not only".
            let denied = self
                .items
                .get(..at)
                .unwrap_or_default()
                .iter()
                .filter(|i| i.class("not"))
                .count()
                % 2
                == 1;
            let mut outcome: Option<(usize, bool)> = None;
            for n in self.candidates.clone() {
                let Some(field) = self.cited.get(n) else {
                    continue;
                };
                if let Some(holds) = self.state_holds(field, said) {
                    let fine = holds != denied;
                    // Of two papers one may say so and the other not: the other has to be spoken of elsewhere.
                    let other_paper = outcome
                        .and_then(|(n, _)| self.cited.get(n))
                        .is_some_and(|f| f.doc != field.doc);
                    let worse = outcome.is_none_or(|(_, before)| {
                        if other_paper {
                            fine && !before
                        } else {
                            before && !fine
                        }
                    });
                    if worse {
                        outcome = Some((n, fine));
                    }
                    if fine {
                        self.bearing.insert(n);
                    }
                }
            }
            match outcome {
                Some((n, true)) => {
                    self.negation_used = true;
                    self.good(at, n);
                    self.mark_denials(at);
                }
                Some((_, false)) if self.is_to_come() => {}
                Some((n, false)) => {
                    let why = self
                        .cited
                        .get(n)
                        .map(|f| format!("{} holds {}: not \"{word}\"", f.pointer(), f.value))
                        .unwrap_or_default();
                    self.bad(at, why);
                }
                None => self.state_elsewhere(at, said, denied, &word),
            }
        }
    }

    /// Whether a field says that a state is; `None` when it says nothing of it.
    fn state_holds(&self, field: &Field<'_>, said: &str) -> Option<bool> {
        if !self.state_fits(field) {
            return None;
        }
        if let Some(truth) = read::truth(field.value)
            && !field.has("kind.status")
        {
            let named = VOCABULARY.name_states(field.leaf());
            let state = named
                .iter()
                .find(|s| VOCABULARY.alike(s, said) || VOCABULARY.exclusive(s, said))?;
            let but: Vec<String> = name_parts(field.leaf());
            let but: Vec<&str> = but
                .iter()
                .map(String::as_str)
                .filter(|p| VOCABULARY.state(p).is_some())
                .collect();
            if !self.name_is_spoken(field, &but) {
                return None;
            }
            let same = VOCABULARY.alike(state, said);
            // "is_active: false" says that it is not active, and not that it is cancelled.
            return if same {
                Some(truth)
            } else if VOCABULARY.complementary(state, said) {
                Some(!truth)
            } else {
                truth.then_some(false)
            };
        }
        if let Some(holds) = Self::dated_state(field, said) {
            return Some(holds);
        }
        let text = field.value.as_str()?;
        if read::json_date(field.value).is_some() {
            return None;
        }
        let held = VOCABULARY.state(text)?;
        if !self.name_is_spoken(field, &[]) {
            return None;
        }
        if VOCABULARY.alike(held, said) {
            Some(true)
        } else {
            VOCABULARY.exclusive(held, said).then_some(false)
        }
    }

    /// Whether something has happened, by the field for when it did: nothing stands there when it did not.
    fn dated_state(field: &Field<'_>, said: &str) -> Option<bool> {
        let (event, happened) = match said {
            "paid" => ("event.payment", true),
            "unpaid" => ("event.payment", false),
            "filed" => ("event.filing", true),
            "not_filed" => ("event.filing", false),
            "cancelled" => ("event.cancellation", true),
            "suspended" => ("event.suspension", true),
            "approved" => ("event.approval", true),
            "verified" => ("event.verification", true),
            "unverified" => ("event.verification", false),
            _ => return None,
        };
        let for_a_date = name_parts(field.leaf())
            .last()
            .is_some_and(|p| matches!(p.as_str(), "on" | "at" | "date" | "dt" | "dated"));
        let dated = field.has(event)
            && (for_a_date || field.has("kind.date") || read::json_date(field.value).is_some())
            && of(&field.tags, "event").len() == 1;
        if !dated {
            return None;
        }
        if read::empty(field.value) {
            return Some(!happened);
        }
        read::json_date(field.value).map(|_| happened)
    }

    /// Whether the clause says what will or may be, which nothing that is recorded can deny.
    fn is_to_come(&self) -> bool {
        self.items.iter().any(|i| {
            matches!(
                i.text(),
                "will" | "would" | "shall" | "may" | "might" | "could" | "expected" | "soon"
            )
        })
    }

    /// No cited field speaks of the state: the cited record may.
    fn state_elsewhere(&mut self, at: usize, said: &str, denied: bool, word: &str) {
        // "was paid on": a date or a sum of that name has borne it.
        let tags = self
            .items
            .get(at)
            .and_then(Item::tags)
            .cloned()
            .unwrap_or_default();
        let borne = self
            .bearing
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .any(|f| {
                let payment = f.sources.contains("doc.payment") && tags.contains("head.paid");
                payment
                    || tags
                        .iter()
                        .any(|t| f.tags.contains(t) && !matches!(group(t), "doc" | "role"))
            });
        let neutral = self.items.get(at).is_some_and(|i| i.class("neutral")) && self.tally.good > 0;
        if borne || neutral {
            self.mark(at);
            return;
        }
        let outstanding = self
            .cited
            .iter()
            .position(|f| f.has("head.due") && read::json_number(f.value).is_some());
        if let (Some(n), "paid" | "unpaid") = (outstanding, said) {
            let owed = self
                .cited
                .get(n)
                .and_then(|f| read::json_number(f.value))
                .is_some_and(|v| !v.is_zero());
            self.negation_used = true;
            if owed == ((said == "unpaid") != denied) {
                self.good(at, n);
            } else {
                self.bad(at, "an amount is still outstanding".to_owned());
            }
            return;
        }
        if self.is_to_come() {
            return;
        }
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            for other in self
                .index
                .neighbours(field)
                .into_iter()
                .filter(|o| o.same_element(field))
            {
                if self.state_holds(other, said) == Some(denied)
                    && other.has("kind.status")
                    && other.path.len() <= field.path.len()
                {
                    let why = format!("{} holds {}: not \"{word}\"", other.pointer(), other.value);
                    self.bad(at, why);
                    return;
                }
            }
        }
    }
}
