//! The relevance critic of answers: does a record speak of what was looked up? By keys, never by how it reads.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    Decimal, DocNumber, expr,
    names::{self, Fit},
    records::{
        Billed, Lacking, ListedVendor, NamedVendors, Passage, RankedBy, RankedSuppliers,
        SupplierTally, Vendor, VendorList,
    },
    verdict::Grade,
};
use serde_json::Value;

use super::{
    clause,
    inquiry::{Inquiry, Looked},
    lexicon::singular,
    lookup::{self, Lookup},
    part::VendorClass,
    record::Record,
    reply::contract,
};
use crate::{case::Asking, obligations};

/// Whether an answer was graded as of no use, or came back unreadable.
pub(super) fn is_doubtful(looked: &Looked) -> bool {
    matches!(looked.grade, Some(Grade::Irrelevant | Grade::Partial))
        || obligations::unreadable(&looked.result)
}

/// Look-ups whose last answer is of no use and for which another wording is left.
pub(super) fn doubtful(inquiry: &Inquiry) -> impl Iterator<Item = &Looked> {
    inquiry.looked.iter().filter(|looked| {
        let last = inquiry.last(&looked.lookup);
        is_doubtful(looked)
            && last.is_some_and(|last| last.attempt == looked.attempt)
            && looked.lookup.call(looked.attempt + 1).is_some()
    })
}

/// What the critic makes of the answer at a place in `looked`.
pub(super) fn grade(
    inquiry: &Inquiry,
    looked: &Looked,
) -> (Grade, Option<String>, Option<Arc<Record>>) {
    match bears_on(inquiry, looked) {
        Ok(record) => (Grade::Relevant, None, record.map(Arc::new)),
        Err(Doubt::Stale(on)) => {
            let doubt = format!("the answer is out of date: it is of {on}");
            (Grade::Partial, Some(doubt), None)
        }
        Err(Doubt::Other(doubt)) => (Grade::Irrelevant, Some(doubt), None),
    }
}

/// Why an answer is of no use.
enum Doubt {
    Stale(String),
    Other(String),
}

fn other(what: &str) -> Doubt {
    Doubt::Other(format!("the answer is about another {what}"))
}

fn bears_on(inquiry: &Inquiry, looked: &Looked) -> Result<Option<Record>, Doubt> {
    let missing = || Doubt::Other("its evidence is missing".to_owned());
    let Asking::Answered { evidence, found } = looked.result else {
        return Err(missing());
    };
    let value = inquiry.observation(evidence).ok_or_else(missing)?;
    if !found {
        // That a search finds nothing speaks of its words alone while others of the same meaning are left; any other absence
        // answers what was asked.
        let searched = matches!(looked.lookup, Lookup::Clauses { .. });
        return if searched && looked.lookup.call(looked.attempt + 1).is_some() {
            Err(Doubt::Other(SILENT.to_owned()))
        } else {
            Ok(None)
        };
    }
    let record = Record::read(&looked.lookup, value)
        .map_err(|problem| Doubt::Other(format!("the answer cannot be read: {problem}")))?;
    if let Some(doubt) = strays(&looked.lookup, &record, value) {
        return Err(doubt);
    }
    if looked.lookup.tool() == "gst_portal"
        && let Some(on) = crate::relevance::stale_since(value, inquiry.input.as_of)
    {
        return Err(Doubt::Stale(domain::civil::readable(on)));
    }
    Ok(Some(record))
}

fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// Why a record is not about what was looked up.
fn strays(lookup: &Lookup, record: &Record, value: &Value) -> Option<Doubt> {
    match (lookup, record) {
        (Lookup::Billed { .. }, Record::Billed(found)) => billed_strays(lookup, found),
        (Lookup::Suppliers { .. }, Record::Ranked(found)) => ranked_strays(lookup, found),
        (Lookup::Clauses { words, .. }, Record::Passages(found)) => {
            let speaks = found.passages.iter().any(|passage| {
                if *words == contract::TERMS {
                    keys(passage, words) == Keys::Relevant
                } else {
                    clause::speaks(passage, words)
                }
            });
            let doubt = || Doubt::Other(SILENT.to_owned());
            (!speaks).then(doubt)
        }
        _ if lookup.tool() == "gst_portal" => portal_strays(lookup, record, value),
        _ if lookup.tool() == "vendor_master" => vendor_strays(lookup, record),
        _ => document_strays(lookup, record),
    }
}

