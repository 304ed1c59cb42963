//! The grounding critic, second part: a model doubts the claims that the mechanical part has passed. It may lower what
//! it is shown, and nothing it says raises anything. Two controls tell a critic that reads from one that does not.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    Citation,
    verdict::{Claim, Support},
};
use model::{Input, Unusable};
use serde_json::{Map, Value, json};

use crate::{
    case::Case,
    consult::{Adviser, Consulted, NoCounsel},
    engine::Ctx,
    leads::is_passage,
};

/// Schemas that are kept.
const KNOWN_MAX: usize = 256;

/// What the critic made of the claims.
pub(crate) struct Doubted {
    /// For each claim, what it is lowered to; `None` where the critic has no doubt or was not shown it.
    pub(crate) supports: Vec<Option<Support>>,
    /// Of the investigation's doubts, those that the critic bears out, by their places.
    pub(crate) confirmed: Vec<usize>,
    pub(crate) consulted: Option<Consulted>,
    /// For the trace.
    pub(crate) note: String,
}

/// What a statement in the question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The claim at this place.
    Claim(usize),
    /// The investigation's doubt at this place: it counts when the value that it names bears it out.
    Doubt(usize),
    /// A control whose answer is known: it is borne out, or it is not. A critic that misses one is not heard.
    Control(bool),
}

/// Shows the critic all claims and doubts at once, and two controls among them. Claims that cite a text which the screen suspects
/// or a passage of a document, which the reader alone is shown, or name a masked value by its end, are not shown.
pub(crate) async fn doubt(adviser: &Adviser, cx: &Ctx, case: &Case, claims: &[Claim]) -> Doubted {
    let mut shown: Vec<(Shown, Value)> = claims
        .iter()
        .enumerate()
        .filter(|(_, claim)| {
            let citations = &claim.citations;
            let passages = citations
                .iter()
                .any(|cited| is_passage(case, cited.evidence));
            !case.cites_suspect(citations) && !passages && !abridged(claim)
        })
        .map(|(at, claim)| {
            let line = json!({"statement": claim.text, "cites": cited(case, &claim.citations)});
            (Shown::Claim(at), line)
        })
        .collect();
    let count = shown.len();
    let doubts = case
        .doubts
        .iter()
        .enumerate()
        .filter(|(_, doubt)| !doubt.confirmed);
    shown.extend(doubts.map(|(at, doubt)| {
        let citations: Vec<Citation> = [Some(&doubt.citation), doubt.beside.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let cites = cited(case, &citations);
        (
            Shown::Doubt(at),
            json!({"statement": doubt.why, "cites": cites}),
        )
    }));
    let mut doubted = Doubted {
        supports: vec![None; claims.len()],
        confirmed: Vec::new(),
        consulted: None,
        note: "nothing to show the critic".to_owned(),
    };
    if shown.is_empty() {
        return doubted;
    }
    let key = case.input.key();
    control(case, &key, &mut shown);
    let (ids, lines): (Vec<(String, Shown)>, Vec<Value>) = shown
        .into_iter()
        .enumerate()
        .map(|(at, (what, mut line))| {
            let id = id(at);
            line["id"] = json!(id);
            ((id, what), line)
        })
        .unzip();
    let inputs = vec![("claims", Input::Ours(Value::Array(lines)))];
    let (answer, consulted) = adviser
        .consult::<Map<String, Value>>(cx, &key, "critic", inputs, schema(ids.len()))
        .await;
    doubted.consulted = consulted;
    doubted.note = match answer.and_then(|answer| labels(&answer, &ids)) {
        Ok(labels) => {
            let missed = labels.iter().any(|(what, support)| {
                matches!(what, Shown::Control(borne) if *borne != (*support == Support::Full))
            });
            if missed {
                "the critic missed a control and is not heard".to_owned()
            } else {
                doubted.hear(labels);
                let lowered = doubted.supports.iter().flatten().count();
                let confirmed = doubted.confirmed.len();
                format!("the critic doubts {lowered} of {count} and bears out {confirmed} doubts")
            }
        }
        Err(reason) => format!("no counsel of the critic: {reason}"),
    };
    doubted
}

impl Doubted {
    fn hear(&mut self, labels: Vec<(Shown, Support)>) {
        for (what, support) in labels {
            match what {
                Shown::Claim(at) if support < Support::Full => {
                    if let Some(slot) = self.supports.get_mut(at) {
                        *slot = Some(support);
                    }
                }
                Shown::Doubt(at) if support == Support::Full => self.confirmed.push(at),
                Shown::Claim(_) | Shown::Doubt(_) | Shown::Control(_) => {}
            }
        }
    }
}

/// Whether a claim names a value by its last four characters, as account numbers are named. The critic sees a token in
/// the value's place and cannot tell.
fn abridged(claim: &Claim) -> bool {
    claim.citations.iter().any(|citation| {
        citation.value.as_str().is_some_and(|value| {
            let last: Vec<char> = value.chars().rev().take(4).collect();
            let last: String = last.into_iter().rev().collect();
            last.len() >= 4 && claim.text.contains(&format!("..{last}"))
        })
    })
}

/// Puts a statement that is borne out and one that is not among the others, where the case's key says: who answers
/// without reading misses one of them.
fn control(case: &Case, key: &str, shown: &mut Vec<(Shown, Value)>) {
    let number = case.input.invoice.number.as_deref().unwrap_or("none");
    let line = |statement: String| json!({"statement": statement, "cites": [{"from": "invoice", "No": number}]});
    let controls = [
        (true, line(format!("The document's number is {number}"))),
        (
            false,
            line("The document's number is XX-0000-YY".to_owned()),
        ),
    ];
    for ((borne, line), byte) in controls.into_iter().zip(key.bytes().rev()) {
        let at = usize::from(byte) % (shown.len() + 1);
        shown.insert(at, (Shown::Control(borne), line));
    }
}

/// The cited values under the names of their fields: the mask knows an account number by its label.
fn cited(case: &Case, citations: &[Citation]) -> Vec<Value> {
    citations
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

/// The name under which a statement is shown.
fn id(at: usize) -> String {
    format!("c{}", at + 1)
}

/// A closed object: a label for each of so many statements, then the reason. There is no empty answer. One for all cases
/// that show as many: thousands may wait for the model at once.
fn schema(shown: usize) -> Arc<Value> {
    static KNOWN: Mutex<BTreeMap<usize, Arc<Value>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() > KNOWN_MAX {
        known.clear();
    }
    let schema = known.entry(shown).or_insert_with(|| labelled(shown).into());
    Arc::clone(schema)
}

fn labelled(shown: usize) -> Value {
    let mut properties = Map::new();
    for at in 0..shown {
        properties.insert(
            id(at),
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
    shown: &[(String, Shown)],
) -> Result<Vec<(Shown, Support)>, NoCounsel> {
    let flawed = |what: &str| NoCounsel::Unusable(Unusable::Shape(what.to_owned()));
    if answer
        .keys()
        .any(|key| key != "why" && !shown.iter().any(|(id, _)| id == key))
    {
        return Err(flawed("it speaks of a claim that it was not shown"));
    }
    shown
        .iter()
        .map(|(id, what)| match answer.get(id).and_then(Value::as_str) {
            Some("full") => Ok((*what, Support::Full)),
            Some("partial") => Ok((*what, Support::Partial)),
            Some("none") => Ok((*what, Support::None)),
            Some(_) => Err(flawed("a label is unknown")),
            None => Err(flawed("a claim has no label")),
        })
        .collect()
}
