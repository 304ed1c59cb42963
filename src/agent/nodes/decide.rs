//! Decide: what the checks came to, raised by every doubt. Nothing lowers it.

use async_trait::async_trait;
use domain::verdict::Decision;

use crate::{
    case::{Case, Delta, Floor},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Decide;

/// The floor of the checks, and the doubts that raise it.
pub(crate) fn decide(case: &Case) -> Floor {
    let mut floor = case.floor;
    let doubted = !case.ungrounded.is_empty() || case.confirmed_doubts().next().is_some();
    if case.outcomes.is_empty() || doubted || case.diversion.is_some() {
        floor.raise(Decision::Hold);
    }
    floor
}

#[async_trait]
impl Node<Case> for Decide {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("decide")
            .reads(&["outcomes", "claims"])
            .writes(&["decision"])
            .max_visits(1)
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let decision = decide(case).decision();
        let thought = match decision {
            Decision::Approve => "nothing speaks against it",
            Decision::Hold => "a person decides",
            Decision::Reject => "it goes back to the supplier",
        };
        Ok(Step::new(Delta::Decided { decision }).thought(thought))
    }
}
