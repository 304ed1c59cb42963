//! Odoo's vendor bills and refunds (`account.move`) as they are read back.
//!
//! A notice has ids only: no lines and no GSTIN. What is read here is the notice or the record together with what was
//! read back for it, under the names of Odoo's models: `res.partner`, `res.company`, `account.move.line`.

use std::collections::BTreeMap;

use domain::Decimal;
use serde_json::{Map, Value};

use crate::{
    Problem,
    draft::{Draft, Heads, Kind, Line, Party, Source},
    fields::Fields,
    head::{self, Head},
    html,
    number::{before_tax, near, paise, percent, product, quotient},
    states, units,
};

/// Models that are read back for a bill.
const MODELS: [&str; 4] = [
    "res.partner",
    "res.company",
    "account.move.line",
    "account.tax",
];

/// The notice with what was read back for it: one document for [`crate::read_value`].
pub fn with_read_back(notice: &Map<String, Value>, read_back: &Map<String, Value>) -> Value {
    let mut document = notice.clone();
    for (name, value) in read_back {
        if MODELS.contains(&name.as_str()) || name == "account.move" {
            document.insert(name.clone(), value.clone());
        }
    }
    Value::Object(document)
}

pub(crate) fn read(document: &Fields) -> Result<Draft, Problem> {
    let record = document.list("account.move").into_iter().next();
    let bill = record.unwrap_or_else(|| document.clone());
    let rows = document.list("account.move.line");
    if rows.is_empty() {
        return Err(Problem::at(
            document.at("account.move.line"),
            "absent: a notice of Odoo names ids only, read its lines, partner and company back by them",
        ));
    }
    if bill.text("state").as_deref() == Some("cancel") {
        let problem = "this bill is cancelled in Odoo";
        return Err(Problem::at(bill.at("state"), problem));
    }
    let kind = match bill.text("move_type").as_deref() {
        None | Some("in_invoice" | "in_receipt") => Kind::Invoice,
        Some("in_refund") => Kind::CreditNote,
        Some(other) => {
            return Err(Problem::at(
                bill.at("move_type"),
                format!("{other}; vendor bills (in_invoice) and refunds (in_refund) are read"),
            ));
        }
    };
    let partner = linked(document, "res.partner", bill.get("partner_id"));
    let company = linked(document, "res.company", bill.get("company_id"));
    let buyer = company.as_ref().map(party).unwrap_or_default();
    // Of a purchase Odoo takes the State of the company for the place of supply; a bare id names none.
    let place = bill
        .name("l10n_in_state_id")
        .and_then(|name| states::code(&name));
    let place = place.map(str::to_owned).or_else(|| {
        bill.get("l10n_in_state_id")?;
        let by_gstin = buyer.gstin.as_deref().and_then(states::of_gstin);
        by_gstin.or_else(|| buyer.state.clone())
    });
    let mut draft = Draft {
        source: Source {
            system: "Odoo",
            kind: Some("account.move".to_owned()),
            document: bill.text("name").or_else(|| bill.text("id")),
            revision: bill.text("write_date"),
        },
        kind,
        number: bill.text("ref"),
        date: bill.text("invoice_date"),
        seller: partner.as_ref().map(party).unwrap_or_default(),
        buyer,
        place_of_supply: place,
        account: bill.name("partner_bank_id").and_then(|name| account(&name)),
        ..Draft::default()
    };
    for order in bill
        .text("invoice_origin")
        .iter()
        .flat_map(|text| text.split(','))
    {
        if !order.trim().is_empty() {
            draft.orders.push((order.trim().to_owned(), None));
        }
    }
    let exchange = exchange(&bill, &mut draft)?;
    let taxes = taxes(document);
    for row in &rows {
        match row.text("display_type").as_deref() {
            None | Some("product") => {
                let line = line(row, &taxes, exchange, &mut draft.reverse_charge)?;
                draft.lines.push(line);
            }
            Some("rounding") => {
                draft.totals.round_off = row.first_amount(&["price_subtotal", "balance"])?;
            }
            // Sections, notes, and the entries that Odoo makes of the bill.
            Some(_) => {}
        }
    }
    draft.totals.taxable = product(bill.amount("amount_untaxed")?.unwrap_or_default(), exchange)
        .filter(|_| bill.has("amount_untaxed"));
    draft.totals.total = bill
        .amount("amount_total")?
        .and_then(|t| product(t, exchange));
    draft.supply_type = supply_type(&bill, &draft);
    Ok(draft)
}

