//! Values of a claim that cited fields hold.

use std::collections::BTreeSet;

use super::{Proof, is_qualified, same_root, stands_out};
use crate::{
    clause::{Item, tags_of},
    field::Field,
    fit::{Asked, Fit, fits, is_identity, widened},
    lex::Token,
    mention::Mention,
    number::Number,
    read,
    stated::Stated,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, name_parts, of, stem},
};

impl<'a> Proof<'a, '_> {
    /// Each value of the claim that a cited field holds.
    pub(super) fn state_values(&mut self) {
        for at in 0..self.w.items.len() {
            match self.item(at) {
                Some(Item::Value(Token::Number(number))) => self.state_number(at, number),
                Some(Item::Value(Token::Date(date))) => {
                    self.state_date(at, &Stated::Date(*date));
                }
                // "GSTR-1 for June" of the return for May, filed in June.
                Some(Item::Value(Token::Part(_))) if self.w.is_other_period(at) => {}
                Some(Item::Value(Token::Part(part))) => {
                    self.state_date(at, &Stated::Part(*part));
                    if !self.is_done(at) {
                        self.state_mention(at);
                    }
                }
                Some(Item::Value(Token::Quote(text))) => {
                    let held = |f: &Field<'a>| {
                        f.value
                            .as_str()
                            .is_some_and(|s| s.trim().eq_ignore_ascii_case(text.trim()))
                    };
                    if let Some(n) = self.w.cited.iter().position(held) {
                        self.state(at, n);
                    }
                }
                Some(_) => self.state_mention(at),
                None => {}
            }
        }
    }

    /// A number: the one cited field that holds it and is not called otherwise.
    pub(super) fn state_number(&mut self, at: usize, number: &Number) {
        let mut holding: Vec<(bool, i32, usize)> = Vec::new();
        for (n, field) in self.w.cited.iter().enumerate() {
            if field.value.is_array() || !Stated::Number(number.clone()).comparable(field) {
                continue;
            }
            let converted = self.w.in_unit_of(at, number, field);
            let stated = Stated::Number(converted.unwrap_or_else(|| number.clone()));
            // A credit is kept below nought, and told as what it is.
            let credited = self.side_number(n).is_some_and(|v| {
                v.is_sign_negative()
                    && number.is(v.abs(), self.is_about(at))
                    && self.is_a_credit(field)
            });
            if (credited
                || stated.is(
                    field,
                    self.is_about(at),
                    self.w.is_tail(at, Some(number)),
                    self.w.claim,
                ))
                && !self.clashes(at, number, field)
                && ((stands_out(number) && !is_qualified(field)) || self.is_called(at, field))
                && self.says_the_term(field)
                && self.speaks_of_the_head(field)
                && self.is_of_the_line(at, field)
                && !self.is_a_gap_of(at, field)
                && !self.is_named_elsewhere(at, field)
            {
                let speaks = self
                    .w
                    .near(at)
                    .iter()
                    .map(|i| self.w.speaks(i, field))
                    .sum();
                holding.push((!self.is_told(n), speaks, n));
            }
        }
        holding.sort_unstable();
        // "Nil CGST and SGST".
        let both_nil = number.value.is_zero()
            && self
                .item(at + 1)
                .and_then(Item::tags)
                .is_some_and(|t| t.contains("head.cgst") && t.contains("head.sgst"));
        let each = self.is_of_each(at) || both_nil;
        match holding.last() {
            Some((true, _, n)) => {
                self.state(at, *n);
                if each {
                    for (_, _, other) in &holding {
                        self.tell(*other);
                    }
                }
            }
            // The same again, rounded: "₹7,41,440, or about ₹7.4 lakh".
            Some((false, _, n)) if self.is_said_again(at, number, *n) => self.finish(at),
            _ if self.w.in_description(at, number)
                || self.w.in_key(number)
                || self.begins_a_code(at, number) =>
            {
                self.finish(at);
            }
            _ => {}
        }
    }

    /// "₹1,845 each", "both show ₹500", "half as CGST and half as SGST".
    pub(super) fn is_of_each(&self, at: usize) -> bool {
        self.class_at(Some(at + 1), "each")
            || self.class_at(Some(at + 2), "each")
            || self.w.items.iter().any(|i| {
                matches!(
                    i.text(),
                    "both" | "half" | "each" | "also" | "same" | "the same" | "all"
                )
            })
    }

    /// Whether a number that a field holds is told already, in other digits.
    pub(super) fn is_said_again(&self, at: usize, number: &Number, n: usize) -> bool {
        self.states.iter().enumerate().any(|(other, field)| {
            let raw = self.item(other).and_then(Item::number).map(|n| &n.raw);
            *field == Some(n) && other != at && raw != Some(&number.raw)
        })
    }

    /// Whether both the claim and the record speak of a sum that is taken off.
    pub(super) fn is_a_credit(&self, field: &Field<'a>) -> bool {
        const OFF: [&str; 5] = ["credit", "round", "discount", "deduct", "refund"];
        let off = |w: &str| OFF.iter().find(|o| w.starts_with(**o)).copied();
        let said: BTreeSet<&str> = folded_words(self.w.claim)
            .iter()
            .filter_map(|w| off(w))
            .collect();
        let mut held: BTreeSet<&str> = name_parts(field.leaf())
            .iter()
            .filter_map(|p| off(p))
            .collect();
        if name_parts(field.leaf()).iter().any(|p| p == "rnd") {
            held.insert("round");
        }
        for (_, value) in field.scope() {
            if value.as_str() == Some("CRN") {
                held.insert("credit");
            }
            held.extend(
                value
                    .as_str()
                    .map(folded_words)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|w| off(w)),
            );
        }
        !said.is_disjoint(&held)
    }

    /// A date, or as much of it as is told, in a field that is not the date of another event.
    pub(super) fn state_date(&mut self, at: usize, stated: &Stated) {
        let near = self.w.near(at);
        let spoken: Vec<String> = self
            .scope_of(at)
            .filter_map(|n| self.item(n))
            .flat_map(|i| folded_words(i.text()))
            .map(|w| stem(&w))
            .collect();
        let mut holding: Vec<(bool, i32, usize)> = Vec::new();
        for (n, field) in self.w.cited.iter().enumerate() {
            let tagged = Asked {
                clause: tags_of(self.w.items),
                words: self.w.words.clone(),
                run: read::identifier(self.w.claim),
                tags: tags_of(&near),
                line: true,
                ..Asked::default()
            };
            let named = self.is_called(at, field)
                && name_parts(field.leaf()).iter().any(|p| {
                    p.len() > 3
                        && !matches!(p.as_str(), "date" | "time" | "dated")
                        && of(&VOCABULARY.member(p).0, "doc").is_empty()
                        && spoken.iter().any(|w| same_root(w, p))
                });
            let said = !Self::said_events(&tags_of(&near)).is_disjoint(&of(&field.tags, "event"));
            let before = self.item(at.wrapping_sub(1)).map_or("", Item::text);
            let counted_from = before == "from"
                && at > 1
                && self
                    .item(at - 2)
                    .is_some_and(|i| crate::span::unit(i.text()).is_some());
            let made = of(&tagged.tags, "event")
                .iter()
                .all(|t| *t == "event.issue")
                && ["event.ack", "event.creation", "event.registration"]
                    .iter()
                    .any(|t| field.has(t) && *t != "event.registration" || field.has("event.ack"))
                && self.may_be_made(field);
            let lone = self
                .w
                .cited
                .iter()
                .filter(|f| read::json_date(f.value).is_some())
                .count()
                == 1
                && of(&tagged.tags, "event").is_empty()
                && self.is_own_date(field);
            if !Self::is_day_of_making(&near, field)
                && stated.comparable(field)
                && stated.is(field, false, false, self.w.claim)
                && (named
                    || lone
                    || said
                    || self.bounds_a_search(at, field)
                    || self.is_the_papers_day(at, &near, field)
                    || counted_from
                    || self.is_since(at, field)
                    || made
                    || fits(&tagged, field) != Fit::No)
            {
                let speaks = near.iter().map(|i| self.w.speaks(i, field)).sum();
                holding.push((!self.is_told(n), speaks, n));
            }
        }
        holding.sort_unstable();
        if holding.is_empty()
            && let Stated::Date(day) = stated
            && day.day() == day.days_in_month()
            && let Some(n) = self.w.cited.iter().position(|f| {
                f.value
                    .as_str()
                    .filter(|_| read::json_date(f.value).is_none())
                    .and_then(read::period)
                    .is_some_and(|p| p.year == day.year() && p.month == day.month())
            })
        {
            // "At the end of May" of the figures for May.
            self.state(at, n);
        }
        if let Some((_, _, n)) = holding.last() {
            self.state(at, *n);
            let both = self.is_of_each(at);
            for other in 0..self.w.cited.len() {
                let Some(field) = self.field(other) else {
                    continue;
                };
                let holds = read::json_date(field.value).is_some()
                    && stated.is(field, false, false, self.w.claim);
                // A month is told of both ends of a period that lies in it.
                let holder = self.field(*n).and_then(|f| f.chain.last().copied());
                let beside = holder
                    .zip(field.chain.last().copied())
                    .is_some_and(|(a, b)| std::ptr::eq(a, b));
                let same = both && self.is_own_date(field);
                if holds && (same || (beside && matches!(stated, Stated::Part(_)))) {
                    self.tell(other);
                }
            }
        }
    }

    /// "Was issued on" the day of an acknowledgement: of an IRN, and not of the invoice that it is for.
    fn may_be_made(&self, field: &Field<'a>) -> bool {
        let said = tags_of(self.w.items);
        let words = folded_words(self.w.claim);
        !field.has("event.ack")
            || ["doc.irn", "kind.irn", "kind.ack", "event.ack", "doc.portal"]
                .iter()
                .any(|t| said.contains(t))
            || words
                .iter()
                .any(|w| matches!(w.as_str(), "generated" | "generation" | "irn" | "irp"))
    }

    /// "The registration was cancelled on": not the day on which it was made.
    fn is_day_of_making(near: &[Item], field: &Field<'a>) -> bool {
        let ended = |tags: &Tags| {
            ["event.cancellation", "event.suspension"]
                .iter()
                .any(|t| tags.contains(t))
        };
        let registered = near
            .iter()
            .any(|i| i.text().starts_with("registered") || i.text() == "since");
        field.has("event.registration")
            && !registered
            && ended(&tags_of(near))
            && !ended(&field.tags)
    }

    /// "Has been suspended since 14 August": the day from which a record is in its state; or the day that a calculation came
    /// to.
    fn is_since(&self, at: usize, field: &Field<'a>) -> bool {
        let before = self.item(at.wrapping_sub(1)).map_or("", Item::text);
        let parts = name_parts(field.leaf());
        let is = |wanted: &[&str]| parts.iter().any(|p| wanted.contains(&p.as_str()));
        let state = self
            .scope_of(at)
            .any(|n| n < at && self.item(n).is_some_and(|i| i.state().is_some()));
        let reckoned = self.w.index.kinds(field.doc).contains("doc.calculation")
            && matches!(field.leaf(), "result" | "output" | "answer");
        reckoned
            || matches!(before, "since" | "from" | "with effect from")
                && is(&["status", "sts", "state"])
                && is(&["from", "since", "effective", "wef", "date", "on"])
                && state
    }

    /// "Bill 4-118 bears a date of": the own day of the paper whose number stands beside it.
    fn is_the_papers_day(&self, at: usize, near: &[Item], field: &Field<'a>) -> bool {
        let own = of(&field.tags, "event").iter().all(|t| *t == "event.issue");
        let event = of(&tags_of(near), "event")
            .iter()
            .any(|t| *t != "event.issue");
        let named = self.scope_of(at).any(|n| {
            n < at
                && self.item(n).and_then(Mention::of).is_some_and(|m| {
                    matches!(m, Mention::Id(_))
                        && self.w.cited.iter().any(|f| {
                            f.doc == field.doc
                                && f.chain.len() == field.chain.len()
                                && m.is(f.value, self.w.claim)
                        })
                })
        });
        own && !event && named
    }

    /// "Between 1 April 2024 and 31 October 2025" of the dates that a search ran from and to.
    fn bounds_a_search(&self, at: usize, field: &Field<'a>) -> bool {
        const ASKED: [&str; 9] = [
            "query", "search", "params", "scope", "criteria", "request", "filter", "filters",
            "window",
        ];
        let asked = field
            .path
            .iter()
            .any(|s| ASKED.contains(&s.to_lowercase().as_str()))
            || field.docs().contains("doc.search");
        let parts = name_parts(field.leaf());
        let is = |wanted: &[&str]| parts.iter().any(|p| wanted.contains(&p.as_str()));
        let text = |n: Option<usize>| n.and_then(|n| self.item(n)).map_or("", Item::text);
        let (before, behind) = (text(at.checked_sub(1)), text(at.checked_add(1)));
        let begins = is(&["from", "since", "start", "begin"])
            && (matches!(before, "from" | "between" | "since" | "after")
                || matches!(behind, "to" | "till" | "until" | "through" | "upto"));
        let ends = is(&["to", "until", "till", "upto", "end"])
            && matches!(
                before,
                "to" | "till" | "until" | "through" | "upto" | "up to" | "and"
            );
        asked && (begins || ends)
    }

    /// Whether a date is that of the paper itself, or of an event that the claim speaks of.
    pub(super) fn is_own_date(&self, field: &Field<'a>) -> bool {
        let events: Tags = of(&field.tags, "event")
            .into_iter()
            .filter(|t| *t != "event.issue")
            .collect();
        let said = Self::said_events(&tags_of(self.w.items));
        events.is_empty() || !events.is_disjoint(&said)
    }

    /// Events that words speak of, with those that papers stand for.
    pub(super) fn said_events(tags: &Tags) -> Tags {
        let mut out = of(&widened(tags), "event");
        out.remove("event.issue");
        if !out.is_empty() {
            return out;
        }
        for tag in tags {
            let also: &[Tag] = match *tag {
                "doc.registration" => &["event.registration"],
                "doc.irn" => &["event.ack"],
                "doc.return" => &["event.filing"],
                "doc.payment" | "head.paid" => &["event.payment"],
                "doc.receipt" | "stage.received" => &["event.receipt"],
                "stage.ordered" => &["event.order"],
                "stage.dispatched" => &["event.dispatch"],
                "doc.bank" => &["event.verification"],
                _ => &[],
            };
            out.extend(also);
        }
        out
    }

    /// Whether an identifier is told as what something is, and not as what is spoken of: "the account is 50200071436648".
    pub(super) fn is_said_to_be(&self, at: usize) -> bool {
        let kinds = tags_of(&self.w.near(at)).iter().any(|t| {
            is_identity(t)
                && !matches!(
                    *t,
                    "kind.number" | "kind.name" | "kind.hsn" | "kind.period" | "kind.section"
                )
        });
        let behind_verb = matches!(
            self.item(at.wrapping_sub(1)).map(Item::text),
            Some("is" | "was" | "as" | "are" | "were")
        );
        kinds || behind_verb
    }

    /// Whether a party or a kind of name that the words name is not the one that a field is of.
    pub(super) fn is_another_name(&self, at: usize, field: &Field<'a>) -> bool {
        let tags = tags_of(&self.w.near(at));
        let around = tags_of(self.w.items.get(self.scope_of(at)).unwrap_or_default());
        let disjoint = |group: &str, held: &Tags| {
            let near = of(&tags, group);
            let said = if near.is_empty() {
                of(&around, group)
            } else {
                near
            };
            !said.is_empty() && !held.is_empty() && said.is_disjoint(held)
        };
        let own = of(&field.tags, "role");
        let spoken = tags_of(self.w.items);
        // Who only carries or sends the goods is called so.
        let silent = !own.is_empty()
            && !own.contains("role.supplier")
            && own.is_disjoint(&spoken)
            && !self.is_named_in_full(field);
        // Whose it is, by the names above it.
        let placed: Tags = field
            .path
            .iter()
            .flat_map(|s| of(&VOCABULARY.member(s).0, "role"))
            .collect();
        let numbered = |tags: &Tags| -> Tags {
            tags.iter()
                .copied()
                .filter(|t| {
                    matches!(
                        *t,
                        "kind.pan"
                            | "kind.gstin"
                            | "kind.account"
                            | "kind.ifsc"
                            | "kind.irn"
                            | "kind.ack"
                            | "kind.utr"
                            | "kind.udyam"
                            | "kind.hsn"
                            | "kind.vehicle"
                            | "kind.pin"
                            | "kind.address"
                            | "kind.jurisdiction"
                    )
                })
                .collect()
        };
        let (said, held) = (numbered(&tags), numbered(&field.tags));
        disjoint("variant", &of(&field.tags, "variant"))
            || (!said.is_empty() && !held.is_empty() && said.is_disjoint(&held))
            || disjoint("role", &own)
            || (disjoint("role", &placed)
                && !matches!(
                    field.leaf().to_lowercase().as_str(),
                    "pos" | "place_of_supply" | "placeofsupply"
                ))
            || silent
    }

    /// An identifier, a name, a line or a period: what a cited field holds, or what a cited record is known by.
    pub(super) fn state_mention(&mut self, at: usize) {
        let Some(mention) = self.item(at).and_then(Mention::of) else {
            return;
        };
        let mut found = false;
        for n in 0..self.w.cited.len() {
            let Some(field) = self.field(n) else { continue };
            let year = self.w.fiscal_year_at(at).is_some_and(|y| {
                field
                    .value
                    .as_str()
                    .is_some_and(|t| crate::calendar::fiscal_year(t) == Some(y))
            });
            if !matches!(mention, Mention::Ordinal(_))
                && (mention.is(field.value, self.w.claim) || mention.tells(field.value) || year)
                && read::json_date(field.value).is_none()
                && !self.is_another_name(at, field)
                && !self.is_another_place(field)
            {
                self.state(at, n);
                found = true;
            }
        }
        if found {
            return;
        }
        if let Mention::Name(_) = mention
            && self.state_other_name(at, &mention)
        {
            return;
        }
        if self.stands_in_a_gstin(&mention) {
            self.finish(at);
            return;
        }
        let bound = match mention {
            // A period is no subject: it has to be the one of what is cited.
            Mention::Period(_) => None,
            // What is said to be somebody's account has to be cited.
            Mention::Id(ref id) if self.is_said_to_be(at) && !self.is_own_number(at, id) => None,
            _ => self
                .w
                .cited
                .iter()
                .position(|f| self.w.is_about(&mention, f)),
        };
        let in_text = |f: &Field<'a>| match &mention {
            Mention::Id(id) => f
                .value
                .as_str()
                .is_some_and(|s| s.len() < 200 && folded_words(s).contains(&id.to_lowercase())),
            _ => false,
        };
        if bound.is_some() || self.w.cited.iter().any(in_text) {
            self.finish(at);
        }
    }
}
