//! VENDOR-BANK: the money goes to the account that was agreed.

use domain::{Change, Cite, Finding, Need, Outcome, Who};
use serde_json::json;

use crate::{
    Context, Mend, Severity, Spec,
    remarks::remarks,
    vendor_known::{Placed, known, standing_for},
};

pub(crate) const SPEC: Spec = Spec {
    id: "VENDOR-BANK",
    severity: Severity::Hold,
    required: true,
    title: "the bank account is the vendor's",
    law: "control: a changed account is confirmed by call-back before it is paid",
    remedy: "Accounts calls the vendor back on a known number; the supplier corrects the account, or the master is changed.",
    needs: &[Need::Vendor],
    run,
    mend: Mend::By(mend),
};

/// An account as it is compared: spaces, hyphens and case folded. Leading zeros count: they are part of the number.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect::<String>()
        .to_uppercase()
}

/// The last four digits, all that a message shows.
pub(crate) fn tail(account: &str) -> String {
    let account = folded(account);
    let count = account.chars().count();
    if count <= 4 {
        return "..".to_owned();
    }
    format!("..{}", account.chars().skip(count - 4).collect::<String>())
}

fn run(context: &Context) -> Outcome {
    let outcome = evaluate(context).unwrap_or_else(|open| open);
    match outcome {
        Outcome::Fail(_) => outcome,
        other => in_words(context).unwrap_or(other),
    }
}

/// An account that the invoice names in words, in terms or a remark, and that is none of the vendor's.
fn in_words(context: &Context) -> Option<Outcome> {
    let (invoice, master) = (&context.facts.invoice, &context.facts.vendor);
    let candidates = standing_for(known(context).ok()?);
    let held = |account: &str| {
        candidates
            .iter()
            .any(|(_, v)| folded(&v.bank_account) == folded(account))
    };
    let (pointer, account) = remarks(invoice).find_map(|(pointer, text)| {
        let mut named = clauses::accounts_named(text).into_iter();
        Some((pointer, named.find(|account| !held(account))?))
    })?;
    let (place, vendor) = candidates
        .iter()
        .find(|(_, v)| !folded(&v.bank_account).is_empty())?;
    Some(Outcome::Fail(
        Finding::new(format!(
            "the invoice asks in words for payment to account {}, the vendor master holds {} for {}",
            tail(&account),
            tail(&vendor.bank_account),
            vendor.vendor_id
        ))
        .cite(invoice.cite(&pointer))
        .cites(master.cite(format!("{place}/bank_account")))
        .cites(master.cite(format!("{place}/vendor_id"))),
    ))
}

fn evaluate(context: &Context) -> Result<Outcome, Outcome> {
    let (invoice, master) = (&context.facts.invoice, &context.facts.vendor);
    let Some(account) = invoice.payment.account.as_deref() else {
        return Err(Outcome::not_applicable("the invoice names no bank account"));
    };
    let record = known(context)?;
    let ifsc = invoice.payment.ifsc.as_deref();
    let candidates: Vec<Placed<'_>> = standing_for(record)
        .into_iter()
        .filter(|(_, vendor)| !folded(&vendor.bank_account).is_empty())
        .collect();
    let Some((place, vendor)) = candidates.first() else {
        return Err(Outcome::unverified(
            "the vendor master holds no bank account of this vendor",
        ));
    };
    let cited = |place: &str, with_ifsc: bool| -> Vec<Cite> {
        let mut cites = vec![invoice.cite("/PayDtls/AccDet")];
        cites.extend(master.cite(format!("{place}/bank_account")));
        if with_ifsc {
            cites.push(invoice.cite("/PayDtls/FinInsBr"));
            cites.extend(master.cite(format!("{place}/ifsc")));
        }
        cites
    };
    let same_account = |(_, v): &&Placed<'_>| folded(&v.bank_account) == folded(account);
    let same_branch =
        |(_, v): &&Placed<'_>| ifsc.is_none_or(|ifsc| folded(&v.ifsc) == folded(ifsc));
    let shown = tail(account);
    if let Some((place, _)) = candidates
        .iter()
        .find(|c| same_account(c) && same_branch(c))
    {
        return Ok(Outcome::Pass(
            Finding::new(format!(
                "the account {shown} is the one in the vendor master"
            ))
            .cites(cited(place, ifsc.is_some())),
        ));
    }
    let Some((place, vendor)) = candidates.iter().find(same_account) else {
        let held = tail(&vendor.bank_account);
        // Forged accounts often keep the last digits, which are all that a message shows.
        let alike = if held == shown {
            ", another one that ends alike"
        } else {
            ""
        };
        return Ok(Outcome::Fail(
            Finding::new(format!(
                "the invoice asks for payment to account {shown}, the vendor master holds {held} for {}{alike}",
                vendor.vendor_id
            ))
            .cites(cited(place, false))
            .cites(master.cite(format!("{place}/vendor_id"))),
        ));
    };
    let written = ifsc.unwrap_or_default();
    if folded(&vendor.ifsc).is_empty() {
        return Ok(Outcome::Unverified(
            Finding::new(format!(
                "the account {shown} is the one in the vendor master, which holds no IFSC to compare {written} with"
            ))
            .cites(cited(place, true)),
        ));
    }
    Ok(Outcome::Fail(
        Finding::new(format!(
            "the invoice gives IFSC {written} for account {shown}, the vendor master holds {} for {}",
            vendor.ifsc, vendor.vendor_id
        ))
        .cites(cited(place, true))
        .cites(master.cite(format!("{place}/vendor_id"))),
    ))
}

