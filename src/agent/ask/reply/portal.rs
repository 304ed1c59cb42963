//! What the GST portal and the registration portals say.

use std::collections::BTreeMap;

use domain::{
    Gstin, TaxPeriod, names,
    portal::{FiledReturn, IrnRecord, Returns, Statement, StatementDocument, Taxpayer},
    records::VendorRecord,
};

use super::{Desk, QUESTION, Reply, Seen, Show, Stop, Unknown, ledger, party, text_at, whole};
use crate::{
    ask::{
        lookup::Lookup,
        part::{Part, Subject},
        wording::Wording,
    },
    claims::Draft,
    obligations::latest_statement,
};

/// Kinds of returns that an answer speaks of where none was asked for.
const KINDS_MAX: usize = 4;

pub(super) fn registration(desk: &Desk<'_>, part: &Part) -> Reply {
    if let Some(Subject::Gstin {
        valid: Err(problem),
        ..
    }) = desk.subject(part.subject)
    {
        let at = part.subject.unwrap_or_default();
        let wording = desk
            .word()
            .of_the_question()
            .plain(QUESTION, &format!("/subjects/{at}/text"))
            .say(&format!(" is no GSTIN: {problem}."))
            .cite(QUESTION, &format!("/subjects/{at}/problem"));
        return Ok(whole([wording]));
    }
    let party = party::of(desk, part.subject)?;
    let gstins = party.gstins();
    let portal: Vec<_> = gstins
        .iter()
        .map(|gstin| desk.look::<Taxpayer>(Lookup::Taxpayer(gstin.clone())))
        .collect();
    let mut drafts = Vec::new();
    if let Some((_, at)) = &party.gstin {
        let wording = desk
            .word()
            .of_the_question()
            .plain(QUESTION, &format!("/subjects/{at}/text"))
            .say(" is well formed, and its check character is right.")
            .cite(QUESTION, &format!("/subjects/{at}/valid"));
        drafts.extend(wording.end());
    }
    let mut silent = None;
    for (gstin, seen) in gstins.iter().zip(portal) {
        match seen {
            Ok(Seen::Found(evidence, taxpayer)) => {
                drafts.extend(registered(desk.word(), evidence, taxpayer).end());
                drafts.extend(in_master(desk, gstin, taxpayer)?);
            }
            Ok(Seen::Absent(evidence)) => {
                let wording = named(
                    &party,
                    gstin,
                    desk.word().say("The GST portal knows no GSTIN "),
                );
                drafts.extend(wording.cite(evidence, "/reason").say(".").end());
            }
            // What is certain without the portal is said all the same; the part stays open.
            Err(Stop::Unknown(unknown)) => silent = Some(unknown),
            Err(Stop::Pending) => return Err(Stop::Pending),
        }
    }
    let as_of = desk.inquiry.input.as_of;
    let past = desk
        .period(part)
        .is_some_and(|(_, period)| !period.is_current(as_of));
    if past && silent.is_none() {
        desk.keep(drafts);
        let why = "the portal says how a registration stands now and since when it is cancelled, not how it stood on another day";
        return Err(Unknown::Beyond(why.to_owned()).into());
    }
    match silent {
        None => Ok(drafts),
        Some(unknown) => {
            desk.keep(drafts);
            Err(unknown.into())
        }
    }
}

/// Parts of a principal place of business, in the order of an envelope.
const ADDRESS: [&str; 8] = ["flno", "bno", "bnm", "st", "loc", "dst", "stcd", "pncd"];

