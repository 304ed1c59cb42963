//! When an invoice falls due: its date in the ledger and the days that the vendor master agrees with its vendor. What the law
//! grants a micro or small enterprise beside that is not told here.

use domain::{
    EvidenceId,
    civil::{days_between, plus_days},
    records::{LedgerEntry, Registrations, VendorRecord},
};

use super::{Desk, QUESTION, Reply, Seen, Stop, Unknown, ledger, vendor, whole};
use crate::{
    ask::{
        lookup::Lookup,
        part::{Part, Subject},
        wording::Wording,
    },
    claims::Draft,
};

/// Invoices of one number that are told one by one.
const TOLD_MAX: usize = 5;

pub(super) fn due(desk: &Desk<'_>, part: &Part, overdue: bool) -> Reply {
    // "When is V001 due?" asks for the terms of a vendor.
    if let Some(Subject::Code { text, kind: None }) = desk.subject(part.subject)
        && let Seen::Found(..) = desk.look::<Registrations>(Lookup::Vendor(text.clone()))?
    {
        if overdue {
            let why = "whether an invoice is overdue is asked of one, by its number".to_owned();
            return Err(Unknown::Beyond(why).into());
        }
        return vendor::terms(desk, part);
    }
    let (number, evidence, rows) = ledger::found(desk, part)?;
    if rows.is_empty() || rows.len() > TOLD_MAX {
        let why = if rows.is_empty() {
            format!("no such invoice {number} is in the ledger")
        } else {
            format!("{} invoices are numbered {number}", rows.len())
        };
        return Err(Unknown::Absent(why).into());
    }
    let masters: Vec<_> = rows
        .iter()
        .map(|(_, entry)| desk.look::<VendorRecord>(Lookup::ByGstin(entry.supplier_gstin.clone())))
        .collect();
    let mut drafts = Vec::new();
    for ((index, entry), master) in rows.into_iter().zip(masters) {
        let row = Row {
            evidence,
            index,
            entry,
        };
        drafts.extend(row.told(desk, &master?, overdue)?);
    }
    Ok(drafts)
}

/// A row of the ledger.
struct Row<'a> {
    evidence: EvidenceId,
    index: usize,
    entry: &'a LedgerEntry,
}

impl<'a> Row<'a> {
    fn at(&self, member: &str) -> String {
        format!("/invoices/{}/{member}", self.index)
    }

    fn told(
        &self,
        desk: &Desk<'a>,
        master: &Seen<'a, VendorRecord>,
        overdue: bool,
    ) -> Result<Vec<Draft>, Stop> {
        let number = &self.entry.invoice_number;
        let paid = self.entry.status == "paid";
        let Seen::Found(known, record) = *master else {
            return Err(Unknown::Absent(format!(
                "the vendor of {number} is not in the vendor master"
            ))
            .into());
        };
        let Some(first) = record.by_gstin.first() else {
            return Err(Unknown::Absent(format!(
                "the vendor of {number} is not in the vendor master"
            ))
            .into());
        };
        let agreed = record
            .by_gstin
            .iter()
            .all(|own| own.payment_terms_days == first.payment_terms_days);
        let days = first.payment_terms_days.filter(|_| agreed);
        let due = days.map(|days| plus_days(self.entry.invoice_date, days));
        let wording = desk
            .word()
            .plain(self.evidence, &self.at("invoice_number"))
            .say(" of ")
            .plain(known, "/by_gstin/0/legal_name")
            .say(" (")
            .plain(known, "/by_gstin/0/vendor_id")
            .say("), dated ")
            .day(self.evidence, &self.at("invoice_date"))
            .say(", ");
        let Some(due) = due else {
            if paid && overdue {
                let paid = wording.say("is ").plain(self.evidence, &self.at("status"));
                return Ok(whole([paid.say(" and not overdue.")]));
            }
            let why = format!(
                "when {number} falls due follows from payment terms, and the vendor master has none that hold for its vendor"
            );
            return Err(Unknown::Absent(why).into());
        };
        let as_of = desk.inquiry.input.as_of;
        let past = due < as_of;
        let lead = if past {
            "fell due on "
        } else {
            "falls due on "
        };
        let date = self.at("invoice_date");
        let wording = wording
            .say(lead)
            .day_after(
                (self.evidence, &date),
                (known, "/by_gstin/0/payment_terms_days"),
                due,
            )
            .say(", ")
            .plain(known, "/by_gstin/0/payment_terms_days")
            .say(" days after its date by the vendor master's terms; it is ")
            .plain(self.evidence, &self.at("status"));
        let standing = match self.entry.status.as_str() {
            "paid" => wording.say(" and not overdue"),
            "rejected" => wording.say(", so that nothing of it is due"),
            _ if past => self.late(wording, known, days_between(due, as_of)),
            _ => wording.say(" and not overdue on ").day(QUESTION, "/as_of"),
        };
        Ok(whole([standing.say(".")]))
    }

    fn late(&self, mut wording: Wording<'a>, known: EvidenceId, days: i64) -> Wording<'a> {
        let date = wording.place(self.evidence, &self.at("invoice_date"));
        let terms = wording.place(known, "/by_gstin/0/payment_terms_days");
        let today = wording.place(QUESTION, "/as_of");
        let formula = format!("${today} - (${date} + ${terms})");
        let noun = if days == 1 {
            " day overdue on "
        } else {
            " days overdue on "
        };
        wording
            .say(" and ")
            .computed(days.into(), formula, super::Show::Plain)
            .say(noun)
            .day(QUESTION, "/as_of")
    }
}
