//! `spend`: what was billed, by vendor, by time, by buyer or by status, with ranks, shares and running totals.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use domain::{Decimal, gstin::holder, records::LedgerEntry};

use crate::{
    LedgerReport, NOT_STATED, Names, PERIODS_MAX, REJECTED, Request, Table, Unit, Wrong,
    period::Period,
    table::{Cell, Column, Entry, Form, Place},
};

/// What spend is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Registrations of one PAN are one vendor.
    Vendor,
    Time(Unit),
    /// By the buyer's GSTIN.
    Buyer,
    /// All statuses, rejected ones included.
    Status,
}

impl By {
    pub fn name(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Time(unit) => unit.name(),
            Self::Buyer => "buyer",
            Self::Status => "status",
        }
    }
}

/// What rows are added up under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Time(Period),
}

#[derive(Debug, Default)]
struct Sum {
    invoices: u64,
    taxable: Decimal,
    total: Decimal,
    /// The supplier's registrations; kept by vendor only.
    gstins: BTreeSet<String>,
}

impl Sum {
    fn add(&mut self, invoices: u64, taxable: Decimal, total: Decimal) {
        self.invoices = self.invoices.saturating_add(invoices);
        // Amounts of fourteen digits leave `Decimal` only after 10^12 rows.
        self.taxable = self.taxable.saturating_add(taxable);
        self.total = self.total.saturating_add(total);
    }
}

pub(crate) struct Spend {
    request: Request,
    by: By,
    sums: BTreeMap<Key, Sum>,
    rejected: u64,
}

impl Spend {
    pub(crate) fn new(request: Request, by: By) -> Self {
        Self {
            request,
            by,
            sums: BTreeMap::new(),
            rejected: 0,
        }
    }

    fn columns(&self) -> Vec<Column> {
        let keys: &[Column] = match self.by {
            By::Vendor => &[
                Column::new("vendor", "vendor", Form::Text, Place::Beside(2)),
                Column::new("supplier", "supplier", Form::Text, Place::Beside(9)),
                Column::new("gstins", "GSTINs", Form::List, Place::Data),
            ],
            By::Time(unit) => &[
                Column::new(unit.name(), unit.name(), Form::Text, Place::Beside(9)),
                Column::new("from", "from", Form::Day, Place::Data),
            ],
            By::Buyer => &[Column::new("buyer", "buyer", Form::Text, Place::Beside(9))],
            By::Status => &[Column::new(
                "status",
                "status",
                Form::Text,
                Place::Beside(9),
            )],
        };
        let mut columns = vec![Column::new("rank", "rank", Form::Count, Place::Beside(9))];
        columns.extend(keys);
        columns.extend([
            Column::new("invoices", "invoices", Form::Count, Place::Beside(4)),
            Column::new("taxable", "taxable", Form::Rupees, Place::Beside(1)),
            Column::new("total", "total", Form::Rupees, Place::Beside(9)),
            Column::new("share", "share %", Form::Percent, Place::Beside(8)),
            Column::new("running_total", "running", Form::Rupees, Place::Beside(5)),
            Column::new(
                "running_share",
                "running %",
                Form::Percent,
                Place::Beside(3),
            ),
        ]);
        columns
    }

    /// The cells that say what a row is about.
    fn keys(&self, key: &Key, sum: &Sum, names: &Names) -> Vec<Cell> {
        match (self.by, key) {
            (By::Vendor, Key::Text(holder)) => {
                let first = sum.gstins.first().map_or("", String::as_str);
                let known = if sum.gstins.len() == 1 {
                    names.of(first)
                } else {
                    names.of(holder)
                };
                let supplier = match known {
                    Some(known) => &known.name,
                    None if first.is_empty() => NOT_STATED,
                    None => first,
                };
                let gstins = sum.gstins.iter().filter(|gstin| !gstin.is_empty());
                let gstins = gstins.map(|gstin| Entry {
                    text: gstin.clone(),
                    value: gstin.as_str().into(),
                });
                vec![
                    known.map_or(Cell::None, |known| Cell::Text(known.ids())),
                    Cell::text(supplier),
                    Cell::List(gstins.collect()),
                ]
            }
            (_, Key::Text(text)) if text.is_empty() => vec![Cell::text(NOT_STATED)],
            (_, Key::Text(text)) => vec![Cell::text(text)],
            (_, Key::Time(period)) => {
                vec![
                    Cell::Text(period.to_string()),
                    Cell::Day(period.first_day()),
                ]
            }
        }
    }

