//! Records that no engine wrote: whatever stands in a journal, reading it ends in an answer or an error.

use proptest::{prelude::*, sample::Index};

use super::*;

const KINDS: [Kind; 5] = [
    Kind::Started,
    Kind::Called,
    Kind::Answered,
    Kind::Delta,
    Kind::Finished,
];

/// Payloads in the form of each kind, so that not every record fails at its first entry.
const PAYLOADS: [&str; 12] = [
    "",
    "null",
    "{}",
    r#"{"kind":"outward","body":null}"#,
    r#"{"kind":"local","body":{"po":7},"answer":{"Ok":"x"}}"#,
    r#"{"answer":{"Ok":null}}"#,
    r#"{"answer":{"Err":{"kind":"unavailable","message":"no"}}}"#,
    r#"{"answer":{"Ok":1},"spent":{"tokens":18446744073709551615,"paise":18446744073709551615}}"#,
    r#"{"deltas":[]}"#,
    r#"{"deltas":[{"Grounded":true}],"thought":"so"}"#,
    r#"{"deltas":[],"diverted":{"cause":"budget","node":"inputs","reason":"spent"}}"#,
    r#"{"terminal":"approve","usage":{"steps":4294967295,"calls":4294967295,"tokens":0,"paise":0}}"#,
];

fn kind() -> impl Strategy<Value = Kind> {
    proptest::sample::select(&KINDS)
}

fn payload() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&PAYLOADS).prop_map(str::to_owned),
        "\\PC{0,40}",
        "[\\[{]{120,140}",
    ]
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..6, 999_u32..3_002, Just(u32::MAX)]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&[
            "inputs", "draft", "ground", "approve", "hold", "portal", "bank", "book", "clock",
            "model", "test"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    (kind(), number(), number(), name(), payload(), number()).prop_map(
        |(kind, step, index, name, payload, seq)| Entry {
            seq,
            kind,
            step,
            index,
            name: name.into(),
            payload,
            hash: Digest::default(),
        },
    )
}

/// What is done to a true record.
#[derive(Debug, Clone)]
enum Edit {
    Kind(Kind),
    Step(u32),
    Index(u32),
    Name(String),
    Payload(String),
    PayloadOf(Index),
    Insert(Entry),
    Remove,
    Swap(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        kind().prop_map(Edit::Kind),
        number().prop_map(Edit::Step),
        number().prop_map(Edit::Index),
        name().prop_map(Edit::Name),
        payload().prop_map(Edit::Payload),
        any::<Index>().prop_map(Edit::PayloadOf),
        any_entry().prop_map(Edit::Insert),
        Just(Edit::Remove),
        any::<Index>().prop_map(Edit::Swap),
    ]
}

fn apply(entries: &mut Vec<Entry>, place: Index, edit: Edit) {
    if entries.is_empty() {
        return;
    }
    let at = place.index(entries.len());
    match edit {
        Edit::Kind(kind) => entries[at].kind = kind,
        Edit::Step(step) => entries[at].step = step,
        Edit::Index(index) => entries[at].index = index,
        Edit::Name(name) => entries[at].name = name.into(),
        Edit::Payload(payload) => entries[at].payload = payload,
        Edit::PayloadOf(other) => {
            entries[at].payload = entries[other.index(entries.len())].payload.clone();
        }
        Edit::Insert(entry) => entries.insert(at, entry),
        Edit::Remove => {
            entries.remove(at);
        }
        Edit::Swap(other) => {
            let other = other.index(entries.len());
            entries.swap(at, other);
        }
    }
}

/// Numbers and hashes as a forger who knows the rules would set them.
fn chain(entries: &mut [Entry]) {
    let mut head = id().genesis();
    for (seq, entry) in (0_u32..).zip(entries) {
        entry.seq = seq;
        entry.hash = entry.chained(head);
        head = entry.hash;
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

/// Resumes and replays a record; panics are what this looks for.
fn read(entries: &[Entry]) -> [Result<Outcome<Doc>, RunError>; 2] {
    [Mode::Resume, Mode::Replay].map(|mode| {
        let world = World::new();
        let journal = Arc::new(MemoryJournal::holding(id(), entries.to_vec()));
        let result = block_on(engine(&journal, &world).run(&machine(&world, 3), start(mode)));
        let after = journal.entries(&id());
        if mode == Mode::Replay {
            assert_eq!(after, entries, "a replay wrote");
            assert_eq!(world.calls(), [""; 0], "a replay asked");
        } else {
            assert!(after.starts_with(entries), "what was recorded was changed");
        }
        if let Err(error) = &result {
            assert!(!error.to_string().is_empty());
        }
        result
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_was_never_a_record_is_refused(
        mut entries in proptest::collection::vec(any_entry(), 1..8), chained in any::<bool>()
    ) {
        if chained {
            chain(&mut entries);
        }
        let broken = verify_chain(&id(), &entries).is_err();
        prop_assert_eq!(broken, !chained);
        for result in read(&entries) {
            // No payload above names this graph, so nothing can pass for its record.
            let error = result.unwrap_err();
            prop_assert_eq!(matches!(error, RunError::BrokenChain(_)), broken, "{}", error);
        }
    }

    #[test]
    fn an_edited_record_never_panics(
        edits in proptest::collection::vec((any::<Index>(), edit()), 1..4), chained in any::<bool>()
    ) {
        let (whole, _, _) = block_on(recorded());
        let mut entries = whole.clone();
        for (place, edit) in edits {
            apply(&mut entries, place, edit);
        }
        if chained {
            chain(&mut entries);
            for outcome in read(&entries).into_iter().flatten() {
                prop_assert!(["approve", "hold"].contains(&outcome.terminal));
            }
        } else if !whole.starts_with(&entries) {
            for result in read(&entries) {
                prop_assert!(matches!(result, Err(RunError::BrokenChain(_))), "{:?}", result);
            }
        }
    }
}
