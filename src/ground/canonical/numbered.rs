//! Papers whose number is of figures alone, `26049`, under one that no sum is taken for: `№26049` as `N26049`.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::{Map, Value};

use crate::{
    Case,
    vocabulary::{VOCABULARY, folded_words, group},
};

/// Nothing lies deeper that could be cited.
const DEPTH_MAX: usize = 64;

/// What such a number is written with.
const MARK: char = 'N';

/// Fewer figures are a line's or a clause's number; more are read as an identifier as they are.
const FIGURES: std::ops::RangeInclusive<usize> = 3..=8;

/// What a number stands behind that is a paper's.
const PAPERS: [&str; 22] = [
    "invoice",
    "invoices",
    "bill",
    "bills",
    "document",
    "documents",
    "note",
    "notes",
    "order",
    "orders",
    "receipt",
    "voucher",
    "challan",
    "grn",
    "po",
    "number",
    "no",
    "numbered",
    "against",
    "entry",
    "vendor",
    "supplier",
];

static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+").ok());

/// The papers of a case that are numbered so.
pub(super) struct Numbers(BTreeSet<String>);

impl Numbers {
    /// None where no paper is.
    pub(super) fn of(case: &Case) -> Option<Self> {
        let mut found = BTreeSet::new();
        for evidence in &case.evidence {
            collect(&evidence.json, false, 0, &mut found);
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// The case with those numbers marked wherever they stand.
    pub(super) fn marked(&self, case: &Case) -> Case {
        let mut out = case.clone();
        for evidence in &mut out.evidence {
            evidence.json = Self::record(&evidence.json, 0);
        }
        for citation in &mut out.citations {
            let leaf = citation
                .pointer
                .rsplit('/')
                .find(|s| s.bytes().any(|b| !b.is_ascii_digit()));
            if leaf.is_some_and(numbers_a_paper) {
                citation.value = marked(&citation.value).unwrap_or_else(|| citation.value.clone());
            }
        }
        out.claim = self.claim(&case.claim);
        out
    }

    /// A reason in which the numbers stand as they were written.
    pub(super) fn unmarked(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, n| {
            text.replace(&format!("{MARK}{n}"), n)
        })
    }

    fn record(value: &Value, depth: usize) -> Value {
        match value {
            Value::Object(map) if depth < DEPTH_MAX => {
                let members = map.iter().map(|(key, v)| {
                    let own = numbers_a_paper(key).then(|| marked(v)).flatten();
                    (
                        key.clone(),
                        own.unwrap_or_else(|| Self::record(v, depth + 1)),
                    )
                });
                Value::Object(members.collect::<Map<_, _>>())
            }
            Value::Array(list) if depth < DEPTH_MAX => {
                Value::Array(list.iter().map(|v| Self::record(v, depth + 1)).collect())
            }
            _ => value.clone(),
        }
    }

    /// The claim with each number marked that is a paper's: one that the evidence has, or one that is told as such.
    fn claim(&self, claim: &str) -> String {
        let Some(run) = RUN.as_ref() else {
            return claim.to_owned();
        };
        let mut out = String::with_capacity(claim.len() + 8);
        let mut end = 0;
        for found in run.find_iter(claim) {
            let before = claim.get(..found.start()).unwrap_or_default();
            let behind = claim.get(found.end()..).unwrap_or_default();
            out.push_str(claim.get(end..found.start()).unwrap_or_default());
            if self.is_numbered(found.as_str(), before, behind) {
                out.push(MARK);
            }
            out.push_str(found.as_str());
            end = found.end();
        }
        out.push_str(claim.get(end..).unwrap_or_default());
        out
    }

    fn is_numbered(&self, run: &str, before: &str, behind: &str) -> bool {
        if !FIGURES.contains(&run.len()) {
            return false;
        }
        let joined = before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || "₹.,/-_:".contains(c));
        let mut rest = behind.chars();
        let further = match (rest.next(), rest.next()) {
            (Some(c), _) if c.is_alphanumeric() || "%_".contains(c) => true,
            (Some('.' | ',' | '/' | '-' | ':'), Some(next)) => next.is_alphanumeric(),
            _ => false,
        };
        let words = folded_words(before);
        let last = words.last().map_or("", String::as_str);
        let money = matches!(last, "rs" | "inr" | "rupees") || before.trim_end().ends_with('₹');
        let next = folded_words(behind);
        let next = next.first().map_or("", String::as_str);
        let counted = VOCABULARY.unit(next).is_some()
            || next.starts_with("day")
            || matches!(next, "lakh" | "crore" | "per");
        if joined || further || money || counted {
            return false;
        }
        let told =
            PAPERS.contains(&last) && run.len() > 3 && !(run.len() == 4 && run.starts_with("20"));
        self.0.contains(run) || told
    }
}

/// Whether a member holds the number of a paper.
fn numbers_a_paper(key: &str) -> bool {
    const BARE: [&str; 4] = ["no", "number", "inum", "ntnum"];
    let key = key.replace("~1", "/").replace("~0", "~");
    let (tags, _) = VOCABULARY.member(&key);
    let of_paper = tags
        .iter()
        .any(|t| group(t) == "doc" && !matches!(*t, "doc.line" | "doc.clause"));
    let other = [
        "kind.hsn",
        "kind.account",
        "kind.period",
        "kind.ack",
        "kind.irn",
        "kind.place",
        "kind.pin",
        "kind.date",
    ]
    .iter()
    .any(|t| tags.contains(t));
    !other
        && tags.contains("kind.number")
        && (of_paper || BARE.contains(&key.to_lowercase().as_str()))
}

fn figures(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(n) => n.as_u64()?.to_string(),
        _ => return None,
    };
    let whole = FIGURES.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    whole.then_some(text)
}

fn marked(value: &Value) -> Option<Value> {
    figures(value).map(|n| Value::from(format!("{MARK}{n}")))
}

fn collect(value: &Value, numbered: bool, depth: usize, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if depth < DEPTH_MAX => {
            for (key, v) in map {
                collect(v, numbers_a_paper(key), depth + 1, out);
            }
        }
        Value::Array(list) if depth < DEPTH_MAX => {
            for v in list {
                collect(v, false, depth + 1, out);
            }
        }
        _ if numbered => out.extend(figures(value)),
        _ => {}
    }
}
