//! A claim as clauses: each a row of items with what they mean, each judged by itself.

use std::collections::BTreeSet;

use crate::{
    lex::Token,
    number::Number,
    vocabulary::{Meaning, Tags, VOCABULARY, group},
};

/// What stands at one place of a clause.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// A phrase that the vocabulary knows.
    Phrase(String, Meaning),
    /// A word that it does not know; a capital letter makes it a part of a name.
    Unknown(String),
    /// A name of several words.
    Name(String),
    /// `line 2`, `the second item`.
    Ordinal(usize),
    Value(Token),
    Mark(char),
}

impl Item {
    pub(crate) fn class(&self, class: &str) -> bool {
        matches!(self, Self::Phrase(_, m) if m.classes.contains(class))
    }

    pub(crate) fn tags(&self) -> Option<&Tags> {
        match self {
            Self::Phrase(_, m) => Some(&m.tags),
            _ => None,
        }
    }

    pub(crate) fn state(&self) -> Option<&'static str> {
        match self {
            Self::Phrase(_, m) => m.state,
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<&Number> {
        match self {
            Self::Value(Token::Number(n)) => Some(n),
            _ => None,
        }
    }

    /// What it says, for a person.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Value(Token::Number(n)) => n.raw.clone(),
            Self::Value(Token::Date(d)) => d.to_string(),
            Self::Value(Token::Part(p)) => p.to_string(),
            Self::Ordinal(n) => format!("line {n}"),
            other => other.text().to_owned(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Phrase(t, _)
            | Self::Unknown(t)
            | Self::Name(t)
            | Self::Value(Token::Id(t) | Token::Quote(t)) => t,
            _ => "",
        }
    }
}

/// The tags of a run of items.
pub(crate) fn tags_of(items: &[Item]) -> Tags {
    items
        .iter()
        .filter_map(Item::tags)
        .flatten()
        .copied()
        .collect()
}

/// Whether tags say what a value is, not only whose or in which paper.
pub(crate) fn is_specific(tags: &Tags) -> bool {
    tags.iter().any(|t| {
        matches!(group(t), "head" | "event" | "stage" | "variant")
            || matches!(
                *t,
                "kind.price" | "kind.rate" | "kind.days" | "kind.quantity"
            )
    })
}

const RELATIONS: [&str; 9] = [
    "above", "below", "at_least", "at_most", "equal", "differ", "after", "before", "inside",
];

/// The relation that an item states.
pub(crate) fn relation(item: &Item) -> Option<&'static str> {
    RELATIONS.iter().copied().find(|r| item.class(r))
}

/// What makes a clause able to be true or false.
fn is_core(item: &Item) -> bool {
    matches!(item, Item::Value(_))
        || item.state().is_some()
        || relation(item).is_some()
        || ["opinion", "cause", "not"].iter().any(|c| item.class(c))
}

/// What makes the words before a joint a statement of their own: more than somebody's name, or several.
fn is_predicate(item: &Item) -> bool {
    matches!(item, Item::Value(Token::Number(_)))
        || item.class("verb")
        || (is_core(item) && !matches!(item, Item::Value(_)))
}

