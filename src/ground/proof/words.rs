//! The words of a claim that no value and no relation has taken.

use super::Proof;
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    fit::{PAPERS, REGISTERS, widened, widened_public},
    guard,
    lex::Token,
    vocabulary::{Meaning, Tags, VOCABULARY, folded_words, group},
};

/// Classes of words that turn what a claim says.
const TURNING: [&str; 15] = [
    "crossing",
    "within_state",
    "opinion",
    "cause",
    "only",
    "all",
    "most",
    "least",
    "minus",
    "difference",
    "gap_above",
    "gap_below",
    "late",
    "early",
    "predicate",
];

impl<'a> Proof<'a, '_> {
    /// Whether each word that is left says nothing of its own, or names what the cited values are.
    pub(super) fn settle_words(&mut self) -> Result<(), super::Gap> {
        let own = self.names_of_fields();
        let beside = self.names_of_records();
        for at in 0..self.w.items.len() {
            if self.is_done(at) {
                continue;
            }
            let Some(item) = self.item(at) else { continue };
            let left = |what: &str| Err(super::Gap::Word(what.to_owned()));
            match item {
                Item::Phrase(text, meaning)
                    if !self.is_licensed(at, text, meaning, &own, &beside) =>
                {
                    if self.is_a_strange_head(meaning) {
                        return Err(super::Gap::Unborne(text.clone(), Label::Unsupported));
                    }
                    return left(text);
                }
                Item::Unknown(word) => {
                    let sense = VOCABULARY.synonym(&word.to_lowercase());
                    let named = |p: &String| {
                        super::same_root(word, p)
                            || (sense.is_some() && VOCABULARY.synonym(p) == sense)
                    };
                    let known = self.w.on_record(word)
                        || self.is_brought_along(at, &word.to_lowercase())
                        || self
                            .w
                            .cited
                            .iter()
                            .flat_map(|f| &f.path)
                            .flat_map(|s| crate::vocabulary::name_parts(s))
                            .any(|p| named(&p))
                        || VOCABULARY.unit(word).is_some()
                        || self.w.is_goods(at, word)
                        || self.is_short_for_goods(word)
                        || self.is_half_a_unit(at, word)
                        || guard::names_currency(word, self.w.cited);
                    // A word that is not understood may turn all that stands around it.
                    if !known {
                        return left(word);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a phrase names a tax that no record speaks of, where a sum is stated.
    fn is_a_strange_head(&self, meaning: &Meaning) -> bool {
        let taxes: Tags = meaning
            .tags
            .iter()
            .copied()
            .filter(|t| {
                matches!(
                    *t,
                    "head.gst" | "head.igst" | "head.cgst" | "head.sgst" | "head.tds" | "head.cess"
                )
            })
            .collect();
        let stated = self
            .w
            .items
            .iter()
            .any(|i| i.number().is_some_and(|n| n.rupees));
        let known = (0..self.w.index.len())
            .flat_map(|doc| self.w.index.leaves(doc))
            .any(|f| {
                f.tags.iter().any(|t| {
                    matches!(*t, "head.total" | "head.gst" | "head.tds" | "head.tcs")
                        || taxes.contains(t)
                }) || f.value.as_str().is_some_and(|s| {
                    s.to_lowercase().contains("tax") || s.to_lowercase().contains("gst")
                })
            });
        stated
            && !taxes.is_empty()
            && taxes.len() == meaning.tags.iter().filter(|t| group(t) == "head").count()
            && !known
    }

    /// What no record could bear, whatever else is borne: a denial where nothing is no or nought, all of a kind where one
    /// is cited, and a state on a day that is not the day on which it was looked up.
    pub(super) fn unborne(&self) -> Option<(String, Label)> {
        if let Some(Item::Phrase(text, m)) = self.w.items.first()
            && m.classes.contains("all")
            && matches!(text.as_str(), "all" | "every" | "each" | "any")
            && self
                .w
                .cited
                .iter()
                .all(|f| f.element().is_none() && !f.value.is_array())
        {
            let next = self.item(1);
            let whole = next.is_some_and(|i| {
                i.tags()
                    .is_some_and(|t| t.iter().any(|t| matches!(group(t), "role" | "doc")))
                    && !matches!(i, Item::Phrase(t, _) if t.starts_with("the"))
            });
            let number = self.w.items.iter().any(|i| i.number().is_some());
            if whole && !number {
                return Some((text.clone(), Label::Unsupported));
            }
        }
        let denied = (0..self.w.items.len())
            .find(|n| !self.is_done(*n) && self.class_at(Some(*n), "not"))
            .filter(|_| self.w.cited.iter().all(Self::is_plainly_so) && self.w.cited.len() < 3);
        if let Some(at) = denied {
            return Some((
                self.item(at).map_or(String::new(), Item::shown),
                Label::Partial,
            ));
        }
        if let Some(why) = self.other_number() {
            return Some((why, Label::Unsupported));
        }
        self.state_of_another_day().or_else(|| {
            self.misnamed()
                .or_else(|| self.told_twice())
                .map(|why| (why, Label::Unsupported))
        })
    }

    /// "The PAN is 27AAKCS4821M1ZW" of a GSTIN: what is cited is another sort of identifier than the claim speaks of.
    fn other_number(&self) -> Option<String> {
        let sorts = |tags: &Tags| -> Tags {
            tags.iter()
                .copied()
                .filter(|t| matches!(*t, "kind.pan" | "kind.gstin" | "kind.ifsc" | "kind.account"))
                .collect()
        };
        let said = sorts(&tags_of(self.w.items));
        let held: Tags = self.w.cited.iter().flat_map(|f| sorts(&f.tags)).collect();
        let told = self
            .w
            .items
            .iter()
            .any(|i| matches!(i, Item::Value(Token::Id(_))));
        (told && !said.is_empty() && !held.is_empty() && said.is_disjoint(&held))
            .then(|| "an identifier of another sort".to_owned())
    }

    /// Whether a cited value could bear no denial: a text that says something is so.
    fn is_plainly_so(field: &Field<'a>) -> bool {
        field.value.as_str().is_some_and(|s| {
            let words = folded_words(s);
            !words.is_empty()
                && words.len() < 4
                && crate::read::json_date(field.value).is_none()
                && crate::read::truth(field.value).is_none()
                && !crate::read::empty(field.value)
                && VOCABULARY.state(s) == Some("on_hold")
        })
    }

    /// "Was active on the date of the invoice" by what was looked up on another day.
    fn state_of_another_day(&self) -> Option<(String, Label)> {
        let status = self.w.cited.iter().find(|f| {
            f.has("kind.status") && f.value.as_str().and_then(|v| VOCABULARY.state(v)).is_some()
        })?;
        let asked = status.scope().iter().find_map(|(key, value)| {
            let looked_up = crate::vocabulary::name_parts(key).iter().any(|p| {
                matches!(
                    p.as_str(),
                    "queried" | "fetched" | "checked" | "retrieved" | "asof" | "queryed"
                )
            });
            crate::read::json_date(value).filter(|_| looked_up)
        })?;
        let on = self
            .w
            .items
            .iter()
            .enumerate()
            .find_map(|(at, i)| match i {
                Item::Value(Token::Date(d)) => {
                    let day = (1..=8).any(|b| {
                        at.checked_sub(b)
                            .and_then(|n| self.item(n))
                            .is_some_and(|i| {
                                i.text() == "on"
                                    || i.text().contains("the date of")
                                    || i.text() == "when"
                            })
                    });
                    day.then_some(*d)
                }
                _ => None,
            })?;
        let past = self
            .w
            .items
            .iter()
            .any(|i| matches!(i.text(), "was" | "were" | "had"));
        (past && on < asked).then(|| (format!("on {on}"), Label::Unsupported))
    }

    /// Whether a stated number stands behind a word in its part of the sentence.
    fn is_before_a_number(&self, at: usize) -> bool {
        self.scope_of(at).any(|n| {
            n > at
                && self.item(n).is_some_and(|i| {
                    i.number().is_some()
                        || matches!(i, Item::Value(Token::Date(_) | Token::Part(_)))
                })
        })
    }

    /// Whether a figure stands behind a word, at most an article away.
    fn is_before_a_figure(&self, at: usize) -> bool {
        (1..=2).any(|n| {
            self.item(at + n).is_some_and(|i| i.number().is_some()) && !self.is_a_told_key(at + n)
        })
    }

    /// "The whole quantity of 300 bags": as much came of one as there is of the other.
    fn is_the_whole(&self) -> bool {
        if self.added {
            return true;
        }
        let numbers: Vec<_> = (0..self.w.cited.len())
            .filter_map(|n| self.side_number(n))
            .collect();
        numbers
            .iter()
            .enumerate()
            .any(|(n, a)| numbers.iter().skip(n + 1).any(|b| a == b))
            || self
                .w
                .items
                .iter()
                .any(|i| crate::span::unit(i.text()).is_some())
    }

    /// Whether words stand behind each other that the letters of a name stand for: "minimum order" of `moq`.
    pub(super) fn has_initials(&self, part: &str) -> bool {
        let short = (3..=4).contains(&part.len()) && !part.contains(['a', 'e', 'i', 'u']);
        short && self.initials_at(part).is_some()
    }

    /// "486 cubic metres" of what is measured so.
    fn is_half_a_unit(&self, at: usize, word: &str) -> bool {
        let next = self.item(at + 1).map_or("", Item::text).to_lowercase();
        let unit = VOCABULARY.unit(&format!("{} {next}", word.to_lowercase()));
        unit.is_some()
            && self
                .w
                .cited
                .iter()
                .any(|f| crate::measure::unit_of(f) == unit)
    }

    /// "The MEK line" of methyl ethyl ketone: the first letters of what the cited line is called.
    fn is_short_for_goods(&self, word: &str) -> bool {
        let short = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
        short
            && self.w.cited.iter().any(|f| {
                f.scope().iter().any(|(key, value)| {
                    let called = crate::leftover::is_description(key);
                    let text = value.as_str().filter(|_| called).unwrap_or_default();
                    let firsts: String = folded_words(text)
                        .iter()
                        .filter_map(|w| w.chars().next())
                        .collect();
                    firsts.to_uppercase().starts_with(word)
                })
            })
    }

    fn initials_at(&self, part: &str) -> Option<usize> {
        let letter = |n: usize| {
            self.item(n)
                .and_then(|i| i.text().chars().next())
                .map(|c| c.to_ascii_lowercase())
        };
        let two: Vec<char> = part.chars().take(2).collect();
        (0..self.w.items.len())
            .find(|n| letter(*n) == two.first().copied() && letter(n + 1) == two.get(1).copied())
    }

    /// Whether a phrase is one of the words that the letters of a cited name stand for.
    fn is_initials(&self, at: usize) -> bool {
        self.w
            .cited
            .iter()
            .flat_map(|f| crate::vocabulary::name_parts(f.leaf()))
            .filter(|p| self.has_initials(p))
            .filter_map(|p| self.initials_at(&p))
            .any(|n| n == at || n + 1 == at)
    }

    /// What the cited fields are, by their own names and those above them.
    fn names_of_fields(&self) -> Tags {
        let mut out = Tags::new();
        for field in self.w.cited {
            out.extend(widened(&field.tags));
            out.extend(field.class_tags());
            out.extend(field.docs());
            out.extend(Self::spoken_as(field));
            for segment in &field.path {
                out.extend(VOCABULARY.member(segment).0);
            }
        }
        out.extend(widened_public(&out.clone()));
        if out.contains("head.total") || self.w.cited.iter().any(crate::field::Field::is_only_tax) {
            out.insert("head.gst");
        }
        out
    }

    /// What stands beside the cited fields, and what their records are.
    fn names_of_records(&self) -> Tags {
        let mut out = Tags::new();
        for field in self.w.cited {
            out.extend(&field.sources);
            out.extend(self.w.index.kinds(field.doc));
            out.extend(crate::leftover::scope_tags(
                field,
                &["kind", "doc", "role", "variant"],
            ));
            out.extend(self.w.roles_of(field));
        }
        out
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one list of ways, each short by itself"
    )]
    fn is_licensed(
        &self,
        at: usize,
        text: &str,
        meaning: &Meaning,
        own: &Tags,
        beside: &Tags,
    ) -> bool {
        let says = |class: &str| meaning.classes.contains(class);
        let partly = self
            .item(at + 1)
            .is_some_and(|i| i.state() == Some("part_paid") && self.is_done(at + 1));
        if matches!(text, "alone" | "only") && (self.is_before_a_number(at) || partly) {
            return true;
        }
        if self.is_brought_along(at, text) || (says("cause") && self.reason_is_told()) {
            return true;
        }
        if meaning
            .tags
            .iter()
            .all(|t| matches!(*t, "event.registration" | "doc.registration"))
            && !meaning.tags.is_empty()
            && own.contains("kind.gstin")
        {
            return true;
        }
        if text == "branch" && own.contains("kind.ifsc") {
            return true;
        }
        let of_all = text == "in all" && self.item(at + 1).is_some_and(|i| i.text() == "of");
        if text == "respectively" || of_all {
            return false;
        }
        let term = text
            .strip_prefix("a ")
            .or_else(|| text.strip_prefix("per "))
            .unwrap_or(text);
        let named = self.w.is_in_a_name(text)
            || self.is_initials(at)
            || (crate::span::unit(term).is_some()
                && term != text
                && self.w.cited.iter().any(|f| {
                    f.path
                        .iter()
                        .flat_map(|s| crate::vocabulary::name_parts(s))
                        .any(|p| p.starts_with(term))
                }))
            || (text.len() > 3
                && self
                    .w
                    .cited
                    .iter()
                    .all(|f| f.value.is_number() || f.value.is_string())
                && self
                    .w
                    .cited
                    .iter()
                    .flat_map(|f| f.path.iter().rev().skip(1))
                    .any(|s| crate::vocabulary::name_parts(s).iter().any(|p| p == text)));
        // "Ten days", "three weeks": the measure of a number that is accounted for.
        let measure = crate::span::unit(text).is_some() || VOCABULARY.unit(text).is_some();
        let measured = (1..=3).any(|back| {
            at.checked_sub(back).is_some_and(|n| {
                self.is_done(n) && self.item(n).is_some_and(|i| i.number().is_some())
            })
        });
        if measure && measured {
            return true;
        }
        let searched =
            (0..self.w.cited.len()).any(|n| self.field(n).is_some_and(crate::nil::is_brought_up));
        if searched
            && matches!(
                text,
                "complete"
                    | "completed"
                    | "exhaustive"
                    | "full"
                    | "found"
                    | "earlier"
                    | "booked"
                    | "entered"
            )
        {
            return true;
        }
        let reported = text == "returned" && !beside.contains("doc.receipt");
        let due = meaning.tags.iter().all(|t| {
            matches!(
                *t,
                "event.due" | "head.payable" | "head.due" | "event.payment" | "head.paid"
            )
        });
        let to_be = at
            .checked_sub(1)
            .and_then(|n| self.item(n))
            .is_some_and(|i| matches!(i.text(), "to be" | "be" | "to"));
        if due
            && text != "unpaid"
            && !meaning.tags.is_empty()
            && ((own.contains("kind.days") && meaning.state.is_none())
                || (to_be
                    && (own.contains("head.payable")
                        || own.contains("head.due")
                        || own.contains("kind.days")
                        || self.taken)))
        {
            return true;
        }
        // "Turned down 236 kg" of what was rejected: the figure says it.
        let counted = meaning.tags.iter().any(|t| {
            group(t) == "stage"
                && (0..self.w.cited.len()).any(|n| {
                    self.is_told(n)
                        && self.side_number(n).is_some_and(|v| !v.is_zero())
                        && self.field(n).is_some_and(|f| f.has(t))
                })
        });
        if meaning.state.is_some() && !named && !reported && !counted {
            return false;
        }
        if says("sum")
            && !self.added
            && !says("neutral")
            && text != "plus"
            && (text != "in all"
                || self
                    .item(at + 1)
                    .is_some_and(|i| !matches!(i, Item::Mark(_))))
        {
            return false;
        }
        if (says("minus") || says("difference")) && !self.taken {
            return false;
        }
        if text == "both" || text == "all" || text == "each" {
            return self.w.cited.len() > 1 && text != "all";
        }
        let preposition =
            matches!(text, "under" | "past" | "behind" | "also") && !self.is_before_a_figure(at);
        if says("opinion") && matches!(text, "would" | "will") && (self.taken || self.added) {
            return true;
        }
        let extent =
            says("all") && matches!(text, "whole" | "full" | "entire" | "the full" | "complete");
        if extent {
            return self.is_the_whole();
        }
        if TURNING.iter().any(|c| says(c)) && !named && !preposition {
            return false;
        }
        if named || says("light") || reported || meaning.tags.is_empty() {
            return !says("topic")
                || says("neutral")
                || (named && crate::span::unit(term).is_some())
                || crate::span::unit(text).is_some()
                || folded_words(text).iter().all(|w| self.w.on_record(w));
        }
        // "A callback has been made on BCR-771": no day of manufacture.
        if text == "made on" && !matches!(self.item(at + 1), Some(Item::Value(Token::Date(_)))) {
            return true;
        }
        let wide = widened(&meaning.tags);
        let unknown = !self.w.cited.iter().all(|f| {
            f.docs()
                .iter()
                .any(|t| PAPERS.contains(t) || REGISTERS.contains(t))
        });
        if unknown
            && meaning
                .tags
                .iter()
                .all(|t| matches!(*t, "doc.invoice" | "doc.note" | "doc.payment" | "doc.line"))
        {
            return true;
        }
        let net = self.w.bearers().any(|f| {
            crate::vocabulary::name_parts(f.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "net" | "balance"))
        });
        if net
            && meaning.tags.iter().all(|t| {
                matches!(
                    *t,
                    "head.payable" | "head.total" | "kind.amount" | "head.taxable"
                ) || (*t == "head.tds" && (text.starts_with("net of") || text.starts_with("after")))
            })
        {
            return true;
        }
        if meaning.tags.iter().all(|t| *t == "head.taxable")
            && own.contains("head.total")
            && self
                .w
                .items
                .iter()
                .any(|i| i.number().is_some_and(|n| n.percent))
        {
            return true;
        }
        if matches!(text, "tax" | "taxes")
            && own.iter().any(|t| {
                matches!(
                    *t,
                    "head.tds" | "head.tcs" | "head.igst" | "head.cgst" | "head.sgst"
                )
            })
        {
            return true;
        }
        let words = folded_words(text);
        let of_record = || {
            self.w.cited.iter().any(|f| {
                f.chain
                    .iter()
                    .filter_map(|h| h.as_object())
                    .flat_map(|m| m.keys().take(200))
                    .flat_map(|k| crate::vocabulary::name_parts(k))
                    .any(|p| words.iter().any(|w| w.len() > 4 && super::same_root(w, &p)))
            })
        };
        if meaning.tags.iter().all(|t| group(t) == "event") && !says("verb") && of_record() {
            return true;
        }
        if meaning
            .tags
            .iter()
            .all(|t| matches!(group(t), "head" | "kind" | "doc"))
            && words.iter().all(|w| self.w.on_record(w))
            && !meaning.tags.iter().any(|t| {
                PAPERS.contains(t)
                    || REGISTERS.contains(t)
                    || (group(t) == "head"
                        && !matches!(
                            *t,
                            "head.freight"
                                | "head.advance"
                                | "head.retention"
                                | "head.interest"
                                | "head.tolerance"
                        ))
            })
        {
            return true;
        }
        wide.iter().any(|t| own.contains(t) && group(t) == "kind")
            || meaning.tags.iter().any(|t| own.contains(t))
            || meaning.tags.iter().all(|t| {
                matches!(group(t), "kind" | "doc" | "role" | "variant")
                    && (beside.contains(t)
                        || matches!(
                            *t,
                            "kind.amount"
                                | "kind.number"
                                | "kind.date"
                                | "kind.status"
                                | "role.supplier"
                        ))
            })
            || meaning
                .tags
                .iter()
                .any(|t| matches!(group(t), "doc" | "role" | "variant") && beside.contains(t))
            || (says("neutral")
                && meaning
                    .tags
                    .iter()
                    .all(|t| *t == "event.issue" || group(t) == "kind"))
            || meaning.tags.iter().all(|t| *t == "event.issue")
    }
}
