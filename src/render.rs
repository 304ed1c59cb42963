//! What a person reads on a terminal: a verdict at a glance, in at most as many columns as there are.

pub(crate) mod answer;
pub(crate) mod review;
pub(crate) mod table;

use agent::approval::Approval;
use domain::{
    Citation, Decimal, Policy, Severity, Who,
    civil::{parse_date, readable},
    money::{decimal, inr},
    verdict::{Decision, FindingRecord, OutcomeName, Verdict},
};
use serde_json::Value;

/// How to write for this reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) colour: bool,
    pub(crate) width: usize,
    /// Account numbers in full.
    pub(crate) reveal: bool,
    /// Each change with the `--set` that tries it.
    pub(crate) sets: bool,
}

#[derive(Clone, Copy)]
enum Tint {
    Good,
    Doubt,
    Bad,
    Quiet,
}

impl Style {
    fn tint(self, tint: Tint, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match tint {
            Tint::Good => "1;32",
            Tint::Doubt => "1;33",
            Tint::Bad => "1;31",
            Tint::Quiet => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Breaks a text into lines behind a first and a following prefix.
    fn wrapped(self, first: &str, rest: &str, text: &str) -> String {
        let options = textwrap::Options::new(self.width.max(40))
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        textwrap::fill(&printable(text), options)
    }
}

/// Text from a document on a terminal: control and invisible characters are shown as what they are, not acted on.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
            if (c.is_control() && c != '\n') || hidden { '\u{fffd}' } else { c }
        })
        .collect()
}

fn word(style: Style, decision: Decision) -> String {
    match decision {
        Decision::Approve => style.tint(Tint::Good, "APPROVE"),
        Decision::Hold => style.tint(Tint::Doubt, "HOLD"),
        Decision::Reject => style.tint(Tint::Bad, "REJECT"),
    }
}

fn money(value: &Value) -> String {
    decimal(value.to_string().trim_matches('"')).map_or_else(|_| "no total".to_owned(), inr)
}

/// One verdict. An approval is one line; what is held or rejected says why, on what evidence, and what would mend it.
pub(crate) fn verdict(
    verdict: &Verdict,
    approval: Option<&Approval>,
    policy: &Policy,
    style: Style,
) -> String {
    let invoice = &verdict.invoice;
    let supplier = verdict
        .evidence
        .first()
        .and_then(|e| e.observation.pointer("/SellerDtls/LglNm")?.as_str())
        .unwrap_or("supplier not named");
    let head = format!(
        "{}   {}   {}   {}",
        word(style, verdict.decision),
        printable(invoice.number.as_deref().unwrap_or("no number")),
        printable(supplier),
        money(&invoice.total),
    );
    if verdict.decision == Decision::Approve {
        return format!("{head}   {}\n", style.tint(Tint::Quiet, &tail(verdict)));
    }
    let mut out = format!("{head}\n");
    let date = invoice.date.as_deref().map_or_else(
        || "without a date".to_owned(),
        |text| parse_date(text).map_or_else(|| format!("dated \"{text}\""), readable),
    );
    out.push_str(&style.wrapped(
        "       ",
        "       ",
        &format!("invoice {date}, from {}", invoice.source),
    ));
    out.push_str("\n\n");
    let blocking = blocking(verdict, policy);
    // What a model worded, or why it is held when every check has passed.
    if verdict.reasoner.model.is_some() || blocking.is_empty() {
        out.push_str(&style.wrapped("", "", &verdict.summary));
        out.push_str("\n\n");
    }
    for finding in &blocking {
        out.push_str(&block(finding, verdict, style));
        out.push('\n');
    }
    for doubt in &verdict.critique.doubts {
        let text = format!("[the model] {}", printable(&doubt.text));
        out.push_str(&style.tint(Tint::Doubt, "doubt"));
        out.push_str(&style.wrapped("", "  ", &text));
        out.push('\n');
        out.push_str(&cited(&doubt.citation, verdict, style));
        out.push('\n');
    }
    for finding in notes(verdict) {
        let line = format!("{}: {}", finding.check, finding.message);
        out.push_str(&style.wrapped("note: ", "      ", &line));
        out.push('\n');
    }
    out.push_str(&counts(verdict));
    out.push('\n');
    if let Some(approval) = approval {
        out.push_str(&what_would_approve(approval, style));
        if !style.sets && matches!(approval, Approval::By { .. }) {
            out.push_str(&style.tint(Tint::Quiet, "Each can be tried: add --show-sets"));
            out.push('\n');
        }
    }
    out.push_str(&style.tint(Tint::Quiet, &tail(verdict)));
    out.push('\n');
    out
}

