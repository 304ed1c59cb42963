//! One clause against the fields that the claim cites: what is borne, what is contradicted, what is left over.

use std::collections::BTreeSet;

use crate::{
    Judgement, Label,
    clause::{self, Item, is_specific, relation, tags_of},
    field::Field,
    fit::Asked,
    index::Index,
    lex::Token,
    number::Number,
    read,
    vocabulary::{self, Meaning, folded_words, of, stem},
};

/// What a clause, or a claim, came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) good: usize,
    /// Of these, names and identifiers that only say whom the clause is about.
    pub(crate) subjects: usize,
    pub(crate) bad: Vec<String>,
    pub(crate) missing: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.good += other.good;
        self.subjects += other.subjects;
        self.bad.extend(other.bad);
        self.missing.extend(other.missing);
    }

    pub(crate) fn judgement(self) -> Judgement {
        let because = |list: &[String]| list.first().cloned().unwrap_or_default();
        let (label, why) = if !self.bad.is_empty() {
            (Label::Contradicted, because(&self.bad))
        } else if self.good == 0 {
            let why = because(&self.missing);
            (
                Label::Unsupported,
                if why.is_empty() {
                    "nothing that is cited speaks of it".to_owned()
                } else {
                    why
                },
            )
        } else if self.missing.is_empty() {
            (
                Label::Supported,
                "every part stands in what is cited".to_owned(),
            )
        } else {
            (Label::Partial, because(&self.missing))
        };
        Judgement { label, why }
    }
}

/// A clause under judgement.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the clause"
)]
pub(crate) struct Weigher<'a, 'c> {
    /// All that is cited.
    pub(crate) cited: &'c [Field<'a>],
    pub(crate) index: &'c Index<'a>,
    pub(crate) items: &'c [Item],
    /// The whole claim.
    pub(crate) all: &'c [Item],
    /// The clause before, from which a subject is understood.
    pub(crate) before: &'c [Item],
    pub(crate) claim: &'c str,
    pub(crate) words: BTreeSet<String>,
    pub(crate) negative: bool,
    pub(crate) about: bool,
    pub(crate) line: bool,
    /// Items that have been accounted for.
    pub(crate) used: Vec<bool>,
    /// Fields that have borne something.
    pub(crate) bearing: BTreeSet<usize>,
    /// Fields that have borne something of the clauses before.
    pub(crate) earlier: BTreeSet<usize>,
    /// Fields of the record that the clause is about.
    pub(crate) candidates: Vec<usize>,
    /// Something has been judged by whether it is denied.
    pub(crate) negation_used: bool,
    /// What is weighed is not the record that is cited.
    pub(crate) elsewhere: bool,
    pub(crate) tally: Tally,
    /// What the clause came to where it is about a record that is not cited.
    pub(crate) foreign: Option<Tally>,
}

