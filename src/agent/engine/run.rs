//! The walk: from the start to a terminal, over a journal.

use std::{
    borrow::Cow, collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc, time::Instant,
};

use futures::{FutureExt, future::join_all};
use jiff::Timestamp;
use petgraph::graph::NodeIndex;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{
    budget::{Budget, Usage},
    context::{Ctx, Lent, Shared, Trouble, micros},
    effect::Request,
    graph::{Machine, Route, Work},
    journal::{BrokenChain, Digest, Extra, Input, Journal, JournalError, Kind, RunId},
    node::{NodeError, Step},
    parking::Parking,
    recorded::{DeltaRow, Finish, FinishedRow, Recording, StartedRow},
    state::{Fact, State},
};

/// How a run treats what is recorded under its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is recorded yet, and the journal refuses if something is. Does not read the journal.
    #[default]
    Fresh,
    /// Goes on where the record ends; begins when there is none; answers at once when it has ended.
    Resume,
    /// Runs the nodes again on recorded answers; the first difference is an error. Writes nothing.
    Replay,
    /// Runs the nodes again, perhaps under another graph or input; recorded answers are found by
    /// their question, misses are counted and answered with an error. Writes nothing.
    WhatIf,
}

/// Why a run left its ordinary edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A node could not finish.
    Error,
    /// The budget is spent.
    Budget,
    /// A call was made before a crash, its answer is lost, and it must not be made twice.
    Uncertain,
}

/// Where and why a run left its ordinary edges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diversion {
    pub cause: Cause,
    pub node: Cow<'static, str>,
    pub reason: String,
}

impl fmt::Display for Diversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.cause {
            Cause::Error => "failed",
            Cause::Budget => "has no budget left",
            Cause::Uncertain => "cannot be sure",
        };
        write!(f, "{} {word}: {}", self.node, self.reason)
    }
}

/// One node execution, as told to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TraceStep {
    pub step: u32,
    pub node: &'static str,
    /// The node the run went to.
    pub to: &'static str,
    /// Why: `tries = 1 < 2`, `always`, or the reason of a diversion.
    pub because: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thought: Option<String>,
    /// Read back from the journal instead of run.
    pub recorded: bool,
    pub elapsed_us: u64,
}

impl TraceStep {
    /// `grounding → compose because tries = 1 < 2`.
    pub fn edge(&self) -> String {
        format!("{} → {} because {}", self.node, self.to, self.because)
    }
}

/// What an observer is told.
#[derive(Debug)]
pub enum Event<'a> {
    /// A node is about to run.
    Entered { step: u32, node: &'static str },
    /// A live call is about to be made.
    Called {
        step: u32,
        index: u32,
        node: &'static str,
        request: &'a Request,
    },
    /// A call was answered, live or from the record.
    Answered {
        step: u32,
        index: u32,
        node: &'static str,
        request: &'a Request,
        ok: bool,
        recorded: bool,
        elapsed_us: u64,
    },
    /// A node finished and an edge was taken.
    Stepped(&'a TraceStep),
    /// The run ended, and its end is durable.
    Finished {
        terminal: &'static str,
        usage: Usage,
    },
}

/// Watches runs: for traces and live streams. Called inline, so it must be quick and must not block.
pub trait Observer: Send + Sync {
    fn event(&self, run: &RunId, event: &Event<'_>);
}

/// Tells the time. Nodes get it through [`Ctx::now`] only.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Why a run has no outcome. Whatever was durable stays, and the run can be resumed unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    BrokenChain(#[from] BrokenChain),
    #[error(
        "run {run} began under graph {stored} and the graph is now {now}; nothing was run, start it again from its input"
    )]
    GraphChanged {
        run: RunId,
        stored: Digest,
        now: Digest,
    },
    #[error(
        "run {run} began with input {stored} and was given {now}; nothing was run, give it its own input or another id"
    )]
    InputChanged {
        run: RunId,
        stored: Digest,
        now: Digest,
    },
    #[error("journal of run {run}: entry {seq} cannot be read: {detail}")]
    Unreadable {
        run: RunId,
        seq: u32,
        detail: String,
    },
    #[error("{name}: what it gave cannot be written as JSON: {detail}")]
    Unwritable { name: String, detail: String },
    /// A node asked, or answered, something else than is recorded.
    #[error("run {run} differs from its record at {at} in {node}: recorded {recorded}; now {now}")]
    Diverged {
        run: RunId,
        node: String,
        at: String,
        recorded: String,
        now: String,
    },
    #[error("the record of run {run} ends at step {step}; resume the run before replaying it")]
    Unfinished { run: RunId, step: u32 },
    #[error("nothing is recorded of run {0}; there is nothing to replay")]
    NotRecorded(RunId),
    /// It waits for a call that it left in its [`Parking`], and is to be resumed with that once the call is answered.
    #[error("run {0} waits for an answer; it goes on when that is there")]
    Parked(RunId),
}

