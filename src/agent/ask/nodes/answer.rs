//! Answer: words what the records say to each part, and why a part has no answer.

use async_trait::async_trait;

use crate::{
    ask::{
        inquiry::{Delta, Inquiry},
        reply,
    },
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Answer;

#[async_trait]
impl Node<Inquiry> for Answer {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("answer")
            .recomputed()
            .reads(&["understanding", "looked", "evidence"])
            .writes(&["sentences", "unknown"])
    }

    async fn run(&self, _: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let strict = inquiry.generations > 0;
        let composed = reply::compose(inquiry, strict);
        let sentences = composed.sentences;
        let thought = match (sentences.len(), composed.unknown.len()) {
            (count, 0) => format!("{count} sentences"),
            (count, unknown) => format!("{count} sentences, {unknown} not known"),
        };
        Ok(Step::new(Delta::Answered {
            sentences,
            unknown: composed.unknown,
        })
        .thought(thought))
    }
}
