//! Prometheus metrics: families by name, and what each event adds to them.

use std::{
    borrow::Cow,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use domain::{
    Decimal,
    verdict::{Decision, OutcomeName},
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Metric, Registry},
};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use crate::{
    closed::{Attempt, Cache, CacheResult, Callback, QueueState},
    drift::Drift,
    exposition::{Format, plain},
    families::help,
    process::Process,
    seen::{Answer, QueueStats, Seen},
    vocabulary::{Label, OTHER, SOURCES, Vocabulary, known},
};

/// Rupees above which an invoice's total is not added up: no invoice, but a number that would drown all others.
const AMOUNT_MAX: Decimal = Decimal::from_parts(0x4876_E800, 0x17, 0, false, 0);

const VERIFICATION_S: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
    120.0, 300.0,
];
const STEP_S: &[f64] = &[
    0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0,
];
/// Around a second, which is all the patience that some senders have.
const ACK_S: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

type Labels<const N: usize> = [(&'static str, Label); N];
type Counts<const N: usize> = Family<Labels<N>, Counter>;
/// Amounts of money: whole numbers would lose the paise.
type Sums<const N: usize> = Family<Labels<N>, Counter<f64, AtomicU64>>;
type Times = Family<Labels<1>, Histogram, fn() -> Histogram>;

/// What runs: stands in `satyapan_build_info`.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    pub version: &'a str,
    pub law: &'a str,
    pub policy: &'a str,
}

/// All that is counted. Every method may be called from any thread.
pub struct Metrics {
    registry: Registry,
    vocabulary: Vocabulary,
    verdicts: Counts<2>,
    findings: Counts<2>,
    verification: Times,
    step: Times,
    tool_calls: Counts<2>,
    queue_jobs: Family<Labels<1>, Gauge>,
    queue_oldest: Gauge<f64, AtomicU64>,
    queue_attempts: Counts<1>,
    hook_requests: Counts<2>,
    hook_ack: Times,
    callback_attempts: Counts<1>,
    cache_requests: Counts<2>,
    model_tokens: Counts<2>,
    model_cost: Counter<f64, AtomicU64>,
    budget_exhausted: Counts<1>,
    injection_flags: Counts<1>,
    masked_spans: Counts<1>,
    reviews: Counts<2>,
    amount: Sums<1>,
    drift: Family<Labels<1>, Gauge<f64, AtomicU64>>,
    shares: Drift,
    audit_head: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// A family under its name. The library adds `_total` to counters and the full stop to the help.
fn kept<M: Metric + Clone>(registry: &mut Registry, name: &str, metric: M) -> M {
    let family = name.strip_suffix("_total").unwrap_or(name);
    registry.register(family, help(name), metric.clone());
    metric
}

fn histogram(bounds: &[f64]) -> Histogram {
    Histogram::new(bounds.iter().copied())
}

impl Metrics {
    /// No counts yet; those that an alert divides by stand at zero from the start.
    pub fn new(vocabulary: Vocabulary, build: Build<'_>) -> Self {
        let mut registry = Registry::default();
        let r = &mut registry;
        r.register(
            "satyapan_build",
            help("satyapan_build_info"),
            Info::new(
                [
                    ("version", build.version),
                    ("law", build.law),
                    ("policy", build.policy),
                ]
                .map(|(name, value)| (name, value.to_owned()))
                .to_vec(),
            ),
        );
        r.register_collector(Box::new(Process));
        let metrics = Self {
            verdicts: kept(r, "satyapan_verdicts_total", Family::default()),
            findings: kept(r, "satyapan_findings_total", Family::default()),
            verification: kept(
                r,
                "satyapan_verification_duration_seconds",
                Family::new_with_constructor(|| histogram(VERIFICATION_S)),
            ),
            step: kept(
                r,
                "satyapan_step_duration_seconds",
                Family::new_with_constructor(|| histogram(STEP_S)),
            ),
            tool_calls: kept(r, "satyapan_tool_calls_total", Family::default()),
            queue_jobs: kept(r, "satyapan_queue_jobs", Family::default()),
            queue_oldest: kept(r, "satyapan_queue_oldest_waiting_seconds", Gauge::default()),
            queue_attempts: kept(r, "satyapan_queue_attempts_total", Family::default()),
            hook_requests: kept(r, "satyapan_hook_requests_total", Family::default()),
            hook_ack: kept(
                r,
                "satyapan_hook_ack_duration_seconds",
                Family::new_with_constructor(|| histogram(ACK_S)),
            ),
            callback_attempts: kept(r, "satyapan_callback_attempts_total", Family::default()),
            cache_requests: kept(r, "satyapan_cache_requests_total", Family::default()),
            model_tokens: kept(r, "satyapan_model_tokens_total", Family::default()),
            model_cost: kept(r, "satyapan_model_cost_rupees_total", Counter::default()),
            budget_exhausted: kept(r, "satyapan_budget_exhausted_total", Family::default()),
            injection_flags: kept(r, "satyapan_injection_flags_total", Family::default()),
            masked_spans: kept(r, "satyapan_masked_spans_total", Family::default()),
            reviews: kept(r, "satyapan_reviews_total", Family::default()),
            amount: kept(r, "satyapan_amount_rupees_total", Family::default()),
            drift: kept(r, "satyapan_drift_score", Family::default()),
            shares: Drift::default(),
            audit_head: kept(r, "satyapan_audit_head_seq", Gauge::default()),
            vocabulary,
            registry,
        };
        metrics.begin_at_zero();
        metrics
    }

    fn begin_at_zero(&self) {
        for state in QueueState::ALL {
            self.jobs(*state, 0);
        }
        for attempt in Attempt::ALL {
            let labels = [("result", state(attempt.name()))];
            drop(self.queue_attempts.get_or_create(&labels));
        }
        for callback in Callback::ALL {
            let labels = [("result", state(callback.name()))];
            drop(self.callback_attempts.get_or_create(&labels));
        }
        for tool in &self.vocabulary.tools {
            for answer in Answer::ALL {
                drop(
                    self.tool_calls
                        .get_or_create(&[("tool", state(tool)), ("result", state(answer.name()))]),
                );
            }
        }
    }

    /// Counts a verdict, once.
    pub fn verdict(&self, seen: &Seen<'_>) {
        let verdict = seen.verdict;
        let decision = state(verdict.decision.name());
        let source = state(known(SOURCES, seen.source));
        self.verdicts
            .get_or_create(&[("decision", decision.clone()), ("source", source)])
            .inc();
        if let Some(rupees) = amount(&verdict.invoice.total) {
            self.amount
                .get_or_create(&[("decision", decision)])
                .inc_by(rupees);
        }
        for (signal, score) in self.shares.count(verdict.decision) {
            self.drift
                .get_or_create(&[("signal", state(signal))])
                .set(score.to_f64().unwrap_or_default());
        }
        for finding in &verdict.findings {
            let check = known(&self.vocabulary.checks, &finding.check);
            let outcome = outcome(finding.outcome);
            self.findings
                .get_or_create(&[("check", state(check)), ("outcome", state(outcome))])
                .inc();
        }
        let reasoner = known(&["rules", "openai"], &verdict.reasoner.kind);
        observe(&self.verification, "reasoner", reasoner, seen.took());
        for step in &verdict.trace {
            let node = known(&self.vocabulary.nodes, &step.node);
            observe(
                &self.step,
                "node",
                node,
                Duration::from_micros(step.elapsed_us),
            );
        }
        for (record, answer) in seen.answers() {
            self.tool(&record.tool, answer);
        }
        for tool in seen.unanswered {
            self.tool(tool, Answer::None);
        }
        for chat in seen.chats {
            let model = self.vocabulary.model(chat.model);
            for (direction, tokens) in
                [("input", chat.input_tokens), ("output", chat.output_tokens)]
            {
                self.model_tokens
                    .get_or_create(&[("direction", state(direction)), ("model", model.clone())])
                    .inc_by(tokens);
            }
        }
        if let Some(kind) = seen.exhausted() {
            self.budget_exhausted
                .get_or_create(&[("kind", state(kind.name()))])
                .inc();
        }
        for feature in seen.features() {
            let feature = known(&self.vocabulary.features, feature);
            self.injection_flags
                .get_or_create(&[("feature", state(feature))])
                .inc();
        }
        self.audit_head(verdict.audit.seq);
    }

    fn tool(&self, tool: &str, answer: Answer) {
        let tool = known(&self.vocabulary.tools, tool);
        self.tool_calls
            .get_or_create(&[("tool", state(tool)), ("result", state(answer.name()))])
            .inc();
    }

    /// How the queue stands, asked before each scrape.
    pub fn queue(&self, stats: &QueueStats) {
        self.jobs(QueueState::Waiting, stats.waiting);
        self.jobs(QueueState::Leased, stats.leased);
        self.jobs(QueueState::Done, stats.done);
        self.jobs(QueueState::Dead, stats.dead);
        self.queue_oldest.set(stats.oldest_waiting.as_secs_f64());
    }

    fn jobs(&self, at: QueueState, jobs: u64) {
        self.queue_jobs
            .get_or_create(&[("state", state(at.name()))])
            .set(i64::try_from(jobs).unwrap_or(i64::MAX));
    }

    pub fn attempt(&self, attempt: Attempt) {
        self.queue_attempts
            .get_or_create(&[("result", state(attempt.name()))])
            .inc();
    }

    /// A webhook was answered.
    pub fn hook(&self, source: &str, status: u16, took: Duration) {
        let source = known(SOURCES, source);
        let status = match status {
            100..=599 => Cow::Owned(status.to_string()),
            _ => state(OTHER),
        };
        self.hook_requests
            .get_or_create(&[("source", state(source)), ("status", status)])
            .inc();
        observe(&self.hook_ack, "source", source, took);
    }

    pub fn callback(&self, callback: Callback) {
        self.callback_attempts
            .get_or_create(&[("result", state(callback.name()))])
            .inc();
    }

    pub fn cache(&self, cache: Cache, result: CacheResult, times: u64) {
        self.cache_requests
            .get_or_create(&[
                ("cache", state(cache.name())),
                ("result", state(result.name())),
            ])
            .inc_by(times);
    }

    /// Money that a model was paid.
    pub fn model_cost(&self, paise: u64) {
        let rupees = Decimal::new(i64::try_from(paise).unwrap_or(i64::MAX), 2);
        self.model_cost.inc_by(rupees.to_f64().unwrap_or_default());
    }

    pub fn masked(&self, kind: &str, spans: u64) {
        let kind = known(&self.vocabulary.masked, kind);
        self.masked_spans
            .get_or_create(&[("type", state(kind))])
            .inc_by(spans);
    }

    /// A person resolved what the machine had decided.
    pub fn review(&self, machine: Decision, person: Decision) {
        self.reviews
            .get_or_create(&[
                ("decision", state(machine.name())),
                ("outcome", state(person.name())),
            ])
            .inc();
    }

    /// Never goes back: verdicts are counted in whatever order they end.
    pub fn audit_head(&self, seq: u64) {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        self.audit_head.inner().fetch_max(seq, Ordering::Relaxed);
    }

    pub fn render(&self, format: Format) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        if encode(&mut text, &self.registry).is_err() {
            return String::new();
        }
        match format {
            Format::OpenMetrics => text,
            Format::Text => plain(&text),
        }
    }
}

fn state(name: &'static str) -> Label {
    Cow::Borrowed(name)
}

fn observe(times: &Times, label: &'static str, value: &'static str, took: Duration) {
    times
        .get_or_create(&[(label, state(value))])
        .observe(took.as_secs_f64());
}

fn outcome(outcome: OutcomeName) -> &'static str {
    match outcome {
        OutcomeName::Pass => "pass",
        OutcomeName::Fail => "fail",
        OutcomeName::Unverified => "unverified",
        OutcomeName::NotApplicable => "not_applicable",
    }
}

/// Rupees of a total as the invoice writes it; `None` where that is no amount that can be added up.
fn amount(total: &Value) -> Option<f64> {
    let amount: Decimal = match total {
        Value::Number(number) => number.to_string().parse().ok()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (Decimal::ZERO..=AMOUNT_MAX)
        .contains(&amount)
        .then(|| amount.to_f64())?
}
