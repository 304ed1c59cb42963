//! `gaps`: the numbers that the ledger lacks of each supplier's series.

use std::{cmp::Reverse, collections::BTreeMap};

use domain::{
    FinancialYear,
    records::{Gap, LedgerEntry, NumberSeries},
    series::Numbering,
};
use serde_json::json;

use crate::{
    LedgerReport, NOT_STATED, Names, Request, Table, Wrong,
    table::{Cell, Column, Entry, Form, Place},
};

/// Rejected rows count: their numbers were seen.
pub(crate) struct Gaps {
    request: Request,
    by_supplier: BTreeMap<String, Numbering>,
}

impl Gaps {
    pub(crate) fn new(request: Request) -> Self {
        Self {
            request,
            by_supplier: BTreeMap::new(),
        }
    }

    /// Whether a financial year is asked for. A year counts whole, else numbers of days left out would be called missing.
    fn holds(&self, year: FinancialYear) -> bool {
        let from = self.request.from.map(FinancialYear::of);
        let to = self.request.to.map(FinancialYear::of);
        from.is_none_or(|from| from <= year) && to.is_none_or(|to| year <= to)
    }
}

fn entry(gap: &Gap) -> Entry {
    let text = if gap.count == 1 {
        gap.from.clone()
    } else {
        format!("{} to {} ({})", gap.from, gap.until, gap.count)
    };
    Entry {
        text,
        value: json!({"from": gap.from, "until": gap.until, "count": gap.count}),
    }
}

fn row(gstin: &str, series: &NumberSeries, names: &Names) -> Vec<Cell> {
    let known = names.of(gstin);
    let supplier = match known {
        Some(known) => &known.name,
        None if gstin.is_empty() => NOT_STATED,
        None => gstin,
    };
    let mut gaps: Vec<Entry> = series.gaps.iter().map(entry).collect();
    let told = series.gaps.iter().map(|gap| gap.count);
    let more = series.missing.saturating_sub(told.sum());
    if more > 0 {
        let text = format!("and {more} more");
        gaps.push(Entry {
            text,
            value: json!({"more": more}),
        });
    }
    vec![
        known.map_or(Cell::None, |known| Cell::Text(known.ids())),
        Cell::text(supplier),
        Cell::text(gstin),
        Cell::text(&series.financial_year),
        Cell::text(&series.first),
        Cell::text(&series.last),
        Cell::Count(series.count),
        Cell::Count(series.missing),
        Cell::List(gaps),
    ]
}

impl LedgerReport for Gaps {
    fn take(&mut self, row: &LedgerEntry) {
        if !self.holds(FinancialYear::of(row.invoice_date)) {
            return;
        }
        if !self.by_supplier.contains_key(&row.supplier_gstin) {
            let fresh = Numbering::default();
            self.by_supplier.insert(row.supplier_gstin.clone(), fresh);
        }
        if let Some(numbering) = self.by_supplier.get_mut(&row.supplier_gstin) {
            numbering.take(&row.invoice_number, row.invoice_date);
        }
    }

    fn table(self: Box<Self>, names: &Names) -> Result<Table, Wrong> {
        let (mut found, mut whole) = (Vec::new(), 0_usize);
        for (gstin, numbering) in self.by_supplier {
            for (_, series) in numbering.into_series() {
                if series.missing > 0 {
                    found.push((gstin.clone(), series));
                } else {
                    whole += 1;
                }
            }
        }
        found.sort_by(|(gstin, a), (other, b)| {
            let key = |series: &NumberSeries| Reverse(series.count);
            key(a)
                .cmp(&key(b))
                .then_with(|| gstin.cmp(other))
                .then_with(|| (&a.financial_year, &a.first).cmp(&(&b.financial_year, &b.first)))
        });
        let mut notes = Vec::new();
        match whole {
            0 => {}
            1 => notes.push("1 series has no gap.".to_owned()),
            n => notes.push(format!("{n} series have no gap.")),
        }
        if !found.is_empty() {
            notes.push(
                "Missing is what this ledger lacks; a supplier numbers its other customers' invoices too.".to_owned(),
            );
        } else if whole == 0 {
            notes.push("The ledger has no numbered invoices of what was asked for.".to_owned());
        }
        let rows = found
            .iter()
            .map(|(gstin, series)| row(gstin, series, names));
        let mut table = Table {
            report: self.request.name(),
            of: self.request.told(),
            columns: vec![
                Column::new("vendor", "vendor", Form::Text, Place::Beside(3)),
                Column::new("supplier", "supplier", Form::Text, Place::Beside(9)),
                Column::new("gstin", "GSTIN", Form::Text, Place::Beside(1)),
                Column::new("financial_year", "year", Form::Text, Place::Beside(8)),
                Column::new("first", "first", Form::Text, Place::Beside(6)),
                Column::new("last", "last", Form::Text, Place::Beside(6)),
                Column::new("count", "seen", Form::Count, Place::Beside(7)),
                Column::new("missing", "missing", Form::Count, Place::Beside(9)),
                Column::new("gaps", "missing", Form::List, Place::Below),
            ],
            rows: rows.collect(),
            totals: None,
            left_out: 0,
            notes,
        };
        table.cut(self.request.top);
        Ok(table)
    }
}

#[cfg(test)]
mod tests;
