//! The lines of a voucher: stock items, or ledgers where there is no stock, and what stands beside them.

use std::collections::BTreeSet;

use domain::Decimal;

use super::{Element, Row, Signs, is_reverse, named_rate, quantity, row};
use crate::{
    draft::{Draft, Heads, Line},
    head::Head,
    number::{percent, product},
    units,
};

/// An inventory entry, and whether it hangs under a ledger entry that has its amount.
pub(super) struct Stock<'a> {
    pub(super) entry: &'a Element,
    pub(super) within_ledger: bool,
}

/// The stock of a voucher in any of the lists that Tally keeps it in.
pub(super) fn inventory<'a>(voucher: &'a Element, ledgers: &[&'a Element]) -> Vec<Stock<'a>> {
    let named = |entry: &&Element| entry.text_of("STOCKITEMNAME").is_some();
    for list in [
        "ALLINVENTORYENTRIES.LIST",
        "INVENTORYENTRIES.LIST",
        "INVENTORYENTRIESIN.LIST",
    ] {
        let found: Vec<_> = voucher
            .children(list)
            .filter(named)
            .map(|entry| Stock {
                entry,
                within_ledger: false,
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    let below = ledgers
        .iter()
        .flat_map(|l| l.children("INVENTORYALLOCATIONS.LIST"));
    below
        .filter(named)
        .map(|entry| Stock {
            entry,
            within_ledger: true,
        })
        .collect()
}

/// Rates of a line in percent, and cess by quantity in rupees for one.
#[derive(Default)]
struct Rates {
    igst: Option<Decimal>,
    cgst: Option<Decimal>,
    sgst: Option<Decimal>,
    cess: Option<Decimal>,
    cess_per_unit: Option<Decimal>,
}

impl Rates {
    fn of(entry: &Element) -> Self {
        let mut rates = Self::default();
        let own: Vec<_> = entry.children("RATEDETAILS.LIST").collect();
        let below = || {
            let accounts = entry.children("ACCOUNTINGALLOCATIONS.LIST");
            accounts
                .flat_map(|a| a.children("RATEDETAILS.LIST"))
                .collect()
        };
        let details: Vec<&Element> = if own.is_empty() { below() } else { own };
        for detail in details {
            let number = |name: &str| detail.text_of(name).and_then(quantity::rate).map(|r| r.0);
            let place = match detail.text_of("GSTRATEDUTYHEAD").and_then(Head::of) {
                Some(Head::Igst) => &mut rates.igst,
                Some(Head::Cgst) => &mut rates.cgst,
                Some(Head::Sgst) => &mut rates.sgst,
                Some(Head::Cess) => {
                    rates.cess_per_unit = number("GSTRATEPERUNIT").or(rates.cess_per_unit);
                    &mut rates.cess
                }
                _ => continue,
            };
            *place = number("GSTRATE").or(*place);
        }
        rates
    }

    fn full(&self) -> Option<Decimal> {
        let within = || Some(self.cgst? + self.sgst?);
        // A company that only ever buys within its State leaves the rate of IGST at nought.
        self.igst
            .filter(|r| !r.is_zero())
            .or_else(within)
            .or(self.igst)
    }
}

/// Reads the lines and what stands beside them.
pub(super) fn read(
    inventory: &[Stock],
    ledgers: &[&Element],
    party: Option<&Element>,
    signs: &Signs,
    draft: &mut Draft,
) {
    let mut lines: Vec<(&Element, Line)> = Vec::new();
    for stock in inventory {
        lines.push((stock.entry, stock_line(stock.entry, signs)));
    }
    let accounts: BTreeSet<&str> = inventory
        .iter()
        .flat_map(|stock| stock.entry.children("ACCOUNTINGALLOCATIONS.LIST"))
        .filter_map(|account| account.text_of("LEDGERNAME"))
        .collect();
    let mut heads = Heads::default();
    let mut round_off = Decimal::ZERO;
    let mut named: Vec<Decimal> = Vec::new();
    for entry in ledgers {
        if party.is_some_and(|p| std::ptr::eq(p, *entry)) {
            continue;
        }
        let value = signs.value(entry).unwrap_or_default();
        let holds_stock = entry.child("INVENTORYALLOCATIONS.LIST").is_some()
            || entry
                .text_of("LEDGERNAME")
                .is_some_and(|name| accounts.contains(name));
        match row(entry) {
            Row::Tax(head) => {
                heads.add(head, value);
                if let Some(rate) = named_rate(entry)
                    .filter(|_| matches!(head, Head::Igst | Head::Cgst | Head::Sgst))
                {
                    named.push(if head == Head::Igst {
                        rate
                    } else {
                        rate * Decimal::TWO
                    });
                }
            }
            Row::RoundOff => round_off += value,
            Row::Withheld => draft.withheld -= value,
            Row::Other if holds_stock && !inventory.is_empty() => {}
            // A service, freight that is taxed by itself: a ledger with a code or a rate is a line.
            Row::Other
                if !value.is_sign_negative() && (inventory.is_empty() || is_taxed(entry)) =>
            {
                lines.push((entry, ledger_line(entry, value)));
            }
            Row::Other if value.is_sign_negative() => draft.totals.discount -= value,
            Row::Other => draft.totals.other_charges += value,
        }
    }
    draft.reverse_charge |= lines.iter().any(|(entry, _)| is_reverse(entry));
    named.dedup();
    let named = match named.as_slice() {
        [rate] => Some(*rate),
        _ => None,
    };
    let single = lines.len() == 1;
    for (entry, line) in &mut lines {
        tax(entry, line, heads, named, single);
    }
    draft.totals.heads = Some(heads);
    // The entries of a voucher balance, so no ledger for rounding is a rounding of nought.
    draft.totals.round_off = Some(round_off);
    draft.lines = lines.into_iter().map(|(_, line)| line).collect();
}

fn is_taxed(entry: &Element) -> bool {
    hsn(entry).is_some() || Rates::of(entry).full().is_some_and(|rate| !rate.is_zero())
}

fn hsn(entry: &Element) -> Option<String> {
    entry
        .first_of(&["GSTHSNNAME", "GSTHSNCODE", "GSTHSNSACCODE", "HSNCODE"])
        .map(str::to_owned)
}

fn is_service(entry: &Element) -> Option<bool> {
    let kind = entry.first_of(&["GSTOVRDNTYPEOFSUPPLY", "GSTTYPEOFSUPPLY"])?;
    match kind.to_lowercase().as_str() {
        "goods" => Some(false),
        "services" | "service" => Some(true),
        _ => None,
    }
}

fn ledger_line(entry: &Element, value: Decimal) -> Line {
    Line {
        description: entry.text_of("LEDGERNAME").map(str::to_owned),
        is_service: is_service(entry),
        hsn: hsn(entry),
        gross: Some(value),
        discount: Some(Decimal::ZERO),
        taxable: Some(value),
        ..Line::default()
    }
}

fn stock_line(entry: &Element, signs: &Signs) -> Line {
    let rate = entry.text_of("RATE").and_then(quantity::rate);
    let billed = entry.first_of(&["BILLEDQTY", "ACTUALQTY"]);
    let billed = billed.and_then(|text| quantity::quantity(text, rate.and_then(|(_, unit)| unit)));
    let quantity = billed.map(|(quantity, _)| quantity.abs().normalize());
    let unit = billed
        .map(|(_, unit)| unit)
        .or_else(|| rate.and_then(|(_, unit)| unit));
    let unit_price = rate.map(|(price, _)| price);
    let booked = || {
        let accounts = entry.children("ACCOUNTINGALLOCATIONS.LIST");
        accounts
            .map(|account| signs.value(account))
            .sum::<Option<Decimal>>()
    };
    let taxable = signs.value(entry).or_else(booked);
    let off = entry
        .text_of("DISCOUNT")
        .and_then(quantity::amount)
        .filter(|d| !d.is_zero());
    let before = quantity.zip(unit_price).and_then(|(q, p)| product(q, p));
    let (gross, discount) = match (off, before, taxable) {
        (Some(_), Some(gross), Some(taxable)) => (Some(gross), Some(gross - taxable)),
        // Tally rounds the rate that it shows; the amount is what it charges.
        _ => (taxable, Some(Decimal::ZERO)),
    };
    let mut batches = entry
        .children("BATCHALLOCATIONS.LIST")
        .filter_map(|batch| batch.text_of("BATCHNAME"))
        .filter(|name| *name != "Primary Batch");
    let batch = batches.next().map(str::to_owned);
    Line {
        description: entry.text_of("STOCKITEMNAME").map(str::to_owned),
        is_service: is_service(entry),
        hsn: hsn(entry),
        quantity,
        unit: unit.filter(|u| !u.is_empty()).map(units::code),
        unit_price,
        gross,
        discount,
        taxable,
        // One member holds one batch: of several none is the line's.
        batch: batch.filter(|_| batches.next().is_none()),
        ..Line::default()
    }
}

/// Tax of a line: its rates on its value, under the heads that the voucher charges. Without rates a single line has all of
/// the tax, and the names of the ledgers may state the one rate that there is.
fn tax(entry: &Element, line: &mut Line, totals: Heads, named: Option<Decimal>, single: bool) {
    let rates = Rates::of(entry);
    line.rate = rates.full().or(named);
    line.cess_rate = rates.cess;
    let by_quantity = rates.cess_per_unit.filter(|_| !totals.cess.is_zero());
    line.cess_fixed = by_quantity
        .zip(line.quantity)
        .and_then(|(rupees, q)| product(rupees, q));
    if totals.sum().is_zero() {
        line.heads = Some(Heads::default());
        return;
    }
    if single && rates.full().is_none() {
        line.heads = Some(totals);
        return;
    }
    let within_state = !totals.cgst.is_zero() || !totals.sgst.is_zero();
    line.heads = line.taxable.zip(line.rate).and_then(|(value, rate)| {
        let mut heads = Heads::of_rate(value, rate, within_state)?;
        if let Some(cess) = rates.cess.filter(|_| !totals.cess.is_zero()) {
            heads.cess = percent(value, cess)?;
        }
        Some(heads)
    });
}
