//! Two records of one shape, of which the claim names one: what is cited of the other is of another invoice, IRN or vendor.

use std::collections::BTreeSet;

use super::{Borne, Veto, strangers::is_order_number};
use crate::{
    Label,
    clause::{relation, tags_of},
    field::Field,
    read,
    vocabulary::{folded_words, name_parts},
};

/// Words of a claim that speaks of several records.
const ANOTHER: [&str; 22] = [
    "both",
    "two",
    "three",
    "four",
    "all",
    "each",
    "every",
    "another",
    "other",
    "instead",
    "new",
    "earlier",
    "previous",
    "prior",
    "original",
    "last",
    "duplicate",
    "similar",
    "reissued",
    "replaced",
    "revised",
    "different",
];
/// Words of a claim that sets one statement against another.
const AGAINST: [&str; 7] = [
    "but", "while", "whereas", "though", "although", "together", "same",
];

/// What a record of an invoice or of an order is known by.
const SORTS: [fn(&Field<'_>) -> bool; 3] = [
    |f| f.has("kind.irn"),
    is_number_of_invoice,
    |f| f.has("doc.order") && is_order_number(f.leaf()),
];

impl<'a> Borne<'a, '_> {
    /// "The round-off on SI/02514 is ₹0.49" by the round-off of another invoice.
    pub(super) fn two_of_one_shape(&self) -> Option<Veto> {
        let words = folded_words(self.claim);
        // What is set against a record that is told by its number may go by another word than that.
        let several_besides = self.items.iter().any(|i| relation(i) == Some("differ"))
            || words.iter().any(|w| ANOTHER.contains(&w.as_str()));
        let from_one_to_another = ["from", "to"]
            .iter()
            .all(|w| words.iter().any(|own| own == w));
        let several = from_one_to_another
            || several_besides
            || words.iter().any(|w| AGAINST.contains(&w.as_str()));
        // A note is of its own number, and set off against an invoice of another.
        let said = tags_of(self.items);
        if ["doc.credit_note", "doc.debit_note"]
            .iter()
            .any(|t| said.contains(t))
        {
            return None;
        }
        let docs: Vec<usize> = (self.cited.iter().map(|f| f.doc))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        docs.iter().enumerate().find_map(|(n, a)| {
            let others = docs.get(n + 1..)?;
            others.iter().find_map(|b| {
                SORTS
                    .iter()
                    .find_map(|key| self.known_apart(*a, *b, *key, several, several_besides))
            })
        })
    }

    /// Two documents that are known by two numbers of one sort, where the claim tells but one of them, or neither.
    fn known_apart(
        &self,
        a: usize,
        b: usize,
        is_key: fn(&Field<'_>) -> bool,
        several: bool,
        several_besides: bool,
    ) -> Option<Veto> {
        let keys = |doc: usize| -> Vec<&Field<'a>> {
            let listed =
                |f: &Field<'a>| f.path.iter().any(|s| s.bytes().all(|c| c.is_ascii_digit()));
            self.index
                .leaves(doc)
                .iter()
                .filter(|f| {
                    is_key(f) && !listed(f) && f.value.as_str().is_some_and(|t| !t.is_empty())
                })
                .collect()
        };
        let (one, other) = (keys(a), keys(b));
        let same = |x: &Field<'a>, y: &Field<'a>| {
            let form = |f: &Field<'a>| f.value.as_str().map(read::identifier);
            form(x) == form(y)
        };
        if one.is_empty()
            || other.is_empty()
            || one
                .iter()
                .any(|x| self.index.leaves(b).iter().any(|y| same(x, y)))
            || other
                .iter()
                .any(|y| self.index.leaves(a).iter().any(|x| same(x, y)))
        {
            return None;
        }
        let ids = self.ids();
        let times = |keys: &[&Field<'a>]| {
            ids.iter()
                .filter(|m| keys.iter().any(|f| m.is(f.value, self.claim)))
                .count()
        };
        let twin = one.iter().find(|x| other.iter().any(|y| x.path == y.path));
        let veto = match (times(&one), times(&other)) {
            (0, 0) => twin.is_some() && !several,
            // A number that is told twice is that of what both statements speak of.
            (0, n) | (n, 0) => !several_besides || n > 1,
            _ => false,
        };
        veto.then(|| {
            let key = twin
                .or(one.first())
                .map(|f| f.pointer())
                .unwrap_or_default();
            let why = format!("what is cited is of two records, which {key} tells apart");
            (Label::Unsupported, why)
        })
    }
}

/// The number of an invoice, and not one of an order that it refers to or of the invoice before it.
fn is_number_of_invoice(field: &Field<'_>) -> bool {
    const OTHERS: [&str; 9] = [
        "ref", "porefr", "previous", "prev", "last", "next", "original", "against", "order",
    ];
    let parts = name_parts(field.leaf());
    field.has("kind.number")
        && !field.roles().contains("role.buyer")
        && field.docs().contains("doc.invoice")
        && !field
            .tags
            .iter()
            .any(|t| t.starts_with("doc.") && *t != "doc.invoice")
        && !parts.iter().any(|p| OTHERS.contains(&p.as_str()))
        && field.value.as_str().is_some_and(|t| {
            t.bytes().any(|b| b.is_ascii_digit())
                && t.len() < 40
                && read::json_date(field.value).is_none()
        })
}