/// The number of an account, which Odoo writes before the name of its bank: "50100123456789 - HDFC Bank".
fn account(name: &str) -> Option<String> {
    let number = name.split(" - ").next()?.trim();
    (!number.is_empty()).then(|| number.to_owned())
}

/// The record that a reference names; the only one, where there is no reference.
fn linked<'a>(document: &Fields<'a>, model: &str, reference: Option<&Value>) -> Option<Fields<'a>> {
    let records = document.list(model);
    let id = match reference {
        Some(Value::Array(pair)) => pair.first().map(ToString::to_string),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    match id {
        Some(id) => records
            .into_iter()
            .find(|r| r.text("id").as_ref() == Some(&id)),
        None => (records.len() == 1)
            .then(|| records.into_iter().next())
            .flatten(),
    }
}

fn party(record: &Fields) -> Party {
    let state = record.name("state_id").and_then(|name| states::code(&name));
    Party {
        gstin: record.text("vat"),
        name: record.text("name"),
        addresses: ["street", "street2"]
            .iter()
            .filter_map(|n| record.text(n))
            .collect(),
        place: record.text("city"),
        pin: record.text("zip"),
        state: state.map(str::to_owned),
    }
}

/// Rupees for one of the bill's currency: Odoo states the total in both.
fn exchange(bill: &Fields, draft: &mut Draft) -> Result<Decimal, Problem> {
    let Some(currency) = bill.name("currency_id").filter(|c| c != "INR") else {
        return Ok(Decimal::ONE);
    };
    let total = bill.amount("amount_total")?;
    let in_rupees = bill
        .amount("amount_total_signed")?
        .map(|amount| amount.abs());
    let rate = total
        .zip(in_rupees)
        .and_then(|(own, rupees)| quotient(rupees, own));
    draft.totals.total_foreign = total;
    let Some(rate) = rate.filter(|rate| !rate.is_zero()) else {
        return Err(Problem::at(
            bill.at("amount_total_signed"),
            format!("absent, and the amounts are in {currency}"),
        ));
    };
    draft.currency = Some(currency);
    Ok(rate)
}

/// Names of taxes by their ids, where they were read back.
fn taxes(document: &Fields) -> BTreeMap<String, String> {
    let taxes = document.list("account.tax");
    let named = taxes
        .iter()
        .filter_map(|tax| Some((tax.text("id")?, tax.text("name")?)));
    named.collect()
}

/// The names of a line's taxes: pairs, or ids.
fn tax_names(row: &Fields, taxes: &BTreeMap<String, String>) -> Vec<String> {
    let name = |tax: &Value| match tax {
        Value::Array(pair) => pair.get(1).and_then(Value::as_str).map(str::to_owned),
        Value::Object(tax) => tax.get("name").and_then(Value::as_str).map(str::to_owned),
        Value::Number(id) => taxes.get(&id.to_string()).cloned(),
        _ => None,
    };
    let list = row.get("tax_ids").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(name).collect()
}

