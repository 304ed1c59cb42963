//! Orders without their lines, put together from them in every store alike.

use domain::{Date, Decimal, records::OrderSummary};

/// What of a line counts for its order.
pub(crate) struct SummedLine {
    /// As the tool's `key` writes the order's number.
    pub(crate) po_key: String,
    pub(crate) po_number: String,
    pub(crate) po_date: Option<Date>,
    pub(crate) quantity: Decimal,
    pub(crate) unit_price: Decimal,
    pub(crate) open: bool,
}

/// Orders of lines that come order by order.
pub(crate) fn orders(lines: impl Iterator<Item = SummedLine>) -> Vec<OrderSummary> {
    let mut summaries: Vec<(String, OrderSummary)> = Vec::new();
    for line in lines {
        if summaries.last().is_none_or(|(key, _)| *key != line.po_key) {
            let summary = OrderSummary {
                po_number: line.po_number,
                po_date: line.po_date,
                lines: 0,
                open_lines: 0,
                value: Decimal::ZERO,
            };
            summaries.push((line.po_key, summary));
        }
        if let Some((_, summary)) = summaries.last_mut() {
            // Quantities and prices are under 10^14, so that only a made-up product leaves `Decimal`.
            let price = line.quantity.saturating_mul(line.unit_price);
            summary.value = summary.value.saturating_add(price);
            summary.lines += 1;
            summary.open_lines += usize::from(line.open);
        }
    }
    summaries.into_iter().map(|(_, summary)| summary).collect()
}
