//! PO-QUANTITY: no more is billed over time than was ordered.

use domain::{
    Change, Decimal, Facts, Item, Need, Outcome, Who, invoice::DocumentType, money::to_json,
};

use crate::{
    Context, Mend, Severity, Spec,
    ledger::{ROWS_NAMED, some_of},
    order_lines::{OrderLines, Place, Sentence, nothing_to_compare, quantity, unanswered},
    order_value,
};

pub(crate) const SPEC: Spec = Spec {
    id: "PO-QUANTITY",
    severity: Severity::Hold,
    required: true,
    title: "more billed than ordered",
    law: "three-way match",
    remedy: "The supplier bills what was ordered, or the buyer amends the order if more was agreed.",
    needs: &[Need::Orders],
    run,
    mend: Mend::By(mend),
};

/// What an order line comes to with this invoice.
pub(crate) struct Billed {
    pub(crate) place: Place,
    /// Indices of the invoice lines.
    pub(crate) items: Vec<usize>,
    /// Past invoices and this one together; `None` where a quantity does not count or is out of range.
    pub(crate) total: Option<Decimal>,
}

/// The quantity that a line bills. Nothing and less than nothing count for none where money is asked for them: what is paid for
/// cannot be set against what was ordered or received.
fn counted(item: &Item) -> Option<Decimal> {
    let charges = |amount: Option<Decimal>| amount.is_some_and(|amount| !amount.is_zero());
    let free = !charges(item.taxable) && !charges(item.gross);
    let counts = |quantity: &Decimal| quantity.is_sign_positive() && (free || !quantity.is_zero());
    item.quantity.filter(counts)
}

/// Each order line that the invoice bills.
pub(crate) fn billed(facts: &Facts, lines: &OrderLines<'_>) -> Vec<Billed> {
    lines
        .billing()
        .into_iter()
        .filter_map(|(place, items)| {
            let before = lines.line(place)?.1.billed;
            let total = items.iter().try_fold(before, |sum, index| {
                sum.checked_add(counted(facts.invoice.items.get(*index)?)?)
            });
            Some(Billed {
                place,
                items,
                total,
            })
        })
        .collect()
}

/// `line 1 bills 1,200 after 100 before, together 1,300, and 1,200 are ordered on line 1 of order PO-26-0091`, where
/// `limit` names the member that bounds it and `bound` says so.
pub(crate) fn tell(
    facts: &Facts,
    lines: &OrderLines<'_>,
    billed: &Billed,
    (limit, bound): (&str, &str),
    sentence: &mut Sentence,
) -> Option<String> {
    let (_, line) = lines.line(billed.place)?;
    let value = if limit == "accepted" {
        line.accepted
    } else {
        line.quantity
    };
    let mut formula = sentence.cite(lines.cite(billed.place, "billed"));
    let mut texts = Vec::new();
    for index in &billed.items {
        let item = facts.invoice.items.get(*index)?;
        let own = sentence.cite(Some(facts.invoice.cite_line(*index, "Qty")));
        formula = format!("{formula} + {own}");
        if texts.len() < ROWS_NAMED {
            let name = sentence.invoice_line(facts, *index);
            texts.push(format!("{name} bills {}", quantity(item.quantity?)));
        }
    }
    if billed.items.len() > ROWS_NAMED {
        texts.push("others more".to_owned());
    }
    let total = billed.total?;
    sentence.compute(total, formula);
    sentence.cite(lines.cite(billed.place, limit));
    let before = if line.billed.is_zero() {
        String::new()
    } else {
        format!(" after {} before", quantity(line.billed))
    };
    let together = if line.billed.is_zero() && billed.items.len() == 1 {
        String::new()
    } else {
        format!(", together {}", quantity(total))
    };
    let order_line = sentence.order_line(lines, billed.place);
    Some(format!(
        "{}{before}{together}, and {} {bound} on {order_line}",
        texts.join(", "),
        quantity(value)
    ))
}

