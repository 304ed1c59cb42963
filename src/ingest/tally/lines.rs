//! The lines of a voucher: stock items, or ledgers where there is no stock, and what stands beside them.

use std::collections::BTreeMap;

use domain::Decimal;

use super::{
    Element, Row, Signs, is_reverse, named_rate, quantity, row,
    unnamed::{self, Beside, Due, Tax},
};
use crate::{
    draft::{Draft, Heads, Line},
    head::Head,
    number::{near, percent, product},
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

/// Amounts of the accounts that the stock is booked to, as booked: some exports have those among the ledgers, too.
fn accounts<'a>(inventory: &[Stock<'a>], signs: &Signs) -> BTreeMap<&'a str, Decimal> {
    let mut accounts = BTreeMap::new();
    for stock in inventory {
        for account in stock.entry.children("ACCOUNTINGALLOCATIONS.LIST") {
            if let Some(name) = account.text_of("LEDGERNAME") {
                *accounts.entry(name).or_default() += signs.value(account).unwrap_or_default();
            }
        }
    }
    accounts
}

/// Whether an entry's amount is that of the stock, whatever its name: the stock below it, or the stock booked to it.
fn holds_stock(entry: &Element, value: Decimal, accounts: &BTreeMap<&str, Decimal>) -> bool {
    let below = entry
        .children("INVENTORYALLOCATIONS.LIST")
        .any(|stock| stock.text_of("STOCKITEMNAME").is_some());
    let account = entry
        .text_of("LEDGERNAME")
        .and_then(|name| accounts.get(name));
    below || account.is_some_and(|booked| row(entry) == Row::Other || near(*booked, value))
}

/// Reads the lines and what stands beside them.
pub(super) fn read(
    inventory: &[Stock],
    ledgers: &[&Element],
    party: Option<&Element>,
    signs: &Signs,
    draft: &mut Draft,
) {
    let accounts = accounts(inventory, signs);
    let mut found = Tax::default();
    let mut round_off = Decimal::ZERO;
    let mut named: Vec<Decimal> = Vec::new();
    let mut beside: Vec<Beside> = Vec::new();
    for entry in ledgers {
        let value = signs.value(entry).unwrap_or_default();
        let is_party = party.is_some_and(|p| std::ptr::eq(p, *entry));
        // What the entry is comes before what its name says: "Purchase IGST 18%" over stock is that stock.
        if is_party || holds_stock(entry, value, &accounts) {
            continue;
        }
        match row(entry) {
            Row::Tax(head) => {
                let is_gst = matches!(head, Head::Igst | Head::Cgst | Head::Sgst);
                found.is_named |= is_gst;
                found.heads.add(head, value);
                if let Some(rate) = named_rate(entry).filter(|_| is_gst) {
                    named.push(if head == Head::Igst {
                        rate
                    } else {
                        rate * Decimal::TWO
                    });
                }
            }
            Row::RoundOff => round_off += value,
            Row::Withheld => draft.withheld -= value,
            Row::Other => beside.push((*entry, value)),
        }
    }
    let mut lines: Vec<(&Element, Line)> = inventory
        .iter()
        .map(|stock| (stock.entry, stock_line(stock.entry, signs)))
        .collect();
    // A service, freight that is taxed by itself: a ledger with a code or a rate is a line.
    let is_line = |(entry, value): &Beside| {
        !value.is_sign_negative() && (inventory.is_empty() || is_taxed(entry))
    };
    let of_ledgers = beside.iter().filter(|one| is_line(one));
    let of_ledgers = of_ledgers.map(|(entry, _)| *entry);
    let mut bought = lines.iter().map(|(entry, _)| *entry).chain(of_ledgers);
    draft.reverse_charge |= bought.any(is_reverse);
    found.due = due(&lines, &beside);
    let heads = unnamed::heads(&found, &mut beside, draft);
    for (entry, value) in beside {
        if is_line(&(entry, value)) {
            lines.push((entry, ledger_line(entry, value)));
        } else if !value.is_sign_negative() {
            draft.totals.other_charges += value;
        } else if party.is_some() {
            draft.totals.discount -= value;
        } else {
            // It may be the supplier's entry, and is no discount then.
            draft.totals.discount_is_open |= !value.is_zero();
        }
    }
    named.dedup();
    let named = match named.as_slice() {
        [rate] => Some(*rate),
        _ => None,
    };
    let single = lines.len() == 1;
    for (entry, line) in &mut lines {
        tax(entry, line, heads, named, single);
    }
    draft.totals.heads = heads;
    // The entries of a voucher balance, so no ledger for rounding is a rounding of nought.
    draft.totals.round_off = Some(round_off);
    draft.lines = lines.into_iter().map(|(_, line)| line).collect();
    open_cess(heads, &mut draft.lines);
}

/// What the lines come to, and the tax of those that state a rate.
fn due(stock: &[(&Element, Line)], beside: &[Beside]) -> Due {
    let stock = stock.iter().map(|(entry, line)| (*entry, line.taxable));
    let ledgers = beside.iter().filter(|(entry, _)| is_taxed(entry));
    let ledgers = ledgers.map(|(entry, value)| (*entry, Some(*value)));
    let mut due = Due::default();
    for (entry, value) in stock.chain(ledgers) {
        due.add(value.unwrap_or_default(), Rates::of(entry).full());
    }
    due
}

/// Cess that a ledger has and the lines' rates do not come to belongs to lines that say nothing of cess: how much of it
/// to which is not told, unless there is one line.
fn open_cess(charged: Option<Heads>, lines: &mut [Line]) {
    let of_line = |line: &Line| line.heads.unwrap_or_default();
    let cess = |line: &Line| of_line(line).cess + line.cess_fixed.unwrap_or_default();
    let of_lines: Decimal = lines.iter().map(cess).sum();
    let of_states: Decimal = lines.iter().map(|line| of_line(line).state_cess).sum();
    let is_told = charged.is_some_and(|charged| {
        near(of_lines, charged.cess) && of_lines.is_zero() == charged.cess.is_zero()
    });
    for line in lines {
        // Nought is what a line's master has by default, and says nothing against the ledger.
        let says = |rate: Decimal| !of_lines.is_zero() || !rate.is_zero();
        let is_silent = !line.cess_rate.is_some_and(says) && line.cess_fixed.is_none();
        line.cess_is_open = !is_told && is_silent;
        line.total_is_open = charged.is_some_and(|charged| charged.state_cess != of_states);
    }
}

pub(super) fn is_taxed(entry: &Element) -> bool {
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
fn tax(
    entry: &Element,
    line: &mut Line,
    totals: Option<Heads>,
    named: Option<Decimal>,
    single: bool,
) {
    let rates = Rates::of(entry);
    line.rate = rates.full().or(named);
    line.cess_rate = rates.cess;
    let Some(totals) = totals else {
        return;
    };
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
        let cess = rates
            .cess
            .filter(|c| !c.is_zero() && !totals.cess.is_zero());
        if let Some(cess) = cess {
            heads.cess = percent(value, cess)?;
        } else if single && line.cess_fixed.is_none() && !totals.cess.is_zero() {
            // Nought is what a line's master has by default.
            line.cess_rate = None;
            heads.cess = totals.cess;
        }
        if single {
            heads.state_cess = totals.state_cess;
        }
        Some(heads)
    });
}
