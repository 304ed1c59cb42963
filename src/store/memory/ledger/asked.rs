//! The ledger as people ask about it: every row, rejected ones included, by supplier and day and by number.

use std::{cmp::Reverse, collections::BTreeMap};

use domain::{
    Date, Decimal, DocNumber, Paise,
    records::{RankedBy, StatusTally, SupplierTally},
};
use invoice_db::{Asked, Order, Past, ROWS_MAX, Ranked, Window};

use super::{Id, Ledger, REJECTED, Row, digest};

/// Sorted lists over all rows: built at once, dropped when a row comes in.
pub(super) struct Index {
    by_day: Vec<(Id, Date, Id)>,
    /// By digest of the folded number; what it leads to is compared again.
    by_number: Vec<(u64, Id)>,
}

impl Index {
    fn new(ledger: &Ledger) -> Self {
        let ids = || (0..).zip(&ledger.rows);
        let mut by_day: Vec<_> = ids()
            .map(|(id, row)| (row.supplier, row.date, id))
            .collect();
        let mut by_number: Vec<_> = ids()
            .map(|(id, row)| (digest(DocNumber::fold(&row.number)), id))
            .collect();
        by_day.sort_unstable();
        by_number.sort_unstable();
        Self { by_day, by_number }
    }
}

impl Ledger {
    fn index(&self) -> &Index {
        self.asked.get_or_init(|| Index::new(self))
    }

    /// Rows of a supplier in a window; without a supplier every row is looked at.
    fn within(&self, gstin: &str, window: Window) -> Vec<Id> {
        if gstin.is_empty() {
            let rows = (0..).zip(&self.rows);
            return rows
                .filter(|(_, row)| window.holds(row.date))
                .map(|(id, _)| id)
                .collect();
        }
        let Some(supplier) = self.texts.find(gstin) else {
            return Vec::new();
        };
        let list = &self.index().by_day;
        let from = list.partition_point(|at| *at < (supplier, window.from, 0));
        list.iter()
            .skip(from)
            .take_while(|(of, day, _)| *of == supplier && *day <= window.until)
            .map(|(.., id)| *id)
            .collect()
    }

    /// Ids of the rows that are asked about.
    fn asked(&self, asked: Asked<'_>) -> Vec<Id> {
        let mut ids = self.within(asked.gstin, asked.window);
        let status = asked.status.map(|status| self.texts.find(status));
        ids.retain(|id| {
            self.row(*id).is_some_and(|row| {
                asked.totals.holds(Paise(row.total))
                    && asked.named.holds(self.texts.text(row.order))
                    && status.is_none_or(|status| status == Some(row.status))
            })
        });
        ids
    }

    /// Counts and sums of rows by one of their texts, in alphabetical order.
    fn summed(&self, ids: Vec<Id>, by: fn(&Row) -> Id) -> BTreeMap<&str, (u64, Decimal, Decimal)> {
        let mut sums: BTreeMap<&str, (u64, Decimal, Decimal)> = BTreeMap::new();
        for row in ids.into_iter().filter_map(|id| self.row(id)) {
            let sum = sums.entry(self.texts.text(by(row))).or_default();
            // Paise of an i64 leave `Decimal` only after 10^9 rows of the largest amount.
            sum.0 += 1;
            sum.1 = sum.1.saturating_add(Paise(row.taxable).rupees());
            sum.2 = sum.2.saturating_add(Paise(row.total).rupees());
        }
        sums
    }

    pub(in super::super) fn tallies(&self, asked: Asked<'_>) -> Vec<StatusTally> {
        let sums = self.summed(self.asked(asked), |row| row.status);
        let tally = |(status, (count, taxable_value, total_value)): (&str, _)| StatusTally {
            status: status.to_owned(),
            count,
            taxable_value,
            total_value,
        };
        sums.into_iter().map(tally).collect()
    }

    /// The first suppliers of a ranking, and how many there are.
    pub(in super::super) fn suppliers(
        &self,
        ranked: Ranked<'_>,
        most: usize,
    ) -> (u64, Vec<SupplierTally>) {
        let mut ids = self.within("", ranked.window);
        ids.retain(|id| {
            let status = self.row(*id).map_or("", |row| self.texts.text(row.status));
            if ranked.statuses.is_empty() {
                status != REJECTED
            } else {
                ranked.statuses.iter().any(|wanted| wanted == status)
            }
        });
        let tally = |(gstin, (count, taxable_value, total_value)): (&str, _)| SupplierTally {
            supplier_gstin: gstin.to_owned(),
            count,
            taxable_value,
            total_value,
        };
        let sums = self.summed(ids, |row| row.supplier);
        let mut all: Vec<SupplierTally> = sums.into_iter().map(tally).collect();
        // Sorting keeps the order of what is equal, which is that of the GSTINs.
        match (ranked.by, ranked.least) {
            (RankedBy::Total, false) => all.sort_by_key(|one| Reverse(one.total_value)),
            (RankedBy::Total, true) => all.sort_by_key(|one| one.total_value),
            (RankedBy::Count, false) => all.sort_by_key(|one| Reverse(one.count)),
            (RankedBy::Count, true) => all.sort_by_key(|one| one.count),
        }
        let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
        all.truncate(most);
        (count, all)
    }

    pub(in super::super) fn listed(
        &self,
        asked: Asked<'_>,
        order: Order,
        most: usize,
    ) -> Vec<Past> {
        let mut ids = self.asked(asked);
        let day = |id: &Id| (self.row(*id).map(|row| row.date), *id);
        let total = |id: &Id| self.row(*id).map(|row| row.total);
        match order {
            Order::Latest => ids.sort_by_key(|id| Reverse(day(id))),
            Order::Earliest => ids.sort_by_key(day),
            Order::Largest => ids.sort_by_key(|id| (Reverse(total(id)), day(id))),
            Order::Smallest => ids.sort_by_key(|id| (total(id), day(id))),
        }
        ids.into_iter()
            .take(most)
            .filter_map(|id| self.past(id))
            .collect()
    }

    /// Rows that came in after one, in their order; of one supplier, or of all where it is empty.
    pub(in super::super) fn after(&self, after: i64, gstin: &str, most: usize) -> Vec<Past> {
        let supplier = self.texts.find(gstin);
        let from = after.checked_add(1).map(usize::try_from);
        // Rows are numbered as they lie, so only a number before the first is none of theirs.
        let from = from.map_or(usize::MAX, Result::unwrap_or_default);
        let rows = (0..).zip(&self.rows).skip(from);
        rows.filter(|(_, row)| gstin.is_empty() || Some(row.supplier) == supplier)
            .take(most)
            .filter_map(|(id, _)| self.past(id))
            .collect()
    }

    pub(in super::super) fn numbered(&self, folded: &str) -> Vec<Past> {
        let key = digest(folded);
        let list = &self.index().by_number;
        let from = list.partition_point(|at| *at < (key, 0));
        list.iter()
            .skip(from)
            .take_while(|(of, _)| *of == key)
            .filter_map(|(_, id)| self.past(*id))
            .filter(|past| DocNumber::fold(&past.entry.invoice_number) == folded)
            .take(ROWS_MAX)
            .collect()
    }
}
