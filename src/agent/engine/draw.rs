//! The graph drawn from itself: Graphviz, Mermaid, SVG.
//!
//! Error and budget edges leave every node alike, so they are drawn once, dashed, from "any step".

use std::{collections::BTreeMap, fmt::Write as _};

use petgraph::{graph::NodeIndex, visit::EdgeRef};

use super::{
    graph::{EdgeKind, Shape, Spot},
    guard::Guard,
};

const ANY: &str = "any step";

/// Where diversions lead, with what leads there: `error, budget`.
fn diversions(shape: &Shape) -> Vec<(NodeIndex, String)> {
    let mut ways: BTreeMap<NodeIndex, Vec<&str>> = BTreeMap::new();
    for edge in shape.graph.edge_references() {
        let word = match edge.weight().kind {
            EdgeKind::Guarded => continue,
            EdgeKind::Error => "error",
            EdgeKind::Budget => "budget spent",
        };
        let words = ways.entry(edge.target()).or_default();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    ways.into_iter()
        .map(|(to, words)| (to, words.join(", ")))
        .collect()
}

/// Ordinary edges with their labels; an edge that is always taken needs none.
fn labelled(shape: &Shape) -> Vec<(NodeIndex, NodeIndex, String)> {
    let edges = shape.graph.node_indices().flat_map(|at| {
        let routes = shape.routes(at);
        let alone = routes.len() == 1;
        routes.into_iter().map(move |(_, to, edge)| {
            let label = match &edge.guard {
                Guard::Always if alone => String::new(),
                Guard::Always => "else".to_owned(),
                guard => guard.to_string(),
            };
            (at, to, label)
        })
    });
    edges.collect()
}

/// The name, and the branches of a fan-out below it.
fn lines(spot: &Spot) -> Vec<&'static str> {
    [spot.spec.name]
        .into_iter()
        .chain(spot.branches.iter().map(|branch| branch.name))
        .collect()
}

pub(super) fn dot(shape: &Shape) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = format!(
        "digraph {} {{\n  node [shape=box, fontname=\"sans-serif\"];\n",
        quote(&shape.name)
    );
    let mut line = |text: String| {
        out.push_str("  ");
        out.push_str(&text);
        out.push_str(";\n");
    };
    for spot in shape.graph.node_weights() {
        let name = quote(spot.spec.name);
        if spot.terminal {
            line(format!("{name} [shape=box, style=\"rounded,bold\"]"));
        } else if spot.branches.is_empty() {
            line(name);
        } else {
            line(format!(
                "{name} [label={}, peripheries=2]",
                quote(&lines(spot).join("\n")).replace('\n', "\\n")
            ));
        }
    }
    for (from, to, label) in labelled(shape) {
        let label = if label.is_empty() {
            label
        } else {
            format!(" [label={}]", quote(&label))
        };
        line(format!(
            "{} -> {}{label}",
            quote(shape.name(from)),
            quote(shape.name(to))
        ));
    }
    line(format!("{} [shape=plaintext]", quote(ANY)));
    for (to, label) in diversions(shape) {
        line(format!(
            "{} -> {} [label={}, style=dashed]",
            quote(ANY),
            quote(shape.name(to)),
            quote(&label)
        ));
    }
    out.push_str("}\n");
    out
}

pub(super) fn mermaid(shape: &Shape) -> String {
    let quote = |text: &str| {
        let text = text
            .replace('&', "#amp;")
            .replace('"', "#quot;")
            .replace('<', "#lt;")
            .replace('>', "#gt;");
        format!("\"{text}\"")
    };
    let id = |at: NodeIndex| format!("n{}", at.index());
    let mut out = String::from("flowchart TD\n");
    let mut line = |text: String| {
        out.push_str("  ");
        out.push_str(&text);
        out.push('\n');
    };
    for at in shape.graph.node_indices() {
        let spot = &shape.graph[at];
        let text = quote(&lines(spot).join("\n")).replace('\n', "<br/>");
        line(if spot.terminal {
            format!("{}([{text}])", id(at))
        } else if spot.branches.is_empty() {
            format!("{}[{text}]", id(at))
        } else {
            format!("{}[[{text}]]", id(at))
        });
    }
    for (from, to, label) in labelled(shape) {
        let label = if label.is_empty() {
            label
        } else {
            format!("|{}|", quote(&label))
        };
        line(format!("{} -->{label} {}", id(from), id(to)));
    }
    line(format!("any[{}]", quote(ANY)));
    for (to, label) in diversions(shape) {
        line(format!("any -.->|{}| {}", quote(&label), id(to)));
    }
    out
}

