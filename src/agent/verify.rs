//! Verifying: one path for every surface, from an invoice and its terms to a verdict.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{
    Decimal, Outcome,
    verdict::{
        AuditLink, Critique, Decision, DoubtRecord, EvidenceRecord, FindingRecord, InvoiceSummary,
        OutcomeName, PolicyStamp, PromptStamp, Reasoner, SCHEMA, Support, TraceStep, Usage,
        Verdict,
    },
};
use serde_json::Value;

use crate::{
    case::{Case, Input},
    claims,
    consult::{Adviser, Consulted},
    engine::{
        Budget, Clock, Closing, Digest, Engine, Extra, Flaw, Input as RunInput, Journal, Machine,
        Mode, NoJournal, Parking, RunError, RunId, Start, SystemClock,
    },
    nodes::{self, Loops, decision_of},
    toolbox::Toolbox,
};

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("the verifying machine is flawed: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Graph(Vec<Flaw>),
}

/// What happens to a verdict in the transaction that ends its run: given the verdict without its audit link, it
/// returns the work for the journal that knows its type.
pub type Commit = Arc<dyn Fn(&mut Verdict, &Case) -> Extra + Send + Sync>;

/// Verifies invoices. Cheap to clone; one serves a process.
#[derive(Clone)]
pub struct Agent {
    machine: Arc<Machine<Case>>,
    engine: Engine,
    tools: Arc<Toolbox>,
    clock: Arc<dyn Clock>,
    loops: Loops,
    budget: Budget,
}

impl Agent {
    /// An agent over these tools, writing to this journal.
    ///
    /// # Errors
    /// The flaws of the graph, should an edit have made one.
    pub fn new(
        tools: Toolbox,
        journal: Arc<dyn Journal>,
        loops: Loops,
        budget: Budget,
    ) -> Result<Self, VerifyError> {
        let tools = Arc::new(tools);
        let machine = nodes::verifier(&tools, None, loops).map_err(VerifyError::Graph)?;
        Ok(Self {
            machine: Arc::new(machine),
            engine: Engine::new(journal),
            tools,
            clock: Arc::new(SystemClock),
            loops,
            budget,
        })
    }

    /// The same agent with a model to ask, for the inputs that name one.
    ///
    /// # Errors
    /// As [`Agent::new`].
    pub fn with_adviser(self, adviser: &Adviser) -> Result<Self, VerifyError> {
        let machine = nodes::verifier(&self.tools, Some(adviser), self.loops);
        Ok(Self {
            machine: Arc::new(machine.map_err(VerifyError::Graph)?),
            ..self
        })
    }

    /// The same agent over other tools, and with this model to ask.
    ///
    /// # Errors
    /// As [`Agent::new`].
    pub fn over(&self, tools: Toolbox, adviser: &Adviser) -> Result<Self, VerifyError> {
        let tools = Arc::new(tools);
        let machine = nodes::verifier(&tools, Some(adviser), self.loops);
        Ok(Self {
            machine: Arc::new(machine.map_err(VerifyError::Graph)?),
            tools,
            ..self.clone()
        })
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.engine = self.engine.clock(Arc::clone(&clock));
        self.clock = clock;
        self
    }

    /// The same agent over another journal.
    #[must_use]
    pub fn with_journal(&self, journal: Arc<dyn Journal>) -> Self {
        Self {
            engine: Engine::new(journal).clock(Arc::clone(&self.clock)),
            ..self.clone()
        }
    }

    /// The same agent over other tools, which writes nothing down.
    ///
    /// # Errors
    /// As [`Agent::new`].
    pub(crate) fn dry(&self, tools: Toolbox) -> Result<Self, VerifyError> {
        let dry = Self::new(tools, Arc::new(NoJournal), self.loops, self.budget)?;
        Ok(dry.with_clock(Arc::clone(&self.clock)))
    }

    pub fn machine(&self) -> &Machine<Case> {
        &self.machine
    }

    pub fn tools(&self) -> &Toolbox {
        &self.tools
    }

    /// Verifies one invoice. `mode` says what to do with a record under the case's key; `commit` is called once, when
    /// the run ends live. The audit link of the verdict is empty: the store that links it fills it in.
    ///
    /// # Errors
    /// A journal that cannot be written or read, a record that differs on replay. A bad invoice is no error.
    pub async fn verify(
        &self,
        input: Input,
        mode: Mode,
        commit: Option<Commit>,
    ) -> Result<(Verdict, Case), VerifyError> {
        self.verify_parking(input, mode, commit, None).await
    }

