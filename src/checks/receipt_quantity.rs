//! RECEIPT-QUANTITY: no more is billed over time than was received and accepted.

use domain::{Change, Facts, Item, Need, Outcome, Who, invoice::DocumentType, money::to_json};

use crate::{
    Context, Mend, Severity, Spec,
    ledger::{ROWS_NAMED, some_of},
    order_lines::{OrderLines, Sentence, found, nothing_to_compare, quantity, unanswered},
    order_value,
    po_quantity::{Billed, billed, tell, without_quantity},
};

pub(crate) const SPEC: Spec = Spec {
    id: "RECEIPT-QUANTITY",
    severity: Severity::Hold,
    required: true,
    title: "more billed than accepted",
    law: "three-way match",
    remedy: "The store books the receipt if the goods came and were accepted; else accounts wait for them, or the \
             supplier credits the rest.",
    needs: &[Need::Orders],
    run,
    mend: Mend::By(mend),
};

/// The order lines for which receipts bound what may be billed: goods always, services where the order has receipts.
fn bounded(facts: &Facts, lines: &OrderLines<'_>) -> Vec<Billed> {
    billed(facts, lines)
        .into_iter()
        .filter(|b| {
            let order = facts
                .orders
                .get(b.place.order)
                .and_then(|named| named.answer.found());
            order.is_some_and(|order| {
                order.receipts_known
                    && (order.has_receipts
                        || b.items.iter().any(|index| {
                            !facts
                                .invoice
                                .items
                                .get(*index)
                                .is_some_and(Item::is_of_service)
                        }))
            })
        })
        .collect()
}