/// Gives each token its meaning.
pub(crate) fn items(tokens: &[Token]) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Word(_)
                if !long_phrase(tokens.get(at..).unwrap_or_default())
                    && name(tokens.get(at..).unwrap_or_default()).is_some() =>
            {
                if let Some((name, used)) = name(tokens.get(at..).unwrap_or_default()) {
                    // A single word at the head of a sentence has its capital from there.
                    let head = at == 0 || matches!(tokens.get(at - 1), Some(Token::Mark('.')));
                    out.push(if head && !name.contains(' ') {
                        Item::Unknown(name)
                    } else {
                        Item::Name(name)
                    });
                    at += used;
                }
            }
            // "Udyam no. X", "bill no X": a number, and no denial.
            Token::Word(word)
                if word.eq_ignore_ascii_case("no")
                    && out
                        .last()
                        .is_some_and(|i| i.tags().is_some_and(|t| !t.is_empty()))
                    && match tokens.get(at + 1) {
                        Some(Token::Mark('.' | ':')) => {
                            matches!(tokens.get(at + 2), Some(Token::Id(_) | Token::Number(_)))
                        }
                        next => matches!(next, Some(Token::Id(_))),
                    } =>
            {
                at += if matches!(tokens.get(at + 1), Some(Token::Mark(_))) {
                    2
                } else {
                    1
                };
            }
            Token::Word(_) => {
                let raw: Vec<&str> = tokens
                    .iter()
                    .skip(at)
                    .take(5)
                    .map_while(|t| {
                        if let Token::Word(w) = t {
                            Some(w.as_str())
                        } else {
                            None
                        }
                    })
                    .collect();
                at += words(&raw, tokens.get(at.wrapping_sub(1)), &mut out);
            }
            Token::Id(id) => {
                let spaced = id.to_lowercase().replace(['-', '_'], " ");
                let parts: Vec<&str> = spaced.split(' ').collect();
                match VOCABULARY.phrase(&parts) {
                    Some((n, meaning)) if n == parts.len() => {
                        out.push(Item::Phrase(spaced.clone(), meaning.clone()));
                    }
                    _ => out.push(Item::Value(token.clone())),
                }
                at += 1;
            }
            Token::Mark('.') if abbreviated(tokens, at) => at += 1,
            Token::Mark(mark) => {
                out.push(Item::Mark(*mark));
                at += 1;
            }
            other => {
                out.push(Item::Value(other.clone()));
                at += 1;
            }
        }
    }
    undone(billed_on(priced(bounded(identified(ordinals(
        &matches_found(out),
    ))))))
}

/// "under ten lakh", "over ₹5,000": a bound, where a figure follows.
fn bounded(mut items: Vec<Item>) -> Vec<Item> {
    for at in 0..items.len() {
        let figure = items
            .get(at + 1)
            .and_then(Item::number)
            .is_some_and(|n| n.rupees || n.scale > 0 || n.percent);
        let counted = items.get(at + 1).is_some_and(|i| i.number().is_some());
        let class = match items.get(at).map(Item::text) {
            // What is older than the invoice came before it; what is older than 45 days is above that.
            Some("older than") if !counted => "before",
            Some("under" | "beneath" | "inside") => "below",
            Some("past" | "beyond" | "over") => "above",
            _ => continue,
        };
        if (figure || class == "before")
            && let Some(Item::Phrase(_, meaning)) = items.get_mut(at)
        {
            *meaning = Meaning {
                classes: [class].into(),
                ..Meaning::default()
            };
        }
    }
    items
}

/// "Has yet to be filed": a denial, where a state stands behind it.
fn undone(mut items: Vec<Item>) -> Vec<Item> {
    for at in 0..items.len() {
        let lead = items
            .get(at)
            .is_some_and(|i| matches!(i.text(), "yet to be" | "still to be" | "remains to be"));
        let state = items.get(at + 1).is_some_and(|i| i.state().is_some());
        if lead
            && state
            && let Some(Item::Phrase(_, meaning)) = items.get_mut(at)
        {
            *meaning = Meaning {
                classes: ["not"].into(),
                ..Meaning::default()
            };
        }
    }
    items
}

/// "Charged on the invoice", "levied on SKD/26/1900": where it stands, and not what it is a share of.
fn billed_on(mut items: Vec<Item>) -> Vec<Item> {
    for at in 0..items.len() {
        let charged = items.get(at).is_some_and(|i| {
            matches!(
                i.text(),
                "charged on" | "levied on" | "computed on" | "calculated on" | "deducted on"
            )
        });
        let next = (at + 1..at + 4).filter_map(|n| items.get(n)).find(|i| {
            !matches!(
                i.text(),
                "the" | "this" | "that" | "its" | "our" | "their" | "a"
            )
        });
        let paper = next.is_some_and(|i| {
            matches!(i, Item::Value(Token::Id(_)) | Item::Name(_))
                || i.tags().is_some_and(|t| {
                    t.iter().any(|t| group(t) == "doc") && !t.iter().any(|t| group(t) == "head")
                })
        });
        if charged
            && paper
            && let Some(Item::Phrase(_, meaning)) = items.get_mut(at)
        {
            *meaning = Meaning {
                tags: ["stage.billed"].into(),
                classes: ["neutral", "verb"].into(),
                state: None,
            };
        }
    }
    items
}

