//! Reformulate: the next wording for what was answered with something of no use.

use async_trait::async_trait;

use crate::{
    ask::{
        inquiry::{Delta, Inquiry},
        relevance,
    },
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Reformulate;

#[async_trait]
impl Node<Inquiry> for Reformulate {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("reformulate")
            .reads(&["looked"])
            .writes(&["retries"])
    }

    async fn run(&self, _: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let tools: Vec<&str> = relevance::doubtful(inquiry)
            .map(|looked| looked.lookup.tool())
            .collect();
        let thought = format!("asked again, otherwise: {}", tools.join(", "));
        Ok(Step::new(Delta::Reformulated).thought(thought))
    }
}
