//! ERPNext's Purchase Invoice, with the custom fields of India Compliance where the site has them.
//!
//! A webhook carries what its author picked, so every member may be missing. `name` and `posting_date` are the buyer's
//! own; the supplier's number and date are `bill_no` and `bill_date`. A return has negative quantities and amounts.

use domain::Decimal;

use crate::{
    Problem,
    draft::{Draft, Heads, Kind, Line, Party, Source},
    fields::Fields,
    head::{Head, Row, is_charge},
    html,
    number::{before_tax, near, number, paise, percent, product},
    states, units,
};

mod taxes;

use taxes::{Taxes, line_heads, line_rate};

/// How amounts of a document become rupees of an invoice.
struct Money {
    /// Rupees for one of the document's currency; `None` where it is not stated.
    exchange: Option<Decimal>,
    /// Minus one for a return with negative amounts: INV-01 has positive ones.
    sign: Decimal,
}

impl Money {
    /// `base_…` is the amount in the company's currency; for a bill in rupees the plain one is.
    fn amount(&self, fields: &Fields, name: &str) -> Result<Option<Decimal>, Problem> {
        let base = fields.amount(&format!("base_{name}"))?;
        let own = fields.amount(name)?;
        let rupees = if self.exchange == Some(Decimal::ONE) {
            own.or(base)
        } else {
            // A field of the company's currency that was not filled is nought.
            base.filter(|b| !b.is_zero() || own.is_none_or(|o| o.is_zero()))
                .or_else(|| product(own?, self.exchange?))
        };
        Ok(rupees.map(|amount| amount * self.sign))
    }

    /// A price: not rounded to paise, never negative.
    fn price(&self, fields: &Fields, name: &str) -> Result<Option<Decimal>, Problem> {
        if self.exchange == Some(Decimal::ONE) {
            return fields.number(name);
        }
        let base = fields.number(&format!("base_{name}"))?;
        let own = fields.number(name)?;
        Ok(base.or_else(|| own?.checked_mul(self.exchange?)))
    }
}

pub(crate) fn read(doc: &Fields) -> Result<Draft, Problem> {
    if let Some(doctype) = doc.text("doctype").filter(|d| d != "Purchase Invoice") {
        return Err(Problem::at(
            doc.at("doctype"),
            format!("a {doctype}; of ERPNext's documents a Purchase Invoice is read"),
        ));
    }
    let cancelled = doc.number("docstatus")? == Some(Decimal::TWO)
        || doc.text("status").as_deref() == Some("Cancelled");
    if cancelled {
        let problem = "this Purchase Invoice is cancelled in ERPNext";
        return Err(Problem::at(doc.at("docstatus"), problem));
    }
    let currency = doc.text("currency").filter(|c| c != "INR");
    let money = Money {
        exchange: match &currency {
            None => Some(Decimal::ONE),
            Some(_) => doc.number("conversion_rate")?.filter(|r| !r.is_zero()),
        },
        sign: sign(doc)?,
    };
    let taxes = Taxes::read(doc, &money)?;
    let is_return = doc.flag("is_return") == Some(true);
    let mut draft = Draft {
        source: Source {
            system: "ERPNext",
            kind: Some("Purchase Invoice".to_owned()),
            document: doc.text("name"),
            revision: doc.text("modified"),
        },
        kind: if is_return {
            Kind::CreditNote
        } else if doc.flag("is_debit_note") == Some(true) {
            Kind::DebitNote
        } else {
            Kind::Invoice
        },
        reverse_charge: doc.flag("is_reverse_charge").unwrap_or(taxes.reverse),
        number: doc.text("bill_no"),
        date: doc.text("bill_date"),
        seller: Party {
            gstin: doc.text("supplier_gstin"),
            name: doc.text("supplier_name"),
            ..Party::default()
        },
        buyer: Party {
            gstin: doc.text("company_gstin"),
            name: doc.text("company"),
            ..Party::default()
        },
        place_of_supply: doc
            .text("place_of_supply")
            .and_then(|place| states::code(&place))
            .map(str::to_owned),
        withheld: taxes.withheld,
        document_discount: money.amount(doc, "discount_amount")?,
        ..Draft::default()
    };
    let net = lines(doc, &money, &taxes, &mut draft)?;
    totals(doc, &money, &taxes, net, &mut draft)?;
    draft.supply_type = supply_type(doc, &draft);
    draft.totals.total_foreign = match &currency {
        Some(_) => total(doc)?.map(|(amount, _)| amount * money.sign),
        None => None,
    };
    draft.currency = currency;
    Ok(draft)
}

