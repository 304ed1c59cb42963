//! Relevance: grades every answer that was not graded yet.

use async_trait::async_trait;

use crate::{
    ask::{
        inquiry::{Delta, Graded, Inquiry},
        relevance,
    },
    case::Asking,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Grade;

#[async_trait]
impl Node<Inquiry> for Grade {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("relevance")
            .recomputed()
            .reads(&["looked", "evidence"])
            .writes(&["looked"])
            .max_visits(16)
    }

    async fn run(&self, _: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let ungraded = inquiry.looked.iter().enumerate().filter(|(_, looked)| {
            looked.grade.is_none() && matches!(looked.result, Asking::Answered { .. })
        });
        let grades: Vec<Graded> = ungraded
            .map(|(at, looked)| {
                let (grade, doubt, record) = relevance::grade(inquiry, looked);
                Graded {
                    at,
                    grade,
                    doubt,
                    record,
                }
            })
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
        Ok(Step::new(Delta::Graded { grades }).thought(thought))
    }
}
