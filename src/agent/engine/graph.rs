//! The graph as a value: declared by name, proved when built, hashed, and drawn from itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use petgraph::{
    graph::{DiGraph, EdgeIndex, NodeIndex},
    visit::EdgeRef,
};
use serde_json::{Value, json};

use super::{
    draw, effect,
    guard::Guard,
    journal::Digest,
    node::{Node, NodeSpec},
    proof::{self, Flaw},
    state::State,
};

/// Why an edge is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Taken when its guard is the first to hold.
    Guarded,
    /// Taken when the node fails, or a call it made is in doubt.
    Error,
    /// Taken when the budget is spent.
    Budget,
}

/// One edge. Edges of a node are tried in the order they were declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub kind: EdgeKind,
    pub guard: Guard,
}

/// A node as the proofs and the drawings see it.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) spec: NodeSpec,
    pub(super) terminal: bool,
    /// Of a fan-out, in declared order.
    pub(super) branches: Vec<NodeSpec>,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.name)
    }
}

/// The graph without the code of its nodes.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) graph: DiGraph<Spot, Edge>,
    pub(super) start: NodeIndex,
    /// Terminal, and the nodes every path to it must pass.
    pub(super) required: Vec<(NodeIndex, NodeIndex)>,
}

impl Shape {
    pub(super) fn name(&self, at: NodeIndex) -> &'static str {
        self.graph.node_weight(at).map_or("", |spot| spot.spec.name)
    }

    /// Ordinary edges of a node, as declared.
    pub(super) fn routes(&self, at: NodeIndex) -> Vec<(EdgeIndex, NodeIndex, &Edge)> {
        let mut routes: Vec<_> = self
            .graph
            .edges(at)
            .filter(|edge| edge.weight().kind == EdgeKind::Guarded)
            .map(|edge| (edge.id(), edge.target(), edge.weight()))
            .collect();
        routes.sort_unstable_by_key(|(id, ..)| *id);
        routes
    }

    /// Sorted by name, edges by node and order: the order of declaration of nodes does not matter.
    fn describe(&self) -> Value {
        let spec = |spec: &NodeSpec| {
            json!({
                "name": spec.name, "version": spec.version, "reads": spec.reads,
                "writes": spec.writes, "max_visits": spec.max_visits,
            })
        };
        let mut nodes = BTreeMap::new();
        for at in self.graph.node_indices() {
            let Some(spot) = self.graph.node_weight(at) else {
                continue;
            };
            let edges: Vec<_> = self
                .routes(at)
                .into_iter()
                .map(|(_, to, edge)| json!({"to": self.name(to), "guard": edge.guard}))
                .collect();
            nodes.insert(
                spot.spec.name,
                json!({
                    "spec": spec(&spot.spec), "terminal": spot.terminal, "edges": edges,
                    "branches": spot.branches.iter().map(spec).collect::<Vec<_>>(),
                }),
            );
        }
        let diverted = |kind| {
            self.graph
                .edge_references()
                .find(|edge| edge.weight().kind == kind)
                .map(|edge| self.name(edge.target()))
        };
        let mut required: Vec<_> = self
            .required
            .iter()
            .map(|(end, node)| (self.name(*end), self.name(*node)))
            .collect();
        required.sort_unstable();
        json!({
            "name": self.name, "start": self.name(self.start), "nodes": nodes,
            "on_error": diverted(EdgeKind::Error), "on_budget": diverted(EdgeKind::Budget),
            "required": required,
        })
    }
}

/// What is run at a vertex.
pub(super) enum Work<S: State> {
    One(Box<dyn Node<S>>),
    /// Concurrently, on one state; deltas are folded in declared order.
    Many(Vec<Box<dyn Node<S>>>),
    End,
}

/// An edge as the walk uses it.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) to: NodeIndex,
    pub(super) guard: Guard,
    /// On a cycle, the first counter that bounds the edge, and its place in a run's table of last values.
    pub(super) counter: Option<(String, usize)>,
}

/// A proved graph with its nodes. Cheap to share, never changed.
pub struct Machine<S: State> {
    pub(super) shape: Shape,
    pub(super) work: Vec<Work<S>>,
    pub(super) routes: Vec<Vec<Route>>,
    /// How many edges of cycles a counter bounds.
    pub(super) slots: usize,
    pub(super) on_error: NodeIndex,
    pub(super) on_budget: NodeIndex,
    hash: Digest,
}

impl<S: State> Machine<S> {
    pub fn name(&self) -> &str {
        &self.shape.name
    }