/// The amount that the bill comes to, and the member it stands in. Where rounding is disabled `rounded_total` is nought.
fn total(doc: &Fields) -> Result<Option<(Decimal, &'static str)>, Problem> {
    let disabled = doc.flag("disable_rounded_total") == Some(true);
    let rounded = doc.amount("rounded_total")?;
    if let Some(rounded) = rounded.filter(|t| !t.is_zero() && !disabled) {
        return Ok(Some((rounded, "rounded_total")));
    }
    Ok(doc.amount("grand_total")?.map(|t| (t, "grand_total")))
}

fn sign(doc: &Fields) -> Result<Decimal, Problem> {
    let stated = doc.first_amount(&["grand_total", "base_grand_total", "net_total", "total"])?;
    let by_lines = || -> Result<Decimal, Problem> {
        let mut sum = Decimal::ZERO;
        for row in doc.list("items") {
            sum += row
                .first_amount(&["amount", "net_amount"])?
                .unwrap_or_default();
        }
        Ok(sum)
    };
    let whole = match stated {
        Some(amount) => amount,
        None => by_lines()?,
    };
    let negative = whole.is_sign_negative() && !whole.is_zero();
    Ok(if negative {
        Decimal::NEGATIVE_ONE
    } else {
        Decimal::ONE
    })
}

/// Reads the lines; the sum of their values before charges were spread over them.
fn lines(
    doc: &Fields,
    money: &Money,
    taxes: &Taxes,
    draft: &mut Draft,
) -> Result<Decimal, Problem> {
    let discounted = draft.document_discount.is_some_and(|d| !d.is_zero());
    let mut net_sum = Decimal::ZERO;
    for row in &doc.list("items") {
        let net = money.amount(row, "net_amount")?;
        let net = match net {
            Some(net) => Some(net),
            None => money.amount(row, "amount")?,
        };
        // India Compliance keeps the taxable value in rupees, whatever the currency of the bill.
        let taxable = row.amount("taxable_value")?.map(|value| value * money.sign);
        let taxable = taxable.filter(|value| !value.is_zero()).or(net);
        net_sum += net.unwrap_or_default();
        let rate = line_rate(row, taxes)?;
        let heads = line_heads(row, money, taxes, taxable, rate)?;
        let states_cess = row.has("cess_amount") || row.has("cess_non_advol_amount");
        let mut line = Line {
            description: row
                .text("description")
                .map(|text| html::text(&text))
                .filter(|text| !text.is_empty())
                .or_else(|| row.text("item_name"))
                .or_else(|| row.text("item_code")),
            hsn: row.text("gst_hsn_code"),
            quantity: row.number("qty")?.map(|q| (q * money.sign).normalize()),
            unit: row.text("uom").map(|unit| units::code(&unit)),
            taxable,
            rate,
            heads,
            cess_rate: row.number("cess_rate")?,
            cess_fixed: row
                .amount("cess_non_advol_amount")?
                .map(|cess| cess * money.sign),
            cess_is_open: !states_cess
                && taxes.heads.is_some_and(|h| !h.cess.is_zero())
                && heads.is_none_or(|h| h.cess.is_zero()),
            batch: row.text("batch_no"),
            ..Line::default()
        };
        price(row, money, taxes, discounted, &mut line)?;
        draft.lines.push(line);
        if let Some(order) = row.text("purchase_order") {
            draft.orders.push((order, None));
        }
    }
    Ok(net_sum)
}

