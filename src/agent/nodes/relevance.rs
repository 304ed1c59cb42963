//! Relevance: grades every answer that was not graded yet.

use async_trait::async_trait;
use domain::verdict::Grade as Relevance;

use crate::{
    case::{Asking, Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    record::Readings,
    relevance,
};

#[derive(Default)]
pub(super) struct Grade {
    readings: Readings,
}

#[async_trait]
impl Node<Case> for Grade {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("relevance")
            .recomputed()
            .reads(&["asked", "evidence"])
            .writes(&["asked"])
    }

    async fn run(&self, _: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let grades: Vec<_> = case
            .asked
            .iter()
            .enumerate()
            .filter(|(_, a)| a.grade.is_none() && matches!(a.result, Asking::Answered { .. }))
            .map(|(at, asked)| relevance::grade(&self.readings, case, at, asked))
            .collect();
        let doubts: Vec<&str> = grades
            .iter()
            .filter_map(|graded| graded.doubt.as_deref())
            .collect();
        let thought = if doubts.is_empty() {
            format!("all {} answers speak of what was asked", grades.len())
        } else {
            doubts.join("; ")
        };
        debug_assert!(
            grades
                .iter()
                .all(|g| (g.grade == Relevance::Relevant) == g.doubt.is_none())
        );
        Ok(Step::new(Delta::Graded { grades }).thought(thought))
    }
}
