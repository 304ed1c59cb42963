//! Inquire: makes the call that a model chose from the list. What it says is evidence, and decides nothing.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Evidence, EvidenceId};

use super::act;
use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    toolbox::Toolbox,
};

pub(super) struct Inquire {
    pub(super) tools: Arc<Toolbox>,
}

#[async_trait]
impl Node<Case> for Inquire {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("inquire")
            .recomputed()
            .reads(&["chosen"])
            .writes(&["evidence", "inquiries"])
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let Some(call) = case.chosen.clone() else {
            return Ok(Step::nothing());
        };
        let request = act::request(&self.tools, call.clone());
        let live = act::ask(&self.tools, &request, false);
        let (evidence, thought) = match cx.effect(&request, live).await {
            Ok(mut recorded) => {
                let id = u16::try_from(case.evidence.len())
                    .map(EvidenceId)
                    .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
                let observation = recorded.get_mut("value").map(serde_json::Value::take);
                let evidence = Evidence {
                    id,
                    tool: call.tool.to_owned(),
                    arguments: request.body,
                    observation: Arc::new(observation.unwrap_or_default()),
                    at: cx.now().to_string(),
                };
                (Some(evidence), format!("{} answered", call.tool))
            }
            Err(error) => (None, format!("no answer: {error}")),
        };
        let call = Some(call);
        Ok(Step::new(Delta::Inquired { call, evidence }).thought(thought))
    }
}
