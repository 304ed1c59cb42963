//! Records of two parties, or of two orders, that a claim speaks of as if they belonged together.

use std::collections::BTreeSet;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::relation,
    field::Field,
    mention::Mention,
    read,
    vocabulary::{Tag, folded_words},
};

/// What links two records where both hold it.
const LINKS: [Tag; 4] = ["kind.gstin", "doc.order", "kind.account", "kind.pan"];

impl<'a> Borne<'a, '_> {
    /// "The supplier of the bill is active" by the registration of another.
    pub(super) fn strangers(&self) -> Option<Veto> {
        if self.speaks_of_two() {
            return None;
        }
        // Whoever sets two records against each other names both.
        let compared = self
            .items
            .iter()
            .any(|i| relation(i).is_some() || i.class("all") || i.text() == "and");
        let docs: Vec<usize> = (self.cited.iter().map(|f| f.doc))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        docs.iter().enumerate().find_map(|(n, a)| {
            docs.iter()
                .skip(n + 1)
                .filter(|b| !self.is_limit(*a) && !self.is_limit(**b))
                .find_map(|b| {
                    if self.both_hold_a_number(*a, *b) {
                        return None;
                    }
                    let link = LINKS.iter().find(|link| self.parted(*a, *b, link))?;
                    (!(compared && self.both_named(*a, *b))).then(|| {
                        let what = link.split_once('.').map_or(*link, |(_, name)| name);
                        (
                            Label::Unsupported,
                            format!("the records that are cited hold no {what} in common"),
                        )
                    })
                })
        })
    }

    /// Whether what is cited of a document is a limit, which is nobody's: it is of all that is held against it.
    pub(super) fn is_limit(&self, doc: usize) -> bool {
        let limit = |f: &&Field<'a>| ["head.limit", "head.tolerance"].iter().any(|t| f.has(t));
        self.cited
            .iter()
            .filter(|f| f.doc == doc)
            .any(|f| limit(&f))
    }

    /// Whether the claim holds the two against each other, so that they need not be one.
    pub(super) fn speaks_of_two(&self) -> bool {
        let turned = self
            .items
            .iter()
            .any(|i| i.class("not") || relation(i) == Some("differ"));
        turned
            || folded_words(self.claim).iter().any(|w| {
                matches!(
                    w.as_str(),
                    "but"
                        | "while"
                        | "whereas"
                        | "yet"
                        | "though"
                        | "although"
                        | "another"
                        | "other"
                        | "belongs"
                        | "mismatch"
                        | "instead"
                        | "two"
                        | "different"
                        | "new"
                        | "changed"
                )
            })
    }

    /// Whether the claim names each record by what it alone is known by.
    pub(super) fn both_named(&self, a: usize, b: usize) -> bool {
        let named = |doc: usize, other: usize| {
            self.items.iter().filter_map(Mention::of).any(|m| {
                matches!(m, Mention::Id(_) | Mention::Name(_))
                    && self.index.holds(doc, &m, self.claim)
                    && !self.index.holds(other, &m, self.claim)
            })
        };
        named(a, b) && named(b, a)
    }

    /// Whether both records hold identifiers of a sort, and none in common.
    fn parted(&self, a: usize, b: usize, link: Tag) -> bool {
        let (left, right) = (self.linking(a, link), self.linking(b, link));
        let common = |a: &String, b: &String| a.ends_with(b.as_str()) || b.ends_with(a.as_str());
        let linked = left.iter().any(|a| right.iter().any(|b| common(a, b)));
        !left.is_empty() && !right.is_empty() && !linked
    }

    fn linking(&self, doc: usize, link: Tag) -> BTreeSet<String> {
        let links = |f: &&Field<'a>| {
            f.has(link)
                && (!link.starts_with("doc.")
                    || f.has("kind.number")
                    || f.leaf().to_lowercase().starts_with("porefr")
                    || is_order_number(f.leaf()))
        };
        self.index
            .leaves(doc)
            .iter()
            .filter(links)
            .filter_map(|f| f.value.as_str())
            .map(read::identifier)
            .filter(|id| id.len() > 3)
            .collect()
    }
}

/// `po_number`, `orderNo`, `po`.
pub(super) fn is_order_number(leaf: &str) -> bool {
    let parts = crate::vocabulary::name_parts(leaf);
    let is = |p: &str, any: &[&str]| any.contains(&p);
    match &parts[..] {
        [one] => is(one, &["po", "ponumber", "pono"]),
        [what, .., number] => {
            is(what, &["po", "order", "purchase"]) && is(number, &["no", "number", "ref", "id"])
        }
        _ => false,
    }
}
