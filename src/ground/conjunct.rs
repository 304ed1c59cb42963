//! Two statements in one sentence, "invoice A/1 is dated 1 May 2026; order PO-7 is open": each is judged by what is cited for
//! it, and what is cited for neither bears neither.
//!
//! *Invariant:* a sentence is supported as two only where each part names a record of its own and is supported by itself.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::{
    Case, Citation, Evidence, Judgement, Label, clause,
    lex::{self, Token},
    read,
    vocabulary::{VOCABULARY, folded_words, group, name_parts, stem},
};

/// Where a sentence may hold a second statement.
static JOINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
            r"(?:;\s+(?:and\s+)?|\.\s+|,?\s+and\s+|,?\s+while\s+)(?:(?i:besides|further|furthermore|moreover|also|additionally|in addition|likewise|separately|meanwhile),\s+)?",
        )
        .ok()
});

/// What is said of two that "and" joins.
static OF_BOTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:are (?:not )?(?:the same|different|alike|equal|identical|one)\b|(?:do not |don't )?(?:differ|agree|match|disagree|tally)\b)").ok()
});

/// At most so many joints of a sentence are tried.
const JOINTS_MAX: usize = 4;

/// A longer claim, or one that cites more, is judged as one.
const CLAIM_BYTES_MAX: usize = 600;
const CITATIONS_MAX: usize = 24;

/// The verdict on a sentence, with that on its parts where it holds two statements.
pub(crate) fn of(
    case: &Case,
    whole: Judgement,
    judged: impl Fn(&Case) -> Judgement,
    refused: impl Fn(&Case) -> Option<Judgement>,
) -> Judgement {
    if case.claim.len() > CLAIM_BYTES_MAX || case.citations.len() > CITATIONS_MAX {
        return whole;
    }
    let Some(joints) = JOINTS.as_ref() else {
        return whole;
    };
    for joint in joints.find_iter(&case.claim).take(JOINTS_MAX) {
        let (left, right) = (
            case.claim.get(..joint.start()),
            case.claim.get(joint.end()..),
        );
        let (Some(left), Some(right)) = (left, right) else {
            continue;
        };
        let stop = joint.as_str().starts_with('.');
        if stop && !ends_a_sentence(left, right) {
            continue;
        }
        // "X on the invoice and Y at the portal are different names" is one statement of the two.
        if !joint.as_str().starts_with([';', '.', ','])
            && OF_BOTH.as_ref().is_some_and(|r| r.is_match(right))
        {
            continue;
        }
        let parts = [Part::of(left), Part::of(right)];
        let named = parts.iter().all(Part::names_a_record);
        let apart = joint.as_str().starts_with([';', ',', '.']);
        let halves = halves(case, &parts);
        if whole.label == Label::Supported {
            let empty = halves.iter().position(|half| half.citations.is_empty());
            if let Some(empty) = empty
                .filter(|_| apart && parts.iter().all(Part::is_numbered))
                .and_then(|n| halves.get(n))
            {
                return resting_on_nothing(&empty.claim);
            }
            if let Some(bare) = bare(case, &parts).filter(|_| apart) {
                return resting_on_nothing(bare);
            }
            continue;
        }
        // What stands behind a joint may be said of what is before it: then the whole knows better.
        let parts_from = |parts: &[Part<'_>; 2], open: usize| {
            let borne = parts.get(1 - open).is_some_and(Part::is_a_statement);
            let other = parts.get(open).is_some_and(Part::is_numbered);
            match whole.label {
                Label::Contradicted => borne && (stop || apart && other),
                _ => apart || borne && other,
            }
        };
        let [a, b] = halves;
        let (one, other) = (judged(&a), judged(&b));
        match (one.label, other.label) {
            (Label::Supported, Label::Supported) if named => {
                if let Some(bare) = bare(case, &parts).filter(|_| apart) {
                    return resting_on_nothing(bare);
                }
                if let Some(refused) = refused(case) {
                    return refused;
                }
                return Judgement {
                    label: Label::Supported,
                    why: "each of the two statements is borne by what is cited for it".to_owned(),
                };
            }
            (Label::Supported, Label::Contradicted) if named || stop => return other,
            (Label::Contradicted, Label::Supported) if named || stop => return one,
            (Label::Supported, _) if parts_from(&parts, 1) => return resting_on_nothing(&b.claim),
            (_, Label::Supported) if parts_from(&parts, 0) => return resting_on_nothing(&a.claim),
            _ => {}
        }
    }
    whole
}

fn resting_on_nothing(part: &str) -> Judgement {
    Judgement {
        label: Label::Partial,
        why: format!(
            "\"{}\" rests on nothing that is cited",
            part.trim_end_matches('.')
        ),
    }
}