/// "A match was found", "one near match": what a search brings up, and not what agrees with what.
fn matches_found(mut items: Vec<Item>) -> Vec<Item> {
    const BEFORE: [&str; 15] = [
        "no", "a", "an", "any", "near", "exact", "possible", "close", "fuzzy", "other", "another",
        "single", "such", "only", "without",
    ];
    const BEHIND: [&str; 10] = [
        "was",
        "were",
        "found",
        "exists",
        "exist",
        "score",
        "in the",
        "came up",
        "turned up",
        "has",
    ];
    for at in 0..items.len() {
        let text = |n: Option<usize>| n.and_then(|n| items.get(n)).map_or("", Item::text);
        let noun = matches!(text(Some(at)), "match" | "matches" | "hit" | "hits");
        let counted = at
            .checked_sub(1)
            .and_then(|n| items.get(n))
            .is_some_and(|i| i.number().is_some());
        let named = BEFORE.contains(&text(at.checked_sub(1)))
            || BEHIND.contains(&text(at.checked_add(1)))
            || counted;
        if noun
            && named
            && let Some(Item::Phrase(_, meaning)) = items.get_mut(at)
        {
            *meaning = Meaning {
                classes: ["neutral"].into(),
                ..Meaning::default()
            };
        }
    }
    items
}

/// "₹1,400 per hour", "₹85 a plate", "₹42.50 each": what stands behind the sum makes it the price of one.
fn priced(mut items: Vec<Item>) -> Vec<Item> {
    for at in 1..items.len() {
        let sum = items
            .get(at - 1)
            .and_then(Item::number)
            .is_some_and(|n| n.rupees && !n.percent);
        let each = items.get(at).is_some_and(|i| {
            matches!(
                i.text(),
                "a" | "an" | "per" | "for a" | "for each" | "each" | "apiece" | "every"
            )
        });
        let of_time = items
            .get(at + 1)
            .is_some_and(|i| crate::span::unit(i.text()).is_some());
        let lone = items
            .get(at)
            .is_some_and(|i| matches!(i.text(), "each" | "apiece"));
        let noun = items.get(at + 1).is_some_and(|i| {
            matches!(i, Item::Unknown(_))
                || crate::vocabulary::VOCABULARY.unit(i.text()).is_some()
                || matches!(i, Item::Phrase(_, m) if !m.classes.contains("verb") && m.state.is_none())
        });
        if sum
            && each
            && !of_time
            && !lone
            && noun
            && let Some(Item::Phrase(text, meaning)) = items.get_mut(at)
        {
            *meaning = Meaning {
                tags: ["kind.price"].into(),
                classes: ["neutral"].into(),
                state: None,
            };
            "per".clone_into(text);
        }
    }
    items
}

/// A bare number right behind the name of an identifier is one: `HSN 48191010`, `HSN 8504 40 10`, `PIN code 411018`.
fn identified(mut items: Vec<Item>) -> Vec<Item> {
    let digits = |i: &Item| {
        i.number()
            .filter(|n| !n.rupees && !n.percent && n.scale == 0)
            .map(|n| n.raw.clone())
    };
    for at in 1..items.len() {
        let hsn = items
            .get(at - 1)
            .and_then(Item::tags)
            .is_some_and(|t| t.contains("kind.hsn"));
        let run: Vec<String> = items.iter().skip(at).take(3).map_while(digits).collect();
        if hsn && run.len() > 1 && run.iter().skip(1).all(|r| r.len() == 2) {
            items.splice(at..at + run.len(), [Item::Value(Token::Id(run.concat()))]);
        }
    }
    for at in 1..items.len() {
        let Some(raw) = items
            .get(at)
            .and_then(Item::number)
            .filter(|n| !n.rupees && !n.percent)
            .map(|n| n.raw.clone())
        else {
            continue;
        };
        let numbered = items.get(at - 1).is_some_and(|i| {
            matches!(
                i.text(),
                "clause" | "section" | "article" | "para" | "annexure" | "paragraph"
            )
        });
        if numbered && let Some(slot) = items.get_mut(at) {
            *slot = Item::Value(Token::Id(raw));
            continue;
        }
        if raw.len() < 3 {
            continue;
        }
        let behind = items
            .get(at - 1)
            .and_then(Item::tags)
            .is_some_and(|t| t.iter().any(|t| crate::fit::is_identity(t)));
        if behind && let Some(slot) = items.get_mut(at) {
            *slot = Item::Value(Token::Id(raw));
        }
    }
    items
}

