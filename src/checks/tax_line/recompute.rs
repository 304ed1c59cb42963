//! A line under the rule: what its own amounts give, against what it says.

use domain::{Date, Decimal, Invoice, Item, inr, invoice::DocumentType, money::to_paise_half_up};

use crate::{
    Context,
    listing::{Part, percent},
};

/// A member of a line with its amount.
type Amount = (&'static str, Option<Decimal>);

/// Which heads of tax a line carries, whether or not they are the due ones: that is TAX-PLACE-OF-SUPPLY's matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heads {
    None,
    Integrated,
    Halves,
    Mixed,
}

fn is_charged(amount: Option<Decimal>) -> bool {
    amount.is_some_and(|a| !a.is_zero())
}

pub(super) fn heads(item: &Item) -> Heads {
    match (
        is_charged(item.igst),
        is_charged(item.cgst) || is_charged(item.sgst),
    ) {
        (false, false) => Heads::None,
        (true, false) => Heads::Integrated,
        (false, true) => Heads::Halves,
        (true, true) => Heads::Mixed,
    }
}

fn heads_of_tax(item: &Item) -> [Amount; 3] {
    [
        ("IgstAmt", item.igst),
        ("CgstAmt", item.cgst),
        ("SgstAmt", item.sgst),
    ]
}

fn cesses_and_charges(item: &Item) -> [Amount; 5] {
    [
        ("CesAmt", item.cess),
        ("CesNonAdvlAmt", item.cess_fixed),
        ("StateCesAmt", item.state_cess),
        ("StateCesNonAdvlAmt", item.state_cess_fixed),
        ("OthChrg", item.other_charges),
    ]
}

/// The sum of what is there; `None` when it is beyond what a decimal holds.
fn sum(amounts: &[Amount]) -> Option<Decimal> {
    amounts.iter().try_fold(Decimal::ZERO, |sum, (_, a)| {
        sum.checked_add(a.unwrap_or_default())
    })
}

pub(super) fn share(base: Decimal, rate: Decimal) -> Option<Decimal> {
    base.checked_mul(rate)
        .map(|product| product / Decimal::ONE_HUNDRED)
}

/// A line of a credit note that is written in negative amounts, turned round. Some senders negate only some of them
/// (a discount stays positive), so within such a line only magnitudes are compared.
fn upright(invoice: &Invoice, item: &Item) -> Item {
    let negative = |a: Option<Decimal>| a.is_some_and(|a| a.is_sign_negative() && !a.is_zero());
    let turned = invoice.document_type == DocumentType::CreditNote
        && (negative(item.taxable) || negative(item.gross));
    if !turned {
        return item.clone();
    }
    let abs = |a: Option<Decimal>| a.map(|a| a.abs());
    Item {
        quantity: abs(item.quantity),
        unit_price: abs(item.unit_price),
        gross: abs(item.gross),
        discount: abs(item.discount),
        taxable: abs(item.taxable),
        igst: abs(item.igst),
        cgst: abs(item.cgst),
        sgst: abs(item.sgst),
        cess: abs(item.cess),
        cess_fixed: abs(item.cess_fixed),
        state_cess: abs(item.state_cess),
        state_cess_fixed: abs(item.state_cess_fixed),
        other_charges: abs(item.other_charges),
        total: abs(item.total),
        ..item.clone()
    }
}

/// From this day none but tobacco and pan masala bear compensation cess, and they none from February 2026 (notification 19/2025).
const CESS_ENDED: Date = Date::constant(2025, 9, 22);

/// Why a line cannot be recomputed.
const MISSING: &str = "taxable value or rate is missing";
const OUT_OF_RANGE: &str = "an amount is out of range";

/// A line under the rule.
pub(super) struct Line<'a> {
    invoice: &'a Invoice,
    index: usize,
    item: Item,
    /// Whether its amounts were turned round; then formulas take magnitudes.
    turned: bool,
    tolerance: Decimal,
    wrong: Vec<Part>,
    /// Why something could not be recomputed, the first reason.
    open: Option<&'static str>,
}

impl<'a> Line<'a> {
    pub(super) fn new(context: &Context<'a>, index: usize, item: &Item) -> Self {
        let invoice = context.facts.invoice.as_ref();
        let upright = upright(invoice, item);
        Self {
            invoice,
            index,
            turned: upright != *item,
            item: upright,
            tolerance: context.policy.tolerance.line,
            wrong: Vec::new(),
            open: None,
        }
    }

