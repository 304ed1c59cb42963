//! Orders, what was accepted and what was billed against them.

use std::collections::BTreeMap;

use domain::{
    Decimal,
    records::{Order, OrderLine},
};
use purchase_orders::key;

use super::ledger::InvoiceOf;
use crate::{
    BilledLine,
    book::{OrderedLine, Receipt},
};

struct Billed {
    line: String,
    quantity: Decimal,
    invoice: InvoiceOf,
}

/// All three by order number.
#[derive(Default)]
pub(super) struct OrderBook {
    lines: BTreeMap<String, Vec<OrderedLine>>,
    accepted: BTreeMap<String, BTreeMap<String, Decimal>>,
    billed: BTreeMap<String, Vec<Billed>>,
}

/// Sums of quantities under 10^14 leave `Decimal` only after 10^14 rows.
fn add(sum: &mut Decimal, quantity: Decimal) {
    *sum = sum.saturating_add(quantity);
}

impl OrderBook {
    pub(super) fn order(&mut self, line: OrderedLine) {
        self.lines
            .entry(key(&line.po_number))
            .or_default()
            .push(line);
    }

    pub(super) fn receive(&mut self, receipt: Receipt) {
        let order = self.accepted.entry(key(&receipt.po_number)).or_default();
        add(
            order.entry(receipt.line).or_default(),
            receipt.quantity_accepted,
        );
    }

    pub(super) fn bill(&mut self, line: BilledLine, invoice: InvoiceOf) {
        self.billed
            .entry(key(&line.po_number))
            .or_default()
            .push(Billed {
                line: line.po_line,
                quantity: line.quantity,
                invoice,
            });
    }

    /// The order of a number as [`key`] writes it.
    pub(super) fn find(
        &self,
        po_number: &str,
        receipts_known: bool,
        counts: impl Fn(InvoiceOf) -> bool,
    ) -> Option<Order> {
        let lines = self.lines.get(po_number)?;
        let first = lines.first()?;
        let accepted = self.accepted.get(po_number);
        let mut billed: BTreeMap<&str, Decimal> = BTreeMap::new();
        for row in self.billed.get(po_number).into_iter().flatten() {
            if counts(row.invoice) {
                add(billed.entry(&row.line).or_default(), row.quantity);
            }
        }
        Some(Order {
            po_number: first.po_number.clone(),
            po_date: first.po_date,
            vendor_id: first.vendor_id.clone(),
            lines: lines
                .iter()
                .map(|line| OrderLine {
                    line: line.line.clone(),
                    hsn: line.hsn.clone(),
                    description: line.description.clone(),
                    quantity: line.quantity,
                    unit: line.unit.clone(),
                    unit_price: line.unit_price,
                    gst_rate: line.gst_rate,
                    status: line.status.clone(),
                    accepted: accepted
                        .and_then(|lines| lines.get(&line.line))
                        .copied()
                        .unwrap_or_default(),
                    billed: billed.get(line.line.as_str()).copied().unwrap_or_default(),
                })
                .collect(),
            receipts_known,
            has_receipts: accepted.is_some(),
        })
    }
}
