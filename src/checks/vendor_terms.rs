//! VENDOR-TERMS: the invoice leaves as many days to pay as were agreed.

use domain::{Change, Decimal, Finding, Invoice, Need, Outcome, agreement::Clause, money::to_json};

use crate::{
    Context, Mend, Severity, Spec,
    agreed::{Agreed, named},
    vendor_known::{known, standing_for},
};

pub(crate) const SPEC: Spec = Spec {
    id: "VENDOR-TERMS",
    severity: Severity::Hold,
    required: false,
    title: "the credit days are those agreed",
    law: "contract: terms of payment in the vendor master and in the contract",
    remedy: "Accounts pays on the agreed day, or the supplier corrects the terms on the invoice.",
    needs: &[Need::Vendor, Need::Contracts],
    run,
    mend: Mend::By(mend),
};

/// The days of credit that the invoice states, with their place: `CrDay`, else a number beside "net" or "days" in the
/// terms.
pub(crate) fn credit_days(invoice: &Invoice) -> Option<(Decimal, &'static str)> {
    let stated = invoice
        .payment
        .credit_days
        .map(|days| (days, "/PayDtls/CrDay"));
    stated.or_else(|| {
        let terms = invoice.payment.terms.as_deref()?.to_lowercase();
        let words: Vec<&str> = terms
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        let beside = |index: usize| {
            let before = index.checked_sub(1).and_then(|i| words.get(i));
            let after = words.get(index + 1);
            before == Some(&"net") || after.is_some_and(|w| matches!(*w, "day" | "days"))
        };
        let mut days = words.iter().enumerate().filter_map(|(index, word)| {
            let days: u32 = word.parse().ok()?;
            beside(index).then_some(days)
        });
        // Two numbers are a discount for early payment or instalments: no single term.
        let only = days
            .next()
            .filter(|first| days.all(|other| other == *first))?;
        Some((Decimal::from(only), "/PayDtls/PayTerm"))
    })
}

fn run(context: &Context) -> Outcome {
    evaluate(context).unwrap_or_else(|open| open)
}

fn evaluate(context: &Context) -> Result<Outcome, Outcome> {
    let (invoice, master) = (&context.facts.invoice, &context.facts.vendor);
    let Some((days, pointer)) = credit_days(invoice) else {
        return Err(Outcome::not_applicable(
            "the invoice states no days of credit",
        ));
    };
    let shown = days.normalize();
    let stated = format!("the invoice gives {shown} days to pay");
    let by_master = known(context).map(|record| {
        let standing = standing_for(record).into_iter();
        let terms = standing
            .filter_map(|(place, vendor)| Some((vendor.payment_terms_days?, place, vendor)))
            .min_by_key(|(agreed, _, _)| *agreed);
        terms.map(|(agreed, place, vendor)| {
            let finding = Finding::new(format!(
                "{stated}, {agreed} are agreed with vendor {}",
                vendor.vendor_id
            ))
            .cite(invoice.cite(pointer))
            .cites(
                ["payment_terms_days", "vendor_id"]
                    .iter()
                    .filter_map(|m| master.cite(format!("{place}/{m}"))),
            );
            (agreed, finding)
        })
    });
    if let Ok(Some((agreed, finding))) = &by_master
        && days < Decimal::from(*agreed)
    {
        return Ok(Outcome::Fail(finding.clone()));
    }
    let agreed = Agreed::of(context.facts);
    let by_contract = agreed.credit();
    let clause = |(agreed_days, clause): &(u32, &Clause)| {
        Finding::new(format!(
            "{stated}, {agreed_days} are agreed in the contract ({})",
            named(clause)
        ))
        .cite(invoice.cite(pointer))
        .cites(agreed.cites(clause))
        .rule(agreed_days.to_string())
    };
    if let Some(least) = by_contract.first()
        && days < Decimal::from(least.0)
    {
        return Ok(Outcome::Fail(clause(least)));
    }
    // Of two clauses the one may be for goods and the other for services.
    if let Some(most) = by_contract.last()
        && days < Decimal::from(most.0)
    {
        return Ok(Outcome::Unverified(clause(most)));
    }
    match (by_master?, by_contract.last()) {
        (Some((_, finding)), _) => Ok(Outcome::Pass(finding)),
        (None, Some(most)) => Ok(Outcome::Pass(clause(most))),
        (None, None) => Err(Outcome::not_applicable(
            "neither the vendor master nor a contract holds agreed terms of payment",
        )),
    }
}