    fn off(&self, found: Decimal, expected: Decimal) -> bool {
        found
            .checked_sub(expected)
            .is_none_or(|difference| difference.abs() > self.tolerance)
    }

    fn part(&self) -> (Part, String) {
        Part::of_line(self.invoice, self.index)
    }

    /// What a formula calls an amount of this line.
    fn term(&self, part: &mut Part, (member, amount): Amount) -> String {
        let term = part.amount(self.invoice, self.index, member, amount);
        let Some(amount) = amount.filter(|_| self.turned) else {
            return term;
        };
        let magnitude = format!("abs({term})");
        part.computed(amount, magnitude.clone());
        magnitude
    }

    fn terms(&self, part: &mut Part, amounts: &[Amount]) -> String {
        let terms: Vec<String> = amounts
            .iter()
            .filter(|(_, a)| a.is_some())
            .map(|a| self.term(part, *a))
            .collect();
        if terms.is_empty() {
            "0".to_owned()
        } else {
            format!("sum({})", terms.join(", "))
        }
    }

    fn lacks(&mut self, why: &'static str) {
        self.open.get_or_insert(why);
    }

    /// Whether the gross is a lump sum: without a quantity; or with a zero one on a note, of which rule 53 asks none, or of a
    /// service, whose price is then the whole.
    fn is_lump_sum(&self) -> bool {
        let item = &self.item;
        match (item.quantity, item.unit_price) {
            (None, _) => true,
            (Some(quantity), price) if quantity.is_zero() => {
                self.invoice.is_note()
                    || item.is_of_service() && (!is_charged(price) || price == item.gross)
            }
            _ => false,
        }
    }

    /// Quantity × price = gross.
    fn gross(&mut self) {
        let item = &self.item;
        if self.is_lump_sum() {
            return;
        }
        let (Some(quantity), Some(price)) = (item.quantity, item.unit_price) else {
            if item.quantity.is_some_and(|quantity| quantity.is_zero()) && is_charged(item.gross) {
                self.lacks("its quantity is nothing");
            }
            return;
        };
        if quantity.is_sign_negative() && price.is_sign_negative() && !price.is_zero() {
            // Their product is what somebody would owe for giving goods back.
            self.lacks("its quantity and its price are both negative");
            return;
        }
        let Some(gross) = item.gross else {
            self.without_gross(quantity, price);
            return;
        };
        let Some(expected) = quantity.checked_mul(price) else {
            self.lacks(OUT_OF_RANGE);
            return;
        };
        if !self.off(gross, expected) {
            return;
        }
        let (mut part, line) = self.part();
        let q = self.term(&mut part, ("Qty", Some(quantity)));
        let p = self.term(&mut part, ("UnitPrice", Some(price)));
        self.term(&mut part, ("TotAmt", Some(gross)));
        let expected = to_paise_half_up(expected);
        part.computed(expected, format!("round({q} * {p}, 2)"));
        let text = format!(
            "{line}: {} × {} is {}, the gross amount is {}",
            quantity.normalize(),
            inr(price),
            inr(expected),
            inr(gross),
        );
        self.wrong.push(part.say(text));
    }

    /// Without a gross amount, quantity × price − discount = taxable value.
    fn without_gross(&mut self, quantity: Decimal, price: Decimal) {
        let discount = self.item.discount.unwrap_or_default();
        let Some(taxable) = self.item.taxable else {
            return;
        };
        let expected = quantity
            .checked_mul(price)
            .and_then(|gross| gross.checked_sub(discount));
        let Some(expected) = expected else {
            self.lacks(OUT_OF_RANGE);
            return;
        };
        if !self.off(taxable, expected) {
            return;
        }
        let (mut part, line) = self.part();
        let q = self.term(&mut part, ("Qty", Some(quantity)));
        let p = self.term(&mut part, ("UnitPrice", Some(price)));
        let d = self.term(&mut part, ("Discount", self.item.discount));
        self.term(&mut part, ("AssAmt", Some(taxable)));
        let expected = to_paise_half_up(expected);
        part.computed(expected, format!("round({q} * {p} - {d}, 2)"));
        let less = if self.item.discount.is_some() {
            format!(" less discount {}", inr(discount))
        } else {
            String::new()
        };
        let text = format!(
            "{line}: {} × {}{less} is {}, the taxable value is {}",
            quantity.normalize(),
            inr(price),
            inr(expected),
            inr(taxable),
        );
        self.wrong.push(part.say(text));
    }

