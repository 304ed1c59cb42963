//! A supported claim that is turned into another is not supported: each turn of meaning over every supported case.

use std::collections::BTreeSet;

use crate::{Case, Label, index::Index, judge, tests::all_supported, vocabulary::Tags};

/// Words that turn a claim around where one stands for another.
const TURNS: [&[&str]; 37] = [
    &["before", "after"],
    &["earlier", "later"],
    &["early", "late"],
    &["more", "less"],
    &["above", "below"],
    &["over", "under"],
    &["higher", "lower"],
    &["at least", "at most"],
    &["exceeds", "falls short of"],
    &["exceeded", "fell short of"],
    &["highest", "lowest"],
    &["first", "last"],
    &["ahead of", "behind"],
    &["not more than", "not less than"],
    &["no more than", "no less than"],
    &["monthly", "quarterly", "yearly"],
    &["a month", "a quarter", "a year", "a day"],
    &["per month", "per quarter", "per year", "per day"],
    &["every month", "every quarter", "every year"],
    &["per bag", "per kg", "per tonne"],
    &["per hour", "per day", "per visit"],
    &["a bag", "a kg", "a tonne"],
    &["all", "none"],
    &["paid", "unpaid"],
    &["supplier", "buyer"],
    &["seller", "buyer"],
    &["vendor", "buyer"],
    &["supplied", "bought"],
    &["sold by", "sold to"],
    &["billed by", "billed to"],
    &["consignor", "consignee"],
    &["matches", "differs from"],
    &["with", "without"],
    &["days", "weeks"],
    &["months", "years"],
    &["lakh", "crore"],
    &["CGST", "IGST"],
];

/// Wider than any search that is cited.
const WIDER: [&str; 10] = [
    " ever",
    " worldwide",
    " at any vendor",
    " in any year",
    " in any earlier financial year",
    " anywhere in the group",
    " in any state",
    " under any other number",
    " at any time",
    " in all of its branches",
];

/// Denials put in and taken out.
const DENIALS: [(&str, &str); 24] = [
    (" is not ", " is "),
    (" was not ", " was "),
    (" are not ", " are "),
    (" were not ", " were "),
    (" has not ", " has "),
    (" have not ", " have "),
    (" does not ", " does "),
    (" did not ", " did "),
    (" has no ", " has a "),
    (" no ", " a "),
    (" nothing ", " something "),
    ("No ", "A "),
    (" isn't ", " is "),
    (" wasn't ", " was "),
    (" hasn't ", " has "),
    (" is ", " is not "),
    (" was ", " was not "),
    (" are ", " are not "),
    (" were ", " were not "),
    (" has ", " has not "),
    (" have ", " have not "),
    (" agrees ", " does not agree "),
    (" matches ", " does not match "),
    (" exceeds ", " does not exceed "),
];

/// Where a claim says that it stands, and the paper that it would have to stand in.
const SOURCES: [(&str, &str); 6] = [
    ("as per the contract", "doc.contract"),
    ("on the GST portal", "doc.registration"),
    ("as per the purchase order", "doc.order"),
    ("according to the e-way bill", "doc.eway"),
    ("in the vendor master", "doc.vendor"),
    ("on the goods receipt", "doc.receipt"),
];

fn with_claim(case: &Case, claim: String) -> Case {
    Case {
        claim,
        ..case.clone()
    }
}

/// The claim with one phrase put in the place of another, once for each place.
fn replaced(claim: &str, from: &str, to: &str) -> Vec<String> {
    let lower = claim.to_ascii_lowercase();
    let from = from.to_ascii_lowercase();
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
    lower
        .match_indices(&from)
        .filter(|(at, found)| {
            let end = at + found.len();
            edge(lower.get(..*at).and_then(|s| s.chars().next_back()))
                && edge(lower.get(end..).and_then(|s| s.chars().next()))
        })
        .map(|(at, found)| format!("{}{to}{}", &claim[..at], &claim[at + found.len()..]))
        .collect()
}

fn tail(claim: &str, tail: &str) -> String {
    format!("{}{tail}.", claim.trim_end_matches('.'))
}

fn docs(case: &Case) -> BTreeSet<&'static str> {
    let index = Index::new(&case.evidence);
    (case.citations.iter())
        .filter_map(|c| {
            let doc = case.evidence.iter().position(|e| e.id == c.evidence)?;
            index.field(doc, &c.pointer)
        })
        .flat_map(|f| f.docs())
        .collect()
}

/// What is supported still, with what was done to it.
fn survivors(turn: impl Fn(&Case) -> Vec<String>) -> (usize, Vec<String>) {
    let (mut tried, mut out) = (0, Vec::new());
    for case in all_supported() {
        for claim in turn(&case) {
            tried += 1;
            let turned = with_claim(&case, claim);
            if judge(&turned).label == Label::Supported {
                let cites: Vec<String> = case
                    .citations
                    .iter()
                    .map(|c| format!("{}={}", c.pointer, c.value))
                    .collect();
                out.push(format!(
                    "{} <- {} [{}]",
                    turned.claim,
                    case.claim,
                    cites.join(" ")
                ));
            }
        }
    }
    (tried, out)
}