fn mend(context: &Context) -> Vec<Change> {
    let Some(record) = context.facts.vendor.found() else {
        return Vec::new();
    };
    let in_master = standing_for(record)
        .into_iter()
        .filter_map(|(_, vendor)| vendor.payment_terms_days)
        .min();
    let in_contract = Agreed::of(context.facts)
        .credit()
        .last()
        .map(|(days, _)| i64::from(*days));
    in_master
        .max(in_contract)
        .map(|days| {
            Change::invoice(
                "/PayDtls/CrDay",
                to_json(Decimal::from(days)),
                format!("state the agreed {days} days of credit"),
            )
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{
        World,
        portal::{mends, message, moved_to_pan, unknown_vendor, word},
    };

    fn world(days: Value, terms: Value) -> World {
        World::clean()
            .with("/PayDtls/CrDay", days)
            .with("/PayDtls/PayTerm", terms)
    }

    /// 45 days are agreed.
    #[test]
    fn fewer_days_than_agreed_hold() {
        for (days, terms, want) in [
            (json!(45), json!("45 days"), "pass"),
            (json!(44), json!("45 days"), "fail"),
            (json!("44"), Value::Null, "fail"),
            (json!(60), Value::Null, "pass"),
            (json!(0), Value::Null, "fail"),
            (Value::Null, json!("NET 30"), "fail"),
            (Value::Null, json!("Net-45"), "pass"),
            (
                Value::Null,
                json!("payment within 30 days of receipt"),
                "fail",
            ),
            (
                Value::Null,
                json!("2% in 10 days, net 45"),
                "not applicable",
            ),
            (Value::Null, json!("as per PO 30"), "not applicable"),
            (Value::Null, Value::Null, "not applicable"),
        ] {
            assert_eq!(
                word(&world(days.clone(), terms.clone()).run(&SPEC)),
                want,
                "{days} {terms}"
            );
        }
    }

    /// A contract gives 60 days where the master has 45, or nothing.
    #[test]
    fn the_contract_counts_beside_the_master() {
        let text = |world: World, text: &str| {
            world.record(Need::Contracts, "/passages/0/text", json!(text))
        };
        let sixty = |world: World| text(world, "4.1 Invoices are paid within 60 days of receipt.");
        let unwritten = |world: World| {
            world.record(Need::Vendor, "/by_gstin/0/payment_terms_days", Value::Null)
        };
        for (name, world, want) in [
            (
                "as in the master",
                sixty(world(json!(45), Value::Null)),
                "fail",
            ),
            (
                "as in the contract",
                sixty(world(json!(60), Value::Null)),
                "pass",
            ),
            (
                "in the contract alone",
                unwritten(sixty(world(json!(59), Value::Null))),
                "fail",
            ),
            (
                "enough in the contract alone",
                unwritten(sixty(world(json!(60), Value::Null))),
                "pass",
            ),
            (
                "for goods and for services",
                text(
                    world(json!(60), Value::Null),
                    "Goods: paid within 45 days.\nServices: paid within 90 days.",
                ),
                "unverified",
            ),
            (
                "no contract",
                world(json!(45), Value::Null).absent(Need::Contracts),
                "pass",
            ),
            (
                "contracts not answered",
                world(json!(45), Value::Null).open(Need::Contracts),
                "pass",
            ),
            (
                "an unknown vendor with a contract",
                unknown_vendor(sixty(world(json!(30), Value::Null))),
                "fail",
            ),
        ] {
            assert_eq!(word(&world.run(&SPEC)), want, "{name}");
        }
        let short = sixty(world(json!(45), Value::Null));
        insta::assert_snapshot!(message(&SPEC, &short), @"the invoice gives 45 days to pay, 60 are agreed in the contract (contracts/V0007.md, 4.1)");
        mends(&SPEC, &short);
    }

    #[test]
    fn what_is_agreed_comes_from_the_master() {
        let none = World::clean().absent(Need::Contracts).record(
            Need::Vendor,
            "/by_gstin/0/payment_terms_days",
            Value::Null,
        );
        for (name, world, want) in [
            ("nothing agreed", none, "not applicable"),
            (
                "by PAN",
                moved_to_pan(world(json!(30), Value::Null)),
                "fail",
            ),
            ("unknown", unknown_vendor(World::clean()), "not applicable"),
            ("no answer", World::clean().open(Need::Vendor), "unverified"),
        ] {
            assert_eq!(word(&world.run(&SPEC)), want, "{name}");
        }
        let short = world(json!(30), Value::Null);
        insta::assert_snapshot!(message(&SPEC, &short), @"the invoice gives 30 days to pay, 45 are agreed with vendor V0007");
        mends(&SPEC, &short);
    }
}
