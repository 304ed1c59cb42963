//! What is proved of a graph before it may run.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::{
    algo::{dominators::simple_fast, tarjan_scc},
    graph::{DiGraph, EdgeIndex, NodeIndex},
    visit::{Dfs, EdgeRef, Reversed},
};

use super::{
    graph::{EdgeKind, Shape},
    guard::Guard,
};

/// What is wrong with a graph, where, and what would mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Flaw {
    #[error("the graph has no node; declare one")]
    Empty,
    #[error("{name} is declared twice; give one of the two another name")]
    Duplicate { name: String },
    #[error("{used} names {name}, which is not declared; declare it, or mend the spelling")]
    Unknown { name: String, used: String },
    #[error("no terminal is named for {}; a run that {} must end somewhere safe", diversion(*kind).0, diversion(*kind).1)]
    NoDiversion { kind: EdgeKind },
    #[error("{} leads to {to}, which is no terminal; name a terminal, so that a run that {} ends", diversion(*kind).0, diversion(*kind).1)]
    DiversionGoesOn { kind: EdgeKind, to: String },
    #[error("no path from the start reaches {node}; add an edge to it, or remove it")]
    Unreachable { node: String },
    #[error("{node} cannot reach a terminal; add an edge that leads to one")]
    DeadEnd { node: String },
    #[error(
        "{node} has no edge for when none of its guards holds; add a last edge with the guard always"
    )]
    NoFallback { node: String },
    #[error("{from} → {to} comes after an edge that is always taken; move it up, or remove it")]
    NeverTaken { from: String, to: String },
    #[error("{node} is a terminal and has an edge to {to}; remove the edge, or make {node} a node")]
    TerminalGoesOn { node: String, to: String },
    #[error("the cycle through {} has no bound; guard one of its edges with a counter, as in tries < 2", nodes.join(", "))]
    UnboundedCycle { nodes: Vec<String> },
    #[error("{terminal} can be reached without {node}, as by {}; lead every path through {node}", path.join(" → "))]
    Bypass {
        terminal: String,
        node: String,
        path: Vec<String>,
    },
    #[error("require_before names {node} as an end, and it is no terminal; name a terminal")]
    NotTerminal { node: String },
    #[error(
        "{first} and {second} run at once in {fan_out} and both write {field}; let one write it, or let its fold append"
    )]
    WriteConflict {
        fan_out: String,
        first: String,
        second: String,
        field: String,
    },
    #[error(
        "{from} → {to} asks for the fact {fact}, which the state does not have; mend the spelling, or add it to the state's FACTS"
    )]
    UnknownFact {
        from: String,
        to: String,
        fact: String,
    },
}

fn diversion(kind: EdgeKind) -> (&'static str, &'static str) {
    match kind {
        EdgeKind::Budget => ("on_budget", "has spent its budget"),
        EdgeKind::Error | EdgeKind::Guarded => ("on_error", "fails"),
    }
}

/// All flaws of the graph, in a fixed order.
pub(super) fn prove(shape: &Shape, facts: &[&str], appended: &[&str]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    edges_of_each_node(shape, facts, &mut flaws);
    reachability(shape, &mut flaws);
    cycles(shape, &mut flaws);
    dominance(shape, &mut flaws);
    parallel_writers(shape, appended, &mut flaws);
    flaws
}

fn edges_of_each_node(shape: &Shape, facts: &[&str], flaws: &mut Vec<Flaw>) {
    for at in shape.graph.node_indices() {
        let node = || shape.name(at).to_owned();
        let routes = shape.routes(at);
        let terminal = shape
            .graph
            .node_weight(at)
            .is_some_and(|spot| spot.terminal);
        if terminal {
            flaws.extend(routes.iter().map(|(_, to, _)| Flaw::TerminalGoesOn {
                node: node(),
                to: shape.name(*to).to_owned(),
            }));
            continue;
        }
        let mut open = true;
        for (_, to, edge) in &routes {
            let to = || shape.name(*to).to_owned();
            if !open {
                flaws.push(Flaw::NeverTaken {
                    from: node(),
                    to: to(),
                });
            }
            if edge.guard == Guard::Always {
                open = false;
            }
            let mut names = Vec::new();
            edge.guard.names(&mut names);
            names.sort_unstable();
            names.dedup();
            for fact in names {
                if !facts.is_empty() && !facts.contains(&fact) {
                    flaws.push(Flaw::UnknownFact {
                        from: node(),
                        to: to(),
                        fact: fact.to_owned(),
                    });
                }
            }
        }
        if open {
            flaws.push(Flaw::NoFallback { node: node() });
        }
    }
}

