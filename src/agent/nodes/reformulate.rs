//! Reformulate: the next wording for what was answered with something of no use.

use async_trait::async_trait;

use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    relevance,
};

pub(super) struct Reformulate;

#[async_trait]
impl Node<Case> for Reformulate {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("reformulate")
            .reads(&["asked"])
            .writes(&["retries"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let names: Vec<&str> = relevance::doubtful(case)
            .map(|asked| asked.need.name())
            .collect();
        let thought = format!("asked again, otherwise: {}", names.join(", "));
        Ok(Step::new(Delta::Reformulated).thought(thought))
    }
}
