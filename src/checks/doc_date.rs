//! DOC-DATE: the invoice date is a date, and not one to come.

use domain::{Finding, Outcome, civil::readable};

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "DOC-DATE",
    severity: Severity::Hold,
    required: true,
    title: "the invoice date has come",
    law: "CGST Rules 2017 rule 46(c); CGST Act 2017 s.31",
    remedy: "The supplier issues the invoice again with the date of its issue.",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(context: &Context) -> Outcome {
    let invoice = &context.facts.invoice;
    let finding = |message: String| Finding::new(message).cite(invoice.cite("/DocDtls/Dt"));
    let Some(written) = invoice.date_text.as_deref() else {
        // An absent date is DOC-MANDATORY's to name.
        return Outcome::Unverified(finding("the invoice has no date".to_owned()));
    };
    let Some(date) = invoice.date else {
        let shown: String = written.chars().take(20).collect();
        return Outcome::Fail(
            finding(format!(
                "the invoice date {shown} is no date of the calendar"
            ))
            .rule(shown),
        );
    };
    let as_of = readable(context.facts.as_of);
    if date > context.facts.as_of {
        let message = format!(
            "the invoice is dated {}, after {as_of}, the day of judgement",
            readable(date)
        );
        return Outcome::Fail(finding(message).rule(as_of));
    }
    Outcome::Pass(
        finding(format!(
            "the invoice is dated {}, not after {as_of}",
            readable(date)
        ))
        .rule(as_of),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::SPEC;
    use crate::grounded;
    use crate::testing::{World, portal::word};

    #[test]
    fn the_day_itself_is_not_after() {
        for (written, want) in [
            (json!("12/10/2026"), "pass"),
            (json!("21/11/2026"), "pass"),
            (json!("22/11/2026"), "fail"),
            (json!("2026-11-22"), "fail"),
            (json!("31/11/2026"), "fail"),
            (json!("29/02/2026"), "fail"),
            (json!("next week"), "fail"),
            (json!(20_261_112), "fail"),
            (json!(""), "unverified"),
            (Value::Null, "unverified"),
        ] {
            let world = World::clean().with("/DocDtls/Dt", written.clone());
            assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{written}");
        }
    }

    #[test]
    fn both_days_are_named() {
        let world = World::clean().as_of("2026-10-11");
        insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"the invoice is dated 12 Oct 2026, after 11 Oct 2026, the day of judgement");
    }
}
