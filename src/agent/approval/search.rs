//! The search: makes what blocking checks propose, one check after the other, until verifying again approves.

use std::{collections::BTreeSet, sync::Arc};

use checks::{Context, Mend};
use contract::Observation;
use domain::{Change, Need, Outcome, finding::Target, verdict::Decision};
use serde_json::Value;

use super::{Approval, Obstacle, TRIES_MAX, apply, shrink::Shrink};
use crate::{
    case::{Asking, Case, Input},
    claims,
    verify::{Agent, VerifyError},
    what_if::Assumption,
};

pub(super) struct Search {
    agent: Agent,
    input: Input,
    tries: usize,
}

/// What changes come to.
struct Tried {
    changes: Vec<Change>,
    case: Case,
}

impl Tried {
    fn approves(&self) -> bool {
        self.case.floor.decision() == Decision::Approve
    }

    /// How much stays in the way; nothing where it approves.
    fn blocking(&self) -> usize {
        if self.approves() {
            return 0;
        }
        let checks = claims::blocking(&self.case.outcomes, &self.case.input.policy).count();
        checks.max(1)
    }
}

impl Search {
    pub(super) fn new(agent: &Agent, case: &Case) -> Result<Self, VerifyError> {
        let tools = agent.tools().recalling(answers(case));
        Ok(Self {
            agent: agent.dry(tools)?,
            input: case.input.clone(),
            tries: 0,
        })
    }

    pub(super) async fn run(mut self, case: &Case) -> Result<Approval, VerifyError> {
        let mut now = Tried {
            changes: Vec::new(),
            case: case.clone(),
        };
        let mut seen = BTreeSet::new();
        while !now.approves() {
            let proposed = proposed(&now.case, &mut seen);
            if proposed.is_empty() || self.tries >= TRIES_MAX {
                return Ok(Approval::Never(self.obstacles(&now.case)));
            }
            if let Some(next) = self.settled(&now.changes, proposed).await? {
                now = next;
            }
        }
        self.least(now.changes).await
    }

    /// Makes what a check proposes; of several values for one target, the one with which least stays in the way.
    /// `None` where nothing of it can be applied.
    async fn settled(
        &mut self,
        made: &[Change],
        proposed: Vec<Change>,
    ) -> Result<Option<Tried>, VerifyError> {
        let mut choices: Vec<Vec<Change>> = Vec::new();
        for change in proposed {
            match choices
                .iter_mut()
                .find(|c| c.first().is_some_and(|c| c.target == change.target))
            {
                Some(values) => values.push(change),
                None => choices.push(vec![change]),
            }
        }
        let firsts = choices.iter().filter_map(|values| values.first());
        let all = firsts.fold(made.to_vec(), |all, change| with(&all, change));
        let mut best = self.verified(all).await?;
        for values in choices.iter().filter(|values| values.len() > 1) {
            for value in values.iter().skip(1) {
                if best.as_ref().is_some_and(|b| b.blocking() == 0) {
                    return Ok(best);
                }
                let from = best.as_ref().map_or(made, |b| b.changes.as_slice());
                let other = with(from, value);
                let other = self.verified(other).await?;
                let better = match (&other, &best) {
                    (Some(other), Some(best)) => other.blocking() < best.blocking(),
                    (other, _) => other.is_some(),
                };
                if better {
                    best = other;
                }
            }
        }
        Ok(best)
    }

    /// Verifies with changes. `None` where they do not fit the invoice, or tries are spent.
    async fn verified(&mut self, changes: Vec<Change>) -> Result<Option<Tried>, VerifyError> {
        if self.tries >= TRIES_MAX {
            return Ok(None);
        }
        self.tries += 1;
        let assumptions: Vec<Assumption> = changes.iter().map(Assumption::from).collect();
        // A candidate that does not fit is of no use; it is no error of the user's.
        let Ok(changed) = apply(&self.input, &assumptions, usize::MAX) else {
            return Ok(None);
        };
        let case = self.agent.try_out(changed).await?;
        Ok(Some(Tried { changes, case }))
    }

