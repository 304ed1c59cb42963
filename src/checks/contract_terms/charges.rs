//! Costs that the contract's prices hold already, charged besides.

use clauses::cost;
use domain::{
    Decimal, Finding,
    agreement::{Cost, Term},
    evidence::value_at,
    inr,
};
use serde_json::Value;

use super::Held;
use crate::{
    Context,
    agreed::{Agreed, named},
};

/// What may stand beside a cost in the description of a line that charges nothing else.
const BESIDE: [&str; 9] = [
    "charge", "charges", "cost", "costs", "and", "fee", "fees", "outward", "inward",
];

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The costs that a text names.
fn costs_in(text: &str) -> Vec<Cost> {
    words(text).iter().filter_map(|word| cost(word)).collect()
}

/// The costs that a line is charged for, where its description names nothing else.
fn costs(description: &str) -> Vec<Cost> {
    let only = words(description)
        .iter()
        .all(|word| cost(word).is_some() || BESIDE.contains(&word.as_str()));
    if only {
        costs_in(description)
    } else {
        Vec::new()
    }
}

pub(super) fn compare(context: &Context, agreed: &Agreed<'_>) -> Vec<Held> {
    let invoice = &context.facts.invoice;
    let charged = |amount: Option<Decimal>| amount.is_some_and(|amount| amount > Decimal::ZERO);
    let lines: Vec<(usize, Vec<Cost>)> = invoice
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| charged(item.taxable.or(item.total)))
        .map(|(index, item)| {
            (
                index,
                costs(item.description.as_deref().unwrap_or_default()),
            )
        })
        .collect();
    // Who carries goods for a living bills nothing else.
    let besides = lines.iter().any(|(_, costs)| costs.is_empty());
    let remark = value_at(&invoice.raw, "/RefDtls/InvRm").and_then(Value::as_str);
    let remarked = costs_in(remark.unwrap_or_default());
    let included = agreed.clauses(|term| match term {
        Term::Included { costs } => Some(costs),
        _ => None,
    });
    included
        .into_iter()
        .filter_map(|(costs, clause)| {
            let holds = |cost: &Cost| costs.contains(cost) || costs.contains(&Cost::Any);
            let line = lines
                .iter()
                .find(|(_, own)| besides && own.iter().any(holds));
            // What other charges are for, a remark may say.
            let other = charged(invoice.totals.other_charges)
                && (costs.contains(&Cost::Any) || remarked.iter().any(holds));
            let (what, cite, amount) = match line {
                Some((index, _)) => {
                    let amount = invoice.items.get(*index)?.taxable?;
                    let line = index.checked_add(1)?;
                    (
                        format!("line {line} charges {}", inr(amount)),
                        invoice.cite_line(*index, "AssAmt"),
                        line,
                    )
                }
                None if other => {
                    let amount = invoice.totals.other_charges?;
                    (
                        format!("the invoice adds {} of other charges", inr(amount)),
                        invoice.cite("/ValDtls/OthChrg"),
                        0,
                    )
                }
                None => return None,
            };
            let finding = Finding::new(format!(
                "{what}, which the contract's prices ({}) hold already",
                named(clause)
            ))
            .cite(cite)
            .cites(agreed.cites(clause))
            .rule(amount.to_string());
            Some(Held::Contradicts(finding))
        })
        .collect()
}
