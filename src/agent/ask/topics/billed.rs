//! What was billed, paid and is owed: the ledger's rows of one supplier, or of all.

use std::collections::BTreeSet;

use domain::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Concept as C, MEASURES, Reader, STATUSES};
use crate::ask::{
    entity::{self, Entity},
    lexicon,
    part::{Billing, Bound, CodeKind, Measure, Side, Subject, Topic},
};

/// Words of what is still to be done.
const OBLIGES: &[&str] = &["should", "must", "shall", "ought"];
/// The same in two words.
const OBLIGES_TO: &[(&str, &str)] = &[
    ("to", "be"),
    ("to", "pay"),
    ("have", "to"),
    ("has", "to"),
    ("need", "to"),
    ("needs", "to"),
    ("needed", "to"),
    ("required", "to"),
    ("supposed", "to"),
];

/// First words of what says that a sum is without its tax.
const BEFORE_TAX: &[&str] = &[
    "taxable",
    "before",
    "excluding",
    "without",
    "base",
    "bina",
    "net",
    "pre-tax",
    "basic",
    "excl",
    "excl.",
];

/// How many of the largest invoices are told where the question does not say, and the most.
const TOP: usize = 5;
const LISTED_MAX: usize = 100;

/// Said of what falls due in a period.
pub(super) const NO_DUE_DATE: &str =
    "no record holds when an invoice falls due; what is owed in all can be asked for";

const NO_OVERDUE: &str = "no record holds when an invoice falls due, so that none is told to be overdue; what is unpaid can be asked for";

