//! What the ledger says: what was billed, which numbers are missing, whether an invoice was seen.

use domain::{
    Date, EvidenceId,
    records::{
        Billed, FoundInvoices, LedgerEntry, NumberSeries, Numbers, Registrations, VendorRecord,
    },
};

use super::{
    Desk, QUESTION, Reply, Seen, Show, Stop, Unknown, noun, party, party::Party, profile, whole,
};
use crate::{
    ask::{
        lookup::{Listed, Lookup},
        part::{Billing, Bound, Measure, Part, Subject},
        wording::Wording,
    },
    claims::Draft,
};

/// Invoices that one answer lists one by one, where the question does not say how many.
const LISTED_MAX: usize = 10;
/// Rows whose totals a sentence cites one by one, so that its sum is added up again.
const ADDED_MAX: usize = 60;
/// Series and gaps that an answer tells one by one.
const SERIES_MAX: usize = 5;
const GAPS_MAX: usize = 12;

pub(super) fn billed(desk: &Desk<'_>, part: &Part, billing: &Billing) -> Reply {
    // "Amount of ML-0439" is that invoice's, and not all that its supplier billed.
    if let Some(Subject::Code { text, kind: None }) = desk.subject(part.subject)
        && let Seen::Absent(_) = desk.look::<Registrations>(Lookup::Vendor(text.clone()))?
    {
        if billing.measures == [Measure::Total] && !desk.dated {
            return profile::profile(desk, part);
        }
        let why = format!("no vendor {text} is in the records");
        return Err(Unknown::Absent(why).into());
    }
    let party = match part.subject {
        Some(_) => Some(party::of(desk, part.subject)?),
        None => None,
    };
    let (from, until) = days(desk, part, &billing.statuses)?;
    let bound = billing.bound.and_then(|bound| {
        let limit = desk.inquiry.understanding.numbers.get(bound.amount)?;
        Some((bound, bound.side.ends(*limit)))
    });
    let listed = match billing.measures.as_slice() {
        [Measure::Largest(_)] => Listed::Largest,
        [Measure::Smallest(_)] => Listed::Smallest,
        _ => match bound {
            Some((_, (Some(_), _))) => Listed::Largest,
            _ => Listed::Latest,
        },
    };
    let gstins = party
        .as_ref()
        .map_or_else(|| vec![String::new()], Party::gstins);
    if gstins.is_empty() {
        return Err(
            Unknown::Absent("the vendor master has no GSTIN of this vendor".to_owned()).into(),
        );
    }
    let looked: Vec<_> = gstins
        .into_iter()
        .map(|gstin| {
            desk.look::<Billed>(Lookup::Billed {
                gstin,
                from,
                until,
                statuses: billing.statuses.clone(),
                within: bound.map_or((None, None), |(_, within)| within),
                orders: billing.orders,
                listed,
            })
        })
        .collect();
    let mut found = Vec::new();
    for seen in looked {
        match seen? {
            Seen::Found(evidence, billed) => found.push((evidence, billed)),
            Seen::Absent(_) => {
                return Err(Unknown::Absent("the ledger has no such invoices".to_owned()).into());
            }
        }
    }
    let nothing = found.iter().all(|(_, billed)| billed.count == 0);
    if let Some(Party {
        registrations,
        gstin: Some((gstin, _)),
    }) = &party
        && registrations.is_empty()
        && nothing
    {
        // It may be one of our own, which suppliers bill to.
        let why = format!("{gstin} is no supplier in the vendor master or the ledger");
        return Err(Unknown::Absent(why).into());
    }
    let mut drafts = Vec::new();
    for (evidence, billed) in &found {
        let account = Account {
            desk,
            party: party.as_ref(),
            evidence: *evidence,
            billed,
            alone: found.len() == 1,
            bound: billing.bound,
        };
        for measure in &billing.measures {
            drafts.extend(account.say(*measure)?);
        }
    }
    if found.len() > 1 && billing.measures.contains(&Measure::Total) && !desk.strict {
        drafts.extend(together(desk, party.as_ref(), &found));
    }
    // A total and a count are one sentence.
    let mut told: Vec<Draft> = Vec::new();
    for draft in drafts {
        if told.iter().all(|known| known.text != draft.text) {
            told.push(draft);
        }
    }
    Ok(told)
}

