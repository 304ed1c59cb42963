//! What a journal says of a run, read into order.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{
    budget::{Spend, Usage},
    effect::{self, Body, EffectError, EffectKind},
    journal::{Digest, Entry, Journal, Kind, RunId, verify_chain},
    run::{Diversion, RunError},
};

/// Payload of [`Kind::Started`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StartedRow {
    pub(super) machine: String,
    pub(super) graph: Digest,
    pub(super) input: Digest,
}

/// Payload of [`Kind::Called`].
#[derive(Debug, Serialize)]
pub(super) struct CalledRow<'a> {
    pub(super) kind: EffectKind,
    pub(super) body: &'a Value,
}

#[derive(Debug, Deserialize)]
struct Called {
    kind: EffectKind,
    body: Value,
}

/// Payload of [`Kind::Answered`]. The body stands here when no [`Kind::Called`] holds it.
#[derive(Debug, Serialize)]
pub(super) struct AnsweredRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<EffectKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a Value>,
    pub(super) answer: Result<&'a Body, &'a EffectError>,
    #[serde(skip_serializing_if = "Spend::is_nothing")]
    pub(super) spent: Spend,
}

#[derive(Debug, Deserialize)]
struct Answered {
    #[serde(default)]
    kind: Option<EffectKind>,
    #[serde(default, deserialize_with = "present")]
    body: Option<Value>,
    answer: Result<Value, EffectError>,
    #[serde(default)]
    spent: Spend,
}

/// A body that is null is there all the same.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Payload of [`Kind::Delta`].
#[derive(Debug, Serialize)]
pub(super) struct DeltaRow<'a, D> {
    pub(super) deltas: &'a [D],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thought: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) diverted: Option<&'a Diversion>,
}

/// A finished node read back.
#[derive(Debug, Deserialize)]
pub(super) struct Finish<D> {
    pub(super) deltas: Vec<D>,
    #[serde(default)]
    pub(super) thought: Option<String>,
    #[serde(default)]
    pub(super) diverted: Option<Diversion>,
}

/// Payload of [`Kind::Finished`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FinishedRow {
    pub(super) terminal: Cow<'static, str>,
    pub(super) usage: Usage,
}

/// A call as it was made.
#[derive(Debug)]
pub(super) struct RecordedCall {
    pub(super) name: String,
    pub(super) kind: EffectKind,
    pub(super) body: Value,
    /// `None`: the process died before the answer was written.
    pub(super) answer: Option<Recalled>,
}

/// An answer read back.
#[derive(Debug, Clone)]
pub(super) struct Recalled {
    pub(super) answer: Result<Value, EffectError>,
    pub(super) spent: Spend,
    /// Whether it counts as a call: it left, or was about to.
    pub(super) counted: bool,
}

impl RecordedCall {
    pub(super) fn digest(&self) -> Digest {
        effect::digest(&self.name, self.kind, &self.body)
    }
}

/// A node execution as it ended.
#[derive(Debug)]
pub(super) struct RecordedStep {
    pub(super) node: String,
    pub(super) payload: String,
    pub(super) seq: u32,
}

/// A run as the journal holds it.
#[derive(Debug)]
pub(super) struct Recording {
    pub(super) started: StartedRow,
    pub(super) calls: BTreeMap<(u32, u32), RecordedCall>,
    pub(super) steps: BTreeMap<u32, RecordedStep>,
    pub(super) finished: Option<FinishedRow>,
    pub(super) head: Digest,
    pub(super) next_seq: u32,
}

/// Recorded answers by question; the last one stays, for a question asked more often than recorded.
pub(super) type ByDigest = BTreeMap<Digest, VecDeque<Recalled>>;

/// A paid call as it is recorded: masked, in the order of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paid {
    /// Who was asked.
    pub name: String,
    /// Step and place in it.
    pub step: u32,
    pub index: u32,
    pub body: Value,
    /// `None` where neither an answer nor an error was written.
    pub answer: Option<Value>,
    pub error: Option<String>,
    pub spent: Spend,
}

