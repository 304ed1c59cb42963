//! Act: asks the tools for every open obligation, all at once, and appends what they say to the evidence.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Cost, ToolError};
use domain::{Evidence, EvidenceId, Need, finding::Target};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::{
    case::{Asked, Asking, Case, Delta},
    engine::{
        Answer, Body, Ctx, EffectError, EffectKind, ErrorKind, Node, NodeError, NodeSpec, Request,
        Step,
    },
    obligations::{self, Call},
    toolbox::Toolbox,
    what_if,
};

pub(crate) struct Act {
    pub(crate) tools: Arc<Toolbox>,
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
        let qr = case.signed_qr();
        let mut calls: Vec<(Need, usize, u32, Request)> = Vec::with_capacity(case.open.len());
        for &(need, order) in &case.open {
            let attempt = case
                .last_asked(need, order)
                .map_or(1, |asked| asked.attempt + 1);
            if let Some(call) = obligations::reword(need, order, &case.input, qr, attempt) {
                calls.push((need, order, attempt, self::request(&self.tools, call)));
            }
        }
        let effects = calls
            .iter()
            .map(|(need, order, _, request)| {
                let assumed = assumes_all(case, *need, *order);
                (request, ask(&self.tools, request, assumed))
            })
            .collect();
        let answers = cx.fan_out(effects).await;
        let at = cx.now().to_string();
        let mut evidence: Vec<Evidence> = Vec::with_capacity(calls.len());
        let mut asked = Vec::with_capacity(calls.len());
        for ((need, order, attempt, request), answer) in calls.into_iter().zip(answers) {
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
                    let mut found = recorded
                        .get("found")
                        .and_then(Value::as_bool)
                        .unwrap_or(false);
                    let mut observation = recorded.take("value").unwrap_or_default();
                    assume(case, need, order, &mut observation, &mut found);
                    let id = u16::try_from(case.evidence.len() + evidence.len())
                        .map_err(|_| NodeError::new("more evidence than can be numbered"))?;
                    evidence.push(Evidence {
                        id: EvidenceId(id),
                        tool: request.name.into_owned(),
                        arguments: request.body,
                        observation,
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

/// A tool call as a question.
pub(crate) fn request(tools: &Toolbox, call: Call) -> Request {
    let tool = tools.get(call.tool);
    let kind = match tool.map(|tool| tool.manifest().cost) {
        Some(Cost::Outward) => EffectKind::Outward,
        Some(Cost::Local) | None => EffectKind::Local,
    };
    let request = Request::new(call.tool, kind, call.arguments);
    if tool.is_some_and(|tool| tool.leaves()) {
        request
    } else {
        request.inside()
    }
}

/// Asks the tool; what is recorded is `{"found", "value"}`. Where the whole answer is assumed nobody is asked, so that a
/// source that does not answer can be assumed to.
pub(crate) fn ask<'a>(
    tools: &'a Toolbox,
    request: &'a Request,
    assumed: bool,
) -> BoxFuture<'a, Result<Answer, EffectError>> {
    Box::pin(async move {
        if assumed {
            return Ok(Answer::from(json!({"found": true, "value": null})));
        }
        let Some(tool) = tools.get(&request.name) else {
            return Err(EffectError::failed(format!(
                "{}: no such tool is wired",
                request.name
            )));
        };
        match tool.call(&request.body).await {
            Ok(seen) => {
                let found = Arc::new(Value::Bool(seen.found));
                let body = Body::Members(vec![("found", found), ("value", seen.value)]);
                Ok(Answer::from(body))
            }
            Err(error) => Err(said(&error)),
        }
    })
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
fn assume(case: &Case, need: Need, order: usize, observation: &mut Arc<Value>, found: &mut bool) {
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
            *observation = Arc::default();
        }
        let observation = Arc::make_mut(observation);
        if what_if::set(observation, pointer, assumption.value.clone()).is_ok() {
            *found = !observation.is_null();
        }
    }
}
