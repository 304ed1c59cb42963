//! A review as a person reads it.

use agent::review::ist;
use domain::{
    review::{Effect, Resolution, Review},
    verdict::OutcomeName,
};

use super::{Style, Tint, printable};

/// What was decided, by whom and why, over what, and what is still needed.
pub(crate) fn review(review: &Review, style: Style) -> String {
    let (word, tint) = match review.effect {
        Effect::Approved => ("APPROVED", Tint::Good),
        Effect::Rejected => ("REJECTED", Tint::Bad),
        Effect::Proposed => ("PROPOSED", Tint::Doubt),
        Effect::Held => ("HELD", Tint::Doubt),
    };
    let mut out = format!(
        "{}   by {}   {}\n",
        style.tint(tint, word),
        printable(&review.by),
        ist(&review.at)
    );
    let mut line = |name: &str, text: &str| {
        let first = format!("   = {name:<9} ");
        out.push_str(&style.wrapped(&first, "               ", text));
        out.push('\n');
    };
    line("reason:", &review.reason);
    for one in &review.overridden {
        let outcome = match one.outcome {
            OutcomeName::Unverified => "unverified",
            _ => "fail",
        };
        line(
            "over:",
            &format!("{outcome}[{}] {}", one.check, one.message),
        );
    }
    for doubt in &review.doubts {
        line("over:", &format!("doubt[the model] {}", doubt.text));
    }
    if let Some(first) = &review.four_eyes.confirms {
        let text = format!("what {} proposed, {}", first.by, ist(&first.at));
        line("confirms:", &text);
    }
    if let Some(failed) = &review.failed {
        line("why:", &format!("the hold stands: {failed}"));
    }
    if review.effect == Effect::Proposed {
        let why = review.four_eyes.because.join("; ");
        line("needed:", &format!("a second, different person: {why}"));
        let next = format!(
            "satyapan review {} {} --reason …",
            review.verdict.id,
            Resolution::Approve.name()
        );
        line("next:", &next);
    }
    let hash: String = review.audit.hash.chars().take(8).collect();
    let tail = format!(
        "review {}  case {}  audit #{} {hash}",
        review.id, review.verdict.id, review.audit.seq
    );
    out.push_str(&style.tint(Tint::Quiet, &tail));
    out.push('\n');
    out
}
