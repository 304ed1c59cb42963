//! Suppliers by what they billed: who billed the most, the least, the most invoices; who billed at all.

use domain::{Decimal, records::RankedBy};
use rust_decimal::prelude::ToPrimitive;

use super::{Concept as C, MEASURES, Reader, STATUSES};
use crate::ask::{
    lexicon,
    part::{Ranking, Topic},
};

/// How many suppliers are told where the question does not say: of "top vendors", and of who billed at all.
const TOP: usize = 5;
const ANY: usize = 10;
/// The most that are told.
const TOLD_MAX: usize = 20;

const MANY: &[&str] = &["vendors", "suppliers", "parties", "companies", "firms"];
const LEAST: &[&str] = &["least", "fewest"];

impl Reader<'_> {
    /// "Which vendor billed the most last year", "top 5 vendors by spend", "who billed in June".
    pub(super) fn ranked(&mut self) -> bool {
        let segment = self.segment;
        let ranks = segment.has_any(&[C::Rank, C::Largest, C::Smallest]) || self.says(LEAST);
        let vendors =
            segment.has(C::Vendors) || ranks && (segment.has(C::Vendor) || self.says(MANY));
        let bills = self.asks_money() || segment.has_any(&[C::Vendors, C::Count]);
        // "The smallest invoice of all suppliers" is an invoice.
        if self.of_one_bill() {
            return false;
        }
        let other = segment.has_any(&[C::Order, C::Receipt, C::Return, C::Statement, C::Inclusive]);
        let alone = segment.subjects.is_empty() && segment.rates.is_empty();
        if !vendors || !bills || other || !alone || !(ranks || segment.has(C::Bill)) {
            return false;
        }
        let most = match segment.amounts.as_slice() {
            [] if !ranks => ANY,
            [] if self.says(MANY) => TOP,
            [] => 1,
            [place] if ranks => {
                let count = self.found.numbers.get(*place).and_then(Decimal::to_usize);
                let Some(count) = count.filter(|count| (1..=TOLD_MAX).contains(count)) else {
                    return false;
                };
                self.numbers.insert(*place);
                count
            }
            _ => return false,
        };
        let ranking = Ranking {
            by: if self.counts_invoices() {
                RankedBy::Count
            } else {
                RankedBy::Total
            },
            least: segment.has(C::Smallest) || self.says(LEAST),
            most,
            statuses: self.statuses(),
        };
        let used: Vec<C> = MEASURES.iter().map(|(concept, _)| *concept).collect();
        let words = [
            C::Vendor,
            C::Vendors,
            C::Rank,
            C::Bill,
            C::Pay,
            C::Due,
            C::List,
            C::Seen,
            C::Number,
        ];
        self.fire(
            Topic::Ranking(ranking),
            &[&used[..], STATUSES, &words].concat(),
        );
        true
    }

    /// "The largest invoice", "the single biggest bill".
    fn of_one_bill(&self) -> bool {
        const ONES: &[&str] = &["invoice", "invoices", "bill", "bills"];
        self.segment.concepts.iter().any(|(concept, at)| {
            let Some((_, taken)) = lexicon::concept(self.words, *at) else {
                return false;
            };
            let behind = self.words.get(at + taken).map(|word| word.lower.as_str());
            matches!(concept, C::Largest | C::Smallest)
                && behind.is_some_and(|word| ONES.contains(&word))
        })
    }

    /// "The most invoices", "number of bills": how many, and not how much.
    fn counts_invoices(&self) -> bool {
        const BILLS: &[&str] = &["invoices", "bills"];
        let words = self.lower();
        let most = words
            .windows(2)
            .any(|pair| matches!(pair, ["most" | "fewest" | "least" | "more", bills] if BILLS.contains(bills)));
        (most || self.segment.has(C::Count)) && !self.says(&["value", "amount"])
    }
}
