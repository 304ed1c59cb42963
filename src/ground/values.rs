//! Numbers, dates, identifiers and names of a clause against the cited fields: equality, each to each.

use crate::{
    clause::{Item, relation, tags_of},
    derive::Derived,
    field::{Class, Field},
    fit::{Asked, Fit, fits, is_identity, is_named, same_record},
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
            if self.is_other_period(at) {
                self.missing(
                    at,
                    format!("\"{}\" is not the period that is cited", item.shown()),
                );
                continue;
            }
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
                && (self.in_key(number)
                    || (self.in_formula(number) && !self.is_held(number))
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
            self.inherit(&stated, &mut near);
            self.weigh_value(at, &stated, &near);
        }
    }

    /// "The total is X, not Y": the part behind says of what stands before, unless it is borne as it stands.
    fn inherit(&self, stated: &Stated, near: &mut Vec<Item>) {
        let inherited = near.iter().all(|i| {
            i.tags()
                .is_none_or(|t| t.iter().all(|t| matches!(group(t), "doc" | "role")))
        }) && self
            .items
            .iter()
            .all(|i| i.tags().is_none_or(std::collections::BTreeSet::is_empty));
        let asked = self.asked(near, None, false);
        let held = self
            .candidates
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .any(|f| {
                stated.comparable(f)
                    && stated.is(f, self.about, false, self.claim)
                    && fits(
                        &Asked {
                            number: None,
                            ..asked.clone()
                        },
                        f,
                    ) != Fit::No
            });
        if inherited && !held {
            near.extend(self.before.iter().filter(|i| i.tags().is_some()).cloned());
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

    /// "GSTR-1 for June 2026" of the return for May, filed in June.
    pub(crate) fn is_other_period(&self, at: usize) -> bool {
        let behind = |words: &[&str]| {
            at.checked_sub(1)
                .and_then(|n| self.items.get(n))
                .is_some_and(|i| words.contains(&i.text()))
        };
        let part = matches!(self.items.get(at), Some(Item::Value(Token::Part(p))) if p.day.is_none() && p.month.is_some());
        let period = |f: &Field<'_>| {
            f.scope().iter().any(|(_, v)| {
                v.as_str()
                    .is_some_and(|t| read::date(t).is_none() && read::period(t).is_some())
            })
        };
        let cited = self.cited.iter().any(|f| f.has("kind.period"));
        part && !cited
            && behind(&["for", "of", "s"])
            && !self.is_period_of_record(at)
            && self
                .candidates
                .iter()
                .filter_map(|n| self.cited.get(*n))
                .any(period)
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
            let converted = number
                .and_then(|n| self.in_unit_of(at, n, field))
                .map(Stated::Number);
            let stated = converted.as_ref().unwrap_or(stated);
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
        let otherwise_borne =
            found.loosely_equal.is_empty() && !matches!(derived, Some(Derived::Holds(_)));
        if otherwise_borne {
            if let Some(n) = self.told_apart(at, found) {
                self.equality_holds(at, n, number.is_some());
                return;
            }
            if let Some(Derived::Holds(fields)) =
                number.and_then(|n| self.reckoned_so(at, n, !found.unequal.is_empty()))
            {
                self.derived_holds(at, &fields);
                return;
            }
        }
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

    /// The field that holds a stated value under a name which the clause speaks of, nearer to the value than any that
    /// holds another.
    fn told_apart(&self, at: usize, found: &Found) -> Option<usize> {
        let said = |item: &Item, n: usize| {
            let own = self.cited.get(n).map(|f| &f.tags);
            item.tags().zip(own).is_some_and(|(said, own)| {
                said.iter().any(|t| {
                    own.contains(t)
                        && *t != "head.total"
                        && matches!(group(t), "head" | "event" | "stage" | "variant" | "role")
                })
            })
        };
        let near = |n: usize, rival: Option<usize>| -> Option<usize> {
            self.items
                .iter()
                .enumerate()
                .filter(|(_, item)| said(item, n) && !rival.is_some_and(|r| said(item, r)))
                .map(|(i, _)| {
                    if i < at {
                        2 * (at - i)
                    } else {
                        2 * (i - at) + 1
                    }
                })
                .min()
        };
        // The only sum of a record, where no other is spoken of.
        let silent = tags_of(self.all).iter().all(|t| match group(t) {
            "head" | "stage" => false,
            "kind" => matches!(
                *t,
                "kind.amount" | "kind.date" | "kind.days" | "kind.number" | "kind.name"
            ),
            _ => true,
        });
        let lone = found.misplaced.iter().copied().find(|n| {
            silent
                && self.cited.get(*n).is_some_and(|f| {
                    f.classes() == [Class::Amount]
                        && self
                            .index
                            .neighbours(f)
                            .iter()
                            .all(|o| o.classes() != [Class::Amount])
                })
        });
        if lone.is_some() {
            return lone;
        }
        found.misplaced.iter().copied().find(|n| {
            let Some(field) = self.cited.get(*n) else {
                return false;
            };
            // One that fits loosely and is stated by itself elsewhere is not meant here.
            let told = |n: &usize| {
                let held = self.cited.get(*n).and_then(|f| read::json_number(f.value));
                self.items.iter().enumerate().any(|(i, item)| {
                    i != at
                        && item
                            .number()
                            .is_some_and(|n| held.is_some_and(|v| n.is(v, false)))
                })
            };
            let rivals: Vec<usize> = found
                .unequal
                .iter()
                .chain(found.loosely_unequal.iter().filter(|n| !told(n)))
                .copied()
                .collect();
            let asked = self.asked(&[], None, false);
            same_record(&asked, field)
                && is_named(&asked, field)
                && near(*n, None).is_some()
                && rivals
                    .iter()
                    .all(|r| match (near(*n, Some(*r)), near(*r, Some(*n))) {
                        (Some(own), Some(theirs)) => own < theirs,
                        (Some(_), None) => true,
                        _ => false,
                    })
        })
    }

    /// Whether a field that holds something else says nothing against a stated value.
    fn cannot_deny(&self, stated: &Stated, field: usize) -> bool {
        let Some(field) = self.cited.get(field) else {
            return false;
        };
        let asked_for = field.path.iter().any(|s| {
            matches!(
                s.as_str(),
                "query"
                    | "request"
                    | "params"
                    | "filter"
                    | "search"
                    | "scope"
                    | "criteria"
                    | "searched"
            )
        });
        let bare = matches!(stated, Stated::Number(n) if !n.rupees
            && !n.percent
            && n.scale == 0
            && n.value < domain::Decimal::ONE_HUNDRED
            && n.value.fract().is_zero());
        asked_for || (bare && field.classes() == [Class::Amount])
    }

    /// A number that was reckoned: its unit or measure stands behind it.
    fn derived_holds(&mut self, at: usize, fields: &[usize]) {
        let Some(first) = fields.first() else {
            self.mark(at);
            return;
        };
        if self.denied_at(at) && !self.negation_used {
            self.bad(at, "the cited values come to what is denied".to_owned());
            return;
        }
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
                [
                    "gap",
                    "gap_below",
                    "gap_above",
                    "late",
                    "early",
                    "share",
                    "sum",
                    "minus",
                    "difference",
                ]
                .iter()
                .any(|c| i.class(c))
                    || i.text() == "average"
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
        // "S. Pawar carried out the inspection": who did it.
        let did = self.cited.get(field).is_some_and(|f| {
            let events = of(&f.tags, "event");
            !events.is_disjoint(&tags_of(self.items))
        });
        let said = did
            || matches!(
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
            let about = |f: &Field<'_>| m.binds(f, self.claim);
            (self.cited.get(other).is_some_and(about)
                || self.cited.iter().any(|f| about(f) && f.doc != 0))
                && !self.says_it(at)
        });
        if is_subject {
            self.mark(at);
        } else if self.denied_at(at)
            && (!matches!(stated, Stated::Text(_)) || self.is_denied_itself(at))
        {
            self.negation_used = true;
            self.good(at, other);
        } else {
            let why = self.cited.get(other).map(otherwise).unwrap_or_default();
            self.bad(at, why);
        }
    }

    /// Whether the denial stands right before a value: "is not V002".
    fn is_denied_itself(&self, at: usize) -> bool {
        self.items
            .get(at.saturating_sub(3)..at)
            .unwrap_or_default()
            .iter()
            .any(|i| i.class("not") || i.class("differ"))
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
        // Of one share and one rate, whatever else is cited.
        let share = matches!(stated, Stated::Number(n) if n.percent)
            && !self.items.iter().any(|i| relation(i).is_some())
            && loose.and_then(|n| self.cited.get(n)).is_some_and(|f| {
                f.classes() == [Class::Rate]
                    && read::json_number(f.value).is_some_and(|v| v <= domain::Decimal::ONE_HUNDRED)
            });
        let leaf = loose.and_then(|n| self.cited.get(n)).map(Field::leaf);
        let alike = self
            .candidates
            .iter()
            .filter_map(|n| self.cited.get(*n))
            .filter(|f| !share || (f.classes() == [Class::Rate] && stated.comparable(f)))
            .all(|f| Some(f.leaf()) == leaf);
        let lone = alike && !matches!(stated, Stated::Text(Mention::Id(_) | Mention::Name(_)));
        match (nearest, loose) {
            // An identifier of another make is no other value of the field.
            (near, loose) if matches!(stated, Stated::Text(Mention::Id(_))) => {
                let alike = |f: &Field<'_>| {
                    let Stated::Text(Mention::Id(id)) = stated else {
                        return false;
                    };
                    f.value
                        .as_str()
                        .is_some_and(|v| crate::subject::same_shape(id, v))
                };
                let cited = loose.and_then(|n| self.cited.get(n)).filter(|f| alike(f));
                if let Some(field) =
                    cited.filter(|_| !self.negative && near.is_none_or(|f| alike(&f)))
                {
                    let why = otherwise(field);
                    self.bad(at, why);
                }
            }
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