/// The price before discount, what it comes to, and the discount. `rate` is the price after the discount of the line,
/// `amount` is quantity × rate, and a discount of the document is in `net_amount` alone.
fn price(
    row: &Fields,
    money: &Money,
    taxes: &Taxes,
    discounted: bool,
    line: &mut Line,
) -> Result<(), Problem> {
    let rate = money.price(row, "rate")?;
    let list = money
        .price(row, "price_list_rate")?
        .filter(|p| !p.is_zero());
    let with_margin = money
        .price(row, "rate_with_margin")?
        .filter(|p| !p.is_zero());
    let by_percent = row.number("discount_percentage")?.filter(|p| !p.is_zero());
    let per_unit = money
        .price(row, "discount_amount")?
        .filter(|d| !d.is_zero());
    let has_discount = per_unit.is_some() || by_percent.is_some();
    // A margin raises the price that the discount is taken off.
    let before = if has_discount {
        with_margin.or(list).or_else(|| Some(rate? + per_unit?))
    } else {
        rate.or(list)
    };
    let inclusive = taxes.inclusive;
    let untaxed = |amount: Decimal| match line.rate.filter(|_| inclusive) {
        Some(tax) => before_tax(amount, tax),
        None => Some(amount),
    };
    line.unit_price = before.and_then(untaxed).map(|p| p.normalize());
    let amount = money.amount(row, "amount")?;
    let stated = (!has_discount && !inclusive).then_some(amount).flatten();
    line.gross = stated.or_else(|| match (inclusive, has_discount, discounted) {
        // Without any discount the value is the price, to the paisa that the system rounded it to.
        (true, false, false) => line.taxable,
        _ => product(line.unit_price?, line.quantity?),
    });
    let charged = line
        .gross
        .zip(line.taxable)
        .map(|(gross, taxable)| gross - taxable);
    let own = line.quantity.and_then(|quantity| {
        let unit = match per_unit {
            Some(unit) => unit,
            None => percent(before?, by_percent?)?,
        };
        product(untaxed(unit)?, quantity)
    });
    line.discount = match charged {
        Some(difference) if has_discount || discounted => {
            // Charges spread over the lines may outweigh the discount: then the row's own word counts.
            if difference.is_sign_negative() {
                own.or(Some(Decimal::ZERO))
            } else {
                Some(difference)
            }
        }
        Some(_) => Some(Decimal::ZERO),
        None => own,
    };
    Ok(())
}

fn totals(
    doc: &Fields,
    money: &Money,
    taxes: &Taxes,
    net: Decimal,
    draft: &mut Draft,
) -> Result<(), Problem> {
    let totals = &mut draft.totals;
    let name = total(doc)?.map(|(_, name)| name);
    totals.total = match name {
        Some(name) => money.amount(doc, name)?,
        None => None,
    };
    // What was left over when rounding was disabled is in no total.
    let is_rounded = name != Some("grand_total");
    totals.round_off = money
        .amount(doc, "rounding_adjustment")?
        .filter(|adjustment| is_rounded || adjustment.is_zero());
    totals.taxable = money.amount(doc, "net_total")?;
    totals.heads = taxes.heads;
    totals.other_charges = taxes.charges.max(Decimal::ZERO);
    totals.discount = (-taxes.charges).max(Decimal::ZERO);
    // Charges that GST is due on are spread over the taxable values of the lines; they are not charged twice.
    let taxable: Option<Decimal> = draft.lines.iter().map(|line| line.taxable).sum();
    if let Some(sum) = taxable.filter(|sum| !taxes.charges.is_zero() && !near(*sum, net)) {
        let spread = paise(sum - net);
        if near(spread, taxes.charges) {
            totals.taxable = Some(sum);
            totals.other_charges = Decimal::ZERO;
            totals.discount = Decimal::ZERO;
        }
    }
    Ok(())
}

/// By `gst_category`. Whether a zero-rated supply is with or without payment of tax is seen from the tax.
fn supply_type(doc: &Fields, draft: &Draft) -> Option<&'static str> {
    let taxed = draft.totals.heads.is_some_and(|h| !h.sum().is_zero())
        || doc.flag("is_export_with_gst") == Some(true);
    match (doc.text("gst_category")?.as_str(), taxed) {
        ("SEZ", true) => Some("SEZWP"),
        ("SEZ", false) => Some("SEZWOP"),
        ("Overseas", true) => Some("EXPWP"),
        ("Overseas", false) => Some("EXPWOP"),
        ("Deemed Export", _) => Some("DEXP"),
        _ => None,
    }
}