    /// Gross − discount = taxable value.
    fn taxable(&mut self) {
        let Some(taxable) = self.item.taxable else {
            self.lacks(MISSING);
            return;
        };
        let discount = self.item.discount.unwrap_or_default();
        if discount.is_sign_negative() && !discount.is_zero() {
            self.lacks("its discount is negative, and so adds to its value");
        }
        let Some(gross) = self.item.gross else { return };
        let Some(expected) = gross.checked_sub(discount) else {
            self.lacks(OUT_OF_RANGE);
            return;
        };
        if !self.off(taxable, expected) {
            return;
        }
        let (mut part, line) = self.part();
        let g = self.term(&mut part, ("TotAmt", Some(gross)));
        let d = self.term(&mut part, ("Discount", self.item.discount));
        self.term(&mut part, ("AssAmt", Some(taxable)));
        part.computed(expected, format!("{g} - {d}"));
        let less = if self.item.discount.is_some() {
            format!(" less discount {}", inr(discount))
        } else {
            String::new()
        };
        let text = format!(
            "{line}: gross {}{less} is {}, the taxable value is {}",
            inr(gross),
            inr(expected),
            inr(taxable),
        );
        self.wrong.push(part.say(text));
    }

    /// Taxable value × rate = tax, in the heads that are charged.
    fn tax(&mut self) {
        let charged = heads(&self.item);
        if self.invoice.reverse_charge {
            // What is charged all the same is TAX-REVERSE-CHARGE's to name.
            return;
        }
        if self.invoice.supply_type.is_without_payment() {
            if charged != Heads::None {
                self.without_payment();
            }
            return;
        }
        let (Some(taxable), Some(rate)) = (self.item.taxable, self.item.rate) else {
            // Nothing charged and no rate stated: a bill of supply.
            if charged != Heads::None || self.item.taxable.is_none() {
                self.lacks(MISSING);
            }
            return;
        };
        let (Some(whole), Some(half)) = (share(taxable, rate), share(taxable, rate / Decimal::TWO))
        else {
            self.lacks(OUT_OF_RANGE);
            return;
        };
        let item = &self.item;
        let (igst, cgst, sgst) = (item.igst, item.cgst, item.sgst);
        match charged {
            Heads::None => {
                if self.off(Decimal::ZERO, whole) {
                    self.head("no tax is charged", &[], rate, whole, false);
                }
            }
            Heads::Integrated => self.compare("IGST", ("IgstAmt", igst), rate, whole, false),
            Heads::Halves => {
                self.compare("CGST", ("CgstAmt", cgst), rate, half, true);
                self.compare("SGST", ("SgstAmt", sgst), rate, half, true);
            }
            Heads::Mixed => {
                let all = heads_of_tax(item);
                // Each of three heads may be off by the tolerance of one.
                let slack = self
                    .tolerance
                    .checked_mul(Decimal::from(3))
                    .unwrap_or(self.tolerance);
                let total = sum(&all).unwrap_or(Decimal::MAX);
                if total.checked_sub(whole).is_none_or(|d| d.abs() > slack) {
                    self.head(
                        "IGST, CGST and SGST together differ",
                        &all,
                        rate,
                        whole,
                        false,
                    );
                }
            }
        }
    }

    fn compare(
        &mut self,
        name: &str,
        amount: Amount,
        rate: Decimal,
        expected: Decimal,
        half: bool,
    ) {
        let found = amount.1.unwrap_or_default();
        if self.off(found, expected) {
            let said = if amount.1.is_some() {
                format!("{name} {} is charged", inr(found))
            } else {
                format!("no {name} is charged")
            };
            self.head(&said, &[amount], rate, expected, half);
        }
    }

    /// A head of tax that differs from what the rate gives.
    fn head(&mut self, said: &str, found: &[Amount], rate: Decimal, expected: Decimal, half: bool) {
        let (mut part, line) = self.part();
        for amount in found.iter().filter(|(_, a)| a.is_some()) {
            self.term(&mut part, *amount);
        }
        let taxable = self.item.taxable;
        let base = self.term(&mut part, ("AssAmt", taxable));
        let full = part.amount(self.invoice, self.index, "GstRt", Some(rate));
        let (shown, formula) = if half {
            part.computed(rate / Decimal::TWO, format!("{full} / 2"));
            (rate / Decimal::TWO, format!("{full} / 2"))
        } else {
            (rate, full)
        };
        let expected = to_paise_half_up(expected);
        part.computed(expected, format!("round(pct({base}, {formula}), 2)"));
        let text = format!(
            "{line}: {said}; {} of {} is {}",
            percent(shown),
            inr(taxable.unwrap_or_default()),
            inr(expected),
        );
        self.wrong.push(part.say(text));
    }

