//! Whom a question is about: a vendor by id, GSTIN, PAN or name, or the vendor of an order or an invoice.

use domain::{
    EvidenceId,
    names::Fit,
    records::{
        FoundInvoices, NamedVendor, NamedVendors, Order, Registrations, Vendor, VendorRecord,
    },
};

use super::{Desk, QUESTION, Seen, Stop, Unknown};
use crate::ask::{
    lookup::Lookup,
    part::{CodeKind, Subject},
    wording::Wording,
};

/// Registrations of one vendor that a reply speaks of one by one.
const REGISTRATIONS_MAX: usize = 6;

/// A registration of the vendor master, and where it stands.
#[derive(Clone)]
pub(super) struct Registration<'a> {
    pub(super) evidence: EvidenceId,
    pub(super) pointer: String,
    pub(super) vendor: &'a Vendor,
}

/// Whom a part is about.
#[derive(Clone)]
pub(super) struct Party<'a> {
    /// None where only the GSTIN is known.
    pub(super) registrations: Vec<Registration<'a>>,
    /// A GSTIN that the question names, with its place in the question.
    pub(super) gstin: Option<(String, usize)>,
}

impl<'a> Party<'a> {
    pub(super) fn id(&self) -> Option<&'a str> {
        self.registrations
            .first()
            .map(|own| own.vendor.vendor_id.as_str())
    }

    /// Registrations with different GSTINs, or the GSTIN alone.
    pub(super) fn gstins(&self) -> Vec<String> {
        if let Some((gstin, _)) = &self.gstin {
            return vec![gstin.clone()];
        }
        let mut gstins: Vec<String> = Vec::new();
        for own in &self.registrations {
            if !own.vendor.gstin.is_empty() && !gstins.contains(&own.vendor.gstin) {
                gstins.push(own.vendor.gstin.clone());
            }
        }
        gstins.truncate(REGISTRATIONS_MAX);
        gstins
    }

    /// "Mutha Cartons Private Limited (V001)", or the GSTIN where the master does not know it.
    pub(super) fn title<'w>(&self, wording: Wording<'w>) -> Wording<'w> {
        match (self.registrations.first(), &self.gstin) {
            (Some(own), _) => {
                let at = |member: &str| format!("{}/{member}", own.pointer);
                wording
                    .plain(own.evidence, &at("legal_name"))
                    .say(" (")
                    .plain(own.evidence, &at("vendor_id"))
                    .say(")")
            }
            (None, Some((_, at))) => wording.plain(QUESTION, &format!("/subjects/{at}/text")),
            (None, None) => wording,
        }
    }
}

impl Registration<'_> {
    pub(super) fn at(&self, member: &str) -> String {
        format!("{}/{member}", self.pointer)
    }
}

/// The vendor that a part is about.
pub(super) fn of<'a>(desk: &Desk<'a>, subject: Option<usize>) -> Result<Party<'a>, Stop> {
    let (Some(at), Some(subject)) = (subject, desk.subject(subject)) else {
        return Err(Unknown::Incomplete("the question names no vendor".to_owned()).into());
    };
    match subject {
        Subject::Gstin { text, valid } => match valid {
            Ok(_) => by_gstin(desk, text, Some(at)),
            Err(problem) => Err(Unknown::Absent(format!("{text} is no GSTIN: {problem}")).into()),
        },
        Subject::Pan(pan) => match desk.look::<VendorRecord>(Lookup::ByPan(pan.clone()))? {
            Seen::Found(evidence, known) if !known.by_pan.is_empty() => {
                Ok(party(evidence, "/by_pan", &known.by_pan))
            }
            _ => Err(
                Unknown::Absent("no vendor of this PAN is in the vendor master".to_owned()).into(),
            ),
        },
        Subject::Irn(_) => {
            let why = "an IRN is of an invoice; name its vendor".to_owned();
            Err(Unknown::Incomplete(why).into())
        }
        Subject::Code { text, kind } => by_code(desk, text, *kind),
        Subject::Name { .. } => by_name(desk, subject, at),
    }
}

fn party<'a>(evidence: EvidenceId, list: &str, vendors: &'a [Vendor]) -> Party<'a> {
    Party {
        registrations: vendors
            .iter()
            .enumerate()
            .map(|(index, vendor)| Registration {
                evidence,
                pointer: format!("{list}/{index}"),
                vendor,
            })
            .collect(),
        gstin: None,
    }
}

