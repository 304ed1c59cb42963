//! What each item of a claim does in its sentence.

use crate::{
    clause::{Item, relation},
    lex::Token,
};

/// What an item does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Says nothing of its own.
    Glue,
    /// Names what a value is, or whose.
    About,
    /// A figure or a day.
    Value,
    /// An identifier, a name, a line.
    Mention,
    /// A state that a record is in.
    State,
    /// A word that the vocabulary does not know: of what the goods are called, or of a name.
    Word,
    /// Sets two values against each other.
    Relation(&'static str),
    /// Says that what stands before it, or behind it, is added up.
    Sum,
    Plus,
    Minus,
    Times,
    /// "90% of", "18% on".
    Share,
    /// "by" and "of" before what a difference comes to.
    By,
    And,
    /// The end of a part of the sentence.
    Break,
    /// Something that the grammar does not read.
    Strange,
}

/// Classes of words whose sentences are read elsewhere.
const STRANGE: [&str; 15] = [
    "not",
    "only",
    "all",
    "each",
    "cause",
    "opinion",
    "most",
    "least",
    "late",
    "early",
    "between",
    "crossing",
    "within_state",
    "difference",
    "sum",
];

/// Whether a word that is read elsewhere may as well be part of what a member is called.
pub(super) fn may_name(item: &Item) -> bool {
    matches!(item, Item::Phrase(..)) && !STRANGE.iter().any(|c| item.class(c))
}

pub(super) fn of_items(items: &[Item]) -> Vec<Role> {
    (0..items.len()).map(|at| of(items, at)).collect()
}

fn of(items: &[Item], at: usize) -> Role {
    let Some(item) = items.get(at) else {
        return Role::Break;
    };
    match item {
        Item::Mark(mark) => match mark {
            ',' | ';' | ':' | '.' | '(' | ')' | '—' | '–' => Role::Break,
            '=' => Role::Relation("equal"),
            '+' => Role::Plus,
            '×' | '*' => Role::Times,
            '-' | '/' | '@' | '\'' | '’' => Role::Glue,
            _ => Role::Strange,
        },
        Item::Value(Token::Number(_) | Token::Date(_) | Token::Part(_)) => Role::Value,
        Item::Value(Token::Id(_)) | Item::Name(_) | Item::Ordinal(_) => Role::Mention,
        Item::Value(_) => Role::Strange,
        Item::Unknown(word) if word.eq_ignore_ascii_case("x") => Role::Times,
        Item::Unknown(_) => Role::Word,
        Item::Phrase(text, _) => of_phrase(items, at, item, text),
    }
}

fn of_phrase(items: &[Item], at: usize, item: &Item, text: &str) -> Role {
    let before = at.checked_sub(1).and_then(|n| items.get(n));
    let behind = items.get(at + 1);
    let tags = item.tags();
    let tagged = tags.is_some_and(|t| !t.is_empty());
    match text {
        // What is so on a day is looked up on that day.
        "on the date of" | "on the day of" if items.iter().any(|i| i.state().is_some()) => {
            return Role::Strange;
        }
        "and" => return Role::And,
        "while" | "whereas" | "but" | "which" | "whilst" | "so" | "so that" | "though"
        | "although" | "moreover" | "also" => return Role::Break,
        "plus" | "added to" | "together with" => return Role::Plus,
        "minus" | "reduced by" | "net of" => return Role::Minus,
        "times" | "multiplied by" => return Role::Times,
        // "Valid up to 31 May": until when, and no bound.
        "valid" | "in force" if behind.is_some_and(is_until) => return Role::About,
        _ if is_until(item) && before.is_some_and(|i| matches!(i.text(), "valid" | "in force")) => {
            return Role::Glue;
        }
        // "A and B together", "A and B add up to C".
        "together" | "combined" | "taken together" | "in total" | "in all" | "sum of"
        | "the sum of" => {
            return Role::Sum;
        }
        "by" => return Role::By,
        "of" | "on" if before.and_then(Item::number).is_some_and(|n| n.percent) => {
            return Role::Share;
        }
        "less" if behind.is_some_and(|i| i.text() != "than") => return Role::Minus,
        // From whom something is says nothing of a day.
        "from" if !dated(items, at) => return Role::Glue,
        "days" | "day" | "months" | "month" if before.is_some_and(|i| i.number().is_some()) => {
            return Role::Glue;
        }
        _ => {}
    }
    if item.class("sum") && text.split(' ').next_back() == Some("to") {
        return Role::Relation("sums");
    }
    if let Some(relation) = relation(item) {
        let small = item.class("neutral") && matches!(relation, "equal" | "above" | "below");
        if !small {
            return Role::Relation(relation);
        }
    }
    if STRANGE.iter().any(|c| item.class(c)) {
        return Role::Strange;
    }
    if item.state().is_some() {
        return Role::State;
    }
    if tagged {
        return Role::About;
    }
    let says_nothing = item.class("neutral")
        || item.class("verb")
        || item.class("split")
        || item.class("about")
        || item.class("light");
    if says_nothing && !item.class("topic") {
        Role::Glue
    } else {
        Role::Strange
    }
}

fn is_until(item: &Item) -> bool {
    matches!(item.text(), "up to" | "upto" | "till" | "until" | "to")
}

/// Whether a day stands behind "from", with nothing but small words between.
fn dated(items: &[Item], at: usize) -> bool {
    items
        .iter()
        .skip(at + 1)
        .find(|i| !matches!(i, Item::Phrase(_, m) if m.tags.is_empty()))
        .is_some_and(|i| matches!(i, Item::Value(Token::Date(_) | Token::Part(_))))
}
