//! What a node may do to the world, and the recorder behind it.

use std::{
    borrow::{Borrow, Cow},
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::Semaphore, time::Instant};

use super::{
    budget::{Account, Budget, Spend, Usage},
    effect::{Answer, Body, EffectError, EffectKind, ErrorKind, Request},
    journal::{Batch, Digest, Entry, Extra, Input, Journal, JournalError, Kind, RunId},
    parking::Parking,
    recorded::{AnsweredRow, ByDigest, CalledRow, Recalled, RecordedCall, Recording},
    run::{Cause, Clock, Diversion, Event, Mode, Observer, RunError},
};

/// The name under which clock readings are recorded.
const CLOCK: &str = "clock";
/// Effects one node may have in one step; a branch counts from the next multiple.
const LANE: u32 = 1_000;

/// What a node, or its branch of a fan-out, is given to ask the world with.
///
/// Calls are numbered in the order in which they are first polled. Two calls a node wants at once go
/// through [`Ctx::fan_out`], or through `join!`, which polls in order; never through spawned tasks.
#[derive(Debug)]
pub struct Ctx {
    shared: Arc<Shared>,
    node: &'static str,
    step: u32,
    visit: u32,
    lane: u32,
    next: AtomicU32,
}

impl Ctx {
    pub(super) fn new(
        shared: &Arc<Shared>,
        node: &'static str,
        step: u32,
        visit: u32,
        lane: u32,
    ) -> Self {
        let base = lane.saturating_mul(LANE);
        Self {
            shared: Arc::clone(shared),
            node,
            step,
            visit,
            lane,
            next: AtomicU32::new(base),
        }
    }

    pub fn run_id(&self) -> &RunId {
        &self.shared.run
    }

