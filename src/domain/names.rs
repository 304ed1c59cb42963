//! How alike two names of firms are, after what Indian registers and senders vary is folded away.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::edits;

/// Legal forms as they are written after a name.
const LEGAL_FORMS: [&str; 12] = [
    "PRIVATE",
    "PVT",
    "LIMITED",
    "LTD",
    "LLP",
    "INC",
    "CORPORATION",
    "CORP",
    "OPC",
    "P",
    "CO",
    "SONS",
];

/// Whether a word in capitals is a legal form, by which no name is told from another.
pub fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word)
}

fn words(name: &str) -> Vec<String> {
    let upper: String = name
        .to_uppercase()
        .replace("M/S.", " ")
        .replace("M/S", " ")
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = upper.split_whitespace().collect();
    // The one legal form whose long spelling has words of its own.
    let text = words
        .join(" ")
        .replace(" LIMITED LIABILITY PARTNERSHIP", " LLP");
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    words.retain(|word| !word.is_empty());
    // "&" is folded away with what is no letter, and who speaks says it.
    let mut at = 0;
    words.retain(|word| {
        at += 1;
        at == 1 || word != "AND"
    });
    if words.len() > 1 && words.first().is_some_and(|w| w == "MESSRS") {
        words.remove(0);
    }
    words
}

fn without_legal_forms(words: &[String]) -> Vec<String> {
    let kept: Vec<String> = words
        .iter()
        .filter(|w| !is_legal_form(w))
        .cloned()
        .collect();
    // A name made of nothing but legal forms is compared as it is.
    if kept.is_empty() {
        words.to_vec()
    } else {
        kept
    }
}

fn ratio(a: &str, b: &str) -> Decimal {
    let longest = a.chars().count().max(b.chars().count());
    if longest == 0 {
        return Decimal::ZERO;
    }
    let (distance, longest) = (Decimal::from(edits(a, b)), Decimal::from(longest));
    (longest - distance) / longest
}

/// A name as it is compared: folded, then without its legal forms, then those words sorted. `None` when nothing is left
/// of it. An index of names holds these, so that it finds what [`similarity`] would.
pub fn forms(name: &str) -> Option<[String; 3]> {
    let as_is = words(name);
    if as_is.is_empty() {
        return None;
    }
    let mut bare = without_legal_forms(&as_is);
    let joined = bare.join(" ");
    bare.sort_unstable();
    Some([as_is.join(" "), joined, bare.join(" ")])
}

/// Similarity from 0 to 1: the largest of three normalised edit similarities, after case, punctuation and "M/s" are
/// folded: the names as they are, without their legal forms, and those with their words sorted.
pub fn similarity(a: &str, b: &str) -> Decimal {
    // Most names are spelled as the register spells them.
    if a == b && a.contains(char::is_alphanumeric) {
        return Decimal::ONE;
    }
    let (Some(a), Some(b)) = (forms(a), forms(b)) else {
        return Decimal::ZERO;
    };
    a.iter()
        .zip(&b)
        .map(|(a, b)| ratio(a, b))
        .max()
        .unwrap_or_default()
}

/// How a name that somebody wrote fits a name of a register, the best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The same name, legal form aside.
    Whole,
    /// Words of the name, and no other.
    Part,
    /// The same, misspelt by a little.
    Near,
    /// They share a word: good for a hint, and never for an answer.
    Loose,
}

/// The words by which a name is told from others: folded, legal forms left out where anything else is left.
pub fn significant(name: &str) -> Vec<String> {
    without_legal_forms(&words(name))
}

/// Whether two words are one, misspelt by at most a letter in four; of short words, none.
pub fn is_near(a: &str, b: &str) -> bool {
    let length = a.chars().count().max(b.chars().count());
    let most = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    a.chars().count().abs_diff(b.chars().count()) <= most && edits(a, b) <= most
}