    fn notes(&self, all: &Sum) -> Vec<String> {
        let mut notes = Vec::new();
        if all.invoices == 0 {
            notes.push("The ledger has no invoices of what was asked for.".to_owned());
        } else if all.total <= Decimal::ZERO {
            notes.push("Credits come to as much as was billed, so there are no shares.".to_owned());
        }
        match self.rejected {
            0 => {}
            1 => notes.push("1 rejected invoice is not counted.".to_owned()),
            n => notes.push(format!("{n} rejected invoices are not counted.")),
        }
        notes
    }
}

impl LedgerReport for Spend {
    fn take(&mut self, row: &LedgerEntry) {
        if !self.request.holds(row.invoice_date) {
            return;
        }
        if self.by != By::Status && row.status == REJECTED {
            self.rejected = self.rejected.saturating_add(1);
            return;
        }
        let key = match self.by {
            By::Vendor => Key::Text(holder(&row.supplier_gstin).to_owned()),
            By::Time(unit) => Key::Time(Period::of(unit, row.invoice_date)),
            By::Buyer => Key::Text(row.buyer_gstin.clone()),
            By::Status => Key::Text(row.status.clone()),
        };
        let sum = self.sums.entry(key).or_default();
        sum.add(1, row.taxable_value, row.total_value);
        if self.by == By::Vendor && !sum.gstins.contains(&row.supplier_gstin) {
            sum.gstins.insert(row.supplier_gstin.clone());
        }
    }

    fn table(self: Box<Self>, names: &Names) -> Result<Table, Wrong> {
        if matches!(self.by, By::Time(_)) && self.sums.len() > PERIODS_MAX {
            return Err(Wrong::Parameter(format!(
                "the invoices lie in {} periods: name days with from and to, or a longer period",
                self.sums.len()
            )));
        }
        let mut all = Sum::default();
        for sum in self.sums.values() {
            all.add(sum.invoices, sum.taxable, sum.total);
        }
        let mut sums: Vec<(&Key, &Sum)> = self.sums.iter().collect();
        sums.sort_by_key(|(key, sum)| (Reverse(sum.total), *key));
        // Those who tie share the best rank, and the next one counts them all.
        let mut ranked: Vec<(u64, &Key, &Sum)> = Vec::with_capacity(sums.len());
        for (place, (key, sum)) in (1..).zip(sums) {
            let rank = match ranked.last() {
                Some((rank, _, before)) if before.total == sum.total => *rank,
                _ => place,
            };
            ranked.push((rank, key, sum));
        }
        if let Some(top) = self.request.top.filter(|_| matches!(self.by, By::Time(_))) {
            // Of periods the largest stay, in the order of time; what runs, runs over those that are shown.
            ranked.truncate(top);
        }
        if matches!(self.by, By::Time(_)) {
            ranked.sort_by_key(|(_, key, _)| *key);
        }
        let mut running = Decimal::ZERO;
        let mut rows = Vec::with_capacity(ranked.len());
        for (rank, key, sum) in ranked {
            running = running.saturating_add(sum.total);
            let mut row = vec![Cell::Count(rank)];
            row.extend(self.keys(key, sum, names));
            row.extend([
                Cell::Count(sum.invoices),
                Cell::rupees(sum.taxable),
                Cell::rupees(sum.total),
                Cell::share(sum.total, all.total),
                Cell::rupees(running),
                Cell::share(running, all.total),
            ]);
            rows.push(row);
        }
        let columns = self.columns();
        let of_all = |column: &Column| match column.name {
            "invoices" => Cell::Count(all.invoices),
            "taxable" => Cell::rupees(all.taxable),
            "total" => Cell::rupees(all.total),
            _ => Cell::None,
        };
        let mut table = Table {
            report: self.request.name(),
            of: self.request.told(),
            totals: Some(columns.iter().map(of_all).collect()),
            left_out: self.sums.len().saturating_sub(rows.len()),
            notes: self.notes(&all),
            columns,
            rows,
        };
        if !matches!(self.by, By::Time(_)) {
            table.cut(self.request.top);
        }
        Ok(table)
    }
}

#[cfg(test)]
pub(crate) mod tests;
