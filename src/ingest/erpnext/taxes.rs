//! Taxes and charges of a Purchase Invoice: the rows under the lines, and what each line has of them.

use std::collections::BTreeMap;

use domain::Decimal;
use serde_json::Value;

use super::{Fields, Head, Heads, Money, Problem, Row, is_charge, number, paise, percent};

/// The rows under the lines, summed by what they are.
#[derive(Default)]
pub(super) struct Taxes {
    /// `None` without any rows: then the lines say what is taxed.
    pub(super) heads: Option<Heads>,
    /// Freight, packing, insurance; below nought for a deduction.
    pub(super) charges: Decimal,
    pub(super) withheld: Decimal,
    /// Whether a row is of the tax that the buyer owes under reverse charge.
    pub(super) reverse: bool,
    /// Whether prices include the tax.
    pub(super) inclusive: bool,
    /// The rates that rows state for all lines: head and percent.
    rates: Vec<(Head, Decimal)>,
    /// Tax by `item_wise_tax_detail`, under the code of the item.
    details: BTreeMap<String, Vec<Detail>>,
}

struct Detail {
    head: Head,
    rate: Decimal,
    amount: Decimal,
}

/// What India Compliance says that a row is.
fn stated(row: &Fields) -> Option<Head> {
    let kind = row.text("gst_tax_type")?.to_lowercase();
    match kind.trim_end_matches("_rcm") {
        "igst" => Some(Head::Igst),
        "cgst" => Some(Head::Cgst),
        "sgst" | "utgst" => Some(Head::Sgst),
        "cess" | "cess_non_advol" => Some(Head::Cess),
        _ => None,
    }
}

/// Whether a row is a percentage of others, and no amount of its own.
fn is_percentage(row: &Fields) -> bool {
    let kind = row.text("charge_type");
    kind.is_some_and(|kind| kind == "On Net Total" || kind.starts_with("On Previous Row"))
}

/// What a row is: India Compliance says it, else the account's name and the description do. `others_are_stated` where it
/// says so of other rows: one of freight that it says nothing of is no tax, whatever else stands in its name.
fn kind(row: &Fields, others_are_stated: bool) -> Row {
    if row.flag("is_tax_withholding_account") == Some(true) {
        return Row::Withheld;
    }
    if let Some(head) = stated(row) {
        return Row::Tax(head);
    }
    for text in ["account_head", "description"].map(|name| row.text(name)) {
        let text = text.unwrap_or_default();
        match (Row::of(&text), Head::of(&text)) {
            (Row::Other, None) => {}
            (Row::Other, Some(head)) if is_percentage(row) => return Row::Tax(head),
            (Row::Tax(_), _) if others_are_stated && !is_percentage(row) && is_charge(&text) => {
                return Row::Other;
            }
            (found, _) => return found,
        }
    }
    Row::Other
}

impl Taxes {
    pub(super) fn read(doc: &Fields, money: &Money) -> Result<Self, Problem> {
        let mut taxes = Self::default();
        let rows = doc.list("taxes");
        let are_stated = rows.iter().any(|row| stated(row).is_some());
        for row in rows {
            taxes.heads.get_or_insert_default();
            // "Valuation" raises the value of stock and is not on the bill.
            if row.text("category").as_deref() == Some("Valuation") {
                continue;
            }
            taxes.inclusive |= row.flag("included_in_print_rate") == Some(true);
            let kind_stated = row.text("gst_tax_type");
            taxes.reverse |= kind_stated.is_some_and(|kind| kind.ends_with("_rcm"));
            let deducted = row.text("add_deduct_tax").as_deref() == Some("Deduct");
            let sign = if deducted {
                Decimal::NEGATIVE_ONE
            } else {
                Decimal::ONE
            };
            let amount = row_amount(&row, money)?.unwrap_or_default() * sign;
            match kind(&row, are_stated) {
                Row::Tax(head) => {
                    taxes.heads.get_or_insert_default().add(head, amount);
                    if !deducted {
                        taxes.rate(&row, head)?;
                        taxes.detail(&row, head, money);
                    }
                }
                Row::Withheld => taxes.withheld -= amount,
                Row::RoundOff | Row::Other => taxes.charges += amount,
            }
        }
        Ok(taxes)
    }

    fn rate(&mut self, row: &Fields, head: Head) -> Result<(), Problem> {
        let general = row
            .text("charge_type")
            .is_some_and(|t| matches!(t.as_str(), "On Net Total" | "On Previous Row Total"));
        if let Some(rate) = row.number("rate")?.filter(|r| general && !r.is_zero()) {
            self.rates.push((head, rate));
        }
        Ok(())
    }

