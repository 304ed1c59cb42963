//! "Above the ₹7,10,720 on the order" of an order for ₹7,17,720: a figure that is named as the other side of a comparison is
//! that side's, and not any bound that happens to hold.

use domain::Decimal;

use super::{Borne, Veto, counts::ELEMENTS};
use crate::{
    Label,
    clause::{Item, relation},
    field::{Class, Field},
    lex::Token,
    mention::Mention,
    pairing::alike,
    read,
    relation::Side,
    vocabulary::folded_words,
};

impl<'a> Borne<'a, '_> {
    pub(super) fn compared_with_another(&self) -> Option<Veto> {
        (0..self.items.len()).find_map(|at| {
            let figure = self.figure(at)?;
            // "At least two lines" counts them.
            let counts = self.items.get(at + 1).is_some_and(|i| {
                folded_words(i.text())
                    .iter()
                    .any(|w| ELEMENTS.contains(&w.as_str()))
            });
            if counts {
                return None;
            }
            let op = (at.saturating_sub(9)..at).rev().find(|n| {
                self.items.get(*n).and_then(relation).is_some_and(|r| {
                    matches!(
                        r,
                        "above" | "below" | "before" | "after" | "at_least" | "at_most"
                    )
                })
            })?;
            let between = self.items.get(op + 1..at)?;
            // "By ₹1,770" is how far apart they are, and "within 30 days" a span.
            let apart = between.iter().any(|i| {
                matches!(
                    i,
                    Item::Value(Token::Number(_) | Token::Date(_) | Token::Part(_))
                        | Item::Mark(',' | ';' | '.')
                ) || matches!(i.text(), "by" | "and")
            });
            if apart || self.cited.iter().any(|f| self.is_said(at, f)) {
                return None;
            }
            let sides: Vec<&Field<'a>> = (self.cited.iter())
                .filter(|f| Side::of(f).is_some_and(|s| s.minus(&figure).is_some()))
                .collect();
            let stated =
                |f: &Field<'a>| (0..self.items.len()).any(|n| n != at && self.is_said(n, f));
            let other = sides.iter().find(|b| {
                !stated(b)
                    && sides
                        .iter()
                        .any(|a| !a.is_at(b) && of_a_sort(a, b) && stated(a))
            })?;
            Some((
                Label::Contradicted,
                format!(
                    "{} holds {}, and not {}",
                    other.pointer(),
                    other.value,
                    figure.shown()
                ),
            ))
        })
    }

    /// "The shipping bill's date is before the invoice date" of one that comes after it.
    pub(super) fn days_the_other_way(&self) -> Option<Veto> {
        let at =
            (self.items.iter()).position(|i| matches!(relation(i), Some("before" | "after")))?;
        let dated = |i: &Item| matches!(i, Item::Value(Token::Date(_) | Token::Part(_)));
        let days: Vec<_> = (self.cited.iter())
            .filter_map(|f| Some((f, read::json_date(f.value)?)))
            .collect();
        let ([(a, x), (b, y)], false) = (&days[..], self.items.iter().any(dated)) else {
            return None;
        };
        if self
            .items
            .iter()
            .any(|i| i.class("not") || i.number().is_some())
            || a.doc == b.doc
        {
            return None;
        }
        let papers = |tags: &crate::vocabulary::Tags| crate::vocabulary::of(tags, "doc");
        let behind = papers(&crate::clause::tags_of(self.items.get(at + 1..)?));
        let own = |f: &Field<'a>| {
            let mut own = papers(&self.index.kinds(f.doc));
            own.extend(papers(&f.tags));
            own
        };
        let (is_a, is_b) = (!own(a).is_disjoint(&behind), !own(b).is_disjoint(&behind));
        let (subject, object) = match (is_a, is_b) {
            (true, false) => (y, x),
            (false, true) => (x, y),
            _ => return None,
        };
        let before = self.items.get(at).and_then(relation) == Some("before");
        let so = if before {
            subject < object
        } else {
            subject > object
        };
        (!so).then(|| {
            (
                Label::Contradicted,
                format!("{subject} lies on the other side of {object}"),
            )
        })
    }

    /// "Neither of which exceeds ₹50,000" of two, one of which does.
    pub(super) fn beyond_the_bound(&self) -> Option<Veto> {
        let op = self.items.iter().position(|i| {
            relation(i).is_some_and(|r| matches!(r, "above" | "below" | "at_least" | "at_most"))
        })?;
        let each = self.items.get(..op)?.iter().any(|i| {
            i.class("each")
                || i.class("all")
                || matches!(
                    i.text(),
                    "each" | "every" | "both" | "neither" | "none" | "neither of" | "none of"
                )
        });
        let denied = (self.items.get(..op)?.iter())
            .filter(|i| i.class("not"))
            .count()
            % 2
            == 1;
        let bound =
            (op + 1..(op + 4).min(self.items.len())).find_map(|at| match self.figure(at)? {
                Side::Number(n) => Some(n),
                _ => None,
            })?;
        let relation = relation(self.items.get(op)?)?;
        let holds = |v: Decimal| {
            let holds = match relation {
                "above" => v > bound,
                "below" => v < bound,
                "at_least" => v >= bound,
                _ => v <= bound,
            };
            holds != denied
        };
        let groups = self.groups();
        let other = groups
            .iter()
            .filter(|g| each && g.iter().all(|f| f.classes().contains(&Class::Amount)))
            .flatten()
            .find(|f| read::json_number(f.value).is_some_and(|v| !holds(v)))?;
        Some((
            Label::Contradicted,
            format!("{} holds {}", other.pointer(), other.value),
        ))
    }

    /// "GRN-3088 is later than the delivery date of PO-7731" where it is earlier: each day is that of the record whose
    /// number stands on its side.
    pub(super) fn dated_otherwise(&self) -> Option<Veto> {
        let dates: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_date(f.value).is_some())
            .collect();
        let [a, b] = dates[..] else { return None };
        let told = self.items.iter().any(|i| {
            i.number().is_some() || matches!(i, Item::Value(Token::Date(_) | Token::Part(_)))
        });
        let mut ops = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, i)| Some((at, relation(i)?)));
        let ((at, op), None) = (ops.next()?, ops.next()) else {
            return None;
        };
        if a.doc == b.doc || told || self.items.iter().any(|i| i.class("not")) {
            return None;
        }
        let ids = |items: &[Item]| -> Vec<Mention> {
            items
                .iter()
                .filter_map(Mention::of)
                .filter(|m| matches!(m, Mention::Id(_)))
                .collect()
        };
        let (left, right) = (ids(self.items.get(..at)?), ids(self.items.get(at + 1..)?));
        let holds = |doc: usize, of: &[Mention]| {
            !of.is_empty() && of.iter().all(|m| self.index.holds(doc, m, self.claim))
        };
        let (first, second) = match (
            holds(a.doc, &left),
            holds(b.doc, &left),
            holds(a.doc, &right),
            holds(b.doc, &right),
        ) {
            (true, false, _, true) => (a, b),
            (false, true, true, _) => (b, a),
            _ => return None,
        };
        let (first, second) = (
            read::json_date(first.value)?,
            read::json_date(second.value)?,
        );
        let so = match op {
            "after" | "above" => first > second,
            "before" | "below" => first < second,
            _ => return None,
        };
        (!so).then(|| {
            (
                Label::Contradicted,
                format!("{first} and {second} stand the other way round"),
            )
        })
    }

    fn figure(&self, at: usize) -> Option<Side> {
        match self.items.get(at)? {
            Item::Value(Token::Number(n)) if !n.percent => Some(Side::Number(n.value)),
            Item::Value(Token::Date(d)) => Some(Side::Date(*d)),
            _ => None,
        }
    }

    /// Whether an item of the claim states what a field holds.
    fn is_said(&self, at: usize, field: &Field<'a>) -> bool {
        match self.items.get(at) {
            Some(Item::Value(Token::Number(n))) => {
                read::json_number(field.value).is_some_and(|v| n.is(v, true) || n.is(-v, true))
            }
            Some(Item::Value(Token::Date(d))) => read::json_date(field.value) == Some(*d),
            _ => false,
        }
    }
}

fn of_a_sort(a: &Field<'_>, b: &Field<'_>) -> bool {
    let rates = |f: &Field<'_>| {
        f.classes()
            .iter()
            .any(|c| matches!(c, Class::Price | Class::Rate))
    };
    alike(a, b) || (rates(a) && rates(b))
}