/// Whether the point at a place ends an abbreviation and no sentence.
fn abbreviated(tokens: &[Token], at: usize) -> bool {
    const SHORT: [&str; 16] = [
        "no", "nos", "rs", "ltd", "pvt", "co", "inc", "approx", "vs", "dt", "dtd", "sr", "sl",
        "ms", "mr", "dr",
    ];
    let before = at.checked_sub(1).and_then(|b| tokens.get(b));
    at + 1 < tokens.len()
        && matches!(before, Some(Token::Word(w)) if SHORT.contains(&w.to_lowercase().as_str()))
}

/// Whether a known phrase of several words begins here: "Input tax credit" is no name.
fn long_phrase(tokens: &[Token]) -> bool {
    let words: Vec<String> = tokens
        .iter()
        .take(5)
        .map_while(|t| {
            if let Token::Word(w) = t {
                Some(w.to_lowercase())
            } else {
                None
            }
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    VOCABULARY.phrase(&words).is_some_and(|(n, _)| n > 1)
}

/// Reads the phrase at the head of a run of words; how many words it took.
fn words(raw: &[&str], before: Option<&Token>, out: &mut Vec<Item>) -> usize {
    // The s of a genitive.
    if matches!(before, Some(Token::Mark('\'' | '’'))) && raw.first() == Some(&"s") {
        return 1;
    }
    let bare: Vec<String> = raw
        .iter()
        .map(|w| {
            let w = w.to_lowercase().replace('’', "'");
            w.strip_suffix("'s").map_or(w.clone(), str::to_owned)
        })
        .collect();
    let bare: Vec<&str> = bare.iter().map(String::as_str).collect();
    if let Some((n, meaning)) = VOCABULARY.phrase(&bare) {
        out.push(Item::Phrase(
            bare.get(..n).unwrap_or_default().join(" "),
            meaning.clone(),
        ));
        return n;
    }
    let first = bare.first().copied().unwrap_or_default();
    let found = lemmas(first).into_iter().find_map(|(lemma, plural)| {
        let (_, meaning) = VOCABULARY.phrase(&[&lemma])?;
        // What a verb is about need not be what its other forms are about: a rating is no rate.
        let plain = meaning.tags.is_empty() && meaning.classes.contains("neutral");
        (plural || plain).then_some(meaning)
    });
    match found {
        Some(meaning) => out.push(Item::Phrase(first.to_owned(), meaning.clone())),
        None => out
            .push(Item::Unknown(raw.first().map_or(String::new(), |w| {
                (*w).replace("'s", "").replace("’s", "")
            }))),
    }
    1
}

/// What a word may be an inflection of, and whether as a plural: `tallied` of `tally`, `dubbed` of `dub`.
fn lemmas(word: &str) -> Vec<(String, bool)> {
    const ENDINGS: [(&str, &str); 9] = [
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("s", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
    ];
    let mut out = Vec::new();
    for (ending, instead) in ENDINGS {
        let Some(bare) = word.strip_suffix(ending).filter(|b| b.len() > 2) else {
            continue;
        };
        out.push((format!("{bare}{instead}"), ending.ends_with('s')));
        let mut last = bare.chars().rev();
        if matches!(ending, "ed" | "ing") && last.next() == last.next() {
            out.extend(bare.get(..bare.len() - 1).map(|w| (w.to_owned(), false)));
        }
    }
    out
}

fn is_capital(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_uppercase)
}

/// Legal forms that end a firm's name.
const LEGAL_FORMS: [&str; 8] = [
    "private",
    "pvt",
    "limited",
    "ltd",
    "llp",
    "traders",
    "enterprises",
    "industries",
];

/// Reads a proper name at the head of the tokens: capitalised words that begin with one that nobody knows, or that end in
/// a legal form. The name, and how many tokens it took.
fn name(tokens: &[Token]) -> Option<(String, usize)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(w)) => Some(w.as_str()),
        Some(Token::Mark('&')) => Some("&"),
        _ => None,
    };
    let bare = |w: &str| w.replace('’', "'").trim_end_matches("'s").to_owned();
    let (mut parts, mut used) = (Vec::new(), 0);
    while let Some(w) = word(used) {
        let joins = used > 0
            && (matches!(w, "&" | "and")
                || (w == "of"
                    && parts.last().is_some_and(|p: &String| {
                        matches!(
                            p.as_str(),
                            "Bank" | "State" | "Government" | "Ministry" | "Board"
                        )
                    })))
            && word(used + 1).is_some_and(|n| is_capital(n) && !known(n));
        let shouted = |w: &str| w.len() > 3 && w.chars().all(char::is_uppercase);
        let legal = used > 0
            && (LEGAL_FORMS.contains(&w.to_lowercase().as_str())
                || (shouted(w) && parts.last().is_some_and(|p: &String| shouted(p))));
        if !(is_capital(w) || joins)
            || (w.len() > 1 && !legal && known(w) && w.chars().all(char::is_uppercase))
        {
            break;
        }
        parts.push(bare(w));
        used += 1;
        // "R. Menon"
        if w.chars().count() == 1
            && w != "&"
            && matches!(tokens.get(used), Some(Token::Mark('.')))
            && word(used + 1).is_some_and(is_capital)
        {
            used += 1;
        }
        // "Pvt. Ltd."
        if matches!(tokens.get(used), Some(Token::Mark('.')))
            && matches!(w, "Pvt" | "Ltd" | "Co" | "M/s")
            && word(used + 1).is_some_and(is_capital)
        {
            used += 1;
        }
        if w.ends_with("'s") || w.ends_with("’s") {
            break;
        }
    }
    let first = parts.first()?;
    // A lone abbreviation is a word that nobody knows, not somebody's name.
    if parts.len() == 1 && first.chars().count() <= 5 && first.chars().all(char::is_uppercase) {
        return None;
    }
    let unknown = !known(first);
    let all_known = parts.iter().all(|p| known(p));
    let legal = parts
        .last()
        .is_some_and(|p| LEGAL_FORMS.contains(&p.to_lowercase().as_str()));
    (unknown || (all_known && legal && parts.len() > 1)).then(|| (parts.join(" "), used))
}

