//! Settle: the last look before an approval. A person resolves a hold, and never a rejection.

use async_trait::async_trait;

use crate::{
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    review::state::{Delta, Reviewing},
};

pub(super) struct Settle;

#[async_trait]
impl Node<Reviewing> for Settle {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("settle")
            .reads(&["overridden", "four_eyes"])
            .writes(&["clear"])
            .max_visits(1)
    }

    async fn run(&self, _: &Ctx, state: &Reviewing) -> Result<Step<Delta>, NodeError> {
        if !state.nothing_rejects() {
            return Err(NodeError::new(
                "the verdict holds a finding that rejects, which no person overrides",
            ));
        }
        Ok(Step::new(Delta::Settled { clear: true }).thought("nothing rejects it"))
    }
}
