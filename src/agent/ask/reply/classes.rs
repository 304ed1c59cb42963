//! Vendors of a class: how many the vendor master has, and which.

use domain::{
    EvidenceId,
    records::{Lacking, VendorList},
};

use super::{Desk, Reply, Seen, Unknown, whole};
use crate::ask::{lookup::Lookup, part::VendorClass, wording::Wording};

/// Vendors that an answer names one by one, where it is asked which they are, and where only how many.
const LISTED_MAX: usize = 40;
const COUNTED_MAX: usize = 10;
/// Vendors of one sentence.
const SENTENCE_MAX: usize = 10;

pub(super) fn vendors(desk: &Desk<'_>, class: &VendorClass, listed: bool) -> Reply {
    let Seen::Found(evidence, found) = desk.look::<VendorList>(Lookup::Vendors(class.clone()))?
    else {
        let why = "the vendor master does not list its vendors".to_owned();
        return Err(Unknown::NoAnswer(why).into());
    };
    let lead = if *class == VendorClass::default() {
        let lead = desk.word().say("The vendor master has ");
        lead.plain(evidence, "/count").say(noun(found.count))
    } else if found.count == 0 {
        let lead = desk.word().cite(evidence, "/count");
        said(
            lead.say("No vendor in the vendor master "),
            evidence,
            class,
            0,
        )
    } else {
        let lead = desk.word().plain(evidence, "/count").say(noun(found.count));
        said(
            lead.say(" in the vendor master "),
            evidence,
            class,
            found.count,
        )
    };
    let mut wordings = vec![lead.say(".")];
    let most = if listed { LISTED_MAX } else { COUNTED_MAX };
    let named = found.vendors.len().min(most);
    if named == found.count || listed {
        for from in (0..named).step_by(SENTENCE_MAX) {
            let until = named.min(from + SENTENCE_MAX);
            let mut wording = desk.word();
            for index in from..until {
                let at = |member: &str| format!("/vendors/{index}/{member}");
                let comma = if index == from { "" } else { "; " };
                wording = wording
                    .say(comma)
                    .plain(evidence, &at("vendor_id"))
                    .say(" ")
                    .plain(evidence, &at("legal_name"));
                wording = beside(wording, evidence, class, &at);
            }
            wordings.push(wording.say("."));
        }
        let more = found.count.saturating_sub(named);
        if more > 0 && !desk.strict {
            let mut wording = desk.word();
            let all = wording.place(evidence, "/count");
            wordings.push(
                wording
                    .say("There are ")
                    .computed(more.into(), format!("${all} - {named}"), super::Show::Plain)
                    .say(" more."),
            );
        }
    }
    Ok(whole(wordings))
}

fn noun(count: usize) -> &'static str {
    if count == 1 { " vendor" } else { " vendors" }
}

/// What a vendor of the class is, as the master has it.
fn said<'a>(
    wording: Wording<'a>,
    evidence: EvidenceId,
    class: &VendorClass,
    count: usize,
) -> Wording<'a> {
    let (is, has) = if count < 2 {
        ("is ", "has ")
    } else {
        ("are ", "have ")
    };
    let mut wording = wording;
    let mut joined = false;
    let mut and = |wording: Wording<'a>| {
        let with = if joined {
            wording.say(" and ")
        } else {
            wording
        };
        joined = true;
        with
    };
    if class.status.is_some() {
        wording = and(wording).say(is).plain(evidence, "/status");
    }
    if let Some(msme) = class.msme {
        wording = and(wording);
        wording = if msme == "any" {
            wording
                .say(has)
                .cite(evidence, "/msme")
                .say("an MSME class")
        } else {
            let noun = if count < 2 {
                " enterprise (MSME)"
            } else {
                " enterprises (MSME)"
            };
            let article = if count < 2 { "a " } else { "" };
            wording
                .say(is)
                .say(article)
                .plain(evidence, "/msme")
                .say(noun)
        };
    }
    if class.terms_days.is_some() {
        wording = and(wording)
            .say(is)
            .say("paid within ")
            .plain(evidence, "/terms_days")
            .say(" days of the invoice's date");
    }
    if let Some(lacking) = class.lacking {
        let wording = and(wording).cite(evidence, "/lacking");
        let lacks = if count < 2 { "lacks " } else { "lack " };
        return match lacking {
            Lacking::BankAccount => wording.say(lacks).say("a bank account"),
            Lacking::Pan => wording.say(lacks).say("a PAN"),
            Lacking::Gstin => wording.say(lacks).say("a GSTIN"),
            Lacking::Email => wording.say(lacks).say("an e-mail address"),
            Lacking::PaymentTerms => wording.say(lacks).say("payment terms"),
            Lacking::AgreeingPan => wording
                .say(has)
                .say("a PAN that is not the one inside the GSTIN"),
        };
    }
    wording
}

/// What of a vendor was asked about and differs between vendors.
fn beside<'a>(
    wording: Wording<'a>,
    evidence: EvidenceId,
    class: &VendorClass,
    at: &impl Fn(&str) -> String,
) -> Wording<'a> {
    if class.msme == Some("any") {
        return wording.say(" (").plain(evidence, &at("msme")).say(")");
    }
    if class.lacking == Some(Lacking::AgreeingPan) {
        return wording
            .say(" (PAN ")
            .plain(evidence, &at("pan"))
            .say(", GSTIN ")
            .plain(evidence, &at("gstin"))
            .say(")");
    }
    wording
}
