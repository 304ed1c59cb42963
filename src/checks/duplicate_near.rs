//! DUPLICATE-NEAR: the same money again under a number that a person could have mistyped or disguised.

use domain::{
    Change, Decimal, DocNumber, Finding, Need, Outcome, Who,
    civil::{days_between, readable},
    inr,
    money::to_paise_half_up,
    number::edits,
    policy::DuplicateRules,
    records::LedgerEntry,
};
use serde_json::json;

use crate::{
    Context, Mend, Severity, Spec,
    ledger::{Document, ROWS_NAMED, is_rejected, row_cites, row_text, some_of, total},
};

pub(crate) const SPEC: Spec = Spec {
    id: "DUPLICATE-NEAR",
    severity: Severity::Hold,
    required: true,
    title: "looks like an invoice in the ledger",
    law: "control",
    remedy: "Accounts compare this invoice with the ledger invoice line by line and reject it if it bills the same supply.",
    needs: &[Need::Duplicates],
    run,
    mend: Mend::By(mend),
};

/// How two numbers of one supplier resemble each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Equal once folded: another financial year, or another GSTIN of the PAN.
    Folded,
    /// Equal once look-alikes are folded too.
    Confusable,
    /// One edit or swap apart outside the running counter.
    Outside,
    /// One edit or swap apart in counters that lie far apart, for the same money to the paisa.
    Counter,
}

impl Likeness {
    fn text(self) -> &'static str {
        match self {
            Self::Folded => "the same number",
            Self::Confusable => "the same number but for characters that look alike",
            Self::Outside => "one edit or swap apart outside the running counter",
            Self::Counter => {
                "one edit or swap apart in a counter far from its own, for the same amount"
            }
        }
    }
}

/// Whether counters lie more than `gap` apart. Counters too long to be numbers do.
fn far_apart(a: &str, b: &str, gap: u64) -> bool {
    match (a.parse::<u128>(), b.parse::<u128>()) {
        (Ok(a), Ok(b)) => a.abs_diff(b) > u128::from(gap),
        _ => true,
    }
}

/// Longest folded number that is looked at character by character; Rule 46(b) allows 16 in all.
const LENGTH_MAX: usize = 64;

/// How alike two numbers are. A neighbour in the supplier's own series is no duplicate: of 185,083 real payments
/// 7.4 % were flagged where one edit in the counter was enough, 0.9 % with the clause on distant counters.
fn likeness(a: &DocNumber, b: &DocNumber, same_paise: bool, gap: u64) -> Option<Likeness> {
    if a.folded == b.folded {
        return Some(Likeness::Folded);
    }
    if a.confusable() == b.confusable() {
        return Some(Likeness::Confusable);
    }
    if a.folded.len().max(b.folded.len()) > LENGTH_MAX {
        return None;
    }
    let around = edits(&a.before, &b.before).saturating_add(edits(&a.after, &b.after));
    if a.counter == b.counter {
        return (around == 1).then_some(Likeness::Outside);
    }
    let far = if around == 0 {
        edits(&a.counter, &b.counter) == 1 && far_apart(&a.counter, &b.counter, gap)
    } else {
        // A suffix of digits (`SI/123-1`) makes another run the last one. Written without separators, the counters
        // are comparable again.
        let (plain_a, plain_b) = (DocNumber::new(&a.folded), DocNumber::new(&b.folded));
        edits(&a.folded, &b.folded) == 1 && far_apart(&plain_a.counter, &plain_b.counter, gap)
    };
    (far && same_paise).then_some(Likeness::Counter)
}

/// The rows that resemble this invoice, with their place in the list. Those that DUPLICATE-EXACT names are left to it.
fn named<'a>(
    context: &'a Context,
    document: &Document,
    amount: Decimal,
) -> Vec<(usize, &'a LedgerEntry, Likeness)> {
    let rules: &DuplicateRules = &context.policy.duplicates;
    let rows = context
        .facts
        .duplicates
        .found()
        .map_or(&[][..], |found| &found.same_amount);
    let alike = |row: &LedgerEntry| {
        let off = row.total_value.checked_sub(amount)?.abs();
        let days = days_between(row.invoice_date, document.date).abs();
        let candidate = !is_rejected(row)
            && !document.is(row)
            && document.is_of_holder(row)
            && off <= rules.amount
            && days <= rules.days;
        let same_paise = to_paise_half_up(row.total_value) == to_paise_half_up(amount);
        let number = || DocNumber::new(&row.invoice_number);
        candidate.then(|| likeness(&document.number, &number(), same_paise, rules.counter_gap))?
    };
    rows.iter()
        .enumerate()
        .filter_map(|(index, row)| Some((index, row, alike(row)?)))
        .collect()
}

fn run(context: &Context) -> Outcome {
    check(context).unwrap_or_else(|outcome| outcome)
}

fn check(context: &Context) -> Result<Outcome, Outcome> {
    let facts = context.facts;
    let rules = &context.policy.duplicates;
    let document = Document::of(&facts.invoice)?;
    let amount = total(&facts.invoice)?;
    facts.duplicates.settled()?;
    let rows = named(context, &document, amount);
    let finding = |message: String| {
        Finding::new(message)
            .cite(facts.invoice.cite("/DocDtls/No"))
            .cite(facts.invoice.cite("/DocDtls/Dt"))
            .cite(facts.invoice.cite("/ValDtls/TotInvVal"))
            .rule(inr(rules.amount))
            .rule(rules.days.to_string())
    };
    if rows.is_empty() {
        let list = if facts.duplicates.found().is_some() {
            "/same_amount"
        } else {
            ""
        };
        return Ok(Outcome::Pass(
            finding(format!(
                "no invoice of this PAN within {} of {} and {} days of {} has a number like {}",
                inr(rules.amount),
                inr(amount),
                rules.days,
                readable(document.date),
                document.number.raw
            ))
            .cites(facts.duplicates.cite(list)),
        ));
    }
    let texts: Vec<String> = rows
        .iter()
        .map(|(_, row, likeness)| format!("{}: {}", row_text(row), likeness.text()))
        .collect();
    let cites = rows
        .iter()
        .take(ROWS_NAMED)
        .flat_map(|(index, ..)| row_cites(&facts.duplicates, &format!("/same_amount/{index}")));
    Ok(Outcome::Fail(
        finding(format!(
            "{} of {} for {} resembles an invoice of the same PAN in the ledger, within {} and {} days: {}",
            document.number.raw,
            readable(document.date),
            inr(amount),
            inr(rules.amount),
            rules.days,
            some_of(&texts)
        ))
        .cites(cites),
    ))
}

fn mend(context: &Context) -> Vec<Change> {
    let invoice = &context.facts.invoice;
    let (Ok(document), Ok(amount)) = (Document::of(invoice), total(invoice)) else {
        return Vec::new();
    };
    let rows = named(context, &document, amount);
    let numbers: Vec<String> = rows
        .iter()
        .map(|(_, row, _)| row.invoice_number.clone())
        .collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    vec![Change::observation(
        Who::Buyer,
        Need::Duplicates,
        "/same_amount",
        json!([]),
        format!(
            "mark ledger invoice {} as rejected or reversed, if it never was a supply of its own",
            some_of(&numbers)
        ),
    )]
}

#[cfg(test)]
mod tests;
