//! The account to which the contract has money go.

use domain::{Finding, agreement::Term};

use super::Held;
use crate::{
    Context,
    agreed::{Agreed, named},
    vendor_bank::{folded, tail},
};

pub(super) fn compare(context: &Context, agreed: &Agreed<'_>) -> Vec<Held> {
    let invoice = &context.facts.invoice;
    let Some(own) = invoice.payment.account.as_deref() else {
        return Vec::new();
    };
    let branch = invoice.payment.ifsc.as_deref();
    let bound = agreed.clauses(|term| {
        let Term::Account { number, ifsc } = term else {
            return None;
        };
        let branches = branch.zip(ifsc.as_deref());
        let alike = branches.is_none_or(|(own, other)| folded(own) == folded(other));
        Some((folded(number) == folded(own) && alike, number))
    });
    let agreeing = bound.iter().find(|((same, _), _)| *same);
    let Some(((same, number), clause)) = agreeing.or(bound.first()) else {
        return Vec::new();
    };
    let finding = |names: &str| {
        Finding::new(format!(
            "the invoice asks for payment to account {}, the contract ({}) names {names}{}",
            tail(own),
            named(clause),
            tail(number)
        ))
        .cite(invoice.cite("/PayDtls/AccDet"))
        .cites(agreed.cites(clause))
    };
    vec![if *same {
        Held::Agrees(finding(""))
    } else {
        Held::Contradicts(finding("another account or branch: "))
    }]
}