/// The outcome where an invoice line that bills an order line has no quantity that counts.
pub(crate) fn without_quantity(facts: &Facts, billed: &[Billed]) -> Option<Outcome> {
    let found = billed.iter().find(|b| b.total.is_none())?;
    let index = found.items.iter().copied().find(|index| {
        facts
            .invoice
            .items
            .get(*index)
            .is_none_or(|item| counted(item).is_none())
    });
    let Some(index) = index else {
        return Some(Outcome::unverified(
            "the quantities billed are out of range",
        ));
    };
    let mut sentence = Sentence::new();
    let line = sentence.invoice_line(facts, index);
    let Some(billed) = facts.invoice.items.get(index).and_then(|i| i.quantity) else {
        return Some(Outcome::Unverified(sentence.message(format!(
            "{line} has no quantity to compare with the order's"
        ))));
    };
    sentence.cite(Some(facts.invoice.cite_line(index, "Qty")));
    Some(Outcome::Unverified(sentence.message(format!(
        "{line} bills a quantity of {}, which cannot be compared with the order's",
        quantity(billed)
    ))))
}

fn excesses(facts: &Facts, lines: &OrderLines<'_>) -> Vec<Billed> {
    billed(facts, lines)
        .into_iter()
        .filter(|b| {
            let ordered = lines.line(b.place).map(|(_, line)| line.quantity);
            b.total > ordered && b.total.is_some()
        })
        .collect()
}

fn run(context: &Context) -> Outcome {
    let facts = context.facts;
    if facts.invoice.document_type == DocumentType::CreditNote {
        return Outcome::not_applicable("a credit note bills nothing");
    }
    if let Some(outcome) = nothing_to_compare(facts) {
        return outcome;
    }
    let lines = OrderLines::of(facts);
    let excesses = excesses(facts, &lines);
    if !excesses.is_empty() {
        let mut sentence = Sentence::new();
        let texts: Vec<String> = excesses
            .iter()
            .take(ROWS_NAMED + 1)
            .filter_map(|b| tell(facts, &lines, b, ("quantity", "are ordered"), &mut sentence))
            .collect();
        return Outcome::Fail(sentence.message(some_of(&texts)));
    }
    let mut sentence = Sentence::new();
    let limit: order_value::Limit = ("quantity", |line| line.quantity);
    let percent = context.policy.orders.price_excess_percent;
    let beyond = order_value::excesses(facts, &lines, limit, "is ordered", percent, &mut sentence);
    if !beyond.is_empty() {
        return Outcome::Fail(sentence.message(some_of(&beyond)));
    }
    let billed = billed(facts, &lines);
    let open = unanswered(facts)
        .or_else(|| lines.unmatched())
        .or_else(|| without_quantity(facts, &billed));
    if let Some(outcome) = open {
        return outcome;
    }
    let mut sentence = Sentence::new();
    for b in billed.iter().take(ROWS_NAMED) {
        sentence.cite(lines.cite(b.place, "quantity"));
        sentence.cite(lines.cite(b.place, "billed"));
    }
    Outcome::Pass(
        sentence
            .message("what is billed so far, this invoice included, stays within what was ordered"),
    )
}

