//! Route: what do the replies still want to know? All of it is taken at once. A model may add parts from a closed list where
//! the rules did not understand all of the question.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ask::{
        choose,
        inquiry::{Delta, Inquiry},
        lookup::Lookup,
        relevance,
    },
    consult::Adviser,
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Route {
    pub(super) adviser: Option<Adviser>,
}

#[async_trait]
impl Node<Inquiry> for Route {
    fn spec(&self) -> NodeSpec {
        NodeSpec::new("route")
            .recomputed()
            .reads(&["understanding", "evidence", "looked"])
            .writes(&["open", "understanding"])
            .max_visits(16)
    }

    async fn run(&self, cx: &Ctx, inquiry: &Inquiry) -> Result<Step<Delta>, NodeError> {
        let mut open = again(inquiry);
        if open.is_empty() {
            open = choose::look_ups(inquiry);
        }
        let mut chosen = None;
        // Only when the rules have nothing left to look up: what is chosen is then a part like any other.
        if let Some(adviser) = self.adviser.as_ref()
            && open.is_empty()
            && choose::wanted(inquiry)
        {
            let choice = choose::choose(adviser, cx, inquiry).await;
            let mut with = inquiry.clone();
            Arc::make_mut(&mut with.understanding)
                .parts
                .extend(choice.parts.iter().cloned());
            open = choose::look_ups(&with);
            chosen = Some(choice);
        }
        let mut thought = if open.is_empty() {
            "nothing more is to be looked up".to_owned()
        } else {
            let mut tools: Vec<&str> = open.iter().map(Lookup::tool).collect();
            tools.sort_unstable();
            tools.dedup();
            format!("to be looked up: {} in {}", open.len(), tools.join(", "))
        };
        if let Some(choice) = &chosen {
            thought = format!("{} → {thought}", choice.thought);
        }
        Ok(Step::new(Delta::Routed { open, chosen }).thought(thought))
    }
}

/// What was answered with something of no use, while another wording is left and a retry was granted for it.
fn again(inquiry: &Inquiry) -> Vec<Lookup> {
    relevance::doubtful(inquiry)
        .filter(|looked| looked.attempt <= inquiry.retrieval_retries)
        .map(|looked| looked.lookup.clone())
        .collect()
}
