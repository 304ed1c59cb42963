//! A run of items as a phrase that names one cited value: by what it is, whose it is and in which paper, or by the value
//! itself.

use domain::{Date, Decimal};

use super::{Grammar, Role};
use crate::{
    clause::{Item, tags_of},
    field::Class,
    fit::{Fit, heads, is_identity, widened},
    lex::Token,
    measure::unit_of,
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tags, VOCABULARY, folded_words, group, of, stem},
};

/// At most so many values are tried for a phrase: of more that are alike, none is the one.
const NAMED_MAX: usize = 8;

/// A value that a phrase names.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// The cited value; none where the phrase is a figure of no record.
    pub(super) field: Option<usize>,
    /// Cited values that the phrase names with it: keys, units, what the goods are called.
    pub(super) beside: Vec<usize>,
    /// Whether the phrase states the value, and does not only name it.
    pub(super) told: bool,
    /// What the phrase comes to.
    pub(super) worth: Worth,
}

/// What a phrase comes to.
#[derive(Debug, Clone)]
pub(super) enum Worth {
    Number {
        value: Decimal,
        unit: Option<&'static str>,
        /// As the claim writes it, where it does.
        written: Option<Number>,
    },
    Day(Date),
    Text(String),
}

/// What a phrase says of the value that it names.
#[derive(Clone, Default)]
pub(super) struct Said<'n> {
    pub(super) tags: Tags,
    /// The tags of each phrase of the vocabulary.
    pub(super) phrases: Vec<&'n Tags>,
    pub(super) mentions: Vec<Mention>,
    pub(super) words: Vec<&'n str>,
    pub(super) number: Option<(usize, &'n Number)>,
    pub(super) day: Option<Date>,
    pub(super) state: Option<&'static str>,
    /// What a state is told by where it is told by its day.
    pub(super) event: Option<&'n Tags>,
    pub(super) about: bool,
    pub(super) days: bool,
    pub(super) unit: Option<&'static str>,
    /// Units that are spoken of: "per tonne", and that of the number.
    pub(super) units: Vec<(&'static str, String)>,
    /// "₹4.50 per kg": of what a price is.
    pub(super) per: Option<&'static str>,
    /// Stems of the words of each item that may name something, with what the item says; and of those that say nothing.
    pub(super) spoken: Vec<(Vec<String>, Option<&'n Tags>)>,
    pub(super) small: Vec<String>,
}

impl Grammar<'_, '_> {
    /// The values that a run of items may name.
    pub(super) fn phrase(&self, from: usize, to: usize) -> Vec<Named> {
        if let Some(known) = self.phrases.borrow().get(&(from, to)) {
            return known.clone();
        }
        let mut found = self
            .said(from, to)
            .map_or_else(Vec::new, |said| self.name(&said));
        found.truncate(NAMED_MAX);
        self.phrases.borrow_mut().insert((from, to), found.clone());
        found
    }

    /// What a run of items says; none where it is no phrase.
    fn said(&self, from: usize, to: usize) -> Option<Said<'_>> {
        let mut said = Said::default();
        let mut states = Vec::new();
        for at in from..to {
            let item = self.items.get(at)?;
            let units = folded_words(item.text())
                .into_iter()
                .filter_map(|w| Some((VOCABULARY.unit(&w)?, w)));
            said.units.extend(units);
            let stems = || folded_words(item.text()).iter().map(|w| stem(w)).collect();
            match self.role(at) {
                Role::Glue | Role::By => said.small.extend::<Vec<String>>(stems()),
                Role::About | Role::State | Role::Word => said.spoken.push((stems(), item.tags())),
                _ => {}
            }
            if let Some(unit) = item.text().strip_prefix("per ")
                && at
                    .checked_sub(1)
                    .and_then(|n| self.items.get(n)?.number())
                    .is_some_and(|n| n.rupees)
            {
                said.per = VOCABULARY.unit(unit);
            }
            match self.role(at) {
                Role::Glue | Role::And | Role::Break | Role::By => {
                    let number = at.checked_sub(1).and_then(|n| self.items.get(n)?.number());
                    said.about |= item.class("about");
                    said.days |= number.is_some() && matches!(item.text(), "days" | "day");
                    if matches!(item, Item::Mark(';')) {
                        return None;
                    }
                }
                // "Invoice KV/0412": what the number is of, which binds by itself.
                Role::About
                    if self.role(at + 1) == Role::Mention
                        && at + 1 < to
                        && item
                            .tags()?
                            .iter()
                            .all(|t| matches!(group(t), "doc" | "role")) =>
                {
                    said.tags.extend(item.tags()?);
                }
                Role::About => {
                    said.phrases.extend(item.tags().filter(|t| !t.is_empty()));
                    said.tags.extend(item.tags()?);
                    if item.state() == Some("valid") || item.text() == "in force" {
                        said.tags.insert("event.expiry");
                    }
                }
                Role::State => {
                    states.push((item.state()?, item.tags()));
                }
                Role::Mention => said.mentions.push(Mention::of(item)?),
                Role::Word => said.words.push(item.text()),
                Role::Value => match item {
                    Item::Value(Token::Number(n))
                        if said.number.is_none() && said.day.is_none() =>
                    {
                        said.number = Some((at, n));
                        said.unit = self.unit_behind(at);
                    }
                    Item::Value(Token::Date(d)) if said.number.is_none() && said.day.is_none() => {
                        said.day = Some(*d);
                    }
                    Item::Value(Token::Part(p)) if p.day.is_none() => {
                        said.mentions.push(Mention::Period(*p));
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
        if said.number.is_some() || said.day.is_some() {
            // What is in a state is so on a day, and in a number; a state that is no event is not told by either.
            for (_, tags) in states {
                let tags = tags.filter(|t| !t.is_empty())?;
                said.phrases.push(tags);
                said.tags.extend(tags);
            }
        } else {
            match states[..] {
                [] => {}
                [(state, tags)] => {
                    said.state = Some(state);
                    said.event = tags.filter(|t| !t.is_empty());
                }
                _ => return None,
            }
        }
        let one = |wanted: &str| of(&said.tags, wanted).len() < 2;
        (heads(&said.tags).len() < 2 && one("stage") && one("variant")).then_some(said)
    }

    /// The unit that stands behind a number.
    fn unit_behind(&self, at: usize) -> Option<&'static str> {
        let next = self.items.get(at + 1)?;
        VOCABULARY.unit(next.text())
    }

    fn name(&self, said: &Said<'_>) -> Vec<Named> {
        let mut out: Vec<Named> = Vec::new();
        if let Some((_, number)) = said.number {
            for n in 0..self.cited.len() {
                out.extend(self.named_number(n, said, number));
            }
            if said.is_bare() {
                out.push(Named {
                    field: None,
                    beside: Vec::new(),
                    told: false,
                    worth: Worth::Number {
                        value: number.value,
                        unit: said.unit.or(said.per),
                        written: Some(number.clone()),
                    },
                });
            }
        } else if let Some(day) = said.day {
            for n in 0..self.cited.len() {
                let held = self.cited.get(n).and_then(|f| read::json_date(f.value));
                if held == Some(day) {
                    out.extend(self.named(n, said, Worth::Day(day), true));
                }
            }
            if said.is_bare() {
                out.push(Named {
                    field: None,
                    beside: Vec::new(),
                    told: false,
                    worth: Worth::Day(day),
                });
            }
        } else if let Some(state) = said.state {
            for (n, field) in self.cited.iter().enumerate() {
                let held = field.value.as_str().and_then(|s| VOCABULARY.state(s));
                if held.is_some_and(|h| VOCABULARY.alike(h, state)) {
                    out.extend(self.named(n, said, Worth::Text(state.to_owned()), true));
                }
            }
            if let Some(tags) = said.event.filter(|_| out.is_empty()) {
                let mut dated = said.clone();
                dated.tags.extend(tags);
                dated.phrases.push(tags);
                self.name_untold(&dated, &mut out);
                out.retain(|n| matches!(n.worth, Worth::Day(_)));
            }
        } else {
            self.name_texts(said, &mut out);
            if out.is_empty() {
                self.name_untold(said, &mut out);
            }
        }
        out
    }

    /// A number that a cited value is, in its unit or in another of the same measure.
    fn named_number(&self, n: usize, said: &Said<'_>, number: &Number) -> Option<Named> {
        let field = self.cited.get(n)?;
        let held = read::json_number(field.value)?;
        if field.tags.iter().any(|t| is_identity(t)) {
            return None;
        }
        let unit = unit_of(field);
        let same = match (said.unit, unit) {
            (Some(spoken), Some(own)) if spoken != own => {
                let (of, to) = VOCABULARY.ratio(spoken, own)?;
                let value = number
                    .value
                    .checked_mul(Decimal::from(of))?
                    .checked_div(Decimal::from(to))?;
                value == held
            }
            _ => number.is(held, said.about),
        };
        // A unit that nobody knows is not the one that is told.
        let strange = unit.is_none()
            && said.unit.is_some()
            && (field.scope().iter())
                .any(|(key, v)| VOCABULARY.member(key).0.contains("kind.unit") && v.is_string());
        if strange {
            return None;
        }
        // Goods are counted in units, and money is not.
        let counted = said.unit.is_none() || field.classes().contains(&Class::Quantity);
        if !same || !counted {
            return None;
        }
        let worth = Worth::Number {
            value: held,
            unit,
            written: Some(number.clone()),
        };
        self.named(n, said, worth, true)
    }

    /// Identifiers, names and short texts that the phrase tells.
    fn name_texts(&self, said: &Said<'_>, out: &mut Vec<Named>) {
        for (n, field) in self.cited.iter().enumerate() {
            let told = said
                .mentions
                .iter()
                .any(|m| !matches!(m, Mention::Ordinal(_)) && m.is(field.value, self.claim));
            if told && read::json_date(field.value).is_none() {
                let text = read::json_text(field.value).unwrap_or_default();
                out.extend(self.named(n, said, Worth::Text(text), true));
            }
        }
    }

    /// The one cited value that the phrase names without telling it.
    fn name_untold(&self, said: &Said<'_>, out: &mut Vec<Named>) {
        if said.tags.is_empty() && said.words.is_empty() {
            return;
        }
        let mut found: Vec<(Fit, Named)> = Vec::new();
        for (n, field) in self.cited.iter().enumerate() {
            let worth = if let Some(day) = read::json_date(field.value) {
                Worth::Day(day)
            } else if field.tags.iter().any(|t| is_identity(t)) {
                let Some(text) = read::json_text(field.value) else {
                    continue;
                };
                Worth::Text(text)
            } else if let Some(value) = read::json_number(field.value) {
                Worth::Number {
                    value,
                    unit: unit_of(field),
                    written: None,
                }
            } else {
                continue;
            };
            let fit = self.fit(&self.asked(said), said, field);
            found.extend(self.named(n, said, worth, false).map(|named| (fit, named)));
        }
        let best = found.iter().map(|(fit, _)| *fit).max();
        found.retain(|(fit, _)| Some(*fit) == best);
        // "The rate exceeds the PO rate": where the claim names the paper of one, the other is meant.
        if found.len() > 1 && of(&said.tags, "doc").is_empty() && of(&said.tags, "stage").is_empty()
        {
            let named = of(&widened(&tags_of(self.items)), "doc");
            let of_others = |named_: &Named| {
                let field = named_.field.and_then(|n| self.cited.get(n));
                field.is_some_and(|f| f.docs().is_disjoint(&named))
            };
            if found.iter().filter(|(_, n)| of_others(n)).count() == 1 {
                found.retain(|(_, n)| of_others(n));
            }
        }
        if let [(_, one)] = &found[..] {
            out.push(one.clone());
        }
    }
}

impl Said<'_> {
    /// Whether a figure stands by itself.
    fn is_bare(&self) -> bool {
        let priced = self.per.is_some() && self.tags.iter().all(|t| *t == "kind.price");
        (self.tags.is_empty() || priced)
            && self.mentions.is_empty()
            && self.words.iter().all(|w| VOCABULARY.unit(w).is_some())
    }
}
