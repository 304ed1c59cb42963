//! The nodes of the reviewing machine, one a file, and its edges in one table.

mod recall;
mod settle;
mod weigh;
mod witness;

use std::sync::Arc;

use super::state::Reviewing;
use crate::engine::{Flaw, Graph, Guard, Journal, Machine};

/// The machine that carries out a person's answer to a hold, proved while it is built. Nothing is approved around the
/// record, the findings, the second pair of eyes and the last look; a rejection needs one person.
///
/// # Errors
/// Every flaw of the graph, should an edit have made one.
pub(super) fn reviewer(journal: &Arc<dyn Journal>) -> Result<Machine<Reviewing>, Vec<Flaw>> {
    use Guard::{Always, Eq, Is, Lt};
    Graph::builder("review")
        .node(recall::Recall {
            journal: Arc::clone(journal),
        })
        .node(weigh::Weigh)
        .node(witness::Witness)
        .node(settle::Settle)
        .terminal("approved")
        .terminal("proposed")
        .terminal("rejected")
        .terminal("held")
        .edge("recall", "weigh", Is("held".into()))
        .edge("recall", "held", Always)
        .edge("weigh", "rejected", Eq("asked".into(), "reject".into()))
        .edge("weigh", "witness", Always)
        .edge("witness", "settle", Lt("missing".into(), 1))
        .edge("witness", "proposed", Always)
        .edge("settle", "approved", Is("clear".into()))
        .edge("settle", "held", Always)
        .on_error("held")
        .on_budget("held")
        .require_before("approved", &["recall", "weigh", "witness", "settle"])
        .require_before("proposed", &["recall", "weigh", "witness"])
        .require_before("rejected", &["recall", "weigh"])
        .build()
}