/// The days of a part, as far as the ledger can tell what is asked of them.
pub(super) fn days(
    desk: &Desk<'_>,
    part: &Part,
    statuses: &[&str],
) -> Result<(Option<Date>, Date), Stop> {
    let as_of = desk.inquiry.input.as_of;
    let Some((_, period)) = desk.period(part) else {
        return Ok((None, as_of));
    };
    if period.is_standing() && period.until < as_of && !statuses.is_empty() {
        let why =
            "the ledger holds what an invoice's status is now, not what it was on another day";
        return Err(Unknown::Beyond(why.to_owned()).into());
    }
    Ok((period.from, period.until))
}

/// Which invoices count: by status and by day.
pub(super) struct Dated<'a> {
    pub(super) evidence: EvidenceId,
    pub(super) from: &'a str,
    pub(super) until: &'a str,
    pub(super) statuses: &'a [String],
}

impl Dated<'_> {
    /// What has a status has it today; the days are those of the invoices, and no record holds the day of a payment.
    pub(super) fn told<'w>(&self, wording: Wording<'w>) -> Wording<'w> {
        let wording = self.qualified(wording);
        let days = !self.from.is_empty() && self.from != self.until;
        let wording = if self.statuses.is_empty() || !days {
            wording
        } else {
            wording.say(" dated")
        };
        if self.from.is_empty() {
            wording.say(" up to ").day(self.evidence, "/until")
        } else if self.from == self.until {
            wording.say(" of ").day(self.evidence, "/from")
        } else {
            wording
                .say(" from ")
                .day(self.evidence, "/from")
                .say(" to ")
                .day(self.evidence, "/until")
        }
    }

    fn qualified<'w>(&self, wording: Wording<'w>) -> Wording<'w> {
        if self.statuses.is_empty() {
            return wording.say(" (rejected ones aside)");
        }
        let last = self.statuses.len() - 1;
        let wording = (0..=last).fold(wording.say(" ("), |wording, index| {
            let or = if index == 0 { "" } else { " or " };
            wording
                .say(or)
                .plain(self.evidence, &format!("/statuses/{index}"))
        });
        wording.say(")")
    }
}

/// What was billed under one GSTIN, or under all.
struct Account<'d, 'a> {
    desk: &'d Desk<'a>,
    party: Option<&'d Party<'a>>,
    evidence: EvidenceId,
    billed: &'a Billed,
    alone: bool,
    bound: Option<Bound>,
}