/// Where the portal says that a registration has its principal place of business.
pub(super) fn address(desk: &Desk<'_>, part: &Part) -> Reply {
    let party = party::of(desk, part.subject)?;
    let gstins = party.gstins();
    let looked: Vec<_> = gstins
        .iter()
        .map(|gstin| desk.look::<Taxpayer>(Lookup::Taxpayer(gstin.clone())))
        .collect();
    let mut wordings = Vec::new();
    for (gstin, seen) in gstins.iter().zip(looked) {
        let Seen::Found(evidence, _) = seen? else {
            let why = format!("the GST portal knows no GSTIN {gstin}");
            return Err(Unknown::Absent(why).into());
        };
        let nested = ADDRESS.iter().map(|member| format!("/pradr/addr/{member}"));
        let places: Vec<String> = nested
            .chain(["/pradr/adr".to_owned()])
            .filter(|at| !text_at(desk.inquiry, evidence, at).trim().is_empty())
            .collect();
        if places.is_empty() {
            let why = format!("the GST portal tells no address of {gstin}");
            return Err(Unknown::Absent(why).into());
        }
        let mut wording = desk
            .word()
            .plain(evidence, "/gstin")
            .say(" (")
            .plain(evidence, "/lgnm")
            .say(") has its principal place of business, by the GST portal, at ");
        for (index, at) in places.iter().enumerate() {
            wording = wording
                .say(if index == 0 { "" } else { ", " })
                .plain(evidence, at);
        }
        wordings.push(wording.say("."));
    }
    Ok(whole(wordings))
}

fn registered<'a>(
    wording: Wording<'a>,
    evidence: domain::EvidenceId,
    taxpayer: &Taxpayer,
) -> Wording<'a> {
    let mut wording = wording
        .say("The GST portal lists ")
        .plain(evidence, "/gstin")
        .say(" as ")
        .plain(evidence, "/sts")
        .say(": ")
        .plain(evidence, "/lgnm");
    if !taxpayer.kind.is_empty() {
        wording = wording.say(", ").plain(evidence, "/dty");
    }
    if taxpayer.registered.is_some() {
        wording = wording.say(", registered on ").day(evidence, "/rgdt");
    }
    if taxpayer.cancelled.is_some() {
        wording = wording.say(", cancelled on ").day(evidence, "/cxdt");
    }
    wording.say(".")
}

/// Whether a GSTIN is of a vendor of ours, and under the same name.
fn in_master(desk: &Desk<'_>, gstin: &str, taxpayer: &Taxpayer) -> Result<Option<Draft>, Stop> {
    let lookup = Lookup::ByGstin(gstin.to_owned());
    let Some((evidence, known)) = desk.glance::<VendorRecord>(lookup)? else {
        return Ok(None);
    };
    let Some(vendor) = known.by_gstin.first() else {
        let wording = desk
            .word()
            .say("It is not in the vendor master.")
            .cite(evidence, "/gstin")
            .cite(evidence, "/by_gstin");
        return Ok(wording.end());
    };
    let alike = names::similarity(&vendor.legal_name, &taxpayer.legal_name) == domain::Decimal::ONE;
    let wording = desk
        .word()
        .cite(evidence, "/gstin")
        .say("In the vendor master it is ")
        .plain(evidence, "/by_gstin/0/vendor_id")
        .say(", ")
        .plain(evidence, "/by_gstin/0/legal_name")
        .say(if alike { "." } else { ": another name." });
    Ok(wording.end())
}

/// Names a GSTIN that the question or the vendor master holds.
fn named<'a>(party: &party::Party<'a>, gstin: &str, wording: Wording<'a>) -> Wording<'a> {
    if let Some((_, at)) = &party.gstin {
        return wording.plain(QUESTION, &format!("/subjects/{at}/text"));
    }
    let own = party
        .registrations
        .iter()
        .find(|own| own.vendor.gstin == gstin);
    match own {
        Some(own) => wording.plain(own.evidence, &own.at("gstin")),
        None => wording,
    }
}

pub(super) fn einvoicing(desk: &Desk<'_>, part: &Part) -> Reply {
    let party = party::of(desk, part.subject)?;
    let looked: Vec<_> = party
        .gstins()
        .into_iter()
        .map(|gstin| desk.look::<Taxpayer>(Lookup::Taxpayer(gstin)))
        .collect();
    let mut drafts = Vec::new();
    for seen in looked {
        let Seen::Found(evidence, taxpayer) = seen? else {
            return Err(Unknown::Absent("the GST portal knows no such GSTIN".to_owned()).into());
        };
        let lead = party
            .title(desk.word())
            .say(", ")
            .plain(evidence, "/gstin")
            .cite(evidence, "/einvoiceStatus");
        let said = match taxpayer.e_invoices {
            Some(true) => ", issues e-invoices, by the GST portal: its invoices to us need an IRN.",
            Some(false) => ", does not issue e-invoices, by the GST portal.",
            None => {
                let why = "the portal does not say whether it issues e-invoices".to_owned();
                return Err(Unknown::Beyond(why).into());
            }
        };
        drafts.extend(lead.say(said).end());
    }
    Ok(drafts)
}

