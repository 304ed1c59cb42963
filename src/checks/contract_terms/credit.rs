//! Days of credit.

use domain::{Decimal, Finding};

use super::Held;
use crate::{
    Context,
    agreed::{Agreed, named},
    vendor_terms::credit_days,
};

pub(super) fn compare(context: &Context, agreed: &Agreed<'_>) -> Vec<Held> {
    let invoice = &context.facts.invoice;
    let given = agreed.credit();
    let (Some((days, pointer)), Some((least, short)), Some((most, long))) =
        (credit_days(invoice), given.first(), given.last())
    else {
        return Vec::new();
    };
    let shown = days.normalize();
    let finding = |text: String| Finding::new(text).cite(invoice.cite(pointer));
    vec![if days < Decimal::from(*least) {
        Held::Contradicts(
            finding(format!(
                "the invoice gives {shown} days to pay, the contract ({}) gives {least}",
                named(short)
            ))
            .cites(agreed.cites(short))
            .rule(least.to_string()),
        )
    } else if days >= Decimal::from(*most) {
        Held::Agrees(
            finding(format!(
                "the invoice gives {shown} days to pay, the contract ({}) gives {most}",
                named(long)
            ))
            .cites(agreed.cites(long))
            .rule(most.to_string()),
        )
    } else {
        Held::Open(
            finding(format!(
                "the invoice gives {shown} days to pay; the contract gives {least} ({}) and {most} ({}), and which of them is meant is not for code to say",
                named(short),
                named(long)
            ))
            .cites(agreed.cites(short))
            .cites(agreed.cites(long))
            .rule(least.to_string())
            .rule(most.to_string()),
        )
    }]
}
