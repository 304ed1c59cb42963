//! Judge: every check, on the facts that the evidence gives.

use async_trait::async_trait;
use checks::Context;
use domain::Outcome;

use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Judge;

#[async_trait]
impl Node<Case> for Judge {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("judge")
            .recomputed()
            .reads(&["evidence", "asked"])
            .writes(&["outcomes", "decision"])
            .max_visits(1)
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let facts = case.facts();
        let policy = &case.input.policy;
        let outcomes = checks::judge(&Context {
            facts: &facts,
            law: &case.input.law,
            policy,
        });
        let decision = checks::decide(outcomes.iter().map(|(spec, o)| (*spec, o)), policy);
        let count =
            |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, o)| wanted(o)).count();
        let thought = format!(
            "{} pass, {} fail, {} unverified, {} do not apply",
            count(|o| matches!(o, Outcome::Pass(_))),
            count(Outcome::is_fail),
            count(|o| matches!(o, Outcome::Unverified(_))),
            count(|o| matches!(o, Outcome::NotApplicable(_))),
        );
        Ok(Step::new(Delta::Judged { outcomes, decision }).thought(thought))
    }
}