impl<'a> Account<'_, 'a> {
    fn title(&self, wording: Wording<'a>) -> Wording<'a> {
        let wording = match self.party {
            Some(party) => party.title(wording),
            None => wording.say("All suppliers"),
        };
        if self.alone {
            wording
        } else {
            wording.say(", ").plain(self.evidence, "/supplier_gstin")
        }
    }

    /// " invoices from 1 Apr 2026 to 21 Nov 2026", with the statuses that count.
    fn invoices(&self, wording: Wording<'a>, count: u64) -> Wording<'a> {
        let wording = wording.say(&noun(count, "invoice"));
        self.dated(wording)
    }

    /// What counts: statuses, days, and what an invoice comes to.
    fn dated(&self, wording: Wording<'a>) -> Wording<'a> {
        let dated = Dated {
            evidence: self.evidence,
            from: &self.billed.from,
            until: &self.billed.until,
            statuses: &self.billed.statuses,
        };
        let wording = dated.told(wording);
        let wording = match self.billed.orders {
            Some(named) => {
                let which = if named {
                    " that name an order"
                } else {
                    " that name no order"
                };
                wording.say(which).cite(self.evidence, "/orders")
            }
            None => wording,
        };
        match self.bound {
            Some(bound) => wording
                .say(&format!(" of {} ", bound.side.told()))
                .money(QUESTION, &format!("/numbers/{}", bound.amount)),
            None => wording,
        }
    }

    fn say(&self, measure: Measure) -> Reply {
        if self.billed.count == 0 {
            let wording = self.title(self.desk.word()).say(": no invoice");
            let wording = self.dated(wording);
            return Ok(whole([wording
                .say(" is in the ledger.")
                .cite(self.evidence, "/count")]));
        }
        Ok(match measure {
            Measure::Total | Measure::Count => whole([self.total()]),
            Measure::Taxable => whole([self.taxable()]),
            Measure::Average => whole(self.average()),
            Measure::Largest(1) => whole(self.one("largest", self.billed.largest.as_ref())?),
            Measure::Smallest(1) => whole(self.one("smallest", self.billed.smallest.as_ref())?),
            Measure::Latest => whole(self.one("latest", self.billed.latest.as_ref())?),
            Measure::Earliest => whole(self.one("earliest", self.billed.earliest.as_ref())?),
            Measure::List(most) | Measure::Largest(most) | Measure::Smallest(most) => {
                self.list(most)?
            }
        })
    }

    /// Count and sum; where all rows are listed, the sum is added up from them again.
    fn total(&self) -> Wording<'a> {
        let wording = self
            .title(self.desk.word())
            .say(": ")
            .plain(self.evidence, "/count");
        let mut wording = self.invoices(wording, self.billed.count).say(", ");
        let rows = self.billed.invoices.len();
        let complete = u64::try_from(rows).is_ok_and(|rows| rows == self.billed.count);
        if complete && rows <= ADDED_MAX && !self.desk.strict {
            wording = wording.cite(self.evidence, "/total_value");
            let places: Vec<String> = (0..rows)
                .map(|row| {
                    let place =
                        wording.place(self.evidence, &format!("/invoices/{row}/total_value"));
                    format!("${place}")
                })
                .collect();
            wording = wording.computed(
                self.billed.total_value,
                format!("sum({})", places.join(", ")),
                Show::Money,
            );
        } else {
            wording = wording.money(self.evidence, "/total_value");
        }
        wording = wording.say(" in all");
        if self.billed.by_status.len() > 1 {
            wording = wording.say(" (");
            for index in 0..self.billed.by_status.len() {
                let at = |member: &str| format!("/by_status/{index}/{member}");
                wording = wording
                    .say(if index == 0 { "" } else { ", " })
                    .plain(self.evidence, &at("count"))
                    .say(" ")
                    .plain(self.evidence, &at("status"));
            }
            wording = wording.say(")");
        } else if self.billed.statuses.is_empty() {
            let all = if self.billed.count == 1 {
                ", "
            } else {
                ", all "
            };
            wording = wording.say(all).plain(self.evidence, "/by_status/0/status");
        }
        wording.say(".")
    }

    /// Count and sum before tax.
    fn taxable(&self) -> Wording<'a> {
        let wording = self
            .title(self.desk.word())
            .say(": ")
            .plain(self.evidence, "/count");
        self.invoices(wording, self.billed.count)
            .say(", ")
            .money(self.evidence, "/taxable_value")
            .say(" before tax in all.")
    }

    fn average(&self) -> Option<Wording<'a>> {
        if self.desk.strict {
            return Some(self.total());
        }
        let count = domain::Decimal::from(self.billed.count);
        let formula = |sum: usize, count: usize| format!("round(${sum} / ${count}, 2)");
        let mut wording = self.title(self.desk.word());
        let (sum, all) = (
            wording.place(self.evidence, "/total_value"),
            wording.place(self.evidence, "/count"),
        );
        let formula = formula(sum, all);
        let value =
            domain::expr::evaluate("round($1 / $2, 2)", &[self.billed.total_value, count]).ok()?;
        let wording = wording
            .say(": an invoice is ")
            .computed(value, formula, Show::Money)
            .say(" on average, over ")
            .plain(self.evidence, "/count");
        Some(self.invoices(wording, self.billed.count).say("."))
    }

    fn one(&self, member: &str, entry: Option<&LedgerEntry>) -> Result<Option<Wording<'a>>, Stop> {
        let Some(entry) = entry else { return Ok(None) };
        let from = self.from(entry)?;
        let wording = self
            .title(self.desk.word())
            .say(&format!(": the {member} invoice"));
        let wording = self.dated(wording).say(" is ");
        let at = format!("/{member}");
        Ok(Some(
            row(wording, self.evidence, &at, entry, from.as_ref()).say("."),
        ))
    }

    fn list(&self, most: usize) -> Reply {
        let told = if most == 0 { LISTED_MAX } else { most };
        let mut drafts = if most == 0 {
            whole([self.total()])
        } else {
            Vec::new()
        };
        // Whoever is not known yet is asked about in one go.
        let rows = || self.billed.invoices.iter().enumerate().take(told);
        let from: Vec<_> = rows().map(|(_, entry)| self.from(entry)).collect();
        for ((index, entry), from) in rows().zip(from) {
            let at = format!("/invoices/{index}");
            let word = self.desk.word();
            drafts.extend(whole([row(
                word,
                self.evidence,
                &at,
                entry,
                from?.as_ref(),
            )
            .say(".")]));
        }
        Ok(drafts)
    }

    /// Whom an invoice is from, where the answer is not about one supplier alone.
    fn from(&self, entry: &LedgerEntry) -> Result<Option<Supplier>, Stop> {
        let of_all = self.party.is_none();
        let supplier = of_all.then(|| Supplier::of(self.desk, &entry.supplier_gstin));
        supplier.transpose()
    }
}