/// A GSTIN that the master lacks is somebody all the same: the portal and the ledger may know it.
fn by_gstin<'a>(desk: &Desk<'a>, gstin: &str, at: Option<usize>) -> Result<Party<'a>, Stop> {
    let lookup = Lookup::ByGstin(gstin.to_owned());
    let mut found = match desk.glance::<VendorRecord>(lookup)? {
        Some((evidence, known)) => party(evidence, "/by_gstin", &known.by_gstin),
        None => Party {
            registrations: Vec::new(),
            gstin: None,
        },
    };
    found.gstin = at.map(|at| (gstin.to_owned(), at));
    Ok(found)
}

fn by_id<'a>(desk: &Desk<'a>, id: &str) -> Result<Option<Party<'a>>, Stop> {
    Ok(
        match desk.look::<Registrations>(Lookup::Vendor(id.to_owned()))? {
            Seen::Found(evidence, known) => {
                Some(party(evidence, "/registrations", &known.registrations))
            }
            Seen::Absent(_) => None,
        },
    )
}

/// A code of which is not said what it numbers is a vendor's id first, then an order's number, then an invoice's.
fn by_code<'a>(desk: &Desk<'a>, text: &str, kind: Option<CodeKind>) -> Result<Party<'a>, Stop> {
    let may_be = |wanted: CodeKind| kind.is_none_or(|kind| kind == wanted);
    if may_be(CodeKind::Vendor)
        && let Some(party) = by_id(desk, text)?
    {
        return Ok(party);
    }
    if may_be(CodeKind::Order)
        && let Seen::Found(_, order) = desk.look::<Order>(Lookup::Order(text.to_owned()))?
    {
        let vendor = &order.vendor_id;
        return by_id(desk, vendor)?.ok_or_else(|| {
            let why = format!(
                "order {text} is on vendor {vendor}, and the vendor master has no such vendor"
            );
            Unknown::Absent(why).into()
        });
    }
    if may_be(CodeKind::Invoice)
        && let Seen::Found(_, found) =
            desk.look::<FoundInvoices>(Lookup::Invoice(text.to_owned()))?
        && let Some(first) = found.invoices.first()
    {
        if found
            .invoices
            .iter()
            .any(|entry| entry.supplier_gstin != first.supplier_gstin)
        {
            let why = format!("invoices numbered {text} are of several suppliers");
            return Err(Unknown::Ambiguous(why).into());
        }
        let party = by_gstin(desk, &first.supplier_gstin, None)?;
        if party.registrations.is_empty() {
            let why = format!("the supplier of {text} is not in the vendor master");
            return Err(Unknown::Absent(why).into());
        }
        return Ok(party);
    }
    let what = match kind {
        Some(CodeKind::Vendor) => "vendor",
        Some(CodeKind::Order) => "order",
        Some(CodeKind::Invoice) => "invoice",
        Some(CodeKind::Receipt) => "receipt names a vendor by itself, and no vendor",
        None => "vendor, order or invoice",
    };
    Err(Unknown::Absent(format!("no {what} {text} is in the records")).into())
}

