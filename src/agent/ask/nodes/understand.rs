//! Understand: what the question asks, of whom, and when. What was read becomes evidence, so that answers can cite it.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Date, Evidence, EvidenceId, evidence::QUESTION, money::to_json};
use serde_json::{Value, json};

use crate::{
    ask::{
        inquiry::{Delta, Inquiry},
        parse,
        part::{CodeKind, Subject, Understanding},
    },
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Understand;

#[async_trait]
impl Node<Inquiry> for Understand {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("understand")
            .recomputed()
            .reads(&["withheld"])
            .writes(&["understanding", "evidence"])
            .max_visits(1)
    }

    async fn run(&self, cx: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let input = &inquiry.input;
        let understanding = parse::understand(&input.text, input.as_of, &inquiry.withheld);
        let thought = match (understanding.parts.len(), understanding.puzzling.len()) {
            (0, _) => "nothing was understood that the records could answer".to_owned(),
            (parts, 0) => format!("{parts} to answer"),
            (parts, _) => format!(
                "{parts} to answer; not understood: {}",
                understanding.puzzling.join(", ")
            ),
        };
        let evidence = Evidence {
            id: EvidenceId(0),
            tool: QUESTION.to_owned(),
            arguments: json!({"as_of": input.as_of.to_string()}),
            observation: Arc::new(read(&input.text, input.as_of, &understanding)),
            at: cx.now().to_string(),
        };
        Ok(Step::new(Delta::Understood {
            understanding: Arc::new(understanding),
            evidence: Some(Box::new(evidence)),
        })
        .thought(thought))
    }
}

/// The question as it was read.
fn read(text: &str, as_of: Date, known: &Understanding) -> Value {
    let subjects: Vec<Value> = known.subjects.iter().map(subject).collect();
    let periods: Vec<Value> = known
        .periods
        .iter()
        .map(|period| {
            let (from, to) = period.months();
            json!({"text": period.text, "from": period.from.map(|day| day.to_string()),
                "until": period.until.to_string(), "first_month": from.to_string(), "last_month": to.to_string()})
        })
        .collect();
    let numbers: Vec<Value> = known
        .numbers
        .iter()
        .map(|number| to_json(*number))
        .collect();
    json!({"text": text, "as_of": as_of.to_string(), "subjects": subjects, "periods": periods, "numbers": numbers,
        "not_understood": known.puzzling})
}

fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::Gstin { text, valid } => {
            let problem = valid.as_ref().err();
            json!({"kind": "gstin", "text": text, "valid": valid.is_ok(), "problem": problem})
        }
        Subject::Pan(text) => json!({"kind": "pan", "text": text}),
        Subject::Irn(text) => json!({"kind": "irn", "text": text}),
        Subject::Code { text, kind } => {
            let kind = match kind {
                Some(CodeKind::Vendor) => "vendor_id",
                Some(CodeKind::Order) => "po_number",
                Some(CodeKind::Invoice) => "invoice_number",
                Some(CodeKind::Receipt) => "grn_number",
                None => "number",
            };
            json!({"kind": kind, "text": text})
        }
        Subject::Name {
            wider, wordings, ..
        } => {
            let wider = wider.iter().map(|wider| &wider.text);
            let wordings: Vec<&String> = wider.chain(wordings).collect();
            json!({"kind": "name", "text": subject.told(), "wordings": wordings})
        }
    }
}