/// A box on the canvas; whole pixels.
#[derive(Debug, Clone, Copy)]
struct Place {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Place {
    fn middle(self) -> usize {
        self.left + self.width / 2
    }
    fn bottom(self) -> usize {
        self.top + self.height
    }
    fn right(self) -> usize {
        self.left + self.width
    }
    fn centre(self) -> usize {
        self.top + self.height / 2
    }
}

const CHAR: usize = 8;
const LINE: usize = 16;
const MARGIN: usize = 24;
const GAP_X: usize = 56;
const GAP_Y: usize = 72;
const STYLE: &str = "text{font:13px sans-serif;fill:#1a1a1a;text-anchor:middle}.g{font-size:11px;fill:#444}\
.b{fill:#fff;stroke:#334;stroke-width:1.2}.t{fill:#eef3ea;stroke-width:2}.p{stroke:#556;fill:none}\
.d{stroke-dasharray:5 4}.h{fill:#fff;opacity:.85}";

/// Layers from the start downwards: a node lies below all that lead to it, but for edges that go back.
fn layers(shape: &Shape) -> Vec<usize> {
    let count = shape.graph.node_count();
    let mut back = Vec::new();
    let mut state = vec![0_u8; count];
    // Depth first, with the edge positions on an explicit stack: an edge to a node on it goes back.
    let mut stack = vec![(shape.start, 0)];
    if let Some(mark) = state.get_mut(shape.start.index()) {
        *mark = 1;
    }
    while let Some((at, tried)) = stack.pop() {
        let Some((id, to, _)) = shape.routes(at).get(tried).copied() else {
            state[at.index()] = 2;
            continue;
        };
        stack.push((at, tried + 1));
        match state[to.index()] {
            0 => {
                state[to.index()] = 1;
                stack.push((to, 0));
            }
            1 => back.push(id),
            _ => {}
        }
    }
    let mut layer = vec![0; count];
    // Longest path; without the edges that go back it settles in as many rounds as there are nodes.
    for _ in 0..count {
        for edge in shape.graph.edge_references() {
            if edge.weight().kind == EdgeKind::Guarded && !back.contains(&edge.id()) {
                let below = layer[edge.source().index()] + 1;
                let of = &mut layer[edge.target().index()];
                *of = below.max(*of);
            }
        }
    }
    let last = layer.iter().copied().max().unwrap_or(0);
    for at in shape
        .graph
        .node_indices()
        .filter(|at| shape.graph[*at].terminal)
    {
        layer[at.index()] = last;
    }
    layer
}

fn place(shape: &Shape, layer: &[usize]) -> (Vec<Place>, usize, usize) {
    let mut places: Vec<Place> = shape
        .graph
        .node_weights()
        .map(|spot| {
            let lines = lines(spot);
            let longest = lines
                .iter()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or(0);
            Place {
                left: 0,
                top: 0,
                width: longest * CHAR + 28,
                height: lines.len() * LINE + 16,
            }
        })
        .collect();
    let rows = layer.iter().copied().max().unwrap_or(0) + 1;
    let row = |at: usize| {
        layer
            .iter()
            .enumerate()
            .filter(move |(_, row)| **row == at)
            .map(|(node, _)| node)
    };
    let row_width = |at: usize, places: &[Place]| {
        let (count, width) = row(at).fold((0, 0), |(count, width), node| {
            (count + 1, width + places[node].width)
        });
        width + GAP_X * usize::max(count, 1).saturating_sub(1)
    };
    let widest = (0..rows)
        .map(|at| row_width(at, &places))
        .max()
        .unwrap_or(0);
    let mut top = MARGIN;
    for at in 0..rows {
        let mut left = MARGIN + (widest - row_width(at, &places)) / 2;
        let mut deepest = 0;
        for node in row(at) {
            places[node].left = left;
            places[node].top = top;
            left += places[node].width + GAP_X;
            deepest = deepest.max(places[node].height);
        }
        top += deepest + GAP_Y;
    }
    (places, widest + 2 * MARGIN, top + MARGIN - GAP_Y)
}

pub(super) fn svg(shape: &Shape) -> String {
    let layer = layers(shape);
    let (places, inner, height) = place(shape, &layer);
    let edges = labelled(shape);
    // Edges that go back, or pass over a row, bend round the right side, each in a lane of its own.
    let longest = edges
        .iter()
        .map(|(.., label)| label.chars().count())
        .max()
        .unwrap_or(0);
    let bends = edges
        .iter()
        .filter(|(from, to, _)| layer[to.index()] != layer[from.index()] + 1)
        .count();
    let left = inner + bends * 22 + longest * 4 + MARGIN;
    let width = left + 92 + MARGIN;
    let (mut paths, mut labels) = (String::new(), String::new());
    let mut lane = 0;
    for (from, to, label) in &edges {
        let (source, target) = (places[from.index()], places[to.index()]);
        let siblings: Vec<_> = edges.iter().filter(|(other, ..)| other == from).collect();
        let nth = siblings
            .iter()
            .position(|(_, other, text)| other == to && text == label)
            .unwrap_or(0);
        let (curve, x, y) = if layer[to.index()] == layer[from.index()] + 1 {
            down(source, target, nth, siblings.len())
        } else {
            lane += 1;
            round(source, target, inner - MARGIN + lane * 22)
        };
        arrow(&mut paths, &curve, "p");
        write_label(&mut labels, x, y, label);
    }
    let any = Place {
        left,
        top: MARGIN,
        width: ANY.len() * CHAR,
        height: LINE,
    };
    let diversions = diversions(shape);
    for (number, (to, label)) in diversions.iter().enumerate() {
        let end = places[to.index()];
        let x = any.middle() + 26 * number;
        let (y, tip) = (any.bottom() + 6, end.bottom() + 18);
        arrow(
            &mut paths,
            &format!("M{x} {y}V{tip}H{}V{}", end.middle(), end.bottom()),
            "p d",
        );
        write_label(&mut labels, x, usize::midpoint(y, tip) + 16 * number, label);
    }
    let height = height + 26;
    let name = escape(&shape.name);
    let told: Vec<String> = edges
        .iter()
        .map(|(from, to, label)| {
            let when = if label.is_empty() {
                String::new()
            } else {
                format!(" when {label}")
            };
            format!("{} to {}{when}", shape.name(*from), shape.name(*to))
        })
        .chain(
            diversions
                .iter()
                .map(|(to, label)| format!("{ANY} to {} on {label}", shape.name(*to))),
        )
        .collect();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">Graph {name}</title>\n<desc id=\"desc\">{}.</desc>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#556\"/></marker></defs>\n",
        escape(&told.join("; ")),
    );
    out.push_str(&paths);
    boxes(shape, &places, &mut out);
    push(
        &mut out,
        format_args!(
            "<text x=\"{}\" y=\"{}\">{ANY}</text>\n",
            any.middle(),
            any.bottom()
        ),
    );
    out.push_str(&labels);
    out.push_str("</svg>\n");
    out
}

