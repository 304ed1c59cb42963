//! GSTIN-CHECKSUM: the supplier's GSTIN has the right form, a state code and the right check character.

use domain::{Change, Finding, Gstin, Outcome, civil::readable, gstin::GstinError};
use serde_json::Value;

use crate::{Context, Mend, Severity, Spec};

pub(crate) const SPEC: Spec = Spec {
    id: "GSTIN-CHECKSUM",
    severity: Severity::Reject,
    required: true,
    title: "the supplier's GSTIN is well formed",
    law: "CGST Act 2017 s.25; CGST Rules 2017 rule 10(1) and the GSTN's structure of a GSTIN (mod-36 check character)",
    remedy: "The supplier corrects its GSTIN and issues the invoice again.",
    needs: &[],
    run,
    mend: Mend::By(mend),
};

const PLACE: &str = "/SellerDtls/Gstin";

fn run(context: &Context) -> Outcome {
    let invoice = &context.facts.invoice;
    let finding = |message: String| Finding::new(message).cite(invoice.cite(PLACE));
    match invoice.supplier.parsed_gstin() {
        // An absent GSTIN is DOC-MANDATORY's to name.
        None => Outcome::Unverified(finding(
            "the invoice names no GSTIN of the supplier".to_owned(),
        )),
        Some(Ok(gstin)) if !context.law.admits(gstin, invoice.date) => {
            let (code, day) = (
                gstin.state(),
                invoice.date.map(readable).unwrap_or_default(),
            );
            Outcome::Fail(
                finding(format!(
                    "the supplier's GSTIN is not valid: {code} was no State code on {day}"
                ))
                .cite(invoice.cite("/DocDtls/Dt"))
                .rule(code),
            )
        }
        Some(Ok(gstin)) => Outcome::Pass(finding(format!(
            "the supplier's GSTIN {gstin} is well formed, its check character holds"
        ))),
        Some(Err(error)) => {
            let lead = "the supplier's GSTIN is not valid";
            let finding = match error {
                GstinError::Length(found) => {
                    finding(format!("{lead}: {found} characters instead of 15"))
                        .rule(found.to_string())
                        .rule("15")
                }
                GstinError::Layout => finding(format!(
                    "{lead}: the characters fit none of the layouts of a GSTIN"
                )),
                GstinError::State(digits) => {
                    finding(format!("{lead}: {digits} is no State code")).rule(digits.to_string())
                }
                GstinError::Check { expected, found } => finding(format!(
                    "{lead}: it ends in {found}, its check character is {expected}"
                ))
                .rule(expected.to_string())
                .rule(found.to_string()),
            };
            Outcome::Fail(finding)
        }
    }
}

/// The registration that was meant: the one that was signed; else, as nobody can tell which character is wrong, each
/// one slip away, first that with another check character.
fn mend(context: &Context) -> Vec<Change> {
    let supplier = &context.facts.invoice.supplier;
    let (Some(text), Some(Err(error))) = (supplier.gstin.as_deref(), supplier.parsed_gstin())
    else {
        return Vec::new();
    };
    let signed = context.facts.qr.as_ref();
    let signed = signed.and_then(|(_, qr)| qr.text("SellerGstin").parse::<Gstin>().ok());
    let ends_otherwise = match error {
        GstinError::Check { expected, .. } => text
            .get(..14)
            .and_then(|first| format!("{first}{expected}").parse().ok()),
        _ => None,
    };
    let mut meant: Vec<Gstin> = signed.into_iter().chain(ends_otherwise).collect();
    for near in domain::gstin::one_slip_away(text) {
        if !meant.contains(&near) {
            meant.push(near);
        }
    }
    let change = |meant: Gstin| {
        let text = format!("correct the supplier's GSTIN to {meant}, if that is the supplier's");
        Change::invoice(PLACE, Value::from(meant.as_str()), text)
    };
    meant.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::SPEC;
    use crate::grounded;
    use crate::testing::{
        World,
        portal::{mends, word},
    };

    #[test]
    fn form_state_and_check_character() {
        for (gstin, want) in [
            (json!("24AAKCS4821M1Z2"), "pass"),
            (json!(" 24AAKCS4821M1Z2 "), "pass"),
            // Deductor, collector, UN body and online services from abroad.
            (json!("06DELI09652G1DA"), "pass"),
            (json!("29AABCF8078M1C8"), "pass"),
            (json!("0717UNO00157UNO"), "pass"),
            (json!("9917SGP29001OST"), "pass"),
            (json!("24AAKCS4821M1Z3"), "fail"),
            (json!("24AAKCS4812M1Z2"), "fail"),
            (json!("24aakcs4821m1z2"), "fail"),
            (json!("39AAACR5055K1Z2"), "fail"),
            (json!("00AAACR5055K1ZX"), "fail"),
            (json!("24AAKCS4821M1Z"), "fail"),
            (json!("24AAKCS4821M1Z22"), "fail"),
            (json!("URP"), "fail"),
            (json!("₹₹₹₹₹"), "fail"),
            (json!("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ"), "fail"),
            (json!(24), "fail"),
            (json!(""), "unverified"),
            (Value::Null, "unverified"),
        ] {
            let world = World::clean().with("/SellerDtls/Gstin", gstin.clone());
            assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{gstin}");
        }
    }

    #[test]
    fn former_states_are_none_after_their_end() {
        for (gstin, date, want) in [
            ("25AAKCS4821M1Z0", "25/01/2020", "pass"),
            ("25AAKCS4821M1Z0", "26/01/2020", "fail"),
            ("28AAKCS4821M1ZU", "12/10/2026", "fail"),
            ("28AAKCS4821M1ZU", "soon", "pass"),
            ("37AAKCS4821M1ZV", "12/10/2026", "pass"),
        ] {
            let world = World::clean()
                .with("/SellerDtls/Gstin", json!(gstin))
                .with("/DocDtls/Dt", json!(date));
            assert_eq!(word(&grounded::run(&world, &SPEC)), want, "{gstin} {date}");
        }
        let world = World::clean().with("/SellerDtls/Gstin", json!("28AAKCS4821M1ZU"));
        insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"the supplier's GSTIN is not valid: 28 was no State code on 12 Oct 2026");
    }

    #[test]
    fn a_wrong_check_character_is_mended_by_the_right_one() {
        let world = World::clean().with("/SellerDtls/Gstin", json!("24AAKCS4821M1Z3"));
        mends(&SPEC, &world);
        insta::assert_snapshot!(grounded::run(&world, &SPEC).finding().message, @"the supplier's GSTIN is not valid: it ends in 3, its check character is 2");
        // What was signed says what was meant; without it two characters are no more than a guess.
        let cut = World::clean().with("/SellerDtls/Gstin", json!("24"));
        mends(&SPEC, &cut);
        assert!(cut.unregistered().mend(&SPEC).is_empty());
        let lost = World::clean().with("/SellerDtls/Gstin", json!("24AAKC4821M1Z2"));
        let meant = json!(crate::testing::SUPPLIER);
        assert!(
            lost.unregistered()
                .mend(&SPEC)
                .iter()
                .any(|c| c.value == meant)
        );
    }
}
