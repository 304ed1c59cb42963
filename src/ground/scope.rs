//! How far a claim goes: a search bears out what it covers, and a record what is its own.

use crate::{
    clause::Item,
    field::Field,
    fit::PAPERS,
    vocabulary::{Tags, VOCABULARY, folded_words, group, name_parts, of, stem},
};

/// Words for all that there is, at any time or place.
const UNBOUNDED: [&str; 20] = [
    "ever",
    "worldwide",
    "globally",
    "global",
    "anywhere",
    "everywhere",
    "nationwide",
    "countrywide",
    "universally",
    "internationally",
    "world",
    "planet",
    "always",
    "forever",
    "inception",
    "never",
    "whatsoever",
    "history",
    "whichever",
    "wherever",
];

/// What a search may be narrowed by.
const DIMENSIONS: [&str; 28] = [
    "year", "month", "quarter", "period", "time", "day", "vendor", "supplier", "seller", "party",
    "buyer", "company", "state", "branch", "branches", "unit", "plant", "ledger", "list",
    "register", "database", "bank", "account", "country", "group", "number", "gstin", "location",
];

/// What leads to a place or a time.
const LEADS: [&str; 11] = [
    "in", "at", "under", "by", "for", "of", "with", "to", "from", "on", "across",
];

/// What a claim says of more than is cited.
pub(crate) fn wider(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    unbounded(items, cited)
        .or_else(|| lists(items, cited))
        .or_else(|| sources(items, cited))
        .or_else(|| crate::guard::place_of_supply(items, cited))
}

fn words(items: &[Item]) -> Vec<String> {
    items.iter().flat_map(|i| folded_words(i.text())).collect()
}