    /// `item_wise_tax_detail` is JSON in a text: `{"ITEM": [rate, amount]}`, or `{"ITEM": {"tax_rate", "tax_amount"}}`.
    fn detail(&mut self, row: &Fields, head: Head, money: &Money) {
        let parsed = match row.get("item_wise_tax_detail") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(value) => value.clone(),
            None => return,
        };
        let read = |value: Option<&Value>| match value? {
            Value::Number(digits) => number(&digits.to_string()).ok(),
            Value::String(text) => number(text).ok(),
            _ => None,
        };
        for (item, entry) in parsed.as_object().into_iter().flatten() {
            let pair = match entry {
                Value::Array(pair) => (read(pair.first()), read(pair.get(1))),
                Value::Object(pair) => (read(pair.get("tax_rate")), read(pair.get("tax_amount"))),
                _ => (None, None),
            };
            if let (Some(rate), Some(amount)) = pair {
                self.details.entry(item.clone()).or_default().push(Detail {
                    head,
                    rate,
                    amount: paise(amount * money.sign),
                });
            }
        }
    }

    fn details_of(&self, row: &Fields) -> &[Detail] {
        let key = row.text("item_code").or_else(|| row.text("item_name"));
        let details = key.and_then(|key| self.details.get(&key));
        details.map_or(&[], Vec::as_slice)
    }
}

/// The tax of a row after the discount of the document; `tax_amount` is before it.
fn row_amount(row: &Fields, money: &Money) -> Result<Option<Decimal>, Problem> {
    let after = money.amount(row, "tax_amount_after_discount_amount")?;
    match after.filter(|amount| !amount.is_zero()) {
        Some(after) => Ok(Some(after)),
        None => money.amount(row, "tax_amount"),
    }
}

fn is_gst(head: Head) -> bool {
    matches!(head, Head::Igst | Head::Cgst | Head::Sgst)
}

/// The full rate of a line: its own, that of its tax template, that of its item in the rows, or the rows' for all.
pub(super) fn line_rate(row: &Fields, taxes: &Taxes) -> Result<Option<Decimal>, Problem> {
    let mut own = None;
    for name in ["igst_rate", "cgst_rate", "sgst_rate"] {
        if let Some(rate) = row.number(name)? {
            own = Some(own.unwrap_or(Decimal::ZERO) + rate);
        }
    }
    if own.is_some() {
        return Ok(own);
    }
    if let Some(rate) = template_rate(row) {
        return Ok(Some(rate));
    }
    let details = taxes.details_of(row);
    let gst = |sum: Option<Decimal>, rate: Decimal| Some(sum.unwrap_or_default() + rate);
    let by_item = details
        .iter()
        .filter(|detail| is_gst(detail.head))
        .fold(None, |sum, detail| gst(sum, detail.rate));
    let for_all = || {
        let rates = taxes.rates.iter().filter(|(head, _)| is_gst(*head));
        let mut heads = Vec::new();
        rates
            .filter(|(head, _)| {
                // The same head twice means that each row is for other lines.
                let new = !heads.contains(head);
                heads.push(*head);
                new
            })
            .fold(None, |sum, (_, rate)| gst(sum, *rate))
    };
    Ok(by_item.or_else(for_all))
}

/// `item_tax_rate` is JSON in a text: account to percent. Accounts of both kinds of supply may stand in it.
fn template_rate(row: &Fields) -> Option<Decimal> {
    let parsed: Value = serde_json::from_str(&row.text("item_tax_rate")?).ok()?;
    let (mut across, mut within) = (None, None);
    for (account, rate) in parsed.as_object()? {
        let rate = number(&rate.to_string()).ok()?;
        match Head::of(account) {
            Some(Head::Igst) => across = Some(rate),
            Some(Head::Cgst | Head::Sgst) => {
                within = Some(within.unwrap_or(Decimal::ZERO) + rate);
            }
            _ => {}
        }
    }
    across.or(within)
}

/// Tax of a line by head: as the line states it, as the rows state it for its item, or its rate on its value.
pub(super) fn line_heads(
    row: &Fields,
    money: &Money,
    taxes: &Taxes,
    taxable: Option<Decimal>,
    rate: Option<Decimal>,
) -> Result<Option<Heads>, Problem> {
    let stated = [
        ("igst_amount", Head::Igst),
        ("cgst_amount", Head::Cgst),
        ("sgst_amount", Head::Sgst),
        ("cess_amount", Head::Cess),
    ];
    let mut found = None;
    for (name, head) in stated {
        if let Some(amount) = row.amount(name)? {
            found
                .get_or_insert_with(Heads::default)
                .add(head, amount * money.sign);
        }
    }
    if found.is_some() {
        return Ok(found);
    }
    let details = taxes.details_of(row);
    // Two lines of one item share one entry, so the entry's amount is neither's.
    if let [first, ..] = details
        && taxable.is_some_and(|value| percent(value, first.rate) == Some(first.amount))
    {
        let mut heads = Heads::default();
        for detail in details {
            heads.add(detail.head, detail.amount);
        }
        return Ok(Some(heads));
    }
    let Some(totals) = taxes.heads else {
        return Ok(None);
    };
    if totals.sum().is_zero() {
        return Ok(Some(Heads::default()));
    }
    let within_state = !totals.cgst.is_zero() || !totals.sgst.is_zero();
    let single = within_state == totals.igst.is_zero() && totals.cess.is_zero();
    Ok(taxable
        .zip(rate)
        .filter(|_| single)
        .and_then(|(value, rate)| Heads::of_rate(value, rate, within_state)))
}