    /// SHA-256 of nodes, versions, edges and guards; pinned in every run.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Node names in order of declaration, terminals included.
    pub fn nodes(&self) -> impl Iterator<Item = &'static str> {
        self.shape.graph.node_weights().map(|spot| spot.spec.name)
    }

    /// Ordinary edges as `(from, to, guard)`, in the order they are tried.
    pub fn edges(&self) -> impl Iterator<Item = (&'static str, &'static str, &Guard)> {
        self.shape.graph.node_indices().flat_map(move |at| {
            self.shape
                .routes(at)
                .into_iter()
                .map(move |(_, to, edge)| (self.shape.name(at), self.shape.name(to), &edge.guard))
        })
    }

    /// The graph for Graphviz.
    pub fn to_dot(&self) -> String {
        draw::dot(&self.shape)
    }

    /// The graph as a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        draw::mermaid(&self.shape)
    }

    /// The graph as a self-contained SVG.
    pub fn to_svg(&self) -> String {
        draw::svg(&self.shape)
    }
}

impl<S: State> fmt::Debug for Machine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("name", &self.shape.name)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// Where a machine begins.
#[derive(Debug)]
pub struct Graph;

impl Graph {
    /// An empty graph. The first node declared is where runs start.
    pub fn builder<S: State>(name: impl Into<String>) -> Builder<S> {
        Builder {
            name: name.into(),
            spots: Vec::new(),
            work: Vec::new(),
            edges: Vec::new(),
            start: None,
            on_error: None,
            on_budget: None,
            required: Vec::new(),
        }
    }
}

/// A graph being declared; [`Builder::build`] proves it.
pub struct Builder<S: State> {
    name: String,
    spots: Vec<Spot>,
    work: Vec<Work<S>>,
    edges: Vec<(String, String, Guard)>,
    start: Option<String>,
    on_error: Option<String>,
    on_budget: Option<String>,
    required: Vec<(String, String)>,
}

impl<S: State> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("name", &self.name)
            .field("edges", &self.edges)
            .finish_non_exhaustive()
    }
}

impl<S: State> Builder<S> {
    #[must_use]
    pub fn node(mut self, node: impl Node<S> + 'static) -> Self {
        self.spots.push(Spot {
            spec: node.spec(),
            terminal: false,
            branches: Vec::new(),
        });
        self.work.push(Work::One(Box::new(node)));
        self
    }

    /// Branches that run at once on one state and join here: the next node sees all their deltas,
    /// folded in this order.
    #[must_use]
    pub fn fan_out(mut self, name: &'static str, branches: Vec<Box<dyn Node<S>>>) -> Self {
        let specs: Vec<_> = branches.iter().map(|branch| branch.spec()).collect();
        let visits = specs.iter().map(|spec| spec.max_visits).min().unwrap_or(1);
        self.spots.push(Spot {
            spec: NodeSpec::new(name).max_visits(visits),
            terminal: false,
            branches: specs,
        });
        self.work.push(Work::Many(branches));
        self
    }

    /// A way to end.
    #[must_use]
    pub fn terminal(mut self, name: &'static str) -> Self {
        self.spots.push(Spot {
            spec: NodeSpec::new(name),
            terminal: true,
            branches: Vec::new(),
        });
        self.work.push(Work::End);
        self
    }

    /// Tried after the edges of `from` declared before it; the last one must be [`Guard::Always`].
    #[must_use]
    pub fn edge(mut self, from: impl Into<String>, to: impl Into<String>, guard: Guard) -> Self {
        self.edges.push((from.into(), to.into(), guard));
        self
    }

    /// Starts runs elsewhere than at the first node declared.
    #[must_use]
    pub fn start(mut self, name: impl Into<String>) -> Self {
        self.start = Some(name.into());
        self
    }

    /// The terminal a run ends at when a node fails.
    #[must_use]
    pub fn on_error(mut self, to: impl Into<String>) -> Self {
        self.on_error = Some(to.into());
        self
    }

    /// The terminal a run ends at when its budget is spent.
    #[must_use]
    pub fn on_budget(mut self, to: impl Into<String>) -> Self {
        self.on_budget = Some(to.into());
        self
    }

    /// No path may reach the terminal without passing every one of these nodes.
    #[must_use]
    pub fn require_before(mut self, terminal: impl Into<String>, nodes: &[&str]) -> Self {
        let terminal = terminal.into();
        self.required.extend(
            nodes
                .iter()
                .map(|node| (terminal.clone(), (*node).to_owned())),
        );
        self
    }