/// Whether what is cited, or stands beside it, has a word in its name or its text.
fn on_record(word: &str, cited: &[Field<'_>]) -> bool {
    let wanted = stem(word);
    let holds = |text: &str| folded_words(text).iter().any(|w| stem(w) == wanted);
    cited.iter().any(|f| {
        f.path
            .iter()
            .any(|s| name_parts(s).iter().any(|p| stem(p) == wanted))
            || f.value.as_str().is_some_and(holds)
            || f.scope().iter().any(|(key, value)| {
                name_parts(key).iter().any(|p| stem(p) == wanted)
                    || value.as_str().is_some_and(holds)
            })
    })
}

/// "Ever", "worldwide", "in any earlier year": nobody has searched all that there is.
fn unbounded(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let words = words(items);
    let dimension = |w: &str| {
        DIMENSIONS
            .iter()
            .any(|d| *d == w || w.strip_suffix('s') == Some(*d))
    };
    for (at, word) in words.iter().enumerate() {
        let all = UNBOUNDED.contains(&word.as_str());
        let of_any = matches!(word.as_str(), "any" | "all" | "every")
            && words
                .iter()
                .skip(at + 1)
                .take(4)
                .take_while(|w| {
                    !matches!(
                        w.as_str(),
                        "and" | "is" | "was" | "are" | "has" | "from" | "on"
                    )
                })
                .enumerate()
                .any(|(n, w)| {
                    let bare = || {
                        matches!(
                            words.get(at + 1).map_or("", String::as_str),
                            "of" | "the" | "its" | "other"
                        )
                    };
                    dimension(w) && (word != "all" || bare() || (n == 0 && !w.starts_with("unit")))
                })
            && at
                .checked_sub(1)
                .and_then(|n| words.get(n))
                .is_some_and(|p| LEADS.contains(&p.as_str()));
        if (all || of_any) && !on_record(word, cited) {
            return Some(format!("what is cited does not go as far as \"{word}\""));
        }
    }
    None
}

/// "On no sanctions list": which list was searched has to be said by the record.
fn lists(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let words = words(items);
    words.iter().enumerate().skip(1).find_map(|(at, list)| {
        let kind = words.get(at - 1)?;
        let named = matches!(
            list.as_str(),
            "list" | "lists" | "watchlist" | "watchlists" | "blacklist" | "database" | "databases"
        ) && !matches!(
            kind.as_str(),
            "the"
                | "a"
                | "an"
                | "no"
                | "any"
                | "this"
                | "that"
                | "of"
                | "in"
                | "on"
                | "our"
                | "to"
                | "and"
                | "its"
        );
        let verb = VOCABULARY
            .phrase(&[kind.as_str()])
            .is_some_and(|(_, m)| m.tags.iter().any(|t| group(t) == "doc"));
        // "Still lists the IRN": what is done, and no list.
        let done = words.get(at + 1).is_some_and(|w| {
            matches!(
                w.as_str(),
                "the" | "it" | "its" | "this" | "that" | "a" | "an" | "as" | "no" | "both" | "our"
            ) || w.bytes().any(|b| b.is_ascii_digit())
        });
        let verb =
            list == "lists" && (verb || kind == "master" || done || LEADS.contains(&kind.as_str()));
        (named && !verb && !on_record(kind, cited))
            .then(|| format!("\"{kind} {list}\" is not what was searched"))
    })
}

/// Whether a field says what a search brought up.
fn is_of_a_search(field: &Field<'_>) -> bool {
    const FOUND: [&str; 10] = [
        "search",
        "query",
        "match",
        "matches",
        "hit",
        "hits",
        "results",
        "candidates",
        "duplicate",
        "found",
    ];
    let names = |name: &str| name_parts(name).iter().any(|p| FOUND.contains(&p.as_str()));
    field.path.iter().any(|s| names(s)) || field.scope().iter().any(|(key, _)| names(key))
}

/// Whether a field says when or under what something was entered in the books.
fn is_booked(field: &Field<'_>) -> bool {
    name_parts(field.leaf()).iter().any(|p| {
        matches!(
            p.as_str(),
            "posted" | "posting" | "booked" | "booking" | "voucher" | "ledger"
        )
    })
}

/// "As per the contract", "on the portal": the paper or register that says so is one that is cited.
fn sources(items: &[Item], cited: &[Field<'_>]) -> Option<String> {
    let theirs: Vec<Tags> = cited.iter().map(Field::docs).collect();
    items.iter().enumerate().find_map(|(at, item)| {
        let said = of(item.tags()?, "doc");
        let before: Vec<String> = items
            .get(at.saturating_sub(2)..at)?
            .iter()
            .flat_map(|i| folded_words(i.text()))
            .filter(|w| !matches!(w.as_str(), "the" | "its" | "our"))
            .collect();
        let leads = before.last().is_some_and(|w| {
            matches!(
                w.as_str(),
                "per" | "according" | "to" | "on" | "in" | "under" | "by"
            )
        });
        // "Received on PO 9100447": which one, and not where it stands.
        let numbered = matches!(
            items.get(at + 1),
            Some(Item::Value(_) | Item::Name(_) | Item::Unknown(_))
        );
        if said.is_empty()
            || !leads
            || numbered
            || theirs.iter().any(|docs| !docs.is_disjoint(&said))
        {
            return None;
        }
        let own = said.iter().any(|s| match *s {
            "doc.invoice" | "doc.line" | "doc.note" | "doc.payment" | "doc.search" => true,
            paper if PAPERS.contains(&paper) => false,
            // A search is of some ledger, and a master holds what a register does.
            "doc.ledger" => {
                cited.iter().any(is_of_a_search)
                    || theirs.iter().all(Tags::is_empty)
                    || cited.iter().any(is_booked)
            }
            "doc.vendor" => {
                !cited.iter().any(is_of_a_search)
                    && !items.iter().any(|i| i.text().starts_with("search"))
                    && theirs
                        .iter()
                        .flatten()
                        .all(|t| matches!(*t, "doc.registration" | "doc.udyam"))
            }
            _ => theirs.iter().all(Tags::is_empty),
        });
        (!own).then(|| format!("\"{}\" is not what is cited", item.text()))
    })
}
