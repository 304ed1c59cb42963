//! Interest that the invoice asks for when it is paid late.

use domain::{Finding, agreement::Term};

use super::Held;
use crate::{
    Context,
    agreed::{Agreed, named},
    remarks::remarks,
};

pub(super) fn compare(context: &Context, agreed: &Agreed<'_>) -> Vec<Held> {
    let invoice = &context.facts.invoice;
    let asked = remarks(invoice)
        .find_map(|(pointer, text)| Some((clauses::interest_asked(text)?, pointer)));
    let bound = agreed.clauses(|term| match term {
        Term::LateInterest { percent } => Some(*percent),
        _ => None,
    });
    let most = bound.into_iter().max_by_key(|(percent, _)| *percent);
    let (Some((asked, pointer)), Some((percent, clause))) = (asked, most) else {
        return Vec::new();
    };
    let (own, other) = (asked.normalize(), percent.normalize());
    let finding = Finding::new(format!(
        "the invoice asks for {own}% a year on late payment, the contract ({}) has {other}%",
        named(clause)
    ))
    .cite(invoice.cite(&pointer))
    .cites(agreed.cites(clause))
    .rule(format!("{own}%"))
    .rule(format!("{other}%"));
    vec![if asked > percent {
        Held::Contradicts(finding)
    } else {
        Held::Agrees(finding)
    }]
}