    /// SEZWOP and EXPWOP go without tax under bond or letter of undertaking (IGST Act s.16(3)(a)).
    fn without_payment(&mut self) {
        let (mut part, line) = self.part();
        part.cite(self.invoice.cite("/TranDtls/SupTyp"));
        let all = heads_of_tax(&self.item);
        let formula = self.terms(&mut part, &all);
        let total = sum(&all).unwrap_or_default();
        part.computed(total, formula);
        let text = format!(
            "{line}: a supply without payment of tax charges {}",
            inr(total)
        );
        self.wrong.push(part.say(text));
    }

    /// Taxable value × cess rate = ad valorem cess. What goes by quantity cannot be recomputed.
    fn cess(&mut self) {
        if self.invoice.reverse_charge {
            return;
        }
        let fixed = is_charged(self.item.cess_fixed) || is_charged(self.item.state_cess_fixed);
        if fixed && self.invoice.date.is_none_or(|date| date >= CESS_ENDED) {
            self.lacks("it charges a cess by quantity, and that cess has ended");
        }
        let item = &self.item;
        let cesses = [
            ("cess", ("CesAmt", item.cess), ("CesRt", item.cess_rate)),
            (
                "State cess",
                ("StateCesAmt", item.state_cess),
                ("StateCesRt", item.state_cess_rate),
            ),
        ];
        for (name, amount, rate_amount) in cesses {
            let Some(rate) = rate_amount.1.filter(|r| !r.is_zero()) else {
                if is_charged(amount.1) {
                    self.lacks("it charges a cess and states no rate of it");
                }
                continue;
            };
            let Some(taxable) = self.item.taxable else {
                continue;
            };
            let Some(expected) = share(taxable, rate) else {
                self.lacks(OUT_OF_RANGE);
                continue;
            };
            let found = amount.1.unwrap_or_default();
            if !self.off(found, expected) {
                continue;
            }
            let (mut part, line) = self.part();
            self.term(&mut part, amount);
            let base = self.term(&mut part, ("AssAmt", Some(taxable)));
            let full = part.amount(self.invoice, self.index, rate_amount.0, Some(rate));
            let expected = to_paise_half_up(expected);
            part.computed(expected, format!("round(pct({base}, {full}), 2)"));
            let said = if amount.1.is_some() {
                format!("{name} {} is charged", inr(found))
            } else {
                format!("no {name} is charged")
            };
            let text = format!(
                "{line}: {said}; {} of {} is {}",
                percent(rate),
                inr(taxable),
                inr(expected)
            );
            self.wrong.push(part.say(text));
        }
    }

    /// Line total = taxable value, taxes, cesses and other charges.
    fn total(&mut self) {
        let (Some(total), Some(taxable)) = (self.item.total, self.item.taxable) else {
            return;
        };
        let item = &self.item;
        let mut parts = vec![("AssAmt", Some(taxable))];
        parts.extend(cesses_and_charges(item));
        let untaxed = sum(&parts);
        parts.extend(heads_of_tax(item));
        let expected = sum(&parts);
        let agrees = |sum: Option<Decimal>| sum.is_some_and(|sum| !self.off(total, sum));
        // Under reverse charge the total goes without a tax that is shown all the same.
        if agrees(expected) || (self.invoice.reverse_charge && agrees(untaxed)) {
            return;
        }
        let Some(expected) = expected else {
            self.lacks(OUT_OF_RANGE);
            return;
        };
        let (mut part, line) = self.part();
        let formula = self.terms(&mut part, &parts);
        self.term(&mut part, ("TotItemVal", Some(total)));
        part.computed(expected, formula);
        let text = format!(
            "{line}: taxable value, taxes and charges come to {}, the line total is {}",
            inr(expected),
            inr(total)
        );
        self.wrong.push(part.say(text));
    }

    /// What is wrong, and why something could not be recomputed.
    pub(super) fn recompute(mut self) -> (Vec<Part>, Option<&'static str>) {
        self.gross();
        self.taxable();
        self.tax();
        self.cess();
        self.total();
        (self.wrong, self.open)
    }
}