/// What is still so when one word stands for another.
fn keeps_its_meaning(case: &Case, from: &str, to: &str) -> bool {
    let said = |word: &str| !replaced(&case.claim, word, "").is_empty();
    match (from, to) {
        // Both of two parties, both of two taxes.
        ("supplier" | "vendor" | "seller" | "buyer" | "CGST" | "IGST", _) => {
            ["supplier", "vendor", "seller", "buyer", "CGST", "IGST"]
                .iter()
                .any(|w| *w != from && said(w))
        }
        // What is at most its own value is at least that.
        ("at least" | "at most", _) => true,
        // The only one of a list.
        ("first" | "last", _) => said("first item") || said("last item"),
        // A lower bound that is lowered.
        ("crore", "lakh") => said("exceeded"),
        // A quarter of a sum is no time.
        ("a quarter", _) => said("a quarter of"),
        // "Remains paid" is no English.
        ("unpaid", _) => said("remains"),
        _ => false,
    }
}

fn none_survives(tried_min: usize, tried: usize, out: &[String]) {
    assert!(
        out.is_empty(),
        "{} of {tried}\n{}",
        out.len(),
        out.join("\n")
    );
    assert!(tried >= tried_min, "{tried} tried");
}

#[test]
fn words_turned_around() {
    let (tried, out) = survivors(|case| {
        let mut all = Vec::new();
        for group in TURNS {
            for from in group {
                for to in group.iter().filter(|w| *w != from) {
                    if !keeps_its_meaning(case, from, to) {
                        all.extend(replaced(&case.claim, from, to));
                    }
                }
            }
        }
        all
    });
    none_survives(300, tried, &out);
}

#[test]
fn denials_put_in_or_taken_out() {
    let (tried, out) = survivors(|case| {
        DENIALS
            .iter()
            .flat_map(|(from, to)| {
                (case.claim.match_indices(from))
                    .map(|(at, _)| {
                        format!(
                            "{}{to}{}",
                            &case.claim[..at],
                            &case.claim[at + from.len()..]
                        )
                    })
                    .collect::<Vec<_>>()
            })
            .filter(|c| !c.contains("not not") && !c.contains("not no"))
            .collect()
    });
    none_survives(380, tried, &out);
}

#[test]
fn scopes_widened() {
    // Each claim has three of them, the next claim others.
    let (tried, out) = survivors(|case| {
        let from = case.claim.len();
        (0..3)
            .filter_map(|n| WIDER.get((from + n * 3) % WIDER.len()))
            .map(|w| tail(&case.claim, w))
            .collect()
    });
    none_survives(1500, tried, &out);
}

#[test]
fn sources_swapped() {
    let (tried, out) = survivors(|case| {
        let docs = docs(case);
        // Returns, 2B, IRNs and e-way bills are on the portal too; a record that does not say what it is may be of a
        // register.
        let portal = [
            "doc.portal",
            "doc.return",
            "doc.gstr2b",
            "doc.irn",
            "doc.eway",
        ];
        let may_be = |doc: &str| match doc {
            "doc.registration" => docs.is_empty() || portal.iter().any(|d| docs.contains(d)),
            "doc.contract" | "doc.vendor" => docs.is_empty(),
            _ => false,
        };
        SOURCES
            .iter()
            .filter(|(_, doc)| !docs.contains(doc) && !may_be(doc))
            .map(|(said, _)| tail(&case.claim, &format!(" {said}")))
            .collect()
    });
    none_survives(2500, tried, &out);
}

/// Names of parties that the claim speaks of, as it writes them, with the part that the record gives them.
fn parties(case: &Case) -> Vec<(String, Tags)> {
    let index = Index::new(&case.evidence);
    (case.citations.iter())
        .filter_map(|c| {
            let doc = case.evidence.iter().position(|e| e.id == c.evidence)?;
            index.field(doc, &c.pointer)
        })
        .filter(|f| {
            let roles = f.roles();
            roles.contains("role.supplier") != roles.contains("role.buyer")
        })
        .filter_map(|f| {
            let words: Vec<&str> = f.value.as_str()?.split_whitespace().collect();
            let name = words.get(..words.len().min(2))?.join(" ");
            let named = words.len() > 1 && case.claim.contains(&name);
            named.then(|| (name, f.roles()))
        })
        .collect()
}

#[test]
fn parties_swapped() {
    let (tried, out) = survivors(|case| {
        let parties = parties(case);
        let mut all = Vec::new();
        for (a, of) in &parties {
            for (b, with) in &parties {
                if a != b && of.is_disjoint(with) {
                    let swapped = case.claim.replace(a, "\0").replace(b, a);
                    all.push(swapped.replace('\0', b));
                }
            }
            for (from, to) in [("by", "to"), ("from", "to"), ("to", "by"), ("to", "from")] {
                let (from, to) = (format!(" {from} {a}"), format!(" {to} {a}"));
                if case.claim.contains(&from) {
                    all.push(case.claim.replace(&from, &to));
                }
            }
        }
        all
    });
    none_survives(8, tried, &out);
}
