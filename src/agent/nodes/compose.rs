//! Compose: words the claims of the verdict.

use async_trait::async_trait;

use crate::{
    case::{Case, Delta},
    claims,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Compose;

#[async_trait]
impl Node<Case> for Compose {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("compose")
            .recomputed()
            .reads(&["outcomes", "evidence"])
            .writes(&["drafts"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let strict = case.generations > 0;
        let drafts = claims::compose(case, strict);
        let thought = match (strict, drafts.len()) {
            (true, n) => format!("{n} claims, worded strictly"),
            (false, 1) => "1 claim".to_owned(),
            (false, n) => format!("{n} claims"),
        };
        Ok(Step::new(Delta::Composed { drafts }).thought(thought))
    }
}
