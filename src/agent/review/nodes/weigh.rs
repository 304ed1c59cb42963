//! Weigh: what an approval would be given over.

use async_trait::async_trait;
use domain::review::Resolution;

use crate::{
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    review::state::{Delta, Reviewing},
};

pub(super) struct Weigh;

#[async_trait]
impl Node<Reviewing> for Weigh {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("weigh")
            .reads(&["recalled"])
            .writes(&["overridden"])
            .max_visits(1)
    }

    async fn run(&self, _: &Ctx, state: &Reviewing) -> Result<Step<Delta>, NodeError> {
        let against = state.against();
        let checks: Vec<&str> = against.iter().map(|one| one.check.as_str()).collect();
        let thought = match (state.claim.decision, checks.as_slice()) {
            (Resolution::Reject, _) => "a rejection overrides nothing".to_owned(),
            (Resolution::Approve, []) => "no finding stands against it".to_owned(),
            (Resolution::Approve, checks) => format!("over {}", checks.join(", ")),
        };
        let overridden = match state.claim.decision {
            Resolution::Approve => against,
            Resolution::Reject => Vec::new(),
        };
        Ok(Step::new(Delta::Weighed { overridden }).thought(thought))
    }
}
