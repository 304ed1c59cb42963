//! Goods that are told by the words of the line that is cited, "the unit price of Hex bolt M12 grade 8.8 on invoice A/1", as
//! the goods: the line says which they are, and the figures in their name are none of the claim's.

use serde_json::Value;

use crate::{Case, Citation, leftover::is_descriptive, read, vocabulary::VOCABULARY};

/// A shorter name could be any word.
const NAME_MIN: usize = 6;

/// The case with such names left out of the claim; none where it tells none, or where it cites one.
pub(super) fn unnamed(case: &Case) -> Option<Case> {
    without_names(case).filter(|other| other.citations.len() == case.citations.len())
}

/// The case with names that it cites left out, of the claim and of what is cited; none where it cites none.
pub(crate) fn uncited(case: &Case) -> Option<Case> {
    without_names(case).filter(|other| other.citations.len() < case.citations.len())
}

fn without_names(case: &Case) -> Option<Case> {
    let mut lines: Vec<(Option<String>, Option<String>)> = Vec::new();
    let mut cited: Vec<&Citation> = Vec::new();
    for citation in &case.citations {
        let evidence = case.evidence.iter().find(|e| e.id == citation.evidence)?;
        let line = line_of(&evidence.json, &citation.pointer);
        // A name that is cited is told by the claim itself, and says which line is meant.
        let name = line.as_ref().and_then(|(name, _)| name.as_deref());
        // What is quoted of another place is no name of it.
        let held = evidence.json.pointer(&citation.pointer);
        if name.is_some() && citation.value.as_str() == name && held == Some(&citation.value) {
            continue;
        }
        cited.push(citation);
        lines.extend(line);
    }
    // Something else is cited of each line whose name is.
    let line = |c: &Citation| {
        let path = c.pointer.rsplit_once('/').map_or("", |(line, _)| line);
        (c.evidence.clone(), path.to_owned())
    };
    let named = case.citations.iter().filter(|c| !cited.contains(c));
    if !named.map(line).all(|n| cited.iter().any(|c| line(c) == n)) {
        return None;
    }
    let mut names: Vec<&String> = lines.iter().filter_map(|(name, _)| name.as_ref()).collect();
    names.dedup();
    // Every line that is cited is one of those goods, by its name, or by its number where it has none.
    let [name] = names[..] else { return None };
    let numbers: Vec<&Option<String>> = lines
        .iter()
        .filter(|(own, _)| own.is_some())
        .map(|(_, number)| number)
        .collect();
    let theirs = |(own, number): &(Option<String>, Option<String>)| {
        own.is_some() || number.is_some() && numbers.contains(&number)
    };
    if !lines.iter().all(theirs) || name.len() < NAME_MIN {
        return None;
    }
    let at = case.claim.to_lowercase().find(&name.to_lowercase())?;
    let whole = case.claim.get(at..at + name.len())?;
    // Words alone are read as they are.
    if !whole.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut claim = case.claim.clone();
    let leads = claim
        .get(..at)
        .is_some_and(|b| b.to_lowercase().ends_with("the "));
    claim.replace_range(
        at..at + name.len(),
        if leads { "goods" } else { "the goods" },
    );
    Some(Case {
        claim,
        citations: cited.into_iter().cloned().collect(),
        ..case.clone()
    })
}

/// What the line of a bill, an order or a receipt is called, and which number it has; none for what stands in no such line.
fn line_of(record: &Value, pointer: &str) -> Option<(Option<String>, Option<String>)> {
    let segments: Vec<&str> = pointer.split('/').skip(1).collect();
    let [.., list, _, _] = segments[..] else {
        return None;
    };
    let lists = ["lines", "items", "itemlist", "rows", "line_items"];
    if !lists.contains(&list.to_lowercase().as_str()) {
        return None;
    }
    let line = record.pointer(pointer.rsplit_once('/')?.0)?.as_object()?;
    let name = line
        .iter()
        .find(|(k, v)| is_descriptive(k) && v.is_string() && !is_unit(k));
    let number = line.iter().find(|(k, _)| crate::mention::is_line_number(k));
    Some((
        name.and_then(|(_, v)| v.as_str()).map(str::to_owned),
        number.and_then(|(_, v)| read::json_text(v)),
    ))
}

/// Whether a member says in what goods are counted.
fn is_unit(key: &str) -> bool {
    VOCABULARY.member(key).0.contains("kind.unit")
}