fn line(
    row: &Fields,
    taxes: &BTreeMap<String, String>,
    exchange: Decimal,
    reverse_charge: &mut bool,
) -> Result<Line, Problem> {
    let names = tax_names(row, taxes);
    // "18% IGST (RC)", "18% GST RCM".
    *reverse_charge |= names.iter().any(|name| {
        let upper = name.to_uppercase();
        upper
            .split(|c: char| !c.is_alphabetic())
            .any(|w| matches!(w, "RC" | "RCM"))
            || upper.contains("REVERSE")
    });
    let gst = |name: &&String| !matches!(Head::of(name), Some(Head::Cess | Head::StateCess));
    let rates: Vec<Decimal> = names
        .iter()
        .filter(gst)
        .filter_map(|n| head::rate(n))
        .collect();
    let rate = (!rates.is_empty()).then(|| rates.iter().sum::<Decimal>());
    let quantity = row.number("quantity")?;
    let price = row.number("price_unit")?;
    let percent_off = row.number("discount")?.unwrap_or_default();
    let subtotal = row.amount("price_subtotal")?;
    let total = row.amount("price_total")?;
    // Prices may include the tax: then they come to the total and not to the subtotal.
    let left = (Decimal::ONE_HUNDRED - percent_off) / Decimal::ONE_HUNDRED;
    let charged = quantity
        .zip(price)
        .and_then(|(q, p)| product(q.checked_mul(left)?, p));
    let inclusive = charged
        .zip(subtotal.zip(total))
        .is_some_and(|(charged, (subtotal, total))| {
            subtotal != total && (charged - total).abs() < (charged - subtotal).abs()
        });
    let price = match rate.filter(|_| inclusive) {
        Some(rate) => price.and_then(|p| before_tax(p, rate)),
        None => price,
    };
    let in_rupees = |amount: Decimal| product(amount, exchange);
    let unit_price = price
        .and_then(|p| p.checked_mul(exchange))
        .map(|p| p.normalize());
    let taxable = subtotal.and_then(in_rupees);
    let gross = if percent_off.is_zero() {
        taxable
    } else {
        quantity.zip(unit_price).and_then(|(q, p)| product(q, p))
    };
    let tax = subtotal
        .zip(total)
        .map(|(subtotal, total)| total - subtotal);
    Ok(Line {
        description: row.text("name").map(|text| html::text(&text)),
        hsn: row.text("l10n_in_hsn_code"),
        quantity,
        unit: row.name("product_uom_id").map(|unit| unit_code(&unit)),
        unit_price,
        gross,
        discount: gross.zip(taxable).map(|(gross, taxable)| gross - taxable),
        taxable,
        rate,
        heads: tax
            .and_then(in_rupees)
            .and_then(|tax| heads(&names, tax, taxable, rate)),
        ..Line::default()
    })
}

/// "Units" is what Odoo counts in: numbers.
fn unit_code(unit: &str) -> String {
    if unit.eq_ignore_ascii_case("units") {
        "NOS".to_owned()
    } else {
        units::code(unit)
    }
}

/// The tax of a line by head: its amount is stated, the names of the taxes say the heads. `GST` alone is the group of
/// CGST and SGST.
fn heads(
    names: &[String],
    tax: Decimal,
    taxable: Option<Decimal>,
    rate: Option<Decimal>,
) -> Option<Heads> {
    let mut heads = Heads::default();
    if tax.is_zero() {
        return Some(heads);
    }
    let cess = names.iter().filter(|n| Head::of(n) == Some(Head::Cess));
    for name in cess {
        heads.cess += percent(taxable?, head::rate(name)?)?;
    }
    let gst = tax - heads.cess;
    let word = |word: &str| {
        names.iter().any(|name| {
            name.to_uppercase()
                .split(|c: char| !c.is_alphabetic())
                .any(|w| w == word)
        })
    };
    if names.iter().any(|n| Head::of(n) == Some(Head::Igst)) {
        heads.igst = gst;
    } else if word("GST") || word("CGST") || word("SGST") || word("UTGST") {
        // Both are the same; of an odd number of paise each is the half of the rate on its own.
        let half = |rate: Decimal| percent(taxable?, rate / Decimal::TWO);
        let by_rate = rate.and_then(half);
        let is_stated = |half: &Decimal| (*half * Decimal::TWO - gst).abs() <= Decimal::new(1, 2);
        heads.cgst = by_rate
            .filter(is_stated)
            .unwrap_or(paise(gst / Decimal::TWO));
        heads.sgst = heads.cgst;
    } else {
        return None;
    }
    Some(heads)
}

fn supply_type(bill: &Fields, draft: &Draft) -> Option<&'static str> {
    let (total, taxable) = (draft.totals.total?, draft.totals.taxable?);
    let taxed = !near(total, taxable);
    match (bill.text("l10n_in_gst_treatment")?.as_str(), taxed) {
        ("special_economic_zone", true) => Some("SEZWP"),
        ("special_economic_zone", false) => Some("SEZWOP"),
        ("overseas", true) => Some("EXPWP"),
        ("overseas", false) => Some("EXPWOP"),
        ("deemed_export", _) => Some("DEXP"),
        _ => None,
    }
}
