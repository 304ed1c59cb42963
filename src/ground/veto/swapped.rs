//! Right values of the right records, told of one another's: "the invoice asks for account 87…29, but the master holds 28…31"
//! where the first is the master's; one line's goods at another line's price; another invoice's IRN.

use std::collections::BTreeSet;

use super::{Borne, Veto};
use crate::{
    Label,
    clause::Item,
    field::Field,
    leftover::is_descriptive,
    mention::Mention,
    read,
    vocabulary::{Tag, Tags, name_parts, of},
};

/// Papers that a word picks out of two.
const PICKED: [Tag; 6] = [
    "doc.invoice",
    "doc.order",
    "doc.receipt",
    "doc.vendor",
    "doc.eway",
    "doc.gstr2b",
];

impl<'a> Borne<'a, '_> {
    /// The first value that is told of what it is not.
    pub(super) fn of_one_another(&self) -> Option<Veto> {
        self.swapped()
            .or_else(|| self.goods_at_anothers())
            .or_else(|| self.answer_on_another())
            .or_else(|| self.row_of_another())
    }

    /// "The payment for invoice A/1 carries UTR …" of the row for another, where a row of that list is A/1's.
    fn row_of_another(&self) -> Option<Veto> {
        let said = self.ids();
        self.cited.iter().find_map(|field| {
            let (own, list) = field.element()?;
            let rows = list.as_array()?;
            let holds = |row: &serde_json::Value, m: &Mention| {
                row.as_object().is_some_and(|map| {
                    map.iter().any(|(key, v)| {
                        is_number_of_a_paper(key) && v.is_string() && m.is(v, self.claim)
                    })
                })
            };
            let cited = |n: usize| {
                self.cited.iter().any(|f| {
                    f.element()
                        .is_some_and(|(at, l)| at == n && std::ptr::eq(l, list))
                })
            };
            let mention = said.iter().find(|m| {
                let its: Vec<usize> = (0..rows.len())
                    .filter(|n| rows.get(*n).is_some_and(|r| holds(r, m)))
                    .collect();
                !its.is_empty() && !its.contains(&own) && !its.iter().any(|n| cited(*n))
            })?;
            // A row that the claim names by its own number is told for itself.
            let named = rows
                .get(own)
                .is_some_and(|r| said.iter().any(|m| holds(r, m)));
            (!named).then(|| {
                (
                    Label::Unsupported,
                    format!("{} is not of {}", field.pointer(), mention.shown()),
                )
            })
        })
    }

    /// Two values of two records, each told where the other's record is named.
    fn swapped(&self) -> Option<Veto> {
        let docs: BTreeSet<usize> = self.cited.iter().map(|f| f.doc).collect();
        let [a, b] = docs.into_iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        // A value that only one of the two holds, where it is told.
        let held_by = |at: usize, item: &Item| -> Option<(usize, usize)> {
            let is = |f: &Field<'a>| match (item, Mention::of(item)) {
                (_, Some(mention @ Mention::Id(_))) => mention.is(f.value, self.claim),
                (item, _) => item.number().is_some_and(|n| {
                    !n.percent && read::json_number(f.value).is_some_and(|v| n.is(v, false))
                }),
            };
            let cited = self.cited.iter().find(|f| is(f))?;
            let other = if cited.doc == a { b } else { a };
            let both = self.index.leaves(other).iter().any(is);
            let key = is_key(cited);
            (!both && !key).then_some((at, cited.doc))
        };
        let told: Vec<(usize, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| held_by(at, item))
            .collect();
        // A third that is told is none of a kind with the others: the vendor's number beside two accounts.
        let kind = |at: usize| {
            let item = self.items.get(at)?;
            let mention = Mention::of(item)?;
            let field = self
                .cited
                .iter()
                .find(|f| matches!(mention, Mention::Id(_)) && mention.is(f.value, self.claim))?;
            field
                .tags
                .iter()
                .copied()
                .find(|t| crate::fit::is_identity(t))
        };
        let told: Vec<(usize, usize)> = if told.len() == 3 {
            let alike = |at: usize| told.iter().filter(|(n, _)| kind(*n) == kind(at)).count() == 2;
            told.iter().copied().filter(|(at, _)| alike(*at)).collect()
        } else {
            told
        };
        let [(first, one), (second, two)] = told[..] else {
            return None;
        };
        if one == two {
            return None;
        }
        // Which of the two a stretch of the claim names; none where it names both or neither.
        let named = |range: std::ops::Range<usize>| -> Option<usize> {
            let part = self.items.get(range)?;
            let mut out: BTreeSet<usize> = BTreeSet::new();
            for item in part {
                let mention = Mention::of(item).filter(|m| matches!(m, Mention::Id(_)));
                let picks = |doc: usize| {
                    if let Some(m) = &mention {
                        self.index.holds(doc, m, self.claim)
                    } else {
                        let kinds = self.index.kinds(doc);
                        let said: Tags = item.tags().map(|t| of(t, "doc")).unwrap_or_default();
                        said.iter().any(|t| PICKED.contains(t) && kinds.contains(t))
                    }
                };
                match (picks(a), picks(b)) {
                    (true, false) => out.insert(a),
                    (false, true) => out.insert(b),
                    _ => false,
                };
            }
            let [doc] = out.into_iter().collect::<Vec<_>>()[..] else {
                return None;
            };
            Some(doc)
        };
        let (before, between, behind) = (
            named(0..first),
            named(first + 1..second),
            named(second + 1..self.items.len()),
        );
        let crossed = match (before, between, behind) {
            (Some(left), Some(right), None)
            | (None, Some(left), Some(right))
            | (Some(left), None, Some(right)) => left == two && right == one,
            _ => false,
        };
        crossed.then(|| {
            (
                Label::Contradicted,
                "each value is the other record's".to_owned(),
            )
        })
    }

    /// "Cotton work gloves is billed at ₹45,51,465" of what another line of the bill comes to.
    fn goods_at_anothers(&self) -> Option<Veto> {
        let lines: Vec<(&Field<'a>, &[String])> = self
            .cited
            .iter()
            .filter_map(|f| Some((f, f.element_path()?)))
            .collect();
        let (goods, rest): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|(f, _)| is_descriptive(f.leaf()) && f.value.is_string());
        let ([(name, of)], [(value, other)]) = (&goods[..], &rest[..]) else {
            return None;
        };
        let list = |path: &[String]| path.split_last().map(|(_, list)| list.to_vec());
        let crossed = name.doc == value.doc
            && of != other
            && list(of) == list(other)
            && read::json_number(value.value).is_some();
        crossed.then(|| {
            (
                Label::Contradicted,
                format!("{} is another line's", value.pointer()),
            )
        })
    }

    /// "The IRN printed on invoice TI09473 is …" of the answer for another invoice.
    fn answer_on_another(&self) -> Option<Veto> {
        let said = self.ids();
        let number = self
            .cited
            .iter()
            .find(|f| is_key(f) && said.iter().any(|m| m.is(f.value, self.claim)))?;
        let foreign = self.cited.iter().find(|f| {
            f.doc != number.doc
                && said.iter().any(|m| m.is(f.value, self.claim))
                && !self.index.leaves(f.doc).iter().any(|own| {
                    read::json_text(own.value).map(|t| read::identifier(&t))
                        == read::json_text(number.value).map(|t| read::identifier(&t))
                })
                && self
                    .index
                    .leaves(f.doc)
                    .iter()
                    .any(|own| is_key(own) && !said.iter().any(|m| m.is(own.value, self.claim)))
                && f.has("kind.irn")
        })?;
        let written = ["printed", "carries", "carried", "bears", "on"];
        (said.len() == 2 && self.has(&written)).then(|| {
            (
                Label::Contradicted,
                format!("{} is of another paper", foreign.pointer()),
            )
        })
    }
}

/// The number that a paper has of its own.
fn is_key(field: &Field<'_>) -> bool {
    let paper = name_parts(field.leaf()).iter().any(|p| {
        matches!(
            p.as_str(),
            "doc" | "document" | "invoice" | "bill" | "inum" | "docno" | "po" | "grn"
        )
    });
    field.value.is_string()
        && (paper || field.leaf().eq_ignore_ascii_case("no"))
        && !field.has("kind.irn")
}

/// Whether a member holds the number of the paper that a row is for.
fn is_number_of_a_paper(key: &str) -> bool {
    let parts = name_parts(key);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    matches!(
        parts[..],
        [
            "invoice" | "bill" | "grn" | "po" | "receipt" | "document" | "doc",
            "number" | "no"
        ] | ["inum" | "reference" | "docno"]
            | ["payment" | "invoice", "reference" | "ref"]
    )
}
