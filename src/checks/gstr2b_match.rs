//! GSTR2B-MATCH: the buyer's auto-drafted statement lists the document with the same amounts.

use domain::{
    Change, DocNumber, Finding, Invoice, Need, Outcome, TaxPeriod, Who,
    civil::{FinancialYear, readable},
    invoice::DocumentType,
    money::to_json,
    portal::{Statement, StatementDocument},
};
use serde_json::{Value, json};

use self::amounts::{HEADS, ITEM_MEMBERS, Stated, listed, stated};
use crate::{Context, Mend, Severity, Spec, einv_required::is_nil_throughout};

mod amounts;

pub(crate) const SPEC: Spec = Spec {
    id: "GSTR2B-MATCH",
    severity: Severity::Hold,
    required: true,
    title: "the buyer's statement lists the document",
    law: "CGST Act 2017 s.16(2)(aa) (from 1-1-2022), s.38; CGST Rules 2017 rule 60(7), rule 36(4)",
    remedy: "The supplier reports the document, or amends it, in its next GSTR-1; until then the credit waits.",
    needs: &[Need::Statement, Need::Taxpayer],
    run,
    mend: Mend::By(mend),
};

/// How the statement is written in messages.
const FORM: &str = "GSTR-2B";

/// `Oct 2026`.
fn written(period: TaxPeriod) -> String {
    period.day(1).strftime("%b %Y").to_string()
}

/// Whether a listed document can be this kind of document: notes stand in `cdnr` and `cdnra`, as `C` or `D`.
fn is_of_kind(document: &StatementDocument, kind: DocumentType) -> bool {
    let is_note = document.section.to_ascii_lowercase().starts_with("cdn");
    let note_is = |letter: &str| {
        is_note
            && document
                .note_kind
                .as_deref()
                .is_none_or(|k| k.eq_ignore_ascii_case(letter))
    };
    match kind {
        DocumentType::Invoice => !is_note,
        DocumentType::CreditNote => note_is("C"),
        DocumentType::DebitNote => note_is("D"),
        DocumentType::Unknown => true,
    }
}

/// What a kind of document is called, and the sections it stands in.
fn named(kind: DocumentType) -> (&'static str, &'static str) {
    match kind {
        DocumentType::CreditNote => ("credit note", "cdnr"),
        DocumentType::DebitNote => ("debit note", "cdnr"),
        DocumentType::Invoice | DocumentType::Unknown => ("invoice", "b2b"),
    }
}

/// Whether a listed document bears this number, or amends one that did, in the same financial year: series begin anew
/// each year.
fn is_numbered(document: &StatementDocument, number: &str, year: FinancialYear) -> bool {
    let folded = DocNumber::fold(number);
    let fits = |listed: &str| DocNumber::fold(listed) == folded;
    document
        .date
        .is_none_or(|date| FinancialYear::of(date) == year)
        && (fits(&document.number) || document.original_number.as_deref().is_some_and(fits))
}

/// The listed documents that count: an amendment takes the place of what it amends, the latest of all.
fn counting<'a>(
    statement: &'a Statement,
    invoice: &Invoice,
    number: &str,
    year: FinancialYear,
) -> Vec<&'a StatementDocument> {
    let all: Vec<&StatementDocument> = statement
        .documents
        .iter()
        .filter(|d| is_numbered(d, number, year) && is_of_kind(d, invoice.document_type))
        .collect();
    let amends = |d: &&StatementDocument| {
        d.original_number.is_some() || d.section.to_ascii_lowercase().ends_with('a')
    };
    match all.iter().copied().filter(amends).max_by_key(|d| d.period) {
        Some(amendment) => vec![amendment],
        None => all,
    }
}

/// A head with what the invoice states and what the statement lists.
type Difference = (&'static str, Stated, Stated);

/// Under reverse charge the statement shows the tax that the buyer owes and the invoice none, so that only the taxable
/// value is compared.
fn differences(context: &Context, document: &StatementDocument) -> Vec<Difference> {
    let invoice = &context.facts.invoice;
    let tolerance = context.policy.tolerance.document;
    let heads = if invoice.reverse_charge {
        1
    } else {
        HEADS.len()
    };
    HEADS
        .iter()
        .zip(stated(invoice))
        .zip(listed(context, document))
        .take(heads)
        .filter_map(|(((head, _), [total, lines]), listed)| {
            // Notes are written negative by some: the section says which way they go.
            let near =
                |stated: &Stated| (stated.value.abs() - listed.value.abs()).abs() <= tolerance;
            (!near(&total) && !near(&lines)).then_some((*head, total, listed))
        })
        .collect()
}

fn run(context: &Context) -> Outcome {
    evaluate(context).unwrap_or_else(|open| open)
}

/// Supplies that no supplier reports invoice by invoice, so that no statement can list them.
fn unreported(context: &Context) -> Option<&'static str> {
    let invoice = &context.facts.invoice;
    if invoice.supply_type.is_export() {
        Some("an export stands in no buyer's statement")
    } else if context
        .facts
        .taxpayer
        .found()
        .is_some_and(domain::portal::Taxpayer::is_composition)
    {
        Some("a composition taxpayer reports no invoices, so that the statement cannot list them")
    } else if is_nil_throughout(invoice) {
        Some("nothing on the document is taxable: such supplies are reported in sum")
    } else {
        None
    }
}