/// The supplier's correction alone where an account is agreed: to take over what the invoice says is what a forger hopes for.
fn mend(context: &Context) -> Vec<Change> {
    let payment = &context.facts.invoice.payment;
    let Some(record) = context.facts.vendor.found() else {
        return Vec::new();
    };
    let Some(account) = payment.account.as_deref() else {
        return Vec::new();
    };
    let candidates = standing_for(record);
    let same = candidates
        .iter()
        .find(|(_, v)| folded(&v.bank_account) == folded(account));
    let held = candidates.iter().find(|(_, v)| !v.bank_account.is_empty());
    let Some((place, vendor)) = same.or(held).or(candidates.first()) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    // Where the master holds none, what the supplier says on call-back is entered, and nothing is taken over unheard.
    let enter = |member: &str, value: &str, name: String| {
        Change::observation(
            Who::Buyer,
            Need::Vendor,
            format!("{place}/{member}"),
            json!(value),
            format!("confirm the {name} by call-back and enter it into the vendor master"),
        )
    };
    if folded(&vendor.bank_account).is_empty() {
        changes.push(enter(
            "bank_account",
            account,
            format!("account {}", tail(account)),
        ));
    }
    if folded(&vendor.bank_account) != folded(account) && !vendor.bank_account.is_empty() {
        changes.push(Change::invoice(
            "/PayDtls/AccDet",
            json!(vendor.bank_account),
            format!(
                "name the agreed account {}, as confirmed by call-back",
                tail(&vendor.bank_account)
            ),
        ));
    }
    if let Some(ifsc) = payment.ifsc.as_deref()
        && folded(&vendor.ifsc) != folded(ifsc)
    {
        changes.push(if folded(&vendor.ifsc).is_empty() {
            enter("ifsc", ifsc, format!("IFSC {ifsc}"))
        } else {
            Change::invoice(
                "/PayDtls/FinInsBr",
                json!(vendor.ifsc),
                format!("name the agreed IFSC {}", vendor.ifsc),
            )
        });
    }
    changes
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::{
        World,
        portal::{mends, message, moved_to_pan, word},
    };

    fn paid_to(account: Value, ifsc: Value) -> World {
        World::clean()
            .with("/PayDtls/AccDet", account)
            .with("/PayDtls/FinInsBr", ifsc)
    }

    /// The master holds 50200048213377 at HDFC0000412.
    #[test]
    fn an_account_in_words_counts_too() {
        let said = |pointer: &str, text: &str| World::clean().with(pointer, json!(text));
        let other = "Kindly remit to our new A/c No. 9180 1004 5566 77 (IFSC UTIB0000123)";
        for (name, world, want) in [
            ("in a remark", said("/RefDtls/InvRm", other), "fail"),
            (
                "in the instruction",
                said("/PayDtls/PayInstr", other),
                "fail",
            ),
            (
                "in a supporting text",
                said("/AddlDocDtls", "").with("/AddlDocDtls", json!([{"Info": other}])),
                "fail",
            ),
            (
                "without a typed account",
                said("/RefDtls/InvRm", other).with("/PayDtls/AccDet", Value::Null),
                "fail",
            ),
            (
                "the vendor's",
                said("/RefDtls/InvRm", "Pay to A/c 5020 0048 2133 77"),
                "pass",
            ),
            (
                "a telephone",
                said("/RefDtls/InvRm", "Call accounts at 9876543210"),
                "pass",
            ),
            (
                "of an unknown vendor",
                crate::testing::portal::unknown_vendor(said("/RefDtls/InvRm", other)),
                "not applicable",
            ),
        ] {
            assert_eq!(word(&world.run(&SPEC)), want, "{name}");
        }
        insta::assert_snapshot!(message(&SPEC, &said("/RefDtls/InvRm", other)), @"the invoice asks in words for payment to account ..6677, the vendor master holds ..3377 for V0007");
    }

    /// The master holds 50200048213377 at HDFC0000412.
    #[test]
    fn account_and_branch_are_the_masters() {
        let (account, ifsc) = (json!("50200048213377"), json!("HDFC0000412"));
        let master = |member: &str, value: &str| {
            World::clean().record(Need::Vendor, &format!("/by_gstin/0/{member}"), json!(value))
        };
        for (name, world, want) in [
            ("both", World::clean(), "pass"),
            (
                "spaced and small",
                paid_to(json!("5020 0048-213377"), json!("hdfc0000412")),
                "pass",
            ),
            (
                "as a number",
                paid_to(json!(50_200_048_213_377_i64), ifsc.clone()),
                "pass",
            ),
            (
                "one digit off",
                paid_to(json!("50200048213378"), ifsc.clone()),
                "fail",
            ),
            (
                "a zero before it",
                paid_to(json!("050200048213377"), ifsc.clone()),
                "fail",
            ),
            (
                "another branch",
                paid_to(account.clone(), json!("HDFC0000413")),
                "fail",
            ),
            (
                "no branch named",
                paid_to(account.clone(), Value::Null),
                "pass",
            ),
            (
                "no account named",
                paid_to(Value::Null, json!("HDFC0000413")),
                "not applicable",
            ),
            (
                "no account in the master",
                master("bank_account", ""),
                "unverified",
            ),
            ("no branch in the master", master("ifsc", ""), "unverified"),
            ("by PAN", moved_to_pan(World::clean()), "pass"),
            (
                "by PAN, another",
                moved_to_pan(paid_to(json!("1"), ifsc)),
                "fail",
            ),
            ("no answer", World::clean().open(Need::Vendor), "unverified"),
        ] {
            assert_eq!(word(&world.run(&SPEC)), want, "{name}");
        }
    }

    /// Account and branch of two registrations do not mix, and the PAN's others do not count beside the GSTIN's own.
    #[test]
    fn one_registration_must_hold_both() {
        let mut other =
            World::clean().observation(domain::EvidenceId(2)).unwrap()["by_gstin"][0].clone();
        other["bank_account"] = json!("00000000009999");
        other["ifsc"] = json!("ICIC0000001");
        let invoice = paid_to(json!("00000000009999"), json!("ICIC0000001"));
        let beside = invoice
            .clone()
            .record(Need::Vendor, "/by_gstin/1", other.clone());
        assert_eq!(word(&beside.run(&SPEC)), "pass");
        assert_eq!(
            word(
                &beside
                    .with("/PayDtls/FinInsBr", json!("HDFC0000412"))
                    .run(&SPEC)
            ),
            "fail"
        );
        assert_eq!(
            word(&invoice.record(Need::Vendor, "/by_pan/0", other).run(&SPEC)),
            "fail"
        );
    }

    #[test]
    fn messages_show_four_digits_only() {
        let world = paid_to(json!("91120045106648"), json!("ICIC0000001"));
        insta::assert_snapshot!(message(&SPEC, &world), @"the invoice asks for payment to account ..6648, the vendor master holds ..3377 for V0007");
        mends(&SPEC, &world);
        let world = paid_to(json!("50200048213377"), json!("ICIC0000001"));
        insta::assert_snapshot!(message(&SPEC, &world), @"the invoice gives IFSC ICIC0000001 for account ..3377, the vendor master holds HDFC0000412 for V0007");
        mends(&SPEC, &world);
        let world = paid_to(json!("91120045103377"), json!("HDFC0000412"));
        insta::assert_snapshot!(message(&SPEC, &world), @"the invoice asks for payment to account ..3377, the vendor master holds ..3377 for V0007, another one that ends alike");
        assert_eq!(tail("1234"), "..");
    }

    #[test]
    fn what_the_master_lacks_is_entered_by_the_buyer() {
        for member in ["bank_account", "ifsc"] {
            let place = format!("/by_gstin/0/{member}");
            let world = World::clean().record(Need::Vendor, &place, json!(""));
            mends(&SPEC, &world);
            let changes = world.mend(&SPEC);
            assert!(changes.iter().all(|c| c.who == Who::Buyer), "{changes:?}");
        }
    }
}
