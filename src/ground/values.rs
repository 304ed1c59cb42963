//! Numbers, dates, identifiers and names of a clause against the cited fields: equality, each to each.

use crate::{
    clause::{Item, relation, tags_of},
    derive::Derived,
    field::{Class, Field},
    fit::{Asked, Fit, fits, is_identity, same_record},
    lex::Token,
    mention::Mention,
    read, span,
    stated::Stated,
    vocabulary::{group, of},
    weigh::Weigher,
};

/// The fields that a stated value was held against, by whether they hold it and how well they fit.
#[derive(Debug, Default)]
struct Found {
    equal: Vec<usize>,
    loosely_equal: Vec<usize>,
    /// Of another kind than the words say.
    misplaced: Vec<usize>,
    unequal: Vec<usize>,
    loosely_unequal: Vec<usize>,
}

impl<'a> Weigher<'a, '_> {
    /// Each value that no relation has taken.
    pub(crate) fn weigh_values(&mut self) {
        let joint = self.items.iter().any(|i| i.text() == "respectively");
        let mut turn = 0;
        for at in 0..self.items.len() {
            if self.is_used(at) {
                continue;
            }
            let Some(item) = self.items.get(at) else {
                continue;
            };
            let stated = match item {
                Item::Value(Token::Number(n)) => Stated::Number(n.clone()),
                Item::Value(Token::Date(d)) => Stated::Date(*d),
                Item::Value(Token::Part(p)) if !self.is_period_of_record(at) => Stated::Part(*p),
                _ => match Mention::of(item) {
                    Some(Mention::Ordinal(_)) | None => continue,
                    Some(mention) => Stated::Text(mention),
                },
            };
            if let Stated::Number(number) = &stated
                && ((self.in_formula(number) && !self.is_held(number))
                    || self.in_description(at, number))
            {
                self.mark(at);
                continue;
            }
            let mut near = self.near(at);
            if joint {
                let listed: Vec<Item> = self
                    .items
                    .iter()
                    .filter(|i| {
                        i.tags().is_some_and(|t| {
                            !of(t, "head").is_empty()
                                || !of(t, "stage").is_empty()
                                || !of(t, "event").is_empty()
                        })
                    })
                    .cloned()
                    .collect();
                if let Some(own) = listed.get(turn) {
                    near = vec![own.clone()];
                }
                let lines: Vec<Mention> = self
                    .items
                    .iter()
                    .filter_map(Mention::of)
                    .filter(|m| matches!(m, Mention::Ordinal(_)))
                    .collect();
                if let (Some(line), true) = (lines.get(turn), lines.len() > 1) {
                    near = self
                        .items
                        .iter()
                        .filter(|i| i.tags().is_some())
                        .cloned()
                        .collect();
                    let whole = std::mem::take(&mut self.candidates);
                    self.candidates = whole
                        .iter()
                        .copied()
                        .filter(|n| {
                            self.cited
                                .get(*n)
                                .is_some_and(|f| line.binds(f, self.claim))
                        })
                        .collect();
                    self.weigh_value(at, &stated, &near);
                    self.candidates = whole;
                    turn += 1;
                    continue;
                }
                turn += 1;
            }
            // "The total is X, not Y": the part behind says of what stands before.
            let inherited = near.iter().all(|i| {
                i.tags()
                    .is_none_or(|t| t.iter().all(|t| matches!(group(t), "doc" | "role")))
            }) && self
                .items
                .iter()
                .all(|i| i.tags().is_none_or(std::collections::BTreeSet::is_empty));
            if inherited {
                near.extend(self.before.iter().filter(|i| i.tags().is_some()).cloned());
            }
            self.weigh_value(at, &stated, &near);
        }
    }

    fn is_bracketed(&self, at: usize) -> bool {
        let before = self.items.get(..at).unwrap_or_default();
        let last = before
            .iter()
            .rposition(|i| matches!(i, Item::Mark('(' | ')')));
        last.is_some_and(|n| matches!(before.get(n), Some(Item::Mark('('))))
    }

    /// Whether a month is that of a record's returns, and not when something happened.
    fn is_period_of_record(&self, at: usize) -> bool {
        self.items
            .get(at)
            .and_then(Mention::of)
            .is_some_and(|m| self.cited.iter().any(|f| m.binds(f, self.claim)))
    }

    fn weigh_value(&mut self, at: usize, stated: &Stated, near: &[Item]) {
        let number = if let Stated::Number(n) = stated {
            Some(n)
        } else {
            None
        };
        let follows = self
            .items
            .get(at + 1)
            .map(|i| i.text().to_lowercase())
            .unwrap_or_default();
        let days = number.is_some_and(|n| !n.rupees && !n.percent)
            && matches!(follows.as_str(), "days" | "day" | "days credit");
        let mut asked = self.asked_at(Some(at), near, number, days);
        // What stands in brackets explains any of what was said.
        if self.is_bracketed(at) && !tags_of(near).iter().any(|t| group(t) == "doc") {
            asked.docs.clear();
            asked.roles.clear();
        }
        // On one side of a relation the other side's records are not meant.
        let bracketed = self.is_bracketed(at);
        if let Some(middle) = self
            .items
            .iter()
            .position(|i| relation(i).is_some())
            .filter(|_| !bracketed)
        {
            let side = if at < middle {
                self.items.get(..middle)
            } else {
                self.items.get(middle..)
            };
            let side = tags_of(side.unwrap_or_default());
            let own = tags_of(near);
            for (wanted, slot) in [("doc", &mut asked.docs), ("role", &mut asked.roles)] {
                if of(&own, wanted).is_empty() {
                    *slot = of(&side, wanted);
                }
            }
        }
        let tail = self.is_tail(at, number);
        let claim = self.claim;
        let mut found = Found::default();
        let base = self.is_base(at);
        let every = self
            .items
            .iter()
            .any(|i| i.class("all") || (i.class("each") && self.candidates.len() > 1));
        for n in self.candidates.clone() {
            let Some(field) = self.cited.get(n) else {
                continue;
            };
            if !stated.comparable(field) {
                continue;
            }
            let fit = Self::fit_of(&asked, field, stated);
            let fit = if self.outranked(&asked, field, fit) {
                Fit::No
            } else if base && fit == Fit::No && field.classes() == [Class::Amount] {
                Fit::Loose
            } else {
                fit
            };
            // Who it is, is said by any of his names.
            let name = matches!(stated, Stated::Text(Mention::Name(_)))
                && (field.has("kind.name") || field.has("kind.holder"));
            let plain = of(&asked.tags, "variant").is_empty();
            let fit = if name && plain && fit == Fit::No && same_record(&asked, field) {
                Fit::Loose
            } else {
                fit
            };
            let slot = match (stated.is(field, self.about, tail, claim), fit) {
                (true, Fit::Exact) => &mut found.equal,
                (true, Fit::Loose) => &mut found.loosely_equal,
                (true, Fit::No) => &mut found.misplaced,
                (false, Fit::Exact) => &mut found.unequal,
                (false, Fit::Loose) => &mut found.loosely_unequal,
                (false, Fit::No) => continue,
            };
            slot.push(n);
        }
        self.settle(at, stated, &asked, &found, every);
    }

    /// What the fields found make of a stated value: the best of them decides.
    fn settle(
        &mut self,
        at: usize,
        stated: &Stated,
        asked: &Asked<'_>,
        found: &Found,
        every: bool,
    ) {
        let number = if let Stated::Number(n) = stated {
            Some(n)
        } else {
            None
        };
        let otherwise = |field: &Field<'_>| {
            format!(
                "{} holds {}, not {}",
                field.pointer(),
                field.value,
                stated.shown()
            )
        };
        // "V002 is X": a name right behind the verb is said, and the name on record says otherwise.
        let named = matches!(stated, Stated::Text(Mention::Name(_)))
            && matches!(
                self.items.get(at.wrapping_sub(1)).map(Item::text),
                Some("is" | "was" | "named" | "called")
            );
        let other_name = found
            .loosely_unequal
            .first()
            .copied()
            .filter(|n| named && self.cited.get(*n).is_some_and(|f| f.has("kind.name")));
        let unequal = found.unequal.first().copied().or(other_name);
        let why = |this: &Self, n: usize| this.cited.get(n).map(otherwise).unwrap_or_default();
        if let Some(n) = found.equal.first() {
            if let (true, Some(other)) = (every, unequal) {
                let why = why(self, other);
                self.bad(at, why);
                return;
            }
            self.bearing.extend(&found.equal);
            self.equality_holds(at, *n, number.is_some());
            return;
        }
        if found.loosely_equal.is_empty() && self.stands_in_contract(at) {
            return;
        }
        // "Three were found": a field that counts says it before what could be counted.
        let counted = found
            .loosely_equal
            .first()
            .copied()
            .filter(|n| self.cited.get(*n).is_some_and(|f| f.has("kind.count")));
        if let Some(n) = counted {
            self.equality_holds(at, n, true);
            return;
        }
        let derived = match stated {
            Stated::Number(n) => self.derived(at, n),
            Stated::Date(d) => self.due(*d),
            _ => None,
        };
        match (derived, found.loosely_equal.first(), unequal) {
            (Some(Derived::Holds(fields)), ..) => {
                self.bearing.extend(&found.misplaced);
                self.derived_holds(at, &fields);
            }
            (_, Some(n), _) => {
                self.bearing.extend(&found.loosely_equal);
                self.equality_holds(at, *n, number.is_some());
            }
            (Some(Derived::Fails(why)), ..) => self.bad(at, why),
            // "of the three": a bare count is no sum of money, and a search's own terms deny nothing.
            (None, _, Some(other)) if self.cannot_deny(stated, other) => {}
            (None, _, Some(other)) => self.equality_fails(at, other, stated, &otherwise),
            (None, None, None) => {
                // The right value in the wrong field bears nothing; the right field beside it may say otherwise.
                let loose = found
                    .loosely_unequal
                    .first()
                    .copied()
                    .filter(|_| found.misplaced.is_empty());
                self.not_cited(at, stated, asked, loose, &otherwise);
            }
        }
    }

    /// Whether a field that holds something else says nothing against a stated value.
    fn cannot_deny(&self, stated: &Stated, field: usize) -> bool {
        let Some(field) = self.cited.get(field) else {
            return false;
        };
        let asked_for = field
            .path
            .iter()
            .any(|s| matches!(s.as_str(), "query" | "request" | "params" | "filter"));
        let bare = matches!(stated, Stated::Number(n) if !n.rupees
            && !n.percent
            && n.scale == 0
            && n.value < domain::Decimal::ONE_HUNDRED
            && n.value.fract().is_zero());
        asked_for || (bare && field.classes() == [Class::Amount])
    }

    /// A number that was reckoned: its unit or measure stands behind it.
    fn derived_holds(&mut self, at: usize, fields: &[usize]) {
        let Some(first) = fields.first() else { return };
        self.bearing.extend(fields);
        self.good(at, *first);
        if self
            .items
            .get(at + 1)
            .is_some_and(|i| span::unit(i.text()).is_some())
        {
            self.mark(at + 1);
        } else {
            self.weigh_unit(at, *first);
        }
        // "two are active"
        if self
            .cited
            .get(*first)
            .is_some_and(|f| f.value.as_str().is_some())
            && let Some(state) = self.counted_state(at)
        {
            let each = self.items.get(at + 1).is_some_and(|i| i.class("each"));
            for n in state..self.items.len() {
                let is_state = self.items.get(n).is_some_and(|i| i.state().is_some());
                if n == state || (each && is_state) {
                    self.mark(n);
                }
            }
        }
        for n in 0..self.items.len() {
            if self.items.get(n).is_some_and(|i| {
                ["gap", "gap_below", "gap_above", "late", "early", "share"]
                    .iter()
                    .any(|c| i.class(c))
            }) {
                self.mark(n);
            }
        }
    }

    /// Whether a name or an identifier only says whom the clause is about; it is then accounted for.
    fn says_whose(&mut self, at: usize, stated: &Stated) -> bool {
        let Stated::Text(mention) = stated else {
            return false;
        };
        let whose = self.cited.iter().any(|f| mention.binds(f, self.claim)) && !self.says_it(at);
        if whose {
            self.mark(at);
        }
        whose
    }

    fn equality_holds(&mut self, at: usize, field: usize, number: bool) {
        // A name or identifier that says whose record it is adds nothing by itself, unless it is the field cited.
        let denied = self.denied_at(at) && !self.items.iter().any(|i| i.state().is_some());
        let dated = matches!(self.items.get(at), Some(Item::Value(Token::Date(_))));
        if denied
            && (number
                || dated
                || self
                    .items
                    .get(at.saturating_sub(2)..at)
                    .is_some_and(|b| match b {
                        [.., last] if last.class("not") => true,
                        [not, article] => {
                            not.class("not") && matches!(article.text(), "a" | "an" | "the")
                        }
                        _ => false,
                    }))
        {
            let why = self
                .cited
                .get(field)
                .map(|f| format!("{} holds what is denied", f.pointer()))
                .unwrap_or_default();
            self.bad(at, why);
            return;
        }
        self.good(at, field);
        let near = tags_of(&self.near(at));
        let said = matches!(
            self.items.get(at.wrapping_sub(1)).map(Item::text),
            Some("is" | "was" | "are" | "as" | "named" | "called" | "names" | "by")
        );
        if !number
            && Mention::of(self.items.get(at).unwrap_or(&Item::Mark(' '))).is_some()
            && !said
            && !near.iter().any(|t| is_identity(t))
        {
            self.tally.subjects += 1;
        }
        if number {
            self.weigh_unit(at, field);
            let days = self
                .cited
                .get(field)
                .is_some_and(|f| f.classes() == [Class::Days]);
            if days
                && self
                    .items
                    .get(at + 1)
                    .is_some_and(|i| matches!(i.text(), "days" | "day" | "days credit"))
            {
                self.mark(at + 1);
            }
        }
    }

    fn equality_fails(
        &mut self,
        at: usize,
        other: usize,
        stated: &Stated,
        otherwise: &dyn Fn(&Field<'_>) -> String,
    ) {
        let mention = if let Stated::Text(m) = stated {
            Some(m.clone())
        } else {
            None
        };
        // Whose record it is, not what is said of it.
        let is_subject = mention.is_some_and(|m| {
            self.cited
                .get(other)
                .is_some_and(|f| m.binds(f, self.claim))
                && !self.says_it(at)
        });
        if is_subject {
            self.mark(at);
        } else if self.denied_at(at) {
            self.negation_used = true;
            self.good(at, other);
        } else {
            let why = self.cited.get(other).map(otherwise).unwrap_or_default();
            self.bad(at, why);
        }
    }

    /// Whether a value stands where a sentence says something: behind its verb.
    fn says_it(&self, at: usize) -> bool {
        let before = self.items.get(..at).unwrap_or_default();
        let tags = tags_of(&self.near(at));
        let whereabouts = tags.iter().any(|t| {
            matches!(
                *t,
                "kind.place" | "kind.bank_name" | "kind.holder" | "kind.branch"
            )
        });
        if whereabouts && !before.is_empty() {
            return true;
        }
        before
            .iter()
            .any(|i| matches!(i.text(), "is" | "was" | "are" | "were"))
            && matches!(
                self.items.get(at.wrapping_sub(1)).map(Item::text),
                Some("is" | "was" | "are" | "as" | "named" | "called")
            )
            && tags.iter().any(|t| is_identity(t) || group(t) == "role")
    }

    /// No cited field both fits and holds it: the record may say otherwise elsewhere.
    fn not_cited(
        &mut self,
        at: usize,
        stated: &Stated,
        asked: &Asked<'_>,
        loose: Option<usize>,
        otherwise: &dyn Fn(&Field<'_>) -> String,
    ) {
        if self.says_whose(at, stated) {
            return;
        }
        let mut nearest: Option<Field<'a>> = None;
        'cited: for n in &self.candidates {
            let Some(field) = self.cited.get(*n) else {
                continue;
            };
            for other in self.index.neighbours(field) {
                if other.value.is_array()
                    || !stated.comparable(other)
                    || !other.same_element(field)
                    || self
                        .cited
                        .iter()
                        .any(|c| c.doc == other.doc && c.path == other.path)
                {
                    continue;
                }
                if Self::fit_of(asked, other, stated) == Fit::Exact {
                    if stated.is(other, self.about, false, self.claim) {
                        let why = format!(
                            "\"{}\" stands in {}, which is not cited",
                            stated.shown(),
                            other.pointer()
                        );
                        self.missing(at, why);
                        return;
                    }
                    nearest = Some(other.clone());
                    break 'cited;
                }
            }
        }
        let leaf = loose.and_then(|n| self.cited.get(n)).map(Field::leaf);
        let alike = self
            .candidates
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .all(|f| Some(f.leaf()) == leaf);
        let lone = alike && !matches!(stated, Stated::Text(Mention::Id(_) | Mention::Name(_)));
        match (nearest, loose) {
            (Some(other), _) if !self.negative => {
                let why = otherwise(&other);
                self.bad(at, why);
            }
            (None, Some(n)) if lone && !self.negative && !self.cannot_deny(stated, n) => {
                let why = self.cited.get(n).map(otherwise).unwrap_or_default();
                self.bad(at, why);
            }
            _ => {}
        }
    }

    /// The fit of a field; a text that is equal needs less of a name.
    fn fit_of(asked: &Asked<'_>, field: &Field<'_>, stated: &Stated) -> Fit {
        if field.value.is_array() {
            let counts = matches!(stated, Stated::Number(n) if !n.rupees && !n.percent);
            return if counts && same_record(asked, field) {
                Fit::Exact
            } else {
                Fit::No
            };
        }
        fits(asked, field)
    }

    /// A line's value is passed over where the document has one of its own and no line is spoken of.
    pub(crate) fn outranked(&self, asked: &Asked<'_>, field: &Field<'a>, fit: Fit) -> bool {
        if asked.line || fit == Fit::Exact || field.element().is_none() {
            return false;
        }
        let line = Asked {
            line: true,
            ..asked.clone()
        };
        if fits(&line, field) != Fit::Exact
            && of(&asked.tags, "head").is_empty()
            && !asked.number.is_some_and(|n| n.rupees)
        {
            return false;
        }
        self.index.neighbours(field).into_iter().any(|other| {
            other.element().is_none()
                && other.classes() == field.classes()
                && read::json_number(other.value).is_some()
                && fits(asked, other) != Fit::No
        })
    }
}

impl Field<'_> {
    /// Whether a field stands in the same element of each list as another, or outside of lists.
    pub(crate) fn same_element(&self, of: &Self) -> bool {
        let last = self
            .path
            .iter()
            .rposition(|s| s.bytes().all(|b| b.is_ascii_digit()));
        last.is_none_or(|at| self.path.get(..=at) == of.path.get(..=at))
    }
}