/// Every node is reached, by whatever edge; every node can end by its ordinary edges alone, since an
/// error must not be its only way out.
fn reachability(shape: &Shape, flaws: &mut Vec<Flaw>) {
    let seen = reached(&shape.graph, [shape.start]);
    let ordinary = only(shape, |edge, _| edge == EdgeKind::Guarded);
    let ends = shape
        .graph
        .node_indices()
        .filter(|at| shape.graph[*at].terminal);
    let mut able = BTreeSet::new();
    for end in ends {
        let reversed = Reversed(&ordinary);
        let mut walk = Dfs::new(reversed, end);
        while let Some(at) = walk.next(reversed) {
            able.insert(at);
        }
    }
    for at in shape.graph.node_indices() {
        if !seen.contains(&at) {
            flaws.push(Flaw::Unreachable {
                node: shape.name(at).to_owned(),
            });
        }
    }
    for at in shape.graph.node_indices() {
        if !able.contains(&at) {
            flaws.push(Flaw::DeadEnd {
                node: shape.name(at).to_owned(),
            });
        }
    }
}

/// No cycle is left when every edge that a counter bounds is taken away.
fn cycles(shape: &Shape, flaws: &mut Vec<Flaw>) {
    let unbounded = only(shape, |kind, guard| {
        kind == EdgeKind::Guarded && !guard.counters(&mut Vec::new())
    });
    let mut found: Vec<Vec<String>> = tarjan_scc(&unbounded)
        .into_iter()
        .filter(|group| is_cycle(&unbounded, group))
        .map(|group| {
            let mut nodes: Vec<_> = group.iter().map(|at| shape.name(*at).to_owned()).collect();
            nodes.sort_unstable();
            nodes
        })
        .collect();
    found.sort_unstable();
    flaws.extend(
        found
            .into_iter()
            .map(|nodes| Flaw::UnboundedCycle { nodes }),
    );
}

fn dominance(shape: &Shape, flaws: &mut Vec<Flaw>) {
    let dominators = simple_fast(&shape.graph, shape.start);
    for (terminal, node) in &shape.required {
        if !shape.graph[*terminal].terminal {
            flaws.push(Flaw::NotTerminal {
                node: shape.name(*terminal).to_owned(),
            });
            continue;
        }
        // A terminal that is not reached at all is told elsewhere.
        let Some(mut above) = dominators.dominators(*terminal) else {
            continue;
        };
        if !above.any(|at| at == *node) {
            flaws.push(Flaw::Bypass {
                terminal: shape.name(*terminal).to_owned(),
                node: shape.name(*node).to_owned(),
                path: path_without(shape, *terminal, *node),
            });
        }
    }
}

/// A shortest path that goes round the node, so that the flaw can be seen.
fn path_without(shape: &Shape, terminal: NodeIndex, node: NodeIndex) -> Vec<String> {
    let mut came: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([shape.start]);
    while let Some(at) = queue.pop_front() {
        for to in shape.graph.neighbors(at) {
            if to != node && to != shape.start && !came.contains_key(&to) {
                came.insert(to, at);
                queue.push_back(to);
            }
        }
    }
    let mut path = vec![shape.name(terminal).to_owned()];
    let mut at = terminal;
    while let Some(from) = came.get(&at) {
        path.push(shape.name(*from).to_owned());
        at = *from;
    }
    path.reverse();
    path
}

