//! A person resolves a hold: the graph goes on from where it held, as a run of its own that is chained to the held one.
//!
//! Of the run that held the case nothing is run again: its record is verified and read back, and the verdict that was
//! reached from it is never edited. A person's decision is durable before anything is done about it ([`Claim`]), so a
//! crash loses none, and whoever comes next carries it out.
//! *Invariant:* one turn of one verdict is claimed once. The journal opens a run for the first, and everyone else is told
//! who was first.
//! *Invariant:* only a hold is reviewed, and no sequence of reviews approves what was rejected, by rules or by a person.

mod nodes;
mod person;
mod state;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Paise,
    civil::readable,
    evidence::sha256_hex,
    review::{Effect, Proposal, Resolution, Review, Reviewed},
    verdict::{Decision, Verdict},
};

pub use self::state::{Claim, Reviewing, run_id};
use crate::{
    VerifyError,
    engine::{
        Budget, Clock, Closing, Engine, Extra, Input, Journal, JournalError, Machine, Mode,
        Observer, Outcome, RunError, RunId, Start, SystemClock,
    },
    verify::journal_head,
};

/// What an operator may choose about reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Total above which an approval needs a second person.
    pub four_eyes_above: Paise,
    /// Longest reason, in characters.
    pub reason_chars: usize,
}

/// What a person says to a hold. Its `Debug` leaves out the words: they may name people.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub decision: Resolution,
    pub reason: String,
    pub by: String,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("decision", &self.decision)
            .finish_non_exhaustive()
    }
}

/// How a stored verdict stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// With its audit link, which was found to hold.
    pub verdict: Verdict,
    /// The run whose record ends in the head that the verdict names; `None` where there is none.
    pub run: Option<RunId>,
    /// In their order.
    pub reviews: Vec<Review>,
    /// A later verdict that rejects the same document.
    pub rejected_later: Option<String>,
}

/// The store did not answer, or holds something that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CasesError {
    pub message: String,
    pub retry_is_useful: bool,
}

/// Where held cases are found: the store's side of a review.
#[async_trait]
pub trait HeldCases: Send + Sync {
    /// The verdict of an id, or of the beginning of one; `None` when there is none.
    async fn standing(&self, id: &str) -> Result<Option<Standing>, CasesError>;

    /// The input that a run was opened with, as it was kept; `None` when no such run was opened.
    async fn claimed(&self, run: &RunId) -> Result<Option<Vec<u8>>, CasesError>;

    /// The inputs of reviews that were begun and have no end.
    async fn unfinished(&self) -> Result<Vec<Vec<u8>>, CasesError>;
}

/// Why there is no review, or none of this person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    #[error("{0}: no stored verdict has that id; `satyapan verify --store …` prints ids")]
    NotFound(String),
    #[error("review: {0}; nothing was recorded")]
    By(String),
    #[error("review: {0}; nothing was recorded")]
    Reason(String),
    /// The verdict is no hold, or the hold is resolved, or this person may not decide it.
    #[error("verdict {verdict}: {why}; nothing was changed")]
    Refused { verdict: String, why: String },
    /// Somebody else's review came first.
    #[error(
        "verdict {verdict}: {by} came first, with {decision} on {}; nothing of this review was kept, look at the case again",
        ist(.at)
    )]
    Taken {
        verdict: String,
        by: String,
        decision: &'static str,
        at: String,
    },
    #[error("{0}")]
    Cases(#[from] CasesError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(
        "verdict {0}: others are at this case again and again; nothing was changed, retry is safe"
    )]
    Busy(String),
    /// A claim in the journal that this program did not write.
    #[error("run {0}: what the reviewer decided cannot be read back; the hold stands")]
    Unreadable(RunId),
}

impl ReviewError {
    /// Whether the same request may succeed when made again.
    pub fn retry_is_useful(&self) -> bool {
        match self {
            Self::Cases(error) => error.retry_is_useful,
            Self::Run(error) => error.retry_is_useful(),
            Self::Busy(_) => true,
            _ => false,
        }
    }
}