/// How a name as somebody wrote it fits a registered one. One word alone fits only as the first of a name: "label" does not
/// name Mulshi Label Printers, "Mulshi" does.
pub fn fit(written: &str, name: &str) -> Option<Fit> {
    let asked = significant(written);
    let all = significant(name);
    if asked.is_empty() || all.is_empty() {
        return None;
    }
    if similarity(written, name) == Decimal::ONE {
        return Some(Fit::Whole);
    }
    let long = |word: &String| word.chars().count() >= 3;
    let told = match asked.as_slice() {
        [only] => long(only) && all.first().is_some_and(|first| is_near(only, first)),
        _ => asked.iter().any(long),
    };
    if told && taken(&asked, &all, |a, b| a == b) {
        return Some(Fit::Part);
    }
    let misspelt = similarity(written, name) >= Decimal::new(85, 2);
    if misspelt || (told && taken(&asked, &all, is_near)) {
        return Some(Fit::Near);
    }
    let shares = asked
        .iter()
        .any(|a| long(a) && all.iter().any(|b| is_near(a, b)));
    shares.then_some(Fit::Loose)
}

/// Whether each word asked for has a word of the name for itself.
fn taken(asked: &[String], name: &[String], same: impl Fn(&str, &str) -> bool) -> bool {
    let mut free: Vec<&String> = name.iter().collect();
    asked.iter().all(|word| {
        let exact = free.iter().position(|other| *other == word);
        let found = exact.or_else(|| free.iter().position(|other| same(word, other)));
        found.map(|at| free.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_whole_in_part_misspelt_or_not() {
        let name = "Sahyadri Steel Traders Private Limited";
        for (written, want) in [
            ("sahyadri steel traders", Some(Fit::Whole)),
            ("M/s Sahyadri Steel Traders Pvt. Ltd.", Some(Fit::Whole)),
            ("Sahyadri Steel", Some(Fit::Part)),
            ("Sahyadri", Some(Fit::Part)),
            ("Steel Traders", Some(Fit::Part)),
            ("Sahyadri Steal", Some(Fit::Near)),
            ("Sahyadry", Some(Fit::Near)),
            ("Sahyadri Steel Tradres", Some(Fit::Near)),
            ("Steel", Some(Fit::Loose)),
            ("Sahyadri Polymers", Some(Fit::Loose)),
            ("Private Limited", None),
            ("Narmada Tyres", None),
            ("prime minister", None),
            ("S", None),
            ("", None),
        ] {
            assert_eq!(fit(written, name), want, "{written}");
        }
        assert_eq!(fit("Kaveri and Sons", "Kaveri & Sons"), Some(Fit::Whole));
        assert_eq!(fit("Mulshi", "Mulshi Label Printers"), Some(Fit::Part));
        assert_eq!(fit("label", "Mulshi Label Printers"), Some(Fit::Loose));
        assert_eq!(fit("Traders Traders", name), Some(Fit::Loose));
    }

    #[test]
    fn what_registers_vary_is_folded() {
        for (a, b, same) in [
            (
                "M/s. Sahyadri Steel Traders Pvt. Ltd.",
                "SAHYADRI STEEL TRADERS PRIVATE LIMITED",
                true,
            ),
            ("Steel Traders Sahyadri", "Sahyadri Steel Traders LLP", true),
            (
                "Sahyadri Steel Traders Limited Liability Partnership",
                "SAHYADRI STEEL TRADERS LLP",
                true,
            ),
            ("Limited Liability Partnership", "Limited", false),
            ("Mehta & Sons", "Mehta", true),
            ("Limited", "Private", false),
            ("", "", false),
        ] {
            assert_eq!(similarity(a, b) == Decimal::ONE, same, "{a} / {b}");
        }
        assert!(similarity("Konkan Bearings", "Konkan Bearing") > Decimal::new(90, 2));
        assert!(similarity("Konkan Bearings", "Malabar Office Systems") < Decimal::new(50, 2));
    }
}
