//! Papers, registers and searches that are not the ones that a claim speaks of.

use std::collections::BTreeSet;

use super::{Borne, PAPERS, Veto, paper_of};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, group, name_parts, of},
};

impl<'a> Borne<'a, '_> {
    /// "Is a tax invoice" of a credit note.
    pub(super) fn another_paper(&self) -> Option<Veto> {
        let (field, held) = self.cited.iter().find_map(|f| {
            let typed = f.has("kind.doctype") || f.leaf().to_lowercase().starts_with("typ");
            Some((f, paper_of(f.value.as_str().filter(|_| typed)?)?))
        })?;
        let said: Tags = self
            .items
            .iter()
            .filter_map(Item::tags)
            .flat_map(|tags| of(tags, "doc"))
            .filter(|t| PAPERS.contains(t))
            .collect();
        let other = !said.is_empty() && !said.contains(held);
        other.then(|| {
            (
                Label::Contradicted,
                format!("{} says that the paper is another", field.pointer()),
            )
        })
    }

    /// "The invoice number is 7100045521" of an order's number.
    pub(super) fn another_number(&self) -> Option<Veto> {
        self.items.windows(4).find_map(|four| {
            let [paper, number, verb, value] = four else {
                return None;
            };
            let said = of(paper.tags()?, "doc");
            let numbered = number.tags()?.contains("kind.number");
            let is = matches!(verb.text(), "is" | "was" | "reads" | "");
            let raw = match value {
                Item::Value(Token::Id(id)) => id.clone(),
                Item::Value(Token::Number(n)) => n.raw.clone(),
                _ => return None,
            };
            let holding: Vec<&Field<'a>> = self
                .cited
                .iter()
                .filter(|f| {
                    read::json_text(f.value)
                        .is_some_and(|t| read::identifier(&t) == read::identifier(&raw))
                })
                .collect();
            let other = |f: &&Field<'a>| {
                let own = of(&f.tags, "doc");
                !own.is_empty() && own.is_disjoint(&said)
            };
            (numbered && is && !said.is_empty() && !holding.is_empty() && holding.iter().all(other))
                .then(|| {
                    (
                        Label::Unsupported,
                        format!("{raw} is another paper's number"),
                    )
                })
        })
    }

    /// What identifies a record or what it refers to: numbers and names that are not its sums.
    pub(super) fn keys_of(&self, doc: usize) -> BTreeSet<String> {
        self.index
            .leaves(doc)
            .iter()
            .filter_map(|f| {
                f.value
                    .as_str()
                    .filter(|_| read::json_date(f.value).is_none())
            })
            .map(read::identifier)
            .filter(|id| id.len() > 2 && id.bytes().any(|b| b.is_ascii_digit()))
            .collect()
    }

    /// "The goods on invoice SD/5 moved under an active e-way bill" where no number is on both papers.
    pub(super) fn nothing_links(&self) -> Option<Veto> {
        const MOVING: [Tag; 3] = ["doc.eway", "doc.receipt", "doc.payment"];
        let docs: Vec<usize> = self
            .cited
            .iter()
            .map(|f| f.doc)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let [a, b] = docs[..] else { return None };
        let moving = |doc: usize| MOVING.iter().any(|t| self.index.kinds(doc).contains(t));
        let named = |doc: usize| {
            self.items.iter().filter_map(Mention::of).any(|m| {
                matches!(m, Mention::Id(_) | Mention::Name(_))
                    && self
                        .index
                        .leaves(doc)
                        .iter()
                        .any(|f| m.is(f.value, self.claim))
            })
        };
        let (left, right) = (self.keys_of(a), self.keys_of(b));
        let valued = self.numbers().count() > 0
            || self
                .items
                .iter()
                .any(|i| matches!(i, Item::Value(Token::Date(_))));
        (moving(a) != moving(b)
            && named(a) != named(b)
            && !valued
            && !left.is_empty()
            && left.is_disjoint(&right))
        .then(|| {
            (
                Label::Unsupported,
                "nothing links the records that are cited".to_owned(),
            )
        })
    }

    /// "No debit note" by a search for invoices.
    pub(super) fn search_for_another_paper(&self) -> Option<Veto> {
        let said: Tags = self
            .items
            .iter()
            .filter_map(Item::tags)
            .flat_map(|t| of(t, "doc"))
            .filter(|t| {
                matches!(
                    *t,
                    "doc.credit_note"
                        | "doc.debit_note"
                        | "doc.payment"
                        | "doc.order"
                        | "doc.receipt"
                )
            })
            .collect();
        let denied = self.items.iter().any(|i| i.class("not"));
        let searched = self.cited.iter().find_map(|f| {
            f.chain
                .iter()
                .filter_map(|h| h.as_object())
                .flatten()
                .find_map(|(key, value)| {
                    let inner = value.as_object().into_iter().flatten();
                    std::iter::once((key, value))
                        .chain(inner)
                        .find_map(|(key, value)| {
                            let parts = name_parts(key);
                            let typed = parts.iter().any(|p| p == "type")
                                && parts
                                    .iter()
                                    .any(|p| matches!(p.as_str(), "doc" | "document" | "voucher"))
                                || parts.concat() == "doctype";
                            let text = value.as_str().filter(|_| typed)?;
                            VOCABULARY
                                .phrase(
                                    &folded_words(text)
                                        .iter()
                                        .map(String::as_str)
                                        .collect::<Vec<_>>(),
                                )
                                .map(|(_, m)| of(&m.tags, "doc"))
                        })
                })
        })?;
        (denied && !said.is_empty() && !searched.is_empty() && said.is_disjoint(&searched)).then(
            || {
                (
                    Label::Unsupported,
                    "the search was for another sort of paper".to_owned(),
                )
            },
        )
    }

    /// "The ledger shows no duplicate" by a search through the orders.
    pub(super) fn searched_elsewhere(&self) -> Option<Veto> {
        const BOOKS: [Tag; 5] = [
            "doc.ledger",
            "doc.order",
            "doc.receipt",
            "doc.gstr2b",
            "doc.contract",
        ];
        let books =
            |tags: &Tags| -> Tags { tags.iter().copied().filter(|t| BOOKS.contains(t)).collect() };
        let said = books(&tags_of(self.items));
        let denied = self.items.iter().any(|i| i.class("not"));
        let nothing = self.cited.iter().find(|f| {
            read::json_number(f.value).is_some_and(|v| v.is_zero())
                || f.value.is_array() && read::empty(f.value)
        })?;
        // Where it was searched; what was searched for is another matter.
        let place =
            self.index
                .root(nothing.doc)?
                .as_object()?
                .iter()
                .find_map(|(key, value)| {
                    let place = matches!(
                        key.as_str(),
                        "register"
                            | "search"
                            | "book"
                            | "index"
                            | "table"
                            | "source"
                            | "collection"
                    );
                    value.as_str().filter(|_| place)
                })?;
        let searched = books(&crate::kinds::told(place));
        (denied && said.len() == 1 && !searched.is_empty() && said.is_disjoint(&searched)).then(
            || {
                (
                    Label::Unsupported,
                    format!("the search was through {place}"),
                )
            },
        )
    }

    /// "Filed its GSTR-1 for July" by the return of June.
    pub(super) fn return_of_another_period(&self) -> Option<Veto> {
        let mut told = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| match Mention::of(i) {
                Some(Mention::Period(part)) => Some((at, part)),
                _ => None,
            });
        let ((at, part), None) = (told.next()?, told.next()) else {
            return None;
        };
        let for_it = at
            .checked_sub(1)
            .and_then(|b| self.items.get(b))
            .is_some_and(|i| matches!(i.text(), "for" | "of"))
            || (self.items.get(at + 1))
                .is_some_and(|i| i.shown().to_lowercase().starts_with("gstr"));
        let filed = tags_of(self.items).contains("doc.return")
            || folded_words(self.claim)
                .iter()
                .any(|w| w.starts_with("gstr"));
        if !for_it || !filed || part.month.is_none() || part.year.is_none() {
            return None;
        }
        let periods: Vec<(&Field<'a>, bool)> = self
            .cited
            .iter()
            .filter_map(|f| {
                let (_, text) = f.scope().into_iter().find(|(key, _)| {
                    matches!(
                        key.to_lowercase().as_str(),
                        "ret_prd" | "rtnprd" | "return_period"
                    )
                })?;
                Some((f, part.is_period(read::period(text.as_str()?)?)))
            })
            .collect();
        let (field, _) = periods.first()?;
        periods.iter().all(|(_, same)| !same).then(|| {
            (
                Label::Unsupported,
                format!("{} is of another period", field.pointer()),
            )
        })
    }

    /// "No shortage was found" where what is cited is null: nobody has looked.
    pub(super) fn unknown_denied(&self) -> Option<Veto> {
        let found = folded_words(self.claim).iter().any(|w| {
            matches!(
                w.as_str(),
                "found" | "noted" | "reported" | "occurred" | "happened" | "noticed" | "observed"
            )
        });
        let denied = self.items.iter().any(|i| i.class("not"));
        let field = self.cited.iter().find(|f| f.value.is_null())?;
        // Of what is measured, that is: a stamp that is null is none.
        let measured = name_parts(field.leaf()).iter().any(|p| {
            VOCABULARY.unit(p).is_some()
                || matches!(
                    p.as_str(),
                    "qty"
                        | "quantity"
                        | "amount"
                        | "value"
                        | "count"
                        | "weight"
                        | "shortage"
                        | "pct"
                )
        });
        // "Is exempt", by what is null: nothing says so.
        let only = self.values().all(|f| f.value.is_null());
        // "Is not an MSME": that nothing is known of it says no such thing.
        let words = folded_words(self.claim);
        let is_none = words.windows(3).any(|three| {
            matches!(three, [is, not, a] if is == "is" && not == "not" && (a == "a" || a == "an"))
        });
        let lacks = denied
            || folded_words(self.claim).iter().any(|w| {
                matches!(
                    w.as_str(),
                    "no" | "not"
                        | "none"
                        | "without"
                        | "lacks"
                        | "missing"
                        | "blank"
                        | "empty"
                        | "null"
                        | "never"
                        | "yet"
                        | "pending"
                        | "nobody"
                        | "nothing"
                        | "still"
                        | "awaited"
                        | "unknown"
                        | "absent"
                        | "neither"
                        | "nor"
                        | "nil"
                        | "omits"
                        | "lack"
                        | "open"
                        | "unset"
                ) || w.starts_with("un")
            });
        (found && denied && measured || only && !lacks || only && is_none).then(|| {
            (
                Label::Unsupported,
                format!("{} is not known", field.pointer()),
            )
        })
    }

    /// "Payment of this invoice is due" by the due date of a register.
    pub(super) fn register_of_no_terms(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let paying = self.items.iter().any(|i| {
            folded_words(i.text())
                .iter()
                .any(|w| matches!(w.as_str(), "payment" | "pay" | "payable"))
        }) && said.contains("doc.invoice");
        let field = self.cited.iter().find(|f| f.has("event.due"))?;
        let docs = self.index.kinds(field.doc);
        let register = docs.contains("doc.registration") || docs.contains("doc.return");
        let other = self.cited.iter().all(|f| f.doc == field.doc);
        (paying && register && other).then(|| {
            (
                Label::Unsupported,
                format!("{} is no due date of a payment", field.pointer()),
            )
        })
    }

    /// "The same was used on the previous invoice" where no other paper is cited.
    pub(super) fn paper_before_this(&self) -> Option<Veto> {
        let docs: BTreeSet<usize> = self.cited.iter().map(|f| f.doc).collect();
        let other = self.items.windows(2).find_map(|two| {
            let [before, paper] = two else { return None };
            let earlier = matches!(before.text(), "previous" | "last" | "preceding" | "next");
            let papers = paper
                .tags()?
                .iter()
                .any(|t| group(t) == "doc" && *t != "doc.line");
            (earlier && papers).then(|| format!("{} {}", before.text(), paper.text()))
        })?;
        let listed = self
            .cited
            .iter()
            .any(|f| f.element().is_some() || f.value.is_array());
        let asked = self.cited.iter().any(|f| {
            (f.path.iter().flat_map(|s| name_parts(s)))
                .any(|p| matches!(p.as_str(), "previous" | "prev" | "last"))
        });
        let label = if docs.len() == 1 {
            Label::Partial
        } else {
            Label::Unsupported
        };
        (!listed && !asked).then(|| (label, format!("the {other} is not cited")))
    }

    /// "Ran to completion and found nothing" of a search that is cited as incomplete.
    pub(super) fn search_cut_off(&self) -> Option<Veto> {
        let flag = self.cited.iter().find(|f| {
            name_parts(f.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "complete" | "exhaustive" | "completed"))
                && read::truth(f.value) == Some(false)
        })?;
        let brought = self.cited.iter().any(crate::nil::is_brought_up);
        let words = folded_words(self.claim);
        let whole = |w: &String| {
            ["complet", "exhaust", "full", "whole", "entire"]
                .iter()
                .any(|s| w.starts_with(s))
        };
        let at = words.iter().position(whole);
        let denied = at.is_some_and(|at| {
            words
                .get(at.saturating_sub(4)..at)
                .unwrap_or_default()
                .iter()
                .any(|w| matches!(w.as_str(), "not" | "never" | "without" | "no" | "nor"))
        });
        let cut = words.iter().any(|w| {
            w.starts_with("incomplet")
                || matches!(w.as_str(), "cut" | "truncated" | "partial" | "stopped")
        });
        (brought && !denied && !cut).then(|| {
            (
                if at.is_some() {
                    Label::Contradicted
                } else {
                    Label::Unsupported
                },
                format!("{} says that the search was cut off", flag.pointer()),
            )
        })
    }

    /// "The principal place of business is at Guwahati" by the ward that the registration lies in.
    pub(super) fn place_of_another_sort(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let ward = self.cited.iter().find(|f| f.has("kind.jurisdiction"))?;
        let placed = said.contains("kind.address") && !said.contains("kind.jurisdiction");
        let held = self
            .cited
            .iter()
            .any(|f| f.has("kind.address") || f.has("kind.place"));
        (placed && !held).then(|| {
            (
                Label::Unsupported,
                format!("{} is no address", ward.pointer()),
            )
        })
    }
}
