//! Which metrics there are: what boards and alerts may rely on.

/// The types of Prometheus' text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Counter,
    Gauge,
    Histogram,
}

impl Type {
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric with all its labels.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    pub name: &'static str,
    pub kind: Type,
    /// In alphabetical order.
    pub labels: &'static [&'static str],
    pub help: &'static str,
}

const fn family(
    name: &'static str,
    kind: Type,
    labels: &'static [&'static str],
    help: &'static str,
) -> Declared {
    Declared {
        name,
        kind,
        labels,
        help,
    }
}

/// In alphabetical order; those of the process are there on Linux alone.
pub const FAMILIES: &[Declared] = &[
    family(
        "process_max_fds",
        Type::Gauge,
        &[],
        "Most file descriptors that may be open",
    ),
    family(
        "process_open_fds",
        Type::Gauge,
        &[],
        "Open file descriptors",
    ),
    family(
        "process_resident_memory_bytes",
        Type::Gauge,
        &[],
        "Memory of this process that is in RAM",
    ),
    family(
        "process_threads",
        Type::Gauge,
        &[],
        "Threads of this process",
    ),
    family(
        "satyapan_amount_rupees_total",
        Type::Counter,
        &["decision"],
        "Totals of the invoices judged",
    ),
    family(
        "satyapan_audit_head_seq",
        Type::Gauge,
        &[],
        "The last link of the audit chain that was seen",
    ),
    family(
        "satyapan_budget_exhausted_total",
        Type::Counter,
        &["kind"],
        "Cases that were ended early, by what they had no more of",
    ),
    family(
        "satyapan_build_info",
        Type::Gauge,
        &["law", "policy", "version"],
        "The release, and the law and policy by which it judges",
    ),
    family(
        "satyapan_cache_requests_total",
        Type::Counter,
        &["cache", "result"],
        "Look-ups in caches",
    ),
    family(
        "satyapan_callback_attempts_total",
        Type::Counter,
        &["result"],
        "Attempts to deliver verdicts, by what came of them",
    ),
    family(
        "satyapan_drift_score",
        Type::Gauge,
        &["signal"],
        "How far the share of a decision among the last verdicts of a process has moved from its past, from -1 to 1",
    ),
    family(
        "satyapan_findings_total",
        Type::Counter,
        &["check", "outcome"],
        "Outcomes of checks",
    ),
    family(
        "satyapan_hook_ack_duration_seconds",
        Type::Histogram,
        &["source"],
        "From a webhook to its answer",
    ),
    family(
        "satyapan_hook_requests_total",
        Type::Counter,
        &["source", "status"],
        "Webhooks received, by sender and HTTP status",
    ),
    family(
        "satyapan_injection_flags_total",
        Type::Counter,
        &["feature"],
        "Texts that speak to the verifier, by what they showed",
    ),
    family(
        "satyapan_masked_spans_total",
        Type::Counter,
        &["type"],
        "Identifiers masked before a model read the text",
    ),
    family(
        "satyapan_model_cost_rupees_total",
        Type::Counter,
        &[],
        "What models have cost",
    ),
    family(
        "satyapan_model_tokens_total",
        Type::Counter,
        &["direction", "model"],
        "Tokens that models read and wrote",
    ),
    family(
        "satyapan_queue_attempts_total",
        Type::Counter,
        &["result"],
        "Attempts at jobs, by what came of them",
    ),
    family(
        "satyapan_queue_jobs",
        Type::Gauge,
        &["state"],
        "Jobs by state",
    ),
    family(
        "satyapan_queue_oldest_waiting_seconds",
        Type::Gauge,
        &[],
        "How long the oldest job that could run has waited",
    ),
    family(
        "satyapan_reviews_total",
        Type::Counter,
        &["decision", "outcome"],
        "Decisions of the machine, and what a person made of them",
    ),
    family(
        "satyapan_step_duration_seconds",
        Type::Histogram,
        &["node"],
        "One execution of a node of the graph",
    ),
    family(
        "satyapan_tool_calls_total",
        Type::Counter,
        &["result", "tool"],
        "Questions to tools, by what came of them",
    ),
    family(
        "satyapan_verdicts_total",
        Type::Counter,
        &["decision", "source"],
        "Verdicts, by decision and by which way the invoice came",
    ),
    family(
        "satyapan_verification_duration_seconds",
        Type::Histogram,
        &["reasoner"],
        "From an invoice to its verdict",
    ),
];

/// What a metric is, in words; nothing for one that is not declared.
pub(crate) fn help(name: &str) -> &'static str {
    let declared = FAMILIES.iter().find(|family| family.name == name);
    declared.map_or("", |family| family.help)
}
