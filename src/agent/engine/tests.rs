//! The engine as a whole: crashes, replays, budgets, order.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::FutureExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;

mod any_record;

/// gather (a fan-out of calls) → draft ⇄ ground → end.
#[derive(Debug, Clone, Default, PartialEq)]
struct Doc {
    seen: Vec<String>,
    at: String,
    draft: String,
    tries: u32,
    grounded: bool,
    held: Option<Diversion>,
}

#[derive(Serialize, Deserialize)]
enum Change {
    Seen(Vec<String>),
    At(String),
    Draft(String),
    Grounded(bool),
}

impl State for Doc {
    type Delta = Change;
    const FACTS: &'static [&'static str] = &["grounded", "tries"];
    const APPENDED: &'static [&'static str] = &["seen"];
    fn fold(&mut self, delta: Change) {
        match delta {
            Change::Seen(seen) => self.seen.extend(seen),
            Change::At(at) => self.at = at,
            Change::Draft(draft) => {
                self.draft = draft;
                self.tries += 1;
            }
            Change::Grounded(grounded) => self.grounded = grounded,
        }
    }
    fn fact(&self, name: &str) -> Option<Fact> {
        match name {
            "grounded" => Some(self.grounded.into()),
            "tries" => Some(self.tries.into()),
            _ => None,
        }
    }
    fn diverted(&mut self, diversion: &Diversion) {
        self.held = Some(diversion.clone());
    }
}

/// The world outside: counts what really leaves.
#[derive(Default)]
struct World {
    calls: Mutex<Vec<String>>,
    delays: [u64; 3],
    clock: AtomicU32,
    /// The draft is grounded from this try on.
    good: u32,
    once_only: bool,
    /// What is asked at first is in this process.
    inside: bool,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            good: 2,
            ..Self::default()
        })
    }
    fn calls(&self) -> Vec<String> {
        let mut calls = self.calls.lock().unwrap().clone();
        calls.sort();
        calls
    }
    fn called(&self, what: &str) {
        self.calls.lock().unwrap().push(what.to_owned());
    }
}

struct Ticking(Arc<World>);
impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.clock.fetch_add(1, Ordering::Relaxed).into()).unwrap()
    }
}

struct Gather(Arc<World>);
#[async_trait]
impl Node<Doc> for Gather {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("gather").writes(&["seen"])
    }
    async fn run(&self, cx: &Ctx, _: &Doc) -> Result<Step<Change>, NodeError> {
        let world = &self.0;
        let ask = |request: Request, delay: u64, answer: Result<Value, EffectError>| {
            let name = request.name.to_string();
            let request = if world.inside {
                request.inside()
            } else {
                request
            };
            let live = async move {
                tokio::time::sleep(Duration::from_millis(delay)).await;
                world.called(&name);
                answer.map(Answer::from)
            };
            (request, live.boxed())
        };
        let [a, b, c] = world.delays;
        let answers = cx
            .fan_out(vec![
                ask(
                    Request::outward("portal", json!({"gstin": "G1"})),
                    a,
                    Ok(json!("portal says")),
                ),
                ask(
                    Request::local("book", json!({"po": 7})),
                    b,
                    Ok(json!("book says")),
                ),
                ask(
                    Request::outward("bank", json!({"ifsc": "X"})),
                    c,
                    Err(EffectError::unavailable("bank: no answer")),
                ),
            ])
            .await;
        let seen = answers.iter().map(|answer| match answer {
            Ok(said) => said.clone().into_value().as_str().unwrap_or("").to_owned(),
            Err(error) => format!("!{error}"),
        });
        Ok(Step::new(Change::Seen(seen.collect())).thought("asked three at once"))
    }
}

struct Date;
#[async_trait]
impl Node<Doc> for Date {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("date").writes(&["at"])
    }
    async fn run(&self, cx: &Ctx, _: &Doc) -> Result<Step<Change>, NodeError> {
        Ok(Change::At(cx.now().to_string()).into())
    }
}

struct Draft(Arc<World>);
#[async_trait]
impl Node<Doc> for Draft {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("draft").writes(&["draft"])
    }
    async fn run(&self, cx: &Ctx, doc: &Doc) -> Result<Step<Change>, NodeError> {
        let mut request = Request::paid(
            "model",
            json!({"try": doc.tries, "seen": doc.seen}),
            Spend {
                tokens: 100,
                paise: 10,
            },
        );
        if self.0.once_only {
            request = request.once_only();
        }
        let (world, tries) = (Arc::clone(&self.0), doc.tries);
        let answer = cx
            .long_effect(request, async move {
                world.called(&format!("model {tries}"));
                Ok(Answer::costing(
                    json!(format!("draft {}", tries + 1)),
                    Spend {
                        tokens: 60,
                        paise: 6,
                    },
                ))
            })
            .await?;
        Ok(Change::Draft(answer.as_str().unwrap_or("").to_owned()).into())
    }
}

