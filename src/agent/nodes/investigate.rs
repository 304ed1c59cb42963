//! Investigate: a model looks at what the checks cannot see, and chooses what to look up. It adds doubt and evidence;
//! no check and no fact hears of it.

use async_trait::async_trait;
use domain::{Citation, EvidenceId, Outcome, evidence::value_at};
use model::Input;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    case::{Case, Delta, Doubt},
    consult::Adviser,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    leads::{self, Action},
};

/// Doubts that one answer may name.
const DOUBTS_MAX: usize = 3;
/// Longest reason for one, in characters.
const WHY_MAX: usize = 200;

pub(super) struct Investigate {
    pub(super) adviser: Option<Adviser>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    thought: String,
    action: String,
    doubts: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    evidence: EvidenceId,
    pointer: String,
    why: String,
}

#[async_trait]
impl Node<Case> for Investigate {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("investigate")
            .recomputed()
            .reads(&["outcomes", "evidence", "asked"])
            .writes(&["chosen", "doubts"])
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let actions = leads::actions(case);
        let Some(adviser) = self.adviser.as_ref().filter(|_| leads::any(case)) else {
            return Ok(
                Step::nothing().thought("no text and no record that the checks did not read")
            );
        };
        let (answer, consulted) = adviser
            .consult::<Next>(
                cx,
                &case.input.key(),
                "investigate",
                inputs(case, &actions),
                schema(case, &actions),
            )
            .await;
        let (chosen, doubts, thought) = match answer {
            Ok(next) => {
                let chosen = actions.into_iter().find(|action| action.id == next.action);
                let named = next.doubts.len();
                let doubts = admitted(case, next.doubts);
                let does = chosen.as_ref().map_or("finish", |action| &action.does);
                let thought = format!(
                    "{} → {does}; {} of {named} doubts admitted",
                    cut(&next.thought, WHY_MAX),
                    doubts.len()
                );
                (chosen.map(|action| action.call), doubts, thought)
            }
            Err(reason) => (None, Vec::new(), format!("no counsel: {reason}")),
        };
        Ok(Step::new(Delta::Investigated {
            chosen,
            doubts,
            consulted,
        })
        .thought(thought))
    }
}

/// A doubt counts where it names a value in the evidence that was shown; another is the model's invention.
fn admitted(case: &Case, named: Vec<Named>) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    for doubt in named.into_iter().take(DOUBTS_MAX) {
        let shown = doubt.evidence != EvidenceId::INVOICE;
        let value = case
            .observation(doubt.evidence)
            .and_then(|observation| value_at(observation, &doubt.pointer))
            .filter(|value| shown && !value.is_object() && !value.is_array());
        let (Some(value), false) = (value, doubt.why.trim().is_empty()) else {
            continue;
        };
        let citation = Citation {
            evidence: doubt.evidence,
            pointer: doubt.pointer,
            value: value.clone(),
        };
        let known = case.doubts.iter().chain(&doubts);
        if !known.into_iter().any(|known| known.citation == citation) {
            doubts.push(Doubt {
                why: cut(&doubt.why, WHY_MAX),
                citation,
                beside: None,
                confirmed: false,
            });
        }
    }
    doubts
}

fn inputs(case: &Case, actions: &[Action]) -> Vec<(&'static str, Input)> {
    let open = case
        .outcomes
        .iter()
        .filter(|(spec, _)| spec.id != "INJECTION");
    let open = open.filter_map(|(spec, outcome)| match outcome {
        Outcome::Fail(_) => Some(json!({"check": spec.id, "outcome": "fail"})),
        // Where no decision waits for a check, nothing is to be looked up for it.
        Outcome::Unverified(_) if spec.required(&case.input.policy) => {
            Some(json!({"check": spec.id, "outcome": "unverified"}))
        }
        Outcome::Unverified(_) | Outcome::Pass(_) | Outcome::NotApplicable(_) => None,
    });
    let passed = case
        .outcomes
        .iter()
        .filter(|(_, o)| matches!(o, Outcome::Pass(_)));
    let findings = open.chain([json!({"passed": passed.count()})]);
    let texts = leads::texts(case)
        .into_iter()
        .map(|(pointer, text)| json!({"at": pointer, "text": text}));
    let choices = actions
        .iter()
        .map(|action| json!({"id": action.id, "does": action.does}))
        .chain([json!({"id": "finish", "does": "nothing more to look up"})]);
    let (records, passages) = leads::evidence(case);
    vec![
        ("findings", Input::Ours(findings.collect())),
        ("texts", Input::Theirs(texts.collect())),
        ("evidence", Input::Ours(records)),
        ("passages", Input::Theirs(passages)),
        ("actions", Input::Ours(choices.collect())),
    ]
}

/// The thought comes first: what is written first decides what follows.
fn schema(case: &Case, actions: &[Action]) -> Value {
    let choices: Vec<&str> = actions
        .iter()
        .map(|action| action.id.as_str())
        .chain(["finish"])
        .collect();
    let evidence: Vec<Value> = case.evidence.iter().skip(1).map(|e| json!(e.id)).collect();
    json!({
        "type": "object",
        "properties": {
            "thought": {"type": "string", "maxLength": 300},
            "action": {"type": "string", "enum": choices},
            "doubts": {"type": "array", "maxItems": DOUBTS_MAX, "items": {
                "type": "object",
                "properties": {
                    "evidence": {"type": "string", "enum": evidence},
                    "pointer": {"type": "string", "maxLength": 80},
                    "why": {"type": "string", "maxLength": WHY_MAX},
                },
                "required": ["evidence", "pointer", "why"],
                "additionalProperties": false,
            }},
        },
        "required": ["thought", "action", "doubts"],
        "additionalProperties": false,
    })
}

fn cut(text: &str, chars: usize) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(chars)
        .collect()
}