/// A supplier of the ledger.
pub(super) struct Supplier {
    /// Where the vendor master names it.
    master: Option<EvidenceId>,
}

impl Supplier {
    pub(super) fn of(desk: &Desk<'_>, gstin: &str) -> Result<Self, Stop> {
        let known = desk.glance::<VendorRecord>(Lookup::ByGstin(gstin.to_owned()))?;
        let known = known.filter(|(_, known)| !known.by_gstin.is_empty());
        Ok(Self {
            master: known.map(|(master, _)| master),
        })
    }

    /// "Mutha Cartons Private Limited (V001, 27ZZQCM1107R1ZT)"; the GSTIN that stands at a place alone, where it has no name.
    pub(super) fn told<'w>(
        &self,
        wording: Wording<'w>,
        evidence: EvidenceId,
        gstin: &str,
    ) -> Wording<'w> {
        match self.master {
            Some(master) => wording
                .plain(master, "/by_gstin/0/legal_name")
                .say(" (")
                .plain(master, "/by_gstin/0/vendor_id")
                .say(", ")
                .plain(evidence, gstin)
                .say(")"),
            None => wording.plain(evidence, gstin),
        }
    }
}

/// "MC/26-27/0187 of 12 Sep 2026 for ₹1,45,480.00, paid".
pub(super) fn row<'a>(
    wording: Wording<'a>,
    evidence: EvidenceId,
    at: &str,
    entry: &LedgerEntry,
    from: Option<&Supplier>,
) -> Wording<'a> {
    let at = |member: &str| format!("{at}/{member}");
    let mut wording = wording.plain(evidence, &at("invoice_number"));
    if let Some(from) = from {
        wording = from.told(wording.say(" from "), evidence, &at("supplier_gstin"));
    }
    wording = wording
        .say(" of ")
        .day(evidence, &at("invoice_date"))
        .say(" for ")
        .money(evidence, &at("total_value"))
        .say(", ")
        .plain(evidence, &at("status"));
    if !entry.po_number.is_empty() {
        wording = wording.say(", order ").plain(evidence, &at("po_number"));
    }
    wording
}

/// The sum over several registrations.
fn together(
    desk: &Desk<'_>,
    party: Option<&Party<'_>>,
    found: &[(EvidenceId, &Billed)],
) -> Option<Draft> {
    let sum = found
        .iter()
        .try_fold(domain::Decimal::ZERO, |sum, (_, billed)| {
            sum.checked_add(billed.total_value)
        })?;
    let mut wording = desk.word();
    let places: Vec<String> = found
        .iter()
        .map(|(evidence, _)| format!("${}", wording.place(*evidence, "/total_value")))
        .collect();
    let titled = match party {
        Some(_) => wording.say("Over all registrations: "),
        None => wording,
    };
    titled
        .computed(sum, format!("sum({})", places.join(", ")), Show::Money)
        .say(".")
        .end()
}