impl RunError {
    /// Whether the same run may succeed when tried again.
    pub const fn retry_is_useful(&self) -> bool {
        matches!(self, Self::Journal(JournalError::Store(_)))
    }
}

/// A run at its end, before the end is written.
#[derive(Debug)]
pub struct Closing<'a, S> {
    pub run: &'a RunId,
    pub state: &'a S,
    pub terminal: &'static str,
    pub diverted: Option<&'a Diversion>,
    pub usage: Usage,
    /// Hash of the run's last entry: what the verdict pins.
    pub head: Digest,
    pub trace: &'a [TraceStep],
}

type Close<S> = Box<dyn FnOnce(&Closing<'_, S>) -> Extra + Send>;

/// What a run starts from.
pub struct Start<S> {
    id: RunId,
    state: S,
    input: Input,
    mode: Mode,
    budget: Budget,
    parking: Option<Arc<Parking>>,
    close: Option<Close<S>>,
}

impl<S> fmt::Debug for Start<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("id", &self.id)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl<S> Start<S> {
    /// A fresh run. `state` must be what `input` gives, and nothing else.
    pub fn new(id: RunId, state: S, input: Input) -> Self {
        Self {
            id,
            state,
            input,
            mode: Mode::Fresh,
            budget: Budget::default(),
            parking: None,
            close: None,
        }
    }

    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// The run may end early with [`RunError::Parked`]. Only a run that is resumed can be.
    #[must_use]
    pub fn parking(self, parking: Option<Arc<Parking>>) -> Self {
        Self { parking, ..self }
    }

    /// Called once at the end; what it returns is committed in one transaction with the last entries.
    /// Not called on replays, nor when the record says the run has ended.
    #[must_use]
    pub fn close(self, close: impl FnOnce(&Closing<'_, S>) -> Extra + Send + 'static) -> Self {
        Self {
            close: Some(Box::new(close)),
            ..self
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome<S> {
    pub state: S,
    pub terminal: &'static str,
    /// `None`: by ordinary edges.
    pub diverted: Option<Diversion>,
    pub trace: Vec<TraceStep>,
    pub usage: Usage,
    /// Hash of the last entry; on replays, of the recording. Without a journal, of the run id.
    pub head: Digest,
    /// Questions a what-if run asked and the recording could not answer.
    pub misses: u32,
    /// The record said that the run had ended; nothing was run or written.
    pub had_finished: bool,
}

/// Runs machines. Cheap to clone; one serves all runs of a process.
#[derive(Clone)]
pub struct Engine {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    limits: Arc<BTreeMap<String, Semaphore>>,
    observers: Arc<[Arc<dyn Observer>]>,
    every_step: bool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Engine {
    pub fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            clock: Arc::new(SystemClock),
            limits: Arc::default(),
            observers: Arc::new([]),
            every_step: false,
        }
    }

    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// At most so many live calls by that name at once, over all runs of this engine.
    #[must_use]
    pub fn limits<N: Into<String>>(self, limits: impl IntoIterator<Item = (N, usize)>) -> Self {
        let limits = limits
            .into_iter()
            .map(|(name, at_once)| {
                (
                    name.into(),
                    Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS)),
                )
            })
            .collect();
        Self {
            limits: Arc::new(limits),
            ..self
        }
    }

    #[must_use]
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        let observers = self.observers.iter().cloned().chain([observer]).collect();
        Self { observers, ..self }
    }

    /// Makes every node execution durable before the next begins, not only outward calls and the end.
    #[must_use]
    pub fn durable_every_step(self) -> Self {
        Self {
            every_step: true,
            ..self
        }
    }

    /// Walks the machine to a terminal. Dropping the future leaves the run resumable.
    pub async fn run<S: State>(
        &self,
        machine: &Machine<S>,
        start: Start<S>,
    ) -> Result<Outcome<S>, RunError> {
        let Start {
            id,
            state,
            input,
            mode,
            budget,
            parking,
            close,
        } = start;
        let recording = match mode {
            Mode::Fresh => None,
            _ => Recording::read(&id, self.journal.load(&id).await?)?,
        };
        match &recording {
            Some(recording) if mode != Mode::WhatIf => {
                let StartedRow {
                    graph,
                    input: stored,
                    ..
                } = &recording.started;
                if *graph != machine.hash() {
                    return Err(RunError::GraphChanged {
                        run: id,
                        stored: *graph,
                        now: machine.hash(),
                    });
                }
                if *stored != input.digest {
                    return Err(RunError::InputChanged {
                        run: id,
                        stored: *stored,
                        now: input.digest,
                    });
                }
            }
            None if matches!(mode, Mode::Replay | Mode::WhatIf) => {
                return Err(RunError::NotRecorded(id));
            }
            _ => {}
        }
        let begins = recording.is_none();
        let had_finished = mode == Mode::Resume
            && recording
                .as_ref()
                .is_some_and(|recording| recording.finished.is_some());
        let lent = Lent {
            journal: Arc::clone(&self.journal),
            clock: Arc::clone(&self.clock),
            limits: Arc::clone(&self.limits),
            observers: Arc::clone(&self.observers),
            parking: parking.filter(|_| mode == Mode::Resume && self.journal.records()),
        };
        let shared = Arc::new(Shared::new(lent, id, mode, recording, budget));
        if begins && shared.records {
            let row = StartedRow {
                machine: machine.name().to_owned(),
                graph: machine.hash(),
                input: input.digest,
            };
            let mut inner = shared.lock();
            inner.push(Kind::Started, 0, 0, Cow::Owned(row.machine.clone()), &row);
            inner.input = Some(input);
        }
        let mut walk = Walk {
            machine,
            shared,
            state,
            at: machine.shape.start,
            step: 0,
            visits: vec![0; machine.work.len()],
            counters: vec![None; machine.slots],
            trace: Vec::new(),
            diverted: None,
        };
        while !matches!(walk.work(), Work::End) {
            walk.step().await?;
            if self.every_step {
                walk.shared.flush(None).await?;
            }
        }
        walk.finish(close, had_finished).await
    }
}

/// A run on its way.
struct Walk<'a, S: State> {
    machine: &'a Machine<S>,
    shared: Arc<Shared>,
    state: S,
    at: NodeIndex,
    step: u32,
    visits: Vec<u32>,
    /// What each bounding counter was when its edge was last taken.
    counters: Vec<Option<i64>>,
    trace: Vec<TraceStep>,
    diverted: Option<Diversion>,
}

