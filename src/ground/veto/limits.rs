//! What may be and what is: tolerances, shares and counts that a claim holds values against.

use super::{Borne, Veto};
use crate::{
    Label,
    clause::{Item, tags_of},
    field::Field,
    lex::Token,
    mention::is_line_number,
    read,
    vocabulary::{folded_words, name_parts},
};

impl<'a> Borne<'a, '_> {
    /// "20% above the order's price" of a price that is 25% above it: what lies above is measured by what lies below.
    pub(super) fn share_of_the_other(&self) -> Option<Veto> {
        let at = self
            .items
            .iter()
            .position(|i| matches!(crate::clause::relation(i), Some("above" | "below")))?;
        let near = |n: usize| {
            n.abs_diff(at) <= 2
                || (n > at
                    && self
                        .items
                        .get(n.wrapping_sub(1))
                        .is_some_and(|i| i.text() == "by"))
        };
        let (_, number) = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(n, i)| Some((n, i.number()?)))
            .find(|(n, number)| number.percent && near(*n))?;
        let amounts: Vec<domain::Decimal> = self
            .values()
            .filter(|f| !f.has("kind.rate") || f.has("kind.price"))
            .filter(|f| !f.has("head.tolerance"))
            .filter_map(|f| read::json_number(f.value))
            .collect();
        let [a, b] = amounts[..] else { return None };
        let above = crate::clause::relation(self.items.get(at)?) == Some("above");
        let base = if above { a.min(b) } else { a.max(b) };
        let other = if above { a.max(b) } else { a.min(b) };
        let share = |of: domain::Decimal| {
            a.checked_sub(b)?
                .abs()
                .checked_mul(domain::Decimal::ONE_HUNDRED)?
                .checked_div(of)
        };
        let is = |of| share(of).is_some_and(|s| number.value == s || number.is_share(s, false));
        (!is(base) && is(other)).then(|| {
            (
                Label::Contradicted,
                "the share is of the other value".to_owned(),
            )
        })
    }

    /// "More than the 2,294 kg accepted" where 2,994 are: a figure with an article is one that a record holds, and no bound.
    pub(super) fn figure_of_nothing(&self) -> Option<Veto> {
        let at = |n: usize| self.items.get(n);
        let told = self.numbers().find(|(n, number)| {
            let article = n
                .checked_sub(1)
                .and_then(at)
                .is_some_and(|i| i.text() == "the");
            let beyond = n.checked_sub(2).and_then(at).is_some_and(|i| {
                matches!(crate::clause::relation(i), Some("above" | "below")) || i.text() == "than"
            });
            article && beyond && !number.percent
        });
        let (_, number) = told?;
        // As it stands, in another unit, or as the sum of all.
        let scales = [1, 10, 12, 100, 1_000].map(domain::Decimal::from);
        let values: Vec<domain::Decimal> = (self.index.leaves_of(self.cited))
            .filter_map(|f| read::json_number(f.value))
            .take(500)
            .collect();
        let mut cited = self.cited.iter().filter_map(|f| read::json_number(f.value));
        let sum = cited.try_fold(domain::Decimal::ZERO, domain::Decimal::checked_add)?;
        let held = values.iter().chain([&sum]).any(|v| {
            scales.iter().any(|scale| {
                let more = v.checked_mul(*scale);
                let less = v.checked_div(*scale);
                [more, less]
                    .into_iter()
                    .flatten()
                    .any(|v| number.is(v, true))
            })
        });
        (!held && !values.is_empty()).then(|| {
            let why = format!("nothing that is cited holds {}", number.value.normalize());
            (Label::Contradicted, why)
        })
    }

    /// "Exceeds the PO value by ₹50,000" where one value alone is cited.
    pub(super) fn one_side_of_two(&self) -> Option<Veto> {
        let op = self.items.iter().position(|i| {
            matches!(
                crate::clause::relation(i),
                Some("above" | "below" | "differ")
            )
        })?;
        let by = self.items.windows(2).skip(op).any(
            |two| matches!(two, [b, n] if b.text() == "by" && n.number().is_some_and(|n| n.rupees)),
        );
        let mut held = self
            .values()
            .filter(|f| read::json_number(f.value).is_some() || read::json_date(f.value).is_some());
        let one = held.next().is_some() && held.next().is_none();
        let numbers = self.items.iter().filter_map(Item::number).count();
        let text = self.cited.iter().any(|f| crate::text::is_prose(f));
        (by && one && numbers == 1 && !text).then(|| {
            (
                Label::Unsupported,
                "one side of what is compared is not cited".to_owned(),
            )
        })
    }

    /// "The price tolerance is 5%" of that for quantities.
    pub(super) fn tolerance_of_another(&self) -> Option<Veto> {
        const OF: [(&str, &[&str]); 3] = [
            ("price", &["price", "rate"]),
            ("quantity", &["quantity", "qty"]),
            ("amount", &["amount", "value", "total"]),
        ];
        let words = folded_words(self.claim);
        let sort = |any: &dyn Fn(&str) -> bool| -> Option<&'static str> {
            OF.iter()
                .find(|(_, names)| names.iter().any(|n| any(n)))
                .map(|(sort, _)| *sort)
        };
        let said = words.windows(2).find_map(|two| {
            let [of, what] = two else { return None };
            (what == "tolerance" || what == "variance").then(|| sort(&|n| n == of))?
        })?;
        let held = self.cited.iter().find(|f| {
            let parts = name_parts(f.leaf());
            parts
                .iter()
                .any(|p| p.starts_with("toler") || p == "variance")
                && sort(&|n| parts.iter().any(|p| p == n)).is_some_and(|own| own != said)
        })?;
        Some((
            Label::Unsupported,
            format!("{} is not for the {said}", held.pointer()),
        ))
    }

    /// "The IRN was acknowledged on 14 October" by the day of the invoice.
    pub(super) fn another_day_than_the_acks(&self) -> Option<Veto> {
        let said = tags_of(self.items);
        let dated = self
            .items
            .iter()
            .any(|i| matches!(i, Item::Value(Token::Date(_))));
        if !said.contains("event.ack") || !dated {
            return None;
        }
        let days: Vec<&Field<'a>> = (self.cited.iter())
            .filter(|f| read::json_date(f.value).is_some())
            .collect();
        let [day] = days[..] else { return None };
        let named = day.tags.iter().any(|t| {
            crate::vocabulary::group(t) == "event" && *t != "event.issue" && said.contains(t)
        });
        (!named && !day.has("event.ack") && !day.has("kind.ack")).then(|| {
            (
                Label::Unsupported,
                format!("{} is the day of something else", day.pointer()),
            )
        })
    }

    /// "The invoice has 4 lines" by the number of vehicles.
    pub(super) fn counts_of_another(&self) -> Option<Veto> {
        const LINES: [&str; 5] = ["lines", "line items", "items", "line item", "rows"];
        let counted = self.items.windows(2).any(|two| {
            matches!(two, [n, noun] if n.number().is_some_and(|n| !n.rupees) && LINES.contains(&noun.text()))
        });
        let mut values = self.cited.iter().filter(|f| f.value.is_number());
        let (field, None) = (values.next()?, values.next()) else {
            return None;
        };
        let named = name_parts(field.leaf()).iter().any(|p| {
            matches!(
                p.as_str(),
                "line" | "lines" | "item" | "items" | "rows" | "count" | "entries"
            )
        });
        (counted && field.value.is_number() && !named).then(|| {
            (
                Label::Unsupported,
                format!("{} counts something else", field.pointer()),
            )
        })
    }

    /// "Is within the tolerance of 2%" of a price that is 3% above the other: what lies between, against what may.
    pub(super) fn outside_the_tolerance(&self) -> Option<Veto> {
        let number = |f: &Field<'a>| read::json_number(f.value);
        let (bounds, values): (Vec<&Field<'a>>, Vec<&Field<'a>>) = self
            .values()
            .filter(|f| number(f).is_some() && !is_line_number(f.leaf()))
            .partition(|f| name_parts(f.leaf()).iter().any(|p| p.starts_with("toler")));
        let ([bound], [a, b]) = (&bounds[..], &values[..]) else {
            return None;
        };
        let words = folded_words(self.claim);
        let said = words.iter().any(|w| w.starts_with("toler"));
        let within = words.windows(2).any(|two| {
            matches!(two, [w, next] if matches!(w.as_str(), "within" | "inside")
                || (w == "less" && next == "than"))
        });
        let beyond = words.windows(2).any(|two| {
            matches!(two, [w, next] if w == "beyond" || w == "outside" || (w == "more" && next == "than"))
        });
        let denied = self.items.iter().any(|i| i.class("not"));
        if !said || within == beyond || denied || a.doc == b.doc && a.leaf() == b.leaf() {
            return None;
        }
        let (x, y, most) = (number(a)?, number(b)?, number(bound)?);
        let gap = x.checked_sub(y)?.abs();
        let share = |of: domain::Decimal| {
            gap.checked_mul(domain::Decimal::ONE_HUNDRED)?
                .checked_div(of)
        };
        let percent = bound.has("kind.rate")
            || name_parts(bound.leaf())
                .iter()
                .any(|p| matches!(p.as_str(), "pct" | "percent" | "percentage"));
        let inside = |v: domain::Decimal| v <= most;
        let all = if percent {
            [share(x)?, share(y)?].map(inside)
        } else {
            [inside(gap); 2]
        };
        let wrong = (within && all == [false; 2]) || (beyond && all == [true; 2]);
        wrong.then(|| {
            (
                Label::Contradicted,
                format!("{} is not what lies between", bound.pointer()),
            )
        })
    }

    /// "40 exceed the 4 dozen ordered": in one unit they do not.
    pub(super) fn compared_in_two_units(&self) -> Option<Veto> {
        let op = self
            .items
            .iter()
            .find_map(|i| crate::clause::relation(i).filter(|r| matches!(*r, "above" | "below")))?;
        let counted: Vec<_> = self
            .values()
            .filter(|f| !is_line_number(f.leaf()))
            .filter_map(|f| {
                Some((
                    read::json_number(f.value)?,
                    crate::measure::unit_of(f)?,
                    f.doc,
                ))
            })
            .collect();
        let [(a, unit, one), (b, other, two)] = counted[..] else {
            return None;
        };
        let told: Vec<_> = self.items.iter().filter_map(|i| i.number()).collect();
        if unit == other
            || one == two
            || told.len() > 1
            || self.items.iter().any(|i| i.class("not"))
        {
            return None;
        }
        let (many, few) = crate::vocabulary::VOCABULARY.ratio(unit, other)?;
        let (a, b) = (
            a.checked_mul(domain::Decimal::from(many))?,
            b.checked_mul(domain::Decimal::from(few))?,
        );
        // What is billed or received stands before what was ordered.
        let first_is_order = self.papers(one).contains("doc.order");
        let (subject, object) = if first_is_order { (b, a) } else { (a, b) };
        let so = if op == "above" {
            subject > object
        } else {
            subject < object
        };
        // "By 1,100 pieces": how far they lie apart is told in one unit, too.
        let far = subject.checked_sub(object)?.abs();
        let so = so && told.first().is_none_or(|n| n.percent || n.is(far, false));
        (!so).then(|| (Label::Contradicted, format!("{a} against {b} in one unit")))
    }

    /// "All 12 returns due were filed" of eleven.
    pub(super) fn not_all_of_them(&self) -> Option<Veto> {
        let all = self.items.iter().any(|i| {
            i.class("all") && matches!(i.text(), "all" | "all of" | "all the" | "every" | "both")
        });
        let counts: Vec<(&Field<'a>, domain::Decimal)> = self
            .values()
            .filter(|f| f.element().is_none() && f.value.is_number())
            .filter_map(|f| Some((f, read::json_number(f.value)?)))
            .collect();
        let [(a, x), (b, y)] = counts[..] else {
            return None;
        };
        let numbers: Vec<_> = self.items.iter().filter_map(Item::number).collect();
        let told = |v| numbers.iter().filter(|n| n.is(v, false)).count();
        let one = told(x) + told(y) == 1;
        let alike = a.doc == b.doc && name_parts(a.leaf()).first() == name_parts(b.leaf()).first();
        (all && one && alike && x != y).then(|| {
            (
                Label::Contradicted,
                format!("{} and {} are not as many", a.pointer(), b.pointer()),
            )
        })
    }
}