pub(super) fn irn(desk: &Desk<'_>, part: &Part) -> Reply {
    let Some(Subject::Irn(irn)) = desk.subject(part.subject) else {
        let why = "an IRN is 64 digits and letters a to f; the question has none".to_owned();
        return Err(Unknown::Incomplete(why).into());
    };
    let at = format!("/subjects/{}/text", part.subject.unwrap_or_default());
    let wording = desk.word().cite(QUESTION, &at);
    Ok(whole([
        match desk.look::<IrnRecord>(Lookup::Irn(irn.clone()))? {
            Seen::Absent(evidence) => wording
                .say("The registration portal knows no such IRN.")
                .cite(evidence, "/reason"),
            Seen::Found(evidence, record) => {
                let said = match record.status.as_str() {
                    "ACT" => "registered and not cancelled",
                    "CNL" => "cancelled",
                    _ => "registered",
                };
                let mut wording = wording
                    .say(&format!("The IRN is {said} ("))
                    .plain(evidence, "/Status")
                    .say(")");
                if record.registered.is_some() {
                    wording = wording.say(", acknowledged on ").day(evidence, "/AckDt");
                    if !text_at(desk.inquiry, evidence, "/AckNo").is_empty() {
                        wording = wording.say(" as ").plain(evidence, "/AckNo");
                    }
                }
                if record.cancelled.is_some() {
                    wording = wording.say(", cancelled on ").day(evidence, "/CnlDt");
                }
                wording.say(".")
            }
        },
    ]))
}

pub(super) fn returns(desk: &Desk<'_>, part: &Part, kinds: &[String]) -> Reply {
    let party = party::of(desk, part.subject)?;
    let asked = desk.period(part);
    let (from, to) = asked.map_or_else(
        || {
            let to = TaxPeriod::of(desk.inquiry.input.as_of);
            ((0..12).fold(to, |month, _| month.previous()), to)
        },
        |(_, period)| period.months(),
    );
    let gstins = party.gstins();
    let looked: Vec<_> = gstins
        .iter()
        .map(|gstin| {
            desk.look::<Returns>(Lookup::Returns {
                gstin: gstin.clone(),
                from,
                to,
            })
        })
        .collect();
    let mut drafts = Vec::new();
    for (gstin, seen) in gstins.iter().zip(looked) {
        let Seen::Found(evidence, returns) = seen? else {
            return Err(
                Unknown::Absent("return tracking does not know this GSTIN".to_owned()).into(),
            );
        };
        let mut by_kind: BTreeMap<&str, Vec<&FiledReturn>> = BTreeMap::new();
        for filed in &returns.filed {
            by_kind.entry(&filed.kind).or_default().push(filed);
        }
        let months = Months {
            asked: part.period,
            from,
            to,
            over: to.min(TaxPeriod::of(desk.inquiry.input.as_of).previous()),
        };
        if kinds.is_empty() && by_kind.is_empty() {
            let wording = named(
                &party,
                gstin,
                desk.word().say("Return tracking lists no return of "),
            );
            let wording = months.say(wording.cite(evidence, "/EFiledlist"));
            drafts.extend(wording.say(".").end());
        }
        let wanted: Vec<&str> = if kinds.is_empty() {
            by_kind.keys().copied().take(KINDS_MAX).collect()
        } else {
            kinds.iter().map(String::as_str).collect()
        };
        for kind in wanted {
            let filed = by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
            let lead = named(&party, gstin, party.title(desk.word()).say(", "));
            drafts.extend(of_kind(lead.say(": "), evidence, kind, filed, &months));
            let lead = named(&party, gstin, party.title(desk.word()).say(", "));
            drafts.extend(by_month(lead.say(": "), evidence, kind, filed, &months));
        }
    }
    Ok(drafts)
}

