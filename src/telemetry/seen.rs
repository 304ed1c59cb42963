//! What telemetry is told: the finished verdict, and the little that it does not hold.

use std::time::Duration;

use domain::verdict::Verdict;
use jiff::Timestamp;
use serde_json::Value;

use crate::closed::Kind;

/// A verdict that has just been committed.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub verdict: &'a Verdict,
    /// By which way the invoice came, one of [`crate::SOURCES`].
    pub source: &'a str,
    /// When the verification was begun, by the clock that stamps the evidence.
    pub began: Timestamp,
    /// Tools that gave no usable answer, each as often as it happened: there is no evidence of those calls.
    pub unanswered: &'a [&'a str],
    pub chats: &'a [Chat<'a>],
    /// W3C trace context of whoever sent the invoice.
    pub traceparent: Option<&'a str>,
}

/// A question that was put to a model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chat<'a> {
    /// The node that asked.
    pub node: &'a str,
    /// `critic@1`.
    pub prompt: &'a str,
    pub model: &'a str,
    /// Both zero where no usable answer came.
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Of the input those that the endpoint had in its cache; `None` where it does not say.
    pub cached_tokens: Option<u64>,
    /// Of the output those of thoughts that nobody was shown; `None` where the endpoint does not say.
    pub reasoning_tokens: Option<u64>,
    /// As they were sent; `None` where they were not.
    pub temperature: Option<f64>,
    pub seed: Option<i64>,
    pub max_tokens: Option<u32>,
    /// Host and port of the endpoint.
    pub server: Option<(&'a str, u16)>,
    /// `None` where no answer came.
    pub reply: Option<Reply<'a>>,
    /// What was asked and said, masked as it went over the wire; `None` where nobody kept it.
    pub words: Option<(&'a str, &'a str)>,
}

/// What an endpoint tells of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// Which model answered.
    pub model: &'a str,
    pub id: Option<&'a str>,
    /// Why it ended, in the words of the conventions: `stop`, `length`, `content_filter`; `None` where that is not known.
    pub finish: Option<&'static str>,
}

/// Jobs by state, and how long the oldest that could run has waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueStats {
    pub waiting: u64,
    pub leased: u64,
    pub done: u64,
    pub dead: u64,
    pub oldest_waiting: Duration,
}

impl Seen<'_> {
    /// How long it took. The verdict counts whole milliseconds, its steps microseconds.
    pub(crate) fn took(&self) -> Duration {
        let steps = self.verdict.trace.iter().map(|step| step.elapsed_us);
        let steps = Duration::from_micros(steps.fold(0, u64::saturating_add));
        steps.max(Duration::from_millis(self.verdict.usage.elapsed_ms))
    }

    /// What the run had no more of when it was ended early.
    pub(crate) fn exhausted(&self) -> Option<Kind> {
        let edges = self.verdict.trace.iter().map(|step| step.edge.as_str());
        let reason = edges
            .filter_map(|edge| edge.split_once(" has no budget left: "))
            .map(|(_, reason)| reason)
            .next()?;
        Kind::ALL
            .iter()
            .find(|kind| reason.starts_with(kind.name()))
            .copied()
    }

    /// Evidence that a tool gave, and whether it found what was asked for.
    pub(crate) fn answers(
        &self,
    ) -> impl Iterator<Item = (&domain::verdict::EvidenceRecord, Answer)> {
        self.verdict
            .evidence
            .iter()
            .filter(|record| !matches!(record.tool.as_str(), "invoice" | "signed_qr" | SCREEN))
            .map(|record| {
                // As `contract` writes an absence down.
                let absent = record.observation.get("found") == Some(&Value::Bool(false));
                (
                    record,
                    if absent {
                        Answer::Absent
                    } else {
                        Answer::Found
                    },
                )
            })
    }

    /// Features that the screen saw, in each suspect text once.
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        let screened = self.verdict.evidence.iter().filter(|r| r.tool == SCREEN);
        screened
            .filter_map(|record| record.observation.get("suspects")?.as_array())
            .flatten()
            .filter_map(|suspect| suspect.get("features")?.as_array())
            .flatten()
            .filter_map(Value::as_str)
    }
}

/// The screen's own entry in the evidence.
const SCREEN: &str = "screen";

/// What asking a tool came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Found,
    Absent,
    None,
}

impl Answer {
    pub(crate) const ALL: [Self; 3] = [Self::Found, Self::Absent, Self::None];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Absent => "absent",
            Self::None => "unanswered",
        }
    }
}