impl Reader<'_> {
    /// What was billed, how much of it, and which.
    pub(super) fn billed(&mut self) {
        let asked = STATUSES.iter().any(|status| self.free(*status))
            || self.free_any(&[C::Bill, C::Pay, C::Total, C::Due])
            || self.untaxed();
        let single = self.code(CodeKind::Invoice) || self.code(CodeKind::Order);
        let elsewhere = self.topics.iter().any(|topic| {
            matches!(
                topic,
                Topic::Seen
                    | Topic::Order { .. }
                    | Topic::BilledOn
                    | Topic::Missing(_)
                    | Topic::Statement
                    | Topic::Irn
                    | Topic::Compute(_)
                    | Topic::Terms
                    | Topic::Einvoicing
            )
        });
        let measured = MEASURES.iter().any(|(concept, _)| self.free(*concept));
        let only_bill = !measured
            && !STATUSES.iter().any(|status| self.free(*status))
            && !self.free_any(&[C::Pay, C::Due]);
        // Without a measure "invoice" alone belongs to what else is asked; a number without more to the invoice of it.
        let numbered = self.numbers_invoice() && !self.plural() && !self.bills();
        let idle = only_bill && (!self.topics.is_empty() || numbered);
        let owed = self.free_any(&[C::Unpaid, C::Due]);
        let lone = numbered && !owed && !measured && !self.segment.has(C::Pay);
        if !asked || single || elsewhere || idle || lone {
            return;
        }
        let mut measures: Vec<Measure> = MEASURES
            .iter()
            .filter(|(concept, _)| self.free(*concept))
            .map(|(_, measure)| *measure)
            .collect();
        let many = self.plural() || self.segment.has_any(&[C::Which, C::List]);
        if measures == [Measure::Latest]
            && self.plural()
            && let [place] = self.segment.amounts.as_slice()
            && let Some(count) = self.found.numbers.get(*place).and_then(Decimal::to_usize)
        {
            measures = vec![Measure::List(count.min(100))];
            self.numbers.insert(*place);
        }
        self.several(&mut measures);
        if self.untaxed() && measures.iter().all(|measure| *measure == Measure::Total) {
            measures = vec![Measure::Taxable];
            self.used.insert(C::Inclusive);
        }
        if self.taxed() {
            self.used.insert(C::Inclusive);
        }
        if measures.is_empty() {
            measures.push(if many && !self.free(C::Pay) {
                Measure::List(0)
            } else {
                Measure::Total
            });
        }
        if self.unclear_pay() {
            self.beyond("the question does not say whether what was paid is asked for, or what is still to be paid");
            return;
        }
        if self.dues_of_period() {
            self.beyond(NO_DUE_DATE);
            return;
        }
        if self.free(C::Overdue) {
            self.beyond(NO_OVERDUE);
            return;
        }
        let bound = self.bound();
        if let Some(bound) = bound {
            self.take_bound(bound, &mut measures);
        }
        let orders = self.free(C::Unordered).then_some(false);
        self.used.insert(C::Unordered);
        let statuses = self.statuses();
        let used: Vec<C> = MEASURES.iter().map(|(concept, _)| *concept).collect();
        let dated = self.segment.has_any(&[C::Latest, C::Earliest]);
        let uses = [
            &used[..],
            STATUSES,
            &[C::Bill, C::Pay, C::Due, C::List, C::Seen, C::Which, C::All],
            if self.bills_come() {
                &[C::Receipt]
            } else {
                &[]
            },
            if dated { &[C::When] } else { &[] },
        ]
        .concat();
        let billing = Billing {
            measures,
            statuses,
            bound,
            orders,
        };
        self.fire(Topic::Billed(billing), &uses);
    }

    /// "The 3 largest invoices", "top 5 bills".
    fn several(&mut self, measures: &mut Vec<Measure>) {
        let ranks = match measures.as_slice() {
            [one @ (Measure::Largest(_) | Measure::Smallest(_))] => Some(*one),
            [] | [Measure::Total] if self.free(C::Rank) && self.says(&["top"]) => {
                Some(Measure::Largest(TOP))
            }
            _ => None,
        };
        let Some(ranks) = ranks.filter(|_| self.plural()) else {
            return;
        };
        let mut most = if self.free(C::Rank) { TOP } else { 1 };
        if let [place] = self.segment.amounts.as_slice()
            && let Some(count) = self.found.numbers.get(*place).and_then(Decimal::to_usize)
            && (1..=LISTED_MAX).contains(&count)
        {
            most = count;
            self.numbers.insert(*place);
        }
        self.used.insert(C::Rank);
        *measures = vec![match ranks {
            Measure::Smallest(_) => Measure::Smallest(most),
            _ => Measure::Largest(most),
        }];
    }

    /// Takes a limit: invoices within it are counted, summed and listed at once.
    fn take_bound(&mut self, bound: Bound, measures: &mut Vec<Measure>) {
        let told = |measure: &Measure| {
            matches!(measure, Measure::Total | Measure::Count | Measure::List(_))
        };
        if measures.iter().all(told) {
            *measures = vec![Measure::List(0)];
        }
        self.numbers.insert(bound.amount);
        self.used.insert(C::Except);
    }

    /// "Invoices above Rs 50 lakh": a limit on what an invoice comes to, where nothing else is left out.
    pub(super) fn bound(&self) -> Option<Bound> {
        if !self.segment.has(C::Except) {
            return self.exactly();
        }
        let mut limits = self.segment.concepts.iter();
        let mut limits = limits.by_ref().filter(|(concept, _)| *concept == C::Except);
        let (Some((_, at)), None) = (limits.next(), limits.next()) else {
            return None;
        };
        let (_, taken) = lexicon::concept(self.words, *at)?;
        let phrase: Vec<&str> = (self.words.get(*at..at + taken)?.iter())
            .map(|word| word.lower.as_str())
            .collect();
        let side = match phrase.join(" ").as_str() {
            "above" | "over" | "more than" | "greater than" | "exceed" | "exceeding" => Side::Over,
            "at least" | "upward of" | "upwards of" => Side::AtLeast,
            "below" | "less than" | "fewer than" => Side::Under,
            "at most" => Side::AtMost,
            _ => return None,
        };
        let [amount] = *self.segment.amounts.as_slice() else {
            return None;
        };
        let behind = entity::parse(self.words, at + taken, None)?.0;
        let its = *self.found.numbers.get(amount)?;
        let of_one = self.says(&["invoice", "invoices", "bill", "bills"]) && !self.free(C::Day);
        (of_one && behind == Entity::Amount(its)).then_some(Bound { side, amount })
    }

    /// "The bill of Rs 1,16,34,771": what one invoice comes to.
    fn exactly(&self) -> Option<Bound> {
        const ONES: &[&str] = &["invoice", "invoices", "bill", "bills"];
        const OF: &[&str] = &["of", "for", "worth"];
        let [amount] = *self.segment.amounts.as_slice() else {
            return None;
        };
        let its = *self.found.numbers.get(amount)?;
        let (from, until) = self.segment.words;
        let is = |at: usize, list: &[&str]| {
            let word = self.words.get(at).map(|word| word.lower.as_str());
            word.is_some_and(|word| list.contains(&word))
        };
        let named = (from..until).any(|at| {
            let behind = || entity::parse(self.words, at + 2, None);
            is(at, ONES)
                && is(at + 1, OF)
                && behind().is_some_and(|(entity, _)| entity == Entity::Amount(its))
        });
        let bound = Bound {
            side: Side::Exactly,
            amount,
        };
        (named && !self.free(C::Day)).then_some(bound)
    }

    /// "Taxable value", "before GST": the sum before its tax.
    pub(super) fn untaxed(&self) -> bool {
        self.free(C::Inclusive)
            && self.segment.amounts.is_empty()
            && self.segment.rates.is_empty()
            && self.segment.concepts.iter().all(|(concept, at)| {
                let word = self.words.get(*at).map_or("", |word| word.lower.as_str());
                *concept != C::Inclusive || BEFORE_TAX.contains(&word)
            })
    }

    /// "GST included", "with tax": the sums of the ledger have their tax in them.
    fn taxed(&self) -> bool {
        self.segment.amounts.is_empty()
            && self.segment.rates.is_empty()
            && self.segment.concepts.iter().all(|(concept, at)| {
                let word = self.words.get(*at).map_or("", |word| word.lower.as_str());
                *concept != C::Inclusive || !BEFORE_TAX.contains(&word)
            })
    }

    /// Invoices or bills, more than one.
    pub(super) fn plural(&self) -> bool {
        self.segment.concepts.iter().any(|(concept, at)| {
            let word = self.words.get(*at).map(|word| word.lower.as_str());
            *concept == C::Bill && matches!(word, Some("invoices" | "bills" | "purchases"))
        })
    }

    /// "Invoices received", "did we receive an invoice": what comes in is a bill, and no goods.
    pub(super) fn bills_come(&self) -> bool {
        let comes = ["receive", "received", "arrive", "arrived"];
        let noun = self.says(&["invoice", "invoices", "bill", "bills"]);
        let mut concepts = self.segment.concepts.iter();
        self.plural()
            || (noun
                && concepts.all(|(concept, at)| {
                    let word = self.words.get(*at).map_or("", |word| word.lower.as_str());
                    *concept != C::Receipt || comes.contains(&word)
                }))
    }

    /// "V002 billed", "did V002 bill": of an invoice the number comes after.
    fn bills(&self) -> bool {
        let before = |at: usize| self.words.get(at.checked_sub(1)?);
        self.segment.concepts.iter().any(|(concept, at)| {
            let does = before(*at).is_some_and(|word| {
                self.subjects().any(
                    |subject| matches!(subject, Subject::Code { text, kind: None } if text == word.text),
                )
            });
            *concept == C::Bill && does
        })
    }

    /// "How much GST": the tax itself, and no number of a registration.
    pub(super) fn taxes(&self) -> bool {
        let mut concepts = self.segment.concepts.iter();
        !self.gstin()
            && concepts.any(|(concept, at)| {
                *concept == C::Gstin
                    && self.words.get(*at).is_some_and(|word| word.lower == "gst")
                    && lexicon::concept(self.words, *at).is_some_and(|(_, taken)| taken == 1)
            })
    }

    /// "Payable", "to be paid", "have to pay": a word of paying that says what is owed.
    pub(super) fn owing(&self) -> bool {
        let (from, until) = self.segment.words;
        let words = self.words.get(from..until).unwrap_or_default();
        let pays = self.segment.has_any(&[C::Pay, C::Paid]);
        let payable = words.iter().any(|word| word.lower.starts_with("payable"));
        let obliged = self.says(OBLIGES)
            || words.windows(2).any(|pair| {
                let [one, two] = pair else { return false };
                OBLIGES_TO.contains(&(&*one.lower, &*two.lower))
            });
        pays && (payable || obliged)
    }

    /// "What do we pay V001", "did we have to pay": what was paid, or what is to be?
    fn unclear_pay(&self) -> bool {
        let past = self.says(&["did", "didn't", "had", "kiya"]);
        let mut concepts = self.segment.concepts.iter();
        let verb = concepts.any(|(concept, at)| {
            let word = self.words.get(*at).map_or("", |word| word.lower.as_str());
            *concept == C::Pay && matches!(word, "pay" | "paying")
        });
        let said = STATUSES.iter().any(|status| self.free(*status)) || self.free(C::Due);
        self.free(C::Pay) && ((self.owing() && past) || (verb && !past && !self.owing() && !said))
    }

    /// "Payable this month": by its invoices' dates it would be another sum.
    pub(super) fn dues_of_period(&self) -> bool {
        let periods = self.segment.periods.iter();
        let mut periods = periods.filter_map(|place| self.found.periods.get(*place));
        (self.owing() || self.free(C::Due))
            && periods.any(|period| period.from.is_some() || period.is_term())
    }

    pub(super) fn statuses(&mut self) -> Vec<&'static str> {
        let unpaid = ["approved", "held"];
        let owing = self.owing();
        let denied = self.free(C::No) && self.free(C::Paid) && !owing;
        let mut statuses = BTreeSet::new();
        for (concept, named) in [
            (C::Paid, "paid"),
            (C::Approved, "approved"),
            (C::Held, "held"),
            (C::Rejected, "rejected"),
        ] {
            if self.free(concept) && !((denied || owing) && concept == C::Paid) {
                statuses.insert(named);
            }
        }
        if denied {
            self.used.insert(C::No);
        }
        // "Approved but not yet paid": what is approved or held is not paid, so that the one narrows the other.
        let narrowed = unpaid.iter().any(|status| statuses.contains(status));
        if (denied || owing || self.free_any(&[C::Unpaid, C::Due])) && !narrowed {
            statuses.extend(unpaid);
        }
        if statuses.is_empty() && self.free(C::Pay) {
            statuses.insert("paid");
        }
        // "Paid in full?": what is not paid yet says so.
        let full = self.says(&["full", "fully", "completely", "entirely"]);
        if full && statuses.iter().eq(&["paid"]) {
            return Vec::new();
        }
        statuses.into_iter().collect()
    }
}
