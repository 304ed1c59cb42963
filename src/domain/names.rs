//! How alike two names of firms are, after what Indian registers and senders vary is folded away.

use rust_decimal::Decimal;

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
    if words.len() > 1 && words.first().is_some_and(|w| w == "MESSRS") {
        words.remove(0);
    }
    words
}

fn without_legal_forms(words: &[String]) -> Vec<String> {
    let kept: Vec<String> = words
        .iter()
        .filter(|w| !LEGAL_FORMS.contains(&w.as_str()))
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

#[cfg(test)]
mod tests {
    use super::*;

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