fn parallel_writers(shape: &Shape, appended: &[&str], flaws: &mut Vec<Flaw>) {
    for spot in shape.graph.node_weights() {
        for (at, first) in spot.branches.iter().enumerate() {
            for second in spot.branches.iter().skip(at + 1) {
                for field in first.writes {
                    if second.writes.contains(field) && !appended.contains(field) {
                        flaws.push(Flaw::WriteConflict {
                            fan_out: spot.spec.name.to_owned(),
                            first: first.name.to_owned(),
                            second: second.name.to_owned(),
                            field: (*field).to_owned(),
                        });
                    }
                }
            }
        }
    }
}

/// Ordinary edges that lie on a cycle.
pub(super) fn cyclic_edges(shape: &Shape) -> BTreeSet<EdgeIndex> {
    let groups = tarjan_scc(&shape.graph);
    shape
        .graph
        .edge_references()
        .filter(|edge| edge.weight().kind == EdgeKind::Guarded)
        .filter(|edge| {
            groups
                .iter()
                .any(|group| group.contains(&edge.source()) && group.contains(&edge.target()))
        })
        .map(|edge| edge.id())
        .collect()
}

/// The same nodes with some of the edges.
fn only(shape: &Shape, keep: impl Fn(EdgeKind, &Guard) -> bool) -> DiGraph<(), ()> {
    shape.graph.filter_map(
        |_, _| Some(()),
        |_, edge| keep(edge.kind, &edge.guard).then_some(()),
    )
}

fn reached<N, E>(
    graph: &DiGraph<N, E>,
    from: impl IntoIterator<Item = NodeIndex>,
) -> BTreeSet<NodeIndex> {
    let mut seen = BTreeSet::new();
    for start in from {
        let mut walk = Dfs::new(graph, start);
        while let Some(at) = walk.next(graph) {
            seen.insert(at);
        }
    }
    seen
}

