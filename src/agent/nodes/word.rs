//! Word: a model words the lead of a verdict that is no approval. A sentence stays when the claims it names bear it
//! out; when none does, the rules' own lead stands.

use async_trait::async_trait;
use domain::verdict::{Claim, Decision};
use ground::Label;
use model::Input;
use serde::Deserialize;
use serde_json::{Value, json};

use super::decide;
use crate::{
    case::{Case, Delta},
    consult::Adviser,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

/// Sentences of a lead.
const SENTENCES_MAX: usize = 2;

pub(super) struct Word {
    pub(super) adviser: Option<Adviser>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lead {
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    text: String,
    statements: Vec<String>,
}

#[async_trait]
impl Node<Case> for Word {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("word")
            .recomputed()
            .reads(&["claims", "outcomes", "evidence"])
            .writes(&["lead"])
            .max_visits(1)
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let decision = decide::decide(case).decision();
        let shown: Vec<(String, &Claim)> = case
            .claims
            .iter()
            .enumerate()
            .filter(|(_, claim)| !case.cites_suspect(&claim.citations))
            .map(|(at, claim)| (format!("c{}", at + 1), claim))
            .collect();
        let wanted = decision != Decision::Approve && shown.len() > 1;
        let Some(adviser) = self.adviser.as_ref().filter(|_| wanted) else {
            return Ok(Step::nothing().thought("the rules' own lead says it"));
        };
        let statements: Vec<Value> = shown
            .iter()
            .map(|(id, claim)| json!({"id": id, "statement": claim.text}))
            .collect();
        let inputs = vec![
            ("decision", Input::Ours(json!(decision.name()))),
            ("statements", Input::Ours(Value::Array(statements))),
        ];
        let (answer, consulted) = adviser
            .consult::<Lead>(cx, &case.input.key(), "writer", inputs, schema(&shown))
            .await;
        let (lead, thought) = match answer {
            Ok(written) => {
                let offered = written.sentences.len();
                let kept: Vec<String> = written
                    .sentences
                    .into_iter()
                    .take(SENTENCES_MAX)
                    .filter(|sentence| borne_out(case, sentence, &shown))
                    .map(|sentence| sentence.text.trim().to_owned())
                    .collect();
                let thought = format!("{} of {offered} sentences are borne out", kept.len());
                ((!kept.is_empty()).then(|| kept.join(" ")), thought)
            }
            Err(reason) => (None, format!("no counsel: {reason}")),
        };
        Ok(Step::new(Delta::Worded { lead, consulted }).thought(thought))
    }
}

/// Judged as any claim in prose is: by what the statements that it names cite. One of them has to be a check's.
fn borne_out(case: &Case, sentence: &Sentence, shown: &[(String, &Claim)]) -> bool {
    let named: Vec<&Claim> = sentence
        .statements
        .iter()
        .filter_map(|id| shown.iter().find(|(known, _)| known == id))
        .map(|(_, claim)| *claim)
        .collect();
    // What the document says of itself is no reason.
    let reason = |claim: &&Claim| {
        let draft = case.drafts.iter().find(|draft| draft.text == claim.text);
        draft.is_some_and(|draft| draft.check.is_some())
    };
    if named.len() != sentence.statements.len() || !named.iter().any(reason) {
        return false;
    }
    let citations: Vec<ground::Citation> = named
        .iter()
        .flat_map(|claim| &claim.citations)
        .map(|citation| ground::Citation {
            evidence: citation.evidence.to_string(),
            pointer: citation.pointer.clone(),
            value: citation.value.clone(),
        })
        .collect();
    let mut cited: Vec<&str> = citations.iter().map(|c| c.evidence.as_str()).collect();
    cited.sort_unstable();
    cited.dedup();
    let evidence = case
        .evidence
        .iter()
        .filter(|e| cited.contains(&e.id.to_string().as_str()))
        .map(|e| ground::Evidence {
            id: e.id.to_string(),
            tool: e.tool.clone(),
            json: e.observation.as_ref().clone(),
        })
        .collect();
    let judged = ground::judge(&ground::Case {
        evidence,
        claim: sentence.text.clone(),
        citations,
    });
    judged.label == Label::Supported
}

fn schema(shown: &[(String, &Claim)]) -> Value {
    let ids: Vec<&str> = shown.iter().map(|(id, _)| id.as_str()).collect();
    json!({
        "type": "object",
        "properties": {
            "sentences": {"type": "array", "minItems": 1, "maxItems": SENTENCES_MAX, "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": 300},
                    "statements": {"type": "array", "minItems": 1, "maxItems": 4,
                        "items": {"type": "string", "enum": ids}},
                },
                "required": ["text", "statements"],
                "additionalProperties": false,
            }},
        },
        "required": ["sentences"],
        "additionalProperties": false,
    })
}
