//! Costs that prices hold already: "Prices include freight and packing", "Freight: included", "Freight is borne by the vendor".

use domain::agreement::{Cost, Term};

use crate::sentence::Sentence;

const COSTS: [(Cost, &[&str]); 6] = [
    (
        Cost::Freight,
        &[
            "freight",
            "transport",
            "cartage",
            "carriage",
            "shipping",
            "delivery",
        ],
    ),
    (Cost::Packing, &["packing", "packaging", "forwarding"]),
    (Cost::Loading, &["loading", "unloading", "handling"]),
    (Cost::Insurance, &["insurance"]),
    (Cost::Installation, &["installation", "commissioning"]),
    (Cost::Any, &["other", "additional", "extra"]),
];

/// The cost that a word names; `None` for a word of another kind.
pub fn cost(word: &str) -> Option<Cost> {
    let named = COSTS.iter().filter(|(cost, _)| *cost != Cost::Any);
    let mut named = named.filter(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem)));
    named.next().map(|(cost, _)| *cost)
}

pub(crate) fn read(sentence: &Sentence) -> Vec<Term> {
    let charged = [
        "payable",
        "levied",
        "billed",
        "bill",
        "charged",
        "charge",
        "admissible",
        "allowed",
        "borne",
        "added",
        "claimed",
        "claim",
    ];
    // "No other charges are payable" denies, and is what is looked for.
    let none = sentence.is(&["no", "not"])
        && sentence.is(&charged)
        && sentence.has(&[
            "charge",
            "extra",
            "additional",
            "freight",
            "transport",
            "packing",
        ]);
    let all = sentence.says("all inclusive") && sentence.has(&["price", "rate"]);
    let held = sentence.has(&["include", "inclusive"]);
    let vendors = [
        "by the vendor",
        "by the supplier",
        "by the seller",
        "by vendor",
        "by supplier",
        "by seller",
        "vendor's account",
        "supplier's account",
        "seller's account",
        "vendor's cost",
        "supplier's cost",
        "seller's cost",
        "vendor bears",
        "supplier bears",
        "seller bears",
    ]
    .iter()
    .any(|phrase| sentence.says(phrase))
        && sentence.has(&["borne", "bear", "account", "paid", "cost"]);
    let bent = sentence.is(&[
        "unless",
        "except",
        "if",
        "where",
        "excluding",
        "exclusive",
        "exclude",
        "excludes",
        "provided",
    ]) || (!none && sentence.is(&["not", "extra"]));
    if !(none || all || held || vendors) || bent {
        return Vec::new();
    }
    let mut costs: Vec<Cost> = COSTS
        .iter()
        .filter(|(cost, stems)| sentence.has(stems) && (none || *cost != Cost::Any))
        .map(|(cost, _)| *cost)
        .collect();
    if all {
        costs = vec![Cost::Any];
    }
    if costs.is_empty() {
        Vec::new()
    } else {
        vec![Term::Included { costs }]
    }
}
