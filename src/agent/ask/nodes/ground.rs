//! Ground: judges each sentence by what it cites, as the claims of a verdict are judged; those that cannot be backed are dropped.

use async_trait::async_trait;
use domain::verdict::{Claim, Support};

use crate::{
    ask::inquiry::{Delta, Inquiry},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    grounding,
};

pub(super) struct Ground;

#[async_trait]
impl Node<Inquiry> for Ground {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("ground")
            .recomputed()
            .reads(&["sentences", "evidence"])
            .writes(&["claims"])
    }

    async fn run(&self, _: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let mut claims = Vec::with_capacity(inquiry.sentences.len());
        let mut ungrounded = Vec::new();
        for sentence in &inquiry.sentences {
            let draft = &sentence.draft;
            match grounding::support(&inquiry.evidence, draft) {
                (Support::Full, _) => claims.push((
                    sentence.part,
                    Claim {
                        text: draft.text.clone(),
                        citations: draft.citations.clone(),
                        support: Support::Full,
                    },
                )),
                (_, why) => {
                    let why = why.map_or_else(String::new, |why| why.to_string());
                    ungrounded.push(format!("\"{}\": {why}", draft.text));
                }
            }
        }
        let thought = match (claims.len(), ungrounded.is_empty()) {
            (0, true) => "nothing was said".to_owned(),
            (count, true) => format!("all {count} sentences are grounded"),
            _ => format!("not grounded: {}", ungrounded.join("; ")),
        };
        Ok(Step::new(Delta::Grounded { claims, ungrounded }).thought(thought))
    }
}
