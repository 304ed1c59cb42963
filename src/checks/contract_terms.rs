//! CONTRACT-TERMS: a clause of the supplier's contract against the invoice.

use domain::{Change, Finding, Need, Outcome, money::to_json};

use crate::{
    Context, Mend, Severity, Spec,
    agreed::{Agreed, named},
    vendor_terms::credit_days,
};

mod account;
mod charges;
mod credit;
mod interest;
mod price;

pub(crate) const SPEC: Spec = Spec {
    id: "CONTRACT-TERMS",
    severity: Severity::Hold,
    required: false,
    title: "contradicts the contract",
    law: "contract",
    remedy: "Accounts settle the clause with the supplier, who corrects the invoice where it deviates.",
    needs: &[Need::Contracts],
    run,
    mend: Mend::By(mend),
};

/// What a clause comes to on this invoice. A clause that does not bear on it yields nothing.
enum Held {
    Agrees(Finding),
    Contradicts(Finding),
    /// It bears on the invoice, and code cannot tell how.
    Open(Finding),
}

/// One kind of clause against the invoice.
type Comparison = fn(&Context, &Agreed<'_>) -> Vec<Held>;

const COMPARISONS: [Comparison; 5] = [
    credit::compare,
    interest::compare,
    price::compare,
    account::compare,
    charges::compare,
];

fn run(context: &Context) -> Outcome {
    evaluate(context).unwrap_or_else(|open| open)
}

fn evaluate(context: &Context) -> Result<Outcome, Outcome> {
    let answer = &context.facts.contracts;
    if answer.settled()?.is_none() {
        return Err(Outcome::not_applicable(
            "no contract that speaks of payment or prices names the supplier",
        ));
    }
    let agreed = Agreed::of(context.facts);
    let mut contradicting: Vec<Finding> = Vec::new();
    let (mut open, mut agreeing) = (None, None);
    for held in COMPARISONS
        .iter()
        .flat_map(|compare| compare(context, &agreed))
    {
        match held {
            Held::Contradicts(finding) => contradicting.push(finding),
            Held::Open(finding) => open = open.or(Some(finding)),
            Held::Agrees(finding) => agreeing = agreeing.or(Some(finding)),
        }
    }
    let contradicted = contradicting.into_iter().reduce(joined);
    let outcome = contradicted
        .map(Outcome::Fail)
        .or(open.map(Outcome::Unverified))
        .or(agreeing.map(Outcome::Pass));
    Ok(outcome.unwrap_or_else(|| match agreed.out_of_force {
        Some(clause) => Outcome::NotApplicable(
            Finding::new(format!(
                "the contract ({}) is not in force on the date of the invoice",
                named(clause)
            ))
            .cites(agreed.cites(clause)),
        ),
        None => Outcome::not_applicable(
            "no clause of the contract that code can read bears on what the invoice states",
        ),
    }))
}

/// Two findings as one sentence. Neither computes: formulas count the citations of their own finding.
fn joined(mut one: Finding, other: Finding) -> Finding {
    one.message = format!("{}; {}", one.message, other.message);
    one.cites.extend(other.cites);
    one.rule.extend(other.rule);
    one
}

/// The days of credit that the contract gives; what else contradicts it, supplier and buyer settle.
fn mend(context: &Context) -> Vec<Change> {
    let agreed = Agreed::of(context.facts);
    let most = agreed.credit().last().map(|(days, _)| *days);
    let fewer =
        |days: u32| credit_days(&context.facts.invoice).is_some_and(|(own, _)| own < days.into());
    most.filter(|days| fewer(*days))
        .map(|days| {
            Change::invoice(
                "/PayDtls/CrDay",
                to_json(days.into()),
                format!("state the {days} days of credit of the contract"),
            )
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests;