pub(super) fn missing(desk: &Desk<'_>, part: &Part, prefix: Option<&str>) -> Reply {
    if part.subject.is_none() {
        let why = "a number series is one vendor's, and the question names none".to_owned();
        return Err(Unknown::Incomplete(why).into());
    }
    let party = party::of(desk, part.subject)?;
    let as_of = desk.inquiry.input.as_of;
    let (from, until) = desk
        .period(part)
        .map_or((None, as_of), |(_, period)| (period.from, period.until));
    let looked: Vec<_> = party
        .gstins()
        .into_iter()
        .map(|gstin| {
            desk.look::<Numbers>(Lookup::Numbers {
                gstin,
                from,
                until,
                before: prefix.unwrap_or_default().to_owned(),
            })
        })
        .collect();
    let mut drafts = Vec::new();
    for seen in looked {
        let Seen::Found(evidence, numbers) = seen? else {
            return Err(Unknown::Absent("the ledger has no such numbers".to_owned()).into());
        };
        if numbers.series.is_empty() {
            let wording = party
                .title(desk.word())
                .say(": the ledger has no numbered invoice of this kind.");
            drafts.extend(
                wording
                    .cite(evidence, "/series")
                    .cite(evidence, "/supplier_gstin")
                    .end(),
            );
        }
        let told = numbers.series.iter().enumerate().take(SERIES_MAX);
        drafts.extend(whole(told.map(|(index, series)| {
            gaps(party.title(desk.word()).say(": "), evidence, index, series)
        })));
    }
    Ok(drafts)
}

fn gaps<'a>(
    wording: Wording<'a>,
    evidence: EvidenceId,
    index: usize,
    series: &NumberSeries,
) -> Wording<'a> {
    let at = |member: &str| format!("/series/{index}/{member}");
    let wording = if series.count == 1 {
        wording
            .plain(evidence, &at("first"))
            .say(" is the only number of its series in ")
            .cite(evidence, &at("count"))
    } else if series.missing == 0 {
        wording
            .say("no number is missing between ")
            .plain(evidence, &at("first"))
            .say(" and ")
            .plain(evidence, &at("last"))
            .say(" in ")
            .cite(evidence, &at("missing"))
    } else {
        wording
            .say("between ")
            .plain(evidence, &at("first"))
            .say(" and ")
            .plain(evidence, &at("last"))
            .say(", ")
            .plain(evidence, &at("missing"))
            .say(&noun(series.missing, "number"))
            .say(if series.missing == 1 { " is" } else { " are" })
            .say(" not in the ledger of ")
    };
    let mut wording = wording.plain(evidence, &at("financial_year"));
    if series.missing == 0 {
        return wording.say(".");
    }
    wording = wording.say(": ");
    for (number, gap) in series.gaps.iter().enumerate().take(GAPS_MAX) {
        let at = |member: &str| at(&format!("gaps/{number}/{member}"));
        wording = wording
            .say(if number == 0 { "" } else { ", " })
            .plain(evidence, &at("from"));
        if gap.count > 1 {
            wording = wording
                .say(" to ")
                .plain(evidence, &at("until"))
                .say(" (")
                .plain(evidence, &at("count"))
                .say(")");
        }
    }
    if series.gaps.len() > GAPS_MAX {
        wording = wording.say(", and more");
    }
    wording.say("; they may have gone to other buyers.")
}

/// Ledger rows with their places in the answer.
pub(super) type Rows<'a> = Vec<(usize, &'a LedgerEntry)>;
/// The number that was asked for, and the first row of it with its evidence.
type First<'a> = (&'a str, Option<(EvidenceId, usize, &'a LedgerEntry)>);

/// The number that a part asks about, and the first ledger row of it; of the vendor that is named beside it.
pub(super) fn rows<'a>(desk: &Desk<'a>, part: &Part) -> Result<First<'a>, Stop> {
    let (number, evidence, kept) = found(desk, part)?;
    let first = kept.into_iter().next();
    Ok((number, first.map(|(index, entry)| (evidence, index, entry))))
}