    /// As [`Self::verify`], of a case that need not stay in memory while a model is asked.
    ///
    /// # Errors
    /// As there; and [`RunError::Parked`], when it is to be called again after [`Parking::wait`].
    pub async fn verify_parking(
        &self,
        input: Input,
        mode: Mode,
        commit: Option<Commit>,
        parking: Option<Arc<Parking>>,
    ) -> Result<(Verdict, Case), VerifyError> {
        let key = input.key();
        let id = RunId::new(key.as_str());
        let (again, parked) = (commit.clone(), parking.clone());
        match self
            .run(id, &key, input.clone(), mode, commit, parking)
            .await
        {
            // A run that an earlier version left unfinished begins anew under this one, beside what is recorded.
            Err(VerifyError::Run(RunError::GraphChanged { run, stored, now }))
                if mode == Mode::Resume =>
            {
                tracing::warn!("case {run} was begun under graph {stored}; begun anew under {now}");
                let id = RunId::new(format!("{run}@{now}"));
                self.run(id, &key, input, mode, again, parked).await
            }
            other => other,
        }
    }

    /// Verifies one invoice as [`Self::verify`] does, and leaves out the verdict: for whoever counts decisions.
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub async fn conclude(&self, input: Input) -> Result<(Decision, Case), VerifyError> {
        let key = input.key();
        let start = self.start(RunId::new(key.as_str()), &key, input, Mode::Fresh);
        let outcome = self.engine.run(&self.machine, start).await?;
        let decision = decision_of(&outcome.state, outcome.terminal);
        Ok((decision, outcome.state))
    }

    fn start(&self, id: RunId, key: &str, input: Input, mode: Mode) -> Start<Case> {
        let key = Digest::of(key.as_bytes());
        Start::new(id, Case::new(input), RunInput::digest_only(key))
            .mode(mode)
            .budget(self.budget)
    }

    async fn run(
        &self,
        id: RunId,
        key: &str,
        input: Input,
        mode: Mode,
        commit: Option<Commit>,
        parking: Option<Arc<Parking>>,
    ) -> Result<(Verdict, Case), VerifyError> {
        let began = parking
            .as_ref()
            .map_or_else(std::time::Instant::now, |parking| parking.began());
        let mut start = self.start(id, key, input, mode).parking(parking);
        let millis = move || u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        // What was committed is what is returned.
        let committed: Arc<Mutex<Option<Verdict>>> = Arc::default();
        if let Some(commit) = commit {
            let committed = Arc::clone(&committed);
            start = start.close(move |closing: &Closing<'_, Case>| {
                let trace = trace(closing.trace, closing.terminal, Some(closing.head));
                let (state, calls) = (closing.state, closing.usage.calls);
                let mut verdict = assemble(state, closing.terminal, trace, calls, millis());
                let extra = commit(&mut verdict, state);
                *committed.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
                extra
            });
        }
        let outcome = self.engine.run(&self.machine, start).await?;
        let kept = committed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let verdict = kept.unwrap_or_else(|| {
            let head = (mode != Mode::Fresh).then_some(outcome.head);
            let trace = trace(&outcome.trace, outcome.terminal, head);
            assemble(
                &outcome.state,
                outcome.terminal,
                trace,
                outcome.usage.calls,
                millis(),
            )
        });
        Ok((verdict, outcome.state))
    }
}

/// What the last step of a recorded trace says before the head of its journal.
const JOURNAL_HEAD: &str = "journal head ";

/// The head of the journal of the run that a verdict came from; `None` where none was kept.
pub fn journal_head(verdict: &Verdict) -> Option<Digest> {
    let last = verdict.trace.last()?;
    Digest::from_hex(last.thought.strip_prefix(JOURNAL_HEAD)?)
}

/// The steps, and where a journal is kept its head: it pins every recorded answer to the verdict.
pub(crate) fn trace(
    steps: &[crate::engine::TraceStep],
    terminal: &str,
    head: Option<Digest>,
) -> Vec<TraceStep> {
    let mut out: Vec<TraceStep> = steps.iter().map(step).collect();
    if let Some(head) = head {
        out.push(TraceStep {
            step: u32::try_from(steps.len())
                .unwrap_or(u32::MAX)
                .saturating_add(1),
            node: terminal.to_owned(),
            edge: "end".to_owned(),
            thought: format!("{JOURNAL_HEAD}{head}"),
            elapsed_us: 0,
        });
    }
    out
}

fn step(step: &crate::engine::TraceStep) -> TraceStep {
    TraceStep {
        step: step.step + 1,
        node: step.node.to_owned(),
        edge: format!("{}: {}", step.to, step.because),
        thought: step.thought.clone().unwrap_or_default(),
        elapsed_us: step.elapsed_us,
    }
}

/// A ULID whose time is when the case was taken in and whose random part is the case's key: the same case has the
/// same id, on every machine and at every replay.
pub(crate) fn ulid(taken_in: Option<&domain::Evidence>, key: &str) -> String {
    ulid_at(taken_in.and_then(|e| e.at.parse().ok()), key)
}

/// A ULID of this time, whose random part is the beginning of a digest in hexadecimal.
pub(crate) fn ulid_at(at: Option<jiff::Timestamp>, digest: &str) -> String {
    let millis = at
        .and_then(|at| u64::try_from(at.as_millisecond()).ok())
        .unwrap_or_default();
    let random = digest
        .get(..20)
        .and_then(|hex| u128::from_str_radix(hex, 16).ok())
        .unwrap_or_default();
    ulid::Ulid::from_parts(millis, random).to_string()
}

