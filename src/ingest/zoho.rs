//! Zoho Books' bills and vendor credits.
//!
//! Lines carry a percentage and no amount of tax; whether it is IGST or CGST with SGST follows from the names of the
//! taxes, else from source and destination of supply. `adjustment` is a rounding only where it is described as one.

use domain::Decimal;

use crate::{
    Problem,
    draft::{Draft, Heads, Kind, Line, Party, Source},
    fields::Fields,
    head::{self, Head},
    html,
    number::{apportion, before_tax, near, paise, percent, product},
    states, units,
};

mod money;

use money::{Money, sign};

/// What holds for every line of a bill.
struct Terms {
    money: Money,
    within_state: Option<bool>,
    /// Whether `item_total` includes the tax.
    inclusive_totals: bool,
    /// Whether `rate` includes the tax.
    inclusive: bool,
    /// Whether any tax is charged.
    taxed: bool,
}

pub(crate) fn read(document: &Fields) -> Result<Draft, Problem> {
    let credit = document.object("vendor_credit").or_else(|| {
        document
            .has("vendor_credit_number")
            .then(|| document.clone())
    });
    let is_credit = credit.is_some();
    let bill = credit
        .or_else(|| document.object("bill"))
        .unwrap_or_else(|| document.clone());
    if bill.text("status").as_deref() == Some("void") {
        let problem = "this bill is void in Zoho Books";
        return Err(Problem::at(bill.at("status"), problem));
    }
    let currency = bill.text("currency_code").filter(|c| c != "INR");
    let money = Money {
        exchange: match &currency {
            None => Some(Decimal::ONE),
            Some(_) => bill.number("exchange_rate")?.filter(|r| !r.is_zero()),
        },
        sign: sign(&bill, is_credit)?,
    };
    let place = |name: &str| {
        bill.text(name)
            .and_then(|place| states::code(&place))
            .map(str::to_owned)
    };
    let destination = place("destination_of_supply").or_else(|| place("place_of_supply"));
    let mut draft = Draft {
        source: Source {
            system: "Zoho Books",
            kind: Some(if is_credit { "vendor credit" } else { "bill" }.to_owned()),
            document: bill
                .text("bill_id")
                .or_else(|| bill.text("vendor_credit_id")),
            revision: bill.text("last_modified_time"),
        },
        kind: if is_credit {
            Kind::CreditNote
        } else {
            Kind::Invoice
        },
        reverse_charge: bill.flag("is_reverse_charge_applied") == Some(true),
        number: bill.text(if is_credit {
            "vendor_credit_number"
        } else {
            "bill_number"
        }),
        date: bill.text("date"),
        seller: Party {
            gstin: bill.text("gst_no"),
            name: bill.text("vendor_name"),
            state: place("source_of_supply"),
            ..Party::default()
        },
        buyer: Party {
            state: destination.clone(),
            ..Party::default()
        },
        place_of_supply: destination,
        orders: orders(&bill),
        withheld: money
            .rupees(bill.first_amount(&["tds_amount", "tds_total"])?)
            .map(|tax| money.turned(tax))
            .unwrap_or_default(),
        ..Draft::default()
    };
    if is_credit && let Some(number) = bill.text("bill_number") {
        draft.preceding.push((number, bill.text("bill_date")));
    }
    amounts(&bill, money, &mut draft)?;
    draft.supply_type = supply_type(&bill, &draft);
    if currency.is_some() {
        draft.totals.total_foreign = bill.amount("total")?.map(|total| total * money.sign);
    }
    draft.currency = currency;
    Ok(draft)
}

fn orders(bill: &Fields) -> Vec<(String, Option<String>)> {
    bill.list("purchaseorders")
        .iter()
        .filter_map(|order| {
            let number = order.text("purchaseorder_number")?;
            let day = order
                .text("purchaseorder_date")
                .or_else(|| order.text("date"));
            Some((number, day))
        })
        .collect()
}