/// Said of passages that were found by words, and hold too few of them.
pub(super) const SILENT: &str = "no passage speaks of what was asked";

fn vendor_strays(lookup: &Lookup, record: &Record) -> Option<Doubt> {
    let of_holder =
        |vendor: &Vendor, pan: &str| vendor.pan == pan || vendor.gstin.get(2..12) == Some(pan);
    let (same, what) = match (lookup, record) {
        (Lookup::Named(name), Record::Named(found)) => (names_fit(name, found, false), "name"),
        (Lookup::Resembling(name), Record::Named(found)) => (names_fit(name, found, true), "name"),
        (Lookup::Vendor(id), Record::Vendor(found)) => {
            let own = |known: &str| known.trim().to_uppercase() == id.trim().to_uppercase();
            let all = found
                .registrations
                .iter()
                .all(|vendor| own(&vendor.vendor_id));
            (
                all && !found.registrations.is_empty() && own(&found.vendor_id),
                "vendor",
            )
        }
        (Lookup::ByGstin(gstin), Record::Known(found)) => {
            let holder = gstin.get(2..12).unwrap_or_default();
            let own = found
                .by_gstin
                .iter()
                .all(|vendor| same(&vendor.gstin, gstin));
            let kin = found.by_pan.iter().all(|vendor| of_holder(vendor, holder));
            (own && kin && same(&found.gstin, gstin), "supplier")
        }
        (Lookup::ByPan(pan), Record::Known(found)) => {
            let kin = found.by_pan.iter().all(|vendor| of_holder(vendor, pan));
            (kin && found.by_gstin.is_empty(), "supplier")
        }
        (Lookup::Buyer, Record::Buyer(_)) => (true, "buyer"),
        (Lookup::Vendors(class), Record::Listed(found)) => (is_of(class, found), "class"),
        _ => (false, "question"),
    };
    (!same).then(|| other(what))
}

/// Whether a list is of the class that was asked for, and each vendor in it too.
fn is_of(class: &VendorClass, found: &VendorList) -> bool {
    let days = class
        .terms_days
        .as_deref()
        .and_then(|days| days.parse().ok());
    let asked = found.status == class.status.unwrap_or_default()
        && found.msme == class.msme.unwrap_or_default()
        && found.terms_days == days
        && found.lacking == class.lacking.map_or("", Lacking::written);
    let within = |vendor: &ListedVendor| vendor.gstin.get(2..12).unwrap_or_default().to_owned();
    let own = |vendor: &ListedVendor| {
        class.status.is_none_or(|status| vendor.status == status)
            && class.msme.is_none_or(|msme| match msme {
                "any" => !vendor.msme.is_empty(),
                msme => vendor.msme == msme,
            })
            && (days.is_none() || vendor.payment_terms_days == days)
            && match class.lacking {
                Some(Lacking::Pan) => vendor.pan.trim().is_empty(),
                Some(Lacking::Gstin) => vendor.gstin.trim().is_empty(),
                Some(Lacking::PaymentTerms) => vendor.payment_terms_days.is_none(),
                Some(Lacking::AgreeingPan) => !same(&vendor.pan, &within(vendor)),
                // The list does not show what is not there.
                Some(Lacking::BankAccount | Lacking::Email) | None => true,
            }
    };
    let counted =
        found.vendors.len() <= found.count && found.vendors.is_empty() == (found.count == 0);
    asked && counted && found.vendors.iter().all(own)
}

