//! `growth`: each period beside the one before it and beside the same one a year earlier.

use std::collections::BTreeMap;

use domain::{Decimal, records::LedgerEntry};

use crate::{
    LedgerReport, Names, PERIODS_MAX, REJECTED, Request, Table, Unit, Wrong,
    period::Period,
    table::{Cell, Column, Form, Place},
};

/// Every period that has rows is kept, also those before the days asked for: they are compared with.
pub(crate) struct Growth {
    request: Request,
    unit: Unit,
    sums: BTreeMap<Period, (u64, Decimal)>,
}

impl Growth {
    pub(crate) fn new(request: Request, unit: Unit) -> Self {
        Self {
            request,
            unit,
            sums: BTreeMap::new(),
        }
    }

    /// The first and the last period to be told. Before the ledger's first row there is nothing to tell; after its last one,
    /// up to the day asked for, nothing was billed.
    fn ends(&self) -> Option<(Period, Period)> {
        let of = |day| Period::of(self.unit, day);
        let (first, last) = (
            self.sums.first_key_value()?.0,
            self.sums.last_key_value()?.0,
        );
        Some((
            self.request
                .from
                .map_or(*first, |from| of(from).max(*first)),
            self.request.to.map_or(*last, of),
        ))
    }

    /// The total of a period; `None` before the ledger's first row, where nobody knows what was billed.
    fn total(&self, period: Period) -> Option<Decimal> {
        let (first, _) = self.sums.first_key_value()?;
        let sum = self.sums.get(&period).map(|(_, total)| *total);
        (period >= *first).then(|| sum.unwrap_or_default())
    }
}

/// The change from one total to another, in rupees and per cent. A growth over nothing, or over credit, has no per cent.
fn change(before: Option<Decimal>, now: Decimal) -> [Cell; 2] {
    let Some(before) = before else {
        return [Cell::None, Cell::None];
    };
    let change = now.saturating_sub(before);
    [Cell::rupees(change), Cell::share(change, before)]
}

impl LedgerReport for Growth {
    fn take(&mut self, row: &LedgerEntry) {
        if row.status == REJECTED {
            return;
        }
        let period = Period::of(self.unit, row.invoice_date);
        let (invoices, total) = self.sums.entry(period).or_default();
        *invoices = invoices.saturating_add(1);
        *total = total.saturating_add(row.total_value);
    }

    fn table(self: Box<Self>, _: &Names) -> Result<Table, Wrong> {
        let periods = self.ends().map(|(first, last)| first.up_to(last));
        let count = periods.as_ref().map_or(0, ExactSizeIterator::len);
        if count > PERIODS_MAX {
            return Err(Wrong::Parameter(format!(
                "that is {count} periods: name fewer days with from and to, or a longer period"
            )));
        }
        // The latest are the ones that are asked for first.
        let left_out = self.request.top.map_or(0, |top| count.saturating_sub(top));
        let mut rows = Vec::new();
        for period in periods.into_iter().flatten().skip(left_out) {
            let (invoices, total) = self.sums.get(&period).copied().unwrap_or_default();
            let earlier = self.total(period.year_earlier());
            let mut row = vec![
                Cell::Text(period.to_string()),
                Cell::Day(period.first_day()),
                Cell::Count(invoices),
                Cell::rupees(total),
            ];
            row.extend(change(self.total(period.plus(-1)), total));
            row.push(earlier.map_or(Cell::None, Cell::rupees));
            row.extend(change(earlier, total));
            rows.push(row);
        }
        // Of years the one before is the one a year earlier.
        let yearly = if self.unit == Unit::Year {
            Place::Data
        } else {
            Place::Beside(6)
        };
        let (before, earlier) = match yearly {
            Place::Data => (yearly, yearly),
            _ => (Place::Beside(2), Place::Beside(1)),
        };
        let unit = self.unit.name();
        let mut notes = vec![
            "Rejected invoices are not counted; a period is told as it stands, also one under way."
                .to_owned(),
        ];
        if rows.is_empty() {
            notes = vec!["The ledger has no invoices of what was asked for.".to_owned()];
        }
        Ok(Table {
            report: self.request.name(),
            of: self.request.told(),
            columns: vec![
                Column::new(unit, unit, Form::Text, Place::Beside(9)),
                Column::new("from", "from", Form::Day, Place::Data),
                Column::new("invoices", "invoices", Form::Count, Place::Beside(3)),
                Column::new("total", "total", Form::Rupees, Place::Beside(9)),
                Column::new("change", "change", Form::Rupees, Place::Beside(5)),
                Column::new(
                    "change_percent",
                    "change %",
                    Form::Percent,
                    Place::Beside(8),
                ),
                Column::new("year_earlier", "year earlier", Form::Rupees, before),
                Column::new("year_change", "over year", Form::Rupees, earlier),
                Column::new("year_change_percent", "over year %", Form::Percent, yearly),
            ],
            rows,
            totals: None,
            left_out,
            notes,
        })
    }
}

#[cfg(test)]
mod tests;
