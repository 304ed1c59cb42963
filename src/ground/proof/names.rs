//! What the words around a value call it, against what a field is called.

use super::{Proof, same_root};
use crate::{
    clause::{Item, tags_of},
    field::{Class, Field},
    fit::{Asked, heads, same_record, widened},
    measure::{unit_in_name, unit_of},
    mention::Mention,
    number::Number,
    read,
    vocabulary::{Tag, Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
};

impl<'a> Proof<'a, '_> {
    /// "The insurance has doubled" of the freight: a sum of a kind of its own is called so.
    pub(super) fn speaks_of_the_head(&self, field: &Field<'a>) -> bool {
        const OF_A_KIND: [Tag; 12] = [
            "head.freight",
            "head.discount",
            "head.tds",
            "head.tcs",
            "head.penalty",
            "head.interest",
            "head.retention",
            "head.advance",
            "head.cess",
            "head.duty",
            "head.refund",
            "head.tolerance",
        ];
        let own: Tags = field
            .tags
            .iter()
            .copied()
            .filter(|t| OF_A_KIND.contains(t))
            .collect();
        let said = widened(&tags_of(self.w.items));
        own.is_empty()
            || !own.is_disjoint(&said)
            || said.contains("head.gst")
            || said.contains("event.deduction")
            || self.is_named_in_full(field)
    }

    /// "₹4,320 on the first line": a value of a line is that of the line which is named next to it.
    pub(super) fn is_of_the_line(&self, at: usize, field: &Field<'a>) -> bool {
        let listed = self
            .w
            .cited
            .iter()
            .any(|f| f.element().is_some() && read::json_number(f.value).is_some());
        let next = (at + 1..(at + 6).min(self.w.items.len()))
            .take_while(|n| {
                self.item(*n)
                    .is_none_or(|i| i.number().is_none() && !i.class("split"))
            })
            .filter_map(|n| self.item(n).and_then(Mention::of))
            .find(|m| matches!(m, Mention::Ordinal(_)));
        match next {
            Some(line) if field.element().is_some() => line.binds(field, self.w.claim),
            Some(_) => !listed,
            None => true,
        }
    }

    /// "Commitments of ₹19,86,500" of what was spent: a field whose own name stands right before another number.
    pub(super) fn is_named_elsewhere(&self, at: usize, field: &Field<'a>) -> bool {
        let parts: Vec<String> = name_parts(field.leaf())
            .into_iter()
            .filter(|p| {
                p.len() > 3
                    && !matches!(
                        p.as_str(),
                        "amount"
                            | "value"
                            | "total"
                            | "rate"
                            | "price"
                            | "quantity"
                            | "days"
                            | "date"
                            | "number"
                            | "unit"
                            | "invoice"
                            | "order"
                            | "gross"
                            | "line"
                            | "count"
                            | "item"
                            | "hours"
                            | "units"
                    )
                    && VOCABULARY.unit(p).is_none()
            })
            .collect();
        let speaks = |n: usize| {
            self.item(n).is_some_and(|i| {
                !matches!(i, Item::Value(_))
                    && folded_words(i.text())
                        .iter()
                        .any(|w| w.len() > 3 && parts.iter().any(|p| same_root(p, w)))
            })
        };
        let places: Vec<usize> = (0..self.w.items.len()).filter(|n| speaks(*n)).collect();
        // "IGST at 18% comes to …": a share is no sum.
        let rate = field.classes().contains(&Class::Rate);
        let number_behind = |n: usize| {
            (n + 1..(n + 4).min(self.w.items.len())).find(|m| {
                self.item(*m)
                    .and_then(Item::number)
                    .is_some_and(|n| !n.percent || rate)
            })
        };
        !places.is_empty()
            && places
                .iter()
                .all(|n| number_behind(*n).is_some_and(|m| m != at))
            && places
                .iter()
                .all(|n| at.abs_diff(*n) > 3 || number_behind(*n).is_some_and(|m| m < at))
    }

    /// "A shortage of 465 bags" of what was received: what lies between two values is called so by its field.
    pub(super) fn is_a_gap_of(&self, at: usize, field: &Field<'a>) -> bool {
        let noun = (1..=2).find_map(|back| {
            let text = at
                .checked_sub(back)
                .and_then(|n| self.item(n))?
                .text()
                .to_owned();
            matches!(
                text.as_str(),
                "shortage"
                    | "shortfall"
                    | "excess"
                    | "difference"
                    | "surplus"
                    | "gap"
                    | "variance"
                    | "discrepancy"
            )
            .then_some(text)
        });
        noun.is_some_and(|noun| {
            !name_parts(field.leaf()).iter().any(|p| same_root(p, &noun))
                && of(&field.tags, "stage").is_disjoint(&["stage.short"].into())
                && !name_parts(field.leaf()).iter().any(|p| {
                    matches!(
                        p.as_str(),
                        "short"
                            | "excess"
                            | "diff"
                            | "over"
                            | "variance"
                            | "difference"
                            | "gap"
                            | "result"
                            | "delta"
                    )
                })
        })
    }

    /// "₹2.12 lakh a fortnight" of a monthly fee: how often is a part of what a sum is.
    pub(super) fn says_the_term(&self, field: &Field<'a>) -> bool {
        const TERMS: [(&str, &str); 6] = [
            ("monthly", "month"),
            ("annual", "annu"),
            ("yearly", "year"),
            ("quarterly", "quarter"),
            ("weekly", "week"),
            ("daily", "da"),
        ];
        name_parts(field.leaf()).iter().all(|p| {
            TERMS
                .iter()
                .find(|(name, _)| p == name)
                .is_none_or(|(_, word)| {
                    folded_words(self.w.claim)
                        .iter()
                        .any(|w| w.starts_with(word) || (*word == "annu" && w.starts_with("year")))
                })
        })
    }

    /// Whether the claim speaks of all that a field's name says beyond what values of its sort are called.
    pub(super) fn is_called(&self, at: usize, field: &Field<'a>) -> bool {
        let before = self.item(at.wrapping_sub(1)).map_or("", Item::text);
        let ends = |part: &str| match part {
            "original" | "old" | "previous" | "prior" | "earlier" | "initial" => before == "from",
            "amended" | "new" | "revised" | "current" | "final" | "updated" => before == "to",
            _ => false,
        };
        field.unknown.iter().all(|part| {
            let wanted = stem(part);
            let sense = VOCABULARY.synonym(part);
            let apart = matches!(
                part.as_str(),
                "difference" | "diff" | "variance" | "deviation" | "gap" | "delta"
            ) && self.w.items.iter().any(|i| {
                [
                    "gap",
                    "gap_above",
                    "gap_below",
                    "above",
                    "below",
                    "differ",
                    "difference",
                ]
                .iter()
                .any(|c| i.class(c))
            });
            (part.len() < 3)
                || apart
                || ends(part)
                || part.bytes().all(|b| b.is_ascii_digit())
                || self.w.words.contains(&wanted)
                || self.w.words.iter().any(|w| same_root(w, &wanted))
                || self.has_initials(part)
                || sense.is_some()
                    && folded_words(self.w.claim)
                        .iter()
                        .any(|w| VOCABULARY.synonym(w) == sense)
        })
    }

    /// Whether a part of a field's name stands in the claim.
    pub(super) fn is_named_in_full(&self, field: &Field<'a>) -> bool {
        name_parts(field.leaf())
            .iter()
            .any(|p| p.len() > 2 && self.w.words.contains(&stem(p)))
    }

    /// Whether the words and signs around a number call it something that a field is not.
    pub(super) fn clashes(&self, at: usize, number: &Number, field: &Field<'a>) -> bool {
        let tags = self.tags_near(at, field);
        let classes = field.classes();
        let is = |class: Class| classes.contains(&class);
        let rate_named = name_parts(field.leaf())
            .iter()
            .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"));
        if number.percent && !is(Class::Rate) && !is(Class::Plain) {
            return true;
        }
        let in_words = matches!(self.item(at + 1).map(Item::text), Some("rupees" | "rupee"));
        if in_words && is(Class::Rate) && !is(Class::Price) {
            return true;
        }
        let amount = is(Class::Amount) || is(Class::Price) || is(Class::Plain);
        if number.rupees && (rate_named || (!amount && !is(Class::Rate))) {
            return true;
        }
        let behind = self.item(at + 1).map(|i| i.text().to_lowercase());
        let unit = behind.as_deref().and_then(|t| VOCABULARY.unit(t));
        let counted = !number.rupees && !number.percent;
        if let (Some(said), true) = (unit, counted) {
            let held = unit_of(field);
            let named = unit_in_name(field)
                .is_some_and(|h| h != said && VOCABULARY.ratio(h, said).is_none());
            let other = named
                || held.is_some_and(|h| {
                    h != said
                        && VOCABULARY.ratio(h, said).is_none()
                        && !(h == "piece" || said == "piece")
                });
            if other
                || ((is(Class::Price) || is(Class::Rate)) && !is(Class::Quantity))
                || is(Class::Days)
            {
                return true;
            }
        }
        let span = behind.as_deref().and_then(crate::span::unit).is_some();
        let days = is(Class::Days)
            || name_parts(field.leaf()).iter().any(|p| {
                ["day", "week", "month", "year"]
                    .iter()
                    .any(|u| p.starts_with(u))
            });
        if counted && span && !days {
            return true;
        }
        if is(Class::Days) && !span && !tags.contains("kind.days") && !number.rupees {
            let told = self
                .w
                .items
                .iter()
                .any(|i| crate::span::unit(i.text()).is_some());
            if !told {
                return true;
            }
        }
        self.is_called_otherwise(&tags, number, field)
    }

    /// What the words around a number say that it is: those before it, or those behind it where they are the field's own.
    pub(super) fn tags_near(&self, at: usize, field: &Field<'a>) -> Tags {
        let stop = |n: &usize| {
            self.item(*n)
                .is_some_and(|i| matches!(i, Item::Value(_) | Item::Mark(_)) || i.class("split"))
        };
        let to = (at + 1..self.w.items.len())
            .find(stop)
            .unwrap_or(self.w.items.len());
        let from = (0..at).rev().find(stop).map_or(0, |n| n + 1);
        // "₹1.58 crore including IGST of": what is a part of it.
        let apart = (at + 1..to)
            .find(|n| {
                matches!(
                    self.item(*n).map_or("", Item::text),
                    "including" | "inclusive" | "includes" | "plus" | "excluding" | "besides"
                )
            })
            .filter(|n| {
                self.item(n + 1)
                    .is_some_and(|i| i.tags().is_some_and(|t| !heads(t).is_empty()))
            })
            .filter(|_| matches!(self.item(to), Some(Item::Value(_))))
            .unwrap_or(to);
        let behind = tags_of(self.w.items.get(at + 1..apart).unwrap_or_default());
        // "30 days from the GRN date": whose day it is, and not where the figure stands.
        let whose: Tags = (at + 1..to)
            .filter(|n| self.item(n + 1).is_some_and(|i| i.text() == "date"))
            .filter_map(|n| self.item(n).and_then(Item::tags))
            .flatten()
            .copied()
            .filter(|t| group(t) == "doc")
            .collect();
        let before = tags_of(self.w.items.get(from..at).unwrap_or_default());
        let own = Self::spoken_as(field);
        let of_group = |tags: &Tags, wanted: &str| of(tags, wanted);
        let named = |tags: &Tags| tags.iter().any(|t| matches!(group(t), "head" | "stage"));
        let mut tags = if named(&before) || named(&behind) {
            // What it is called stands before it; how far it has come may stand behind.
            let mut tags: Tags = before
                .iter()
                .chain(&behind)
                .copied()
                .filter(|t| !matches!(group(t), "head" | "stage"))
                .collect();
            let heads_before = of_group(&before, "head");
            tags.extend(if heads_before.is_empty() {
                of_group(&behind, "head")
            } else {
                heads_before
            });
            let (stage_before, stage_behind) =
                (of_group(&before, "stage"), of_group(&behind, "stage"));
            tags.extend(
                if stage_before.is_empty() || !stage_behind.is_disjoint(&own) {
                    stage_behind
                } else {
                    stage_before
                },
            );
            tags
        } else {
            tags_of(&self.w.near(at))
        };
        // "Tax" by itself is any tax.
        let plain = self
            .w
            .items
            .iter()
            .any(|i| matches!(i.text(), "tax" | "taxes" | "tax amount"));
        let to_be = self.w.items.windows(2).any(|pair| match pair {
            [a, b] => {
                matches!(a.text(), "to be" | "be" | "to") && matches!(b.text(), "paid" | "pay")
            }
            _ => false,
        });
        if to_be && (field.has("head.payable") || field.has("head.due")) {
            tags.remove("head.paid");
        }
        tags.retain(|t| !whose.contains(t));
        if plain && (field.has("head.tds") || field.has("head.tcs")) {
            tags.remove("head.gst");
        }
        tags
    }

    /// What may be said of a field: by its name, and by what is done on the paper that it stands on.
    pub(super) fn spoken_as(field: &Field<'a>) -> Tags {
        let mut out = widened(&field.tags);
        for doc in field.docs() {
            let also: &[Tag] = match doc {
                "doc.receipt" => &["stage.received", "event.receipt", "event.delivery"],
                "doc.order" => &["stage.ordered", "event.order"],
                "doc.invoice" => &["stage.billed"],
                "doc.payment" => &["event.payment", "head.paid"],
                _ => &[],
            };
            out.extend(also);
        }
        if !of(&field.tags, "stage").is_empty() {
            // Its own name says how far it has come.
            out.retain(|t| group(t) != "stage" || field.has(t));
        }
        out
    }

    /// Whether tags name another head, stage, sort, paper or party than a field is of.
    pub(super) fn is_called_otherwise(
        &self,
        tags: &Tags,
        number: &Number,
        field: &Field<'a>,
    ) -> bool {
        let classes = field.classes();
        let disjoint = |said: &Tags, held: &Tags| {
            !said.is_empty() && !held.is_empty() && widened(said).is_disjoint(&widened(held))
        };
        let apart = |group: &str| disjoint(&of(tags, group), &of(&field.tags, group));
        let (mut said, held) = (heads(tags), heads(&field.tags));
        // "The credit of ₹14,040" in a return: that of the tax.
        if field.is_tax() && field.docs().contains("doc.gstr2b") {
            said.remove("head.credit_entry");
        }
        let only_tax = said.contains("head.gst") && field.is_only_tax();
        let other_head = disjoint(&said, &held) && !only_tax;
        let mut stages = of(tags, "stage");
        if stages.is_empty() {
            // "The receipts of 120 bags" were received.
            stages.extend(of(tags, "doc").into_iter().filter_map(|doc| match doc {
                "doc.receipt" => Some("stage.received"),
                "doc.order" => Some("stage.ordered"),
                "doc.invoice" => Some("stage.billed"),
                _ => None,
            }));
            if of(&field.tags, "stage").is_empty() {
                stages.clear();
            }
        }
        let accepted = stages.contains("stage.received") && field.has("stage.accepted");
        // A record of which the value says not how far it has come may hold what was accepted of an order.
        let unsaid = of(&field.tags, "stage").is_empty()
            && self.w.index.leaves(field.doc).iter().any(|f| {
                !of(&f.tags, "stage").is_disjoint(&stages)
                    || name_parts(f.leaf())
                        .iter()
                        .any(|p| p.starts_with("accept") && stages.contains("stage.accepted"))
            });
        let other_stage =
            !accepted && !unsaid && disjoint(&stages, &of(&Self::spoken_as(field), "stage"));
        let sort = |tag: &str, class: Class| tags.contains(tag) && !classes.contains(&class);
        let priced = tags.contains("kind.price")
            && !classes
                .iter()
                .any(|c| matches!(c, Class::Price | Class::Rate | Class::Plain));
        let asked = Asked {
            docs: of(tags, "doc"),
            roles: of(tags, "role"),
            tags: tags.clone(),
            line: true,
            ..Asked::default()
        };
        let price_for_count = !number.rupees
            && !number.percent
            && classes.contains(&Class::Price)
            && !tags.contains("kind.price")
            && !tags.contains("kind.rate");
        other_head
            || other_stage
            || apart("variant")
            || priced
            || price_for_count
            || (sort("kind.quantity", Class::Quantity) && !classes.contains(&Class::Plain))
            || !same_record(&asked, field)
    }
}