fn portal_strays(lookup: &Lookup, record: &Record, value: &Value) -> Option<Doubt> {
    let said = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (same, what) = match (lookup, record) {
        (Lookup::Taxpayer(gstin), Record::Taxpayer(found)) => {
            (same(&found.gstin, gstin), "taxpayer")
        }
        (Lookup::Returns { from, to, .. }, Record::Returns(found)) => {
            let within = found
                .filed
                .iter()
                .all(|filed| (*from..=*to).contains(&filed.period));
            (within, "period")
        }
        (Lookup::Irn(irn), Record::Irn(_)) => {
            let named = said("Irn");
            (named.is_empty() || same(named, irn), "IRN")
        }
        (
            Lookup::Statement {
                buyer, supplier, ..
            },
            Record::Statement(_),
        ) => (
            same(said("supplier"), supplier) && same(said("gstin"), buyer),
            "supplier or buyer",
        ),
        _ => (false, "question"),
    };
    (!same).then(|| other(what))
}

fn document_strays(lookup: &Lookup, record: &Record) -> Option<Doubt> {
    let (same, what) = match (lookup, record) {
        (Lookup::Numbers { gstin, .. }, Record::Numbers(found)) => {
            (same(&found.supplier_gstin, gstin), "supplier")
        }
        (Lookup::Invoice(number), Record::Invoices(found)) => {
            let folded = |text: &str| DocNumber::fold(text);
            let wanted = folded(number);
            (
                found
                    .invoices
                    .iter()
                    .all(|entry| folded(&entry.invoice_number) == wanted),
                "number",
            )
        }
        (Lookup::Order(number), Record::Order(found)) => (same(&found.po_number, number), "order"),
        (Lookup::OrdersOf(vendor), Record::Orders(found)) => {
            (same(&found.vendor_id, vendor), "vendor")
        }
        (Lookup::ReceiptsOf(number), Record::Receipts(found)) => (
            found
                .receipts
                .iter()
                .all(|line| same(&line.po_number, number)),
            "order",
        ),
        (Lookup::Receipt(number), Record::Receipts(found)) => (
            found
                .receipts
                .iter()
                .all(|line| same(&line.grn_number, number)),
            "receipt",
        ),
        (Lookup::Computed { formula, numbers }, Record::Computed(found)) => {
            let result = expr::evaluate(formula, numbers).map(|value| value.normalize());
            (
                found.expression == *formula && result == Ok(found.result.normalize()),
                "sum",
            )
        }
        _ => (false, "question"),
    };
    (!same).then(|| other(what))
}

/// Whether each candidate bears the name, by our own reading.
fn names_fit(name: &str, found: &NamedVendors, loosely: bool) -> bool {
    found.candidates.iter().all(|vendor| {
        [&vendor.legal_name, &vendor.trade_name]
            .into_iter()
            .filter_map(|known| names::fit(name, known))
            .any(|fit| loosely || fit < Fit::Loose)
    })
}