    /// The node that is running.
    pub fn node(&self) -> &'static str {
        self.node
    }

    /// Node executions before this one.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// How often the run has entered this node, this time included.
    pub fn visit(&self) -> u32 {
        self.visit
    }

    pub fn budget(&self) -> Budget {
        self.shared.lock().account.budget
    }

    /// What the run has spent so far.
    pub fn usage(&self) -> Usage {
        self.shared.lock().account.usage
    }

    /// Asks the world, once. `live` is polled only when no answer is recorded; what it answers,
    /// failure included, is recorded before this returns.
    pub async fn effect<R, F>(&self, request: R, live: F) -> Result<Value, EffectError>
    where
        R: Borrow<Request> + Send,
        F: Future<Output = Result<Answer, EffectError>> + Send,
    {
        let request = request.borrow();
        let index = match self.begin(request) {
            Begun::Settled(answer) => return answer.map(Body::into_value),
            Begun::Live(index) => index,
        };
        if request.durable {
            self.shared.barrier().await?;
        }
        let answer = self.live(request, index, live).await;
        let answer = self.record(request, index, answer);
        if request.durable {
            self.shared.barrier().await?;
        }
        answer.map(Body::into_value)
    }

    /// As [`Ctx::effect`], of a call that takes seconds. A run that may be parked ends here, once it is durable that the call
    /// was called, and leaves the call in its [`Parking`]; resumed, it goes on here with the answer.
    pub async fn long_effect<F>(&self, request: Request, live: F) -> Result<Value, EffectError>
    where
        F: Future<Output = Result<Answer, EffectError>> + Send + 'static,
    {
        // Of a call without an answer the record says that it may have taken effect.
        let parking = self.shared.parking.as_ref();
        let Some(parking) = parking.filter(|_| request.repeatable) else {
            return self.effect(request, live).await;
        };
        let index = match self.begin(&request) {
            Begun::Settled(answer) => return answer.map(Body::into_value),
            Begun::Live(index) => index,
        };
        let at = (self.step, index);
        let Some((answer, elapsed)) = parking.answer(at) else {
            self.shared.barrier().await?;
            let (limits, deadline) = (Arc::clone(&self.shared.limits), self.shared.deadline);
            let name = request.name;
            let call = async move { within(limits.get(&*name), deadline, &name, live).await };
            parking.leave(at, call.boxed());
            self.shared.fail(RunError::Parked(self.shared.run.clone()));
            return Err(aborted());
        };
        self.told(&request, index, answer.is_ok(), false, micros(elapsed));
        let answer = self.record(&request, index, answer);
        self.shared.barrier().await?;
        answer.map(Body::into_value)
    }

    /// Asks several things at once and answers in the order of the list, whatever finishes first.
    /// One barrier covers all calls before the first is made.
    pub async fn fan_out<R: Borrow<Request> + Send>(
        &self,
        calls: Vec<(R, BoxFuture<'_, Result<Answer, EffectError>>)>,
    ) -> Vec<Result<Body, EffectError>> {
        let begun: Vec<_> = calls
            .into_iter()
            .map(|(request, live)| {
                let begun = self.begin(request.borrow());
                (request, live, begun)
            })
            .collect();
        let leaves = begun
            .iter()
            .any(|(request, _, begun)| matches!(begun, Begun::Live(_)) && request.borrow().durable);
        if leaves && let Err(error) = self.shared.barrier().await {
            return begun.iter().map(|_| Err(error.clone())).collect();
        }
        let asked = begun.into_iter().map(|(request, live, begun)| async move {
            match begun {
                Begun::Settled(answer) => Asked::Settled(answer),
                Begun::Live(index) => {
                    let asked = request.borrow();
                    let answer = self.live(asked, index, live).await;
                    if !asked.durable {
                        // Nothing waits for it, so it is written in the order of the list below.
                        return Asked::Queue(request, index, answer);
                    }
                    let answer = self.record(asked, index, answer);
                    Asked::Settled(match self.shared.barrier().await {
                        Ok(()) => answer,
                        Err(error) => Err(error),
                    })
                }
            }
        });
        join_all(asked)
            .await
            .into_iter()
            .map(|asked| match asked {
                Asked::Settled(answer) => answer,
                Asked::Queue(request, index, answer) => {
                    self.record(request.borrow(), index, answer)
                }
            })
            .collect()
    }

    /// The time, recorded like any other answer.
    pub fn now(&self) -> Timestamp {
        let request = Request::local(CLOCK, Value::Null);
        let answer = match self.begin(&request) {
            Begun::Settled(answer) => answer.map(Body::into_value),
            Begun::Live(index) => {
                let now = self.shared.clock.now();
                let answer = Ok(Value::from(now.to_string()).into());
                if self.record(&request, index, answer).is_ok() {
                    return now;
                }
                Ok(Value::Null)
            }
        };
        let read = answer
            .ok()
            .and_then(|value| value.as_str().and_then(|text| text.parse().ok()));
        read.unwrap_or_else(|| {
            let detail = format!(
                "{}.{}: the recorded clock reading is no time",
                self.step, self.lane
            );
            self.shared.fail(RunError::Unreadable {
                run: self.shared.run.clone(),
                seq: 0,
                detail,
            });
            Timestamp::UNIX_EPOCH
        })
    }

    /// Numbers the request, and answers it from the recording or the budget when they decide it.
    fn begin(&self, request: &Request) -> Begun {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        let shared = &*self.shared;
        if shared.recording.is_some() {
            match shared.recorded(self.node, self.step, index, request) {
                Found::Answer(Recalled {
                    answer,
                    spent,
                    counted,
                }) => {
                    let mut inner = shared.lock();
                    inner.account.read_back(counted, spent);
                    if let Err(error) = &answer {
                        inner.divert_by(self.node, error);
                    }
                    drop(inner);
                    self.told(request, index, answer.is_ok(), true, 0);
                    return Begun::Settled(answer.map(Body::from));
                }
                Found::Lost if request.repeatable || request.kind.is_local() => {
                    return self.reserve(request, index, false);
                }
                Found::Lost => {
                    let message = format!(
                        "{}: asked before a crash, and the answer was not recorded; it may have taken effect and is not asked again",
                        request.name
                    );
                    return Begun::Settled(self.refuse(
                        request,
                        index,
                        ErrorKind::Uncertain,
                        message,
                    ));
                }
                Found::Nothing => {}
                Found::Never(error) => return Begun::Settled(Err(error)),
            }
        }
        self.reserve(request, index, true)
    }

    fn reserve(&self, request: &Request, index: u32, announce: bool) -> Begun {
        let shared = &*self.shared;
        let counted = !request.kind.is_local();
        let mut inner = shared.lock();
        if matches!(inner.trouble, Some(Trouble::Fatal(_))) {
            return Begun::Settled(Err(aborted()));
        }
        if counted || !request.reserve.is_nothing() {
            if index % LANE == LANE - 1 {
                drop(inner);
                let message = format!("{}: more than {LANE} calls in one step", request.name);
                return Begun::Settled(self.refuse(request, index, ErrorKind::Budget, message));
            }
            if let Err(reason) = inner.account.reserve(counted, request.reserve) {
                drop(inner);
                let message = format!(
                    "{} was not asked, the budget is spent: {reason}",
                    request.name
                );
                return Begun::Settled(self.refuse(request, index, ErrorKind::Budget, message));
            }
        }
        if counted && announce && shared.records {
            let row = CalledRow {
                kind: request.kind,
                body: &request.body,
            };
            inner.push(Kind::Called, self.step, index, request.name.clone(), &row);
        }
        drop(inner);
        if !shared.observers.is_empty() {
            shared.tell(&Event::Called {
                step: self.step,
                index,
                node: self.node,
                request,
            });
        }
        Begun::Live(index)
    }

    /// An answer the engine gives itself.
    fn refuse(
        &self,
        request: &Request,
        index: u32,
        kind: ErrorKind,
        message: String,
    ) -> Result<Body, EffectError> {
        let error = EffectError::of(kind, message).unbilled();
        self.write(request, index, &Err(error.clone()), Spend::NOTHING);
        self.shared.lock().divert_by(self.node, &error);
        self.told(request, index, false, false, 0);
        Err(error)
    }

    /// Makes the call, within its limit and the run's wall time.
    async fn live<F>(&self, request: &Request, index: u32, live: F) -> Result<Answer, EffectError>
    where
        F: Future<Output = Result<Answer, EffectError>> + Send,
    {
        let began = std::time::Instant::now();
        let (name, deadline) = (&*request.name, self.shared.deadline);
        let answer = within(self.shared.limits.get(name), deadline, name, live).await;
        self.told(
            request,
            index,
            answer.is_ok(),
            false,
            micros(began.elapsed()),
        );
        answer
    }

    /// Settles and writes what a live call answered.
    fn record(
        &self,
        request: &Request,
        index: u32,
        answer: Result<Answer, EffectError>,
    ) -> Result<Body, EffectError> {
        let spent = match &answer {
            Ok(answer) => answer.spent,
            Err(error) => error.spent,
        }
        .unwrap_or(request.reserve);
        let answer = answer.map(|answer| answer.value);
        let mut inner = self.shared.lock();
        inner.account.settle(request.reserve, spent);
        if let Err(error) = &answer {
            inner.divert_by(self.node, error);
        }
        drop(inner);
        self.write(request, index, &answer, spent);
        answer
    }

    fn write(
        &self,
        request: &Request,
        index: u32,
        answer: &Result<Body, EffectError>,
        spent: Spend,
    ) {
        if !self.shared.records {
            return;
        }
        let local = request.kind.is_local();
        // A call that was refused was never announced, so its body stands with the answer.
        let refused = matches!(answer, Err(error) if error.kind == ErrorKind::Budget);
        let row = AnsweredRow {
            kind: (!local).then_some(request.kind),
            body: (local || refused).then_some(&request.body),
            answer: answer.as_ref(),
            spent,
        };
        self.shared
            .lock()
            .push(Kind::Answered, self.step, index, request.name.clone(), &row);
    }

    fn told(&self, request: &Request, index: u32, ok: bool, recorded: bool, elapsed_us: u64) {
        if !self.shared.observers.is_empty() {
            let (step, node) = (self.step, self.node);
            self.shared.tell(&Event::Answered {
                step,
                index,
                node,
                request,
                ok,
                recorded,
                elapsed_us,
            });
        }
    }
}