/// The months of returns that are spoken of.
struct Months {
    /// The period of the question, by position; without one they are the last thirteen.
    asked: Option<usize>,
    from: TaxPeriod,
    to: TaxPeriod,
    /// The last month of them that is over.
    over: TaxPeriod,
}

impl Months {
    /// " for Sep 2026", " from Apr 2026 to Nov 2026".
    fn say<'a>(&self, wording: Wording<'a>) -> Wording<'a> {
        let single = self.from == self.to;
        let Some(asked) = self.asked else {
            let text = if single {
                format!(" for {}", month(self.from))
            } else {
                format!(" from {} to {}", month(self.from), month(self.to))
            };
            return wording.say(&text).rule(&text);
        };
        let at = |end: &str| format!("/periods/{asked}/{end}");
        if single {
            wording
                .say(" for ")
                .show(QUESTION, &at("first_month"), Show::Month)
        } else {
            wording
                .say(" from ")
                .show(QUESTION, &at("first_month"), Show::Month)
                .say(" to ")
                .show(QUESTION, &at("last_month"), Show::Month)
        }
    }
}

fn month(month: TaxPeriod) -> String {
    month.day(1).strftime("%b %Y").to_string()
}

fn of_kind(
    wording: Wording<'_>,
    evidence: domain::EvidenceId,
    kind: &str,
    filed: &[&FiledReturn],
    months: &Months,
) -> Option<Draft> {
    let latest = filed
        .iter()
        .max_by_key(|filed| (filed.period, filed.filed_on));
    let Some(latest) = latest else {
        let wording = wording
            .say(&format!("return tracking lists no {kind}"))
            .rule(kind);
        return months
            .say(wording)
            .say(".")
            .cite(evidence, "/EFiledlist")
            .end();
    };
    let at = |member: &str| format!("{}/{member}", latest.pointer);
    let single = months.from == months.to;
    let wording = if single {
        wording.plain(evidence, &at("rtntype"))
    } else {
        let wording = wording.say("the latest ").plain(evidence, &at("rtntype"));
        months.say(wording).say(" is that")
    };
    let wording = wording
        .say(" for ")
        .show(evidence, &at("ret_prd"), Show::Month);
    let wording = match (latest.filed_on, single) {
        (Some(_), true) => wording.say(" was filed on ").day(evidence, &at("dof")),
        (Some(_), false) => wording.say(", filed on ").day(evidence, &at("dof")),
        (None, true) => wording.say(" was filed"),
        (None, false) => wording.say(", filed"),
    };
    wording.say(".").end()
}

/// The months of which the record lists a return, and those between of which it lists none; of a period that was asked for, those
/// of its other months that are over as well.
fn by_month(
    wording: Wording<'_>,
    evidence: domain::EvidenceId,
    kind: &str,
    filed: &[&FiledReturn],
    months: &Months,
) -> Option<Draft> {
    // Other returns are not of each month.
    if months.from == months.to || !matches!(kind, "GSTR1" | "GSTR3B") {
        return None;
    }
    let first = filed.iter().map(|filed| filed.period).min()?;
    let last = filed.iter().map(|filed| filed.period).max()?;
    let (begin, end) = match months.asked {
        Some(_) => (months.from, months.over.max(last)),
        None => (first, months.over.max(last)),
    };
    let mut wording = wording
        .say("return tracking lists ")
        .plain(evidence, &format!("{}/rtntype", filed.first()?.pointer));
    let mut missing = Vec::new();
    let mut runs: Vec<Vec<&FiledReturn>> = vec![Vec::new()];
    let mut at = begin;
    while at <= end {
        if let Some(found) = filed.iter().find(|filed| filed.period == at) {
            runs.last_mut()?.push(found);
        } else {
            missing.push(month(at));
            runs.push(Vec::new());
        }
        at = at.next();
    }
    runs.retain(|run| !run.is_empty());
    for (index, run) in runs.iter().enumerate() {
        let at = |filed: &FiledReturn| format!("{}/ret_prd", filed.pointer);
        let (first, last) = (run.first()?, run.last()?);
        wording = run
            .iter()
            .fold(wording, |wording, filed| wording.cite(evidence, &at(filed)))
            .say(if index == 0 { " for " } else { ", " })
            .show(evidence, &at(first), Show::Month);
        if run.len() > 1 {
            let to = if run.len() == 2 { " and " } else { " to " };
            wording = wording.say(to).show(evidence, &at(last), Show::Month);
        }
    }
    let wording = if missing.is_empty() {
        wording.say(", each month of them")
    } else {
        let missing = missing.join(", ");
        wording.say(&format!("; none for {missing}")).rule(&missing)
    };
    wording.cite(evidence, "/EFiledlist").say(".").end()
}

