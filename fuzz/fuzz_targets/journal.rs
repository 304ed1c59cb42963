//! Any journal: its chain is checked, and a run is resumed and replayed from it, without a panic.
//!
//! Input that begins as an `SQLite` file does is opened as one. Anything else is rows, one a line, in six fields
//! between tabs: kind, step, index, name, `+` for a hash that fits or anything else for one that does not, payload.

#![no_main]

use std::{
    fs,
    sync::{Arc, LazyLock},
};

use agent::engine::{
    Ctx, Digest, EffectError, Engine, Entry, Fact, Graph, Guard, Input, Journal, Kind, Machine,
    MemoryJournal, Mode, Node, NodeError, NodeSpec, Request, RunId, Start, State, Step,
    verify_chain,
};
use async_trait::async_trait;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::journal::{Nothing, SqliteJournal};
use tokio::runtime::{Builder, Runtime};

/// ask → ask again until two answers are there → end.
#[derive(Default)]
struct Seen {
    answers: Vec<String>,
    tries: u32,
}

#[derive(Serialize, Deserialize)]
enum Change {
    Answer(String),
}

impl State for Seen {
    type Delta = Change;
    const FACTS: &'static [&'static str] = &["tries", "enough"];

    fn fold(&mut self, delta: Change) {
        let Change::Answer(answer) = delta;
        self.answers.push(answer);
        self.tries = self.tries.saturating_add(1);
    }

    fn fact(&self, name: &str) -> Option<Fact> {
        match name {
            "tries" => Some(self.tries.into()),
            "enough" => Some((self.answers.len() > 1).into()),
            _ => None,
        }
    }
}

struct Ask;

#[async_trait]
impl Node<Seen> for Ask {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("ask")
    }

    async fn run(&self, cx: &Ctx, seen: &Seen) -> Result<Step<Change>, NodeError> {
        let at = cx.now();
        let request = Request::outward("portal", json!({"try": seen.tries}));
        let answer = cx
            .effect(request, async {
                Err(EffectError::unavailable("nobody is there"))
            })
            .await;
        let said = answer.map_or_else(|error| error.to_string(), |value| value.to_string());
        Ok(Change::Answer(format!("{at} {said}")).into())
    }
}

static MACHINE: LazyLock<Machine<Seen>> = LazyLock::new(|| {
    Graph::builder("fuzz")
        .node(Ask)
        .terminal("end")
        .terminal("hold")
        .edge("ask", "end", Guard::is("enough"))
        .edge("ask", "ask", Guard::lt("tries", 3))
        .edge("ask", "hold", Guard::Always)
        .on_error("hold")
        .on_budget("hold")
        .build()
        .expect("the graph is sound")
});

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
});

fn id() -> RunId {
    RunId::new("fuzz")
}

fn start(mode: Mode) -> Start<Seen> {
    Start::new(id(), Seen::default(), Input::kept(*b"invoice")).mode(mode)
}

fn rows(text: &str) -> Vec<Entry> {
    let mut head = id().genesis();
    let mut entries = Vec::new();
    for line in text.lines() {
        let mut fields = line.splitn(6, '\t');
        let mut next = || fields.next().unwrap_or_default();
        let mut number = || next().parse::<u32>().unwrap_or_default();
        let (kind, step, index) = (number(), number(), number());
        let (name, fits, payload) = (next(), next() == "+", next());
        let mut entry = Entry {
            seq: u32::try_from(entries.len()).unwrap_or(u32::MAX),
            kind: u8::try_from(kind)
                .ok()
                .and_then(Kind::from_code)
                .unwrap_or(Kind::Started),
            step,
            index,
            name: name.to_owned().into(),
            // The graph's hash is nothing that a fuzzer finds by itself.
            payload: payload
                .replace("$GRAPH", &MACHINE.hash().to_string())
                .replace("$INPUT", &Digest::of(b"invoice").to_string()),
            hash: Digest::default(),
        };
        if fits {
            entry.hash = entry.chained(head);
        }
        head = entry.hash;
        entries.push(entry);
    }
    entries
}

fn read_rows(text: &str) {
    let entries = rows(text);
    let sound = verify_chain(&id(), &entries).is_ok();
    for mode in [Mode::Resume, Mode::Replay, Mode::WhatIf] {
        let journal = Arc::new(MemoryJournal::holding(id(), entries.clone()));
        let engine = Engine::new(Arc::clone(&journal) as Arc<dyn Journal>);
        let result = RUNTIME.block_on(engine.run(&MACHINE, start(mode)));
        assert!(sound || result.is_err(), "a broken chain was believed");
        let after = journal.entries(&id());
        assert!(after.starts_with(&entries), "what was recorded was changed");
        assert!(mode == Mode::Resume || after == entries, "a replay wrote");
    }
}

fn read_file(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("journal.db");
    fs::write(&path, bytes).expect("the file is written");
    RUNTIME.block_on(async {
        let synced = "off".parse().expect("a level that SQLite has");
        if let Ok(journal) = SqliteJournal::open(&path, synced, Arc::new(Nothing)).await
            && let Ok(entries) = journal.load(&id()).await
        {
            let _ = verify_chain(&id(), &entries);
        }
    });
}

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"SQLite format 3\0") {
        read_file(bytes);
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        read_rows(text);
    }
});
