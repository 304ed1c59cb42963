//! The spans of a verification, made after the fact from its verdict, by the `GenAI` conventions of OpenTelemetry.
//!
//! `invoke_workflow verify` > `invoke_agent satyapan` > `execute_tool {tool}`, `retrieval {source}`, `chat {model}`. Calls of
//! one step are made at once and the verdict knows the step's time alone, so each of them has the times of its step.

use std::time::{Duration, SystemTime};

use domain::verdict::{EvidenceRecord, Grade, Support};
use jiff::Timestamp;
use opentelemetry::{KeyValue, Value, trace::Event};

use crate::{
    chat::chats,
    content::Mask,
    seen::{Answer, Seen},
    vocabulary::{Label, SOURCES, Vocabulary, known},
};

/// Tools that search a corpus, and the corpus.
const RETRIEVERS: &[(&str, &str)] = &[("document_search", "contracts")];

/// A clock reading may stand a little beside a step that was timed by another clock.
const SLACK: Duration = Duration::from_millis(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Workflow,
    Agent,
    Tool,
    Retrieval,
    Chat,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Workflow => "invoke_workflow",
            Self::Agent => "invoke_agent",
            Self::Tool => "execute_tool",
            Self::Retrieval => "retrieval",
            Self::Chat => "chat",
        }
    }
}

/// From when to when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) start: SystemTime,
    pub(crate) took: Duration,
}

impl Window {
    pub(crate) fn end(self) -> SystemTime {
        self.start + self.took
    }

    fn holds(self, at: SystemTime) -> bool {
        self.start <= at + SLACK && at <= self.end() + SLACK
    }
}

/// A node's run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran<'a> {
    pub(crate) node: &'a str,
    thought: &'a str,
    pub(crate) window: Window,
}

/// A span to be, with those below it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) operation: Operation,
    /// What is run, asked or searched; a low number of names.
    pub(crate) subject: Label,
    pub(crate) window: Window,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) events: Vec<Event>,
    pub(crate) error: Option<&'static str>,
    /// Read and written by a model.
    pub(crate) tokens: (u64, u64),
    pub(crate) children: Vec<Planned>,
}

impl Planned {
    pub(crate) fn new(operation: Operation, subject: impl Into<Label>, window: Window) -> Self {
        Self {
            operation,
            subject: subject.into(),
            window,
            attributes: vec![KeyValue::new("gen_ai.operation.name", operation.name())],
            events: Vec::new(),
            error: None,
            tokens: (0, 0),
            children: Vec::new(),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.operation.name(), self.subject)
    }

    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.push(KeyValue::new(key, value));
        self
    }

    /// The same where there is a value.
    pub(crate) fn with_any(self, key: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(crate) fn failed(mut self, error: Option<&'static str>) -> Self {
        if let Some(error) = error {
            self.attributes.push(KeyValue::new("error.type", error));
        }
        self.error = error;
        self
    }
}

/// The whole tree. `mask` is there only where content was asked for.
pub(crate) fn plan(seen: &Seen<'_>, vocabulary: &Vocabulary, mask: Option<&Mask>) -> Planned {
    let verdict = seen.verdict;
    let whole = Window {
        start: SystemTime::from(seen.began),
        took: seen.took(),
    };
    let steps = steps(seen, whole.start);
    let error = error(seen);
    let case = || verdict.id.clone();
    let mut agent = Planned::new(Operation::Agent, "satyapan", whole)
        .with("gen_ai.agent.name", "satyapan")
        .with("gen_ai.agent.version", env!("CARGO_PKG_VERSION"))
        .with("gen_ai.conversation.id", case())
        .failed(error);
    if let Some(model) = &verdict.reasoner.model {
        agent = agent
            .with("gen_ai.provider.name", "openai")
            .with("gen_ai.request.model", model.clone())
            .with(
                "gen_ai.usage.input_tokens",
                int(verdict.usage.prompt_tokens),
            )
            .with(
                "gen_ai.usage.output_tokens",
                int(verdict.usage.completion_tokens),
            );
    }
    agent.events = told(seen, &steps, vocabulary, whole.end(), mask);
    let asking: Vec<Window> = steps
        .iter()
        .filter(|ran| matches!(ran.node, "act" | "inquire"))
        .map(|ran| ran.window)
        .collect();
    let asked = |at: &str| {
        let at = at.parse::<Timestamp>().ok().map(SystemTime::from);
        let during = at.and_then(|at| asking.iter().find(|window| window.holds(at)));
        // An answer read back from the journal is older than the run.
        during.or(asking.first()).copied().unwrap_or(whole)
    };
    for (record, answer) in seen.answers() {
        let mut span = tool(&record.tool, vocabulary, asked(&record.at))
            .with("gen_ai.tool.call.id", record.id.to_string())
            .with("satyapan.tool.result", answer.name());
        span.events = relevance(seen, record, &steps, span.window.end(), mask);
        span.attributes
            .extend(content(record, span.operation, mask));
        agent.children.push(span);
    }
    for name in seen.unanswered {
        let span = tool(name, vocabulary, asking.first().copied().unwrap_or(whole));
        let span = span.with("satyapan.tool.result", Answer::None.name());
        agent.children.push(span.failed(Some("no_answer")));
    }
    agent
        .children
        .extend(chats(seen, &steps, whole, vocabulary, mask));
    let mut workflow = Planned::new(Operation::Workflow, "verify", whole)
        .with("gen_ai.workflow.name", "verify")
        .with("gen_ai.conversation.id", case())
        .with("satyapan.decision", verdict.decision.name())
        .with("satyapan.source", known(SOURCES, seen.source))
        .with("satyapan.policy.version", verdict.policy.version.clone())
        .with("satyapan.audit.seq", int(verdict.audit.seq))
        .failed(error);
    workflow.children.push(agent);
    workflow
}

