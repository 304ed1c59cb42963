//! Measures the judge on files of labelled claims: `cargo run -p ground --example measure -- [-v | -vv | -a] FILE…`, with
//! what went wrong, with the evidence as well, and with what went right.

#![allow(clippy::print_stdout, reason = "an example that prints")]

use std::{collections::BTreeMap, error::Error, fs};

use ground::{Case, Label, judge};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    id: String,
    label: Label,
    #[serde(flatten)]
    case: Case,
}

const LABELS: [Label; 4] = [
    Label::Supported,
    Label::Partial,
    Label::Unsupported,
    Label::Contradicted,
];

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with('-'));
    for file in files {
        let mut confusion: BTreeMap<(Label, Label), usize> = BTreeMap::new();
        for line in fs::read_to_string(&file)?
            .lines()
            .filter(|l| !l.trim().is_empty())
        {
            let row: Row = serde_json::from_str(line)?;
            let got = judge(&row.case);
            *confusion.entry((row.label, got.label)).or_default() += 1;
            let all = flags.iter().any(|f| f == "-a");
            if (got.label != row.label || all) && !flags.is_empty() {
                let unsafe_ = if got.label == Label::Supported {
                    " UNSAFE"
                } else {
                    ""
                };
                println!(
                    "{} {:?} -> {:?}{unsafe_}: {}",
                    row.id, row.label, got.label, row.case.claim
                );
                println!("    why: {}", got.why);
                for c in &row.case.citations {
                    println!("    {}{} = {}", c.evidence, c.pointer, c.value);
                }
                if flags.iter().any(|f| f == "-vv") {
                    for e in &row.case.evidence {
                        println!("    {}: {}", e.id, e.json);
                    }
                }
            }
        }
        let count = |want: Label, got: Label| confusion.get(&(want, got)).copied().unwrap_or(0);
        let wanted = |l: Label| LABELS.iter().map(|g| count(l, *g)).sum::<usize>();
        let given = |l: Label| LABELS.iter().map(|w| count(*w, l)).sum::<usize>();
        let rate = |part: usize, whole: usize| part * 1_000 / whole.max(1);
        let f1: usize = LABELS
            .iter()
            .map(|l| rate(2 * count(*l, *l), wanted(*l) + given(*l)))
            .sum::<usize>()
            / LABELS.len();
        let hits = count(Label::Supported, Label::Supported);
        println!(
            "{file}: recall {}/{} = {}‰, macro-F1 {f1}‰, unsafe {}",
            hits,
            wanted(Label::Supported),
            rate(hits, wanted(Label::Supported)),
            given(Label::Supported) - hits,
        );
        for want in LABELS {
            let row: Vec<String> = LABELS.iter().map(|g| count(want, *g).to_string()).collect();
            println!("    {want:?}: {}", row.join(" "));
        }
    }
    Ok(())
}
