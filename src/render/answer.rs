//! What a person reads of an answer: what is known, then the values that it rests on and where each stands.

use domain::{answer::Answer, verdict::Claim};

use super::{Style, Tint, printable, shown};

/// Places that are told of one claim.
const PLACES_MAX: usize = 6;

/// One answer. Sentences first; below them what each claim cites.
pub(crate) fn answer(answer: &Answer, style: Style) -> String {
    let mut out = String::new();
    for line in answer.answer.lines() {
        let tinted = match line.split_once(": ") {
            Some((word @ ("Not known" | "Not understood"), rest)) => {
                let wrapped = style.wrapped("", "  ", &format!("{word}: {rest}"));
                let plain = format!("{word}:");
                wrapped.replacen(&plain, &style.tint(Tint::Doubt, &plain), 1)
            }
            Some(("help", rest)) => style.wrapped("help: ", "      ", rest),
            _ => style.wrapped("", "  ", line),
        };
        out.push_str(&tinted);
        out.push('\n');
    }
    let mut places: Vec<String> = Vec::new();
    for claim in &answer.claims {
        cited(claim, answer, style, &mut places);
    }
    for place in &places {
        out.push_str(&style.wrapped("  --> ", "      ", place));
        out.push('\n');
    }
    out.push_str(&style.tint(Tint::Quiet, &tail(answer)));
    out.push('\n');
    out
}

/// The places that a claim cites, each told once.
fn cited(claim: &Claim, answer: &Answer, style: Style, places: &mut Vec<String>) {
    for citation in claim.citations.iter().take(PLACES_MAX) {
        let evidence = answer.evidence.iter().find(|e| e.id == citation.evidence);
        let tool = evidence.map_or("", |e| e.tool.as_str());
        let pointer = if citation.pointer.is_empty() {
            "/"
        } else {
            &citation.pointer
        };
        let place = format!(
            "{pointer} = {}   ({tool} {})",
            shown(citation, style.reveal),
            citation.evidence
        );
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let more = claim.citations.len().saturating_sub(PLACES_MAX);
    if more > 0 {
        let first = claim
            .citations
            .get(PLACES_MAX)
            .map(|citation| citation.evidence.to_string());
        places.push(format!("and {more} more of {}", first.unwrap_or_default()));
    }
}

fn tail(answer: &Answer) -> String {
    printable(&format!(
        "answer {}  {} reasoner  {} tool calls  {} ms",
        answer.id, answer.reasoner.kind, answer.usage.tool_calls, answer.usage.elapsed_ms
    ))
}