struct Ground(u32);
#[async_trait]
impl Node<Doc> for Ground {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("ground").writes(&["grounded"])
    }
    async fn run(&self, _: &Ctx, doc: &Doc) -> Result<Step<Change>, NodeError> {
        Ok(Change::Grounded(doc.tries >= self.0).into())
    }
}

fn machine(world: &Arc<World>, loops: i64) -> Machine<Doc> {
    Graph::builder("test")
        .fan_out(
            "inputs",
            vec![Box::new(Gather(Arc::clone(world))), Box::new(Date)],
        )
        .node(Draft(Arc::clone(world)))
        .node(Ground(world.good))
        .terminal("approve")
        .terminal("hold")
        .edge("inputs", "draft", Guard::Always)
        .edge("draft", "ground", Guard::Always)
        .edge("ground", "approve", Guard::is("grounded"))
        .edge("ground", "draft", Guard::lt("tries", loops))
        .edge("ground", "hold", Guard::Always)
        .on_error("hold")
        .on_budget("hold")
        .require_before("approve", &["inputs", "ground"])
        .build()
        .unwrap()
}

fn id() -> RunId {
    RunId::new("run-1")
}

fn start(mode: Mode) -> Start<Doc> {
    Start::new(id(), Doc::default(), Input::kept(*b"invoice")).mode(mode)
}

fn engine(journal: &Arc<impl Journal + 'static>, world: &Arc<World>) -> Engine {
    let journal: Arc<dyn Journal> = journal.clone();
    Engine::new(journal).clock(Arc::new(Ticking(Arc::clone(world))))
}

/// What a run leaves that must not depend on crashes or timing.
fn gist(outcome: &Outcome<Doc>) -> (Doc, &'static str, Usage, Vec<String>) {
    let edges = outcome.trace.iter().map(TraceStep::edge).collect();
    (
        outcome.state.clone(),
        outcome.terminal,
        outcome.usage,
        edges,
    )
}

async fn recorded() -> (Vec<Entry>, Outcome<Doc>, Arc<World>) {
    let (journal, world) = (Arc::new(MemoryJournal::new()), World::new());
    let outcome = engine(&journal, &world)
        .run(&machine(&world, 3), start(Mode::Fresh))
        .await
        .unwrap();
    (journal.entries(&id()), outcome, world)
}

/// Dies at the nth commit, before or after it is durable.
struct Dying {
    inner: MemoryJournal,
    left: AtomicU32,
    keeps_last: bool,
}

