//! Read: a quarantined model reads passages of contracts that their words did not decide, all of them at once.

use async_trait::async_trait;
use domain::EvidenceId;

use crate::{
    ask::{
        inquiry::{Delta, Inquiry},
        reply,
    },
    consult::Adviser,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    reader,
};

pub(super) struct Read {
    pub(super) adviser: Option<Adviser>,
}

#[async_trait]
impl Node<Inquiry> for Read {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("read")
            .recomputed()
            .reads(&["looked", "evidence"])
            .writes(&["readings", "looked", "evidence"])
            .max_visits(1)
    }

    async fn run(&self, cx: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let Some(adviser) = &self.adviser else {
            return Ok(Step::nothing().thought("nobody is there to read"));
        };
        let id = u16::try_from(inquiry.evidence.len())
            .map(EvidenceId)
            .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
        let passages = reply::unread(inquiry);
        let heard = reader::read(adviser, cx, &inquiry.input.key(), id, passages).await;
        let thought = heard.note.clone();
        Ok(Step::new(Delta::Read { heard }).thought(thought))
    }
}
