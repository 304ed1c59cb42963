//! DOC-MANDATORY: the particulars of a tax invoice are there; every missing one is named.

use domain::{
    Cite, Finding, Invoice, Item, Outcome,
    evidence::value_at,
    invoice::{DocumentType, is_charged},
};

use crate::{Context, Mend, Severity, Spec, listing::is_line_number};

mod complete;

pub(crate) const SPEC: Spec = Spec {
    id: "DOC-MANDATORY",
    severity: Severity::Hold,
    required: true,
    title: "every mandatory particular is there",
    law: "CGST Rules 2017 rule 46 (tax invoice), rule 49 (bill of supply), rule 53 (credit and debit notes)",
    remedy: "The supplier issues the invoice again with the missing particulars.",
    needs: &[],
    run,
    mend: Mend::By(complete::mend),
};

/// Lines that are named for one particular; the rest are counted.
const LINES_NAMED: usize = 5;

/// A particular of the whole document: what it is called, where it belongs, whether it is there.
fn document_particulars(invoice: &Invoice) -> Vec<(&'static str, &'static str, bool)> {
    let (supplier, buyer) = (&invoice.supplier, &invoice.buyer);
    let mut list = vec![
        (
            "the supplier's name",
            "/SellerDtls/LglNm",
            supplier.legal_name.is_some(),
        ),
        (
            "the supplier's address",
            "/SellerDtls/Addr1",
            supplier.address.is_some(),
        ),
        (
            "the supplier's GSTIN",
            "/SellerDtls/Gstin",
            supplier.gstin.is_some(),
        ),
        (
            "the invoice number",
            "/DocDtls/No",
            invoice.number.is_some(),
        ),
        (
            "the invoice date",
            "/DocDtls/Dt",
            invoice.date_text.is_some(),
        ),
        (
            "the recipient's name",
            "/BuyerDtls/LglNm",
            buyer.legal_name.is_some(),
        ),
        (
            "the recipient's address",
            "/BuyerDtls/Addr1",
            buyer.address.is_some(),
        ),
        (
            "the place of supply",
            "/BuyerDtls/Pos",
            invoice.place_of_supply.is_some(),
        ),
        (
            "the taxable value",
            "/ValDtls/AssVal",
            invoice.totals.taxable.is_some(),
        ),
        (
            "the total value",
            "/ValDtls/TotInvVal",
            invoice.totals.total.is_some(),
        ),
        ("the lines", "/ItemList", !invoice.items.is_empty()),
    ];
    // A recipient abroad is registered nowhere in India.
    if !invoice.supply_type.is_export() {
        list.insert(
            6,
            (
                "the recipient's GSTIN",
                "/BuyerDtls/Gstin",
                buyer.gstin.is_some(),
            ),
        );
    }
    list
}

/// Whether the amount of some head of tax is not written where the line charges tax: none at all beside a rate, or
/// one half without the other.
fn lacks_tax_amount(invoice: &Invoice, item: &Item) -> bool {
    if invoice.reverse_charge || invoice.supply_type.is_without_payment() {
        return false;
    }
    let none = item.igst.is_none() && item.cgst.is_none() && item.sgst.is_none();
    let half = (is_charged(item.cgst) && item.sgst.is_none())
        || (is_charged(item.sgst) && item.cgst.is_none());
    half || (none && is_charged(item.rate) && is_charged(item.taxable))
}

/// Particulars of a line, by whether they are missing.
fn line_particulars(invoice: &Invoice, item: &Item) -> [(&'static str, bool); 7] {
    let service = item.is_of_service();
    // Rule 53 asks neither quantity nor description of a credit or debit note.
    let (goods, described) = (!service && !invoice.is_note(), !invoice.is_note());
    let taxed = [item.igst, item.cgst, item.sgst]
        .into_iter()
        .any(is_charged);
    [
        ("the HSN or SAC", item.hsn.is_none()),
        ("the description", described && item.description.is_none()),
        ("the quantity", goods && item.quantity.is_none()),
        ("the unit", goods && item.unit.is_none()),
        ("the taxable value", item.taxable.is_none()),
        ("the rate of tax", taxed && item.rate.is_none()),
        ("the amount of tax", lacks_tax_amount(invoice, item)),
    ]
}

fn line_name(invoice: &Invoice, index: usize) -> (String, Option<Cite>) {
    let serial = invoice.items.get(index).and_then(|i| i.serial.as_deref());
    match serial.filter(|s| is_line_number(s)) {
        Some(serial) => (serial.to_owned(), Some(invoice.cite_line(index, "SlNo"))),
        None => ((index + 1).to_string(), None),
    }
}

fn run(context: &Context) -> Outcome {
    let invoice = &context.facts.invoice;
    let mut finding = Finding::default();
    let mut missing = Vec::new();
    for (name, pointer, there) in document_particulars(invoice) {
        if !there {
            missing.push(name.to_owned());
            finding = with(finding, invoice.cite(pointer));
        }
    }
    // One entry a particular, with the lines that lack it.
    let mut by_name: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, item) in invoice.items.iter().enumerate() {
        for (name, _) in line_particulars(invoice, item)
            .into_iter()
            .filter(|(_, lacks)| *lacks)
        {
            match by_name.iter_mut().find(|(known, _)| *known == name) {
                Some((_, lines)) => lines.push(index),
                None => by_name.push((name, vec![index])),
            }
        }
    }
    for (name, lines) in by_name {
        let (text, noted) = on_lines(invoice, name, &lines, finding);
        finding = noted;
        missing.push(text);
    }
    let stated = value_at(&invoice.raw, "/DocDtls/Typ").is_some_and(|kind| !kind.is_null());
    if missing.is_empty() && stated && invoice.document_type == DocumentType::Unknown {
        return Outcome::Unverified(
            Finding::new(
                "the document's type is none of INV, CRN and DBN, so what it must hold is not known",
            )
            .cite(invoice.cite("/DocDtls/Typ")),
        );
    }
    if missing.is_empty() {
        "every particular of a tax invoice is there: parties, number, date, lines, values"
            .clone_into(&mut finding.message);
        for pointer in [
            "/SellerDtls/Gstin",
            "/DocDtls/No",
            "/DocDtls/Dt",
            "/BuyerDtls/Gstin",
            "/ValDtls/TotInvVal",
        ] {
            finding = with(finding, invoice.cite(pointer));
        }
        return Outcome::Pass(finding);
    }
    finding.message = format!("missing: {}", missing.join(", "));
    Outcome::Fail(finding)
}

/// `the unit of lines 1, 3`, with what it rests on.
fn on_lines(
    invoice: &Invoice,
    name: &str,
    lines: &[usize],
    mut finding: Finding,
) -> (String, Finding) {
    let mut numbers = Vec::new();
    for index in lines.iter().take(LINES_NAMED) {
        let (number, cite) = line_name(invoice, *index);
        finding = match cite {
            Some(cite) => with(finding, cite),
            None => with(finding, invoice.cite(&format!("/ItemList/{index}"))).rule(number.clone()),
        };
        numbers.push(number);
    }
    let mut text = format!(
        "{name} of line{} {}",
        if lines.len() > 1 { "s" } else { "" },
        numbers.join(", ")
    );
    let left = lines.len().saturating_sub(LINES_NAMED);
    if left > 0 {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        if write!(text, " and {left} more").is_ok() {
            finding = finding.rule(left.to_string());
        }
    }
    (text, finding)
}

fn with(finding: Finding, cite: Cite) -> Finding {
    if finding.cites.contains(&cite) {
        finding
    } else {
        finding.cite(cite)
    }
}

#[cfg(test)]
mod tests;
