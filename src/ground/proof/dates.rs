//! Dates, spans and counts that cited values come to.

use domain::{Date, Decimal, civil::days_between};

use super::{
    Proof,
    compute::{is_term, multiple},
};
use crate::{
    clause::Item,
    number::Number,
    read,
    span::{self, Span},
};

impl Proof<'_, '_> {
    /// How many of a list there are.
    pub(super) fn counted(&self, at: usize, number: &Number) -> Option<Vec<usize>> {
        if number.rupees || number.percent || !number.value.fract().is_zero() {
            return None;
        }
        let many: usize = number.value.trunc().to_string().parse().ok()?;
        if many == 0
            || many > 50
            || self
                .item(at + 1)
                .is_some_and(|i| span::unit(i.text()).is_some())
        {
            return None;
        }
        let documents = self.item(at + 1).is_some_and(|i| {
            matches!(
                i.text(),
                "documents" | "papers" | "records" | "sources" | "document" | "record"
            )
        });
        let docs: std::collections::BTreeSet<usize> = self.w.cited.iter().map(|f| f.doc).collect();
        if documents && docs.len() == many {
            return Some(Vec::new());
        }
        // As many of a list as hold what is told, and the others hold something else.
        for n in 0..self.w.cited.len() {
            let field = self.field(n)?;
            let group = self.in_list_with(field);
            let alike = group
                .iter()
                .filter(|m| self.field(**m).is_some_and(|f| f.value == field.value))
                .count();
            let whole = field
                .element()
                .and_then(|(_, list)| list.as_array())
                .is_some_and(|l| l.len() == group.len());
            if self.is_told(n) && alike == many && alike < group.len() && whole {
                return Some(group);
            }
        }
        for (n, field) in self.w.cited.iter().enumerate() {
            if field.value.as_array().is_some_and(|l| l.len() == many) {
                return Some(vec![n]);
            }
        }
        let listed = (0..self.w.cited.len()).any(|n| {
            self.field(n).is_some_and(|f| {
                let places: std::collections::BTreeSet<(usize, Option<&[String]>)> = self
                    .w
                    .cited
                    .iter()
                    .filter(|g| g.leaf() == f.leaf())
                    .map(|g| (g.doc, g.element_path()))
                    .collect();
                let long = f
                    .element()
                    .and_then(|(_, list)| list.as_array())
                    .is_some_and(|l| l.len() == many);
                many > 1 && (places.len() == many || long)
            })
        });
        listed.then(Vec::new)
    }

    pub(super) fn cited_dates(&self) -> Vec<(usize, Date)> {
        (0..self.w.cited.len())
            .filter_map(|n| Some((n, read::json_date(self.field(n)?.value)?)))
            .collect()
    }

    /// So many days or weeks between two cited dates.
    pub(super) fn elapsed(&self, at: usize, number: &Number) -> Option<Vec<usize>> {
        let unit = (1..=3)
            .filter_map(|n| self.item(at + n))
            .take_while(|i| !matches!(i, Item::Value(_) | Item::Mark(_)))
            .find_map(|i| span::unit(i.text()))?;
        if number.rupees || number.percent {
            return None;
        }
        let dates = self.cited_dates();
        let completed = self
            .w
            .items
            .iter()
            .any(|i| matches!(i.text(), "completed" | "full" | "complete" | "whole"));
        for (x, (a, from)) in dates.iter().enumerate() {
            for (b, to) in dates.iter().skip(x + 1) {
                let (from, to) = (*from.min(to), *from.max(to));
                let weeks = matches!(unit, Span::Days(7))
                    && completed
                    && Decimal::from(days_between(from, to) / 7) == number.value;
                if weeks || unit.parts(from, to, number.value) {
                    return (self.delayed_so(*a, *b) || self.ordered_so(at, *a, *b))
                        .then(|| vec![*a, *b]);
                }
            }
        }
        None
    }

