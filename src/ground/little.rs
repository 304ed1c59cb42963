//! Words that nothing bears and that say little: what is spoken of in passing, and what adds something that is not borne.

use std::collections::BTreeSet;

use crate::{
    clause::Item,
    field::{Class, Field},
    fit::{PAPERS, REGISTERS},
    leftover::{Borne, is_description, scope_tags},
    lex::Token,
    read,
    vocabulary::{Meaning, Tag, Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
    /// Whether a phrase that nothing bears only names what is spoken of: no state, relation, quantity or negation, no deed,
    /// no register that the values are not from, and not one of several that are named alike.
    pub(crate) fn says_little(&self, at: usize, meaning: &Meaning, borne: &Borne) -> bool {
        const LOUD: [&str; 17] = [
            "above",
            "below",
            "at_least",
            "at_most",
            "equal",
            "differ",
            "after",
            "before",
            "inside",
            "not",
            "all",
            "only",
            "most",
            "least",
            "sum",
            "minus",
            "predicate",
        ];
        if self.is_of_another(meaning, borne) {
            return false;
        }
        // "Open bills": what sort of them.
        let sort = meaning.state == Some("open")
            && self
                .items
                .get(at + 1)
                .and_then(Item::tags)
                .is_some_and(|t| t.iter().any(|t| group(t) == "doc"));
        if sort {
            return true;
        }
        if meaning.state.is_some() || LOUD.iter().any(|c| meaning.classes.contains(c)) {
            return false;
        }
        let before = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .map_or("", Item::text);
        if self.is_unnamed(at, meaning) || self.explains(at) {
            return false;
        }
        let deed = meaning
            .tags
            .iter()
            .any(|t| matches!(group(t), "event" | "stage"))
            && matches!(
                before,
                "is" | "are"
                    | "was"
                    | "were"
                    | "has"
                    | "have"
                    | "had"
                    | "been"
                    | "has been"
                    | "have been"
                    | "being"
                    | "be"
            );
        !deed && !self.is_conjoined(at)
    }

    /// Whether a phrase names another party than the supplier, or another paper or register than those that the values are
    /// from.
    fn is_of_another(&self, meaning: &Meaning, borne: &Borne) -> bool {
        if meaning
            .tags
            .iter()
            .any(|t| group(t) == "role" && *t != "role.supplier")
        {
            return true;
        }
        let papers: Tags = meaning
            .tags
            .iter()
            .copied()
            .filter(|t| PAPERS.contains(t))
            .collect();
        let known: Tags = borne
            .papers
            .iter()
            .copied()
            .filter(|t| PAPERS.contains(t))
            .collect();
        let registered = papers.contains("doc.irn") && known.contains("doc.invoice");
        let looked_up = self.bearers().any(crate::nil::is_brought_up);
        if !papers.is_empty()
            && !known.is_empty()
            && !registered
            && !looked_up
            && papers.is_disjoint(&known)
        {
            return true;
        }
        let registers: Tags = meaning
            .tags
            .iter()
            .copied()
            .filter(|t| REGISTERS.contains(t))
            .collect();
        let among_hits = |f: &Field<'_>| {
            f.scope().iter().any(|(key, _)| {
                name_parts(key)
                    .iter()
                    .any(|p| matches!(p.as_str(), "hit" | "hits" | "match" | "matches"))
            })
        };
        let searched = registers.iter().all(|t| *t == "doc.ledger")
            && (looked_up || self.bearers().any(among_hits));
        !registers.is_empty()
            && !searched
            && (!borne.papers.is_empty() || !self.could_be(&registers))
    }

    /// Whether a phrase names a sum or an identifier that the record has not, or puts one beside another.
    fn is_unnamed(&self, at: usize, meaning: &Meaning) -> bool {
        let named = |f: &Field<'_>| {
            f.path
                .iter()
                .any(|p| !VOCABULARY.member(p).0.is_disjoint(&meaning.tags))
        };
        let sums: Tags = of(&meaning.tags, "head")
            .into_iter()
            .filter(|t| !matches!(*t, "head.total" | "head.gst"))
            .collect();
        let on = matches!(
            self.items.get(at).map(Item::text),
            Some("charged on" | "levied on" | "computed on" | "calculated on")
        );
        let owed =
            sums.iter().all(|t| *t == "head.due") && self.bearers().any(|f| f.has("head.total"));
        if !sums.is_empty() && !on && !owed && !self.bearers().any(named) {
            return true;
        }
        meaning
            .tags
            .iter()
            .any(|t| crate::fit::is_identity(t) && *t != "kind.number" && *t != "kind.name")
            && (!self.in_document("", &meaning.tags)
                || self.is_joined(at)
                || self
                    .items
                    .iter()
                    .any(|i| i.class("equal") || i.class("differ")))
    }

    /// Whether a word stands in a part of the clause of which nothing is borne: "…, made of cast steel", "by courier".
    pub(crate) fn is_added(&self, at: usize) -> bool {
        let opens = |n: usize| {
            self.items.get(n).is_some_and(|i| {
                matches!(i, Item::Mark(',' | '(' | ')' | '—' | '–'))
                    || matches!(
                        i.text(),
                        "with"
                            | "by"
                            | "via"
                            | "through"
                            | "under"
                            | "without"
                            | "despite"
                            | "using"
                            | "along with"
                    )
            })
        };
        let Some(from) = (0..at).rev().find(|n| opens(*n)) else {
            return false;
        };
        let to = (at..self.items.len())
            .find(|n| opens(*n))
            .unwrap_or(self.items.len());
        !(from + 1..to).any(|n| {
            self.is_used(n)
                && self
                    .items
                    .get(n)
                    .is_some_and(|i| !matches!(i, Item::Mark(_)) && !i.class("not"))
                || matches!(self.items.get(n), Some(Item::Unknown(w)) if self.on_record(w))
                || self
                    .items
                    .get(n)
                    .and_then(Item::tags)
                    .is_some_and(|t| t.iter().any(|t| !matches!(group(t), "role" | "doc")))
        })
    }

    /// Whether a word stands right behind a "for" that gives the reason of a state.
    fn explains(&self, at: usize) -> bool {
        let state = |i: &Item| i.state().is_some();
        let reason = self.items.get(at.saturating_sub(3)..at).unwrap_or_default();
        let behind = reason
            .iter()
            .rposition(|i| matches!(i.text(), "for" | "over" | "owing"));
        behind.is_some_and(|n| {
            let from = at.saturating_sub(3) + n;
            let state_before = self
                .items
                .get(..from)
                .unwrap_or_default()
                .iter()
                .rev()
                .take(2)
                .any(state);
            state_before
                && !self
                    .items
                    .get(from..at)
                    .unwrap_or_default()
                    .iter()
                    .any(|i| matches!(i, Item::Value(_)))
        })
    }

    /// Whether a word is what the clause says of something: the last one, behind a form of "to be".
    pub(crate) fn is_predicated(&self, at: usize) -> bool {
        let last = self
            .items
            .iter()
            .skip(at + 1)
            .all(|i| matches!(i, Item::Mark(_)) || i.class("about"));
        let adverb = |i: &&Item| {
            matches!(i, Item::Unknown(w) if w.ends_with("ly"))
                || i.class("neutral") && i.text().ends_with("ly")
        };
        let before = self.items.get(..at).unwrap_or_default();
        // "Charged and duly deposited": a deed of its own. "Suspended for fraud": why it is so.
        let joined = before.iter().rev().find(|i| !adverb(i));
        let deed = matches!(self.items.get(at), Some(Item::Unknown(w)) if w.ends_with("ed") || w.ends_with("en"))
            && joined.is_some_and(|i| {
                matches!(i.text(), "and" | "but" | "then") || matches!(i, Item::Mark(','))
            });
        if deed || self.explains(at) {
            return true;
        }
        let copula = before.iter().rev().find(|i| !adverb(i));
        last && copula.is_some_and(|i| {
            matches!(
                i.text(),
                "is" | "are"
                    | "was"
                    | "were"
                    | "be"
                    | "been"
                    | "has been"
                    | "have been"
                    | "remains"
                    | "looks"
            )
        })
    }

    /// Whether a record that says not what it is could be one of some registers, by what it holds.
    pub(crate) fn could_be(&self, registers: &Tags) -> bool {
        let docs: BTreeSet<usize> = self.bearers().map(|f| f.doc).collect();
        docs.iter()
            .flat_map(|doc| self.index.leaves(*doc))
            .any(|f| {
                let has = |tags: &[Tag]| tags.iter().any(|t| f.has(t));
                registers.iter().any(|r| match *r {
                    "doc.portal" | "doc.registration" | "doc.return" => has(&[
                        "kind.gstin",
                        "event.filing",
                        "kind.arn",
                        "kind.irn",
                        "kind.ack",
                        "kind.taxpayer",
                    ]),
                    "doc.contract" => {
                        crate::text::is_prose(f)
                            || has(&["doc.contract", "event.expiry", "event.start"])
                    }
                    "doc.vendor" => has(&[
                        "kind.name",
                        "kind.account",
                        "role.supplier",
                        "kind.days",
                        "head.credit_limit",
                    ]),
                    "doc.ledger" => has(&[
                        "doc.ledger",
                        "head.paid",
                        "head.due",
                        "kind.amount",
                        "kind.status",
                    ]),
                    "doc.gstr2b" => {
                        has(&["kind.period", "doc.gstr2b"]) || VOCABULARY.flag(f.leaf()).is_some()
                    }
                    _ => false,
                })
            })
    }

    /// Whether the words of a phrase stand in the name of a field that bears something: "on time" of `on_time`.
    pub(crate) fn is_in_a_name(&self, text: &str) -> bool {
        let words = folded_words(text);
        !words.is_empty()
            && words.iter().any(|w| w.len() > 2)
            && self.bearers().any(|f| {
                let parts: Vec<String> = name_parts(f.leaf()).iter().map(|p| stem(p)).collect();
                words.iter().all(|w| parts.contains(&stem(w)))
            })
    }

    /// Whether a phrase is put beside another: "along with its PAN".
    pub(crate) fn is_joined(&self, at: usize) -> bool {
        let mut before = self.items.get(..at).unwrap_or_default().iter().rev();
        let last = before.find(|i| {
            !matches!(
                i.text(),
                "a" | "an" | "the" | "its" | "their" | "his" | "our" | "s"
            )
        });
        last.is_some_and(|i| {
            matches!(
                i.text(),
                "and"
                    | "plus"
                    | "along with"
                    | "together with"
                    | "as well as"
                    | "including"
                    | "besides"
                    | "with"
                    | "nor"
                    | "or"
            )
        })
    }

    /// Whether a phrase is one of several that are named alike: "CGST and SGST", "CGST, SGST".
    pub(crate) fn is_conjoined(&self, at: usize) -> bool {
        let joins = |item: Option<&Item>| {
            item.is_some_and(|i| {
                matches!(
                    i.text(),
                    "and"
                        | "plus"
                        | "or"
                        | "nor"
                        | "both"
                        | "along with"
                        | "together with"
                        | "as well as"
                        | "including"
                        | "besides"
                        | "with"
                        | "along"
                ) || matches!(i, Item::Mark(',' | '&' | '+' | '/'))
            })
        };
        // Behind a comma stands another of the same sort, or only more about it.
        let sort = |item: Option<&Item>| -> BTreeSet<&'static str> {
            item.and_then(Item::tags)
                .map(|t| t.iter().map(|t| group(t)).collect())
                .unwrap_or_default()
        };
        let own = sort(self.items.get(at));
        let alike = |n: Option<usize>| {
            let near = n.map_or(Vec::new(), |n| {
                vec![self.items.get(n), self.items.get(n + 1)]
            });
            near.into_iter().any(|i| !sort(i).is_disjoint(&own))
        };
        (joins(self.items.get(at + 1)) && alike(Some(at + 2)))
            || (joins(at.checked_sub(1).and_then(|b| self.items.get(b)))
                && alike(Some(at.saturating_sub(3))))
    }

    /// Whether a phrase stands right before the paper or the thing that it describes, and the document has it so.
    pub(crate) fn is_adjective(&self, at: usize, text: &str, specific: &Tags) -> bool {
        let noun = self.items.get(at + 1).is_some_and(|i| {
            i.tags().is_some_and(|t| {
                t.iter()
                    .any(|t| matches!(group(t), "doc") || *t == "kind.qr")
            })
        });
        if !noun
            || !specific
                .iter()
                .all(|t| matches!(group(t), "event" | "head"))
        {
            return false;
        }
        let docs: BTreeSet<usize> = self.bearers().map(|f| f.doc).collect();
        let wanted: Vec<String> = folded_words(text).iter().map(|w| stem(w)).collect();
        docs.iter()
            .flat_map(|doc| self.index.leaves(*doc))
            .any(|f| {
                let tagged = specific.iter().any(|t| f.has(t) && group(t) == "event")
                    && !read::empty(f.value)
                    && read::truth(f.value) != Some(false);
                let said = is_description(f.leaf())
                    && f.value.as_str().is_some_and(|s| {
                        let words: Vec<String> = folded_words(s).iter().map(|w| stem(w)).collect();
                        wanted.iter().all(|w| words.contains(w))
                    });
                tagged || said
            })
    }

    /// Whether another phrase of the clause names a head that is borne.
    pub(crate) fn names_a_borne_head(&self, at: usize, borne: &Borne) -> bool {
        self.items.iter().enumerate().any(|(n, i)| {
            n != at
                && i.tags().is_some_and(|t| {
                    of(t, "head")
                        .iter()
                        .any(|t| *t != "head.total" && borne.own.contains(t))
                })
        })
    }

    /// A head, an event or a stage that the bearing fields do not have, and that claims nothing of its own beside them.
    pub(crate) fn is_said_in_passing(
        &self,
        at: usize,
        text: &str,
        specific: &Tags,
        borne: &Borne,
        verb: bool,
    ) -> bool {
        let named = || folded_words(text).iter().all(|w| self.in_path(w));
        let all = |wanted: &[Tag]| specific.iter().all(|t| wanted.contains(t));
        let dated = || {
            self.items
                .iter()
                .any(|i| matches!(i, Item::Value(Token::Date(_))))
        };
        let stated = || self.items.iter().any(|i| i.state().is_some());
        // "Final approval is pending": the noun of a state.
        if specific.iter().all(|t| group(t) == "event") && !verb && !dated() && stated() && named()
        {
            return true;
        }
        // "The signed QR code", "this freight bill": what a noun behind it is called by.
        if !verb && self.is_adjective(at, text, specific) || self.is_of_the_tool(text) {
            return true;
        }
        // "The bill is due in seven days": the days are counted to then.
        if all(&["event.due"]) && self.bearers().any(|f| f.classes() == [Class::Days]) {
            return true;
        }
        // What is cited says in words that it is about: "Freight is billed under reverse charge".
        let told = self.cited.iter().any(|f| {
            is_description(f.leaf())
                && f.value.as_str().is_some_and(|s| {
                    folded_words(text)
                        .iter()
                        .all(|w| folded_words(s).iter().any(|h| stem(h) == stem(w)))
                })
        });
        if told && specific.iter().all(|t| group(t) == "head") {
            return true;
        }
        // "The reason for the cancellation": what a reason is given for.
        let reasons = || {
            self.bearers().any(|f| {
                f.has("kind.reason") && specific.iter().any(|t| self.record_tags().contains(t))
            })
        };
        if specific.iter().all(|t| group(t) == "event") && reasons() {
            return true;
        }
        // What is approved up to a ceiling.
        if all(&["event.approval"])
            && self
                .bearers()
                .any(|f| f.has("head.limit") || f.has("head.credit_limit"))
        {
            return true;
        }
        // "Freight of ₹8,400 is payable."
        if all(&["head.payable"]) && !borne.own.is_empty() {
            return true;
        }
        // "Completion is due by": the date of something planned.
        let planned = ["event.completion", "event.delivery", "event.expiry"];
        if specific.contains("event.due") && planned.iter().any(|t| borne.own.contains(t)) {
            return true;
        }
        // What a text beside a sum of money says is said of that sum: "TDS under section 194Q".
        let texts = || {
            self.bearers().all(|f| {
                f.value.is_string()
                    && of(&f.tags, "head").is_empty()
                    && read::json_number(f.value).is_none()
                    && read::json_date(f.value).is_none()
            })
        };
        if specific.iter().all(|t| group(t) == "head") && texts() && named() {
            return true;
        }
        // "Net of the deduction", "after TDS": what is payable has had it taken off.
        let taken_off = self
            .items
            .get(at.saturating_sub(3)..at)
            .unwrap_or_default()
            .iter()
            .any(|i| i.class("minus") || i.class("after"));
        let beside = || {
            self.bearers()
                .any(|f| !scope_tags(f, &["head"]).is_disjoint(specific))
        };
        if taken_off && borne.own.contains("head.payable") && beside() {
            return true;
        }
        // "TDS was computed on ₹65 lakh": of two heads, the one that the other is reckoned from or named beside.
        let rival = specific
            .iter()
            .any(|t| matches!(*t, "head.cgst" | "head.sgst" | "head.igst" | "head.cess"));
        if specific.iter().all(|t| group(t) == "head")
            && !rival
            && named()
            && !self.is_conjoined(at)
            && self.names_a_borne_head(at, borne)
        {
            return true;
        }
        // "64 packages were dispatched", where the record dates the dispatch.
        let bare = || {
            self.bearers()
                .all(|f| of(&f.tags, "event").is_empty() && of(&f.tags, "stage").is_empty())
        };
        all(&["event.dispatch", "stage.dispatched", "event.deduction"]) && bare() && named()
    }

    pub(crate) fn speaks_of_tds(&self, at: usize) -> bool {
        self.items.iter().skip(at + 1).take(3).any(|i| {
            i.tags()
                .is_some_and(|t| t.contains("head.tds") || t.contains("event.deduction"))
        })
    }
}
