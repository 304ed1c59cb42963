//! Usefulness: does the answer say what to do? Computed from 1 to 5; it never changes the decision.

use async_trait::async_trait;

use crate::{
    case::{Case, Delta},
    claims,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Usefulness;

/// Five, less one for each thing that a person would miss.
pub(crate) fn score(case: &Case) -> (u8, Vec<&'static str>) {
    let mut missing = Vec::new();
    if case.claims.is_empty() {
        missing.push("a claim");
    }
    if !case.ungrounded.is_empty() {
        missing.push("a claim that its evidence backs");
    }
    let blocking: Vec<_> = claims::blocking(&case.outcomes, &case.input.policy).collect();
    if blocking
        .iter()
        .any(|(_, o)| o.is_fail() && o.finding().cites.is_empty())
    {
        missing.push("a citation for a failed check");
    }
    if blocking
        .iter()
        .any(|(spec, o)| spec.remedy.is_empty() && o.finding().remedy.is_none())
    {
        missing.push("a remedy");
    }
    if case.outcomes.is_empty() {
        missing.push("a judgement");
    }
    let lost = u8::try_from(missing.len()).unwrap_or(4).min(4);
    (5 - lost, missing)
}

#[async_trait]
impl Node<Case> for Usefulness {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("usefulness")
            .reads(&["claims", "outcomes"])
            .writes(&["usefulness"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let (usefulness, missing) = score(case);
        let thought = if missing.is_empty() {
            "says what was found, on what evidence, and what to do".to_owned()
        } else {
            format!("lacks {}", missing.join(", "))
        };
        Ok(Step::new(Delta::Scored { usefulness }).thought(thought))
    }
}
