//! The ledger as people ask about it: every row, rejected ones included, by supplier and day and by number.

use std::{cmp::Reverse, collections::BTreeMap};

use domain::{Date, Decimal, DocNumber, Paise, records::StatusTally};
use invoice_db::{Asked, Order, Past, ROWS_MAX, Window};

use super::{Id, Ledger, digest};

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

    pub(in super::super) fn tallies(&self, gstin: &str, window: Window) -> Vec<StatusTally> {
        let mut sums: BTreeMap<&str, (u64, Decimal, Decimal)> = BTreeMap::new();
        for row in self
            .within(gstin, window)
            .into_iter()
            .filter_map(|id| self.row(id))
        {
            let sum = sums.entry(self.texts.text(row.status)).or_default();
            // Paise of an i64 leave `Decimal` only after 10^9 rows of the largest amount.
            sum.0 += 1;
            sum.1 = sum.1.saturating_add(Paise(row.taxable).rupees());
            sum.2 = sum.2.saturating_add(Paise(row.total).rupees());
        }
        sums.into_iter()
            .map(
                |(status, (count, taxable_value, total_value))| StatusTally {
                    status: status.to_owned(),
                    count,
                    taxable_value,
                    total_value,
                },
            )
            .collect()
    }

    pub(in super::super) fn listed(
        &self,
        asked: Asked<'_>,
        order: Order,
        most: usize,
    ) -> Vec<Past> {
        let mut ids = self.within(asked.gstin, asked.window);
        if let Some(status) = asked.status {
            let status = self.texts.find(status);
            ids.retain(|id| status.is_some() && self.row(*id).map(|row| row.status) == status);
        }
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
