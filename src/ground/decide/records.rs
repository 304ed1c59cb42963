//! A claim about another record than the one that is cited.

use super::{Rest, is_key};
use crate::{
    Label,
    clause::Item,
    field::Field,
    lex::Token,
    mention::Mention,
    read,
    subject::same_shape,
    vocabulary::{VOCABULARY, group, name_parts},
};

/// What something is known by, and no record's own number: another one is another value.
const ATTRIBUTES: [&str; 9] = [
    "kind.udyam",
    "kind.utr",
    "kind.irn",
    "kind.ack",
    "kind.ifsc",
    "kind.vehicle",
    "kind.hsn",
    "kind.pin",
    "kind.account",
];

impl<'a> Rest<'a, '_> {
    /// The claim names a record of the sort that is cited, and it is not the one that is cited.
    pub(super) fn another_record(&self) -> Option<(Label, String)> {
        self.items.iter().enumerate().find_map(|(at, item)| {
            let numbered = self.number_of_a_paper(at);
            let item = numbered.as_ref().unwrap_or(item);
            if self.is_known(item) {
                return None;
            }
            let other = match item {
                Item::Value(Token::Id(id)) => self.unlike_number(id),
                Item::Name(name) if self.residue.open.contains(&at) => self.unlike_name(at, name),
                _ => None,
            }?;
            let beside = self.cited.iter().any(|f| !(is_key(f) || f.is_at(other)));
            let cited = self.is_cited(other);
            let attribute = ATTRIBUTES.iter().any(|t| other.has(t));
            let label = if !cited || beside && !attribute {
                Label::Unsupported
            } else {
                Label::Contradicted
            };
            Some((
                label,
                format!("\"{}\" is not {}", item.shown(), other.pointer()),
            ))
        })
    }

    /// "Bill 280": a bare number behind the name of a paper is the paper's.
    fn number_of_a_paper(&self, at: usize) -> Option<Item> {
        let number = self
            .items
            .get(at)
            .and_then(Item::number)
            .filter(|n| !n.rupees && !n.percent && n.raw.len() > 2)?;
        let paper = at
            .checked_sub(1)
            .and_then(|n| self.items.get(n))
            .and_then(Item::tags)
            .is_some_and(|t| t.iter().any(|t| group(t) == "doc" && *t != "doc.line"));
        paper.then(|| Item::Value(Token::Id(number.raw.clone())))
    }

    /// Whether a cited value, or the record that it stands in, is what is mentioned.
    fn is_known(&self, item: &Item) -> bool {
        self.leaves().any(|f| self.is_said(item, f))
            || self
                .cited
                .iter()
                .any(|f| Mention::of(item).is_some_and(|m| m.binds(f, self.claim)))
    }

    /// A key of the cited records that is of the make of an identifier, and is another.
    fn unlike_number(&self, id: &str) -> Option<&Field<'a>> {
        let told = self.cited.iter().any(|f| {
            f.value
                .as_str()
                .is_some_and(|s| s.to_lowercase().contains(&id.to_lowercase()))
        });
        if told || crate::calendar::fiscal_year(id).is_some() {
            return None;
        }
        let unlike = |f: &&Field<'a>| {
            (is_key(f) || self.is_cited(f))
                && read::json_date(f.value).is_none()
                && f.value.as_str().is_some_and(|v| {
                    same_shape(id, v) && read::identifier(v) != read::identifier(id)
                })
        };
        self.cited
            .iter()
            .find(unlike)
            .or_else(|| self.leaves().find(|f| f.element().is_none() && unlike(f)))
    }

    /// A name in the cited records where the claim has another. Who did something is no record.
    fn unlike_name(&self, at: usize, name: &str) -> Option<&Field<'a>> {
        let by = (1..=2).any(|back| {
            at.checked_sub(back)
                .and_then(|n| self.items.get(n))
                .is_some_and(|i| i.text() == "by")
        });
        let linked = self.cited.iter().any(|f| {
            self.index
                .linked_names(f)
                .iter()
                .any(|held| crate::mention::same_name(name, held, self.claim))
        });
        if by || linked || !name.contains(' ') || VOCABULARY.place(name).is_some() {
            return None;
        }
        let unlike = |f: &&Field<'a>| {
            let called = f.has("kind.name")
                || f.leaf_is_party()
                || f.has("kind.holder")
                || f.has("kind.bank_name")
                || name_parts(f.leaf())
                    .iter()
                    .any(|p| matches!(p.as_str(), "enterprise" | "firm" | "company" | "taxpayer"));
            called && f.value.as_str().is_some_and(|v| v.contains(' '))
        };
        self.untold()
            .find(unlike)
            .or_else(|| self.cited.iter().find(unlike))
            .or_else(|| self.leaves().find(unlike))
    }
}
