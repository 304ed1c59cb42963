//! TAX-LINE: each line adds up, from quantity and price to tax and line total.

use domain::{Change, Finding, Outcome};

use crate::{
    Context, Mend, Severity, Spec,
    listing::{PARTS_NAMED, Part, listed},
};
use correct::corrected;
use recompute::Line;

mod correct;
mod recompute;

pub(crate) const SPEC: Spec = Spec {
    id: "TAX-LINE",
    severity: Severity::Reject,
    required: true,
    title: "each line adds up",
    law: "CGST Act 2017 s.15 (value), s.9 and IGST Act 2017 s.5 (rate); CGST Rules 2017 rule 46(i) to (m)",
    remedy: "The supplier recomputes the line and issues the invoice again.",
    needs: &[],
    run,
    mend: Mend::By(mend),
};

fn run(context: &Context) -> Outcome {
    let invoice = &context.facts.invoice;
    if invoice.items.is_empty() {
        return Outcome::Unverified(
            Finding::new("the invoice has no lines to recompute").cite(invoice.cite("/ItemList")),
        );
    }
    let (mut wrong, mut open) = (Vec::new(), Vec::new());
    for (index, item) in invoice.items.iter().enumerate() {
        let (parts, why) = Line::new(context, index, item).recompute();
        wrong.extend(parts);
        if let Some(why) = why {
            let (part, line) = Part::of_line(invoice, index);
            open.push(part.say(format!("{line} cannot be recomputed: {why}")));
        }
    }
    if !wrong.is_empty() {
        return Outcome::Fail(listed(wrong));
    }
    if !open.is_empty() {
        return Outcome::Unverified(listed(open));
    }
    let totals = (0..invoice.items.len().min(PARTS_NAMED))
        .map(|index| invoice.cite_line(index, "TotItemVal"));
    Outcome::Pass(
        Finding::new(
            "every line adds up: quantity and price, discount, tax at its rate, line total",
        )
        .cites(totals),
    )
}

/// The line as it comes out of its own quantity, price, discount and rate.
fn mend(context: &Context) -> Vec<Change> {
    let invoice = &context.facts.invoice;
    let lines = invoice.items.iter().enumerate();
    lines
        .filter(|(index, item)| !Line::new(context, *index, item).recompute().0.is_empty())
        .flat_map(|(index, item)| corrected(context, index, item).unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests;
