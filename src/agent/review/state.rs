//! What a review starts from, and what it found out so far.

use std::sync::Arc;

use domain::{
    Paise, Severity,
    review::{Effect, FourEyes, Overridden, Proposal, Resolution, Reviewed, SCHEMA},
    verdict::{AuditLink, Decision, OutcomeName, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::engine::{Digest, Diversion, Fact, RunId, State};

/// What a person decided, and on what: the input of the review's run. Written before anything else is done, so that
/// whoever comes after a crash carries out this decision and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The review's id.
    pub id: String,
    pub verdict: Reviewed,
    /// The run that held the case.
    pub run: String,
    pub turn: u32,
    pub decision: Resolution,
    pub reason: String,
    pub by: String,
    pub at: String,
    /// Total from which on one person is not enough, in paise.
    pub four_eyes_above: Paise,
    /// The approval that another person proposed before.
    pub proposal: Option<Proposal>,
}

impl Claim {
    /// Chained to the run that held the case: its head is part of the id, and the id is what the first entry hashes.
    pub(super) fn run_id(&self) -> RunId {
        run_id(&self.verdict.journal, self.turn)
    }
}

/// The run of a review by the head of the journal that it goes on from.
pub fn run_id(head: &str, turn: u32) -> RunId {
    RunId::new(format!("review/{head}/{turn}"))
}

/// What is known of a review on its way.
#[derive(Debug, Clone)]
pub struct Reviewing {
    pub(super) claim: Arc<Claim>,
    pub(super) verdict: Arc<Verdict>,
    /// The record was read back, and ends in a hold where the verdict says.
    pub(super) recalled: bool,
    pub(super) overridden: Vec<Overridden>,
    pub(super) four_eyes: FourEyes,
    /// People who are still needed; `None` until that is known.
    pub(super) missing: Option<u32>,
    /// Nothing in the verdict rejects the invoice; `None` until that was looked at.
    pub(super) clear: Option<bool>,
    pub(super) diversion: Option<String>,
}

impl Reviewing {
    pub(super) fn new(claim: Claim, verdict: Arc<Verdict>) -> Self {
        Self {
            claim: Arc::new(claim),
            verdict,
            recalled: false,
            overridden: Vec::new(),
            four_eyes: FourEyes::default(),
            missing: None,
            clear: None,
            diversion: None,
        }
    }

    /// Findings that stand against approval: fails that are not for information, and all that could not be verified.
    pub(super) fn against(&self) -> Vec<Overridden> {
        let stands = |outcome, severity| match outcome {
            OutcomeName::Fail => severity != Severity::Info,
            OutcomeName::Unverified => true,
            OutcomeName::Pass | OutcomeName::NotApplicable => false,
        };
        self.verdict
            .findings
            .iter()
            .filter(|finding| stands(finding.outcome, finding.severity))
            .map(|finding| Overridden {
                check: finding.check.clone(),
                outcome: finding.outcome,
                severity: finding.severity,
                message: finding.message.clone(),
            })
            .collect()
    }

    /// Whether the verdict is a hold that nothing in it contradicts.
    pub(super) fn nothing_rejects(&self) -> bool {
        self.verdict.decision == Decision::Hold
            && !self.verdict.findings.iter().any(|finding| {
                finding.outcome == OutcomeName::Fail && finding.severity == Severity::Reject
            })
    }

    /// The record of a review that ended here, without its audit link.
    pub(super) fn record(&self, terminal: &str, head: Digest) -> domain::review::Review {
        let claim = &self.claim;
        let effect = match (terminal, claim.decision) {
            ("approved", Resolution::Approve) => Effect::Approved,
            ("rejected", Resolution::Reject) => Effect::Rejected,
            ("proposed", Resolution::Approve) => Effect::Proposed,
            _ => Effect::Held,
        };
        let approves = claim.decision == Resolution::Approve;
        domain::review::Review {
            schema: SCHEMA.to_owned(),
            id: claim.id.clone(),
            verdict: claim.verdict.clone(),
            turn: claim.turn,
            decision: claim.decision,
            effect,
            reason: claim.reason.clone(),
            by: claim.by.clone(),
            at: claim.at.clone(),
            overridden: self.overridden.clone(),
            doubts: if approves {
                self.verdict.critique.doubts.clone()
            } else {
                Vec::new()
            },
            four_eyes: self.four_eyes.clone(),
            failed: (effect == Effect::Held).then(|| {
                let unsaid = || "the record of the case does not end in a hold".to_owned();
                self.diversion.clone().unwrap_or_else(unsaid)
            }),
            journal: head.to_string(),
            audit: AuditLink {
                seq: 0,
                previous: String::new(),
                hash: String::new(),
            },
        }
    }
}

/// What a node found out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delta {
    Recalled { holds: bool },
    Weighed { overridden: Vec<Overridden> },
    Witnessed { four_eyes: FourEyes, missing: u32 },
    Settled { clear: bool },
}

impl State for Reviewing {
    type Delta = Delta;

    const FACTS: &'static [&'static str] = &["held", "asked", "missing", "clear"];

    fn fold(&mut self, delta: Delta) {
        match delta {
            Delta::Recalled { holds } => self.recalled = holds,
            Delta::Weighed { overridden } => self.overridden = overridden,
            Delta::Witnessed { four_eyes, missing } => {
                self.four_eyes = four_eyes;
                self.missing = Some(missing);
            }
            Delta::Settled { clear } => self.clear = Some(clear),
        }
    }

    fn fact(&self, name: &str) -> Option<Fact> {
        match name {
            "held" => Some(self.recalled.into()),
            "asked" => Some(self.claim.decision.name().into()),
            "missing" => self.missing.map(Fact::from),
            "clear" => self.clear.map(Fact::from),
            _ => None,
        }
    }

    fn diverted(&mut self, diversion: &Diversion) {
        self.diversion = Some(diversion.to_string());
    }
}