/// Whether a word by itself is in the vocabulary.
fn known(word: &str) -> bool {
    let word = word.to_lowercase().replace('’', "'");
    let word = word.trim_end_matches("'s");
    let singular = word.strip_suffix('s').filter(|w| w.len() > 2);
    VOCABULARY.phrase(&[word]).is_some()
        || singular.is_some_and(|w| VOCABULARY.phrase(&[w]).is_some())
}

/// Reads `line 2`, `item no. 2`, `the second line`.
fn ordinals(items: &[Item]) -> Vec<Item> {
    const WORDS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    let is_line = |item: Option<&Item>| matches!(item, Some(Item::Phrase(t, _)) if matches!(t.as_str(), "line" | "item" | "line item" | "row" | "entry" | "lines" | "items"));
    let whole = |item: Option<&Item>| {
        item.and_then(Item::number)
            .filter(|n| !n.rupees && !n.percent)
            .and_then(|n| n.raw.parse::<usize>().ok())
    };
    let mut out = Vec::with_capacity(items.len());
    let mut at = 0;
    while let Some(item) = items.get(at) {
        if is_line(Some(item))
            && let Some(n) = whole(items.get(at + 1))
        {
            out.push(item.clone());
            out.push(Item::Ordinal(n));
            at += 2;
            // "lines 1, 2 and 3"
            while matches!(items.get(at), Some(Item::Mark(',') | Item::Phrase(..)))
                && items
                    .get(at)
                    .is_some_and(|i| matches!(i, Item::Mark(',')) || i.text() == "and")
                && item.text().ends_with('s')
                && let Some(n) = whole(items.get(at + 1))
            {
                out.push(Item::Ordinal(n));
                at += 2;
            }
            continue;
        }
        let word = item.text().to_lowercase();
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let nth = WORDS
            .iter()
            .position(|w| *w == word)
            .map(|p| p + 1)
            .or_else(|| {
                if matches!(word.get(digits.len()..), Some("st" | "nd" | "rd" | "th")) {
                    digits.parse().ok()
                } else {
                    None
                }
            });
        if let (Some(n), true) = (nth, is_line(items.get(at + 1))) {
            out.push(Item::Ordinal(n));
            at += 1;
            continue;
        }
        out.push(item.clone());
        at += 1;
    }
    out
}

