//! The vocabulary of questions: words and phrases by the concept that they mean. The words are data (`words.txt`).

use std::{collections::BTreeMap, sync::LazyLock};

use domain::names;

use super::token::{Mark, Word};

macro_rules! concepts {
    ($($variant:ident = $name:literal,)*) => {
        /// What a word of a question means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Concept {
            $($variant,)*
        }

        impl Concept {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[cfg(test)]
            const NAMES: &[&str] = &[$($name,)*];
        }
    };
}

concepts! {
    Skip = "skip",
    And = "and",
    Which = "which",
    Who = "who",
    When = "when",
    Why = "why",
    All = "all",
    No = "no",
    Terms = "terms",
    Term = "term",
    Pay = "pay",
    Day = "day",
    Due = "due",
    Credit = "credit",
    Overdue = "overdue",
    Msme = "msme",
    Bank = "bank",
    Gstin = "gstin",
    Verify = "verify",
    Register = "register",
    Cancel = "cancel",
    Composition = "composition",
    Active = "active",
    Blocked = "blocked",
    Status = "status",
    Return = "return",
    File = "file",
    Einvoice = "einvoice",
    Oblige = "oblige",
    Irn = "irn",
    Statement = "statement",
    Total = "total",
    Count = "count",
    Bill = "bill",
    Largest = "largest",
    Smallest = "smallest",
    Average = "average",
    Latest = "latest",
    Earliest = "earliest",
    List = "list",
    Paid = "paid",
    Approved = "approved",
    Held = "held",
    Rejected = "rejected",
    Unpaid = "unpaid",
    Mismatch = "mismatch",
    Missing = "missing",
    Number = "number",
    Series = "series",
    Seen = "seen",
    Order = "order",
    Open = "open",
    Closed = "closed",
    Ordered = "ordered",
    Remain = "remain",
    Line = "line",
    Rate = "rate",
    Receipt = "receipt",
    Contract = "contract",
    Says = "says",
    Interest = "interest",
    Vendor = "vendor",
    Vendors = "vendors",
    Profile = "profile",
    Pan = "pan",
    Email = "email",
    Name = "name",
    Identity = "identity",
    Split = "split",
    Inclusive = "inclusive",
    Intra = "intra",
    Inter = "inter",
    Except = "except",
    Rank = "rank",
    Unordered = "unordered",
    Address = "address",
    Ours = "ours",
    Beyond = "beyond",
}

/// Longest phrase of the vocabulary, in words.
const PHRASE_MAX: usize = 6;
/// A shorter word is not taken for a misspelt one: too much is near to it.
const MISSPELT_MIN: usize = 6;

static WORDS: LazyLock<BTreeMap<String, Concept>> =
    LazyLock::new(|| read(include_str!("words.txt")));

fn read(text: &str) -> BTreeMap<String, Concept> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut words = BTreeMap::new();
    for (name, list) in lines.filter_map(|line| line.split_once(':')) {
        let Some(concept) = Concept::named(name.trim()) else {
            continue;
        };
        for phrase in list.split(',') {
            let folded: Vec<String> = phrase.split_whitespace().map(singular).collect();
            words.entry(folded.join(" ")).or_insert(concept);
        }
    }
    words
}

/// A word without a plural's s. "Goods" are no plural of what is good.
pub(super) fn singular(word: &str) -> String {
    let lower = word.to_lowercase().replace('’', "'");
    let plural = lower.len() > 3
        && lower.ends_with('s')
        && !lower.ends_with("ss")
        && !lower.ends_with("us")
        && lower != "goods";
    match lower.strip_suffix('s') {
        Some(stem) if plural && lower.is_ascii() => stem.to_owned(),
        _ => lower,
    }
}

/// The concept of the longest phrase that begins at a word, and how many words it has.
pub(super) fn concept(words: &[Word<'_>], at: usize) -> Option<(Concept, usize)> {
    if words.get(at)?.quoted.is_some() {
        return None;
    }
    let mut phrase = String::new();
    let mut found = None;
    for (taken, word) in (1..=PHRASE_MAX).zip(words.get(at..)?) {
        if word.quoted.is_some() {
            break;
        }
        if taken > 1 {
            phrase.push(' ');
        }
        phrase.push_str(&singular(&word.lower));
        if let Some(concept) = WORDS.get(&phrase) {
            found = Some((*concept, taken));
        }
        if word.after != Mark::Blank {
            break;
        }
    }
    found.or_else(|| {
        // As it stands, where the plural itself is a word ("terms" of none).
        let lower = &words.get(at)?.lower;
        WORDS.get(lower.as_str()).map(|concept| (*concept, 1))
    })
}

/// The concept of a word that is a word of the vocabulary, misspelt by a letter. Names are spelt in many ways, so that only
/// long words without a capital are looked at.
pub(super) fn misspelt(word: &Word<'_>) -> Option<Concept> {
    let folded = singular(&word.lower);
    let plain = word.quoted.is_none()
        && !word.is_capital()
        && folded.chars().count() >= MISSPELT_MIN
        && folded.chars().all(char::is_alphabetic);
    if !plain {
        return None;
    }
    let near = |(known, concept): (&String, &Concept)| {
        let long = known.chars().count() >= MISSPELT_MIN && !known.contains(' ');
        // As many edits as a name is granted, but never two.
        let one = long && domain::number::edits(known, &folded) == 1;
        (one && names::is_near(known, &folded)).then_some(*concept)
    };
    let mut found = WORDS.iter().filter_map(near);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{super::token::words, *};

    #[test]
    fn each_line_of_the_vocabulary_is_a_concept_and_each_concept_has_words() {
        let text = include_str!("words.txt");
        let names: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        for name in &names {
            assert!(Concept::named(name).is_some(), "{name}");
        }
        for name in Concept::NAMES {
            assert_eq!(
                names.iter().filter(|line| line == &name).count(),
                1,
                "{name}"
            );
        }
    }

    #[test]
    fn the_longest_phrase_is_what_is_meant() {
        for (text, want) in [
            ("payment terms of", Some((Concept::Terms, 2))),
            ("Payments to", Some((Concept::Pay, 1))),
            ("how many invoices", Some((Concept::Count, 2))),
            ("how much did", Some((Concept::Total, 2))),
            ("purchase orders", Some((Concept::Order, 2))),
            ("how, much", Some((Concept::Skip, 1))),
            ("\"orders\" of", None),
            ("Mutha Cartons", None),
        ] {
            assert_eq!(concept(&words(text, &[]), 0), want, "{text}");
        }
        for (text, want) in [
            ("paymant", Some(Concept::Pay)),
            ("agreemnt", Some(Concept::Contract)),
            // Of a contract or a contact?
            ("contrct", None),
            ("invoise", Some(Concept::Bill)),
            ("laptops", None),
            ("dues", None),
        ] {
            assert_eq!(misspelt(&words(text, &[])[0]), want, "{text}");
        }
    }
}
