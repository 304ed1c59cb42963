//! What the vendor master holds of a vendor: terms, MSME class, account, identifiers, standing.

use domain::records::Buyer;
use serde_json::Value;

use super::{
    Desk, Reply, Seen, Show, Unknown, contract,
    party::{self, Party, Registration},
    whole,
};
use crate::{
    ask::{
        lookup::Lookup,
        part::{Column, Part},
        wording::Wording,
    },
    claims::Draft,
};

/// The registrations of a part's vendor; the vendor master has to know it.
fn known<'a>(desk: &Desk<'a>, part: &Part) -> Result<Party<'a>, super::Stop> {
    let party = party::of(desk, part.subject)?;
    if party.registrations.is_empty() {
        let what = party
            .gstin
            .map_or_else(|| "it".to_owned(), |(gstin, _)| gstin);
        return Err(Unknown::Absent(format!("{what} is not in the vendor master")).into());
    }
    Ok(party)
}

/// One sentence for the vendor where all its registrations say the same, else one for each.
fn each<'a>(
    desk: &Desk<'a>,
    party: &Party<'a>,
    member: &str,
    say: impl Fn(Wording<'a>, &Registration<'a>) -> Wording<'a>,
) -> Vec<Draft> {
    let value = |own: &Registration<'_>| -> Option<&Value> {
        let observation = desk.inquiry.observation(own.evidence)?;
        observation.pointer(&own.at(member))
    };
    let mut first = party.registrations.iter();
    let same = first.next().is_some_and(|one| {
        party
            .registrations
            .iter()
            .all(|own| value(own) == value(one))
    });
    let spoken = if same { 1 } else { party.registrations.len() };
    whole(party.registrations.iter().take(spoken).map(|own| {
        let titled = party.title(desk.word());
        let titled = if same {
            titled
        } else {
            titled
                .say(", registration ")
                .plain(own.evidence, &own.at("gstin"))
                .say(",")
        };
        say(titled, own)
    }))
}

pub(super) fn terms(desk: &Desk<'_>, part: &Part) -> Reply {
    let party = known(desk, part)?;
    let mut drafts = each(desk, &party, "payment_terms_days", |wording, own| {
        let at = own.at("payment_terms_days");
        match own.vendor.payment_terms_days {
            Some(_) => wording
                .say(" is paid within ")
                .plain(own.evidence, &at)
                .say(" days of the invoice's date, by the vendor master."),
            None => wording
                .cite(own.evidence, &at)
                .say(" has no payment terms in the vendor master."),
        }
    });
    drafts.extend(contract::payment_terms(desk, &party)?);
    Ok(drafts)
}

pub(super) fn msme(desk: &Desk<'_>, part: &Part) -> Reply {
    let party = known(desk, part)?;
    Ok(each(desk, &party, "msme", |wording, own| {
        let at = own.at("msme");
        if own.vendor.msme.is_empty() {
            wording
                .cite(own.evidence, &at)
                .say(" has no MSME class in the vendor master.")
        } else {
            wording
                .say(" is a ")
                .plain(own.evidence, &at)
                .say(" enterprise (MSME), by the vendor master.")
        }
    }))
}

pub(super) fn bank(desk: &Desk<'_>, part: &Part) -> Reply {
    let party = known(desk, part)?;
    Ok(each(desk, &party, "bank_account", |wording, own| {
        let (account, ifsc) = (own.at("bank_account"), own.at("ifsc"));
        if own.vendor.bank_account.is_empty() {
            return wording
                .cite(own.evidence, &account)
                .say(" has no bank account in the vendor master.");
        }
        let wording =
            wording
                .say(" is paid to account ")
                .show(own.evidence, &account, Show::LastFour);
        if own.vendor.ifsc.is_empty() {
            wording.say(", by the vendor master.")
        } else {
            wording
                .say(" (IFSC ")
                .plain(own.evidence, &ifsc)
                .say("), by the vendor master.")
        }
    }))
}

pub(super) fn column(desk: &Desk<'_>, part: &Part, column: Column) -> Reply {
    let party = known(desk, part)?;
    let (member, what) = match column {
        Column::Gstin => ("gstin", "GSTIN"),
        Column::Pan => ("pan", "PAN"),
        Column::Email => ("email", "e-mail address"),
        Column::Name => ("trade_name", "trade name"),
        Column::VendorId => ("vendor_id", "vendor id"),
        Column::Status => ("status", "status"),
    };
    let empty = |own: &Registration<'_>| match column {
        Column::Gstin => own.vendor.gstin.is_empty(),
        Column::Pan => own.vendor.pan.is_empty(),
        Column::Email => own.vendor.email.is_empty(),
        Column::Name => own.vendor.trade_name.is_empty(),
        Column::VendorId => own.vendor.vendor_id.is_empty(),
        Column::Status => own.vendor.status.is_empty(),
    };
    let say = |wording: Wording<'_>, own: &Registration<'_>| -> Option<Draft> {
        let at = own.at(member);
        let wording = if empty(own) {
            wording
                .cite(own.evidence, &at)
                .say(&format!(" has no {what} in the vendor master."))
        } else if column == Column::Name {
            wording
                .say(" trades as ")
                .plain(own.evidence, &at)
                .say(", by the vendor master.")
        } else if column == Column::Status {
            wording
                .say(" is ")
                .plain(own.evidence, &at)
                .say(" in the vendor master.")
        } else {
            wording
                .say(&format!(" has the {what} "))
                .plain(own.evidence, &at)
                .say(" in the vendor master.")
        };
        wording.end()
    };
    // Each registration has a GSTIN of its own; what else there is, is said once where it is the same.
    let mut drafts: Vec<Draft> = Vec::new();
    for own in &party.registrations {
        let said = say(party.title(desk.word()), own);
        drafts.extend(said.filter(|draft| drafts.iter().all(|known| known.text != draft.text)));
    }
    Ok(drafts)
}

/// Our own GSTINs.
pub(super) fn ours(desk: &Desk<'_>) -> Reply {
    let Seen::Found(evidence, buyer) = desk.look::<Buyer>(Lookup::Buyer)? else {
        return Err(Unknown::Absent("the book does not say who we are".to_owned()).into());
    };
    let mut wording = desk
        .word()
        .plain(evidence, "/legal_name")
        .say(" is registered as ");
    for index in 0..buyer.gstins.len() {
        let comma = if index == 0 { "" } else { ", " };
        wording = wording
            .say(comma)
            .plain(evidence, &format!("/gstins/{index}"));
    }
    if buyer.gstins.is_empty() {
        return Err(Unknown::Absent("the book names no GSTIN of ours".to_owned()).into());
    }
    Ok(whole([wording.say(".")]))
}