#[async_trait]
impl Journal for Dying {
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
        self.inner.load(run).await
    }
    async fn commit(&self, batch: Batch) -> Result<(), JournalError> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            self.left.store(0, Ordering::Relaxed);
            if self.keeps_last {
                self.inner.commit(batch).await?;
            }
            return Err(JournalError::Store("power cut".to_owned()));
        }
        self.inner.commit(batch).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_tells_its_story() {
    let (entries, outcome, world) = recorded().await;
    assert_eq!(outcome.terminal, "approve");
    assert_eq!(
        outcome.usage,
        Usage {
            steps: 5,
            calls: 4,
            tokens: 120,
            paise: 12
        }
    );
    assert_eq!(
        world.calls(),
        ["bank", "book", "model 0", "model 1", "portal"]
    );
    assert_eq!(verify_chain(&id(), &entries).unwrap(), outcome.head);
    let story: Vec<_> = outcome.trace.iter().map(TraceStep::edge).collect();
    insta::assert_snapshot!(story.join("\n"), @r#"
    inputs → draft because always
    draft → ground because always
    ground → draft because tries = 1 < 3
    draft → ground because always
    ground → approve because grounded = true
    "#);
    let story: Vec<_> = entries
        .iter()
        .map(|entry| {
            format!(
                "{:?} {}.{} {}",
                entry.kind, entry.step, entry.index, entry.name
            )
        })
        .collect();
    insta::assert_snapshot!(story.join("\n"), @r"
    Started 0.0 test
    Called 0.1000 portal
    Called 0.1002 bank
    Answered 0.1000 portal
    Answered 0.1002 bank
    Answered 0.1001 book
    Answered 0.2000 clock
    Delta 0.0 inputs
    Called 1.0 model
    Answered 1.0 model
    Delta 1.0 draft
    Delta 2.0 ground
    Called 3.0 model
    Answered 3.0 model
    Delta 3.0 draft
    Delta 4.0 ground
    Finished 5.0 approve
    ");
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_commit_repeats_no_recorded_call() {
    let (_, whole, _) = recorded().await;
    for keeps_last in [false, true] {
        for commits in 0.. {
            let world = World::new();
            let journal = Arc::new(Dying {
                inner: MemoryJournal::new(),
                left: commits.into(),
                keeps_last,
            });
            let machine = machine(&world, 3);
            let first = engine(&journal, &world)
                .run(&machine, start(Mode::Resume))
                .await;
            if first.is_ok() {
                assert!(commits >= 5, "barriers were crossed without a commit");
                break;
            }
            // The restarted daemon: same journal, no memory.
            let before = journal.inner.entries(&id());
            let answered: Vec<_> = before
                .iter()
                .filter(|entry| entry.kind == Kind::Answered)
                .map(|entry| entry.name.to_string())
                .collect();
            world.calls.lock().unwrap().clear();
            journal.left.store(u32::MAX, Ordering::Relaxed);
            let outcome = engine(&journal, &world)
                .run(&machine, start(Mode::Resume))
                .await
                .unwrap();
            let at = format!("commit {commits}, kept {keeps_last}");
            assert_eq!(outcome.state.seen, whole.state.seen, "{at}");
            assert_eq!(outcome.state.draft, whole.state.draft, "{at}");
            assert_eq!(outcome.terminal, whole.terminal, "{at}");
            assert_eq!(outcome.usage, whole.usage, "{at}");
            let again = world.calls();
            for name in ["portal", "bank"] {
                assert!(
                    !(answered.iter().any(|done| done == name)
                        && again.iter().any(|call| call == name)),
                    "{at}: {name} was asked again"
                );
            }
            let models = answered.iter().filter(|name| *name == "model").count();
            assert_eq!(
                again
                    .iter()
                    .filter(|call| call.starts_with("model"))
                    .count(),
                2 - models,
                "{at}"
            );
            verify_chain(&id(), &journal.inner.entries(&id())).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_inside_waits_for_no_commit_and_is_recorded_the_same() {
    let mut records = Vec::new();
    let mut commits = Vec::new();
    for inside in [false, true] {
        let world = Arc::new(World {
            good: 2,
            inside,
            ..World::default()
        });
        let journal = Arc::new(Dying {
            inner: MemoryJournal::new(),
            left: u32::MAX.into(),
            keeps_last: true,
        });
        let outcome = engine(&journal, &world)
            .run(&machine(&world, 3), start(Mode::Resume))
            .await
            .unwrap();
        assert_eq!(outcome.terminal, "approve");
        commits.push(u32::MAX - journal.left.load(Ordering::Relaxed));
        let entries = journal.inner.entries(&id());
        verify_chain(&id(), &entries).unwrap();
        let mut rows: Vec<_> = entries
            .into_iter()
            .map(|entry| {
                (
                    entry.step,
                    entry.index,
                    format!("{:?}", entry.kind),
                    entry.name,
                    entry.payload,
                )
            })
            .collect();
        rows.sort();
        records.push(rows);
    }
    assert_eq!(records[0], records[1]);
    // Before and after each of the two models, and the end.
    assert_eq!(commits[1], 5);
    assert!(commits[0] > 5, "{commits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_record_cut_at_any_entry_resumes_to_the_same_end() {
    let (entries, whole, _) = recorded().await;
    for kept in 0..=entries.len() {
        let world = World::new();
        // The clock goes on where it was when its reading survived.
        let journal = Arc::new(MemoryJournal::holding(id(), entries[..kept].to_vec()));
        if kept == 0 {
            journal.forget(&id());
        }
        let outcome = engine(&journal, &world)
            .run(&machine(&world, 3), start(Mode::Resume))
            .await
            .unwrap();
        assert_eq!(gist(&outcome), gist(&whole), "cut after {kept}");
        assert_eq!(outcome.had_finished, kept == entries.len());
        let answered = |name: &str| {
            entries[..kept]
                .iter()
                .any(|entry| entry.kind == Kind::Answered && entry.name == name)
        };
        for name in ["portal", "bank", "book"] {
            assert_eq!(
                world.calls().iter().any(|call| call == name),
                !answered(name),
                "cut after {kept}: {name}"
            );
        }
        // And what was resumed replays to the letter.
        let replayed = engine(&journal, &world)
            .run(&machine(&world, 3), start(Mode::Replay))
            .await
            .unwrap();
        assert_eq!(gist(&replayed), gist(&whole));
        assert_eq!(replayed.head, outcome.head);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_must_not_be_made_twice_holds_the_run() {
    let world = Arc::new(World {
        good: 2,
        once_only: true,
        ..World::default()
    });
    let journal = Arc::new(MemoryJournal::new());
    engine(&journal, &world)
        .run(&machine(&world, 3), start(Mode::Fresh))
        .await
        .unwrap();
    let entries = journal.entries(&id());
    let called = entries
        .iter()
        .position(|entry| entry.kind == Kind::Called && entry.name == "model")
        .unwrap();
    let journal = Arc::new(MemoryJournal::holding(id(), entries[..=called].to_vec()));
    world.calls.lock().unwrap().clear();
    for _ in 0..2 {
        let outcome = engine(&journal, &world)
            .run(&machine(&world, 3), start(Mode::Resume))
            .await
            .unwrap();
        assert_eq!(outcome.terminal, "hold");
        let held = outcome.state.held.unwrap();
        assert_eq!((held.cause, &*held.node), (Cause::Uncertain, "draft"));
        assert!(!outcome.state.seen.is_empty(), "evidence was lost");
    }
    assert_eq!(world.calls(), [""; 0]);
    engine(&journal, &world)
        .run(&machine(&world, 3), start(Mode::Replay))
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn strict_replay_asks_nobody_and_names_the_first_difference() {
    let (entries, whole, _) = recorded().await;
    let world = World::new();
    let journal = Arc::new(MemoryJournal::holding(id(), entries.clone()));
    let replayed = engine(&journal, &world)
        .run(&machine(&world, 3), start(Mode::Replay))
        .await
        .unwrap();
    assert_eq!(gist(&replayed), gist(&whole));
    assert_eq!(world.calls(), [""; 0]);
    assert_eq!(journal.entries(&id()), entries);

    // Another answer in the record: the node then asks something that is not recorded.
    let mut forged = entries.clone();
    let book = forged
        .iter()
        .position(|entry| entry.name == "book")
        .unwrap();
    forged[book].payload = forged[book].payload.replace("book says", "book lies");
    let run = |entries: Vec<Entry>| {
        let journal = Arc::new(MemoryJournal::holding(id(), entries));
        let engine = engine(&journal, &world);
        let machine = machine(&world, 3);
        async move { engine.run(&machine, start(Mode::Replay)).await.unwrap_err() }
    };
    assert_eq!(
        run(forged.clone()).await,
        RunError::BrokenChain(BrokenChain { run: id(), seq: 5 })
    );
    let mut head = id().genesis();
    for entry in &mut forged {
        entry.hash = entry.chained(head);
        head = entry.hash;
    }
    insta::assert_snapshot!(run(forged).await, @r#"run run-1 differs from its record at 0 in inputs: recorded {"deltas":[{"Seen":["portal says","book says","!bank: no answer"]},{"At":"1970-01-01T00:00:00Z"}],"thought":"asked three at once"}; now {"deltas":[{"Seen":["portal says","book lies","!bank: no answer"]},{"At":"1970-01-01T00:00:00Z"}],"thought":"asked three at once"}"#);
    let mut other = entries.clone();
    let model = other
        .iter()
        .position(|entry| entry.kind == Kind::Called && entry.name == "model")
        .unwrap();
    other[model].payload = other[model].payload.replace("\"try\":0", "\"try\":9");
    let mut head = id().genesis();
    for entry in &mut other {
        entry.hash = entry.chained(head);
        head = entry.hash;
    }
    insta::assert_snapshot!(run(other).await, @r#"run run-1 differs from its record at 1.0 in draft: recorded model {"try":9,"seen":["portal says","book says","!bank: no answer"]}; now model {"try":0,"seen":["portal says","book says","!bank: no answer"]}"#);
    insta::assert_snapshot!(run(entries[..entries.len() - 3].to_vec()).await, @"the record of run run-1 ends at step 3; resume the run before replaying it");
    insta::assert_snapshot!(run(Vec::new()).await, @"nothing is recorded of run run-1; there is nothing to replay");
}

#[tokio::test(start_paused = true)]
async fn what_if_runs_another_graph_on_recorded_answers() {
    let (entries, _, _) = recorded().await;
    let journal = Arc::new(MemoryJournal::holding(id(), entries));
    // One loop only: the second draft is never asked for, and the run holds.
    let world = World::new();
    let outcome = engine(&journal, &world)
        .run(&machine(&world, 1), start(Mode::WhatIf))
        .await
        .unwrap();
    assert_eq!((outcome.terminal, outcome.misses), ("hold", 0));
    // A sterner critic: the third draft is not in the record.
    let world = Arc::new(World {
        good: 3,
        ..World::default()
    });
    let outcome = engine(&journal, &world)
        .run(&machine(&world, 5), start(Mode::WhatIf))
        .await
        .unwrap();
    assert_eq!((outcome.terminal, outcome.misses), ("hold", 1));
    assert_eq!(
        outcome.state.held.unwrap().reason,
        r#"model: the recording holds no answer to {"try":2,"seen":["portal says","book says","!bank: no answer"]}"#
    );
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_run_does_not_go_on_under_another_graph_or_input() {
    let (entries, _, world) = recorded().await;
    let journal = Arc::new(MemoryJournal::holding(id(), entries));
    let engine = engine(&journal, &world);
    let error = engine
        .run(&machine(&world, 4), start(Mode::Resume))
        .await
        .unwrap_err();
    assert!(matches!(error, RunError::GraphChanged { .. }), "{error}");
    let other = Start::new(id(), Doc::default(), Input::kept(*b"another")).mode(Mode::Resume);
    let error = engine.run(&machine(&world, 3), other).await.unwrap_err();
    assert!(matches!(error, RunError::InputChanged { .. }), "{error}");
    let error = engine
        .run(&machine(&world, 3), start(Mode::Fresh))
        .await
        .unwrap_err();
    assert_eq!(error, RunError::Journal(JournalError::Exists(id())));
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_holds_with_the_reason_and_all_evidence() {
    let unlimited = Budget::UNLIMITED;
    let table = [
        (
            Budget {
                steps: 2,
                ..unlimited
            },
            "ground",
            "steps: 2 of 2 taken",
        ),
        (
            Budget {
                calls: 2,
                ..unlimited
            },
            "draft",
            "model was not asked, the budget is spent: calls: 2 of 2 made",
        ),
        (
            Budget {
                calls: 1,
                ..unlimited
            },
            "gather",
            "bank was not asked, the budget is spent: calls: 1 of 1 made",
        ),
        (
            Budget {
                tokens: 159,
                ..unlimited
            },
            "draft",
            "model was not asked, the budget is spent: tokens: 60 spent or held, 100 more asked for, 159 allowed",
        ),
        (
            Budget {
                paise: 15,
                ..unlimited
            },
            "draft",
            "model was not asked, the budget is spent: paise: 6 spent or held, 10 more asked for, 15 allowed",
        ),
        (
            Budget {
                wall: Some(Duration::from_millis(5)),
                ..unlimited
            },
            "gather",
            "bank was broken off, the budget is spent: wall time",
        ),
    ];
    for (budget, node, reason) in table {
        let world = Arc::new(World {
            good: 2,
            delays: [0, 0, 9],
            ..World::default()
        });
        let journal = Arc::new(MemoryJournal::new());
        let machine = machine(&world, 3);
        let engine = engine(&journal, &world);
        let outcome = engine
            .run(&machine, start(Mode::Fresh).budget(budget))
            .await
            .unwrap();
        assert_eq!(outcome.terminal, "hold", "{reason}");
        let held = outcome.state.held.clone().unwrap();
        assert_eq!(
            (held.cause, &*held.node, &*held.reason),
            (Cause::Budget, node, reason)
        );
        assert_eq!(outcome.state.seen[0], "portal says");
        // The same end is read back, and replayed, whatever the budget is then.
        for mode in [Mode::Resume, Mode::Replay] {
            let again = engine.run(&machine, start(mode)).await.unwrap();
            assert_eq!(gist(&again), gist(&outcome), "{reason}");
        }
    }
    // One paisa more and the run goes through.
    let (world, journal) = (World::new(), Arc::new(MemoryJournal::new()));
    let just = Budget {
        paise: 16,
        tokens: 160,
        calls: 4,
        steps: 5,
        ..unlimited
    };
    let outcome = engine(&journal, &world)
        .run(&machine(&world, 3), start(Mode::Fresh).budget(just))
        .await
        .unwrap();
    assert_eq!(outcome.terminal, "approve");
}

#[tokio::test(start_paused = true)]
async fn answers_merge_in_declared_order_whatever_finishes_first() {
    for delays in [[0, 0, 0], [3, 2, 1], [1, 3, 2], [2, 1, 3], [50, 0, 7]] {
        let world = Arc::new(World {
            good: 2,
            delays,
            ..World::default()
        });
        let journal = Arc::new(MemoryJournal::new());
        let outcome = engine(&journal, &world)
            .run(&machine(&world, 3), start(Mode::Fresh))
            .await
            .unwrap();
        assert_eq!(
            outcome.state.seen,
            ["portal says", "book says", "!bank: no answer"],
            "{delays:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_run_can_be_resumed() {
    let (_, whole, _) = recorded().await;
    let world = Arc::new(World {
        good: 2,
        delays: [1, 1, 60_000],
        ..World::default()
    });
    let journal = Arc::new(MemoryJournal::new());
    let machine = machine(&world, 3);
    let engine = engine(&journal, &world);
    let unlimited = || start(Mode::Resume).budget(Budget::UNLIMITED);
    tokio::time::timeout(Duration::from_secs(1), engine.run(&machine, unlimited()))
        .await
        .unwrap_err();
    let outcome = engine.run(&machine, unlimited()).await.unwrap();
    assert_eq!(outcome.state.seen, whole.state.seen);
    assert_eq!(outcome.terminal, "approve");
    assert_eq!(
        world
            .calls()
            .iter()
            .filter(|call| *call == "portal")
            .count(),
        1
    );
}

/// Runs to the next call that is waited for, or to the end.
async fn part(
    journal: &Arc<MemoryJournal>,
    world: &Arc<World>,
    parking: &Arc<Parking>,
) -> Option<Outcome<Doc>> {
    let start = start(Mode::Resume).parking(Some(Arc::clone(parking)));
    match engine(journal, world).run(&machine(world, 3), start).await {
        Ok(outcome) => Some(outcome),
        Err(RunError::Parked(run)) => {
            assert_eq!(run, id());
            None
        }
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_parked_run_leaves_the_record_of_one_that_waited() {
    let (entries, whole, _) = recorded().await;
    let (journal, world) = (Arc::new(MemoryJournal::new()), World::new());
    let parking = Arc::default();
    let mut parked = 0;
    let outcome = loop {
        if let Some(outcome) = part(&journal, &world, &parking).await {
            break outcome;
        }
        parked += 1;
        let calls = world.calls();
        assert_eq!(
            calls.len(),
            2 + parked,
            "called before it was left: {calls:?}"
        );
        parking.wait().await;
    };
    assert_eq!(parked, 2);
    assert_eq!(gist(&outcome), gist(&whole));
    assert_eq!(journal.entries(&id()), entries);
    assert_eq!(
        world.calls(),
        ["bank", "book", "model 0", "model 1", "portal"]
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_away_from_a_parked_run_leaves_it_as_a_crash_does() {
    let (_, whole, _) = recorded().await;
    for answered in [false, true] {
        let (journal, world) = (Arc::new(MemoryJournal::new()), World::new());
        let left = Arc::default();
        assert!(part(&journal, &world, &left).await.is_none());
        if answered {
            left.wait().await;
        }
        drop(left);
        let parking = Arc::default();
        let outcome = loop {
            match part(&journal, &world, &parking).await {
                Some(outcome) => break outcome,
                None => parking.wait().await,
            }
        };
        assert_eq!(gist(&outcome), gist(&whole));
        let first = world
            .calls()
            .iter()
            .filter(|call| *call == "model 0")
            .count();
        assert_eq!(first, 1 + usize::from(answered));
    }
}

#[tokio::test]
async fn what_a_run_rests_is_no_time_of_its_own() {
    let parking = Parking::default();
    let before = parking.began();
    parking
        .rest(tokio::time::sleep(Duration::from_millis(5)))
        .await;
    assert!(parking.began() >= before + Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_must_not_be_made_twice_is_waited_for() {
    let world = Arc::new(World {
        good: 2,
        once_only: true,
        ..World::default()
    });
    let journal = Arc::new(MemoryJournal::new());
    let outcome = part(&journal, &world, &Arc::default()).await;
    assert_eq!(outcome.unwrap().terminal, "approve");
}

#[tokio::test(start_paused = true)]
async fn limits_hold_over_all_runs() {
    #[derive(Default)]
    struct Load {
        now: AtomicU32,
        most: AtomicU32,
    }
    struct Busy(Arc<Load>);
    #[async_trait]
    impl Node<Doc> for Busy {
        fn spec(&self) -> NodeSpec {
            NodeSpec::new("busy")
        }
        async fn run(&self, cx: &Ctx, _: &Doc) -> Result<Step<Change>, NodeError> {
            let calls = (0..5).map(|number| {
                let live = async {
                    let now = self.0.now.fetch_add(1, Ordering::SeqCst) + 1;
                    self.0.most.fetch_max(now, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    self.0.now.fetch_sub(1, Ordering::SeqCst);
                    Ok(Value::Null.into())
                };
                (Request::outward("portal", json!(number)), live.boxed())
            });
            let answers = cx.fan_out(calls.collect()).await;
            assert!(answers.iter().all(Result::is_ok));
            Ok(Step::nothing())
        }
    }
    let load = Arc::new(Load::default());
    let machine = Graph::builder("busy")
        .node(Busy(Arc::clone(&load)))
        .terminal("end")
        .edge("busy", "end", Guard::Always)
        .on_error("end")
        .on_budget("end")
        .build()
        .unwrap();
    let engine = Engine::new(Arc::new(MemoryJournal::new())).limits([("portal", 3)]);
    let runs = (0..4).map(|run| {
        let start = Start::new(
            RunId::new(format!("run {run}")),
            Doc::default(),
            Input::kept(*b"x"),
        );
        engine.run(&machine, start)
    });
    for outcome in futures::future::join_all(runs).await {
        assert_eq!(outcome.unwrap().terminal, "end");
    }
    assert_eq!(load.most.load(Ordering::SeqCst), 3);
}

/// Says nothing, so its loop never counts.
struct Idle(&'static str);
#[async_trait]
impl Node<Doc> for Idle {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new(self.0).max_visits(3)
    }
    async fn run(&self, _: &Ctx, _: &Doc) -> Result<Step<Change>, NodeError> {
        match self.0 {
            "fails" => Err(NodeError::new("no such thing")),
            "panics" => panic!("the account number is 123456789012"),
            _ => Ok(Step::nothing()),
        }
    }
}

#[tokio::test]
async fn a_failing_node_and_a_loop_that_does_not_count_end_at_hold() {
    for (name, cause, reason) in [
        ("fails", Cause::Error, "no such thing"),
        (
            "panics",
            Cause::Error,
            "panicked, which is a fault of this program",
        ),
        (
            "idles",
            Cause::Error,
            "tries = 0 did not rise since the cycle was last gone round",
        ),
    ] {
        let machine = Graph::builder("bad")
            .node(Idle(name))
            .terminal("end")
            .terminal("hold")
            .edge(name, name, Guard::lt("tries", 2))
            .edge(name, "end", Guard::Always)
            .on_error("hold")
            .on_budget("hold")
            .build()
            .unwrap();
        let outcome = Engine::new(Arc::new(MemoryJournal::new()))
            .run(&machine, start(Mode::Fresh))
            .await
            .unwrap();
        assert_eq!(outcome.terminal, "hold");
        assert_eq!(
            outcome.diverted,
            Some(Diversion {
                cause,
                node: name.into(),
                reason: reason.to_owned()
            })
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_wants_stored_goes_with_the_last_entries() {
    struct Storing(MemoryJournal, Mutex<Vec<(bool, String)>>);
    #[async_trait]
    impl Journal for Storing {
        async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
            self.0.load(run).await
        }
        async fn commit(&self, batch: Batch) -> Result<(), JournalError> {
            if let Some(extra) = &batch.extra {
                let verdict = extra.downcast_ref::<String>().cloned().unwrap_or_default();
                self.1.lock().unwrap().push((batch.finishes(), verdict));
            }
            self.0.commit(batch).await
        }
    }
    let world = World::new();
    let journal = Arc::new(Storing(MemoryJournal::new(), Mutex::default()));
    let engine = engine(&journal, &world);
    let mut heads = Vec::new();
    for mode in [Mode::Fresh, Mode::Resume, Mode::Replay, Mode::WhatIf] {
        let start =
            start(mode).close(|closing| Box::new(format!("{} {}", closing.terminal, closing.head)));
        heads.push(engine.run(&machine(&world, 3), start).await.unwrap().head);
    }
    // Once, although the run was asked for four times.
    assert_eq!(
        *journal.1.lock().unwrap(),
        [(true, format!("approve {}", heads[0]))]
    );
    assert!(heads.iter().all(|head| *head == heads[0]));
}

#[test]
fn the_hash_follows_the_graph_and_not_the_order_of_declaration() {
    let build = |swap: bool, version: u32, bound: i64| {
        struct Named(&'static str, u32);
        #[async_trait]
        impl Node<Doc> for Named {
            fn spec(&self) -> NodeSpec {
                NodeSpec::new(self.0).version(self.1)
            }
            async fn run(&self, _: &Ctx, _: &Doc) -> Result<Step<Change>, NodeError> {
                Ok(Step::nothing())
            }
        }
        let builder = Graph::builder("g").start("a");
        let builder = if swap {
            builder.node(Named("b", version)).node(Named("a", 1))
        } else {
            builder.node(Named("a", 1)).node(Named("b", version))
        };
        builder
            .terminal("end")
            .edge("a", "b", Guard::Always)
            .edge("b", "a", Guard::lt("tries", bound))
            .edge("b", "end", Guard::Always)
            .on_error("end")
            .on_budget("end")
            .build()
            .unwrap()
            .hash()
    };
    assert_eq!(build(false, 1, 2), build(true, 1, 2));
    assert_ne!(build(false, 1, 2), build(false, 2, 2));
    assert_ne!(build(false, 1, 2), build(false, 1, 3));
}

#[test]
fn the_graph_draws_itself() {
    let machine = machine(&World::new(), 2);
    insta::assert_snapshot!(machine.to_dot(), @r##"
    digraph "test" {
      node [shape=box, fontname="sans-serif"];
      "inputs" [label="inputs\ngather\ndate", peripheries=2];
      "draft";
      "ground";
      "approve" [shape=box, style="rounded,bold"];
      "hold" [shape=box, style="rounded,bold"];
      "inputs" -> "draft";
      "draft" -> "ground";
      "ground" -> "approve" [label="grounded"];
      "ground" -> "draft" [label="tries < 2"];
      "ground" -> "hold" [label="else"];
      "any step" [shape=plaintext];
      "any step" -> "hold" [label="error, budget spent", style=dashed];
    }
    "##);
    insta::assert_snapshot!(machine.to_mermaid(), @r##"
    flowchart TD
      n0[["inputs<br/>gather<br/>date"]]
      n1["draft"]
      n2["ground"]
      n3(["approve"])
      n4(["hold"])
      n0 --> n1
      n1 --> n2
      n2 -->|"grounded"| n3
      n2 -->|"tries #lt; 2"| n1
      n2 -->|"else"| n4
      any["any step"]
      any -.->|"error, budget spent"| n4
    "##);
    insta::assert_snapshot!(machine.to_svg(), @r##"
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 446 450" width="446" height="450" role="img" aria-labelledby="title desc">
    <title id="title">Graph test</title>
    <desc id="desc">inputs to draft; draft to ground; ground to approve when grounded; ground to draft when tries &lt; 2; ground to hold when else; any step to hold on error, budget spent.</desc>
    <style>text{font:13px sans-serif;fill:#1a1a1a;text-anchor:middle}.g{font-size:11px;fill:#444}.b{fill:#fff;stroke:#334;stroke-width:1.2}.t{fill:#eef3ea;stroke-width:2}.p{stroke:#556;fill:none}.d{stroke-dasharray:5 4}.h{fill:#fff;opacity:.85}</style>
    <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#556"/></marker></defs>
    <path class="p" d="M124 88C124 124 124 124 124 160" marker-end="url(#tip)"/>
    <path class="p" d="M124 192C124 228 124 228 124 264" marker-end="url(#tip)"/>
    <path class="p" d="M105 296C105 332 66 332 66 368" marker-end="url(#tip)"/>
    <path class="p" d="M162 284C246 284 246 284 246 228S246 172 158 172" marker-end="url(#tip)"/>
    <path class="p" d="M143 296C143 332 194 332 194 368" marker-end="url(#tip)"/>
    <path class="p d" d="M362 46V418H194V400" marker-end="url(#tip)"/>
    <rect class="b" x="86" y="24" width="76" height="64" rx="3"/>
    <text x="124" y="44">inputs</text>
    <text class="g" x="124" y="60">gather</text>
    <text class="g" x="124" y="76">date</text>
    <rect class="b" x="90" y="160" width="68" height="32" rx="3"/>
    <text x="124" y="180">draft</text>
    <rect class="b" x="86" y="264" width="76" height="32" rx="3"/>
    <text x="124" y="284">ground</text>
    <rect class="b t" x="24" y="368" width="84" height="32" rx="14"/>
    <text x="66" y="388">approve</text>
    <rect class="b t" x="164" y="368" width="60" height="32" rx="14"/>
    <text x="194" y="388">hold</text>
    <text x="362" y="40">any step</text>
    <rect class="h" x="58" y="325" width="54" height="14"/><text class="g" x="85" y="336">grounded</text>
    <rect class="h" x="216" y="221" width="60" height="14"/><text class="g" x="246" y="232">tries &lt; 2</text>
    <rect class="h" x="153" y="325" width="30" height="14"/><text class="g" x="168" y="336">else</text>
    <rect class="h" x="302" y="221" width="120" height="14"/><text class="g" x="362" y="232">error, budget spent</text>
    </svg>
    "##);
}