/// What is committed with the last entries of a review's run: given the record without its audit link, it returns the
/// work for the journal that knows its type.
pub type Commit = Arc<dyn Fn(&Review) -> Extra + Send + Sync>;

/// Reviews held cases. Cheap to clone; one serves a process.
#[derive(Clone)]
pub struct Reviewer {
    machine: Arc<Machine<Reviewing>>,
    engine: Engine,
    cases: Arc<dyn HeldCases>,
    commit: Commit,
    clock: Arc<dyn Clock>,
    rules: Rules,
    patience: Duration,
}

/// The machine that a reviewer runs, to be drawn.
///
/// # Errors
/// The flaws of the graph, should an edit have made one.
pub fn machine(journal: &Arc<dyn Journal>) -> Result<Machine<Reviewing>, VerifyError> {
    nodes::reviewer(journal).map_err(VerifyError::Graph)
}

/// How often a review looks again after another one at the same case moved on. Every time somebody's entry was written,
/// and a run has fewer entries than this.
const LOOKS: u32 = 64;

/// Whoever claimed a case may be at it right now, and gets this long before somebody else carries it out.
const PATIENCE: Duration = Duration::from_secs(2);

impl Reviewer {
    /// A reviewer over the journal that the cases were recorded in.
    ///
    /// # Errors
    /// The flaws of the graph, should an edit have made one.
    pub fn new(
        journal: &Arc<dyn Journal>,
        cases: Arc<dyn HeldCases>,
        rules: Rules,
        commit: Commit,
    ) -> Result<Self, VerifyError> {
        Ok(Self {
            machine: Arc::new(machine(journal)?),
            engine: Engine::new(Arc::clone(journal)).durable_every_step(),
            cases,
            commit,
            clock: Arc::new(SystemClock),
            rules,
            patience: PATIENCE,
        })
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self {
            engine: self.engine.clock(Arc::clone(&clock)),
            clock,
            ..self
        }
    }

