//! The nodes of the verifying machine, one a file, and its edges in one table.

pub(crate) mod act;
mod compose;
mod decide;
mod ground;
mod inquire;
mod intake;
mod investigate;
mod judge;
mod read;
mod reformulate;
mod relevance;
mod route;
mod screen;
mod usefulness;
mod word;

use std::sync::Arc;

use domain::verdict::Decision;

use crate::{
    case::Case,
    consult::Adviser,
    engine::{Flaw, Graph, Guard, Machine},
    toolbox::Toolbox,
};

/// How often a loop may turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loops {
    /// Rounds of tool calls.
    pub rounds: i64,
    /// Reformulations of questions that were answered with something of no use.
    pub retrievals: i64,
    /// Compositions of the claims.
    pub generations: i64,
    /// Calls that a model may choose beyond the obligations.
    pub inquiries: i64,
}

impl Default for Loops {
    fn default() -> Self {
        Self {
            rounds: 6,
            retrievals: 3,
            generations: 2,
            inquiries: 1,
        }
    }
}

/// The machine that verifies an invoice, proved while it is built.
///
/// # Errors
/// Every flaw of the graph, should an edit have made one.
pub fn verifier(
    tools: &Arc<Toolbox>,
    adviser: Option<&Adviser>,
    loops: Loops,
) -> Result<Machine<Case>, Vec<Flaw>> {
    use Guard::{All, Always, Eq, Ge, Lt};
    let more = |name: &'static str, count, limit| All(vec![Ge(name.into(), 1), Lt(count, limit)]);
    Graph::builder("verify")
        .node(intake::Intake)
        .node(screen::Screen::default())
        .node(route::Route)
        .node(act::Act {
            tools: Arc::clone(tools),
        })
        .node(relevance::Grade::default())
        .node(reformulate::Reformulate)
        .node(judge::Judge)
        .node(investigate::Investigate {
            adviser: adviser.cloned(),
        })
        .node(inquire::Inquire {
            tools: Arc::clone(tools),
        })
        .node(read::Read {
            adviser: adviser.cloned(),
        })
        .node(compose::Compose)
        .node(ground::Ground {
            adviser: adviser.cloned(),
        })
        .node(usefulness::Usefulness)
        .node(word::Word {
            adviser: adviser.cloned(),
        })
        .node(decide::Decide)
        .terminal("approve")
        .terminal("hold")
        .terminal("reject")
        .edge("intake", "screen", Always)
        .edge("screen", "route", Always)
        .edge("route", "act", more("open", "rounds".into(), loops.rounds))
        .edge("route", "judge", Always)
        .edge("act", "relevance", Always)
        .edge(
            "relevance",
            "reformulate",
            more("irrelevant", "retries".into(), loops.retrievals),
        )
        .edge("relevance", "judge", Always)
        .edge("reformulate", "route", Always)
        .edge("judge", "investigate", Ge("model".into(), 1))
        .edge("judge", "compose", Always)
        .edge(
            "investigate",
            "inquire",
            more("chosen", "inquiries".into(), loops.inquiries),
        )
        .edge("investigate", "compose", Always)
        .edge("inquire", "read", Ge("unread".into(), 1))
        .edge("inquire", "investigate", Always)
        .edge(
            "read",
            "investigate",
            Lt("inquiries".into(), loops.inquiries),
        )
        .edge("read", "compose", Always)
        .edge("compose", "ground", Always)
        .edge(
            "ground",
            "compose",
            more("ungrounded", "generations".into(), loops.generations),
        )
        .edge("ground", "usefulness", Always)
        .edge(
            "usefulness",
            "compose",
            All(vec![
                Lt("usefulness".into(), 4),
                Lt("generations".into(), loops.generations),
            ]),
        )
        .edge("usefulness", "word", Ge("model".into(), 1))
        .edge("usefulness", "decide", Always)
        .edge("word", "decide", Always)
        .edge("decide", "approve", Eq("decision".into(), "approve".into()))
        .edge("decide", "reject", Eq("decision".into(), "reject".into()))
        .edge("decide", "hold", Always)
        .on_error("hold")
        .on_budget("hold")
        .require_before("approve", &["screen", "judge", "ground", "decide"])
        .build()
}

/// What a run came to: the severer of where the graph ended and what the state holds. They agree unless the run was
/// diverted.
pub(crate) fn decision_of(case: &Case, terminal: &str) -> Decision {
    let ended = match terminal {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => Decision::Hold,
    };
    ended.max(decide::decide(case).decision())
}
