//! The verdict on a claim: its citations are read, each clause is weighed, and the worst part decides.

use std::collections::BTreeSet;

use crate::{
    Case, Judgement, Label, canonical,
    clause::{self, Item},
    conjunct, counter,
    decide::Rest,
    doubt,
    field::Field,
    figures, frame, grammar, guard,
    index::Index,
    lex, money, outcome, part, parties,
    proof::{self, Gap},
    read, relabel, scope,
    turns::{self, Turn},
    veto,
    vocabulary::VOCABULARY,
    weigh::{Tally, Weigher},
};

/// A claim cites at most this many places; a claim that cites more rests on none.
const CITATIONS_MAX: usize = 256;

/// Why a claim is supported of which each value is held against another: that none of them is idle goes without trying.
const COMPARED: &str = "what the claim sets against each other stands so in what it cites";

fn judgement(label: Label, why: impl Into<String>) -> Judgement {
    Judgement {
        label,
        why: why.into(),
    }
}

/// Judges a claim by what it cites. The first reason found for the label is given with it.
pub fn judge(case: &Case) -> Judgement {
    let plain = &*canonical::of(case);
    let judged = weighed_and_tried(plain);
    // The figures in the name of goods may be taken for the claim's own.
    let judged = match canonical::goods::uncited(plain).map(|other| weighed_and_tried(&other)) {
        Some(other) if other.label == Label::Supported => other,
        _ => judged,
    };
    // A flag may say once more what is told.
    let judged = match judged.label {
        Label::Supported => judged,
        _ => canonical::restated::without(plain)
            .map(|other| weighed_and_tried(&other))
            .filter(|without| without.label == Label::Supported)
            .unwrap_or(judged),
    };
    let judged = relabel::of(plain, judged, |other| {
        weighed_and_tried(other).label == Label::Supported
    });
    Judgement {
        why: canonical::as_written(case, judged.why),
        ..judged
    }
}

/// Whether a claim is supported; what it is else is not asked.
#[cfg(test)]
pub(crate) fn supports(case: &Case) -> bool {
    judge(case).label == Label::Supported
}

/// The verdict on a sentence as one statement, or as two.
fn weighed_and_tried(case: &Case) -> Judgement {
    conjunct::of(case, tried(case), tried, refused_as_one)
}

/// Why a sentence is not supported though each of its two parts is.
fn refused_as_one(case: &Case) -> Option<Judgement> {
    let evidence = money::in_rupees(&case.evidence);
    let index = Index::new(&evidence);
    let cited: Vec<Field<'_>> = case
        .citations
        .iter()
        .filter_map(|c| {
            let doc = case.evidence.iter().position(|e| e.id == c.evidence)?;
            index.field(doc, &c.pointer)
        })
        .collect();
    veto::of_two_statements(&cited, &index, &items_of(&index, &case.claim), &case.claim)
        .map(|(label, why)| judgement(label, why))
}

/// The verdict, with each figure and each cited value tried for whether it matters.
fn tried(case: &Case) -> Judgement {
    let judged = judged(case);
    if judged.label != Label::Supported || judged.why == COMPARED {
        return judged;
    }
    match counter::idle(case, |other| self::judged(other).label) {
        Some(why) => judgement(Label::Unsupported, why),
        None => judged,
    }
}

