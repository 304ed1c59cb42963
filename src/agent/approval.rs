//! What would make it approve: the least set of changes, found by verifying again with them, not by a table.

use std::{collections::BTreeSet, sync::Arc};

use checks::Context;
use domain::{
    Change, Invoice,
    finding::Target,
    verdict::{ChangeRecord, Decision},
};
use serde_json::Value;

use crate::{
    case::{Case, Input},
    claims,
    engine::{Mode, NoJournal},
    verify::{Agent, VerifyError},
    what_if::{self, Assumption, SetError},
};

/// Rounds of "fix what now blocks" before it is given up.
const ROUNDS_MAX: usize = 8;
/// Up to so many changes every subset is tried, smallest first; beyond, changes are dropped one by one.
const EXHAUSTIVE_MAX: usize = 9;

/// What would approve an invoice that was not approved.
#[derive(Debug, Clone, PartialEq)]
pub enum Approval {
    /// With all of these made, it is approved; with fewer of them, it is not.
    By(Vec<Change>),
    /// No change that we know of: the ids of the checks that stay in the way.
    Never(Vec<&'static str>),
}

/// Applies changes of the invoice itself; changes of sources become assumptions.
///
/// # Errors
/// A place that does not exist, or an invoice that cannot be read any more.
pub fn apply(
    input: &Input,
    assumptions: &[Assumption],
    items_max: usize,
) -> Result<Input, ApplyError> {
    let mut raw = (*input.invoice.raw).clone();
    let mut kept = input.assumptions.to_vec();
    let mut touched = false;
    for assumption in assumptions {
        match &assumption.target {
            Target::Invoice(pointer) => {
                let value = as_before(raw.pointer(pointer), &assumption.value);
                what_if::set(&mut raw, pointer, value)?;
                touched = true;
            }
            Target::Observation(..) | Target::Registration => kept.push(assumption.clone()),
        }
    }
    let mut changed = input.clone();
    if touched {
        changed.invoice = Arc::new(Invoice::read(raw, items_max)?);
    }
    changed.assumptions = kept.into();
    Ok(changed)
}

/// A number put in place of a text stays a text: `Stcd=29` is the State code "29".
fn as_before(before: Option<&Value>, value: &Value) -> Value {
    match (before, value) {
        (Some(Value::String(_)), Value::Number(n)) => Value::String(n.to_string()),
        _ => value.clone(),
    }
}

/// Why changes cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    Set(#[from] SetError),
    #[error("the changed invoice cannot be read: {0}")]
    Invoice(#[from] domain::invoice::InvoiceError),
}

impl Agent {
    /// Verifies again, in memory, with assumptions; nothing is stored.
    ///
    /// # Errors
    /// As [`Agent::verify`].
    pub async fn try_out(&self, input: Input) -> Result<Case, VerifyError> {
        let dry = self.with_journal(Arc::new(NoJournal));
        let (verdict, mut case) = dry.verify(input, Mode::Fresh, None).await?;
        case.floor.raise(verdict.decision);
        Ok(case)
    }

    /// Finds the least set of changes with which a case would be approved.
    ///
    /// # Errors
    /// As [`Agent::verify`].
    pub async fn what_would_approve(&self, case: &Case) -> Result<Approval, VerifyError> {
        let mut changes: Vec<Change> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut now = case.clone();
        // A misread GSTIN hides everything that is keyed by it, so it is settled first.
        if let Some((change, next)) = self.supplier_meant(case).await? {
            seen.insert(format!("{:?} {}", change.target, change.value));
            changes.push(change);
            now = next;
            if now.floor.decision() == Decision::Approve {
                return Ok(Approval::By(changes));
            }
        }
        for _ in 0..ROUNDS_MAX {
            let found = candidates(&now);
            let mut grew = false;
            for change in found {
                // A later round corrects an earlier value at the same place rather than adding a second.
                if seen.insert(format!("{:?} {}", change.target, change.value)) {
                    changes.retain(|c| c.target != change.target);
                    changes.push(change);
                    grew = true;
                }
            }
            if !grew {
                break;
            }
            let Some(next) = self.with_changes(&case.input, &changes).await? else {
                break;
            };
            now = next;
            if now.floor.decision() == Decision::Approve {
                return self.least(&case.input, changes).await.map(Approval::By);
            }
        }
        let stuck = claims::blocking(&now.outcomes, &now.input.policy)
            .map(|(s, _)| s.id)
            .collect();
        Ok(Approval::Never(stuck))
    }