/// Makes a call within its limit and until the deadline.
async fn within(
    limit: Option<&Semaphore>,
    deadline: Option<Instant>,
    name: &str,
    live: impl Future<Output = Result<Answer, EffectError>> + Send,
) -> Result<Answer, EffectError> {
    let asked = async {
        // A closed semaphore cannot be: the engine never closes one.
        let _permit = match limit {
            Some(limit) => limit.acquire().await.ok(),
            None => None,
        };
        live.await
    };
    let Some(deadline) = deadline else {
        return asked.await;
    };
    let answer = tokio::time::timeout_at(deadline, asked).await;
    answer.unwrap_or_else(|_| {
        Err(EffectError::of(
            ErrorKind::Budget,
            format!("{name} was broken off, the budget is spent: wall time"),
        ))
    })
}

enum Begun {
    Settled(Result<Body, EffectError>),
    Live(u32),
}

enum Asked<R> {
    Settled(Result<Body, EffectError>),
    Queue(R, u32, Result<Answer, EffectError>),
}

enum Found {
    Answer(Recalled),
    /// Called, and the answer was lost.
    Lost,
    /// The recording ends before this call.
    Nothing,
    /// The recording does not allow the call.
    Never(EffectError),
}

pub(super) fn aborted() -> EffectError {
    EffectError::of(
        ErrorKind::Aborted,
        "the run cannot go on; the engine reports why",
    )
}