fn judged(case: &Case) -> Judgement {
    if case.citations.is_empty() {
        return judgement(Label::Unsupported, "it cites nothing");
    }
    if case.citations.len() > CITATIONS_MAX {
        return judgement(
            Label::Unsupported,
            format!("it cites more than {CITATIONS_MAX} places"),
        );
    }
    let evidence = money::in_rupees(&case.evidence);
    let index = Index::new(&evidence);
    let (mut cited, mut void, mut misquoted): (Vec<Field<'_>>, Option<String>, Option<String>) =
        (Vec::new(), None, None);
    for citation in &case.citations {
        let place = || format!("{}{}", citation.evidence, citation.pointer);
        let found = case
            .evidence
            .iter()
            .position(|e| e.id == citation.evidence)
            .and_then(|doc| index.field(doc, &citation.pointer));
        match found {
            None => void = void.or_else(|| Some(format!("{} does not resolve", place()))),
            Some(field) => {
                // A quote is held against the record as it is written.
                let written = case
                    .evidence
                    .get(field.doc)
                    .and_then(|e| Field::at(field.doc, &e.json, &citation.pointer))
                    .map_or(field.value, |f| f.value);
                if !read::same(&citation.value, written) {
                    misquoted = misquoted.or_else(|| {
                        Some(format!(
                            "{} holds another value than the one quoted",
                            place()
                        ))
                    });
                }
                if !cited.iter().any(|c| c.is_at(&field)) {
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
    if let Some(why) = doubt::of_citations(&cited, &index, &case.claim) {
        return judgement(Label::Unsupported, why);
    }
    let weighed = match proved(&cited, &index, &case.claim) {
        _ if compared(&cited, &index, &case.claim) => judgement(Label::Supported, COMPARED),
        Ok(()) => judgement(
            Label::Supported,
            "the claim and what it cites account for each other",
        ),
        Err(_) if framed(&cited, &index, &case.claim) => judgement(
            Label::Supported,
            "the claim is read from end to end, and what it cites says so",
        ),
        Err(_) if read_whole(&cited, &index, &case.claim, grammar::proves) => judgement(
            Label::Supported,
            "every phrase of the claim names what it cites, and what it says of that is so",
        ),
        Err(_) if read_whole(&cited, &index, &case.claim, figures::proves) => judgement(
            Label::Supported,
            "each figure of the claim is a cited one, and they are to each other as it says",
        ),
        Err(gap) => unproved(&cited, &index, &case.claim, &gap),
    };
    let weighed = match weighed.label {
        _ if weighed.why != COMPARED
            && weighed.label != Label::Contradicted
            && refuted(&cited, &index, &case.claim) =>
        {
            judgement(
                Label::Contradicted,
                "the cited values do not stand to each other as the claim says",
            )
        }
        _ => vetoed(weighed, &cited, &index, &case.claim),
    };
    match (weighed.label, void, misquoted) {
        (_, Some(why), _)
        | (Label::Supported | Label::Partial | Label::Unsupported, None, Some(why)) => {
            judgement(Label::Unsupported, why)
        }
        _ => weighed,
    }
}

/// The verdict on a claim that is not proved as a whole: its clauses may bear it; else its head may, and the rest rests on
/// nothing; else what is left over says what it is.
fn unproved<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str, gap: &Gap) -> Judgement {
    let weighed = by_clauses(cited, index, claim, gap);
    if weighed.label == Label::Supported {
        return weighed;
    }
    let items = items_of(index, claim);
    if let Some(outcome) = outcome::label(cited, &items, claim) {
        return outcome;
    }
    if let Gap::Turned(why) = gap
        && why.ends_with(guard::ANOTHER_PARTYS)
    {
        return judgement(Label::Unsupported, why.clone());
    }
    let residue = proof::residue(cited, index, &items, claim);
    let left = Rest {
        cited,
        index,
        items: &items,
        claim,
        residue: &residue,
    };
    let refuted = weighed.label == Label::Contradicted;
    let rest = part::borne(cited, index, claim, refuted);
    if let Some(rest) = rest.filter(|rest| !left.reckons_otherwise(rest)) {
        return judgement(
            Label::Partial,
            format!("\"{rest}\" rests on nothing that is cited"),
        );
    }
    if let Some(phrase) = part::without_phrase(cited, index, claim) {
        return judgement(
            Label::Partial,
            format!("\"{phrase}\" rests on nothing that is cited"),
        );
    }
    let turned = matches!(gap, Gap::Turned(_) | Gap::Refuted(_));
    match left.judgement(turned) {
        Some(decided) => decided,
        // A statement that is not borne as it stands is not borne in part by what stands beside it.
        None if weighed.label == Label::Partial => judgement(Label::Unsupported, weighed.why),
        None => weighed,
    }
}

/// A verdict after the reasons that keep a claim from being supported, or that refute it.
fn vetoed<'a>(
    weighed: Judgement,
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
) -> Judgement {
    if weighed.label != Label::Supported && weighed.label != Label::Unsupported {
        return weighed;
    }
    if frame::denies(cited, index, claim) {
        let why = "not as many of the list are so as the claim says";
        return judgement(Label::Contradicted, why);
    }
    match veto::of_claim(cited, index, &items_of(index, claim), claim) {
        Some((label, why)) if weighed.label == Label::Supported || label == Label::Contradicted => {
            judgement(label, why)
        }
        _ => weighed,
    }
}

/// The verdict on a claim that is not proved as a whole: each clause is weighed by itself, unless what keeps the whole from
/// being proved says by itself what it is.
fn by_clauses<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str, gap: &Gap) -> Judgement {
    let (weighed, bearing) = weigh(cited, index, claim);
    match (weighed.label, gap) {
        (Label::Supported, _) if gap.is_grave(cited, &bearing) => judgement(
            match gap {
                Gap::Unborne(_, label) => *label,
                Gap::Denial(_) => Label::Partial,
                _ => Label::Contradicted,
            },
            gap.to_string(),
        ),
        (Label::Supported, _) => unturned(cited, index, claim).map_or(weighed, |turn| {
            let why = format!("\"{}\" might as well be \"{}\"", turn.from, turn.to);
            // What is borne out is the opposite.
            match unturned(cited, index, &turn.claim) {
                None => judgement(Label::Contradicted, why),
                Some(_) => judgement(Label::Partial, why),
            }
        }),
        (
            Label::Partial | Label::Unsupported,
            Gap::Untold { asked: true, .. } | Gap::Refuted(_),
        ) => judgement(Label::Contradicted, gap.to_string()),
        _ => weighed,
    }
}

/// A claim and its opposite are not both true: where the one that is turned around would be supported too, the word that
/// turns it has not been weighed.
fn unturned<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> Option<Turn> {
    turns::of(claim, cited)
        .into_iter()
        .find(|turn| weigh(cited, index, &turn.claim).0.label == Label::Supported)
}

/// Whether a claim and what it cites account for each other, and would not if a word of it were turned around.
pub(crate) fn proved<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> Result<(), Gap> {
    proof::proves(cited, index, &items_of(index, claim), claim)?;
    turns::of(claim, cited).into_iter().try_for_each(|turn| {
        match proof::proves(cited, index, &items_of(index, &turn.claim), &turn.claim) {
            Ok(()) => Err(Gap::Turned(format!(
                "\"{}\" might as well be \"{}\"",
                turn.from, turn.to
            ))),
            Err(_) => Ok(()),
        }
    })
}

/// Whether a claim of a known build is so, and would not be if a word of it were turned around.
fn framed<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    let items = items_of(index, claim);
    // What is said of a list goes as far as the list does.
    let listed = scope::wider(&items, cited).is_some();
    let money = guard::turned(&items, cited).is_some() || guard::signs(claim, cited).is_some();
    let turned = parties::turned(&items, cited).is_some()
        || (money && !frame::exchanges(cited, index, claim));
    !turned
        && frame::proves(cited, index, claim, listed)
        && turns::of(claim, cited)
            .iter()
            .all(|turn| !frame::proves(cited, index, &turn.claim, listed))
}

/// Whether all that a claim says of two values is understood, is so, and would not be if a word of it were turned around.
fn compared<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    let items = items_of(index, claim);
    scope::wider(&items, cited).is_none()
        && parties::turned(&items, cited).is_none()
        && frame::compares(cited, index, claim)
        && turns::of(claim, cited)
            .iter()
            .all(|turn| !frame::compares(cited, index, &turn.claim))
}

