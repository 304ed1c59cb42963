//! NUMBER-GAP: whether the number follows the supplier's running series. Gaps alone are normal, since a supplier bills
//! others too; a step back in time is rarer.

use domain::{
    DocNumber, FinancialYear, Finding, Need, Outcome, civil::readable, records::LedgerEntry,
};

use crate::{
    Context, Mend, Severity, Spec,
    ledger::{Document, is_rejected},
};

pub(crate) const SPEC: Spec = Spec {
    id: "NUMBER-GAP",
    severity: Severity::Info,
    required: false,
    title: "number outside the supplier's running series",
    law: "control",
    remedy: "Accounts ask the supplier which numbers of the series went to us, where the pattern repeats.",
    needs: &[Need::History],
    run,
    mend: Mend::Never(
        "No change closes a gap: what is missing is another document. A person asks the supplier for it, or why there is none.",
    ),
};

/// A counter as a number; `None` when there is none or it is too long for one.
fn counter(number: &DocNumber) -> Option<u128> {
    number.counter.parse().ok()
}

fn run(context: &Context) -> Outcome {
    check(context).unwrap_or_else(|outcome| outcome)
}

fn check(context: &Context) -> Result<Outcome, Outcome> {
    let facts = context.facts;
    let document = Document::of(&facts.invoice)?;
    let history = facts.history.settled()?;
    let own = counter(&document.number)
        .ok_or_else(|| Outcome::not_applicable("the invoice number has no running counter"))?;
    // A series may begin anew each financial year (Rule 46(b)), so only this year's rows are compared.
    let in_series = |row: &LedgerEntry| {
        let counts = FinancialYear::of(row.invoice_date) == FinancialYear::of(document.date)
            && !is_rejected(row)
            && !document.is(row);
        let number = counts.then(|| DocNumber::new(&row.invoice_number))?;
        let same = number.before == document.number.before && number.after == document.number.after;
        counter(&number).filter(|_| same)
    };
    let rows = history.map_or(&[][..], |h| &h.series);
    let series: Vec<(u128, usize, &LedgerEntry)> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some((in_series(row)?, index, row)))
        .collect();
    let Some((highest, highest_place, highest_row)) = series.iter().max_by_key(|(c, ..)| *c) else {
        return Err(Outcome::not_applicable(
            "the ledger has no other invoice of this series and financial year",
        ));
    };
    let finding = |message: String, place: usize| {
        let number = facts
            .history
            .cite(format!("/series/{place}/invoice_number"));
        let date = facts.history.cite(format!("/series/{place}/invoice_date"));
        Finding::new(message)
            .cite(facts.invoice.cite("/DocDtls/No"))
            .cite(facts.invoice.cite("/DocDtls/Dt"))
            .cites(number)
            .cites(date)
    };
    let out_of_order = series.iter().find(|(counter, _, row)| {
        (*counter > own && row.invoice_date < document.date)
            || (*counter < own && row.invoice_date > document.date)
    });
    if let Some((_, place, row)) = out_of_order {
        return Ok(Outcome::Fail(finding(
            format!(
                "number {} of {} steps back in its series: {} is of {}",
                document.number.raw,
                readable(document.date),
                row.invoice_number,
                readable(row.invoice_date)
            ),
            *place,
        )));
    }
    if own.checked_sub(*highest).is_some_and(|step| step > 1) {
        return Ok(Outcome::Fail(finding(
            format!(
                "number {} leaves a gap in its series: the last before it in the ledger is {}",
                document.number.raw, highest_row.invoice_number
            ),
            *highest_place,
        )));
    }
    Ok(Outcome::Pass(finding(
        format!(
            "number {} keeps to the order of its series, of which the ledger has {} as the highest",
            document.number.raw, highest_row.invoice_number
        ),
        *highest_place,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        grounded,
        testing::{SUPPLIER, World},
    };
    use serde_json::{Value, json};

    fn world(rows: &[(&str, &str)]) -> World {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(number, day)| {
                json!({"invoice_number": number, "invoice_date": day, "supplier_gstin": SUPPLIER, "buyer_gstin": "",
                    "taxable_value": 1, "total_value": 1, "po_number": "", "status": "paid"})
            })
            .collect();
        World::clean().record(Need::History, "/series", json!(rows))
    }

    #[test]
    fn gaps_and_steps_back() {
        for (name, rows, want) in [
            (
                "the next",
                &[("SF/26-27/0414", "2026-10-06")][..],
                Some(false),
            ),
            ("a gap", &[("SF/26-27/0413", "2026-10-06")], Some(true)),
            (
                "fills a gap",
                &[
                    ("SF/26-27/0412", "2026-10-01"),
                    ("SF/26-27/0416", "2026-10-12"),
                ],
                Some(false),
            ),
            (
                "a higher one dated before",
                &[("SF/26-27/0416", "2026-10-11")],
                Some(true),
            ),
            (
                "a lower one dated after",
                &[("SF/26-27/0414", "2026-10-13")],
                Some(true),
            ),
            (
                "a higher one dated after",
                &[("SF/26-27/0417", "2026-10-13")],
                Some(false),
            ),
            ("another series", &[("SX/26-27/0413", "2026-10-06")], None),
            ("the year before", &[("SF/26-27/0999", "2026-03-31")], None),
            ("none", &[], None),
        ] {
            let outcome = grounded::run(&world(rows), &SPEC);
            let got = match &outcome {
                Outcome::Fail(_) => Some(true),
                Outcome::Pass(_) => Some(false),
                _ => None,
            };
            assert_eq!(got, want, "{name}: {outcome:?}");
        }
        let lettered = world(&[]).with("/DocDtls/No", json!("ABC"));
        assert!(matches!(
            grounded::run(&lettered, &SPEC),
            Outcome::NotApplicable(_)
        ));
        let open = world(&[]).open(Need::History);
        assert!(matches!(
            grounded::run(&open, &SPEC),
            Outcome::Unverified(_)
        ));
    }

    #[test]
    fn messages() {
        insta::assert_snapshot!(grounded::run(&World::clean(), &SPEC).finding().message, @"number SF/26-27/0415 keeps to the order of its series, of which the ledger has SF/26-27/0414 as the highest");
        insta::assert_snapshot!(grounded::run(&world(&[("SF/26-27/0409", "2026-10-06")]), &SPEC).finding().message, @"number SF/26-27/0415 leaves a gap in its series: the last before it in the ledger is SF/26-27/0409");
        insta::assert_snapshot!(grounded::run(&world(&[("SF/26-27/0416", "2026-10-06")]), &SPEC).finding().message, @"number SF/26-27/0415 of 12 Oct 2026 steps back in its series: SF/26-27/0416 is of 6 Oct 2026");
    }
}
