//! Suppliers in the order of what they billed.

use domain::records::{RankedBy, RankedSuppliers, SupplierTally};

use super::{
    Desk, Reply, Seen, Unknown,
    ledger::{self, Supplier},
    noun, whole,
};
use crate::ask::{
    lookup::Lookup,
    part::{Part, Ranking},
};

pub(super) fn ranked(desk: &Desk<'_>, part: &Part, ranking: &Ranking) -> Reply {
    let (from, until) = ledger::days(desk, part, &ranking.statuses)?;
    let lookup = Lookup::Suppliers {
        from,
        until,
        statuses: ranking.statuses.clone(),
        by: ranking.by,
        least: ranking.least,
    };
    let Seen::Found(evidence, found) = desk.look::<RankedSuppliers>(lookup)? else {
        return Err(Unknown::Absent("the ledger has no such invoices".to_owned()).into());
    };
    let span = ledger::Dated {
        evidence,
        from: &found.from,
        until: &found.until,
        statuses: &found.statuses,
    };
    if found.suppliers.is_empty() {
        let wording = span.told(desk.word().say("No supplier has an invoice"));
        let wording = wording.cite(evidence, "/count");
        return Ok(whole([wording.say(" in the ledger.")]));
    }
    let named: Vec<_> = told(found, ranking)
        .iter()
        .map(|tally| Supplier::of(desk, &tally.supplier_gstin))
        .collect();
    let first = match (ranking.by, ranking.least) {
        (RankedBy::Total, false) => " billed the most",
        (RankedBy::Total, true) => " billed the least",
        (RankedBy::Count, false) => " raised the most invoices",
        (RankedBy::Count, true) => " raised the fewest invoices",
    };
    let mut wordings = Vec::new();
    for (index, (tally, named)) in told(found, ranking).iter().zip(named).enumerate() {
        let at = |member: &str| format!("/suppliers/{index}/{member}");
        let mut wording = desk.word();
        if index == 0 {
            let of = if found.count == 1 {
                " supplier: "
            } else {
                " suppliers: "
            };
            wording = wording.plain(evidence, "/count").say(of);
        }
        wording = named?.told(wording, evidence, &at("supplier_gstin"));
        if index == 0 {
            wording = span.told(wording.say(first));
        }
        wordings.push(
            wording
                .say(": ")
                .money(evidence, &at("total_value"))
                .say(", ")
                .plain(evidence, &at("count"))
                .say(&noun(tally.count, "invoice"))
                .say("."),
        );
    }
    Ok(whole(wordings))
}

/// The suppliers that are told: so many as are asked for, and those that are level with the last of them.
fn told<'a>(found: &'a RankedSuppliers, ranking: &Ranking) -> &'a [SupplierTally] {
    let all = &found.suppliers;
    let level = |one: &SupplierTally, other: &SupplierTally| match ranking.by {
        RankedBy::Total => one.total_value == other.total_value,
        RankedBy::Count => one.count == other.count,
    };
    let mut until = ranking.most.min(all.len());
    while let (Some(last), Some(next)) = (
        until.checked_sub(1).and_then(|at| all.get(at)),
        all.get(until),
    ) && level(last, next)
        && until < ranking.most + LEVEL_MAX
    {
        until += 1;
    }
    all.get(..until).unwrap_or_default()
}

/// How many more are told for being level with the last.
const LEVEL_MAX: usize = 10;
