//! Numbers and dates that no field holds and that cited fields come to: gaps, shares, products, counts, due dates.

use domain::{Date, Decimal};

use crate::{
    clause::{Item, relation, tags_of},
    field::{Class, Field},
    fit::is_identity,
    lex::{self, Token},
    number::Number,
    pairing::alike,
    read,
    span::{self, Span},
    text::is_prose,
    vocabulary::VOCABULARY,
    weigh::Weigher,
};

/// What a computation says of a stated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Derived {
    /// It comes to that, from these fields.
    Holds(Vec<usize>),
    /// It comes to something else.
    Fails(String),
}

impl<'a> Weigher<'a, '_> {
    /// A number that cited values come to in the way that the words say.
    pub(crate) fn derived(&self, at: usize, number: &Number) -> Option<Derived> {
        self.gap(at, number)
            .or_else(|| self.share(at, number))
            .or_else(|| self.count(at, number))
            .or_else(|| self.product(number))
    }

    /// Cited numbers that count or measure something.
    fn numbers(&self) -> Vec<(usize, &Field<'a>, Decimal)> {
        self.candidates
            .iter()
            .filter_map(|n| {
                let field = self.cited.get(*n)?;
                let identity = field.tags.iter().any(|t| is_identity(t));
                let value = read::json_number(field.value).filter(|_| !identity)?;
                Some((*n, field, value))
            })
            .collect()
    }

    /// Those of them that the clause speaks of, or says nothing against.
    fn quantities(&self) -> Vec<(usize, &Field<'a>, Decimal)> {
        let mut all = self.numbers();
        all.retain(|(_, field, _)| self.relevance(field) >= 0);
        all
    }

    fn cited_dates(&self) -> Vec<(usize, &Field<'a>, Date)> {
        let mut out: Vec<(usize, &Field<'a>, Date)> = self
            .candidates
            .iter()
            .filter_map(|n| {
                let field = self.cited.get(*n)?;
                Some((*n, field, read::json_date(field.value)?))
            })
            .collect();
        // A date that an agreement sets, where it sets one alone.
        for n in &self.candidates {
            let Some(field) = self.cited.get(*n).filter(|f| is_prose(f) && !f.is_note()) else {
                continue;
            };
            if let [date] = dates_in(field)[..] {
                out.push((*n, field, date));
            }
        }
        out
    }

    /// `a shortfall of 45 metres`, `late by 25 days`, `₹6.25 lakh remains unused`.
    fn gap(&self, at: usize, number: &Number) -> Option<Derived> {
        if number.percent {
            return None;
        }
        let behind = self.items.get(at + 1);
        if let Some(span) = behind.and_then(|i| span::unit(i.text())) {
            return self.elapsed(number, span);
        }
        let word = self
            .items
            .iter()
            .filter(|i| relation(i).is_none())
            .find(|i| i.class("gap") || i.class("gap_below") || i.class("gap_above"))?;
        let mut fields = self.quantities();
        if fields.len() < 2 {
            // One of two is spoken of, and the other is what it is less than.
            let all = self.numbers();
            if all.len() == 2 {
                fields = all;
            }
        }
        let mut gaps = Vec::new();
        for (x, (a, left, value)) in fields.iter().enumerate() {
            for (b, right, other) in fields.iter().skip(x + 1) {
                if alike(left, right) && !left.same_leaf(right) {
                    gaps.push((*a, *b, value.checked_sub(*other)?));
                }
            }
        }
        let directed = |a: usize, b: usize, gap: Decimal| {
            let later = |n: usize| self.cited.get(n).map_or(0, Field::progress);
            // Of two stages of one quantity, what comes later falls short of what came before.
            let (early, late) = if gap.is_sign_negative() {
                (b, a)
            } else {
                (a, b)
            };
            if word.class("gap_below") && later(early) > later(late) {
                return false;
            }
            !(word.class("gap_above") && later(early) < later(late))
        };
        if let Some((a, b, _)) = gaps
            .iter()
            .find(|(a, b, gap)| number.is(gap.abs(), self.about) && directed(*a, *b, *gap))
        {
            return Some(Derived::Holds(vec![*a, *b]));
        }
        match gaps[..] {
            [(a, b, gap)] if !self.holds_directly(number) && self.names_both(a, b) => {
                Some(Derived::Fails(format!(
                    "the cited values differ by {}, not {}",
                    gap.abs().normalize(),
                    number.raw
                )))
            }
            _ => None,
        }
    }

    /// Whether a cited field holds a number as it is.
    fn holds_directly(&self, number: &Number) -> bool {
        self.cited
            .iter()
            .filter_map(|f| read::json_number(f.value))
            .any(|v| number.is(v, self.about))
    }

    /// Whether the words speak of both of two fields.
    fn names_both(&self, a: usize, b: usize) -> bool {
        [a, b]
            .iter()
            .all(|n| self.cited.get(*n).is_some_and(|f| self.relevance(f) > 0))
    }

    /// So much time between two cited dates.
    fn elapsed(&self, number: &Number, span: Span) -> Option<Derived> {
        let dates = self.cited_dates();
        // A field that holds days is what the words speak of, where they do.
        let termed = self
            .cited
            .iter()
            .any(|f| f.classes().contains(&Class::Days) && read::json_number(f.value).is_some());
        let mut pairs = 0;
        for (x, (a, _, from)) in dates.iter().enumerate() {
            for (b, _, to) in dates.iter().skip(x + 1) {
                pairs += 1;
                let (from, to) = if from <= to {
                    (*from, *to)
                } else {
                    (*to, *from)
                };
                if span.parts(from, to, number.value) && self.delay_is_so(*a, *b) {
                    return Some(Derived::Holds(vec![*a, *b]));
                }
            }
        }
        (pairs == 1 && !termed).then(|| {
            Derived::Fails(format!(
                "the cited dates do not lie {} of that apart",
                number.raw
            ))
        })
    }

    /// What is late came after what was planned, and what is early before.
    fn delay_is_so(&self, a: usize, b: usize) -> bool {
        let late = self.items.iter().any(|i| i.class("late"));
        let early = self.items.iter().any(|i| i.class("early"));
        if late == early {
            return true;
        }
        let (Some(first), Some(second)) = (self.cited.get(a), self.cited.get(b)) else {
            return false;
        };
        let planned = |f: &Field<'_>| f.is_planned() || is_prose(f);
        let (planned, actual) = match (planned(first), planned(second)) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            _ => return true,
        };
        let (planned, actual) = (
            read::json_date(planned.value),
            read::json_date(actual.value),
        );
        if late {
            actual > planned
        } else {
            actual < planned
        }
    }

    /// `2.4% of what was billed`, `99.04%`.
    fn share(&self, at: usize, number: &Number) -> Option<Derived> {
        if !number.percent {
            return None;
        }
        let of = self.items.get(at + 1).is_some_and(|i| i.text() == "of")
            || self.items.iter().any(|i| i.class("share"));
        let mut fields = self.quantities();
        if fields.len() < 2 && self.numbers().len() == 2 {
            fields = self.numbers();
        }
        let amounts: Vec<_> = fields
            .iter()
            .filter(|(_, f, v)| !f.classes().contains(&Class::Rate) && !v.is_zero())
            .collect();
        if !of || amounts.len() < 2 {
            return None;
        }
        // Numbers of the sentence that have been accounted for may be shares too: "the shortfall of 45 metres".
        let told: Vec<Decimal> = self
            .items
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != at && self.is_used(*n))
            .filter_map(|(_, i)| i.number().map(|n| n.value))
            .collect();
        for (b, right, base) in &amounts {
            for (a, left, part) in &amounts {
                if a == b || !alike(left, right) {
                    continue;
                }
                let of = |part: Decimal| {
                    (part * Decimal::ONE_HUNDRED)
                        .checked_div(*base)
                        .is_some_and(|share| number.is_share(share, self.about))
                };
                let gap = (*base - *part).abs();
                if of(*part) || (told.contains(&gap) && of(gap)) {
                    return Some(Derived::Holds(vec![*a, *b]));
                }
            }
        }
        None
    }

    /// `two of them are active`, `the two bills`: so many elements of a list.
    fn count(&self, at: usize, number: &Number) -> Option<Derived> {
        if number.rupees || number.percent || !number.value.fract().is_zero() {
            return None;
        }
        let many: usize = number.value.trunc().to_string().parse().ok()?;
        // "one each paid, approved and held"
        if self.items.get(at + 1).is_some_and(|i| i.class("each")) {
            return self.count_each(at, many);
        }
        let counted = self
            .counted_state(at)
            .and_then(|n| self.items.get(n)?.state());
        if let Some(state) = counted {
            return self.count_state(state, many);
        }
        if many < 2 {
            return None;
        }
        self.count_elements(at, many)
    }

    fn count_each(&self, at: usize, many: usize) -> Option<Derived> {
        let states: Vec<&'static str> = self
            .items
            .iter()
            .skip(at + 1)
            .filter_map(Item::state)
            .collect();
        if states.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        for state in states {
            match self.count_state(state, many)? {
                Derived::Holds(more) => fields.extend(more),
                fails @ Derived::Fails(_) => return Some(fails),
            }
        }
        Some(Derived::Holds(fields))
    }

    /// So many of the cited list, and no more of the whole list, are in a state.
    fn count_state(&self, state: &'static str, many: usize) -> Option<Derived> {
        {
            let fields: Vec<usize> = self
                .candidates
                .iter()
                .copied()
                .filter(|n| {
                    self.cited.get(*n).is_some_and(|f| {
                        f.element().is_some()
                            && f.value.as_str().and_then(|v| VOCABULARY.state(v)).is_some()
                    })
                })
                .collect();
            let first = fields.first().and_then(|n| self.cited.get(*n))?;
            let root = self.index.root(first.doc)?;
            let is =
                |f: &Field<'_>| f.value.as_str().and_then(|v| VOCABULARY.state(v)) == Some(state);
            let in_list =
                first.twins(root).iter().filter(|t| is(t)).count() + usize::from(is(first));
            let cited: Vec<usize> = fields
                .iter()
                .copied()
                .filter(|n| self.cited.get(*n).is_some_and(is))
                .collect();
            if in_list != many {
                return Some(Derived::Fails(format!(
                    "{in_list} of the list are \"{state}\", not {many}"
                )));
            }
            // The others bear that it is no more than so many.
            (cited.len() == many).then_some(Derived::Holds(fields))
        }
    }

    fn count_elements(&self, at: usize, many: usize) -> Option<Derived> {
        // "the two bills": as many as are cited.
        let definite = at > 0
            && self
                .items
                .get(at.saturating_sub(2)..at)
                .unwrap_or_default()
                .iter()
                .any(|i| {
                    matches!(
                        i.text(),
                        "the" | "these" | "those" | "both" | "all" | "our" | "its" | "all the"
                    )
                });
        let mut elements: Vec<(usize, &[String])> = Vec::new();
        let mut bearing = Vec::new();
        for (n, field) in self.cited.iter().enumerate() {
            let Some(path) = field.element_path() else {
                continue;
            };
            bearing.push(n);
            if !elements.contains(&(field.doc, path)) {
                elements.push((field.doc, path));
            }
        }
        let whole = self
            .candidates
            .iter()
            .filter_map(|n| self.cited.get(*n)?.element())
            .filter_map(|(_, list)| list.as_array().map(Vec::len))
            .any(|len| len == many);
        if elements.len() == many && (definite || whole) {
            return Some(Derived::Holds(bearing));
        }
        // "Two receipts, GRN-1180 and GRN-1197": as many as are named, or as there are records cited of one kind.
        let ids: std::collections::BTreeSet<&str> = self
            .items
            .iter()
            .skip(at + 1)
            .filter_map(|i| match i {
                Item::Value(Token::Id(id)) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let alike_ids = ids
            .iter()
            .filter(|a| {
                ids.iter()
                    .any(|b| a != &b && crate::subject::same_shape(a, b))
            })
            .count();
        let records = |leaf: &str| self.cited.iter().filter(|f| f.leaf() == leaf).count();
        let of_a_kind = self.cited.iter().any(|f| {
            records(f.leaf()) == many
                && f.value
                    .as_str()
                    .is_some_and(|s| s.bytes().any(|b| b.is_ascii_digit()))
        });
        let listed = self
            .cited
            .iter()
            .any(|f| f.value.as_array().is_some_and(|l| l.len() == many));
        let same = self.cited.iter().any(|f| {
            read::json_number(f.value).is_some()
                && f.element().is_some()
                && records(f.leaf()) == many
        });
        (alike_ids == many || of_a_kind || listed || same).then_some(Derived::Holds(Vec::new()))
    }

    /// The state that a number counts: the first behind it, before another number.
    pub(crate) fn counted_state(&self, at: usize) -> Option<usize> {
        self.items
            .iter()
            .enumerate()
            .skip(at + 1)
            .take(5)
            .take_while(|(_, i)| i.number().is_none())
            .find(|(_, i)| i.state().is_some())
            .map(|(n, _)| n)
    }

    /// `1,200 kg at ₹240 come to ₹2,88,000`, `18% of ₹49,500 is ₹8,910`.
    fn product(&self, number: &Number) -> Option<Derived> {
        if number.percent {
            return None;
        }
        let fields = self.quantities();
        for (a, left, x) in &fields {
            for (b, right, y) in &fields {
                let product = match (&left.classes()[..], &right.classes()[..]) {
                    ([Class::Quantity], [Class::Price, ..] | [_, Class::Price]) => {
                        x.checked_mul(*y)
                    }
                    ([Class::Rate], [Class::Amount]) => x
                        .checked_mul(*y)
                        .and_then(|p| p.checked_div(Decimal::ONE_HUNDRED)),
                    _ => None,
                };
                let spoken = [*a, *b]
                    .iter()
                    .all(|n| self.bearing.contains(n) || self.earlier.contains(n));
                if spoken && product.is_some_and(|p| number.is(p, self.about)) {
                    return Some(Derived::Holds(vec![*a, *b]));
                }
            }
        }
        None
    }

    /// A date that lies the cited days behind a cited date: when something falls due.
    pub(crate) fn due(&self, stated: Date) -> Option<Derived> {
        let tags = tags_of(self.items);
        if !tags.contains("event.due") && !tags.contains("head.payable") {
            return None;
        }
        let days: Vec<(usize, Decimal)> = self
            .candidates
            .iter()
            .filter_map(|n| {
                let field = self.cited.get(*n)?;
                let value = read::json_number(field.value)?;
                field
                    .classes()
                    .contains(&Class::Days)
                    .then_some((*n, value))
            })
            .collect();
        let dates = self.cited_dates();
        let ([(a, days)], [(b, field, from)]) = (&days[..], &dates[..]) else {
            return None;
        };
        if field.has("event.due") {
            return None;
        }
        let due = Span::Days(1).after(*from, *days)?;
        Some(if due == stated {
            Derived::Holds(vec![*a, *b])
        } else {
            Derived::Fails(format!("{days} days from {from} is {due}, not {stated}"))
        })
    }
}

/// The dates that the sentences of a field hold.
fn dates_in(field: &Field<'_>) -> Vec<Date> {
    lex::tokens(field.value.as_str().unwrap_or_default())
        .into_iter()
        .filter_map(|t| match t {
            Token::Date(d) => Some(d),
            _ => None,
        })
        .collect()
}

impl Field<'_> {
    /// Whether two fields have one name.
    fn same_leaf(&self, other: &Self) -> bool {
        self.doc == other.doc && self.leaf() == other.leaf()
    }

    /// The path down to the element of its innermost list.
    pub(crate) fn element_path(&self) -> Option<&[String]> {
        let (at, _) = self
            .path
            .iter()
            .zip(&self.chain)
            .enumerate()
            .rev()
            .find(|(_, (_, holder))| holder.is_array())?;
        self.path.get(..=at)
    }

    /// How far along the way from order to payment a quantity or a sum is.
    pub(crate) fn progress(&self) -> u8 {
        const WAY: [&[&str]; 5] = [
            &[
                "stage.ordered",
                "doc.order",
                "head.limit",
                "head.credit_limit",
            ],
            &[
                "stage.billed",
                "stage.dispatched",
                "doc.invoice",
                "stage.challan",
            ],
            &["stage.received", "doc.receipt"],
            &["stage.accepted", "head.paid", "doc.payment"],
            &["stage.rejected", "stage.returned"],
        ];
        let at = |tags: &crate::vocabulary::Tags| {
            WAY.iter()
                .rposition(|step| step.iter().any(|t| tags.contains(t)))
                .and_then(|n| u8::try_from(n + 1).ok())
        };
        at(&self.tags).or_else(|| at(&self.sources)).unwrap_or(0)
    }

    /// Whether a date was set beforehand.
    pub(crate) fn is_planned(&self) -> bool {
        [
            "event.due",
            "event.delivery",
            "event.expiry",
            "event.completion",
        ]
        .iter()
        .any(|t| self.has(t))
    }
}