/// Splits a claim into clauses: at stops, and where a joining word stands between two parts that can each be true or
/// false.
pub(crate) fn split(items: &[Item]) -> Vec<Vec<Item>> {
    let mut out: Vec<Vec<Item>> = Vec::new();
    for sentence in items.split(|i| matches!(i, Item::Mark('.' | ';' | '!' | '?' | '\u{fffd}'))) {
        let joint = sentence.iter().any(|i| i.text() == "respectively");
        let mut clause: Vec<Item> = Vec::new();
        for (at, item) in sentence.iter().enumerate() {
            let joins = item.class("split") || matches!(item, Item::Mark(',' | ':' | '—' | '–'));
            let rest = sentence.get(at + 1..).unwrap_or_default();
            let until = rest
                .iter()
                .position(|i| i.class("split") || matches!(i, Item::Mark(',')))
                .unwrap_or(rest.len());
            let next = rest.get(..until).unwrap_or_default();
            let hanging = clause.iter().rev().take(3).any(|i| i.class("between"));
            if joins
                && !joint
                && !hanging
                && clause.iter().any(is_core)
                && clause.iter().any(is_predicate)
                && stands_alone(next, &clause)
            {
                out.push(std::mem::take(&mut clause));
                if item.class("cause") {
                    clause.push(item.clone());
                }
            } else {
                clause.push(item.clone());
            }
        }
        if clause.iter().any(|i| !matches!(i, Item::Mark(_))) {
            out.push(clause);
        }
    }
    out
}

/// Whether the words behind a joiner can be a clause: with a core of its own, and more than an apposition.
fn stands_alone(next: &[Item], before: &[Item]) -> bool {
    let relation_before = before
        .iter()
        .any(|i| relation(i).is_some_and(|r| r != "equal"));
    let only_values = next
        .iter()
        .all(|i| matches!(i, Item::Value(_) | Item::Mark(_)) || i.class("neutral"));
    // "paid, approved and held": one statement about several.
    let only_states = next
        .iter()
        .all(|i| i.state().is_some() || matches!(i, Item::Mark(_)) || i.class("split"))
        && before
            .iter()
            .rev()
            .find(|i| !matches!(i, Item::Mark(_)) && !i.class("split"))
            .is_some_and(|i| i.state().is_some());
    (next.iter().any(is_core) || next.iter().any(|i| i.class("verb")))
        && !only_states
        && !(only_values && relation_before)
}

/// "Has filed GSTR-1, but not yet GSTR-3B": a clause that only denies of another what the one before says.
pub(crate) fn fill_in(clauses: &mut [Vec<Item>], n: usize) {
    let state = n
        .checked_sub(1)
        .and_then(|b| clauses.get(b))
        .and_then(|b| b.iter().find(|i| i.state().is_some()))
        .cloned();
    let (Some(state), Some(own)) = (state, clauses.get_mut(n)) else {
        return;
    };
    let denies = own.iter().any(|i| i.class("not"));
    let bare = own.iter().all(|i| match i {
        Item::Value(Token::Id(_)) | Item::Mark(_) => true,
        Item::Phrase(_, m) => {
            m.state.is_none()
                && (!m.classes.contains("verb")
                    || matches!(i.text(), "did" | "does" | "was" | "were" | "has" | "is"))
                && m.tags
                    .iter()
                    .all(|t| group(t) == "doc" || group(t) == "kind")
        }
        _ => false,
    });
    let about = own
        .iter()
        .any(|i| matches!(i, Item::Value(_)) || i.tags().is_some_and(|t| !t.is_empty()));
    if denies && bare && about {
        own.push(state);
    }
}

/// The classes that a clause holds.
pub(crate) fn classes(items: &[Item]) -> BTreeSet<&'static str> {
    items
        .iter()
        .filter_map(|i| {
            if let Item::Phrase(_, m) = i {
                Some(&m.classes)
            } else {
                None
            }
        })
        .flatten()
        .copied()
        .collect()
}
