//! QuickBooks Online's Bill and VendorCredit, as they are fetched after a notice that names them.
//!
//! There is no GSTIN, no HSN and no State in them, and no tax by line: those are absent.

use domain::Decimal;

use crate::{
    Problem,
    draft::{Draft, Heads, Kind, Line, Party, Source},
    fields::Fields,
    head::Head,
    number::{before_tax, paise, product},
};

pub(crate) fn read(document: &Fields) -> Result<Draft, Problem> {
    let credit = document.object("VendorCredit");
    let is_credit = credit.is_some();
    let bill = credit
        .or_else(|| document.object("Bill"))
        .unwrap_or_else(|| document.clone());
    let currency = bill
        .object("CurrencyRef")
        .and_then(|c| c.text("value"))
        .filter(|c| c != "INR");
    let exchange = match &currency {
        None => Decimal::ONE,
        Some(code) => bill
            .number("ExchangeRate")?
            .filter(|r| !r.is_zero())
            .ok_or_else(|| {
                Problem::at(
                    bill.at("ExchangeRate"),
                    format!("absent, and the amounts are in {code}"),
                )
            })?,
    };
    let mut draft = Draft {
        source: Source {
            system: "QuickBooks Online",
            kind: Some(if is_credit { "VendorCredit" } else { "Bill" }.to_owned()),
            document: bill.text("Id"),
            revision: bill.text("SyncToken"),
        },
        kind: if is_credit {
            Kind::CreditNote
        } else {
            Kind::Invoice
        },
        number: bill.text("DocNumber"),
        date: bill.text("TxnDate"),
        seller: Party {
            name: bill.name("VendorRef"),
            ..Party::default()
        },
        orders: bill
            .text("PrivateNote")
            .map(|note| orders(&note))
            .unwrap_or_default(),
        ..Draft::default()
    };
    let total = bill.amount("TotalAmt")?;
    draft.totals.total = total.and_then(|t| product(t, exchange));
    if currency.is_some() {
        draft.totals.total_foreign = total;
    }
    draft.currency = currency;
    let inclusive = bill.text("GlobalTaxCalculation").as_deref() == Some("TaxInclusive");
    for row in bill.list("Line") {
        if let Some(line) = line(&row, exchange, inclusive)? {
            draft.lines.push(line);
        }
    }
    draft.totals.heads = heads(&bill, exchange)?;
    Ok(draft)
}

/// Orders are written into the memo by habit: words that begin with PO and hold a number.
fn orders(note: &str) -> Vec<(String, Option<String>)> {
    note.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '#' | ':' | '(' | ')'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| {
            let begins = word
                .get(..2)
                .is_some_and(|two| two.eq_ignore_ascii_case("po"));
            begins && word.bytes().any(|b| b.is_ascii_digit())
        })
        .map(|word| (word.to_owned(), None))
        .collect()
}

fn line(row: &Fields, exchange: Decimal, inclusive: bool) -> Result<Option<Line>, Problem> {
    let item = row.object("ItemBasedExpenseLineDetail");
    let detail = item.or_else(|| row.object("AccountBasedExpenseLineDetail"));
    let Some(detail) = detail else {
        // Subtotals and descriptions.
        return Ok(None);
    };
    let in_rupees = |amount: Decimal| product(amount, exchange);
    let stated = row.amount("Amount")?;
    let excluded = detail.amount("TaxInclusiveAmt")?;
    let rate = detail
        .object("TaxCodeRef")
        .and_then(|t| crate::head::rate(&t.text("name")?));
    let taxable = match (inclusive, excluded, rate) {
        // `Amount` is without the tax wherever the amount with it stands beside.
        (false, _, _) | (true, Some(_), _) => stated,
        (true, None, Some(rate)) => stated.and_then(|a| before_tax(a, rate)).map(paise),
        (true, None, None) => None,
    };
    let taxable = taxable.and_then(in_rupees);
    let price = detail.number("UnitPrice")?.filter(|_| !inclusive);
    Ok(Some(Line {
        // The description is free text that often repeats code and HSN; the item's name is the item's.
        description: detail.name("ItemRef").or_else(|| row.text("Description")),
        quantity: detail.number("Qty")?,
        unit_price: price
            .and_then(|p| p.checked_mul(exchange))
            .map(|p| p.normalize()),
        gross: taxable,
        discount: Some(Decimal::ZERO),
        taxable,
        ..Line::default()
    }))
}

/// Tax of the bill by head. Rates are named by ids as a rule; then arithmetic tells: CGST never comes without an SGST
/// of the same amount on the same value, so rows alike in pairs are those, and a row alone is IGST.
fn heads(bill: &Fields, exchange: Decimal) -> Result<Option<Heads>, Problem> {
    let Some(detail) = bill.object("TxnTaxDetail") else {
        return Ok(None);
    };
    let mut heads = Heads::default();
    let mut unnamed: Vec<(Decimal, Option<Decimal>)> = Vec::new();
    for row in detail.list("TaxLine") {
        let amount = row.amount("Amount")?.and_then(|a| product(a, exchange));
        let amount = amount.unwrap_or_default();
        let line = row.object("TaxLineDetail");
        let named = line.as_ref().and_then(|l| Head::of(&l.name("TaxRateRef")?));
        match (named, &line) {
            (Some(head), _) => heads.add(head, amount),
            (None, Some(line)) => unnamed.push((amount, line.amount("NetAmountTaxable")?)),
            (None, None) => unnamed.push((amount, None)),
        }
    }
    unnamed.sort_unstable();
    while let Some(row) = unnamed.pop() {
        if unnamed.pop_if(|other| *other == row).is_some() {
            heads.cgst += row.0;
            heads.sgst += row.0;
        } else {
            heads.igst += row.0;
        }
    }
    Ok(Some(heads))
}
