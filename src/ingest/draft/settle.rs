//! What a payload leaves to arithmetic: whether its total holds the tax, the discount, the tax kept back.
//!
//! Each system states these in its own way and its versions differ; the total that the payload states decides. Where no
//! reading adds up, what is stated stays, and a check finds it.

use domain::Decimal;

use super::{Draft, Heads, near};
use crate::number::apportion;

/// Whether the first reading comes closer to the stated total than the second.
fn is_closer(first: Decimal, second: Decimal, total: Decimal) -> bool {
    (first - total).abs() < (second - total).abs()
}

impl Draft {
    pub(super) fn settle(&mut self) {
        self.spread_discount();
        if self.totals.taxable.is_none() {
            self.totals.taxable = self
                .lines
                .iter()
                .map(|l| l.taxable)
                .sum::<Option<Decimal>>();
            if self.lines.is_empty() {
                self.totals.taxable = None;
            }
        }
        if self.totals.heads.is_none() && !self.lines.is_empty() {
            let mut sum = Heads::default();
            let known = self.lines.iter().all(|line| {
                let Some(heads) = line.heads else {
                    return false;
                };
                sum.igst += heads.igst;
                sum.cgst += heads.cgst;
                sum.sgst += heads.sgst;
                sum.cess += heads.cess + line.cess_fixed.unwrap_or_default();
                sum.state_cess += heads.state_cess;
                true
            });
            self.totals.heads = known.then_some(sum);
        }
        // Rows that cancel say that nothing is charged, and there is no total that says otherwise.
        let heads = self.totals.heads;
        if self.reverse_charge && self.totals.total.is_none() && heads == Some(Heads::default()) {
            self.charge_no_tax();
        }
        let (Some(taxable), Some(total)) = (self.totals.taxable, self.totals.total) else {
            return;
        };
        let beside = self.totals.other_charges - self.totals.discount
            + self.totals.round_off.unwrap_or_default();
        let tax = heads.map_or(Decimal::ZERO, |h| h.sum());
        // Under reverse charge the buyer's books show a tax that the supplier does not charge: its total is without. The
        // books may set a payable against it, so that it is left on the lines alone.
        if self.reverse_charge {
            let of_lines = self.lines.iter().filter_map(|line| line.heads);
            let shown = if tax.is_zero() {
                of_lines.map(|h| h.sum()).sum()
            } else {
                tax
            };
            let without = taxable + beside;
            if !shown.is_zero()
                && near(without, total)
                && is_closer(without, without + shown, total)
            {
                self.charge_no_tax();
                return;
            }
        }
        let full = taxable + tax + beside;
        if let Some(discount) = self.document_discount.take()
            && !discount.is_zero()
            && near(full - discount, total)
            && is_closer(full - discount, full, total)
        {
            self.totals.discount += discount;
        } else if !self.withheld.is_zero()
            // What is withheld makes a bill, or a refund, smaller.
            && self.withheld.is_sign_negative() == full.is_sign_negative()
            && near(full - self.withheld, total)
            && is_closer(full - self.withheld, full, total)
        {
            // The supplier's total is what it bills, whatever part of it the payer owes to the revenue.
            self.totals.total = Some(total + self.withheld);
        }
    }

    fn charge_no_tax(&mut self) {
        self.totals.heads = Some(Heads::default());
        for line in &mut self.lines {
            line.heads = line.heads.map(|_| Heads::default());
            line.cess_fixed = None;
            line.cess_is_open = false;
        }
    }

    /// A discount before tax that is on no line yet belongs to all of them, in proportion to their values.
    fn spread_discount(&mut self) {
        let (Some(discount), Some(stated)) = (self.document_discount, self.totals.taxable) else {
            return;
        };
        let Some(values) = self
            .lines
            .iter()
            .map(|line| line.taxable)
            .collect::<Option<Vec<_>>>()
        else {
            return;
        };
        let sum: Decimal = values.iter().sum();
        if discount.is_zero() || near(sum, stated) || !near(sum - discount, stated) {
            return;
        }
        for (line, share) in self.lines.iter_mut().zip(apportion(discount, &values)) {
            line.taxable = line.taxable.map(|value| value - share);
            line.discount = Some(line.discount.unwrap_or_default() + share);
        }
        self.document_discount = None;
    }
}