fn evaluate(context: &Context) -> Result<Outcome, Outcome> {
    let facts = context.facts;
    let invoice = &facts.invoice;
    if let Some(why) = unreported(context) {
        return Err(Outcome::not_applicable(why));
    }
    let (Some(date), Some(number)) = (invoice.date, invoice.number.as_deref()) else {
        return Err(Outcome::unverified(
            "without number and readable date the document cannot be looked up",
        ));
    };
    let period = TaxPeriod::of(date);
    let month = written(period);
    let due = period.next().day(14);
    if facts.as_of < due {
        return Err(Outcome::NotApplicable(
            Finding::new(format!(
                "the buyer's {FORM} for {month} is due on {}",
                readable(due)
            ))
            .cite(invoice.cite("/DocDtls/Dt"))
            .rule(FORM)
            .rule(month)
            .rule(readable(due)),
        ));
    }
    let unread = || {
        Outcome::Unverified(
            Finding::new(format!("there is no {FORM} of the buyer for {month}"))
                .cite(invoice.cite("/DocDtls/Dt"))
                .rule(FORM)
                .rule(month.as_str()),
        )
    };
    let statement = facts.statement.settled()?.ok_or_else(unread)?;
    let (name, section) = named(invoice.document_type);
    let documents = counting(statement, invoice, number, FinancialYear::of(date));
    let compared: Vec<(&StatementDocument, Vec<Difference>)> = documents
        .into_iter()
        .map(|d| (d, differences(context, d)))
        .collect();
    let finding = |message: String| {
        Finding::new(message)
            .cite(invoice.cite("/DocDtls/No"))
            .rule(FORM)
            .rule(section)
    };
    if let Some((document, _)) = compared
        .iter()
        .find(|(_, differences)| differences.is_empty())
    {
        let listed_in = written(document.period);
        return Ok(Outcome::Pass(
            finding(format!(
                "the buyer's {FORM} for {listed_in} lists {name} {number} with the same amounts"
            ))
            .cites(
                facts
                    .statement
                    .cite(format!("{}/document", document.pointer)),
            )
            .rule(listed_in),
        ));
    }
    if let Some((document, differences)) = compared.into_iter().next() {
        return Ok(Outcome::Fail(difference(
            &finding,
            context,
            document,
            &differences,
        )));
    }
    if !statement.periods.contains(&period) {
        return Err(unread());
    }
    let until = statement.periods.iter().max().copied().unwrap_or(period);
    let span = if until == period {
        month
    } else {
        format!("{month} to {}", written(until))
    };
    let other_kind = statement
        .documents
        .iter()
        .find(|d| is_numbered(d, number, FinancialYear::of(date)))
        .and_then(|d| facts.statement.cite(format!("{}/section", d.pointer)));
    let beside = if other_kind.is_some() {
        "; the number stands there as another kind of document"
    } else {
        ""
    };
    Ok(Outcome::Fail(
        finding(format!(
            "the buyer's {FORM} for {span} does not list {name} {number} in {section}{beside}"
        ))
        .cites(facts.statement.cite("/periods"))
        .cites(other_kind)
        .rule(span),
    ))
}

fn difference(
    finding: &dyn Fn(String) -> Finding,
    context: &Context,
    document: &StatementDocument,
    differences: &[Difference],
) -> Finding {
    let listed_in = written(document.period);
    let words: Vec<String> = differences
        .iter()
        .map(|(head, stated, listed)| {
            format!(
                "{head} {} there, {} on the document",
                listed.shown(),
                stated.shown()
            )
        })
        .collect();
    let mut finding = finding(format!(
        "the buyer's {FORM} for {listed_in} lists {} with other amounts: {}",
        document.number,
        words.join("; ")
    ))
    .cites(
        context
            .facts
            .statement
            .cite(format!("{}/document", document.pointer)),
    )
    .rule(listed_in);
    for (_, stated, listed) in differences {
        finding = stated.cited(listed.cited(finding));
    }
    finding
}

fn mend(context: &Context) -> Vec<Change> {
    let facts = context.facts;
    let invoice = &facts.invoice;
    let (Some(date), Some(number)) = (invoice.date, invoice.number.as_deref()) else {
        return Vec::new();
    };
    let period = TaxPeriod::of(date);
    let mut item = json!({"num": 1});
    for (member, [total, _]) in ITEM_MEMBERS.iter().zip(stated(invoice)) {
        item[*member] = to_json(total.value.abs());
    }
    let items = json!([item]);
    let day = date.strftime("%d-%m-%Y").to_string();
    let (name, section) = named(invoice.document_type);
    let body = match invoice.document_type {
        DocumentType::CreditNote => json!({"ntnum": number, "typ": "C", "dt": day, "items": items}),
        DocumentType::DebitNote => json!({"ntnum": number, "typ": "D", "dt": day, "items": items}),
        _ => json!({"inum": number, "typ": "R", "dt": day, "items": items}),
    };
    let entry = json!({"section": section, "period": period.to_string(), "document": body});
    let change = |pointer: &str, value: Value, text: String| {
        vec![Change::observation(
            Who::Supplier,
            Need::Statement,
            pointer,
            value,
            text,
        )]
    };
    let report = format!("report {name} {number} in GSTR-1, so that the buyer's {FORM} lists it");
    let Some(statement) = facts.statement.found() else {
        let whole = json!({
            "gstin": invoice.buyer.gstin,
            "supplier": invoice.supplier.gstin,
            "periods": [period.to_string()],
            "documents": [entry],
        });
        return change("", whole, report);
    };
    match counting(statement, invoice, number, FinancialYear::of(date)).first() {
        Some(document) => change(
            &format!("{}/document/items", document.pointer),
            items,
            format!("amend {name} {number} in GSTR-1 to the amounts of the document"),
        ),
        None => change("/documents/-", entry, report),
    }
}

#[cfg(test)]
mod tests;
