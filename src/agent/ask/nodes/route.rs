//! Route: what do the replies still want to know? All of it is taken at once. A router may add parts from a closed list where
//! the rules did not understand all of the question; rules alone have none.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ask::{
        choose::{self, Router},
        inquiry::{Delta, Inquiry},
        lookup::Lookup,
        part::Part,
        relevance,
    },
    engine::{Ctx, Node, NodeError, NodeSpec, Step},
};

pub(super) struct Route {
    pub(super) router: Option<Arc<dyn Router>>,
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
        let mut chosen = Vec::new();
        // Only when the rules have nothing left to look up, and once: what it chose is then a part like any other.
        if let Some(router) = self.router.as_ref()
            && open.is_empty()
            && choose::wanted(inquiry)
        {
            chosen = self.chosen(cx, inquiry, router.as_ref()).await?;
            let mut with = inquiry.clone();
            Arc::make_mut(&mut with.understanding)
                .parts
                .extend(chosen.iter().cloned());
            open = choose::look_ups(&with);
        }
        let thought = if open.is_empty() {
            "nothing more is to be looked up".to_owned()
        } else {
            let mut tools: Vec<&str> = open.iter().map(Lookup::tool).collect();
            tools.sort_unstable();
            tools.dedup();
            format!("to be looked up: {} in {}", open.len(), tools.join(", "))
        };
        Ok(Step::new(Delta::Routed { open, chosen }).thought(thought))
    }
}

impl Route {
    async fn chosen(
        &self,
        cx: &Ctx,
        inquiry: &Inquiry,
        router: &dyn Router,
    ) -> Result<Vec<Part>, NodeError> {
        let actions = choose::actions(inquiry);
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = router.choose(cx, inquiry, &actions).await?;
        places.sort_unstable();
        places.dedup();
        let parts = places.into_iter().filter_map(|place| actions.get(place));
        Ok(parts.map(|action| action.part.clone()).collect())
    }
}

/// What was answered with something of no use, while another wording is left and a retry was granted for it.
fn again(inquiry: &Inquiry) -> Vec<Lookup> {
    relevance::doubtful(inquiry)
        .filter(|looked| looked.attempt <= inquiry.retrieval_retries)
        .map(|looked| looked.lookup.clone())
        .collect()
}