    /// Proves the graph. Every flaw is an error, and all of them are told.
    pub fn build(self) -> Result<Machine<S>, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut graph = DiGraph::new();
        let mut by_name: BTreeMap<&'static str, NodeIndex> = BTreeMap::new();
        for spot in &self.spots {
            let at = graph.add_node(spot.clone());
            if by_name.insert(spot.spec.name, at).is_some() {
                flaws.push(Flaw::Duplicate {
                    name: spot.spec.name.to_owned(),
                });
            }
        }
        duplicate_branches(&self.spots, &by_name, &mut flaws);
        let mut find = |name: &str, used: &str| {
            let found = by_name.get(name).copied();
            if found.is_none() {
                let flaw = Flaw::Unknown {
                    name: name.to_owned(),
                    used: used.to_owned(),
                };
                if !flaws.contains(&flaw) {
                    flaws.push(flaw);
                }
            }
            found
        };
        for (from, to, guard) in self.edges {
            let used = format!("edge {from} → {to}");
            if let (Some(a), Some(b)) = (find(&from, &used), find(&to, &used)) {
                graph.add_edge(
                    a,
                    b,
                    Edge {
                        kind: EdgeKind::Guarded,
                        guard,
                    },
                );
            }
        }
        let on_error = self.on_error.as_deref().map(|name| find(name, "on_error"));
        let on_budget = self
            .on_budget
            .as_deref()
            .map(|name| find(name, "on_budget"));
        let start = match self.start.as_deref() {
            Some(name) => find(name, "start"),
            None => graph.node_indices().next(),
        };
        let required: Vec<_> = self
            .required
            .iter()
            .filter_map(|(end, node)| {
                Some((find(end, "require_before")?, find(node, "require_before")?))
            })
            .collect();
        for (kind, target) in [(EdgeKind::Error, on_error), (EdgeKind::Budget, on_budget)] {
            match target {
                None => flaws.push(Flaw::NoDiversion { kind }),
                Some(None) => {}
                Some(Some(to)) => divert(&mut graph, kind, to, &mut flaws),
            }
        }
        let (Some(start), Some(Some(on_error)), Some(Some(on_budget))) =
            (start, on_error, on_budget)
        else {
            if start.is_none() && self.start.is_none() {
                flaws.push(Flaw::Empty);
            }
            return Err(flaws);
        };
        let shape = Shape {
            name: self.name,
            graph,
            start,
            required,
        };
        flaws.extend(proof::prove(&shape, S::FACTS, S::APPENDED));
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let mut text = String::new();
        effect::canonical(&shape.describe(), &mut text);
        let (routes, slots) = routes(&shape);
        Ok(Machine {
            hash: Digest::of(text.as_bytes()),
            shape,
            work: self.work,
            routes,
            slots,
            on_error,
            on_budget,
        })
    }
}

/// A branch is no vertex, so no edge finds it; its name must be its own all the same.
fn duplicate_branches(
    spots: &[Spot],
    by_name: &BTreeMap<&'static str, NodeIndex>,
    flaws: &mut Vec<Flaw>,
) {
    let mut seen = BTreeSet::new();
    for NodeSpec { name, .. } in spots.iter().flat_map(|spot| &spot.branches) {
        let flaw = Flaw::Duplicate {
            name: (*name).to_owned(),
        };
        if (!seen.insert(*name) || by_name.contains_key(name)) && !flaws.contains(&flaw) {
            flaws.push(flaw);
        }
    }
}

/// Leads every node that works to where its diversions end.
fn divert(graph: &mut DiGraph<Spot, Edge>, kind: EdgeKind, to: NodeIndex, flaws: &mut Vec<Flaw>) {
    if !graph[to].terminal {
        flaws.push(Flaw::DiversionGoesOn {
            kind,
            to: graph[to].to_string(),
        });
    }
    for at in graph
        .node_indices()
        .filter(|at| !graph[*at].terminal)
        .collect::<Vec<_>>()
    {
        graph.add_edge(
            at,
            to,
            Edge {
                kind,
                guard: Guard::Always,
            },
        );
    }
}

/// Edges by node as the walk tries them, and how many of them a counter bounds on a cycle.
fn routes(shape: &Shape) -> (Vec<Vec<Route>>, usize) {
    let cyclic = proof::cyclic_edges(shape);
    let mut slots = 0;
    let of = |at| {
        let each = |(id, to, edge): (EdgeIndex, NodeIndex, &Edge)| {
            let mut counters = Vec::new();
            if cyclic.contains(&id) {
                edge.guard.counters(&mut counters);
            }
            let counter = counters.first().map(|name| ((*name).to_owned(), slots));
            slots += usize::from(counter.is_some());
            Route {
                to,
                guard: edge.guard.clone(),
                counter,
            }
        };
        shape.routes(at).into_iter().map(each).collect()
    };
    let routes = shape.graph.node_indices().map(of).collect();
    (routes, slots)
}