/// Sums are added up again where all rows are listed; rows must be of the supplier, the period and a status that counts.
fn billed_strays(lookup: &Lookup, found: &Billed) -> Option<Doubt> {
    let Lookup::Billed {
        gstin,
        from,
        until,
        statuses,
        within: (least, most),
        orders,
        ..
    } = lookup
    else {
        return Some(other("question"));
    };
    let asked: BTreeSet<&str> = statuses.iter().copied().collect();
    let counted: BTreeSet<&str> = found.statuses.iter().map(String::as_str).collect();
    let from_said = from.map_or_else(String::new, |day| day.to_string());
    if !same(&found.supplier_gstin, gstin)
        || found.from != from_said
        || found.until != until.to_string()
        || asked != counted
        || (found.least, found.most, found.orders) != (*least, *most, *orders)
    {
        return Some(other("supplier, period or status"));
    }
    let named = [
        &found.largest,
        &found.smallest,
        &found.earliest,
        &found.latest,
    ];
    let mut rows = found.invoices.iter().chain(named.into_iter().flatten());
    let fits = |row: &domain::records::LedgerEntry| {
        (gstin.is_empty() || same(&row.supplier_gstin, gstin))
            && from.is_none_or(|from| from <= row.invoice_date)
            && row.invoice_date <= *until
            && least.is_none_or(|least| least <= row.total_value)
            && most.is_none_or(|most| row.total_value <= most)
            && orders.is_none_or(|orders| orders != row.po_number.is_empty())
            && if asked.is_empty() {
                row.status != "rejected"
            } else {
                asked.contains(row.status.as_str())
            }
    };
    if !rows.all(fits) {
        return Some(other("supplier, period or status"));
    }
    let by_status: Decimal = found.by_status.iter().map(|tally| tally.total_value).sum();
    let counts: u64 = found.by_status.iter().map(|tally| tally.count).sum();
    let listed = u64::try_from(found.invoices.len()).unwrap_or(u64::MAX);
    let sum: Decimal = found.invoices.iter().map(|row| row.total_value).sum();
    let whole = listed != found.count || sum == found.total_value;
    let agrees =
        by_status == found.total_value && counts == found.count && whole && listed <= found.count;
    (!agrees).then(|| Doubt::Other("the answer's sums do not agree with its rows".to_owned()))
}

/// Suppliers come one by one and in their order.
fn ranked_strays(lookup: &Lookup, found: &RankedSuppliers) -> Option<Doubt> {
    let Lookup::Suppliers {
        from,
        until,
        statuses,
        by,
        least,
    } = lookup
    else {
        return Some(other("question"));
    };
    let asked: BTreeSet<&str> = statuses.iter().copied().collect();
    let counted: BTreeSet<&str> = found.statuses.iter().map(String::as_str).collect();
    if found.from != from.map_or_else(String::new, |day| day.to_string())
        || found.until != until.to_string()
        || asked != counted
        || (found.by, found.least) != (*by, *least)
    {
        return Some(other("period or status"));
    }
    let value = |one: &SupplierTally| match by {
        RankedBy::Total => one.total_value,
        RankedBy::Count => one.count.into(),
    };
    let ordered = found.suppliers.windows(2).all(|pair| match pair {
        [one, next] if *least => value(one) <= value(next),
        [one, next] => value(one) >= value(next),
        _ => true,
    });
    let different: BTreeSet<&str> = (found.suppliers.iter())
        .map(|one| one.supplier_gstin.as_str())
        .collect();
    let counts = u64::try_from(found.suppliers.len()).is_ok_and(|listed| listed <= found.count);
    let agrees = ordered && counts && different.len() == found.suppliers.len();
    (!agrees).then(|| Doubt::Other("the answer's suppliers do not stand in order".to_owned()))
}

/// How many of the words a passage has, or of the words of the same meaning.
fn words_met(passage: &Passage, words: &[String]) -> usize {
    let text = format!("{} {}", passage.heading, passage.text);
    met(&text, words)
}

/// How many of the words a text has.
pub(super) fn met(text: &str, words: &[String]) -> usize {
    let known: BTreeSet<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(singular)
        .collect();
    let has = |word: &str| {
        let word = singular(word);
        known.contains(&word) || known.iter().any(|other| inflected(other, &word))
    };
    words
        .iter()
        .filter(|word| has(word) || lookup::alike(word).iter().any(|other| has(other)))
        .count()
}

/// "pay" and "payment", "sign" and "signed": one the beginning of the other by a common ending.
fn inflected(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3
        && long
            .strip_prefix(short)
            .is_some_and(|rest| matches!(rest, "ment" | "ed" | "ing" | "able" | "er" | "al" | "d"))
}

/// What the words of a search make of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// It has at least half of them.
    Relevant,
    /// It has some: they cannot decide.
    Ambiguous,
    Irrelevant,
}

pub(crate) fn keys(passage: &Passage, words: &[String]) -> Keys {
    match words_met(passage, words) {
        0 => Keys::Irrelevant,
        met if met * 2 >= words.len() => Keys::Relevant,
        _ => Keys::Ambiguous,
    }
}
