//! Sums, differences and ranges: what several cited values come to, and between which bounds one lies.

use domain::Decimal;

use crate::{
    clause::{Item, tags_of},
    field::{Class, Field},
    fit::{Fit, PAPERS, fits, is_identity},
    number::Number,
    read,
    relation::Side,
    vocabulary::{Tags, of},
    weigh::Weigher,
};

/// A cited number that may be one of several that are added up.
#[derive(Clone, Copy)]
struct Part<'f, 'a> {
    at: usize,
    field: &'f Field<'a>,
    value: Decimal,
}

impl<'a> Weigher<'a, '_> {
    /// `between ₹1,00,000 and ₹1,50,000`.
    pub(crate) fn weigh_between(&mut self) {
        let Some(at) = self.items.iter().position(|i| i.class("between")) else {
            return;
        };
        let bounds: Vec<usize> = (at + 1..self.items.len())
            .filter(|n| self.literal_side(*n).is_some())
            .take(2)
            .collect();
        let [low, high] = bounds[..] else { return };
        let (Some(from), Some(to)) = (self.literal_side(low), self.literal_side(high)) else {
            return;
        };
        let number = self.items.get(low).and_then(Item::number);
        let asked = self.asked(self.items.get(..at).unwrap_or_default(), number, false);
        let fitting: Vec<usize> = self
            .candidates
            .iter()
            .copied()
            .filter(|n| {
                self.cited.get(*n).is_some_and(|f| {
                    let fit = fits(&asked, f);
                    let comparable = Side::of(f).is_some_and(|s| s.minus(&from).is_some());
                    comparable && fit != Fit::No && !self.outranked(&asked, f, fit)
                })
            })
            .collect();
        let [field] = fitting[..] else { return };
        let Some(value) = self.side(field) else {
            return;
        };
        let (Some(above), Some(below)) = (value.minus(&from), to.minus(&value)) else {
            return;
        };
        self.mark(low);
        self.mark(high);
        let inside = above >= Decimal::ZERO && below >= Decimal::ZERO;
        if inside == self.negative {
            let why = self
                .cited
                .get(field)
                .map(|f| format!("{} holds {}", f.pointer(), f.value))
                .unwrap_or_default();
            self.bad(at, why);
        } else {
            self.negation_used = true;
            self.good(at, field);
        }
    }

    fn side(&self, n: usize) -> Option<Side> {
        self.cited.get(n).and_then(Side::of)
    }

    /// Sums and differences that the clause states: `CGST and SGST together come to ₹18,000`, `billed less paid leaves
    /// ₹500`, `the difference between A and B is ₹500`.
    pub(crate) fn weigh_sum(&mut self) {
        let has = |class: &str| self.items.iter().any(|i| i.class(class));
        let less = (0..self.items.len()).any(|at| self.is_minus(at));
        let difference = has("difference") || has("minus") || less;
        let listed = tags_of(self.items).contains("head.total") && self.one_list();
        if !difference && !has("sum") && !self.names_the_tax() && !listed {
            return;
        }
        let numbers: Vec<(usize, Number)> = self
            .items
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.is_used(*at))
            .filter_map(|(at, i)| i.number().map(|n| (at, n.clone())))
            .filter(|(_, n)| !n.percent)
            .collect();
        for (at, number) in numbers.iter().rev() {
            if let Some((parts, whole)) = self.parts_of(number, difference) {
                self.sum_holds(*at, &parts, whole);
                return;
            }
        }
        // One figure that nothing holds by itself, and parts that come to another.
        let unheld: Vec<&(usize, Number)> = numbers
            .iter()
            .filter(|(_, n)| !self.is_held(n) && (n.rupees || n.value > Decimal::TEN))
            .collect();
        let parts = self.parts(None);
        if let ([(at, number)], [_, _, ..], true) =
            (&unheld[..], &parts[..], has("sum") || has("difference"))
        {
            let total: Option<Decimal> = if difference {
                parts
                    .first()
                    .zip(parts.get(1))
                    .map(|(a, b)| (a.value - b.value).abs())
            } else {
                parts
                    .iter()
                    .try_fold(Decimal::ZERO, |sum, p| sum.checked_add(p.value))
            };
            if let Some(total) = total {
                let why = format!("the cited values come to {total}, not {}", number.raw);
                self.bad(*at, why);
            }
        }
    }

    /// "Opening plus bills minus payments gives ₹500": a figure that a field holds and that the others come to as well.
    pub(crate) fn weigh_told_sum(&mut self) {
        let adds = |i: &Item| {
            [
                "sum",
                "minus",
                "difference",
                "gap",
                "gap_above",
                "gap_below",
            ]
            .iter()
            .any(|c| i.class(c))
        };
        let open: Vec<usize> = (0..self.items.len())
            .filter(|n| !self.is_used(*n) && self.items.get(*n).is_some_and(adds))
            .collect();
        if open.is_empty() {
            return;
        }
        for at in 0..self.items.len() {
            let Some(number) = self.items.get(at).and_then(Item::number).cloned() else {
                continue;
            };
            if let Some(crate::derive::Derived::Holds(fields)) = self.reckoned(at, &number)
                && let Some(first) = fields.first()
            {
                self.good(at, *first);
                self.bearing.extend(fields);
                for n in open {
                    self.mark(n);
                }
                return;
            }
        }
    }

    /// Whether the amounts cited are the same member of several records of one list.
    fn one_list(&self) -> bool {
        let mut leaves = self
            .cited
            .iter()
            .filter(|f| f.element().is_some() && f.classes().contains(&Class::Amount));
        let Some(first) = leaves.next() else {
            return false;
        };
        let mut more = leaves.peekable();
        more.peek().is_some() && more.all(|f| f.leaf() == first.leaf() && f.doc == first.doc)
    }

    /// "so the tax on the bill is ₹8,910", where the taxes are cited one by one.
    fn names_the_tax(&self) -> bool {
        let tags = tags_of(self.items);
        tags.contains("head.gst")
            && !["head.cgst", "head.sgst", "head.igst"]
                .iter()
                .any(|t| tags.contains(t))
            && self.cited.iter().filter(|f| f.is_tax()).count() > 1
    }

    pub(crate) fn is_held(&self, number: &Number) -> bool {
        self.cited
            .iter()
            .filter(|f| !f.tags.iter().any(|t| is_identity(t)))
            .filter_map(|f| read::json_number(f.value))
            .any(|v| number.is(v, self.about))
    }

    /// The cited sums, or quantities, that the clause may add up; not the whole, where that is cited too.
    fn parts(&self, whole: Option<&Number>) -> Vec<Part<'_, 'a>> {
        let taxes = self.names_the_tax();
        let all: Vec<Part<'_, 'a>> = self
            .candidates
            .iter()
            .filter_map(|n| {
                let field = self.cited.get(*n)?;
                let identity = field.tags.iter().any(|t| is_identity(t));
                let value = read::json_number(field.value).filter(|_| !identity)?;
                let class = field.classes();
                let sums = class.contains(&Class::Amount) || class.contains(&Class::Quantity);
                let spoken = self.relevance(field) >= 0 || (taxes && field.is_tax());
                (sums && spoken && !field.has("kind.count") && (!taxes || field.is_tax()))
                    .then_some(Part {
                        at: *n,
                        field,
                        value,
                    })
            })
            .collect();
        let money = all
            .iter()
            .filter(|p| p.field.classes().contains(&Class::Amount))
            .count();
        let of_money = money * 2 >= all.len();
        let mut out: Vec<Part<'_, 'a>> = all
            .into_iter()
            .filter(|p| p.field.classes().contains(&Class::Amount) == of_money)
            .collect();
        if let Some(whole) = whole
            && out.len() > 2
            && let Some(n) = out.iter().position(|p| whole.is(p.value, self.about))
        {
            out.remove(n);
        }
        out
    }

    /// The parts that come to a number, and the whole among the cited fields.
    fn parts_of(&self, number: &Number, difference: bool) -> Option<(Vec<usize>, Option<usize>)> {
        let whole = self
            .parts(None)
            .iter()
            .find_map(|p| number.is(p.value, self.about).then_some(p.at));
        let parts = self.parts(Some(number));
        if parts.len() < 2 || !self.papers_agree(&parts) {
            return None;
        }
        let comes_to = if difference {
            let [a, b] = &parts[..] else { return None };
            (a.value - b.value).abs()
        } else {
            parts
                .iter()
                .try_fold(Decimal::ZERO, |sum, p| sum.checked_add(p.value))?
        };
        let whole = whole.filter(|w| !parts.iter().any(|p| p.at == *w));
        number
            .is(comes_to, self.about)
            .then(|| (parts.iter().map(|p| p.at).collect(), whole))
    }

    /// Each part that is named with its paper has to be of that paper: "CGST on the invoice and SGST in GSTR-2B".
    fn papers_agree(&self, parts: &[Part<'_, 'a>]) -> bool {
        let joins = |i: &Item| {
            matches!(i.text(), "and" | "plus" | "to" | "less" | "minus")
                || matches!(i, Item::Mark(',' | '+'))
        };
        self.items.split(joins).all(|segment| {
            let tags = tags_of(segment);
            let heads: Tags = of(&tags, "head")
                .into_iter()
                .filter(|t| *t != "head.total" && *t != "head.gst")
                .collect();
            let papers: Tags = of(&tags, "doc")
                .into_iter()
                .filter(|t| PAPERS.contains(t) || crate::fit::REGISTERS.contains(t))
                .collect();
            if heads.is_empty() || papers.is_empty() {
                return true;
            }
            parts.iter().any(|p| {
                heads.iter().any(|h| p.field.has(h))
                    && (p.field.docs().is_empty() || !papers.is_disjoint(&p.field.docs()))
            })
        })
    }

    fn sum_holds(&mut self, at: usize, parts: &[usize], whole: Option<usize>) {
        self.bearing.extend(parts);
        self.bearing.extend(whole);
        // A total that has a name of its own is a field, and has to be cited.
        let from = self
            .items
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rposition(|i| i.class("sum") || i.class("verb"))
            .map_or(at, |n| n + 1);
        let named = tags_of(self.items.get(from..at).unwrap_or_default());
        let heads = of(&named, "head");
        let other = whole.and_then(|n| self.cited.get(n)).is_some_and(|f| {
            !heads.is_empty()
                && !of(&f.tags, "head").is_empty()
                && crate::fit::widened_public(&heads).is_disjoint(&f.tags)
        });
        if other {
            self.tally
                .missing
                .push("the total that they are said to come to is another".to_owned());
        }
        if whole.is_none()
            && named.contains("head.total")
            && named.iter().any(|t| PAPERS.contains(t))
        {
            self.tally
                .missing
                .push("the total that they are said to come to is not cited".to_owned());
        }
        if let Some(n) = whole.or_else(|| parts.first().copied()) {
            self.good(at, n);
        }
        // The parts may be told beside it without their names.
        for n in 0..self.items.len() {
            let Some(number) = self.items.get(n).and_then(Item::number) else {
                continue;
            };
            let held = parts.iter().any(|p| {
                self.cited
                    .get(*p)
                    .and_then(|f| read::json_number(f.value))
                    .is_some_and(|v| number.is(v, self.about))
            });
            if held && n != at && !crate::clause::is_specific(&tags_of(&self.near(n))) {
                self.mark(n);
            }
        }
        let many = Decimal::from(parts.len());
        for n in 0..self.items.len() {
            let of_sum = self.items.get(n).is_some_and(|i| {
                ["sum", "difference", "minus"].iter().any(|c| i.class(c))
                    || i.tags().is_some_and(|t| {
                        !t.is_empty()
                            && t.iter()
                                .all(|t| matches!(*t, "head.gst" | "head.total" | "kind.amount"))
                    })
                    || i.number().is_some_and(|c| c.value == many && !c.rupees)
            });
            if of_sum || self.is_minus(n) {
                self.mark(n);
            }
        }
    }
}