    /// Of the valid GSTINs one slip away from an invalid one, the one with which least stays in the way.
    async fn supplier_meant(&self, case: &Case) -> Result<Option<(Change, Case)>, VerifyError> {
        let Some(Err(_)) = case.input.invoice.supplier.parsed_gstin() else {
            return Ok(None);
        };
        let written = case
            .input
            .invoice
            .supplier
            .gstin
            .as_deref()
            .unwrap_or_default();
        let mut best: Option<(usize, Change, Case)> = None;
        for meant in domain::gstin::one_slip_away(written) {
            let text =
                format!("correct the supplier's GSTIN to {meant}, if that is the supplier's");
            let change = Change::invoice("/SellerDtls/Gstin", Value::from(meant.as_str()), text);
            let Some(next) = self
                .with_changes(&case.input, std::slice::from_ref(&change))
                .await?
            else {
                continue;
            };
            let blocking = claims::blocking(&next.outcomes, &next.input.policy).count();
            if best.as_ref().is_none_or(|(least, ..)| blocking < *least) {
                best = Some((blocking, change, next));
            }
        }
        Ok(best.map(|(_, change, next)| (change, next)))
    }

    async fn with_changes(
        &self,
        input: &Input,
        changes: &[Change],
    ) -> Result<Option<Case>, VerifyError> {
        let assumptions: Vec<Assumption> = changes.iter().map(Assumption::from).collect();
        match apply(input, &assumptions, usize::MAX) {
            Ok(changed) => self.try_out(changed).await.map(Some),
            // A candidate that no longer fits is of no use; it is no error of the user's.
            Err(_) => Ok(None),
        }
    }

    async fn approves(&self, input: &Input, changes: &[Change]) -> Result<bool, VerifyError> {
        let case = self.with_changes(input, changes).await?;
        Ok(case.is_some_and(|c| c.floor.decision() == Decision::Approve))
    }

    /// The smallest subset that still approves, of which no proper subset does.
    async fn least(
        &self,
        input: &Input,
        mut changes: Vec<Change>,
    ) -> Result<Vec<Change>, VerifyError> {
        // Dropping one at a time settles most sets quickly.
        let mut at = 0;
        while at < changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(at);
            if self.approves(input, &fewer).await? {
                changes = fewer;
            } else {
                at += 1;
            }
        }
        if changes.len() > EXHAUSTIVE_MAX {
            return Ok(changes);
        }
        // Changes may lean on one another, so smaller sets that leave out several are tried as well.
        let full = 1_u32 << changes.len();
        let mut subsets: Vec<u32> = (1..full - 1).collect();
        subsets.sort_by_key(|mask| mask.count_ones());
        for mask in subsets {
            let subset: Vec<Change> = changes
                .iter()
                .enumerate()
                .filter(|(bit, _)| mask & (1 << bit) != 0)
                .map(|(_, change)| change.clone())
                .collect();
            if self.approves(input, &subset).await? {
                return Ok(subset);
            }
        }
        Ok(changes)
    }
}

/// What the checks that block would accept.
fn candidates(case: &Case) -> Vec<Change> {
    let facts = case.facts();
    let context = Context {
        facts: &facts,
        law: &case.input.law,
        policy: &case.input.policy,
    };
    claims::blocking(&case.outcomes, &case.input.policy)
        .flat_map(|(spec, _)| (spec.mend)(&context))
        .collect()
}

/// A change as people and programs read it.
pub fn record(change: &Change) -> ChangeRecord {
    let assumption = Assumption::from(change);
    let value = match (&change.target, &change.value) {
        (Target::Registration, _) => "renewed".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    };
    ChangeRecord {
        who: change.who,
        set: format!("{}={value}", assumption.path()),
        text: change.text.clone(),
    }
}
