//! Two records that hold the same, or not the same, of one thing: an account, a GSTIN, a holder's name.

use super::Frame;
use crate::{
    field::Field,
    lex::Token,
    mention::same_name,
    read,
    vocabulary::folded_words,
    vocabulary::{Tag, Tags},
};

const SAME: [&str; 16] = [
    "same",
    "match",
    "matches",
    "matching",
    "equal",
    "equals",
    "agree",
    "agrees",
    "identical",
    "tally",
    "tallies",
    "both",
    "own",
    "alike",
    "coincide",
    "corresponds",
];
const OTHER: [&str; 7] = [
    "differ",
    "differs",
    "different",
    "another",
    "mismatch",
    "differing",
    "unlike",
];
/// What two records may hold of one thing.
const KINDS: [Tag; 9] = [
    "kind.account",
    "kind.gstin",
    "kind.pan",
    "kind.ifsc",
    "kind.name",
    "kind.holder",
    "kind.vehicle",
    "kind.irn",
    "kind.udyam",
];

pub(super) fn reads(frame: &mut Frame<'_, '_>) -> Option<()> {
    // The number of a clause is told by naming it.
    let numbered = |f: &&Field<'_>| {
        matches!(f.leaf(), "no" | "clause" | "clause_no" | "number")
            && f.value.as_str().is_some_and(|t| frame.names(t))
    };
    let compared: Vec<&Field<'_>> = frame.cited.iter().filter(|f| !numbered(f)).collect();
    let [one, two] = compared[..] else {
        return None;
    };
    let kinds = |f: &Field<'_>| -> Tags {
        f.tags
            .iter()
            .copied()
            .filter(|t| KINDS.contains(t))
            .map(|t| if t == "kind.holder" { "kind.name" } else { t })
            .collect()
    };
    if apart(frame, one, two).is_some() {
        return Some(());
    }
    let (left, right) = (kinds(one), kinds(two));
    if one.doc == two.doc || left != right || left.len() != 1 {
        return None;
    }
    let buyers = one.roles().contains("role.buyer") || two.roles().contains("role.buyer");
    let (a, b) = (one.value.as_str()?, two.value.as_str()?);
    let named = left.contains("kind.name");
    let same = if named {
        same_name(a, b, a) && same_name(b, a, b)
    } else {
        read::identifier(a) == read::identifier(b)
    };
    if buyers || a.is_empty() || b.is_empty() {
        return None;
    }
    // A value that is told is the one that both hold.
    let ids: Vec<usize> = (0..frame.tokens.len())
        .filter(|n| match frame.tokens.get(*n) {
            Some(Token::Id(id)) => read::identifier(id) == read::identifier(a),
            Some(Token::Number(n)) => read::identifier(&n.raw) == read::identifier(a),
            _ => false,
        })
        .collect();
    let other_than = (0..frame.tokens.len())
        .find(|n| frame.is_word(*n, &["other"]) && frame.is_word(n + 1, &["than"]));
    let denied = (0..frame.tokens.len())
        .filter(|n| frame.is_word(*n, &["not", "no", "never", "nor"]))
        .count();
    let (says_same, says_other) = (
        frame.says(&SAME),
        frame.says(&OTHER) || other_than.is_some(),
    );
    let joined =
        !named && ids.len() == 1 && !says_same && !says_other && frame.says(&["and", "which"]);
    let so = match (says_same || joined, says_other, denied) {
        (true, false, 0) => same,
        (false, true, 0) => !same && ids.is_empty(),
        (true, false, 1) => !same && ids.is_empty() && !joined,
        _ => return None,
    };
    // A register asks for nothing.
    let asks = frame.says(&["asks", "requests"]);
    if !so || (asks && !frame.says(&["letter", "mail", "email", "note"])) {
        return None;
    }
    for n in ids {
        frame.take(n);
    }
    frame.take_words(&SAME);
    frame.take_words(&OTHER);
    if let Some(at) = other_than {
        frame.take(at);
        frame.take(at + 1);
    }
    if denied == 1 {
        frame.take_words(&["not", "no"]);
    }
    frame.take_words(&[
        "one", "ones", "number", "numbers", "carry", "carries", "held", "hold", "holds", "file",
        "than", "gives", "give", "given", "asks", "quoted", "quotes", "recorded", "kept", "bank",
        "went", "paid", "clause", "billed", "agreed",
    ]);
    if !named {
        frame.take_words(&["names"]);
    }
    frame.tell_all();
    Some(())
}

/// "The letter names account …41, while the master holds …14": each told with its own paper.
fn apart<'a>(frame: &mut Frame<'a, '_>, one: &Field<'a>, two: &Field<'a>) -> Option<()> {
    let numbers = ["kind.account", "kind.gstin", "kind.pan", "kind.ifsc"];
    let alike = numbers.iter().any(|t| one.has(t) && two.has(t));
    let (a, b) = (one.value.as_str()?, two.value.as_str()?);
    if !alike
        || one.doc == two.doc
        || read::identifier(a) == read::identifier(b)
        || frame.cited.len() != 2
    {
        return None;
    }
    let spot = |value: &str| {
        let mut found = (0..frame.tokens.len()).filter(|n| match frame.tokens.get(*n) {
            Some(Token::Id(id)) => read::identifier(id) == read::identifier(value),
            Some(Token::Number(n)) => n.raw == value,
            _ => false,
        });
        let at = found.next()?;
        found.next().is_none().then_some(at)
    };
    let (x, y) = (spot(a)?, spot(b)?);
    // One break lies between the two halves.
    let breaks: Vec<usize> = (x.min(y)..x.max(y))
        .filter(|n| {
            matches!(frame.tokens.get(*n), Some(Token::Mark(';' | ',')))
                || frame.is_word(*n, &["while", "whereas", "but", "against"])
        })
        .collect();
    let (first, last) = (*breaks.first()?, *breaks.last()?);
    if last - first > 1 {
        return None;
    }
    let papers = |f: &Field<'a>| -> Vec<String> {
        let root = frame.index.root(f.doc);
        ["doc_type", "doc", "type", "document", "source"]
            .iter()
            .filter_map(|k| root?.get(k)?.as_str())
            .flat_map(folded_words)
            .filter(|w| {
                !matches!(
                    w.as_str(),
                    "vendor"
                        | "supplier"
                        | "bank"
                        | "account"
                        | "change"
                        | "of"
                        | "the"
                        | "request"
                )
            })
            .collect()
    };
    let (mine, yours) = (papers(one), papers(two));
    let half = |at: usize| {
        if at < first {
            0..first
        } else {
            last + 1..frame.tokens.len()
        }
    };
    let own = |at: usize, own: &[String], other: &[String]| {
        let said = |w: &String| half(at).any(|n| frame.word(n) == w);
        own.iter().any(|w| said(w) && !other.contains(w))
            && !other.iter().any(|w| said(w) && !own.contains(w))
    };
    let denied = frame.says(&[
        "not", "no", "never", "nor", "same", "both", "match", "matches",
    ]);
    if denied || !own(x, &mine, &yours) || !own(y, &yours, &mine) {
        return None;
    }
    frame.take(x);
    frame.take(y);
    frame.take_words(&[
        "while", "whereas", "but", "against", "instead", "names", "holds", "has", "asks", "gives",
        "shows", "quotes", "carries", "says", "number", "still", "file",
    ]);
    frame.tell_all();
    Some(())
}