/// What one node execution gave.
struct Ran<D> {
    deltas: Vec<D>,
    thought: Option<String>,
    diverted: Option<Diversion>,
    recorded: bool,
}

impl<S: State> Walk<'_, S> {
    fn work(&self) -> &Work<S> {
        // Every vertex has its work at the same index; the builder pushes both.
        self.machine.work.get(self.at.index()).unwrap_or(&Work::End)
    }

    async fn step(&mut self) -> Result<(), RunError> {
        let began = Instant::now();
        let node = self.machine.shape.name(self.at);
        if self.shared.observed() {
            self.shared.tell(&Event::Entered {
                step: self.step,
                node,
            });
        }
        if let Some(visits) = self.visits.get_mut(self.at.index()) {
            *visits += 1;
        }
        let mut ran = match self.read_back(node)? {
            Some(ran) => ran,
            None => self.execute(node).await?,
        };
        if !ran.recorded {
            self.write(node, &ran)?;
        }
        for delta in ran.deltas.drain(..) {
            self.state.fold(delta);
        }
        self.shared.lock().account.usage.steps += 1;
        let (to, because) = self.next(node, ran.diverted);
        let step = TraceStep {
            step: self.step,
            node,
            to: self.machine.shape.name(to),
            because,
            thought: ran.thought,
            recorded: ran.recorded,
            elapsed_us: micros(began.elapsed()),
        };
        if self.shared.observed() {
            self.shared.tell(&Event::Stepped(&step));
        }
        self.trace.push(step);
        self.step += 1;
        self.at = to;
        Ok(())
    }

    /// A step that is recorded as finished is folded, not run again. Replays run it, except where
    /// the record says that it never ran.
    fn read_back(&self, node: &'static str) -> Result<Option<Ran<S::Delta>>, RunError> {
        let Some(recording) = &self.shared.recording else {
            return Ok(None);
        };
        let (run, mode) = (&self.shared.run, self.shared.mode);
        let recorded = match (recording.steps.get(&self.step), mode) {
            (_, Mode::WhatIf) | (None, Mode::Fresh | Mode::Resume) => return Ok(None),
            (None, Mode::Replay) => {
                return Err(RunError::Unfinished {
                    run: run.clone(),
                    step: self.step,
                });
            }
            (Some(recorded), _) => recorded,
        };
        if recorded.node != node {
            return Err(RunError::Diverged {
                run: run.clone(),
                node: node.to_owned(),
                at: self.step.to_string(),
                recorded: format!("node {}", recorded.node),
                now: format!("node {node}"),
            });
        }
        let finish: Finish<S::Delta> =
            serde_json::from_str(&recorded.payload).map_err(|error| RunError::Unreadable {
                run: run.clone(),
                seq: recorded.seq,
                detail: error.to_string(),
            })?;
        let Finish {
            deltas,
            thought,
            diverted,
        } = finish;
        let never_ran = diverted
            .as_ref()
            .is_some_and(|diverted| diverted.cause == Cause::Budget)
            && deltas.is_empty()
            && recording
                .calls
                .range((self.step, 0)..=(self.step, u32::MAX))
                .next()
                .is_none();
        let recomputed = self
            .machine
            .shape
            .graph
            .node_weight(self.at)
            .is_some_and(|spot| spot.spec.recomputed);
        if (mode == Mode::Replay || recomputed) && !never_ran {
            return Ok(None);
        }
        let mut inner = self.shared.lock();
        for (_, call) in recording
            .calls
            .range((self.step, 0)..=(self.step, u32::MAX))
        {
            if let Some(answer) = &call.answer {
                inner.account.read_back(answer.counted, answer.spent);
            }
        }
        drop(inner);
        Ok(Some(Ran {
            deltas,
            thought,
            diverted,
            recorded: true,
        }))
    }

    async fn execute(&self, node: &'static str) -> Result<Ran<S::Delta>, RunError> {
        if let Some(reason) = self.spent(node) {
            let diverted = Some(diversion(Cause::Budget, node, reason));
            return Ok(Ran {
                deltas: Vec::new(),
                thought: None,
                diverted,
                recorded: false,
            });
        }
        self.shared.begin_step();
        let visit = self
            .visits
            .get(self.at.index())
            .copied()
            .unwrap_or_default();
        let mut ran = Ran {
            deltas: Vec::new(),
            thought: None,
            diverted: None,
            recorded: false,
        };
        match self.work() {
            Work::One(work) => {
                let cx = Ctx::new(&self.shared, node, self.step, visit, 0);
                ran.take(node, caught(work.run(&cx, &self.state)).await);
            }
            Work::Many(branches) => {
                let lanes = (1_u32..).zip(branches).map(|(lane, branch)| {
                    let name = branch.spec().name;
                    let cx = Ctx::new(&self.shared, name, self.step, visit, lane);
                    async move { (name, caught(branch.run(&cx, &self.state)).await) }
                });
                for (name, finished) in join_all(lanes).await {
                    ran.take(name, finished);
                }
            }
            Work::End => {}
        }
        match self.shared.lock().trouble.take() {
            Some(Trouble::Fatal(error)) => return Err(error),
            // The engine's own reason says more than the error a node made of it.
            Some(Trouble::Divert(diversion)) => ran.diverted = Some(diversion),
            None => {}
        }
        if let Some((index, recorded)) = self.shared.not_asked(self.step) {
            return Err(RunError::Diverged {
                run: self.shared.run.clone(),
                node: node.to_owned(),
                at: format!("{}.{index}", self.step),
                recorded,
                now: "no call".to_owned(),
            });
        }
        Ok(ran)
    }

    /// Why the node may not run, if it may not.
    fn spent(&self, node: &'static str) -> Option<String> {
        if self.shared.mode == Mode::Replay {
            // The record says where the budget was spent.
            return None;
        }
        let budget = self.shared.lock().account.budget;
        if self.step >= budget.steps {
            return Some(format!("steps: {} of {} taken", self.step, budget.steps));
        }
        let visits = self
            .visits
            .get(self.at.index())
            .copied()
            .unwrap_or_default();
        let most = self
            .machine
            .shape
            .graph
            .node_weight(self.at)
            .map_or(0, |spot| spot.spec.max_visits);
        if visits > most {
            return Some(format!("visits: {node} entered {most} of {most} times"));
        }
        let late = self
            .shared
            .deadline
            .is_some_and(|deadline| tokio::time::Instant::now() >= deadline);
        late.then(|| "wall time".to_owned())
    }

    fn write(&self, node: &'static str, ran: &Ran<S::Delta>) -> Result<(), RunError> {
        let replayed = match (&self.shared.recording, self.shared.mode) {
            // A resumed run comes here with a recorded step only where the node recomputes it.
            (Some(recording), Mode::Replay | Mode::Resume) => recording.steps.get(&self.step),
            _ => None,
        };
        if !self.shared.records && replayed.is_none() {
            return Ok(());
        }
        let row = DeltaRow {
            deltas: &ran.deltas,
            thought: ran.thought.as_deref(),
            diverted: ran.diverted.as_ref(),
        };
        let payload = serde_json::to_string(&row).map_err(|error| RunError::Unwritable {
            name: node.to_owned(),
            detail: error.to_string(),
        })?;
        match replayed {
            Some(recorded) if recorded.payload != payload => Err(RunError::Diverged {
                run: self.shared.run.clone(),
                node: node.to_owned(),
                at: self.step.to_string(),
                recorded: recorded.payload.clone(),
                now: payload,
            }),
            Some(_) => Ok(()),
            None => {
                let name = Cow::Borrowed(node);
                self.shared
                    .lock()
                    .push_text(Kind::Delta, self.step, 0, name, payload);
                Ok(())
            }
        }
    }

    /// The edge to take, and why.
    fn next(
        &mut self,
        node: &'static str,
        diverted: Option<Diversion>,
    ) -> (NodeIndex, Cow<'static, str>) {
        if let Some(diverted) = diverted {
            return self.divert(diverted);
        }
        let routes: &[Route] = self
            .machine
            .routes
            .get(self.at.index())
            .map_or(&[], Vec::as_slice);
        let open = routes.iter().find(|route| route.guard.holds(&self.state));
        let Some(route) = open else {
            // The builder proved a fallback; without one the run still ends safely.
            return self.divert(diversion(Cause::Error, node, "no edge is open".to_owned()));
        };
        let because = match route.guard {
            super::guard::Guard::Always => Cow::Borrowed("always"),
            ref guard => Cow::Owned(guard.explain(&self.state)),
        };
        let to = route.to;
        // The proof that a cycle ends takes it that its counter rises; one that did not is an error. A
        // counter of another type opens no edge, so one that is read here is a number.
        if let Some((counter, slot)) = &route.counter
            && let Some(Fact::Int(now)) = self.state.fact(counter)
            && let Some(slot) = self.counters.get_mut(*slot)
        {
            if slot.is_some_and(|before| now <= before) {
                let reason =
                    format!("{counter} = {now} did not rise since the cycle was last gone round");
                return self.divert(diversion(Cause::Error, node, reason));
            }
            *slot = Some(now);
        }
        (to, because)
    }

    fn divert(&mut self, diverted: Diversion) -> (NodeIndex, Cow<'static, str>) {
        let to = match diverted.cause {
            Cause::Budget => self.machine.on_budget,
            Cause::Error | Cause::Uncertain => self.machine.on_error,
        };
        self.state.diverted(&diverted);
        let because = Cow::Owned(diverted.to_string());
        self.diverted = Some(diverted);
        (to, because)
    }

    async fn finish(
        self,
        close: Option<Close<S>>,
        had_finished: bool,
    ) -> Result<Outcome<S>, RunError> {
        let Self {
            machine,
            shared,
            state,
            at,
            trace,
            diverted,
            step,
            ..
        } = self;
        let terminal = machine.shape.name(at);
        let recorded = shared
            .recording
            .as_ref()
            .filter(|_| shared.mode != Mode::WhatIf);
        if let Some(finished) = recorded.and_then(|recording| recording.finished.as_ref())
            && finished.terminal != terminal
        {
            return Err(RunError::Diverged {
                run: shared.run.clone(),
                node: terminal.to_owned(),
                at: step.to_string(),
                recorded: format!("end at {}", finished.terminal),
                now: format!("end at {terminal}"),
            });
        }
        if shared.mode == Mode::Replay
            && recorded.is_some_and(|recording| recording.finished.is_none())
        {
            return Err(RunError::Unfinished {
                run: shared.run.clone(),
                step,
            });
        }
        let usage = shared.lock().account.usage;
        if shared.records && !had_finished {
            let row = FinishedRow {
                terminal: Cow::Borrowed(terminal),
                usage,
            };
            shared
                .lock()
                .push(Kind::Finished, step, 0, Cow::Borrowed(terminal), &row);
        }
        let (head, misses) = {
            let inner = shared.lock();
            (inner.head, inner.misses)
        };
        let writes = !had_finished && matches!(shared.mode, Mode::Fresh | Mode::Resume);
        if writes {
            let extra = close.map(|close| {
                close(&Closing {
                    run: &shared.run,
                    state: &state,
                    terminal,
                    diverted: diverted.as_ref(),
                    usage,
                    head,
                    trace: &trace,
                })
            });
            shared.flush(extra).await?;
        }
        if shared.observed() {
            shared.tell(&Event::Finished { terminal, usage });
        }
        Ok(Outcome {
            state,
            terminal,
            diverted,
            trace,
            usage,
            head,
            misses,
            had_finished,
        })
    }
}

