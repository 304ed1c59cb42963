//! The grounding critic, second part: a model doubts the claims that the mechanical part has passed. It may lower what
//! it is shown, and nothing it says raises anything.

use domain::verdict::{Claim, Support};
use model::{Input, Unusable};
use serde_json::{Map, Value, json};

use crate::{
    case::Case,
    consult::{Adviser, Consulted, NoCounsel},
    engine::Ctx,
};

/// What the critic made of the claims.
pub(crate) struct Doubted {
    /// For each claim, what it is lowered to; `None` where the critic has no doubt or was not shown it.
    pub(crate) supports: Vec<Option<Support>>,
    pub(crate) consulted: Option<Consulted>,
    /// For the trace.
    pub(crate) note: String,
}

/// Shows the critic all claims at once. Those that cite a text which the screen suspects are not shown.
pub(crate) async fn doubt(adviser: &Adviser, cx: &Ctx, case: &Case, claims: &[Claim]) -> Doubted {
    let shown: Vec<(String, usize)> = claims
        .iter()
        .enumerate()
        .filter(|(_, claim)| !case.cites_suspect(&claim.citations))
        .map(|(at, _)| (format!("c{}", at + 1), at))
        .collect();
    let mut supports = vec![None; claims.len()];
    if shown.is_empty() {
        return Doubted {
            supports,
            consulted: None,
            note: "nothing to show the critic".to_owned(),
        };
    }
    let lines: Vec<Value> = shown
        .iter()
        .filter_map(|(id, at)| Some((id, claims.get(*at)?)))
        .map(|(id, claim)| json!({"id": id, "statement": claim.text, "cites": cited(case, claim)}))
        .collect();
    let inputs = [("claims", Input::Ours(Value::Array(lines)))];
    let key = case.input.key();
    let (answer, consulted) = adviser
        .consult::<Map<String, Value>>(cx, &key, "critic", &inputs, schema(&shown))
        .await;
    let read = answer.and_then(|answer| labels(&answer, &shown));
    let note = match read {
        Ok(labels) => {
            let lowered = labels.iter().filter(|(_, s)| *s < Support::Full).count();
            for (at, support) in labels {
                if let Some(slot) = supports.get_mut(at).filter(|_| support < Support::Full) {
                    *slot = Some(support);
                }
            }
            format!("the critic doubts {lowered} of {}", shown.len())
        }
        Err(reason) => format!("no counsel of the critic: {reason}"),
    };
    Doubted {
        supports,
        consulted,
        note,
    }
}

/// The cited values under the names of their fields: the mask knows an account number by its label.
fn cited(case: &Case, claim: &Claim) -> Vec<Value> {
    claim
        .citations
        .iter()
        .map(|citation| {
            let field = citation.pointer.rsplit('/').next().unwrap_or_default();
            let tool = usize::from(citation.evidence.0);
            let tool = case.evidence.get(tool).map_or("", |e| e.tool.as_str());
            let mut line = Map::new();
            line.insert("from".to_owned(), tool.into());
            line.insert(field.to_owned(), citation.value.clone());
            Value::Object(line)
        })
        .collect()
}

/// A closed object: a label for each claim, then the reason. There is no empty answer.
fn schema(shown: &[(String, usize)]) -> Value {
    let mut properties = Map::new();
    for (id, _) in shown {
        properties.insert(
            id.clone(),
            json!({"type": "string", "enum": ["full", "partial", "none"]}),
        );
    }
    properties.insert(
        "why".to_owned(),
        json!({"type": "string", "maxLength": 200}),
    );
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "properties": properties, "required": required,
        "additionalProperties": false})
}

fn labels(
    answer: &Map<String, Value>,
    shown: &[(String, usize)],
) -> Result<Vec<(usize, Support)>, NoCounsel> {
    let flawed = |what: &str| NoCounsel::Unusable(Unusable::Shape(what.to_owned()));
    if answer
        .keys()
        .any(|key| key != "why" && !shown.iter().any(|(id, _)| id == key))
    {
        return Err(flawed("it speaks of a claim that it was not shown"));
    }
    shown
        .iter()
        .map(|(id, at)| match answer.get(id).and_then(Value::as_str) {
            Some("full") => Ok((*at, Support::Full)),
            Some("partial") => Ok((*at, Support::Partial)),
            Some("none") => Ok((*at, Support::None)),
            Some(_) => Err(flawed("a label is unknown")),
            None => Err(flawed("a claim has no label")),
        })
        .collect()
}