/// What a run asked for money or tokens. The chain of its entries is verified first.
///
/// # Errors
/// Nothing is recorded of the run, or its chain is broken.
pub async fn paid(journal: &dyn Journal, run: &RunId) -> Result<Vec<Paid>, RunError> {
    let entries = journal.load(run).await?;
    let Some(recording) = Recording::read(run, entries)? else {
        return Err(RunError::NotRecorded(run.clone()));
    };
    let paid = recording
        .calls
        .into_iter()
        .filter(|(_, call)| call.kind == EffectKind::Paid);
    Ok(paid
        .map(|((step, index), call)| {
            let spent = call.answer.as_ref().map(|a| a.spent).unwrap_or_default();
            let (answer, error) = match call.answer.map(|a| a.answer) {
                None => (None, None),
                Some(Ok(answer)) => (Some(answer), None),
                Some(Err(error)) => (None, Some(error.message)),
            };
            Paid {
                name: call.name,
                step,
                index,
                body: call.body,
                answer,
                error,
                spent,
            }
        })
        .collect())
}

impl Recording {
    /// `None`: nothing is recorded. The chain is verified first.
    pub(super) fn read(run: &RunId, entries: Vec<Entry>) -> Result<Option<Self>, RunError> {
        let head = verify_chain(run, &entries)?;
        let next_seq = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else {
            return Ok(None);
        };
        let started = parse(run, &first)?;
        let mut recording = Self {
            started,
            calls: BTreeMap::new(),
            steps: BTreeMap::new(),
            finished: None,
            head,
            next_seq,
        };
        for entry in entries {
            let at = (entry.step, entry.index);
            match entry.kind {
                Kind::Started => {
                    return Err(unreadable(run, &entry, "the run started before"));
                }
                Kind::Called => {
                    let Called { kind, body } = parse(run, &entry)?;
                    let name = entry.name.into_owned();
                    // A repeated call is recorded once more after a crash; the first is as good.
                    recording.calls.entry(at).or_insert(RecordedCall {
                        name,
                        kind,
                        body,
                        answer: None,
                    });
                }
                Kind::Answered => {
                    let Answered {
                        kind,
                        body,
                        answer,
                        spent,
                    } = parse(run, &entry)?;
                    let counted = recording.calls.contains_key(&at);
                    let answer = Some(Recalled {
                        answer,
                        spent,
                        counted,
                    });
                    if let Some(call) = recording.calls.get_mut(&at) {
                        call.answer = answer;
                    } else if let Some(body) = body {
                        let name = entry.name.into_owned();
                        let kind = kind.unwrap_or_default();
                        recording.calls.insert(
                            at,
                            RecordedCall {
                                name,
                                kind,
                                body,
                                answer,
                            },
                        );
                    } else {
                        return Err(unreadable(run, &entry, "it answers no call"));
                    }
                }
                Kind::Delta => {
                    let Entry {
                        seq,
                        step,
                        name,
                        payload,
                        ..
                    } = entry;
                    recording.steps.insert(
                        step,
                        RecordedStep {
                            node: name.into_owned(),
                            payload,
                            seq,
                        },
                    );
                }
                Kind::Finished => recording.finished = Some(parse(run, &entry)?),
            }
        }
        Ok(Some(recording))
    }

    pub(super) fn by_digest(&self) -> ByDigest {
        let mut table = ByDigest::new();
        for call in self.calls.values() {
            if let Some(answer) = &call.answer {
                table
                    .entry(call.digest())
                    .or_default()
                    .push_back(answer.clone());
            }
        }
        table
    }
}

fn parse<T: for<'de> Deserialize<'de>>(run: &RunId, entry: &Entry) -> Result<T, RunError> {
    serde_json::from_str(&entry.payload).map_err(|error| unreadable(run, entry, &error.to_string()))
}

fn unreadable(run: &RunId, entry: &Entry, detail: &str) -> RunError {
    RunError::Unreadable {
        run: run.clone(),
        seq: entry.seq,
        detail: detail.to_owned(),
    }
}
