//! The journal: what happened in a run, hash-chained, and the port a store implements.

use std::{
    any::Any,
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// A SHA-256, shown as lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads what `Display` writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl From<Sha256> for Digest {
    fn from(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let text: String = self
            .0
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|half| char::from(HEX[usize::from(half)]))
            .collect();
        f.write_str(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| de::Error::custom("not a SHA-256 in hex"))
    }
}

/// Names a run. The caller chooses it; the same input should get the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Arc<str>);

impl RunId {
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the first entry is chained to, so that entries cannot be moved between runs.
    pub fn genesis(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The run began: `{machine, graph, input}`.
    Started,
    /// A call is about to leave: `{kind, body}`. Outward and paid calls only.
    Called,
    /// A call was answered, or was not: `{kind?, body?, answer, spent?}`; a local one carries its body here.
    Answered,
    /// A node finished: `{deltas, thought?, diverted?}`.
    Delta,
    /// The run ended: `{terminal, usage}`.
    Finished,
}

impl Kind {
    /// A stable number for a store.
    pub const fn code(self) -> u8 {
        match self {
            Self::Started => 0,
            Self::Called => 1,
            Self::Answered => 2,
            Self::Delta => 3,
            Self::Finished => 4,
        }
    }

    /// Reads [`Self::code`].
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Started,
            1 => Self::Called,
            2 => Self::Answered,
            3 => Self::Delta,
            4 => Self::Finished,
            _ => return None,
        })
    }
}

/// One event of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in the run, from 0, without gaps.
    pub seq: u32,
    pub kind: Kind,
    /// Node executions before this one.
    pub step: u32,
    /// Of an effect: its number within the step; branches of a fan-out count from 1,000, 2,000 and so on.
    pub index: u32,
    /// The node's, the call's or the machine's name.
    pub name: Cow<'static, str>,
    /// JSON, exactly as hashed.
    pub payload: String,
    /// Of the entry before and of everything above.
    pub hash: Digest,
}

impl Entry {
    /// The hash this entry must carry after `previous`.
    pub fn chained(&self, previous: Digest) -> Digest {
        let mut head = [0_u8; 53];
        head[..32].copy_from_slice(&previous.0);
        head[32..36].copy_from_slice(&self.seq.to_be_bytes());
        head[36] = self.kind.code();
        head[37..41].copy_from_slice(&self.step.to_be_bytes());
        head[41..45].copy_from_slice(&self.index.to_be_bytes());
        let name_len = u64::try_from(self.name.len()).unwrap_or(u64::MAX);
        head[45..53].copy_from_slice(&name_len.to_be_bytes());
        let mut hasher = Sha256::new();
        hasher.update(head);
        hasher.update(self.name.as_bytes());
        hasher.update(self.payload.as_bytes());
        Digest::from(hasher)
    }
}

/// The chain is broken: an entry was changed, lost or moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "journal of run {run}: entry {seq} does not follow from the one before it; the record was changed or cut"
)]
pub struct BrokenChain {
    pub run: RunId,
    pub seq: u32,
}

/// Checks every link and returns the head.
pub fn verify_chain(run: &RunId, entries: &[Entry]) -> Result<Digest, BrokenChain> {
    let mut head = run.genesis();
    for (seq, entry) in (0_u32..).zip(entries) {
        if entry.seq != seq || entry.chained(head) != entry.hash {
            return Err(BrokenChain {
                run: run.clone(),
                seq,
            });
        }
        head = entry.hash;
    }
    Ok(head)
}

/// A run's input, stored once by its digest.
#[derive(Debug, Clone)]
pub struct Input {
    pub digest: Digest,
    /// What the caller wants kept, masked. `None` keeps only the digest.
    pub bytes: Option<Arc<[u8]>>,
}

impl Input {
    pub fn kept(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self {
            digest: Digest::of(&bytes),
            bytes: Some(bytes),
        }
    }

    pub const fn digest_only(digest: Digest) -> Self {
        Self {
            digest,
            bytes: None,
        }
    }
}

/// Work the caller wants committed with a run's last entries; the journal that knows its type does it.
pub type Extra = Box<dyn Any + Send + Sync>;

/// What is committed at once: all of it or nothing.
#[derive(Debug)]
pub struct Batch {
    pub run: RunId,
    /// In order, and following what was committed before.
    pub entries: Vec<Entry>,
    /// With a run's first batch.
    pub input: Option<Input>,
    /// With a run's last batch.
    pub extra: Option<Extra>,
}

impl Batch {
    /// Whether it ends the run.
    pub fn finishes(&self) -> bool {
        self.entries
            .last()
            .is_some_and(|entry| entry.kind == Kind::Finished)
    }
}

/// Why the journal could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A fresh run found entries under its id.
    #[error("journal: run {0} exists already; resume it, or take another id")]
    Exists(RunId),
    /// Entries do not follow what is stored.
    #[error(
        "journal: run {run}: entry {seq} does not follow what is stored; another worker writes this run"
    )]
    Conflict { run: RunId, seq: u32 },
    /// The store did not answer or refused.
    #[error("journal: {0}; nothing of the last batch was kept, the run can be resumed")]
    Store(String),
}

/// Where entries go. A commit returns when it is durable, or has not happened.
#[async_trait]
pub trait Journal: Send + Sync {
    /// All entries of a run in order; empty when there are none.
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError>;

    /// Writes the batch in one transaction. A batch whose first entry is number 0 opens the run.
    async fn commit(&self, batch: Batch) -> Result<(), JournalError>;

    /// `false` spares the engine the making of entries; only for a journal that keeps none.
    fn records(&self) -> bool {
        true
    }
}

/// Keeps nothing, and spares the engine the making of entries: for runs that nobody resumes or replays.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoJournal;

#[async_trait]
impl Journal for NoJournal {
    async fn load(&self, _: &RunId) -> Result<Vec<Entry>, JournalError> {
        Ok(Vec::new())
    }

    async fn commit(&self, _: Batch) -> Result<(), JournalError> {
        Ok(())
    }

    fn records(&self) -> bool {
        false
    }
}

/// Keeps entries in memory: for one-shot runs and tests.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    runs: Mutex<BTreeMap<RunId, Vec<Entry>>>,
}

impl MemoryJournal {
    pub fn new() -> Self {
        Self::default()
    }

    /// A recording to resume or replay.
    pub fn holding(run: RunId, entries: Vec<Entry>) -> Self {
        Self {
            runs: Mutex::new(BTreeMap::from([(run, entries)])),
        }
    }

    /// What is recorded of a run; empty when nothing is.
    pub fn entries(&self, run: &RunId) -> Vec<Entry> {
        self.lock().get(run).cloned().unwrap_or_default()
    }

    /// Forgets a run.
    pub fn forget(&self, run: &RunId) {
        self.lock().remove(run);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<RunId, Vec<Entry>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn load(&self, run: &RunId) -> Result<Vec<Entry>, JournalError> {
        Ok(self.entries(run))
    }

    async fn commit(&self, batch: Batch) -> Result<(), JournalError> {
        let Batch { run, entries, .. } = batch;
        let Some(first) = entries.first().map(|entry| entry.seq) else {
            return Ok(());
        };
        let mut runs = self.lock();
        let stored = runs.entry(run.clone()).or_default();
        match (first, u32::try_from(stored.len())) {
            (0, Ok(0)) => *stored = entries,
            (0, _) => return Err(JournalError::Exists(run)),
            (seq, Ok(next)) if seq == next => stored.extend(entries),
            (seq, _) => return Err(JournalError::Conflict { run, seq }),
        }
        Ok(())
    }
}