/// Puts a case at its end into the form of the contract.
fn assemble(
    case: &Case,
    terminal: &str,
    trace: Vec<TraceStep>,
    outward_calls: u32,
    elapsed_ms: u64,
) -> Verdict {
    let decision = decision_of(case, terminal);
    let policy = &case.input.policy;
    let invoice = &case.input.invoice;
    let findings: Vec<FindingRecord> = case
        .outcomes
        .iter()
        .map(|(spec, outcome)| {
            let finding = outcome.finding();
            let (outcome, remedy) = match outcome {
                Outcome::Pass(_) => (OutcomeName::Pass, None),
                Outcome::NotApplicable(_) => (OutcomeName::NotApplicable, None),
                Outcome::Fail(_) => (OutcomeName::Fail, Some(spec.remedy)),
                Outcome::Unverified(_) => (OutcomeName::Unverified, Some(spec.remedy)),
            };
            let remedy = finding
                .remedy
                .clone()
                .filter(|_| remedy.is_some())
                .or_else(|| remedy.filter(|r| !r.is_empty()).map(str::to_owned));
            FindingRecord {
                check: spec.id.to_owned(),
                outcome,
                severity: spec.severity(policy),
                message: finding.message.clone(),
                law: spec.law.to_owned(),
                citations: claims::resolve(case, &finding.cites),
                remedy,
            }
        })
        .collect();
    let steps = u32::try_from(trace.len()).unwrap_or(u32::MAX);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (asked, inquired) = (count(case.asked.len()), count(case.inquired.len()));
    let consultations = count(case.consulted.len());
    let tokens = |of: fn(&Consulted) -> u64| case.consulted.iter().map(of).sum();
    Verdict {
        schema: SCHEMA.to_owned(),
        id: ulid(case.evidence.first(), &case.input.key()),
        decision,
        confidence: confidence(&findings),
        summary: claims::summary(case, decision),
        invoice: InvoiceSummary {
            number: invoice.number.clone(),
            date: invoice.date_text.clone(),
            supplier_gstin: invoice.supplier.gstin.clone(),
            buyer_gstin: invoice.buyer.gstin.clone(),
            total: invoice
                .raw
                .pointer("/ValDtls/TotInvVal")
                .cloned()
                .unwrap_or(Value::Null),
            sha256: case.input.sha256.clone(),
            source: case.input.source.clone(),
        },
        findings,
        claims: case.claims.clone(),
        critique: Critique {
            relevance: case.relevance(),
            grounding: match (case.claims.is_empty(), case.ungrounded.is_empty()) {
                (false, true) => Support::Full,
                (false, false) => Support::Partial,
                (true, _) => Support::None,
            },
            usefulness: case.usefulness,
            retrieval_retries: case.retrieval_retries,
            generation_retries: case.generations.saturating_sub(1),
            doubts: case
                .confirmed_doubts()
                .map(|doubt| DoubtRecord {
                    text: doubt.why.clone(),
                    citation: doubt.citation.clone(),
                })
                .collect(),
        },
        evidence: case.evidence.iter().map(EvidenceRecord::from).collect(),
        trace,
        usage: Usage {
            steps,
            tool_calls: (asked + inquired).max(outward_calls.saturating_sub(consultations)),
            llm_calls: consultations,
            prompt_tokens: tokens(|c| c.prompt_tokens),
            completion_tokens: tokens(|c| c.completion_tokens),
            elapsed_ms,
            ..Usage::default()
        },
        reasoner: reasoner(case.input.model.as_deref(), &case.consulted),
        policy: PolicyStamp {
            name: policy.name.clone(),
            version: policy.version.clone(),
            sha256: policy.sha256.clone(),
        },
        audit: AuditLink {
            seq: 0,
            previous: String::new(),
            hash: String::new(),
        },
    }
}

/// Who reasoned, and by which prompts it was asked.
pub(crate) fn reasoner(model: Option<&str>, consulted: &[Consulted]) -> Reasoner {
    let mut prompts: Vec<PromptStamp> = Vec::new();
    for consulted in consulted {
        let stamp = PromptStamp {
            prompt: consulted.prompt.clone(),
            sha256: consulted.sha256.clone(),
        };
        if !prompts.contains(&stamp) {
            prompts.push(stamp);
        }
    }
    Reasoner {
        kind: if model.is_some() { "openai" } else { "rules" }.to_owned(),
        model: model.map(str::to_owned),
        prompts,
    }
}

/// The share of applicable checks that could be evaluated, to two decimals: how much of the verdict rests on evidence.
fn confidence(findings: &[FindingRecord]) -> Decimal {
    let count = |wanted: &[OutcomeName]| {
        Decimal::from(
            findings
                .iter()
                .filter(|f| wanted.contains(&f.outcome))
                .count(),
        )
    };
    let evaluated = count(&[OutcomeName::Pass, OutcomeName::Fail]);
    let applicable = evaluated + count(&[OutcomeName::Unverified]);
    if applicable.is_zero() {
        Decimal::ZERO
    } else {
        (evaluated / applicable).round_dp(2)
    }
}