/// Findings that keep the invoice from approval, the worst first.
fn blocking<'a>(verdict: &'a Verdict, policy: &Policy) -> Vec<&'a FindingRecord> {
    let mut found: Vec<&FindingRecord> = verdict
        .findings
        .iter()
        .filter(|f| match f.outcome {
            OutcomeName::Fail => f.severity != Severity::Info,
            OutcomeName::Unverified => {
                checks::find(&f.check).is_some_and(|spec| spec.required(policy))
            }
            OutcomeName::Pass | OutcomeName::NotApplicable => false,
        })
        .collect();
    found.sort_by_key(|f| {
        (
            f.outcome != OutcomeName::Fail,
            std::cmp::Reverse(f.severity),
        )
    });
    found
}

/// Failed checks that only inform.
fn notes(verdict: &Verdict) -> impl Iterator<Item = &FindingRecord> {
    verdict
        .findings
        .iter()
        .filter(|f| f.outcome == OutcomeName::Fail && f.severity == Severity::Info)
}

fn block(finding: &FindingRecord, verdict: &Verdict, style: Style) -> String {
    let (label, tint) = match (finding.outcome, finding.severity) {
        (OutcomeName::Fail, Severity::Reject) => ("fail", Tint::Bad),
        (OutcomeName::Fail, _) => ("fail", Tint::Doubt),
        _ => ("unverified", Tint::Doubt),
    };
    let text = format!("[{}] {}", finding.check, finding.message);
    let mut out = format!(
        "{}{}\n",
        style.tint(tint, label),
        style.wrapped("", "  ", &text)
    );
    for citation in finding.citations.iter().take(6) {
        out.push_str(&cited(citation, verdict, style));
    }
    if finding.citations.len() > 6 {
        out.push_str("  --> and ");
        out.push_str(&(finding.citations.len() - 6).to_string());
        out.push_str(" more\n");
    }
    out.push_str(&style.wrapped("   = law:  ", "           ", &finding.law));
    out.push('\n');
    if let Some(remedy) = &finding.remedy {
        out.push_str(&style.wrapped("   = help: ", "           ", remedy));
        out.push('\n');
    }
    out
}

/// A line for a cited value: where it stands, what it is, who said it.
fn cited(citation: &Citation, verdict: &Verdict, style: Style) -> String {
    let tool = verdict
        .evidence
        .iter()
        .find(|e| e.id == citation.evidence)
        .map_or("", |e| e.tool.as_str());
    let pointer = match citation.pointer.as_str() {
        "" => "/",
        pointer => pointer,
    };
    let value = shown(citation, style.reveal);
    let line = format!("{pointer} = {value}   ({tool} {})", citation.evidence);
    let mut out = style.wrapped("  --> ", "      ", &line);
    out.push('\n');
    out
}

/// A cited value, short; account numbers by their last four.
fn shown(citation: &Citation, reveal: bool) -> String {
    let member = citation.pointer.rsplit('/').next().unwrap_or_default();
    let account = matches!(member, "AccDet" | "bank_account");
    match &citation.value {
        Value::String(text) if account && !reveal => last_four(text),
        Value::String(text) => {
            let short: String = text.chars().take(60).collect();
            let more = if text.chars().count() > 60 { "…" } else { "" };
            format!("\"{short}{more}\"")
        }
        Value::Array(list) => format!("{} entries", list.len()),
        Value::Object(_) => "the record".to_owned(),
        other => other.to_string(),
    }
}

/// `..6648`.
pub(crate) fn last_four(text: &str) -> String {
    let kept: Vec<char> = text.chars().rev().take(4).collect();
    format!("..{}", kept.into_iter().rev().collect::<String>())
}