pub(super) fn micros(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

/// What stops a run after the node that is running.
#[derive(Debug)]
pub(super) enum Trouble {
    Divert(Diversion),
    Fatal(RunError),
}

/// What changes while a run goes on.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) head: Digest,
    seq: u32,
    /// Made, not yet handed to the journal.
    queue: Vec<Entry>,
    pub(super) input: Option<Input>,
    /// A batch was handed over and its fate is not known.
    in_flight: bool,
    pub(super) account: Account,
    pub(super) trouble: Option<Trouble>,
    /// Recorded calls of this step that were asked for.
    asked: Vec<u32>,
    pub(super) misses: u32,
}

impl Inner {
    /// Chains an entry and queues it.
    pub(super) fn push(
        &mut self,
        kind: Kind,
        step: u32,
        index: u32,
        name: Cow<'static, str>,
        row: &impl Serialize,
    ) {
        match serde_json::to_string(row) {
            Ok(payload) => self.push_text(kind, step, index, name, payload),
            Err(error) => self.fail(RunError::Unwritable {
                name: name.into_owned(),
                detail: error.to_string(),
            }),
        }
    }

    pub(super) fn push_text(
        &mut self,
        kind: Kind,
        step: u32,
        index: u32,
        name: Cow<'static, str>,
        payload: String,
    ) {
        let mut entry = Entry {
            seq: self.seq,
            kind,
            step,
            index,
            name,
            payload,
            hash: Digest::default(),
        };
        entry.hash = entry.chained(self.head);
        self.head = entry.hash;
        self.seq += 1;
        self.queue.push(entry);
    }

    /// The first trouble is told; what cannot go on outranks what is routed.
    fn fail(&mut self, error: RunError) {
        if !matches!(self.trouble, Some(Trouble::Fatal(_))) {
            self.trouble = Some(Trouble::Fatal(error));
        }
    }

    /// Errors the engine gave itself end the run early.
    fn divert_by(&mut self, node: &'static str, error: &EffectError) {
        let cause = match error.kind {
            ErrorKind::Budget => Cause::Budget,
            ErrorKind::Uncertain => Cause::Uncertain,
            _ => return,
        };
        if self.trouble.is_none() {
            let reason = error.message.clone();
            self.trouble = Some(Trouble::Divert(Diversion {
                cause,
                node: Cow::Borrowed(node),
                reason,
            }));
        }
    }
}