impl<'a, 'c> Weigher<'a, 'c> {
    pub(crate) fn new(
        cited: &'c [Field<'a>],
        index: &'c Index<'a>,
        items: &'c [Item],
        before: &'c [Item],
        all: &'c [Item],
        claim: &'c str,
    ) -> Self {
        let classes = clause::classes(items);
        let not = items.iter().filter(|i| i.class("not")).count();
        let words = folded_words(claim).iter().map(|w| stem(w)).collect();
        let line = all.iter().any(|i| {
            matches!(i, Item::Ordinal(_)) || i.tags().is_some_and(|t| t.contains("doc.line"))
        });
        Self {
            cited,
            index,
            items,
            all,
            before,
            claim,
            words,
            negative: not % 2 == 1,
            about: classes.contains("about"),
            line,
            used: vec![false; items.len()],
            bearing: BTreeSet::new(),
            earlier: BTreeSet::new(),
            candidates: (0..cited.len()).collect(),
            negation_used: false,
            elsewhere: false,
            tally: Tally::default(),
            foreign: None,
        }
    }

    /// Weighs what the clause says.
    pub(crate) fn weigh(&mut self) {
        let says = |i: &Item| !matches!(i, Item::Mark(_)) && !i.class("neutral");
        if !self.items.iter().any(says) {
            return;
        }
        let unbound = self.bind();
        if !unbound.is_empty() {
            self.foreign = self.foreign_tally(&unbound);
            if self.foreign.is_some() {
                return;
            }
        }
        self.line |= self.names_an_element();
        self.weigh_calendar();
        self.weigh_text(false);
        self.weigh_between();
        self.weigh_in_force();
        self.weigh_ratio();
        self.weigh_told_equal(true);
        self.weigh_relation();
        self.weigh_extent();
        self.weigh_sum();
        self.weigh_nil();
        self.weigh_values();
        self.weigh_told_equal(false);
        self.weigh_told_sum();
        self.weigh_copula();
        self.weigh_terms();
        self.weigh_states();
        self.weigh_flags();
        self.weigh_search();
        self.weigh_absence();
        self.weigh_text(true);
        self.weigh_quantifier();
        self.weigh_superlative();
        self.weigh_quotes();
    }

    /// Accounts for what is left over, and says what the clause came to.
    pub(crate) fn weigh_rest(&mut self) -> Tally {
        if let Some(foreign) = self.foreign.take() {
            return foreign;
        }
        self.weigh_leftovers();
        if self.negative && !self.negation_used && self.tally.good > 0 {
            self.tally
                .missing
                .push("what it denies is not understood".to_owned());
        }
        if self.tally.good > 0 && self.tally.good == self.tally.subjects && self.uncited_predicate()
        {
            self.tally
                .missing
                .push("what it says of the record is not cited".to_owned());
        }
        let strange = |i: &Item| {
            let words = folded_words(i.text());
            !i.class("verb")
                && !i.class("split")
                && words.iter().any(|w| w.len() > 3)
                && !words.iter().all(|w| self.on_record(w))
        };
        let plain = |i: &Item| {
            relation(i).is_none()
                && i.state().is_none()
                && !matches!(i, Item::Value(_) | Item::Name(_) | Item::Ordinal(_))
                && i.tags().is_none_or(BTreeSet::is_empty)
        };
        let prose = self.bearers().any(crate::text::is_prose);
        let unsaid = prose
            && !self.before.is_empty()
            && self.items.iter().all(plain)
            && self.items.iter().filter(|i| strange(i)).count() > 1;
        if unsaid {
            self.tally
                .missing
                .push("what it adds is nothing that the text says".to_owned());
        }
        if self.tally.good == self.tally.subjects && !self.tally.missing.is_empty() {
            self.tally.good = 0;
        }
        std::mem::take(&mut self.tally)
    }

    /// Whether what stands at a place is denied: by the negations before it. "Neither … nor" denies each of two once.
    pub(crate) fn denied_at(&self, at: usize) -> bool {
        let before = self.items.get(..at).unwrap_or_default();
        let not = before.iter().filter(|i| i.class("not")).count();
        let nor = before.iter().filter(|i| i.text() == "nor").count();
        (not - nor.min(not)) % 2 == 1 || (nor > 0 && not == nor)
    }

    /// The negations before a place have been understood.
    pub(crate) fn mark_denials(&mut self, before: usize) {
        for n in 0..before {
            if self.items.get(n).is_some_and(|i| i.class("not")) {
                self.mark(n);
            }
        }
    }

    pub(crate) fn good(&mut self, at: usize, field: usize) {
        self.tally.good += 1;
        self.bearing.insert(field);
        self.mark(at);
    }

    pub(crate) fn bad(&mut self, at: usize, why: String) {
        self.tally.bad.push(why);
        self.mark(at);
    }

    pub(crate) fn missing(&mut self, at: usize, why: String) {
        self.tally.missing.push(why);
        self.mark(at);
    }

    pub(crate) fn mark(&mut self, at: usize) {
        if let Some(slot) = self.used.get_mut(at) {
            *slot = true;
        }
    }

    pub(crate) fn is_used(&self, at: usize) -> bool {
        self.used.get(at).copied().unwrap_or(true)
    }

    /// The words of the clause, for what they ask of a field.
    pub(crate) fn asked<'n>(
        &self,
        near: &[Item],
        number: Option<&'n Number>,
        days: bool,
    ) -> Asked<'n> {
        self.asked_at(None, near, number, days)
    }

    /// The same, for a value at a place: papers that are named behind another value are not asked for by this one.
    pub(crate) fn asked_at<'n>(
        &self,
        at: Option<usize>,
        near: &[Item],
        number: Option<&'n Number>,
        days: bool,
    ) -> Asked<'n> {
        let tags = tags_of(near);
        let reach = at.map_or(self.items.len(), |at| {
            let counts = |i: &Item| {
                i.number()
                    .is_some_and(|n| n.rupees || n.percent || n.value > domain::Decimal::TEN)
                    || matches!(i, Item::Value(Token::Date(_)))
            };
            let behind = self.items.get(at + 1..).unwrap_or_default();
            behind
                .iter()
                .position(counts)
                .map_or(self.items.len(), |n| {
                    // A paper right before the next value is that one's.
                    let between = behind.get(..n).unwrap_or_default();
                    let own = between
                        .iter()
                        .position(|i| {
                            relation(i).is_some()
                                || matches!(i.text(), "against" | "and" | "while" | "from" | "over")
                        })
                        .unwrap_or(n);
                    at + 1 + own
                })
        });
        let within = self.items.get(..reach).unwrap_or_default();
        let from = |wanted: &str| {
            let own = of(&tags, wanted);
            if !own.is_empty() {
                return own;
            }
            let whole = of(&tags_of(within), wanted);
            if whole.is_empty() {
                of(&tags_of(self.before), wanted)
            } else {
                whole
            }
        };
        Asked {
            clause: tags_of(self.items),
            docs: from("doc"),
            roles: from("role"),
            words: self.words.clone(),
            run: read::identifier(self.claim),
            number,
            line: self.line,
            days,
            tags,
        }
    }

    /// "from 1 April 2026 to 31 March 2029": the second date is the end of what the first begins.
    fn end_of_span(&self, at: usize) -> Option<Item> {
        let dated = |n: usize| {
            matches!(
                self.items.get(n),
                Some(Item::Value(Token::Date(_) | Token::Part(_)))
            )
        };
        let to = at.checked_sub(1)?;
        let from = to.checked_sub(1)?;
        let joined = self
            .items
            .get(to)
            .is_some_and(|i| matches!(i.text(), "to" | "till" | "until" | "upto" | "through"));
        let begins = from
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .is_some_and(|i| {
                i.text() == "from" || i.tags().is_some_and(|t| t.contains("event.start"))
            });
        (dated(at) && dated(from) && joined && begins).then(|| {
            Item::Phrase(
                "until".to_owned(),
                Meaning {
                    tags: ["event.expiry", "event.cancellation", "event.completion"].into(),
                    ..Meaning::default()
                },
            )
        })
    }

    /// "18% of ₹49,500", "0.1% on ₹7,81,000": what a percentage is taken of needs no name.
    pub(crate) fn is_base(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).and_then(|n| self.items.get(n));
        if self.items.get(at).and_then(Item::number).is_none() {
            return false;
        }
        let percent = before(2).and_then(Item::number).is_some_and(|n| n.percent);
        let taxed = before(1).is_some_and(|i| i.text() == "on")
            && before(2)
                .and_then(Item::tags)
                .is_some_and(|t| t.iter().any(|t| vocabulary::group(t) == "head"));
        let whole = self
            .items
            .iter()
            .any(|i| i.number().is_some_and(|n| n.percent));
        let of_part = whole && before(2).and_then(Item::number).is_some_and(|n| n.rupees);
        taxed
            || (of_part && before(1).is_some_and(|i| i.text() == "on"))
            || (percent && before(1).is_some_and(|i| matches!(i.text(), "of" | "on")))
    }

    /// "5,150 of the 5,200 modules billed were accepted": the words between belong to the whole, and those behind the verb
    /// to the part.
    fn near_in_part(&self, at: usize) -> Option<Vec<Item>> {
        let number = |n: usize| self.items.get(n).is_some_and(|i| i.number().is_some());
        let joins = |from: usize, to: usize| {
            let between = self.items.get(from + 1..to).unwrap_or_default();
            between
                .iter()
                .any(|i| matches!(i.text(), "of" | "out of" | "of the"))
                && between.iter().all(|i| i.class("neutral") || i.class("all"))
        };
        let next = (at + 1..self.items.len()).find(|n| number(*n));
        let (part, whole) = match next {
            Some(next) if joins(at, next) => (at, next),
            _ => {
                let before = (0..at).rev().find(|n| number(*n))?;
                (joins(before, at).then_some(before)?, at)
            }
        };
        let verb = self
            .items
            .iter()
            .enumerate()
            .skip(whole + 1)
            .find(|(_, i)| {
                matches!(
                    i.text(),
                    "is" | "are" | "was" | "were" | "has" | "have" | "has been" | "have been"
                )
            })
            .map(|(n, _)| n)?;
        let range = if at == part {
            verb..self.items.len()
        } else {
            whole + 1..verb
        };
        Some(self.items.get(range).unwrap_or_default().to_vec())
    }

    /// The words next to an item: those between it and the value before it, or else those behind it.
    pub(crate) fn near(&self, at: usize) -> Vec<Item> {
        if self.is_base(at) {
            return Vec::new();
        }
        if let Some(end) = self.end_of_span(at) {
            return vec![end];
        }
        if let Some(near) = self.near_in_part(at) {
            return near;
        }
        let stop = |i: &Item| matches!(i, Item::Value(_) | Item::Mark(',' | '(' | ')'));
        let from = self
            .items
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rposition(stop)
            .map_or(0, |p| p + 1);
        // "from" and "until" speak of the date right behind them alone.
        let mut near: Vec<Item> = self
            .items
            .get(from..at)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter(|(n, i)| !i.class("light") || from + n + 1 == at)
            .map(|(_, i)| i.clone())
            .collect();
        // Words that the value before has taken as its own say nothing here.
        // "CGST and SGST of ₹500 each": both.
        let apart = from > 0 && !self.is_of_each(at);
        if let (Some(joint), true) = (near.iter().rposition(|i| i.text() == "and"), apart)
            && near
                .get(..joint)
                .is_some_and(|head| is_specific(&tags_of(head)))
            && !is_specific(&tags_of(&self.pre(from - 1)))
        {
            near.drain(..=joint);
        }
        // "120 kg were received against 150 kg ordered": the words between belong to the value before.
        let behind = self.items.get(at + 1..).unwrap_or_default();
        let behind = behind
            .get(..behind.iter().position(stop).unwrap_or(behind.len()))
            .unwrap_or_default();
        let taken = from > 0
            && matches!(self.items.get(from - 1), Some(Item::Value(_)))
            && is_specific(&tags_of(&near))
            && !is_specific(&tags_of(&self.pre(from - 1)))
            && is_specific(&tags_of(behind));
        if taken {
            near.clear();
        }
        if !is_specific(&tags_of(&near)) {
            let rest = self.items.get(at + 1..).unwrap_or_default();
            let end = rest
                .iter()
                .position(|i| {
                    let turns = matches!(
                        i.text(),
                        "and"
                            | "against"
                            | "as against"
                            | "while"
                            | "compared"
                            | "versus"
                            | "vs"
                            | "with"
                            | "without"
                    );
                    stop(i) || turns || clause::relation(i).is_some()
                })
                .unwrap_or(rest.len());
            near.extend(
                rest.get(..end)
                    .unwrap_or_default()
                    .iter()
                    .filter(|i| !i.class("light"))
                    .cloned(),
            );
        }
        // "The turnover of Tamhini Foods in 2025-26 was": what is said of stands at the head.
        let says = |items: &[Item]| {
            is_specific(&tags_of(items))
                || tags_of(items).iter().any(|t| crate::fit::is_identity(t))
        };
        let verb = from > 0
            && self
                .items
                .get(from..at)
                .unwrap_or_default()
                .iter()
                .any(|i| i.class("verb") || i.class("not"));
        // "A discount was given on the nuts, ₹500": behind a comma the same is spoken of.
        let apposed = from > 0
            && tags_of(&near).is_empty()
            && matches!(self.items.get(from - 1), Some(Item::Mark(',')));
        if apposed {
            let head = self.items.get(..from).unwrap_or_default();
            if !head.iter().any(|i| matches!(i, Item::Value(_))) {
                near.extend_from_slice(head);
            }
        }
        if !says(&near) && verb {
            let end = self.items.iter().position(stop).unwrap_or(0);
            near.extend_from_slice(self.items.get(..end).unwrap_or_default());
        }
        near
    }

    fn is_of_each(&self, at: usize) -> bool {
        self.items.get(at + 1).is_some_and(|i| i.class("each"))
    }

    fn pre(&self, at: usize) -> Vec<Item> {
        let head = self.items.get(..at).unwrap_or_default();
        let from = head
            .iter()
            .rposition(|i| matches!(i, Item::Value(_) | Item::Mark(',')))
            .map_or(0, |p| p + 1);
        head.get(from..).unwrap_or_default().to_vec()
    }
}