fn amounts(bill: &Fields, money: Money, draft: &mut Draft) -> Result<(), Problem> {
    let rows = bill.list("line_items");
    let named = tax_rows(bill, money)?;
    let mut sum = Decimal::ZERO;
    for row in &rows {
        sum += row.amount("item_total")?.unwrap_or_default();
    }
    let total = bill.amount("total")?;
    let tax = bill.amount("tax_total")?;
    let adjustment = bill.amount("adjustment")?.unwrap_or_default();
    let discount = document_discount(bill, sum, money)?;
    let inclusive = bill.flag("is_inclusive_tax") == Some(true);
    let beside = adjustment - discount.unwrap_or_default();
    let terms = Terms {
        money,
        within_state: within_state(bill, &rows, draft),
        inclusive,
        // Some versions give `item_total` without the tax all the same; the stated total tells which.
        inclusive_totals: inclusive
            && total.is_none_or(|total| {
                near(sum + beside, total) || !near(sum + tax.unwrap_or_default() + beside, total)
            }),
        taxed: tax.is_none_or(|tax| !tax.is_zero()),
    };
    let mut lines = Vec::new();
    for row in &rows {
        lines.push(line(row, &terms)?);
    }
    let before_tax = bill.flag("is_discount_before_tax") != Some(false);
    if let Some(discount) = money.rupees(discount).filter(|d| !d.is_zero()) {
        if before_tax {
            let values: Vec<_> = lines
                .iter()
                .map(|l| l.taxable.unwrap_or_default())
                .collect();
            for (line, share) in lines.iter_mut().zip(apportion(discount, &values)) {
                line.taxable = line.taxable.map(|value| value - share);
                line.discount = Some(line.discount.unwrap_or_default() + share);
            }
        } else {
            draft.totals.discount = discount;
        }
    }
    for (line, row) in lines.iter_mut().zip(&rows) {
        line.heads = heads(row, line, &terms)?;
        // There may be cess, in a currency that no rupees are known of.
        line.cess_is_open = line.heads.is_none() && money.exchange.is_none();
    }
    let taxable: Option<Decimal> = lines.iter().map(|l| l.taxable).sum();
    let totals = &mut draft.totals;
    totals.taxable = if lines.is_empty() {
        money.rupees(bill.amount("sub_total")?)
    } else {
        taxable
    };
    // Without a name that says the head, the lines do.
    totals.heads = named;
    totals.total = money.rupees(total);
    let shipping = money.rupees(bill.amount("shipping_charge")?);
    totals.other_charges = shipping.unwrap_or_default();
    adjust(bill, money.rupees(bill.amount("adjustment")?), draft);
    draft.lines = lines;
    Ok(())
}

/// An adjustment is a rounding where it is called so; freight and the like are charges, what is below nought a
/// discount. One of nought adjusts nothing, whatever it is called.
fn adjust(bill: &Fields, adjustment: Option<Decimal>, draft: &mut Draft) {
    let totals = &mut draft.totals;
    let described = bill.text("adjustment_description");
    match adjustment {
        None => {}
        Some(amount)
            if amount.is_zero() || described.as_deref().is_some_and(head::is_round_off) =>
        {
            totals.round_off = Some(amount);
        }
        Some(amount) if amount.is_sign_negative() => totals.discount -= amount,
        Some(amount) => totals.other_charges += amount,
    }
}

/// The discount of the whole bill: an amount, or a percentage of the lines.
fn document_discount(
    bill: &Fields,
    sum: Decimal,
    money: Money,
) -> Result<Option<Decimal>, Problem> {
    if bill.text("discount_type").as_deref() == Some("item_level") {
        return Ok(None);
    }
    if let Some(amount) = bill.amount("discount_amount")?.filter(|d| !d.is_zero()) {
        return Ok(Some(money.turned(amount) * money.sign));
    }
    let stated = bill.number("discount")?;
    let in_percent = bill
        .text("discount")
        .is_some_and(|text| text.ends_with('%'));
    Ok(if in_percent {
        stated.and_then(|rate| percent(sum, rate))
    } else {
        stated.map(|amount| money.turned(paise(amount)) * money.sign)
    })
}

/// Whether CGST and SGST are charged. Names of taxes say it, else source and destination of supply.
fn within_state(bill: &Fields, rows: &[Fields], draft: &Draft) -> Option<bool> {
    let names = bill.list("taxes").into_iter().chain(rows.iter().cloned());
    let mut heads = names.filter_map(|row| Head::of(&row.text("tax_name")?));
    if let Some(head) = heads.find(|head| !matches!(head, Head::Cess | Head::StateCess)) {
        return Some(head != Head::Igst);
    }
    if let Some("business_sez" | "overseas" | "sez") = bill.text("gst_treatment").as_deref() {
        return Some(false);
    }
    let source = draft.seller.state.clone();
    let source = source.or_else(|| states::of_gstin(draft.seller.gstin.as_deref()?));
    Some(source? == *draft.place_of_supply.as_ref()?)
}

/// The taxes of the whole bill. `None` where one has no head in its name.
fn tax_rows(bill: &Fields, money: Money) -> Result<Option<Heads>, Problem> {
    let mut heads = Heads::default();
    let rows = bill.list("taxes");
    for row in &rows {
        let Some(amount) = money.rupees(row.amount("tax_amount")?) else {
            return Ok(None);
        };
        let name = row.text("tax_name").unwrap_or_default();
        match Head::of(&name) {
            Some(head) => heads.add(head, amount),
            None => return Ok(None),
        }
    }
    Ok((!rows.is_empty()).then_some(heads))
}