impl<D> Ran<D> {
    fn take(&mut self, node: &'static str, finished: Result<Step<D>, NodeError>) {
        match finished {
            Ok(Step { delta, thought }) => {
                self.deltas.extend(delta);
                if let Some(thought) = thought {
                    self.thought = Some(match self.thought.take() {
                        Some(first) => format!("{first}\n{thought}"),
                        None => thought,
                    });
                }
            }
            Err(error) if self.diverted.is_none() => {
                self.diverted = Some(diversion(Cause::Error, node, error.message));
            }
            // The first branch that failed is told.
            Err(_) => {}
        }
    }
}

fn diversion(cause: Cause, node: &'static str, reason: String) -> Diversion {
    Diversion {
        cause,
        node: Cow::Borrowed(node),
        reason,
    }
}

/// A panic in a node, or in a call that it waits for, is that node's error: the case is held and the others go on. The
/// state was only lent, so nothing is left half changed. The message is not repeated: it may quote the invoice.
async fn caught<D>(
    running: impl Future<Output = Result<Step<D>, NodeError>>,
) -> Result<Step<D>, NodeError> {
    let ran = AssertUnwindSafe(running).catch_unwind().await;
    ran.unwrap_or_else(|_| Err(NodeError::new("panicked, which is a fault of this program")))
}