/// Each node's run, one after the other.
fn steps<'a>(seen: &Seen<'a>, from: SystemTime) -> Vec<Ran<'a>> {
    let mut start = from;
    let steps = seen.verdict.trace.iter().map(|step| {
        let took = Duration::from_micros(step.elapsed_us);
        let window = Window { start, took };
        start = window.end();
        Ran {
            node: &step.node,
            thought: &step.thought,
            window,
        }
    });
    steps.collect()
}

/// Why the run left its ordinary edges, by kind: the reason itself may quote what a tool said.
fn error(seen: &Seen<'_>) -> Option<&'static str> {
    if seen.exhausted().is_some() {
        return Some("budget_exhausted");
    }
    let edges = || seen.verdict.trace.iter().map(|step| step.edge.as_str());
    let says = |what: &str| edges().any(|edge| edge.contains(what));
    if says(" cannot be sure: ") {
        return Some("uncertain");
    }
    says(" failed: ").then_some("step_failed")
}

/// The agent's steps, and what its critics made of the whole.
fn told(
    seen: &Seen<'_>,
    steps: &[Ran<'_>],
    vocabulary: &Vocabulary,
    end: SystemTime,
    mask: Option<&Mask>,
) -> Vec<Event> {
    let critique = &seen.verdict.critique;
    let (support, score) = match critique.grounding {
        Support::None => ("none", 0.0),
        Support::Partial => ("partial", 0.5),
        Support::Full => ("full", 1.0),
    };
    let walked = steps.iter().map(|ran| {
        let node = known(&vocabulary.nodes, ran.node);
        Event::new(
            "satyapan.step",
            ran.window.start,
            vec![KeyValue::new("satyapan.node", node)],
            0,
        )
    });
    let usefulness = critique.usefulness;
    let why = |node: &str| {
        let last = steps.iter().rev().find(|ran| ran.node == node);
        explained(last, mask)
    };
    let judged = [
        evaluation("grounding", support.into(), score, why("ground"), end),
        evaluation(
            "usefulness",
            usefulness.to_string().into(),
            f64::from(usefulness),
            why("usefulness"),
            end,
        ),
    ];
    walked.chain(judged).collect()
}

fn evaluation(
    name: &'static str,
    label: Label,
    score: f64,
    why: Option<String>,
    at: SystemTime,
) -> Event {
    let mut attributes = vec![
        KeyValue::new("gen_ai.evaluation.name", name),
        KeyValue::new("gen_ai.evaluation.score.label", label),
        KeyValue::new("gen_ai.evaluation.score.value", score),
    ];
    attributes.extend(why.map(|why| KeyValue::new("gen_ai.evaluation.explanation", why)));
    Event::new("gen_ai.evaluation.result", at, attributes, 0)
}

/// What a critic noted when it judged. It quotes what was judged: content, and masked.
fn explained(ran: Option<&Ran<'_>>, mask: Option<&Mask>) -> Option<String> {
    let thought = ran.map(|ran| ran.thought);
    mask?.text(thought.filter(|thought| !thought.is_empty())?)
}

/// Grades are given to all answers of a round at once, and explained so.
fn relevance(
    seen: &Seen<'_>,
    record: &EvidenceRecord,
    steps: &[Ran<'_>],
    at: SystemTime,
    mask: Option<&Mask>,
) -> Vec<Event> {
    let graded = steps
        .iter()
        .find(|ran| ran.node == "relevance" && ran.window.start >= at);
    let grades = seen.verdict.critique.relevance.iter();
    grades
        .filter(|relevance| relevance.evidence == record.id)
        .map(|relevance| {
            let (label, score) = match relevance.grade {
                Grade::Relevant => ("relevant", 1.0),
                Grade::Partial => ("partial", 0.5),
                Grade::Irrelevant => ("irrelevant", 0.0),
            };
            let why = explained(graded, mask);
            evaluation("relevance", label.into(), score, why, at)
        })
        .collect()
}

fn tool(name: &str, vocabulary: &Vocabulary, window: Window) -> Planned {
    let name = known(&vocabulary.tools, name);
    match RETRIEVERS.iter().find(|(tool, _)| *tool == name) {
        Some((_, source)) => Planned::new(Operation::Retrieval, *source, window)
            .with("gen_ai.data_source.id", *source),
        None => Planned::new(Operation::Tool, name, window),
    }
    .with("gen_ai.tool.name", name)
    .with("gen_ai.tool.type", "function")
}

fn content(record: &EvidenceRecord, operation: Operation, mask: Option<&Mask>) -> Vec<KeyValue> {
    let Some(mask) = mask else { return Vec::new() };
    let answer = match operation {
        Operation::Retrieval => "gen_ai.retrieval.documents",
        _ => "gen_ai.tool.call.result",
    };
    [
        ("gen_ai.tool.call.arguments", record.arguments.to_string()),
        (answer, record.observation.to_string()),
    ]
    .into_iter()
    .filter_map(|(key, text)| Some(KeyValue::new(key, mask.text(&text)?)))
    .collect()
}

/// OpenTelemetry's integers have a sign.
pub(crate) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
