//! Intake: the invoice becomes evidence, and so does what its signed QR says.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Evidence, EvidenceId, einvoice::SignedQr, finding::Target};
use serde_json::{Value, json};

use crate::{
    case::{Case, Delta},
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    what_if,
};

pub(super) struct Intake;

#[async_trait]
impl Node<Case> for Intake {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("intake")
            .recomputed()
            .writes(&["evidence"])
            .max_visits(1)
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let at = cx.now().to_string();
        let invoice = &case.input.invoice;
        let evidence = |id: u16, tool: &str, arguments: Value, observation: Arc<Value>| Evidence {
            id: EvidenceId(id),
            tool: tool.to_owned(),
            arguments,
            observation,
            at: at.clone(),
        };
        let source = json!({"source": case.input.source, "sha256": case.input.sha256});
        let mut taken = vec![evidence(0, "invoice", source, Arc::clone(&invoice.raw))];
        let assumed = case
            .input
            .assumptions
            .iter()
            .any(|a| a.target == Target::Registration);
        let token = invoice.signed_qr.as_deref();
        let decoded = if assumed {
            Some(what_if::signed_qr(invoice, case.input.as_of))
        } else {
            token.and_then(|token| SignedQr::decode(token).ok())
        };
        let mut qr = None;
        if let Some(decoded) = decoded {
            let observation = Arc::new(decoded.observation());
            taken.push(evidence(
                1,
                "signed_qr",
                json!({"pointer": "/SignedQRCode"}),
                observation,
            ));
            qr = Some((EvidenceId(1), Arc::new(decoded)));
        }
        let lines = invoice.items.len();
        let thought = match (case.input.assumptions.len(), lines) {
            (0, 1) => "1 line read".to_owned(),
            (0, n) => format!("{n} lines read"),
            (assumed, _) => {
                let paths: Vec<String> = case
                    .input
                    .assumptions
                    .iter()
                    .map(what_if::Assumption::path)
                    .collect();
                format!(
                    "what if {assumed} facts were otherwise: {}",
                    paths.join(", ")
                )
            }
        };
        Ok(Step::new(Delta::Taken {
            evidence: taken,
            qr,
        })
        .thought(thought))
    }
}
