//! Recall: the record of the run that held the case is read back. Its nodes are not run again.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{
    engine::{
        Answer, Ctx, EffectError, Journal, Kind, Node, NodeError, NodeSpec, Request, RunId, Step,
        verify_chain,
    },
    review::state::{Delta, Reviewing},
};

pub(super) struct Recall {
    pub(super) journal: Arc<dyn Journal>,
}

/// The end of a run as its entries have it: every link is checked.
async fn end(journal: &dyn Journal, run: &RunId) -> Result<Answer, EffectError> {
    let entries = journal
        .load(run)
        .await
        .map_err(|error| EffectError::unavailable(error.to_string()))?;
    let head =
        verify_chain(run, &entries).map_err(|error| EffectError::failed(error.to_string()))?;
    let last = entries
        .last()
        .filter(|entry| entry.kind == Kind::Finished)
        .ok_or_else(|| EffectError::failed(format!("the record of run {run} has no end")))?;
    Ok(json!({"entries": entries.len(), "terminal": last.name, "head": head.to_string()}).into())
}

#[async_trait]
impl Node<Reviewing> for Recall {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("recall").writes(&["recalled"]).max_visits(1)
    }

    async fn run(&self, cx: &Ctx, state: &Reviewing) -> Result<Step<Delta>, NodeError> {
        let claim = &state.claim;
        let run = RunId::new(claim.run.as_str());
        let asked = Request::local(
            "journal",
            json!({"run": claim.run, "head": claim.verdict.journal}),
        );
        let answer = cx.effect(asked, end(self.journal.as_ref(), &run)).await?;
        let said = |member: &str| {
            answer
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if said("head") != claim.verdict.journal {
            return Err(NodeError::new(format!(
                "the record of run {run} ends in {}, and the verdict was reached from {}; run `satyapan audit verify`",
                said("head"),
                claim.verdict.journal
            )));
        }
        let terminal = said("terminal");
        Ok(Step::new(Delta::Recalled {
            holds: terminal == "hold",
        })
        .thought(format!(
            "{} entries of the record hold; it ends in {terminal}",
            answer.get("entries").unwrap_or(&Value::Null)
        )))
    }
}
