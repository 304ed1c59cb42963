//! TAX-TOTAL: the totals are the sums of the lines, and the invoice total is made of its parts.

use domain::{Change, Decimal, Finding, Invoice, Item, Outcome, inr, money::to_json};

use crate::{
    Context, Mend, Severity, Spec,
    listing::{Part, listed},
};

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-TOTAL",
    severity: Severity::Reject,
    required: true,
    title: "the totals add up",
    law: "CGST Rules 2017 rule 46(j) to (m); e-invoice schema INV-01 1.1, ValDtls",
    remedy: "The supplier adds the invoice up again and issues it again.",
    needs: &[],
    run,
    mend: Mend::By(mend),
};

/// An amount of a line by its member.
type Member = (&'static str, fn(&Item) -> Option<Decimal>);

/// A total, and the members of the lines that it sums.
struct Total {
    member: &'static str,
    name: &'static str,
    stated: Option<Decimal>,
    lines: &'static [Member],
    /// Whether it is a tax or cess, which under reverse charge may be left out of the totals.
    tax: bool,
}

fn totals(invoice: &Invoice) -> [Total; 6] {
    let t = &invoice.totals;
    let total = |member, name, stated, lines, tax| Total {
        member,
        name,
        stated,
        lines,
        tax,
    };
    [
        total(
            "AssVal",
            "taxable value",
            t.taxable,
            &[("AssAmt", |i| i.taxable)],
            false,
        ),
        total("IgstVal", "IGST", t.igst, &[("IgstAmt", |i| i.igst)], true),
        total("CgstVal", "CGST", t.cgst, &[("CgstAmt", |i| i.cgst)], true),
        total("SgstVal", "SGST", t.sgst, &[("SgstAmt", |i| i.sgst)], true),
        total(
            "CesVal",
            "cess",
            t.cess,
            &[("CesAmt", |i| i.cess), ("CesNonAdvlAmt", |i| i.cess_fixed)],
            true,
        ),
        total(
            "StCesVal",
            "State cess",
            t.state_cess,
            &[
                ("StateCesAmt", |i| i.state_cess),
                ("StateCesNonAdvlAmt", |i| i.state_cess_fixed),
            ],
            true,
        ),
    ]
}

fn off(context: &Context, found: Decimal, expected: Decimal) -> bool {
    let tolerance = context.policy.tolerance.document;
    found
        .checked_sub(expected)
        .is_none_or(|difference| difference.abs() > tolerance)
}

/// What the lines sum to; `None` when it is beyond what a decimal holds.
fn sum_of(invoice: &Invoice, members: &[Member]) -> Option<Decimal> {
    let mut amounts = invoice
        .items
        .iter()
        .flat_map(|item| members.iter().filter_map(|(_, get)| get(item)));
    amounts.try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// Cites what the lines sum, and gives the formula.
fn sum_formula(part: &mut Part, invoice: &Invoice, members: &[Member]) -> String {
    let mut terms = Vec::new();
    for (index, item) in invoice.items.iter().enumerate() {
        for (member, get) in members {
            if get(item).is_some_and(|amount| !amount.is_zero()) {
                terms.push(part.cite(invoice.cite_line(index, member)));
            }
        }
    }
    if terms.is_empty() {
        "0".to_owned()
    } else {
        format!("sum({})", terms.join(", "))
    }
}

/// How the invoice total is made: a sign and an amount each.
fn parts(invoice: &Invoice) -> [(&'static str, bool, Option<Decimal>); 9] {
    let t = &invoice.totals;
    [
        ("AssVal", true, t.taxable),
        ("IgstVal", true, t.igst),
        ("CgstVal", true, t.cgst),
        ("SgstVal", true, t.sgst),
        ("CesVal", true, t.cess),
        ("StCesVal", true, t.state_cess),
        ("OthChrg", true, t.other_charges),
        ("Discount", false, t.discount),
        ("RndOffAmt", true, t.round_off),
    ]
}

fn signed(
    sum: Option<Decimal>,
    (_, plus, amount): &(&str, bool, Option<Decimal>),
) -> Option<Decimal> {
    let amount = amount.unwrap_or_default();
    if *plus {
        sum?.checked_add(amount)
    } else {
        sum?.checked_sub(amount)
    }
}

const LINE_CHARGES: &[Member] = &[("OthChrg", |i| i.other_charges)];

/// What the invoice total may be. Charges of lines stand in `OthChrg` with some senders and beside it with others;
/// under reverse charge a tax that is shown all the same is not part of the total.
fn admitted(invoice: &Invoice) -> Vec<Decimal> {
    let all = parts(invoice);
    let whole = all.iter().fold(Some(Decimal::ZERO), signed);
    let untaxed = all
        .iter()
        .filter(|(member, _, _)| {
            !matches!(
                *member,
                "IgstVal" | "CgstVal" | "SgstVal" | "CesVal" | "StCesVal"
            )
        })
        .fold(Some(Decimal::ZERO), signed);
    let charges = sum_of(invoice, LINE_CHARGES);
    let beside = |sum: Option<Decimal>| sum.and_then(|s| s.checked_add(charges?));
    let mut admitted = vec![whole, beside(whole)];
    if invoice.reverse_charge {
        admitted.extend([untaxed, beside(untaxed)]);
    }
    admitted.into_iter().flatten().collect()
}

/// Whether a line lacks its taxable value: DOC-MANDATORY names it, and there is nothing to sum.
fn lacks_taxable(invoice: &Invoice) -> bool {
    invoice.items.iter().any(|item| item.taxable.is_none())
}

/// A total that differs from its lines.
fn compare(context: &Context, total: &Total) -> Option<Part> {
    let invoice = context.facts.invoice.as_ref();
    if !total.tax && lacks_taxable(invoice) {
        return None;
    }
    let found = total.stated.unwrap_or_default();
    let sum = sum_of(invoice, total.lines);
    if total.tax && invoice.reverse_charge && found.is_zero() {
        return None;
    }
    if sum.is_some_and(|sum| !off(context, found, sum)) {
        return None;
    }
    let mut part = Part::default();
    let formula = sum_formula(&mut part, invoice, total.lines);
    let sum = sum?;
    part.computed(sum, formula);
    let pointer = format!("/ValDtls/{}", total.member);
    part.cite(invoice.cite(&pointer));
    let name = total.name;
    let said = match total.stated {
        Some(found) => format!("the invoice says {}", inr(found)),
        None => "the invoice states none".to_owned(),
    };
    Some(part.say(format!("the lines' {name} comes to {}, {said}", inr(sum))))
}

/// The invoice total, when it is none that its parts admit.
fn compare_total(context: &Context) -> Option<Part> {
    let invoice = context.facts.invoice.as_ref();
    let total = invoice.totals.total?;
    invoice.totals.taxable?;
    let admitted = admitted(invoice);
    if admitted.iter().any(|sum| !off(context, total, *sum)) {
        return None;
    }
    let mut part = Part::default();
    let mut formula = String::new();
    for (member, plus, amount) in parts(invoice) {
        if amount.is_some() {
            let term = part.cite(invoice.cite(&format!("/ValDtls/{member}")));
            formula.push_str(if plus { " + " } else { " - " });
            formula.push_str(&term);
        }
    }
    let expected = *admitted.first()?;
    part.computed(expected, formula.trim_start_matches(" + ").to_owned());
    part.cite(invoice.cite("/ValDtls/TotInvVal"));
    let text = format!(
        "taxable value, taxes, charges, discount and round-off come to {}, the invoice total is {}",
        inr(expected),
        inr(total),
    );
    Some(part.say(text))
}

fn run(context: &Context) -> Outcome {
    let invoice = &context.facts.invoice;
    let open = |message: &str, pointer: &str| {
        Outcome::Unverified(Finding::new(message).cite(invoice.cite(pointer)))
    };
    if invoice.items.is_empty() {
        return open("the invoice has no lines to add up", "/ItemList");
    }
    let stated = totals(invoice);
    // An absent taxable value or invoice total is DOC-MANDATORY's to name.
    let judged = stated
        .iter()
        .filter(|t| t.member != "AssVal" || t.stated.is_some());
    let mut wrong: Vec<Part> = judged.filter_map(|total| compare(context, total)).collect();
    wrong.extend(compare_total(context));
    if !wrong.is_empty() {
        return Outcome::Fail(listed(wrong));
    }
    if invoice.totals.taxable.is_none() || invoice.totals.total.is_none() {
        return open(
            "taxable value or invoice total is missing, so the totals cannot be added up",
            "/ValDtls",
        );
    }
    if lacks_taxable(invoice) {
        return open(
            "a line has no taxable value, so the lines cannot be added up",
            "/ValDtls/AssVal",
        );
    }
    let discount = invoice.totals.discount.unwrap_or_default();
    if discount.is_sign_negative() && !discount.is_zero() && !invoice.is_note() {
        return open(
            "the discount of the invoice is negative, and so adds to its total",
            "/ValDtls/Discount",
        );
    }
    if stated.iter().any(|t| sum_of(invoice, t.lines).is_none()) || admitted(invoice).is_empty() {
        return open("the totals are out of range", "/ValDtls");
    }
    Outcome::Pass(
        Finding::new("the lines add up to the totals, and the totals to the invoice total")
            .cite(invoice.cite("/ValDtls/AssVal"))
            .cite(invoice.cite("/ValDtls/TotInvVal")),
    )
}

/// Each total as its lines give it, and the invoice total that follows.
fn mend(context: &Context) -> Vec<Change> {
    let invoice = context.facts.invoice.as_ref();
    let mut changes = Vec::new();
    let mut corrected = invoice.clone();
    for total in totals(invoice) {
        if (total.member == "AssVal" && total.stated.is_none())
            || compare(context, &total).is_none()
        {
            continue;
        }
        let Some(sum) = sum_of(invoice, total.lines) else {
            continue;
        };
        let t = &mut corrected.totals;
        match total.member {
            "AssVal" => t.taxable = Some(sum),
            "IgstVal" => t.igst = Some(sum),
            "CgstVal" => t.cgst = Some(sum),
            "SgstVal" => t.sgst = Some(sum),
            "CesVal" => t.cess = Some(sum),
            _ => t.state_cess = Some(sum),
        }
        let text = format!("correct the total {} to {}", total.name, inr(sum));
        changes.push(Change::invoice(
            format!("/ValDtls/{}", total.member),
            to_json(sum),
            text,
        ));
    }
    if let (Some(total), Some(_)) = (invoice.totals.total, corrected.totals.taxable) {
        let admitted = admitted(&corrected);
        let agrees = admitted.iter().any(|sum| !off(context, total, *sum));
        if let Some(expected) = admitted.first().filter(|_| !agrees) {
            let text = format!("correct the invoice total to {}", inr(*expected));
            changes.push(Change::invoice(
                "/ValDtls/TotInvVal",
                to_json(*expected),
                text,
            ));
        }
    }
    changes
}

#[cfg(test)]
mod tests;