fn line(row: &Fields, terms: &Terms) -> Result<Line, Problem> {
    // Under reverse charge the percentage stands in a member of its own.
    let rate = match row.number("tax_percentage")? {
        Some(rate) => Some(rate),
        None => row.number("reverse_charge_tax_percentage")?,
    };
    let exempt = row
        .text("tax_exemption_code")
        .or_else(|| row.text("tax_exemption_id"));
    let rate = rate.or_else(|| exempt.map(|_| Decimal::ZERO));
    let untaxed = |amount: Decimal, included: bool| match rate.filter(|_| included) {
        Some(rate) => before_tax(amount, rate),
        None => Some(amount),
    };
    let quantity = row.number("quantity")?;
    // A line is negative by its quantity, or by its price.
    let by_price = row.number("rate")?.is_some_and(|rate| rate < Decimal::ZERO);
    let quantity = match quantity {
        Some(quantity) if !by_price => Some((quantity * terms.money.sign).normalize()),
        other => other,
    };
    let unit_price = row
        .number("rate")?
        .and_then(|price| untaxed(price, terms.inclusive))
        .and_then(|price| terms.money.price(price));
    let taxable = row
        .amount("item_total")?
        .and_then(|value| untaxed(value, terms.inclusive_totals));
    let taxable = terms.money.rupees(taxable);
    let stated = row.number("discount")?.filter(|d| !d.is_zero());
    let charged = unit_price
        .zip(quantity)
        .and_then(|(price, quantity)| product(price, quantity));
    let (gross, discount) = match (stated, charged, taxable) {
        (None, charged, taxable) => (taxable.or(charged), Some(Decimal::ZERO)),
        (Some(_), Some(gross), Some(taxable)) => (Some(gross), Some(gross - taxable)),
        (Some(_), gross, _) => (gross, None),
    };
    Ok(Line {
        description: row
            .text("description")
            .map(|text| html::text(&text))
            .or_else(|| row.text("name")),
        is_service: row
            .text("product_type")
            .and_then(|kind| match kind.as_str() {
                "goods" => Some(false),
                "service" | "services" => Some(true),
                _ => None,
            }),
        hsn: row.text("hsn_or_sac"),
        quantity,
        unit: row.text("unit").map(|unit| units::code(&unit)),
        unit_price,
        gross,
        discount,
        taxable,
        rate,
        ..Line::default()
    })
}

/// The tax of a line: as `line_item_taxes` states it, else its percentage.
fn heads(row: &Fields, line: &mut Line, terms: &Terms) -> Result<Option<Heads>, Problem> {
    let mut stated = None;
    let mut gst = Decimal::ZERO;
    for tax in row.list("line_item_taxes") {
        let name = tax.text("tax_name").unwrap_or_default();
        let (Some(head), Some(amount)) = (
            Head::of(&name),
            terms.money.rupees(tax.amount("tax_amount")?),
        ) else {
            continue;
        };
        match head::rate(&name) {
            Some(rate) if head == Head::Cess => line.cess_rate = Some(rate),
            Some(rate) => gst += rate,
            None => {}
        }
        stated.get_or_insert_with(Heads::default).add(head, amount);
    }
    if let Some(heads) = stated {
        // The percentage of a line counts its cess in.
        if line.cess_rate.is_some() && !gst.is_zero() {
            line.rate = Some(gst);
        }
        return Ok(Some(heads));
    }
    if !terms.taxed {
        return Ok(Some(Heads::default()));
    }
    let (Some(taxable), Some(rate)) = (line.taxable, line.rate) else {
        return Ok(None);
    };
    if rate.is_zero() {
        return Ok(Some(Heads::default()));
    }
    Ok(terms
        .within_state
        .and_then(|within| Heads::of_rate(taxable, rate, within)))
}

fn supply_type(bill: &Fields, draft: &Draft) -> Option<&'static str> {
    let taxed = draft.totals.heads.map_or_else(
        || {
            draft
                .lines
                .iter()
                .any(|l| l.heads.is_some_and(|h| !h.sum().is_zero()))
        },
        |h| !h.sum().is_zero(),
    );
    match (bill.text("gst_treatment")?.as_str(), taxed) {
        ("business_sez" | "sez" | "business_sez_developer", true) => Some("SEZWP"),
        ("business_sez" | "sez" | "business_sez_developer", false) => Some("SEZWOP"),
        ("overseas", true) => Some("EXPWP"),
        ("overseas", false) => Some("EXPWOP"),
        ("deemed_export", _) => Some("DEXP"),
        _ => None,
    }
}
