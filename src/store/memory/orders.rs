//! Orders, what was accepted and what was billed against them.

use std::collections::BTreeMap;

use domain::{
    Decimal,
    records::{Order, OrderLine, OrderSummary, ReceiptLine, Unsplit},
};
use purchase_orders::{ROWS_MAX, ReceiptsOf, grn_key, key};

use super::ledger::{InvoiceOf, Ledger};
use crate::{
    BilledLine, OPEN,
    book::{OrderedLine, Receipt},
    summary::{self, SummedLine},
};

struct Billed {
    line: String,
    quantity: Decimal,
    invoice: InvoiceOf,
}

/// All three by order number. Questions of people that go by vendor or receipt look at every order.
#[derive(Default)]
pub(super) struct OrderBook {
    lines: BTreeMap<String, Vec<OrderedLine>>,
    received: BTreeMap<String, Vec<Receipt>>,
    billed: BTreeMap<String, Vec<Billed>>,
    /// Invoices of the book that name an order, with their value before tax.
    named: BTreeMap<String, Vec<(InvoiceOf, Decimal)>>,
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
        self.received
            .entry(key(&receipt.po_number))
            .or_default()
            .push(receipt);
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

    /// An invoice of the book names an order.
    pub(super) fn named(&mut self, po_number: &str, invoice: InvoiceOf, taxable: Decimal) {
        let own = self.named.entry(key(po_number)).or_default();
        own.push((invoice, taxable));
    }

    /// Invoices of an order of which no line is known.
    fn unsplit(&self, po_number: &str) -> Option<Unsplit> {
        let billed = self.billed.get(po_number).map_or(&[][..], Vec::as_slice);
        let known = |invoice| {
            let mut lines = billed.iter();
            lines.any(|line| Ledger::is_same(line.invoice, invoice))
        };
        let (mut count, mut taxable_value) = (0, Decimal::ZERO);
        for (invoice, taxable) in self.named.get(po_number).into_iter().flatten() {
            if !known(*invoice) {
                count += 1;
                add(&mut taxable_value, *taxable);
            }
        }
        (count > 0).then_some(Unsplit {
            count,
            taxable_value,
        })
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
        let received = self.received.get(po_number);
        let mut accepted: BTreeMap<&str, Decimal> = BTreeMap::new();
        for receipt in received.into_iter().flatten() {
            add(
                accepted.entry(&receipt.line).or_default(),
                receipt.quantity_accepted,
            );
        }
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
                        .get(line.line.as_str())
                        .copied()
                        .unwrap_or_default(),
                    billed: billed.get(line.line.as_str()).copied().unwrap_or_default(),
                })
                .collect(),
            receipts_known,
            has_receipts: received.is_some(),
            unsplit: self.unsplit(po_number),
        })
    }

    pub(super) fn of_vendor(&self, vendor_id: &str) -> Vec<OrderSummary> {
        let all = self.lines.iter();
        let lines = all.flat_map(|(key, lines)| lines.iter().map(move |line| (key, line)));
        let own = lines.filter(|(_, line)| line.vendor_id == vendor_id);
        summary::orders(own.take(ROWS_MAX).map(|(key, line)| SummedLine {
            po_key: key.clone(),
            po_number: line.po_number.clone(),
            po_date: line.po_date,
            quantity: line.quantity,
            unit_price: line.unit_price,
            open: line.status == OPEN,
        }))
    }

    pub(super) fn receipts(&self, of: ReceiptsOf<'_>) -> Vec<ReceiptLine> {
        let told = |receipt: &Receipt| ReceiptLine {
            grn_number: receipt.grn_number.clone(),
            grn_date: receipt.grn_date,
            po_number: key(&receipt.po_number),
            line: receipt.line.clone(),
            quantity_accepted: receipt.quantity_accepted,
        };
        match of {
            ReceiptsOf::Order(number) => {
                let rows = self.received.get(number).into_iter().flatten();
                rows.take(ROWS_MAX).map(told).collect()
            }
            ReceiptsOf::Number(number) => self
                .received
                .values()
                .flatten()
                .filter(|receipt| grn_key(&receipt.grn_number) == number)
                .take(ROWS_MAX)
                .map(told)
                .collect(),
        }
    }
}