fn excesses(facts: &Facts, lines: &OrderLines<'_>) -> Vec<Billed> {
    bounded(facts, lines)
        .into_iter()
        .filter(|b| {
            let accepted = lines.line(b.place).map(|(_, line)| line.accepted);
            b.total > accepted && b.total.is_some()
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
            .filter_map(|b| {
                tell(
                    facts,
                    &lines,
                    b,
                    ("accepted", "are accepted"),
                    &mut sentence,
                )
            })
            .collect();
        return Outcome::Fail(sentence.message(some_of(&texts)));
    }
    let bounded = bounded(facts, &lines);
    if !bounded.is_empty() {
        let mut sentence = Sentence::new();
        let limit: order_value::Limit = ("accepted", |line| line.accepted);
        let percent = context.policy.orders.price_excess_percent;
        let beyond =
            order_value::excesses(facts, &lines, limit, "is accepted", percent, &mut sentence);
        if !beyond.is_empty() {
            return Outcome::Fail(sentence.message(some_of(&beyond)));
        }
    }
    let open = unanswered(facts)
        .or_else(|| {
            let unknown = found(facts).find(|(_, _, order)| !order.receipts_known)?;
            let mut sentence = Sentence::new();
            sentence.cite(Some(facts.invoice.cite(&unknown.1.pointer)));
            sentence.cite(unknown.1.answer.cite("/receipts_known"));
            let message = format!(
                "there is no source of receipts for order {}",
                unknown.1.po_number
            );
            Some(Outcome::Unverified(sentence.message(message)))
        })
        .or_else(|| lines.unmatched())
        .or_else(|| without_quantity(facts, &bounded));
    if let Some(outcome) = open {
        return outcome;
    }
    let mut sentence = Sentence::new();
    if bounded.is_empty() {
        for (_, named, _) in found(facts).take(ROWS_NAMED) {
            sentence.cite(named.answer.cite("/has_receipts"));
        }
        return Outcome::NotApplicable(
            sentence.message("only services are billed, and their order has no receipts"),
        );
    }
    for b in bounded.iter().take(ROWS_NAMED) {
        sentence.cite(lines.cite(b.place, "accepted"));
        sentence.cite(lines.cite(b.place, "billed"));
    }
    Outcome::Pass(
        sentence.message(
            "what is billed so far, this invoice included, stays within what was accepted",
        ),
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
                format!("/{}/lines/{}/accepted", b.place.order, b.place.line),
                to_json(total.normalize()),
                format!(
                    "book receipts up to {} on line {} of order {}, if that was accepted",
                    quantity(total),
                    line.line,
                    named.po_number
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

    fn services(world: World, has_receipts: bool) -> World {
        let world = world
            .with("/ItemList/0/IsServc", json!("Y"))
            .with("/ItemList/1/IsServc", json!("Y"))
            .record(Need::Orders, "/has_receipts", json!(has_receipts));
        if has_receipts {
            return world;
        }
        world
            .record(Need::Orders, "/lines/0/accepted", json!(0))
            .record(Need::Orders, "/lines/1/accepted", json!(0))
    }

    #[test]
    fn billed_so_far_stays_within_what_was_accepted() {
        let accepted =
            |value: Value| World::clean().record(Need::Orders, "/lines/0/accepted", value);
        let one_service = services(World::clean(), false).with("/ItemList/1/IsServc", json!("N"));
        let by_code = World::clean()
            .with("/ItemList/0/IsServc", Value::Null)
            .with("/ItemList/0/HsnCd", json!("998314"))
            .with("/ItemList/1", Value::Null)
            .record(Need::Orders, "/has_receipts", json!(false))
            .record(Need::Orders, "/lines/0/accepted", json!(0));
        for (name, world, want) in [
            ("all accepted", World::clean(), "pass"),
            ("a gram less accepted", accepted(json!(1199.999)), "fail"),
            ("nothing accepted", accepted(json!(0)), "fail"),
            ("more accepted", accepted(json!(1300)), "pass"),
            (
                "a part after a part",
                accepted(json!(1200)).record(Need::Orders, "/lines/0/billed", json!(1)),
                "fail",
            ),
            (
                "goods of an order without receipts",
                accepted(json!(0)).record(Need::Orders, "/has_receipts", json!(false)),
                "fail",
            ),
            (
                "services of an order without receipts",
                services(World::clean(), false),
                "not applicable",
            ),
            ("services told by their code", by_code, "not applicable"),
            (
                "services of an order with receipts",
                services(World::clean(), true),
                "pass",
            ),
            (
                "services of an order with too few",
                services(accepted(json!(5)), true),
                "fail",
            ),
            ("goods beside services", one_service, "fail"),
            (
                "no source of receipts",
                World::clean().record(Need::Orders, "/receipts_known", json!(false)),
                "unverified",
            ),
            (
                "no quantity",
                World::clean().with("/ItemList/0/Qty", Value::Null),
                "unverified",
            ),
            (
                "billed before by who knows what",
                World::clean().record(
                    Need::Orders,
                    "/unsplit",
                    json!({"count": 2, "taxable_value": 312_375}),
                ),
                "fail",
            ),
            (
                "a quantity of nothing",
                accepted(json!(0)).with("/ItemList/0/Qty", json!(0)),
                "unverified",
            ),
            (
                "a credit note",
                accepted(json!(0)).with("/DocDtls/Typ", json!("CRN")),
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

    #[test]
    fn the_booked_receipt_is_accepted() {
        let world = World::clean().record(Need::Orders, "/lines/1/accepted", json!(300));
        let change = world.mend(&SPEC).remove(0);
        assert_eq!(change.value, json!(340));
        let booked = world.record(Need::Orders, "/lines/1/accepted", change.value);
        assert!(matches!(grounded::run(&booked, &SPEC), Outcome::Pass(_)));
    }

    #[test]
    fn messages() {
        insta::assert_snapshot!(grounded::run(&World::clean(), &SPEC).finding().message, @"what is billed so far, this invoice included, stays within what was accepted");
        let world = World::clean().record(Need::Orders, "/lines/1/accepted", json!(300));
        insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"line 2 bills 340, and 300 are accepted on line 2 of order PO-26-0091");
        insta::assert_snapshot!(world.mend(&SPEC)[0].text, @"book receipts up to 340 on line 2 of order PO-26-0091, if that was accepted");
    }
}
