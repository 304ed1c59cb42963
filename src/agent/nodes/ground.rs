//! Ground: judges each claim by what it cites; those that cannot be backed are dropped and hold the invoice.

use async_trait::async_trait;
use domain::verdict::{Claim, Support};

use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    grounding,
};

pub(super) struct Ground;

#[async_trait]
impl Node<Case> for Ground {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("ground")
            .recomputed()
            .reads(&["drafts", "evidence"])
            .writes(&["claims"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let mut claims = Vec::with_capacity(case.drafts.len());
        let mut ungrounded = Vec::new();
        for draft in &case.drafts {
            let (support, why) = grounding::support(case, draft);
            if support == Support::Full {
                claims.push(Claim {
                    text: draft.text.clone(),
                    citations: draft.citations.clone(),
                    support,
                });
            } else if let Some(why) = why {
                ungrounded.push(format!("{}: {why}", draft.check.unwrap_or("document")));
            }
        }
        // A verdict that states nothing proves nothing.
        if claims.is_empty() && ungrounded.is_empty() {
            ungrounded.push("no claim was composed".to_owned());
        }
        let thought = if ungrounded.is_empty() {
            format!("all {} claims are grounded", claims.len())
        } else {
            format!("not grounded: {}", ungrounded.join("; "))
        };
        Ok(Step::new(Delta::Grounded { claims, ungrounded }).thought(thought))
    }
}