fn is_cycle(graph: &DiGraph<(), ()>, group: &[NodeIndex]) -> bool {
    match group {
        [one] => graph.find_edge(*one, *one).is_some(),
        _ => group.len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use proptest::prelude::*;

    use super::super::{
        Builder, Ctx, Fact, Graph, Machine, Node, NodeError, NodeSpec, State, Step,
    };
    use super::*;

    #[derive(Debug)]
    struct Nothing;
    impl State for Nothing {
        type Delta = ();
        const FACTS: &'static [&'static str] = &["done", "tries"];
        const APPENDED: &'static [&'static str] = &["evidence"];
        fn fold(&mut self, (): ()) {}
        fn fact(&self, _: &str) -> Option<Fact> {
            None
        }
    }

    struct Named(NodeSpec);
    #[async_trait]
    impl Node<Nothing> for Named {
        fn spec(&self) -> NodeSpec {
            self.0
        }
        async fn run(&self, _: &Ctx, _: &Nothing) -> Result<Step<()>, NodeError> {
            Ok(Step::nothing())
        }
    }

    fn named(name: &'static str) -> Named {
        Named(NodeSpec::new(name))
    }

    /// router → draft ⇄ ground → approve, and hold for what goes wrong.
    fn good() -> Builder<Nothing> {
        Graph::builder("good")
            .node(named("router"))
            .node(named("draft"))
            .node(named("ground"))
            .terminal("approve")
            .terminal("hold")
            .edge("router", "draft", Guard::Always)
            .edge("draft", "ground", Guard::Always)
            .edge("ground", "approve", Guard::is("done"))
            .edge("ground", "draft", Guard::lt("tries", 2))
            .on_error("hold")
            .on_budget("hold")
            .require_before("approve", &["draft", "ground"])
    }

    fn flaws(builder: Builder<Nothing>) -> String {
        let flaws = builder.build().map(|_: Machine<Nothing>| ()).unwrap_err();
        flaws
            .iter()
            .map(Flaw::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn every_flaw_is_told_with_its_mend() {
        let end = |builder: Builder<Nothing>| builder.edge("ground", "hold", Guard::Always);
        assert!(end(good()).build().is_ok());
        let branch = |name, writes| {
            let boxed: Box<dyn Node<Nothing>> = Box::new(Named(NodeSpec::new(name).writes(writes)));
            boxed
        };
        let table = [
            (
                good(),
                "ground has no edge for when none of its guards holds; add a last edge with the guard always",
            ),
            (
                end(good()).node(named("draft")),
                "draft is declared twice; give one of the two another name\ndraft has no edge for when none of its guards holds; add a last edge with the guard always\nno path from the start reaches draft; add an edge to it, or remove it\ndraft cannot reach a terminal; add an edge that leads to one",
            ),
            (
                end(good()).edge("router", "drfat", Guard::Always),
                "edge router → drfat names drfat, which is not declared; declare it, or mend the spelling",
            ),
            (
                end(good())
                    .node(named("lost"))
                    .edge("lost", "hold", Guard::Always),
                "no path from the start reaches lost; add an edge to it, or remove it",
            ),
            (
                end(good()).edge("ground", "approve", Guard::is("done")),
                "ground → approve comes after an edge that is always taken; move it up, or remove it",
            ),
            (
                end(good()).edge("hold", "router", Guard::Always),
                "hold is a terminal and has an edge to router; remove the edge, or make hold a node\nthe cycle through draft, ground, hold, router has no bound; guard one of its edges with a counter, as in tries < 2",
            ),
            (
                end(good().edge("ground", "router", Guard::is("done"))),
                "the cycle through draft, ground, router has no bound; guard one of its edges with a counter, as in tries < 2",
            ),
            (
                end(good().edge("ground", "ground", Guard::is("done"))),
                "the cycle through ground has no bound; guard one of its edges with a counter, as in tries < 2",
            ),
            (
                end(good().edge("ground", "hold", Guard::is("dnoe"))),
                "ground → hold asks for the fact dnoe, which the state does not have; mend the spelling, or add it to the state's FACTS",
            ),
            (
                end(good().on_error("approve")),
                "approve can be reached without draft, as by router → approve; lead every path through draft\napprove can be reached without ground, as by router → approve; lead every path through ground",
            ),
            (
                end(good().on_budget("draft")),
                "on_budget leads to draft, which is no terminal; name a terminal, so that a run that has spent its budget ends",
            ),
            (
                end(good().require_before("draft", &["router"])),
                "require_before names draft as an end, and it is no terminal; name a terminal",
            ),
            (
                end(good())
                    .fan_out(
                        "both",
                        vec![
                            branch("a", &["draft", "evidence"]),
                            branch("b", &["evidence", "draft"]),
                        ],
                    )
                    .start("both")
                    .edge("both", "router", Guard::Always),
                "a and b run at once in both and both write draft; let one write it, or let its fold append",
            ),
            (
                Graph::builder("x")
                    .node(named("a"))
                    .node(named("b"))
                    .terminal("end")
                    .edge("a", "b", Guard::lt("tries", 2))
                    .edge("a", "end", Guard::Always)
                    .edge("b", "b", Guard::Always)
                    .on_error("end")
                    .on_budget("end"),
                "b cannot reach a terminal; add an edge that leads to one\nthe cycle through b has no bound; guard one of its edges with a counter, as in tries < 2",
            ),
            (
                Graph::builder("x")
                    .node(named("a"))
                    .terminal("end")
                    .edge("a", "end", Guard::Always)
                    .on_budget("end"),
                "no terminal is named for on_error; a run that fails must end somewhere safe",
            ),
            (
                Graph::builder("x").on_error("end").on_budget("end"),
                "on_error names end, which is not declared; declare it, or mend the spelling\non_budget names end, which is not declared; declare it, or mend the spelling\nthe graph has no node; declare one",
            ),
        ];
        for (builder, want) in table {
            assert_eq!(flaws(builder), want);
        }
    }

    const NAMES: [&str; 6] = ["n0", "n1", "n2", "n3", "n4", "n5"];

    /// Every path without a repeated edge of a small graph, by walking all of them.
    fn walks(
        edges: &[(usize, usize, bool)],
        at: usize,
        path: &mut Vec<usize>,
        used: &mut Vec<usize>,
        see: &mut dyn FnMut(&[usize], &[usize]),
    ) {
        path.push(at);
        see(path, used);
        for (number, (from, to, _)) in edges.iter().enumerate() {
            if *from == at && !path.contains(to) {
                used.push(number);
                walks(edges, *to, path, used, see);
                used.pop();
            }
        }
        path.pop();
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        /// Nodes 0..count, then the terminals: approve is `count`, hold `count + 1`.
        #[test]
        fn the_proofs_agree_with_walking_every_path(
            count in 1_usize..=4,
            drawn in prop::collection::vec((0_usize..4, 0_usize..6, any::<bool>()), 0..9),
            fallbacks in prop::collection::vec(0_usize..6, 4),
            required in 0_usize..4,
        ) {
            let (approve, hold, required) = (count, count + 1, required % count);
            let fold = |at: usize| at % (count + 2);
            let guarded: Vec<_> = drawn.iter().map(|(from, to, bounded)| (from % count, fold(*to), *bounded)).collect();
            let always = (0..count).map(|at| (at, fold(fallbacks[at]), false));
            let edges: Vec<_> = guarded.iter().copied().chain(always).collect();
            let name = |at: usize| if at == approve { "approve" } else if at == hold { "hold" } else { NAMES[at] };
            let mut builder = Graph::builder::<Nothing>("random");
            for name in &NAMES[..count] {
                builder = builder.node(named(name));
            }
            builder = builder.terminal("approve").terminal("hold").on_error("hold").on_budget("hold").require_before("approve", &[NAMES[required]]);
            for (number, (from, to, bounded)) in edges.iter().enumerate() {
                let guard = if number >= guarded.len() { Guard::Always } else if *bounded { Guard::lt("tries", 2) } else { Guard::is("done") };
                builder = builder.edge(name(*from), name(*to), guard);
            }
            let mut want = BTreeSet::new();
            let mut reached = BTreeSet::from([hold]);
            let mut bypassed = false;
            walks(&edges, 0, &mut Vec::new(), &mut Vec::new(), &mut |path, _| {
                reached.extend(path.iter().copied());
                bypassed |= path.ends_with(&[approve]) && !path.contains(&required);
            });
            for at in 0..count {
                let (mut ends, mut unbounded) = (false, false);
                walks(&edges, at, &mut Vec::new(), &mut Vec::new(), &mut |path, used| {
                    let last = path[path.len() - 1];
                    ends |= last >= count;
                    unbounded |= used.iter().all(|edge| !edges[*edge].2)
                        && edges.iter().any(|(from, to, bounded)| *from == last && *to == at && !bounded);
                });
                if !reached.contains(&at) { want.insert(format!("unreachable {}", name(at))); }
                if !ends { want.insert(format!("dead end {}", name(at))); }
                if unbounded { want.insert(format!("cycle {}", name(at))); }
            }
            if !reached.contains(&approve) { want.insert("unreachable approve".to_owned()); }
            if bypassed { want.insert(format!("bypass {}", NAMES[required])); }
            let mut got = BTreeSet::new();
            for flaw in builder.build().err().unwrap_or_default() {
                match flaw {
                    Flaw::Unreachable { node } => { got.insert(format!("unreachable {node}")); }
                    Flaw::DeadEnd { node } => { got.insert(format!("dead end {node}")); }
                    Flaw::UnboundedCycle { nodes } => got.extend(nodes.iter().map(|node| format!("cycle {node}"))),
                    Flaw::Bypass { node, path, .. } => {
                        // The path it shows is a path, and goes round the node.
                        prop_assert!(!path.contains(&node));
                        prop_assert_eq!(path[0].as_str(), "n0");
                        prop_assert_eq!(path[path.len() - 1].as_str(), "approve");
                        got.insert(format!("bypass {node}"));
                    }
                    other => prop_assert!(false, "{}", other),
                }
            }
            prop_assert_eq!(got, want);
        }
    }
}
