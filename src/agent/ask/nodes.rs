//! The nodes of the asking machine, and its edges in one table.

mod act;
mod answer;
mod ground;
mod read;
mod reformulate;
mod relevance;
mod route;
mod screen;
mod understand;
mod usefulness;

use std::sync::Arc;

use super::inquiry::Inquiry;
use crate::{
    consult::Adviser,
    engine::{Flaw, Graph, Guard, Machine},
    nodes::Loops,
    toolbox::Toolbox,
};

/// The machine that answers a question, proved while it is built. Without an adviser the rules alone choose what to look up.
///
/// # Errors
/// Every flaw of the graph, should an edit have made one.
pub fn asker(
    tools: &Arc<Toolbox>,
    adviser: Option<&Adviser>,
    loops: Loops,
) -> Result<Machine<Inquiry>, Vec<Flaw>> {
    use Guard::{All, Always, Ge, Is, Lt};
    let more = |name: &'static str, count, limit| All(vec![Ge(name.into(), 1), Lt(count, limit)]);
    Graph::builder("ask")
        .node(screen::Screen::default())
        .node(understand::Understand)
        .node(route::Route {
            adviser: adviser.cloned(),
        })
        .node(act::Act {
            tools: Arc::clone(tools),
        })
        .node(relevance::Grade)
        .node(reformulate::Reformulate)
        .node(read::Read {
            adviser: adviser.cloned(),
        })
        .node(answer::Answer)
        .node(ground::Ground)
        .node(usefulness::Usefulness)
        .terminal("answered")
        .terminal("unknown")
        .edge("screen", "understand", Always)
        .edge("understand", "route", Always)
        .edge("route", "act", more("open", "rounds".into(), loops.rounds))
        .edge("route", "read", Ge("unread".into(), 1))
        .edge("route", "answer", Always)
        .edge("read", "answer", Always)
        .edge("act", "relevance", Always)
        .edge(
            "relevance",
            "reformulate",
            more("irrelevant", "retries".into(), loops.retrievals),
        )
        .edge("relevance", "route", Always)
        .edge("reformulate", "route", Always)
        .edge("answer", "ground", Always)
        .edge(
            "ground",
            "answer",
            more("ungrounded", "generations".into(), loops.generations),
        )
        .edge("ground", "usefulness", Always)
        .edge(
            "usefulness",
            "answer",
            All(vec![
                Lt("usefulness".into(), 4),
                Lt("generations".into(), loops.generations),
            ]),
        )
        .edge("usefulness", "answered", Is("known".into()))
        .edge("usefulness", "unknown", Always)
        .on_error("unknown")
        .on_budget("unknown")
        .require_before(
            "answered",
            &[
                "screen",
                "understand",
                "route",
                "answer",
                "ground",
                "usefulness",
            ],
        )
        .build()
}