/// Whether a point ends a sentence, and no abbreviation: "Rs. 500", "invoice no. 12".
fn ends_a_sentence(left: &str, right: &str) -> bool {
    const SHORT: [&str; 10] = [
        "rs", "no", "nos", "ltd", "pvt", "co", "dt", "qty", "inv", "ref",
    ];
    let last = folded_words(left).pop().unwrap_or_default();
    let begins = right.starts_with(|c: char| c.is_uppercase());
    begins && last.len() > 1 && !SHORT.contains(&last.as_str())
}

/// A part of a sentence, as what is cited is looked for in it.
struct Part<'c> {
    text: &'c str,
    tokens: Vec<Token>,
    words: Vec<String>,
}

impl<'c> Part<'c> {
    fn of(text: &'c str) -> Self {
        Self {
            text,
            tokens: lex::tokens(text),
            words: folded_words(text).iter().map(|w| stem(w)).collect(),
        }
    }

    /// Whether it says of which record it speaks, by a number or by what paper it is.
    fn names_a_record(&self) -> bool {
        let said = clause::tags_of(&clause::items(&self.tokens));
        self.is_numbered() || said.iter().any(|t| group(t) == "doc")
    }

    /// Whether it says something of what it names.
    fn is_a_statement(&self) -> bool {
        self.tokens
            .iter()
            .filter(|t| matches!(t, Token::Word(_)))
            .count()
            > 3
    }

    /// Whether it tells a number of a record.
    fn is_numbered(&self) -> bool {
        self.tokens.iter().any(|t| matches!(t, Token::Id(_)))
    }

    /// Whether a value is told here.
    fn tells(&self, value: &Value) -> bool {
        let (number, date) = (read::json_number(value), read::json_date(value));
        let stated = self.tokens.iter().any(|t| match t {
            Token::Number(n) => number.is_some_and(|v| n.is(v, false)),
            Token::Date(d) => date == Some(*d),
            Token::Id(id) => value
                .as_str()
                .is_some_and(|t| read::identifier(t) == read::identifier(id)),
            Token::Part(part) => value
                .as_str()
                .and_then(read::period)
                .is_some_and(|p| part.is_period(p)),
            _ => false,
        });
        let written = value.as_str().is_some_and(|text| {
            let own: Vec<String> = folded_words(text).iter().map(|w| stem(w)).collect();
            !own.is_empty() && self.words.windows(own.len()).any(|w| w == own)
        });
        stated || written
    }

    /// Whether it tells a name or a number that a record holds and nobody cites, and the other statement does not.
    fn tells_uncited(&self, other: &Self, case: &Case) -> bool {
        let is_cited = |value: &Value| case.citations.iter().any(|c| read::same(&c.value, value));
        case.evidence.iter().any(|evidence| {
            let mut leaves = Vec::new();
            texts(&evidence.json, 0, &mut leaves);
            leaves.into_iter().any(|text| {
                let value = Value::from(text);
                let named = folded_words(text).len() > 1
                    || text.bytes().filter(u8::is_ascii_digit).count() > 3;
                named
                    && read::json_date(&value).is_none()
                    && self.tells(&value)
                    && !other.tells(&value)
                    && !is_cited(&value)
            })
        })
    }

    /// How many of the identifiers told here a record holds.
    fn names(&self, evidence: &Evidence) -> usize {
        let mut leaves = Vec::new();
        texts(&evidence.json, 0, &mut leaves);
        let named = |id: &String| {
            let id = read::identifier(id);
            leaves.iter().any(|t| read::identifier(t) == id)
        };
        self.tokens
            .iter()
            .filter(|t| matches!(t, Token::Id(id) if named(id)))
            .count()
    }

    /// How many words of a member's name are told here, and of what it is by its name.
    fn speaks_of(&self, pointer: &str) -> usize {
        let leaf = pointer.rsplit('/').next().unwrap_or_default();
        let words = name_parts(leaf)
            .iter()
            .filter(|p| self.words.contains(&stem(p)))
            .count();
        let member = VOCABULARY.member(leaf).0;
        let said = clause::tags_of(&clause::items(&self.tokens));
        words + member.iter().filter(|t| said.contains(*t)).count()
    }
}

/// The short texts of a record.
fn texts<'v>(value: &'v Value, depth: usize, out: &mut Vec<&'v str>) {
    const DEPTH_MAX: usize = 16;
    match value {
        Value::String(text) if text.len() < 80 => out.push(text),
        Value::Array(list) if depth < DEPTH_MAX => {
            for v in list {
                texts(v, depth + 1, out);
            }
        }
        Value::Object(map) if depth < DEPTH_MAX => {
            for v in map.values() {
                texts(v, depth + 1, out);
            }
        }
        _ => {}
    }
}