pub(super) fn statement(desk: &Desk<'_>, part: &Part) -> Reply {
    let (number, found) = ledger::rows(desk, part)?;
    let Some((evidence, index, entry)) = found else {
        let of = match desk.subject(part.of) {
            Some(subject) => format!(" of or to {}", subject.told()),
            None => String::new(),
        };
        return Err(Unknown::Absent(format!("no invoice {number}{of} is in the ledger")).into());
    };
    let (Ok(buyer), Ok(supplier)) = (
        entry.buyer_gstin.parse::<Gstin>(),
        entry.supplier_gstin.parse::<Gstin>(),
    ) else {
        let why = format!("the ledger's row of {number} has no valid GSTIN of buyer or supplier");
        return Err(Unknown::Beyond(why).into());
    };
    let from = TaxPeriod::of(entry.invoice_date);
    let to = latest_statement(desk.inquiry.input.as_of);
    if to < from {
        let due = domain::civil::readable(from.next().day(14));
        let why = format!("the GSTR-2B for {} is not due before {due}", month(from));
        return Err(Unknown::Beyond(why).into());
    }
    let lookup = Lookup::Statement {
        buyer: buyer.as_str().to_owned(),
        supplier: supplier.as_str().to_owned(),
        number: entry.invoice_number.clone(),
        from,
        to,
    };
    let Seen::Found(listed, statement) = desk.look::<Statement>(lookup)? else {
        let why = format!("there is no GSTR-2B for {}", month(from));
        return Err(Unknown::Absent(why).into());
    };
    let row = |member: &str| format!("/invoices/{index}/{member}");
    let wording = desk
        .word()
        .plain(evidence, &row("invoice_number"))
        .say(" of ")
        .plain(evidence, &row("supplier_gstin"));
    let wording = if let Some(document) = statement.documents.first() {
        let wording = wording
            .say(" is in our GSTR-2B for ")
            .show(listed, &format!("{}/period", document.pointer), Show::Month)
            .say(", section ")
            .plain(listed, &format!("{}/section", document.pointer));
        amounts(desk, wording, listed, document).say(".")
    } else {
        let last = statement.periods.len().saturating_sub(1);
        wording
            .say(" is in none of our GSTR-2B from ")
            .show(listed, "/periods/0", Show::Month)
            .say(" to ")
            .show(listed, &format!("/periods/{last}"), Show::Month)
            .cite(listed, "/documents")
            .say(".")
    };
    Ok(whole([wording.rule("GSTR-2B")]))
}

/// ", ₹1,00,000.00 taxable, IGST ₹18,000.00": what a statement lists of a document, over its items.
fn amounts<'a>(
    desk: &Desk<'_>,
    mut wording: Wording<'a>,
    listed: domain::EvidenceId,
    document: &StatementDocument,
) -> Wording<'a> {
    let sums = [
        ("", " taxable", document.taxable),
        ("IGST ", "", document.igst),
        ("CGST ", "", document.cgst),
        ("SGST ", "", document.sgst),
        ("cess ", "", document.cess),
    ];
    for ((before, behind, sum), parts) in sums.into_iter().zip(&document.parts) {
        wording = match parts.as_slice() {
            _ if sum.is_zero() => continue,
            [] => continue,
            [one] => wording.say(", ").say(before).money(listed, one),
            _ if desk.strict => continue,
            parts => {
                let places: Vec<String> = parts
                    .iter()
                    .map(|part| format!("${}", wording.place(listed, part)))
                    .collect();
                let formula = format!("sum({})", places.join(", "));
                wording
                    .say(", ")
                    .say(before)
                    .computed(sum, formula, Show::Money)
            }
        }
        .say(behind);
        if !before.is_empty() {
            wording = wording.rule(before.trim());
        }
    }
    wording
}