fn mend(context: &Context) -> Vec<Change> {
    let facts = context.facts;
    if facts.invoice.document_type == DocumentType::CreditNote {
        return Vec::new();
    }
    let lines = OrderLines::of(facts);
    excesses(facts, &lines)
        .into_iter()
        .filter_map(|b| {
            let (named, line) = lines.line(b.place)?;
            let total = b.total?;
            Some(Change::observation(
                Who::Buyer,
                Need::Orders,
                format!("/{}/lines/{}/quantity", b.place.order, b.place.line),
                to_json(total.normalize()),
                format!(
                    "amend the quantity of line {} of order {} to {}, if it was agreed",
                    line.line,
                    named.po_number,
                    quantity(total)
                ),
            ))
        })
        .chain(lines.entered())
        .chain(lines.quantities())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{grounded, testing::World};
    use serde_json::{Value, json};

    #[test]
    fn billed_so_far_stays_within_what_was_ordered() {
        let before = |value: Value| World::clean().record(Need::Orders, "/lines/0/billed", value);
        let quantity = |value: Value| World::clean().with("/ItemList/0/Qty", value);
        for (name, world, want) in [
            ("all of it", World::clean(), "pass"),
            (
                "a part after a part",
                quantity(json!(200)).record(Need::Orders, "/lines/0/billed", json!(1000)),
                "pass",
            ),
            ("a gram more", quantity(json!(1200.001)), "fail"),
            (
                "a gram more with what went before",
                before(json!(0.001)),
                "fail",
            ),
            (
                "two lines of the same order line",
                World::clean().with("/ItemList/1/OrdLineRef", json!("001")),
                "fail",
            ),
            ("no quantity", quantity(Value::Null), "unverified"),
            ("a quantity of nothing", quantity(json!(0)), "unverified"),
            (
                "nothing, for nothing",
                quantity(json!(0))
                    .with("/ItemList/0/TotAmt", json!(0))
                    .with("/ItemList/0/AssAmt", json!(0)),
                "pass",
            ),
            ("less than nothing", quantity(json!(-1)), "unverified"),
            (
                "a line that takes back what another bills",
                quantity(json!(-1200)).with("/ItemList/1/OrdLineRef", json!("001")),
                "unverified",
            ),
            (
                "not on the order",
                quantity(json!(1))
                    .with("/ItemList/0/OrdLineRef", json!("7"))
                    .with("/ItemList/0/HsnCd", json!("9403")),
                "unverified",
            ),
            (
                "a credit note",
                quantity(json!(5000)).with("/DocDtls/Typ", json!("CRN")),
                "not applicable",
            ),
            (
                "absent order",
                World::clean().absent(Need::Orders),
                "not applicable",
            ),
            ("no answer", World::clean().open(Need::Orders), "unverified"),
        ] {
            let got = match grounded::run(&world, &SPEC) {
                Outcome::Pass(_) => "pass",
                Outcome::Fail(_) => "fail",
                Outcome::Unverified(_) => "unverified",
                Outcome::NotApplicable(_) => "not applicable",
            };
            assert_eq!(got, want, "{name}");
        }
    }

    /// Line 1 of the order is 1,200 at 142.50, line 2 is 340 at 418.75: 3,13,375.00. The invoice bills 1,70,000 and 1,42,375.
    #[test]
    fn invoices_without_lines_count_by_value() {
        let before = |taxable: Value| {
            let unsplit = json!({"count": 1, "taxable_value": taxable});
            World::clean().record(Need::Orders, "/unsplit", unsplit)
        };
        for (taxable, want) in [
            (json!(1), "pass"),
            (json!(7000), "pass"),
            (json!(20000), "fail"),
        ] {
            let outcome = grounded::run(&before(taxable.clone()), &SPEC);
            assert_eq!(
                if outcome.is_fail() { "fail" } else { "pass" },
                want,
                "{taxable}"
            );
        }
        insta::assert_snapshot!(grounded::run(&before(json!(312_375)), &SPEC).finding().message, @"order PO-26-0091 was billed ₹3,12,375.00 by 1 invoice whose lines are not known, together ₹6,24,750.00 with this one, and what is ordered on it comes to ₹3,13,375.00");
    }

    #[test]
    fn the_amended_order_is_accepted() {
        let world = World::clean().with("/ItemList/0/Qty", json!(1250));
        let change = world.mend(&SPEC).remove(0);
        assert_eq!(change.value, json!(1250));
        let amended = world.record(Need::Orders, "/lines/0/quantity", change.value);
        assert!(matches!(grounded::run(&amended, &SPEC), Outcome::Pass(_)));
    }

    #[test]
    fn messages() {
        insta::assert_snapshot!(grounded::run(&World::clean(), &SPEC).finding().message, @"what is billed so far, this invoice included, stays within what was ordered");
        let world = World::clean().record(Need::Orders, "/lines/0/billed", json!(100));
        insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"line 1 bills 1,200 after 100 before, together 1,300, and 1,200 are ordered on line 1 of order PO-26-0091");
        insta::assert_snapshot!(world.mend(&SPEC)[0].text, @"amend the quantity of line 1 of order PO-26-0091 to 1,300, if it was agreed");
        let nothing = World::clean().with("/ItemList/0/Qty", json!(0));
        insta::assert_snapshot!(grounded::run(&nothing, &SPEC).finding().message, @"line 1 bills a quantity of 0, which cannot be compared with the order's");
        let twice = World::clean()
            .with("/ItemList/1/OrdLineRef", json!("1"))
            .with("/ItemList/1/SlNo", Value::Null);
        insta::assert_snapshot!(grounded::run(&twice, &SPEC).finding().message, @"line 1 bills 1,200, line 2 bills 340, together 1,540, and 1,200 are ordered on line 1 of order PO-26-0091");
    }
}
