//! Terms: short texts that a clause says in their own words, and places by their other names.

use serde_json::Value;

use crate::{
    clause::Item,
    fit::{Fit, fits, same_record},
    read,
    vocabulary::{VOCABULARY, folded_words, of, stem},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// A short text that is said in its own words: a constitution, a reason, a place, a section, a unit.
    pub(crate) fn weigh_terms(&mut self) {
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            // Whom it is about is no part of what is denied.
            let whose = self.negative
                && (field.has("kind.name")
                    || field.has("kind.holder")
                    || crate::leftover::is_description(field.leaf()));
            if self.bearing.contains(&n) || field.is_note() || whose {
                continue;
            }
            let texts: Vec<&str> = match field.value {
                Value::String(s) => vec![s.as_str()],
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            let asked = self.asked(self.items, None, false);
            let (variant, own) = (of(&asked.tags, "variant"), of(&field.tags, "variant"));
            if !variant.is_empty() && !own.is_empty() && variant.is_disjoint(&own) {
                continue;
            }
            let reason = field.has("kind.reason")
                || crate::vocabulary::name_parts(field.leaf())
                    .iter()
                    .any(|p| p == "reason");
            if !same_record(&asked, field)
                || (fits(&asked, field) == Fit::No
                    && !reason
                    && !texts.iter().any(|t| VOCABULARY.state(t).is_some()))
            {
                continue;
            }
            let mut hit: Option<Vec<usize>> = None;
            for text in texts.iter().filter(|t| {
                t.len() <= 80
                    && read::truth(&Value::from(**t)).is_none()
                    && (read::number(t).is_none() || field.has("kind.place"))
                    && !read::empty(&Value::from(**t))
            }) {
                hit = hit.or_else(|| self.said(text));
            }
            match hit {
                Some(_) if self.negative && texts.iter().all(|t| VOCABULARY.state(t).is_some()) => {
                }
                // "PAN not linked" is said with its own negation.
                Some(ats)
                    if self.negative
                        && !texts
                            .iter()
                            .any(|t| folded_words(t).iter().any(|w| w == "not" || w == "no")) =>
                {
                    let why = format!("{} holds what is denied", field.pointer());
                    self.bad(*ats.first().unwrap_or(&0), why);
                }
                Some(ats) => {
                    if texts.iter().any(|t| VOCABULARY.state(t).is_some()) {
                        continue;
                    }
                    for at in &ats {
                        self.mark(*at);
                        self.mark_denials(*at);
                    }
                    if self.negative {
                        self.negation_used = true;
                    }
                    self.good(self.items.len(), n);
                }
                None => self.another_place(n),
            }
        }
    }

    /// Where a text stands in the clause, word for word or by another name of the same place.
    fn said(&self, text: &str) -> Option<Vec<usize>> {
        let wanted: Vec<String> = folded_words(text).iter().map(|w| stem(w)).collect();
        let mut spoken: Vec<(usize, String)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let place = VOCABULARY.place(item.text()).is_some()
                && VOCABULARY.place(item.text()) == VOCABULARY.place(text);
            if place {
                return Some(vec![at]);
            }
            // "its PAN is not linked" says "PAN not linked".
            let silent = matches!(item, Item::Phrase(_, m) if m.tags.is_empty() && m.classes.contains("neutral"))
                && !folded_words(item.text())
                    .iter()
                    .any(|w| wanted.contains(&stem(w)));
            if matches!(item, Item::Value(_)) || silent {
                continue;
            }
            spoken.extend(
                folded_words(item.text())
                    .into_iter()
                    .map(|w| (at, stem(&w))),
            );
        }
        if wanted.is_empty() || wanted.len() > spoken.len() {
            return None;
        }
        spoken
            .windows(wanted.len())
            .find(|run| run.iter().map(|(_, w)| w).eq(wanted.iter()))
            .map(|run| run.iter().map(|(at, _)| *at).collect())
    }

    /// A place that is named is another than the one on record.
    fn another_place(&mut self, n: usize) {
        let Some(field) = self.cited.get(n) else {
            return;
        };
        let Some(held) = field
            .value
            .as_str()
            .and_then(|v| VOCABULARY.place(v))
            .filter(|_| field.has("kind.place") || field.has("kind.address"))
        else {
            return;
        };
        for at in 0..self.items.len() {
            let Some(said) = self
                .items
                .get(at)
                .filter(|i| i.text().len() > 3)
                .and_then(|i| VOCABULARY.place(i.text()))
            else {
                continue;
            };
            if said != held {
                let why = format!("{} holds {}", field.pointer(), field.value);
                self.bad(at, why);
            }
        }
    }
}
