//! The verdict on a claim: its citations are read, each clause is weighed, and the worst part decides.

use std::collections::BTreeSet;

use crate::{
    Case, Judgement, Label, account,
    clause::{self, Item},
    field::Field,
    guard,
    index::Index,
    lex, parties, read, scope,
    turns::{self, Turn},
    weigh::{Tally, Weigher},
};

/// A claim cites at most this many places; a claim that cites more rests on none.
const CITATIONS_MAX: usize = 256;

fn judgement(label: Label, why: impl Into<String>) -> Judgement {
    Judgement {
        label,
        why: why.into(),
    }
}

/// Judges a claim by what it cites. The first reason found for the label is given with it.
pub fn judge(case: &Case) -> Judgement {
    if case.citations.is_empty() {
        return judgement(Label::Unsupported, "it cites nothing");
    }
    if case.citations.len() > CITATIONS_MAX {
        return judgement(
            Label::Unsupported,
            format!("it cites more than {CITATIONS_MAX} places"),
        );
    }
    let index = Index::new(case.evidence.iter().map(|e| &e.json).collect());
    let (mut cited, mut void, mut misquoted): (Vec<Field<'_>>, Option<String>, Option<String>) =
        (Vec::new(), None, None);
    for citation in &case.citations {
        let place = || format!("{}{}", citation.evidence, citation.pointer);
        let found = case
            .evidence
            .iter()
            .position(|e| e.id == citation.evidence)
            .and_then(|doc| Field::at(doc, index.root(doc)?, &citation.pointer));
        match found {
            None => void = void.or_else(|| Some(format!("{} does not resolve", place()))),
            Some(field) => {
                if !read::same(&citation.value, field.value) {
                    misquoted = misquoted.or_else(|| {
                        Some(format!(
                            "{} holds another value than the one quoted",
                            place()
                        ))
                    });
                }
                if !cited
                    .iter()
                    .any(|c| c.doc == field.doc && c.path == field.path)
                {
                    cited.push(field);
                }
            }
        }
    }
    if cited.is_empty() {
        return judgement(
            Label::Unsupported,
            void.unwrap_or_else(|| "it cites nothing".to_owned()),
        );
    }
    let weighed = weigh(&cited, &index, &case.claim);
    let weighed = match weighed.label {
        Label::Supported => unturned(&cited, &index, &case.claim).map_or(weighed, |turn| {
            let why = format!("\"{}\" might as well be \"{}\"", turn.from, turn.to);
            // What is borne out is the opposite.
            match unturned(&cited, &index, &turn.claim) {
                None => judgement(Label::Contradicted, why),
                Some(_) => judgement(Label::Partial, why),
            }
        }),
        _ => weighed,
    };
    match (weighed.label, void, misquoted) {
        (Label::Supported | Label::Partial, _, Some(why))
        | (Label::Supported | Label::Unsupported, Some(why), _)
        | (Label::Unsupported, None, Some(why)) => judgement(Label::Unsupported, why),
        _ => weighed,
    }
}

/// A claim and its opposite are not both true: where the one that is turned around would be supported too, the word that
/// turns it has not been weighed.
fn unturned<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> Option<Turn> {
    turns::of(claim, cited)
        .into_iter()
        .find(|turn| weigh(cited, index, &turn.claim).label == Label::Supported)
}

/// What a claim comes to by the values that it cites.
fn weigh<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> Judgement {
    let mut items = clause::items(&lex::tokens(claim));
    for item in &mut items {
        // A single capitalised word at the head may be a name: it is one that the evidence has.
        if let Item::Unknown(word) = item
            && word.starts_with(char::is_uppercase)
            && index.names_somebody(word)
        {
            *item = Item::Name(word.clone());
        }
    }
    let mut clauses = clause::split(&items);
    for n in 1..clauses.len() {
        clause::fill_in(&mut clauses, n);
    }
    let mut total = Tally::default();
    let mut before: &[Item] = &[];
    let mut weighers: Vec<Weigher<'a, '_>> = Vec::new();
    for part in &clauses {
        let mut weigher = Weigher::new(cited, index, part, before, &items, claim);
        if let Some(last) = weighers.last() {
            weigher.earlier = last.earlier.union(&last.bearing).copied().collect();
        }
        weigher.weigh();
        weighers.push(weigher);
        before = part;
    }
    // What is left over in one clause may be what the fields of another are about: "As per the portal, …".
    let bearing: BTreeSet<usize> = weighers.iter().flat_map(|w| &w.bearing).copied().collect();
    for mut weigher in weighers {
        weigher.earlier.clone_from(&bearing);
        let tally = weigher.weigh_rest();
        total.add(tally);
    }
    if let Some(field) = cited
        .iter()
        .enumerate()
        .find(|(n, f)| !bearing.contains(n) && f.says_a_state() && total.good <= total.subjects)
        .map(|(_, f)| f)
    {
        total.missing.push(format!(
            "what {} says is not what the claim says",
            field.pointer()
        ));
    }
    total.bad.extend(guard::turned(&items, cited));
    total.bad.extend(parties::turned(&items, cited));
    let refused = scope::wider(&items, cited);
    let accounted = cited
        .iter()
        .enumerate()
        .all(|(n, f)| bearing.contains(&n) || account::is_told(f, &items, claim));
    total.missing.extend(refused);
    total.judgement(accounted)
}