    async fn least(mut self, changes: Vec<Change>) -> Result<Approval, VerifyError> {
        let pick = |part: &[usize]| -> Vec<Change> {
            let chosen = part.iter().filter_map(|index| changes.get(*index));
            chosen.cloned().collect()
        };
        let mut shrink = Shrink::new(changes.iter().map(act).collect());
        let mut least = true;
        while let Some(part) = shrink.next() {
            if self.tries >= TRIES_MAX {
                least = false;
                break;
            }
            let tried = self.verified(pick(&part)).await?;
            shrink.answer(part, tried.is_some_and(|t| t.approves()));
        }
        Ok(Approval::By {
            changes: pick(shrink.kept()),
            least,
        })
    }

    /// What is left in the way, and why no change removes it.
    fn obstacles(&self, case: &Case) -> Vec<Obstacle> {
        let mut left: Vec<Obstacle> = Vec::new();
        for (spec, outcome) in claims::blocking(&case.outcomes, &case.input.policy) {
            let why = why(spec, outcome);
            match left.iter_mut().find(|known| known.why == why) {
                Some(known) => known.checks.push(spec.id),
                None => left.push(Obstacle {
                    checks: vec![spec.id],
                    why,
                }),
            }
        }
        let mut doubt = |why: String| {
            left.push(Obstacle {
                checks: Vec::new(),
                why,
            });
        };
        if self.tries >= TRIES_MAX {
            doubt(format!(
                "The search was given up after {TRIES_MAX} verifications."
            ));
        } else if let Some(diversion) = &case.diversion {
            doubt(diversion.clone());
        } else if !case.ungrounded.is_empty() {
            doubt("A statement could not be backed by evidence.".to_owned());
        }
        left
    }
}

fn why(spec: &checks::Spec, outcome: &Outcome) -> String {
    match (spec.mend, outcome) {
        (Mend::Never(why), Outcome::Fail(finding)) => {
            finding.remedy.clone().unwrap_or_else(|| why.to_owned())
        }
        (_, Outcome::Unverified(finding)) => format!("Evidence is missing: {}.", finding.message),
        (_, outcome) => {
            let remedy = outcome.finding().remedy.as_deref();
            format!(
                "What the right value is, the records do not say. {}",
                remedy.unwrap_or(spec.remedy)
            )
        }
    }
}

/// What the first blocking check proposes that has anything new to propose.
fn proposed(case: &Case, seen: &mut BTreeSet<String>) -> Vec<Change> {
    let facts = case.facts();
    let context = Context {
        facts: &facts,
        law: &case.input.law,
        policy: &case.input.policy,
    };
    for (spec, _) in claims::blocking(&case.outcomes, &case.input.policy) {
        let mut new = spec.mend.changes(&context);
        new.retain(|c| seen.insert(format!("{:?} {}", c.target, c.value)));
        if !new.is_empty() {
            return new;
        }
    }
    Vec::new()
}

/// A later change of a target takes the place of an earlier one.
fn with(changes: &[Change], change: &Change) -> Vec<Change> {
    let mut all: Vec<Change> = changes.to_vec();
    all.retain(|c| c.target != change.target);
    all.push(change.clone());
    all
}

/// The act that a change belongs to: a line, a section of the invoice, a record.
fn act(change: &Change) -> (u8, Option<Need>, String) {
    let first = |pointer: &str, steps: usize| {
        let steps: Vec<&str> = pointer.split('/').skip(1).take(steps).collect();
        steps.join("/")
    };
    match &change.target {
        Target::Invoice(pointer) => {
            let steps = if pointer.starts_with("/ItemList/") {
                2
            } else {
                1
            };
            (0, None, first(pointer, steps))
        }
        Target::Observation(need, pointer) => (1, Some(*need), first(pointer, 3)),
        Target::Registration => (2, None, String::new()),
    }
}

/// What tools said in a case, to be given again. What was assumed is no answer of a tool.
fn answers(case: &Case) -> Vec<(String, Value, Observation)> {
    if !case.input.assumptions.is_empty() {
        return Vec::new();
    }
    let answered = case.asked.iter().filter_map(|asked| {
        let Asking::Answered { evidence, found } = asked.result else {
            return None;
        };
        let evidence = case.evidence.get(usize::from(evidence.0))?;
        let observation = Observation {
            found,
            value: Arc::clone(&evidence.observation),
        };
        Some((
            evidence.tool.clone(),
            evidence.arguments.clone(),
            observation,
        ))
    });
    answered.collect()
}
