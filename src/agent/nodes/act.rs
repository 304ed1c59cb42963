//! Act: asks the tools for every open obligation, all at once, and appends what they say to the evidence.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Cost, ToolError};
use domain::{Evidence, EvidenceId, Need, finding::Target};
use serde_json::{Map, Value, json};

use crate::{
    case::{Asked, Asking, Case, Delta},
    engine::{
        Answer, Ctx, EffectError, EffectKind, ErrorKind, Node, NodeError, NodeSpec, Request, Step,
    },
    obligations::{self, Call},
    toolbox::Toolbox,
    what_if,
};

pub(super) struct Act {
    pub(super) tools: Arc<Toolbox>,
}

#[async_trait]
impl Node<Case> for Act {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("act")
            .recomputed()
            .reads(&["open"])
            .writes(&["evidence", "asked"])
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let qr = case.qr.as_ref().map(|q| &q.1);
        let mut calls: Vec<(Need, usize, u32, Call)> = Vec::with_capacity(case.open.len());
        for &(need, order) in &case.open {
            let attempt = case
                .last_asked(need, order)
                .map_or(1, |asked| asked.attempt + 1);
            if let Some(call) = obligations::reword(need, order, &case.input, qr, attempt) {
                calls.push((need, order, attempt, call));
            }
        }
        let effects = calls
            .iter()
            .map(|(need, order, _, call)| {
                effect(&self.tools, call, assumes_all(case, *need, *order))
            })
            .collect();
        let answers = cx.fan_out(effects).await;
        let at = cx.now().to_string();
        let mut evidence: Vec<Evidence> = Vec::with_capacity(calls.len());
        let mut asked = Vec::with_capacity(calls.len());
        for ((need, order, attempt, call), answer) in calls.into_iter().zip(answers) {
            let result = match answer {
                Err(EffectError {
                    message,
                    retry_is_useful,
                    ..
                }) => Asking::Failed {
                    message,
                    retry_is_useful,
                },
                Ok(mut recorded) => {
                    let found = recorded
                        .get("found")
                        .and_then(Value::as_bool)
                        .unwrap_or(false);
                    let mut observation = recorded
                        .get_mut("value")
                        .map(Value::take)
                        .unwrap_or_default();
                    let mut found = found;
                    assume(case, need, order, &mut observation, &mut found);
                    let id = u16::try_from(case.evidence.len() + evidence.len())
                        .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
                    evidence.push(Evidence {
                        id: EvidenceId(id),
                        tool: call.tool.to_owned(),
                        arguments: call.arguments,
                        observation: Arc::new(observation),
                        at: at.clone(),
                    });
                    Asking::Answered {
                        evidence: EvidenceId(id),
                        found,
                    }
                }
            };
            asked.push(Asked {
                need,
                order,
                attempt,
                result,
                grade: None,
                doubt: None,
                record: None,
            });
        }
        let failed = asked
            .iter()
            .filter(|a| matches!(a.result, Asking::Failed { .. }))
            .count();
        let thought = format!("{} asked, {failed} without an answer", asked.len());
        Ok(Step::new(Delta::Observed { evidence, asked }).thought(thought))
    }
}

pub(super) type Effect = (
    Request,
    futures::future::BoxFuture<'static, Result<Answer, EffectError>>,
);

/// A tool call as an effect; what is recorded is `{"found", "value"}`. Where the whole answer is assumed nobody is
/// asked, so that a source that does not answer can be assumed to.
pub(super) fn effect(tools: &Toolbox, call: &Call, assumed: bool) -> Effect {
    let tool = tools.get(call.tool).cloned();
    let kind = match tool.as_ref().map(|t| t.manifest().cost) {
        Some(Cost::Outward) => EffectKind::Outward,
        Some(Cost::Local) | None => EffectKind::Local,
    };
    let request = Request::new(call.tool, kind, call.arguments.clone());
    let (name, arguments) = (call.tool, call.arguments.clone());
    let live = Box::pin(async move {
        if assumed {
            return Ok(Answer::from(json!({"found": true, "value": null})));
        }
        let Some(tool) = tool else {
            return Err(EffectError::failed(format!(
                "{name}: no such tool is wired"
            )));
        };
        match tool.call(arguments).await {
            Ok(seen) => {
                // Built by hand: `json!` would copy the record.
                let recorded = Map::from_iter([
                    ("found".to_owned(), Value::Bool(seen.found)),
                    ("value".to_owned(), seen.value),
                ]);
                Ok(Answer::from(Value::Object(recorded)))
            }
            Err(error) => Err(said(&error)),
        }
    });
    (request, live)
}

fn said(error: &ToolError) -> EffectError {
    EffectError {
        kind: match error {
            ToolError::Unreachable { .. } => ErrorKind::Unavailable,
            _ => ErrorKind::Failed,
        },
        message: error.to_string(),
        retry_is_useful: error.retry_is_useful(),
        spent: None,
    }
}

/// A pointer of an assumption as it applies to one answer: those of orders begin with the order's place.
fn within(need: Need, order: usize, pointer: &str) -> Option<&str> {
    if need != Need::Orders {
        return Some(pointer);
    }
    let rest = pointer.strip_prefix(&format!("/{order}"))?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether the whole answer is assumed.
fn assumes_all(case: &Case, need: Need, order: usize) -> bool {
    case.input.assumptions.iter().any(|assumption| {
        matches!(&assumption.target, Target::Observation(of, pointer)
            if *of == need && within(need, order, pointer) == Some(""))
    })
}

/// Puts what is assumed in place of what was observed.
fn assume(case: &Case, need: Need, order: usize, observation: &mut Value, found: &mut bool) {
    for assumption in case.input.assumptions.iter() {
        let Target::Observation(of, pointer) = &assumption.target else {
            continue;
        };
        if *of != need {
            continue;
        }
        let Some(pointer) = within(need, order, pointer) else {
            continue;
        };
        if !*found {
            *observation = Value::Null;
        }
        if what_if::set(observation, pointer, assumption.value.clone()).is_ok() {
            *found = !observation.is_null();
        }
    }
}
