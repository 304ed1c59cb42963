//! Words that say little by themselves: what is spoken of in passing, and what names a thing that is borne.

use std::collections::BTreeSet;

use crate::{
    clause::Item,
    field::Class,
    leftover::{Borne, is_description, scope_tags},
    lex::Token,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
    weigh::Weigher,
};

impl Weigher<'_, '_> {
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