fn counts(verdict: &Verdict) -> String {
    let count = |wanted| {
        verdict
            .findings
            .iter()
            .filter(|f| f.outcome == wanted)
            .count()
    };
    format!(
        "{} checks: {} pass, {} fail, {} unverified, {} do not apply",
        verdict.findings.len(),
        count(OutcomeName::Pass),
        count(OutcomeName::Fail),
        count(OutcomeName::Unverified),
        count(OutcomeName::NotApplicable),
    )
}

/// "To approve: …": each change with who can make it.
pub(crate) fn what_would_approve(approval: &Approval, style: Style) -> String {
    match approval {
        Approval::By { changes, least } => {
            let lead = match (changes.len(), least) {
                (1, _) => "To approve:\n",
                (_, true) => "To approve, all of:\n",
                (_, false) => "To approve, all of (fewer may do; not all parts were tried):\n",
            };
            let mut out = lead.to_owned();
            for change in changes {
                let record = agent::approval::record(change);
                let who = match record.who {
                    Who::Supplier => "supplier",
                    Who::Buyer => "buyer",
                    Who::Portal => "portal",
                };
                let line = format!("{} ({who})", record.text);
                out.push_str(&style.wrapped("  - ", "    ", &line));
                out.push('\n');
                if style.sets {
                    let set = if style.reveal {
                        record.set
                    } else {
                        guarded(&record.set)
                    };
                    out.push_str("    --set '");
                    out.push_str(&set);
                    out.push_str("'\n");
                }
            }
            out
        }
        Approval::Never(obstacles) => {
            let mut out =
                "To approve: no change of the invoice or of a record is enough.\n".to_owned();
            for obstacle in obstacles {
                let line = match obstacle.checks.as_slice() {
                    [] => obstacle.why.clone(),
                    checks => format!("{}: {}", checks.join(", "), obstacle.why),
                };
                out.push_str(&style.wrapped("  - ", "    ", &printable(&line)));
                out.push('\n');
            }
            out
        }
    }
}

fn guarded(set: &str) -> String {
    match set.split_once('=') {
        Some((path, value)) if path.ends_with("AccDet") || path.ends_with("bank_account") => {
            format!("{path}={}", last_four(value))
        }
        _ => set.to_owned(),
    }
}

fn tail(verdict: &Verdict) -> String {
    let hash: String = verdict.audit.hash.chars().take(8).collect();
    let audit = if hash.is_empty() {
        String::new()
    } else {
        format!("  audit #{} {hash}", verdict.audit.seq)
    };
    let asked = match verdict.usage.llm_calls {
        0 => String::new(),
        1 => "  1 model call".to_owned(),
        n => format!("  {n} model calls"),
    };
    format!(
        "case {}  {} reasoner  {} tool calls{asked}  {} ms{audit}",
        verdict.id, verdict.reasoner.kind, verdict.usage.tool_calls, verdict.usage.elapsed_ms
    )
}

/// The way through the graph, and what was thought at each step.
pub(crate) fn route(verdict: &Verdict, style: Style) -> String {
    let mut out = String::from("\nroute\n");
    for step in &verdict.trace {
        let line = format!("{} → {}; {}", step.node, step.edge, step.thought);
        out.push_str(&style.wrapped(&format!("{:>4} ", step.step), "     ", &line));
        out.push('\n');
    }
    out.push_str("\nevidence\n");
    for evidence in &verdict.evidence {
        let asked: Vec<String> = evidence
            .arguments
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| matches!(name.as_str(), "operation" | "source" | "from" | "to"))
            .filter_map(|(_, value)| value.as_str().map(str::to_owned))
            .collect();
        let line = format!("{} {} {}", evidence.id, evidence.tool, asked.join(" "));
        out.push_str(&style.wrapped("     ", "       ", &line));
        out.push('\n');
    }
    out
}

/// A share as per cent to two decimals.
pub(crate) fn percent(share: Decimal) -> String {
    format!(
        "{}%",
        (share * Decimal::ONE_HUNDRED).round_dp(2).normalize()
    )
}
