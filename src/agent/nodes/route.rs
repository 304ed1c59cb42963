//! Route: which facts do the checks still need? All open obligations are taken at once.

use async_trait::async_trait;

use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    obligations,
};

pub(super) struct Route;

#[async_trait]
impl Node<Case> for Route {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("route")
            .reads(&["evidence", "asked"])
            .writes(&["open"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let open = obligations::open(case);
        let thought = if open.is_empty() {
            "every fact that a check needs was asked for".to_owned()
        } else {
            let mut names: Vec<&str> = open.iter().map(|(need, _)| need.name()).collect();
            names.dedup();
            format!("still needed: {}", names.join(", "))
        };
        Ok(Step::new(Delta::Routed { open }).thought(thought))
    }
}