    /// "Twelve days after": what the words before speak of came after what those behind speak of.
    pub(super) fn ordered_so(&self, at: usize, a: usize, b: usize) -> bool {
        let Some((op, after)) = (at + 1..(at + 5).min(self.w.items.len())).find_map(|n| {
            let item = self.item(n)?;
            match (item.class("after"), item.class("before")) {
                (true, false) => Some((n, true)),
                (false, true) => Some((n, false)),
                _ => None,
            }
        }) else {
            return false;
        };
        let (Some(of), Some(x), Some(y)) = (
            self.leans(op, a, b),
            self.field(a).and_then(|f| read::json_date(f.value)),
            self.field(b).and_then(|f| read::json_date(f.value)),
        ) else {
            return false;
        };
        let (own, other) = if of == a { (x, y) } else { (y, x) };
        if after { own > other } else { own < other }
    }

    /// "Late" of what came after it was planned, "early" of what came before; nothing is said where neither stands.
    pub(super) fn delayed_so(&self, a: usize, b: usize) -> bool {
        let says = |class: &str| self.w.items.iter().any(|i| i.class(class));
        if !says("late") && !says("early") && !says("after") && !says("before") {
            return true;
        }
        let (Some(first), Some(second)) = (self.field(a), self.field(b)) else {
            return false;
        };
        let (planned, actual) = match (first.is_planned(), second.is_planned()) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            _ => return false,
        };
        let late = read::json_date(actual.value) > read::json_date(planned.value);
        if says("late") || says("after") {
            late
        } else {
            !late
        }
    }

    /// A date that lies the cited days behind another.
    pub(super) fn compute_date(&mut self, at: usize, stated: Date) {
        let dates = self.cited_dates();
        for n in 0..self.w.cited.len() {
            let Some(days) = self.side_number(n).filter(|v| v.fract().is_zero()) else {
                continue;
            };
            let Some(field) = self.field(n).filter(|f| is_term(f)) else {
                continue;
            };
            let unit = if crate::vocabulary::name_parts(field.leaf())
                .iter()
                .any(|p| p.starts_with("month"))
            {
                Span::Months(1)
            } else {
                Span::Days(1)
            };
            for (from_field, from) in &dates {
                if unit.after(*from, days) == Some(stated) {
                    self.finish(at);
                    self.tell(n);
                    self.tell(*from_field);
                    self.finish_from_then();
                    return;
                }
            }
        }
    }

    /// "30 days after its date": from when the days run.
    fn finish_from_then(&mut self) {
        for at in 1..self.w.items.len() {
            let measured = self
                .item(at - 1)
                .is_some_and(|i| span::unit(i.text()).is_some());
            if measured && self.class_at(Some(at), "after") {
                self.finish(at);
            }
        }
    }

    /// "Has doubled, from ₹6,500 to ₹13,000".
    pub(super) fn compute_multiple(&mut self, at: usize) {
        let Some((many, of)) = self.item(at).and_then(|i| multiple(i.text())) else {
            return;
        };
        let stated: Vec<(usize, Decimal)> = (at + 1..self.w.items.len())
            .filter_map(|n| {
                let field = self.states.get(n).copied().flatten()?;
                Some((n, self.side_number(field)?))
            })
            .collect();
        let [(first, from), (second, to)] = stated[..] else {
            return;
        };
        let before = |n: usize| self.item(n.wrapping_sub(1)).map_or("", Item::text);
        let ordered = before(first) == "from"
            && (first..second).any(|n| self.item(n).is_some_and(|i| i.text() == "to"));
        let so = from
            .checked_mul(Decimal::from(many))
            .zip(to.checked_mul(Decimal::from(of)))
            .is_some_and(|(a, b)| a == b);
        if ordered && so {
            self.finish(at);
            self.tell_moments(first, second);
        }
    }

    /// The dates of the records of two values, where the first is the earlier.
    pub(super) fn tell_moments(&mut self, first: usize, second: usize) {
        let doc = |at: usize| {
            let n = self.states.get(at).copied().flatten()?;
            Some(self.field(n)?.doc)
        };
        let (Some(one), Some(two)) = (doc(first), doc(second)) else {
            return;
        };
        let dates = self.cited_dates();
        let of = |doc: usize| {
            dates
                .iter()
                .find(|(n, _)| self.field(*n).is_some_and(|f| f.doc == doc))
                .copied()
        };
        if let (Some((a, early)), Some((b, late))) = (of(one), of(two))
            && early < late
        {
            self.tell(a);
            self.tell(b);
        }
    }
}
