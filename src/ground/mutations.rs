//! A supported claim that is turned into another is not supported: each turn of meaning over every supported case.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    Case, Citation, Evidence, index::Index, judge::supports, tests::all_supported, vocabulary::Tags,
};

/// Words that turn a claim around where one stands for another.
const TURNS: [&[&str]; 40] = [
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
    &["agrees with", "differs from"],
    &["covers", "falls short of"],
    &["net of", "together with"],
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
            if supports(&turned) {
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

/// A case by its evidence, its claim and the places that it cites, each after the id of its piece of evidence.
fn case_of(evidence: &[(&str, &str)], claim: &str, pointers: &[&str]) -> Case {
    let evidence: Vec<Evidence> = evidence
        .iter()
        .map(|(id, json)| Evidence {
            tool: String::new(),
            id: (*id).to_owned(),
            json: serde_json::from_str(json).unwrap(),
        })
        .collect();
    let citations = pointers
        .iter()
        .map(|place| {
            let (id, pointer) = place.split_at(place.find('/').unwrap());
            let doc = evidence.iter().find(|e| e.id == id).unwrap();
            Citation {
                evidence: id.to_owned(),
                pointer: pointer.to_owned(),
                value: doc.json.pointer(pointer).unwrap().clone(),
            }
        })
        .collect();
    Case {
        evidence,
        claim: claim.to_owned(),
        citations,
    }
}

#[test]
fn cited_values_changed() {
    let (mut tried, mut out) = (0, Vec::new());
    for case in all_supported() {
        for (n, citation) in case.citations.iter().enumerate() {
            // What the claim states too is held together by that.
            let stated = |v: i64| case.claim.replace(',', "").contains(&v.to_string());
            let Some(value) = (citation.value.as_i64()).filter(|v| *v > 9 && !stated(*v)) else {
                continue;
            };
            let survives = [value * 1_000 + 1, value / 1_000, 0].iter().all(|other| {
                let mut changed = case.clone();
                let doc = changed
                    .evidence
                    .iter_mut()
                    .find(|e| e.id == citation.evidence);
                let slot = doc.and_then(|e| e.json.pointer_mut(&citation.pointer));
                *slot.unwrap() = Value::from(*other);
                changed.citations[n].value = Value::from(*other);
                supports(&changed)
            });
            tried += 1;
            if survives {
                out.push(format!("{} <- {}", case.claim, citation.pointer));
            }
        }
    }
    none_survives(40, tried, &out);
}

#[test]
fn told_in_a_letter() {
    const WRITINGS: [&str; 9] = [
        "letter", "mail", "message", "note", "remark", "writes", "says", "request", "form",
    ];
    let (mut tried, mut out) = (0, Vec::new());
    for case in all_supported() {
        let lower = case.claim.to_lowercase();
        if WRITINGS.iter().any(|w| lower.contains(w)) {
            continue;
        }
        let json = serde_json::json!({"doc_type": "vendor letter", "body": case.claim});
        let told = Case {
            claim: case.claim.clone(),
            citations: vec![Citation {
                evidence: "ev_l".to_owned(),
                pointer: "/body".to_owned(),
                value: Value::from(case.claim.as_str()),
            }],
            evidence: vec![Evidence {
                tool: String::new(),
                id: "ev_l".to_owned(),
                json,
            }],
        };
        tried += 1;
        if supports(&told) {
            out.push(told.claim);
        }
    }
    none_survives(300, tried, &out);
}

const BILL: (&str, &str) = (
    "ev_inv",
    r#"{"DocDtls":{"Typ":"INV","No":"TX/204","Dt":"09/03/2025"},
        "SellerDtls":{"Gstin":"27AAPFU0939F1ZV","LglNm":"Konark Tools Private Limited"},
        "BuyerDtls":{"Gstin":"27AABCB2400H1ZL","LglNm":"Bluepeak Foods India Private Limited"},
        "ItemList":[{"SlNo":"1","PrdDesc":"Office chair","Qty":20,"UnitPrice":654,"GstRt":18,"AssAmt":13080},
                    {"SlNo":"2","PrdDesc":"Cotton yarn","Qty":30,"UnitPrice":671,"GstRt":18,"AssAmt":20130},
                    {"SlNo":"3","PrdDesc":"Groundnut oil","Qty":40,"UnitPrice":331,"GstRt":5,"AssAmt":13240}],
        "ValDtls":{"AssVal":46450,"CgstVal":3319.9,"SgstVal":3319.9,"IgstVal":0,"TotInvVal":53089.8},
        "RefDtls":{"ContrDtls":[{"PORefr":"PO/2025/411"}]}}"#,
);
const ORDER: (&str, &str) = (
    "ev_po",
    r#"{"po_no":"PO/2025/411","po_date":"2025-02-20","vendor_gstin":"27AAPFU0939F1ZV","lines":[{"line":1,"item":"Office chair","rate":640}]}"#,
);
const SCAN: (&str, &str) = (
    "ev_scan",
    r#"{"doc":"freight bill (scan)","issuer_country":"US","bill_no":"HB91","bill_date":"09/03/2025","date_format":null}"#,
);

/// What is not borne: one line for each way in which evidence and claim pass each other by.
#[test]
fn kinds_of_claims_that_nothing_bears() {
    for (evidence, claim, cites) in [
        (
            vec![BILL],
            "Each of the three items is charged at 18 per cent.",
            vec![
                "ev_inv/ItemList/0/GstRt",
                "ev_inv/ItemList/1/GstRt",
                "ev_inv/ItemList/2/GstRt",
            ],
        ),
        (
            vec![BILL],
            "Just one line, number 1, is at 5 per cent.",
            vec![
                "ev_inv/ItemList/0/GstRt",
                "ev_inv/ItemList/1/GstRt",
                "ev_inv/ItemList/2/GstRt",
            ],
        ),
        (
            vec![BILL],
            "Only one line is at 18 per cent.",
            vec![
                "ev_inv/ItemList/0/GstRt",
                "ev_inv/ItemList/1/GstRt",
                "ev_inv/ItemList/2/GstRt",
            ],
        ),
        (
            vec![BILL],
            "At least two lines are at 5%.",
            vec!["ev_inv/ItemList/1/GstRt", "ev_inv/ItemList/2/GstRt"],
        ),
        (
            vec![BILL],
            "Bluepeak Foods India Private Limited issued this bill.",
            vec!["ev_inv/BuyerDtls/LglNm"],
        ),
        (
            vec![BILL],
            "Our agreed rate for Office chair is Rs 654.",
            vec!["ev_inv/ItemList/0/UnitPrice"],
        ),
        (
            vec![BILL],
            "CGST and SGST together amount to ₹16,399.90.",
            vec!["ev_inv/ItemList/0/AssAmt", "ev_inv/ValDtls/SgstVal"],
        ),
        (
            vec![BILL],
            "The bill is for ₹3,319.90.",
            vec!["ev_inv/ValDtls/CgstVal"],
        ),
        (
            vec![BILL, ORDER],
            "Line 1 is billed at the order rate of ₹640, so price is not an issue.",
            vec!["ev_inv/ItemList/0/UnitPrice", "ev_po/lines/0/rate"],
        ),
        (
            vec![BILL, ORDER],
            "The unit price of ₹654 is above the ₹620 on PO/2025/411.",
            vec!["ev_inv/ItemList/0/UnitPrice", "ev_po/lines/0/rate"],
        ),
        (
            vec![BILL, ORDER],
            "TX/204 (09-03-2025) is later than its purchase order PO/2025/411 (21-02-2025).",
            vec!["ev_inv/DocDtls/Dt", "ev_po/po_date"],
        ),
        (
            vec![SCAN],
            "Bill HB91 is dated 9 March 2025.",
            vec!["ev_scan/bill_date"],
        ),
        (
            vec![SCAN],
            "Bill HB91 predates 2 September 2025.",
            vec!["ev_scan/bill_date"],
        ),
    ] {
        let case = case_of(&evidence, claim, &cites);
        assert!(!supports(&case), "{claim}");
    }
}
