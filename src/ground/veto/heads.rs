//! The right figure from the wrong field: what a claim calls a figure is what another field of the record is called.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, relation, tags_of},
    field::{Class, Field},
    fit::widened_public,
    lex::Token,
    read, text,
    vocabulary::{Tag, Tags, folded_words, group, name_parts, stem},
};

/// Heads of money that are charged, taken off or held beside others, each by its own name.
const NARROW: [Tag; 14] = [
    "head.taxable",
    "head.cgst",
    "head.sgst",
    "head.igst",
    "head.cess",
    "head.tds",
    "head.tcs",
    "head.freight",
    "head.discount",
    "head.roundoff",
    "head.advance",
    "head.penalty",
    "head.interest",
    "head.retention",
];

/// Whether a member is called by a tax: `total_cgst` is the CGST in all.
fn names(field: &Field<'_>, head: &str) -> bool {
    name_parts(field.leaf()).contains(&head.trim_start_matches("head.").to_owned())
}

impl<'a> Borne<'a, '_> {
    /// "CGST and SGST come to ₹27,000 together" by the IGST and the SGST; "the bill is for ₹9,000" by its IGST.
    pub(super) fn head_of_nothing(&self) -> Option<Veto> {
        let denied = self
            .items
            .iter()
            .any(|i| i.class("not") || matches!(i.text(), "only" | "nil" | "zero" | "without"));
        let plain = self.cited.iter().any(|f| {
            text::is_prose(f)
                || f.value.is_array()
                || self.index.kinds(f.doc).contains("doc.calculation")
        });
        if denied || plain {
            return None;
        }
        let said = self.said_tags();
        let figures: Vec<&Field<'a>> = self.cited.iter().filter(|f| is_figure(f)).collect();
        let other = figures.iter().find(|f| {
            let own = narrow(&f.tags);
            // "Taxable" is how a line's amount is called too.
            !own.is_empty()
                && !own.contains(&"head.taxable")
                && own.iter().all(|t| !said.contains(t))
                && self.alone(f)
        });
        if let Some(field) = other {
            return Some((
                Label::Unsupported,
                format!("the claim does not speak of {}", field.pointer()),
            ));
        }
        let heads = narrow(&said);
        let unborne = heads.iter().find(|t| {
            matches!(**t, "head.cgst" | "head.sgst" | "head.igst")
                && said_itself(self.items, t)
                && figures.iter().all(|f| {
                    let own = narrow(&f.tags);
                    !own.is_empty() && !own.contains(t)
                        || f.has("head.total") && !names(f, t)
                        || f.classes().contains(&Class::Price)
                })
        })?;
        (!figures.is_empty()).then(|| {
            (
                Label::Unsupported,
                format!(
                    "nothing that is cited is {}",
                    unborne.trim_start_matches("head.").to_uppercase()
                ),
            )
        })
    }

    /// What the claim speaks of, with the taxes that GST stands for.
    fn said_tags(&self) -> Tags {
        let mut said = widened_public(&tags_of(self.items));
        let words = folded_words(self.claim);
        // "Rounded up by 14 paise", "twelve paise were added".
        if words
            .iter()
            .any(|w| w.starts_with("round") || w.starts_with("pais"))
        {
            said.insert("head.roundoff");
        }
        if said.contains("head.gst")
            || words
                .iter()
                .any(|w| w.starts_with("tax") || w == "gst" || w == "duty")
        {
            said.extend([
                "head.cgst",
                "head.sgst",
                "head.igst",
                "head.cess",
                "head.tds",
                "head.tcs",
            ]);
        }
        if words.iter().any(|w| {
            matches!(
                w.as_str(),
                "central" | "state" | "integrated" | "half" | "halves"
            )
        }) {
            said.extend(["head.cgst", "head.sgst", "head.igst"]);
        }
        said
    }

    /// Whether no name of the field, nor of what it stands in, is a word of the claim.
    fn alone(&self, field: &Field<'a>) -> bool {
        let words: Vec<String> = folded_words(self.claim).iter().map(|w| stem(w)).collect();
        !field
            .path
            .iter()
            .flat_map(|s| name_parts(s))
            .any(|p| p.len() > 2 && words.contains(&stem(&p)))
    }

    /// "Gross 19,510 kg" by the net weight: the word next to a figure is the name of a neighbour that holds another.
    pub(super) fn called_as_its_neighbour(&self) -> Option<Veto> {
        (0..self.items.len()).find_map(|at| {
            let holders: Vec<&Field<'a>> = self
                .cited
                .iter()
                .filter(|f| self.stated_by(at, f))
                .collect();
            let first = holders.first()?;
            let words = self.words_at(at);
            if words.is_empty() {
                return None;
            }
            let named = |f: &Field<'a>| {
                name_parts(f.leaf())
                    .iter()
                    .any(|p| p.len() > 2 && words.contains(&stem(p)))
            };
            let tagged: Tags = tags_of(&self.near_items(at))
                .into_iter()
                .filter(|t| matches!(group(t), "event" | "stage" | "variant" | "head"))
                .collect();
            let called = |f: &Field<'a>| named(f) || !widened_public(&f.tags).is_disjoint(&tagged);
            if holders.iter().any(|f| called(f)) {
                return None;
            }
            let neighbour = self.index.neighbours(first).into_iter().find(|g| {
                let beside = g.chain.len() == first.chain.len()
                    && g.chain
                        .last()
                        .zip(first.chain.last())
                        .is_some_and(|(a, b)| std::ptr::eq(*a, *b));
                // A rate in per cent is called by the tax that it is of, a price by what was ordered at it.
                let number = self.items.get(at).and_then(Item::number);
                let of_its_measure = number.is_none_or(|n| {
                    let is = |class: Class| g.classes().contains(&class);
                    (!n.percent || is(Class::Rate)) && (!n.rupees || !is(Class::Quantity))
                });
                beside
                    && of_its_measure
                    && named(g)
                    && !self.cited.iter().any(|c| c.is_at(g))
                    && g.value.is_number() == first.value.is_number()
                    && read::json_date(g.value).is_some() == read::json_date(first.value).is_some()
                    && (g.value.is_number() || read::json_date(g.value).is_some())
                    && !read::same(g.value, first.value)
            })?;
            Some((
                Label::Unsupported,
                format!(
                    "{} is called what {} is",
                    first.pointer(),
                    neighbour.pointer()
                ),
            ))
        })
    }

    /// Whether a field holds what an item states.
    fn stated_by(&self, at: usize, field: &Field<'a>) -> bool {
        match self.items.get(at) {
            Some(Item::Value(Token::Number(n))) => {
                n.raw.len() > 1 && read::json_number(field.value).is_some_and(|v| n.is(v, false))
            }
            Some(Item::Value(Token::Date(d))) => read::json_date(field.value) == Some(*d),
            _ => false,
        }
    }

    /// The items about one, up to the next value, comma or relation.
    fn near_items(&self, at: usize) -> Vec<Item> {
        let stop = |i: &&Item| {
            matches!(i, Item::Value(_) | Item::Mark(_))
                || relation(i).is_some()
                || matches!(i.text(), "and" | "against" | "of" | "from")
        };
        let before = self.items.get(at.saturating_sub(4)..at).unwrap_or_default();
        let behind = self
            .items
            .get(at + 1..(at + 4).min(self.items.len()))
            .unwrap_or_default();
        let mut near: Vec<Item> = before
            .iter()
            .rev()
            .take_while(|i| !stop(i))
            .cloned()
            .collect();
        near.extend(behind.iter().take_while(|i| !stop(i)).cloned());
        near
    }

    fn words_at(&self, at: usize) -> Vec<String> {
        self.near_items(at)
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .filter(|w| {
                w.len() > 2
                    && !matches!(
                        w.as_str(),
                        "date"
                            | "amount"
                            | "value"
                            | "number"
                            | "total"
                            | "invoice"
                            | "order"
                            | "unit"
                            | "units"
                            | "rate"
                            | "line"
                            | "item"
                            | "items"
                            | "the"
                            | "for"
                    )
            })
            .map(|w| stem(&w))
            .collect()
    }
}

/// Whether a claim says a head by its own name, and not as a part of another.
fn said_itself(items: &[Item], tag: Tag) -> bool {
    items
        .iter()
        .any(|i| i.tags().is_some_and(|t| t.contains(tag)))
}

fn narrow(tags: &Tags) -> Vec<Tag> {
    tags.iter()
        .copied()
        .filter(|t| NARROW.contains(t))
        .collect()
}

fn is_figure(field: &Field<'_>) -> bool {
    let identity = field.tags.iter().any(|t| crate::fit::is_identity(t));
    read::json_number(field.value).is_some() && !identity
}