/// A path to the row below, and where its label goes. Leaves spread along the bottom of the box, so
/// that labels stand apart.
fn down(source: Place, target: Place, nth: usize, of: usize) -> (String, usize, usize) {
    let start = source.left + source.width * (nth + 1) / (of + 1);
    let (y, end, tip) = (source.bottom(), target.middle(), target.top);
    let half = usize::midpoint(y, tip);
    let curve = format!("M{start} {y}C{start} {half} {end} {half} {end} {tip}");
    (
        curve,
        usize::midpoint(start, end),
        half + 4 + 13 * (nth % 2),
    )
}

/// A path round the right side, and where its label goes.
fn round(source: Place, target: Place, out: usize) -> (String, usize, usize) {
    let (y, tip) = (source.centre() + 4, target.centre() - 4);
    let half = usize::midpoint(y, tip);
    let (left, right) = (source.right(), target.right());
    let curve = format!("M{left} {y}C{out} {y} {out} {y} {out} {half}S{out} {tip} {right} {tip}");
    (curve, out, half + 4)
}

fn boxes(shape: &Shape, places: &[Place], out: &mut String) {
    for (spot, place) in shape.graph.node_weights().zip(places) {
        let (class, round) = if spot.terminal { ("b t", 14) } else { ("b", 3) };
        let Place {
            left,
            top,
            width,
            height,
        } = *place;
        push(
            out,
            format_args!(
                "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>\n"
            ),
        );
        for (number, line) in lines(spot).into_iter().enumerate() {
            let class = if number > 0 { " class=\"g\"" } else { "" };
            let y = top + 8 + LINE * number + 12;
            push(
                out,
                format_args!(
                    "<text{class} x=\"{}\" y=\"{y}\">{}</text>\n",
                    place.middle(),
                    escape(line)
                ),
            );
        }
    }
}

fn arrow(out: &mut String, d: &str, class: &str) {
    push(
        out,
        format_args!("<path class=\"{class}\" d=\"{d}\" marker-end=\"url(#tip)\"/>\n"),
    );
}

fn write_label(out: &mut String, x: usize, y: usize, label: &str) {
    if label.is_empty() {
        return;
    }
    let width = label.chars().count() * 6 + 6;
    let left = x.saturating_sub(width / 2);
    push(
        out,
        format_args!(
            "<rect class=\"h\" x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"14\"/><text class=\"g\" x=\"{x}\" y=\"{y}\">{}</text>\n",
            y.saturating_sub(11),
            escape(label)
        ),
    );
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "a string took no text");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