fn by_name<'a>(desk: &Desk<'a>, subject: &'a Subject, at: usize) -> Result<Party<'a>, Stop> {
    let Subject::Name {
        wider,
        wordings,
        rest_of,
        number,
        told,
    } = subject
    else {
        return Err(Unknown::Incomplete("the question names no vendor".to_owned()).into());
    };
    // "Bearings and Fasteners": where the whole is known, its second half is no vendor of its own.
    if let Some(rest) = rest_of
        && let Seen::Found(_, named) =
            desk.look::<NamedVendors>(Lookup::Named(rest.whole.clone()))?
        && (rest.loosely || fits(named))
    {
        return Err(Unknown::Nothing.into());
    }
    // All wordings are looked for at once; the first that is known wins.
    let texts = wider.iter().map(|wider| &wider.text).chain(wordings);
    let seen: Vec<Result<Seen<'a, NamedVendors>, Stop>> = texts
        .map(|text| desk.look(Lookup::Named(text.clone())))
        .collect();
    let mut found: Option<(EvidenceId, &NamedVendors)> = None;
    let mut doubt: Option<(EvidenceId, &NamedVendors)> = None;
    for (index, seen) in seen.into_iter().enumerate() {
        let Seen::Found(evidence, named) = seen? else {
            continue;
        };
        match wider.get(index) {
            Some(_) if !fits(named) => {}
            Some(wider) if wider.doubtful || (wider.dated && desk.dated) => {
                doubt = doubt.or(Some((evidence, named)));
            }
            _ => found = found.or(Some((evidence, named))),
        }
    }
    let ids = |named: &NamedVendors| -> Vec<String> {
        let candidates = named.candidates.iter();
        candidates.map(|vendor| vendor.vendor_id.clone()).collect()
    };
    if let Some((evidence, other)) = doubt
        && found.is_none_or(|(_, named)| ids(named) != ids(other))
    {
        let lead = desk.word().say("There is also ");
        desk.hint(listed(lead, evidence, other));
        let why = "words beside a name in the question may be part of it, and name another vendor"
            .to_owned();
        return Err(Unknown::Ambiguous(why).into());
    }
    let name = wordings.last().cloned().unwrap_or_default();
    let name = match number {
        Some(number) => format!("{name} {number}"),
        None => name,
    };
    let others = desk.inquiry.understanding.subjects.len() > 1;
    if found.is_none() && others && !told {
        return Err(Unknown::Word(name).into());
    }
    let Some((evidence, named)) = found else {
        let like = desk.glance::<NamedVendors>(Lookup::Resembling(name.clone()))?;
        if let Some((evidence, like)) = like {
            desk.hint(listed(
                desk.word().say("Vendors with a like name: "),
                evidence,
                like,
            ));
        }
        let why = format!("no vendor named \"{name}\" is in the vendor master");
        return Err(Unknown::Absent(why).into());
    };
    if let Some(number) = number
        && !named.candidates.iter().any(|vendor| has(vendor, number))
    {
        let lead = desk.word().say("Without the number it may be ");
        desk.hint(listed(lead, evidence, named));
        let why = format!("no vendor named \"{name}\" is in the vendor master");
        return Err(Unknown::Absent(why).into());
    }
    match named.candidates.as_slice() {
        [only] if named.count == 1 => by_id(desk, &only.vendor_id)?.ok_or_else(|| {
            let why = format!(
                "the vendor master names {} and does not have it",
                only.vendor_id
            );
            Unknown::NoAnswer(why).into()
        }),
        _ => {
            let lead = desk
                .word()
                .cite(QUESTION, &format!("/subjects/{at}/text"))
                .say(&format!("\"{name}\" may be "));
            desk.hint(listed(lead, evidence, named));
            let why = format!("\"{name}\" is the name of several vendors");
            Err(Unknown::Ambiguous(why).into())
        }
    }
}

/// Whether a number is a word of a vendor's name.
fn has(vendor: &NamedVendor, number: &str) -> bool {
    let names = [&vendor.legal_name, &vendor.trade_name];
    let mut words = names
        .into_iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    words.any(|word| word.trim_start_matches('0') == number.trim_start_matches('0'))
}

/// Whether vendors have each word of what they were looked for by.
fn fits(named: &NamedVendors) -> bool {
    let mut candidates = named.candidates.iter();
    candidates.all(|vendor| vendor.fit <= Fit::Part) && !named.candidates.is_empty()
}

/// "V0001 Sahyadri Steel Traders, V0017 Sahyadri Office Systems and 4 more".
fn listed<'a>(mut wording: Wording<'a>, evidence: EvidenceId, named: &NamedVendors) -> Wording<'a> {
    for index in 0..named.candidates.len() {
        let at = |member: &str| format!("/candidates/{index}/{member}");
        let comma = if index == 0 { "" } else { ", " };
        wording = wording
            .say(comma)
            .plain(evidence, &at("vendor_id"))
            .say(" ")
            .plain(evidence, &at("legal_name"));
    }
    let more = named.count.saturating_sub(named.candidates.len());
    if more > 0 {
        let all = wording.place(evidence, "/count");
        let told = wording.place(evidence, "/candidates");
        wording = wording
            .say(" and ")
            .computed(more.into(), format!("${all} - ${told}"), super::Show::Plain)
            .say(" more");
    }
    wording.say(".")
}
