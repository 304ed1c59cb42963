//! Amounts of a bill or a credit, in rupees and with the sign that INV-01 has.

use domain::Decimal;

use crate::{Problem, fields::Fields, number::product};

/// How amounts of a bill become rupees of an invoice.
#[derive(Clone, Copy)]
pub(super) struct Money {
    /// Rupees for one of the bill's currency; `None` where it is not stated.
    pub(super) exchange: Option<Decimal>,
    /// Minus one for a credit with negative amounts: INV-01 has positive ones.
    pub(super) sign: Decimal,
}

impl Money {
    pub(super) fn rupees(self, amount: Option<Decimal>) -> Option<Decimal> {
        Some(product(amount?, self.exchange?)? * self.sign)
    }

    /// What systems write with or without the sign of the whole: a price, a tax kept back.
    pub(super) fn turned(self, amount: Decimal) -> Decimal {
        if self.sign.is_sign_negative() {
            amount.abs()
        } else {
            amount
        }
    }

    /// A price: not rounded to paise.
    pub(super) fn price(self, price: Decimal) -> Option<Decimal> {
        let rupees = price.checked_mul(self.exchange?)?;
        Some(self.turned(rupees).normalize())
    }
}

/// Minus one for a credit whose amounts are negative. A bill that comes to less than nothing is not turned into one to pay.
pub(super) fn sign(bill: &Fields, is_credit: bool) -> Result<Decimal, Problem> {
    let mut whole = bill.first_amount(&["total", "sub_total"])?;
    if whole.is_none_or(|amount| amount.is_zero()) {
        let mut sum = Decimal::ZERO;
        for row in bill.list("line_items") {
            sum += row.amount("item_total")?.unwrap_or_default();
        }
        whole = Some(sum);
    }
    let is_negative = whole.is_some_and(|amount| amount < Decimal::ZERO);
    Ok(if is_credit && is_negative {
        Decimal::NEGATIVE_ONE
    } else {
        Decimal::ONE
    })
}