/// The statement for which nothing is cited but what the other tells as well of the same records, and that tells something
/// that is not cited.
fn bare<'c>(case: &Case, parts: &[Part<'c>; 2]) -> Option<&'c str> {
    let (first, second) = divided(case, parts);
    let [a, b] = parts;
    // "Its status is active": said of what the first one names.
    let of_it = ["it", "its", "their", "this", "that"];
    if b.words.first().is_some_and(|w| of_it.contains(&w.as_str())) {
        return None;
    }
    [(a, b, &first, &second), (b, a, &second, &first)]
        .into_iter()
        .find(|(part, other, own, theirs)| {
            part.is_a_statement()
                && own.iter().all(|c| {
                    part.tells(&c.value)
                        && other.tells(&c.value)
                        && theirs.iter().any(|t| t.evidence == c.evidence)
                })
                && part.tells_uncited(other, case)
        })
        .map(|(part, ..)| part.text)
}

/// The two statements, each with what is cited for it: what it tells, else what its record holds, else what it is called by.
fn halves(case: &Case, parts: &[Part<'_>; 2]) -> [Case; 2] {
    let [a, b] = parts;
    let (mut first, mut second) = divided(case, parts);
    // What neither tells is of the one that would have nothing.
    let untold = |c: &Citation| !a.tells(&c.value) && !b.tells(&c.value);
    if first.is_empty() {
        (first, second) = second.into_iter().partition(untold);
    } else if second.is_empty() {
        (second, first) = first.into_iter().partition(untold);
    }
    let half = |part: &Part<'_>, citations: Vec<Citation>| Case {
        claim: part.text.to_owned(),
        evidence: case.evidence.clone(),
        citations,
    };
    [half(a, first), half(b, second)]
}

/// What is cited for the one statement, and for the other.
fn divided(case: &Case, parts: &[Part<'_>; 2]) -> (Vec<Citation>, Vec<Citation>) {
    let [a, b] = parts;
    let is_of_second = |citation: &Citation| {
        let evidence = case.evidence.iter().find(|e| e.id == citation.evidence);
        let told = (a.tells(&citation.value), b.tells(&citation.value));
        let named = evidence.map_or((0, 0), |e| (a.names(e), b.names(e)));
        let spoken = (
            a.speaks_of(&citation.pointer),
            b.speaks_of(&citation.pointer),
        );
        match told {
            (true, false) => false,
            (false, true) => true,
            // What both name is of the one that speaks of it.
            _ if (named.0 == 0) != (named.1 == 0) => named.1 > named.0,
            _ if spoken.0 != spoken.1 => spoken.1 > spoken.0,
            _ if named.0 != named.1 => named.1 > named.0,
            // With what else is cited of its record.
            _ => {
                let beside = |part: &Part<'_>, other: &Part<'_>| {
                    case.citations
                        .iter()
                        .filter(|c| c.evidence == citation.evidence)
                        .filter(|c| part.tells(&c.value) && !other.tells(&c.value))
                        .count()
                };
                beside(b, a) > beside(a, b)
            }
        }
    };
    let (second, first): (Vec<Citation>, Vec<Citation>) =
        case.citations.iter().cloned().partition(is_of_second);
    (first, second)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::frame::tests::check;

    #[test]
    fn each_statement_rests_on_what_is_cited_for_it() {
        let docs = [
            (
                "inv",
                json!({"DocDtls": {"No": "B17658", "Dt": "01/08/2026"}, "SellerDtls": {"Gstin": "24RGRCA8712B1Z1"},
                "BuyerDtls": {"Pos": "29"}, "ValDtls": {"TotInvVal": 4_000}}),
            ),
            (
                "po",
                json!({"po_number": "PO-26-25864", "status": "open", "vendor_id": "V0042"}),
            ),
        ];
        check(
            &docs,
            &[
                ("inv", "/DocDtls/No"),
                ("inv", "/ValDtls/TotInvVal"),
                ("po", "/po_number"),
                ("po", "/status"),
            ],
            &[
                (
                    "Invoice B17658 totals ₹4,000; further, order PO-26-25864 is open.",
                    true,
                ),
                (
                    "Invoice B17658 totals ₹4,000; further, order PO-26-25864 is closed.",
                    false,
                ),
            ],
        );
        check(
            &docs,
            &[("inv", "/DocDtls/No"), ("inv", "/BuyerDtls/Pos")],
            &[(
                "Invoice B17658 names Karnataka as the place of supply, and the supplier GSTIN on invoice B17658 is 24RGRCA8712B1Z1.",
                false,
            )],
        );
    }
}