pub(super) fn found<'a>(
    desk: &Desk<'a>,
    part: &Part,
) -> Result<(&'a str, EvidenceId, Rows<'a>), Stop> {
    let Some(Subject::Code { text, .. }) = desk.subject(part.subject) else {
        let why = "the question names no invoice by its number".to_owned();
        return Err(Unknown::Incomplete(why).into());
    };
    let of = match part.of {
        Some(_) => Some(party::of(desk, part.of)?.gstins()),
        None => None,
    };
    match desk.look::<FoundInvoices>(Lookup::Invoice(text.clone()))? {
        Seen::Found(evidence, found) => {
            let rows = found.invoices.iter().enumerate();
            // A GSTIN may be the buyer's: one of our own.
            let buyer = match desk.subject(part.of) {
                Some(Subject::Gstin { text, .. }) => Some(text),
                _ => None,
            };
            let kept = rows.filter(|(_, entry)| {
                buyer == Some(&entry.buyer_gstin)
                    || of
                        .as_ref()
                        .is_none_or(|gstins| gstins.contains(&entry.supplier_gstin))
            });
            Ok((text, evidence, kept.collect()))
        }
        Seen::Absent(_) => {
            Err(Unknown::Absent(format!("no invoice {text} is in the ledger")).into())
        }
    }
}

pub(super) fn seen(desk: &Desk<'_>, part: &Part) -> Reply {
    let (_, evidence, rows) = found(desk, part)?;
    if rows.is_empty() {
        let at = part.subject.unwrap_or_default();
        let mut wording = desk
            .word()
            .say("The ledger has no invoice ")
            .plain(QUESTION, &format!("/subjects/{at}/text"))
            .cite(evidence, "/invoices");
        if part.of.is_some() {
            wording = party::of(desk, part.of)?.title(wording.say(" of "));
        }
        return Ok(whole([wording.say(".")]));
    }
    told(desk, evidence, &rows)
}

/// What an invoice comes to before its tax, and with it.
pub(super) fn untaxed(desk: &Desk<'_>, part: &Part) -> Reply {
    let (number, evidence, rows) = found(desk, part)?;
    if rows.is_empty() {
        return Err(Unknown::Absent(format!("no such invoice {number} is in the ledger")).into());
    }
    let rows = rows.iter().take(LISTED_MAX);
    Ok(whole(rows.map(|(index, _)| {
        let at = |member: &str| format!("/invoices/{index}/{member}");
        desk.word()
            .plain(evidence, &at("invoice_number"))
            .say(" of ")
            .plain(evidence, &at("supplier_gstin"))
            .say(": ")
            .money(evidence, &at("taxable_value"))
            .say(" before tax, ")
            .money(evidence, &at("total_value"))
            .say(" with it, by the ledger.")
    })))
}

/// Each ledger row of a number, with its supplier's name where the vendor master has it.
pub(super) fn told(desk: &Desk<'_>, evidence: EvidenceId, rows: &Rows<'_>) -> Reply {
    let rows: Vec<_> = rows.iter().take(LISTED_MAX).collect();
    let named: Vec<_> = rows
        .iter()
        .map(|(_, entry)| {
            desk.glance::<VendorRecord>(Lookup::ByGstin(entry.supplier_gstin.clone()))
        })
        .collect();
    let mut drafts = Vec::new();
    for ((index, entry), named) in rows.into_iter().zip(named) {
        let at = |member: &str| format!("/invoices/{index}/{member}");
        let wording = desk
            .word()
            .plain(evidence, &at("invoice_number"))
            .say(" of ");
        let wording = match named? {
            Some((master, known)) if !known.by_gstin.is_empty() => wording
                .plain(master, "/by_gstin/0/legal_name")
                .say(" (")
                .plain(evidence, &at("supplier_gstin"))
                .say(")"),
            _ => wording.plain(evidence, &at("supplier_gstin")),
        };
        let mut wording = wording
            .say(" is in the ledger: ")
            .day(evidence, &at("invoice_date"))
            .say(", ")
            .money(evidence, &at("total_value"))
            .say(", ")
            .plain(evidence, &at("status"));
        wording = if entry.po_number.is_empty() {
            wording.say(", no order").cite(evidence, &at("po_number"))
        } else {
            wording.say(", order ").plain(evidence, &at("po_number"))
        };
        if !entry.buyer_gstin.is_empty() {
            wording = wording
                .say(", billed to ")
                .plain(evidence, &at("buyer_gstin"));
        }
        drafts.extend(wording.say(".").end());
    }
    Ok(drafts)
}