/// Whether all that a claim says of two values is understood, and is not so.
fn refuted<'a>(cited: &[Field<'a>], index: &Index<'a>, claim: &str) -> bool {
    frame::refutes(cited, index, claim)
        && veto::of_claim(cited, index, &items_of(index, claim), claim)
            .is_none_or(|(label, _)| label == Label::Contradicted)
}

/// Whether a reader of whole claims finds that one is so, and would not if a word of it were turned around.
fn read_whole<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
    proves: impl Fn(&[Field<'a>], &Index<'a>, &[Item], &str) -> bool,
) -> bool {
    let items = items_of(index, claim);
    let turned = scope::wider(&items, cited).is_some()
        || guard::turned(&items, cited).is_some()
        || parties::turned(&items, cited).is_some()
        || guard::signs(claim, cited).is_some();
    !turned
        && proves(cited, index, &items, claim)
        && turns::of(claim, cited)
            .iter()
            .all(|turn| !proves(cited, index, &items_of(index, &turn.claim), &turn.claim))
}

/// What a claim comes to by the values that it cites, and which of them bear it.
pub(crate) fn weigh<'a>(
    cited: &[Field<'a>],
    index: &Index<'a>,
    claim: &str,
) -> (Judgement, BTreeSet<usize>) {
    let items = items_of(index, claim);
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
    total.bad.extend(guard::signs(claim, cited));
    total.bad.extend(parties::turned(&items, cited));
    let refused = scope::wider(&items, cited);
    total.missing.extend(refused);
    (total.judgement(), bearing)
}

/// A claim as items, with the names that the evidence has.
fn items_of(index: &Index<'_>, claim: &str) -> Vec<Item> {
    let mut items = clause::items(&lex::tokens(claim));
    for item in &mut items {
        // A single capitalised word at the head may be a name: it is one that the evidence has.
        if let Item::Unknown(word) = item
            && word.starts_with(char::is_uppercase)
            && (index.names_somebody(word) || (word.len() > 3 && VOCABULARY.place(word).is_some()))
        {
            *item = Item::Name(word.clone());
        }
    }
    (items.into_iter())
        .flat_map(|item| two_names(index, item))
        .collect()
}

/// "Deccan Fasteners and Sahyadri Cartons": two names, where no record has the whole and the records have either.
fn two_names(index: &Index<'_>, item: Item) -> Vec<Item> {
    let Item::Name(name) = &item else {
        return vec![item];
    };
    let Some((a, b)) = name.split_once(" and ") else {
        return vec![item];
    };
    if index.is_written(name) || !index.is_written(a) || !index.is_written(b) {
        return vec![item];
    }
    let and = clause::items(&lex::tokens("and"));
    (std::iter::once(Item::Name(a.to_owned())))
        .chain(and)
        .chain(std::iter::once(Item::Name(b.to_owned())))
        .collect()
}
