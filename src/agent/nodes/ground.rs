//! Ground: judges each claim by what it cites; those that cannot be backed are dropped and hold the invoice.

use async_trait::async_trait;
use domain::verdict::{Claim, Support};

use crate::{
    case::{Case, Delta},
    consult::Adviser,
    critic,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
    grounding,
};

pub(super) struct Ground {
    pub(super) adviser: Option<Adviser>,
}

#[async_trait]
impl Node<Case> for Ground {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("ground")
            .recomputed()
            .reads(&["drafts", "evidence"])
            .writes(&["claims"])
    }

    async fn run(&self, cx: &Ctx, case: &Case) -> Result<Step<Delta>, NodeError> {
        let mut claims = Vec::with_capacity(case.drafts.len());
        let mut checks = Vec::with_capacity(case.drafts.len());
        let mut ungrounded = Vec::new();
        for draft in &case.drafts {
            let (support, why) = grounding::support(&case.evidence, draft);
            if support == Support::Full {
                checks.push(draft.check.unwrap_or("document"));
                claims.push(Claim {
                    text: draft.text.clone(),
                    citations: draft.citations.clone(),
                    support,
                });
            } else if let Some(why) = why {
                ungrounded.push(format!("{}: {why}", draft.check.unwrap_or("document")));
            }
        }
        let mut consulted = None;
        let mut confirmed = Vec::new();
        let mut note = String::new();
        if let Some(adviser) = self.adviser.as_ref().filter(|_| case.input.model.is_some()) {
            let doubted = critic::doubt(adviser, cx, case, &claims).await;
            consulted = doubted.consulted;
            confirmed = doubted.confirmed;
            note = format!("; {}", doubted.note);
            let mut judged = checks.iter().zip(doubted.supports);
            claims.retain(|_| match judged.next() {
                Some((check, Some(support))) => {
                    let how = match support {
                        Support::Partial => "borne out in part only",
                        _ => "not borne out",
                    };
                    ungrounded.push(format!("{check}: the critic finds it {how}"));
                    false
                }
                _ => true,
            });
        }
        // A verdict that states nothing proves nothing.
        if claims.is_empty() && ungrounded.is_empty() {
            ungrounded.push("no claim was composed".to_owned());
        }
        let thought = if ungrounded.is_empty() {
            format!("all {} claims are grounded{note}", claims.len())
        } else {
            format!("not grounded: {}{note}", ungrounded.join("; "))
        };
        Ok(Step::new(Delta::Grounded {
            claims,
            ungrounded,
            confirmed,
            consulted,
        })
        .thought(thought))
    }
}
