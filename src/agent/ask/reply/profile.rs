//! What something is: a vendor, an order, an invoice or a receipt, by its number or name.

use domain::records::{FoundInvoices, Order, Registrations};

use super::{Desk, Reply, Seen, Show, Stop, Unknown, ledger, orders, party, party::Party, portal};
use crate::{
    ask::{
        lookup::Lookup,
        part::{Billing, CodeKind, Part, Subject},
    },
    claims::Draft,
};

pub(super) fn profile(desk: &Desk<'_>, part: &Part) -> Reply {
    match desk.subject(part.subject) {
        None => Err(Unknown::Incomplete(
            "the question names nothing that the records are about".to_owned(),
        )
        .into()),
        Some(Subject::Irn(_)) => portal::irn(desk, part),
        Some(Subject::Gstin { .. }) => portal::registration(desk, part),
        Some(Subject::Code { text, kind }) => code(desk, part, text, *kind),
        Some(Subject::Name { .. } | Subject::Pan(_)) => {
            Ok(vendor(desk, &party::of(desk, part.subject)?))
        }
    }
}

/// "Has V001 been paid?" asks for its invoices, "has A-1 been paid?" for that one.
pub(super) fn standing(desk: &Desk<'_>, part: &Part, billing: &Billing) -> Reply {
    if let Some(Subject::Code { text, .. }) = desk.subject(part.subject)
        && let Seen::Found(..) = desk.look::<Registrations>(Lookup::Vendor(text.clone()))?
    {
        return ledger::billed(desk, part, billing);
    }
    if desk.dated {
        let why = "only what a vendor billed is asked of a period".to_owned();
        return Err(Unknown::Beyond(why).into());
    }
    profile(desk, part)
}

/// A number may be a vendor's, an order's and an invoice's at once: each that has it answers.
fn code(desk: &Desk<'_>, part: &Part, text: &str, kind: Option<CodeKind>) -> Reply {
    let may_be = |wanted: CodeKind| kind.is_none_or(|kind| kind == wanted);
    if kind == Some(CodeKind::Receipt) {
        return orders::receipts(desk, part, None);
    }
    let mut replies: Vec<Result<Vec<Draft>, Stop>> = Vec::new();
    if may_be(CodeKind::Vendor) {
        replies.push(
            match desk.look::<Registrations>(Lookup::Vendor(text.to_owned())) {
                Ok(Seen::Found(..)) => {
                    party::of(desk, part.subject).map(|party| vendor(desk, &party))
                }
                Ok(Seen::Absent(_)) => Ok(Vec::new()),
                Err(stop) => Err(stop),
            },
        );
    }
    if may_be(CodeKind::Order) {
        replies.push(match desk.look::<Order>(Lookup::Order(text.to_owned())) {
            Ok(Seen::Found(evidence, order)) => orders::told(desk, evidence, order),
            Ok(Seen::Absent(_)) => Ok(Vec::new()),
            Err(stop) => Err(stop),
        });
    }
    if may_be(CodeKind::Invoice) {
        replies.push(
            match desk.look::<FoundInvoices>(Lookup::Invoice(text.to_owned())) {
                Ok(Seen::Found(evidence, found)) if !found.invoices.is_empty() => {
                    ledger::told(desk, evidence, &found.invoices.iter().enumerate().collect())
                }
                Ok(_) => Ok(Vec::new()),
                Err(stop) => Err(stop),
            },
        );
    }
    let mut drafts = Vec::new();
    let mut unanswered = None;
    for reply in replies {
        match reply {
            Ok(said) => drafts.extend(said),
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::Unknown(unknown)) => unanswered = unanswered.or(Some(unknown)),
        }
    }
    match unanswered {
        _ if !drafts.is_empty() => Ok(drafts),
        Some(unknown) => Err(unknown.into()),
        None => Err(Unknown::Absent(format!("nothing numbered {text} is in the records")).into()),
    }
}

/// A vendor in a few sentences.
fn vendor(desk: &Desk<'_>, party: &Party<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for own in &party.registrations {
        let mut wording = party
            .title(desk.word())
            .say(", ")
            .plain(own.evidence, &own.at("gstin"))
            .say(", is ")
            .plain(own.evidence, &own.at("status"))
            .say(" in the vendor master");
        if own.vendor.payment_terms_days.is_some() {
            wording = wording
                .say(", paid within ")
                .plain(own.evidence, &own.at("payment_terms_days"))
                .say(" days");
        }
        if !own.vendor.msme.is_empty() {
            wording = wording
                .say(", a ")
                .plain(own.evidence, &own.at("msme"))
                .say(" enterprise");
        }
        if !own.vendor.bank_account.is_empty() {
            wording = wording.say(", account ").show(
                own.evidence,
                &own.at("bank_account"),
                Show::LastFour,
            );
        }
        drafts.extend(wording.say(".").end());
    }
    drafts
}