/// What all contexts of a run share.
pub(super) struct Shared {
    pub(super) run: RunId,
    pub(super) mode: Mode,
    journal: Arc<dyn Journal>,
    /// Whether entries are made and handed over.
    pub(super) records: bool,
    pub(super) recording: Option<Recording>,
    what_if: Mutex<ByDigest>,
    inner: Mutex<Inner>,
    /// Batches of one run are handed over one at a time.
    gate: tokio::sync::Mutex<()>,
    pub(super) deadline: Option<Instant>,
    clock: Arc<dyn Clock>,
    limits: Arc<BTreeMap<String, Semaphore>>,
    observers: Arc<[Arc<dyn Observer>]>,
    parking: Option<Arc<Parking>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("run", &self.run)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// What the engine lends to a run.
pub(super) struct Lent {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Arc<BTreeMap<String, Semaphore>>,
    pub(super) observers: Arc<[Arc<dyn Observer>]>,
    pub(super) parking: Option<Arc<Parking>>,
}

impl Shared {
    pub(super) fn new(
        lent: Lent,
        run: RunId,
        mode: Mode,
        recording: Option<Recording>,
        budget: Budget,
    ) -> Self {
        let replays = matches!(mode, Mode::Replay | Mode::WhatIf);
        let (head, seq) = recording.as_ref().map_or_else(
            || (run.genesis(), 0),
            |recording| (recording.head, recording.next_seq),
        );
        let what_if = match (&recording, mode) {
            (Some(recording), Mode::WhatIf) => recording.by_digest(),
            _ => ByDigest::new(),
        };
        // A recording does not wait, so replays have no deadline.
        let deadline = budget.wall.filter(|_| !replays).map(|wall| {
            let began = lent.parking.as_ref().map(|parking| parking.began());
            began.map_or_else(Instant::now, Instant::from_std) + wall
        });
        Self {
            records: !replays && lent.journal.records(),
            journal: lent.journal,
            clock: lent.clock,
            limits: lent.limits,
            observers: lent.observers,
            parking: lent.parking,
            run,
            mode,
            recording,
            what_if: Mutex::new(what_if),
            inner: Mutex::new(Inner {
                head,
                seq,
                queue: Vec::new(),
                input: None,
                in_flight: false,
                account: Account::new(budget),
                trouble: None,
                asked: Vec::new(),
                misses: 0,
            }),
            gate: tokio::sync::Mutex::new(()),
            deadline,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn fail(&self, error: RunError) {
        self.lock().fail(error);
    }

    pub(super) fn tell(&self, event: &Event<'_>) {
        for observer in &*self.observers {
            observer.event(&self.run, event);
        }
    }

    pub(super) fn observed(&self) -> bool {
        !self.observers.is_empty()
    }

    /// Everything queued is durable when this returns.
    async fn barrier(&self) -> Result<(), EffectError> {
        if !self.records {
            return Ok(());
        }
        self.flush(None).await.map_err(|error| {
            self.fail(error);
            aborted()
        })
    }

    /// Hands the queue to the journal, with what is to be committed along with it.
    pub(super) async fn flush(&self, extra: Option<Extra>) -> Result<(), RunError> {
        if !self.records {
            return Ok(());
        }
        let _gate = self.gate.lock().await;
        let batch = {
            let mut inner = self.lock();
            if inner.in_flight {
                return Err(RunError::Journal(JournalError::Store(
                    "a call was dropped while its entry was being written".to_owned(),
                )));
            }
            if inner.queue.is_empty() && extra.is_none() {
                return Ok(());
            }
            inner.in_flight = true;
            Batch {
                run: self.run.clone(),
                entries: std::mem::take(&mut inner.queue),
                input: inner.input.take(),
                extra,
            }
        };
        self.journal.commit(batch).await?;
        self.lock().in_flight = false;
        Ok(())
    }

    /// Begins a step: nothing of it was asked yet.
    pub(super) fn begin_step(&self) {
        if self.recording.is_some() {
            self.lock().asked.clear();
        }
    }

    /// A recorded call of this step that was not asked for.
    pub(super) fn not_asked(&self, step: u32) -> Option<(u32, String)> {
        let recording = self
            .recording
            .as_ref()
            .filter(|_| self.mode != Mode::WhatIf)?;
        let inner = self.lock();
        recording
            .calls
            .range((step, 0)..=(step, u32::MAX))
            .find(|((_, index), _)| !inner.asked.contains(index))
            .map(|((_, index), call)| (*index, format!("{} {}", call.name, call.body)))
    }

    /// What the recording says to a request.
    fn recorded(&self, node: &str, step: u32, index: u32, request: &Request) -> Found {
        let Some(recording) = &self.recording else {
            return Found::Nothing;
        };
        if self.mode == Mode::WhatIf {
            return self.what_if(request);
        }
        let call = recording.calls.get(&(step, index));
        let same = |call: &RecordedCall| {
            call.name == request.name
                && call.kind == request.kind
                && (call.body == request.body || call.digest() == request.digest())
        };
        match call {
            Some(call) if same(call) => {
                self.lock().asked.push(index);
                match &call.answer {
                    Some(recalled) => Found::Answer(recalled.clone()),
                    None if self.mode == Mode::Resume => Found::Lost,
                    None => {
                        self.fail(RunError::Unfinished {
                            run: self.run.clone(),
                            step,
                        });
                        Found::Never(aborted())
                    }
                }
            }
            None if self.mode == Mode::Resume => Found::Nothing,
            other => {
                let recorded = other.map_or_else(
                    || "no call".to_owned(),
                    |call| format!("{} {}", call.name, call.body),
                );
                self.fail(RunError::Diverged {
                    run: self.run.clone(),
                    node: node.to_owned(),
                    at: format!("{step}.{index}"),
                    recorded,
                    now: request.to_string(),
                });
                Found::Never(aborted())
            }
        }
    }

    fn what_if(&self, request: &Request) -> Found {
        let mut table = self.what_if.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = table.get_mut(&request.digest());
        let answer = answers.and_then(|answers| {
            if answers.len() > 1 {
                answers.pop_front()
            } else {
                answers.front().cloned()
            }
        });
        drop(table);
        if let Some(answer) = answer {
            return Found::Answer(answer);
        }
        self.lock().misses += 1;
        if request.name == CLOCK && request.kind == EffectKind::Local {
            // A time must be given; that the recording has none is counted.
            let answer = Ok(Value::from(Timestamp::UNIX_EPOCH.to_string()));
            return Found::Answer(Recalled {
                answer,
                spent: Spend::NOTHING,
                counted: false,
            });
        }
        let message = format!(
            "{}: the recording holds no answer to {}",
            request.name, request.body
        );
        Found::Never(EffectError::of(ErrorKind::NotRecorded, message))
    }
}