    /// Who is told of each step.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        Self {
            engine: self.engine.observer(observer),
            ..self
        }
    }

    /// How long a claim of somebody else may rest before it is carried out here.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Resolves a hold, or proposes to. `id` is a verdict's or the beginning of one.
    ///
    /// # Errors
    /// A name or reason that is refused; a verdict that is no hold, is resolved, or was claimed by somebody else in the
    /// meantime; the proposer as his own second; a store that does not answer.
    pub async fn review(&self, id: &str, answer: Answer) -> Result<Review, ReviewError> {
        let by = person::name(&answer.by)?;
        let reason = person::reason(&answer.reason, self.rules.reason_chars)?;
        let answer = Answer {
            reason,
            by,
            ..answer
        };
        let standing = self.standing(id).await?;
        let mine = self.claim(&standing, answer)?;
        let done = self.carry_out(&standing, &mine).await?;
        if done.id != mine.id {
            return Err(ReviewError::Taken {
                verdict: mine.verdict.id,
                by: done.by,
                decision: done.decision.name(),
                at: done.at,
            });
        }
        let reason = person::for_logs(&done.reason);
        tracing::info!(review.id = %done.id, verdict.id = %done.verdict.id, effect = done.effect.name(),
            reason = %reason, "Review {} of verdict {}: {}", done.id, done.verdict.id, done.effect.name());
        Ok(done)
    }

    /// Carries out what reviewers decided and a crash interrupted; answers how many.
    ///
    /// # Errors
    /// As [`Self::review`].
    pub async fn finish(&self) -> Result<u32, ReviewError> {
        let mut finished = 0;
        for kept in self.cases.unfinished().await? {
            let claim: Claim = serde_json::from_slice(&kept)
                .map_err(|_| ReviewError::Unreadable(RunId::new("review")))?;
            if self.stored(&claim).await?.is_none() {
                let standing = self.standing(&claim.verdict.id).await?;
                self.carry_out(&standing, &claim).await?;
                finished += 1;
            }
        }
        Ok(finished)
    }

    /// A verdict's reviews as they come out when they are run again from their record: nothing is asked and nothing
    /// written. Each stands beside the stored one.
    ///
    /// # Errors
    /// A record that is not there or differs.
    pub async fn replay(&self, id: &str) -> Result<Vec<(Review, Review)>, ReviewError> {
        let standing = self.standing(id).await?;
        let verdict = Arc::new(standing.verdict);
        let mut again = Vec::with_capacity(standing.reviews.len());
        for stored in standing.reviews {
            let run = run_id(&stored.verdict.journal, stored.turn);
            let claim = self
                .claimed(&run)
                .await?
                .ok_or_else(|| RunError::NotRecorded(run.clone()))?;
            let outcome = self.run(&run, &claim, &verdict, Mode::Replay).await?;
            let mut now = outcome.state.record(outcome.terminal, outcome.head);
            now.audit = stored.audit.clone();
            again.push((stored, now));
        }
        Ok(again)
    }

    async fn standing(&self, id: &str) -> Result<Standing, ReviewError> {
        self.cases
            .standing(id)
            .await?
            .ok_or_else(|| ReviewError::NotFound(id.to_owned()))
    }

    async fn claimed(&self, run: &RunId) -> Result<Option<Claim>, ReviewError> {
        let Some(kept) = self.cases.claimed(run).await? else {
            return Ok(None);
        };
        serde_json::from_slice(&kept)
            .map(Some)
            .map_err(|_| ReviewError::Unreadable(run.clone()))
    }

    /// What this person decides on this case as it stands, if he may.
    fn claim(&self, standing: &Standing, answer: Answer) -> Result<Claim, ReviewError> {
        let verdict = &standing.verdict;
        let refused = |why: String| ReviewError::Refused {
            verdict: verdict.id.clone(),
            why,
        };
        if verdict.decision != Decision::Hold {
            return Err(refused(format!(
                "the rules decided {}, and only a hold is reviewed",
                verdict.decision.name()
            )));
        }
        let resolved = standing.reviews.iter().find(|r| r.effect.resolves());
        if let Some(Review { effect, by, at, .. }) = resolved {
            let at = ist(at);
            return Err(refused(format!("it was {} by {by} on {at}", effect.name())));
        }
        let approves = answer.decision == Resolution::Approve;
        if let Some(later) = standing.rejected_later.as_ref().filter(|_| approves) {
            return Err(refused(format!(
                "the same document was rejected since, by verdict {later}"
            )));
        }
        let proposed = standing
            .reviews
            .iter()
            .rev()
            .find(|review| review.effect == Effect::Proposed);
        if let Some(first) = proposed.filter(|r| approves && person::same(&r.by, &answer.by)) {
            return Err(refused(format!(
                "{} proposed its approval on {}, and a second, different person must confirm it",
                first.by,
                ist(&first.at)
            )));
        }
        let (Some(run), Some(head)) = (&standing.run, journal_head(verdict)) else {
            return Err(refused(
                "the record of the run that held it is not in the store, so a review has nothing to go on from".to_owned(),
            ));
        };
        let turn = u32::try_from(standing.reviews.len()).unwrap_or(u32::MAX - 1) + 1;
        let at = self.clock.now();
        let random = sha256_hex(
            format!(
                "{}\n{turn}\n{}\n{}\n{}",
                verdict.id,
                answer.decision.name(),
                answer.by,
                answer.reason
            )
            .as_bytes(),
        );
        Ok(Claim {
            id: crate::verify::ulid_at(Some(at), &random),
            verdict: Reviewed {
                id: verdict.id.clone(),
                hash: verdict.audit.hash.clone(),
                journal: head.to_string(),
            },
            run: run.as_str().to_owned(),
            turn,
            decision: answer.decision,
            reason: answer.reason,
            by: answer.by,
            at: at.to_string(),
            four_eyes_above: self.rules.four_eyes_above,
            proposal: proposed.map(|review| Proposal {
                review: review.id.clone(),
                hash: review.audit.hash.clone(),
                by: review.by.clone(),
                at: review.at.clone(),
            }),
        })
    }

    /// Opens the turn with this claim, or finds that another has; carries out whichever is recorded and returns its review.
    async fn carry_out(&self, standing: &Standing, mine: &Claim) -> Result<Review, ReviewError> {
        let run = mine.run_id();
        let verdict = Arc::new(standing.verdict.clone());
        let mut waited = Duration::ZERO;
        for _ in 0..LOOKS {
            let claim = self.claimed(&run).await?;
            if let Some(review) = self.stored(mine).await? {
                return Ok(review);
            }
            let others = claim.as_ref().is_some_and(|claim| claim.id != mine.id);
            if others && waited < self.patience {
                let pause = Duration::from_millis(100).min(self.patience);
                tokio::time::sleep(pause).await;
                waited += pause;
                continue;
            }
            let claim = claim.unwrap_or_else(|| mine.clone());
            match self.run(&run, &claim, &verdict, Mode::Resume).await {
                Ok(_) => {}
                Err(error) if moved_on(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ReviewError::Busy(mine.verdict.id.clone()))
    }

    /// The review of a claim's turn, whoever made it.
    async fn stored(&self, claim: &Claim) -> Result<Option<Review>, ReviewError> {
        let now = self.standing(&claim.verdict.id).await?;
        Ok(now.reviews.into_iter().find(|r| r.turn == claim.turn))
    }

    async fn run(
        &self,
        run: &RunId,
        claim: &Claim,
        verdict: &Arc<Verdict>,
        mode: Mode,
    ) -> Result<Outcome<Reviewing>, RunError> {
        match self.walk(run.clone(), claim, verdict, mode).await {
            // A review that an earlier version left unfinished begins anew under this one, beside what is recorded.
            Err(RunError::GraphChanged { run, stored, now }) => {
                let beside = RunId::new(format!("{run}@{now}"));
                match self.walk(beside, claim, verdict, mode).await {
                    Err(RunError::NotRecorded(_)) => {
                        Err(RunError::GraphChanged { run, stored, now })
                    }
                    other => other,
                }
            }
            other => other,
        }
    }

    async fn walk(
        &self,
        run: RunId,
        claim: &Claim,
        verdict: &Arc<Verdict>,
        mode: Mode,
    ) -> Result<Outcome<Reviewing>, RunError> {
        let kept = serde_json::to_vec(claim).map_err(|error| RunError::Unwritable {
            name: "claim".to_owned(),
            detail: error.to_string(),
        })?;
        let state = Reviewing::new(claim.clone(), Arc::clone(verdict));
        let commit = Arc::clone(&self.commit);
        let start = Start::new(run, state, Input::kept(kept))
            .mode(mode)
            .budget(Budget::default())
            .close(move |closing: &Closing<'_, Reviewing>| {
                commit(&closing.state.record(closing.terminal, closing.head))
            });
        self.engine.run(&self.machine, start).await
    }
}

/// A time as people here read it: `21 Nov 2026 12:00 IST`. What is no time is shown as it stands.
pub fn ist(at: &str) -> String {
    let Ok(instant) = at.parse::<jiff::Timestamp>() else {
        return at.to_owned();
    };
    let local = domain::civil::ist().to_datetime(instant);
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} {hour:02}:{minute:02} IST", readable(local.date()))
}

/// Whether somebody else wrote to the same run: what is recorded is then looked at again.
fn moved_on(error: &RunError) -> bool {
    matches!(
        error,
        RunError::Journal(JournalError::Exists(_) | JournalError::Conflict { .. })
            | RunError::InputChanged { .. }
    )
}
