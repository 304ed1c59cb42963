//! Act: asks the tools for everything that is wanted, all at once, and appends what they say to the evidence.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Evidence, EvidenceId};
use serde_json::Value;

use crate::{
    ask::{
        inquiry::{Delta, Inquiry, Looked},
        lookup::Lookup,
    },
    case::Asking,
    engine::{Ctx, Node, NodeError, NodeSpec, Request, Step},
    nodes::act,
    toolbox::Toolbox,
};

pub(super) struct Act {
    pub(super) tools: Arc<Toolbox>,
}

/// Look-ups of one round. What is left is wanted again in the next.
const AT_ONCE_MAX: usize = 64;

#[async_trait]
impl Node<Inquiry> for Act {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("act")
            .recomputed()
            .reads(&["open"])
            .writes(&["evidence", "looked"])
            .max_visits(16)
    }

    async fn run(&self, cx: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let mut calls: Vec<(Lookup, u32, Request)> = Vec::with_capacity(inquiry.open.len());
        for lookup in inquiry.open.iter().take(AT_ONCE_MAX) {
            let attempt = inquiry.last(lookup).map_or(1, |looked| looked.attempt + 1);
            if let Some(call) = lookup.call(attempt) {
                calls.push((lookup.clone(), attempt, act::request(&self.tools, call)));
            }
        }
        let effects = calls
            .iter()
            .map(|(_, _, request)| (request, act::ask(&self.tools, request, false)))
            .collect();
        let answers = cx.fan_out(effects).await;
        let at = cx.now().to_string();
        let mut evidence: Vec<Evidence> = Vec::with_capacity(calls.len());
        let mut looked = Vec::with_capacity(calls.len());
        for ((lookup, attempt, request), answer) in calls.into_iter().zip(answers) {
            let result = match answer {
                Err(error) => Asking::Failed {
                    message: error.message,
                    retry_is_useful: error.retry_is_useful,
                },
                Ok(mut recorded) => {
                    let found = recorded
                        .get("found")
                        .and_then(Value::as_bool)
                        .unwrap_or(false);
                    let observation = recorded.take("value").unwrap_or_default();
                    let id = u16::try_from(inquiry.evidence.len() + evidence.len())
                        .map(EvidenceId)
                        .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
                    evidence.push(Evidence {
                        id,
                        tool: request.name.into_owned(),
                        arguments: request.body,
                        observation,
                        at: at.clone(),
                    });
                    Asking::Answered {
                        evidence: id,
                        found,
                    }
                }
            };
            looked.push(Looked {
                lookup,
                attempt,
                result,
                grade: None,
                doubt: None,
                record: None,
                read: None,
            });
        }
        let failed = looked
            .iter()
            .filter(|l| matches!(l.result, Asking::Failed { .. }))
            .count();
        let thought = format!("{} asked, {failed} without an answer", looked.len());
        Ok(Step::new(Delta::Observed { evidence, looked }).thought(thought))
    }
}
